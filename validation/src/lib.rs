//! Published measurements as data, and what the floors compute for them.
//!
//! A case is one source: a file in `validation/cases/` with the inputs of every row, what was measured, and how far off is
//! accepted. Long tables lie in `validation/measured/` as they were published. [`run`] computes every row by the public
//! functions of the floors and says how far off it is; nothing here is a model, and nothing is fitted here.
//!
//! | file | what |
//! |---|---|
//! | [`case`](mod@case) | a case: its source, its rows, its limits |
//! | `file` | a case's file, its rows and its tables |
//! | `fleet` | shipped clusters as fleets: what fails in them |
//! | [`measured`] | tables with a header, as published |
//! | [`input`] | what a row asks for, by kind |
//! | [`systems`] | machines and networks that rows name |
//! | `compute` | the value of a row |
//! | [`outcome`] | errors, limits, leave-one-out |
//! | [`page`] | the cases as a page of Markdown |
//!
//! # Example
//! ```
//! use lightloom_evidence::Facts;
//! use lightloom_scenario::Library;
//!
//! let library = Library::shipped()?;
//! let facts = Facts::nominal(&library.catalog);
//! let cases = lightloom_validation::selected(&["V01".to_owned()])?;
//! let outcome = lightloom_validation::run(&cases, &library, &facts)?;
//! assert_eq!(outcome[0].rows.len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod case;
mod compute;
mod data;
mod file;
mod fleet;
pub mod input;
pub mod measured;
pub mod outcome;
pub mod page;
pub mod systems;

pub use case::{Accept, Band, Case, CaseError, LeftOut, Row};
pub use outcome::{BandResult, CaseResult, RowResult};

use lightloom_evidence::Facts;
use lightloom_scenario::Library;
use systems::{SystemError, Systems};

/// All cases that are shipped, in the order of their ids.
///
/// # Errors
/// [`CaseError`], placed at a line; a test keeps the shipped files free of it.
pub fn cases() -> Result<Vec<Case>, CaseError> {
    data::CASES.iter().map(|(name, text)| Case::parse(name, text)).collect()
}

/// What cannot be selected.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A case cannot be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// No case is called so.
    #[error("there is no case `{asked}`")]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The ids that there are.
        known: Vec<String>,
    },
}

/// The cases of these ids, all where none is given. `V02` stands for `V02-single` too; case does not matter.
///
/// # Errors
/// [`SelectionError`].
pub fn selected(ids: &[String]) -> Result<Vec<Case>, SelectionError> {
    let all = cases()?;
    let is = |case: &Case, asked: &String| {
        let head = case.id.split('-').next().unwrap_or_default();
        case.id.eq_ignore_ascii_case(asked) || head.eq_ignore_ascii_case(asked)
    };
    if let Some(asked) = ids.iter().find(|asked| !all.iter().any(|case| is(case, asked))) {
        let known = all.into_iter().map(|case| case.id).collect();
        return Err(SelectionError::Unknown { asked: asked.clone(), known });
    }
    Ok(all
        .into_iter()
        .filter(|case| ids.is_empty() || ids.iter().any(|asked| is(case, asked)))
        .collect())
}

/// Computes cases with the machines, models and constants of a library; the worst by its limits first.
///
/// # Errors
/// [`SystemError`] when the systems that rows name cannot be built from the facts.
pub fn run(
    cases: &[Case],
    library: &Library,
    facts: &Facts<'_>,
) -> Result<Vec<CaseResult>, SystemError> {
    let systems = Systems::new(library, facts)?;
    let mut results: Vec<CaseResult> =
        cases.iter().map(|case| CaseResult::of(case, &systems)).collect();
    // Ids are in order before, and the sort is stable: the same bytes each time.
    results.sort_by(|a, b| b.of_limit.total_cmp(&a.of_limit));
    Ok(results)
}
