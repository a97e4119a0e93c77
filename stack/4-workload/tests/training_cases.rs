//! Every row of the training cases that can be computed, computed beside measured. `-- --nocapture` prints them.
//!
//! A stack is a framework of one generation on one accelerator in one precision; its one factor comes from its anchor
//! row and all its other rows are predictions.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::{error, preset, with_systems};
use lightloom_evidence::Facts;
use lightloom_units::BitRate;
use lightloom_workload::{
    Activation, Machine, Model, Modules, NetworkTier, Parallelism, Precision, Recompute, Schedule,
    Sharding, TrainingJob, TrainingSoftware, TrainingStep, WorkloadError, train,
};
use std::collections::BTreeMap;

/// A measured run.
#[derive(Debug, Clone)]
struct Run {
    case: String,
    row: String,
    system: String,
    model: Model,
    gpus: u64,
    sequence: u64,
    global_batch: u64,
    precision: Precision,
    fused: bool,
    cut: Parallelism,
    /// Recomputation is not published: the least that fits.
    least: bool,
    stack: String,
    anchor: bool,
    measured: f64,
}

fn gpt(hidden: u64, heads: u64, layers: u64, vocabulary: u64) -> Model {
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
            gpus: n(5),
            sequence: n(7),
            global_batch: n(6),
            precision: precision(f[3]),
            fused: f[17] == "yes",
            cut,
            least: false,
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
        (include_str!("data/vtrain_a100_multi_node.csv"), 1)
    } else {
        (include_str!("data/vtrain_a100_single_node.csv"), 0)
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
            gpus: n(0),
            sequence: n(6),
            global_batch: n(1),
            precision: Precision::Bf16,
            fused: false,
            cut,
            least: false,
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
    for line in include_str!("data/megatron_bridge_throughput.csv").lines().skip(1) {
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
        let system = system.trim_start_matches("DGX-").to_lowercase();
        let (gpus, sequence, tp, pp, cp) = (n(1), n(5), n(6), n(7), n(8));
        let fsdp = f[16].parse::<u64>().is_ok_and(|n| n > 1);
        let release: f64 = first(13)[..5].parse().unwrap();
        let model = preset(model);
        let grouped = if model.experts.is_none() {
            ""
        } else if release < 26.05 {
            "-moe-2025"
        } else {
            "-moe"
        };
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
        runs.push(Run {
            case: "bridge".to_owned(),
            row: format!("{} x{gpus} {system} {name} {}", model.name, f[13]),
            stack: format!("megatron-bridge-{system}-{kind}{grouped}"),
            system,
            model,
            gpus,
            sequence,
            global_batch: n(3),
            precision: precision(name),
            fused: true,
            cut,
            least: true,
            anchor: false,
            measured: (n(3) * sequence) as f64 / tokens / gpus as f64,
        });
    }
    (runs, left)
}

/// The step by the stack's own facts, or by factor one where `factor` is.
fn compute(facts: &Facts<'_>, run: &Run, factor: Option<f64>) -> Result<TrainingStep, WorkloadError> {
    let name = if run.stack.starts_with("megatron-2022") { "megatron-2022" } else { "megatron-core" };
    let mut software = TrainingSoftware::from_facts(facts, name).unwrap();
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
    let modules = Modules { core: true, up_projections: true, norms: true, feed_forward: true, experts: false };
    let tries = [
        run.cut.recompute,
        Recompute::Modules(Modules { feed_forward: false, ..modules }),
        Recompute::Modules(modules),
        Recompute::Full,
    ];
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

#[test]
fn explore() {
    let catalog = with_systems();
    let facts = Facts::nominal(&catalog);
    let mut runs = published();
    runs.extend(vtrain(true));
    let (more, left) = bridge();
    runs.extend(more);
    println!("{left:?}");
    let mut stacks: BTreeMap<String, Vec<(f64, String, bool)>> = BTreeMap::new();
    for run in &runs {
        // Factor that the row needs, by bisection.
        let at = |f: f64| compute(&facts, run, Some(f));
        match at(0.8) {
            Err(e) => println!("REFUSED {} {} {}: {e}", run.case, run.stack, run.row),
            Ok(step) => {
                let (mut low, mut high) = (0.05_f64, 20.0_f64);
                for _ in 0..40 {
                    let mid = (low * high).sqrt();
                    if at(mid).unwrap().time.as_s() > run.measured { low = mid } else { high = mid }
                }
                let s = step.split;
                let t = step.time.as_s() / 100.0;
                let text = format!(
                    "{} {:<44} {:8.3} s, parts % comp {:.1} tp {:.1} cp {:.1} ep {:.1} pp {:.1} bub {:.1} dp {:.1} opt {:.1} mem {:.0} G",
                    run.case, run.row, run.measured, s.compute.as_s() / t, s.tensor.as_s() / t, s.context.as_s() / t,
                    s.expert.as_s() / t, s.pipeline.as_s() / t, s.bubble.as_s() / t, s.data.as_s() / t, s.optimizer.as_s() / t, step.memory.total().as_bytes()/1e9
                );
                stacks.entry(run.stack.clone()).or_default().push((low, text, run.anchor));
            }
        }
    }
    for (stack, rows) in stacks {
        println!("== {stack}");
        for (f, text, anchor) in rows {
            println!("   {:.3}{} {text}", f, if anchor { "*" } else { " " });
        }
    }
    let _ = error(1.0, 1.0);
}
