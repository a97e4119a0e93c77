//! `lightloom train`: on a scenario, with flags, on other programs' files, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, document, one_rack, refusals, said, stdout};
use serde_json::Value;

/// 256 H100 in boxes of eight: quick, and every kind of axis has room.
const H100: [&str; 5] = ["train", "--accelerator", "h100", "--accelerators", "256"];
const LLAMA: [&str; 2] = ["--model", "llama-3.1-70b"];

const MEGATRON: &str = "\
torchrun --nnodes 8 --nproc-per-node 8 pretrain_gpt.py \\
  --num-layers 96 --hidden-size 12288 --num-attention-heads 96 --seq-length 2048 \\
  --max-position-embeddings 2048 --vocab-size 51200 --micro-batch-size 1 --global-batch-size 64 \\
  --tensor-model-parallel-size 8 --pipeline-model-parallel-size 8 \\
  --num-layers-per-virtual-pipeline-stage 4 --sequence-parallel \\
  --recompute-granularity selective --bf16 --use-flash-attn
";
const APPLICATION: &str = r#"{ "hidden": 12288, "feedforward": 49152, "seq_size": 2048, "attn_heads": 96,
  "attn_size": 128, "num_blocks": 96 }"#;
const EXECUTION: &str = r#"{ "num_procs": 64, "tensor_par": 8, "pipeline_par": 8, "data_par": 1,
  "tensor_par_net": 0, "pipeline_par_net": 1, "data_par_net": 1, "batch_size": 64, "microbatch_size": 1,
  "datatype": "float16", "fused_activation": true, "attention_type": "multihead",
  "activation_recompute": "full", "pipeline_interleaving": 3, "optimizer_sharding": true,
  "tensor_par_comm_type": "rs_ag", "tensor_par_overlap": "none", "seq_par_ag_redo": false,
  "data_par_overlap": false, "weight_offload": false, "activations_offload": false,
  "optimizer_offload": false, "training": true }"#;
const SYSTEM: &str = r#"{ "matrix": { "tflops": 312, "gflops_efficiency": { "float16": [[0, 0.2], [128, 0.8]] } },
  "vector": { "tflops": 78, "gflops_efficiency": { "float16": [[0, 1]] } },
  "mem1": { "GiB": 80, "GBps": 2000, "MB_efficiency": [[0, 0.3], [100, 0.9]] },
  "mem2": { "GiB": 0, "GBps": 1, "MB_efficiency": [[0, 1]] }, "processing_mode": "roofline",
  "networks": [ { "bandwidth": 300, "efficiency": 0.65, "size": 8, "latency": 1e-6, "ops": {} },
                { "bandwidth": 25, "efficiency": 0.9, "size": 4096, "latency": 2e-6, "ops": {} } ] }"#;

#[test]
fn a_job_with_flags_and_one_of_a_scenario() {
    let folder = Folder::with(&one_rack());
    let flags = said(&folder, &[&H100[..], &LLAMA, &["--batch", "256"]].concat());
    let told = said(
        &folder,
        &[
            &H100[..],
            &LLAMA,
            &["--batch", "256", "--tensor", "4", "--pipeline", "8", "--best", "2"],
        ]
        .concat(),
    );
    let scenario = said(
        &folder,
        &["train", "scenario.toml", "--model", "llama-3.1-70b", "--batch", "72", "--best", "3"],
    );
    as_before!(format!(
        "### flags\n{flags}\n### a cut in part\n{told}\n### a scenario\n{scenario}"
    ));
}

