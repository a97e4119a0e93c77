//! The front door: does a lane close, with which receivers, at what energy and latency.

use crate::com::{ComError, ComSpec};
use crate::energy::{media, serdes_latency, transceiver};
use crate::network::ResampleError;
use crate::optics::OpticsError;
use crate::required::{
    Demand, Depth, Distances, RequiredReceiver, detector_error_ratio, required_receiver,
};
use crate::retimers::{End, Retimer, crossing, retimers};
use crate::{
    Device, EnergySplit, Fec, FecParameters, LatencySplit, Limiter, Line, Node, ReceiverClass,
    Section, SerDes, Tier,
};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Decibel, Frequency, Ratio, SymbolRate, Time};
use std::sync::Arc;

/// A lane from host chip to host chip.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkSpec {
    /// Signal.
    pub line: Line,
    /// Lanes that share one codeword stream: the port's width.
    pub lanes: u32,
    /// Sections in order; a retimer stands between two of them.
    pub sections: Vec<Section>,
    /// Whether the retimers are digital whatever the sections need: parts that were built so.
    pub digital: bool,
}

/// Parameters that a link is evaluated with, read from facts once.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkParameters {
    /// Transmitter and receiver.
    pub device: Device,
    /// The standard, of method 178a, whose reference receiver the classes are made of.
    pub standard: Arc<ComSpec>,
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
        standard: &Arc<ComSpec>,
        fec: Fec,
        host: Node,
        module: Node,
    ) -> Result<Self, FactError> {
        Ok(Self {
            device: Device::from_facts(facts)?,
            standard: Arc::clone(standard),
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
    /// A path without pulse response.
    #[error(transparent)]
    Com(#[from] ComError),
    /// A measured piece that does not serve the grid.
    #[error("a measured piece cannot be put on the grid: {0}")]
    Resample(#[from] ResampleError),
    /// Optics outside their models.
    #[error(transparent)]
    Optics(#[from] OpticsError),
    /// A result that is not a number.
    #[error("evaluating {what} gave {value}: an input is outside the model's range")]
    NotFinite {
        /// The quantity.
        what: &'static str,
        /// The value.
        value: f64,
    },
}

/// What became of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkOutcome {
    /// Tier of the model.
    pub tier: Tier,
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
    pub sections: Vec<RequiredReceiver>,
    /// Which of the retimers between its sections are digital, in order.
    pub digital: Vec<bool>,
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

    /// The section with the smallest margin, of those where something is decided; the first of equal ones.
    #[must_use]
    pub fn worst_section(&self, spec: &LinkSpec) -> Option<usize> {
        worst_section(&spec.sections, &self.sections)
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
/// Every section closes by the receiver that [`required_receiver`] takes, the one that carries the code's error budget
/// at the code's threshold, the others at the short sections' share. Energy: half of each section's transceiver
/// at either end, a digital core in each retimer, driver, heater, amplifier, laser. Latency: transceivers,
/// retimer passes, one codeword, flight.
///
/// # Validity
/// 1 to 300 GBd; as the tier; one crosstalk level for all channels.
///
/// # Errors
/// [`LinkError`] for an empty link, an uncovered symbol rate, or inputs that give no finite result.
pub fn evaluate(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    tier: Tier,
) -> Result<LinkOutcome, LinkError> {
    evaluate_by(spec, parameters, tier, &|section, demand| {
        required_receiver(section, demand, parameters)
    })
}

/// How a section with a demand is judged, by whoever has judged it before.
pub type JudgeSection<'a> =
    dyn Fn(&Section, &Demand<'_>) -> Result<RequiredReceiver, LinkError> + 'a;

/// [`evaluate()`] with [`required_receiver`], or what remembers its answers: links share sections.
///
/// # Errors
/// As [`evaluate()`].
pub fn evaluate_by(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    tier: Tier,
    judge: &JudgeSection<'_>,
) -> Result<LinkOutcome, LinkError> {
    assembled(spec, parameters, tier, &|i, carries_budget| {
        let depth = Depth::Tier(tier);
        judge(&spec.sections[i], &demand(spec, parameters, carries_budget, depth))
    })
}

/// How far the bound is from the pulse response on every section of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor(Vec<Distances>);

impl Anchor {
    /// A guess for a link with so many sections: the strongest receiver, some decibels below its bound. For a first
    /// look; what is concluded from it must be looked into.
    #[must_use]
    pub fn guess(sections: usize) -> Self {
        let mut guess = Distances::default();
        guess.full[ReceiverClass::DspMlsd.index()] = Some(Decibel::db(-2.5));
        Self(vec![guess; sections])
    }
}

/// Measures a link for [`estimate`], by [`crate::distances`] or what remembers them.
///
/// # Errors
/// As [`evaluate()`].
pub fn anchor(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    measure: &dyn Fn(&Section, &Demand<'_>) -> Result<Distances, LinkError>,
) -> Result<Anchor, LinkError> {
    let carrier = checked(spec, parameters)?.1;
    let of = |(i, section)| {
        measure(section, &demand(spec, parameters, i == carrier, Depth::Tier(Tier::Pulse)))
    };
    Ok(Anchor(spec.sections.iter().enumerate().map(of).collect::<Result<_, _>>()?))
}

/// Evaluates one lane by tier T0 with the distances of a link like it: for sweeps around one that was looked into.
///
/// # Model
/// COM of a class = its bound + (its COM by the pulse response - its bound) where the anchor was taken.
///
/// # Errors
/// As [`evaluate`]; [`LinkError::Empty`] for an anchor of a link with other sections.
pub fn estimate(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    anchor: &Anchor,
) -> Result<LinkOutcome, LinkError> {
    if anchor.0.len() != spec.sections.len() {
        return Err(LinkError::Empty);
    }
    assembled(spec, parameters, Tier::Bound, &|i, carries_budget| {
        let depth = Depth::Anchored(&anchor.0[i]);
        let demand = demand(spec, parameters, carries_budget, depth);
        required_receiver(&spec.sections[i], &demand, parameters)
    })
}

/// Symbol rate, and the section that carries the error budget.
fn checked(spec: &LinkSpec, parameters: &LinkParameters) -> Result<(SymbolRate, usize), LinkError> {
    if spec.sections.is_empty() {
        return Err(LinkError::Empty);
    }
    let baud = spec.line.symbol_rate(&parameters.fec);
    if !(1.0..=300.0).contains(&baud.as_gbd()) {
        return Err(LinkError::SymbolRate(baud));
    }
    Ok((baud, carrier_of_budget(&spec.sections)))
}

/// What a section of a link is asked for by [`evaluate()`].
#[must_use]
pub fn section_demand(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    index: usize,
    tier: Tier,
) -> Demand<'static> {
    let carries_budget = carrier_of_budget(&spec.sections) == index;
    demand(spec, parameters, carries_budget, Depth::Tier(tier))
}

fn demand<'a>(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    carries_budget: bool,
    depth: Depth<'a>,
) -> Demand<'a> {
    let threshold = parameters.fec.threshold_ber;
    let ber = if carries_budget { threshold } else { parameters.short_section_ber.min(threshold) };
    Demand {
        line: spec.line,
        margin: parameters.device.design_margin,
        detector_error_ratio: detector_error_ratio(ber, spec.line.pam),
        depth,
    }
}

/// A link of sections that are judged by their number and by whether they carry the error budget.
fn assembled(
    spec: &LinkSpec,
    parameters: &LinkParameters,
    tier: Tier,
    judge: &dyn Fn(usize, bool) -> Result<RequiredReceiver, LinkError>,
) -> Result<LinkOutcome, LinkError> {
    let (baud, carrier) = checked(spec, parameters)?;
    let mut sections = Vec::with_capacity(spec.sections.len());
    let mut ends = [EnergySplit::default(); 2];
    let mut latency = LatencySplit::default();
    for i in 0..spec.sections.len() {
        sections.push(judge(i, i == carrier)?);
    }
    let retimers = retimers(&sections, spec.digital);
    let crossing = crossing(&spec.sections);
    for (i, (section, outcome)) in spec.sections.iter().zip(&sections).enumerate() {
        // A retimer belongs to the end on whose side of the cable it stands.
        let left = match i.checked_sub(1) {
            None => (End::Host, 0),
            Some(j) => (End::Retimer(retimers[j]), usize::from(j >= crossing)),
        };
        let right = match retimers.get(i) {
            None => (End::Host, 1),
            Some(retimer) => (End::Retimer(*retimer), usize::from(i >= crossing)),
        };
        let class = match section {
            Section::DieToDie => None,
            // What opens no eye is built as strong as can be.
            _ => Some(outcome.best().map_or(ReceiverClass::DspMlsd, |r| r.class)),
        };
        let faces_line = i == crossing;
        for (end, side) in [left, right] {
            let circuits = |side: &SerDes, at_least: ReceiverClass| match class {
                Some(class) => side.energy(class.max(at_least), spec.line.payload, outcome.loss),
                None => side.die_to_die,
            };
            transceiver(circuits, end, faces_line, parameters, &mut ends[side]);
        }
        latency.serdes += serdes_latency(class, [left.0, right.0], parameters);
        media(outcome, section, spec.line.payload, &mut ends, &mut latency);
    }
    let passes = retimers.iter().filter(|r| **r != Retimer::Analogue).count();
    latency.retimer =
        parameters.module.retimer_latency * f64::from(u32::try_from(passes).unwrap_or(u32::MAX));
    let line_rate = BitRate::gbps(spec.line.payload.as_gbps() * parameters.fec.overhead);
    latency.fec = parameters.fec.latency(line_rate * f64::from(spec.lanes.max(1)));
    for end in &mut ends {
        let lost = parameters.module_overhead / (1.0 - parameters.module_overhead);
        end.overhead = end.optics() * lost;
    }
    let (margin, limiter, pre_fec_ber) = match worst_section(&spec.sections, &sections) {
        Some(i) => reached(&sections[i]),
        // Die to die only: nothing to equalise.
        None => (OPEN, Limiter::Loss, 0.0),
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
    let digital = retimers.iter().map(|r| *r != Retimer::Analogue).collect();
    Ok(LinkOutcome {
        tier,
        baud,
        margin,
        limiter,
        loss,
        pre_fec_ber,
        sections,
        digital,
        ends,
        latency,
    })
}

fn worst_section(sections: &[Section], outcomes: &[RequiredReceiver]) -> Option<usize> {
    let decided = (0..sections.len()).filter(|i| sections[*i] != Section::DieToDie);
    decided.min_by(|a, b| reached(&outcomes[*a]).0.total_cmp(&reached(&outcomes[*b]).0))
}

/// Margin, limiter and bit error ratio of a section.
fn reached(section: &RequiredReceiver) -> (Decibel, Limiter, f64) {
    section.best().map_or((SHUT, Limiter::Loss, 0.5), |r| (r.margin, r.limiter, r.pre_fec_ber))
}

/// What stands for the margin of a section whose eye no class opens, and of one without anything to equalise.
const SHUT: Decibel = Decibel::db(-40.0);
const OPEN: Decibel = Decibel::db(20.0);

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
