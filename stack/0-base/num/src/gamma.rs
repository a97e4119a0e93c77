//! The gamma function and what follows from it: chi-squared and Poisson.

use crate::error::{NumError, within};
use crate::root::root;

/// Logarithm of the gamma function, for positive arguments.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `x > 0`.
pub fn ln_gamma(x: f64) -> Result<f64, NumError> {
    within(x > 0.0, "ln gamma", "x", "(0, inf)", x)?;
    Ok(libm::lgamma(x))
}

/// Regularised lower incomplete gamma function, `P(a, x)`: from 0 at `x = 0` to 1.
///
/// # Model
/// `P(a, x) = 1/gamma(a) * integral from 0 to x of t^(a-1) e^-t dt`: its power series for `x < a + 1`, else
/// one minus the continued fraction of `Q(a, x)`.
///
/// # Validity
/// Relative error about `1e-15 * max(1, a ln a)`.
///
/// # Source
/// NIST Digital Library of Mathematical Functions, 8.7.1 and 8.9.2.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `a > 0` and `x >= 0`.
pub fn gamma_p(a: f64, x: f64) -> Result<f64, NumError> {
    tails(a, x).map(|(lower, _)| lower)
}

/// Regularised upper incomplete gamma function, `Q(a, x) = 1 - P(a, x)`, precise where it is small.
///
/// # Errors
/// As [`gamma_p`].
pub fn gamma_q(a: f64, x: f64) -> Result<f64, NumError> {
    tails(a, x).map(|(_, upper)| upper)
}

fn tails(a: f64, x: f64) -> Result<(f64, f64), NumError> {
    within(a > 0.0, "incomplete gamma", "a", "(0, inf)", a)?;
    within(x >= 0.0, "incomplete gamma", "x", "[0, inf)", x)?;
    if x <= 0.0 {
        return Ok((0.0, 1.0));
    }
    // x^a e^-x / gamma(a)
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    // Both expansions need some multiple of sqrt(a) terms where x is near a.
    let terms = 200 + (20.0 * a.sqrt()) as u64;
    if x < a + 1.0 {
        let (mut term, mut sum, mut denominator) = (1.0 / a, 1.0 / a, a);
        for _ in 0..terms {
            denominator += 1.0;
            term *= x / denominator;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let lower = (front * sum).min(1.0);
        Ok((lower, 1.0 - lower))
    } else {
        // Lentz's method; every partial denominator is positive here.
        let mut b = x + 1.0 - a;
        let (mut c, mut d) = (f64::INFINITY, 1.0 / b);
        let mut fraction = d;
        let mut i = 0.0;
        for _ in 0..terms {
            i += 1.0;
            let numerator = i * (a - i);
            b += 2.0;
            d = 1.0 / (b + numerator * d);
            c = b + numerator / c;
            fraction *= c * d;
            if (c * d - 1.0).abs() < 1e-16 {
                break;
            }
        }
        let upper = (front * fraction).min(1.0);
        Ok((1.0 - upper, upper))
    }
}

/// The value below which the share `p` of a chi-squared distribution lies.
///
/// # Model
/// The root of `P(degrees / 2, x / 2) = p`.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 < p < 1` and `degrees > 0`.
///
/// # Example
/// ```
/// // With two degrees of freedom it is -2 ln(1 - p).
/// let x = lightloom_num::chi_squared_quantile(0.9, 2.0)?;
/// assert!((x - 2.0 * 10f64.ln()).abs() < 1e-11);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn chi_squared_quantile(p: f64, degrees: f64) -> Result<f64, NumError> {
    within(p > 0.0 && p < 1.0, "chi-squared quantile", "p", "(0, 1)", p)?;
    within(degrees > 0.0, "chi-squared quantile", "degrees", "(0, inf)", degrees)?;
    // In the logarithm of x, so that quantiles near zero keep their relative precision.
    let excess = |ln_x: f64| match tails(degrees / 2.0, libm::exp(ln_x) / 2.0) {
        Ok((lower, _)) if p < 0.5 => lower - p,
        Ok((_, upper)) => (1.0 - p) - upper,
        Err(_) => f64::NAN,
    };
    let mut high = libm::log(degrees + 1.0);
    while excess(high) < 0.0 {
        high += 1.0;
    }
    let mut low = high - 1.0;
    while excess(low) > 0.0 {
        low -= 1.0;
    }
    root(excess, low, high, 1e-15).map(libm::exp)
}

/// Probability of at most `count` events where `mean` are expected.
///
/// # Model
/// Poisson: `sum for i = 0..count of mean^i e^-mean / i! = Q(count + 1, mean)`
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `mean >= 0`.
pub fn poisson_at_most(count: u64, mean: f64) -> Result<f64, NumError> {
    gamma_q(count as f64 + 1.0, mean)
}

/// The smallest count that is not exceeded with at least the probability `level`.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 < level < 1` and `0 <= mean <= 1e12`.
///
/// # Example
/// ```
/// // One failure expected before the next delivery: 4 spares suffice in 99 % of the cases, 3 do not.
/// assert_eq!(lightloom_num::poisson_quantile(0.99, 1.0)?, 4);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn poisson_quantile(level: f64, mean: f64) -> Result<u64, NumError> {
    within(level > 0.0 && level < 1.0, "Poisson quantile", "level", "(0, 1)", level)?;
    within((0.0..=1e12).contains(&mean), "Poisson quantile", "mean", "[0, 1e12]", mean)?;
    let suffices = |count: u64| poisson_at_most(count, mean).map(|p| p >= level);
    if suffices(0)? {
        return Ok(0);
    }
    let (mut low, mut high) = (0, 1);
    while !suffices(high)? {
        (low, high) = (high, 2 * high);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if suffices(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}
