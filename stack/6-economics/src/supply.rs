//! What the number of vendors does to a price: margin, erosion, and the premium of a single source.

use crate::error::{EconomicsError, check, not_negative, rate};
use crate::price::{PriceTrend, price_from_cost};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Money, Ratio, Time};

/// Margin and erosion of a price between a single vendor and many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply {
    /// Gross margin of a vendor without rival.
    pub margin_single: Ratio,
    /// Gross margin that many vendors keep: development and overhead must be paid.
    pub margin_many: Ratio,
    /// Price erosion under a single vendor.
    pub erosion_single: PriceTrend,
    /// Price erosion among many.
    pub erosion_many: PriceTrend,
}

impl Supply {
    /// From the catalog: `margin.*` and `erosion.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            margin_single: facts.get("margin.single_vendor")?,
            margin_many: facts.get("margin.multi_vendor")?,
            erosion_single: PriceTrend::from_facts(facts, "single_vendor")?,
            erosion_many: PriceTrend::from_facts(facts, "multi_vendor")?,
        })
    }

    /// Gross margin with so many interchangeable vendors.
    ///
    /// # Model
    /// `g(n) = g_many + (g_single - g_many) / n`: the margin of rivals who choose volumes falls with their number
    /// (the Lerner index is `1/(n e)` for demand of elasticity `e`), down to what development needs.
    ///
    /// # Validity
    /// Equal vendors, interchangeable parts. Vendors may be a mean, such as 1.5; not fewer than one.
    ///
    /// # Source
    /// A. Cournot, Recherches sur les principes mathematiques de la theorie des richesses, 1838, chapter VII;
    /// A. P. Lerner, The concept of monopoly, Review of Economic Studies 1 (1934) 157.
    ///
    /// # Errors
    /// Unless there is at least one vendor and both margins are from 0 to below 100 %.
    pub fn margin(&self, vendors: Count) -> Result<Ratio, EconomicsError> {
        let many = rate("the gross margin of many vendors", self.margin_many)?;
        let single = rate("the gross margin of a single vendor", self.margin_single)?;
        Ok(Ratio::new(many + (single - many) / at_least_one_vendor(vendors)?))
    }

    /// Price erosion by year with so many vendors: `e_many + (e_single - e_many) / n`, as the margin.
    ///
    /// # Errors
    /// As [`Supply::margin`], for the erosions.
    pub fn trend(&self, vendors: Count) -> Result<PriceTrend, EconomicsError> {
        let many = rate("the erosion among many vendors", self.erosion_many.erosion_per_year)?;
        let single = rate("the erosion under one vendor", self.erosion_single.erosion_per_year)?;
        let erosion = many + (single - many) / at_least_one_vendor(vendors)?;
        Ok(PriceTrend { erosion_per_year: Ratio::new(erosion) })
    }

    /// What a single source adds to the price that so many vendors ask, at the same cost.
    ///
    /// # Model
    /// `(1 - g(n)) / (1 - g(1)) - 1`
    ///
    /// # Errors
    /// As [`Supply::margin`].
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::{PriceTrend, Supply};
    /// use lightloom_units::{Quantity, Count, Ratio};
    /// let trend = |e| PriceTrend { erosion_per_year: Ratio::new(e) };
    /// let supply = Supply {
    ///     margin_single: Ratio::new(0.6),
    ///     margin_many: Ratio::new(0.2),
    ///     erosion_single: trend(0.08),
    ///     erosion_many: trend(0.20),
    /// };
    /// // Two vendors keep 40 %: one alone asks half as much again.
    /// let premium = supply.single_source_premium(Count::from_si(2.0))?;
    /// assert!((premium.value() - 0.5).abs() < 1e-12);
    /// # Ok::<(), lightloom_economics::EconomicsError>(())
    /// ```
    pub fn single_source_premium(&self, vendors: Count) -> Result<Ratio, EconomicsError> {
        let kept = |n: Count| Ok::<f64, EconomicsError>(1.0 - self.margin(n)?.value());
        let alone = kept(lightloom_units::Quantity::from_si(1.0))?;
        Ok(Ratio::new(kept(vendors)? / alone - 1.0))
    }

    /// Price of something of this cost today, after some time, with so many vendors then and on the way.
    ///
    /// # Model
    /// `cost / (1 - g(n)) (1 - e(n))^years`
    ///
    /// # Validity
    /// Published erosion is of prices, so it contains margins that fell; where the number of vendors grows, the
    /// product counts that part twice. It is a lower bound of the price then.
    ///
    /// # Errors
    /// As [`Supply::margin`]; when cost or time is negative.
    pub fn price(&self, cost: Money, vendors: Count, time: Time) -> Result<Money, EconomicsError> {
        let today = price_from_cost(cost, self.margin(vendors)?)?;
        self.trend(vendors)?.after(today, time)
    }
}

fn at_least_one_vendor(vendors: Count) -> Result<f64, EconomicsError> {
    check("the number of vendors", vendors, vendors.value() >= 1.0, "at least 1").map(Count::value)
}

/// The learning ratio that two prices imply: the factor of each doubling of the cumulated volume.
///
/// # Model
/// `LR = (p1 / p0)^(1 / log2 growth)`, the inverse of [`learned`](crate::price::learned).
///
/// # Source
/// T. P. Wright, Factors affecting the cost of airplanes, Journal of the Aeronautical Sciences 3 (1936) 122.
///
/// # Errors
/// Unless the prices are above zero and the volume grew.
///
/// # Example
/// ```
/// use lightloom_economics::supply::learning_ratio;
/// use lightloom_units::{Money, Ratio};
/// // Solar panels: 20 % less with each doubling; 0.8^10 after ten.
/// let ratio = learning_ratio(Money::usd(100.0), Money::usd(10.737_418_24), Ratio::new(1024.0))?;
/// assert!((ratio.value() - 0.8).abs() < 1e-12);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn learning_ratio(before: Money, after: Money, growth: Ratio) -> Result<Ratio, EconomicsError> {
    let growth = check("the volume growth", growth, growth.value() > 1.0, "above 1")?.value();
    let fall = crate::error::positive("the later price", after)?
        / crate::error::positive("the earlier price", before)?;
    not_negative(
        "the learning ratio",
        Ratio::new(libm::exp2(libm::log2(fall) / libm::log2(growth))),
    )
}

/// Price learning of a class of parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// Factor on the price for each doubling of the cumulated volume.
    pub ratio: Ratio,
}

impl Learning {
    /// The fact `learning.<class>`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, class: &str) -> Result<Self, FactError> {
        Ok(Self { ratio: facts.get(&format!("learning.{class}"))? })
    }

    /// The price after yearly shipments have gone on growing.
    ///
    /// # Model
    /// Cumulated volume of a shipment rate that grows by the factor `r` a year is in proportion to `r^t` (for
    /// `r > 1`, from its beginning), so `p = p0 LR^(t log2 r)`.
    ///
    /// # Validity
    /// Growth has been exponential since long before; a product at its beginning doubles much faster.
    ///
    /// # Errors
    /// Unless price and time are not negative, the ratio above zero and shipments grow.
    pub fn after(&self, price: Money, growth: Ratio, time: Time) -> Result<Money, EconomicsError> {
        let growth = check("the yearly growth", growth, growth.value() > 1.0, "above 1")?.value();
        let years = not_negative("the time", time)?.as_years();
        crate::price::learned(price, Ratio::new(libm::pow(growth, years)), self.ratio)
    }
}
