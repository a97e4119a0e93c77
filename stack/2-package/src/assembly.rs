//! From an assembly to a port: the lane is built, evaluated both ways, and summed up.

use crate::Density;
use crate::cost::{Built, LinkCost, cable_price, end_price};
use crate::heat::HeatError;
use crate::light::{LightBudget, Sharing};
use crate::links::Way;
use crate::manufacture::ManufactureError;
use crate::service::{FailureMode, ServiceUnit, failures};
use crate::shop::Shop;
use crate::technology::{Engine, Medium, Source, Technology};
use crate::wear::{End, laser_light};
use crate::worst::{Direction, WorstSection};
use lightloom_evidence::FactError;
use lightloom_link::{
    EnergySplit, LatencySplit, Limiter, Line, LinkError, LinkOutcome, RequiredReceiver, Rung,
    Section, Twinax,
};
use lightloom_units::{BitRate, Decibel, FailureRate, Length, Mass, Money, Power, Quantity, Ratio};
use std::sync::Arc;

/// What a port must do.
#[derive(Debug, Clone, PartialEq)]
pub struct PortSpec {
    /// Payload of the port in one direction.
    pub rate: BitRate,
    /// One lane's signal.
    pub line: Line,
    /// Cable length from end to end.
    pub length: Length,
    /// The same link's length with all facts nominal, in a shop around another; else not used.
    pub nominal_length: Length,
    /// Whether the near end is a switch; the far end always is one.
    pub near_is_switch: bool,
    /// Whether its fibres pass an optical circuit switch, both directions of a lane on one fibre by circulators.
    pub through_circuit_switch: bool,
}

/// Whether the longest cable that closes is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReachSearch {
    /// Yes.
    Full,
    /// No: the reach is the length asked for, or zero; for sensitivities, where only closing matters.
    AtLength,
}

/// Why a port cannot be built; a port that is built and does not close is a result, not an error.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AssemblyError {
    /// A fact is missing.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// The link floor refused.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// Its modules or engines cannot be made.
    #[error(transparent)]
    Manufacture(#[from] ManufactureError),
    /// The temperatures of its parts cannot be computed.
    #[error(transparent)]
    Heat(#[from] HeatError),
    /// A technology that does not exist.
    #[error("the library has no technology `{0}`")]
    Unknown(String),
    /// A partner that does not exist.
    #[error("technology `{technology}` names the partner `{partner}`, which is not in the catalog")]
    NoPartner {
        /// The technology.
        technology: String,
        /// The missing id.
        partner: String,
    },
    /// Copper facing fibre.
    #[error("technology `{technology}` and its partner `{partner}` have different media")]
    Media {
        /// The technology.
        technology: String,
        /// Its partner.
        partner: String,
    },
}

/// A port's link: both ends and what lies between.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// Technology of the switch end.
    pub technology: String,
    /// Technology of the near end.
    pub near: String,
    /// Smallest margin of both directions at the length asked for.
    pub margin: Decibel,
    /// Longest cable that is built, where the length asked for exceeds it: then nothing closes, however
    /// strong the signal.
    pub too_long_for: Option<Length>,
    /// What limits it.
    pub limiter: Limiter,
    /// The section that has it, with what its receiver sees; `None` for what is estimated, and where nothing is decided.
    pub worst: Option<Arc<WorstSection>>,
    /// Receivers of the worse direction's stretches, in order; none for what is estimated.
    pub receivers: Vec<StretchReceiver>,
    /// Light of a lane in the worse direction; `None` for what is estimated, for copper, and where no eye opens.
    pub light: Option<Arc<LightBudget>>,
    /// Largest loss of copper that a receiver must equalise.
    pub loss: Decibel,
    /// Error ratio before correction, worse direction.
    pub pre_fec_ber: f64,
    /// Whether a digital signal processor sits in a module or plug: an outcome.
    pub module_dsp: bool,
    /// Gauge taken, for copper.
    pub awg: Option<u8>,
    /// Longest cable that closes, by a search up to 2 km.
    pub reach: Length,
    /// Energy per payload bit in one direction, mean of both directions, both ends.
    pub energy: EnergySplit,
    /// Energy of the near and the far end, per bit of one direction: what transmits one way and receives the other.
    pub end_energy: [EnergySplit; 2],
    /// One-way latency, worse direction.
    pub latency: LatencySplit,
    /// Optics of the near and the far end: module or engine with its laser share, both directions' payload.
    pub optics_power: [Power; 2],
    /// Transceivers in the near and the far host chip.
    pub host_power: [Power; 2],
    /// Bandwidth density of the switch end.
    pub density: Density,
    /// Price of the link with cable of the length asked for.
    pub cost: LinkCost,
    /// Price of a metre of its cable.
    pub cable_per_metre: Money,
    /// Fibres of the link, both directions.
    pub fibres: f64,
    /// Lanes or wavelengths of one direction.
    pub lanes: f64,
    /// Lasers of the link, both ends.
    pub lasers: f64,
    /// How many lanes a laser and a laser module of the switch end feed; `None` for copper.
    pub sharing: Option<Sharing>,
    /// Ways to fail.
    pub failures: Vec<FailureMode>,
    /// What a failed conversion takes with it.
    pub service: ServiceUnit,
    /// Payload of one failed engine or module, over the port's.
    pub ports_per_unit: f64,
    /// Mass of the cable per metre.
    pub mass_per_metre: Mass,
    /// Outer diameter of the cable.
    pub diameter: Length,
}

