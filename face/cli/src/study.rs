//! `lightloom study`.

mod fill;
mod progress;
mod shard;
mod store;
mod text;

use crate::failure::Failure;
use crate::output;
use crate::plan::read;
use crate::scenario::shipped;
use clap::{Args, Subcommand};
use fill::{fill, left, time, trust};
use lightloom::Library;
use lightloom::explore::study::results::solved_csv;
use lightloom::explore::study::{Collector, Study, StudyError, Summary, json_schema, parse};
use lightloom::scenario::problem::{Problem, suggestion};
use progress::Progress;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use store::Store;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Points are computed in chunks, each written whole: Ctrl-C, a kill or a full disk costs the chunk at hand, and the \
same command goes on where it stopped. Any number of shards gives the same bytes as one run."
)]
pub(crate) struct StudyArguments {
    #[command(subcommand)]
    command: Option<StudyCommand>,
    /// Study file (TOML): `lightloom study schema` describes every key, studies/ has examples.
    #[arg(value_name = "STUDY.toml", required = true)]
    study: Option<PathBuf>,
    /// Folder of chunks and results [default: the study's name without .toml, in this folder].
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Compute one part of N only, as 1/4; `auto` asks Slurm or Kubernetes which. Then: lightloom study merge.
    #[arg(long, value_name = "i/N")]
    shard: Option<String>,
    /// Say how many points and clusters it is, and compute nothing.
    #[arg(long)]
    dry_run: bool,
    /// Say also how long what is left would take here, from some seconds' work on a few of its points, and keep nothing.
    #[arg(long)]
    estimate: bool,
    /// Print the summary as one JSON object (schema `lightloom.study/1`) instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum StudyCommand {
    /// Make the results of a study from the folders of its shards.
    Merge {
        /// Folders that shards were written to; one, where they shared it.
        #[arg(value_name = "FOLDER", required = true)]
        folders: Vec<PathBuf>,
        /// Where results go [default: the first folder].
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
        /// Print the summary as one JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of study files.
    Schema,
    /// List everything that can be looked at, with its unit.
    Outputs {
        /// Only names that hold this text.
        #[arg(value_name = "TEXT", default_value = "")]
        like: String,
    },
}

pub(crate) fn run(arguments: &StudyArguments) -> Result<(), Failure> {
    match (&arguments.command, &arguments.study) {
        (Some(StudyCommand::Schema), _) => crate::print(&format!("{:#}\n", json_schema())),
        (Some(StudyCommand::Outputs { like }), _) => crate::print(&text::outputs(like)?),
        (Some(StudyCommand::Merge { folders, into, json }), _) => {
            merge(folders, into.as_deref(), *json)
        }
        (None, Some(file)) => compute(arguments, file),
        // Not reached: clap asks for one of the two.
        (None, None) => Ok(()),
    }
}

/// A failure, in the study or in its scenario.
fn failed(error: StudyError, study: (&Path, &str), scenario: (&Path, &str)) -> Failure {
    match error {
        StudyError::Study(problem) => Failure::scenario(study.0, study.1, problem),
        StudyError::Run(error) => Failure::of_run(error, scenario.0, scenario.1),
    }
}

/// The scenario of a study: a file beside it, or a shipped one.
fn scenario_of(file: &Path, text: &str) -> Result<(PathBuf, String), Failure> {
    let study = parse(text).map_err(|p| Failure::scenario(file, text, p))?;
    let (name, shipped) = (study.scenario.as_str(), shipped());
    let path = file.parent().unwrap_or(Path::new("")).join(name);
    match shipped.get(name) {
        Some(text) if !path.is_file() => {
            Ok((PathBuf::from(name).with_extension("toml"), (*text).to_owned()))
        }
        None if !path.exists() => {
            let known: Vec<&str> = shipped.keys().copied().collect();
            let message =
                format!("there is no file {} and no shipped scenario `{name}`", path.display());
            let hint = suggestion(name, known);
            let problem = Problem::at(text, "scenario", message, Some(hint));
            Err(Failure::scenario(file, text, problem))
        }
        _ => Ok((path.clone(), read(&path, crate::plan::NEW_SCENARIO)?)),
    }
}

fn compute(arguments: &StudyArguments, file: &Path) -> Result<(), Failure> {
    let study_text =
        read(file, "studies/ has examples, `lightloom study schema` describes every key")?;
    let (scenario_file, scenario_text) = scenario_of(file, &study_text)?;
    let shard = match &arguments.shard {
        Some(text) => shard::shard(text, |name| std::env::var(name).ok())?,
        None => (1, 1),
    };
    let library = Library::shipped()?;
    let study = Study::open(&library, &study_text, &scenario_text)
        .map_err(|e| failed(e, (file, &study_text), (&scenario_file, &scenario_text)))?;
    tell(&text::work(&study, shard))?;
    let out = arguments.out.clone().unwrap_or_else(|| default_folder(file));
    if arguments.estimate {
        let left = left(&study, &Store::seen(&out, &study)?, shard);
        let none = "Nothing is left to compute.\n";
        return tell(if left.points == 0 { none.to_owned() } else { time(&study, &left) }.as_str());
    }
    if arguments.dry_run {
        return Ok(());
    }
    let holder = format!("{}-of-{}", shard.0, shard.1);
    let store = Store::open(&out, &study, [&study_text, &scenario_text], &holder)?;
    tell(&time(&study, &left(&study, &store, shard)))?;
    fill(&study, &store, shard)?;
    if shard.1 > 1 {
        let told = format!(
            "Shard {} of {} is done. When all are: lightloom study merge {}\n",
            shard.0,
            shard.1,
            out.display()
        );
        return crate::print(&told);
    }
    let summary = finish(&study, &store, &[&store])?;
    show(&summary, &out, arguments.json)
}

/// The study's name without its end, or with another where it has none.
fn default_folder(study: &Path) -> PathBuf {
    match study.extension() {
        Some(_) => PathBuf::from(study.file_stem().unwrap_or(study.as_os_str())),
        None => {
            PathBuf::from(study.file_name().unwrap_or(study.as_os_str())).with_extension("results")
        }
    }
}

/// To who waits, beside the results.
fn tell(text: &str) -> Result<(), Failure> {
    let written = anstream::stderr().write_all(text.as_bytes());
    written.map_err(|error| Failure::Output { to: "standard error".to_owned(), error })
}

/// Chunks, spread over all, of which a point is computed again before results are made of them.
const CHECKED: u64 = 8;

/// Makes the results from the chunks, wherever they lie; the summary comes last, when all else is there.
fn finish(study: &Study<'_>, to: &Store, from: &[&Store]) -> Result<Summary, Failure> {
    let chunks = study.chunks();
    let absent = |chunk: &u64| !from.iter().any(|store| store.has(*chunk));
    let mut absent = (0..chunks).filter(absent).peekable();
    if absent.peek().is_some() {
        return Err(shard::missing(absent, chunks));
    }
    let solved = study.solve();
    let [csv, parquet] = [to.begin("points.csv")?, to.begin("points.parquet")?];
    let lost = |error: std::io::Error| csv.0.failed(error);
    let mut collector =
        Collector::begin(study, BufWriter::new(csv.1), BufWriter::new(parquet.1)).map_err(lost)?;
    let mut progress = Progress::new(chunks, "chunks written to the results");
    for chunk in 0..chunks {
        let mut rows = None;
        for store in from {
            rows = store.rows(study, chunk)?;
            if let Some(rows) = &rows {
                if chunk % chunks.div_ceil(CHECKED) == 0 {
                    trust(study, store, rows)?;
                }
                break;
            }
        }
        let rows = rows.ok_or_else(|| shard::missing(std::iter::once(chunk), chunks))?;
        collector.take(&rows).map_err(lost)?;
        progress.done(1)?;
    }
    progress.end();
    let (csv_file, parquet_file, front, summary) = collector.end(solved).map_err(lost)?;
    let csv_file = csv_file.into_inner().map_err(|e| lost(e.into_error()))?;
    csv.0.end(&csv_file)?;
    if let Some(file) = parquet_file {
        let file = file.into_inner().map_err(|e| parquet.0.failed(e.into_error()))?;
        parquet.0.end(&file)?;
    }
    if !study.goals().is_empty() {
        to.write("front.csv", &front)?;
    }
    if !summary.solved.is_empty() {
        to.write("solved.csv", solved_csv(&summary.solved).as_bytes())?;
    }
    let json = serde_json::to_string_pretty(&summary).unwrap_or_default();
    to.write("summary.json", format!("{json}\n").as_bytes())?;
    Ok(summary)
}

fn merge(folders: &[PathBuf], into: Option<&Path>, json: bool) -> Result<(), Failure> {
    let mut stores: Vec<Store> = folders.iter().map(|folder| Store::at(folder, "merge")).collect();
    let Some(first) = stores.first_mut() else { return Ok(()) };
    let [study_text, scenario_text] = first.texts()?;
    let file = |name: &str| folders[0].join(name);
    let (study_file, scenario_file) = (file("study.toml"), file("scenario.toml"));
    let library = Library::shipped()?;
    let study = Study::open(&library, &study_text, &scenario_text)
        .map_err(|e| failed(e, (&study_file, &study_text), (&scenario_file, &scenario_text)))?;
    if into.is_none() {
        first.hold()?;
    }
    stores.iter().try_for_each(|store| store.check(&study))?;
    let all: Vec<&Store> = stores.iter().collect();
    let out = into.unwrap_or(&folders[0]);
    let own;
    let to = if into.is_some() {
        own = Store::open(out, &study, [&study_text, &scenario_text], "merge")?;
        &own
    } else {
        &stores[0]
    };
    let summary = finish(&study, to, &all)?;
    show(&summary, out, json)
}

fn show(summary: &Summary, out: &Path, json: bool) -> Result<(), Failure> {
    output::answer(summary, json, None, |summary| text::summary(summary, out))
}
