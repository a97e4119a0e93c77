//! Steps against measured ones. `-- --nocapture` prints computed beside measured.

use super::*;

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
    let mut off = Off::default();
    for (hidden, heads, layers, pipeline, interleave, global_batch, micro_batch, full, selective) in
        rows
    {
        let model = gpt(hidden, heads, layers, 51200);
        let job = TrainingJob {
            fused_attention: false,
            ..job(2048, global_batch, Precision::Bf16, software)
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
            let step = step(&model, &a100, &tiers, &job, &cut);
            print_row(&format!("{} {recompute:?}", model.name), &step, measured);
            let e = off.push(step.time.as_s(), measured);
            assert!(e.abs() < 0.10, "{}: {} against {measured} s", model.name, step.time);
        }
    }
    off.print();
    assert!(off.leave_one_out() < 0.04);
    assert!(off.mean() < 0.04);
}

/// Computed over measured, row by row.
#[derive(Default)]
struct Off(Vec<f64>);

impl Off {
    /// Notes a row; its error.
    fn push(&mut self, computed: f64, measured: f64) -> f64 {
        self.0.push(computed / measured);
        error(computed, measured)
    }

    /// Errors without sign, least first.
    fn sorted(&self) -> Vec<f64> {
        let mut errors: Vec<f64> = self.0.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        errors.sort_by(f64::total_cmp);
        errors
    }

    fn mean(&self) -> f64 {
        self.sorted().iter().sum::<f64>() / self.0.len() as f64
    }

    /// Mean error of each row by the factor that the others would give it.
    fn leave_one_out(&self) -> f64 {
        let n = self.0.len() as f64;
        let all: f64 = self.0.iter().map(|r| libm::log(*r)).sum();
        let one = |r: &f64| (r / libm::exp((all - libm::log(*r)) / (n - 1.0)) - 1.0).abs();
        self.0.iter().map(one).sum::<f64>() / n
    }

    fn print(&self) {
        let sorted = self.sorted();
        println!(
            "{} rows: mean error {:.1} %, median {:.1} %, worst {:.1} %, leave-one-out {:.1} %",
            sorted.len(),
            100.0 * self.mean(),
            100.0 * sorted[sorted.len() / 2],
            100.0 * sorted[sorted.len() - 1],
            100.0 * self.leave_one_out()
        );
    }
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
    let run = |machine, tiers, precision, batch, cut| {
        llama_405b(&facts, machine, tiers, precision, batch, cut)
    };
    // Bridge rows: measured seconds are GBS x 8192 / (tokens/s/GPU x GPUs).
    let cases = [
        (
            "H100 512 FP8 MLPerf (anchor)",
            run(&h100, &dgx, Fp8, 1152, (8, 2, 8, 8, 4)),
            55.134,
            0.02,
        ),
        ("H100 512 FP8 recipe", run(&h100, &dgx, Fp8, 256, (8, 2, 8, 8, 4)), 13.020, 0.06),
        ("H100 512 BF16 recipe", run(&h100, &dgx, Bf16, 256, (8, 2, 8, 8, 4)), 19.810, 0.02),
        ("H100 1024 FP8 Bridge", run(&h100, &dgx, Fp8, 1536, (8, 2, 8, 8, 8)), 37.69, 0.06),
        // Each stack's first row is its anchor.
        ("GB200 256 FP8 MLPerf", run(&gb200, &nvl, Fp8, 448, (4, 2, 8, 8, 4)), 19.144, 0.02),
        ("GB200 512 FP8 MLPerf", run(&gb200, &nvl, Fp8, 896, (4, 2, 8, 8, 8)), 19.475, 0.06),
        ("GB200 128 BF16 recipe", run(&gb200, &nvl, Bf16, 64, (4, 2, 8, 8, 2)), 9.347, 0.02),
        ("GB200 128 FP8 recipe", run(&gb200, &nvl, Fp8, 64, (4, 2, 8, 8, 2)), 6.131, 0.13),
        ("GB300 256 FP8 Bridge", run(&gb300, &nvl_cx8, Fp8, 1536, (4, 1, 8, 4, 8)), 46.90, 0.02),
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
        let job = job(4096, 8192, Precision::Fp8, software);
        let data = 256 / pipeline;
        let cut = Parallelism { pipeline, interleave, expert, data, micro_batch: 2, ..PLAIN };
        step(&preset("qwen3-235b"), &machine(&facts, name), tiers, &job, &cut)
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
    let job = job(4096, 15360, Precision::Fp8, software);
    let modules = Modules { core: true, up_projections: true, norms: true, ..Modules::default() };
    let cut = Parallelism {
        pipeline: 16,
        expert: 64,
        data: 128,
        schedule: Schedule::DualPipe,
        recompute: Recompute::Modules(modules),
        ..PLAIN
    };
    let whole = step(&preset("deepseek-v3"), &h800, &tiers, &job, &cut);
    print_row("DeepSeek-V3 2048 H800", &whole, 19.926);
    assert!(error(whole.time.as_s(), 19.926).abs() < 0.15);
    // Planes or rails of one bandwidth: the fabric's shape is of no consequence (19.946 s), and here it is the same
    // tier. What would matter is the bandwidth.
    tiers[1].bandwidth = tiers[1].bandwidth / 2.0;
    let slower = step(&preset("deepseek-v3"), &h800, &tiers, &job, &cut);
    assert!(slower.time > whole.time * 1.05);
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
    let mut off = Off::default();
    for line in
        include_str!("../../../../validation/measured/vtrain_a100_multi_node.csv").lines().skip(1)
    {
        let f: Vec<f64> = line.split(',').map(|v| v.trim().parse().unwrap()).collect();
        let n = |i: usize| f[i] as u64;
        let model = gpt(n(4), n(5), n(6), 51200);
        let job =
            TrainingJob { fused_attention: false, ..job(n(7), n(2), Precision::Bf16, software) };
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
                let e = off.push(step.time.as_s(), f[11] / 1e3);
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
            }
            Err(e) => println!("{line}: {e}"),
        }
    }
    off.print();
    assert!(off.leave_one_out() < 0.14);
    assert!(off.0.len() >= 80 && off.mean() < 0.10, "{} rows", off.0.len());
}
