//! The folded spectrum of a lane, and the SNR that each class of receiver reaches on it.
//!
//! This is tier T0: magnitudes only, on a coarse grid, one alias. It is a bound corrected for what finite
//! receivers lose; the tiers above it replace it with pulse responses.

use crate::Pam;
use lightloom_num::to_f64;
use std::sync::LazyLock;

/// Points on the grid from zero to Nyquist.
pub(crate) const POINTS: usize = 48;
/// Longest lag of a short equaliser's correlations.
const LAGS: usize = 8;

/// cos(2 pi k f) on the grid, for every lag k.
static COSINE: LazyLock<[[f64; POINTS]; LAGS]> = LazyLock::new(|| {
    let mut table = [[0.0; POINTS]; LAGS];
    for (k, row) in table.iter_mut().enumerate() {
        for (i, cell) in row.iter_mut().enumerate() {
            let turns = to_f64(k) * Spectrum::frequency(i, 0);
            *cell = libm::cos(2.0 * std::f64::consts::PI * turns);
        }
    }
    table
});

/// A lane's response and noise from zero to Nyquist and, mirrored, in the first alias.
///
/// Normalised: unit symbol variance, unit symbol time. `signal` is |P(f)| of the received pulse (amplitude),
/// `noise` its additive noise density (two-sided). Index 0 is the direct band, 1 the alias at `fb - f`.
#[derive(Debug, Clone)]
pub(crate) struct Spectrum {
    pub(crate) signal: [[f64; POINTS]; 2],
    pub(crate) noise: [[f64; POINTS]; 2],
}

/// Noise that scales with the signal, so that no equaliser can trade it: variances for unit symbol variance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Ceiling {
    /// Transmitter distortion and noise.
    pub(crate) transmitter: f64,
    /// Mean square timing error in unit intervals.
    pub(crate) jitter_ui2: f64,
    /// Reflections and deviations that equalisation leaves.
    pub(crate) residual: f64,
}

impl Spectrum {
    /// Normalised frequency (in symbol rates) of a point in a band.
    pub(crate) fn frequency(i: usize, band: usize) -> f64 {
        let f = (to_f64(i) + 0.5) / to_f64(POINTS) / 2.0;
        if band == 0 { f } else { 1.0 - f }
    }

    pub(crate) fn build(at: impl Fn(f64) -> (f64, f64)) -> Self {
        let mut spectrum = Self { signal: [[0.0; POINTS]; 2], noise: [[0.0; POINTS]; 2] };
        for band in 0..2 {
            for i in 0..POINTS {
                let (signal, noise) = at(Self::frequency(i, band));
                spectrum.signal[band][i] = signal;
                spectrum.noise[band][i] = noise;
            }
        }
        spectrum
    }

    /// Signal power at the receiver: the mean over the band of |P|².
    pub(crate) fn signal_power(&self) -> f64 {
        mean(|i| self.signal[0][i] * self.signal[0][i] + self.signal[1][i] * self.signal[1][i])
    }

    fn folded_snr(&self, i: usize, quantiser: Option<&Quantiser<'_>>) -> f64 {
        let band = |b: usize| {
            let extra = quantiser.map_or(0.0, |q| {
                let gain = q.boost.gain[b][i];
                q.variance / (gain * gain)
            });
            self.signal[b][i] * self.signal[b][i] / (self.noise[b][i] + extra)
        };
        band(0) + band(1)
    }

    /// Slicer SNR of an unbounded linear equaliser with one decision-feedback tap.
    ///
    /// # Model
    /// `mse = mean(|1 + b exp(-j w)|² / (1 + S))`, minimal at `b = -m1 / m0`, clipped to `[0, limit]`; with
    /// `m_k = mean(cos(k w) / (1 + S))`. The mean square error of the best feed-forward filter for a given
    /// monic feedback; b = 0 is the linear equaliser. Returns (SNR, b).
    pub(crate) fn decision_feedback(
        &self,
        limit: f64,
        quantiser: Option<&Quantiser<'_>>,
    ) -> (f64, f64) {
        let (mut m0, mut m1) = (0.0, 0.0);
        for i in 0..POINTS {
            let g = 1.0 / (1.0 + self.folded_snr(i, quantiser));
            m0 += g;
            m1 += g * COSINE[1][i];
        }
        let (m0, m1) = (m0 / to_f64(POINTS), m1 / to_f64(POINTS));
        let b = (-m1 / m0).clamp(0.0, limit);
        let mse = m0 * (1.0 + b * b) + 2.0 * b * m1;
        (1.0 / mse - 1.0, b)
    }

