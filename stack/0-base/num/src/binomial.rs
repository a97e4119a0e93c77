//! The binomial distribution: k of n.

use crate::error::{NumError, within};

/// Probability that at least `k` of `n` independent things hold, each with probability `p`.
///
/// # Model
/// `sum for i = k..n of C(n, i) p^i (1-p)^(n-i)`, summed over the smaller tail.
///
/// # Validity
/// Relative error of the smaller tail about `1e-15 * n ln n`; time grows with the number of terms that count,
/// about `sqrt(n)`.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 <= p <= 1`.
///
/// # Example
/// ```
/// // 32 of 36 optical engines, each good with 95 %: four spares lift the yield from 19 % to 97 %.
/// assert!((lightloom_num::at_least(32, 36, 0.95)? - 0.968).abs() < 5e-4);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn at_least(k: u64, n: u64, p: f64) -> Result<f64, NumError> {
    within((0.0..=1.0).contains(&p), "k of n", "p", "[0, 1]", p)?;
    if k == 0 || p >= 1.0 {
        return Ok(if k <= n { 1.0 } else { 0.0 });
    }
    if k > n || p <= 0.0 {
        return Ok(0.0);
    }
    if k as f64 > n as f64 * p {
        Ok(upper_tail(k, n, p))
    } else {
        // Fewer than k hold: at least n - k + 1 fail.
        Ok(1.0 - upper_tail(n - k + 1, n, 1.0 - p))
    }
}

/// Probability that exactly `k` of `n` independent things hold, each with probability `p`.
///
/// # Model
/// `C(n, k) p^k (1-p)^(n-k)`; keeps its relative precision where `p` is small.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 <= p <= 1`.
pub fn exactly(k: u64, n: u64, p: f64) -> Result<f64, NumError> {
    within((0.0..=1.0).contains(&p), "k of n", "p", "[0, 1]", p)?;
    if k > n || p <= 0.0 && k > 0 || p >= 1.0 && k < n {
        return Ok(0.0);
    }
    Ok(if p <= 0.0 || p >= 1.0 { 1.0 } else { term(k, n, p) })
}

fn term(k: u64, n: u64, p: f64) -> f64 {
    let (kf, nf) = (k as f64, n as f64);
    let ln_choose = libm::lgamma(nf + 1.0) - libm::lgamma(kf + 1.0) - libm::lgamma(nf - kf + 1.0);
    libm::exp(ln_choose + kf * libm::log(p) + (nf - kf) * libm::log1p(-p))
}

/// The tail from `k` up to `n`, `k` above the mean: every term is smaller than the one before.
fn upper_tail(k: u64, n: u64, p: f64) -> f64 {
    let mut term = term(k, n, p);
    let mut sum = term;
    for i in k..n {
        term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum.min(1.0)
}
