//! What can be wrong with an optical model's input.

use lightloom_evidence::FactError;
use lightloom_num::NumError;

/// An optical model was asked for something outside its range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OpticsError {
    /// A parameter lies where the model means nothing.
    #[error("{what} must be {allowed}, found {found}; {hint}")]
    OutOfRange {
        /// The parameter, with its unit.
        what: &'static str,
        /// Where it may lie.
        allowed: &'static str,
        /// Where it lay.
        found: f64,
        /// What to do about it.
        hint: &'static str,
    },
    /// The catalog lacks a fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A solver had nothing to find.
    #[error(transparent)]
    Numeric(#[from] NumError),
}

/// Refuses a parameter that is not finite or not where the model holds.
///
/// # Errors
/// [`OpticsError::OutOfRange`].
pub fn within(
    inside: bool,
    what: &'static str,
    allowed: &'static str,
    found: f64,
    hint: &'static str,
) -> Result<(), OpticsError> {
    if inside && found.is_finite() {
        Ok(())
    } else {
        Err(OpticsError::OutOfRange { what, allowed, found, hint })
    }
}

/// Refuses what is not a positive number.
pub(crate) fn positive(
    what: &'static str,
    found: f64,
    hint: &'static str,
) -> Result<(), OpticsError> {
    within(found > 0.0, what, "above zero", found, hint)
}
