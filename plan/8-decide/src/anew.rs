//! A decided case, decided anew with facts moved: the one seam for single facts, joint draws and inputs that are sought.

use crate::candidate::{Candidate, Judge, is_excluded};
use crate::decide::{Case, Decided, evaluated};
use crate::preference::Preference;
use lightloom_evidence::Facts;
use lightloom_fabric::{LinkClass, Tier};
use lightloom_package::ReachSearch;
use lightloom_scenario::run::scale_up_bill;
use lightloom_scenario::{Fitted, Outcome, RunError, Scenario, Structure, run, structure};
use std::borrow::Cow;

/// A decided case whose facts may be moved.
///
/// # Model
/// What is moved is found by comparing values with those of the decision. The fabric is built anew where a fact is moved that it
/// was built from, with classes split at the lengths of the decision. Where no fact is moved that lanes read, links are those
/// of the decision; else they are estimated by the bound, with the distance that the pulse response has from it on the nominal
/// link ([`Judge::around`]). Prices, power, failures and money are always computed anew. With nothing moved, every figure is
/// the decision's own.
///
/// # Example
/// ```
/// use lightloom_decide::{Case, anew::{Anew, Watch}, decide_links};
/// use lightloom_scenario::{Library, run::view};
///
/// let library = Library::shipped()?;
/// let text = lightloom_catalog::SCENARIOS[0].1;
/// let scenario = lightloom_scenario::parse(text)?;
/// let case = Case { library: &library, scenario: &scenario, text };
/// let facts = view(&scenario, &library.catalog);
/// let decided = decide_links(&case, &facts)?;
///
/// let anew = Anew::new(&case, &facts, &decided, Watch::All)?;
/// let Some(dearer) = library.catalog.position("energy.electricity") else { return Ok(()) };
/// let moved = facts.with(dearer, 2.0 * library.catalog.facts()[dearer].value);
/// let built = anew.built(&scenario, &moved)?;
/// let scene = anew.scene(&case, &moved, &built)?;
/// let candidates = scene.candidates()?;
/// assert_eq!(candidates.len(), decided.candidates.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Anew<'a> {
    case: &'a Case<'a>,
    facts: &'a Facts<'a>,
    decided: &'a Decided,
    nominal: Judge<'a>,
    watched: Vec<Vec<String>>,
    /// Facts that the lanes of what is watched read, by position, in order.
    of_lanes: Vec<usize>,
}

/// Which technologies are looked at on each link class.
#[derive(Debug, Clone)]
pub enum Watch {
    /// All.
    All,
    /// What may come to serve by other values of facts, and what strategies have: not what is built for another lane or place, nor
    /// pairs of two ends that cost more than [`PAIRS_WITHIN`] times what the mix takes. Of the front end, which no buyer judges, only
    /// what strategies have.
    Likely,
    /// What serves with the facts of the decision, and what strategies have. Of the front end as before.
    Serving,
    /// These, for each class.
    These(Vec<Vec<String>>),
}

/// Pairs of two ends are many, and where they cost more than so many times what the mix takes, each of several technologies
/// of the catalog would have to fail before one of them could win.
pub const PAIRS_WITHIN: f64 = 2.0;

