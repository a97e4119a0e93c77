//! Any text is a scenario or one problem with words, a hint and a place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_scenario::parse;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// Keys, values and punctuation as scenarios have them.
const PIECES: &[&str] = &[
    "lightloom = 1\n",
    "name = \"x\"\n",
    "year = 2026\n",
    "[cluster]\n",
    "[scale_up]\n",
    "[scale_up.signal]\n",
    "[[sources]]\n",
    "sources = [",
    "{ title = \"a\" }",
    "]",
    "}",
    "\"",
    "\"\"\"",
    "\n",
    "\r\n",
    "\t",
    " = ",
    "domain",
    ".",
    "72",
    "-1",
    "nan",
    "1e999",
    "0x",
    "\"800 Gb/s\"",
    "\"6 m\"",
    "signal = { lane = 3 }\n",
    "hall_gap = ",
    "# é\n",
    "日本",
    "\u{feff}",
    "\u{0}",
    "1979-05-27",
    "true",
    "accelerators = ",
    "front_end = ",
    "[",
    ",",
];

/// Pieces in any order.
fn toml_like() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|parts| parts.concat())
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let Err(problem) = parse(text) else { return Ok(()) };
    prop_assert!(!problem.message.is_empty());
    prop_assert!(problem.hint.as_ref().is_some_and(|h| !h.is_empty()), "no hint: {problem:?}");
    match &problem.span {
        Some(span) => prop_assert!(
            !span.is_empty() && text.get(span.clone()).is_some(),
            "outside: {problem:?}"
        ),
        None => prop_assert!(text.is_empty() && !problem.path.is_empty(), "nowhere: {problem:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn of_any_characters(text in any::<String>()) {
        holds(&text)?;
    }

    #[test]
    fn of_some_kilobytes(text in "[ -~\\n\u{e9}]{0,4000}") {
        holds(&text)?;
    }

    #[test]
    fn of_pieces_of_toml(text in toml_like()) {
        holds(&text)?;
    }
}
