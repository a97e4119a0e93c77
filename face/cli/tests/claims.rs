//! `lightloom claims`: what it says, what is refused, and that the commands that it names show its numbers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, document, refusals, said, shipped};
use serde_json::Value;
use std::collections::BTreeMap;

/// Claims that the floors answer so far; none may lose its answer.
const ANSWERED: [&str; 20] = [
    "C02", "C03", "C04", "C08", "C10", "C13", "C14", "C17", "C18", "C20", "C21", "C22", "C23",
    "C24", "C25", "C31", "C32", "C33", "C38", "C39",
];

#[test]
fn all_claims_in_words() {
    as_before!(said(&Folder::new(), &["claims"]));
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
    assert_eq!(ids, ANSWERED);
    assert_eq!(claims.len() + found["unanswered"].as_array().unwrap().len(), 41);
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
        let command = claim["command"].as_str().unwrap().to_owned();
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let shown = documents
            .entry(command.clone())
            .or_insert_with(|| document(&folder, arguments.as_slice()));
        let main = answers[0]["value"].as_f64().unwrap();
        if !holds(shown, main) {
            let text = said(&folder, &arguments);
            let number = format!("{main:.0} {}", answers[0]["unit"].as_str().unwrap());
            assert!(text.contains(&number), "{id}: `{command}` does not show {main}");
        }
    }
}

/// Issue 7: these are answered with ranges, and a range decides nothing where the claim's bound lies in it.
#[test]
fn claims_of_operations_and_money_have_ranges() {
    let folder = Folder::new();
    let ids = ["C02", "C04", "C08", "C13", "C14", "C23", "C24", "C25"];
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
