//! A line in a package or a printed board: the two-coefficient loss of IEEE 802.3 Annex 93A.

use crate::network::LineConstants;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{DelayPerLength, DielectricLoss, Quantity, Resistance, SkinLoss};

/// A uniform line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trace {
    skin: SkinLoss,
    dielectric: DielectricLoss,
    /// Propagation delay.
    pub delay: DelayPerLength,
    /// Differential characteristic impedance.
    pub impedance: Resistance,
    /// Whether it lies in a package, not on a board.
    pub in_package: bool,
}

/// dB in one neper.
pub(crate) const DB_PER_NEPER: f64 = 8.685_889_638_065_035;

impl Trace {
    /// Reads `trace.NAME.skin`, `.dielectric`, `.delay` and `.impedance`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        Ok(Self {
            skin: facts.get(&format!("trace.{name}.skin"))?,
            dielectric: facts.get(&format!("trace.{name}.dielectric"))?,
            delay: facts.get(&format!("trace.{name}.delay"))?,
            impedance: facts.get(&format!("trace.{name}.impedance"))?,
            in_package: name == "package",
        })
    }

    /// Loss in dB per metre at a frequency in GHz.
    ///
    /// # Model
    /// `alpha = a1 sqrt(f) + a2 f` in neper, conductor and dielectric loss.
    ///
    /// # Source
    /// IEEE 802.3 Annex 93A, eq. 93A-9 to 93A-14, real part.
    #[must_use]
    pub fn loss_db_per_m(&self, f_ghz: f64) -> f64 {
        let f = f_ghz * 1e9;
        DB_PER_NEPER * (self.skin.si() * f.sqrt() + self.dielectric.si() * f)
    }

    /// Loss in dB per metre at 1 GHz that grows with the root of frequency, and that grows with frequency.
    pub(crate) fn loss_coefficients(&self) -> [f64; 2] {
        [DB_PER_NEPER * self.skin.si() * 1e9_f64.sqrt(), DB_PER_NEPER * self.dielectric.si() * 1e9]
    }

    /// The line in the terms of Annex 93A.
    #[must_use]
    pub fn constants(&self) -> LineConstants {
        LineConstants::new(self.skin, self.dielectric, self.delay)
    }
}
