//! `lightloom cost` and `lightloom breakeven`: what is printed, what a program reads, what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, document, edited, one_rack, refusals, said, stdout};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn cost_of_gb300() {
    as_before!(said(&Folder::new(), &["cost"]));
}

#[test]
fn published_money() {
    as_before!(said(&Folder::new(), &["cost", "--published"]));
}

/// The published saving that its own parts contradict is found, and what agrees is not blamed.
#[test]
fn the_saving_that_contradicts_itself() {
    let document = document(&Folder::new(), &["cost", "--published"]);
    assert_eq!(document["schema"], "lightloom.cost-published/1");
    let row = |id: &str| {
        let rows = document["rows"].as_array().unwrap();
        rows.iter().find(|r| r["row"] == id).unwrap().clone()
    };
    assert_eq!(row("V17")["agrees"], false);
    assert_eq!(row("V17")["computed"], "-4.75 %");
    for id in ["V15", "V16", "V19", "V21", "V22", "V23"] {
        assert_eq!(row(id)["agrees"], true, "{id}");
    }
    assert!(document["findings"][0].as_str().unwrap().contains("not -3 %"));
}

/// What must hold of any cost sheet.
#[test]
fn a_cost_sheet_adds_up() {
    let folder = Folder::with(&one_rack());
    let asked = ["cost", "scenario.toml", "--samples", "64"];
    let document = document(&folder, &asked);
    assert_eq!(document["schema"], "lightloom.cost/1");
    let years = number(&document["years"]);
    let strategies = document["strategies"].as_array().unwrap();
    assert_eq!(strategies.len(), 6);
    for strategy in strategies {
        let central = |key: &str| number(&strategy[key]["central"]);
        let bill: f64 = strategy["bill"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| number(&line["total_usd"]))
            .sum();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * b.abs(), "{a} {b} {strategy}");
        near(bill, central("bill_total").max(number(&strategy["bill_total"]["central"])));
        near(central("capex_usd"), central("hardware_usd") + central("facility_usd"));
        let yearly: f64 = strategy["yearly"].as_object().unwrap().values().map(number).sum();
        near(central("total_usd"), central("capex_usd") + years * yearly);
        let rows = strategy["years"].as_array().unwrap();
        near(number(&rows.last().unwrap()["so_far"]), central("total_usd"));
        // The hardware is written off, or what is left is in the books.
        let off: f64 = rows.iter().map(|row| number(&row["written_off"])).sum();
        near(off + number(&rows.last().unwrap()["book"]), central("hardware_usd"));
        for key in ["total_usd", "capex_usd", "usd_per_accelerator_hour"] {
            let range = &strategy[key];
            let [low, middle, high] = ["low", "median", "high"].map(|end| number(&range[end]));
            assert!(low <= middle && middle <= high && low < high, "{key} {range}");
        }
        // Sums of lines lie within what their dependence allows, and independent errors cancel.
        let total = &strategy["bill_total"];
        let width = |key: &str| number(&total[key][1]) - number(&total[key][0]);
        assert!(width("independent") < width("correlated"), "{total}");
        let joules = strategy["joule_per_token"].as_array().unwrap();
        let rising = |w: &[Value]| number(&w[0]["joule"]) < number(&w[1]["joule"]);
        assert!(joules.windows(2).all(rising), "{joules:?}");
    }
    for row in document["against_baseline"].as_array().unwrap() {
        for key in ["cheaper_to_buy", "cheaper_to_build", "cheaper_over_life"] {
            assert!((0.0..=1.0).contains(&number(&row[key])), "{row}");
        }
    }
    // The same bytes again, on any number of threads.
    let again = |threads: &str| {
        let mut command = folder.command(&[&asked[..], &["--json"]].concat());
        stdout(&command.env("RAYON_NUM_THREADS", threads).output().unwrap())
    };
    assert!(again("1") == again("3"));
}

/// What is stated does not move, and reaches every figure.
#[test]
fn a_scenario_states_its_money() {
    let stated = "[economics]\ndiscount = \"12 %\"\nlabour = \"50 USD/h\"\ngrid = \"norway\"\n\
        depreciation = \"double-declining\"\ndepreciation_life = \"4 yr\"\nutilisation = \"90 %\"\n\
        engine_margin = \"20 %\"\nelectricity = \"0.2 USD/kWh\"\n\n[training]";
    let one = [("accelerators = 4608", "accelerators = 72"), ("layers = 2\n", "")];
    let plain = Folder::with(&one_rack());
    let own = Folder::with(&edited(&[one[0], one[1], ("[training]", stated)]));
    let asked = ["cost", "scenario.toml", "--samples", "32"];
    let (a, b) = (document(&plain, &asked), document(&own, &asked));
    let finance = &b["finance"];
    assert!((number(&finance["discount"]) - 0.12).abs() < 1e-12);
    assert!((number(&finance["utilisation"]) - 0.9).abs() < 1e-12);
    assert_eq!(finance["depreciation"], "double declining balance");
    assert_eq!(finance["grid"], "norway");
    assert!(number(&b["facts_moved"]) < number(&a["facts_moved"]));
    let of = |d: &Value, id: &str, path: [&str; 2]| {
        let all = d["strategies"].as_array().unwrap();
        number(&all.iter().find(|s| s["id"] == id).unwrap()[path[0]][path[1]])
    };
    // Half the price of the books' first year is gone twice as fast; engines are cheaper; the grid is clean.
    let cpo = |d: &Value| of(d, "cpo-switch", ["bill_total", "central"]);
    assert!(cpo(&b) < cpo(&a), "{} {}", cpo(&b), cpo(&a));
    let carbon = |d: &Value| of(d, "baseline", ["carbon", "operational_t"]);
    assert!((carbon(&b) / carbon(&a) - 30.0 / 481.0).abs() < 1e-6);
    let energy = |d: &Value| of(d, "baseline", ["yearly", "energy_it"]);
    assert!((energy(&b) / energy(&a) - 2.5).abs() < 1e-9);
}

