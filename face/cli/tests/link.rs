//! `lightloom link`: lanes out of files, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, stderr, stdout};
use lightloom::evidence::Facts;
use lightloom::link::Trace;
use lightloom::link::network::{FileVersion, Format, Layout, Network, TwoPort, Unit};
use lightloom::units::Quantity as _;
use serde_json::Value;
use std::fmt::Write as _;

/// A shipped lane with the first of each text replaced by another.
fn lane(name: &str, edits: &[(&str, &str)]) -> String {
    let file = format!("{name}.toml");
    let found = lightloom::catalog::LANES.iter().find(|(shipped, _)| *shipped == file);
    let mut text = found.unwrap().1.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "the lane has no `{from}`");
        text = text.replacen(from, to, 1);
    }
    text
}

fn document(folder: &Folder, arguments: &[&str]) -> Value {
    common::document(folder, &[&["link", "lane.toml"], arguments].concat())
}

#[test]
fn every_shipped_lane() {
    let mut out = String::new();
    for (file, text) in lightloom::catalog::LANES {
        let folder = Folder::new();
        folder.write("lane.toml", text.as_bytes());
        let name = file.trim_end_matches(".toml");
        assert_eq!(stdout(&folder.run(&["link", "--example", name])), *text);
        let output = folder.run(&["link", "lane.toml"]);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{file}");
        let _ = writeln!(out, "### {file}\n{}", stdout(&output));
    }
    as_before!(out);
}

#[test]
fn a_lane_too_long_for_a_pulse_is_answered_by_the_bound_and_says_so() {
    let folder = Folder::new();
    folder.write("lane.toml", lane("passive-cable", &[("\"1 m\"", "\"15 m\"")]).as_bytes());
    let document = document(&folder, &["--tier", "t2"]);
    let section = &document["sections"][0];
    assert_eq!((&document["tier"], &section["tier"]), (&"T2".into(), &"T0".into()));
    assert_eq!(section["distance_to_tier_above_db"], Value::Null);
    assert!(section["margin_db"].as_f64().unwrap() < -20.0);
    let text = stdout(&folder.run(&["link", "lane.toml"]));
    assert!(text.contains("\nBy tier T0: so little of the signal arrives"), "{text}");
}

#[test]
fn one_json_object_that_says_its_tier_and_its_distance() {
    let folder = Folder::new();
    folder.write("lane.toml", lane("passive-cable", &[]).as_bytes());
    let coms = ["T0", "T1", "T2"].map(|tier| {
        let document = document(&folder, &["--tier", &tier.to_lowercase()]);
        assert_eq!(document["schema"], "lightloom.link/1");
        assert_eq!(document["tier"], tier);
        let section = &document["sections"][0];
        let distance = section["distance_to_tier_above_db"].as_f64().unwrap();
        if tier != "T0" {
            for key in ["com_db", "fom_db", "pre_fec_ber", "signal_v", "noise_v"] {
                assert!(section[key].as_f64().is_some_and(f64::is_finite), "{key}");
            }
            assert!(
                section["sigma"]["isi_v"].is_number() && section["taps"]["feedback"].is_array()
            );
            assert!(distance.abs() < 0.1, "{tier}: {distance}");
        } else {
            assert!(distance < 0.0, "no receiver beats the bound: {distance}");
        }
        assert!(document["limiter"].is_string() && document["seconds"].is_number());
        let all = section["rejected"].as_array().unwrap();
        let mut classes = all.iter().chain([section]).filter(|r| r["receiver"] == "dsp-mlsd");
        classes.next_back().map(|r| r["com_db"].as_f64().unwrap())
    });
    let [None, Some(pulse), Some(margin)] = coms else { panic!("{coms:?}") };
    assert!((pulse - margin).abs() < 0.1, "{pulse} {margin}");
}

