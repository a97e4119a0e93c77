//! A number with its boundary, a claim's bound on it, and the verdict that follows.

use crate::check::Figure;
use crate::check::row;
use lightloom_evidence::Facts;
use lightloom_units::significant;
use schemars::JsonSchema;
use serde::Serialize;

/// What computed numbers make of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every number keeps the claim's bound.
    Holds,
    /// Some keep it, some break it: the boundary decides.
    HoldsAtThisBoundary,
    /// None keeps it, and some break it.
    Contradicted,
    /// The evidence lies on both sides of a bound, and no number breaks one.
    UndecidedByEvidence,
}

impl Verdict {
    /// All.
    pub const ALL: [Self; 4] =
        [Self::Holds, Self::HoldsAtThisBoundary, Self::Contradicted, Self::UndecidedByEvidence];

    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsAtThisBoundary => "holds at this boundary",
            Self::Contradicted => "contradicted",
            Self::UndecidedByEvidence => "undecided by evidence",
        }
    }

    /// The verdict that findings add up to.
    ///
    /// # Model
    /// All kept: it holds. Some kept and some broken: it holds at this boundary. Some broken and none kept: contradicted.
    /// Otherwise, open ones among them or nothing to weigh: undecided.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let any = |finding| findings.contains(&finding);
        match (any(Finding::Kept), any(Finding::Broken), any(Finding::Open)) {
            (true, true, _) => Self::HoldsAtThisBoundary,
            (false, true, _) => Self::Contradicted,
            (true, false, false) => Self::Holds,
            (_, false, _) => Self::UndecidedByEvidence,
        }
    }
}

/// What one number makes of the claim's bound on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It keeps the bound, at both ends of its evidence.
    Kept,
    /// It breaks the bound, at both ends of its evidence.
    Broken,
    /// Its evidence lies on both sides.
    Open,
}

impl Finding {
    /// Name in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Open => "open",
        }
    }
}

/// What a claim says of a number, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Bound {
    /// Least.
    pub at_least: Option<f64>,
    /// Most.
    pub at_most: Option<f64>,
}

impl Bound {
    fn keeps(self, value: f64) -> bool {
        // A difference in the last digits is none.
        let slack = 1e-9 * value.abs();
        self.at_least.is_none_or(|least| value >= least - slack)
            && self.at_most.is_none_or(|most| value <= most + slack)
    }

    /// What a value makes of it, whose evidence spans a range.
    fn weigh(self, value: f64, [low, high]: [f64; 2]) -> Finding {
        let clear = self.at_least.is_some_and(|least| high < least)
            || self.at_most.is_some_and(|most| low > most);
        match (self.keeps(low) && self.keeps(high), self.keeps(value)) {
            (true, true) => Finding::Kept,
            (_, false) if clear => Finding::Broken,
            _ => Finding::Open,
        }
    }

    /// In words, with its unit.
    #[must_use]
    pub fn text(self, unit: &str) -> String {
        let show = |x| with_unit(x, unit);
        match (self.at_least, self.at_most) {
            (Some(a), Some(b)) => format!("{} to {}", significant(a, 4), show(b)),
            (Some(a), None) => format!("at least {}", show(a)),
            (None, Some(b)) => format!("at most {}", show(b)),
            (None, None) => String::new(),
        }
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    let number = significant(value, 4);
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

/// A computed number with its boundary.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// What it is.
    pub what: String,
    /// Where the line is drawn around it.
    pub boundary: String,
    /// The number.
    pub value: f64,
    /// Its unit; empty for ratios and counts.
    pub unit: String,
    /// Ends of the evidence that it rests on: of the one fact that decides it and its rivals, or 5 and 95 % of joint draws of all facts.
    pub evidence: Option<[f64; 2]>,
    /// What the claim says of it; absent where the number only explains.
    pub bound: Option<Bound>,
    /// Distance from the nearer end of that bound, percent of it; positive where the number keeps it.
    pub margin_percent: Option<f64>,
    /// What it makes of that.
    pub finding: Option<Finding>,
    /// What was published of it, with kind and source.
    pub published: Option<String>,
}

impl Answer {
    /// A number that explains.
    #[must_use]
    pub fn new(
        what: impl Into<String>,
        boundary: impl Into<String>,
        value: f64,
        unit: &str,
    ) -> Self {
        Self {
            what: what.into(),
            boundary: boundary.into(),
            value,
            unit: unit.to_owned(),
            evidence: None,
            bound: None,
            margin_percent: None,
            finding: None,
            published: None,
        }
    }

