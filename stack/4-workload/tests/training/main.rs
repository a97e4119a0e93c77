//! Training steps: what they are made of, what does not fit, the search; and against measured ones (`measured.rs`).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod measured;

use common::{
    PLAIN, catalog, dgx_a100, dgx_h100, error, gb200, gpt, machine, nvl72, preset, with_systems,
};
use lightloom_evidence::Facts;
use lightloom_units::Ratio;
use lightloom_workload::{
    Machine, Model, Modules, NetworkTier, Parallelism, Precision, Recompute, Schedule, TrainingJob,
    TrainingSoftware, TrainingStep, WorkloadError, best_training, train,
};
use proptest::prelude::*;

fn core(facts: &Facts<'_>) -> TrainingSoftware {
    TrainingSoftware::from_facts(facts, "megatron-core").unwrap()
}

/// A job with fused attention.
fn job(
    sequence: u64,
    global_batch: u64,
    precision: Precision,
    software: TrainingSoftware,
) -> TrainingJob {
    TrainingJob { sequence, global_batch, precision, fused_attention: true, software }
}

/// A step that fits.
fn step(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    cut: &Parallelism,
) -> TrainingStep {
    train(model, machine, tiers, job, cut).unwrap_or_else(|e| panic!("{cut:?}: {e}\n{}", e.hint()))
}

fn print_row(name: &str, step: &TrainingStep, measured: f64) {
    let s = &step.split;
    println!(
        "{name:<34} {:8.3} s, measured {measured:8.3}: {:+5.1} %  MFU {:.1} %  memory {}  compute {:.2} tensor {:.2} ctx {:.2} expert {:.2} pipe {:.2} bubble {:.2} data {:.2} opt {:.3}",
        step.time.as_s(),
        100.0 * error(step.time.as_s(), measured),
        100.0 * step.mfu.value(),
        step.memory.total(),
        s.compute.as_s(),
        s.tensor.as_s(),
        s.context.as_s(),
        s.expert.as_s(),
        s.pipeline.as_s(),
        s.bubble.as_s(),
        s.data.as_s(),
        s.optimizer.as_s(),
    );
}

/// The software of an accelerator and precision: one factor each, from one anchor each.
fn stack(facts: &Facts<'_>, machine: &Machine, precision: Precision) -> TrainingSoftware {
    let name = match (machine.name.as_str(), precision) {
        ("gb200", Precision::Fp8) => "megatron-core-gb200-fp8-2025",
        ("gb200", Precision::Bf16) => "megatron-core-gb200-bf16-2025",
        ("h100", Precision::Bf16) => "megatron-core-h100-bf16-2025",
        ("gb300", Precision::Fp8) => "megatron-bridge-gb300-fp8-2026",
        _ => "megatron-core",
    };
    TrainingSoftware::from_facts(facts, name).unwrap()
}

fn llama_405b(
    facts: &Facts<'_>,
    machine: &Machine,
    tiers: &[NetworkTier],
    precision: Precision,
    global_batch: u64,
    cut: (u64, u64, u64, u64, u64),
) -> TrainingStep {
    let (tensor, context, pipeline, interleave, data) = cut;
    let job = job(8192, global_batch, precision, stack(facts, machine, precision));
    let cut = Parallelism {
        tensor,
        sequence_parallel: true,
        context,
        pipeline,
        interleave,
        data,
        ..PLAIN
    };
    step(&preset("llama-3.1-405b"), machine, tiers, &job, &cut)
}

#[test]
fn the_parts_of_a_step_add_up() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let step = llama_405b(
        &facts,
        &gb200(&facts),
        &nvl72(&facts, 50.0),
        Precision::Fp8,
        448,
        (4, 2, 8, 8, 4),
    );
    let s = step.split;
    let sum = s.compute
        + s.launch
        + s.tensor
        + s.context
        + s.expert
        + s.pipeline
        + s.bubble
        + s.data
        + s.optimizer;
    assert!((sum / step.time - 1.0).abs() < 1e-12);
    // Interleaved bubble by hand: 7 / (8 x 112) of the micro-batches' time.
    let steady = s.compute + s.tensor + s.context + s.expert;
    assert!((s.bubble / steady - 7.0 / (8.0 * 112.0)).abs() < 1e-9);
}

