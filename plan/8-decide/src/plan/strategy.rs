//! The cluster under a strategy: power, jobs, what fails, what it costs.

use super::Part;
use schemars::JsonSchema;
use serde::Serialize;

/// The cluster with one technology for each link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Strategy {
    /// Identifier: `baseline`, `lpo`, `npo`, `cpo-switch`, `cpo-accelerator`, `recommended`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Technology of each link class.
    pub choices: Vec<ChoiceRow>,
    /// Where the strategy's own technology does not serve, and what stands in.
    pub notes: Vec<String>,
    /// Power at the five boundaries.
    pub power: PowerRow,
    /// Accelerators that the saving in cluster power against the baseline would feed.
    pub accelerators_fed: f64,
    /// Longest one-way path of each tier at zero load, ns, switches included.
    pub path_ns: Vec<Part>,
    /// Training step of the named model; `None` when it does not fit.
    pub training: Option<TrainingRow>,
    /// Decoding of the named model; `None` when it does not fit.
    pub decoding: Option<DecodingRow>,
    /// Availability and goodput.
    pub operations: OperationsRow,
    /// Money.
    pub cost: CostRow,
    /// Bill of materials of the network.
    pub bill: Vec<BillRow>,
    /// Totals of cable.
    pub cables: CableRow,
}

/// The technology of a link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChoiceRow {
    /// Link class.
    pub class: String,
    /// Identifier of the technology.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// Its family.
    pub family: String,
}

/// Power at five boundaries. Network contains optics and switch boxes, cluster contains the network; modules at
/// the NIC end are in optics and not in switch boxes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PowerRow {
    /// Energy of a link, chip to chip, mean over all links by rate.
    pub lane_pj_per_bit: f64,
    /// Modules, engines and active cable ends, direct current.
    pub optics_w: f64,
    /// Switches with what is in their boxes, at the rack inlet.
    pub switch_boxes_w: f64,
    /// Switches, interfaces, optics and the SerDes of every link, at the rack inlet.
    pub network_w: f64,
    /// The network, accelerators and hosts, at the rack inlet.
    pub cluster_w: f64,
    /// Network power of each tier, W.
    pub network_by_tier: Vec<Part>,
}

/// Training of the named model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TrainingRow {
    /// Model.
    pub model: String,
    /// How it is spread: `TP 4, PP 8, DP 144`.
    pub parallelism: String,
    /// One step.
    pub step_s: f64,
    /// Step by part, s.
    pub split: Vec<Part>,
    /// Tokens per second of the cluster.
    pub tokens_per_s: f64,
    /// Model FLOP utilisation.
    pub mfu: f64,
    /// Energy of a token at the meter.
    pub joule_per_token: f64,
}

/// Decoding of the named model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DecodingRow {
    /// Model.
    pub model: String,
    /// Latency-bound: instance with the most tokens per second for one user.
    pub quickest: ServingRow,
    /// Throughput-bound: most tokens per second and accelerator at no less than the asked speed.
    pub widest: Option<ServingRow>,
    /// Speed that the throughput answer keeps.
    pub floor_tokens_per_s_per_user: f64,
}

/// One serving instance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServingRow {
    /// How it is spread: `TP 8, EP 72, batch 64`.
    pub spread: String,
    /// For one user.
    pub tokens_per_s_per_user: f64,
    /// For one accelerator.
    pub tokens_per_s_per_accelerator: f64,
    /// Step by part, ms.
    pub split_ms: Vec<Part>,
    /// Energy of a token at the meter.
    pub joule_per_token: f64,
}

/// Availability and goodput.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OperationsRow {
    /// Share of accelerator-hours that are not lost.
    pub availability: f64,
    /// Share lost to network causes.
    pub lost_to_network: f64,
    /// Mean time between interruptions of the training job: all accelerators unless the scenario says otherwise.
    pub job_mtti_h: f64,
    /// Productive share of that job's wall time.
    pub goodput: f64,
    /// Network failures a year, of all links and switches.
    pub network_failures_per_year: f64,
    /// Hands-on hours a year for them.
    pub hands_on_h_per_year: f64,
    /// Share of accelerator-hours lost by cause.
    pub lost_by_cause: Vec<Part>,
}

/// Money.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CostRow {
    /// Network: links, switches, interfaces.
    pub network_capex_usd: f64,
    /// Network, accelerators and their hosts, facility.
    pub capex_usd: f64,
    /// Energy over the years, at the meter.
    pub energy_usd: f64,
    /// Repairs and spares over the years.
    pub repair_usd: f64,
    /// Value of accelerator-hours lost over the years.
    pub downtime_usd: f64,
    /// Everything over the years.
    pub total_usd: f64,
    /// The network's part of everything: its capex, energy, facility, repairs, and downtime by network causes.
    pub network_total_usd: f64,
    /// Everything over productive accelerator-hours.
    pub usd_per_accelerator_hour: f64,
    /// Decoded tokens at the throughput answer; `None` without one.
    pub usd_per_million_tokens: Option<f64>,
}

/// A line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BillRow {
    /// Item.
    pub item: String,
    /// How many.
    pub count: u64,
    /// Price of one.
    pub unit_usd: f64,
    /// Price of all.
    pub total_usd: f64,
}

/// Cable of the whole cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CableRow {
    /// Length.
    pub length_km: f64,
    /// Mass.
    pub mass_t: f64,
    /// Fibres.
    pub fibres: f64,
    /// Lasers.
    pub lasers: f64,
    /// Cross-section of the cables of one accelerator rack.
    pub bundle_cm2_per_rack: f64,
}
