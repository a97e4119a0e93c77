//! TDECQ: how much less noise a receiver may have behind a real transmitter than behind an ideal one.
//!
//! With the fibre in the waveform it is TDECQ, without it TECQ, and of a stressed receiver test signal SECQ: the same
//! measurement of three signals.

mod equaliser;
mod pattern;

pub use pattern::{SAMPLES, TestTransmitter, Waveform, prbs13q, ssprq};

use crate::optics::Filter;
use equaliser::Search;
use lightloom_num::{RealFft, q_inverse, to_f64};
use lightloom_units::{Decibel, Frequency, Power, Ratio, SymbolRate};
use pattern::{check, filtered};

/// A waveform has no TDECQ.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TdecqError {
    /// The pattern is too short or lacks a level.
    #[error(
        "a pattern needs 32 symbols or more of all four levels 0 to 3; this one has {symbols} of {levels}"
    )]
    Pattern {
        /// Symbols found.
        symbols: usize,
        /// Different levels found.
        levels: usize,
    },
    /// Samples and symbols do not agree.
    #[error(
        "{symbols} symbols of {samples} samples each are not the {found} samples found; a waveform has as many \
         samples a symbol throughout, 8 or more"
    )]
    Samples {
        /// Symbols.
        symbols: usize,
        /// Samples per symbol.
        samples: usize,
        /// Samples found.
        found: usize,
    },
    /// A sample is not a number.
    #[error("a sample of the waveform is {found}; check the responses and the modulator")]
    NotFinite {
        /// The sample.
        found: f64,
    },
    /// The outer levels lie the wrong way round or together.
    #[error("the outer modulation amplitude is {oma_w} W; the symbol 3 must be brighter than 0")]
    NoModulation {
        /// Amplitude found, W.
        oma_w: f64,
    },
    /// A parameter of the reference receiver means nothing.
    #[error("reference receiver: {what} must be {allowed}, found {found}")]
    Receiver {
        /// The parameter.
        what: &'static str,
        /// Where it may lie.
        allowed: &'static str,
        /// Where it lay.
        found: f64,
    },
    /// The eye is closed even without noise.
    #[error(
        "the eye is closed: without any noise the symbol error ratio is {error_ratio:.2e} already, {target:.2e} \
         allowed; more bandwidth or less distortion is needed"
    )]
    Closed {
        /// Error ratio without noise.
        error_ratio: f64,
        /// Target.
        target: f64,
    },
}

/// The reference receiver: filter, equaliser, histograms, target.
///
/// # Source
/// IEEE 802.3, 121.8.5.3 and 121.8.5.4, and the clauses that refer to them (124, 140, 151).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceReceiver {
    /// Bandwidth of the fourth-order Bessel-Thomson filter; `None` for a waveform that was captured through it.
    pub filter: Option<Frequency>,
    /// Bandwidth in which the receiver's own noise enters: that of the standard's filter.
    pub noise_filter: Frequency,
    /// Taps of the symbol-spaced equaliser, 1 to 31.
    pub taps: usize,
    /// The largest tap is one of the first so many.
    pub cursors: usize,
    /// Least value of the largest tap.
    pub least_cursor: f64,
    /// How far each threshold may move from its nominal place, of the outer modulation amplitude.
    pub threshold_adjustment: f64,
    /// Centres of the two histograms, in unit intervals of the eye.
    pub histograms: [f64; 2],
    /// Width of each, in unit intervals.
    pub histogram_width: f64,
    /// Symbol error ratio.
    pub target: Ratio,
    /// Noise of the oscilloscope, rms.
    pub scope_noise: Power,
}

