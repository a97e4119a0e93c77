//! When a technology can be bought in volume, and from how many.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::Count;

/// Readiness of one technology.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readiness {
    /// Calendar year from which it can be bought in volume.
    pub year: f64,
    /// Vendors that offer interchangeable parts then.
    pub vendors: f64,
}

impl Readiness {
    /// From the facts `ready.NAME.year` and `ready.NAME.vendors`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, technology: &str) -> Result<Self, FactError> {
        Ok(Self {
            year: facts.get::<Count>(&format!("ready.{technology}.year"))?.value(),
            vendors: facts.get::<Count>(&format!("ready.{technology}.vendors"))?.value(),
        })
    }
}
