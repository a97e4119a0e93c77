//! What a plan says ought to be looked at.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_decide::{Case, decide_links, document};
use lightloom_scenario::run::view;
use lightloom_scenario::{Library, with_typed};

const CLUSTER: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

fn findings(keys: &[(&str, &str)]) -> Vec<String> {
    let library = Library::shipped().unwrap();
    let (scenario, text) = with_typed(CLUSTER, keys).unwrap();
    let case = Case { library: &library, scenario: &scenario, text: &text };
    let facts = view(&scenario, &library.catalog);
    let decided = decide_links(&case, &facts).unwrap();
    document(&case, &facts, &decided).unwrap().findings
}

/// A ConnectX-7 has 400 Gb/s, of which the cluster asks 800.
#[test]
fn an_interface_that_is_to_carry_more_than_it_does_is_found() {
    let slow = findings(&[("scale_out.nic", "cx7")]);
    let said = "`scale_out.nic`, cx7, carries 400 Gb/s and is to carry 800 Gb/s";
    assert!(slow[0].starts_with(said), "{slow:?}");
    assert!(findings(&[]).iter().all(|finding| !finding.contains("is to carry")));
}