/// What closes a stretch of a lane between two points of decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StretchReceiver {
    /// `copper`, `light` or `die to die`.
    pub stretch: &'static str,
    /// Loss of its copper at Nyquist.
    pub loss: Decibel,
    /// The receiver taken, or the one that comes nearest; `None` where nothing is decided or no eye opens.
    pub rung: Option<Rung>,
}

impl Port {
    /// Whether it closes at the length asked for.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.too_long_for.is_none() && self.margin >= Decibel::ZERO
    }

    /// Rate of failures of the link, all modes.
    #[must_use]
    pub fn failure_rate(&self) -> FailureRate {
        self.failures.iter().map(|f| f.rate).sum()
    }

    /// The same at the temperatures and the drive for which the catalog states rates: what the field's shares of other causes, such
    /// as dirt, are taken of, since these do not follow heat.
    #[must_use]
    pub fn stated_failure_rate(&self) -> FailureRate {
        self.failures.iter().map(|f| f.stated).sum()
    }

    /// Why it does not close, as a number in a sentence; `None` when it closes.
    #[must_use]
    pub fn reason(&self, length: Length) -> Option<String> {
        if let Some(longest) = self.too_long_for {
            return Some(format!("{length:.1} is longer than its cables are built ({longest:.1})"));
        }
        (!self.closes()).then(|| {
            let reach = match self.reach {
                Length::ZERO => "closes at no length".to_owned(),
                reach => format!("reach {reach:.1}"),
            };
            let limiter = self.limiter.name();
            format!("margin {:.1} at {length:.1} by {limiter} ({reach})", self.margin)
        })
    }
}

/// Lengths tried for fibre; loss is small, so decades suffice.
const FIBRE_LENGTHS_M: [f64; 6] = [10.0, 50.0, 100.0, 500.0, 1000.0, 2000.0];
/// Lengths tried for directly modulated sources, whose fibres take their bandwidth.
const SHORT_LENGTHS_M: [f64; 12] =
    [1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0, 150.0, 200.0];
/// Longest copper that is looked at.
const COPPER_LIMIT: Length = Length::m(10.0);

/// Both directions of a link at one length.
pub(crate) struct Both {
    pub(crate) forward: LinkOutcome,
    pub(crate) backward: LinkOutcome,
    pub(crate) awg: Option<u8>,
    /// Lasers of the near and the far end.
    pub(crate) sharing: [Option<Sharing>; 2],
}

impl Both {
    pub(crate) fn margin(&self) -> Decibel {
        self.forward.margin.min(self.backward.margin)
    }
}

