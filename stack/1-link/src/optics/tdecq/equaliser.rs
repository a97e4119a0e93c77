//! The reference equaliser: the taps and the time of the eye that bear the most noise.

use super::{ReferenceReceiver, TdecqError};
use lightloom_num::{q, to_f64};

/// Bins of a histogram over one outer amplitude; the histogram spans two of them. A multiple of six, so that the
/// levels of an ideal signal fall on bins.
const BINS_PER_OMA: f64 = 600.0;
const BINS: usize = 1201;
/// Tails beyond this many sigmas are nothing.
const FAR: f64 = 7.5;
/// Times of the eye tried first, in unit intervals about the middle of the pulse.
const PHASES: [f64; 7] = [-0.18, -0.12, -0.06, 0.0, 0.06, 0.12, 0.18];

/// Most rounds of the search over all taps.
const MOST_SWEEPS: usize = 80;

/// One setting of the equaliser.
#[derive(Debug, Clone)]
pub(super) struct Equaliser {
    pub(super) taps: Vec<f64>,
    pub(super) cursor: usize,
    pub(super) phase: f64,
}

/// What is searched in: an eye in units of its amplitude, about its mean.
pub(super) struct Search<'a> {
    pub(super) receiver: &'a ReferenceReceiver,
    pub(super) eye: Vec<f64>,
    pub(super) symbols: &'a [u8],
    pub(super) samples: usize,
    pub(super) delay: usize,
    pub(super) noise: [f64; 4],
    pub(super) correlation: Vec<f64>,
}

/// Histogram of each level: weights over the bins.
type Histograms = [[f64; BINS]; 4];

