//! What one accelerator holds in training, and what would make it fit.

use crate::placement::contents;
use crate::training::{Parallelism, Recompute, Sharding, TrainingJob};
use crate::{Activation, Machine, Model, WorkloadError};
use lightloom_units::DataSize;
use serde::Serialize;

/// Memory of the fullest accelerator in training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Memory {
    /// Weights in 16 bits.
    pub weights: DataSize,
    /// Gradients.
    pub gradients: DataSize,
    /// Optimizer state: master weights and two moments in 32 bits, divided over the copies of the model unless nothing is.
    pub optimizer: DataSize,
    /// What the backward pass needs of the micro-batches in flight.
    pub activations: DataSize,
}

impl Memory {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> DataSize {
        self.weights + self.gradients + self.optimizer + self.activations
    }
}

/// Parameters of one accelerator, on the stage that has most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters {
    pub dense: f64,
    pub expert: f64,
}

impl Parameters {
    fn total(&self) -> f64 {
        self.dense + self.expert
    }

    /// What one accelerator keeps where the copies divide them.
    fn divided(&self, cut: &Parallelism) -> f64 {
        self.optimized(cut)
    }

    /// Parameters whose optimizer state one accelerator keeps.
    pub(crate) fn optimized(&self, cut: &Parallelism) -> f64 {
        if cut.sharding == Sharding::None {
            return self.total();
        }
        let copies = (cut.context * cut.data) as f64;
        let expert_copies = (copies * cut.tensor as f64 / cut.expert as f64).max(1.0);
        self.dense / copies + self.expert / expert_copies
    }
}

/// Parameters of one accelerator of the stage that has most: the first, which holds the embedding, the first without
/// leading dense layers, or the last, which predicts further tokens.
pub(crate) fn parameters_per_rank(
    model: &Model,
    job: &TrainingJob,
    cut: &Parallelism,
) -> Parameters {
    let further = if job.software.predict_further { model.num_nextn_predict_layers } else { 0 };
    let fuller = |a: Parameters, b: Parameters| if b.total() > a.total() { b } else { a };
    let mut first = parameters_of_stage(model, cut, 0);
    if further > 0 {
        // As many routed experts as any layer, and the rest; embedding and head are shared.
        let routed =
            further * model.experts.map_or(0, |e| e.n_routed_experts) * model.expert_parameters();
        let rest = model.prediction_parameters().saturating_sub(routed);
        let more = |held: Parameters| Parameters {
            dense: held.dense + rest as f64 / cut.tensor as f64,
            expert: held.expert + routed as f64 / cut.expert as f64,
        };
        first = if cut.pipeline <= 1 {
            more(first)
        } else {
            fuller(first, more(parameters_of_stage(model, cut, cut.pipeline - 1)))
        };
    }
    let leading = model.experts.map_or(0, |e| e.first_k_dense_replace);
    if leading == 0 || cut.pipeline <= 1 {
        return first;
    }
    let per_chunk = (model.num_hidden_layers.div_ceil(cut.pipeline) / cut.interleave.max(1)).max(1);
    let later = leading.div_ceil(per_chunk).min(cut.pipeline - 1);
    fuller(first, parameters_of_stage(model, cut, later))
}

fn parameters_of_stage(model: &Model, cut: &Parallelism, stage: u64) -> Parameters {
    let held = contents(model, cut, stage);
    let body = (held.full + held.sliding) * model.attention_parameters()
        + held.dense * model.dense_parameters()
        + held.experts * model.routing_parameters();
    let tables =
        u64::from(stage == 0) + u64::from(held.last && (stage > 0 || !model.tie_word_embeddings));
    let tables = tables * model.vocab_size * model.hidden_size;
    let routed = model.experts.map_or(0, |e| e.n_routed_experts) * model.expert_parameters();
    Parameters {
        dense: (body + tables) as f64 / cut.tensor as f64,
        expert: (held.experts * routed) as f64 / cut.expert as f64,
    }
}

/// Bytes of activations that one layer keeps for one token of a tensor group.
///
/// # Model
/// Korthikanti et al. 2022, eq. 2-4, generalised to other widths: `10 h + 24 h/t + 5 a s/t` for 16-bit
/// attention of equal heads and a plain feed-forward block of 4 h; with sequence parallelism all over t.
fn kept_per_token(
    model: &Model,
    job: &TrainingJob,
    cut: &Parallelism,
    recompute: Recompute,
) -> f64 {
    let (h, tp) = (model.hidden_size as f64, cut.tensor as f64);
    let stream_share = if cut.sequence_parallel { tp } else { 1.0 };
    if recompute == Recompute::Full {
        return 2.0 * h / stream_share;
    }
    // Inputs of matrix products are kept as they are multiplied; the backward pass of four bits keeps eight.
    let input = job.precision.bytes().max(1.0);
    let again = recompute.modules();
    let masks = if model.hidden_act == Activation::Gelu { 2.0 } else { 0.0 };
    // The inputs of two norms, and what they write for the matrices, unless that is normalised again.
    let normed = if again.norms { 0.0 } else { 2.0 * input };
    let stream = h * (2.0 * 2.0 + normed + masks) / stream_share;

    let a = model.num_attention_heads as f64;
    let (key, value) = model.core_dims();
    let (key, value) = (key as f64, value as f64);
    // Queries, keys, values and the core's output.
    let heads = match model.latent_attention {
        Some(m) if again.up_projections => {
            // The latents are kept; what is projected up from them is computed again.
            let latents = m.q_lora_rank + m.kv_lora_rank + m.qk_rope_head_dim;
            2.0 * (latents as f64 * tp / stream_share + a * value)
        }
        Some(_) => 2.0 * a * (2.0 * key + 2.0 * value),
        None => 2.0 * (2.0 * a * key + 2.0 * model.num_key_value_heads as f64 * key),
    };
    let up = (model.matrices() - 1) as f64;
    let inner = |f: f64| (2.0 * up + input) * f;
    let kept = |again: bool, bytes: f64| if again { 0.0 } else { bytes };
    let dense = kept(again.feed_forward, inner(model.intermediate_size as f64));
    let feed_forward = match model.experts {
        None => dense,
        Some(e) => {
            let k = e.num_experts_per_tok as f64;
            let shared = e
                .shared_expert_intermediate_size
                .unwrap_or(e.n_shared_experts * e.moe_intermediate_size);
            let routed = k * inner(e.moe_intermediate_size as f64);
            let sparse = kept(again.experts, job.software.expert_imbalance.value() * routed)
                + kept(again.feed_forward, inner(shared as f64))
                + k * input * h;
            // The mean of a first stage's layers.
            let held = contents(model, cut, 0);
            let (d, s) = (held.dense as f64, held.experts as f64);
            (d * dense + s * sparse) / (d + s).max(1.0)
        }
    };
    let scores =
        if job.fused_attention || again.core { 0.0 } else { 5.0 * a * job.sequence as f64 };
    stream + (heads + feed_forward + scores) / tp
}

