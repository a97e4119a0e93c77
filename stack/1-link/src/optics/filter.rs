//! Causal low-pass responses with phase: what drivers, photodiodes and amplifiers do to a waveform.

use lightloom_units::{Frequency, Time};
use num_complex::Complex64;
use std::f64::consts::PI;

/// A causal linear response, unity at zero frequency.
///
/// # Model
/// With `s = j 2 pi f` and `w = 2 pi f_3dB`:
/// one pole `1 / (1 + s/w)`; Butterworth of order n: poles on the circle of radius w; Bessel-Thomson of fourth
/// order `105 / (105 + 105 y + 45 y² + 10 y³ + y⁴)`, `y = 2.1140 s/w`; resonance
/// `wr² / (wr² + s gamma + s²)`; delay `exp(-s t)`.
///
/// # Validity
/// Small signals. A bandwidth of zero passes nothing above zero frequency. The order of a Butterworth filter is
/// held within 1 to 8.
///
/// # Source
/// Bessel-Thomson: ITU-T G.957 Annex A, as IEEE 802.3 takes it for reference receivers. Others: textbook.
///
/// # Example
/// ```
/// use lightloom_link::optics::Filter;
/// use lightloom_units::Frequency;
/// let receiver = Filter::BesselThomson { bandwidth: Frequency::ghz(26.5625) };
/// // ITU-T G.957 Table A.1: 3.0 dB at the reference frequency, 5.7 dB at 1.33 of it (1 / 0.75).
/// let db = |f: f64| -20.0 * receiver.response(f * 26.5625e9).norm().log10();
/// assert!((db(1.0) - 3.0).abs() < 0.02 && (db(4.0 / 3.0) - 5.7).abs() < 0.05);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Filter {
    /// No limit.
    Flat,
    /// One real pole: resistance and capacitance, carrier lifetime.
    OnePole {
        /// 3 dB bandwidth.
        bandwidth: Frequency,
    },
    /// Flattest magnitude.
    Butterworth {
        /// Number of poles, 1 to 8.
        order: u8,
        /// 3 dB bandwidth.
        bandwidth: Frequency,
    },
    /// Flattest delay, fourth order: the reference receiver.
    BesselThomson {
        /// 3 dB bandwidth.
        bandwidth: Frequency,
    },
    /// Second order with a resonance: a directly modulated laser, a peaked amplifier.
    Resonance {
        /// Resonance frequency.
        resonance: Frequency,
        /// Damping `gamma`, 1/s.
        damping_per_s: f64,
    },
    /// Pure delay.
    Delay(Time),
}

impl Filter {
    /// Complex response at a frequency, Hz.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        let one = Complex64::new(1.0, 0.0);
        // A filter without bandwidth: nothing but the mean passes.
        let closed = if f_hz.abs() > 0.0 { Complex64::new(0.0, 0.0) } else { one };
        match *self {
            Self::Flat => one,
            Self::OnePole { bandwidth } => match ratio(f_hz, bandwidth) {
                Some(x) => one / Complex64::new(1.0, x),
                None => closed,
            },
            Self::Butterworth { order, bandwidth } => match ratio(f_hz, bandwidth) {
                Some(x) => butterworth(order, x),
                None => closed,
            },
            Self::BesselThomson { bandwidth } => match ratio(f_hz, bandwidth) {
                Some(x) => {
                    let y = 2.114 * x;
                    let real = 105.0 - 45.0 * y * y + y * y * y * y;
                    let imaginary = 105.0 * y - 10.0 * y * y * y;
                    Complex64::new(105.0, 0.0) / Complex64::new(real, imaginary)
                }
                None => closed,
            },
            Self::Resonance { resonance, damping_per_s } => match ratio(f_hz, resonance) {
                Some(x) => {
                    let damping = damping_per_s / (2.0 * PI * resonance.as_hz());
                    one / Complex64::new(1.0 - x * x, damping * x)
                }
                None => closed,
            },
            Self::Delay(time) => Complex64::from_polar(1.0, -2.0 * PI * f_hz * time.as_s()),
        }
    }

    /// Noise bandwidth, one-sided: `integral |H|² df`. `None` where it has no bound.
    ///
    /// # Model
    /// One pole `pi/2 f3`; Butterworth `f3 (pi/2n) / sin(pi/2n)`; Bessel-Thomson `1.0463 f3` (integrated
    /// numerically here); resonance `(pi/2) fr (wr/gamma)`.
    #[must_use]
    pub fn noise_bandwidth(&self) -> Option<Frequency> {
        match *self {
            Self::Flat | Self::Delay(_) => None,
            Self::OnePole { bandwidth } => Some(bandwidth * (PI / 2.0)),
            Self::Butterworth { order, bandwidth } => {
                let x = PI / (2.0 * f64::from(order.clamp(1, 8)));
                Some(bandwidth * (x / libm::sin(x)))
            }
            Self::BesselThomson { bandwidth } => {
                // |H|² falls with the eighth power: ten bandwidths leave 1e-9 of it.
                let steps = 20_000u32;
                let df = 10.0 / f64::from(steps);
                let at = |i: u32| self.response(bandwidth.as_hz() * df * f64::from(i)).norm_sqr();
                let inner: f64 = (1..steps).map(at).sum();
                Some(bandwidth * ((inner + 0.5 * (at(0) + at(steps))) * df))
            }
            Self::Resonance { resonance, damping_per_s } => {
                let quality = 2.0 * PI * resonance.as_hz() / damping_per_s;
                quality.is_finite().then(|| resonance * (PI / 2.0 * quality))
            }
        }
    }
}

