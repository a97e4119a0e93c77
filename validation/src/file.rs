//! Reading a case's file: rows that stand in it, and rows of a measured table.

use crate::case::{Accept, Band, Case, CaseError, Cause, LeftOut, Row};
use crate::data::MEASURED;
use crate::fleet::counted;
use crate::input::Input;
use crate::measured::{Line, Table, TableError};
use lightloom_scenario::Problem;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    id: String,
    title: String,
    source: String,
    url: Vec<String>,
    licence: String,
    about: Option<String>,
    accept: AcceptFile,
    /// What all rows have, unless they say otherwise.
    #[serde(default)]
    every: toml::Table,
    #[serde(default)]
    row: Vec<toml::Table>,
    #[serde(default)]
    table: Vec<TableFile>,
    #[serde(default)]
    cause: Vec<Cause>,
    #[serde(default)]
    left_out: Vec<LeftOut>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptFile {
    by: Option<String>,
    factor: Option<String>,
    #[serde(default)]
    by_range: bool,
    row: Option<f64>,
    mean: Option<f64>,
    #[serde(default)]
    band: Vec<Band>,
}

/// Rows from a file of `validation/measured/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    file: String,
    /// The row's name, with `{column}` in it.
    name: String,
    /// Columns whose sum was measured.
    measured: Vec<String>,
    /// The column of an input.
    columns: BTreeMap<String, String>,
    /// What stands for a column's text, by input.
    #[serde(default)]
    values: BTreeMap<String, toml::Table>,
    /// Texts that a column must have.
    #[serde(default, rename = "where")]
    only: BTreeMap<String, Vec<String>>,
    /// The least number of a column.
    #[serde(default)]
    least: BTreeMap<String, f64>,
    /// The largest number of a column.
    #[serde(default)]
    most: BTreeMap<String, f64>,
    /// What all rows of this table have.
    #[serde(default)]
    every: toml::Table,
}

/// The line of a byte, counted from one.
fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// The text of a case's file.
struct Text<'t> {
    file: &'t str,
    text: &'t str,
}

impl Text<'_> {
    fn fail(&self, path: &str, message: String) -> CaseError {
        let span = Problem::at(self.text, path, String::new(), None).span;
        let line = span.map_or(1, |span| line_of(self.text, span.start));
        CaseError { file: self.file.to_owned(), line, message }
    }

    fn row(&self, path: &str, mut keys: toml::Table) -> Result<Row, CaseError> {
        let name = match keys.remove("name") {
            Some(Value::String(name)) => name,
            _ => return Err(self.fail(path, "a row has a `name`".to_owned())),
        };
        let fail = |message: String| self.fail(path, format!("`{name}`: {message}"));
        let all = keys.clone();
        let measured = match keys.remove("measured") {
            Some(Value::Float(value)) => value,
            // Far below 2^53.
            #[allow(clippy::cast_precision_loss)]
            Some(Value::Integer(value)) => value as f64,
            _ => return Err(fail("`measured` is a number".to_owned())),
        };
        if !(measured.is_finite() && measured > 0.0) {
            return Err(fail(format!("`measured` = {measured} is not above zero")));
        }
        let Some(Value::String(unit)) = keys.remove("unit") else {
            return Err(fail("a row has a `unit`".to_owned()));
        };
        let between = between(&mut keys, measured).map_err(fail)?;
        let anchor = keys.remove("anchor") == Some(Value::Boolean(true));
        // By these alone limits and causes find rows; no computation takes them.
        for mark in ["tag", "at"] {
            keys.remove(mark);
        }
        let input = Input::parse(keys, &unit).map_err(fail)?;
        Ok(Row { name, input, measured, unit, between, anchor, keys: all })
    }
}

/// The ends of a measured value: `between`, or those that so many events `seen` allow.
fn between(keys: &mut toml::Table, measured: f64) -> Result<Option<[f64; 2]>, String> {
    let ends: Option<[f64; 2]> = keys
        .remove("between")
        .map(|ends| ends.try_into().map_err(|_| "`between` is two numbers".to_owned()))
        .transpose()?;
    let seen: Option<f64> = keys
        .remove("seen")
        .map(|seen| seen.try_into().map_err(|_| "`seen` is a number".to_owned()))
        .transpose()?;
    match (ends, seen) {
        (Some(_), Some(_)) => Err("give `between` or `seen`, not both".to_owned()),
        (Some([low, high]), None) if !(low <= measured && measured <= high) => {
            Err(format!("`measured` = {measured} is not between {low} and {high}"))
        }
        (Some(ends), None) => Ok(Some(ends)),
        (None, Some(seen)) => Ok(Some(counted(seen)?.map(|factor| factor * measured))),
        (None, None) => Ok(None),
    }
}

