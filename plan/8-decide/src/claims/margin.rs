//! How far an answer lies from its bound, and a verdict from turning.

use super::{Answer, Bound, Finding, Verdict};
use lightloom_units::significant;
use schemars::JsonSchema;
use serde::Serialize;

/// What would turn a verdict with the least change of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Turn {
    /// The verdict that it would turn into.
    pub to: Verdict,
    /// Distance of the number that must move farthest from its bound, percent of the bound.
    pub percent: f64,
    /// How many numbers must cross their bounds.
    pub numbers: u64,
    /// The one that must move farthest.
    pub what: String,
    /// Its boundary.
    pub boundary: String,
}

impl Bound {
    /// Distance of a value from the nearer end of this bound, percent of that end: positive where the value keeps it. `None`
    /// where that end is zero.
    ///
    /// # Example
    /// ```
    /// use lightloom_decide::claims::Bound;
    /// let thirty = Bound { at_least: Some(30.0), at_most: None };
    /// assert_eq!(thirty.margin_percent(33.0), Some(10.0));
    /// assert_eq!(thirty.margin_percent(15.0), Some(-50.0));
    /// ```
    #[must_use]
    pub fn margin_percent(self, value: f64) -> Option<f64> {
        let from = |end: f64, distance: f64| {
            let share = distance / end.abs() * 100.0;
            share.is_finite().then_some(share)
        };
        let low = self.at_least.map(|least| from(least, value - least));
        let high = self.at_most.map(|most| from(most, most - value));
        match (low, high) {
            (Some(a), Some(b)) => a.zip(b).map(|(a, b)| a.min(b)),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => None,
        }
    }
}

/// The least change that turns a verdict; `None` where nothing is weighed, sources disagree already, or a bound is zero.
///
/// # Model
/// A claim that holds turns when its nearest number breaks its bound; a contradicted one when its nearest keeps it. Of one that
/// holds at a boundary either all that keep must break, or all that break must keep: the farthest of them decides, and the
/// easier way counts. What it turns into is [`Verdict::of`] what is then found, open numbers as open as before. Numbers are
/// moved alone; what moves them together is not looked into.
#[must_use]
pub fn turn(answers: &[Answer]) -> Option<Turn> {
    let weighed = |finding: Finding| -> Option<Vec<(&Answer, f64)>> {
        let of = answers.iter().filter(|a| a.finding == Some(finding));
        of.map(|a| Some((a, a.margin_percent?.abs()))).collect()
    };
    let (kept, broken) = (weighed(Finding::Kept)?, weighed(Finding::Broken)?);
    let open = answers.iter().filter(|a| a.finding == Some(Finding::Open)).count();
    // When so many numbers have crossed their bounds and so many then keep and break them.
    let turned = |(answer, percent): (&Answer, f64), numbers: usize, to: [usize; 2]| {
        let of = [(Finding::Kept, to[0]), (Finding::Broken, to[1]), (Finding::Open, open)];
        let found: Vec<Finding> =
            of.iter().flat_map(|(f, n)| std::iter::repeat_n(*f, *n)).collect();
        Turn {
            to: Verdict::of(&found),
            percent,
            numbers: numbers as u64,
            what: answer.what.clone(),
            boundary: answer.boundary.clone(),
        }
    };
    let (keep, fail) = (kept.len(), broken.len());
    match (keep > 0, fail > 0) {
        (true, false) if open == 0 => nearest(&kept).map(|found| turned(found, 1, [keep - 1, 1])),
        (false, true) if open == 0 => nearest(&broken).map(|found| turned(found, 1, [1, fail - 1])),
        (true, true) => {
            let up = farthest(&broken).map(|found| turned(found, fail, [keep + fail, 0]));
            let down = farthest(&kept).map(|found| turned(found, keep, [0, keep + fail]));
            match (up, down) {
                (Some(up), Some(down)) => Some(if up.percent < down.percent { up } else { down }),
                (up, down) => up.or(down),
            }
        }
        _ => None,
    }
}

