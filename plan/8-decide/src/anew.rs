//! A decided case decided anew with facts moved: candidates near the nominal links, every strategy by its rule.

use crate::candidate::{Candidate, Judge};
use crate::decide::{Case, Decided, evaluated};
use lightloom_evidence::Facts;
use lightloom_package::ReachSearch;
use lightloom_scenario::schema::Scenario;
use lightloom_scenario::{RunError, Structure, structure};
use std::borrow::Cow;

/// What all decisions near one decided case share.
#[derive(Debug)]
pub struct Anew<'a> {
    case: &'a Case<'a>,
    decided: &'a Decided,
    nominal: Judge<'a>,
    /// Facts that lanes read, by position, in order.
    of_lanes: Vec<usize>,
}

impl<'a> Anew<'a> {
    /// Around a decided case and the facts that it was decided with.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn new(
        case: &'a Case<'a>,
        facts: &'a Facts<'a>,
        decided: &'a Decided,
    ) -> Result<Self, RunError> {
        let nominal = Judge::new(case, facts, &decided.structure, ReachSearch::AtLength)?
            .with_links(&decided.links);
        let view = Facts::nominal(facts.catalog());
        let of_lanes = {
            let judge = Judge::new(case, &view, &decided.structure, ReachSearch::AtLength)?;
            let judge = judge.around(&nominal);
            for (class, candidates) in
                decided.structure.fabric.link_classes.iter().zip(&decided.candidates)
            {
                for candidate in candidates {
                    judge.look_at_lanes(class, &candidate.technology)?;
                }
            }
            view.used()
        };
        Ok(Self { case, decided, nominal, of_lanes })
    }

    /// The case with the facts at these positions moved, in a scenario that may state other prices and rates.
    ///
    /// # Model
    /// The fabric is built again where it reads a moved fact, and split at the lengths of the decided one. Every technology is
    /// judged on every class; lanes are those of the nominal links, with the distance that the bound of a lane gives where a
    /// fact that they read is moved. Every strategy chooses by its rule.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn decide(
        &self,
        scenario: &Scenario,
        facts: &Facts<'_>,
        positions: &[usize],
    ) -> Result<Decided, RunError> {
        let case = Case { scenario, ..*self.case };
        let (structure, candidates) = self.candidates(scenario, facts, positions)?;
        let strategies = evaluated(&case, facts, &structure, &candidates)?;
        Ok(Decided {
            structure: structure.into_owned(),
            splits: self.decided.splits.clone(),
            candidates,
            strategies,
            network_facts: facts.used(),
            structure_facts: self.decided.structure_facts.clone(),
            links: self.decided.links.clone(),
        })
    }

    /// The fabric and the candidates of [`Anew::decide`].
    pub(crate) fn candidates(
        &self,
        scenario: &Scenario,
        facts: &Facts<'_>,
        positions: &[usize],
    ) -> Result<(Cow<'a, Structure>, Vec<Vec<Candidate>>), RunError> {
        let case = Case { scenario, ..*self.case };
        let rebuild = positions.iter().any(|p| self.decided.structure_facts.contains(p));
        let structure = if rebuild {
            let mut built = structure(scenario, case.text, facts)?;
            for split in &self.decided.splits {
                built.fabric.split_class(&split.class, split.at);
            }
            Cow::Owned(built)
        } else {
            Cow::Borrowed(&self.decided.structure)
        };
        let stands = !positions.iter().any(|p| self.of_lanes.binary_search(p).is_ok());
        let judge = Judge::new(&case, facts, &structure, ReachSearch::AtLength)?;
        // The very same links, where neither lanes nor lengths are moved; else near them.
        let judge = if stands && !rebuild {
            judge.with_links(&self.decided.links)
        } else {
            judge.around(&self.nominal).with_standing_lanes(stands)
        };
        let classes = structure.fabric.link_classes.iter();
        let candidates = classes.map(|class| judge.all(class)).collect::<Result<_, _>>()?;
        Ok((structure, candidates))
    }
}
