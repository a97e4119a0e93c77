//! What to say where nothing flips: how far a strategy is from it, and which named input comes nearest.

use super::BreakEvenSheetError;
use super::input::{Input, NAMED};
use super::scene::{Scene, Standing};
use crate::decide::Case;
use crate::draws::place;
use crate::sentence::dollars;
use crate::strategy::Rule;
use lightloom_economics::Axis;
use lightloom_evidence::Facts;
use lightloom_units::significant;

/// Inputs that are told.
const TOLD: usize = 3;

/// Where a straight line through both ends of the range would reach zero, when it lies outside and means something.
///
/// # Model
/// Linear continuation of the advantage beyond the range: an order of magnitude, not a break-even.
pub(super) fn beyond(input: &Input, axis: &Axis, [low, high]: [f64; 2]) -> Option<String> {
    let (x0, x1) = (axis.low(), axis.high());
    let slope = (high - low) / (x1 - x0);
    let at = x0 - low / slope;
    let outside = at.is_finite() && !(x0..=x1).contains(&at);
    if !outside {
        return None;
    }
    // Prices, times and shares end at zero.
    if at < 0.0 && x0 >= 0.0 {
        return Some("going on like this it would not flip at any value above zero".to_owned());
    }
    let about = format!("{} {}", significant(input.to_unit(at), 2), input.unit);
    Some(format!("going on like this it would flip at about {}", about.trim_end()))
}

/// An input that comes near a flip at one of its ends.
struct Near {
    name: &'static str,
    end: String,
    rule: Rule,
    now: f64,
    there: f64,
}

impl Near {
    /// What is left of the advantage, or of what is lacking; below zero it has flipped.
    fn left(&self) -> f64 {
        self.there / self.now
    }

    fn told(&self) -> String {
        let strategy = self.rule.id();
        let (now, there) = (dollars(self.now), dollars(self.there));
        if self.left() <= 0.0 {
            return format!("{} at {} turns {strategy} from {now} to {there}", self.name, self.end);
        }
        format!("{} at {} takes {strategy} from {now} to {there}", self.name, self.end)
    }
}

/// The named inputs that bring any of these strategies nearest to a flip, each at the end of its own range, in a sentence.
///
/// # Errors
/// [`BreakEvenSheetError`] as for any input.
pub(super) fn nearest(
    case: &Case<'_>,
    facts: &Facts<'_>,
    scene: &Scene<'_>,
    (asked, rules, against): (&str, &[Rule], Rule),
) -> Result<Option<String>, BreakEvenSheetError> {
    let now = scene.at(&[], None)?;
    let advantage =
        |all: &[Standing], rule: Rule| all[place(against)].discounted - all[place(rule)].discounted;
    let mut found: Vec<Near> = Vec::new();
    for (name, _) in NAMED.iter().filter(|(name, _)| *name != "premium" && *name != asked) {
        let input = Input::find(name, case.scenario, facts)?;
        let axis = input.axis()?;
        let mut best: Option<Near> = None;
        for value in [axis.low(), axis.high()] {
            // An end at which a floor refuses, as a PUE below what the cooling allows, is no end to speak of.
            let Ok(there) = scene.at(&[(&input, value)], None) else { continue };
            for rule in rules {
                let (now, there) = (advantage(&now, *rule), advantage(&there, *rule));
                if now.abs() < 1.0 {
                    continue;
                }
                let near = Near { name, end: input.shown(value), rule: *rule, now, there };
                if best.as_ref().is_none_or(|b| near.left() < b.left()) {
                    best = Some(near);
                }
            }
        }
        found.extend(best);
    }
    found.sort_by(|a, b| a.left().total_cmp(&b.left()));
    let told: Vec<String> = found.iter().take(TOLD).map(Near::told).collect();
    if told.is_empty() {
        return Ok(None);
    }
    let flips = found.iter().filter(|n| n.left() <= 0.0).count();
    let head = match flips {
        0 => "No named input flips any of these within its range; nearest come".to_owned(),
        1 => "Of the named inputs one flips within its range; nearest come".to_owned(),
        n => format!("Of the named inputs {n} flip within their ranges; most of all"),
    };
    Ok(Some(format!(
        "{head}: {}. A price of its own: `lightloom breakeven premium`.",
        told.join("; ")
    )))
}
