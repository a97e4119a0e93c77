//! The micro-LED: hundreds of slow lanes side by side through an imaging fibre.

use crate::optics::error::{OpticsError, positive, within};
use crate::optics::{ELECTRON_CHARGE, PLANCK, SPEED_OF_LIGHT};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    AugerCoefficient, BitRate, Decibel, EnergyPerBit, Frequency, Length, LossPerLength, Power,
    Quantity, RadiativeCoefficient, Ratio, Time, Voltage,
};
use num_complex::Complex64;
use std::f64::consts::PI;

/// One micro-LED with its drive.
///
/// # Model
/// Carriers `n` in the well recombine at `R = A n + B n² + C n³`; `I = q V R`, `V` the well's volume; the share
/// `B n² / R` shines. Differential lifetime `1/tau = A + 2 B n + 3 C n²`, one pole at `1 / (2 pi tau)` (electrical
/// 3 dB), another at `1 / (2 pi R C)`. Escape through one face of index `n_s`: `(1 - sqrt(1 - 1/n_s²)) / 2`, twice
/// that with a mirror behind, times the Fresnel transmission.
///
/// # Validity
/// One well volume, room temperature, no carrier leakage; surface recombination is part of `A`.
///
/// # Source
/// E. F. Schubert, Light-Emitting Diodes, 2nd ed., 2.1 and 5.2. Wide and slow: MOSAIC, SIGCOMM 2025,
/// doi:10.1145/3718958.3750510.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MicroLed {
    /// Wavelength.
    pub wavelength: Length,
    /// Diameter of the emitter.
    pub diameter: Length,
    /// Thickness of the emitting wells together.
    pub well: Length,
    /// Non-radiative coefficient A, 1/s.
    pub a_per_s: f64,
    /// Radiative coefficient B, m³/s.
    pub b_m3_per_s: f64,
    /// Auger coefficient C, m⁶/s.
    pub c_m6_per_s: f64,
    /// Refractive index of the chip (gallium nitride: 2.4).
    pub index: f64,
    /// Share of the backward light that a mirror returns, 0 to 1.
    pub mirror: f64,
    /// Voltage across the LED when it shines.
    pub forward: Voltage,
    /// Bandwidth of driver resistance and junction capacitance.
    pub rc_bandwidth: Frequency,
}

/// An imaging fibre and its lens as one LED sees them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImagingFibre {
    /// Numerical aperture of its cores.
    pub aperture: f64,
    /// Share of its face that is core.
    pub fill: f64,
    /// Loss of lenses, faces and length.
    pub loss: Decibel,
    /// Bandwidth of its modes times length, Hz m.
    pub modal_hz_m: f64,
}

impl MicroLed {
    /// Reads the `microled.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let lifetime: Time = facts.get("microled.nonradiative_lifetime")?;
        Ok(Self {
            wavelength: facts.get("microled.wavelength")?,
            diameter: facts.get("microled.diameter")?,
            well: facts.get("microled.well")?,
            a_per_s: 1.0 / lifetime.as_s(),
            b_m3_per_s: facts.get::<RadiativeCoefficient>("microled.radiative")?.si(),
            c_m6_per_s: facts.get::<AugerCoefficient>("microled.auger")?.si(),
            index: facts.get::<Ratio>("microled.index")?.value(),
            mirror: facts.get::<Ratio>("microled.mirror")?.value(),
            forward: facts.get("microled.voltage")?,
            rc_bandwidth: facts.get("microled.rc_bandwidth")?,
        })
    }

    /// Carrier density at a current, 1/m³.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless the current and the coefficients are positive.
    pub fn density_per_m3(&self, current_a: f64) -> Result<f64, OpticsError> {
        positive("current in A", current_a, "micro-LEDs take 0.05 to 5 mA")?;
        positive("well volume in m³", self.volume_m3(), "give diameter and thickness")?;
        positive(
            "radiative coefficient in m³/s",
            self.b_m3_per_s,
            "1e-17 is usual for gallium nitride",
        )?;
        within(
            self.a_per_s >= 0.0,
            "coefficient A in 1/s",
            "zero or more",
            self.a_per_s,
            "1e7 is usual",
        )?;
        within(
            self.c_m6_per_s >= 0.0,
            "coefficient C in m⁶/s",
            "zero or more",
            self.c_m6_per_s,
            "1e-42 is usual",
        )?;
        let rate = current_a / (ELECTRON_CHARGE * self.volume_m3());
        // Without the other two the radiative rate alone bounds the density from above.
        let most = (rate / self.b_m3_per_s).sqrt();
        let excess = |x: f64| self.rate(x * most) / rate - 1.0;
        Ok(most * lightloom_num::root(excess, 0.0, 1.0 + 1e-9, 1e-13)?)
    }

    fn volume_m3(&self) -> f64 {
        let d = self.diameter.as_m();
        PI / 4.0 * d * d * self.well.as_m()
    }

    fn rate(&self, n: f64) -> f64 {
        n * (self.a_per_s + n * (self.b_m3_per_s + n * self.c_m6_per_s))
    }

    /// Share of the carriers that shine: the internal quantum efficiency.
    ///
    /// # Errors
    /// As [`MicroLed::density_per_m3`].
    pub fn internal_efficiency(&self, current_a: f64) -> Result<f64, OpticsError> {
        let n = self.density_per_m3(current_a)?;
        Ok(self.b_m3_per_s * n * n / self.rate(n))
    }

    /// Share of the light made inside that leaves through the front face.
    #[must_use]
    pub fn extraction(&self) -> f64 {
        let n = self.index.max(1.0);
        let cone = 0.5 * (1.0 - (1.0 - 1.0 / (n * n)).sqrt());
        let face = 4.0 * n / ((n + 1.0) * (n + 1.0));
        (cone * face * (1.0 + self.mirror.clamp(0.0, 1.0))).min(1.0)
    }

    /// Light out of the front face at a current.
    ///
    /// # Errors
    /// As [`MicroLed::density_per_m3`].
    pub fn light(&self, current_a: f64) -> Result<Power, OpticsError> {
        let photon_v = PLANCK * SPEED_OF_LIGHT / (ELECTRON_CHARGE * self.wavelength.as_m());
        Ok(Power::w(
            self.internal_efficiency(current_a)? * self.extraction() * photon_v * current_a,
        ))
    }

    /// Small-signal response at a current: carrier lifetime and RC.
    ///
    /// # Errors
    /// As [`MicroLed::density_per_m3`].
    pub fn response(&self, f_hz: f64, current_a: f64) -> Result<Complex64, OpticsError> {
        let carrier = self.carrier_bandwidth(current_a)?.as_hz();
        let lag = Complex64::new(1.0, f_hz / carrier);
        let rc = Complex64::new(1.0, f_hz / self.rc_bandwidth.as_hz());
        Ok(Complex64::new(1.0, 0.0) / (lag * rc))
    }

    /// Electrical 3 dB bandwidth of the carrier lifetime; the optical one is sqrt 3 of it.
    ///
    /// # Errors
    /// As [`MicroLed::density_per_m3`].
    pub fn carrier_bandwidth(&self, current_a: f64) -> Result<Frequency, OpticsError> {
        let n = self.density_per_m3(current_a)?;
        let rate = self.a_per_s + n * (2.0 * self.b_m3_per_s + 3.0 * n * self.c_m6_per_s);
        Ok(Frequency::hz(rate / (2.0 * PI)))
    }

    /// Energy of the LED itself per bit, two levels, half of the bits bright.
    #[must_use]
    pub fn energy(&self, on_current_a: f64, rate: BitRate) -> EnergyPerBit {
        let power = Power::w(0.5 * on_current_a * self.forward.si());
        EnergyPerBit::from_si(power.as_w() / rate.si())
    }
}

