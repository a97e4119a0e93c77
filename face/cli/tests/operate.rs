//! `lightloom operate`: what is printed, what a program reads, what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, base, one_rack, refusals, stderr, stdout};
use serde_json::Value;

fn operate(arguments: &[&str]) -> String {
    let output = Folder::new().run(&[&["operate"][..], arguments].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    stdout(&output)
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&operate(&[arguments, &["--json"]].concat())).unwrap()
}

/// The base scenario with words of its operations.
fn with(operations: &str) -> Folder {
    Folder::with(&format!("{}\n[operations]\n{operations}\n", base()))
}

#[test]
fn years_of_gb300() {
    as_before!(operate(&["--years", "32", "--strategy", "cpo-switch", "--against", "baseline"]));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let on = |threads: &str| {
        let folder = Folder::with(&one_rack());
        let arguments =
            ["operate", "scenario.toml", "--years", "20", "--json", "--svg", "lost.svg"];
        let output = folder.command(&arguments).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
        assert_eq!(folder.files(), ["lost.svg", "scenario.toml"]);
        (stdout(&output), folder.read("lost.svg"))
    };
    let one = on("1");
    for threads in ["2", "4"] {
        assert!(on(threads) == one, "{threads} threads give other bytes");
    }
}

/// What must hold whatever the numbers are.
#[test]
fn one_json_object() {
    let document = json(&["--years", "48", "--against", "cpo-switch"]);
    assert_eq!(document["schema"], "lightloom.operate/1");
    let number = |v: &Value| v.as_f64().unwrap();
    let list = |v: &Value| v.as_array().unwrap().clone();
    let pair = |v: &Value| [number(&v[0]), number(&v[1])];
    for row in list(&document["figures"]) {
        let [low, high] = pair(&row["interval"]);
        let closed = number(&row["closed"]);
        assert!((low..=high).contains(&number(&row["simulated"])), "{row}");
        assert_eq!(row["within"].as_bool().unwrap(), (low..=high).contains(&closed), "{row}");
        // Outside or not, no closed form is far off: it leaves out little.
        let far = (closed - number(&row["simulated"])).abs();
        assert!(far < 0.15 * closed.abs() + 2.0 * (high - low), "{row}");
    }
    // Causes sum to the whole, and their stages to causes.
    let lost = list(&document["figures"]).iter().find(|r| r["unit"] == "h").cloned().unwrap();
    let causes = list(&document["causes"]);
    let of = |key: &str| causes.iter().map(|c| number(&c[key])).sum::<f64>();
    assert!((of("lost_h") / number(&lost["closed"]) - 1.0).abs() < 1e-9);
    for cause in &causes {
        let stages = cause["stages"].as_object().unwrap().values().map(number).sum::<f64>();
        assert!((stages - number(&cause["lost_h_simulated"][1])).abs() < 1e-6 * stages + 1e-9);
    }
    let simulated: f64 = causes.iter().map(|c| number(&c["lost_h_simulated"][1])).sum();
    assert!((simulated / number(&lost["simulated"]) - 1.0).abs() < 1e-9);
    // More nodes are up less often; what can be signed is less than what was seen.
    let levels = list(&document["levels"]);
    assert!(levels.windows(2).all(|w| number(&w[0]["simulated"]) <= number(&w[1]["simulated"])));
    assert!(levels.iter().all(|l| number(&l["signed"]) <= number(&l["simulated"])));
    // Differences of the same years: the closed form's difference in hours is the study's.
    let against = list(&document["against"]["differences"]);
    let study = list(&document["study"]["strategies"]);
    let strategy = |id: &str| study.iter().find(|s| s["id"] == id).cloned().unwrap();
    let between =
        number(&strategy("cpo-switch")["lost_h"]) - number(&strategy("recommended")["lost_h"]);
    let hours = against.iter().find(|d| d["unit"] == "h").unwrap();
    assert!((number(&hours["closed"]) - between).abs() < 1e-6 * between.abs() + 1e-6, "{hours}");
    for s in &study {
        let [low, high] = pair(&s["network_lost_range_h"]);
        assert!((low..=high).contains(&number(&s["network_lost_h"])), "{s}");
        let waterfall: f64 = list(&s["waterfall"])
            .iter()
            .flat_map(|w| w["stages"].as_object().unwrap().clone())
            .map(|(_, h)| number(&h))
            .sum();
        assert!((waterfall / number(&s["lost_h"]) - 1.0).abs() < 1e-9, "{s}");
        // Larger jobs are stopped more often and get less done.
        let sizes = list(&s["sizes"]);
        assert!(sizes.windows(2).all(|w| number(&w[0]["ettr"]) > number(&w[1]["ettr"])), "{s}");
    }
    // At the factor at which the sign turns, it turns.
    for engine in list(&document["study"]["engines"]) {
        let Some(factor) = engine["flips_at_factor"].as_f64() else { continue };
        let id = engine["strategy"].as_str().unwrap();
        let others = number(&strategy(id)["network_lost_h"]) - number(&engine["engine_lost_h"]);
        let turned = others + factor * number(&engine["engine_lost_h"]);
        assert!((turned / number(&strategy("baseline")["network_lost_h"]) - 1.0).abs() < 1e-9);
    }
}