#[test]
fn a_lane_with_a_redriver_says_what_it_lifts() {
    let folder = Folder::new();
    let section = |edits: &[(&str, &str)]| {
        folder.write("lane.toml", lane("active-cable", edits).as_bytes());
        document(&folder, &[])["sections"][0].clone()
    };
    let found = section(&[]);
    assert_eq!(found["kind"], "redriven copper");
    let of = |section: &serde_json::Value, key: &str| section["redriver"][key].as_f64().unwrap();
    let [before, lift, behind] =
        ["loss_before_db", "peaking_db", "loss_behind_db"].map(|key| of(&found, key));
    // The catalog's limit; what is left is the receiver's.
    assert!(before > lift && (lift - 18.0).abs() < 1e-9, "{before} {lift}");
    assert!((found["loss_db"].as_f64().unwrap() - (before - lift + behind)).abs() < 1e-9);
    let less = section(&[("before = [", "peaking = \"6 dB\"\nbefore = [")]);
    assert!((of(&less, "peaking_db") - 6.0).abs() < 1e-9);
    // Of a wire that loses less than the limit, what it loses.
    let short = section(&[("\"3 m\"", "\"0.1 m\"")]);
    assert!((of(&short, "peaking_db") - of(&short, "loss_before_db")).abs() < 1e-9);
}

/// A line on the catalog's board as a four-port file, as if measured.
fn measured(mm: f64, top_ghz: u32) -> String {
    let f: Vec<f64> = (1..=top_ghz * 40).map(|i| f64::from(i) * 25e6).collect();
    let library = lightloom::Library::shipped().unwrap();
    let board = Trace::from_facts(&Facts::nominal(&library.catalog), "pcb").unwrap();
    let line = TwoPort::line(&f, &board.constants(), board.impedance.si(), mm, 100.0);
    let mut s = Vec::new();
    for [s11, s12, s21, s22] in &line.s {
        let zero = Default::default();
        let [a, b, c, d] = [*s11, *s12, *s21, *s22];
        s.extend([a, b, zero, zero, c, d, zero, zero, zero, zero, a, b, zero, zero, c, d]);
    }
    let network = Network { frequency_hz: f, ports: 4, s, reference_ohm: vec![50.0; 4] };
    let layout =
        Layout { version: FileVersion::One, format: Format::RealImaginary, unit: Unit::GHz };
    network.to_touchstone(layout).unwrap()
}

#[test]
fn a_measured_piece_stands_in_for_the_board_that_it_measures() {
    let folder = Folder::new();
    let board = "{ board = \"150 mm\" }";
    let evaluated = |edits: &[(&str, &str)]| {
        let text = lane("retimed-pluggable", edits);
        let first = text.split("\n[[section]]\n[section.light]").next().unwrap();
        folder.write("lane.toml", first.as_bytes());
        let section = document(&folder, &[])["sections"][0].take();
        let number = |key: &str| section[key].as_f64().unwrap();
        (number("com_db"), number("loss_db"), section["needs_dsp"].as_bool().unwrap())
    };
    let whole = evaluated(&[]);
    folder.write("half.s4p", measured(75.0, 90).as_bytes());
    let half = "{ touchstone = \"half.s4p\" }";
    // The same line by its constants and by its samples, whole and in two pieces.
    let pieces = evaluated(&[(board, &format!("{half}, {half}"))]);
    let drawn = evaluated(&[(board, "{ board = \"75 mm\" }, { board = \"75 mm\" }")]);
    assert!((drawn.0 - whole.0).abs() < 1e-9, "{drawn:?} {whole:?}");
    assert!((pieces.0 - whole.0).abs() < 0.01, "{pieces:?} {whole:?}");
    assert!((pieces.1 - whole.1).abs() < 0.05, "{pieces:?} {whole:?}");
    assert!(!pieces.2, "a short board needs no DSP");
    // A longer file loses more, and the same receiver no longer does.
    folder.write("half.s4p", measured(150.0, 90).as_bytes());
    let longer = evaluated(&[(board, &format!("{half}, {half}"))]);
    assert!(longer.1 > pieces.1 + 5.0 && longer.2, "{longer:?} {pieces:?}");
}

/// Cause, cost and whether it is computed, of the first section's light.
fn impairments(document: &Value) -> Vec<(String, f64, bool)> {
    let parts = document["sections"][0]["impairments"]["parts"].as_array().unwrap();
    let part = |p: &Value| {
        let text = p["cause"].as_str().unwrap().to_owned();
        (text, p["db"].as_f64().unwrap(), p["computed"].as_bool().unwrap())
    };
    parts.iter().map(part).collect()
}

