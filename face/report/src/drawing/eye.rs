//! Levels and noise at the detector: what the margin is the ratio of.

use super::frame::{Anchor, Scale, line, millivolts, rules, text, through, with_unit};
use super::{Drawing, Size, row};
use crate::svg::{c, ticks_between};
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Eye {
    /// Of what: file, specification, package.
    pub subject: String,
    /// Levels of the modulation.
    pub levels: u32,
    /// Signal amplitude: half the distance of two levels, mV.
    pub signal_mv: f64,
    /// Noise amplitude at the detector error ratio, mV.
    pub noise_mv: f64,
    /// All noise together, mV rms.
    pub sigma_mv: f64,
    /// Detector error ratio.
    pub detector_error_ratio: f64,
    /// What sequence detection adds to the ratio of the two, dB.
    pub sequence_gain_db: f64,
}

const LEFT: f64 = 72.0;
const RIGHT: f64 = 604.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 420.0;
/// Half the width of a bell, rms.
const WIDTH: f64 = 3.2;
/// Height of a bell, lying.
const BELL: f64 = 330.0;

/// The levels with their noise, and the distances that the margin is made of.
#[must_use]
pub fn eye(data: &Eye, size: Size) -> Drawing {
    let opening = data.signal_mv - data.noise_mv;
    let at = format!("at an error ratio of {}", ratio(data.detector_error_ratio));
    let title = if opening > 0.0 {
        format!("{} of eye stay open {at}", millivolts(2.0 * opening))
    } else {
        format!("The eye is closed {at}: {} are missing", millivolts(-2.0 * opening))
    };
    let description = format!(
        "{} levels {} apart. Signal amplitude {}, noise amplitude {} {at}, noise {} rms. Their ratio is {}.",
        data.levels,
        millivolts(2.0 * data.signal_mv),
        millivolts(data.signal_mv),
        millivolts(data.noise_mv),
        millivolts(data.sigma_mv),
        with_unit(plain_db(data), 2, "dB"),
    );
    let body = match size {
        Size::Slide => body(data),
        Size::Row => row::eye(data),
    };
    Drawing { id: "eye", title, subject: data.subject.clone(), description, size, body }
}

pub(super) fn plain_db(data: &Eye) -> f64 {
    20.0 * libm::log10(data.signal_mv / data.noise_mv)
}

