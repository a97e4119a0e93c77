//! The document of a cluster in operation: what fails, what it stops, what is kept, what a job gets done.
//!
//! Hours are accelerator-hours of the whole cluster in a year, unless a key says otherwise.

use super::ChoiceRow;
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of the form of [`OperateSheet`].
pub const OPERATE_SCHEMA: &str = "lightloom.operate/1";

/// A cluster in operation: years of it, simulated, beside closed forms. Schema `lightloom.operate/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OperateSheet {
    /// `lightloom.operate/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// The strategy whose years were simulated: its identifier, or that of the mix.
    pub strategy: String,
    /// Technology of each link class.
    pub choices: Vec<ChoiceRow>,
    /// The cluster with its staff, its stores and its job.
    pub site: SiteRow,
    /// What was simulated.
    pub years: YearsRow,
    /// The main figures: closed form beside simulated.
    pub figures: Vec<HeldRow>,
    /// What each cause loses, most first.
    pub causes: Vec<CauseRow>,
    /// Parts to keep on site.
    pub spares: Vec<SpareRow>,
    /// Service levels of domains and racks.
    pub levels: Vec<ServiceLevelRow>,
    /// The same years of another strategy.
    pub against: Option<AgainstStrategy>,
    /// Every strategy in closed form, with ranges of the evidence.
    pub study: OperationsStudy,
    /// What follows, and what ought to be checked.
    pub findings: Vec<String>,
}

/// The cluster with its staff and its job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SiteRow {
    /// Accelerators of the cluster.
    pub accelerators: u64,
    /// Accelerators of a node (host).
    pub node_accelerators: u64,
    /// Accelerators of a domain: what the job takes or leaves as a whole.
    pub domain_accelerators: u64,
    /// Domains.
    pub domains: u64,
    /// Nodes of a domain.
    pub domain_nodes: u64,
    /// Technicians at once; `None`: as many as there is work for.
    pub technicians: Option<u64>,
    /// Accelerators that the job uses.
    pub job_accelerators: u64,
    /// Domains that the job holds.
    pub job_domains: u64,
    /// Nodes that it needs of each.
    pub job_nodes: u64,
    /// Domains that it leaves free.
    pub spare_domains: u64,
    /// Work between checkpoints.
    pub checkpoint_interval_s: f64,
    /// Whether that is Daly's, which loses least.
    pub interval_is_daly: bool,
    /// Time that the job stands still for a checkpoint.
    pub checkpoint_s: f64,
    /// From having its domains to running again.
    pub restart_s: f64,
}

/// What was simulated.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct YearsRow {
    /// Years of the cluster, one history each.
    pub years: f64,
    /// Events that were worked on.
    pub events: u64,
    /// Seed of all histories.
    pub seed: u64,
    /// Time at the start of each history that is not counted.
    pub warm_up_h: f64,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Half-width over mean that was wanted of what is lost; `None` where years were asked for.
    pub precision_wanted: Option<f64>,
    /// Half-width over mean that was reached, of lost accelerator-hours and of the job's lost time: the worse.
    pub precision: f64,
}

/// A figure by closed form and as simulated.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HeldRow {
    /// What, with its boundary.
    pub what: String,
    /// Unit; empty for shares of one.
    pub unit: String,
    /// By closed form; `None` where there is none.
    pub closed: Option<f64>,
    /// Mean over the years.
    pub simulated: f64,
    /// Confidence interval of the mean.
    pub interval: [f64; 2],
    /// Whether the closed form lies within the interval.
    pub within: Option<bool>,
    /// What the closed form leaves out.
    pub leaves_out: String,
}

/// What one class of components does to the cluster in a year.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CauseRow {
    /// Name: link class and part.
    pub name: String,
    /// `compute`, `scale-up links`, `scale-out links`, `front-end links`, `switches`.
    pub group: String,
    /// What a repair replaces, or the kind of event.
    pub repair: String,
    /// Components.
    pub count: f64,
    /// Failures, closed form.
    pub failures: f64,
    /// Failures, simulated with interval.
    pub failures_simulated: [f64; 3],
    /// Faults that stop the job, closed form.
    pub interruptions: f64,
    /// Faults that stop the job, simulated with interval.
    pub interruptions_simulated: [f64; 3],
    /// Lost hours, closed form.
    pub lost_h: f64,
    /// Lost hours, simulated with interval.
    pub lost_h_simulated: [f64; 3],
    /// Whether the closed form lies within.
    pub within: bool,
    /// Where the simulated hours go.
    pub stages: StageRow,
    /// Share of the time in which one component serves, simulated.
    pub availability: f64,
    /// Hands-on hours of work, simulated.
    pub labour_h: f64,
    /// Hours that faults waited for a technician who was busy.
    pub queued_h: f64,
    /// Swaps that found no part on the shelf.
    pub without_part: f64,
}

