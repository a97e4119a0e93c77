//! Scale-out networks of other topologies than a folded Clos, and folded Clos narrowed above the leaf.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{cables, catalog, clos, gb300, h100_superpod, hall, parts, scale_up};
use lightloom_evidence::Facts;
use lightloom_fabric::plan::RackKind;
use lightloom_fabric::topology::{
    Dragonfly, DragonflyPlus, FullMesh, HyperX, RailOnly, SwitchedTorus, Topology, Torus,
};
use lightloom_fabric::{
    ClosSpec, Fabric, FabricError, FabricSpec, HallSpec, LeafPlacement, Network, Oversubscription,
    Tier, build, path_latencies,
};
use lightloom_units::{Length, Ratio, Time};
use proptest::prelude::*;

/// Hosts of four with an interface each, 8 hosts in a rack.
fn spec(topology: Topology, endpoints: u64, planes: u64, leaf: LeafPlacement) -> FabricSpec {
    let radix = 512;
    FabricSpec {
        accelerators: endpoints,
        accelerators_per_host: 1,
        scale_up: scale_up(1, 1, 400.0, 72),
        scale_out: ClosSpec { topology: Some(topology), ..clos(1, 400.0, planes, radix, 1) },
        front_end: None,
        hall: HallSpec { leaf, ..hall(8, 2.0, 1) },
    }
}

fn links(fabric: &Fabric) -> u64 {
    let classes = fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleOut);
    classes.map(|c| c.links).sum()
}

fn switches(fabric: &Fabric) -> u64 {
    let groups = fabric.switch_groups.iter().filter(|g| g.tier == Tier::ScaleOut);
    groups.map(|g| g.switches).sum()
}

fn any_network() -> impl Strategy<Value = Topology> {
    prop_oneof![
        (1_u64..4, 1_u64..5, 1_u64..4, prop::option::of(1_u64..6))
            .prop_map(|(p, a, h, groups)| Topology::Dragonfly(Dragonfly { p, a, h, groups })),
        (1_u64..4, 1_u64..4, 1_u64..4, 1_u64..4, prop::option::of(1_u64..6)).prop_map(
            |(p, leaves, spines, h, groups)| Topology::DragonflyPlus(DragonflyPlus {
                p,
                leaves,
                spines,
                h,
                groups
            })
        ),
        (prop::collection::vec(1_u64..5, 1..3), 1_u64..4).prop_map(|(dims, t)| {
            Topology::HyperX(HyperX { dims, t, trunk: Vec::new(), planes: 1 })
        }),
        (prop::collection::vec(1_u64..5, 1..3), 1_u64..4).prop_map(|(dims, t)| {
            Topology::SwitchedTorus(SwitchedTorus { dims, t, wrap: Vec::new() })
        }),
    ]
}

proptest! {
    #[test]
    fn counts_are_the_generators_in_every_plane_wherever_leaves_stand(
        topology in any_network(),
        planes in 1_u64..4,
        leaf in prop_oneof![
            Just(LeafPlacement::InRack),
            Just(LeafPlacement::MiddleOfRow),
            Just(LeafPlacement::EndOfRow)
        ],
    ) {
        let Ok(summary) = topology.summary() else { return Ok(()) };
        let fabric = build(&spec(topology, summary.endpoints, planes, leaf)).unwrap();
        let expected: u64 = summary.links.iter().map(|l| l.count).sum();
        prop_assert_eq!(links(&fabric), planes * expected);
        let expected: u64 = summary.switches.iter().map(|s| s.count).sum();
        prop_assert_eq!(switches(&fabric), planes * expected);
        for class in &fabric.link_classes {
            prop_assert_eq!(class.lengths.histogram.links.iter().sum::<u64>(), class.links);
        }
        let Network::Wired(wired) = &fabric.scale_out else { panic!("no topology") };
        // What is crossed between the farthest is the diameter.
        prop_assert_eq!(wired.crossed.iter().sum::<u64>(), summary.diameter.links);
        // The floor holds all that was counted.
        let racks: u64 = fabric.racks.iter().map(|(_, n)| n).sum();
        prop_assert_eq!(racks, fabric.floor_plan.total_racks);
    }

    #[test]
    fn rail_only_is_a_clos_for_each_rank(domains in 1_u64..40, ranks in 1_u64..6, half in 1_u64..6) {
        let rails = RailOnly { domains, domain: ranks, links: 1, radix: 2 * half };
        let one = Topology::Clos(lightloom_fabric::topology::FoldedClos {
            endpoints: domains,
            radix: 2 * half,
            layers: None,
            oversubscription: 1.0,
            above: Vec::new(),
            rails: 1,
            planes: 1,
        });
        let Ok(one) = one.summary() else { return Ok(()) };
        let topology = Topology::RailOnly(rails);
        let asked = FabricSpec {
            scale_up: scale_up(ranks, 1, 400.0, 72),
            ..spec(topology, domains * ranks, 1, LeafPlacement::MiddleOfRow)
        };
        let rack = HallSpec { accelerators_per_rack: ranks, ..asked.hall.clone() };
        let fabric = build(&FabricSpec { hall: rack, ..asked }).unwrap();
        prop_assert_eq!(links(&fabric), ranks * one.links.iter().map(|l| l.count).sum::<u64>());
        prop_assert_eq!(switches(&fabric), ranks * one.switches.iter().map(|s| s.count).sum::<u64>());
        let Network::Wired(wired) = &fabric.scale_out else { panic!("no topology") };
        prop_assert_eq!(wired.summary.bisection.links, ranks * one.bisection.links);
        prop_assert_eq!(wired.crossed.iter().sum::<u64>(), one.diameter.links);
    }
}

