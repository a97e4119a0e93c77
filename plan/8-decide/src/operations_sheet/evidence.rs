//! The evidence of failure and repair at the ends of its ranges.

use super::HOURS;
use super::study::Studied;
use crate::candidate::Judge;
use crate::decide::{Case, Decided};
use crate::plan::MovedRow;
use lightloom_evidence::Facts;
use lightloom_operations::availability;
use lightloom_package::ReachSearch;
use lightloom_scenario::run::{as_f64, components};
use lightloom_scenario::{Fitted, RunError};
use lightloom_units::{Count, Quantity};
use rayon::prelude::*;

/// Heads of facts about what fails and how it is repaired.
const HEADS: [&str; 6] = ["fit.", "field.", "flap.", "record.", "redundancy.", "repair."];

/// Lost hours by network causes of each strategy, with each fact at its ends.
pub(crate) struct Moves {
    nominal: Vec<f64>,
    facts: Vec<(MovedFact, [Vec<f64>; 2])>,
}

struct MovedFact {
    id: String,
    range: [String; 2],
}

/// Moves every uncertain fact of failure and repair that the strategies read and nobody gave, one at a time.
///
/// # Errors
/// [`RunError`] when a floor refuses at an end of a range.
pub(crate) fn moves(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    studied: &[Studied<'_>],
) -> Result<Moves, RunError> {
    let catalog = facts.catalog();
    let nominal = Judge::new(case, facts, &decided.structure, ReachSearch::AtLength)?
        .with_links(&decided.links);
    let view = facts.with_all([]);
    let at_nominal = lost(case, &view, decided, studied, &nominal)?;
    let read = view.used().into_iter().filter(|fact| {
        let record = &catalog.facts()[*fact];
        record.is_uncertain()
            && !facts.is_held(*fact)
            && HEADS.iter().any(|head| record.id.starts_with(head))
    });
    let read: Vec<usize> = read.collect();
    let moved = read.par_iter().map(|fact| {
        let record = &catalog.facts()[*fact];
        let at = |si: f64| lost(case, &facts.with(*fact, si), decided, studied, &nominal);
        let range = [record.low, record.high].map(|si| record.show(si));
        let named = MovedFact { id: record.id.clone(), range };
        Ok((named, [at(record.low)?, at(record.high)?]))
    });
    let facts = moved.collect::<Result<_, RunError>>()?;
    Ok(Moves { nominal: at_nominal, facts })
}

/// Lost hours by network causes of each strategy. No fact here is one that lanes read, so that links stand as they are.
fn lost(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    studied: &[Studied<'_>],
    nominal: &Judge<'_>,
) -> Result<Vec<f64>, RunError> {
    let structure = &decided.structure;
    let judge = Judge::new(case, facts, structure, ReachSearch::AtLength)?
        .around(nominal)
        .with_standing_lanes(true);
    let classes = &structure.fabric.link_classes;
    let mut known: Vec<Vec<(&str, Fitted)>> = vec![Vec::new(); classes.len()];
    let accelerators = Count::from_si(as_f64(structure.fabric.accelerators));
    let mut all = Vec::with_capacity(studied.len());
    for strategy in studied {
        let mut ports = Vec::with_capacity(classes.len());
        for ((class, pick), known) in classes.iter().zip(strategy.picks).zip(&mut known) {
            let id = pick.technology.as_str();
            let found = known.iter().find(|(known, _)| *known == id).map(|(_, f)| f.clone());
            let fitted = match found {
                Some(fitted) => fitted,
                None => {
                    let fitted = judge.one(class, id)?.fitted;
                    known.push((id, fitted.clone()));
                    fitted
                }
            };
            ports.push(fitted);
        }
        let parts = components(case.scenario, facts, structure, &ports)?;
        let losses = availability::evaluate(accelerators, &parts.classes)?;
        let network = losses.causes.iter().skip(parts.compute).map(|c| c.lost.value());
        all.push(network.sum::<f64>() * accelerators.value() * HOURS);
    }
    Ok(all)
}

impl Moves {
    /// Ends of a strategy's loss: deviations of each side add as squares.
    pub(crate) fn range(&self, i: usize, central: f64) -> [f64; 2] {
        let at = |end: &Vec<f64>| end.get(i).copied().unwrap_or(central);
        self.sides(central, at).map(|end| end.max(0.0))
    }

    /// Ends of its difference to the first strategy's.
    pub(crate) fn difference_range(&self, i: usize, central: f64) -> [f64; 2] {
        self.sides(central, |end| difference(end, i))
    }

    fn sides(&self, central: f64, at: impl Fn(&Vec<f64>) -> f64) -> [f64; 2] {
        [-1.0, 1.0].map(|sign| {
            let squares = self.facts.iter().map(|(_, ends)| {
                let steps = ends.each_ref().map(|end| sign * (at(end) - central));
                let step = steps[0].max(steps[1]).max(0.0);
                step * step
            });
            central + sign * squares.sum::<f64>().sqrt()
        })
    }

    /// Facts by how far they move a strategy's difference to the first's, farthest first.
    pub(crate) fn named(&self, i: usize, central: f64) -> Vec<MovedRow> {
        let width = |row: &MovedRow| (row.difference_h[1] - row.difference_h[0]).abs();
        let rows = self.facts.iter().map(|(fact, ends)| {
            let ends = ends.each_ref().map(|end| difference(end, i));
            MovedRow {
                fact: fact.id.clone(),
                range: fact.range.clone(),
                difference_h: ends,
                flips: ends.iter().any(|end| end * central < 0.0),
            }
        });
        let least = 1e-6 * self.nominal.first().copied().unwrap_or_default();
        let mut rows: Vec<MovedRow> = rows.filter(|row| width(row) > least).collect();
        rows.sort_by(|a, b| width(b).total_cmp(&width(a)).then(a.fact.cmp(&b.fact)));
        rows
    }
}

fn difference(lost: &[f64], i: usize) -> f64 {
    let at = |i: usize| lost.get(i).copied().unwrap_or_default();
    at(i) - at(0)
}
