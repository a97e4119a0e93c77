//! Published studies of clusters with co-packaged optics beside the same clusters computed.
//!
//! Each study is a list of rows: a published figure with its source, and what the floors compute for the cluster that the
//! study names. Where a study prints several figures of one thing, its own numbers are also held against each other: those
//! rows compute nothing of ours.
//!
//! | file | what |
//! |---|---|
//! | `cluster` | a cluster as studies count it: transceivers, switches, power, price |
//! | `semianalysis` | GB300 NVL72 on InfiniBand by layers of switches |
//! | `lambda` | switches of 144 ports, with and without co-packaged optics |
//! | `ibm` | fewer switches of more ports |

mod cluster;
mod ibm;
mod lambda;
mod semianalysis;

use crate::plan::SourceRow;
use lightloom_evidence::{Fact, FactError, Facts};
use lightloom_scenario::{Library, RunError};
use lightloom_units::{Decibel, Quantity, significant};
use schemars::JsonSchema;
use serde::Serialize;

/// Studies beside computed clusters. Schema `lightloom.fabric-studies/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Studies {
    /// `lightloom.fabric-studies/1`.
    pub schema: &'static str,
    /// The studies.
    pub studies: Vec<Study>,
}

/// A study.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Study {
    /// Its name here.
    pub id: String,
    /// What it is a study of.
    pub title: String,
    /// Shipped systems that stand for its clusters.
    pub systems: Vec<String>,
    /// What was compared with what, and what was given to our models.
    pub about: String,
    /// Its figures beside ours.
    pub rows: Vec<StudyRow>,
    /// Its figures beside what its own other figures give.
    pub arithmetic: Vec<StudyRow>,
}

/// A published figure beside a computed one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyRow {
    /// What is compared.
    pub what: String,
    /// What is counted in it.
    pub boundary: String,
    /// Ours, in the unit of the published one; in arithmetic, what the study's other figures give.
    pub computed: String,
    /// As published.
    pub published: String,
    /// How far ours lies from it, in percent, or in percentage points where both are changes; empty where the published
    /// digits hold it.
    pub deviation: String,
    /// The same in decibels of the ratio; of what remains, where both are changes.
    pub deviation_db: f64,
    /// Why they differ; empty where they do not.
    pub cause: String,
    /// `measured`, `spec`, `model`, `claimed`.
    pub kind: String,
    /// The published fact.
    pub fact: String,
    /// Row of the research notes.
    pub row: String,
    /// Who published it.
    pub source: SourceRow,
}

/// Names of the studies, with the shipped systems that stand for their clusters.
pub const STUDIES: [(&str, &[&str]); 3] =
    [("semianalysis", &semianalysis::SYSTEMS), ("lambda", &lambda::SYSTEMS), ("ibm", &[])];

/// A study by its name; `None` where there is no such.
///
/// # Errors
/// [`RunError`] when a floor refuses, or the catalog lacks a fact.
pub fn study(library: &Library, facts: &Facts<'_>, id: &str) -> Result<Option<Study>, RunError> {
    Ok(match id {
        "semianalysis" => Some(semianalysis::study(library, facts)?),
        "lambda" => Some(lambda::study(library, facts)?),
        "ibm" => Some(ibm::study(facts)?),
        _ => None,
    })
}

/// All studies.
///
/// # Errors
/// As [`study`].
pub fn studies(library: &Library, facts: &Facts<'_>) -> Result<Vec<Study>, RunError> {
    let all = STUDIES.iter().map(|(id, _)| study(library, facts, id));
    Ok(all.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// How two figures are held against each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// By their ratio.
    Value,
    /// By their difference in points: both are changes against the same thing, printed in whole percent.
    Change,
    /// The same, against the value that was printed, not its range.
    Printed,
}

/// Rows under construction.
struct Table<'a> {
    facts: &'a Facts<'a>,
    rows: Vec<StudyRow>,
}

impl<'a> Table<'a> {
    const fn new(facts: &'a Facts<'a>) -> Self {
        Self { facts, rows: Vec::new() }
    }

    /// A value beside a published one.
    fn value<Q: Quantity>(
        &mut self,
        what: &str,
        boundary: &str,
        computed: Q,
        fact: &str,
        cause: &str,
    ) -> Result<(), FactError> {
        self.facts.get::<Q>(fact)?;
        self.row([what, boundary, fact, cause], computed.si(), Form::Value)
    }

    /// A change, as what is after over what was before, beside a published one.
    fn change(
        &mut self,
        what: &str,
        boundary: &str,
        after_over_before: f64,
        fact: &str,
        cause: &str,
    ) -> Result<(), FactError> {
        self.facts.get::<lightloom_units::Ratio>(fact)?;
        self.row([what, boundary, fact, cause], after_over_before - 1.0, Form::Change)
    }

    /// A change beside what was printed of it, whatever range is known.
    fn printed(
        &mut self,
        what: &str,
        boundary: &str,
        change: f64,
        fact: &str,
        cause: &str,
    ) -> Result<(), FactError> {
        self.facts.get::<lightloom_units::Ratio>(fact)?;
        self.row([what, boundary, fact, cause], change, Form::Printed)
    }

