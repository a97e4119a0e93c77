//! Energy and loss against electrical path length: one point for each technology.

use super::frame::{Anchor, Place, Room, Scale, clearest, line, rules, text, through, with_unit};
use super::{Drawing, Size};
use crate::colour::family;
use crate::format::cut;
use crate::svg::{c, ticks};
use lightloom_decide::plan::{PathCurve, PathPointRow};
use maud::{Markup, html};

const LEFT: f64 = 64.0;
const RIGHT: f64 = 932.0;
/// Top and bottom of the plots: all energy, that of the electrical side, loss.
const TOTAL: [f64; 2] = [28.0, 214.0];
const ELECTRICAL: [f64; 2] = [250.0, 316.0];
const LOSS: [f64; 2] = [352.0, 410.0];
/// Half of a mark.
const MARK: f64 = 5.5;

/// A plot: its height, title, class of a value, and the value.
type Plot = ([f64; 2], &'static str, fn(&PathPointRow) -> f64);

const PLOTS: [Plot; 3] = [
    (TOTAL, "all energy of the lane, pJ/bit", |p| p.total_pj_per_bit),
    (ELECTRICAL, "of it host SerDes and retimers, pJ/bit", |p| p.electrical_pj_per_bit),
    (LOSS, "loss of the copper at Nyquist, dB", |p| p.loss_db),
];

/// Energy and loss of every technology by how far its signal travels in copper, on a scale of decades.
///
/// Marks are those of the families; an open one does not close.
#[must_use]
pub fn electrical_path(data: &PathCurve) -> Drawing {
    let known = || data.points.iter().filter(|p| p.electrical_path_mm > 0.0);
    let longest = known().map(|p| p.electrical_path_mm).fold(0.0, f64::max);
    let least = known().map(|p| p.electrical_path_mm).fold(f64::INFINITY, f64::min);
    let least_energy = known()
        .filter(|p| p.closes)
        .min_by(|a, b| a.total_pj_per_bit.total_cmp(&b.total_pj_per_bit));
    let title = match least_energy {
        Some(best) => format!(
            "From {} of copper to {}: least energy {}, by {}",
            length(longest),
            length(least),
            with_unit(best.total_pj_per_bit, 1, "pJ/bit"),
            label(&best.name),
        ),
        None => "No technology closes at this lane rate".to_owned(),
    };
    let words: Vec<String> = data
        .points
        .iter()
        .map(|p| {
            format!(
                "{} {}, {}, {}{}",
                p.name,
                length(p.electrical_path_mm),
                with_unit(p.total_pj_per_bit, 1, "pJ/bit"),
                with_unit(p.loss_db, 1, "dB"),
                if p.closes { "" } else { ", does not close" }
            )
        })
        .collect();
    Drawing {
        id: "electrical-path",
        title,
        subject: format!(
            "{} a lane. Light over {}, its switch end for a bit out and a bit in; copper from die to die, as far as it closes",
            with_unit(data.lane_gbps, 0, "Gb/s"),
            length(data.length_m * 1e3),
        ),
        description: format!(
            "Energy and loss against the copper between die and conversion. {}.",
            words.join("; ")
        ),
        size: Size::Slide,
        body: body(data),
    }
}

fn length(mm: f64) -> String {
    super::section_view::millimetres(mm)
}

/// Decades that hold all paths.
fn decades(data: &PathCurve) -> [f64; 2] {
    let exponents = data.points.iter().map(|p| p.electrical_path_mm).filter(|mm| *mm > 0.0);
    let (low, high) = exponents
        .map(libm::log10)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), e| (l.min(e), h.max(e)));
    if low > high {
        return [0.0, 4.0];
    }
    [libm::floor(low - 0.25), libm::ceil(high + 0.1)]
}