    /// Slicer SNR of an equaliser with so many symbol-spaced taps, after an analogue pre-equaliser.
    ///
    /// # Model
    /// Zero-phase pulse samples `p_k = mean(G cos(2 pi k f))`, with `G` the response folded coherently;
    /// `mse = 1 - p' (P P' + R)^-1 p` over a symmetric window of taps.
    ///
    /// # Validity
    /// Takes the channel's phase as equalised by the analogue filters.
    pub(crate) fn short_equaliser<const TAPS: usize>(&self, boost: &Boost) -> f64 {
        let mut signal = [0.0; POINTS];
        let mut noise = [0.0; POINTS];
        for i in 0..POINTS {
            let c = [boost.gain[0][i], boost.gain[1][i]];
            signal[i] = self.signal[0][i] * c[0] + self.signal[1][i] * c[1];
            noise[i] = self.noise[0][i] * c[0] * c[0] + self.noise[1][i] * c[1] * c[1];
        }
        let half = TAPS / 2;
        let mut rows = [[0.0; TAPS]; TAPS];
        let mut target = [0.0; TAPS];
        let mut lag = [0.0; TAPS];
        for (k, lag) in lag.iter_mut().enumerate() {
            *lag = mean(|i| (signal[i] * signal[i] + noise[i]) * COSINE[k][i]);
        }
        for i in 0..TAPS {
            target[i] = mean(|n| signal[n] * COSINE[i.abs_diff(half)][n]);
            for j in 0..TAPS {
                rows[i][j] = lag[i.abs_diff(j)];
            }
        }
        let explained = quadratic_form_inverse(rows, target);
        let mse = (1.0 - explained).max(1e-12);
        (1.0 - mse) / mse
    }

    /// Mean square of the equalised pulse's slope at the neighbouring samples, per UI².
    ///
    /// # Model
    /// The response is taken as equalised flat, shared between band and alias as their amplitudes are; the
    /// slope's spectrum folds coherently: `2 pi (f w0 - (fb - f) w1)`.
    pub(crate) fn slope(&self) -> f64 {
        mean(|i| {
            let total = self.signal[0][i] + self.signal[1][i];
            let (w0, w1) = (self.signal[0][i] / total, self.signal[1][i] / total);
            let slope = 2.0
                * std::f64::consts::PI
                * (Self::frequency(i, 0) * w0 - Self::frequency(i, 1) * w1);
            slope * slope
        })
    }
}

/// An analogue equaliser (CTLE) on the grid: unity at high frequency, attenuation at low.
#[derive(Debug, Clone)]
pub(crate) struct Boost {
    /// |C(f)| in band and alias.
    pub(crate) gain: [[f64; POINTS]; 2],
}

impl Boost {
    /// A zero and a pole at fb/2.5, a second pole at fb: the shape of the 802.3 reference equaliser.
    pub(crate) fn new(low_db: f64) -> Self {
        let low = libm::pow(10.0, -low_db / 20.0);
        let mut gain = [[0.0; POINTS]; 2];
        for (band, row) in gain.iter_mut().enumerate() {
            for (i, cell) in row.iter_mut().enumerate() {
                let f = Spectrum::frequency(i, band);
                let z = f * 2.5;
                *cell = ((low * low + z * z) / ((1.0 + z * z) * (1.0 + f * f))).sqrt();
            }
        }
        Self { gain }
    }

    /// 0 to 18 dB of low-frequency attenuation in steps of 3 dB.
    pub(crate) fn grid() -> &'static [Self; 7] {
        static GRID: LazyLock<[Boost; 7]> =
            LazyLock::new(|| std::array::from_fn(|i| Boost::new(3.0 * to_f64(i))));
        &GRID
    }
}

/// An analogue-to-digital converter behind an analogue equaliser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quantiser<'a> {
    pub(crate) boost: &'a Boost,
    /// Noise density at the converter, for unit symbol variance at the transmitter.
    pub(crate) variance: f64,
}

