//! What people type who know the field and not the program: words of other tools, names without their head, units as they
//! are spoken. Each must be led to what was meant.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;
#[allow(dead_code, reason = "shared by several tests")]
#[path = "common/channels.rs"]
mod channels;

use common::{Folder, base, document, one_rack, said, shipped, stderr, stdout};

/// Standard error of a command that must fail as wrong input, on one line.
fn told(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "{arguments:?}");
    let text = stderr(&output);
    text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

/// What a wrong name is answered with.
fn leads(arguments: &[&str], to: &[&str]) {
    let told = told(&Folder::new(), arguments);
    for words in to {
        assert!(told.contains(words), "{arguments:?} does not lead to `{words}`: {told}");
    }
}

#[test]
fn names_that_are_near() {
    leads(&["package", "cpo"], &["did you mean `cpo-accelerator`, ", "`cpo-switch`", "lists all"]);
    leads(&["package", "CPO-switch"], &["did you mean `cpo-switch`?"]);
    // In names only: no id holds it.
    leads(&["package", "lro"], &["`half-retimed-pluggable` (Half-retimed pluggable (LRO))"]);
    leads(&["package", "yield", "tier 2"], &["`cpo-interposer`"]);
    leads(&["package", "osfp"], &["`osfp-1600g-lro`"]);
    leads(&["readiness", "--technology", "cpo"], &["did you mean `cpo-switch`"]);
    leads(
        &["fabric", "dgx-h100-superpod-1024", "--technology", "scale-out leaf-spine=cpo"],
        &["did you mean `cpo-switch`"],
    );
    leads(
        &["fabric", "dgx-h100-superpod-1024", "--technology", "leaf-spine=cpo-switch"],
        &["did you mean `scale-out leaf-spine` or `front-end leaf-spine`?"],
    );
    leads(
        &["train", "--accelerator", "h100", "--model", "llama"],
        &["did you mean `llama-3.1-8b`"],
    );
    leads(&["plan", "gb300-nvl72-4608-x"], &["did you mean `gb300-nvl72-4608`?"]);
    leads(&["plan", "nvl72"], &["`gb200-nvl72`", "`gb300-nvl72-4608`"]);
    leads(&["catalog", "b200"], &["did you mean `accelerator.b200` or `rental.b200`?"]);
    leads(&["catalog", "tomahawk"], &["`switch.tomahawk5`"]);
    leads(&["catalog", "coupling of light"], &["the catalog has nothing called"]);
    leads(&["catalog", "spine price"], &["the catalog has nothing called"]);
    leads(&["claims", "latency"], &["of `latency` speak C40"]);
    leads(&["claims", "C99"], &["C01 to C41"]);
    leads(&["breakeven", "premim"], &["did you mean `premium`?"]);
    // A name as unlike as can be is led nowhere in particular.
    let told = told(&Folder::new(), &["package", "xyzzy"]);
    assert!(!told.contains("did you mean"), "{told}");
}

#[test]
fn words_in_the_place_of_a_fact() {
    leads(&["catalog", "mode field diameter"], &["facts that speak of it: ", "coupler.edge.mode"]);
}

#[test]
fn a_claim_by_its_number_alone() {
    assert!(said(&Folder::new(), &["claims", "c2"]).contains("C02: "));
}

#[test]
fn quantities_as_they_are_spoken() {
    let scenario = |from: &str, to: &str| {
        assert!(base().contains(from), "{from}");
        let folder = Folder::with(&base().replacen(from, to, 1));
        told(&folder, &["scenario", "check", "scenario.toml"])
    };
    let rate = |to: &str| scenario("\"800 Gb/s\"", to);
    assert!(rate("\"800G\"").contains("did you mean `800 Gb/s`?"), "{}", rate("\"800G\""));
    assert!(rate("\"800 Gbit\"").contains("did you mean `800 Gbit/s`?"));
    assert!(rate("800").contains("e.g. \"800 Gb/s\""));
    let money = |to: &str| scenario("[hall]", &format!("[economics]\n{to}\n\n[hall]"));
    let euro = money("electricity = \"0.11 EUR/kWh\"");
    assert!(euro.contains("no exchange rate is built in") && euro.contains("USD/kWh"), "{euro}");
    assert!(money("electricity = \"0.11 €/kWh\"").contains("no exchange rate"));
    assert!(money("electricity = \"0.11 $/kWh\"").contains("dollars are written USD"));
    assert!(money("discount = 9").contains("e.g. \"9 x\" or \"9 %\""));
    assert!(money("years = 4").contains("did you mean `period`"), "{}", money("years = 4"));
    let part = scenario("accelerator = \"gb300\"", "accelerator = \"GB300\"");
    assert!(part.contains("did you mean `gb300`?"), "{part}");
    leads(&["reach", "--lane", "200G"], &["did you mean `200 Gb/s`?"]);
}

