//! Inputs that a model accepts and that ought to be checked before its result is trusted.

use crate::tco::Finance;
use lightloom_units::{Energy, Power, Ratio, Time};
use serde::Serialize;

/// An unusual input.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{what} of {found} is unusual: {usual}; {hint}")]
pub struct Unusual {
    /// The input.
    pub what: &'static str,
    /// What it is.
    pub found: String,
    /// What is usual.
    pub usual: &'static str,
    /// What may be meant.
    pub hint: &'static str,
}

/// What in a finance ought to be checked. What no model can use is an error of [`tco`](crate::tco::tco()).
#[must_use]
pub fn unusual(finance: &Finance) -> Vec<Unusual> {
    let tariff = &finance.tariff;
    let hour: Energy = Power::w(1e3) * Time::hours(1.0);
    let kwh = (tariff.electricity * hour).as_usd();
    let percent = |r: Ratio| format!("{} %", lightloom_units::significant(100.0 * r.value(), 4));
    let mut found = Vec::new();
    let mut look = |bad: bool, what, value: String, usual, hint| {
        if bad {
            found.push(Unusual { what, found: value, usual, hint });
        }
    };
    look(
        finance.discount.value() > 0.3,
        "a discount rate",
        percent(finance.discount),
        "4 to 15 % a year",
        "write it by year, as `8 %`",
    );
    look(
        !(0.01..=0.5).contains(&kwh),
        "an electricity price",
        tariff.electricity.to_string(),
        "0.03 to 0.20 USD/kWh",
        "a price in USD/MWh is a thousand times as large",
    );
    look(
        tariff.pue.value() > 2.5,
        "a PUE",
        lightloom_units::significant(tariff.pue.value(), 4),
        "1.1 to 1.6",
        "write facility power over IT power, as `1.3 x`",
    );
    look(
        tariff.load.value() < 0.2,
        "a load",
        percent(tariff.load),
        "50 to 100 %",
        "networks draw power whether they carry data or not",
    );
    look(
        finance.life.as_years() > 15.0 || finance.life.as_years() < 1.0,
        "a life",
        finance.life.to_string(),
        "3 to 7 years",
        "building and plant live longer than the hardware in them",
    );
    look(
        finance.maintenance.value() > 0.3,
        "a maintenance share",
        percent(finance.maintenance),
        "1 to 8 % of the price a year",
        "write it by year, not over the life",
    );
    found
}
