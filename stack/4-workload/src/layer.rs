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
/// Bytes that one pass over elements of 16 bits moves: each is read and written.
const PASS_BYTES: f64 = 4.0;
/// Bytes for one element of 16 bits.
const HALF: f64 = 2.0;

/// Kinds of kernels, in the order of [`crate::training::KernelTime`].
pub(crate) const KINDS: usize = 6;
const PROJECTIONS: usize = 0;
const CORE: usize = 1;
const FEED_FORWARD: usize = 2;
const EXPERTS: usize = 3;
const ELEMENTWISE: usize = 4;
const HEAD: usize = 5;

/// Seconds of a layer, or of part of one, for one micro-batch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LayerTime {
    /// Kernels by kind.
    pub kernels: [f64; KINDS],
    /// Collectives of tensor parallelism, all of them.
    pub tensor: f64,
    /// Exchange of keys and values that attention does not hide.
    pub context: f64,
    /// Exchanges between experts, all of them.
    pub expert: f64,
}

impl LayerTime {
    fn kernel(kind: usize, seconds: f64) -> Self {
        Self::default().and(kind, seconds)
    }

    fn and(mut self, kind: usize, seconds: f64) -> Self {
        if let Some(k) = self.kernels.get_mut(kind) {
            *k += seconds;
        }
        self
    }

    pub(crate) fn compute(&self) -> f64 {
        self.kernels.iter().sum()
    }

    pub(crate) fn total(&self) -> f64 {
        self.compute() + self.tensor + self.context + self.expert
    }

    pub(crate) fn plus(mut self, times: f64, other: &Self) -> Self {
        self.add(times, other);
        self
    }

    #[inline]
    fn add(&mut self, times: f64, other: &Self) {
        for (k, o) in self.kernels.iter_mut().zip(&other.kernels) {
            *k += times * o;
        }
        self.tensor += times * other.tensor;
        self.context += times * other.context;
        self.expert += times * other.expert;
    }
}

/// The passes of a layer: what is computed again is part of the backward pass of its inputs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Passes {
    /// Forward.
    pub forward: LayerTime,
    /// Backward, gradients of inputs.
    pub backward: LayerTime,
    /// Backward, gradients of weights.
    pub weights: LayerTime,
}

impl Passes {
    pub(crate) fn plus(mut self, times: f64, other: &Self) -> Self {
        self.add(times, other);
        self
    }

    #[inline]
    pub(crate) fn add(&mut self, times: f64, other: &Self) {
        self.forward.add(times, &other.forward);
        self.backward.add(times, &other.backward);
        self.weights.add(times, &other.weights);
    }

    /// Forward and backward.
    pub(crate) fn all(&self) -> LayerTime {
        self.forward.plus(1.0, &self.backward).plus(1.0, &self.weights)
    }

    /// Products of matrices take as long again for each gradient; what moves through memory does so once more
    /// for each of both gradients, in the pass of inputs.
    fn products(mut self, kind: usize, seconds: f64) -> Self {
        self.forward = self.forward.and(kind, seconds);
        self.backward = self.backward.and(kind, seconds);
        self.weights = self.weights.and(kind, seconds);
        self
    }

    fn elementwise(mut self, seconds: f64) -> Self {
        self.forward = self.forward.and(ELEMENTWISE, seconds);
        self.backward = self.backward.and(ELEMENTWISE, 2.0 * seconds);
        self
    }

    /// Inputs cast to the precision of the products: `input` seconds for what comes forward, `gradient` for what
    /// comes backward.
    fn casts(mut self, input: f64, gradient: f64) -> Self {
        self.forward = self.forward.and(ELEMENTWISE, input);
        self.backward = self.backward.and(ELEMENTWISE, gradient);
        self
    }

