//! Dates, what slows adoption, and who buys first: C08, C14, C25.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::range;
use crate::plan::{BuyerTierRow, MaturityRow, ReadinessSheet, ScoreRow, VerdictRow};
use crate::readiness_sheet::{Study, TierDraw};
use crate::sentence::dollars;
use lightloom_economics::Criterion;
use lightloom_scenario::RunError;

const OLD: &str = "retimed-pluggable";
const NEW: &str = "cpo-switch";
/// What readiness is made of, among the criteria.
const READY: [Criterion; 4] =
    [Criterion::Vendors, Criterion::Standard, Criterion::Evidence, Criterion::Date];
/// First of the years that the claim names for pilots.
const FIRST: f64 = 2025.0;
const COMMAND: &str = "lightloom readiness gb300-nvl72-4608";

/// The tier in which both are bought.
fn scale_out(sheet: &ReadinessSheet) -> Option<&BuyerTierRow> {
    sheet.tiers.iter().find(|t| t.tier == "scale-out")
}

fn verdict<'s>(tier: &'s BuyerTierRow, buyer: &str) -> Option<&'s VerdictRow> {
    tier.verdicts.iter().find(|v| v.buyer == buyer)
}

fn score<'v>(verdict: &'v VerdictRow, technology: &str) -> Option<&'v ScoreRow> {
    verdict.scores.iter().find(|s| s.technology == technology)
}

/// What a buyer makes of co-packaged switches: the row, and their lead over pluggables with its range.
fn lead<'t>(tier: &'t BuyerTierRow, buyer: &str) -> Option<(&'t ScoreRow, f64, [f64; 2])> {
    let row = score(verdict(tier, buyer)?, NEW)?;
    Some((row, row.over_pluggable?, row.over_pluggable_range?))
}

/// By how many points co-packaged switches lead pluggables more with hyperscalers than with new clouds, in each draw.
fn apart_drawn(known: &Study, tier: &BuyerTierRow) -> Vec<f64> {
    let sheet = &known.sheet;
    let buyer = |name: &str| sheet.buyers.iter().position(|b| b.buyer == name);
    let design = |id: &str| tier.designs.iter().position(|d| d.technology == id);
    let at = sheet.tiers.iter().position(|t| t.tier == tier.tier);
    let places = buyer("hyperscaler").zip(buyer("new-cloud")).zip(design(NEW).zip(design(OLD)));
    let (Some(((large, small), (new, old))), Some(at)) = (places, at) else { return Vec::new() };
    let apart = |draw: &Vec<TierDraw>| {
        let tier = draw.get(at)?;
        Some(tier.lead(large, [new, old])? - tier.lead(small, [new, old])?)
    };
    known.scores.iter().filter_map(apart).collect()
}

fn weight(sheet: &ReadinessSheet, buyer: &str, criterion: Criterion) -> (f64, [f64; 2]) {
    let row = sheet.buyers.iter().find(|b| b.buyer == buyer);
    let found = row.and_then(|b| b.weights.iter().find(|w| w.criterion == criterion.name()));
    found.map_or((0.0, [0.0; 2]), |w| (w.weight * 100.0, w.range.map(|x| x * 100.0)))
}

pub(super) fn pilots(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let sheet = &known.sheet;
    let mut answers = Vec::new();
    let dated = |id: &str, tier: &str| -> Option<&MaturityRow> {
        sheet
            .technologies
            .iter()
            .find(|r| r.technology == id && (r.tier == tier || r.tier == "both"))
    };
    if let Some(row) = dated(NEW, "scale-out") {
        answers.push(Answer::new(
            "probability of volume",
            format!("{}, scale-out, by {}", row.name, sheet.year),
            row.probability_by_year,
            "",
        ));
    }
    for (id, tier) in [
        (NEW, "scale-out"),
        (NEW, "scale-up"),
        ("near-package-optics", "scale-out"),
        ("cpo-accelerator", "scale-up"),
    ] {
        let Some(row) = dated(id, tier) else { continue };
        let [early, middle, late] = row.year_5_50_95.map(|y| y - FIRST);
        answers.push(
            Answer::new(
                format!("first year of volume, years after {FIRST:.0}"),
                format!("{}, {tier}", row.name),
                middle,
                "",
            )
            .spread([early, late]),
        );
    }
    let facts = grounds.facts;
    let shown = facts.catalog().get("exposure.cpo_talk.device_time").and_then(|f| f.year);
    if let (Some(year), Some(test)) = (shown, sheet.tests.iter().find(|t| t.failures > Some(0.0))) {
        answers.push(
            Answer::new(
                "year in which a pilot's hours were shown",
                "co-packaged switches at one hyperscaler",
                f64::from(year),
                "",
            )
            .between(FIRST, FIRST + 1.0),
        );
        let hours = test.port_hours.unwrap_or_default() / 1e6;
        answers.push(Answer::new("port-hours of that pilot", "400G ports", hours, "M"));
    }
    let mut words = Vec::new();
    if let Some(tier) = scale_out(sheet) {
        let mut leads = Vec::new();
        for name in ["hyperscaler", "new-cloud"] {
            let Some((row, points, range)) = lead(tier, name) else { continue };
            answers.push(
                Answer::new(
                    "lead of co-packaged switches over pluggables",
                    format!("{name}, points of the score"),
                    points,
                    "",
                )
                .spread(range),
            );
            leads.push(points);
            words.push(format!(
                "{name}: {points:+.2} points, first of all in {:.0} % of draws",
                100.0 * row.wins
            ));
        }
        if let [large, small] = leads.as_slice() {
            let apart = large - small;
            answers.push(
                Answer::new(
                    "hyperscalers before new clouds",
                    "lead of one less that of the other, points",
                    apart,
                    "",
                )
                .spread(range(apart, apart_drawn(&known, tier)))
                .at_least(0.0),
            );
        }
    }
    let explanation = format!(
        "Dates of volume are distributions by tier; pilots are counted by the test whose hours are public. By the weights of buyers \
         co-packaged switches suit, against pluggables: {}. So whoever tests first need not be who buys first.",
        words.join("; ")
    );
    let claim = Claim::new("C08", answers, explanation, COMMAND.to_owned());
    Ok(claim.led_by("year in which a pilot", ""))
}

