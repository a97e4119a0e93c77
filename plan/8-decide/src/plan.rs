//! The answer to a scenario: one document, for people, programs and the report.
//!
//! Every number carries its unit in its key. Energy per bit is for one payload bit in one direction; bandwidth is
//! per direction; latency is one way.

mod collective;
mod fabric;
mod floor;
mod laser_module;
mod money;
mod operations;
mod package;
mod readiness;
mod section;
mod serving;
mod setting;
mod sheet;
mod training;
mod world_size;

pub use collective::{
    AlgorithmRow, COLLECTIVE_SCHEMA, CollectiveSheet, ExchangeRow, FitRow, MeasuredRow,
    MeasuredSheet, TierBytesRow,
};
pub use fabric::{
    FABRIC_SCHEMA, FabricClass, FabricPower, FabricSheet, FabricTier, InletRow, LinkParts,
    TierPowerRow,
};
pub use floor::{Floor, FloorMedium, FloorRack, RackRow, TrayRow};
pub use laser_module::{FedEngineRow, LaserModuleSheet};
pub use money::{
    AgainstRow, BREAK_EVEN_SCHEMA, BillPriceRow, BillTotalRow, BoundaryRow, BreakEvenSheet,
    COST_SCHEMA, CapexRow, CarbonRow, CostSheet, FinanceRow, FlipPoint, FlipRow, GridRow, InputRow,
    KeptRow, MapCellRow, MoneyPlan, OwnershipStudy, PublishedMoney, PublishedRow, RangeRow,
    StrategyMoney, SupplyRow, WinnerMapRow, YearRow, YearlyRow,
};
pub use operations::{
    AgainstStrategy, BlastRow, CauseRow, DifferenceRow, EngineRow, HeldRow, JobSizeRow, MovedRow,
    OPERATE_SCHEMA, OperateSheet, OperationsStudy, ServiceLevelRow, SiteRow, SpareRow, StageRow,
    StrategyOperations, WaterfallRow, YearsRow,
};
pub use package::{
    BodyRow, BodyRowKind, CrossSectionRow, PathCurve, PathPointRow, StretchPart, StretchRow,
};
pub use readiness::{
    BuyerRow, BuyerTierRow, CostRange, EarlyRow, ExposureRow, LeadRow, MarkedRow, MaturityRow,
    READINESS_SCHEMA, ReadinessSheet, ScoreRow, TimingRow, VerdictRow, WeightFlip, WeightRow,
    YearsRange,
};
pub use section::{
    CopperPathRow, LightRow, LossLimitRow, NoiseRow, ReceiverRow, SectionRow, SeenRow,
};
pub use serving::{
    FrontierRow, INFER_SCHEMA, InferSheet, PoolsRow, ServedRow, ServingJobRow, ServingSplitRow,
};
pub use setting::{ModelRow, NetworkRow, SettingRow};
pub use sheet::{
    AskedRow, BondRow, HeatRow, JointRow, LaserRow, LightBudgetRow, LightStageRow, LinkRow,
    MakeupRow, MakingRow, PackagePowerRow, PackageYieldRow, ReceiverNoiseRow, ServiceRow, Sheet,
    SpaceRow, StepRow, StretchReceiverRow, ToleranceRow,
};
pub use training::{
    AxisRow, CountsRow, CutRow, EnergyRow, KernelRow, LossRow, MemoryRow, SpreadRow, StepSplitRow,
    TRAIN_SCHEMA, TrainSheet, TrainingJobRow, WireRow,
};
pub use world_size::{
    BuiltDomain, ClassTechnology, DomainRow, MediumCurve, ServedPoint, WorldSizeStudy,
};

