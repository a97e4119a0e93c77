//! Other fabrics beside a plan's, held to the same fabrics decided from files of their own.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::alternatives::{alternatives, sentence};
use lightloom_decide::plan::FabricAlternative;
use lightloom_decide::{Case, Decided, decide_links};
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, parse, with_typed};

const CLUSTER: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

fn decided<T>(keys: &[(&str, &str)], make: impl FnOnce(&Case<'_>, &Decided) -> T) -> T {
    let library = Library::shipped().unwrap();
    let (scenario, text) = with_typed(CLUSTER, keys).unwrap();
    let case = Case { library: &library, scenario: &scenario, text: &text };
    let decided = decide_links(&case, &view(&scenario, &library.catalog)).unwrap();
    make(&case, &decided)
}

fn rows(keys: &[(&str, &str)]) -> Vec<FabricAlternative> {
    decided(keys, |case, decided| {
        alternatives(case, &view(case.scenario, &case.library.catalog), decided).unwrap()
    })
}

#[test]
fn another_switch_is_what_its_own_file_would_be() {
    let rows = rows(&[]);
    let row = rows.iter().find(|row| row.name.starts_with("spectrum6")).unwrap();
    let built = row.built.as_ref().unwrap();
    let text = CLUSTER.replace("layers = 2\n", "").replace("\"quantum-x800\"", "\"spectrum6\"");
    assert_ne!(text, CLUSTER);
    let (library, scenario) = (Library::shipped().unwrap(), parse(&text).unwrap());
    let case = Case { library: &library, scenario: &scenario, text: &text };
    let other = decide_links(&case, &view(&scenario, &library.catalog)).unwrap();
    let outcome = &other.recommended().outcome;
    let each = outcome.network_tco.nominal.as_usd() / 4608.0;
    assert!((built.network_cost_usd_each / each - 1.0).abs() < 1e-9, "{each}");
    assert_eq!(built.switches, other.structure.fabric.scale_out.switches());
    let own = decided(&[], |_, decided| decided.recommended().outcome.network_tco.nominal.as_usd());
    let saving = (1.0 - each * 4608.0 / own) * 100.0;
    assert!((built.cost_saving_percent - saving).abs() < 1e-9, "{saving}");
}

/// A larger domain pays for the network that its accelerators are not sold with.
#[test]
fn a_larger_domain_pays_for_its_network() {
    let rows = rows(&[]);
    let row = rows.iter().find(|row| row.name == "scale-up domains of 144").unwrap();
    let built = row.built.as_ref().unwrap();
    assert!(built.cost_saving_percent < -50.0 && built.work_saving_percent < -5.0, "{row:?}");
    assert!(!built.better && row.verdict.contains("% more"), "{}", row.verdict);
}

#[test]
fn what_is_not_on_offer_or_breaks_a_limit_is_never_better() {
    let rows = rows(&[("buyer.limits.racks", "88"), ("buyer.limits.cluster_power", "9.4 MW")]);
    let broken =
        rows.iter().filter_map(|row| row.built.as_ref()).filter(|b| !b.limits_broken.is_empty());
    assert!(broken.clone().count() > 0, "no limit bound: tighten them");
    assert!(broken.clone().all(|built| !built.better));
    for row in &rows {
        let is_better = row.built.as_ref().is_some_and(|b| b.better);
        assert!(row.on_offer || !is_better, "{}", row.name);
        assert_eq!(row.verdict.contains("better"), is_better, "{}", row.verdict);
    }
    let first = rows.iter().find(|row| row.built.as_ref().is_some_and(|b| b.better));
    let said = sentence(&rows).unwrap();
    match first {
        Some(row) => assert!(said.contains(&row.name), "{said}"),
        None => assert!(said.starts_with("None of"), "{said}"),
    }
}

/// What a layer less leaves out is named with its numbers. 4,608 interfaces take 64 leaves of 72 uplinks and 36 spines, which hold two
/// links of every leaf, or one switch of 32 times as many ports; 576 take 8 leaves and 4 spines, or one of four times.
#[test]
fn a_layer_less_names_the_layer() {
    let what_if = |keys: &[(&str, &str)]| rows(keys).into_iter().find(|row| !row.on_offer).unwrap();
    let whole = what_if(&[]);
    assert_eq!(whole.name, "scale-out spine left out, 36 switches");
    assert!(whole.verdict.contains("4,608 ports, 32 times as many"), "{}", whole.verdict);
    let small = what_if(&[("cluster.accelerators", "576")]);
    assert_eq!(small.name, "scale-out spine left out, 4 switches");
    assert!(
        small.how.starts_with("one scale-out switch of 576 ports instead of 12 of 144,"),
        "{}",
        small.how
    );
    assert_eq!(small.built.unwrap().layers, 1);
}
