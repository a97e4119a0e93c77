//! The grid of a COM evaluation in frequency and time, and the filters that are fixed on it.

use super::spec::{ComSpec, Ctle, Method};
use lightloom_num::{RealFft, to_f64};
use lightloom_units::Quantity;
use num_complex::Complex64;

/// How finely a channel is evaluated.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// 8 samples a unit interval (32 for Annex 93A), 100 MHz a bin: tier T1.
    Coarse,
    /// 16 samples a unit interval (32 for Annex 93A), 50 MHz a bin: tier T2.
    Fast,
    /// 32 samples a unit interval, 10 MHz a bin, as the standard's tables: tier T3.
    Official,
}

impl Resolution {
    /// Samples in a unit interval.
    ///
    /// Annex 93A takes the sample nearest to a condition, not the best one: half a sample is worth 0.2 dB there, so it
    /// needs the standard's own density.
    #[must_use]
    pub const fn samples_per_ui(self, method: Method) -> usize {
        match (self, method) {
            (Self::Coarse, Method::Annex178a) => 8,
            (Self::Fast, Method::Annex178a) => 16,
            (Self::Official, _) | (_, Method::Annex93a) => 32,
        }
    }

    /// Share of a pulse's energy that is left out at either end, and of its power in the filters' skirts.
    const fn insignificant(self) -> f64 {
        match self {
            Self::Coarse | Self::Fast => 1e-6,
            Self::Official => 1e-12,
        }
    }

    /// Width of a bin: the inverse of the record's length in time.
    ///
    /// Channels are measured in steps of 10 MHz, and of what divides 50: bins that coincide need no interpolation.
    pub(crate) const fn bin_hz(self) -> f64 {
        match self {
            Self::Coarse => 100e6,
            Self::Fast => 50e6,
            Self::Official => 10e6,
        }
    }

    /// Samples of the whole record for a symbol rate.
    fn samples(self, baud_hz: f64, samples_per_ui: usize) -> usize {
        let bin_hz = self.bin_hz();
        // A bin need not divide the symbol rate; the record then ends within a unit interval.
        let samples = libm::ceil(baud_hz / bin_hz * to_f64(samples_per_ui) - 1e-9);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a symbol rate of 1 to 300 GBd in bins of 10 MHz and more"
        )]
        let samples = samples.clamp(2.0, 1e7) as usize;
        // A multiple of four, for the part of them that aggressors take.
        samples.next_multiple_of(4)
    }
}

/// Bins, samples, and the responses of the method's fixed filters on them.
#[derive(Debug, Clone)]
pub struct Grid {
    /// How fine.
    pub resolution: Resolution,
    pub(crate) insignificant: f64,
    /// Samples in a unit interval.
    pub samples_per_ui: usize,
    /// Symbol rate, Hz.
    pub baud_hz: f64,
    /// Frequencies from zero to half the sampling rate, Hz.
    pub frequency_hz: Vec<f64>,
    pub(crate) fft: RealFft,
    /// Bins up to where transmitter and receiver let anything through.
    pub(crate) passed: usize,
    /// For aggressors, and for where a response ends: every so many samples, which hold all that is below the cut.
    pub(crate) sparse_by: usize,
    pub(crate) sparse: RealFft,
    /// For aggressors that end early: a quarter of their record.
    pub(crate) quarter: Option<RealFft>,
    /// For what is wanted once a unit interval, where the record has whole ones.
    lags: Option<RealFft>,
    /// Pulse times `(j f / fb)^k` over the equaliser's poles, for k = 0, 1, 2, as far as anything passes.
    pub(crate) basis: [Vec<Complex64>; 3],
    /// White noise of unit density.
    noise: NoiseLags,
}

/// Autocorrelation at lags of whole unit intervals of noise behind the equaliser's poles and each product of its
/// zeros, `(f/flf)^(2 i) (f/fz)^(2 j)`: [1, v, u, u v]. The gains weight the four.
#[derive(Debug, Clone, Default)]
pub(crate) struct NoiseLags([Vec<f64>; 4]);

