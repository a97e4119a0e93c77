//! Racks and trays as they are loaded.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{cables, catalog, gb300, geometry, h100_superpod, million, parts, units};
use lightloom_evidence::Facts;
use lightloom_fabric::plan::RackKind;
use lightloom_fabric::{CrossTrays, Fabric, FabricSpec, HallSpec, build, load, power::power};
use lightloom_units::{Length, Power};

fn loaded(spec: &FabricSpec, diameter: Length) -> (Fabric, load::Load) {
    let fabric = build(spec).unwrap();
    let catalog = catalog();
    let parts = parts(&Facts::nominal(&catalog), "gb300", "nvswitch5", "quantum-x800", "cx8");
    let choices = cables(&fabric, diameter);
    let power = power(&fabric, &choices, &parts).unwrap();
    let load = load::load(&fabric, &spec.hall, &choices, &parts, &power).unwrap();
    (fabric, load)
}

#[test]
fn a_rack_of_72_draws_and_weighs_what_is_published() {
    let (_, load) = loaded(&gb300(), Length::mm(3.0));
    let rack = &load.racks[0];
    assert_eq!(rack.kind, RackKind::Accelerator);
    // S033: 120 to 140 kW. Cables here draw nothing, so the lower end.
    assert!((110.0..=140.0).contains(&rack.power.as_kw()), "{}", rack.power);
    // S038: 1.36 t, as 18 compute trays and 9 switch trays of one unit.
    assert!((rack.trays.unwrap() / units(27.0) - 1.0).abs() < 1e-9);
    assert!((rack.mass.as_kg() / 1_360.0 - 1.0).abs() < 0.02, "{}", rack.mass);
    assert!((rack.cables_within - 1_296.0).abs() < 1e-9);
    // 72 interfaces to scale-out, 18 to the front end.
    assert!((rack.cables_out - 90.0).abs() < 1e-9);
}

#[test]
fn racks_and_trays_add_up_to_the_cluster() {
    let catalog = catalog();
    let parts = parts(&Facts::nominal(&catalog), "gb300", "nvswitch5", "quantum-x800", "cx8");
    for spec in [gb300(), h100_superpod(), million()] {
        let fabric = build(&spec).unwrap();
        let choices = cables(&fabric, Length::mm(5.0));
        let power = power(&fabric, &choices, &parts).unwrap();
        let load = load::load(&fabric, &spec.hall, &choices, &parts, &power).unwrap();
        let sum: Power = load.racks.iter().map(|r| r.power * r.racks as f64).sum();
        assert!((sum / power.cluster - 1.0).abs() < 1e-9);
        let ends: f64 = load.racks.iter().map(|r| r.cables_out * r.racks as f64).sum();
        let leaving = |c: &lightloom_fabric::LinkClass| {
            c.pathway.as_ref().map_or(0.0, |p| p.leaving().value() * c.links as f64)
        };
        let cables: f64 = fabric.link_classes.iter().map(leaving).sum();
        assert!((ends / (2.0 * cables) - 1.0).abs() < 1e-9);
        // No stretch holds more than all cables, and the fullest holds the mean at least.
        let fullest = load.fullest_tray.unwrap();
        assert!(fullest.cables <= cables * (1.0 + 1e-9) && fullest.cables > 0.0);
    }
}

#[test]
fn a_bundle_grows_with_the_square_of_the_diameter() {
    let bundle = |mm: f64| loaded(&gb300(), Length::mm(mm)).1;
    let (thin, thick) = (bundle(3.0), bundle(6.0));
    for (a, b) in thin.racks.iter().zip(&thick.racks) {
        assert!((b.bundle / a.bundle - 4.0).abs() < 1e-9, "{:?}", a.kind);
        assert!(b.rear_closed >= a.rear_closed && b.bend > a.bend);
    }
    let trays = |load: &load::Load| load.fullest_tray.unwrap().trays;
    assert!((trays(&thick) / trays(&thin) - 4.0).abs() < 1e-9);
}

#[test]
fn one_cross_tray_makes_routes_longer_and_fills_it() {
    let everywhere = gb300();
    let hall = HallSpec { cross_trays: CrossTrays::Middle, ..everywhere.hall.clone() };
    let middle = FabricSpec { hall, ..everywhere.clone() };
    let [(a, full), (b, fuller)] = [everywhere, middle].map(|spec| loaded(&spec, Length::mm(3.0)));
    for (a, b) in a.link_classes.iter().zip(&b.link_classes) {
        assert!(b.lengths.mean >= a.lengths.mean && b.lengths.max >= a.lengths.max, "{}", a.name);
        assert!(b.lengths.min >= a.lengths.min, "{}", a.name);
    }
    let [full, fuller] = [full, fuller].map(|load| load.fullest_tray.unwrap());
    assert!(fuller.cables > full.cables);
}

#[test]
fn a_tray_takes_its_fill() {
    let capacity = geometry().tray_capacity();
    assert!((capacity.as_mm2() / (600.0 * 100.0 * 0.5) - 1.0).abs() < 1e-12);
}
