//! Every row of the training cases that can be computed, computed beside measured. `-- --nocapture` prints them.
//!
//! A stack is a framework of one generation on one accelerator in one precision; its one factor comes from its anchor
//! row and all its other rows are predictions.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::{error, gpt, preset, with_systems};
use lightloom_evidence::Facts;
use lightloom_units::BitRate;
use lightloom_workload::{
    Machine, Model, Modules, NetworkTier, Parallelism, Precision, Recompute, Schedule, Sharding,
    TrainingJob, TrainingSoftware, TrainingStep, WorkloadError, train,
};
use std::collections::BTreeMap;

/// A measured run.
#[derive(Debug, Clone)]
struct Run {
    case: String,
    row: String,
    system: String,
    model: Model,
    sequence: u64,
    global_batch: u64,
    precision: Precision,
    fused: bool,
    cut: Parallelism,
    /// Recomputation is not published: the least that fits.
    least: bool,
    /// Micro-batch and chunks are not published: those that come out quickest.
    free: bool,
    stack: String,
    anchor: bool,
    measured: f64,
}

fn network(facts: &Facts<'_>, system: &str) -> Vec<NetworkTier> {
    match system {
        "a100" => common::dgx_a100(facts),
        // Eight adapters of 100 Gb/s per node.
        "a100-vtrain" => {
            let mut tiers = common::dgx_a100(facts);
            tiers[1].bandwidth = BitRate::gbps(100.0);
            tiers
        }
        "h100" | "h200" => common::dgx_h100(facts),
        "h800" => {
            let mut tiers = common::dgx_h100(facts);
            tiers[0].bandwidth = BitRate::gbytes_per_s(200.0);
            tiers
        }
        "gb200" => common::nvl72(facts, 50.0),
        "gb300" => common::nvl72(facts, 100.0),
        "b200" | "b300" => {
            let mut tiers = common::nvl72(facts, if system == "b200" { 50.0 } else { 100.0 });
            tiers[0].size = 8;
            tiers
        }
        other => panic!("no system {other}"),
    }
}

fn machine(facts: &Facts<'_>, system: &str) -> Machine {
    common::machine(facts, system.split('-').next().unwrap())
}

fn precision(name: &str) -> Precision {
    match name {
        "bf16" | "BF16" => Precision::Bf16,
        "fp8" | "FP8" | "MXFP8" | "FP8-CS" | "FP8-MX" => Precision::Fp8,
        "NVFP4" => Precision::Fp4,
        other => panic!("no precision {other}"),
    }
}

/// The rows of `training_runs.csv`.
fn published() -> Vec<Run> {
    let mut runs = Vec::new();
    for line in include_str!("data/training_runs.csv").lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let n = |i: usize| f[i].parse::<u64>().unwrap();
        let model = match f[4].strip_prefix("gpt ") {
            Some(shape) => {
                let s: Vec<u64> = shape.split(' ').map(|v| v.parse().unwrap()).collect();
                gpt(s[0], s[1], s[2], s[3])
            }
            None => preset(f[4]),
        };
        let (tp, pp, cp) = (n(9), n(10), n(11));
        let recompute = match f[16] {
            "full" => Recompute::Full,
            "selective" => Recompute::Selective,
            // arXiv 2412.19437, section 3.2.3.
            "norms" => Recompute::Modules(Modules {
                core: true,
                up_projections: true,
                norms: true,
                ..Modules::default()
            }),
            _ => Recompute::None,
        };
        let cut = Parallelism {
            tensor: tp,
            // Korthikanti's runs with full recomputation, Narayanan's and vTrain's come before sequence parallelism.
            sequence_parallel: tp > 1
                && !(f[19] == "megatron-2022" && recompute == Recompute::Full),
            context: cp,
            pipeline: pp,
            interleave: n(12),
            expert: n(13),
            data: n(5) / (tp * pp * cp),
            sharding: match f[15] {
                "parameters" => Sharding::Parameters,
                "none" => Sharding::None,
                _ => Sharding::Optimizer,
            },
            schedule: if f[14] == "dualpipe" {
                Schedule::DualPipe
            } else {
                Schedule::OneForwardOneBackward
            },
            micro_batch: n(8),
            recompute,
        };
        runs.push(Run {
            case: f[0].to_owned(),
            row: f[1].to_owned(),
            system: f[2].to_owned(),
            model,
            sequence: n(7),
            global_batch: n(6),
            precision: precision(f[3]),
            fused: f[17] == "yes",
            cut,
            least: false,
            free: f[0] == "V03",
            stack: f[19].to_owned(),
            anchor: f[20] == "anchor",
            measured: f[18].parse().unwrap(),
        });
    }
    runs
}

