//! A scenario or system by its file or by the name under which it is shipped; names that there are not.

use crate::failure::Failure;
use crate::plan::{NEW_SCENARIO, read};
use crate::scenario::shipped;
use clap::Args;
use lightloom::decide::Rule;
use lightloom::decide::mix::MixError;
use lightloom::evidence::Facts;
use lightloom::package::pair::{FACING, ends};
use lightloom::scenario::problem::{meant, one_of, suggestion};
use lightloom::scenario::{Problem, RunError, check_facts, with_typed};
use lightloom::{Library, Scenario};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A scenario with its text, and what to call it.
pub(crate) struct Named {
    /// Its file, or what that of a shipped one would be called.
    pub(crate) file: PathBuf,
    pub(crate) text: Cow<'static, str>,
    pub(crate) scenario: Scenario,
}

/// Keys of a scenario that the command line states.
#[derive(Debug, Args)]
pub(crate) struct Stated {
    /// A key of the scenario at another value, as often as wanted: `--set economics.electricity="0.11 USD/kWh"`,
    /// `--set buyer.limits.network_power="1.2 MW"`; a fact of the catalog after `facts.`: `--set facts.coupler.detachable.loss="2.4 dB"`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Reads a scenario, with keys that the command line states.
pub(crate) fn find_with<'s>(name: &str, stated: &'s Stated) -> Result<Named, Failure> {
    let named = find(name)?;
    if stated.set.is_empty() {
        return Ok(named);
    }
    let pair = |text: &'s String| {
        let (key, written) = text.split_once('=').ok_or_else(|| Failure::Usage {
            message: format!("--set `{text}` has no ="),
            hint: "write --set year=2028".to_owned(),
        })?;
        Ok((key.trim(), written.trim()))
    };
    let pairs = stated.set.iter().map(pair).collect::<Result<Vec<_>, Failure>>()?;
    let library = Library::shipped()?;
    let fact = pairs.iter().map(|(key, _)| *key).find(|key| library.catalog.get(key).is_some());
    // A caret would stand in a text that nobody wrote.
    let refused = |problem: Problem| Failure::Usage {
        message: format!("--set {}: {}", stated.set.join(" --set "), problem.message),
        hint: match (fact, problem.hint) {
            (Some(id), _) => format!("a fact of the catalog is set as `facts.{id}`"),
            (None, Some(hint)) => hint,
            (None, None) => {
                "keys are in the book's reference, and in `lightloom scenario schema`".to_owned()
            }
        },
    };
    let (scenario, text) = with_typed(&named.text, &pairs).map_err(refused)?;
    check_facts(&scenario, &text, &library.catalog).map_err(refused)?;
    Ok(Named { text: Cow::Owned(text), scenario, ..named })
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

    /// Facts as the scenario has them: nominal, but for those that it states itself.
    pub(crate) fn facts<'c>(&self, library: &'c Library) -> Result<Facts<'c>, Failure> {
        let Self { file, text, scenario } = self;
        check_facts(scenario, text, &library.catalog)
            .map_err(|problem| Failure::scenario(file, text, problem))?;
        Ok(lightloom::scenario::run::view(scenario, &library.catalog))
    }

    /// A failed run: placed where the scenario is to blame.
    pub(crate) fn failure(&self, error: RunError) -> Failure {
        Failure::of_run(error, &self.file, &self.text)
    }

    /// A mix of technologies that there is not.
    pub(crate) fn mix_failure(&self, error: MixError) -> Failure {
        let message = error.to_string();
        let (asked, known) = match error {
            MixError::Run(error) => return self.failure(error),
            MixError::Class { class, known } => (class, known),
            MixError::Technology { technology, known } if technology.contains(FACING) => {
                let hint = which_pair(known.iter().map(String::as_str));
                return Failure::Unknown { message, hint };
            }
            MixError::Technology { technology, known } => (technology, known),
        };
        Failure::Unknown { message, hint: suggestion(&asked, known.iter().map(String::as_str)) }
    }
}

/// Which ends face each other, of all links that there are.
fn which_pair<'a>(links: impl Iterator<Item = &'a str>) -> String {
    let ends: BTreeSet<&str> = links.filter(|id| id.contains(FACING)).flat_map(ends).collect();
    let ends: Vec<&str> = ends.into_iter().collect();
    format!("UPPER{FACING}LOWER takes two ends that send the same light, of {}", ends.join(", "))
}

/// Facts as a scenario has them, where there is one; else nominal.
pub(crate) fn facts_of<'c>(
    named: Option<&Named>,
    library: &'c Library,
) -> Result<Facts<'c>, Failure> {
    named.map_or_else(|| Ok(Facts::nominal(&library.catalog)), |named| named.facts(library))
}

/// The strategy that a flag names.
pub(crate) fn strategy(flag: &str, id: &str) -> Result<Rule, Failure> {
    Rule::find(id).map_err(|hint| Failure::Unknown {
        message: format!("{flag}: there is no strategy `{id}`"),
        hint,
    })
}

/// Technologies for link classes, as `--technology` has them.
pub(crate) fn technologies(given: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pair = |text: &String| {
        let (class, technology) = text.split_once('=').ok_or_else(|| Failure::Usage {
            message: format!("--technology `{text}` has no ="),
            hint: "write \"scale-out leaf-spine=cpo-switch\"".to_owned(),
        })?;
        Ok((class.trim().to_owned(), technology.trim().to_owned()))
    };
    given.iter().map(pair).collect()
}

/// A technology or product that there is not: those whose id or name is near. People say `lpo`, which is in a name.
pub(crate) fn no_technology(library: &Library, id: &str) -> Failure {
    if id.contains(FACING) {
        return Failure::Unknown {
            message: format!("there is no pair `{id}`"),
            hint: which_pair(library.pairs.keys().map(String::as_str)),
        };
    }
    let technologies = library.technologies.values().map(|t| (t.id.as_str(), t.name.as_str()));
    let products = library.products.values().map(|p| (p.id.as_str(), p.name.as_str()));
    let all: Vec<(&str, &str)> = technologies.chain(products).collect();
    let near = meant(id, all.iter().map(|(id, _)| *id));
    let asked = id.to_lowercase();
    let named = |name: &str| asked.chars().count() > 1 && name.to_lowercase().contains(&asked);
    // Technologies come first, whichever of the two holds the word.
    let found: Vec<String> = all
        .iter()
        .filter(|(id, name)| near.contains(id) || (near.len() < 2 && named(name)))
        .take(6)
        .map(|(id, name)| {
            if named(name) && !id.contains(&asked) {
                format!("`{id}` ({name})")
            } else {
                format!("`{id}`")
            }
        })
        .collect();
    let near = one_of(&found).map(|found| format!("did you mean {found}?"));
    Failure::Unknown {
        message: format!("there is no technology or product `{id}`"),
        hint: match near {
            Some(near) => format!("{near} `lightloom package` lists all"),
            None => "`lightloom package` lists them".to_owned(),
        },
    }
}
