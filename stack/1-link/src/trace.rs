//! A line in a package or a printed board: the two-coefficient loss of IEEE 802.3 Annex 93A.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{DelayPerLength, DielectricLoss, Quantity, SkinLoss};

/// A uniform line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trace {
    skin: SkinLoss,
    dielectric: DielectricLoss,
    /// Propagation delay.
    pub delay: DelayPerLength,
    /// Whether it lies in a package, not on a board.
    pub in_package: bool,
}

/// dB in one neper.
const DB_PER_NEPER: f64 = 8.685_889_638_065_035;

impl Trace {
    /// Reads `trace.NAME.skin`, `.dielectric` and `.delay`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        Ok(Self {
            skin: facts.get(&format!("trace.{name}.skin"))?,
            dielectric: facts.get(&format!("trace.{name}.dielectric"))?,
            delay: facts.get(&format!("trace.{name}.delay"))?,
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
}
