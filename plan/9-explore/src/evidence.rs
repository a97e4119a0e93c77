//! One fact at a time: how the saving moves, and whether some link would get another technology.

use crate::confidence::input;
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::plan::{Confidence, EvidenceRow, Plan, RangeRow};
use lightloom_decide::sentence::{FIGURES, percent};
use lightloom_decide::{Case, Decided, Evaluated, Preference};
use lightloom_evidence::{Catalog, Facts, Kind};
use lightloom_scenario::{Outcome, RunError};
use rayon::prelude::*;

/// Usable candidates that are watched beside the recommended one on each link class.
const RUNNERS_UP: usize = 2;

/// What one fact does at one end of its range.
#[derive(Debug, Clone)]
struct End {
    /// Saving in network cost over the years, percent of the nominal baseline.
    saving: f64,
    /// Whether a link class would get another technology.
    flips: bool,
}

/// What one fact does.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    /// Position in the catalog.
    pub fact: usize,
    low: End,
    high: End,
}

impl Sensitivity {
    /// Distance between the savings at both ends, percent of the baseline.
    #[must_use]
    pub fn width(&self) -> f64 {
        (self.high.saving - self.low.saving).abs()
    }

    /// Whether the decision flips within the range.
    #[must_use]
    pub const fn flips(&self) -> bool {
        self.low.flips || self.high.flips
    }
}

/// Moves every uncertain fact that the network's part of the answer read to both ends of its range.
///
/// # Model
/// One at a time, all others nominal. Technologies are re-chosen among the recommended one and the next best of
/// each class; a flip is another winner. Savings are of the nominal choices, so that they move smoothly.
///
/// # Errors
/// [`RunError`] when a floor refuses at an end of a range.
pub fn sensitivity(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<Sensitivity>, RunError> {
    let anew = Anew::new(case, facts, decided, Watch::These(watched(decided)))?;
    let catalog = facts.catalog();
    let mut results: Vec<Sensitivity> = anew
        .uncertain()
        .par_iter()
        .map(|fact| {
            let record = &catalog.facts()[*fact];
            let end = |si: f64| end(case, &facts.with(*fact, si), &anew);
            Ok(Sensitivity { fact: *fact, low: end(record.low)?, high: end(record.high)? })
        })
        .collect::<Result<_, RunError>>()?;
    results.sort_by(|a, b| {
        b.flips().cmp(&a.flips()).then(b.width().total_cmp(&a.width())).then(a.fact.cmp(&b.fact))
    });
    Ok(results)
}

/// For each class: baseline first, recommended second, then runners-up.
fn watched(decided: &Decided) -> Vec<Vec<String>> {
    let (old, new) = (decided.baseline(), decided.recommended());
    decided
        .candidates
        .iter()
        .zip(old.picks.iter().zip(&new.picks))
        .map(|(candidates, (old, new))| {
            let mut ids = vec![old.technology.clone(), new.technology.clone()];
            for _ in 0..RUNNERS_UP {
                let next = decided.preference.first(candidates, |c| {
                    c.unwanted.is_none() && c.unfit.is_none() && !ids.contains(&c.technology)
                });
                ids.extend(next.map(|c| c.technology.clone()));
            }
            ids
        })
        .collect()
}

/// The nominal figures, marked as not standing.
fn nominal(decided: &Decided) -> End {
    let (old, new) = (decided.baseline(), decided.recommended());
    let cost = |e: &Evaluated| e.outcome.network_tco.nominal;
    let saving = (cost(old) - cost(new)) / cost(old) * 100.0;
    End { saving, flips: true }
}

/// Change of each figure of [`FIGURES`] from one outcome to another, percent of the first.
pub(crate) fn changes(old: &Outcome, new: &Outcome) -> Vec<f64> {
    FIGURES.iter().map(|figure| percent((figure.value)(new), (figure.value)(old))).collect()
}

fn end(case: &Case<'_>, facts: &Facts<'_>, anew: &Anew<'_>) -> Result<End, RunError> {
    let decided = anew.decided();
    // Where the fabric cannot be built at all, or a mix is none, the decision does not stand.
    let built = match anew.built(case.scenario, facts) {
        Ok(built) if built.split_as_decided => built,
        _ => return Ok(nominal(decided)),
    };
    let scene = anew.scene(case, facts, &built)?;
    let candidates = scene.candidates()?;
    let preference = Preference::of(case.scenario, facts, scene.structure)?;
    let winners = preference.choose(scene.classes(), &candidates);
    // Where nothing serves, nothing is kept.
    let flips = winners.iter().zip(&decided.recommended().picks).any(|(winner, own)| {
        winner.map(|w| &w.technology) != own.usable().then_some(&own.technology)
    });
    let sets = [0, 1].map(|i| candidates.iter().map(|of| &of[i]).collect::<Vec<_>>());
    let outcomes = scene.outcomes(sets)?;
    let [old, new] = outcomes.as_slice() else { return Ok(nominal(decided)) };
    let nominal = decided.baseline().outcome.network_tco.nominal;
    let saving = (old.network_tco.nominal - new.network_tco.nominal) / nominal * 100.0;
    Ok(End { saving, flips })
}

/// Writes evidence, confidence and the ranges of gains into a plan.
pub fn annotate(
    plan: &mut Plan,
    catalog: &Catalog,
    results: &[Sensitivity],
    mut confidence: Confidence,
) {
    for (gain, range) in plan.decision.gains.iter_mut().zip(&mut confidence.gains) {
        let RangeRow { central, low, high, .. } = range.change_percent;
        gain.change_range_percent = [low.min(central), high.max(central)];
        // The plan's own words, with its years.
        for inputs in confidence.inputs.iter_mut().filter(|inputs| inputs.what == range.what) {
            inputs.what.clone_from(&gain.what);
        }
        range.what.clone_from(&gain.what);
    }
    plan.confidence = Some(confidence);
    let strong = (results.len() / 10).max(1);
    plan.evidence = results
        .iter()
        .enumerate()
        .map(|(rank, s)| EvidenceRow {
            fact: input(catalog, s.fact),
            saving_percent: [s.low.saving, s.high.saving],
            flips: s.flips(),
            weak: rank < strong && catalog.facts()[s.fact].kind >= Kind::Claimed,
        })
        .collect();
}
