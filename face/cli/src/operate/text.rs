//! An operations sheet as text for a terminal.

use crate::columns::{left, right, table_of};
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::decide::plan::{
    BlastRow, CauseRow, HeldRow, OperateSheet, ServiceLevelRow, StrategyOperations,
};
use lightloom::units::{Time, significant, thousands};
use std::fmt::Write as _;

/// Causes that are shown.
const CAUSES: usize = 14;
/// Stores that are shown.
const STORES: usize = 12;

pub(crate) fn sheet(sheet: &OperateSheet) -> String {
    let mut out = String::new();
    let site = &sheet.site;
    let _ = writeln!(
        out,
        "{}, {}\n{} accelerators in {} domains of {} nodes; job on {} accelerators, {} of {} nodes of {} domains, {} spare",
        sheet.scenario,
        sheet.strategy,
        thousands(site.accelerators),
        thousands(site.domains),
        site.domain_nodes,
        thousands(site.job_accelerators),
        site.job_nodes,
        site.domain_nodes,
        thousands(site.job_domains),
        site.spare_domains,
    );
    let years = &sheet.years;
    let _ = writeln!(
        out,
        "{} years, {} events, seed {}: what is lost is known within {:.1} % ({:.0} % confidence)\n",
        thousands(years.years.round() as u64),
        thousands(years.events),
        years.seed,
        years.precision * 100.0,
        years.confidence * 100.0,
    );
    for finding in &sheet.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    heading(&mut out, "Closed form beside simulated years");
    figures(&mut out, &sheet.figures);
    if let Some(against) = &sheet.against {
        heading(&mut out, &format!("{} less {}, the same years", against.strategy, sheet.strategy));
        let table = table_of(
            &against.differences,
            &[
                left("", &|row| row.what.clone()),
                left("unit", &|row| row.unit.clone()),
                right("closed form", &|row| row.closed.map_or_else(|| "-".to_owned(), number)),
                right("simulated", &|row| number(row.simulated)),
                left("95 % interval", &|row| interval(row.interval)),
            ],
        );
        put(&mut out, &table);
    }
    heading(&mut out, "Accelerator-hours lost in a year, by cause and stage (simulated)");
    causes(&mut out, &sheet.causes);
    heading(&mut out, "What one failure stops, by technology");
    blast(&mut out, &sheet.study.blast);
    heading(&mut out, "Strategies: accelerator-hours lost to the network in a year (closed form)");
    strategies(&mut out, &sheet.study.strategies);
    heading(&mut out, "Productive share of a job (ETTR) by its size, with domains at hand");
    sizes(&mut out, &sheet.study.strategies);
    let _ = writeln!(
        out,
        "Work between checkpoints {} min{}, checkpoint {} s, restart {} s.",
        significant(site.checkpoint_interval_s / 60.0, 3),
        if site.interval_is_daly { " (Daly)" } else { "" },
        significant(site.checkpoint_s, 3),
        significant(site.restart_s, 3),
    );
    heading(
        &mut out,
        "Links that flap or are slow: what the job loses by waiting for them (closed form)",
    );
    straggling(&mut out, &sheet.study.strategies);
    heading(&mut out, "Service levels of a domain: share of the time with so many nodes up");
    levels(&mut out, &sheet.levels, years.confidence);
    heading(&mut out, "Spare parts on site");
    let mut table = new_table(&[
        "part",
        "unit",
        "swaps a year",
        "kept",
        "find one",
        "mean wait",
        "found none a year",
    ]);
    right_from(&mut table, 2, 7);
    for row in sheet.spares.iter().take(STORES) {
        table.add_row([
            row.name.clone(),
            row.unit.clone(),
            number(row.swaps),
            row.parts.map_or_else(|| "delivered".to_owned(), thousands),
            if row.parts.is_some() { percent(row.fill) } else { "-".to_owned() },
            if row.parts.is_some() { Time::hours(row.wait_h).to_string() } else { "-".to_owned() },
            number(row.without_part),
        ]);
    }
    put(&mut out, &table);
    let days = sheet.spares.first().map_or(0.0, |s| s.resupply_days);
    let _ = writeln!(out, "A part that is taken is there again after {} days.", number(days));
    out
}

