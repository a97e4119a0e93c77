//! `lightloom fabric`: topologies counted and exported, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stderr, stdout};
use serde_json::Value;

fn topology(arguments: &[&str]) -> String {
    let output = Folder::new().run(&[&["fabric", "topology"][..], arguments].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    stdout(&output)
}

#[test]
fn topologies_are_listed_and_counted() {
    let cases: [&[&str]; 6] = [
        &[],
        &["dragonfly", "p=4", "a=8", "h=4"],
        &["clos", "endpoints=4096", "radix=64", "rails=8"],
        &["switch-planes", "endpoints=72", "links=18", "radix=72"],
        &["ocs-torus", "dims=16x16x16"],
        &["hamming-mesh", "a=2", "b=2", "x=16", "y=16"],
    ];
    let said: Vec<String> =
        cases.iter().map(|c| format!("### {}\n{}", c.join(" "), topology(c))).collect();
    as_before!(said.join("\n"));
}

#[test]
fn one_json_object() {
    let said = topology(&["dragonfly", "p=2", "a=4", "h=2", "--json"]);
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["schema"], "lightloom.topology/1");
    // Kim et al. 2008, figure 5.
    assert_eq!(document["summary"]["endpoints"], 72);
    let list: Value = serde_json::from_str(&topology(&["--json"])).unwrap();
    assert_eq!(list["topologies"].as_array().unwrap().len(), 13);
}

#[test]
fn what_is_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = [
        ("an unknown topology", &["dragonfli", "p=4"][..]),
        ("an unknown key", &["dragonfly", "p=4", "a=8", "hh=4"]),
        ("a key without value", &["dragonfly", "p"]),
        ("what is missing", &["dragonfly", "p=4"]),
        ("zero", &["dragonfly", "p=0", "a=8", "h=4"]),
        ("a float", &["dragonfly", "p=1e30", "a=8", "h=4"]),
        ("a negative number", &["dragonfly", "p=-4", "a=8", "h=4"]),
        ("no number", &["clos", "endpoints=NaN", "radix=64"]),
        (
            "an oversubscription that is no number",
            &["clos", "endpoints=64", "radix=64", "oversubscription=nan"],
        ),
        (
            "an oversubscription of zero",
            &["clos", "endpoints=640", "radix=64", "oversubscription=0"],
        ),
        ("more than can be counted", &["full-mesh", "endpoints=18446744073709551615"]),
        ("no list", &["torus", "dims=4xx8"]),
        ("no twist", &["torus", "dims=4x4x4", "twisted=true"]),
        ("no pattern", &["reconfigurable", "endpoints=8", "r=2", "pattern=star"]),
        ("twice", &["torus", "dims=4", "dims=5"]),
    ]
    .into_iter()
    .map(|(title, arguments)| {
        let all: Vec<&str> =
            ["fabric", "topology"].into_iter().chain(arguments.iter().copied()).collect();
        (title, Folder::new(), &*all.leak())
    })
    .collect();
    as_before!(refusals(2, &cases));
}

#[test]
fn graphs_are_exported_in_every_format() {
    let folder = Folder::new();
    let export = |format: &str, file: &str| {
        let shape = [
            "fabric",
            "export",
            "topology",
            "switch-planes",
            "endpoints=4",
            "links=2",
            "radix=8",
            "switches=2",
        ];
        folder.run(&[&shape[..], &["--format", format, "-o", file]].concat())
    };
    for (format, edge, count) in [
        ("dot", " -- ", 8),
        ("graphml", "<edge ", 8),
        ("csv", "endpoint-switch", 8),
        ("json", ",0,1]", 8),
    ] {
        let file = format!("graph.{format}");
        let output = export(format, &file);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
        // Four endpoints, each joined to both switches.
        assert_eq!(folder.read(&file).matches(edge).count(), count, "{format}");
    }
    let json: Value = serde_json::from_str(&folder.read("graph.json")).unwrap();
    assert_eq!(json["edges"].as_array().unwrap().len(), 8);
    let output = export("csv", "gone/graph.csv");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    let large = [
        "fabric",
        "export",
        "topology",
        "clos",
        "endpoints=300000000",
        "radix=1024",
        "--format",
        "csv",
    ];
    assert_eq!(folder.run(&large).status.code(), Some(2));
}

#[test]
fn a_drawing_of_each_layout() {
    let folder = Folder::new();
    for (name, arguments) in [
        ("layers", &["clos", "endpoints=32", "radix=8"][..]),
        ("circle", &["dragonfly", "p=2", "a=4", "h=2"]),
        ("grid", &["torus", "dims=4x4x4"]),
        ("boards", &["hamming-mesh", "a=2", "b=2", "x=4", "y=4"]),
        ("switches", &["hyperx", "dims=4x4", "t=4"]),
        ("large", &["clos", "endpoints=65536", "radix=64"]),
    ] {
        let file = format!("{name}.svg");
        let output =
            folder.run(&[&["fabric", "topology"][..], arguments, &["--svg", &file]].concat());
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{name}");
        let svg = folder.read(&file);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.matches("class=\"d-link-").count() > 20, "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("var(--"), "{name}");
        // One path for each link of the small ones.
        if name == "grid" {
            assert_eq!(svg.matches("<path ").count(), 3 * 64);
        }
    }
}
