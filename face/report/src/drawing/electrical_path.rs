//! Energy and loss against electrical path length: one point for each technology.

use super::frame::{
    Anchor, Place, Room, Scale, clearest, line, rules, text, through, with_unit,
};
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
            @for p in &data.points { (mark(p, at(p), y.at(value(p)))) }
            @if *top == TOTAL[0] { (names(data, &at, &|p| y.at(value(p)))) }
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
    let mut waiting: Vec<(String, [f64; 2], Vec<Place>)> = data
        .points
        .iter()
        .zip(&marks)
        .map(|(p, at)| {
            let name = label(&p.name);
            let places = around(*at, name.chars().count());
            (name, *at, places)
        })
        .collect();
    let mut taken: Vec<Room> = Vec::new();
    let mut placed: Vec<(String, [f64; 2], Place)> = Vec::new();
    // The name with the fewest free places comes first.
    while !waiting.is_empty() {
        let free = |places: &[Place]| {
            let is_free = |p: &&Place| {
                let found = clearest(&[**p], &[&marks], &mut taken.clone());
                found.is_some_and(|p| p.is_free)
            };
            places.iter().filter(is_free).count()
        };
        let next = (0..waiting.len()).min_by_key(|i| free(&waiting[*i].2)).unwrap_or(0);
        let (name, at, places) = waiting.remove(next);
        if let Some(place) = clearest(&places, &[&marks], &mut taken) {
            placed.push((name, at, place));
        }
    }
    html! {
        @for (name, at, place) in &placed {
            @let edge = match place.anchor {
                Anchor::Start => [place.x - 3.0, place.y - 4.5],
                Anchor::End => [place.x + 3.0, place.y - 4.5],
                Anchor::Middle => [place.x, if place.y < at[1] { place.room[3] } else { place.room[1] }],
            };
            @let far = libm::hypot(edge[0] - at[0], edge[1] - at[1]) > 16.0;
            @if far { (line("d-leader", *at, edge)) }
            (place.text("d-text", 0.0, name))
        }
        @for p in &data.points { (mark(p, x(p), y(p))) }
    }
}

/// Places of a label around its point and within the plot, the nearest first.
fn around(at: [f64; 2], letters: usize) -> Vec<Place> {
    let rings = [0.0, 13.0, 18.0, 24.0, 34.0, 44.0, 54.0, 64.0, 80.0, 96.0];
    let beside = rings.into_iter().flat_map(|ring| {
        let dx = if ring > 0.0 { 13.0 } else { 10.0 };
        [1.0, -1.0].into_iter().flat_map(move |side| {
            let dy = side * ring + 4.5;
            [(dx, dy, Anchor::Start), (-dx, dy, Anchor::End), (0.0, dy, Anchor::Middle)]
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
    cut(bare.map_or(name, |(before, _)| before), 36)
}