fn put(out: &mut String, table: &comfy_table::Table) {
    crate::job::put(out, table);
}

/// A number to three digits, without an exponent for what people count.
fn number(value: f64) -> String {
    if value.abs() >= 1000.0 && value.abs() < 1e15 {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", thousands(value.abs().round() as u64));
    }
    significant(value, 3)
}

fn interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", number(low), number(high))
}

/// A share with as many nines as it has.
fn percent(share: f64) -> String {
    if share >= 1.0 {
        return "100 %".to_owned();
    }
    let digits = if share > 0.9999 {
        5
    } else if share > 0.99 {
        3
    } else {
        2
    };
    format!("{:.digits$} %", share * 100.0)
}

fn figures(out: &mut String, rows: &[HeldRow]) {
    let mut table = new_table(&["", "closed form", "simulated", "95 % interval", ""]);
    right_from(&mut table, 1, 3);
    for row in rows {
        let share = |v: f64| if row.what.contains("share") { percent(v) } else { number(v) };
        let verdict = match row.within {
            Some(true) => "within",
            Some(false) => "outside",
            None => "",
        };
        let unit = if row.unit.is_empty() { String::new() } else { format!(", {}", row.unit) };
        table.add_row([
            format!("{}{unit}", row.what),
            row.closed.map_or_else(|| "-".to_owned(), share),
            share(row.simulated),
            format!("{} to {}", share(row.interval[0]), share(row.interval[1])),
            verdict.to_owned(),
        ]);
    }
    put(out, &table);
    // What stands behind those outside, each reason once.
    let mut told: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|r| r.within == Some(false) && !r.leaves_out.is_empty()) {
        if !told.contains(&row.leaves_out.as_str()) {
            told.push(&row.leaves_out);
            let what = row.what.split(", ").next().unwrap_or(&row.what);
            paragraph(
                out,
                &format!("- outside, {what}: the closed form leaves out {}", row.leaves_out),
            );
        }
    }
}

fn causes(out: &mut String, rows: &[CauseRow]) {
    let mut table = new_table(&[
        "cause",
        "repair",
        "failures",
        "stops",
        "passing",
        "detect",
        "wait",
        "repair",
        "blast",
        "sum",
        "95 % interval",
        "closed",
    ]);
    right_from(&mut table, 2, 10);
    for row in rows.iter().take(CAUSES) {
        let [low, sum, high] = row.lost_h_simulated;
        let stages = &row.stages;
        table.add_row([
            row.name.clone(),
            row.repair.clone(),
            number(row.failures_simulated[1]),
            number(row.interruptions_simulated[1]),
            number(stages.passing_h),
            number(stages.detection_h),
            number(stages.waiting_h),
            number(stages.repair_h),
            number(stages.blast_h),
            number(sum),
            interval([low, high]),
            number(row.lost_h),
        ]);
    }
    put(out, &table);
    if rows.len() > CAUSES {
        let rest: f64 = rows.iter().skip(CAUSES).map(|r| r.lost_h).sum();
        let _ = writeln!(
            out,
            "and {} more causes with {} h together: --json",
            rows.len() - CAUSES,
            number(rest)
        );
    }
}

fn blast(out: &mut String, rows: &[BlastRow]) {
    let mut table = new_table(&[
        "technology",
        "part",
        "FIT",
        "a year",
        "swapped",
        "until repair",
        "in repair",
        "ports",
        "accelerators",
        "hours a year",
    ]);
    right_from(&mut table, 2, 4);
    right_from(&mut table, 5, 10);
    let mut last = "";
    let hours = |h: f64| Time::hours(h).to_string();
    for row in rows {
        let name = if last == row.technology { "" } else { row.technology.as_str() };
        last = &row.technology;
        let both = |a: f64, b: f64| format!("{} / {}", number(a), number(b));
        table.add_row([
            name.to_owned(),
            row.part.clone(),
            number(row.fit_per_link),
            number(row.failures),
            row.repair.clone(),
            hours(row.faulty_h),
            hours(row.repair_h),
            both(row.ports_faulty, row.ports_in_repair),
            both(row.accelerators_faulty, row.accelerators_in_repair),
            number(row.lost_h),
        ]);
    }
    put(out, &table);
    let mut classes: Vec<String> = Vec::new();
    for row in rows {
        let told = format!("{}: {} ({} links)", row.technology, row.class, thousands(row.links));
        if !classes.contains(&told) {
            classes.push(told);
        }
    }
    paragraph(
        out,
        &format!(
            "Ports and accelerators: stopped until the repair begins / in repair and tests. FIT of a link with both ends; each \
             technology where most accelerators hang on it. {}.",
            classes.join("; ")
        ),
    );
}

