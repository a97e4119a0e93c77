//! Sources that disagree: the decision under each of their values.

use crate::confidence::{input, source_row};
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::plan::{ChangedClass, Conflict, RivalRow};
use lightloom_decide::sentence::percent;
use lightloom_decide::{Candidate, Case, Decided, Preference, Rule};
use lightloom_evidence::{Facts, Rival};
use lightloom_scenario::RunError;
use rayon::prelude::*;

/// Every fact that the decision read and of which another source says otherwise, with the decision under each value.
///
/// # Model
/// The fact takes the rival's value, all others stay; every technology that may serve is put on every link anew, and the rules of
/// the baseline and of the recommended mix choose again ([`Anew`]). Values are never averaged.
///
/// # Validity
/// Classes stay split as decided. What the scenario states itself is in no conflict.
///
/// # Errors
/// [`RunError`] when the decision cannot be taken up again.
pub fn conflicts(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<Conflict>, RunError> {
    let catalog = facts.catalog();
    let anew = Anew::new(case, facts, decided, Watch::Likely)?;
    let disputed: Vec<usize> = decided
        .network_facts
        .iter()
        .copied()
        .filter(|fact| !catalog.facts()[*fact].rivals.is_empty() && !facts.is_held(*fact))
        .collect();
    let rows = disputed.par_iter().map(|position| {
        let fact = &catalog.facts()[*position];
        let row = |rival: &Rival| {
            let found = choices(&anew, case, &facts.with(*position, rival.value));
            let (saving_percent, changes) = found
                .as_ref()
                .map_or((0.0, Vec::new()), |new| (new.saving, changed(case, decided, &new.takes)));
            RivalRow {
                value: fact.show(rival.value),
                kind: rival.kind.name().to_owned(),
                source: source_row(catalog, &rival.source),
                note: rival.note.clone().unwrap_or_default(),
                builds: found.is_some(),
                saving_percent,
                changes,
            }
        };
        Conflict {
            fact: input(catalog, *position),
            saving_percent: saving(decided),
            rivals: fact.rivals.iter().map(row).collect(),
        }
    });
    Ok(rows.collect())
}

/// Saving of a decision in network cost over the years, percent of the baseline.
#[must_use]
pub fn saving(decided: &Decided) -> f64 {
    let [old, new] =
        [decided.baseline(), decided.recommended()].map(|s| s.outcome.network_tco.nominal.as_usd());
    -percent(new, old)
}

/// Technologies that the recommended mix takes on each class, and what it saves.
struct Choices {
    takes: Vec<Option<String>>,
    saving: f64,
}

/// The choices with other facts; `None` where the cluster cannot be built so.
fn choices(anew: &Anew<'_>, case: &Case<'_>, facts: &Facts<'_>) -> Option<Choices> {
    let built = anew.built(case.scenario, facts).ok().filter(|built| built.split_as_decided)?;
    let scene = anew.scene(case, facts, &built).ok()?;
    let candidates = scene.buildable();
    let preference = Preference::of(case.scenario, facts, scene.structure).ok()?;
    let choose = |rule: Rule| -> Option<Vec<&Candidate>> {
        let picks = rule.picks(&preference, scene.classes(), &candidates);
        let each = picks.iter().zip(&candidates);
        each.map(|(pick, all)| pick.candidate.or_else(|| all.first())).collect()
    };
    let (old, new) = (choose(Rule::Baseline)?, choose(Rule::Recommended)?);
    let takes = new.iter().map(|c| c.usable().then(|| c.technology.clone())).collect();
    let outcomes = scene.outcomes([old, new]).ok()?;
    let [old, new] = outcomes.as_slice() else { return None };
    let cost = |o: &lightloom_scenario::Outcome| o.network_tco.nominal.as_usd();
    Some(Choices { takes, saving: -percent(cost(new), cost(old)) })
}

/// Classes that get another technology than the decision gives them, by name.
#[must_use]
pub fn changed(case: &Case<'_>, decided: &Decided, takes: &[Option<String>]) -> Vec<ChangedClass> {
    let name = |id: Option<&String>| {
        let technology = id.and_then(|id| case.library.offer(id));
        technology.map_or_else(String::new, |t| t.name.clone())
    };
    let classes = decided.structure.fabric.link_classes.iter();
    classes
        .zip(&decided.recommended().picks)
        .zip(takes)
        .filter_map(|((class, pick), takes)| {
            let from = pick.usable().then_some(&pick.technology);
            (from != takes.as_ref()).then(|| ChangedClass {
                class: class.name.clone(),
                from: name(from),
                to: name(takes.as_ref()),
            })
        })
        .collect()
}
