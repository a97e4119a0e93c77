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
        rows.push(WorldSizeRow { domain, frontier: found, at_speed, gain: None });
    }
    let rates: Vec<(u64, Option<f64>)> =
        rows.iter().map(|r| (r.domain, rate(r.at_speed.as_ref()))).collect();
    for (row, pair) in rows.iter_mut().skip(1).zip(rates.windows(2)) {
        row.gain = gain_per_doubling(pair[0], pair[1]);
    }
    let diminishing = diminishing(&rates, worth.least_gain);
    Ok(WorldSize { rows, diminishing })
}

fn rate(point: Option<&FrontierPoint>) -> Option<f64> {
    point.map(|p| p.tokens_per_second_per_accelerator)
}

/// Gain of throughput from one size of domain to a larger one, for each doubling; `None` without throughput to compare.
#[must_use]
pub fn gain_per_doubling(from: (u64, Option<f64>), to: (u64, Option<f64>)) -> Option<Ratio> {
    let doublings = libm::log2(to.0 as f64 / from.0 as f64);
    let ratio = to.1? / from.1?;
    (doublings > 0.0 && ratio.is_finite() && ratio > 0.0)
        .then(|| Ratio::new(libm::pow(ratio, 1.0 / doublings) - 1.0))
}

/// The smallest size, of those given in rising order with their throughput, from which no larger one brings the least gain per
/// doubling. `None` when no size has any throughput.
#[must_use]
pub fn diminishing(rates: &[(u64, Option<f64>)], least_gain: Ratio) -> Option<u64> {
    rates.iter().enumerate().find_map(|(i, own)| {
        own.1?;
        let pays = |larger| gain_per_doubling(*own, larger).is_some_and(|g| g >= least_gain);
        (!rates.iter().skip(i + 1).any(|larger| pays(*larger))).then_some(own.0)
    })
}
