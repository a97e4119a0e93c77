//! An accelerator owned against the same one rented, by the years that it is kept.

use crate::cash_flow::cost_of_a_year;
use crate::depreciation::Resale;
use crate::error::{EconomicsError, check, not_negative, positive, rate, share};
use crate::tco::{Finance, annuity};
use crate::token_cost::million_tokens;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Frequency, Money, MoneyPerTime, Power, Ratio, Time};
use serde::Serialize;

/// One accelerator with its share of everything, as its owner pays for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owned {
    /// Accelerator, host, networks: what is sold when it is given up.
    pub hardware: Money,
    /// Share of building and plant.
    pub facility: Money,
    /// Time over which building and plant are written off in a straight line; they stay when hardware goes.
    pub facility_life: Time,
    /// Energy, maintenance, repair of a year.
    pub running_per_year: Money,
    /// Interest on capital by year.
    pub discount: Ratio,
    /// What the hardware sells for.
    pub resale: Resale,
    /// Share of the hours in which it is up.
    pub availability: Ratio,
}

/// The market's rent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rent {
    /// An hour today.
    pub hour: MoneyPerTime,
    /// Share by which rents fall each year.
    pub erosion_per_year: Ratio,
}

/// Owned against rented when it is kept so long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct KeptFor {
    /// Time until it is sold.
    pub held: Time,
    /// Cost of a year.
    pub per_year: Money,
    /// Cost of an hour that is used.
    pub owned_hour: MoneyPerTime,
    /// The level rent of these years: the constant one of the same present value.
    pub rented_hour: MoneyPerTime,
    /// Share of the up hours that must be used for owning to cost as much as renting just those; above 1 renting
    /// is always cheaper.
    pub break_even_use: Ratio,
    /// Today's rent at which both cost the same at the use that is planned.
    pub break_even_rent: MoneyPerTime,
    /// A million tokens, owned.
    pub owned_tokens: Money,
    /// A million tokens, rented.
    pub rented_tokens: Money,
}

impl Owned {
    /// An accelerator of this price and IT power under a cluster's finance, with `resale.decline`, `facility.life` and
    /// `ownership.availability` of the catalog.
    ///
    /// # Errors
    /// [`FactError`], or [`EconomicsError`] for amounts that make no sense.
    pub fn from_facts(
        facts: &Facts<'_>,
        finance: &Finance,
        hardware: Money,
        it_power: Power,
    ) -> Result<Self, OwnedError> {
        let maintenance = hardware * rate("the maintenance share", finance.maintenance)?;
        Ok(Self {
            hardware: not_negative("the price of the hardware", hardware)?,
            facility: finance.facility * it_power,
            facility_life: facts.get("facility.life")?,
            running_per_year: finance.tariff.cost(it_power, Time::years(1.0))? + maintenance,
            discount: finance.discount,
            resale: Resale::from_facts(facts)?,
            availability: facts.get("ownership.availability")?,
        })
    }

    /// Owned against rented, kept for a time at a use of the hours in which it is up.
    ///
    /// # Model
    /// Cost of a year: `(H - H (1 - d)^n (1 + i)^-n) / a(n) + F / a(N_F) + y`, with the annuities `a` of the time kept and
    /// of the building. An hour: that over `8760 A u`. The level rent weighs each year's rent `r (1 - e)^(t - 1/2)`
    /// by `(1 + i)^-t`. A rented hour is paid only when used; an owned one always.
    ///
    /// # Validity
    /// Rented hours can be had when wanted and given back at once; no taxes, no transfer of data. The token rate is
    /// the same on both.
    ///
    /// # Errors
    /// [`EconomicsError`] for a use above 100 %, a time of zero or above 100 years, prices below zero.
    pub fn kept_for(
        &self,
        held: Time,
        used: Ratio,
        rent: &Rent,
        tokens_per_accelerator: Frequency,
    ) -> Result<KeptFor, EconomicsError> {
        let n = positive("the time kept", held)?;
        check("the time kept", n, n.as_years() <= 100.0, "at most 100 years")?;
        let up = positive("the availability", self.availability)?;
        let u = share("the utilisation", positive("the utilisation", used)?)?;
        let up = share("the availability", up)?;
        let sold = self.resale.after(self.hardware, held)?;
        let machine =
            cost_of_a_year(self.hardware, sold, self.running_per_year, self.discount, held)?;
        let building = not_negative("the price of the facility", self.facility)?
            / annuity(self.discount, self.facility_life)?;
        let per_year = machine + building;
        let hour = |share: f64| per_year / (Time::years(1.0) * (up * share));
        let level = level_rent(rent, self.discount, held)?;
        let (owned, rented) = (hour(u), rent.hour * level);
        Ok(KeptFor {
            held,
            per_year,
            owned_hour: owned,
            rented_hour: rented,
            break_even_use: Ratio::new(hour(1.0) / rented),
            break_even_rent: owned / level,
            owned_tokens: million_tokens(owned, tokens_per_accelerator)?,
            rented_tokens: million_tokens(rented, tokens_per_accelerator)?,
        })
    }
}

/// The level rent over today's.
///
/// # Errors
/// Unless the rent is above zero and its erosion above -100 and below 100 %: rents have also risen.
fn level_rent(rent: &Rent, discount: Ratio, held: Time) -> Result<f64, EconomicsError> {
    positive("the rent", rent.hour)?;
    let e = rent.erosion_per_year;
    let good = e.value().abs() < 1.0;
    let kept = 1.0 - check("the erosion of rents", e, good, "between -100 and 100 %")?.value();
    let worth = 1.0 / (1.0 + rate("the discount rate", discount)?);
    let (mut paid, mut weights, mut start) = (0.0, 0.0, 0.0);
    while held.as_years() - start > 1e-9 {
        let length = f64::min(1.0, held.as_years() - start);
        let weight = length * libm::pow(worth, start + length);
        paid += weight * libm::pow(kept, start + 0.5 * length);
        weights += weight;
        start += length;
    }
    let level = Ratio::new(paid / weights);
    check("the level rent", level, level.value() > 0.0, "above zero").map(Ratio::value)
}

/// Why an owned accelerator cannot be made of the catalog.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OwnedError {
    /// A missing fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// An amount that makes no sense.
    #[error(transparent)]
    Economics(#[from] EconomicsError),
}

/// Share of the hours in which an accelerator is up that it is used, `ownership.use`, where its owner does not say.
///
/// # Errors
/// [`FactError`].
pub fn usual_use(facts: &Facts<'_>) -> Result<Ratio, FactError> {
    facts.get("ownership.use")
}

impl Rent {
    /// A rent of today with the erosion `rent.erosion` of the catalog.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, hour: MoneyPerTime) -> Result<Self, FactError> {
        Ok(Self { hour, erosion_per_year: facts.get("rent.erosion")? })
    }
}
