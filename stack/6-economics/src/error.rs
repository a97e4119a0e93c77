//! What can be wrong with the inputs of this floor.

use lightloom_units::{Quantity, Ratio};

/// An input that no economic model can use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what} must be {needed}, found {found}")]
pub struct EconomicsError {
    /// The input.
    pub what: &'static str,
    /// What it must be.
    pub needed: &'static str,
    /// What it is.
    pub found: String,
}

const RATE: &str = "from 0 to below 100 %";
const SHARE: &str = "between 0 and 100 %";
const RATIO: &str = "at least 1";

impl EconomicsError {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> String {
        let example = match self.needed {
            RATE => ", such as `8 %`",
            SHARE => ", such as `80 %`",
            RATIO => ", such as `1.2 x`",
            _ => "",
        };
        format!("give {} as a value {}{example}", self.what, self.needed)
    }
}

/// Refuses what is not finite, and what the caller says is not good.
pub(crate) fn check<Q: Quantity>(
    what: &'static str,
    q: Q,
    good: bool,
    needed: &'static str,
) -> Result<Q, EconomicsError> {
    if good && q.si().is_finite() {
        Ok(q)
    } else {
        Err(EconomicsError { what, needed, found: q.to_string() })
    }
}

/// Refuses negative, NaN and infinite quantities.
pub(crate) fn not_negative<Q: Quantity>(what: &'static str, q: Q) -> Result<Q, EconomicsError> {
    check(what, q, q.si() >= 0.0, "zero or more")
}

/// Refuses all but positive finite quantities.
pub(crate) fn positive<Q: Quantity>(what: &'static str, q: Q) -> Result<Q, EconomicsError> {
    check(what, q, q.si() > 0.0, "above zero")
}

/// Refuses all but rates from 0 to below 100 %: discounts, margins, erosion.
pub(crate) fn rate(what: &'static str, q: Ratio) -> Result<f64, EconomicsError> {
    let good = (0.0..1.0).contains(&q.value());
    check(what, q, good, RATE).map(Ratio::value)
}

/// Refuses all but shares from 0 to 100 %.
pub(crate) fn share(what: &'static str, q: Ratio) -> Result<f64, EconomicsError> {
    check(what, q, (0.0..=1.0).contains(&q.value()), SHARE).map(Ratio::value)
}

/// Refuses ratios below one.
pub(crate) fn at_least_one(what: &'static str, q: Ratio) -> Result<f64, EconomicsError> {
    check(what, q, q.value() >= 1.0, RATIO).map(Ratio::value)
}
