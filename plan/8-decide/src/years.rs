//! Years of several sites side by side, on all threads, with common random numbers.

use lightloom_operations::simulation::{Difference, Outcome, Paired, Series, Site, Tally, history};
use lightloom_operations::{Event, OperationsError};
use lightloom_units::{Ratio, Time};
use rayon::prelude::*;

/// Histories of a wave: what a progress shows at once, and between two looks at the precision. Not by threads, which no answer
/// depends on.
const WAVE: u64 = 16;
/// Length of a history.
const LENGTH_YEARS: f64 = 1.0;
/// Warm-up, in longest repairs.
const WARM_UP_REPAIRS: f64 = 4.0;

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Seed of all histories.
    pub seed: u64,
    /// Confidence of the intervals.
    pub confidence: Ratio,
    /// Histories at most, a year each.
    pub most: u64,
    /// Half-width over mean at which to stop before, of what the first site loses.
    pub precision: Option<Ratio>,
}

/// How far a simulation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Histories that are done.
    pub done: u64,
    /// Histories at most.
    pub most: u64,
    /// Precision so far; infinite before two histories.
    pub precision: f64,
}

/// What the years show.
#[derive(Debug, Clone, PartialEq)]
pub struct Years {
    /// Of each site.
    pub outcomes: Vec<Outcome>,
    /// Of each site but the first, its figures less the first's: their noise cancels where they share what fails.
    pub differences: Vec<Difference>,
    /// Time at the start of each history that is not counted.
    pub warm_up: Time,
    /// Half-width over mean that was reached of what the first site loses.
    pub precision: f64,
}

/// Simulates sites year by year, all with the same random numbers.
///
/// # Model
/// Waves of histories run side by side and are added in order; after each wave it is seen whether the precision is
/// reached. Histories are numbered, so that neither threads nor other sites change what they draw.
///
/// # Errors
/// [`OperationsError`] of a site that cannot be.
pub fn simulate(
    sites: &[&Site],
    effort: &Effort,
    mut progress: impl FnMut(&Progress),
) -> Result<Years, OperationsError> {
    let warm_up = sites.iter().map(|s| warm_up(s)).fold(Time::ZERO, Time::max);
    let length = Time::years(LENGTH_YEARS);
    let mut series: Vec<Series> = sites.iter().map(|s| Series::new(s)).collect();
    let mut pairs: Vec<Paired> = match sites.split_first() {
        Some((first, others)) => others.iter().map(|other| Paired::new(first, other)).collect(),
        None => Vec::new(),
    };
    let mut reached = f64::INFINITY;
    let mut done = 0;
    while done < effort.most {
        let end = (done + WAVE).min(effort.most);
        let wave: Vec<Vec<Tally>> = (done..end)
            .into_par_iter()
            .map(|number| {
                sites.iter().map(|s| history(s, warm_up, length, effort.seed, number)).collect()
            })
            .collect::<Result<_, OperationsError>>()?;
        for tallies in &wave {
            for (series, tally) in series.iter_mut().zip(tallies) {
                series.add(tally);
            }
            let Some((first, others)) = tallies.split_first() else { continue };
            for (pair, other) in pairs.iter_mut().zip(others) {
                pair.add(first, other);
            }
        }
        done = end;
        if let Some(first) = series.first() {
            reached = first.outcome(effort.confidence)?.precision();
        }
        progress(&Progress { done, most: effort.most, precision: reached });
        if effort.precision.is_some_and(|wanted| reached <= wanted.value()) {
            break;
        }
    }
    let outcomes: Vec<Outcome> =
        series.iter().map(|s| s.outcome(effort.confidence)).collect::<Result<_, _>>()?;
    let differences =
        pairs.iter().map(|pair| pair.outcome(effort.confidence)).collect::<Result<_, _>>()?;
    Ok(Years { outcomes, differences, warm_up, precision: reached })
}

