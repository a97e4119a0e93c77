//! Parts from the catalog, and what the fabric draws, costs and takes with them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::*;
use lightloom_evidence::{Catalog, Facts};
use lightloom_fabric::bill::bill;
use lightloom_fabric::power::{accelerators_fed, power};
use lightloom_fabric::{
    Accelerator, Choice, Fabric, FabricError, HallGeometry, Inlet, LinkSummary, NicPart, RackPart,
    SwitchPart, Tier, TrayLevel, build, path_latencies,
};
use lightloom_units::{
    BitRate, Count, DelayPerLength, EnergyPerBit, FailureRate, Length, Mass, Money, Power,
    Quantity, Ratio, Time,
};

fn facts(catalog: &Catalog) -> Facts<'_> {
    Facts::nominal(catalog)
}

/// Copper at 5 pJ/bit in racks, modules of 15 W an end outside them.
fn choices(fabric: &Fabric) -> Vec<Choice> {
    let choose = |class: &lightloom_fabric::LinkClass| {
        let module = if class.within_rack { 0.0 } else { 15.0 };
        Choice {
            technology: if class.within_rack { "copper" } else { "module" }.to_owned(),
            reach: if class.within_rack { Length::m(1.0) } else { Length::m(500.0) },
            per_link: LinkSummary {
                rate: class.rate,
                serdes_energy: EnergyPerBit::pj_per_bit(5.0),
                optics_power_per_end: [Power::w(module), Power::w(module)],
                latency: Time::ns(100.0),
                delay_per_m: DelayPerLength::from_si(5e-9),
                cost_per_link: Money::usd(if class.within_rack { 20.0 } else { 1_000.0 }),
                cost_per_m: Money::usd(2.0),
                fibres: Count::from_si(if class.within_rack { 0.0 } else { 8.0 }),
                lasers: Count::from_si(if class.within_rack { 0.0 } else { 4.0 }),
                failure_rate: FailureRate::fit(100.0),
                cable_mass_per_m: Mass::from_si(0.05),
                cable_diameter: Length::mm(3.0),
            },
        }
    };
    fabric.link_classes.iter().map(choose).collect()
}

#[test]
fn every_fact_is_read() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let inlet = Inlet::from_facts(&facts).unwrap();
    for name in catalog.children("rack") {
        let rack = RackPart::from_facts(&facts, name).unwrap();
        for level in [TrayLevel::Overhead, TrayLevel::UnderFloor] {
            {
                let more = (rack.plenum, rack.height);
                HallGeometry::from_facts(&facts, (rack.width, rack.depth), more, level).unwrap()
            };
        }
    }
    for name in catalog.children("accelerator") {
        let a = Accelerator::from_facts(&facts, name).unwrap();
        assert!(a.power > inlet.rated_serdes_energy * a.scale_up_bandwidth, "{name}");
    }
    for name in catalog.children("switch") {
        let switch = SwitchPart::from_facts(&facts, name, &inlet).unwrap();
        // A core of 1 to 30 pJ/bit: below is no switch, above no product.
        let core = (switch.core_power / switch.capacity).as_pj_per_bit();
        assert!((1.0..30.0).contains(&core), "{name}: {core} pJ/bit");
        if catalog.get(&format!("switch.{name}.lane")).is_some() {
            let lane = SwitchPart::fastest_lane(&facts, name).unwrap();
            assert!(switch.capacity >= lane * switch.radix as f64, "{name}: {lane}");
        }
    }
    for name in catalog.children("nic") {
        NicPart::from_facts(&facts, name).unwrap();
    }
    let unread: Vec<&str> = (0..catalog.facts().len())
        .filter(|i| !facts.used().contains(i))
        .map(|i| catalog.facts()[i].id.as_str())
        .collect();
    assert_eq!(unread, Vec::<&str>::new());
}

#[test]
fn parts_agree_with_their_systems() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let inlet = Inlet::from_facts(&facts).unwrap();
    // Link rates that the generations have: 25, 50, 50 GB/s; 2 x 28 GB/s are 2 links.
    for (accelerator, chip, gbps, ports) in [
        ("h100", "nvswitch3", 200.0, 64),
        ("gb300", "nvswitch5", 400.0, 72),
        ("rubin", "nvswitch6", 400.0, 72),
        ("rubin-ultra", "nvswitch7", 200.0, 144),
        ("feynman", "nvswitch8", 400.0, 144),
        ("ascend-910c", "ub", 224.0, 48),
    ] {
        let rate = Accelerator::from_facts(&facts, accelerator).unwrap().link_rate();
        assert!((rate.as_gbps() - gbps).abs() < 1e-6, "{accelerator}: {rate}");
        let switch = SwitchPart::from_facts(&facts, chip, &inlet).unwrap();
        assert_eq!(switch.ports_at(rate), ports, "{chip}");
    }
    let ports = |name: &str, gbps: f64| {
        SwitchPart::from_facts(&facts, name, &inlet).unwrap().ports_at(BitRate::gbps(gbps))
    };
    assert_eq!(ports("quantum2", 400.0), 64);
    assert_eq!(ports("quantum-x800", 800.0), 144);
    assert_eq!(ports("spectrum6", 800.0), 128);
    assert_eq!(ports("spectrum6", 200.0), 512);
}

