//! What each stretch costs, in columns, and the sums from the chip to the fibre.

use super::scene::millimetres;
use crate::colour::Palette;
use crate::drawing::frame::{Anchor, line, text, with_unit};
use crate::format::{fixed, sig};
use crate::svg::c;
use lightloom_decide::plan::{CrossSectionRow, Part, StretchPart, StretchRow};
use maud::{Markup, html};

/// The middle of a column.
pub(super) fn column(i: usize, count: usize, [left, right]: [f64; 2]) -> f64 {
    left + (right - left) * (i as f64 + 0.5) / count.max(1) as f64
}

/// Two short lines of a name.
fn two_lines(name: &str) -> [&str; 2] {
    name.split_once(' ').map_or(["", name], |(a, b)| [a, b])
}

/// A cell: what of a stretch stands in a row; empty where it has none.
type Cell = fn(&CrossSectionRow, &StretchRow) -> String;

/// Name, class of the values, the value.
const ROWS: [(&str, &str, Cell); 5] = [
    ("length", "d-cell", length),
    ("copper, dB", "d-copper-cell", |_, s| decimals(s.copper_db)),
    ("light, dB", "d-light-cell", |_, s| decimals(s.light_db)),
    ("pJ/bit", "d-cell", |_, s| decimals(s.pj_per_bit)),
    ("ns", "d-cell", |_, s| nanoseconds(s.ns)),
];

fn length(data: &CrossSectionRow, stretch: &StretchRow) -> String {
    match stretch.part {
        StretchPart::Fibre | StretchPart::Cable => millimetres(data.length_m * 1e3),
        _ if stretch.length_mm > 0.0 => millimetres(stretch.length_mm),
        _ => String::new(),
    }
}

fn decimals(value: f64) -> String {
    if value > 0.0 { fixed(value, 2) } else { String::new() }
}

fn nanoseconds(ns: f64) -> String {
    match ns {
        none if none <= 0.0 => String::new(),
        short if short < 9.995 => fixed(ns, 2),
        _ => sig(ns, 3),
    }
}

/// Distance of two rows.
const LINE: f64 = 16.5;
/// Height of a strip of sums, and of the words above its bars.
const STRIP: f64 = 52.0;
/// Width of a bar.
const BAR: f64 = 34.0;

/// Columns of the stretches from a height on.
pub(super) fn tally(data: &CrossSectionRow, top: f64, columns: [f64; 2]) -> Markup {
    let count = data.stretches.len();
    let at = |i: usize| column(i, count, columns);
    let first = top + 32.0;
    let loss = first + LINE * ROWS.len() as f64 + STRIP + 3.0;
    let energy = loss + STRIP + 20.0;
    let is_said = |cell: &Cell| data.stretches.iter().any(|s| !cell(data, s).is_empty());
    let rows: Vec<_> = ROWS.iter().filter(|r| is_said(&r.2)).collect();
    html! {
        @for (k, (name, ..)) in rows.iter().enumerate() {
            @let y = first + LINE * k as f64;
            (line("d-grid", [28.0, y - 13.0], [columns[1] - 8.0, y - 13.0]))
            (text("d-small", 28.0, y, Anchor::Start, name))
        }
        // The group centres all of them.
        g text-anchor="middle" {
            @for (i, stretch) in data.stretches.iter().enumerate() {
                @for (k, words) in two_lines(&stretch.name).into_iter().enumerate() {
                    @if !words.is_empty() {
                        (text("d-head", at(i), top + 14.0 * k as f64, Anchor::Start, words))
                    }
                }
                @for (k, (_, class, cell)) in rows.iter().enumerate() {
                    @let (value, y) = (cell(data, stretch), first + LINE * k as f64);
                    @if !value.is_empty() { (text(class, at(i), y, Anchor::Start, &value)) }
                }
            }
        }
        (losses(data, loss, columns))
        (energies(data, energy, columns))
    }
}

/// A bar of a running sum.
struct Step {
    from: f64,
    to: f64,
}

/// Running sums of a value over the stretches, from nothing again behind those that begin anew.
fn steps(
    data: &CrossSectionRow,
    value: fn(&StretchRow) -> f64,
    anew: fn(&StretchRow) -> bool,
) -> Vec<Step> {
    let mut sum = 0.0;
    let mut step = |s: &StretchRow| {
        let from = sum;
        let to = from + value(s).max(0.0);
        sum = if anew(s) { 0.0 } else { to };
        Step { from, to }
    };
    data.stretches.iter().map(&mut step).collect()
}

fn most(steps: &[Step]) -> f64 {
    steps.iter().map(|s| s.to).fold(0.0, f64::max)
}

