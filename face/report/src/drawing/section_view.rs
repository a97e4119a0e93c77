//! A technology's cross-section: one end of a lane from the die to its fibre, to scale, with what each stretch costs.

mod row;
mod scene;
mod tally;

use super::frame::{Anchor, line, text, through, with_unit};
use super::{Drawing, Size};
use lightloom_decide::plan::{BodyRowKind, CrossSectionRow, StretchPart};
use maud::{Markup, html};
pub(crate) use scene::millimetres;
use scene::{ABOVE_BOARD, ON_BOARD, View, WHOLE, Words, scene};

/// One end of a lane: bodies and path in a side view, and below it length, loss, energy and delay of each stretch, with
/// their sums from the chip to the fibre or cable.
///
/// The side view is to scale along the path, with lines thought straight. All technologies have one scale; where the path
/// would be short in it, it is magnified below, with a scale of its own.
#[must_use]
pub fn cross_section(data: &CrossSectionRow, size: Size) -> Drawing {
    let body = match size {
        Size::Slide => slide(data),
        Size::Row => row::row(data),
    };
    Drawing {
        id: "section",
        title: title(data),
        subject: subject(data),
        description: description(data),
        size,
        body,
    }
}

fn title(data: &CrossSectionRow) -> String {
    let what = if data.is_light { "of copper before light" } else { "of copper to the cable" };
    format!(
        "{}: {} {what}, {}",
        data.name,
        millimetres(data.electrical_path_mm),
        with_unit(data.pj_per_bit, 1, "pJ/bit")
    )
}

fn subject(data: &CrossSectionRow) -> String {
    let closes = if data.closes { "" } else { ": does not close" };
    format!(
        "{} a lane, {} of {}{closes}; {}, a bit out and a bit in; copper’s loss at {}",
        with_unit(data.lane_gbps, 0, "Gb/s"),
        millimetres(data.length_m * 1e3),
        if data.is_light { "fibre" } else { "cable" },
        data.end,
        with_unit(data.nyquist_ghz, 1, "GHz"),
    )
}

fn description(data: &CrossSectionRow) -> String {
    let stretches: Vec<String> = data
        .stretches
        .iter()
        .map(|s| {
            let mut said = vec![s.name.clone()];
            if s.length_mm > 0.0 {
                said.push(millimetres(s.length_mm));
            }
            for (value, unit) in [
                (s.copper_db, "dB of copper"),
                (s.light_db, "dB of light"),
                (s.pj_per_bit, "pJ/bit"),
                (s.ns, "ns"),
            ] {
                if value > 0.0 {
                    said.push(with_unit(value, 2, unit));
                }
            }
            said.join(" ")
        })
        .collect();
    format!(
        "Side view of {} from the chip outwards. Electrical path {}, {} at Nyquist. {}.",
        data.name,
        millimetres(data.electrical_path_mm),
        with_unit(data.copper_db, 1, "dB"),
        stretches.join("; ")
    )
}

const LEFT: f64 = 28.0;
const RIGHT: f64 = 932.0;
/// Columns of the stretches.
const COLUMNS: [f64; 2] = [132.0, 940.0];
/// Where the leaders end and the columns begin.
const HEADS: f64 = 183.0;
/// A path that takes less of the view is magnified.
const LEGIBLE: f64 = 150.0;
/// Share of a close-up behind the die's pad.
const BEHIND: f64 = 0.24;
/// Least that a magnified path takes.
const MAGNIFIED: f64 = 64.0;

/// The window of one scale for all boxes: from the package's edge to beyond the panel.
fn whole(data: &CrossSectionRow) -> [f64; 2] {
    let from = data.bodies.iter().map(|b| b.from_mm).fold(0.0, f64::min);
    // Wide enough for the deepest box: a module in the front panel.
    let to =
        data.bodies.iter().map(|b| b.from_mm + b.length_mm).fold(data.electrical_path_mm, f64::max);
    [from - 2.0, (to + 24.0).max(from + ALL)]
}

/// Millimetres of a window at the common scale.
const ALL: f64 = 430.0;

