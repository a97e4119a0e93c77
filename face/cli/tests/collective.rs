//! `lightloom collective`: every operation, beside measured sweeps, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, one_rack, refusals, said};
use serde_json::Value;
use std::fmt::Write as _;

const H100: [&str; 4] = ["--accelerator", "h100", "--accelerators", "1024"];
const MEASURED: &str = include_str!("../../../validation/measured/nccl_single_domain.csv");

fn collective(arguments: &[&str]) -> String {
    said(&Folder::new(), &[&["collective"][..], arguments].concat())
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&collective(&[arguments, &["--json"]].concat())).unwrap()
}

/// The measured all-reduce of eight H100 as nccl-tests print it.
fn sweep(operation: &str) -> String {
    let mut out =
        String::from("NCCL version 2.27.3+cuda12.9\n#  Rank  7 Group  0 Pid 1 on host device 7\n");
    for line in MEASURED.lines().filter(|l| l.starts_with("h100_sxm,")) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[2] == operation && cells[3] == "8" {
            let (bytes, us): (f64, f64) = (cells[4].parse().unwrap(), cells[5].parse().unwrap());
            let rate = bytes / us / 1e3;
            let bus = rate * 7.0 / 4.0;
            let _ = writeln!(out, "{bytes} 1 half sum -1 {us} {rate:.2} {bus:.2} 0");
        }
    }
    out
}

#[test]
fn operations_by_every_algorithm() {
    let folder = Folder::with(&one_rack());
    let cases: [&[&str]; 9] = [
        &["all-reduce", "1 GiB", "--group", "8"],
        &["all-reduce", "64 KiB", "--group", "64"],
        &["all-gather", "512 MiB", "--group", "128", "--stride", "8"],
        &["reduce-scatter", "512 MiB", "--group", "16"],
        &["all-to-all", "64 MiB", "--group", "32"],
        &["broadcast", "1 GB", "--group", "16"],
        &["p2p", "32 MiB", "--group", "2", "--stride", "8"],
        &["dispatch", "7 MiB", "--group", "64", "--model", "deepseek-v3", "--node-limit", "4"],
        &["combine", "14 MiB", "--group", "8", "--experts", "256", "--top-k", "8"],
    ];
    let mut all: Vec<String> = cases
        .iter()
        .map(|c| format!("### {}\n{}", c.join(" "), collective(&[c, &H100[..]].concat())))
        .collect();
    let scenario = ["collective", "all-reduce", "1 GiB", "scenario.toml"];
    all.push(format!("### a scenario\n{}", said(&folder, &scenario)));
    let alone: [&[&str]; 3] = [
        &["all-reduce", "1 GiB", "--torus", "4x4x4", "--link", "50 GB/s"],
        &["all-to-all", "1 GiB", "--circuits", "8", "--group", "64", "--link", "100 GB/s"],
        &[
            "all-reduce",
            "16 GiB",
            "--circuits",
            "8",
            "--group",
            "64",
            "--link",
            "100 GB/s",
            "--reconfiguration",
            "10 us",
        ],
    ];
    all.extend(alone.iter().map(|c| format!("### {}\n{}", c.join(" "), collective(c))));
    as_before!(all.join("\n"));
}

