//! The scenario file: what a cluster is, in the words of those who build it.
//!
//! Doc comments here are the reference: the JSON Schema and the commented template carry them.

use crate::stated::Stated;
use lightloom_economics::Cooling;
use lightloom_fabric::topology::Topology;
use lightloom_fabric::{
    CrossTrays, LeafPlacement, Neighbours, Oversubscription, RackLayout, TrayLevel,
};
use lightloom_link::{Fec, Node, Pam};
use lightloom_units::{
    BitRate, Length, Money, MoneyPerEnergy, MoneyPerPower, MoneyPerTime, Power, Ratio, Time,
};
use lightloom_workload::Precision;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::operating::{CheckpointInterval, Operations, Spares};

/// A cluster, its networks, where it stands, and what runs on it. Bandwidth is per direction everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the scenario format: 1.
    pub lightloom: u32,
    /// Name, as a heading.
    pub name: String,
    /// What this cluster is, and what is conjecture about it.
    pub about: String,
    /// Year of deployment. Technologies that are not ready by then are shown but not recommended.
    pub year: u16,
    /// Where the figures come from.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
    /// Accelerators and hosts.
    pub cluster: Cluster,
    /// The network within a domain of accelerators that act as one.
    pub scale_up: ScaleUp,
    /// The network across the hall.
    pub scale_out: Network,
    /// The network to storage and users; left out, there is none.
    #[serde(default)]
    pub front_end: Option<Network>,
    /// Racks and floor.
    pub hall: Hall,
    /// The model that is trained; left out, none is.
    #[serde(default)]
    pub training: Option<Training>,
    /// The model that is served; left out, none is.
    #[serde(default)]
    pub serving: Option<Serving>,
    /// Prices and years; left out, the catalog's.
    #[serde(default)]
    pub economics: Economics,
    /// How the cluster is kept running; left out, the catalog's.
    #[serde(default)]
    pub operations: Operations,
    /// What the buyer will take, by what the recommended mix is chosen, and within which limits; left out, what costs least over
    /// the years.
    #[serde(default)]
    pub buyer: Buyer,
    /// Facts of the catalog at values of one's own, by id (`lightloom catalog`): `coupler.detachable.loss = "2.4 dB"`. They are held: no
    /// range is drawn of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Stated>,
}

/// A source of a scenario's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
}

/// Accelerators and hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Accelerators in all.
    pub accelerators: u64,
    /// Sizes that a product is published in, in accelerators; any other may be asked for all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<u64>,
    /// The accelerator: a part of the catalog (`lightloom catalog accelerator`).
    pub accelerator: String,
    /// Accelerators in one host: a server or a compute tray.
    pub accelerators_per_host: u64,
    /// Process node of switches, accelerators and NICs.
    pub chip_node: Node,
    /// Process node of modules and engines.
    pub module_node: Node,
}

/// What a lane carries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Payload of one lane, one direction.
    pub lane: BitRate,
    /// Modulation.
    pub modulation: Pam,
    /// Code, end to end.
    pub fec: Fec,
}

/// The network within a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleUp {
    /// Accelerators in one domain.
    pub domain: u64,
    /// Links of one accelerator.
    pub links: u64,
    /// Bandwidth of one accelerator over all its links, one direction.
    pub bandwidth_per_direction: BitRate,
    /// The switch chip: a part of the catalog; left out where the topology has none.
    #[serde(default)]
    pub switch: Option<String>,
    /// First-tier switch chips of a domain (of a group with two tiers); left out, the fewest that fit.
    #[serde(default)]
    pub switches: Option<u64>,
    /// A second tier of switches above groups of accelerators; left out, there is one tier.
    #[serde(default)]
    pub second_tier: Option<SecondTier>,
    /// Any other topology in the place of switches in one or two tiers: `{ torus = { dims = [8, 8] } }`
    /// (`lightloom fabric topology` lists them). Its endpoints are the domain's accelerators.
    #[serde(default)]
    pub topology: Option<Topology>,
    /// Rates of the links of each dimension of a torus or an nd-full-mesh, one direction, where they differ; left out, the
    /// bandwidth is shared evenly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub link_rates: Vec<BitRate>,
    /// How links of a topology run between accelerator racks that stand side by side.
    #[serde(default)]
    pub neighbours: Neighbours,
    /// Lanes.
    pub signal: Signal,
    /// Lanes of the links above the first tier, where they differ.
    #[serde(default)]
    pub second_signal: Option<Signal>,
    /// The communication library on this network: `collective.*` facts.
    pub library: String,
}

