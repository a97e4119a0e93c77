//! The catalog and systems that the tests share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests share these, and a failed one may panic"
)]

use lightloom_evidence::{Catalog, Facts};
use lightloom_units::{BitRate, ComputeRate, DataSize, Ratio, Time};
use lightloom_workload::collective::Pipelining;
use lightloom_workload::{
    Activation, Arithmetic, Library, Machine, Model, NetworkTier, Parallelism, Recompute, Schedule,
    Sharding,
};

pub(crate) const MIB: f64 = 1_048_576.0;

/// One accelerator, one layer after the other.
pub(crate) const PLAIN: Parallelism = Parallelism {
    tensor: 1,
    sequence_parallel: false,
    context: 1,
    pipeline: 1,
    interleave: 1,
    expert: 1,
    data: 1,
    sharding: Sharding::Optimizer,
    schedule: Schedule::OneForwardOneBackward,
    micro_batch: 1,
    recompute: Recompute::Selective,
};

/// A GPT: a plain feed-forward block of 4 h, tied embeddings.
pub(crate) fn gpt(hidden: u64, heads: u64, layers: u64, vocabulary: u64) -> Model {
    Model {
        name: format!("GPT {hidden} x {layers}"),
        source: "https://arxiv.org/abs/2205.05198".to_owned(),
        hidden_size: hidden,
        num_hidden_layers: layers,
        num_attention_heads: heads,
        num_key_value_heads: heads,
        head_dim: None,
        intermediate_size: 4 * hidden,
        hidden_act: Activation::Gelu,
        vocab_size: vocabulary,
        tie_word_embeddings: true,
        latent_attention: None,
        experts: None,
        gated: None,
        sliding_window: None,
        sliding_layers: None,
        num_nextn_predict_layers: 0,
    }
}

pub(crate) fn catalog() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("workload.toml", include_str!("../../../../catalog/facts/workload.toml")),
    ])
    .unwrap_or_else(|e| panic!("{:#?}", e.0))
}

/// The same with the accelerators that the fabric's file describes.
pub(crate) fn with_systems() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("workload.toml", include_str!("../../../../catalog/facts/workload.toml")),
        ("systems.toml", include_str!("../../../../catalog/facts/systems.toml")),
    ])
    .unwrap_or_else(|e| panic!("{:#?}", e.0))
}

pub(crate) fn preset(name: &str) -> Model {
    let text = match name {
        "deepseek-v3" => include_str!("../../../../catalog/models/deepseek-v3.toml"),
        "gpt-oss-120b" => include_str!("../../../../catalog/models/gpt-oss-120b.toml"),
        "gpt3-175b" => include_str!("../../../../catalog/models/gpt3-175b.toml"),
        "grok-1" => include_str!("../../../../catalog/models/grok-1.toml"),
        "kimi-k2" => include_str!("../../../../catalog/models/kimi-k2.toml"),
        "llama-3.1-405b" => include_str!("../../../../catalog/models/llama-3.1-405b.toml"),
        "llama-3.1-70b" => include_str!("../../../../catalog/models/llama-3.1-70b.toml"),
        "llama-3.1-8b" => include_str!("../../../../catalog/models/llama-3.1-8b.toml"),
        "llama-4-maverick" => include_str!("../../../../catalog/models/llama-4-maverick.toml"),
        "mixtral-8x7b" => include_str!("../../../../catalog/models/mixtral-8x7b.toml"),
        "nemotron4-340b" => include_str!("../../../../catalog/models/nemotron4-340b.toml"),
        "qwen2.5-72b" => include_str!("../../../../catalog/models/qwen2.5-72b.toml"),
        "qwen3-235b" => include_str!("../../../../catalog/models/qwen3-235b.toml"),
        "qwen3-30b" => include_str!("../../../../catalog/models/qwen3-30b.toml"),
        other => panic!("no preset {other}"),
    };
    Model::parse(text).unwrap()
}

pub(crate) fn machine(facts: &Facts<'_>, name: &str) -> Machine {
    Machine::from_facts(facts, name).unwrap()
}

pub(crate) fn h200(facts: &Facts<'_>) -> Machine {
    machine(facts, "h200")
}

/// GB200 as the catalog has it: 2500 and 5000 TFLOP/s, 8 TB/s, 186 GB; shares measured by stas00 (72.9 %, 72.3 %).
pub(crate) fn gb200(facts: &Facts<'_>) -> Machine {
    let arithmetic =
        |peak, share| Arithmetic { peak: ComputeRate::tflops(peak), achievable: Ratio::new(share) };
    Machine {
        name: "gb200".to_owned(),
        bf16: arithmetic(2500.0, 0.729),
        fp8: Some(arithmetic(5000.0, 0.723)),
        hbm_capacity: DataSize::bytes(186e9),
        ..machine(facts, "gb300")
    }
}

pub(crate) fn tier(
    facts: &Facts<'_>,
    library: &str,
    size: u64,
    gbytes: f64,
    latency_us: f64,
) -> NetworkTier {
    NetworkTier {
        name: library.to_owned(),
        size,
        bandwidth: BitRate::gbytes_per_s(gbytes),
        latency: Time::us(latency_us),
        library: Library::from_facts(facts, library).unwrap(),
        torus: None,
    }
}

/// Domains of 8 on NVLink 3, 25 GB/s per GPU outside (Selene).
pub(crate) fn dgx_a100(facts: &Facts<'_>) -> Vec<NetworkTier> {
    vec![tier(facts, "nvlink3", 8, 300.0, 0.4), tier(facts, "nic", 4096, 25.0, 2.0)]
}

/// Domains of 8 on NVLink 4, 50 GB/s per GPU outside.
pub(crate) fn dgx_h100(facts: &Facts<'_>) -> Vec<NetworkTier> {
    vec![tier(facts, "nvlink4", 8, 450.0, 0.4), tier(facts, "nic", 16384, 50.0, 2.0)]
}

/// Domains of 72 on NVLink 5, so many GB/s per GPU outside.
pub(crate) fn nvl72(facts: &Facts<'_>, outside: f64) -> Vec<NetworkTier> {
    vec![tier(facts, "nvlink5", 72, 900.0, 0.4), tier(facts, "nic", 16384, outside, 2.0)]
}

pub(crate) fn pipelining(facts: &Facts<'_>) -> Pipelining {
    Pipelining::from_facts(facts).unwrap()
}

/// Computed over measured, less one.
pub(crate) fn error(computed: f64, measured: f64) -> f64 {
    computed / measured - 1.0
}
