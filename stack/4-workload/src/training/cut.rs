//! How a job is cut over accelerators.

use super::TrainingJob;
use crate::collective::NetworkTier;
use crate::schedule::Schedule;
use crate::{Model, WorkloadError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is computed again in the backward pass instead of being kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Recompute {
    /// These modules of every layer.
    Modules(Modules),
    /// Nothing.
    None,
    /// The attention core, which a fused kernel does anyway, and what latent attention projects up.
    Selective,
    /// Every layer from its input.
    Full,
}

/// Modules of a layer whose activations can be computed again one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Modules {
    /// Attention core: its scores, where attention is not one fused kernel.
    pub core: bool,
    /// What latent attention projects up from its latents.
    pub up_projections: bool,
    /// Dense blocks and shared experts: everything but their input.
    pub feed_forward: bool,
    /// Norms: the matrices' inputs are normalised again.
    pub norms: bool,
    /// Routed experts: everything but what was dispatched to them.
    pub experts: bool,
}

impl Recompute {
    /// The modules that are computed again; all of them where the whole layer is.
    #[must_use]
    pub const fn modules(self) -> Modules {
        const fn all(core: bool, rest: bool) -> Modules {
            Modules { core, up_projections: core, feed_forward: rest, norms: rest, experts: rest }
        }
        match self {
            Self::Modules(modules) => modules,
            Self::None => all(false, false),
            Self::Selective => all(true, false),
            Self::Full => all(true, true),
        }
    }
}

/// What the copies of a model divide among them instead of each keeping it.
///
/// # Source
/// Rajbhandari et al., ZeRO (arXiv 1910.02054): stages 1, 2 and 3; the last is also called FSDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sharding {
    /// Nothing (plain data parallelism): every copy keeps all its state, gradients are reduced to all once per step.
    None,
    /// Optimizer state (ZeRO-1): gradients are scattered and parameters gathered once per step.
    #[default]
    Optimizer,
    /// Gradients too (ZeRO-2): they are scattered after every micro-batch.
    Gradients,
    /// Parameters too (ZeRO-3): layers are gathered when a pass comes to them, the next one ahead of time.
    Parameters,
}

/// How a job is cut over accelerators. Rank order as in Megatron: tensor fastest, then context, data, pipeline;
/// expert groups are consecutive ranks across tensor, context and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parallelism {
    /// Ranks that share each matrix.
    pub tensor: u64,
    /// Whether the residual stream is divided over the tensor group too.
    pub sequence_parallel: bool,
    /// Ranks that share a sequence.
    pub context: u64,
    /// Pipeline stages.
    pub pipeline: u64,
    /// Chunks of layers on each stage; 1 is plain 1F1B.
    pub interleave: u64,
    /// Ranks that share the routed experts.
    pub expert: u64,
    /// Copies of the model, each with its part of the batch.
    pub data: u64,
    /// What the copies divide among them.
    #[serde(default)]
    pub sharding: Sharding,
    /// Order in which stages work on micro-batches.
    #[serde(default)]
    pub schedule: Schedule,
    /// Sequences of one micro-batch.
    pub micro_batch: u64,
    /// What is recomputed.
    pub recompute: Recompute,
}

impl Parallelism {
    /// Accelerators in use.
    #[must_use]
    pub const fn accelerators(&self) -> u64 {
        // Saturating: a user's absurd degrees must become a size error, not an overflow.
        self.tensor
            .saturating_mul(self.context)
            .saturating_mul(self.data)
            .saturating_mul(self.pipeline)
    }

    /// Micro-batches for which a chunk of divided parameters is gathered once: interleaved, a chunk works on as many as
    /// there are stages before the next one's turn.
    pub(crate) fn gathers_for(&self, micro_batches: u64) -> f64 {
        let grouped = self.pipeline > 1
            && self.interleave > 1
            && matches!(self.sharding, Sharding::Parameters);
        if grouped { self.pipeline.min(micro_batches) as f64 } else { 1.0 }
    }

    /// Micro-batches of one step on each model copy; the last may be smaller on some.
    #[must_use]
    pub const fn micro_batches(&self, global_batch: u64) -> u64 {
        global_batch.div_ceil(self.data.saturating_mul(self.micro_batch))
    }
}

