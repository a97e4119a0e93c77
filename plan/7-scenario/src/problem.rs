//! What is wrong with a scenario, and where.

use std::ops::Range;

/// One error with its place: enough to draw a caret under it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What is wrong, with the numbers.
    pub message: String,
    /// Dotted path of the key, e.g. `scale_up.domain`; empty for the whole file.
    pub path: String,
    /// Bytes of the offending text.
    pub span: Option<Range<usize>>,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with a key's value, whose span is looked up in the text.
    #[must_use]
    pub fn at(text: &str, path: &str, message: String, hint: Option<String>) -> Self {
        Self { message, path: path.to_owned(), span: locate(text, path), hint }
    }
}

/// Span of the value at a dotted path; of its nearest ancestor where it is left out.
fn locate(text: &str, path: &str) -> Option<Range<usize>> {
    let root = toml::de::DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut span = None;
    for key in path.split('.').filter(|k| !k.is_empty()) {
        let (name, value) = table.iter().find(|(k, _)| k.get_ref() == key)?;
        span = Some(match value.get_ref() {
            // A table's span is its whole body: point at its name.
            toml::de::DeValue::Table(_) => name.span(),
            _ => value.span(),
        });
        match value.get_ref() {
            toml::de::DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    span
}

/// Edit distance, for "did you mean".
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The nearest of some names, when it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let best = names.into_iter().map(|n| (distance(name, n), n)).min()?;
    (best.0 <= name.chars().count() / 3 + 1).then_some(best.1)
}

/// "did you mean `x`?" or the list of what there is.
#[must_use]
pub fn suggestion<'a>(name: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let all: Vec<&str> = names.clone().into_iter().collect();
    match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`? There are: {}", all.join(", ")),
        None => format!("there are: {}", all.join(", ")),
    }
}
