//! A number with its boundary, a claim's bound on it, and the verdict that follows.

use crate::check::Figure;
use crate::check::row;
use crate::sentence::dollars;
use lightloom_evidence::Facts;
use lightloom_units::{Power, grouped, significant};
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
    /// Every number breaks it.
    Contradicted,
    /// Numbers whose evidence lies on both sides of a bound would decide between two of the others.
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

    /// So many of them in a sentence: `8 hold`.
    #[must_use]
    pub fn counted(self, n: usize) -> String {
        let name =
            if n == 1 { self.name().to_owned() } else { self.name().replace("holds", "hold") };
        format!("{n} {name}")
    }

    /// The verdict that findings add up to: the one that stands whichever way the open ones fall.
    ///
    /// # Model
    /// An open finding may yet be kept or broken. Were all known, there are three verdicts: all kept, it holds; all broken, it is
    /// contradicted; some of each, it holds at this boundary. So one kept and one broken settle it, whatever is open beside
    /// them; with an open one and only kept ones, or only broken ones, two verdicts remain, and it is undecided. So it is where
    /// nothing is weighed.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let any = |finding| findings.contains(&finding);
        match (any(Finding::Kept), any(Finding::Broken), any(Finding::Open)) {
            (true, true, _) => Self::HoldsAtThisBoundary,
            (true, false, false) => Self::Holds,
            (false, true, false) => Self::Contradicted,
            (_, _, true) | (false, false, false) => Self::UndecidedByEvidence,
        }
    }

    /// Between which verdicts open findings would decide, in a sentence; empty where a verdict stands or nothing is weighed.
    ///
    /// # Example
    /// ```
    /// use lightloom_decide::claims::Finding::{Broken, Open};
    /// use lightloom_decide::claims::Verdict;
    /// let said = Verdict::left_open(&[Broken, Open, Broken]);
    /// assert_eq!(said, "Undecided between \"contradicted\" and \"holds at this boundary\": 2 numbers break their bounds, 1 is open.");
    /// ```
    #[must_use]
    pub fn left_open(findings: &[Finding]) -> String {
        let count = |finding| findings.iter().filter(|f| **f == finding).count();
        let (kept, broken, open) =
            (count(Finding::Kept), count(Finding::Broken), count(Finding::Open));
        let between = |settled: Self, n: usize, does: [&str; 2]| {
            let (subject, verb) = if n == 1 { ("number", does[0]) } else { ("numbers", does[1]) };
            format!(
                "Undecided between \"{}\" and \"{}\": {n} {subject} {verb}, {open} {} open.",
                settled.name(),
                Self::HoldsAtThisBoundary.name(),
                if open == 1 { "is" } else { "are" }
            )
        };
        match (kept, broken, open) {
            (_, _, 0) => String::new(),
            (0, 0, 1) => "The one number that is weighed is open.".to_owned(),
            (0, 0, n) => format!("All {n} numbers that are weighed are open."),
            (n, 0, _) => between(Self::Holds, n, ["keeps its bound", "keep their bounds"]),
            (0, n, _) => between(Self::Contradicted, n, ["breaks its bound", "break their bounds"]),
            _ => String::new(),
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
            (Some(a), Some(b)) => ends(a, b, unit),
            (Some(a), None) => format!("at least {}", show(a)),
            (None, Some(b)) => format!("at most {}", show(b)),
            (None, None) => String::new(),
        }
    }
}

/// For people: money and power with the prefix that fits, a share that is as good as none as none.
fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        // A count of many with its thousands apart.
        "" if value >= 1e4 => grouped(&significant(value, 4)),
        "" => significant(value, 4),
        "USD" => dollars(value),
        "W" => Power::w(value).to_string(),
        "%" if value.abs() < 0.005 => "0 %".to_owned(),
        _ => format!("{} {unit}", significant(value, 4)),
    }
}

