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

/// A heading of a column.
pub(crate) fn head(text: &str) -> Markup {
    html! { th scope="col" { (text) } }
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
    let key = value.is_finite().then(|| format!("{value:.4e}"));
    html! { td.n data-v=[key] { (text) } }
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
