//! Shipped clusters and systems as answers ask for them: decided, and their fabric in depth.

use super::grounds::Grounds;
use crate::decide::{Case, Decided, decide_links};
use crate::fabric_sheet::fabric_sheet;
use crate::mix::MixError;
use crate::plan::FabricSheet;
use lightloom_catalog::{SCENARIOS, SYSTEMS};
use lightloom_package::AssemblyError;
use lightloom_scenario::{Library, RunError, Scenario};
use std::rc::Rc;

/// A shipped cluster, decided without jobs.
#[derive(Debug)]
pub(super) struct Shipped {
    /// The scenario.
    pub(super) scenario: Scenario,
    text: &'static str,
    /// The decision.
    pub(super) decided: Decided,
    /// The fabric with the recommended mix, as `lightloom fabric` has it.
    pub(super) fabric: FabricSheet,
}

impl Shipped {
    /// The cluster as the decision sees it.
    pub(super) const fn case<'s>(&'s self, library: &'s Library) -> Case<'s> {
        Case { library, scenario: &self.scenario, text: self.text }
    }
}

/// Names of all shipped systems in order, as `lightloom catalog systems` lists them.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        SYSTEMS.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
    names.sort_unstable();
    names
}

fn text_of(name: &str) -> Result<&'static str, RunError> {
    let mut files = SCENARIOS.iter().chain(SYSTEMS);
    let file = files.find(|(file, _)| file.trim_end_matches(".toml") == name);
    Ok(file.map(|(_, text)| *text).ok_or_else(|| AssemblyError::Unknown(name.to_owned()))?)
}

/// A shipped scenario, parsed, with its text.
pub(super) fn scenario(name: &str) -> Result<(Scenario, &'static str), RunError> {
    let text = text_of(name)?;
    Ok((lightloom_scenario::parse(text)?, text))
}

/// Nothing is given to a mix here, so that only a floor can refuse.
pub(super) fn refused(error: MixError) -> RunError {
    match error {
        MixError::Run(error) => error,
        MixError::Class { class: name, .. } | MixError::Technology { technology: name, .. } => {
            AssemblyError::Unknown(name).into()
        }
    }
}

impl Grounds<'_> {
    /// A shipped cluster or system by its name.
    pub(super) fn shipped(&self, name: &str) -> Result<Rc<Shipped>, RunError> {
        if let Some(known) = self.shipped.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let (scenario, text) = scenario(name)?;
        let case = Case { library: self.library, scenario: &scenario, text };
        let decided = decide_links(&case, self.facts)?;
        let fabric = fabric_sheet(&case, self.facts, &decided, &[]).map_err(refused)?;
        let made = Rc::new(Shipped { scenario, text, decided, fabric });
        self.shipped.borrow_mut().insert(name.to_owned(), Rc::clone(&made));
        Ok(made)
    }
}
