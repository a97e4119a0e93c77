//! Routes deliver, never meet a vertex twice, and are as long as they should be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "common/topologies.rs"]
mod topologies;

use lightloom_fabric::topology::routing::Router;
use lightloom_fabric::topology::{FoldedClos, Graph, Routing, Topology, Torus, load, measure};
use lightloom_num::Stream;
use petgraph::graph::DiGraph;
use proptest::prelude::*;
use std::collections::BTreeMap;
use topologies::any_topology;

const ALL: [Routing; 5] = [
    Routing::Shortest,
    Routing::UpDown,
    Routing::DimensionOrder,
    Routing::Minimal,
    Routing::Valiant,
];

fn distance(graph: &Graph, from: u32, to: u32) -> u64 {
    let mut search = measure::Search::default();
    search.run(graph, from);
    u64::from(search.distance[to as usize])
}

/// Whether waiting for a channel can go round: channels as vertices, an arc from each to the next of a route.
fn can_deadlock(routes: &[Vec<u32>]) -> bool {
    let mut waits = DiGraph::<(), ()>::new();
    let mut channels = BTreeMap::new();
    for route in routes {
        for three in route.windows(3) {
            let [a, b] = [(three[0], three[1]), (three[1], three[2])]
                .map(|channel| *channels.entry(channel).or_insert_with(|| waits.add_node(())));
            waits.update_edge(a, b, ());
        }
    }
    petgraph::algo::is_cyclic_directed(&waits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn routes_deliver_without_meeting_a_vertex_twice(t in any_topology(), pick in 0_u32..10_000, seed in 0_u64..100) {
        let Ok(s) = t.summary() else { return Ok(()) };
        let graph = t.graph().unwrap();
        let n = graph.endpoints();
        let (from, to) = (pick % n, (pick / n) % n);
        let mut router = Router::new(&t, &graph);
        let mut stream = Stream::new(seed, 0);
        prop_assert!(router.route(Routing::usual(&t), from, to, &mut stream).is_ok());
        for routing in ALL {
            let Ok(route) = router.route(routing, from, to, &mut stream) else { continue };
            let v = &route.vertices;
            prop_assert_eq!((v[0], v[v.len() - 1]), (from, to), "{:?}", routing);
            for pair in v.windows(2) {
                prop_assert!(graph.edges(pair[0]).any(|e| e.to == pair[1]), "{:?}: {:?} is no edge", routing, pair);
            }
            let mut seen = v.clone();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), v.len(), "{:?}", routing);
            let shortest = distance(&graph, from, to);
            match routing {
                Routing::Shortest | Routing::DimensionOrder => prop_assert_eq!(route.links(), shortest, "{:?}", routing),
                Routing::Minimal => prop_assert!(route.links() <= s.diameter.links),
                // Rails and spread make the climb of a Clos reach the first layer that both share.
                Routing::UpDown => prop_assert_eq!(route.links(), shortest),
                Routing::Valiant => prop_assert!(route.links() >= shortest),
                }
            if routing == Routing::UpDown {
                let layers: Vec<usize> = v.iter().map(|v| graph.layer_of(*v)).collect();
                let top = layers.iter().max().unwrap();
                let peak = layers.iter().position(|l| l == top).unwrap();
                prop_assert!(layers[..=peak].is_sorted() && layers[peak..].iter().rev().is_sorted());
            }
        }
    }

    /// Mean and longest of minimal routes of a dragonfly are the closed form's.
    #[test]
    fn minimal_routes_of_dragonflies(p in 1_u64..3, a in 1_u64..5, h in 1_u64..4, g in prop::option::of(2_u64..12)) {
        let t = Topology::Dragonfly(lightloom_fabric::topology::Dragonfly { p, a, h, groups: g });
        let Ok(s) = t.summary() else { return Ok(()) };
        let graph = t.graph().unwrap();
        let mut router = Router::new(&t, &graph);
        let mut stream = Stream::new(1, 1);
        let n = graph.endpoints();
        let (mut sum, mut longest) = (0, 0);
        let from_one_group = (p * a) as u32;
        for from in 0..from_one_group {
            for to in (0..n).filter(|to| *to != from) {
                let least = router.route(Routing::Minimal, from, to, &mut stream).unwrap().links();
                sum += least;
                longest = longest.max(least);
            }
        }
        let mean = sum as f64 / f64::from(from_one_group) / f64::from(n - 1);
        if n > 1 {
            prop_assert!((mean - s.mean_links).abs() < 1e-9, "{} against {}", mean, s.mean_links);
            prop_assert_eq!(longest, s.diameter.links);
        }
    }
}

