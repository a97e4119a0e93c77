//! Domains of any topology, through racks and trays.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{cables, catalog, clos, gb300, hall, parts, scale_up};
use lightloom_evidence::Facts;
use lightloom_fabric::plan::RackKind;
use lightloom_fabric::topology::{FullMesh, HyperX, OcsTorus, SwitchKind, Topology, Torus};
use lightloom_fabric::{
    End, Fabric, FabricError, FabricSpec, HallSpec, Neighbours, ScaleUpSpec, Tier, build,
    path_latencies,
};
use lightloom_units::{BitRate, Length, Time};

fn spec(topology: Topology, accelerators: u64, per_host: u64, hall: HallSpec) -> FabricSpec {
    let summary = topology.summary().unwrap();
    let up = scale_up(summary.endpoints, summary.ports_per_endpoint, 400.0, 72);
    FabricSpec {
        accelerators,
        accelerators_per_host: per_host,
        scale_up: ScaleUpSpec { topology: Some(topology), ..up },
        scale_out: clos(1, 100.0, 1, 128, 1),
        front_end: None,
        hall,
    }
}

fn tpu_v4() -> FabricSpec {
    let torus = OcsTorus { dims: vec![16, 16, 16], side: 4, ocs_ports: 136, twisted: false };
    // A cube of 64 in each rack, 16 trays of four; circuit switches in racks of 12.
    let hall = HallSpec { scale_up_chips_per_rack: 12, ..hall(64, 2.0, 1) };
    spec(Topology::OcsTorus(torus), 4_096, 4, hall)
}

fn scale_up_links(fabric: &Fabric) -> u64 {
    let classes = fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleUp);
    classes.map(|c| c.links).sum()
}

#[test]
fn a_pod_of_cubes_has_copper_in_racks_and_light_by_48_switches() {
    // Jouppi et al., ISCA 2023: 4,096 chips, 64 racks, 48 optical circuit switches.
    let fabric = build(&tpu_v4()).unwrap();
    assert_eq!(fabric.accelerator_racks(), 64);
    let switches = &fabric.switch_groups[0];
    assert_eq!((switches.switches, switches.radix), (48, 136));
    assert_eq!(switches.rack, RackKind::ScaleUp);
    assert!(fabric.racks.contains(&(RackKind::ScaleUp, 4)));
    assert_eq!(scale_up_links(&fabric), 3 * 4_096);
    let light = fabric.link_class("scale-up between cubes").unwrap();
    // A face of 16 on each of three axes of 64 cubes.
    assert_eq!(light.links, 64 * 48);
    assert!(light.through_ocs && !light.within_rack);
    for class in fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleUp) {
        assert_eq!(class.ends, [End::Accelerator; 2]);
        if class.within_rack {
            assert!(class.lengths.max < light.lengths.min, "{}", class.name);
        }
    }
}

#[test]
fn the_links_of_a_domain_are_the_topologys_wherever_they_run() {
    let hyperx = HyperX { dims: vec![4, 4, 4], t: 2, trunk: Vec::new(), planes: 1 };
    for (topology, per_host, per_rack) in [
        (Topology::Torus(Torus { dims: vec![8, 8], wrap: Vec::new(), twisted: false }), 8, 32),
        (Topology::FullMesh(FullMesh { endpoints: 64, trunk: 1 }), 4, 16),
        (Topology::HyperX(hyperx), 4, 32),
    ] {
        let summary = topology.summary().unwrap();
        let domains = 3;
        let accelerators = domains * summary.endpoints;
        let fabric =
            build(&spec(topology, accelerators, per_host, hall(per_rack, 2.0, 1))).unwrap();
        let links: u64 = summary.links.iter().map(|l| l.count).sum();
        assert_eq!(scale_up_links(&fabric), domains * links);
        let electrical = summary.switches.iter().filter(|s| s.kind == SwitchKind::Electrical);
        let switches: u64 = electrical.map(|s| s.count).sum();
        let groups = fabric.switch_groups.iter().filter(|g| g.tier == Tier::ScaleUp);
        assert_eq!(groups.map(|g| g.switches).sum::<u64>(), domains * switches);
    }
}

