//! A collective operation by every algorithm, and beside what was measured.

use super::SettingRow;
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const COLLECTIVE_SCHEMA: &str = "lightloom.collective/1";

/// A collective operation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CollectiveSheet {
    /// Form of the document: `lightloom.collective/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// What it runs on; `None` for a torus or circuits that were described by themselves.
    pub setting: Option<SettingRow>,
    /// The network in words, where it was described by itself.
    pub network: Option<String>,
    /// The operation.
    pub operation: String,
    /// The whole vector; of an exchange between experts, the tokens of one rank.
    pub bytes: f64,
    /// Ranks.
    pub ranks: u64,
    /// Distance of neighbours in rank order.
    pub stride: u64,
    /// What is exchanged, of an exchange between experts.
    pub exchange: Option<ExchangeRow>,
    /// Every way, quickest first.
    pub algorithms: Vec<AlgorithmRow>,
    /// Beside what was measured.
    pub measured: Option<MeasuredSheet>,
    /// The answer in one sentence.
    pub meaning: String,
}

/// What is exchanged between experts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct ExchangeRow {
    /// Experts in all.
    pub experts: u64,
    /// Experts that a token visits.
    pub copies: u64,
    /// Most domains that a token's experts lie in.
    pub node_limit: Option<u64>,
}

/// One way of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AlgorithmRow {
    /// The algorithm.
    pub algorithm: String,
    /// The protocol of the library, or what tells two ways of the same algorithm apart.
    pub variant: String,
    /// Its time.
    pub time_us: f64,
    /// What the smallest message takes.
    pub latency_us: f64,
    /// Size over time.
    pub algorithm_gbytes_per_s: f64,
    /// The same times the factor of nccl-tests, which compares with line rate.
    pub bus_gbytes_per_s: f64,
    /// What takes the larger part: latency, or the wire of a network.
    pub limit: String,
    /// What one rank sends over each network.
    pub sent: Vec<TierBytesRow>,
}

/// What one rank sends over a network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TierBytesRow {
    /// The network.
    pub network: String,
    /// Bytes.
    pub bytes: f64,
    /// Their time at the rate that the library reaches.
    pub wire_us: f64,
}

/// A measured sweep beside what is computed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredSheet {
    /// Version of the library, where it was printed.
    pub version: Option<String>,
    /// By size.
    pub rows: Vec<MeasuredRow>,
    /// Mean of the errors' amounts, all sizes, as computed.
    pub mean_error_percent: f64,
    /// The same with the fitted constants.
    pub fitted_mean_error_percent: f64,
    /// Constants fitted to it.
    pub constants: Vec<FitRow>,
    /// The constants as a file of facts.
    pub facts_file: String,
}

/// One size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredRow {
    /// The whole vector.
    pub bytes: f64,
    /// As measured.
    pub measured_us: f64,
    /// As computed.
    pub computed_us: f64,
    /// Computed over measured, less one.
    pub error_percent: f64,
    /// With the fitted constants.
    pub fitted_us: f64,
    /// Fitted over measured, less one.
    pub fitted_error_percent: f64,
}

/// A fitted constant.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FitRow {
    /// The fact.
    pub fact: String,
    /// What the catalog has.
    pub before: String,
    /// What the sweep says.
    pub fitted: String,
}
