//! What is not about a scenario's content: files that cannot be written, the catalog's check, new scenarios, help,
//! and a reader that leaves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, one_rack, refusals, shipped, stderr, stdout};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// The words of the operating system differ elsewhere.
#[cfg(target_os = "linux")]
#[test]
fn places_that_cannot_be_written() {
    let plan = |report| ["plan", "scenario.toml", "--samples", "64", "--report", report];
    let (missing, file, folder) =
        (plan("missing/report.html"), plan("scenario.toml/report.html"), plan("folder"));
    let with_folder = Folder::with(&one_rack());
    with_folder.make_folder("folder");
    as_before!(refusals(
        1,
        &[
            ("in a folder that does not exist", Folder::with(&one_rack()), &missing),
            ("below a file", Folder::with(&one_rack()), &file),
            ("onto a folder", with_folder, &folder),
        ],
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Folder::new().command(&["catalog"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    as_before!(stderr(&output));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Folder::new()
        .command(&["catalog", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // Far more follows than a pipe holds.
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((line.as_str(), stderr(&output).as_str()), ("[\n", ""));
    assert_eq!(output.status.code(), Some(0));
}

const FACTS: &str = r#"
[[fact]]
id = "own.no_source"
about = "a fact that nobody vouches for"
quantity = "length"
value = "1 m"
kind = "measured"

[[fact]]
id = "own.no_unit"
about = "a fact of one what"
quantity = "length"
value = 1
kind = "measured"
source = "lightloom"

[[fact]]
id = "own.no_kind"
about = "a fact that may be a guess"
quantity = "length"
value = "1 m"
source = "lightloom"
"#;

#[test]
fn the_catalog_checks_facts() {
    let check = |text: &str| {
        let folder = Folder::new();
        folder.write("own.toml", text.as_bytes());
        folder
    };
    let fact = |number: usize| format!("[[fact]]{}", FACTS.split("[[fact]]").nth(number).unwrap());
    let arguments: &[&str] = &["catalog", "--check", "--file", "own.toml"];
    as_before!(refusals(
        2,
        &[
            ("no source", check(&fact(1)), arguments),
            ("no unit", check(&fact(2)), arguments),
            ("no kind", check(&fact(3)), arguments),
            ("all three", check(FACTS), arguments),
            ("unknown kind", check(&fact(1).replace("measured", "guessed")), arguments),
            ("not TOML", check("[[fact]\n"), arguments),
            ("a missing file", Folder::new(), arguments),
        ],
    ));
    let good = check(&fact(1).replace("kind =", "source = \"lightloom\"\nkind ="));
    let output = good.run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn names_that_do_not_exist() {
    let technology = Folder::with(&one_rack());
    technology.make_folder("own");
    technology.write("own/own.toml", b"id = 3\n");
    as_before!(refusals(
        2,
        &[
            ("a shipped scenario", Folder::new(), &["scenario", "new", "--from", "gb300"]),
            (
                "a file to create that is there",
                Folder::with(""),
                &["scenario", "new", "scenario.toml"]
            ),
            ("a file to check", Folder::new(), &["scenario", "check", "scenario.toml"]),
            (
                "a folder of technologies",
                Folder::with(&one_rack()),
                &["plan", "scenario.toml", "--technologies", "own"]
            ),
            (
                "a technology of the wrong type",
                technology,
                &["plan", "scenario.toml", "--technologies", "own"]
            ),
            ("a command", Folder::new(), &["paln"]),
            (
                "a report and none",
                Folder::new(),
                &["plan", "a.toml", "--no-report", "--report", "a.html"]
            ),
        ],
    ));
}

/// No snapshot: the list grows with the catalog.
#[test]
fn a_name_that_the_catalog_lacks() {
    for (name, near) in [
        ("serdse", "did you mean `serdes`?"),
        ("accelerator.gb300.pwer", "did you mean `accelerator.gb300.power`?"),
    ] {
        let said = refusals(2, &[(name, Folder::new(), &["catalog", name])]);
        assert!(said.contains(&format!("the catalog has nothing called `{name}`")), "{said}");
        assert!(said.contains(near), "{said}");
        assert!(said.lines().count() < 30, "a flood of names: {said}");
    }
}

#[test]
fn the_catalog_lists_systems() {
    let listed = stdout(&Folder::new().run(&["catalog", "systems"]));
    for (file, text) in lightloom::catalog::SYSTEMS {
        let system = lightloom::scenario::parse(text).unwrap();
        assert!(listed.contains(file.trim_end_matches(".toml")), "{file}");
        assert!(listed.contains(&system.name), "{file}");
    }
    assert!(listed.contains("published at 512, 1024, 2048, 4096, 8192"), "{listed}");
    let json = stdout(&Folder::new().run(&["catalog", "systems", "--json"]));
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(all.as_array().map(Vec::len), Some(lightloom::catalog::SYSTEMS.len()));
}

#[test]
fn new_scenarios_are_the_shipped_ones_with_comments() {
    // Systems whose fabrics are of every kind are checked too; all are built by the library's tests.
    let checked = ["gb200-nvl36x2", "trainium2", "mi355x-node", "dgx-b300-superpod"];
    let shipped_too = lightloom::catalog::SYSTEMS;
    for (file, original) in lightloom::catalog::SCENARIOS.iter().chain(shipped_too) {
        let (folder, name) = (Folder::new(), file.trim_end_matches(".toml"));
        let output = folder.run(&["scenario", "new", "new.toml", "--from", name]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        assert_eq!(folder.files(), ["new.toml"]);
        let created = folder.read("new.toml");
        let bare = |text: &str| -> Vec<String> {
            text.lines().filter(|l| !l.starts_with('#')).map(str::to_owned).collect()
        };
        // Where the original states no terms of money, an empty table waits for the reader's.
        let mut expected = bare(original);
        if !expected.contains(&"[economics]".to_owned()) {
            expected.extend([String::new(), "[economics]".to_owned()]);
        }
        assert_eq!(bare(&created), expected, "{name}");
        assert!(created.lines().count() > original.lines().count() + 25, "{name}: comments");
        assert_eq!(
            lightloom::scenario::parse(&created),
            lightloom::scenario::parse(original),
            "{name}"
        );
        let is_plan = lightloom::catalog::SCENARIOS.iter().any(|(f, _)| f == file);
        if !is_plan && !checked.contains(&name) {
            continue;
        }
        let output = folder.run(&["scenario", "check", "new.toml"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        assert!(stdout(&output).starts_with("new.toml: sound."), "{name}");
    }
    let output = Folder::new().run(&["scenario", "new"]);
    assert!(stdout(&output).contains("Accelerators in one domain"));
    assert!(
        shipped("gb300-nvl72-4608")
            .lines()
            .all(|l| l.starts_with('#') || stdout(&output).contains(l))
    );
}

#[test]
fn help_documents_exit_codes() {
    let help =
        stdout(&Folder::new().run(&["--help"])).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["Exit codes: 0 done", "1 a file cannot be written", "2 wrong input"] {
        assert!(help.contains(words), "{help}");
    }
}
