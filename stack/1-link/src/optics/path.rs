//! A lane of light as one electrical response and one noise budget: from the driver's input to the amplifier's output.
//!
//! Whoever has scattering parameters of the host before and behind it multiplies them by [`OpticalPath::response`] and
//! adds the noise that [`OpticalPath::noise`] gives: a linear pluggable or linear co-packaged lane is then one
//! channel.

use crate::Pam;
use crate::optics::error::{OpticsError, positive};
use crate::optics::{
    ELECTRON_CHARGE, FibreSpan, Filter, MachZehnder, Microring, OpticalBudget, Optics, Reflections,
    low_pass_power,
};
use lightloom_units::{
    CurrentNoise, Frequency, Length, Power, Quantity, RelativeIntensityNoise, Resistance,
    Responsivity, Voltage, VoltageNoise,
};
use num_complex::Complex64;

/// Dynamics of the modulator or of a directly modulated source, unity at zero frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ModulatorDynamics {
    /// A filter.
    Filter(Filter),
    /// A source's own dynamics, and what lies before it: pads, junction, driver.
    Source([Filter; 2]),
    /// A Mach-Zehnder's electrode.
    MachZehnder(MachZehnder),
    /// A ring at a detuning.
    Microring(Microring, Length),
}

impl ModulatorDynamics {
    /// Response at a frequency, Hz.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        match self {
            Self::Filter(filter) => filter.response(f_hz),
            Self::Source([own, before]) => own.response(f_hz) * before.response(f_hz),
            Self::MachZehnder(mzm) => mzm.response(f_hz),
            Self::Microring(ring, detuning) => ring.response(f_hz, *detuning),
        }
    }

    /// |H|² at a frequency, Hz.
    pub(crate) fn power(&self, f_hz: f64) -> f64 {
        match self {
            // Plans ask for this one alone, and often.
            Self::Filter(Filter::Butterworth { order: 2, bandwidth }) => {
                low_pass_power(f_hz * 1e-9, *bandwidth)
            }
            _ => self.response(f_hz).norm_sqr(),
        }
    }
}

/// One-sided noise densities referred to the amplifier's input, A²/Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseDensity {
    /// Amplifier.
    pub thermal: f64,
    /// Shot noise of the mean light and the dark current.
    pub shot: f64,
    /// Laser, at the mean light.
    pub laser: f64,
    /// Multipath interference.
    pub interference: f64,
    /// Driver, through modulator and fibre.
    pub driver: f64,
}

impl NoiseDensity {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.thermal + self.shot + self.laser + self.interference + self.driver
    }
}

/// A linear lane of light between two electrical planes.
///
/// # Model
/// `H(f) = g F_driver F_modulator H_fibre F_colour R F_photodiode Z F_amplifier`, V/V: `g` light at the photodiode per volt at
/// the driver's input (W/V, losses included), `F_colour` the filter that parts wavelengths, `R` A/W, `Z` ohm. Every
/// factor is causal and carries its phase; the flight time along the fibre is left out, so that phases stay resolvable.
/// Noise at the amplifier's input: `i_n² + |F_pd|² (2 q (R P + I_d) + RIN (R P)² + beats) + |g F_d F_m H_f R F_pd|² v_d²`.
/// Beats of a laser of linewidth v: `(R P)² (2 / pi) V v / (f² + v²)`, `V` the relative variance of [`Reflections`].
///
/// # Validity
/// Small signals: the modulator's bend belongs to the transmitter's levels ([`crate::optics::Transfer`]). Noise at
/// the mean light: by level, the top level's laser noise is larger by `(P_top / P)²`. The fibre's response is real:
/// intensity after dispersion keeps its phase until the first null.
///
/// # Source
/// The parts' own.
#[derive(Debug, Clone, PartialEq)]
pub struct OpticalPath {
    /// Driver.
    pub driver: Filter,
    /// Modulator.
    pub modulator: ModulatorDynamics,
    /// Light at the photodiode per volt at the driver's input, at low frequency, W/V.
    pub gain_w_per_v: f64,
    /// Fibre; `None` where it disperses nothing.
    pub span: Option<FibreSpan>,
    /// Filter that parts this wavelength from the others.
    pub colour: Filter,
    /// Photodiode.
    pub photodiode: Filter,
    /// Photocurrent per light.
    pub responsivity: Responsivity,
    /// Dark current, A.
    pub dark_a: f64,
    /// Amplifier.
    pub amplifier: Filter,
    /// Transimpedance.
    pub transimpedance: Resistance,
    /// Input noise of the amplifier.
    pub noise: CurrentNoise,
    /// Input noise of the driver, one-sided.
    pub driver_noise: VoltageNoise,
    /// Mean light at the photodiode.
    pub mean: Power,
    /// Laser noise.
    pub rin: RelativeIntensityNoise,
    /// Reflections along the fibre with the laser's linewidth; `None` for none.
    pub reflections: Option<(Reflections, Frequency)>,
}

