//! Mixed media: whether a class of links is better split at a length, with one technology below it and another beyond.

use crate::candidate::{Candidate, Judge};
use crate::preference::Preference;
use lightloom_fabric::LinkClass;
use lightloom_scenario::RunError;
use lightloom_scenario::run::as_f64;
use lightloom_units::{Length, Money};

/// Least share of a class's links that each part of a split has.
///
/// A second kind of link is a second kind of spare, and a second thing to get wrong behind a rack; for fewer than one in ten
/// nobody plans with it. Neither the cost model nor the catalog knows that effort, so it is a rule here.
pub const LEAST_SHARE: f64 = 0.1;

/// Lengths at which a class may be split: cables are sold by the half metre.
const STEP_M: f64 = 0.5;

/// A class split at a length.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The class's name before.
    pub class: String,
    /// Longest link of the first part.
    pub at: Length,
    /// What the mix saves over the years against one technology for the whole class; negative where the buyer's weights prefer a
    /// mix that costs more.
    pub saved: Money,
}

/// The split that is preferred to one technology for all links; `None` where there is none.
///
/// # Model
/// Technologies that would be preferred to the best usable one, but do not close at the class's longest length, each give a
/// length: the longest that it closes, down to half a metre. At each the class is split where both parts have at least
/// [`LEAST_SHARE`] of the links, and both parts get what is preferred there: what costs least, or has most points by the
/// buyer's weights, counted by link.
///
/// # Validity
/// One split of a class. A box that then takes two media has cages for either. Limits on the whole are looked at when all
/// classes are split.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn split(
    judge: &Judge<'_>,
    class: &LinkClass,
    candidates: &[Candidate],
    preference: &Preference,
) -> Result<Option<(Split, [LinkClass; 2])>, RunError> {
    let Some(best) = preference.first(candidates, Candidate::usable) else { return Ok(None) };
    let burdens = preference.burdens(candidates);
    let of_best = burden_of(candidates, &burdens, &best.technology);
    let short: Vec<&Candidate> = candidates
        .iter()
        .zip(&burdens)
        .filter(|(c, burden)| judge.falls_short(class, c) && **burden < of_best)
        .map(|(c, _)| c)
        .collect();
    let down = |reach: Length| Length::m((reach.as_m() / STEP_M).floor() * STEP_M);
    let mut lengths: Vec<Length> = short.iter().map(|c| down(c.fitted.port.reach)).collect();
    lengths.sort_by(Length::total_cmp);
    lengths.dedup();
    let usable = candidates.iter().filter(|c| c.usable());
    let everywhere: Vec<&str> = usable.map(|c| c.technology.as_str()).collect();
    let below: Vec<&str> =
        short.iter().map(|c| c.technology.as_str()).chain(everywhere.iter().copied()).collect();
    let mut found: Option<(f64, Split, [LinkClass; 2])> = None;
    for at in lengths {
        let Some(parts) = class.split_at(at) else { continue };
        if parts.iter().any(|part| as_f64(part.links) < LEAST_SHARE * as_f64(class.links)) {
            continue;
        }
        let (mut costs, mut points) = (Money::ZERO, 0.0);
        let mut serves = true;
        for (part, ids) in parts.iter().zip([&below, &everywhere]) {
            let judged: Vec<Candidate> =
                ids.iter().map(|id| judge.one(part, id)).collect::<Result<_, _>>()?;
            let Some(pick) = preference.first(&judged, Candidate::usable) else {
                serves = false;
                continue;
            };
            costs += pick.tco.nominal;
            let burdens = preference.burdens(&judged);
            let burden = |id: &str| burden_of(&judged, &burdens, id);
            points += (burden(&best.technology) - burden(&pick.technology)) * as_f64(part.links);
        }
        let saved = best.tco.nominal - costs;
        let gain = if preference.buyer().is_some() { points } else { saved.as_usd() };
        let before = found.as_ref().map_or(0.0, |(gain, ..)| *gain);
        if serves && gain > before {
            found = Some((gain, Split { class: class.name.clone(), at, saved }, parts));
        }
    }
    Ok(found.map(|(_, split, parts)| (split, parts)))
}

/// The burden of one of some candidates; without end where it is not among them.
fn burden_of(candidates: &[Candidate], burdens: &[f64], id: &str) -> f64 {
    let mut each = candidates.iter().zip(burdens);
    each.find(|(c, _)| c.technology == id).map_or(f64::INFINITY, |(_, burden)| *burden)
}
