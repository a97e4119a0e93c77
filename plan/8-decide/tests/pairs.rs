//! Links of two different ends among the candidates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_decide::{Case, Decided, decide_links};
use lightloom_package::pair::{FACING, ends};
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, port_spec};

const FILE: &str = "gb300-nvl72-4608.toml";

fn decided(library: &Library, exclude: &[&str]) -> Decided {
    let (_, text) = lightloom_catalog::SCENARIOS.iter().find(|(file, _)| *file == FILE).unwrap();
    let mut scenario = lightloom_scenario::parse(text).unwrap();
    scenario.buyer.exclude = exclude.iter().map(|id| (*id).to_owned()).collect();
    let case = Case { library, scenario: &scenario, text };
    let facts = view(&scenario, &library.catalog);
    decide_links(&case, &facts).unwrap()
}

/// Between switches two ends of a kind are that kind's own link, and either way round is one.
#[test]
fn no_link_is_tried_twice() {
    let library = Library::shipped().unwrap();
    let decided = decided(&library, &[]);
    let (_, text) = lightloom_catalog::SCENARIOS.iter().find(|(file, _)| *file == FILE).unwrap();
    let scenario = lightloom_scenario::parse(text).unwrap();
    let classes = decided.structure.fabric.link_classes.iter().zip(&decided.candidates);
    let mut between_switches = 0;
    for (class, candidates) in classes {
        let pairs =
            candidates.iter().map(|c| c.technology.as_str()).filter(|id| id.contains(FACING));
        let pairs: Vec<Vec<&str>> = pairs.map(|id| ends(id).collect()).collect();
        if !port_spec(&scenario, class).near_is_switch {
            // Four of all are files of the catalog there.
            assert_eq!(pairs.len(), library.pairs.len() - 4, "{}: {pairs:?}", class.name);
            continue;
        }
        between_switches += 1;
        // Of six ends: fifteen pairs of two different ones, whatever files say of ends that are no switches.
        assert_eq!(pairs.len(), 15, "{}: {pairs:?}", class.name);
        for pair in &pairs {
            let turned: Vec<&str> = pair.iter().rev().copied().collect();
            assert!(pair[0] != pair[1] && !pairs.contains(&turned), "{}: {pair:?}", class.name);
        }
    }
    assert!(between_switches > 0);
}

/// More to choose from never costs more, and here costs less.
#[test]
fn pairs_only_ever_help() {
    let with = Library::shipped().unwrap();
    let mut without = with.clone();
    without.pairs.clear();
    let cost = |library: &Library| {
        decided(library, &[]).recommended().outcome.network_tco.nominal.as_usd()
    };
    let (with, without) = (cost(&with), cost(&without));
    assert!(with < without, "{with} USD with pairs, {without} USD without");
}

/// Who excludes a technology excludes every pair with it at either end; a pair comes when its later end does, from the fewer vendors.
#[test]
fn a_pair_is_barred_and_scarce_as_its_ends_are() {
    let library = Library::shipped().unwrap();
    let decided = decided(&library, &["linear-pluggable"]);
    for candidates in &decided.candidates {
        let by_id = |id: &str| candidates.iter().find(|c| c.technology == id).unwrap();
        for candidate in candidates {
            let id = candidate.technology.as_str();
            if ends(id).any(|end| end == "linear-pluggable") {
                assert_eq!(candidate.unwanted.as_deref(), Some("excluded by the buyer"), "{id}");
            }
            if id.contains(FACING) {
                let of_ends: Vec<_> = ends(id).map(|end| by_id(end).readiness).collect();
                let year = of_ends.iter().map(|r| r.year).fold(0.0, f64::max);
                let vendors = of_ends.iter().map(|r| r.vendors).fold(f64::INFINITY, f64::min);
                assert!(candidate.readiness.year.total_cmp(&year).is_eq(), "{id}");
                assert!(candidate.readiness.vendors.total_cmp(&vendors).is_eq(), "{id}");
            }
        }
    }
}
