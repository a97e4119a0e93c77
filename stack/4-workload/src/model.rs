//! A transformer: its shape, and what follows from it (parameters, operations, key-value bytes).
//!
//! A model comes from a preset of the catalog ([`Model::parse`]) or from the `config.json` that is published with its
//! weights ([`Model::from_hugging_face`]).

mod count;
mod hugging_face;
mod operations;

pub use operations::{Convention, Operations};

use crate::WorkloadError;
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
    /// Activation of the feed-forward block.
    pub hidden_act: Activation,
    /// Whether the feed-forward block has a gate: three matrices instead of two. By the activation when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gated: Option<bool>,
    /// Vocabulary, V.
    pub vocab_size: u64,
    /// Whether input embedding and output head share their weights.
    #[serde(default)]
    pub tie_word_embeddings: bool,
    /// Tokens back to which a layer with a sliding window looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_window: Option<u64>,
    /// Layers that have the sliding window; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_layers: Option<u64>,
    /// Layers after the last that predict further tokens in training (multi-token prediction).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub num_nextn_predict_layers: u64,
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
    /// Sigmoid-weighted, with a gate (SwiGLU).
    Silu,
    /// Gaussian; without a gate in GPT, with one in Grok.
    Gelu,
    /// Squared rectifier, without a gate (Nemotron).
    Relu2,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
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
    /// Inner width of all shared experts together; as many routed experts' when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_expert_intermediate_size: Option<u64>,
    /// Leading layers that are dense.
    #[serde(default)]
    pub first_k_dense_replace: u64,
    /// Of the layers after those, every so many-th has experts (Llama 4: 2).
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub interleave_moe_layer_step: u64,
    /// Groups of experts, of which a token chooses `topk_group`: so many nodes at most get a copy of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_group: Option<u64>,
    /// Groups that a token may choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topk_group: Option<u64>,
}

const fn one() -> u64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(value: &u64) -> bool {
    *value == 1
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
            ("sliding_window", self.sliding_window.unwrap_or(1), 31),
            // Zero is allowed for these.
            ("sliding_layers", self.sliding_layers.unwrap_or(0).saturating_add(1), 12),
            ("num_nextn_predict_layers", self.num_nextn_predict_layers.saturating_add(1), 6),
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
                ("experts.interleave_moe_layer_step", e.interleave_moe_layer_step, 12),
                ("experts.n_group", e.n_group.unwrap_or(1), 12),
                ("experts.topk_group", e.topk_group.unwrap_or(1), 12),
                // Zero is allowed for shared experts.
                ("experts.n_shared_experts", e.n_shared_experts.saturating_add(1), 10),
                (
                    "experts.shared_expert_intermediate_size",
                    e.shared_expert_intermediate_size.unwrap_or(0).saturating_add(1),
                    20,
                ),
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
            if let Some(groups) = e.topk_group.filter(|k| *k > e.n_group.unwrap_or(*k)) {
                return Err(WorkloadError::Shape {
                    field: "experts.topk_group",
                    problem: format!("{groups} of {} groups", e.n_group.unwrap_or(0)),
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
        if let Some(sliding) = self.sliding_layers.filter(|l| *l > self.num_hidden_layers) {
            return Err(WorkloadError::Shape {
                field: "sliding_layers",
                problem: format!("{sliding} of {} layers", self.num_hidden_layers),
            });
        }
        if self.sliding_layers.is_some_and(|l| l > 0) && self.sliding_window.is_none() {
            return Err(WorkloadError::Shape {
                field: "sliding_layers",
                problem: "layers with a window need `sliding_window`".to_owned(),
            });
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
}
