//! Pulse-amplitude modulation: levels, bits per symbol, and the SNR that an error rate needs.

use lightloom_num::{q, q_inverse};
use lightloom_units::Decibel;
use serde::{Deserialize, Serialize};

/// Pulse-amplitude modulation with so many levels.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Pam {
    /// Two levels (NRZ).
    Pam2,
    /// Four levels.
    Pam4,
    /// Six levels, five bits in two symbols.
    Pam6,
    /// Eight levels.
    Pam8,
}

impl Pam {
    /// All of them, fewest levels first.
    pub const ALL: [Self; 4] = [Self::Pam2, Self::Pam4, Self::Pam6, Self::Pam8];

    /// Number of levels, to count with.
    #[must_use]
    pub const fn count(self) -> u32 {
        match self {
            Self::Pam2 => 2,
            Self::Pam4 => 4,
            Self::Pam6 => 6,
            Self::Pam8 => 8,
        }
    }

    /// Number of levels L, to calculate with.
    #[must_use]
    pub const fn levels(self) -> f64 {
        match self {
            Self::Pam2 => 2.0,
            Self::Pam4 => 4.0,
            Self::Pam6 => 6.0,
            Self::Pam8 => 8.0,
        }
    }

    /// Bits per symbol; PAM6 carries five bits in two symbols.
    #[must_use]
    pub const fn bits_per_symbol(self) -> f64 {
        match self {
            Self::Pam2 => 1.0,
            Self::Pam4 => 2.0,
            Self::Pam6 => 2.5,
            Self::Pam8 => 3.0,
        }
    }

    /// Name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pam2 => "PAM2",
            Self::Pam4 => "PAM4",
            Self::Pam6 => "PAM6",
            Self::Pam8 => "PAM8",
        }
    }

    /// Variance of equiprobable levels whose outermost lie at +-1: (L²-1) / (3 (L-1)²).
    #[must_use]
    pub fn level_variance(self) -> f64 {
        let l = self.levels();
        (l * l - 1.0) / (3.0 * (l - 1.0) * (l - 1.0))
    }

    /// Bit error ratio at a slicer.
    ///
    /// # Model
    /// `SER = 2 (1 - 1/L) Q(sqrt(3 SNR / (L² - 1)))`, `BER = SER / log2 L` with Gray coding; SNR is the
    /// variance of the signal over that of Gaussian noise.
    ///
    /// # Source
    /// Textbook (Proakis, Digital Communications, PAM); 802.3 Annex 93A uses the same relation.
    #[must_use]
    pub fn bit_error_ratio(self, snr: Decibel) -> f64 {
        let l = self.levels();
        let x = (3.0 * snr.power_ratio() / (l * l - 1.0)).sqrt();
        2.0 * (1.0 - 1.0 / l) * q(x) / self.bits_per_symbol()
    }

    /// SNR at the slicer that gives a bit error ratio: the inverse of [`Pam::bit_error_ratio`].
    ///
    /// # Validity
    /// `0 < ber < 0.2`.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::Pam;
    /// assert_eq!(format!("{:.2}", Pam::Pam4.required_snr(2.4e-4)), "17.66 dB");
    /// assert_eq!(format!("{:.2}", Pam::Pam8.required_snr(4.8e-3)), "20.82 dB");
    /// ```
    #[must_use]
    pub fn required_snr(self, ber: f64) -> Decibel {
        let l = self.levels();
        let tail = ber * self.bits_per_symbol() / (2.0 * (1.0 - 1.0 / l));
        // The quantile exists for every tail within (0, 1); outside there is no signal to ask for.
        let x = q_inverse(tail).unwrap_or(0.0);
        Decibel::from_power_ratio(x * x * (l * l - 1.0) / 3.0)
    }
}

impl std::fmt::Display for Pam {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