/// Both ends of a range with their unit, which is said once where it is the same.
fn ends(low: f64, high: f64, unit: &str) -> String {
    let [from, to] = [low, high].map(|x| with_unit(x, unit));
    let tail = |text: &str| text.rsplit_once(' ').map(|(_, unit)| unit.to_owned());
    if from == to {
        return from;
    }
    match (from.rsplit_once(' '), tail(&to)) {
        (Some((number, first)), Some(second)) if unit != "USD" && first == second => {
            format!("{number} to {to}")
        }
        _ => format!("{from} to {to}"),
    }
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
    /// The numbers that it is a ratio or a share of, where the claim's command shows those in its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<f64>,
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
            of: Vec::new(),
        }
    }

    /// A ratio or share of these numbers, which the claim's command shows.
    #[must_use]
    pub fn of<const N: usize>(mut self, numbers: [f64; N]) -> Self {
        self.of = numbers.to_vec();
        self
    }

    /// The number with the ends of its evidence.
    #[must_use]
    pub fn spread(mut self, evidence: [f64; 2]) -> Self {
        self.evidence = Some(evidence);
        self.weigh()
    }

    /// The same, where ends are known.
    #[must_use]
    pub fn spread_by(self, evidence: Option<[f64; 2]>) -> Self {
        match evidence {
            Some(ends) => self.spread(ends),
            None => self,
        }
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
        self.evidence.map_or_else(String::new, |[low, high]| ends(low, high, &self.unit))
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
            (vec![Broken, Open], Verdict::UndecidedByEvidence),
            (vec![Broken, Open, Open], Verdict::UndecidedByEvidence),
            (vec![Kept, Open], Verdict::UndecidedByEvidence),
            (vec![Open], Verdict::UndecidedByEvidence),
            (vec![], Verdict::UndecidedByEvidence),
        ] {
            assert_eq!(Verdict::of(&findings), verdict, "{findings:?}");
        }
    }

    /// Every way in which open findings may fall.
    fn falls(findings: &[Finding]) -> Vec<Vec<Finding>> {
        findings.iter().fold(vec![Vec::new()], |ways, finding| {
            let ends = match finding {
                Finding::Open => &[Finding::Kept, Finding::Broken][..],
                known => std::slice::from_ref(known),
            };
            let longer = |way: &Vec<Finding>, end: &Finding| [&way[..], &[*end]].concat();
            ways.iter().flat_map(|way| ends.iter().map(|end| longer(way, end))).collect()
        })
    }

    #[test]
    fn a_verdict_stands_whichever_way_open_numbers_fall() {
        use Finding::{Broken, Kept, Open};
        // Every claim of up to four numbers, digits to the base of three.
        for n in 1..=4_u32 {
            for code in 0..3_usize.pow(n) {
                let digit = |k: u32| [Kept, Broken, Open][code / 3_usize.pow(k) % 3];
                let findings: Vec<Finding> = (0..n).map(digit).collect();
                let ways: Vec<Verdict> = falls(&findings).iter().map(|w| Verdict::of(w)).collect();
                let same = ways.iter().all(|way| *way == ways[0]);
                let expected = if same { ways[0] } else { Verdict::UndecidedByEvidence };
                assert_eq!(Verdict::of(&findings), expected, "{findings:?}");
            }
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        let said = |value, unit: &str| Answer::new("number", "here", value, unit).text();
        assert_eq!(said(216_875.0, "W"), "216.9 kW");
        assert_eq!(said(42_818_724.0, "USD"), "$42.8 M");
        assert_eq!(said(-2_787_396.0, "USD"), "-$2.79 M");
        assert_eq!(said(0.000_68, "%"), "0 %");
        assert_eq!(said(12.243, "%"), "12.24 %");
        assert_eq!(said(7_415_424.0, ""), "7,415,424");
        let spread = |low, high, unit: &str| {
            Answer::new("number", "here", low, unit).spread([low, high]).evidence_text()
        };
        assert_eq!(spread(179_695.0, 287_637.0, "W"), "179.7 to 287.6 kW");
        assert_eq!(spread(900.0, 1_100.0, "W"), "900 W to 1.1 kW");
        assert_eq!(spread(-4.582e6, 12.48e6, "USD"), "-$4.58 M to $12.5 M");
        assert_eq!(spread(0.5, 1.5, ""), "0.5 to 1.5");
        // As good as none at either end.
        assert_eq!(spread(0.000_3, 0.001_9, "%"), "0 %");
        assert_eq!(Verdict::Holds.counted(8), "8 hold");
        assert_eq!(Verdict::HoldsAtThisBoundary.counted(22), "22 hold at this boundary");
        assert_eq!(Verdict::Holds.counted(1), "1 holds");
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
