//! From the best equalisation to the margin: every noise at the detector, its far tail, and sequence detection.

use super::correlation::autocorrelation;
use super::equaliser::residual;
use super::interference::{Cumulants, Interference, tail};
use super::merit::{Aggressor, Bench, Merit};
use super::spec::ComSpec;
use super::taps::Taps;
use lightloom_num::{dot, root, to_f64};
use serde::Serialize;

/// Interference samples below this share of the signal are left out, as the standard has it.
const NEGLIGIBLE: f64 = 1e-3;
/// Longest error event of the sequence detector.
const LONGEST_EVENT: usize = 64;

/// Root mean squares of the noises at the detector, volts.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Sigmas {
    /// Residual intersymbol interference.
    pub isi_v: f64,
    /// Crosstalk.
    pub crosstalk_v: f64,
    /// Transmitter noise.
    pub transmitter_v: f64,
    /// Random jitter.
    pub jitter_random_v: f64,
    /// Dual-Dirac jitter.
    pub jitter_deterministic_v: f64,
    /// Receiver input noise.
    pub receiver_v: f64,
    /// Converter.
    pub quantiser_v: f64,
}

impl Sigmas {
    /// Noises in the order of [`Limits::parts`], jitter of both kinds together, volts rms.
    #[must_use]
    pub fn by_source_v(&self) -> [f64; 6] {
        let jitter = (self.jitter_random_v * self.jitter_random_v
            + self.jitter_deterministic_v * self.jitter_deterministic_v)
            .sqrt();
        [
            self.isi_v,
            self.crosstalk_v,
            self.transmitter_v,
            jitter,
            self.receiver_v,
            self.quantiser_v,
        ]
    }

    /// All noises together, volts rms.
    #[must_use]
    pub fn total_v(&self) -> f64 {
        self.by_source_v().iter().map(|v| v * v).sum::<f64>().sqrt()
    }
}

/// What COM would be without one source of noise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Without residual intersymbol interference.
    pub isi_db: f64,
    /// Without crosstalk.
    pub crosstalk_db: f64,
    /// Without transmitter noise.
    pub transmitter_db: f64,
    /// Without jitter.
    pub jitter_db: f64,
    /// Without receiver noise.
    pub receiver_db: f64,
    /// Without the converter's error.
    pub quantiser_db: f64,
}

impl Limits {
    /// The source whose absence would raise COM most.
    #[must_use]
    pub fn limiter(&self) -> &'static str {
        self.parts()[self.largest()].0
    }

    /// Its place among [`Limits::parts`].
    pub(crate) fn largest(&self) -> usize {
        let parts = self.parts();
        (1..parts.len()).fold(0, |most, i| if parts[i].1 > parts[most].1 { i } else { most })
    }

    /// Names and values.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, f64); 6] {
        [
            ("intersymbol interference", self.isi_db),
            ("crosstalk", self.crosstalk_db),
            ("transmitter noise", self.transmitter_db),
            ("jitter", self.jitter_db),
            ("receiver noise", self.receiver_db),
            ("converter", self.quantiser_db),
        ]
    }
}

/// Sequence detection's part of the margin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SequenceGain {
    /// COM with decision feedback alone, dB.
    pub com_feedback_db: f64,
    /// What sequence detection adds, dB; never below zero.
    pub gain_db: f64,
    /// Detector error ratio of the sequence detector with the added noise.
    pub detector_error_ratio: f64,
}

/// The margin of an equalised channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Margin {
    /// Channel operating margin, dB.
    pub com_db: f64,
    /// Signal amplitude A_s, volts.
    pub signal_v: f64,
    /// Noise and interference amplitude at the detector error ratio, volts.
    pub noise_v: f64,
    /// Every noise.
    pub sigma: Sigmas,
    /// COM without each.
    pub without: Limits,
    /// Bit error ratio before correction, error propagation not counted.
    pub pre_fec_ber: f64,
    /// Sequence detection, where the receiver has it.
    pub sequence: Option<SequenceGain>,
    /// The equalised pulse once a unit interval, volts, cursor at `cursor_ui`.
    pub pulse_v: Vec<f64>,
    /// Its cursor.
    pub cursor_ui: usize,
    /// When the cursor is sampled, in unit intervals after the record's start.
    pub sampled_at_ui: f64,
}

