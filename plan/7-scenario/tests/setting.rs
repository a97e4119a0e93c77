//! What jobs run on: outlines of clusters, and what flags say in the place of their own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_catalog::{SCENARIOS, SYSTEMS};
use lightloom_evidence::Facts;
use lightloom_scenario::setting::outline_of;
use lightloom_scenario::{Library, Overrides, Scenario, Setting, SettingError, parse};
use lightloom_units::{BitRate, Ratio, Time};
use lightloom_workload::collective::check_tiers;

fn clusters() -> Vec<Scenario> {
    SCENARIOS.iter().chain(SYSTEMS).map(|(_, text)| parse(text).unwrap()).collect()
}

fn of(name: &str) -> Overrides {
    Overrides { accelerator: Some(name.to_owned()), ..Overrides::default() }
}

#[test]
fn every_cluster_has_an_outline() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    for cluster in clusters() {
        let setting = Setting::outline(&cluster, &facts).unwrap();
        check_tiers(&setting.tiers).unwrap();
        assert_eq!(setting.tiers.last().unwrap().size, setting.accelerators, "{}", cluster.name);
        assert_eq!(setting.networks.len(), setting.libraries.len());
        let draw = setting.draw.unwrap();
        assert!(draw.accelerator.as_w() > 100.0 && draw.network.is_none());
        // The scenario's own rate within a domain, and a latency of switches, not of software.
        let near = &setting.tiers[0];
        assert_eq!(near.bandwidth, cluster.scale_up.bandwidth_per_direction);
        assert!(near.latency < Time::us(2.0), "{}: {}", cluster.name, near.latency);
    }
}

#[test]
fn flags_take_the_place_of_what_they_name_and_of_nothing_else() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let all = clusters();
    let own = outline_of(&facts, &all, &of("h100")).unwrap();
    assert_eq!(own.tiers[0].size, 8);
    let rate = BitRate::gbytes_per_s(900.0);
    let told = Overrides { scale_up: Some(rate), domain: Some(64), ..of("h100") };
    let other = outline_of(&facts, &all, &told).unwrap();
    assert_eq!((other.tiers[0].size, other.tiers[0].bandwidth), (64, rate));
    assert_eq!(other.tiers[0].latency, own.tiers[0].latency);
    assert_eq!(other.tiers[1], own.tiers[1]);
    assert_eq!(other.draw, own.draw);
    // Said as it is already: nothing changes.
    let same = Overrides {
        accelerators: Some(own.accelerators),
        domain: Some(own.tiers[0].size),
        scale_up: Some(own.tiers[0].bandwidth),
        scale_out: Some(own.tiers[1].bandwidth),
        library: Some(own.libraries[0].clone()),
        ..of("h100")
    };
    assert_eq!(own.clone().with(&facts, &same).unwrap(), own);
    // More than the shipped cluster has see its network between domains, not a larger domain.
    let one_domain = outline_of(&facts, &all, &of("ascend-910c")).unwrap();
    assert_eq!(one_domain.domain(), one_domain.accelerators);
    let twice = Overrides { accelerators: Some(2 * one_domain.accelerators), ..of("ascend-910c") };
    let two = outline_of(&facts, &all, &twice).unwrap();
    assert_eq!(
        (two.domain(), two.tiers.len()),
        (one_domain.accelerators, one_domain.tiers.len() + 1)
    );
    // A domain that holds all is one network.
    let one = Overrides { domain: Some(1024), accelerators: Some(1024), ..of("h100") };
    assert_eq!(outline_of(&facts, &all, &one).unwrap().tiers.len(), 1);
}

#[test]
fn a_group_that_is_the_domain_is_one_network() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let two = clusters().into_iter().find(|c| c.scale_up.second_tier.is_some()).unwrap();
    let group = two.scale_up.second_tier.as_ref().unwrap().group;
    let setting = Setting::outline(&two, &facts).unwrap();
    assert_eq!(setting.networks.len(), 3);
    let told = Overrides { domain: Some(group), ..Overrides::default() };
    let small = setting.clone().with(&facts, &told).unwrap();
    assert_eq!((small.networks.len(), small.tiers[0].size), (2, group));
    assert_eq!(small.tiers[0].bandwidth, setting.tiers[0].bandwidth);
    assert_eq!(small.networks[1], setting.networks[2]);
}

#[test]
fn a_job_sees_the_networks_that_it_fills() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let setting = outline_of(&facts, &clusters(), &of("gb300")).unwrap();
    let sizes = |n| setting.within(n).iter().map(|t| t.size).collect::<Vec<_>>();
    assert_eq!((sizes(36), sizes(72), sizes(144)), (vec![36], vec![72], vec![72, 144]));
    // Half of the accelerators and half of the tokens: the same energy.
    let energy =
        |n, rate| setting.energy(n, Ratio::new(0.5), rate).unwrap().unwrap().total().as_j();
    assert!((energy(64, 1000.0) / energy(32, 500.0) - 1.0).abs() < 1e-12);
}

#[test]
fn what_cannot_be_known_is_asked_for() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let all = clusters();
    let unknown = outline_of(&facts, &all, &of("h10")).unwrap_err();
    assert!(
        matches!(&unknown, SettingError::Part { known, .. } if known.contains(&"h100".to_owned()))
    );
    let unsaid = outline_of(&facts, &all, &of("a100")).unwrap_err();
    assert!(matches!(unsaid, SettingError::Unsaid { missing, .. } if missing.contains("--domain")));
    let told = Overrides {
        domain: Some(8),
        scale_up: Some(BitRate::gbytes_per_s(300.0)),
        scale_out: Some(BitRate::gbytes_per_s(25.0)),
        library: Some("nvlink3".to_owned()),
        ..of("a100")
    };
    let setting = outline_of(&facts, &all, &told).unwrap();
    assert_eq!((setting.machine.name.as_str(), setting.notes.len()), ("a100", 1));
    let tiers = Overrides { domain: Some(0), ..of("h100") };
    assert!(matches!(outline_of(&facts, &all, &tiers), Err(SettingError::Workload(_))));
}
