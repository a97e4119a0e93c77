//! Channel operating margin against an independent program at fixed equalisation, and its search.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "common/channels.rs"]
mod channels;

use channels::{channels, spec};
use lightloom_link::com::{Grid, Options, Resolution, Search, Setting, evaluate_on};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sigma {
    isi_v: f64,
    crosstalk_v: f64,
    transmitter_v: f64,
    jitter_random_v: f64,
    receiver_v: f64,
    quantiser_v: f64,
}

#[derive(Deserialize)]
struct Expected {
    spec: String,
    case: String,
    aggressors: bool,
    gains_db: [f64; 2],
    taps: Vec<(i32, f64)>,
    fom_db: f64,
    com_db: f64,
    com_feedback_db: f64,
    signal_v: f64,
    noise_v: f64,
    sigma: Sigma,
    feedback: Vec<f64>,
}

#[test]
fn figure_of_merit_and_margin_agree_with_pychopmarg_at_fixed_equalisation() {
    let expected: Vec<Expected> =
        serde_json::from_str(include_str!("data/com_pychopmarg.json")).unwrap();
    assert_eq!(expected.len(), 8);
    let mut last: Option<(String, Grid)> = None;
    for e in expected {
        let mut spec = spec(&e.spec);
        // The peer has no floating feedback.
        spec.receiver.dfe.groups = 0;
        let grid = match last.take() {
            Some((name, grid)) if name == e.spec => grid,
            _ => Grid::new(&spec, Resolution::Official),
        };
        let options = Options {
            resolution: Resolution::Official,
            search: Search::Fixed(Setting { gains_db: e.gains_db, taps: e.taps.clone() }),
            cases: vec![e.case.clone()],
        };
        let aggressors = u32::from(e.aggressors);
        let channels = channels(&grid.frequency_hz, aggressors, aggressors);
        let outcome = evaluate_on(&spec, &grid, &channels, &options).unwrap();
        let case = &outcome.cases[0];
        let what = format!("{} {:?}, aggressors {}", e.spec, e.gains_db, e.aggressors);
        let close = |name: &str, ours: f64, theirs: f64, tolerance: f64| {
            assert!((ours - theirs).abs() <= tolerance, "{what}: {name} {ours}, peer {theirs}");
        };
        close("FOM", case.fom_db, e.fom_db, 0.001);
        close("COM", case.margin.com_db, e.com_db, 0.02);
        let feedback = case.margin.sequence.map_or(case.margin.com_db, |s| s.com_feedback_db);
        close("COM with feedback", feedback, e.com_feedback_db, 0.02);
        close("A_s", case.margin.signal_v, e.signal_v, 2e-5 * e.signal_v);
        // The peer reads the amplitude on a grid of 10 uV.
        close("A_ni", case.margin.noise_v, e.noise_v, 3e-5);
        let (s, t) = (&case.margin.sigma, &e.sigma);
        for (name, ours, theirs) in [
            ("sigma of ISI", s.isi_v, t.isi_v),
            ("sigma of the transmitter", s.transmitter_v, t.transmitter_v),
            ("sigma of random jitter", s.jitter_random_v, t.jitter_random_v),
            ("sigma of the receiver", s.receiver_v, t.receiver_v),
            ("sigma of the converter", s.quantiser_v, t.quantiser_v),
        ] {
            close(name, ours, theirs, 1e-3 * theirs);
        }
        // The peer leaves small crosstalk samples out of its sigma, we only out of the distribution.
        close("sigma of crosstalk", s.crosstalk_v, t.crosstalk_v, 6e-3 * t.crosstalk_v);
        assert_eq!(case.taps.feedback.len(), e.feedback.len());
        for (ours, theirs) in case.taps.feedback.iter().zip(&e.feedback) {
            close("feedback tap", *ours, *theirs, 1e-4);
        }
        last = Some((e.spec, grid));
    }
}
