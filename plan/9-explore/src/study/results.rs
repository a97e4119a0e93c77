//! What a finished study says: tables as rows stream by, the front, the summary.

use super::axis::Axis;
use super::bench::Row;
use super::front::Front;
use super::limit::goal;
use super::output::Cell;
use super::solve::Found;
use super::table::{Tables, escaped};
use super::{SCHEMA, Study};
use lightloom_decide::draws::quantiles;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Shares of the points that quantiles are of.
const QUANTILES: [f64; 3] = [0.05, 0.5, 0.95];
/// Reasons of refusal that a summary lists.
const LISTED: usize = 20;

/// A study in one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// `lightloom.study/1`.
    pub schema: &'static str,
    /// Version of lightloom.
    pub version: &'static str,
    /// Key of the content.
    pub key: String,
    /// Name of the study.
    pub name: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Points that the axes have.
    pub space: u64,
    /// Points that were computed.
    pub points: u64,
    /// Those that keep all constraints.
    pub feasible: u64,
    /// Those that could not be computed.
    pub refused: u64,
    /// Why not, how often, and the first such point; most frequent first.
    pub reasons: Vec<Reason>,
    /// Axes.
    pub axes: Vec<AxisRow>,
    /// Outputs over the feasible points.
    pub outputs: Vec<OutputRow>,
    /// Points of the front, by rising first goal; nothing without `[pareto]`.
    pub front: Vec<u64>,
    /// What was sought.
    pub solved: Vec<Found>,
}

/// Why points could not be computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What the models said.
    pub said: String,
    /// Points.
    pub points: u64,
    /// The first of them.
    pub first: u64,
}

/// An axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisRow {
    /// Its key.
    pub key: String,
    /// Its unit.
    pub unit: String,
    /// What it is.
    pub about: String,
    /// Values in the grid; nothing for one that is drawn.
    pub values: Option<u64>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputRow {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What it is.
    pub about: String,
    /// Least, mean and largest number; the points of the ends.
    pub numbers: Option<Numbers>,
    /// Each text with its points.
    pub texts: BTreeMap<String, u64>,
}

/// Numbers of an output.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Numbers {
    /// Least.
    pub least: f64,
    /// Point of the least, the first of equal ones.
    pub least_at: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Largest.
    pub most: f64,
    /// Point of the largest.
    pub most_at: u64,
    /// Points that have it.
    pub points: u64,
    /// What 5, 50 and 95 % of them lie below, in a study that draws; else none.
    pub quantiles: Option<[f64; 3]>,
}

/// Takes the rows of a study in the order of its points.
pub struct Collector<'s, 'a, C: Write, P: Write + Send> {
    study: &'s Study<'a>,
    tables: Tables<'s, C, P>,
    /// Points of a search so far: islands may have met the same.
    met: Option<BTreeSet<u64>>,
    front: Front,
    /// Rows of points that are on the front so far, or were.
    kept: BTreeMap<u64, Row>,
    summary: Summary,
    reasons: BTreeMap<String, (u64, u64)>,
    /// Numbers of each output over the feasible points, in a study that draws.
    drawn: Option<Vec<Vec<f64>>>,
}

impl<'s, 'a, C: Write, P: Write + Send> Collector<'s, 'a, C, P> {
    /// Begins the tables.
    ///
    /// # Errors
    /// Those of writing.
    pub fn begin(study: &'s Study<'a>, csv: C, parquet: P) -> io::Result<Self> {
        let about =
            [("lightloom.study", study.file.name.clone()), ("lightloom.key", study.key().hex())];
        let tables = Tables::begin(study.space(), study.outputs(), csv, Some(parquet), &about)?;
        let axes = study.space().axes.iter().map(|axis| AxisRow {
            key: axis.key.clone(),
            unit: axis.form.map_or("", |f| f.unit()).to_owned(),
            about: axis.about.clone(),
            values: (!axis.is_drawn()).then(|| axis.len()),
        });
        let outputs = study.outputs().iter().map(|output| OutputRow {
            name: output.name.clone(),
            unit: output.unit.to_owned(),
            about: output.about.to_owned(),
            numbers: None,
            texts: BTreeMap::new(),
        });
        let summary = Summary {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            key: study.key().hex(),
            name: study.file.name.clone(),
            scenario: study.scenario_name.clone(),
            space: study.space().len(),
            points: 0,
            feasible: 0,
            refused: 0,
            reasons: Vec::new(),
            axes: axes.collect(),
            outputs: outputs.collect(),
            front: Vec::new(),
            solved: Vec::new(),
        };
        let (front, kept, reasons) = (Front::default(), BTreeMap::new(), BTreeMap::new());
        let draws = study.space().axes.iter().any(Axis::is_drawn);
        let drawn = draws.then(|| vec![Vec::new(); summary.outputs.len()]);
        let met = study.file.optimise.is_some().then(BTreeSet::new);
        Ok(Self { study, tables, met, front, kept, summary, reasons, drawn })
    }