/// vTrain's runs: the 88 over nodes, or the 1440 in one.
fn vtrain(multi: bool) -> Vec<Run> {
    let (text, skip) = if multi {
        (include_str!("../../../validation/measured/vtrain_a100_multi_node.csv"), 1)
    } else {
        (include_str!("../../../validation/measured/vtrain_a100_single_node.csv"), 0)
    };
    let rows = text.lines().skip(1).map(|line| {
        let f: Vec<f64> = line.split(',').skip(skip).map(|v| v.trim().parse().unwrap()).collect();
        let n = |i: usize| f[i] as u64;
        let cut = Parallelism {
            tensor: n(7),
            sequence_parallel: false,
            context: 1,
            pipeline: n(9),
            interleave: 1,
            expert: 1,
            data: n(8),
            // Not stated; with nothing divided, one of the 88 runs would not fit.
            sharding: Sharding::Optimizer,
            schedule: Schedule::OneForwardOneBackward,
            micro_batch: n(2),
            recompute: Recompute::Full,
        };
        Run {
            case: (if multi { "V02" } else { "V02-node" }).to_owned(),
            row: format!("h{} x{} tp{} dp{} pp{} mb{}", n(3), n(0), n(7), n(8), n(9), n(2)),
            system: "a100-vtrain".to_owned(),
            model: gpt(n(3), n(4), n(5), 51200),
            sequence: n(6),
            global_batch: n(1),
            precision: Precision::Bf16,
            fused: false,
            cut,
            least: false,
            free: false,
            stack: "megatron-2022".to_owned(),
            anchor: false,
            measured: f[10] / 1e3,
        }
    });
    rows.collect()
}

/// The rows of Megatron Bridge's tables that a model is at hand for, and why others are not computed.
fn bridge() -> (Vec<Run>, BTreeMap<&'static str, usize>) {
    let (mut runs, mut left) = (Vec::new(), BTreeMap::new());
    let anchors = [
        "Llama 3.1 405B x256 gb300 FP8 26.06",
        "Llama 3.1 405B x256 gb300 MXFP8 26.06",
        "Llama 3.1 405B x256 gb300 NVFP4 26.06",
        "Llama 3.1 405B x256 gb200 FP8 26.06",
        "Llama 3.1 405B x256 gb200 MXFP8 26.06",
        "Llama 3.1 405B x256 gb200 NVFP4 26.06",
        "Qwen3 235B A22B x256 gb300 MXFP8 26.06",
        "Qwen3 235B A22B x256 gb200 MXFP8 26.06",
        "Qwen3 235B A22B x256 gb300 MXFP8 26.04.01",
        "Qwen3 235B A22B x256 gb200 MXFP8 26.04.01",
        "Qwen3 235B A22B x256 b300 MXFP8 26.04.01",
        "Qwen3 30B A3B x8 b200 MXFP8 26.04.01",
        "Qwen3 235B A22B x256 h100 FP8 26.04.01",
    ];
    for line in
        include_str!("../../../validation/measured/megatron_bridge_throughput.csv").lines().skip(1)
    {
        let f: Vec<&str> = line.split(',').collect();
        let mut leave = |why| *left.entry(why).or_insert(0) += 1;
        let older = f[15].starts_with("SYS:");
        let (system, name) =
            if older { (f[15].trim_start_matches("SYS:"), f[17]) } else { (f[0], f[15]) };
        let model = match name {
            "LLAMA3_8B" => "llama-3.1-8b",
            "LLAMA3_70B" => "llama-3.1-70b",
            "LLAMA3.1_405B" => "llama-3.1-405b",
            "Qwen3_30B_a3B" => "qwen3-30b",
            "Qwen3_235B_a22B" => "qwen3-235b",
            "Kimi_K2" => "kimi-k2",
            n if n.contains("tokendrop") => {
                leave("drops tokens");
                continue;
            }
            _ => {
                leave("state-space layers are not modelled");
                continue;
            }
        };
        if f[14] != "Pre-Training Performance" {
            leave("fine-tuning: packed sequences or frozen weights");
            continue;
        }
        if f[2].is_empty() {
            leave("no precision given");
            continue;
        }
        let first = |i: usize| f[i].split([' ', '[']).next().unwrap();
        let n = |i: usize| first(i).parse::<u64>().unwrap_or(1);
        let name = first(2);
        // A recipe that still computes up-projections again, without recorded steps.
        let earlier = f[15] == "Kimi_K2";
        let system = system.trim_start_matches("DGX-").to_lowercase();
        let (gpus, sequence, tp, pp, cp) = (n(1), n(5), n(6), n(7), n(8));
        let fsdp = f[16].parse::<u64>().is_ok_and(|n| n > 1);
        let release: f64 = first(13)[..5].parse().unwrap();
        let model = preset(model);
        let grouped = model.experts.is_some().then_some(release > 26.05 && !earlier);
        let cut = Parallelism {
            tensor: tp,
            sequence_parallel: tp > 1,
            context: cp,
            pipeline: pp,
            interleave: n(9),
            expert: n(10),
            data: gpus / (tp * pp * cp),
            sharding: if fsdp { Sharding::Parameters } else { Sharding::Optimizer },
            schedule: Schedule::OneForwardOneBackward,
            micro_batch: n(4),
            recompute: Recompute::Selective,
        };
        let kind = match (system.as_str(), name) {
            (_, "MXFP8" | "FP8-MX") => "mxfp8",
            (_, "NVFP4") => "nvfp4",
            (_, "BF16") => "bf16",
            _ => "fp8",
        };
        let tokens: f64 = first(11).parse().unwrap();
        let label = format!("{} x{gpus} {system} {name} {}", model.name, f[13]);
        runs.push(Run {
            case: "bridge".to_owned(),
            row: label.clone(),
            stack: stack_of(&system, kind, grouped),
            system,
            model,
            sequence,
            global_batch: n(3),
            precision: precision(name),
            fused: true,
            cut,
            least: true,
            free: false,
            anchor: anchors.contains(&label.as_str()),
            measured: (n(3) * sequence) as f64 / tokens / gpus as f64,
        });
    }
    (runs, left)
}

