//! Tier T0: a lane's loss, and what unbounded equalisers would make of it.
//!
//! Magnitudes on a coarse grid, one alias: a microsecond or two a lane, for sweeps. What finite receivers lose
//! against it, the tier above says.

use crate::channel::Channel;
use crate::optics::{LightSetting, OpticalBudget, Optics, low_pass_power};
use crate::required::Demand;
use crate::{
    Connector, DieTermination, Limiter, LinkParameters, Measured, ReceiverClass, Redriver, Section,
    Segment,
};
use lightloom_num::{decay, q_inverse, to_f64};
use lightloom_units::{Decibel, Quantity, SymbolRate};
use std::sync::LazyLock;

/// Points on the grid from zero to Nyquist.
const POINTS: usize = 24;
/// Nepers of power in a decibel.
const POWER_NEPER_PER_DB: f64 = std::f64::consts::LN_10 / 10.0;

/// A value at every point from zero to Nyquist, and in the first alias at the symbol rate less it.
type Folded = [[f64; POINTS]; 2];

/// What depends on the grid alone.
struct Points {
    /// Over the symbol rate.
    frequency: Folded,
    root: Folded,
    /// Power of a pulse that is held for a unit interval.
    hold: Folded,
    /// cos(2 pi f), f from zero to Nyquist.
    cosine: [f64; POINTS],
}

static GRID: LazyLock<Points> = LazyLock::new(|| {
    let turn = 2.0 * std::f64::consts::PI;
    let direct = |i: usize| (to_f64(i) + 0.5) / to_f64(POINTS) / 2.0;
    let frequency: Folded = [std::array::from_fn(direct), std::array::from_fn(|i| 1.0 - direct(i))];
    let hold = |f: f64| {
        let x = std::f64::consts::PI * f;
        let sinc = libm::sin(x) / x;
        sinc * sinc
    };
    Points {
        root: frequency.map(|band| band.map(f64::sqrt)),
        hold: frequency.map(|band| band.map(hold)),
        cosine: frequency[0].map(|f| libm::cos(turn * f)),
        frequency,
    }
});

fn folded(at: impl Fn(usize, usize) -> f64) -> Folded {
    std::array::from_fn(|band| std::array::from_fn(|i| at(band, i)))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    values.sum::<f64>() / to_f64(POINTS)
}

/// A channel's loss as a polynomial, with its dies and the edges of its connectors.
struct Loss<'a> {
    skin_db: f64,
    proportional_db: f64,
    dies: Vec<(&'a DieTermination, f64)>,
    connectors: Vec<&'a Connector>,
    measured: Vec<&'a Measured>,
}

impl<'a> Loss<'a> {
    fn new(channel: &'a Channel) -> Self {
        let mut loss = Self {
            skin_db: 0.0,
            proportional_db: 0.0,
            dies: Vec::new(),
            connectors: Vec::new(),
            measured: Vec::new(),
        };
        for segment in &channel.segments {
            match segment {
                Segment::Die(die) => {
                    match loss.dies.iter_mut().find(|(known, _)| known.same_table(die)) {
                        Some((_, count)) => *count += 1.0,
                        None => loss.dies.push((die, 1.0)),
                    }
                }
                Segment::Connector(connector) => {
                    loss.proportional_db += connector.proportional_db(1.0);
                    loss.connectors.push(connector);
                }
                Segment::Measured(piece) => loss.measured.push(piece),
                Segment::Trace(line, length) => {
                    let [skin, proportional] = line.loss_coefficients();
                    loss.skin_db += skin * length.as_m();
                    loss.proportional_db += proportional * length.as_m();
                }
                Segment::Twinax(cable, length) => {
                    let [skin, proportional] = cable.loss_coefficients();
                    loss.skin_db += skin * length.as_m();
                    loss.proportional_db += proportional * length.as_m();
                }
            }
        }
        loss
    }

