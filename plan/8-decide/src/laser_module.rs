//! An external laser module in depth, as one document.

use crate::plan::{FedEngineRow, LaserModuleSheet};
use lightloom_evidence::Facts;
use lightloom_package::heat::Thermal;
use lightloom_package::technology::Source;
use lightloom_package::{LaserModule, LaserModuleError, LaserModuleKind};
use lightloom_scenario::Library;
use lightloom_units::{BitRate, Temperature};

/// Version of the document.
const SCHEMA: &str = "lightloom.laser-module/1";
/// Lanes that a module's payload is stated at.
const LANE: BitRate = BitRate::gbps(200.0);
/// Capacity of the box whose modules are counted.
const BOX: &str = "switch.spectrum6.capacity";

/// The sheet of a laser module.
///
/// # Errors
/// [`LaserModuleError`] when a fact is missing, or it has no steady temperature.
pub fn laser_module_sheet(
    library: &Library,
    facts: &Facts<'_>,
    module: &LaserModule,
) -> Result<LaserModuleSheet, LaserModuleError> {
    let lit = module.light(facts)?;
    let limit = Thermal::from_facts(facts, module.cooling)?.limits.laser;
    let celsius = |t: Temperature| t.as_kelvin() - 273.15;
    let fed = library.technologies.values().filter_map(|technology| {
        let engine = technology.engine.as_ref()?;
        if engine.source() != Source::External {
            return None;
        }
        let lanes = engine.capacity / engine.line.map_or(LANE, |line| line.payload);
        Some(FedEngineRow {
            technology: technology.id.clone(),
            engine_tbps: engine.capacity.as_tbps(),
            lanes,
            engines: lit.lanes / lanes,
        })
    });
    let of_box = lit.modules(facts.get(BOX)?, LANE);
    Ok(LaserModuleSheet {
        schema: SCHEMA,
        id: module.id.clone(),
        name: module.name.clone(),
        about: module.about.clone(),
        kind: LaserModuleKind::NAME,
        lasers: module.lasers,
        fibres: module.fibres,
        cooling: module.cooling.name().to_owned(),
        laser_dbm: module.power.as_dbm(),
        light_w: lit.light.as_w(),
        electrical_w: lit.electrical.as_w(),
        heat_w: lit.heat.as_w(),
        efficiency_percent: lit.efficiency.value() * 100.0,
        case_c: celsius(lit.case),
        junction_c: celsius(lit.junction),
        junction_limit_c: celsius(limit),
        optical_class: lit.optical_class.map(|c| c.number),
        optical_class_dbm: lit.optical_class.map(|c| c.limit.as_dbm()),
        electrical_class: lit.electrical_class.map(|c| c.number),
        electrical_class_w: lit.electrical_class.map(|c| c.limit.as_w()),
        lanes: lit.lanes,
        payload_tbps: lit.payload(LANE).as_tbps(),
        of_box,
        of_box_w: (lit.electrical * of_box).as_w(),
        heat_per_rack_unit_w: lit.heat_per_rack_unit.as_w(),
        engines: fed.collect(),
    })
}
