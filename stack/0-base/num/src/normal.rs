//! The normal distribution: its upper tail Q, the inverse, its density.

use crate::error::{NumError, within};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Density of the standard normal distribution.
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// Upper tail of the standard normal distribution: the probability of a value above `x`.
///
/// # Model
/// `Q(x) = erfc(x / sqrt 2) / 2`
///
/// # Validity
/// Relative error below 1e-12 for `-38 < x < 37`; beyond, the result is 1 or runs out to zero.
///
/// # Example
/// ```
/// // SNR of 17 dB at a PAM2 slicer: Q(7.08)
/// assert!((lightloom_num::q(7.08) / 7.2e-13 - 1.0).abs() < 0.01);
/// ```
#[must_use]
pub fn q(x: f64) -> f64 {
    0.5 * libm::erfc(x * FRAC_1_SQRT_2)
}

/// The `x` whose upper tail is `p`: the inverse of [`q`].
///
/// # Model
/// Acklam's rational approximation (1e-9), then two Halley steps on `Q(x) - p`, taken from `erf` near the
/// centre so that the relative error stays below 1e-12 there too.
///
/// # Validity
/// `1e-300 < p < 1`; where `p` itself is a rounded number near 1, its rounding dominates.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 < p < 1`.
///
/// # Example
/// ```
/// let x = lightloom_num::q_inverse(1e-12)?;
/// assert!((x - 7.034_483_825_301_131).abs() < 1e-11);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn q_inverse(p: f64) -> Result<f64, NumError> {
    within(p > 0.0 && p < 1.0, "Q^-1", "p", "(0, 1)", p)?;
    if p > 0.5 {
        return q_inverse(1.0 - p).map(|x| -x);
    }
    let mut x = acklam(p);
    for _ in 0..2 {
        let excess =
            if p > 0.25 { (0.5 - p) - 0.5 * libm::erf(x * FRAC_1_SQRT_2) } else { q(x) - p };
        let step = excess / normal_density(x);
        x += step / (1.0 - 0.5 * x * step);
    }
    Ok(x)
}

/// P. J. Acklam's approximation of the inverse normal distribution, for `0 < p <= 0.5`.
fn acklam(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, c| sum * x + c);
    if p < 0.024_25 {
        let r = (-2.0 * libm::log(p)).sqrt();
        -polynomial(&C, r) / polynomial(&D, r)
    } else {
        let centre = 0.5 - p;
        centre * polynomial(&A, centre * centre) / polynomial(&B, centre * centre)
    }
}