#[test]
fn a_cabinet_of_a_dragonfly_keeps_its_local_links() {
    // Slingshot: groups of 32 switches with 16 endpoints, in a cabinet. Here 32 switches to a rack of switches.
    let dragonfly = Dragonfly { p: 16, a: 32, h: 16, groups: Some(4) };
    let mut asked = spec(Topology::Dragonfly(dragonfly), 2_048, 1, LeafPlacement::MiddleOfRow);
    asked.hall = HallSpec { switches_per_rack: 32, racks_per_row: 66, ..hall(8, 2.0, 1) };
    let fabric = build(&asked).unwrap();
    let local = fabric.link_class("scale-out local").unwrap();
    assert_eq!(local.links, 4 * 32 * 31 / 2);
    assert!(local.within_rack);
    // Up to 31 places of 2 m / 32 apart and the width of the rack, with a tenth of slack.
    assert!((local.lengths.max.as_m() - 1.1 * (0.6 + 31.0 * 2.0 / 32.0)).abs() < 1e-9);
    let global = fabric.link_class("scale-out global").unwrap();
    assert_eq!(global.links, 4 * 3 / 2 * (32 * 16 / 3));
    assert!(!global.within_rack && global.lengths.min > local.lengths.max);
    assert!(fabric.racks.contains(&(RackKind::ScaleOut(1), 4)));
}

#[test]
fn spines_of_a_dragonfly_plus_stand_in_network_rows() {
    let plus = DragonflyPlus { p: 4, leaves: 4, spines: 4, h: 2, groups: Some(5) };
    let fabric = build(&spec(Topology::DragonflyPlus(plus), 80, 2, LeafPlacement::InRack)).unwrap();
    // Four spines of two planes fill a rack of 8 for each of five groups.
    assert!(fabric.racks.contains(&(RackKind::ScaleOut(2), 5)));
    let spine = fabric.switch_groups.iter().find(|g| g.name == "scale-out spine").unwrap();
    assert_eq!((spine.switches, spine.rack), (40, RackKind::ScaleOut(2)));
}

#[test]
fn a_hyperx_of_one_layer_is_a_single_switch() {
    // One switch with all endpoints: the same lengths as a Clos of one layer.
    let star = HyperX { dims: vec![1], t: 64, trunk: Vec::new(), planes: 1 };
    let asked = spec(Topology::HyperX(star), 64, 1, LeafPlacement::MiddleOfRow);
    let one = build(&asked).unwrap();
    let other = ClosSpec { topology: None, ..asked.scale_out.clone() };
    let clos = build(&FabricSpec { scale_out: other, ..asked }).unwrap();
    let [a, b] = [("nic-router", &one), ("nic-leaf", &clos)]
        .map(|(name, f)| &f.link_class(&format!("scale-out {name}")).unwrap().lengths);
    for (a, b) in [(a.min, b.min), (a.mean, b.mean), (a.max, b.max)] {
        assert!((a.as_m() - b.as_m()).abs() < 1e-9, "{a} {b}");
    }
}

#[test]
fn a_path_crosses_what_the_topology_says() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let dragonfly = Dragonfly { p: 4, a: 8, h: 4, groups: None };
    let asked = FabricSpec {
        scale_out: ClosSpec {
            topology: Some(Topology::Dragonfly(dragonfly)),
            ..clos(8, 400.0, 1, 64, 1)
        },
        accelerators: 1_056,
        front_end: None,
        ..h100_superpod()
    };
    let fabric = build(&asked).unwrap();
    let mut choices = cables(&fabric, Length::mm(5.0));
    for (class, choice) in fabric.link_classes.iter().zip(&mut choices) {
        let ns = match class.kind() {
            "scale-out nic-router" => 1.0,
            "scale-out local" => 10.0,
            "scale-out global" => 100.0,
            _ => 0.0,
        };
        choice.per_link.latency = Time::ns(ns);
    }
    let parts = parts(&facts, "h100", "nvswitch3", "quantum2", "cx7");
    let paths = path_latencies(&fabric, &choices, &parts).unwrap();
    let path = paths.iter().find(|p| p.tier == Tier::ScaleOut).unwrap();
    // Up, local, global, local, down: five links over four switches.
    assert_eq!((path.links, path.switches), (5, 4));
    assert!((path.link_time.as_ns() - (2.0 + 20.0 + 100.0)).abs() < 1e-9);
}

