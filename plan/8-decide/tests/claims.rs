//! Numbers of claims held to arithmetic by hand, and every claim to its answer.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::claims::{Answer, CLAIMS, Claim, Finding, Grounds, Verdict, claim, claims};
use lightloom_evidence::Facts;
use lightloom_scenario::{Library, parse};

const CLUSTER: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

/// What is made of the cluster at whose boundaries all claims are weighed, with some facts at other values.
fn with<T>(moved: &[(&str, f64)], make: impl FnOnce(&Grounds<'_>) -> T) -> T {
    let library = Library::shipped().unwrap();
    let mut facts = Facts::nominal(&library.catalog);
    for (fact, si) in moved {
        facts = facts.with(library.catalog.position(fact).unwrap(), *si);
    }
    let scenario = parse(CLUSTER).unwrap();
    let cluster = ("scenarios/gb300-nvl72-4608", &scenario, CLUSTER);
    make(&Grounds::new(&library, &facts, cluster).unwrap())
}

fn weighed(id: &str, moved: &[(&str, f64)]) -> Claim {
    with(moved, |grounds| claim(grounds, id).unwrap().unwrap())
}

/// The answer whose name and boundary hold these words.
fn find<'c>(claim: &'c Claim, what: &str, boundary: &str) -> &'c Answer {
    let mut answers = claim.answers.iter();
    answers.find(|a| a.what.contains(what) && a.boundary.contains(boundary)).unwrap()
}

fn value(claim: &Claim, what: &str, boundary: &str) -> f64 {
    find(claim, what, boundary).value
}

