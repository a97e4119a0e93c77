//! Closed forms of topologies against their explicit graphs, at small sizes; petgraph as a second opinion.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "common/topologies.rs"]
mod topologies;

use lightloom_fabric::topology::{Exactness, Graph, Summary, SwitchKind, Topology, load, measure};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use proptest::prelude::*;
use std::collections::BTreeSet;
use topologies::any_topology;

/// The same graph in petgraph.
fn petgraph_of(graph: &Graph) -> UnGraph<(), u64, u32> {
    let mut out = UnGraph::with_capacity(graph.vertices() as usize, graph.half_edges() / 2);
    for _ in 0..graph.vertices() {
        out.add_node(());
    }
    for (v, edge) in graph.all_edges() {
        out.add_edge(
            NodeIndex::new(v as usize),
            NodeIndex::new(edge.to as usize),
            u64::from(edge.links),
        );
    }
    out
}

/// Most flow between two vertices, where every link carries one.
fn max_flow(graph: &Graph, a: u32, b: u32) -> u64 {
    let mut directed = petgraph::graph::DiGraph::<(), u64, u32>::new();
    for _ in 0..graph.vertices() {
        directed.add_node(());
    }
    for edge in petgraph_of(graph).edge_references() {
        directed.add_edge(edge.source(), edge.target(), *edge.weight());
        directed.add_edge(edge.target(), edge.source(), *edge.weight());
    }
    petgraph::algo::ford_fulkerson(
        &directed,
        NodeIndex::new(a as usize),
        NodeIndex::new(b as usize),
    )
    .0
}

fn check_counts(s: &Summary, graph: &Graph) -> Result<(), TestCaseError> {
    prop_assert_eq!(u64::from(graph.endpoints()), s.endpoints);
    let mut links = vec![0; s.links.len()];
    let mut trunk = vec![0; s.links.len()];
    for (_, e) in graph.all_edges() {
        links[usize::from(e.class)] += u64::from(e.links);
        trunk[usize::from(e.class)] = trunk[usize::from(e.class)].max(u64::from(e.links));
    }
    for (i, class) in s.links.iter().enumerate() {
        prop_assert_eq!(links[i], class.count, "links of {}", class.name);
        prop_assert!(
            trunk[i] <= class.trunk,
            "trunk of {}: {} > {}",
            class.name,
            trunk[i],
            class.trunk
        );
    }
    // No edge to itself, none twice.
    for v in 0..graph.vertices() {
        let mut to: Vec<(u32, u8)> = graph.edges(v).map(|e| (e.to, e.class)).collect();
        prop_assert!(to.iter().all(|(t, _)| *t != v));
        to.sort_unstable();
        let before = to.len();
        to.dedup();
        prop_assert_eq!(to.len(), before, "an edge of vertex {} stands twice", v);
    }
    Ok(())
}

fn check_ports(s: &Summary, graph: &Graph) -> Result<(), TestCaseError> {
    let fewest = (0..graph.endpoints()).map(|v| graph.degree(v)).min().unwrap();
    prop_assert_eq!(fewest, s.ports_per_endpoint);
    let electrical: Vec<_> =
        s.switches.iter().filter(|w| w.kind == SwitchKind::Electrical).collect();
    for (layer, switch) in graph.layers().iter().skip(1).zip(electrical) {
        prop_assert_eq!(u64::from(layer.count), switch.count);
        let most =
            (layer.first..layer.first + layer.count).map(|v| graph.degree(v)).max().unwrap_or(0);
        prop_assert!(
            most <= switch.ports_used,
            "{}: {} ports of {}",
            switch.name,
            most,
            switch.ports_used
        );
        prop_assert!(
            switch.ports_used <= switch.radix,
            "{}: {} of {}",
            switch.name,
            switch.ports_used,
            switch.radix
        );
    }
    Ok(())
}

/// Whether distances in closed form are those of minimal routes, which may be longer than the shortest.
fn of_minimal_routes(t: &Topology) -> bool {
    matches!(t, Topology::Dragonfly(_))
}

fn check_distances(t: &Topology, s: &Summary, graph: &Graph) -> Result<(), TestCaseError> {
    let found = measure::distances(graph, 0..graph.endpoints());
    prop_assert!(found.connected);
    if of_minimal_routes(t) {
        prop_assert!(found.diameter <= s.diameter.links);
        prop_assert!(found.mean_links <= s.mean_links + 1e-9);
    } else {
        prop_assert_eq!(found.diameter, s.diameter.links);
        prop_assert!(
            (found.mean_links - s.mean_links).abs() < 1e-9,
            "{} against {}",
            found.mean_links,
            s.mean_links
        );
    }
    // The same from petgraph's breadth-first order, for one source.
    let other = petgraph_of(graph);
    let steps = petgraph::algo::dijkstra(&other, NodeIndex::new(0), None, |_| 1_u32);
    let mut search = measure::Search::default();
    search.run(graph, 0);
    for v in 0..graph.vertices() {
        let theirs = steps.get(&NodeIndex::new(v as usize)).copied().unwrap_or(measure::UNREACHED);
        prop_assert_eq!(search.distance[v as usize], theirs);
    }
    prop_assert_eq!(
        petgraph::algo::connected_components(&other),
        measure::components(graph, |_| false).1 as usize
    );
    Ok(())
}