#[test]
fn what_makes_no_network_is_refused_with_what_does() {
    for (topology, hint) in [
        (Topology::FullMesh(FullMesh { endpoints: 8, trunk: 1 }), "hyperx"),
        (
            Topology::Torus(Torus { dims: vec![8], wrap: Vec::new(), twisted: false }),
            "switched-torus",
        ),
        (Topology::HyperX(HyperX { dims: vec![4], t: 2, trunk: vec![], planes: 2 }), "planes"),
    ] {
        let error = build(&spec(topology, 8, 1, LeafPlacement::InRack)).unwrap_err();
        assert!(matches!(error, FabricError::NoNetwork { .. }), "{error}");
        assert!(error.hint().contains(hint), "{}", error.hint());
    }
    let small = Dragonfly { p: 2, a: 4, h: 2, groups: None };
    let mut asked = spec(Topology::Dragonfly(small), 72, 1, LeafPlacement::InRack);
    asked.scale_out.radix = 6;
    let error = build(&asked).unwrap_err();
    assert!(matches!(error, FabricError::RadixTooSmall { needed: 7, radix: 6, .. }), "{error}");
    asked.accelerators = 64;
    asked.scale_out.radix = 64;
    let error = build(&asked).unwrap_err();
    assert!(matches!(error, FabricError::OtherTopology { given: 64, needed: 72, .. }), "{error}");
}

#[test]
fn seven_to_one_between_pods() {
    let over =
        |ratios: &[f64]| Oversubscription::layers(ratios.iter().map(|r| Ratio::new(*r)).collect());
    let asked = |ratios: &[f64]| FabricSpec {
        accelerators: 24_576,
        scale_out: ClosSpec { oversubscription: over(ratios), ..clos(8, 400.0, 1, 64, 8) },
        front_end: None,
        ..h100_superpod()
    };
    let narrow = build(&asked(&[1.0, 7.0])).unwrap();
    let Network::Clos(clos) = &narrow.scale_out else { panic!("no Clos") };
    // 56 ports down and 8 up: pods of 56 leaves.
    assert_eq!(clos.layers[1].fan_in, 56);
    let [down, up] = [&clos.layers[1], &clos.layers[2]].map(|layer| layer.links);
    // 768 leaves in 14 pods that are built alike, of which the last is not full.
    assert_eq!(down, 24_576);
    assert_eq!(up, 14 * 32 * 8);
    let above: Vec<f64> = clos.above().map(Ratio::value).collect();
    assert_eq!(above, [7.0]);
    assert!((narrow.scale_out.share_to_all().value() - 1.0 / 7.0).abs() < 1e-12);
    let wide = build(&asked(&[1.0])).unwrap();
    assert!(wide.scale_out.links() > narrow.scale_out.links());
    let error = build(&asked(&[1.0, 2.0, 3.0, 4.0])).unwrap_err();
    assert!(matches!(error, FabricError::NotOfThisKind { .. }), "{error}");
}

#[test]
fn one_ratio_is_the_leafs_and_a_list_is_every_layers() {
    #[derive(serde::Deserialize)]
    struct Keys {
        one: Oversubscription,
        list: Oversubscription,
    }
    let keys: Keys = toml::from_str("one = \"3 x\"\nlist = [\"1 x\", \"7 x\"]").unwrap();
    assert_eq!(keys.one, Oversubscription::leaf(Ratio::new(3.0)));
    assert_eq!(keys.list.of(1), Ratio::new(7.0));
    for bad in ["one = \"1 x\"\nlist = []", "one = 2.0\nlist = [\"1 x\"]"] {
        assert!(toml::from_str::<Keys>(bad).is_err());
    }
    let text = serde_json::to_string(&[keys.one, keys.list]).unwrap();
    assert_eq!(text, r#"["3 x",["1 x","7 x"]]"#);
}

#[test]
fn a_gb300_cluster_takes_a_dragonfly_of_the_same_endpoints() {
    // 4,608 endpoints: 36 groups of 8 switches with 16 each.
    let dragonfly = Dragonfly { p: 16, a: 8, h: 5, groups: Some(36) };
    let asked = FabricSpec {
        scale_out: ClosSpec { topology: Some(Topology::Dragonfly(dragonfly)), ..gb300().scale_out },
        ..gb300()
    };
    let fabric = build(&asked).unwrap();
    assert_eq!(fabric.scale_out.endpoints(), 4_608);
    assert_eq!(fabric.scale_out.switches(), 288);
    assert!(fabric.front_end.is_some());
}
