//! Domains are wired by what the buyer prefers, held to all candidates looked at one by one.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::world_size::{LEAST_GAIN, WorldSizeRequest, world_size};
use lightloom_decide::{Candidate, Case, Decided, decide_links};
use lightloom_fabric::Tier;
use lightloom_package::Family;
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, parse};

const CLUSTER: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

/// What the domain of the cluster's own size is wired with in light, and the cluster decided.
fn in_light(lines: &str) -> (String, Decided) {
    let library = Library::shipped().unwrap();
    // When engines can be bought for a domain too: the most frugal light is not the cheapest.
    let text = format!("{}\n{lines}\n", CLUSTER.replace("\nyear = 2026", "\nyear = 2028"));
    let scenario = parse(&text).unwrap();
    let case = Case { library: &library, scenario: &scenario, text: &text };
    let facts = view(&scenario, &library.catalog);
    let decided = decide_links(&case, &facts).unwrap();
    let request =
        WorldSizeRequest { sizes: &[72], model: None, speeds: &[20.0], least_gain: LEAST_GAIN };
    let study = world_size(&case, &facts, Some(&decided.links), &request).unwrap();
    let light = study.media.iter().find(|curve| curve.medium == "light").unwrap();
    let built = light.rows[0].built.as_ref().unwrap();
    assert_eq!(built.technologies.len(), 1, "a domain of 72 has one class of links");
    (built.technologies[0].technology.clone(), decided)
}

/// Usable light on the links of the domain.
fn light(decided: &Decided) -> Vec<&Candidate> {
    let classes = &decided.structure.fabric.link_classes;
    let domain = classes.iter().position(|class| class.tier == Tier::ScaleUp).unwrap();
    let all = decided.candidates[domain].iter();
    all.filter(|c| c.usable() && c.fitted.family != Family::Copper).collect()
}

fn least<'c>(all: &[&'c Candidate], by: impl Fn(&Candidate) -> f64) -> &'c str {
    &all.iter().min_by(|a, b| by(a).total_cmp(&by(b))).unwrap().technology
}

#[test]
fn a_domain_is_wired_by_what_the_buyer_weighs() {
    let (cheap, decided) = in_light("");
    assert_eq!(cheap, least(&light(&decided), |c| c.tco.nominal.as_usd()));
    let (frugal, decided) = in_light("[buyer.weights]\nenergy = 1");
    assert_eq!(frugal, least(&light(&decided), |c| c.tco.energy_per_year.as_usd()));
    assert_ne!(cheap, frugal, "the cheapest light is the most frugal: this shows nothing");
}

/// A limit halfway between what the networks take with the cheapest light in the domain and with the most frugal.
#[test]
fn a_domain_keeps_the_limits_on_the_whole() {
    let (cheap, decided) = in_light("");
    let power = |c: &Candidate| c.design.power.as_w();
    let all = light(&decided);
    let of = |id: &str| power(all.iter().find(|c| c.technology == id).unwrap());
    let between = f64::midpoint(of(&cheap), of(least(&all, power)));
    let mix = decided.recommended();
    let domain = decided.structure.fabric.link_classes.iter().zip(&mix.picks);
    let domain: f64 =
        domain.filter(|(c, _)| c.tier == Tier::ScaleUp).map(|(_, pick)| power(pick)).sum();
    let most = mix.outcome.power.network.as_w() - domain + between;
    let (kept, _) = in_light(&format!("[buyer.limits]\nnetwork_power = \"{most} W\""));
    let within: Vec<&Candidate> = all.iter().copied().filter(|c| power(c) < between).collect();
    assert_eq!(kept, least(&within, |c| c.tco.nominal.as_usd()));
    assert_ne!(kept, cheap);
}