/// The stack of a row of Megatron Bridge; one without an anchor of its own takes the nearest.
fn stack_of(system: &str, kind: &str, grouped: Option<bool>) -> String {
    match (system, kind, grouped) {
        ("h100" | "b200", _, None) => {
            let other =
                if system == "h100" { "megatron-core" } else { "megatron-core-gb200-fp8-2025" };
            other.to_owned()
        }
        ("h100", _, Some(_)) => "megatron-bridge-h100-experts-2025".to_owned(),
        (_, _, None) => format!("megatron-bridge-{system}-{kind}-2026"),
        ("b300", _, Some(true)) => "megatron-bridge-gb300-experts-2026".to_owned(),
        (_, _, Some(later)) => {
            format!("megatron-bridge-{system}-experts-{}", if later { 2026 } else { 2025 })
        }
    }
}

/// The step by the stack's own facts, or by factor one where `factor` is.
fn compute(
    facts: &Facts<'_>,
    run: &Run,
    factor: Option<f64>,
) -> Result<TrainingStep, WorkloadError> {
    let mut software = TrainingSoftware::from_facts(facts, &run.stack)
        .unwrap_or_else(|e| panic!("{}: {e}", run.stack));
    if let Some(f) = factor {
        software.compute_factor = lightloom_units::Ratio::new(f);
    }
    let job = TrainingJob {
        sequence: run.sequence,
        global_batch: run.global_batch,
        precision: run.precision,
        fused_attention: run.fused,
        software,
    };
    let machine = machine(facts, &run.system);
    let tiers = network(facts, &run.system);
    let modules = Modules {
        core: true,
        up_projections: true,
        norms: true,
        feed_forward: true,
        experts: false,
    };
    let tries = [
        run.cut.recompute,
        Recompute::Modules(Modules { feed_forward: false, ..modules }),
        Recompute::Modules(modules),
        Recompute::Full,
    ];
    if run.free {
        let per_stage = run.model.num_hidden_layers / run.cut.pipeline;
        let micro = [1, 2, 4].map(|b| Parallelism { micro_batch: b, ..run.cut });
        let cuts = micro.into_iter().flat_map(|cut| {
            let chunks = (1..=if cut.pipeline > 1 { per_stage } else { 1 })
                .filter(move |v| per_stage.is_multiple_of(*v));
            chunks.map(move |interleave| Parallelism { interleave, ..cut })
        });
        let steps = cuts.filter_map(|cut| train(&run.model, &machine, &tiers, &job, &cut).ok());
        let best = steps.min_by(|a, b| a.time.as_s().total_cmp(&b.time.as_s()));
        return best.ok_or_else(|| WorkloadError::Network("no cut fits".to_owned()));
    }
    let mut last = train(&run.model, &machine, &tiers, &job, &run.cut);
    if run.least {
        for recompute in tries {
            last = train(&run.model, &machine, &tiers, &job, &Parallelism { recompute, ..run.cut });
            if last.is_ok() {
                break;
            }
        }
    }
    last
}

