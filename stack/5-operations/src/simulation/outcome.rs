//! Means over histories, with confidence intervals.

use super::quantile::{YearQuantile, quantile};
use super::site::Site;
use super::tally::Tally;
use crate::error::OperationsError;
use lightloom_num::q_inverse;
use lightloom_units::time::HOURS_PER_YEAR;
use lightloom_units::{Ratio, Time};
use serde::Serialize;

/// Figures of a site, before those of its causes.
const FIGURES: usize = 8;
/// Figures of one cause.
const OF_CAUSE: usize = 11;

/// A mean over histories.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half of the confidence interval; infinite with fewer than two histories.
    pub half_width: f64,
}

impl Estimate {
    /// Both ends of the confidence interval.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        [self.mean - self.half_width, self.mean + self.half_width]
    }

    /// Half-width over mean; 0 where nothing ever happened.
    #[must_use]
    pub fn precision(&self) -> f64 {
        if self.half_width > 0.0 { self.half_width / self.mean.abs() } else { 0.0 }
    }
}

/// What a site's histories show. Shares are of 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Histories.
    pub histories: u64,
    /// Years of the cluster that were watched, all histories.
    pub years: f64,
    /// Events that were worked on, all histories.
    pub events: u64,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Share of accelerator-hours left: blocks that overlap counted once.
    pub availability: Estimate,
    /// Share of accelerator-hours that causes lose together, each counted by itself.
    pub lost_by_causes: Estimate,
    /// For `k` from 0: share of time in which `k` nodes of a domain are out.
    pub nodes_out: Vec<Estimate>,
    /// The job, where there is one.
    pub job: Option<JobOutcome>,
    /// One for each class of the site.
    pub causes: Vec<CauseOutcome>,
}

impl Outcome {
    /// The precision that the histories have reached: half-width over mean of the share of accelerator-hours that is lost, and of
    /// the share of the job's time that is, whichever is worse. Infinite with fewer than two histories.
    ///
    /// # Validity
    /// Histories may be stopped at a precision once there are some tens of them: a run of like ones at the start deceives.
    #[must_use]
    pub fn precision(&self) -> f64 {
        let of_loss = |estimate: &Estimate| {
            let lost = Estimate { mean: 1.0 - estimate.mean, ..*estimate };
            lost.precision()
        };
        let job = self.job.as_ref().map_or(0.0, |job| of_loss(&job.ettr));
        of_loss(&self.availability).max(job)
    }

    /// Share of time in which a domain has so many nodes up: what a service level promises.
    #[must_use]
    pub fn domains_with(&self, nodes: u64) -> f64 {
        let all = self.nodes_out.len().saturating_sub(1) as u64;
        let may_be_out = usize::try_from(all.saturating_sub(nodes)).unwrap_or(0);
        if nodes > all {
            return 0.0;
        }
        self.nodes_out.iter().take(may_be_out + 1).map(|e| e.mean).sum()
    }
}

/// The job over the histories.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JobOutcome {
    /// Work that lasted over the time (ETTR).
    pub ettr: Estimate,
    /// Writing checkpoints.
    pub checkpoints: Estimate,
    /// Work that was done again.
    pub rework: Estimate,
    /// Noticing, and starting again.
    pub restarts: Estimate,
    /// Waiting for domains.
    pub waiting: Estimate,
    /// Stops by faults in a year.
    pub interruptions_per_year: Estimate,
}

/// One class of components over the histories; shares are of the cluster's accelerator-hours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CauseOutcome {
    /// Name of the class.
    pub name: String,
    /// Components that failed in a year.
    pub failures_per_year: Estimate,
    /// Groups that failed in a year.
    pub group_failures_per_year: Estimate,
    /// Faults that stopped the job in a year.
    pub interruptions_per_year: Estimate,
    /// Repairs that stopped the job, after a checkpoint, in a year.
    pub planned_per_year: Estimate,
    /// Share of the time in which one component serves.
    pub availability: Estimate,
    /// Lost in faults that pass by themselves.
    pub passing: Estimate,
    /// Lost until faults were noticed.
    pub detection: Estimate,
    /// Lost while hands, parts or a reset were awaited.
    pub waiting: Estimate,
    /// Lost in repairs by the accelerators behind the fault.
    pub repair: Estimate,
    /// Lost in repairs by all others.
    pub blast: Estimate,
    /// Hands-on hours in a year.
    pub labour_hours_per_year: Estimate,
    /// Share of faults that waited for a technician who was busy: hours waited in a year.
    pub queued_hours_per_year: f64,
    /// Swaps that found no part on the shelf, in a year.
    pub without_part_per_year: f64,
}

