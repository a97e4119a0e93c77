//! Scales, grids and labels.

use crate::colour::strategy;
use crate::format::{NONE, fixed};
use crate::svg::c;
use maud::{Markup, html};

/// A linear scale: two values and where they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) at_from: f64,
    pub(super) at_to: f64,
}

impl Scale {
    pub(super) const fn new(values: [f64; 2], at: [f64; 2]) -> Self {
        Self { from: values[0], to: values[1], at_from: at[0], at_to: at[1] }
    }

    /// Where a value stands, within the scale.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        let share = if share.is_finite() { share } else { 0.0 };
        self.at_from + share * (self.at_to - self.at_from)
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.from.min(self.to)..=self.from.max(self.to)).contains(&value)
    }
}

/// Where a text begins, is centred, or ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The attribute's value; none for the one that is taken without.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Middle => Some("middle"),
            Self::End => Some("end"),
        }
    }
}

pub(super) fn text(class: &str, x: f64, y: f64, anchor: Anchor, words: &str) -> Markup {
    html! { text class=(class) x=(c(x)) y=(c(y)) text-anchor=[anchor.name()] { (words) } }
}

/// A strategy's name that ends at `x`, its colour behind it.
pub(super) fn strategy_name(id: &str, x: f64, y: f64, words: &str) -> Markup {
    html! {
        (text("d-strong", x - 18.0, y, Anchor::End, words))
        (swatch(id, x - 11.0, y - 10.0, 11.0))
    }
}

/// A square in the colour of a strategy.
pub(super) fn swatch(id: &str, left: f64, top: f64, side: f64) -> Markup {
    let class = format!("d-of-{}", strategy(id).id);
    html! { rect class=(class) x=(c(left)) y=(c(top)) width=(c(side)) height=(c(side)) {} }
}

/// A text that may stand on lines: its outline in the colour of the ground first. `paint-order` would do it in one, but
/// not in office programs.
pub(super) fn haloed(class: &str, x: f64, y: f64, anchor: Anchor, words: &str) -> Markup {
    html! {
        text class={ "d-halo " (class) "-halo" } aria-hidden="true" x=(c(x)) y=(c(y)) text-anchor=[anchor.name()] { (words) }
        (text(class, x, y, anchor, words))
    }
}

pub(super) fn line(class: &str, from: [f64; 2], to: [f64; 2]) -> Markup {
    html! { line class=(class) x1=(c(from[0])) y1=(c(from[1])) x2=(c(to[0])) y2=(c(to[1])) {} }
}

pub(super) fn dot(class: &str, x: f64, y: f64, radius: f64) -> Markup {
    html! { circle class=(class) cx=(c(x)) cy=(c(y)) r=(c(radius)) {} }
}

/// Path data through points.
pub(super) fn through(points: &[[f64; 2]]) -> String {
    let mut out = String::new();
    for [x, y] in points {
        out.push_str(if out.is_empty() { "M" } else { "L" });
        out.push_str(&format!("{} {}", c(*x), c(*y)));
    }
    out
}

/// Values at an axis, all with the decimals that their step needs.
pub(super) fn tick_names(ticks: &[f64]) -> Vec<String> {
    let step = ticks.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let decimals = (0..4)
        .find(|d| {
            let shifted = step * libm::pow(10.0, f64::from(*d));
            !shifted.is_finite() || (shifted - libm::round(shifted)).abs() < 1e-6
        })
        .unwrap_or(4);
    ticks.iter().map(|t| fixed(*t, usize::try_from(decimals).unwrap_or(0))).collect()
}

/// Rules across a plot with their values to the left.
pub(super) fn rules(y: &Scale, ticks: &[f64], left: f64, right: f64) -> Markup {
    html! {
        @for tick in ticks { (line("d-grid", [left, y.at(*tick)], [right, y.at(*tick)])) }
        @for (tick, name) in ticks.iter().zip(tick_names(ticks)) {
            (text("d-tick", left - 10.0, y.at(*tick) + 4.5, Anchor::End, &name))
        }
    }
}

