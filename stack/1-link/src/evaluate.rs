//! The front door: does a lane close, with which receivers, at what energy and latency.

use crate::optics::OpticalBudget;
use crate::section::{Section, SectionRung, Setting};
use crate::{Device, Fec, FecParameters, Limiter, Line, Node, ReceiverClass, Rung, SerDes};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Decibel, EnergyPerBit, Frequency, Ratio, SymbolRate, Time};
use serde::Serialize;

/// A lane from host chip to host chip.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkSpec {
    /// Signal.
    pub line: Line,
    /// Lanes that share one codeword stream: the port's width.
    pub lanes: u32,
    /// Sections in order; a retimer stands between two of them.
    pub sections: Vec<Section>,
}

/// Parameters that a link is evaluated with, read from facts once.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkParameters {
    /// Transmitter and receiver.
    pub device: Device,
    /// The code.
    pub fec: FecParameters,
    /// Highest error ratio that a section beside a retimer may add, where another section carries the budget.
    pub short_section_ber: f64,
    /// Circuits of the host chips.
    pub host: SerDes,
    /// Circuits of modules and engines.
    pub module: SerDes,
    /// Share of a module's input power that its converters and controller lose.
    pub module_overhead: f64,
}

impl LinkParameters {
    /// Reads everything for a code and the process nodes of the host chips and of modules and engines.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn from_facts(
        facts: &Facts<'_>,
        fec: Fec,
        host: Node,
        module: Node,
    ) -> Result<Self, FactError> {
        Ok(Self {
            device: Device::from_facts(facts)?,
            fec: FecParameters::from_facts(facts, fec)?,
            short_section_ber: facts.get::<Ratio>("fec.short_section")?.value(),
            host: SerDes::from_facts(facts, host)?,
            module: SerDes::from_facts(facts, module)?,
            module_overhead: facts.get::<Ratio>("module.overhead")?.value(),
        })
    }
}

/// Why a link cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// No section.
    #[error("a link needs at least one section")]
    Empty,
    /// A symbol rate that the models do not cover.
    #[error("a symbol rate of {0} lies outside 1 to 300 GBd, where the models hold")]
    SymbolRate(SymbolRate),
    /// A result that is not a number.
    #[error("evaluating {what} gave {value}: an input is outside the model's range")]
    NotFinite {
        /// The quantity.
        what: &'static str,
        /// The value.
        value: f64,
    },
}

/// Energy of one lane per payload bit in one direction, by component. Boundary: both ends of the lane.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct EnergySplit {
    /// Transceivers in the two host chips.
    pub host_serdes: EnergyPerBit,
    /// Retimers: module-side transceivers and the digital core.
    pub retimer: EnergyPerBit,
    /// Modulator driver.
    pub driver: EnergyPerBit,
    /// Ring heaters.
    pub tuning: EnergyPerBit,
    /// Transimpedance amplifier.
    pub amplifier: EnergyPerBit,
    /// Laser, from the wall plug.
    pub laser: EnergyPerBit,
    /// Voltage conversion and controller in the module.
    pub overhead: EnergyPerBit,
}

impl EnergySplit {
    /// Everything from chip to chip: the boundary "lane".
    #[must_use]
    pub fn lane(&self) -> EnergyPerBit {
        self.host_serdes + self.optics()
    }

    /// Module or engine with its laser, without the host chips: the boundary "optics".
    #[must_use]
    pub fn optics(&self) -> EnergyPerBit {
        self.retimer + self.driver + self.tuning + self.amplifier + self.laser + self.overhead
    }

    /// Every component times a factor.
    #[must_use]
    pub fn scaled(&self, k: f64) -> Self {
        Self {
            host_serdes: self.host_serdes * k,
            retimer: self.retimer * k,
            driver: self.driver * k,
            tuning: self.tuning * k,
            amplifier: self.amplifier * k,
            laser: self.laser * k,
            overhead: self.overhead * k,
        }
    }

    /// Components with their names, host first.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, EnergyPerBit); 7] {
        [
            ("host SerDes", self.host_serdes),
            ("DSP / retimer", self.retimer),
            ("driver", self.driver),
            ("ring tuning", self.tuning),
            ("amplifier", self.amplifier),
            ("laser", self.laser),
            ("conversion", self.overhead),
        ]
    }
}