/// `every`, then what the row itself says.
fn merged(every: &[&toml::Table], own: &toml::Table) -> toml::Table {
    let mut keys = toml::Table::new();
    for table in every.iter().copied().chain([own]) {
        keys.extend(table.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    keys
}

/// A text of a table as what it looks like.
fn value(text: &str) -> Value {
    text.parse()
        .map(Value::Integer)
        .or_else(|_| text.parse().map(Value::Float))
        .unwrap_or_else(|_| Value::String(text.to_owned()))
}

impl TableFile {
    fn keeps(&self, line: &Line<'_>) -> Result<bool, TableError> {
        for (column, texts) in &self.only {
            let found = line.text(column)?;
            if !texts.iter().any(|text| text == found) {
                return Ok(false);
            }
        }
        for (column, least) in &self.least {
            if line.number(column)? < *least {
                return Ok(false);
            }
        }
        for (column, most) in &self.most {
            if line.number(column)? > *most {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn keys(&self, line: &Line<'_>) -> Result<toml::Table, TableError> {
        let mut keys = toml::Table::new();
        for (key, column) in &self.columns {
            let text = line.text(column)?;
            let found = self.values.get(key).and_then(|values| values.get(text)).cloned();
            keys.insert(key.clone(), found.unwrap_or_else(|| value(text)));
        }
        let mut measured = 0.0;
        for column in &self.measured {
            measured += line.number(column)?;
        }
        keys.insert("measured".to_owned(), Value::Float(measured));
        let mut name = String::new();
        let mut rest = self.name.as_str();
        while let Some((before, (column, after))) =
            rest.split_once('{').and_then(|(b, a)| Some((b, a.split_once('}')?)))
        {
            name.push_str(before);
            name.push_str(line.text(column)?);
            rest = after;
        }
        name.push_str(rest);
        keys.insert("name".to_owned(), Value::String(name));
        Ok(keys)
    }
}

impl Case {
    /// Reads a case's file; `file` is its name in messages.
    ///
    /// # Errors
    /// [`CaseError`] at the line that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, CaseError> {
        let at = Text { file, text };
        let case: CaseFile = toml::from_str(text).map_err(|e| CaseError {
            file: file.to_owned(),
            line: e.span().map_or(1, |span| line_of(text, span.start)),
            message: e.message().to_owned(),
        })?;
        let mut rows = Vec::new();
        for (index, own) in case.row.iter().enumerate() {
            rows.push(at.row(&format!("row[{index}]"), merged(&[&case.every], own))?);
        }
        for (index, table) in case.table.iter().enumerate() {
            let path = format!("table[{index}]");
            let Some((_, csv)) = MEASURED.iter().find(|(name, _)| *name == table.file) else {
                let message = format!("there is no validation/measured/{}", table.file);
                return Err(at.fail(&path, message));
            };
            let fail = |e: TableError| at.fail(&path, format!("{}: {e}", table.file));
            for line in Table::parse(csv).map_err(fail)?.lines() {
                if table.keeps(&line).map_err(fail)? {
                    let own = table.keys(&line).map_err(fail)?;
                    let row = at.row(&path, merged(&[&case.every, &table.every], &own));
                    rows.push(row.map_err(|e| CaseError {
                        message: format!("{}, line {}: {}", table.file, line.line(), e.message),
                        ..e
                    })?);
                }
            }
        }
        if rows.is_empty() {
            return Err(at.fail("id", "the case has no row".to_owned()));
        }
        let accept = accept(case.accept).map_err(|message| at.fail("accept", message))?;
        Ok(Self {
            id: case.id,
            title: case.title,
            source: case.source,
            url: case.url,
            licence: case.licence,
            about: case.about,
            accept,
            rows,
            causes: case.cause,
            left_out: case.left_out,
        })
    }
}

fn accept(file: AcceptFile) -> Result<Accept, String> {
    let AcceptFile { by, factor, by_range, row, mean, band: mut bands } = file;
    match (bands.is_empty(), by.is_some(), row.is_some() || mean.is_some() || by_range) {
        (true, false, true) => {
            bands.push(Band {
                name: String::new(),
                from: 0.0,
                row_percent: row,
                mean_percent: mean,
            });
        }
        (false, true, false) => {}
        _ => {
            return Err(
                "give `row` or `mean`, in percent; or `by` and `band` where the limit differs; or `by_range = true`"
                    .to_owned(),
            );
        }
    }
    let limits = bands.iter().flat_map(|b| [b.row_percent, b.mean_percent]).flatten();
    if let Some(wrong) = limits.into_iter().find(|l| !(l.is_finite() && *l > 0.0)) {
        return Err(format!("a limit of {wrong} % is not above zero"));
    }
    if !bands.is_sorted_by(|a, b| a.from < b.from) {
        return Err("bands stand in rising order of `from`".to_owned());
    }
    Ok(Accept { by, bands, by_range, factor })
}
