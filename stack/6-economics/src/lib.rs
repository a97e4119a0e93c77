//! Economics: what a design costs to buy, to power, to keep running, and which of two is cheaper.
//!
//! - [`distribution`]: a quantity as low, central and high.
//! - [`price`]: cost, margin and price; price erosion and learning; an accelerator's price.
//! - [`supply`]: what the number of vendors does to a price.
//! - [`bill_total`]: the total of a bill whose prices are uncertain.
//! - [`energy_cost`]: what a watt costs in a year.
//! - [`meter`]: power and energy by token from the chip to the meter.
//! - [`mod@tco`]: total cost of ownership of a design, nominal, discounted and by year.
//! - [`mod@compare`]: one design against another: net present value, payback, break-even premium, freed accelerators.
//! - [`depreciation`], [`cash_flow`]: what things are worth year by year; net present value, payback, capital by watt.
//! - [`token_cost`]: an accelerator-hour and a million tokens.
//! - [`ownership`]: an accelerator owned against rented, by the years that it is kept.
//! - [`carbon`]: greenhouse gas of electricity and of making.
//! - [`mod@break_even`], [`mod@winner_map`]: where a decision flips over one input; who wins over two.
//! - [`readiness`], [`early_late`], [`buyer`]: dates as distributions, waiting and being early, weights of buyers.
//! - [`sanity`]: inputs that ought to be checked.
//! - [`mod@reference`]: published budgets and savings, and whether they agree with themselves.
//!
//! Money is in US dollars of the catalog's year, without taxes. Power is that of the machines (IT power, after
//! their own power supplies' inlet); PUE turns it into facility power.

pub mod bill_total;
pub mod break_even;
pub mod buyer;
pub mod carbon;
pub mod cash_flow;
pub mod compare;
pub mod depreciation;
pub mod distribution;
pub mod early_late;
pub mod energy_cost;
mod error;
pub mod meter;
pub mod ownership;
pub mod price;
pub mod readiness;
pub mod reference;
pub mod sanity;
pub mod supply;
pub mod tco;
pub mod token_cost;
pub mod winner_map;

pub use break_even::{
    Axis, AxisError, BreakEven, BreakEvenError, Crossing, Effort, Spacing, break_even,
};
pub use buyer::{Buyer, Criterion, Marks, Score};
pub use carbon::{Embodied, EmbodiedFactors, Footprint, Inventory};
pub use compare::{Comparison, Warning, compare};
pub use depreciation::{Depreciation, Resale};
pub use distribution::{Distribution, Spread};
pub use early_late::{Early, EarlyCost, Waiting, waiting};
pub use energy_cost::{Cooling, Tariff};
pub use error::EconomicsError;
pub use meter::{Boundary, PowerChain};
pub use ownership::{KeptFor, Owned, Rent};
pub use price::PriceTrend;
pub use readiness::{Maturity, Readiness};
pub use reference::{OpticsQuote, PublishedSaving, ReferenceBudget, ReferenceDatacenter};
pub use supply::{Learning, Supply};
pub use tco::{Design, Finance, Tco, tco};
pub use token_cost::{Rental, million_tokens};
pub use winner_map::{Fineness, WinnerMap, winner_map};