/// Accelerator-hours lost in a year by stage of the fault.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct StageRow {
    /// In faults that pass by themselves.
    pub passing_h: f64,
    /// Until faults are noticed and located.
    pub detection_h: f64,
    /// While hands, parts or a reset are awaited.
    pub waiting_h: f64,
    /// In repair and tests, by the accelerators behind the fault.
    pub repair_h: f64,
    /// In repair and tests, by all others that the repair stops.
    pub blast_h: f64,
}

impl StageRow {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.passing_h + self.detection_h + self.waiting_h + self.repair_h + self.blast_h
    }
}

/// Parts of a kind to keep on site.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SpareRow {
    /// Name: link class and part.
    pub name: String,
    /// Repair unit.
    pub unit: String,
    /// Swaps in a year.
    pub swaps: f64,
    /// Parts kept; `None`: delivered when needed.
    pub parts: Option<u64>,
    /// From ordering a part to having it.
    pub resupply_days: f64,
    /// Share of the swaps that find a part, closed form.
    pub fill: f64,
    /// Mean wait of a swap for its part, those that find one counted, closed form.
    pub wait_h: f64,
    /// Swaps in a year that found none, simulated.
    pub without_part: f64,
}

/// A promise that enough nodes of a domain are up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceLevelRow {
    /// Nodes that must be up.
    pub needed: u64,
    /// Nodes of a domain.
    pub nodes: u64,
    /// Share of the time, closed form.
    pub closed: f64,
    /// Share of the time, simulated.
    pub simulated: f64,
    /// The least share that the years allow with the sheet's confidence: what can be signed for good.
    pub signed: f64,
    /// What can be signed for a month.
    pub month: MonthRow,
}

/// What can be signed for a month, closed form: reached in a share of months that is the sheet's confidence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MonthRow {
    /// Share of the month.
    pub signed: f64,
    /// Hours that this allows to be out.
    pub out_h: f64,
    /// Times that a domain falls below the nodes needed in a year.
    pub outages_per_year: f64,
    /// Mean duration of one.
    pub outage_h: f64,
    /// Share of the months in which it never does.
    pub untouched: f64,
}

/// The same years of another strategy: differences are its figure less this one's, paired year by year.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgainstStrategy {
    /// The other strategy.
    pub strategy: String,
    /// Differences.
    pub differences: Vec<DifferenceRow>,
}

/// A paired difference.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DifferenceRow {
    /// What, with its boundary.
    pub what: String,
    /// Unit.
    pub unit: String,
    /// The other's less this one's, closed form; `None` where there is none.
    pub closed: Option<f64>,
    /// The other's less this one's, mean over the years.
    pub simulated: f64,
    /// Confidence interval of the mean difference.
    pub interval: [f64; 2],
    /// Whether the interval leaves out zero: the years tell the two apart.
    pub told_apart: bool,
}

/// Every strategy in closed form, with ranges of the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OperationsStudy {
    /// Accelerators of the cluster.
    pub accelerators: u64,
    /// Accelerators of the job.
    pub job_accelerators: u64,
    /// Strategies, the baseline first.
    pub strategies: Vec<StrategyOperations>,
    /// What one failure stops, by technology, for those that strategies use.
    pub blast: Vec<BlastRow>,
    /// Engines of each strategy that has any: how often they may fail.
    pub engines: Vec<EngineRow>,
    /// What follows.
    pub findings: Vec<String>,
}

