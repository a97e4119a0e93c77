//! Greenhouse gas as the mass of carbon dioxide that warms as much, and its rates.

use crate::quantity::{product, quantity};

quantity! {
    /// An amount of greenhouse gas; kilograms of CO2 equivalent.
    Carbon = "amount of greenhouse gas" ("an amount of greenhouse gas"), unsigned,
    [("ktCO2e", 1e6), ("tCO2e", 1e3), ("kgCO2e", 1.0), ("gCO2e", 1e-3), ("mgCO2e", 1e-6)]
}

impl Carbon {
    /// From kilograms of CO2 equivalent.
    #[must_use]
    pub const fn kg(value: f64) -> Self {
        Self(value)
    }
    /// In kilograms of CO2 equivalent.
    #[must_use]
    pub const fn as_kg(self) -> f64 {
        self.0
    }
}

quantity! {
    /// Greenhouse gas of a unit of energy, the intensity of a grid; kg per joule inside.
    CarbonPerEnergy = "greenhouse gas of energy" ("a greenhouse gas of energy"), unsigned,
    [("gCO2e/kWh", 1e-3 / 3.6e6)]
    also [("kgCO2e/kWh", 1.0 / 3.6e6), ("kgCO2e/MWh", 1.0 / 3.6e9)]
}

quantity! {
    /// Greenhouse gas of making something that carries a power; kg per watt inside.
    CarbonPerPower = "greenhouse gas of power capacity" ("a greenhouse gas of power capacity"), unsigned,
    [("kgCO2e/W", 1.0)]
    also [("tCO2e/MW", 1e-3), ("kgCO2e/kW", 1e-3)]
}

quantity! {
    /// Greenhouse gas of making a length of cable; kg per metre inside.
    CarbonPerLength = "greenhouse gas of length" ("a greenhouse gas of length"), unsigned,
    [("kgCO2e/m", 1.0)]
    also [("kgCO2e/km", 1e-3), ("gCO2e/m", 1e-3)]
}

product!(CarbonPerEnergy, crate::Energy => Carbon);
product!(CarbonPerPower, crate::Power => Carbon);
product!(CarbonPerLength, crate::Length => Carbon);
