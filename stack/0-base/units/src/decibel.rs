//! Logarithmic quantities. dB is a ratio, dBm a power: their sums are typed apart.

use crate::Power;
use crate::quantity::{product, quantity};

quantity! {
    /// A ratio in decibels (of powers). Sums of decibels are products of ratios.
    Decibel = "ratio in decibels" ("a ratio in decibels"), signed,
    [("dB", 1.0)]
}

impl Decibel {
    /// From decibels.
    #[must_use]
    pub const fn db(value: f64) -> Self {
        Self(value)
    }
    /// In decibels.
    #[must_use]
    pub const fn as_db(self) -> f64 {
        self.0
    }
    /// From a ratio of powers; the ratio must be positive.
    #[must_use]
    pub fn from_power_ratio(ratio: f64) -> Self {
        Self(10.0 * libm::log10(ratio))
    }
    /// As a ratio of powers, 10^(dB/10).
    #[must_use]
    pub fn power_ratio(self) -> f64 {
        libm::pow(10.0, self.0 / 10.0)
    }
}

/// A power level relative to one milliwatt. Two of them cannot be added: that would multiply powers.
///
/// ```compile_fail
/// use lightloom_units::DecibelMilliwatt;
/// let _ = DecibelMilliwatt::dbm(0.0) + DecibelMilliwatt::dbm(0.0);
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct DecibelMilliwatt(f64);

impl crate::Quantity for DecibelMilliwatt {
    const NAME: &'static str = "power level";
    const A_NAME: &'static str = "a power level";
    const UNITS: &'static [crate::Unit] =
        &[crate::Unit { symbol: "dBm", factor: 1.0, offset: 0.0, shown: true }];
    const SIGNED: bool = true;
    fn from_si(si: f64) -> Self {
        Self(si)
    }
    fn si(self) -> f64 {
        self.0
    }
}

quantity!(@text DecibelMilliwatt);

impl DecibelMilliwatt {
    /// From decibels relative to one milliwatt.
    #[must_use]
    pub const fn dbm(value: f64) -> Self {
        Self(value)
    }
    /// In decibels relative to one milliwatt.
    #[must_use]
    pub const fn as_dbm(self) -> f64 {
        self.0
    }
    /// As a power.
    #[must_use]
    pub fn power(self) -> Power {
        Power::mw(libm::pow(10.0, self.0 / 10.0))
    }
}

impl Power {
    /// As a level relative to one milliwatt; the power must be positive.
    #[must_use]
    pub fn to_dbm(self) -> DecibelMilliwatt {
        DecibelMilliwatt(10.0 * libm::log10(self.as_w() * 1e3))
    }
}

impl std::ops::Add<Decibel> for DecibelMilliwatt {
    type Output = Self;
    fn add(self, gain: Decibel) -> Self {
        Self(self.0 + gain.0)
    }
}

impl std::ops::Sub<Decibel> for DecibelMilliwatt {
    type Output = Self;
    fn sub(self, loss: Decibel) -> Self {
        Self(self.0 - loss.0)
    }
}

impl std::ops::Sub for DecibelMilliwatt {
    type Output = Decibel;
    fn sub(self, other: Self) -> Decibel {
        Decibel(self.0 - other.0)
    }
}

quantity! {
    /// Attenuation of a medium; dB per metre inside.
    LossPerLength = "loss per length" ("a loss per length"), unsigned,
    [("dB/mm", 1e3), ("dB/in", 1.0 / 0.0254), ("dB/m", 1.0), ("dB/km", 1e-3)]
    also [("dB/cm", 1e2)]
}

product!(LossPerLength, crate::Length => Decibel);

quantity! {
    /// Relative intensity noise of a laser; dB relative to the carrier, per hertz.
    RelativeIntensityNoise = "relative intensity noise" ("a relative intensity noise"), signed,
    [("dB/Hz", 1.0)]
}

impl RelativeIntensityNoise {
    /// As a variance density, 1/Hz.
    #[must_use]
    pub fn per_hz(self) -> f64 {
        libm::pow(10.0, self.0 / 10.0)
    }
}
