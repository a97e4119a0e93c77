//! The answer to a scenario: one document, for people, programs and the report.
//!
//! Every number carries its unit in its key. Energy per bit is for one payload bit in one direction; bandwidth is
//! per direction; latency is one way.

mod alternatives;
mod collective;
mod confidence;
mod fabric;
mod floor;
mod joint;
mod laser_module;
mod money;
mod operations;
mod package;
mod preference;
mod question;
mod readiness;
mod section;
mod serving;
mod setting;
mod sheet;
mod strategy;
mod tier;
mod training;
mod world_size;

pub use alternatives::{
    BeliefSheet, BelievedFact, BuiltAlternative, ChangedClass, Conflict, FabricAlternative,
    RivalRow,
};
pub use collective::{
    AlgorithmRow, COLLECTIVE_SCHEMA, CollectiveSheet, ExchangeRow, FitRow, MeasuredRow,
    MeasuredSheet, TierBytesRow,
};
pub use confidence::{
    ClassConfidence, Confidence, FlipFact, GainInputs, GainRange, InputFact, InputIndex,
    InputShare, LimitConfidence, StrategyConfidence, WinnerRow,
};
pub use fabric::{
    FABRIC_SCHEMA, FabricClass, FabricPower, FabricSheet, FabricTier, InletRow, LinkParts,
    TierPowerRow,
};
pub use floor::{Floor, FloorMedium, FloorRack, RackRow, TrayRow};
pub use joint::{JointSheet, MisalignedRow};
pub use laser_module::{FedEngineRow, LaserModuleSheet};
pub use money::{
    AgainstRow, BREAK_EVEN_SCHEMA, BillPriceRow, BillTotalRow, BoundaryRow, BreakEvenSheet,
    COST_SCHEMA, CapexRow, CarbonRow, CostSheet, FinanceRow, FlipPoint, FlipRow, GridRow, InputRow,
    KeptRow, MapCellRow, MoneyPlan, OwnershipStudy, PublishedMoney, PublishedRow, RangeRow,
    StrategyMoney, SupplyRow, WinnerMapRow, YearRow, YearlyRow,
};
pub use operations::{
    AgainstStrategy, BlastRow, CauseRow, DifferenceRow, EngineRow, HeldRow, JobSizeRow, MonthRow,
    MovedRow, OPERATE_SCHEMA, OperateSheet, OperationsStudy, ServiceLevelRow, SiteRow, SpareRow,
    StageRow, StragglingRow, StrategyOperations, WaterfallRow, YearsRow,
};
pub use package::{
    BodyRow, BodyRowKind, CrossSectionRow, PathCurve, PathPointRow, StretchPart, StretchRow,
};
pub use preference::{LimitRow, PreferenceRow, WeighedRow};
pub use question::QuestionRow;
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
pub use strategy::{
    BillRow, CableRow, ChoiceRow, CostRow, DecodingRow, OperationsRow, PowerRow, ServingRow,
    Strategy, TrainingRow,
};
pub use tier::{ClassPlan, LengthRow, OptionRow, Part, SwitchRow, TierPlan};
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
    /// The nine questions of those who decide, answered for this cluster.
    pub questions: Vec<QuestionRow>,
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
    /// How sure the decision is, and what it hangs on.
    pub confidence: Option<Confidence>,
    /// What a belief other than the catalog's takes otherwise, and what that changes; `None` by the catalog.
    pub belief: Option<BeliefSheet>,
    /// Facts on which sources disagree, with the decision under each value.
    pub conflicts: Vec<Conflict>,
    /// The same accelerators on other fabrics: a layer of switches less, larger and smaller domains.
    pub alternatives: Vec<FabricAlternative>,
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
    /// What the mix was chosen by.
    pub preference: PreferenceRow,
    /// Whether another fabric would be better, in a sentence; `None` where none was tried.
    pub fabric: Option<String>,
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
    /// Ends of the change over the evidence's ranges: 5 and 95 % of samples of all facts, stretched to hold the change itself.
    pub change_range_percent: [f64; 2],
    /// Whether less is better.
    pub less_is_better: bool,
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

/// A number with the ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct IntervalRow {
    /// The estimate.
    pub value: f64,
    /// Low end.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// A fact that the answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EvidenceRow {
    /// The fact; in JSON its keys stand among those of the row.
    #[serde(flatten)]
    pub fact: InputFact,
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
