//! Closed form beside simulated.

use super::study::{group, hours, stages};
use super::{HOURS, repair_name};
use crate::decide::{Case, Decided};
use crate::plan::{
    CauseRow, DifferenceRow, HeldRow, MonthRow, OperateSheet, ServiceLevelRow, SpareRow, StageRow,
};
use crate::site::Operated;
use crate::years::Years;
use lightloom_evidence::Facts;
use lightloom_operations::service::holding;
use lightloom_operations::simulation::{CauseOutcome, Estimate, Outcome};
use lightloom_operations::{Event, OperationsError, OutageLaw};
use lightloom_scenario::RunError;
use lightloom_units::{Ratio, Time, significant};

/// A mean with its interval, in another unit.
fn times(estimate: Estimate, factor: f64) -> Estimate {
    Estimate { mean: estimate.mean * factor, half_width: estimate.half_width * factor.abs() }
}

fn three(estimate: Estimate) -> [f64; 3] {
    let [low, high] = estimate.range();
    [low, estimate.mean, high]
}

fn is_within(closed: f64, estimate: Estimate) -> bool {
    let [low, high] = estimate.range();
    // A hair for what never happens: both are zero then.
    let hair = 1e-12 * estimate.mean.abs();
    (low - hair..=high + hair).contains(&closed)
}

fn beside(
    what: impl Into<String>,
    unit: &str,
    closed: Option<f64>,
    simulated: Estimate,
    leaves_out: &str,
) -> HeldRow {
    HeldRow {
        what: what.into(),
        unit: unit.to_owned(),
        closed,
        simulated: simulated.mean,
        interval: simulated.range(),
        within: closed.map(|closed| is_within(closed, simulated)),
        leaves_out: leaves_out.to_owned(),
    }
}

/// The main figures.
fn main_figures(own: &Operated, outcome: &Outcome) -> Result<Vec<HeldRow>, RunError> {
    let availability = &own.availability;
    let accelerators = availability.accelerators.value();
    let hours = accelerators * HOURS;
    let sum = |of: fn(&lightloom_operations::Cause) -> f64| -> f64 {
        availability.causes.iter().map(of).sum()
    };
    let overlaps = "queues, empty shelves, which overlaps there are";
    let mut rows = vec![
        beside(
            "accelerators: share of the time in which one can work",
            "",
            Some(availability.availability.value()),
            outcome.availability,
            overlaps,
        ),
        beside(
            "accelerator-hours lost in a year, each cause by itself",
            "h",
            Some(sum(|c| c.lost.value()) * hours),
            times(outcome.lost_by_causes, hours),
            "queues and empty shelves",
        ),
        beside(
            "hands-on work in a year, all repairs",
            "h",
            Some(availability.labour_per_year.as_hours()),
            outcome.causes.iter().map(|c| c.labour_hours_per_year).fold(
                Estimate::default(),
                // Causes are independent: squares add.
                |a, b| Estimate {
                    mean: a.mean + b.mean,
                    half_width: (a.half_width * a.half_width + b.half_width * b.half_width).sqrt(),
                },
            ),
            "",
        ),
    ];
    if let Some(job) = outcome.job {
        let shares = own.job_shares()?;
        rows.push(beside(
            "job: stops by faults in a year",
            "",
            // The closed form's job runs all the time.
            Some(HOURS / own.goodput.mtti.as_hours()),
            job.interruptions_per_year,
            "that a job which waits is not stopped, and what stands still already is not met again",
        ));
        let together = "queues and empty shelves, and what happens while something else is out";
        for (what, closed, seen) in [
            ("productive share of the time (ETTR)", shares.ettr, job.ettr),
            ("share of the time in checkpoints", shares.checkpoints, job.checkpoints),
            ("share of the time done again", shares.rework, job.rework),
            ("share of the time starting again", shares.restarts, job.restarts),
            ("share of the time waiting for domains", shares.waiting, job.waiting),
        ] {
            rows.push(beside(format!("job: {what}"), "", Some(closed), seen, together));
        }
    }
    Ok(rows)
}

