//! The figure of merit of one setting of the equalisers.

use super::equaliser::{Filters, Solver, Task, decision_feedback, mueller_muller, residual};
use super::grid::{Grid, NoiseLags};
use super::interference::Interference;
use super::pulse::{Lags, Pulse, Pulses};
use super::spec::{ComSpec, FeedForward, Method};
use super::taps::Taps;
use lightloom_num::dot;
use lightloom_units::Quantity;
use std::rc::Rc;

/// Where an aggressor's transmitter stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Aggressor {
    /// At the victim's far end; equalised as the victim is.
    FarEnd,
    /// Beside the victim's receiver; not equalised.
    NearEnd,
}

/// A victim and its aggressors, ready for any setting of the equalisers.
pub(crate) struct Bench<'a> {
    pub(crate) spec: &'a ComSpec,
    pub(crate) grid: &'a Grid,
    pub(crate) victim: Pulses,
    pub(crate) aggressors: Vec<(Aggressor, Pulses)>,
    /// Noise of a lane that is more than copper.
    pub(crate) linear: Option<LinearLags>,
}

/// Noise of amplifiers on the way, and the gain control that relates it to the signal.
#[derive(Debug, Clone)]
pub(crate) struct LinearLags {
    /// Autocorrelation, in lags of a unit interval, of the pulse where its power is held.
    pub(crate) held: Vec<f64>,
    /// Noise that enters before it.
    pub(crate) before: NoiseLags,
    /// Noise that enters behind it, for the gain that an unequalised transmitter would be given.
    pub(crate) behind: NoiseLags,
    /// Factor of the latter.
    pub(crate) times_behind: f64,
}

/// Everything behind one setting of the continuous-time equaliser.
pub(crate) struct Analog {
    pub(crate) gains_db: [f64; 2],
    pub(crate) victim: Pulse,
    pub(crate) aggressors: Vec<(Aggressor, Pulse)>,
    /// Autocorrelation of the receiver's noise, V²; before a gain control.
    noise: Vec<f64>,
    /// Of the noise that enters before the gain control.
    noise_before: Vec<f64>,
}

/// A setting, its merit, and what it rests on.
#[derive(Clone)]
pub(crate) struct Merit {
    /// Figure of merit, dB.
    pub(crate) fom_db: f64,
    pub(crate) analog: Rc<Analog>,
    pub(crate) taps: Taps,
    /// Sampling index in the victim's pulse.
    pub(crate) cursor: usize,
    pub(crate) filters: Filters,
}

/// How the feed-forward filter is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Fixed taps, sampling near a given offset from the peak, in samples.
    Near(i64),
    /// Floating taps at these sampling offsets; for pulses whose correlations reach that far.
    Full(std::ops::RangeInclusive<i64>),
}

