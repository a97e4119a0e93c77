//! The inputs that gains hang on: screened from all over their ranges, then Sobol's indices by pick and freeze.

use super::{ALIKE, Asked, Sample, input};
use crate::evidence::changes;
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::draws::{Seed, quantiles, view};
use lightloom_decide::plan::{GainInputs, InputIndex, InputShare, IntervalRow};
use lightloom_decide::sentence::FIGURES;
use lightloom_decide::{Candidate, Case};
use lightloom_evidence::Facts;
use lightloom_num::{Interval, PickFreeze, SobolIndex, mean, sobol_indices};
use lightloom_scenario::RunError;
use rayon::prelude::*;

/// Facts whose indices are estimated one by one: those that move a gain most.
const SCREENED: usize = 20;
/// Samples from which each fact alone is moved to find those.
const RADII: u32 = 6;
/// One pair of samples for indices to so many samples in all.
const SAMPLES_A_PAIR: u32 = 4;
/// Inputs that are kept for each gain.
const INPUTS: usize = 8;
/// Bootstrap resamples of an interval.
const RESAMPLES: u32 = 200;

/// The changes of the figures for a baseline and a mix alone, with other facts.
fn change_under(anew: &Anew<'_>, case: &Case<'_>, facts: &Facts<'_>) -> Option<Vec<f64>> {
    let built = anew.built(case.scenario, facts).ok().filter(|built| built.split_as_decided)?;
    let scene = anew.scene(case, facts, &built).ok()?;
    let candidates = scene.candidates().ok()?;
    let of = |pick: fn(&[Candidate]) -> Option<&Candidate>| {
        candidates.iter().map(|all| pick(all)).collect::<Option<Vec<_>>>()
    };
    let outcomes = scene.outcomes([of(|all| all.first())?, of(|all| all.last())?]).ok()?;
    Some(changes(outcomes.first()?, outcomes.last()?))
}