#[test]
fn core_power_from_a_box() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let inlet = Inlet::from_facts(&facts).unwrap();
    let switch = SwitchPart::from_facts(&facts, "spectrum6", &inlet).unwrap();
    // 1,960 W x 0.955 / 1.02 - 576 W - 2.5 pJ/bit x 102.4 Tb/s.
    assert!((switch.core_power.as_w() - (1_835.098 - 576.0 - 256.0)).abs() < 0.01);
    // And back: with its own engines and SerDes the box draws what was published.
    let direct = switch.core_power + Power::w(576.0 + 256.0);
    assert!((inlet.draw(direct, switch.fan_share).as_w() - 1_960.0).abs() < 1e-6);
}

#[test]
fn a_gb300_rack_draws_what_is_published() {
    // S033: 120 to 140 kW, with interfaces and without their optics. The share of the host was estimated from
    // the same rack, so this checks that the boundaries add up, not the product.
    let catalog = catalog();
    let facts = facts(&catalog);
    let parts = parts(&facts, "gb300", "nvswitch5", "quantum-x800", "cx8");
    let fabric = build(&gb300()).unwrap();
    let power = power(&fabric, &choices(&fabric), &parts).unwrap();
    let tier = |t: Tier| power.tiers.iter().find(|p| p.tier == t).unwrap().network;
    let rack = (power.cluster - tier(Tier::ScaleOut) - tier(Tier::FrontEnd)) / 64.0
        + parts.inlet.draw(parts.scale_out_nic.power * 72.0, parts.accelerator.fan_share);
    assert!((120.0..140.0).contains(&rack.as_kw()), "{rack}");
}

#[test]
fn power_by_hand() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let mut parts = parts(&facts, "gb300", "nvswitch5", "quantum-x800", "cx8");
    parts.inlet.psu_efficiency = Ratio::new(0.5);
    parts.inlet.rated_serdes_energy = EnergyPerBit::pj_per_bit(1.0);
    parts.accelerator.fan_share = Ratio::new(0.0);
    parts.accelerator.power = Power::w(1_007.2);
    parts.accelerator.host_power = Power::w(100.0);
    parts.scale_up_switch.core_power = Power::w(50.0);
    parts.scale_up_switch.fan_share = Ratio::new(0.1);
    parts.scale_out_switch.core_power = Power::w(500.0);
    parts.scale_out_switch.fan_share = Ratio::new(0.0);
    parts.scale_out_nic.power = Power::w(20.8);
    let spec = lightloom_fabric::FabricSpec { front_end: None, ..gb300() };
    let fabric = build(&spec).unwrap();
    let power = power(&fabric, &choices(&fabric), &parts).unwrap();

    // Scale-up: 82,944 links of 400 Gb/s at 5 pJ/bit put 2 W into each chip; no optics.
    let up = &power.tiers[0];
    assert!((up.lane.as_pj_per_bit() - 5.0).abs() < 1e-9);
    assert!((up.serdes.as_w() - 82_944.0 * 4.0).abs() < 1e-3);
    let boxes = (1_152.0 * 50.0 + 82_944.0 * 2.0) * 1.1 / 0.5;
    assert!((up.switch_boxes.as_w() - boxes).abs() < 1e-3);
    assert!((up.network.as_w() - boxes - 82_944.0 * 2.0 / 0.5).abs() < 1e-3);
    // Scale-out: 4,608 + 4,608 links of 800 Gb/s, 4 W SerDes and 15 W module an end; 100 switches.
    let out = &power.tiers[1];
    assert!((out.lane.as_pj_per_bit() - (5.0 + 30.0 / 1.6)).abs() < 1e-9);
    assert!((out.optics.as_w() - 9_216.0 * 30.0).abs() < 1e-3);
    let boxes = (100.0 * 500.0 + 3.0 * 4_608.0 * 19.0) / 0.5;
    assert!((out.switch_boxes.as_w() - boxes).abs() < 1e-3);
    // The interface's own 0.8 W of SerDes are taken out: 20 W, and the link's 19 W.
    assert!((out.network.as_w() - boxes - 4_608.0 * 39.0 / 0.5).abs() < 1e-3);
    // Accelerators without their 7.2 W of SerDes, and hosts.
    let computing = 4_608.0 * (1_000.0 + 100.0) / 0.5;
    let cluster = up.network.as_w() + out.network.as_w() + computing;
    assert!((power.cluster.as_w() - cluster).abs() < 1e-2);
    assert!((power.cluster_per_accelerator(&fabric).as_w() - cluster / 4_608.0).abs() < 1e-5);
    assert!(power.optics < power.network && power.network < power.cluster);
}

