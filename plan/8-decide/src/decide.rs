//! The front door: candidates, strategies, and what the cluster is under each.

use crate::candidate::{Candidate, Judge};
use crate::mixed::{self, Split};
use crate::preference::{Preference, check_exclusions};
use crate::sentence::grouped;
use crate::strategy::Rule;
use lightloom_evidence::Facts;
use lightloom_fabric::LinkClass;
use lightloom_package::{Links, ReachSearch};
use lightloom_scenario::check_facts;
use lightloom_scenario::run::scale_up_bill;
use lightloom_scenario::{
    Fitted, Library, Outcome, RunError, Scenario, Structure, Work, run, structure, work,
};
use rayon::prelude::*;
use std::sync::Arc;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Facts, technologies, models.
    pub library: &'a Library,
    /// The cluster.
    pub scenario: &'a Scenario,
    /// Its text, to place errors in.
    pub text: &'a str,
}

/// A strategy on the cluster.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// The rule.
    pub rule: Rule,
    /// The candidate of each link class.
    pub picks: Vec<Candidate>,
    /// Where the rule's own technology does not serve.
    pub notes: Vec<String>,
    /// Power, bill, availability, money.
    pub outcome: Outcome,
    /// Models on it.
    pub work: Work,
}

/// The decision with all that it rests on.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The fabric, its classes split where that pays.
    pub structure: Structure,
    /// Where classes are split by length.
    pub splits: Vec<Split>,
    /// Candidates of each link class, in the order of the fabric's classes and of identifiers.
    pub candidates: Vec<Vec<Candidate>>,
    /// What the recommended mix is chosen by.
    pub preference: Preference,
    /// Strategies in the order of [`Rule::ALL`].
    pub strategies: Vec<Evaluated>,
    /// Facts read for structure, candidates and outcomes, by position; those of models excluded.
    pub network_facts: Vec<usize>,
    /// Facts read for the structure alone.
    pub structure_facts: Vec<usize>,
    /// What is known of links.
    pub links: Arc<Links>,
}

impl Decided {
    /// The baseline.
    #[must_use]
    pub fn baseline(&self) -> &Evaluated {
        &self.strategies[0]
    }

    /// The recommended mix.
    #[must_use]
    pub fn recommended(&self) -> &Evaluated {
        &self.strategies[self.strategies.len() - 1]
    }
}

/// Decides a case.
///
/// # Model
/// Every technology is put on every link class at its longest length. Usable are those that close with margin,
/// are built for the lane rate, and are not barred by date, vendors or the buyer. The recommended mix is what the buyer prefers
/// ([`Preference`]), who left alone takes what costs least over the years: price, energy, facility, repairs, and the value of
/// accelerator-hours lost. Each strategy then runs through all floors. A class is split by length where two media are preferred to one ([`mixed::split`]).
///
/// # Errors
/// A placed problem of the scenario, or [`RunError`] when a floor refuses.
pub fn decide(case: &Case<'_>, facts: &Facts<'_>) -> Result<Decided, RunError> {
    let structure = structure(case.scenario, case.text, facts)?;
    decide_on(case, facts, structure)
}

/// [`decide`] without the jobs that run on it: what a command needs that runs one job of its own.
///
/// # Errors
/// As [`decide`].
pub fn decide_links(case: &Case<'_>, facts: &Facts<'_>) -> Result<Decided, RunError> {
    let structure = structure(case.scenario, case.text, facts)?;
    linked(case, facts, structure, None)
}

/// [`decide_links`] on a structure that was built for the case, with what is known of links of the same facts.
///
/// # Errors
/// As [`decide`].
pub fn decide_links_on(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: Structure,
    links: &Arc<Links>,
) -> Result<Decided, RunError> {
    linked(case, facts, structure, Some(links))
}

