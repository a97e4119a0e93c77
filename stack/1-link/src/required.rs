//! "Needs a DSP?": the cheapest receiver class that closes a section, with the ones that do not.

use crate::bound::{Bound, Estimate};
use crate::com::{LaneOutcome, Search};
use crate::optics::{LightSetting, OpticalBudget, Optics};
use crate::response::{Bench, Response};
use crate::section::Section;
use crate::{Limiter, Line, LinkError, LinkParameters, Pam, ReceiverClass, Rung, Tier};
use lightloom_units::{Decibel, DecibelMilliwatt, EnergyPerBit, Length};

/// How a section is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Depth<'a> {
    /// By a tier.
    Tier(Tier),
    /// By tier T0, with the distance that the tier above has from it on a section like this one.
    Anchored(&'a Distances),
}

impl Depth<'_> {
    /// The tier whose formulas are used.
    #[must_use]
    pub const fn tier(&self) -> Tier {
        match self {
            Self::Tier(tier) => *tier,
            Self::Anchored(_) => Tier::Bound,
        }
    }
}

/// COM by the pulse response less COM by the bound, for every class of [`ReceiverClass::LADDER`]; `None` where the
/// class opens no eye.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distances {
    /// For copper, and for light at all of its power.
    pub full: [Option<Decibel>; 4],
    /// For light at the least laser power that was found to close it: the distance with which the bound finds the same power.
    /// `None` for copper, and where no power closes it.
    pub least: [Option<Decibel>; 4],
}

impl Distances {
    /// The same distance of every class, with any light.
    #[must_use]
    pub const fn alike(distance: Option<Decibel>) -> Self {
        Self { full: [distance; 4], least: [None; 4] }
    }

    /// With less light than there is.
    fn dimmed(&self, class: ReceiverClass) -> Option<Decibel> {
        let i = class.index();
        self.least[i].or(self.full[i])
    }
}

/// What a section is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand<'a> {
    /// Signal.
    pub line: Line,
    /// Least COM.
    pub margin: Decibel,
    /// Detector error ratio at which COM is read.
    pub detector_error_ratio: f64,
    /// How it is judged.
    pub depth: Depth<'a>,
}

/// The detector error ratio that makes a bit error ratio.
///
/// # Model
/// An amplitude beyond the decision distance on either side, `2 (1 - 1 / L) P`, spoils one bit of a symbol.
#[must_use]
pub fn detector_error_ratio(bit_error_ratio: f64, pam: Pam) -> f64 {
    bit_error_ratio * pam.bits_per_symbol() / (2.0 * (1.0 - 1.0 / pam.levels()))
}

/// The bit error ratio that a detector error ratio makes: the inverse of [`detector_error_ratio`].
fn bit_error_ratio(detector_error_ratio: f64, pam: Pam) -> f64 {
    (2.0 * (1.0 - 1.0 / pam.levels()) * detector_error_ratio / pam.bits_per_symbol()).min(0.5)
}

/// The answer for a section.
#[derive(Debug, Clone, PartialEq)]
pub struct RequiredReceiver {
    /// The tier that answers: the one asked for, or T0 where it leaves no pulse to look at.
    pub tier: Tier,
    /// Loss at Nyquist of the copper in it.
    pub loss: Decibel,
    /// The cheapest class that closes; `None` when none does, or when nothing is decided.
    pub taken: Option<Rung>,
    /// The classes tried and left, cheaper ones first.
    pub rejected: Vec<Rung>,
    /// Noises and equalisers of the class that is taken, or of the one with the most margin; by a tier with pulses.
    pub outcome: Option<Box<LaneOutcome>>,
}

impl RequiredReceiver {
    /// Whether the section needs a digital signal processor: `None` when not even that closes it.
    #[must_use]
    pub fn needs_dsp(&self) -> Option<bool> {
        self.taken.as_ref().map(|t| t.class.is_dsp())
    }

    /// The class taken, else the one with the most margin.
    #[must_use]
    pub fn best(&self) -> Option<&Rung> {
        let most = || self.rejected.iter().max_by(|a, b| a.margin.total_cmp(&b.margin));
        self.taken.as_ref().or_else(most)
    }

