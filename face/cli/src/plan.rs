//! `lightloom plan`.

use crate::args::PlanArguments;
use crate::failure::Failure;
use crate::named;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::{Extent, Library, Wanted};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) fn run(arguments: &PlanArguments) -> Result<(), Failure> {
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let (file, text, scenario) = (&named.file, named.text.as_ref(), &named.scenario);
    let library = library(arguments.technologies.as_deref())?;
    // Draws on a terminal only.
    let progress = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(80));
    let report = match (&arguments.report, arguments.json || arguments.no_report) {
        (Some(path), _) => Some(path.clone()),
        (None, true) => None,
        (None, false) => Some(default_report(file)),
    };
    if let Some(path) = &report {
        // Before the minutes that a large plan takes, not after.
        refuse_to_replace(path, file)?;
        try_to_write(path)?;
    }
    let drawn = arguments.json || report.is_some();
    let extent = if drawn { Extent::Figures } else { Extent::Answer };
    let wanted =
        Wanted { extent, samples: arguments.samples, belief: arguments.believe.map(Into::into) };
    let plan = lightloom::plan_with(&library, scenario, text, wanted, |step| {
        progress.set_message(step.to_owned());
    });
    progress.finish_and_clear();
    let plan = plan.map_err(|e| named.failure(e))?;

    if let Some(path) = &report {
        write_whole(path, &lightloom_report::html(&plan))?;
    }
    if arguments.json {
        // The document holds finite numbers and strings only: it always serialises.
        let json = serde_json::to_string_pretty(&plan).unwrap_or_default();
        return crate::print(&format!("{json}\n"));
    }
    let mut out = crate::text::plan(&plan, arguments.all);
    if let Some(path) = &report {
        out.push_str(&format!("\nReport: {}\n", path.display()));
    }
    out.push_str(&format!(
        "Next: lightloom questions --scenario {}\n",
        if file.is_file() { file.display().to_string() } else { arguments.scenario.clone() }
    ));
    crate::print(&out)
}

fn default_report(scenario: &Path) -> PathBuf {
    let stem = scenario.file_stem().unwrap_or(scenario.as_os_str());
    PathBuf::from(stem).with_extension("html")
}

/// What to say of a scenario that is not there.
pub(crate) const NEW_SCENARIO: &str =
    "`lightloom scenario new FILE` creates one; shipped ones lie in scenarios/";

/// Most bytes of a text that is read: measured sweeps and exports of other programs are the largest.
const LARGEST: u64 = 64_000_000;

/// Reads a text; the hint is for when there is no such file.
pub(crate) fn read(file: &Path, absent: &str) -> Result<String, Failure> {
    let failed = |reason: String, hint: Option<String>| Failure::Input {
        file: file.display().to_string(),
        reason,
        hint,
    };
    let read = std::fs::File::open(file).and_then(|open| {
        let mut bytes = Vec::new();
        // A device may never end.
        open.take(LARGEST + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    match read {
        Ok(bytes) if bytes.len() as u64 > LARGEST => Err(failed(
            format!("it has more than {} MB", LARGEST / 1_000_000),
            Some("give a text file that a person could have written".to_owned()),
        )),
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            failed(
                "it is not UTF-8 text".to_owned(),
                Some("a text file is wanted: is it this one?".to_owned()),
            )
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Err(failed("there is no such file".to_owned(), Some(absent.to_owned())))
        }
        Err(e) => Err(failed(e.to_string(), None)),
    }
}

/// The shipped catalog, with a user's technologies and products on top.
pub(crate) fn library(folder: Option<&Path>) -> Result<Library, Failure> {
    let Some(folder) = folder else { return Ok(Library::shipped()?) };
    let listing = std::fs::read_dir(folder).map_err(|e| Failure::Input {
        file: folder.display().to_string(),
        reason: e.to_string(),
        hint: Some("give a folder of technology files, as catalog/technologies".to_owned()),
    })?;
    let mut paths: Vec<PathBuf> = listing
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let mut files = Vec::new();
    for path in &paths {
        files.push((path.display().to_string(), read(path, "it was there a moment ago")?));
    }
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Ok(Library::with_technologies(&borrowed)?)
}

/// A report must not overwrite the scenario that it is about.
fn refuse_to_replace(report: &Path, scenario: &Path) -> Result<(), Failure> {
    let same = match (report.canonicalize(), scenario.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if same {
        return Err(Failure::Unknown {
            message: format!("the report would overwrite the scenario {}", scenario.display()),
            hint: "give --report another name, such as one that ends in .html".to_owned(),
        });
    }
    Ok(())
}

/// Where a file is written before it takes its name.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or(path.as_os_str()).to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Whether a file could be written there, now.
fn try_to_write(path: &Path) -> Result<(), Failure> {
    if path.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        return Ok(());
    }
    let failed = |error| Failure::Output { to: path.display().to_string(), error };
    if path.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let part = part_of(path);
    std::fs::File::create(&part).map_err(failed)?;
    // Empty, and ours.
    let _ = std::fs::remove_file(&part);
    Ok(())
}

/// Writes a file whole or not at all. What is there and is no regular file, such as a device, is written to.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    if path.metadata().is_ok_and(|m| !m.is_file()) {
        return std::fs::write(path, text)
            .map_err(|error| Failure::Output { to: path.display().to_string(), error });
    }
    let part = part_of(path);
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        // The half-written file is of no use to anyone, and was ours.
        let _ = std::fs::remove_file(&part);
        Failure::Output { to: path.display().to_string(), error }
    })
}
