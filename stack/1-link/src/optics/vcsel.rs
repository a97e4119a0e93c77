//! The directly modulated laser: light against current, relaxation oscillation, noise.

use crate::optics::error::{OpticsError, positive, within};
use crate::optics::{ELECTRON_CHARGE, PLANCK, SPEED_OF_LIGHT};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Current, Decibel, DispersionSlope, Frequency, Length, Power, Quantity, RelativeIntensityNoise,
    ResonanceFactor, SlopeEfficiency, Time,
};
use num_complex::Complex64;
use std::f64::consts::PI;

/// A vertical-cavity laser, modulated by its current.
///
/// # Model
/// `P = eta (I - I_th) (1 - ((I - I_th) / I_r)²)`: slope `eta`, thermal rollover `I_r` above threshold.
/// Relaxation oscillation `f_r = D sqrt(I - I_th)`, damping `gamma = K f_r² + gamma_0`, parasitics one pole `f_p`:
/// `H = f_r² / (f_r² - f² + j f gamma / 2 pi) / (1 + j f / f_p)`.
///
/// # Validity
/// Small signals; one transverse mode's dynamics for all. Large drives skew the rising and falling edges.
///
/// # Source
/// L. A. Coldren, S. W. Corzine, Diode Lasers and Photonic Integrated Circuits, 2nd ed., 5.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vcsel {
    /// Wavelength.
    pub wavelength: Length,
    /// Threshold current, A.
    pub threshold_a: f64,
    /// Slope efficiency above threshold, W/A.
    pub slope_w_per_a: f64,
    /// Current above threshold at which heating would have taken all light, A.
    pub rollover_a: f64,
    /// D factor, Hz per root ampere (10 GHz/sqrt(mA) are 3.16e11).
    pub d_factor: f64,
    /// K factor: damping per square of the resonance; 0.2 ns is usual.
    pub k_factor: Time,
    /// Damping offset, 1/s.
    pub damping_offset_per_s: f64,
    /// Bandwidth of pad and junction.
    pub parasitics: Frequency,
    /// Relative intensity noise, mean over the signal's band.
    pub rin: RelativeIntensityNoise,
    /// Spread of the spectrum, rms.
    pub spectral_width: Length,
}

impl Vcsel {
    /// Reads the `vcsel.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let offset: Frequency = facts.get("vcsel.damping_offset")?;
        Ok(Self {
            wavelength: facts.get("vcsel.wavelength")?,
            threshold_a: facts.get::<Current>("vcsel.threshold")?.si(),
            slope_w_per_a: facts.get::<SlopeEfficiency>("vcsel.slope")?.si(),
            rollover_a: facts.get::<Current>("vcsel.rollover")?.si(),
            d_factor: facts.get::<ResonanceFactor>("vcsel.d_factor")?.si(),
            k_factor: facts.get("vcsel.k_factor")?,
            damping_offset_per_s: 2.0 * PI * offset.as_hz(),
            parasitics: facts.get("vcsel.parasitics")?,
            rin: facts.get("vcsel.rin")?,
            spectral_width: facts.get("vcsel.spectral_width")?,
        })
    }

    /// Damping `gamma` at a resonance, 1/s.
    pub(crate) fn damping_per_s(&self, resonance: Frequency) -> f64 {
        let fr = resonance.as_hz();
        self.k_factor.as_s() * fr * fr + self.damping_offset_per_s
    }

    /// Light at a current, W; nothing below threshold or beyond rollover.
    #[must_use]
    pub fn light(&self, current_a: f64) -> Power {
        let above = (current_a - self.threshold_a).max(0.0);
        let heat = above / self.rollover_a;
        Power::w((self.slope_w_per_a * above * (1.0 - heat * heat)).max(0.0))
    }

    /// Slope efficiency that every photon of every electron would give: `h c / (q l)`, W/A.
    #[must_use]
    pub fn quantum_slope_w_per_a(&self) -> f64 {
        PLANCK * SPEED_OF_LIGHT / (ELECTRON_CHARGE * self.wavelength.as_m())
    }

    /// Relaxation oscillation at a bias.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] at or below threshold.
    pub fn resonance(&self, bias_a: f64) -> Result<Frequency, OpticsError> {
        let above = bias_a - self.threshold_a;
        positive(
            "bias above threshold in A",
            above,
            "raise the bias: below threshold there is no laser",
        )?;
        Ok(Frequency::hz(self.d_factor * above.sqrt()))
    }

    /// Small-signal response at a bias, parasitics included.
    ///
    /// # Errors
    /// As [`Vcsel::resonance`].
    pub fn response(&self, f_hz: f64, bias_a: f64) -> Result<Complex64, OpticsError> {
        let resonance = self.resonance(bias_a)?;
        let (fr, damping) = (resonance.as_hz(), self.damping_per_s(resonance));
        let x = f_hz / fr;
        let laser = Complex64::new(1.0 - x * x, x * damping / (2.0 * PI * fr));
        let pad = Complex64::new(1.0, f_hz / self.parasitics.as_hz());
        Ok(Complex64::new(1.0, 0.0) / (laser * pad))
    }

    /// Largest bandwidth that damping allows at any bias: `2 pi sqrt 2 / K`.
    #[must_use]
    pub fn damping_limit(&self) -> Frequency {
        Frequency::hz(2.0 * PI * std::f64::consts::SQRT_2 / self.k_factor.as_s())
    }

    /// Levels of a current swing about a bias: lowest and highest light.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the swing reaches the threshold, where the laser turns off and on slowly.
    pub fn swing(&self, bias_a: f64, swing_a: f64) -> Result<[Power; 2], OpticsError> {
        let low = bias_a - 0.5 * swing_a;
        let hint = "keep the lowest level above threshold: more bias or less swing";
        within(low > self.threshold_a, "lowest current in A", "above the threshold", low, hint)?;
        Ok([self.light(low), self.light(bias_a + 0.5 * swing_a)])
    }
}

