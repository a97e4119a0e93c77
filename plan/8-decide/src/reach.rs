//! Copper and light against lane rate: how far each technology reaches.

use crate::decide::{Case, Decided};
use crate::plan::{CrossoverRow, ReachAt, ReachChart, ReachCurve, ReachPoint};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Pam};
use lightloom_package::{Medium, PortSpec, Shop, Technology, reach};
use lightloom_scenario::{Library, RunError, signal};
use lightloom_units::{BitRate, Length};
use rayon::prelude::*;
use std::sync::Arc;

/// Lane rates of every chart, Gb/s; the scenario's own are added.
const LANES_GBPS: [f64; 4] = [50.0, 100.0, 200.0, 400.0];

/// The chart for a decided case.
///
/// # Errors
/// [`RunError`] when a technology cannot be built.
pub fn chart(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<ReachChart, RunError> {
    let nodes = &case.scenario.cluster;
    let Library { technologies, processes, standard, .. } = case.library;
    let shop =
        Shop::new(facts, technologies, processes, standard, nodes.chip_node, nodes.module_node)?
            .with_links(Arc::clone(&decided.links));
    let classes = &decided.structure.fabric.link_classes;
    let mut lanes: Vec<f64> = LANES_GBPS.to_vec();
    lanes.extend(classes.iter().map(|class| signal(case.scenario, class).lane.as_gbps()));
    lanes.sort_by(f64::total_cmp);
    lanes.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let technologies: Vec<&Technology> = case.library.technologies.values().collect();
    let curves: Vec<ReachCurve> = technologies
        .par_iter()
        .map(|technology| {
            let points = lanes
                .iter()
                .filter(|gbps| technology.serves(BitRate::gbps(**gbps)))
                .map(|gbps| best_modulation(&shop, technology, *gbps))
                .collect::<Result<_, RunError>>()?;
            Ok(ReachCurve {
                technology: technology.id.clone(),
                name: technology.name.clone(),
                family: family(technology).to_owned(),
                points,
            })
        })
        .collect::<Result<_, RunError>>()?;
    let recommended = decided.recommended();
    let links = decided
        .structure
        .fabric
        .link_classes
        .iter()
        .zip(&recommended.picks)
        .map(|(class, pick)| ReachPoint {
            class: class.name.clone(),
            lane_gbps: signal(case.scenario, class).lane.as_gbps(),
            max_m: class.lengths.max.as_m(),
            family: pick
                .usable()
                .then(|| case.library.offer(&pick.technology))
                .flatten()
                .map(|t| family(t).to_owned()),
        })
        .collect();
    let crossover = lanes.iter().map(|gbps| crossover(*gbps, &curves, &technologies)).collect();
    Ok(ReachChart { curves, links, crossover })
}

/// Name of a technology's family, as in its file.
#[must_use]
pub fn family(technology: &Technology) -> &'static str {
    match technology.family {
        lightloom_package::Family::Copper => "copper",
        lightloom_package::Family::Pluggable => "pluggable",
        lightloom_package::Family::NearPackage => "near-package",
        lightloom_package::Family::CoPackaged => "co-packaged",
    }
}

/// Reach at a lane rate by the modulation that reaches farthest; the order of PAM is an outcome.
fn best_modulation(
    shop: &Shop<'_>,
    technology: &Technology,
    gbps: f64,
) -> Result<ReachAt, RunError> {
    let mut best =
        ReachAt { lane_gbps: gbps, modulation: Pam::Pam4.name().to_owned(), reach_m: 0.0 };
    let candidates: &[Pam] =
        if gbps > 250.0 { &[Pam::Pam4, Pam::Pam6, Pam::Pam8] } else { &[Pam::Pam4] };
    for pam in candidates {
        let line = Line { payload: BitRate::gbps(gbps), pam: *pam, fec: Fec::Kp4 };
        let spec = PortSpec {
            rate: BitRate::gbps(4.0 * gbps),
            line,
            length: Length::m(1.0),
            nominal_length: Length::m(1.0),
            near_is_switch: true,
            through_circuit_switch: false,
        };
        let reach = reach(shop, technology, &spec)?.as_m();
        if reach > best.reach_m {
            best = ReachAt { lane_gbps: gbps, modulation: pam.name().to_owned(), reach_m: reach };
        }
    }
    Ok(best)
}

fn crossover(gbps: f64, curves: &[ReachCurve], technologies: &[&Technology]) -> CrossoverRow {
    let farthest = |admit: &dyn Fn(&Technology) -> bool| {
        let mut best = (0.0, String::new());
        for (curve, technology) in curves.iter().zip(technologies) {
            if technology.medium() != Medium::Copper || !admit(technology) {
                continue;
            }
            for point in curve.points.iter().filter(|p| (p.lane_gbps - gbps).abs() < 1e-9) {
                if point.reach_m > best.0 {
                    best = (point.reach_m, curve.name.clone());
                }
            }
        }
        best
    };
    let (passive_m, passive) = farthest(&|t| t.active().is_none());
    let (active_m, active) = farthest(&|_| true);
    CrossoverRow { lane_gbps: gbps, passive_m, passive, active_m, active }
}
