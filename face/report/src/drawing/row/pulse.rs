//! The equalised pulse, small.

use super::{ABOVE, BELOW, RIGHT};
use crate::drawing::frame::{
    Anchor, Scale, dot, haloed, line, millivolts, rules, text, through, values_below,
};
use crate::drawing::pulse::{BEFORE, PulseResponse, PulseSample, cursor, times};
use crate::svg::{c, ticks_between};
use maud::{Markup, html};

/// Room for small values.
const LEFT: f64 = 46.0;
const TOP: f64 = 22.0;
const MIDDLE: f64 = 114.0;
const LOWER: f64 = 144.0;
const BOTTOM: f64 = 194.0;
/// Unit intervals behind the cursor.
const BEHIND: i32 = 20;

pub(in crate::drawing) fn pulse(data: &PulseResponse) -> Markup {
    let shown: Vec<PulseSample> = data
        .samples
        .iter()
        .filter(|s| (-BEFORE..=BEHIND).contains(&s.position_ui))
        .copied()
        .collect();
    let x = Scale::new([f64::from(-BEFORE) - 0.5, f64::from(BEHIND) + 0.5], [LEFT, RIGHT]);
    let high = shown.iter().map(|s| s.equalised_mv).fold(0.0, f64::max) * 1.12;
    let low = shown.iter().map(|s| s.equalised_mv).fold(0.0, f64::min).min(-0.06 * high) * 1.1;
    let y = Scale::new([low, if high > 0.0 { high } else { 1.0 }], [MIDDLE, TOP]);
    let largest = shown.iter().fold(0.0_f64, |m, s| m.max(s.residual_mv.abs()));
    let half = if largest > 0.0 { 1.15 * largest } else { 1.0 };
    let small = Scale::new([-half, half], [BOTTOM, LOWER]);
    let cancelled = shown
        .iter()
        .filter(|s| s.is_cancelled())
        .max_by(|a, b| a.equalised_mv.abs().total_cmp(&b.equalised_mv.abs()));
    // What comes later than is drawn, where it counts.
    let echo = data
        .samples
        .iter()
        .filter(|s| s.position_ui > BEHIND && s.residual_mv.abs() > 0.1 * largest)
        .max_by(|a, b| a.residual_mv.abs().total_cmp(&b.residual_mv.abs()));
    let column = x.at(3.6);
    html! {
        (rules(&y, &ticks_between(y.from, y.to, 3.0), LEFT, RIGHT))
        (line("d-base", [LEFT, y.at(0.0)], [RIGHT, y.at(0.0)]))
        (text("d-tick", 0.0, ABOVE, Anchor::Start, "equalised pulse, mV"))
        path.d-stem-cancelled d=(stems(shown.iter().filter(|s| s.is_cancelled()), |s| s.equalised_mv, &x, &y)) {}
        path.d-stem-residual d=(stems(shown.iter().filter(|s| s.position_ui != 0), |s| s.residual_mv, &x, &y)) {}
        path.d-stem d=(stems(shown.iter().filter(|s| s.position_ui == 0), |s| s.equalised_mv, &x, &y)) {}
        (dot("d-ink-dot", x.at(0.0), y.at(cursor(data)), 4.5))
        (haloed("d-strong", column, TOP + 18.0, Anchor::Start, &format!("cursor {}", millivolts(cursor(data)))))
        @if let Some(s) = cancelled {
            @let at = y.at(s.equalised_mv).max(TOP + 38.0).min(y.at(0.0) - 10.0);
            path.d-leader d=(through(&[[x.at(f64::from(s.position_ui)) + 7.0, y.at(s.equalised_mv)], [column - 4.0, at - 5.0]])) {}
            (haloed("d-soft", column, at, Anchor::Start, &format!("{} cancelled", millivolts((s.equalised_mv - s.residual_mv).abs()))))
        }
        (text("d-worse-text", 0.0, LOWER - 8.0, Anchor::Start, &format!("what stays, mV, magnified {} times", times(&y, &small))))
        (rules(&small, &ticks_between(-half, half, 4.0), LEFT, RIGHT))
        (line("d-base", [LEFT, small.at(0.0)], [RIGHT, small.at(0.0)]))
        path.d-stem-residual d=(stems(shown.iter().filter(|s| s.position_ui != 0), |s| s.residual_mv, &x, &small)) {}
        (values_below(&x, &ticks_between(x.from, x.to, 6.0), BOTTOM))
        (text("d-tick", RIGHT, BELOW, Anchor::End, "UI from the cursor"))
        @if let Some(echo) = echo {
            (text("d-tick", 0.0, BELOW, Anchor::Start, &format!("echo {} at {} UI", millivolts(echo.residual_mv), echo.position_ui)))
        }
    }
}

/// Stems of samples as one path.
fn stems<'a>(
    samples: impl Iterator<Item = &'a PulseSample>,
    mv: impl Fn(&PulseSample) -> f64,
    x: &Scale,
    y: &Scale,
) -> String {
    let stem = |s: &PulseSample| {
        format!("M{} {}V{}", c(x.at(f64::from(s.position_ui))), c(y.at(0.0)), c(y.at(mv(s))))
    };
    samples.map(stem).collect()
}
