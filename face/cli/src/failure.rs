//! What can go wrong, how it is shown, and with which exit code.

use lightloom::scenario::{LibraryError, Problem, RunError};
use lightloom::workload::WorkloadError;
use lightloom::workload::import::ImportError;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

/// A command that did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file cannot be read.
    #[error("cannot read {file}: {reason}")]
    Input { file: String, reason: String, hint: Option<String> },
    /// A file or the terminal cannot be written.
    #[error("cannot write {to}: {error}")]
    Output { to: String, error: std::io::Error },
    /// A scenario is wrong. The file stands beside the caret, or here when there is none.
    #[error("{}{problem}", match &problem.span { Some(_) => String::new(), None => format!("{}: ", source_text.name()) })]
    Scenario { source_text: Box<NamedSource<String>>, problem: Problem },
    /// The catalog is wrong.
    #[error("{}", of_library(.0))]
    Library(LibraryError),
    /// Something that was asked for does not exist.
    #[error("{message}")]
    Unknown { message: String, hint: String },
    /// An argument is outside what the models cover.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// Measured cases are beyond their limits, and that was to fail.
    #[error("limits are missed: {cases}")]
    Missed { cases: String },
    /// A floor refused what the checks let pass.
    #[error("{0}")]
    Run(Box<RunError>),
}

impl Failure {
    /// A failed run: placed where the scenario is to blame.
    pub(crate) fn of_run(error: RunError, file: &Path, text: &str) -> Self {
        match error {
            RunError::Scenario(problem) => Self::scenario(file, text, problem),
            other => Self::Run(Box::new(other)),
        }
    }

    /// A job that cannot be: a number of it, the model's shape, or memory is to blame.
    pub(crate) fn of_workload(error: &WorkloadError) -> Self {
        Self::Usage { message: error.to_string(), hint: error.hint() }
    }

    /// A file of another program that cannot be read as such.
    pub(crate) fn of_import(file: &Path, error: &ImportError) -> Self {
        Self::Usage { message: format!("{}: {error}", file.display()), hint: error.hint.clone() }
    }

    pub(crate) fn scenario(file: &Path, text: &str, mut problem: Problem) -> Self {
        let mut name = file.display().to_string();
        let mut shown = text.to_owned();
        if let Some(span) = problem.span.clone()
            && let Some((clipped, moved, column)) = clipped(text, span)
        {
            (shown, problem.span) = (clipped, Some(moved));
            if let Some(column) = column {
                name.push_str(&format!(", column {column} of a long line"));
            }
        }
        let source_text = Box::new(NamedSource::new(name, shown));
        Self::Scenario { source_text, problem }
    }

    const fn code(&self) -> u8 {
        match self {
            Self::Output { .. } | Self::Missed { .. } | Self::Run(_) => 1,
            Self::Input { .. }
            | Self::Scenario { .. }
            | Self::Library(_)
            | Self::Unknown { .. }
            | Self::Usage { .. } => 2,
        }
    }

    /// Prints the failure to standard error.
    pub(crate) fn report(&self) -> ExitCode {
        let mut text = String::new();
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme =
            if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
        // A diagnostic that cannot be drawn is still told.
        if handler.render_report(&mut text, self).is_err() {
            text = format!("{self}\n");
        }
        // Nothing is left to tell anyone when standard error is gone.
        let _ = anstream::stderr().write_all(text.as_bytes());
        ExitCode::from(self.code())
    }
}

/// Longest line that is shown whole.
const LONGEST: usize = 200;
/// Bytes that are shown before and after a place on a longer one.
const AROUND: [usize; 2] = [40, 80];