#[test]
fn savings_feed_accelerators() {
    // S238, S239: 12 and 100 switches at 3.05 kW each, 1.4 kW an accelerator.
    let saved = |switches: f64| Power::w(3_050.0 * switches);
    assert_eq!(accelerators_fed(saved(12.0), Power::w(1_400.0)), 26);
    assert_eq!(accelerators_fed(saved(100.0), Power::w(1_400.0)), 217);
    assert_eq!(accelerators_fed(saved(1.0), Power::ZERO), 0);
}

#[test]
fn bill_by_hand() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let parts = parts(&facts, "gb300", "nvswitch5", "quantum-x800", "cx8");
    let spec = lightloom_fabric::FabricSpec { front_end: None, ..gb300() };
    let fabric = build(&spec).unwrap();
    let choices = choices(&fabric);
    let bill = bill(&fabric, &choices, &parts).unwrap();
    let items: Vec<&str> = bill.lines.iter().map(|line| line.item.as_str()).collect();
    assert_eq!(
        items,
        [
            "scale-up accelerator-L1: copper",
            "scale-out nic-leaf: module",
            "scale-out leaf-spine: module",
            "scale-up L1 switch",
            "scale-out leaf switch",
            "scale-out spine switch",
            "scale-out interface",
        ]
    );
    let counts: Vec<u64> = bill.lines.iter().map(|line| line.count).collect();
    assert_eq!(counts, [82_944, 4_608, 4_608, 1_152, 64, 36, 4_608]);
    let mean = fabric.link_classes[1].lengths.mean.as_m();
    assert!((bill.lines[1].unit_price.as_usd() - (1_000.0 + 2.0 * mean)).abs() < 1e-9);
    // E014 - E015: a layer of switches at one for each 72 ports is 110,615 USD a rack.
    assert!((bill.lines[4].total.as_usd() / 64.0 - 110_615.0).abs() < 1e-6);
    let total: f64 = bill.lines.iter().map(|line| line.total.as_usd()).sum();
    assert!((bill.total.as_usd() - total).abs() < 1e-3);
    assert!((bill.fibres.value() - 9_216.0 * 8.0).abs() < 1e-6);
    assert!((bill.lasers.value() - 9_216.0 * 4.0).abs() < 1e-6);
    assert!((bill.link_failure_rate.as_fit() - (82_944.0 + 9_216.0) * 100.0).abs() < 1e-3);
    assert!((bill.cable_mass.as_kg() - bill.cable_length.as_m() * 0.05).abs() < 1e-6);
    // 1,296 + 72 cables of 3 mm start in each rack.
    let bundle = bill.bundle_area_per_accelerator_rack.as_mm2();
    assert!((bundle - 1_368.0 * 9.0).abs() < 1e-6);
    // Copper of 1 m does not serve all of a backplane of up to 1.24 m.
    assert!(bill.served[0].value() > 0.9 && bill.served[0].value() < 1.0);
    assert!((bill.served[1].value() - 1.0).abs() < 1e-12);
}

#[test]
fn latency_by_hand() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let mut parts = parts(&facts, "rubin", "nvswitch6", "spectrum6", "cx9");
    parts.scale_up_switch.latency = Time::ns(150.0);
    let fabric = build(&rubin_nvl576()).unwrap();
    let paths = path_latencies(&fabric, &choices(&fabric), &parts).unwrap();
    let up = &paths[0];
    // Accelerator-L1-L2-L1-accelerator: 4 links of 100 ns, 3 switches of 150 ns.
    assert_eq!((up.links, up.switches), (4, 3));
    assert!((up.link_time.as_ns() - 400.0).abs() < 1e-9);
    assert!((up.switch_time.as_ns() - 450.0).abs() < 1e-9);
    let cable: f64 = fabric.link_classes[..2].iter().map(|c| c.lengths.max.as_m()).sum();
    assert!((up.propagation.as_ns() - 2.0 * 5.0 * cable).abs() < 1e-9);
    assert_eq!(up.nic_time, Time::ZERO);
    let out = &paths[1];
    assert_eq!((out.links, out.switches), (4, 3));
    assert!((out.nic_time.as_ns() - 1_200.0).abs() < 1e-9);
    assert!(out.total > up.total);
}

#[test]
fn choices_are_checked() {
    let catalog = catalog();
    let facts = facts(&catalog);
    let parts = parts(&facts, "gb300", "nvswitch5", "quantum-x800", "cx8");
    let fabric = build(&gb300()).unwrap();
    let good = choices(&fabric);
    let error = power(&fabric, &good[1..], &parts).unwrap_err();
    assert!(matches!(error, FabricError::Choices { .. }));
    let mut other_rate = good.clone();
    other_rate[0].per_link.rate = BitRate::gbps(200.0);
    let error = bill(&fabric, &other_rate, &parts).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`scale-up accelerator-L1` runs at 400 Gb/s per link and direction, `copper` was given for 200 Gb/s"
    );
    let mut nan = good;
    nan[1].per_link.serdes_energy = EnergyPerBit::pj_per_bit(f64::NAN);
    let error = path_latencies(&fabric, &nan, &parts).unwrap_err();
    assert!(matches!(error, FabricError::Negative { .. }) && error.to_string().contains("SerDes"));
}
