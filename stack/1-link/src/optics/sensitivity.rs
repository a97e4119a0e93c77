//! Receiver sensitivity from first principles: thermal, shot, dark and laser noise, level by level.

use crate::Pam;
use crate::optics::ELECTRON_CHARGE;
use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::{Levels, oma_over_mean};
use lightloom_num::{q, q_inverse};
use lightloom_units::{
    CurrentNoise, Decibel, DecibelMilliwatt, Frequency, Power, Quantity, Ratio,
    RelativeIntensityNoise, Responsivity,
};

/// Powers between which a sensitivity is sought.
const FAINTEST_DBM: f64 = -60.0;
const BRIGHTEST_DBM: f64 = 30.0;
/// An error ratio that stays above the target at this power is a floor, not a need for light.
const FLOOR_DBM: f64 = 60.0;

/// Photodiode, amplifier and what equalises them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Receiver {
    /// Photocurrent per light.
    pub responsivity: Responsivity,
    /// Input-referred noise density of the amplifier.
    pub noise: CurrentNoise,
    /// Dark current of the photodiode, A.
    pub dark_a: f64,
    /// Noise bandwidth before the equaliser.
    pub noise_bandwidth: Frequency,
    /// What the equaliser makes of white noise, as a ratio of amplitudes (10 log10 Ceq).
    pub enhancement: Decibel,
}

/// Where the slicer decides between equally spaced levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thresholds {
    /// Midway: a slicer that knows the levels only.
    Midway,
    /// Where both neighbours err equally often: `(s1 P0 + s0 P1) / (s0 + s1)`.
    EqualQ,
}

/// A signal whose sensitivity is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// Modulation.
    pub pam: Pam,
    /// Extinction ratio of the outer levels.
    pub extinction: Decibel,
    /// Laser noise.
    pub rin: RelativeIntensityNoise,
    /// Decision levels.
    pub thresholds: Thresholds,
}

/// Whether a receiver reaches an error ratio, and at what light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sensitivity {
    /// It does, at this outer modulation amplitude.
    Reached(DecibelMilliwatt),
    /// Noise that grows with the light keeps the error ratio above the target at any power.
    FlooredByLaserNoise {
        /// SNR at the slicer without any other noise.
        snr: Decibel,
        /// Symbol error ratio there.
        error_ratio: f64,
        /// SNR that the target asks for.
        needed: Decibel,
    },
}

impl Sensitivity {
    /// The outer modulation amplitude, if there is one.
    #[must_use]
    pub const fn oma(&self) -> Option<DecibelMilliwatt> {
        match self {
            Self::Reached(oma) => Some(*oma),
            Self::FlooredByLaserNoise { .. } => None,
        }
    }
}

impl std::fmt::Display for Sensitivity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reached(oma) => write!(f, "{oma:.2} OMA"),
            Self::FlooredByLaserNoise { snr, needed, .. } => write!(
                f,
                "no sensitivity: floored by laser noise at an SNR of {snr:.1}, {needed:.1} needed; \
                 take a laser of lower RIN or a larger extinction ratio"
            ),
        }
    }
}

impl Receiver {
    /// Noise of a level's photocurrent at the slicer, rms, A.
    ///
    /// # Model
    /// `s² = C² B (i_n² + 2 q (R P + I_d) + RIN (R P)²)`, `C` the equaliser's noise enhancement, one-sided densities.
    #[must_use]
    pub fn noise_a(&self, level: Power, rin: RelativeIntensityNoise) -> f64 {
        let current = self.responsivity.si() * level.as_w();
        let thermal = self.noise.si() * self.noise.si();
        let shot = 2.0 * ELECTRON_CHARGE * (current + self.dark_a);
        let laser = rin.per_hz() * current * current;
        let bandwidth = self.noise_bandwidth.as_hz();
        self.enhancement.power_ratio() * ((thermal + shot + laser) * bandwidth).sqrt()
    }

    /// Symbol error ratio at an outer modulation amplitude.
    ///
    /// # Model
    /// `SER = 1/L sum over eyes of [Q((t - P_k) R / s_k) + Q((P_k+1 - t) R / s_k+1)]`: levels equally spaced, noise by
    /// level ([`Receiver::noise_a`]), thresholds as chosen.
    ///
    /// # Errors
    /// [`OpticsError`] for an extinction ratio of 0 dB or less, or a receiver without response.
    pub fn symbol_error_ratio(
        &self,
        signal: &Signal,
        oma: DecibelMilliwatt,
    ) -> Result<f64, OpticsError> {
        let r = self.responsivity.si();
        positive("responsivity in A/W", r, "germanium photodiodes have 0.6 to 1")?;
        let mean = oma - oma_over_mean(signal.extinction)?;
        let levels = Levels::equally_spaced(signal.pam, mean, signal.extinction)?;
        let noisy: Vec<(f64, f64)> = levels
            .power_w
            .iter()
            .map(|p| (r * p, self.noise_a(Power::w(*p), signal.rin)))
            .collect();
        let eye = |pair: &[(f64, f64)]| {
            let [(i0, s0), (i1, s1)] = [pair[0], pair[1]];
            match signal.thresholds {
                Thresholds::Midway => {
                    let half = 0.5 * (i1 - i0);
                    q(half / s0) + q(half / s1)
                }
                Thresholds::EqualQ => 2.0 * q((i1 - i0) / (s0 + s1)),
            }
        };
        Ok(noisy.windows(2).map(eye).sum::<f64>() / signal.pam.levels())
    }