pub(crate) fn evaluate_both(
    shop: &Shop<'_>,
    near: &Technology,
    far: &Technology,
    spec: &PortSpec,
    length: Length,
) -> Result<Both, AssemblyError> {
    // Where a cable is looked at that is not as long as the link, facts nominal or moved, it is its own measure.
    let nominal = if length == spec.length { spec.nominal_length } else { length };
    let one = |ends, awg| shop.link(&Way::new(ends, spec, awg, length), nominal);
    if far.medium() == Medium::Fibre {
        let payload = Shop::line(far, spec).payload;
        let lit = |mut outcome: LinkOutcome, from| -> Result<_, AssemblyError> {
            let sharing = Sharing::found(shop.facts, from, payload, &mut outcome)?;
            Ok((outcome, sharing))
        };
        let (forward, of_near) = lit(one([near, far], None)?, near)?;
        let (backward, of_far) = if near.id == far.id {
            (forward.clone(), of_near)
        } else {
            lit(one([far, near], None)?, far)?
        };
        return Ok(Both { forward, backward, awg: None, sharing: [of_near, of_far] });
    }
    // The thinnest gauge that closes; else the best margin.
    let mut best: Option<Both> = None;
    for awg in far.cable.as_ref().map_or(&[] as &[u8], |c| c.awg.as_slice()) {
        let outcome = one([near, far], Some(*awg))?;
        let closes = outcome.closes();
        if best.as_ref().is_none_or(|b| outcome.margin > b.margin()) {
            let (forward, backward) = (outcome.clone(), outcome);
            best = Some(Both { forward, backward, awg: Some(*awg), sharing: [None; 2] });
        }
        if closes {
            break;
        }
    }
    best.ok_or_else(|| LinkError::Empty.into())
}

pub(crate) fn find_reach(
    shop: &Shop<'_>,
    near: &Technology,
    far: &Technology,
    spec: &PortSpec,
) -> Result<Length, AssemblyError> {
    if let Some(cable) = &far.cable {
        let built = match &cable.longest {
            Some(name) => shop.facts.get::<Length>(&format!("distance.{name}"))?,
            None => COPPER_LIMIT,
        };
        let thickest = cable.awg.iter().copied().min();
        return shop.longest(&Way::new([near, far], spec, thickest, spec.length), built);
    }
    let source = far.engine.as_ref().map(Engine::source);
    let lengths: &[f64] = match source {
        Some(Source::Vcsel | Source::MicroLed) => &SHORT_LENGTHS_M,
        _ => &FIBRE_LENGTHS_M,
    };
    let closes = |metres: f64| -> Result<bool, AssemblyError> {
        let both = evaluate_both(shop, near, far, spec, Length::m(metres))?;
        Ok(both.margin() >= Decibel::ZERO)
    };
    // Margin falls with length, and mostly light closes at the longest length or at none.
    let (mut within, mut beyond) = (0, lengths.len() - 1);
    if closes(lengths[beyond])? {
        return Ok(Length::m(lengths[beyond]));
    }
    if !closes(lengths[within])? {
        return Ok(Length::ZERO);
    }
    while within + 1 < beyond {
        let middle = usize::midpoint(within, beyond);
        if closes(lengths[middle])? { within = middle } else { beyond = middle }
    }
    Ok(Length::m(lengths[within]))
}

/// How far a technology reaches: the longest cable that closes and is built, whatever length the spec asks for.
///
/// # Errors
/// As [`assemble`].
pub fn reach(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
) -> Result<Length, AssemblyError> {
    let near = shop.near(technology, spec)?;
    find_reach(shop, near, technology, spec)
}

/// Looks at the lanes of a port and at nothing else, so that a view of the facts knows which of them lanes read.
///
/// # Errors
/// As [`assemble`].
pub fn look_at_lanes(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
) -> Result<(), AssemblyError> {
    let near = shop.near(technology, spec)?;
    evaluate_both(shop, near, technology, spec, spec.length).map(|_| ())
}

