//! Fabrics side by side: what fewer tiers of switches save.

use crate::decide::{Case, Decided, Evaluated, decide, decide_on};
use crate::strategy::Rule;
use lightloom_evidence::Facts;
use lightloom_fabric::Tier;
use lightloom_fabric::power::accelerators_fed;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, structure_with_ports};
use lightloom_units::Power;
use schemars::JsonSchema;
use serde::Serialize;

/// Fabrics side by side; the first is what others are measured against. Schema `lightloom.fabric-compare/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricComparison {
    /// `lightloom.fabric-compare/1`.
    pub schema: &'static str,
    /// A row for each.
    pub rows: Vec<FabricRow>,
    /// What fewer layers save; `None` where all have as many.
    pub fewer_layers: Option<FewerLayers>,
}

/// What the fabric of fewest layers saves against that of most, both under the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FewerLayers {
    /// Most layers of scale-out switches.
    pub most: u64,
    /// Fewest.
    pub fewest: u64,
    /// Network power that they save, percent of that of the most layers.
    pub saved_percent: f64,
    /// What co-packaged switches save there in their place, percent of the same.
    pub co_packaged_percent: f64,
}

/// A fabric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricRow {
    /// Name of the scenario.
    pub name: String,
    /// Accelerators.
    pub accelerators: u64,
    /// Ports of a scale-out switch.
    pub switch_ports: u64,
    /// Layers of scale-out switches.
    pub layers: u64,
    /// Scale-out switches.
    pub switches: u64,
    /// Scale-out links.
    pub links: u64,
    /// Switches on the longest path between two interfaces.
    pub hops: u64,
    /// That path at zero load, one way, ns.
    pub path_ns: f64,
    /// The cluster under each strategy.
    pub strategies: Vec<FabricStrategy>,
}

/// A fabric under a strategy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricStrategy {
    /// `baseline`, `lpo`, `cpo-switch`, `recommended`.
    pub id: String,
    /// Technologies of the scale-out classes, from the interface up.
    pub scale_out: Vec<String>,
    /// Why some do not serve; empty when all do.
    pub unfit: Vec<String>,
    /// Network power at the rack inlet.
    pub network_w: f64,
    /// That of scale-out alone.
    pub scale_out_w: f64,
    /// Cluster power at the rack inlet.
    pub cluster_w: f64,
    /// Price of the network.
    pub network_usd: f64,
    /// Network cost over the years.
    pub network_cost_usd: f64,
    /// Accelerators that the saving against the first row's baseline would feed, at what the cluster takes for each; `None`
    /// where the first row has another number of accelerators. Negative: as many fewer.
    pub accelerators_fed: Option<f64>,
}

/// Strategies that are shown.
const SHOWN: [Rule; 4] = [Rule::Baseline, Rule::Linear, Rule::CoPackagedSwitch, Rule::Recommended];

/// A case, perhaps with scale-out switches of another number of ports, decided.
///
/// # Errors
/// As [`decide`].
pub fn decided_with(
    case: &Case<'_>,
    facts: &Facts<'_>,
    radix: Option<u64>,
) -> Result<Decided, RunError> {
    match radix {
        None => decide(case, facts),
        Some(radix) => {
            let structure = structure_with_ports(case.scenario, case.text, facts, radix)?;
            decide_on(case, facts, structure)
        }
    }
}

/// Sets decided cases side by side.
#[must_use]
pub fn compare<'d>(decided: impl IntoIterator<Item = (&'d str, &'d Decided)>) -> FabricComparison {
    let mut reference: Option<(u64, Power)> = None;
    let rows: Vec<FabricRow> = decided
        .into_iter()
        .map(|(name, decided)| {
            let fabric = &decided.structure.fabric;
            let own = (fabric.accelerators, decided.baseline().outcome.power.cluster);
            let reference = *reference.get_or_insert(own);
            row(name, decided, reference)
        })
        .collect();
    let fewer_layers = fewer_layers(&rows);
    FabricComparison { schema: "lightloom.fabric-compare/1", rows, fewer_layers }
}

impl FabricRow {
    /// Network power under a strategy, W.
    fn network_w(&self, rule: Rule) -> Option<f64> {
        self.strategies.iter().find(|s| s.id == rule.id()).map(|s| s.network_w)
    }
}

fn fewer_layers(rows: &[FabricRow]) -> Option<FewerLayers> {
    let most = rows.iter().max_by_key(|row| row.layers)?;
    let power = |row: &FabricRow| row.network_w(Rule::Baseline).unwrap_or(f64::INFINITY);
    let fewest = rows
        .iter()
        .min_by(|a, b| a.layers.cmp(&b.layers).then(power(a).total_cmp(&power(b))))
        .filter(|fewest| fewest.layers < most.layers)?;
    let before = most.network_w(Rule::Baseline)?;
    let saved = |w: f64| 100.0 * (1.0 - w / before);
    Some(FewerLayers {
        most: most.layers,
        fewest: fewest.layers,
        saved_percent: saved(fewest.network_w(Rule::Baseline)?),
        co_packaged_percent: saved(most.network_w(Rule::CoPackagedSwitch)?),
    })
}

fn row(name: &str, decided: &Decided, reference: (u64, Power)) -> FabricRow {
    let fabric = &decided.structure.fabric;
    let out = |tier: Tier| tier == Tier::ScaleOut;
    let path = decided.recommended().outcome.paths.iter().find(|path| out(path.tier));
    FabricRow {
        name: name.to_owned(),
        accelerators: fabric.accelerators,
        switch_ports: fabric.scale_out.radix(),
        layers: fabric.scale_out.layers(),
        switches: fabric.scale_out.switches(),
        links: fabric.scale_out.links(),
        hops: path.map_or(0, |path| path.switches),
        path_ns: path.map_or(0.0, |path| path.total.as_ns()),
        strategies: decided
            .strategies
            .iter()
            .filter(|s| SHOWN.contains(&s.rule))
            .map(|s| strategy(decided, s, reference))
            .collect(),
    }
}

fn strategy(
    decided: &Decided,
    s: &Evaluated,
    (accelerators, cluster): (u64, Power),
) -> FabricStrategy {
    let fabric = &decided.structure.fabric;
    let power = &s.outcome.power;
    let classes = || fabric.link_classes.iter().zip(&s.picks);
    let scale_out = classes().filter(|(class, _)| class.tier == Tier::ScaleOut);
    let unfit = classes().filter_map(|(class, pick)| {
        let why = pick.unfit.as_ref()?;
        Some(format!("{}: {} {why}", class.name, pick.technology))
    });
    let each = power.cluster_per_accelerator(fabric);
    let fed = |saved: Power| match saved < Power::ZERO {
        true => 0.0 - as_f64(accelerators_fed(saved * -1.0, each)),
        false => as_f64(accelerators_fed(saved, each)),
    };
    let tiers = power.tiers.iter().filter(|tier| tier.tier == Tier::ScaleOut);
    FabricStrategy {
        id: s.rule.id().to_owned(),
        scale_out: scale_out.map(|(_, pick)| pick.technology.clone()).collect(),
        unfit: unfit.collect(),
        network_w: power.network.as_w(),
        scale_out_w: tiers.map(|tier| tier.network.as_w()).sum(),
        cluster_w: power.cluster.as_w(),
        network_usd: s.outcome.bill.total.as_usd(),
        network_cost_usd: s.outcome.network_tco.nominal.as_usd(),
        accelerators_fed: (accelerators == fabric.accelerators)
            .then(|| fed(cluster - power.cluster)),
    }
}
