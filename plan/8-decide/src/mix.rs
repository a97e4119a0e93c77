//! The recommended mix of a decided case, or the same with other technologies on some link classes.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::LinkClass;
use lightloom_package::pair::{FACING, same_ends};
use lightloom_scenario::run::scale_up_bill;
use lightloom_scenario::{Fitted, Outcome, RunError, run};
use std::borrow::Cow;

/// A candidate for each link class, and what the cluster is with them.
#[derive(Debug, Clone)]
pub struct Mix<'d> {
    /// The candidate of each link class.
    pub picks: Vec<Candidate>,
    /// Power, bill, availability, money.
    pub outcome: Cow<'d, Outcome>,
}

/// Why there is no such mix.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MixError {
    /// A floor refused.
    #[error(transparent)]
    Run(#[from] RunError),
    /// No such link class.
    #[error("the fabric has no link class `{class}`")]
    Class {
        /// What was asked for.
        class: String,
        /// Classes that there are.
        known: Vec<String>,
    },
    /// No such technology.
    #[error("the library has no technology `{technology}`")]
    Technology {
        /// What was asked for.
        technology: String,
        /// Technologies that there are.
        known: Vec<String>,
    },
}

impl From<FactError> for MixError {
    fn from(error: FactError) -> Self {
        Self::Run(error.into())
    }
}

/// The recommended mix but for classes that are given a technology, as pairs of class and technology.
///
/// A name given before a class was split by length stands for both its parts.
///
/// # Errors
/// [`MixError`].
pub fn mix<'d>(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &'d Decided,
    given: &[(String, String)],
) -> Result<Mix<'d>, MixError> {
    let picks = picks(decided, given)?;
    if given.is_empty() {
        return Ok(Mix { picks, outcome: Cow::Borrowed(&decided.recommended().outcome) });
    }
    let ports: Vec<Fitted> = picks.iter().map(|p| p.fitted.clone()).collect();
    let sold = Some(scale_up_bill(&decided.baseline().outcome.bill));
    let outcome = run(case.scenario, facts, &decided.structure, &ports, sold)?;
    Ok(Mix { picks, outcome: Cow::Owned(outcome) })
}

/// Technologies by name, or pairs where one was asked for.
fn known(candidates: &[Candidate], asked: &str) -> Vec<String> {
    let alike = |c: &&Candidate| c.technology.contains(FACING) == asked.contains(FACING);
    candidates.iter().filter(alike).map(|c| c.technology.clone()).collect()
}

/// The recommended candidates, but for classes that are given a technology.
fn picks(decided: &Decided, given: &[(String, String)]) -> Result<Vec<Candidate>, MixError> {
    let classes = &decided.structure.fabric.link_classes;
    let is = |class: &LinkClass, name: &str| {
        class.name == name || class.name.strip_prefix(name).is_some_and(|r| r.starts_with(", "))
    };
    let mut picks = decided.recommended().picks.clone();
    for (name, technology) in given {
        if !classes.iter().any(|class| is(class, name)) {
            let known = classes.iter().map(|class| class.name.clone()).collect();
            return Err(MixError::Class { class: name.clone(), known });
        }
        let of_classes = classes.iter().zip(&decided.candidates).zip(&mut picks);
        for ((_, candidates), pick) in of_classes.filter(|((class, _), _)| is(class, name)) {
            let found = candidates.iter().find(|c| c.technology == *technology);
            // Between switches either way round is the same link.
            let turned = || candidates.iter().find(|c| same_ends(&c.technology, technology));
            *pick = found.or_else(turned).cloned().ok_or_else(|| MixError::Technology {
                technology: technology.clone(),
                known: known(candidates, technology),
            })?;
        }
    }
    Ok(picks)
}
