//! Points as a table: CSV by hand, Parquet by its crate, both row by row in the order of the points.

use super::axis::Place;
use super::bench::Row;
use super::output::{Cell, Output};
use super::space::Space;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows that Parquet keeps together: what is held in memory.
const GROUP: usize = 32_768;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Whole,
    /// Numbers; some may be missing.
    Number,
    /// Texts.
    Text,
    /// Yes or no.
    Flag,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading: name, and unit in brackets.
    pub heading: String,
    /// What it holds.
    pub kind: Kind,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Whole(i64),
    Number(f64),
    Text(String),
    Flag(bool),
}

/// The columns of a study.
#[must_use]
pub fn columns(space: &Space, outputs: &[Output]) -> Vec<Column> {
    let column = |heading: String, kind: Kind| Column { heading, kind };
    let mut all = vec![column("point".to_owned(), Kind::Whole)];
    if space.samples > 1 {
        all.push(column("sample".to_owned(), Kind::Whole));
    }
    all.extend(space.axes.iter().map(|axis| {
        column(axis.heading(), if axis.form.is_some() { Kind::Number } else { Kind::Text })
    }));
    all.extend(outputs.iter().map(|output| {
        let heading = match output.unit {
            "" => output.name.clone(),
            unit => format!("{} [{unit}]", output.name),
        };
        column(heading, if output.text { Kind::Text } else { Kind::Number })
    }));
    all.push(column("feasible".to_owned(), Kind::Flag));
    all.push(column("refused".to_owned(), Kind::Text));
    all
}

fn values(space: &Space, row: &Row, feasible: bool) -> Vec<Value> {
    let whole = |n: u64| Value::Whole(i64::try_from(n).unwrap_or(i64::MAX));
    let point = space.point(row.point);
    let mut all = vec![whole(row.point)];
    if space.samples > 1 {
        all.push(whole(u64::from(point.sample)));
    }
    all.extend((0..space.axes.len()).map(|axis| match space.place(axis, &point) {
        Place::Number(number) => Value::Number(number),
        Place::Other(value) => Value::Text(match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        }),
    }));
    all.extend(row.cells.iter().map(|cell| match cell {
        Cell::Number(number) => Value::Number(*number),
        Cell::Text(text) => Value::Text(text.clone()),
    }));
    all.push(Value::Flag(feasible));
    all.push(Value::Text(row.refused.clone().unwrap_or_default()));
    all
}

/// A field of CSV as RFC 4180 has it: in quotes where it holds a comma, a quote or a line's end.
#[must_use]
pub fn escaped(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Writes a line of CSV.
fn line(out: &mut String, values: &[Value]) {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        // The shortest text that reads back as the same number.
        let _ = match value {
            Value::Whole(n) => write!(out, "{n}"),
            Value::Number(x) if x.is_finite() => write!(out, "{x}"),
            Value::Number(_) => Ok(()),
            Value::Text(text) => write!(out, "{}", escaped(text)),
            Value::Flag(flag) => write!(out, "{flag}"),
        };
    }
    out.push('\n');
}

/// Writes rows as CSV and, where wanted, as Parquet.
pub struct Tables<'s, C: Write, P: Write + Send> {
    space: &'s Space,
    csv: C,
    parquet: Option<SerializedFileWriter<P>>,
    columns: Vec<Column>,
    group: Vec<Vec<Value>>,
    text: String,
}

impl<'s, C: Write, P: Write + Send> Tables<'s, C, P> {
    /// Begins both; `about` is kept beside the columns of Parquet.
    ///
    /// # Errors
    /// Those of writing.
    pub fn begin(
        space: &'s Space,
        outputs: &[Output],
        mut csv: C,
        parquet: Option<P>,
        about: &[(&str, String)],
    ) -> io::Result<Self> {
        let columns = columns(space, outputs);
        let headings: Vec<String> = columns.iter().map(|c| escaped(&c.heading)).collect();
        writeln!(csv, "{}", headings.join(","))?;
        let parquet =
            parquet.map(|to| begin(&columns, to, about)).transpose().map_err(of_parquet)?;
        Ok(Self { space, csv, parquet, columns, group: Vec::new(), text: String::new() })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Those of writing.
    pub fn row(&mut self, row: &Row, feasible: bool) -> io::Result<()> {
        let values = values(self.space, row, feasible);
        self.text.clear();
        line(&mut self.text, &values);
        self.csv.write_all(self.text.as_bytes())?;
        if self.parquet.is_some() {
            self.group.push(values);
            if self.group.len() >= GROUP {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(writer) = &mut self.parquet else { return Ok(()) };
        group(writer, &self.columns, &self.group).map_err(of_parquet)?;
        self.group.clear();
        Ok(())
    }

    /// Ends both files and gives back what they were written to.
    ///
    /// # Errors
    /// Those of writing.
    pub fn end(mut self) -> io::Result<(C, Option<P>)> {
        if !self.group.is_empty() {
            self.flush()?;
        }
        self.csv.flush()?;
        let parquet = self.parquet.map(SerializedFileWriter::into_inner).transpose();
        Ok((self.csv, parquet.map_err(of_parquet)?))
    }
}

/// An error of the disk as such: whoever reads it must know a full one.
fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

fn begin<P: Write + Send>(
    columns: &[Column],
    to: P,
    about: &[(&str, String)],
) -> Result<SerializedFileWriter<P>, ParquetError> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            Kind::Whole => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Flag => (Physical::BOOLEAN, None),
        };
        let optional = column.kind == Kind::Number;
        let repetition = if optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let field = Type::primitive_type_builder(&column.heading, physical);
        field.with_repetition(repetition).with_logical_type(logical).build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("points").with_fields(fields).build()?;
    let pairs = about.iter().map(|(key, value)| {
        parquet::file::metadata::KeyValue::new((*key).to_owned(), value.clone())
    });
    let properties = WriterProperties::builder()
        .set_created_by(format!("lightloom {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(pairs.collect()))
        .build();
    SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties))
}

fn group<P: Write + Send>(
    writer: &mut SerializedFileWriter<P>,
    columns: &[Column],
    rows: &[Vec<Value>],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (i, column) in columns.iter().enumerate() {
        let Some(mut to) = group.next_column()? else { break };
        let cells = rows.iter().filter_map(|row| row.get(i));
        match column.kind {
            Kind::Whole => {
                let all: Vec<i64> =
                    cells.map(|c| if let Value::Whole(n) = c { *n } else { 0 }).collect();
                to.typed::<Int64Type>().write_batch(&all, None, None)?;
            }
            Kind::Number => {
                let number = |c: &Value| if let Value::Number(x) = c { *x } else { f64::NAN };
                let all: Vec<f64> = cells.map(number).collect();
                let levels: Vec<i16> = all.iter().map(|x| i16::from(x.is_finite())).collect();
                let there: Vec<f64> = all.into_iter().filter(|x| x.is_finite()).collect();
                to.typed::<DoubleType>().write_batch(&there, Some(&levels), None)?;
            }
            Kind::Text => {
                let text = |c: &Value| match c {
                    Value::Text(text) => ByteArray::from(text.as_str()),
                    _ => ByteArray::from(""),
                };
                let all: Vec<ByteArray> = cells.map(text).collect();
                to.typed::<ByteArrayType>().write_batch(&all, None, None)?;
            }
            Kind::Flag => {
                let all: Vec<bool> = cells.map(|c| *c == Value::Flag(true)).collect();
                to.typed::<BoolType>().write_batch(&all, None, None)?;
            }
        }
        to.close()?;
    }
    group.close()?;
    Ok(())
}
