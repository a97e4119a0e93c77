//! Network interfaces.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Money, Power, Time};
use serde::Serialize;

/// One network interface card or chip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NicPart {
    /// Line rate, one direction.
    pub rate: BitRate,
    /// Card with its line-side SerDes, without optics; direct current.
    pub power: Power,
    /// Host memory to line, one way, without software.
    pub latency: Time,
    /// Price of one to the buyer, without optics.
    pub price: Money,
}

impl NicPart {
    /// Reads `nic.NAME.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |what: &str| format!("nic.{name}.{what}");
        Ok(Self {
            rate: facts.get(&id("rate"))?,
            power: facts.get(&id("power"))?,
            latency: facts.get(&id("latency"))?,
            price: facts.get(&id("price"))?,
        })
    }
}
