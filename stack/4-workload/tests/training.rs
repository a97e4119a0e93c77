//! Training steps against measured ones. `-- --nocapture` prints computed beside measured.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::{
    PLAIN, catalog, dgx_a100, dgx_h100, error, gb200, gpt, machine, nvl72, preset, with_systems,
};
use lightloom_evidence::Facts;
use lightloom_units::Ratio;
use lightloom_workload::{
    Machine, Modules, NetworkTier, Parallelism, Precision, Recompute, Schedule, TrainingJob,
    TrainingSoftware, TrainingStep, WorkloadError, best_training, train,
};
use proptest::prelude::*;

/// Korthikanti et al. 2022, Table 5, with the anchor 175B sequence parallel + selective.
#[test]
fn korthikanti_table_5() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (a100, tiers) = (machine(&facts, "a100"), dgx_a100(&facts));
    let software = TrainingSoftware::from_facts(&facts, "megatron-2022").unwrap();
    // hidden, heads, layers, pipeline, interleave, batch, micro-batch, full recomputation s, selective s
    let rows = [
        (6144, 64, 48, 1, 1, 4, 4, 1.42, 1.10),
        (12288, 96, 96, 8, 3, 64, 1, 18.13, 13.75),
        (20480, 128, 105, 35, 3, 280, 1, 49.05, 37.83),
        (25600, 160, 128, 64, 1, 512, 1, 94.42, 71.49),
    ];
    let (mut errors, mut ratios) = (Vec::new(), Vec::new());
    for (hidden, heads, layers, pipeline, interleave, global_batch, micro_batch, full, selective) in
        rows
    {
        let model = gpt(hidden, heads, layers, 51200);
        let job = TrainingJob {
            sequence: 2048,
            global_batch,
            precision: Precision::Bf16,
            fused_attention: false,
            software,
        };
        for (recompute, sequence_parallel, measured) in
            [(Recompute::Full, false, full), (Recompute::Selective, true, selective)]
        {
            let cut = Parallelism {
                tensor: 8,
                sequence_parallel,
                pipeline,
                interleave,
                micro_batch,
                recompute,
                ..PLAIN
            };
            let step = train(&model, &a100, &tiers, &job, &cut)
                .unwrap_or_else(|e| panic!("{e}\n{}", e.hint()));
            let e = error(step.time.as_s(), measured);
            print_row(&format!("{} {recompute:?}", model.name), &step, measured);
            assert!(e.abs() < 0.10, "{}: {} against {measured} s", model.name, step.time);
            errors.push(e.abs());
            ratios.push(1.0 + e);
        }
    }
    println!("leave-one-out {:.1} %", 100.0 * leave_one_out(&ratios));
    assert!(leave_one_out(&ratios) < 0.04);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!("mean error {:.1} %", 100.0 * mean);
    assert!(mean < 0.04, "mean error {mean}");
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

