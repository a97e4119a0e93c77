//! Money in US dollars of the catalog's year, and its rates.

use crate::quantity::{product, quantity};

quantity! {
    /// An amount of money; US dollars.
    Money = "amount of money" ("an amount of money"), signed,
    [("GUSD", 1e9), ("MUSD", 1e6), ("kUSD", 1e3), ("USD", 1.0)]
}

impl Money {
    /// From US dollars.
    #[must_use]
    pub const fn usd(value: f64) -> Self {
        Self(value)
    }
    /// In US dollars.
    #[must_use]
    pub const fn as_usd(self) -> f64 {
        self.0
    }
}

quantity! {
    /// Price of energy; USD per joule inside.
    MoneyPerEnergy = "price of energy" ("a price of energy"), unsigned,
    [("USD/kWh", 1.0 / 3.6e6)]
    also [("USD/MWh", 1.0 / 3.6e9)]
}

quantity! {
    /// Price of power capacity; USD per watt.
    MoneyPerPower = "price of power capacity" ("a price of power capacity"), unsigned,
    [("USD/W", 1.0)]
    also [("MUSD/MW", 1.0), ("USD/kW", 1e-3), ("GUSD/GW", 1.0)]
}

quantity! {
    /// A price by time, such as an hourly rate; USD per second inside.
    MoneyPerTime = "price per time" ("a price per time"), unsigned,
    [("USD/h", 1.0 / 3600.0), ("USD/yr", 1.0 / 31_536_000.0)]
}

impl MoneyPerTime {
    /// In US dollars an hour.
    #[must_use]
    pub const fn as_usd_per_hour(self) -> f64 {
        self.0 * 3600.0
    }
}

quantity! {
    /// Price of bit rate; USD per bit/s inside.
    MoneyPerBitRate = "price of bit rate" ("a price of bit rate"), unsigned,
    [("USD/(Gb/s)", 1e-9)]
}

product!(MoneyPerEnergy, crate::Energy => Money);
product!(MoneyPerPower, crate::Power => Money);
product!(MoneyPerTime, crate::Time => Money);
product!(MoneyPerBitRate, crate::BitRate => Money);