/// Samples and variances at the detector.
struct Detector {
    signal: f64,
    pulse: Vec<f64>,
    cursor: usize,
    isi: Vec<f64>,
    crosstalk: Vec<Vec<f64>>,
    slope: Vec<f64>,
    /// The transmitter's noise takes the pulse without its taps.
    transmitter: Vec<f64>,
    weights: Vec<(usize, f64)>,
    step: f64,
    variance: [f64; 3],
}

impl Bench<'_> {
    /// The margin of a setting.
    ///
    /// # Source
    /// 93A-37 to 93A-45; P802.3dj D3.3, 178A-37 to 178A-56.
    pub(crate) fn margin(&self, merit: &Merit) -> Margin {
        let detector = self.detector(merit);
        let der = self.spec.detector_error_ratio;
        let everything = self.interference(&detector, [true; 6]);
        let com = |sum: &Interference| 20.0 * libm::log10(detector.signal / sum.quantile(der));
        let noise_v = everything.quantile(der);
        let com_feedback_db = 20.0 * libm::log10(detector.signal / noise_v);
        let without = |i: usize| {
            let mut parts = [true; 6];
            parts[i] = false;
            com(&self.interference(&detector, parts))
        };
        let feedback = merit.filters.feedback.first().copied().unwrap_or(0.0);
        let sequence = self.spec.receiver.sequence_detector.map(|s| {
            let added_db = s.added_noise.as_db();
            self.sequence(merit, &detector, feedback, added_db, (&everything, noise_v))
        });
        let gain_db = sequence.map_or(0.0, |s| s.gain_db);
        let level_variance = self.spec.modulation.level_variance();
        let rms = |samples: &[f64]| (level_variance * dot(samples, samples)).sqrt();
        let deterministic = self.spec.transmitter.jitter_deterministic_ui;
        let quantiser = everything.uniform.iter().fold(0.0, |sum, h| sum + h * h / 3.0);
        // An empty sum of floats is -0.
        let crosstalk = detector.crosstalk.iter().fold(0.0, |sum, h| sum + dot(h, h));
        let levels = self.spec.modulation.levels();
        let errors = match (sequence, self.spec.receiver.sequence_detector) {
            (Some(_), Some(_)) => self
                .event_ratio(merit, &detector, feedback, 0.0, &everything)
                .min(everything.tail(detector.signal)),
            _ => everything.tail(detector.signal),
        };
        Margin {
            com_db: com_feedback_db + gain_db,
            signal_v: detector.signal,
            noise_v,
            sigma: Sigmas {
                isi_v: rms(&detector.isi),
                crosstalk_v: (level_variance * crosstalk).sqrt(),
                transmitter_v: detector.variance[0].sqrt(),
                jitter_random_v: detector.variance[1].sqrt(),
                jitter_deterministic_v: deterministic * rms(&detector.slope),
                receiver_v: detector.variance[2].sqrt(),
                quantiser_v: quantiser.sqrt(),
            },
            without: Limits {
                isi_db: without(0) + gain_db,
                crosstalk_db: without(1) + gain_db,
                transmitter_db: without(2) + gain_db,
                jitter_db: without(3) + gain_db,
                receiver_db: without(4) + gain_db,
                quantiser_db: without(5) + gain_db,
            },
            pre_fec_ber: (2.0 * (1.0 - 1.0 / levels) * errors
                / self.spec.modulation.bits_per_symbol())
            .min(0.5),
            sequence,
            pulse_v: detector.pulse,
            cursor_ui: detector.cursor,
            sampled_at_ui: to_f64(merit.cursor) / to_f64(merit.analog.victim.samples_per_ui),
        }
    }

    /// COM, dB, and detector error ratio of a setting by decision feedback, without the rest of [`Margin`].
    pub(crate) fn com_and_errors(&self, merit: &Merit) -> (f64, f64) {
        let detector = self.detector(merit);
        let everything = self.interference(&detector, [true; 6]);
        let noise = everything.quantile(self.spec.detector_error_ratio);
        (20.0 * libm::log10(detector.signal / noise), everything.tail(detector.signal))
    }

    fn detector(&self, merit: &Merit) -> Detector {
        let analog = &merit.analog;
        let t = &self.spec.transmitter;
        let m = analog.victim.samples_per_ui;
        let phase = analog.victim.phase(merit.cursor % m);
        let pre = self.spec.receiver.ffe.map_or(0, |f| f.precursors);
        // The feed-forward filter with a cursor tap of one, as the standard's tool reports voltages.
        let centre = match &self.spec.receiver.ffe {
            Some(_) => merit.filters.forward.get(pre).copied().unwrap_or(1.0),
            None => merit.filters.forward[0],
        };
        let weights: Vec<(usize, f64)> = merit
            .filters
            .positions
            .iter()
            .zip(&merit.filters.forward)
            .map(|(p, w)| (*p, w / centre))
            .collect();
        let filter = |samples: &[f64]| feed_forward(samples, &weights, pre);
        let pulse = filter(&merit.taps.apply(phase.samples()));
        let cursor = merit.cursor / m;
        let h0 = pulse.get(cursor).copied().unwrap_or(0.0);
        let feedback = settled(self.spec, &pulse, cursor, &merit.filters.feedback);
        let isi = residual(&pulse, cursor, &feedback);
        let slope = filter(&merit.taps.apply(phase.slope()));
        let none = Taps::none();
        let mut before = Vec::new();
        let crosstalk: Vec<Vec<f64>> = analog
            .aggressors
            .iter()
            .map(|(kind, pulse)| {
                let taps = if *kind == Aggressor::NearEnd { &none } else { &merit.taps };
                let (phase, _) = pulse.worst_phase(taps);
                let samples = taps.apply(pulse.phase(phase).samples());
                let filtered = filter(&samples);
                before.push(samples);
                filtered
            })
            .collect();
        let transmitter = filter(phase.samples());
        let level_variance = self.spec.modulation.level_variance();
        let noise_to_signal = 1.0 / t.snr.power_ratio();
        let transmitter_variance = match &self.spec.receiver.ffe {
            Some(_) => noise_to_signal * dot(&transmitter, &transmitter),
            None => noise_to_signal * h0 * h0,
        };
        let random = level_variance * t.jitter_random_ui * t.jitter_random_ui;
        let step = self.final_step(merit, &before, random, noise_to_signal);
        Detector {
            signal: t.level_mismatch * h0 / (self.spec.modulation.levels() - 1.0),
            variance: [
                transmitter_variance,
                random * dot(&slope, &slope),
                self.filtered_noise(merit, &weights, 0),
            ],
            pulse,
            cursor,
            isi,
            crosstalk,
            slope,
            transmitter,
            weights,
            step,
        }
    }

    /// The converter's step with crosstalk and dual-Dirac jitter by their own distributions. 178A.1.9.
    fn final_step(
        &self,
        merit: &Merit,
        crosstalk: &[Vec<f64>],
        random: f64,
        noise_to_signal: f64,
    ) -> f64 {
        let Some(q) = self.spec.receiver.quantiser else { return 0.0 };
        let analog = &merit.analog;
        let phase = analog.victim.phase(merit.cursor % analog.victim.samples_per_ui);
        let slope = merit.taps.apply(phase.slope());
        let deterministic = self.spec.transmitter.jitter_deterministic_ui;
        let mut samples = merit.taps.apply(phase.samples());
        let largest = samples.iter().fold(0.0_f64, |a, h| a.max(h.abs()));
        samples.extend(crosstalk.iter().flatten());
        samples.extend(slope.iter().map(|s| s * deterministic));
        samples.retain(|h| h.abs() > 1e-4 * largest);
        let gaussian = self.noise(analog, &merit.taps, 0)
            + noise_to_signal * dot(phase.samples(), phase.samples())
            + random * dot(&slope, &slope);
        let signal = Interference {
            levels: self.spec.modulation.count(),
            samples,
            gaussian,
            uniform: Vec::new(),
        };
        2.0 * signal.quantile(q.clipping / 2.0) / (libm::exp2(q.bits) - 1.0)
    }

    /// Autocorrelation of the receiver's noise behind the feed-forward filter.
    fn filtered_noise(&self, merit: &Merit, weights: &[(usize, f64)], lag: usize) -> f64 {
        let span = weights.iter().map(|w| w.0).max().unwrap_or(0);
        let gains = merit.analog.gains_db.map(|g| libm::pow(10.0, g / 20.0));
        let lags: Vec<f64> =
            (0..=lag + span).map(|k| self.noise_lag(gains, &merit.taps, k)).collect();
        let mut sum = 0.0;
        for (p, a) in weights {
            for (q, b) in weights {
                sum += a * b * lags[(lag + p).abs_diff(*q)];
            }
        }
        sum
    }

    /// Noise and interference, of the sources that are wanted: intersymbol, crosstalk, transmitter, jitter, receiver,
    /// converter.
    fn interference(&self, detector: &Detector, parts: [bool; 6]) -> Interference {
        let least = NEGLIGIBLE * detector.signal;
        let mut samples: Vec<f64> = Vec::new();
        if parts[0] {
            samples.extend(&detector.isi);
        }
        if parts[1] {
            samples.extend(detector.crosstalk.iter().flatten());
        }
        if parts[3] {
            let deterministic = self.spec.transmitter.jitter_deterministic_ui;
            samples.extend(detector.slope.iter().map(|s| s * deterministic));
        }
        samples.retain(|h| h.abs() > least);
        let [transmitter, jitter, receiver] = detector.variance;
        let gaussian = [(parts[2], transmitter), (parts[3], jitter), (parts[4], receiver)];
        let sum = Interference {
            levels: self.spec.modulation.count(),
            samples,
            gaussian: gaussian.iter().filter(|g| g.0).map(|g| g.1).sum(),
            uniform: if parts[5] && detector.step > 0.0 {
                detector.weights.iter().map(|(_, w)| w.abs() * detector.step / 2.0).collect()
            } else {
                Vec::new()
            },
        };
        if self.grid.resolution == super::Resolution::Official { sum } else { sum.condensed(0.03) }
    }

    /// What sequence detection adds to COM.
    ///
    /// # Model
    /// Receiver noise is added until COM has fallen by a given amount; the detector error ratio of the sequence
    /// detector with that noise, and the amplitude at which the noise alone has it, give the gain.
    ///
    /// # Source
    /// P802.3dj D3.3, 178A-49 to 178A-56.
    fn sequence(
        &self,
        merit: &Merit,
        detector: &Detector,
        feedback: f64,
        added_db: f64,
        (plain, noise_v): (&Interference, f64),
    ) -> SequenceGain {
        let der = self.spec.detector_error_ratio;
        let com_feedback_db = 20.0 * libm::log10(detector.signal / noise_v);
        let target = noise_v * libm::pow(10.0, added_db / 20.0);
        let with = |share: f64| {
            let mut sum = plain.clone();
            sum.gaussian += share * detector.variance[2];
            sum
        };
        // Gaussian noise alone would need this share; interference beside it needs more.
        let scale = (target * target / detector.variance[2].max(1e-300)).max(1.0);
        let share = root(|g| with(g).quantile(der) - target, 0.0, scale, 1e-9).unwrap_or(0.0);
        let noisy = with(share);
        let ratio = self.event_ratio(merit, detector, feedback, share, &noisy);
        let gain = 20.0 * libm::log10(noisy.quantile(ratio) / detector.signal);
        SequenceGain { com_feedback_db, gain_db: gain.max(0.0), detector_error_ratio: ratio }
    }

    /// Detector error ratio of the sequence detector: the sum over its error events. 178A-50.
    fn event_ratio(
        &self,
        merit: &Merit,
        detector: &Detector,
        b: f64,
        added: f64,
        noise: &Interference,
    ) -> f64 {
        let correlation = self.error_correlation(merit, detector, added);
        let levels = self.spec.modulation.levels();
        let mut total = 0.0;
        let mut more = 1.0;
        for j in 1..=LONGEST_EVENT {
            let mut u = vec![1.0];
            u.extend((2..=j).map(|i| if i % 2 == 0 { b - 1.0 } else { 1.0 - b }));
            u.push(if j % 2 == 1 { b } else { -b });
            let energy = dot(&u, &u);
            let mut coloured = 0.0;
            for (i, a) in u.iter().enumerate() {
                for (k, c) in u.iter().enumerate() {
                    coloured += a * c * correlation.get(i.abs_diff(k)).copied().unwrap_or(0.0);
                }
            }
            let x = detector.signal * energy * (energy / coloured.max(1e-300)).sqrt();
            let event = |s: f64| -> Cumulants {
                let first = noise.cumulants(s);
                let second = noise.cumulants(b * s);
                let middle = noise.cumulants((1.0 - b) * s);
                let n = to_f64(j - 1);
                [0, 1, 2].map(|d| {
                    let power = |c: f64| [1.0, c, c * c][d];
                    first[d] + power(b) * second[d] + n * power(1.0 - b) * middle[d]
                })
            };
            let term = more * tail(event, x);
            total += term;
            more *= (levels - 1.0) / levels;
            if term <= 1e-4 * total {
                break;
            }
        }
        total.clamp(1e-300, 0.5)
    }

    /// Normalised autocorrelation of noise and residual interference at the detector. 178A-56.
    fn error_correlation(&self, merit: &Merit, detector: &Detector, added: f64) -> Vec<f64> {
        let variance = self.spec.modulation.level_variance();
        let t = &self.spec.transmitter;
        let n = LONGEST_EVENT + 1;
        let jitter = t.jitter_random_ui * t.jitter_random_ui
            + t.jitter_deterministic_ui * t.jitter_deterministic_ui;
        let mut sum: Vec<f64> = (0..n)
            .map(|k| (1.0 + added) * self.filtered_noise(merit, &detector.weights, k))
            .collect();
        let mut add = |samples: &[f64], factor: f64| {
            for (s, lag) in sum.iter_mut().zip(autocorrelation(samples, n)) {
                *s += factor * lag;
            }
        };
        add(&detector.isi, variance);
        for aggressor in &detector.crosstalk {
            add(aggressor, variance);
        }
        add(&detector.transmitter, 1.0 / t.snr.power_ratio());
        add(&detector.slope, variance * jitter);
        let white = detector.step * detector.step / 12.0;
        for (p, a) in &detector.weights {
            for (q, c) in &detector.weights {
                if let Some(s) = p.checked_sub(*q).and_then(|lag| sum.get_mut(lag)) {
                    *s += a * c * white;
                }
            }
        }
        let power = sum[0].max(1e-300);
        sum.iter().map(|s| s / power).collect()
    }
}

