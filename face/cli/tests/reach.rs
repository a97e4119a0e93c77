//! `lightloom reach`: a small table, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stdout};
use serde_json::Value;

const SMALL: [&str; 9] = [
    "reach",
    "--technology",
    "copper-backplane",
    "--lane",
    "100 Gb/s",
    "--lane",
    "200 Gb/s",
    "--awg",
    "26",
];

#[test]
fn a_table_of_one_cable() {
    as_before!(stdout(&Folder::new().run(&[&SMALL[..], &["--pam", "4"]].concat())));
}

#[test]
fn one_json_object_in_which_reach_falls_with_lane_rate() {
    let output = Folder::new().run(&[&SMALL[..], &["--pam", "4", "--pam", "8", "--json"]].concat());
    let table: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&table["schema"], &table["tier"]), (&"lightloom.reach/1".into(), &"T1".into()));
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    let reach =
        |lane: usize, pam: usize| cells[lane]["modulations"][pam]["reach_m"].as_f64().unwrap();
    assert!(reach(0, 0) > reach(1, 0) && reach(1, 0) > 0.5);
    // Eight levels ask for 6 dB more: at today's rates four reach farther.
    assert!(reach(0, 0) > reach(0, 1) && reach(1, 0) > reach(1, 1));
    assert!(cells[1]["modulations"][0]["com_db"].as_f64().unwrap() >= 3.0);
}

#[test]
fn what_is_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = [
        ("an unknown cable", &["reach", "--technology", "aec"][..]),
        ("a bare number", &["reach", "--lane", "200"]),
        ("another quantity", &["reach", "--lane", "200 m"]),
        ("a lane too fast", &["reach", "--lane", "3 Tb/s"]),
        ("five levels", &["reach", "--pam", "5"]),
        ("a margin that is no number", &["reach", "--margin", "nan"]),
        ("a gauge that is none", &["reach", "--awg", "90"]),
    ]
    .into_iter()
    .map(|(title, arguments)| (title, Folder::new(), arguments))
    .collect();
    as_before!(refusals(2, &cases));
}
