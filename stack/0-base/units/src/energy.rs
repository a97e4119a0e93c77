//! Energy, energy per bit, power.

use crate::quantity::{product, quantity};

quantity! {
    /// An energy; joules inside.
    Energy = "energy" ("an energy"), unsigned,
    [("GWh", 3.6e12), ("MWh", 3.6e9), ("kWh", 3.6e6), ("J", 1.0), ("mJ", 1e-3), ("uJ", 1e-6), ("nJ", 1e-9), ("pJ", 1e-12), ("fJ", 1e-15)]
    also [("kJ", 1e3), ("MJ", 1e6), ("Wh", 3600.0)]
}

impl Energy {
    /// In joules.
    #[must_use]
    pub const fn as_j(self) -> f64 {
        self.0
    }
    /// In kilowatt-hours.
    #[must_use]
    pub const fn as_kwh(self) -> f64 {
        self.0 / 3.6e6
    }
}

quantity! {
    /// Energy for one payload bit in one direction; joules per bit inside.
    EnergyPerBit = "energy per bit" ("an energy per bit"), unsigned,
    [("nJ/bit", 1e-9), ("pJ/bit", 1e-12), ("fJ/bit", 1e-15)]
    also [("J/bit", 1.0), ("pJ/b", 1e-12), ("fJ/b", 1e-15)]
}

impl EnergyPerBit {
    /// From picojoules per bit.
    #[must_use]
    pub const fn pj_per_bit(value: f64) -> Self {
        Self(value * 1e-12)
    }
    /// In picojoules per bit.
    #[must_use]
    pub const fn as_pj_per_bit(self) -> f64 {
        self.0 * 1e12
    }
}

quantity! {
    /// Energy per bit for each decibel of channel loss; J/bit/dB inside.
    EnergySlope = "energy slope" ("an energy slope"), unsigned,
    [("pJ/bit/dB", 1e-12)]
}

quantity! {
    /// A power; watts inside.
    Power = "power" ("a power"), unsigned,
    [("GW", 1e9), ("MW", 1e6), ("kW", 1e3), ("W", 1.0), ("mW", 1e-3), ("uW", 1e-6)]
    also [("µW", 1e-6)]
}

impl Power {
    /// From watts.
    #[must_use]
    pub const fn w(value: f64) -> Self {
        Self(value)
    }
    /// From milliwatts.
    #[must_use]
    pub const fn mw(value: f64) -> Self {
        Self(value * 1e-3)
    }
    /// In watts.
    #[must_use]
    pub const fn as_w(self) -> f64 {
        self.0
    }
    /// In kilowatts.
    #[must_use]
    pub const fn as_kw(self) -> f64 {
        self.0 * 1e-3
    }
}

product!(EnergyPerBit, crate::BitRate => Power);
product!(EnergyPerBit, crate::DataSize => Energy);
product!(Power, crate::Time => Energy);
product!(EnergySlope, crate::Decibel => EnergyPerBit);
