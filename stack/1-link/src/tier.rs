//! The tiers of the link model: one parameter set, four depths.

use crate::com::Resolution;
use serde::{Deserialize, Serialize};

/// How deep a link is looked into.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// T0: loss and folded noise of unbounded equalisers.
    Bound,
    /// T1: pulse response and finite equalisers, on a coarse grid.
    Pulse,
    /// T2: the channel operating margin.
    Margin,
    /// T3: the same on the grid of the standard's tables.
    Audit,
}

impl Tier {
    /// All, shallowest first.
    pub const ALL: [Self; 4] = [Self::Bound, Self::Pulse, Self::Margin, Self::Audit];

    /// `T0` to `T3`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bound => "T0",
            Self::Pulse => "T1",
            Self::Margin => "T2",
            Self::Audit => "T3",
        }
    }

    /// The next deeper one.
    #[must_use]
    pub const fn above(self) -> Option<Self> {
        match self {
            Self::Bound => Some(Self::Pulse),
            Self::Pulse => Some(Self::Margin),
            Self::Margin => Some(Self::Audit),
            Self::Audit => None,
        }
    }

    /// Grid of its pulse responses; a bound has none.
    #[must_use]
    pub const fn resolution(self) -> Option<Resolution> {
        match self {
            Self::Bound => None,
            Self::Pulse => Some(Resolution::Coarse),
            Self::Margin => Some(Resolution::Fast),
            Self::Audit => Some(Resolution::Official),
        }
    }
}

impl From<Resolution> for Tier {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Coarse => Self::Pulse,
            Resolution::Fast => Self::Margin,
            Resolution::Official => Self::Audit,
        }
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
