//! Computed beside measured: errors, limits, leave-one-out.

use crate::case::{Case, Cause, LeftOut, Row};
use crate::compute::{self, Computed};
use crate::page::figure;
use crate::systems::Systems;
use lightloom_units::significant;
use serde::Serialize;
use std::collections::BTreeMap;

/// A row, computed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowResult {
    /// Its name in the case.
    pub name: String,
    /// What the floors compute; none where they refuse.
    pub computed: Option<f64>,
    /// Its ends by the ranges of the facts that it rests on, where they are moved.
    pub computed_range: Option<[f64; 2]>,
    /// What was measured.
    pub measured: f64,
    /// Between which ends it was published, or what its count of events allows at 90 %.
    pub measured_range: Option<[f64; 2]>,
    /// The unit of both.
    pub unit: String,
    /// Computed over measured, less one, %.
    pub error_percent: Option<f64>,
    /// The limit of it, %.
    pub limit_percent: Option<f64>,
    /// The same by the factor that the other rows of its software would give, where one is fitted.
    pub left_out_percent: Option<f64>,
    /// Whether a constant was taken from it.
    pub anchor: bool,
    /// Whether it is within its limit.
    pub accepted: bool,
    /// Why the floors refuse it.
    pub refused: Option<String>,
    /// Why it is beyond its limit.
    pub cause: Option<String>,
}

impl RowResult {
    /// What was computed with its unit, and its ends where ranges were moved; or why there is nothing.
    #[must_use]
    pub fn computed_text(&self) -> String {
        match (self.computed, &self.refused) {
            (Some(value), _) => spanned(value, self.computed_range, &self.unit),
            (None, why) => why.as_deref().unwrap_or("-").to_owned(),
        }
    }

    /// What was measured with its unit, and its ends where it has some.
    #[must_use]
    pub fn measured_text(&self) -> String {
        spanned(self.measured, self.measured_range, &self.unit)
    }

    /// The limit of its error.
    #[must_use]
    pub fn limit_text(&self) -> String {
        self.limit_percent
            .map_or_else(|| "-".to_owned(), |limit| format!("{} %", significant(limit, 3)))
    }

    /// Computed and measured seconds, where the row is a time.
    #[must_use]
    pub fn seconds(&self) -> Option<[f64; 2]> {
        let unit = match self.unit.as_str() {
            "s" => 1.0,
            "ms" => 1e-3,
            "us" => 1e-6,
            _ => return None,
        };
        Some([self.computed? * unit, self.measured * unit])
    }
}

/// A part of a case with a limit of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BandResult {
    /// Which part; empty where it is the whole.
    pub name: String,
    /// Rows in it.
    pub rows: usize,
    /// Mean of absolute errors, %; of the rows that are computed.
    pub mean_percent: f64,
    /// The largest of them, %.
    pub worst_percent: f64,
    /// Limit of a row, %.
    pub row_limit_percent: Option<f64>,
    /// Limit of the mean, %.
    pub mean_limit_percent: Option<f64>,
    /// Whether its mean is within the limit.
    pub accepted: bool,
    /// Why it is not.
    pub cause: Option<String>,
}

/// A case, computed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseResult {
    /// Its id.
    pub id: String,
    /// What is compared.
    pub title: String,
    /// The kind of its first row.
    pub kind: &'static str,
    /// Who published it.
    pub source: String,
    /// Where.
    pub url: Vec<String>,
    /// Under which licence.
    pub licence: String,
    /// What was assumed where the source is silent.
    pub about: Option<String>,
    /// Whether every row and every mean is within its limit.
    pub accepted: bool,
    /// Whether a row's limit is that the ends of what is computed meet those of what was measured.
    pub by_range: bool,
    /// The largest error or mean, over its limit: above one where the case is not accepted.
    pub of_limit: f64,
    /// Mean of absolute errors, %.
    pub mean_percent: f64,
    /// The row that is farthest off.
    pub worst: Option<usize>,
    /// Mean of absolute errors by the factors that the other rows would give, %.
    pub leave_one_out_percent: Option<f64>,
    /// Parts with limits of their own; at least one.
    pub bands: Vec<BandResult>,
    /// The rows, in the order of the source.
    pub rows: Vec<RowResult>,
    /// What the source has beside.
    pub left_out: Vec<LeftOut>,
    /// Causes that no row and no mean needs any more.
    pub idle_causes: Vec<String>,
}

