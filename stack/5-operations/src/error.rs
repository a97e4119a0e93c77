//! What can be wrong with the inputs of this floor.

use lightloom_num::NumError;
use lightloom_units::Quantity;

/// An input that no operations model can use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OperationsError {
    /// An input is negative, NaN or infinite, or zero where it divides.
    #[error("{what} must be {needed}, found {found}")]
    BadInput {
        /// The input.
        what: String,
        /// What it must be.
        needed: &'static str,
        /// What it is.
        found: String,
    },
    /// A redundant group that needs more than it has.
    #[error("a group needs {needed} of {installed} installed")]
    MoreNeededThanInstalled {
        /// How many must work.
        needed: u64,
        /// How many there are.
        installed: u64,
    },
    /// One cause takes away all of the cluster or more.
    #[error(
        "`{name}` alone would lose {lost:.2} accelerator-hours per accelerator-hour of the cluster"
    )]
    NothingLeft {
        /// The component class.
        name: String,
        /// Accelerator-hours lost per accelerator-hour.
        lost: f64,
    },
    /// A special function was asked for a value that it does not have.
    #[error(transparent)]
    Num(#[from] NumError),
}

impl OperationsError {
    /// The same about an input of this name.
    pub(crate) fn of(self, name: &str) -> Self {
        match self {
            Self::BadInput { needed, found, .. } => {
                Self::BadInput { what: name.to_owned(), needed, found }
            }
            other => other,
        }
    }

    /// What to change.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::BadInput { what, needed, .. } => match what.as_str() {
                "the domains of the job" => {
                    "make the job smaller, or the cluster larger by spare domains".to_owned()
                }
                "the nodes of the job in a domain" => {
                    "a job takes at most all nodes of a domain: 64 of 72 accelerators are 16 of 18 nodes".to_owned()
                }
                what if what.starts_with("the spare parts of") => {
                    "stock no more parts than are installed; `service::spares` says how many a service level needs".to_owned()
                }
                _ => format!("give a value that is {needed}"),
            },
            Self::MoreNeededThanInstalled { installed, .. } => {
                format!("`needed` can be at most `installed`, here {installed}")
            }
            Self::NothingLeft { .. } => {
                "check the class's count, failure rate and repair times, and the \
                accelerators it stops: their product exceeds the cluster"
                    .to_owned()
            }
            Self::Num(_) => {
                "probabilities and confidence levels lie strictly between 0 and 1".to_owned()
            }
        }
    }
}

fn check<Q: Quantity>(
    what: &str,
    q: Q,
    good: bool,
    needed: &'static str,
) -> Result<Q, OperationsError> {
    if good && q.si().is_finite() {
        Ok(q)
    } else {
        Err(OperationsError::BadInput { what: what.to_owned(), needed, found: q.to_string() })
    }
}

/// An input that is not what it must be.
pub(crate) fn bad(what: &str, needed: &'static str, found: &str) -> OperationsError {
    OperationsError::BadInput { what: what.to_owned(), needed, found: found.to_owned() }
}

/// Refuses negative, NaN and infinite quantities.
pub(crate) fn not_negative<Q: Quantity>(what: &str, q: Q) -> Result<Q, OperationsError> {
    check(what, q, q.si() >= 0.0, "zero or more")
}

/// Refuses all but positive finite quantities.
pub(crate) fn positive<Q: Quantity>(what: &str, q: Q) -> Result<Q, OperationsError> {
    check(what, q, q.si() > 0.0, "above zero")
}

/// Refuses all but shares between 0 and 1.
pub(crate) fn share(what: &str, q: lightloom_units::Ratio) -> Result<f64, OperationsError> {
    check(what, q, (0.0..=1.0).contains(&q.value()), "between 0 and 100 %").map(|q| q.value())
}