impl NoiseLags {
    /// Behind an equaliser with these gains at 0 Hz, as ratios.
    pub(crate) fn at(&self, gains: [f64; 2], lag: usize) -> f64 {
        let [g1, g2] = [gains[0] * gains[0], gains[1] * gains[1]];
        let weights = [g1 * g2, g1, g2, 1.0];
        self.0.iter().zip(weights).map(|(n, w)| n.get(lag).copied().unwrap_or(0.0) * w).sum()
    }
}

/// Poles of the continuous-time equaliser.
fn poles(ctle: &Ctle, f_hz: f64) -> Complex64 {
    let pole = |p: lightloom_units::Frequency| Complex64::new(1.0, f_hz / p.as_hz());
    pole(ctle.pole_1) * pole(ctle.pole_2) * pole(ctle.low_frequency)
}

/// Longest lag of noise that is kept, in unit intervals.
pub(crate) const MOST_LAGS: usize = 528;

impl Grid {
    /// A grid for a specification.
    #[must_use]
    pub fn new(spec: &ComSpec, resolution: Resolution) -> Self {
        let baud_hz = spec.symbol_rate.as_gbd() * 1e9;
        let samples_per_ui = resolution.samples_per_ui(spec.method);
        let fft = RealFft::new(resolution.samples(baud_hz, samples_per_ui));
        let step = baud_hz * to_f64(samples_per_ui) / to_f64(fft.length());
        let frequency_hz: Vec<f64> = (0..fft.bins()).map(|k| to_f64(k) * step).collect();
        let passes = |f: &f64| {
            let transition = transition_filter(spec, *f);
            let receiver = receiver_filter(f / (baud_hz * spec.receiver.bandwidth)).norm_sqr();
            transition * transition * receiver > 1e-2 * resolution.insignificant()
        };
        let passed = frequency_hz.partition_point(passes);
        let mut basis: [Vec<Complex64>; 3] = Default::default();
        for f in &frequency_hz[..passed] {
            let x = f / baud_hz;
            let mut term = sinc(x) * to_f64(samples_per_ui) / poles(&spec.receiver.ctle, *f);
            for basis in &mut basis {
                basis.push(term);
                term *= Complex64::new(0.0, x);
            }
        }
        // 8 samples a unit interval hold what is below the cut, at 2 to 3 symbol rates.
        let sparse_by = if resolution == Resolution::Official { 1 } else { samples_per_ui / 8 };
        let sparse = RealFft::new(fft.length() / sparse_by);
        let lags = fft
            .length()
            .is_multiple_of(samples_per_ui)
            .then(|| RealFft::new(fft.length() / samples_per_ui));
        let quarter = (resolution != Resolution::Official && sparse.length().is_multiple_of(4))
            .then(|| RealFft::new(sparse.length() / 4));
        let mut grid = Self {
            resolution,
            insignificant: resolution.insignificant(),
            samples_per_ui,
            baud_hz,
            frequency_hz,
            fft,
            passed,
            sparse_by,
            sparse,
            quarter,
            lags,
            basis,
            noise: NoiseLags::default(),
        };
        grid.noise = grid.noise_lags(spec, &vec![1.0; grid.frequency_hz.len()]);
        grid
    }

    /// Lags of noise that enters at the receiver with a one-sided density at the bins from zero, and none above them.
    pub(crate) fn noise_lags(&self, spec: &ComSpec, density: &[f64]) -> NoiseLags {
        let ctle = &spec.receiver.ctle;
        let mut shaped: [Vec<f64>; 4] = Default::default();
        for (density, f) in density.iter().zip(&self.frequency_hz) {
            let filter = receiver_filter(f / (self.baud_hz * spec.receiver.bandwidth));
            let white = density * filter.norm_sqr() / poles(ctle, *f).norm_sqr();
            let (u, v) = (f / ctle.zero.as_hz(), f / ctle.low_frequency.as_hz());
            for (shaped, shape) in shaped.iter_mut().zip([1.0, v * v, u * u, u * u * v * v]) {
                shaped.push(white * shape);
            }
        }
        // Two-sided density integrated: the inverse transform's 1/N times the sampling rate is the bin's width.
        let rate = self.baud_hz * to_f64(self.samples_per_ui);
        NoiseLags(shaped.map(|shaped| {
            let mut lags = self.lags_of_power(&shaped);
            lags.truncate(MOST_LAGS);
            lags.iter().map(|r| r * rate / 2.0).collect()
        }))
    }

