//! The six scenarios: counts by hand, and where things stand.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::*;
use lightloom_fabric::plan::Detail;
use lightloom_fabric::star::differential_pairs;
use lightloom_fabric::{
    ClosSpec, Fabric, FabricError, FabricSpec, HallSpec, LeafPlacement, LinkClass, RackKind,
    ScaleUp, build,
};
use lightloom_units::Length;
use proptest::prelude::*;

fn links(fabric: &Fabric, name: &str) -> u64 {
    fabric.link_class(name).unwrap().links
}

fn switches(fabric: &Fabric, name: &str) -> u64 {
    fabric.switch_groups.iter().find(|g| g.name == name).unwrap().switches
}

fn racks(fabric: &Fabric, kind: RackKind) -> u64 {
    fabric.racks.iter().find(|(k, _)| *k == kind).map_or(0, |(_, n)| *n)
}

/// What holds for every fabric.
fn check(spec: &FabricSpec) -> Fabric {
    let fabric = build(spec).unwrap();
    for class in &fabric.link_classes {
        let l = &class.lengths;
        assert!(l.min <= l.p50 && l.p50 <= l.p95 && l.p95 <= l.max, "{class:?}");
        assert!(l.min <= l.mean && l.mean <= l.max && l.min > Length::ZERO, "{class:?}");
        assert_eq!(l.histogram.links.iter().sum::<u64>(), class.links, "{}", class.name);
        // Between racks a cable goes up and down: at least two drops with slack.
        assert_eq!(class.within_rack, l.max < Length::m(4.4), "{class:?}");
    }
    for group in &fabric.switch_groups {
        assert!(group.use_of_ports.value() <= 1.0, "{group:?}");
    }
    let plan = &fabric.floor_plan;
    assert_eq!(plan.total_racks, fabric.racks.iter().map(|(_, n)| n).sum::<u64>());
    if plan.detail != Detail::Sample {
        assert_eq!(plan.racks.iter().map(|r| r.racks).sum::<u64>(), plan.total_racks);
    }
    for pair in plan.racks.windows(2) {
        let apart = pair[1].x - pair[0].x >= pair[0].width - Length::mm(0.001);
        assert!(
            apart || pair[0].label.split(", slot").next() != pair[1].label.split(", slot").next()
        );
    }
    for rack in &plan.racks {
        assert!(rack.x + rack.width <= plan.width + Length::mm(0.001));
        assert!(rack.y + rack.depth <= plan.depth);
    }
    fabric
}

#[test]
fn dgx_h100_superpod_1024() {
    let fabric = check(&h100_superpod());
    assert_eq!((fabric.hosts, fabric.domains), (128, 128));
    assert_eq!(racks(&fabric, RackKind::Accelerator), 32);
    // 18 links of each GPU to 4 chips on its board.
    assert_eq!(links(&fabric, "scale-up accelerator-L1"), 18_432);
    assert_eq!(switches(&fabric, "scale-up L1"), 512);
    assert_eq!(fabric.link_class("scale-up accelerator-L1").unwrap().lengths.max, Length::m(0.25));
    // S213.
    assert_eq!(
        (switches(&fabric, "scale-out leaf"), switches(&fabric, "scale-out spine")),
        (32, 16)
    );
    assert_eq!(links(&fabric, "scale-out leaf-spine"), 1_024);
    // 256 interfaces: 8 leaves of 32 ports, 4 spines.
    assert_eq!((switches(&fabric, "front-end leaf"), switches(&fabric, "front-end spine")), (8, 4));
    let bandwidth = h100_superpod().bandwidth_per_accelerator();
    assert!((bandwidth.scale_up.as_gbps() - 3_600.0).abs() < 1e-6);
    assert!((bandwidth.scale_up / bandwidth.scale_out - 9.0).abs() < 1e-9);
    assert!((bandwidth.scale_out / bandwidth.front_end - 4.0).abs() < 1e-9);
}