/// The value of the answer of this name whose boundary holds these words.
fn find_exactly(claim: &Claim, what: &str, boundary: &str) -> f64 {
    claim.answers.iter().find(|a| a.what == what && a.boundary.contains(boundary)).unwrap().value
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn every_claim_is_answered_and_weighed() {
    let found = with(&[], |grounds| claims(grounds, &[]).unwrap());
    assert!(found.unanswered.is_empty(), "{:?}", found.unanswered);
    assert!(found.claims.iter().map(|c| c.id.as_str()).eq(CLAIMS.iter().map(|(id, _)| *id)));
    for claim in &found.claims {
        let id = &claim.id;
        assert!(claim.answers.iter().any(|a| a.finding.is_some()), "{id} is not weighed");
        assert!(!claim.explanation.is_empty() && claim.command.starts_with("lightloom "), "{id}");
        for answer in &claim.answers {
            assert!(answer.value.is_finite() && !answer.boundary.is_empty(), "{id}: {answer:?}");
            if let Some([low, high]) = answer.evidence {
                let slack = 1e-9 * answer.value.abs();
                let inside = low <= answer.value + slack && answer.value <= high + slack;
                assert!(inside, "{id}: {answer:?}");
            }
        }
        let findings: Vec<Finding> = claim.answers.iter().filter_map(|a| a.finding).collect();
        assert_eq!(claim.verdict, Verdict::of(&findings), "{id}");
    }
}

#[test]
fn a_module_takes_the_sum_of_its_parts() {
    let wall = weighed("C01", &[]);
    let parts = wall.answers.iter().filter(|a| a.what.starts_with("of it, "));
    let sum: f64 = parts.map(|a| a.value).sum();
    let module = wall.answers[0].value;
    // One is looked into over 100 m, the other over 30: the fibre's loss moves the laser by little.
    assert!((sum / module - 1.0).abs() < 0.01, "{sum} W of parts, {module} W");
    near(value(&wall, "power of all modules", "64 modules"), 64.0 * module);
    near(value(&wall, "power of all modules", "32 modules"), 32.0 * module);
}

#[test]
fn a_loss_is_the_sum_of_its_stretches() {
    let traces = weighed("C05", &[]);
    let parts = traces.answers.iter().filter(|a| a.what.starts_with("loss, "));
    let sum: f64 = parts.map(|a| a.value).sum();
    let whole =
        value(&traces, "loss from the die to a pluggable", "200 Gb/s a lane, at its Nyquist");
    assert!((sum - whole).abs() < 1e-6, "{sum} dB");
}

#[test]
fn a_million_accelerators_are_counted_by_hand() {
    let factory = weighed("C07", &[]);
    let accelerators = value(&factory, "accelerators", "closed form");
    near(accelerators, 14_080.0 * 72.0);
    // 18 chips to a rack; leaves of 256 ports down for four planes, and two planes of a quarter as many interfaces; spines and
    // cores are whole groups above them.
    let leaves = accelerators * 4.0 / 256.0 + accelerators / 4.0 * 2.0 / 256.0;
    let above = 16_384.0 + 8_192.0 + 2_048.0 + 1_024.0;
    near(value(&factory, "switches", "accelerators"), 14_080.0 * 18.0 + leaves + above);
}

#[test]
fn networks_of_gb300_are_as_1_to_8_to_72() {
    let ratios = weighed("C15", &[]);
    // A DPU of 400G for four accelerators, a NIC of 800G for each, 18 links of two lanes of 200G.
    let own = |network| find_exactly(&ratios, network, "gb300-nvl72-4608, one direction");
    near(own("front end"), 400.0 / 4.0);
    near(own("scale-out"), 800.0);
    near(own("scale-up"), 18.0 * 2.0 * 200.0);
    near(value(&ratios, "scale-up over", "gb300-nvl72-4608, 1 : 8 : 72"), 72.0);
}

#[test]
fn symbol_rates_follow_the_bits_of_a_symbol() {
    let fast = weighed("C28", &[]);
    // Two, two and a half, three bits in a symbol at twice the payload.
    near(value(&fast, "symbol rate", "PAM4"), 2.0);
    near(value(&fast, "symbol rate", "PAM6"), 2.0 * 2.0 / 2.5);
    near(value(&fast, "symbol rate", "PAM8"), 2.0 * 2.0 / 3.0);
}

#[test]
fn a_rack_of_72_has_the_published_pairs() {
    let limits = weighed("C41", &[]);
    // 72 accelerators with 18 links of two lanes, a pair for each lane and direction: the 5,184 cables of an NVL72.
    let pairs = find(&limits, "copper pairs", "gb300-nvl72-4608");
    near(pairs.value, 72.0 * 18.0 * 2.0 * 2.0);
    assert!(pairs.published.is_some());
}

#[test]
fn caches_in_storage_take_their_share_of_the_front_end() {
    let storage = weighed("C11", &[]);
    let caches = value(&storage, "prompts' caches", "");
    near(value(&storage, "bandwidth of the front end", ""), 100.0);
    near(value(&storage, "caches in the front end", ""), caches);
    let trained = value(&storage, "checkpoints", "") + value(&storage, "data set", "") / 1e3;
    near(value(&storage, "caches over", ""), caches / trained);
    // A checkpoint of 405.9 G parameters: 2 bytes of weights, 12 of master weights and moments; stages are not quite even.
    let terabytes = value(&storage, "a checkpoint", "");
    assert!((5.5..=6.6).contains(&terabytes), "{terabytes} TB");
}

/// A shorter host board turns what a linear module can do.
#[test]
fn a_short_board_needs_no_dsp() {
    let usual = weighed("C19", &[]);
    let margin = |claim: &Claim| find(claim, "margin without a DSP", "200 Gb/s").value;
    assert!(margin(&usual) < 0.0);
    let short = weighed("C19", &[("distance.board.panel", 0.02)]);
    assert!(margin(&short) > 0.0);
    assert_ne!(short.verdict, Verdict::Holds);
    // The longest board does not depend on the board that there is.
    let longest = |claim: &Claim| value(claim, "longest host board", "200 Gb/s");
    assert!((longest(&usual) - longest(&short)).abs() < 10.0);
}
