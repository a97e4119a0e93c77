//! A scenario with some keys at other values.

use crate::problem::Problem;
use crate::schema::Scenario;
use toml::{Table, Value};

/// A scenario's text with keys at other values, and the scenario that it is. Comments are lost.
///
/// # Errors
/// What the scenario says to them, placed in the new text.
///
/// # Example
/// ```
/// let text = lightloom_catalog::SCENARIOS[0].1;
/// let (scenario, _) = lightloom_scenario::with_keys(text, &[("year", toml::Value::Integer(2030))])?;
/// assert_eq!(scenario.year, 2030);
/// # Ok::<(), lightloom_scenario::Problem>(())
/// ```
pub fn with_keys(text: &str, values: &[(&str, Value)]) -> Result<(Scenario, String), Problem> {
    let mut root: Table = text.parse().unwrap_or_default();
    for (key, value) in values {
        let path: Vec<&str> = key.split('.').collect();
        put(&mut root, &path, value);
    }
    let text = root.to_string();
    crate::parse(&text).map(|scenario| (scenario, text))
}

/// [`with_keys`] with values as people type them: TOML where it is some, else a text, so that `1.2 MW` needs no quotes.
///
/// # Errors
/// As [`with_keys`].
pub fn with_typed(text: &str, typed: &[(&str, &str)]) -> Result<(Scenario, String), Problem> {
    let values: Vec<(&str, Value)> = typed.iter().map(|(key, text)| (*key, value(text))).collect();
    with_keys(text, &values)
}

fn value(text: &str) -> Value {
    let table: Option<Table> = format!("value = {text}").parse().ok();
    let one = table.filter(|table| table.len() == 1);
    one.and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn put(table: &mut Table, path: &[&str], value: &Value) {
    let Some((name, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        table.insert((*name).to_owned(), value.clone());
        return;
    }
    let inner = table.entry(*name).or_insert_with(|| Value::Table(Table::new()));
    if !inner.is_table() {
        *inner = Value::Table(Table::new());
    }
    if let Value::Table(inner) = inner {
        put(inner, rest, value);
    }
}