#[test]
fn a_mesh_of_one_host_never_leaves_its_board() {
    let mesh = Topology::FullMesh(FullMesh { endpoints: 8, trunk: 1 });
    let fabric = build(&spec(mesh, 64, 8, hall(32, 8.0, 4))).unwrap();
    let class = &fabric.link_classes[0];
    assert!(class.on_board && class.links == 8 * 28);
    assert_eq!(class.lengths.max, Length::m(0.25));
}

#[test]
fn a_topology_of_another_size_is_refused() {
    let spec = tpu_v4();
    let other = ScaleUpSpec { links: 4, ..spec.scale_up.clone() };
    let error = build(&FabricSpec { scale_up: other, ..spec }).unwrap_err();
    assert!(matches!(error, FabricError::OtherTopology { given: 4, needed: 6, .. }), "{error}");
}

#[test]
fn planes_as_a_topology_are_the_planes_of_a_star() {
    use lightloom_fabric::topology::SwitchPlanes;
    let star = gb300();
    let planes = SwitchPlanes { endpoints: 72, links: 18, radix: 72, switches: None };
    let up =
        ScaleUpSpec { topology: Some(Topology::SwitchPlanes(planes)), ..star.scale_up.clone() };
    let [a, b] = [star.clone(), FabricSpec { scale_up: up, ..star }].map(|s| build(&s).unwrap());
    let [a, b] = [&a, &b].map(|f| (&f.link_classes[0], &f.switch_groups[0]));
    assert_eq!((a.0.links, a.1.switches), (b.0.links, b.1.switches));
    assert_eq!((a.0.within_rack, a.1.rack), (b.0.within_rack, b.1.rack));
    // The same trays, each accelerator to each chip.
    let mean = |c: &lightloom_fabric::LinkClass| c.lengths.mean.as_m();
    assert!((mean(a.0) / mean(b.0) - 1.0).abs() < 1e-9, "{} {}", mean(a.0), mean(b.0));
}

/// A domain of two racks with 18 planes of two switches each, 36 links between the switches of a plane.
fn nvl36x2(neighbours: Neighbours) -> Fabric {
    let hyperx = HyperX { dims: vec![2], t: 36, trunk: vec![36], planes: 18 };
    let asked = spec(Topology::HyperX(hyperx), 288, 4, hall(36, 2.0, 2));
    let scale_up = ScaleUpSpec { neighbours, ..asked.scale_up.clone() };
    build(&FabricSpec { scale_up, ..asked }).unwrap()
}

#[test]
fn neighbours_are_joined_through_their_sides() {
    let through = nvl36x2(Neighbours::ThroughSides);
    let class = through.link_class("scale-up dimension 1").unwrap();
    assert_eq!(class.links, 4 * 18 * 36);
    assert!(class.next_rack() && !class.within_rack);
    // Chips of a plane stand at one place of either rack: a rack's width and twice the plenum, with a tenth of slack.
    for length in [class.lengths.min, class.lengths.max] {
        assert!((length.as_m() - 1.1 * (0.6 + 2.0 * 0.2)).abs() < 1e-9, "{length}");
    }
    let trays = nvl36x2(Neighbours::Trays);
    let over = trays.link_class("scale-up dimension 1").unwrap();
    assert_eq!(over.links, class.links);
    // Over the trays: a rack's width and two drops of 2 m.
    assert!((over.lengths.max.as_m() - 1.1 * (0.6 + 4.0)).abs() < 1e-9);
    // All else is as it was.
    for (a, b) in through.link_classes.iter().zip(&trays.link_classes) {
        assert!(a.name == class.name || a == b);
    }
    // A part of it by length stays between the racks.
    assert!(class.split_at(Length::m(0.5)).is_none());
}