impl ReferenceReceiver {
    /// Clause 121's receiver at a symbol rate: filter at half of it, five taps, fixed thresholds, 4.8e-4.
    ///
    /// For 53.125 GBd the filter lies at 26.5625 GHz. Later amendments let the thresholds move by 1 % of the
    /// amplitude: set [`ReferenceReceiver::threshold_adjustment`] to 0.01.
    #[must_use]
    pub fn clause_121(symbol_rate: SymbolRate) -> Self {
        Self {
            filter: Some(symbol_rate.nyquist()),
            noise_filter: symbol_rate.nyquist(),
            taps: 5,
            cursors: 3,
            least_cursor: 0.8,
            threshold_adjustment: 0.0,
            histograms: [0.45, 0.55],
            histogram_width: 0.04,
            target: Ratio::new(4.8e-4),
            scope_noise: Power::ZERO,
        }
    }

    /// The same with the error ratio before an inner code, 9.6e-3.
    #[must_use]
    pub fn inner_code(symbol_rate: SymbolRate) -> Self {
        Self { target: Ratio::new(9.6e-3), ..Self::clause_121(symbol_rate) }
    }

    /// `Q_t`: noise over half an eye that an ideal signal bears at the target.
    ///
    /// # Model
    /// Of an ideal PAM4 signal each of three thresholds has two of four levels next to it: `SER = 3/2 Q(Q_t)`.
    ///
    /// # Errors
    /// [`TdecqError::Receiver`] unless the target lies within (0, 0.7).
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::ReferenceReceiver;
    /// use lightloom_units::SymbolRate;
    /// let baud = SymbolRate::gbd(53.125);
    /// assert!((ReferenceReceiver::clause_121(baud).q_target()? - 3.414).abs() < 5e-4);
    /// assert!((ReferenceReceiver::inner_code(baud).q_target()? - 2.489).abs() < 5e-4);
    /// # Ok::<(), lightloom_link::optics::TdecqError>(())
    /// ```
    pub fn q_target(&self) -> Result<f64, TdecqError> {
        let p = self.target.value();
        if !(p > 0.0 && p < 0.7) {
            return Err(TdecqError::Receiver {
                what: "target error ratio",
                allowed: "within (0, 0.7)",
                found: p,
            });
        }
        q_inverse(p / 1.5).map_err(|_| TdecqError::NotFinite { found: p })
    }

    fn check(&self) -> Result<(), TdecqError> {
        let refuse = |what, allowed, found| Err(TdecqError::Receiver { what, allowed, found });
        self.q_target()?;
        if self.taps == 0 || self.taps > 31 {
            return refuse("number of taps", "1 to 31", to_f64(self.taps));
        }
        if self.cursors == 0 || self.cursors > self.taps {
            return refuse(
                "places of the largest tap",
                "1 to the number of taps",
                to_f64(self.cursors),
            );
        }
        if !(0.0..=1.0).contains(&self.least_cursor) {
            return refuse("least value of the largest tap", "within 0 to 1", self.least_cursor);
        }
        if !(0.0..=0.1).contains(&self.threshold_adjustment) {
            return refuse("threshold adjustment", "within 0 to 0.1", self.threshold_adjustment);
        }
        if !(0.0..=0.2).contains(&self.histogram_width) {
            return refuse("histogram width in UI", "within 0 to 0.2", self.histogram_width);
        }
        if let Some(bad) = self.histograms.iter().find(|h| !(0.0..=1.0).contains(*h)) {
            return refuse("histogram centre in UI", "within 0 to 1", *bad);
        }
        let noise = self.noise_filter.as_hz();
        if !(noise > 0.0 && noise.is_finite()) {
            return refuse("noise filter's bandwidth in Hz", "above zero", noise);
        }
        let scope = self.scope_noise.as_w();
        if scope >= 0.0 && scope.is_finite() {
            Ok(())
        } else {
            refuse("oscilloscope noise in W", "zero or more", scope)
        }
    }

