//! `lightloom com`: a channel out of files, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;
#[path = "common/channels.rs"]
mod channels;

use channels::{board, coupled, four_port};
use common::{Folder, refusals, stderr, stdout};
use serde_json::Value;
use std::fmt::Write as _;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("thru.s4p", four_port(&board(250.0)).as_bytes());
    folder.write("fext.s4p", four_port(&coupled(80.0, 0.01)).as_bytes());
    folder.write("next.s4p", four_port(&coupled(30.0, 0.004)).as_bytes());
    folder
}

#[test]
fn a_board_at_112_and_at_224_gigabits() {
    let folder = folder();
    let mut out = String::new();
    for arguments in [
        &["com", "thru.s4p", "--spec", "802.3ck-kr"][..],
        &[
            "com",
            "thru.s4p",
            "--fext",
            "fext.s4p",
            "--next",
            "next.s4p",
            "--spec",
            "802.3ck-kr",
            "--package",
            "2",
        ],
        &["com", "thru.s4p", "--spec", "802.3dj-c2c", "--package", "A2"],
    ] {
        let output = folder.run(arguments);
        assert_eq!(
            (output.status.code(), stderr(&output).as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        let _ = writeln!(out, "### {}\n{}", arguments.join(" "), stdout(&output));
    }
    as_before!(out);
}

#[test]
fn one_json_object_with_the_documented_keys() {
    let output =
        folder().run(&["com", "thru.s4p", "--spec", "802.3dj-c2c", "--package", "3", "--json"]);
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["schema"], "lightloom.com/1");
    // The third case by number.
    assert_eq!(document["package"], "B1");
    for key in ["com_db", "fom_db", "pre_fec_ber", "signal_v", "noise_v", "seconds"] {
        assert!(document[key].as_f64().is_some_and(f64::is_finite), "{key}");
    }
    let com = document["com_db"].as_f64().unwrap();
    let (signal, noise) =
        (document["signal_v"].as_f64().unwrap(), document["noise_v"].as_f64().unwrap());
    let ratio = (signal / noise) * (signal / noise);
    assert!((com - lightloom::units::Decibel::from_power_ratio(ratio).as_db()).abs() < 1e-9);
    for key in ["isi_v", "crosstalk_v", "transmitter_v", "receiver_v", "quantiser_v"] {
        assert!(document["sigma"][key].is_number(), "{key}");
    }
    assert!(document["limiter"].is_string() && document["taps"]["transmitter"].is_array());
    assert_eq!(document["files"][0]["ports"], "1-2, 3-4");
}

#[test]
fn what_is_refused() {
    let folder = folder();
    let mut truncated = four_port(&board(250.0));
    truncated.truncate(truncated.len() * 3 / 5);
    truncated.push_str(" 0.1 0.2\n");
    folder.write("truncated.s4p", truncated.as_bytes());
    let mut active = board(250.0);
    for s in &mut active.s {
        s[2] *= 3.0;
    }
    folder.write("active.s4p", four_port(&active).as_bytes());
    folder.write("words.s4p", b"# GHz S RI R 50\n1 one two\n");
    let mut short = board(250.0);
    short.frequency_hz.truncate(400);
    short.s.truncate(400);
    folder.write("short.s4p", four_port(&short).as_bytes());
    folder.write("wrong.toml", b"name = \"mine\"\n");
    let cases: &[(&str, &[&str])] = &[
        ("an unknown specification", &["com", "thru.s4p", "--spec", "802.3xy"]),
        ("a specification that lacks keys", &["com", "thru.s4p", "--spec", "wrong.toml"]),
        ("an unknown package", &["com", "thru.s4p", "--spec", "802.3ck-kr", "--package", "9"]),
        ("no such file", &["com", "gone.s4p", "--spec", "802.3ck-kr"]),
        ("a truncated file", &["com", "truncated.s4p", "--spec", "802.3ck-kr"]),
        ("a file that amplifies", &["com", "active.s4p", "--spec", "802.3ck-kr"]),
        ("words for numbers", &["com", "words.s4p", "--spec", "802.3ck-kr"]),
        ("an aggressor for a channel", &["com", "fext.s4p", "--spec", "802.3ck-kr"]),
        ("a channel that ends too early", &["com", "short.s4p", "--spec", "802.3ck-kr"]),
        ("the wrong port order", &["com", "thru.s4p", "--spec", "802.3ck-kr", "--ports", "13-24"]),
        (
            "a port order that is none",
            &["com", "thru.s4p", "--spec", "802.3ck-kr", "--ports", "12-43"],
        ),
    ];
    let mut out = String::new();
    for (what, arguments) in cases {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{what}: {}", stderr(&output));
        assert_eq!(stdout(&output), "", "{what}");
        let _ = writeln!(out, "### {what}\n{}", stderr(&output));
    }
    as_before!(out);
}

const FIGURES: [&str; 4] = ["insertion-loss.svg", "pulse.svg", "noise.svg", "eye.svg"];

#[test]
fn figures_of_the_case_that_decides() {
    let folder = folder();
    let arguments = ["com", "thru.s4p", "--spec", "802.3ck-kr", "--svg", "figures"];
    let output = folder.run(&arguments);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let said = stdout(&output);
    assert!(said.ends_with(&format!("\nFigures in figures: {}\n", FIGURES.join(", "))), "{said}");
    let plain = stdout(&folder.run(&arguments[..4]));
    assert!(said.starts_with(&plain), "the same beside");
    let figures = FIGURES.map(|name| folder.read(&format!("figures/{name}")));
    for figure in &figures {
        assert!(figure.starts_with("<svg ") && figure.ends_with("</svg>\n"));
        assert!(figure.contains("thru.s4p, 100GBASE-KR1"), "of what");
    }
    // The table's own numbers: loss at Nyquist, and the margin with what limits it.
    let document: Value =
        serde_json::from_str(&stdout(&folder.run(&[&arguments[..4], &["--json"]].concat())))
            .unwrap();
    let (package, com) = (&document["package"], document["com_db"].as_f64().unwrap());
    let case =
        document["packages"].as_array().unwrap().iter().find(|k| k["case"] == *package).unwrap();
    let loss = case["channel_loss_db"].as_f64().unwrap();
    assert!(figures[0].contains(&format!("<title id=\"insertion-loss-title\">{loss:.1}\u{a0}dB")));
    assert!(figures[0].contains("at most 28\u{a0}dB ball to ball"));
    let limiter = document["limiter"].as_str().unwrap();
    assert!(figures[2].contains(&format!(" limits most: COM is {com:.2}\u{a0}dB")));
    assert!(figures[2].contains(&limiter[1..]));
    let signal = document["signal_v"].as_f64().unwrap() * 1e3;
    assert!(figures[3].contains(&format!("signal {signal:.1}\u{a0}mV")), "{signal}");
    // The cable's own limit, where boards of the hosts stand with the packages.
    let cable = ["com", "thru.s4p", "--spec", "802.3ck-cr", "--package", "1", "--svg", "figures"];
    assert_eq!(folder.run(&cable).status.code(), Some(0));
    let drawn = folder.read("figures/insertion-loss.svg");
    assert!(drawn.contains(&format!("\">{loss:.1}\u{a0}dB of the cable at")), "{drawn}");
    assert!(drawn.contains("at most 19.75\u{a0}dB for the cable"));
    // Again, over what is there; a specification without a limit draws none.
    let again = ["com", "thru.s4p", "--spec", "802.3dj-c2c", "--package", "A2", "--svg", "figures"];
    assert_eq!(folder.run(&again).status.code(), Some(0));
    assert!(!folder.read("figures/insertion-loss.svg").contains("at most"));
    assert!(folder.read("figures/pulse.svg").contains("before the receiver"));
}

#[test]
fn figures_that_cannot_be_written() {
    let taken = folder();
    taken.make_folder("noise.svg");
    let mut cases: Vec<(&str, Folder, &[&str])> = vec![
        (
            "a folder in a folder that is not there",
            folder(),
            &["com", "thru.s4p", "--spec", "802.3ck-kr", "--svg", "gone/figures"],
        ),
        (
            "a file for a folder",
            folder(),
            &["com", "thru.s4p", "--spec", "802.3ck-kr", "--svg", "fext.s4p"],
        ),
    ];
    #[cfg(target_os = "linux")]
    {
        let full = folder();
        full.link("/dev/full", "insertion-loss.svg");
        cases.push((
            "a full disk",
            full,
            &["com", "thru.s4p", "--spec", "802.3ck-kr", "--svg", "."],
        ));
    }
    as_before!(refusals(1, &cases));
    // The figures before it stay whole; of the one that is in the way nothing is left half-written.
    let output = taken.run(&["com", "thru.s4p", "--spec", "802.3ck-kr", "--svg", "."]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(stderr(&output).contains("noise.svg"), "{}", stderr(&output));
    let expected =
        ["fext.s4p", "insertion-loss.svg", "next.s4p", "noise.svg", "pulse.svg", "thru.s4p"];
    assert_eq!(taken.files(), expected);
}
