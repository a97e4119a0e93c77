//! What fits over an edge and through a panel: C03, C31.

use super::grounds::{Grounds, part};
use super::{Answer, Claim};
use crate::plan::Sheet;
use lightloom_package::space::FormFactor;
use lightloom_scenario::RunError;
use lightloom_units::BitRate;
use std::rc::Rc;

/// Payload of the switches that the claim names, Tb/s.
const SWITCH: f64 = 102.4;
/// Payload of a lane.
const LANE: BitRate = BitRate::gbps(200.0);

/// Technologies on the package.
fn co_packaged(grounds: &Grounds<'_>) -> Result<Vec<Rc<Sheet>>, RunError> {
    ["cpo-switch", "cpo-interposer", "cpo-stacked"].iter().map(|id| grounds.alone(id)).collect()
}

pub(super) fn panels(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let module = grounds.alone("retimed-pluggable")?;
    let packaged = co_packaged(grounds)?;
    let first = &packaged[0];
    let panel = part(&module.space.limits_tbps, "front panel");
    let edge = part(&module.space.limits_tbps, "die edge");
    let xpo = FormFactor::from_facts(grounds.facts, "xpo")?.per_rack_unit(LANE).as_tbps();
    let most = packaged.iter().filter_map(|s| s.space.panel_tbps_per_ru).fold(0.0, f64::max);
    let units = module.space.rack_units;
    let answers = vec![
        Answer::new(
            "largest switch with pluggables",
            format!("one package of {:.0} mm, box of {units:.0} rack units", module.space.side_mm),
            module.space.largest_tbps,
            "Tb/s",
        )
        .at_most(SWITCH),
        Answer::new(
            "largest switch with engines on its substrate",
            format!("one package of {:.0} mm, box of {units:.0} rack units", first.space.side_mm),
            first.space.largest_tbps,
            "Tb/s",
        )
        .at_least(SWITCH),
        Answer::new(
            "what a panel of OSFP modules carries over what the die's edge does",
            format!("box of {units:.0} rack units; the panel binds first below one"),
            panel / edge,
            "",
        )
        .at_most(1.0),
        Answer::new(
            "the densest co-packaged panel over one of XPO modules",
            "bits through a rack unit",
            most / xpo,
            "",
        )
        .at_least(1.0),
        Answer::new("XPO modules of 200 Gb/s a lane", "bits through a rack unit", xpo, "Tb/s")
            .beside(grounds.facts, "panel.xpo.published"),
    ];
    let explanation = format!(
        "A package of {:.0} mm with {:.0} reticles of silicon carries {:.1} Tb/s of long serial lanes over its die's edge, and \
         two rack units of OSFP {:.1}: with pluggables the {} binds, with engines on the substrate the {} at {:.0} Tb/s. \
         Liquid-cooled XPO modules bring {:.0} Tb/s through a rack unit, connectors and laser modules of co-packaged boxes \
         {:.0}. Switches of 102.4 Tb/s are sold with pluggables too: their chiplets have more edge than one block of silicon.",
        module.space.side_mm,
        module.space.reticles,
        edge,
        panel,
        module.space.binding,
        first.space.binding,
        first.space.largest_tbps,
        xpo,
        most,
    );
    Ok(Claim::new("C03", answers, explanation, "lightloom package density".to_owned()))
}

/// Tenfold.
const TENFOLD: f64 = 10.0;

pub(super) fn tenfold(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let module = grounds.alone("retimed-pluggable")?;
    let packaged = co_packaged(grounds)?;
    let mut answers = vec![Answer::new(
        format!("density, {}", packaged[2].name),
        "over the edge, one direction",
        packaged[2].space.edge_gbps_per_mm,
        "Gb/s/mm",
    )];
    let mut words = Vec::new();
    for sheet in &packaged {
        let (own, other) = (&sheet.space, &module.space);
        let mut gain = |boundary: &str, [ours, theirs]: [f64; 2]| {
            let what = format!("{} over {}", sheet.name, module.name);
            let answer = Answer::new(what, boundary, ours / theirs, "").of([ours, theirs]);
            answers.push(answer.at_least(TENFOLD));
            ours / theirs
        };
        let edge = gain(
            "edge where the conversion or the lanes sit",
            [own.edge_gbps_per_mm, other.edge_gbps_per_mm],
        );
        let package = gain("largest package", [own.largest_tbps, other.largest_tbps]);
        let (Some(a), Some(b)) = (own.panel_tbps_per_ru, other.panel_tbps_per_ru) else { continue };
        gain("front panel, a rack unit", [a, b]);
        words.push(format!(
            "{} {edge:.1} times over the edge, {package:.1} of the largest package, {:.1} through the panel",
            sheet.name,
            a / b
        ));
    }
    let explanation = format!(
        "Against retimed pluggables in OSFP cages: {}. An edge of parallel wires or fibres is dense, a panel of connectors and \
         laser modules is not.",
        words.join("; ")
    );
    let claim = Claim::new("C31", answers, explanation, "lightloom package density".to_owned());
    Ok(claim.led_by(&packaged[0].name, "edge"))
}
