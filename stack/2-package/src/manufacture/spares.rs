//! Redundancy: all of n in series, k of n with spares.

use crate::manufacture::{ManufactureError, share};
use lightloom_num::at_least;
use lightloom_units::Ratio;
use serde::Serialize;

/// Share of assemblies all of whose `n` parts are good: `y^n`.
///
/// # Errors
/// Unless the yield is a share.
///
/// # Example
/// ```
/// use lightloom_package::manufacture::spares::series;
/// use lightloom_units::Ratio;
/// // 1,088 fibre joints at 99.865 % (OIF, OFC 2023).
/// let whole = series(Ratio::new(0.99865), 1088).unwrap();
/// assert!((whole.value() - 0.230).abs() < 5e-4);
/// ```
pub fn series(each: Ratio, n: u64) -> Result<Ratio, ManufactureError> {
    let y = share("a yield", each.value())?;
    Ok(Ratio::new(libm::pow(y, n as f64)))
}

/// Share of assemblies at least `needed` of whose `installed` parts are good.
///
/// # Model
/// The binomial tail ([`at_least`]): parts are independent, any spare replaces any part.
///
/// # Errors
/// Unless the yield is a share.
pub fn with_spares(each: Ratio, needed: u64, installed: u64) -> Result<Ratio, ManufactureError> {
    Ok(Ratio::new(at_least(needed, installed, each.value())?))
}

/// Yield of a package with several engines, without spare ones and with some.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PackageYield {
    /// Share of good engines at the package's test.
    pub engine: Ratio,
    /// Engines that must be good.
    pub needed: u64,
    /// Engines on the package beyond them.
    pub spares: u64,
    /// Share of packages with exactly the needed engines, all good.
    pub without_spares: Ratio,
    /// Share of packages with as many good ones as needed, spares counted.
    pub with_spares: Ratio,
}

impl PackageYield {
    /// Of engines with a yield.
    ///
    /// # Errors
    /// Unless the yield is a share.
    ///
    /// # Example
    /// ```
    /// use lightloom_package::manufacture::PackageYield;
    /// use lightloom_units::Ratio;
    /// let package = PackageYield::of(Ratio::new(0.95), 32, 4).unwrap();
    /// assert!((package.without_spares.value() - 0.194).abs() < 5e-4);
    /// assert!((package.with_spares.value() - 0.968).abs() < 5e-4);
    /// ```
    pub fn of(engine: Ratio, needed: u64, spares: u64) -> Result<Self, ManufactureError> {
        Ok(Self {
            engine,
            needed,
            spares,
            without_spares: series(engine, needed)?,
            with_spares: with_spares(engine, needed, needed.saturating_add(spares))?,
        })
    }
}

/// Yield of an engine whose lanes have spares, its lasers too, and one of each feeds so many lanes.
///
/// # Model
/// Lanes and lasers fail independently and each kind is judged by itself: `P(lanes) P(lasers)`. A spare laser is switched in for
/// a whole group of lanes.
///
/// # Errors
/// Unless both yields are shares.
pub fn lanes_and_lasers(
    lane: Ratio,
    [lanes_needed, lanes_built]: [u64; 2],
    laser: Ratio,
    [lasers_needed, lasers_built]: [u64; 2],
) -> Result<Ratio, ManufactureError> {
    let lanes = with_spares(lane, lanes_needed, lanes_built)?.value();
    let lasers = with_spares(laser, lasers_needed, lasers_built)?.value();
    Ok(Ratio::new(lanes * lasers))
}