/// Lines from each sum to the next column that adds to it.
fn levels(class: &str, steps: &[Step], columns: [f64; 2], y: &dyn Fn(f64) -> f64) -> Markup {
    let adds: Vec<usize> = (0..steps.len()).filter(|i| steps[*i].to > steps[*i].from).collect();
    let x = |i: usize| column(i, steps.len(), columns);
    html! {
        @for pair in adds.windows(2).filter(|p| steps[p[1]].from >= steps[p[0]].to - 1e-9) {
            @let level = y(steps[pair[0]].to);
            (line(class, [x(pair[0]) + BAR / 2.0, level], [x(pair[1]) - BAR / 2.0, level]))
        }
    }
}

/// Copper and light, each from nothing: what a receiver must make up for, and what the laser must. A retimer begins anew.
fn losses(data: &CrossSectionRow, base: f64, columns: [f64; 2]) -> Markup {
    let copper = steps(data, |s| s.copper_db, |s| s.part == StretchPart::Retimer);
    let light = steps(data, |s| s.light_db, |_| false);
    let top = most(&copper).max(most(&light)).max(1e-9);
    let height = |db: f64| db / top * (STRIP - 15.0);
    let series = [(&copper, "copper", -14.0), (&light, "light", 14.0)];
    html! {
        (text("d-small", 28.0, base - 22.0, Anchor::Start, "loss so far,"))
        (text("d-small", 28.0, base - 7.0, Anchor::Start, "dB"))
        (line("d-base", [columns[0], base], [columns[1] - 8.0, base]))
        @for (steps, name, aside) in series {
            (levels(&format!("d-{name}-step"), steps, columns, &|db| base - height(db)))
            @let both = most(&copper) > 0.0 && most(&light) > 0.0;
            @for (i, step) in steps.iter().enumerate() {
                @if step.to > step.from {
                    @let x = column(i, data.stretches.len(), columns);
                    @let shared = both && copper[i].to > copper[i].from && light[i].to > light[i].from;
                    @let x = if shared { x + aside } else { x };
                    @let (from, to) = (base - height(step.from), base - height(step.to));
                    @let wide = if shared { 20.0 } else { BAR };
                    rect class={ "d-" (name) "-bar" } x=(c(x - wide / 2.0)) y=(c(to)) width=(c(wide)) height=(c((from - to).max(1.0))) {}
                    (text(if name == "copper" { "d-copper-cell" } else { "d-light-cell" }, x, to - 4.0, Anchor::Middle, &fixed(step.to, 1)))
                }
            }
        }
    }
}

/// Energy by component: the whole of this end.
fn energies(data: &CrossSectionRow, base: f64, columns: [f64; 2]) -> Markup {
    let palette = Palette::components(std::iter::empty());
    let sums = steps(data, |s| s.pj_per_bit, |_| false);
    let top = most(&sums).max(1e-9);
    let height = |pj: f64| pj / top * (STRIP - 15.0);
    html! {
        (text("d-small", 28.0, base - 22.0, Anchor::Start, "energy so far,"))
        (text("d-small", 28.0, base - 7.0, Anchor::Start, "pJ/bit"))
        (line("d-base", [columns[0], base], [columns[1] - 8.0, base]))
        (levels("d-energy-step", &sums, columns, &|pj| base - height(pj)))
        @for (i, (stretch, step)) in data.stretches.iter().zip(&sums).enumerate() {
            @let x = column(i, data.stretches.len(), columns);
            @for (swatch, from, to) in stacked(stretch, step.from, &palette) {
                @let (y0, y1) = (base - height(from), base - height(to));
                rect class={ "d-part-" (swatch) } x=(c(x - BAR / 2.0)) y=(c(y1)) width=(c(BAR)) height=(c((y0 - y1).max(1.0))) {}
            }
            @if step.to > step.from {
                (text("d-cell", x, base - height(step.to) - 4.0, Anchor::Middle, &fixed(step.to, 2)))
            }
        }
        (text("d-small", 28.0, base + 18.0, Anchor::Start, &footer(data)))
    }
}

/// Components of a stretch on each other, from a sum on: swatch, from, to.
fn stacked(stretch: &StretchRow, from: f64, palette: &Palette) -> Vec<(usize, f64, f64)> {
    let mut sum = from;
    let mut next = |value: f64| {
        let from = sum;
        sum += value;
        (from, sum)
    };
    let bar = |p: &Part| {
        let (from, to) = next(p.value);
        (palette.swatch(&p.name), from, to)
    };
    stretch.energy.iter().map(bar).collect()
}

/// The whole lane, and what a standard asks for.
fn footer(data: &CrossSectionRow) -> String {
    let code = if data.fec_ns > 0.0 {
        format!("{} of code", with_unit(data.fec_ns, 0, "ns"))
    } else {
        "no code".to_owned()
    };
    let built = data.built_for_db.map_or_else(String::new, |db| {
        format!("; built for the standard’s {}", with_unit(db, 1, "dB"))
    });
    format!(
        "Both ends: {}, {} ({code}){built}. Lines straightened, heights not to scale.",
        with_unit(data.lane_pj_per_bit, 1, "pJ/bit"),
        with_unit(data.lane_ns, 0, "ns"),
    )
}
