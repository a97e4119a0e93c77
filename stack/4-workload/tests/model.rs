//! Parameters, operations and cache of published models.

mod common;

use common::preset;
use lightloom_workload::{Activation, Convention, Model, WorkloadError};

#[test]
fn parameters_are_the_published_ones() {
    // Exact counts of the published checkpoints; Mixtral, Llama and Qwen without biases below 0.01 %.
    assert_eq!(preset("llama-3.1-405b").parameters(), 405_853_388_800);
    assert_eq!(preset("llama-3.1-70b").parameters(), 70_553_706_496);
    assert_eq!(preset("llama-3.1-8b").parameters(), 8_030_261_248);
    assert_eq!(preset("mixtral-8x7b").parameters(), 46_702_792_704);
    // Billions: checkpoints' cards and papers. Grok's 314 is cut, not rounded: its shape gives 315.7.
    for (name, billions, allowed) in [
        ("deepseek-v3", 671.0, 5e-4),
        ("kimi-k2", 1026.0, 5e-4),
        ("qwen3-235b", 235.1, 5e-4),
        ("qwen3-30b", 30.53, 1e-3),
        ("qwen2.5-72b", 72.706, 1e-3),
        ("gpt-oss-120b", 116.83, 1e-3),
        ("nemotron4-340b", 341.0, 1e-3),
        ("llama-4-maverick", 400.7, 4e-3),
        ("gpt3-175b", 174.6, 1e-3),
        ("grok-1", 314.0, 6e-3),
    ] {
        let ours = preset(name).parameters() as f64 / 1e9;
        println!(
            "{name:18} {ours:9.3} B, published {billions}: {:+.2} %",
            100.0 * (ours / billions - 1.0)
        );
        assert!((ours / billions - 1.0).abs() < allowed, "{name}: {ours}");
    }
    // Main model 671 B, with the layer that predicts a second token 685 B (the model's card).
    let deepseek = preset("deepseek-v3");
    let all = (deepseek.parameters() + deepseek.prediction_parameters()) as f64 / 1e9;
    // The card counts embedding and head of that layer again: 1.85 B.
    assert!((all + 1.853 - 684.5).abs() < 0.5, "{all}");
}

/// Narayanan et al. 2021, Table 1: h, heads, layers, billions; `12 L h^2 (1 + 13/12h + (V + s)/12Lh)`.
const MEGATRON: &[(u64, u64, u64, f64)] = &[
    (2304, 24, 24, 1.7),
    (3072, 32, 30, 3.6),
    (4096, 32, 36, 7.5),
    (6144, 48, 40, 18.4),
    (8192, 64, 48, 39.1),
    (10240, 80, 60, 76.1),
    (12288, 96, 80, 145.6),
    (16384, 128, 96, 310.1),
    (20480, 128, 105, 529.6),
    (25600, 160, 128, 1008.0),
];

fn megatron(h: u64, heads: u64, layers: u64) -> Model {
    Model {
        name: format!("{h} x {layers}"),
        hidden_size: h,
        num_hidden_layers: layers,
        num_attention_heads: heads,
        num_key_value_heads: heads,
        intermediate_size: 4 * h,
        ..preset("gpt3-175b")
    }
}

#[test]
fn megatrons_models_have_their_size_and_operations() {
    for (h, heads, layers, billions) in MEGATRON {
        let model = megatron(*h, *heads, *layers);
        let (hf, l, s, v) = (*h as f64, *layers as f64, 2048.0, 51200.0);
        let formula = 12.0 * l * hf * hf * (1.0 + 13.0 / (12.0 * hf) + (v + s) / (12.0 * l * hf));
        let ours = model.parameters() as f64;
        // Positions and biases are left out.
        assert!((ours / formula - 1.0).abs() < 5e-3, "{ours} {formula}");
        assert!((ours / 1e9 / billions - 1.0).abs() < 0.04, "{ours} {billions}");
        // Their operations for a step, per token, recomputation and full attention included; head thrice.
        let published = 96.0 * l * hf * hf * (1.0 + s / (6.0 * hf) + v / (16.0 * l * hf));
        let flops = model.operations(2048).training(Convention::HARDWARE);
        assert!((flops / published - 1.0).abs() < 1e-9, "{flops} {published}");
        // Without recomputation and with attention in full: Megatron-Core's formula.
        let model_flops = 72.0 * l * hf * hf * (1.0 + s / (6.0 * hf) + v / (12.0 * l * hf));
        let flops = model.operations(2048).training(Convention::MODEL_FULL_ATTENTION);
        assert!((flops / model_flops - 1.0).abs() < 1e-9, "{flops} {model_flops}");
    }
}

