//! Other frequencies: between the points of a network, down to zero, and beyond its top.

use super::shape::finite;
use super::{Network, ShapeError, TwoPort};
use num_complex::Complex64;
use std::f64::consts::{PI, TAU};
use thiserror::Error;

/// Why a response cannot be taken to other frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ResampleError {
    /// Fields or values that do not belong together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Values and frequencies differ in number.
    #[error("{values} values at {frequencies} frequencies")]
    Lengths {
        /// Values.
        values: usize,
        /// Frequencies.
        frequencies: usize,
    },
    /// Too few points for the trends.
    #[error(
        "{found} frequencies are too few: {needed} are needed, two of a response that starts at 0 Hz and eleven of \
         another, whose first ten phases are replaced"
    )]
    TooFewPoints {
        /// Found.
        found: usize,
        /// Needed.
        needed: usize,
    },
    /// Frequencies that do not ascend from zero or above.
    #[error("{which} frequency {index} is {hz} Hz; frequencies must ascend, from zero or above")]
    NotAscending {
        /// `given` or `wanted`.
        which: &'static str,
        /// Which, from zero.
        index: usize,
        /// The frequency, Hz.
        hz: f64,
    },
}

/// A step of a grid that is far wider than the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Its start, Hz.
    pub from_hz: f64,
    /// Its end, Hz.
    pub to_hz: f64,
    /// The median step of the grid, Hz.
    pub median_hz: f64,
}

impl Gap {
    /// Steps of more than this many medians are gaps: a response of the usual length turns more than once in them.
    /// An assumption of ours.
    pub const STEPS: f64 = 4.0;
}

/// A network at other frequencies, and how far it rests on data.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled<N> {
    /// The network.
    pub network: N,
    /// Lowest and highest frequency of the data, Hz. Outside, the network is extrapolated.
    pub data_hz: (f64, f64),
    /// Gaps in the data, where interpolation may have lost turns of the phase.
    pub gaps: Vec<Gap>,
}

/// Points at the low end whose magnitudes give the trend to zero, and whose phases are replaced.
const LOW_POINTS: usize = 10;
/// Group delays that give the trend of the phase at the low end.
const LOW_DELAYS: usize = 50;
/// The same at the high end.
const HIGH_DELAYS: usize = 51;

/// Frequencies that differ by this share are the same, written or reckoned otherwise.
const SAME: f64 = 1e-13;

/// A transfer function at other frequencies, by the rules of the channel operating margin.
///
/// # Model
/// Magnitude (at least machine epsilon): linear between points; at 0 Hz the value of a straight line fitted to the first
/// ten; above the data a line from the last to the value at the last wanted frequency of a line fitted to the upper half,
/// kept between epsilon and the last magnitude.
///
/// Phase, unwrapped: linear between points. Data that start at 0 Hz: beyond their ends as in their end segments. Others:
/// from the eleventh point downward it follows the low group delay, and above the top the high one. They are the means
/// of the first 50 and last 51 group delays without those a sample standard deviation or more from their median.
///
/// # Validity
/// Steps so fine that the phase turns by less than pi in each, `step < 1 / (2 delay)`; [`phase_advances`] sees when they
/// are not. `from_hz` and `to_hz` ascend from zero or above. At 0 Hz the result may be complex; [`Network::resampled`]
/// makes it real.
///
/// # Source
/// The policies `linear_trend_to_DC` and `extrap_cubic_to_dc_linear_to_inf` of the published COM program of IEEE 802.3,
/// as PyChOpMarg 3.4 (`interp_vtf`) describes them; both are its defaults. Where all delays are equal and none lies within
/// zero deviations, the median is used.
///
/// # Errors
/// [`ResampleError`].
///
/// # Example
/// ```
/// use lightloom_link::network::resample::transfer_function;
/// use num_complex::Complex64;
///
/// // Half a turn of delay over 2 GHz, magnitude 1 to 0.8.
/// let h = [Complex64::new(1.0, 0.0), Complex64::new(0.0, -0.9), Complex64::new(-0.8, 0.0)];
/// let finer = transfer_function(&h, &[0.0, 1e9, 2e9], &[0.0, 0.5e9])?;
/// assert!((finer[1] - Complex64::from_polar(0.95, -std::f64::consts::FRAC_PI_4)).norm_sqr() < 1e-30);
/// # Ok::<(), lightloom_link::network::ResampleError>(())
/// ```
pub fn transfer_function(
    h: &[Complex64],
    from_hz: &[f64],
    to_hz: &[f64],
) -> Result<Vec<Complex64>, ResampleError> {
    check(h.len(), from_hz, to_hz)?;
    finite("value", h.iter().map(|h| h.norm_sqr()))?;
    let magnitude = magnitudes(h, from_hz, to_hz);
    let phase = phases(h, from_hz, to_hz);
    // Where a wanted frequency is a given one, its value is the answer; but not where the phase is replaced.
    let mut given = if from_hz[0] > 0.0 { LOW_POINTS } else { 0 };
    Ok(to_hz
        .iter()
        .zip(magnitude.iter().zip(&phase))
        .map(|(hz, (&magnitude, &phase))| {
            while from_hz.get(given).is_some_and(|from| *from < hz * (1.0 - SAME)) {
                given += 1;
            }
            if from_hz.get(given).is_some_and(|from| (from - hz).abs() <= hz * SAME) {
                return h[given];
            }
            let (sin, cos) = libm::sincos(phase);
            Complex64::new(magnitude * cos, magnitude * sin)
        })
        .collect())
}

