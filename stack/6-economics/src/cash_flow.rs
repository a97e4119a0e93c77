//! Payments over the years: net present value, payback, the cost of a year with what is left at the end.

use crate::error::{EconomicsError, check, not_negative, positive, rate};
use crate::tco::{Tco, annuity};
use lightloom_units::{Money, MoneyPerPower, Power, Quantity, Ratio, Time};
use serde::Serialize;

/// Net present value of a payment now and one at the end of each year; receipts are positive.
///
/// # Model
/// `NPV = CF_0 + sum CF_t / (1 + i)^t`
///
/// # Errors
/// Unless the discount is from 0 to below 100 % and every flow finite.
///
/// # Example
/// ```
/// use lightloom_economics::cash_flow::npv;
/// use lightloom_units::{Money, Ratio};
/// // 1,000 now for 500 in each of three years, at 10 %: 243.43.
/// let flows = [Money::usd(500.0); 3];
/// let value = npv(Ratio::new(0.1), Money::usd(-1000.0), &flows)?;
/// assert!((value.as_usd() - 243.425_995).abs() < 1e-6);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn npv(discount: Ratio, now: Money, yearly: &[Money]) -> Result<Money, EconomicsError> {
    let kept = 1.0 / (1.0 + rate("the discount rate", discount)?);
    let mut value = finite(now)?.as_usd();
    let mut weight = 1.0;
    for flow in yearly {
        weight *= kept;
        value += weight * finite(*flow)?.as_usd();
    }
    finite(Money::usd(value))
}

/// Time after which the discounted receipts have paid what was paid now; `None` when they never do in the years given.
/// Without discount it is the plain payback. No rate of return is sought: it may not exist, or not be one.
///
/// # Model
/// The first `t` at which `CF_0 + sum CF_k / (1 + i)^k` is no longer negative, in a straight line within a year.
///
/// # Errors
/// As [`npv`].
///
/// # Example
/// ```
/// use lightloom_economics::cash_flow::payback;
/// use lightloom_units::{Money, Ratio};
/// let flows = [Money::usd(500.0); 3];
/// let paid = |i| payback(Ratio::new(i), Money::usd(-1000.0), &flows).map(|t| t.map(|t| t.as_years()));
/// assert!((paid(0.0)?.unwrap_or_default() - 2.0).abs() < 1e-12);
/// // 454.55 + 413.22 leave 132.23 of the third year's 375.66.
/// assert!((paid(0.1)?.unwrap_or_default() - 2.352).abs() < 1e-3);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn payback(
    discount: Ratio,
    now: Money,
    yearly: &[Money],
) -> Result<Option<Time>, EconomicsError> {
    let kept = 1.0 / (1.0 + rate("the discount rate", discount)?);
    let mut balance = finite(now)?.as_usd();
    if balance >= 0.0 {
        return Ok(Some(Time::ZERO));
    }
    let (mut weight, mut years) = (1.0, 0.0);
    for flow in yearly {
        weight *= kept;
        let receipt = weight * finite(*flow)?.as_usd();
        if balance + receipt >= 0.0 {
            return Ok(Some(Time::years(years - balance / receipt)));
        }
        balance += receipt;
        years += 1.0;
    }
    Ok(None)
}

/// The cost of a year of something that is bought, run, and sold at the end.
///
/// # Model
/// `(C - R (1 + i)^-n) / a + y` with the price `C`, what it sells for `R`, the running cost of a year `y` and the
/// annuity `a` of [`annuity`].
///
/// # Errors
/// Unless price, sale and running cost are not negative, the sale at most the price, and as [`annuity`].
pub fn cost_of_a_year(
    price: Money,
    sold_for: Money,
    running_per_year: Money,
    discount: Ratio,
    held: Time,
) -> Result<Money, EconomicsError> {
    let price = not_negative("the price", price)?;
    let sold = not_negative("the residual value", sold_for)?;
    check("the residual value", sold, sold <= price, "at most the price")?;
    let a = annuity(discount, held)?;
    let worth_now = libm::exp(-held.as_years() * libm::log1p(discount.value()));
    let running = not_negative("the running cost", running_per_year)?;
    finite((price - sold * worth_now) / a + running)
}

/// Where a power is measured when capital is divided by it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CapexPerWatt {
    /// Everything bought, by IT power: the boundary of most published figures.
    pub it: MoneyPerPower,
    /// Everything bought, by power at the meter of the facility.
    pub meter: MoneyPerPower,
    /// Building and plant alone, by IT power.
    pub facility_alone: MoneyPerPower,
}

/// Capital by watt.
///
/// # Model
/// `(hardware + facility) / P` and `/ (P PUE)`
///
/// # Errors
/// Unless the power is above zero and the PUE at least 1.
pub fn capex_per_watt(
    tco: &Tco,
    it_power: Power,
    pue: Ratio,
) -> Result<CapexPerWatt, EconomicsError> {
    let power = positive("the IT power", it_power)?;
    let meter = power * crate::error::at_least_one("the PUE", pue)?;
    Ok(CapexPerWatt {
        it: tco.capex() / power,
        meter: tco.capex() / meter,
        facility_alone: tco.facility / power,
    })
}

fn finite(amount: Money) -> Result<Money, EconomicsError> {
    check("the payment", amount, amount.si().is_finite(), "finite")
}
