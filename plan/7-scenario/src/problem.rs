//! What is wrong with a scenario, and where.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

/// Span of the value at a path such as `scale_up.signal.lane` or `sources[1].url`; of its nearest ancestor
/// where it is left out.
fn locate(text: &str, path: &str) -> Option<Range<usize>> {
    let root = DeTable::parse(text).ok()?;
    let mut keys = path.split(['.', '[']).map(|key| key.trim_end_matches(']'));
    let (name, mut value) = root.get_ref().get_key_value(keys.next()?)?;
    let mut span = heading(name.span(), value);
    for key in keys {
        let inner = match value.get_ref() {
            DeValue::Table(table) => {
                table.get_key_value(key).map(|(name, inner)| (heading(name.span(), inner), inner))
            }
            DeValue::Array(list) => {
                key.parse().ok().and_then(|i: usize| list.get(i)).map(|inner| (inner.span(), inner))
            }
            _ => None,
        };
        let Some(inner) = inner else { break };
        (span, value) = inner;
    }
    Some(visible(text, span))
}

/// Where to point for a value: a table's span is its whole body, its name says more.
fn heading(name: Range<usize>, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    if matches!(value.get_ref(), DeValue::Table(_)) { name } else { value.span() }
}

/// A span that a caret can stand under: in the text, on one line, at least one character that is not a line's end.
pub(crate) fn visible(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let line_end = |from: usize| text[from..].find(['\r', '\n']).map_or(text.len(), |n| from + n);
    let end = text.ceil_char_boundary(span.end.max(start)).min(line_end(start));
    if start < end {
        return start..end;
    }
    match text[start..line_end(start)].chars().next() {
        Some(next) => start..start + next.len_utf8(),
        // At a line's end, or the text's: what stands last before it.
        None => match text[..start].trim_end().char_indices().next_back() {
            Some((last, c)) => last..last + c.len_utf8(),
            None => 0..text.chars().next().map_or(0, char::len_utf8),
        },
    }
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

/// The nearest of some names, when it is near enough to be meant and no other is as near; or the only one that begins so.
/// Case does not count.
#[must_use]
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let mut near: Vec<(usize, &str)> =
        names.into_iter().map(|n| (distance(&name, &n.to_lowercase()), n)).collect();
    near.sort_unstable();
    near.dedup();
    let mut begun =
        near.iter().filter(|(_, n)| !name.is_empty() && n.to_lowercase().starts_with(&name));
    if let (Some((_, only)), None) = (begun.next(), begun.next()) {
        return Some(only);
    }
    let (least, best) = *near.first()?;
    // Of a short name little may differ: `nccl` does not mean `nic`.
    let typed = name.chars().count();
    let far = if typed < 6 { 1 } else { typed / 3 + 1 };
    let alone = near.get(1).is_none_or(|second| second.0 > least);
    (alone && least <= far).then_some(best)
}

/// Names that are offered as meant.
const MEANT: usize = 6;

/// The names that may be meant: the nearest one; else those that hold what was typed, at their start first; else those
/// that are a part of it, as `h100` is of `h100-sxm`.
#[must_use]
pub fn meant<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let names: Vec<&str> = names.into_iter().collect();
    let typed = name.trim().to_lowercase();
    if let Some(near) = nearest(&typed, names.iter().copied()) {
        return vec![near];
    }
    let those = |held: &dyn Fn(&str) -> bool| {
        let mut all: Vec<&str> =
            names.iter().copied().filter(|n| held(&n.to_lowercase())).collect();
        all.sort_by_key(|n| (!n.to_lowercase().starts_with(&typed), n.len()));
        all.dedup();
        all.truncate(MEANT);
        all
    };
    let holding = those(&|n| typed.chars().count() > 1 && n.contains(&typed));
    if holding.is_empty() { those(&|n| n.len() > 2 && typed.contains(n)) } else { holding }
}

/// "did you mean `x` or `y`?"; nothing where nothing is near.
#[must_use]
pub fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let meant: Vec<String> = meant(name, names).iter().map(|n| format!("`{n}`")).collect();
    one_of(&meant).map(|meant| format!("did you mean {meant}?"))
}

/// "a, b or c"; nothing of none.
#[must_use]
pub fn one_of(names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) })
}

/// Names that a suggestion lists; of more than so many, the nearest.
const LISTED: usize = 45;

/// "did you mean `x`?" and the list of what there is.
#[must_use]
pub fn suggestion<'a>(name: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let mut all: Vec<&str> = names.clone().into_iter().collect();
    let more = all.len().saturating_sub(LISTED);
    let mut list = String::from("there are: ");
    if more > 0 {
        all.sort_by_key(|n| distance(name, n));
        all.truncate(LISTED);
    }
    list.push_str(&all.join(", "));
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    match did_you_mean(name, names) {
        Some(meant) => format!("{meant} T{}", &list[1..]),
        None => list,
    }
}
