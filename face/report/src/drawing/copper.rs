//! Reach of passive copper by lane rate: the staircase, and every cable from its thinnest to its thickest gauge.

use super::frame::{Anchor, Scale, haloed, line, rules, text, through, with_unit};
use super::{Drawing, Size};
use crate::format::{cut, gbps, metres};
use crate::reach_chart::same;
use crate::svg::{c, spread, ticks};
use lightloom_decide::copper::{CopperCell, CopperReach, CopperRow, CopperTable};
use maud::{Markup, html};

const LEFT: f64 = 62.0;
const RIGHT: f64 = 932.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 382.0;
/// Height of a name.
const NAME: f64 = 22.0;
/// Opacities of the bars, `d-cable-0` and on.
const SHADES: usize = 4;

/// A cable at a lane rate: its gauges that close.
#[derive(Debug, Clone, Copy)]
struct Bar<'a> {
    /// Of the thickest gauge.
    longest: &'a CopperReach,
    /// Reach of the thinnest, m.
    shortest_m: f64,
}

/// The rows of one technology.
struct Cable<'a> {
    name: &'a str,
    rows: Vec<&'a CopperRow>,
}

/// Reach against lane rate: one bar for each cable, thin to thick gauge, on the staircase at which copper ends.
#[must_use]
pub fn copper_reach(table: &CopperTable) -> Drawing {
    let mut rates: Vec<f64> =
        table.rows.iter().flat_map(|r| r.cells.iter().map(|k| k.lane_gbps)).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup_by(|a, b| same(*a, *b));
    let mut cables: Vec<Cable<'_>> = Vec::new();
    for row in &table.rows {
        match cables.iter_mut().find(|k| k.rows[0].technology == row.technology) {
            Some(cable) => cable.rows.push(row),
            None => cables.push(Cable { name: &row.name, rows: vec![row] }),
        }
    }
    for cable in &mut cables {
        // Thickest first.
        cable.rows.sort_by_key(|r| r.awg);
    }
    let longest = |k: &Cable<'_>| {
        rates.iter().filter_map(|r| k.bar(*r)).map(|b| b.longest.reach_m).fold(0.0, f64::max)
    };
    cables.sort_by(|a, b| longest(b).total_cmp(&longest(a)));
    let farthest: Vec<f64> = rates
        .iter()
        .map(|r| {
            cables.iter().filter_map(|k| k.bar(*r)).map(|b| b.longest.reach_m).fold(0.0, f64::max)
        })
        .collect();
    Drawing {
        id: "copper-reach",
        title: title(&rates, &farthest),
        subject: format!(
            "COM at least {}, {}, {} receiver, RS(544,514), tier {}",
            with_unit(table.margin_db, 1, "dB"),
            table.standard,
            table.receiver,
            table.tier
        ),
        description: description(&rates, &cables),
        size: Size::Slide,
        body: body(&rates, &cables, &farthest),
    }
}

impl<'a> Cable<'a> {
    fn bar(&self, rate: f64) -> Option<Bar<'a>> {
        let best = |row: &'a CopperRow| {
            row.cells.iter().find(|k| same(k.lane_gbps, rate)).and_then(CopperCell::best)
        };
        let mut closing = self.rows.iter().filter_map(|row| best(row));
        let longest = closing.clone().reduce(|a, b| if b.reach_m > a.reach_m { b } else { a })?;
        let least = closing.by_ref().map(|b| b.reach_m).fold(f64::INFINITY, f64::min);
        let all = self.rows.iter().all(|row| best(row).is_some());
        Some(Bar { longest, shortest_m: if all { least } else { 0.0 } })
    }
}

fn title(rates: &[f64], farthest: &[f64]) -> String {
    let closes = || rates.iter().zip(farthest).filter(|(_, m)| **m > 0.0);
    let (Some(first), Some(last)) = (closes().next(), closes().next_back()) else {
        return "Passive copper closes at none of these lane rates".to_owned();
    };
    let mut title = format!("Passive copper: {} at {}", metres(*first.1), gbps(*first.0));
    if !same(*first.0, *last.0) {
        title.push_str(&format!(", {} at {}", metres(*last.1), gbps(*last.0)));
    }
    let none = rates.iter().zip(farthest).find(|(rate, m)| **m <= 0.0 && *rate > last.0);
    if let Some((rate, _)) = none {
        title.push_str(&format!(", none at {}", gbps(*rate)));
    }
    title
}

