//! Pulse responses: three bases for every setting of the equaliser, and what their samples correlate to.

use super::correlation::{Correlations, autocorrelation};
use super::derivative::{REACH, derivatives};
use super::grid::{Grid, Resolution};
use super::spread::outside_quarter;
use super::taps::Taps;
use lightloom_num::{RealFft, dot, to_f64};
use num_complex::Complex64;
use std::cell::OnceCell;
use std::rc::Rc;

/// Unit intervals kept before a record's start: a channel without delay begins before zero.
const GUARD_UI: usize = 16;
/// Impulse responses of measured channels end behind their last sample above this share of the peak.
const IMPULSE_END: f64 = 1e-3;

/// Share of an aggressor's energy that may fold into the rest of a short record; by a bound that is far above it.
const FOLDED: f64 = 3e-5;

/// A path's pulse responses to the three bases of the continuous-time equaliser, cut to where they matter.
#[derive(Debug, Clone)]
pub(crate) struct Pulses(Rc<Bases>);

#[derive(Debug, Clone)]
struct Bases {
    samples_per_ui: usize,
    samples: [Vec<f64>; 3],
    /// Largest magnitude of each in every unit interval.
    largest: Vec<[f64; 3]>,
    strands: Vec<OnceCell<Strand>>,
}

impl Pulses {
    /// From the received spectrum (transmitter filter, channel with packages, receiver filter) on a grid.
    ///
    /// `measured`: whether the record ends with the impulse response's last significant sample, as the standard's
    /// tool has it for measured data, whose tail is noise. `sparse`: fewer samples a unit interval, enough for an aggressor.
    pub(crate) fn new(
        grid: &Grid,
        spectrum: &[Complex64],
        amplitude: f64,
        measured: bool,
        sparse: bool,
    ) -> Self {
        let (fft, share) = if sparse { (&grid.sparse, grid.sparse_by) } else { (&grid.fft, 1) };
        let m = grid.samples_per_ui / share;
        let amplitude = amplitude / to_f64(share);
        let truncated = if measured { truncate(grid, spectrum) } else { None };
        let spectrum = truncated.as_deref().unwrap_or(spectrum);
        let product = |k: usize| -> Vec<Complex64> {
            spectrum.iter().zip(&grid.basis[k]).map(|(h, b)| h * b * amplitude).collect()
        };
        let record = |product: &[Complex64]| {
            let mut pulse = fft.inverse(product);
            pulse.rotate_right((GUARD_UI * m).min(fft.length()));
            pulse
        };
        let window = |basis: &[Vec<f64>], share: f64| {
            let (start, end) = significant(basis, share);
            // Whole unit intervals with room for the transmitter's taps on both sides.
            let start = (start / m).saturating_sub(GUARD_UI / 2) * m;
            start..((end / m + GUARD_UI / 2) * m).min(basis[0].len() / m * m).max(start + m)
        };
        let mut basis = if grid.resolution == Resolution::Official {
            [0, 1, 2].map(|k| record(&product(k)))
        } else {
            let product = product(0);
            let first = match &grid.quarter {
                Some(quarter) if sparse && outside_quarter(&product) < FOLDED => {
                    short_record(quarter, &product)
                }
                _ => record(&product),
            };
            // Far enough out that the ends of the derivatives lie inside.
            let wide = window(std::slice::from_ref(&first), 1e-4 * grid.insignificant);
            let before = wide.start + first.len() - REACH;
            let seen = wide.len() + 2 * REACH;
            let mut cyclic = Vec::with_capacity(seen);
            while cyclic.len() < seen {
                let from = (before + cyclic.len()) % first.len();
                let to = first.len().min(from + seen - cyclic.len());
                cyclic.extend_from_slice(&first[from..to]);
            }
            differentiated(&cyclic, m)
        };
        let significant = window(&basis, grid.insignificant);
        for pulse in &mut basis {
            pulse.truncate(significant.end);
            pulse.drain(..significant.start);
        }
        let magnitude = |part: &[f64]| part.iter().fold(0.0_f64, |l, x| l.max(x.abs()));
        let largest = (0..basis[0].len())
            .step_by(m)
            .map(|i| basis.each_ref().map(|b| magnitude(&b[i..(i + m).min(b.len())])))
            .collect();
        let strands = vec![OnceCell::new(); m];
        Self(Rc::new(Bases { samples_per_ui: m, samples: basis, largest, strands }))
    }

    /// The pulse behind an equaliser whose bases have these weights, to be asked for so many correlation lags.
    pub(crate) fn weighted(&self, weights: [f64; 3], lags: Lags) -> Pulse {
        let samples_per_ui = self.0.samples_per_ui;
        Pulse {
            samples_per_ui,
            bases: Rc::clone(&self.0),
            weights,
            lags,
            near: OnceCell::new(),
            phases: vec![OnceCell::new(); samples_per_ui],
            few: OnceCell::new(),
        }
    }
}