/// Builds a port of a technology and says what it does.
///
/// # Model
/// The switch end has the technology, the near end what that technology faces ([`Partner`](crate::technology::Partner)). Both directions
/// are evaluated by the link floor; margin and latency are of the worse, energy is their mean. Power of an
/// end is its half of the energy at the port's rate, both directions added.
///
/// # Errors
/// [`AssemblyError`] for missing facts or partners, or a link outside the models' range.
pub fn assemble(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
    search: ReachSearch,
) -> Result<Port, AssemblyError> {
    let near = shop.near(technology, spec)?;
    let both = evaluate_both(shop, near, technology, spec, spec.length)?;
    let mut reach = match search {
        ReachSearch::Full => find_reach(shop, near, technology, spec)?,
        ReachSearch::AtLength if both.margin() >= Decibel::ZERO => spec.length,
        ReachSearch::AtLength => Length::ZERO,
    };
    let margin = both.margin();
    if margin >= Decibel::ZERO {
        // The search stops within two centimetres; what closes at this length reaches it.
        reach = reach.max(spec.length);
    }
    let mut too_long_for = None;
    if let Some(name) = technology.cable.as_ref().and_then(|c| c.longest.as_ref()) {
        let longest: Length = shop.facts.get(&format!("distance.{name}"))?;
        reach = reach.min(longest);
        too_long_for = Some(longest).filter(|longest| spec.length > *longest);
    }
    let [of_near, of_switch] = both.sharing;
    let backwards = both.backward.margin < both.forward.margin;
    let (worse, ends, direction) = if backwards {
        (&both.backward, [technology, near], Direction::FromSwitch)
    } else if near.id == technology.id || technology.medium() == Medium::Copper {
        (&both.forward, [near, technology], Direction::Alike)
    } else {
        (&both.forward, [near, technology], Direction::TowardsSwitch)
    };
    let way = Way::new(ends, spec, both.awg, spec.length);
    let (worst, light, receivers) = match shop.nominal {
        Some(_) => (None, None, Vec::new()),
        None => {
            let sections = way.spec(shop)?.sections;
            let worst = shop.worst_section(&way, direction, worse)?;
            let sharing = if backwards { of_switch } else { of_near };
            (worst, light(&sections, worse, sharing), receivers(&sections, worse))
        }
    };
    let energy = (both.forward.energy() + both.backward.energy()).scaled(0.5);
    let line = Shop::line(technology, spec);
    let lanes = (spec.rate / line.payload).max(1.0);
    let strands = technology.engine.as_ref().map_or(0.0, |e| e.strands(lanes));
    let fibres = strands * 2.0;
    let module_dsp = both.forward.has_module_dsp() || both.backward.has_module_dsp();
    let built = Built { retimed: module_dsp, lanes, fibres };
    let mut cost = LinkCost::default();
    let mut lasers = 0.0;
    for (end, sharing) in [(near, of_near), (technology, of_switch)] {
        let price = end_price(shop, end, spec.rate, &line, &built, sharing)?;
        cost.retimer += price.retimer;
        cost.ends += price.ends;
        cost.laser += price.laser;
        let is_led = end.engine.as_ref().is_some_and(|e| e.source() == Source::MicroLed);
        if let Some(sharing) = sharing.filter(|_| !is_led) {
            lasers += lanes / sharing.lanes_per_laser;
        }
    }
    let name = technology.engine.as_ref().map_or("copper", Engine::cable);
    let cable = cable_price(shop.facts, name, &built)?;
    cost.cable = cable.per_metre * spec.length.as_m() + cable.termination;
    let (mass_per_metre, diameter) = cable_body(shop, name, both.awg, &built)?;
    let end_energy = end_energy(&both);
    let latency = slower(both.forward.latency, both.backward.latency);
    let worn = |technology, sharing, energy, out: &LinkOutcome| End {
        technology,
        sharing,
        payload: line.payload,
        retimed: module_dsp,
        energy,
        light: laser_light(out, sharing),
    };
    let ends_worn = [
        worn(near, of_near, &end_energy[0], &both.forward),
        worn(technology, of_switch, &end_energy[1], &both.backward),
    ];
    Ok(Port {
        technology: technology.id.clone(),
        near: near.id.clone(),
        margin,
        too_long_for,
        limiter: worse.limiter,
        worst: worst.map(Arc::new),
        light: light.map(Arc::new),
        receivers,
        loss: both.forward.loss.max(both.backward.loss),
        pre_fec_ber: both.forward.pre_fec_ber.max(both.backward.pre_fec_ber),
        module_dsp,
        awg: both.awg,
        reach,
        optics_power: end_energy.map(|e| e.optics() * spec.rate),
        host_power: end_energy.map(|e| e.host_serdes * spec.rate),
        energy,
        end_energy,
        latency,
        density: Density::of(shop.facts, technology, &line, module_dsp, of_switch)?,
        cost,
        fibres,
        lanes,
        lasers,
        sharing: of_switch,
        cable_per_metre: cable.per_metre,
        failures: failures(shop.facts, ends_worn, &built)?,
        service: technology.service(),
        ports_per_unit: technology
            .engine
            .as_ref()
            .map_or(1.0, |e| (e.capacity / spec.rate).max(1.0)),
        mass_per_metre,
        diameter,
    })
}

