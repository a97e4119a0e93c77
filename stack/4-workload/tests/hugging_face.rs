//! `config.json` of published models against the catalog's presets, and what is refused.

#![allow(clippy::unwrap_used, reason = "tables of numbers as published")]

mod common;

use common::preset;
use lightloom_workload::{Model, WorkloadError};
use proptest::prelude::*;

fn read(config: &str) -> Result<Model, WorkloadError> {
    Model::from_hugging_face("test", "test", config)
}

const DEEPSEEK: &str = r#"{"architectures": ["DeepseekV3ForCausalLM"], "attention_bias": false, "first_k_dense_replace": 3,
  "hidden_act": "silu", "hidden_size": 7168, "intermediate_size": 18432, "kv_lora_rank": 512, "model_type": "deepseek_v3",
  "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256, "n_shared_experts": 1,
  "norm_topk_prob": true, "num_attention_heads": 128, "num_experts_per_tok": 8, "num_hidden_layers": 61,
  "num_key_value_heads": 128, "num_nextn_predict_layers": 1, "q_lora_rank": 1536, "qk_nope_head_dim": 128,
  "qk_rope_head_dim": 64, "quantization_config": {"fmt": "e4m3", "weight_block_size": [128, 128]},
  "rope_scaling": {"factor": 40, "type": "yarn"}, "tie_word_embeddings": false, "topk_group": 4, "v_head_dim": 128,
  "vocab_size": 129280}"#;
const MAVERICK: &str = r#"{"architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "text_config": {
  "attention_chunk_size": 8192, "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120,
  "interleave_moe_layer_step": 2, "intermediate_size": 8192, "intermediate_size_mlp": 16384, "model_type": "llama4_text",
  "num_attention_heads": 40, "num_experts_per_tok": 1, "num_hidden_layers": 48, "num_key_value_heads": 8,
  "num_local_experts": 128, "vocab_size": 202048}, "vision_config": {"hidden_size": 1408}}"#;
const GPT_OSS: &str = r#"{"model_type": "gpt_oss", "experts_per_token": 4, "head_dim": 64, "hidden_act": "silu",
  "hidden_size": 2880, "intermediate_size": 2880, "num_attention_heads": 64, "num_experts_per_tok": 4,
  "num_hidden_layers": 36, "num_key_value_heads": 8, "num_local_experts": 128, "sliding_window": 128,
  "tie_word_embeddings": false, "vocab_size": 201088}"#;
const MIXTRAL: &str = r#"{"model_type": "mixtral", "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
  "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8,
  "num_local_experts": 8, "sliding_window": null, "vocab_size": 32000}"#;
const QWEN: &str = r#"{"model_type": "qwen2", "hidden_act": "silu", "hidden_size": 8192, "intermediate_size": 29568,
  "max_window_layers": 80, "num_attention_heads": 64, "num_hidden_layers": 80, "num_key_value_heads": 8,
  "sliding_window": 131072, "tie_word_embeddings": false, "use_sliding_window": false, "vocab_size": 152064}"#;
const QWEN3: &str = r#"{"model_type": "qwen3_moe", "decoder_sparse_step": 1, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 4096, "intermediate_size": 12288, "max_window_layers": 94, "mlp_only_layers": [],
  "moe_intermediate_size": 1536, "num_attention_heads": 64, "num_experts": 128, "num_experts_per_tok": 8,
  "num_hidden_layers": 94, "num_key_value_heads": 4, "sliding_window": null, "use_sliding_window": false, "vocab_size": 151936}"#;
const NEMOTRON: &str = r#"{"model_type": "nemotron", "hidden_act": "relu2", "hidden_size": 18432, "intermediate_size": 73728,
  "num_attention_heads": 96, "num_hidden_layers": 96, "num_key_value_heads": 8, "vocab_size": 256000}"#;
const GPT2: &str = r#"{"model_type": "gpt2", "activation_function": "gelu_new", "n_embd": 1600, "n_head": 25, "n_layer": 48,
  "n_positions": 1024, "vocab_size": 50257}"#;

#[test]
fn published_configs_are_the_presets() {
    for (config, name) in [
        (DEEPSEEK, "deepseek-v3"),
        (MAVERICK, "llama-4-maverick"),
        (GPT_OSS, "gpt-oss-120b"),
        (MIXTRAL, "mixtral-8x7b"),
        (QWEN, "qwen2.5-72b"),
        (QWEN3, "qwen3-235b"),
        (NEMOTRON, "nemotron4-340b"),
    ] {
        let (ours, theirs) = (read(config).unwrap(), preset(name));
        assert_eq!(ours.parameters(), theirs.parameters(), "{name}");
        assert_eq!(ours.prediction_parameters(), theirs.prediction_parameters(), "{name}");
        assert_eq!(ours.operations(16384), theirs.operations(16384), "{name}");
        assert_eq!(ours.kv_of_sequence(16384, 2.0), theirs.kv_of_sequence(16384, 2.0), "{name}");
        assert_eq!(
            ours.experts.and_then(|e| e.topk_group),
            theirs.experts.and_then(|e| e.topk_group)
        );
    }
    // GPT-2 XL: 1.5578 B with 1.64 M of positions and 1.3 M of biases, which are left out.
    let xl = read(GPT2).unwrap().parameters() as f64;
    assert!((xl / 1.5576e9 - 1.0).abs() < 0.005, "{xl}");
}

