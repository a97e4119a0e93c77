//! `lightloom fabric crossover`.

use super::CrossoverArguments;
use crate::failure::Failure;
use crate::meaning::quantity;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::crossover::{CLOSE, Crossover, Point, crossover};
use lightloom::units::{BitRate, significant};
use std::fmt::Write as _;

pub(super) fn run(arguments: &CrossoverArguments) -> Result<(), Failure> {
    let lanes = arguments
        .lane
        .iter()
        .map(|text| {
            let lane: BitRate = quantity("--lane", text)?;
            if !(25.0..=448.0).contains(&lane.as_gbps()) {
                return Err(Failure::Usage {
                    message: format!("a lane of {lane} lies outside 25 to 448 Gb/s"),
                    hint: "give the payload of one lane, e.g. \"200 Gb/s\"".to_owned(),
                });
            }
            Ok(lane)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let named = named::find(&arguments.scenario)?;
    let library = Library::shipped()?;
    let facts = named.facts(&library)?;
    let found = crossover(&named.case(&library), &facts, None, &lanes, CLOSE)
        .map_err(|e| named.failure(e))?;
    output::answer(&found, arguments.json, None, text)
}

fn text(found: &Crossover) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "Where copper gives way to light on {} links of {} Gb/s\n{}, counted over {:.0} years",
        found.class,
        significant(found.rate_gbps, 4),
        found.scenario,
        found.years
    );
    for lane in &found.lanes {
        heading(
            &mut out,
            &format!("Lanes of {} Gb/s, {}", significant(lane.lane_gbps, 4), lane.modulation),
        );
        let reaches: Vec<String> = lane
            .copper
            .iter()
            .map(|end| match end.reach_m {
                reach if reach > 0.0 => format!("{} {reach:.2} m", end.name),
                _ => format!("{} at no length", end.name),
            })
            .collect();
        paragraph(&mut out, &format!("Copper closes to: {}.", reaches.join(", ")));
        if lane.pairs.iter().all(|pair| pair.by_feasibility_m <= 0.0) {
            let mut lit: Vec<&str> = Vec::new();
            for pair in lane.pairs.iter().filter(|pair| pair.light_closes) {
                if !lit.contains(&pair.light.as_str()) {
                    lit.push(&pair.light);
                }
            }
            let lit = if lit.is_empty() { "none".to_owned() } else { lit.join(", ") };
            let _ = writeln!(out, "Light that closes: {lit}.");
            continue;
        }
        let mut table =
            new_table(&["copper", "light", "closes to", "less power from", "less cost from"]);
        right_from(&mut table, 2, 3);
        for pair in lane.pairs.iter().filter(|pair| pair.by_feasibility_m > 0.0) {
            let closes = format!("{:.2} m", pair.by_feasibility_m);
            let light = match pair.light_closes {
                true => pair.light.clone(),
                false => format!("{} (does not close)", pair.light),
            };
            table.add_row([
                pair.copper.clone(),
                light,
                closes,
                point(&pair.by_power, |w| format!("{w:.1} W")),
                point(&pair.by_cost, |usd| format!("${usd:.0}")),
            ]);
        }
        let _ = writeln!(out, "{table}");
    }
    out.push('\n');
    paragraph(
        &mut out,
        "Power: SerDes and active parts of both ends, direct current. Cost: price, energy, facility, repairs and lost \
         accelerator-hours of one link. Lengths are found by bisection.",
    );
    out
}

fn point(point: &Point, show: impl Fn(f64) -> String) -> String {
    match (&point.copper, &point.light) {
        (Some(copper), Some(light)) => {
            let at = match point.length_m {
                None => "never".to_owned(),
                Some(metres) if metres > 0.0 => format!("{metres:.2} m"),
                Some(_) => "any length".to_owned(),
            };
            let [c, l] = [copper, light].map(|side| show(side.value));
            format!("{at} ({} {c}, {} {l})", copper.technology, light.technology)
        }
        _ => "-".to_owned(),
    }
}
