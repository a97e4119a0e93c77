//! What fails, with the bounds of the evidence: C24.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::{Totals, place, totals_under};
use crate::strategy::Rule;
use lightloom_evidence::{Fact, Facts};
use lightloom_scenario::RunError;

/// Facts of failure rates: parts, whole things, flaps.
fn is_rate(fact: &Fact) -> bool {
    ["fit.", "field.", "flap."].iter().any(|head| fact.id.starts_with(head)) && fact.is_uncertain()
}

/// All failure rates at one end of their ranges.
fn moved<'c>(facts: &Facts<'c>, end: fn(&Fact) -> f64) -> Facts<'c> {
    let mut view = facts.with(0, facts.catalog().facts().first().map_or(0.0, |f| f.value));
    for (i, fact) in facts.catalog().facts().iter().enumerate() {
        if is_rate(fact) {
            view = view.with(i, end(fact));
        }
    }
    view
}

pub(super) fn more_reliable(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let (sheet, drawn) = (&known.sheet, &known.drawn);
    let (fleet, [fleet_low, fleet_high]) =
        grounds.fact("field.port_400g.pluggable", 1e-9 / 3600.0)?;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for test in sheet.tests.iter().filter(|t| t.port_hours.is_some()) {
        let [low, high] = test.fit_interval_90;
        // Without a failure the middle is the rate that as many hours exclude with even odds.
        let middle = test
            .fit
            .unwrap_or(test.fit_below_90 * core::f64::consts::LN_2 / core::f64::consts::LN_10);
        let hours = test.port_hours.unwrap_or_default() / 1e6;
        let failures = test.failures.unwrap_or_default();
        let boundary = format!("{}: {failures:.0} failures in {hours:.3} M port-hours", test.what);
        answers.push(Answer::new(
            "failure rate excluded at 90 %",
            boundary.clone(),
            test.fit_below_90,
            "FIT",
        ));
        answers
            .push(Answer::new("failure rate", boundary.clone(), middle, "FIT").spread([low, high]));
        answers.push(
            Answer::new("co-packaged over pluggable port", boundary, middle / fleet, "")
                .of([middle, fleet])
                .spread([low / fleet_high, high / fleet_low])
                .at_most(1.0),
        );
        words.push(format!(
            "{failures:.0} failures in {hours:.2} M hours exclude more than {:.0} FIT at 90 %",
            test.fit_below_90
        ));
    }
    answers.push(
        Answer::new("failure rate", "400G port of pluggables in a fleet", fleet, "FIT")
            .spread([fleet_low, fleet_high]),
    );
    let [old, new] = [Rule::Baseline, Rule::CoPackagedSwitch].map(place);
    let lost = |t: &Totals| t.lost_per_year.as_hours();
    let decided = grounds.decided()?;
    let case = grounds.case();
    for (name, end) in
        [("low", (|f| f.low) as fn(&Fact) -> f64), ("central", |f| f.value), ("high", |f| f.high)]
    {
        let view = moved(grounds.facts, end);
        let Some(totals) = totals_under(&case, grounds.facts, &decided, &view)? else { continue };
        for (i, what) in [(old, "retimed pluggables"), (new, "co-packaged optics at the switch")] {
            answers.push(Answer::new(
                "accelerator-hours lost to the network in a year",
                format!("copper and {what}, all failure rates {name}"),
                lost(&totals[i]),
                "h",
            ));
        }
    }
    for (what, boundary, of) in [
        (
            "lost accelerator-hours, co-packaged over pluggable",
            "cluster, network's part, parts' own rates",
            lost as fn(&Totals) -> f64,
        ),
        (
            "hard failures of links, co-packaged over pluggable",
            "scale-out, by the links' parts, a year",
            |t: &Totals| t.link_failures_per_year,
        ),
        (
            "events, co-packaged over pluggable",
            "network, flaps among them, a year",
            |t: &Totals| t.events_per_year,
        ),
    ] {
        let (ratio, ends) = drawn.figure(|t| of(&t[new]) / of(&t[old]));
        answers.push(Answer::new(what, boundary, ratio, "").spread(ends).at_most(1.0));
        words.push(format!("{what} {ratio:.2} ({:.2} to {:.2})", ends[0], ends[1]));
    }
    let explanation = format!(
        "{}. The fleet of pluggables has {fleet:.0} FIT ({fleet_low:.0} to {fleet_high:.0}). Fewer failures are shown only where the \
         interval lies below that whole range; the first million hours do not show it. The tests ran at 40 degC in a laboratory, the \
         fleet in the field; flaps of co-packaged ports are a laboratory's bound; fewer failures that each stop more ports need not lose fewer hours.",
        words.join("; ")
    );
    let command = "lightloom readiness gb300-nvl72-4608".to_owned();
    Ok(Claim::new("C24", answers, explanation, command).led_by("co-packaged over", "all hours"))
}
