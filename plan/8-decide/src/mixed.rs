//! Mixed media: whether a class of links is better split at a length, with one technology below it and another beyond.

use crate::candidate::{Candidate, Judge, cheapest};
use lightloom_fabric::LinkClass;
use lightloom_scenario::RunError;
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
    /// What the mix saves over the years against one technology for the whole class.
    pub saved: Money,
}

/// The split that costs least over the years; `None` where one technology for all links costs no more.
///
/// # Model
/// Technologies that would cost less than the best usable one, but do not close at the class's longest length, each give a
/// length: the longest that it closes, down to half a metre. At each the class is split where both parts have at least
/// [`LEAST_SHARE`] of the links, and both parts get what costs least there.
///
/// # Validity
/// One split of a class. A box that then takes two media has cages for either.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn split(
    judge: &Judge<'_>,
    class: &LinkClass,
    candidates: &[Candidate],
) -> Result<Option<(Split, [LinkClass; 2])>, RunError> {
    let Some(best) = cheapest(candidates, Candidate::usable) else { return Ok(None) };
    let short: Vec<&Candidate> = candidates
        .iter()
        .filter(|c| judge.falls_short(class, c) && c.tco.nominal < best.tco.nominal)
        .collect();
    let down = |reach: Length| Length::m((reach.as_m() / STEP_M).floor() * STEP_M);
    let mut lengths: Vec<Length> = short.iter().map(|c| down(c.fitted.port.reach)).collect();
    lengths.sort_by(Length::total_cmp);
    lengths.dedup();
    let mut found: Option<(Split, [LinkClass; 2])> = None;
    for at in lengths {
        let Some(parts) = class.split_at(at) else { continue };
        let least = LEAST_SHARE * lightloom_scenario::run::as_f64(class.links);
        if parts.iter().any(|part| lightloom_scenario::run::as_f64(part.links) < least) {
            continue;
        }
        let usable = candidates.iter().filter(|c| c.usable());
        let everywhere: Vec<&str> = usable.map(|c| c.technology.as_str()).collect();
        let below = short.iter().map(|c| c.technology.as_str()).chain(everywhere.iter().copied());
        let below: Vec<&str> = below.collect();
        let mut costs = Money::ZERO;
        let mut serves = true;
        for (part, ids) in parts.iter().zip([&below, &everywhere]) {
            let judged: Vec<Candidate> =
                ids.iter().map(|id| judge.one(part, id)).collect::<Result<_, _>>()?;
            match cheapest(&judged, Candidate::usable) {
                Some(pick) => costs += pick.tco.nominal,
                None => serves = false,
            }
        }
        let saved = best.tco.nominal - costs;
        let before = found.as_ref().map_or(Money::ZERO, |(split, _)| split.saved);
        if serves && saved > before {
            found = Some((Split { class: class.name.clone(), at, saved }, parts));
        }
    }
    Ok(found)
}
