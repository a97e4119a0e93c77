//! The noise budget, small: a name, its bar below it, and what it costs.

use super::ABOVE;
use crate::drawing::frame::{Anchor, Scale, line, millivolts, text};
use crate::drawing::noise::{NoiseBudget, NoiseSource, signed};
use crate::svg::c;
use maud::{Markup, html};

/// Ends of bars, of values, and of what COM gains.
const BARS: [f64; 2] = [0.0, 252.0];
const RIGHT: f64 = 338.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 232.0;

pub(in crate::drawing) fn noise(
    data: &NoiseBudget,
    sources: &[&NoiseSource],
    limiter: Option<&NoiseSource>,
) -> Markup {
    let most = sources.iter().map(|s| s.sigma_mv).fold(0.0, f64::max);
    let bars = Scale::new([0.0, if most > 0.0 { most } else { 1.0 }], BARS);
    let pitch = ((BOTTOM - TOP) / sources.len().max(1) as f64).min(42.0);
    html! {
        (text("d-tick", 0.0, ABOVE, Anchor::Start, "noise at the detector, mV rms"))
        (text("d-tick", RIGHT, ABOVE, Anchor::End, "COM without it"))
        @for (i, source) in sources.iter().enumerate() {
            @let y = TOP + pitch * i as f64;
            @let limits = limiter.is_some_and(|l| l.name == source.name);
            @let class = if limits { "d-worse-text" } else { "d-text" };
            @let thick = (0.26 * pitch).min(11.0);
            (line("d-grid", [0.0, y], [RIGHT, y]))
            (text(class, 0.0, y + 18.0, Anchor::Start, &source.name))
            (text(class, BARS[1], y + 18.0, Anchor::End, &millivolts(source.sigma_mv)))
            (text(class, RIGHT, y + 18.0, Anchor::End, &signed(source.com_without_db - data.com_db)))
            rect class=(if limits { "d-bar-limiter" } else { "d-bar" }) x="0" y=(c(y + 24.0))
                width=(c(bars.at(source.sigma_mv))) height=(c(thick)) {}
        }
    }
}
