//! The documents of money: what strategies cost, and where a decision flips.

use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of the form of a cost sheet.
pub const COST_SCHEMA: &str = "lightloom.cost/1";

/// What a cluster costs under every strategy, with ranges. Schema `lightloom.cost/1`. US dollars of the catalog's year.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CostSheet {
    /// `lightloom.cost/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// The scenario.
    pub scenario: String,
    /// Accelerators.
    pub accelerators: u64,
    /// The accelerator.
    pub accelerator: String,
    /// Years over which cost is counted.
    pub years: f64,
    /// Points of the facts of money at which every strategy was counted.
    pub samples: u32,
    /// Facts of money that were moved over their ranges.
    pub facts_moved: usize,
    /// Prices and rates.
    pub finance: FinanceRow,
    /// Each strategy; the first is the baseline.
    pub strategies: Vec<StrategyMoney>,
    /// Each other strategy against the baseline.
    pub against_baseline: Vec<AgainstRow>,
    /// What vendors, margins and volumes do to the price of each technology of light that a strategy is about.
    pub supply: Vec<SupplyRow>,
    /// Owned against rented; `None` where no rent is known.
    pub ownership: Option<OwnershipStudy>,
    /// Inputs that ought to be checked.
    pub warnings: Vec<String>,
    /// What follows.
    pub findings: Vec<String>,
}

/// A number with its range. Where ranges are skewed the catalog's own values may lie beyond either end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct RangeRow {
    /// At the catalog's own values.
    pub central: f64,
    /// Exceeded by 95 % of the samples.
    pub low: f64,
    /// Exceeded by half of the samples.
    pub median: f64,
    /// Exceeded by 5 % of the samples.
    pub high: f64,
}

/// Prices and rates, as stated or as catalogued.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FinanceRow {
    /// Electricity at the meter.
    pub electricity_usd_per_kwh: f64,
    /// Facility power over IT power.
    pub pue: f64,
    /// Mean power over rated power.
    pub load: f64,
    /// Building, power and cooling plant by IT power.
    pub facility_usd_per_w: f64,
    /// Interest on capital by year.
    pub discount: f64,
    /// Service contracts by year over the price of the hardware.
    pub maintenance: f64,
    /// A technician.
    pub labour_usd_per_h: f64,
    /// Worth of an accelerator-hour that is lost.
    pub accelerator_hour_usd: f64,
    /// How the books write off: `straight line` or `double declining balance`.
    pub depreciation: String,
    /// Over how long.
    pub depreciation_years: f64,
    /// Share of the up hours in which an accelerator is used.
    pub utilisation: f64,
    /// The grid whose greenhouse gas counts.
    pub grid: String,
    /// Its intensity.
    pub grid_g_per_kwh: f64,
}

/// The money of a strategy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StrategyMoney {
    /// Identifier: `baseline`, `lpo`, `npo`, `cpo-switch`, `cpo-accelerator`, `recommended`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Bill of materials of the network.
    pub bill: Vec<BillPriceRow>,
    /// Its total.
    pub bill_total: BillTotalRow,
    /// Hardware of the cluster: accelerators, hosts, networks.
    pub hardware_usd: RangeRow,
    /// Building, power and cooling plant.
    pub facility_usd: RangeRow,
    /// Both.
    pub capex_usd: RangeRow,
    /// Capital by watt at its boundaries.
    pub capex_usd_per_w: CapexRow,
    /// What is paid or lost each year.
    pub yearly: YearlyRow,
    /// The same for the network alone.
    pub network_yearly: YearlyRow,
    /// Cluster over the years, undiscounted.
    pub total_usd: RangeRow,
    /// Cluster over the years at its present value.
    pub discounted_usd: RangeRow,
    /// Network over the years, undiscounted.
    pub network_total_usd: RangeRow,
    /// Cluster by year; year 0 is the purchase.
    pub years: Vec<YearRow>,
    /// Everything over productive accelerator-hours.
    pub usd_per_accelerator_hour: RangeRow,
    /// The same over hours that are also used.
    pub usd_per_used_hour: RangeRow,
    /// A million tokens of the scenario's model at its throughput-bound point while used; `None` without serving.
    pub usd_per_million_tokens: Option<RangeRow>,
    /// Energy of a token there at each boundary, J.
    pub joule_per_token: Option<Vec<BoundaryRow>>,
    /// Greenhouse gas; `None` where making the accelerator is not known.
    pub carbon: Option<CarbonRow>,
}

/// A line of the bill with the range of its price.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BillPriceRow {
    /// What.
    pub item: String,
    /// How many.
    pub count: u64,
    /// One.
    pub unit_usd: RangeRow,
    /// All, at the central price.
    pub total_usd: f64,
}

/// The total of a bill: ends at 5 and 95 %, by how the errors of its lines go together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct BillTotalRow {
    /// At the catalog's own values.
    pub central: f64,
    /// Each line errs by itself: the narrow bound.
    pub independent: [f64; 2],
    /// All lines err together: the wide bound.
    pub correlated: [f64; 2],
    /// As lines share the facts that they rest on.
    pub sampled: [f64; 2],
}

