//! What fails in a link, and what is then replaced.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::FailureRate;
use serde::{Deserialize, Serialize};

/// The smallest thing that a repair replaces.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceUnit {
    /// A cable with its plugs.
    Cable,
    /// A module in a front panel.
    Module,
    /// A hot-swappable laser module.
    LaserModule,
    /// A socketed engine; the box is opened.
    Engine,
    /// The whole box with its package.
    Box,
    /// The backplane of a rack.
    Rack,
}

impl ServiceUnit {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Module => "module",
            Self::LaserModule => "laser module",
            Self::Engine => "engine, box opened",
            Self::Box => "box",
            Self::Rack => "rack backplane",
        }
    }
}

/// One way in which a link stops, with its rate over both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailureMode {
    /// The part.
    pub part: &'static str,
    /// Rate of one link, both ends.
    pub rate: FailureRate,
    /// What is replaced.
    pub unit: ServiceUnit,
}

/// Rates of the parts of one end. Boundary: one part of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartRates {
    pub(crate) laser_internal: FailureRate,
    pub(crate) laser_external: FailureRate,
    pub(crate) dsp: FailureRate,
    pub(crate) driver: FailureRate,
    pub(crate) tia: FailureRate,
    pub(crate) photodiode: FailureRate,
    pub(crate) cable: FailureRate,
    pub(crate) controller: FailureRate,
}

impl PartRates {
    pub(crate) fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            laser_internal: facts.get("fit.laser.dfb")?,
            laser_external: facts.get("fit.laser.cw")?,
            dsp: facts.get("fit.dsp")?,
            driver: facts.get("fit.driver")?,
            tia: facts.get("fit.tia")?,
            photodiode: facts.get("fit.photodiode")?,
            cable: facts.get("fit.dac")?,
            controller: facts.get("fit.controller")?,
        })
    }
}