/// The main figures, and how surely a link of each class serves.
pub(super) fn held(
    decided: &Decided,
    own: &Operated,
    outcome: &Outcome,
) -> Result<Vec<HeldRow>, RunError> {
    let mut rows = main_figures(own, outcome)?;
    let components = &own.components;
    for (i, class) in decided.structure.fabric.link_classes.iter().enumerate() {
        let mut closed = 1.0;
        let mut seen = Estimate { mean: 1.0, half_width: 0.0 };
        for k in components.of_link_class(i) {
            let (Some(part), Some(cause)) = (components.classes.get(k), outcome.causes.get(k))
            else {
                continue;
            };
            let load = part.failure_rate * part.repair.total();
            closed *= 1.0 / (1.0 + load);
            seen.mean *= cause.availability.mean;
            let half = cause.availability.half_width;
            seen.half_width = (seen.half_width * seen.half_width + half * half).sqrt();
        }
        rows.push(beside(
            format!("links, {}: share of the time in which one serves", class.name),
            "",
            Some(closed),
            seen,
            "queues and empty shelves",
        ));
    }
    Ok(rows)
}

/// Losses by cause, most first.
pub(super) fn causes(
    decided: &Decided,
    own: &Operated,
    outcome: &Outcome,
) -> Result<Vec<CauseRow>, RunError> {
    let classes = &decided.structure.fabric.link_classes;
    let hours = own.availability.accelerators.value() * HOURS;
    let of_job = own.job_accelerators / own.availability.accelerators;
    let mut rows = Vec::new();
    let parts = own.components.classes.iter().zip(&own.availability.causes);
    for (k, ((class, cause), seen)) in parts.zip(&outcome.causes).enumerate() {
        let lost = stages(class)?.total();
        let stages = stages_of(seen, hours);
        let half = [seen.passing, seen.detection, seen.waiting, seen.repair, seen.blast]
            .iter()
            .map(|e| e.half_width)
            .sum::<f64>();
        let simulated = Estimate { mean: stages.total(), half_width: half * hours };
        rows.push(CauseRow {
            name: class.name.clone(),
            group: group(&own.components, classes, k),
            repair: repair_name(class.repair.event),
            count: class.count.value(),
            failures: cause.failures.as_per_year(),
            failures_simulated: three(seen.failures_per_year),
            interruptions: cause.interruptions.as_per_year()
                * of_job.max(cause.stopped_while_faulty / own.availability.accelerators).min(1.0),
            interruptions_simulated: three(seen.interruptions_per_year),
            lost_h: lost,
            lost_h_simulated: three(simulated),
            within: is_within(lost, simulated),
            stages,
            availability: seen.availability.mean,
            labour_h: seen.labour_hours_per_year.mean,
            queued_h: seen.queued_hours_per_year,
            without_part: seen.without_part_per_year,
        });
    }
    rows.sort_by(|a, b| b.lost_h.total_cmp(&a.lost_h).then(a.name.cmp(&b.name)));
    Ok(rows)
}

fn stages_of(seen: &CauseOutcome, hours: f64) -> StageRow {
    StageRow {
        passing_h: seen.passing.mean * hours,
        detection_h: seen.detection.mean * hours,
        waiting_h: seen.waiting.mean * hours,
        repair_h: seen.repair.mean * hours,
        blast_h: seen.blast.mean * hours,
    }
}