/// A lane that is sold as 224G carries 200 Gb/s: who types the name is told, and computed for as typed.
#[test]
fn line_rates_as_payloads() {
    let folder = Folder::new();
    let lane = said(&folder, &["link", "--example", "passive-cable"]);
    folder.write("right.toml", lane.as_bytes());
    folder.write("named.toml", lane.replace("\"200 Gb/s\"", "\"224 Gb/s\"").as_bytes());
    let note = "A lane that is sold as 224G carries 200 Gb/s";
    assert!(said(&folder, &["link", "named.toml"]).contains(note));
    assert!(!said(&folder, &["link", "right.toml"]).contains(note));
    let reach =
        said(&folder, &["reach", "--lane", "112 Gb/s", "--technology", "dac", "--awg", "26"]);
    assert!(reach.contains("sold as 112G carries 100 Gb/s"), "{reach}");
}

#[test]
fn commands_of_other_tools() {
    let folder = Folder::new();
    for (word, line) in [
        ("init", "lightloom scenario new"),
        ("tco", "lightloom cost SCENARIO"),
        ("coupling", "lightloom package joint"),
        ("goodput", "lightloom operate SCENARIO"),
    ] {
        let told = told(&folder, &[word]);
        assert!(told.contains(&format!("About `{word}`:")) && told.contains(line), "{told}");
        assert!(told.contains("`lightloom questions` lists"), "{told}");
    }
    // Alone it says where to begin; a word of no meaning leads to the list.
    for arguments in [&[][..], &["xyzzy"]] {
        assert!(told(&folder, arguments).contains("lightloom questions"), "{arguments:?}");
    }
}

#[test]
fn the_nine_questions() {
    let folder = Folder::new();
    as_before!(said(&folder, &["questions"]));
    let sixth = said(&folder, &["questions", "6", "--scenario", "my.toml"]);
    assert!(sixth.starts_with("6 Money") && sixth.contains("lightloom cost my.toml\n"), "{sixth}");
    assert!(!sixth.contains("7 Manufacture"), "{sixth}");
    let word = said(&folder, &["questions", "coupling"]);
    assert!(word.contains("package joint") && !word.contains("package yield"), "{word}");
    assert!(told(&folder, &["questions", "10"]).contains("no question"));
}

/// A plan ends by saying how to go on with the same file.
#[test]
fn a_plan_leads_on() {
    let folder = Folder::with(&one_rack());
    let plan = said(&folder, &["plan", "scenario.toml", "--samples", "64"]);
    let last: Vec<&str> = plan.lines().rev().take(2).collect();
    assert_eq!(
        last,
        ["Next: lightloom questions --scenario scenario.toml", "Report: scenario.html"]
    );
}

#[test]
fn parts_stand_below_a_long_list_of_facts() {
    let all = said(&Folder::new(), &["catalog", "accelerator"]);
    let end = all.lines().rev().take(4).collect::<Vec<_>>().join(" ");
    assert!(end.contains("b200") && end.contains("lightloom catalog accelerator.a100"), "{end}");
    assert!(!said(&Folder::new(), &["catalog", "repair.rack.hands_on"]).contains("One alone"));
}

/// The terms of money that a new scenario shows as comments are the catalog's: in use, they change nothing.
#[test]
fn the_terms_of_a_new_scenario() {
    let folder = Folder::new();
    for from in ["gb300-nvl72-4608", "dgx-h100-superpod-1024"] {
        let new = said(&folder, &["scenario", "new", "--from", from]);
        assert_eq!(new.matches("[economics]").count(), 1, "{new}");
        let mut used = 0;
        let lines = new.lines().map(|line| {
            let terms = ["electricity", "pue", "period", "discount"];
            let term = terms.iter().any(|term| line.starts_with(&format!("# {term} = ")));
            if term {
                used += 1;
                // As an editor takes a line into use.
                line.trim_start_matches("# ")
            } else {
                line
            }
        });
        let taken = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(used, 4);
        folder.write("left.toml", new.as_bytes());
        folder.write("taken.toml", taken.as_bytes());
        let cost = |file: &str| {
            let document = document(&folder, &["cost", file, "--samples", "16"]);
            let strategies = document["strategies"].as_array().unwrap();
            strategies[0]["discounted_usd"]["central"].as_f64().unwrap()
        };
        let (left, taken) = (cost("left.toml"), cost("taken.toml"));
        assert!((left / taken - 1.0).abs() < 1e-3, "{from}: {left} against {taken}");
    }
}