/// Histories of a site that a budget of events allows, from the closed form of how often something happens.
#[must_use]
pub fn affordable(sites: &[&Site], events: f64) -> u64 {
    let year = Time::years(LENGTH_YEARS);
    let per_year = |site: &&Site| -> f64 {
        let of_class = |class: &lightloom_operations::ComponentClass| {
            let failures =
                class.failure_rate * year * class.count.value() * class.redundancy.installed as f64;
            match class.repair.event {
                Event::Flap => failures * class.job_stop_share.value(),
                // A failure, its stages, a delivery.
                _ => failures * 4.5,
            }
        };
        site.classes.iter().map(of_class).sum()
    };
    let all: f64 = sites.iter().map(per_year).sum();
    (events / all.max(1.0)).clamp(1.0, 1e6) as u64
}

/// Long enough for the start to be forgotten: some of the longest repairs, and shelves that have been filled again.
fn warm_up(site: &Site) -> Time {
    let repairs = site.classes.iter().map(|c| c.repair.total()).fold(Time::ZERO, Time::max);
    let resupply = site.stocks.iter().flatten().map(|s| s.resupply).fold(Time::ZERO, Time::max);
    (repairs * WARM_UP_REPAIRS).max(resupply)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use crate::site::NodesUp;
    use lightloom_operations::simulation::{Estimate, Job};
    use lightloom_operations::{ComponentClass, Redundancy, Repair, RepairUnit};
    use lightloom_units::{Count, FailureRate, Quantity};

    fn class(name: &str, per_year: f64, stopped: [f64; 2]) -> ComponentClass {
        ComponentClass {
            name: name.to_owned(),
            count: Count::from_si(640.0),
            failure_rate: FailureRate::from_si(per_year / Time::years(1.0).as_s()),
            repair: Repair {
                event: Event::Hard(RepairUnit::Module),
                detect: Time::s(60.0),
                wait: Time::hours(4.0),
                hands_on: Time::hours(1.0),
                requalify: Time::hours(1.0),
            },
            stopped_while_faulty: Count::from_si(stopped[0]),
            stopped_in_repair: Count::from_si(stopped[1]),
            job_stop_share: Ratio::new(1.0),
            redundancy: Redundancy::NONE,
        }
    }

    fn site(links_per_year: f64) -> Site {
        let [all, node, domain] = [640.0, 4.0, 16.0].map(Count::from_si);
        let classes =
            vec![class("accelerator", 0.3, [4.0, 4.0]), class("link", links_per_year, [1.0, 16.0])];
        let mut site = Site::without_queues(all, node, domain, classes);
        let [interval, checkpoint, restart] = [900.0, 10.0, 600.0].map(Time::s);
        site.job = Some(Job { domains: 36, nodes: 4, interval, checkpoint, restart });
        site
    }

    fn effort(most: u64, precision: Option<f64>) -> Effort {
        let precision = precision.map(Ratio::new);
        Effort { seed: 5, confidence: Ratio::new(0.95), most, precision }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let (few, many) = (site(0.1), site(1.0));
        let years = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulate(&[&few, &many], &effort(40, None), |_| {}).unwrap())
        };
        let one = format!("{:?}", years(1));
        assert!([2, 4].into_iter().all(|threads| format!("{:?}", years(threads)) == one));
    }

    /// Means of paired differences are differences of means; what is shared does not blur them.
    #[test]
    fn differences_are_paired() {
        let (few, many) = (site(0.1), site(0.15));
        let years = simulate(&[&few, &many], &effort(64, None), |_| {}).unwrap();
        let [a, b] = [&years.outcomes[0], &years.outcomes[1]];
        let paired = years.differences[0];
        let job = |o: &Outcome| o.job.unwrap();
        type Of<'f> = &'f dyn Fn(&Outcome) -> Estimate;
        let figures: [(Estimate, Of<'_>); 4] = [
            (paired.availability, &|o| o.availability),
            (paired.lost_by_causes, &|o| o.lost_by_causes),
            (paired.ettr, &|o| job(o).ettr),
            (paired.interruptions_per_year, &|o| job(o).interruptions_per_year),
        ];
        for (difference, of) in figures {
            let (one, other) = (of(a), of(b));
            assert!((difference.mean - (other.mean - one.mean)).abs() < 1e-9 * other.mean.abs());
            let squares = one.half_width * one.half_width + other.half_width * other.half_width;
            let apart = squares.sqrt();
            assert!(difference.half_width < 0.7 * apart, "{difference:?}: {apart} apart");
        }
        // A site against itself: nothing, surely.
        let same = simulate(&[&few, &few], &effort(16, None), |_| {}).unwrap().differences[0];
        assert!(same.availability.mean.abs() < 1e-12 && same.ettr.half_width < 1e-12, "{same:?}");
    }

    #[test]
    fn it_stops_at_the_precision_that_is_wanted() {
        let site = site(0.5);
        let mut seen = Vec::new();
        let years =
            simulate(&[&site], &effort(4_000, Some(0.02)), |p| seen.push((p.done, p.precision)))
                .unwrap();
        let last = seen.len() - 1;
        assert!(years.precision <= 0.02 && seen[last].0 < 4_000, "{seen:?}");
        assert!(seen[..last].iter().all(|(_, precision)| *precision > 0.02), "{seen:?}");
        let done = years.outcomes[0].histories;
        assert_eq!((done % WAVE, done), (0, seen[last].0));
        // The precision is a standard error: four times the years, half of it.
        let longer = simulate(&[&site], &effort(4 * done, None), |_| {}).unwrap();
        assert!((longer.precision / years.precision - 0.5).abs() < 0.15, "{}", longer.precision);
    }

    /// Against years: nodes of which one or two may be missing, with repairs that take the whole domain.
    #[test]
    fn nodes_up_agree_with_years() {
        let site = site(0.4);
        let closed = NodesUp::new(&site).unwrap();
        let outcome = &simulate(&[&site], &effort(256, None), |_| {}).unwrap().outcomes[0];
        for needed in 1..=4 {
            let (one, other) = (closed.at_least(needed).unwrap(), outcome.domains_with(needed));
            assert!((one - other).abs() < 0.03 * (1.0 - one), "{needed}: {one} {other}");
        }
        // Forty domains of which four are spare: the binomial law.
        let one = closed.at_least(4).unwrap();
        let all = closed.domains([36, 40], 4).unwrap();
        assert!((all - lightloom_num::at_least(36, 40, one).unwrap()).abs() < 1e-12);
        let waits = outcome.job.unwrap().waiting;
        assert!(
            (waits.mean - (1.0 - all)).abs() < 2.0 * waits.half_width + 1e-3,
            "{waits:?} {all}"
        );
    }

    /// Outages fill the time in which too few nodes serve; what its fault has begun, a repair does not begin again.
    #[test]
    fn outages_fill_the_time_that_nodes_leave() {
        let site = site(0.4);
        let closed = NodesUp::new(&site).unwrap();
        for needed in 1..=4 {
            let outages = closed.outages(needed).unwrap();
            let out = 1.0 - closed.at_least(needed).unwrap();
            let filled = outages.rate * outages.mean;
            assert!((filled / out - 1.0).abs() < 0.02, "{needed}: {filled} {out}");
        }
        // By hand: 4 nodes of a domain, each with 4 accelerators of 640 (0.3 / year, one in four of a node's) and 16 links
        // (4 of a node's at 0.4 / year): a fault of either is the one beginning, its repair goes on with it.
        let all = closed.outages(4).unwrap().rate.as_per_year();
        let by_hand = 16.0 * (0.3 + 0.4);
        assert!((all / by_hand - 1.0).abs() < 0.01, "{all} {by_hand}");
        // One node may be missing: links' repairs stop the domain, each for two hours.
        let three = closed.outages(3).unwrap();
        assert!((three.rate.as_per_year() / (16.0 * 0.4) - 1.0).abs() < 0.05, "{three:?}");
        assert!((three.mean.as_hours() - 2.0).abs() < 0.1, "{three:?}");
    }

    #[test]
    fn a_budget_of_events_is_kept_about() {
        let (few, many) = (site(0.1), site(1.0));
        let sites = [&few, &many];
        let years = affordable(&sites, 200_000.0);
        let events: u64 = simulate(&sites, &effort(years, None), |_| {})
            .unwrap()
            .outcomes
            .iter()
            .map(|o| o.events)
            .sum();
        assert!((150_000..250_000).contains(&events), "{years} years, {events} events");
    }
}
