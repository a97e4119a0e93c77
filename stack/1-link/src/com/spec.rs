//! The tables of a COM method: versions are data.

use crate::Pam;
use crate::network::two_port::{cascade, exp};
use crate::network::{LineConstants, TwoPort};
use lightloom_units::{
    Capacitance, Decibel, DelayPerLength, DielectricLoss, Frequency, Inductance, Length, Quantity,
    Resistance, SkinLoss, SymbolRate, Time, Voltage, VoltageNoise,
};
use num_complex::Complex64;
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
    /// Positions that floating taps may take, counted from the first tap.
    #[serde(default)]
    pub span: usize,
    /// Floating groups.
    #[serde(default)]
    pub groups: usize,
    /// Taps in a group.
    #[serde(default)]
    pub group_taps: usize,
    /// Limit of a floating tap against the cursor tap.
    #[serde(default)]
    pub floating_limit: f64,
}

/// Decision feedback with floating groups.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// `[min, max]` of each fixed tap against the cursor.
    #[serde(default)]
    pub limits: Vec<[f64; 2]>,
    /// Last position that floating taps may take.
    #[serde(default)]
    pub span: usize,
    /// Floating groups.
    #[serde(default)]
    pub groups: usize,
    /// Taps in a group.
    #[serde(default)]
    pub group_taps: usize,
    /// Limit of a floating tap.
    #[serde(default)]
    pub floating_limit: f64,
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

/// Constants of a kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineClass {
    /// Loss at 0 Hz, neper per millimetre.
    pub gamma0: f64,
    /// Conductor loss.
    pub skin: SkinLoss,
    /// Dielectric loss.
    pub dielectric: DielectricLoss,
    /// Delay.
    pub delay: DelayPerLength,
}

impl LineClass {
    /// In the units of Annex 93A.
    #[must_use]
    pub fn constants(&self) -> LineConstants {
        LineConstants {
            gamma0: self.gamma0,
            a1: self.skin.si() * 1e-3 * 1e9_f64.sqrt(),
            a2: self.dielectric.si() * 1e6,
            tau: self.delay.si() * 1e6,
        }
    }
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

/// A device's termination, package and, where the channel begins behind it, host board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Shunt capacitances of the die's ladder, single-ended, from the circuit outward.
    pub die_capacitance: Vec<Capacitance>,
    /// Series inductances behind each of them.
    pub die_inductance: Vec<Inductance>,
    /// Capacitance of the bump.
    pub bump: Capacitance,
    /// Lines of the package, from the die outward.
    #[serde(default)]
    pub package: Vec<LinePiece>,
    /// Capacitance where the package meets the board.
    #[serde(default = "none")]
    pub ball: Capacitance,
    /// Capacitance where the host's board begins.
    #[serde(default = "none")]
    pub board_entry: Capacitance,
    /// Lines of the host's board.
    #[serde(default)]
    pub board: Vec<LinePiece>,
    /// Capacitance where the board meets the channel.
    #[serde(default = "none")]
    pub board_exit: Capacitance,
}

fn none() -> Capacitance {
    Capacitance::from_si(0.0)
}

/// A piece of line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinePiece {
    /// Name of a line class.
    pub class: String,
    /// Differential characteristic impedance.
    pub impedance: Resistance,
    /// Length.
    pub length: Length,
}

/// A piece of an end's network.
enum Element {
    Shunt { farad: f64 },
    Series { henry: f64 },
    Line { class: usize, ohm: f64, mm: f64 },
}

/// Why a specification cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpecError {
    /// Text that is no specification.
    #[error("{file}: {message}")]
    Syntax {
        /// File name.
        file: String,
        /// What the parser says, with the place.
        message: String,
    },
    /// A line piece names a class that is not there.
    #[error(
        "case `{case}` uses the line class `{class}`, which the specification does not define; it has {known}"
    )]
    UnknownLine {
        /// The case.
        case: String,
        /// The missing class.
        class: String,
        /// Those that are there.
        known: String,
    },
    /// A ladder with unequal numbers of capacitances and inductances.
    #[error(
        "case `{case}`: the die's ladder has {capacitances} capacitances and {inductances} inductances; each capacitance needs the inductance behind it"
    )]
    Ladder {
        /// The case.
        case: String,
        /// Capacitances.
        capacitances: usize,
        /// Inductances.
        inductances: usize,
    },
    /// A number out of range.
    #[error("`{key}` must lie in {range}, found {found}")]
    Range {
        /// Path of the key.
        key: &'static str,
        /// Where it may lie.
        range: &'static str,
        /// Where it lies.
        found: f64,
    },
    /// No case of that name.
    #[error("the specification `{spec}` has no package case `{case}`; it has {known}")]
    UnknownCase {
        /// The specification.
        spec: String,
        /// The case asked for.
        case: String,
        /// Those that are there.
        known: String,
    },
}