#[test]
fn gb300_nvl72_4608() {
    let fabric = check(&gb300());
    assert_eq!(racks(&fabric, RackKind::Accelerator), 64);
    assert_eq!(switches(&fabric, "scale-up L1"), 64 * 18);
    let class = fabric.link_class("scale-up accelerator-L1").unwrap();
    assert!(class.within_rack && class.links == 64 * 1_296);
    // S026: 5,184 cables, each one pair. S027, D17: about 2 miles in all.
    let pairs = differential_pairs(1_296, 2, false);
    assert_eq!(pairs, 5_184);
    let miles = class.lengths.mean.as_m() * pairs as f64 / 1_609.34;
    assert!((1.7..2.3).contains(&miles), "{miles} miles of cable");
    // 18 hosts of 1 U around 9 switch trays: furthest 17 U up and 5/8 of the width across, with slack.
    let furthest = 1.1 * (17.0 * 0.04445 + 0.625 * 0.6);
    assert!((class.lengths.max.as_m() - furthest).abs() < 1e-9);
    // S239: 100 switches.
    assert_eq!(
        (switches(&fabric, "scale-out leaf"), switches(&fabric, "scale-out spine")),
        (64, 36)
    );
    assert_eq!(links(&fabric, "scale-out nic-leaf"), 4_608);
    // 1,152 interfaces: 18 leaves with 64 uplinks, which spread evenly over 16 spines, not 9.
    assert_eq!(
        (switches(&fabric, "front-end leaf"), switches(&fabric, "front-end spine")),
        (18, 16)
    );
}

#[test]
fn rubin_nvl576_two_tiers() {
    let fabric = check(&rubin_nvl576());
    assert_eq!(fabric.domains, 8);
    // In each domain 16 groups of 36 with 36 chips (36 ports down, 36 up); 16 x 36 / 72 = 8 L2 in 36 planes.
    assert_eq!(switches(&fabric, "scale-up L1"), 8 * 576);
    assert_eq!(switches(&fabric, "scale-up L2"), 8 * 288);
    assert_eq!(links(&fabric, "scale-up accelerator-L1"), 4_608 * 36);
    assert_eq!(links(&fabric, "scale-up L1-L2"), 4_608 * 36);
    assert!(fabric.link_class("scale-up accelerator-L1").unwrap().within_rack);
    // 288 chips in 4 racks of 72, between 4 and 4 accelerator racks: 1 to 7 places away, mean 4.
    assert_eq!(racks(&fabric, RackKind::ScaleUp), 8 * 4);
    let lengths = &fabric.link_class("scale-up L1-L2").unwrap().lengths;
    assert!((lengths.min.as_m() - 1.1 * (0.6 + 4.0)).abs() < 1e-9);
    assert!((lengths.mean.as_m() - 1.1 * (4.0 * 0.6 + 4.0)).abs() < 1e-9);
    assert!((lengths.max.as_m() - 1.1 * (7.0 * 0.6 + 4.0)).abs() < 1e-9);
}

#[test]
fn feynman_nvl1152_two_tiers() {
    let fabric = check(&feynman_nvl1152());
    assert_eq!(racks(&fabric, RackKind::Accelerator), 32);
    // In each domain 16 groups of 72 with 72 chips; 16 x 72 / 144 = 8 L2 in 72 planes.
    assert_eq!(switches(&fabric, "scale-up L1"), 4 * 1_152);
    assert_eq!(switches(&fabric, "scale-up L2"), 4 * 576);
    assert_eq!(links(&fabric, "scale-up L1-L2"), 4_608 * 72);
    // 8 switch racks between 4 and 4 accelerator racks: up to 11 places apart.
    let longest = fabric.link_class("scale-up L1-L2").unwrap().lengths.max.as_m();
    assert!((longest - 1.1 * (11.0 * 0.6 + 4.0)).abs() < 1e-9);
}

#[test]
fn cloudmatrix384_two_tiers() {
    let fabric = check(&cloudmatrix384());
    // S145, S151: 16 racks; 7 chips in each of 48 nodes, 7 planes of 16 above.
    assert_eq!(racks(&fabric, RackKind::Accelerator), 12);
    assert_eq!(racks(&fabric, RackKind::ScaleUp), 4);
    assert_eq!(switches(&fabric, "scale-up L1"), 336);
    assert_eq!(switches(&fabric, "scale-up L2"), 112);
    // 14 uplinks of 224G for each NPU: with two in a 400G module and a module at each end, 14 modules (S148).
    assert_eq!(links(&fabric, "scale-up L1-L2"), 384 * 14);
    assert_eq!(fabric.link_class("scale-up accelerator-L1").unwrap().lengths.max, Length::m(0.25));
}

