//! Parameters, operations and cache of published models.

mod common;

use common::preset;
use lightloom_workload::{Model, WorkloadError};

#[test]
fn parameters_are_the_published_ones() {
    // Exact counts of the published checkpoints.
    assert_eq!(preset("llama-3.1-405b").parameters(), 405_853_388_800);
    assert_eq!(preset("llama-3.1-70b").parameters(), 70_553_706_496);
    for (name, billions) in [("deepseek-v3", 671.0), ("qwen3-235b", 235.1), ("kimi-k2", 1026.0)] {
        let ours = preset(name).parameters() as f64 / 1e9;
        assert!((ours / billions - 1.0).abs() < 5e-4, "{name}: {ours}");
    }
    let gpt = preset("gpt3-175b").parameters() as f64 / 1e9;
    assert!((gpt - 174.6).abs() < 0.1, "{gpt}");
}

#[test]
fn training_operations_are_the_published_ones() {
    // GFLOP per token: DeepSeek-V3 paper (2505.09343, Table 2) 250; Megatron Bridge's table for the others.
    for (name, sequence, gflops, allowed) in [
        ("deepseek-v3", 4096, 250.0, 0.003),
        ("kimi-k2", 4096, 204.6, 0.006),
        ("qwen3-235b", 4096, 148.0, 0.004),
        ("llama-3.1-405b", 8192, 2524.0, 0.001),
        ("llama-3.1-70b", 8192, 449.0, 0.002),
    ] {
        let ours = preset(name).training_flops_per_token(sequence) / 1e9;
        assert!((ours / gflops - 1.0).abs() < allowed, "{name}: {ours} GFLOP/token");
    }
}

#[test]
fn cache_is_the_published_one() {
    // arXiv 2505.09343, Table 1, two bytes.
    let bytes = |name: &str| preset(name).kv_per_token(2.0).as_bytes() as u64;
    assert_eq!(bytes("deepseek-v3"), 70_272);
    assert_eq!(bytes("llama-3.1-405b"), 516_096);
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
    ] {
        assert!(matches!(fault(from, to), WorkloadError::Shape { .. }), "{to}");
    }
}

#[test]
fn a_preset_survives_json() {
    let model = preset("kimi-k2");
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<Model>(&text).unwrap(), model);
}