    /// |H|² on the grid.
    fn power(&self, baud: SymbolRate) -> Folded {
        let grid = &*GRID;
        let baud_ghz = baud.as_gbd();
        let (skin, proportional) =
            (self.skin_db * baud_ghz.sqrt(), self.proportional_db * baud_ghz);
        // Part by part over all points: short loops without branches.
        let mut db =
            folded(|band, i| skin * grid.root[band][i] + proportional * grid.frequency[band][i]);
        let mut add = |count: f64, at: &dyn Fn(f64) -> f64| {
            for (db, f) in db.iter_mut().zip(&grid.frequency) {
                for (db, f) in db.iter_mut().zip(f) {
                    *db += count * at(f * baud_ghz);
                }
            }
        };
        for (die, count) in &self.dies {
            add(*count, &|f_ghz| die.loss_db(f_ghz));
        }
        for piece in &self.measured {
            add(1.0, &|f_ghz| piece.loss_db(f_ghz));
        }
        let mut edges = [[1.0; POINTS]; 2];
        for connector in &self.connectors {
            let at_baud = connector.over_wall_squared(baud_ghz);
            for (edges, f) in edges.iter_mut().zip(&grid.frequency) {
                for (edge, f) in edges.iter_mut().zip(f) {
                    *edge *= Connector::edge_at(f * f * at_baud);
                }
            }
        }
        folded(|band, i| decay(db[band][i] * POWER_NEPER_PER_DB) / edges[band][i])
    }
}

fn power(channel: Option<&Channel>, baud: SymbolRate) -> Folded {
    channel.map_or([[1.0; POINTS]; 2], |c| Loss::new(c).power(baud))
}

/// The reference circuits in the units of a bound: unit symbol variance, unit symbol time.
struct Circuits {
    /// Mean square voltage of the transmitter.
    transmitted: f64,
    /// Two-sided density of a one-sided unit density, for a mean square of one volt.
    density: f64,
    /// Receiver noise and crosstalk, one-sided, V²/Hz.
    input: f64,
    /// Transmitter noise, as a variance.
    transmitter: f64,
    /// Mean square timing error, UI².
    jitter: f64,
    /// Converter noise over what is converted.
    converter: f64,
    feedback_limit: f64,
    /// COM of an SNR of one, dB.
    offset_db: f64,
}

impl Circuits {
    fn new(demand: &Demand<'_>, parameters: &LinkParameters, baud: SymbolRate) -> Self {
        let device = &parameters.device;
        let standard = &parameters.standard;
        let pam = demand.line.pam;
        let variance = pam.level_variance();
        let amplitude = device.amplitude.si();
        // A converter takes a flat spectrum best, and no full scale is smaller than the outer levels.
        let step = 2.0 / (libm::exp2(device.converter_bits) - 1.0);
        let converter = step * step / 12.0 / variance;
        let mismatch = standard.transmitter.level_mismatch;
        let noise_db = 20.0 * libm::log10(quantile(demand.detector_error_ratio));
        let levels = pam.levels();
        Self {
            transmitted: amplitude * amplitude * variance,
            density: baud.si() / 2.0,
            input: device.received_noise(baud),
            transmitter: 1.0 / (device.snr_transmitter.power_ratio() * variance),
            jitter: device.jitter_random * device.jitter_random
                + device.jitter_deterministic * device.jitter_deterministic,
            converter,
            feedback_limit: device.feedback_limit,
            offset_db: 10.0 * libm::log10(3.0 / (levels * levels - 1.0) * mismatch * mismatch)
                - noise_db,
        }
    }
}

/// The normal deviate that is exceeded with a probability between nothing and a coin's toss.
fn quantile(probability: f64) -> f64 {
    q_inverse(probability.clamp(1e-18, 0.4)).unwrap_or(1.0)
}

/// What a bound says of a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) com: Decibel,
    /// SNR at the detector, as a ratio.
    pub(crate) snr: f64,
    pub(crate) limiter: Limiter,
}