    /// Measures a waveform.
    ///
    /// # Model
    /// The light passes the filter; an equaliser of symbol-spaced taps with sum one follows. Of the equalised eye two
    /// histograms are taken. With thresholds `P_avg`, `P_avg ± OMA/3` and Gaussian noise of `C_eq s`,
    /// `SER = sum over thresholds of integral f(y) Q(|y - P_th| / (C_eq s)) dy`; the larger of the two histograms'
    /// counts. `s` is the noise that brings it to the target, `R = sqrt(s² + s_scope²)`, and
    /// `TDECQ = 10 log10(OMA / (6 Q_t R))`. `C_eq² = integral N(f) |H_eq|² df`, `N` white noise through the filter.
    /// Taps and time of the eye are those that make TDECQ least.
    ///
    /// # Validity
    /// The time of the eye is chosen with the taps, not from the crossings: as test instruments do. Transmitter noise
    /// is Gaussian, white in the receiver's band and of the present symbol's level. A sample beyond a threshold counts
    /// by its distance, as the clause has it: at closed eyes TDECQ is too kind, so such waveforms are refused.
    ///
    /// # Source
    /// IEEE 802.3, 121.8.5.3, equations 121-9 to 121-12.
    ///
    /// # Errors
    /// [`TdecqError`] for inputs that are none, and for a closed eye.
    pub fn measure(&self, waveform: &Waveform) -> Result<Tdecq, TdecqError> {
        self.check()?;
        check(&waveform.symbols)?;
        let (n, m) = (waveform.symbols.len(), waveform.samples);
        let total = waveform.power_w.len();
        if m < 8 || !total.is_multiple_of(m) || total / m != n {
            return Err(TdecqError::Samples {
                symbols: n,
                samples: m,
                found: waveform.power_w.len(),
            });
        }
        if let Some(bad) = waveform.power_w.iter().chain(&waveform.noise_w).find(|p| !p.is_finite())
        {
            return Err(TdecqError::NotFinite { found: *bad });
        }
        let fft = RealFft::new(n * m);
        let seen = match self.filter {
            Some(bandwidth) => {
                let filter = Filter::BesselThomson { bandwidth };
                let step = waveform.symbol_rate.nyquist().as_hz() * 2.0 / to_f64(n);
                filtered(&fft, &waveform.power_w, step, &|f| filter.response(f))
            }
            None => waveform.power_w.clone(),
        };
        let delay = alignment(&fft, &seen, &waveform.symbols, m);
        let mean = seen.iter().sum::<f64>() / to_f64(seen.len());
        let oma = outer_amplitude(&seen, &waveform.symbols, m, delay);
        if oma.is_nan() || oma <= 0.0 {
            return Err(TdecqError::NoModulation { oma_w: oma });
        }
        // From here all is in units of the amplitude about the mean: levels -1/2, -1/6, 1/6, 1/2.
        let search = Search {
            receiver: self,
            eye: seen.iter().map(|p| (p - mean) / oma).collect(),
            symbols: &waveform.symbols,
            samples: m,
            delay,
            noise: waveform.noise_w.map(|s| s / oma),
            correlation: noise_correlation(self.noise_filter, waveform.symbol_rate, self.taps),
        };
        let q_target = self.q_target()?;
        let (best, sigma) = search.best()?;
        let scope = self.scope_noise.as_w() / oma;
        let r = (sigma * sigma + scope * scope).sqrt();
        Ok(Tdecq {
            tdecq: Decibel::from_power_ratio(1.0 / (6.0 * q_target * r)),
            oma: Power::w(oma),
            mean: Power::w(mean),
            noise: Power::w(r * oma),
            enhancement: Decibel::from_power_ratio(search.enhancement(&best)),
            taps: best.taps.clone(),
            cursor: best.cursor,
            phase: best.phase,
        })
    }
}

/// What a measurement found.
#[derive(Debug, Clone, PartialEq)]
pub struct Tdecq {
    /// Transmitter and dispersion eye closure for PAM4 (TECQ, SECQ by the signal measured).
    pub tdecq: Decibel,
    /// Outer modulation amplitude.
    pub oma: Power,
    /// Mean light.
    pub mean: Power,
    /// Largest noise that may be added, rms: `R_n`.
    pub noise: Power,
    /// Noise enhancement of the equaliser, 10 log10 Ceq.
    pub enhancement: Decibel,
    /// Taps, that of the newest sample first; their sum is one.
    pub taps: Vec<f64>,
    /// Place of the largest tap.
    pub cursor: usize,
    /// Centre of the eye after the middle of the pulse, in unit intervals.
    pub phase: f64,
}