/// A response that fits into a quarter of the record, from every fourth bin; its largest sample a quarter in.
fn short_record(quarter: &RealFft, spectrum: &[Complex64]) -> Vec<f64> {
    let bins: Vec<_> = spectrum.iter().step_by(4).copied().collect();
    let mut pulse = quarter.inverse(&bins);
    let largest = (0..pulse.len()).max_by(|a, b| pulse[*a].abs().total_cmp(&pulse[*b].abs()));
    let n = pulse.len();
    pulse.rotate_left((largest.unwrap_or(0) + n - n / 4) % n);
    pulse
}

/// The spectrum without what follows the impulse response's last significant sample; `None` where that is nothing.
fn truncate(grid: &Grid, spectrum: &[Complex64]) -> Option<Vec<Complex64>> {
    let mut impulse = grid.sparse.inverse(spectrum);
    let peak = impulse.iter().fold(0.0_f64, |p, x| p.max(x.abs()));
    let last = impulse.iter().rposition(|x| x.abs() > IMPULSE_END * peak).unwrap_or(0);
    let (kept, tail) = impulse.split_at_mut(last + 1);
    if dot(tail, tail) <= grid.insignificant * dot(kept, kept) {
        return None;
    }
    tail.fill(0.0);
    Some(grid.sparse.forward(&impulse))
}

/// All bases of a pulse, from the first and what a derivative sees on either side: each is `d/dt / (2 pi fb)` of the
/// one before.
fn differentiated(first: &[f64], samples_per_ui: usize) -> [Vec<f64>; 3] {
    let step = to_f64(samples_per_ui) / (2.0 * std::f64::consts::PI);
    let [mut second, mut third] = derivatives(first);
    for (second, third) in second.iter_mut().zip(&mut third) {
        *second *= step;
        *third *= step * step;
    }
    [first[REACH..REACH + second.len()].to_vec(), second, third]
}

/// First and one past the last sample of the part that holds all but a share of every basis's energy at either end.
fn significant(basis: &[Vec<f64>], share: f64) -> (usize, usize) {
    let mut window = (usize::MAX, 0);
    for pulse in basis {
        let spare = share * dot(pulse, pulse);
        let first = skipped(pulse.iter(), spare);
        let last = pulse.len() - skipped(pulse.iter().rev(), spare);
        if first < last {
            window = (window.0.min(first), window.1.max(last));
        }
    }
    (window.0.min(window.1), window.1)
}

/// How many samples have no more than some energy.
fn skipped<'a>(samples: impl Iterator<Item = &'a f64>, spare: f64) -> usize {
    let mut energy = 0.0;
    samples
        .take_while(|x| {
            energy += *x * *x;
            energy <= spare
        })
        .count()
}

/// Samples of all bases once a unit interval, and what their correlations at this phase have in common.
#[derive(Debug, Clone)]
struct Strand {
    samples: [Vec<f64>; 3],
    /// Slope at each sample, per unit interval. 178A-23.
    slope: OnceCell<[Vec<f64>; 3]>,
    of_samples: Correlations,
    of_slope: Correlations,
}

impl Bases {
    fn strand(&self, phase: usize) -> &Strand {
        self.strands[phase].get_or_init(|| Strand {
            samples: self.samples.each_ref().map(|basis| {
                basis.iter().skip(phase).step_by(self.samples_per_ui).copied().collect()
            }),
            slope: OnceCell::new(),
            of_samples: Correlations::default(),
            of_slope: Correlations::default(),
        })
    }

    fn slope(&self, phase: usize) -> &[Vec<f64>; 3] {
        self.strand(phase).slope.get_or_init(|| {
            let half = to_f64(self.samples_per_ui) / 2.0;
            self.samples.each_ref().map(|basis| {
                let at = |i: usize| basis.get(i).copied().unwrap_or(0.0);
                (phase..basis.len())
                    .step_by(self.samples_per_ui)
                    .map(|i| (at(i + 1) - if i == 0 { 0.0 } else { at(i - 1) }) * half)
                    .collect()
            })
        })
    }

    /// The largest sample's index with these weights. Unit intervals that cannot hold it are passed over.
    fn crest(&self, weights: [f64; 3]) -> usize {
        let m = self.samples_per_ui;
        let mut best = (0, f64::MIN);
        for (ui, largest) in self.largest.iter().enumerate() {
            if largest.iter().zip(weights).map(|(l, w)| l * w.abs()).sum::<f64>() < best.1 {
                continue;
            }
            let end = ((ui + 1) * m).min(self.samples[0].len());
            for i in ui * m..end {
                let x = sum(&self.samples, weights, i);
                if x > best.1 {
                    best = (i, x);
                }
            }
        }
        best.0
    }
}

fn sum(basis: &[Vec<f64>; 3], weights: [f64; 3], i: usize) -> f64 {
    weights[0] * basis[0][i] + weights[1] * basis[1][i] + weights[2] * basis[2][i]
}

fn sums(basis: &[Vec<f64>; 3], weights: [f64; 3]) -> Vec<f64> {
    let [a, b, c] = basis;
    let pairs = a.iter().zip(b).zip(c);
    pairs.map(|((a, b), c)| weights[0] * a + weights[1] * b + weights[2] * c).collect()
}

