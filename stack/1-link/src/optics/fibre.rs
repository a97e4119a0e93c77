//! Waveguides over distance: single-mode, hollow-core and polymer.

use crate::optics::SPEED_OF_LIGHT;
use crate::optics::error::{OpticsError, positive, within};
use lightloom_evidence::Facts;
use lightloom_units::{
    Decibel, DelayPerLength, Dispersion, DispersionSlope, Length, LossPerLength, Quantity, Time,
};
use std::f64::consts::PI;

/// Silica's infrared absorption, dB/km, and its wavelength, um: `A exp(-L / l)`. T. Miya et al., Electron. Lett. 15
/// (1979) 106, as fitted in the textbooks.
const INFRARED_DB_PER_KM: f64 = 7.81e11;
const INFRARED_UM: f64 = 48.48;

/// A single-mode fibre.
///
/// # Model
/// Dispersion `D(l) = S0/4 (l - l0⁴/l³)`. Loss `alpha(l) = (alpha_r - IR(l_r)) (l_r/l)⁴ + IR(l)`: Rayleigh scattering
/// and silica's infrared absorption. Intensity in, intensity out: `H = cos phi - alpha_H sin phi`,
/// `phi = pi l² D L f² / c`, with the modulator's Henry factor `alpha_H`; delay apart.
///
/// # Validity
/// Small signals, no nonlinearity (below some +10 dBm per kilometre), no polarisation-mode dispersion, no water
/// peak (1383 nm of old fibres). Polymer and short waveguides: set the slope to zero.
///
/// # Source
/// ITU-T G.652 (dispersion); J. Wang and K. Petermann, J. Lightwave Technol. 10 (1992) 96 (response).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleModeFibre {
    /// Zero-dispersion wavelength.
    pub zero_dispersion: Length,
    /// Dispersion slope there.
    pub slope: DispersionSlope,
    /// Loss at the reference wavelength.
    pub loss: LossPerLength,
    /// Wavelength of that loss.
    pub reference: Length,
    /// Group delay.
    pub delay: DelayPerLength,
}

impl SingleModeFibre {
    /// Reads `fibre.loss`, `fibre.delay`, `fibre.zero_dispersion` and `fibre.dispersion_slope`.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, OpticsError> {
        Ok(Self {
            zero_dispersion: facts.get("fibre.zero_dispersion")?,
            slope: facts.get("fibre.dispersion_slope")?,
            loss: facts.get("fibre.loss")?,
            reference: Length::um(1.31),
            delay: facts.get("fibre.delay")?,
        })
    }

    /// Chromatic dispersion at a wavelength.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless the wavelength lies within 0.8 to 1.7 um.
    pub fn dispersion(&self, wavelength: Length) -> Result<Dispersion, OpticsError> {
        let l = wavelength.as_m() * 1e9;
        within(
            (800.0..=1700.0).contains(&l),
            "wavelength in nm",
            "800 to 1700",
            l,
            "write it as e.g. 1311 nm",
        )?;
        Ok(self.slope.at(wavelength, self.zero_dispersion))
    }

    /// Loss of a length at a wavelength.
    ///
    /// # Errors
    /// As [`SingleModeFibre::dispersion`].
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::SingleModeFibre;
    /// use lightloom_units::{DelayPerLength, DispersionSlope, Length, LossPerLength, Quantity};
    /// let smf = SingleModeFibre {
    ///     zero_dispersion: Length::um(1.31), slope: DispersionSlope::ps_per_nm2_km(0.092),
    ///     loss: LossPerLength::from_si(0.33e-3), reference: Length::um(1.31),
    ///     delay: DelayPerLength::from_si(4.9e-9),
    /// };
    /// // Data sheets of G.652.D fibre: 0.33 dB/km at 1310 nm, 0.18 to 0.19 at 1550 nm.
    /// let c_band = smf.loss(Length::um(1.55), Length::m(1000.0))?.as_db();
    /// assert!((0.17..0.20).contains(&c_band));
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn loss(&self, wavelength: Length, length: Length) -> Result<Decibel, OpticsError> {
        self.dispersion(wavelength)?;
        let infrared =
            |l: Length| 1e-3 * INFRARED_DB_PER_KM * libm::exp(-INFRARED_UM / (l.as_m() * 1e6));
        let x = self.reference / wavelength;
        let scattering = (self.loss.si() - infrared(self.reference)) * x * x * x * x;
        Ok(Decibel::db((scattering + infrared(wavelength)) * length.as_m()))
    }

    /// Phase `phi` of the dispersion at a modulation frequency, rad.
    ///
    /// # Errors
    /// As [`SingleModeFibre::dispersion`].
    pub fn phase_rad(
        &self,
        f_hz: f64,
        wavelength: Length,
        length: Length,
    ) -> Result<f64, OpticsError> {
        Ok(phase_rad(self.dispersion(wavelength)?, f_hz, wavelength, length))
    }

    /// Response from intensity to intensity, without loss and delay.
    ///
    /// # Errors
    /// As [`SingleModeFibre::dispersion`].
    ///
    /// # Example
    /// ```
    /// # use lightloom_link::optics::SingleModeFibre;
    /// # use lightloom_units::{DelayPerLength, DispersionSlope, Length, LossPerLength, Quantity};
    /// # let smf = SingleModeFibre {
    /// #     zero_dispersion: Length::um(1.324), slope: DispersionSlope::ps_per_nm2_km(0.093),
    /// #     loss: LossPerLength::from_si(0.33e-3), reference: Length::um(1.31),
    /// #     delay: DelayPerLength::from_si(4.9e-9),
    /// # };
    /// // link_physics 3.1: 113.4 GBd over 2 km at 1264.5 nm lose 1.9 dB at Nyquist.
    /// let h = smf.response(56.72e9, Length::um(1.2645), Length::m(2000.0), 0.0)?;
    /// assert!((20.0 * h.abs().log10() + 1.92).abs() < 0.01);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn response(
        &self,
        f_hz: f64,
        wavelength: Length,
        length: Length,
        chirp: f64,
    ) -> Result<f64, OpticsError> {
        let phase = self.phase_rad(f_hz, wavelength, length)?;
        Ok(libm::cos(phase) - chirp * libm::sin(phase))
    }

    /// Propagation time.
    #[must_use]
    pub fn flight(&self, length: Length) -> Time {
        self.delay * length
    }
}

