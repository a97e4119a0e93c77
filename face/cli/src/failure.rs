//! What can go wrong, how it is shown, and with which exit code.

use lightloom::scenario::{LibraryError, Problem, RunError};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use std::io::{IsTerminal as _, Write as _};
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
    /// A scenario is wrong.
    #[error("{problem}")]
    Scenario { source_text: Box<NamedSource<String>>, problem: Problem },
    /// The catalog is wrong.
    #[error("{0}")]
    Library(#[from] LibraryError),
    /// Something that was asked for does not exist.
    #[error("{message}")]
    Unknown { message: String, hint: String },
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

    pub(crate) fn scenario(file: &Path, text: &str, problem: Problem) -> Self {
        let source_text = Box::new(NamedSource::new(file.display().to_string(), text.to_owned()));
        Self::Scenario { source_text, problem }
    }

    const fn code(&self) -> u8 {
        match self {
            Self::Output { .. } | Self::Run(_) => 1,
            Self::Input { .. } | Self::Scenario { .. } | Self::Library(_) | Self::Unknown { .. } => 2,
        }
    }

    /// Prints the failure to standard error.
    pub(crate) fn report(&self) -> ExitCode {
        let mut text = String::new();
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
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

impl miette::Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        match self {
            Self::Scenario { problem, .. } => {
                let at = (problem.span.is_none() && !problem.path.is_empty())
                    .then(|| format!("at key `{}`", problem.path));
                let parts: Vec<String> = at.into_iter().chain(problem.hint.clone()).collect();
                (!parts.is_empty()).then(|| Box::new(parts.join("; ")) as Box<dyn std::fmt::Display>)
            }
            Self::Input { hint: Some(hint), .. } => Some(Box::new(hint)),
            Self::Unknown { hint, .. } => Some(Box::new(hint)),
            Self::Run(_) => Some(Box::new(
                "the inputs passed every check, yet a model left its range: an extreme value in the scenario or the catalog",
            )),
            _ => None,
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
