//! Powers along a lane of light: how much the laser gives, and what of it arrives.

use super::frame::{Anchor, Scale, dot, haloed, line, rules, text, through, with_unit};
use super::{Drawing, Size};
use crate::svg::ticks_between;
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct LightPowers {
    /// Of what: lane, section.
    pub subject: String,
    /// The lane's share of the laser's power, dBm.
    pub laser_dbm: f64,
    /// The most that share may be, dBm.
    pub most_laser_dbm: f64,
    /// Outer modulation amplitude into the fibre, dBm.
    pub oma_transmitted_dbm: f64,
    /// Outer modulation amplitude at the photodiode, dBm.
    pub oma_received_dbm: f64,
}

const TOP: f64 = 34.0;
const BOTTOM: f64 = 196.0;
const LEFT: f64 = 36.0;
const RIGHT: f64 = 332.0;
const COLUMNS: [f64; 3] = [114.0, 204.0, 294.0];

/// Laser, fibre and photodiode in dBm: as built, and with all that the laser has. Small, for a row of a page.
#[must_use]
pub fn light_powers(data: &LightPowers) -> Drawing {
    let spare = spare(data);
    let title = if spare > 0.05 {
        format!("{} of the laser’s power to spare", with_unit(spare, 1, "dB"))
    } else {
        "All of the laser’s power is used".to_owned()
    };
    let description = format!(
        "Powers along the lane of light: laser {}, modulation amplitude into the fibre {}, at the photodiode {}; the laser has at most {}.",
        with_unit(data.laser_dbm, 1, "dBm"),
        with_unit(data.oma_transmitted_dbm, 1, "dBm"),
        with_unit(data.oma_received_dbm, 1, "dBm"),
        with_unit(data.most_laser_dbm, 1, "dBm"),
    );
    let subject = data.subject.clone();
    Drawing { id: "light", title, subject, description, size: Size::Row, body: body(data) }
}

fn spare(data: &LightPowers) -> f64 {
    data.most_laser_dbm - data.laser_dbm
}

fn body(data: &LightPowers) -> Markup {
    let built = [data.laser_dbm, data.oma_transmitted_dbm, data.oma_received_dbm];
    let most = built.map(|p| p + spare(data));
    let all = || built.iter().chain(&most).copied().filter(|p| p.is_finite());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(-100.0, f64::max));
    let (low, high) = if low < high { (low - 2.5, high + 2.5) } else { (-1.0, 1.0) };
    let y = Scale::new([low, high], [BOTTOM, TOP]);
    let points = |powers: [f64; 3]| -> Vec<[f64; 2]> {
        COLUMNS.iter().zip(powers).map(|(x, p)| [*x, y.at(p)]).collect()
    };
    let (solid, dashed) = (points(built), points(most));
    let names = [("laser,", "the lane’s share"), ("into fibre,", "OMA"), ("photodiode,", "OMA")];
    html! {
        (rules(&y, &ticks_between(low, high, 4.0), LEFT, RIGHT))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        (text("d-tick", 0.0, 13.0, Anchor::Start, "power, dBm"))
        @if spare(data) > 0.05 {
            path.d-mark-line d=(through(&dashed)) {}
            (text("d-tick", RIGHT, 13.0, Anchor::End, "dashed: all the laser has"))
        }
        path.d-ink-line d=(through(&solid)) {}
        @for (point, power) in solid.iter().zip(built) {
            (dot("d-ink-dot", point[0], point[1], 4.5))
            (haloed("d-strong", point[0] - 8.0, (point[1] + 17.0).min(BOTTOM - 4.0), Anchor::End, &with_unit(power, 1, "dBm")))
        }
        @for (x, (name, more)) in COLUMNS.iter().zip(names) {
            (text("d-text", *x, BOTTOM + 18.0, Anchor::Middle, name))
            (text("d-soft", *x, BOTTOM + 35.0, Anchor::Middle, more))
        }
    }
}
