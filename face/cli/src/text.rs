//! A plan as text for a terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table};
use lightloom::Plan;
use lightloom::decide::plan::{ClassPlan, OptionRow, PreferenceRow, Strategy};
use lightloom::decide::sentence::{dollars, list};
use lightloom::units::thousands;
use lightloom::units::{Length, Power, significant};
use std::fmt::Write as _;

/// Facts that are shown.
const FACTS: usize = 6;
/// Checks that are shown.
const CHECKS: usize = 6;
const WIDTH: usize = 110;

pub(crate) fn plan(plan: &Plan, all: bool) -> String {
    let mut out = String::new();
    let s = &plan.scenario;
    let _ = writeln!(
        out,
        "{}\n{} accelerators, {} racks, deployed {}, counted over {:.0} years\n",
        s.name,
        thousands(s.accelerators),
        thousands(s.racks),
        s.year,
        s.years
    );
    paragraph(&mut out, &plan.decision.headline);
    out.push('\n');
    for gain in &plan.decision.gains {
        let [low, high] = gain.change_range_percent.map(tenths);
        let _ = writeln!(
            out,
            "  {:<38} {:>20} -> {:>20}  {:+.1} % ({low:+.1} to {high:+.1})",
            gain.what,
            gain.baseline,
            gain.recommended,
            tenths(gain.change_percent)
        );
    }
    preference(&mut out, &plan.decision.preference);
    heading(&mut out, "The nine questions");
    for q in &plan.questions {
        if let Some(answer) = &q.answer {
            paragraph(&mut out, &format!("- {}: {answer}", q.title));
        }
    }
    // What only figures need is computed for a report or JSON alone.
    if plan.money.is_none() {
        let open = plan.questions.iter().filter(|q| q.answer.is_none()).map(|q| q.title.as_str());
        let open: Vec<&str> = open.collect();
        if !open.is_empty() {
            paragraph(&mut out, &format!("- {}: answered with a report or --json.", list(&open)));
        }
    }
    if let Some(sheet) = &plan.belief {
        crate::confidence::belief(&mut out, sheet, all);
    }
    if let Some(found) = &plan.confidence {
        crate::confidence::confidence(&mut out, found, all);
    }
    for tier in &plan.tiers {
        heading(&mut out, &tier.title);
        let switches: Vec<String> = tier
            .switches
            .iter()
            .map(|g| format!("{} {} ({} ports)", thousands(g.count), g.name, g.radix))
            .collect();
        let _ = writeln!(out, "Switches: {}", switches.join(", "));
        for class in &tier.classes {
            class_table(&mut out, class, (all, !plan.decision.preference.summary.is_empty()));
        }
    }
    heading(&mut out, "The cluster under each strategy");
    strategies(&mut out, &plan.strategies);
    for strategy in &plan.strategies {
        for note in &strategy.notes {
            paragraph(&mut out, &format!("- {}: {note}", strategy.id));
        }
    }
    if !plan.alternatives.is_empty() {
        crate::confidence::alternatives(&mut out, &plan.alternatives);
    }
    heading(&mut out, "Evidence that moves the answer most");
    let mut table = new_table(&["fact", "value", "range", "kind", "saving at its ends", ""]);
    for row in plan.evidence.iter().take(if all { usize::MAX } else { FACTS }) {
        let [low, high] = row.saving_percent;
        table.add_row(vec![
            row.fact.id.clone(),
            row.fact.value.clone(),
            row.fact.range.join(" to "),
            row.fact.kind.clone(),
            format!("{low:.1} to {high:.1} %"),
            if row.flips { "flips".to_owned() } else { String::new() },
        ]);
    }
    let _ = writeln!(out, "{table}");
    let flips = plan.evidence.iter().filter(|r| r.flips).count();
    let _ = writeln!(
        out,
        "{} facts were varied; {flips} of them would change a technology within their range.",
        plan.evidence.len()
    );
    crate::confidence::conflicts(&mut out, &plan.conflicts, all);
    let off = plan.checks.iter().filter(|c| c.error_percent.abs() > 25.0).count();
    heading(&mut out, "Computed beside published, worst first");
    let mut table = new_table(&["what", "computed", "published", "off by", "kind"]);
    for row in plan.checks.iter().take(CHECKS) {
        table.add_row(vec![
            row.what.clone(),
            row.computed.clone(),
            row.published.clone(),
            format!("{:+.0} %", row.error_percent),
            row.kind.clone(),
        ]);
    }
    let _ = writeln!(out, "{table}");
    let _ = writeln!(
        out,
        "{} checks, {off} of them more than 25 % off; all are in the report.",
        plan.checks.len()
    );
    heading(&mut out, "Findings");
    for finding in &plan.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    out
}

/// Weights and limits, where the scenario states any.
fn preference(out: &mut String, by: &PreferenceRow) {
    if by.summary.is_empty() {
        return;
    }
    heading(out, "What it is chosen by");
    for sentence in &by.summary {
        paragraph(out, &format!("- {sentence}"));
    }
}

pub(crate) fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}\n{}", "─".repeat(text.chars().count()));
}

/// Wraps a sentence at the width.
pub(crate) fn paragraph(out: &mut String, text: &str) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = if text.starts_with("- ") { "  ".to_owned() } else { String::new() };
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}

pub(crate) fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    let style = NOTHING.header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(style).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.to_vec());
    table
}

/// A difference in decibels with its sign; not "-0.00".
pub(crate) fn signed_db(db: f64) -> String {
    format!("{:+.2} dB", (db * 100.0).round() / 100.0 + 0.0)
}