impl std::ops::Add for EnergySplit {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            host_serdes: self.host_serdes + other.host_serdes,
            retimer: self.retimer + other.retimer,
            driver: self.driver + other.driver,
            tuning: self.tuning + other.tuning,
            amplifier: self.amplifier + other.amplifier,
            laser: self.laser + other.laser,
            overhead: self.overhead + other.overhead,
        }
    }
}

/// One-way latency of one lane, by component, without switches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct LatencySplit {
    /// Transceivers in the host chips and, without DSP, in the module.
    pub serdes: Time,
    /// Digital retimers.
    pub retimer: Time,
    /// Collecting and decoding codewords.
    pub fec: Time,
    /// Travel along copper and fibre.
    pub flight: Time,
}

impl LatencySplit {
    /// Sum.
    #[must_use]
    pub fn total(&self) -> Time {
        self.serdes + self.retimer + self.fec + self.flight
    }

    /// Components with their names.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, Time); 4] {
        [
            ("SerDes", self.serdes),
            ("DSP / retimer", self.retimer),
            ("FEC", self.fec),
            ("flight", self.flight),
        ]
    }
}

/// What became of one section.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionOutcome {
    /// Loss at Nyquist of the copper in it.
    pub loss: Decibel,
    /// The class taken: the cheapest that closes, or the strongest when none does. `None`: die to die.
    pub receiver: Option<Rung>,
    /// The classes tried and left, cheaper ones first.
    pub rejected: Vec<Rung>,
    /// Optical powers.
    pub budget: Option<OpticalBudget>,
}

/// What became of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkOutcome {
    /// Symbol rate.
    pub baud: SymbolRate,
    /// The smallest margin of all sections.
    pub margin: Decibel,
    /// What limits that section.
    pub limiter: Limiter,
    /// Largest copper loss of a section at Nyquist.
    pub loss: Decibel,
    /// Bit error ratio before correction, of the worst section.
    pub pre_fec_ber: f64,
    /// Sections in order.
    pub sections: Vec<SectionOutcome>,
    /// Energy by component at the transmitting and at the receiving end.
    pub ends: [EnergySplit; 2],
    /// Latency by component.
    pub latency: LatencySplit,
}

impl LinkOutcome {
    /// Energy by component, both ends.
    #[must_use]
    pub fn energy(&self) -> EnergySplit {
        self.ends[0] + self.ends[1]
    }

    /// Whether every section closes with its design margin.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.margin >= Decibel::ZERO
    }

    /// Whether a digital signal processor sits in the module.
    #[must_use]
    pub fn has_module_dsp(&self) -> bool {
        self.latency.retimer > Time::ZERO
    }
}

