//! What a cluster costs under every strategy, with ranges: bill, capital, years, tokens, greenhouse gas, owned against rented.

mod against;
mod carbon;
mod ownership;
mod published;
mod strategy;
mod supply;

pub(crate) use against::break_even_premium;
pub use published::published;

use crate::break_even_sheet;
use crate::decide::{Case, Decided};
use crate::ledger::Books;
use crate::plan::{COST_SCHEMA, CostSheet, FinanceRow, KeptRow, MoneyPlan, RangeRow};
use crate::price_draws::{self, Sample};
use lightloom_economics::carbon::grid;
use lightloom_economics::depreciation::Method;
use lightloom_economics::ownership::usual_use;
use lightloom_economics::{Depreciation, sanity};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_scenario::schema::WriteOff;
use lightloom_units::{Count, Frequency, Power, Quantity, Ratio, Time};

/// Samples that a command takes.
pub const SAMPLES: u32 = 512;
/// Samples that a plan takes for its figures.
pub const PLAN_SAMPLES: u32 = 128;
/// The grid where the scenario names none.
const GRID: &str = "world";

/// The case as every part of the sheet sees it.
pub(crate) struct Desk<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) decided: &'a Decided,
    pub(crate) books: Books,
    /// At the catalog's own values.
    pub(crate) nominal: Sample,
    /// Over the ranges of the facts of money.
    pub(crate) samples: Vec<Sample>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        case: &'a Case<'a>,
        facts: &'a Facts<'a>,
        decided: &'a Decided,
        samples: u32,
    ) -> Result<Self, RunError> {
        let books = Books::of(decided);
        let nominal = price_draws::nominal(case, facts, decided, &books)?;
        let samples = price_draws::samples(case, facts, decided, &books, samples)?;
        Ok(Self { case, facts, decided, books, nominal, samples })
    }

    /// A figure at the catalog's own values with its range over the samples.
    pub(crate) fn range(&self, figure: impl Fn(&Sample) -> f64) -> RangeRow {
        range(figure(&self.nominal), self.samples.iter().map(figure).collect())
    }

    /// Share of the samples that are so.
    pub(crate) fn share(&self, is: impl Fn(&Sample) -> bool) -> f64 {
        let n = self.samples.len().max(1) as f64;
        self.samples.iter().filter(|s| is(s)).count() as f64 / n
    }

    pub(crate) fn accelerators(&self) -> f64 {
        lightloom_scenario::run::as_f64(self.decided.structure.fabric.accelerators)
    }

    /// Share of the up hours in which accelerators are used.
    pub(crate) fn utilisation(&self) -> Result<Ratio, RunError> {
        let stated = self.case.scenario.economics.utilisation;
        Ok(stated.map_or_else(|| usual_use(self.facts), Ok)?)
    }

    pub(crate) fn depreciation(&self) -> Result<Depreciation, RunError> {
        let given = &self.case.scenario.economics;
        let mut books = Depreciation::from_facts(self.facts)?;
        books.life = given.depreciation_life.unwrap_or(books.life);
        if given.depreciation == Some(WriteOff::DoubleDeclining) {
            books.method = Method::DecliningBalance { factor: 2.0 };
        }
        Ok(books)
    }

    pub(crate) fn grid(&self) -> &str {
        self.case.scenario.economics.grid.as_deref().unwrap_or(GRID)
    }

    /// Tokens of one accelerator at the throughput-bound point under a strategy.
    pub(crate) fn tokens(&self, strategy: usize) -> Option<Frequency> {
        let served = self.decided.strategies.get(strategy)?.work.serving.as_ref()?;
        let (_, step) = served.best.widest.as_ref()?;
        Some(Frequency::hz(step.tokens_per_second_per_accelerator))
    }
}

/// A central value with the 5, 50 and 95 % of samples; without samples all are the central value.
pub(crate) fn range(central: f64, mut samples: Vec<f64>) -> RangeRow {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let at = |share: f64| samples.get((share * last).round() as usize).copied().unwrap_or(central);
    RangeRow { central, low: at(0.05), median: at(0.5), high: at(0.95) }
}

