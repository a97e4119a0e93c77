//! The `config.json` that Hugging Face's transformers library writes beside a model's weights.

use super::{Activation, Experts, LatentAttention, Model};
use crate::WorkloadError;
use serde_json::{Map, Value};

/// Defaults of an architecture where its configuration leaves a key out.
struct Family {
    /// Value of `model_type`.
    name: &'static str,
    /// Whether embedding and head are tied unless said.
    tied: bool,
    /// Whether the feed-forward block has a gate.
    gated: bool,
    /// Whether its layers have experts.
    experts: bool,
    /// Whether windows count without `use_sliding_window`.
    windowed: bool,
}

const fn family(name: &'static str, tied: bool, gated: bool, experts: bool) -> Family {
    Family { name, tied, gated, experts, windowed: true }
}

/// Architectures whose layers are those of [`Model`].
const FAMILIES: &[Family] = &[
    family("llama", false, true, false),
    family("mistral", false, true, false),
    family("mixtral", false, true, true),
    Family { windowed: false, ..family("qwen2", false, true, false) },
    Family { windowed: false, ..family("qwen3", false, true, false) },
    Family { windowed: false, ..family("qwen2_moe", false, true, true) },
    Family { windowed: false, ..family("qwen3_moe", false, true, true) },
    family("deepseek_v2", false, true, true),
    family("deepseek_v3", false, true, true),
    family("kimi_k2", false, true, true),
    family("glm4_moe", false, true, true),
    family("gpt_oss", false, true, true),
    family("llama4_text", false, true, true),
    family("grok-1", true, true, true),
    family("nemotron", false, false, false),
    family("gemma2", true, true, false),
    family("gemma3_text", true, true, false),
    family("gpt2", true, false, false),
    family("gpt_neox", false, false, false),
    family("phi3", false, true, false),
];

/// The object's keys, by the names that architectures have for them.
struct Config<'a> {
    map: &'a Map<String, Value>,
    family: &'a Family,
}

fn wrong(key: &str, problem: impl Into<String>) -> WorkloadError {
    WorkloadError::Config { key: key.to_owned(), problem: problem.into() }
}

/// What a value is, for messages; its text cut short.
fn shown(value: &Value) -> String {
    let kind = match value {
        Value::Null => return "null".to_owned(),
        Value::Object(_) => return "an object".to_owned(),
        Value::Array(_) => return "a list".to_owned(),
        Value::Bool(_) => "",
        Value::Number(_) => "the number ",
        Value::String(_) => "the text ",
    };
    let text: String = value.to_string().chars().take(40).collect();
    format!("{kind}{text}")
}

