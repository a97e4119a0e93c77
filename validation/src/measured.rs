//! Tables of measurements as they were published: lines of values under a header, separated by commas.

use std::collections::BTreeMap;

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The text has no line.
    #[error("the table is empty")]
    Empty,
    /// A line is shorter or longer than the header.
    #[error("line {line}: {found} values under {expected} headings")]
    Width {
        /// The line, counted from one.
        line: usize,
        /// Values that stand there.
        found: usize,
        /// Headings that there are.
        expected: usize,
    },
    /// No column is called so.
    #[error("no column `{column}`; there are: {known}")]
    Column {
        /// What was asked for.
        column: String,
        /// The headings.
        known: String,
    },
    /// A value that should be a number is none.
    #[error("line {line}: `{value}` under `{column}` is no number")]
    Number {
        /// The line, counted from one.
        line: usize,
        /// The column's heading.
        column: String,
        /// What stands there.
        value: String,
    },
}

/// A table: a header, and lines of as many values.
///
/// # Example
/// ```
/// use lightloom_validation::measured::Table;
///
/// let table = Table::parse("ranks,us\n8,27.4\n")?;
/// let line = table.lines().next().unwrap();
/// assert_eq!(line.text("ranks")?, "8");
/// assert_eq!(line.number("us")?, 27.4);
/// assert!(line.number("bytes").unwrap_err().to_string().starts_with("no column `bytes`"));
/// # Ok::<(), lightloom_validation::measured::TableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table<'t> {
    columns: BTreeMap<&'t str, usize>,
    lines: Vec<(usize, Vec<&'t str>)>,
}

impl<'t> Table<'t> {
    /// Reads a table. Values hold no commas and no quotes; empty lines are skipped.
    ///
    /// # Errors
    /// [`TableError::Empty`] or [`TableError::Width`].
    pub fn parse(text: &'t str) -> Result<Self, TableError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let (_, header) = lines.next().ok_or(TableError::Empty)?;
        let columns: BTreeMap<&str, usize> = header.split(',').map(str::trim).zip(0..).collect();
        let expected = header.split(',').count();
        let lines = lines
            .map(|(line, text)| {
                let values: Vec<&str> = text.split(',').map(str::trim).collect();
                let found = values.len();
                if found == expected {
                    Ok((line, values))
                } else {
                    Err(TableError::Width { line, found, expected })
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { columns, lines })
    }

    /// The lines under the header, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|(line, values)| Line { line: *line, values, columns: &self.columns })
    }
}

/// One line of a table.
#[derive(Debug, Clone, Copy)]
pub struct Line<'t> {
    line: usize,
    values: &'t [&'t str],
    columns: &'t BTreeMap<&'t str, usize>,
}

impl Line<'_> {
    /// The line in its file, counted from one.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// A value as it stands there.
    ///
    /// # Errors
    /// [`TableError::Column`].
    pub fn text(&self, column: &str) -> Result<&str, TableError> {
        let found = self.columns.get(column).and_then(|index| self.values.get(*index));
        found.copied().ok_or_else(|| TableError::Column {
            column: column.to_owned(),
            known: self.columns.keys().copied().collect::<Vec<_>>().join(", "),
        })
    }

    /// A value as a finite number.
    ///
    /// # Errors
    /// [`TableError::Column`] or [`TableError::Number`].
    pub fn number(&self, column: &str) -> Result<f64, TableError> {
        let text = self.text(column)?;
        let number = text.parse().ok().filter(|v: &f64| v.is_finite());
        number.ok_or_else(|| TableError::Number {
            line: self.line,
            column: column.to_owned(),
            value: text.to_owned(),
        })
    }
}