/// What the fullest accelerator holds.
pub(crate) fn memory(model: &Model, job: &TrainingJob, cut: &Parallelism) -> Memory {
    let stored = parameters_per_rank(model, job, cut);
    let tokens = (cut.micro_batch * job.sequence) as f64 / cut.context as f64;
    let layers = model.num_hidden_layers.div_ceil(cut.pipeline) as f64;
    let micro_batches = cut.micro_batches(job.global_batch);
    let in_flight = cut.schedule.in_flight(cut.pipeline, cut.interleave, micro_batches);
    let kept = kept_per_token(model, job, cut, cut.recompute);
    // With full recomputation one layer at a time is there in full.
    let working = if cut.recompute == Recompute::Full {
        kept_per_token(model, job, cut, Recompute::None)
    } else {
        0.0
    };
    let logits =
        if cut.pipeline == 1 { 6.0 * model.vocab_size as f64 / cut.tensor as f64 } else { 0.0 };
    // Both directions of DualPipe have weights and gradients of their own; the optimizer sees their sum.
    let copies = if cut.pipeline > 1 { cut.schedule.copies() as f64 } else { 1.0 };
    let all = copies * stored.total();
    // A layer at work and the next one, gathered ahead, are there in full; or a chunk, while a group of micro-batches
    // goes through it.
    let chunk = all / cut.interleave as f64;
    let layer = all / layers;
    let (ahead, behind) =
        if cut.gathers_for(micro_batches) > 1.0 { (chunk, chunk) } else { (2.0 * layer, layer) };
    let divided = copies * stored.divided(cut);
    let (weights, gradients) = match cut.sharding {
        Sharding::None | Sharding::Optimizer => (all, all),
        Sharding::Gradients => (all, (divided + layer).min(all)),
        Sharding::Parameters => ((divided + ahead).min(all), (divided + behind).min(all)),
    };
    Memory {
        weights: DataSize::bytes(2.0 * weights),
        gradients: job.software.gradient * gradients,
        optimizer: DataSize::bytes(12.0 * stored.optimized(cut)),
        activations: DataSize::bytes(tokens * (kept * layers * in_flight + working + logits)),
    }
}

/// The memory of a cut that fits.
///
/// # Errors
/// [`WorkloadError::Memory`] with what would make it fit.
pub(crate) fn fit(
    model: &Model,
    machine: &Machine,
    job: &TrainingJob,
    cut: &Parallelism,
) -> Result<Memory, WorkloadError> {
    fit_into(model, machine.usable_memory(), job, cut)
}

/// [`fit`] into so much memory.
pub(crate) fn fit_into(
    model: &Model,
    available: DataSize,
    job: &TrainingJob,
    cut: &Parallelism,
) -> Result<Memory, WorkloadError> {
    let held = memory(model, job, cut);
    if held.total() <= available {
        return Ok(held);
    }
    Err(WorkloadError::Memory {
        model: model.name.clone(),
        needed: held.total(),
        available,
        hint: way_to_fit(model, job, cut, held, available),
    })
}

fn way_to_fit(
    model: &Model,
    job: &TrainingJob,
    cut: &Parallelism,
    held: Memory,
    available: DataSize,
) -> String {
    let parts = format!(
        "weights {}, gradients {}, optimizer {}, activations {}",
        held.weights, held.gradients, held.optimizer, held.activations
    );
    let full = Parallelism { recompute: Recompute::Full, ..*cut };
    let with_full = memory(model, job, &full).total();
    if with_full <= available {
        return format!("{parts}; recompute activations in full: that needs {with_full}");
    }
    let single = Parallelism { micro_batch: 1, ..full };
    let with_single = memory(model, job, &single).total();
    if with_single <= available {
        return format!("{parts}; full recomputation and micro-batches of 1 need {with_single}");
    }
    // The state shrinks with the accelerators that share it; activations hardly do.
    let over = libm::ceil(with_single / available).max(2.0);
    let experts = if model.experts.is_some() { " or expert" } else { "" };
    format!(
        "{parts}; divide the model over at least {over} x as many accelerators (tensor, pipeline{experts}), or choose one with more memory"
    )
}
