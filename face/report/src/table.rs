//! Tables that scroll in a box of their own, and their cells.

use crate::format::prose;
use maud::{Markup, html};

/// A table in a box that scrolls when it is wider than the page. `sort` lets the script sort it by column.
pub(crate) fn boxed(caption: &str, sort: bool, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.sort[sort] { caption { span { (caption) } } (rows) }
        }
    }
}

/// A table of a kind whose columns the style sheet knows by their place: cells need no class. The script sorts it.
pub(crate) fn of_kind(kind: &str, caption: &str, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table class={ "sort " (kind) } { caption { span { (caption) } } (rows) }
        }
    }
}

/// A table whose cells all hold numbers.
pub(crate) fn numbers(caption: &str, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.numbers { caption { span { (caption) } } (rows) }
        }
    }
}

/// A heading of a column.
pub(crate) fn head(text: &str) -> Markup {
    html! { th scope="col" { (text) } }
}

/// A heading of a column with a remark.
pub(crate) fn noted(text: &str, remark: &str) -> Markup {
    html! { th scope="col" { (text) " " small { (remark) } } }
}

/// A heading of a column of numbers, with the unit.
pub(crate) fn unit(text: &str, unit: &str) -> Markup {
    html! { th.n scope="col" { (text) @if !unit.is_empty() { " " small { (unit) } } } }
}

/// A cell with a number.
pub(crate) fn number(text: &str) -> Markup {
    html! { td.n { (text) } }
}

/// A cell with a number whose unit changes from row to row: it sorts by `value`.
pub(crate) fn value(value: f64, text: &str) -> Markup {
    html! { td.n data-v=[key(value, text)] { (text) } }
}

/// The same in a table [`of_kind`].
pub(crate) fn told(value: f64, text: &str) -> Markup {
    html! { td data-v=[key(value, text)] { (text) } }
}

/// What a cell is sorted by where the script cannot tell it from its text.
fn key(value: f64, text: &str) -> Option<String> {
    let told = read(text).is_some_and(|read| (read - value).abs() <= 0.006 * value.abs());
    (value.is_finite() && !told).then(|| format!("{value:.4e}"))
}

/// A number with a prefix of money as `script.js` reads it.
fn read(text: &str) -> Option<f64> {
    let plain = text.replace(['$', ','], "").replace('−', "-");
    let (number, size) = plain.split_once('\u{a0}').unwrap_or((&plain, ""));
    let size = match size {
        "" | "m" => 1.0,
        "k" | "km" => 1e3,
        "M" => 1e6,
        "bn" => 1e9,
        "cm" => 1e-2,
        _ => return None,
    };
    number.parse().ok().map(|n: f64| n * size)
}

/// A cell with a number and its unit as the plan words them: it may wrap.
pub(crate) fn worded(text: &str) -> Markup {
    html! { td.nw { (prose(text)) } }
}

/// A link to a source; plain text unless it is a web address.
pub(crate) fn source(title: &str, url: &str) -> Markup {
    let address = url.split_whitespace().next().unwrap_or("");
    html! {
        @if address.starts_with("https://") || address.starts_with("http://") {
            a href=(address) { (title) }
        } @else { (title) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_said_where_the_text_does_not_tell() {
        for (value, text) in [
            (7.71e6, "$7.71\u{a0}M"),
            (-24e3, "−$24\u{a0}k"),
            (23.5, "23.5\u{a0}m"),
            (0.774, "77.4\u{a0}cm"),
            (4_608.0, "4,608"),
        ] {
            assert_eq!(key(value, text), None, "{text}");
        }
        assert_eq!(key(3_440.0, "3.44\u{a0}µs").as_deref(), Some("3.4400e3"));
        assert_eq!(key(0.0, "none").as_deref(), Some("0.0000e0"));
        assert_eq!(key(f64::NAN, "–"), None);
    }
}
