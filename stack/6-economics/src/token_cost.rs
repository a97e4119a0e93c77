//! An accelerator-hour and a million tokens, owned and rented.

use crate::error::{EconomicsError, not_negative, positive};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Frequency, Money, MoneyPerTime, Time};

/// Cost of a million tokens.
///
/// # Model
/// `1e6 * price of an accelerator-second / tokens per second and accelerator`
///
/// # Validity
/// Every paid hour makes tokens at this rate; divide the rate by the idle share otherwise.
///
/// # Errors
/// Unless the price is not negative and the rate above zero.
///
/// # Example
/// ```
/// use lightloom_economics::million_tokens;
/// use lightloom_units::Frequency;
/// // 2.65 USD/h and 6,812 tokens a second on each accelerator.
/// let cost = million_tokens("2.65 USD/h".parse()?, Frequency::hz(6_812.0))?;
/// assert!((cost.as_usd() - 0.108).abs() < 5e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn million_tokens(
    accelerator_hour: MoneyPerTime,
    tokens_per_accelerator: Frequency,
) -> Result<Money, EconomicsError> {
    let rate = positive("the token rate", tokens_per_accelerator)?;
    let price = not_negative("the price of an accelerator-hour", accelerator_hour)?;
    not_negative("the cost of a million tokens", price * Time::s(1e6 / rate.as_hz()))
}

/// What the market asks for an accelerator-hour, and what an analyst says that it costs its owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rental {
    /// Rent on the spot market.
    pub spot: Option<MoneyPerTime>,
    /// Rent under a contract of a year.
    pub contract: Option<MoneyPerTime>,
    /// Cost of ownership by an analyst's model.
    pub owned: Option<MoneyPerTime>,
}

impl Rental {
    /// Names that the catalog knows, `rental.<name>.*`.
    pub const KNOWN: [&str; 4] = ["h100", "b200", "gb200", "gb300"];

    /// What the catalog knows of an accelerator, which may be nothing.
    ///
    /// # Errors
    /// [`FactError`] when a fact is not a price per time.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let find = |key: &str| facts.find(&format!("rental.{name}.{key}"));
        Ok(Self { spot: find("spot")?, contract: find("contract")?, owned: find("owned")? })
    }
}
