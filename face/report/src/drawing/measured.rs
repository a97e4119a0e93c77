//! Computed against measured: times on scales of decades, and every row's ratio by case.

use super::frame::{Anchor, Scale, line, text, through, with_unit};
use super::{Drawing, Size};
use crate::format::fixed;
use crate::svg::c;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The plot of times: left and right, bottom and top.
const TIMES: [[f64; 2]; 2] = [[70.0, 440.0], [410.0, 24.0]];
/// The strips of ratios, between the names of cases and their mean errors.
const RATIOS: [f64; 2] = [622.0, 868.0];
/// Where the names of cases stand, behind their marks.
const NAMES: f64 = 500.0;
const MEANS: f64 = 936.0;
/// Ratios at the ends of the strips; what lies beyond stands at the end.
const ENDS: [f64; 2] = [0.4, 2.0];
/// What is accepted of most rows, and of the best.
const BANDS: [(f64, &str); 2] = [(0.25, "d-band"), (0.10, "d-band-inner")];
/// Colours, by the first word of a case's kind.
const KINDS: [(&str, &str); 4] = [
    ("training", "d-series-plug"),
    ("collective", "d-series-light"),
    ("exchange", "d-series-near"),
    ("serving", "d-series-copper"),
];

/// One case of [`computed_measured`].
#[derive(Debug, Clone)]
pub struct MeasuredCase {
    /// Its id.
    pub id: String,
    /// Training, collective, exchange, serving, or another: its colour.
    pub kind: String,
    /// Computed and measured seconds of the rows that are times.
    pub seconds: Vec<[f64; 2]>,
    /// Computed over measured, of every row.
    pub ratios: Vec<f64>,
    /// Rows beyond their limit.
    pub missed: usize,
    /// Mean of absolute errors, %.
    pub mean_percent: f64,
    /// Whether it keeps all its limits.
    pub accepted: bool,
}

/// A case with its colour and its mark.
struct Series<'d> {
    case: &'d MeasuredCase,
    class: &'static str,
    mark: usize,
}

/// Computed against measured times with bands of 10 and 25 %, and every row's ratio, one line for each case in the given order.
#[must_use]
pub fn computed_measured(cases: &[MeasuredCase]) -> Drawing {
    let rows: usize = cases.iter().map(|case| case.ratios.len()).sum();
    let accepted = cases.iter().filter(|case| case.accepted).count();
    let missed: usize = cases.iter().map(|case| case.missed).sum();
    let kept = 1.0 - missed as f64 / rows.max(1) as f64;
    let words: Vec<String> = cases
        .iter()
        .map(|case| {
            format!(
                "{}: {} rows, mean error {:.1} %",
                case.id,
                case.ratios.len(),
                case.mean_percent
            )
        })
        .collect();
    Drawing {
        id: "computed-measured",
        title: format!(
            "{accepted} of {} measured cases keep all their limits, {} of rows keep theirs",
            cases.len(),
            with_unit(100.0 * kept, 0, "%"),
        ),
        subject: format!(
            "{} measured values, each computed from its published inputs; worst case first, colours by kind",
            fixed(rows as f64, 0)
        ),
        description: format!("Computed beside measured. {}.", words.join("; ")),
        size: Size::Slide,
        body: html! { (times(&series(cases))) (strips(&series(cases))) },
    }
}

/// Colours by kind; marks by size within a kind, the most rows as dots.
fn series(cases: &[MeasuredCase]) -> Vec<Series<'_>> {
    let class = |case: &MeasuredCase| {
        let found = KINDS.iter().find(|(kind, _)| *kind == case.kind);
        found.map_or("d-series-soft", |(_, class)| *class)
    };
    let larger = |case: &MeasuredCase, index: usize| {
        // Those that stand in the plot of times before the others.
        let size = |case: &MeasuredCase, i: usize| {
            use std::cmp::Reverse;
            (Reverse(case.seconds.len()), Reverse(case.ratios.len()), i)
        };
        cases
            .iter()
            .enumerate()
            .filter(|(i, other)| class(other) == class(case) && size(other, *i) < size(case, index))
            .count()
    };
    cases
        .iter()
        .enumerate()
        .map(|(index, case)| Series { case, class: class(case), mark: larger(case, index) })
        .collect()
}