fn check(values: usize, from_hz: &[f64], to_hz: &[f64]) -> Result<(), ResampleError> {
    let found = from_hz.len();
    if values != found {
        return Err(ResampleError::Lengths { values, frequencies: found });
    }
    ascending("given", from_hz)?;
    ascending("wanted", to_hz)?;
    let needed = if from_hz.first().is_some_and(|&hz| hz > 0.0) { LOW_POINTS + 1 } else { 2 };
    if found < needed {
        return Err(ResampleError::TooFewPoints { found, needed });
    }
    Ok(())
}

fn ascending(which: &'static str, hz: &[f64]) -> Result<(), ResampleError> {
    let mut last = None;
    for (index, &hz) in hz.iter().enumerate() {
        if !hz.is_finite() || hz < 0.0 || last.is_some_and(|last| hz <= last) {
            return Err(ResampleError::NotAscending { which, index, hz });
        }
        last = Some(hz);
    }
    Ok(())
}

fn magnitudes(h: &[Complex64], from_hz: &[f64], to_hz: &[f64]) -> Vec<f64> {
    let size: Vec<f64> = h.iter().map(|h| h.norm_sqr().sqrt().max(f64::EPSILON)).collect();
    let points = from_hz.len();
    let (mut x, mut y) = (Vec::with_capacity(points + 2), Vec::with_capacity(points + 2));
    if from_hz[0] > 0.0 {
        let low = LOW_POINTS.min(points);
        x.push(0.0);
        y.push(fitted(&from_hz[..low], &size[..low], 0.0));
    }
    x.extend_from_slice(from_hz);
    y.extend_from_slice(&size);
    let (top, end) = (from_hz[points - 1], size[points - 1]);
    if let Some(&last) = to_hz.last().filter(|&&last| last > top) {
        // Half the points, the odd one going up.
        let upper = points.div_ceil(2) - 1;
        x.push(last);
        y.push(fitted(&from_hz[upper..], &size[upper..], last).clamp(f64::EPSILON, end));
    }
    piecewise(&x, &y, to_hz)
}

fn phases(h: &[Complex64], from_hz: &[f64], to_hz: &[f64]) -> Vec<f64> {
    let mut phase = unwrapped(h);
    if from_hz[0] <= 0.0 {
        return piecewise(from_hz, &phase, to_hz);
    }
    let delay: Vec<f64> = phase
        .windows(2)
        .zip(from_hz.windows(2))
        .map(|(phase, hz)| (phase[0] - phase[1]) / (hz[1] - hz[0]))
        .collect();
    let low = trend(&delay[..LOW_DELAYS.min(delay.len())]);
    let high = trend(&delay[delay.len().saturating_sub(HIGH_DELAYS)..]);
    for k in (0..LOW_POINTS).rev() {
        phase[k] = phase[k + 1] + low * (from_hz[k + 1] - from_hz[k]);
    }
    let mut result = piecewise(from_hz, &phase, to_hz);
    let top = from_hz[from_hz.len() - 1];
    let inside = to_hz.partition_point(|&hz| hz <= top);
    // From the last wanted frequency inside; without one, from the last point.
    let (start_hz, start) = match inside.checked_sub(1) {
        Some(last) => (to_hz[last], result[last]),
        None => (top, phase[phase.len() - 1]),
    };
    for (value, &hz) in result.iter_mut().zip(to_hz).skip(inside) {
        *value = start - (hz - start_hz) * high;
    }
    result
}

/// Phases that differ by less than pi from one to the next.
fn unwrapped(h: &[Complex64]) -> Vec<f64> {
    let mut turns = 0.0;
    let mut last = None;
    h.iter()
        .map(|h| {
            let angle = libm::atan2(h.im, h.re);
            let step = angle - last.unwrap_or(angle);
            last = Some(angle);
            if step > PI {
                turns -= TAU;
            } else if step < -PI {
                turns += TAU;
            }
            angle + turns
        })
        .collect()
}

/// Whether the phase of a response advances on the whole, which no delay does: its grid is too coarse, or its sign
/// convention another one.
///
/// # Validity
/// Transmissions. A reflection may advance where it is small.
#[must_use]
pub fn phase_advances(h: &[Complex64]) -> bool {
    let phase = unwrapped(h);
    phase.first().zip(phase.last()).is_some_and(|(first, last)| last > first)
}