impl OpticalPath {
    /// A path from a lane's parts and its powers.
    ///
    /// Photodiode and amplifier get a second-order Butterworth response of the detector's bandwidth; modulator, fibre
    /// and filter are the lane's. The transimpedance is what gives the detector's
    /// output at the received amplitude.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a drive, a received amplitude or an extinction ratio of nothing.
    pub fn new(
        optics: &Optics,
        budget: &OpticalBudget,
        pam: Pam,
        swing: Voltage,
    ) -> Result<Self, OpticsError> {
        let oma_w = budget.oma_received.power().as_w();
        positive("drive in V", swing.si(), "give the peak-to-peak voltage at the driver's input")?;
        positive("received amplitude in W", oma_w, "raise the laser's power")?;
        let extinction = optics.modulator.extinction.as_db();
        positive("extinction ratio in dB", extinction, "equal levels carry no signal")?;
        let er = optics.modulator.extinction.power_ratio();
        let current_rms =
            optics.detector.responsivity.si() * 0.5 * oma_w * pam.level_variance().sqrt();
        positive("photocurrent in A", current_rms, "check the responsivity")?;
        Ok(Self {
            driver: Filter::Flat,
            modulator: optics.modulator.dynamics,
            gain_w_per_v: oma_w / swing.si(),
            span: optics.span,
            colour: optics.colour.map_or(Filter::Flat, |colour| colour.response),
            photodiode: Filter::Flat,
            responsivity: optics.detector.responsivity,
            dark_a: 0.0,
            amplifier: Filter::Butterworth { order: 2, bandwidth: optics.detector.bandwidth },
            transimpedance: Resistance::from_si(optics.detector.output.si() / current_rms),
            noise: optics.detector.noise,
            driver_noise: optics.driver_noise,
            mean: Power::w(oma_w * (er + 1.0) / (2.0 * (er - 1.0))),
            rin: optics.laser.rin,
            reflections: None,
        })
    }

    /// Photocurrent at the amplifier's input per volt at the driver's, A/V.
    fn current_per_volt(&self, f_hz: f64) -> Complex64 {
        let fibre = self.span.map_or(1.0, |span| span.response(f_hz));
        let light = self.driver.response(f_hz) * self.modulator.response(f_hz);
        let gain = self.gain_w_per_v * fibre * self.responsivity.si();
        light * self.colour.response(f_hz) * self.photodiode.response(f_hz) * gain
    }