/// Shortest paths between two vertices, by the vertices passed.
fn paths(graph: &Graph, from: u32, to: u32) -> u64 {
    let mut search = measure::Search::default();
    search.run(graph, to);
    let mut count = vec![0_u64; graph.vertices() as usize];
    count[to as usize] = 1;
    for &v in &search.order[1..] {
        let nearer = |to: &u32| search.distance[*to as usize] + 1 == search.distance[v as usize];
        // Classes of links between the same two are one way.
        let next: BTreeSet<u32> = graph.edges(v).map(|e| e.to).filter(nearer).collect();
        count[v as usize] = next.iter().map(|to| count[*to as usize]).sum();
    }
    count[from as usize]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn graphs_have_the_counted_vertices_and_links(t in any_topology()) {
        if let Ok(s) = t.summary() {
            let graph = t.graph().unwrap();
            check_counts(&s, &graph)?;
            check_ports(&s, &graph)?;
        }
    }

    #[test]
    fn distances_are_those_of_the_graph(t in any_topology()) {
        if let Ok(s) = t.summary() {
            check_distances(&t, &s, &t.graph().unwrap())?;
        }
    }

    /// Paths between farthest endpoints, and paths without a common link between some pairs.
    #[test]
    fn paths_are_as_many_as_counted(t in any_topology(), pick in 0_u32..10_000) {
        let Ok(s) = t.summary() else { return Ok(()) };
        if s.endpoints < 2 { return Ok(()) }
        let graph = t.graph().unwrap();
        let n = graph.endpoints();
        let (a, b) = (pick % n, (pick / n + 1 + pick) % n);
        if a != b {
            let flow = max_flow(&graph, a, b);
            prop_assert!(flow >= s.edge_disjoint_paths, "{} between {} and {}", flow, a, b);
        }
        if let (Some(expected), false) = (s.shortest_paths, of_minimal_routes(&t)) {
            let mut search = measure::Search::default();
            search.run(&graph, 0);
            let far = (0..n).find(|v| u64::from(search.distance[*v as usize]) == s.diameter.links);
            if let Some(far) = far {
                prop_assert_eq!(paths(&graph, far, 0), expected);
            }
        }
    }

    /// Saturation in closed form is that of the link loads, where the routing is ECMP.
    #[test]
    fn uniform_traffic_saturates_where_the_closed_form_says(t in any_topology()) {
        let Ok(s) = t.summary() else { return Ok(()) };
        if let Some(expected) = s.saturation && s.endpoints > 1 {
            let ecmp = expected.routing.starts_with("ECMP");
            let plain_torus = matches!(&t, Topology::Torus(x) if x.wrap.iter().all(|w| *w)) || matches!(t, Topology::OcsTorus(_));
            if ecmp || plain_torus {
                let graph = t.graph().unwrap();
                let found = load::uniform(&graph).saturation(s.ports_per_endpoint);
                prop_assert!((found.share_of_ports - expected.share_of_ports).abs() < 1e-9, "{:?} against {:?}", found, expected);
            }
        }
    }

    /// Bounds by computation are cuts: not below what is proven.
    #[test]
    fn computed_cuts_are_not_below_proven_ones(t in any_topology(), seed in 0_u64..9) {
        let Ok(s) = t.summary() else { return Ok(()) };
        if s.bisection.exactness == Exactness::Exact {
            let graph = t.graph().unwrap();
            prop_assert!(measure::bisection_bound(&graph, seed) >= s.bisection.links);
        }
    }

    /// Shares of what fails, with the worst vertex of each kind taken away.
    #[test]
    fn failures_take_what_they_say(t in any_topology()) {
        let Ok(s) = t.summary() else { return Ok(()) };
        for f in &s.failures {
            for share in [f.endpoints_cut_off, f.endpoint_bandwidth_lost, f.bisection_lost] {
                prop_assert!((0.0..=1.0).contains(&share), "{}: {:?}", f.what, f);
            }
        }
        let graph = t.graph().unwrap();
        let n = graph.endpoints();
        // Switches and endpoints by name; links and larger units are looked at by hand elsewhere.
        for layer in graph.layers() {
            let named = |f: &&lightloom_fabric::topology::Failure| {
                f.what.strip_prefix("a ").or(f.what.strip_prefix("an ")).is_some_and(|w| w == layer.name || w == format!("{} switch", layer.name))
            };
            let Some(failure) = s.failures.iter().find(named) else { continue };
            let (mut cut_off, mut lost) = (0_u32, 0.0_f64);
            for gone in layer.first..layer.first + layer.count {
                let mut alone = u32::from(gone < n);
                for v in (0..n).filter(|v| *v != gone) {
                    let degree = graph.degree(v);
                    let away: u64 = graph.edges(v).filter(|e| e.to == gone).map(|e| u64::from(e.links)).sum();
                    if away == degree { alone += 1 } else { lost = lost.max(away as f64 / degree as f64) }
                }
                cut_off = cut_off.max(alone);
            }
            let off = f64::from(cut_off) / f64::from(n);
            prop_assert!((off - failure.endpoints_cut_off).abs() < 1e-9, "{} cuts {} off, not {}", failure.what, off, failure.endpoints_cut_off);
            prop_assert!((lost - failure.endpoint_bandwidth_lost).abs() < 1e-9, "{} takes {}, not {}", failure.what, lost, failure.endpoint_bandwidth_lost);
        }
    }
}
