//! A length of fibre as the modulation sees it.

use crate::optics::error::{OpticsError, within};
use crate::optics::{HollowCoreFibre, ImagingFibre, MultimodeFibre, SingleModeFibre};
use lightloom_units::{Frequency, Length};

/// What a length of fibre does to a modulation: a response without loss and delay, unity at zero frequency.
///
/// # Model
/// Chromatic dispersion of one mode: `cos phi - alpha sin phi`, `phi = p f²`, `alpha` the modulator's Henry factor.
/// Many modes: the Gaussian of [`MultimodeFibre::response`], half of the light at its bandwidth.
///
/// # Validity
/// As the fibres'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FibreSpan {
    /// One mode, several colours.
    Dispersive {
        /// Phase at 1 Hz: `pi l² D L / c`, s².
        phase_s2: f64,
        /// Henry factor of the modulator.
        chirp: f64,
    },
    /// Many modes.
    Modal {
        /// Bandwidth at which half of the light is left.
        bandwidth: Frequency,
    },
}

impl FibreSpan {
    /// A single-mode fibre at a wavelength, behind a modulator of some Henry factor.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a wavelength outside the fibre's model.
    pub fn single_mode(
        fibre: &SingleModeFibre,
        wavelength: Length,
        length: Length,
        chirp: f64,
    ) -> Result<Self, OpticsError> {
        let phase_s2 = fibre.phase_rad(1.0, wavelength, length)?;
        Ok(Self::Dispersive { phase_s2, chirp })
    }

    /// A hollow-core fibre at a wavelength, behind a modulator of some Henry factor.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a wavelength outside its window, 1500 to 1600 nm.
    pub fn hollow_core(
        fibre: &HollowCoreFibre,
        wavelength: Length,
        length: Length,
        chirp: f64,
    ) -> Result<Self, OpticsError> {
        let nm = wavelength.as_m() * 1e9;
        within(
            (1500.0..=1600.0).contains(&nm),
            "wavelength in a hollow-core fibre in nm",
            "1500 to 1600",
            nm,
            "its loss was measured at 1550 nm; for other windows there is no fact",
        )?;
        Ok(Self::Dispersive { phase_s2: fibre.phase_rad(1.0, wavelength, length), chirp })
    }

    /// A multimode fibre for light of some wavelength and rms spectral width.
    ///
    /// # Errors
    /// As [`MultimodeFibre::bandwidth`].
    pub fn multimode(
        fibre: &MultimodeFibre,
        wavelength: Length,
        length: Length,
        spectral_width: Length,
    ) -> Result<Self, OpticsError> {
        Ok(Self::Modal { bandwidth: fibre.bandwidth(length, wavelength, spectral_width)? })
    }

    /// An imaging fibre.
    ///
    /// # Errors
    /// As [`ImagingFibre::bandwidth`].
    pub fn imaging(fibre: &ImagingFibre, length: Length) -> Result<Self, OpticsError> {
        Ok(Self::Modal { bandwidth: fibre.bandwidth(length)? })
    }

    /// Response from intensity to intensity at a frequency, Hz.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> f64 {
        match *self {
            Self::Dispersive { phase_s2, chirp } => {
                let phase = phase_s2 * f_hz * f_hz;
                libm::cos(phase) - chirp * libm::sin(phase)
            }
            Self::Modal { bandwidth } => MultimodeFibre::response(f_hz, bandwidth).re,
        }
    }
}