/// A pulse response behind the continuous-time equaliser, before the transmitter's taps.
#[derive(Debug, Clone)]
pub(crate) struct Pulse {
    pub(crate) samples_per_ui: usize,
    bases: Rc<Bases>,
    weights: [f64; 3],
    lags: Lags,
    /// Where the signal is looked for.
    near: OnceCell<Near>,
    phases: Vec<OnceCell<Phase>>,
    /// Correlations at few lags of every phase.
    few: OnceCell<Vec<Vec<f64>>>,
}

/// Samples around the largest.
#[derive(Debug, Clone)]
struct Near {
    /// Index of the largest.
    crest: usize,
    /// Index of the first that is kept.
    start: usize,
    samples: Vec<f64>,
}

/// How many correlation lags are needed, and whether of many settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lags {
    /// To find an aggressor's worst phase: the span of the transmitter's taps.
    pub(crate) few: usize,
    /// To equalise: the receiver's filter and the transmitter's taps.
    pub(crate) all: usize,
    /// One of many settings, whose correlations are best taken from what they have in common.
    pub(crate) shared: bool,
}

/// A pulse sampled once a unit interval.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    phase: usize,
    bases: Rc<Bases>,
    weights: [f64; 3],
    counts: Lags,
    samples: OnceCell<Vec<f64>>,
    slope: OnceCell<Vec<f64>>,
    all: OnceCell<Vec<f64>>,
    of_slope: OnceCell<Vec<f64>>,
}

impl Pulse {
    /// The samples at a phase of the unit interval.
    pub(crate) fn phase(&self, phase: usize) -> &Phase {
        let phase = phase % self.samples_per_ui;
        self.phases[phase].get_or_init(|| Phase {
            phase,
            bases: Rc::clone(&self.bases),
            weights: self.weights,
            counts: self.lags,
            samples: OnceCell::new(),
            slope: OnceCell::new(),
            all: OnceCell::new(),
            of_slope: OnceCell::new(),
        })
    }

    /// A sample with the transmitter's taps applied, not far from the largest.
    pub(crate) fn at(&self, taps: &Taps, index: usize) -> f64 {
        let near = self.near();
        let at = |i| taps.at(&near.samples, i, self.samples_per_ui);
        index.checked_sub(near.start).map_or(0.0, at)
    }

    fn near(&self) -> &Near {
        self.near.get_or_init(|| {
            let crest = self.bases.crest(self.weights);
            // Two unit intervals to the peak, two more to what a timing condition takes, and the taps.
            let reach = (4 + self.lags.few) * self.samples_per_ui;
            let start = crest.saturating_sub(reach);
            let end = (crest + reach).min(self.bases.samples[0].len());
            let at = |i| sum(&self.bases.samples, self.weights, i);
            Near { crest, start, samples: (start..end).map(at).collect() }
        })
    }

    /// The largest sample with the transmitter's taps applied.
    pub(crate) fn peak(&self, taps: &Taps) -> usize {
        let m = self.samples_per_ui;
        let crest = self.near().crest;
        (crest.saturating_sub(2 * m)..(crest + 2 * m).min(self.bases.samples[0].len()))
            .map(|i| (i, self.at(taps, i)))
            .fold((crest, f64::MIN), |best, next| if next.1 > best.1 { next } else { best })
            .0
    }

    /// The phase at which samples with the transmitter's taps have the most energy, and that energy.
    pub(crate) fn worst_phase(&self, taps: &Taps) -> (usize, f64) {
        let few = self.few.get_or_init(|| {
            let of = |phase| {
                let strand = self.bases.strand(phase);
                strand.of_samples.weighted(&strand.samples, self.lags.few, self.weights)
            };
            (0..self.samples_per_ui).map(of).collect()
        });
        few.iter()
            .map(|lags| taps.filtered_lag(lags, 0))
            .enumerate()
            .fold((0, f64::MIN), |best, next| if next.1 > best.1 { next } else { best })
    }
}

impl Phase {
    /// The samples.
    pub(crate) fn samples(&self) -> &[f64] {
        self.samples.get_or_init(|| sums(&self.bases.strand(self.phase).samples, self.weights))
    }

    /// Slope at each sample, per unit interval.
    pub(crate) fn slope(&self) -> &[f64] {
        self.slope.get_or_init(|| sums(self.bases.slope(self.phase), self.weights))
    }

    /// Autocorrelation of the samples.
    pub(crate) fn lags(&self) -> &[f64] {
        let Lags { all, shared, .. } = self.counts;
        self.all.get_or_init(|| {
            if !shared {
                return autocorrelation(self.samples(), all);
            }
            let strand = self.bases.strand(self.phase);
            strand.of_samples.weighted(&strand.samples, all, self.weights)
        })
    }

    /// Autocorrelation of the slope.
    pub(crate) fn slope_lags(&self) -> &[f64] {
        let Lags { all, shared, .. } = self.counts;
        self.of_slope.get_or_init(|| {
            if !shared {
                return autocorrelation(self.slope(), all);
            }
            let slope = self.bases.slope(self.phase);
            self.bases.strand(self.phase).of_slope.weighted(slope, all, self.weights)
        })
    }
}