fn core(facts: &Facts<'_>) -> TrainingSoftware {
    TrainingSoftware::from_facts(facts, "megatron-core").unwrap()
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

/// Mean error of each row by the factor that the others would give it.
fn leave_one_out(ratios: &[f64]) -> f64 {
    let n = ratios.len() as f64;
    let all: f64 = ratios.iter().map(|r| libm::log(*r)).sum();
    let one = |r: &f64| (r / libm::exp((all - libm::log(*r)) / (n - 1.0)) - 1.0).abs();
    ratios.iter().map(one).sum::<f64>() / n
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
    let job = TrainingJob {
        sequence: 8192,
        global_batch,
        precision,
        fused_attention: true,
        software: stack(facts, machine, precision),
    };
    let cut = Parallelism {
        tensor,
        sequence_parallel: true,
        context,
        pipeline,
        interleave,
        data,
        ..PLAIN
    };
    train(&preset("llama-3.1-405b"), machine, tiers, &job, &cut)
        .unwrap_or_else(|e| panic!("{e}\n{}", e.hint()))
}

/// MLPerf Training v5.0/5.1, DGX-Cloud recipes 25.05 and Megatron Bridge 26.06, one software factor for each accelerator, precision
/// and release.
#[test]
fn llama_405b_meets_mlperf_and_recipes() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, gb200, gb300) = (machine(&facts, "h100"), gb200(&facts), machine(&facts, "gb300"));
    let (dgx, nvl, nvl_cx8) = (dgx_h100(&facts), nvl72(&facts, 50.0), nvl72(&facts, 100.0));
    use Precision::{Bf16, Fp8};
    // Bridge rows: measured seconds are GBS x 8192 / (tokens/s/GPU x GPUs).
    let cases = [
        (
            "H100 512 FP8 MLPerf (anchor)",
            llama_405b(&facts, &h100, &dgx, Fp8, 1152, (8, 2, 8, 8, 4)),
            55.134,
            0.02,
        ),
        (
            "H100 512 FP8 recipe",
            llama_405b(&facts, &h100, &dgx, Fp8, 256, (8, 2, 8, 8, 4)),
            13.020,
            0.06,
        ),
        (
            "H100 512 BF16 recipe",
            llama_405b(&facts, &h100, &dgx, Bf16, 256, (8, 2, 8, 8, 4)),
            19.810,
            0.02,
        ),
        (
            "H100 1024 FP8 Bridge",
            llama_405b(&facts, &h100, &dgx, Fp8, 1536, (8, 2, 8, 8, 8)),
            37.69,
            0.06,
        ),
        // Each stack's first row is its anchor.
        (
            "GB200 256 FP8 MLPerf",
            llama_405b(&facts, &gb200, &nvl, Fp8, 448, (4, 2, 8, 8, 4)),
            19.144,
            0.02,
        ),
        (
            "GB200 512 FP8 MLPerf",
            llama_405b(&facts, &gb200, &nvl, Fp8, 896, (4, 2, 8, 8, 8)),
            19.475,
            0.06,
        ),
        (
            "GB200 128 BF16 recipe",
            llama_405b(&facts, &gb200, &nvl, Bf16, 64, (4, 2, 8, 8, 2)),
            9.347,
            0.02,
        ),
        (
            "GB200 128 FP8 recipe",
            llama_405b(&facts, &gb200, &nvl, Fp8, 64, (4, 2, 8, 8, 2)),
            6.131,
            0.13,
        ),
        (
            "GB300 256 FP8 Bridge",
            llama_405b(&facts, &gb300, &nvl_cx8, Fp8, 1536, (4, 1, 8, 4, 8)),
            46.90,
            0.02,
        ),
    ];
    for (name, step, measured, _) in &cases {
        print_row(name, step, *measured);
    }
    for (name, step, measured, allowed) in &cases {
        let e = error(step.time.as_s(), *measured);
        assert!(e.abs() <= *allowed, "{name}: {} against {measured} s", step.time);
    }
}

