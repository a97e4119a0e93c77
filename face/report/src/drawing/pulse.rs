//! The equalised pulse response: what is signal, what feedback cancels, what stays.

use super::frame::{
    Anchor, Scale, dot, haloed, line, millivolts, rules, text, through, values_below,
};
use super::{Drawing, Size, row};
use crate::format::{count as grouped, fixed, sig};
use crate::svg::{spread, ticks_between};
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PulseResponse {
    /// Of what: file, specification, package.
    pub subject: String,
    /// The pulse before the receiver's sampled filters: time in unit intervals from the cursor, mV. May be empty.
    pub received: Vec<[f64; 2]>,
    /// The equalised pulse once a unit interval, in order of time.
    pub samples: Vec<PulseSample>,
    /// Residual intersymbol interference, mV rms over all symbols.
    pub residual_rms_mv: f64,
}

/// A sample of the equalised pulse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PulseSample {
    /// Unit intervals from the cursor.
    pub position_ui: i32,
    /// Before feedback, mV.
    pub equalised_mv: f64,
    /// What feedback leaves of it, mV; zero at the cursor.
    pub residual_mv: f64,
}

impl PulseSample {
    pub(super) fn is_cancelled(&self) -> bool {
        (self.equalised_mv - self.residual_mv).abs() > 1e-9 * self.equalised_mv.abs()
            && self.position_ui > 0
    }
}

const LEFT: f64 = 72.0;
const RIGHT: f64 = 932.0;
const TOP: f64 = 40.0;
const MIDDLE: f64 = 246.0;
const LOWER: f64 = 318.0;
const BOTTOM: f64 = 404.0;
/// Unit intervals before and behind the cursor that are shown above.
pub(super) const BEFORE: i32 = 8;
const BEHIND: i32 = 24;
/// Below as many more as hold what is larger than this share of the largest residual.
const SMALL: f64 = 0.15;
/// Samples that can be told apart below.
const MOST_BEHIND: i32 = 300;

/// Stems of the equalised pulse, and below them what stays of it behind the feedback, magnified.
#[must_use]
pub fn pulse_response(data: &PulseResponse, size: Size) -> Drawing {
    let cursor = cursor(data);
    let title = format!(
        "A cursor of {}, and {} rms of interference that stays",
        millivolts(cursor),
        millivolts(data.residual_rms_mv),
    );
    let shown: Vec<PulseSample> = data
        .samples
        .iter()
        .filter(|s| (-BEFORE..=BEHIND).contains(&s.position_ui))
        .copied()
        .collect();
    let largest = shown.iter().fold((0, 0.0_f64), |m, s| {
        if s.residual_mv.abs() > m.1.abs() { (s.position_ui, s.residual_mv) } else { m }
    });
    let description = format!(
        "Equalised pulse response at whole unit intervals. Cursor {}; largest residual {} at {} unit intervals; feedback cancels {} symbols.",
        millivolts(cursor),
        millivolts(largest.1),
        largest.0,
        data.samples.iter().filter(|s| s.is_cancelled()).count(),
    );
    let body = match size {
        Size::Slide => body(data, &shown),
        Size::Row => row::pulse(data),
    };
    Drawing { id: "pulse", title, subject: data.subject.clone(), description, size, body }
}

pub(super) fn cursor(data: &PulseResponse) -> f64 {
    data.samples.iter().find(|s| s.position_ui == 0).map_or(f64::NAN, |s| s.equalised_mv)
}

fn body(data: &PulseResponse, shown: &[PulseSample]) -> Markup {
    let x = Scale::new([f64::from(-BEFORE) - 0.5, f64::from(BEHIND) + 0.5], [LEFT, RIGHT]);
    let wave: Vec<[f64; 2]> =
        data.received.iter().filter(|p| x.holds(p[0]) && p[1].is_finite()).copied().collect();
    let values = || shown.iter().map(|s| s.equalised_mv).chain(wave.iter().map(|p| p[1]));
    let high = values().fold(0.0, f64::max) * 1.12;
    let low = values().fold(0.0, f64::min).min(-0.06 * high) * 1.1;
    let y = Scale::new([low, if high > 0.0 { high } else { 1.0 }], [MIDDLE, TOP]);
    let below = below(data);
    let largest = below.iter().fold(0.0_f64, |m, s| m.max(s.residual_mv.abs()));
    let half = if largest > 0.0 { 1.15 * largest } else { 1.0 };
    let small = Scale::new([-half, half], [BOTTOM, LOWER]);
    let last = below.last().map_or(BEHIND, |s| s.position_ui.max(BEHIND));
    let long = Scale::new([f64::from(-BEFORE) - 0.5, f64::from(last) + 0.5], [LEFT, RIGHT]);
    let width = if last > 2 * BEHIND { "d-stem-thin" } else { "d-stem-residual" };
    let placed: Vec<[f64; 2]> = wave.iter().map(|p| [x.at(p[0]), y.at(p[1])]).collect();
    html! {
        (rules(&y, &ticks_between(y.from, y.to, 4.0), LEFT, RIGHT))
        (line("d-base", [LEFT, y.at(0.0)], [RIGHT, y.at(0.0)]))
        (text("d-tick", LEFT - 10.0, TOP - 16.0, Anchor::Start, "equalised pulse, mV"))
        @if placed.len() > 1 { path.d-soft-line d=(through(&placed)) {} }
        @for s in shown { (stem(s, &x, &y)) }
        (labels(data, shown, &wave, &x, &y))
        (values_below(&x, &ticks_between(x.from, x.to, 8.0), MIDDLE))
        (rules(&small, &ticks_between(-half, half, 4.0), LEFT, RIGHT))
        (line("d-base", [LEFT, small.at(0.0)], [RIGHT, small.at(0.0)]))
        @for s in &below {
            @let at = long.at(f64::from(s.position_ui));
            (line(width, [at, small.at(0.0)], [at, small.at(s.residual_mv)]))
        }
        (text("d-worse-text", LEFT - 10.0, LOWER - 18.0, Anchor::Start, &format!("what stays behind the feedback, mV, magnified {} times", times(&y, &small))))
        (values_below(&long, &ticks_between(long.from, long.to, 8.0), BOTTOM))
        (text("d-tick", RIGHT, BOTTOM + 44.0, Anchor::End, "time from the cursor, unit intervals"))
        (text("d-soft", LEFT - 10.0, BOTTOM + 44.0, Anchor::Start, &beyond(data, last)))
    }
}

