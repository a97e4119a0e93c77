//! A transformer: its shape, and what follows from it (parameters, operations, key-value bytes).

use crate::WorkloadError;
use lightloom_units::DataSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A decoder-only transformer. Fields are named as in Hugging Face's `config.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name for reports.
    pub name: String,
    /// Address of the published shape.
    pub source: String,
    /// Width of the residual stream, h.
    pub hidden_size: u64,
    /// Number of layers, L.
    pub num_hidden_layers: u64,
    /// Query heads, a.
    pub num_attention_heads: u64,
    /// Key-value heads, g: equal to a for multi-head attention, fewer for grouped-query attention.
    pub num_key_value_heads: u64,
    /// Width of one head; h / a when absent. Not used by latent attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_dim: Option<u64>,
    /// Inner width of a dense feed-forward block, f.
    pub intermediate_size: u64,
    /// Activation, which says whether the feed-forward block has a gate.
    pub hidden_act: Activation,
    /// Vocabulary, V.
    pub vocab_size: u64,
    /// Whether input embedding and output head share their weights.
    #[serde(default)]
    pub tie_word_embeddings: bool,
    /// Multi-head latent attention, where the model has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent_attention: Option<LatentAttention>,
    /// Mixture of experts, where the model has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts: Option<Experts>,
}

/// Activation of the feed-forward block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// Gated (SwiGLU): three matrices.
    Silu,
    /// Plain: two matrices.
    Gelu,
}

/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): keys and values through a low rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LatentAttention {
    /// Rank of the queries.
    pub q_lora_rank: u64,
    /// Rank of keys and values: what is cached, with the rotary part.
    pub kv_lora_rank: u64,
    /// Width of the part of a query and key without position.
    pub qk_nope_head_dim: u64,
    /// Width of the rotary part.
    pub qk_rope_head_dim: u64,
    /// Width of a value.
    pub v_head_dim: u64,
}

/// Mixture of experts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Experts {
    /// Routed experts in a layer, E.
    pub n_routed_experts: u64,
    /// Routed experts that a token visits, k.
    pub num_experts_per_tok: u64,
    /// Inner width of one expert.
    pub moe_intermediate_size: u64,
    /// Experts that every token visits.
    #[serde(default)]
    pub n_shared_experts: u64,
    /// Leading layers that are dense.
    #[serde(default)]
    pub first_k_dense_replace: u64,
}

impl Model {
    /// Reads and checks a preset.
    ///
    /// # Errors
    /// [`WorkloadError::Preset`] with the parser's message, or [`WorkloadError::Shape`] where the shape is
    /// not one that can exist.
    pub fn parse(text: &str) -> Result<Self, WorkloadError> {
        let model: Self = toml::from_str(text).map_err(|e| WorkloadError::Preset(e.to_string()))?;
        model.check()?;
        Ok(model)
    }

    /// Checks that the shape can exist.
    ///
    /// # Errors
    /// [`WorkloadError::Shape`] names the field.
    pub fn check(&self) -> Result<(), WorkloadError> {
        // Field, value, and the power of two that it may reach. No model is near these limits, and within them
        // every count fits in u64.
        let mut fields = vec![
            ("hidden_size", self.hidden_size, 17),
            ("num_hidden_layers", self.num_hidden_layers, 12),
            ("num_attention_heads", self.num_attention_heads, 12),
            ("num_key_value_heads", self.num_key_value_heads, 12),
            ("head_dim", self.head_dim(), 12),
            ("intermediate_size", self.intermediate_size, 20),
            ("vocab_size", self.vocab_size, 24),
        ];
        if let Some(m) = self.latent_attention {
            fields.extend([
                ("latent_attention.q_lora_rank", m.q_lora_rank, 14),
                ("latent_attention.kv_lora_rank", m.kv_lora_rank, 14),
                ("latent_attention.qk_nope_head_dim", m.qk_nope_head_dim, 12),
                ("latent_attention.qk_rope_head_dim", m.qk_rope_head_dim, 12),
                ("latent_attention.v_head_dim", m.v_head_dim, 12),
            ]);
        }
        if let Some(e) = self.experts {
            fields.extend([
                ("experts.n_routed_experts", e.n_routed_experts, 12),
                ("experts.num_experts_per_tok", e.num_experts_per_tok, 12),
                ("experts.moe_intermediate_size", e.moe_intermediate_size, 18),
                // Zero is allowed for shared experts.
                ("experts.n_shared_experts", e.n_shared_experts.saturating_add(1), 12),
            ]);
        }
        for (field, value, power) in fields {
            if value == 0 || value > 1 << power {
                let problem = format!("{value} is not between 1 and {}", 1_u64 << power);
                return Err(WorkloadError::Shape { field, problem });
            }
        }
        if let Some(e) = self.experts {
            if e.num_experts_per_tok > e.n_routed_experts {
                return Err(WorkloadError::Shape {
                    field: "experts.num_experts_per_tok",
                    problem: format!("{} of {} experts", e.num_experts_per_tok, e.n_routed_experts),
                });
            }
            if e.first_k_dense_replace > self.num_hidden_layers {
                return Err(WorkloadError::Shape {
                    field: "experts.first_k_dense_replace",
                    problem: format!(
                        "{} of {} layers",
                        e.first_k_dense_replace, self.num_hidden_layers
                    ),
                });
            }
        }
        if !self.num_attention_heads.is_multiple_of(self.num_key_value_heads) {
            return Err(WorkloadError::Shape {
                field: "num_key_value_heads",
                problem: format!(
                    "{} query heads cannot share {} key-value heads evenly",
                    self.num_attention_heads, self.num_key_value_heads
                ),
            });
        }
        Ok(())
    }

    /// Width of one head.
    #[must_use]
    pub fn head_dim(&self) -> u64 {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
    }

    /// Layers with routed experts.
    #[must_use]
    pub fn expert_layers(&self) -> u64 {
        self.experts.map_or(0, |e| self.num_hidden_layers - e.first_k_dense_replace)
    }

    /// Matrices of a feed-forward block: 3 with a gate, 2 without.
    pub(crate) fn matrices(&self) -> u64 {
        match self.hidden_act {
            Activation::Silu => 3,
            Activation::Gelu => 2,
        }
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
            self.hidden_size * e.n_routed_experts + e.n_shared_experts * self.expert_parameters()
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

    /// Matrix parameters that one token meets in a forward pass: what its operations are counted from.
    #[must_use]
    pub fn active_parameters(&self) -> u64 {
        let visited = self.experts.map_or(0, |e| e.num_experts_per_tok) * self.expert_parameters();
        self.num_hidden_layers * self.attention_parameters()
            + (self.num_hidden_layers - self.expert_layers()) * self.dense_parameters()
            + self.expert_layers() * (visited + self.routing_parameters())
            + self.vocab_size * self.hidden_size
    }

    /// Floating-point operations for one token of training (forward and backward, no recomputation).
    ///
    /// # Model
    /// `3 (2 P_active + L s a (d_qk + d_v))`: backward is twice forward; causal attention counts at one half,
    /// as Megatron Bridge does.
    ///
    /// # Source
    /// DeepSeek-V3 at 4096: 250 GFLOP/token (arXiv 2505.09343, Table 2).
    #[must_use]
    pub fn training_flops_per_token(&self, sequence: u64) -> f64 {
        let (key, value) = self.core_dims();
        let core = self.num_hidden_layers as f64
            * sequence as f64
            * (self.num_attention_heads * (key + value)) as f64;
        3.0 * (2.0 * self.active_parameters() as f64 + core)
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
}