pub(super) fn slowed(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let sheet = &known.sheet;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    let Some(tier) = scale_out(sheet) else {
        return Ok(Claim::new("C14", answers, String::new(), COMMAND.to_owned()));
    };
    let marks = |id: &str| tier.designs.iter().find(|d| d.technology == id).map(|d| d.marks);
    if let (Some(new), Some(old)) = (marks(NEW), marks(OLD)) {
        for (k, criterion) in Criterion::ALL.into_iter().enumerate() {
            if READY.contains(&criterion) {
                answers.push(
                    Answer::new(
                        format!("mark for {}", criterion.name()),
                        "co-packaged switches, 1 is best",
                        new[k],
                        "",
                    )
                    .at_most(old[k]),
                );
            }
        }
        for buyer in &sheet.buyers {
            let points = |ready: bool| -> f64 {
                let rows = buyer.weights.iter().zip(Criterion::ALL).enumerate();
                rows.filter(|(_, (_, c))| READY.contains(c) == ready)
                    .map(|(k, (w, _))| w.weight * (new[k] - old[k]))
                    .sum()
            };
            let (ready, rest) = (points(true), points(false));
            let found = lead(tier, &buyer.buyer).map(|(_, _, range)| range);
            answers.push(Answer::new(
                "points lost by vendors, standard, evidence and date",
                format!("{}, co-packaged switches against pluggables", buyer.buyer),
                ready,
                "",
            ));
            let all = Answer::new(
                "lead with all criteria",
                format!("{}, co-packaged switches against pluggables", buyer.buyer),
                ready + rest,
                "",
            );
            let all = match found {
                Some(range) => all.spread(range),
                None => all,
            };
            answers.push(all.at_most(0.0));
            words
                .push(format!("{}: {ready:+.2} by readiness, {rest:+.2} by the rest", buyer.buyer));
        }
    }
    let barred = grounds.decided()?;
    let mut foregone = 0.0;
    for candidates in &barred.candidates {
        use crate::candidate::{Candidate, cheapest};
        let free = cheapest(candidates, |c| c.unfit.is_none());
        let bound = cheapest(candidates, Candidate::usable);
        if let (Some(free), Some(bound)) = (free, bound) {
            foregone += (bound.tco.nominal - free.tco.nominal).as_usd();
        }
    }
    answers.push(Answer::new(
        "cost over the years of what is not yet to be had",
        format!(
            "links of the cluster, cheapest that serves against cheapest there in {}",
            sheet.year
        ),
        foregone,
        "USD",
    ));
    let explanation = format!(
        "Points of co-packaged switches against retimed pluggables: {}. Readiness slows adoption where it takes more than cost, energy, \
         repair and assembly give. On this cluster the best that serves, were it to be had, would save {} over the years.",
        words.join("; "),
        dollars(foregone),
    );
    Ok(Claim::new("C14", answers, explanation, COMMAND.to_owned()))
}

pub(super) fn buyers(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let sheet = &known.sheet;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    if let Some(tier) = scale_out(sheet) {
        for (name, wants_new) in [("hyperscaler", false), ("new-cloud", true)] {
            let Some(verdict) = verdict(tier, name) else { continue };
            let Some((_, points, range)) = lead(tier, name) else { continue };
            for (id, what) in
                [(NEW, "score of co-packaged switches"), (OLD, "score of retimed pluggables")]
            {
                let Some(row) = score(verdict, id) else { continue };
                let boundary = format!("{name}, scale-out");
                answers.push(Answer::new(what, boundary, row.score, "").spread(row.range));
            }
            let lead = Answer::new(
                "lead of co-packaged switches over pluggables",
                format!("{name}, points of the score"),
                points,
                "",
            )
            .spread(range);
            answers.push(if wants_new { lead.at_least(0.0) } else { lead.at_most(0.0) });
            let flip = verdict.flip.as_ref().map_or_else(String::new, |f| {
                format!(
                    ", {} where {} weighs {:.0} in place of {:.0} %",
                    f.technology,
                    f.criterion,
                    100.0 * f.to,
                    100.0 * f.from
                )
            });
            let first = verdict.scores.first().map_or("", |s| s.technology.as_str());
            words.push(format!("{name} takes {first}{flip}"));
        }
    }
    for (name, criteria) in [
        ("hyperscaler", [Criterion::Vendors, Criterion::Repair]),
        ("new-cloud", [Criterion::Turnkey, Criterion::Date]),
    ] {
        for criterion in criteria {
            let (value, range) = weight(sheet, name, criterion);
            answers.push(
                Answer::new(
                    format!("weight of {}", criterion.name()),
                    format!("{name}, our assumption"),
                    value,
                    "%",
                )
                .spread(range),
            );
        }
    }
    let explanation = format!(
        "{}. Weights are our assumptions with wide ranges, since nobody publishes any; marks are computed. Ranges of scores overlap, so \
         the evidence does not decide what one buyer of a kind takes.",
        words.join("; ")
    );
    Ok(Claim::new("C25", answers, explanation, COMMAND.to_owned()).led_by("lead of", "hyperscaler"))
}
