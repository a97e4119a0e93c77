//! Fibres and chips: C32.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::plan::{MakingRow, Sheet, ToleranceRow};
use lightloom_link::optics::OpticsError;
use lightloom_package::AssemblyError;
use lightloom_package::coupling::Alignment;
use lightloom_scenario::RunError;
use lightloom_units::Decibel;

/// A flow with its errors of alignment times a factor.
fn at(making: &MakingRow, scale: f64) -> Option<&ToleranceRow> {
    making.tolerances.iter().find(|t| (t.scale - scale).abs() < 1e-9)
}

pub(super) fn decides(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let refused = |e: OpticsError| AssemblyError::Manufacture(e.into());
    let alignment = |name| Alignment::from_facts(grounds.facts, name).map_err(refused);
    // Offset that costs a decibel, um.
    let tolerance = |name| -> Result<f64, RunError> {
        let joint = alignment(name)?.joint().map_err(refused)?;
        Ok(joint.offset_tolerance(Decibel::db(1.0)).as_mm() * 1e3)
    };
    let [bare, lens] = [tolerance("active")?, tolerance("expanded-beam")?];
    let [bare_ends, lensed] = [grounds.alone("retimed-pluggable")?, grounds.alone("cpo-switch")?];
    let yields = |sheet: &Sheet, scale| {
        let found = sheet.making.as_ref().and_then(|m| at(m, scale)).cloned();
        found.map_or((0.0, None), |row| (row.attach_percent, row.steps_usd))
    };
    let (good, cost) = yields(&lensed, 1.0);
    let (doubled, dearer) = yields(&lensed, 2.0);
    let (good_too, _) = yields(&bare_ends, 1.0);
    let (doubled_too, _) = yields(&bare_ends, 2.0);
    let mut answers = vec![
        Answer::new(
            "attach yield",
            format!("all fibres of an engine, lenses, {}", lensed.name),
            good,
            "%",
        ),
        Answer::new(
            "attach yield with twice the errors over the usual one",
            format!("all fibres of an engine, lenses, {}", lensed.name),
            doubled / good,
            "",
        )
        .of([doubled, good])
        .at_most(0.5),
        Answer::new(
            "attach yield with twice the errors over the usual one",
            format!("all fibres of a module, no lenses, {}", bare_ends.name),
            doubled_too / good_too,
            "",
        )
        .at_most(0.5),
        Answer::new(
            "offset that costs 1 dB with lenses, over that without",
            "one joint",
            lens / bare,
            "",
        )
        .at_least(2.0),
    ];
    if let (Some(cost), Some(dearer)) = (cost, dearer) {
        answers.push(
            Answer::new(
                "cost of a good engine with twice the errors over the usual one",
                format!("sum of its steps, {}", lensed.name),
                dearer / cost,
                "",
            )
            .at_least(2.0),
        );
    }
    let joints = |name| -> Result<f64, RunError> {
        Ok(alignment(name)?.joint_yield().map_err(refused)?.value() * 100.0)
    };
    let (passive, active) = (joints("passive")?, joints("active")?);
    answers.push(
        Answer::new("good joints, passive over active", "one joint", passive / active, "")
            .at_most(0.95),
    );
    let explanation = format!(
        "{good:.1} % of engines get all their fibres within the limit, {doubled:.1} % with twice the errors of alignment. An \
         offset of {bare:.1} um costs a decibel where fibre and chip meet, {lens:.1} um between lenses, which in turn ask for \
         truer angles. Of single joints {active:.1} % are good when aligned actively, {passive:.1} % passively.",
    );
    let command = "lightloom package yield cpo-switch".to_owned();
    Ok(Claim::new("C32", answers, explanation, command).led_by("attach yield with twice", ""))
}