/// A strategy in closed form.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StrategyOperations {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Share of accelerator-hours left.
    pub availability: f64,
    /// Lost hours, all causes.
    pub lost_h: f64,
    /// Lost hours by network causes.
    pub network_lost_h: f64,
    /// Ends of that over the evidence of failure and repair, facts taken as independent.
    pub network_lost_range_h: [f64; 2],
    /// Lost hours by network causes less those of the baseline.
    pub difference_h: f64,
    /// Ends of that difference: each fact moves both strategies at once.
    pub difference_range_h: [f64; 2],
    /// Facts that move the difference most.
    pub moved_by: Vec<MovedRow>,
    /// Lost hours by group of causes and stage.
    pub waterfall: Vec<WaterfallRow>,
    /// Network failures a year, flaps and what is cleaned among them.
    pub network_failures: f64,
    /// Those for which something is swapped.
    pub network_swaps: f64,
    /// Hands-on hours a year for the network.
    pub network_labour_h: f64,
    /// Productive share of jobs by size.
    pub sizes: Vec<JobSizeRow>,
    /// What its job loses by waiting for links that flap or are slow, beside what stops it.
    pub straggling: StragglingRow,
}

/// What flapping and degraded links cost a job whose steps wait for the slowest. Shares are of its time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StragglingRow {
    /// Links of the job, at its accelerators and interfaces, that can flap.
    pub links_that_flap: f64,
    /// Flaps of one in a year, on average.
    pub flaps_per_link: f64,
    /// Flaps of one in a year at which they alone take 1 % of the job's time; `None` where none can flap.
    pub flaps_per_link_borne: Option<f64>,
    /// Share in which some link flaps or is slow.
    pub degraded: f64,
    /// Share in which a flap stops the step; with several planes others carry on.
    pub stopped: f64,
    /// Share lost at most, those stops included: as if steps did nothing but wait for links.
    pub slower: f64,
}

/// A fact at the ends of its range.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MovedRow {
    /// The fact.
    pub fact: String,
    /// Its range.
    pub range: [String; 2],
    /// The difference at its ends.
    pub difference_h: [f64; 2],
    /// Whether the sign of the difference turns within the range.
    pub flips: bool,
}

/// A group of causes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WaterfallRow {
    /// The group.
    pub group: String,
    /// Where its hours go.
    pub stages: StageRow,
}

/// A job of a size, with spare domains always at hand.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JobSizeRow {
    /// Accelerators.
    pub accelerators: u64,
    /// Mean time to interruption.
    pub mtti_h: f64,
    /// Work between checkpoints.
    pub interval_s: f64,
    /// Productive share of the time.
    pub ettr: f64,
    /// Share spent on checkpoints, to first order.
    pub checkpoints: f64,
    /// Share done again, to first order.
    pub rework: f64,
    /// Share spent starting again, to first order.
    pub restarts: f64,
}

/// What one failure stops whose repair replaces a unit, on the class of links where its technology stops most.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BlastRow {
    /// Technology.
    pub technology: String,
    /// Its name.
    pub technology_name: String,
    /// Link class.
    pub class: String,
    /// What fails: all parts that are swapped together.
    pub part: String,
    /// What a repair replaces, or the kind of event.
    pub repair: String,
    /// Links of the class.
    pub links: u64,
    /// Failures of a link, both ends.
    pub fit_per_link: f64,
    /// Failures of the class in a year.
    pub failures: f64,
    /// From the fault until its repair begins.
    pub faulty_h: f64,
    /// Repair and tests.
    pub repair_h: f64,
    /// Ports that stand still until the repair begins.
    pub ports_faulty: f64,
    /// Ports that stand still in repair.
    pub ports_in_repair: f64,
    /// Accelerators that stand still until the repair begins.
    pub accelerators_faulty: f64,
    /// Accelerators that stand still in repair.
    pub accelerators_in_repair: f64,
    /// Expected lost hours of the class in a year.
    pub lost_h: f64,
}

/// The engines of a strategy against the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EngineRow {
    /// The strategy.
    pub strategy: String,
    /// Failures of the engine's own parts for a port of 400 Gb/s, one end, as computed from parts; mean over classes by links.
    pub fit_per_400g_port: f64,
    /// The same as a test of co-packaged ports measured it, with its confidence bounds: low, value, high.
    pub measured_fit_per_400g_port: [f64; 3],
    /// Lost hours by failures of engines.
    pub engine_lost_h: f64,
    /// Factor on the engines' rate at which the strategy loses as much as the baseline; `None` where no rate does.
    pub flips_at_factor: Option<f64>,
    /// The rate for a port of 400 Gb/s at which it does.
    pub flips_at_fit_per_400g_port: Option<f64>,
    /// In words.
    pub verdict: String,
}