    fn row(
        &mut self,
        [what, boundary, id, cause]: [&str; 4],
        computed: f64,
        form: Form,
    ) -> Result<(), FactError> {
        let catalog = self.facts.catalog();
        let missing = || FactError::Missing { id: id.to_owned(), near: Vec::new() };
        let fact = catalog.get(id).ok_or_else(missing)?;
        let (deviation, deviation_db) = deviation(fact, computed, form);
        let source = catalog.source_of(fact);
        let published = match fact.is_uncertain() && form != Form::Printed {
            true => format!("{} to {}", fact.show(fact.low), fact.show(fact.high)),
            false => fact.show(fact.value),
        };
        self.rows.push(StudyRow {
            what: what.to_owned(),
            boundary: boundary.to_owned(),
            computed: fact.show_to(computed, digits(fact, computed)),
            published,
            cause: if deviation.is_empty() { String::new() } else { cause.to_owned() },
            deviation,
            deviation_db,
            kind: fact.kind.name().to_owned(),
            fact: id.to_owned(),
            row: fact.row.clone().unwrap_or_default(),
            source: SourceRow {
                title: source.map_or_else(String::new, |s| s.title.clone()),
                url: source.map_or_else(String::new, |s| s.url.clone()),
            },
        });
        Ok(())
    }
}

/// Digits of a computed value: counts and small sums of money whole, all else to three.
fn digits(fact: &Fact, computed: f64) -> usize {
    let whole = matches!(fact.quantity, "count" | "amount of money");
    if whole && computed.abs() >= 1e3 { 6 } else { 3 }
}

/// Distance from what was published, in words and in decibels; empty and zero within its range or its digits.
fn deviation(fact: &Fact, computed: f64, form: Form) -> (String, f64) {
    let end = match form {
        Form::Printed => fact.value,
        _ => computed.clamp(fact.low, fact.high),
    };
    match form {
        Form::Change | Form::Printed => {
            let points = (computed - end) * 100.0;
            // Whole percent are printed.
            if points.abs() <= 0.5 {
                return (String::new(), 0.0);
            }
            let remains = Decibel::from_power_ratio((1.0 + computed) / (1.0 + end)).as_db();
            (format!("{points:+.1} points"), remains)
        }
        Form::Value => {
            let ratio = computed / end;
            let percent = (ratio - 1.0) * 100.0;
            if !percent.is_finite() || (computed - end).abs() <= printed_to(fact, end) {
                return (String::new(), 0.0);
            }
            let near = Decibel::from_power_ratio(ratio).as_db();
            (format!("{}{} %", if percent > 0.0 { "+" } else { "" }, significant(percent, 2)), near)
        }
    }
}

/// Half of the last digit in which a value is written, in SI units.
fn printed_to(fact: &Fact, si: f64) -> f64 {
    let shown = fact.show(si);
    let number = shown.split(' ').next().unwrap_or_default();
    let decimals = number.split_once('.').map_or(0, |(_, digits)| digits.len());
    let unit = number.parse::<f64>().map_or(0.0, |n| si / n);
    let half = 0.5 * (0..decimals).fold(1.0, |digit, _| digit / 10.0) * unit.abs();
    // No slack for a value of zero, and a hair for what arithmetic leaves.
    if half.is_finite() { half * (1.0 + 1e-9) } else { 0.0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    fn found() -> Vec<Study> {
        let library = Library::shipped().unwrap();
        let facts = Facts::nominal(&library.catalog);
        studies(&library, &facts).unwrap()
    }

    #[test]
    fn studies_are_set_beside_computed_clusters() {
        let found = found();
        assert!(found.iter().map(|s| s.id.as_str()).eq(STUDIES.iter().map(|(id, _)| *id)));
        for study in &found {
            for row in study.rows.iter().chain(&study.arithmetic) {
                assert!(row.deviation_db.is_finite(), "{row:?}");
                // What is off says why, and what is not has nothing to say.
                assert_eq!(row.deviation.is_empty(), row.cause.is_empty(), "{row:?}");
            }
        }
        let row = |study: usize, what: &str| {
            let of = found[study].rows.iter().chain(&found[study].arithmetic);
            of.into_iter().find(|r| r.what.contains(what)).unwrap()
        };
        // By hand: 31 % of 836,944 / 5,464,039 are 4.75 %, and 3 % were printed.
        let contradiction = row(0, "three layers, co-packaged: cluster cost, from");
        assert_eq!(
            (contradiction.computed.as_str(), contradiction.deviation.as_str()),
            ("-4.75 %", "-1.7 points")
        );
        assert!(row(0, "two layers, co-packaged: cluster cost, from").deviation.is_empty());
        // By hand: 12 x 3.05 kW are 36.6 kW, printed as 37.
        assert!(row(1, "576 accelerators: power saved, from").deviation.is_empty());
        // One interface, one module of 800G; one at the leaf and two between leaf and spine share 1.6T.
        assert_eq!(row(0, "modules of 1.6T").computed, "27648 modules");
        assert_eq!(row(2, "switches of 51.2T").computed, "160 switches");
        // Of six ends of three layers five leave their modules, with some of the front end's.
        let gone = row(0, "three layers, co-packaged: transceiver power");
        let percent: f64 = gone.computed.trim_end_matches(" %").parse().unwrap();
        assert!((percent + 500.0 / 6.0).abs() < 1.0, "{}", gone.computed);
    }

    #[test]
    fn a_published_figure_holds_what_its_digits_hold() {
        let library = Library::shipped().unwrap();
        let facts = Facts::nominal(&library.catalog);
        let fact = facts.catalog().get("study.lambda.576.saved").unwrap();
        assert_eq!(deviation(fact, 36_600.0, Form::Value), (String::new(), 0.0));
        assert_eq!(deviation(fact, 18_500.0, Form::Value).0, "-50 %");
        let change = facts.catalog().get("study.semianalysis.cpo_three.network_power").unwrap();
        assert_eq!(deviation(change, -0.233, Form::Change), (String::new(), 0.0));
        let (words, decibels) = deviation(change, -0.615, Form::Change);
        assert_eq!(words, "-38.5 points");
        // Half of what is published remains.
        assert!((decibels + 3.0103).abs() < 1e-3);
    }
}