use crate::crossover::Crossover;
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const SCHEMA: &str = "lightloom.plan/1";

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Plan {
    /// Form of the document: `lightloom.plan/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// What was asked.
    pub scenario: ScenarioSummary,
    /// The answer in words.
    pub decision: Decision,
    /// For each network tier and link class, what closes and what does not.
    pub tiers: Vec<TierPlan>,
    /// Energy and loss against the copper between chip and light, at the lane rate of the scale-out network; `None`
    /// without links there.
    pub path_curve: Option<PathCurve>,
    /// A sheet for each technology that is taken, those of the recommended mix before what the baseline has besides; at
    /// the rate, lane and longest length of the class where it carries most.
    pub packages: Vec<Sheet>,
    /// The cluster under each strategy; the first is the baseline, the last the recommended mix.
    pub strategies: Vec<Strategy>,
    /// Copper and light against lane rate.
    pub reach: ReachChart,
    /// The length at which copper gives way to light on the links from interface to leaf.
    pub crossover: Option<Crossover>,
    /// The model that is served under the recommended mix: what an operator can choose between.
    pub serving: Option<InferSheet>,
    /// What the size of the scale-up domain gives the model that is served.
    pub world_size: Option<WorldSizeStudy>,
    /// What fails under each strategy, what it stops, what a job gets done; closed forms.
    pub operations: Option<OperationsStudy>,
    /// What strategies cost over the ranges of prices and rates.
    pub money: Option<MoneyPlan>,
    /// When technologies can be bought, what waiting and being early cost, and what buyers make of it.
    pub readiness: Option<ReadinessSheet>,
    /// Racks on the floor.
    pub floor: Floor,
    /// Injection bandwidth of one accelerator, per direction.
    pub bandwidth: BandwidthRow,
    /// Facts that the answer rests on, those that move it most first.
    pub evidence: Vec<EvidenceRow>,
    /// Computed beside published, worst first.
    pub checks: Vec<CheckRow>,
    /// What ought to be looked at before trusting the answer.
    pub findings: Vec<String>,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScenarioSummary {
    /// Name.
    pub name: String,
    /// One paragraph.
    pub about: String,
    /// Where its figures come from.
    pub sources: Vec<SourceRow>,
    /// Accelerators.
    pub accelerators: u64,
    /// Name of the accelerator part.
    pub accelerator: String,
    /// Accelerators in a scale-up domain.
    pub domain: u64,
    /// Racks of all kinds.
    pub racks: u64,
    /// Year of deployment; technologies not ready by then are not recommended.
    pub year: u16,
    /// Years over which cost is counted.
    pub years: f64,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceRow {
    /// Title.
    pub title: String,
    /// Address; empty for the project's own assumptions.
    pub url: String,
}

/// The answer in words.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Decision {
    /// One sentence.
    pub headline: String,
    /// A sentence for each tier: what to take and why, with numbers.
    pub reasons: Vec<String>,
    /// What the mix gains against the baseline.
    pub gains: Vec<Gain>,
}

/// One figure of the recommended mix beside the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Gain {
    /// What: `network power`, `five-year cost`.
    pub what: String,
    /// Baseline, with unit.
    pub baseline: String,
    /// Recommended mix, with unit.
    pub recommended: String,
    /// Change in percent of the baseline; negative is less.
    pub change_percent: f64,
    /// Ends of the change over the evidence's ranges, one fact at a time combined as independent.
    pub change_range_percent: [f64; 2],
    /// Whether less is better.
    pub less_is_better: bool,
}

/// One network tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TierPlan {
    /// `scale-up`, `scale-out`, `front-end`.
    pub tier: String,
    /// Title: `Scale-up: 72 accelerators, 7.2 Tb/s each`.
    pub title: String,
    /// Switches by layer.
    pub switches: Vec<SwitchRow>,
    /// Link classes from the accelerator up.
    pub classes: Vec<ClassPlan>,
}

/// Switches of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SwitchRow {
    /// `scale-out leaf`.
    pub name: String,
    /// How many.
    pub count: u64,
    /// Ports of one.
    pub radix: u64,
    /// Share of the ports that are used.
    pub use_of_ports: f64,
    /// Rate of a port, one direction.
    pub port_gbps: f64,
    /// Racks that they stand in.
    pub rack: String,
}

/// Links of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassPlan {
    /// Stable name: `scale-out leaf-spine`; a class that is split by length has `..., to 3 m` and `..., beyond 3 m`.
    pub name: String,
    /// Layers that it joins: 0 is accelerators or interfaces, switches count from 1.
    pub layers: [u64; 2],
    /// Links.
    pub links: u64,
    /// Rate of one link.
    pub rate_gbps: f64,
    /// Payload of one lane.
    pub lane_gbps: f64,
    /// Modulation.
    pub modulation: String,
    /// Routed lengths.
    pub length: LengthRow,
    /// Every technology of the catalog on these links: usable ones first, by five-year cost.
    pub options: Vec<OptionRow>,
    /// Identifier of the one to take; `None` when nothing closes.
    pub recommended: Option<String>,
    /// Why, with numbers.
    pub why: String,
    /// The section that decides the margin of what is taken, to be drawn; behind it that of the nearest miss, which would
    /// cost less but does not close. Where nothing closes, that of the stand-in.
    pub worst_sections: Vec<SectionRow>,
}

/// Routed lengths of a link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LengthRow {
    /// Shortest.
    pub min_m: f64,
    /// Mean.
    pub mean_m: f64,
    /// Half are no longer.
    pub p50_m: f64,
    /// 95 % are no longer.
    pub p95_m: f64,
    /// Longest.
    pub max_m: f64,
    /// Lower edge of the histogram.
    pub bins_start_m: f64,
    /// Width of a bin.
    pub bin_m: f64,
    /// Links in each bin.
    pub bins: Vec<u64>,
}

