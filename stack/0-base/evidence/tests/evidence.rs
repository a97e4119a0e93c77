//! Facts are refused when they lack anything, and results keep what they rest on.

use lightloom_evidence::{Catalog, FactError, Facts, Kind, Shape, Sourced};
use lightloom_units::{EnergyPerBit, Length};
use proptest::prelude::*;

const GOOD: &str = r#"
[sources.paper]
title = "A paper"
url = "https://example.org/paper"
[[fact]]
id = "a.energy"
about = "an energy"
quantity = "energy per bit"
value = "2 pJ/bit"
range = ["1 pJ/bit", "4 pJ/bit"]
kind = "measured"
source = "paper"
[[fact]]
id = "b.energy"
about = "another energy"
quantity = "energy per bit"
value = "10 pJ/bit"
range = ["10 pJ/bit", "13 pJ/bit"]
kind = "claimed"
source = "paper"
rivals = [{ value = "12 pJ/bit", kind = "measured", source = "paper" }]
"#;

#[test]
fn every_problem_is_reported_with_its_line() {
    let bad = r#"
[sources.rumour]
title = "A rumour"
[[fact]]
id = "one"
quantity = "length"
value = "2 m"
[[fact]]
id = "two"
about = "bare number"
quantity = "length"
value = 2
kind = "spec"
source = "rumour"
[[fact]]
id = "three"
about = "no range"
quantity = "length"
value = "2 m"
kind = "assumed"
source = "nowhere"
[[fact]]
id = "four"
about = "wrong unit"
quantity = "length"
value = "2 W"
kind = "spec"
source = "rumour"
"#;
    let problems = Catalog::parse(&[("bad.toml", bad)]).unwrap_err().0;
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "bad.toml:2: sources.rumour: the source has no stable address: give `url`",
            "bad.toml:5: one: the fact has no `about`, no `kind`, no `source`",
            "bad.toml:9: two: the value `2` has no unit: write it as text with a unit of length",
            "bad.toml:16: three: an assumption needs a `range`",
            "bad.toml:16: three: no source is called `nowhere`: add [sources.nowhere]",
            "bad.toml:23: four: `2 W` is not length with its unit",
        ]
    );
}

#[test]
fn a_sum_keeps_every_fact_and_a_difference_with_itself_keeps_none() {
    let catalog = Catalog::parse(&[("good.toml", GOOD)]).unwrap();
    let facts = Facts::nominal(&catalog);
    let a = Sourced::<EnergyPerBit>::fact(&facts, "a.energy").unwrap();
    let b = Sourced::<EnergyPerBit>::fact(&facts, "b.energy").unwrap();
    let sum = &a + &b;
    assert_eq!(sum.value.to_string(), "12 pJ/bit");
    assert_eq!(sum.weakest(&catalog), Some(Kind::Claimed));
    // Half-widths +2 and +3 add as squares: 12 + sqrt(13).
    assert!((sum.high().as_pj_per_bit() - (12.0 + 13f64.sqrt())).abs() < 1e-9);
    assert!((sum.low().as_pj_per_bit() - 11.0).abs() < 1e-9);
    let none = &a - &a;
    assert!((none.high().as_pj_per_bit()).abs() < 1e-12);
    assert_eq!(sum.ranked()[0].fact, catalog.position("a.energy").unwrap());
}

#[test]
fn a_view_remembers_what_was_read() {
    let catalog = Catalog::parse(&[("good.toml", GOOD)]).unwrap();
    let facts = Facts::nominal(&catalog);
    let _: EnergyPerBit = facts.get("b.energy").unwrap();
    assert_eq!(facts.used(), [1]);
    let error = facts.get::<Length>("a.energy").unwrap_err();
    assert_eq!(error.to_string(), "the fact `a.energy` is of energy per bit, a model needs length");
    let FactError::Missing { near, .. } = facts.get::<Length>("a.length").unwrap_err() else {
        panic!("expected a missing fact");
    };
    assert_eq!(near, ["a.energy"]);
}

proptest! {
    #[test]
    fn quantiles_rise_and_stay_in_range(u in 0.0f64..1.0, v in 0.0f64..1.0) {
        for shape in [Shape::Triangular, Shape::Uniform, Shape::LogUniform] {
            let (low, high) = (1.0, 8.0);
            let mode = low + v * (high - low);
            let q = shape.quantile(u, low, mode, high);
            prop_assert!((low..=high).contains(&q));
            prop_assert!(shape.quantile((u + 0.01).min(1.0), low, mode, high) >= q);
        }
    }
}
