//! Spare parts, and what share of racks a service level needs.

use crate::error::{OperationsError, bad, not_negative};
use lightloom_evidence::{FactError, Facts};
use lightloom_num::{at_least, poisson_at_most, poisson_quantile, root};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use serde::Serialize;

/// How parts are kept in store.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Store {
    /// From ordering a part to having it.
    pub resupply: Time,
    /// Probability that a part is there when it is needed.
    pub level: Ratio,
}

impl Store {
    /// From the catalog: `spares.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self { resupply: facts.get("spares.resupply")?, level: facts.get("spares.level")? })
    }
}

/// Spare parts to keep so that none is missing, with a given probability, until the next delivery.
///
/// # Model
/// The smallest `s` with `P(Poisson(count * rate * resupply) <= s) >= level`.
///
/// # Errors
/// For negative inputs, or unless `0 < level < 1`.
///
/// # Example
/// ```
/// use lightloom_operations::service::{Store, spares};
/// use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
/// // 10,000 modules of 1,000 FIT and 30 days to the next delivery: 7.2 failures expected.
/// let modules = Count::from_si(10_000.0);
/// let store = Store { resupply: Time::hours(720.0), level: Ratio::new(0.99) };
/// assert_eq!(spares(modules, FailureRate::fit(1000.0), store)?, 14);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn spares(count: Count, rate: FailureRate, store: Store) -> Result<u64, OperationsError> {
    let expected = not_negative("the number of parts", count)?.value()
        * (not_negative("the failure rate", rate)?
            * not_negative("the resupply time", store.resupply)?);
    Ok(poisson_quantile(store.level.value(), expected)?)
}

/// What a number of parts on the shelf does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Holding {
    /// Parts on the shelf when nothing is on order.
    pub parts: u64,
    /// Share of the failures that find a part on the shelf.
    pub fill: Ratio,
    /// Faults that wait for a part, on average over time.
    pub backorders: f64,
    /// Mean wait of a failure for its part, those that find one counted.
    pub wait: Time,
    /// Parts ordered in a year.
    pub per_year: f64,
}

/// What a number of parts on the shelf does, each failure taking one and ordering another.
///
/// # Model
/// Palm: parts on order follow Poisson's law of mean `m = count rate resupply`, whatever the deliveries' law. A failure finds a part
/// while fewer than `s` are on order: `fill = P(X <= s - 1)`. Backorders `E[(X - s)+] = m P(X >= s) - s P(X >= s + 1)`; the mean wait is
/// backorders over demand (Little).
///
/// # Errors
/// For negative inputs, and for more parts than are installed.
///
/// # Example
/// ```
/// use lightloom_operations::service::holding;
/// use lightloom_units::{Count, FailureRate, Quantity, Time};
/// // 10,000 modules of 1,000 FIT, 30 days to the next delivery: 7.2 on order; 14 parts serve 99 % and a little.
/// let held = holding(Count::from_si(10_000.0), FailureRate::fit(1000.0), Time::hours(720.0), 14)?;
/// assert!((held.fill.value() - 0.985).abs() < 2e-3 && held.backorders < 0.02);
/// // Without parts every failure waits for its delivery.
/// let none = holding(Count::from_si(10_000.0), FailureRate::fit(1000.0), Time::hours(720.0), 0)?;
/// assert!((none.wait.as_hours() - 720.0).abs() < 1e-9);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn holding(
    count: Count,
    rate: FailureRate,
    resupply: Time,
    parts: u64,
) -> Result<Holding, OperationsError> {
    let installed = not_negative("the number of parts", count)?.value();
    let demand = not_negative("the failure rate", rate)? * installed;
    let expected = demand * not_negative("the resupply time", resupply)?;
    if parts as f64 > installed {
        let found = format!("{parts} for {installed:.0} installed");
        return Err(bad("the spare parts of a store", "at most what is installed", &found));
    }
    let at_most = |count: Option<u64>| match count {
        Some(count) => poisson_at_most(count, expected),
        None => Ok(0.0),
    };
    let fill = at_most(parts.checked_sub(1))?;
    let missing = expected * (1.0 - fill) - parts as f64 * (1.0 - at_most(Some(parts))?);
    let backorders = missing.max(0.0);
    let wait =
        if demand > FailureRate::ZERO { Time::s(backorders / demand.si()) } else { Time::ZERO };
    Ok(Holding {
        parts,
        fill: Ratio::new(if expected > 0.0 { fill } else { 1.0 }),
        backorders,
        wait,
        per_year: demand.as_per_year(),
    })
}

/// A rack counts as available while enough of its nodes are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RackSla {
    /// Nodes that must be up.
    pub needed: u64,
    /// Nodes in the rack.
    pub nodes: u64,
    /// Share of the time for which this is promised.
    pub promised: Ratio,
}

/// The availability that providers promise for a single node.
///
/// # Errors
/// [`FactError`].
pub fn promised_node(facts: &Facts<'_>) -> Result<Ratio, FactError> {
    facts.get("sla.node")
}

/// Names of the service levels in the catalog, `sla.<name>.*`.
pub const SLAS: [&str; 3] = ["nvl72", "nvl72_full", "tpu_superpod"];

impl RackSla {
    /// The service level `sla.<name>.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let count = |key: &str| facts.get::<Count>(&format!("sla.{name}.{key}"));
        Ok(Self {
            needed: count("needed")?.value().round() as u64,
            nodes: count("nodes")?.value().round() as u64,
            promised: facts.get(&format!("sla.{name}.promised"))?,
        })
    }

    /// Share of the time in which enough nodes are up.
    ///
    /// # Model
    /// `sum for i >= k of C(n, i) A^i (1-A)^(n-i)`, nodes independent.
    ///
    /// # Errors
    /// Unless the availability of a node is a share.
    pub fn availability(&self, node: Ratio) -> Result<Ratio, OperationsError> {
        Ok(Ratio::new(at_least(self.needed, self.nodes, node.value())?))
    }

    /// The availability that each node must have for the promise to hold.
    ///
    /// # Errors
    /// Unless the promise is strictly between 0 and 1 and `1 <= needed <= nodes`.
    pub fn node_availability_needed(&self) -> Result<Ratio, OperationsError> {
        let (needed, installed) = (self.needed, self.nodes);
        if needed > installed || needed == 0 {
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed });
        }
        let excess = |node: f64| match at_least(needed, installed, node) {
            Ok(share) => share - self.promised.value(),
            Err(_) => f64::NAN,
        };
        Ok(Ratio::new(root(excess, 0.0, 1.0, 1e-12)?))
    }
}
