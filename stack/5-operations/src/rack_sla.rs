//! The availability of a rack that can be signed for a period, at a confidence: a month is short, and a mean promises nothing.

use crate::error::{OperationsError, not_negative, positive, share};
use crate::failure::Redundancy;
use lightloom_num::{at_least, gamma_p, poisson_quantile, root};
use lightloom_units::{FailureRate, Quantity, Ratio, Time};
use serde::Serialize;

/// Outages of a rack: how often it falls below what is promised, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Outages {
    /// Outages in a time.
    pub rate: FailureRate,
    /// Mean duration of one.
    pub mean: Time,
}

/// How the durations of outages are distributed about their mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OutageLaw {
    /// All alike.
    Constant,
    /// Exponentially: some take several times the mean.
    Exponential,
}

/// What an operator can sign for a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Signable {
    /// Availability that is reached in a share of the periods that is the confidence.
    pub availability: Ratio,
    /// Downtime that this allows in a period.
    pub downtime: Time,
    /// Share of the periods without any outage.
    pub untouched: Ratio,
    /// Mean availability, for comparison.
    pub mean: Ratio,
}

impl Outages {
    /// Outages of a rack that needs so many of its nodes up.
    ///
    /// # Model
    /// The rack falls when exactly the needed nodes are up and one more fails: [`Redundancy::group_rate`]. It is out for
    /// `1 - A`, so that an outage lasts `(1 - A) / rate` on average.
    ///
    /// # Errors
    /// For more nodes needed than there are, and negative rates or times.
    pub fn of_nodes(
        needed: u64,
        nodes: u64,
        node_rate: FailureRate,
        node_repair: Time,
    ) -> Result<Self, OperationsError> {
        let group = Redundancy { needed, installed: nodes, common_share: Ratio::new(0.0) };
        let rate = group.group_rate(node_rate, node_repair)?;
        let load = node_rate * node_repair;
        let out = if needed == nodes {
            // Relative precision where all nodes are needed and hardly ever one is out.
            -libm::expm1(-libm::log1p(load) * nodes as f64)
        } else {
            at_least(nodes - needed + 1, nodes, load / (1.0 + load))?
        };
        let mean = if rate > FailureRate::ZERO { Time::s(out / rate.si()) } else { Time::ZERO };
        Ok(Self { rate, mean })
    }

    /// These outages and others, such as those of the whole rack: independent and rare enough not to meet.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rate = self.rate + other.rate;
        let out = self.rate * self.mean + other.rate * other.mean;
        let mean = if rate > FailureRate::ZERO { Time::s(out / rate.si()) } else { Time::ZERO };
        Self { rate, mean }
    }

    /// Probability that a period keeps a promised availability.
    ///
    /// # Model
    /// Outages come as a Poisson process, `m = rate period`; the downtime is a sum of durations:
    /// `P(D <= x) = e^-m (1 + sum for n >= 1 of m^n / n! F_n(x))`, `F_n` the gamma distribution of shape `n` for exponential
    /// durations, and a step at `n mean` for constant ones.
    ///
    /// # Validity
    /// Outages short against the period, and few enough that the rack is mostly up: an outage is laid to the period in which it
    /// begins, and its time does not shorten the time for others. Where a rack has spare nodes its outages come in clusters:
    /// while one repair lasts long, each further failure is one. Then more periods have none than this says.
    ///
    /// # Errors
    /// For shares outside 0 to 1, a period that is not above zero, negative rates or times, and more than a million outages.
    ///
    /// # Example
    /// ```
    /// use lightloom_operations::{OutageLaw, Outages};
    /// use lightloom_units::{FailureRate, Quantity, Ratio, Time};
    /// // One outage a month on average, each six hours: 99.17 % are kept while there is at most one: (1 + 1) / e.
    /// let month = Time::hours(720.0);
    /// let outages = Outages { rate: FailureRate::from_si(1.0 / month.as_s()), mean: Time::hours(6.0) };
    /// let kept = outages.kept(Ratio::new(1.0 - 6.0 / 720.0), month, OutageLaw::Constant)?;
    /// assert!((kept.value() - 0.7358).abs() < 1e-4);
    /// # Ok::<(), lightloom_operations::OperationsError>(())
    /// ```
    pub fn kept(
        &self,
        promised: Ratio,
        period: Time,
        law: OutageLaw,
    ) -> Result<Ratio, OperationsError> {
        let expected = self.expected(period)?;
        let allowed = (1.0 - share("the availability that is promised", promised)?) * period.as_s();
        Ok(Ratio::new(self.downtime_within(allowed, expected, law)?))
    }

    /// The availability that can be signed for a period at a confidence.
    ///
    /// # Model
    /// `1 - x / period` with the smallest `x` for which `P(D <= x)` of [`Self::kept`] is the confidence.
    ///
    /// # Errors
    /// As [`Self::kept`]; the confidence strictly between 0 and 1.
    pub fn signable(
        &self,
        period: Time,
        confidence: Ratio,
        law: OutageLaw,
    ) -> Result<Signable, OperationsError> {
        let expected = self.expected(period)?;
        let wanted = confidence.value();
        let out_of_range = poisson_quantile(wanted, expected)?;
        let whole = period.as_s();
        let untouched = libm::exp(-expected);
        let downtime = if untouched >= wanted || self.mean <= Time::ZERO {
            0.0
        } else if law == OutageLaw::Constant {
            // Rounding must not lose the last outage.
            out_of_range as f64 * self.mean.as_s() * (1.0 + 1e-12)
        } else {
            let excess = |x: f64| match self.downtime_within(x, expected, law) {
                Ok(reached) => reached - wanted,
                Err(_) => f64::NAN,
            };
            if excess(whole) < 0.0 { whole } else { root(excess, 0.0, whole, 1e-9 * whole)? }
        };
        let downtime = downtime.min(whole);
        let out = self.rate * self.mean;
        Ok(Signable {
            availability: Ratio::new(1.0 - downtime / whole),
            downtime: Time::s(downtime),
            untouched: Ratio::new(untouched),
            mean: Ratio::new((1.0 - out).max(0.0)),
        })
    }

    fn expected(&self, period: Time) -> Result<f64, OperationsError> {
        not_negative("the rate of outages", self.rate)?;
        not_negative("the duration of an outage", self.mean)?;
        let expected = self.rate * positive("the period of the service level", period)?;
        if expected > MOST_OUTAGES {
            let found = format!("{expected:.0}");
            return Err(crate::error::bad("the outages of a period", "at most a million", &found));
        }
        Ok(expected)
    }

    fn downtime_within(
        &self,
        seconds: f64,
        expected: f64,
        law: OutageLaw,
    ) -> Result<f64, OperationsError> {
        let mean = self.mean.as_s();
        if expected <= 0.0 || mean <= 0.0 {
            return Ok(1.0);
        }
        let mut sum = libm::exp(-expected);
        // Beyond these the counts are less likely than one in 10^15.
        let last = expected + 9.0 * expected.sqrt() + 40.0;
        let mut n = 1.0;
        while n <= last {
            let chance = libm::exp(n * libm::log(expected) - expected - libm::lgamma(n + 1.0));
            let within = match law {
                OutageLaw::Constant => f64::from(n * mean <= seconds * (1.0 + 1e-9)),
                OutageLaw::Exponential => gamma_p(n, seconds.max(0.0) / mean)?,
            };
            sum += chance * within;
            n += 1.0;
        }
        Ok(sum.min(1.0))
    }
}

/// Most outages of a period that are added up.
const MOST_OUTAGES: f64 = 1e6;
