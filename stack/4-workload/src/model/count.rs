//! Parameters and cache of a model.

use super::{Activation, Model};
use lightloom_units::DataSize;

impl Model {
    /// Width of one head.
    #[must_use]
    pub fn head_dim(&self) -> u64 {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
    }

    /// Layers with routed experts.
    #[must_use]
    pub fn expert_layers(&self) -> u64 {
        self.experts.map_or(0, |e| {
            (self.num_hidden_layers - e.first_k_dense_replace) / e.interleave_moe_layer_step.max(1)
        })
    }

    /// Matrices of a feed-forward block: 3 with a gate, 2 without.
    pub(crate) fn matrices(&self) -> u64 {
        if self.gated.unwrap_or(self.hidden_act == Activation::Silu) { 3 } else { 2 }
    }

    /// Width of a key-query product per head and of a value per head: d and d, or MLA's.
    pub(crate) fn core_dims(&self) -> (u64, u64) {
        match self.latent_attention {
            Some(m) => (m.qk_nope_head_dim + m.qk_rope_head_dim, m.v_head_dim),
            None => (self.head_dim(), self.head_dim()),
        }
    }

    /// Matrix parameters of one layer's attention.
    #[must_use]
    pub fn attention_parameters(&self) -> u64 {
        let (h, a, g) = (self.hidden_size, self.num_attention_heads, self.num_key_value_heads);
        match self.latent_attention {
            Some(m) => {
                let query = h * m.q_lora_rank
                    + m.q_lora_rank * a * (m.qk_nope_head_dim + m.qk_rope_head_dim);
                let key_value = h * (m.kv_lora_rank + m.qk_rope_head_dim)
                    + m.kv_lora_rank * a * (m.qk_nope_head_dim + m.v_head_dim);
                query + key_value + a * m.v_head_dim * h
            }
            None => self.head_dim() * h * (2 * a + 2 * g),
        }
    }

    /// Parameters of a dense feed-forward block.
    #[must_use]
    pub fn dense_parameters(&self) -> u64 {
        self.matrices() * self.hidden_size * self.intermediate_size
    }

    /// Parameters of one routed expert; zero without experts.
    #[must_use]
    pub fn expert_parameters(&self) -> u64 {
        self.experts.map_or(0, |e| self.matrices() * self.hidden_size * e.moe_intermediate_size)
    }

    /// Parameters of a layer's router and shared experts; zero without experts.
    pub(crate) fn routing_parameters(&self) -> u64 {
        self.experts.map_or(0, |e| {
            let shared = e
                .shared_expert_intermediate_size
                .unwrap_or(e.n_shared_experts * e.moe_intermediate_size);
            self.hidden_size * (e.n_routed_experts + self.matrices() * shared)
        })
    }

    /// Parameters that no matrix holds: norms and the router's bias, whole model.
    fn small_parameters(&self) -> u64 {
        let per_layer = 2 * self.hidden_size
            + self.latent_attention.map_or(0, |m| m.q_lora_rank + m.kv_lora_rank);
        let bias = match (self.experts, self.latent_attention) {
            // DeepSeek's balancing bias comes with its attention.
            (Some(e), Some(_)) => e.n_routed_experts * self.expert_layers(),
            _ => 0,
        };
        per_layer * self.num_hidden_layers + bias + self.hidden_size
    }

    /// Parameters of the whole model.
    ///
    /// # Model
    /// `L attention + (L - L_e) dense + L_e (E expert + router + shared) + embeddings + norms`. Biases and
    /// learned positions of older models are left out (below 0.03 %).
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let routed = self.experts.map_or(0, |e| e.n_routed_experts) * self.expert_parameters();
        let copies = if self.tie_word_embeddings { 1 } else { 2 };
        self.num_hidden_layers * self.attention_parameters()
            + (self.num_hidden_layers - self.expert_layers()) * self.dense_parameters()
            + self.expert_layers() * (routed + self.routing_parameters())
            + copies * self.vocab_size * self.hidden_size
            + self.small_parameters()
    }

    /// Parameters of the layers that predict further tokens, beyond embedding and head, which they share.
    ///
    /// # Model
    /// Each is a layer like the last one, and a projection of two streams to one: `2 h h`.
    ///
    /// # Source
    /// DeepSeek-V3 technical report, arXiv 2412.19437, section 2.2.
    #[must_use]
    pub fn prediction_parameters(&self) -> u64 {
        let h = self.hidden_size;
        let block = match self.experts {
            Some(e) => e.n_routed_experts * self.expert_parameters() + self.routing_parameters(),
            None => self.dense_parameters(),
        };
        self.num_nextn_predict_layers * (self.attention_parameters() + block + 2 * h * h + 4 * h)
    }

    /// Layers that look back no further than their window.
    #[must_use]
    pub fn sliding_layers(&self) -> u64 {
        match (self.sliding_window, self.sliding_layers) {
            (None, _) => 0,
            (Some(_), None) => self.num_hidden_layers,
            (Some(_), Some(layers)) => layers.min(self.num_hidden_layers),
        }
    }

    /// Matrix parameters that one token meets in a forward pass: what its operations are counted from.
    #[must_use]
    pub fn active_parameters(&self) -> u64 {
        let visited = self.experts.map_or(0, |e| e.num_experts_per_tok) * self.expert_parameters();
        self.num_hidden_layers * self.attention_parameters()
            + (self.num_hidden_layers - self.expert_layers()) * self.dense_parameters()
            + self.expert_layers() * (visited + self.routing_parameters())
            + self.vocab_size * self.hidden_size
    }

    /// Elements cached for one token in one layer: keys and values, or the latent and its rotary part.
    #[must_use]
    pub fn cached_elements(&self) -> u64 {
        match self.latent_attention {
            Some(m) => m.kv_lora_rank + m.qk_rope_head_dim,
            None => 2 * self.num_key_value_heads * self.head_dim(),
        }
    }

    /// Key-value cache of one token over all layers, with `bytes` for one element.
    ///
    /// # Example
    /// ```
    /// use lightloom_workload::Model;
    ///
    /// let model = Model::parse(r#"
    ///     name = "Llama 3.1 405B"
    ///     source = "https://huggingface.co/meta-llama/Llama-3.1-405B"
    ///     hidden_size = 16384
    ///     num_hidden_layers = 126
    ///     num_attention_heads = 128
    ///     num_key_value_heads = 8
    ///     intermediate_size = 53248
    ///     hidden_act = "silu"
    ///     vocab_size = 128256
    /// "#)?;
    /// assert_eq!(model.kv_per_token(2.0).as_bytes(), 516_096.0); // arXiv 2505.09343, Table 1
    /// # Ok::<(), lightloom_workload::WorkloadError>(())
    /// ```
    #[must_use]
    pub fn kv_per_token(&self, bytes: f64) -> DataSize {
        DataSize::bytes((self.num_hidden_layers * self.cached_elements()) as f64 * bytes)
    }

    /// Key-value cache of one sequence of so many tokens, with `bytes` for one element: layers with a sliding window
    /// keep no more than it.
    #[must_use]
    pub fn kv_of_sequence(&self, tokens: u64, bytes: f64) -> DataSize {
        let sliding = self.sliding_layers();
        let kept = self.sliding_window.map_or(tokens, |w| w.min(tokens));
        let layers = (self.num_hidden_layers - sliding) as f64 * tokens as f64
            + sliding as f64 * kept as f64;
        DataSize::bytes(layers * self.cached_elements() as f64 * bytes)
    }
}
