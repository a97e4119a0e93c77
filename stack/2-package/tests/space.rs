//! Densities and the largest package: tables, published figures, what must hold between them.
#![allow(clippy::unwrap_used, missing_docs, reason = "a failed test may panic")]

mod common;

use common::{bodies, catalog};
use lightloom_evidence::Facts;
use lightloom_package::heat::Thermal;
use lightloom_package::space::{
    EdgeClass, ElectricalEdge, FibreConnector, FibreLayout, LaserPanel, Limit, Package, Panel,
    density_row, gain, layouts, reach,
};
use lightloom_units::{BitRate, Length};
use proptest::prelude::*;
use std::fmt::Write as _;

fn tbps(rate: Option<BitRate>) -> String {
    rate.map_or("-".to_owned(), |r| format!("{:.1}", r.as_tbps()))
}

fn rows(facts: &Facts<'_>) -> Vec<lightloom_package::space::DensityRow> {
    let package = Package::from_facts(facts).unwrap();
    bodies(facts)
        .iter()
        .map(|(technology, body, loads)| {
            let thermal = Thermal::from_facts(facts, technology.cooling).unwrap();
            density_row(technology, &package, body, loads, &thermal).unwrap()
        })
        .collect()
}

#[test]
fn every_technology_on_a_package_of_today() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let rows = rows(&facts);
    let over = rows.iter().find(|r| r.technology == "retimed-pluggable").unwrap();
    let mut text = format!(
        "Tb/s of one direction, lanes of 200 Gb/s, cooled as the technology says; 2 reticles on 100 mm, 2 rack units\n\
         {:<23} {:>8} {:>20} {:>8} {:>9} {:>6} | {:>6} {:>7} {:>7} {:>6} {:>6} {:>7} | {:>7} {:<12} {:<16} | {:>6} {:>6} {:>6}\n",
        "technology",
        "Gb/s/mm",
        "set by",
        "Gb/s/mm2",
        "footprint",
        "/RU",
        "edge",
        "fibres",
        "area",
        "panel",
        "power",
        "heat",
        "largest",
        "binding",
        "hottest",
        "edge x",
        "RU x",
        "pack x"
    );
    for r in &rows {
        let g = gain(r, over);
        let areal = |a: Option<lightloom_units::ArealDensity>| {
            a.map_or("-".to_owned(), |a| format!("{:.1}", a.as_gbps_per_mm2()))
        };
        writeln!(
            text,
            "{:<23} {:>8.0} {:>20} {:>8} {:>9} {:>6} | {:>6} {:>7} {:>7} {:>6} {:>6} {:>7} | {:>7.1} {:<12} {:<16} | {:>6.2} {:>6} {:>6.2}",
            r.technology,
            r.per_edge.as_gbps_per_mm(),
            r.edge_limit,
            areal(r.per_circuits),
            areal(r.per_footprint),
            tbps(r.per_rack_unit),
            tbps(r.reach.edge),
            tbps(r.reach.fibres),
            tbps(r.reach.area),
            tbps(r.reach.front_panel),
            tbps(r.reach.power),
            tbps(r.reach.heat),
            r.reach.bandwidth.as_tbps(),
            r.reach.binding.name(),
            r.reach.hottest.name(),
            g.edge.value(),
            g.rack_unit.map_or("-".to_owned(), |x| format!("{:.2}", x.value())),
            g.package.value(),
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn layouts_alone() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut text = format!(
        "lanes of 100 Gb/s, one direction; whole face of one reticle\n{:<22} {:>6} {:>6} {:>4} {:>9} {:>9} {:>9}\n",
        "coupling", "um", "rows", "wl", "Gb/s/mm", "Gb/s/mm2", "Tb/s"
    );
    for r in layouts(&facts, BitRate::gbps(100.0)).unwrap() {
        writeln!(
            text,
            "{:<22} {:>6.0} {:>6.0} {:>4} {:>9.0} {:>9} {:>9.1}",
            r.coupling.name(),
            r.layout.pitch.as_m() * 1e6,
            r.layout.rows,
            r.layout.wavelengths,
            r.per_edge.as_gbps_per_mm(),
            r.per_area.map_or("-".to_owned(), |a| format!("{:.0}", a.as_gbps_per_mm2())),
            r.per_die.as_tbps(),
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn an_engine_packs_closer_than_a_socketed_module() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    // link_facts O02: the socketed OIF 3.2T module has 140 Gb/s/mm, its socket and not the chip's lanes sets that.
    let edge = ElectricalEdge::from_facts(&facts, EdgeClass::ShortReach).unwrap();
    assert!(edge.density(BitRate::gbps(100.0)).as_gbps_per_mm() > 4.0 * 140.0);
}

#[test]
fn a_serial_macro_keeps_its_width_and_a_bus_its_rate() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let at = |class, gbps| {
        let edge = ElectricalEdge::from_facts(&facts, class).unwrap();
        edge.density(BitRate::gbps(gbps)).as_gbps_per_mm()
    };
    // The published figure at the rate for which it was published: link_facts F17 and F01.
    assert!((at(EdgeClass::LongReach, 112.0) - 304.0).abs() < 1e-9);
    assert!((at(EdgeClass::ShortReach, 112.0) - 670.0).abs() < 1e-9);
    for class in [EdgeClass::LongReach, EdgeClass::ShortReach] {
        assert!((at(class, 224.0) / at(class, 112.0) - 2.0).abs() < 1e-12);
    }
    assert!((at(EdgeClass::DieToDie, 224.0) - at(EdgeClass::DieToDie, 50.0)).abs() < 1e-12);
}

#[test]
fn the_density_of_a_claim_depends_on_its_boundary() {
    // C31: tenfold by co-packaging and heterogeneous integration. C03: front panels run out of room.
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let rows = rows(&facts);
    let row = |id: &str| rows.iter().find(|r| r.technology == id).unwrap();
    let over = row("retimed-pluggable");
    let stacked = gain(row("cpo-stacked"), over);
    let switch = gain(row("cpo-switch"), over);
    // At the chip's edge, stacked engines with wavelengths and rows gain tenfold; engines on the substrate do not.
    assert!(stacked.edge.value() > 10.0 && switch.edge.value() < 2.0);
    // Through a rack unit nothing does: XPO modules carry 204.8 Tb/s, more than any panel of MPO connectors with lasers.
    assert!(rows.iter().filter(|r| r.technology.starts_with("cpo")).all(|r| {
        r.per_rack_unit.is_some_and(|rate| {
            rate < BitRate::tbps(204.8) && rate < over.per_rack_unit.unwrap() * 10.0
        })
    }));
    // A package with modules ends at its die edge below 102.4 Tb/s; engines on the package go beyond.
    assert_eq!(over.reach.binding, Limit::Edge);
    assert!(over.reach.bandwidth < BitRate::tbps(102.4));
    assert!(row("cpo-switch").reach.bandwidth > BitRate::tbps(102.4));
}

#[test]
fn the_least_limit_binds_and_a_larger_package_never_carries_less() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let package = Package::from_facts(&facts).unwrap();
    let larger = [
        Package {
            silicon: package.silicon * 1.3,
            side: package.side * 1.3,
            interposer: package.interposer * 1.5,
            ..package
        },
        Package { rack_units: 3.0, ..package },
        Package { power: package.power.map(|p| p * 1.2), ..package },
        Package { edge_share: 0.9, ..package },
    ];
    for (technology, body, loads) in bodies(&facts) {
        let thermal = Thermal::from_facts(&facts, technology.cooling).unwrap();
        let r = reach(&package, &body, &loads, &thermal).unwrap();
        for (limit, bandwidth) in r.limits() {
            let Some(bandwidth) = bandwidth else { continue };
            assert!(bandwidth >= r.bandwidth, "{}: {}", technology.id, limit.name());
            assert_eq!(limit == r.binding, bandwidth == r.bandwidth, "{}", technology.id);
        }
        for more in &larger {
            let other = reach(more, &body, &loads, &thermal).unwrap();
            assert!(other.bandwidth >= r.bandwidth * 0.999, "{}", technology.id);
        }
    }
}

/// A layout with plain numbers.
fn layout(um: f64, rows: f64, wavelengths: f64, gbps: f64) -> FibreLayout {
    FibreLayout { pitch: Length::um(um), rows, wavelengths, payload: BitRate::gbps(gbps) }
}

proptest! {
    #[test]
    fn density_falls_with_pitch_and_grows_with_wavelengths_and_rows(
        um in 30.0f64..300.0, wider in 1.01f64..3.0, rows in 1u32..8, wavelengths in 1u32..32, gbps in 10.0f64..450.0,
    ) {
        let (rows, wavelengths) = (f64::from(rows), f64::from(wavelengths));
        let base = layout(um, rows, wavelengths, gbps);
        prop_assert!(layout(um * wider, rows, wavelengths, gbps).per_edge() < base.per_edge());
        prop_assert!(layout(um * wider, rows, wavelengths, gbps).per_area() < base.per_area());
        prop_assert!(layout(um, rows + 1.0, wavelengths, gbps).per_edge() > base.per_edge());
        prop_assert!(layout(um, rows, wavelengths + 1.0, gbps).per_edge() > base.per_edge());
        prop_assert!(layout(um, rows, wavelengths + 1.0, gbps).per_area() > base.per_area());
        // As many fibres as the edge holds carry what the density says.
        let edge = Length::mm(10.0);
        let fibres = rows * (edge / base.pitch);
        prop_assert!((base.fibres(base.per_edge() * edge) / fibres - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_panel_carries_less_with_fewer_fibres_a_connector_and_with_lasers(
        connectors in 10.0f64..300.0, fibres in 4.0f64..32.0, lanes in 4.0f64..256.0, gbps in 25.0f64..450.0,
    ) {
        let l = layout(127.0, 1.0, 4.0, gbps);
        let payload = BitRate::gbps(gbps);
        let through = |connectors: f64, lasers| {
            let connector = FibreConnector { connectors, fibres };
            Panel::Fibres { connector, lasers }.per_rack_unit(payload, Some(&l)).unwrap()
        };
        let lasers = Some(LaserPanel { modules: 32.0, lanes });
        prop_assert!(through(connectors, lasers) < through(connectors, None));
        prop_assert!(through(connectors, lasers) < through(connectors * 1.1, lasers));
        // Without lasers every fibre is used: half of them in this direction.
        let all = l.per_fibre() * (connectors * fibres / 2.0);
        prop_assert!((through(connectors, None) / all - 1.0).abs() < 1e-9);
    }
}
