//! The transmitter's feed-forward taps.

/// Transmitter taps by position, cursor included, and their own correlation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Taps {
    /// (position, weight), ascending.
    pub(crate) weights: Vec<(i32, f64)>,
    /// Correlation of the weights at lags 0, 1, ...
    correlation: Vec<f64>,
}

impl Taps {
    /// The cursor takes what the others leave: their magnitudes sum to one.
    pub(crate) fn new(others: impl IntoIterator<Item = (i32, f64)>) -> Self {
        let mut weights: Vec<(i32, f64)> = others.into_iter().filter(|t| t.1 != 0.0).collect();
        let cursor = 1.0 - weights.iter().map(|t| t.1.abs()).sum::<f64>();
        weights.push((0, cursor));
        weights.sort_by_key(|t| t.0);
        let span = weights[weights.len() - 1].0 - weights[0].0;
        let mut correlation = vec![0.0; usize::try_from(span).unwrap_or(0) + 1];
        for (p, a) in &weights {
            for (q, b) in &weights {
                if let Some(sum) = usize::try_from(q - p).ok().and_then(|d| correlation.get_mut(d))
                {
                    *sum += a * b;
                }
            }
        }
        Self { weights, correlation }
    }

    /// No equalisation.
    pub(crate) fn none() -> Self {
        Self::new([])
    }

    pub(crate) fn cursor(&self) -> f64 {
        self.weights.iter().find(|t| t.0 == 0).map_or(0.0, |t| t.1)
    }

    /// A sample of a pulse with these taps, at an index of its own grid with `m` samples a unit interval.
    pub(crate) fn at(&self, samples: &[f64], index: usize, m: usize) -> f64 {
        self.weights.iter().map(|(p, w)| w * shifted(samples, index, *p, m)).sum()
    }

    /// All samples taken once a unit interval.
    pub(crate) fn apply(&self, samples: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; samples.len()];
        for (p, w) in &self.weights {
            let n = usize::try_from(p.unsigned_abs()).unwrap_or(0).min(samples.len());
            let kept = samples.len() - n;
            let (to, from) = if *p >= 0 {
                (&mut out[n..], &samples[..kept])
            } else {
                (&mut out[..kept], &samples[n..])
            };
            for (o, s) in to.iter_mut().zip(from) {
                *o += w * s;
            }
        }
        out
    }

    /// Autocorrelation, at a lag, of what has the given one before these taps.
    pub(crate) fn filtered_lag(&self, lags: &[f64], lag: usize) -> f64 {
        let at = |k: usize| lags.get(k).copied().unwrap_or(0.0);
        let mut sum = self.correlation[0] * at(lag);
        for (d, c) in self.correlation.iter().enumerate().skip(1) {
            sum += c * (at(lag + d) + at(lag.abs_diff(d)));
        }
        sum
    }
}

fn shifted(samples: &[f64], index: usize, position: i32, m: usize) -> f64 {
    let shift = i64::from(position) * i64::try_from(m).unwrap_or(i64::MAX);
    i64::try_from(index)
        .ok()
        .and_then(|i| usize::try_from(i - shift).ok())
        .and_then(|i| samples.get(i))
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::correlation::autocorrelation;
    use super::*;

    #[test]
    fn taps_filter_correlations_as_they_filter_samples() {
        let samples: Vec<f64> = (0..60)
            .map(|i| libm::sin(f64::from(i) * 0.7) * libm::exp(-f64::from(i) / 9.0))
            .collect();
        let mut padded = vec![0.0; 8];
        padded.extend(&samples);
        padded.extend([0.0; 8]);
        let taps = Taps::new([(-2, 0.08), (-1, -0.26), (1, -0.1)]);
        assert!((taps.cursor() - 0.56).abs() < 1e-15);
        let filtered = autocorrelation(&taps.apply(&padded), 12);
        let plain = autocorrelation(&padded, 16);
        for (lag, expected) in filtered.iter().enumerate() {
            assert!((taps.filtered_lag(&plain, lag) - expected).abs() < 1e-12, "{lag}");
        }
        assert!((taps.apply(&padded)[20] - taps.at(&padded, 20, 1)).abs() < 1e-15);
    }
}