/// Histories as they come, in any number: sums are kept, and four figures of each for quantiles.
#[derive(Debug, Clone)]
pub struct Series {
    names: Vec<String>,
    accelerators: f64,
    domains: f64,
    components: Vec<f64>,
    with_job: bool,
    nodes: usize,
    histories: u64,
    watched: f64,
    events: u64,
    moments: Vec<Moments>,
    queued: Vec<f64>,
    without_part: Vec<f64>,
    /// Of each history, in the order of [`Figure`].
    each: Vec<[f64; 4]>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    mean: f64,
    /// Sum of squared deviations.
    squares: f64,
}

impl Moments {
    /// Adds the `n`-th value.
    pub(super) fn add(&mut self, x: f64, n: f64) {
        // Welford 1962: no difference of large numbers.
        let step = x - self.mean;
        self.mean += step / n;
        self.squares += step * (x - self.mean);
    }

    pub(super) const fn squares(&self) -> f64 {
        self.squares
    }

    /// The mean with its interval, by [`factor`].
    pub(super) fn estimate(&self, histories: u64, factor: f64) -> Estimate {
        // With one history there is no deviation, and no bound either.
        let known = histories >= 2;
        let half_width = if known { factor * self.squares.sqrt() } else { f64::INFINITY };
        Estimate { mean: self.mean, half_width }
    }
}

/// A figure of a history of which quantiles are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Share of accelerator-hours left.
    Availability,
    /// Share of the job's time that is work that lasted (ETTR); 0 without a job.
    Ettr,
    /// Stops of the job by faults in a year.
    Interruptions,
    /// Share of accelerator-hours that causes lose together.
    LostByCauses,
}