/// A multimode fibre as a laser of some spectral width sees it.
///
/// # Model
/// Modal `f_m = EMB / L`; chromatic `f_c = 0.187 / (|D| L s)` with `s` the rms width of the spectrum and
/// `D = S0/4 (l - l0⁴/l³)`; together `1/f² = 1/f_m² + 1/f_c²`, Gaussian.
///
/// # Validity
/// Encircled-flux launch. Modal and chromatic delays may partly cancel in real fibres; the sum of squares does not
/// know that.
///
/// # Source
/// IEEE 802.3 link model (10GEPBud); TIA-492AAAD (OM4: effective modal bandwidth 4700 MHz km).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MultimodeFibre {
    /// Effective modal bandwidth times length, Hz m (OM4: 4700 MHz km = 4.7e12).
    pub modal_hz_m: f64,
    /// Zero-dispersion wavelength.
    pub zero_dispersion: Length,
    /// Dispersion slope there.
    pub slope: DispersionSlope,
}

impl MultimodeFibre {
    /// Reads `fibre.GRADE.modal`, the bandwidth of one kilometre, and `fibre.multimode.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, grade: &str) -> Result<Self, FactError> {
        let of_a_kilometre: Frequency = facts.get(&format!("fibre.{grade}.modal"))?;
        Ok(Self {
            modal_hz_m: of_a_kilometre.as_hz() * 1e3,
            zero_dispersion: facts.get("fibre.multimode.zero_dispersion")?,
            slope: facts.get("fibre.multimode.dispersion_slope")?,
        })
    }

    /// OM4: 4700 MHz km at 850 nm, dispersion of the link model's worst case.
    #[must_use]
    pub const fn om4() -> Self {
        Self {
            modal_hz_m: 4.7e12,
            zero_dispersion: Length::um(1.316),
            slope: DispersionSlope::ps_per_nm2_km(0.102_75),
        }
    }

    /// 3 dB (optical) bandwidth over a length for a wavelength and spectral width.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless length and wavelength are positive.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::MultimodeFibre;
    /// use lightloom_units::Length;
    /// // A single-mode laser over 100 m of OM4: 47 GHz from the modes alone.
    /// let f = MultimodeFibre::om4().bandwidth(Length::m(100.0), Length::um(0.85), Length::m(0.0))?;
    /// assert!((f.as_ghz() - 47.0).abs() < 1e-6);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn bandwidth(
        &self,
        length: Length,
        wavelength: Length,
        spectral_width: Length,
    ) -> Result<Frequency, OpticsError> {
        positive("length in m", length.as_m(), "a fibre of no length has no limit")?;
        positive("wavelength in m", wavelength.as_m(), "850 nm is usual")?;
        let modal = self.modal_hz_m / length.as_m();
        let d = self.slope.at(wavelength, self.zero_dispersion);
        let spread_s = d.si().abs() * length.as_m() * spectral_width.as_m();
        let chromatic = spread_s / 0.187;
        Ok(Frequency::hz(1.0 / (1.0 / (modal * modal) + chromatic * chromatic).sqrt()))
    }

    /// Gaussian response of a bandwidth: half the light at it.
    #[must_use]
    pub fn response(f_hz: f64, bandwidth: Frequency) -> Complex64 {
        let x = f_hz / bandwidth.as_hz();
        Complex64::new(libm::exp(-std::f64::consts::LN_2 * x * x), 0.0)
    }
}

/// Noise of a laser relative to its mean power in a band: `RIN B`, as a ratio of variances.
#[must_use]
pub fn relative_noise(rin: RelativeIntensityNoise, bandwidth: Frequency) -> Decibel {
    Decibel::db(rin.si()) + Decibel::from_power_ratio(bandwidth.as_hz())
}