/// The cost sheet of a decided case, from so many samples of the facts of money.
///
/// # Model
/// Every strategy stands as decided: technologies, power and failures. Each sample takes every fact of prices, margins, energy,
/// finance and rents from its range, the same for all strategies, prices every link again by the way that it is made, and counts the
/// cost over the years ([`lightloom_economics::tco()`]). Ranges are 5 to 95 % of the samples.
///
/// # Validity
/// Shares of samples are of the ranges that the catalog states, most of them assumed; they are no frequencies. Facts of
/// physics and of failures stay at their own values: `lightloom breakeven` moves each of them.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn cost_sheet(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    samples: u32,
) -> Result<CostSheet, RunError> {
    let desk = Desk::new(case, facts, decided, samples)?;
    let strategies: Vec<_> =
        (0..desk.books.ledgers.len()).map(|i| strategy::row(&desk, i)).collect::<Result<_, _>>()?;
    let against = (1..desk.books.ledgers.len())
        .map(|i| against::row(&desk, i))
        .collect::<Result<Vec<_>, _>>()?;
    let finance = &desk.nominal.finance;
    let books = desk.depreciation()?;
    let intensity = grid(facts, desk.grid())?;
    let hour = Power::w(1e3) * Time::hours(1.0);
    let ownership = ownership::study(&desk)?;
    let mut sheet = CostSheet {
        schema: COST_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        scenario: case.scenario.name.clone(),
        accelerators: decided.structure.fabric.accelerators,
        accelerator: case.scenario.cluster.accelerator.clone(),
        years: finance.life.as_years(),
        samples,
        facts_moved: facts_moved(case, facts, decided),
        finance: FinanceRow {
            electricity_usd_per_kwh: (finance.tariff.electricity * hour).as_usd(),
            pue: finance.tariff.pue.value(),
            load: finance.tariff.load.value(),
            facility_usd_per_w: (finance.facility * Power::w(1.0)).as_usd(),
            discount: finance.discount.value(),
            maintenance: finance.maintenance.value(),
            labour_usd_per_h: finance.labour.as_usd_per_hour(),
            accelerator_hour_usd: finance.accelerator_hour.as_usd_per_hour(),
            depreciation: match books.method {
                Method::StraightLine => "straight line",
                Method::DecliningBalance { .. } => "double declining balance",
            }
            .to_owned(),
            depreciation_years: books.life.as_years(),
            utilisation: desk.utilisation()?.value(),
            grid: desk.grid().to_owned(),
            grid_g_per_kwh: (intensity * hour).as_kg() * 1e3,
        },
        strategies,
        against_baseline: against,
        supply: supply::rows(&desk)?,
        ownership,
        warnings: sanity::unusual(finance).iter().map(ToString::to_string).collect(),
        findings: Vec::new(),
    };
    sheet.findings = findings(&sheet);
    Ok(sheet)
}

