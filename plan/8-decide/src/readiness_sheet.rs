//! When technologies can be bought for a cluster, on what evidence, what waiting and being early cost, and whom that suits.
//!
//! | file | what |
//! |---|---|
//! | `maturity` | dates, vendors, standards, hours in the field |
//! | `timing` | waiting and being early, by strategy |
//! | `buyers` | marks of designs, and what buyers make of them |

mod buyers;
mod maturity;
mod timing;

use crate::anew::{Anew, Watch};
use crate::decide::{Case, Decided};
use crate::draws::{DRAWS, Drawn, Totals, draws, totals};
use crate::plan::{MaturityRow, READINESS_SCHEMA, ReadinessSheet};
use buyers::Field;
pub(crate) use buyers::TierDraw;
use lightloom_economics::buyer::BuyerError;
use lightloom_economics::readiness::Tier;
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_scenario::run::finance;
pub(crate) use maturity::hours_needed;

pub use maturity::tests;

/// A year holds all dates that round to it, as in a plan: whoever buys in 2026 can have what comes up to the middle of the count
/// between 2026 and 2027.
pub(crate) const WITHIN_YEAR: f64 = 0.5;

/// What is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadinessRequest<'a> {
    /// Year in which it is to be bought; the scenario's when left out.
    pub year: Option<u16>,
    /// One technology alone.
    pub technology: Option<&'a str>,
    /// One buyer alone.
    pub buyer: Option<&'a str>,
}

/// Readiness for a decided case.
///
/// # Model
/// Dates, vendors, standards and hours are facts ([`lightloom_economics::Maturity`]). What a strategy saves is the difference of
/// the clusters' costs over the years, by year; waiting costs that until its last technology is there
/// ([`lightloom_economics::waiting`]), being early a slip and a failure ([`lightloom_economics::Early`]). Designs of a tier are the
/// technologies that serve all its links; each buyer scores them ([`lightloom_economics::Buyer`]). Ranges are 5 and 95 % of joint
/// draws of all facts ([`draws`]).
///
/// # Validity
/// Nobody publishes weights of buyers: they are ours, wide, and drawn with everything else. Vendors, standards and hours are
/// today's, whatever the year.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact or a floor refuses.
pub fn readiness(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    request: &ReadinessRequest<'_>,
) -> Result<ReadinessSheet, RunError> {
    Ok(with_draws(case, facts, decided, request)?.sheet)
}

/// Readiness with what was drawn.
#[derive(Debug)]
pub(crate) struct Study {
    /// The sheet.
    pub(crate) sheet: ReadinessSheet,
    /// Totals of strategies.
    pub(crate) drawn: Drawn,
    /// Scores by draw and tier, in the sheet's order of tiers, buyers and designs.
    pub(crate) scores: Vec<Vec<TierDraw>>,
}

/// [`readiness`] with what it drew.
pub(crate) fn with_draws(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    request: &ReadinessRequest<'_>,
) -> Result<Study, RunError> {
    let year = request.year.unwrap_or(case.scenario.year);
    let field = Field::new(case, facts, decided, year)?;
    let anew = Anew::new(case, facts, decided, Watch::Serving)?;
    let drawn: Vec<(Vec<Totals>, Vec<TierDraw>)> =
        draws(&anew, case, 0..DRAWS, |draw| Some((draw.totals.to_vec(), field.drawn(draw).ok()?)));
    let (of_draws, scores): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
    let drawn = Drawn { nominal: totals(decided), draws: of_draws };
    let mut technologies = maturity::rows(case, facts, year)?;
    let mut timing = timing::rows(case, facts, decided, (year, &drawn))?;
    if let Some(id) = request.technology {
        technologies.retain(|row| row.technology == id);
        let of = |row: &crate::plan::TimingRow| row.new.iter().any(|n| named(n) == id);
        timing.retain(of);
    }
    let mut sheet = ReadinessSheet {
        schema: READINESS_SCHEMA,
        scenario: case.scenario.name.clone(),
        year,
        years: finance(case.scenario, facts)?.life.as_years(),
        draws: drawn.draws.len() as u64,
        technologies,
        tests: tests(facts)?,
        timing,
        buyers: field.buyers(facts)?,
        tiers: field.tiers(facts, &scores)?,
        findings: Vec::new(),
    };
    if let Some(buyer) = request.buyer {
        sheet.buyers.retain(|row| row.buyer == buyer);
        for tier in &mut sheet.tiers {
            tier.verdicts.retain(|row| row.buyer == buyer);
        }
    }
    sheet.findings = findings(&sheet);
    Ok(Study { sheet, drawn, scores })
}

/// The technology of `TECHNOLOGY in TIER`.
fn named(new: &str) -> &str {
    new.split(' ').next().unwrap_or_default()
}

/// The economics floor's tier of a fabric's.
pub(crate) const fn tier_of(tier: lightloom_fabric::Tier) -> Option<Tier> {
    match tier {
        lightloom_fabric::Tier::ScaleUp => Some(Tier::ScaleUp),
        lightloom_fabric::Tier::ScaleOut => Some(Tier::ScaleOut),
        lightloom_fabric::Tier::FrontEnd => None,
    }
}

pub(crate) fn refused(error: BuyerError) -> RunError {
    match error {
        BuyerError::Fact(error) => error.into(),
        BuyerError::Economics(error) => error.into(),
    }
}

/// What follows, in sentences.
fn findings(sheet: &ReadinessSheet) -> Vec<String> {
    let mut out = Vec::new();
    let mut ready: Vec<String> = Vec::new();
    for row in sheet.technologies.iter().filter(|t| t.probability_by_year > 0.95) {
        let same = sheet.technologies.iter().filter(|t| t.technology == row.technology);
        let everywhere = same.clone().all(|t| t.probability_by_year > 0.95);
        let name =
            if everywhere { row.name.clone() } else { format!("{} in {}", row.name, row.tier) };
        if !ready.contains(&name) {
            ready.push(name);
        }
    }
    let mut open: Vec<String> = Vec::new();
    // The likeliest first.
    let mut by_share: Vec<&MaturityRow> = sheet.technologies.iter().collect();
    by_share.sort_by(|a, b| b.probability_by_year.total_cmp(&a.probability_by_year));
    for row in by_share {
        if (0.05..=0.95).contains(&row.probability_by_year) {
            let tier = if row.tier == "both" { String::new() } else { format!(" in {}", row.tier) };
            open.push(format!("{}{tier} {:.0} %", row.name, 100.0 * row.probability_by_year));
        }
    }
    if !ready.is_empty() {
        out.push(format!("In volume by {} almost surely: {}.", sheet.year, ready.join(", ")));
    }
    if !open.is_empty() {
        out.push(format!("Perhaps in volume by {}: {}.", sheet.year, open.join(", ")));
    }
    for row in &sheet.timing {
        out.push(timing::sentence(row, sheet.year));
    }
    for tier in &sheet.tiers {
        for verdict in &tier.verdicts {
            out.extend(buyers::sentence(tier, verdict));
        }
    }
    out
}
