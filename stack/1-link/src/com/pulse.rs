//! Pulse responses: three bases for every setting of the equaliser, and what their samples correlate to.

use super::grid::Grid;
use lightloom_num::{dot, to_f64};
use num_complex::Complex64;
use std::cell::OnceCell;

/// Unit intervals kept before a record's start: a channel without delay begins before zero.
const GUARD_UI: usize = 16;
/// Impulse responses of measured channels end behind their last sample above this share of the peak.
const IMPULSE_END: f64 = 1e-3;

/// A path's pulse responses to the three bases of the continuous-time equaliser, cut to where they matter.
#[derive(Debug, Clone)]
pub(crate) struct Pulses {
    samples_per_ui: usize,
    basis: [Vec<f64>; 3],
}

impl Pulses {
    /// From the received spectrum (transmitter filter, channel with packages, receiver filter) on a grid.
    ///
    /// `measured`: whether the record ends with the impulse response's last significant sample, as the standard's
    /// tool has it for measured data, whose tail is noise. `sparse`: fewer samples a unit interval, enough for an aggressor.
    pub(crate) fn new(
        grid: &Grid,
        spectrum: &[Complex64],
        amplitude: f64,
        measured: bool,
        sparse: bool,
    ) -> Self {
        let truncated;
        let spectrum = if measured {
            truncated = truncate(grid, spectrum);
            &truncated
        } else {
            spectrum
        };
        let (fft, share) = if sparse { (&grid.sparse, grid.sparse_by) } else { (&grid.fft, 1) };
        let m = grid.samples_per_ui / share;
        let amplitude = amplitude / to_f64(share);
        let mut basis = [0, 1, 2].map(|k| {
            let product: Vec<_> =
                spectrum.iter().zip(&grid.basis[k]).map(|(h, b)| h * b * amplitude).collect();
            let mut pulse = fft.inverse(&product);
            pulse.rotate_right((GUARD_UI * m).min(fft.length()));
            pulse
        });
        let (start, end) = significant(&basis, grid.insignificant);
        // Whole unit intervals with room for the transmitter's taps on both sides.
        let start = (start / m).saturating_sub(GUARD_UI / 2) * m;
        let end = ((end / m + GUARD_UI / 2) * m).min(basis[0].len() / m * m).max(start + m);
        for pulse in &mut basis {
            pulse.truncate(end);
            pulse.drain(..start);
        }
        Self { samples_per_ui: m, basis }
    }

    /// The pulse behind an equaliser whose bases have these weights, to be asked for so many correlation lags.
    pub(crate) fn weighted(&self, weights: [f64; 3], lags: Lags) -> Pulse {
        let [a, b, c] = &self.basis;
        let samples: Vec<f64> = a
            .iter()
            .zip(b)
            .zip(c)
            .map(|((a, b), c)| weights[0] * a + weights[1] * b + weights[2] * c)
            .collect();
        let phases = vec![OnceCell::new(); self.samples_per_ui];
        let (crest, _) = samples
            .iter()
            .enumerate()
            .fold((0, f64::MIN), |best, (i, x)| if *x > best.1 { (i, *x) } else { best });
        Pulse { samples_per_ui: self.samples_per_ui, samples, crest, lags, phases }
    }
}

fn truncate(grid: &Grid, spectrum: &[Complex64]) -> Vec<Complex64> {
    let mut impulse = grid.fft.inverse(spectrum);
    let peak = impulse.iter().fold(0.0_f64, |p, x| p.max(x.abs()));
    let last = impulse.iter().rposition(|x| x.abs() > IMPULSE_END * peak).unwrap_or(0);
    impulse[last + 1..].fill(0.0);
    grid.fft.forward(&impulse)
}

