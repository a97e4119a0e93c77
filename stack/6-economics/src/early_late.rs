//! The price of waiting for a generation, and of being early with it.

use crate::distribution::Distribution;
use crate::error::{EconomicsError, check, not_negative, rate, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Money, Quantity, Ratio, Time};
use serde::Serialize;

/// What it costs to keep the old design until the new one can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Waiting {
    /// Probability that it can be bought at once.
    pub ready_now: Ratio,
    /// Expected wait.
    pub years: Time,
    /// Expected cost; below zero where the old design is the cheaper one.
    pub expected: Money,
    /// Cost when it is ready at the low end of its date.
    pub low: Money,
    /// Cost when it is ready at the high end.
    pub high: Money,
}

/// Cost of waiting.
///
/// # Model
/// `E[x a(max(0, T - now))]` with what the old design costs more by year `x`, paid as it arises, and
/// `a(w) = (1 - (1 + i)^-w) / ln(1 + i)`, which is `w` without interest.
///
/// # Validity
/// The difference by year is constant; the new design is bought the moment it is ready, at today's price.
///
/// # Errors
/// Unless the discount is from 0 to below 100 % and the amounts finite.
///
/// # Example
/// ```
/// use lightloom_economics::{Distribution, Spread, early_late::waiting};
/// use lightloom_units::{Quantity, Count, Money, Ratio};
/// // Ready at any time from 2027 to 2029, 1 MUSD a year more until then, from 2027 on: one year.
/// let year = Count::from_si;
/// let date = Distribution::new(year(2027.0), year(2028.0), year(2029.0), Spread::Uniform)?;
/// let cost = waiting(&date, 2027.0, Money::usd(1e6), Ratio::new(0.0))?;
/// assert!((cost.expected.as_usd() - 1e6).abs() < 1.0);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn waiting(
    ready: &Distribution<Count>,
    now_year: f64,
    old_costs_more_per_year: Money,
    discount: Ratio,
) -> Result<Waiting, EconomicsError> {
    let x = old_costs_more_per_year;
    check("the yearly difference", x, true, "finite")?;
    let now = Count::from_si(now_year);
    check("the year", now, now_year.abs() < 1e5, "a calendar year")?;
    let ln = libm::log1p(rate("the discount rate", discount)?);
    let wait = |date: Count| f64::max(0.0, date.value() - now_year);
    let paid = |w: f64| if ln > 0.0 { -libm::expm1(-w * ln) / ln } else { w };
    let years = ready.expect(|d| Ok::<f64, EconomicsError>(wait(d)))?;
    let expected = ready.expect(|d| Ok::<f64, EconomicsError>(paid(wait(d))))?;
    Ok(Waiting {
        ready_now: ready.probability_below(now),
        years: Time::years(years),
        expected: x * expected,
        low: x * paid(wait(ready.low())),
        high: x * paid(wait(ready.high())),
    })
}

/// The risks of whoever buys the first generation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Early {
    /// How much later than promised it comes.
    pub slip: Distribution<Time>,
    /// Probability that it must be replaced by the old design.
    pub failure: Ratio,
}

/// What being early is expected to cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EarlyCost {
    /// Expected delay times its value.
    pub slip: Money,
    /// Probability of failure times the replacement.
    pub failure: Money,
}

impl EarlyCost {
    /// Both.
    #[must_use]
    pub fn total(&self) -> Money {
        self.slip + self.failure
    }
}

impl Early {
    /// From the catalog: `early.slip` and `early.failure`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            slip: Distribution::from_facts(facts, "early.slip")?,
            failure: facts.get("early.failure")?,
        })
    }

    /// Expected cost of being early.
    ///
    /// # Model
    /// `E[slip] v + p R`: the value `v` of a year in which the cluster stands ready and cannot be used, the probability
    /// `p` of failure, and the price `R` of the replacement with its work.
    ///
    /// # Errors
    /// When an amount or a delay is negative or the probability no share.
    pub fn cost(
        &self,
        value_of_a_year: Money,
        replacement: Money,
    ) -> Result<EarlyCost, EconomicsError> {
        not_negative("the slip", self.slip.low())?;
        let value = not_negative("the value of a year", value_of_a_year)?;
        let replacement = not_negative("the price of the replacement", replacement)?;
        Ok(EarlyCost {
            slip: value * self.slip.mean().as_years(),
            failure: replacement * share("the probability of failure", self.failure)?,
        })
    }
}

/// Time from one generation of switches to the next, `early.generation`: what a buyer who waits once waits for.
///
/// # Errors
/// [`FactError`].
pub fn generation(facts: &Facts<'_>) -> Result<Distribution<Time>, FactError> {
    Distribution::from_facts(facts, "early.generation")
}