/// The samples of the lower picture.
fn below(data: &PulseResponse) -> Vec<PulseSample> {
    let behind =
        || data.samples.iter().filter(|s| (-BEFORE..=MOST_BEHIND).contains(&s.position_ui));
    let largest = behind().fold(0.0_f64, |m, s| m.max(s.residual_mv.abs()));
    let last =
        behind().filter(|s| s.residual_mv.abs() > SMALL * largest).map(|s| s.position_ui).max();
    let last = last.map_or(BEHIND, |l| l.max(BEHIND));
    behind().filter(|s| s.position_ui <= last && s.position_ui != 0).copied().collect()
}

/// How much larger the lower scale is.
pub(super) fn times(y: &Scale, small: &Scale) -> String {
    let per_mv = |s: &Scale| (s.at_to - s.at_from).abs() / (s.to - s.from).abs();
    sig(per_mv(small) / per_mv(y), 2)
}

fn stem(s: &PulseSample, x: &Scale, y: &Scale) -> Markup {
    let at = x.at(f64::from(s.position_ui));
    let to = |mv: f64| line_to(at, y, mv);
    html! {
        @if s.position_ui == 0 {
            (line("d-stem", [at, y.at(0.0)], to(s.equalised_mv)))
            (dot("d-ink-dot", at, y.at(s.equalised_mv), 6.0))
        } @else {
            @if s.is_cancelled() {
                (line("d-stem-cancelled", [at, y.at(0.0)], to(s.equalised_mv)))
                (dot("d-dot-cancelled", at, y.at(s.equalised_mv), 4.5))
            }
            (line("d-stem-residual", [at, y.at(0.0)], to(s.residual_mv)))
            @if !s.is_cancelled() { (dot("d-worse-dot", at, y.at(s.residual_mv), 4.0)) }
        }
    }
}

fn line_to(x: f64, y: &Scale, mv: f64) -> [f64; 2] {
    [x, y.at(mv)]
}

/// Names beside what they name.
fn labels(
    data: &PulseResponse,
    shown: &[PulseSample],
    wave: &[[f64; 2]],
    x: &Scale,
    y: &Scale,
) -> Markup {
    let cursor = cursor(data);
    let cancelled = shown
        .iter()
        .filter(|s| s.is_cancelled())
        .max_by(|a, b| a.equalised_mv.abs().total_cmp(&b.equalised_mv.abs()));
    let crest = wave.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1]));
    // On its falling side, a little below the crest.
    let flank = crest.and_then(|[t, mv]| wave.iter().find(|p| p[0] > t && p[1] < 0.93 * mv));
    let mut named: Vec<([f64; 2], String)> = Vec::new();
    if let Some([t, mv]) = flank {
        named.push(([x.at(*t), y.at(*mv)], "before the receiver’s sampled filters".to_owned()));
    }
    if let Some(s) = cancelled {
        let words = millivolts((s.equalised_mv - s.residual_mv).abs());
        let at = [x.at(f64::from(s.position_ui)) + 5.0, y.at(s.equalised_mv)];
        named.push((at, format!("{words} cancelled by decision feedback")));
    }
    let at: Vec<f64> = named.iter().map(|n| n.0[1]).collect();
    let placed = spread(&at, 21.0, TOP + 4.0, y.at(0.0) - 14.0);
    let column = x.at(f64::from(cancelled.map_or(1, |s| s.position_ui)) + 2.2);
    html! {
        (haloed("d-strong", x.at(0.0) - 14.0, y.at(cursor) + 5.0, Anchor::End, &format!("cursor {}", millivolts(cursor))))
        @for ((from, words), label) in named.iter().zip(&placed) {
            path.d-leader d=(through(&[[from[0] + 2.0, from[1]], [column - 5.0, *label]])) {}
            (haloed("d-soft", column, label + 5.0, Anchor::Start, words))
        }
    }
}

/// What lies outside the picture.
fn beyond(data: &PulseResponse, last: i32) -> String {
    let outside = data.samples.iter().filter(|s| !(-BEFORE..=last).contains(&s.position_ui));
    let count = u64::try_from(outside.clone().count()).unwrap_or(u64::MAX);
    let largest = outside.max_by(|a, b| a.residual_mv.abs().total_cmp(&b.residual_mv.abs()));
    largest.map_or(String::new(), |s| {
        format!(
            "{} samples outside, the largest {} at {} UI",
            grouped(count),
            millivolts(s.residual_mv.abs()),
            fixed(f64::from(s.position_ui), 0),
        )
    })
}