/// A text whose long lines are cut, with the span where it then lies, and its column where its own line was cut before
/// it; `None` where no line is long.
fn clipped(text: &str, span: Range<usize>) -> Option<(String, Range<usize>, Option<usize>)> {
    text.lines().find(|line| line.len() > LONGEST)?;
    let mut out = String::new();
    let (mut moved, mut column) = (0..0, None);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let here =
            range.contains(&span.start) || (span.start == text.len() && range.end == text.len());
        let body = line.trim_end_matches(['\n', '\r']);
        if here {
            let at = (span.start - range.start).min(body.len());
            let long = body.len() > LONGEST;
            let from =
                if long { body.floor_char_boundary(at.saturating_sub(AROUND[0])) } else { 0 };
            let to = if long {
                body.ceil_char_boundary((at + AROUND[1]).min(body.len()))
            } else {
                body.len()
            };
            if from > 0 {
                out.push('…');
                column = Some(body[..at].chars().count() + 1);
            }
            let place = out.len() + at - from;
            let length = (span.end - span.start).min(to - at).max(1);
            moved = place..place + length;
            out.push_str(&body[from..to]);
            if to < body.len() {
                out.push('…');
            }
        } else if body.len() > LONGEST {
            out.push_str(&body[..body.floor_char_boundary(AROUND[1])]);
            out.push('…');
        } else {
            out.push_str(body);
        }
        out.push('\n');
    }
    Some((out, moved, column))
}

// Not `#[from]`, which would print the cause below its own words.
impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

fn of_library(error: &LibraryError) -> String {
    match error {
        LibraryError::Catalog(problems) => match problems.0.as_slice() {
            [only] => only.to_string(),
            all => format!("the catalog has {} problems", all.len()),
        },
        other => other.to_string().trim_end().to_owned(),
    }
}

impl miette::Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        match self {
            Self::Scenario { problem, .. } => {
                // A description of the key names it already.
                let named = format!("`{}`:", problem.path);
                let told = problem.hint.as_ref().is_some_and(|hint| hint.starts_with(&named));
                let at = (problem.span.is_none() && !problem.path.is_empty() && !told)
                    .then(|| format!("at key `{}`", problem.path));
                let parts: Vec<String> = at.into_iter().chain(problem.hint.clone()).collect();
                (!parts.is_empty())
                    .then(|| Box::new(parts.join("; ")) as Box<dyn std::fmt::Display>)
            }
            Self::Input { hint, .. } => Some(Box::new(
                hint.as_deref().unwrap_or("give the path of a text file that may be read"),
            )),
            Self::Output { error, .. } => {
                let hint = match error.kind() {
                    ErrorKind::NotFound => "the folder does not exist: create it first",
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                        "choose a folder that you may write to"
                    }
                    ErrorKind::NotADirectory => "a part of the path is a file: choose a folder",
                    ErrorKind::IsADirectory | ErrorKind::ResourceBusy => {
                        "that is a folder: name a file in it"
                    }
                    ErrorKind::StorageFull => "make room, or choose another place",
                    _ => return None,
                };
                Some(Box::new(hint))
            }
            // All of them: who mends a catalog does not want to run the check once for each.
            Self::Library(LibraryError::Catalog(problems)) if problems.0.len() > 1 => {
                let all: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
                Some(Box::new(all.join("\n")))
            }
            Self::Library(LibraryError::Catalog(_)) => Some(Box::new(
                "a fact has id, about, quantity, value, kind and source: see catalog/facts",
            )),
            Self::Library(_) => Some(Box::new("compare with the shipped files in catalog/")),
            Self::Unknown { hint, .. } | Self::Usage { hint, .. } => Some(Box::new(hint)),
            Self::Missed { .. } => Some(Box::new("the table says why, row by row")),
            Self::Run(_) => Some(Box::new(
                "the inputs passed every check, yet a model left its range: an extreme value in the scenario or the catalog",
            )),
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Self::Scenario { problem, .. } = self else { return None };
        let span = problem.span.clone()?;
        let label = (!problem.path.is_empty()).then(|| problem.path.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new(label, span.start, span.len().max(1)))))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        let Self::Scenario { source_text, problem } = self else { return None };
        // Without a place the text would be printed from its start, to no use.
        problem.span.as_ref()?;
        Some(source_text.as_ref())
    }
}