/// The same accelerators in domains of 72 and of 8 (V07): Megatron Bridge, Qwen3 235B, 256 of them, release 26.04.01. One
/// factor for both, that of GB300; B300 exchanges tokens by the library's all-to-all, as its recipe does.
#[test]
fn a_wider_domain_is_quicker_by_what_was_measured() {
    let catalog = with_systems();
    let facts = Facts::nominal(&catalog);
    let wide = TrainingSoftware::from_facts(&facts, "megatron-bridge-gb300-experts-2025").unwrap();
    let mut narrow =
        TrainingSoftware::from_facts(&facts, "megatron-bridge-b300-experts-2025").unwrap();
    assert!(narrow.all_to_all && !wide.all_to_all);
    narrow.compute_factor = wide.compute_factor;
    let racks = nvl72(&facts, 100.0);
    let mut boxes = nvl72(&facts, 100.0);
    boxes[0].size = 8;
    let run = |name: &str,
               software: TrainingSoftware,
               tiers: &[NetworkTier],
               [pipeline, interleave, expert]: [u64; 3]| {
        let job = TrainingJob {
            sequence: 4096,
            global_batch: 8192,
            precision: Precision::Fp8,
            fused_attention: true,
            software,
        };
        let data = 256 / pipeline;
        let cut = Parallelism { pipeline, interleave, expert, data, micro_batch: 2, ..PLAIN };
        train(&preset("qwen3-235b"), &machine(&facts, name), tiers, &job, &cut)
            .unwrap_or_else(|e| panic!("{cut:?}: {e}\n{}", e.hint()))
    };
    let rack = run("gb300", wide, &racks, [4, 12, 32]);
    let boxed = run("b300", narrow, &boxes, [8, 1, 8]);
    let ratio = boxed.time / rack.time;
    println!("domain of 72 over one of 8: {ratio:.3}, measured 1.17");
    assert!((ratio / 1.17 - 1.0).abs() < 0.10);
    // What the domain alone does, with the accelerators and kernels of one: the exchange stays inside in both.
    let same = run("gb300", wide, &boxes, [8, 1, 8]).time / rack.time;
    println!("of it the domain and its cut: {same:.3}");
    // The same cut across boxes of 8 is much worse: why domains grow.
    let crossing = run("gb300", wide, &boxes, [4, 12, 32]);
    assert!(crossing.split.expert > 2.0 * rack.split.expert);
}

/// DeepSeek-V3 on 2048 H800 (arXiv 2505.09343, Table 4): 19.926 s, from the one anchor of the published profile of a
/// pair of chunks. What is missing is written in LIMITATIONS.md.
#[test]
fn deepseek_v3_on_h800() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let h800 = machine(&facts, "h800");
    let mut tiers = dgx_h100(&facts);
    tiers[0].bandwidth = lightloom_units::BitRate::gbytes_per_s(200.0);
    let software = TrainingSoftware::from_facts(&facts, "deepseek-h800-2024").unwrap();
    assert!(software.predict_further);
    let job = TrainingJob {
        sequence: 4096,
        global_batch: 15360,
        precision: Precision::Fp8,
        fused_attention: true,
        software,
    };
    let modules = Modules { core: true, up_projections: true, norms: true, ..Modules::default() };
    let cut = Parallelism {
        pipeline: 16,
        expert: 64,
        data: 128,
        schedule: Schedule::DualPipe,
        recompute: Recompute::Modules(modules),
        ..PLAIN
    };
    let step = train(&preset("deepseek-v3"), &h800, &tiers, &job, &cut)
        .unwrap_or_else(|e| panic!("{e}\n{}", e.hint()));
    print_row("DeepSeek-V3 2048 H800", &step, 19.926);
    assert!(error(step.time.as_s(), 19.926).abs() < 0.15);
    // Planes or rails of one bandwidth: the fabric's shape is of no consequence (19.946 s), and here it is the same
    // tier. What would matter is the bandwidth.
    tiers[1].bandwidth = tiers[1].bandwidth / 2.0;
    let slower = train(&preset("deepseek-v3"), &h800, &tiers, &job, &cut).unwrap();
    assert!(slower.time > step.time * 1.05);
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
    let job = TrainingJob {
        sequence: 2048,
        global_batch: 64,
        precision: Precision::Bf16,
        fused_attention: false,
        software,
    };
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
    let job = TrainingJob {
        sequence: 8192,
        global_batch: 64,
        precision: Precision::Bf16,
        fused_attention: true,
        software: core(&facts),
    };
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
    let job = TrainingJob {
        sequence: 8192,
        global_batch: 896,
        precision: Precision::Fp8,
        fused_attention: true,
        software: stack(&facts, &gb200, Precision::Fp8),
    };
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
    let job = TrainingJob {
        sequence: 4096,
        global_batch: 64,
        precision: Precision::Bf16,
        fused_attention: true,
        software: core(&facts),
    };
    let e = best_training(&preset("kimi-k2"), &machine(&facts, "h100"), &tiers, &job).unwrap_err();
    assert!(matches!(e, WorkloadError::Memory { .. }), "{e}");
    let none = TrainingJob { global_batch: 0, ..job };
    let e = best_training(&preset("kimi-k2"), &machine(&facts, "h100"), &tiers, &none).unwrap_err();
    assert_eq!(e.to_string(), "`global_batch` = 0 is not between 1 and 2^31");
}