/// The window around a short path.
fn close_up(data: &CrossSectionRow, width: f64) -> [f64; 2] {
    let path = data.electrical_path_mm.max(1e-3);
    let near = |kind: &BodyRowKind| {
        matches!(
            kind,
            BodyRowKind::PackageEngine
                | BodyRowKind::InterposerEngine
                | BodyRowKind::StackedEngine
                | BodyRowKind::PackageConnector
                | BodyRowKind::BoardConnector
        )
    };
    let ends = data.bodies.iter().filter(|b| near(&b.kind)).map(|b| b.from_mm + b.length_mm);
    let to = ends.fold(path, f64::max);
    let most = path * width / MAGNIFIED;
    // Room behind the engine, where light goes on.
    let window = (to / (1.0 - BEHIND - 60.0 / width)).min(most);
    [-BEHIND * window, (1.0 - BEHIND) * window]
}

fn slide(data: &CrossSectionRow) -> Markup {
    let [from_mm, to_mm] = whole(data);
    let (left, right) = (LEFT, RIGHT);
    let view = |top, bottom| View { from_mm, to_mm, left, right, top, bottom, shares: WHOLE };
    let all = view(2.0, 136.0);
    let short = data.electrical_path_mm * all.px_per_mm() < LEGIBLE;
    let (above, main) = if short {
        let [from_mm, to_mm] = close_up(data, RIGHT - LEFT);
        let shares = heights(data);
        let main = View { from_mm, to_mm, left, right, top: 67.0, bottom: 139.0, shares };
        (Some(view(10.0, 54.0)), main)
    } else {
        (None, all)
    };
    html! {
        @if let Some(above) = above {
            (magnifier(&above, &main))
            (scene(data, &above, Words::Outer))
        }
        (scene(data, &main, if above.is_some() { Words::Inner } else { Words::All }))
        (span(data, &main))
        (leaders(data, &main))
        (tally::tally(data, HEADS, COLUMNS))
    }
}

/// Heights of a close-up.
fn heights(data: &CrossSectionRow) -> [f64; 2] {
    let on_board = data.stretches.iter().any(|s| s.part == StretchPart::Board);
    if on_board { ON_BOARD } else { ABOVE_BOARD }
}

/// What is magnified, and lines to where it is.
fn magnifier(above: &View, main: &View) -> Markup {
    let (x0, x1) = (above.x(main.from_mm), above.x(main.to_mm));
    let (top, bottom) = (above.y(0.14), above.y(1.0));
    html! {
        rect.d-zoom x=(crate::svg::c(x0)) y=(crate::svg::c(top)) width=(crate::svg::c((x1 - x0).max(1.0))) height=(crate::svg::c(bottom - top)) {}
        (line("d-zoom-edge", [x0, bottom], [main.left, main.top - 4.0]))
        (line("d-zoom-edge", [x1.max(x0 + 1.0), bottom], [main.right, main.top - 4.0]))
        (line("d-zoom-edge", [main.left, main.top - 4.0], [main.right, main.top - 4.0]))
    }
}

/// The electrical path as a dimension above its bodies.
fn span(data: &CrossSectionRow, view: &View) -> Markup {
    let (x0, x1) = (view.x(0.0), view.x(data.electrical_path_mm));
    let y = view.top + 10.0;
    let words = format!("electrical path {}", millimetres(data.electrical_path_mm));
    let (middle, half) = (f64::midpoint(x0, x1), 4.3 * words.chars().count() as f64 + 6.0);
    html! {
        @for x in [x0, x1] { (line("d-span", [x, y - 5.0], [x, y + 5.0])) }
        @if x1 - x0 > 2.0 * half + 16.0 {
            (line("d-span", [x0, y], [middle - half, y]))
            (line("d-span", [middle + half, y], [x1, y]))
            (text("d-copper-total", middle, y + 4.5, Anchor::Middle, &words))
        } @else {
            (line("d-span", [x0, y], [x1, y]))
            (text("d-copper-total", x1 + 10.0, y + 4.5, Anchor::Start, &words))
        }
    }
}

/// Lines from the places of the stretches to their columns.
fn leaders(data: &CrossSectionRow, view: &View) -> Markup {
    let from = view.bottom;
    html! {
        @for (i, stretch) in data.stretches.iter().enumerate() {
            @let column = tally::column(i, data.stretches.len(), COLUMNS);
            @let last = matches!(stretch.part, StretchPart::Fibre | StretchPart::Cable);
            @let x = if last { view.right - 4.0 } else { view.x(stretch.at_mm) };
            path.d-leader d=(through(&[[x, from + 1.0], [x, from + 7.0], [column, HEADS - 17.0], [column, HEADS - 12.0]])) {}
        }
    }
}