/// Evaluates one lane.
///
/// # Model
/// Tier T0. Every section closes by the cheapest receiver class whose SNR exceeds what its error ratio asks
/// for by the design margin; among classes that close on an optical section the one with the least total
/// energy is taken, since a stronger receiver needs less light. Energy: half of each section's transceiver
/// at either end, a digital core in each retimer, driver, heater, amplifier, laser. Latency: transceivers,
/// retimer passes, one codeword, flight.
///
/// # Validity
/// 1 to 300 GBd; magnitudes only; no reflections but a residual; one crosstalk level for all channels.
///
/// # Errors
/// [`LinkError`] for an empty link, an uncovered symbol rate, or inputs that give no finite result.
pub fn evaluate(spec: &LinkSpec, parameters: &LinkParameters) -> Result<LinkOutcome, LinkError> {
    if spec.sections.is_empty() {
        return Err(LinkError::Empty);
    }
    let baud = spec.line.symbol_rate(&parameters.fec);
    if !(1.0..=300.0).contains(&baud.as_gbd()) {
        return Err(LinkError::SymbolRate(baud));
    }
    let carrier = carrier_of_budget(&spec.sections);
    let mut sections = Vec::with_capacity(spec.sections.len());
    let mut ends = [EnergySplit::default(); 2];
    let mut latency = LatencySplit::default();
    for (i, section) in spec.sections.iter().enumerate() {
        let setting = Setting {
            line: &spec.line,
            baud,
            device: &parameters.device,
            target_ber: if i == carrier {
                parameters.fec.threshold_ber
            } else {
                parameters.short_section_ber.min(parameters.fec.threshold_ber)
            },
        };
        sections.push(close(section, &setting, &spec.line, parameters));
    }
    let digital = digital_retimers(&sections);
    let crossing = crossing(&spec.sections);
    for (i, (section, outcome)) in spec.sections.iter().zip(&sections).enumerate() {
        // A retimer belongs to the end on whose side of the cable it stands.
        let left = match i.checked_sub(1) {
            None => (End::Host, 0),
            Some(j) => (End::Retimer { digital: digital[j] }, usize::from(j >= crossing)),
        };
        let right = match digital.get(i) {
            None => (End::Host, 1),
            Some(digital) => (End::Retimer { digital: *digital }, usize::from(i >= crossing)),
        };
        for (end, side) in [left, right] {
            transceiver(outcome, end, parameters, &mut ends[side]);
        }
        latency.serdes += serdes_latency(outcome, [left.0, right.0], parameters);
        media(outcome, section, spec.line.payload, &mut ends, &mut latency);
    }
    latency.retimer = parameters.module.retimer_latency
        * f64::from(u32::try_from(digital.iter().filter(|d| **d).count()).unwrap_or(u32::MAX));
    let line_rate = BitRate::gbps(spec.line.payload.as_gbps() * parameters.fec.overhead);
    latency.fec = parameters.fec.latency(line_rate * f64::from(spec.lanes.max(1)));
    for end in &mut ends {
        let lost = parameters.module_overhead / (1.0 - parameters.module_overhead);
        end.overhead = end.optics() * lost;
    }
    let worst = sections
        .iter()
        .filter_map(|s| s.receiver.map(|r| (s, r)))
        .min_by(|a, b| a.1.margin.total_cmp(&b.1.margin));
    let (margin, limiter, snr) = match worst {
        Some((section, rung)) => {
            let starved = section.budget.is_some()
                && !rung.closes()
                && rung.limiter == Limiter::Loss
                && section.loss < Decibel::db(1.0);
            (rung.margin, if starved { Limiter::OpticalPower } else { rung.limiter }, rung.snr)
        }
        // Die to die only: nothing to equalise.
        None => (Decibel::db(20.0), Limiter::Loss, Decibel::db(40.0)),
    };
    for (what, value) in [
        ("the margin", margin.as_db()),
        ("the energy", (ends[0] + ends[1]).lane().as_pj_per_bit()),
        ("the latency", latency.total().as_ns()),
    ] {
        if !value.is_finite() {
            return Err(LinkError::NotFinite { what, value });
        }
    }
    let nyquist = baud.nyquist();
    let loss = spec.sections.iter().map(|s| s.loss(nyquist)).fold(Decibel::ZERO, Decibel::max);
    let pre_fec_ber = spec.line.pam.bit_error_ratio(snr);
    Ok(LinkOutcome { baud, margin, limiter, loss, pre_fec_ber, sections, ends, latency })
}

/// The section that uses the code's error budget: the optical one, else the lossiest copper. Others must be
/// quiet, as 802.3 allots 1e-5 to each attachment interface.
fn carrier_of_budget(sections: &[Section]) -> usize {
    let optical = sections.iter().position(|s| matches!(s, Section::Optical { .. }));
    let reference = Frequency::ghz(50.0);
    let lossiest = (0..sections.len()).max_by(|a, b| {
        sections[*a].loss(reference).total_cmp(&sections[*b].loss(reference)).then(b.cmp(a))
    });
    optical.or(lossiest).unwrap_or(0)
}