/// What `[operations]` says is what happens.
#[test]
fn a_scenario_says_how_it_is_kept() {
    let sheet = |operations: &str| -> Value {
        let folder = with(operations);
        let output = folder.run(&["operate", "scenario.toml", "--years", "24", "--json"]);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
        serde_json::from_str(&stdout(&output)).unwrap()
    };
    let sum = |sheet: &Value, key: &str| -> f64 {
        let causes = sheet["causes"].as_array().unwrap().iter();
        causes.map(|c| c[key].as_f64().unwrap()).sum()
    };
    let usual = sheet("");
    let quick = sheet("response = \"10 min\"\ntechnicians = 200");
    assert!(sum(&quick, "lost_h") < 0.95 * sum(&usual, "lost_h"));
    assert!(sum(&quick, "queued_h") < 1e-9);
    // One technician, and parts that are never there.
    let slow = sheet("technicians = 1\n[operations.spares]\ntray = 0\nresupply = \"10 day\"");
    assert!(sum(&slow, "queued_h") > 1.0);
    assert!(sum(&slow, "without_part") > 100.0);
    assert_eq!(slow["site"]["technicians"], 1);
    let job = sheet("spare_domains = 4\nnodes_needed = 16\ncheckpoint_interval = \"1 h\"");
    let site = &job["site"];
    assert_eq!((site["job_domains"].as_u64(), site["spare_domains"].as_u64()), (Some(60), Some(4)));
    assert_eq!(site["job_accelerators"], 60 * 64);
    assert_eq!(
        (site["checkpoint_interval_s"].as_f64(), site["interval_is_daly"].as_bool()),
        (Some(3600.0), Some(false))
    );
    // Longer between checkpoints, more is done again.
    let ettr = |sheet: &Value| {
        let rows = sheet["figures"].as_array().unwrap();
        let of_job = |r: &&Value| r["what"].as_str().unwrap().contains("done again");
        rows.iter().find(of_job).unwrap()["simulated"].as_f64().unwrap()
    };
    assert!(ettr(&job) > 2.0 * ettr(&usual));
    let daly = sheet("checkpoint_interval = \"daly\"");
    assert_eq!(daly["figures"], usual["figures"]);
}

#[test]
fn a_precision_is_reached() {
    let document = json(&["--precision", "10"]);
    assert!(document["years"]["precision"].as_f64().unwrap() <= 0.1);
    assert_eq!(document["years"]["precision_wanted"], 0.1);
}

#[test]
fn what_is_refused() {
    let one: &[&str] = &["operate", "scenario.toml", "--years", "2"];
    let named: Vec<(&str, Folder, &[&str])> = [
        ("no such scenario", &["operate", "gb3000"][..]),
        ("no such strategy", &["operate", "--strategy", "cpo"]),
        ("no such other strategy", &["operate", "--against", "basline"]),
        ("no such class", &["operate", "--years", "2", "--technology", "scale-out=lpo"]),
        ("no technology", &["operate", "--years", "2", "--technology", "scale-out nic-leaf"]),
        ("a precision beyond all", &["operate", "--precision", "0"]),
        ("years and a precision", &["operate", "--precision", "5", "--years", "3"]),
        ("no years", &["operate", "--years", "0"]),
    ]
    .into_iter()
    .map(|(what, arguments)| (what, Folder::new(), arguments))
    .collect();
    let placed = [
        ("a negative time", "response = \"-4 h\""),
        ("a bare number", "detect = 30"),
        ("an interval that is no time", "checkpoint_interval = \"young\""),
        ("no technicians", "technicians = 0"),
        ("more nodes than a domain has", "nodes_needed = 19"),
        ("more spare domains than there are", "spare_domains = 64"),
        ("more spares than are installed", "[operations.spares]\nmodule = 40000"),
        ("a level beyond all", "[operations.spares]\nlevel = \"100 %\""),
        ("no such unit", "[operations.spares]\nmodules = 4"),
    ]
    .map(|(what, operations)| (what, with(operations), one));
    let job = base().replace("[training]\n", "[training]\naccelerators = 4608\n");
    let larger = Folder::with(&format!("{job}\n[operations]\nspare_domains = 2\n"));
    let mut cases: Vec<(&str, Folder, &[&str])> = named;
    cases.extend(placed);
    cases.push(("a job that leaves no spare domains", larger, one));
    as_before!(refusals(2, &cases));
}

/// A job that cannot have its domains is told, not refused.
#[test]
fn a_job_that_waits_is_told() {
    let folder = with("response = \"30 day\"");
    let arguments =
        ["operate", "scenario.toml", "--years", "2", "--json", "--strategy", "cpo-accelerator"];
    let output = folder.run(&arguments);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let told = document["findings"].as_array().unwrap().iter().filter_map(Value::as_str);
    let told: Vec<&str> = told.collect();
    assert!(told.iter().any(|f| f.contains("The job waits")), "{told:?}");
}
