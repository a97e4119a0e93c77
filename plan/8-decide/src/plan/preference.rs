//! What the recommended mix was chosen by.

use schemars::JsonSchema;
use serde::Serialize;

/// What the mix was chosen by, and the limits that it keeps.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PreferenceRow {
    /// `cost`, or whose weights: `hyperscaler`, `the buyer`.
    pub by: String,
    /// What weights and limits change, in sentences; none where cost alone chooses.
    pub summary: Vec<String>,
    /// Weights that sum to one, heaviest first; none where cost alone chooses.
    pub weights: Vec<WeighedRow>,
    /// Limits on the whole.
    pub limits: Vec<LimitRow>,
}

/// A criterion that is weighed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WeighedRow {
    /// `cost`, `energy`, `repair`, `vendors`, `standard`, `evidence`, `date`, `turnkey`.
    pub criterion: String,
    /// Share of all weights.
    pub weight: f64,
}

/// A limit on the whole, with what is taken of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LimitRow {
    /// What is limited: `network power`, `cluster power`, `network price`, `racks`.
    pub what: String,
    /// At most so much, with unit.
    pub most: String,
    /// What the recommended mix takes, with unit.
    pub recommended: String,
    /// What the baseline takes, with unit.
    pub baseline: String,
    /// What the recommended mix takes over the limit.
    pub share: f64,
    /// Whether the recommended mix keeps it.
    pub kept: bool,
}