/// Values below a plot.
pub(super) fn values_below(x: &Scale, ticks: &[f64], bottom: f64) -> Markup {
    html! {
        @for tick in ticks { (line("d-base", [x.at(*tick), bottom], [x.at(*tick), bottom + 5.0])) }
        @for (tick, name) in ticks.iter().zip(tick_names(ticks)) {
            (text("d-tick", x.at(*tick), bottom + 21.0, Anchor::Middle, &name))
        }
    }
}

/// A number with a unit, never broken.
pub(super) fn with_unit(value: f64, decimals: usize, unit: &str) -> String {
    if value.is_finite() {
        format!("{}\u{a0}{unit}", fixed(value, decimals))
    } else {
        NONE.to_owned()
    }
}

/// Millivolts with about three digits.
pub(super) fn millivolts(mv: f64) -> String {
    let decimals = match mv.abs() {
        large if large >= 99.95 => 0,
        middle if middle >= 9.995 => 1,
        small if small >= 0.1 => 2,
        _ => 3,
    };
    with_unit(mv, decimals, "mV")
}

/// A box that a label takes: left, top, right, bottom.
pub(super) type Room = [f64; 4];

/// The room of a text of some letters, by its baseline.
fn room(x: f64, y: f64, anchor: Anchor, letters: usize, lines: f64) -> Room {
    let width = 8.2 * letters as f64;
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    [left, y - 14.0, left + width, y + 5.0 + (lines - 1.0) * 18.0]
}

/// A place for a label: baseline, anchor and the room that it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) anchor: Anchor,
    pub(super) room: Room,
    /// Whether nothing else is there.
    pub(super) is_free: bool,
}

impl Place {
    pub(super) fn new(x: f64, y: f64, anchor: Anchor, letters: usize, lines: f64) -> Self {
        Self { x, y, anchor, room: room(x, y, anchor, letters, lines), is_free: false }
    }

    /// Words so many pixels lower, with an outline where they stand on something.
    pub(super) fn text(&self, class: &str, lower: f64, words: &str) -> Markup {
        let draw = if self.is_free { text } else { haloed };
        draw(class, self.x, self.y + lower, self.anchor, words)
    }
}

/// The first place that holds no point of the curves and no label that was placed before; the first of all when there
/// is none.
pub(super) fn clearest(
    places: &[Place],
    curves: &[&[[f64; 2]]],
    taken: &mut Vec<Room>,
) -> Option<Place> {
    let free = |p: &&Place| {
        let r = &p.room;
        let within = |p: &[f64; 2]| {
            (r[0] - 4.0..=r[2] + 4.0).contains(&p[0]) && (r[1] - 3.0..=r[3] + 3.0).contains(&p[1])
        };
        let apart = |o: &Room| r[2] < o[0] || o[2] < r[0] || r[3] < o[1] || o[3] < r[1];
        !curves.iter().any(|curve| curve.iter().any(within)) && taken.iter().all(apart)
    };
    let found = places.iter().find(free).map(|p| Place { is_free: true, ..*p });
    let found = found.or(places.first().copied())?;
    taken.push(found.room);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_linear_and_ends_at_its_ends() {
        let scale = Scale::new([0.0, 40.0], [30.0, 430.0]);
        let at: Vec<f64> = [0.0, 10.0, 20.0, 90.0].into_iter().map(|v| scale.at(v)).collect();
        assert_eq!(at, [30.0, 130.0, 230.0, 430.0]);
        assert!((scale.at(f64::NAN) - 30.0).abs() < 1e-12);
        assert!(scale.holds(40.0) && !scale.holds(41.0));
    }

    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        assert_eq!(tick_names(&[-0.25, 0.0, 0.25]), ["−0.25", "0.00", "0.25"]);
        assert_eq!(tick_names(&[0.0, 10.0]), ["0", "10"]);
    }

    #[test]
    fn a_label_avoids_curves_and_labels() {
        let curve = [[10.0, 10.0], [20.0, 20.0]];
        let places = [5.0, 100.0, 200.0].map(|x| Place::new(x, 15.0, Anchor::Start, 4, 1.0));
        let mut taken = Vec::new();
        let mut next = || clearest(&places, &[&curve], &mut taken).map(|p| (p.x, p.is_free));
        assert_eq!(next(), Some((100.0, true)));
        assert_eq!(next(), Some((200.0, true)));
        // Nowhere is left: on the curve, with an outline.
        assert_eq!(next(), Some((5.0, false)));
    }
}