/// Facts that move a gain most from points all over their ranges.
///
/// # Model
/// From a few samples each fact alone takes its value of another sample; what that does to a gain, in the mean of its magnitudes, is
/// held against the most that any fact does. So a fact counts that acts only together with others.
///
/// # Source
/// F. Campolongo, A. Saltelli, J. Cariboni, From screening to quantitative sensitivity analysis, Comput. Phys. Commun. 182
/// (2011) 978: radial elementary effects.
fn screened(
    uncertain: &[usize],
    change: &(impl Fn(&Facts<'_>) -> Option<Vec<f64>> + Sync),
    facts: &Facts<'_>,
) -> Vec<usize> {
    let rows: Vec<(Facts<'_>, Facts<'_>, Vec<f64>)> = (0..RADII)
        .into_par_iter()
        .filter_map(|index| {
            let [a, b] = pair(facts, index);
            let here = change(&a)?;
            Some((a, b, here))
        })
        .collect();
    let effects: Vec<Vec<f64>> = uncertain
        .par_iter()
        .map(|fact| {
            let mut sums = vec![0.0; FIGURES.len()];
            for (a, b, here) in &rows {
                let Some(there) = change(&a.with(*fact, b.value_at(*fact))) else { continue };
                for (sum, (x, y)) in sums.iter_mut().zip(here.iter().zip(there)) {
                    *sum += (x - y).abs();
                }
            }
            sums
        })
        .collect();
    let most: Vec<f64> =
        (0..FIGURES.len()).map(|i| effects.iter().map(|e| e[i]).fold(0.0, f64::max)).collect();
    let weight = |effects: &[f64]| {
        let relative = effects.iter().zip(&most).filter(|(_, most)| **most > 0.0);
        relative.map(|(effect, most)| effect / most).fold(0.0, f64::max)
    };
    let mut order: Vec<(f64, usize)> =
        effects.iter().zip(uncertain).map(|(e, fact)| (weight(e), *fact)).collect();
    order.retain(|(weight, _)| *weight > 0.0);
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut facts: Vec<usize> = order.into_iter().take(SCREENED).map(|(_, fact)| fact).collect();
    facts.sort_unstable();
    facts
}

/// Two independent samples of all facts.
fn pair<'c>(facts: &Facts<'c>, index: u32) -> [Facts<'c>; 2] {
    [Seed::MAIN, Seed::APART].map(|seed| view(facts, seed, index))
}

/// The inputs of each gain that varies.
///
/// # Model
/// Pick and freeze on the screened facts, one by one and all others together, all figures at once. A gain beyond what 1 and 99 % of the
/// samples have counts as these: else few samples in which a link fails would be all of the variance.
pub(super) fn inputs(
    asked: &Asked<'_>,
    uncertain: &[usize],
    samples_kept: &[Sample],
) -> Result<Vec<GainInputs>, RunError> {
    let Asked { case, facts, decided, samples } = *asked;
    let catalog = facts.catalog();
    let watched = decided.baseline().picks.iter().zip(&decided.recommended().picks);
    let both = watched.map(|(old, new)| {
        let mut ids = vec![old.technology.clone(), new.technology.clone()];
        ids.dedup();
        ids
    });
    let anew = Anew::new(case, facts, decided, Watch::These(both.collect()))?;
    let change = |facts: &Facts<'_>| change_under(&anew, case, facts);
    let looked_at = screened(uncertain, &change, facts);
    let points: Vec<u32> = (0..(samples / SAMPLES_A_PAIR).max(1)).collect();
    // Of each point: both samples; the second with all inputs of the first that are looked at, which is the first with all others
    // of the second; the first with each of these of the second.
    let columns = looked_at.len() + 3;
    let row = |index: &u32| -> Option<Vec<Vec<f64>>> {
        let [a, b] = pair(facts, *index);
        let exchange = |into: &Facts<'_>, from: &Facts<'_>, which: &[usize]| {
            let moved = into.with_all(which.iter().map(|f| (*f, from.value_at(*f))));
            change(&moved)
        };
        let mut cells = vec![change(&a)?, change(&b)?, exchange(&b, &a, &looked_at)?];
        for fact in &looked_at {
            cells.push(exchange(&a, &b, std::slice::from_ref(fact))?);
        }
        Some(cells)
    };
    // A point of which one mixture cannot be built is left out whole.
    let found: Vec<Option<Vec<Vec<f64>>>> = points.par_iter().map(row).collect();
    let whole: Vec<Vec<Vec<f64>>> = found.into_iter().flatten().collect();
    let ends: Vec<[f64; 2]> = (0..FIGURES.len())
        .map(|i| {
            let gains = samples_kept.iter().map(|s| s.gains[i]).collect();
            quantiles(gains, [0.01, 0.99]).unwrap_or([f64::NEG_INFINITY, f64::INFINITY])
        })
        .collect();
    let column = |figure: usize, column: usize| -> Vec<f64> {
        let [low, high] = ends[figure];
        whole.iter().map(|cells| cells[column][figure].clamp(low, high)).collect()
    };
    let mut out = Vec::new();
    for (i, figure) in FIGURES.iter().enumerate() {
        let (first, second) = (column(i, 0), column(i, 1));
        let exchanged: Vec<Vec<f64>> = (2..columns).map(|c| column(i, c)).collect();
        let sample = PickFreeze { first: &first, second: &second, exchanged: &exchanged };
        let found = sobol_indices(&sample, RESAMPLES, i as u64);
        let deviation = deviation(&first, &second);
        let (Some((others, each)), true) = (found.split_first(), deviation > ALIKE) else {
            continue;
        };
        let mut inputs: Vec<InputIndex> = looked_at
            .iter()
            .zip(each)
            .map(|(fact, index)| InputIndex { fact: input(catalog, *fact), share: shared(index) })
            .collect();
        inputs.sort_by(|a, b| {
            b.share.total.value.total_cmp(&a.share.total.value).then(a.fact.id.cmp(&b.fact.id))
        });
        inputs.truncate(INPUTS);
        out.push(GainInputs {
            what: figure.what.to_owned(),
            deviation_points: deviation,
            pairs: first.len() as u64,
            inputs,
            others: shared(others),
            others_count: (uncertain.len() - looked_at.len()) as u64,
        });
    }
    Ok(out)
}

fn shared(index: &SobolIndex) -> InputShare {
    let row = |i: Interval| IntervalRow { value: i.value, low: i.low, high: i.high };
    InputShare { first: row(index.first), total: row(index.total) }
}

fn deviation(first: &[f64], second: &[f64]) -> f64 {
    let both: Vec<f64> = first.iter().chain(second).copied().collect();
    let Some(middle) = mean(&both) else { return 0.0 };
    let squares: Vec<f64> = both.iter().map(|x| (x - middle) * (x - middle)).collect();
    mean(&squares).unwrap_or(0.0).sqrt()
}
