//! `lightloom validate`: what it says, what is refused, and `docs/validation.md` with its plot, made by it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, said, stderr};
use serde_json::Value;

/// Compares with the committed file, or writes it.
fn is_up_to_date(name: &str, fresh: &str) {
    let file = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("LIGHTLOOM_RENEW").is_some() {
        std::fs::write(file, fresh).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let stale = fresh.lines().zip(committed.lines()).find(|(a, b)| a != b);
    let renew = "LIGHTLOOM_RENEW=1 cargo test -p lightloom-cli --test validate";
    assert!(fresh == committed, "docs/{name} is stale; renew it: {renew}\nfirst: {stale:?}");
}

#[test]
fn the_page_and_its_plot_are_up_to_date() {
    let folder = Folder::new();
    let page = said(&folder, &["validate", "--markdown", "--svg", "plot.svg"]);
    let plot = folder.read("plot.svg");
    assert!(page.len() < 100_000 && plot.len() < 100_000, "{} {}", page.len(), plot.len());
    assert!(!page.contains("NaN") && !plot.contains("NaN") && !plot.contains("inf"));
    is_up_to_date("validation.md", &page);
    is_up_to_date("images/validation.svg", &plot);
    // The same bytes a second time.
    assert!(page == said(&folder, &["validate", "--markdown", "--svg", "plot.svg"]));
    assert!(plot == folder.read("plot.svg"));
}

#[test]
fn a_case_in_words() {
    as_before!(said(&Folder::new(), &["validate", "v01"]));
}

#[test]
fn every_case_is_a_line() {
    let text = said(&Folder::new(), &["validate"]);
    let cases = lightloom::validation::cases().unwrap();
    for case in &cases {
        let line = text.lines().find(|l| l.split_whitespace().next() == Some(case.id.as_str()));
        let line = line.unwrap_or_else(|| panic!("{} is missing", case.id));
        assert!(line.contains(&case.title), "{line}");
        assert!(line.trim_end().ends_with("yes") || line.contains(" no: "), "{line}");
    }
    // One line a case, at most so wide that a screen holds it.
    let widest = text.lines().map(|l| l.trim_end().chars().count()).max().unwrap();
    assert!(widest <= 180, "{widest}");
}

#[test]
fn rows_are_as_many_as_are_asked_for() {
    let folder = Folder::new();
    let rows = |arguments: &[&str]| {
        let text = said(&folder, arguments);
        text.lines().filter(|line| line.contains(" micro-batch ") && line.contains(" ms ")).count()
    };
    assert_eq!(rows(&["validate", "V02-multi"]), 10);
    assert_eq!(rows(&["validate", "V02-multi", "--rows", "3"]), 3);
    assert_eq!(rows(&["validate", "V02-multi", "--all"]), 88);
}

#[test]
fn the_document_holds_every_row() {
    let folder = Folder::new();
    let text = said(&folder, &["validate", "--json"]);
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["schema"], "lightloom.validate/1");
    let cases = found["cases"].as_array().unwrap();
    let rows: usize = cases.iter().map(|case| case["rows"].as_array().unwrap().len()).sum();
    let shipped: usize = lightloom::validation::cases().unwrap().iter().map(|c| c.rows.len()).sum();
    assert_eq!(rows, shipped);
    for row in cases.iter().flat_map(|case| case["rows"].as_array().unwrap()) {
        let [computed, measured, error] =
            ["computed", "measured", "error_percent"].map(|key| row[key].as_f64());
        let Some(computed) = computed else {
            assert!(row["refused"].is_string() && row["accepted"] == false, "{row}");
            continue;
        };
        let expected = 100.0 * (computed / measured.unwrap() - 1.0);
        assert!((error.unwrap() - expected).abs() < 1e-6 * expected.abs().max(1.0), "{row}");
        if let Some(limit) = row["limit_percent"].as_f64() {
            assert_eq!(row["accepted"], expected.abs() <= limit, "{row}");
        }
    }
    let short: Value =
        serde_json::from_str(&said(&folder, &["validate", "V11", "--json", "--rows", "2"]))
            .unwrap();
    assert_eq!(short["cases"][0]["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn strict_fails_where_a_limit_is_missed() {
    let folder = Folder::new();
    let document: Value = serde_json::from_str(&said(&folder, &["validate", "--json"])).unwrap();
    for case in document["cases"].as_array().unwrap() {
        let output = folder.run(&["validate", case["id"].as_str().unwrap(), "--strict", "--json"]);
        // `V05` stands for `V05-bridge` too.
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        let all = shown["cases"].as_array().unwrap().iter().all(|c| c["accepted"] == true);
        assert_eq!(output.status.code(), Some(i32::from(!all)), "{}", case["id"]);
        assert_eq!(stderr(&output).contains("limits are missed: "), !all);
    }
}

#[test]
fn what_is_refused() {
    let cases: &[(&str, &[&str])] = &[
        ("a case that nobody measured", &["validate", "V99"]),
        ("a case and no case", &["validate", "V01", "V10-nornal"]),
        ("a page and a document", &["validate", "--json", "--markdown"]),
        ("no number of rows", &["validate", "--rows", "many"]),
    ];
    let cases: Vec<_> = cases.iter().map(|(name, a)| (*name, Folder::new(), *a)).collect();
    as_before!(refusals(2, &cases));
}
