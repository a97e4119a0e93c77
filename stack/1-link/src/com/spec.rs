//! The tables of a COM method: versions are data.

mod check;
mod ends;
mod limit;

pub use check::SpecError;
pub use ends::{End, LineClass, LinePiece};
pub use limit::{LossLimit, LossSpan};

use crate::Pam;
use lightloom_units::{Decibel, Frequency, Resistance, SymbolRate, Time, Voltage, VoltageNoise};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One version of the channel operating margin: signal, reference transmitter, receiver and packages.
///
/// Read from `catalog/com/*.toml`, or from a file of the user's in the same form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComSpec {
    /// Short name, e.g. `802.3dj-cr`.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// Document, draft and clause.
    pub standard: String,
    /// Where the numbers were read.
    pub source: String,
    /// What to know before relying on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Method of the figure of merit.
    pub method: Method,
    /// Symbol rate.
    pub symbol_rate: SymbolRate,
    /// Modulation.
    pub modulation: Pam,
    /// Detector error ratio at which the noise amplitude is read.
    pub detector_error_ratio: f64,
    /// Least COM that passes.
    pub pass: Decibel,
    /// Loss that the standard plans with, where a source for it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_limit: Option<LossLimit>,
    /// Single-ended reference resistance of the method's networks.
    pub reference: Resistance,
    /// Single-ended termination of transmitter and receiver.
    pub termination: Resistance,
    /// Transmitter.
    pub transmitter: Transmitter,
    /// Receiver.
    pub receiver: Receiver,
    /// Line classes of packages and boards, by name.
    #[serde(default)]
    pub lines: BTreeMap<String, LineClass>,
    /// Package cases; COM is the lowest over them.
    pub cases: Vec<Case>,
}

impl ComSpec {
    /// Of several tables the fastest whose Nyquist frequency lies within a channel that was measured up to `top`; where there is
    /// none the slowest, which says what is missing. `None` without tables.
    #[must_use]
    pub fn reached<'s>(
        tables: impl IntoIterator<Item = &'s Self>,
        top: Frequency,
    ) -> Option<&'s Self> {
        let mut by_rate: Vec<&Self> = tables.into_iter().collect();
        by_rate.sort_by(|a, b| b.symbol_rate.total_cmp(&a.symbol_rate));
        let within = by_rate.iter().find(|spec| spec.symbol_rate.nyquist() <= top);
        within.or_else(|| by_rate.last()).copied()
    }
}

/// How equalisation is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Annex 93A: decision feedback; the cursor by the Mueller-Müller condition.
    #[serde(rename = "93a")]
    Annex93a,
    /// Annex 178A: least mean square error of a feed-forward filter with decision feedback.
    #[serde(rename = "178a")]
    Annex178a,
}

/// Reference transmitter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transmitter {
    /// Peak differential output of the victim.
    pub amplitude: Voltage,
    /// Of a far-end aggressor.
    pub far_end_amplitude: Voltage,
    /// Of a near-end aggressor.
    pub near_end_amplitude: Voltage,
    /// Transition time of its Gaussian filter, 20 to 80 %.
    pub transition: Time,
    /// Ratio of level mismatch, at most one.
    pub level_mismatch: f64,
    /// Signal-to-noise-and-distortion ratio.
    pub snr: Decibel,
    /// Random jitter, rms, in unit intervals.
    pub jitter_random_ui: f64,
    /// Dual-Dirac jitter, half the distance, in unit intervals.
    pub jitter_deterministic_ui: f64,
    /// Least weight of the cursor tap; the taps' magnitudes sum to one.
    pub cursor_min: f64,
    /// Swept taps but the cursor, earliest first.
    #[serde(default)]
    pub taps: Vec<Tap>,
}

/// A swept equaliser tap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tap {
    /// Position against the cursor in unit intervals, negative for a precursor.
    pub position: i32,
    /// Least weight.
    pub min: f64,
    /// Largest weight.
    pub max: f64,
    /// Step of the grid.
    pub step: f64,
}