/// Delay, in samples, between a symbol's start and the middle of its pulse: midway between half heights, since the peak
/// of a square pulse is anywhere.
fn alignment(fft: &RealFft, seen: &[f64], symbols: &[u8], samples: usize) -> usize {
    let mut impulses = vec![0.0; seen.len()];
    for (cell, s) in impulses.iter_mut().step_by(samples).zip(symbols) {
        *cell = f64::from(*s) - 1.5;
    }
    let sent = fft.forward(&impulses);
    let mut cross = fft.forward(seen);
    for (c, s) in cross.iter_mut().zip(&sent) {
        *c *= s.conj();
    }
    let correlation = fft.inverse(&cross);
    // By magnitude: light upside down must show as such, not as another delay.
    let better = |best: (usize, f64), now: (usize, f64)| if now.1 > best.1 { now } else { best };
    let sizes = correlation.iter().copied().map(f64::abs).enumerate();
    let (peak, height) = sizes.fold((0, f64::NEG_INFINITY), better);
    let n = correlation.len();
    let above = |i: usize| correlation[i % n].abs() > 0.5 * height;
    let after = (1..2 * samples).take_while(|i| above(peak + i)).count();
    let before = (1..2 * samples).take_while(|i| above(peak + n - i)).count();
    (2 * (peak + n) + after - before) / 2 % n
}

/// Mean of the central two symbols of the longest runs of threes, less that of the zeros.
fn outer_amplitude(seen: &[f64], symbols: &[u8], samples: usize, delay: usize) -> f64 {
    let level = |symbol: u8| {
        let (start, length) = longest_run(symbols, symbol);
        // The pulse of symbol k peaks at k M + delay: centre of the run, two symbols wide or what there is.
        let centre = (2 * start + length - 1) * samples / 2 + delay;
        let half = samples * length.min(2) / 2;
        let n = seen.len();
        let at = |i: usize| seen[(centre + n - half + i) % n];
        (0..=2 * half).map(at).sum::<f64>() / to_f64(2 * half + 1)
    };
    level(3) - level(0)
}

fn longest_run(symbols: &[u8], symbol: u8) -> (usize, usize) {
    let (mut best, mut start, mut length) = ((0, 0), 0, 0);
    for (i, s) in symbols.iter().enumerate() {
        if *s == symbol {
            if length == 0 {
                start = i;
            }
            length += 1;
            if length > best.1 {
                best = (start, length);
            }
        } else {
            length = 0;
        }
    }
    best
}

/// Autocorrelation of filtered white noise at whole symbols, one at zero: `rho(k) = integral N(f) cos(2 pi f k T) df`.
fn noise_correlation(filter: Frequency, symbol_rate: SymbolRate, taps: usize) -> Vec<f64> {
    const STEPS: u32 = 8000;
    let filter =
        (Filter::BesselThomson { bandwidth: filter }, filter.as_hz() * 8.0 / f64::from(STEPS));
    let baud = symbol_rate.nyquist().as_hz() * 2.0;
    let density: Vec<f64> =
        (0..STEPS).map(|i| filter.0.response(filter.1 * (f64::from(i) + 0.5)).norm_sqr()).collect();
    let total: f64 = density.iter().sum();
    let at = |k: usize| {
        let turn = 2.0 * std::f64::consts::PI * to_f64(k) * filter.1 / baud;
        let weighted =
            density.iter().enumerate().map(|(i, d)| d * libm::cos(turn * (to_f64(i) + 0.5)));
        weighted.sum::<f64>() / total
    };
    (0..taps).map(at).collect()
}
