//! `lightloom fabric export SCENARIO`: the link classes of a fabric for other programs.

use super::{ExportFabric, Format, sheet};
use crate::failure::Failure;
use lightloom::decide::plan::{FabricClass, FabricSheet};
use serde_json::json;
use std::fmt::Write as _;

pub(super) fn run(arguments: &ExportFabric) -> Result<(), Failure> {
    let found = sheet::of(arguments.scenario.as_deref().unwrap_or_default(), &[])?;
    let text = match arguments.format {
        Some(Format::Dot) => dot(&found),
        Some(Format::Graphml) => graphml(&found),
        Some(Format::Csv) => csv(&found),
        Some(Format::Json) | None => object(&found),
    };
    match &arguments.output {
        Some(file) => crate::plan::write_whole(file, &text),
        None => crate::print(&text),
    }
}

fn classes(found: &FabricSheet) -> impl Iterator<Item = (&str, &FabricClass)> {
    found.tiers.iter().flat_map(|tier| tier.classes.iter().map(|c| (tier.tier.as_str(), c)))
}

/// What a class ends at, with how many of it there are.
fn ends(found: &FabricSheet, tier: &str, class: &FabricClass) -> [(String, u64); 2] {
    class.ends.clone().map(|end| {
        let of_tier = found.tiers.iter().find(|t| t.tier == tier);
        let layer = end.strip_prefix("switch of layer ").and_then(|l| l.parse::<usize>().ok());
        let group = layer.and_then(|layer| of_tier?.switches.get(layer - 1));
        match (group, end.as_str()) {
            (Some(group), _) => (group.name.clone(), group.count),
            (None, "accelerator") => ("accelerators".to_owned(), found.accelerators),
            (None, _) => (format!("{tier} {end}s"), 0),
        }
    })
}

fn csv(found: &FabricSheet) -> String {
    let mut out = String::from(
        "class,tier,from,to,links,rate_gbps_one_direction,lane_gbps,medium,technology,runs,min_m,mean_m,p50_m,p95_m,max_m,\
         modules,engines,plugs,cables,wire_pairs,fibres,lasers,laser_modules\n",
    );
    for (tier, c) in classes(found) {
        let [(from, _), (to, _)] = ends(found, tier, c);
        let (l, p) = (&c.length, &c.parts);
        let _ = writeln!(
            out,
            "\"{}\",{tier},{from},{to},{},{},{},{},{},\"{}\",{:.3},{:.3},{:.3},{:.3},{:.3},{},{},{},{},{},{},{},{}",
            c.name,
            c.links,
            c.rate_gbps,
            c.lane_gbps,
            c.medium,
            c.technology,
            c.runs,
            l.min_m,
            l.mean_m,
            l.p50_m,
            l.p95_m,
            l.max_m,
            p.modules,
            p.engines,
            p.plugs,
            p.cables,
            p.wire_pairs,
            p.fibres,
            p.lasers,
            p.laser_modules,
        );
    }
    out
}

/// Nodes by name, each once, with how many it stands for.
fn nodes(found: &FabricSheet) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = Vec::new();
    for (tier, class) in classes(found) {
        for end in ends(found, tier, class) {
            if !all.contains(&end) {
                all.push(end);
            }
        }
    }
    all
}

fn dot(found: &FabricSheet) -> String {
    let mut out = format!("graph \"{}\" {{\n", found.name.replace('"', "'"));
    for (name, count) in nodes(found) {
        let many = if count > 0 { format!("{count} ") } else { String::new() };
        let _ = writeln!(out, "  \"{name}\" [label=\"{many}{name}\"];");
    }
    for (tier, c) in classes(found) {
        let [(from, _), (to, _)] = ends(found, tier, c);
        // Copper is drawn solid, light dashed, in the colours of the report.
        let style = if c.medium == "copper" {
            "color=\"#b45309\""
        } else {
            "color=\"#2563eb\", style=dashed"
        };
        let _ = writeln!(
            out,
            "  \"{from}\" -- \"{to}\" [label=\"{}: {} x {} Gb/s, {}\", {style}];",
            c.name, c.links, c.rate_gbps, c.technology
        );
    }
    out.push_str("}\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn graphml(found: &FabricSheet) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (id, of, kind) in [
        ("name", "node", "string"),
        ("count", "node", "long"),
        ("class", "edge", "string"),
        ("links", "edge", "long"),
        ("rate_gbps", "edge", "double"),
        ("medium", "edge", "string"),
        ("technology", "edge", "string"),
        ("max_m", "edge", "double"),
    ] {
        let _ = writeln!(
            out,
            "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{id}\" attr.type=\"{kind}\"/>"
        );
    }
    out.push_str("  <graph edgedefault=\"undirected\">\n");
    let all = nodes(found);
    for (i, (name, count)) in all.iter().enumerate() {
        let name = escaped(name);
        let _ = writeln!(
            out,
            "    <node id=\"n{i}\"><data key=\"name\">{name}</data><data key=\"count\">{count}</data></node>"
        );
    }
    for (tier, c) in classes(found) {
        let at =
            ends(found, tier, c).map(|end| all.iter().position(|known| *known == end).unwrap_or(0));
        let _ = writeln!(
            out,
            "    <edge source=\"n{}\" target=\"n{}\"><data key=\"class\">{}</data><data key=\"links\">{}</data><data key=\"rate_gbps\">{}</data><data key=\"medium\">{}</data><data key=\"technology\">{}</data><data key=\"max_m\">{:.3}</data></edge>",
            at[0],
            at[1],
            escaped(&c.name),
            c.links,
            c.rate_gbps,
            c.medium,
            escaped(&c.technology),
            c.length.max_m,
        );
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

fn object(found: &FabricSheet) -> String {
    let all: Vec<_> = classes(found)
        .map(|(tier, class)| {
            let [from, to] = ends(found, tier, class).map(|(name, _)| name);
            json!({ "tier": tier, "from": from, "to": to, "class": class })
        })
        .collect();
    let document = json!({
        "schema": "lightloom.fabric-links/1",
        "name": found.name,
        "nodes": nodes(found).into_iter().map(|(name, count)| json!({ "name": name, "count": count })).collect::<Vec<_>>(),
        "classes": all,
    });
    format!("{document:#}\n")
}
