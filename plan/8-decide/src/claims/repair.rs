//! What a failure stops: C23.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::{range, views};
use crate::plan::{ServiceRow, Sheet};
use lightloom_economics::Supply;
use lightloom_evidence::Facts;
use lightloom_operations::{Event, Repair, RepairUnit};
use lightloom_scenario::RunError;
use lightloom_units::{Count, Quantity};

/// The most that one failure does, lasers that are swapped alone left out.
fn worst(sheet: &Sheet, of: fn(&ServiceRow) -> f64) -> f64 {
    let rows = sheet.service.iter().filter(|row| row.unit != "laser module");
    rows.map(of).fold(0.0, f64::max)
}

/// The row of the worst repair.
fn worst_row(sheet: &Sheet) -> Option<&ServiceRow> {
    let rows = sheet.service.iter().filter(|row| row.unit != "laser module");
    rows.max_by(|a, b| a.ports_in_repair.total_cmp(&b.ports_in_repair))
}

/// What operations call a unit of a sheet.
fn repair_unit(unit: &str) -> RepairUnit {
    match unit {
        "cable" => RepairUnit::Cable,
        "laser module" => RepairUnit::LaserModule,
        "engine, box opened" => RepairUnit::Engine,
        "box" => RepairUnit::Box,
        "rack backplane" => RepairUnit::Rack,
        _ => RepairUnit::Module,
    }
}

/// The name of a unit in the facts of its repair.
fn fact_name(unit: &str) -> &'static str {
    match unit {
        "cable" => "cable",
        "laser module" => "laser_module",
        "engine, box opened" => "engine",
        "box" => "box",
        "rack backplane" => "rack",
        _ => "module",
    }
}

pub(super) fn swapped(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let [module, engine] = [grounds.alone("retimed-pluggable")?, grounds.alone("cpo-switch")?];
    let ports = engine.asked.box_tbps * 1e3 / engine.asked.rate_gbps;
    let faulty = |sheet| worst(sheet, |row| row.ports_faulty);
    let repaired = |sheet| worst(sheet, |row| row.ports_in_repair);
    let stopped = |sheet| worst(sheet, |row| row.accelerators_in_repair);
    let unit = |sheet: &Sheet| worst_row(sheet).map_or_else(String::new, |row| row.unit.clone());
    let hands = |sheet: &Sheet| -> Result<(f64, [f64; 2]), RunError> {
        let fact = format!("repair.{}.hands_on", fact_name(&unit(sheet)));
        let (_, range) = grounds.fact(&fact, 60.0)?;
        Ok((worst(sheet, |row| row.hands_on_h) * 60.0, range))
    };
    let down = |sheet: &Sheet| -> Result<(f64, [f64; 2]), RunError> {
        let nominal = worst(sheet, |row| row.wait_h + row.hands_on_h + row.requalify_h);
        let event = Event::Hard(repair_unit(&unit(sheet)));
        let total = |view: &Facts<'_>| Ok(Repair::from_facts(view, event)?.total().as_hours());
        let drawn = views(grounds.facts).map(|view| total(&view));
        Ok((nominal, range(nominal, drawn.collect::<Result<Vec<f64>, RunError>>()?)))
    };
    let (engine_down, module_down) = (down(&engine)?, down(&module)?);
    let vendors = |id: &str| grounds.fact(&format!("ready.{id}.vendors"), 1.0);
    let (of_module, of_engine) = (vendors("retimed-pluggable")?, vendors("cpo-switch")?);
    let (engine_hands, module_hands) = (hands(&engine)?, hands(&module)?);
    let box_of = format!("box of {ports:.0} ports");
    let supply = Supply::from_facts(grounds.facts)?;
    let erosion = |(central, ends): (f64, [f64; 2])| -> Result<(f64, [f64; 2]), RunError> {
        let of = |n: f64| {
            Ok::<f64, RunError>(supply.trend(Count::from_si(n))?.erosion_per_year.value() * 100.0)
        };
        Ok((of(central)?, [of(ends[0])?, of(ends[1])?]))
    };
    let (module_erosion, engine_erosion) = (erosion(of_module)?, erosion(of_engine)?);
    let answers = vec![
        Answer::new(
            "ports stopped by a failed engine",
            "until its repair begins",
            faulty(&engine),
            "",
        )
        .at_least(ports),
        Answer::new(
            "ports stopped by a failed engine",
            format!("while it is repaired ({}), {box_of}", unit(&engine)),
            repaired(&engine),
            "",
        )
        .at_least(ports),
        Answer::new(
            "accelerators stopped by a failed engine",
            "while it is repaired, one behind each port",
            stopped(&engine),
            "",
        ),
        Answer::new("hands-on time for an engine", "work on the machine", engine_hands.0, "min")
            .spread(engine_hands.1),
        Answer::new(
            "time down for an engine",
            "noticed, waited for, repaired, tested",
            engine_down.0,
            "h",
        )
        .spread(engine_down.1),
        Answer::new("hands-on time for a module", "work on the machine", module_hands.0, "min")
            .spread(module_hands.1)
            .at_most(60.0),
        Answer::new(
            "time down for a module",
            "noticed, waited for, repaired, tested",
            module_down.0,
            "h",
        )
        .spread(module_down.1),
        Answer::new(
            "ports stopped by a failed module",
            format!("while it is repaired ({}), {box_of}", unit(&module)),
            repaired(&module),
            "",
        )
        .at_most(1.0),
        Answer::new(
            "accelerators stopped by a failed module",
            "while it is repaired, one behind each port",
            stopped(&module),
            "",
        ),
        Answer::new("vendors of pluggables", "interchangeable, in volume", of_module.0, "")
            .spread(of_module.1)
            .at_least(3.0),
        Answer::new(
            "vendors of co-packaged switches",
            "interchangeable, in volume",
            of_engine.0,
            "",
        )
        .spread(of_engine.1)
        .at_most(1.0),
        Answer::new(
            "price erosion of pluggables",
            "so many vendors, a year",
            module_erosion.0,
            "%",
        )
        .spread(ordered(module_erosion.1)),
        Answer::new(
            "price erosion of co-packaged switches",
            "so many vendors, a year",
            engine_erosion.0,
            "%",
        )
        .spread(ordered(engine_erosion.1)),
    ];
    let explanation = format!(
        "A module is swapped in {:.0} min ({:.0} to {:.0}) and stops {:.0} port. A failed engine stops {:.0} of {ports:.0} ports until the \
         box is opened, then {:.0} for {:.0} min ({:.0} to {:.0}) of work and the tests after it. Pluggables have {:.0} vendors ({:.0} to \
         {:.0}), co-packaged switches {:.0} ({:.0} to {:.0}): one vendor alone lies within the range. Lasers outside are swapped alone.",
        module_hands.0,
        module_hands.1[0],
        module_hands.1[1],
        repaired(&module),
        faulty(&engine),
        repaired(&engine),
        engine_hands.0,
        engine_hands.1[0],
        engine_hands.1[1],
        of_module.0,
        of_module.1[0],
        of_module.1[1],
        of_engine.0,
        of_engine.1[0],
        of_engine.1[1],
    );
    Ok(Claim::new("C23", answers, explanation, "lightloom package cpo-switch".to_owned()))
}

fn ordered([a, b]: [f64; 2]) -> [f64; 2] {
    [a.min(b), a.max(b)]
}