impl ImagingFibre {
    /// A length by the `fibre.imaging.*` facts: the loss of its faces and its length, the bandwidth of one metre.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, length: Length) -> Result<Self, FactError> {
        let of_a_metre: Frequency = facts.get("fibre.imaging.modal")?;
        Ok(Self {
            aperture: facts.get::<Ratio>("fibre.imaging.aperture")?.value(),
            fill: facts.get::<Ratio>("fibre.imaging.fill")?.value(),
            loss: facts.get::<Decibel>("fibre.imaging.faces")?
                + facts.get::<LossPerLength>("fibre.imaging.loss")? * length,
            modal_hz_m: of_a_metre.as_hz(),
        })
    }

    /// Bandwidth of a length, at which its modes leave half of the light: in inverse proportion to length.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless the length is positive.
    pub fn bandwidth(&self, length: Length) -> Result<Frequency, OpticsError> {
        positive("length in m", length.as_m(), "a fibre of no length has no limit")?;
        Ok(Frequency::hz(self.modal_hz_m / length.as_m()))
    }

    /// Loss from an LED's front face to the far face of the fibre.
    ///
    /// # Model
    /// A Lambertian source sends `NA²` of its light into an aperture; core fill and losses follow. A lens that
    /// enlarges the image by `M` trades area for angle: the share within `NA` grows to `(M NA)²`, up to one.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless aperture and fill lie above 0 and up to 1, and the enlargement is 1 or more.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::ImagingFibre;
    /// use lightloom_units::Decibel;
    /// let fibre =
    ///     ImagingFibre { aperture: 0.5, fill: 1.0, loss: Decibel::db(1.0), modal_hz_m: 25e9 };
    /// // NA 0.5 takes a quarter of a Lambertian source: 6.02 dB, and 1 dB of the rest.
    /// assert!((fibre.coupling_loss(1.0)?.as_db() - 7.0206).abs() < 1e-4);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn coupling_loss(&self, enlargement: f64) -> Result<Decibel, OpticsError> {
        let inside = |x: f64| x > 0.0 && x <= 1.0;
        within(
            inside(self.aperture),
            "numerical aperture",
            "above 0 and up to 1",
            self.aperture,
            "imaging fibres have 0.3 to 0.6",
        )?;
        within(
            inside(self.fill),
            "core fill",
            "above 0 and up to 1",
            self.fill,
            "imaging fibres have 0.4 to 0.8",
        )?;
        within(
            enlargement >= 1.0,
            "enlargement of the image",
            "one or more",
            enlargement,
            "1 is a butt joint",
        )?;
        let angle = enlargement * self.aperture;
        let share = (angle * angle).min(1.0) * self.fill;
        Ok(self.loss - Decibel::from_power_ratio(share))
    }
}
