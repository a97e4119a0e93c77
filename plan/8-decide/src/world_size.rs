//! How large a scale-up domain pays, and what it may be wired with.

use crate::candidate::{Candidate, Judge};
use crate::decide::Case;
use crate::plan::{
    BuiltDomain, ClassTechnology, DomainRow, MediumCurve, ServedPoint, WorldSizeStudy,
};
use crate::preference::{Preference, check_exclusions};
use crate::strategy::Rule;
use lightloom_economics::million_tokens;
use lightloom_evidence::Facts;
use lightloom_fabric::{End, Fabric, LinkClass, Tier};
use lightloom_package::{Family, Links, ReachSearch};
use lightloom_scenario::run::{as_f64, scale_up_bill, serving_job, training_job};
use lightloom_scenario::schema::{SecondTier, Serving};
use lightloom_scenario::{
    Fitted, Outcome, Problem, RunError, Scenario, Setting, Structure, run, structure,
};
use lightloom_units::{Frequency, Money, Ratio};
use lightloom_workload::inference::world_size::{diminishing, gain_per_doubling};
use lightloom_workload::{FrontierPoint, FrontierSearch, Model, best_training, frontier};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sizes of domains that are sold, announced or drawn: a server, two, half a rack, a rack, two, eight, sixteen.
pub const SIZES: [u64; 7] = [8, 16, 36, 72, 144, 576, 1152];
/// A doubling that brings less is not worth twice the domain.
pub const LEAST_GAIN: Ratio = Ratio::new(0.05);
/// Points of a frontier in the document at most.
const FRONTIER: usize = 40;

/// What a domain is wired with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wiring {
    Copper,
    Mixed,
    Light,
}

impl Wiring {
    const ALL: [Self; 3] = [Self::Copper, Self::Mixed, Self::Light];