#[test]
fn memory_is_korthikantis() {
    // 175B, tensor 8, pipeline 8, interleave 3: activations of the first stage, eq. 2-4 and section 4.2.3:
    // s b h L (1 + 7/24) x 34 / t with selective recomputation and sequence parallelism.
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let software = TrainingSoftware::from_facts(&facts, "megatron-2022").unwrap();
    let job = TrainingJob { fused_attention: false, ..job(2048, 64, Precision::Bf16, software) };
    let cut =
        Parallelism { tensor: 8, sequence_parallel: true, pipeline: 8, interleave: 3, ..PLAIN };
    let step =
        train(&gpt(12288, 96, 96, 51200), &machine(&facts, "a100"), &dgx_a100(&facts), &job, &cut)
            .unwrap();
    let expected = 2048.0 * 12288.0 * 96.0 * (1.0 + 7.0 / 24.0) * 34.0 / 8.0;
    assert!(error(step.memory.activations.as_bytes(), expected).abs() < 1e-9);
}

#[test]
fn what_does_not_fit_says_by_how_much_and_what_would() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let h100 = machine(&facts, "h100");
    let tiers = dgx_h100(&facts);
    let job = job(8192, 64, Precision::Bf16, core(&facts));
    let model = preset("llama-3.1-405b");
    let cut = Parallelism { tensor: 8, sequence_parallel: true, data: 8, ..PLAIN };
    let e = train(&model, &h100, &tiers, &job, &cut).unwrap_err();
    let WorkloadError::Memory { needed, available, .. } = &e else { panic!("{e}") };
    assert!(needed > available);
    assert!(e.hint().contains("divide the model"), "{}", e.hint());

    let cut = Parallelism {
        tensor: 8,
        sequence_parallel: true,
        pipeline: 16,
        data: 8,
        micro_batch: 4,
        ..PLAIN
    };
    let e =
        train(&model, &h100, &tiers, &TrainingJob { global_batch: 512, ..job }, &cut).unwrap_err();
    assert!(e.hint().contains("recompute activations in full"), "{e} {}", e.hint());

    let wrong = |cut: Parallelism| train(&model, &h100, &tiers, &job, &cut).unwrap_err();
    for (cut, what) in [
        (Parallelism { tensor: 3, ..PLAIN }, "tensor"),
        (Parallelism { pipeline: 100, ..PLAIN }, "pipeline"),
        (Parallelism { pipeline: 2, interleave: 5, ..PLAIN }, "interleave"),
        (Parallelism { expert: 2, data: 2, ..PLAIN }, "expert"),
        (Parallelism { data: 128, ..PLAIN }, "global_batch"),
        (Parallelism { pipeline: 63, interleave: 2, data: 8, ..PLAIN }, "global_batch"),
        (Parallelism { data: u64::MAX, ..PLAIN }, "data"),
        (Parallelism { data: 1 << 30, ..PLAIN }, "data"),
        (Parallelism { micro_batch: 0, ..PLAIN }, "micro_batch"),
    ] {
        let e = wrong(cut);
        assert!(
            matches!(&e, WorkloadError::Parallelism { what: w, .. } if *w == what),
            "{what}: {e}"
        );
        assert!(!e.hint().is_empty());
    }
    let a100 = machine(&facts, "a100");
    let e = train(&model, &a100, &tiers, &TrainingJob { precision: Precision::Fp8, ..job }, &PLAIN)
        .unwrap_err();
    assert!(matches!(e, WorkloadError::Memory { .. } | WorkloadError::NoSuchPrecision { .. }));
}

#[test]
fn the_search_beats_the_published_cut_and_is_quick() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let gb200 = gb200(&facts);
    let mut tiers = nvl72(&facts, 50.0);
    tiers[1].size = 576; // 8 racks, of which the published run uses 64 each
    let published = llama_405b(&facts, &gb200, &tiers, Precision::Fp8, 896, (4, 2, 8, 8, 8));
    let job = job(8192, 896, Precision::Fp8, stack(&facts, &gb200, Precision::Fp8));
    let model = preset("llama-3.1-405b");
    let (cut, best) = best_training(&model, &gb200, &tiers, &job).unwrap();
    println!("{cut:?}");
    print_row("best of 576 GB200", &best, published.time.as_s());
    assert!(best.time <= published.time);
    assert_eq!(best_training(&model, &gb200, &tiers, &job).unwrap(), (cut, best));

    let mut tiers = nvl72(&facts, 100.0);
    tiers[1].size = 4608;
    for name in ["deepseek-v3", "kimi-k2", "llama-3.1-405b", "qwen3-235b", "gpt3-175b"] {
        let job = TrainingJob { sequence: 4096, global_batch: 9216, ..job };
        let start = std::time::Instant::now();
        let (cut, best) =
            best_training(&preset(name), &machine(&facts, "gb300"), &tiers, &job).unwrap();
        println!("{name}: {:?} {cut:?}", start.elapsed());
        print_row(name, &best, best.time.as_s());
    }
}

