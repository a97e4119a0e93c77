//! What a laser's temperature costs: efficiency and life.

use crate::heat::{HeatError, positive};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Ratio, Temperature};
use serde::Serialize;

/// How a laser's efficiency and failure rate follow its temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LaserAging {
    /// Temperature at which efficiencies and failure rates of external lasers are stated.
    pub reference: Temperature,
    /// Temperature at which the failure rate of a module's laser is stated.
    pub reference_internal: Temperature,
    /// Kelvin over which the efficiency falls to 1/e.
    pub characteristic_kelvin: f64,
    /// Factor on the failure rate for ten kelvin more.
    pub factor_per_10_kelvin: f64,
}

/// A laser at its temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LaserHeat {
    /// Junction.
    pub junction: Temperature,
    /// Efficiency over that at the reference of external lasers.
    pub efficiency: Ratio,
    /// Failure rate over that at the reference of external lasers.
    pub failures: Ratio,
    /// Failure rate over the one that the catalog states for this kind of laser.
    pub failures_over_stated: Ratio,
}

impl LaserAging {
    /// Reads `laser.external.reference_temperature`, `.characteristic_temperature`, `fit.laser.dfb_temperature`,
    /// `fit.laser.factor_per_10k`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let span: Temperature = facts.get("laser.external.characteristic_temperature")?;
        Ok(Self {
            reference: facts.get("laser.external.reference_temperature")?,
            reference_internal: facts.get("fit.laser.dfb_temperature")?,
            characteristic_kelvin: span.as_kelvin(),
            factor_per_10_kelvin: facts.get::<Ratio>("fit.laser.factor_per_10k")?.value(),
        })
    }

    /// Factor on a failure rate from one temperature to another.
    ///
    /// # Model
    /// `factor^((T - T_ref) / 10 K)`, the rule that operations use.
    ///
    /// # Errors
    /// [`HeatError::NotPositive`] for a factor that is not above zero.
    pub fn failure_factor(
        &self,
        junction: Temperature,
        reference: Temperature,
    ) -> Result<Ratio, HeatError> {
        let hint = "2 to 3 for ten kelvin";
        let base = positive("the factor for ten kelvin", self.factor_per_10_kelvin, hint)?;
        Ok(Ratio::new(libm::pow(base, junction.kelvin_above(reference) / 10.0)))
    }

    /// A laser at its junction temperature; `external` or inside a module.
    ///
    /// # Model
    /// Efficiency `exp(-(T - T_ref) / T_0)`, failures by [`LaserAging::failure_factor`].
    ///
    /// # Example
    /// ```
    /// use lightloom_package::heat::LaserAging;
    /// use lightloom_units::Temperature;
    /// let aging = LaserAging {
    ///     reference: "50 degC".parse()?,
    ///     reference_internal: "70 degC".parse()?,
    ///     characteristic_kelvin: 100.0,
    ///     factor_per_10_kelvin: 2.5,
    /// };
    /// // 80 degC in a module against 50 degC outside: 2.5^3 = 15.6 times the failures, a quarter of the light lost.
    /// let hot = aging.at("80 degC".parse::<Temperature>()?, false)?;
    /// assert!((hot.failures.value() - 15.625).abs() < 1e-9);
    /// assert!((hot.efficiency.value() - 0.7408).abs() < 1e-4);
    /// assert!((hot.failures_over_stated.value() - 2.5).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`HeatError::NotPositive`] for a factor or a characteristic temperature that is not above zero.
    pub fn at(&self, junction: Temperature, external: bool) -> Result<LaserHeat, HeatError> {
        let hint = "50 to 200 K are usual";
        let span =
            positive("the characteristic temperature in K", self.characteristic_kelvin, hint)?;
        let stated = if external { self.reference } else { self.reference_internal };
        let efficiency = libm::exp(-junction.kelvin_above(self.reference) / span);
        Ok(LaserHeat {
            junction,
            efficiency: Ratio::new(efficiency),
            failures: self.failure_factor(junction, self.reference)?,
            failures_over_stated: self.failure_factor(junction, stated)?,
        })
    }
}