#[test]
fn a_row_of_racks_has_neighbours_and_a_wrap() {
    // A ring of 32 in racks of 8: each rack has one link to the next, the last to the first over the trays.
    let ring = || Topology::Torus(Torus { dims: vec![32], wrap: Vec::new(), twisted: false });
    let asked = spec(ring(), 64, 4, hall(8, 2.0, 1));
    let scale_up = ScaleUpSpec { neighbours: Neighbours::ThroughSides, ..asked.scale_up.clone() };
    let fabric = build(&FabricSpec { scale_up, ..asked }).unwrap();
    let links = |part: &str| {
        let name = format!("scale-up dimension 1, {part}");
        fabric.link_class(&name).unwrap().links
    };
    assert_eq!(links("to the next rack"), 2 * 3);
    assert_eq!(links("between racks"), 2);
    assert_eq!(scale_up_links(&fabric), 64);
}

#[test]
fn dimensions_have_rates_of_their_own() {
    // Trainium2: 4x4 within an instance at 1,024 Gb/s, rings of four between instances at 512 Gb/s.
    let torus = Torus { dims: vec![4, 4, 4], wrap: Vec::new(), twisted: false };
    let asked = spec(Topology::Torus(torus), 64, 16, hall(32, 18.0, 1));
    let gbps = BitRate::gbps;
    let rates = vec![gbps(1_024.0), gbps(1_024.0), gbps(512.0)];
    let scale_up = |link: f64, link_rates: Vec<BitRate>| ScaleUpSpec {
        link_rate: gbps(link),
        link_rates,
        ..asked.scale_up.clone()
    };
    let up = scale_up(5_120.0 / 6.0, rates.clone());
    let fabric = build(&FabricSpec { scale_up: up.clone(), ..asked.clone() }).unwrap();
    for class in fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleUp) {
        let slow = class.kind().ends_with('3');
        assert_eq!(class.rate, if slow { gbps(512.0) } else { gbps(1_024.0) }, "{}", class.name);
    }
    // Across four rings of four and their wraps: 32 links of the slow dimension.
    assert_eq!(lightloom_fabric::bisection_of_rates(&up), Some(gbps(32.0 * 512.0)));
    let error = build(&FabricSpec { scale_up: scale_up(1_024.0, rates), ..asked.clone() });
    assert!(matches!(error.unwrap_err(), FabricError::OtherBandwidth { .. }));
    let short = scale_up(5_120.0 / 6.0, vec![gbps(853.0)]);
    let error = build(&FabricSpec { scale_up: short, ..asked.clone() }).unwrap_err();
    assert!(matches!(error, FabricError::NotOfThisKind { .. }), "{error}");
}

#[test]
fn accelerators_on_the_way_forward() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let torus = Torus { dims: vec![4, 4, 4], wrap: Vec::new(), twisted: false };
    let fabric = build(&spec(Topology::Torus(torus), 64, 16, hall(32, 18.0, 1))).unwrap();
    let mut parts = parts(&facts, "h100", "nvswitch3", "quantum2", "cx7");
    parts.accelerator.forwarding = Time::ns(70.0);
    let choices = cables(&fabric, Length::mm(5.0));
    let paths = path_latencies(&fabric, &choices, &parts).unwrap();
    let up = paths.iter().find(|p| p.tier == Tier::ScaleUp).unwrap();
    // Six links between opposite corners: five accelerators between.
    assert_eq!((up.links, up.switches), (6, 0));
    assert!((up.forwarding_time.as_ns() - 5.0 * 70.0).abs() < 1e-9);
    // Switches forward in a star, not accelerators.
    let star = build(&gb300()).unwrap();
    let paths = path_latencies(&star, &cables(&star, Length::mm(5.0)), &parts).unwrap();
    assert!(paths.iter().all(|p| p.forwarding_time == Time::ZERO));
}
