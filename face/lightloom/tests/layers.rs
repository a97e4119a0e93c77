//! The stack is the house: crates depend downwards only, and the folders say which floor is which.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folder and level of every crate; a crate may use those of strictly lower level. A level is ten times the
/// number in the folder's name, plus a step within the floor. Crates without a number stand between floors:
/// the catalog just below the scenario, so that no floor of the stack can read it; the cases of validation above all floors;
/// the faces above all.
const HOUSE: [(&str, &str, u32); 16] = [
    ("lightloom-units", "stack/0-base/units", 0),
    ("lightloom-num", "stack/0-base/num", 0),
    ("lightloom-evidence", "stack/0-base/evidence", 1),
    ("lightloom-link", "stack/1-link", 10),
    ("lightloom-package", "stack/2-package", 20),
    ("lightloom-fabric", "stack/3-fabric", 30),
    ("lightloom-workload", "stack/4-workload", 40),
    ("lightloom-operations", "stack/5-operations", 50),
    ("lightloom-economics", "stack/6-economics", 60),
    ("lightloom-catalog", "catalog", 65),
    ("lightloom-scenario", "plan/7-scenario", 70),
    ("lightloom-decide", "plan/8-decide", 80),
    ("lightloom-explore", "plan/9-explore", 90),
    ("lightloom-validation", "validation", 95),
    ("lightloom", "face/lightloom", 100),
    ("lightloom-report", "face/report", 101),
];

/// The command line uses everything, and nothing uses it.
const TOP: (&str, &str, u32) = ("lightloom-cli", "face/cli", 110);

const CATALOG: &str = "lightloom-catalog";

/// All that the stack may use from outside: functions of numbers and text, and a fixed hash of ids. No files, clocks, threads, sockets.
const OUTSIDE_IN_STACK: [&str; 9] = [
    "foldhash",
    "libm",
    "num-complex",
    "realfft",
    "schemars",
    "serde",
    "serde_json",
    "thiserror",
    "toml",
];

/// What the stack may not touch of the standard library, by the same rule.
const IMPURE: [&str; 6] =
    ["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time"];

fn house() -> BTreeMap<&'static str, (&'static str, u32)> {
    HOUSE.into_iter().chain([TOP]).map(|(name, folder, level)| (name, (folder, level))).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The workspace's crates as cargo sees them; no dependency is resolved, so none is fetched.
fn packages() -> Vec<Value> {
    let output = std::process::Command::new(std::env::var_os("CARGO").unwrap())
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

fn folder(package: &Value) -> PathBuf {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().canonicalize().unwrap()
}

/// Dependencies of a package: name, and whether tests alone use it.
fn dependencies(package: &Value) -> impl Iterator<Item = (&str, bool)> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.map(|d| (name(d), d["kind"] == "dev"))
}

fn fail_on(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_crate_has_its_place() {
    let (house, packages) = (house(), packages());
    let built: BTreeSet<&str> = packages.iter().map(name).collect();
    let planned: BTreeSet<&str> = house.keys().copied().collect();
    assert_eq!(built, planned, "a new crate is given a level in HOUSE, a removed one is struck");
    for package in &packages {
        let (place, level) = house[name(package)];
        assert_eq!(folder(package), root().join(place), "{}", name(package));
        // `stack/0-base/units`: wing, floor number, and on a shared floor the crate.
        let mut parts = place.split('/');
        let (wing, floor) = (parts.next().unwrap(), parts.next().unwrap_or_default());
        let number = floor.split_once('-').and_then(|(n, _)| n.parse::<u32>().ok());
        let allowed = match wing {
            "stack" => 0..=6,
            "plan" => 7..=9,
            "validation" => 9..=9,
            "face" => 10..=11,
            _ => 6..=6,
        };
        let tens = level / 10;
        assert!(allowed.contains(&tens), "{place} has level {level}, not of the wing `{wing}`");
        match wing {
            "stack" | "plan" => assert_eq!(number, Some(tens), "{place} has level {level}"),
            _ => assert_eq!(number, None, "{place} stands on no numbered floor"),
        }
        let last = place.rsplit('/').next().unwrap();
        let noun = last.split_once('-').map_or(last, |(_, noun)| noun);
        let expected = name(package).strip_prefix("lightloom-").unwrap_or("lightloom");
        assert_eq!(noun, expected, "{place} is called after its crate");
    }
}

#[test]
fn dependencies_point_down() {
    let house = house();
    let mut problems = Vec::new();
    for package in packages() {
        let (user, level) = (name(&package), house[name(&package)].1);
        for (used, in_tests) in dependencies(&package) {
            let Some((_, below)) = house.get(used) else { continue };
            // Tests of the stack take the shipped facts as their input.
            if *below >= level && !(in_tests && used == CATALOG) {
                problems.push(format!("{user} (level {level}) uses {used} (level {below})"));
            }
        }
    }
    fail_on(&problems);
}

#[test]
fn base_and_data_use_nothing_of_ours() {
    let house = house();
    for package in packages() {
        let ours: Vec<&str> = dependencies(&package)
            .filter(|(used, in_tests)| house.contains_key(used) && !in_tests)
            .map(|(used, _)| used)
            .collect();
        match name(&package) {
            "lightloom-units" | "lightloom-num" => assert!(ours.is_empty(), "{ours:?}"),
            "lightloom-evidence" => assert_eq!(ours, ["lightloom-units"]),
            CATALOG => assert_eq!(dependencies(&package).count(), 0, "the catalog is data"),
            _ => {}
        }
    }
}

/// Every source file under a folder, at any depth; anything else would escape the search.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            let known = path.extension().is_some_and(|e| e == "rs");
            assert!(known, "{}: not searched", path.display());
            files.push(path);
        }
    }
    files
}

#[test]
fn the_stack_is_pure() {
    let house = house();
    let mut problems = Vec::new();
    for package in packages() {
        let user = name(&package);
        if !house[user].0.starts_with("stack/") {
            continue;
        }
        for (used, in_tests) in dependencies(&package) {
            if !in_tests && !house.contains_key(used) && !OUTSIDE_IN_STACK.contains(&used) {
                problems.push(format!(
                    "{user} uses {used}; from outside it may use {OUTSIDE_IN_STACK:?}"
                ));
            }
        }
        for file in sources(&folder(&package).join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            for (line, code) in (1..).zip(text.lines()) {
                let code = code.trim_start();
                for module in
                    IMPURE.iter().filter(|m| !code.starts_with("//") && code.contains(**m))
                {
                    problems.push(format!("{}:{line}: {module}", file.display()));
                }
            }
        }
    }
    fail_on(&problems);
}

#[test]
fn manifests_follow_the_workspace() {
    for package in packages() {
        let user = name(&package);
        // `publish = false` is an empty list of registries.
        assert_eq!(package["publish"], Value::Array(vec![]), "{user}: publish = false");
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"), "{user}");
        let text = std::fs::read_to_string(folder(&package).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            let inherits = manifest["package"][key].get("workspace");
            assert_eq!(
                inherits.and_then(toml::Value::as_bool),
                Some(true),
                "{user}: {key}.workspace"
            );
        }
        let lints = manifest.get("lints").and_then(|l| l.get("workspace"));
        assert_eq!(lints.and_then(toml::Value::as_bool), Some(true), "{user}: [lints] workspace");
    }
}
