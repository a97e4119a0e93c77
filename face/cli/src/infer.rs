//! `lightloom infer`.

mod text;

use crate::failure::Failure;
use crate::job::{PrecisionArgument, model, part, unsaid};
use crate::named::facts_of;
use crate::output;
use crate::setting::{SettingArguments, spinner};
use clap::Args;
use lightloom::decide::serving_sheet::{ENGINE, ServingCase, ServingError, serving_sheet};
use lightloom::workload::{DecodeJob, FrontierSearch, Precision, ServingSoftware};
use lightloom_report::drawing::serving_frontier;
use std::path::PathBuf;

/// Tokens of a prompt and an answer where nothing says so.
const LENGTHS: [u64; 2] = [4096, 1024];
/// Tokens per second of one user that the throughput-bound answer keeps where nothing says so: about twice as fast as one reads.
const FLOOR: f64 = 20.0;

#[derive(Debug, Args)]
pub(crate) struct InferArguments {
    #[command(flatten)]
    on: SettingArguments,
    #[command(flatten)]
    job: JobArguments,
    /// Draw the frontier.
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.infer/1`) with every point instead of text.
    #[arg(long, help_heading = "Output")]
    json: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What is served")]
struct JobArguments {
    /// A model of the catalog (`lightloom catalog models`), or the file of a Hugging Face config.json.
    #[arg(long, value_name = "NAME|config.json")]
    model: Option<String>,
    /// Tokens of a prompt [default: the scenario's, else 4096].
    #[arg(long, value_name = "TOKENS")]
    prompt: Option<u64>,
    /// Tokens of an answer [default: the scenario's, else 1024].
    #[arg(long, value_name = "TOKENS")]
    output: Option<u64>,
    /// Weights and arithmetic [default: the scenario's, else bf16].
    #[arg(long, value_enum)]
    precision: Option<PrecisionArgument>,
    /// Key-value cache [default: the scenario's, else as the weights, but at least fp8].
    #[arg(long, value_enum)]
    cache: Option<PrecisionArgument>,
    /// The serving engine: `serving_engine.*` facts (vllm, sglang) [default: TensorRT-LLM].
    #[arg(long, value_name = "NAME")]
    engine: Option<String>,
    /// Speed for one user that the throughput-bound answer keeps [default: the scenario's, else 20].
    #[arg(long, value_name = "TOKENS/S")]
    tokens_per_second_per_user: Option<f64>,
    /// Most accelerators of an instance [default: the scenario's, else a scale-up domain].
    #[arg(long, value_name = "N")]
    largest: Option<u64>,
    /// Try pools of their own for prompts too.
    #[arg(long)]
    disaggregated: bool,
}

pub(crate) fn run(arguments: &InferArguments) -> Result<(), Failure> {
    let library = arguments.on.catalog()?;
    let named = arguments.on.named()?;
    let facts = facts_of(named.as_ref(), &library)?;
    let given = &arguments.job;
    let scenario = named.as_ref().and_then(|n| n.scenario.serving.as_ref());
    let model = match (&given.model, scenario) {
        (Some(name), _) => model(&library, name)?,
        (None, Some(serving)) => model(&library, &serving.model)?,
        (None, None) => return Err(unsaid("which model is served", "--model")),
    };
    let precision = given
        .precision
        .map(Precision::from)
        .or(scenario.map(|s| s.precision))
        .unwrap_or(Precision::Bf16);
    let least = if precision == Precision::Fp4 { Precision::Fp8 } else { precision };
    let cache = given.cache.map(Precision::from).or(scenario.map(|s| s.cache)).unwrap_or(least);
    let software = match &given.engine {
        None => ServingSoftware::from_facts(&facts),
        Some(engine) => {
            part(&facts, ["serving_engine", "prefill_fraction", "serving engine"], engine)?;
            ServingSoftware::of_engine(&facts, engine)
        }
    };
    let job = DecodeJob {
        prompt: given.prompt.or(scenario.map(|s| s.prompt)).unwrap_or(LENGTHS[0]),
        output: given.output.or(scenario.map(|s| s.output)).unwrap_or(LENGTHS[1]),
        precision,
        cache,
        prefill_here: true,
        software: software.map_err(|e| Failure::Run(Box::new(e.into())))?,
    };
    let floor = given
        .tokens_per_second_per_user
        .or(scenario.map(|s| s.tokens_per_second_per_user))
        .unwrap_or(FLOOR);
    if !(floor > 0.0 && floor.is_finite()) {
        return Err(Failure::Usage {
            message: format!("a user cannot be given {floor} tokens per second"),
            hint: "--tokens-per-second-per-user is above zero; people read about 10".to_owned(),
        });
    }
    if given.largest == Some(0) {
        return Err(Failure::Usage {
            message: "an instance of 0 accelerators serves no one".to_owned(),
            hint: "--largest is the most accelerators of an instance, such as 64".to_owned(),
        });
    }
    let setting = arguments.on.setting(&library, &facts, named.as_ref())?;
    let largest = given
        .largest
        .or(scenario.and_then(|s| s.largest_instance))
        .unwrap_or(setting.domain())
        .min(setting.accelerators);
    let case = ServingCase {
        setting: &setting,
        model: &model,
        job: &job,
        engine: given.engine.as_deref().unwrap_or(ENGINE),
        search: FrontierSearch {
            largest,
            // Caches travel between instances, over the outermost network.
            transfer_tier: setting.tiers.len().saturating_sub(1),
            disaggregated: given.disaggregated,
        },
        floor,
    };
    let waiting = spinner("trying cuts and batches");
    let sheet = serving_sheet(&case);
    waiting.finish_and_clear();
    let sheet = sheet.map_err(|e| match e {
        ServingError::Workload(error) => Failure::of_workload(&error),
        ServingError::Run(error) => Failure::Run(Box::new(error)),
    })?;
    let figure = arguments.svg.as_deref().map(|file| (file, serving_frontier(&sheet)));
    output::answer(&sheet, arguments.json, figure, text::sheet)
}