    /// The number with the ends of its evidence.
    #[must_use]
    pub fn spread(mut self, evidence: [f64; 2]) -> Self {
        self.evidence = Some(evidence);
        self.weigh()
    }

    /// Claimed to be at least so much.
    #[must_use]
    pub fn at_least(self, least: f64) -> Self {
        self.bounded(Bound { at_least: Some(least), at_most: None })
    }

    /// Claimed to be at most so much.
    #[must_use]
    pub fn at_most(self, most: f64) -> Self {
        self.bounded(Bound { at_least: None, at_most: Some(most) })
    }

    /// Claimed to lie between.
    #[must_use]
    pub fn between(self, least: f64, most: f64) -> Self {
        self.bounded(Bound { at_least: Some(least), at_most: Some(most) })
    }

    fn bounded(mut self, bound: Bound) -> Self {
        self.bound = Some(bound);
        self.weigh()
    }

    fn weigh(mut self) -> Self {
        let evidence = self.evidence.unwrap_or([self.value; 2]);
        self.finding = self.bound.map(|bound| bound.weigh(self.value, evidence));
        self.margin_percent = self.bound.and_then(|bound| bound.margin_percent(self.value));
        self
    }

    /// Beside a fact of the catalog that publishes it.
    #[must_use]
    pub fn beside(mut self, facts: &Facts<'_>, fact: &str) -> Self {
        let figure = Figure { what: String::new(), fact: fact.to_owned(), computed: self.value };
        self.published =
            row(figure, facts).map(|r| format!("{} ({}, {})", r.published, r.kind, r.source.title));
        self
    }

    /// The number with its unit.
    #[must_use]
    pub fn text(&self) -> String {
        with_unit(self.value, &self.unit)
    }

    /// The claim's bound with its unit; empty where there is none.
    #[must_use]
    pub fn bound_text(&self) -> String {
        self.bound.map_or_else(String::new, |bound| bound.text(&self.unit))
    }

    /// Its margin to that bound with its sign; empty where there is none.
    #[must_use]
    pub fn margin_text(&self) -> String {
        self.margin_percent.map_or_else(String::new, |percent| {
            let sign = if percent > 0.0 { "+" } else { "" };
            format!("{sign}{} %", significant(percent, 3))
        })
    }

    /// Ends of the evidence with their unit; empty where none is given.
    #[must_use]
    pub fn evidence_text(&self) -> String {
        self.evidence.map_or_else(String::new, |[low, high]| {
            format!("{} to {}", significant(low, 4), with_unit(high, &self.unit))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(value: f64) -> Answer {
        Answer::new("ratio", "nowhere", value, "")
    }

    #[test]
    fn a_verdict_follows_the_numbers() {
        use Finding::{Broken, Kept, Open};
        for (findings, verdict) in [
            (vec![Kept, Kept], Verdict::Holds),
            (vec![Kept, Broken], Verdict::HoldsAtThisBoundary),
            (vec![Kept, Broken, Open], Verdict::HoldsAtThisBoundary),
            (vec![Broken, Broken], Verdict::Contradicted),
            (vec![Broken, Open], Verdict::Contradicted),
            (vec![Kept, Open], Verdict::UndecidedByEvidence),
            (vec![Open], Verdict::UndecidedByEvidence),
            (vec![], Verdict::UndecidedByEvidence),
        ] {
            assert_eq!(Verdict::of(&findings), verdict, "{findings:?}");
        }
    }

    #[test]
    fn a_number_keeps_breaks_or_leaves_open() {
        assert_eq!(ratio(10.0).at_least(10.0).finding, Some(Finding::Kept));
        assert_eq!(ratio(9.9).at_least(10.0).finding, Some(Finding::Broken));
        assert_eq!(ratio(0.3).between(0.1, 0.2).finding, Some(Finding::Broken));
        assert_eq!(ratio(0.15).between(0.1, 0.2).finding, Some(Finding::Kept));
        assert_eq!(ratio(2.0).at_most(1.0).finding, Some(Finding::Broken));
        assert_eq!(ratio(2.0).finding, None);
        // The order in which bound and evidence are said does not matter.
        for answer in [
            ratio(50.0).between(150.0, 200.0).spread([9.0, 160.0]),
            ratio(50.0).spread([9.0, 160.0]).between(150.0, 200.0),
        ] {
            assert_eq!(answer.finding, Some(Finding::Open));
        }
        assert_eq!(
            ratio(50.0).between(150.0, 200.0).spread([9.0, 140.0]).finding,
            Some(Finding::Broken)
        );
        assert_eq!(ratio(50.0).at_least(40.0).spread([30.0, 60.0]).finding, Some(Finding::Open));
    }
}