/// A technology on a link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OptionRow {
    /// Identifier.
    pub technology: String,
    /// Name.
    pub name: String,
    /// `copper`, `pluggable`, `near-package`, `co-packaged`.
    pub family: String,
    /// Technology at the end that is not a switch, where it differs.
    pub near: Option<String>,
    /// Closes at the longest length, is built for the lane rate, and is ready by the year of deployment.
    pub usable: bool,
    /// Why not, with a number; `None` when usable.
    pub rejected_because: Option<String>,
    /// Margin at the longest length, beyond the design margin.
    pub margin_db: f64,
    /// What limits it.
    pub limiter: String,
    /// Copper loss at Nyquist that a receiver must equalise.
    pub loss_db: f64,
    /// Longest link that closes.
    pub reach_m: f64,
    /// Share of the class's links within that reach.
    pub share_within_reach: f64,
    /// Whether a digital signal processor sits in the module: an outcome.
    pub module_dsp: bool,
    /// Gauge, for copper.
    pub awg: Option<u8>,
    /// Energy from chip to chip, both ends (boundary: lane).
    pub lane_pj_per_bit: f64,
    /// Energy of modules or engines with lasers, both ends (boundary: optics).
    pub optics_pj_per_bit: f64,
    /// Energy by component, pJ/bit.
    pub energy_split: Vec<Part>,
    /// One-way latency at the mean length, without switches.
    pub latency_ns: f64,
    /// Latency by component, ns.
    pub latency_split: Vec<Part>,
    /// Power of the module or engine at the lower and the upper end.
    pub optics_w: [f64; 2],
    /// Bandwidth through one rack unit of front panel, where a panel is involved.
    pub panel_tbps_per_ru: Option<f64>,
    /// Bandwidth over a millimetre of package edge.
    pub edge_gbps_per_mm: f64,
    /// What sets the edge density.
    pub edge_limit: String,
    /// What a repair replaces.
    pub repair_unit: String,
    /// Ports that one failed unit stops, in ports of this class.
    pub ports_per_unit: f64,
    /// Hard failures of a link.
    pub failure_fit: f64,
    /// Price of a link with cable of mean length, to the buyer.
    pub link_usd: f64,
    /// Fibres of a link.
    pub fibres: f64,
    /// Lasers of a link.
    pub lasers: f64,
    /// Cost of all links of the class over the years: price, energy, facility, repair, downtime.
    pub cost_usd: f64,
    /// That cost by part, USD.
    pub cost_split: Vec<Part>,
    /// Year from which it can be bought.
    pub ready_year: f64,
    /// Vendors.
    pub vendors: f64,
}

/// A named part of a sum.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// Name.
    pub name: String,
    /// Value, in the unit of the sum.
    pub value: f64,
}

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

/// Reach against lane rate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReachChart {
    /// One curve for each technology.
    pub curves: Vec<ReachCurve>,
    /// The scenario's link classes on the chart, at their longest length.
    pub links: Vec<ReachPoint>,
    /// For each lane rate, where copper gives way to light.
    pub crossover: Vec<CrossoverRow>,
}

/// A technology's reach by lane rate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReachCurve {
    /// Identifier.
    pub technology: String,
    /// Name.
    pub name: String,
    /// Family.
    pub family: String,
    /// Points; a reach of zero does not close at any length.
    pub points: Vec<ReachAt>,
}

/// Reach at one lane rate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReachAt {
    /// Payload of a lane.
    pub lane_gbps: f64,
    /// Best modulation at this rate.
    pub modulation: String,
    /// Reach.
    pub reach_m: f64,
}

/// A link class on the reach chart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReachPoint {
    /// Link class.
    pub class: String,
    /// Payload of a lane.
    pub lane_gbps: f64,
    /// Longest link.
    pub max_m: f64,
    /// Family of what is recommended there.
    pub family: Option<String>,
}

/// Copper when you can, optics when you must: as a length.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrossoverRow {
    /// Payload of a lane.
    pub lane_gbps: f64,
    /// Longest passive copper of any kind.
    pub passive_m: f64,
    /// The technology that reaches it.
    pub passive: String,
    /// Longest copper of any kind.
    pub active_m: f64,
    /// The technology that reaches it.
    pub active: String,
}

/// Injection bandwidth of one accelerator, per direction.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BandwidthRow {
    /// Within the domain.
    pub scale_up_gbps: f64,
    /// Across the hall.
    pub scale_out_gbps: f64,
    /// To storage and users.
    pub front_end_gbps: f64,
}

/// A fact that the answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EvidenceRow {
    /// Identifier in the catalog.
    pub id: String,
    /// What it is.
    pub about: String,
    /// Value with unit.
    pub value: String,
    /// Range with units; equal ends when exact.
    pub range: [String; 2],
    /// `measured`, `spec`, `model`, `claimed`, `assumed`.
    pub kind: String,
    /// Source.
    pub source: SourceRow,
    /// Saving of the recommended mix in five-year cost, with the fact at its low and high end, in percent of
    /// the baseline's network cost. Both ends at the nominal saving: it does not move it.
    pub saving_percent: [f64; 2],
    /// Whether some link class gets another technology within the fact's range.
    pub flips: bool,
    /// Whether it is among the weak ones that move the answer: claimed or assumed, and in the upper tenth.
    pub weak: bool,
}

/// A computed figure beside a published one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CheckRow {
    /// What.
    pub what: String,
    /// Computed, with unit.
    pub computed: String,
    /// Published, with unit.
    pub published: String,
    /// Computed over published, or over the nearer end of a range, less one; zero within.
    pub error_percent: f64,
    /// How the published figure is known.
    pub kind: String,
    /// Source.
    pub source: SourceRow,
}
