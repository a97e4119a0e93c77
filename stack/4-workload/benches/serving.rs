//! Frontiers of serving: points over degrees, batches and pools.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::{Catalog, Facts};
use lightloom_units::{BitRate, Time};
use lightloom_workload::{
    DecodeJob, DecodePlan, FrontierSearch, Library, Machine, Model, NetworkTier, Precision,
    ServingSoftware, decode, frontier,
};
use std::hint::black_box;

fn serving(c: &mut Criterion) {
    let catalog = Catalog::parse(&[
        ("sources.toml", include_str!("../../../catalog/sources.toml")),
        ("workload.toml", include_str!("../../../catalog/facts/workload.toml")),
    ])
    .unwrap();
    let facts = Facts::nominal(&catalog);
    let model = Model::parse(include_str!("../../../catalog/models/deepseek-v3.toml")).unwrap();
    let gb300 = Machine::from_facts(&facts, "gb300").unwrap();
    let tier = |name: &str, size, gbytes, us| NetworkTier {
        name: name.to_owned(),
        size,
        bandwidth: BitRate::gbytes_per_s(gbytes),
        latency: Time::us(us),
        library: Library::from_facts(&facts, name).unwrap(),
        torus: None,
    };
    let tiers = [tier("nvlink5", 72, 900.0, 0.4), tier("nic", 16384, 100.0, 2.0)];
    let job = DecodeJob {
        prompt: 4096,
        output: 1024,
        precision: Precision::Fp8,
        cache: Precision::Fp8,
        prefill_here: false,
        software: ServingSoftware::from_facts(&facts).unwrap(),
    };
    let plan = DecodePlan::wide(1, 72, 64);
    c.bench_function("one decode step of DeepSeek-V3", |b| {
        b.iter(|| decode(&model, &gb300, black_box(&tiers), &job, black_box(&plan)).unwrap());
    });
    let search = FrontierSearch { largest: 256, transfer_tier: 1, disaggregated: true };
    let tried = frontier(&model, &gb300, &tiers, &job, &search).unwrap().tried;
    c.bench_function(&format!("frontier of {tried} points of DeepSeek-V3"), |b| {
        b.iter(|| frontier(&model, &gb300, black_box(&tiers), &job, &search).unwrap());
    });
}

criterion_group!(benches, serving);
criterion_main!(benches);