/// Decides a case on a structure that was built for it, perhaps with other parts than the scenario names.
///
/// # Errors
/// As [`decide`].
pub fn decide_on(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: Structure,
) -> Result<Decided, RunError> {
    let Case { library, scenario, text } = *case;
    let mut decided = linked(case, facts, structure, None)?;
    let works: Vec<Work> = decided
        .strategies
        .par_iter()
        .map(|s| work(scenario, text, library, facts, &decided.structure, &s.outcome))
        .collect::<Result<_, _>>()?;
    for (strategy, work) in decided.strategies.iter_mut().zip(works) {
        strategy.work = work;
    }
    Ok(decided)
}

/// The decision, without jobs.
fn linked(
    case: &Case<'_>,
    facts: &Facts<'_>,
    mut structure: Structure,
    known: Option<&Arc<Links>>,
) -> Result<Decided, RunError> {
    check_facts(case.scenario, case.text, &case.library.catalog)?;
    check_exclusions(case)?;
    let structure_facts = facts.used();
    let (judged, links) = {
        let mut judge = Judge::new(case, facts, &structure, ReachSearch::Full)?;
        if let Some(links) = known {
            judge = judge.with_links(links);
        }
        let whole = Preference::of(case.scenario, facts, &structure)?;
        let classes = structure.fabric.link_classes.par_iter();
        let judged: Vec<Judged> =
            classes.map(|class| judged(&judge, class, &whole)).collect::<Result<_, _>>()?;
        (judged, judge.links())
    };
    let (mut splits, mut candidates) = (Vec::new(), Vec::new());
    for (split, of_parts) in judged {
        candidates.extend(of_parts);
        if let Some(split) = split {
            structure.fabric.split_class(&split.class, split.at);
            splits.push(split);
        }
    }

    let preference = Preference::of(case.scenario, facts, &structure)?;
    let strategies = evaluated(case, facts, (&structure, &preference), &candidates)?;
    let network_facts = facts.used();
    Ok(Decided {
        structure,
        splits,
        candidates,
        preference,
        strategies,
        network_facts,
        structure_facts,
        links,
    })
}

/// Every strategy on judged candidates, without jobs.
pub(crate) fn evaluated(
    case: &Case<'_>,
    facts: &Facts<'_>,
    (structure, preference): (&Structure, &Preference),
    candidates: &[Vec<Candidate>],
) -> Result<Vec<Evaluated>, RunError> {
    let mut strategies: Vec<Evaluated> = Vec::with_capacity(Rule::ALL.len());
    for rule in Rule::ALL {
        let mut notes = Vec::new();
        let mut picks = Vec::new();
        let classes = &structure.fabric.link_classes;
        for (pick, candidates) in rule.picks(preference, classes, candidates).iter().zip(candidates)
        {
            notes.extend(pick.note.clone());
            // The library always holds the stand-in, which every rule falls back to.
            let Some(pick) = pick.candidate.or_else(|| candidates.first()) else {
                return Err(lightloom_fabric::FabricError::Choices {
                    classes: structure.fabric.link_classes.len(),
                    choices: 0,
                }
                .into());
            };
            picks.push(pick.clone());
        }
        let ports: Vec<Fitted> = picks.iter().map(|p| p.fitted.clone()).collect();
        let sold = strategies.first().map(|s| scale_up_bill(&s.outcome.bill));
        let outcome = run(case.scenario, facts, structure, &ports, sold)?;
        strategies.push(Evaluated {
            rule,
            picks,
            notes: grouped(&notes),
            outcome,
            work: Work::default(),
        });
    }
    Ok(strategies)
}

/// A split, and the candidates of both parts; or none, and those of the whole class.
type Judged = (Option<Split>, Vec<Vec<Candidate>>);

fn judged(
    judge: &Judge<'_>,
    class: &LinkClass,
    preference: &Preference,
) -> Result<Judged, RunError> {
    let whole = judge.all(class)?;
    Ok(match mixed::split(judge, class, &whole, preference)? {
        Some((split, [within, beyond])) => {
            (Some(split), vec![judge.all(&within)?, judge.all(&beyond)?])
        }
        None => (None, vec![whole]),
    })
}
