//! The strategy that is cheapest over two inputs.

use super::frame::{Anchor, Scale, line, text};
use super::{Drawing, Size};
use crate::format::sig;
use crate::svg::{c, ticks};
use lightloom_decide::plan::{InputRow, WinnerMapRow};
use maud::{Markup, html};

const LEFT: f64 = 120.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 390.0;

/// The winner over two inputs, with where the scenario stands.
#[must_use]
pub fn winner_map(map: &WinnerMapRow, scenario: &str) -> Drawing {
    let won: Vec<String> = map
        .contenders
        .iter()
        .zip(&map.shares)
        .filter(|(_, share)| **share > 0.0)
        .map(|(id, share)| format!("{id} {:.0} %", 100.0 * share))
        .collect();
    let of =
        map.premium_of.as_ref().map_or_else(String::new, |id| format!(", the premium of {id}"));
    Drawing {
        id: "winner-map",
        title: match &map.winner_now {
            Some(now) => format!("Now the cheapest is {now}; of the map it is {}", won.join(", ")),
            None => format!("The cheapest of the map: {}", won.join(", ")),
        },
        subject: format!(
            "{scenario}: present value over the years by {} and {}{of}",
            map.x.name, map.y.name
        ),
        description: format!("Share of the map by the cheapest strategy: {}.", won.join(", ")),
        size: Size::Slide,
        body: body(map),
    }
}

/// The class of colour of a strategy.
const fn colour(contender: usize) -> &'static str {
    match contender {
        0 => "d-part-0",
        1 => "d-part-2",
        2 => "d-part-4",
        3 => "d-part-1",
        _ => "d-part-5",
    }
}

/// What an axis says below it.
fn words(input: &InputRow) -> String {
    let unit = if input.unit.is_empty() { String::new() } else { format!(", {}", input.unit) };
    format!("{}{unit}", input.name)
}

/// Marks within a range.
fn marks([low, high]: [f64; 2]) -> Vec<f64> {
    let most = low.abs().max(high.abs());
    let step = ticks(most, 6.0);
    let mirrored = step.iter().map(|t| -t).filter(|t| *t < 0.0);
    let mut all: Vec<f64> = mirrored.chain(step.iter().copied()).collect();
    all.retain(|t| (low..=high).contains(t));
    all.sort_by(f64::total_cmp);
    all
}

fn body(map: &WinnerMapRow) -> Markup {
    let x = Scale::new(map.x.range, [LEFT, RIGHT]);
    let y = Scale::new(map.y.range, [BOTTOM, TOP]);
    html! {
        g shape-rendering="crispEdges" {
        @for cell in &map.cells {
            @let [x0, x1] = cell.x.map(|v| x.at(v));
            @let [y0, y1] = cell.y.map(|v| y.at(v));
            @if cell.corners.iter().all(|w| *w == cell.corners[0]) {
                rect class=(colour(cell.corners[0])) x=(c(x0)) y=(c(y1)) width=(c(x1 - x0)) height=(c(y0 - y1)) {}
            } @else {
                // A border runs through: each quarter has its corner's colour.
                @for (k, winner) in cell.corners.iter().enumerate() {
                    @let (w, h) = ((x1 - x0) / 2.0, (y0 - y1) / 2.0);
                    @let (right, upper) = (k % 2 == 1, k >= 2);
                    rect class=(colour(*winner)) x=(c(if right { x0 + w } else { x0 }))
                        y=(c(if upper { y1 } else { y1 + h })) width=(c(w)) height=(c(h)) {}
                }
            }
        }
        }
        @for tick in marks(map.x.range) {
            (line("d-base", [x.at(tick), BOTTOM], [x.at(tick), BOTTOM + 5.0]))
            (text("d-tick", x.at(tick), BOTTOM + 21.0, Anchor::Middle, &sig(tick, 3)))
        }
        @for tick in marks(map.y.range) {
            (line("d-base", [LEFT - 5.0, y.at(tick)], [LEFT, y.at(tick)]))
            (text("d-tick", LEFT - 10.0, y.at(tick) + 4.5, Anchor::End, &sig(tick, 3)))
        }
        (text("d-tick", LEFT, TOP - 8.0, Anchor::Start, &words(&map.y)))
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 46.0, Anchor::Middle, &words(&map.x)))
        @if let Some([a, b]) = map.now {
            @if x.holds(a) && y.holds(b) {
                circle class="d-ink-dot" cx=(c(x.at(a))) cy=(c(y.at(b))) r="7" {}
            }
        }
        (legend(map))
    }
}

fn legend(map: &WinnerMapRow) -> Markup {
    let shown: Vec<(usize, &String, f64)> = map
        .contenders
        .iter()
        .zip(&map.shares)
        .enumerate()
        .filter(|(_, (_, share))| **share > 0.0)
        .map(|(k, (id, share))| (k, id, *share))
        .collect();
    html! {
        @for (row, (k, id, share)) in shown.iter().enumerate() {
            @let y = 60.0 + 34.0 * row as f64;
            rect class=(colour(*k)) x="730" y=(c(y - 12.0)) width="16" height="16" {}
            (text("d-strong", 756.0, y + 1.0, Anchor::Start, id))
            (text("d-soft", 930.0, y + 1.0, Anchor::End, &format!("{:.0} %", 100.0 * share)))
        }
        @let y = 60.0 + 34.0 * shown.len() as f64;
        @if map.now.is_some() {
            circle class="d-ink-dot" cx="738" cy=(c(y - 4.0)) r="7" {}
            (text("d-text", 756.0, y + 1.0, Anchor::Start, "now"))
        }
    }
}
