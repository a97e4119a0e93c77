//! One stretch of a lane between two points where the signal is decided anew.

use crate::optics::{OpticalBudget, Optics, low_pass};
use crate::receiver::{Rung, rung};
use crate::spectrum::{POINTS, Spectrum};
use crate::{Channel, Device, Line, ReceiverClass, Segment};
use lightloom_units::{Decibel, DecibelMilliwatt, Frequency, Quantity, SymbolRate};

/// What a section is made of. Between two sections stands a retimer; at the ends stand the hosts.
#[derive(Debug, Clone, PartialEq)]
pub enum Section {
    /// A parallel die-to-die interface: no serialisation, no equaliser.
    DieToDie,
    /// Copper from transmitter to receiver.
    Electrical(Channel),
    /// Light, driven and received without decision: a linear host path may lie before and behind it.
    Optical {
        /// Host path to the driver; `None` where the driver sits beside its own transmitter.
        near: Option<Channel>,
        /// The optical lane.
        optics: Optics,
        /// Path from the amplifier to the receiver; `None` where they sit side by side.
        far: Option<Channel>,
    },
}

/// Most laser powers tried between none and the most.
const POWER_STEPS: usize = 12;
/// A power that closes by less than this is the least.
const MARGIN_STEP: Decibel = Decibel::db(0.05);
/// The search starts this far below the laser's maximum.
const POWER_SPAN: Decibel = Decibel::db(20.0);

/// A class and what it reaches on a section, with the laser power that it asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SectionRung {
    pub(crate) rung: Rung,
    pub(crate) budget: Option<OpticalBudget>,
}

/// What the physics needs to know besides the section itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) line: &'a Line,
    pub(crate) baud: SymbolRate,
    pub(crate) device: &'a Device,
    pub(crate) target_ber: f64,
}

impl Setting<'_> {
    /// Density, two-sided, of a one-sided voltage noise for unit symbol variance and unit symbol time.
    fn normalised(&self, one_sided_v2_per_hz: f64, signal_rms_v: f64) -> f64 {
        one_sided_v2_per_hz / 2.0 * self.baud.si() / (signal_rms_v * signal_rms_v)
    }

    fn transmitted_rms(&self) -> f64 {
        self.device.amplitude.si() * self.line.pam.level_variance().sqrt()
    }

    /// One-sided density of crosstalk, white over the Nyquist band.
    fn crosstalk(&self) -> f64 {
        let rms = self.device.crosstalk.si();
        rms * rms / self.baud.nyquist().as_hz()
    }
}

impl Section {
    /// Loss at Nyquist that the section's receiver must equalise; zero where there is no copper.
    pub(crate) fn loss(&self, nyquist: Frequency) -> Decibel {
        match self {
            Self::DieToDie => Decibel::ZERO,
            Self::Electrical(channel) => channel.loss(nyquist),
            Self::Optical { near, far, .. } => {
                let loss =
                    |c: &Option<Channel>| c.as_ref().map_or(Decibel::ZERO, |c| c.loss(nyquist));
                loss(near) + loss(far)
            }
        }
    }

    /// Reach of one class; for light, at the least laser power that closes, or at the most there is.
    pub(crate) fn reach(&self, class: ReceiverClass, setting: &Setting<'_>) -> Option<SectionRung> {
        let loss = self.loss(setting.baud.nyquist());
        match self {
            Self::DieToDie => None,
            Self::Electrical(channel) => {
                let spectrum = electrical(channel, setting);
                let ceiling = setting.device.ceiling(setting.line.pam, discontinuities(channel));
                let rung = rung(class, &spectrum, loss, &ceiling, setting);
                Some(SectionRung { rung, budget: None })
            }
            Self::Optical { near, optics, far } => {
                let count = |c: &Option<Channel>| c.as_ref().map_or(1.0, discontinuities);
                let ceiling = setting.device.ceiling(setting.line.pam, count(near) + count(far));
                let response = LinearResponse::new(near.as_ref(), optics, far.as_ref(), setting);
                let at = |power: DecibelMilliwatt| {
                    let budget = optics.budget(power);
                    let spectrum = response.spectrum(optics, &budget, setting);
                    (rung(class, &spectrum, loss, &ceiling, setting), budget)
                };
                Some(least_power(optics.max_lane_power(), &at))
            }
        }
    }
}

fn least_power(
    most: DecibelMilliwatt,
    at: &dyn Fn(DecibelMilliwatt) -> (Rung, OpticalBudget),
) -> SectionRung {
    let (rung, budget) = at(most);
    if !rung.closes() {
        return SectionRung { rung, budget: Some(budget) };
    }
    // False position on the margin, which rises with power and saturates: a few steps suffice.
    let (mut low, mut high) =
        ((most - POWER_SPAN, at(most - POWER_SPAN).0.margin), (most, rung.margin));
    let mut least = (rung, budget);
    for _ in 0..POWER_STEPS {
        let span = high.0 - low.0;
        let share = (-low.1.as_db() / (high.1 - low.1).as_db()).clamp(0.15, 0.85);
        let middle = low.0 + span * share;
        let (rung, budget) = at(middle);
        if rung.closes() {
            high = (middle, rung.margin);
            least = (rung, budget);
        } else {
            low = (middle, rung.margin);
        }
        if high.1 < MARGIN_STEP && high.0 > low.0 {
            break;
        }
    }
    let (mut least, budget) = least;
    // The margin that is left with all of the laser's power, not the zero at which the search stops.
    least.margin = rung.margin;
    SectionRung { rung: least, budget: Some(budget) }
}

