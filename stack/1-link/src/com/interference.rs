//! The distribution of noise and interference, and its far tail.

use lightloom_num::{q, q_inverse};

/// A sum of independent terms: symbols through a pulse's samples, a Gaussian, uniform errors.
///
/// # Model
/// Symbols take `L` equiprobable levels between -1 and 1. Only the cumulant generating function `K(s)` of the sum is
/// formed; a tail follows from the saddle point `K'(s) = x` by `P(Y > x) = Q(w + ln(u / w) / w)`, with
/// `w = sqrt(2 (s x - K))` and `u = s sqrt(K'')`.
///
/// # Validity
/// Against the exact convolution of 802.3's probability mass functions: within 0.005 dB at 1e-6 to 1e-3 as long as a
/// Gaussian share is present (tests).
///
/// # Source
/// Symbols: 93A-39, 93A-40. Tail: O. E. Barndorff-Nielsen, Biometrika 73 (1986) 307; R. Lugannani and S. Rice, Adv.
/// Appl. Prob. 12 (1980) 475.
#[derive(Debug, Clone, Default)]
pub struct Interference {
    /// Number of levels.
    pub levels: u32,
    /// Samples that symbols are multiplied by.
    pub samples: Vec<f64>,
    /// Variance of the Gaussian.
    pub gaussian: f64,
    /// Half widths of uniform errors.
    pub uniform: Vec<f64>,
}

/// `K`, `K'`, `K''` at a point.
pub type Cumulants = [f64; 3];

impl Interference {
    /// Cumulant generating function with its two derivatives.
    #[must_use]
    pub fn cumulants(&self, s: f64) -> Cumulants {
        let mut k = [self.gaussian * s * s / 2.0, self.gaussian * s, self.gaussian];
        let levels = f64::from(self.levels.max(2));
        // One logarithm of a product stands for the sum of many; a factor is above 1e-9 for any number of levels.
        let mut product = 1.0;
        let mut add = |term: Term, size: f64| {
            k[0] += term.linear;
            k[1] += term.slope * size;
            k[2] += term.curvature * size * size;
            product *= term.factor;
            if product < 1e-200 {
                k[0] += libm::log(product);
                product = 1.0;
            }
        };
        for h in &self.samples {
            let size = h.abs() / (levels - 1.0);
            add(symbol(size * s, self.levels.max(2)), size);
        }
        for half in &self.uniform {
            add(uniform(half * s), *half);
        }
        k[0] += libm::log(product);
        k
    }

    /// The same with samples below a share of the standard deviation as part of the Gaussian, which many small ones are.
    #[must_use]
    pub(crate) fn condensed(mut self, share: f64) -> Self {
        let variance = self.variance();
        let least = share * variance.sqrt();
        self.samples.retain(|h| h.abs() > least);
        self.gaussian += variance - self.variance();
        self
    }

    /// Variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.cumulants(0.0)[2]
    }

    /// The amplitude that the sum exceeds with a probability (below 0.2); zero without any variance.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        self.quantile_within(probability, 1e-9)
    }

    /// The same with a relative error, about, of no more than a tolerance.
    #[must_use]
    pub(crate) fn quantile_within(&self, probability: f64, tolerance: f64) -> f64 {
        quantile(|s| self.cumulants(s), probability, tolerance)
    }

    /// Probability that the sum exceeds an amplitude above zero.
    #[must_use]
    pub fn tail(&self, x: f64) -> f64 {
        tail(|s| self.cumulants(s), x)
    }
}

/// A cumulant generating function, `linear + ln(factor)`, and its derivatives.
struct Term {
    linear: f64,
    factor: f64,
    slope: f64,
    curvature: f64,
}

/// Cumulants of a symbol of `L` levels at distance 2: `ln(sinh(L y) / (L sinh y))`.
fn symbol(y: f64, levels: u32) -> Term {
    let l = f64::from(levels);
    let l2 = l * l;
    if l * y < 0.02 {
        // Where the closed form cancels: the first terms of its series, good to 1e-9 of the second cumulant.
        let (y2, v) = (y * y, (l2 - 1.0) / 3.0);
        let w = (l2 * l2 - 1.0) / 45.0;
        return Term {
            linear: y2 * (v / 2.0 - w * y2 / 4.0),
            factor: 1.0,
            slope: y * (v - w * y2),
            curvature: v - 3.0 * w * y2,
        };
    }
    let e = libm::exp(-2.0 * y);
    let el = power(e, levels);
    let (one, all) = (1.0 - e, 1.0 - el);
    let (coth, coth_l) = ((1.0 + e) / one, (1.0 + el) / all);
    Term {
        linear: (l - 1.0) * y,
        factor: all / (l * one),
        slope: l * coth_l - coth,
        curvature: 4.0 * (e / (one * one) - l2 * el / (all * all)),
    }
}

/// Cumulants of a uniform error of unit half width: `ln(sinh y / y)`.
fn uniform(y: f64) -> Term {
    if y < 0.01 {
        let y2 = y * y;
        let (slope, curvature) = (y / 3.0, 1.0 / 3.0 - y2 / 15.0);
        return Term { linear: y2 / 6.0, factor: 1.0, slope, curvature };
    }
    let e = libm::exp(-2.0 * y);
    let one = 1.0 - e;
    Term {
        linear: y,
        factor: one / (2.0 * y),
        slope: (1.0 + e) / one - 1.0 / y,
        curvature: 1.0 / (y * y) - 4.0 * e / (one * one),
    }
}

fn power(mut base: f64, mut exponent: u32) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    result
}