    /// What intersymbol interference stays behind the feedback of the receiver in `outcome`, volts, once a unit interval
    /// as its pulse; empty without one. For the demand and the parameters that the section was judged with.
    #[must_use]
    pub fn residual_v(&self, demand: &Demand<'_>, parameters: &LinkParameters) -> Vec<f64> {
        let (Some(outcome), Some(rung)) = (&self.outcome, self.best()) else { return Vec::new() };
        let (line, standard) = (&demand.line, &parameters.standard);
        let (baud, der) = (line.symbol_rate(&parameters.fec), demand.detector_error_ratio);
        outcome.residual_v(&parameters.device.reference(standard, line, baud, rung.class, der))
    }
}

/// The cheapest receiver class that closes a section with a margin.
///
/// # Model
/// Copper: COM of every class in the order of its cost until one has the margin at the error ratio. Light: each class
/// at the least laser power that closes it; of those that close, the one with the least energy of circuits and laser.
/// Energy and latency follow from class, loss and process node alone.
///
/// # Validity
/// As the tier asked for; no crosstalk but the device's white level. Where even the bound of every class lies below a COM
/// of -20 dB, the bound is the answer at any tier: it cannot close, and no pulse is left to look at.
///
/// # Errors
/// [`LinkError`] for a section that cannot be evaluated.
pub fn required_receiver(
    section: &Section,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> Result<RequiredReceiver, LinkError> {
    let loss = section.loss(demand.line.symbol_rate(&parameters.fec).nyquist());
    let tier = demand.depth.tier();
    let nothing = RequiredReceiver { tier, loss, taken: None, rejected: Vec::new(), outcome: None };
    let bench = Bench::of(demand, parameters)?;
    let Some(judge) = Judge::new(section, demand, parameters, bench.as_ref())? else {
        return Ok(nothing);
    };
    let mut found = nothing;
    if matches!(judge.model, Model::Bound(..)) {
        found.tier = Tier::Bound;
    }
    let mut cheapest: Option<EnergyPerBit> = None;
    let mut best: Option<Judged> = None;
    for class in ReceiverClass::LADDER {
        let circuits = parameters.module.energy(class, demand.line.payload, loss);
        // A class that costs more than a closed link with its laser cannot win.
        if cheapest.is_some_and(|cost| circuits >= cost) {
            break;
        }
        let Some((rung, outcome)) = judge.rung(class, loss)? else { continue };
        let laser = rung.budget.map_or(EnergyPerBit::ZERO, |b| b.laser_power / demand.line.payload);
        let better = match (&best, cheapest) {
            (None, _) => true,
            (_, Some(cost)) => rung.closes() && circuits + laser < cost,
            (Some((best, _)), None) => rung.closes() || rung.margin > best.margin,
        };
        let left = if better { best.replace((rung, outcome)).map(|b| b.0) } else { Some(rung) };
        found.rejected.extend(left);
        if better && rung.closes() {
            cheapest = Some(circuits + laser);
            // Copper gains nothing from a stronger class once it closes; light may need less laser power.
            if rung.budget.is_none() {
                break;
            }
        }
    }
    if let Some((rung, outcome)) = best {
        found.outcome = outcome;
        if rung.closes() {
            found.taken = Some(rung);
        } else {
            found.rejected.push(rung);
        }
    }
    found.rejected.sort_by_key(|r| r.class);
    Ok(found)
}

/// How far the bound is from the pulse response on a section, for some classes; with light, at all of its power and at the
/// least that closes it.
///
/// # Errors
/// [`LinkError`] for a section that cannot be evaluated.
pub fn distances(
    section: &Section,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
    classes: &[ReceiverClass],
) -> Result<Distances, LinkError> {
    let tier = |tier| Demand { depth: Depth::Tier(tier), ..*demand };
    let (above, below) = (tier(Tier::Pulse), tier(Tier::Bound));
    let bench = Bench::new(&above, parameters, crate::com::Resolution::Coarse)?;
    let response = Judge::new(section, &above, parameters, Some(&bench))?;
    let bound = Judge::new(section, &below, parameters, None)?;
    let (Some(response), Some(bound)) = (response, bound) else { return Ok(Distances::default()) };
    let mut distances = Distances::default();
    for class in classes {
        let [deep, shallow] = [&response, &bound].map(|j| j.at_most(*class));
        let (Some(deep), Some(shallow)) = (deep?, shallow?) else { continue };
        distances.full[class.index()] = Some(deep.com - shallow.com);
        if deep.com < demand.margin {
            continue;
        }
        let found = response.least(*class, &deep)?;
        distances.least[class.index()] = found
            .and_then(|(power, _)| bound.bound_at(*class, power))
            .map(|shallow| demand.margin - shallow);
    }
    Ok(distances)
}

/// What the tier above makes of a section, with the same receiver class and the same setting of its equalisers: its COM
/// less this one's. `None` where there is no tier above or no eye, or another tier answered than was asked.
///
/// # Errors
/// [`LinkError`] for a section that cannot be evaluated.
pub fn distance_above(
    section: &Section,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
    found: &RequiredReceiver,
) -> Result<Option<Decibel>, LinkError> {
    let resolution = demand.depth.tier().above().and_then(Tier::resolution);
    let (Some(resolution), Some(rung)) = (resolution, found.best()) else { return Ok(None) };
    if found.tier != demand.depth.tier() {
        return Ok(None);
    }
    let bench = Bench::new(demand, parameters, resolution)?;
    let Some(response) = bench.section(section)? else { return Ok(None) };
    let how = match &found.outcome {
        Some(outcome) => Search::Fixed(outcome.taps.setting()),
        None => Search::Uphill,
    };
    let above = response.judge_by(rung.class, &how)?;
    Ok(above.map(|outcome| Decibel::db(outcome.margin.com_db) - rung.com))
}

/// The longest of some lengths at which a class closes a section, with what it reaches there.
///
/// # Model
/// All lengths are tried, the longest first: COM is not monotone in length, since reflections fade as loss grows.
///
/// # Errors
/// [`LinkError`] for a section that cannot be evaluated.
pub fn reach<S: Into<Section>>(
    section_of: impl Fn(Length) -> S,
    lengths: &[Length],
    class: ReceiverClass,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> Result<Option<(Length, Rung)>, LinkError> {
    let nyquist = demand.line.symbol_rate(&parameters.fec).nyquist();
    let bench = Bench::of(demand, parameters)?;
    let bound = Demand { depth: Depth::Tier(Tier::Bound), ..*demand };
    let mut lengths = lengths.to_vec();
    lengths.sort_by(|a, b| b.total_cmp(a));
    for length in lengths {
        let section: Section = section_of(length).into();
        // What not even unbounded equalisers close, less a decibel for what the bound does not see, is not tried.
        let hopeless = |judge: &Judge<'_>| -> Result<bool, LinkError> {
            let most = judge.at_most(class)?;
            Ok(most.is_none_or(|e| e.com + Decibel::db(1.0) < demand.margin))
        };
        if let Some(judge) = Judge::new(&section, &bound, parameters, None)?
            && hopeless(&judge)?
        {
            continue;
        }
        let Some(judge) = Judge::new(&section, demand, parameters, bench.as_ref())? else {
            continue;
        };
        if let Some((rung, _)) = judge.rung(class, section.loss(nyquist))?
            && rung.closes()
        {
            return Ok(Some((length, rung)));
        }
    }
    Ok(None)
}

/// Whether a bound's COM says that there is no signal.
fn shut(section: &Section, demand: &Demand<'_>, parameters: &LinkParameters) -> bool {
    const NOTHING: Decibel = Decibel::db(-20.0);
    let most = match section {
        Section::Optical { optics, .. } => Some(optics.budget(optics.max_lane_power())),
        _ => None,
    };
    Bound::new(section, demand, parameters)
        .is_some_and(|b| b.estimates(most.as_ref()).iter().all(|e| e.com < NOTHING))
}

/// What a model says of a class, before a margin is asked for.
struct Verdict {
    com: Decibel,
    pre_fec_ber: f64,
    limiter: Limiter,
    outcome: Option<Box<LaneOutcome>>,
}

/// What a class reaches, with its noises and equalisers where the tier has them.
type Judged = (Rung, Option<Box<LaneOutcome>>);

/// A section under a model.
struct Judge<'a> {
    demand: &'a Demand<'a>,
    parameters: &'a LinkParameters,
    optics: Option<&'a Optics>,
    model: Model<'a>,
}

