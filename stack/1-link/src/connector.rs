//! A separable connector: loss that grows with frequency, and the bandwidth wall of its generation.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Decibel, Frequency};

/// A connector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Connector {
    loss_db_per_ghz: f64,
    wall_ghz: f64,
}

impl Connector {
    /// Reads `connector.NAME.bandwidth` and the shared `connector.loss`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let loss: Decibel = facts.get("connector.loss_at_106ghz")?;
        let wall: Frequency = facts.get(&format!("connector.{name}.bandwidth"))?;
        Ok(Self { loss_db_per_ghz: loss.as_db() / 106.0, wall_ghz: wall.as_ghz() })
    }

    /// Loss in dB at a frequency in GHz.
    ///
    /// # Model
    /// `k f + 10 log10(1 + (f / f_wall)^12)`: proportional loss, and a sixth-order Butterworth edge with
    /// 3 dB at the end of the usable band, where real connectors have their first notches.
    ///
    /// # Validity
    /// Smooth: it has no notch below the wall. Optimistic within 10 % of the wall.
    #[must_use]
    pub fn loss_db(&self, f_ghz: f64) -> f64 {
        self.proportional_db(f_ghz) + 10.0 * libm::log10(self.edge(f_ghz))
    }

    /// The proportional part of the loss.
    pub(crate) fn proportional_db(&self, f_ghz: f64) -> f64 {
        self.loss_db_per_ghz * f_ghz
    }

    /// The edge as a ratio of powers, without a logarithm.
    pub(crate) fn edge(&self, f_ghz: f64) -> f64 {
        let x2 = f_ghz * f_ghz / (self.wall_ghz * self.wall_ghz);
        let x4 = x2 * x2;
        1.0 + x4 * x4 * x4
    }
}
