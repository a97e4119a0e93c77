//! Light in and out: how well fibres meet a chip when they are put there with errors.
//!
//! | file | what |
//! |---|---|
//! | [`alignment`] | how fibres are brought to a chip: modes, errors, what counts as good |
//! | [`yields`] | share of good joints and arrays, by closed forms and few points: what plans use |
//! | [`couplings`] | the distribution of extra loss by drawing arrays: joints, worst lanes, laser power |

pub mod alignment;
pub mod couplings;
mod memo;
pub mod yields;

pub use alignment::Alignment;
pub use couplings::{Couplings, Layout, Spread};
pub(crate) use memo::Memo;

use lightloom_evidence::FactError;
use lightloom_link::optics::OpticsError;

/// Joints that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CouplingError {
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
    /// A mode or a wavelength that is none.
    #[error(transparent)]
    Optics(#[from] OpticsError),
    /// The catalog lacks a fact.
    #[error(transparent)]
    Fact(#[from] FactError),
}

/// Refuses a parameter that is not finite or not where the model holds.
pub(crate) fn within(
    inside: bool,
    what: &'static str,
    allowed: &'static str,
    found: f64,
    hint: &'static str,
) -> Result<(), CouplingError> {
    if inside && found.is_finite() {
        Ok(())
    } else {
        Err(CouplingError::OutOfRange { what, allowed, found, hint })
    }
}