    /// Bit error ratio at an outer modulation amplitude, Gray-coded: `SER / log2 L`.
    ///
    /// # Errors
    /// As [`Receiver::symbol_error_ratio`].
    pub fn bit_error_ratio(
        &self,
        signal: &Signal,
        oma: DecibelMilliwatt,
    ) -> Result<f64, OpticsError> {
        Ok(self.symbol_error_ratio(signal, oma)? / signal.pam.bits_per_symbol())
    }

    /// Least outer modulation amplitude for a symbol error ratio, or why there is none.
    ///
    /// # Model
    /// Root of [`Receiver::symbol_error_ratio`] in the amplitude.
    ///
    /// # Validity
    /// Linear receiver: no overload. No intersymbol interference: an eye closure adds in decibels.
    ///
    /// # Source
    /// J. K. Perin, A. Shastri and J. M. Kahn, Design of low-power DSP-free coherent receivers and PAM links, J.
    /// Lightwave Technol. 2015 to 2017 (the same noise budget); link_physics 3.1.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a target outside (0, 0.3); as [`Receiver::symbol_error_ratio`].
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::{Receiver, Sensitivity, Signal, Thresholds};
    /// use lightloom_link::Pam;
    /// use lightloom_units::*;
    /// // DR4 from first principles: 16 pA, 0.9 A/W, 0.6 of the symbol rate, ER 3.5 dB, RIN -136: -8.6 dBm.
    /// let receiver = Receiver {
    ///     responsivity: Responsivity::from_si(0.9),
    ///     noise: CurrentNoise::from_si(16e-12),
    ///     dark_a: 0.0,
    ///     noise_bandwidth: Frequency::ghz(0.6 * 53.125),
    ///     enhancement: Decibel::db(0.0),
    /// };
    /// let signal = Signal {
    ///     pam: Pam::Pam4,
    ///     extinction: Decibel::db(3.5),
    ///     rin: RelativeIntensityNoise::from_si(-136.0),
    ///     thresholds: Thresholds::EqualQ,
    /// };
    /// let found = receiver.sensitivity(&signal, Ratio::new(4.8e-4))?;
    /// assert!((found.oma().map_or(0.0, |oma| oma.as_dbm()) + 8.6).abs() < 0.02);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn sensitivity(
        &self,
        signal: &Signal,
        error_ratio: Ratio,
    ) -> Result<Sensitivity, OpticsError> {
        let target = error_ratio.value();
        within(
            target > 0.0 && target < 0.3,
            "symbol error ratio",
            "above 0 and below 0.3",
            target,
            "RS(544,514) asks for 4.8e-4",
        )?;
        let floor = self.symbol_error_ratio(signal, DecibelMilliwatt::dbm(FLOOR_DBM))?;
        if floor >= target {
            return Ok(Sensitivity::FlooredByLaserNoise {
                snr: snr(signal.pam, floor)?,
                error_ratio: floor,
                needed: snr(signal.pam, target)?,
            });
        }
        // The logarithm makes the root a nearly straight line's; errors below 1e-300 read as that.
        let excess = |dbm: f64| {
            let found = self.symbol_error_ratio(signal, DecibelMilliwatt::dbm(dbm));
            found.map_or(f64::NAN, |p| libm::log(p.max(1e-300) / target))
        };
        let dbm = lightloom_num::root(excess, FAINTEST_DBM, BRIGHTEST_DBM, 1e-10)?;
        Ok(Sensitivity::Reached(DecibelMilliwatt::dbm(dbm)))
    }

    /// Sensitivity when only the amplifier makes noise.
    ///
    /// # Model
    /// `OMA = 2 (L - 1) Q C i_n sqrt(B) / R`.
    ///
    /// # Errors
    /// As [`Receiver::sensitivity`].
    pub fn thermal_sensitivity(
        &self,
        pam: Pam,
        error_ratio: Ratio,
    ) -> Result<DecibelMilliwatt, OpticsError> {
        positive(
            "responsivity in A/W",
            self.responsivity.si(),
            "germanium photodiodes have 0.6 to 1",
        )?;
        let l = pam.levels();
        let x = q_inverse(error_ratio.value() * l / (2.0 * (l - 1.0)))?;
        let noise =
            self.enhancement.power_ratio() * self.noise.si() * self.noise_bandwidth.as_hz().sqrt();
        Ok(Power::w(2.0 * (l - 1.0) * x * noise / self.responsivity.si()).to_dbm())
    }
}

/// SNR of Gaussian noise that would give a symbol error ratio.
fn snr(pam: Pam, error_ratio: f64) -> Result<Decibel, OpticsError> {
    let l = pam.levels();
    let tail = (error_ratio * l / (2.0 * (l - 1.0))).min(0.499_999);
    let x = q_inverse(tail)?;
    Ok(Decibel::from_power_ratio(x * x * (l * l - 1.0) / 3.0))
}