/// Path data of a mark around a point.
fn mark(kind: usize, x: f64, y: f64) -> String {
    let (left, top) = (c(x - 2.6), c(y - 2.6));
    match kind {
        0 => format!("M{} {}h0", c(x), c(y)),
        1 => format!("M{} {}h6.4m-3.2-3.2v6.4", c(x - 3.2), c(y)),
        2 => format!("M{left} {top}l5.2 5.2m0-5.2l-5.2 5.2"),
        3 => format!("M{left} {top}h5.2v5.2h-5.2z"),
        4 => format!("M{} {}l3.2 5.4h-6.4z", c(x), c(y - 3.4)),
        5 => format!("M{} {}l3.4 3.4l-3.4 3.4l-3.4-3.4z", c(x), c(y - 3.4)),
        6 => format!("M{} {}l3.2-5.4h-6.4z", c(x), c(y + 3.4)),
        7 => format!("M{} {}h6.4", c(x - 3.2), c(y)),
        8 => format!("M{} {}v6.4", c(x), c(y - 3.2)),
        9 => format!("M{left} {top}h5.2l-5.2 5.2h5.2z"),
        10 => format!("M{left} {top}v5.2l5.2-5.2v5.2z"),
        _ => format!("M{} {}a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0-5.2 0z", c(x - 2.6), c(y)),
    }
}

impl Series<'_> {
    fn class(&self) -> String {
        let dot = if self.mark == 0 { " d-series-dot" } else { "" };
        format!("{}{dot}", self.class)
    }

    /// Marks at points, of those that coincide only one.
    fn marks(&self, points: impl Iterator<Item = [f64; 2]>) -> Markup {
        let mut seen = BTreeSet::new();
        let mut path = String::new();
        for [x, y] in points {
            // Half pixels.
            let key = [x, y].map(|v| libm::round(v * 2.0) as i64);
            if seen.insert(key) {
                path.push_str(&mark(self.mark, x, y));
            }
        }
        html! { @if !path.is_empty() { path class=(self.class()) d=(path) {} } }
    }
}

/// Powers of ten of a range.
fn powers(low: f64, high: f64) -> impl Iterator<Item = f64> {
    (0..40).map(move |i| low + f64::from(i)).take_while(move |e| *e <= high + 1e-9)
}

/// A power of ten of seconds.
fn time_name(exponent: f64) -> String {
    let (scale, unit) = match exponent {
        e if e < -6.5 => (-9.0, "ns"),
        e if e < -3.5 => (-6.0, "µs"),
        e if e < -0.5 => (-3.0, "ms"),
        _ => (0.0, "s"),
    };
    format!("{}\u{a0}{unit}", fixed(libm::pow(10.0, exponent - scale), 0))
}

