//! `lightloom readiness`: what is printed, what a program reads, what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals};
use serde_json::Value;
use std::f64::consts::LN_10;

fn said(folder: &Folder, arguments: &[&str]) -> String {
    common::said(folder, &[&["readiness"][..], arguments].concat())
}

fn sheet(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&Folder::new(), &[arguments, &["--json"]].concat())).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn rows<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap()
}

fn triple(value: &Value) -> [f64; 3] {
    [0, 1, 2].map(|i| number(&value[i]))
}

#[test]
fn readiness_of_gb300() {
    as_before!(said(&Folder::new(), &[]));
}

/// What must hold whatever the numbers are.
#[test]
fn one_json_object() {
    let document = sheet(&[]);
    assert_eq!(document["schema"], "lightloom.readiness/1");
    assert_eq!(document["year"], 2026);
    for row in rows(&document, "technologies") {
        let [early, middle, late] = triple(&row["year_5_50_95"]);
        assert!(early <= middle && middle <= late, "{row}");
        let share = number(&row["probability_by_year"]);
        assert!((0.0..=1.0).contains(&share), "{row}");
        // The probability is that of dates up to the middle between the years.
        assert!((share > 0.5) == (middle < 2026.5), "{row}");
        let [few, central, many] = triple(&row["vendors"]);
        assert!(few >= 1.0 && few <= central && central <= many, "{row}");
        let hours = triple(&row["device_hours"]);
        // -ln(0.1) failures in these hours.
        let shown = LN_10 / hours[1] * 1e9;
        assert!((number(&row["shown_fit_90"]) / shown - 1.0).abs() < 1e-9, "{row}");
    }
    // Tests of co-packaged optics, by the tables of chi-squared: 2.3026 for none, 10.532 and (5.226, 23.685)/2 for six.
    let tests = rows(&document, "tests");
    let found: Vec<[f64; 3]> = tests
        .iter()
        .map(|t| {
            [&t["fit_below_90"], &t["fit_interval_90"][0], &t["fit_interval_90"][1]].map(number)
        })
        .collect();
    let published = [
        [LN_10 / 1.049e-3, 0.0, 2.995_732 / 1.049e-3],
        [LN_10 / 4e-3, 0.0, 2.995_732 / 4e-3],
        [10.532_07 / 15e-3, 2.613_015 / 15e-3, 11.842_4 / 15e-3],
    ];
    for (own, table) in found.iter().zip(published) {
        for (a, b) in own.iter().zip(table) {
            assert!((a - b).abs() < 1e-4 * b.max(1.0), "{own:?} {table:?}");
        }
    }
    for row in rows(&document, "timing") {
        let [low, _, high] = triple(&row["saving_usd_per_year"]);
        assert!(low < high, "{row}");
        for key in ["waiting_usd", "generation_usd"] {
            let range = &row[key];
            assert!(number(&range["low"]) <= number(&range["expected"]), "{row}");
            assert!(number(&range["expected"]) <= number(&range["high"]), "{row}");
        }
        // Who has it already has nothing to risk.
        assert_eq!(row["early"].is_null(), number(&row["probability_by_year"]) >= 1.0, "{row}");
        let Some(early) = row["early"].as_object() else { continue };
        let replaced =
            number(&early["replacement_usd"]) * number(&early["failure_percent"][1]) / 100.0;
        let expected = number(&early["failure_usd"]["expected"]);
        assert!((expected / replaced - 1.0).abs() < 1e-9, "{row}");
    }
    for buyer in rows(&document, "buyers") {
        let sum: f64 = rows(buyer, "weights").iter().map(|w| number(&w["weight"])).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{buyer}");
    }
    for tier in rows(&document, "tiers") {
        let marks = |id: &Value| -> Vec<f64> {
            let of = rows(tier, "designs").iter().find(|d| d["technology"] == *id).unwrap();
            rows(of, "marks").iter().map(number).collect()
        };
        for verdict in rows(tier, "verdicts") {
            let buyers = rows(&document, "buyers");
            let buyer = buyers.iter().find(|b| b["buyer"] == verdict["buyer"]).unwrap();
            let weights: Vec<f64> =
                rows(buyer, "weights").iter().map(|w| number(&w["weight"])).collect();
            let weighed = |weights: &[f64], id: &Value| -> f64 {
                weights.iter().zip(marks(id)).map(|(w, m)| w * m).sum()
            };
            let scores = rows(verdict, "scores");
            assert!(scores.windows(2).all(|w| number(&w[0]["score"]) >= number(&w[1]["score"])));
            let wins: f64 = scores.iter().map(|s| number(&s["wins"])).sum();
            assert!((wins - 1.0).abs() < 1e-9, "{verdict}");
            for score in scores {
                let own = weighed(&weights, &score["technology"]);
                assert!((number(&score["score"]) - own).abs() < 1e-9, "{score}");
            }
            // With the weight moved and the others in proportion, both designs have the same score.
            let flip = &verdict["flip"];
            if flip.is_null() {
                continue;
            }
            let names =
                ["cost", "energy", "repair", "vendors", "standard", "evidence", "date", "turnkey"];
            let k = names.iter().position(|n| flip["criterion"] == *n).unwrap();
            let to = number(&flip["to"]);
            let moved: Vec<f64> = weights
                .iter()
                .enumerate()
                .map(|(i, w)| if i == k { to } else { w * (1.0 - to) / (1.0 - weights[k]) })
                .collect();
            let [a, b] =
                [&scores[0]["technology"], &flip["technology"]].map(|id| weighed(&moved, id));
            assert!((a - b).abs() < 1e-9, "{verdict}");
        }
    }
}