    /// The inverse transform of an even, real spectrum, once a unit interval.
    ///
    /// # Model
    /// Sampled once in `m` samples, a record has the spectrum folded `m` times: one transform of that length.
    pub(crate) fn lags_of_power(&self, power: &[f64]) -> Vec<f64> {
        let real = |p: f64| Complex64::new(p, 0.0);
        let Some(short) = &self.lags else {
            let spectrum: Vec<_> = power.iter().copied().map(real).collect();
            return self.fft.inverse(&spectrum).into_iter().step_by(self.samples_per_ui).collect();
        };
        let (whole, period) = (self.fft.length(), short.length());
        let at = |k: usize| power.get(k.min(whole - k)).copied().unwrap_or(0.0);
        let folded: Vec<_> = (0..short.bins())
            .map(|k| (0..self.samples_per_ui).map(|fold| at(k + fold * period)).sum::<f64>())
            .map(|sum| real(sum / to_f64(self.samples_per_ui)))
            .collect();
        short.inverse(&folded)
    }

    /// Frequencies at which transmitter and receiver let anything through; a channel is best computed there.
    #[must_use]
    pub fn passed_hz(&self) -> &[f64] {
        &self.frequency_hz[..self.passed]
    }

    /// Autocorrelation of the receiver's noise behind the equaliser, per unit of one-sided input density, at lags of
    /// whole unit intervals.
    pub(crate) fn noise_lag(&self, gains: [f64; 2], lag: usize) -> f64 {
        self.noise.at(gains, lag)
    }

    /// Weights of the three bases for the gains of both stages at 0 Hz, as ratios.
    pub(crate) fn weights(&self, spec: &ComSpec, gains: [f64; 2]) -> [f64; 3] {
        let ctle = &spec.receiver.ctle;
        let [low, first] = [ctle.low_frequency, ctle.zero].map(|f| self.baud_hz / f.as_hz());
        [gains[0] * gains[1], gains[0] * low + gains[1] * first, low * first]
    }
}

/// Transmitter's transition filter at a frequency. 93A-46: `exp(-2 (pi f T / 1.6832)²)`.
#[must_use]
pub fn transition_filter(spec: &ComSpec, f_hz: f64) -> f64 {
    let x = std::f64::consts::PI * f_hz * spec.transmitter.transition.si() / 1.6832;
    libm::exp(-2.0 * x * x)
}

/// Receiver's input filter, fourth-order Butterworth, at a frequency over its bandwidth. 93A-20.
#[must_use]
pub fn receiver_filter(x: f64) -> Complex64 {
    let x2 = x * x;
    let real = 1.0 - 3.414_214 * x2 + x2 * x2;
    let imaginary = 2.613_126 * x * (1.0 - x2);
    Complex64::new(1.0, 0.0) / Complex64::new(real, imaginary)
}

/// Both at a frequency: what stands at a lane's ends whatever its equalisers.
pub(crate) fn end_filters(spec: &ComSpec, baud_hz: f64, f_hz: f64) -> Complex64 {
    receiver_filter(f_hz / (spec.receiver.bandwidth * baud_hz)) * transition_filter(spec, f_hz)
}

pub(crate) fn sinc(x: f64) -> f64 {
    let y = std::f64::consts::PI * x;
    if y.abs() < 1e-9 { 1.0 } else { libm::sin(y) / y }
}
