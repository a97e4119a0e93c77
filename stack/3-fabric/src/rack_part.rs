//! Racks as parts of the catalog: what they are wide, deep and high, what they supply and weigh.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Length, Mass, Power};
use serde::Serialize;

/// One kind of rack.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RackPart {
    /// Width of its place in a row.
    pub width: Length,
    /// Depth.
    pub depth: Length,
    /// Height for trays, without power shelves.
    pub height: Length,
    /// Most power that its bus bars or power strips give, at the rack inlet.
    pub supply: Power,
    /// Mass of the rack with its power shelves and manifolds, without trays and cables.
    pub mass: Mass,
    /// Mass of one rack unit of trays.
    pub mass_per_unit: Mass,
    /// Depth behind the trays that cables may take.
    pub plenum: Length,
}

/// One rack unit, IEC 60297.
pub const RACK_UNIT: Length = Length::mm(44.45);

impl RackPart {
    /// Reads `rack.NAME.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |what: &str| format!("rack.{name}.{what}");
        Ok(Self {
            width: facts.get(&id("width"))?,
            depth: facts.get(&id("depth"))?,
            height: facts.get(&id("height"))?,
            supply: facts.get(&id("supply"))?,
            mass: facts.get(&id("mass"))?,
            mass_per_unit: facts.get(&id("mass_per_unit"))?,
            plenum: facts.get(&id("plenum"))?,
        })
    }

    /// Mass of the rack with trays of a height.
    #[must_use]
    pub fn loaded(&self, trays: Length) -> Mass {
        self.mass + self.mass_per_unit * (trays / RACK_UNIT)
    }
}
