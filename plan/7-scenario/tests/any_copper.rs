//! Any copper section, redriven or not, is a lane with finite numbers, or one placed problem.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_link::{Tier, evaluate};
use lightloom_scenario::{Lane, Library};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::sync::{Arc, LazyLock};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::shipped().unwrap());

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

/// A key of a redriver with values that are usual, at an end, or wrong.
fn key(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::option::weighted(0.4, prop::sample::select(values))
        .prop_map(move |v| v.map_or(String::new(), |v| format!("{name} = \"{v}\"\n")))
}

fn section() -> impl Strategy<Value = String> {
    let copper = pieces().prop_map(|p| format!("[[section]]\ncopper = {p}\n"));
    let peaking = key("peaking", &["0 dB", "9 dB", "40 dB", "-3 dB", "1000 dB"]);
    let output = key("output", &["0 V", "200 mV", "1 nV", "1 kV", "-1 V"]);
    let redriven = (pieces(), pieces(), peaking, output).prop_map(|(before, after, peaking, output)| {
        format!("[[section]]\n[section.redriven]\nbefore = {before}\nafter = {after}\n{peaking}{output}")
    });
    prop_oneof![1 => copper, 3 => redriven]
}

proptest! {
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::with_cases(1000) })]
    #[test]
    fn copper_is_built_or_refused_in_one_place(
        sections in prop::collection::vec(section(), 1..4),
        signal in prop::sample::select(vec![("2 Gb/s", "pam2"), ("100 Gb/s", "pam4"), ("200 Gb/s", "pam4"), ("400 Gb/s", "pam8")]),
        fec in prop::sample::select(vec!["kp4", "none", "kp4-hamming"]),
    ) {
        let (payload, modulation) = signal;
        let text = format!(
            "lightloom = 1\nname = \"any\"\npayload = \"{payload}\"\nmodulation = \"{modulation}\"\nfec = \"{fec}\"\n{}",
            sections.concat()
        );
        let built = Lane::parse(&text).and_then(|lane| {
            let standard = Arc::clone(&LIBRARY.standard);
            lane.build(&text, &LIBRARY, &standard, &mut |_| Err("no file is read here".to_owned()))
        });
        match built {
            Err(problem) => prop_assert!(!problem.message.is_empty() && problem.span.is_some(), "{problem:?}\n{text}"),
            Ok((spec, parameters)) => {
                let found = evaluate(&spec, &parameters, Tier::Bound);
                let found = found.unwrap_or_else(|e| panic!("{e}\n{text}"));
                prop_assert!(found.margin.as_db().is_finite(), "{text}");
                prop_assert!((0.0..=0.5).contains(&found.pre_fec_ber), "{}\n{text}", found.pre_fec_ber);
            }
        }
    }
}