/// Dimension order waits in no circle on lines and complete graphs (Dally and Seitz 1987); on rings it does.
#[test]
fn dimension_order_is_free_of_deadlock_on_lines() {
    let cases = [
        (
            Topology::Torus(Torus { dims: vec![4, 3, 3], wrap: vec![false; 3], twisted: false }),
            false,
        ),
        (Topology::Torus(Torus { dims: vec![5, 5], wrap: vec![], twisted: false }), true),
        (
            Topology::HyperX(lightloom_fabric::topology::HyperX {
                dims: vec![3, 4],
                t: 2,
                trunk: vec![],
                planes: 1,
            }),
            false,
        ),
        (
            Topology::NdFullMesh(lightloom_fabric::topology::NdFullMesh {
                dims: vec![3, 3, 2],
                trunk: vec![],
            }),
            false,
        ),
    ];
    for (t, expected) in cases {
        let graph = t.graph().unwrap();
        let mut router = Router::new(&t, &graph);
        let n = graph.endpoints();
        let mut stream = Stream::new(0, 0);
        let mut route = |from, to| {
            router.route(Routing::DimensionOrder, from, to, &mut stream).unwrap().vertices
        };
        let routes: Vec<Vec<u32>> =
            (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).map(|(a, b)| route(a, b)).collect();
        assert_eq!(can_deadlock(&routes), expected, "{t:?}");
    }
}

/// Up-down routes of a Clos wait in no circle.
#[test]
fn up_down_is_free_of_deadlock() {
    let t = Topology::Clos(FoldedClos {
        endpoints: 54,
        radix: 6,
        layers: None,
        oversubscription: 1.0,
        above: Vec::new(),
        rails: 1,
        planes: 1,
    });
    let graph = t.graph().unwrap();
    let mut router = Router::new(&t, &graph);
    let mut stream = Stream::new(3, 0);
    let mut routes = Vec::new();
    for a in 0..54 {
        for b in 0..54 {
            routes.push(router.route(Routing::UpDown, a, b, &mut stream).unwrap().vertices);
        }
    }
    assert!(!can_deadlock(&routes));
}

/// A shift by a leaf fills every uplink of a non-blocking Clos evenly under ECMP, and no more than fills it.
#[test]
fn a_permutation_on_a_clos() {
    let t = Topology::Clos(FoldedClos {
        endpoints: 32,
        radix: 8,
        layers: Some(2),
        oversubscription: 1.0,
        above: Vec::new(),
        rails: 1,
        planes: 1,
    });
    let graph = t.graph().unwrap();
    let shift: Vec<u32> = (0..32).map(|v| (v + 4) % 32).collect();
    let loads = load::permutation(&graph, &shift);
    assert!((loads.most() - 1.0).abs() < 1e-12);
    for (_, e) in graph.all_edges() {
        assert!((loads.of(e.index) - 1.0).abs() < 1e-12);
    }
    // Of two to one oversubscribed leaves the uplinks carry twice.
    let t = Topology::Clos(FoldedClos {
        endpoints: 32,
        radix: 12,
        layers: Some(2),
        oversubscription: 2.0,
        above: Vec::new(),
        rails: 1,
        planes: 1,
    });
    let shift: Vec<u32> = (0..32).map(|v| (v + 8) % 32).collect();
    assert!((load::permutation(&t.graph().unwrap(), &shift).most() - 2.0).abs() < 1e-12);
}

/// What next hops there are: two ways round a torus' corner.
#[test]
fn next_hops() {
    let t = Topology::Torus(Torus { dims: vec![5, 5], wrap: vec![], twisted: false });
    let graph = t.graph().unwrap();
    let mut hops = Router::new(&t, &graph).next_hops(0, 6);
    hops.sort_unstable();
    assert_eq!(hops, [1, 5]);
}
