//! `lightloom package`: technologies and products in depth, beside each other, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a failed test may panic"
)]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stderr, stdout};
use serde_json::Value;

fn said(arguments: &[&str]) -> String {
    common::said(&Folder::new(), arguments)
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(arguments)).unwrap()
}

#[test]
fn a_technology_and_a_product_in_depth() {
    let mut out = said(&["package", "cpo-switch"]);
    out.push_str(&said(&["package", "q3450"]));
    out.push_str(&said(&[
        "package", "dac", "--lane", "100 Gb/s", "--lanes", "8", "--length", "1.5 m",
    ]));
    as_before!(out);
}

/// The two ends of a pair have their own ways, and the sheet says what stands opposite.
#[test]
fn a_pair_has_a_sheet() {
    let found = document(&["package", "retimed-pluggable~linear-pluggable", "--json"]);
    assert_eq!(found["makeup"]["partner"], "Linear pluggable (LPO)");
    let ends = found["cross_sections"].as_array().unwrap();
    let ends: Vec<&str> = ends.iter().map(|end| end["technology"].as_str().unwrap()).collect();
    assert_eq!(ends, ["retimed-pluggable", "linear-pluggable"]);
}

#[test]
fn a_laser_module_has_a_sheet_of_its_own_and_users_add_theirs() {
    as_before!(said(&["package", "elsfp"]));
    assert!(said(&["package"]).contains("OIF ELSFP"));
    let found = document(&["package", "elsfp", "--json"]);
    let of = |key: &str| found[key].as_f64().unwrap();
    assert_eq!(found["schema"], "lightloom.laser-module/1");
    assert!((of("electrical_w") - of("heat_w") - of("light_w")).abs() < 1e-9);
    assert!((of("of_box_w") / of("electrical_w") - of("of_box")).abs() < 1e-9);
    // Half as much light in a module of the user's own: class 4 of 20 dBm, and less power.
    let folder = Folder::new();
    let shipped = include_str!("../../../catalog/products/elsfp.toml");
    let own = shipped.replace("id = \"elsfp\"", "id = \"dim\"").replace("23 dBm", "20 dBm");
    folder.write("dim.toml", own.as_bytes());
    let output = folder.run(&["package", "dim", "--json", "--technologies", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let dim: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(dim["optical_class"], 4);
    assert!(dim["electrical_w"].as_f64().unwrap() < of("electrical_w") / 2.0);
}

#[test]
fn a_bond_saves_what_its_capacitance_says() {
    let found = document(&["package", "cpo-switch", "--json"]);
    let bonds = found["receiver"]["bonds"].as_array().unwrap();
    let of = |row: &Value, key: &str| row[key].as_f64().unwrap();
    for pair in bonds.windows(2) {
        let ratio = of(&pair[0], "capacitance_ff") / of(&pair[1], "capacitance_ff");
        let saved = of(&pair[1], "gain_db") - of(&pair[0], "gain_db");
        assert!((5.0 * ratio.log10() - saved).abs() < 1e-9 && saved > 0.0);
    }
}

#[test]
fn a_rack_pays_a_kilowatt_for_a_picojoule() {
    // 72 accelerators of 14.4 Tb/s, 1 pJ/bit: 72 x 14.4e12 x 1e-12 W.
    let text = said(&["package", "compare", "dac", "cpo-switch"]);
    assert!(
        text.contains("One\npJ/bit more is 1037 W") || text.contains("pJ/bit more is 1037 W"),
        "{text}"
    );
}

#[test]
fn densities_bind_at_their_least_limit() {
    let found = document(&["package", "density", "--json"]);
    assert_eq!(found["schema"], "lightloom.package-density/1");
    for row in found["technologies"].as_array().unwrap() {
        let limits = row["space"]["limits_tbps"].as_array().unwrap();
        let least =
            limits.iter().map(|l| l["value"].as_f64().unwrap()).fold(f64::INFINITY, f64::min);
        let largest = row["space"]["largest_tbps"].as_f64().unwrap();
        assert!((largest / least - 1.0).abs() < 1e-9, "{}: {largest} against {least}", row["id"]);
    }
}

#[test]
fn printed_yields_are_met() {
    let found = document(&["package", "yield", "retimed-pluggable", "--json"]);
    let rows = found["published"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        // Half of the last digit that was printed: two digits at least.
        let off = row["error_percent"].as_f64().unwrap();
        assert!(off.abs() < 2.5, "{}: {off} % off", row["what"]);
    }
    let making = &found["technologies"][0]["making"];
    let steps = making["steps"].as_array().unwrap().iter();
    let sum: f64 =
        steps.map(|s| s["cost_usd"].as_f64().unwrap() + s["loss_usd"].as_f64().unwrap()).sum();
    assert!((sum / making["steps_usd"].as_f64().unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn figures_are_written() {
    let folder = Folder::new();
    let output = folder.run(&["package", "linear-pluggable", "--svg", "figures"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let svg = folder.read("figures/linear-pluggable-either-end.svg");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    let output = folder.run(&["package", "compare", "dac", "--svg", "path.svg"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(folder.read("path.svg").starts_with("<svg"));
}

#[test]
fn a_users_technology_and_product() {
    let folder = Folder::new();
    folder.make_folder("own");
    let technology = lightloom::catalog::TECHNOLOGIES.iter().find(|(f, _)| *f == "cpo-switch.toml");
    let text = technology.unwrap().1.replace("id = \"cpo-switch\"", "id = \"own-engine\"");
    folder.write("own/engine.toml", text.as_bytes());
    let product = lightloom::catalog::PRODUCTS.iter().find(|(f, _)| *f == "q3450.toml");
    let text = product.unwrap().1.replace("id = \"q3450\"", "id = \"own-switch\"");
    let text = text.replace("technology = \"cpo-switch\"", "technology = \"own-engine\"");
    folder.write("own/switch.toml", text.as_bytes());
    for id in ["own-engine", "own-switch"] {
        let output = folder.run(&["package", id, "--technologies", "own", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(
            (found["id"].as_str(), found["schema"].as_str()),
            (Some(id), Some("lightloom.package/1"))
        );
    }
}

#[test]
fn what_is_refused() {
    let cases: &[(&str, &[&str])] = &[
        ("a name that does not exist", &["package", "warp-drive"]),
        ("a rate without unit", &["package", "dac", "--lane", "200"]),
        ("a rate that is a length", &["package", "dac", "--lane", "2 m"]),
        ("a lane too quick", &["package", "dac", "--lane", "2 Tb/s"]),
        ("no lanes", &["package", "dac", "--lanes", "0"]),
        ("three levels", &["package", "dac", "--pam", "3"]),
        ("a negative length", &["package", "dac", "--length", "-1 m"]),
        ("a length to another town", &["package", "dac", "--length", "4000 km"]),
        ("no such process", &["package", "dac", "--host-node", "1nm"]),
        ("a box smaller than its port", &["package", "dac", "--box", "400 Gb/s"]),
        ("a name among others", &["package", "compare", "dac", "warp-drive"]),
        ("a folder that is not there", &["package", "dac", "--technologies", "none"]),
    ];
    let cases: Vec<_> = cases.iter().map(|(name, a)| (*name, Folder::new(), *a)).collect();
    as_before!(refusals(2, &cases));
}