/// Samples behind a feed-forward filter whose cursor tap does not delay.
fn feed_forward(samples: &[f64], weights: &[(usize, f64)], precursors: usize) -> Vec<f64> {
    let mut out = vec![0.0; samples.len()];
    for (position, w) in weights {
        if *position >= precursors {
            let d = (position - precursors).min(samples.len());
            for (o, s) in out[d..].iter_mut().zip(samples) {
                *o += w * s;
            }
        } else {
            let d = (precursors - position).min(samples.len());
            for (o, s) in out.iter_mut().zip(&samples[d..]) {
                *o += w * s;
            }
        }
    }
    out
}

/// Feedback taps of the final stage, against the cursor: behind a feed-forward filter they follow from the final pulse,
/// within their limits; else they are those that the search found.
pub(crate) fn settled(spec: &ComSpec, pulse: &[f64], cursor: usize, searched: &[f64]) -> Vec<f64> {
    if spec.receiver.ffe.is_none() {
        return searched.to_vec();
    }
    let at = |i: usize| pulse.get(i).copied().unwrap_or(0.0);
    let limits = spec.receiver.dfe.limits.iter().enumerate();
    limits.map(|(i, [low, high])| (at(cursor + 1 + i) / at(cursor)).clamp(*low, *high)).collect()
}
