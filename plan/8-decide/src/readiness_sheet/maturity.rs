//! Dates, vendors, standards and hours in the field, technology by technology.

use super::WITHIN_YEAR;
use crate::decide::Case;
use crate::plan::{ExposureRow, MaturityRow};
use lightloom_economics::readiness::{Standard, Tier};
use lightloom_economics::{Distribution, Maturity, Supply};
use lightloom_evidence::{Fact, FactError, Facts};
use lightloom_operations::failure::upper_bound;
use lightloom_operations::record::Exposure;
use lightloom_scenario::RunError;
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};

/// Confidence at which evidence is stated.
pub(super) const CONFIDENCE: f64 = 0.9;

/// Tests of the catalog that count failures of ports, with what they watched.
const TESTS: [(&str, &str, &str); 3] = [
    ("cpo_paper", "cpo-switch", "laboratory test of 15 switches, as in the paper"),
    (
        "cpo_talk_clean",
        "cpo-switch",
        "the same test until its first uncorrectable codeword, as in the talk",
    ),
    ("cpo_talk", "cpo-switch", "the same test, all hours; failures by its published mean time"),
];

/// Name of a standard's state, as in documents.
pub(super) const fn standard_name(standard: Standard) -> &'static str {
    match standard {
        Standard::Proprietary => "proprietary",
        Standard::Draft => "draft",
        Standard::Published => "published",
        Standard::Interoperable => "interoperable",
    }
}

fn known<'f>(facts: &'f Facts<'_>, id: &str) -> Result<&'f Fact, FactError> {
    let missing = || FactError::Missing { id: id.to_owned(), near: Vec::new() };
    facts.catalog().get(id).ok_or_else(missing)
}

/// The three quantiles of a date.
pub(super) fn date_quantiles(date: &Distribution<Count>) -> Result<[f64; 3], RunError> {
    let at = |share: f64| Ok::<f64, RunError>(date.quantile(Ratio::new(share))?.value());
    Ok([at(0.05)?, at(0.5)?, at(0.95)?])
}

/// Rate of a pluggable's port in a fleet, with its published range.
fn fleet(facts: &Facts<'_>) -> Result<(FailureRate, [FailureRate; 2]), FactError> {
    let id = "field.port_400g.pluggable";
    let fact = known(facts, id)?;
    Ok((facts.get(id)?, [fact.low, fact.high].map(FailureRate::from_si)))
}

/// Hours without failure that show a fleet's rate with 90 % confidence: `-ln(1 - CL)` mean times.
pub(crate) fn hours_needed(facts: &Facts<'_>) -> Result<Time, FactError> {
    let (rate, _) = fleet(facts)?;
    Ok(Time::s(-libm::log1p(-CONFIDENCE) / rate.si()))
}

/// Every technology of the library, in both tiers where their dates differ, soonest first.
pub(super) fn rows(
    case: &Case<'_>,
    facts: &Facts<'_>,
    year: u16,
) -> Result<Vec<MaturityRow>, RunError> {
    let mut rows = Vec::new();
    for (id, technology) in &case.library.technologies {
        // A folder of the user's own may hold technologies of whose readiness nothing but a year is known.
        if facts.catalog().get(&format!("ready.{id}.device_hours")).is_none() {
            continue;
        }
        let own = |tier: &Tier| {
            facts.catalog().get(&format!("ready.{id}.{}.year", tier.name())).is_some()
        };
        let differ = Tier::ALL.iter().any(own);
        let tiers: &[Tier] = if differ { &Tier::ALL } else { &Tier::ALL[1..] };
        for tier in tiers {
            let name = if differ { tier.name() } else { "both" };
            let family = crate::reach::family(technology);
            rows.push(row(facts, (id, &technology.name, family), (*tier, name), year)?);
        }
    }
    rows.sort_by(|a, b| {
        let [a_year, b_year] = [a, b].map(|r| r.year_5_50_95[1]);
        a_year.total_cmp(&b_year).then_with(|| a.technology.cmp(&b.technology))
    });
    Ok(rows)
}

