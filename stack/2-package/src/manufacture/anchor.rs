//! The level of costs: what is said of a whole unit over what its steps add up to.

use crate::manufacture::{Contents, Flow, ManufactureError, Names, within};
use crate::technology::Engine;
use lightloom_evidence::Facts;
use lightloom_link::Node;
use lightloom_units::{BitRate, Money, Quantity, Ratio};
use serde::{Deserialize, Serialize};

/// Units whose cost or price is published.
///
/// Steps count material, work and lost yield. What is sold carries development, equipment, small volumes and a chain of makers
/// too; what is published of one unit says how much, for all units of its market
/// and lane rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Anchor {
    /// That of another process.
    As(String),
    /// Units of this process, of rising lane rates.
    Units(Vec<AnchorUnit>),
}

/// What is published of a unit: the fact that states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Said {
    /// What it costs its maker.
    Cost(String),
    /// What its buyer pays.
    Price(String),
}

/// The unit of an anchor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorUnit {
    /// What it is said to cost.
    pub said: Said,
    /// Whether lasers are in that.
    pub lasers: bool,
    /// Payload of its lanes.
    pub payload: BitRate,
    /// Whether it holds a retimer.
    pub retimed: bool,
    /// Process node of its digital chips.
    pub node: Node,
    /// The unit.
    pub engine: Engine,
}

/// Factors from the cost of steps to the cost of what is sold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Level {
    /// On everything but lasers.
    pub unit: Ratio,
    /// On lasers: one where the published cost is without them.
    pub lasers: Ratio,
}

impl Level {
    /// What steps add up to.
    pub const STEPS: Self = Self { unit: Ratio::new(1.0), lasers: Ratio::new(1.0) };
}

/// Levels by lane rate, rising.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Levels(pub(crate) Vec<(BitRate, Level)>);

impl Levels {
    /// The level at a lane's payload.
    ///
    /// # Model
    /// Between two units along the logarithm of the lane rate; beyond the first and the last as theirs; without any, one.
    #[must_use]
    pub fn at(&self, payload: BitRate) -> Level {
        let above = self.0.iter().position(|(rate, _)| *rate >= payload);
        match (above, self.0.last()) {
            (_, None) => Level::STEPS,
            (None, Some((_, last))) => *last,
            (Some(0), _) => self.0[0].1,
            (Some(i), _) => {
                let ((low, a), (high, b)) = (self.0[i - 1], self.0[i]);
                let share = libm::log(payload / low) / libm::log(high / low);
                let mix = |a: Ratio, b: Ratio| {
                    Ratio::new(a.value() * libm::pow(b.value() / a.value(), share))
                };
                Level { unit: mix(a.unit, b.unit), lasers: mix(a.lasers, b.lasers) }
            }
        }
    }
}

impl AnchorUnit {
    /// The level that this unit sets, given its flow and the share of units whose joints are well aligned.
    ///
    /// # Model
    /// `level = published cost / cost of a good unit by its steps`, both with or both without lasers; of a price, what the
    /// seller's margin leaves.
    ///
    /// # Errors
    /// [`ManufactureError`] for a missing fact, or a unit of which next to none is good.
    pub fn level(
        &self,
        facts: &Facts<'_>,
        flow: &Flow,
        coupled: impl FnOnce(&Contents) -> Result<Ratio, ManufactureError>,
    ) -> Result<Level, ManufactureError> {
        let contents = Contents::of(facts, &self.engine, self.payload, self.retimed, None)?;
        let cost = flow.cost(&contents, coupled(&contents)?)?;
        let steps = if self.lasers { cost.total() } else { cost.retimer + cost.ends };
        let (id, share) = match &self.said {
            Said::Cost(id) => (id, 1.0),
            Said::Price(id) => (id, 1.0 / flow.markup()),
        };
        let published = facts.get::<Money>(id)? * share;
        let above = |what: &str, usd: f64| {
            within(usd > 0.0, what, "above zero", usd, "it is what a unit costs in USD")
        };
        above(id, published.as_usd())?;
        above("cost of the steps", steps.as_usd())?;
        let unit = Ratio::new(published.si() / steps.si());
        Ok(Level { unit, lasers: if self.lasers { unit } else { Level::STEPS.lasers } })
    }

    /// What its technology says of how it is made.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        let Engine { alignment, bond, .. } = &self.engine;
        Names { alignment, bond, node: self.node }
    }
}