/// Checks the degrees against the model, the batch and the cluster.
pub(crate) fn check_cut(
    model: &Model,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    cut: &Parallelism,
) -> Result<(), WorkloadError> {
    let fail = |what, value, problem: String, hint: String| {
        Err(WorkloadError::Parallelism { what, value, problem, hint })
    };
    for (what, value) in [
        ("tensor", cut.tensor),
        ("context", cut.context),
        ("pipeline", cut.pipeline),
        ("interleave", cut.interleave),
        ("expert", cut.expert),
        ("data", cut.data),
        ("micro_batch", cut.micro_batch),
        ("sequence", job.sequence),
        ("global_batch", job.global_batch),
    ] {
        // The limit keeps every product of these within u64.
        if value == 0 || value > 1 << 31 {
            let problem = "is not between 1 and 2^31".to_owned();
            return fail(what, value, problem, "1 means: not used".to_owned());
        }
    }
    let (heads, layers) = (model.num_attention_heads, model.num_hidden_layers);
    if !heads.is_multiple_of(cut.tensor) {
        let problem = format!("does not divide the {heads} attention heads");
        return fail("tensor", cut.tensor, problem, format!("choose a divisor of {heads}"));
    }
    let per_stage = layers.div_ceil(cut.pipeline);
    if per_stage * (cut.pipeline - 1) >= layers {
        let problem = format!("leaves a stage without any of the {layers} layers");
        return fail("pipeline", cut.pipeline, problem, format!("choose a divisor of {layers}"));
    }
    if !per_stage.is_multiple_of(cut.interleave) {
        let problem = format!("does not divide the {per_stage} layers of a stage");
        return fail(
            "interleave",
            cut.interleave,
            problem,
            format!("choose a divisor of {per_stage}"),
        );
    }
    if !job.sequence.is_multiple_of(cut.context) {
        let problem = format!("does not divide the sequence of {} tokens", job.sequence);
        return fail("context", cut.context, problem, "choose a power of two".to_owned());
    }
    let replica = cut.tensor.saturating_mul(cut.context).saturating_mul(cut.data);
    match model.experts {
        None if cut.expert > 1 => {
            let problem = format!("but {} has no experts", model.name);
            return fail("expert", cut.expert, problem, "choose 1".to_owned());
        }
        Some(e) if !e.n_routed_experts.is_multiple_of(cut.expert) => {
            let problem = format!("does not divide the {} experts", e.n_routed_experts);
            let hint = format!("choose a divisor of {}", e.n_routed_experts);
            return fail("expert", cut.expert, problem, hint);
        }
        Some(_) if !replica.is_multiple_of(cut.expert) => {
            let problem = format!("does not divide tensor x context x data = {replica}");
            return fail("expert", cut.expert, problem, format!("choose a divisor of {replica}"));
        }
        _ => {}
    }
    let cluster = tiers.last().map_or(0, |t| t.size);
    if cut.accelerators() > cluster {
        let problem = format!(
            "x tensor {} x context {} x pipeline {} needs {} accelerators, the network joins {cluster}",
            cut.tensor,
            cut.context,
            cut.pipeline,
            cut.accelerators()
        );
        let hint = "lower a degree or give a larger outermost tier".to_owned();
        return fail("data", cut.data, problem, hint);
    }
    let at_once = cut.data.saturating_mul(cut.micro_batch);
    if job.global_batch < at_once {
        let problem = format!("is less than data {} x micro-batch {}", cut.data, cut.micro_batch);
        let hint =
            format!("raise the batch to {at_once} sequences or use fewer copies of the model");
        return fail("global_batch", job.global_batch, problem, hint);
    }
    let micro_batches = cut.micro_batches(job.global_batch);
    let too_few = |at_least: u64, why: String| {
        let hint = format!(
            "raise the batch to {} sequences, or use fewer stages or no interleaving",
            at_once * at_least
        );
        fail("global_batch", job.global_batch, why, hint)
    };
    match cut.schedule.check(cut.pipeline, cut.interleave, micro_batches) {
        // What is too small is the batch, by which the user chooses the micro-batches.
        Err(WorkloadError::Parallelism { what: "micro_batches", problem, .. }) => {
            let least = cut.schedule.least_micro_batches(cut.pipeline, cut.interleave);
            too_few(
                least,
                format!("gives each copy {micro_batches} micro-batches, which {problem}"),
            )
        }
        other => other,
    }
}
