//! `lightloom plan`: how sure it says that it is, whom it believes, and what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, base, document, one_rack, said, stderr};

#[test]
fn a_plan_says_how_sure_it_is() {
    let folder = Folder::with(&base());
    let text = said(
        &folder,
        &["plan", "scenario.toml", "--no-report", "--samples", "64", "--believe", "measured"],
    );
    for heading in [
        "Believing what was measured",
        "How sure this is",
        "The inputs that decide: network power",
        "The same accelerators on another fabric",
        "Where sources disagree",
    ] {
        assert!(text.contains(&format!("\n{heading}\n")), "no `{heading}` in\n{text}");
    }
    assert!(text.contains("uncertain facts were drawn at once, 64 times"), "{text}");
}

/// A limit that one rack's cheapest mix breaks is kept by another mix, and said; nothing else is asked for by other means.
#[test]
fn keys_that_are_set_on_the_command_line_are_those_of_a_file() {
    let text = one_rack();
    let folder = Folder::with(&text);
    let asked = ["plan", "scenario.toml", "--no-report", "--samples", "64"];
    let set = |key: &'static str| [asked.as_slice(), &["--set", key]].concat();
    let by_flag = said(&folder, &set("buyer.weights={ energy = 1 }"));
    assert!(by_flag.contains("What it is chosen by"), "{by_flag}");
    assert!(by_flag.contains("Chosen by the weights of the buyer: energy 100 %"), "{by_flag}");
    let of_file = Folder::with(&format!("{text}\n[buyer.weights]\nenergy = 1\n"));
    assert_eq!(by_flag, said(&of_file, &asked));
    let limited = said(&folder, &set("buyer.limits.network_power=1 W"));
    assert!(
        limited.contains("No choice of technologies keeps network power within 1 W"),
        "{limited}"
    );
    assert!(limited.contains("stays within the limit in 0 % of them"), "{limited}");
}

/// One's own measurement takes the place of the catalog's range: it acts, and is drawn no more.
#[test]
fn a_fact_that_is_stated_is_held() {
    let folder = Folder::with(&one_rack());
    let asked = ["plan", "scenario.toml", "--samples", "64"];
    let is_varied = |plan: &serde_json::Value| {
        let mut rows = plan["evidence"].as_array().unwrap().iter();
        rows.any(|row| row["id"] == "device.crosstalk")
    };
    let plain = document(&folder, &asked);
    let set = ["--set", "facts.device.crosstalk=3 mV"];
    let stated = document(&folder, &[asked.as_slice(), &set].concat());
    assert!(is_varied(&plain) && !is_varied(&stated));
    assert_ne!(plain["tiers"], stated["tiers"], "margins fall");
    let file = Folder::with(&format!("{}\n[facts]\ndevice.crosstalk = \"3 mV\"\n", one_rack()));
    assert_eq!(document(&file, &asked), stated);
}

/// A mix with a link that nothing serves is no recommendation, whatever it would save.
#[test]
fn where_nothing_serves_the_first_sentence_says_so() {
    let folder = Folder::new();
    let asked = ["plan", "gb300-nvl72-4608", "--no-report", "--samples", "64"];
    let text = said(&folder, &[&asked[..], &["--set", "facts.device.crosstalk=3 mV"]].concat());
    let first = text.lines().nth(3).unwrap();
    assert!(
        first.starts_with(
            "Nothing usable serves scale-out nic-leaf, where retimed pluggable is nearest: "
        ),
        "{text}"
    );
    assert!(text.contains("measure such lanes before they are bought"), "{text}");
}

#[test]
fn what_cannot_be_set_is_refused() {
    let folder = Folder::with(&one_rack());
    for (set, expected) in [
        ("year", "has no ="),
        ("yaer=2028", "unknown key `yaer`"),
        ("year=soon", "--set year=soon: "),
        ("buyer.limits.network_power=3 m", "--set buyer.limits.network_power=3 m: "),
        ("=", "--set =: "),
        ("year.month=3", "--set year.month=3: "),
        ("facts.coupler.detachable.los=2 dB", "the catalog has no fact `coupler.detachable.los`"),
        ("facts.coupler.detachable.loss=2 W", "`2 W` is no ratio in decibels"),
        ("facts.coupler.detachable=2 dB", "the catalog has no fact `coupler.detachable`"),
        ("coupler.detachable.loss=2 dB", "is set as `facts.coupler.detachable.loss`"),
    ] {
        let output = folder.run(&["plan", "scenario.toml", "--no-report", "--set", set]);
        assert_eq!(output.status.code(), Some(2), "{set}");
        assert!(stderr(&output).contains(expected), "{set}: {}", stderr(&output));
    }
}

#[test]
fn what_is_no_number_of_samples_and_no_belief_is_refused() {
    let folder = Folder::with(&base());
    for (arguments, expected) in [
        (["--samples", "0"], "0 is not in 64..=1048576"),
        (["--samples", "-3"], "unexpected argument '-3'"),
        (["--samples", "many"], "invalid digit"),
        (["--samples", "99999999999"], "99999999999 is not in 64..=1048576"),
        (["--believe", "rumours"], "[possible values: claims, measured]"),
    ] {
        let output =
            folder.run(&["plan", "scenario.toml", "--no-report", arguments[0], arguments[1]]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
    }
}