fn row(
    facts: &Facts<'_>,
    (id, name, family): (&str, &str, &str),
    (tier, tier_name): (Tier, &str),
    year: u16,
) -> Result<MaturityRow, RunError> {
    let maturity = Maturity::from_facts(facts, id, tier)?;
    let own = format!("ready.{id}.{}.year", tier.name());
    let dated = match facts.catalog().get(&own) {
        Some(fact) => fact,
        None => known(facts, &format!("ready.{id}.year"))?,
    };
    let hours = known(facts, &format!("ready.{id}.device_hours"))?;
    let standard = known(facts, &format!("ready.{id}.standard"))?;
    let ends = [standard.low, standard.high].map(|s| standard_name(Standard::of_steps(s)));
    let source = facts.catalog().source_of(dated).map_or_else(String::new, |s| s.title.clone());
    let best = upper_bound(Count::from_si(0.0), maturity.device_hours.central(), CONFIDENCE)?;
    let vendors = &maturity.vendors;
    let supply = Supply::from_facts(facts)?;
    let margin = |n: Count| Ok::<f64, RunError>(supply.margin(n)?.value() * 100.0);
    Ok(MaturityRow {
        technology: id.to_owned(),
        name: name.to_owned(),
        family: family.to_owned(),
        tier: tier_name.to_owned(),
        year_5_50_95: date_quantiles(&maturity.date)?,
        probability_by_year: maturity.probability_by(f64::from(year) + WITHIN_YEAR).value(),
        date_kind: dated.kind.name().to_owned(),
        date_source: source,
        vendors: [vendors.low(), vendors.central(), vendors.high()].map(Count::value),
        standard: standard_name(maturity.standard).to_owned(),
        standard_range: ends.map(str::to_owned),
        device_hours: {
            let h = &maturity.device_hours;
            [h.low(), h.central(), h.high()].map(Time::as_hours)
        },
        hours_kind: hours.kind.name().to_owned(),
        shown_fit_90: best.as_fit(),
        shows_fleet_rate: best <= fleet(facts)?.0,
        margin_percent: [
            margin(vendors.high())?,
            margin(vendors.central())?,
            margin(vendors.low())?,
        ],
    })
}

/// Tests whose failures are public, and the fleet that they are held against.
///
/// # Model
/// Failures `r` in hours `T`: excluded at 90 % is `chi2(0.9, 2 r + 2) / 2 T`, and the two-sided interval runs from
/// `chi2(0.05, 2 r) / 2 T` to `chi2(0.95, 2 r + 2) / 2 T`.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub fn tests(facts: &Facts<'_>) -> Result<Vec<ExposureRow>, RunError> {
    let (rate, ends) = fleet(facts)?;
    let [low, high] = ends.map(FailureRate::as_fit);
    let mut rows = Vec::new();
    for (name, technology, what) in TESTS {
        let test = Exposure::from_facts(facts, name)?;
        let side = f64::midpoint(1.0, CONFIDENCE);
        let interval = [test.lower_bound(side)?, test.upper_bound(side)?].map(FailureRate::as_fit);
        let failures = test.failures.value();
        let seen = failures / test.device_time.as_hours() * 1e9;
        rows.push(ExposureRow {
            what: what.to_owned(),
            technology: technology.to_owned(),
            port_hours: Some(test.device_time.as_hours()),
            failures: Some(failures),
            fit: (failures > 0.0).then_some(seen),
            fit_below_90: test.upper_bound(CONFIDENCE)?.as_fit(),
            fit_interval_90: interval,
            against_fleet: Some(interval[1] / low),
        });
    }
    rows.push(ExposureRow {
        what: "fleet of 2 x 400G FR4 modules, rate and range as published".to_owned(),
        technology: "retimed-pluggable".to_owned(),
        port_hours: None,
        failures: None,
        fit: Some(rate.as_fit()),
        fit_below_90: high,
        fit_interval_90: [low, high],
        against_fleet: None,
    });
    Ok(rows)
}