#[test]
fn a_million_accelerators() {
    let fabric = check(&million());
    assert_eq!(racks(&fabric, RackKind::Accelerator), 14_080);
    // Four planes of 200G with 512 ports: 3,960 leaves of 256; 16 pods of up to 248 leaves and 256 spines;
    // a plane of 16 spines with 248 uplinks needs 7.75 cores, evenly 8.
    assert_eq!(switches(&fabric, "scale-out leaf"), 4 * 3_960);
    assert_eq!(switches(&fabric, "scale-out spine"), 4 * 16 * 256);
    assert_eq!(switches(&fabric, "scale-out core"), 4 * 256 * 8);
    assert_eq!(links(&fabric, "scale-out nic-leaf"), 4 * 1_013_760);
    assert_eq!(links(&fabric, "scale-out leaf-spine"), 4 * 3_960 * 256);
    assert_eq!(links(&fabric, "scale-out spine-core"), 4 * 4_096 * 248);
    assert!(fabric.floor_plan.halls > 10);
    assert!(fabric.floor_plan.racks.len() <= 4_000);
    assert_eq!(fabric.floor_plan.detail, Detail::Runs);
    // Cores stand in the middle of the site: further than spines, nearer than its half circumference.
    let core = &fabric.link_class("scale-out spine-core").unwrap().lengths;
    let spine = &fabric.link_class("scale-out leaf-spine").unwrap().lengths;
    assert!(core.mean > spine.mean);
    let plan = &fabric.floor_plan;
    assert!(core.max < (plan.width + plan.depth) * 1.1 + Length::m(4.4));
}

#[test]
fn four_layers_when_the_radix_is_small() {
    let spec = FabricSpec { scale_out: clos(4, 800.0, 1, 144, 4), ..million() };
    let fabric = check(&spec);
    // 2 x 72^3 = 746,496 endpoints are too few.
    assert_eq!(fabric.scale_out.layers(), 4);
    assert_eq!(switches(&fabric, "scale-out leaf"), 14_080);
    assert!(fabric.link_class("scale-out core-super").is_some());
}

/// Four racks and a leaf rack in one row of eight places, one network row.
fn one_row(leaf: LeafPlacement) -> FabricSpec {
    FabricSpec {
        accelerators: 288,
        front_end: None,
        scale_out: ClosSpec { rails: 1, ..gb300().scale_out },
        hall: HallSpec { racks_per_row: 8, leaf, ..gb300().hall },
        ..gb300()
    }
}

#[test]
fn lengths_by_hand() {
    let fabric = check(&one_row(LeafPlacement::EndOfRow));
    let nic = &fabric.link_class("scale-out nic-leaf").unwrap().lengths;
    // Racks in places 0 to 3, leaves in place 4.
    assert!((nic.min.as_m() - 1.1 * (0.6 + 4.0)).abs() < 1e-9);
    assert!((nic.mean.as_m() - 1.1 * (2.5 * 0.6 + 4.0)).abs() < 1e-9);
    assert!((nic.max.as_m() - 1.1 * (4.0 * 0.6 + 4.0)).abs() < 1e-9);
    // Two spines in one rack in place 3 of the next row, 1.2 m + 2.7 m away.
    let spine = &fabric.link_class("scale-out leaf-spine").unwrap().lengths;
    assert!((spine.min.as_m() - 1.1 * (0.6 + 3.9 + 4.0)).abs() < 1e-9);
    assert_eq!(spine.min, spine.max);

    // In the middle of the row: two racks on each side.
    let fabric = check(&one_row(LeafPlacement::MiddleOfRow));
    let nic = &fabric.link_class("scale-out nic-leaf").unwrap().lengths;
    assert!((nic.max.as_m() - 1.1 * (2.0 * 0.6 + 4.0)).abs() < 1e-9);
    assert!((nic.mean.as_m() - 1.1 * (1.5 * 0.6 + 4.0)).abs() < 1e-9);

    // On top of each rack: 72 interfaces of the rack on its own leaf.
    let fabric = check(&one_row(LeafPlacement::InRack));
    let class = fabric.link_class("scale-out nic-leaf").unwrap();
    assert!(class.within_rack && class.lengths.max < Length::m(2.0));
    assert_eq!(racks(&fabric, RackKind::ScaleOut(1)), 0);
}