/// What becomes of the light on a way.
fn light(
    sections: &[Section],
    outcome: &LinkOutcome,
    sharing: Option<Sharing>,
) -> Option<LightBudget> {
    sections.iter().zip(&outcome.sections).find_map(|(section, found)| match section {
        Section::Optical { optics, .. } => {
            let light = LightBudget::new(optics, &found.best()?.budget?);
            Some(match sharing {
                Some(sharing) => light.shared(&sharing),
                None => light,
            })
        }
        _ => None,
    })
}

/// What closes the stretches of a way.
fn receivers(sections: &[Section], outcome: &LinkOutcome) -> Vec<StretchReceiver> {
    let of = |(section, found): (&Section, &RequiredReceiver)| StretchReceiver {
        stretch: match section {
            Section::DieToDie => "die to die",
            Section::Electrical(_) => "copper",
            Section::Redriven { .. } => "redriven copper",
            Section::Optical { .. } => "light",
        },
        loss: found.loss,
        rung: found.best().copied(),
    };
    sections.iter().zip(&outcome.sections).map(of).collect()
}

pub(crate) fn slower(a: LatencySplit, b: LatencySplit) -> LatencySplit {
    if b.total() > a.total() { b } else { a }
}

/// Energy of the near and the far end: what transmits one way and receives the other.
fn end_energy(both: &Both) -> [EnergySplit; 2] {
    let [near_out, far_in] = both.forward.ends;
    let [far_out, near_in] = both.backward.ends;
    [near_out + near_in, far_out + far_in]
}

/// Mass per metre and diameter.
///
/// # Model
/// Copper: two pairs a lane (one for each direction); a pair's area is `k` times its conductors', its mass
/// copper plus as much again for shield and jacket. Fibre: a ribbon cable by published mass per fibre.
fn cable_body(
    shop: &Shop<'_>,
    name: &str,
    awg: Option<u8>,
    built: &Built,
) -> Result<(Mass, Length), FactError> {
    let Some(awg) = awg else {
        let mass: Mass = shop.facts.get(&format!("cable.{name}.mass_per_strand"))?;
        let strand: Length = shop.facts.get(&format!("cable.{name}.strand"))?;
        let diameter = Length::m(strand.as_m() * built.fibres.max(1.0).sqrt());
        return Ok((mass * built.fibres, diameter));
    };
    let conductor = Twinax::conductor(awg).as_m();
    let pair_over_conductor = shop.facts.get::<Ratio>("cable.copper.pair_diameter")?.value();
    let mass_over_copper = shop.facts.get::<Ratio>("cable.copper.mass")?.value();
    let pairs = 2.0 * built.lanes;
    let copper = 2.0 * std::f64::consts::FRAC_PI_4 * conductor * conductor * COPPER_KG_PER_M3;
    let diameter = pair_over_conductor * conductor * pairs.sqrt();
    Ok((Mass::from_si(copper * mass_over_copper * pairs), Length::m(diameter)))
}

/// Density of copper. CRC Handbook of Chemistry and Physics.
const COPPER_KG_PER_M3: f64 = 8960.0;
