//! How sure an invented plan is.

use super::evidence::source;
use lightloom_decide::plan::*;

fn fact(i: usize, about: &str, kind: &str) -> InputFact {
    InputFact {
        id: format!("part.{i}.quantity"),
        about: about.to_owned(),
        value: "14.2 pJ/bit".to_owned(),
        range: ["9 pJ/bit".to_owned(), "21 pJ/bit".to_owned()],
        kind: kind.to_owned(),
        source: source(i),
    }
}

fn winner(technology: &str, name: &str, family: &str, percent: f64) -> WinnerRow {
    WinnerRow {
        technology: technology.to_owned(),
        name: name.to_owned(),
        family: family.to_owned(),
        percent,
    }
}

fn range(central: f64, low: f64, median: f64, high: f64) -> RangeRow {
    RangeRow { central, low, median, high }
}

fn share(first: f64, total: f64) -> InputShare {
    let around = |value: f64| IntervalRow { value, low: value - 0.08, high: value + 0.1 };
    InputShare { first: around(first), total: around(total) }
}

pub(super) fn confidence() -> Confidence {
    Confidence {
        summary: vec!["All 451 uncertain facts were drawn at once, 1,024 times: every link class keeps its technology in 61 % of the samples.".to_owned()],
        winning: "costs least".to_owned(),
        samples: 1024,
        counted: 1020,
        facts: 451,
        unchanged_percent: 61.0,
        limits: Vec::new(),
        classes: vec![
            ClassConfidence {
                class: "scale-up accelerator-L1".to_owned(),
                links: 82_944,
                technology: "copper-backplane".to_owned(),
                wins_percent: 88.4,
                usable_percent: 93.0,
                winners: vec![
                    winner("copper-backplane", "Copper backplane", "copper", 88.4),
                    winner("aec", "Active electrical cable (AEC)", "copper", 9.6),
                ],
                nothing_percent: 2.0,
                mean_regret_usd: 120_000.0,
                flips: Vec::new(),
            },
            ClassConfidence {
                class: "scale-out nic-leaf".to_owned(),
                links: 4608,
                technology: "linear-pluggable".to_owned(),
                wins_percent: 64.0,
                usable_percent: 80.0,
                winners: vec![
                    winner("linear-pluggable", "Linear pluggable (LPO)", "pluggable", 64.0),
                    winner("cpo-switch", "CPO tier 1 at the switch", "co-packaged", 31.0),
                    winner("npo", "Near-package optics (NPO)", "near-package", 5.0),
                ],
                nothing_percent: 0.0,
                mean_regret_usd: 2_310_000.0,
                flips: vec![FlipFact {
                    fact: fact(0, "crosstalk at a receiver", "assumed"),
                    low_third_percent: 12.0,
                    high_third_percent: 71.0,
                }],
            },
        ],
        strategies: vec![
            StrategyConfidence {
                id: "baseline".to_owned(),
                cheapest_percent: 4.0,
                least_power_percent: 0.0,
                least_lost_percent: 30.0,
                cost_against_baseline_percent: range(0.0, 0.0, 0.0, 0.0),
            },
            StrategyConfidence {
                id: "recommended".to_owned(),
                cheapest_percent: 96.0,
                least_power_percent: 61.0,
                least_lost_percent: 70.0,
                cost_against_baseline_percent: range(-31.4, -44.0, -30.0, 2.0),
            },
        ],
        gains: vec![GainRange {
            what: "network cost over 5 years".to_owned(),
            change_percent: range(-31.4, -44.0, -30.0, 2.0),
            better_percent: 93.6,
        }],
        inputs: vec![GainInputs {
            what: "network cost over 5 years".to_owned(),
            deviation_points: 9.3,
            pairs: 256,
            inputs: vec![
                InputIndex {
                    fact: fact(1, "price of a retimed 1.6T pluggable to the buyer", "claimed"),
                    share: share(0.41, 0.46),
                },
                InputIndex {
                    fact: fact(2, "crosstalk at a receiver", "assumed"),
                    share: share(-0.01, 0.22),
                },
            ],
            others: share(0.1, 0.15),
            others_count: 431,
        }],
    }
}

fn changes() -> Vec<ChangedClass> {
    vec![ChangedClass {
        class: "scale-out nic-leaf".to_owned(),
        from: "Linear pluggable (LPO)".to_owned(),
        to: "Retimed pluggable".to_owned(),
    }]
}

pub(super) fn belief() -> BeliefSheet {
    BeliefSheet {
        belief: "measured".to_owned(),
        meaning: "Only what was measured or specified is believed.".to_owned(),
        facts: vec![BelievedFact {
            fact: fact(0, "energy of a 200 Gb/s module DSP", "claimed"),
            taken: "21 pJ/bit".to_owned(),
            moved: true,
            why: "claimed only; the high end of its range speaks against new technologies"
                .to_owned(),
        }],
        saving_by_catalog_percent: 31.4,
        saving_percent: 22.0,
        changes: changes(),
    }
}

pub(super) fn conflicts() -> Vec<Conflict> {
    let rival = |value: &str, builds: bool, changes: Vec<ChangedClass>| RivalRow {
        value: value.to_owned(),
        kind: "measured".to_owned(),
        source: source(1),
        note: "one end only".to_owned(),
        builds,
        saving_percent: 24.5,
        changes,
    };
    vec![Conflict {
        fact: fact(0, "energy of a 200 Gb/s module DSP", "claimed"),
        saving_percent: 31.4,
        rivals: vec![
            rival("19 pJ/bit", true, changes()),
            rival("14 pJ/bit", true, Vec::new()),
            rival("90 pJ/bit", false, Vec::new()),
        ],
    }]
}

pub(super) fn alternatives() -> Vec<FabricAlternative> {
    let built = BuiltAlternative {
        accelerators: 4608,
        domain: 144,
        layers: 2,
        switches: 100,
        links: 177_408,
        takes: Vec::new(),
        unserved: vec!["scale-up L1-L2".to_owned()],
        network_cost_usd_each: 33_641.0,
        network_w_each: 549.0,
        productive: 0.9583,
        cost_saving_percent: -105.4,
        power_saving_percent: -99.5,
        limits_broken: Vec::new(),
        work_saving_percent: -4.2,
        better: false,
        better_percent: None,
    };
    vec![
        FabricAlternative {
            name: "one layer of scale-out switches less".to_owned(),
            how: String::new(),
            on_offer: false,
            verdict: "cannot be built, it takes switches of 4608 ports".to_owned(),
            built: None,
        },
        FabricAlternative {
            name: "scale-up domains of 144".to_owned(),
            how: "two tiers of switches in the domain".to_owned(),
            on_offer: true,
            verdict: "nothing usable serves scale-up L1-L2".to_owned(),
            built: Some(built),
        },
    ]
}