/// Which band a row belongs to.
fn band(case: &Case, row: &Row) -> usize {
    let value = case.accept.by.as_ref().and_then(|by| row.number(by)).unwrap_or(0.0);
    case.accept.bands.iter().rposition(|band| value >= band.from).unwrap_or(0)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

impl CaseResult {
    /// Computes every row of a case.
    pub(crate) fn of(case: &Case, systems: &Systems<'_>) -> Self {
        let mut rows: Vec<RowResult> =
            case.rows.iter().map(|row| one(case, row, systems)).collect();
        leave_one_out(case, &mut rows);
        let causes = |cause: &&Cause| cause.mean.is_none();
        for (row, asked) in rows.iter_mut().zip(&case.rows) {
            if !row.accepted {
                let cause = case.causes.iter().filter(causes).find(|c| asked.matches(&c.rows));
                row.cause = cause.map(|c| c.text.clone());
            }
        }
        let member: Vec<usize> = case.rows.iter().map(|row| band(case, row)).collect();
        let mut bands: Vec<BandResult> =
            (0..case.accept.bands.len()).map(|index| part(case, index, &member, &rows)).collect();
        for band in bands.iter_mut().filter(|band| !band.accepted) {
            let of = |c: &&Cause| c.mean.as_ref().is_some_and(|name| *name == band.name);
            band.cause = case.causes.iter().find(of).map(|c| c.text.clone());
        }
        let used = |cause: &&Cause| match &cause.mean {
            Some(name) => bands.iter().any(|band| !band.accepted && band.name == *name),
            None => rows.iter().zip(&case.rows).any(|(r, a)| !r.accepted && a.matches(&cause.rows)),
        };
        let idle = case.causes.iter().filter(|c| !used(c)).map(|c| c.text.clone()).collect();
        let size = |row: &RowResult| row.error_percent.map_or(0.0, f64::abs);
        let shares = rows
            .iter()
            .filter_map(|row| Some(size(row) / row.limit_percent?))
            .chain(bands.iter().filter_map(|b| Some(b.mean_percent / b.mean_limit_percent?)));
        let of_limit = shares.fold(0.0, f64::max);
        let computed = rows.iter().filter_map(|row| row.error_percent.map(f64::abs));
        let left_out = rows.iter().filter_map(|row| row.left_out_percent.map(f64::abs));
        let worst = (0..rows.len()).max_by(|a, b| {
            // The first of equals.
            size(&rows[*a]).total_cmp(&size(&rows[*b])).then(b.cmp(a))
        });
        Self {
            id: case.id.clone(),
            title: case.title.clone(),
            kind: case.rows.first().map_or("", |row| row.input.kind()),
            source: case.source.clone(),
            url: case.url.clone(),
            licence: case.licence.clone(),
            about: case.about.clone(),
            accepted: rows.iter().all(|row| row.accepted) && bands.iter().all(|b| b.accepted),
            by_range: case.accept.by_range,
            of_limit,
            mean_percent: mean(computed),
            worst,
            leave_one_out_percent: case.accept.factor.is_some().then(|| mean(left_out)),
            bands,
            rows,
            left_out: case.left_out.clone(),
            idle_causes: idle,
        }
    }

    /// Rows and means beyond their limit that no cause explains; empty for a case in order.
    #[must_use]
    pub fn unexplained(&self) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| !row.accepted && row.cause.is_none());
        let bands = self.bands.iter().filter(|band| !band.accepted && band.cause.is_none());
        rows.map(|row| row.name.clone())
            .chain(bands.map(|band| format!("mean of `{}`", band.name)))
            .collect()
    }

    /// Rows beyond their limit.
    #[must_use]
    pub fn missed(&self) -> usize {
        self.rows.iter().filter(|row| !row.accepted).count()
    }

    /// The rows by their error, the worst first; refused ones before all.
    #[must_use]
    pub fn worst_first(&self) -> Vec<&RowResult> {
        let mut rows: Vec<&RowResult> = self.rows.iter().collect();
        let size = |row: &RowResult| row.error_percent.map_or(f64::INFINITY, f64::abs);
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        rows
    }
}