#[test]
fn training_operations_are_the_published_ones() {
    // GFLOP per token: DeepSeek-V3 paper (2505.09343, Table 2) 250; Megatron Bridge's table for the others.
    for (name, sequence, gflops, allowed) in [
        ("deepseek-v3", 4096, 250.0, 0.003),
        ("kimi-k2", 4096, 204.6, 0.005),
        ("qwen3-235b", 4096, 148.0, 0.004),
        ("qwen3-30b", 4096, 23.0, 0.005),
        ("llama-3.1-405b", 8192, 2525.0, 0.001),
        ("llama-3.1-70b", 8192, 447.0, 0.005),
        ("gpt-oss-120b", 4096, 32.6, 0.005),
    ] {
        let ours = preset(name).training_flops_per_token(sequence) / 1e9;
        println!(
            "{name:16} {ours:8.1} GFLOP/token, published {gflops}: {:+.2} %",
            100.0 * (ours / gflops - 1.0)
        );
        assert!((ours / gflops - 1.0).abs() < allowed, "{name}: {ours} GFLOP/token");
    }
    let with = Convention { prediction: true, ..Convention::MODEL };
    let deepseek = preset("deepseek-v3").operations(4096).training(with) / 1e9;
    assert!((deepseek / 260.0 - 1.0).abs() < 0.005, "{deepseek}");
}

#[test]
fn cache_is_the_published_one() {
    // arXiv 2505.09343, Table 1, two bytes.
    let bytes = |name: &str| preset(name).kv_per_token(2.0).as_bytes() as u64;
    assert_eq!(bytes("deepseek-v3"), 70_272);
    assert_eq!(bytes("llama-3.1-405b"), 516_096);
    assert_eq!(bytes("qwen2.5-72b"), 327_680);
    // Half of GPT-OSS's layers keep 128 tokens: 18 x 2 x 8 x 64 elements for each token beyond.
    let oss = preset("gpt-oss-120b");
    let more =
        oss.kv_of_sequence(10_001, 2.0).as_bytes() - oss.kv_of_sequence(10_000, 2.0).as_bytes();
    assert!((more - 18.0 * 2.0 * 8.0 * 64.0 * 2.0).abs() < 1e-3, "{more}");
    assert_eq!(oss.kv_of_sequence(100, 2.0), oss.kv_per_token(2.0) * 100.0);
}

#[test]
fn a_preset_with_a_fault_is_refused() {
    let good = include_str!("../../../catalog/models/deepseek-v3.toml");
    let fault = |from: &str, to: &str| Model::parse(&good.replace(from, to)).unwrap_err();
    assert!(
        matches!(fault("hidden_size =", "hiden_size ="), WorkloadError::Preset(m) if m.contains("hiden_size"))
    );
    let e = fault("num_experts_per_tok = 8", "num_experts_per_tok = 300");
    assert_eq!(e.to_string(), "model: `experts.num_experts_per_tok`: 300 of 256 experts");
    for (from, to) in [
        ("hidden_size = 7168", "hidden_size = 0"),
        ("hidden_size = 7168", "hidden_size = 9000000000000000000"),
        ("num_key_value_heads = 128", "num_key_value_heads = 5"),
        ("first_k_dense_replace = 3", "first_k_dense_replace = 62"),
        ("topk_group = 4", "topk_group = 9"),
        ("vocab_size = 129280", "vocab_size = 129280\nsliding_layers = 3"),
    ] {
        assert!(matches!(fault(from, to), WorkloadError::Shape { .. }), "{to}");
    }
}

#[test]
fn a_preset_survives_json() {
    for name in ["kimi-k2", "llama-4-maverick", "gpt-oss-120b", "grok-1"] {
        let model = preset(name);
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<Model>(&text).unwrap(), model);
    }
    assert_eq!(preset("nemotron4-340b").hidden_act, Activation::Relu2);
}
