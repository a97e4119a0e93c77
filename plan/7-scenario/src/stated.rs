//! Facts that a scenario states itself, in the place of the catalog's.

use crate::problem::{Problem, suggestion};
use crate::schema::Scenario;
use lightloom_evidence::Catalog;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value of a fact, or those of all whose ids go on from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a fact of the catalog is due, its value a text with a unit: coupler.detachable.loss = \"2.4 dB\""
)]
pub enum Stated {
    /// The value, with its unit.
    Value(String),
    /// By the next word of the id.
    Within(BTreeMap<String, Stated>),
}

/// Every stated fact: its id and its value as written.
fn all(facts: &BTreeMap<String, Stated>) -> Vec<(String, &str)> {
    let mut out = Vec::new();
    for (name, stated) in facts {
        match stated {
            Stated::Value(text) => out.push((name.clone(), text.as_str())),
            Stated::Within(inner) => {
                out.extend(
                    all(inner).into_iter().map(|(rest, text)| (format!("{name}.{rest}"), text)),
                );
            }
        }
    }
    out
}

/// The stated facts that the catalog has: their positions and values in SI units.
pub(crate) fn stated<'s>(
    scenario: &'s Scenario,
    catalog: &'s Catalog,
) -> impl Iterator<Item = (usize, f64)> + 's {
    all(&scenario.facts).into_iter().filter_map(|(id, text)| {
        let position = catalog.position(&id)?;
        Some((position, catalog.facts()[position].read(text)?))
    })
}

/// Whether the catalog has every fact that a scenario states, and every value is one of its quantity.
///
/// # Errors
/// [`Problem`], placed at the first that is not.
pub fn check_facts(scenario: &Scenario, text: &str, catalog: &Catalog) -> Result<(), Problem> {
    for (id, value) in all(&scenario.facts) {
        let problem =
            |message, hint| Err(Problem::at(text, &format!("facts.{id}"), message, Some(hint)));
        let Some(fact) = catalog.get(&id) else {
            let ids = catalog.facts().iter().map(|fact| fact.id.as_str());
            return problem(format!("the catalog has no fact `{id}`"), suggestion(&id, ids));
        };
        if fact.read(value).is_none() {
            return problem(
                format!("`{value}` is no {}", fact.quantity),
                format!("write it with its unit; the catalog has {}", fact.show(fact.value)),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::*;
    use crate::run::view;
    use crate::{Library, with_typed};

    #[test]
    fn a_stated_fact_is_held_at_its_value() {
        let library = Library::shipped().unwrap();
        let text = lightloom_catalog::SCENARIOS[0].1;
        let id = "coupler.detachable.loss";
        let (scenario, text) = with_typed(text, &[(&format!("facts.{id}"), "2.4 dB")]).unwrap();
        check_facts(&scenario, &text, &library.catalog).unwrap();
        let facts = view(&scenario, &library.catalog);
        let loss: lightloom_units::Decibel = facts.get(id).unwrap();
        assert!((loss.as_db() - 2.4).abs() < 1e-12, "{loss}");
        assert!(facts.is_held(library.catalog.position(id).unwrap()));
    }

    #[test]
    fn an_id_with_its_dots_in_quotes_is_the_same() {
        let plain = lightloom_catalog::SCENARIOS[0].1;
        let of = |more: &str| crate::parse(&format!("{plain}\n[facts]\n{more}\n")).unwrap().facts;
        let quoted = of("\"coupler.detachable.loss\" = \"2.4 dB\"");
        let dotted = of("coupler.detachable.loss = \"2.4 dB\"");
        assert_eq!(all(&quoted), all(&dotted));
    }

    #[test]
    fn what_is_no_fact_or_no_value_of_it_is_placed() {
        let library = Library::shipped().unwrap();
        let refused = |id: &str, value: &str| {
            let plain = lightloom_catalog::SCENARIOS[0].1;
            let (scenario, text) = with_typed(plain, &[(&format!("facts.{id}"), value)]).unwrap();
            let problem = check_facts(&scenario, &text, &library.catalog).unwrap_err();
            assert_eq!(problem.path, format!("facts.{id}"));
            assert!(problem.span.is_some(), "{id}");
            problem
        };
        let unknown = refused("coupler.detachable.los", "2.4 dB");
        assert!(unknown.hint.unwrap().contains("coupler.detachable.loss"));
        let wrong = refused("coupler.detachable.loss", "2.4 W");
        assert_eq!(wrong.message, "`2.4 W` is no ratio in decibels");
    }
}
