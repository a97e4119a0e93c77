//! Failure rates: from counts, with confidence bounds, over a year, of redundant groups.

use crate::error::{OperationsError, not_negative, positive, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_num::{chi_squared_quantile, exactly};
use lightloom_units::time::HOURS_PER_YEAR;
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use serde::{Deserialize, Serialize};

/// Share of a population that fails within a year (AFR).
///
/// # Model
/// `AFR = 1 - exp(-rate * 8760 h)`
///
/// # Example
/// ```
/// use lightloom_units::FailureRate;
/// let afr = lightloom_operations::failure::annual_share(FailureRate::fit(1818.0));
/// assert!((afr.value() - 0.0158).abs() < 1e-4);
/// ```
#[must_use]
pub fn annual_share(rate: FailureRate) -> Ratio {
    Ratio::new(-libm::expm1(-(rate * Time::hours(HOURS_PER_YEAR))))
}

/// Upper confidence bound of a failure rate, from failures seen in a total device-time.
///
/// # Model
/// `rate <= chi2(confidence, 2 r + 2) / (2 T)`; without failures this is `-ln(1 - confidence) / T`.
///
/// # Validity
/// Constant hazard; independent devices; the test ended at a time, not at a failure.
///
/// # Source
/// JEDEC JESD85A.
///
/// # Errors
/// Unless `0 < confidence < 1`, `device_time > 0` and `failures >= 0`.
///
/// # Example
/// ```
/// use lightloom_operations::failure::upper_bound;
/// use lightloom_units::{Count, Quantity, Time};
/// // 100 million laser-hours without a failure: 9.16 FIT at 60 %, 23.03 FIT at 90 %.
/// let at = |confidence| upper_bound(Count::from_si(0.0), Time::hours(100e6), confidence);
/// assert!((at(0.6)?.as_fit() - 9.163).abs() < 1e-3);
/// assert!((at(0.9)?.as_fit() - 23.026).abs() < 1e-3);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn upper_bound(
    failures: Count,
    device_time: Time,
    confidence: f64,
) -> Result<FailureRate, OperationsError> {
    not_negative("the number of failures", failures)?;
    positive("the device-time", device_time)?;
    let chi2 = chi_squared_quantile(confidence, 2.0 * failures.value() + 2.0)?;
    Ok(FailureRate::from_si(chi2 / (2.0 * device_time.as_s())))
}

/// Lower confidence bound of a failure rate: `chi2(1 - confidence, 2 r) / (2 T)`; zero without failures.
///
/// # Errors
/// As [`upper_bound`].
pub fn lower_bound(
    failures: Count,
    device_time: Time,
    confidence: f64,
) -> Result<FailureRate, OperationsError> {
    not_negative("the number of failures", failures)?;
    positive("the device-time", device_time)?;
    if failures.value() <= 0.0 {
        return Ok(FailureRate::ZERO);
    }
    let chi2 = chi_squared_quantile(1.0 - confidence, 2.0 * failures.value())?;
    Ok(FailureRate::from_si(chi2 / (2.0 * device_time.as_s())))
}

/// A group of like items of which some may fail before the group does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redundancy {
    /// Items that must work.
    pub needed: u64,
    /// Items installed.
    pub installed: u64,
    /// Share of failures that take the whole group (common cause, the beta factor).
    pub common_share: Ratio,
}

impl Redundancy {
    /// One item, no spare.
    pub const NONE: Self = Self { needed: 1, installed: 1, common_share: Ratio::new(0.0) };

    /// A group of the catalog: `redundancy.<name>.needed`, `.installed`, and the common-cause share.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let count = |key: &str| facts.get::<Count>(&format!("redundancy.{name}.{key}"));
        Ok(Self {
            needed: count("needed")?.value().round() as u64,
            installed: count("installed")?.value().round() as u64,
            common_share: facts.get("redundancy.common_share")?,
        })
    }

    /// How often the group fails, its items being repaired one by one.
    ///
    /// # Model
    /// `f = P(exactly k of n up) * k * (1 - b) rate + b * rate`, each item down for the share
    /// `rate t / (1 + rate t)`. For one of two this is `2 rate^2 t`, the textbook `MTTF = mu / (2 lambda^2)`.
    ///
    /// # Validity
    /// Steady state; constant hazard; a repair crew for each item.
    ///
    /// # Errors
    /// When more is needed than installed, the share is not between 0 and 1, or a quantity is negative.
    pub fn group_rate(
        &self,
        rate: FailureRate,
        repair: Time,
    ) -> Result<FailureRate, OperationsError> {
        let (needed, installed) = (self.needed, self.installed);
        if needed > installed || needed == 0 {
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed });
        }
        let common = share("the common-cause share", self.common_share)?;
        not_negative("a failure rate", rate)?;
        let load = rate * not_negative("a repair time", repair)?;
        let at_the_edge = exactly(installed - needed, installed, load / (1.0 + load))?;
        Ok(rate * ((1.0 - common) * at_the_edge * needed as f64 + common / (1.0 + load)))
    }
}