/// Connectors and dies: where reflections arise.
fn discontinuities(channel: &Channel) -> f64 {
    let points =
        channel.segments.iter().filter(|s| matches!(s, Segment::Connector(_) | Segment::Die(_)));
    f64::from(u32::try_from(points.count()).unwrap_or(u32::MAX))
}

/// Spectrum of a transmitted pulse: a full-width hold, |sinc|.
fn hold(f: f64) -> f64 {
    let x = std::f64::consts::PI * f;
    (libm::sin(x) / x).abs()
}

fn electrical(channel: &Channel, setting: &Setting<'_>) -> Spectrum {
    let input = setting.device.input_noise.si() + setting.crosstalk();
    let noise = setting.normalised(input, setting.transmitted_rms());
    let baud_ghz = setting.baud.as_gbd();
    Spectrum::build(|f| (hold(f) * channel.amplitude(f * baud_ghz), noise))
}

/// A linear path: driver with automatic gain, light, amplifier with automatic gain, host receiver.
///
/// # Model
/// Each gain stage restores unit rms. Noise enters at the driver's input, at the photodiode and at the host
/// receiver, and every later response shapes it. The driver pre-equalises half of the near path's slope, as
/// linear drivers do with a fixed peaking.
struct LinearResponse {
    signal: Spectrum,
    driver: Spectrum,
    after: Spectrum,
    host: f64,
}

impl LinearResponse {
    fn new(
        near: Option<&Channel>,
        optics: &Optics,
        far: Option<&Channel>,
        setting: &Setting<'_>,
    ) -> Self {
        let baud_ghz = setting.baud.as_gbd();
        let at = |c: Option<&Channel>, f: f64| c.map_or(1.0, |c| c.amplitude(f * baud_ghz));
        let peaking = |f: f64| near.map_or(1.0, |_| at(near, f.min(0.5)).sqrt().recip());
        // Signal: what drives the modulator before the gain is set. Noise slot: the driver's peaking.
        let driven = Spectrum::build(|f| {
            let peaking = peaking(f);
            (hold(f) * at(near, f) * peaking, peaking)
        });
        let gain = driven.signal_power().sqrt().recip();
        let driver_noise = match near {
            Some(_) => setting.normalised(optics.driver_noise.si(), setting.transmitted_rms()),
            None => 0.0,
        };
        let optical = Spectrum::build(|f| {
            let detector = low_pass(f * baud_ghz, optics.detector.bandwidth);
            (low_pass(f * baud_ghz, optics.modulator.bandwidth) * detector, detector)
        });
        let mut detected = driven.clone();
        let mut driver = driven;
        for band in 0..2 {
            for i in 0..POINTS {
                let shape = gain * optical.signal[band][i];
                detected.signal[band][i] *= shape;
                let peaked = shape * driver.noise[band][i];
                driver.noise[band][i] = driver_noise * peaked * peaked;
            }
        }
        let restored = detected.signal_power().sqrt().recip();
        let mut signal = Spectrum::build(|f| (restored * at(far, f), 0.0));
        for band in 0..2 {
            for i in 0..POINTS {
                signal.noise[band][i] = signal.signal[band][i] * optical.noise[band][i];
            }
        }
        let host = match far {
            Some(_) => {
                let input = setting.device.input_noise.si() + setting.crosstalk();
                setting.normalised(input, optics.detector.output.si())
            }
            None => 0.0,
        };
        let mut whole = detected.clone();
        for band in 0..2 {
            for (h, g) in whole.signal[band].iter_mut().zip(&signal.signal[band]) {
                *h *= g;
            }
        }
        Self { signal: whole, driver, after: signal, host }
    }

    fn spectrum(&self, optics: &Optics, budget: &OpticalBudget, setting: &Setting<'_>) -> Spectrum {
        let variance = setting.line.pam.level_variance();
        let light = optics.noise(budget, variance, setting.baud.si());
        let mut spectrum = self.signal.clone();
        for band in 0..2 {
            for (i, noise) in spectrum.noise[band].iter_mut().enumerate() {
                // `after` carries two shapes: host path alone (signal), host path with detector (noise).
                let host_path = self.after.signal[band][i];
                let from_photodiode = self.after.noise[band][i];
                *noise = self.driver.noise[band][i] * host_path * host_path
                    + light * from_photodiode * from_photodiode
                    + self.host;
            }
        }
        spectrum
    }
}
