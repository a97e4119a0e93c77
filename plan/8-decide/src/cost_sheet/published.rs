//! Published money, recomputed from its own parts.

use crate::plan::PublishedMoney;
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;

/// Placeholder.
///
/// # Errors
/// None.
pub fn published(_facts: &Facts<'_>) -> Result<PublishedMoney, RunError> {
    Ok(PublishedMoney { schema: "lightloom.cost-published/1", rows: Vec::new(), findings: Vec::new() })
}