enum Model<'a> {
    Bound(Box<Bound>, Distances),
    Response(Box<Response<'a>>),
}

/// Most laser powers tried between none and the most.
const POWER_STEPS: usize = 12;
/// A power that closes by less than this is the least.
const MARGIN_STEP: Decibel = Decibel::db(0.05);
/// The bound finds powers as near as this: what follows facts must not jump.
const NEAR_DB: f64 = 1e-9;
/// The search starts this far below the laser's maximum.
const POWER_SPAN: Decibel = Decibel::db(20.0);

impl<'a> Judge<'a> {
    fn new(
        section: &'a Section,
        demand: &'a Demand<'a>,
        parameters: &'a LinkParameters,
        bench: Option<&'a Bench<'a>>,
    ) -> Result<Option<Self>, LinkError> {
        let model = match bench {
            // No pulse is left to be looked at where not even unbounded equalisers see one: the bound says enough.
            Some(bench) if !shut(section, demand, parameters) => {
                bench.section(section)?.map(|r| Model::Response(Box::new(r)))
            }
            _ => {
                let distances = match demand.depth {
                    Depth::Anchored(distances) => *distances,
                    Depth::Tier(_) => Distances::alike(Some(Decibel::ZERO)),
                };
                let bound = Bound::new(section, demand, parameters);
                bound.map(|b| Model::Bound(Box::new(b), distances))
            }
        };
        let optics = match section {
            Section::Optical { optics, .. } => Some(optics),
            _ => None,
        };
        Ok(model.map(|model| Self { demand, parameters, optics, model }))
    }

