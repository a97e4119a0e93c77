//! How modules and engines are made: what a good one costs, and where the yield is lost.
//!
//! A [`Process`] is a list of steps written in `catalog/processes/NAME.toml`; its numbers are names of facts. With the facts
//! it becomes a [`Flow`]; with what one unit holds ([`Contents`], which the technology decides) the flow gives a [`Making`].
//!
//! | file | what |
//! |---|---|
//! | [`process`] | the declarative flow |
//! | [`flow`] | a process with its numbers |
//! | [`making`] | a flow worked through: cost per good unit, yields, the step that dominates, sensitivities |
//! | [`contents`] | what one unit holds |
//! | [`wafer`] | dies of a wafer, price of a tested die |
//! | [`defects`] | yield by area, and what escapes a test |
//! | [`spares`] | series and k of n: lanes, engines, lasers |

pub mod anchor;
pub mod contents;
pub mod defects;
pub mod flow;
pub mod making;
pub mod process;
pub mod spares;
pub mod wafer;

pub use anchor::{Anchor, AnchorUnit, Level, Levels, Said};
pub use contents::Contents;
pub use defects::DefectModel;
pub use flow::{Flow, Names};
pub use making::{Groups, Making, Sensitivity, StepCost, ToleranceCase, make};
pub use process::{Action, Group, Per, Process, ProcessError};
pub use spares::PackageYield;
pub use wafer::Wafer;

use lightloom_evidence::FactError;
use lightloom_link::optics::OpticsError;
use lightloom_num::NumError;
use lightloom_units::Area;

/// A flow that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ManufactureError {
    /// The catalog lacks a fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// The joints of fibres.
    #[error(transparent)]
    Coupling(#[from] OpticsError),
    /// A sum over spares outside its domain.
    #[error(transparent)]
    Numeric(#[from] NumError),
    /// A number lies where it means nothing.
    #[error("{what} must be {allowed}, found {found}; {hint}")]
    OutOfRange {
        /// The number, with its unit or the name of its fact.
        what: String,
        /// Where it may lie.
        allowed: &'static str,
        /// Where it lay.
        found: f64,
        /// What to do about it.
        hint: &'static str,
    },
    /// Not one die fits.
    #[error(
        "a die of {die:.0} does not fit on a wafer whose useful area is {wafer:.0}; share its lanes over several chips"
    )]
    DieTooLarge {
        /// Area of the die.
        die: Area,
        /// Useful area of the wafer.
        wafer: Area,
    },
    /// A process that does not exist.
    #[error(
        "technology `{technology}` is made by the process `{process}`, which is not in the library; known: {known}"
    )]
    NoProcess {
        /// The technology.
        technology: String,
        /// The process that it names.
        process: String,
        /// Those that exist.
        known: String,
    },
    /// A process whose costs are set beside those of another that states none.
    #[error(
        "process `{process}` takes its level of costs from a process without an anchor of its own"
    )]
    NoAnchor {
        /// The process.
        process: String,
    },
    /// A technology that is not made by a flow.
    #[error("technology `{0}` has no engine; only modules and engines are made by a process")]
    NoEngine(String),
    /// Nothing good comes out.
    #[error("process `{process}` ships {good:e} good units for each started, after step `{step}`")]
    NothingLeft {
        /// The process.
        process: String,
        /// The step after which that is so.
        step: String,
        /// Good units for each started.
        good: f64,
    },
}

/// Refuses a number that is not finite or not where the model holds.
pub(crate) fn within(
    inside: bool,
    what: &str,
    allowed: &'static str,
    found: f64,
    hint: &'static str,
) -> Result<f64, ManufactureError> {
    if inside && found.is_finite() {
        Ok(found)
    } else {
        Err(ManufactureError::OutOfRange { what: what.to_owned(), allowed, found, hint })
    }
}

/// A share between zero and one.
pub(crate) fn share(what: &str, found: f64) -> Result<f64, ManufactureError> {
    within((0.0..=1.0).contains(&found), what, "between 0 and 1", found, "it is a share")
}

/// A yield: above zero, so that something comes out.
pub(crate) fn some(what: &str, found: f64) -> Result<f64, ManufactureError> {
    within(found > 0.0 && found <= 1.0, what, "above 0, at most 1", found, "it is a yield")
}

/// Nothing negative.
pub(crate) fn not_negative(what: &str, found: f64) -> Result<f64, ManufactureError> {
    within(found >= 0.0, what, "zero or more", found, "it is an amount")
}
