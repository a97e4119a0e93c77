//! One estimate of a model of 10^12 parameters on 4096 accelerators, and a whole search.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench may stop at an error")]

#[path = "../tests/common/mod.rs"]
mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_workload::{
    Parallelism, Precision, Recompute, Schedule, SearchLimits, Sharding, TrainingJob,
    TrainingModel, TrainingSearch, TrainingSoftware, best_training, train,
};
use std::hint::black_box;

fn training(c: &mut Criterion) {
    let catalog = common::catalog();
    let facts = Facts::nominal(&catalog);
    let software = TrainingSoftware::from_facts(&facts, "megatron-core").unwrap();
    let job = TrainingJob {
        sequence: 4096,
        global_batch: 4096,
        precision: Precision::Fp8,
        fused_attention: true,
        software,
    };
    let cut = Parallelism {
        tensor: 1,
        sequence_parallel: false,
        context: 1,
        pipeline: 8,
        interleave: 1,
        expert: 64,
        data: 512,
        sharding: Sharding::Optimizer,
        schedule: Schedule::OneForwardOneBackward,
        micro_batch: 1,
        recompute: Recompute::Full,
    };
    let (gb300, tiers) = (common::machine(&facts, "gb300"), common::nvl72(&facts, 100.0));
    let kimi = common::preset("kimi-k2");
    c.bench_function("one step of Kimi K2 on 4096 GB300", |b| {
        b.iter(|| train(black_box(&kimi), &gb300, &tiers, &job, black_box(&cut)).unwrap());
    });
    let prepared = TrainingModel::new(&kimi, &gb300, &tiers, &job).unwrap();
    c.bench_function("one step of Kimi K2 on 4096 GB300, set up", |b| {
        b.iter(|| prepared.step(black_box(&cut)).unwrap());
    });
    let dense = Parallelism {
        tensor: 8,
        sequence_parallel: true,
        pipeline: 16,
        data: 32,
        expert: 1,
        ..cut
    };
    let llama = common::preset("llama-3.1-405b");
    c.bench_function("one step of Llama 405B on 4096 GB300", |b| {
        b.iter(|| train(black_box(&llama), &gb300, &tiers, &job, black_box(&dense)).unwrap());
    });
    let prepared = TrainingModel::new(&llama, &gb300, &tiers, &job).unwrap();
    c.bench_function("one step of Llama 405B on 4096 GB300, set up", |b| {
        b.iter(|| prepared.step(black_box(&dense)).unwrap());
    });
    let gpt = common::preset("gpt3-175b");
    let mut dgx = common::dgx_h100(&facts);
    if let Some(outer) = dgx.get_mut(1) {
        outer.size = 1024;
    }
    let h100 = common::machine(&facts, "h100");
    let job = TrainingJob { sequence: 2048, global_batch: 1536, precision: Precision::Bf16, ..job };
    c.bench_function("best cut of GPT-3 175B on 1024 H100", |b| {
        b.iter(|| best_training(black_box(&gpt), &h100, &dgx, &job).unwrap());
    });
    let limits = SearchLimits {
        keep: 10,
        micro_batch: 64,
        schedules: Schedule::ALL.to_vec(),
        shardings: vec![Sharding::Optimizer, Sharding::Gradients, Sharding::Parameters],
        exhaustive: true,
        ..SearchLimits::default()
    };
    c.bench_function("all cuts of GPT-3 175B on 1024 H100, ten best", |b| {
        b.iter(|| {
            let search =
                TrainingSearch::new(black_box(&gpt), &h100, &dgx, &job, limits.clone()).unwrap();
            search.run(|_| true).unwrap()
        });
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20).warm_up_time(std::time::Duration::from_millis(300)).measurement_time(std::time::Duration::from_secs(1)); targets = training }
criterion_main!(benches);
