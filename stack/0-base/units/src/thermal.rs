//! Temperature, how heat reaches a coolant, and what a resonator does with its temperature.

use crate::Unit;
use crate::quantity::{product, quantity};

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
    /// In degrees Celsius.
    #[must_use]
    pub const fn as_celsius(self) -> f64 {
        self.0 - 273.15
    }
    /// The temperature so many kelvin above this one.
    #[must_use]
    pub const fn warmer_by(self, kelvin: f64) -> Self {
        Self(self.0 + kelvin)
    }
}

quantity! {
    /// Kelvin that a part is above what cools it, per watt; kelvin per watt inside.
    ThermalResistance = "thermal resistance" ("a thermal resistance"), unsigned,
    [("K/W", 1.0)]
    also [("degC/W", 1.0)]
}

impl ThermalResistance {
    /// From kelvin per watt.
    #[must_use]
    pub const fn k_per_w(value: f64) -> Self {
        Self(value)
    }
    /// In kelvin per watt.
    #[must_use]
    pub const fn as_k_per_w(self) -> f64 {
        self.0
    }
    /// Kelvin over it while a power flows.
    #[must_use]
    pub fn kelvin(self, power: crate::Power) -> f64 {
        self.0 * power.as_w()
    }
}

/// Boltzmann's constant in joules per kelvin; exact since 2019.
pub const BOLTZMANN_J_PER_K: f64 = 1.380_649e-23;

quantity! {
    /// Energy that a process needs to go on, so that warmth quickens it; joules inside.
    ActivationEnergy = "activation energy" ("an activation energy"), unsigned,
    [("eV", 1.602_176_634e-19)]
    also [("meV", 1.602_176_634e-22), ("J", 1.0)]
}

impl ActivationEnergy {
    /// From electronvolts.
    #[must_use]
    pub const fn ev(value: f64) -> Self {
        Self(value * 1.602_176_634e-19)
    }
    /// In electronvolts.
    #[must_use]
    pub const fn as_ev(self) -> f64 {
        self.0 / 1.602_176_634e-19
    }
    /// How many times faster the process goes at a temperature than at another.
    ///
    /// # Model
    /// Arrhenius: `exp(E / k (1 / T_stated - 1 / T))`
    ///
    /// # Example
    /// ```
    /// use lightloom_units::{ActivationEnergy, Temperature};
    /// // The textbook's 0.7 eV from 55 to 125 degC: 78 times.
    /// let [stated, actual] = ["55 degC", "125 degC"].map(|t| t.parse::<Temperature>().unwrap());
    /// let faster = ActivationEnergy::ev(0.7).acceleration(stated, actual);
    /// assert!((faster - 77.65).abs() < 0.05);
    /// ```
    #[must_use]
    pub fn acceleration(self, stated: Temperature, actual: Temperature) -> f64 {
        libm::exp(self.0 / BOLTZMANN_J_PER_K * (1.0 / stated.0 - 1.0 / actual.0))
    }
    /// The activation energy that makes a process a factor faster for ten kelvin about a temperature.
    ///
    /// # Model
    /// `E = k ln(factor) / (1 / (T - 5 K) - 1 / (T + 5 K))`
    #[must_use]
    pub fn of_factor_per_10_kelvin(factor: f64, about: Temperature) -> Self {
        let span = 1.0 / (about.0 - 5.0) - 1.0 / (about.0 + 5.0);
        Self(BOLTZMANN_J_PER_K * libm::log(factor) / span)
    }
}

quantity! {
    /// Thermal resistance of a layer times its area; square metre kelvin per watt inside.
    ThermalInsulance = "thermal insulance" ("a thermal insulance"), unsigned,
    [("mm2 K/W", 1e-6)]
    also [("m2 K/W", 1.0), ("K mm2/W", 1e-6), ("K cm2/W", 1e-4)]
}

quantity! {
    /// Heat through an area; watt per square metre inside.
    HeatFlux = "heat flux" ("a heat flux"), unsigned,
    [("W/cm2", 1e4)]
    also [("W/mm2", 1e6), ("W/m2", 1.0)]
}

impl HeatFlux {
    /// In watts per square centimetre.
    #[must_use]
    pub const fn as_w_per_cm2(self) -> f64 {
        self.0 * 1e-4
    }
}

quantity! {
    /// Volume of coolant per time; cubic metre per second inside.
    VolumeFlow = "volume flow" ("a volume flow"), unsigned,
    [("m3/s", 1.0), ("L/min", 1e-3 / 60.0)]
    also [("CFM", 4.719_474_432e-4), ("l/min", 1e-3 / 60.0)]
}

impl VolumeFlow {
    /// From litres per minute.
    #[must_use]
    pub const fn l_per_min(value: f64) -> Self {
        Self(value / 6e4)
    }
    /// In cubic metres per second.
    #[must_use]
    pub const fn as_m3_per_s(self) -> f64 {
        self.0
    }
    /// In cubic feet per minute.
    #[must_use]
    pub const fn as_cfm(self) -> f64 {
        self.0 / 4.719_474_432e-4
    }
}

product!(ThermalResistance, crate::Area => ThermalInsulance);
product!(HeatFlux, crate::Area => crate::Power);

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
