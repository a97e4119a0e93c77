//! Shipped scenarios with something changed at random: a decision or one placed problem, never a panic, never a
//! floor that leaves its range.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom::Library;
use lightloom::decide::{Case, decide};
use lightloom::evidence::Facts;
use lightloom::scenario::{Problem, RunError};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::shipped().unwrap());

/// A change of one line.
#[derive(Debug, Clone)]
enum Change {
    Delete,
    Duplicate,
    Digit(usize, u8),
    Number(usize, &'static str),
    Unit(&'static str),
    Cut(usize),
    Swap(usize),
}

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "3",
    "7",
    "1000",
    "4294967296",
    "18446744073709551615",
    "-1",
    "nan",
    "1e308",
    "0.1",
];
const UNITS: &[&str] = &["m", "km", "W", "Tb/s", "kb/s", "x", "%", "U", "years", ""];

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Delete),
        Just(Change::Duplicate),
        (any::<usize>(), b'0'..=b'9').prop_map(|(at, digit)| Change::Digit(at, digit)),
        (any::<usize>(), prop::sample::select(NUMBERS)).prop_map(|(at, n)| Change::Number(at, n)),
        prop::sample::select(UNITS).prop_map(Change::Unit),
        any::<usize>().prop_map(Change::Cut),
        any::<usize>().prop_map(Change::Swap),
    ]
}

fn mutated(text: &str, at: usize, change: &Change) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (at, count) = (at % lines.len(), lines.len());
    let line = lines[at].clone();
    let numbers: Vec<usize> = line
        .char_indices()
        .filter(|(i, c)| c.is_ascii_digit() && !line[..*i].ends_with(|p: char| p.is_ascii_digit()))
        .map(|(i, _)| i)
        .collect();
    let number_end = |start: usize| {
        start
            + line[start..]
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(line.len() - start)
    };
    match change {
        Change::Delete => drop(lines.remove(at)),
        Change::Duplicate => lines.insert(at, line),
        Change::Digit(which, digit) if !numbers.is_empty() => {
            let start = numbers[which % numbers.len()];
            lines[at].replace_range(start..=start, &char::from(*digit).to_string());
        }
        Change::Number(which, number) if !numbers.is_empty() => {
            let start = numbers[which % numbers.len()];
            lines[at].replace_range(start..number_end(start), number);
        }
        Change::Unit(unit) if !numbers.is_empty() => {
            let start = number_end(numbers[0]);
            let end = start + line[start..].find(['"', ',']).unwrap_or(line.len() - start);
            lines[at].replace_range(start..end, &format!(" {unit}"));
        }
        Change::Cut(which) if !line.is_empty() => {
            lines[at].truncate(line.floor_char_boundary(which % line.len()));
        }
        Change::Swap(other) => lines.swap(at, other % count),
        _ => {}
    }
    lines.join("\n")
}

fn placed(problem: &Problem, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(!problem.message.is_empty());
    prop_assert!(problem.hint.as_ref().is_some_and(|h| !h.is_empty()), "no hint: {problem:?}");
    let inside =
        problem.span.as_ref().is_some_and(|s| !s.is_empty() && text.get(s.clone()).is_some());
    prop_assert!(inside, "no place: {problem:?}");
    prop_assert!(problem.message.len() < 400, "a flood of digits: {}", problem.message);
    Ok(())
}

fn one_rack() -> String {
    let text = lightloom::catalog::SCENARIOS
        .iter()
        .find(|(n, _)| *n == "gb300-nvl72-4608.toml")
        .unwrap()
        .1;
    text.replacen("accelerators = 4608", "accelerators = 72", 1).replacen("layers = 2\n", "", 1)
}

proptest! {
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::with_cases(96) })]

    #[test]
    fn a_mutated_scenario_is_decided_or_refused_in_one_place(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<usize>(), change()), 1..3),
    ) {
        let shipped = |name: &str| {
            lightloom::catalog::SCENARIOS.iter().find(|(n, _)| *n == name).unwrap().1.to_owned()
        };
        let text = match which {
            0 => one_rack(),
            1 => shipped("rubin-nvl576.toml"),
            _ => shipped("cloudmatrix384.toml"),
        };
        let text = changes.iter().fold(text, |text, (at, change)| mutated(&text, *at, change));
        match lightloom::scenario::parse(&text) {
            Err(problem) => placed(&problem, &text)?,
            Ok(scenario) => {
                let case = Case { library: &LIBRARY, scenario: &scenario, text: &text };
                match decide(&case, &Facts::nominal(&LIBRARY.catalog)) {
                    Ok(decided) => {
                        for strategy in &decided.strategies {
                            let outcome = &strategy.outcome;
                            let totals = [outcome.tco.nominal.as_usd(), outcome.accelerator_hour.as_usd_per_hour()];
                            prop_assert!(totals.iter().all(|x| x.is_finite()), "{totals:?}\n{text}");
                        }
                    }
                    Err(RunError::Scenario(problem)) => placed(&problem, &text)?,
                    Err(other) => prop_assert!(false, "not placed: {other}\n{text}"),
                }
            }
        }
    }
}
