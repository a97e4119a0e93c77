//! `lightloom study`.

mod store;
mod text;

use crate::failure::Failure;
use crate::output;
use crate::plan::read;
use crate::scenario::shipped;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::Library;
use lightloom::explore::study::results::solved_csv;
use lightloom::explore::study::{Collector, Row, Study, StudyError, Summary, json_schema, parse};
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
    /// Say what it would take, and compute nothing.
    #[arg(long)]
    dry_run: bool,
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
            let (message, hint) = store::no_scenario(name, &path, &known);
            let problem = lightloom::scenario::Problem::at(text, "scenario", message, Some(hint));
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
        Some(text) => store::shard(text, |name| std::env::var(name).ok())?,
        None => (1, 1),
    };
    let library = Library::shipped()?;
    let study = Study::open(&library, &study_text, &scenario_text)
        .map_err(|e| failed(e, (file, &study_text), (&scenario_file, &scenario_text)))?;
    if study.search().is_some() && shard.1 > 1 {
        return Err(Failure::Usage {
            message: "a search cannot be sharded: each generation follows from the one before"
                .to_owned(),
            hint: "leave out --shard, or [optimise]".to_owned(),
        });
    }
    tell(&text::work(&study, shard))?;
    if arguments.dry_run {
        return Ok(());
    }
    let out = arguments.out.clone().unwrap_or_else(|| default_folder(file));
    let store = Store::open(&out, &study, [&study_text, &scenario_text], shard)?;
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

fn default_folder(study: &Path) -> PathBuf {
    PathBuf::from(study.file_stem().unwrap_or(study.as_os_str()))
}

/// To who waits, beside the results.
fn tell(text: &str) -> Result<(), Failure> {
    let written = anstream::stderr().write_all(text.as_bytes());
    written.map_err(|error| Failure::Output { to: "standard error".to_owned(), error })
}

/// Computes the chunks of a shard that are not there.
fn fill(study: &Study<'_>, store: &Store, shard: (u64, u64)) -> Result<(), Failure> {
    let chunks = study.shard(shard.0, shard.1);
    if let Some(mut search) = study.search() {
        let bar = bar(study.chunks(), "generations");
        for chunk in chunks {
            let points = search.ask();
            let rows = match store.rows(study, chunk)? {
                Some(rows) => rows,
                None => computed(study, store, chunk, &points)?,
            };
            search.tell(&rows);
            bar.inc(1);
        }
        bar.finish_and_clear();
        return Ok(());
    }
    let (first, last) = (study.points_of(chunks.start).start, study.points_of(chunks.end).start);
    let bar = bar(last - first, "points");
    let (there, open): (Vec<u64>, Vec<u64>) = chunks.partition(|chunk| store.has(*chunk));
    let points = |chunk: u64| study.points_of(chunk).end - study.points_of(chunk).start;
    for chunk in there {
        // A damaged one is told before hours are spent on others.
        store.rows(study, chunk)?;
        bar.inc(points(chunk));
    }
    bar.reset_eta();
    for chunk in open {
        let numbers: Vec<u64> = study.points_of(chunk).collect();
        computed(study, store, chunk, &numbers)?;
        bar.inc(points(chunk));
    }
    bar.finish_and_clear();
    Ok(())
}

fn computed(
    study: &Study<'_>,
    store: &Store,
    chunk: u64,
    points: &[u64],
) -> Result<Vec<Row>, Failure> {
    let rows = study.rows(points);
    store.put(study, chunk, &rows)?;
    Ok(rows)
}

/// On a terminal only.
fn bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    let template =
        format!("{{bar:40}} {{human_pos}} of {{human_len}} {what}, {{per_sec}}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// Makes the results from the chunks, wherever they lie; the summary comes last, when all else is there.
fn finish(study: &Study<'_>, to: &Store, from: &[&Store]) -> Result<Summary, Failure> {
    let absent: Vec<u64> =
        (0..study.chunks()).filter(|chunk| !from.iter().any(|store| store.has(*chunk))).collect();
    if !absent.is_empty() {
        return Err(store::missing(&absent, study.chunks()));
    }
    let solved = study.solve();
    const POINTS: [&str; 2] = ["points.csv", "points.parquet"];
    let [csv, parquet] = [to.begin(POINTS[0])?, to.begin(POINTS[1])?];
    let lost = |error: std::io::Error| {
        let _ = to.give_up(POINTS[1], std::io::ErrorKind::Other.into());
        to.give_up(POINTS[0], error)
    };
    let mut collector =
        Collector::begin(study, BufWriter::new(csv.1), BufWriter::new(parquet.1)).map_err(lost)?;
    for chunk in 0..study.chunks() {
        let mut rows = None;
        for store in from {
            rows = store.rows(study, chunk)?;
            if rows.is_some() {
                break;
            }
        }
        let rows = rows.ok_or_else(|| store::missing(&[chunk], study.chunks()))?;
        collector.take(&rows).map_err(lost)?;
    }
    let (csv_file, parquet_file, front, summary) = collector.end(solved).map_err(lost)?;
    to.end((csv.0, csv_file.into_inner().map_err(|e| lost(e.into_error()))?))?;
    if let Some(file) = parquet_file {
        to.end((parquet.0, file.into_inner().map_err(|e| lost(e.into_error()))?))?;
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
    let stores: Vec<Store> = folders.iter().map(|folder| Store::at(folder, "merge")).collect();
    let Some(first) = stores.first() else { return Ok(()) };
    let [study_text, scenario_text] = first.texts()?;
    let file = |name: &str| folders[0].join(name);
    let (study_file, scenario_file) = (file("study.toml"), file("scenario.toml"));
    let library = Library::shipped()?;
    let study = Study::open(&library, &study_text, &scenario_text)
        .map_err(|e| failed(e, (&study_file, &study_text), (&scenario_file, &scenario_text)))?;
    stores.iter().try_for_each(|store| store.check(&study))?;
    let all: Vec<&Store> = stores.iter().collect();
    let out = into.unwrap_or(&folders[0]);
    let own;
    let to = if into.is_some() {
        own = Store::open(out, &study, [&study_text, &scenario_text], (1, 1))?;
        &own
    } else {
        first
    };
    let summary = finish(&study, to, &all)?;
    show(&summary, out, json)
}

fn show(summary: &Summary, out: &Path, json: bool) -> Result<(), Failure> {
    output::answer(summary, json, None, |summary| text::summary(summary, out))
}
