//! Links that flap or are slow: what a job loses by waiting for them.

use super::study::Studied;
use crate::decide::Case;
use crate::plan::StragglingRow;
use lightloom_evidence::Facts;
use lightloom_operations::straggler::{Degradation, flaps_borne, slowdown};
use lightloom_operations::{Event, Repair};
use lightloom_scenario::run::{as_f64, degradations};
use lightloom_scenario::{RunError, Structure};
use lightloom_units::{Count, Quantity, Ratio};

/// The share of its time that a job may lose to flaps, to say how many it bears.
const BORNE: f64 = 0.01;

/// What flapping and degraded links of a strategy cost its job.
///
/// # Model
/// [`slowdown`] over all links of the job at accelerators and interfaces, each step waiting for the links all the time.
///
/// # Validity
/// So the slowing is an upper bound: what hides behind computing is not slower. Stops of links with no other plane are exact.
///
/// # Errors
/// [`RunError`] when a fact is missing or a rate cannot be.
pub(super) fn straggling(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: &Structure,
    studied: &Studied<'_>,
) -> Result<StragglingRow, RunError> {
    let operated = &studied.operated;
    let of_job = operated.job_accelerators / operated.availability.accelerators;
    let (mut links, mut flaps, mut ways) = (0.0, 0.0, Vec::new());
    let classes = structure.fabric.link_classes.iter().zip(studied.picks).enumerate();
    for (i, (class, pick)) in classes {
        let of_class = degradations(case.scenario, facts, class, &pick.fitted)?;
        if of_class.is_empty() {
            continue;
        }
        let count = as_f64(class.links) * of_job;
        let flapping = &operated.components.classes[operated.components.of_link_class(i)];
        for flap in flapping.iter().filter(|c| c.repair.event == Event::Flap) {
            links += count;
            flaps += flap.failure_rate.as_per_year() * count;
        }
        // As one link that is slow as often as all of them together.
        ways.extend(of_class.into_iter().map(|way| Degradation { rate: way.rate * count, ..way }));
    }
    let cost = slowdown(&ways, Count::from_si(1.0), Ratio::new(1.0))?;
    let flap = Repair::from_facts(facts, Event::Flap)?.total();
    let borne = if links > 0.0 {
        Some(flaps_borne(Count::from_si(links), flap, Ratio::new(BORNE))?.as_per_year())
    } else {
        None
    };
    Ok(StragglingRow {
        links_that_flap: links,
        flaps_per_link: if links > 0.0 { flaps / links } else { 0.0 },
        flaps_per_link_borne: borne,
        degraded: cost.degraded.value(),
        stopped: cost.by_stops.value(),
        slower: 1.0 - cost.speed.value(),
    })
}
