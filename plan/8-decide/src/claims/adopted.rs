//! Who adopts, and what is mixed: C09, C26.

use super::clusters::{names, scenario};
use super::grounds::Grounds;
use super::ports::{On, line};
use super::{Answer, Claim};
use crate::anew::{Anew, Watch};
use crate::candidate::Candidate;
use crate::draws::{DRAWS, draws, range};
use crate::plan::MaturityRow;
use lightloom_fabric::Tier;
use lightloom_link::Pam;
use lightloom_num::to_f64;
use lightloom_package::{Family, ProductKind, pair::upper_end};
use lightloom_scenario::RunError;

/// Networks with the shipped system, the technology of its switches, the tier, and products of co-packaged switches.
const NETWORKS: [(&str, &str, &str, Tier, &[&str]); 3] = [
    ("InfiniBand", "quantum-x-cpo-2tier", "cpo-switch", Tier::ScaleOut, &["q3450"]),
    (
        "Ethernet",
        "spectrum-x-cpo-2tier",
        "cpo-switch",
        Tier::ScaleOut,
        &["sn6810", "sn6800", "davisson", "bailly", "humboldt"],
    ),
    ("NVLink", "feynman-nvl1152", "cpo-accelerator", Tier::ScaleUp, &[]),
];

/// What adoption waits for.
const VOLUME: &str = "first year of volume, in years after that of the cluster";

pub(super) fn switches(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let dated = |id: &str, tier: Tier| -> Option<&MaturityRow> {
        let mut rows = known.sheet.technologies.iter();
        rows.find(|r| r.technology == id && (r.tier == tier.name() || r.tier == "both"))
    };
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for (network, system, technology, tier, products) in NETWORKS {
        let shipped = grounds.shipped(system)?;
        let year = f64::from(shipped.scenario.year);
        let Some(row) = dated(technology, tier) else { continue };
        let [early, middle, late] = row.year_5_50_95;
        if answers.is_empty() {
            answers.push(Answer::new(
                "probability of volume",
                format!("{}, {}, by {}", row.name, tier.name(), known.sheet.year),
                row.probability_by_year,
                "",
            ));
        }
        answers.push(
            Answer::new(
                VOLUME,
                format!(
                    "{network}, {}, {}; in the year of {system}, {year:.0}",
                    row.name,
                    tier.name()
                ),
                middle - year,
                "",
            )
            .of([middle])
            .spread([early - year, late - year])
            // Until that year is over.
            .at_most(1.0),
        );
        let sold = products.iter().filter_map(|id| grounds.library.products.get(*id));
        let sold = sold.filter(|product| product.kind == ProductKind::Switch).count();
        answers.push(
            Answer::new(
                "switches with engines in them",
                format!("{network}, products of the catalog"),
                to_f64(sold),
                "",
            )
            .at_least(1.0),
        );
        let fabric = &shipped.decided.structure.fabric;
        let classes = fabric.link_classes.iter().zip(&shipped.decided.candidates);
        let closes: Vec<bool> = classes
            .filter(|(class, _)| class.tier == tier)
            .map(|(_, all)| all.iter().any(|c| c.technology == technology && c.unfit.is_none()))
            .collect();
        let closing = closes.iter().filter(|closes| **closes).count();
        let share = to_f64(closing) / to_f64(closes.len().max(1)) * 100.0;
        answers.push(
            Answer::new(
                "kinds of links on which the engines close",
                format!("{network}, {} of {system}", tier.name()),
                share,
                "%",
            )
            .at_least(100.0),
        );
        words.push(format!(
            "{network}: switches sold {sold}, volume in {middle:.1} ({early:.1} to {late:.1}), engines close on {closing} of {} kinds of links of \
             {system}",
            closes.len()
        ));
    }
    let explanation = format!(
        "{}. A network has adopted it when a switch is sold, its links close and volume is to be had before the year of its cluster ends.",
        words.join("; ")
    );
    let command = "lightloom readiness gb300-nvl72-4608".to_owned();
    Ok(Claim::new("C09", answers, explanation, command).led_by(VOLUME, NETWORKS[0].0))
}

/// What is mixed with pluggables.
const NEAR: &str = "near-package-optics";

/// The least that a family costs over the years on a class; `None` where none of it closes.
fn least(candidates: &[Candidate], families: &[Family]) -> Option<f64> {
    let fitting =
        candidates.iter().filter(|c| c.unfit.is_none() && families.contains(&c.fitted.family));
    fitting.map(|c| c.tco.nominal.as_usd()).reduce(f64::min)
}

/// Costs over the years of a tier all by pluggables, all near the package, and each class by whichever is cheaper.
fn ways(classes: &[&Vec<Candidate>]) -> Option<[f64; 3]> {
    let sum = |families: &[Family]| classes.iter().map(|c| least(c, families)).sum::<Option<f64>>();
    let (pluggable, near) = (sum(&[Family::Pluggable])?, sum(&[Family::NearPackage])?);
    Some([pluggable, near, sum(&[Family::Pluggable, Family::NearPackage])?])
}