/// A second tier of scale-up switches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondTier {
    /// Accelerators that share first-tier chips: a rack, or a host.
    pub group: u64,
    /// Bandwidth of a first-tier chip upwards over that downwards.
    pub uplink_ratio: Ratio,
}

/// Scale-out or front end: a folded Clos unless another topology is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Network interfaces of one host.
    pub nics_per_host: u64,
    /// The interface: a part of the catalog.
    pub nic: String,
    /// Bandwidth of one interface, one direction, over all planes.
    pub bandwidth_per_direction: BitRate,
    /// The switch: a part of the catalog.
    pub switch: String,
    /// Equal networks side by side, each with its share of every interface.
    #[serde(default = "one")]
    pub planes: u64,
    /// Leaves among which neighbouring interfaces are spread; 1 is not rail-optimised.
    #[serde(default = "one")]
    pub rails: u64,
    /// Layers of switches; left out, the fewest that fit.
    #[serde(default)]
    pub layers: Option<u64>,
    /// Bandwidth of a switch downwards over upwards: of a leaf, or a list with one for each layer from the leaf
    /// (`["1 x", "7 x"]` narrows what leaves a pod); `1 x` is non-blocking.
    #[serde(default)]
    pub oversubscription: Oversubscription,
    /// Any other topology in the place of a folded Clos, in every plane: `{ dragonfly = { p = 16, a = 32, h = 16 } }`
    /// (`lightloom fabric topology` lists them): dragonfly, dragonfly-plus, hyperx, switched-torus or rail-only. Its
    /// endpoints are the network's interfaces; rails, layers and oversubscription are then its own.
    #[serde(default)]
    pub topology: Option<Topology>,
    /// Lanes.
    pub signal: Signal,
}

fn one() -> u64 {
    1
}

fn usual_rack() -> String {
    "eia-19".to_owned()
}

/// Racks and floor. Lengths left out are the catalog's `hall.*` and `rack.*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    /// Accelerators in one rack.
    pub accelerators_per_rack: u64,
    /// Trays of that rack.
    pub rack: RackLayout,
    /// Rack places in one row.
    pub racks_per_row: u64,
    /// Rows in one hall; more rows make more halls.
    pub rows_per_hall: u64,
    /// Distance between halls.
    pub hall_gap: Length,
    /// Where leaf switches stand.
    pub leaf: LeafPlacement,
    /// Scale-out and front-end switches in one network rack.
    pub switches_per_rack: u64,
    /// Scale-up switch chips in one rack of their own.
    pub scale_up_chips_per_rack: u64,
    /// The rack of accelerators: a part of the catalog (`lightloom catalog rack`).
    #[serde(default = "usual_rack")]
    pub accelerator_rack: String,
    /// The rack of switches: a part of the catalog.
    #[serde(default = "usual_rack")]
    pub network_rack: String,
    /// Where cables run from rack to rack.
    #[serde(default)]
    pub trays: TrayLevel,
    /// Where cables change from row to row.
    #[serde(default)]
    pub cross_trays: CrossTrays,
    /// Width of a rack place; left out, that of the wider rack.
    #[serde(default)]
    pub pitch: Option<Length>,
    /// Depth of a rack; left out, that of the deeper one.
    #[serde(default)]
    pub depth: Option<Length>,
    /// Clear distance between rows.
    #[serde(default)]
    pub aisle: Option<Length>,
}

