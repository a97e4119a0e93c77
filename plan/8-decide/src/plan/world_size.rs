//! The document of a study of domain sizes.

use schemars::JsonSchema;
use serde::Serialize;

/// What the size of the scale-up domain gives a model, by what the domain is wired with. Schema `lightloom.world-size/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WorldSizeStudy {
    /// `lightloom.world-size/1`.
    pub schema: &'static str,
    /// The scenario whose cluster, prices and failures count.
    pub scenario: String,
    /// The model.
    pub model: String,
    /// The accelerator.
    pub accelerator: String,
    /// Tokens of a prompt.
    pub prompt: u64,
    /// Tokens of an answer.
    pub output: u64,
    /// Weights and arithmetic.
    pub precision: String,
    /// Bandwidth of one accelerator into its domain, one direction.
    pub gbps_per_accelerator: f64,
    /// Speeds for one user at which throughput is compared, tokens per second.
    pub speeds: Vec<f64>,
    /// Least gain of throughput that a doubling of the domain must bring to count as paying.
    pub least_gain: f64,
    /// A curve for each way to wire the domain.
    pub media: Vec<MediumCurve>,
    /// For each speed the smallest domain from which no larger one pays, whatever it is wired with; `None` where none serves at
    /// that speed.
    pub diminishing: Vec<Option<u64>>,
    /// What the curves say.
    pub findings: Vec<String>,
}

/// Domains of one kind of wiring, smallest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MediumCurve {
    /// `copper`: every link of the domain; `mixed`: copper from accelerators to switches, light above; `light`: every link.
    pub medium: String,
    /// A row for each size.
    pub rows: Vec<DomainRow>,
}

/// One size of domain.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DomainRow {
    /// Accelerators of the domain.
    pub domain: u64,
    /// Why it cannot be built so; then `built` is missing.
    pub refused: Option<String>,
    /// What it is.
    pub built: Option<BuiltDomain>,
}

/// A domain that can be built.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BuiltDomain {
    /// `one tier of switches`, or two and the size of a group.
    pub shape: String,
    /// Racks of accelerators that it spans.
    pub racks: f64,
    /// Technology of each of its link classes.
    pub technologies: Vec<ClassTechnology>,
    /// Longest path through the domain, one way, without software.
    pub latency_ns: f64,
    /// Scale-up network for each accelerator, at the rack inlet.
    pub scale_up_w_per_accelerator: f64,
    /// Price of the scale-up network for each accelerator.
    pub scale_up_usd_per_accelerator: f64,
    /// Failures of the scale-up network's links and switches for each accelerator and year, with those of the other networks.
    pub network_failures_per_accelerator_year: f64,
    /// Share of accelerator-hours that network failures take.
    pub lost_to_network: f64,
    /// Everything over productive accelerator-hours.
    pub usd_per_accelerator_hour: f64,
    /// Most tokens per second for one user.
    pub quickest: ServedPoint,
    /// Most tokens per second and accelerator at any speed.
    pub widest: ServedPoint,
    /// Most throughput at each of the speeds; `None` where not even one user gets it.
    pub at_speeds: Vec<Option<ServedPoint>>,
    /// Gain of throughput over the next smaller domain that can be built, for each doubling, by speed.
    pub gains: Vec<Option<f64>>,
    /// Tokens per second for one user against tokens per second and accelerator: what an operator can choose between, quickest
    /// first.
    pub frontier: Vec<(f64, f64)>,
    /// The scenario's training job: tokens per second and accelerator.
    pub training_tokens_per_s_per_accelerator: Option<f64>,
}

/// A link class and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassTechnology {
    /// The class.
    pub class: String,
    /// Identifier of the technology.
    pub technology: String,
    /// Longest link, m.
    pub longest_m: f64,
}

/// A way to serve.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServedPoint {
    /// How the model is cut.
    pub cut: String,
    /// Tokens per second for one user.
    pub tokens_per_s_per_user: f64,
    /// Tokens per second and accelerator.
    pub tokens_per_s_per_accelerator: f64,
    /// Energy of a token: accelerators, network and the facility's overhead.
    pub joule_per_token: f64,
    /// Price of a million tokens.
    pub usd_per_million_tokens: f64,
}
