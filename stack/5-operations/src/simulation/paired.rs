//! Two sites under the same random numbers: the difference, with an interval of its own.

use super::outcome::{Estimate, Moments, factor};
use super::site::Site;
use super::tally::Tally;
use crate::error::OperationsError;
use lightloom_units::time::HOURS_PER_YEAR;
use lightloom_units::{Ratio, Time};
use serde::Serialize;

/// Figures that are compared.
const FIGURES: usize = 5;

/// What one site has more than another. Shares are of 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Pairs of histories.
    pub histories: u64,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Share of accelerator-hours left.
    pub availability: Estimate,
    /// Share of accelerator-hours that causes lose together.
    pub lost_by_causes: Estimate,
    /// Work of the job that lasted (ETTR); nothing without jobs.
    pub ettr: Estimate,
    /// Stops of the job by faults in a year.
    pub interruptions_per_year: Estimate,
    /// Hands-on hours in a year.
    pub labour_hours_per_year: Estimate,
    /// How many times more histories separate runs of the two sites would need for the same interval of the availability;
    /// 1 where nothing is shared.
    pub saving: f64,
}

/// Pairs of histories of two sites, each pair of one number: what the sites have in common fails alike in both.
///
/// # Model
/// `second - first` in each pair; the pairs are independent, so that means and intervals are those of [`super::Series`]. Classes
/// of components share their streams by name: name what is the same in both sites alike.
///
/// # Example
/// ```
/// use lightloom_operations::simulation::{Paired, Site, history};
/// # use lightloom_operations::{ComponentClass, Event, Redundancy, Repair, RepairUnit};
/// # use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
/// # let class = |name: &str, fit| ComponentClass {
/// #     name: name.to_owned(), count: Count::from_si(1000.0), failure_rate: FailureRate::fit(fit),
/// #     repair: Repair { event: Event::Hard(RepairUnit::Module), detect: Time::s(30.0), wait: Time::hours(4.0),
/// #         hands_on: Time::hours(0.1), requalify: Time::hours(0.2) },
/// #     stopped_while_faulty: Count::from_si(1.0), stopped_in_repair: Count::from_si(1.0),
/// #     job_stop_share: Ratio::new(1.0), redundancy: Redundancy::NONE,
/// # };
/// # let site = |links| Site::without_queues(Count::from_si(1000.0), Count::from_si(4.0), Count::from_si(72.0),
/// #     vec![class("accelerator", 5000.0), links]);
/// let [copper, light] = [site(class("copper", 20.0)), site(class("light", 200.0))];
/// let (warm_up, year) = (Time::hours(48.0), Time::years(1.0));
/// let mut paired = Paired::new(&copper, &light);
/// for number in 0..20 {
///     paired.add(&history(&copper, warm_up, year, 1, number)?, &history(&light, warm_up, year, 1, number)?);
/// }
/// let more = paired.outcome(Ratio::new(0.95))?;
/// // Light loses more, and twenty pairs are enough to say so.
/// assert!(more.availability.range()[1] < 0.0);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Paired {
    accelerators: [f64; 2],
    histories: u64,
    differences: [Moments; FIGURES],
    /// Availability of each site alone.
    alone: [Moments; 2],
}

impl Paired {
    /// No pair yet of a first and a second site.
    #[must_use]
    pub fn new(first: &Site, second: &Site) -> Self {
        Self {
            accelerators: [first.accelerators.value(), second.accelerators.value()],
            histories: 0,
            differences: [Moments::default(); FIGURES],
            alone: [Moments::default(); 2],
        }
    }

    /// Adds a pair: histories of the same seed, number, warm-up and length. The same pairs in the same order give the same bytes.
    pub fn add(&mut self, first: &Tally, second: &Tally) {
        self.histories += 1;
        let n = self.histories as f64;
        let of = |tally: &Tally, accelerators: f64| {
            let (time, all) = (tally.watched, tally.watched * accelerators);
            let years = time / Time::hours(HOURS_PER_YEAR).as_s();
            let lost: f64 = tally.causes.iter().map(super::CauseTally::lost).sum();
            let labour: f64 = tally.causes.iter().map(|c| c.labour).sum();
            [
                1.0 - tally.stopped / all,
                lost / all,
                tally.job.work / time,
                tally.job.interruptions / years,
                labour / 3600.0 / years,
            ]
        };
        let [a, b] = [of(first, self.accelerators[0]), of(second, self.accelerators[1])];
        for ((moments, a), b) in self.differences.iter_mut().zip(a).zip(b) {
            moments.add(b - a, n);
        }
        for (moments, x) in self.alone.iter_mut().zip([a[0], b[0]]) {
            moments.add(x, n);
        }
    }

    /// Pairs so far.
    #[must_use]
    pub const fn histories(&self) -> u64 {
        self.histories
    }

    /// What the second site has more than the first, with intervals of a confidence.
    ///
    /// # Errors
    /// Unless the confidence lies strictly between 0 and 1.
    pub fn outcome(&self, confidence: Ratio) -> Result<Difference, OperationsError> {
        let factor = factor(self.histories, confidence.value())?;
        let [availability, lost_by_causes, ettr, interruptions_per_year, labour_hours_per_year] =
            self.differences.map(|m| m.estimate(self.histories, factor));
        let apart: f64 = self.alone.iter().map(Moments::squares).sum();
        let together = self.differences[0].squares();
        Ok(Difference {
            histories: self.histories,
            confidence: confidence.value(),
            availability,
            lost_by_causes,
            ettr,
            interruptions_per_year,
            labour_hours_per_year,
            saving: if together > 0.0 { apart / together } else { 1.0 },
        })
    }
}
