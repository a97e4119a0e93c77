//! The cross-section small: the path, its sums, and where the energy goes.

use super::scene::{View, WHOLE, Words, millimetres, scene};
use super::{close_up, heights, whole};
use crate::colour::Palette;
use crate::drawing::frame::{Anchor, text, with_unit};
use crate::svg::c;
use lightloom_decide::plan::{CrossSectionRow, Part};
use maud::{Markup, html};

const LEFT: f64 = 4.0;
const RIGHT: f64 = 336.0;
/// A path that takes less of the view is magnified.
const LEGIBLE: f64 = 60.0;
/// Components that are named.
const NAMED: usize = 4;

pub(super) fn row(data: &CrossSectionRow) -> Markup {
    let [from_mm, to_mm] = whole(data);
    let view =
        View { from_mm, to_mm, left: LEFT, right: RIGHT, top: 20.0, bottom: 112.0, shares: WHOLE };
    let view = if data.electrical_path_mm * view.px_per_mm() < LEGIBLE {
        let [from_mm, to_mm] = close_up(data, RIGHT - LEFT);
        View { from_mm, to_mm, shares: heights(data), ..view }
    } else {
        view
    };
    let parts = components(data);
    let palette = Palette::components(std::iter::empty());
    let total: f64 = parts.iter().map(|p| p.value).sum::<f64>().max(1e-9);
    let mut x = LEFT;
    let bars: Vec<(usize, f64, f64)> = parts
        .iter()
        .map(|p| {
            let from = x;
            x += p.value / total * (RIGHT - LEFT);
            (palette.swatch(&p.name), from, x)
        })
        .collect();
    html! {
        (text("d-copper-total", LEFT, 13.0, Anchor::Start, &copper(data)))
        (scene(data, &view, Words::Few))
        (text("d-total", LEFT, 138.0, Anchor::Start, &format!("{} at this end", with_unit(data.pj_per_bit, 1, "pJ/bit"))))
        @for (swatch, from, to) in bars {
            rect class={ "d-part-" (swatch) } x=(c(from)) y="146" width=(c(to - from)) height="16" {}
        }
        @for (i, part) in parts.iter().take(NAMED).enumerate() {
            @let y = 182.0 + 17.0 * i as f64;
            rect class={ "d-part-" (palette.swatch(&part.name)) } x=(c(LEFT)) y=(c(y - 10.0)) width="11" height="11" {}
            (text("d-small", LEFT + 18.0, y, Anchor::Start, &part.name))
            (text("d-small", 204.0, y, Anchor::End, &with_unit(part.value, 2, "pJ/bit")))
        }
    }
}

/// The path in words; wires of a parallel bus have no loss that is known.
fn copper(data: &CrossSectionRow) -> String {
    let length = format!("{} of copper", millimetres(data.electrical_path_mm));
    if data.copper_db > 0.0 {
        format!("{length}, {}", with_unit(data.copper_db, 1, "dB"))
    } else {
        length
    }
}

/// Components of this end's energy, largest first.
fn components(data: &CrossSectionRow) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in data.stretches.iter().flat_map(|s| &s.energy) {
        match out.iter_mut().find(|p| p.name == part.name) {
            Some(known) => known.value += part.value,
            None => out.push(part.clone()),
        }
    }
    out.sort_by(|a, b| b.value.total_cmp(&a.value));
    out
}
