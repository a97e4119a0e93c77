//! Models on the cluster: a training job, serving.

use super::{Outcome, RunError};
use crate::network::{Structure, as_f64};
use crate::problem::{Problem, suggestion};
use crate::schema::{Scenario, Serving, Training};
use crate::{Library, Setting};
use lightloom_economics::million_tokens;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Energy, Frequency, Money, Ratio};
use lightloom_workload::{
    BestDecode, DecodeJob, Parallelism, ServingSoftware, TrainingJob, TrainingSoftware,
    TrainingStep, WorkloadError, best_decode, best_training,
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

/// The serving job of a scenario, prompts done where answers are.
///
/// # Errors
/// [`FactError`].
pub fn serving_job(serving: &Serving, facts: &Facts<'_>) -> Result<DecodeJob, FactError> {
    Ok(DecodeJob {
        prompt: serving.prompt,
        output: serving.output,
        precision: serving.precision,
        cache: serving.cache,
        prefill_here: true,
        software: ServingSoftware::from_facts(facts)?,
    })
}

/// The training job of a scenario.
///
/// # Errors
/// [`FactError`].
pub fn training_job(training: &Training, facts: &Facts<'_>) -> Result<TrainingJob, FactError> {
    Ok(TrainingJob {
        sequence: training.sequence,
        global_batch: training.global_batch,
        precision: training.precision,
        fused_attention: true,
        software: TrainingSoftware::from_facts(facts, &training.software)?,
    })
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
    let setting = Setting::of(scenario, text, facts, structure, outcome)?;
    let machine = &setting.machine;
    let joules = |n: u64, busy: Ratio, rate: f64| -> Result<Energy, WorkloadError> {
        // A decided scenario has the power of its accelerator: without one its structure was refused.
        Ok(setting.energy(n, busy, rate)?.map_or(Energy::ZERO, |energy| energy.total()))
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
    let mut work = Work::default();
    if let Some(training) = &scenario.training {
        let all = structure.fabric.accelerators;
        let accelerators = training.accelerators.unwrap_or(all);
        let tiers = setting.within(accelerators);
        let job = training_job(training, facts)?;
        let model = model(&training.model, "training.model")?;
        let (cut, step) =
            best_training(model, machine, &tiers, &job).map_err(refused("training"))?;
        let energy = joules(step.accelerators, step.busy, step.tokens_per_second)?;
        work.training = Some((cut, step, energy));
    }
    if let Some(serving) = &scenario.serving {
        let largest = serving.largest_instance.unwrap_or(scenario.scale_up.domain);
        let job = serving_job(serving, facts)?;
        let model = model(&serving.model, "serving.model")?;
        let floor = serving.tokens_per_second_per_user;
        let best = best_decode(model, machine, &setting.tiers, &job, largest, floor)
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