/// Seconds of one overlapped pair of chunks of four layers with experts.
fn pair(facts: &Facts<'_>, run: &Run, factor: f64) -> f64 {
    let mut run = run.clone();
    run.model.num_hidden_layers = 64;
    run.model.vocab_size = 8;
    run.model.num_nextn_predict_layers = 0;
    run.model.experts.as_mut().unwrap().first_k_dense_replace = 0;
    run.global_batch = 1_280_000;
    let step = compute(facts, &run, Some(factor)).unwrap();
    (step.split.compute + step.split.expert).as_s() / step.micro_batches as f64
}

/// The factor at which a time comes out as measured.
fn needed(seconds: impl Fn(f64) -> f64, measured: f64) -> f64 {
    let (mut low, mut high) = (0.05_f64, 20.0_f64);
    for _ in 0..30 {
        let middle = (low * high).sqrt();
        if seconds(middle) > measured { low = middle } else { high = middle }
    }
    low
}

/// Mean error of each row by the factor that the mean of the others gives it.
fn leave_one_out(ratios: &[f64]) -> f64 {
    let n = ratios.len() as f64;
    let all: f64 = ratios.iter().map(|r| libm::log(*r)).sum();
    let one = |r: &f64| {
        let others = if n > 1.0 { (all - libm::log(*r)) / (n - 1.0) } else { 0.0 };
        (r / libm::exp(others) - 1.0).abs()
    };
    ratios.iter().map(one).sum::<f64>() / n
}

struct Outcome {
    error: f64,
    step: TrainingStep,
}

fn print_row(run: &Run, outcome: &Outcome, factor: f64) {
    let s = outcome.step.split;
    let percent = |t: lightloom_units::Time| 100.0 * (t / outcome.step.time);
    println!(
        "   {factor:.3}{} {} {:<44} {:8.3} s, measured {:8.3}: {:+6.1} %  compute {:.1} tp {:.1} cp {:.1} ep {:.1} pp {:.1} bubble {:.1} dp {:.1} optimizer {:.1} %, {}",
        if run.anchor { "*" } else { " " },
        run.case,
        run.row,
        outcome.step.time.as_s(),
        run.measured,
        100.0 * outcome.error,
        percent(s.compute),
        percent(s.tensor),
        percent(s.context),
        percent(s.expert),
        percent(s.pipeline),
        percent(s.bubble),
        percent(s.data),
        percent(s.optimizer),
        outcome.step.memory.total(),
    );
}

/// Mean and worst error of some rows that are no anchors, and their mean error leaving one out.
fn summary(name: &str, errors: &[f64]) -> (f64, f64) {
    let mean = errors.iter().map(|e| e.abs()).sum::<f64>() / errors.len().max(1) as f64;
    let worst = errors.iter().map(|e| e.abs()).fold(0.0, f64::max);
    let ratios: Vec<f64> = errors.iter().map(|e| 1.0 + e).collect();
    println!(
        "{name:<44} {:4} rows: mean {:5.1} %, worst {:5.1} %, leaving one out {:5.1} %",
        errors.len(),
        100.0 * mean,
        100.0 * worst,
        100.0 * leave_one_out(&ratios)
    );
    (mean, worst)
}