impl Watch {
    fn list(self, case: &Case<'_>, decided: &Decided, nominal: &Judge<'_>) -> Vec<Vec<String>> {
        let classes = decided.structure.fabric.link_classes.iter();
        let likely = |(i, class): (usize, &LinkClass)| {
            let picked = |c: &Candidate| {
                decided.strategies.iter().any(|s| s.picks[i].technology == c.technology)
            };
            let taken = decided.recommended().picks[i].tco.nominal;
            let is_pair = |id: &str| case.library.pairs.contains_key(id);
            let may_serve = |c: &Candidate| {
                let serves = match self {
                    Self::Serving => c.unfit.is_none(),
                    _ => {
                        nominal.is_built_for(class, &c.technology)
                            && !is_excluded(&case.scenario.buyer, &c.technology)
                    }
                };
                serves && (!is_pair(&c.technology) || c.tco.nominal <= taken * PAIRS_WITHIN)
            };
            let judged = class.tier != Tier::FrontEnd;
            let kept = |c: &&Candidate| picked(c) || judged && may_serve(c);
            decided.candidates[i].iter().filter(kept).map(|c| c.technology.clone()).collect()
        };
        match &self {
            Self::These(lists) => lists.clone(),
            Self::Likely | Self::Serving => classes.enumerate().map(likely).collect(),
            Self::All => {
                let all = decided.candidates.iter();
                all.map(|of| of.iter().map(|c| c.technology.clone()).collect()).collect()
            }
        }
    }
}

impl<'a> Anew<'a> {
    /// A seam for a decided case.
    ///
    /// # Errors
    /// [`RunError`] when a technology that is watched cannot be built with the facts of the decision.
    pub fn new(
        case: &'a Case<'a>,
        facts: &'a Facts<'a>,
        decided: &'a Decided,
        watch: Watch,
    ) -> Result<Self, RunError> {
        let nominal = Judge::new(case, facts, &decided.structure, ReachSearch::AtLength)?
            .with_links(&decided.links);
        let watched = watch.list(case, decided, &nominal);
        // A view that only lanes have seen knows what they read.
        let view = facts.with_all([]);
        let of_lanes = {
            let judge = Judge::new(case, &view, &decided.structure, ReachSearch::AtLength)?;
            let judge = judge.around(&nominal);
            for (class, ids) in decided.structure.fabric.link_classes.iter().zip(&watched) {
                for id in ids {
                    judge.look_at_lanes(class, id)?;
                }
            }
            view.used()
        };
        Ok(Self { case, facts, decided, nominal, watched, of_lanes })
    }

    /// What the decision was.
    #[must_use]
    pub const fn decided(&self) -> &'a Decided {
        self.decided
    }

    /// The facts of the decision.
    #[must_use]
    pub const fn facts(&self) -> &'a Facts<'a> {
        self.facts
    }

    /// Technologies that are looked at, by link class.
    #[must_use]
    pub fn watched(&self) -> &[Vec<String>] {
        &self.watched
    }

    /// Uncertain facts that the decision read, by position: those that may move. What is held, as what the scenario states, may not.
    #[must_use]
    pub fn uncertain(&self) -> Vec<usize> {
        let catalog = self.facts.catalog();
        let free =
            |fact: &&usize| catalog.facts()[**fact].is_uncertain() && !self.facts.is_held(**fact);
        self.decided.network_facts.iter().filter(free).copied().collect()
    }

    /// The fabric with the facts of a view.
    ///
    /// # Errors
    /// [`RunError`] where the fabric cannot be built.
    pub fn built(&self, scenario: &Scenario, facts: &Facts<'_>) -> Result<Built<'a>, RunError> {
        let moved = facts.moved_against(self.facts);
        if !any_of(&moved, &self.decided.structure_facts) {
            let structure = Cow::Borrowed(&self.decided.structure);
            return Ok(Built { structure, split_as_decided: true });
        }
        let mut built = structure(scenario, self.case.text, facts)?;
        let mut split_as_decided = true;
        for split in &self.decided.splits {
            split_as_decided &= built.fabric.split_class(&split.class, split.at);
        }
        Ok(Built { structure: Cow::Owned(built), split_as_decided })
    }

    /// The case with the facts of a view, on the fabric that [`Anew::built`] gives for the same view.
    ///
    /// # Errors
    /// [`RunError`] when the catalog lacks a fact.
    pub fn scene<'s>(
        &'s self,
        case: &Case<'s>,
        facts: &'s Facts<'s>,
        built: &'s Built<'_>,
    ) -> Result<Scene<'s>, RunError>
    where
        'a: 's,
    {
        let structure: &'s Structure = &built.structure;
        let stands = !any_of(&facts.moved_against(self.facts), &self.of_lanes);
        let judge = Judge::new(case, facts, structure, ReachSearch::AtLength)?
            .around(&self.nominal)
            .with_standing_lanes(stands);
        Ok(Scene { scenario: case.scenario, facts, structure, judge, watched: &self.watched })
    }

    /// The whole decision with the facts of a view, in a scenario that may state other prices and rates: what is watched on every
    /// class, every strategy by its rule.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn decide(&self, scenario: &Scenario, facts: &Facts<'_>) -> Result<Decided, RunError> {
        let case = Case { scenario, ..*self.case };
        let built = self.built(scenario, facts)?;
        let candidates: Vec<Vec<Candidate>> = {
            let scene = self.scene(&case, facts, &built)?;
            scene.classes().iter().map(|class| scene.all(class)).collect::<Result<_, _>>()?
        };
        let preference = Preference::of(scenario, facts, &built.structure)?;
        let strategies = evaluated(&case, facts, (&built.structure, &preference), &candidates)?;
        Ok(Decided {
            structure: built.structure.into_owned(),
            splits: self.decided.splits.clone(),
            candidates,
            preference,
            strategies,
            network_facts: facts.used(),
            structure_facts: self.decided.structure_facts.clone(),
            links: self.decided.links.clone(),
        })
    }
}