/// Parts that are swapped, and how many lie on the shelf.
pub(super) fn spare_rows(
    case: &Case<'_>,
    facts: &Facts<'_>,
    own: &Operated,
    outcome: &Outcome,
) -> Result<Vec<SpareRow>, RunError> {
    let store = case.scenario.operations.store(facts)?;
    let mut rows = Vec::new();
    for ((class, stock), seen) in own.site.classes.iter().zip(&own.site.stocks).zip(&outcome.causes)
    {
        let Event::Hard(unit) = class.repair.event else { continue };
        let items = class.count * class.redundancy.installed as f64;
        let resupply = stock.map_or(store.resupply, |s| s.resupply);
        let parts = stock.map_or(0, |s| s.parts);
        let held = holding(items, class.failure_rate, resupply, parts)?;
        rows.push(SpareRow {
            name: class.name.clone(),
            unit: unit.to_string(),
            swaps: held.per_year,
            parts: stock.map(|s| s.parts),
            resupply_days: resupply.as_hours() / 24.0,
            // What is not kept is delivered as part of the repair's wait.
            fill: stock.map_or(1.0, |_| held.fill.value()),
            wait_h: stock.map_or(0.0, |_| held.wait.as_hours()),
            without_part: seen.without_part_per_year,
        });
    }
    rows.sort_by(|a, b| b.swaps.total_cmp(&a.swaps).then(a.name.cmp(&b.name)));
    Ok(rows)
}

/// Service levels: all nodes of a domain, and with some missing; for good, and for a month.
pub(super) fn levels(own: &Operated, outcome: &Outcome) -> Result<Vec<ServiceLevelRow>, RunError> {
    const MISSING: u64 = 3;
    let confidence = Ratio::new(outcome.confidence);
    let nodes = own.site.nodes_per_domain();
    let mut rows = Vec::new();
    for missing in 0..=MISSING.min(nodes.saturating_sub(1)) {
        let beyond = usize::try_from(missing + 1).unwrap_or(usize::MAX);
        let out = outcome.nodes_out.iter().skip(beyond);
        let half: f64 = out.map(|e| e.half_width).sum();
        let needed = nodes - missing;
        let simulated = outcome.domains_with(needed);
        let outages = own.nodes.outages(needed)?;
        let month =
            outages.signable(Time::years(1.0) / 12.0, confidence, OutageLaw::Exponential)?;
        rows.push(ServiceLevelRow {
            needed,
            nodes,
            closed: own.nodes.at_least(needed)?,
            simulated,
            signed: (simulated - half).max(0.0),
            month: MonthRow {
                signed: month.availability.value(),
                out_h: month.downtime.as_hours(),
                outages_per_year: outages.rate.as_per_year(),
                outage_h: outages.mean.as_hours(),
                untouched: month.untouched.value(),
            },
        });
    }
    Ok(rows)
}

/// The other's figures less the own, pair by pair.
pub(super) fn differences(
    own: &Operated,
    other: &Operated,
    years: &Years,
) -> Result<Vec<DifferenceRow>, OperationsError> {
    let Some(paired) = years.differences.first() else { return Ok(Vec::new()) };
    let year = own.availability.accelerators.value() * HOURS;
    let both =
        |of: &dyn Fn(&Operated) -> Result<f64, OperationsError>| -> Result<f64, OperationsError> {
            Ok(of(other)? - of(own)?)
        };
    let lost = |o: &Operated| Ok(o.availability.causes.iter().map(|c| c.lost.value()).sum());
    let left = |o: &Operated| Ok(o.availability.availability.value());
    let stops = |o: &Operated| Ok(HOURS / o.goodput.mtti.as_hours());
    let ettr = |o: &Operated| Ok(o.job_shares()?.ettr);
    let rows: [(&str, &str, f64, Estimate); 4] = [
        (
            "accelerator-hours lost in a year, each cause by itself",
            "h",
            both(&lost)? * year,
            times(paired.lost_by_causes, year),
        ),
        (
            "accelerators: share of the time in which one can work",
            "",
            both(&left)?,
            paired.availability,
        ),
        ("job: stops by faults in a year", "", both(&stops)?, paired.interruptions_per_year),
        ("job: productive share of the time (ETTR)", "", both(&ettr)?, paired.ettr),
    ];
    let row = |(what, unit, closed, seen): (&str, &str, f64, Estimate)| {
        let [low, high] = seen.range();
        DifferenceRow {
            what: what.to_owned(),
            unit: unit.to_owned(),
            closed: Some(closed),
            simulated: seen.mean,
            interval: [low, high],
            told_apart: low > 0.0 || high < 0.0,
        }
    };
    Ok(rows.into_iter().map(row).collect())
}