/// All rows: the first number of a line is the factor that the row would need, a star marks its stack's anchor.
#[test]
fn every_published_run() {
    let catalog = with_systems();
    let facts = Facts::nominal(&catalog);
    let mut runs = published();
    runs.extend(vtrain(true));
    runs.extend(vtrain(false));
    let (more, left) = bridge();
    runs.extend(more);
    println!("rows of Megatron Bridge that are not computed: {left:?}");
    let mut stacks: BTreeMap<String, Vec<(Run, Outcome, f64)>> = BTreeMap::new();
    let mut refused = 0;
    for run in runs {
        match compute(&facts, &run, None) {
            Ok(step) => {
                let seconds = |f| compute(&facts, &run, Some(f)).unwrap().time.as_s();
                let factor =
                    if run.case.starts_with("V02") { 0.0 } else { needed(seconds, run.measured) };
                let outcome = Outcome { error: error(step.time.as_s(), run.measured), step };
                stacks.entry(run.stack.clone()).or_default().push((run, outcome, factor));
            }
            Err(e) => {
                println!("not computed: {} {}: {e}", run.case, run.row);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 1);
    let deepseek = stacks["deepseek-h800-2024"][0].0.clone();
    let of_pair = needed(|f| pair(&facts, &deepseek, f), 0.129);
    println!("   {of_pair:.3}* V06 {:<44} 129 ms", "pair");
    let mut cases: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut anchors = Vec::new();
    for (stack, rows) in &stacks {
        println!("== {stack}");
        for (run, outcome, factor) in rows {
            if run.case != "V02-node" {
                print_row(run, outcome, *factor);
            }
            if run.anchor {
                anchors.push((run.row.clone(), outcome.error));
            } else {
                cases.entry(run.case.clone()).or_default().push(outcome.error);
                cases.entry(format!("stack {stack}")).or_default().push(outcome.error);
            }
        }
    }
    let found: BTreeMap<_, _> =
        cases.iter().map(|(name, errors)| (name.as_str(), summary(name, errors))).collect();
    for (row, error) in anchors {
        assert!(error.abs() < 0.005, "anchor {row}: {error}");
    }
    // Means and worsts that the issue and the research notes, section G, allow.
    for (case, mean, worst) in [
        ("A01", 0.05, 0.10),
        ("V01", 0.04, 0.10),
        ("V02", 0.10, 0.46),
        // In one node, small models: the host's launches are most of it, by one constant from one row.
        ("V02-node", 0.11, 0.40),
        ("V03", 0.05, 0.10),
        ("V04", 0.03, 0.05),
        // GB200 within 3 %; two rows of B200 by the factor of GB200.
        ("V05", 0.04, 0.09),
        ("V06", 0.15, 0.15),
        ("bridge", 0.10, 0.70),
    ] {
        let (m, w) = found[case];
        assert!(m <= mean && w <= worst, "{case}: {m} {w}");
    }
}

/// The same batch on more accelerators: measured ratios, and what the rows of MLPerf that are not at hand come out at.
#[test]
fn strong_scaling() {
    let catalog = with_systems();
    let facts = Facts::nominal(&catalog);
    let runs = published();
    let find = |case: &str, row: &str| {
        let found = runs.iter().find(|r| r.case == case && r.row == row);
        found.unwrap_or_else(|| panic!("{row}")).clone()
    };
    let seconds = |run: &Run| {
        compute(&facts, run, None).unwrap_or_else(|e| panic!("{}: {e}", run.row)).time.as_s()
    };
    let nemotron = |n: u64, p: &str| find("A04", &format!("Nemotron GB200 {n} {p} strong"));
    for (few, many) in [
        (find("V04", "H200 512 Nebius"), find("V04", "H200 1024 Nebius")),
        (nemotron(128, "BF16"), nemotron(512, "BF16")),
        (nemotron(128, "FP8"), nemotron(512, "FP8")),
    ] {
        let (ours, measured) = (seconds(&few) / seconds(&many), few.measured / many.measured);
        println!("{} to {}: {ours:.3} times as quick, measured {measured:.3}", few.row, many.row);
        assert!(error(ours, measured).abs() < 0.03);
    }
    // GPT 177B, batch of 1152, 96 to 4608 H100: 47 % to 42 % of peak (Megatron-LM, README), on the same cut of one copy.
    let at = |data: u64| {
        let mut run = find("V03", "177B");
        run.cut.data = data;
        seconds(&run) * data as f64
    };
    let (ours, measured) = (at(2) / at(96), 42.0 / 47.0);
    println!("GPT 177B on 96 to 4608 H100 keeps {ours:.3} of its speed, measured {measured:.3}");
    assert!(error(ours, measured).abs() < 0.06);
    let base = find("V04", "512 MLPerf v5.0");
    let one = seconds(&base);
    for data in [16, 19, 20, 64] {
        let mut run = base.clone();
        (run.cut.data, run.global_batch) = (data, 1152 / data * data);
        let time = seconds(&run);
        let kept = one / time * 4.0 / data as f64 * run.global_batch as f64 / 1152.0;
        println!(
            "Llama 405B, {} sequences on {} H100: {time:.3} s, keeps {:.1} % of the speed on 512",
            run.global_batch,
            run.cut.accelerators(),
            100.0 * kept
        );
        assert!(kept < 1.0 + 1e-9 && kept > 0.8);
    }
}
