//! Tables of which every column says its head, its side and its cell.

use crate::text::{new_table, right_from};
use comfy_table::Table;

/// A column of a table: its head, whether it is aligned to the right, and its cell in each row.
pub(crate) struct Column<'c, T> {
    head: &'c str,
    right: bool,
    cell: &'c dyn Fn(&T) -> String,
}

/// A column of words.
pub(crate) fn left<'c, T>(head: &'c str, cell: &'c dyn Fn(&T) -> String) -> Column<'c, T> {
    Column { head, right: false, cell }
}

/// A column of numbers.
pub(crate) fn right<'c, T>(head: &'c str, cell: &'c dyn Fn(&T) -> String) -> Column<'c, T> {
    Column { head, right: true, cell }
}

/// A table with a row for each of these.
pub(crate) fn table_of<'r, T: 'r>(
    rows: impl IntoIterator<Item = &'r T>,
    columns: &[Column<'_, T>],
) -> Table {
    let heads: Vec<&str> = columns.iter().map(|column| column.head).collect();
    let mut table = new_table(&heads);
    for (i, _) in columns.iter().enumerate().filter(|(_, column)| column.right) {
        right_from(&mut table, i, i + 1);
    }
    for row in rows {
        table.add_row(columns.iter().map(|column| (column.cell)(row)));
    }
    table
}