/// A scenario's own years are those of the sentence about owning.
#[test]
fn owning_is_told_over_the_years_of_the_scenario() {
    let folder = Folder::with(&format!("{}\n[economics]\nperiod = \"4 yr\"\n", one_rack()));
    let text = said(&folder, &["cost", "scenario.toml", "--samples", "16"]).replace('\n', " ");
    assert!(text.contains("Kept 4 years at"), "{text}");
    assert!(text.contains("a million tokens $"), "{text}");
    assert!(!text.contains("saves -$"), "{text}");
}

/// Where nothing flips, what comes nearest is told.
#[test]
fn no_flip_says_what_is_nearest() {
    let folder = Folder::with(&one_rack());
    let text = said(&folder, &["breakeven", "price.module.400g", "scenario.toml"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("throughout, so nothing that it or baseline takes depends on it"),
        "{text}"
    );
    assert!(text.contains("nearest come: ") || text.contains("most of all: "), "{text}");
    let moved = said(
        &folder,
        &["breakeven", "electricity", "scenario.toml", "--strategy", "cpo-accelerator"],
    );
    let moved = moved.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(moved.contains("at 0.01 USD/kWh") && moved.contains("at 0.4 USD/kWh"), "{moved}");
    assert!(moved.contains("going on like this it would"), "{moved}");
}

#[test]
fn what_is_perhaps_ready_is_sorted() {
    let text = said(&Folder::new(), &["readiness", "--year", "2028"]).replace("\n ", "");
    let line = text.lines().find(|line| line.starts_with("- Perhaps in volume")).unwrap();
    let shares: Vec<f64> = line
        .split_whitespace()
        .zip(line.split_whitespace().skip(1))
        .filter(|(_, unit)| unit.starts_with('%'))
        .map(|(share, _)| share.parse().unwrap())
        .collect();
    assert!(shares.len() > 1, "{line}");
    assert!(shares.is_sorted_by(|a, b| a >= b), "{line}");
}

/// The table of a measured channel follows from how far it was measured.
#[test]
fn a_channel_without_a_table() {
    let folder = Folder::new();
    folder.write("thru.s4p", channels::four_port(&channels::board(100.0)).as_bytes());
    let text = said(&folder, &["com", "thru.s4p"]).replace('\n', " ");
    assert!(text.starts_with("802.3dj-kr: ") || text.starts_with("802.3ck-kr: "), "{text}");
    let spec = text.split(':').next().unwrap().to_owned();
    assert!(text.contains(&format!("No --spec was given: {spec} is that")), "{text}");
    let given = said(&folder, &["com", "thru.s4p", "--spec", &spec]);
    assert!(!given.contains("No --spec was given"), "{given}");
    // The verdict is the same, whoever chose the table.
    let verdict = |text: &str| text.split("COM is ").nth(1).unwrap()[..12].to_owned();
    assert_eq!(verdict(&text), verdict(&given));
    leads(&["com", "thru.s4p", "--spec", "802.3dj"], &["cannot read thru.s4p"][..0]);
}

/// `exp(-2 d² / (w1² + w2²))`: 1.5 um beside between a fibre of 9.2 um and a facet of the catalog's mode.
#[test]
fn a_joint_that_misses() {
    let folder = Folder::new();
    let sheet = document(&folder, &["package", "joint", "active", "--offset", "1.5 um"]);
    let joint = &sheet["joints"][0];
    let modes = joint["modes_um"].as_array().unwrap();
    let radius = |i: usize| 0.5 * modes[i].as_f64().unwrap();
    let area = radius(0) * radius(0) + radius(1) * radius(1);
    let expected = 10.0 / std::f64::consts::LN_10 * 2.0 * 1.5 * 1.5 / area;
    let offset = joint["offset_db"].as_f64().unwrap();
    assert!((offset - expected).abs() < 1e-9, "{offset} against {expected}");
    assert!((joint["together_db"].as_f64().unwrap() - offset).abs() < 1e-9);
    // The offset that costs a decibel costs a decibel.
    let one = format!("{} um", joint["offset_of_1_db_um"].as_f64().unwrap());
    let again = document(&folder, &["package", "joint", "active", "--offset", &one]);
    assert!((again["joints"][0]["offset_db"].as_f64().unwrap() - 1.0).abs() < 1e-6);
    as_before!(said(&folder, &["package", "joint", "--offset", "1.5 um", "--tilt", "0.5 deg"]));
    leads(&["package", "joint", "activ"], &["did you mean `active`?"]);
    leads(&["package", "joint", "--tilt", "45 deg"], &["small angle"]);
}

/// A model of one's own, as the file beside its weights has it.
#[test]
fn world_size_takes_a_config() {
    let folder = Folder::new();
    let config = r#"{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":4096,"intermediate_size":14336,
        "num_attention_heads":32,"num_key_value_heads":8,"num_hidden_layers":32,"vocab_size":128256}"#;
    folder.write("config.json", config.as_bytes());
    let of = |model: &str| {
        document(&folder, &["world-size", "--model", model, "--sizes", "8,72", "--speed", "20"])
    };
    let (own, shipped) = (of("config.json"), of("llama-3.1-8b"));
    // The same shape as the shipped model: the same figures.
    assert_eq!(own["media"], shipped["media"]);
    leads(&["world-size", "--model", "absent.json"], &["there is no such file"]);
}

