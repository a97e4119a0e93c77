//! Computed beside published.

use crate::decide::{Case, Decided};
use crate::plan::CheckRow;
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;

/// Rows for a decided case, worst first.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn rows(_case: &Case<'_>, _facts: &Facts<'_>, _decided: &Decided) -> Result<Vec<CheckRow>, RunError> {
    Ok(Vec::new())
}