/// A number as tenths tell it, so that what rounds to nothing has no minus: not "-0.0".
pub(crate) fn tenths(x: f64) -> f64 {
    (x * 10.0).round() / 10.0 + 0.0
}

/// Aligns columns to the right, from one to before another.
pub(crate) fn right_from(table: &mut Table, first: usize, end: usize) {
    for index in first..end {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The options of a class; `all` of them, and why usable ones are passed over where that is not their cost alone.
fn class_table(out: &mut String, class: &ClassPlan, (all, preferred): (bool, bool)) {
    let length = |m: f64| format!("{:.1}", Length::m(m));
    let _ = writeln!(
        out,
        "\n{}: {} links of {} Gb/s ({} Gb/s {} lanes), {} to {}",
        class.name,
        thousands(class.links),
        significant(class.rate_gbps, 4),
        significant(class.lane_gbps, 4),
        class.modulation,
        length(class.length.min_m),
        length(class.length.max_m),
    );
    let mut table = new_table(&[
        "technology",
        "reach",
        "DSP",
        "pJ/bit",
        "ns",
        "Gb/s/mm",
        "repair",
        "$/link",
        "cost",
        "margin or reason",
    ]);
    for index in 1..9 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // The nearest misses of each family: copper that falls short says as much as light that comes too late.
    let shown: Vec<&OptionRow> =
        if all { class.options.iter().collect() } else { class.shown().collect() };
    let pairs = class.options.len() - shown.len();
    let (usable, mut misses): (Vec<&OptionRow>, Vec<&OptionRow>) =
        shown.into_iter().partition(|o| o.usable);
    let hidden = if all { 0 } else { nearest_of_families(&mut misses) };
    for option in usable.into_iter().chain(misses) {
        let mark =
            if class.recommended.as_deref() == Some(&option.technology) { "▶ " } else { "  " };
        table.add_row(vec![
            format!("{mark}{}", option.name),
            length(option.reach_m),
            if option.module_dsp { "yes" } else { "no" }.to_owned(),
            format!("{:.1}", option.lane_pj_per_bit),
            format!("{:.0}", option.latency_ns),
            format!("{:.0}", option.edge_gbps_per_mm),
            option.repair_unit.clone(),
            format!("{:.0}", option.link_usd),
            dollars(option.cost_usd),
            match (&option.rejected_because, &option.passed_over) {
                (Some(why), _) => why.clone(),
                (None, Some(why)) if preferred => why.clone(),
                _ => format!("{:+.1} dB at {}", option.margin_db, length(class.length.max_m)),
            },
        ]);
    }
    let _ = writeln!(out, "{table}");
    let more = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let more = [more(hidden, "more rejected"), more(pairs, "pairs that single technologies beat")];
    let more: Vec<String> = more.into_iter().flatten().collect();
    if !more.is_empty() {
        let _ = writeln!(out, "   and {}: --all", more.join(", "));
    }
}

/// Keeps the nearest miss of each family and says how many were left out.
fn nearest_of_families(misses: &mut Vec<&OptionRow>) -> usize {
    let before = misses.len();
    misses.sort_by(|a, b| b.margin_db.total_cmp(&a.margin_db));
    let mut seen: Vec<&str> = Vec::new();
    misses.retain(|o| {
        let new = !seen.contains(&o.family.as_str());
        seen.push(&o.family);
        new
    });
    before - misses.len()
}

fn strategies(out: &mut String, strategies: &[Strategy]) {
    let mut header = vec![""];
    header.extend(strategies.iter().map(|s| s.id.as_str()));
    let mut table = new_table(&header);
    for index in 1..=strategies.len() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let watts = |w: f64| Power::w(w).to_string();
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let mut row = |name: &str, cell: &dyn Fn(&Strategy) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(strategies.iter().map(cell));
        table.add_row(cells);
    };
    row("lane", &|s| format!("{:.1} pJ/bit", s.power.lane_pj_per_bit));
    row("optics", &|s| watts(s.power.optics_w));
    row("switch boxes", &|s| watts(s.power.switch_boxes_w));
    row("network", &|s| watts(s.power.network_w));
    row("cluster", &|s| watts(s.power.cluster_w));
    row("accelerators fed", &|s| format!("{:.0}", s.accelerators_fed));
    row("training step", &|s| or_dash(s.training.as_ref().map(|t| format!("{:.3} s", t.step_s))));
    row("decode, one user", &|s| {
        or_dash(
            s.decoding.as_ref().map(|d| format!("{:.0} tok/s", d.quickest.tokens_per_s_per_user)),
        )
    });
    row("decode, each accelerator", &|s| {
        let widest = s.decoding.as_ref().and_then(|d| d.widest.as_ref());
        or_dash(widest.map(|w| format!("{:.0} tok/s", w.tokens_per_s_per_accelerator)))
    });
    row("availability", &|s| format!("{:.2} %", s.operations.availability * 100.0));
    row("goodput", &|s| format!("{:.1} %", s.operations.goodput * 100.0));
    row("network cost", &|s| dollars(s.cost.network_total_usd));
    row("total cost", &|s| dollars(s.cost.total_usd));
    row("accelerator-hour", &|s| format!("${:.2}", s.cost.usd_per_accelerator_hour));
    row("million tokens", &|s| or_dash(s.cost.usd_per_million_tokens.map(|m| format!("${m:.3}"))));
    let _ = writeln!(out, "{table}");
}