/// By how much a mix beats the better of two ways alone, percent.
fn gain([pluggable, near, mixed]: [f64; 3]) -> f64 {
    (1.0 - mixed / pluggable.min(near)) * 100.0
}

pub(super) fn hybrids(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let decided = grounds.decided()?;
    let link = grounds.facing(NEAR)?;
    let on = On::facing(NEAR, line(200.0, Pam::Pam4), link.asked.length_m);
    let (_, [low, high]) = grounds.of_ports(&[on], |ports| ports[0].margin.as_db())?;
    let margin = link.link.margin_db;
    let mut answers = vec![
        Answer::new(
            "margin of a link with an engine near the package at the switch and a pluggable opposite",
            "200 Gb/s a lane, chip to chip",
            margin,
            "dB",
        )
        .spread([low.min(margin), high.max(margin)])
        .at_least(0.0),
        Answer::new("energy of that link", "a bit one way, chip to chip", link.link.lane_pj_per_bit, "pJ/bit"),
    ];
    let classes = &decided.structure.fabric.link_classes;
    let out: Vec<usize> =
        (0..classes.len()).filter(|i| classes[*i].tier == Tier::ScaleOut).collect();
    let of =
        |all: &[Vec<Candidate>]| ways(&out.iter().filter_map(|i| all.get(*i)).collect::<Vec<_>>());
    let mut words = vec![format!(
        "a link of both has {:+.1} dB and takes {:.1} pJ/bit",
        link.link.margin_db, link.link.lane_pj_per_bit
    )];
    if let Some(nominal) = of(&decided.candidates) {
        let case = grounds.case();
        let anew = Anew::new(&case, grounds.facts, &decided, Watch::Serving)?;
        let drawn = draws(&anew, &case, 0..DRAWS, |d| of(d.candidates));
        let own = gain(nominal);
        let ends = range(own, drawn.iter().copied().map(gain).collect());
        let wins = drawn.iter().filter(|d| gain(**d) > 1e-9).count();
        let wins = to_f64(wins) / to_f64(drawn.len().max(1)) * 100.0;
        answers.push(
            Answer::new(
                "cost saved by mixing",
                "scale-out of the cluster, over the years, against the better of the two alone",
                own,
                "%",
            )
            .spread(ends)
            .at_least(1.0),
        );
        answers.push(Answer::new(
            "draws in which a mix by class costs least",
            "scale-out of the cluster",
            wins,
            "%",
        ));
        words.push(format!(
            "in scale-out a mix by kind of link saves {own:.1} % ({:.1} to {:.1}) against the better one alone, and costs least in {wins:.0} % \
             of draws",
            ends[0], ends[1]
        ));
    }
    let early = grounds
        .readiness()?
        .sheet
        .technologies
        .iter()
        .find(|r| r.technology == NEAR)
        .map(|r| r.year_5_50_95[0]);
    let (mut mixed, mut systems) = (Vec::new(), 0_usize);
    for name in names() {
        // Before it can be bought it is in no mix.
        let over = f64::from(scenario(name)?.0.year) + 1.0;
        if early.is_none_or(|early| over < early) {
            continue;
        }
        let shipped = grounds.shipped(name)?;
        systems += 1;
        let both = |tier: &crate::plan::FabricTier| {
            let near = tier.classes.iter().any(|c| upper_end(&c.technology) == NEAR);
            let mut found =
                tier.classes.iter().filter_map(|c| grounds.library.offer(&c.technology));
            near && found.any(|t| t.family == Family::Pluggable)
        };
        if shipped.fabric.tiers.iter().any(both) {
            mixed.push(name);
        }
    }
    answers.push(
        Answer::new(
            "clusters whose best mix holds both in one tier",
            format!("{systems} shipped systems of years in which it may be bought"),
            to_f64(mixed.len()),
            "",
        )
        .at_least(1.0),
    );
    let named = if mixed.is_empty() { "none".to_owned() } else { mixed.join(", ") };
    let explanation = format!(
        "Near-package optics stand at the switch alone: {}. Shipped clusters whose best mix holds both in one tier: {named}.",
        words.join("; ")
    );
    Ok(Claim::new(
        "C26",
        answers,
        explanation,
        "lightloom package compare near-package-optics".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::gain;

    #[test]
    fn a_mix_is_weighed_against_the_better_way_alone() {
        // Pluggables cost 100, engines 90, each where it is cheaper 81: a tenth less than 90.
        assert!((gain([100.0, 90.0, 81.0]) - 10.0).abs() < 1e-9);
        assert!(gain([100.0, 90.0, 90.0]).abs() < 1e-9);
    }
}
