//! Where copper gives way to light, by lane rate and length: by what closes, by power, by cost.

use crate::colour::{FAMILIES, Family};
use crate::figure::figure;
use crate::format::{fixed, gbps, metres, sig, usd};
use crate::svg::{percent, step, ticks};
use lightloom_decide::crossover::{Crossover, CrossoverLane, CrossoverPair, Point};
use lightloom_decide::plan::Plan;
use maud::{Markup, html};

/// Copper as the document calls it, and in words.
const COPPER: [(&str, &str); 3] =
    [("passive", "Passive cable"), ("active", "Active cable"), ("built-in", "Built into the rack")];

/// What a row measures.
#[derive(Clone, Copy)]
enum Measure {
    Power,
    Cost,
}

/// The figure; nothing where no crossover is known.
pub(crate) fn section(plan: &Plan) -> Markup {
    let Some(found) = plan.crossover.as_ref().filter(|found| !found.lanes.is_empty()) else {
        return html! {};
    };
    let note = format!(
        "Links of {} between interface and leaf, were they of any length. Solid: copper takes least. Hatched: copper closes, light \
         takes less. Thin line: light alone. Power of both ends; cost over {} years. At the nominal facts, dates and vendors left out. \
         Small: light against copper, at that length or at copper's longest.",
        gbps(found.rate_gbps),
        fixed(found.years, 0)
    );
    figure("Where copper gives way to light: by reach, by power, by cost", &note, &drawing(found))
}

fn drawing(found: &Crossover) -> Markup {
    let pairs = found.lanes.iter().flat_map(|lane| &lane.pairs);
    let longest = pairs.map(|pair| pair.by_feasibility_m).fold(0.0, f64::max);
    let most = if longest.is_finite() && longest > 0.0 { longest * 1.15 } else { 1.0 };
    html! {
        div.cross style={ "--grid-step:" (percent(step(most / 6.0), most)) } {
            @for (i, lane) in found.lanes.iter().enumerate() {
                @let dark = |l: &CrossoverLane| l.pairs.iter().all(|p| p.by_feasibility_m <= 0.0);
                @let same = |l: &&CrossoverLane| dark(l) && (l.lane_gbps - lane.lane_gbps).abs() < 1e-6;
                @if !dark(lane) {
                    (rows(lane, most))
                } @else if !found.lanes[..i].iter().any(|l| same(&l)) {
                    // Modulations at which no copper closes share a line.
                    @let orders: Vec<String> = found.lanes.iter().filter(same).map(|l| l.modulation.to_uppercase()).collect();
                    h4 { "Lanes of " (gbps(lane.lane_gbps)) ", " (orders.join(", ")) }
                    p.none { "No copper closes at any length: light alone." }
                }
            }
            div.row.axis aria-hidden="true" {
                span.name {}
                span.ticks {
                    @for tick in ticks(most, 6.0) {
                        span style={ "left:" (percent(tick, most)) } { (fixed(tick, 0)) }
                    }
                }
                span.total { "length, m" }
            }
        }
        ul.legend {
            @for f in [FAMILIES[0], FAMILIES[1], FAMILIES[3]] {
                li class={ "tech " (f.class) } { i { (f.mark) } " " (f.name) }
            }
        }
    }
}

fn rows(lane: &CrossoverLane, most: f64) -> Markup {
    let known: Vec<(&str, Vec<&CrossoverPair>)> = COPPER
        .into_iter()
        .map(|(id, words)| {
            (words, lane.pairs.iter().filter(|p| p.copper == id).collect::<Vec<_>>())
        })
        .filter(|(_, pairs)| pairs.iter().any(|p| p.by_feasibility_m > 0.0))
        .collect();
    html! {
        h4 { "Lanes of " (gbps(lane.lane_gbps)) ", " (lane.modulation.to_uppercase()) }
        @for (words, pairs) in &known {
            @let reach = pairs.iter().map(|p| p.by_feasibility_m).fold(0.0, f64::max);
            p.family { strong { (words) } " closes to " (metres(reach)) }
            (row("less power", pairs, reach, most, Measure::Power))
            (row("less cost", pairs, reach, most, Measure::Cost))
        }
    }
}

/// Light of one colour beside copper: from which length it takes less, with what both take there.
struct Side {
    family: Family,
    /// `None`: at no length.
    from_m: Option<f64>,
    copper: f64,
    light: f64,
}

/// Pluggables and co-packaged optics, each by the kind of them that takes less first.
fn sides(pairs: &[&CrossoverPair], measure: Measure) -> Vec<Side> {
    let point = |pair: &CrossoverPair| -> Point {
        match measure {
            Measure::Power => pair.by_power.clone(),
            Measure::Cost => pair.by_cost.clone(),
        }
    };
    let groups: [(usize, [&str; 2]); 2] =
        [(1, ["linear", "retimed"]), (3, ["co-packaged", "die-to-die"])];
    let side = |(family, kinds): (usize, [&str; 2])| {
        let of = pairs.iter().filter(|pair| kinds.contains(&pair.light.as_str()));
        let read = of.filter_map(|pair| {
            let point = point(pair);
            let (copper, light) = (point.copper?.value, point.light?.value);
            Some(Side { family: FAMILIES[family], from_m: point.length_m, copper, light })
        });
        read.min_by(|a, b| {
            let from = |side: &Side| side.from_m.unwrap_or(f64::INFINITY);
            from(a).total_cmp(&from(b)).then(a.light.total_cmp(&b.light))
        })
    };
    groups.into_iter().filter_map(side).collect()
}

fn row(name: &str, pairs: &[&CrossoverPair], reach: f64, most: f64, measure: Measure) -> Markup {
    let sides = sides(pairs, measure);
    let first = sides
        .iter()
        .filter_map(|side| Some((side.from_m?, side.family)))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let turn = first.map_or(reach, |(from, _)| from.min(reach));
    html! {
        div.row {
            span.name { (name) }
            span.track {
                span.copper.f-copper style={ "width:" (percent(turn, most)) } {}
                @if let Some((_, family)) = first {
                    span class={ "less " (family.class) } style={ "left:" (percent(turn, most)) ";width:" (percent(reach - turn, most)) } {}
                }
                span.beyond style={ "left:" (percent(reach, most)) ";width:" (percent(most - reach, most)) } {}
                @for side in &sides {
                    @if let Some(from) = side.from_m {
                        i class={ "at " (side.family.class) } style={ "left:" (percent(from.min(most), most)) } { (side.family.mark) }
                    }
                }
            }
            span.total { @for side in &sides { (words(side, measure)) } @if sides.is_empty() { "light does not close here" } }
        }
    }
}

fn words(side: &Side, measure: Measure) -> Markup {
    let show = |value: f64| match measure {
        Measure::Power => fixed(value, 1),
        Measure::Cost => usd(value),
    };
    let unit = if matches!(measure, Measure::Power) { "\u{a0}W" } else { "" };
    html! {
        span class={ "tech " (side.family.class) } {
            i title=(side.family.name) { (side.family.mark) } " "
            @match side.from_m {
                None => { "never" }
                Some(from) if from > 0.0 => { "from " (sig(from, 2)) "\u{a0}m" }
                Some(_) => { "at any length" }
            }
            small { " " (show(side.light)) " against " (show(side.copper)) (unit) }
        }
    }
}
