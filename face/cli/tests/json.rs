//! `--json` is one document of the published schema, and the same bytes whatever computes it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
mod common;

use common::{Folder, one_rack, stderr, stdout};
use serde_json::Value;

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let plan = |threads: &str| {
        let folder = Folder::with(&one_rack());
        let output = folder
            .command(&[
                "plan",
                "scenario.toml",
                "--samples",
                "64",
                "--json",
                "--report",
                "report.html",
            ])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
        assert_eq!(folder.files(), ["report.html", "scenario.toml"]);
        (stdout(&output), folder.read("report.html"))
    };
    let first = plan("1");
    // Not `assert_eq`, which would print megabytes.
    for threads in ["1", "2", "7"] {
        assert!(plan(threads) == first, "{threads} threads give other bytes");
    }
    let document: Value = serde_json::from_str(&first.0).unwrap();
    // Every section that decides a link is drawn, and the page stays small.
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let classes = list(&document["tiers"]).into_iter().flat_map(|tier| list(&tier["classes"]));
    let sections = classes.flat_map(|class| list(&class["worst_sections"])).count();
    assert!(sections > 0);
    for figure in ["eye", "noise"] {
        let drawn = first.1.matches(&format!("-{figure}-title\">")).count();
        let repeated = first.1.matches("The figures are those of").count();
        assert_eq!(drawn + repeated, sections, "{figure}");
    }
    // 45 kB of it are models: domains by size, drawn and as a table, and serving between its two ends; 22 kB operations; 30 kB
    // readiness: dates drawn, waiting, evidence, buyers; the rest of what came since is money.
    assert!(first.1.len() < 720_000, "{} bytes", first.1.len());
    assert_eq!(document["schema"], "lightloom.plan/1");
    let schema = stdout(&Folder::new().run(&["scenario", "schema", "--plan"]));
    let schema: Value = serde_json::from_str(&schema).unwrap();
    conforms(&schema, &schema, &document, "plan");
}

#[test]
fn operations_are_of_their_schema() {
    let folder = Folder::with(&one_rack());
    let arguments = ["operate", "scenario.toml", "--years", "4", "--against", "npo", "--json"];
    let output = folder.run(&arguments);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let schema = schemars::schema_for!(lightloom::decide::plan::OperateSheet).to_value();
    conforms(&schema, &schema, &document, "operate");
}

/// Checks a document against the part of JSON Schema that `schemars` writes.
fn conforms(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        return conforms(root, &root["$defs"][name], value, at);
    }
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        // Written for optional values only: null, or the other.
        let other = options.iter().find(|o| o["type"] != "null").unwrap();
        if !value.is_null() {
            conforms(root, other, value, at);
        }
        return;
    }
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
    };
    if let Some(types) = schema.get("type") {
        let is = |t: &Value| *t == name || (*t == "number" && name == "integer");
        let fits = types.as_array().map_or_else(|| is(types), |all| all.iter().any(is));
        assert!(fits, "{at}: {value} is not of type {types}");
    }
    if let Some(text) = value.as_str() {
        let strange = ["NaN", "inf "].iter().any(|w| text.contains(w)) || text == "inf";
        assert!(!strange, "{at}: {text}");
    }
    if let (Some(properties), Some(object)) = (schema.get("properties"), value.as_object()) {
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(object.contains_key(key.as_str().unwrap()), "{at}: {key} is missing");
        }
        for (key, inner) in object {
            let property =
                properties.get(key).unwrap_or_else(|| panic!("{at}.{key} is not in the schema"));
            conforms(root, property, inner, &format!("{at}.{key}"));
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (i, inner) in list.iter().enumerate() {
            conforms(root, items, inner, &format!("{at}[{i}]"));
        }
    }
}
