//! Accelerator-hours lost in a year by strategy: by cause and by stage of the fault.

use super::frame::{Anchor, Scale, line, strategy_name, text, tick_names};
use super::{Drawing, Size};
use crate::colour::short;
use crate::format::capital;
use crate::format::fixed;
use crate::svg::{c, ticks};
use lightloom_decide::plan::{OperationsStudy, StageRow, StrategyOperations};
use maud::{Markup, html};

const LEFT: f64 = 196.0;
const RIGHT: f64 = 730.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 400.0;
/// Hours of a stage.
type Stage = fn(&StageRow) -> f64;
/// Stages in the order in which a fault passes them.
const STAGES: [(&str, Stage); 5] = [
    ("passing by itself", |s| s.passing_h),
    ("not noticed", |s| s.detection_h),
    ("awaiting hands or part", |s| s.waiting_h),
    ("in repair, behind the fault", |s| s.repair_h),
    ("in repair, all others", |s| s.blast_h),
];

/// Where accelerator-hours go under each strategy: above by cause, below by stage; beside the bars the sum of network causes
/// with its range over the evidence. What no link changes is left out.
#[must_use]
pub fn lost_hours(study: &OperationsStudy) -> Drawing {
    let rows = distinct(study);
    let title = match (rows.first(), rows.iter().map(|r| r.1).min_by(|a, b| by_loss(a, b))) {
        (Some((_, base)), Some(least)) if least.network_lost_h < 0.98 * base.network_lost_h => {
            format!(
                "With {} the network costs {} accelerator-hours a year, {} fewer than in the baseline",
                short(&least.id),
                fixed(least.network_lost_h, 0),
                fixed(base.network_lost_h - least.network_lost_h, 0)
            )
        }
        (Some((_, base)), _) => format!(
            "No strategy saves 2 % of the {} accelerator-hours a year that the baseline's network costs",
            fixed(base.network_lost_h, 0)
        ),
        _ => "No strategy is known".to_owned(),
    };
    let words: Vec<String> = rows
        .iter()
        .map(|(name, row)| {
            let [low, high] = row.network_lost_range_h.map(|h| fixed(h, 0));
            format!("{name}: {} ({low} to {high})", fixed(row.network_lost_h, 0))
        })
        .collect();
    Drawing {
        id: "lost-hours",
        title,
        subject: "accelerator-hours lost to the network in a year, expected; above by cause, below by stage of the fault"
            .to_owned(),
        description: format!("Accelerator-hours a year by network causes. {}.", words.join("; ")),
        size: Size::Slide,
        body: body(&rows),
    }
}

fn by_loss(a: &StrategyOperations, b: &StrategyOperations) -> std::cmp::Ordering {
    a.network_lost_h.total_cmp(&b.network_lost_h)
}

/// Strategies that differ in what fails, each with the names of those that are alike.
pub(crate) fn distinct(study: &OperationsStudy) -> Vec<(String, &StrategyOperations)> {
    let mut rows: Vec<(Vec<&str>, &StrategyOperations)> = Vec::new();
    let alike = |a: &StrategyOperations, b: &StrategyOperations| {
        let ettr = |s: &StrategyOperations| s.sizes.last().map_or(0.0, |s| s.ettr);
        a.network_lost_h.total_cmp(&b.network_lost_h).is_eq() && ettr(a).total_cmp(&ettr(b)).is_eq()
    };
    for s in &study.strategies {
        match rows.iter_mut().find(|(_, known)| alike(known, s)) {
            Some((names, _)) => names.push(short(&s.id)),
            None => rows.push((vec![short(&s.id)], s)),
        }
    }
    rows.into_iter().map(|(names, row)| (names.join(", "), row)).collect()
}

