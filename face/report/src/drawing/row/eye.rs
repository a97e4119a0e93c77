//! Levels and noise at the detector, small.

use super::{ABOVE, BOTTOM, TOP};
use crate::drawing::eye::{Eye, bands, dimension, levels, plain_db, top_of};
use crate::drawing::frame::{Anchor, Scale, line, millivolts, rules, text, with_unit};
use crate::svg::ticks_between;
use maud::{Markup, html};

const LEFT: f64 = 40.0;
const RIGHT: f64 = 212.0;
/// Height of a bell, lying.
const BELL: f64 = 120.0;

pub(in crate::drawing) fn eye(data: &Eye) -> Markup {
    let (a, n) = (data.signal_mv, data.noise_mv);
    let levels = levels(data);
    let top = levels.last().copied().unwrap_or(1.0);
    let most = top_of(data);
    let y = Scale::new([-most, most], [BOTTOM + 20.0, TOP - 4.0]);
    let [level, threshold, edge] = [top, top - a, top - n].map(|v| y.at(v));
    let mut words = vec![
        ("d-strong", "signal", millivolts(a)),
        ("d-worse-text", "noise", millivolts(n)),
        ("d-strong", "ratio", with_unit(plain_db(data), 2, "dB")),
    ];
    if data.sequence_gain_db > 0.005 {
        words.push((
            "d-strong",
            "by MLSD",
            format!("+{}", with_unit(data.sequence_gain_db, 2, "dB")),
        ));
    }
    html! {
        (rules(&y, &ticks_between(-most, most, 5.0), LEFT, RIGHT))
        (text("d-tick", 0.0, ABOVE, Anchor::Start, "amplitude at the detector, mV"))
        (line("d-base", [LEFT, TOP - 4.0], [LEFT, BOTTOM + 20.0]))
        (bands(&levels, [n, data.sigma_mv], [LEFT, RIGHT, BELL], 10, &y))
        (dimension("d-dimension", RIGHT + 12.0, level, threshold))
        (dimension("d-noise-dimension", RIGHT + 28.0, level, edge))
        @for (i, (class, name, value)) in words.iter().enumerate() {
            @let at = TOP + 8.0 + 46.0 * i as f64;
            (text("d-soft", RIGHT + 44.0, at, Anchor::Start, name))
            (text(class, RIGHT + 44.0, at + 17.0, Anchor::Start, value))
        }
        (text("d-tick", LEFT, 232.0, Anchor::Start, "density of the noise →"))
    }
}
