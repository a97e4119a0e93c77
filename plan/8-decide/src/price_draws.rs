//! Facts of money as they are drawn: which may move, and what every strategy costs at the same points of them.

use crate::candidate::Judge;
use crate::decide::{Case, Decided};
use crate::ledger::{Account, Books, LinkPrice, Prices, RETIMED, boxes, prices};
use lightloom_economics::Finance;
use lightloom_economics::price::accelerator_price;
use lightloom_evidence::{Catalog, Fact, Facts};
use lightloom_num::Sobol;
use lightloom_package::ReachSearch;
use lightloom_scenario::RunError;
use lightloom_scenario::run::finance;
use lightloom_scenario::schema::Economics;
use rayon::prelude::*;

/// Seed of the samples.
pub(crate) const SEED: u64 = 7;

/// The money of all strategies with one value of each fact of prices.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) finance: Finance,
    pub(crate) prices: Prices,
    pub(crate) accounts: Vec<Account>,
}

/// Whether a fact is a price, or a share that prices or their uses hang on.
pub(crate) fn is_of_money(fact: &Fact) -> bool {
    const HEADS: [&str; 11] = [
        "cost.",
        "finance.",
        "energy.load",
        "pue.",
        "price.",
        "resale.",
        "rent.",
        "rental.",
        "ownership.availability",
        "facility.life",
        "margin.",
    ];
    let priced = fact.quantity.contains("money") || fact.quantity.contains("price");
    let held_against = ["reference.", "published."].iter().any(|head| fact.id.starts_with(head));
    fact.is_uncertain()
        && !held_against
        && (priced || HEADS.iter().any(|head| fact.id.starts_with(head)))
}

/// Facts of money that may move: not those that the scenario states.
pub(crate) fn money_facts(catalog: &Catalog, given: &Economics) -> Vec<usize> {
    let stated = [
        ("cost.margin.module", given.module_margin.is_some()),
        ("cost.margin.engine", given.engine_margin.is_some()),
        ("energy.electricity", given.electricity.is_some()),
        ("finance.discount", given.discount.is_some()),
        ("finance.accelerator_hour", given.accelerator_hour.is_some()),
        ("finance.labour", given.labour.is_some()),
        ("finance.maintenance", given.maintenance.is_some()),
        ("price.facility", given.facility.is_some()),
    ];
    let is_stated = |id: &str| {
        id.starts_with("pue.") && given.pue.is_some()
            || stated.iter().any(|(known, is)| *is && *known == id)
    };
    let all = catalog.facts().iter().enumerate();
    all.filter(|(_, f)| is_of_money(f) && !is_stated(&f.id)).map(|(i, _)| i).collect()
}

/// Those that the money of a cluster was counted from.
pub(crate) fn priced_facts(case: &Case<'_>, facts: &Facts<'_>, decided: &Decided) -> Vec<usize> {
    let mut positions = money_facts(facts.catalog(), &case.scenario.economics);
    positions.retain(|position| {
        decided.network_facts.binary_search(position).is_ok() && !facts.is_held(*position)
    });
    positions
}

/// Those that owning is held against renting with, besides.
pub(crate) fn ownership_facts(case: &Case<'_>, facts: &Facts<'_>) -> Vec<usize> {
    const HEADS: [&str; 5] = ["resale.", "rent.", "rental.", "ownership.", "facility.life"];
    let catalog = facts.catalog();
    let mut positions = money_facts(catalog, &case.scenario.economics);
    let of_another = |id: &str| {
        let name = format!("rental.{}.", case.scenario.cluster.accelerator);
        id.starts_with("rental.") && !id.starts_with(&name)
    };
    positions.retain(|position| {
        let id = catalog.facts()[*position].id.as_str();
        HEADS.iter().any(|head| id.starts_with(head))
            && !of_another(id)
            && !facts.is_held(*position)
    });
    positions
}

