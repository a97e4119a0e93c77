//! The floor of a plan: racks with what they draw, hold and weigh, trays with what they carry.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::plan::{Floor, FloorRack, RackRow, TrayRow};
use lightloom_economics::Cooling;
use lightloom_evidence::Facts;
use lightloom_fabric::load::{RackLoad, load};
use lightloom_fabric::plan::Detail;
use lightloom_fabric::rack_part::RACK_UNIT;
use lightloom_fabric::{Choice, PowerByBoundary};
use lightloom_scenario::run::summary;
use lightloom_scenario::{RunError, Structure};
use lightloom_units::{Length, Power};

/// The floor of a decided case, loaded with a candidate for each class and what the fabric then draws.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub(crate) fn floor(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    picks: &[Candidate],
    power: &PowerByBoundary,
) -> Result<Floor, RunError> {
    let Structure { spec, fabric, parts } = &decided.structure;
    let classes = fabric.link_classes.iter().zip(picks);
    let choices: Vec<Choice> = classes.map(|(class, p)| summary(class, &p.fitted)).collect();
    let load = load(fabric, &spec.hall, &choices, parts, power)?;
    let cooling = case.scenario.economics.cooling.unwrap_or(Cooling::Liquid);
    let cooled: Power = facts.get(match cooling {
        Cooling::Air => "heat.rack.air",
        Cooling::Liquid | Cooling::Hyperscale => "heat.rack.liquid",
    })?;
    let plan = &decided.structure.fabric.floor_plan;
    let rectangle =
        |x: Length, y: Length, w: Length, d: Length| [x.as_m(), y.as_m(), w.as_m(), d.as_m()];
    Ok(Floor {
        width_m: plan.width.as_m(),
        depth_m: plan.depth.as_m(),
        halls: plan.halls,
        racks: plan.total_racks,
        detail: match plan.detail {
            Detail::Racks => "racks",
            Detail::Runs => "runs",
            Detail::Sample => "sample",
        }
        .to_owned(),
        hall_outlines_m: plan
            .hall_outlines
            .iter()
            .map(|h| rectangle(h.x, h.y, h.width, h.depth))
            .collect(),
        rectangles: plan
            .racks
            .iter()
            .map(|r| FloorRack {
                kind: r.kind.label(),
                label: r.label.clone(),
                at_m: rectangle(r.x, r.y, r.width, r.depth),
            })
            .collect(),
        media: crate::trays::media(case, decided, picks),
        loads: load.racks.iter().map(|rack| rack_row(rack, cooled)).collect(),
        fullest_tray: load.fullest_tray.map(|tray| TrayRow {
            along_row: tray.along_row,
            cables: tray.cables,
            bundle_cm2: tray.bundle.as_mm2() / 100.0,
            trays: tray.trays,
        }),
    })
}

fn rack_row(rack: &RackLoad, cooled: Power) -> RackRow {
    RackRow {
        kind: rack.kind.label(),
        racks: rack.racks,
        power_kw: rack.power.as_kw(),
        supply_kw: rack.supply.as_kw(),
        cooled_kw: cooled.as_kw(),
        trays_u: rack.trays.map(|height| height / RACK_UNIT),
        height_u: rack.height / RACK_UNIT,
        mass_kg: rack.mass.as_kg(),
        cables_out: rack.cables_out,
        cables_within: rack.cables_within,
        bundle_cm2: rack.bundle.as_mm2() / 100.0,
        rear_closed_percent: rack.rear_closed.value() * 100.0,
        bend_mm: rack.bend.as_mm(),
        plenum_mm: rack.plenum.as_mm(),
    }
}

/// What of the floor does not fit, in sentences.
pub(crate) fn misfits(floor: &Floor) -> Vec<String> {
    let mut out = Vec::new();
    for rack in &floor.loads {
        let RackRow { kind, racks, .. } = rack;
        let what = format!("racks of {kind} ({})", lightloom_units::thousands(*racks));
        let (power, supply, cooled) = (rack.power_kw, rack.supply_kw, rack.cooled_kw);
        if power > supply {
            out.push(format!("{what}: {power:.0} kW each, their supply gives {supply:.0} kW."));
        }
        if power > cooled {
            out.push(format!(
                "{what}: {power:.0} kW each, {cooled:.0} kW are cooled in a rack today."
            ));
        }
        if let Some(trays) = rack.trays_u.filter(|u| *u > rack.height_u + 1e-6) {
            let height = rack.height_u;
            out.push(format!("{what}: trays of {trays:.0} U, there is room for {height:.0} U."));
        }
        if rack.rear_closed_percent > 50.0 {
            out.push(format!(
                "{what}: {:.0} cables leave and {:.0} stay; they close {:.0} % of the {:.0} mm behind the trays, where air and hands must pass.",
                rack.cables_out, rack.cables_within, rack.rear_closed_percent, rack.plenum_mm
            ));
        }
        if rack.bend_mm > rack.plenum_mm {
            let (bend, plenum) = (rack.bend_mm, rack.plenum_mm);
            out.push(format!(
                "{what}: the thickest cable bends no tighter than {bend:.0} mm, behind the trays are {plenum:.0} mm."
            ));
        }
    }
    if let Some(tray) = floor.fullest_tray.as_ref().filter(|tray| tray.trays > 2.0) {
        let place = if tray.along_row { "along a row" } else { "across the rows" };
        out.push(format!(
            "trays: {} cables run {place} where they are densest, which takes {:.1} trays beside or above each other.",
            lightloom_units::thousands(tray.cables.round() as u64),
            tray.trays
        ));
    }
    out
}
