//! Every strategy in closed form: where its hours go, what one failure stops, how often engines may fail.

use super::evidence::{Moves, moves};
use super::straggling::straggling;
use super::{HOURS, repair_name};
use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::plan::{
    BlastRow, EngineRow, JobSizeRow, MovedRow, OperationsStudy, StageRow, StragglingRow,
    StrategyOperations, WaterfallRow,
};
use crate::site::{Operated, operated};
use lightloom_evidence::Facts;
use lightloom_fabric::{End, LinkClass};
use lightloom_operations::{ComponentClass, Event, OperationsError, RepairUnit};
use lightloom_scenario::run::{Behind, Components, as_f64};
use lightloom_scenario::{Fitted, RunError, Structure};
use lightloom_units::{BitRate, Count, FailureRate, Quantity, Time};
use std::fmt::Write as _;

/// Facts that are named beside a difference.
const NAMED: usize = 5;

/// A strategy that is studied: its candidates, and its site.
pub(crate) struct Studied<'d> {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) picks: &'d [Candidate],
    pub(crate) operated: Operated,
}

/// Every strategy of a decided case in closed form, with the ranges of its evidence.
///
/// # Errors
/// [`RunError`] when a floor refuses, or `[operations]` of the scenario cannot be.
pub fn operations_study(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<OperationsStudy, RunError> {
    let studied = strategies(case, facts, decided)?;
    study(case, facts, decided, &studied)
}

/// Refuses what `[operations]` of a scenario cannot be, and does nothing else.
///
/// # Errors
/// As [`operations_study`].
pub fn check_operations(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<(), RunError> {
    let ports = ports(&decided.baseline().picks);
    operated(case, facts, &decided.structure, &ports, None).map(|_| ())
}

/// Sites of all strategies, with as many domains left free by the job as the baseline needs.
pub(crate) fn strategies<'d>(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &'d Decided,
) -> Result<Vec<Studied<'d>>, RunError> {
    let of = |s: &'d crate::Evaluated, spare: Option<u64>| -> Result<Studied<'d>, RunError> {
        Ok(Studied {
            id: s.rule.id().to_owned(),
            name: s.rule.name().to_owned(),
            picks: &s.picks,
            operated: operated(case, facts, &decided.structure, &ports(&s.picks), spare)?,
        })
    };
    let baseline = of(decided.baseline(), None)?;
    let spare = Some(baseline.operated.spare_domains());
    let others = decided.strategies.iter().skip(1).map(|s| of(s, spare));
    std::iter::once(Ok(baseline)).chain(others).collect()
}

/// The ports of candidates.
pub(crate) fn ports(picks: &[Candidate]) -> Vec<Fitted> {
    picks.iter().map(|p| p.fitted.clone()).collect()
}

