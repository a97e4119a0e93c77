//! `lightloom fabric topology`.

use super::parameters::{self, refused};
use super::{TopologyArguments, picture};
use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::text::{heading, paragraph};
use lightloom::fabric::topology::{Exactness, Graph, Summary, SwitchKind, Topology, load, measure};
use lightloom::units::{significant, thousands};
use serde_json::json;
use std::fmt::Write as _;

/// Largest `endpoints x edges` for which link loads are computed where no closed form is known.
const MOST_WORK: u64 = 40_000_000;

pub(super) fn run(arguments: &TopologyArguments) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        return list(arguments.json);
    };
    let topology = parameters::read(name, &arguments.parameters)?;
    let mut summary = topology.summary().map_err(|e| refused(&topology, &e))?;
    let graph = graph_for_loads(&topology, &summary);
    if summary.saturation.is_none()
        && let Some(graph) = &graph
    {
        summary.saturation = Some(load::uniform(graph).saturation(summary.ports_per_endpoint));
    }
    let cut = graph.as_ref().map(|g| measure::bisection_bound(g, 1));
    if summary.bisection.exactness == Exactness::UpperBound
        && let Some(cut) = cut.filter(|c| *c < summary.bisection.links)
    {
        summary.bisection.links = cut;
        summary.bisection.source = "a cut found on the graph";
    }
    let mut said = if arguments.json {
        let document = json!({
            "schema": "lightloom.topology/1",
            "topology": topology,
            "name": topology.name(),
            "summary": summary,
        });
        format!("{document:#}\n")
    } else {
        text(&topology, &summary)
    };
    if let Some(file) = &arguments.svg {
        let drawing = picture::draw(&topology, &summary);
        crate::plan::write_whole(file, &drawing.standalone())?;
        if !arguments.json {
            let _ = writeln!(said, "\nFigure: {}", file.display());
        }
    }
    crate::print(&said)
}

/// The graph, where walking over it for every endpoint is quick.
fn graph_for_loads(topology: &Topology, summary: &Summary) -> Option<Graph> {
    let edges = summary.links.iter().fold(0_u64, |sum, l| sum.saturating_add(l.count));
    let quick = summary.endpoints.saturating_mul(edges) <= MOST_WORK;
    let asked =
        summary.saturation.is_none() || summary.bisection.exactness == Exactness::UpperBound;
    (quick && asked).then(|| topology.graph().ok()).flatten()
}

fn list(json: bool) -> Result<(), Failure> {
    if json {
        let entry = |(name, about): &(&str, &str)| {
            let parameters: Vec<_> = parameters::of(name)
                .into_iter()
                .map(|p| json!({ "name": p.name, "about": p.about, "optional": p.optional }))
                .collect();
            json!({ "name": name, "about": about, "parameters": parameters })
        };
        let all: Vec<_> = Topology::LIST.iter().map(entry).collect();
        let document = json!({ "schema": "lightloom.topologies/1", "topologies": all });
        return crate::print(&format!("{document:#}\n"));
    }
    let mut out = String::new();
    for (name, about) in Topology::LIST {
        let _ = writeln!(out, "{name}\n  {about}");
        let named = |p: &parameters::Parameter| {
            if p.optional { format!("[{}]", p.name) } else { p.name.clone() }
        };
        let names: Vec<String> = parameters::of(name).iter().map(named).collect();
        let _ = writeln!(out, "  parameters: {}", names.join(" "));
    }
    out.push_str("\nTry: lightloom fabric topology dragonfly p=4 a=8 h=4\n");
    crate::print(&out)
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p <= 0.0 => "-".to_owned(),
        p if p < 0.01 => "< 0.01 %".to_owned(),
        p => format!("{} %", significant(p, 3)),
    }
}