    const fn name(self) -> &'static str {
        match self {
            Self::Copper => "copper",
            Self::Mixed => "mixed",
            Self::Light => "light",
        }
    }

    /// Whether a class of the domain is to be copper.
    const fn copper(self, class: &LinkClass) -> bool {
        match self {
            Self::Copper => true,
            Self::Mixed => !matches!(class.ends[0], End::Switch(_)),
            Self::Light => false,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldSizeRequest<'a> {
    /// Sizes of the domain.
    pub sizes: &'a [u64],
    /// The model that is served; left out, the scenario's.
    pub model: Option<&'a Model>,
    /// Speeds for one user at which throughput is compared, tokens per second.
    pub speeds: &'a [f64],
    /// Least gain of throughput for a doubling.
    pub least_gain: Ratio,
}

/// The throughput, price and energy of a model over domains of several sizes, each wired with copper, with both, and with
/// light.
///
/// # Model
/// The scenario's cluster is built anew for every size: one tier of its switches where they have ports enough for the domain, else
/// groups below a second tier, as large as half of a switch's ports. Every link class of the domain takes the technology of its
/// medium that closes over its longest link, may be bought in the scenario's year, and is what the buyer prefers ([`Preference`]: left
/// alone, what costs least over the years); other networks keep what serves them best in the scenario, or where that no longer
/// serves take what is preferred. The buyer's limits on the whole are kept where these links can keep them. Network, failures and prices follow from all floors; serving from
/// [`lightloom_workload::frontier()`] over the same largest instance at every size, prompts in pools of their own where that is
/// better.
///
/// # Validity
/// `links`: what is known of links of the same case and facts. Accelerators, switches and their rates stay those of the scenario. A cluster whose size the domain does not divide is rounded
/// down. Bandwidth is the same in every medium, so that media differ by latency, energy, price and failures alone; latencies of
/// software hide most of theirs.
///
/// # Errors
/// [`RunError`] where the scenario itself cannot be computed or serves nothing; a size that cannot be built is a row that says why.
pub fn world_size(
    case: &Case<'_>,
    facts: &Facts<'_>,
    links: Option<&Arc<Links>>,
    request: &WorldSizeRequest<'_>,
) -> Result<WorldSizeStudy, RunError> {
    let Some(serving) = &case.scenario.serving else {
        let hint =
            "add [serving] with model, prompt, output, precision, cache and speed".to_owned();
        let message = "the scenario says nothing of serving".to_owned();
        return Err(Problem::at(case.text, "name", message, Some(hint)).into());
    };
    let model = match request.model {
        Some(model) => model,
        None => case.library.models.get(&serving.model).ok_or_else(|| {
            let message = format!("the catalog has no model called `{}`", serving.model);
            Problem::at(case.text, "serving.model", message, None)
        })?,
    };
    let base = Base::new(case, facts, links)?;
    let tasks: Vec<(Wiring, u64)> = Wiring::ALL
        .into_iter()
        .flat_map(|w| request.sizes.iter().map(move |size| (w, *size)))
        .collect();
    let rows: Vec<DomainRow> = tasks
        .par_iter()
        .map(|(wiring, size)| base.row(facts, serving, model, request, *wiring, *size))
        .collect::<Result<_, _>>()?;
    let mut media = Vec::new();
    for (wiring, rows) in Wiring::ALL.into_iter().zip(rows.chunks(request.sizes.len().max(1))) {
        media.push(curve(wiring, rows.to_vec(), request.speeds.len()));
    }
    let mut study = WorldSizeStudy {
        schema: "lightloom.world-size/1",
        scenario: case.scenario.name.clone(),
        model: model.name.clone(),
        accelerator: case.scenario.cluster.accelerator.clone(),
        prompt: serving.prompt,
        output: serving.output,
        precision: format!("{:?}", serving.precision).to_lowercase(),
        gbps_per_accelerator: case.scenario.scale_up.bandwidth_per_direction.as_gbps(),
        speeds: request.speeds.to_vec(),
        least_gain: request.least_gain.value(),
        diminishing: ends(&media, request),
        media,
        findings: Vec::new(),
    };
    study.findings = findings(&study);
    Ok(study)
}

/// Tokens per second and accelerator at one of the speeds.
fn rate(row: &DomainRow, speed: usize) -> Option<f64> {
    let point = row.built.as_ref()?.at_speeds.get(speed)?.as_ref();
    point.map(|p| p.tokens_per_s_per_accelerator)
}

/// A curve with its gains from size to size.
fn curve(wiring: Wiring, mut rows: Vec<DomainRow>, speeds: usize) -> MediumCurve {
    for speed in 0..speeds {
        let mut before: Option<(u64, Option<f64>)> = None;
        for row in &mut rows {
            let own = (row.domain, rate(row, speed));
            let Some(built) = &mut row.built else { continue };
            let gain = before.and_then(|before| gain_per_doubling(before, own));
            built.gains.push(gain.map(Ratio::value));
            before = Some(own);
        }
    }
    MediumCurve { medium: wiring.name().to_owned(), rows }
}

/// For each speed the size from which no larger one pays, in whatever wiring gives most.
fn ends(media: &[MediumCurve], request: &WorldSizeRequest<'_>) -> Vec<Option<u64>> {
    let most = |size: usize, speed: usize| {
        let rates = media.iter().filter_map(|m| rate(m.rows.get(size)?, speed));
        rates.reduce(f64::max)
    };
    let at = |speed: usize| -> Vec<(u64, Option<f64>)> {
        request.sizes.iter().enumerate().map(|(i, size)| (*size, most(i, speed))).collect()
    };
    (0..request.speeds.len()).map(|s| diminishing(&at(s), request.least_gain)).collect()
}

/// What all sizes share.
struct Base<'a> {
    case: &'a Case<'a>,
    /// Technologies of the other networks, by link class.
    others: BTreeMap<String, String>,
    /// The scale-up network that accelerators are sold with.
    sold: Money,
    links: Arc<Links>,
}

impl<'a> Base<'a> {
    fn new(
        case: &'a Case<'a>,
        facts: &Facts<'_>,
        links: Option<&Arc<Links>>,
    ) -> Result<Self, RunError> {
        let Case { scenario, text, .. } = *case;
        check_exclusions(case)?;
        let structure = structure(scenario, text, facts)?;
        let mut judge = Judge::new(case, facts, &structure, ReachSearch::AtLength)?;
        if let Some(links) = links {
            judge = judge.with_links(links);
        }
        let classes = structure.fabric.link_classes.par_iter();
        let judged: Vec<Vec<Candidate>> =
            classes.map(|c| judge.all(c)).collect::<Result<_, _>>()?;
        let mut others = BTreeMap::new();
        let mut ports = Vec::new();
        let classes = &structure.fabric.link_classes;
        let preference = Preference::of(scenario, facts, &structure)?;
        let [base, mix] = [Rule::Baseline, Rule::Recommended]
            .map(|rule| rule.picks(&preference, classes, &judged));
        for (class, (base, mix)) in classes.iter().zip(base.iter().zip(&mix)) {
            let pick = if class.tier == Tier::ScaleUp { base } else { mix };
            let Some(pick) = pick.candidate else { continue };
            ports.push(pick.fitted.clone());
            others.insert(class.name.clone(), pick.technology.clone());
        }
        let outcome = run(scenario, facts, &structure, &ports, None)?;
        let sold = scale_up_bill(&outcome.bill);
        Ok(Self { case, others, sold, links: judge.links() })
    }