fn strategies(out: &mut String, rows: &[StrategyOperations]) {
    let mut table = new_table(&[
        "strategy",
        "lost, h",
        "over the evidence",
        "less the baseline",
        "over the evidence",
        "failures",
        "swaps",
        "hands-on h",
        "moved most by",
    ]);
    right_from(&mut table, 1, 2);
    right_from(&mut table, 3, 4);
    right_from(&mut table, 5, 8);
    for row in rows {
        let named: Vec<String> = row
            .moved_by
            .iter()
            .take(2)
            .map(|m| format!("{}{}", m.fact, if m.flips { " (turns it)" } else { "" }))
            .collect();
        table.add_row([
            row.id.clone(),
            number(row.network_lost_h),
            interval(row.network_lost_range_h),
            number(row.difference_h),
            interval(row.difference_range_h),
            number(row.network_failures),
            number(row.network_swaps),
            number(row.network_labour_h),
            named.join(", "),
        ]);
    }
    put(out, &table);
}

fn sizes(out: &mut String, rows: &[StrategyOperations]) {
    let Some(first) = rows.first() else { return };
    let mut header = vec!["accelerators".to_owned(), "stopped each".to_owned()];
    header.extend(rows.iter().map(|r| r.id.clone()));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names);
    right_from(&mut table, 0, names.len());
    for (i, size) in first.sizes.iter().enumerate() {
        let mut cells = vec![thousands(size.accelerators), Time::hours(size.mtti_h).to_string()];
        cells.extend(rows.iter().map(|r| {
            r.sizes.get(i).map_or_else(String::new, |s| format!("{:.2} %", s.ettr * 100.0))
        }));
        table.add_row(cells);
    }
    put(out, &table);
}

fn straggling(out: &mut String, rows: &[StrategyOperations]) {
    let mut table = new_table(&[
        "strategy",
        "links that flap",
        "flaps of one a year",
        "borne for 1 %",
        "some link flaps or is slow",
        "job stands still",
        "job slower, at most",
    ]);
    right_from(&mut table, 1, 7);
    for row in rows {
        let s = &row.straggling;
        table.add_row([
            row.id.clone(),
            number(s.links_that_flap),
            number(s.flaps_per_link),
            s.flaps_per_link_borne.map_or_else(|| "-".to_owned(), number),
            loss(s.degraded),
            loss(s.stopped),
            loss(s.slower),
        ]);
    }
    put(out, &table);
    paragraph(
        out,
        "Shares of the job's time, beside what stops it. \"Borne for 1 %\": flaps of a link a year at which they alone take 1 % of \
         it. \"At most\": as if steps did nothing but wait for links.",
    );
}

fn levels(out: &mut String, rows: &[ServiceLevelRow], confidence: f64) {
    let mut table = new_table(&[
        "nodes",
        "closed form",
        "simulated",
        "signed for good",
        "signed for a month",
        "out in it",
        "falls a year",
        "for",
        "months untouched",
    ]);
    right_from(&mut table, 0, 9);
    for row in rows {
        let month = &row.month;
        table.add_row([
            format!("{} of {}", row.needed, row.nodes),
            percent(row.closed),
            percent(row.simulated),
            percent(row.signed),
            percent(month.signed),
            Time::hours(month.out_h).to_string(),
            number(month.outages_per_year),
            Time::hours(month.outage_h).to_string(),
            loss(month.untouched),
        ]);
    }
    put(out, &table);
    let _ = writeln!(
        out,
        "For good: the least mean that the years allow. For a month: reached in {:.0} % of the months.",
        confidence * 100.0
    );
}

/// A share that may be small.
fn loss(share: f64) -> String {
    format!("{} %", significant(share * 100.0, 3))
}
