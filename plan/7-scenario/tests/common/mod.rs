//! What tests of lanes with any sections share: the library, signals, and what must hold of a lane.

use lightloom_link::{Tier, evaluate};
use lightloom_scenario::{Lane, Library};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError};
use std::sync::{Arc, LazyLock};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::shipped().unwrap());

/// So many cases, the same each time.
pub(crate) fn cases(n: u32) -> Config {
    Config { rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::with_cases(n) }
}

/// Optional lines `key = value` with a weight, of values that are usual, at an end, or wrong.
pub(crate) fn key(
    name: &'static str,
    values: &'static [&'static str],
    weight: f64,
) -> impl Strategy<Value = String> {
    prop::option::weighted(weight, prop::sample::select(values))
        .prop_map(move |v| v.map_or(String::new(), |v| format!("{name} = {v}\n")))
}

/// The head of a lane: payload, modulation and code.
pub(crate) fn head(
    payloads: &'static [(&'static str, &'static str)],
) -> impl Strategy<Value = String> {
    let fec = prop::sample::select(vec!["kp4", "none", "kp4-hamming"]);
    (prop::sample::select(payloads), fec).prop_map(|((payload, modulation), fec)| {
        format!(
            "lightloom = 1\nname = \"any\"\npayload = \"{payload}\"\nmodulation = \"{modulation}\"\nfec = \"{fec}\"\n"
        )
    })
}

/// A lane has finite numbers, or one placed problem.
pub(crate) fn is_built_or_refused_in_one_place(text: &str) -> Result<(), TestCaseError> {
    let built = Lane::parse(text).and_then(|lane| {
        let standard = Arc::clone(&LIBRARY.standard);
        lane.build(text, &LIBRARY, &standard, &mut |_| Err("no file is read here".to_owned()))
    });
    match built {
        Err(problem) => {
            prop_assert!(
                !problem.message.is_empty() && problem.span.is_some(),
                "{problem:?}\n{text}"
            );
        }
        Ok((spec, parameters)) => {
            let found = evaluate(&spec, &parameters, Tier::Bound);
            let found = found.unwrap_or_else(|e| panic!("{e}\n{text}"));
            prop_assert!(found.margin.as_db().is_finite(), "{text}");
            prop_assert!((0.0..=0.5).contains(&found.pre_fec_ber), "{}\n{text}", found.pre_fec_ber);
        }
    }
    Ok(())
}
