//! A scenario or system by its file or by the name under which it is shipped.

use crate::failure::Failure;
use crate::plan::{NEW_SCENARIO, read};
use crate::scenario::shipped;
use lightloom::scenario::problem::suggestion;
use lightloom::scenario::{Problem, RunError};
use lightloom::{Library, Scenario};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// A scenario with its text, and what to call it.
pub(crate) struct Named {
    file: PathBuf,
    pub(crate) text: Cow<'static, str>,
    pub(crate) scenario: Scenario,
}

/// Reads a scenario.
pub(crate) fn find(name: &str) -> Result<Named, Failure> {
    let (path, shipped) = (Path::new(name), shipped());
    let (file, text) = match shipped.get(name) {
        Some(text) if !path.is_file() => {
            (PathBuf::from(name).with_extension("toml"), Cow::Borrowed(*text))
        }
        None if !path.exists() && path.extension().is_none() => {
            return Err(Failure::Unknown {
                message: format!("there is no file, scenario or system `{name}`"),
                hint: suggestion(name, shipped.keys().copied()),
            });
        }
        _ => (path.to_owned(), Cow::Owned(read(path, NEW_SCENARIO)?)),
    };
    let scenario = lightloom::scenario::parse(&text)
        .map_err(|problem: Problem| Failure::scenario(&file, &text, problem))?;
    Ok(Named { file, text, scenario })
}

impl Named {
    pub(crate) fn case<'a>(&'a self, library: &'a Library) -> lightloom::decide::Case<'a> {
        lightloom::decide::Case { library, scenario: &self.scenario, text: &self.text }
    }

    /// A failed run: placed where the scenario is to blame.
    pub(crate) fn failure(&self, error: RunError) -> Failure {
        Failure::of_run(error, &self.file, &self.text)
    }
}
