//! One pass over the tokens of prompts.

use super::DecodeJob;
use super::placement::{DecodePlan, Placement};
use crate::collective::{Group, NetworkTier, check_tiers};
use crate::{Machine, Model, Precision, WorkloadError};
use lightloom_units::Time;
use serde::Serialize;

/// Where the time of a pass over prompts goes; the parts add up to the pass.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct PrefillTime {
    /// Projections of attention.
    pub projections: Time,
    /// Core of attention.
    pub core: Time,
    /// Feed-forward blocks, experts and routers.
    pub feed_forward: Time,
    /// Tensor-parallel all-reduces.
    pub tensor: Time,
    /// Expert dispatch and combine, as far as not hidden behind kernels.
    pub expert: Time,
}

impl PrefillTime {
    /// The pass.
    #[must_use]
    pub fn total(&self) -> Time {
        self.projections + self.core + self.feed_forward + self.tensor + self.expert
    }
}

/// A pass over prompts. Boundary: one instance, every attention group full, no queueing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrefillPass {
    /// Time of one pass.
    pub time: Time,
    /// Where it goes.
    pub split: PrefillTime,
    /// Tokens of one attention group in the pass.
    pub tokens: u64,
    /// Accelerators of the instance.
    pub accelerators: u64,
    /// Prompt tokens per second and accelerator.
    pub tokens_per_second_per_accelerator: f64,
    /// Time of a whole prompt without queueing: a lower bound of the time to the first token (TTFT). Load, batching of
    /// arrivals and scheduling come on top, and are most of it in production.
    pub first_token: Time,
}

/// A pass over prompts of `job.prompt` tokens, `tokens` of them for each attention group.
///
/// # Model
/// Operator by operator. Matrix products as [`Machine::gemm_time`] does them, core of attention at the mean number
/// of keys of a prompt (halved by causality, less with windows), two all-reduces per layer; experts by the quicker of
/// both exchanges, half batches overlapping as in [`super::decode::decode`]. All kernels at the engine's share of their rate.
/// A prompt longer than a pass takes several, of equal length.
///
/// # Validity
/// Rows of `tests/serving.rs`. No prefix cache.
///
/// # Errors
/// As [`super::decode::decode`].
pub fn prefill(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    plan: &DecodePlan,
    tokens: u64,
) -> Result<PrefillPass, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    job.check()?;
    plan.check(model, tiers)?;
    if tokens == 0 || tokens > 1 << 31 {
        return Err(WorkloadError::Parallelism {
            what: "tokens",
            value: tokens,
            problem: "is not between 1 and 2^31".to_owned(),
            hint: "e.g. 8192".to_owned(),
        });
    }
    let place = Placement::new(model, machine, job, plan)?;
    if place.batch_limit == 0 {
        return Err(place.too_large(plan));
    }
    let pass = place.prefill_pass(tiers, plan, tokens);
    if pass.time.as_s().is_finite() && pass.time.as_s() > 0.0 {
        Ok(pass)
    } else {
        Err(WorkloadError::NotFinite {
            what: "a pass over prompts",
            value: pass.time.as_s().to_string(),
            cause: "the serving software and the network tiers".to_owned(),
        })
    }
}