#[test]
fn a_leaf_shared_by_racks_leaves_the_rack() {
    // 32 accelerators in a rack, 72 endpoints on a leaf.
    let spec = FabricSpec {
        hall: HallSpec { leaf: LeafPlacement::InRack, ..h100_superpod().hall },
        ..h100_superpod()
    };
    let class = build(&spec).unwrap().link_class("scale-out nic-leaf").unwrap().clone();
    assert!(
        !class.within_rack
            && class.lengths.min < Length::m(4.4)
            && class.lengths.max > Length::m(4.4)
    );
}

#[test]
fn a_single_tier_domain_over_racks_has_switch_racks() {
    // 512 accelerators on 512-port switches (an all-optical single tier).
    let spec = FabricSpec {
        accelerators: 1_024,
        accelerators_per_host: 8,
        scale_up: scale_up(512, 16, 200.0, 512),
        hall: hall(64, 2.0, 1),
        scale_out: clos(8, 400.0, 1, 64, 1),
        front_end: None,
    };
    let fabric = check(&spec);
    assert!(matches!(&fabric.scale_up, ScaleUp::Star(star) if star.switches == 16));
    assert_eq!(racks(&fabric, RackKind::ScaleUp), 2);
    assert!(!fabric.link_class("scale-up accelerator-L1").unwrap().within_rack);
}

