//! One fact at a time: how the saving moves, and whether some link would get another technology.

use lightloom_decide::candidate::cheapest;
use lightloom_decide::plan::{EvidenceRow, Plan, SourceRow};
use lightloom_decide::sentence::FIGURES;
use lightloom_decide::{Candidate, Case, Decided, Evaluated, Judge};
use lightloom_evidence::{Catalog, Facts, Kind};
use lightloom_package::ReachSearch;
use lightloom_scenario::run::scale_up_bill;
use lightloom_scenario::{Fitted, RunError, Structure, Work, run, structure};
use rayon::prelude::*;

/// Usable candidates that are watched beside the recommended one on each link class.
const RUNNERS_UP: usize = 2;

/// What one fact does at one end of its range.
#[derive(Debug, Clone)]
struct End {
    /// Saving in network cost over the years, percent of the nominal baseline.
    saving: f64,
    /// Change of each figure, percent of its baseline.
    changes: Vec<f64>,
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
    let catalog = facts.catalog();
    let watched = watched(decided);
    let nominal = Judge::new(case, facts, &decided.structure, ReachSearch::AtLength)?
        .with_links(&decided.links);
    let of_lanes = lane_facts(case, catalog, decided, &watched, &nominal)?;
    let mut results: Vec<Sensitivity> = decided
        .network_facts
        .par_iter()
        .filter(|fact| catalog.facts()[**fact].is_uncertain())
        .map(|fact| {
            let record = &catalog.facts()[*fact];
            let stands = of_lanes.binary_search(fact).is_err();
            let end = |si: f64| {
                let moved = facts.with(*fact, si);
                end(case, &moved, *fact, decided, (&watched, &nominal, stands))
            };
            Ok(Sensitivity { fact: *fact, low: end(record.low)?, high: end(record.high)? })
        })
        .collect::<Result<_, RunError>>()?;
    results.sort_by(|a, b| {
        b.flips().cmp(&a.flips()).then(b.width().total_cmp(&a.width())).then(a.fact.cmp(&b.fact))
    });
    Ok(results)
}

/// Facts, in order, that the lanes of the watched technologies read: a view that only they have seen knows.
fn lane_facts(
    case: &Case<'_>,
    catalog: &Catalog,
    decided: &Decided,
    watched: &[Vec<String>],
    nominal: &Judge<'_>,
) -> Result<Vec<usize>, RunError> {
    let view = Facts::nominal(catalog);
    let judge = Judge::new(case, &view, &decided.structure, ReachSearch::AtLength)?.around(nominal);
    for (class, ids) in decided.structure.fabric.link_classes.iter().zip(watched) {
        for id in ids {
            judge.look_at_lanes(class, id)?;
        }
    }
    Ok(view.used())
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
                let next = cheapest(candidates, |c| {
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
    let change =
        |f: &lightloom_decide::sentence::Figure| ((f.value)(new) / (f.value)(old) - 1.0) * 100.0;
    End { saving, changes: FIGURES.iter().map(change).collect(), flips: true }
}

fn end(
    case: &Case<'_>,
    facts: &Facts<'_>,
    fact: usize,
    decided: &Decided,
    (watched, nominal_judge, lanes_stand): (&[Vec<String>], &Judge<'_>, bool),
) -> Result<End, RunError> {
    let moved: Structure;
    let structure = if decided.structure_facts.contains(&fact) {
        match structure(case.scenario, case.text, facts) {
            Ok(mut built) => {
                let mut splits = decided.splits.iter();
                if !splits.all(|split| built.fabric.split_class(&split.class, split.at)) {
                    // All links lie on one side of the length now: the mix is none.
                    return Ok(nominal(decided));
                }
                moved = built;
            }
            // With the fact at this end the fabric cannot be built at all: the decision does not stand.
            Err(_) => return Ok(nominal(decided)),
        }
        &moved
    } else {
        &decided.structure
    };
    let judge = Judge::new(case, facts, structure, ReachSearch::AtLength)?
        .around(nominal_judge)
        .with_standing_lanes(lanes_stand);
    let mut old_ports: Vec<Fitted> = Vec::new();
    let mut new_ports: Vec<Fitted> = Vec::new();
    let mut picks: [Vec<Candidate>; 2] = [Vec::new(), Vec::new()];
    let mut flips = false;
    for (class, ids) in structure.fabric.link_classes.iter().zip(watched) {
        let candidates: Vec<Candidate> =
            ids.iter().map(|id| judge.one(class, id)).collect::<Result<_, _>>()?;
        let winner = cheapest(&candidates, Candidate::usable);
        flips |= winner.map(|w| &w.technology) != Some(&ids[1]);
        old_ports.push(candidates[0].fitted.clone());
        new_ports.push(candidates[1].fitted.clone());
        picks[0].push(candidates[0].clone());
        picks[1].push(candidates[1].clone());
    }
    let [old_picks, new_picks] = picks;
    let old = run(case.scenario, facts, structure, &old_ports, None)?;
    let sold = Some(scale_up_bill(&old.bill));
    let new = run(case.scenario, facts, structure, &new_ports, sold)?;
    let nominal = decided.baseline().outcome.network_tco.nominal;
    let saving = (old.network_tco.nominal - new.network_tco.nominal) / nominal * 100.0;
    let evaluated = |rule, picks, outcome| Evaluated {
        rule,
        picks,
        notes: Vec::new(),
        outcome,
        work: Work::default(),
    };
    let old = evaluated(decided.baseline().rule, old_picks, old);
    let new = evaluated(decided.recommended().rule, new_picks, new);
    let changes = FIGURES
        .iter()
        .map(|figure| {
            let (a, b) = ((figure.value)(&old), (figure.value)(&new));
            if a.abs() > 0.0 { (b / a - 1.0) * 100.0 } else { 0.0 }
        })
        .collect();
    Ok(End { saving, changes, flips })
}

/// Writes evidence and the ranges of gains into a plan.
///
/// # Model
/// A gain's range takes the facts as independent: deviations of each side add as squares.
pub fn annotate(plan: &mut Plan, catalog: &Catalog, results: &[Sensitivity]) {
    for (i, gain) in plan.decision.gains.iter_mut().enumerate() {
        let nominal = gain.change_percent;
        let side = |sign: f64| {
            let squares = results.iter().map(|s| {
                let steps = [&s.low, &s.high].map(|e| sign * (e.changes[i] - nominal));
                let step = steps[0].max(steps[1]).max(0.0);
                step * step
            });
            nominal + sign * squares.sum::<f64>().sqrt()
        };
        gain.change_range_percent = [side(-1.0), side(1.0)];
    }
    let strong = (results.len() / 10).max(1);
    plan.evidence = results
        .iter()
        .enumerate()
        .map(|(rank, s)| {
            let fact = &catalog.facts()[s.fact];
            let source = catalog.source_of(fact);
            EvidenceRow {
                id: fact.id.clone(),
                about: fact.about.clone(),
                value: fact.show(fact.value),
                range: [fact.show(fact.low), fact.show(fact.high)],
                kind: fact.kind.name().to_owned(),
                source: SourceRow {
                    title: source.map_or_else(String::new, |s| s.title.clone()),
                    url: source.map_or_else(String::new, |s| s.url.clone()),
                },
                saving_percent: [s.low.saving, s.high.saving],
                flips: s.flips(),
                weak: rank < strong && fact.kind >= Kind::Claimed,
            }
        })
        .collect();
}