impl Bench<'_> {
    /// Pulses and noise for gains in dB; with correlations as far as floating taps reach, or the fixed ones.
    pub(crate) fn analog(&self, gains_db: [f64; 2], floating: bool) -> Analog {
        let gains = gains_db.map(|g| libm::pow(10.0, g / 20.0));
        let weights = self.grid.weights(self.spec, gains);
        let ffe = self.spec.receiver.ffe;
        let reach =
            ffe.map_or(1, |f| if floating { f.floating.span.max(f.fixed) } else { f.fixed });
        let span = self.transmitter_span();
        let lags = Lags { few: span + 1, all: reach + span, shared: !floating };
        let unequalised = Lags { few: 1, all: reach, shared: !floating };
        Analog {
            gains_db,
            victim: self.victim.weighted(weights, lags),
            aggressors: self
                .aggressors
                .iter()
                .map(|(kind, pulses)| {
                    let lags = if *kind == Aggressor::NearEnd { unequalised } else { lags };
                    (*kind, pulses.weighted(weights, lags))
                })
                .collect(),
            noise: (0..reach).map(|lag| self.noise_behind(gains, lag)).collect(),
            noise_before: match &self.linear {
                Some(linear) => (0..reach).map(|lag| linear.before.at(gains, lag)).collect(),
                None => Vec::new(),
            },
        }
    }

    /// Autocorrelation of the noise that no gain control precedes, V².
    fn noise_behind(&self, gains: [f64; 2], lag: usize) -> f64 {
        let shaped = self.linear.as_ref().map_or(0.0, |l| l.times_behind * l.behind.at(gains, lag));
        self.spec.receiver.noise.si() * self.grid.noise_lag(gains, lag) + shaped
    }

    /// Power of the signal where it is held, with the transmitter's taps over without: what the taps take away the
    /// gain control restores, so that the noise behind it is smaller by as much against the signal.
    fn held(&self, taps: &Taps) -> f64 {
        match &self.linear {
            Some(linear) => taps.filtered_lag(&linear.held, 0) / linear.held[0],
            None => 1.0,
        }
    }

    /// Autocorrelation of the noise before the feed-forward filter at a setting's lag, V².
    pub(crate) fn noise(&self, analog: &Analog, taps: &Taps, lag: usize) -> f64 {
        let before = analog.noise_before.get(lag).copied().unwrap_or(0.0);
        self.held(taps) * analog.noise.get(lag).copied().unwrap_or(0.0) + before
    }

    /// The same at any lag, for gains as ratios.
    pub(crate) fn noise_lag(&self, gains: [f64; 2], taps: &Taps, lag: usize) -> f64 {
        let before = self.linear.as_ref().map_or(0.0, |l| l.before.at(gains, lag));
        self.held(taps) * self.noise_behind(gains, lag) + before
    }

    /// Unit intervals from the first to the last of the transmitter's taps.
    fn transmitter_span(&self) -> usize {
        let taps = &self.spec.transmitter.taps;
        let first = taps.iter().map(|t| t.position).min().unwrap_or(0).min(0);
        let last = taps.iter().map(|t| t.position).max().unwrap_or(0).max(0);
        usize::try_from(last - first).unwrap_or(0)
    }

    /// The best sampling instant and filters for a setting.
    pub(crate) fn merit(
        &self,
        solver: &mut Solver,
        analog: &Rc<Analog>,
        taps: &Taps,
        effort: &Effort,
    ) -> Option<Merit> {
        match (self.spec.method, &self.spec.receiver.ffe) {
            (Method::Annex178a, Some(ffe)) => self.least_square(solver, analog, taps, effort, ffe),
            _ => self.decision_feedback(analog, taps),
        }
    }

    /// Annex 178A.
    fn least_square(
        &self,
        solver: &mut Solver,
        analog: &Rc<Analog>,
        taps: &Taps,
        effort: &Effort,
        ffe: &FeedForward,
    ) -> Option<Merit> {
        let peak = analog.victim.peak(taps);
        self.is_signal(analog.victim.at(taps, peak))?;
        let peak = i64::try_from(peak).ok()?;
        let m = i64::try_from(analog.victim.samples_per_ui).ok()?;
        let crosstalk = self.crosstalk_lags(analog, taps);
        let floating = matches!(effort, Effort::Full(_)) && ffe.floating.groups > 0;
        let mut at = |offset: i64| -> Option<Merit> {
            let cursor = usize::try_from(peak + offset).ok()?;
            let filters =
                self.filters(solver, analog, taps, cursor, &crosstalk, (ffe, floating))?;
            let fom_db = self.fom_of_error(filters.error);
            Some(Merit { fom_db, analog: Rc::clone(analog), taps: taps.clone(), cursor, filters })
        };
        let better = |a: Option<Merit>, b: Option<Merit>| match (a, b) {
            (Some(a), Some(b)) => Some(if b.fom_db > a.fom_db { b } else { a }),
            (a, b) => a.or(b),
        };
        match effort {
            Effort::Full(offsets) => offsets
                .clone()
                .map(|o| o.clamp(-m / 2, m / 2))
                .fold(None, |best, offset| better(best, at(offset))),
            Effort::Near(start) => {
                let start = (*start).clamp(-m / 2, m / 2);
                let mut best = at(start)?;
                for direction in [1, -1] {
                    let mut offset = start + direction;
                    while offset.abs() <= m / 2 {
                        match at(offset) {
                            Some(next) if next.fom_db > best.fom_db => best = next,
                            _ => break,
                        }
                        offset += direction;
                    }
                    if offset != start + direction {
                        break;
                    }
                }
                Some(best)
            }
        }
    }

    /// Whether a sample is more than the rounding of nothing: a billionth of what is sent.
    fn is_signal(&self, h: f64) -> Option<()> {
        (h > 1e-9 * self.spec.transmitter.amplitude.si()).then_some(())
    }

    fn fom_of_error(&self, error: f64) -> f64 {
        let eye = self.spec.transmitter.level_mismatch / (self.spec.modulation.levels() - 1.0);
        let variance = self.spec.modulation.level_variance();
        10.0 * libm::log10(eye * eye / (variance * error))
    }

    /// Autocorrelation of all crosstalk, each aggressor at its worst phase, V².
    pub(crate) fn crosstalk_lags(&self, analog: &Analog, taps: &Taps) -> Vec<f64> {
        let variance = self.spec.modulation.level_variance();
        let mut sum = vec![0.0; analog.noise.len()];
        let none = Taps::none();
        for (kind, pulse) in &analog.aggressors {
            let taps = if *kind == Aggressor::NearEnd { &none } else { taps };
            let (phase, _) = pulse.worst_phase(taps);
            let lags = pulse.phase(phase).lags();
            for (lag, sum) in sum.iter_mut().enumerate() {
                *sum += variance * taps.filtered_lag(lags, lag);
            }
        }
        sum
    }

    /// The receiver's filters at a sampling index.
    fn filters(
        &self,
        solver: &mut Solver,
        analog: &Analog,
        taps: &Taps,
        cursor: usize,
        crosstalk: &[f64],
        (ffe, floating): (&FeedForward, bool),
    ) -> Option<Filters> {
        let m = analog.victim.samples_per_ui;
        let t = &self.spec.transmitter;
        let phase = analog.victim.phase(cursor % m);
        let at = cursor / m;
        let variance = self.spec.modulation.level_variance();
        let random = t.jitter_random_ui * t.jitter_random_ui;
        let jitter = random + t.jitter_deterministic_ui * t.jitter_deterministic_ui;
        let transmitter = 1.0 / t.snr.power_ratio();
        let (lags, slope_lags) = (phase.lags(), phase.slope_lags());
        // Only what the taps can see of the pulse; enough for the quantiser's tail as well.
        let reach = if floating { ffe.floating.span } else { ffe.fixed };
        let span = self.transmitter_span();
        let first = at.saturating_sub(reach + span);
        let last = (at + ffe.precursors + span + 24).min(phase.samples().len());
        let pulse = taps.apply(&phase.samples()[first.min(last)..last]);
        let step = self.spec.receiver.quantiser.map_or(0.0, |q| {
            let gaussian = self.noise(analog, taps, 0)
                + crosstalk[0]
                + transmitter * lags[0]
                + variance * random * taps.filtered_lag(slope_lags, 0);
            let energy = taps.filtered_lag(lags, 0);
            if floating {
                self.quantiser_step(&q, &taps.apply(phase.samples()), 1e-4, energy, gaussian)
            } else {
                self.quantiser_step(&q, &pulse, 0.02, energy, gaussian)
            }
        });
        let correlation: Vec<f64> = (0..reach)
            .map(|lag| {
                let white = if lag == 0 { step * step / 12.0 } else { 0.0 };
                let noise = self.noise(analog, taps, lag) + crosstalk[lag] + white;
                let signal_like =
                    taps.filtered_lag(lags, lag) + jitter * taps.filtered_lag(slope_lags, lag);
                signal_like
                    + (noise + transmitter * lags.get(lag).copied().unwrap_or(0.0)) / variance
            })
            .collect();
        let task = Task { correlation: &correlation, pulse: &pulse, cursor: at - first };
        let limits = &self.spec.receiver.dfe.limits;
        if floating {
            solver.solve_floating(&task, ffe, limits)
        } else {
            solver.solve(&task, ffe, limits)
        }
    }

    /// Step of the converter: its full scale is the amplitude that signal and noise exceed with half the clipping
    /// probability on either side.
    ///
    /// Samples below a share of the largest, and those that are not given, enter as Gaussian noise: many and small.
    ///
    /// # Source
    /// P802.3dj D3.3, 178A-29 to 178A-31.
    fn quantiser_step(
        &self,
        q: &super::spec::Quantiser,
        pulse: &[f64],
        share: f64,
        energy: f64,
        gaussian: f64,
    ) -> f64 {
        let largest = pulse.iter().fold(0.0_f64, |a, h| a.max(h.abs()));
        let samples: Vec<f64> =
            pulse.iter().copied().filter(|h| h.abs() > share * largest).collect();
        let small = (energy - dot(&samples, &samples)).max(0.0);
        let signal = Interference {
            levels: self.spec.modulation.count(),
            samples,
            gaussian: gaussian + small * self.spec.modulation.level_variance(),
            uniform: Vec::new(),
        };
        let clipped = signal.quantile_within(q.clipping / 2.0, 0.01 * share);
        2.0 * clipped / (libm::exp2(q.bits) - 1.0)
    }

    /// Annex 93A.
    fn decision_feedback(&self, analog: &Rc<Analog>, taps: &Taps) -> Option<Merit> {
        let m = analog.victim.samples_per_ui;
        let dfe = &self.spec.receiver.dfe;
        let t = &self.spec.transmitter;
        let sample = |i: usize| analog.victim.at(taps, i);
        let cursor =
            mueller_muller(sample, analog.victim.peak(taps), m, dfe.limits.first().copied());
        let phase = analog.victim.phase(cursor % m);
        let at = cursor / m;
        let pulse = taps.apply(phase.samples());
        let h0 = pulse.get(at).copied()?;
        self.is_signal(h0)?;
        let feedback = decision_feedback(&pulse, at, dfe);
        let rest = residual(&pulse, at, &feedback);
        let variance = self.spec.modulation.level_variance();
        let jitter = t.jitter_random_ui * t.jitter_random_ui
            + t.jitter_deterministic_ui * t.jitter_deterministic_ui;
        let noise = h0 * h0 / t.snr.power_ratio()
            + variance * dot(&rest, &rest)
            + variance * jitter * taps.filtered_lag(phase.slope_lags(), 0)
            + self.crosstalk_lags(analog, taps)[0]
            + self.noise(analog, taps, 0);
        let signal = t.level_mismatch * h0 / (self.spec.modulation.levels() - 1.0);
        Some(Merit {
            fom_db: 10.0 * libm::log10(signal * signal / noise),
            analog: Rc::clone(analog),
            taps: taps.clone(),
            cursor,
            filters: Filters {
                positions: vec![0],
                forward: vec![1.0 / h0],
                feedback,
                error: noise / (variance * h0 * h0),
            },
        })
    }
}