#[test]
fn errors_and_hints() {
    let fails = |spec: &FabricSpec| build(spec).unwrap_err();
    let odd = FabricSpec { accelerators: 4_600, ..gb300() };
    assert_eq!(
        fails(&odd).to_string(),
        "4600 accelerators do not divide into parts of 72 (a scale-up domain)"
    );
    assert_eq!(fails(&odd).hint(), "give a multiple of 72, such as 4536 or 4608");

    let mut spec = gb300();
    spec.scale_up.domain = 144;
    let error = fails(&spec);
    assert!(matches!(error, FabricError::DomainTooLarge { domain: 144, .. }));
    assert!(error.hint().contains("two tiers"));

    // Non-blocking, 72 accelerators take 144 ports of each first-tier chip.
    let mut spec = rubin_nvl576();
    spec.scale_up.two_tier = two_tier(72);
    let error = fails(&spec);
    assert!(matches!(error, FabricError::RadixTooSmall { needed: 144, radix: 72, .. }));
    assert!(error.hint().contains("smaller or fewer groups"));

    let mut spec = gb300();
    spec.scale_up.switches = Some(17);
    assert!(matches!(fails(&spec), FabricError::SwitchCount { given: 17, .. }));

    let mut spec = gb300();
    spec.accelerators = 0;
    assert!(matches!(fails(&spec), FabricError::Zero { .. }));
    spec.accelerators = u64::MAX / 72 * 72;
    assert!(matches!(fails(&spec), FabricError::TooLarge { .. }));

    let mut spec = gb300();
    spec.hall.racks_per_row = 1;
    assert!(matches!(fails(&spec), FabricError::RowTooShort { .. }));
    spec.hall.racks_per_row = 20;
    spec.hall.geometry.aisle = Length::m(f64::NAN);
    assert!(matches!(fails(&spec), FabricError::NotPositive { what: "the aisle", .. }));
    spec.hall.geometry.aisle = Length::m(1e300);
    assert!(matches!(fails(&spec), FabricError::TooLong { what: "the aisle", .. }));
    spec.hall.geometry = geometry();
    spec.hall.geometry.drop = Length::m(-1.0);
    assert_eq!(
        fails(&spec).to_string(),
        "the drop from the tray is -1, it must be a finite number and not negative"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// Any combination either fails with a hint or gives a fabric that holds together.
    #[test]
    fn anything_goes(
        racks in 1_u64..200,
        racks_per_row in 1_u64..30,
        rows_per_hall in 1_u64..10,
        switches_per_rack in 1_u64..20,
        radix in 2_u64..200,
        planes in 1_u64..4,
        rails in 1_u64..9,
        leaf in 0_usize..3,
        domain_racks in 1_u64..5,
        two_tiers in proptest::bool::ANY,
        chips_per_rack in 1_u64..80,
    ) {
        let leaf = [LeafPlacement::InRack, LeafPlacement::MiddleOfRow, LeafPlacement::EndOfRow][leaf];
        let base = gb300();
        let two = if two_tiers || domain_racks > 1 { two_tier(36) } else { None };
        let spec = FabricSpec {
            accelerators: racks * domain_racks * 72,
            scale_up: lightloom_fabric::ScaleUpSpec {
                domain: 72 * domain_racks, two_tier: two, ..base.scale_up.clone()
            },
            scale_out: clos(4, 800.0, planes, radix, rails),
            hall: HallSpec {
                racks_per_row,
                rows_per_hall,
                switches_per_rack,
                leaf,
                scale_up_chips_per_rack: chips_per_rack,
                ..base.hall.clone()
            },
            ..base
        };
        match build(&spec) {
            Ok(fabric) => {
                for class in &fabric.link_classes {
                    prop_assert_eq!(class.lengths.histogram.links.iter().sum::<u64>(), class.links);
                    prop_assert!(class.lengths.mean.as_m().is_finite());
                    let Some(parts) = class.split_at(class.lengths.mean) else { continue };
                    let [within, beyond] = &parts;
                    prop_assert_eq!(within.links + beyond.links, class.links);
                    prop_assert!(within.lengths.max <= class.lengths.mean);
                    prop_assert!(beyond.lengths.min >= within.lengths.max);
                    // Metres of cable and cables in trays of both parts are those of the class, but for rounded counts.
                    let metres = |c: &LinkClass| c.lengths.mean.as_m() * c.links as f64;
                    let both = metres(within) + metres(beyond);
                    prop_assert!((both - metres(class)).abs() <= 2.0 * class.lengths.max.as_m());
                    let leaving = |c: &LinkClass| {
                        c.pathway.as_ref().map_or(0.0, |p| p.leaving().value()) * c.links as f64
                    };
                    let both = leaving(within) + leaving(beyond);
                    prop_assert!((both - leaving(class)).abs() <= 2.0);
                }
                let total: u64 = fabric.racks.iter().map(|(_, n)| n).sum();
                prop_assert_eq!(fabric.floor_plan.total_racks, total);
            }
            Err(error) => prop_assert!(!error.hint().is_empty()),
        }
    }

    /// Absurd numbers give an error, never a panic.
    #[test]
    fn absurd_numbers(picks in proptest::collection::vec(0_usize..10, 18)) {
        let some = [0, 1, 2, 7, 72, 1_000, 1 << 20, 1 << 53, u64::MAX - 1, u64::MAX];
        // Most numbers stay sensible, or only the first check would ever see them.
        let pick = |i: usize, sensible: u64| {
            if picks[i] < 7 { sensible } else { some[(picks[i] + 3 * picks[(i + 1) % 18]) % 10] }
        };
        let base = rubin_nvl576();
        let spec = FabricSpec {
            accelerators: pick(0, 4_608),
            accelerators_per_host: pick(1, 4),
            scale_up: lightloom_fabric::ScaleUpSpec {
                domain: pick(2, 576),
                links: pick(3, 36),
                radix: pick(4, 72),
                switches: (picks[5] < 5).then(|| pick(5, 36)),
                two_tier: if picks[6] < 8 { two_tier(pick(7, 36)) } else { None },
                ..base.scale_up.clone()
            },
            scale_out: ClosSpec {
                layers: (picks[8] > 6).then(|| pick(9, 3)),
                ..clos(pick(10, 4), 800.0, pick(11, 2), pick(12, 128), pick(13, 4))
            },
            hall: HallSpec {
                accelerators_per_rack: pick(14, 72),
                racks_per_row: pick(15, 20),
                rows_per_hall: pick(16, 10),
                switches_per_rack: pick(17, 8),
                scale_up_chips_per_rack: pick(9, 72),
                ..base.hall.clone()
            },
            ..base
        };
        if let Err(error) = build(&spec) {
            prop_assert!(!error.hint().is_empty());
        }
    }
}