/// The model that is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// A model of the catalog (`lightloom catalog models`).
    pub model: String,
    /// Tokens of one sequence.
    pub sequence: u64,
    /// Sequences of one step over the accelerators of the job.
    pub global_batch: u64,
    /// Accelerators of the job; left out, all.
    #[serde(default)]
    pub accelerators: Option<u64>,
    /// Arithmetic.
    pub precision: Precision,
    /// The training framework: `training.*` facts.
    pub software: String,
}

/// The model that is served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// A model of the catalog.
    pub model: String,
    /// Tokens of a prompt.
    pub prompt: u64,
    /// Tokens of an answer.
    pub output: u64,
    /// Weights and arithmetic.
    pub precision: Precision,
    /// Key-value cache.
    pub cache: Precision,
    /// Largest instance, in accelerators; left out, a scale-up domain.
    #[serde(default)]
    pub largest_instance: Option<u64>,
    /// Speed that the throughput answer keeps, in tokens per second for one user.
    pub tokens_per_second_per_user: f64,
}

/// Prices and years.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Economics {
    /// Time over which cost is counted; left out, five years.
    #[serde(default)]
    pub period: Option<Time>,
    /// Electricity at the meter.
    #[serde(default)]
    pub electricity: Option<MoneyPerEnergy>,
    /// Facility power over IT power (PUE).
    #[serde(default)]
    pub pue: Option<Ratio>,
    /// How the hall is cooled: sets the PUE where that is left out.
    #[serde(default)]
    pub cooling: Option<Cooling>,
    /// Value of a lost accelerator-hour.
    #[serde(default)]
    pub accelerator_hour: Option<MoneyPerTime>,
    /// Interest on capital by year.
    #[serde(default)]
    pub discount: Option<Ratio>,
    /// A technician on site, all costs.
    #[serde(default)]
    pub labour: Option<MoneyPerTime>,
    /// Service contracts and licences by year over the price of the hardware.
    #[serde(default)]
    pub maintenance: Option<Ratio>,
    /// Building, power and cooling plant by IT power.
    #[serde(default)]
    pub facility: Option<MoneyPerPower>,
    /// Gross margin of who sells modules; an anchor of the catalog that states a price keeps that price.
    #[serde(default)]
    pub module_margin: Option<Ratio>,
    /// Gross margin of who sells co-packaged and near-package engines.
    #[serde(default)]
    pub engine_margin: Option<Ratio>,
    /// Share by which prices of optics with several vendors fall each year.
    #[serde(default)]
    pub erosion: Option<Ratio>,
    /// How the books write hardware off; left out, in a straight line.
    #[serde(default)]
    pub depreciation: Option<WriteOff>,
    /// Time over which the books write hardware off; left out, as operators do.
    #[serde(default)]
    pub depreciation_life: Option<Time>,
    /// The grid whose greenhouse gas counts: `world`, `united-states`, `china`, `india`, `france`, `norway`; left out, the world's
    /// mean.
    #[serde(default)]
    pub grid: Option<String>,
    /// Share of the hours in which an accelerator is up that it is used.
    #[serde(default)]
    pub utilisation: Option<Ratio>,
}

/// How books write something off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WriteOff {
    /// The same amount each year.
    #[default]
    StraightLine,
    /// Twice the straight line's share of what is left, then a straight line.
    DoubleDeclining,
}

/// What the buyer will take, by what the recommended mix is chosen, and within which limits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Technologies that are not to be recommended, by id.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Vendors that a recommended technology must have at least.
    #[serde(default)]
    pub least_vendors: Option<u32>,
    /// Whose weights the mix is chosen by: `hyperscaler`, `new-cloud`, `hpc-centre`, `enterprise`; left out, by cost over the years
    /// alone.
    #[serde(default)]
    pub profile: Option<String>,
    /// Weights of the buyer's own, in place of a profile's.
    #[serde(default)]
    pub weights: Option<BuyerWeights>,
    /// What the whole may take at most; left out, anything.
    #[serde(default)]
    pub limits: BuyerLimits,
}