/// One line of a hundred thousand letters is not printed whole, and the place is still told.
#[test]
fn a_long_line_is_cut() {
    let folder = Folder::with(&format!(
        "lightloom = 1\nname = \"{}\"\nyear = \"soon\"\n",
        "y".repeat(100_000)
    ));
    let output = folder.run(&["scenario", "check", "scenario.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.len() < 2_000 && text.contains("year = \"soon\""), "{} bytes", text.len());
    let one_line = format!("{{\"pad\": \"{}\", ", "z".repeat(5_000));
    folder.write("one.toml", format!("a = \"{}\" b", "z".repeat(5_000)).as_bytes());
    let output = folder.run(&["scenario", "check", "one.toml"]);
    let text = stderr(&output);
    assert!(text.len() < 2_000 && text.contains("column 5008 of a long line"), "{text}");
    folder.write("model.json", one_line.as_bytes());
    let output = folder.run(&["train", "--accelerator", "h100", "--model", "model.json"]);
    assert!(output.status.code() == Some(2) && stderr(&output).len() < 2_000);
}

/// A file that never ends is not read to its end.
#[cfg(target_os = "linux")]
#[test]
fn a_device_that_never_ends() {
    for arguments in [
        &["plan", "/dev/zero"][..],
        &["link", "/dev/zero"],
        &["study", "/dev/zero"],
        &["train", "--accelerator", "h100", "--model", "/dev/zero"],
        &["catalog", "--check", "--file", "/dev/zero"],
    ] {
        leads(arguments, &["more than 64 MB"]);
    }
}

/// Help is output like any other.
#[cfg(target_os = "linux")]
#[test]
fn help_onto_a_full_disk() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Folder::new().command(&["--help"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("make room"), "{}", stderr(&output));
}

/// What failures cost a job is the first that is said of its years.
#[test]
fn operations_begin_with_the_job() {
    let folder = Folder::with(&one_rack());
    let text = said(&folder, &["operate", "scenario.toml", "--years", "4"]);
    let first = text.lines().find(|line| line.starts_with("- ")).unwrap();
    assert!(
        first.starts_with("- The job: ") && first.contains("% of its time is productive"),
        "{first}"
    );
}

/// An interface that is to carry more than it does is named where the scenario is checked; none of those shipped is.
#[test]
fn an_interface_of_the_wrong_rate() {
    let folder = Folder::with(&base().replacen("nic = \"cx8\"", "nic = \"cx7\"", 1));
    let text = said(&folder, &["scenario", "check", "scenario.toml"]).replace('\n', " ");
    assert!(
        text.contains("`scale_out.nic`, cx7, carries 400 Gb/s and is to carry 800 Gb/s"),
        "{text}"
    );
    assert!(!said(&folder, &["scenario", "check", "gb300-nvl72-4608"]).contains("note:"));
}

/// A report that cannot be written is told before the plan is computed, which may take minutes.
#[test]
fn a_report_that_cannot_be_written_is_told_first() {
    // It parses, and is refused where it is computed: the model does not fit.
    let whole = shipped("dgx-h100-superpod-1024");
    let too_small = whole.replacen("accelerators = 1024", "accelerators = 8", 1);
    let folder = Folder::with(&too_small);
    folder.make_folder("folder");
    let report = |path: &str| {
        let output = folder.run(&["plan", "scenario.toml", "--report", path]);
        (output.status.code().unwrap(), stderr(&output))
    };
    assert_eq!(report("r.html").0, 2);
    for path in ["missing/r.html", "folder"] {
        let (code, told) = report(path);
        assert_eq!(code, 1, "{told}");
        assert!(told.contains(&format!("cannot write {path}: ")), "{told}");
    }
    assert_eq!(folder.files(), ["folder", "scenario.toml"]);
}
