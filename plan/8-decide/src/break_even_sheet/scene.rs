//! A decided case with inputs moved, decided anew: candidates, rules, all floors.

use super::input::{Input, Knob, WAIT_YEARS};
use crate::anew::{Anew, Watch};
use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::ledger::RETIMED;
use crate::preference::Preference;
use crate::strategy::Rule;
use lightloom_economics::{Supply, tco};
use lightloom_evidence::Facts;
use lightloom_scenario::run::{class_design, finance};
use lightloom_scenario::schema::Scenario;
use lightloom_scenario::{Outcome, RunError};
use lightloom_units::{Quantity, Ratio, Time};
use rayon::prelude::*;

/// A strategy at some values.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Present value of the cluster's cost, USD.
    pub(super) discounted: f64,
    /// Technologies of the link classes.
    pub(super) takes: String,
}

/// What all values share.
pub(super) struct Scene<'a> {
    case: &'a Case<'a>,
    facts: &'a Facts<'a>,
    anew: Anew<'a>,
}

/// A strategy's technology and its premium.
pub(super) type Premium = Option<(Rule, f64)>;

impl<'a> Scene<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        facts: &'a Facts<'a>,
        decided: &'a Decided,
    ) -> Result<Self, RunError> {
        Ok(Self { case, facts, anew: Anew::new(case, facts, decided, Watch::All)? })
    }

    /// All strategies, in the order of [`Rule::ALL`], with inputs at these values and perhaps a premium.
    pub(super) fn at(
        &self,
        values: &[(&Input, f64)],
        premium: Premium,
    ) -> Result<Vec<Standing>, RunError> {
        let mut scenario = self.case.scenario.clone();
        let mut facts: Option<Facts<'a>> = None;
        let mut tuning = Tuning { premium, failures: 1.0, erosion: None };
        for (input, value) in values {
            match input.knob {
                Knob::Fact(position) => {
                    facts = Some(facts.as_ref().unwrap_or(self.facts).with(position, *value));
                    forget(&mut scenario, &input.name);
                }
                Knob::TechnicianTime => {
                    let catalog = self.facts.catalog();
                    for (position, fact) in catalog.facts().iter().enumerate() {
                        if fact.id.starts_with("repair.") && fact.id.ends_with(".hands_on") {
                            let longer = fact.value * value;
                            facts =
                                Some(facts.as_ref().unwrap_or(self.facts).with(position, longer));
                        }
                    }
                }
                Knob::FailureRate => tuning.failures = *value,
                Knob::Erosion => tuning.erosion = Some(*value),
                _ => input.state(*value, &mut scenario.economics),
            }
        }
        self.decide(&scenario, facts.as_ref().unwrap_or(self.facts), &tuning)
    }

    fn decide(
        &self,
        scenario: &Scenario,
        facts: &Facts<'_>,
        tuning: &Tuning,
    ) -> Result<Vec<Standing>, RunError> {
        let case = Case { library: self.case.library, scenario, text: self.case.text };
        let built = self.anew.built(scenario, facts)?;
        let scene = self.anew.scene(&case, facts, &built)?;
        let classes = scene.classes();
        let mut candidates = Vec::with_capacity(classes.len());
        let finance = finance(scenario, facts)?;
        for class in classes {
            let mut all = scene.all(class)?;
            tuning.apply(&mut all, facts)?;
            if tuning.changes() {
                all.par_iter_mut().try_for_each(|c| {
                    c.design = class_design(scenario, facts, scene.structure, class, &c.fitted)?;
                    c.tco = tco(&c.design, &finance)?;
                    Ok::<(), RunError>(())
                })?;
            }
            candidates.push(all);
        }
        let preference = Preference::of(scenario, facts, scene.structure)?;
        let choose = |rule: Rule| -> Vec<&Candidate> {
            let picks = rule.picks(&preference, classes, &candidates);
            let each = picks.iter().zip(&candidates);
            each.filter_map(|(pick, all)| pick.candidate.or_else(|| all.first())).collect()
        };
        let sets: Vec<Vec<&Candidate>> = Rule::ALL.into_iter().map(choose).collect();
        let outcomes = scene.outcomes(sets.iter().cloned())?;
        let standing = |(outcome, picks): (&Outcome, &Vec<&Candidate>)| {
            let mut takes: Vec<String> = classes
                .iter()
                .zip(picks)
                .map(|(class, pick)| format!("{} on {}", pick.technology, class.name))
                .collect();
            takes.dedup();
            Standing { discounted: outcome.tco.discounted.as_usd(), takes: takes.join(", ") }
        };
        Ok(outcomes.iter().zip(&sets).map(standing).collect())
    }
}

/// A fact that is moved is no longer what the scenario states.
fn forget(scenario: &mut Scenario, name: &str) {
    let economics = &mut scenario.economics;
    match name {
        "energy.electricity" => economics.electricity = None,
        "finance.discount" => economics.discount = None,
        "finance.accelerator_hour" => economics.accelerator_hour = None,
        "finance.labour" => economics.labour = None,
        "finance.maintenance" => economics.maintenance = None,
        "price.facility" => economics.facility = None,
        id if id.starts_with("pue.") => economics.pue = None,
        _ => {}
    }
}

/// What is changed on ports after they were assembled.
struct Tuning {
    premium: Premium,
    failures: f64,
    erosion: Option<f64>,
}

impl Tuning {
    fn changes(&self) -> bool {
        self.premium.is_some() || self.erosion.is_some() || (self.failures - 1.0).abs() > 0.0
    }

    fn apply(&self, all: &mut [Candidate], facts: &Facts<'_>) -> Result<(), RunError> {
        if !self.changes() {
            return Ok(());
        }
        let lights: Vec<&str> =
            Rule::ALL.into_iter().filter_map(Rule::light).filter(|id| *id != RETIMED).collect();
        let retimed = all.iter().find(|c| c.technology == RETIMED).map(|c| c.fitted.port.clone());
        let supply = Supply::from_facts(facts)?;
        for candidate in all {
            let port = &mut candidate.fitted.port;
            if lights.contains(&candidate.technology.as_str()) {
                for failure in &mut port.failures {
                    failure.rate = failure.rate * self.failures;
                }
            }
            if let (Some((rule, premium)), Some(retimed)) = (self.premium, &retimed)
                && rule.light() == Some(candidate.technology.as_str())
            {
                scale(port, &retimed.clone(), 1.0 + premium);
            }
            let optical = candidate.fitted.family != lightloom_package::Family::Copper;
            if let (Some(erosion), true) = (self.erosion, optical) {
                let vendors = candidate.readiness.vendors.max(1.0);
                let mut supply = supply;
                supply.erosion_many.erosion_per_year = Ratio::new(erosion);
                let trend = supply.trend(lightloom_units::Count::from_si(vendors))?;
                let one = lightloom_units::Money::usd(1.0);
                let kept = trend.after(one, Time::years(WAIT_YEARS))?.as_usd();
                let now = port.clone();
                scale(port, &now, kept);
            }
        }
        Ok(())
    }
}

/// The prices of one port times a factor, on another.
fn scale(port: &mut lightloom_package::Port, of: &lightloom_package::Port, k: f64) {
    let cost = &of.cost;
    port.cost.retimer = cost.retimer * k;
    port.cost.ends = cost.ends * k;
    port.cost.laser = cost.laser * k;
    port.cost.cable = cost.cable * k;
    port.cable_per_metre = of.cable_per_metre * k;
}
