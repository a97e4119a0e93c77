//! A lane that brings its own ends: COM of a voltage transfer from circuit to circuit, copper or linear light.

use super::bins::on_bins;
use super::grid::{Grid, end_filters, transition_filter};
use super::merit::{Bench, LinearLags, Merit};
use super::pulse::Pulses;
use super::search::search;
use super::{ComError, ComSpec, Equalisers, Margin, Search};
use crate::network::ResampleError;
use lightloom_num::to_f64;
use lightloom_units::Quantity;
use num_complex::Complex64;
use serde::Serialize;

/// A lane on the bins of a grid, [`Grid::passed_hz`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    /// Voltage transfer from the transmitter's circuit to the receiver's.
    pub transfer: Vec<Complex64>,
    /// Amplifiers on the way; `None` for copper.
    pub linear: Option<LinearPath>,
}

/// What amplifiers on the way add to a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearPath {
    /// Transfer from the transmitter's circuit to where an automatic gain control holds the signal's power: a driver's
    /// input.
    pub held: Vec<Complex64>,
    /// Noise that enters before the gain control, at the receiver's input, one-sided, V²/Hz.
    pub before: Vec<f64>,
    /// Noise that enters behind it, for the gain given to a transmitter without equalisation.
    pub behind: Vec<f64>,
}

/// What a receiver makes of a lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LaneOutcome {
    /// Figure of merit that the equalisers were chosen by, dB.
    pub fom_db: f64,
    /// Margin and noises.
    #[serde(flatten)]
    pub margin: Margin,
    /// Equalisers.
    pub taps: Equalisers,
    /// Settings tried.
    pub evaluations: usize,
}

/// A lane made ready for any receiver: its pulses do not depend on what equalises them.
#[derive(Debug, Clone)]
pub struct ReadyLane<'a> {
    grid: &'a Grid,
    victim: Pulses,
    linear: Option<LinearLags>,
}

impl<'a> ReadyLane<'a> {
    /// Pulses of a lane.
    ///
    /// The specification's signal, transmitter, input filter and equaliser poles enter here; its receiver may be
    /// another later.
    ///
    /// # Errors
    /// [`ComError::TooShort`] for a transfer that does not cover the grid's bins.
    pub fn new(spec: &ComSpec, grid: &'a Grid, lane: &Lane) -> Result<Self, ComError> {
        let bins = grid.passed_hz().len();
        for (which, points) in [
            ("lane's", Some(lane.transfer.len())),
            ("held", lane.linear.as_ref().map(|l| l.held.len())),
            ("noise before", lane.linear.as_ref().map(|l| l.before.len())),
            ("noise behind", lane.linear.as_ref().map(|l| l.behind.len())),
        ] {
            if let Some(points) = points.filter(|p| *p != bins) {
                return Err(ComError::TooShort { which: which.to_owned(), points });
            }
        }
        let amplitude = spec.transmitter.amplitude.si();
        let received: Vec<_> = lane
            .transfer
            .iter()
            .zip(grid.passed_hz())
            .map(|(h, f)| h * end_filters(spec, grid.baud_hz, *f))
            .collect();
        Ok(Self {
            grid,
            victim: Pulses::new(grid, &received, amplitude, false, false),
            linear: lane.linear.as_ref().map(|linear| LinearLags {
                held: held_lags(spec, grid, &linear.held),
                before: grid.noise_lags(spec, &linear.before),
                behind: grid.noise_lags(spec, &linear.behind),
                times_behind: 1.0,
            }),
        })
    }

    /// The same lane with so many times the noise power behind the gain control: less light, or more.
    #[must_use]
    pub fn with_noise_behind(&self, times: f64) -> Self {
        let mut ready = self.clone();
        if let Some(linear) = &mut ready.linear {
            linear.times_behind = times;
        }
        ready
    }

    fn bench<'s>(&'s self, spec: &'s ComSpec) -> Bench<'s> {
        Bench {
            spec,
            grid: self.grid,
            victim: self.victim.clone(),
            aggressors: Vec::new(),
            linear: self.linear.clone(),
        }
    }

    /// The best setting of a specification's equalisers.
    ///
    /// # Errors
    /// [`ComError::NoEye`] where no setting opens an eye.
    pub fn find(&self, spec: &ComSpec, how: &Search) -> Result<Found, ComError> {
        find(&self.bench(spec), how, LANE)
    }

    /// What a receiver makes of the lane with a setting that was found.
    ///
    /// # Errors
    /// [`ComError::NotFinite`] where a result is no number.
    pub fn outcome(&self, spec: &ComSpec, found: &Found) -> Result<LaneOutcome, ComError> {
        outcome(&self.bench(spec), found, LANE)
    }

