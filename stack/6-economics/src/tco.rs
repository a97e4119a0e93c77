//! Total cost of ownership of a design.

use crate::energy_cost::{Cooling, Tariff};
use crate::error::{EconomicsError, not_negative, positive, rate, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Money, MoneyPerPower, MoneyPerTime, Power, Ratio, Time};
use serde::{Deserialize, Serialize};

/// What a design costs to buy and what it draws, loses and breaks. A whole cluster, or only its network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Everything bought, without the building.
    pub hardware: Money,
    /// Rated IT power.
    pub power: Power,
    /// Parts replaced in a year.
    pub parts_per_year: Money,
    /// Hands-on work in a year.
    pub labour_per_year: Time,
    /// Accelerator-hours lost to failures in a year.
    pub accelerator_time_lost_per_year: Time,
}

/// What money, power, labour and lost time cost, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finance {
    /// Electricity.
    pub tariff: Tariff,
    /// Building, power and cooling plant, by IT power.
    pub facility: MoneyPerPower,
    /// Interest on capital by year.
    pub discount: Ratio,
    /// Time over which hardware and facility are written off.
    pub life: Time,
    /// Service contracts and licences by year, as a share of the hardware's price.
    pub maintenance: Ratio,
    /// A technician.
    pub labour: MoneyPerTime,
    /// Worth of an accelerator-hour that is lost.
    pub accelerator_hour: MoneyPerTime,
}

impl Finance {
    /// From the catalog: `finance.*`, `price.facility` and the tariff.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        Ok(Self {
            tariff: Tariff::from_facts(facts, cooling)?,
            facility: facts.get("price.facility")?,
            discount: facts.get("finance.discount")?,
            life: facts.get("finance.life")?,
            maintenance: facts.get("finance.maintenance")?,
            labour: facts.get("finance.labour")?,
            accelerator_hour: facts.get("finance.accelerator_hour")?,
        })
    }

    /// Present value of one dollar paid at the end of each year of the life.
    ///
    /// # Errors
    /// As [`annuity`].
    pub fn annuity(&self) -> Result<f64, EconomicsError> {
        annuity(self.discount, self.life)
    }
}

/// Present value of one dollar paid at the end of each year.
///
/// # Model
/// `a = (1 - (1 + i)^-n) / i`; `n` without interest. Its inverse is the capital recovery factor.
///
/// # Errors
/// Unless the interest is from 0 to below 100 % a year and the time above zero.
///
/// # Example
/// ```
/// use lightloom_economics::tco::annuity;
/// use lightloom_units::{Ratio, Time};
/// // Capital recovery factor of 8 % over 5 years: 0.25046.
/// let crf = 1.0 / annuity(Ratio::new(0.08), Time::years(5.0))?;
/// assert!((crf - 0.250_456).abs() < 1e-6);
/// # Ok::<(), lightloom_economics::EconomicsError>(())
/// ```
pub fn annuity(interest: Ratio, time: Time) -> Result<f64, EconomicsError> {
    let i = rate("the discount rate", interest)?;
    let n = positive("the life", time)?.as_years();
    // ln(1 + i) keeps its precision down to no interest at all.
    let ln = libm::log1p(i);
    Ok(if ln > 0.0 { -libm::expm1(-n * ln) / i } else { n })
}

/// Total cost of ownership over the life, by cause.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tco {
    /// Hardware.
    pub hardware: Money,
    /// Building, power and cooling plant.
    pub facility: Money,
    /// Electricity, by year.
    pub energy_per_year: Money,
    /// Service contracts, by year.
    pub maintenance_per_year: Money,
    /// Replaced parts and hands-on work, by year.
    pub repair_per_year: Money,
    /// Lost accelerator-hours, by year.
    pub downtime_per_year: Money,
    /// Life.
    pub life: Time,
    /// Sum over the life, each dollar worth the same.
    pub nominal: Money,
    /// Present value of all payments.
    pub discounted: Money,
    /// Cost of a year with the capital's share: capital recovery plus running cost.
    pub per_year: Money,
}

impl Tco {
    /// What is paid at the start.
    #[must_use]
    pub fn capex(&self) -> Money {
        self.hardware + self.facility
    }

    /// What is paid, or lost, each year.
    #[must_use]
    pub fn running_per_year(&self) -> Money {
        self.energy_per_year
            + self.maintenance_per_year
            + self.repair_per_year
            + self.downtime_per_year
    }

    /// Cost of an accelerator-hour that is sold or used.
    ///
    /// # Model
    /// `per_year / (accelerators * 8760 h * used)`
    ///
    /// # Errors
    /// Unless there are accelerators and the used share is above 0 and at most 100 %.
    pub fn accelerator_hour(
        &self,
        accelerators: Count,
        used: Ratio,
    ) -> Result<MoneyPerTime, EconomicsError> {
        let n = positive("the number of accelerators", accelerators)?.value();
        share("the used share", positive("the used share", used)?)?;
        let hours = Time::years(1.0) * n * used.value();
        not_negative("the cost of an accelerator-hour", self.per_year / hours)
    }
}

/// Total cost of ownership.
///
/// # Model
/// `nominal = hardware + P * facility + n * yearly`, `discounted = hardware + P * facility + a * yearly`,
/// `per_year = (hardware + P * facility) / a + yearly`, with the annuity `a` of [`annuity`] and `yearly` =
/// energy + maintenance * hardware + parts + labour + lost accelerator-hours at their worth.
///
/// # Validity
/// Prices and rates constant over the life; payments at the end of each year; no residual value, no taxes;
/// the facility is written off with the hardware, although it lasts longer.
///
/// # Errors
/// [`EconomicsError`] for negative amounts, a discount of 100 % or more, a PUE below 1, a life of zero.
pub fn tco(design: &Design, finance: &Finance) -> Result<Tco, EconomicsError> {
    tco_at(design, finance, finance.annuity()?)
}

/// [`tco`] of one of many designs: the annuity of their terms ([`Finance::annuity`]) is most of the work, and the same for all.
///
/// # Errors
/// As [`tco`].
pub fn tco_at(design: &Design, finance: &Finance, annuity: f64) -> Result<Tco, EconomicsError> {
    let year = Time::years(1.0);
    let hardware = not_negative("the price of the hardware", design.hardware)?;
    let facility = not_negative("the price of the facility", finance.facility)? * design.power;
    let labour = not_negative("the price of labour", finance.labour)?
        * not_negative("the yearly labour", design.labour_per_year)?;
    let downtime = not_negative("the worth of an accelerator-hour", finance.accelerator_hour)?
        * not_negative("the yearly accelerator-hours lost", design.accelerator_time_lost_per_year)?;
    let maintenance = hardware * rate("the maintenance share", finance.maintenance)?;
    let mut tco = Tco {
        hardware,
        facility,
        energy_per_year: finance.tariff.cost(design.power, year)?,
        maintenance_per_year: maintenance,
        repair_per_year: not_negative("the yearly parts", design.parts_per_year)? + labour,
        downtime_per_year: downtime,
        life: finance.life,
        nominal: Money::ZERO,
        discounted: Money::ZERO,
        per_year: Money::ZERO,
    };
    let (capex, yearly) = (tco.capex(), tco.running_per_year());
    tco.nominal = capex + yearly * finance.life.as_years();
    tco.discounted = capex + yearly * annuity;
    tco.per_year = capex / annuity + yearly;
    for total in [tco.nominal, tco.discounted, tco.per_year] {
        not_negative("the total cost", total)?;
    }
    Ok(tco)
}
