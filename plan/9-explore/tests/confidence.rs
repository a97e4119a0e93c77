//! How sure a decision is, whom it believes and what sources that disagree make of it, on a small cluster.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::decide_links;
use lightloom_decide::plan::Confidence;
use lightloom_decide::{Case, Decided};
use lightloom_evidence::{Facts, Kind};
use lightloom_explore::belief::{Belief, taken};
use lightloom_explore::confidence::{Asked, confidence};
use lightloom_explore::conflicts::{conflicts, saving};
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, Scenario};

const NAME: &str = "gb300-nvl72-4608";

struct Ground {
    library: Library,
    scenario: Scenario,
    text: &'static str,
}

impl Ground {
    fn new() -> Self {
        let files = lightloom_catalog::SCENARIOS.iter();
        let text = files.clone().find(|(file, _)| file.contains(NAME)).unwrap().1;
        let scenario = lightloom_scenario::parse(text).unwrap();
        Self { library: Library::shipped().unwrap(), scenario, text }
    }

    fn case(&self) -> Case<'_> {
        Case { library: &self.library, scenario: &self.scenario, text: self.text }
    }
}

fn found(case: &Case<'_>, facts: &Facts<'_>, decided: &Decided, samples: u32) -> Confidence {
    confidence(&Asked { case, facts, decided, samples }, |_| {}).unwrap()
}

#[test]
fn shares_are_shares_and_do_not_depend_on_threads() {
    let ground = Ground::new();
    let case = ground.case();
    let facts = view(&ground.scenario, &ground.library.catalog);
    let decided = decide_links(&case, &facts).unwrap();
    let whole = found(&case, &facts, &decided, 64);
    assert_eq!(whole.samples, 64);
    assert!(whole.counted > 32, "{} samples count", whole.counted);
    for class in &whole.classes {
        let sum: f64 = class.winners.iter().map(|w| w.percent).sum::<f64>() + class.nothing_percent;
        assert!((sum - 100.0).abs() < 1e-9, "{}: {sum} % of the samples", class.class);
        assert!(class.wins_percent <= class.usable_percent + 1e-9, "{}", class.class);
        assert!(class.mean_regret_usd >= 0.0, "{}", class.class);
        assert!(whole.unchanged_percent <= class.wins_percent + 1e-9, "{}", class.class);
    }
    // Some strategy is cheapest in every sample; strategies that are alike share it.
    let cheapest: f64 = whole.strategies.iter().map(|s| s.cheapest_percent).sum();
    assert!(cheapest >= 100.0 - 1e-9, "{cheapest} % of the samples have a cheapest strategy");
    let base = &whole.strategies[0].cost_against_baseline_percent;
    assert!(base.low.abs() < 1e-12 && base.high.abs() < 1e-12, "the baseline against itself");
    for gain in &whole.gains {
        let row = &gain.change_percent;
        assert!(row.low <= row.median && row.median <= row.high, "{}", gain.what);
    }
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(alone.install(|| found(&case, &facts, &decided, 64)), whole);
}

#[test]
fn what_is_held_is_not_drawn() {
    let ground = Ground::new();
    let case = ground.case();
    let catalog = &ground.library.catalog;
    let facts = view(&ground.scenario, catalog);
    let decided = decide_links(&case, &facts).unwrap();
    // Every fact held at its value: nothing varies, and every sample is the decision.
    let all = (0..catalog.facts().len()).map(|i| (i, facts.value_at(i)));
    let certain = facts.holding(all);
    let decided_so = decide_links(&case, &certain).unwrap();
    let whole = found(&case, &certain, &decided_so, 64);
    assert_eq!((whole.facts, whole.counted), (0, 64));
    assert!(whole.inputs.is_empty(), "{:?}", whole.inputs);
    assert!((whole.unchanged_percent - 100.0).abs() < 1e-12);
    for (gain, strategy) in whole.gains.iter().zip(&whole.strategies) {
        let row = &gain.change_percent;
        assert!((row.low - row.central).abs() < 1e-9 && (row.high - row.central).abs() < 1e-9);
        let row = &strategy.cost_against_baseline_percent;
        assert!((row.low - row.central).abs() < 1e-9 && (row.high - row.central).abs() < 1e-9);
    }
    assert!((saving(&decided) - saving(&decided_so)).abs() < 1e-12);
}

#[test]
fn a_rival_that_says_the_same_changes_nothing() {
    let ground = Ground::new();
    let case = ground.case();
    let catalog = &ground.library.catalog;
    let facts = view(&ground.scenario, catalog);
    let decided = decide_links(&case, &facts).unwrap();
    let rows = conflicts(&case, &facts, &decided).unwrap();
    assert!(!rows.is_empty(), "the decision read facts with rivals");
    for row in &rows {
        let fact = catalog.get(&row.fact.id).unwrap();
        assert_eq!(row.rivals.len(), fact.rivals.len(), "{}", fact.id);
        for (rival, said) in row.rivals.iter().zip(&fact.rivals) {
            if (said.value - fact.value).abs() <= 1e-12 * fact.value.abs() {
                assert!(rival.changes.is_empty(), "{} at its own value", fact.id);
                assert!((rival.saving_percent - row.saving_percent).abs() < 1e-6, "{}", fact.id);
            }
        }
    }
}

#[test]
fn beliefs_move_claims_and_nothing_else() {
    let ground = Ground::new();
    let case = ground.case();
    let catalog = &ground.library.catalog;
    let facts = view(&ground.scenario, catalog);
    let decided = decide_links(&case, &facts).unwrap();
    for belief in [Belief::Claims, Belief::Measured] {
        let rows = taken(belief, &case, &facts, &decided).unwrap();
        assert!(!rows.is_empty(), "{}", belief.name());
        for row in &rows {
            let fact = &catalog.facts()[row.fact];
            let is = |value: f64| (row.value - value).abs() <= 1e-12 * value.abs();
            let rival = fact.rivals.iter().find(|rival| is(rival.value));
            let sound = match belief {
                Belief::Claims => {
                    fact.kind == Kind::Claimed && is(fact.value)
                        || rival.is_some_and(|rival| rival.kind == Kind::Claimed)
                }
                Belief::Measured => {
                    fact.kind == Kind::Claimed
                        && (rival.is_some_and(|rival| rival.kind <= Kind::Spec)
                            || is(fact.low)
                            || is(fact.high))
                }
            };
            assert!(sound, "{}, {}: {}", belief.name(), fact.id, row.why);
        }
        let held = facts.holding(rows.iter().map(|row| (row.fact, row.value)));
        let again = taken(belief, &case, &held, &decided).unwrap();
        assert!(again.is_empty(), "{}: what is held is not weighed again", belief.name());
    }
}
