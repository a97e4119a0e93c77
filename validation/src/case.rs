//! A case: one source, what it measured, with which inputs, and how far off is accepted.

use crate::input::Input;
use serde::{Deserialize, Serialize};

/// A case's file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("validation/cases/{file}:{line}: {message}")]
pub struct CaseError {
    /// The file in `validation/cases/`.
    pub file: String,
    /// The line in it, counted from one.
    pub line: usize,
    /// What is wrong, with the row or the line of a table where it is there.
    pub message: String,
}

/// One source with its rows.
#[derive(Debug, Clone)]
pub struct Case {
    /// Such as `V02-single`: the number in the research notes, and what of it.
    pub id: String,
    /// What is compared.
    pub title: String,
    /// Who published it, and where in it.
    pub source: String,
    /// Where it can be read.
    pub url: Vec<String>,
    /// Under which licence the numbers are carried here.
    pub licence: String,
    /// What was assumed where the source is silent.
    pub about: Option<String>,
    /// How far off is accepted.
    pub accept: Accept,
    /// The rows, in the order of the source.
    pub rows: Vec<Row>,
    /// Why rows or means are beyond their limits.
    pub causes: Vec<Cause>,
    /// What the source has beside, and why it is not computed.
    pub left_out: Vec<LeftOut>,
}

/// Limits of error, in percent of the measured value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accept {
    /// The input by which the limit differs, such as `bytes`; none where one limit serves.
    pub by: Option<String>,
    /// Limits from a value of that input on, in rising order; at least one.
    pub bands: Vec<Band>,
    /// Whether a row is within its limit where the ends of what is computed meet those of what was measured.
    pub by_range: bool,
    /// The input that names a fitted factor: with it, each row's error by the factor that the others would give is told.
    pub factor: Option<String>,
}

/// Limits of a part of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Which part; empty where it is the whole.
    #[serde(default)]
    pub name: String,
    /// From which value of the input on.
    #[serde(default)]
    pub from: f64,
    /// Limit of every row, %.
    #[serde(rename = "row")]
    pub row_percent: Option<f64>,
    /// Limit of the mean of absolute errors, %.
    #[serde(rename = "mean")]
    pub mean_percent: Option<f64>,
}

/// One measured value and the inputs that it was measured with.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name in the table.
    pub name: String,
    /// What to compute.
    pub input: Input,
    /// What was measured.
    pub measured: f64,
    /// Its unit.
    pub unit: String,
    /// Between which ends it was published, or what a count of events allows.
    pub between: Option<[f64; 2]>,
    /// Whether a constant was taken from it.
    pub anchor: bool,
    /// All that the file says of it, by which limits and causes are found.
    pub(crate) keys: toml::Table,
}

impl Row {
    /// Whether every one of these keys of the row has one of its values.
    pub(crate) fn matches(&self, keys: &toml::Table) -> bool {
        keys.iter().all(|(key, wanted)| {
            let own = self.keys.get(key);
            match wanted {
                toml::Value::Array(any) => any.iter().any(|value| own == Some(value)),
                one => own == Some(one),
            }
        })
    }

    /// A number among the row's keys.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        match self.keys.get(key)? {
            // Far below 2^53: sizes in bytes, counts.
            #[allow(clippy::cast_precision_loss)]
            toml::Value::Integer(value) => Some(*value as f64),
            toml::Value::Float(value) => Some(*value),
            _ => None,
        }
    }
}

/// Why rows, or the mean of a part, are beyond their limit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What lies behind it.
    pub text: String,
    /// Which rows: a value, or any of several, for each of these keys.
    #[serde(default, rename = "where")]
    pub rows: toml::Table,
    /// That it is the mean of this part which is beyond its limit; empty for a case of one part.
    #[serde(default)]
    pub mean: Option<String>,
}

/// What a source has and this project does not compute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What was published.
    pub what: String,
    /// Why it is not computed.
    pub reason: String,
}
