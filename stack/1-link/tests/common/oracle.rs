//! COM as PyChOpMarg 3.4.0 found it at fixed equalisation, beside ours on the same channels by formula.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses a part")]

use crate::channels::{channels, spec};
use lightloom_link::com::{CaseOutcome, Grid, Options, Resolution, Search, Setting, evaluate_on};
use serde::Deserialize;

/// Standard deviations.
#[derive(Deserialize)]
pub struct Sigma {
    pub isi_v: f64,
    pub crosstalk_v: f64,
    pub transmitter_v: f64,
    pub jitter_random_v: f64,
    pub receiver_v: f64,
    pub quantiser_v: f64,
}

/// What the program found at a fixed equalisation.
#[derive(Deserialize)]
pub struct Expected {
    pub spec: String,
    pub case: String,
    pub aggressors: bool,
    pub gains_db: [f64; 2],
    pub taps: Vec<(i32, f64)>,
    pub fom_db: f64,
    pub com_db: f64,
    pub com_feedback_db: f64,
    pub signal_v: f64,
    pub noise_v: f64,
    pub sigma: Sigma,
    pub feedback: Vec<f64>,
}

/// Every case with our outcome, on the grid of the standard's tables.
pub fn each(mut judge: impl FnMut(&Expected, &CaseOutcome)) {
    let expected: Vec<Expected> =
        serde_json::from_str(include_str!("../data/com_pychopmarg.json")).unwrap();
    assert_eq!(expected.len(), 8);
    let mut last: Option<(String, Grid)> = None;
    for e in expected {
        let mut spec = spec(&e.spec);
        // The peer has no floating feedback.
        spec.receiver.dfe.floating.groups = 0;
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
        judge(&e, &outcome.cases[0]);
        last = Some((e.spec, grid));
    }
}
