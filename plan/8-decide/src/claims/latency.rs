//! What a retimed module adds: C18.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::plan::StretchPart;
use lightloom_scenario::RunError;

pub(super) fn retimed(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let sheet = grounds.alone("retimed-pluggable")?;
    let (mut module, mut dsp, mut parts) = (0.0, 0.0, Vec::new());
    let stretches = sheet.cross_sections.first().map_or(&[] as &[_], |row| &row.stretches);
    for stretch in stretches {
        use StretchPart::{Coupler, Laser, Module, Receiver, Retimer, Supply, Transmitter};
        if matches!(stretch.part, Retimer) {
            dsp += stretch.ns;
        }
        if matches!(
            stretch.part,
            Module | Retimer | Transmitter | Receiver | Laser | Coupler | Supply
        ) {
            module += stretch.ns;
            parts.push(stretch.ns);
        }
    }
    let (_, said) = grounds.fact("retimer.latency", 1e-9)?;
    let mut adds =
        Answer::new("delay of one retimed module", "one way, without code and fibre", module, "ns")
            .spread(said)
            .between(150.0, 200.0)
            .beside(grounds.facts, "published.latency.module");
    // The command lists what it passes.
    adds.of = parts;
    let answers = vec![
        adds,
        Answer::new("pass through the DSP of one module", "one way, without code", dsp, "ns"),
        Answer::new(
            "share of the DSP in that delay",
            "one module, one way",
            dsp / module * 100.0,
            "%",
        )
        .at_least(90.0),
    ];
    let explanation = format!(
        "A module adds {module:.1} ns here, {dsp:.1} of them in its DSP; sources put one pass at {:.0} to {:.0} ns: makers, \
         models and measurements do not agree. Fibre takes as long for every {:.0} m.",
        said[0],
        said[1],
        module / 4.9,
    );
    Ok(Claim::new("C18", answers, explanation, "lightloom package retimed-pluggable".to_owned()))
}
