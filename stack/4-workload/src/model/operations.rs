//! Floating-point operations of a model, by the conventions that are in use.

use super::Model;
use serde::Serialize;

/// What counts as an operation of training. Published rates differ by these, up to a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Convention {
    /// Whether causal attention counts in half, as its kernels do it, or in full.
    pub causal_half: bool,
    /// Whether a second forward pass counts, where activations are recomputed (hardware FLOPs).
    pub full_recompute: bool,
    /// Whether the layers that predict further tokens count.
    pub prediction: bool,
}

impl Convention {
    /// Model FLOPs with attention in half: DeepSeek's paper, Megatron Bridge.
    pub const MODEL: Self = Self { causal_half: true, full_recompute: false, prediction: false };
    /// Model FLOPs with attention in full: `PaLM`'s MFU, DGX-Cloud recipes of 2025, Megatron-Core.
    pub const MODEL_FULL_ATTENTION: Self = Self { causal_half: false, ..Self::MODEL };
    /// With recomputation, attention in full: Narayanan et al. 2021, `96 B s L h^2 (1 + s/6h + V/16Lh)`.
    pub const HARDWARE: Self = Self { full_recompute: true, ..Self::MODEL_FULL_ATTENTION };
}

/// Floating-point operations of a forward pass for one token, by part; a product and a sum are two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Operations {
    /// Projections of attention.
    pub projections: f64,
    /// Attention core over all earlier tokens of the sequence and as many later ones: not halved.
    pub core: f64,
    /// Feed-forward blocks, experts and routers.
    pub feed_forward: f64,
    /// Output head.
    pub head: f64,
    /// Layers that predict further tokens, with their heads, core halved.
    pub prediction: f64,
}

impl Operations {
    /// Forward pass without further tokens, core halved.
    #[must_use]
    pub fn forward(&self) -> f64 {
        self.projections + self.core / 2.0 + self.feed_forward + self.head
    }

    /// Training: forward, and twice that backward.
    #[must_use]
    pub fn training(&self, convention: Convention) -> f64 {
        let core = if convention.causal_half { self.core / 2.0 } else { self.core };
        let layers = self.projections + core + self.feed_forward;
        let prediction = if convention.prediction { self.prediction } else { 0.0 };
        // The head is not recomputed.
        let again = if convention.full_recompute { 1.0 } else { 0.0 };
        (3.0 + again) * layers + 3.0 * (self.head + prediction)
    }
}

impl Model {
    /// Operations of a forward pass for one token of a sequence of so many.
    ///
    /// # Model
    /// Two for each parameter of a matrix that the token meets; core `2 s a (d_qk + d_v)` in each layer, with s no
    /// more than what a window lets see (twice the mean number of keys of a query).
    #[must_use]
    pub fn operations(&self, sequence: u64) -> Operations {
        let (layers, s) = (self.num_hidden_layers as f64, sequence as f64);
        let (key, value) = self.core_dims();
        let width = 2.0 * (self.num_attention_heads * (key + value)) as f64;
        // Mean keys of a query: s/2 causal; with a window w < s, w - w^2/2s.
        let windowed = self.sliding_window.map_or(s, |w| {
            let w = (w as f64).min(s);
            2.0 * (w - w * w / (2.0 * s.max(1.0)))
        });
        let sliding = self.sliding_layers() as f64;
        let sparse = self.expert_layers() as f64;
        let visited = self.experts.map_or(0, |e| e.num_experts_per_tok) * self.expert_parameters();
        let block = (visited + self.routing_parameters()) as f64;
        let feed_forward = (layers - sparse) * self.dense_parameters() as f64 + sparse * block;
        let attention = self.attention_parameters() as f64;
        let head = 2.0 * (self.vocab_size * self.hidden_size) as f64;
        let last = if sparse > 0.0 { block } else { self.dense_parameters() as f64 };
        let h = self.hidden_size as f64;
        let one = 2.0 * (attention + last + 2.0 * h * h) + width * s / 2.0 + head;
        Operations {
            projections: 2.0 * layers * attention,
            core: width * ((layers - sliding) * s + sliding * windowed),
            feed_forward: 2.0 * feed_forward,
            head,
            prediction: self.num_nextn_predict_layers as f64 * one,
        }
    }

    /// Floating-point operations for one token of training (forward and backward, no recomputation), by
    /// [`Convention::MODEL`].
    ///
    /// # Source
    /// DeepSeek-V3 at 4096: 250 GFLOP/token (arXiv 2505.09343, Table 2).
    #[must_use]
    pub fn training_flops_per_token(&self, sequence: u64) -> f64 {
        self.operations(sequence).training(Convention::MODEL)
    }
}