    fn again(mut self, forward: &LayerTime) -> Self {
        self.backward = self.backward.plus(1.0, forward);
        self
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

    /// Seconds of casting so many elements of 16 bits: each is read once and written twice, by rows for its own
    /// product and by columns for the one that gives the gradient of weights. The bytes of the block scales and a
    /// fixed time per kernel are left out.
    fn cast(&self, elements: f64) -> f64 {
        match self.job.precision {
            Precision::Bf16 => 0.0,
            p @ (Precision::Fp8 | Precision::Fp4) => {
                let copies = self.machine.kernels.cast_copies.value();
                self.machine.stream((HALF + copies * p.bytes()) * elements)
            }
        }
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

    /// Queries and keys are rotated and laid out for a fused kernel, one pass over them; of latent attention, queries
    /// and keys are put together from their parts and values set apart.
    fn layout(&self) -> f64 {
        if !self.job.fused_attention {
            return 0.0;
        }
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let a = self.model.num_attention_heads as f64;
        let (key, value) = self.model.core_dims();
        let (key, value) = (key as f64, value as f64);
        let elements = if self.model.latent_attention.is_some() {
            a * (2.0 * key + value)
        } else {
            (a + (self.model.num_key_value_heads as f64).max(tp)) * key
        };
        self.machine.stream(PASS_BYTES * tokens * elements / tp)
    }

    /// Attention core, all layers' or one's with a sliding window: forward and backward.
    fn core(&self, window: Option<u64>) -> (f64, f64) {
        let (tokens, s) = (self.tokens(), self.job.sequence as f64);
        let heads = self.model.num_attention_heads as f64 / self.cut.tensor as f64;
        let (key, value) = self.model.core_dims();
        // Twice the mean keys of a query: all of the sequence, or w - w^2/2s on either side of it.
        let seen = window.map_or(s, |w| {
            let w = (w as f64).min(s);
            2.0 * (w - w * w / (2.0 * s))
        });
        if self.job.fused_attention {
            // 2 per multiply-add, halved by causality.
            let forward = self.machine.attention(tokens * seen * heads * (key + value) as f64);
            return (forward, FUSED_BACKWARD * forward);
        }
        // Without a fused kernel a window masks scores that are computed all the same.
        let batch = heads * self.cut.micro_batch as f64;
        let rows = s / self.cut.context as f64;
        let bf16 = self.machine.bf16;
        let scores = self.machine.gemm(bf16, HALF, [rows, s, key as f64], batch);
        let values = self.machine.gemm(bf16, HALF, [rows, value as f64, s], batch);
        let pass = |bytes: f64| self.machine.stream(bytes * batch * rows * s);
        let forward = scores + values + pass(UNFUSED_FORWARD_BYTES);
        (forward, 2.0 * (scores + values) + pass(UNFUSED_BACKWARD_BYTES))
    }

    /// A gated or plain feed-forward block of inner width f on so many rows, forward, without its norms: its
    /// products, and its activation.
    fn feed_forward(&self, rows: f64, f: f64, count: f64) -> (f64, f64) {
        let h = self.model.hidden_size as f64;
        let up = (self.model.matrices() - 1) as f64;
        let bytes = self.job.precision.bytes();
        let products = self.machine.gemm(self.arithmetic, bytes, [rows, up * f, h], count)
            + self.machine.gemm(self.arithmetic, bytes, [rows, h, f], count);
        // The activation reads what the first product wrote and writes the second's input.
        (products, self.machine.stream(count * rows * f * HALF * (up + 1.0)))
    }

    /// Tokens of the residual stream that a rank keeps.
    fn share(&self) -> f64 {
        let tokens = self.tokens();
        if self.cut.sequence_parallel { tokens / self.cut.tensor as f64 } else { tokens }
    }

    /// Collectives that enter and leave one block of a tensor group, one pass.
    pub(crate) fn block_collectives(&self) -> f64 {
        let h = self.model.hidden_size as f64;
        let vector = DataSize::bytes(self.tokens() * h * HALF);
        if self.cut.tensor <= 1 {
            0.0
        } else if self.cut.sequence_parallel {
            let gather = self.tensor.time(Operation::AllGather, vector, self.pipelining);
            let scatter = self.tensor.time(Operation::ReduceScatter, vector, self.pipelining);
            (gather + scatter).as_s()
        } else {
            self.tensor.time(Operation::AllReduce, vector, self.pipelining).as_s()
        }
    }

    /// Attention of one layer, with half of the norms and residual additions.
    pub(crate) fn attention(&self, window: Option<u64>, collectives: f64) -> Passes {
        let again = self.cut.recompute.modules();
        let h = self.model.hidden_size as f64;
        let (projections, up) = self.projections();
        let norms = self.machine.stream(RESIDUAL_BYTES / 2.0 * self.share() * h);
        let (core, core_backward) = self.core(window);
        let (context, context_backward) = if self.cut.context > 1 {
            let heads = (self.cut.tensor as f64).min(self.model.num_key_value_heads as f64);
            let cached = self.model.cached_elements() as f64 / heads;
            let part = (self.job.sequence / self.cut.context).max(1);
            // A window needs no more neighbours than it reaches into.
            let others = self.cut.context - 1;
            let rounds = window.map_or(others, |w| others.min(w.div_ceil(part)));
            let bytes = DataSize::bytes(self.tokens() * cached * HALF);
            let ring = self.context.neighbour(bytes).as_s() * rounds as f64;
            ((ring - core).max(0.0), (2.0 * ring - core_backward).max(0.0))
        } else {
            (0.0, 0.0)
        };
        let (key, value) = self.model.core_dims();
        let heads = self.model.num_attention_heads as f64 / self.cut.tensor as f64;
        // In: the normalised stream and the core's output. Back: the gradients of what they gave.
        let (tokens, out) = (self.tokens(), heads * value as f64);
        let shared = (self.model.num_key_value_heads as f64 / self.cut.tensor as f64).max(1.0);
        let given = heads * key as f64 + shared * (key + value) as f64;
        let (input, gradient) = (self.cast(tokens * (h + out)), self.cast(tokens * (given + h)));
        let layout = self.layout();
        let mut passes = Passes::default()
            .products(PROJECTIONS, projections)
            .elementwise(norms)
            .casts(input + layout, gradient + layout);
        passes.forward = passes.forward.and(CORE, core);
        passes.backward = passes.backward.and(CORE, core_backward);
        for pass in [&mut passes.forward, &mut passes.backward] {
            pass.tensor = collectives;
        }
        passes.forward.context = context;
        passes.backward.context = context_backward;
        if self.cut.recompute == Recompute::Full {
            let forward = passes.forward;
            return passes.again(&forward);
        }
        let mut extra = LayerTime::default();
        // A fused core recomputes its scores anyway: that is in its backward.
        if again.core && !self.job.fused_attention {
            extra = extra.and(CORE, core);
        }
        if again.up_projections {
            extra = extra.and(PROJECTIONS, up);
        }
        if again.norms {
            extra = extra.and(ELEMENTWISE, norms);
        }
        passes.again(&extra)
    }

    /// The feed-forward block of one layer, dense or of experts, with half of the norms and residual additions.
    pub(crate) fn block(&self, with_experts: bool, collectives: f64) -> Passes {
        let again = self.cut.recompute.modules();
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let h = self.model.hidden_size as f64;
        let norms = self.machine.stream(RESIDUAL_BYTES / 2.0 * self.share() * h);
        let mut passes = Passes::default().elementwise(norms);
        let mut extra = LayerTime::default();
        let up = (self.model.matrices() - 1) as f64;
        if again.norms {
            extra = extra.and(ELEMENTWISE, norms);
        }
        match self.model.experts.filter(|_| with_experts) {
            None => {
                let f = self.model.intermediate_size as f64 / tp;
                let (products, activation) = self.feed_forward(tokens, f, 1.0);
                passes = passes
                    .products(FEED_FORWARD, products)
                    .elementwise(activation)
                    .casts(self.cast(tokens * (h + f)), self.cast(tokens * (h + up * f)));
                for pass in [&mut passes.forward, &mut passes.backward] {
                    pass.tensor = collectives;
                }
                if again.feed_forward {
                    extra = extra.and(FEED_FORWARD, products).and(ELEMENTWISE, activation);
                }
            }
            Some(e) => {
                let (all, k) = (e.n_routed_experts as f64, e.num_experts_per_tok as f64);
                let width = e.moe_intermediate_size as f64;
                let ep = self.cut.expert as f64;
                // The fullest rank sets the pace of all.
                let fullest = self.job.software.expert_imbalance.value();
                let rows = fullest * tokens / tp * k * ep / all;
                let all_rows = rows * all / ep;
                let (products, activation) = self.feed_forward(rows, width, all / ep);
                let router = self.machine.gemm(self.machine.bf16, HALF, [tokens / tp, all, h], 1.0);
                // Copies are gathered and scattered in memory around the experts; an all-to-all sorts them by rank
                // first, and then by expert.
                let passes_of_copies = if self.job.software.all_to_all { 4.0 } else { 2.0 };
                let permutation =
                    self.machine.stream(passes_of_copies * PASS_BYTES * tokens / tp * k * h);
                passes = passes.products(EXPERTS, products + router).elementwise(activation).casts(
                    permutation + self.cast(all_rows * (h + width)),
                    permutation + self.cast(all_rows * (h + up * width)),
                );
                if again.experts {
                    extra = extra.and(EXPERTS, products).and(ELEMENTWISE, activation);
                }
                let shared = e
                    .shared_expert_intermediate_size
                    .unwrap_or(e.n_shared_experts * e.moe_intermediate_size);
                if shared > 0 {
                    let (products, activation) = self.feed_forward(tokens, shared as f64 / tp, 1.0);
                    let f = shared as f64 / tp;
                    passes = passes
                        .products(FEED_FORWARD, products)
                        .elementwise(activation)
                        .casts(self.cast(tokens * (h + f)), self.cast(tokens * (h + up * f)));
                    if again.feed_forward {
                        extra = extra.and(FEED_FORWARD, products).and(ELEMENTWISE, activation);
                    }
                }
                let exchange = |bytes: f64| {
                    if self.job.software.all_to_all {
                        let copies = fullest * tokens / tp * k;
                        let vector = DataSize::bytes(copies * h * bytes);
                        let all = Operation::AllToAll;
                        return self.expert.time(all, vector, self.pipelining).as_s();
                    }
                    let one = Exchange {
                        tokens: fullest * tokens / tp,
                        bytes_per_token: h * bytes,
                        copies: e.num_experts_per_tok,
                        experts: e.n_routed_experts,
                        node_limit: e.topk_group,
                        routing: Routing::Uniform,
                    };
                    self.expert.exchange(one, self.pipelining).as_s()
                };
                let dispatch = self.job.software.dispatch.as_bytes();
                let back = exchange(HALF);
                let same = dispatch.total_cmp(&HALF).is_eq();
                let both = back + if same { back } else { exchange(dispatch) };
                for pass in [&mut passes.forward, &mut passes.backward] {
                    pass.expert = both;
                }
            }
        }
        if self.cut.recompute == Recompute::Full {
            extra = passes.forward;
        }
        passes.again(&extra)
    }

    /// Output head and loss.
    pub(crate) fn head(&self) -> Passes {
        let (tokens, tp) = (self.tokens(), self.cut.tensor as f64);
        let (h, v) = (self.model.hidden_size as f64, self.model.vocab_size as f64 / tp);
        let product = self.machine.gemm(self.machine.bf16, HALF, [tokens, v, h], 1.0);
        let loss = self.machine.stream(tokens * v * self.machine.kernels.loss.as_bytes());
        let mut passes = Passes::default().products(HEAD, product);
        passes.forward = passes.forward.plus(1.0, &LayerTime::kernel(HEAD, loss));
        passes
    }

    /// What predicting one more token adds besides a layer and a head: two streams are joined to one.
    pub(crate) fn joining(&self) -> Passes {
        let h = self.model.hidden_size as f64;
        let product = self.gemm(self.tokens(), h / self.cut.tensor as f64, 2.0 * h);
        Passes::default().products(PROJECTIONS, product)
    }
}