#[test]
fn bytes_on_the_wire_are_the_bound() {
    let d = document(&[&["all-reduce", "1 GiB", "--group", "8"][..], &H100].concat());
    assert_eq!(d["schema"], "lightloom.collective/1");
    let rows = d["algorithms"].as_array().unwrap();
    let ring = rows.iter().find(|r| r["algorithm"] == "ring").unwrap();
    // 2 (n - 1)/n of the vector.
    let sent = ring["sent"][0]["bytes"].as_f64().unwrap();
    assert!((sent / (2.0 * 7.0 / 8.0 * 1_073_741_824.0) - 1.0).abs() < 1e-12);
    let times: Vec<f64> = rows.iter().map(|r| r["time_us"].as_f64().unwrap()).collect();
    assert!(times.is_sorted());
    for row in rows {
        let rate = row["algorithm_gbytes_per_s"].as_f64().unwrap();
        let bus = row["bus_gbytes_per_s"].as_f64().unwrap();
        assert!((bus / rate - 1.75).abs() < 1e-9);
        assert!((rate * row["time_us"].as_f64().unwrap() / 1_073_741.824 - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_domain_that_holds_the_group_is_one_network() {
    // Eight ranks do not see what lies outside of their box.
    let near = document(&[&["all-reduce", "1 GiB", "--group", "8"][..], &H100].concat());
    let slow = document(
        &[&["all-reduce", "1 GiB", "--group", "8", "--scale-out", "1 GB/s"][..], &H100].concat(),
    );
    assert_eq!(near["algorithms"], slow["algorithms"]);
}

#[test]
fn constants_are_fitted_to_a_sweep_and_used() {
    let folder = Folder::new();
    folder.write("sweep.txt", sweep("all_reduce").as_bytes());
    let asked =
        ["collective", "all-reduce", "--measured", "sweep.txt", "--accelerator", "h100", "--json"];
    let d: Value = serde_json::from_str(&said(&folder, &asked)).unwrap();
    let measured = &d["measured"];
    assert_eq!(measured["version"], "2.27.3");
    assert!(measured["rows"].as_array().unwrap().len() > 10);
    let error = |document: &Value, key: &str| document["measured"][key].as_f64().unwrap();
    let [before, after] = ["mean_error_percent", "fitted_mean_error_percent"].map(|k| error(&d, k));
    // The catalog's constants were fitted to these and other rows.
    assert!(before < 15.0 && after <= before, "{before} {after}");
    // The file is one of facts, and with it the fitted times are the computed ones.
    folder.write("mine.toml", measured["facts_file"].as_str().unwrap().as_bytes());
    let checked = said(&folder, &["catalog", "--check", "--file", "mine.toml"]);
    assert!(checked.contains("each with unit, kind and source"));
    let library = ["--facts", "mine.toml", "--library", "nvlink4-measured"];
    let again: Value =
        serde_json::from_str(&said(&folder, &[&asked[..], &library].concat())).unwrap();
    assert!((error(&again, "mean_error_percent") - after).abs() < 0.1);
    let scenario =
        ["collective", "all-reduce", "dgx-h100-superpod-1024", "--measured", "sweep.txt"];
    let text = said(
        &folder,
        &["collective", "all-reduce", "--measured", "sweep.txt", "--accelerator", "h100"],
    );
    assert!(text.contains("[[fact]]\nid = \"collective.nvlink4-measured.launch\""));
    assert!(said(&folder, &scenario).contains("DGX"));
}

#[test]
fn what_is_refused() {
    let with = |arguments: &[&'static str]| -> &'static [&'static str] {
        Box::leak([&["collective"][..], arguments, &H100].concat().into_boxed_slice())
    };
    let file = |text: &str| {
        let folder = Folder::new();
        folder.write("sweep.txt", text.as_bytes());
        folder
    };
    let cases: Vec<(&str, Folder, &[&str])> = vec![
        (
            "nothing to run on",
            Folder::new(),
            &["collective", "all-reduce", "1 GiB", "--group", "8"],
        ),
        ("an unknown operation", Folder::new(), with(&["allreduce", "1 GiB"])),
        ("no size", Folder::new(), with(&["all-reduce"])),
        ("no unit", Folder::new(), with(&["all-reduce", "1024"])),
        ("a rate for a size", Folder::new(), with(&["all-reduce", "1 GB/s"])),
        ("nothing", Folder::new(), with(&["all-reduce", "0 B"])),
        ("one rank", Folder::new(), with(&["all-reduce", "1 GiB", "--group", "1"])),
        (
            "more ranks than there are",
            Folder::new(),
            with(&["all-reduce", "1 GiB", "--group", "2048"]),
        ),
        (
            "too far apart",
            Folder::new(),
            with(&["all-reduce", "1 GiB", "--group", "256", "--stride", "8"]),
        ),
        ("no stride", Folder::new(), with(&["all-reduce", "1 GiB", "--stride", "0"])),
        ("no experts", Folder::new(), with(&["dispatch", "7 MiB", "--group", "8"])),
        (
            "a model without experts",
            Folder::new(),
            with(&["dispatch", "7 MiB", "--model", "llama-3.1-8b"]),
        ),
        (
            "more experts than there are",
            Folder::new(),
            with(&["dispatch", "7 MiB", "--experts", "4", "--top-k", "8"]),
        ),
        (
            "no torus",
            Folder::new(),
            &["collective", "all-reduce", "1 GiB", "--torus", "4xx4", "--link", "50 GB/s"],
        ),
        (
            "a torus without links",
            Folder::new(),
            &["collective", "all-reduce", "1 GiB", "--torus", "4x4"],
        ),
        (
            "a torus of nothing",
            Folder::new(),
            &["collective", "all-reduce", "1 GiB", "--torus", "0x4", "--link", "50 GB/s"],
        ),
        (
            "experts on a torus",
            Folder::new(),
            &["collective", "dispatch", "1 GiB", "--torus", "4x4", "--link", "50 GB/s"],
        ),
        (
            "circuits without ports",
            Folder::new(),
            &[
                "collective",
                "all-reduce",
                "1 GiB",
                "--circuits",
                "0",
                "--group",
                "8",
                "--link",
                "50 GB/s",
            ],
        ),
        (
            "another program's output",
            file("hello\n"),
            with(&["all-reduce", "--measured", "sweep.txt"]),
        ),
        (
            "another operation's output",
            file(&sweep("all_reduce")),
            with(&["all-gather", "--measured", "sweep.txt"]),
        ),
        (
            "a sweep that is not there",
            Folder::new(),
            with(&["all-reduce", "--measured", "sweep.txt"]),
        ),
    ];
    as_before!(refusals(2, &cases));
}