#[test]
fn the_document_adds_up() {
    let folder = Folder::new();
    let d = document(&folder, &[&H100[..], &["--model", "mixtral-8x7b", "--best", "20"]].concat());
    assert_eq!(d["schema"], "lightloom.train/1");
    let number = |value: &Value| value.as_f64().unwrap();
    let sum = |value: &Value| value.as_object().unwrap().values().map(number).sum::<f64>();
    let best = d["best"].as_array().unwrap();
    assert_eq!(best.len(), 20);
    for (i, cut) in best.iter().enumerate() {
        let step = number(&cut["step_s"]);
        assert!((sum(&cut["split"]) / step - 1.0).abs() < 1e-9);
        assert!((sum(&cut["kernels"]) / number(&cut["split"]["compute_s"]) - 1.0).abs() < 1e-9);
        let m = &cut["memory"];
        let parts = ["weights_gb", "gradients_gb", "optimizer_gb", "activations_gb"];
        let held: f64 = parts.iter().map(|p| number(&m[p])).sum();
        assert!((held / number(&m["total_gb"]) - 1.0).abs() < 1e-9);
        assert!(held <= number(&m["usable_gb"]));
        let degrees = ["tensor", "context", "pipeline", "data"].map(|d| number(&cut[d]));
        assert!((degrees.iter().product::<f64>() - number(&cut["accelerators"])).abs() < 1e-9);
        // The wires and the axes tell the same time, told twice.
        let axes: f64 =
            cut["axes"].as_array().unwrap().iter().map(|a| number(&a["exposed_s"])).sum();
        let wires: f64 =
            cut["wires"].as_array().unwrap().iter().map(|w| number(&w["exposed_s"])).sum();
        assert!((axes - wires).abs() < 1e-12);
        // The others lose, by what they say.
        let first = number(&best[0]["step_s"]);
        match &cut["loss"] {
            Value::Null => assert_eq!(i, 0),
            loss => assert!((step - first - number(&loss["slower_s"])).abs() < 1e-12),
        }
    }
    let c = &d["counts"];
    let ways = ["refused", "too_large", "dominated", "too_slow", "timed"];
    assert!((ways.iter().map(|w| number(&c[w])).sum::<f64>() - number(&c["tried"])).abs() < 1e-9);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    let run = |threads: &str| {
        let arguments =
            [&H100[..], &["--exhaustive", "--model", "mixtral-8x7b", "--json"]].concat();
        stdout(&folder.command(&arguments).env("RAYON_NUM_THREADS", threads).output().unwrap())
    };
    let one = run("1");
    assert!(one.len() > 1000);
    for threads in ["2", "7"] {
        assert!(run(threads) == one, "{threads} threads give other bytes");
    }
}

#[test]
fn a_quicker_network_is_never_slower() {
    let folder = Folder::new();
    let step = |rate: &str| {
        let d = document(&folder, &[&H100[..], &LLAMA, &["--scale-out", rate]].concat());
        d["best"][0]["step_s"].as_f64().unwrap()
    };
    let steps = ["12.5 GB/s", "25 GB/s", "50 GB/s", "100 GB/s"].map(step);
    assert!(steps.windows(2).all(|w| w[1] <= w[0]), "{steps:?}");
}

#[test]
fn runs_of_other_programs() {
    let folder = Folder::new();
    folder.write("run.sh", MEGATRON.as_bytes());
    folder.write("gpt3.json", APPLICATION.as_bytes());
    folder.write("cut.json", EXECUTION.as_bytes());
    folder.write("a100.json", SYSTEM.as_bytes());
    let megatron =
        ["train", "--megatron", "run.sh", "--accelerator", "h100", "--accelerators", "64"];
    let calculon = ["train", "--calculon", "gpt3.json", "cut.json", "--system", "a100.json"];
    let d = document(&folder, &megatron);
    let cut = &d["best"][0];
    assert_eq!(
        (&cut["tensor"], &cut["pipeline"], &cut["interleave"]),
        (&8.into(), &8.into(), &3.into())
    );
    as_before!(format!(
        "### megatron\n{}\n### calculon\n{}",
        said(&folder, &megatron),
        said(&folder, &calculon)
    ));
}

