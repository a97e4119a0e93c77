//! Whom a buyer believes: vendors' claims at their word, or only what was measured or specified.

use crate::confidence::{input, source_row};
use crate::conflicts::saving;
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::plan::{BeliefSheet, BelievedFact, ChangedClass};
use lightloom_decide::{Case, Decided};
use lightloom_evidence::{Fact, Facts, Kind};
use lightloom_fabric::{LinkClass, Tier};
use lightloom_scenario::RunError;
use rayon::prelude::*;

/// What a buyer believes of what vendors, analysts and the press claim. Everything else stays as the catalog has it: what was
/// measured, specified or modelled, and the project's own assumptions, which are nobody's interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// A claimed fact stands at its value and has no range. Where a claim is kept as a rival of another source's value, the claim
    /// is taken.
    Claims,
    /// A claimed fact gives way to a rival that was measured or specified. Where there is none, it stands at the end of its
    /// range that speaks against new technologies: fewer of them serve, or they cost more beside what the baseline takes.
    Measured,
}

impl Belief {
    /// As the command line has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::Measured => "measured",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Claims => {
                "Vendors are taken at their word: claimed figures stand at face value without a range, and take the place of other sources' figures."
            }
            Self::Measured => {
                "Only what was measured or specified is believed: a claimed figure gives way to a measured or specified rival, or stands at the end of its range that speaks against new technologies."
            }
        }
    }
}

/// A fact that a belief takes otherwise, with the value and the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Position in the catalog.
    pub fact: usize,
    /// SI value.
    pub value: f64,
    /// Why.
    pub why: String,
}

/// The facts that a decision read and that a belief takes otherwise than the catalog does.
///
/// # Errors
/// [`RunError`] when the decision cannot be taken up again.
pub fn taken(
    belief: Belief,
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<Taken>, RunError> {
    let anew = Anew::new(case, facts, decided, Watch::Likely)?;
    let read = decided.network_facts.par_iter().filter(|fact| !facts.is_held(**fact));
    let one = |position: &usize| {
        let fact = &facts.catalog().facts()[*position];
        let found = match belief {
            Belief::Claims => at_their_word(facts, fact),
            Belief::Measured => doubted(&anew, case, facts, (*position, fact)),
        };
        found.map(|(value, why)| Taken { fact: *position, value, why })
    };
    Ok(read.filter_map(one).collect())
}

/// The name of a source in a reason.
fn title(facts: &Facts<'_>, key: &str) -> String {
    source_row(facts.catalog(), key).title
}

fn at_their_word(facts: &Facts<'_>, fact: &Fact) -> Option<(f64, String)> {
    if fact.kind == Kind::Claimed {
        return fact.is_uncertain().then(|| (fact.value, "at face value".to_owned()));
    }
    let claim = fact.rivals.iter().find(|rival| rival.kind == Kind::Claimed)?;
    Some((claim.value, format!("claimed: {}", title(facts, &claim.source))))
}

fn doubted(
    anew: &Anew<'_>,
    case: &Case<'_>,
    facts: &Facts<'_>,
    (position, fact): (usize, &Fact),
) -> Option<(f64, String)> {
    if fact.kind != Kind::Claimed {
        return None;
    }
    let sound = fact.rivals.iter().filter(|rival| rival.kind <= Kind::Spec);
    if let Some(rival) = sound.min_by_key(|rival| rival.kind) {
        return Some((rival.value, format!("{}: {}", rival.kind, title(facts, &rival.source))));
    }
    if !fact.is_uncertain() {
        return None;
    }
    let against = |si: f64| stand(anew, case, &facts.with(position, si));
    let why = |end: &str| {
        format!("claimed only; the {end} end of its range speaks against new technologies")
    };
    match (against(fact.low), against(fact.high)) {
        (Some(low), Some(high)) if low.is_worse_than(&high) => Some((fact.low, why("low"))),
        (Some(low), Some(high)) if high.is_worse_than(&low) => Some((fact.high, why("high"))),
        _ => None,
    }
}

/// How new technologies stand beside what the baseline takes.
struct Stand {
    /// Those that are not usable.
    barred: usize,
    /// Mean of the logarithm of their cost over the years to that of the baseline's, over those that serve.
    dearer: f64,
}

impl Stand {
    fn is_worse_than(&self, other: &Self) -> bool {
        const STILL: f64 = 1e-9;
        self.barred > other.barred
            || self.barred == other.barred && self.dearer > other.dearer + STILL
    }
}

/// How they stand with other facts; `None` where the cluster cannot be built so.
fn stand(anew: &Anew<'_>, case: &Case<'_>, facts: &Facts<'_>) -> Option<Stand> {
    let built = anew.built(case.scenario, facts).ok().filter(|built| built.split_as_decided)?;
    let scene = anew.scene(case, facts, &built).ok()?;
    let candidates = scene.buildable();
    let picks = &anew.decided().baseline().picks;
    let mut stand = Stand { barred: 0, dearer: 0.0 };
    let mut served = 0.0;
    for ((class, all), pick) in scene.classes().iter().zip(&candidates).zip(picks) {
        if class.tier == Tier::FrontEnd {
            continue;
        }
        let Some(base) = all.iter().find(|c| c.technology == pick.technology) else { continue };
        for new in all.iter().filter(|c| c.technology != pick.technology) {
            if new.usable() {
                stand.dearer += libm::log(new.tco.nominal / base.tco.nominal);
                served += 1.0;
            } else {
                stand.barred += 1;
            }
        }
    }
    stand.dearer /= f64::max(served, 1.0);
    Some(stand)
}

/// What a belief changes of the plan by the catalog.
#[must_use]
pub fn sheet(
    belief: Belief,
    case: &Case<'_>,
    facts: &Facts<'_>,
    taken: &[Taken],
    [by_catalog, believed]: [&Decided; 2],
) -> BeliefSheet {
    let catalog = facts.catalog();
    let row = |taken: &Taken| {
        let fact = &catalog.facts()[taken.fact];
        BelievedFact {
            fact: input(catalog, taken.fact),
            taken: fact.show(taken.value),
            moved: fact.value.total_cmp(&taken.value).is_ne(),
            why: taken.why.clone(),
        }
    };
    BeliefSheet {
        belief: belief.name().to_owned(),
        meaning: belief.meaning().to_owned(),
        facts: taken.iter().map(row).collect(),
        saving_by_catalog_percent: saving(by_catalog),
        saving_percent: saving(believed),
        changes: changes(case, by_catalog, believed),
    }
}

/// Classes that get another technology by one decision than by another; a class that only one splits is compared with its parts.
fn changes(case: &Case<'_>, before: &Decided, after: &Decided) -> Vec<ChangedClass> {
    let name = |decided: &Decided, place: usize| {
        let pick = decided.recommended().picks.get(place).filter(|pick| pick.usable());
        let technology = pick.and_then(|pick| case.library.offer(&pick.technology));
        technology.map_or_else(String::new, |t| t.name.clone())
    };
    let same = |a: &LinkClass, b: &LinkClass| {
        a.name == b.name
            || a.name.starts_with(&format!("{}, ", b.name))
            || b.name.starts_with(&format!("{}, ", a.name))
    };
    let mut out = Vec::new();
    for (i, class) in after.structure.fabric.link_classes.iter().enumerate() {
        for (j, other) in before.structure.fabric.link_classes.iter().enumerate() {
            let (from, to) = (name(before, j), name(after, i));
            if same(class, other) && from != to {
                let narrower = if class.name.len() > other.name.len() { class } else { other };
                out.push(ChangedClass { class: narrower.name.clone(), from, to });
            }
        }
    }
    out
}
