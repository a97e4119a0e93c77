//! Models on the cluster: a training job, serving.

use super::{Outcome, RunError, finance};
use crate::Library;
use crate::network::{Structure, as_f64, fact_problem};
use crate::problem::{Problem, suggestion};
use crate::schema::Scenario;
use lightloom_economics::million_tokens;
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{PathLatency, Tier};
use lightloom_units::{BitRate, Energy, Frequency, Money, Power, Ratio, Time};
use lightloom_workload::{
    BestDecode, DecodeJob, Machine, NetworkTier, Parallelism, PowerDraw, ServingSoftware,
    TrainingJob, TrainingSoftware, TrainingStep, WorkloadError, best_decode, best_training,
    energy_per_token,
};

/// What runs on the cluster.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Best cut of the training job and its step.
    pub training: Option<(Parallelism, TrainingStep, Energy)>,
    /// Both ends of serving, with energy for a token.
    pub serving: Option<Served>,
}

/// Serving with energy and money.
#[derive(Debug, Clone)]
pub struct Served {
    /// Quickest and widest.
    pub best: BestDecode,
    /// Energy of a token of each.
    pub energy: [Option<Energy>; 2],
    /// Price of a million tokens at the widest.
    pub million_tokens: Option<Money>,
}

/// The network as the workload floor sees it, innermost tier first.
///
/// # Errors
/// [`FactError`] of the communication libraries.
pub fn tiers(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    paths: &[PathLatency],
    accelerators: u64,
) -> Result<Vec<NetworkTier>, FactError> {
    let latency =
        |tier: Tier| paths.iter().find(|p| p.tier == tier).map_or(Time::ZERO, |p| p.total);
    let bandwidth = structure.spec.bandwidth_per_accelerator();
    let up = &scenario.scale_up;
    let library = lightloom_workload::Library::from_facts(facts, &up.library)?;
    let mut tiers = Vec::new();
    let mut add = |name: &str, size: u64, bandwidth: BitRate, latency, library| {
        let size = size.min(accelerators);
        if tiers.last().is_none_or(|t: &NetworkTier| t.size < size) {
            tiers.push(NetworkTier { name: name.to_owned(), size, bandwidth, latency, library });
        }
    };
    let full = bandwidth.scale_up;
    match &up.second_tier {
        Some(second) => {
            // Within a group a path has one switch of three and half the links.
            add("scale-up group", second.group, full, latency(Tier::ScaleUp) / 2.0, library);
            let between = full * second.uplink_ratio.value().min(1.0);
            add("scale-up domain", up.domain, between, latency(Tier::ScaleUp), library);
        }
        None => add("scale-up domain", up.domain, full, latency(Tier::ScaleUp), library),
    }
    let out = bandwidth.scale_out * structure.fabric.scale_out.share_to_all().value();
    let nic = lightloom_workload::Library::from_facts(facts, "nic")?;
    add("scale-out", accelerators, out, latency(Tier::ScaleOut), nic);
    Ok(tiers)
}

/// Runs the named models on the cluster.
///
/// # Errors
/// A placed [`Problem`] when a model is unknown or does not fit, else [`RunError`].
pub fn work(
    scenario: &Scenario,
    text: &str,
    library: &Library,
    facts: &Facts<'_>,
    structure: &Structure,
    outcome: &Outcome,
) -> Result<Work, RunError> {
    let machine = Machine::from_facts(facts, &scenario.cluster.accelerator)
        .map_err(|e| fact_problem(text, "cluster.accelerator", &e))?;
    let each = outcome.power.network / as_f64(structure.fabric.accelerators);
    let chip = structure.parts.accelerator.power + structure.parts.accelerator.host_power;
    let pue = finance(scenario, facts)?.tariff.pue;
    let joules = |n: u64, busy: Ratio, rate: f64| -> Result<Energy, RunError> {
        let draw = PowerDraw::from_facts(facts, chip, network_share(each, n), pue)?;
        Ok(energy_per_token(&draw, n, busy, rate)?.total())
    };
    let model = |name: &str, path: &str| {
        library.models.get(name).ok_or_else(|| {
            let names = library.models.keys().map(String::as_str);
            let message = format!("the catalog has no model called `{name}`");
            Problem::at(text, path, message, Some(suggestion(name, names)))
        })
    };
    // At the key of the number, where the floor names one; else at the model.
    let refused = |job: &'static str| {
        move |e: WorkloadError| {
            let key = match &e {
                WorkloadError::NoSuchPrecision { .. } => "precision",
                WorkloadError::Parallelism { what: "global_batch", .. } => "global_batch",
                _ => "model",
            };
            let hint = Some(e.hint());
            RunError::Scenario(Problem::at(text, &format!("{job}.{key}"), e.to_string(), hint))
        }
    };
    let technologies = library.technologies.keys().map(String::as_str);
    for name in &scenario.buyer.exclude {
        if !library.technologies.contains_key(name) {
            let message = format!("there is no technology called `{name}`");
            let hint = Some(suggestion(name, technologies));
            return Err(Problem::at(text, "buyer.exclude", message, hint).into());
        }
    }
    let mut work = Work::default();
    if let Some(training) = &scenario.training {
        let all = structure.fabric.accelerators;
        let accelerators = training.accelerators.unwrap_or(all);
        let tiers = tiers(scenario, facts, structure, &outcome.paths, accelerators)?;
        let job = TrainingJob {
            sequence: training.sequence,
            global_batch: training.global_batch,
            precision: training.precision,
            fused_attention: true,
            software: TrainingSoftware::from_facts(facts, &training.software)?,
        };
        let model = model(&training.model, "training.model")?;
        let (cut, step) =
            best_training(model, &machine, &tiers, &job).map_err(refused("training"))?;
        let energy = joules(step.accelerators, step.busy, step.tokens_per_second)?;
        work.training = Some((cut, step, energy));
    }
    if let Some(serving) = &scenario.serving {
        let largest = serving.largest_instance.unwrap_or(scenario.scale_up.domain);
        let tiers =
            tiers(scenario, facts, structure, &outcome.paths, structure.fabric.accelerators)?;
        let job = DecodeJob {
            prompt: serving.prompt,
            output: serving.output,
            precision: serving.precision,
            cache: serving.cache,
            prefill_here: true,
            software: ServingSoftware::from_facts(facts)?,
        };
        let model = model(&serving.model, "serving.model")?;
        let floor = serving.tokens_per_second_per_user;
        let best = best_decode(model, &machine, &tiers, &job, largest, floor)
            .map_err(refused("serving"))?;
        let energy = |pair: &(_, lightloom_workload::DecodeStep)| {
            let step = &pair.1;
            let rate = step.tokens_per_second_per_accelerator * as_f64(step.accelerators);
            joules(step.accelerators, step.busy, rate)
        };
        let quick = Some(energy(&best.quickest)?);
        let wide = best.widest.as_ref().map(energy).transpose()?;
        let million_tokens = best
            .widest
            .as_ref()
            .map(|(_, s)| {
                let rate = Frequency::hz(s.tokens_per_second_per_accelerator);
                million_tokens(outcome.accelerator_hour, rate)
            })
            .transpose()?;
        work.serving = Some(Served { best, energy: [quick, wide], million_tokens });
    }
    Ok(work)
}

fn network_share(each: Power, accelerators: u64) -> Power {
    each * as_f64(accelerators)
}
