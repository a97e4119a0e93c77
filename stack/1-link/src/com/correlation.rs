//! Autocorrelation of a weighted sum of three records, for any weights.

use lightloom_num::dot;
use std::cell::RefCell;

/// Autocorrelation at lags from zero.
pub(crate) fn autocorrelation(samples: &[f64], count: usize) -> Vec<f64> {
    (0..count.min(samples.len())).map(|k| dot(&samples[k..], samples)).collect()
}

/// What the autocorrelations of three records' weighted sums have in common.
///
/// # Model
/// `sum_i y[i] y[i+k]` of `y = sum_a w_a x_a` is a quadratic form in the weights; its six coefficients at each lag are
/// the correlations of the records with one another. They cost as much as about six autocorrelations, and then each sum
/// of products over the records is one over six numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Correlations {
    /// Of 00, 01, 02, 11, 12, 22; the mixed ones both ways; at lags from zero as far as they were asked for.
    lags: RefCell<Vec<[f64; 6]>>,
}

impl Correlations {
    /// Autocorrelation, at so many lags from zero, of the records' sum with these weights. The records are the same
    /// at every call, and of one length.
    pub(crate) fn weighted(
        &self,
        records: &[Vec<f64>; 3],
        count: usize,
        [a, b, c]: [f64; 3],
    ) -> Vec<f64> {
        let count = count.min(records[0].len());
        let mut lags = self.lags.borrow_mut();
        for lag in lags.len()..count {
            lags.push(at_lag(records, lag));
        }
        let products = [a * a, a * b, a * c, b * b, b * c, c * c];
        let sum = |lag: &[f64; 6]| lag.iter().zip(products).map(|(x, p)| x * p).sum();
        lags[..count].iter().map(sum).collect()
    }
}

fn at_lag(records: &[Vec<f64>; 3], lag: usize) -> [f64; 6] {
    let n = records[0].len() - lag;
    let [x, y, z] = records.each_ref().map(|r| r[..n].as_chunks::<2>());
    let [u, v, w] = records.each_ref().map(|r| r[lag..].as_chunks::<2>());
    let pairs = (x.0.iter().zip(y.0).zip(z.0)).zip(u.0.iter().zip(v.0).zip(w.0));
    let mut sums = [[0.0; 2]; 6];
    for (((x, y), z), ((u, v), w)) in pairs {
        for i in 0..2 {
            sums[0][i] += x[i] * u[i];
            sums[1][i] += x[i] * v[i] + y[i] * u[i];
            sums[2][i] += x[i] * w[i] + z[i] * u[i];
            sums[3][i] += y[i] * v[i];
            sums[4][i] += y[i] * w[i] + z[i] * v[i];
            sums[5][i] += z[i] * w[i];
        }
    }
    let mut sums = sums.map(|[a, b]| a + b);
    if let ([x], [y], [z], [u], [v], [w]) = (x.1, y.1, z.1, u.1, v.1, w.1) {
        let last = [x * u, x * v + y * u, x * w + z * u, y * v, y * w + z * v, z * w];
        for (sum, last) in sums.iter_mut().zip(last) {
            *sum += last;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_correlates_as_its_records_say() {
        for n in [1, 2, 29, 30] {
            let wave = |w: f64| (0..n).map(|i| libm::sin(f64::from(i) * w + w)).collect::<Vec<_>>();
            let records = [0.3, 0.8, 1.7].map(wave);
            let weights = [0.5, -1.2, 2.0];
            let sum: Vec<f64> = (0..records[0].len())
                .map(|i| records.iter().zip(weights).map(|(r, w)| r[i] * w).sum())
                .collect();
            let correlations = Correlations::default();
            // More, fewer, and more lags again: who asks first does not settle how many there are.
            for count in [3, 1, 12] {
                let found = correlations.weighted(&records, count, weights);
                let expected = autocorrelation(&sum, count);
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(&expected) {
                    assert!((found - expected).abs() < 1e-12, "{found} {expected}");
                }
            }
        }
    }
}