impl Config<'_> {
    /// The first of these keys that is there and not null.
    fn find(&self, keys: &[&'static str]) -> Option<(&'static str, &Value)> {
        keys.iter().find_map(|k| self.map.get(*k).filter(|v| !v.is_null()).map(|v| (*k, v)))
    }

    fn maybe(&self, keys: &[&'static str]) -> Result<Option<u64>, WorkloadError> {
        let Some((key, value)) = self.find(keys) else { return Ok(None) };
        match value.as_u64() {
            Some(n) => Ok(Some(n)),
            None => Err(wrong(key, format!("a whole number is due, found {}", shown(value)))),
        }
    }

    fn need(&self, keys: &[&'static str]) -> Result<u64, WorkloadError> {
        let missing = || {
            let first = keys.first().copied().unwrap_or("?");
            let null = self.map.get(first).is_some_and(Value::is_null);
            let what = if null { "is null" } else { "is missing" };
            let family = self.family.name;
            let what = match keys {
                [] | [_] => what.to_owned(),
                [_, others @ ..] => format!("{what} (or `{}`)", others.join("`, `")),
            };
            wrong(first, format!("{what}, and `{family}` cannot do without it"))
        };
        self.maybe(keys)?.ok_or_else(missing)
    }

    fn flag(&self, key: &'static str, default: bool) -> Result<bool, WorkloadError> {
        match self.find(&[key]) {
            None => Ok(default),
            Some((_, Value::Bool(b))) => Ok(*b),
            Some((_, other)) => {
                Err(wrong(key, format!("true or false is due, found {}", shown(other))))
            }
        }
    }

    fn activation(&self) -> Result<(Activation, bool), WorkloadError> {
        let keys = ["hidden_act", "hidden_activation", "activation_function"];
        let gated = self.family.gated;
        let Some((key, value)) = self.find(&keys) else {
            let act = if gated { Activation::Silu } else { Activation::Gelu };
            return Ok((act, gated));
        };
        let act = match value.as_str() {
            Some("silu" | "swish" | "swiglu") => Activation::Silu,
            Some(
                "gelu" | "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" | "gelu_python"
                | "quick_gelu",
            ) => Activation::Gelu,
            Some("relu2") => Activation::Relu2,
            _ => {
                let problem = format!(
                    "{} is not an activation that is known here: silu, gelu, relu2",
                    shown(value)
                );
                return Err(wrong(key, problem));
            }
        };
        Ok((act, gated))
    }

    /// Window and the layers that have it.
    fn window(&self, layers: u64) -> Result<(Option<u64>, Option<u64>), WorkloadError> {
        if !self.flag("use_sliding_window", self.family.windowed)? {
            return Ok((None, None));
        }
        let window = self.maybe(&["sliding_window", "attention_chunk_size"])?;
        let Some(window) = window else { return Ok((None, None)) };
        if let Some((key, value)) = self.find(&["layer_types"]) {
            let Some(list) = value.as_array() else {
                return Err(wrong(key, format!("a list is due, found {}", shown(value))));
            };
            if list.len() as u64 != layers {
                let problem = format!("has {} entries for {layers} layers", list.len());
                return Err(wrong(key, problem));
            }
            let mut sliding = 0;
            for entry in list {
                match entry.as_str() {
                    Some("sliding_attention" | "chunked_attention") => sliding += 1,
                    Some("full_attention") => {}
                    _ => {
                        let problem =
                            format!("{} is no kind of attention known here", shown(entry));
                        return Err(wrong(key, problem));
                    }
                }
            }
            return Ok((Some(window), Some(sliding)));
        }
        // One layer of so many looks at everything.
        let every = match self.family.name {
            "gpt_oss" | "gemma2" => Some(2),
            "gemma3_text" => Some(self.maybe(&["sliding_window_pattern"])?.unwrap_or(6)),
            "llama4_text" => Some(4),
            _ => None,
        };
        let sliding = every.map(|every| layers - layers / u64::max(every, 1));
        // Qwen: layers from the bottom that look at everything.
        let first = self.maybe(&["max_window_layers"])?.filter(|_| !self.family.windowed);
        Ok((Some(window), sliding.or(first.map(|first| layers.saturating_sub(first)))))
    }

    fn latent(&self) -> Result<Option<LatentAttention>, WorkloadError> {
        if self.find(&["kv_lora_rank"]).is_none() {
            return match self.find(&["qk_rope_head_dim", "q_lora_rank"]) {
                Some((key, _))
                    if matches!(self.family.name, "deepseek_v2" | "deepseek_v3" | "kimi_k2") =>
                {
                    Err(wrong("kv_lora_rank", format!("is missing beside `{key}`")))
                }
                _ => Ok(None),
            };
        }
        Ok(Some(LatentAttention {
            q_lora_rank: self.need(&["q_lora_rank"])?,
            kv_lora_rank: self.need(&["kv_lora_rank"])?,
            qk_nope_head_dim: self.need(&["qk_nope_head_dim"])?,
            qk_rope_head_dim: self.need(&["qk_rope_head_dim"])?,
            v_head_dim: self.need(&["v_head_dim"])?,
        }))
    }

    fn experts(&self, layers: u64) -> Result<Option<Experts>, WorkloadError> {
        let counts = ["n_routed_experts", "num_local_experts", "num_experts"];
        if self.find(&counts).is_none() && !self.family.experts {
            return Ok(None);
        }
        let all = self.need(&counts)?;
        let per_token = self.need(&[
            "num_experts_per_tok",
            "experts_per_token",
            "num_experts_per_token",
            "num_selected_experts",
            "moe_topk",
        ])?;
        let width = self.need(&["moe_intermediate_size", "intermediate_size"])?;
        let own = self.maybe(&["shared_expert_intermediate_size"])?;
        // Llama 4 has one shared expert and does not say so.
        let shared = if self.family.name == "llama4_text" { 1 } else { 0 };
        let shared = self.maybe(&["n_shared_experts", "num_shared_experts"])?.unwrap_or(shared);
        let mut first = self.maybe(&["first_k_dense_replace"])?.unwrap_or(0);
        if let Some((key, value)) = self.find(&["mlp_only_layers"]) {
            let Some(list) = value.as_array() else {
                return Err(wrong(key, format!("a list is due, found {}", shown(value))));
            };
            first = first.max(list.len() as u64);
        }
        let step = self
            .maybe(&["interleave_moe_layer_step", "moe_layer_freq", "decoder_sparse_step"])?
            .unwrap_or(1);
        if first > layers {
            return Err(wrong("first_k_dense_replace", format!("{first} of {layers} layers")));
        }
        Ok(Some(Experts {
            n_routed_experts: all,
            num_experts_per_tok: per_token,
            moe_intermediate_size: width,
            n_shared_experts: shared,
            shared_expert_intermediate_size: own.filter(|w| *w > 0),
            first_k_dense_replace: first,
            interleave_moe_layer_step: step,
            // One group is no limit.
            n_group: self.maybe(&["n_group"])?.filter(|n| *n > 1),
            topk_group: match self.maybe(&["n_group"])? {
                Some(n) if n > 1 => self.maybe(&["topk_group"])?,
                _ => None,
            },
        }))
    }

    fn model(&self, name: &str, source: &str) -> Result<Model, WorkloadError> {
        let hidden_size = self.need(&["hidden_size", "n_embd"])?;
        let num_hidden_layers = self.need(&["num_hidden_layers", "n_layer"])?;
        let heads = self.need(&["num_attention_heads", "n_head"])?;
        let (hidden_act, gated) = self.activation()?;
        let latent_attention = self.latent()?;
        let groups = match self.maybe(&["num_key_value_heads"])? {
            Some(groups) if latent_attention.is_none() => groups,
            _ => heads,
        };
        let head_dim = self.maybe(&["head_dim"])?.filter(|_| latent_attention.is_none());
        if head_dim.is_none()
            && latent_attention.is_none()
            && !hidden_size.is_multiple_of(heads.max(1))
        {
            let problem = format!(
                "{heads} do not divide `hidden_size` of {hidden_size}, and `head_dim` is missing"
            );
            return Err(wrong("num_attention_heads", problem));
        }
        let experts = self.experts(num_hidden_layers)?;
        // Llama 4 calls the dense blocks' width by another name; GPT-2 leaves out four times the stream's.
        let wide = self.maybe(&["intermediate_size_mlp", "intermediate_size", "n_inner"])?;
        let intermediate_size = match wide {
            Some(width) => width,
            None if self.family.name == "gpt2" => hidden_size.saturating_mul(4),
            None if experts.is_some() => self.need(&["moe_intermediate_size"])?,
            None => self.need(&["intermediate_size"])?,
        };
        let (sliding_window, sliding_layers) = self.window(num_hidden_layers)?;
        let model = Model {
            name: name.to_owned(),
            source: source.to_owned(),
            hidden_size,
            num_hidden_layers,
            num_attention_heads: heads,
            num_key_value_heads: groups,
            head_dim,
            intermediate_size,
            hidden_act,
            gated: (gated != (hidden_act == Activation::Silu)).then_some(gated),
            vocab_size: self.need(&["vocab_size"])?,
            tie_word_embeddings: self.flag("tie_word_embeddings", self.family.tied)?,
            sliding_window,
            sliding_layers,
            num_nextn_predict_layers: self.maybe(&["num_nextn_predict_layers"])?.unwrap_or(0),
            latent_attention,
            experts,
        };
        model.check().map_err(|e| match e {
            WorkloadError::Shape { field, problem } => {
                wrong(field.rsplit('.').next().unwrap_or(field), problem)
            }
            other => other,
        })?;
        Ok(model)
    }
}

impl Model {
    /// Reads a model's published `config.json`.
    ///
    /// # Validity
    /// Decoder-only transformers of these values of `model_type`: llama, mistral, mixtral, `qwen2`, `qwen3`,
    /// `qwen2_moe`, `qwen3_moe`, `deepseek_v2`, `deepseek_v3`, `kimi_k2`, `glm4_moe`, `gpt_oss`, `llama4` (its text part), grok-1,
    /// nemotron, gemma2, `gemma3_text`, gpt2, `gpt_neox`, phi3. Keys that say nothing of shape are ignored. Biases,
    /// learned positions and norms of heads are not counted (below 0.05 %).
    ///
    /// # Errors
    /// [`WorkloadError::Config`] names the key: an architecture that is not known, a key that is missing, of the
    /// wrong kind, or at odds with another.
    ///
    /// # Example
    /// ```
    /// use lightloom_workload::Model;
    ///
    /// let config = r#"{ "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
    ///     "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336,
    ///     "hidden_act": "silu", "vocab_size": 128256, "rope_theta": 500000.0 }"#;
    /// let model = Model::from_hugging_face("Llama 3.1 8B", "local", config)?;
    /// assert_eq!(model.parameters(), 8_030_261_248); // as published
    /// # Ok::<(), lightloom_workload::WorkloadError>(())
    /// ```
    pub fn from_hugging_face(
        name: &str,
        source: &str,
        config: &str,
    ) -> Result<Self, WorkloadError> {
        let value: Value = serde_json::from_str(config)
            .map_err(|e| wrong("config.json", format!("is not JSON: {e}")))?;
        let Value::Object(whole) = &value else {
            return Err(wrong("config.json", format!("an object is due, found {}", shown(&value))));
        };
        // Models that also see or hear keep their language model's shape in a part.
        let map = match whole.get("text_config") {
            Some(Value::Object(part)) => part,
            Some(other) => {
                return Err(wrong(
                    "text_config",
                    format!("an object is due, found {}", shown(other)),
                ));
            }
            None => whole,
        };
        let kind = map.get("model_type").or_else(|| whole.get("model_type"));
        let known = || FAMILIES.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
        let kind = match kind {
            Some(Value::String(kind)) => kind.as_str(),
            Some(other) => {
                return Err(wrong("model_type", format!("a name is due, found {}", shown(other))));
            }
            None => return Err(wrong("model_type", format!("is missing; known are {}", known()))),
        };
        let kind = if kind == "llama4" { "llama4_text" } else { kind };
        let Some(family) = FAMILIES.iter().find(|f| f.name == kind) else {
            let kind: String = kind.chars().take(40).collect();
            let problem = format!("`{kind}` is not an architecture known here: {}", known());
            return Err(wrong("model_type", problem));
        };
        Config { map, family }.model(name, source)
    }
}