impl<'a> Quantiser<'a> {
    /// # Model
    /// Step = 2 x peak / 2^bits with peak = crest x rms, noise = step² / 12, white.
    pub(crate) fn new(spectrum: &Spectrum, boost: &'a Boost, bits: f64, crest: f64) -> Self {
        let power = mean(|i| {
            let s = [
                spectrum.signal[0][i] * boost.gain[0][i],
                spectrum.signal[1][i] * boost.gain[1][i],
            ];
            s[0] * s[0] + s[1] * s[1]
        });
        let step = 2.0 * crest / libm::pow(2.0, bits);
        Self { boost, variance: power * step * step / 12.0 }
    }
}

/// Combines an equaliser's SNR with the noise that it cannot trade; all as variance ratios.
pub(crate) fn with_ceiling(snr: f64, slope: f64, ceiling: &Ceiling) -> f64 {
    let noise = 1.0 / snr + ceiling.transmitter + ceiling.jitter_ui2 * slope + ceiling.residual;
    1.0 / noise
}

/// Variance of transmitter noise relative to unit symbol variance, from an SNR defined on the outer level.
pub(crate) fn relative_to_outer(snr_db: f64, pam: Pam) -> f64 {
    libm::pow(10.0, -snr_db / 10.0) / pam.level_variance()
}

/// `x' A^-1 x` for a symmetric positive definite A, by Cholesky; zero when A is not.
fn quadratic_form_inverse<const N: usize>(mut a: [[f64; N]; N], x: [f64; N]) -> f64 {
    let mut y = x;
    let mut total = 0.0;
    for i in 0..N {
        for j in 0..i {
            for k in 0..j {
                a[i][j] -= a[i][k] * a[j][k];
            }
            a[i][j] /= a[j][j];
            let l = a[i][j];
            a[i][i] -= l * l;
            y[i] -= l * y[j];
        }
        if a[i][i] <= 0.0 {
            return 0.0;
        }
        a[i][i] = a[i][i].sqrt();
        y[i] /= a[i][i];
        total += y[i] * y[i];
    }
    total
}

fn mean(f: impl Fn(usize) -> f64) -> f64 {
    (0..POINTS).map(f).sum::<f64>() / to_f64(POINTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_channel_loses_nothing() {
        let flat = Spectrum::build(|f| (if f < 0.5 { 1.0 } else { 0.0 }, 1e-3));
        let (snr, b) = flat.decision_feedback(0.85, None);
        assert!((snr - 1000.0).abs() < 1e-6, "{snr}");
        assert!(b.abs() < 1e-12);
        let short = flat.short_equaliser::<5>(&Boost::new(0.0));
        assert!(short < 1000.0 && short > 2.0);
    }

    #[test]
    fn cholesky_solves_a_system_done_by_hand() {
        // A = [4 2; 2 3], x = (2, 1): A^-1 = 1/8 [3 -2; -2 4], x'A^-1x = (12 - 8 + 4) / 8 = 1.
        let value = quadratic_form_inverse([[4.0, 2.0], [2.0, 3.0]], [2.0, 1.0]);
        assert!((value - 1.0).abs() < 1e-12, "{value}");
        // A = diag(4, 9, 16) plus coupling of the outer two.
        let a = [[4.0, 0.0, 2.0], [0.0, 9.0, 0.0], [2.0, 0.0, 16.0]];
        // Inverse of [4 2; 2 16] is 1/60 [16 -2; -2 4]; x = (1, 3, 2): 9/9 + (16 - 8 + 16) / 60.
        assert!((quadratic_form_inverse(a, [1.0, 3.0, 2.0]) - (1.0 + 24.0 / 60.0)).abs() < 1e-12);
    }

    #[test]
    fn feedback_helps_on_a_steep_channel_and_is_bounded() {
        let steep = Spectrum::build(|f| (libm::pow(10.0, -f * 60.0 / 20.0), 1e-6));
        let (linear, _) = steep.decision_feedback(0.0, None);
        let (feedback, b) = steep.decision_feedback(0.85, None);
        assert!(feedback > 1.2 * linear && b > 0.3 && b <= 0.85, "{linear} {feedback} {b}");
    }
}