#[test]
fn break_even_premium() {
    as_before!(said(&Folder::new(), &["breakeven", "premium"]));
}

#[test]
fn break_even_of_a_fact() {
    let arguments = ["breakeven", "price.module.1600g", "--strategy", "cpo-switch"];
    as_before!(said(&Folder::new(), &arguments));
}

/// Erosion is of vendors, of which a link of two ends has those of the scarcer one.
#[test]
fn break_even_of_erosion() {
    let arguments = ["breakeven", "erosion", "--strategy", "cpo-switch"];
    let text = said(&Folder::new(), &arguments);
    assert!(text.contains("Copper and CPO at the switch"), "{text}");
}

/// At a flip the advantage is nothing: the cost sheet of a scenario that states it says so.
#[test]
fn at_a_flip_nothing_is_gained() {
    let folder = Folder::with(&one_rack());
    let document = document(&folder, &["breakeven", "premium", "scenario.toml"]);
    assert_eq!(document["schema"], "lightloom.breakeven/1");
    for row in document["strategies"].as_array().unwrap() {
        let Some(flip) = row["flips"].as_array().unwrap().first() else { continue };
        let (at, closed) = (number(&flip["at"]), number(&row["flip_range"]["central"]));
        // Found by calls, and by two points of a straight line.
        assert!((at - closed).abs() < 0.01 * closed.abs().max(10.0), "{at} {closed}");
        assert_eq!(flip["jump"], false);
        assert_eq!(flip["pays_above"], false, "what is dearer pays less");
        let pays = number(&row["stands_at"]) < at;
        assert_eq!(pays, number(&row["now_usd"]) > 0.0, "{row}");
    }
}

#[test]
fn a_map_is_covered_and_drawn() {
    let folder = Folder::with(&one_rack());
    let arguments = ["breakeven", "premium", "scenario.toml", "--map", "electricity"];
    let document = document(&folder, &[&arguments[..], &["--svg", "map.svg"]].concat());
    assert!(folder.read("map.svg").starts_with("<svg"));
    let map = &document["map"];
    let shares: f64 = map["shares"].as_array().unwrap().iter().map(number).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    let width = |v: &Value| number(&v[1]) - number(&v[0]);
    let whole = width(&map["x"]["range"]) * width(&map["y"]["range"]);
    let cells = map["cells"].as_array().unwrap().iter();
    let covered: f64 = cells.map(|c| width(&c["x"]) * width(&c["y"])).sum();
    assert!((covered / whole - 1.0).abs() < 1e-9, "{covered} {whole}");
}

#[test]
fn what_is_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = [
        ("no such scenario", &["cost", "gb3000"][..]),
        ("no such strategy", &["cost", "--strategy", "cpo"]),
        ("too few samples", &["cost", "--samples", "3"]),
        ("published, and a strategy", &["cost", "--published", "--strategy", "lpo"]),
        ("no such input", &["breakeven", "premuim"]),
        ("no such second input", &["breakeven", "premium", "--map", "moon"]),
        ("a map of one input", &["breakeven", "premium", "--map", "premium"]),
        (
            "a strategy against itself",
            &["breakeven", "pue", "--strategy", "lpo", "--against", "lpo"],
        ),
        ("a premium of a mix", &["breakeven", "premium", "--strategy", "recommended"]),
        ("a negative price", &["breakeven", "electricity", "--from", "-1"]),
        ("a discount of 300 %", &["breakeven", "discount", "--to", "300 %"]),
        ("a PUE below 1", &["breakeven", "pue", "--from", "0.8"]),
        ("another unit", &["breakeven", "electricity", "--to", "0.1 EUR/kWh"]),
        ("no range", &["breakeven", "premium", "--from", "50", "--to", "10"]),
        ("a figure of no map", &["breakeven", "premium", "--svg", "map.svg"]),
    ]
    .into_iter()
    .map(|(what, arguments)| (what, Folder::new(), arguments))
    .collect();
    as_before!(refusals(2, &cases));
}
