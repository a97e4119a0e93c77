//! A served model on a cluster: quickest, cheapest, and the frontier between.

use super::{EnergyRow, ModelRow, SettingRow};
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const INFER_SCHEMA: &str = "lightloom.infer/1";

/// A served model on a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InferSheet {
    /// Form of the document: `lightloom.infer/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// What it runs on.
    pub setting: SettingRow,
    /// What is served.
    pub model: ModelRow,
    /// The job.
    pub job: ServingJobRow,
    /// Most tokens per second for one user, at any cost.
    pub latency_bound: ServedRow,
    /// Most tokens per second and accelerator at the speed that is asked for; `None` where none is that quick.
    pub throughput_bound: Option<ServedRow>,
    /// Points that no other beats in both, quickest first.
    pub frontier: Vec<FrontierRow>,
    /// Ways that fit and were timed.
    pub tried: u64,
    /// The answer in one sentence.
    pub meaning: String,
}

/// The job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServingJobRow {
    /// Tokens of a prompt.
    pub prompt: u64,
    /// Tokens of an answer.
    pub output: u64,
    /// Weights and arithmetic.
    pub precision: String,
    /// Key-value cache.
    pub cache: String,
    /// The engine.
    pub engine: String,
    /// Speed that the throughput-bound answer keeps.
    pub tokens_per_s_per_user: f64,
    /// Most accelerators of an instance.
    pub largest: u64,
    /// Whether pools of their own for prompts were tried.
    pub disaggregated: bool,
}

/// One way to serve, in depth.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServedRow {
    /// The point of the frontier.
    pub point: FrontierRow,
    /// Users of the instance.
    pub users: u64,
    /// Where a step goes.
    pub split: ServingSplitRow,
    /// Users of one attention group that memory has room for.
    pub batch_limit: u64,
    /// Weights on one accelerator.
    pub weights_gb: f64,
    /// Share of the step in which kernels run.
    pub busy: f64,
    /// Time to the first token without queueing: a lower bound.
    pub first_token_s: f64,
    /// Key-value caches of the prompts that an accelerator answers, in one direction: what a store behind the front end would have
    /// to send it, were each prompt's cache kept there and none computed.
    pub prompt_cache_gbps_per_accelerator: f64,
    /// Energy of a token; `None` where the catalog does not know the accelerator's power.
    pub energy: Option<EnergyRow>,
    /// Price of a million tokens; `None` without a bill.
    pub usd_per_million_tokens: Option<f64>,
    /// Pools, where prompts have one of their own.
    pub pools: Option<PoolsRow>,
}

/// Where a decode step goes; the parts add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct ServingSplitRow {
    /// Kernels.
    pub kernels_s: f64,
    /// Tensor-parallel all-reduces.
    pub tensor_s: f64,
    /// Expert dispatch and combine, as far as not hidden.
    pub expert_s: f64,
    /// Launches and small operations.
    pub overhead_s: f64,
    /// Prompts of other users in between.
    pub prompts_s: f64,
}

/// A point of the frontier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FrontierRow {
    /// Interactivity.
    pub tokens_per_s_per_user: f64,
    /// Throughput over all accelerators in use.
    pub tokens_per_s_per_accelerator: f64,
    /// Time per output token.
    pub step_s: f64,
    /// Accelerators of an instance that decodes.
    pub accelerators: u64,
    /// Ranks that share each attention matrix.
    pub tensor: u64,
    /// Attention groups side by side.
    pub data: u64,
    /// Ranks that the routed experts are divided over.
    pub expert: u64,
    /// Users of one attention group.
    pub batch: u64,
    /// Whether prompts have a pool of their own.
    pub disaggregated: bool,
}

/// Pools of their own for prompts and for answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct PoolsRow {
    /// Accelerators of one instance that does prompts.
    pub prefill_instance: u64,
    /// Such instances.
    pub prefill_instances: u64,
    /// Instances that decode.
    pub decode_instances: u64,
    /// Accelerators of both.
    pub accelerators: u64,
    /// Accelerators for prompts over those for decoding at which both rates are equal.
    pub matched: f64,
    /// Throughput of whole instances.
    pub tokens_per_s_per_accelerator: f64,
    /// Cache of one prompt.
    pub cache_gb: f64,
    /// Time to move it.
    pub transfer_s: f64,
    /// Load of a prefill accelerator's link by caches.
    pub link_load: f64,
}