/// The normal quantile that stands for a saddle point: `w + ln(u / w) / w`.
fn deviate(s: f64, k: &Cumulants) -> f64 {
    let w = (2.0 * (s * k[1] - k[0])).max(0.0).sqrt();
    let u = s * k[2].max(0.0).sqrt();
    if w < 1e-6 || u <= 0.0 { w } else { w + libm::log(u / w) / w }
}

/// The amplitude that a sum with these cumulants exceeds with a probability.
fn quantile(cumulants: impl Fn(f64) -> Cumulants, probability: f64, tolerance: f64) -> f64 {
    let Ok(target) = q_inverse(probability.clamp(1e-300, 0.4)) else { return 0.0 };
    let spread = cumulants(0.0)[2].sqrt();
    if !(spread > 0.0 && spread.is_finite()) {
        return 0.0;
    }
    // The deviate is all but linear in s: regula falsi with the last two points.
    let at = |s: f64| {
        let k = cumulants(s);
        (deviate(s, &k) - target, k[1])
    };
    let (mut a, mut b) = (0.0, target / spread);
    let (mut fa, mut fb) = (-target, at(b));
    for _ in 0..60 {
        if fb.0.abs() < tolerance * target {
            break;
        }
        let slope = (fb.0 - fa) / (b - a);
        let next = if slope > 0.0 { b - fb.0 / slope } else { 2.0 * b };
        // Bounded interference makes the deviate rise steeply; never step below zero or far beyond.
        let next = next.clamp(0.1 * b, 4.0 * b);
        (a, fa) = (b, fb.0);
        b = next;
        fb = at(b);
    }
    fb.1
}

/// Probability that a sum with these cumulants exceeds an amplitude above zero.
pub(crate) fn tail(cumulants: impl Fn(f64) -> Cumulants, x: f64) -> f64 {
    let variance = cumulants(0.0)[2];
    if x <= 0.0 {
        return 0.5;
    }
    if variance <= 0.0 {
        return 0.0;
    }
    let mut s = x / variance;
    let mut k = cumulants(s);
    // K' is concave above zero for these sums, so Newton's steps from the left cannot overshoot for long.
    for _ in 0..100 {
        let missing = x - k[1];
        if missing.abs() < 1e-12 * x {
            break;
        }
        s = (s + missing / k[2].max(1e-300)).clamp(0.2 * s, 5.0 * s);
        k = cumulants(s);
    }
    q(deviate(s, &k))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact distribution function at -x by Fourier inversion of the characteristic function.
    fn exact_tail(sum: &Interference, x: f64) -> f64 {
        let support: f64 = sum.samples.iter().map(|h| h.abs()).sum::<f64>()
            + sum.uniform.iter().sum::<f64>()
            + 12.0 * sum.gaussian.sqrt();
        let step = std::f64::consts::PI / (support + x);
        let l = f64::from(sum.levels);
        let characteristic = |t: f64| {
            let mut phi = libm::exp(-sum.gaussian * t * t / 2.0);
            for h in &sum.samples {
                let levels = (0..sum.levels)
                    .map(|i| libm::cos(t * h * (2.0 * f64::from(i) / (l - 1.0) - 1.0)));
                phi *= levels.sum::<f64>() / l;
            }
            for half in &sum.uniform {
                phi *= libm::sin(t * half) / (t * half);
            }
            phi
        };
        // Gil-Pelaez at half-odd points.
        let mut total = 0.0;
        for k in 0..200_000 {
            let t = step * (f64::from(k) + 0.5);
            let term = characteristic(t) * libm::sin(t * x) / t;
            total += term * step;
            if sum.gaussian * t * t > 80.0 {
                break;
            }
        }
        0.5 - total / std::f64::consts::PI
    }

    fn example() -> Interference {
        Interference {
            levels: 4,
            samples: vec![
                3e-3, -2.2e-3, 1.5e-3, 1.4e-3, -1.1e-3, 9e-4, 8e-4, -6e-4, 5e-4, 3e-4, 1e-4,
            ],
            gaussian: 1.9e-3 * 1.9e-3,
            uniform: vec![4e-4, 2e-4],
        }
    }

    #[test]
    fn a_gaussian_alone_is_exact() {
        let sum = Interference { levels: 4, gaussian: 4.0, ..Default::default() };
        assert!((sum.quantile(q(3.0)) - 6.0).abs() < 1e-9);
        assert!((sum.tail(6.0) / q(3.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn quantiles_agree_with_the_exact_convolution() {
        let sum = example();
        for probability in [1e-3, 1e-4, 1e-5, 1e-6] {
            let x = sum.quantile(probability);
            let exact = exact_tail(&sum, x);
            // 0.005 dB of amplitude is 0.06 %, which moves these tails by about 1 %.
            assert!((exact / probability - 1.0).abs() < 0.012, "{probability}: {exact}");
            assert!((sum.tail(x) / probability - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn one_strong_symbol_beside_little_noise_is_still_close() {
        // Two-level interference far above the Gaussian: the tail is a quarter of levels shifted to +3.
        let sum =
            Interference { levels: 4, samples: vec![3.0], gaussian: 0.01, ..Default::default() };
        let x = sum.quantile(1e-4);
        let exact = 3.0 + 0.1 * q_inverse(4e-4).unwrap();
        assert!((x / exact - 1.0).abs() < 0.01, "{x} {exact}");
    }

    #[test]
    fn series_and_closed_form_meet() {
        for levels in [2, 4, 6, 8] {
            let l = f64::from(levels);
            let at = |y: f64| {
                let Term { linear, factor, slope, curvature } = symbol(y, levels);
                [linear + libm::log(factor), slope, curvature]
            };
            for (a, b) in at(0.019_999_9 / l).iter().zip(at(0.020_000_1 / l)) {
                assert!((a / b - 1.0).abs() < 1e-3, "{levels}: {a} {b}");
            }
        }
    }
}