fn text(topology: &Topology, s: &Summary) -> String {
    let mut out = String::new();
    let count = |n: u64, one: &str, many: &str| {
        format!("{} {}", thousands(n), if n == 1 { one } else { many })
    };
    let switches: u64 = s.switches.iter().map(|w| w.count).sum();
    let links: u64 = s.links.iter().map(|l| l.count).sum();
    let _ = writeln!(
        out,
        "{}\n{}, {}, {}\n",
        topology.name(),
        count(s.endpoints, "endpoint", "endpoints"),
        count(switches, "switch", "switches"),
        count(links, "link", "links"),
    );
    let exact = |e| if e == Exactness::Exact { "exactly" } else { "at most" };
    let half = s.endpoints / 2 * s.ports_per_endpoint;
    let mut lines = vec![
        ("ports of an endpoint", s.ports_per_endpoint.to_string()),
        (
            "diameter",
            format!(
                "{}, {}",
                count(s.diameter.links, "link", "links"),
                count(s.diameter.switches, "switch", "switches")
            ),
        ),
        ("mean distance", format!("{} links", significant(s.mean_links, 4))),
        (
            "bisection",
            format!(
                "{} {} ({} % of the ports of half the endpoints): {}",
                exact(s.bisection.exactness),
                count(s.bisection.links, "link", "links"),
                significant(
                    if half == 0 { 0.0 } else { s.bisection.links as f64 / half as f64 * 100.0 },
                    3
                ),
                s.bisection.source,
            ),
        ),
    ];
    if let Some(saturation) = s.saturation {
        let share = significant(saturation.share_of_ports * 100.0, 3);
        lines.push((
            "uniform traffic",
            format!(
                "fills the first link at {share} % of the endpoint's ports ({})",
                saturation.routing
            ),
        ));
    }
    if let Some(paths) = s.shortest_paths {
        lines.push((
            "shortest paths",
            format!("{} between endpoints that are farthest apart", thousands(paths)),
        ));
    }
    lines.push((
        "disjoint paths",
        format!("{} between every two endpoints, without a common link", s.edge_disjoint_paths),
    ));
    for (name, value) in lines {
        let _ = writeln!(out, "{name:<22}{value}");
    }
    if !s.switches.is_empty() {
        heading(&mut out, "Switches");
        let kind = |kind| match kind {
            SwitchKind::Electrical => "electrical".to_owned(),
            SwitchKind::OpticalCircuit => "optical circuit".to_owned(),
        };
        let table = table_of(
            &s.switches,
            &[
                left("switch", &|w| w.name.to_owned()),
                left("kind", &|w| kind(w.kind)),
                right("count", &|w| thousands(w.count)),
                right("ports used", &|w| w.ports_used.to_string()),
                right("ports", &|w| w.radix.to_string()),
            ],
        );
        let _ = writeln!(out, "{table}");
    }
    heading(&mut out, "Links");
    let table = table_of(
        &s.links,
        &[
            left("class", &|l| {
                format!("{}{}", l.name, if l.through_ocs { ", through OCS" } else { "" })
            }),
            left("from", &|l| l.ends[0].to_owned()),
            left("to", &|l| l.ends[1].to_owned()),
            right("count", &|l| thousands(l.count)),
            right("trunk", &|l| l.trunk.to_string()),
        ],
    );
    let _ = writeln!(out, "{table}");
    heading(&mut out, "What one failure takes away");
    let table = table_of(
        &s.failures,
        &[
            left("failure", &|f| f.what.clone()),
            right("endpoints cut off", &|f| percent(f.endpoints_cut_off)),
            right("bandwidth of the worst hit", &|f| percent(f.endpoint_bandwidth_lost)),
            right("of the bisection's cut", &|f| percent(f.bisection_lost)),
        ],
    );
    let _ = writeln!(out, "{table}");
    if matches!(topology, Topology::Dragonfly(_)) {
        paragraph(
            &mut out,
            "- Distances are of minimal routes: at most one global link, with a local one before and after.",
        );
    }
    out
}
