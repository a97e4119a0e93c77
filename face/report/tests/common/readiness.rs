//! Two technologies, one that is there and one that is not, by hand; a buyer who may change his mind.

use lightloom_decide::plan::{
    BuyerRow, BuyerTierRow, CostRange, EarlyRow, ExposureRow, LeadRow, MarkedRow, MaturityRow,
    READINESS_SCHEMA, ReadinessSheet, ScoreRow, TimingRow, VerdictRow, WeightFlip, WeightRow,
    YearsRange,
};

fn technology(name: &str, family: &str, year: [f64; 3], probability: f64) -> MaturityRow {
    MaturityRow {
        technology: name.to_owned(),
        name: format!("{name} <b>"),
        family: family.to_owned(),
        tier: "both".to_owned(),
        year_5_50_95: year,
        probability_by_year: probability,
        date_kind: "model".to_owned(),
        date_source: "A forecast".to_owned(),
        vendors: [1.0, 2.0, 4.0],
        standard: "draft".to_owned(),
        standard_range: ["proprietary".to_owned(), "published".to_owned()],
        device_hours: [1.5e7, 3.6e7, 1e9],
        hours_kind: "claimed".to_owned(),
        shown_fit_90: 64.0,
        shows_fleet_rate: true,
        margin_percent: [34.0, 42.0, 60.0],
    }
}

const fn range(low: f64, expected: f64, high: f64) -> CostRange {
    CostRange { low, expected, high }
}

fn timing(name: &str, early: Option<EarlyRow>) -> TimingRow {
    TimingRow {
        strategy: name.to_owned(),
        name: format!("Copper and {name}"),
        new: vec![format!("{name} in scale-out")],
        probability_by_year: if early.is_some() { 0.44 } else { 1.0 },
        saving_usd_per_year: [-2e6, -5e5, 1.6e6],
        nominal_saving_usd_per_year: -5.9e5,
        wait_years: [0.3, 1.1],
        waiting_usd: range(-2.8e6, -1.6e5, 2.3e6),
        generation_usd: range(-5.3e6, -1.1e6, 4.3e6),
        early,
    }
}

fn score(technology: &str, score: f64, wins: f64) -> ScoreRow {
    ScoreRow {
        technology: technology.to_owned(),
        score,
        range: [score - 0.1, score + 0.1],
        wins,
        over_pluggable: Some(score - 0.7),
        over_pluggable_range: Some([score - 0.9, score - 0.5]),
    }
}

pub(super) fn sheet() -> ReadinessSheet {
    let early = EarlyRow {
        slip_years: YearsRange { low: 0.0, expected: 1.2, high: 3.0 },
        idle_usd: range(0.0, 1.41e8, 6.41e8),
        bridged_usd: range(0.0, 0.0, 4.8e6),
        failure_percent: [0.5, 5.0, 30.0],
        replacement_usd: 2.3e7,
        failure_usd: range(1.2e5, 1.2e6, 7e6),
        break_even_weeks: 0.0,
    };
    let marks = |technology: &str, marks| MarkedRow {
        technology: technology.to_owned(),
        serves: 0.9,
        cost_usd: 1.8e7,
        energy_usd_per_year: 1.9e5,
        port_hours_per_year: 463.0,
        marks,
    };
    ReadinessSheet {
        schema: READINESS_SCHEMA,
        scenario: "invented".to_owned(),
        year: 2028,
        years: 5.0,
        draws: 64,
        technologies: vec![
            technology("pluggable", "pluggable", [2016.0, 2016.0, 2016.0], 1.0),
            technology("cpo-switch", "co-packaged", [2027.4, 2028.3, 2029.5], 0.6),
        ],
        tests: vec![ExposureRow {
            what: "a test".to_owned(),
            technology: "cpo-switch".to_owned(),
            port_hours: Some(1.5e7),
            failures: Some(6.0),
            fit: Some(400.0),
            fit_below_90: 702.0,
            fit_interval_90: [174.0, 789.0],
            against_fleet: Some(0.79),
        }],
        timing: vec![timing("lpo", None), timing("cpo-switch", Some(early))],
        buyers: vec![BuyerRow {
            buyer: "hyperscaler".to_owned(),
            weights: vec![WeightRow {
                criterion: "cost".to_owned(),
                weight: 1.0,
                range: [0.4, 1.0],
                reason: "by hand".to_owned(),
            }],
        }],
        tiers: vec![BuyerTierRow {
            tier: "scale-out".to_owned(),
            classes: vec!["scale-out nic-leaf".to_owned()],
            designs: vec![marks("pluggable", [1.0; 8]), marks("cpo-switch", [0.5; 8])],
            verdicts: vec![VerdictRow {
                buyer: "hyperscaler".to_owned(),
                scores: vec![score("pluggable", 0.7, 0.9), score("cpo-switch", 0.5, 0.1)],
                lead: vec![LeadRow { criterion: "cost".to_owned(), points: 0.2 }],
                flip: Some(WeightFlip {
                    criterion: "cost".to_owned(),
                    from: 0.25,
                    to: 0.43,
                    technology: "cpo-switch".to_owned(),
                    within_range: false,
                }),
            }],
        }],
        findings: vec!["Nothing is certain.".to_owned()],
    }
}