    fn row(
        &self,
        facts: &Facts<'_>,
        serving: &Serving,
        model: &Model,
        request: &WorldSizeRequest<'_>,
        wiring: Wiring,
        size: u64,
    ) -> Result<DomainRow, RunError> {
        let refused = |why: String| DomainRow { domain: size, refused: Some(why), built: None };
        let (scenario, structure) = match resized(self.case, facts, size) {
            Ok(built) => built,
            Err(why) => return Ok(refused(why)),
        };
        let two = scenario.scale_up.second_tier.is_some();
        if wiring == Wiring::Mixed && !two {
            return Ok(refused("one tier of switches: nothing to mix".to_owned()));
        }
        let case = Case { scenario: &scenario, ..*self.case };
        let ports = match self.dress(&case, facts, &structure, wiring)? {
            Ok(ports) => ports,
            Err(why) => return Ok(refused(why)),
        };
        let outcome = run(&scenario, facts, &structure, &ports, Some(self.sold))?;
        let setting = Setting::of(&scenario, case.text, facts, &structure, &outcome)?;
        let sized =
            Sized { case, facts, structure: &structure, outcome: &outcome, setting: &setting };
        let built = sized.built(serving, model, request, &ports)?;
        Ok(DomainRow { domain: size, refused: None, built: Some(built) })
    }

    /// A port for every class, or why there is none.
    fn dress(
        &self,
        case: &Case<'_>,
        facts: &Facts<'_>,
        structure: &Structure,
        wiring: Wiring,
    ) -> Result<Result<Vec<Fitted>, String>, RunError> {
        let judge =
            Judge::new(case, facts, structure, ReachSearch::AtLength)?.with_links(&self.links);
        let classes = &structure.fabric.link_classes;
        let mut open: Vec<Vec<Candidate>> = Vec::with_capacity(classes.len());
        for class in classes {
            if let Some(id) = self.others.get(&class.name).filter(|_| class.tier != Tier::ScaleUp) {
                let same = judge.one(class, id)?;
                if same.usable() {
                    open.push(vec![same]);
                    continue;
                }
            }
            let mut all = judge.all(class)?;
            if class.tier == Tier::ScaleUp {
                let copper = wiring.copper(class);
                let of_medium = |c: &Candidate| (c.fitted.family == Family::Copper) == copper;
                if !all.iter().any(|c| of_medium(c) && c.usable()) {
                    return Ok(Err(nothing(class, &all, copper)));
                }
                all.retain(of_medium);
            }
            open.push(all);
        }
        let preference = Preference::of(case.scenario, facts, structure)?;
        let mut ports = Vec::with_capacity(classes.len());
        for (class, (pick, all)) in
            classes.iter().zip(preference.choose(classes, &open).iter().zip(&open))
        {
            match pick.or(all.first()) {
                Some(pick) => ports.push(pick.fitted.clone()),
                None => return Ok(Err(format!("nothing serves {}", class.name))),
            }
        }
        Ok(Ok(ports))
    }
}

/// Why no technology of a medium serves a class: what the one that comes nearest lacks.
fn nothing(class: &LinkClass, all: &[Candidate], copper: bool) -> String {
    let medium = if copper { "copper" } else { "light" };
    let of_medium = all.iter().filter(|c| (c.fitted.family == Family::Copper) == copper);
    let nearest = of_medium.max_by(|a, b| a.fitted.port.margin.total_cmp(&b.fitted.port.margin));
    let why = nearest.and_then(|c| Some(format!(": {}: {}", c.technology, c.reason()?)));
    format!(
        "no {medium} for links of {:.1} ({}){}",
        class.lengths.max,
        class.name,
        why.unwrap_or_default()
    )
}

