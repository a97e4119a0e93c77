//! Bill of materials of a link, from parts; and the price that a margin makes of it.

use crate::technology::{ActiveCable, Medium, Retiming, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, Money, Ratio};

/// Price of one link to the buyer, by part. Boundary: both ends and the cable, without host chips.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LinkCost {
    /// Retimers, redrivers.
    pub retimer: Money,
    /// Photonic chip, driver, amplifier, assembly and housing; for copper the plugs.
    pub ends: Money,
    /// Lasers.
    pub laser: Money,
    /// Cable or fibre, by length.
    pub cable: Money,
}

impl LinkCost {
    /// Sum.
    #[must_use]
    pub fn total(&self) -> Money {
        self.retimer + self.ends + self.laser + self.cable
    }
}

/// Which retimers an end really holds: an assembly with room for one leaves it out where none is needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Built {
    pub(crate) retimed: bool,
    pub(crate) lanes: f64,
    pub(crate) fibres: f64,
}

/// Price of one end.
///
/// # Model
/// Module: bill of materials per bit rate, split into DSP, laser and the rest by published shares; half a DSP
/// where one direction is retimed. Engine: published engine cost per bit rate plus external lasers. Cost over
/// (1 - margin) is the price. Copper: plug and lane-metre prices, with a retimer or a redriver where one is built in.
pub(crate) fn end_price(
    facts: &Facts<'_>,
    technology: &Technology,
    rate: BitRate,
    built: &Built,
) -> Result<LinkCost, FactError> {
    let per_800g = rate / BitRate::gbps(800.0);
    let dsp = facts.get::<Money>("cost.module.bom_800g")?
        * facts.get::<Ratio>("cost.module.dsp_share")?.value();
    if technology.medium() == Medium::Copper {
        let plug: Money = facts.get("cost.copper.plug_800g")?;
        let retimer = match technology.active() {
            Some(ActiveCable::Redriver) => {
                facts.get::<Money>("cost.copper.redriver_800g")? * per_800g
            }
            _ if built.retimed => dsp * per_800g,
            _ => Money::ZERO,
        };
        let margin = facts.get::<Ratio>("cost.margin.copper")?.value();
        return Ok(LinkCost {
            retimer: retimer / (1.0 - margin),
            ends: plug * per_800g / (1.0 - margin),
            ..LinkCost::default()
        });
    }
    let is_module = technology.engine.as_ref().is_some_and(|e| e.process == "module");
    let market = if is_module { "module" } else { "engine" };
    let margin = 1.0 / (1.0 - facts.get::<Ratio>(&format!("cost.margin.{market}"))?.value());
    let retimed = technology.engine.as_ref().map_or(Retiming::None, |e| e.retiming);
    let dsps = match retimed {
        Retiming::None => 0.0,
        Retiming::Transmit => 0.5,
        Retiming::Both => 1.0,
    };
    // No DSP is paid for where the channel needs none.
    let retimer = dsp * (if built.retimed { dsps } else { 0.0 }) * per_800g * margin;
    let bom: Money = facts.get("cost.module.bom_800g")?;
    if is_module {
        let laser = facts.get::<Ratio>("cost.module.laser_share")?.value();
        let dsp_share = facts.get::<Ratio>("cost.module.dsp_share")?.value();
        return Ok(LinkCost {
            retimer,
            ends: bom * (1.0 - laser - dsp_share) * per_800g * margin,
            laser: bom * laser * per_800g * margin,
            cable: Money::ZERO,
        });
    }
    let engine: Money = facts.get("cost.engine.per_3200g")?;
    let els: Money = facts.get("cost.laser_module")?;
    let lanes_per_module = facts.get::<Count>("laser.external.lanes_per_module")?;
    Ok(LinkCost {
        retimer,
        ends: engine * (per_800g / 4.0) * margin,
        laser: els * (built.lanes / lanes_per_module.value()) * margin,
        cable: Money::ZERO,
    })
}

/// Price of a cable: what does not depend on its length, and a metre of it.
pub(crate) struct CablePrice {
    pub(crate) termination: Money,
    pub(crate) per_metre: Money,
}

pub(crate) fn cable_price(
    facts: &Facts<'_>,
    medium: Medium,
    built: &Built,
) -> Result<CablePrice, FactError> {
    let price = |id: &str, count: f64| Ok(facts.get::<Money>(id)? * count);
    Ok(match medium {
        Medium::Copper => CablePrice {
            termination: Money::ZERO,
            // A pair for each lane and direction.
            per_metre: price("cost.copper.pair_metre", 2.0 * built.lanes)?,
        },
        Medium::Fibre => CablePrice {
            termination: price("cost.fibre.termination", built.fibres)?,
            per_metre: price("cost.fibre.metre", built.fibres)?,
        },
    })
}