    /// Takes a chunk's rows.
    ///
    /// # Errors
    /// Those of writing.
    pub fn take(&mut self, rows: &[Row]) -> io::Result<()> {
        for row in rows {
            if self.met.as_mut().is_some_and(|met| !met.insert(row.point)) {
                continue;
            }
            let feasible = self.study.feasible(row);
            self.tables.row(row, feasible)?;
            self.summary.points += 1;
            if let Some(why) = &row.refused {
                self.summary.refused += 1;
                self.reasons.entry(why.clone()).or_insert((0, row.point)).0 += 1;
            }
            if !feasible {
                continue;
            }
            self.summary.feasible += 1;
            for (output, cell) in self.summary.outputs.iter_mut().zip(&row.cells) {
                output.take(row.point, cell);
            }
            if let Some(drawn) = &mut self.drawn {
                for (numbers, cell) in drawn.iter_mut().zip(&row.cells) {
                    if let Cell::Number(x) = cell {
                        numbers.push(*x);
                    }
                }
            }
            let goals = &self.study.goals;
            if !goals.is_empty() && self.front.offer(goal(row.point, &row.cells, goals)) {
                self.kept.insert(row.point, row.clone());
            }
        }
        // What has left the front is not needed.
        let on: BTreeSet<u64> = self.front.points().iter().map(|g| g.point).collect();
        self.kept.retain(|point, _| on.contains(point));
        Ok(())
    }

    /// Ends the tables: what they were written to, the front as CSV, and the summary with what was sought.
    ///
    /// # Errors
    /// Those of writing.
    pub fn end(self, solved: Vec<Found>) -> io::Result<(C, Option<P>, Vec<u8>, Summary)> {
        let mut summary = self.summary;
        for (output, values) in summary.outputs.iter_mut().zip(self.drawn.unwrap_or_default()) {
            if let Some(numbers) = &mut output.numbers {
                numbers.quantiles = quantiles(values, QUANTILES);
            }
        }
        let mut reasons: Vec<Reason> = self
            .reasons
            .into_iter()
            .map(|(said, (points, first))| Reason { said, points, first })
            .collect();
        reasons.sort_by(|a, b| b.points.cmp(&a.points).then(a.first.cmp(&b.first)));
        reasons.truncate(LISTED);
        summary.reasons = reasons;
        summary.front = self.front.points().iter().map(|g| g.point).collect();
        summary.solved = solved;
        let none = None::<io::Sink>;
        let mut front =
            Tables::begin(self.study.space(), self.study.outputs(), Vec::new(), none, &[])?;
        for row in summary.front.iter().filter_map(|point| self.kept.get(point)) {
            front.row(row, true)?;
        }
        let (front, _) = front.end()?;
        let (csv, parquet) = self.tables.end()?;
        Ok((csv, parquet, front, summary))
    }
}

impl OutputRow {
    fn take(&mut self, point: u64, cell: &Cell) {
        match cell {
            Cell::Number(x) if x.is_finite() => {
                let new = Numbers {
                    least: *x,
                    least_at: point,
                    mean: *x,
                    most: *x,
                    most_at: point,
                    points: 1,
                    quantiles: None,
                };
                let Some(all) = &mut self.numbers else {
                    self.numbers = Some(new);
                    return;
                };
                all.points += 1;
                // Welford's running mean: sums of a million costs lose digits.
                #[expect(clippy::cast_precision_loss, reason = "counts of points are below 2^53")]
                let weight = all.points as f64;
                all.mean += (x - all.mean) / weight;
                if *x < all.least {
                    (all.least, all.least_at) = (*x, point);
                }
                if *x > all.most {
                    (all.most, all.most_at) = (*x, point);
                }
            }
            Cell::Number(_) => {}
            Cell::Text(text) => *self.texts.entry(text.clone()).or_insert(0) += 1,
        }
    }
}

/// Roots as CSV.
#[must_use]
pub fn solved_csv(all: &[Found]) -> String {
    let mut out = String::from("sought,axis,beside,its value,at,unit,rises,jumps,refused\n");
    for found in all {
        let [beside, value] = found.beside.clone().unwrap_or_default();
        let flag = |f: Option<bool>| f.map_or_else(String::new, |f| f.to_string());
        let fields = [
            found.what.clone(),
            found.axis.clone(),
            beside,
            value,
            found.at.map_or_else(String::new, |at| at.to_string()),
            found.unit.clone(),
            flag(found.rising),
            flag(found.jump),
            found.refused.clone().unwrap_or_default(),
        ];
        out.push_str(&fields.map(|f| escaped(&f)).join(","));
        out.push('\n');
    }
    out
}