impl ComSpec {
    /// Reads a specification (TOML) and checks it.
    ///
    /// # Errors
    /// [`SpecError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let spec: Self = toml::from_str(text).map_err(|e| SpecError::Syntax {
            file: file.to_owned(),
            message: e.to_string().trim_end().to_owned(),
        })?;
        spec.check()?;
        Ok(spec)
    }

    /// Checks ranges, line classes and ladders.
    ///
    /// # Errors
    /// The first [`SpecError`] found.
    pub fn check(&self) -> Result<(), SpecError> {
        let within = |key, range, inside: bool, found: f64| {
            if inside && found.is_finite() {
                Ok(())
            } else {
                Err(SpecError::Range { key, range, found })
            }
        };
        let baud = self.symbol_rate.as_gbd();
        within("symbol_rate", "1 to 300 GBd", (1.0..=300.0).contains(&baud), baud)?;
        let der = self.detector_error_ratio;
        within("detector_error_ratio", "1e-15 to 1e-2", (1e-15..=1e-2).contains(&der), der)?;
        let ohm = self.reference.si();
        within("reference", "10 to 200 ohm", (10.0..=200.0).contains(&ohm), ohm)?;
        let ohm = self.termination.si();
        within("termination", "10 to 200 ohm", (10.0..=200.0).contains(&ohm), ohm)?;
        let t = &self.transmitter;
        within(
            "transmitter.amplitude",
            "1 mV to 10 V",
            (1e-3..=10.0).contains(&t.amplitude.si()),
            t.amplitude.si(),
        )?;
        within(
            "transmitter.level_mismatch",
            "0.1 to 1",
            (0.1..=1.0).contains(&t.level_mismatch),
            t.level_mismatch,
        )?;
        within(
            "transmitter.cursor_min",
            "0 to 1",
            (0.0..=1.0).contains(&t.cursor_min),
            t.cursor_min,
        )?;
        within(
            "transmitter.jitter_random_ui",
            "0 to 0.5",
            (0.0..=0.5).contains(&t.jitter_random_ui),
            t.jitter_random_ui,
        )?;
        let dd = t.jitter_deterministic_ui;
        within("transmitter.jitter_deterministic_ui", "0 to 0.5", (0.0..=0.5).contains(&dd), dd)?;
        for tap in &t.taps {
            let reach = f64::from(tap.position.unsigned_abs());
            within(
                "transmitter.taps.position",
                "-8 to 8 but 0",
                tap.position != 0 && reach <= 8.0,
                f64::from(tap.position),
            )?;
            within(
                "transmitter.taps.min",
                "-1 to max",
                tap.min >= -1.0 && tap.min <= tap.max,
                tap.min,
            )?;
            within("transmitter.taps.max", "min to 1", tap.max <= 1.0, tap.max)?;
        }
        let r = &self.receiver;
        within(
            "receiver.bandwidth",
            "0.1 to 2 symbol rates",
            (0.1..=2.0).contains(&r.bandwidth),
            r.bandwidth,
        )?;
        for (key, f) in [
            ("receiver.ctle.zero", r.ctle.zero),
            ("receiver.ctle.pole_1", r.ctle.pole_1),
            ("receiver.ctle.pole_2", r.ctle.pole_2),
            ("receiver.ctle.low_frequency", r.ctle.low_frequency),
        ] {
            within(key, "1 MHz to 10 THz", (1e6..=1e13).contains(&f.as_hz()), f.as_hz())?;
        }
        if let Some(ffe) = &r.ffe {
            let taps = f64::from(u32::try_from(ffe.fixed).unwrap_or(u32::MAX));
            within(
                "receiver.ffe.fixed",
                "1 to 64 and beyond the precursors",
                ffe.fixed > ffe.precursors && taps <= 64.0,
                taps,
            )?;
            let needed = ffe.fixed + ffe.groups * ffe.group_taps;
            let span = f64::from(u32::try_from(ffe.span).unwrap_or(u32::MAX));
            let fits = ffe.groups == 0 || (ffe.span >= needed && ffe.span <= 512);
            within("receiver.ffe.span", "fixed + groups x group_taps to 512", fits, span)?;
        }
        if let Some(q) = &r.quantiser {
            within("receiver.quantiser.bits", "2 to 16", (2.0..=16.0).contains(&q.bits), q.bits)?;
            within(
                "receiver.quantiser.clipping",
                "1e-15 to 0.1",
                (1e-15..=0.1).contains(&q.clipping),
                q.clipping,
            )?;
        }
        for case in &self.cases {
            for end in [Some(&case.transmitter), case.near_end.as_ref(), Some(&case.receiver)]
                .into_iter()
                .flatten()
            {
                self.check_end(&case.name, end)?;
            }
        }
        Ok(())
    }

    fn check_end(&self, case: &str, end: &End) -> Result<(), SpecError> {
        if end.die_capacitance.len() != end.die_inductance.len() {
            return Err(SpecError::Ladder {
                case: case.to_owned(),
                capacitances: end.die_capacitance.len(),
                inductances: end.die_inductance.len(),
            });
        }
        for piece in end.package.iter().chain(&end.board) {
            if !self.lines.contains_key(&piece.class) {
                return Err(SpecError::UnknownLine {
                    case: case.to_owned(),
                    class: piece.class.clone(),
                    known: self.lines.keys().cloned().collect::<Vec<_>>().join(", "),
                });
            }
        }
        Ok(())
    }

    /// The case of a name.
    ///
    /// # Errors
    /// [`SpecError::UnknownCase`].
    pub fn case(&self, name: &str) -> Result<&Case, SpecError> {
        self.cases.iter().find(|c| c.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            SpecError::UnknownCase {
                spec: self.name.clone(),
                case: name.to_owned(),
                known: self.cases.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// Network of an end, from the circuit to the channel, differential.
    ///
    /// # Model
    /// Ladder of shunt capacitance and series inductance, bump, package lines, ball, board lines. Single-ended
    /// elements at the reference resistance are differential ones at twice of it.
    ///
    /// # Source
    /// 93A.1.2; P802.3dj D3.3, 178A.1.4.
    #[must_use]
    pub fn network(&self, end: &End, frequency_hz: &[f64]) -> TwoPort {
        let z = 2.0 * self.reference.si();
        let classes: Vec<_> = self.lines.values().map(LineClass::constants).collect();
        let mut elements = Vec::new();
        let shunt = |elements: &mut Vec<Element>, c: Capacitance| {
            if c.si() > 0.0 {
                elements.push(Element::Shunt { farad: c.si() / 2.0 });
            }
        };
        let lines = |elements: &mut Vec<Element>, pieces: &[LinePiece]| {
            for piece in pieces {
                if let Some(class) = self.lines.keys().position(|name| *name == piece.class) {
                    let (ohm, mm) = (piece.impedance.si(), piece.length.as_mm());
                    elements.push(Element::Line { class, ohm, mm });
                }
            }
        };
        for (c, l) in end.die_capacitance.iter().zip(&end.die_inductance) {
            shunt(&mut elements, *c);
            elements.push(Element::Series { henry: l.si() * 2.0 });
        }
        shunt(&mut elements, end.bump);
        lines(&mut elements, &end.package);
        shunt(&mut elements, end.ball);
        shunt(&mut elements, end.board_entry);
        lines(&mut elements, &end.board);
        shunt(&mut elements, end.board_exit);
        let mut gamma = vec![Complex64::default(); classes.len()];
        TwoPort::from_fn(frequency_hz, z, |f| {
            for (gamma, class) in gamma.iter_mut().zip(&classes) {
                *gamma = class.propagation(f * 1e-9);
            }
            let through = TwoPort::THROUGH;
            elements.iter().fold(through, |network, element| {
                let next = match *element {
                    Element::Shunt { farad } => TwoPort::shunt_parameters(f, farad, z),
                    Element::Series { henry } => TwoPort::series_parameters(f, henry, z),
                    Element::Line { class, ohm, mm } => {
                        TwoPort::line_parameters(exp(-gamma[class] * mm), ohm, z)
                    }
                };
                cascade(&network, &next)
            })
        })
    }

    /// Reflection of the terminations against the reference.
    #[must_use]
    pub fn reflection(&self) -> f64 {
        let (d, r) = (self.termination.si(), self.reference.si());
        (d - r) / (d + r)
    }
}