/// Moves facts to the point of a sample. Each fact has a dimension by its name, so that facts that are added later leave it.
pub(crate) fn moved<'c>(
    facts: &Facts<'c>,
    positions: &[usize],
    sobol: &Sobol,
    sample: u32,
) -> Facts<'c> {
    let catalog = facts.catalog();
    let mut moved: Option<Facts<'c>> = None;
    for position in positions {
        let fact = &catalog.facts()[*position];
        let u = sobol.coordinate(sample, dimension(&fact.id));
        let value = fact.shape.quantile(u, fact.low, fact.value, fact.high);
        moved = Some(moved.as_ref().unwrap_or(facts).with(*position, value));
    }
    moved.unwrap_or_else(|| Facts::nominal(catalog))
}

/// The dimension of a fact, by its name (FNV-1a).
fn dimension(id: &str) -> usize {
    let hash =
        id.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (hash >> 8) as usize
}

/// The money of all strategies at so many points of the facts of money, the same points for every strategy.
///
/// # Model
/// Links, power and failures stand as decided; prices and rates move over their catalogued ranges by a scrambled Sobol sequence.
///
/// # Errors
/// [`RunError`] when a price cannot be computed within the ranges.
pub(crate) fn samples(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    books: &Books,
    count: u32,
) -> Result<Vec<Sample>, RunError> {
    let positions = priced_facts(case, facts, decided);
    let sobol = Sobol::new(SEED);
    (0..count)
        .into_par_iter()
        .map(|i| {
            let moved = moved(facts, &positions, &sobol, i);
            // No lane reads a fact of money: links are those that are known.
            let judge = Judge::new(case, &moved, &decided.structure, ReachSearch::AtLength)?
                .with_links(&decided.links);
            let prices = prices(&judge, case.scenario, &moved, decided, books)?;
            let finance = finance(case.scenario, &moved)?;
            let accounts = books.accounts(&prices, &finance)?;
            Ok(Sample { finance, prices, accounts })
        })
        .collect()
}

/// The money at the catalog's own values.
pub(crate) fn nominal(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    books: &Books,
) -> Result<Sample, RunError> {
    let classes = &decided.structure.fabric.link_classes;
    let known = |i: usize, id: &str| {
        let found = decided.candidates[i].iter().find(|c| c.technology == id);
        let found = found.or_else(|| decided.candidates[i].first());
        found.map(|c| LinkPrice::of(&c.fitted.port, &classes[i]))
    };
    let of = |ids: Vec<&str>| -> Vec<LinkPrice> {
        ids.iter().enumerate().filter_map(|(i, id)| known(i, id)).collect()
    };
    let links = books.ledgers.iter();
    let links = links.map(|l| of(l.links.iter().map(|x| x.technology.as_str()).collect()));
    let (switches, nics) = boxes(case.scenario, facts)?;
    let prices = Prices {
        links: links.collect(),
        retimed: of(vec![RETIMED; classes.len()]),
        switches,
        nics,
        machine: accelerator_price(facts, &case.scenario.cluster.accelerator)?,
    };
    let finance = finance(case.scenario, facts)?;
    let accounts = books.accounts(&prices, &finance)?;
    Ok(Sample { finance, prices, accounts })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::*;
    use lightloom_scenario::Library;

    #[test]
    fn samples_are_common_and_do_not_depend_on_what_else_is_known() {
        assert_eq!(dimension("cost.margin.engine"), dimension("cost.margin.engine"));
        let library = Library::shipped().unwrap();
        let positions = money_facts(&library.catalog, &Economics::default());
        let ids: Vec<usize> =
            positions.iter().map(|p| dimension(&library.catalog.facts()[*p].id)).collect();
        let mut apart = ids.clone();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(apart.len(), ids.len(), "two facts of money share a dimension");
        assert!(ids.len() > 60, "{} facts of money", ids.len());
        // What a scenario states does not move.
        let stated =
            Economics { discount: Some(lightloom_units::Ratio::new(0.1)), ..Economics::default() };
        assert_eq!(money_facts(&library.catalog, &stated).len() + 1, ids.len());
    }
}