fn close(
    section: &Section,
    setting: &Setting<'_>,
    line: &Line,
    parameters: &LinkParameters,
) -> SectionOutcome {
    let loss = section.loss(setting.baud.nyquist());
    let mut taken: Option<(SectionRung, EnergyPerBit)> = None;
    let mut rejected = Vec::new();
    for class in ReceiverClass::LADDER {
        // A class that costs more than a closed link with its laser cannot win.
        let circuits = parameters.module.energy(class, loss);
        if taken.as_ref().is_some_and(|(t, cost)| t.rung.closes() && circuits >= *cost) {
            break;
        }
        let Some(reach) = section.reach(class, setting) else { break };
        let laser = reach.budget.map_or(EnergyPerBit::ZERO, |b| b.laser_power / line.payload);
        let energy = circuits + laser;
        let better = match &taken {
            None => true,
            Some((best, cost)) => match (best.rung.closes(), reach.rung.closes()) {
                (false, true) => true,
                (true, true) => energy < *cost,
                (false, false) => reach.rung.margin > best.rung.margin,
                (true, false) => false,
            },
        };
        if better {
            rejected.extend(taken.replace((reach, energy)).map(|(r, _)| r.rung));
        } else {
            rejected.push(reach.rung);
        }
        // Copper gains nothing from a stronger class once it closes; light may need less laser power.
        if reach.rung.closes() && reach.budget.is_none() {
            break;
        }
    }
    SectionOutcome {
        loss,
        receiver: taken.as_ref().map(|(r, _)| r.rung),
        rejected,
        budget: taken.and_then(|(r, _)| r.budget),
    }
}

/// Which of the retimers between sections are digital. A retimer is one chip: where one of its sides needs
/// a DSP, so does the other.
fn digital_retimers(sections: &[SectionOutcome]) -> Vec<bool> {
    let is_digital = |s: &SectionOutcome| s.receiver.is_some_and(|r| r.class.is_dsp());
    sections.windows(2).map(|pair| pair.iter().any(is_digital)).collect()
}

/// What stands at an end of a section.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Host,
    Retimer { digital: bool },
}

/// The section that crosses from one end to the other: the optical one, else the middle.
fn crossing(sections: &[Section]) -> usize {
    let optical = sections.iter().position(|s| matches!(s, Section::Optical { .. }));
    optical.unwrap_or(sections.len() / 2)
}

/// Adds half a transceiver at an end of a section, and the core of a digital retimer.
fn transceiver(
    outcome: &SectionOutcome,
    end: End,
    parameters: &LinkParameters,
    energy: &mut EnergySplit,
) {
    let half = |side: &SerDes, at_least: ReceiverClass| match outcome.receiver {
        Some(rung) => side.energy(rung.class.max(at_least), outcome.loss) / 2.0,
        None => side.die_to_die / 2.0,
    };
    match end {
        End::Host => energy.host_serdes += half(&parameters.host, ReceiverClass::Ctle),
        End::Retimer { digital: false } => {
            energy.retimer += half(&parameters.module, ReceiverClass::Ctle);
        }
        End::Retimer { digital: true } => {
            let interface = half(&parameters.module, ReceiverClass::Dsp);
            energy.retimer += interface + parameters.module.retimer_core(interface);
        }
    }
}

/// Latency of a section's transmitter and receiver.
fn serdes_latency(outcome: &SectionOutcome, ends: [End; 2], parameters: &LinkParameters) -> Time {
    // A digital retimer's pass covers its own two sides.
    let in_retimer = ends.iter().all(|e| *e == End::Retimer { digital: true });
    match outcome.receiver {
        None => parameters.host.die_to_die_latency,
        Some(_) if in_retimer => Time::ZERO,
        Some(rung) if ends.contains(&End::Host) => parameters.host.latency(rung.class),
        Some(rung) => parameters.module.latency(rung.class),
    }
}

/// Adds drivers, heaters, amplifiers, lasers and flight.
fn media(
    outcome: &SectionOutcome,
    section: &Section,
    payload: BitRate,
    ends: &mut [EnergySplit; 2],
    latency: &mut LatencySplit,
) {
    match section {
        Section::DieToDie => {}
        Section::Electrical(channel) => latency.flight += channel.delay(),
        Section::Optical { near, optics, far } => {
            for channel in [near, far].into_iter().flatten() {
                latency.flight += channel.delay();
            }
            latency.flight += optics.path.flight();
            let [transmitter, receiver] = ends;
            transmitter.driver += optics.modulator.driver;
            transmitter.tuning += optics.modulator.tuning / payload;
            receiver.amplifier += optics.detector.energy;
            if let Some(budget) = &outcome.budget {
                transmitter.laser += budget.laser_power / payload;
            }
        }
    }
}
