//! Published budgets and savings: what our totals are held against, and whether they agree with themselves.

use crate::distribution::Distribution;
use crate::error::{EconomicsError, not_negative, positive};
use crate::price::margin;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Money, MoneyPerPower, Ratio};
use serde::Serialize;

/// An analyst's budget of one 72-accelerator rack with its share of the cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceBudget {
    /// Everything.
    pub total: Money,
    /// Servers.
    pub server: Money,
    /// All networks, optics included.
    pub network: Money,
    /// Optics.
    pub optics: Money,
}

impl ReferenceBudget {
    /// Scale-out networks of the catalog, by their switch layers.
    pub const LAYERS: [&str; 3] = ["two_layer", "three_layer", "four_layer"];

    /// The budget `reference.gb300.<layers>`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, layers: &str) -> Result<Self, FactError> {
        let get = |key: &str| facts.get(&format!("reference.gb300.{layers}.{key}"));
        Ok(Self {
            total: get("total")?,
            server: facts.get("reference.gb300.server")?,
            network: get("network")?,
            optics: get("optics")?,
        })
    }

    /// Share of the networks in the total.
    #[must_use]
    pub fn network_share(&self) -> Ratio {
        Ratio::new(self.network / self.total)
    }

    /// Share of the optics in the networks.
    #[must_use]
    pub fn optics_share(&self) -> Ratio {
        Ratio::new(self.optics / self.network)
    }
}

/// A published saving of co-packaged optics against a three-layer network of retimed modules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PublishedSaving {
    /// Change of the network's cost.
    pub network: Ratio,
    /// Change of the cluster's cost.
    pub cluster: Ratio,
}

impl PublishedSaving {
    /// The saving `reference.cpo.<layers>`, for `two_layer` and `three_layer`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, layers: &str) -> Result<Self, FactError> {
        let get = |key: &str| facts.get(&format!("reference.cpo.{layers}.{key}"));
        Ok(Self { network: get("network")?, cluster: get("cluster")? })
    }

    /// The change of the cluster's cost that the change of the network's implies; compare with `cluster`.
    #[must_use]
    pub fn implied_cluster(&self, budget: &ReferenceBudget) -> Ratio {
        self.network * budget.network_share().value()
    }

    /// The share of the networks in the cluster at which the two published changes agree.
    ///
    /// # Errors
    /// When the networks do not change, or the two changes have opposite signs.
    pub fn network_share_that_agrees(&self) -> Result<Ratio, EconomicsError> {
        let network =
            positive("the change of the networks", Ratio::new(self.network.value().abs()))?;
        let sign = self.network.value().signum();
        let cluster = Ratio::new(sign * self.cluster.value());
        not_negative("the share that agrees", Ratio::new(cluster / network))
    }

    /// Whether the published change of the cluster's cost is the one that its own parts imply.
    #[must_use]
    pub fn consistency(&self, budget: &ReferenceBudget) -> Consistency {
        Consistency::of(self.cluster, self.implied_cluster(budget))
    }
}

/// A published whole against what its published parts imply.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Consistency {
    /// As published, to a whole per cent.
    pub published: Ratio,
    /// What the parts imply.
    pub implied: Ratio,
    /// Whether rounding to a whole per cent explains the difference.
    pub agrees: bool,
}

impl Consistency {
    /// Holds a figure that was published in whole per cent against another.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::reference::Consistency;
    /// use lightloom_units::Ratio;
    /// // Networks draw 9 % of a cluster; 23 % less is published as 2 %. It is 2.07 %.
    /// assert!(Consistency::of(Ratio::new(-0.02), Ratio::new(-0.09 * 0.23)).agrees);
    /// ```
    #[must_use]
    pub fn of(published: Ratio, implied: Ratio) -> Self {
        let agrees = (published - implied).value().abs() <= 0.005 + 1e-9;
        Self { published, implied, agrees }
    }
}

/// A 400G coherent module from its launch by few to its supply by many: how far a price of optics has fallen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoherentModule {
    /// Price at launch.
    pub launch: Distribution<Money>,
    /// Price from many vendors, some five years later.
    pub mature: Distribution<Money>,
}

impl CoherentModule {
    /// From the catalog: `reference.coherent_400g.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            launch: Distribution::from_facts(facts, "reference.coherent_400g.launch")?,
            mature: Distribution::from_facts(facts, "reference.coherent_400g.mature")?,
        })
    }
}

/// Optics of a 115.2T switch box: co-packaged against pluggable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpticsQuote {
    /// 72 modules of 1.6T, price to the buyer.
    pub pluggable: Money,
    /// Engines and lasers, cost to the switch vendor.
    pub cpo_cost: Money,
    /// Engines and lasers, price to the buyer.
    pub cpo_price: Money,
}

impl OpticsQuote {
    /// The quote `reference.optics.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            pluggable: facts.get("reference.optics.pluggable")?,
            cpo_cost: facts.get("reference.optics.cpo_cost")?,
            cpo_price: facts.get("reference.optics.cpo_price")?,
        })
    }

    /// The vendor's margin on co-packaged optics in this quote.
    ///
    /// # Errors
    /// As [`margin`].
    pub fn vendor_margin(&self) -> Result<Ratio, EconomicsError> {
        margin(self.cpo_cost, self.cpo_price)
    }

    /// The vendor's margin at which co-packaged optics cost the buyer as much as pluggable ones.
    ///
    /// # Errors
    /// As [`margin`].
    pub fn break_even_margin(&self) -> Result<Ratio, EconomicsError> {
        margin(self.cpo_cost, self.pluggable)
    }
}

/// Capital cost of an AI datacenter by power, and what of it goes where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceDatacenter {
    /// Everything, by IT power.
    pub all_in: MoneyPerPower,
    /// Share of the accelerators.
    pub accelerator_share: Ratio,
    /// Share of the networks.
    pub network_share: Ratio,
    /// Share of the switches, within the networks'.
    pub switch_share: Ratio,
}

impl ReferenceDatacenter {
    /// From the catalog: `reference.datacenter.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            all_in: facts.get("reference.datacenter.all_in")?,
            accelerator_share: facts.get("reference.datacenter.accelerator_share")?,
            network_share: facts.get("reference.datacenter.network_share")?,
            switch_share: facts.get("reference.datacenter.switch_share")?,
        })
    }
}
