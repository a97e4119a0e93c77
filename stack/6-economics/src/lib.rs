//! Economics: what a design costs to buy, to power, to keep running, and which of two is cheaper.
//!
//! - [`price`]: cost, margin and price; price erosion and learning; market prices to compare with.
//! - [`energy_cost`]: what a watt costs in a year.
//! - [`mod@tco`]: total cost of ownership of a design, nominal, discounted and by year.
//! - [`mod@compare`]: one design against another: net present value, payback, break-even premium, freed accelerators.
//! - [`token_cost`]: an accelerator-hour and a million tokens, owned and rented.
//! - [`mod@reference`]: published budgets and savings, and whether they agree with themselves.
//!
//! Money is in US dollars of the catalog's year, without taxes. Power is that of the machines (IT power, after
//! their own power supplies' inlet); PUE turns it into facility power.

pub mod compare;
pub mod energy_cost;
mod error;
pub mod price;
pub mod readiness;
pub mod reference;
pub mod tco;
pub mod token_cost;

pub use compare::{Comparison, Warning, compare, freed_accelerators};
pub use energy_cost::{Cooling, Tariff};
pub use error::EconomicsError;
pub use price::{PartPrices, PriceTrend};
pub use readiness::Readiness;
pub use reference::{OpticsQuote, PublishedSaving, ReferenceBudget, ReferenceDatacenter};
pub use tco::{Design, Finance, Tco, tco};
pub use token_cost::{Rental, million_tokens, rent_break_even};
