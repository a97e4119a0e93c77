//! A training job on a cluster: the best cuts, and why others lose.

use super::{ModelRow, SettingRow};
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const TRAIN_SCHEMA: &str = "lightloom.train/1";

/// A training job on a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TrainSheet {
    /// Form of the document: `lightloom.train/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// What it runs on.
    pub setting: SettingRow,
    /// What is trained.
    pub model: ModelRow,
    /// The job.
    pub job: TrainingJobRow,
    /// The best cuts, quickest first.
    pub best: Vec<CutRow>,
    /// How many cuts went which way.
    pub counts: CountsRow,
    /// Where degrees are told: the quickest cut when none is, if that is quicker.
    pub untold: Option<CutRow>,
    /// Of a job that was read from another program's files: what is not so here, or was passed over.
    pub differences: Vec<String>,
    /// The answer in one sentence.
    pub meaning: String,
}

/// The job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TrainingJobRow {
    /// Tokens of a sequence.
    pub sequence: u64,
    /// Sequences of a step.
    pub batch: u64,
    /// Arithmetic.
    pub precision: String,
    /// The framework: a head of `training.*` facts.
    pub software: String,
    /// Accelerators that it may use.
    pub accelerators: u64,
}

/// How many cuts went which way; they add up to those tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountsRow {
    /// Looked at.
    pub tried: u64,
    /// Degrees that do not go together.
    pub refused: u64,
    /// Memory does not hold them.
    pub too_large: u64,
    /// The same cut fits with less computed again.
    pub dominated: u64,
    /// All arithmetic at its best rate would take longer than the worst that is kept, or than allowed.
    pub too_slow: u64,
    /// Timed.
    pub timed: u64,
}

/// A cut and its step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CutRow {
    /// Ranks that share each matrix.
    pub tensor: u64,
    /// Whether the residual stream is divided over them.
    pub sequence_parallel: bool,
    /// Ranks that share a sequence.
    pub context: u64,
    /// Pipeline stages.
    pub pipeline: u64,
    /// Chunks of layers on a stage.
    pub interleave: u64,
    /// Ranks that share the routed experts.
    pub expert: u64,
    /// Copies of the model.
    pub data: u64,
    /// Sequences of a micro-batch.
    pub micro_batch: u64,
    /// Order of the passes.
    pub schedule: String,
    /// What the copies divide among them: optimizer, gradients or parameters.
    pub sharding: String,
    /// What is computed again.
    pub recompute: String,
    /// Accelerators in use.
    pub accelerators: u64,
    /// Micro-batches of each copy.
    pub micro_batches: u64,
    /// Time of a step.
    pub step_s: f64,
    /// Of the whole job.
    pub tokens_per_s: f64,
    /// Of one accelerator in use.
    pub tokens_per_s_per_accelerator: f64,
    /// Model FLOP utilisation.
    pub mfu: f64,
    /// Share of the step in which kernels run.
    pub busy: f64,
    /// Energy of a token; `None` where the catalog does not know the accelerator's power.
    pub energy: Option<EnergyRow>,
    /// Where the step goes.
    pub split: StepSplitRow,
    /// Where the kernels' time goes.
    pub kernels: KernelRow,
    /// Exposed communication by the outermost network that its ranks reach.
    pub wires: Vec<WireRow>,
    /// What the fullest accelerator holds.
    pub memory: MemoryRow,
    /// How the axes lie on the networks.
    pub axes: Vec<AxisRow>,
    /// Why it loses against the first; `None` for the first.
    pub loss: Option<LossRow>,
}

/// Energy of a token by where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct EnergyRow {
    /// All of it.
    pub total_j: f64,
    /// Accelerators and hosts.
    pub accelerators_j: f64,
    /// Network, always on; `None` where no link is decided.
    pub network_j: Option<f64>,
    /// Cooling and distribution.
    pub facility_j: f64,
}

/// Where a step goes; the parts add up to it. Communication is what is exposed, not what is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct StepSplitRow {
    /// Kernels, recomputation included.
    pub compute_s: f64,
    /// Accelerators waiting for the host to launch kernels.
    pub launch_s: f64,
    /// Tensor-parallel collectives.
    pub tensor_s: f64,
    /// Context-parallel exchange.
    pub context_s: f64,
    /// Expert dispatch and combine.
    pub expert_s: f64,
    /// Transfers between stages.
    pub pipeline_s: f64,
    /// Filling and draining the pipeline.
    pub bubble_s: f64,
    /// Gradients and parameters.
    pub data_s: f64,
    /// Optimizer.
    pub optimizer_s: f64,
}

/// Kernels by kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct KernelRow {
    /// Projections of attention.
    pub projections_s: f64,
    /// Attention core.
    pub core_s: f64,
    /// Dense blocks and shared experts.
    pub feed_forward_s: f64,
    /// Routed experts.
    pub experts_s: f64,
    /// What moves through memory.
    pub elementwise_s: f64,
    /// Output head and loss.
    pub head_s: f64,
}

/// Exposed communication over one network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WireRow {
    /// The network.
    pub network: String,
    /// Time of a step.
    pub exposed_s: f64,
}

/// Memory of the fullest accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MemoryRow {
    /// Weights.
    pub weights_gb: f64,
    /// Gradients.
    pub gradients_gb: f64,
    /// Optimizer state.
    pub optimizer_gb: f64,
    /// Activations.
    pub activations_gb: f64,
    /// All of it.
    pub total_gb: f64,
    /// What a job can fill.
    pub usable_gb: f64,
}

/// How an axis of the cut lies on the networks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AxisRow {
    /// Its name.
    pub axis: String,
    /// Ranks of a group.
    pub ranks: u64,
    /// Distance of neighbours in rank order.
    pub stride: u64,
    /// Exposed communication of a step.
    pub exposed_s: f64,
    /// Networks that a group uses, innermost first; none for a group of one.
    pub spread: Vec<SpreadRow>,
}

/// What of a group a network joins.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SpreadRow {
    /// The network.
    pub network: String,
    /// Ranks, or instances of the network inside, that it joins.
    pub joins: f64,
}

/// Why a cut loses.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LossRow {
    /// How much longer its step is.
    pub slower_s: f64,
    /// The same as a share of the best.
    pub slower_percent: f64,
    /// The part that is longer by most.
    pub part: String,
    /// How much longer that part is.
    pub by_s: f64,
}