/// The scenario with domains of another size, and its fabric, or why it cannot be built.
pub(crate) fn resized(
    case: &Case<'_>,
    facts: &Facts<'_>,
    size: u64,
) -> Result<(Scenario, Structure), String> {
    let mut scenario = case.scenario.clone();
    let host = scenario.cluster.accelerators_per_host.max(1);
    let rack = scenario.hall.accelerators_per_rack.max(1);
    let fits =
        |r: &u64| r.is_multiple_of(host) && (size.is_multiple_of(*r) || r.is_multiple_of(size));
    let Some(rack) = (1..=rack).rev().find(fits) else {
        return Err(format!("a domain of {size} does not hold whole hosts of {host}"));
    };
    let unit = if size > rack { size } else { rack };
    let whole = scenario.cluster.accelerators / unit * unit;
    if whole == 0 {
        return Err(format!("the cluster has {} accelerators", scenario.cluster.accelerators));
    }
    scenario.cluster.accelerators = whole;
    scenario.hall.accelerators_per_rack = rack;
    let up = &mut scenario.scale_up;
    if size == case.scenario.scale_up.domain && rack == case.scenario.hall.accelerators_per_rack {
        let built = structure(&scenario, case.text, facts).map_err(|e| e.to_string())?;
        return Ok((scenario, built));
    }
    up.domain = size;
    (up.switches, up.second_tier, up.topology) = (None, None, None);
    up.link_rates.clear();
    let flat = match structure(&scenario, case.text, facts) {
        Ok(built) => return Ok((scenario, built)),
        Err(problem) => problem.to_string(),
    };
    let groups = (1..=size / 2).rev().filter(|g| size.is_multiple_of(*g) && g.is_multiple_of(host));
    for group in groups {
        scenario.scale_up.second_tier = Some(SecondTier { group, uplink_ratio: Ratio::new(1.0) });
        if let Ok(built) = structure(&scenario, case.text, facts) {
            return Ok((scenario, built));
        }
    }
    Err(flat)
}

/// A domain that stands.
struct Sized<'a> {
    case: Case<'a>,
    facts: &'a Facts<'a>,
    structure: &'a Structure,
    outcome: &'a Outcome,
    setting: &'a Setting,
}

impl Sized<'_> {
    fn built(
        &self,
        serving: &Serving,
        model: &Model,
        request: &WorldSizeRequest<'_>,
        ports: &[Fitted],
    ) -> Result<BuiltDomain, RunError> {
        let Self { case, facts, structure, outcome, setting } = self;
        let fabric: &Fabric = &structure.fabric;
        let scenario = case.scenario;
        let tiers = &setting.tiers;
        let job = serving_job(serving, facts)?;
        let largest = request.sizes.iter().copied().max().unwrap_or(1);
        let search = FrontierSearch {
            largest: serving.largest_instance.unwrap_or(largest).min(fabric.accelerators),
            transfer_tier: tiers.len().saturating_sub(1),
            disaggregated: true,
        };
        let found = frontier(model, &setting.machine, tiers, &job, &search)?;
        let point = |p: Option<&FrontierPoint>| p.map(|p| self.served(p)).transpose();
        let (Some(quickest), Some(widest)) = (point(found.quickest())?, point(found.cheapest())?)
        else {
            let what = "the frontier";
            let (value, cause) = ("no point".to_owned(), "the network tiers".to_owned());
            return Err(lightloom_workload::WorkloadError::NotFinite { what, value, cause }.into());
        };
        let at_speeds =
            request.speeds.iter().map(|s| point(found.at(*s))).collect::<Result<Vec<_>, _>>()?;
        let step = found.front.len().div_ceil(FRONTIER).max(1);
        let last = found.front.len().saturating_sub(1);
        let shown = found.front.iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last);
        let each = as_f64(fabric.accelerators);
        let in_domain = |t: Tier| t == Tier::ScaleUp;
        let classes = fabric.link_classes.iter().zip(ports).filter(|(c, _)| in_domain(c.tier));
        let racks = as_f64(scenario.scale_up.domain) / as_f64(scenario.hall.accelerators_per_rack);
        Ok(BuiltDomain {
            shape: match &scenario.scale_up.second_tier {
                Some(second) => format!("two tiers, groups of {}", second.group),
                None => "one tier".to_owned(),
            },
            racks,
            technologies: classes
                .map(|(class, fitted)| ClassTechnology {
                    class: class.name.clone(),
                    technology: fitted.port.technology.clone(),
                    longest_m: class.lengths.max.as_m(),
                })
                .collect(),
            latency_ns: outcome
                .paths
                .iter()
                .find(|p| in_domain(p.tier))
                .map_or(0.0, |p| p.total.as_ns()),
            scale_up_w_per_accelerator: outcome
                .power
                .tiers
                .iter()
                .filter(|t| in_domain(t.tier))
                .map(|t| t.network.as_w())
                .sum::<f64>()
                / each,
            scale_up_usd_per_accelerator: scale_up_bill(&outcome.bill).as_usd() / each,
            network_failures_per_accelerator_year: outcome.network_failures_per_year / each,
            lost_to_network: outcome.lost_to_network,
            usd_per_accelerator_hour: outcome.accelerator_hour.as_usd_per_hour(),
            quickest,
            widest,
            at_speeds,
            gains: Vec::new(),
            frontier: shown
                .map(|(_, p)| (p.tokens_per_second_per_user, p.tokens_per_second_per_accelerator))
                .collect(),
            training_tokens_per_s_per_accelerator: self.training()?,
        })
    }

    fn training(&self) -> Result<Option<f64>, RunError> {
        let Some(training) = &self.case.scenario.training else { return Ok(None) };
        let Some(model) = self.case.library.models.get(&training.model) else { return Ok(None) };
        let job = training_job(training, self.facts)?;
        let (_, step) = best_training(model, &self.setting.machine, &self.setting.tiers, &job)?;
        Ok(Some(step.tokens_per_second / as_f64(self.setting.accelerators)))
    }

    fn served(&self, point: &FrontierPoint) -> Result<ServedPoint, RunError> {
        let n = point.plan.accelerators();
        let busy = Ratio::new((point.split.kernels + point.split.prefill) / point.time);
        let rate = point.tokens_per_second_per_accelerator;
        let energy = self.setting.energy(n, busy, rate * as_f64(n))?;
        let price = million_tokens(self.outcome.accelerator_hour, Frequency::hz(rate))?;
        Ok(ServedPoint {
            cut: point.plan.to_string(),
            tokens_per_s_per_user: point.tokens_per_second_per_user,
            tokens_per_s_per_accelerator: rate,
            joule_per_token: energy.map_or(0.0, |e| e.total().as_j()),
            usd_per_million_tokens: price.as_usd(),
        })
    }
}

