//! Small topologies of every kind, for property tests.

#![allow(dead_code, reason = "shared by several tests")]

use lightloom_fabric::topology::{
    Dragonfly, DragonflyPlus, FoldedClos, FullMesh, HammingMesh, HyperX, NdFullMesh, OcsTorus,
    Pattern, RailOnly, Reconfigurable, SwitchPlanes, SwitchedTorus, Topology, Torus, TwoTierDomain,
};
use proptest::prelude::*;

/// Any topology of up to a few hundred vertices; some are refused.
pub(crate) fn any_topology() -> impl Strategy<Value = Topology> {
    prop_oneof![
        planes(1..40),
        two_tier(1..8),
        clos(1..120),
        rail_only(),
        dragonfly(),
        dragonfly_plus(),
        hyperx(),
        torus(),
        switched_torus(),
        ocs_torus(),
        (1_u64..12, 1_u64..4)
            .prop_map(|(endpoints, trunk)| Topology::FullMesh(FullMesh { endpoints, trunk })),
        nd_full_mesh(),
        hamming_mesh(),
        reconfigurable(),
    ]
}

/// Topologies of few endpoints, for exhaustive searches.
pub(crate) fn tiny_topology() -> impl Strategy<Value = Topology> {
    any_topology().prop_filter("few endpoints", |t| {
        t.summary().is_ok_and(|s| (2..=10).contains(&s.endpoints))
    })
}

fn planes(n: std::ops::Range<u64>) -> impl Strategy<Value = Topology> {
    (n, 1_u64..9, 1_u64..80, prop::option::of(1_u64..9)).prop_map(
        |(endpoints, links, radix, switches)| {
            Topology::SwitchPlanes(SwitchPlanes { endpoints, links, radix, switches })
        },
    )
}

fn two_tier(groups: std::ops::Range<u64>) -> impl Strategy<Value = Topology> {
    let ratio = prop_oneof![Just(1.0), Just(0.5), Just(1.0 / 3.0), Just(1.5)];
    (groups, 1_u64..7, 1_u64..7, 2_u64..24, ratio, prop::option::of(1_u64..5)).prop_map(
        |(groups, group, links, radix, uplink_ratio, switches)| {
            let endpoints = groups * group;
            Topology::TwoTier(TwoTierDomain {
                endpoints,
                links,
                radix,
                group,
                uplink_ratio,
                switches,
            })
        },
    )
}

fn clos(n: std::ops::Range<u64>) -> impl Strategy<Value = Topology> {
    let o = prop_oneof![3 => Just(1.0), 1 => Just(2.0), 1 => Just(3.0), 1 => Just(0.5)];
    let above = prop_oneof![
        3 => Just(Vec::new()),
        1 => Just(vec![2.0]),
        1 => Just(vec![1.0, 3.0]),
        1 => Just(vec![0.5]),
    ];
    (n, 1_u64..9, prop::option::of(1_u64..5), o, above, 1_u64..4, 1_u64..4).prop_map(
        |(endpoints, half, layers, oversubscription, above, rails, planes)| {
            Topology::Clos(FoldedClos {
                endpoints,
                radix: 2 * half,
                layers,
                oversubscription,
                above,
                rails,
                planes,
            })
        },
    )
}

fn rail_only() -> impl Strategy<Value = Topology> {
    (1_u64..14, 1_u64..6, 1_u64..4, 1_u64..6).prop_map(|(domains, domain, links, half)| {
        Topology::RailOnly(RailOnly { domains, domain, links, radix: 2 * half })
    })
}

fn dragonfly() -> impl Strategy<Value = Topology> {
    (1_u64..4, 1_u64..5, 0_u64..4, prop::option::of(1_u64..14))
        .prop_map(|(p, a, h, groups)| Topology::Dragonfly(Dragonfly { p, a, h, groups }))
}

fn dragonfly_plus() -> impl Strategy<Value = Topology> {
    (1_u64..4, 1_u64..4, 1_u64..4, 0_u64..4, prop::option::of(1_u64..10)).prop_map(
        |(p, leaves, spines, h, groups)| {
            Topology::DragonflyPlus(DragonflyPlus { p, leaves, spines, h, groups })
        },
    )
}

fn sizes(most: usize) -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(1_u64..5, 1..=most)
}

/// Trunks for each dimension, or none.
fn with_trunk(most: usize) -> impl Strategy<Value = (Vec<u64>, Vec<u64>)> {
    prop::collection::vec((1_u64..5, 1_u64..4, any::<bool>()), 1..=most).prop_map(|dims| {
        let trunk = if dims[0].2 { dims.iter().map(|d| d.1).collect() } else { Vec::new() };
        (dims.iter().map(|d| d.0).collect(), trunk)
    })
}

fn hyperx() -> impl Strategy<Value = Topology> {
    (with_trunk(3), 1_u64..4, 1_u64..4)
        .prop_map(|((dims, trunk), t, planes)| Topology::HyperX(HyperX { dims, t, trunk, planes }))
}

fn nd_full_mesh() -> impl Strategy<Value = Topology> {
    with_trunk(4).prop_map(|(dims, trunk)| Topology::NdFullMesh(NdFullMesh { dims, trunk }))
}

fn torus() -> impl Strategy<Value = Topology> {
    let plain = prop::collection::vec((1_u64..7, any::<bool>()), 1..=3).prop_map(|dims| {
        let wrap = if dims[0].1 { Vec::new() } else { dims.iter().map(|d| d.1).collect() };
        Topology::Torus(Torus { dims: dims.iter().map(|d| d.0).collect(), wrap, twisted: false })
    });
    let twisted = (2_u64..6, any::<bool>(), 0_usize..3).prop_map(|(k, body, turn)| {
        let mut dims = if body { vec![k, 2 * k, 2 * k] } else { vec![k, k, 2 * k] };
        dims.rotate_left(turn);
        Topology::Torus(Torus { dims, wrap: Vec::new(), twisted: true })
    });
    prop_oneof![2 => plain, 1 => twisted]
}

fn switched_torus() -> impl Strategy<Value = Topology> {
    (prop::collection::vec((1_u64..5, any::<bool>()), 1..=3), 1_u64..5).prop_map(|(dims, t)| {
        let wrap = if dims[0].1 { Vec::new() } else { dims.iter().map(|d| d.1).collect() };
        let dims = dims.iter().map(|d| d.0).collect();
        Topology::SwitchedTorus(SwitchedTorus { dims, t, wrap })
    })
}

fn ocs_torus() -> impl Strategy<Value = Topology> {
    (sizes(3), 1_u64..4, any::<bool>()).prop_map(|(cubes, side, twisted)| {
        let dims = cubes.iter().map(|c| c * side).collect();
        Topology::OcsTorus(OcsTorus { dims, side, ocs_ports: 136, twisted })
    })
}

fn hamming_mesh() -> impl Strategy<Value = Topology> {
    (1_u64..5, 1_u64..5, 1_u64..7, 1_u64..7, prop_oneof![Just(64), Just(16), Just(8)])
        .prop_map(|(a, b, x, y, radix)| Topology::HammingMesh(HammingMesh { a, b, x, y, radix }))
}

fn reconfigurable() -> impl Strategy<Value = Topology> {
    let pattern = prop_oneof![Just(Pattern::Ring), Just(Pattern::Rotor), Just(Pattern::Random)];
    (2_u64..24, 1_u64..7, pattern, 0_u64..9).prop_map(|(endpoints, r, pattern, seed)| {
        Topology::Reconfigurable(Reconfigurable { endpoints, r, ocs_ports: 136, pattern, seed })
    })
}
