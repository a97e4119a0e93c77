//! The frontier by size of the scale-up domain, and where a larger one stops paying.

use super::DecodeJob;
use super::frontier::{Frontier, FrontierPoint, FrontierSearch, frontier};
use crate::collective::NetworkTier;
use crate::{Machine, Model, WorkloadError};
use lightloom_units::Ratio;
use serde::Serialize;

/// What users want and when a larger domain counts as worth it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Worth {
    /// Speed that every user gets.
    pub tokens_per_second_per_user: f64,
    /// Least gain of throughput that a doubling must bring, e.g. 5 %.
    pub least_gain: Ratio,
}

/// One size of domain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorldSizeRow {
    /// Accelerators of the innermost domain.
    pub domain: u64,
    /// The frontier.
    pub frontier: Frontier,
    /// Most throughput at the speed that users get; none when not even one user per group reaches it.
    pub at_speed: Option<FrontierPoint>,
    /// Gain of throughput at that speed over the next smaller size, per doubling. None for the first or without throughput
    /// to compare.
    pub gain: Option<Ratio>,
}

/// The frontiers of several sizes of domain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorldSize {
    /// Smallest first.
    pub rows: Vec<WorldSizeRow>,
    /// The smallest domain from which no larger one of those given brings the least gain per doubling. None when no
    /// domain serves users at the speed.
    pub diminishing: Option<u64>,
}

/// The frontier of each network given, and the point of diminishing return.
///
/// # Model
/// The caller gives one network per size, innermost tier first: the same machine, with whatever its medium makes of
/// bandwidth, latency and library at that size. From throughput r at the users' speed on domains D, gain of E over D per
/// doubling: `(r_E / r_D)^(1 / log2(E / D)) - 1`. The point of diminishing return is the smallest D from which no larger
/// E given gains `least_gain` or more. It is a point of the sizes given, not a law.
///
/// # Errors
/// As [`frontier`], of the first network that fails other than for memory; sizes that do not rise. A size at which
/// the model does not fit within `search.largest` accelerators is an error too: give a larger limit.
pub fn world_size(
    model: &Model,
    machine: &Machine,
    networks: &[Vec<NetworkTier>],
    job: &DecodeJob,
    search: &FrontierSearch,
    worth: &Worth,
) -> Result<WorldSize, WorkloadError> {
    let mut rows: Vec<WorldSizeRow> = Vec::with_capacity(networks.len());
    for tiers in networks {
        let domain = tiers.first().map_or(0, |t| t.size);
        if rows.last().is_some_and(|r| r.domain >= domain) {
            let problem = format!("a domain of {domain} does not follow a smaller one");
            return Err(WorkloadError::Network(problem));
        }
        let found = frontier(model, machine, tiers, job, search)?;
        let at_speed = found.at(worth.tokens_per_second_per_user).copied();
        let gain = rows.last().and_then(|r| doubling(r.domain, r.at_speed?, domain, at_speed?));
        rows.push(WorldSizeRow { domain, frontier: found, at_speed, gain });
    }
    let diminishing = rows.iter().enumerate().find_map(|(i, row)| {
        let own = row.at_speed?;
        let pays = rows.iter().skip(i + 1).any(|larger| {
            let gain = larger.at_speed.and_then(|p| doubling(row.domain, own, larger.domain, p));
            gain.is_some_and(|g| g >= worth.least_gain)
        });
        (!pays).then_some(row.domain)
    });
    Ok(WorldSize { rows, diminishing })
}

fn doubling(from: u64, own: FrontierPoint, to: u64, other: FrontierPoint) -> Option<Ratio> {
    let doublings = libm::log2(to as f64 / from as f64);
    let ratio = other.tokens_per_second_per_accelerator / own.tokens_per_second_per_accelerator;
    (doublings > 0.0 && ratio.is_finite() && ratio > 0.0)
        .then(|| Ratio::new(libm::pow(ratio, 1.0 / doublings) - 1.0))
}
