//! What fails in a shipped cluster, and what that does to a job.

use serde::Deserialize;

/// Which faults count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Faults {
    /// All that the floors know.
    All,
    /// Accelerators, hosts and software.
    Compute,
    /// Links and switches.
    Network,
}

/// Interruptions of a job by the failure rates of components: `h` between them, `events` in a time, `%` of all of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruptions {
    /// A scenario or system that is shipped, in copper where it closes and retimed pluggables elsewhere.
    pub system: String,
    /// Accelerators of the job.
    pub accelerators: f64,
    /// Which faults count.
    pub faults: Faults,
    /// The time in which events are counted.
    #[serde(default)]
    pub time: Option<lightloom_units::Time>,
}

/// What of a link is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkPart {
    /// Parts of one end that break: half of the link's.
    End,
    /// The same, and connectors that must be cleaned or reseated.
    EndWithCleaning,
    /// Parts of both ends that break.
    Link,
    /// The same, and connectors that must be cleaned or reseated.
    LinkWithCleaning,
}

impl LinkPart {
    /// Whether cleaning counts.
    pub(crate) const fn cleaning(self) -> bool {
        matches!(self, Self::EndWithCleaning | Self::LinkWithCleaning)
    }

    /// The share of a link.
    pub(crate) const fn share(self) -> f64 {
        match self {
            Self::End | Self::EndWithCleaning => 0.5,
            Self::Link | Self::LinkWithCleaning => 1.0,
        }
    }
}

/// Which link.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum LinkOf {
    /// One of a shipped cluster.
    Class {
        /// A scenario or system.
        system: String,
        /// One of its link classes.
        class: String,
        /// The technology on it.
        technology: String,
    },
    /// One between two ports of a product.
    Product {
        /// Its id in the catalog.
        product: String,
    },
}

/// The failure rate of a link, summed over its parts: `FIT`.
#[derive(Debug, Clone, Deserialize)]
pub struct LinkFailures {
    /// Which link.
    #[serde(flatten)]
    pub of: LinkOf,
    /// What is counted.
    pub part: LinkPart,
}
