//! The six scenarios as specifications, and what the tests share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test crate uses a part")]

use lightloom_evidence::{Catalog, Facts};
use lightloom_fabric::{
    Accelerator, Choice, ClosSpec, CrossTrays, Fabric, FabricSpec, HallGeometry, HallSpec, Inlet,
    LeafPlacement, LinkClass, LinkSummary, Neighbours, NicPart, Oversubscription, Parts,
    RackLayout, RackPart, ScaleUpSpec, SwitchPart, TwoTierSpec,
};
use lightloom_units::{BitRate, Length, Ratio};

pub fn catalog() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("fabric.toml", include_str!("../../../../catalog/facts/fabric.toml")),
    ])
    .unwrap()
}

/// Parts of the catalog, in racks of 72 and 19-inch racks.
pub fn parts(facts: &Facts<'_>, accelerator: &str, chip: &str, switch: &str, nic: &str) -> Parts {
    let inlet = Inlet::from_facts(facts).unwrap();
    let switch_part = |name| SwitchPart::from_facts(facts, name, &inlet).unwrap();
    Parts {
        accelerator: Accelerator::from_facts(facts, accelerator).unwrap(),
        scale_up_switch: switch_part(chip),
        scale_out_switch: switch_part(switch),
        front_end_switch: switch_part("tomahawk5"),
        scale_out_nic: NicPart::from_facts(facts, nic).unwrap(),
        front_end_nic: NicPart::from_facts(facts, "dpu400").unwrap(),
        inlet,
        accelerator_rack: RackPart::from_facts(facts, "oberon").unwrap(),
        network_rack: RackPart::from_facts(facts, "eia-19").unwrap(),
    }
}

/// Cables of a diameter on every class, without power of their own.
pub fn cables(fabric: &Fabric, diameter: Length) -> Vec<Choice> {
    let one = |class: &LinkClass| Choice {
        technology: "cable".to_owned(),
        reach: Length::m(1e6),
        per_link: LinkSummary { cable_diameter: diameter, ..LinkSummary::nothing(class.rate) },
    };
    fabric.link_classes.iter().map(one).collect()
}

pub fn geometry() -> HallGeometry {
    HallGeometry {
        pitch: Length::mm(600.0),
        depth: Length::m(1.2),
        aisle: Length::m(2.7),
        drop: Length::m(2.0),
        slack: Ratio::new(0.1),
        board_run: Length::m(0.25),
        tray_width: Length::m(0.6),
        tray_depth: Length::m(0.1),
        tray_fill: Ratio::new(0.5),
        bend: Ratio::new(10.0),
        switch_rack_height: Length::m(2.0),
        plenum: Length::m(0.2),
    }
}

pub fn units(u: f64) -> Length {
    Length::mm(44.45 * u)
}

pub fn clos(nics_per_host: u64, gbps: f64, planes: u64, radix: u64, rails: u64) -> ClosSpec {
    ClosSpec {
        nics_per_host,
        nic_rate: BitRate::gbps(gbps),
        planes,
        radix,
        oversubscription: Oversubscription::default(),
        rails,
        layers: None,
        topology: None,
    }
}

pub fn hall(accelerators_per_rack: u64, host_u: f64, chips_per_switch_tray: u64) -> HallSpec {
    HallSpec {
        geometry: geometry(),
        accelerators_per_rack,
        rack: RackLayout {
            host_height: units(host_u),
            chips_per_switch_tray,
            switch_tray_height: units(1.0),
        },
        racks_per_row: 20,
        rows_per_hall: 24,
        hall_gap: Length::m(10.0),
        leaf: LeafPlacement::MiddleOfRow,
        cross_trays: CrossTrays::EveryRack,
        switches_per_rack: 8,
        scale_up_chips_per_rack: 72,
    }
}

pub fn scale_up(domain: u64, links: u64, gbps: f64, radix: u64) -> ScaleUpSpec {
    let link_rate = BitRate::gbps(gbps);
    ScaleUpSpec {
        domain,
        links,
        link_rate,
        radix,
        switches: None,
        two_tier: None,
        topology: None,
        link_rates: Vec::new(),
        neighbours: Neighbours::Trays,
    }
}

pub fn two_tier(group: u64) -> Option<TwoTierSpec> {
    Some(TwoTierSpec { group, uplink_ratio: Ratio::new(1.0) })
}

/// 128 hosts of 8, four in a rack; 8-GPU boards with 4 switch chips.
pub fn h100_superpod() -> FabricSpec {
    FabricSpec {
        accelerators: 1_024,
        accelerators_per_host: 8,
        scale_up: ScaleUpSpec { switches: Some(4), ..scale_up(8, 18, 200.0, 64) },
        scale_out: clos(8, 400.0, 1, 64, 8),
        front_end: Some(clos(2, 400.0, 1, 64, 1)),
        hall: hall(32, 8.0, 4),
    }
}

/// 64 racks of 72.
pub fn gb300() -> FabricSpec {
    FabricSpec {
        accelerators: 4_608,
        accelerators_per_host: 4,
        scale_up: scale_up(72, 18, 400.0, 72),
        scale_out: clos(4, 800.0, 1, 144, 4),
        front_end: Some(clos(1, 400.0, 1, 128, 1)),
        hall: hall(72, 1.0, 2),
    }
}

/// Eight domains of 8 racks of 72.
pub fn rubin_nvl576() -> FabricSpec {
    FabricSpec {
        accelerators: 4_608,
        accelerators_per_host: 4,
        scale_up: ScaleUpSpec { two_tier: two_tier(36), ..scale_up(576, 36, 400.0, 72) },
        scale_out: clos(8, 800.0, 4, 512, 4),
        front_end: Some(clos(1, 400.0, 1, 128, 1)),
        hall: hall(72, 1.0, 4),
    }
}

/// Four domains of 8 racks of 144.
pub fn feynman_nvl1152() -> FabricSpec {
    FabricSpec {
        accelerators: 4_608,
        accelerators_per_host: 8,
        scale_up: ScaleUpSpec { two_tier: two_tier(72), ..scale_up(1_152, 72, 400.0, 144) },
        scale_out: clos(8, 3_200.0, 4, 128, 8),
        front_end: Some(clos(1, 800.0, 1, 128, 1)),
        hall: HallSpec { racks_per_row: 32, ..hall(144, 2.0, 6) },
    }
}

/// 48 nodes of 8 in 12 racks, 4 racks of second-tier switches.
pub fn cloudmatrix384() -> FabricSpec {
    let up = scale_up(384, 14, 224.0, 48);
    FabricSpec {
        accelerators: 384,
        accelerators_per_host: 8,
        scale_up: ScaleUpSpec { switches: Some(7), two_tier: two_tier(8), ..up },
        scale_out: clos(8, 400.0, 1, 64, 8),
        front_end: Some(clos(1, 400.0, 1, 64, 1)),
        hall: HallSpec { scale_up_chips_per_rack: 28, ..hall(32, 8.0, 7) },
    }
}

/// 14,080 racks of 72 in halls of 24 rows of 40.
pub fn million() -> FabricSpec {
    FabricSpec {
        accelerators: 1_013_760,
        accelerators_per_host: 4,
        scale_up: scale_up(72, 18, 400.0, 72),
        scale_out: clos(4, 800.0, 4, 512, 4),
        front_end: Some(clos(1, 400.0, 2, 512, 1)),
        hall: HallSpec { racks_per_row: 40, switches_per_rack: 16, ..hall(72, 1.0, 2) },
    }
}