/// Every class on a received spectrum and its noise.
///
/// # Model
/// `S = sum over both bands of |P|² / N`; least mean square error of an unbounded linear equaliser `mean(1 / (1 + S))`,
/// with one feedback tap `mean(|1 + b exp(-j w)|² / (1 + S))`, minimal at `b = -m1 / m0` within its limit; sequence
/// detection adds `1 + b²`. A converter adds its share of what it converts, signal and noise flat. Transmitter noise
/// and jitter, which no equaliser trades, are added; jitter's slope folds coherently.
fn classes(signal: &Folded, noise: &Folded, circuits: &Circuits, light: bool) -> [Estimate; 4] {
    let grid = &*GRID;
    let converter = circuits.converter;
    let (mut linear, mut m0, mut m1, mut slope) = (0.0, 0.0, 0.0, 0.0);
    for i in 0..POINTS {
        let (s, n) = ([signal[0][i], signal[1][i]], [noise[0][i], noise[1][i]]);
        let error = |n: [f64; 2]| 1.0 / (1.0 + s[0] / n[0] + s[1] / n[1]);
        linear += error(n);
        let g = error([0, 1].map(|band| n[band] + converter * (s[band] + n[band])));
        m0 += g;
        m1 += g * grid.cosine[i];
        let (a, b) = (s[0].sqrt(), s[1].sqrt());
        let turned = (grid.frequency[0][i] * a - grid.frequency[1][i] * b) / (a + b).max(1e-300);
        slope += turned * turned;
    }
    let points = to_f64(POINTS);
    let (linear, m0, m1) = (linear / points, m0 / points, m1 / points);
    let turn = 2.0 * std::f64::consts::PI;
    let jitter = circuits.jitter * slope / points * turn * turn;
    let b = (-m1 / m0).clamp(0.0, circuits.feedback_limit);
    // Beyond some kilometres of copper the signal underflows; then the error is all of the signal.
    let lost = |mse: f64| (mse / (1.0 - mse).max(1e-12)).min(1e12);
    let [linear, feedback] = [lost(linear), lost(m0 * (1.0 + b * b) + 2.0 * b * m1)];
    let received = if light { Limiter::OpticalPower } else { Limiter::Loss };
    let estimate = |error: f64| {
        let total = error + circuits.transmitter + jitter;
        let parts = [
            (error, received),
            (circuits.transmitter, Limiter::Transmitter),
            (jitter, Limiter::Jitter),
        ];
        let limiter = parts.iter().fold(parts[0], |a, b| if b.0 > a.0 { *b } else { a }).1;
        let com = Decibel::db(circuits.offset_db - 10.0 * libm::log10(total));
        Estimate { com, snr: 1.0 / total, limiter }
    };
    let [linear, feedback, sequence] = [linear, feedback, feedback / (1.0 + b * b)].map(estimate);
    [linear, linear, feedback, sequence]
}

/// Power by frequency that leaves a linear equaliser the least error, over an even spectrum, at the same driven power.
///
/// # Model
/// Least `mean(g / (g + P))` under `mean(w P) = 1`: `P = max(0, sqrt(g / (k w)) - g)`, `g = 1 / S` of the even spectrum and
/// `w` the power that it drives; `k` by bisection.
///
/// # Source
/// T. Berger and D. W. Tufts, IEEE Trans. Inf. Theory 13 (1967) 196.
fn shared_out(signal: &Folded, noise: &Folded, driven: &[f64; POINTS]) -> [f64; POINTS] {
    let gap: [f64; POINTS] = std::array::from_fn(|i| {
        let received = signal[0][i] / noise[0][i] + signal[1][i] / noise[1][i];
        1.0 / received.max(1e-30)
    });
    let at = |root: f64| -> [f64; POINTS] {
        std::array::from_fn(|i| (root * (gap[i] / driven[i]).sqrt() - gap[i]).max(0.0))
    };
    let spent = |root: f64| mean(at(root).iter().zip(driven).map(|(p, w)| p * w));
    let (mut low, mut high) = (0.0, 1.0);
    while spent(high) < 1.0 && high < 1e30 {
        high *= 4.0;
    }
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if spent(middle) < 1.0 { low = middle } else { high = middle }
    }
    at(low)
}

