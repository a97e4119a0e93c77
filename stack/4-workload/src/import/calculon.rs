//! The three files of Calculon (github.com/calculon-ai/calculon): application, execution, system.

use super::{ImportError, ImportedRun};
use crate::collective::{Library, NetworkTier};
use crate::machine::{Arithmetic, Kernels};
use crate::model::Activation;
use crate::schedule::Schedule;
use crate::training::Sharding;
use crate::{Machine, Model, Parallelism, Precision, Recompute};
use lightloom_units::{BitRate, ComputeRate, DataSize, Ratio, Time};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const APPLICATION: &str = "Calculon application";
const EXECUTION: &str = "Calculon execution";
const SYSTEM: &str = "Calculon system";
/// Accelerators that an outermost network may join here.
const LARGEST: u64 = 1 << 31;

#[derive(Deserialize)]
struct Application {
    hidden: u64,
    feedforward: u64,
    seq_size: u64,
    attn_heads: u64,
    attn_size: u64,
    num_blocks: u64,
}

// Names of the file.
#[derive(Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "the file has as many")]
struct Execution {
    num_procs: u64,
    tensor_par: u64,
    pipeline_par: u64,
    data_par: u64,
    batch_size: u64,
    microbatch_size: u64,
    datatype: String,
    #[serde(default)]
    fused_activation: bool,
    #[serde(default = "multihead")]
    attention_type: String,
    #[serde(default = "none")]
    activation_recompute: String,
    #[serde(default = "one")]
    pipeline_interleaving: u64,
    #[serde(default)]
    optimizer_sharding: bool,
    #[serde(default = "none")]
    tensor_par_comm_type: String,
    #[serde(default = "none")]
    tensor_par_overlap: String,
    #[serde(default)]
    weight_offload: bool,
    #[serde(default)]
    activations_offload: bool,
    #[serde(default)]
    optimizer_offload: bool,
    #[serde(default = "yes")]
    training: bool,
}

fn multihead() -> String {
    "multihead".to_owned()
}

fn none() -> String {
    "none".to_owned()
}

const fn one() -> u64 {
    1
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct System {
    matrix: Engine,
    mem1: Store,
    networks: Vec<Network>,
}

#[derive(Deserialize)]
struct Engine {
    tflops: f64,
    /// By data type: shares of the peak from so many Gflop on.
    gflops_efficiency: BTreeMap<String, Vec<[f64; 2]>>,
}

#[derive(Deserialize)]
struct Store {
    #[serde(rename = "GiB")]
    gib: f64,
    #[serde(rename = "GBps")]
    gbps: f64,
    /// Shares of the bandwidth from so many megabytes on.
    #[serde(rename = "MB_efficiency")]
    efficiency: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
struct Network {
    bandwidth: f64,
    efficiency: f64,
    size: u64,
    latency: f64,
}

fn read<T: DeserializeOwned>(format: &'static str, text: &str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|e| ImportError {
        format,
        line: e.line().max(1),
        problem: e.to_string(),
        hint: "give the file as Calculon reads it".to_owned(),
    })
}

fn fail<T>(format: &'static str, problem: String, hint: &str) -> Result<T, ImportError> {
    Err(ImportError { format, line: 1, problem, hint: hint.to_owned() })
}

