//! What power costs.

use crate::error::{EconomicsError, at_least_one, not_negative, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Money, MoneyPerEnergy, Power, Ratio, Time};
use serde::{Deserialize, Serialize};

/// How the hall is cooled; it sets the PUE.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cooling {
    /// Air, the average of today's halls.
    Air,
    /// Direct liquid cooling.
    #[default]
    Liquid,
    /// A hyperscale operator's own halls.
    Hyperscale,
}

impl Cooling {
    /// The fact of the PUE of such a hall.
    #[must_use]
    pub const fn pue_fact(self) -> &'static str {
        match self {
            Self::Air => "pue.air",
            Self::Liquid => "pue.liquid",
            Self::Hyperscale => "pue.hyperscale",
        }
    }
}

/// Price of electricity and how much of it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Price at the meter of the facility.
    pub electricity: MoneyPerEnergy,
    /// Facility power over IT power.
    pub pue: Ratio,
    /// Mean power over rated power. Optics and SerDes are always on; accelerators are not.
    pub load: Ratio,
}

impl Tariff {
    /// From the catalog.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        Ok(Self {
            electricity: facts.get("energy.electricity")?,
            pue: facts.get(cooling.pue_fact())?,
            load: facts.get("energy.load")?,
        })
    }

    /// Power drawn by the facility for a rated IT power: `P * PUE`.
    ///
    /// # Errors
    /// When the power is negative or the PUE below 1.
    pub fn facility_power(&self, it_power: Power) -> Result<Power, EconomicsError> {
        Ok(not_negative("the power", it_power)? * at_least_one("the PUE", self.pue)?)
    }

    /// Cost of a rated IT power over a time.
    ///
    /// # Model
    /// `P * PUE * load * time * price`
    ///
    /// # Errors
    /// When power, price or time is negative, the PUE below 1 or the load not a share.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::Tariff;
    /// use lightloom_units::{Power, Ratio, Time};
    /// // 15 W at 0.10 USD/kWh and PUE 1.3 for five years.
    /// let tariff = Tariff {
    ///     electricity: "0.10 USD/kWh".parse()?,
    ///     pue: Ratio::new(1.3),
    ///     load: Ratio::new(1.0),
    /// };
    /// let cost = tariff.cost(Power::w(15.0), Time::years(5.0))?;
    /// assert!((cost.as_usd() - 85.4).abs() < 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cost(&self, it_power: Power, time: Time) -> Result<Money, EconomicsError> {
        let mean = self.facility_power(it_power)? * share("the load", self.load)?;
        let price = not_negative("the price of electricity", self.electricity)?;
        Ok(price * (mean * not_negative("the time", time)?))
    }
}
