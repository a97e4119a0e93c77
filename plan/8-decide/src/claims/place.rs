//! Light at the switch, or at both ends: C22.

use super::grounds::{Grounds, saved};
use super::{Answer, Claim};
use lightloom_economics::Readiness;
use lightloom_scenario::RunError;

pub(super) fn accelerator(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let [switch, both] = [grounds.facing("cpo-switch")?, grounds.facing("cpo-accelerator")?];
    let lost =
        |sheet: &crate::plan::Sheet| sheet.service.iter().map(|row| row.port_hours).sum::<f64>();
    let lane = [switch.link.lane_pj_per_bit, both.link.lane_pj_per_bit];
    let quicker = switch.link.latency_ns - both.link.latency_ns;
    let ready = |id| Readiness::from_facts(grounds.facts, id, None);
    let (at_switch, at_both) = (ready("cpo-switch")?, ready("cpo-accelerator")?);
    let what = "engines at both ends against the switch alone";
    let answers = vec![
        Answer::new("engines at both ends", "a bit one way, chip to chip", lane[1], "pJ/bit"),
        Answer::new(
            "engines at the switch alone",
            "a bit one way, chip to chip",
            lane[0],
            "pJ/bit",
        ),
        Answer::new(
            format!("saving, {what}"),
            "energy, chip to chip",
            saved(lane[0], lane[1]),
            "%",
        )
        .of(lane)
        .at_least(0.0),
        Answer::new(format!("time won, {what}"), "one way, chip to chip", quicker, "ns")
            .at_least(0.0),
        Answer::new(
            format!("premium, {what}"),
            "price of a link of 800 Gb/s",
            both.link_usd - switch.link_usd,
            "USD",
        )
        .at_most(0.0),
        Answer::new(
            format!("port-hours lost more, {what}"),
            "a thousand ports, a year",
            lost(&both) - lost(&switch),
            "h",
        )
        .at_most(0.0),
        Answer::new(
            format!("years later, {what}"),
            "bought in volume",
            at_both.year - at_switch.year,
            "years",
        ),
    ];
    let explanation = format!(
        "Engines at both ends take {:.1} pJ/bit, at the switch alone, with retimed pluggables opposite, {:.1}, and are {quicker:.0} ns \
         quicker. A link costs {:.0} USD in place of {:.0}, and loses {:.0} port-hours in place of {:.0}. Engines at the \
         accelerator alone are not in the catalog.",
        lane[1],
        lane[0],
        both.link_usd,
        switch.link_usd,
        lost(&both),
        lost(&switch),
    );
    let command = "lightloom package compare cpo-switch cpo-accelerator".to_owned();
    Ok(Claim::new("C22", answers, explanation, command).led_by("saving", ""))
}