/// Reads an application and an execution. The vocabulary is the caller's; 51,200 is that of the Megatron models.
///
/// # Errors
/// [`ImportError`]: a text that is not such a file, degrees that do not multiply to the processors, a data type or a kind of
/// recomputation that is not known, an inference.
///
/// # Example
/// ```
/// use lightloom_workload::import::calculon_run;
/// let application = r#"{ "hidden": 12288, "feedforward": 49152, "seq_size": 2048, "attn_heads": 96,
///     "attn_size": 128, "num_blocks": 96 }"#;
/// let execution = r#"{ "num_procs": 64, "tensor_par": 8, "pipeline_par": 8, "data_par": 1,
///     "batch_size": 64, "microbatch_size": 1, "datatype": "float16", "activation_recompute": "full",
///     "pipeline_interleaving": 3, "optimizer_sharding": true, "training": true }"#;
/// let run = calculon_run(application, execution, 51_200)?;
/// assert_eq!((run.cut.accelerators(), run.cut.interleave), (64, 3));
/// # Ok::<(), lightloom_workload::import::ImportError>(())
/// ```
pub fn calculon_run(
    application: &str,
    execution: &str,
    vocabulary: u64,
) -> Result<ImportedRun, ImportError> {
    let a: Application = read(APPLICATION, application)?;
    let e: Execution = read(EXECUTION, execution)?;
    if !e.training {
        return fail(EXECUTION, "`training` is false".to_owned(), "only training runs are read");
    }
    let product = e.tensor_par.checked_mul(e.pipeline_par).and_then(|n| n.checked_mul(e.data_par));
    if product != Some(e.num_procs) || e.num_procs == 0 {
        let problem = format!(
            "tensor_par {} x pipeline_par {} x data_par {} is not num_procs {}",
            e.tensor_par, e.pipeline_par, e.data_par, e.num_procs
        );
        return fail(EXECUTION, problem, "the degrees multiply to the processors");
    }
    let precision = match e.datatype.as_str() {
        "float16" | "bfloat16" => Precision::Bf16,
        "float8" => Precision::Fp8,
        other => {
            let problem = format!("`datatype` is `{other}`");
            return fail(EXECUTION, problem, "float16, bfloat16 and float8 are known");
        }
    };
    let recompute = match e.activation_recompute.as_str() {
        "full" => Recompute::Full,
        "attn_only" | "partial" => Recompute::Selective,
        "none" => Recompute::None,
        other => {
            let problem = format!("`activation_recompute` is `{other}`");
            return fail(EXECUTION, problem, "full, attn_only and none are known");
        }
    };
    let mut differences = Vec::new();
    let mut differ = |here: bool, what: &str| {
        if here {
            differences.push(what.to_owned());
        }
    };
    differ(
        e.weight_offload || e.activations_offload || e.optimizer_offload,
        "nothing is offloaded to a second memory",
    );
    differ(e.tensor_par_overlap != "none", "overlap of tensor collectives is the software's");
    differ(e.fused_activation, "activations are kernels of their own");
    let model = Model {
        name: format!("Calculon, {} blocks of {}", a.num_blocks, a.hidden),
        source: "https://github.com/calculon-ai/calculon".to_owned(),
        hidden_size: a.hidden,
        num_hidden_layers: a.num_blocks,
        num_attention_heads: a.attn_heads,
        num_key_value_heads: if e.attention_type == "multiquery" { 1 } else { a.attn_heads },
        head_dim: Some(a.attn_size),
        intermediate_size: a.feedforward,
        hidden_act: Activation::Gelu,
        gated: Some(false),
        vocab_size: vocabulary,
        tie_word_embeddings: true,
        sliding_window: None,
        sliding_layers: None,
        num_nextn_predict_layers: 0,
        latent_attention: None,
        experts: None,
    };
    if let Err(e) = model.check() {
        return fail(APPLICATION, e.to_string(), &e.hint());
    }
    Ok(ImportedRun {
        model,
        sequence: a.seq_size,
        global_batch: e.batch_size,
        precision,
        // Calculon counts softmax and dropout as operations of their own.
        fused_attention: false,
        cut: Parallelism {
            tensor: e.tensor_par,
            sequence_parallel: e.tensor_par_comm_type.contains("rs_ag"),
            context: 1,
            pipeline: e.pipeline_par,
            interleave: e.pipeline_interleaving,
            expert: 1,
            data: e.data_par,
            sharding: if e.optimizer_sharding { Sharding::Optimizer } else { Sharding::None },
            schedule: Schedule::OneForwardOneBackward,
            micro_batch: e.microbatch_size,
            recompute,
        },
        differences,
    })
}

/// The accelerator and the networks of a system file.
///
/// The shares that Calculon gives its largest kernels, transfers and messages become ours; what depends on a kernel's shape and on a
/// library's protocols is the caller's, since such files say nothing of them. The file's second memory and its vector engine
/// are left out.
///
/// # Errors
/// [`ImportError`]: a text that is not such a file, no network, rates or shares that are not above zero.
pub fn calculon_system(
    text: &str,
    name: &str,
    kernels: Kernels,
    library: Library,
) -> Result<(Machine, Vec<NetworkTier>), ImportError> {
    let s: System = read(SYSTEM, text)?;
    let largest = |steps: &[[f64; 2]]| {
        steps.iter().max_by(|a, b| a[0].total_cmp(&b[0])).map_or(0.0, |step| step[1])
    };
    let sixteen = s.matrix.gflops_efficiency.get("float16");
    let Some(sixteen) = sixteen.or_else(|| s.matrix.gflops_efficiency.values().next()) else {
        return fail(SYSTEM, "`matrix.gflops_efficiency` is empty".to_owned(), "give float16");
    };
    let (share, memory) = (largest(sixteen), largest(&s.mem1.efficiency));
    let above_zero = [
        ("matrix.tflops", s.matrix.tflops),
        ("matrix.gflops_efficiency", share),
        ("mem1.GiB", s.mem1.gib),
        ("mem1.GBps", s.mem1.gbps),
        ("mem1.MB_efficiency", memory),
    ];
    if let Some((key, value)) = above_zero.iter().find(|(_, v)| !(v.is_finite() && *v > 0.0)) {
        return fail(SYSTEM, format!("`{key}` is {value}"), "it must be above zero");
    }
    let machine = Machine {
        name: name.to_owned(),
        bf16: Arithmetic {
            peak: ComputeRate::tflops(s.matrix.tflops),
            achievable: Ratio::new(share),
        },
        fp8: None,
        fp4: None,
        hbm_bandwidth: BitRate::gbytes_per_s(s.mem1.gbps),
        hbm_capacity: DataSize::bytes(s.mem1.gib * f64::from(1_u32 << 30)),
        kernels: Kernels { memory: Ratio::new(memory), ..kernels },
    };
    let tiers: Vec<NetworkTier> = s
        .networks
        .iter()
        .enumerate()
        .map(|(k, network)| NetworkTier {
            name: format!("network {k}"),
            size: network.size.min(LARGEST),
            bandwidth: BitRate::gbytes_per_s(network.bandwidth),
            latency: Time::s(network.latency),
            library: Library { bandwidth: Ratio::new(network.efficiency), ..library },
            torus: None,
        })
        .collect();
    if let Err(e) = crate::collective::check_tiers(&tiers) {
        return fail(
            SYSTEM,
            e.to_string(),
            "networks come from the innermost, each larger than the one before",
        );
    }
    Ok((machine, tiers))
}
