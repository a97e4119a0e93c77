//! What an engine is made of and how much room it takes.

use crate::ChipAreas;
use crate::technology::{Interface, Retiming, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Area, ArealDensity, BitRate, Quantity, Ratio};
use serde::Serialize;

/// Size of one engine, or of the chips of one module.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EngineBody {
    /// Payload of one direction.
    pub capacity: BitRate,
    /// Circuits: the larger of electronic and photonic chip, which lie on each other, and the retimer beside them.
    pub circuits: Area,
    /// Area that it keeps others from: pads, fibre array, clearance.
    pub footprint: Area,
}

impl EngineBody {
    /// The engine of a technology; `None` for copper, and where the catalog has no area for its modulator.
    ///
    /// # Model
    /// `circuits = max(electronic, photonic) + retimer` by [`ChipAreas`]; `footprint = engine.keep_out * circuits`. Behind a
    /// parallel bus drivers are small: the photonic chip's density is measured with its electronic chip on it, and the
    /// area of a serial lane's transceiver is not used.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        payload: BitRate,
        retimed: bool,
    ) -> Result<Option<Self>, FactError> {
        let Some(engine) = &technology.engine else { return Ok(None) };
        let known = |field| format!("chip.photonic.{}.{field}", engine.modulator);
        if !["density", "lane_area"].iter().any(|f| facts.catalog().get(&known(f)).is_some()) {
            return Ok(None);
        }
        let lanes = engine.capacity / payload;
        let retimer = retimed && engine.retiming != Retiming::None;
        let chips = ChipAreas::from_facts(facts, &engine.modulator, payload, lanes, retimer)?;
        let serial = engine.interface == Interface::Serdes;
        let electronic = if serial { chips.electronic } else { Area::ZERO };
        let circuits = electronic.max(chips.photonic) + chips.retimer;
        let keep_out = facts.get::<Ratio>("engine.keep_out")?.value();
        Ok(Some(Self { capacity: engine.capacity, circuits, footprint: circuits * keep_out }))
    }

    /// Payload over the footprint.
    #[must_use]
    pub fn density(&self) -> ArealDensity {
        ArealDensity::from_si(self.capacity.si() / self.footprint.si())
    }

    /// Payload over the circuits alone: what papers on chips print.
    #[must_use]
    pub fn circuit_density(&self) -> ArealDensity {
        ArealDensity::from_si(self.capacity.si() / self.circuits.si())
    }
}