/// What the curves say, in words.
fn findings(study: &WorldSizeStudy) -> Vec<String> {
    let mut said = Vec::new();
    let curve = |name: &str| study.media.iter().find(|c| c.medium == name);
    let copper = curve("copper").map_or(&[][..], |c| c.rows.as_slice());
    let last = copper.iter().rev().find(|r| r.built.is_some());
    match last {
        Some(last) => {
            let next = copper.iter().find(|r| r.domain > last.domain);
            let why = next.and_then(|r| Some((r.domain, r.refused.as_ref()?)));
            let why = why.map_or_else(String::new, |(size, why)| format!("; at {size}: {why}"));
            said.push(format!("Copper alone joins domains of up to {}{why}.", last.domain));
        }
        None => said.push("Copper alone joins no domain of these sizes.".to_owned()),
    }
    for (speed, end) in study.speeds.iter().zip(&study.diminishing) {
        said.push(match end {
            None => format!("No domain serves users at {speed} tokens/s."),
            Some(end) => format!(
                "At {speed} tokens/s for each user no domain beyond {end} accelerators gains {:.0} % for a doubling.",
                100.0 * study.least_gain
            ),
        });
    }
    let beyond = last.and_then(|last| {
        let larger = |m: &'static str| {
            let row =
                curve(m)?.rows.iter().find(|r| r.domain > last.domain && r.built.is_some())?;
            Some((m, row))
        };
        let (medium, row) = larger("mixed").or_else(|| larger("light"))?;
        step(last, row, medium, study)
    });
    said.extend(beyond);
    said
}

/// What the step over copper's end brings and costs, at the fastest speed that both serve.
fn step(from: &DomainRow, to: &DomainRow, medium: &str, study: &WorldSizeStudy) -> Option<String> {
    let points = |row: &DomainRow, i: usize| row.built.as_ref()?.at_speeds.get(i)?.clone();
    let (speed, [own, next]) = (0..study.speeds.len())
        .rev()
        .find_map(|i| Some((study.speeds[i], [points(from, i)?, points(to, i)?])))?;
    let change = |of: fn(&ServedPoint) -> f64| 100.0 * (of(&next) / of(&own) - 1.0);
    Some(format!(
        "From {} in copper to {} {} at {speed} tokens/s: throughput {:+.0} %, energy of a token {:+.0} %, price of a token {:+.0} %.",
        from.domain,
        to.domain,
        if medium == "mixed" { "with light above the first switches" } else { "in light" },
        change(|p| p.tokens_per_s_per_accelerator),
        change(|p| p.joule_per_token),
        change(|p| p.usd_per_million_tokens),
    ))
}
