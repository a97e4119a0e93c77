//! Years of several sites side by side, on all threads, with common random numbers.

use lightloom_operations::simulation::{
    CauseTally, Estimate, Outcome, Series, Site, Tally, history,
};
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
    /// Of each site but the first, its figures less the first's.
    pub differences: Vec<Differences>,
    /// Time at the start of each history that is not counted.
    pub warm_up: Time,
    /// Half-width over mean that was reached of what the first site loses.
    pub precision: f64,
}

/// Figures of a site less those of another in the same years: their noise cancels where they share what fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Differences {
    /// Share of accelerator-hours left.
    pub availability: Estimate,
    /// Share of accelerator-hours that causes lose, each counted by itself.
    pub lost_by_causes: Estimate,
    /// Productive share of the job.
    pub ettr: Estimate,
    /// Stops of the job by faults in a year.
    pub interruptions_per_year: Estimate,
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
    let pairs: Vec<Site> = sites.iter().skip(1).map(|s| summed(s)).collect();
    let mut differences: Vec<Series> = pairs.iter().map(Series::new).collect();
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
            for (series, other) in differences.iter_mut().zip(others) {
                series.add(&less(other, first));
            }
        }
        done = end;
        if let Some(first) = series.first() {
            reached = precision(&first.outcome(effort.confidence)?);
        }
        progress(&Progress { done, most: effort.most, precision: reached });
        if effort.precision.is_some_and(|wanted| reached <= wanted.value()) {
            break;
        }
    }
    let outcomes: Vec<Outcome> =
        series.iter().map(|s| s.outcome(effort.confidence)).collect::<Result<_, _>>()?;
    let paired = |series: &Series| {
        let outcome = series.outcome(effort.confidence)?;
        let job = outcome.job;
        // A difference of stopped hours stands where hours are left: one less it.
        let left = outcome.availability;
        Ok::<_, OperationsError>(Differences {
            availability: Estimate { mean: left.mean - 1.0, half_width: left.half_width },
            lost_by_causes: outcome.lost_by_causes,
            ettr: job.map(|j| j.ettr).unwrap_or_default(),
            interruptions_per_year: job.map(|j| j.interruptions_per_year).unwrap_or_default(),
        })
    };
    let differences = differences.iter().map(paired).collect::<Result<_, _>>()?;
    Ok(Years { outcomes, differences, warm_up, precision: reached })
}

/// Half-width over mean, the worse of lost accelerator-hours and lost time of the job.
fn precision(outcome: &Outcome) -> f64 {
    let lost = |kept: Estimate| {
        let mean = 1.0 - kept.mean;
        if kept.half_width > 0.0 { kept.half_width / mean.abs() } else { 0.0 }
    };
    lost(outcome.availability).max(outcome.job.map_or(0.0, |job| lost(job.ettr)))
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

/// A site with one cause, under which all are summed.
fn summed(site: &Site) -> Site {
    let mut one = site.clone();
    one.classes.truncate(1);
    one.stocks.truncate(1);
    one
}

/// One history less another. Every figure of a series is a sum of counts over the same time, so that the figures of
/// differences are the differences of figures.
fn less(a: &Tally, b: &Tally) -> Tally {
    let lost = |t: &Tally| t.causes.iter().map(CauseTally::lost).sum::<f64>();
    let mut job = a.job;
    job.work -= b.job.work;
    job.checkpoints -= b.job.checkpoints;
    job.rework -= b.job.rework;
    job.restarts -= b.job.restarts;
    job.waiting -= b.job.waiting;
    job.interruptions -= b.job.interruptions;
    job.planned -= b.job.planned;
    Tally {
        watched: a.watched,
        causes: vec![CauseTally { detection: lost(a) - lost(b), ..CauseTally::default() }],
        stopped: a.stopped - b.stopped,
        nodes_out: vec![0.0; a.nodes_out.len()],
        job,
        events: 0,
    }
}