/// Another year moves dates and what follows, and nothing else.
#[test]
fn a_later_year_makes_more_ready() {
    let (now, later) = (sheet(&[]), sheet(&["--year", "2029", "--buyer", "new-cloud"]));
    assert_eq!(later["year"], 2029);
    for (a, b) in rows(&now, "technologies").iter().zip(rows(&later, "technologies")) {
        assert_eq!(a["year_5_50_95"], b["year_5_50_95"]);
        assert!(number(&a["probability_by_year"]) <= number(&b["probability_by_year"]), "{a}");
    }
    assert_eq!(rows(&later, "buyers").len(), 1);
    let cpo = |sheet: &Value| {
        let tier = rows(sheet, "tiers").iter().find(|t| t["tier"] == "scale-out").unwrap().clone();
        let found =
            rows(&tier, "verdicts").iter().find(|v| v["buyer"] == "new-cloud").unwrap().clone();
        let row = rows(&found, "scores").iter().find(|s| s["technology"] == "cpo-switch").unwrap();
        number(&row["score"])
    };
    assert!(cpo(&later) > cpo(&now));
    // A date that has come is no longer waited for.
    let waits = |sheet: &Value| number(&rows(sheet, "timing").last().unwrap()["wait_years"][0]);
    assert!(waits(&later) < waits(&now));
}

#[test]
fn one_technology_and_its_picture() {
    let folder = Folder::new();
    let text = said(
        &folder,
        &["--technology", "cpo-switch", "--buyer", "hyperscaler", "--svg", "dates.svg"],
    );
    assert!(text.contains("CPO tier 1 at the switch") && !text.contains("Micro-LEDs"), "{text}");
    assert!(!text.contains("new-cloud in"), "{text}");
    let svg = folder.read("dates.svg");
    assert!(svg.contains("bought in 2026") && svg.contains("draft"), "{svg}");
}

#[test]
fn what_is_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = [
        ("no such scenario", &["readiness", "gb3000"][..]),
        ("no such technology", &["readiness", "--technology", "cpo-swich"]),
        ("no such buyer", &["readiness", "--buyer", "hyperscale"]),
        ("a year long past", &["readiness", "--year", "1999"]),
        ("a year below zero", &["readiness", "--year", "-5"]),
        ("a year that is no number", &["readiness", "--year", "soon"]),
    ]
    .into_iter()
    .map(|(what, arguments)| (what, Folder::new(), arguments))
    .collect();
    as_before!(refusals(2, &cases));
}
