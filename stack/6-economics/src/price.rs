//! Cost, margin and price; how prices fall; what an accelerator is sold for.

use crate::error::{EconomicsError, not_negative, positive, rate};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Money, Ratio, Time};

/// Price of something that costs its vendor so much.
///
/// # Model
/// `price = cost / (1 - gross margin)`
///
/// # Errors
/// When the cost is negative or the margin not from 0 to below 100 %.
///
/// # Example
/// ```
/// use lightloom_economics::price::price_from_cost;
/// use lightloom_units::{Money, Ratio};
/// // 36 co-packaged engines at 1,000 USD, sold with a margin of 60 %.
/// let price = price_from_cost(Money::usd(36_000.0), Ratio::new(0.6))?;
/// assert!((price.as_usd() - 90_000.0).abs() < 1e-6);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn price_from_cost(cost: Money, gross_margin: Ratio) -> Result<Money, EconomicsError> {
    Ok(not_negative("the cost", cost)? / (1.0 - rate("the gross margin", gross_margin)?))
}

/// The gross margin that makes this price of this cost; negative when sold below cost.
///
/// With the price of a competing part it is the margin at which both cost the buyer the same.
///
/// # Errors
/// Unless the price is above zero and the cost not negative.
pub fn margin(cost: Money, price: Money) -> Result<Ratio, EconomicsError> {
    Ok(Ratio::new(1.0 - not_negative("the cost", cost)? / positive("the price", price)?))
}

/// How a price falls with time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceTrend {
    /// Share by which it falls each year.
    pub erosion_per_year: Ratio,
}

impl PriceTrend {
    /// The trend `erosion.<supply>`: `multi_vendor` or `single_vendor`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, supply: &str) -> Result<Self, FactError> {
        Ok(Self { erosion_per_year: facts.get(&format!("erosion.{supply}"))? })
    }

    /// The price after some time: `p0 (1 - erosion)^years`.
    ///
    /// # Errors
    /// When price or time is negative, or the erosion not from 0 to below 100 %.
    pub fn after(&self, price: Money, time: Time) -> Result<Money, EconomicsError> {
        let kept = 1.0 - rate("the price erosion", self.erosion_per_year)?;
        let years = not_negative("the time", time)?.as_years();
        Ok(not_negative("the price", price)? * libm::pow(kept, years))
    }
}

/// The price after the cumulated volume has grown by a factor (Wright's law).
///
/// # Model
/// `p = p0 * volume_growth^(log2 learning_ratio)`: each doubling multiplies the price by the learning ratio.
///
/// # Errors
/// Unless the price is not negative and growth and learning ratio are above zero.
pub fn learned(
    price: Money,
    volume_growth: Ratio,
    learning_ratio: Ratio,
) -> Result<Money, EconomicsError> {
    let growth = positive("the volume growth", volume_growth)?.value();
    let exponent = libm::log2(positive("the learning ratio", learning_ratio)?.value());
    not_negative("the price", price * libm::pow(growth, exponent))
}

/// Price of one accelerator with its share of host, rack and scale-up network, as such racks are sold.
///
/// The scale-up network is inside this price: only its difference between two designs may be added.
///
/// # Errors
/// [`FactError`] when the catalog has no `accelerator.<name>.price`.
pub fn accelerator_price(facts: &Facts<'_>, name: &str) -> Result<Money, FactError> {
    facts.get(&format!("accelerator.{name}.price"))
}
