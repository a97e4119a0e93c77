//! How large the chips of a module or an engine are.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Area, ArealDensity, BitRate, Quantity};

/// Areas of the chips of one module or engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChipAreas {
    /// Drivers and amplifiers.
    pub electronic: Area,
    /// Modulators, detectors and what guides light between them.
    pub photonic: Area,
    /// The digital retimer; zero where none is built.
    pub retimer: Area,
}

impl ChipAreas {
    /// Areas for lanes of a payload with a named modulator.
    ///
    /// # Model
    /// Electronic chip and retimer: a published area for each lane, transmitter and receiver together; slow lanes have one of
    /// their own (`chip.electronic.NAME.lane_area`). Photonic chip: an area
    /// for each lane where the modulator has a length (`chip.photonic.NAME.lane_area`), payload over a published areal
    /// density where rings follow each other on a bus (`chip.photonic.NAME.density`).
    ///
    /// # Validity
    /// Lanes of 25 to 450 Gb/s; an area of a lane does not shrink with its rate.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(
        facts: &Facts<'_>,
        modulator: &str,
        payload: BitRate,
        lanes: f64,
        retimed: bool,
    ) -> Result<Self, FactError> {
        let head = format!("chip.photonic.{modulator}");
        let photonic = match facts.find::<ArealDensity>(&format!("{head}.density"))? {
            Some(density) => Area::from_si(payload.si() * lanes / density.si()),
            None => facts.get::<Area>(&format!("{head}.lane_area"))? * lanes,
        };
        let retimer =
            if retimed { facts.get::<Area>("chip.retimer.lane_area")? * lanes } else { Area::ZERO };
        let own = facts.find::<Area>(&format!("chip.electronic.{modulator}.lane_area"))?;
        let electronic = match own {
            Some(area) => area * lanes,
            None => facts.get::<Area>("chip.electronic.lane_area")? * lanes,
        };
        Ok(Self { electronic, photonic, retimer })
    }
}
