//! Networks of shipped systems: C15, C36, C41.

use super::clusters::{names, scenario};
use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::quantiles;
use crate::plan::{FabricClass, FabricSheet, RackRow};
use lightloom_fabric::{BandwidthPerAccelerator, Tier};
use lightloom_num::to_f64;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, structure};

/// The system at whose head the others stand.
const FIRST: &str = "gb300-nvl72-4608";
/// What the claim names, over the front end: scale-out 8 to 10, scale-up about 100, which is taken as within a half.
const SCALE_OUT: [f64; 2] = [8.0, 10.0];
const SCALE_UP: [f64; 2] = [50.0, 150.0];

/// What an accelerator of a shipped system injects into each network.
fn bandwidths(grounds: &Grounds<'_>, name: &str) -> Result<BandwidthPerAccelerator, RunError> {
    let (scenario, text) = scenario(name)?;
    Ok(structure(&scenario, text, grounds.facts)?.spec.bandwidth_per_accelerator())
}

pub(super) fn ratios(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let first = bandwidths(grounds, FIRST)?;
    let mut answers = vec![
        Answer::new(
            "front end",
            format!("an accelerator of {FIRST}, one direction"),
            first.front_end.as_gbps(),
            "Gb/s",
        ),
        Answer::new(
            "scale-out",
            format!("an accelerator of {FIRST}, one direction"),
            first.scale_out.as_gbps(),
            "Gb/s",
        ),
        Answer::new(
            "scale-up",
            format!("an accelerator of {FIRST}, one direction"),
            first.scale_up.as_gbps(),
            "Gb/s",
        ),
    ];
    let (mut out, mut up, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for name in names() {
        let own = bandwidths(grounds, name)?;
        if own.front_end.as_gbps() <= 0.0 {
            outside.push(name);
            continue;
        }
        let (wide, wider) = (own.scale_out / own.front_end, own.scale_up / own.front_end);
        out.push(wide);
        up.push(wider);
        rows.push((name, wide, wider));
    }
    let middle = |values: &[f64]| quantiles(values.to_vec(), [0.0, 0.5, 1.0]).unwrap_or([0.0; 3]);
    let all = format!("{} shipped systems with a front end", rows.len());
    for (what, values, [least, most]) in
        [("scale-out over front end", &out, SCALE_OUT), ("scale-up over front end", &up, SCALE_UP)]
    {
        let [_, half, _] = middle(values);
        answers.push(
            Answer::new(format!("{what}, the middle one"), &all, half, "").between(least, most),
        );
        let within = values.iter().filter(|v| (least..=most).contains(*v)).count();
        answers.push(
            Answer::new(
                format!("systems with {what} of {least:.0} to {most:.0}"),
                &all,
                to_f64(within) / to_f64(values.len().max(1)) * 100.0,
                "%",
            )
            .at_least(50.0),
        );
    }
    for (name, wide, wider) in &rows {
        let boundary = format!("{name}, 1 : {wide:.0} : {wider:.0}");
        answers.push(Answer::new("scale-up over front end", boundary, *wider, ""));
    }
    let extreme = |of: fn(&(&str, f64, f64)) -> f64| {
        let mut sorted = rows.clone();
        sorted.sort_by(|a, b| of(a).total_cmp(&of(b)));
        let ends = [sorted.first(), sorted.last()].map(|r| r.map_or("", |r| r.0));
        format!("least in {}, most in {}", ends[0], ends[1])
    };
    let ([low, half, high], [up_low, up_half, up_high]) = (middle(&out), middle(&up));
    let explanation = format!(
        "Of {all} the middle one has 1 : {half:.1} : {up_half:.0}. Scale-out is {low:.1} to {high:.1} times the front end ({}), scale-up \
         {up_low:.0} to {up_high:.0} times ({}). Where a source names no front \
         end, the file's is our choice. Without one: {}.",
        extreme(|r| r.1),
        extreme(|r| r.2),
        if outside.is_empty() { "none".to_owned() } else { outside.join(", ") },
    );
    let claim = Claim::new("C15", answers, explanation, "lightloom catalog systems".to_owned());
    Ok(claim.led_by("scale-up over front end, the middle one", ""))
}

/// Clusters whose domains have two layers of switches.
const TWO_TIERS: [&str; 4] = ["rubin-nvl576", "gb200-nvl576", "cloudmatrix384", "feynman-nvl1152"];

/// Percent of links from which a layer is said to stand on a medium.
const MOSTLY: f64 = 90.0;

/// Classes of scale-up links from accelerators, and from switch to switch.
fn layers(fabric: &FabricSheet) -> [Vec<&FabricClass>; 2] {
    let classes = fabric.tiers.iter().filter(|t| t.tier == Tier::ScaleUp.name());
    classes.flat_map(|t| &t.classes).partition::<Vec<_>, _>(|c| c.ends[0] == "accelerator").into()
}

/// Percent of the links of some classes that are of a medium.
fn of_medium(classes: &[&FabricClass], medium: &str) -> f64 {
    let links = |only: Option<&str>| -> f64 {
        classes.iter().filter(|c| only.is_none_or(|m| c.medium == m)).map(|c| as_f64(c.links)).sum()
    };
    links(Some(medium)) / links(None).max(1.0) * 100.0
}

pub(super) fn two_media(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for name in TWO_TIERS {
        let shipped = grounds.shipped(name)?;
        let [first, second] = layers(&shipped.fabric);
        let longest =
            |classes: &[&FabricClass]| classes.iter().map(|c| c.length.max_m).fold(0.0, f64::max);
        let [near, far] = [longest(&first), longest(&second)];
        answers.push(Answer::new(
            "longest link",
            format!("{name}, accelerator to first layer"),
            near,
            "m",
        ));
        answers.push(
            Answer::new(
                "links of copper",
                format!("{name}, accelerator to first layer"),
                of_medium(&first, "copper"),
                "%",
            )
            .at_least(MOSTLY),
        );
        answers.push(Answer::new(
            "longest link",
            format!("{name}, first to second layer"),
            far,
            "m",
        ));
        answers.push(
            Answer::new(
                "links of light",
                format!("{name}, first to second layer"),
                of_medium(&second, "light"),
                "%",
            )
            .at_least(MOSTLY),
        );
        let kinds = |classes: &[&FabricClass]| {
            let mut kinds: Vec<&str> = classes.iter().map(|c| c.technology.as_str()).collect();
            kinds.dedup();
            kinds.join(" and ")
        };
        words.push(format!(
            "{name} ({}): {} up to {near:.1} m below, {} up to {far:.1} m above",
            shipped.scenario.year,
            kinds(&first),
            kinds(&second)
        ));
    }
    let explanation = format!(
        "What costs least over the years of what closes and can be bought: {}. The medium of a layer is an outcome of its lengths, its lane \
         rate and the year.",
        words.join("; ")
    );
    let claim =
        Claim::new("C36", answers, explanation, format!("lightloom fabric {}", TWO_TIERS[0]));
    Ok(claim.led_by("links of copper", TWO_TIERS[0]))
}

/// Domains of copper that are sold or announced, and one whose second layer is light.
const DOMAINS: [&str; 4] = [FIRST, "helios-mi455x", "kyber-nvl144", "rubin-nvl576"];
/// Part of the rear from which air and hands no longer pass, as the findings of a fabric have it, percent.
const CLOSED: f64 = 50.0;

fn accelerator_rack(fabric: &FabricSheet) -> Option<&RackRow> {
    fabric.racks.iter().find(|r| r.kind == "accelerators")
}

pub(super) fn limits(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for name in DOMAINS {
        let shipped = grounds.shipped(name)?;
        let fabric = &shipped.fabric;
        let Some(rack) = accelerator_rack(fabric) else { continue };
        let [first, _] = layers(fabric);
        let pairs = first.iter().map(|c| c.parts.wire_pairs).sum::<f64>() / as_f64(rack.racks);
        let copper = of_medium(&first, "copper");
        let of = |boundary: &str| format!("{name}, {boundary}");
        let boundary = of("a rack of accelerators");
        answers.push(Answer::new("power at the inlet", &boundary, rack.power_kw, "kW"));
        answers.push(
            Answer::new(
                "power over what its supply gives",
                &boundary,
                rack.power_kw / rack.supply_kw,
                "",
            )
            .of([rack.power_kw, rack.supply_kw])
            .at_least(1.0),
        );
        answers.push(
            Answer::new(
                "power over what is cooled in a rack today",
                &boundary,
                rack.power_kw / rack.cooled_kw,
                "",
            )
            .at_least(1.0),
        );
        let wires = Answer::new(
            "copper pairs of the domain's links",
            of("a rack of accelerators, both directions"),
            pairs,
            "",
        );
        answers.push(if name == FIRST {
            wires.beside(grounds.facts, "published.cables.nvl72")
        } else {
            wires
        });
        answers.push(Answer::new(
            "largest cross-section of its cables",
            &boundary,
            rack.bundle_cm2,
            "cm2",
        ));
        answers.push(Answer::new("mass with trays and cables", &boundary, rack.mass_kg, "kg"));
        answers.push(
            Answer::new("rear that its cables close", &boundary, rack.rear_closed_percent, "%")
                .at_least(CLOSED),
        );
        words.push(format!(
            "{name} {:.0} kW of {:.0} supplied and {:.0} cooled, {pairs:.0} pairs ({copper:.0} % of first-layer links in copper), {:.0} kg, {:.0} % of \
             the rear closed",
            rack.power_kw, rack.supply_kw, rack.cooled_kw, rack.mass_kg, rack.rear_closed_percent
        ));
    }
    let study = grounds.world_sizes()?;
    let copper = study.media.iter().find(|m| m.medium == "copper");
    let rows = copper.map_or(&[][..], |m| m.rows.as_slice());
    let largest = rows.iter().filter(|r| r.built.is_some()).map(|r| r.domain).max().unwrap_or(0);
    let refused = rows.iter().find(|r| r.domain > largest).and_then(|r| r.refused.clone());
    answers.push(
        Answer::new(
            "largest domain of copper alone",
            format!("accelerators, {FIRST}, of the sizes that are sold or announced"),
            as_f64(largest),
            "",
        )
        .at_most(144.0),
    );
    let explanation = format!(
        "{}. A domain of copper alone ends at {largest} accelerators{}.",
        words.join("; "),
        refused.map_or_else(String::new, |why| format!(" ({why})")),
    );
    let claim = Claim::new("C41", answers, explanation, format!("lightloom fabric {FIRST}"));
    Ok(claim.led_by("power over what its supply gives", FIRST))
}