fn phase_rad(dispersion: Dispersion, f_hz: f64, wavelength: Length, length: Length) -> f64 {
    let l = wavelength.as_m();
    PI * l * l * dispersion.si() * length.as_m() * f_hz * f_hz / SPEED_OF_LIGHT
}

/// A hollow-core fibre: light in air.
///
/// # Model
/// Delay `n_g / c` with a group index of 1.0003 to 1.005; loss per length; dispersion of a few ps/(nm km), by the
/// same response as silica's.
///
/// # Validity
/// Within its window. Joints to solid fibre cost loss and reflect: count them as connectors.
///
/// # Source
/// Delay: vacuum's 3.336 ns/m times the index. Loss: M. Petrovich et al., Nature Photonics 2025,
/// doi:10.1038/s41566-025-01747-5 (0.091 dB/km at 1550 nm).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HollowCoreFibre {
    /// Group index.
    pub group_index: f64,
    /// Loss in its window.
    pub loss: LossPerLength,
    /// Dispersion.
    pub dispersion: Dispersion,
}

impl HollowCoreFibre {
    /// Reads the `fibre.hollow.*` facts.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, OpticsError> {
        let index = facts.get::<lightloom_units::Ratio>("fibre.hollow.group_index")?.value();
        within(
            index >= 1.0,
            "group index",
            "one or more",
            index,
            "nothing outruns light in vacuum",
        )?;
        Ok(Self {
            group_index: index,
            loss: facts.get("fibre.hollow.loss")?,
            dispersion: facts.get("fibre.hollow.dispersion")?,
        })
    }

    /// Delay per length.
    #[must_use]
    pub fn delay(&self) -> DelayPerLength {
        DelayPerLength::from_si(self.group_index / SPEED_OF_LIGHT)
    }

    /// Phase of the dispersion at a modulation frequency, rad.
    #[must_use]
    pub fn phase_rad(&self, f_hz: f64, wavelength: Length, length: Length) -> f64 {
        phase_rad(self.dispersion, f_hz, wavelength, length)
    }

    /// Response from intensity to intensity, without loss and delay.
    #[must_use]
    pub fn response(&self, f_hz: f64, wavelength: Length, length: Length, chirp: f64) -> f64 {
        let phase = self.phase_rad(f_hz, wavelength, length);
        libm::cos(phase) - chirp * libm::sin(phase)
    }
}

/// A waveguide on a board, interposer or chip: loss per length, bends and crossings.
///
/// # Model
/// `loss = alpha L + n_bend L_bend + n_cross L_cross`, delay `n_g L / c`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoardWaveguide {
    /// Propagation loss.
    pub loss: LossPerLength,
    /// Group index: polymer 1.55, silicon nitride 2, silicon 4.2.
    pub group_index: f64,
    /// Loss of one bend.
    pub bend: Decibel,
    /// Loss of one crossing.
    pub crossing: Decibel,
}

impl BoardWaveguide {
    /// Loss and delay of a route.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a length, index or count that means nothing.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::BoardWaveguide;
    /// use lightloom_units::{Decibel, Length, LossPerLength, Quantity};
    /// let polymer = BoardWaveguide {
    ///     loss: LossPerLength::from_si(30.0), // 0.3 dB/cm
    ///     group_index: 1.55, bend: Decibel::db(0.1), crossing: Decibel::db(0.02),
    /// };
    /// let (loss, delay) = polymer.route(Length::m(0.05), 2.0, 10.0)?;
    /// assert!((loss.as_db() - 1.9).abs() < 1e-9 && (delay.as_ns() - 0.2585).abs() < 1e-4);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn route(
        &self,
        length: Length,
        bends: f64,
        crossings: f64,
    ) -> Result<(Decibel, Time), OpticsError> {
        within(
            length.as_m() >= 0.0,
            "length in m",
            "zero or more",
            length.as_m(),
            "check the route",
        )?;
        positive("group index", self.group_index, "polymer has 1.55")?;
        within(bends >= 0.0, "bends", "zero or more", bends, "check the route")?;
        within(crossings >= 0.0, "crossings", "zero or more", crossings, "check the route")?;
        let loss = self.loss * length + self.bend * bends + self.crossing * crossings;
        Ok((loss, Time::s(self.group_index * length.as_m() / SPEED_OF_LIGHT)))
    }
}
