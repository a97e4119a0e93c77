//! The loss that a standard allows a channel.

use lightloom_units::Decibel;
use serde::{Deserialize, Serialize};

/// A limit of the insertion loss at the Nyquist frequency. COM decides; this is what a channel is planned against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossLimit {
    /// Largest loss.
    pub loss: Decibel,
    /// From where to where it is counted.
    pub between: LossSpan,
    /// Who says so, in a few words.
    pub name: String,
    /// Where it was read.
    pub source: String,
}

/// From where to where a loss is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossSpan {
    /// The channel between the packages.
    BallToBall,
    /// The cable alone: boards of the hosts stand with the packages.
    CableAssembly,
    /// With both packages.
    DieToDie,
}
