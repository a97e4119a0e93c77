//! The document of readiness: dates, vendors, standards, evidence, waiting, being early, buyers.

use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const READINESS_SCHEMA: &str = "lightloom.readiness/1";

/// When technologies can be bought for a cluster, on what evidence, and what each kind of buyer makes of it.
/// Schema `lightloom.readiness/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReadinessSheet {
    /// `lightloom.readiness/1`.
    pub schema: &'static str,
    /// The scenario whose links, prices and failures count.
    pub scenario: String,
    /// Year in which it is to be bought.
    pub year: u16,
    /// Years over which cost is counted.
    pub years: f64,
    /// Joint draws of all uncertain facts on which ranges from 5 to 95 % rest.
    pub draws: u64,
    /// Technologies by tier, soonest first.
    pub technologies: Vec<MaturityRow>,
    /// Tests and fleets whose failures are public.
    pub tests: Vec<ExposureRow>,
    /// Each strategy against copper and retimed pluggables: what waiting and being early cost.
    pub timing: Vec<TimingRow>,
    /// What buyers weigh.
    pub buyers: Vec<BuyerRow>,
    /// Designs of each tier by the criteria of buyers, and what buyers make of them.
    pub tiers: Vec<BuyerTierRow>,
    /// What follows.
    pub findings: Vec<String>,
}

/// A technology in a tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MaturityRow {
    /// Identifier.
    pub technology: String,
    /// Name.
    pub name: String,
    /// Its group: `copper`, `pluggable`, `near-package`, `co-packaged`.
    pub family: String,
    /// `scale-up`, `scale-out`, or `both` where one date holds for both.
    pub tier: String,
    /// First year of volume, calendar years: 5, 50 and 95 % of the distribution.
    pub year_5_50_95: [f64; 3],
    /// Probability of volume by the year asked for.
    pub probability_by_year: f64,
    /// How the date is known: `measured`, `model`, `claimed`, `assumed` ...
    pub date_kind: String,
    /// Who says so.
    pub date_source: String,
    /// Vendors of interchangeable parts: low, central, high.
    pub vendors: [f64; 3],
    /// State of the standard: `proprietary`, `draft`, `published`, `interoperable`.
    pub standard: String,
    /// Lowest and highest state that the evidence allows.
    pub standard_range: [String; 2],
    /// Hours of ports in tests and in the field: low, central, high.
    pub device_hours: [f64; 3],
    /// How these hours are known.
    pub hours_kind: String,
    /// Failure rate that the central hours exclude with 90 % confidence, had not one port failed: the best that can be shown.
    pub shown_fit_90: f64,
    /// Whether that would show it to be no worse than the pluggables of a fleet.
    pub shows_fleet_rate: bool,
    /// Gross margin that so few vendors keep, percent: with most, central and fewest vendors.
    pub margin_percent: [f64; 3],
}

/// Failures seen in a test or a fleet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExposureRow {
    /// What was watched.
    pub what: String,
    /// Technology.
    pub technology: String,
    /// Hours of 400G ports; absent for a fleet of which only the rate is published.
    pub port_hours: Option<f64>,
    /// Failures; absent as above.
    pub failures: Option<f64>,
    /// Failures by hours, or the published rate; absent where none was seen.
    pub fit: Option<f64>,
    /// Rate that is excluded with 90 % confidence to be exceeded: by chi-squared; for a fleet the high end published.
    pub fit_below_90: f64,
    /// Interval of 90 % confidence, 5 to 95 %; for a fleet the published range.
    pub fit_interval_90: [f64; 2],
    /// Share of that interval's high end in the fleet's low end: below one the test shows the lower rate.
    pub against_fleet: Option<f64>,
}

/// A strategy against the baseline, in time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimingRow {
    /// Identifier of the strategy.
    pub strategy: String,
    /// Its name.
    pub name: String,
    /// What it has in the place of the baseline's: technology and tier.
    pub new: Vec<String>,
    /// Probability that all of it is in volume by the year asked for.
    pub probability_by_year: f64,
    /// What it saves in a year, everything over the years, USD: 5, 50 and 95 % of draws. Negative where it costs more.
    pub saving_usd_per_year: [f64; 3],
    /// The same with every fact at its nominal value.
    pub nominal_saving_usd_per_year: f64,
    /// Years until it is ready: expected, and at 95 % of its date.
    pub wait_years: [f64; 2],
    /// Cost of keeping the old design until then, USD: expected with the nominal saving; low and high end of date and saving.
    pub waiting_usd: CostRange,
    /// Cost of keeping it a generation of switches longer, USD.
    pub generation_usd: CostRange,
    /// Cost of being early; absent where its first generation lies behind.
    pub early: Option<EarlyRow>,
}

