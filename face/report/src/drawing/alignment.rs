//! What errors of alignment make of the cost of a good unit.

use super::frame::{Anchor, Scale, dot, line, text, through};
use super::{Drawing, Size};
use crate::colour::family;
use crate::format::sig;
use crate::svg::spread;
use lightloom_decide::plan::{MakingRow, Sheet};
use maud::{Markup, html};

const LEFT: f64 = 66.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 392.0;
/// Least distance between names.
const NAME: f64 = 19.0;
/// Costs beyond so many times the nominal one are drawn at the upper edge.
const MOST: f64 = 100.0;

/// Units that are made alike, under one name.
struct Unit<'s> {
    name: String,
    family: &'s str,
    making: &'s MakingRow,
}

/// The cost of the steps of a good unit, over that with the errors of alignment that its process has, against a factor on all
/// of them. Units that are made alike have one curve.
#[must_use]
pub fn alignment_cost(sheets: &[Sheet]) -> Drawing {
    let units = distinct(sheets);
    let doubled = |u: &Unit<'_>| u.making.doubled_errors();
    let told = |u: &Unit<'_>| match doubled(u) {
        Some(factor) => {
            format!("{}: {} times as dear with twice the errors", u.name, sig(factor, 3))
        }
        None => format!("{}: next to none is good with twice the errors", u.name),
    };
    let finite = || units.iter().filter_map(|u| Some((u, doubled(u)?)));
    let calm = finite().min_by(|a, b| a.1.total_cmp(&b.1));
    let steep = finite().filter(|(_, factor)| *factor < MOST).max_by(|a, b| a.1.total_cmp(&b.1));
    let title = match (calm, steep) {
        (Some((calm, low)), Some((steep, high))) if calm.name != steep.name => format!(
            "Twice the errors of alignment: {} times the cost for {}, {} for {}",
            sig(low, 2),
            short(&calm.name),
            sig(high, 2),
            short(&steep.name),
        ),
        _ => "What errors of alignment make of the cost of a unit".to_owned(),
    };
    Drawing {
        id: "alignment-cost",
        title,
        subject: "cost of the steps of a good unit over that with the errors its process has"
            .to_owned(),
        description: format!("{}.", units.iter().map(told).collect::<Vec<_>>().join("; ")),
        size: Size::Slide,
        body: body(&units),
    }
}

/// The first of names that share a curve.
fn short(name: &str) -> &str {
    name.split(", ").next().unwrap_or(name)
}

fn distinct(sheets: &[Sheet]) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::new();
    for sheet in sheets {
        let Some(making) = &sheet.making else { continue };
        // Copper has no joint.
        if making.fibres <= 0.0 {
            continue;
        }
        let same = |u: &&mut Unit<'_>| {
            let relative = |m: &MakingRow| curve(m).map(|[_, cost]| cost).collect::<Vec<_>>();
            let (a, b) = (relative(u.making), relative(making));
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 0.02 * a)
        };
        match units.iter_mut().find(same) {
            Some(unit) => unit.name = format!("{}, {}", unit.name, sheet.name),
            None => units.push(Unit { name: sheet.name.clone(), family: &sheet.family, making }),
        }
    }
    units
}

/// Factor on the errors, and cost over that at one; where next to none is good the cost is beyond all.
fn curve(making: &MakingRow) -> impl Iterator<Item = [f64; 2]> {
    let nominal = making.steps_usd.max(f64::MIN_POSITIVE);
    making
        .tolerances
        .iter()
        .map(move |t| [t.scale, t.steps_usd.map_or(f64::INFINITY, |usd| usd / nominal)])
}

fn body(units: &[Unit<'_>]) -> Markup {
    let scales = || units.iter().flat_map(|u| &u.making.tolerances).map(|t| t.scale);
    let (low, high) = (scales().fold(1.0, f64::min), scales().fold(1.0, f64::max));
    let x =
        Scale::new([libm::log2(low), libm::log2(high).max(libm::log2(low) + 1e-3)], [LEFT, RIGHT]);
    let y = Scale::new([-0.4, libm::log10(MOST)], [BOTTOM, TOP]);
    let place =
        |[scale, cost]: [f64; 2]| [x.at(libm::log2(scale)), y.at(libm::log10(cost.min(MOST)))];
    let curves: Vec<Vec<[f64; 2]>> =
        units.iter().map(|u| curve(u.making).map(place).collect()).collect();
    let ends: Vec<f64> = curves.iter().map(|k| k.last().map_or(BOTTOM, |p| p[1])).collect();
    let named = spread(&ends, NAME, TOP, BOTTOM);
    html! {
        @for (value, name) in [(0.5, "½"), (1.0, "1"), (2.0, "2"), (5.0, "5"), (10.0, "10"), (20.0, "20"), (50.0, "50"), (100.0, "≥ 100")] {
            @let at = y.at(libm::log10(value));
            (line("d-grid", [LEFT, at], [RIGHT, at]))
            (text("d-tick", LEFT - 10.0, at + 4.5, Anchor::End, name))
        }
        (text("d-tick", LEFT - 10.0, TOP - 22.0, Anchor::Start, "cost of a good unit, times that of today"))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        @for [scale, _] in units.first().map_or_else(Vec::new, |u| curve(u.making).collect::<Vec<_>>()) {
            @let at = x.at(libm::log2(scale));
            (line("d-grid", [at, TOP], [at, BOTTOM]))
            (text("d-tick", at, BOTTOM + 21.0, Anchor::Middle, &sig(scale, 2)))
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle, "factor on every error of alignment"))
        @for (i, (unit, points)) in units.iter().zip(&curves).enumerate() {
            @let class = family(unit.family).class.trim_start_matches("f-");
            path class={ "d-series-" (class) } d=(through(points)) {}
            @for [px, py] in points { (dot(&format!("d-point-{class}"), *px, *py, 4.5)) }
            @let end = points.last().map_or(BOTTOM, |p| p[1]);
            (line("d-leader", [RIGHT + 6.0, end], [RIGHT + 18.0, named[i]]))
            (text(&format!("d-link-{class}-text"), RIGHT + 22.0, named[i] + 5.0, Anchor::Start, short(&unit.name)))
        }
    }
}
