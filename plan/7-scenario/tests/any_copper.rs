//! Any copper section, redriven or not, is a lane with finite numbers, or one placed problem.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{cases, head, is_built_or_refused_in_one_place, key};
use proptest::prelude::*;

/// Payloads of a lane with their modulation.
const PAYLOADS: &[(&str, &str)] =
    &[("2 Gb/s", "pam2"), ("100 Gb/s", "pam4"), ("200 Gb/s", "pam4"), ("400 Gb/s", "pam8")];

/// Pieces that are usual, at an end, or wrong.
const PIECES: [&str; 14] = [
    "\"die\"",
    "{ scaled-die = 0.3 }",
    "{ scaled-die = 1e9 }",
    "{ package = \"30 mm\" }",
    "{ package = \"0 mm\" }",
    "{ board = \"60 mm\" }",
    "{ board = \"3 m\" }",
    "{ connector = \"osfp\" }",
    "{ connector = \"socket\" }",
    "{ connector = \"none\" }",
    "{ twinax = { awg = 30, length = \"3 m\" } }",
    "{ twinax = { awg = 26, length = \"20 m\" } }",
    "{ twinax = { awg = 99, length = \"1 m\" } }",
    "{ twinax = { awg = 26, length = \"-1 m\" } }",
];

fn pieces() -> impl Strategy<Value = String> {
    // Most pieces are right, or few lanes would be built.
    let right = prop::sample::select(vec![0, 3, 5, 7, 8, 10]);
    let any = 0..PIECES.len();
    let piece = prop_oneof![12 => right, 1 => any];
    prop::collection::vec(piece, 0..9).prop_map(|chosen| {
        format!("[{}]", chosen.iter().map(|i| PIECES[*i]).collect::<Vec<_>>().join(", "))
    })
}

fn section() -> impl Strategy<Value = String> {
    let copper = pieces().prop_map(|p| format!("[[section]]\ncopper = {p}\n"));
    let peaking =
        key("peaking", &["\"0 dB\"", "\"9 dB\"", "\"40 dB\"", "\"-3 dB\"", "\"1000 dB\""], 0.4);
    let output = key("output", &["\"0 V\"", "\"200 mV\"", "\"1 nV\"", "\"1 kV\"", "\"-1 V\""], 0.4);
    let redriven = (pieces(), pieces(), peaking, output).prop_map(|(before, after, peaking, output)| {
        format!("[[section]]\n[section.redriven]\nbefore = {before}\nafter = {after}\n{peaking}{output}")
    });
    prop_oneof![1 => copper, 3 => redriven]
}

proptest! {
    #![proptest_config(cases(1000))]
    #[test]
    fn copper_is_built_or_refused_in_one_place(
        sections in prop::collection::vec(section(), 1..4),
        head in head(PAYLOADS),
    ) {
        is_built_or_refused_in_one_place(&format!("{head}{}", sections.concat()))?;
    }
}