#[test]
fn what_is_refused() {
    let with = |arguments: &[&'static str]| -> &'static [&'static str] {
        let model = if arguments.contains(&"--model") { &[][..] } else { &LLAMA[..] };
        Box::leak([&H100[..], model, arguments].concat().into_boxed_slice())
    };
    let config = |folder: Folder, text: &str| {
        folder.write("config.json", text.as_bytes());
        folder
    };
    let llama = r#"{ "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "hidden_act": "silu", "vocab_size": 128256 }"#;
    let mine: &[&str] = &["train", "--accelerator", "h100", "--model", "config.json"];
    let file = |name: &str, text: &str| {
        let folder = Folder::new();
        folder.write(name, text.as_bytes());
        folder
    };
    let cases: Vec<(&str, Folder, &[&str])> = vec![
        ("nothing to run on", Folder::new(), &["train", "--model", "llama-3.1-70b"]),
        ("no model", Folder::new(), &["train", "--accelerator", "h100"]),
        ("an unknown model", Folder::new(), with(&["--model", "llama-3-70b"])),
        ("an unknown scenario", Folder::new(), &["train", "gb300-nvl72"]),
        (
            "an unknown accelerator",
            Folder::new(),
            &["train", "--accelerator", "h10", "--model", "llama-3.1-8b"],
        ),
        (
            "an accelerator of no cluster",
            Folder::new(),
            &["train", "--accelerator", "a100", "--model", "llama-3.1-8b"],
        ),
        ("an unknown framework", Folder::new(), with(&["--software", "megatron"])),
        ("an unknown library", Folder::new(), with(&["--library", "nvlink9"])),
        ("a precision that it has not", Folder::new(), with(&["--precision", "fp4"])),
        ("heads not divisible", Folder::new(), with(&["--tensor", "3"])),
        ("zero", Folder::new(), with(&["--pipeline", "0"])),
        ("an absurd degree", Folder::new(), with(&["--tensor", "18446744073709551615"])),
        ("more than there are", Folder::new(), with(&["--tensor", "8", "--pipeline", "80"])),
        (
            "a batch smaller than the pipeline",
            Folder::new(),
            with(&[
                "--pipeline",
                "16",
                "--tensor",
                "8",
                "--schedule",
                "zero-bubble",
                "--batch",
                "8",
            ]),
        ),
        ("a batch smaller than the copies", Folder::new(), with(&["--data", "64", "--batch", "8"])),
        ("a cut that does not fit", Folder::new(), with(&["--tensor", "1", "--pipeline", "1"])),
        (
            "a model that does not fit",
            Folder::new(),
            &["train", "--accelerator", "h100", "--accelerators", "8", "--model", "llama-3.1-405b"],
        ),
        ("no memory", Folder::new(), with(&["--memory", "1 GB"])),
        ("no unit", Folder::new(), with(&["--memory", "64"])),
        ("a domain of none", Folder::new(), with(&["--domain", "0"])),
        ("no time", Folder::new(), with(&["--time-limit", "1 us"])),
        ("a rate that is none", Folder::new(), with(&["--scale-out", "0 GB/s"])),
        ("no sequence", Folder::new(), with(&["--sequence", "0"])),
        ("no JSON", config(Folder::new(), "{"), mine),
        ("no architecture", config(Folder::new(), "{}"), mine),
        ("an unknown architecture", config(Folder::new(), &llama.replace("llama", "rwkv7")), mine),
        (
            "a key that is missing",
            config(Folder::new(), &llama.replace("hidden_size", "hidden")),
            mine,
        ),
        ("a file that is not there", Folder::new(), mine),
        (
            "no arguments of Megatron",
            file("run.sh", "echo hello"),
            &["train", "--megatron", "run.sh", "--accelerator", "h100"],
        ),
        ("one file of two", Folder::new(), &["train", "--calculon", "app.json"]),
        (
            "a technology that there is not",
            Folder::with(&one_rack()),
            &["train", "scenario.toml", "--technology", "scale-out leaf-spine=lpo"],
        ),
        (
            "facts that are none",
            file("facts.toml", "[[fact]]\nid = \"a.b\"\n"),
            with(&["--facts", "facts.toml"]),
        ),
    ];
    as_before!(refusals(2, &cases));
}

#[test]
fn a_local_config_is_a_model() {
    let folder = Folder::new();
    let llama = r#"{ "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "hidden_act": "silu", "vocab_size": 128256 }"#;
    folder.write("config.json", llama.as_bytes());
    let own = document(&folder, &[&H100[..], &["--model", "config.json"]].concat());
    let shipped = document(&folder, &[&H100[..], &["--model", "llama-3.1-8b"]].concat());
    assert_eq!(own["best"], shipped["best"]);
}