impl Search<'_> {
    /// Noise enhancement `C_eq` as an amplitude ratio.
    pub(super) fn enhancement(&self, at: &Equaliser) -> f64 {
        let mut sum = 0.0;
        for (i, a) in at.taps.iter().enumerate() {
            for (k, b) in at.taps.iter().enumerate() {
                sum += a * b * self.correlation[i.abs_diff(k)];
            }
        }
        sum.max(0.0).sqrt()
    }

    /// The best setting and the noise that it bears.
    pub(super) fn best(&self) -> Result<(Equaliser, f64), TdecqError> {
        let mut best: Option<(Equaliser, f64)> = None;
        let mut offer = |candidate: Equaliser| {
            let sigma = self.allowed(&candidate, false);
            if best.as_ref().is_none_or(|b| sigma > b.1) {
                best = Some((candidate, sigma));
            }
        };
        for phase in PHASES {
            for cursor in 0..self.receiver.cursors {
                let mut taps = vec![0.0; self.receiver.taps];
                taps[cursor] = 1.0;
                offer(Equaliser { taps, cursor, phase });
                for loading in [2e-4, 1e-3] {
                    if let Some(taps) = self.least_squares(cursor, phase, loading) {
                        offer(Equaliser { taps, cursor, phase });
                    }
                }
            }
        }
        let Some((start, _)) = best else {
            return Err(TdecqError::NotFinite { found: f64::NAN });
        };
        let found = self.polished(start);
        let sigma = self.allowed(&found, true);
        if sigma > 0.0 {
            return Ok((found, sigma));
        }
        let target = self.receiver.target.value();
        Err(TdecqError::Closed { error_ratio: self.worst(&found, 1e-6, true).max(target), target })
    }

    /// Pattern search on the taps beside the cursor and on the phase, down to 1/1000.
    fn polished(&self, start: Equaliser) -> Equaliser {
        let mut best = start;
        let mut sigma = self.allowed(&best, false);
        let mut step = 0.02;
        for _ in 0..MOST_SWEEPS {
            if step < 8e-4 {
                break;
            }
            let mut moved = false;
            for k in 0..=best.taps.len() {
                for sign in [step, -step] {
                    let mut trial = best.clone();
                    if k == trial.taps.len() {
                        trial.phase += sign;
                    } else if k == trial.cursor {
                        continue;
                    } else {
                        trial.taps[k] += sign;
                        trial.taps[trial.cursor] -= sign;
                    }
                    let found = self.allowed(&trial, false);
                    // Steps that win nothing must end: a flat ridge has no top.
                    if found > sigma * (1.0 + 1e-6) {
                        (best, sigma, moved) = (trial, found, true);
                        break;
                    }
                }
            }
            if !moved {
                step *= 0.5;
            }
        }
        best
    }

    fn permitted(&self, at: &Equaliser) -> bool {
        let main = at.taps[at.cursor];
        main >= self.receiver.least_cursor && at.taps.iter().all(|t| t.abs() <= main)
    }

    /// Taps of least mean square error with sum one, noise of a variance included.
    fn least_squares(&self, cursor: usize, phase: f64, noise: f64) -> Option<Vec<f64>> {
        let taps = self.receiver.taps;
        let x = self.sampled(phase);
        let n = x.len();
        let scale = 1.0 / to_f64(n);
        // Correlations at each lag, shared by all pairs of taps.
        let lag = |k: usize| (0..n).map(|i| x[i] * x[(i + k) % n]).sum::<f64>() * scale;
        let lags: Vec<f64> = (0..taps).map(lag).collect();
        // One row for each tap, then the sum; in each: the taps, the multiplier of the sum, what is wanted.
        let row = |i: usize| -> Vec<f64> {
            let pair = |k: usize| lags[i.abs_diff(k)] + noise * self.correlation[i.abs_diff(k)];
            // Tap i sees the sample that lies `cursor - i` symbols after the symbol decided.
            let shift = n + cursor - i;
            let sent = self.symbols.iter().map(|s| (f64::from(*s) - 1.5) / 3.0);
            let wanted = sent.enumerate().map(|(k, d)| d * x[(k + shift) % n]).sum::<f64>() * scale;
            (0..taps).map(pair).chain([1.0, wanted]).collect()
        };
        let mut a: Vec<Vec<f64>> = (0..taps).map(row).collect();
        a.push(std::iter::repeat_n(1.0, taps).chain([0.0, 1.0]).collect());
        let mut solution = solve(a)?;
        solution.truncate(taps);
        Some(solution)
    }

    /// One sample a symbol, at a phase after the pulse's middle; Lagrange's six points between samples.
    fn sampled(&self, phase: f64) -> Vec<f64> {
        let n = self.eye.len();
        let m = to_f64(self.samples);
        let position = to_f64(self.delay) + to_f64(n) + phase * m;
        let whole = position.floor();
        let weights = lagrange(position - whole);
        let start = (whole as usize) % n;
        (0..self.symbols.len())
            .map(|k| {
                let at = start + k * self.samples + n - 2;
                weights.iter().enumerate().map(|(i, w)| w * self.eye[(at + i) % n]).sum()
            })
            .collect()
    }

    /// Adds the equalised samples at a phase to the histograms, each shared by the two nearest bins.
    fn collect(&self, at: &Equaliser, phase: f64, into: &mut Histograms) {
        let x = self.sampled(phase);
        let n = x.len();
        for (k, symbol) in self.symbols.iter().enumerate() {
            // Tap i sees the sample `cursor - i` symbols later: the first tap the newest.
            let first = k + n + at.cursor;
            let y: f64 = at.taps.iter().enumerate().map(|(i, t)| t * x[(first - i) % n]).sum();
            let place = ((y + 1.0) * BINS_PER_OMA).clamp(0.0, 2.0 * BINS_PER_OMA - 1e-6);
            let bin = place.floor();
            let share = place - bin;
            let row = &mut into[usize::from(*symbol)];
            row[bin as usize] += 1.0 - share;
            row[bin as usize + 1] += share;
        }
    }

    fn histograms(&self, at: &Equaliser, centre: f64, fine: bool) -> Histograms {
        let mut rows = [[0.0; BINS]; 4];
        let half = 0.5 * self.receiver.histogram_width;
        let offsets: &[f64] = if fine { &[-1.0, -0.5, 0.0, 0.5, 1.0] } else { &[0.0] };
        for o in offsets {
            self.collect(at, at.phase + centre - 0.5 + o * half, &mut rows);
        }
        let total = 1.0 / (to_f64(self.symbols.len()) * to_f64(offsets.len()));
        for cell in rows.iter_mut().flatten() {
            *cell *= total;
        }
        rows
    }

    /// Error ratio at one threshold for a receiver noise.
    fn at_threshold(&self, rows: &Histograms, threshold: f64, sigma: f64, enhancement: f64) -> f64 {
        let mut sum = 0.0;
        for (row, noise) in rows.iter().zip(self.noise) {
            let inverse = 1.0 / (enhancement * (sigma * sigma + noise * noise).sqrt());
            let centre = (threshold + 1.0) * BINS_PER_OMA;
            let reach = FAR / inverse * BINS_PER_OMA;
            let low = (centre - reach).clamp(0.0, 2.0 * BINS_PER_OMA) as usize;
            let high = (centre + reach).clamp(0.0, 2.0 * BINS_PER_OMA) as usize;
            for (bin, weight) in row.iter().enumerate().take(high + 1).skip(low) {
                if *weight > 0.0 {
                    let distance = (to_f64(bin) - centre).abs() / BINS_PER_OMA;
                    sum += weight * q(distance * inverse);
                }
            }
        }
        sum
    }

    fn error_ratio(&self, rows: &Histograms, thresholds: &[f64; 3], sigma: f64, c: f64) -> f64 {
        thresholds.iter().map(|t| self.at_threshold(rows, *t, sigma, c)).sum()
    }

    /// Largest error ratio of the two histograms at a noise.
    fn worst(&self, at: &Equaliser, sigma: f64, fine: bool) -> f64 {
        let c = self.enhancement(at);
        let sides = self.receiver.histograms.map(|h| self.histograms(at, h, fine));
        let one = |rows: &Histograms| self.error_ratio(rows, &NOMINAL, sigma, c);
        sides.iter().map(one).fold(0.0, f64::max)
    }

    /// Largest noise that a setting bears, in units of the amplitude; below zero where it may not be or bears none.
    fn allowed(&self, at: &Equaliser, fine: bool) -> f64 {
        if !self.permitted(at) {
            return -1.0;
        }
        let c = self.enhancement(at);
        let sides = self.receiver.histograms.map(|h| self.histograms(at, h, fine));
        let most = |thresholds: &[f64; 3]| {
            let bear = |rows: &Histograms| self.largest_noise(rows, thresholds, c);
            sides.iter().map(bear).fold(f64::INFINITY, f64::min)
        };
        let nominal = most(&NOMINAL);
        let reach = self.receiver.threshold_adjustment;
        if reach <= 0.0 || nominal <= 0.0 {
            return nominal;
        }
        // Each threshold errs alone: place one after the other where both sides together err least.
        let nominal_noise = nominal;
        let mut thresholds = NOMINAL;
        for (place, nominal) in thresholds.iter_mut().zip(NOMINAL) {
            let mut least = f64::INFINITY;
            for share in [0.0, -1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0] {
                let moved = nominal + share * reach;
                let each = |rows: &Histograms| self.at_threshold(rows, moved, nominal_noise, c);
                let errors = sides.iter().map(each).fold(0.0, f64::max);
                if errors < least {
                    (least, *place) = (errors, moved);
                }
            }
        }
        most(&thresholds).max(nominal)
    }

    fn largest_noise(&self, rows: &Histograms, thresholds: &[f64; 3], c: f64) -> f64 {
        let target = self.receiver.target.value();
        let log = |sigma: f64| {
            libm::log(self.error_ratio(rows, thresholds, sigma, c).max(1e-300) / target)
        };
        // 1e-4 of the amplitude is TDECQ 27 dB: closed by any measure.
        let (low, high) = (1e-4, 1.0);
        if log(low) >= 0.0 {
            return -log(low);
        }
        lightloom_num::root(log, low, high, 1e-7).unwrap_or(-1.0)
    }
}

/// Thresholds about the mean, in units of the amplitude.
const NOMINAL: [f64; 3] = [-1.0 / 3.0, 0.0, 1.0 / 3.0];

/// Weights of the samples at -2, -1, 0, 1, 2, 3 for a value at `x` in [0, 1).
fn lagrange(x: f64) -> [f64; 6] {
    let nodes: [f64; 6] = [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0];
    nodes.map(|own| {
        let others = nodes.iter().filter(|n| (**n - own).abs() > 0.5);
        others.map(|n| (x - n) / (own - n)).product()
    })
}

/// Gaussian elimination with pivoting of an augmented matrix; `None` where it is singular.
fn solve(mut a: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = a.len();
    for column in 0..n {
        let pivot =
            (column..n).max_by(|i, k| a[*i][column].abs().total_cmp(&a[*k][column].abs()))?;
        a.swap(column, pivot);
        let head = a[column].clone();
        if head[column].abs() < 1e-14 {
            return None;
        }
        for (i, row) in a.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / head[column];
                for (cell, h) in row.iter_mut().zip(&head) {
                    *cell -= factor * h;
                }
            }
        }
    }
    Some((0..n).map(|i| a[i][n] / a[i][i]).collect())
}