pub(crate) fn study(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    studied: &[Studied<'_>],
) -> Result<OperationsStudy, RunError> {
    let classes = &decided.structure.fabric.link_classes;
    let moved = moves(case, facts, decided, studied)?;
    let all = decided.structure.fabric.accelerators;
    let mut rows = Vec::new();
    let base = studied.first().map_or(0.0, |s| network_lost(&s.operated));
    for (i, s) in studied.iter().enumerate() {
        let straggling = straggling(case, facts, &decided.structure, s)?;
        rows.push(strategy(classes, s, base, (&moved, i), straggling)?);
    }
    let engines = engines(facts, classes, studied)?;
    let job = studied.first().map_or(Count::from_si(0.0), |s| s.operated.job_accelerators);
    let mut study = OperationsStudy {
        accelerators: all,
        job_accelerators: job.value() as u64,
        strategies: rows,
        blast: blast(case, &decided.structure, studied)?,
        engines,
        findings: Vec::new(),
    };
    study.findings = findings(&study);
    Ok(study)
}

fn strategy(
    classes: &[LinkClass],
    s: &Studied<'_>,
    base: f64,
    (moved, i): (&Moves, usize),
    straggling: StragglingRow,
) -> Result<StrategyOperations, RunError> {
    let Operated { availability, components, .. } = &s.operated;
    let accelerators = availability.accelerators.value();
    let network = network_lost(&s.operated);
    let lost: f64 = availability.causes.iter().map(|c| c.lost.value()).sum();
    let of_network = &availability.causes[components.compute.min(availability.causes.len())..];
    let mut waterfall: Vec<WaterfallRow> = Vec::new();
    for (k, class) in components.classes.iter().enumerate() {
        let group = group(components, classes, k);
        let stages = stages(class)?;
        match waterfall.iter_mut().find(|row| row.group == group) {
            Some(row) => add(&mut row.stages, &stages),
            None => waterfall.push(WaterfallRow { group, stages }),
        }
    }
    let difference = network - base;
    let mut named: Vec<MovedRow> = moved.named(i, difference);
    named.truncate(NAMED);
    Ok(StrategyOperations {
        id: s.id.clone(),
        name: s.name.clone(),
        availability: availability.availability.value(),
        lost_h: lost * accelerators * HOURS,
        network_lost_h: network,
        network_lost_range_h: moved.range(i, network),
        difference_h: difference,
        difference_range_h: moved.difference_range(i, difference),
        moved_by: named,
        waterfall,
        network_failures: of_network.iter().map(|c| c.failures.as_per_year()).sum(),
        network_swaps: swaps(components),
        network_labour_h: of_network.iter().map(|c| c.labour_per_year.as_hours()).sum(),
        sizes: sizes(&s.operated)?,
        straggling,
    })
}

/// Failures of the network in a year for which something is swapped.
fn swaps(components: &Components) -> f64 {
    let network = components.classes.iter().skip(components.compute);
    network
        .filter(|class| matches!(class.repair.event, Event::Hard(_)))
        .map(|class| {
            class.count.value()
                * class.redundancy.installed as f64
                * class.failure_rate.as_per_year()
        })
        .sum()
}

/// Lost hours by network causes in a year.
pub(crate) fn network_lost(operated: &Operated) -> f64 {
    let causes = operated.availability.causes.iter().skip(operated.components.compute);
    causes.map(|c| c.lost.value()).sum::<f64>() * operated.availability.accelerators.value() * HOURS
}

/// Whose a component is.
pub(crate) fn group(components: &Components, classes: &[LinkClass], k: usize) -> String {
    if k < components.compute {
        return "compute".to_owned();
    }
    match link_class(components, k).and_then(|i| classes.get(i)) {
        Some(class) => format!("{} links", class.tier.name()),
        None => "switches".to_owned(),
    }
}

/// The link class of a component.
fn link_class(components: &Components, k: usize) -> Option<usize> {
    components.links.iter().position(|end| k < *end).filter(|_| k >= components.compute)
}

/// Hours that a class loses in a year, by stage: the summands of [`lightloom_operations::availability::evaluate`].
pub(crate) fn stages(class: &ComponentClass) -> Result<StageRow, OperationsError> {
    let repair = class.repair;
    let (rate, total) = (class.failure_rate, repair.total());
    let year = Time::years(1.0);
    let groups = class.count.value() * (class.redundancy.group_rate(rate, total)? * year);
    let items = class.count.value() * class.redundancy.installed as f64;
    let failures = items * (rate / (1.0 + rate * total) * year);
    let behind = class.stopped_while_faulty.value();
    let in_repair = class.stopped_in_repair.value();
    let detection = groups * behind * repair.detect.as_hours();
    let passes = repair.event == Event::Flap;
    Ok(StageRow {
        passing_h: if passes { detection } else { 0.0 },
        detection_h: if passes { 0.0 } else { detection },
        waiting_h: groups * behind * repair.wait.as_hours(),
        repair_h: failures * in_repair.min(behind) * repair.in_repair().as_hours(),
        blast_h: failures * (in_repair - behind).max(0.0) * repair.in_repair().as_hours(),
    })
}

fn add(to: &mut StageRow, other: &StageRow) {
    to.passing_h += other.passing_h;
    to.detection_h += other.detection_h;
    to.waiting_h += other.waiting_h;
    to.repair_h += other.repair_h;
    to.blast_h += other.blast_h;
}

/// Jobs of several sizes up to the whole cluster, the site's own among them.
fn sizes(operated: &Operated) -> Result<Vec<JobSizeRow>, RunError> {
    let all = operated.availability.accelerators.value();
    let mut sizes: Vec<f64> = Vec::new();
    let mut size = operated.site.domain.value().max(1.0);
    while size < all {
        sizes.push(size);
        size *= 2.0;
    }
    sizes.extend([operated.job_accelerators.value(), all]);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    let row = |size: f64| {
        let job = Count::from_si(size);
        let mtti = operated.availability.mtti(job).unwrap_or(Time::years(100.0));
        let goodput = lightloom_operations::goodput::goodput(operated.cost, mtti)?;
        Ok(JobSizeRow {
            accelerators: size as u64,
            mtti_h: goodput.mtti.as_hours(),
            interval_s: goodput.interval.as_s(),
            ettr: goodput.ettr.value(),
            checkpoints: goodput.waste.checkpoints.value(),
            rework: goodput.waste.rework.value(),
            restarts: goodput.waste.restarts.value(),
        })
    };
    sizes.into_iter().map(row).collect()
}

/// What one failure stops, for each technology on the class where most accelerators hang on it.
fn blast(
    case: &Case<'_>,
    structure: &Structure,
    studied: &[Studied<'_>],
) -> Result<Vec<BlastRow>, RunError> {
    let classes = &structure.fabric.link_classes;
    // Technology, strategy, class, and what that class is worth as an example.
    let mut taken: Vec<(&str, usize, usize, (bool, u64))> = Vec::new();
    for (s, strategy) in studied.iter().enumerate() {
        for (c, (class, pick)) in classes.iter().zip(strategy.picks).enumerate() {
            let behind = Behind::class(case.scenario, class).per_port;
            let worth = (behind > 0.0, class.links);
            match taken.iter_mut().find(|(id, ..)| *id == pick.technology) {
                Some(best) if best.3 < worth => *best = (&pick.technology, s, c, worth),
                Some(_) => {}
                None => taken.push((&pick.technology, s, c, worth)),
            }
        }
    }
    let mut rows: Vec<BlastRow> = Vec::new();
    for (id, s, c, _) in taken {
        let (Some(strategy), Some(class)) = (studied.get(s), classes.get(c)) else { continue };
        let Some(pick) = strategy.picks.get(c) else { continue };
        let behind = Behind::class(case.scenario, class);
        let port = &pick.fitted.port;
        let ports = box_ports(structure, class);
        let name = case.library.offer(id).map_or(id, |t| t.name.as_str());
        let components = &strategy.operated.components;
        for k in components.of_link_class(c) {
            let (component, Some(fault)) = (&components.classes[k], components.faults[k]) else {
                continue;
            };
            let of_ports = fault.ports(port, ports, &behind);
            let repair = component.repair;
            let row = BlastRow {
                technology: id.to_owned(),
                technology_name: name.to_owned(),
                class: class.name.clone(),
                part: fault.name(port),
                repair: repair_name(repair.event),
                links: class.links,
                fit_per_link: component.failure_rate.as_fit(),
                failures: component.failure_rate.as_per_year() * component.count.value(),
                faulty_h: repair.faulty().as_hours(),
                repair_h: repair.in_repair().as_hours(),
                ports_faulty: of_ports.faulty.value(),
                ports_in_repair: of_ports.in_repair.value(),
                accelerators_faulty: component.stopped_while_faulty.value(),
                accelerators_in_repair: component.stopped_in_repair.value(),
                lost_h: stages(component)?.total(),
            };
            // Parts that are swapped together stop the same for the same time.
            let together = |r: &&mut BlastRow| {
                let swapped = matches!(repair.event, Event::Hard(_));
                swapped && r.technology == row.technology && r.repair == row.repair
            };
            match rows.iter_mut().find(together) {
                Some(known) => {
                    known.part = format!("{}, {}", known.part, row.part);
                    known.fit_per_link += row.fit_per_link;
                    known.failures += row.failures;
                    known.lost_h += row.lost_h;
                }
                None => rows.push(row),
            }
        }
    }
    Ok(rows)
}

/// Ports of the box that a class ends in.
pub(crate) fn box_ports(structure: &Structure, class: &LinkClass) -> f64 {
    let groups = &structure.fabric.switch_groups;
    let above =
        groups.iter().find(|g| g.tier == class.tier && End::Switch(g.layer) == class.ends[1]);
    above.map_or(1.0, |g| as_f64(g.radix))
}

/// Whether a component is the engine of its link: what a repair replaces is an engine or the box around it.
const fn is_engine(event: Event) -> bool {
    matches!(event, Event::Hard(RepairUnit::Engine | RepairUnit::Box))
}

fn engines(
    facts: &Facts<'_>,
    classes: &[LinkClass],
    studied: &[Studied<'_>],
) -> Result<Vec<EngineRow>, RunError> {
    let measured = facts.get::<FailureRate>("field.port_400g.cpo")?.as_fit();
    let record = facts.catalog().get("field.port_400g.cpo");
    let bound = |si: fn(&lightloom_evidence::Fact) -> f64| {
        record.map_or(measured, |f| FailureRate::from_si(si(f)).as_fit())
    };
    let measured = [bound(|f| f.low), measured, bound(|f| f.high)];
    let Some(base) = studied.first().map(|s| network_lost(&s.operated)) else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for s in studied.iter().skip(1) {
        let components = &s.operated.components;
        let (mut lost, mut fit, mut weight) = (0.0, 0.0, 0.0);
        for (i, (class, pick)) in classes.iter().zip(s.picks).enumerate() {
            let port = &pick.fitted.port;
            // A link whose other end is of another technology has one engine.
            let engines = if port.near == port.technology { 2.0 } else { 1.0 };
            let per_port = BitRate::gbps(400.0) / class.rate / engines;
            let mut has_any = false;
            for component in &components.classes[components.of_link_class(i)] {
                if is_engine(component.repair.event) {
                    has_any = true;
                    lost += stages(component)?.total();
                    fit += component.failure_rate.as_fit() * per_port * as_f64(class.links);
                }
            }
            if has_any {
                weight += as_f64(class.links);
            }
        }
        if weight <= 0.0 {
            continue;
        }
        let fit = fit / weight;
        let others = network_lost(&s.operated) - lost;
        let factor = (lost > 0.0).then(|| (base - others) / lost).filter(|f| *f > 0.0);
        rows.push(EngineRow {
            strategy: s.id.clone(),
            fit_per_400g_port: fit,
            measured_fit_per_400g_port: measured,
            engine_lost_h: lost,
            flips_at_factor: factor,
            flips_at_fit_per_400g_port: factor.map(|f| f * fit),
            verdict: verdict(fit, factor, lost, measured),
        });
    }
    Ok(rows)
}

fn verdict(fit: f64, factor: Option<f64>, lost: f64, [low, value, high]: [f64; 3]) -> String {
    if lost <= 0.0 {
        return "they stop no accelerator, however often they fail".to_owned();
    }
    let Some(factor) = factor else {
        return "the strategy loses more than the baseline even if they never fail".to_owned();
    };
    let turn = factor * fit;
    let place = if turn < low {
        "below what a test of co-packaged ports allows"
    } else if turn <= high {
        "within what a test of co-packaged ports leaves open"
    } else {
        "above all that a test of co-packaged ports leaves open"
    };
    let than = if factor >= 1.0 { "less" } else { "more" };
    format!(
        "with them the strategy loses {than} than the baseline; the sign turns where they fail {factor:.2} times as often as their parts say, at \
         {turn:.0} FIT for a 400 Gb/s port in the place of {fit:.0}: {place} ({low:.0} to {high:.0} FIT, {value:.0} measured)"
    )
}

/// Hours as people read them.
pub(super) fn hours(h: f64) -> String {
    if h.abs() >= 999.5 && h.abs() < 1e15 {
        let sign = if h < 0.0 { "-" } else { "" };
        return format!("{sign}{}", lightloom_units::thousands(h.abs().round() as u64));
    }
    lightloom_units::significant(h, 3)
}

fn findings(study: &OperationsStudy) -> Vec<String> {
    let mut findings = Vec::new();
    let signed = |h: f64| format!("{}{}", if h < 0.0 { "-" } else { "+" }, hours(h.abs()));
    let Some(base) = study.strategies.first() else { return findings };
    let [low, high] = base.network_lost_range_h;
    findings.push(format!(
        "{}: the network costs {} accelerator-hours a year ({} to {} over the evidence), {:.2} % of all; compute and \
         software cost {}, which no link changes.",
        base.name,
        hours(base.network_lost_h),
        hours(low),
        hours(high),
        base.network_lost_h / (study.accelerators as f64 * HOURS) * 100.0,
        hours(base.lost_h - base.network_lost_h),
    ));
    let mut alike: Vec<&str> = Vec::new();
    for s in study.strategies.iter().skip(1) {
        let [low, high] = s.difference_range_h;
        if s.difference_h.abs() < 1e-9 && high - low < 1e-9 {
            alike.push(&s.name);
            continue;
        }
        let stands = (low > 0.0) == (high > 0.0);
        let than = if s.difference_h > 0.0 { "more" } else { "less" };
        let turns: Vec<&str> =
            s.moved_by.iter().filter(|m| m.flips).map(|m| m.fact.as_str()).collect();
        let over = if stands {
            "the sign stands over the evidence".to_owned()
        } else if turns.is_empty() {
            "the evidence does not settle the sign, though no single fact turns it".to_owned()
        } else {
            format!("the evidence does not settle the sign: it turns with {}", turns.join(", "))
        };
        let mut finding = format!(
            "{}: {} accelerator-hours a year {than} than the baseline ({} to {}); {over}.",
            s.name,
            hours(s.difference_h.abs()),
            signed(low),
            signed(high),
        );
        if s.network_swaps < base.network_swaps && s.difference_h > 0.0 {
            let _ = write!(
                finding,
                " It swaps something {:.0} times a year, the baseline {:.0} times: fewer failures, of which each stops more.",
                s.network_swaps, base.network_swaps
            );
        }
        findings.push(finding);
        if let (Some(one), Some(other)) = (base.sizes.last(), s.sizes.last()) {
            let than = if other.ettr > one.ettr { "more" } else { "less" };
            let matters = (other.ettr - one.ettr).abs() > 1e-3;
            if matters && (other.ettr > one.ettr) == (s.difference_h > 0.0) {
                findings.push(format!(
                    "Yet a job on all accelerators gets {than} done under {}: {:.2} % of its time is productive, {:.2} % under {}. \
                     It is stopped each {:.1} h in the place of {:.1} h; what is lost in repairs, a job with spare domains passes by.",
                    s.name,
                    other.ettr * 100.0,
                    one.ettr * 100.0,
                    base.name,
                    other.mtti_h,
                    one.mtti_h,
                ));
            }
        }
    }
    if !alike.is_empty() {
        findings.push(format!(
            "{}: the same links as the baseline where they stop anything.",
            alike.join("; ")
        ));
    }
    for engine in &study.engines {
        findings.push(format!("Engines of {}: {}.", engine.strategy, engine.verdict));
    }
    findings
}
