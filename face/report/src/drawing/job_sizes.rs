//! The productive share of a job against its size, by strategy.

use super::frame::{Anchor, Scale, dot, line, rules, swatch, text, through};
use super::lost_hours::distinct;
use super::{Drawing, Size};
use crate::colour::{short, strategy};
use crate::format::{count, fixed};
use crate::svg::{spread, ticks_between};
use lightloom_decide::plan::{OperationsStudy, StrategyOperations};
use maud::{Markup, html};

const LEFT: f64 = 66.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 38.0;
const BOTTOM: f64 = 400.0;
/// Least distance between names.
const NAME: f64 = 19.0;

/// ETTR against the accelerators of a job, a curve for each strategy that differs.
#[must_use]
pub fn job_sizes(study: &OperationsStudy) -> Drawing {
    let rows = distinct(study);
    let last = |s: &StrategyOperations| s.sizes.last().map_or(0.0, |s| s.ettr);
    let best = rows.iter().max_by(|a, b| last(a.1).total_cmp(&last(b.1)));
    let worst = rows.iter().min_by(|a, b| last(a.1).total_cmp(&last(b.1)));
    let share = |s: &StrategyOperations| format!("{} %", fixed(last(s) * 100.0, 1));
    let title = match (best, worst) {
        (Some((_, best)), Some((_, worst))) if best.id != worst.id => format!(
            "A job on all accelerators is productive {} of its time with {}, {} with {}",
            share(best),
            short(&best.id),
            share(worst),
            short(&worst.id)
        ),
        (Some((_, only)), _) => {
            format!("A job on all accelerators is productive {} of its time", share(only))
        }
        _ => "No strategy is known".to_owned(),
    };
    let words: Vec<String> = rows.iter().map(|(name, s)| format!("{name}: {}", share(s))).collect();
    Drawing {
        id: "job-sizes",
        title,
        subject: "productive share of the time (ETTR) at the best checkpoint interval, with domains at hand".to_owned(),
        description: format!("On all accelerators {}.", words.join("; ")),
        size: Size::Slide,
        body: body(&rows),
    }
}

/// The first of strategies that are alike, and how many more there are.
fn labelled(names: &str) -> String {
    match names.split_once(", ") {
        None => names.to_owned(),
        Some((first, rest)) => format!("{first} +{}", rest.matches(", ").count() + 1),
    }
}

fn body(rows: &[(String, &StrategyOperations)]) -> Markup {
    let log = |n: u64| libm::log2(n.max(1) as f64);
    let sizes: Vec<u64> = rows
        .first()
        .map_or_else(Vec::new, |(_, s)| s.sizes.iter().map(|p| p.accelerators).collect());
    let (first, last) = (sizes.first().copied().unwrap_or(1), sizes.last().copied().unwrap_or(2));
    let x = Scale::new([log(first), log(last).max(log(first) + 1e-3)], [LEFT, RIGHT]);
    let all = rows.iter().flat_map(|(_, s)| &s.sizes).map(|p| p.ettr * 100.0);
    let least = all.filter(|v| v.is_finite()).fold(100.0, f64::min);
    let low = least - (100.0 - least).max(0.1) * 0.08;
    let y = Scale::new([low, 100.0], [BOTTOM, TOP]);
    let curves: Vec<Vec<[f64; 2]>> = rows
        .iter()
        .map(|(_, s)| {
            s.sizes.iter().map(|p| [x.at(log(p.accelerators)), y.at(p.ettr * 100.0)]).collect()
        })
        .collect();
    let ends: Vec<f64> =
        curves.iter().map(|k: &Vec<[f64; 2]>| k.last().map_or(BOTTOM, |p| p[1])).collect();
    let named = spread(&ends, NAME, TOP, BOTTOM);
    // The axis names sizes that double, and the last.
    let mut shown: Vec<u64> = Vec::new();
    for size in sizes.iter().rev() {
        if shown.last().is_none_or(|s| x.at(log(*s)) - x.at(log(*size)) > 56.0) {
            shown.push(*size);
        }
    }
    html! {
        (rules(&y, &ticks_between(low, 100.0, 5.0), LEFT, RIGHT))
        (text("d-tick", LEFT - 10.0, TOP - 16.0, Anchor::Start, "productive share of the time, %"))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        @for size in &shown {
            (text("d-tick", x.at(log(*size)), BOTTOM + 21.0, Anchor::Middle, &count(*size)))
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle, "accelerators of the job"))
        @for (i, ((name, s), points)) in rows.iter().zip(&curves).enumerate() {
            @let style = strategy(&s.id);
            path class={ "d-line-of-" (style.id) @if style.broken { " d-broken" } } d=(through(points)) {}
            @for [px, py] in points { (dot(&format!("d-of-{} d-ringed", style.id), *px, *py, 4.0)) }
            @let end = s.sizes.last().map_or(f64::NAN, |p| p.ettr * 100.0);
            (swatch(&s.id, RIGHT + 12.0, named[i] - 5.5, 11.0))
            (text("d-strong", RIGHT + 30.0, named[i] + 5.0, Anchor::Start, &format!("{} % {}", fixed(end, 2), labelled(name))))
        }
    }
}
