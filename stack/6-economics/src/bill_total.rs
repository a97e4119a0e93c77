//! The total of a bill whose prices are uncertain.

use crate::distribution::Distribution;
use crate::error::{EconomicsError, check, not_negative};
use lightloom_num::q_inverse;
use lightloom_units::{Count, Money, Quantity, Ratio};
use serde::Serialize;

/// So many of something at an uncertain price. All of one line are bought at one price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// How many.
    pub count: Count,
    /// Price of one.
    pub price: Distribution<Money>,
}

/// How the errors of the lines go together. Truth lies between: the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dependence {
    /// Each line errs by itself; errors cancel.
    Independent,
    /// All err together, as when one market moves all prices.
    FullyCorrelated,
}

/// The total of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BillTotal {
    /// Sum of the central values.
    pub central: Money,
    /// Mean; the same for both dependences.
    pub mean: Money,
    /// Standard deviation with independent lines.
    pub deviation_independent: Money,
    /// Standard deviation with fully correlated lines.
    pub deviation_correlated: Money,
}

/// Totals a bill with both bounds of its uncertainty.
///
/// # Model
/// `mean = sum n m`; independent `sd^2 = sum (n s)^2`; fully correlated `sd = sum n s`, an upper bound: laws of
/// different shapes cannot correlate quite fully.
///
/// # Errors
/// When a count or a price is negative, or the total is not finite.
///
/// # Example
/// ```
/// use lightloom_economics::{Distribution, Spread, bill_total::{Line, total}};
/// use lightloom_units::{Quantity, Count, Money};
/// let price = Distribution::new(
///     Money::usd(90.0), Money::usd(100.0), Money::usd(110.0), Spread::Triangular)?;
/// let line = Line { count: Count::from_si(100.0), price };
/// let bill = total(&[line, line, line, line])?;
/// // Four equal lines: independent errors are half as large as correlated ones.
/// assert!((bill.deviation_correlated / bill.deviation_independent - 2.0).abs() < 1e-12);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn total(lines: &[Line]) -> Result<BillTotal, EconomicsError> {
    let (mut central, mut mean, mut correlated, mut square) = (0.0, 0.0, 0.0, 0.0);
    for line in lines {
        let n = checked(line)?;
        let deviation = n * line.price.standard_deviation().as_usd();
        central += n * line.price.central().as_usd();
        mean += n * line.price.mean().as_usd();
        correlated += deviation;
        square += deviation * deviation;
    }
    let sum = |usd: f64| not_negative("the total of the bill", Money::usd(usd));
    Ok(BillTotal {
        central: sum(central)?,
        mean: sum(mean)?,
        deviation_independent: sum(square.sqrt())?,
        deviation_correlated: sum(correlated)?,
    })
}

/// The total below which a share of the probability lies.
///
/// # Model
/// Fully correlated: the sum of the lines' quantiles, exact. Independent: the log-normal law with the sum's mean
/// and variance (Fenton and Wilkinson).
///
/// # Validity
/// Independent: a few per cent of the deviation between 5 and 95 %; a sum of few bounded prices has ends, the
/// law has none.
///
/// # Source
/// L. F. Fenton, The sum of log-normal probability distributions in scatter transmission systems, IRE Transactions
/// on Communications Systems 8 (1960) 57.
///
/// # Errors
/// As [`total`]; unless the share lies strictly between 0 and 100 %.
pub fn quantile(
    lines: &[Line],
    share: Ratio,
    dependence: Dependence,
) -> Result<Money, EconomicsError> {
    let inside = share.value() > 0.0 && share.value() < 1.0;
    check("the share of probability", share, inside, "between 0 and 100 %")?;
    match dependence {
        Dependence::FullyCorrelated => {
            let mut sum = Money::ZERO;
            for line in lines {
                sum += line.price.quantile(share)? * checked(line)?;
            }
            not_negative("the total of the bill", sum)
        }
        Dependence::Independent => {
            let bill = total(lines)?;
            let mean = bill.mean.as_usd();
            if mean <= 0.0 {
                return Ok(Money::ZERO);
            }
            let relative = bill.deviation_independent.as_usd() / mean;
            let variance = libm::log1p(relative * relative);
            let z = q_inverse(1.0 - share.value()).unwrap_or(0.0);
            Ok(Money::usd(mean * libm::exp(z * variance.sqrt() - 0.5 * variance)))
        }
    }
}

fn checked(line: &Line) -> Result<f64, EconomicsError> {
    not_negative("the price of a line", line.price.low())?;
    Ok(not_negative("the count of a line", line.count)?.si())
}