#[test]
fn light_says_what_of_it_is_computed() {
    let folder = Folder::new();
    let evaluated = |name: &str, edits: &[(&str, &str)]| {
        folder.write("lane.toml", lane(name, edits).as_bytes());
        document(&folder, &["--tier", "t1"])
    };
    let number =
        |document: &Value, key: &str| document["sections"][0]["light"][key].as_f64().unwrap();
    let allowed = evaluated("co-packaged", &[]);
    assert!(impairments(&allowed).iter().all(|(_, _, computed)| !computed));
    let all: f64 = impairments(&allowed).iter().map(|p| p.1).sum();
    assert!(
        (all - 1.5).abs() < 1e-12 && allowed["sections"][0]["impairments"]["stated_db"].is_null()
    );
    let computed = evaluated("wdm-ring", &[]);
    let names: Vec<_> = impairments(&computed).into_iter().filter(|p| p.2).map(|p| p.0).collect();
    assert_eq!(names, ["interference", "dispersion", "crosstalk", "drift"]);
    // More heat, more drift, more colours: each asks for more light or more power.
    let tuning = |document: &Value| {
        let parts = document["energy_pj_per_bit"].as_array().unwrap();
        parts.iter().find(|p| p["part"] == "ring tuning").unwrap()["value"].as_f64().unwrap()
    };
    let wider = evaluated("wdm-ring", &[("\"85 degC\"", "\"95 degC\"")]);
    assert!((tuning(&wider) / tuning(&computed) - 60.0 / 50.0).abs() < 1e-9);
    let drifting = evaluated("wdm-ring", &[("0.5 K", "0.8 K")]);
    assert!(number(&drifting, "laser_dbm") > number(&computed, "laser_dbm") + 0.5);
    let ring = &computed["sections"][0]["ring"];
    assert!((ring["quality"].as_f64().unwrap() - 4500.0).abs() < 1e-6);
    // Heaters of the modulator and of the filter: 80 pm/K over 50 K, 0.44 nm/mW, for 32 Gb/s.
    assert!((ring["heater_mw"].as_f64().unwrap() - 50.0 * 0.08 / 0.44).abs() < 1e-9);
    assert!((tuning(&computed) - 2.0 * 50.0 * 0.08 / 0.44 / 32.0).abs() < 1e-9);
    // A stated allowance replaces what is not computed; a hollow core is quicker.
    let stated = evaluated("wdm-ring", &[("wavelength =", "penalty = \"0 dB\"\nwavelength =")]);
    assert!(stated["sections"][0]["impairments"]["stated_db"].as_f64() == Some(0.0));
    assert!(number(&stated, "laser_dbm") < number(&computed, "laser_dbm") - 0.5);
    let flight = |document: &Value| {
        let parts = document["latency_parts_ns"].as_array().unwrap();
        parts.iter().find(|p| p["part"] == "flight").unwrap()["value"].as_f64().unwrap()
    };
    let air = evaluated(
        "wdm-ring",
        &[
            ("\"1311 nm\"", "\"1550 nm\"\nfibre_kind = \"hollow-core\""),
            ("\"grating\"", "\"edge\""),
        ],
    );
    assert!((flight(&computed) / flight(&air) - 1.46).abs() < 0.01);
}

