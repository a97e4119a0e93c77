//! Jobs of the cluster, and of domains of other sizes: as the commands have them, and under the joint draws of all facts.

use super::clusters::refused;
use super::grounds::Grounds;
use crate::anew::{Anew, Watch};
use crate::decide::{Case, Decided, decide_links_on};
use crate::draws::{DRAWS, Draw, draws, place, range};
use crate::mix::mix;
use crate::plan::{BuiltDomain, InferSheet, WorldSizeStudy};
use crate::serving_sheet::{ScenarioServing, of_outcome};
use crate::strategy::Rule;
use crate::world_size::{LEAST_GAIN, SIZES, WorldSizeRequest, resized, world_size as study};
use lightloom_economics::million_tokens;
use lightloom_evidence::Facts;
use lightloom_fabric::Tier;
use lightloom_scenario::run::{as_f64, scale_up_bill, serving_job, training_job};
use lightloom_scenario::{Fitted, Outcome, RunError, Setting, Structure, run};
use lightloom_units::{Frequency, Money, Ratio};
use lightloom_workload::{FrontierSearch, best_training, frontier};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Speeds for one user at which domains are compared, tokens per second, as `lightloom world-size` has them.
pub(super) const SPEEDS: [f64; 3] = [20.0, 50.0, 100.0];
/// Domains behind a first layer of switches that claims name: copper within, light above.
const MIXED: [u64; 3] = [144, 576, 1152];

/// A domain of a size in a medium.
pub(super) type Domain = (&'static str, u64);

/// A domain as the study of sizes has it.
pub(super) fn built<'s>(
    study: &'s WorldSizeStudy,
    (medium, size): (&str, u64),
) -> Option<&'s BuiltDomain> {
    let curve = study.media.iter().find(|m| m.medium == medium)?;
    curve.rows.iter().find(|r| r.domain == size)?.built.as_ref()
}

/// What a domain gives at one speed.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    /// Tokens per second and accelerator.
    pub(super) tokens: f64,
    /// Energy of a token, J.
    pub(super) joules: f64,
    /// Price of a million tokens, USD.
    pub(super) usd: f64,
}

/// What a domain gives with the facts of one draw.
#[derive(Debug, Clone)]
pub(super) struct DomainDraw {
    /// At each of [`SPEEDS`]; nothing where users cannot be given it.
    pub(super) at_speeds: [Option<At>; 3],
    /// Training: tokens per second and accelerator.
    pub(super) training: Option<f64>,
}

/// Domains under draws, each draw by its number.
#[derive(Debug, Default)]
pub(super) struct DomainDraws(BTreeMap<Domain, BTreeMap<u32, DomainDraw>>);

impl DomainDraws {
    /// Ends of a figure of two domains with the same facts; nothing where no draw has both.
    pub(super) fn ends(
        &self,
        nominal: f64,
        domains: [Domain; 2],
        figure: impl Fn([&DomainDraw; 2]) -> Option<f64>,
    ) -> Option<[f64; 2]> {
        let [first, second] = domains.map(|domain| self.0.get(&domain));
        let second = second?;
        let of = |(index, a): (&u32, &DomainDraw)| figure([a, second.get(index)?]);
        let values: Vec<f64> = first?.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| range(nominal, values))
    }

    /// Ends of a ratio, the second over the first.
    pub(super) fn ratio(
        &self,
        nominal: f64,
        domains: [Domain; 2],
        figure: impl Fn(&DomainDraw) -> Option<f64>,
    ) -> Option<[f64; 2]> {
        self.ends(nominal, domains, |[a, b]| Some(figure(b)? / figure(a)?))
    }
}