/// Capital by watt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct CapexRow {
    /// Everything bought, by IT power.
    pub it: f64,
    /// Everything bought, by power at the meter.
    pub meter: f64,
    /// Building and plant alone, by IT power.
    pub facility_alone: f64,
}

/// What is paid or lost in a year, USD.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct YearlyRow {
    /// Electricity of the machines.
    pub energy_it: f64,
    /// Electricity of cooling and distribution: what PUE adds.
    pub energy_cooling: f64,
    /// Service contracts.
    pub maintenance: f64,
    /// Parts that are bought again.
    pub spares: f64,
    /// Hands-on work.
    pub labour: f64,
    /// Lost accelerator-hours at their worth.
    pub downtime: f64,
}

/// A year of the cluster, USD.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct YearRow {
    /// Years since the purchase.
    pub year: f64,
    /// Paid in it.
    pub paid: f64,
    /// Paid so far.
    pub so_far: f64,
    /// Written off in it, of the hardware.
    pub written_off: f64,
    /// What the books say of the hardware at its end.
    pub book: f64,
}

/// Energy at a boundary.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BoundaryRow {
    /// `chip`, `board`, `inlet`, `distribution`, `meter`.
    pub boundary: String,
    /// Energy of a token.
    pub joule: f64,
}

/// Greenhouse gas of the cluster by year, tonnes of CO2 equivalent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CarbonRow {
    /// Of its electricity.
    pub operational_t: f64,
    /// Of making the hardware, over its life.
    pub hardware_t: f64,
    /// Of making the facility, over its longer life.
    pub facility_t: f64,
    /// Of making the network alone: modules, switches and cables, over their life.
    pub network_made_t: f64,
    /// Of the network's electricity.
    pub network_operational_t: f64,
    /// Everything of a year on each grid.
    pub by_grid_t: Vec<GridRow>,
    /// Of a million tokens, grams; `None` without serving.
    pub g_per_million_tokens: Option<f64>,
    /// Whose making stands in for that of the accelerator, where the catalog knows none of its own.
    pub stand_in: Option<String>,
}

/// A year on a grid.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GridRow {
    /// The grid.
    pub grid: String,
    /// Everything of a year, tonnes.
    pub total_t: f64,
}

/// A strategy against the baseline. Positive differences are more than the baseline's; positive savings speak for the strategy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgainstRow {
    /// Strategy.
    pub id: String,
    /// Price of the network, more.
    pub network_price_usd: RangeRow,
    /// Price of the network with its facility, more.
    pub capex_usd: RangeRow,
    /// Saved each year in running.
    pub saved_per_year_usd: RangeRow,
    /// Saved over the years, undiscounted.
    pub saved_usd: RangeRow,
    /// The same by the network's and the cluster's cost, as a share of the baseline's.
    pub saved_share_of_network: RangeRow,
    /// As a share of the cluster's cost.
    pub saved_share_of_cluster: RangeRow,
    /// Net present value of choosing it.
    pub npv_usd: RangeRow,
    /// Years after which its extra capital is paid back, discounted; zero when it costs no more, `None` when it never is.
    pub payback_years: Option<f64>,
    /// Share of the samples in which its network is cheaper to buy.
    pub cheaper_to_buy: f64,
    /// Share of the samples in which the cluster with it is cheaper to buy, building and plant included.
    pub cheaper_to_build: f64,
    /// Share of the samples in which it is cheaper over the years.
    pub cheaper_over_life: f64,
    /// What its own technology costs over retimed pluggables on the same links; `None` where no link has it.
    pub premium: Option<RangeRow>,
    /// The premium at which it saves nothing, at present value.
    pub break_even_premium: Option<RangeRow>,
    /// Power saved at each boundary, share of the baseline's at that boundary: optics, switch boxes, network, cluster.
    pub power_saved: [f64; 4],
}

/// Supply of a technology.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SupplyRow {
    /// Technology.
    pub technology: String,
    /// Vendors that offer interchangeable parts.
    pub vendors: f64,
    /// Gross margin with so many, as a model of rivals has it.
    pub margin: f64,
    /// Gross margin in the prices of this sheet.
    pub margin_in_prices: f64,
    /// What a single source adds to the price that five vendors ask.
    pub single_source_premium: f64,
    /// What this number of vendors adds to the price that five ask.
    pub premium_now: f64,
    /// Fall of the price by year with one vendor, with as many as there are, and with five.
    pub erosion: [f64; 3],
    /// Price after five years over that of today: with one vendor, as many as there are, five.
    pub after_five_years: [f64; 3],
    /// Price over that of today after the volume has doubled once, and after it has grown tenfold.
    pub learned: [f64; 2],
}

/// An accelerator with its share of the recommended cluster, owned against rented.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OwnershipStudy {
    /// The rent that it is held against.
    pub rent: String,
    /// That rent today.
    pub rent_usd_per_h: RangeRow,
    /// Price of an accelerator with its share of everything.
    pub hardware_usd: f64,
    /// Share of the up hours in which it is used.
    pub utilisation: f64,
    /// A row for each number of years that it is kept.
    pub kept: Vec<KeptRow>,
}