fn description(rates: &[f64], cables: &[Cable<'_>]) -> String {
    let mut out = String::from("Reach in metres against the payload of a lane, thickest gauge.");
    for cable in cables {
        let points: Vec<String> = rates
            .iter()
            .map(|r| match cable.bar(*r) {
                Some(b) => format!(
                    "{} at {} with {}",
                    metres(b.longest.reach_m),
                    gbps(*r),
                    b.longest.modulation
                ),
                None => format!("none at {}", gbps(*r)),
            })
            .collect();
        out.push_str(&format!(" {}: {}.", cable.name, points.join(", ")));
    }
    out
}

/// Where columns and the cables' bars in them stand.
struct Columns {
    width: f64,
    pitch: f64,
    cables: usize,
}

impl Columns {
    fn left(&self, column: usize) -> f64 {
        LEFT + self.width * column as f64
    }

    fn centre(&self, column: usize, cable: usize) -> f64 {
        let first =
            self.left(column) + self.width / 2.0 - self.pitch * (self.cables as f64 - 1.0) / 2.0;
        first + self.pitch * cable as f64
    }

    fn bar_width(&self) -> f64 {
        (0.5 * self.pitch).min(22.0)
    }

    /// Whether values fit beside each other.
    fn is_roomy(&self) -> bool {
        self.pitch >= 36.0
    }
}

fn body(rates: &[f64], cables: &[Cable<'_>], farthest: &[f64]) -> Markup {
    let longest = farthest.iter().copied().fold(0.0, f64::max);
    let most = if longest > 0.0 { 1.14 * longest } else { 1.0 };
    let y = Scale::new([0.0, most], [BOTTOM, TOP]);
    let width = (RIGHT - LEFT) / rates.len().max(1) as f64;
    let columns = Columns {
        width,
        pitch: (0.84 * width / cables.len().max(1) as f64).min(56.0),
        cables: cables.len(),
    };
    html! {
        path.d-wash d=(steps(farthest, &columns, &y)) {}
        (rules(&y, &ticks(most, 5.0), LEFT, RIGHT))
        (text("d-tick", LEFT - 10.0, TOP - 16.0, Anchor::Start, "reach, m"))
        path.d-stairs d=(through(&stairs(farthest, &columns, &y))) {}
        // Between two rates there is no lane: a band does not leave the stairs.
        clipPath id="copper-reach-steps" { path d=(steps(farthest, &columns, &y)) {} }
        g clip-path="url(#copper-reach-steps)" {
            @for (k, cable) in cables.iter().enumerate() { (band(k, cable, rates, &columns, &y)) }
        }
        @for (k, cable) in cables.iter().enumerate() {
            @for (i, rate) in rates.iter().enumerate() {
                @if let Some(bar) = cable.bar(*rate) {
                    @let before = i.checked_sub(1).and_then(|i| cable.bar(rates[i]));
                    (drawn(k, i, &bar, before.as_ref(), farthest[i], &columns, &y))
                }
            }
        }
        (names(rates, cables, farthest, &columns, &y))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        @for (i, rate) in rates.iter().enumerate() {
            @let middle = columns.left(i) + width / 2.0;
            (text("d-strong", middle, BOTTOM + 23.0, Anchor::Middle, &gbps(*rate)))
            @if !columns.is_roomy() { (in_short(*rate, cables, farthest[i], [middle, columns.left(i + 1)], &y)) }
            @if farthest[i] <= 0.0 {
                (text("d-soft", middle, BOTTOM - 30.0, Anchor::Middle, "closes at"))
                (text("d-soft", middle, BOTTOM - 12.0, Anchor::Middle, "no length"))
            }
        }
        (text("d-tick", RIGHT, BOTTOM + 60.0, Anchor::End, "payload of a lane, one direction"))
        (text("d-soft", LEFT - 10.0, BOTTOM + 60.0, Anchor::Start, &gauges(cables, columns.is_roomy())))
    }
}

/// Where values at every bar have no room: the farthest at the stairs, and what wins below the rate.
fn in_short(
    rate: f64,
    cables: &[Cable<'_>],
    farthest: f64,
    [middle, end]: [f64; 2],
    y: &Scale,
) -> Markup {
    let mut wins: Vec<&str> =
        cables.iter().filter_map(|k| k.bar(rate)).map(|b| b.longest.modulation.as_str()).collect();
    wins.sort_unstable();
    wins.dedup();
    html! {
        @if farthest > 0.0 {
            (haloed("d-copper-text", end - 6.0, y.at(farthest) - 8.0, Anchor::End, &with_unit(farthest, 1, "m")))
            (text("d-tick", middle, BOTTOM + 40.0, Anchor::Middle, &wins.join(", ")))
        }
    }
}

fn gauges(cables: &[Cable<'_>], roomy: bool) -> String {
    let all = || cables.iter().flat_map(|k| k.rows.iter().map(|r| r.awg));
    match (all().max(), all().min()) {
        (Some(thin), Some(thick)) if thin != thick => {
            format!(
                "bars from {thin} to {thick} AWG{}",
                if roomy { "; modulation named where another wins" } else { "" }
            )
        }
        (Some(one), _) => format!("{one} AWG"),
        _ => String::new(),
    }
}

/// The line at which copper ends, down to the axis where it does.
fn stairs(farthest: &[f64], columns: &Columns, y: &Scale) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = Vec::new();
    for (i, reach) in farthest.iter().enumerate().take_while(|(_, m)| **m > 0.0) {
        points.push([columns.left(i), y.at(*reach)]);
        points.push([columns.left(i + 1), y.at(*reach)]);
    }
    if let Some([x, _]) = points.last().copied()
        && x < RIGHT - 1.0
    {
        points.push([x, BOTTOM]);
    }
    points
}

/// The area below it.
fn steps(farthest: &[f64], columns: &Columns, y: &Scale) -> String {
    let mut points = stairs(farthest, columns, y);
    let Some([end, _]) = points.last().copied() else { return String::new() };
    points.push([end, BOTTOM]);
    points.push([LEFT, BOTTOM]);
    through(&points) + "Z"
}

/// The band between the gauges, from rate to rate.
fn band(k: usize, cable: &Cable<'_>, rates: &[f64], columns: &Columns, y: &Scale) -> Markup {
    let half = columns.bar_width() / 2.0;
    let ends = |i: usize, side: f64| {
        cable.bar(rates[i]).map(|b| {
            let x = columns.centre(i, k) + side * half;
            ([x, y.at(b.longest.reach_m)], [x, y.at(b.shortest_m)])
        })
    };
    html! {
        @for i in 1..rates.len() {
            @if let (Some((top, low)), Some((next_top, next_low))) = (ends(i - 1, 1.0), ends(i, -1.0)) {
                path.d-cable-band d={ (through(&[top, next_top, next_low, low])) "Z" } {}
            }
        }
    }
}

/// A bar with its reach, and the modulation where another wins than at the rate before.
fn drawn(
    k: usize,
    i: usize,
    bar: &Bar<'_>,
    before: Option<&Bar<'_>>,
    farthest: f64,
    columns: &Columns,
    y: &Scale,
) -> Markup {
    let (x, half) = (columns.centre(i, k), columns.bar_width() / 2.0);
    let (top, low) = (y.at(bar.longest.reach_m), y.at(bar.shortest_m));
    // The stairs do not strike a value through: what would lie on them stands above them.
    let stairs = y.at(farthest);
    let value = if top - stairs < 22.0 { stairs } else { top };
    let changes = before.is_none_or(|b| b.longest.modulation != bar.longest.modulation);
    html! {
        rect class={ "d-cable-" (k % SHADES) } x=(c(x - half)) y=(c(top)) width=(c(2.0 * half)) height=(c((low - top).max(2.0))) {}
        (line("d-cable-end", [x - half, top], [x + half, top]))
        @if columns.is_roomy() {
            (text("d-copper-text", x, value - 8.0, Anchor::Middle, &with_unit(bar.longest.reach_m, 1, "m")))
            @if changes {
                (text("d-tick", x, (low + 17.0).min(BOTTOM - 5.0), Anchor::Middle, &bar.longest.modulation))
            }
        }
    }
}

/// Names of the cables, in the free corner above the stairs, led to the bars of the first lane rate.
fn names(
    rates: &[f64],
    cables: &[Cable<'_>],
    farthest: &[f64],
    columns: &Columns,
    y: &Scale,
) -> Markup {
    let Some(rate) = rates.first() else { return html! {} };
    let bars: Vec<(usize, &str, f64)> = cables
        .iter()
        .enumerate()
        .filter_map(|(k, cable)| cable.bar(*rate).map(|b| (k, cable.name, y.at(b.longest.reach_m))))
        .collect();
    let next = farthest.get(1).map_or(BOTTOM - 40.0, |m| y.at(*m));
    let (top, low) = (TOP + 6.0, next - 40.0);
    if rates.len() < 2 || low - top < NAME * (bars.len() as f64 - 1.0) {
        return key(&bars);
    }
    let at: Vec<f64> = bars.iter().map(|b| b.2).collect();
    let placed = spread(&at, NAME, top, low);
    let x = columns.left(1) + 14.0;
    html! {
        @for ((k, name, top), label) in bars.iter().zip(&placed) {
            // The farthest bar ends at the stairs, which lead on by themselves.
            @let edge = columns.left(1) + 2.0;
            @let from = columns.centre(0, *k) + columns.bar_width() / 2.0 + 2.0;
            @let from = if *top <= y.at(farthest[0]) { edge } else { from };
            path.d-leader d=(through(&[[from, *top], [edge.max(from), *top], [x - 4.0, *label]])) {}
            (haloed("d-copper-text", x, label + 5.0, Anchor::Start, &cut(name, 44)))
        }
    }
}

/// Names above the drawing, where the corner is too small for them.
fn key(bars: &[(usize, &str, f64)]) -> Markup {
    let mut end = RIGHT;
    let placed: Vec<(usize, String, f64)> = bars
        .iter()
        .rev()
        .map(|(k, name, _)| {
            let name = cut(name, 30);
            let at = end;
            end -= 8.3 * name.chars().count() as f64 + 40.0;
            (*k, name, at)
        })
        .collect();
    html! {
        @for (k, name, at) in placed.iter().rev() {
            (text("d-copper-text", *at, TOP - 16.0, Anchor::End, name))
            rect class={ "d-cable-" (k % SHADES) } x=(c(at - 8.3 * name.chars().count() as f64 - 20.0)) y=(c(TOP - 27.0)) width="12" height="12" {}
        }
    }
}