impl Series {
    /// No history of a site yet.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        let classes = &site.classes;
        let nodes = usize::try_from(site.nodes_per_domain()).unwrap_or(0) + 1;
        let components =
            classes.iter().map(|c| c.count.value() * c.redundancy.installed as f64).collect();
        Self {
            names: classes.iter().map(|c| c.name.clone()).collect(),
            accelerators: site.accelerators.value(),
            domains: site.domains() as f64,
            components,
            with_job: site.job.is_some(),
            nodes,
            histories: 0,
            watched: 0.0,
            events: 0,
            moments: vec![Moments::default(); FIGURES + nodes + OF_CAUSE * classes.len()],
            queued: vec![0.0; classes.len()],
            without_part: vec![0.0; classes.len()],
            each: Vec::new(),
        }
    }

    /// Adds a history. The same histories in the same order give the same bytes.
    pub fn add(&mut self, tally: &Tally) {
        self.histories += 1;
        self.watched += tally.watched;
        self.events += tally.events;
        let figures = self.figures(tally);
        let n = self.histories as f64;
        if let [availability, lost, ettr, _, _, _, _, interruptions, ..] = figures.as_slice() {
            self.each.push([*availability, *ettr, *interruptions, *lost]);
        }
        for (moments, x) in self.moments.iter_mut().zip(figures) {
            moments.add(x, n);
        }
        for (k, cause) in tally.causes.iter().enumerate() {
            self.queued[k] += cause.queued;
            self.without_part[k] += cause.without_part;
        }
    }

    fn figures(&self, tally: &Tally) -> Vec<f64> {
        let time = tally.watched;
        let years = time / Time::hours(HOURS_PER_YEAR).as_s();
        let all = self.accelerators * time;
        let job = &tally.job;
        let lost: f64 = tally.causes.iter().map(super::CauseTally::lost).sum();
        let mut figures = vec![
            1.0 - tally.stopped / all,
            lost / all,
            job.work / time,
            job.checkpoints / time,
            job.rework / time,
            job.restarts / time,
            job.waiting / time,
            job.interruptions / years,
        ];
        figures.extend(tally.nodes_out.iter().map(|t| t / (self.domains * time)));
        for (cause, components) in tally.causes.iter().zip(&self.components) {
            figures.extend([
                cause.failures / years,
                cause.group_failures / years,
                cause.interruptions / years,
                cause.planned / years,
                1.0 - cause.down / (components.max(1.0) * time),
                cause.passing / all,
                cause.detection / all,
                cause.waiting / all,
                cause.repair / all,
                cause.blast / all,
                cause.labour / 3600.0 / years,
            ]);
        }
        figures
    }

    /// Histories so far.
    #[must_use]
    pub const fn histories(&self) -> u64 {
        self.histories
    }

    /// What the histories show, with intervals of a confidence.
    ///
    /// # Model
    /// Histories are independent: `half-width = t s / sqrt(n)` with Student's t of `n - 1` degrees.
    ///
    /// # Errors
    /// Unless the confidence lies strictly between 0 and 1.
    pub fn outcome(&self, confidence: Ratio) -> Result<Outcome, OperationsError> {
        let factor = factor(self.histories, confidence.value())?;
        let mut estimates = self.moments.iter().map(|m| m.estimate(self.histories, factor));
        let mut next = || estimates.next().unwrap_or_default();
        let (availability, lost_by_causes) = (next(), next());
        let job = JobOutcome {
            ettr: next(),
            checkpoints: next(),
            rework: next(),
            restarts: next(),
            waiting: next(),
            interruptions_per_year: next(),
        };
        let nodes_out = (0..self.nodes).map(|_| next()).collect();
        let years = self.watched / Time::hours(HOURS_PER_YEAR).as_s();
        let causes = self.names.iter().enumerate().map(|(k, name)| CauseOutcome {
            name: name.clone(),
            failures_per_year: next(),
            group_failures_per_year: next(),
            interruptions_per_year: next(),
            planned_per_year: next(),
            availability: next(),
            passing: next(),
            detection: next(),
            waiting: next(),
            repair: next(),
            blast: next(),
            labour_hours_per_year: next(),
            queued_hours_per_year: self.queued[k] / 3600.0 / years.max(f64::MIN_POSITIVE),
            without_part_per_year: self.without_part[k] / years.max(f64::MIN_POSITIVE),
        });
        let causes = causes.collect();
        Ok(Outcome {
            histories: self.histories,
            years,
            events: self.events,
            confidence: confidence.value(),
            availability,
            lost_by_causes,
            nodes_out,
            job: self.with_job.then_some(job),
            causes,
        })
    }

    /// A quantile of a figure over the histories, with an interval of a confidence: with histories of a year and a share of 5 %,
    /// the availability of the worst year in twenty. `None` without histories.
    ///
    /// # Errors
    /// Unless share and confidence lie strictly between 0 and 1.
    pub fn quantile(
        &self,
        figure: Figure,
        share: Ratio,
        confidence: Ratio,
    ) -> Result<Option<YearQuantile>, OperationsError> {
        let of: Vec<f64> = self
            .each
            .iter()
            .map(|[availability, ettr, interruptions, lost]| match figure {
                Figure::Availability => *availability,
                Figure::Ettr => *ettr,
                Figure::Interruptions => *interruptions,
                Figure::LostByCauses => *lost,
            })
            .collect();
        quantile(&of, share, confidence)
    }
}

/// Half-width over the root of the sum of squared deviations.
pub(super) fn factor(histories: u64, confidence: f64) -> Result<f64, OperationsError> {
    let z = q_inverse((1.0 - confidence) / 2.0)?;
    if histories < 2 {
        return Ok(f64::INFINITY);
    }
    let n = histories as f64;
    Ok(student(z, n - 1.0) / (n * (n - 1.0)).sqrt())
}

/// Student's quantile from the normal one.
///
/// # Source
/// Abramowitz and Stegun, 26.7.5; within 1 % from four degrees on at 95 %.
fn student(z: f64, degrees: f64) -> f64 {
    let z2 = z * z;
    let first = z * (z2 + 1.0) / 4.0;
    let second = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let third = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    z + (first + (second + third / degrees) / degrees) / degrees
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_quantiles() {
        // Tables: 97.5 % at 4, 10 and 30 degrees.
        let z = 1.959_964;
        for (degrees, t) in [(4.0, 2.7764), (10.0, 2.2281), (30.0, 2.0423)] {
            assert!((student(z, degrees) / t - 1.0).abs() < 0.01, "{degrees}");
        }
    }
}