impl Placement<'_> {
    pub(crate) fn prefill_pass(
        &self,
        tiers: &[NetworkTier],
        plan: &DecodePlan,
        tokens: u64,
    ) -> PrefillPass {
        let split = self.prefill_split(tiers, plan, tokens as f64);
        let time = split.total();
        let rows = (tokens * plan.data) as f64;
        let accelerators = plan.accelerators();
        let passes = self.job.prompt.div_ceil(tokens.max(1)) as f64;
        // The last pass of a prompt is no shorter than the others: they are cut evenly.
        let own = (self.job.prompt as f64 / passes).min(tokens as f64);
        let alone = self.prefill_split(tiers, plan, own).total();
        let overhead = self.job.software.layer_overhead * self.model.num_hidden_layers as f64;
        PrefillPass {
            time: time + overhead,
            split,
            tokens,
            accelerators,
            tokens_per_second_per_accelerator: rows
                / (time + overhead).as_s()
                / accelerators as f64,
            first_token: (alone + overhead) * passes,
        }
    }

    /// A pass without launches and output head.
    pub(crate) fn prefill_split(
        &self,
        tiers: &[NetworkTier],
        plan: &DecodePlan,
        tokens: f64,
    ) -> PrefillTime {
        let model = self.model;
        let layers = model.num_hidden_layers as f64;
        let sparse = model.expert_layers() as f64;
        let share = self.job.software.prefill.value();
        let projections = |t: f64| self.project(plan, t) / share;
        let core = |t: f64| {
            let whole = model.operations(self.job.prompt).core / 2.0;
            self.machine.attention(t * whole / layers / plan.tensor as f64) / share
        };
        let dense = self.feed_forward(plan, tokens) / share;
        let mut split = PrefillTime {
            projections: Time::s(layers * projections(tokens)),
            core: Time::s(layers * core(tokens)),
            feed_forward: Time::s((layers - sparse) * dense),
            ..PrefillTime::default()
        };
        let group = Group::place(tiers, plan.tensor, 1);
        let mut reduces = 2.0 * layers;
        if sparse > 0.0 {
            let experts = |t: f64| self.expert_products(plan, t) / share;
            split.feed_forward += Time::s(sparse * experts(tokens));
            if plan.dispatches() {
                reduces -= sparse;
                let outer = Group::place(tiers, plan.expert, 1);
                let sent = |t: f64| {
                    let one = |bytes| {
                        let exchange = self.exchanged(plan, t, bytes);
                        exchange
                            .map_or(0.0, |e| group_time(&outer, e, self.job.software.pipelining))
                    };
                    self.both_ways().into_iter().map(one).sum::<f64>()
                };
                let block = |t: f64| projections(t) + core(t) + experts(t);
                let (whole, half) = (block(tokens), tokens / 2.0);
                let both = 2.0 * block(half);
                let wire = 2.0 * sent(half);
                let computing = both + self.job.software.exchange_occupancy.value() * wire;
                let mut time = whole + sent(tokens);
                if self.job.software.two_batches {
                    time = time.min(computing.max(wire));
                }
                split.expert = Time::s(sparse * (time - whole).max(0.0));
            }
        }
        split.tensor = Time::s(reduces * self.all_reduce(&group, tokens));
        split
    }

    fn product(&self, rows: f64, columns: f64, inner: f64, count: f64) -> f64 {
        let bytes = self.job.precision.bytes();
        self.machine.gemm(self.arithmetic, bytes, [rows, columns, inner], count)
    }

    /// Projections of attention of one layer on so many tokens.
    fn project(&self, plan: &DecodePlan, tokens: f64) -> f64 {
        let model = self.model;
        let (h, tp) = (model.hidden_size as f64, plan.tensor as f64);
        let heads = model.num_attention_heads as f64 / tp;
        match model.latent_attention {
            Some(m) => {
                let rope = m.qk_rope_head_dim as f64;
                let (query, latent) = (m.q_lora_rank as f64, m.kv_lora_rank as f64);
                let (key, value) = (m.qk_nope_head_dim as f64, m.v_head_dim as f64);
                self.product(tokens, query + latent + rope, h, 1.0)
                    + self.product(tokens, heads * (key + rope), query, 1.0)
                    + self.product(tokens, heads * (key + value), latent, 1.0)
                    + self.product(tokens, h, heads * value, 1.0)
            }
            None => {
                let d = model.head_dim() as f64;
                // Ranks beyond the number of key-value heads hold copies.
                let shared = (model.num_key_value_heads as f64 / tp).max(1.0);
                self.product(tokens, d * (heads + 2.0 * shared), h, 1.0)
                    + self.product(tokens, h, heads * d, 1.0)
            }
        }
    }

    /// A dense feed-forward block of one layer.
    fn feed_forward(&self, plan: &DecodePlan, tokens: f64) -> f64 {
        let f = self.model.intermediate_size as f64 / plan.tensor as f64;
        self.block(tokens, f, 1.0)
    }

    /// A feed-forward block of inner width f, or several equal ones.
    fn block(&self, tokens: f64, f: f64, count: f64) -> f64 {
        let h = self.model.hidden_size as f64;
        let up = (self.model.matrices() - 1) as f64;
        self.product(tokens, up * f, h, count) + self.product(tokens, h, f, count)
    }

    /// Routed and shared experts of one layer, so many tokens in each attention group.
    fn expert_products(&self, plan: &DecodePlan, tokens: f64) -> f64 {
        let Some(e) = self.model.experts else { return 0.0 };
        let h = self.model.hidden_size as f64;
        let resident = Self::resident(self.model, plan);
        let copies = tokens * plan.data as f64 * e.num_experts_per_tok as f64 / plan.expert as f64
            * self.job.software.expert_imbalance.value();
        let width = e.moe_intermediate_size as f64 / Self::expert_cut(plan);
        let shared = self.model.routing_parameters() as f64 / h - e.n_routed_experts as f64;
        let shared = shared / self.model.matrices() as f64 / plan.tensor as f64;
        let routed = self.block(copies / resident.max(1.0), width, resident);
        if shared > 0.0 { routed + self.block(tokens, shared, 1.0) } else { routed }
    }
}

/// The quicker of both kernels: a pass over prompts needs no captured graph.
fn group_time(
    group: &Group<'_>,
    exchange: crate::collective::Exchange,
    pipelining: crate::collective::Pipelining,
) -> f64 {
    group.exchange(exchange, pipelining).as_s()
}

/// Bytes of one prompt's cache, all layers.
pub(crate) fn prompt_cache(model: &Model, prompt: u64, cache: Precision) -> f64 {
    model.kv_of_sequence(prompt, cache.bytes()).as_bytes()
}