#[test]
fn errors_name_the_key() {
    let said = |from: &str, to: &str| read(&DEEPSEEK.replace(from, to)).unwrap_err().to_string();
    for (from, to, message) in [
        (
            r#""deepseek_v3""#,
            r#""mamba""#,
            "config.json: `model_type`: `mamba` is not an architecture known here: llama,",
        ),
        (
            r#""model_type": "deepseek_v3","#,
            "",
            "config.json: `model_type`: is missing; known are llama,",
        ),
        (
            r#""hidden_size": 7168,"#,
            "",
            "config.json: `hidden_size`: is missing (or `n_embd`), and `deepseek_v3` cannot do without it",
        ),
        (
            r#""hidden_size": 7168"#,
            r#""hidden_size": "7168""#,
            "config.json: `hidden_size`: a whole number is due, found the text \"7168\"",
        ),
        (
            r#""hidden_size": 7168"#,
            r#""hidden_size": -1"#,
            "config.json: `hidden_size`: a whole number is due, found the number -1",
        ),
        (
            r#""hidden_size": 7168"#,
            r#""hidden_size": 1e30"#,
            "config.json: `hidden_size`: a whole number is due, found the number 1e+30",
        ),
        (
            r#""q_lora_rank": 1536"#,
            r#""q_lora_rank": null"#,
            "config.json: `q_lora_rank`: is null, and",
        ),
        (
            r#""kv_lora_rank": 512,"#,
            "",
            "config.json: `kv_lora_rank`: is missing beside `qk_rope_head_dim`",
        ),
        (
            r#""hidden_act": "silu""#,
            r#""hidden_act": "tanh""#,
            "config.json: `hidden_act`: the text \"tanh\" is not an activation",
        ),
        (
            r#""num_experts_per_tok": 8"#,
            r#""num_experts_per_tok": 800"#,
            "config.json: `num_experts_per_tok`: 800 of 256 experts",
        ),
        (
            r#""first_k_dense_replace": 3"#,
            r#""first_k_dense_replace": 62"#,
            "config.json: `first_k_dense_replace`: 62 of 61 layers",
        ),
        (r#""topk_group": 4"#, r#""topk_group": 9"#, "config.json: `topk_group`: 9 of 8 groups"),
        (
            r#""tie_word_embeddings": false"#,
            r#""tie_word_embeddings": 0"#,
            "config.json: `tie_word_embeddings`: true or false is due, found the number 0",
        ),
        (r#"{"architectures""#, r#"["architectures""#, "config.json: `config.json`: is not JSON"),
    ] {
        let e = said(from, to);
        assert!(e.starts_with(message), "{e}");
    }
    let e =
        read(&MIXTRAL.replace("32, \"num_experts", "31, \"num_experts")).unwrap_err().to_string();
    assert!(e.contains("`num_attention_heads`: 31 do not divide `hidden_size` of 4096"), "{e}");
    let e = read(&MIXTRAL.replace("\"num_key_value_heads\": 8", "\"num_key_value_heads\": 5"))
        .unwrap_err();
    assert!(e.to_string().contains("`num_key_value_heads`: 32 query heads cannot share 5"), "{e}");
    let types = GPT_OSS
        .replace("\"sliding_window\"", "\"layer_types\": [\"full_attention\"], \"sliding_window\"");
    assert!(
        read(&types)
            .unwrap_err()
            .to_string()
            .contains("`layer_types`: has 1 entries for 36 layers")
    );
    let deep = "[".repeat(100_000);
    assert!(read(&deep).unwrap_err().to_string().contains("is not JSON"));
    assert!(read(&format!("{{\"model_type\": {deep}")).is_err());
}

/// Values that a hostile file might hold.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|n| n.to_string()),
        (0_u64..5000).prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON", |f| f.is_finite()).prop_map(|f| format!("{f:e}")),
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("[]".to_owned()),
        Just("[1, \"full_attention\"]".to_owned()),
        Just("{\"a\": 1}".to_owned()),
        Just("\"silu\"".to_owned()),
        Just("-0".to_owned()),
        Just("1e400".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    /// Any value at any key: an answer with finite counts or an error, never a panic.
    #[test]
    fn hostile_values_do_no_harm(which in 0_usize..7, key in 0_usize..40, value in value(), more in value(), at in 0_usize..40) {
        let all = [DEEPSEEK, MAVERICK, GPT_OSS, MIXTRAL, QWEN, QWEN3, NEMOTRON];
        let mut json: serde_json::Value = serde_json::from_str(all[which]).unwrap();
        let map = match json.get_mut("text_config") {
            Some(part) => part.as_object_mut().unwrap(),
            None => json.as_object_mut().unwrap(),
        };
        let keys: Vec<String> = map.keys().cloned().collect();
        for (k, v) in [(key, value), (at, more)] {
            // A number that JSON cannot hold is a fault of the text, tested elsewhere.
            if let Ok(v) = serde_json::from_str(&v) {
                map.insert(keys[k % keys.len()].clone(), v);
            }
        }
        if let Ok(model) = read(&json.to_string()) {
            let flops = model.operations(1 << 31).training(lightloom_workload::Convention::HARDWARE);
            prop_assert!(flops.is_finite() && flops > 0.0);
            prop_assert!(model.parameters() > 0);
            prop_assert!(model.kv_of_sequence(1 << 31, 2.0).as_bytes().is_finite());
            let _ = model.prediction_parameters();
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = read(&text);
    }
}