/// Mean without what lies a sample standard deviation or more from the median.
fn trend(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
    let mean = values.iter().sum::<f64>() / n as f64;
    let spread = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    let deviation = (spread / (n as f64 - 1.0)).sqrt();
    let (sum, kept) = values
        .iter()
        .filter(|&&v| (v - median).abs() < deviation)
        .fold((0.0, 0.0), |(sum, kept), v| (sum + v, kept + 1.0));
    if kept > 0.0 { sum / kept } else { median }
}

/// The value at `at` of the straight line of least squares.
fn fitted(x: &[f64], y: &[f64], at: f64) -> f64 {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut sxx, mut sxy) = (0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        sxx += (x - mean_x) * (x - mean_x);
        sxy += (x - mean_x) * (y - mean_y);
    }
    if sxx > 0.0 { mean_y + (at - mean_x) * (sxy / sxx) } else { mean_y }
}

/// Straight lines between points, and beyond the ends those of the end segments. All ascend; two points at least.
fn piecewise(x: &[f64], y: &[f64], at: &[f64]) -> Vec<f64> {
    let mut segment = 0;
    at.iter()
        .map(|&at| {
            while segment + 2 < x.len() && x[segment + 1] <= at {
                segment += 1;
            }
            let (x0, x1) = (x[segment], x[segment + 1]);
            let (y0, y1) = (y[segment], y[segment + 1]);
            y0 + (at - x0) * ((y1 - y0) / (x1 - x0))
        })
        .collect()
}

/// Median step of an ascending grid, Hz; zero without a step.
#[must_use]
pub fn median_step(hz: &[f64]) -> f64 {
    let mut steps: Vec<f64> = hz.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.0)
}

/// Steps of an ascending grid wider than [`Gap::STEPS`] medians.
#[must_use]
pub fn gaps(hz: &[f64]) -> Vec<Gap> {
    let median_hz = median_step(hz);
    hz.windows(2)
        .filter(|pair| pair[1] - pair[0] > Gap::STEPS * median_hz)
        .map(|pair| Gap { from_hz: pair[0], to_hz: pair[1], median_hz })
        .collect()
}

/// A parameter at other frequencies, real at 0 Hz as that of every network of real responses.
fn parameter(
    h: &[Complex64],
    from_hz: &[f64],
    to_hz: &[f64],
) -> Result<Vec<Complex64>, ResampleError> {
    let mut result = transfer_function(h, from_hz, to_hz)?;
    if let (Some(value), Some(&0.0)) = (result.first_mut(), to_hz.first()) {
        *value = Complex64::new(value.norm_sqr().sqrt().copysign(value.re), 0.0);
    }
    Ok(result)
}

/// What a grid of data is good for.
fn resampled<N>(network: N, from_hz: &[f64]) -> Resampled<N> {
    let end = |hz: Option<&f64>| hz.copied().unwrap_or(0.0);
    Resampled { network, data_hz: (end(from_hz.first()), end(from_hz.last())), gaps: gaps(from_hz) }
}

impl Network {
    /// The network at other frequencies: each parameter by [`transfer_function`], real at 0 Hz.
    ///
    /// # Validity
    /// As there. A data set that does not start at 0 Hz has its first ten phases replaced by the trend, which suits
    /// transmissions; small reflections are better given down to 0 Hz.
    ///
    /// # Errors
    /// [`ResampleError`].
    pub fn resampled(&self, to_hz: &[f64]) -> Result<Resampled<Self>, ResampleError> {
        self.check()?;
        let size = self.ports * self.ports;
        let mut s = vec![Complex64::new(0.0, 0.0); to_hz.len() * size];
        for p in 0..size {
            let h: Vec<Complex64> = self.s.iter().skip(p).step_by(size).copied().collect();
            let column = parameter(&h, &self.frequency_hz, to_hz)?;
            for (to, value) in s.iter_mut().skip(p).step_by(size).zip(column) {
                *to = value;
            }
        }
        let reference_ohm = self.reference_ohm.clone();
        let network = Self { frequency_hz: to_hz.to_vec(), ports: self.ports, s, reference_ohm };
        Ok(resampled(network, &self.frequency_hz))
    }
}

impl TwoPort {
    /// The two-port at other frequencies: each parameter by [`transfer_function`], real at 0 Hz.
    ///
    /// # Validity
    /// As [`Network::resampled`].
    ///
    /// # Errors
    /// [`ResampleError`].
    pub fn resampled(&self, to_hz: &[f64]) -> Result<Resampled<Self>, ResampleError> {
        let mut s = vec![[Complex64::new(0.0, 0.0); 4]; to_hz.len()];
        for p in 0..4 {
            let h: Vec<Complex64> = self.s.iter().map(|s| s[p]).collect();
            for (to, value) in s.iter_mut().zip(parameter(&h, &self.frequency_hz, to_hz)?) {
                to[p] = value;
            }
        }
        let network = Self { frequency_hz: to_hz.to_vec(), s, reference_ohm: self.reference_ohm };
        Ok(resampled(network, &self.frequency_hz))
    }
}