    /// A class with all the light there is; `None` where it opens no eye.
    fn at_most(&self, class: ReceiverClass) -> Result<Option<Verdict>, LinkError> {
        Ok(match &self.model {
            Model::Bound(bound, distances) => distances.full[class.index()].map(|distance| {
                let most = self.optics.map(|o| o.budget(o.max_lane_power()));
                let Estimate { com, snr, limiter } = bound.estimate(class, most.as_ref());
                let pre_fec_ber = self.bit_errors(snr, distance);
                let limiter = self.cause(limiter);
                Verdict { com: com + distance, pre_fec_ber, limiter, outcome: None }
            }),
            Model::Response(response) => response.judge(class)?.map(|outcome| Verdict {
                com: Decibel::db(outcome.margin.com_db),
                pre_fec_ber: outcome.margin.pre_fec_ber,
                limiter: self.cause(Limiter::of(&outcome.margin.without, self.optics.is_some())),
                outcome: Some(Box::new(outcome)),
            }),
        })
    }

    /// Noise in proportion to the signal is the transmitter's or that of reflections, whichever is the larger.
    fn cause(&self, limiter: Limiter) -> Limiter {
        let transmitter = 1.0 / self.parameters.device.snr_transmitter.power_ratio();
        match limiter {
            Limiter::Transmitter if self.optics.is_some_and(|o| o.interference > transmitter) => {
                Limiter::Reflections
            }
            _ => limiter,
        }
    }

    fn bit_errors(&self, snr: f64, distance: Decibel) -> f64 {
        self.demand.line.pam.bit_error_ratio(Decibel::from_power_ratio(snr) + distance)
    }

    /// COM and bit error ratio of a class with less light and the equalisers that it has with all of it.
    fn dimmed(
        &self,
        class: ReceiverClass,
        budget: &OpticalBudget,
        gain: Decibel,
    ) -> Result<Option<(Decibel, f64)>, LinkError> {
        match &self.model {
            Model::Bound(bound, distances) => Ok(distances.dimmed(class).map(|distance| {
                let Estimate { com, snr, .. } = bound.estimate(class, Some(budget));
                (com + distance, self.bit_errors(snr, distance))
            })),
            Model::Response(response) => {
                let pam = self.demand.line.pam;
                let found = response.dimmed(class, budget)?;
                Ok(found
                    .map(|(com, errors)| (Decibel::db(com) + gain, bit_error_ratio(errors, pam))))
            }
        }
    }