#[test]
fn a_model_too_large_for_the_cluster_is_refused_by_the_search() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut tiers = dgx_h100(&facts);
    tiers[1].size = 16;
    let job = job(4096, 64, Precision::Bf16, core(&facts));
    let e = best_training(&preset("kimi-k2"), &machine(&facts, "h100"), &tiers, &job).unwrap_err();
    assert!(matches!(e, WorkloadError::Memory { .. }), "{e}");
    let none = TrainingJob { global_batch: 0, ..job };
    let e = best_training(&preset("kimi-k2"), &machine(&facts, "h100"), &tiers, &none).unwrap_err();
    assert_eq!(e.to_string(), "`global_batch` = 0 is not between 1 and 2^31");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A faster network, a faster accelerator or more overlap never makes a step slower; nothing is NaN.
    #[test]
    fn better_is_never_slower(tensor in 0_u32..4, pipeline in 0_u32..4, data in 0_u32..4, inner in 50.0_f64..2000.0, outer in 5.0_f64..400.0) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let mut tiers = dgx_h100(&facts);
        tiers[0].bandwidth = lightloom_units::BitRate::gbytes_per_s(inner);
        tiers[1].bandwidth = lightloom_units::BitRate::gbytes_per_s(outer);
        let mut h100 = machine(&facts, "h100");
        h100.hbm_capacity = lightloom_units::DataSize::bytes(1e13);
        let mut job = job(2048, 64, Precision::Bf16, core(&facts) );
        let cut = Parallelism { tensor: 1 << tensor, sequence_parallel: true, pipeline: 1 << pipeline, data: 1 << data, ..PLAIN };
        let model = gpt(4096, 32, 32, 51200);
        let base = train(&model, &h100, &tiers, &job, &cut).unwrap();
        prop_assert!(base.mfu.value() > 0.0 && base.mfu.value() < 1.0);
        prop_assert!(base.busy.value() > 0.0 && base.busy.value() <= 1.0 + 1e-12);
        let mut faster = tiers.clone();
        faster[0].bandwidth = faster[0].bandwidth * 2.0;
        prop_assert!(train(&model, &h100, &faster, &job, &cut).unwrap().time.as_s() <= base.time.as_s() * (1.0 + 1e-12));
        faster[1].bandwidth = faster[1].bandwidth * 2.0;
        prop_assert!(train(&model, &h100, &faster, &job, &cut).unwrap().time.as_s() <= base.time.as_s() * (1.0 + 1e-12));
        job.software.tensor_overlap = Ratio::new(1.0);
        prop_assert!(train(&model, &h100, &tiers, &job, &cut).unwrap().time.as_s() <= base.time.as_s() * (1.0 + 1e-12));
    }

    /// No degrees, however absurd, panic or give a time that is not one.
    #[test]
    fn absurd_degrees_are_errors(d in proptest::collection::vec(prop_oneof![0_u64..20, any::<u64>()], 10)) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let cut = Parallelism {
            tensor: d[0],
            context: d[1],
            pipeline: d[2],
            interleave: d[3],
            expert: d[4],
            data: d[5],
            micro_batch: d[6],
            ..PLAIN
        };
        let job = job(d[7], d[8], Precision::Fp8, core(&facts));
        let mut tiers = dgx_h100(&facts);
        tiers[1].size = d[9];
        for name in ["deepseek-v3", "gpt3-175b"] {
            if let Ok(step) = train(&preset(name), &machine(&facts, "h100"), &tiers, &job, &cut) {
                prop_assert!(step.time.as_s() > 0.0 && step.time.as_s().is_finite());
            }
        }
    }
}
