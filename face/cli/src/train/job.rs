//! The job that is asked for: of the scenario, of another program's files, of flags, the later before the earlier.

use super::TrainArguments;
use crate::failure::Failure;
use crate::job::{model, part, unsaid};
use crate::named::Named;
use lightloom::Library;
use lightloom::evidence::Facts;
use lightloom::workload::import::ImportedRun;
use lightloom::workload::training::newest_release;
use lightloom::workload::{Model, Parallelism, Precision, TrainingJob, TrainingSoftware};

/// Tokens of a sequence where nothing says so, as of most models' pre-training.
const SEQUENCE: u64 = 8192;
/// Tokens of a step where nothing says so: those of Llama 3.1 405B for most of its training.
const STEP_TOKENS: u64 = 16 << 20;

/// A job with its model.
pub(super) struct Asked {
    pub(super) model: Model,
    pub(super) job: TrainingJob,
    pub(super) software: String,
    /// Accelerators that it uses, where that is not all.
    pub(super) accelerators: Option<u64>,
    pub(super) cut: Option<Parallelism>,
    pub(super) differences: Vec<String>,
}

pub(super) fn asked(
    arguments: &TrainArguments,
    library: &Library,
    facts: &Facts<'_>,
    named: Option<&Named>,
    imported: Option<ImportedRun>,
) -> Result<Asked, Failure> {
    let given = &arguments.job;
    let scenario = named.and_then(|n| n.scenario.training.as_ref());
    let model = match (&given.model, &imported, scenario) {
        (Some(name), ..) => model(library, name)?,
        (None, Some(imported), _) => imported.model.clone(),
        (None, None, Some(training)) => model(library, &training.model)?,
        (None, None, None) => return Err(unsaid("which model is trained", "--model")),
    };
    let from = |given: Option<u64>, imported: Option<u64>, scenario: Option<u64>| {
        given.or(imported).or(scenario)
    };
    let sequence =
        from(given.sequence, imported.as_ref().map(|i| i.sequence), scenario.map(|t| t.sequence))
            .unwrap_or(SEQUENCE);
    let batch = from(
        given.batch,
        imported.as_ref().map(|i| i.global_batch),
        scenario.map(|t| t.global_batch),
    )
    .unwrap_or((STEP_TOKENS / sequence.max(1)).max(1));
    let precision = given
        .precision
        .map(Precision::from)
        .or(imported.as_ref().map(|i| i.precision))
        .or(scenario.map(|t| t.precision))
        .unwrap_or(Precision::Bf16);
    let on = &arguments.on;
    // A release is measured on an accelerator, in a precision, on a kind of model: those of the scenario, or as told.
    let other = on.accelerator.is_some() || given.model.is_some() || given.precision.is_some();
    let of_scenario = scenario.filter(|_| !other).map(|t| t.software.clone());
    let newest = || {
        let of_cluster = named.map(|n| n.scenario.cluster.accelerator.as_str());
        let accelerator = on.accelerator.as_deref().or(of_cluster)?;
        newest_release(facts.catalog(), accelerator, precision, model.experts.is_some())
    };
    let software = given.software.clone().or(of_scenario).or_else(newest);
    let software = software.unwrap_or_else(|| "megatron-core".to_owned());
    part(facts, ["training", "compute_factor", "training framework"], &software)?;
    let job = TrainingJob {
        sequence,
        global_batch: batch,
        precision,
        fused_attention: imported.as_ref().is_none_or(|i| i.fused_attention),
        software: TrainingSoftware::from_facts(facts, &software)
            .map_err(|e| Failure::Run(Box::new(e.into())))?,
    };
    // A job of its own size is that of the cut; a scenario's only where no flag says how many there are.
    let accelerators = match &imported {
        Some(imported) => Some(imported.cut.accelerators()),
        None if arguments.on.accelerators.is_some() => None,
        None => scenario.and_then(|t| t.accelerators),
    };
    let (cut, differences) = imported.map_or((None, Vec::new()), |i| (Some(i.cut), i.differences));
    let accelerators = accelerators.filter(|_| cut.is_none());
    Ok(Asked { model, job, software, accelerators, cut, differences })
}