    /// What a class reaches, for light at the least laser power that closes, or at the most there is.
    fn rung(&self, class: ReceiverClass, loss: Decibel) -> Result<Option<Judged>, LinkError> {
        let Some(most) = self.at_most(class)? else { return Ok(None) };
        let mut rung = Rung {
            class,
            com: most.com,
            margin: most.com - self.demand.margin,
            pre_fec_ber: most.pre_fec_ber,
            limiter: most.limiter,
            budget: None,
            energy: self.parameters.host.energy(class, self.demand.line.payload, loss),
            latency: self.parameters.host.latency(class),
        };
        let Some(optics) = self.optics else { return Ok(Some((rung, most.outcome))) };
        let power = optics.max_lane_power();
        rung.budget = Some(optics.budget(power));
        if rung.closes()
            && let Some((least, pre_fec_ber)) = self.least(class, &most)?
        {
            rung.budget = Some(optics.budget(optics.set(least)));
            rung.pre_fec_ber = pre_fec_ber.unwrap_or(rung.pre_fec_ber);
        }
        Ok(Some((rung, most.outcome)))
    }

    /// The least laser power at which a class closes that does so at the most, and its error ratio; `None` without light.
    fn least(
        &self,
        class: ReceiverClass,
        most: &Verdict,
    ) -> Result<Option<(DecibelMilliwatt, Option<f64>)>, LinkError> {
        let Some(optics) = self.optics else { return Ok(None) };
        // Sequence detection gains as much with less light.
        let sequence = most.outcome.as_ref().and_then(|o| o.margin.sequence);
        let gain = Decibel::db(sequence.map_or(0.0, |s| s.gain_db));
        let margin = most.com - self.demand.margin;
        self.least_power(class, optics.max_lane_power(), margin, gain).map(Some)
    }

    /// COM of the bound itself at a laser power; `None` of a model that is none, and without light.
    fn bound_at(&self, class: ReceiverClass, power: DecibelMilliwatt) -> Option<Decibel> {
        let (Model::Bound(bound, _), Some(optics)) = (&self.model, self.optics) else {
            return None;
        };
        Some(bound.estimate(class, Some(&optics.budget(power))).com)
    }

    /// The least laser power at which a class closes with the equalisers that it has at the most, and its error ratio.
    fn least_power(
        &self,
        class: ReceiverClass,
        most: DecibelMilliwatt,
        margin: Decibel,
        gain: Decibel,
    ) -> Result<(DecibelMilliwatt, Option<f64>), LinkError> {
        let Some(optics) = self.optics.filter(|o| o.laser.setting != LightSetting::Bias) else {
            return Ok((most, None));
        };
        // An eye that is shut is as far from closing as one that lacks 20 dB.
        const SHUT: Decibel = Decibel::db(-20.0);
        let at = |power: DecibelMilliwatt| -> Result<(Decibel, f64), LinkError> {
            let found = self.dimmed(class, &optics.budget(power), gain)?;
            Ok(found.map_or((SHUT, 0.5), |(com, ber)| (com - self.demand.margin, ber)))
        };
        let bottom = most - POWER_SPAN;
        let (at_bottom, ber_at_bottom) = at(bottom)?;
        if at_bottom >= Decibel::ZERO {
            return Ok((bottom, Some(ber_at_bottom)));
        }
        if matches!(self.model, Model::Bound(..)) {
            let margin = |dbm: f64| {
                at(DecibelMilliwatt::dbm(dbm)).map_or(f64::NAN, |(margin, _)| margin.as_db())
            };
            // No crossing: it closes with all the light there is, and with no less.
            let least = lightloom_num::root(margin, bottom.as_dbm(), most.as_dbm(), NEAR_DB)
                .map_or(most, DecibelMilliwatt::dbm);
            return Ok((least, Some(at(least)?.1)));
        }
        // False position on the margin, which rises with power and saturates: a few steps suffice.
        let (mut low, mut high) = ((bottom, at_bottom), (most, margin));
        let mut error_ratio = None;
        for _ in 0..POWER_STEPS {
            if high.1 < MARGIN_STEP {
                break;
            }
            let share = (-low.1.as_db() / (high.1 - low.1).as_db()).clamp(0.15, 0.85);
            let middle = low.0 + (high.0 - low.0) * share;
            let (margin, ber) = at(middle)?;
            if margin >= Decibel::ZERO {
                high = (middle, margin);
                error_ratio = Some(ber);
            } else {
                low = (middle, margin);
            }
        }
        Ok((high.0, error_ratio))
    }
}