/// What the buyer weighs, each from 0 up, of any sum; what is left out weighs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyerWeights {
    /// Cost over the years.
    #[serde(default)]
    pub cost: f64,
    /// Energy at the meter.
    #[serde(default)]
    pub energy: f64,
    /// Hours of ports lost to faults and repair.
    #[serde(default)]
    pub repair: f64,
    /// Vendors of interchangeable parts.
    #[serde(default)]
    pub vendors: f64,
    /// State of the standard.
    #[serde(default)]
    pub standard: f64,
    /// Hours in the field.
    #[serde(default)]
    pub evidence: f64,
    /// Odds that it can be bought by the year.
    #[serde(default)]
    pub date: f64,
    /// Share that comes mounted where it is sold.
    #[serde(default)]
    pub turnkey: f64,
}

impl BuyerWeights {
    /// Weights by the name of what they weigh, in the order of the keys.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, f64); 8] {
        [
            ("cost", self.cost),
            ("energy", self.energy),
            ("repair", self.repair),
            ("vendors", self.vendors),
            ("standard", self.standard),
            ("evidence", self.evidence),
            ("date", self.date),
            ("turnkey", self.turnkey),
        ]
    }
}

/// What the whole may take at most.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyerLimits {
    /// Rated power of all networks at the rack inlet.
    #[serde(default)]
    pub network_power: Option<Power>,
    /// Rated power of the networks, accelerators and hosts at the rack inlet.
    #[serde(default)]
    pub cluster_power: Option<Power>,
    /// Price of all networks to the buyer: links, switches, interfaces.
    #[serde(default)]
    pub network_price: Option<Money>,
    /// Racks of all kinds. Technologies of links do not move them, other fabrics do.
    #[serde(default)]
    pub racks: Option<u64>,
}

/// What a key is, named: `` `domain`: Accelerators in one domain. ``
#[must_use]
pub fn describe(schema: &serde_json::Value, path: &str) -> Option<String> {
    let key = path.rsplit('.').next()?;
    words(schema, path).map(|words| format!("`{key}`: {words}"))
}

/// What a key is, in the words of its description here: `Accelerators in one domain.`
#[must_use]
pub fn words(schema: &serde_json::Value, path: &str) -> Option<String> {
    let node = node(schema, path)?;
    // The key's own words come before those of its type.
    let words = node.get("description").or_else(|| resolve(schema, node).get("description"))?;
    Some(words.as_str()?.replace('\n', " "))
}

/// Keys that a table must have, in their order; the whole file is the empty path.
pub(crate) fn required<'s>(schema: &'s serde_json::Value, table: &str) -> Vec<&'s str> {
    let node = if table.is_empty() { Some(schema) } else { node(schema, table) };
    let keys = node.and_then(|node| resolve(schema, node).get("required")?.as_array());
    keys.map_or_else(Vec::new, |keys| keys.iter().filter_map(serde_json::Value::as_str).collect())
}

/// What a schema says of a key; of an element of a list what it says of each.
fn node<'s>(schema: &'s serde_json::Value, path: &str) -> Option<&'s serde_json::Value> {
    let mut node = schema;
    for key in path.split('.') {
        let (name, element) = key.split_once('[').map_or((key, false), |(name, _)| (name, true));
        node = resolve(schema, node).get("properties")?.get(name)?;
        if element {
            node = node.get("items")?;
        }
    }
    Some(node)
}

/// Follows a reference, also that of an optional value.
fn resolve<'s>(root: &'s serde_json::Value, node: &'s serde_json::Value) -> &'s serde_json::Value {
    let reference =
        |node: &'s serde_json::Value| node.get("$ref").and_then(serde_json::Value::as_str);
    let optional = || node.get("anyOf")?.as_array()?.iter().find_map(reference);
    let name = reference(node).or_else(optional).and_then(|r| r.strip_prefix("#/$defs/"));
    name.and_then(|name| root.get("$defs")?.get(name)).unwrap_or(node)
}