/// A fabric with facts moved.
#[derive(Debug)]
pub struct Built<'a> {
    /// The fabric: that of the decision where no fact is moved that it was built from.
    pub structure: Cow<'a, Structure>,
    /// Whether its classes are those of the decision: not, where all links of a class that is split by length now lie on one side.
    pub split_as_decided: bool,
}

/// Whether two ordered lists share a position.
fn any_of(few: &[usize], many: &[usize]) -> bool {
    few.iter().any(|position| many.binary_search(position).is_ok())
}

/// A case under moved facts.
#[derive(Debug)]
pub struct Scene<'s> {
    /// The scenario, perhaps with other statements than that of the decision.
    pub scenario: &'s Scenario,
    /// The facts as moved.
    pub facts: &'s Facts<'s>,
    /// The fabric with them.
    pub structure: &'s Structure,
    judge: Judge<'s>,
    watched: &'s [Vec<String>],
}

impl Scene<'_> {
    /// Classes of links.
    #[must_use]
    pub fn classes(&self) -> &[LinkClass] {
        &self.structure.fabric.link_classes
    }

    /// A technology on a class.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn one(&self, class: &LinkClass, id: &str) -> Result<Candidate, RunError> {
        self.judge.one(class, id)
    }

    /// Every technology on a class.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn all(&self, class: &LinkClass) -> Result<Vec<Candidate>, RunError> {
        self.judge.all(class)
    }

    /// What is watched, on every class of a fabric that is split as decided.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn candidates(&self) -> Result<Vec<Vec<Candidate>>, RunError> {
        let of_class = |(class, ids): (&LinkClass, &Vec<String>)| {
            ids.iter().map(|id| self.judge.one(class, id)).collect()
        };
        self.classes().iter().zip(self.watched).map(of_class).collect()
    }

    /// What is watched and can be built, on every class of a fabric that is split as decided: far from the facts of the decision
    /// the parts of a technology may leave the range of their models.
    #[must_use]
    pub fn buildable(&self) -> Vec<Vec<Candidate>> {
        let of_class = |(class, ids): (&LinkClass, &Vec<String>)| {
            ids.iter().filter_map(|id| self.judge.one(class, id).ok()).collect()
        };
        self.classes().iter().zip(self.watched).map(of_class).collect()
    }

    /// The cluster with each of some sets of candidates, one for each class. Accelerators are sold with the scale-up network
    /// of the first.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn outcomes<'c>(
        &self,
        sets: impl IntoIterator<Item = Vec<&'c Candidate>>,
    ) -> Result<Vec<Outcome>, RunError> {
        let mut sold = None;
        let mut outcomes = Vec::new();
        for picks in sets {
            let ports: Vec<Fitted> = picks.iter().map(|p| p.fitted.clone()).collect();
            let outcome = run(self.scenario, self.facts, self.structure, &ports, sold)?;
            sold = sold.or_else(|| Some(scale_up_bill(&outcome.bill)));
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

    use super::*;
    use crate::decide::decide_links;
    use lightloom_scenario::Library;
    use lightloom_scenario::run::view;

    /// The figures that a candidate and a strategy are chosen and compared by.
    fn figures(candidates: &[Vec<Candidate>], outcomes: &[Outcome]) -> Vec<(String, f64)> {
        let each = candidates.iter().flatten().flat_map(|c| {
            let port = &c.fitted.port;
            [
                (format!("margin of {}", c.technology), port.margin.as_db()),
                (format!("energy of {}", c.technology), port.energy.lane().as_pj_per_bit()),
                (format!("cost of {}", c.technology), c.tco.nominal.as_usd()),
            ]
        });
        let whole = outcomes.iter().flat_map(|o| {
            [
                ("power".to_owned(), o.power.network.as_w()),
                ("cost".to_owned(), o.network_tco.nominal.as_usd()),
                ("lost".to_owned(), o.lost_to_network),
            ]
        });
        each.chain(whole).collect()
    }

    /// At the facts of the decision, and around them with lanes that are estimated, the decision's own figures.
    #[test]
    fn nothing_moved_is_the_decision() {
        let library = Library::shipped().unwrap();
        for name in ["gb300-nvl72-4608", "rubin-nvl576"] {
            let Some((_, text)) =
                lightloom_catalog::SCENARIOS.iter().find(|(file, _)| file.contains(name))
            else {
                continue;
            };
            let scenario = lightloom_scenario::parse(text).unwrap();
            let case = Case { library: &library, scenario: &scenario, text };
            let facts = view(&scenario, &library.catalog);
            let decided = decide_links(&case, &facts).unwrap();
            let anew = Anew::new(&case, &facts, &decided, Watch::All).unwrap();
            let sets = || {
                let each = decided.strategies.iter();
                each.map(|s| s.picks.iter().collect::<Vec<_>>())
            };
            let own: Vec<Outcome> = decided.strategies.iter().map(|s| s.outcome.clone()).collect();
            let expected = figures(&decided.candidates, &own);

            let same = facts.with_all([]);
            let built = anew.built(&scenario, &same).unwrap();
            assert!(matches!(built.structure, Cow::Borrowed(_)), "{name}: built anew for nothing");
            let scene = anew.scene(&case, &same, &built).unwrap();
            let candidates = scene.candidates().unwrap();
            let found = figures(&candidates, &scene.outcomes(sets()).unwrap());
            for ((what, a), (_, b)) in found.iter().zip(&expected) {
                assert!(a.total_cmp(b).is_eq(), "{name}, {what}: {a} is not {b}");
            }

            // The smallest step of a fact that lanes read: all of them are estimated, nothing is to change.
            let position = library.catalog.position("device.snr_transmitter");
            let position = position.or_else(|| anew.of_lanes.first().copied()).unwrap();
            let step = facts.value_at(position) * (1.0 + 1e-12);
            let nudged = facts.with(position, step);
            let built = anew.built(&scenario, &nudged).unwrap();
            let scene = anew.scene(&case, &nudged, &built).unwrap();
            let candidates = scene.candidates().unwrap();
            let found = figures(&candidates, &scene.outcomes(sets()).unwrap());
            for ((what, a), (_, b)) in found.iter().zip(&expected) {
                assert!((a - b).abs() <= 1e-6 * b.abs().max(1.0), "{name}, {what}: {a} is not {b}");
            }
        }
    }
}
