//! The noise budget: what each source adds at the detector, and what the margin would be without it.

use super::frame::{Anchor, Scale, dot, haloed, line, millivolts, text, values_below, with_unit};
use super::{Drawing, Size, row};
use crate::svg::{c, ticks, ticks_between};
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseBudget {
    /// Of what: file, specification, package.
    pub subject: String,
    /// Channel operating margin, dB.
    pub com_db: f64,
    /// Least that passes, dB.
    pub pass_db: f64,
    /// Every source; those that are zero are left out.
    pub sources: Vec<NoiseSource>,
}

/// A source of noise.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseSource {
    /// Name.
    pub name: String,
    /// At the detector, mV rms.
    pub sigma_mv: f64,
    /// Channel operating margin without it, dB.
    pub com_without_db: f64,
}

const BARS: [f64; 2] = [240.0, 540.0];
const GAINS: [f64; 2] = [640.0, 786.0];
const RIGHT: f64 = 932.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 404.0;

/// Bars of the noises, largest first, beside the margin without each.
#[must_use]
pub fn noise_budget(data: &NoiseBudget, size: Size) -> Drawing {
    let mut sources: Vec<&NoiseSource> = data.sources.iter().filter(|s| s.sigma_mv > 0.0).collect();
    sources.sort_by(|a, b| b.sigma_mv.total_cmp(&a.sigma_mv));
    let limiter = sources
        .iter()
        .copied()
        .reduce(|a, b| if b.com_without_db > a.com_without_db { b } else { a });
    let title = limiter.map_or_else(
        || format!("COM is {} with no noise at all", with_unit(data.com_db, 2, "dB")),
        |l| {
            let mut name = l.name.clone();
            if let Some(first) = name.get(..1).map(str::to_uppercase) {
                name.replace_range(..1, &first);
            }
            format!(
                "{name} limits most: COM is {}, and {} without it",
                with_unit(data.com_db, 2, "dB"),
                with_unit(l.com_without_db, 2, "dB"),
            )
        },
    );
    let words: Vec<String> = sources
        .iter()
        .map(|s| {
            format!(
                "{} {} rms, COM {} without it",
                s.name,
                millivolts(s.sigma_mv),
                with_unit(s.com_without_db, 2, "dB")
            )
        })
        .collect();
    let description = format!(
        "Noise at the detector. COM {}, {} asked for. {}.",
        with_unit(data.com_db, 2, "dB"),
        with_unit(data.pass_db, 1, "dB"),
        words.join("; ")
    );
    let body = match size {
        Size::Slide => body(data, &sources, limiter),
        Size::Row => row::noise(data, &sources, limiter),
    };
    Drawing { id: "noise", title, subject: data.subject.clone(), description, size, body }
}

fn body(data: &NoiseBudget, sources: &[&NoiseSource], limiter: Option<&NoiseSource>) -> Markup {
    let most = sources.iter().map(|s| s.sigma_mv).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let bars = Scale::new([0.0, 1.08 * most], BARS);
    let without = || sources.iter().map(|s| s.com_without_db);
    let high = without().fold(data.com_db, f64::max);
    let low = without().fold(data.com_db, f64::min);
    let span = (high - low).max(0.2);
    // What is asked for is drawn where it does not press the gains together.
    let asked = (low - 1.5 * span..=high + span).contains(&data.pass_db);
    let (low, high) =
        if asked { (low.min(data.pass_db), high.max(data.pass_db)) } else { (low, high) };
    let gains = Scale::new([low - 0.12 * span, high + 0.12 * span], GAINS);
    let pitch = ((BOTTOM - TOP) / sources.len().max(1) as f64).min(74.0);
    let end = TOP + pitch * sources.len() as f64;
    let thick = (0.5 * pitch).min(26.0);
    // The bars' axis keeps clear of the values at their ends.
    let sigma_ticks = ticks(1.08 * most, 4.0);
    html! {
        (text("d-tick", BARS[0], TOP - 42.0, Anchor::Start, "noise at the detector, mV rms"))
        (text("d-tick", GAINS[0] - 24.0, TOP - 42.0, Anchor::Start, "COM without it, dB"))
        (text("d-tick", RIGHT, TOP - 42.0, Anchor::End, "gain"))
        @for tick in &sigma_ticks { (line("d-grid", [bars.at(*tick), TOP - 12.0], [bars.at(*tick), end])) }
        @for tick in &ticks_between(gains.from, gains.to, 4.0) {
            (line("d-grid", [gains.at(*tick), TOP - 12.0], [gains.at(*tick), end]))
        }
        (line("d-base", [BARS[0], TOP - 12.0], [BARS[0], end]))
        (values_below(&bars, &sigma_ticks, end))
        (values_below(&gains, &ticks_between(gains.from, gains.to, 4.0), end))
        @if asked {
            (reference(&gains, data.pass_db, end, &format!("asked {}", with_unit(data.pass_db, 1, "dB")), true))
        }
        (reference(&gains, data.com_db, end, &format!("now {}", with_unit(data.com_db, 2, "dB")), false))
        @for (i, source) in sources.iter().enumerate() {
            @let y = TOP + pitch * (i as f64 + 0.5);
            @let limits = limiter.is_some_and(|l| l.name == source.name);
            @let (x0, x1) = (bars.at(0.0), bars.at(source.sigma_mv));
            (text(if limits { "d-worse-text" } else { "d-text" }, BARS[0] - 14.0, y + 5.0, Anchor::End, &source.name))
            rect class=(if limits { "d-bar-limiter" } else { "d-bar" }) x=(c(x0)) y=(c(y - thick / 2.0)) width=(c(x1 - x0)) height=(c(thick)) {}
            (haloed(if limits { "d-worse-text" } else { "d-text" }, x1 + 8.0, y + 5.0, Anchor::Start, &millivolts(source.sigma_mv)))
            @let (from, to) = (gains.at(data.com_db), gains.at(source.com_without_db));
            (line(if limits { "d-gain-limiter" } else { "d-gain" }, [from, y], [to, y]))
            (dot(if limits { "d-worse-dot" } else { "d-bar-dot" }, to, y, 6.0))
            (haloed(if limits { "d-worse-text" } else { "d-text" }, to + 12.0, y + 5.0, Anchor::Start, &with_unit(source.com_without_db, 2, "dB")))
            (text("d-soft", RIGHT, y + 5.0, Anchor::End, &signed(source.com_without_db - data.com_db)))
        }
    }
}

/// A change in dB with its sign.
pub(super) fn signed(db: f64) -> String {
    let plus = if db >= 0.0 { "+" } else { "" };
    format!("{plus}{}", with_unit(db, 2, "dB"))
}

/// A line through all rows, named above or below them.
fn reference(gains: &Scale, db: f64, end: f64, words: &str, below: bool) -> Markup {
    let x = gains.at(db);
    html! {
        @if below {
            (line("d-mark-line", [x, TOP - 12.0], [x, end + 28.0]))
            (haloed("d-soft", x, end + 44.0, Anchor::Middle, words))
        } @else {
            (line("d-dimension", [x, TOP - 12.0], [x, end]))
            (haloed("d-strong", x, TOP - 19.0, Anchor::Middle, words))
        }
    }
}
