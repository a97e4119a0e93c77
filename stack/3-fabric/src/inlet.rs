//! Between the rack inlet and the chips.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{EnergyPerBit, Power, Ratio};
use serde::Serialize;

/// Conversion at the rack inlet, and what published chip powers contain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inlet {
    /// Direct current delivered over power drawn at the rack inlet.
    pub psu_efficiency: Ratio,
    /// SerDes energy that the rated power of accelerators and interfaces contains: both ends of a link, per
    /// bit of one direction. One chip's share of a link of rate `R` is `R` times this.
    pub rated_serdes_energy: EnergyPerBit,
}

impl Inlet {
    /// Reads `inlet.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            psu_efficiency: facts.get("inlet.psu_efficiency")?,
            rated_serdes_energy: facts.get("inlet.rated_serdes_energy")?,
        })
    }

    /// Power at the inlet that so much direct current takes, with fans as a share of it.
    #[must_use]
    pub fn draw(&self, direct: Power, fan_share: Ratio) -> Power {
        direct * (1.0 + fan_share.value()) / self.psu_efficiency.value()
    }

    /// Direct current behind so much power at the inlet: the inverse of [`Inlet::draw`].
    #[must_use]
    pub fn deliver(&self, inlet: Power, fan_share: Ratio) -> Power {
        inlet * self.psu_efficiency.value() / (1.0 + fan_share.value())
    }
}