impl Grounds<'_> {
    /// Domains of several sizes for the cluster's served model, as `lightloom world-size` has them.
    pub(super) fn world_sizes(&self) -> Result<Rc<WorldSizeStudy>, RunError> {
        if let Some(known) = &*self.world_sizes.borrow() {
            return Ok(Rc::clone(known));
        }
        let request = WorldSizeRequest {
            sizes: &SIZES,
            model: None,
            speeds: &SPEEDS,
            least_gain: LEAST_GAIN,
        };
        let decided = self.decided()?;
        let made = Rc::new(study(&self.case(), self.facts, Some(&decided.links), &request)?);
        *self.world_sizes.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    /// Domains that claims name under the joint draws of all facts.
    ///
    /// # Model
    /// Each keeps the technologies that it has in the study of sizes; jobs are cut anew in every draw. Accelerators are sold with
    /// the scale-up network that the cluster has in the same draw.
    pub(super) fn domains_drawn(&self) -> Result<Rc<DomainDraws>, RunError> {
        if let Some(known) = &*self.domains.borrow() {
            return Ok(Rc::clone(known));
        }
        let (case, decided, study) = (self.case(), self.decided()?, self.world_sizes()?);
        let anew = Anew::new(&case, self.facts, &decided, Watch::Serving)?;
        let baseline = place(Rule::Baseline);
        let sold = |d: &Draw<'_>| Some((d.index, scale_up_bill(&d.outcomes[baseline].bill)));
        let sold: BTreeMap<u32, Money> = draws(&anew, &case, 0..DRAWS, sold).into_iter().collect();
        let own = self.cluster().scale_up.domain;
        let copper = [("copper", SIZES[0]), ("copper", own)];
        let mut made = DomainDraws::default();
        for domain in copper.into_iter().chain(MIXED.map(|size| ("mixed", size))) {
            let Some(as_studied) = built(&study, domain) else { continue };
            made.0.insert(domain, self.domain_drawn(domain.1, as_studied, &sold)?);
        }
        let made = Rc::new(made);
        *self.domains.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    fn domain_drawn(
        &self,
        size: u64,
        as_studied: &BuiltDomain,
        sold: &BTreeMap<u32, Money>,
    ) -> Result<BTreeMap<u32, DomainDraw>, RunError> {
        let own = self.case();
        let Ok((scenario, structure)) = resized(&own, self.facts, size) else {
            return Ok(BTreeMap::new());
        };
        let case = Case { scenario: &scenario, ..own };
        let decided = decide_links_on(&case, self.facts, structure, &self.decided()?.links)?;
        let ids = dressed(&decided, as_studied);
        let anew = Anew::new(&case, self.facts, &decided, Watch::Serving)?;
        let drawn = draws(&anew, &case, 0..DRAWS, |draw| {
            let sold = sold.get(&draw.index)?;
            let ports = ports(draw, &ids)?;
            let outcome = run(&scenario, draw.facts, draw.structure, &ports, Some(*sold)).ok()?;
            Some((draw.index, figures(&case, draw.facts, draw.structure, &outcome)?))
        });
        Ok(drawn.into_iter().collect())
    }

    /// The cluster's served model, or another in its place, as `lightloom infer` has it; `None` where none is served. Scale-up
    /// links may be given a technology.
    pub(super) fn served(
        &self,
        model: Option<&str>,
        scale_up: Option<&str>,
    ) -> Result<Option<InferSheet>, RunError> {
        let (case, decided) = (self.case(), self.decided()?);
        let classes = decided.structure.fabric.link_classes.iter();
        let up = classes.filter(|class| class.tier == Tier::ScaleUp);
        let given: Vec<(String, String)> = scale_up.map_or_else(Vec::new, |technology| {
            up.map(|class| (class.name.clone(), technology.to_owned())).collect()
        });
        let mixed = mix(&case, self.facts, &decided, &given).map_err(refused)?;
        let with = ScenarioServing { outcome: &mixed.outcome, model, pools_apart: false };
        of_outcome(&case, self.facts, &decided.structure, &with)
    }

    /// Figures of several served models, and of light in the place of copper in the domain, in each draw: one for each model, then
    /// one for each light.
    pub(super) fn served_drawn<T: Send>(
        &self,
        models: &[&str],
        lights: &[&str],
        figure: impl Fn(&InferSheet) -> Option<T> + Sync,
    ) -> Result<Vec<Vec<T>>, RunError> {
        let (case, decided) = (self.case(), self.decided()?);
        let anew = Anew::new(&case, self.facts, &decided, Watch::Serving)?;
        let recommended = &decided.recommended().picks;
        let lit = |light: &&str| -> Vec<String> {
            let classes = decided.structure.fabric.link_classes.iter().zip(recommended);
            let of = classes.map(|(class, pick)| match class.tier {
                Tier::ScaleUp => (*light).to_owned(),
                _ => pick.technology.clone(),
            });
            of.collect()
        };
        let lit: Vec<Vec<String>> = lights.iter().map(lit).collect();
        let baseline = place(Rule::Baseline);
        Ok(draws(&anew, &case, 0..DRAWS, |draw| {
            let of = |outcome: &Outcome, model: Option<&str>| {
                let with = ScenarioServing { outcome, model, pools_apart: false };
                figure(&of_outcome(&case, draw.facts, draw.structure, &with).ok()??)
            };
            let own = &draw.outcomes[place(Rule::Recommended)];
            let sold = Some(scale_up_bill(&draw.outcomes[baseline].bill));
            let with_light = |ids: &Vec<String>| {
                let ports = ports(draw, ids)?;
                let outcome = run(case.scenario, draw.facts, draw.structure, &ports, sold).ok()?;
                of(&outcome, None)
            };
            let by_model = models.iter().map(|model| of(own, Some(model)));
            by_model.chain(lit.iter().map(with_light)).collect()
        }))
    }
}

/// Technologies of a domain by link class: in scale-up as the study of sizes has them, elsewhere as recommended.
fn dressed(decided: &Decided, as_studied: &BuiltDomain) -> Vec<String> {
    let classes = decided.structure.fabric.link_classes.iter();
    let of = classes.zip(&decided.recommended().picks).map(|(class, pick)| {
        // A class that was split by length begins with the name of the whole.
        let same = |name: &str| {
            class.name.strip_prefix(name).is_some_and(|r| r.is_empty() || r.starts_with(", "))
        };
        let studied = as_studied.technologies.iter().find(|t| same(&t.class));
        studied.map_or_else(|| pick.technology.clone(), |t| t.technology.clone())
    });
    of.collect()
}

/// Ports of these technologies in a draw; nothing where one was not looked at.
fn ports(draw: &Draw<'_>, ids: &[String]) -> Option<Vec<Fitted>> {
    let of = draw.candidates.iter().zip(ids).map(|(candidates, id)| {
        let found = candidates.iter().find(|c| c.technology == *id)?;
        Some(found.fitted.clone())
    });
    of.collect()
}

/// What a domain gives, as the study of sizes has it.
fn figures(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: &Structure,
    outcome: &Outcome,
) -> Option<DomainDraw> {
    let Case { scenario, library, .. } = case;
    let setting = Setting::of(scenario, case.text, facts, structure, outcome).ok()?;
    let serving = scenario.serving.as_ref()?;
    let model = library.models.get(&serving.model)?;
    let job = serving_job(serving, facts).ok()?;
    let largest = SIZES[SIZES.len() - 1];
    let search = FrontierSearch {
        largest: serving.largest_instance.unwrap_or(largest).min(structure.fabric.accelerators),
        transfer_tier: setting.tiers.len().saturating_sub(1),
        disaggregated: true,
    };
    let found = frontier(model, &setting.machine, &setting.tiers, &job, &search).ok()?;
    let at_speeds = SPEEDS.map(|speed| {
        let point = found.at(speed)?;
        let n = point.plan.accelerators();
        let busy = Ratio::new((point.split.kernels + point.split.prefill) / point.time);
        let tokens = point.tokens_per_second_per_accelerator;
        let energy = setting.energy(n, busy, tokens * as_f64(n)).ok()??;
        let usd = million_tokens(outcome.accelerator_hour, Frequency::hz(tokens)).ok()?.as_usd();
        Some(At { tokens, joules: energy.total().as_j(), usd })
    });
    let trained = || {
        let training = scenario.training.as_ref()?;
        let model = library.models.get(&training.model)?;
        let job = training_job(training, facts).ok()?;
        let (_, step) = best_training(model, &setting.machine, &setting.tiers, &job).ok()?;
        Some(step.tokens_per_second / as_f64(setting.accelerators))
    };
    Some(DomainDraw { at_speeds, training: trained() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use lightloom_scenario::{Library, parse};

    /// With nothing drawn, a domain is that of the study.
    #[test]
    fn a_domain_is_that_of_the_study() {
        let library = Library::shipped().unwrap();
        let facts = Facts::nominal(&library.catalog);
        let text = include_str!("../../../../scenarios/gb300-nvl72-4608.toml");
        let scenario = parse(text).unwrap();
        let grounds = Grounds::new(&library, &facts, ("gb300", &scenario, text)).unwrap();
        let study = grounds.world_sizes().unwrap();
        let own = grounds.decided().unwrap();
        let sold = scale_up_bill(&own.baseline().outcome.bill);
        for domain in [("copper", 72), ("mixed", 576)] {
            let studied = built(&study, domain).unwrap();
            let (scenario, structure) = resized(&grounds.case(), &facts, domain.1).unwrap();
            let case = Case { scenario: &scenario, ..grounds.case() };
            let decided = decide_links_on(&case, &facts, structure, &own.links).unwrap();
            let of = dressed(&decided, studied);
            let of = of.iter().zip(&decided.candidates);
            let of = of.map(|(id, all)| all.iter().find(|c| c.technology == *id).unwrap());
            let ports: Vec<Fitted> = of.map(|c| c.fitted.clone()).collect();
            let outcome = run(&scenario, &facts, &decided.structure, &ports, Some(sold)).unwrap();
            let found = figures(&case, &facts, &decided.structure, &outcome).unwrap();
            let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{domain:?}: {a}, {b}");
            near(found.training.unwrap(), studied.training_tokens_per_s_per_accelerator.unwrap());
            for (found, studied) in found.at_speeds.iter().zip(&studied.at_speeds) {
                let (found, studied) = (found.unwrap(), studied.as_ref().unwrap());
                near(found.tokens, studied.tokens_per_s_per_accelerator);
                near(found.joules, studied.joule_per_token);
                near(found.usd, studied.usd_per_million_tokens);
            }
        }
    }
}
