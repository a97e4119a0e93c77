//! `lightloom fec`: codes beside each other, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals};
use serde_json::Value;
use std::fmt::Write as _;

fn said(arguments: &[&str]) -> String {
    common::said(&Folder::new(), arguments)
}

#[test]
fn codes_beside_each_other() {
    let mut out = String::new();
    for arguments in [
        &["fec", "--ber", "2.4e-4", "--interleave", "2"][..],
        &["fec", "--ber", "2.4e-4", "--code", "kp4", "--interleave", "4", "--rate", "1.6 Tb/s"],
        &["fec", "--ber", "4.8e-3", "--code", "kp4-hamming"],
        &["fec", "--ber", "1e-5", "--dfe", "0.8"],
        &["fec", "--ber", "1e-5", "--dfe", "0.8", "--code", "kp4"],
        &["fec", "--ber", "1e-5", "--dfe", "0.8", "--precoding", "--pam", "6"],
        &["fec", "--ber", "0.1"],
    ] {
        let _ = writeln!(out, "### {}\n{}", arguments.join(" "), said(arguments));
    }
    as_before!(out);
}

#[test]
fn one_json_object_with_the_numbers_of_the_text() {
    let text = said(&["fec", "--ber", "2.4e-4", "--interleave", "2", "--json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], "lightloom.fec/1");
    assert_eq!(document["interleaved_codewords"], 2);
    let codes = document["codes"].as_array().unwrap();
    assert_eq!(codes.len(), 5);
    let kp4 = codes.iter().find(|c| c["code"] == "kp4").unwrap();
    let loss = kp4["result"]["frame_loss_ratio"].as_f64().unwrap();
    assert_eq!(format!("{loss:.1e}"), "1.7e-12");
    // Two codewords of 5440 bits at 850 Gb/s.
    let collect = kp4["latency"]["collect_ns"].as_f64().unwrap();
    assert!((collect - 12.8).abs() < 1e-9, "{collect}");
}

#[test]
fn what_is_refused() {
    let cases: &[(&str, &[&str])] = &[
        ("no bit error ratio", &["fec"]),
        ("a half", &["fec", "--ber", "0.5"]),
        ("zero", &["fec", "--ber", "0"]),
        ("negative", &["fec", "--ber", "-1e-4"]),
        ("not a number", &["fec", "--ber", "nan"]),
        ("a word", &["fec", "--ber", "low"]),
        ("an unknown code", &["fec", "--ber", "1e-4", "--code", "kp5"]),
        ("three codewords", &["fec", "--ber", "1e-4", "--interleave", "3"]),
        ("five levels", &["fec", "--ber", "1e-4", "--pam", "5"]),
        ("a rate without unit", &["fec", "--ber", "1e-4", "--rate", "800"]),
        ("no rate", &["fec", "--ber", "1e-4", "--rate", "0 Gb/s"]),
        ("a tap above the main one", &["fec", "--ber", "1e-4", "--dfe", "1.2"]),
        ("precoding without a tap", &["fec", "--ber", "1e-4", "--precoding"]),
        ("a loss of all frames", &["fec", "--ber", "1e-4", "--frame-loss", "1"]),
        (
            "bursts before an inner code",
            &["fec", "--ber", "1e-4", "--dfe", "0.5", "--code", "kp4-hamming"],
        ),
        ("certain errors", &["fec", "--ber", "0.45", "--pam", "8", "--dfe", "0.5"]),
    ];
    let cases: Vec<_> =
        cases.iter().map(|(title, arguments)| (*title, Folder::new(), *arguments)).collect();
    as_before!(refusals(2, &cases));
}
