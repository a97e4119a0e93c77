//! Response before its cause.

use super::QualityError;
use crate::network::{Network, resample};
use lightloom_num::RealFft;
use num_complex::Complex64;
use std::f64::consts::PI;

/// How much of a network's response comes before its cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Causality {
    /// Largest magnitude, over frequencies and parameters, of the spectrum of what comes before zero time: by so much a
    /// parameter differs from a causal one.
    pub worst: f64,
    /// Its frequency, Hz.
    pub frequency_hz: f64,
    /// Its parameter: row and column, from one.
    pub parameter: (usize, usize),
    /// Largest share of a parameter's energy that comes before zero time.
    pub energy: f64,
    /// Time that was looked at before zero, s: from `1 / (8 step)` to the width of the window's own response.
    pub looked_s: (f64, f64),
}

impl Causality {
    /// Residue that counts as causal, -40 dB: measured files keep below it. An assumption of ours.
    pub const TOLERANCE: f64 = 1e-2;
    /// Fewest frequencies.
    const POINTS: usize = 16;
    /// Most samples of a response: beyond, the grid is coarsened.
    const SAMPLES: usize = 1 << 17;
    /// Samples of the window's own response on either side of zero: its main lobe.
    const LOBE: usize = 4;

    /// The verdict.
    #[must_use]
    pub fn is_causal(&self) -> bool {
        self.worst <= Self::TOLERANCE
    }
}

impl Network {
    /// How much response comes before its cause.
    ///
    /// # Model
    /// Each parameter on an even grid from zero, `step` the median one, is multiplied by a four-term Blackman-Harris
    /// window over the band (1 at zero, nothing at the top) and transformed to time with period `1 / step`. What
    /// lies between an eighth of the period before zero and the window's main lobe, `2 / f_max`, is transformed back:
    /// its largest magnitude is the residue of the Kramers-Kronig relation at that frequency, smoothed by the
    /// window.
    ///
    /// # Validity
    /// Responses shorter than `7 / (8 step)`, tails included: what lasts longer is seen before zero. A delay hides what it outlasts: a line whose response starts too early but
    /// after zero passes. Below the lowest and between uneven frequencies the network is interpolated
    /// ([`resample::transfer_function`]). The window leaves -92 dB of a parameter.
    ///
    /// # Source
    /// Window: Harris, Proc. IEEE 66 (1978) 51, 4-term minimum.
    ///
    /// # Errors
    /// [`QualityError`].
    pub fn causality(&self) -> Result<Causality, QualityError> {
        self.check()?;
        let hz = &self.frequency_hz;
        let found = hz.len();
        if found < Causality::POINTS {
            return Err(QualityError::TooFewPoints { found, needed: Causality::POINTS });
        }
        if hz[0] < 0.0 {
            return Err(QualityError::NotAscending { index: 0, hz: hz[0] });
        }
        if let Some(k) = hz.windows(2).position(|pair| pair[1] <= pair[0]) {
            return Err(QualityError::NotAscending { index: k + 1, hz: hz[k + 1] });
        }
        let top = hz[found - 1];
        let steps = (top / resample::median_step(hz)).round();
        let bins = (steps.clamp(1.0, (Causality::SAMPLES / 2) as f64)) as usize;
        let grid: Vec<f64> = (0..=bins).map(|k| top * (k as f64 / bins as f64)).collect();
        let fft = RealFft::new(2 * bins);
        let period_s = bins as f64 / top;
        let mut result = Causality {
            worst: 0.0,
            frequency_hz: 0.0,
            parameter: (1, 1),
            energy: 0.0,
            looked_s: (period_s / 8.0, 2.0 / top),
        };
        for parameter in 0..self.ports * self.ports {
            let h: Vec<Complex64> =
                self.s.iter().skip(parameter).step_by(self.ports * self.ports).copied().collect();
            let spectrum = resample::transfer_function(&h, hz, &grid).unwrap_or_default();
            let (early, energy) = before_zero(&fft, spectrum);
            result.energy = result.energy.max(energy);
            for (value, &frequency_hz) in early.iter().zip(&grid) {
                let size = value.norm_sqr().sqrt();
                if size > result.worst {
                    result.worst = size;
                    result.frequency_hz = frequency_hz;
                    result.parameter = (parameter / self.ports + 1, parameter % self.ports + 1);
                }
            }
        }
        Ok(result)
    }
}

/// The spectrum of what comes before zero time, and its share of the energy.
fn before_zero(fft: &RealFft, mut spectrum: Vec<Complex64>) -> (Vec<Complex64>, f64) {
    let top = spectrum.len().saturating_sub(1).max(1) as f64;
    for (k, value) in spectrum.iter_mut().enumerate() {
        *value *= window(k as f64 / top);
    }
    let mut response = fft.inverse(&spectrum);
    let energy = |part: &[f64]| part.iter().map(|x| x * x).sum::<f64>();
    let all = energy(&response);
    // Time before zero is the end of the period.
    let length = response.len();
    let from = length - length / 8;
    let to = length.saturating_sub(Causality::LOBE).max(from);
    response[..from].fill(0.0);
    response[to..].fill(0.0);
    let share = if all > 0.0 { energy(&response) / all } else { 0.0 };
    (fft.forward(&response), share)
}

/// Half of a four-term Blackman-Harris window: 1 at zero, 6e-5 at one.
fn window(x: f64) -> f64 {
    0.35875
        + 0.48829 * libm::cos(PI * x)
        + 0.14128 * libm::cos(2.0 * PI * x)
        + 0.01168 * libm::cos(3.0 * PI * x)
}