/// vTrain's 88 multi-node runs (github.com/VIA-Research/vTrain, MIT): every placement of 3.6B to 39.1B on 64 to 512
/// A100 with 800 Gb/s per node, none of them used for any constant.
#[test]
fn vtrain_multi_node() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let a100 = machine(&facts, "a100");
    let mut tiers = dgx_a100(&facts);
    tiers[1].bandwidth = lightloom_units::BitRate::gbps(100.0);
    let software = TrainingSoftware::from_facts(&facts, "megatron-2022").unwrap();
    let (mut errors, mut ratios) = (Vec::new(), Vec::new());
    for line in
        include_str!("../../../validation/measured/vtrain_a100_multi_node.csv").lines().skip(1)
    {
        let f: Vec<f64> = line.split(',').map(|v| v.trim().parse().unwrap()).collect();
        let n = |i: usize| f[i] as u64;
        let model = gpt(n(4), n(5), n(6), 51200);
        let job = TrainingJob {
            sequence: n(7),
            global_batch: n(2),
            precision: Precision::Bf16,
            fused_attention: false,
            software,
        };
        let cut = Parallelism {
            tensor: n(8),
            data: n(9),
            pipeline: n(10),
            micro_batch: n(3),
            recompute: Recompute::Full,
            ..PLAIN
        };
        match train(&model, &a100, &tiers, &job, &cut) {
            Ok(step) => {
                let e = error(step.time.as_s(), f[11] / 1e3);
                println!(
                    "{:>5}B x{:<4} tp{:<2} dp{:<3} pp{:<2} mb{:<2} {:7.2} s, measured {:7.2}: {:+.1} %",
                    f[0],
                    n(1),
                    n(8),
                    n(9),
                    n(10),
                    n(3),
                    step.time.as_s(),
                    f[11] / 1e3,
                    100.0 * e
                );
                errors.push(e.abs());
                ratios.push(1.0 + e);
            }
            Err(e) => println!("{line}: {e}"),
        }
    }
    println!("leave-one-out {:.1} %", 100.0 * leave_one_out(&ratios));
    assert!(leave_one_out(&ratios) < 0.14);
    errors.sort_by(f64::total_cmp);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!(
        "{} rows: mean error {:.1} %, median {:.1} %, worst {:.1} %",
        errors.len(),
        100.0 * mean,
        100.0 * errors[errors.len() / 2],
        100.0 * errors[errors.len() - 1]
    );
    assert!(errors.len() >= 80 && mean < 0.10, "{} rows, mean error {mean}", errors.len());
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
        let mut job = TrainingJob { sequence: 2048, global_batch: 64, precision: Precision::Bf16, fused_attention: true, software: core(&facts) };
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
        let job = TrainingJob {
            sequence: d[7],
            global_batch: d[8],
            precision: Precision::Fp8,
            fused_attention: true,
            software: core(&facts),
        };
        let mut tiers = dgx_h100(&facts);
        tiers[1].size = d[9];
        for name in ["deepseek-v3", "gpt3-175b"] {
            if let Ok(step) = train(&preset(name), &machine(&facts, "h100"), &tiers, &job, &cut) {
                prop_assert!(step.time.as_s() > 0.0 && step.time.as_s().is_finite());
            }
        }
    }
}
