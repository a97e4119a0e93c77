//! Yield of dies by area and defect density, and what escapes a test.

use crate::manufacture::{ManufactureError, not_negative, share, within};
use lightloom_units::{Area, DefectDensity, Ratio};
use serde::{Deserialize, Serialize};

/// How defects lie on a wafer.
///
/// # Model
/// With `m = A D` defects on a die of area `A` on average: Poisson `exp(-m)`, for defects that know nothing of each other;
/// Murphy `((1 - exp(-m)) / m)²`, for a density that varies as a triangle; negative binomial `(1 + m / a)^-a`, for a density that
/// varies as a gamma distribution of shape `a`: small `a` is strong clustering, large `a` is Poisson.
///
/// # Source
/// B. T. Murphy, Proc. IEEE 52 (1964) 1537; C. H. Stapper, IBM J. Res. Dev. 27 (1983) 549.
///
/// # Example
/// ```
/// use lightloom_package::manufacture::DefectModel;
/// use lightloom_units::{Area, DefectDensity, Quantity, Ratio};
/// let (area, density) = (Area::parse("100 mm2")?, DefectDensity::parse("0.5 /cm2")?);
/// let yield_by = |model: DefectModel| model.yield_of(area, density).map(|y| y.value());
/// assert!((yield_by(DefectModel::Poisson).unwrap() - 0.6065).abs() < 1e-4);
/// assert!((yield_by(DefectModel::Murphy).unwrap() - 0.6193).abs() < 1e-4);
/// let clustered = DefectModel::NegativeBinomial { clustering: Ratio::new(2.0) };
/// assert!((yield_by(clustered).unwrap() - 0.64).abs() < 1e-12);
/// # Ok::<(), lightloom_units::ParseQuantityError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DefectModel {
    /// Independent.
    Poisson,
    /// A triangle of densities.
    Murphy,
    /// A gamma distribution of densities.
    NegativeBinomial {
        /// Its shape.
        clustering: Ratio,
    },
}

impl DefectModel {
    /// Share of dies without a fatal defect.
    ///
    /// # Errors
    /// [`ManufactureError::OutOfRange`] for negative areas or densities, or a clustering that is not above zero.
    pub fn yield_of(self, area: Area, density: DefectDensity) -> Result<Ratio, ManufactureError> {
        let defects = (density * area).value();
        not_negative("defects on a die", defects)?;
        Ok(Ratio::new(match self {
            Self::Poisson => libm::exp(-defects),
            // The limit at none is one; below, the difference of nearly equal numbers is avoided by expm1.
            Self::Murphy if defects <= 0.0 => 1.0,
            Self::Murphy => {
                let mean = -libm::expm1(-defects) / defects;
                mean * mean
            }
            Self::NegativeBinomial { clustering } => {
                let a = clustering.value();
                within(a > 0.0, "clustering", "above zero", a, "2 to 3 is usual")?;
                libm::exp(-a * libm::log1p(defects / a))
            }
        }))
    }
}

/// Share of dies or units that a test passes.
///
/// # Model
/// Of a yield `Y` a test of coverage `T` sees `Y^T`: it finds that share of the faults, which are many and independent.
///
/// # Source
/// T. W. Williams and N. C. Brown, IEEE Trans. Computers C-30 (1981) 987.
///
/// # Errors
/// Unless both are shares.
pub fn passed(quality: Ratio, coverage: Ratio) -> Result<Ratio, ManufactureError> {
    let (y, t) = (share("a yield", quality.value())?, share("a coverage", coverage.value())?);
    Ok(Ratio::new(libm::pow(y, t)))
}

/// Share of what a test passed that is bad nevertheless: the defect level.
///
/// # Model
/// `1 - Y^(1 - T)` for a yield `Y` before the test and a coverage `T`.
///
/// # Source
/// Williams and Brown, as [`passed`].
///
/// # Errors
/// Unless both are shares.
///
/// # Example
/// ```
/// use lightloom_package::manufacture::defects::escaped;
/// use lightloom_units::Ratio;
/// // Half of the dies good, 99 % of the faults found: seven in a thousand escape.
/// let bad = escaped(Ratio::new(0.5), Ratio::new(0.99)).unwrap();
/// assert!((bad.value() - 0.0069).abs() < 1e-4);
/// ```
pub fn escaped(quality: Ratio, coverage: Ratio) -> Result<Ratio, ManufactureError> {
    let (y, t) = (share("a yield", quality.value())?, share("a coverage", coverage.value())?);
    Ok(Ratio::new(1.0 - libm::pow(y, 1.0 - t)))
}