fn nearest<'a>(all: &[(&'a Answer, f64)]) -> Option<(&'a Answer, f64)> {
    all.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))
}

fn farthest<'a>(all: &[(&'a Answer, f64)]) -> Option<(&'a Answer, f64)> {
    all.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
}

impl Turn {
    /// In a sentence.
    #[must_use]
    pub fn text(&self) -> String {
        let percent = significant(self.percent, 3);
        let boundary =
            if self.boundary.is_empty() { String::new() } else { format!(" ({})", self.boundary) };
        match self.numbers {
            1 => format!(
                "It turns to \"{}\" when one number crosses its bound, {percent} % of the bound away: {}{boundary}.",
                self.to.name(),
                self.what
            ),
            n => format!(
                "It turns to \"{}\" when {n} numbers cross their bounds, the farthest {percent} % of its bound away: {}{boundary}.",
                self.to.name(),
                self.what
            ),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    fn saving(percent: f64) -> Answer {
        Answer::new("saving", percent.to_string(), percent, "%").at_least(30.0)
    }

    #[test]
    fn the_nearest_number_turns_what_holds_and_what_is_contradicted() {
        let holds = turn(&[saving(60.0), saving(33.0)]).unwrap();
        assert_eq!(
            (holds.to, holds.numbers, holds.boundary.as_str()),
            (Verdict::HoldsAtThisBoundary, 1, "33")
        );
        assert!((holds.percent - 10.0).abs() < 1e-9);
        let alone = turn(&[saving(15.0)]).unwrap();
        assert_eq!((alone.to, alone.percent), (Verdict::Holds, 50.0));
    }

    #[test]
    fn the_easier_way_turns_what_holds_at_a_boundary() {
        // Either both that keep fall by half of the bound, or the one that breaks gains a tenth of it.
        let mixed = turn(&[saving(45.0), saving(36.0), saving(27.0)]).unwrap();
        assert_eq!((mixed.to, mixed.numbers), (Verdict::Holds, 1));
        assert!((mixed.percent - 10.0).abs() < 1e-9);
        let other = turn(&[saving(33.0), saving(0.0)]).unwrap();
        assert_eq!((other.to, other.boundary.as_str()), (Verdict::Contradicted, "33"));
    }

    #[test]
    fn a_verdict_turns_into_what_its_numbers_then_add_up_to() {
        let open = saving(40.0).spread([20.0, 60.0]);
        // With an open number beside them, neither all kept nor all broken settles it.
        let down = turn(&[saving(33.0), saving(0.0), open.clone()]).unwrap();
        assert_eq!((down.to, down.boundary.as_str()), (Verdict::UndecidedByEvidence, "33"));
        let up = turn(&[saving(60.0), saving(27.0), open.clone()]).unwrap();
        assert_eq!((up.to, up.boundary.as_str()), (Verdict::UndecidedByEvidence, "27"));
        // One that breaks beside an open one is undecided as it is.
        assert_eq!(turn(&[saving(15.0), open]), None);
        let none = turn(&[saving(15.0), saving(24.0)]).unwrap();
        assert_eq!((none.to, none.boundary.as_str()), (Verdict::HoldsAtThisBoundary, "24"));
    }

    #[test]
    fn nothing_turns_where_nothing_is_weighed_or_sources_disagree() {
        assert_eq!(turn(&[Answer::new("length", "here", 1.0, "m")]), None);
        assert_eq!(turn(&[saving(40.0).spread([20.0, 60.0])]), None);
        assert_eq!(turn(&[Answer::new("change", "here", 1.0, "").at_least(0.0)]), None);
        let between = Bound { at_least: Some(10.0), at_most: Some(20.0) };
        assert_eq!(between.margin_percent(18.0), Some(10.0));
        assert_eq!(between.margin_percent(5.0), Some(-50.0));
    }
}