#[test]
fn figures_of_every_section() {
    let folder = Folder::new();
    folder.write("lane.toml", lane("linear-pluggable", &[]).as_bytes());
    let output = folder.run(&["link", "lane.toml", "--svg", "figures"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    for name in ["near-loss", "far-loss", "pulse", "noise", "eye"] {
        let figure = folder.read(&format!("figures/section-1-{name}.svg"));
        assert!(figure.starts_with("<svg ") && figure.ends_with("</svg>\n"), "{name}");
        assert!(figure.contains("Linear pluggables (LPO)"), "{name}");
    }
}

#[test]
fn what_is_refused() {
    let short = measured(75.0, 20);
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("a modulation of five levels", lane("passive-cable", &[("\"pam4\"", "\"pam5\"")]), &[]),
        ("a bare number", lane("passive-cable", &[("\"1 m\"", "1.0")]), &[]),
        ("a loss for a length", lane("passive-cable", &[("\"1 m\"", "\"1 dB\"")]), &[]),
        ("an unknown key", lane("passive-cable", &[("fec", "code")]), &[]),
        ("an unknown piece", lane("passive-cable", &[("twinax", "coax")]), &[]),
        ("an unknown connector", lane("passive-cable", &[("\"osfp\"", "\"qsfp\"")]), &[]),
        ("a gauge that is no cable's", lane("passive-cable", &[("awg = 26", "awg = 2")]), &[]),
        ("a lane too fast", lane("passive-cable", &[("200 Gb/s", "2000 Gb/s")]), &[]),
        ("no section", "lightloom = 1\nname = \"x\"\npayload = \"100 Gb/s\"\nmodulation = \"pam4\"\nfec = \"kp4\"\nsection = []\n".to_owned(), &[]),
        ("a section of two kinds", lane("co-packaged", &[("[section.light]", "copper = [\"die\"]\n[section.light]")]), &[]),
        ("another format", lane("passive-cable", &[("lightloom = 1", "lightloom = 9")]), &[]),
        ("an unknown laser", lane("co-packaged", &[("\"external\"", "\"sun\"")]), &[]),
        ("more lift than any part has", lane("active-cable", &[("before = [", "peaking = \"60 dB\"\nbefore = [")]), &[]),
        ("a redriver without output", lane("active-cable", &[("before = [", "output = \"0 V\"\nbefore = [")]), &[]),
        ("a wavelength beyond the fibre", lane("retimed-pluggable", &[("1311 nm", "3 um")]), &[]),
        ("a ring's drift with another modulator", lane("wdm-ring", &[("\"ring\"", "\"mzm\"")]), &[]),
        ("a resonance that crosses its laser", lane("wdm-ring", &[("0.5 K", "2 K")]), &[]),
        ("a temperature for a difference", lane("wdm-ring", &[("0.5 K", "2 degC")]), &[]),
        ("surroundings upside down", lane("wdm-ring", &[("\"35 degC\", \"85 degC\"", "\"85 degC\", \"35 degC\"")]), &[]),
        ("colours without spacing", lane("wdm-ring", &[("200 GHz", "0 GHz")]), &[]),
        ("more colours than a ring has room for", lane("wdm-ring", &[("channels = 8", "channels = 12")]), &[]),
        ("500 colours", lane("wdm-ring", &[("channels = 8", "channels = 500")]), &[]),
        ("a wavelength beyond the grating", lane("wdm-ring", &[("1311 nm", "1360 nm")]), &[]),
        ("return losses for reflectances", lane("wdm-ring", &[("[\"-35 dB\"", "[\"35 dB\"")]), &[]),
        ("reflections that close the eye", lane("wdm-ring", &[("\"-35 dB\", \"-45 dB\"", "\"-3 dB\", \"-3 dB\"")]), &[]),
        ("a micro-LED with a laser", lane("microled", &[("fibre =", "laser = \"internal\"\nfibre =")]), &[]),
        ("a micro-LED with a bond", lane("microled", &[("fibre =", "bond = \"c4\"\nfibre =")]), &[]),
        ("beats of many modes", lane("microled", &[("fibre =", "reflections = [\"-20 dB\"]\nfibre =")]), &[]),
        ("a bundle without length", lane("microled", &[("\"10 m\"", "\"0 m\"")]), &[]),
        ("a vertical-cavity laser into one mode", lane("multimode", &[("om4", "single-mode")]), &[]),
        ("a modulator into many modes", lane("linear-pluggable", &[("fibre =", "fibre_kind = \"om4\"\nfibre =")]), &[]),
        ("a wavelength beyond the hollow core", lane("retimed-pluggable", &[("wavelength =", "fibre_kind = \"hollow-core\"\nwavelength =")]), &[]),
        ("a chirp without wavelength", lane("linear-pluggable", &[("fibre =", "chirp = 1.0\nfibre =")]), &[]),
        ("light without source", lane("multimode", &[("source = \"vcsel\"", "")]), &[]),
        ("a file that is not there", lane("passive-cable", &[("\"die\"", "\"die\", { touchstone = \"gone.s4p\" }")]), &[]),
        ("a file that ends too early", lane("passive-cable", &[("\"die\"", "\"die\", { touchstone = \"short.s4p\" }")]), &[]),
        ("a standard of the older method", lane("passive-cable", &[]), &["--standard", "802.3ck-kr"]),
        ("a tier that is none", lane("passive-cable", &[]), &["--tier", "t4"]),
    ];
    let mut out = String::new();
    for (what, text, arguments) in cases {
        let folder = Folder::new();
        folder.write("lane.toml", text.as_bytes());
        folder.write("short.s4p", short.as_bytes());
        let output = folder.run(&[&["link", "lane.toml"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{what}: {}", stdout(&output));
        assert_eq!(stdout(&output), "", "{what}");
        let _ = writeln!(out, "### {what}\n{}", stderr(&output));
    }
    as_before!(out);
}