/// Reference receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// One-sided noise density at the input.
    pub noise: VoltageNoise,
    /// 3 dB bandwidth of the fourth-order Butterworth input filter, in symbol rates.
    pub bandwidth: f64,
    /// Continuous-time equaliser.
    pub ctle: Ctle,
    /// Feed-forward filter; none in Annex 93A.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ffe: Option<FeedForward>,
    /// Decision feedback.
    #[serde(default)]
    pub dfe: Feedback,
    /// Converter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiser: Option<Quantiser>,
    /// Sequence detection: the COM that is given away to added noise while its gain is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_detector: Option<SequenceDetector>,
}

/// Continuous-time linear equaliser of two stages.
///
/// `H = (g1 + j f/fz)(g2 + j f/flf) / ((1 + j f/fp1)(1 + j f/fp2)(1 + j f/flf))`. 93A-22, 178A-14.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ctle {
    /// Zero of the first stage.
    pub zero: Frequency,
    /// First pole.
    pub pole_1: Frequency,
    /// Second pole.
    pub pole_2: Frequency,
    /// Zero and pole of the low-frequency stage.
    pub low_frequency: Frequency,
    /// Gain of the first stage at 0 Hz.
    pub gain: GainRange,
    /// Gain of the low-frequency stage at 0 Hz.
    pub low_frequency_gain: GainRange,
}

/// A grid of gains.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GainRange {
    /// Least gain.
    pub min: Decibel,
    /// Largest gain.
    pub max: Decibel,
    /// Step.
    pub step: Decibel,
}

impl GainRange {
    /// Gains in dB, largest first.
    #[must_use]
    pub fn values_db(&self) -> Vec<f64> {
        grid(self.max.as_db(), self.min.as_db(), -self.step.as_db().abs())
    }
}

impl Tap {
    /// Weights of the grid, ascending.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        grid(self.min, self.max, self.step.abs())
    }
}

/// From one value to another in steps; the first alone when the step is zero or leads away.
fn grid(from: f64, to: f64, step: f64) -> Vec<f64> {
    let steps = (to - from) / step;
    if !steps.is_finite() || !(0.0..=10_000.0).contains(&steps) {
        return vec![from];
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10 000")]
    let n = libm::round(steps) as u32;
    (0..=n).map(|i| from + step * f64::from(i)).collect()
}

/// Feed-forward filter with floating groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedForward {
    /// Taps before the cursor.
    pub precursors: usize,
    /// Taps at fixed positions, cursor included.
    pub fixed: usize,
    /// Limit of a fixed tap against the cursor tap.
    pub limit: f64,
    /// Floating groups; their span counts from the first tap.
    #[serde(default)]
    pub floating: Floating,
}

/// Groups of neighbouring taps that are placed where they help most; none by default.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floating {
    /// Last position that they may take.
    pub span: usize,
    /// Groups.
    pub groups: usize,
    /// Taps in a group.
    pub taps: usize,
    /// Limit of a tap against the cursor.
    pub limit: f64,
}

/// Decision feedback with floating groups.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// `[min, max]` of each fixed tap against the cursor.
    #[serde(default)]
    pub limits: Vec<[f64; 2]>,
    /// Floating groups; their span counts from the cursor.
    #[serde(default)]
    pub floating: Floating,
    /// First position of the tail whose root sum of squares is limited; 0 for none.
    #[serde(default)]
    pub tail_start: usize,
    /// That limit.
    #[serde(default)]
    pub tail_limit: f64,
}

/// Analogue-to-digital converter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiser {
    /// Effective number of bits.
    pub bits: f64,
    /// Probability that a sample is clipped.
    pub clipping: f64,
}

/// Maximum-likelihood sequence detection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceDetector {
    /// COM that added receiver noise takes away while the gain is found.
    pub added_noise: Decibel,
}

/// One package case: what stands before and behind the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Name, e.g. `A1` or `HN`.
    pub name: String,
    /// Transmitter of the victim and of far-end aggressors.
    pub transmitter: End,
    /// Transmitter of near-end aggressors; the victim's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_end: Option<End>,
    /// Receiver.
    pub receiver: End,
}
