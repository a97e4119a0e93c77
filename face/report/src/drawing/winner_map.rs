//! The strategy that is cheapest over two inputs.

use super::frame::{Anchor, Scale, haloed, line, swatch, text};
use super::{Drawing, Size};
use crate::colour::{label, short, strategy};
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
        .map(|(id, share)| format!("{} {:.0} %", short(id), 100.0 * share))
        .collect();
    let of = map
        .premium_of
        .as_ref()
        .map_or_else(String::new, |id| format!(", the premium of {}", short(id)));
    Drawing {
        id: "winner-map",
        title: match &map.winner_now {
            Some(now) => {
                format!("Cheapest now: {}; over the map: {}", short(now), won.join(", "))
            }
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

/// A rectangle of one winner.
struct Patch {
    x: [f64; 2],
    y: [f64; 2],
    winner: usize,
}

/// Lines that a map is cut into: the finest cells of a map by arithmetic, halved.
const LINES: u32 = 128;

/// The map in few rectangles: in each line neighbours of one winner, and lines that are alike, are one. A cell that a border runs
/// through is parted at its middle.
fn patches(map: &WinnerMapRow) -> Vec<Patch> {
    let [low, high] = map.y.range;
    let at = |k: u32| low + (high - low) * f64::from(k) / f64::from(LINES);
    let mut done: Vec<Patch> = Vec::new();
    let mut open: Vec<Patch> = Vec::new();
    for k in 0..LINES {
        let line = line_of(map, f64::midpoint(at(k), at(k + 1)));
        let alike = open.len() == line.len()
            && open.iter().zip(&line).all(|(a, (x, winner))| {
                a.winner == *winner && a.x.iter().zip(x).all(|(a, b)| a.to_bits() == b.to_bits())
            });
        if alike {
            open.iter_mut().for_each(|patch| patch.y[1] = at(k + 1));
        } else {
            done.append(&mut open);
            let y = [at(k), at(k + 1)];
            open = line.into_iter().map(|(x, winner)| Patch { x, y, winner }).collect();
        }
    }
    done.append(&mut open);
    done
}

/// Winners along x at one y.
fn line_of(map: &WinnerMapRow, y: f64) -> Vec<([f64; 2], usize)> {
    let mut parts: Vec<([f64; 2], usize)> = Vec::new();
    for cell in map.cells.iter().filter(|cell| (cell.y[0]..cell.y[1]).contains(&y)) {
        let upper = if y - cell.y[0] > cell.y[1] - y { 2 } else { 0 };
        let ([x0, x1], middle) = (cell.x, f64::midpoint(cell.x[0], cell.x[1]));
        parts.push(([x0, middle], cell.corners[upper]));
        parts.push(([middle, x1], cell.corners[upper + 1]));
    }
    parts.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
    let mut runs: Vec<([f64; 2], usize)> = Vec::new();
    for (x, winner) in parts {
        match runs.last_mut() {
            Some(last) if last.1 == winner => last.0[1] = x[1],
            _ => runs.push((x, winner)),
        }
    }
    runs
}

/// Where the name of a winner stands: the centre of what it wins, where that is its own and at least a twelfth of the map.
fn places(map: &WinnerMapRow, patches: &[Patch]) -> Vec<(usize, [f64; 2])> {
    let area = |p: &Patch| (p.x[1] - p.x[0]) * (p.y[1] - p.y[0]);
    let all: f64 = patches.iter().map(area).sum();
    let place = |winner: usize| {
        let own = || patches.iter().filter(|p| p.winner == winner);
        let size: f64 = own().map(area).sum();
        let mean = |of: fn(&Patch) -> [f64; 2]| {
            own().map(|p| area(p) * f64::midpoint(of(p)[0], of(p)[1])).sum::<f64>() / size
        };
        let [x, y] = [mean(|p| p.x), mean(|p| p.y)];
        let holds = |p: &Patch| (p.x[0]..=p.x[1]).contains(&x) && (p.y[0]..=p.y[1]).contains(&y);
        (size > all / 12.0 && own().any(holds)).then_some((winner, [x, y]))
    };
    (0..map.contenders.len()).filter_map(place).collect()
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
    let drawn = patches(map);
    html! {
        @for &Patch { x: [x0, x1], y: [y0, y1], winner } in &drawn {
            @let ([left, right], [low, top]) = ([x.at(x0), x.at(x1)], [y.at(y0), y.at(y1)]);
            // A hair over the neighbours, so that no ground shows between.
            rect class={ "d-of-" (strategy(&map.contenders[winner]).id) } x=(c(left)) y=(c(top)) width=(c((right - left + 0.4).min(RIGHT - left)))
                height=(c((low - top + 0.4).min(BOTTOM - top))) {}
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
        @for (winner, [a, b]) in places(map, &drawn) {
            (haloed("d-strong", x.at(a), y.at(b) - 14.0, Anchor::Middle, &label(&map.contenders[winner])))
        }
        @if let Some([a, b]) = map.now {
            @if x.holds(a) && y.holds(b) {
                circle class="d-ink-dot" cx=(c(x.at(a))) cy=(c(y.at(b))) r="7" {}
            }
        }
        (legend(map))
    }
}

fn legend(map: &WinnerMapRow) -> Markup {
    let shown: Vec<(&String, f64)> = map
        .contenders
        .iter()
        .zip(&map.shares)
        .filter(|(_, share)| **share > 0.0)
        .map(|(id, share)| (id, *share))
        .collect();
    html! {
        @for (row, (id, share)) in shown.iter().enumerate() {
            @let y = 60.0 + 34.0 * row as f64;
            (swatch(id, 730.0, y - 12.0, 16.0))
            (text("d-strong", 756.0, y + 1.0, Anchor::Start, &label(id)))
            (text("d-soft", 950.0, y + 1.0, Anchor::End, &format!("{:.0} %", 100.0 * share)))
        }
        @let y = 60.0 + 34.0 * shown.len() as f64;
        @if map.now.is_some() {
            circle class="d-ink-dot" cx="738" cy=(c(y - 4.0)) r="7" {}
            (text("d-text", 756.0, y + 1.0, Anchor::Start, "now"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightloom_decide::plan::MapCellRow;

    fn input(range: [f64; 2]) -> InputRow {
        InputRow {
            name: String::new(),
            about: String::new(),
            unit: String::new(),
            now: None,
            range,
            chosen_anew: false,
        }
    }

    #[test]
    fn a_map_is_few_patches_that_cover_it() {
        let map = WinnerMapRow {
            x: input([0.0, 2.0]),
            y: input([0.0, 1.0]),
            contenders: vec!["a".to_owned(), "b".to_owned()],
            premium_of: None,
            shares: vec![0.75, 0.25],
            cells: vec![
                MapCellRow { x: [0.0, 1.0], y: [0.0, 1.0], corners: [0; 4] },
                MapCellRow { x: [1.0, 2.0], y: [0.0, 1.0], corners: [0, 1, 0, 1] },
            ],
            now: None,
            winner_now: None,
            evaluations: 0,
        };
        let drawn = patches(&map);
        let area = |winner: usize| -> f64 {
            let of = drawn.iter().filter(|p| p.winner == winner);
            of.map(|p| (p.x[1] - p.x[0]) * (p.y[1] - p.y[0])).sum()
        };
        assert_eq!(drawn.len(), 2);
        assert!((area(0) - 1.5).abs() < 1e-12 && (area(1) - 0.5).abs() < 1e-12);
    }
}