/// `3.09 h`, or `3.09 (2.9 to 3.3) h`.
fn spanned(value: f64, ends: Option<[f64; 2]>, unit: &str) -> String {
    let ends = ends.map_or_else(String::new, |[low, high]| {
        format!(" ({} to {})", significant(low, 3), significant(high, 3))
    });
    format!("{}{ends} {unit}", figure(value))
}

fn one(case: &Case, row: &Row, systems: &Systems<'_>) -> RowResult {
    let found = compute::value(systems, &row.input, &row.unit);
    let computed = found.as_ref().ok().copied();
    let limit = match (case.accept.by_range, computed) {
        (true, Some(computed)) => Some(range_limit(computed, row)),
        _ => case.accept.bands.get(band(case, row)).and_then(|band| band.row_percent),
    };
    let error = computed.map(|computed| 100.0 * (computed.value / row.measured - 1.0));
    RowResult {
        name: row.name.clone(),
        computed: computed.map(|computed| computed.value),
        computed_range: computed.and_then(|computed| computed.range),
        measured: row.measured,
        measured_range: row.between,
        unit: row.unit.clone(),
        error_percent: error,
        limit_percent: limit,
        left_out_percent: None,
        anchor: row.anchor,
        accepted: error.is_some_and(|e| limit.is_none_or(|limit| e.abs() <= limit)),
        refused: found.err(),
        cause: None,
    }
}

/// The largest error at which the ends of what is computed still meet those of what was measured, %.
fn range_limit(computed: Computed, row: &Row) -> f64 {
    let [low, high] = computed.range.unwrap_or([computed.value; 2]);
    let [least, most] = row.between.unwrap_or([row.measured; 2]);
    let allowed = if computed.value > row.measured {
        (computed.value - low) + (most - row.measured)
    } else {
        (high - computed.value) + (row.measured - least)
    };
    100.0 * allowed / row.measured
}

/// The rows of one band together.
fn part(case: &Case, index: usize, member: &[usize], rows: &[RowResult]) -> BandResult {
    let band = &case.accept.bands[index];
    let of = || member.iter().zip(rows).filter(|(m, _)| **m == index).map(|(_, row)| row);
    let errors = || of().filter_map(|row| row.error_percent.map(f64::abs));
    let mean = mean(errors());
    BandResult {
        name: band.name.clone(),
        rows: of().count(),
        mean_percent: mean,
        worst_percent: errors().fold(0.0, f64::max),
        row_limit_percent: band.row_percent,
        mean_limit_percent: band.mean_percent,
        accepted: band.mean_percent.is_none_or(|limit| mean <= limit),
        cause: None,
    }
}

/// Error of each row by the factor that the others of its group would give.
///
/// # Model
/// One factor on all of a group's rows fits them best, in the mean of logarithms, at the geometric mean of their ratios
/// `r = computed / measured`; without row i it is `f = exp(sum_{j != i} ln r_j / (n - 1))`, and the row comes out at `r_i / f`.
/// Rows of unlike units (a time, a rate) are groups of their own.
fn leave_one_out(case: &Case, rows: &mut [RowResult]) {
    let Some(factor) = &case.accept.factor else { return };
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, (row, asked)) in rows.iter().zip(&case.rows).enumerate() {
        if row.computed.is_some_and(|value| value > 0.0) {
            let name = asked.keys.get(factor).map_or(String::new(), ToString::to_string);
            groups.entry((name, row.unit.clone())).or_default().push(index);
        }
    }
    for group in groups.values().filter(|group| group.len() > 1) {
        let logs: Vec<f64> = group
            .iter()
            .map(|i| libm::log(1.0 + rows[*i].error_percent.unwrap_or(0.0) / 100.0))
            .collect();
        let sum: f64 = logs.iter().sum();
        #[allow(clippy::cast_precision_loss)]
        let others = (group.len() - 1) as f64;
        for (index, log) in group.iter().zip(&logs) {
            let ratio = libm::exp(log - (sum - log) / others);
            rows[*index].left_out_percent = Some(100.0 * (ratio - 1.0));
        }
    }
}