/// What failures cost the job, first of all: that is what most come for.
fn job_finding(sheet: &OperateSheet) -> Option<String> {
    let of = |what: &str| {
        let name = format!("job: {what}");
        sheet.figures.iter().find(|f| f.what == name).map(|f| f.simulated)
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let ettr = of("productive share of the time (ETTR)")?;
    let parts = ["in checkpoints", "done again", "starting again", "waiting for domains"];
    let lost: Vec<String> = parts
        .iter()
        .filter_map(|part| {
            Some(format!("{} {part}", percent(of(&format!("share of the time {part}"))?)))
        })
        .collect();
    let stops =
        of("stops by faults in a year").filter(|n| *n > 0.0).map_or_else(String::new, |n| {
            format!(
                "; faults stop it {} times a year, every {} h",
                significant(n, 3),
                significant(HOURS / n, 3)
            )
        });
    Some(format!(
        "The job: {} of its time is productive, {}{stops}.",
        percent(ettr),
        lost.join(", ")
    ))
}

/// What follows from the figures, in words.
pub(super) fn findings(sheet: &mut OperateSheet) {
    let mut found: Vec<String> = job_finding(sheet).into_iter().collect();
    let judged: Vec<&HeldRow> = sheet.figures.iter().filter(|f| f.within.is_some()).collect();
    let within = judged.iter().filter(|f| f.within == Some(true)).count();
    found.push(format!(
        "{within} of {} figures in closed form lie within the {:.0} % interval of {:.0} simulated years; the others leave out what \
         stands behind them.",
        judged.len(),
        sheet.years.confidence * 100.0,
        sheet.years.years,
    ));
    let waits = sheet.figures.iter().find(|f| f.what.contains("waiting for domains"));
    if let Some(waits) = waits.filter(|f| f.simulated > 0.01) {
        found.push(format!(
            "The job waits {:.1} % of the time for domains: more `spare_domains`, or a `nodes_needed` below {}, would let it run \
             while parts of them are repaired.",
            waits.simulated * 100.0,
            sheet.site.domain_nodes
        ));
    }
    let queued: f64 = sheet.causes.iter().map(|c| c.queued_h).sum();
    let work: f64 = sheet.causes.iter().map(|c| c.labour_h).sum();
    if queued > 0.01 * work {
        found.push(format!(
            "Faults wait {} h a year for technicians who are busy, beside {} h of work: more technicians at once would end that.",
            significant(queued, 3),
            significant(work, 3)
        ));
    }
    let empty: f64 = sheet.causes.iter().map(|c| c.without_part).sum();
    let swaps: f64 = sheet.spares.iter().filter(|s| s.parts.is_some()).map(|s| s.swaps).sum();
    if empty > 0.02 * swaps {
        found.push(format!(
            "{:.1} % of swaps find no part on the shelf and wait for a delivery.",
            empty / swaps * 100.0
        ));
    }
    if let Some(worst) = sheet.causes.first() {
        let all: f64 = sheet.causes.iter().map(|c| c.lost_h).sum();
        found.push(format!(
            "`{}` loses most: {} accelerator-hours a year, {:.0} % of all.",
            worst.name,
            hours(worst.lost_h),
            worst.lost_h / all.max(f64::MIN_POSITIVE) * 100.0
        ));
    }
    if let Some(against) = &sheet.against {
        for row in &against.differences {
            let verdict = if row.told_apart {
                "the years tell them apart"
            } else {
                "the years do not tell them apart"
            };
            let unit = if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) };
            found.push(format!(
                "{} less {}: {} {}{unit} ({} to {}): {verdict}.",
                against.strategy,
                sheet.strategy,
                row.what,
                hours(row.simulated),
                hours(row.interval[0]),
                hours(row.interval[1]),
            ));
        }
    }
    found.append(&mut sheet.findings);
    found.extend(sheet.study.findings.iter().cloned());
    sheet.findings = found;
}