/// Facts of money that count here.
fn facts_moved(case: &Case<'_>, facts: &Facts<'_>, decided: &Decided) -> usize {
    let mut all = price_draws::priced_facts(case, facts, decided);
    all.extend(price_draws::ownership_facts(case, facts));
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// What the report draws of money: costs with ranges from few samples, and who wins by the premium of co-packaged optics and
/// the price of electricity.
///
/// # Errors
/// As [`cost_sheet`].
pub fn money_plan(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<MoneyPlan, RunError> {
    let cost = cost_sheet(case, facts, decided, PLAN_SAMPLES)?;
    Ok(MoneyPlan { cost, map: break_even_sheet::plan_map(case, facts, decided)? })
}

pub(crate) fn count(n: f64) -> Count {
    Count::from_si(n)
}

fn percent_of(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What follows, in words.
fn findings(sheet: &CostSheet) -> Vec<String> {
    use crate::sentence::dollars;
    let mut out = Vec::new();
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    for row in &sheet.against_baseline {
        let Some(name) = sheet.strategies.iter().find(|s| s.id == row.id) else { continue };
        if row.id == "recommended" {
            continue;
        }
        let Some(premium) = &row.premium else {
            out.push(format!(
                "{}: serves no link here, copper or retimed pluggables stand in; it costs what the baseline costs.",
                name.name
            ));
            continue;
        };
        let price = row.network_price_usd;
        let saved = row.saved_usd;
        // What is saved is what it costs less.
        let more = |usd: f64| match usd {
            v if v.abs() < 0.5 => "the same".to_owned(),
            v if v < 0.0 => format!("{} less", dollars(-v)),
            v => format!("{} more", dollars(v)),
        };
        let range = |from: f64, to: f64| match (more(from), more(to)) {
            (from, to) if from == to => from,
            (from, to) => format!("{from} to {to}"),
        };
        let mut text = format!(
            "{}: against the baseline's, at the catalog's own values, its network costs {} to buy and {} over {:.0} years. Over the ranges it costs {} to buy, and is cheaper in {} of the samples; over the years {}, and is cheaper in {}.",
            name.name,
            more(price.central),
            more(-saved.central),
            sheet.years,
            range(price.low, price.high),
            percent(row.cheaper_to_buy),
            range(-saved.high, -saved.low),
            percent(row.cheaper_over_life),
        );
        if let Some(even) = &row.break_even_premium {
            text.push_str(&format!(
                " On its links it sells at {:+.0} % ({:+.0} to {:+.0} %) over a retimed pluggable, and pays below {:+.0} % in half of the samples ({:+.0} to {:+.0} %), below {:+.0} % at the catalog's own values.",
                100.0 * premium.central, 100.0 * premium.low, 100.0 * premium.high,
                100.0 * even.median, 100.0 * even.low, 100.0 * even.high, 100.0 * even.central,
            ));
        }
        out.push(text);
    }
    if let Some(row) = sheet.against_baseline.iter().find(|r| r.id == "cpo-switch") {
        let [optics, boxes, network, cluster] = row.power_saved.map(percent_of);
        let ends = |r: &RangeRow| {
            format!("{} ({} to {})", percent_of(r.central), percent_of(r.low), percent_of(r.high))
        };
        out.push(format!(
            "CPO at the switch takes {optics} off the power of optics, {boxes} off that of switch boxes, {network} off the network's and {cluster} off the cluster's; of the cost over the years it takes {} off the network's and {} off the cluster's. (C02)",
            ends(&row.saved_share_of_network),
            ends(&row.saved_share_of_cluster),
        ));
    }
    if let Some(study) = &sheet.ownership {
        // As long as everything else here is counted over, or as near to that as there is a row.
        let far = |k: &KeptRow| (k.years - sheet.years).abs();
        if let Some(kept) = study.kept.iter().min_by(|a, b| far(a).total_cmp(&far(b))) {
            let tokens = match (
                &kept.owned_usd_per_million_tokens,
                &kept.rented_usd_per_million_tokens,
            ) {
                (Some(owned), Some(rented)) => format!(
                    ", a million tokens ${:.3} (${:.3} to ${:.3}) against ${:.3} (${:.3} to ${:.3})",
                    owned.central, owned.low, owned.high, rented.central, rented.low, rented.high
                ),
                _ => String::new(),
            };
            out.push(format!(
                "Kept {:.0} years at {} use, an owned hour costs ${:.2} (${:.2} to ${:.2}) against ${:.2} (${:.2} to ${:.2}) rented{tokens}; owning is cheaper in {} of the samples, and from {} use ({} to {}). (C13)",
                kept.years,
                percent(study.utilisation),
                kept.owned_usd_per_h.central, kept.owned_usd_per_h.low, kept.owned_usd_per_h.high,
                kept.rented_usd_per_h.central, kept.rented_usd_per_h.low, kept.rented_usd_per_h.high,
                percent(kept.owning_cheaper),
                percent(kept.break_even_use.central),
                percent(kept.break_even_use.low),
                percent(kept.break_even_use.high),
            ));
        }
    }
    out
}