fn body(data: &PathCurve) -> Markup {
    let [low, high] = decades(data);
    let x = Scale::new([low, high], [LEFT, RIGHT]);
    let at = |p: &PathPointRow| x.at(libm::log10(p.electrical_path_mm.max(1e-9)));
    let powers: Vec<f64> =
        (0..12).map(|k| low + f64::from(k)).take_while(|e| *e <= high + 1e-9).collect();
    let minor: Vec<f64> = powers
        .iter()
        .flat_map(|e| [2.0, 5.0].map(|m| e + libm::log10(m)))
        .filter(|e| *e < high)
        .collect();
    html! {
        @for ([top, bottom], title, value) in &PLOTS {
            @let most = data.points.iter().map(value).fold(0.0, f64::max);
            @let all = ticks(most.max(1e-9), if bottom - top > 100.0 { 4.0 } else { 2.0 });
            @let y = Scale::new([0.0, most.max(1e-9) * 1.08], [*bottom, *top]);
            (rules(&y, &all, LEFT, RIGHT))
            @for e in &powers { (line("d-grid", [x.at(*e), *top], [x.at(*e), *bottom])) }
            (line("d-base", [LEFT, *bottom], [RIGHT, *bottom]))
            (text("d-tick", LEFT, top - 10.0, Anchor::Start, title))
            @if *top == TOTAL[0] { (names(data, &at, &|p| y.at(value(p)))) }
            @for p in &data.points { (mark(p, at(p), y.at(value(p)))) }
        }
        @for e in powers.iter().chain(&minor) {
            (line("d-base", [x.at(*e), LOSS[1]], [x.at(*e), LOSS[1] + 5.0]))
        }
        @for e in &powers {
            @let anchor = if *e + 0.5 > high { Anchor::End } else { Anchor::Middle };
            (text("d-tick", x.at(*e), LOSS[1] + 20.0, anchor, &length(libm::pow(10.0, *e))))
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), 448.0, Anchor::Middle, "copper from the die to the conversion, or to the other die; open marks do not close"))
    }
}

/// The mark of a technology's family.
fn mark(p: &PathPointRow, x: f64, y: f64) -> Markup {
    let f = family(&p.family);
    let name = f.class.trim_start_matches("f-");
    let class = format!("d-{}-{name}", if p.closes { "point" } else { "open" });
    let polygon = |points: &[[f64; 2]]| {
        let moved: Vec<[f64; 2]> =
            points.iter().map(|[dx, dy]| [x + dx * MARK, y + dy * MARK]).collect();
        through(&moved) + "Z"
    };
    html! {
        @match name {
            "copper" => path class=(class) d=(polygon(&[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]])) {},
            "near" => path class=(class) d=(polygon(&[[0.0, -1.2], [1.2, 0.0], [0.0, 1.2], [-1.2, 0.0]])) {},
            "co" => path class=(class) d=(polygon(&[[0.0, -1.1], [1.1, 0.9], [-1.1, 0.9]])) {},
            _ => circle class=(class) cx=(c(x)) cy=(c(y)) r=(c(MARK)) {},
        }
    }
}

/// Names at their points in the uppermost plot, where nothing else is.
fn names(
    data: &PathCurve,
    x: &dyn Fn(&PathPointRow) -> f64,
    y: &dyn Fn(&PathPointRow) -> f64,
) -> Markup {
    let marks: Vec<[f64; 2]> = data.points.iter().map(|p| [x(p), y(p)]).collect();
    let names: Vec<String> = data.points.iter().map(|p| label(&p.name)).collect();
    let placed = best_places(&names, &marks);
    html! {
        @for ((name, at), place) in names.iter().zip(&marks).zip(&placed) {
            @if let Some(place) = place {
                @let [from, to] = leader(*at, place);
                @if libm::hypot(to[0] - from[0], to[1] - from[1]) > 13.5 { (line("d-leader", from, to)) }
            }
            @if let Some(place) = place { (place.text("d-text", 0.0, name)) }
        }
    }
}

/// What a name costs that lies on something.
const COVERED: f64 = 1000.0;

/// Places of all names: the best of placing them one by one in several orders, and, while some lie on others, of placing
/// those first (squeaky-wheel optimisation, Joslin and Clements 1999).
fn best_places(names: &[String], marks: &[[f64; 2]]) -> Vec<Option<Place>> {
    let count = names.len();
    let mut best: (f64, Vec<Option<Place>>) = (f64::INFINITY, vec![None; count]);
    let mut by_x: Vec<usize> = (0..count).collect();
    by_x.sort_by(|a, b| marks[*a][0].total_cmp(&marks[*b][0]));
    let mut by_y = by_x.clone();
    by_y.sort_by(|a, b| marks[*a][1].total_cmp(&marks[*b][1]));
    let mut orders: Vec<Vec<usize>> = Vec::new();
    for order in [by_x, by_y] {
        for first in 0..count {
            for step in [1, count.saturating_sub(1).max(1)] {
                orders.push((0..count).map(|i| order[(first + i * step) % count]).collect());
            }
        }
    }
    // Turns of the wheel; the first does not turn.
    for _ in 0..=count {
        for order in &mut orders {
            let (cost, placed) = attempt(names, marks, order.iter().copied());
            let covered = |i: &usize| placed[*i].is_none_or(|p| !p.is_free);
            let (mut next, rest): (Vec<usize>, Vec<usize>) = order.iter().partition(|i| covered(i));
            next.extend(rest);
            *order = next;
            if cost < best.0 {
                best = (cost, placed);
            }
        }
        if best.0 < COVERED {
            break;
        }
    }
    best.1
}

