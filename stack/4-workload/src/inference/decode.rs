//! One decode step: the time of one token for a batch of users.

use super::DecodeJob;
use super::placement::{DecodePlan, Placement};
use crate::collective::{Exchange, Group, NetworkTier, Operation, Routing, check_tiers};
use crate::{Machine, Model, Precision, WorkloadError};
use lightloom_units::{DataSize, Ratio, Time};
use serde::Serialize;

/// Where a decode step's time goes; the parts add up to the step.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct DecodeTime {
    /// Kernels: reading weights and cache, or arithmetic where that takes longer.
    pub kernels: Time,
    /// Tensor-parallel all-reduces.
    pub tensor: Time,
    /// Expert dispatch and combine, as far as not hidden behind kernels.
    pub expert: Time,
    /// Launches and small operations.
    pub overhead: Time,
    /// Prompts of other users done in between.
    pub prefill: Time,
}

impl DecodeTime {
    /// The step.
    #[must_use]
    pub fn total(&self) -> Time {
        self.kernels + self.tensor + self.expert + self.overhead + self.prefill
    }
}

/// One decode step. Boundary: one instance of the model, all users' sequences in place, no queueing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DecodeStep {
    /// Time per output token (TPOT).
    pub time: Time,
    /// Where it goes.
    pub split: DecodeTime,
    /// Accelerators of the instance.
    pub accelerators: u64,
    /// Sequences decoded together, whole instance.
    pub sequences: u64,
    /// Interactivity.
    pub tokens_per_second_per_user: f64,
    /// Throughput.
    pub tokens_per_second_per_accelerator: f64,
    /// Most sequences that one attention group has memory for.
    pub batch_limit: u64,
    /// Weights on one accelerator.
    pub weights: DataSize,
    /// Share of the step in which an accelerator runs kernels.
    pub busy: Ratio,
}

/// One decode step of a model on a machine and its network.
///
/// # Model
/// Per layer: attention, cache and feed-forward each `max(bytes / (eta B), operations / (e peak))`, two
/// all-reduces, or one and an expert dispatch and combine where experts are shared between attention groups; plus
/// a fixed time. Experts read: those that the instance's tokens hit. Dispatch and combine are the low-latency
/// kernels, which send every copy of a token on its own: the ones that forward within a node choose shapes on the
/// host and cannot be part of a captured graph. Two half batches may overlap (one computes while the other
/// exchanges): `max(2 k + o 2 x, 2 x)` per layer with k kernels and fixed time, x exchange of a half batch and o the
/// share of an exchange in which its kernels hold the processors; the quicker of that and of one after the other
/// counts. Prompts done in between: see [`super::batching`].
///
/// # Validity
/// Tables in `tests/serving.rs`: Llama 3.1 70B on H100 and H200 with two engines, 5.6 % in the mean; DeepSeek-V3 wide
/// with SGLang's share of kernel rates -15 % on H800, +2 and +10 % on H100, +26 % on GB200.
/// No queueing, speculation or prefix caching; experts balanced up to a stated factor.
///
/// # Source
/// Roofline as in vLLM and DeepEP analyses; overlap and kernels of decoding: LMSYS, large-scale EP (2025-05-05); facts
/// `serving.*`.
///
/// # Errors
/// [`WorkloadError`]: degrees that do not divide, an instance larger than the network, a batch that memory
/// does not hold.
pub fn decode(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    plan: &DecodePlan,
) -> Result<DecodeStep, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    job.check()?;
    plan.check(model, tiers)?;
    let place = Placement::new(model, machine, job, plan)?;
    if plan.batch > place.batch_limit {
        return Err(place.too_large(plan));
    }
    let step = place.step(tiers, plan);
    if step.time.as_s().is_finite() && step.time.as_s() > 0.0 {
        Ok(step)
    } else {
        Err(WorkloadError::NotFinite {
            what: "the decode step",
            value: step.time.as_s().to_string(),
            cause: "the serving software and the network tiers".to_owned(),
        })
    }
}

