//! Price of a link by part: ends as they are made, cable by the metre.

use crate::light::Sharing;
use crate::manufacture::flow::retimer_price;
use crate::manufacture::{Contents, ManufactureError};
use crate::shop::Shop;
use crate::technology::{ActiveCable, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::Line;
use lightloom_units::{BitRate, Money, Ratio};

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
/// Module or engine: what a good one costs by its process ([`Flow`]) at the level of what is sold, over one less the seller's margin, by the share of its
/// capacity that the port takes. Copper: a plug by its rate, with the retimer that a module would have, or the redriver,
/// where one is built in.
///
/// [`Flow`]: crate::manufacture::Flow
pub(crate) fn end_price(
    shop: &Shop<'_>,
    technology: &Technology,
    rate: BitRate,
    line: &Line,
    built: &Built,
    sharing: Option<Sharing>,
) -> Result<LinkCost, ManufactureError> {
    let facts = shop.facts;
    let Some(engine) = &technology.engine else {
        let plug: Money = facts.get("cost.copper.plug_800g")?;
        let [_, node] = shop.nodes();
        let retimer = match technology.active() {
            Some(ActiveCable::Redriver) => {
                facts.get::<Money>("cost.copper.redriver_800g")? * (rate / BitRate::gbps(800.0))
            }
            _ if built.retimed => retimer_price(facts, built.lanes, node)?,
            _ => Money::ZERO,
        };
        let margin = facts.get::<Ratio>("cost.margin.copper")?.value();
        return Ok(LinkCost {
            retimer: retimer / (1.0 - margin),
            ends: plug * (rate / BitRate::gbps(800.0)) / (1.0 - margin),
            ..LinkCost::default()
        });
    };
    let contents = Contents::of(facts, engine, line.payload, built.retimed, sharing)?;
    let flow = shop.flow(technology, engine)?;
    let cost =
        flow.cost(&contents, shop.coupled(&flow, &contents)?)?.at(&flow.levels.at(line.payload));
    let share = rate / engine.capacity * flow.markup();
    Ok(LinkCost {
        retimer: cost.retimer * share,
        ends: cost.ends * share,
        laser: cost.laser * share,
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
    name: &str,
    built: &Built,
) -> Result<CablePrice, FactError> {
    let price = |id: &str, count: f64| Ok(facts.get::<Money>(id)? * count);
    Ok(match name {
        "copper" => CablePrice {
            termination: Money::ZERO,
            // A pair for each lane and direction.
            per_metre: price("cost.copper.pair_metre", 2.0 * built.lanes)?,
        },
        fibre => CablePrice {
            termination: price(&format!("cost.{fibre}.termination"), built.fibres)?,
            per_metre: price(&format!("cost.{fibre}.metre"), built.fibres)?,
        },
    })
}
