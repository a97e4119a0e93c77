//! `lightloom world-size`: what is printed, what a program reads, what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stderr, stdout};
use serde_json::Value;

fn world_size(arguments: &[&str]) -> String {
    let output = Folder::new().run(&[&["world-size"][..], arguments].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    stdout(&output)
}

#[test]
fn domains_of_gb300() {
    as_before!(world_size(&[]));
}

/// What must hold whatever the numbers are.
#[test]
fn one_json_object() {
    let document: Value = serde_json::from_str(&world_size(&["--json"])).unwrap();
    assert_eq!(document["schema"], "lightloom.world-size/1");
    let media = document["media"].as_array().unwrap();
    assert_eq!(media.len(), 3);
    let number = |v: &Value| v.as_f64().unwrap();
    // Energy of a token at the first speed, and throughput there, where it is built.
    let points = |medium: usize| -> Vec<(u64, Option<(f64, f64)>)> {
        let rows = media[medium]["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            assert!(row["built"].is_null() != row["refused"].is_null(), "{row}");
            let at = &row["built"]["at_speeds"][0];
            let read = |at: &Value| {
                (number(&at["joule_per_token"]), number(&at["tokens_per_s_per_accelerator"]))
            };
            (row["domain"].as_u64().unwrap(), (!at.is_null()).then(|| read(at)))
        })
        .collect()
    };
    let [copper, mixed, light] = [points(0), points(1), points(2)];
    // Copper ends somewhere, and does not begin again.
    let end = copper.iter().position(|p| p.1.is_none()).unwrap();
    assert!(end > 0 && copper[end..].iter().all(|p| p.1.is_none()), "{copper:?}");
    for ((_, wire), (size, fibre)) in copper.iter().zip(&light) {
        let (Some(wire), Some(fibre)) = (wire, fibre) else { continue };
        // The same bandwidth: light takes energy, and a little time.
        assert!(wire.0 < fibre.0, "{size}: {wire:?} {fibre:?}");
        assert!((wire.1 / fibre.1 - 1.0).abs() < 0.02, "{size}: {wire:?} {fibre:?}");
    }
    for ((_, part), (size, all)) in mixed.iter().zip(&light) {
        let (Some(part), Some(all)) = (part, all) else { continue };
        assert!(part.0 < all.0, "{size}: {part:?} {all:?}");
    }
    // Larger domains never serve less, but for what longer paths take.
    let built: Vec<f64> = light.iter().filter_map(|p| Some(p.1?.1)).collect();
    assert!(built.windows(2).all(|w| w[1] > 0.99 * w[0]), "{built:?}");
    for row in media[2]["rows"].as_array().unwrap() {
        let frontier = row["built"]["frontier"].as_array().unwrap();
        let rises = |w: &[Value]| {
            number(&w[0][0]) > number(&w[1][0]) && number(&w[0][1]) < number(&w[1][1])
        };
        assert!(frontier.windows(2).all(rises), "{frontier:?}");
    }
}

#[test]
fn what_is_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = [
        ("no such scenario", &["world-size", "gb3000"][..]),
        ("no such model", &["world-size", "--model", "gpt-9"]),
        ("a domain of nothing", &["world-size", "--sizes", "0,8"]),
        ("no speed", &["world-size", "--speed", "-3"]),
        ("a speed that is no number", &["world-size", "--speed", "NaN"]),
        ("a gain beyond all", &["world-size", "--least-gain", "200"]),
        ("a scenario that serves nothing", &["world-size", "frontier"]),
    ]
    .into_iter()
    .map(|(what, arguments)| (what, Folder::new(), arguments))
    .collect();
    as_before!(refusals(2, &cases));
}