impl Placement<'_> {
    /// Time to read bytes and do operations at once, on so many rows.
    fn roofline(&self, bytes: f64, flops: f64, rows: f64) -> f64 {
        let saturation = rows / (rows + self.machine.kernels.half_rows.value());
        let rate =
            self.arithmetic.peak.as_flops() * self.arithmetic.achievable.value() * saturation;
        self.read(bytes).max(flops / rate) / self.job.software.kernels.value()
    }

    /// A matrix with so many parameters applied to so many rows.
    fn matrix(&self, parameters: f64, rows: f64) -> f64 {
        self.roofline(parameters * self.job.precision.bytes(), 2.0 * parameters * rows, rows)
    }

    /// Output head, in 16 bits.
    fn head(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let parameters =
            (self.model.vocab_size * self.model.hidden_size) as f64 / plan.tensor as f64;
        self.roofline(2.0 * parameters, 2.0 * parameters * batch, batch)
    }

    /// Tokens of a sequence that a query meets, mean over layers: those with a window see no further.
    fn mean_seen(&self) -> f64 {
        let context = self.job.mean_context();
        let layers = self.model.num_hidden_layers as f64;
        let sliding = self.model.sliding_layers() as f64;
        let window = self.model.sliding_window.map_or(context, |w| (w as f64).min(context));
        ((layers - sliding) * context + sliding * window) / layers
    }

    /// Core of attention of one layer, mean over layers, for an attention group's batch.
    fn core(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let model = self.model;
        let context = self.mean_seen();
        let cached = model.cached_elements() as f64 / Self::cache_share(model, plan);
        let bytes = batch * context * cached * self.job.cache.bytes();
        // With absorbed projections a query meets the latent itself.
        let widths = match model.latent_attention {
            Some(m) => 2 * m.kv_lora_rank + m.qk_rope_head_dim,
            None => 2 * model.head_dim(),
        };
        let heads = model.num_attention_heads as f64 / plan.tensor as f64;
        let flops = 2.0 * batch * context * heads * widths as f64;
        self.read(bytes).max(self.machine.attention(flops)) / self.job.software.kernels.value()
    }

    /// Projections of attention of one layer.
    fn projections(&self, plan: &DecodePlan, batch: f64) -> f64 {
        self.matrix(self.model.attention_parameters() as f64 / plan.tensor as f64, batch)
    }

    /// Routed and shared experts of one layer.
    fn experts(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let Some(e) = self.model.experts else { return 0.0 };
        let (routed, k) = (e.n_routed_experts as f64, e.num_experts_per_tok as f64);
        let (tp, ep) = (plan.tensor as f64, plan.expert as f64);
        // Tokens of the instance.
        let tokens = batch * plan.data as f64;
        let resident = Self::resident(self.model, plan);
        let hit = resident * (1.0 - libm::pow(1.0 - k / routed, tokens));
        let copies = tokens * k / ep * self.job.software.expert_imbalance.value();
        let one = self.model.expert_parameters() as f64 / Self::expert_cut(plan);
        let visited = self.roofline(
            hit * one * self.job.precision.bytes(),
            2.0 * copies * one,
            copies / hit.max(1.0),
        );
        visited + self.matrix(self.model.routing_parameters() as f64 / tp, batch)
    }

    /// What an expert rank sends one way for so many tokens of an attention group.
    pub(crate) fn exchanged(&self, plan: &DecodePlan, tokens: f64, bytes: f64) -> Option<Exchange> {
        let e = self.model.experts?;
        Some(Exchange {
            tokens: tokens / plan.tensor as f64 * self.job.software.expert_imbalance.value(),
            bytes_per_token: self.model.hidden_size as f64 * bytes,
            copies: e.num_experts_per_tok,
            experts: e.n_routed_experts,
            node_limit: e.topk_group,
            routing: Routing::Uniform,
        })
    }

    /// Bytes of an element on the way to experts and on the way back.
    pub(crate) fn both_ways(&self) -> [f64; 2] {
        let dispatch = if self.job.precision == Precision::Bf16 { 2.0 } else { 1.0 };
        [dispatch, Precision::Bf16.bytes()]
    }

    /// One exchange each way, by the low-latency kernels.
    fn exchange(&self, group: &Group<'_>, plan: &DecodePlan, batch: f64) -> f64 {
        let pipelining = self.job.software.pipelining;
        let one = |bytes| {
            let exchange = self.exchanged(plan, batch, bytes);
            exchange.map_or(0.0, |e| group.exchange_by(e, pipelining, false).time.as_s())
        };
        self.both_ways().into_iter().map(one).sum()
    }

    /// All-reduce of one vector for each of so many tokens.
    pub(crate) fn all_reduce(&self, group: &Group<'_>, tokens: f64) -> f64 {
        if group.size() <= 1.0 {
            return 0.0;
        }
        let software = &self.job.software;
        let vector = DataSize::bytes(tokens * self.model.hidden_size as f64 * 2.0);
        let library = group.time(Operation::AllReduce, vector, software.pipelining);
        let one_shot = group.one_shot_all_reduce(vector, software.one_shot_launch);
        one_shot.map_or(library, |t| t.min(library)).as_s()
    }

    /// Matrices of a whole step: what a pass over prompts reads anyhow.
    pub(crate) fn matrices(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let model = self.model;
        let sparse = model.expert_layers() as f64;
        let layers = model.num_hidden_layers as f64;
        let dense = self.matrix(model.dense_parameters() as f64 / plan.tensor as f64, batch);
        let experts = if sparse > 0.0 { self.experts(plan, batch) } else { 0.0 };
        layers * self.projections(plan, batch)
            + (layers - sparse) * dense
            + sparse * experts
            + self.head(plan, batch)
    }

    pub(crate) fn step(&self, tiers: &[NetworkTier], plan: &DecodePlan) -> DecodeStep {
        let (model, tp) = (self.model, plan.tensor as f64);
        let software = &self.job.software;
        let batch = plan.batch as f64;
        let sparse = model.expert_layers() as f64;
        let layers = model.num_hidden_layers as f64;
        let tensor = Group::place(tiers, plan.tensor, 1);

        let attention = |batch| self.projections(plan, batch) + self.core(plan, batch);
        let dense = self.matrix(model.dense_parameters() as f64 / tp, batch);
        let reduce = self.all_reduce(&tensor, batch);
        let overhead = software.layer_overhead.as_s();

        let mut kernels = (layers - sparse) * (attention(batch) + dense) + self.head(plan, batch);
        let (mut exposed, mut fixed) = (0.0, (layers - sparse) * overhead);
        if sparse > 0.0 {
            let whole = attention(batch) + self.experts(plan, batch);
            let (mut block, mut wire, mut launches) = (whole, 0.0, overhead);
            if plan.dispatches() {
                let expert = Group::place(tiers, plan.expert, 1);
                wire = self.exchange(&expert, plan, batch);
                let half = batch / 2.0;
                let both = 2.0 * (attention(half) + self.experts(plan, half));
                let sent = 2.0 * self.exchange(&expert, plan, half);
                // Half batches read the weights and launch twice and hide the wire; whole ones do neither.
                let computing = both + 2.0 * overhead + software.exchange_occupancy.value() * sent;
                let overlapped = computing.max(sent);
                if software.two_batches && plan.batch > 1 && overlapped < whole + wire + overhead {
                    (block, launches) = (both, 2.0 * overhead);
                    wire = overlapped - both - launches;
                }
            }
            kernels += sparse * block;
            exposed = sparse * wire;
            fixed += sparse * launches;
        }
        let reduces = 2.0 * layers - if plan.dispatches() { sparse } else { 0.0 };
        let split = DecodeTime {
            kernels: Time::s(kernels),
            tensor: Time::s(reduces * reduce),
            expert: Time::s(exposed),
            overhead: Time::s(fixed),
            prefill: Time::s(self.prompts_between(tiers, plan)),
        };
        let time = split.total();
        let accelerators = plan.accelerators();
        let sequences = plan.batch * plan.data;
        DecodeStep {
            time,
            split,
            accelerators,
            sequences,
            tokens_per_second_per_user: 1.0 / time.as_s(),
            tokens_per_second_per_accelerator: sequences as f64 / time.as_s() / accelerators as f64,
            batch_limit: self.batch_limit,
            weights: DataSize::bytes(self.weights),
            busy: Ratio::new((split.kernels + split.prefill) / time),
        }
    }
}