fn ratio(f_hz: f64, bandwidth: Frequency) -> Option<f64> {
    let x = f_hz / bandwidth.as_hz();
    (bandwidth.as_hz() > 0.0 && x.is_finite()).then_some(x)
}

fn butterworth(order: u8, x: f64) -> Complex64 {
    let n = order.clamp(1, 8);
    let s = Complex64::new(0.0, x);
    (0..n).fold(Complex64::new(1.0, 0.0), |product, k| {
        let angle = PI * (2.0 * f64::from(k) + f64::from(n) + 1.0) / (2.0 * f64::from(n));
        let pole = Complex64::from_polar(1.0, angle);
        product * (-pole) / (s - pole)
    })
}

/// 3 dB bandwidth of parts in a row, each with its own.
///
/// # Model
/// `1/f² = sum 1/f_k²`: exact for Gaussian responses, good to a few percent for others.
///
/// # Example
/// ```
/// use lightloom_units::Frequency;
/// let f = lightloom_link::optics::combined_bandwidth(&[Frequency::ghz(60.0), Frequency::ghz(80.0)]);
/// assert!((f.as_ghz() - 48.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn combined_bandwidth(parts: &[Frequency]) -> Frequency {
    let sum: f64 = parts.iter().map(|f| 1.0 / (f.as_hz() * f.as_hz())).sum();
    Frequency::hz(1.0 / sum.sqrt())
}

/// Lowest frequency up to `most` at which a response has fallen by 3 dB from its value at zero; `most` if none.
///
/// # Model
/// A scan in 2000 steps, then bisection within the step: responses with peaks are not monotone.
#[must_use]
pub fn three_db_bandwidth(response: impl Fn(f64) -> Complex64, most: Frequency) -> Frequency {
    const STEPS: u32 = 2000;
    let floor = response(0.0).norm_sqr() * 0.5;
    let step = most.as_hz() / f64::from(STEPS);
    let below = |f: f64| response(f).norm_sqr() < floor;
    let Some(first) = (1..=STEPS).find(|i| below(step * f64::from(*i))) else { return most };
    let (mut low, mut high) = (step * f64::from(first - 1), step * f64::from(first));
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if below(middle) { high = middle } else { low = middle }
    }
    Frequency::hz(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_fall_by_three_decibels_where_they_say_and_their_phase_is_causal() {
        let bandwidth = Frequency::ghz(30.0);
        for filter in [
            Filter::OnePole { bandwidth },
            Filter::Butterworth { order: 2, bandwidth },
            Filter::Butterworth { order: 4, bandwidth },
            Filter::BesselThomson { bandwidth },
        ] {
            let found = three_db_bandwidth(|f| filter.response(f), Frequency::ghz(100.0));
            assert!((found.as_ghz() - 30.0).abs() < 0.01, "{filter:?}: {found}");
            assert!(filter.response(1e9).arg() < 0.0, "{filter:?} advances its signal");
            let mirrored = filter.response(-7e9) - filter.response(7e9).conj();
            assert!(mirrored.norm() < 1e-14, "{filter:?} would not be real in time");
        }
        assert!(Filter::OnePole { bandwidth: Frequency::hz(0.0) }.response(1.0).norm() < 1e-300);
    }

    #[test]
    fn noise_bandwidth_is_the_integral() {
        let bandwidth = Frequency::ghz(1.0);
        for (filter, expected) in [
            (Filter::Butterworth { order: 2, bandwidth }, 1.1107),
            (Filter::Butterworth { order: 4, bandwidth }, 1.0262),
            (Filter::OnePole { bandwidth }, PI / 2.0),
            // All-pole integral: 105² (a2 a3 - a1) / (2 a0 (a1 a2 a3 - a0 a3² - a1²)) = 0.704082, times pi / 2.114.
            (Filter::BesselThomson { bandwidth }, 1.046_33),
        ] {
            let found = filter.noise_bandwidth().unwrap().as_ghz();
            assert!((found - expected).abs() < 2e-4, "{filter:?}: {found}");
        }
    }
}
