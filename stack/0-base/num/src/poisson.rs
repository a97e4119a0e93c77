//! Random waiting times and counts of events that come independently.

use crate::{Stream, ln_gamma};

/// Means from which counts are drawn by rejection.
const LARGE: f64 = 10.0;

impl Stream {
    /// A number of the exponential distribution with mean 1.
    ///
    /// # Model
    /// `-ln u`
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }

    /// A number of the Poisson distribution of this mean, as a whole `f64`; 0 for a mean that is not above zero.
    ///
    /// # Model
    /// Below a mean of 10 by multiplying uniform numbers (Knuth); from there by transformed rejection with squeeze (PTRS).
    ///
    /// # Validity
    /// Means up to 1e15, where counts stay exact.
    ///
    /// # Source
    /// W. Hörmann, The transformed rejection method for generating Poisson random variables, Insurance: Mathematics and
    /// Economics 12 (1993) 39.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0.0;
        }
        if mean < LARGE {
            let limit = libm::exp(-mean);
            let (mut count, mut product) = (0.0, self.unit());
            while product > limit {
                count += 1.0;
                product *= self.unit();
            }
            return count;
        }
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.024_83 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let v_r = 0.9277 - 3.6224 / (b - 2.0);
        let log_mean = libm::log(mean);
        loop {
            let u = self.unit() - 0.5;
            let v = self.unit();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= v_r {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let left = libm::log(v * inverse_alpha / (a / (us * us) + b));
            // `k + 1` is at least 1, for which the logarithm of the gamma function is known.
            let right = ln_gamma(k + 1.0).map_or(f64::NEG_INFINITY, |g| k * log_mean - mean - g);
            if left <= right {
                return k;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{DiscreteCDF, Poisson};

    #[test]
    fn exponential_moments() {
        let mut stream = Stream::new(5, 0);
        let n = 200_000;
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..n {
            let x = stream.exponential();
            (sum, square) = (sum + x, square + x * x);
        }
        let n = f64::from(n);
        // Five standard errors: of the mean 1 / sqrt(n), of the second moment sqrt(20 / n).
        assert!((sum / n - 1.0).abs() < 5.0 / n.sqrt());
        assert!((square / n - 2.0).abs() < 5.0 * (20.0 / n).sqrt());
    }

    /// The distance of Kolmogorov between drawn numbers and statrs' distribution.
    #[test]
    fn counts_follow_the_distribution() {
        for mean in [0.3, 4.0, 9.9, 10.1, 60.0, 5000.0] {
            let mut stream = Stream::new(9, mean as u64);
            let n = 40_000;
            let mut counts: Vec<u64> = (0..n).map(|_| stream.poisson(mean) as u64).collect();
            counts.sort_unstable();
            let expected = Poisson::new(mean).unwrap();
            let mut farthest = 0.0_f64;
            for k in counts.iter().copied().collect::<std::collections::BTreeSet<u64>>() {
                let below = counts.partition_point(|c| *c <= k) as f64 / f64::from(n);
                farthest = farthest.max((below - expected.cdf(k)).abs());
            }
            // The 99.9 % limit of the statistic.
            assert!(farthest < 1.95 / f64::from(n).sqrt(), "{mean}: {farthest}");
        }
        let of = |mean| Stream::new(1, 1).poisson(mean) as u64;
        assert_eq!([of(0.0), of(-1.0), of(f64::NAN)], [0; 3]);
    }
}
