//! One transformer layer on one accelerator: its kernels' time and its communication, per micro-batch.

use crate::collective::{Exchange, Group, Operation, Pipelining, Routing};
use crate::machine::Arithmetic;
use crate::training::{Parallelism, Recompute, TrainingJob};
use crate::{Machine, Model, Precision};
use lightloom_units::DataSize;

/// Bytes that the softmax and dropout of unfused attention move for one score, forward: softmax reads and
/// writes two, dropout reads two and writes two and a mask.
const UNFUSED_FORWARD_BYTES: f64 = 9.0;
/// The same, backward: both gradients, the mask and the saved softmax output.
const UNFUSED_BACKWARD_BYTES: f64 = 11.0;
/// Operations of a fused attention backward relative to its forward: five products for two.
const FUSED_BACKWARD: f64 = 2.5;
/// Bytes for one element of the residual stream that norms (2 x 4) and residual additions (2 x 6) move, forward.
const RESIDUAL_BYTES: f64 = 20.0;
/// Bytes for one element of 16 bits.
const HALF: f64 = 2.0;

/// Seconds of one layer or head for one micro-batch, forward and backward with what is recomputed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LayerTime {
    /// Kernels.
    pub compute: f64,
    /// Collectives of tensor parallelism, all of them.
    pub tensor: f64,
    /// Exchange of keys and values that attention does not hide.
    pub context: f64,
    /// Exchanges between experts, all of them.
    pub expert: f64,
}

impl LayerTime {
    pub(crate) fn total(&self) -> f64 {
        self.compute + self.tensor + self.context + self.expert
    }

    pub(crate) fn plus(self, times: f64, other: Self) -> Self {
        Self {
            compute: self.compute + times * other.compute,
            tensor: self.tensor + times * other.tensor,
            context: self.context + times * other.context,
            expert: self.expert + times * other.expert,
        }
    }
}

/// What a layer is timed with.
pub(crate) struct LayerModel<'a> {
    pub model: &'a Model,
    pub machine: &'a Machine,
    pub job: &'a TrainingJob,
    pub cut: &'a Parallelism,
    pub arithmetic: Arithmetic,
    pub tensor: Group<'a>,
    pub context: Group<'a>,
    pub expert: Group<'a>,
    pub pipelining: Pipelining,
}