/// Kept for so many years, then sold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KeptRow {
    /// Years.
    pub years: f64,
    /// An hour that is used, owned.
    pub owned_usd_per_h: RangeRow,
    /// An hour, rented: the level rent over these years.
    pub rented_usd_per_h: RangeRow,
    /// Share of the up hours from which owning is cheaper; above 1 renting always is.
    pub break_even_use: RangeRow,
    /// Share of the samples in which owning is cheaper at the use above.
    pub owning_cheaper: f64,
    /// The same at 30, 50, 70 and 90 % use.
    pub owning_cheaper_at: [f64; 4],
    /// A million tokens, owned; `None` without serving.
    pub owned_usd_per_million_tokens: Option<RangeRow>,
    /// A million tokens, rented.
    pub rented_usd_per_million_tokens: Option<RangeRow>,
}

/// Published money beside its own parts, and beside what the floors compute.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PublishedMoney {
    /// `lightloom.cost-published/1`.
    pub schema: &'static str,
    /// One row for each figure.
    pub rows: Vec<PublishedRow>,
    /// What disagrees.
    pub findings: Vec<String>,
}

/// A published figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PublishedRow {
    /// Group: `budget`, `saving`, `optics`, `energy`, `tokens`.
    pub group: String,
    /// Row of the research notes.
    pub row: String,
    /// What.
    pub what: String,
    /// How it is computed.
    pub how: String,
    /// As published, with unit.
    pub published: String,
    /// Computed, with unit.
    pub computed: String,
    /// Whether rounding explains the difference.
    pub agrees: bool,
}

/// Identifier of the form of a break-even sheet.
pub const BREAK_EVEN_SCHEMA: &str = "lightloom.breakeven/1";

/// Where decisions flip over one input, and who wins over two. Schema `lightloom.breakeven/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BreakEvenSheet {
    /// `lightloom.breakeven/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// The scenario.
    pub scenario: String,
    /// What is moved.
    pub input: InputRow,
    /// The strategy that others are held against.
    pub against: String,
    /// What an advantage is: net present value, USD.
    pub measure: String,
    /// A row for each strategy.
    pub strategies: Vec<FlipRow>,
    /// The winner over two inputs, where a second was named.
    pub map: Option<WinnerMapRow>,
    /// What follows.
    pub findings: Vec<String>,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InputRow {
    /// Its name, as it is asked for.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Its unit; empty for a number.
    pub unit: String,
    /// Where it stands now; `None` where every strategy has its own.
    pub now: Option<f64>,
    /// Ends over which it is moved.
    pub range: [f64; 2],
    /// Whether technologies are chosen anew at every value.
    pub chosen_anew: bool,
}

/// A strategy over the input.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FlipRow {
    /// Strategy.
    pub id: String,
    /// Its advantage where the input stands now, USD.
    pub now_usd: f64,
    /// The strategy's own value of the input now, where it has one: its premium.
    pub stands_at: Option<f64>,
    /// Advantage at both ends of the range, USD.
    pub at_ends_usd: [f64; 2],
    /// Smallest and largest advantage that was seen, USD.
    pub seen_usd: [f64; 2],
    /// Where it flips, ascending.
    pub flips: Vec<FlipPoint>,
    /// Range of the flip over the facts of money, where it is one premium.
    pub flip_range: Option<RangeRow>,
    /// Technologies that the strategy takes at the low end, now and at the high end, where they differ.
    pub takes: Vec<String>,
    /// What it says.
    pub meaning: String,
}

/// A flip.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FlipPoint {
    /// The input there.
    pub at: f64,
    /// The input with its unit.
    pub shown: String,
    /// Whether the strategy pays above it, and not below.
    pub pays_above: bool,
    /// Whether the advantage jumps over zero: some technology gives way to another there.
    pub jump: bool,
}

/// The winner over two inputs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WinnerMapRow {
    /// First input.
    pub x: InputRow,
    /// Second input.
    pub y: InputRow,
    /// Strategies that may win.
    pub contenders: Vec<String>,
    /// The strategy whose premium is moved, where a premium is.
    pub premium_of: Option<String>,
    /// Share of the map that each contender wins.
    pub shares: Vec<f64>,
    /// Rectangles that cover the map: low and high x, low and high y, and the winner at each corner.
    pub cells: Vec<MapCellRow>,
    /// Where the scenario stands, and who wins there.
    pub now: Option<[f64; 2]>,
    /// Winner there.
    pub winner_now: Option<String>,
    /// Calls that the map took.
    pub evaluations: u32,
}

/// A rectangle of a map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MapCellRow {
    /// Low and high x.
    pub x: [f64; 2],
    /// Low and high y.
    pub y: [f64; 2],
    /// Contenders at its corners: low low, high low, low high, high high.
    pub corners: [usize; 4],
}

/// Money in a plan: what the report draws.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoneyPlan {
    /// Costs with ranges.
    pub cost: CostSheet,
    /// The winner by the premium of co-packaged optics and the price of electricity.
    pub map: Option<WinnerMapRow>,
}
