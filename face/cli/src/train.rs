//! `lightloom train`.

mod import;
mod job;
mod text;

use crate::failure::Failure;
use crate::job::PrecisionArgument;
use crate::named::facts_of;
use crate::output;
use crate::setting::SettingArguments;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::decide::training_search::{search, untold};
use lightloom::decide::training_sheet::{TrainingCase, cut_words, training_sheet};
use lightloom::workload::cuts::{Fixed, TrainingSearch};
use lightloom::workload::{Recompute, Schedule, SearchLimits, Sharding, WorkloadError};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    #[command(flatten)]
    on: SettingArguments,
    #[command(flatten)]
    job: JobArguments,
    #[command(flatten)]
    cut: CutArguments,
    #[command(flatten)]
    search: SearchArguments,
    #[command(flatten)]
    import: ImportArguments,
    /// Print one JSON object (schema `lightloom.train/1`) instead of text.
    #[arg(long, help_heading = "Output")]
    json: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What is trained")]
struct JobArguments {
    /// A model of the catalog (`lightloom catalog models`), or the file of a Hugging Face config.json.
    #[arg(long, value_name = "NAME|config.json")]
    model: Option<String>,
    /// Tokens of a sequence [default: the scenario's, else 8192].
    #[arg(long, value_name = "TOKENS")]
    sequence: Option<u64>,
    /// Sequences of a step [default: the scenario's, else 16 Mi tokens of them].
    #[arg(long, value_name = "SEQUENCES")]
    batch: Option<u64>,
    /// Arithmetic of the layers [default: the scenario's, else bf16].
    #[arg(long, value_enum)]
    precision: Option<PrecisionArgument>,
    /// The training framework: `training.*` facts [default: the scenario's, else the newest that was
    /// measured on the accelerator in this precision, else megatron-core].
    #[arg(long, value_name = "NAME")]
    software: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    next_help_heading = "How it is cut: a degree that is given is kept, all others are searched"
)]
struct CutArguments {
    /// Ranks that share each matrix.
    #[arg(long, value_name = "RANKS")]
    tensor: Option<u64>,
    /// Ranks that share a sequence.
    #[arg(long, value_name = "RANKS")]
    context: Option<u64>,
    /// Pipeline stages.
    #[arg(long, value_name = "STAGES")]
    pipeline: Option<u64>,
    /// Ranks that share the routed experts.
    #[arg(long, value_name = "RANKS")]
    expert: Option<u64>,
    /// Copies of the model.
    #[arg(long, value_name = "COPIES")]
    data: Option<u64>,
    /// Chunks of layers on each stage.
    #[arg(long, value_name = "CHUNKS")]
    interleave: Option<u64>,
    /// Sequences of a micro-batch.
    #[arg(long, value_name = "SEQUENCES")]
    micro_batch: Option<u64>,
    /// Order of the passes [default: 1f1b; all with --exhaustive].
    #[arg(long, value_enum)]
    schedule: Option<ScheduleArgument>,
    /// What copies divide among them (ZeRO-1, 2, 3) [default: optimizer; all with --exhaustive].
    #[arg(long, value_enum)]
    sharding: Option<ShardingArgument>,
    /// What is computed again in the backward pass.
    #[arg(long, value_enum)]
    recompute: Option<RecomputeArgument>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How it is searched")]
struct SearchArguments {
    /// Best cuts to show.
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    best: u16,
    /// Try every divisor, schedule and sharding instead of the usual ones.
    #[arg(long)]
    exhaustive: bool,
    /// Memory of one accelerator that may be filled, where that is less than all usable: `"64 GB"`.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Longest step that is of interest: `"5 s"`.
    #[arg(long, value_name = "TIME")]
    time_limit: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Runs of other programs")]
struct ImportArguments {
    /// Megatron-LM arguments, as they stand in a shell script: model, batch and cut.
    #[arg(long, value_name = "FILE", conflicts_with = "calculon")]
    megatron: Option<PathBuf>,
    /// Calculon's application and execution: model, batch and cut.
    #[arg(long, num_args = 2, value_names = ["APPLICATION.json", "EXECUTION.json"])]
    calculon: Option<Vec<PathBuf>>,
    /// Calculon's system: accelerator and networks.
    #[arg(long, value_name = "SYSTEM.json", conflicts_with_all = ["scenario", "accelerator", "domain", "scale_up", "scale_out", "scale_up_latency", "scale_out_latency"])]
    system: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScheduleArgument {
    #[value(name = "1f1b")]
    OneForwardOneBackward,
    ZeroBubble,
    #[value(name = "zero-bubble-2")]
    ZeroBubbleTwice,
    #[value(name = "dualpipe")]
    DualPipe,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ShardingArgument {
    /// Nothing: plain data parallelism.
    None,
    /// Optimizer state (ZeRO-1).
    Optimizer,
    /// Gradients too (ZeRO-2).
    Gradients,
    /// Parameters too (ZeRO-3, FSDP).
    Parameters,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RecomputeArgument {
    None,
    /// The attention core.
    Selective,
    /// Every layer from its input.
    Full,
}

impl From<ScheduleArgument> for Schedule {
    fn from(argument: ScheduleArgument) -> Self {
        match argument {
            ScheduleArgument::OneForwardOneBackward => Self::OneForwardOneBackward,
            ScheduleArgument::ZeroBubble => Self::ZeroBubble,
            ScheduleArgument::ZeroBubbleTwice => Self::ZeroBubbleTwice,
            ScheduleArgument::DualPipe => Self::DualPipe,
        }
    }
}

impl From<ShardingArgument> for Sharding {
    fn from(argument: ShardingArgument) -> Self {
        match argument {
            ShardingArgument::None => Self::None,
            ShardingArgument::Optimizer => Self::Optimizer,
            ShardingArgument::Gradients => Self::Gradients,
            ShardingArgument::Parameters => Self::Parameters,
        }
    }
}

impl From<RecomputeArgument> for Recompute {
    fn from(argument: RecomputeArgument) -> Self {
        match argument {
            RecomputeArgument::None => Self::None,
            RecomputeArgument::Selective => Self::Selective,
            RecomputeArgument::Full => Self::Full,
        }
    }
}

/// Tried where none is told. Without any nothing is quicker, and more memory is taken.
const SHARDINGS: [Sharding; 3] = [Sharding::Optimizer, Sharding::Gradients, Sharding::Parameters];

pub(crate) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let library = arguments.on.catalog()?;
    let named = arguments.on.named()?;
    let facts = facts_of(named.as_ref(), &library)?;
    let imported = import::read(arguments)?;
    // What is asked before it is known what it runs on: a wrong name should not wait for a plan.
    let asked = job::asked(arguments, &library, &facts, named.as_ref(), imported)?;
    let limits = limits(arguments, &asked)?;
    let setting = match &arguments.import.system {
        Some(file) => import::system(file, arguments, &facts, &asked)?,
        None => arguments.on.setting(&library, &facts, named.as_ref())?,
    };
    let tiers = setting.within(asked.accelerators.unwrap_or(setting.accelerators));
    let machine = &setting.machine;
    let refused = |e: WorkloadError| Failure::of_workload(&e);
    let cuts = TrainingSearch::new(&asked.model, machine, &tiers, &asked.job, limits.clone())
        .map_err(refused)?;
    let bar = bar();
    let found = search(&cuts, |progress| {
        bar.set_length(progress.all.try_into().unwrap_or(u64::MAX));
        bar.set_position(progress.done.try_into().unwrap_or(u64::MAX));
        if let Some(best) = progress.best {
            bar.set_message(format!("quickest so far {best}"));
        }
    });
    bar.finish_and_clear();
    let free = || {
        let is_told = limits.fixed != Fixed::default();
        is_told.then(|| untold(&cuts, &limits)).flatten()
    };
    let found = found.map_err(|error| {
        let mut hint = error.hint();
        match &error {
            WorkloadError::Memory { .. } => {
                if let Some(fits) = free() {
                    let (cut, held) = (cut_words(&fits.cut), fits.step.memory.total());
                    hint = format!(
                        "{hint}; the quickest cut that fits here is {cut}, with {held} on an accelerator"
                    );
                }
            }
            WorkloadError::Search { .. } => {
                if let Some(best) = untold(&cuts, &limits) {
                    hint = format!("{hint}: the quickest cut takes {}", best.step.time);
                }
            }
            _ => {}
        }
        Failure::Usage { message: error.to_string(), hint }
    })?;
    let sheet = training_sheet(
        &TrainingCase {
            setting: &setting,
            tiers: &tiers,
            model: &asked.model,
            job: &asked.job,
            software: &asked.software,
            differences: &asked.differences,
            untold: free(),
        },
        &found,
    )
    .map_err(refused)?;
    output::answer(&sheet, arguments.json, None, text::sheet)
}

/// What is searched, and what is kept.
fn limits(arguments: &TrainArguments, asked: &job::Asked) -> Result<SearchLimits, Failure> {
    let (cut, search) = (&arguments.cut, &arguments.search);
    let whole = asked.cut.as_ref().map(Fixed::all_of).unwrap_or_default();
    // A degree that is given overrules an imported one; the copies of the model then follow.
    let moved = cut.tensor.is_some() || cut.context.is_some() || cut.pipeline.is_some();
    let told = |given: Option<u64>, imported: Option<u64>| given.or(imported);
    let imported = asked.cut.as_ref();
    let usual = SearchLimits::default();
    let schedules = match (cut.schedule, imported, search.exhaustive) {
        (Some(schedule), ..) => vec![schedule.into()],
        (None, Some(cut), _) => vec![cut.schedule],
        (None, None, true) => Schedule::ALL.to_vec(),
        (None, None, false) => usual.schedules,
    };
    let shardings = match (cut.sharding, imported, search.exhaustive) {
        (Some(sharding), ..) => vec![sharding.into()],
        (None, Some(cut), _) => vec![cut.sharding],
        (None, None, true) => SHARDINGS.to_vec(),
        (None, None, false) => usual.shardings,
    };
    Ok(SearchLimits {
        keep: usize::from(search.best),
        memory: search
            .memory
            .as_deref()
            .map(|text| crate::meaning::quantity("--memory", text))
            .transpose()?,
        time: search
            .time_limit
            .as_deref()
            .map(|text| crate::meaning::quantity("--time-limit", text))
            .transpose()?,
        schedules,
        shardings,
        exhaustive: search.exhaustive,
        fixed: Fixed {
            tensor: told(cut.tensor, whole.tensor),
            context: told(cut.context, whole.context),
            pipeline: told(cut.pipeline, whole.pipeline),
            interleave: told(cut.interleave, whole.interleave),
            expert: told(cut.expert, whole.expert),
            data: told(cut.data, whole.data.filter(|_| !moved)),
            micro_batch: told(cut.micro_batch, whole.micro_batch),
            recompute: cut.recompute.map(Recompute::from).or(whole.recompute),
            sequence_parallel: whole.sequence_parallel.filter(|_| cut.tensor.is_none()),
        },
        ..usual
    })
}

/// On a terminal only.
fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} cuts, {msg}") {
        bar.set_style(style);
    }
    bar
}
