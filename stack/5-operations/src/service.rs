//! Spare parts, and what share of racks a service level needs.

use crate::error::{OperationsError, not_negative};
use lightloom_evidence::{FactError, Facts};
use lightloom_num::{at_least, poisson_quantile, root};
use lightloom_units::{Count, FailureRate, Ratio, Time};

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