    /// Response from the driver's input to the amplifier's output, V/V, at a frequency, Hz.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        let amplifier = self.amplifier.response(f_hz) * self.transimpedance.si();
        self.current_per_volt(f_hz) * amplifier
    }

    /// Noise referred to the amplifier's input at a frequency, Hz.
    #[must_use]
    pub fn noise(&self, f_hz: f64) -> NoiseDensity {
        let current = self.responsivity.si() * self.mean.as_w();
        let pd = self.photodiode.response(f_hz).norm_sqr();
        let beats = self.reflections.as_ref().map_or(0.0, |(reflections, linewidth)| {
            let v = linewidth.as_hz();
            let line = v / (f_hz * f_hz + v * v);
            2.0 / std::f64::consts::PI * reflections.relative_variance() * line
        });
        NoiseDensity {
            thermal: self.noise.si() * self.noise.si(),
            shot: pd * 2.0 * ELECTRON_CHARGE * (current + self.dark_a),
            laser: pd * self.rin.per_hz() * current * current,
            interference: pd * beats * current * current,
            driver: self.current_per_volt(f_hz).norm_sqr() * self.driver_noise.si(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optics::{Detector, FibrePath, Impairments, Laser, Modulator};
    use lightloom_units::{Decibel, DecibelMilliwatt, DelayPerLength, EnergyPerBit};

    fn lane() -> Optics {
        Optics {
            laser: Laser {
                max_power: DecibelMilliwatt::dbm(20.0),
                shared_by: 4.0,
                coupling: Decibel::db(2.5),
                wall_plug: 0.1,
                rin: RelativeIntensityNoise::from_si(-145.0),
                setting: crate::optics::LightSetting::Least,
            },
            modulator: Modulator {
                mean_loss: Decibel::db(5.0),
                extinction: Decibel::db(4.5),
                dynamics: ModulatorDynamics::Filter(Filter::Butterworth {
                    order: 2,
                    bandwidth: Frequency::ghz(65.0),
                }),
                driver: EnergyPerBit::pj_per_bit(0.6),
                tuning: Power::ZERO,
            },
            path: FibrePath {
                out_coupling: Decibel::db(1.5),
                in_coupling: Decibel::db(1.5),
                channel: Decibel::db(3.0),
                length: Length::m(100.0),
                delay: DelayPerLength::from_si(4.9e-9),
            },
            detector: Detector {
                responsivity: Responsivity::from_si(0.9),
                noise: CurrentNoise::from_si(15e-12),
                bandwidth: Frequency::ghz(65.0),
                energy: EnergyPerBit::pj_per_bit(1.5),
                output: Voltage::from_si(0.15),
            },
            span: None,
            colour: None,
            driver_noise: VoltageNoise::from_si(8e-18),
            interference: 0.0,
            impairments: Impairments::NONE,
        }
    }

    #[test]
    fn the_path_agrees_with_the_quick_model_where_both_speak() {
        let optics = lane();
        let budget = optics.budget(DecibelMilliwatt::dbm(10.0));
        let path = OpticalPath::new(&optics, &budget, Pam::Pam4, Voltage::from_si(0.8)).unwrap();
        // Noise densities: the quick model halves them, scales by baud and signal variance.
        let baud = 106.25e9;
        let v = Pam::Pam4.level_variance();
        let amplitude = 0.9 * budget.oma_received.power().as_w();
        let d = path.noise(1e9);
        let quick = optics.noise(&budget, v, baud);
        let here = (d.thermal + d.shot + d.laser) / 2.0 * baud / (amplitude * amplitude / 4.0 * v);
        assert!((here / quick - 1.0).abs() < 1e-12, "{here} {quick}");
        // Magnitude: the product of the two low-passes of the quick model.
        let dc = path.response(0.0).norm();
        for f in [10.0, 40.0, 65.0, 90.0] {
            let low = crate::optics::low_pass_power(f, Frequency::ghz(65.0));
            let found = path.response(f * 1e9).norm() / dc;
            assert!((found / low - 1.0).abs() < 1e-12, "{f}: {found}");
        }
        // Output: 0.8 V outer drive of PAM4 levels gives the detector's 150 mV rms.
        let rms = 0.4 * v.sqrt() * dc;
        assert!((rms - 0.15).abs() < 1e-12, "{rms}");
    }

    #[test]
    fn beats_integrate_to_their_variance_and_delay_is_positive() {
        let optics = lane();
        let budget = optics.budget(DecibelMilliwatt::dbm(10.0));
        let mut path =
            OpticalPath::new(&optics, &budget, Pam::Pam4, Voltage::from_si(0.8)).unwrap();
        let reflections = Reflections::new(&[Decibel::db(-26.0); 4]).unwrap();
        let variance = reflections.relative_variance();
        path.reflections = Some((reflections, Frequency::ghz(0.001)));
        // Substitution f = v tan(x): the density's integral over f is a flat one over x.
        let steps = 2000u32;
        let dx = std::f64::consts::FRAC_PI_2 / f64::from(steps);
        let integral: f64 = (0..steps)
            .map(|i| {
                let x = dx * (f64::from(i) + 0.5);
                let (sin, cos) = (libm::sin(x), libm::cos(x));
                path.noise(1e6 * sin / cos).interference * 1e6 / (cos * cos) * dx
            })
            .sum();
        let current = 0.9 * path.mean.as_w();
        assert!((integral / (current * current * variance) - 1.0).abs() < 1e-9);
        let phase = |f: f64| path.response(f).arg();
        let delay_ps = -(phase(11e9) - phase(9e9)) / (2.0 * std::f64::consts::PI * 2e9) * 1e12;
        // Two Butterworth filters of second order, 65 GHz, at 10 GHz: each sqrt 2 / w0 (1 + x²) / (1 + x⁴).
        let x: f64 = 10.0 / 65.0;
        let each = 2f64.sqrt() / (2.0 * std::f64::consts::PI * 65e9) * (1.0 + x * x)
            / (1.0 + x * x * x * x)
            * 1e12;
        assert!((delay_ps - 2.0 * each).abs() < 0.01, "{delay_ps} {each}");
    }
}