fn times(series: &[Series<'_>]) -> Markup {
    let all = || series.iter().flat_map(|s| s.case.seconds.iter().flatten());
    let positive = || all().copied().filter(|s| s.is_finite() && *s > 0.0).map(libm::log10);
    let (low, high) =
        positive().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), e| (l.min(e), h.max(e)));
    if low > high {
        return text("d-soft", TIMES[0][0], TIMES[1][1] + 20.0, Anchor::Start, "no row is a time");
    }
    let ends = [libm::floor(low), libm::ceil(high).max(libm::floor(low) + 1.0)];
    let (x, y) = (Scale::new(ends, TIMES[0]), Scale::new(ends, TIMES[1]));
    let [left, right] = TIMES[0];
    let [bottom, top] = TIMES[1];
    let band = |width: f64| {
        let (over, under) = (libm::log10(1.0 + width), libm::log10(1.0 - width));
        let [from, to] = ends;
        let corners = [
            [from, from + under],
            [from, from + over],
            [to - over, to],
            [to, to],
            [to, to + under],
            [from - under, from],
        ];
        through(&corners.map(|[a, b]| [x.at(a), y.at(b)])) + "Z"
    };
    // Few and large marks above the many.
    let mut order: Vec<&Series<'_>> = series.iter().collect();
    order.sort_by_key(|s| std::cmp::Reverse(s.case.seconds.len()));
    let step = if ends[1] - ends[0] > 6.5 { 2.0 } else { 1.0 };
    html! {
        @for e in powers(ends[0], ends[1]) {
            (line("d-grid", [x.at(e), bottom], [x.at(e), top]))
            (line("d-grid", [left, y.at(e)], [right, y.at(e)]))
            @if libm::fmod((e - ends[0]).abs(), step) < 0.5 {
                (text("d-tick", left - 8.0, y.at(e) + 4.5, Anchor::End, &time_name(e)))
                (text("d-tick", x.at(e), bottom + 20.0, Anchor::Middle, &time_name(e)))
            }
        }
        @for (width, class) in BANDS { path class=(class) d=(band(width)) {} }
        (line("d-mark-line", [left, bottom], [right, top]))
        @for s in order {
            (s.marks(s.case.seconds.iter().filter(|p| p.iter().all(|v| *v > 0.0)).map(|[computed, measured]| {
                [x.at(libm::log10(*measured)), y.at(libm::log10(*computed))]
            })))
        }
        (line("d-base", [left, bottom], [right, bottom]))
        (line("d-base", [left, bottom], [left, top]))
        (text("d-tick", left, top - 9.0, Anchor::Start, "computed, rows that are times"))
        (text("d-tick", f64::midpoint(left, right), bottom + 39.0, Anchor::Middle, "measured; bands 10 and 25 %"))
    }
}

fn strips(series: &[Series<'_>]) -> Markup {
    let [bottom, top] = TIMES[1];
    let x = Scale::new(ENDS.map(libm::log), RATIOS);
    let at = |ratio: f64| x.at(libm::log(ratio.max(1e-9)));
    let room = (bottom - top) / (series.len().max(1) as f64);
    html! {
        @for (width, class) in BANDS {
            rect class=(class) x=(c(at(1.0 - width))) y=(c(top)) width=(c(at(1.0 + width) - at(1.0 - width))) height=(c(bottom - top)) {}
        }
        @for (ratio, name) in [(0.5, "0.5"), (0.75, "0.75"), (1.0, "1"), (1.25, "1.25"), (1.5, ""), (2.0, "2")] {
            (line("d-grid", [at(ratio), bottom], [at(ratio), top]))
            (text("d-tick", at(ratio), bottom + 20.0, Anchor::Middle, name))
        }
        (line("d-mark-line", [at(1.0), bottom], [at(1.0), top]))
        @for (index, s) in series.iter().enumerate() {
            @let y = top + room * (index as f64 + 0.5);
            (s.marks([[NAMES - 12.0, y]].into_iter()))
            (text("d-head", NAMES, y + 4.0, Anchor::Start, &s.case.id))
            (ticks(s, y, room, &at))
            (text(if s.case.accepted { "d-head" } else { "d-worse-head" }, MEANS, y + 4.0, Anchor::End, &format!("{} %", fixed(s.case.mean_percent, 1))))
        }
        (text("d-tick", NAMES - 16.0, top - 9.0, Anchor::Start, "case"))
        (text("d-tick", MEANS, top - 9.0, Anchor::End, "mean"))
        (text("d-tick", f64::midpoint(RATIOS[0], RATIOS[1]), bottom + 39.0, Anchor::Middle, "computed over measured; red: a limit is missed"))
    }
}

/// Every ratio of a case as a short stroke.
fn ticks(s: &Series<'_>, y: f64, room: f64, at: &dyn Fn(f64) -> f64) -> Markup {
    let half = (room / 2.0 - 1.5).clamp(1.0, 6.0);
    let mut seen = BTreeSet::new();
    let mut path = String::new();
    for ratio in s.case.ratios.iter().filter(|r| r.is_finite()) {
        let x = at(*ratio);
        if seen.insert(libm::round(x * 2.0) as i64) {
            path.push_str(&format!("M{} {}v{}", c(x), c(y - half), c(2.0 * half)));
        }
    }
    html! { path class={ (s.class) " d-series-stroke" } d=(path) {} }
}
