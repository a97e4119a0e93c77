//! Heat: C33.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::plan::{HeatRow, Sheet};
use lightloom_scenario::RunError;

/// What the claim is about.
const APART: &str = "kelvin between the warmest and the coolest part";
/// Kelvin between two parts of one box that make heat a local matter.
const LOCAL: f64 = 10.0;

/// Temperatures of the warmest and the coolest part, degC.
fn extremes(row: &HeatRow) -> [f64; 2] {
    let warmest = row.parts_c.iter().map(|p| p.value).fold(f64::NEG_INFINITY, f64::max);
    let coolest = row.parts_c.iter().map(|p| p.value).fold(f64::INFINITY, f64::min);
    [warmest, coolest]
}

/// Kelvin between them.
fn apart(row: &HeatRow) -> f64 {
    let [warmest, coolest] = extremes(row);
    (warmest - coolest).max(0.0)
}

pub(super) fn local(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let mut answers = Vec::new();
    let mut words = Vec::new();
    let find = |sheet: &Sheet, cooling| sheet.heat.iter().find(|r| r.cooling == cooling).cloned();
    for id in ["cpo-switch", "cpo-interposer", "cpo-stacked"] {
        let sheet = grounds.alone(id)?;
        let (Some(air), Some(liquid)) = (find(&sheet, "air"), find(&sheet, "liquid")) else {
            continue;
        };
        if answers.is_empty() {
            let flux = "heat flux that the host's silicon holds";
            answers.push(Answer::new(flux, "cold plate", liquid.most_flux_w_per_cm2, "W/cm2"));
            answers.push(Answer::new(flux, "air", air.most_flux_w_per_cm2, "W/cm2"));
        }
        answers.push(
            Answer::new(
                format!("largest package by heat, liquid over air, {}", sheet.name),
                "all parts within their limits",
                liquid.most_tbps / air.most_tbps,
                "",
            )
            .at_least(1.0),
        );
        answers.push(
            Answer::new(
                format!("{APART}, {}", sheet.name),
                format!("package of {:.1} Tb/s in air", air.tbps),
                apart(&air),
                "K",
            )
            .of(extremes(&air))
            .at_least(LOCAL),
        );
        words.push(format!(
            "{}: {:.0} K between parts in air, up to {:.0} Tb/s in air and {:.0} in liquid, the {} first",
            sheet.name,
            apart(&air),
            air.most_tbps,
            liquid.most_tbps,
            air.most_by,
        ));
    }
    let explanation = format!(
        "{}. Hot spots within a chip come on top. Where other limits bind earlier, cooling does not make a package larger.",
        words.join("; ")
    );
    let claim = Claim::new("C33", answers, explanation, "lightloom package cpo-switch".to_owned());
    Ok(claim.led_by(APART, ""))
}
