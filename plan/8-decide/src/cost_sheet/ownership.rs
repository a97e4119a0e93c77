//! An accelerator of the recommended cluster owned against rented, by the years that it is kept.

use super::{Desk, range};
use crate::plan::{KeptRow, OwnershipStudy, RangeRow};
use crate::price_draws::{SEED, Sample, moved, ownership_facts};
use lightloom_economics::ownership::OwnedError;
use lightloom_economics::{KeptFor, Owned, Rent, Rental};
use lightloom_evidence::{FactError, Facts};
use lightloom_num::Sobol;
use lightloom_scenario::RunError;
use lightloom_units::{Frequency, MoneyPerTime, Ratio, Time};

/// Years that it is kept.
const KEPT: [f64; 7] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
/// Uses at which owning is weighed.
const USES: [f64; 4] = [0.3, 0.5, 0.7, 0.9];

/// One set of facts, for every number of years and use.
struct Weighed {
    /// By years: at the planned use, then at each of [`USES`].
    kept: Vec<[KeptFor; 5]>,
    rent: MoneyPerTime,
}

pub(super) fn study(desk: &Desk<'_>) -> Result<Option<OwnershipStudy>, RunError> {
    let use_of_hours = desk.utilisation()?;
    let nominal = weigh(desk, desk.facts, &desk.nominal, use_of_hours)?;
    let positions = ownership_facts(desk.case, desk.facts);
    let sobol = Sobol::new(SEED);
    let mut sampled = Vec::with_capacity(desk.samples.len());
    for (i, sample) in (0..).zip(&desk.samples) {
        let facts = moved(desk.facts, &positions, &sobol, i);
        sampled.push(weigh(desk, &facts, sample, use_of_hours)?);
    }
    let n = sampled.len().max(1) as f64;
    let tokens = last_tokens(desk).is_some();
    let kept = KEPT
        .iter()
        .enumerate()
        .map(|(k, years)| {
            let of = |figure: &dyn Fn(&KeptFor) -> f64| -> RangeRow {
                let all = sampled.iter().map(|w| figure(&w.kept[k][0])).collect();
                range(figure(&nominal.kept[k][0]), all)
            };
            let cheaper = |u: usize| {
                let owns = |w: &&Weighed| w.kept[k][u].owned_hour < w.kept[k][u].rented_hour;
                sampled.iter().filter(owns).count() as f64 / n
            };
            KeptRow {
                years: *years,
                owned_usd_per_h: of(&|x| x.owned_hour.as_usd_per_hour()),
                rented_usd_per_h: of(&|x| x.rented_hour.as_usd_per_hour()),
                break_even_use: of(&|x| x.break_even_use.value()),
                owning_cheaper: cheaper(0),
                owning_cheaper_at: [1, 2, 3, 4].map(cheaper),
                owned_usd_per_million_tokens: tokens.then(|| of(&|x| x.owned_tokens.as_usd())),
                rented_usd_per_million_tokens: tokens.then(|| of(&|x| x.rented_tokens.as_usd())),
            }
        })
        .collect();
    let rents = sampled.iter().map(|w| w.rent.as_usd_per_hour()).collect();
    let hardware = last(&desk.nominal).cluster.hardware.as_usd();
    Ok(Some(OwnershipStudy {
        rent: today(desk, desk.facts, &desk.nominal)?.1,
        rent_usd_per_h: range(nominal.rent.as_usd_per_hour(), rents),
        hardware_usd: hardware / desk.accelerators(),
        utilisation: use_of_hours.value(),
        kept,
    }))
}

/// The recommended mix.
fn last(sample: &Sample) -> &crate::ledger::Account {
    &sample.accounts[sample.accounts.len() - 1]
}

fn last_tokens(desk: &Desk<'_>) -> Option<Frequency> {
    desk.tokens(desk.books.ledgers.len().saturating_sub(1))
}

/// Today's rent, and what it is: of the accelerator itself where one is known, else the worth of an accelerator-hour.
fn today(
    desk: &Desk<'_>,
    facts: &Facts<'_>,
    sample: &Sample,
) -> Result<(MoneyPerTime, String), FactError> {
    let name = desk.case.scenario.cluster.accelerator.as_str();
    let known = if Rental::KNOWN.contains(&name) {
        let rental = Rental::from_facts(facts, name)?;
        let contract = rental.contract.map(|rent| (rent, "under a contract of a year"));
        contract.or_else(|| rental.spot.map(|rent| (rent, "on the spot market")))
    } else {
        None
    };
    Ok(match known {
        Some((rent, how)) => (rent, format!("{name} {how}")),
        None => (
            sample.finance.accelerator_hour,
            format!("no rent of a {name} is known: the worth of an accelerator-hour"),
        ),
    })
}

fn weigh(
    desk: &Desk<'_>,
    facts: &Facts<'_>,
    sample: &Sample,
    planned: Ratio,
) -> Result<Weighed, RunError> {
    let n = desk.accelerators();
    let strategies = &desk.decided.strategies;
    let power = strategies[strategies.len() - 1].outcome.power.cluster / n;
    let hardware = last(sample).cluster.hardware / n;
    let owned =
        Owned::from_facts(facts, &sample.finance, hardware, power).map_err(|e| match e {
            OwnedError::Fact(e) => RunError::from(e),
            OwnedError::Economics(e) => RunError::from(e),
        })?;
    let rent = Rent::from_facts(facts, today(desk, facts, sample)?.0)?;
    let tokens = last_tokens(desk).unwrap_or(Frequency::hz(1.0));
    let mut kept = Vec::with_capacity(KEPT.len());
    for years in KEPT {
        let at = |used: f64| owned.kept_for(Time::years(years), Ratio::new(used), &rent, tokens);
        let [a, b, c, d] = USES;
        kept.push([at(planned.value())?, at(a)?, at(b)?, at(c)?, at(d)?]);
    }
    Ok(Weighed { kept, rent: rent.hour })
}