/// A cost with its range, USD; negative where it gains.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct CostRange {
    /// Low end.
    pub low: f64,
    /// Expected.
    pub expected: f64,
    /// High end.
    pub high: f64,
}

/// What a first generation risks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct EarlyRow {
    /// How much later than promised it comes, years.
    pub slip_years: YearsRange,
    /// A delay through which the whole cluster stands idle, USD.
    pub idle_usd: CostRange,
    /// A delay that the old design bridges: the savings that are lost, USD.
    pub bridged_usd: CostRange,
    /// Probability that it must be replaced by the old design, percent: low, central, high.
    pub failure_percent: [f64; 3],
    /// Price of that replacement, USD.
    pub replacement_usd: f64,
    /// Probability times replacement, USD.
    pub failure_usd: CostRange,
    /// Delay of an idle cluster that eats the nominal savings of all years, weeks; zero where nothing is saved.
    pub break_even_weeks: f64,
}

/// A time with its range, years.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct YearsRange {
    /// Low end.
    pub low: f64,
    /// Expected.
    pub expected: f64,
    /// High end.
    pub high: f64,
}

/// A kind of buyer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BuyerRow {
    /// Name.
    pub buyer: String,
    /// Weights, of sum one, each with its range and its reason.
    pub weights: Vec<WeightRow>,
}

/// A weight.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WeightRow {
    /// Criterion.
    pub criterion: String,
    /// Share of all weights.
    pub weight: f64,
    /// Ends of its range.
    pub range: [f64; 2],
    /// Why.
    pub reason: String,
}

/// A tier in the eyes of buyers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BuyerTierRow {
    /// `scale-up` or `scale-out`.
    pub tier: String,
    /// Link classes that every design here serves.
    pub classes: Vec<String>,
    /// Designs.
    pub designs: Vec<MarkedRow>,
    /// What each buyer makes of them.
    pub verdicts: Vec<VerdictRow>,
}

/// A design with its marks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MarkedRow {
    /// Technology.
    pub technology: String,
    /// Share of draws in which it serves these links.
    pub serves: f64,
    /// Cost of the tier's links over the years, USD.
    pub cost_usd: f64,
    /// Their electricity in a year, USD.
    pub energy_usd_per_year: f64,
    /// Port-hours lost to faults and repair in a year.
    pub port_hours_per_year: f64,
    /// Marks from 0 to 1: cost, energy, repair, vendors, standard, evidence, date, turnkey.
    pub marks: [f64; 8],
}

/// A buyer's order of a tier's designs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VerdictRow {
    /// Buyer.
    pub buyer: String,
    /// Designs, best first.
    pub scores: Vec<ScoreRow>,
    /// What the first has more of than the second, in points of the score, most decisive first: criterion and points.
    pub lead: Vec<LeadRow>,
    /// The weight that must move least for another design to win; absent where no weight alone does it.
    pub flip: Option<WeightFlip>,
}

/// A score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScoreRow {
    /// Technology.
    pub technology: String,
    /// Sum of weights times marks, facts nominal.
    pub score: f64,
    /// 5 and 95 % of draws of all facts, weights among them.
    pub range: [f64; 2],
    /// Share of draws in which it is first.
    pub wins: f64,
    /// Its lead over retimed pluggables, points; absent where these do not serve.
    pub over_pluggable: Option<f64>,
    /// 5 and 95 % of that lead in draws: both designs in the same draw.
    pub over_pluggable_range: Option<[f64; 2]>,
}

/// Points of a criterion between two designs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeadRow {
    /// Criterion.
    pub criterion: String,
    /// Points of the score.
    pub points: f64,
}

/// A weight that flips a buyer's choice.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WeightFlip {
    /// Criterion whose weight moves, all others in proportion.
    pub criterion: String,
    /// Weight now.
    pub from: f64,
    /// Weight at which both are equal.
    pub to: f64,
    /// Design that wins beyond it.
    pub technology: String,
    /// Whether that lies within the range of the weight.
    pub within_range: bool,
}
