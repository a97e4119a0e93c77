//! The Mach-Zehnder modulator: interference of two arms.

use crate::Pam;
use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::Transfer;
use crate::optics::{Filter, equal_drive};
use lightloom_evidence::Facts;
use lightloom_units::{
    Capacitance, Decibel, DelayPerLength, Frequency, Length, LossPerLength, Quantity, Resistance,
    Voltage,
};
use num_complex::Complex64;
use std::f64::consts::{FRAC_PI_2, PI};

/// How the drive reaches the junction: what limits the bandwidth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Electrode {
    /// Short against the wavelength: source resistance into the junction's capacitance.
    Lumped {
        /// Source and series resistance together.
        resistance: Resistance,
        /// Junction capacitance.
        capacitance: Capacitance,
    },
    /// A terminated line along the arms: loss of the line and walk-off between drive and light.
    TravellingWave {
        /// Length of the phase shifter.
        length: Length,
        /// Loss of the line at the reference frequency; grows with the root of frequency.
        loss: LossPerLength,
        /// Frequency at which the loss is stated.
        reference: Frequency,
        /// Difference of the delays per length of drive and light.
        walk_off: DelayPerLength,
    },
    /// As measured, with its driver.
    Measured(Filter),
}

/// A Mach-Zehnder modulator, driven about quadrature.
///
/// # Model
/// `P(v) = P0 IL / 2 (1 + m sin(pi v / Vpi))`: `v` from quadrature, V; `m` the interference contrast, one for
/// balanced arms.
///
/// # Validity
/// Phase linear in voltage: a depletion junction bends by some percent more. Loss independent of voltage.
///
/// # Source
/// Textbook (Agrawal, Fiber-Optic Communication Systems, 1.5); link_physics 3.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachZehnder {
    /// Half-wave voltage of the drive used (differential where both arms are driven).
    pub half_wave: Voltage,
    /// Loss of the arms and couplers, without the bias point.
    pub loss: Decibel,
    /// Interference contrast `m`, 0 to 1.
    pub contrast: f64,
    /// What limits its bandwidth.
    pub electrode: Electrode,
}

impl Transfer for MachZehnder {
    fn transmission(&self, drive_v: f64) -> f64 {
        let phase = PI * drive_v / self.half_wave.si();
        0.5 * (-self.loss).power_ratio() * (1.0 + self.contrast * libm::sin(phase))
    }
}

impl MachZehnder {
    /// Reads `modulator.NAME.half_wave`, `.loss` and `.bandwidth`.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, OpticsError> {
        let id = |field: &str| format!("modulator.{name}.{field}");
        let bandwidth = facts.get(&id("bandwidth"))?;
        let electrode = Electrode::Measured(Filter::Butterworth { order: 2, bandwidth });
        let half_wave = facts.get(&id("half_wave"))?;
        Ok(Self { half_wave, loss: facts.get(&id("loss"))?, contrast: 1.0, electrode })
    }

    /// Modulation depth `m sin(pi V / (2 Vpi))` of a peak-to-peak drive about quadrature.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless `0 < V <= Vpi` and `0 < m <= 1`.
    pub fn depth(&self, swing: Voltage) -> Result<f64, OpticsError> {
        positive(
            "half-wave voltage in V",
            self.half_wave.si(),
            "it is the modulator's main number",
        )?;
        let m = self.contrast;
        within(m > 0.0 && m <= 1.0, "contrast", "above 0 and up to 1", m, "balanced arms have 1")?;
        let share = swing / self.half_wave;
        let hint = "a drive beyond the half-wave voltage folds the levels over: drive less";
        within(
            share > 0.0 && share <= 1.0,
            "drive over half-wave voltage",
            "above 0 and up to 1",
            share,
            hint,
        )?;
        Ok(m * libm::sin(FRAC_PI_2 * share))
    }

    /// Extinction ratio of a peak-to-peak drive about quadrature.
    ///
    /// # Model
    /// `ER = (1 + d) / (1 - d)`, `d = m sin(pi V / (2 Vpi))`; at most 60 dB.
    ///
    /// # Errors
    /// As [`MachZehnder::depth`].
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::{Electrode, Filter, MachZehnder};
    /// use lightloom_units::{Decibel, Voltage};
    /// # use lightloom_units::Quantity;
    /// let mzm = MachZehnder {
    ///     half_wave: Voltage::from_si(6.0),
    ///     loss: Decibel::db(3.0),
    ///     contrast: 1.0,
    ///     electrode: Electrode::Measured(Filter::Flat),
    /// };
    /// // Half of the half-wave voltage: d = sin 45° = 0.7071, ER = 5.83 = 7.66 dB.
    /// assert!((mzm.extinction(Voltage::from_si(3.0))?.as_db() - 7.656).abs() < 0.001);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn extinction(&self, swing: Voltage) -> Result<Decibel, OpticsError> {
        let d = self.depth(swing)?;
        Ok(Decibel::from_power_ratio((1.0 + d) / (1.0 - d).max(1e-6)))
    }

    /// Drive voltages of the levels: equally spaced, or predistorted so that the light's levels are.
    ///
    /// # Model
    /// Predistorted: `v = (Vpi / pi) asin(x sin(pi V / (2 Vpi)))` for `x` equally spaced from -1 to 1.
    ///
    /// # Errors
    /// As [`MachZehnder::depth`].
    pub fn drive(
        &self,
        pam: Pam,
        swing: Voltage,
        predistort: bool,
    ) -> Result<Vec<f64>, OpticsError> {
        self.depth(swing)?;
        let half = 0.5 * swing.si();
        if !predistort {
            return Ok(equal_drive(pam, -half, half));
        }
        let vpi = self.half_wave.si();
        let top = libm::sin(PI * half / vpi);
        let level = |x: &f64| vpi / PI * libm::asin((x * top).clamp(-1.0, 1.0));
        Ok(equal_drive(pam, -1.0, 1.0).iter().map(level).collect())
    }

    /// Small-signal response of the electrode.
    ///
    /// # Model
    /// Lumped: one pole at `1 / (2 pi R C)`. Travelling wave, terminated in its own impedance:
    /// `H = (1 - exp(-x)) / x`, `x = alpha(f) L + j 2 pi f dtau L`, `alpha` the amplitude loss in Np.
    ///
    /// # Validity
    /// No reflections on the line; driver included only in a measured one.
    ///
    /// # Source
    /// G. K. Gopalakrishnan et al., J. Lightwave Technol. 12 (1994) 1807. Two limits hold: with matched delays the
    /// 3 dB point is where the line has lost 6.4 dB; without loss it is where `f dtau L = 0.443`.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        match self.electrode {
            Electrode::Measured(filter) => filter.response(f_hz),
            Electrode::Lumped { resistance, capacitance } => {
                let x = 2.0 * PI * f_hz * resistance.si() * capacitance.si();
                Complex64::new(1.0, 0.0) / Complex64::new(1.0, x)
            }
            Electrode::TravellingWave { length, loss, reference, walk_off } => {
                let db = (loss * length).as_db() * (f_hz.abs() / reference.as_hz()).sqrt();
                let neper = db * std::f64::consts::LN_10 / 20.0;
                let x = Complex64::new(neper, 2.0 * PI * f_hz * walk_off.si() * length.as_m());
                if x.norm() < 1e-6 {
                    return Complex64::new(1.0, 0.0) - x * 0.5;
                }
                let decay = Complex64::from_polar(libm::exp(-x.re), -x.im);
                (Complex64::new(1.0, 0.0) - decay) / x
            }
        }
    }
}
