//! Temperature, and what a resonator does with it.

use crate::Unit;
use crate::quantity::quantity;

/// A temperature; kelvin inside, degrees Celsius outside.
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Temperature(f64);

impl crate::Quantity for Temperature {
    const NAME: &'static str = "temperature";
    const A_NAME: &'static str = "a temperature";
    const UNITS: &'static [Unit] = &[
        Unit { symbol: "degC", factor: 1.0, offset: 273.15, shown: true },
        Unit { symbol: "K", factor: 1.0, offset: 0.0, shown: false },
        Unit { symbol: "°C", factor: 1.0, offset: 273.15, shown: false },
    ];
    const SIGNED: bool = false;
    fn from_si(si: f64) -> Self {
        Self(si)
    }
    fn si(self) -> f64 {
        self.0
    }
}

quantity!(@text Temperature);

impl Temperature {
    /// In kelvin.
    #[must_use]
    pub const fn as_kelvin(self) -> f64 {
        self.0
    }
    /// Difference to another temperature, in kelvin.
    #[must_use]
    pub fn kelvin_above(self, other: Self) -> f64 {
        self.0 - other.0
    }
}

quantity! {
    /// Wavelength shift of a resonator per kelvin; metre per kelvin inside.
    ThermalDrift = "thermal drift" ("a thermal drift"), unsigned,
    [("pm/K", 1e-12)]
    also [("pm/degC", 1e-12)]
}

quantity! {
    /// Wavelength shift of a resonator per heater power; metre per watt inside.
    TuningEfficiency = "tuning efficiency" ("a tuning efficiency"), unsigned,
    [("nm/mW", 1e-6)]
}

impl ThermalDrift {
    /// Heater power that holds a resonator over a temperature span: drift * span / efficiency.
    #[must_use]
    pub fn heater_power(self, span_kelvin: f64, heater: TuningEfficiency) -> crate::Power {
        crate::Power::w(self.0 * span_kelvin / heater.0)
    }
}
