//! The frames that hold sections, figures and notes.

use maud::{Markup, html};

/// A section of the page, with the sentence that says what it answers.
pub(crate) fn section(id: &str, title: &str, lead: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            @if !lead.is_empty() { p.lead { (lead) } }
            (body)
        }
    }
}

/// A figure with its title, and a note on how to read it.
pub(crate) fn figure(title: &str, note: &str, body: &Markup) -> Markup {
    html! {
        figure {
            figcaption {
                strong { (title) }
                @if !note.is_empty() { span { (note) } }
            }
            (body)
        }
    }
}
