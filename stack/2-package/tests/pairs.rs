//! Links of two different ends: which there are, and what follows from their ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{catalog, in_shop, technologies};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Pam};
use lightloom_package::pair::{ends, is_stated, pairs};
use lightloom_package::technology::Partner;
use lightloom_package::{Port, PortSpec, ReachSearch, Technology, TechnologyError, assemble};
use lightloom_units::{BitRate, Decibel, Length};

fn port(technology: &Technology, near_is_switch: bool) -> Port {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let length = Length::m(30.0);
    let spec = PortSpec {
        rate: BitRate::gbps(800.0),
        line: Line { payload: BitRate::gbps(200.0), pam: Pam::Pam4, fec: Fec::Kp4 },
        length,
        nominal_length: length,
        near_is_switch,
        through_circuit_switch: false,
    };
    in_shop(&facts, |shop| assemble(shop, technology, &spec, ReachSearch::AtLength).unwrap())
}

/// Six ends of serial lanes on a fibre's one mode: 36 links, of which files have four at both ends, and four where the near end is no
/// switch.
#[test]
fn every_end_faces_every_other_once() {
    let (technologies, pairs) = (technologies(), pairs(&technologies()));
    assert_eq!(pairs.len(), 36 - 4, "{:?}", pairs.keys());
    let stated = pairs.values().filter(|pair| is_stated(&technologies, pair));
    let stated: Vec<&str> = stated.map(|pair| pair.id.as_str()).collect();
    assert_eq!(
        stated,
        [
            "cpo-switch~linear-pluggable",
            "cpo-switch~retimed-pluggable",
            "near-package-optics~linear-pluggable",
            "on-board-optics~retimed-pluggable",
        ]
    );
    for (id, pair) in &pairs {
        let [upper, lower] = ends(id).collect::<Vec<_>>()[..] else { panic!("{id}") };
        assert!(technologies.contains_key(upper) && technologies.contains_key(lower), "{id}");
        assert_eq!(pair.partner, Partner::Facing(lower.to_owned()), "{id}");
        assert!(upper != lower || technologies[upper].partner != Partner::Same, "{id} has a file");
    }
    for bus in ["cpo-interposer", "cpo-stacked", "optical-interposer", "microled"] {
        assert!(!pairs.keys().any(|id| id.contains(bus)), "{bus} meets no serial lane");
    }
}

/// What a file states as one and a pair of its two ends are one link.
#[test]
fn a_pair_of_what_a_file_states_is_that_file() {
    let technologies = technologies();
    let stated = &technologies["cpo-switch"];
    let facing =
        Technology { partner: Partner::Facing("retimed-pluggable".to_owned()), ..stated.clone() };
    assert_eq!(port(stated, false), port(&facing, false));
    // Between switches the file has its engine at both ends, the pair has not.
    assert_eq!(port(stated, true).near, "cpo-switch");
    assert_eq!(port(&facing, true).near, "retimed-pluggable");
}

/// A link with one linear end decides in one module in place of none or two: its margin is between, its power too, and the
/// digital chip is paid and fed at the retimed end alone.
#[test]
fn half_a_link_retimed_is_between_none_and_all() {
    let technologies = technologies();
    let linear = port(&technologies["linear-pluggable"], true);
    let retimed = port(&technologies["retimed-pluggable"], true);
    let mixed = port(&pairs(&technologies)["retimed-pluggable~linear-pluggable"], true);
    assert!(linear.margin < Decibel::ZERO && mixed.margin > Decibel::ZERO);
    assert!(!linear.module_dsp && mixed.module_dsp);
    assert!(mixed.energy.lane() < retimed.energy.lane());
    let [near, upper] = mixed.optics_power;
    assert!(near < retimed.optics_power[0] && upper > linear.optics_power[1]);
    let half = (retimed.cost.retimer.as_usd() - mixed.cost.retimer.as_usd() * 2.0).abs();
    assert!(half <= 1e-9 * retimed.cost.retimer.as_usd(), "{:?}", mixed.cost);
}

/// Either way round is one link where both ends are of a kind.
#[test]
fn a_link_between_switches_is_the_same_either_way_round() {
    let pairs = pairs(&technologies());
    let [one, other] = [
        "near-package-optics~half-retimed-pluggable",
        "half-retimed-pluggable~near-package-optics",
    ]
    .map(|id| port(&pairs[id], true));
    let same = |name: &str, a: f64, b: f64| {
        assert!((a - b).abs() <= 1e-9 * a.abs(), "{name}: {a} is not {b}");
    };
    same("margin", one.margin.as_db(), other.margin.as_db());
    same("energy", one.energy.lane().as_pj_per_bit(), other.energy.lane().as_pj_per_bit());
    same("price", one.cost.total().as_usd(), other.cost.total().as_usd());
    same("failures", one.failure_rate().as_fit(), other.failure_rate().as_fit());
    assert_eq!(one.optics_power, [other.optics_power[1], other.optics_power[0]]);
}

#[test]
fn no_file_may_name_itself_a_pair() {
    let (file, text) = lightloom_catalog::TECHNOLOGIES
        .iter()
        .find(|(_, text)| text.contains("id = \"linear-pluggable\""))
        .unwrap();
    let text = text.replacen("id = \"linear-pluggable\"", "id = \"a~b\"", 1);
    let refused = Technology::parse(file, &text);
    assert!(matches!(refused, Err(TechnologyError::Id { .. })), "{refused:?}");
}