/// `2e-4` as people write it.
pub(crate) fn ratio(x: f64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let text = format!("{x:.1e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let mantissa = mantissa.trim_end_matches(".0");
    let power: String = exponent
        .chars()
        .map(|d| d.to_digit(10).and_then(|d| DIGITS.get(d as usize)).copied().unwrap_or('⁻'))
        .collect();
    if mantissa == "1" { format!("10{power}") } else { format!("{mantissa}·10{power}") }
}

fn body(data: &Eye) -> Markup {
    let n = data.noise_mv;
    let levels = levels(data);
    let top = levels.last().copied().unwrap_or(1.0);
    let most = top_of(data);
    let y = Scale::new([-most, most], [BOTTOM, TOP]);
    html! {
        (rules(&y, &ticks_between(-most, most, 8.0), LEFT, RIGHT))
        (text("d-tick", LEFT - 10.0, TOP - 16.0, Anchor::Start, "amplitude at the detector, mV"))
        (text("d-tick", LEFT + 8.0, BOTTOM + 24.0, Anchor::Start, "probability density, the same scale for every level →"))
        (line("d-base", [LEFT, TOP], [LEFT, BOTTOM]))
        (bands(&levels, [n, data.sigma_mv], [LEFT, RIGHT, BELL], 40, &y))
        (distances(data, top, &y))
    }
}

/// Levels with their noise, as far as it reaches and as it is spread, and the thresholds between them.
pub(super) fn bands(
    levels: &[f64],
    [reach_mv, sigma_mv]: [f64; 2],
    [left, right, bell_height]: [f64; 3],
    half: i32,
    y: &Scale,
) -> Markup {
    html! {
        @for level in levels {
            @let (high, low) = (y.at(level + reach_mv), y.at(level - reach_mv));
            rect.d-noise x=(c(left)) y=(c(high)) width=(c(right - left)) height=(c(low - high)) {}
        }
        @for pair in levels.windows(2) {
            @let middle = y.at(f64::midpoint(pair[0], pair[1]));
            (line("d-mark-line", [left, middle], [right, middle]))
        }
        @for level in levels {
            path.d-bell d={ (bell([*level, sigma_mv], [left, bell_height], half, y)) "Z" } {}
            (line("d-ink-line", [left, y.at(*level)], [right, y.at(*level)]))
        }
    }
}

/// The levels' amplitudes, lowest first, mV.
pub(super) fn levels(data: &Eye) -> Vec<f64> {
    let count = data.levels.max(2);
    (0..count).map(|k| data.signal_mv * (2.0 * f64::from(k) - f64::from(count - 1))).collect()
}

/// The end of the scale of amplitudes, mV.
pub(super) fn top_of(data: &Eye) -> f64 {
    let (a, n) = (data.signal_mv, data.noise_mv);
    let top = a * f64::from(data.levels.max(2) - 1);
    top + (1.12 * n).max(WIDTH * data.sigma_mv).min(4.0 * a).max(0.5 * a)
}

/// A normal density of `[mean, sigma]`, lying at `[axis, height]`, by so many points on either side.
fn bell([mean, sigma]: [f64; 2], [axis, height]: [f64; 2], half: i32, y: &Scale) -> String {
    let mut points: Vec<[f64; 2]> = (-half..=half)
        .map(|i| {
            let z = WIDTH * f64::from(i) / f64::from(half);
            [axis + height * libm::exp(-z * z / 2.0), y.at(mean + z * sigma)]
        })
        .collect();
    if let (Some([_, first]), Some([_, last])) = (points.first().copied(), points.last().copied()) {
        points.insert(0, [axis, first]);
        points.push([axis, last]);
    }
    through(&points)
}

/// Signal, noise and opening between the highest two levels.
fn distances(data: &Eye, top: f64, y: &Scale) -> Markup {
    let (a, n) = (data.signal_mv, data.noise_mv);
    let [level, threshold, edge] = [top, top - a, top - n].map(|v| y.at(v));
    let share = ratio(data.detector_error_ratio);
    let mut words = [
        ("d-strong", format!("signal {}", millivolts(a)), "a level to its threshold".to_owned()),
        (
            "d-worse-text",
            format!("noise {}", millivolts(n)),
            format!("exceeded {share} of the time"),
        ),
        (
            "d-strong",
            format!("ratio {}", with_unit(plain_db(data), 2, "dB")),
            "COM by feedback alone".to_owned(),
        ),
        (
            "d-worse-text",
            format!("{} rms", millivolts(data.sigma_mv)),
            "bells: Gaussian of that width".to_owned(),
        ),
    ];
    if data.sequence_gain_db > 0.005 {
        let gain = with_unit(data.sequence_gain_db, 2, "dB");
        words[2].2 = format!("+{gain} by sequence detection");
    }
    html! {
        (dimension("d-dimension", RIGHT + 22.0, level, threshold))
        (dimension("d-noise-dimension", RIGHT + 44.0, level, edge))
        @for (i, (class, value, more)) in words.iter().enumerate() {
            @let at = TOP + 14.0 + 56.0 * i as f64;
            (text(class, RIGHT + 70.0, at, Anchor::Start, value))
            (text("d-soft", RIGHT + 70.0, at + 19.0, Anchor::Start, more))
        }
        (text("d-soft", RIGHT - 8.0, threshold - 6.0, Anchor::End, "threshold"))
    }
}

pub(super) fn dimension(class: &str, x: f64, from: f64, to: f64) -> Markup {
    html! {
        (line(class, [x, from], [x, to]))
        (line(class, [x - 5.0, from], [x + 5.0, from]))
        (line(class, [x - 5.0, to], [x + 5.0, to]))
    }
}
