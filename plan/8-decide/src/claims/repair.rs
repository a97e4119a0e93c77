//! What a failure stops: C23.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::plan::{ServiceRow, Sheet};
use lightloom_economics::Readiness;
use lightloom_scenario::RunError;

/// The most that one failure does, lasers that are swapped alone left out.
fn worst(sheet: &Sheet, of: fn(&ServiceRow) -> f64) -> f64 {
    let rows = sheet.service.iter().filter(|row| row.unit != "laser module");
    rows.map(of).fold(0.0, f64::max)
}

pub(super) fn swapped(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let [module, engine] = [grounds.alone("retimed-pluggable")?, grounds.alone("cpo-switch")?];
    let ports = engine.asked.box_tbps * 1e3 / engine.asked.rate_gbps;
    let hands = |sheet| worst(sheet, |row| row.hands_on_h) * 60.0;
    let faulty = |sheet| worst(sheet, |row| row.ports_faulty);
    let repaired = |sheet| worst(sheet, |row| row.ports_in_repair);
    let vendors = |id| Ok::<_, RunError>(Readiness::from_facts(grounds.facts, id)?.vendors);
    let (of_module, of_engine) = (vendors("retimed-pluggable")?, vendors("cpo-switch")?);
    let box_of = format!("box of {ports:.0} ports");
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
            format!("while it is repaired, {box_of}"),
            repaired(&engine),
            "",
        )
        .at_least(ports),
        Answer::new("hands-on time for an engine", "work on the machine", hands(&engine), "min"),
        Answer::new("hands-on time for a module", "work on the machine", hands(&module), "min")
            .at_most(60.0),
        Answer::new(
            "ports stopped by a failed module",
            format!("while it is repaired, {box_of}"),
            repaired(&module),
            "",
        )
        .at_most(1.0),
        Answer::new("vendors of pluggables", "interchangeable, in volume", of_module, "")
            .at_least(3.0),
        Answer::new("vendors of co-packaged switches", "interchangeable, in volume", of_engine, "")
            .at_most(1.0),
    ];
    let explanation = format!(
        "A module is swapped in {:.0} min and stops {:.0} port. A failed engine stops {:.0} of {ports:.0} ports until the box is \
         opened, then {:.0} for {:.0} min of work and the tests after it. Pluggables have {of_module:.0} vendors, co-packaged \
         switches {of_engine:.0}. Lasers outside are swapped alone.",
        hands(&module),
        repaired(&module),
        faulty(&engine),
        repaired(&engine),
        hands(&engine),
    );
    Ok(Claim::new("C23", answers, explanation, "lightloom package cpo-switch".to_owned()))
}