/// Names placed in an order, each at its nearest free place; and how far they stand from their points.
fn attempt(
    names: &[String],
    marks: &[[f64; 2]],
    order: impl Iterator<Item = usize>,
) -> (f64, Vec<Option<Place>>) {
    let mut placed: Vec<Option<Place>> = vec![None; names.len()];
    let mut taken: Vec<Room> = Vec::new();
    let mut leaders: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut cost = 0.0;
    for i in order {
        let places = around(marks[i], names[i].chars().count());
        let clear: Vec<Place> = places
            .iter()
            .copied()
            .filter(|p| {
                let way = dotted(leader(marks[i], p));
                !taken.iter().any(|room| way.iter().any(|at| holds(room, at)))
                    && !marks.iter().enumerate().any(|(k, m)| k != i && near(&way, m))
            })
            .collect();
        let curves: Vec<&[[f64; 2]]> = leaders.iter().map(Vec::as_slice).chain([marks]).collect();
        let before = taken.len();
        let mut found = clearest(&clear, &curves, &mut taken);
        // A leader that crosses something is less bad than a name that lies on one.
        if found.is_none_or(|p| !p.is_free) {
            taken.truncate(before);
            found = clearest(&places, &curves, &mut taken);
        }
        let Some(place) = found else { continue };
        let [from, to] = leader(marks[i], &place);
        cost += libm::hypot(to[0] - from[0], to[1] - from[1]);
        cost += if place.is_free { 0.0 } else { COVERED };
        leaders.push(dotted([from, to]));
        placed[i] = Some(place);
    }
    (cost, placed)
}

/// From a point to the nearest edge of its name.
fn leader(at: [f64; 2], place: &Place) -> [[f64; 2]; 2] {
    let to = match place.anchor {
        Anchor::Start => [place.x - 3.0, place.y - 4.5],
        Anchor::End => [place.x + 3.0, place.y - 4.5],
        Anchor::Middle if place.y < at[1] => [place.x, place.room[3]],
        Anchor::Middle => [place.x, place.room[1]],
    };
    [at, to]
}

/// Points along a line.
fn dotted([from, to]: [[f64; 2]; 2]) -> Vec<[f64; 2]> {
    let between = |a: f64, b: f64, share: f64| a + (b - a) * share;
    (0..=12)
        .map(|k| f64::from(k) / 12.0)
        .map(|s| [between(from[0], to[0], s), between(from[1], to[1], s)])
        .collect()
}

fn holds(room: &Room, at: &[f64; 2]) -> bool {
    (room[0]..=room[2]).contains(&at[0]) && (room[1]..=room[3]).contains(&at[1])
}

/// Whether a line comes close to a mark.
fn near(way: &[[f64; 2]], mark: &[f64; 2]) -> bool {
    way.iter().any(|at| libm::hypot(at[0] - mark[0], at[1] - mark[1]) < MARK + 1.0)
}

/// Places of a label around its point and within the plot, the nearest first.
fn around(at: [f64; 2], letters: usize) -> Vec<Place> {
    let rings =
        [0.0, 13.0, 18.0, 24.0, 30.0, 37.0, 44.0, 51.0, 58.0, 66.0, 74.0, 82.0, 90.0, 100.0, 112.0];
    let beside = rings.into_iter().flat_map(|ring| {
        let dx = if ring > 0.0 { 13.0 } else { 10.0 };
        [1.0, -1.0].into_iter().flat_map(move |side| {
            let dy = side * ring + 4.5;
            [
                (dx, dy, Anchor::Start),
                (-dx, dy, Anchor::End),
                (0.0, dy, Anchor::Middle),
                (dx + 40.0, dy, Anchor::Start),
                (-dx - 40.0, dy, Anchor::End),
                (dx + 90.0, dy, Anchor::Start),
                (-dx - 90.0, dy, Anchor::End),
            ]
        })
    });
    let within = |p: &Place| {
        let [left, top, right, bottom] = p.room;
        left >= LEFT && right <= RIGHT + 20.0 && top >= TOTAL[0] - 6.0 && bottom <= TOTAL[1] - 2.0
    };
    beside
        .map(|(dx, dy, anchor)| Place::new(at[0] + dx, at[1] + dy, anchor, letters, 1.0))
        .filter(within)
        .collect()
}

/// A technology's name without what it ends with in brackets.
fn label(name: &str) -> String {
    let bare = name.strip_suffix(')').and_then(|n| n.rsplit_once(" ("));
    cut(bare.map_or(name, |(before, _)| before), 40)
}
