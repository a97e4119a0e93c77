//! What fails in a link, and what is then replaced.

use crate::cost::Built;
use crate::heat::HeatError;
use crate::technology::{ActiveCable, Retiming, Source};
use crate::wear::{End, Wear, Worn};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, FailureRate, Temperature};
use serde::{Deserialize, Serialize};

/// The smallest thing that a repair replaces.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceUnit {
    /// A cable with its plugs.
    Cable,
    /// A module in a front panel.
    Module,
    /// A hot-swappable laser module.
    LaserModule,
    /// A socketed engine; the box is opened.
    Engine,
    /// The whole box with its package.
    Box,
    /// The backplane of a rack.
    Rack,
}

impl ServiceUnit {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Module => "module",
            Self::LaserModule => "laser module",
            Self::Engine => "engine, box opened",
            Self::Box => "box",
            Self::Rack => "rack backplane",
        }
    }
}

/// One way in which a link stops, with its rate over both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailureMode {
    /// The part.
    pub part: &'static str,
    /// Rate of one link, both ends, at the temperatures and the drive that its parts have.
    pub rate: FailureRate,
    /// The same at the temperatures and the drive for which the catalog states rates.
    pub stated: FailureRate,
    /// Hottest of its parts in the middle of the year's inlets; `None` where no temperature is computed.
    pub temperature: Option<Temperature>,
    /// What is replaced.
    pub unit: ServiceUnit,
}

/// Rates of the parts of one end. Boundary: one part of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartRates {
    pub(crate) laser_internal: FailureRate,
    pub(crate) laser_external: FailureRate,
    pub(crate) dsp: FailureRate,
    pub(crate) driver: FailureRate,
    pub(crate) tia: FailureRate,
    pub(crate) photodiode: FailureRate,
    pub(crate) cable: FailureRate,
    pub(crate) controller: FailureRate,
}

impl PartRates {
    pub(crate) fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            laser_internal: facts.get("fit.laser.dfb")?,
            laser_external: facts.get("fit.laser.cw")?,
            dsp: facts.get("fit.dsp")?,
            driver: facts.get("fit.driver")?,
            tia: facts.get("fit.tia")?,
            photodiode: facts.get("fit.photodiode")?,
            cable: facts.get("fit.dac")?,
            controller: facts.get("fit.controller")?,
        })
    }
}

/// Ways to fail, over both ends.
///
/// # Model
/// Series of parts: a laser for the lanes that share it, a driver, an amplifier and a photodiode for each
/// lane, or channels of micro-LEDs beyond their spares, a DSP where one is built, a redriver in each plug that holds one, a
/// controller for each end. Lasers and chips fail as their place and drive make them ([`Wear`]). External lasers are replaced
/// alone; the rest with the technology's service unit.
///
/// # Validity
/// Plugs of active copper cables keep the rates that are stated: their heat is not computed. So do micro-LEDs, whose rate is
/// an upper bound for the whole of a transceiver.
pub(crate) fn failures(
    facts: &Facts<'_>,
    ends: [End<'_>; 2],
    built: &Built,
) -> Result<Vec<FailureMode>, HeatError> {
    let rates = PartRates::from_facts(facts)?;
    // Copper reads none of it, so that no plan of copper depends on it.
    let light = ends.iter().any(|end| end.technology.engine.is_some());
    let wear = if light { Some(Wear::from_facts(facts)?) } else { None };
    let mut modes: Vec<FailureMode> = Vec::new();
    let mut put = |part, stated: FailureRate, factor: f64, temperature, unit| {
        let rate = stated * factor;
        match modes.iter_mut().find(|m: &&mut FailureMode| m.part == part && m.unit == unit) {
            Some(mode) => {
                mode.rate += rate;
                mode.stated += stated;
                mode.temperature = hotter(mode.temperature, temperature);
            }
            None => modes.push(FailureMode { part, rate, stated, temperature, unit }),
        }
    };
    let mut worn_before: Option<(&str, Worn)> = None;
    for at in &ends {
        let (end, sharing) = (at.technology, at.sharing);
        let Some(engine) = &end.engine else {
            let mut add = |part, rate, unit| put(part, rate, 1.0, None, unit);
            add("cable", rates.cable / 2.0, end.service());
            if end.active() == Some(ActiveCable::Redriver) {
                add("redriver", facts.get("fit.redriver")?, end.service());
            } else if built.retimed {
                add("DSP", rates.dsp, end.service());
            }
            continue;
        };
        let led = engine.source() == Source::MicroLed;
        let worn = match (&wear, worn_before) {
            // Both ends alike.
            (_, Some((id, worn))) if id == end.id => worn,
            (Some(wear), _) if !led => at.worn(facts, wear)?,
            _ => Worn::AS_STATED,
        };
        worn_before = Some((&end.id, worn));
        let mut add_laser =
            |rate, unit| put("laser", rate, worn.laser, worn.laser_temperature, unit);
        let lasers = sharing.map_or(0.0, |s| built.lanes / s.lanes_per_laser);
        match engine.source() {
            Source::External => {
                add_laser(rates.laser_external * lasers, ServiceUnit::LaserModule);
            }
            Source::Internal => add_laser(rates.laser_internal * lasers, end.service()),
            Source::Vcsel => {
                add_laser(facts.get::<FailureRate>("fit.laser.vcsel")? * lasers, end.service());
            }
            Source::MicroLed => {
                // Published for 800 Gb/s with spare channels: emitters, drivers, detectors and amplifiers together.
                let payload = engine.line.map_or(BitRate::ZERO, |l| l.payload) * built.lanes;
                let of_800g: FailureRate = facts.get("fit.microled")?;
                let rate = of_800g * (payload / BitRate::gbps(800.0));
                put("channels beyond spares", rate, 1.0, None, end.service());
                put("controller", rates.controller, 1.0, None, end.service());
                continue;
            }
        }
        let mut add = |part, rate, unit| {
            put(part, rate, worn.electronics, worn.electronic_temperature, unit);
        };
        if built.retimed && engine.retiming != Retiming::None {
            add("DSP", rates.dsp, end.service());
        }
        let per_lane = rates.driver + rates.tia + rates.photodiode;
        // One chip carries several lanes' circuits.
        let chips = built.lanes / facts.get::<Count>("engine.lanes_per_chip")?.value();
        add("driver, amplifier, photodiode", per_lane * chips.max(1.0), end.service());
        add("controller", rates.controller, end.service());
    }
    Ok(modes)
}

fn hotter(a: Option<Temperature>, b: Option<Temperature>) -> Option<Temperature> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b > a { b } else { a }),
        (one, other) => one.or(other),
    }
}
