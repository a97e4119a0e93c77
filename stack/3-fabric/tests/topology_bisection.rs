//! Bisections against every pair of halves of tiny topologies, cut by the most flow between them (petgraph).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "common/topologies.rs"]
mod topologies;

use lightloom_fabric::topology::{Exactness, Graph, measure};
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use topologies::tiny_topology;

/// The least cut between any two halves of the endpoints, with switches on either side.
fn bisection(graph: &Graph) -> u64 {
    let n = graph.endpoints();
    let halves = (0_u32..1 << n).filter(|set| set.count_ones() == n / 2);
    // Of two equal halves one set is enough.
    let halves = halves.filter(|set| n % 2 == 1 || set & 1 == 1);
    halves.map(|set| min_cut(graph, set)).min().unwrap()
}

fn min_cut(graph: &Graph, set: u32) -> u64 {
    let mut flow = DiGraph::<(), u64, u32>::new();
    let vertices = graph.vertices() as usize;
    for _ in 0..vertices + 2 {
        flow.add_node(());
    }
    let (source, sink) = (NodeIndex::new(vertices), NodeIndex::new(vertices + 1));
    for (v, e) in graph.all_edges() {
        let (a, b) = (NodeIndex::new(v as usize), NodeIndex::new(e.to as usize));
        flow.add_edge(a, b, u64::from(e.links));
        flow.add_edge(b, a, u64::from(e.links));
    }
    for v in 0..graph.endpoints() {
        let node = NodeIndex::new(v as usize);
        if set >> v & 1 == 1 {
            flow.add_edge(source, node, 1 << 30);
        } else {
            flow.add_edge(node, sink, 1 << 30);
        }
    }
    petgraph::algo::ford_fulkerson(&flow, source, sink).0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn exact_bisections_are_least_and_bounds_are_bounds(t in tiny_topology()) {
        let s = t.summary().unwrap();
        let graph = t.graph().unwrap();
        let least = bisection(&graph);
        if s.bisection.exactness == Exactness::Exact {
            prop_assert_eq!(s.bisection.links, least, "{}", s.bisection.source);
        } else {
            prop_assert!(s.bisection.links >= least, "{} < {}", s.bisection.links, least);
        }
        prop_assert!(measure::bisection_bound(&graph, 1) >= least);
    }
}