fn body(rows: &[(String, &StrategyOperations)]) -> Markup {
    let network = |s: &StrategyOperations| -> f64 {
        s.waterfall.iter().filter(|w| w.group != "compute").map(|w| w.stages.total()).sum()
    };
    let most = rows.iter().map(|(_, s)| network(s)).filter(|h| h.is_finite()).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let x = Scale::new([0.0, most * 1.02], [LEFT, RIGHT]);
    let pitch = (BOTTOM - TOP) / rows.len().max(1) as f64;
    let thick = (pitch * 0.3).min(22.0);
    let mut groups: Vec<&str> = Vec::new();
    for w in rows.iter().flat_map(|(_, s)| &s.waterfall).filter(|w| w.group != "compute") {
        if w.stages.total() > 0.0 && !groups.contains(&w.group.as_str()) {
            groups.push(&w.group);
        }
    }
    let marks = ticks(most, 5.0);
    html! {
        (legend(14.0, "cause", &groups, &OF_CAUSES))
        (legend(36.0, "stage", &STAGES.map(|s| s.0), &OF_STAGES))
        @for (tick, name) in marks.iter().zip(tick_names(&marks)) {
            (line("d-grid", [x.at(*tick), TOP - 8.0], [x.at(*tick), BOTTOM]))
            (text("d-tick", x.at(*tick), BOTTOM + 21.0, Anchor::Middle, &name))
        }
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle, "accelerator-hours a year, all accelerators of the cluster"))
        @for (i, (name, s)) in rows.iter().enumerate() {
            @let y = TOP + pitch * (i as f64 + 0.5);
            @let (first, rest) = name.split_once(", ").unwrap_or((name, ""));
            (strategy_name(&s.id, LEFT - 12.0, y + if rest.is_empty() { 5.0 } else { -3.0 }, &capital(first)))
            @if !rest.is_empty() { (text("d-small", LEFT - 30.0, y + 14.0, Anchor::End, &alike(rest))) }
            @let of_group = |g: &str| s.waterfall.iter().filter(|w| w.group == g).map(|w| w.stages.total()).sum::<f64>();
            (stack(&x, y - thick - 1.5, thick, &OF_CAUSES, &groups.iter().map(|g| of_group(g)).collect::<Vec<_>>()))
            @let of_stage = |get: Stage| s.waterfall.iter().filter(|w| w.group != "compute").map(|w| get(&w.stages)).sum::<f64>();
            (stack(&x, y + 1.5, thick, &OF_STAGES, &STAGES.map(|stage| of_stage(stage.1))))
            @let [low, high] = s.network_lost_range_h;
            (text("d-strong", RIGHT + 14.0, y - 3.0, Anchor::Start, &fixed(s.network_lost_h, 0)))
            (text("d-small", RIGHT + 14.0, y + 14.0, Anchor::Start, &format!("{} to {}", fixed(low, 0), fixed(high, 0))))
        }
    }
}

/// Strategies that are alike, where there is little room.
fn alike(names: &str) -> String {
    match names.matches(", ").count() {
        0 => format!("and {names}"),
        n => format!("and {} more", n + 1),
    }
}

/// Colours of causes, and of stages in the order of [`STAGES`]: none is in both.
const OF_CAUSES: [&str; 4] = ["d-part-0", "d-part-1", "d-part-2", "d-part-3"];
const OF_STAGES: [&str; 5] = ["d-bar", "d-light-bar", "d-part-4", "d-part-5", "d-part-6"];

fn stack(x: &Scale, top: f64, thick: f64, colours: &[&str], values: &[f64]) -> Markup {
    let mut from = 0.0;
    let mut bars = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let value = if value.is_finite() { value.max(0.0) } else { 0.0 };
        let (left, right) = (x.at(from), x.at(from + value));
        from += value;
        if right - left > 0.05 {
            bars.push((i, left, right - left));
        }
    }
    html! {
        @for (i, left, width) in bars {
            rect class=(colours[i % colours.len()]) x=(c(left)) y=(c(top)) width=(c(width)) height=(c(thick)) {}
        }
    }
}

fn legend(y: f64, what: &str, names: &[&str], colours: &[&str]) -> Markup {
    let mut x = LEFT;
    let mut places = Vec::new();
    for name in names {
        places.push(x);
        x += 26.0 + 7.0 * name.chars().count() as f64;
    }
    html! {
        (text("d-small", LEFT - 12.0, y + 9.5, Anchor::End, what))
        @for (i, (name, x)) in names.iter().zip(places).enumerate() {
            rect class=(colours[i % colours.len()]) x=(c(x)) y=(c(y)) width="11" height="11" {}
            (text("d-small", x + 16.0, y + 9.5, Anchor::Start, name))
        }
    }
}
