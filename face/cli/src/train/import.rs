//! Runs of Megatron-LM and Calculon.

use super::TrainArguments;
use super::job::Asked;
use crate::failure::Failure;
use lightloom::evidence::Facts;
use lightloom::scenario::Setting;
use lightloom::workload::Library;
use lightloom::workload::import::{ImportedRun, calculon_run, calculon_system, megatron_run};
use lightloom::workload::machine::Kernels;
use std::path::Path;

/// Tokens that Calculon's models are taken to know, since they have no vocabulary: GPT-3's.
const VOCABULARY: u64 = 51_200;
/// The communication library of a system file, which has none.
const LIBRARY: &str = "nvlink4";

/// What is imported, if anything is.
pub(super) fn read(arguments: &TrainArguments) -> Result<Option<ImportedRun>, Failure> {
    let text = |file: &Path, what: &str| crate::plan::read(file, what);
    if let Some(file) = &arguments.import.megatron {
        let script = text(file, "give a shell script or a list of arguments of Megatron-LM")?;
        return megatron_run(&script, arguments.on.accelerators)
            .map(Some)
            .map_err(|e| Failure::of_import(file, &e));
    }
    let Some([application, execution]) = arguments.import.calculon.as_deref() else {
        return Ok(None);
    };
    let texts = [
        text(application, "give Calculon's application file")?,
        text(execution, "give Calculon's execution file")?,
    ];
    let mut run = calculon_run(&texts[0], &texts[1], VOCABULARY).map_err(|e| {
        // The error says of which file it is.
        let file = if e.format.contains("execution") { execution } else { application };
        Failure::of_import(file, &e)
    })?;
    run.differences.push(format!(
        "Calculon's models have no vocabulary: a head and an embedding of {VOCABULARY} tokens are counted here"
    ));
    Ok(Some(run))
}

/// The setting of a Calculon system.
pub(super) fn system(
    file: &Path,
    arguments: &TrainArguments,
    facts: &Facts<'_>,
    asked: &Asked,
) -> Result<Setting, Failure> {
    let text = crate::plan::read(file, "give Calculon's system file")?;
    let fact = |e: lightloom::evidence::FactError| Failure::Run(Box::new(e.into()));
    let kernels = Kernels::from_facts(facts).map_err(fact)?;
    let name = arguments.on.library.as_deref().unwrap_or(LIBRARY);
    crate::job::part(facts, ["collective", "launch", "communication library"], name)?;
    let library = Library::from_facts(facts, name).map_err(fact)?;
    let stem = file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let (machine, tiers) = calculon_system(&text, &stem, kernels, library)
        .map_err(|e| Failure::of_import(file, &e))?;
    let largest = tiers.last().map_or(1, |t| t.size);
    let wanted = asked.cut.map(|cut| cut.accelerators());
    let accelerators = arguments.on.accelerators.or(wanted).unwrap_or(largest);
    let setting = Setting {
        name: stem,
        machine,
        accelerators,
        libraries: vec![name.to_owned(); tiers.len()],
        tiers: Vec::new(),
        networks: tiers,
        draw: None,
        accelerator_hour: None,
        notes: vec![format!(
            "what a system file does not say of kernels and messages is as facts have it, {name}"
        )],
    };
    let tiers = setting.within(accelerators);
    Ok(Setting { tiers, ..setting })
}