/// COM of every class on a channel in the order of [`ReceiverClass::LADDER`], and its loss at Nyquist: tier T0.
///
/// # Model
/// The sum of the segments' losses; least mean square errors of unbounded equalisers on the folded spectrum.
///
/// # Validity
/// Smooth channels: reflections neither help nor hurt. A bound where an eye is open; below a COM of 0 dB some tenths of a
/// decibel may be missing, since interference is taken as Gaussian. What a class has less of it than this, the tier above says;
/// both analogue classes are the same here.
///
/// # Source
/// J. Salz, Bell Syst. Tech. J. 52 (1973) 1341; link_physics 2.3.
#[must_use]
pub fn bound(
    channel: &Channel,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> ([Decibel; 4], Decibel) {
    let bound = Bound::copper(channel, demand, parameters);
    let loss = channel.loss(demand.line.symbol_rate(&parameters.fec).nyquist());
    (bound.estimates(None).map(|e| e.com), loss)
}

/// A section made ready to be bounded at any power of light.
pub(crate) struct Bound {
    circuits: Circuits,
    signal: Folded,
    /// Noise that does not change with the light.
    noise: Folded,
    light: Option<Light>,
}

struct Light {
    optics: Optics,
    /// What the light's noise passes.
    behind: Folded,
    /// Power at the driver by frequency, its mean one: what a transmitter's equaliser has to share out.
    driven: [f64; POINTS],
    level_variance: f64,
    baud_hz: f64,
}

impl Bound {
    fn copper(channel: &Channel, demand: &Demand<'_>, parameters: &LinkParameters) -> Self {
        let baud = demand.line.symbol_rate(&parameters.fec);
        let circuits = Circuits::new(demand, parameters, baud);
        let passed = Loss::new(channel).power(baud);
        let noise = circuits.input * circuits.density / circuits.transmitted;
        Self {
            signal: folded(|band, i| GRID.hold[band][i] * passed[band][i]),
            noise: [[noise; POINTS]; 2],
            circuits,
            light: None,
        }
    }

    /// # Model
    /// The redriver holds the signal's power behind its peaking. Noise and crosstalk enter before it and at the receiver.
    fn redriven(
        [before, after]: [&Channel; 2],
        redriver: &Redriver,
        demand: &Demand<'_>,
        parameters: &LinkParameters,
    ) -> Self {
        let baud = demand.line.symbol_rate(&parameters.fec);
        let circuits = Circuits::new(demand, parameters, baud);
        let stage = redriver.behind(before, baud);
        let (before, after) = (power(Some(before), baud), power(Some(after), baud));
        let at = |band: usize, i: usize| GRID.frequency[band][i] * baud.si();
        let lift = folded(|band, i| stage.response(at(band, i)).norm_sqr());
        let sent = folded(|band, i| GRID.hold[band][i] * before[band][i]);
        let held = (0..POINTS).map(|i| sent[0][i] * lift[0][i] + sent[1][i] * lift[1][i]);
        // Copper of hundreds of metres leaves nothing to hold.
        let held = mean(held).max(1e-250);
        let passed = folded(|band, i| lift[band][i] * after[band][i] / held);
        let input = redriver.noise.si() + parameters.device.crosstalk_density(baud);
        let input = input * circuits.density / circuits.transmitted;
        let output = redriver.output.si();
        let host = circuits.input * circuits.density / (output * output);
        Self {
            signal: folded(|band, i| sent[band][i] * passed[band][i]),
            noise: folded(|band, i| input * passed[band][i] + host),
            circuits,
            light: None,
        }
    }

    /// # Model
    /// Driver and amplifier hold the signal's power; before a directly modulated source the transmitter may shape it. Noise enters before the driver, at the photodiode and at the
    /// receiver; every later response shapes it.
    fn linear(
        [near, far]: [Option<&Channel>; 2],
        optics: &Optics,
        demand: &Demand<'_>,
        parameters: &LinkParameters,
    ) -> Self {
        let baud = demand.line.symbol_rate(&parameters.fec);
        let mut circuits = Circuits::new(demand, parameters, baud);
        // What beats with the light is in proportion to it, as the transmitter's noise.
        circuits.transmitter += optics.interference / demand.line.pam.level_variance();
        let (near, far) = (power(near, baud), power(far, baud));
        let driven = folded(|band, i| GRID.hold[band][i] * near[band][i]);
        let held = mean((0..POINTS).map(|i| driven[0][i] + driven[1][i]));
        let detector = folded(|band, i| {
            let f_ghz = GRID.frequency[band][i] * baud.as_gbd();
            low_pass_power(f_ghz, optics.detector.bandwidth) * far[band][i]
        });
        let light = folded(|band, i| {
            let f_hz = GRID.frequency[band][i] * baud.si();
            let fibre = optics.span.map_or(1.0, |span| span.response(f_hz));
            let colour = optics.colour.map_or(1.0, |c| c.response.response(f_hz).norm_sqr());
            let light = optics.modulator.dynamics.power(f_hz) * fibre * fibre * colour;
            light * detector[band][i] / held
        });
        let driver = optics.driver_noise.si() * circuits.density / circuits.transmitted;
        let output = optics.detector.output.si();
        let host = circuits.input * circuits.density / (output * output);
        Self {
            signal: folded(|band, i| driven[band][i] * light[band][i]),
            noise: folded(|band, i| driver * light[band][i] + host),
            light: Some(Light {
                optics: *optics,
                behind: detector,
                driven: std::array::from_fn(|i| (driven[0][i] + driven[1][i]) / held),
                level_variance: demand.line.pam.level_variance(),
                baud_hz: baud.si(),
            }),
            circuits,
        }
    }

    /// `None` where nothing is decided.
    pub(crate) fn new(
        section: &Section,
        demand: &Demand<'_>,
        parameters: &LinkParameters,
    ) -> Option<Self> {
        match section {
            Section::DieToDie => None,
            Section::Electrical(channel) => Some(Self::copper(channel, demand, parameters)),
            Section::Redriven { before, redriver, after } => {
                Some(Self::redriven([before, after], redriver, demand, parameters))
            }
            Section::Optical { near, optics, far } => {
                let ends = [near.as_ref(), far.as_ref()];
                Some(Self::linear(ends, optics, demand, parameters))
            }
        }
    }

    /// Every class, at a power of light.
    pub(crate) fn estimates(&self, budget: Option<&OpticalBudget>) -> [Estimate; 4] {
        match (&self.light, budget) {
            (Some(light), Some(budget)) => {
                let density = light.optics.noise(budget, light.level_variance, light.baud_hz);
                let noise = folded(|band, i| self.noise[band][i] + density * light.behind[band][i]);
                let flat = classes(&self.signal, &noise, &self.circuits, true);
                if light.optics.laser.setting != LightSetting::Bias {
                    return flat;
                }
                // Such a source is slow, and so is much of what a transmitter's equaliser can do for it.
                let shares = shared_out(&self.signal, &noise, &light.driven);
                let signal = folded(|band, i| self.signal[band][i] * shares[i]);
                let shaped = classes(&signal, &noise, &self.circuits, true);
                std::array::from_fn(
                    |i| if shaped[i].com > flat[i].com { shaped[i] } else { flat[i] },
                )
            }
            _ => classes(&self.signal, &self.noise, &self.circuits, self.light.is_some()),
        }
    }

    pub(crate) fn estimate(
        &self,
        class: ReceiverClass,
        budget: Option<&OpticalBudget>,
    ) -> Estimate {
        self.estimates(budget)[class.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_shared_out_where_a_little_more_would_gain_the_same() {
        // A response that falls, noise that rises, and a driver that some frequencies load more.
        let signal = folded(|band, i| 40.0 / (1.0 + to_f64(i + POINTS * band)));
        let noise = folded(|_, i| 1.0 + 0.1 * to_f64(i));
        let weights: [f64; POINTS] = std::array::from_fn(|i| 1.5 - to_f64(i) / to_f64(POINTS - 1));
        let shares = shared_out(&signal, &noise, &weights);
        let spent = mean(shares.iter().zip(&weights).map(|(p, w)| p * w));
        assert!((spent - 1.0).abs() < 1e-9, "{spent}");
        let gap = |i: usize| 1.0 / (signal[0][i] / noise[0][i] + signal[1][i] / noise[1][i]);
        let error = |p: f64, i: usize| gap(i) / (gap(i) + p);
        let gain = |i: usize| error(shares[i], i) / (gap(i) + shares[i]) / weights[i];
        assert!((0..POINTS).all(|i| shares[i] > 0.0));
        assert!((1..POINTS).all(|i| (gain(i) / gain(0) - 1.0).abs() < 1e-9));
        // An even spectrum errs more.
        let total = |of: &dyn Fn(usize) -> f64| mean((0..POINTS).map(|i| error(of(i), i)));
        assert!(total(&|i| shares[i]) < total(&|_| 1.0 / mean(weights.iter().copied())));
    }
}
