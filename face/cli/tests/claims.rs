//! `lightloom claims`: what it says, what is refused, and that the commands that it names show its numbers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, document, refusals, said, shipped};
use lightloom::units::significant;
use serde_json::Value;
use std::collections::BTreeMap;

/// All of them stand in `validation/claims.md`, which another test keeps.
#[test]
fn two_claims_in_words() {
    as_before!(said(&Folder::new(), &["claims", "C15", "C38"]));
}

#[test]
fn claims_as_a_page() {
    let folder = Folder::new();
    said(&folder, &["claims", "C15", "C38", "--report", "claims.html"]);
    let page = folder.read("claims.html");
    for words in
        ["<!DOCTYPE html>", "C38", "1.037\u{a0}kW", "lightloom package compare", "1 : 8 : 72"]
    {
        assert!(page.contains(words), "the page lacks {words}");
    }
    assert!(!page.contains("http://") && !page.contains("https://"), "the page loads nothing");
}

#[test]
fn one_claim_as_json() {
    as_before!(said(&Folder::new(), &["claims", "c38", "--json"]));
}

#[test]
fn what_is_refused() {
    let cases: &[(&str, &[&str])] = &[
        ("a claim that nobody makes", &["claims", "C99"]),
        ("no claim at all", &["claims", "C02", "cheaper"]),
    ];
    let cases: Vec<_> = cases.iter().map(|(name, a)| (*name, Folder::new(), *a)).collect();
    as_before!(refusals(2, &cases));
}

/// Whether a number is anywhere in a document.
fn holds(document: &Value, number: f64) -> bool {
    match document {
        Value::Number(n) => {
            n.as_f64().is_some_and(|x| (x - number).abs() <= 1e-9 * number.abs().max(1e-12))
        }
        Value::Array(all) => all.iter().any(|inner| holds(inner, number)),
        Value::Object(all) => all.values().any(|inner| holds(inner, number)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Words of a command as a shell parts them: what stands in quotation marks is one.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let held: String = parts
        .map(|(i, part)| if i % 2 == 1 { part.replace(' ', "\u{a0}") } else { part.to_owned() })
        .collect();
    held.split(' ').map(|word| word.replace('\u{a0}', " ")).collect()
}

/// What follows the program's name.
fn typed(words: &[String]) -> Vec<&str> {
    words.iter().skip(1).map(String::as_str).collect()
}

#[test]
fn every_claim_has_an_answer_that_its_command_shows() {
    let folder = Folder::new();
    let found = document(&folder, &["claims"]);
    assert_eq!(found["schema"], "lightloom.claims/1");
    folder.make_folder("scenarios");
    let scenario = shipped("gb300-nvl72-4608");
    folder.write("scenarios/gb300-nvl72-4608.toml", scenario.as_bytes());
    let claims = found["claims"].as_array().unwrap();
    let ids: Vec<&str> = claims.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert!(ids.iter().copied().eq((1..=41).map(|n| format!("C{n:02}"))), "{ids:?}");
    assert_eq!(found["unanswered"], Value::Array(Vec::new()));
    // Several claims are shown by the same command.
    let mut documents: BTreeMap<String, Value> = BTreeMap::new();
    for claim in claims {
        let id = &claim["id"];
        let answers = claim["answers"].as_array().unwrap();
        assert!(answers.iter().any(|a| !a["bound"].is_null()), "{id} is not weighed");
        for answer in answers {
            assert!(answer["value"].as_f64().unwrap().is_finite(), "{id}: {answer}");
            assert_ne!(answer["boundary"], "", "{id}: {answer}");
        }
        // Its own number, not a ground of it.
        assert!(!answers[0]["bound"].is_null(), "{id} leads with {}", answers[0]["what"]);
        let command = claim["command"].as_str().unwrap().to_owned();
        let parts: Vec<Vec<String>> = command.split("; ").map(words).collect();
        let shown = documents.entry(command.clone()).or_insert_with(|| {
            parts.iter().map(|words| document(&folder, &typed(words))).collect()
        });
        let main = answers[0]["value"].as_f64().unwrap();
        let unit = answers[0]["unit"].as_str().unwrap();
        // Documents hold shares as shares; where a number is a ratio, what it is a ratio of is shown.
        let share = unit == "%" && holds(shown, main / 100.0);
        let of: Vec<f64> =
            answers[0]["of"].as_array().into_iter().flatten().flat_map(Value::as_f64).collect();
        let ratio = !of.is_empty() && of.iter().all(|number| holds(shown, *number));
        if !(share || ratio || holds(shown, main)) {
            let text: String = parts.iter().map(|words| said(&folder, &typed(words))).collect();
            let number = format!("{} {unit}", significant(main, 3));
            assert!(text.contains(&number), "{id}: `{command}` does not show {number}");
        }
    }
}

/// Issue 7: these are answered with ranges, and a range decides nothing where the claim's bound lies in it.
#[test]
fn claims_of_operations_money_and_jobs_have_ranges() {
    let folder = Folder::new();
    let ids = ["C02", "C04", "C08", "C12", "C13", "C14", "C23", "C24", "C25", "C29", "C34", "C40"];
    let found = document(&folder, &[&["claims"][..], &ids].concat());
    for claim in found["claims"].as_array().unwrap() {
        let answers = claim["answers"].as_array().unwrap();
        let ranged = answers.iter().filter(|a| !a["evidence"].is_null());
        assert!(ranged.clone().count() >= 2, "{}", claim["id"]);
        for answer in ranged {
            let [low, high] = [0, 1].map(|i| answer["evidence"][i].as_f64().unwrap());
            let value = answer["value"].as_f64().unwrap();
            assert!(low <= value && value <= high, "{answer}");
            let bound = |key: &str| answer["bound"][key].as_f64();
            let inside = |end: Option<f64>| end.is_some_and(|end| low < end && end < high);
            if inside(bound("at_least")) || inside(bound("at_most")) {
                assert_eq!(answer["finding"], "open", "{answer}");
            }
        }
    }
    // The first million hours do not show that co-packaged ports fail less than the fleet's; all hours do.
    let reliability =
        found["claims"].as_array().unwrap().iter().find(|c| c["id"] == "C24").unwrap();
    let against = |what: &str| {
        let of = reliability["answers"].as_array().unwrap().iter().filter(|a| {
            a["what"] == "co-packaged over pluggable port"
                && a["boundary"].as_str().unwrap().contains(what)
        });
        of.map(|a| a["finding"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(against("as in the paper"), ["open"]);
    assert_eq!(against("all hours"), ["kept"]);
}
