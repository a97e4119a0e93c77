//! What a drawing of an outcome needs and a result does not carry: loss over frequency, the pulse as it is received,
//! what feedback leaves of it. Computed when asked for.

use super::equaliser::residual;
use super::margin::settled;
use super::pulse::Lags;
use super::taps::Taps;
use super::{
    CaseOutcome, ComError, ComSpec, Ends, Equalisers, Grid, LaneOutcome, Margin, Resolution,
    Thinning, die_to_die,
};
use crate::network::TwoPort;
use lightloom_num::to_f64;
use lightloom_units::{Quantity, SymbolRate};
use serde::Serialize;

/// Insertion loss over frequency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossCurves {
    /// The channel's own frequencies, Hz.
    pub frequency_hz: Vec<f64>,
    /// Of the channel between the packages, dB.
    pub channel_db: Vec<f64>,
    /// With the packages of the case, dB.
    pub die_to_die_db: Vec<f64>,
}

/// Insertion loss of a channel, alone and from die to die through a case's packages.
///
/// # Model
/// `-20 log10 |s21|` of the channel, and of the cascade transmitter's package, channel, receiver's package.
///
/// # Errors
/// [`ComError`] for an unknown case.
pub fn losses(spec: &ComSpec, through: &TwoPort, case: &str) -> Result<LossCurves, ComError> {
    let case = spec.case(case)?;
    let f = &through.frequency_hz;
    let whole = die_to_die(spec, case, through);
    let db = |network: &TwoPort| {
        network.s.iter().map(|s| -10.0 * libm::log10(s[2].norm_sqr().max(1e-300))).collect()
    };
    Ok(LossCurves { frequency_hz: f.clone(), channel_db: db(through), die_to_die_db: db(&whole) })
}

/// A pulse over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waveform {
    /// Time of the first sample against the cursor, unit intervals.
    pub start_ui: f64,
    /// From sample to sample, unit intervals.
    pub step_ui: f64,
    /// Samples, volts.
    pub pulse_v: Vec<f64>,
}

/// The pulse of an outcome behind the transmitter's taps and the continuous-time equaliser, before the receiver's
/// sampled filters; cursor at time zero.
///
/// # Errors
/// [`ComError`] for a channel that does not fit the specification.
pub fn received(
    spec: &ComSpec,
    through: &TwoPort,
    outcome: &CaseOutcome,
    resolution: Resolution,
) -> Result<Waveform, ComError> {
    let case = spec.case(&outcome.case)?;
    let grid = Grid::new(spec, resolution);
    // As `evaluate_on` takes it: the record must begin where the outcome's does.
    let through = &match resolution {
        Resolution::Official => through.clone(),
        Resolution::Coarse | Resolution::Fast => {
            Thinning::of(&through.frequency_hz, &grid).apply(through)
        }
    };
    let pulses = Ends::new(spec, &grid, case, &through.frequency_hz)
        .receive(&grid, through, spec.transmitter.amplitude.si(), None)
        .map_err(|source| ComError::Resample { which: "through".to_owned(), source })?;
    let gains = [outcome.taps.ctle_gain_db, outcome.taps.ctle_low_frequency_gain_db];
    let weights = grid.weights(spec, gains.map(|g| libm::pow(10.0, g / 20.0)));
    let pulse = pulses.weighted(weights, Lags { few: 1, all: 1, shared: false });
    let m = pulse.samples_per_ui;
    let taps = Taps::new(outcome.taps.transmitter.iter().copied().filter(|t| t.0 != 0));
    // The taps are whole unit intervals apart: they filter each phase by itself.
    let phases: Vec<Vec<f64>> = (0..m).map(|p| taps.apply(pulse.phase(p).samples())).collect();
    let longest = phases[0].len();
    Ok(Waveform {
        start_ui: -outcome.margin.sampled_at_ui,
        step_ui: 1.0 / to_f64(m),
        pulse_v: (0..longest)
            .flat_map(|i| phases.iter().filter_map(move |p| p.get(i).copied()))
            .collect(),
    })
}

/// Unit intervals before the cursor in which a channel can answer: precursors of both ends and the ringing of the band's
/// edge.
const EARLIEST: i64 = 32;

impl Margin {
    /// Where each sample of the pulse stands against its cursor, unit intervals.
    ///
    /// # Model
    /// A record is a circle of one over its bin's width, 10 to 100 ns. Nothing answers before the signal arrives, so what
    /// stands more than 32 unit intervals before the cursor is an echo that came around, and stands a record later: at the
    /// earliest delay that it can have.
    ///
    /// # Validity
    /// Within half a unit interval where a bin does not divide the symbol rate.
    #[must_use]
    pub fn positions_ui(&self, baud: SymbolRate, resolution: Resolution) -> Vec<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "at most 30,000 unit intervals")]
        let record = libm::round(baud.as_gbd() * 1e9 / resolution.bin_hz()) as i64;
        let cursor = i64::try_from(self.cursor_ui).unwrap_or(0);
        let unfolded = |ui: i64| if ui < -EARLIEST { ui + record } else { ui };
        (-cursor..).zip(&self.pulse_v).map(|(ui, _)| unfolded(ui)).collect()
    }
}

impl CaseOutcome {
    /// What intersymbol interference feedback leaves, once a unit interval as the pulse, volts; zero at the cursor.
    #[must_use]
    pub fn residual_v(&self, spec: &ComSpec) -> Vec<f64> {
        behind_feedback(spec, &self.margin, &self.taps)
    }
}

impl LaneOutcome {
    /// What intersymbol interference feedback leaves, as [`CaseOutcome::residual_v`], of a class's specification.
    pub(crate) fn residual_v(&self, spec: &ComSpec) -> Vec<f64> {
        behind_feedback(spec, &self.margin, &self.taps)
    }
}

fn behind_feedback(spec: &ComSpec, margin: &Margin, taps: &Equalisers) -> Vec<f64> {
    let (pulse, cursor) = (&margin.pulse_v, margin.cursor_ui);
    residual(pulse, cursor, &settled(spec, pulse, cursor, &taps.feedback))
}
