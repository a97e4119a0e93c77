//! `lightloom plan`: how sure it says that it is, whom it believes, and what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, base, said, stderr};

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
