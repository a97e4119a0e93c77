//! Domains of any topology, through racks and trays.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{clos, gb300, hall, scale_up};
use lightloom_fabric::plan::RackKind;
use lightloom_fabric::topology::{FullMesh, HyperX, OcsTorus, SwitchKind, Topology, Torus};
use lightloom_fabric::{End, Fabric, FabricError, FabricSpec, HallSpec, ScaleUpSpec, Tier, build};
use lightloom_units::Length;

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
