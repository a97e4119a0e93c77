//! Serving: speed for one user against throughput, both in decades.

use super::frame::{Anchor, Place, Scale, clearest, dot, line, text, through};
use super::{Drawing, Size};
use crate::format::{amount, count};
use lightloom_decide::plan::{FrontierRow, InferSheet, ServedRow};
use maud::{Markup, html};

const LEFT: f64 = 78.0;
const RIGHT: f64 = 932.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 400.0;
/// What is marked within a decade.
const MARKS: [f64; 3] = [1.0, 2.0, 5.0];

/// What can be chosen between: each point is the best throughput at its speed, with its instance; the two answers stand
/// out.
#[must_use]
pub fn serving_frontier(sheet: &InferSheet) -> Drawing {
    let quick = &sheet.latency_bound.point;
    let per_user = |p: &FrontierRow| amount(p.tokens_per_s_per_user);
    let per_accelerator = |p: &FrontierRow| amount(p.tokens_per_s_per_accelerator);
    let title = match sheet.throughput_bound.as_ref().map(|r| &r.point) {
        Some(wide) => format!(
            "{} tokens/s for one user, or {} from each accelerator",
            per_user(quick),
            per_accelerator(wide)
        ),
        None => format!("{} tokens/s for one user at most", per_user(quick)),
    };
    let words: Vec<String> = sheet
        .frontier
        .iter()
        .map(|p| {
            format!(
                "{} for one user and {} on {} accelerators",
                per_user(p),
                per_accelerator(p),
                count(p.accelerators)
            )
        })
        .collect();
    let job = &sheet.job;
    Drawing {
        id: "serving-frontier",
        title,
        subject: format!(
            "{} on {}: prompts of {}, answers of {} tokens, weights in {}, {}",
            sheet.model.name,
            sheet.setting.name,
            count(job.prompt),
            count(job.output),
            job.precision,
            job.engine
        ),
        description: format!("Tokens per second, quickest first: {}.", words.join("; ")),
        size: Size::Slide,
        body: body(sheet),
    }
}

/// A scale in decades that holds all values, and the values marked on it.
fn decades(values: impl Iterator<Item = f64>, at: [f64; 2]) -> (Scale, Vec<f64>) {
    let logs = values.filter(|v| *v > 0.0 && v.is_finite()).map(libm::log10);
    let (low, high) =
        logs.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), e| (l.min(e), h.max(e)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low - 0.08, high + 0.12) };
    let first = libm::floor(low);
    let ticks = (0..30)
        .map(|k| first + f64::from(k))
        .take_while(|e| *e <= high)
        .flat_map(|e| MARKS.map(|m| m * libm::pow(10.0, e)))
        .filter(|v| (low..=high).contains(&libm::log10(*v)))
        .collect();
    (Scale::new([low, high], at), ticks)
}

fn body(sheet: &InferSheet) -> Markup {
    let points = &sheet.frontier;
    let (x, x_ticks) = decades(points.iter().map(|p| p.tokens_per_s_per_user), [LEFT, RIGHT]);
    let (y, y_ticks) =
        decades(points.iter().map(|p| p.tokens_per_s_per_accelerator), [BOTTOM, TOP]);
    let at = |p: &FrontierRow| {
        [
            x.at(libm::log10(p.tokens_per_s_per_user)),
            y.at(libm::log10(p.tokens_per_s_per_accelerator)),
        ]
    };
    let curve: Vec<[f64; 2]> = points.iter().map(at).collect();
    let floor = libm::log10(sheet.job.tokens_per_s_per_user);
    // No label lies on the line of what is asked for.
    let asked: Vec<[f64; 2]> = (0..=60)
        .map(|k| [x.at(floor), TOP + f64::from(k) / 60.0 * (BOTTOM - TOP)])
        .filter(|_| x.holds(floor))
        .collect();
    let mut taken = Vec::new();
    let ends: [(&str, Option<&ServedRow>); 2] = [
        ("latency-bound", Some(&sheet.latency_bound)),
        ("throughput-bound", sheet.throughput_bound.as_ref()),
    ];
    html! {
        @for v in &y_ticks {
            (line("d-grid", [LEFT, y.at(libm::log10(*v))], [RIGHT, y.at(libm::log10(*v))]))
            (text("d-tick", LEFT - 10.0, y.at(libm::log10(*v)) + 4.5, Anchor::End, &amount(*v)))
        }
        (text("d-tick", LEFT, TOP - 10.0, Anchor::Start, "tokens/s from one accelerator"))
        @if x.holds(floor) {
            (line("d-mark-line", [x.at(floor), TOP], [x.at(floor), BOTTOM]))
            (text("d-small", x.at(floor) + 6.0, TOP + 12.0, Anchor::Start, "asked for"))
        }
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        @for v in &x_ticks {
            (line("d-base", [x.at(libm::log10(*v)), BOTTOM], [x.at(libm::log10(*v)), BOTTOM + 5.0]))
            (text("d-tick", x.at(libm::log10(*v)), BOTTOM + 21.0, Anchor::Middle, &amount(*v)))
        }
        path class="d-soft-line" d=(through(&curve)) {}
        @for (p, [px, py]) in points.iter().zip(&curve) {
            (dot(if p.disaggregated { "d-ink-dot" } else { "d-bar-dot" }, *px, *py, 4.0))
        }
        @for (name, row) in ends.iter().filter_map(|(name, row)| Some((*name, (*row)?))) {
            @let [px, py] = at(&row.point);
            (dot("d-worse-dot", px, py, 6.5))
            @let words = format!("{} accelerators, {}", count(row.point.accelerators), cut(&row.point));
            @if let Some(place) = clearest(&around([px, py], name.len().max(words.len())), &[&curve, &asked], &mut taken) {
                (place.text("d-strong", 0.0, name))
                (place.text("d-soft", 18.0, &words))
            }
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), 442.0, Anchor::Middle, &below(points)))
    }
}

fn below(points: &[FrontierRow]) -> String {
    let mut out = "tokens/s for one user".to_owned();
    if points.iter().any(|p| p.disaggregated) {
        out.push_str("; black: prompts have a pool of their own, grey: they have not");
    }
    out
}

fn cut(point: &FrontierRow) -> String {
    let mut out = format!("tensor {}", point.tensor);
    if point.expert > 1 {
        out.push_str(&format!(", expert {}", point.expert));
    }
    out
}

/// Places of a label of two lines around a point, within the plot.
fn around([x, y]: [f64; 2], letters: usize) -> Vec<Place> {
    let offsets = [
        (14.0, -24.0, Anchor::Start),
        (14.0, 16.0, Anchor::Start),
        (-14.0, -24.0, Anchor::End),
        (-14.0, 16.0, Anchor::End),
        (14.0, 44.0, Anchor::Start),
        (-14.0, 44.0, Anchor::End),
        (-14.0, 80.0, Anchor::End),
        (14.0, 80.0, Anchor::Start),
    ];
    let places = offsets.map(|(dx, dy, anchor)| Place::new(x + dx, y + dy, anchor, letters, 2.0));
    let within = |p: &Place| {
        let [left, top, right, bottom] = p.room;
        left >= LEFT && right <= RIGHT + 20.0 && top >= TOP - 6.0 && bottom <= BOTTOM
    };
    let kept: Vec<Place> = places.iter().copied().filter(within).collect();
    if kept.is_empty() { places.to_vec() } else { kept }
}
