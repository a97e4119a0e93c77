//! `lightloom fabric`: topologies counted and exported, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, edited, one_rack, refusals, stderr, stdout};
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
    assert_eq!(list["topologies"].as_array().unwrap().len(), 14);
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

fn fabric(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(&[&["fabric"][..], arguments].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
    stdout(&output)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn classes(sheet: &Value) -> Vec<Value> {
    let tiers = sheet["tiers"].as_array().unwrap().iter();
    tiers.flat_map(|tier| tier["classes"].as_array().unwrap().clone()).collect()
}

#[test]
fn the_fabric_of_a_cluster_in_depth() {
    let folder = Folder::with(&one_rack());
    as_before!(fabric(&folder, &["scenario.toml"]));
    let said = fabric(&folder, &["scenario.toml", "--json"]);
    let sheet: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(sheet["schema"], "lightloom.fabric/1");
    let classes = classes(&sheet);
    // NVL72: 72 GPUs x 18 links x 2 lanes x 2 directions = 5,184 pairs, as published.
    assert_eq!(classes[0]["parts"]["wire_pairs"], 5184.0);
    assert_eq!(
        (&classes[0]["medium"], &classes[0]["parts"]["cables"]),
        (&"copper".into(), &0.0.into())
    );
    // 72 interfaces with a module each; two links of 800G in a cage of 1.6T at the leaf.
    let parts = &classes[1]["parts"];
    assert_eq!((&parts["modules"], &parts["breakout_cables"]), (&108.0.into(), &36.0.into()));
    for class in &classes {
        let both = number(&class["rate_gbps_both_directions"]);
        assert!((both - 2.0 * number(&class["rate_gbps"])).abs() < 1e-9);
        let bins = class["length"]["bins"].as_array().unwrap().iter();
        assert_eq!(
            bins.map(|b| b.as_u64().unwrap()).sum::<u64>(),
            class["links"].as_u64().unwrap()
        );
    }
    // Each boundary lies within the next, and inlets are chips, fans and conversion; all of them are the cluster.
    let power = &sheet["power"];
    let all = &power["all"];
    assert!(number(&all["network_w"]) > number(&all["switch_boxes_w"]));
    assert!(number(&power["cluster_w"]) > number(&all["network_w"]));
    let mut cluster = 0.0;
    for row in power["inlets"].as_array().unwrap() {
        let parts = ["chips_w", "fans_and_pumps_w", "conversion_w"].map(|k| number(&row[k]));
        assert!((parts.iter().sum::<f64>() - number(&row["inlet_w"])).abs() < 1e-6);
        cluster += number(&row["inlet_w"]);
    }
    assert!((cluster / number(&power["cluster_w"]) - 1.0).abs() < 1e-12);
}

/// A rack whose interfaces reach half of the leaves within their rack, the others by short drops below the floor.
fn mixed() -> String {
    edited(&[
        ("accelerators = 4608", "accelerators = 144"),
        ("layers = 2\n", ""),
        ("leaf = \"middle-of-row\"", "leaf = \"in-rack\""),
    ])
}

#[test]
fn a_class_is_split_where_two_media_cost_less() {
    let folder = Folder::with(&mixed());
    let said = fabric(&folder, &["scenario.toml", "--json"]);
    let sheet: Value = serde_json::from_str(&said).unwrap();
    let classes = classes(&sheet);
    let part = |word: &str| {
        let name = |c: &&Value| c["name"].as_str().unwrap().contains(&format!("nic-leaf, {word}"));
        classes.iter().find(name).unwrap_or_else(|| panic!("no class split by length: {said}"))
    };
    let (short, long) = (part("to"), part("beyond"));
    let links = |c: &Value| c["links"].as_u64().unwrap();
    assert!(links(short) > 0 && links(long) > 0);
    assert_eq!((&short["medium"], &long["medium"]), (&"copper".into(), &"light".into()));
    assert!(number(&short["length"]["max_m"]) < number(&long["length"]["min_m"]));
    // One technology for both parts, by the name that the class had: dearer than the mix.
    let one = fabric(
        &folder,
        &[
            "scenario.toml",
            "--json",
            "--technology",
            &format!(
                "{}={}",
                short["name"].as_str().unwrap().split(", ").next().unwrap(),
                long["technology"].as_str().unwrap()
            ),
        ],
    );
    let one: Value = serde_json::from_str(&one).unwrap();
    assert!(number(&one["network_cost_usd"]) > number(&sheet["network_cost_usd"]));
}

#[test]
fn fabrics_side_by_side() {
    let folder = Folder::with(&one_rack());
    as_before!(fabric(&folder, &["compare", "scenario.toml", "--radix", "16,64,144"]));
    let said = fabric(&folder, &["compare", "gb300-nvl72-4608", "--radix", "64,512", "--json"]);
    let found: Value = serde_json::from_str(&said).unwrap();
    let rows = found["rows"].as_array().unwrap();
    // 4,608 interfaces: 64 ports make 2 x 32^2 = 2,048 in two layers, so that three are needed; 512 ports two.
    assert_eq!((&rows[0]["layers"], &rows[1]["layers"]), (&3.into(), &2.into()));
    let network = |i: usize| number(&rows[i]["strategies"][0]["network_w"]);
    assert!(network(1) < network(0));
}

#[test]
fn what_studies_published_stands_beside_what_is_computed() {
    let folder = Folder::new();
    as_before!(fabric(&folder, &["compare", "--published"]));
    let said = fabric(&folder, &["compare", "quantum-x-cpo-2tier", "--published", "--json"]);
    let found: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(found["schema"], "lightloom.fabric-studies/1");
    let ids: Vec<&str> =
        found["studies"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["semianalysis", "lambda"]);
    let ibm = fabric(&folder, &["compare", "ibm", "--published"]);
    assert!(ibm.contains("272 switches") && !ibm.contains("Lambda"));
}

#[test]
fn where_copper_gives_way_is_bracketed() {
    let folder = Folder::new();
    as_before!(fabric(&folder, &["crossover"]));
    let said = fabric(&folder, &["crossover", "--lane", "100 Gb/s", "--json"]);
    let found: Value = serde_json::from_str(&said).unwrap();
    let mut crossings = 0;
    for pair in found["lanes"][0]["pairs"].as_array().unwrap() {
        for measure in ["by_power", "by_cost"] {
            let point = &pair[measure];
            let sides = [&point["copper"]["value"], &point["light"]["value"]].map(Value::as_f64);
            let [Some(copper), Some(light)] = sides else { continue };
            // Where light takes over it takes less; where it never does, copper takes no more at its longest.
            assert_eq!(point["length_m"].is_null(), copper <= light, "{pair}");
            crossings += usize::from(!point["length_m"].is_null());
            if let Some(length) = point["length_m"].as_f64() {
                assert!(length <= number(&pair["by_feasibility_m"]));
            }
        }
    }
    assert!(crossings > 0, "light takes less than copper somewhere: {said}");
}

#[test]
fn link_classes_are_exported_in_every_format() {
    let folder = Folder::with(&one_rack());
    for (format, class, count) in
        [("dot", " -- ", 3), ("graphml", "<edge ", 3), ("csv", "Gb", 0), ("json", "\"tier\"", 3)]
    {
        let said = fabric(&folder, &["export", "scenario.toml", "--format", format]);
        assert_eq!(said.matches(class).count(), count, "{format}: {said}");
    }
    let csv = fabric(&folder, &["export", "scenario.toml", "--format", "csv"]);
    assert!(csv.lines().skip(1).all(|line| line.starts_with('"')));
    assert_eq!(csv.lines().count(), 4);
}

#[test]
fn fabrics_that_are_refused() {
    let cases: Vec<(&str, Folder, &[&str])> = vec![
        ("nothing", Folder::new(), &["fabric"]),
        ("an unknown scenario", Folder::new(), &["fabric", "gb300"]),
        ("no file", Folder::new(), &["fabric", "absent.toml"]),
        (
            "an unknown class",
            Folder::with(&one_rack()),
            &["fabric", "scenario.toml", "--technology", "nic=dac"],
        ),
        (
            "an unknown technology",
            Folder::with(&one_rack()),
            &["fabric", "scenario.toml", "--technology", "scale-out nic-leaf=dsc"],
        ),
        ("no pair", Folder::with(&one_rack()), &["fabric", "scenario.toml", "--technology", "dac"]),
        ("one fabric", Folder::with(&one_rack()), &["fabric", "compare", "scenario.toml"]),
        (
            "no radix",
            Folder::with(&one_rack()),
            &["fabric", "compare", "scenario.toml", "--radix", "0,64"],
        ),
        (
            "a radix too small",
            Folder::with(&one_rack()),
            &["fabric", "compare", "gb300-nvl72-4608", "--radix", "4,64"],
        ),
        ("no study", Folder::new(), &["fabric", "compare", "quantum-x-cpo-4tier", "--published"]),
        (
            "a study by ports",
            Folder::new(),
            &["fabric", "compare", "lambda", "--published", "--radix", "64"],
        ),
        ("a lane too fast", Folder::new(), &["fabric", "crossover", "--lane", "900 Gb/s"]),
    ];
    as_before!(refusals(2, &cases));
}
