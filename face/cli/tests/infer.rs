//! `lightloom infer`: on a scenario, with flags, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, document, one_rack, refusals, said, stderr};
use serde_json::Value;

const GB300: [&str; 5] = ["infer", "--accelerator", "gb300", "--accelerators", "144"];

#[test]
fn a_scenario_a_dense_model_and_pools() {
    let folder = Folder::with(&one_rack());
    let scenario = said(&folder, &["infer", "scenario.toml"]);
    let dense = said(
        &folder,
        &[
            "infer",
            "--accelerator",
            "h100",
            "--accelerators",
            "64",
            "--model",
            "llama-3.1-70b",
            "--engine",
            "vllm",
        ],
    );
    let pools = said(
        &folder,
        &[&GB300[..], &["--model", "deepseek-v3", "--precision", "fp4", "--disaggregated"]]
            .concat(),
    );
    as_before!(format!(
        "### a scenario\n{scenario}\n### a dense model\n{dense}\n### pools\n{pools}"
    ));
}

#[test]
fn the_frontier_falls_and_holds_both_answers() {
    let folder = Folder::new();
    let d = document(
        &folder,
        &[&GB300[..], &["--model", "deepseek-v3", "--precision", "fp8"]].concat(),
    );
    assert_eq!(d["schema"], "lightloom.infer/1");
    let number = |value: &Value| value.as_f64().unwrap();
    let frontier = d["frontier"].as_array().unwrap();
    assert!(frontier.len() > 10);
    for pair in frontier.windows(2) {
        let of = |key: &str| [number(&pair[0][key]), number(&pair[1][key])];
        let [quick, slow] = of("tokens_per_s_per_user");
        let [few, many] = of("tokens_per_s_per_accelerator");
        assert!(quick > slow && few < many);
    }
    assert_eq!(d["latency_bound"]["point"], frontier[0]);
    assert!(frontier.contains(&d["throughput_bound"]["point"]));
    assert!(number(&d["throughput_bound"]["point"]["tokens_per_s_per_user"]) >= 20.0);
    for end in ["latency_bound", "throughput_bound"] {
        let split = d[end]["split"].as_object().unwrap();
        let sum: f64 = split.values().map(number).sum();
        assert!((sum / number(&d[end]["point"]["step_s"]) - 1.0).abs() < 1e-9);
        let speed = number(&d[end]["point"]["tokens_per_s_per_user"]);
        assert!((speed * number(&d[end]["point"]["step_s"]) - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_answers_are_those_of_the_plan() {
    let folder = Folder::with(&one_rack());
    let infer = document(&folder, &["infer", "scenario.toml"]);
    let plan = document(&folder, &["plan", "scenario.toml", "--no-report"]);
    let recommended = plan["strategies"].as_array().unwrap().last().unwrap();
    let decoding = &recommended["decoding"];
    for (end, planned) in [("latency_bound", "quickest"), ("throughput_bound", "widest")] {
        for key in ["tokens_per_s_per_user", "tokens_per_s_per_accelerator"] {
            let found = infer[end]["point"][key].as_f64().unwrap();
            let known = decoding[planned][key].as_f64().unwrap();
            assert!((found / known - 1.0).abs() < 1e-6, "{end} {key}: {found} beside {known}");
        }
        let found = infer[end]["energy"]["total_j"].as_f64().unwrap();
        let known = decoding[planned]["joule_per_token"].as_f64().unwrap();
        assert!((found / known - 1.0).abs() < 1e-6, "{end}: {found} J beside {known} J");
    }
}

#[test]
fn the_figure_is_drawn() {
    let folder = Folder::new();
    let arguments = [&GB300[..], &["--model", "gpt-oss-120b", "--svg", "frontier.svg"]].concat();
    assert!(said(&folder, &arguments).contains("Figure: frontier.svg"));
    let drawn = folder.read("frontier.svg");
    assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"));
    assert!(drawn.contains("latency-bound") && !drawn.contains("NaN"));
}

#[test]
fn what_is_refused() {
    let with = |arguments: &[&'static str]| -> &'static [&'static str] {
        Box::leak([&GB300[..], arguments].concat().into_boxed_slice())
    };
    let cases: Vec<(&str, Folder, &[&str])> = vec![
        ("nothing to run on", Folder::new(), &["infer", "--model", "llama-3.1-70b"]),
        ("no model", Folder::new(), with(&[])),
        ("an unknown model", Folder::new(), with(&["--model", "deepseek-v4"])),
        ("an unknown engine", Folder::new(), with(&["--model", "deepseek-v3", "--engine", "vlm"])),
        (
            "a model that does not fit",
            Folder::new(),
            &["infer", "--accelerator", "h100", "--accelerators", "8", "--model", "deepseek-v3"],
        ),
        (
            "an instance that is too small",
            Folder::new(),
            with(&["--model", "deepseek-v3", "--largest", "1"]),
        ),
        (
            "no speed",
            Folder::new(),
            with(&["--model", "deepseek-v3", "--tokens-per-second-per-user", "0"]),
        ),
        (
            "no number",
            Folder::new(),
            with(&["--model", "deepseek-v3", "--tokens-per-second-per-user", "NaN"]),
        ),
        ("no prompt", Folder::new(), with(&["--model", "deepseek-v3", "--prompt", "0"])),
        ("no instance", Folder::new(), with(&["--model", "deepseek-v3", "--largest", "0"])),
    ];
    let mut out = refusals(2, &cases);
    let folder = Folder::new();
    let gone = folder.run(with(&["--model", "gpt-oss-120b", "--svg", "gone/frontier.svg"]));
    assert_eq!(gone.status.code(), Some(1));
    out.push_str(&stderr(&gone));
    as_before!(out);
}
