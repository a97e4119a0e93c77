//! An external laser module: heat that settles, classes, what it feeds, and what cannot be.
#![allow(clippy::unwrap_used, missing_docs, reason = "a failed test may panic")]

mod common;

use common::catalog;
use lightloom_evidence::Facts;
use lightloom_package::{LaserModule, LaserModuleError};
use lightloom_units::{BitRate, DecibelMilliwatt, Quantity, Temperature};
use proptest::prelude::*;

const FILE: &str = include_str!("../../../catalog/products/elsfp.toml");

fn module() -> LaserModule {
    LaserModule::parse("elsfp.toml", FILE).unwrap()
}

fn at(dbm: f64) -> LaserModule {
    LaserModule { power: DecibelMilliwatt::dbm(dbm), ..module() }
}

#[test]
fn power_and_temperature_answer_to_each_other() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let lit = module().light(&facts).unwrap();
    // Eight times 199.5 mW, and what is not light is heat.
    assert!((lit.light.as_w() - 1.596).abs() < 1e-3);
    assert!((lit.heat.as_w() + lit.light.as_w() - lit.electrical.as_w()).abs() < 1e-9);
    // The case by the resistance, and the power by the case, each from the other.
    let get = |id: &str| facts.get::<Temperature>(id).unwrap();
    let inlet = get("heat.air.warm");
    let resistance: lightloom_units::ThermalResistance =
        facts.get("heat.laser.module.air").unwrap();
    let case = inlet.warmer_by(resistance.si() * lit.electrical.as_w());
    assert!((case.as_celsius() - lit.case.as_celsius()).abs() < 1e-6);
    let stated: lightloom_units::Ratio = facts.get("laser.external.wall_plug").unwrap();
    let reference = get("laser.external.reference_temperature");
    let span = get("laser.external.characteristic_temperature").as_kelvin();
    let efficiency = stated.value() * libm::exp(-case.kelvin_above(reference) / span);
    assert!((lit.light.as_w() / efficiency - lit.electrical.as_w()).abs() < 1e-6);
    // Four lanes to a laser: 32 lanes, an engine of 6.4T at 200G, sixteen modules for a box of 102.4T.
    assert!((lit.lanes - 32.0).abs() < 1e-9);
    let lane = BitRate::gbps(200.0);
    assert!((lit.payload(lane).as_tbps() - 6.4).abs() < 1e-9);
    assert!((lit.modules(BitRate::tbps(102.4), lane) - 16.0).abs() < 1e-9);
}

#[test]
fn classes_are_those_of_the_standard() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    // Nominal light with 1.5 dB of tolerance; above 27.5 dBm there is none.
    for (dbm, class) in
        [(5.0, 1), (12.4, 1), (12.6, 2), (17.0, 3), (21.4, 4), (21.6, 5), (23.0, 5), (24.4, 5)]
    {
        let found = at(dbm).light(&facts).unwrap().optical_class;
        assert_eq!(found.map(|c| c.number), Some(class), "{dbm} dBm");
    }
    // 21.8 dBm in eight fibres is 1.2 W of light and takes 10 to 15 W.
    let found = at(21.8).light(&facts).unwrap().electrical_class.unwrap();
    assert_eq!((found.number, found.limit.to_string()), (4, "15 W".to_owned()));
}

#[test]
fn too_much_light_has_no_steady_temperature() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let error = at(27.0).light(&facts).unwrap_err();
    assert!(matches!(error, LaserModuleError::Runaway { .. }), "{error}");
    assert!(error.to_string().contains("elsfp"), "{error}");
}

#[test]
fn what_cannot_be_is_refused() {
    for (from, to) in [
        ("lasers = 8.0", "lasers = 0.0"),
        ("fibres = 8.0", "fibres = 2.5"),
        ("lasers = 8.0", "lasers = nan"),
    ] {
        let error = LaserModule::parse("a.toml", &FILE.replace(from, to)).unwrap_err();
        assert!(matches!(error, LaserModuleError::Parts { .. }), "{error}");
    }
    let error = LaserModule::parse("a.toml", &FILE.replace("23 dBm", "23")).unwrap_err();
    assert!(error.to_string().starts_with("a.toml"), "{error}");
}

proptest! {
    #[test]
    fn more_light_takes_more_power_and_never_shines_better(dbm in 5.0f64..22.0, more in 0.01f64..1.0) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let [less, more] = [dbm, dbm + more].map(|p| at(p).light(&facts).unwrap());
        prop_assert!(more.electrical > less.electrical && more.heat > less.heat);
        prop_assert!(more.efficiency <= less.efficiency && more.junction >= less.junction);
        prop_assert!(more.electrical_class.map(|c| c.number) >= less.electrical_class.map(|c| c.number));
    }
}
