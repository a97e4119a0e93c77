//! `lightloom reach`: a small table, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stderr, stdout};
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

#[test]
fn a_figure_of_the_table() {
    let folder = Folder::new();
    let output = folder.run(&[&SMALL[..], &["--pam", "4", "--svg", "reach.svg"]].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert!(stdout(&output).ends_with("\nFigure: reach.svg\n"));
    assert_eq!(folder.files(), ["reach.svg"]);
    let (figure, table) = (folder.read("reach.svg"), stdout(&output));
    assert!(figure.starts_with("<svg ") && figure.ends_with("</svg>\n"));
    for words in ["reach, m", "100\u{a0}Gb/s", "200\u{a0}Gb/s", "Copper backplane", "26 AWG"] {
        assert!(figure.contains(words), "{words}");
    }
    // What the table says is written at the bars.
    let reaches: Vec<&str> = table
        .split_whitespace()
        .zip(table.split_whitespace().skip(1))
        .filter(|(number, unit)| *unit == "m" && number.parse::<f64>().is_ok())
        .map(|(number, _)| number)
        .collect();
    assert!(reaches.len() >= 2, "{table}");
    for reach in &reaches[..2] {
        assert!(figure.contains(&format!(">{reach}\u{a0}m<")), "{reach}");
    }
    let output = folder.run(&[&SMALL[..], &["--svg", "gone/reach.svg"]].concat());
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(stderr(&output).contains("create it first"), "{}", stderr(&output));
}