impl LayerModel<'_> {
    /// Tokens of one micro-batch in one tensor group.
    fn tokens(&self) -> f64 {
        (self.cut.micro_batch * self.job.sequence) as f64 / self.cut.context as f64
    }

    fn gemm(&self, m: f64, n: f64, k: f64) -> f64 {
        self.machine.gemm(self.arithmetic, self.job.precision.bytes(), [m, n, k], 1.0)
    }

    /// Projections of attention, forward: all of them, and those from a latent up to the heads.
    fn projections(&self) -> (f64, f64) {
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let (h, a) = (self.model.hidden_size as f64, self.model.num_attention_heads as f64);
        let (key, value) = self.model.core_dims();
        let (key, value) = (key as f64, value as f64);
        let output = self.gemm(tokens, h, a * value / tp);
        match self.model.latent_attention {
            Some(m) => {
                // The down-projections are not divided by heads: each rank does them for its tokens.
                let (q, kv) = (m.q_lora_rank as f64, m.kv_lora_rank as f64);
                let down = self.gemm(tokens / tp, q + kv + m.qk_rope_head_dim as f64, h);
                let nope = m.qk_nope_head_dim as f64;
                let up = self.gemm(tokens, a * key / tp, q)
                    + self.gemm(tokens, a * (nope + value) / tp, kv);
                (down + up + output, up)
            }
            None => {
                // Key-value heads are copied when there are fewer than ranks.
                let shared = (self.model.num_key_value_heads as f64).max(tp);
                (self.gemm(tokens, (a + 2.0 * shared) * key / tp, h) + output, 0.0)
            }
        }
    }

    /// Attention core: forward and backward.
    fn core(&self) -> (f64, f64) {
        let (tokens, s) = (self.tokens(), self.job.sequence as f64);
        let heads = self.model.num_attention_heads as f64 / self.cut.tensor as f64;
        let (key, value) = self.model.core_dims();
        if self.job.fused_attention {
            // 2 per multiply-add, halved by causality.
            let forward = self.machine.attention(tokens * s * heads * (key + value) as f64);
            return (forward, FUSED_BACKWARD * forward);
        }
        let batch = heads * self.cut.micro_batch as f64;
        let rows = s / self.cut.context as f64;
        let bf16 = self.machine.bf16;
        let scores = self.machine.gemm(bf16, HALF, [rows, s, key as f64], batch);
        let values = self.machine.gemm(bf16, HALF, [rows, value as f64, s], batch);
        let pass = |bytes: f64| self.machine.stream(bytes * batch * rows * s);
        let forward = scores + values + pass(UNFUSED_FORWARD_BYTES);
        (forward, 2.0 * (scores + values) + pass(UNFUSED_BACKWARD_BYTES))
    }

    /// A gated or plain feed-forward block of inner width f on so many rows, forward, without its norms.
    fn feed_forward(&self, rows: f64, f: f64, count: f64) -> f64 {
        let h = self.model.hidden_size as f64;
        let up = (self.model.matrices() - 1) as f64;
        let bytes = self.job.precision.bytes();
        let products = self.machine.gemm(self.arithmetic, bytes, [rows, up * f, h], count)
            + self.machine.gemm(self.arithmetic, bytes, [rows, h, f], count);
        // The activation reads what the first product wrote and writes the second's input.
        products + self.machine.stream(count * rows * f * HALF * (up + 1.0))
    }

    /// One layer, dense or with experts.
    pub(crate) fn layer(&self, with_experts: bool) -> LayerTime {
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let h = self.model.hidden_size as f64;
        let share = if self.cut.sequence_parallel { tokens / tp } else { tokens };
        let (projections, up_projections) = self.projections();
        let mut kernels = projections + self.machine.stream(RESIDUAL_BYTES * share * h);
        let mut expert = 0.0;
        let routed = self.model.experts.filter(|_| with_experts);
        match routed {
            None => {
                kernels += self.feed_forward(tokens, self.model.intermediate_size as f64 / tp, 1.0);
            }
            Some(e) => {
                let (all, k) = (e.n_routed_experts as f64, e.num_experts_per_tok as f64);
                let width = e.moe_intermediate_size as f64;
                let ep = self.cut.expert as f64;
                let rows = tokens / tp * k * ep / all;
                kernels += self.feed_forward(rows, width, all / ep);
                kernels += self.machine.gemm(self.machine.bf16, HALF, [tokens / tp, all, h], 1.0);
                if e.n_shared_experts > 0 {
                    let shared = width * e.n_shared_experts as f64;
                    kernels += self.feed_forward(tokens, shared / tp, 1.0);
                }
                // Copies are gathered and scattered in memory around the experts.
                kernels += self.machine.stream(4.0 * HALF * tokens / tp * k * h);
                let exchange = |bytes| {
                    let one = Exchange {
                        tokens: tokens / tp,
                        bytes_per_token: h * bytes,
                        copies: e.num_experts_per_tok,
                        experts: e.n_routed_experts,
                        node_limit: e.topk_group,
                        routing: Routing::Uniform,
                    };
                    self.expert.exchange(one, self.pipelining).as_s()
                };
                let dispatch = match self.job.precision {
                    Precision::Bf16 => HALF,
                    Precision::Fp8 | Precision::Fp4 => Precision::Fp8.bytes(),
                };
                expert = exchange(dispatch) + exchange(HALF);
            }
        }
        let vector = DataSize::bytes(tokens * h * HALF);
        // Two blocks, each entered and left by a collective; experts have their exchange instead.
        let blocks = if routed.is_some() { 1.0 } else { 2.0 };
        let tensor = if tp <= 1.0 {
            0.0
        } else if self.cut.sequence_parallel {
            let gather = self.tensor.time(Operation::AllGather, vector, self.pipelining);
            let scatter = self.tensor.time(Operation::ReduceScatter, vector, self.pipelining);
            blocks * (gather + scatter).as_s()
        } else {
            blocks * self.tensor.time(Operation::AllReduce, vector, self.pipelining).as_s()
        };

        let (core, core_backward) = self.core();
        let (context, context_backward) = if self.cut.context > 1 {
            let heads = tp.min(self.model.num_key_value_heads as f64);
            let cached = self.model.cached_elements() as f64 / heads;
            let ring = self.context.neighbour(DataSize::bytes(tokens * cached * HALF)).as_s()
                * (self.cut.context - 1) as f64;
            ((ring - core).max(0.0), (2.0 * ring - core_backward).max(0.0))
        } else {
            (0.0, 0.0)
        };

        let forward = LayerTime { compute: kernels + core, tensor, context, expert };
        let backward = LayerTime {
            compute: 2.0 * kernels + core_backward,
            tensor,
            context: context_backward,
            expert,
        };
        let both = forward.plus(1.0, backward);
        match self.cut.recompute {
            Recompute::None => both,
            Recompute::Selective => {
                // A fused core recomputes its scores anyway: that is in its backward.
                let scores = if self.job.fused_attention { 0.0 } else { core };
                let compute = scores + up_projections;
                both.plus(1.0, LayerTime { compute, ..LayerTime::default() })
            }
            Recompute::Full => both.plus(1.0, forward),
        }
    }

    /// Output head and loss, forward and backward.
    pub(crate) fn head(&self) -> LayerTime {
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let (h, v) = (self.model.hidden_size as f64, self.model.vocab_size as f64 / tp);
        let product = self.machine.gemm(self.machine.bf16, HALF, [tokens, v, h], 1.0);
        // The loss reads 16-bit logits, keeps them in 32 bits, and writes their gradient.
        let loss = self.machine.stream(tokens * v * (HALF + 4.0 + 4.0 + HALF));
        LayerTime { compute: 3.0 * product + loss, ..LayerTime::default() }
    }
}