    /// COM, dB, and the detector error ratio with equalisers as they were found, by decision feedback.
    #[must_use]
    pub fn com_and_errors(&self, spec: &ComSpec, found: &Found) -> (f64, f64) {
        self.bench(spec).com_and_errors(&found.merit)
    }
}

/// A measured transfer from circuit to circuit on the bins of a grid, [`Grid::passed_hz`].
///
/// # Errors
/// [`ResampleError`] for frequencies that do not ascend, or too few of them.
pub fn measured(
    spec: &ComSpec,
    grid: &Grid,
    transfer: &[Complex64],
    from_hz: &[f64],
) -> Result<Vec<Complex64>, ResampleError> {
    let filters = |hz: &f64| end_filters(spec, grid.baud_hz, *hz);
    // A response ends in time when its band ends softly: behind the filters, which are taken off again.
    let filtered: Vec<_> = transfer.iter().zip(from_hz).map(|(h, f)| h * filters(f)).collect();
    let found = on_bins(&filtered, from_hz, grid)?;
    Ok(found.iter().zip(grid.passed_hz()).map(|(h, f)| h / filters(f)).collect())
}

/// What errors call a lane.
const LANE: &str = "lane";

/// Equalisers that were found for a lane.
#[derive(Clone)]
pub struct Found {
    merit: Merit,
    evaluations: usize,
}

/// Mean square of the signal behind a transfer, over that of the symbols, for a transmitter of one volt without taps.
pub(crate) fn held_power(spec: &ComSpec, grid: &Grid, transfer: &[Complex64]) -> f64 {
    to_f64(grid.samples_per_ui) * held_lags(spec, grid, transfer)[0]
}

/// Autocorrelation, at lags of a unit interval, of the transmitted pulse behind a transfer.
fn held_lags(spec: &ComSpec, grid: &Grid, transfer: &[Complex64]) -> Vec<f64> {
    const LAGS: usize = 16;
    let power: Vec<f64> = transfer
        .iter()
        .zip(grid.passed_hz())
        .map(|(h, f)| {
            let pulse = transition_filter(spec, *f) * super::grid::sinc(f / grid.baud_hz);
            h.norm_sqr() * pulse * pulse
        })
        .collect();
    let mut lags = grid.lags_of_power(&power);
    lags.truncate(LAGS);
    lags
}

/// The best setting of a bench.
pub(super) fn find(bench: &Bench<'_>, how: &Search, case: &str) -> Result<Found, ComError> {
    let (merit, evaluations) =
        search(bench, how).ok_or_else(|| ComError::NoEye { case: case.to_owned() })?;
    Ok(Found { merit, evaluations })
}

/// Its margin.
pub(super) fn outcome(
    bench: &Bench<'_>,
    found: &Found,
    case: &str,
) -> Result<LaneOutcome, ComError> {
    let spec = bench.spec;
    let Found { merit, evaluations } = found;
    let margin = bench.margin(merit);
    for (what, value) in [("COM", margin.com_db), ("the figure of merit", merit.fom_db)] {
        if !value.is_finite() {
            return Err(ComError::NotFinite { case: case.to_owned(), what, value });
        }
    }
    let pre = spec.receiver.ffe.map_or(0, |f| f.precursors);
    let centre = merit.filters.forward.get(pre).copied().unwrap_or(1.0);
    let position =
        |p: usize| i32::try_from(p).unwrap_or(i32::MAX) - i32::try_from(pre).unwrap_or(0);
    let mut feed_forward: Vec<(i32, f64)> = Vec::new();
    if spec.receiver.ffe.is_some() {
        let weights = merit.filters.positions.iter().zip(&merit.filters.forward);
        feed_forward.extend(weights.map(|(p, w)| (position(*p), w / centre)));
        feed_forward.sort_by_key(|t| t.0);
    }
    Ok(LaneOutcome {
        fom_db: merit.fom_db,
        taps: Equalisers {
            ctle_gain_db: merit.analog.gains_db[0],
            ctle_low_frequency_gain_db: merit.analog.gains_db[1],
            transmitter: merit.taps.weights.clone(),
            feed_forward,
            feedback: merit.filters.feedback.clone(),
        },
        margin,
        evaluations: *evaluations,
    })
}

impl Equalisers {
    /// The setting that a search would be told to take these again.
    #[must_use]
    pub fn setting(&self) -> super::Setting {
        super::Setting {
            gains_db: [self.ctle_gain_db, self.ctle_low_frequency_gain_db],
            taps: self.transmitter.iter().copied().filter(|t| t.0 != 0).collect(),
        }
    }
}