/// First and one past the last sample of the part that holds all but a share of every basis's energy at either end.
fn significant(basis: &[Vec<f64>; 3], share: f64) -> (usize, usize) {
    let mut window = (usize::MAX, 0);
    for pulse in basis {
        let spare = share * dot(pulse, pulse);
        let skipped = |samples: &mut dyn Iterator<Item = &f64>| {
            let mut energy = 0.0;
            samples
                .take_while(|x| {
                    energy += *x * *x;
                    energy <= spare
                })
                .count()
        };
        let first = skipped(&mut pulse.iter());
        let last = pulse.len() - skipped(&mut pulse.iter().rev());
        if first < last {
            window = (window.0.min(first), window.1.max(last));
        }
    }
    (window.0.min(window.1), window.1)
}

/// A pulse response behind the continuous-time equaliser, before the transmitter's taps.
#[derive(Debug, Clone)]
pub(crate) struct Pulse {
    pub(crate) samples_per_ui: usize,
    pub(crate) samples: Vec<f64>,
    /// The largest sample's index.
    crest: usize,
    lags: Lags,
    phases: Vec<OnceCell<Phase>>,
}

/// How many correlation lags a search needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lags {
    /// To find an aggressor's worst phase: the span of the transmitter's taps.
    pub(crate) few: usize,
    /// To equalise: the receiver's filter and the transmitter's taps.
    pub(crate) all: usize,
}

/// A pulse sampled once a unit interval.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    pub(crate) samples: Vec<f64>,
    /// Slope at each sample, per unit interval. 178A-23.
    pub(crate) slope: Vec<f64>,
    counts: Lags,
    few: OnceCell<Vec<f64>>,
    all: OnceCell<Vec<f64>>,
    of_slope: OnceCell<Vec<f64>>,
}

impl Pulse {
    /// The samples at a phase of the unit interval.
    pub(crate) fn phase(&self, phase: usize) -> &Phase {
        let m = self.samples_per_ui;
        let phase = phase % m;
        self.phases[phase].get_or_init(|| {
            let at = |i: usize| self.samples.get(i).copied().unwrap_or(0.0);
            let half = to_f64(m) / 2.0;
            let index = (phase..self.samples.len()).step_by(m);
            let slope = index
                .clone()
                .map(|i| (at(i + 1) - if i == 0 { 0.0 } else { at(i - 1) }) * half)
                .collect();
            Phase {
                samples: index.map(at).collect(),
                slope,
                counts: self.lags,
                few: OnceCell::new(),
                all: OnceCell::new(),
                of_slope: OnceCell::new(),
            }
        })
    }

    /// The largest sample with the transmitter's taps applied.
    pub(crate) fn peak(&self, taps: &Taps) -> usize {
        let m = self.samples_per_ui;
        let crest = self.crest;
        (crest.saturating_sub(2 * m)..(crest + 2 * m).min(self.samples.len()))
            .map(|i| (i, taps.at(&self.samples, i, m)))
            .fold((crest, f64::MIN), |best, next| if next.1 > best.1 { next } else { best })
            .0
    }

    /// The phase at which samples with the transmitter's taps have the most energy, and that energy.
    pub(crate) fn worst_phase(&self, taps: &Taps) -> (usize, f64) {
        (0..self.samples_per_ui)
            .map(|p| (p, taps.filtered_lag(self.phase(p).few_lags(), 0)))
            .fold((0, f64::MIN), |best, next| if next.1 > best.1 { next } else { best })
    }
}

impl Phase {
    fn few_lags(&self) -> &[f64] {
        self.few.get_or_init(|| autocorrelation(&self.samples, self.counts.few))
    }

    /// Autocorrelation of the samples.
    pub(crate) fn lags(&self) -> &[f64] {
        self.all.get_or_init(|| autocorrelation(&self.samples, self.counts.all))
    }

    /// Autocorrelation of the slope.
    pub(crate) fn slope_lags(&self) -> &[f64] {
        self.of_slope.get_or_init(|| autocorrelation(&self.slope, self.counts.all))
    }
}

pub(crate) fn autocorrelation(samples: &[f64], count: usize) -> Vec<f64> {
    (0..count.min(samples.len())).map(|k| dot(&samples[k..], samples)).collect()
}

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
