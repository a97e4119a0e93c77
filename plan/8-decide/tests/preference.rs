//! What the recommended mix is chosen by, held to all mixes looked at one by one.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::preference::Limit;
use lightloom_decide::{Candidate, Case, Decided, decide_links, document};
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, parse};

const CLUSTER: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

/// The cluster decided with more lines in its file.
fn decided(lines: &str) -> Decided {
    with(lines, |_, decided| decided)
}

fn with<T>(lines: &str, make: impl FnOnce(&Case<'_>, Decided) -> T) -> T {
    let library = Library::shipped().unwrap();
    let text = format!("{CLUSTER}\n{lines}\n");
    let scenario = parse(&text).unwrap();
    let case = Case { library: &library, scenario: &scenario, text: &text };
    let decided = decide_links(&case, &view(&scenario, &library.catalog)).unwrap();
    make(&case, decided)
}

fn names(decided: &Decided) -> Vec<&str> {
    decided.recommended().picks.iter().map(|p| p.technology.as_str()).collect()
}

/// Every mix of usable candidates: its technologies, cost, and what it takes of each limit.
fn mixes<'d>(decided: &'d Decided) -> Vec<(Vec<&'d str>, f64, Vec<f64>)> {
    let mut all: Vec<Vec<&'d Candidate>> = vec![Vec::new()];
    for candidates in &decided.candidates {
        let usable: Vec<&'d Candidate> = candidates.iter().filter(|c| c.usable()).collect();
        assert!(!usable.is_empty());
        all = all
            .iter()
            .flat_map(|mix| usable.iter().map(move |c| [mix.as_slice(), &[*c]].concat()))
            .collect();
    }
    let caps = &decided.preference.caps;
    let names = |mix: &[&'d Candidate]| mix.iter().map(|c| c.technology.as_str()).collect();
    let cost = |mix: &[&Candidate]| mix.iter().map(|c| c.tco.nominal.as_usd()).sum();
    let takes =
        |mix: &[&Candidate]| caps.iter().map(|cap| cap.total(mix.iter().copied())).collect();
    all.iter().map(|mix| (names(mix), cost(mix), takes(mix))).collect()
}

/// What a choice adds up is what the pipeline computes: power and price of the whole.
#[test]
fn links_and_the_rest_add_up_to_the_pipeline() {
    let decided = decided(
        "[buyer.limits]\nnetwork_power = \"9 MW\"\ncluster_power = \"99 MW\"\nnetwork_price = \"1 GUSD\"\nracks = 1000",
    );
    let caps = &decided.preference.caps;
    assert_eq!(caps.len(), 4);
    for strategy in &decided.strategies {
        for cap in caps {
            let sum = cap.total(&strategy.picks);
            let whole = cap.limit.of(&strategy.outcome, &decided.structure.fabric);
            assert!((sum / whole - 1.0).abs() < 1e-9, "{:?}: {sum} is not {whole}", cap.limit);
            assert!(cap.limit == Limit::Racks || cap.beside < whole);
        }
    }
}

#[test]
fn the_cheapest_mix_within_limits_is_taken() {
    let free = decided("");
    let mut differ = 0;
    for (power, price) in [(1.25, 45.0), (1.22, 50.0), (1.2, 45.0), (1.17, 60.0)] {
        let lines = format!(
            "[buyer.limits]\nnetwork_power = \"{power} MW\"\nnetwork_price = \"{price} MUSD\""
        );
        let decided = decided(&lines);
        let all = mixes(&decided);
        let kept = all.iter().filter(|(_, _, takes)| {
            takes.iter().zip([power * 1e6, price * 1e6]).all(|(taken, most)| *taken <= most)
        });
        let (ids, _, _) = kept.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(&names(&decided), ids, "{lines}");
        differ += u32::from(names(&decided) != names(&free));
    }
    assert!(differ > 0, "no limit bound: tighten them");
}

#[test]
fn where_no_mix_keeps_a_limit_the_nearest_is_taken_and_said() {
    with("[buyer.limits]\nnetwork_power = \"0.9 MW\"", |case, decided| {
        let all = mixes(&decided);
        let (ids, _, _) = all.iter().min_by(|a, b| a.2[0].total_cmp(&b.2[0])).unwrap();
        assert_eq!(&names(&decided), ids);
        let plan = document(case, &view(case.scenario, &case.library.catalog), &decided).unwrap();
        let row = &plan.decision.preference.limits[0];
        assert!(!row.kept && row.share > 1.0);
        let said = plan.decision.preference.summary.join(" ");
        assert!(
            said.contains("No choice of technologies keeps network power within 900 kW"),
            "{said}"
        );
    });
}

#[test]
fn two_limits_that_are_kept_apart_but_not_together_are_told_so() {
    with(
        "[buyer.limits]\nnetwork_power = \"1.17 MW\"\nnetwork_price = \"44 MUSD\"",
        |case, decided| {
            let takes: Vec<Vec<f64>> = mixes(&decided).into_iter().map(|mix| mix.2).collect();
            let keeps = |t: &[f64]| [t[0] <= 1.17e6, t[1] <= 44e6];
            assert!(takes.iter().any(|t| keeps(t)[0]) && takes.iter().any(|t| keeps(t)[1]));
            assert!(!takes.iter().any(|t| keeps(t) == [true, true]));
            let plan =
                document(case, &view(case.scenario, &case.library.catalog), &decided).unwrap();
            let said = plan.decision.preference.summary.join(" ");
            assert!(said.contains("together"), "{said}");
            assert!(!said.contains("No choice of technologies keeps network p"), "{said}");
        },
    );
}

/// What stands back for a limit says so, with the amount that it would take.
#[test]
fn a_cheaper_technology_names_the_limit_that_it_would_break() {
    with("[buyer.limits]\nnetwork_power = \"1.2 MW\"", |case, decided| {
        let plan = document(case, &view(case.scenario, &case.library.catalog), &decided).unwrap();
        let classes = plan.tiers.iter().flat_map(|tier| &tier.classes);
        let mut stood_back = 0;
        for class in classes {
            let taken = class.recommended.as_ref().unwrap();
            let taken = class.options.iter().find(|o| o.technology == *taken).unwrap();
            for option in class.options.iter().filter(|o| o.usable) {
                let cheaper = option.cost_usd < taken.cost_usd;
                assert_eq!(option.over_limit, cheaper, "{}", option.technology);
                let why = option.passed_over.as_deref().unwrap_or_default();
                assert_eq!(cheaper, why.contains("of 1.2 MW"), "{}: {why}", option.technology);
                stood_back += u32::from(cheaper);
            }
        }
        assert!(stood_back > 0, "no limit bound: tighten it");
    });
}

#[test]
fn weights_decide_what_is_weighed() {
    let by_cost = decided("");
    let cost = decided("[buyer.weights]\ncost = 7");
    assert_eq!(names(&cost), names(&by_cost));
    // Energy alone: on every class that a buyer judges, nothing usable takes less.
    let energy = decided("[buyer.weights]\nenergy = 1");
    assert_ne!(names(&energy), names(&by_cost));
    let judged = energy.structure.fabric.link_classes.iter().zip(&energy.candidates);
    for ((class, candidates), pick) in judged.zip(&energy.recommended().picks) {
        if candidates.iter().any(|c| c.record.is_none()) {
            continue;
        }
        let least = candidates.iter().filter(|c| c.usable()).map(|c| c.tco.energy_per_year);
        let least = least.min_by(|a, b| a.as_usd().total_cmp(&b.as_usd())).unwrap();
        assert!(pick.tco.energy_per_year <= least, "{}: {}", class.name, pick.technology);
    }
}

/// Points of two candidates by hand: weights 3 to 1 of cost and vendors.
/// A class is parted by length for what chooses, cost or weights, and only where its parts get different technologies.
#[test]
fn a_class_is_parted_for_what_is_weighed() {
    let near_leaves = CLUSTER.replacen("leaf = \"middle-of-row\"", "leaf = \"in-rack\"", 1);
    let library = Library::shipped().unwrap();
    let parted = |lines: &str| -> Vec<[String; 2]> {
        let text = format!("{near_leaves}\n{lines}\n");
        let scenario = parse(&text).unwrap();
        let case = Case { library: &library, scenario: &scenario, text: &text };
        let decided = decide_links(&case, &view(&scenario, &library.catalog)).unwrap();
        let classes = &decided.structure.fabric.link_classes;
        let parts = |class: &str| -> Vec<String> {
            let each = classes.iter().zip(names(&decided));
            let of_class = each.filter(|(part, _)| part.name.starts_with(&format!("{class}, ")));
            of_class.map(|(_, technology)| technology.to_owned()).collect()
        };
        decided.splits.iter().map(|split| parts(&split.class).try_into().unwrap()).collect()
    };
    let by_cost = parted("");
    let by_vendors = parted("[buyer.weights]\nvendors = 1");
    assert!(!by_cost.is_empty(), "no class is parted for cost: this test shows nothing");
    assert_ne!(by_cost, by_vendors, "weights part as cost does: this test shows nothing");
    for [within, beyond] in by_cost.iter().chain(&by_vendors) {
        assert_ne!(within, beyond);
    }
}

#[test]
fn points_are_weights_times_marks() {
    let decided = decided("[buyer.weights]\ncost = 3\nvendors = 1");
    let mut checked = 0;
    for candidates in &decided.candidates {
        let Some(scores) = decided.preference.scores(candidates) else { continue };
        let usable = candidates.iter().filter(|c| c.usable());
        let least = usable.map(|c| c.tco.nominal.as_usd()).fold(f64::INFINITY, f64::min);
        for (candidate, score) in candidates.iter().zip(&scores) {
            let cost = (least / candidate.tco.nominal.as_usd()).min(1.0);
            let vendors = 1.0 - 1.0 / candidate.readiness.vendors;
            let by_hand = 0.75 * cost + 0.25 * vendors;
            let total = score.total.value();
            assert!((total - by_hand).abs() < 1e-9, "{}: {total} {by_hand}", candidate.technology);
            checked += 1;
        }
    }
    assert!(checked > 10);
}
