//! Lanes over a millimetre of die edge.

use crate::technology::{Interface, Medium, Retiming, Site, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, EdgeDensity, Length, Quantity};
use serde::{Deserialize, Serialize};

/// Classes of electrical interfaces by how far they drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeClass {
    /// Serial lanes that leave the package: boards, connectors, cables.
    LongReach,
    /// Serial lanes to an engine on or beside the package.
    ShortReach,
    /// A parallel bus to a chip on the same interposer.
    DieToDie,
}

impl EdgeClass {
    /// The class that a technology needs; `None` where its engine is stacked with the chip and no edge is crossed.
    ///
    /// # Model
    /// What the host's transmitter must drive decides: copper cables and retimed modules take long-reach lanes,
    /// linear engines on the board or the package short-reach lanes.
    #[must_use]
    pub fn of(technology: &Technology) -> Option<Self> {
        let engine = technology.engine.as_ref();
        let linear = engine.is_some_and(|e| e.retiming == Retiming::None);
        match technology.site {
            Site::Stacked => None,
            _ if engine.is_some_and(|e| e.interface == Interface::DieToDie) => Some(Self::DieToDie),
            _ if technology.medium() == Medium::Copper => Some(Self::LongReach),
            Site::Substrate | Site::Interposer => Some(Self::ShortReach),
            Site::Board if linear => Some(Self::ShortReach),
            _ => Some(Self::LongReach),
        }
    }

    /// Name in a sentence, as in the catalog's identifiers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LongReach => "long-reach",
            Self::ShortReach => "short-reach",
            Self::DieToDie => "die-to-die",
        }
    }
}

/// Lanes side by side along an edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ElectricalEdge {
    /// Its class.
    pub class: EdgeClass,
    /// Edge that one lane takes, transmitter and receiver together.
    pub lane_width: Length,
    /// Rows of lanes behind each other.
    pub rows: f64,
    /// Rate of a lane where the interface has a rate of its own; else it is the port's.
    pub own_lane: Option<BitRate>,
}

impl ElectricalEdge {
    /// The edge of a technology, from `edge.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn of(facts: &Facts<'_>, technology: &Technology) -> Result<Option<Self>, FactError> {
        EdgeClass::of(technology).map(|class| Self::from_facts(facts, class)).transpose()
    }

    /// Reads `edge.*` for a class.
    ///
    /// # Model
    /// Serial lanes: a macro keeps its width when its rate grows, so a published density becomes a width,
    /// `w = edge.lane_rate / edge.CLASS.density`, and the density follows the rate of the lane. Parallel buses: bumps
    /// give the width, `w = edge.die-to-die.width / edge.die-to-die.lanes`, and a lane keeps the bus's own rate.
    ///
    /// # Validity
    /// Lanes of 50 to 450 Gb/s in nodes of 7 to 2 nm. That macros of 224G are no wider than those of 112G is an
    /// extrapolation: analogue circuits shrink little, and the newer node pays for the higher rate.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, class: EdgeClass) -> Result<Self, FactError> {
        let head = format!("edge.{}", class.name());
        if class == EdgeClass::DieToDie {
            let width: Length = facts.get(&format!("{head}.width"))?;
            let lanes = facts.get::<Count>(&format!("{head}.lanes"))?.value();
            let own_lane = Some(facts.get(&format!("{head}.lane_rate"))?);
            return Ok(Self { class, lane_width: width / lanes, rows: 1.0, own_lane });
        }
        let density: EdgeDensity = facts.get(&format!("{head}.density"))?;
        let lane: BitRate = facts.get("edge.lane_rate")?;
        let lane_width = Length::from_si(lane.si() / density.si());
        Ok(Self { class, lane_width, rows: 1.0, own_lane: None })
    }

    /// Bits over a millimetre, one direction, for lanes of a payload.
    ///
    /// # Model
    /// `rows * rate / width`
    ///
    /// # Example
    /// ```
    /// use lightloom_package::space::{EdgeClass, ElectricalEdge};
    /// use lightloom_units::{BitRate, Length};
    /// // A parallel bus of 64 lanes at 16 Gb/s over 388.8 um. Link facts O03 print 5270 Gb/s/mm, which is twice this:
    /// // both directions together.
    /// let bus = ElectricalEdge {
    ///     class: EdgeClass::DieToDie,
    ///     lane_width: Length::um(388.8 / 64.0),
    ///     rows: 1.0,
    ///     own_lane: Some(BitRate::gbps(16.0)),
    /// };
    /// let density = bus.density(BitRate::gbps(50.0)).as_gbps_per_mm();
    /// assert!((2.0 * density / 5270.0 - 1.0).abs() < 1e-3);
    /// ```
    #[must_use]
    pub fn density(&self, payload: BitRate) -> EdgeDensity {
        let rate = self.own_lane.unwrap_or(payload);
        EdgeDensity::from_si(self.rows * rate.si() / self.lane_width.si())
    }
}
