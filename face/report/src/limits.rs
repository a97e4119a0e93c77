//! Findings to look at before trusting the answer, how it was computed, and where the scenario comes from.

use crate::figure::section as frame;
use crate::format::prose;
use crate::table::source;
use lightloom_decide::plan::Plan;
use maud::{Markup, html};

/// How the numbers come about: a step and what it does.
const STEPS: [(&str, &str); 6] = [
    ("Lengths", "Racks are placed on the floor and cables routed, so every link has a length."),
    (
        "Links",
        "Each technology is a set of components and distances. Its lane is evaluated at the longest link: it closes with a margin, or a limiter is named. Whether it needs a signal processor is an outcome.",
    ),
    (
        "Choice",
        "Technologies that close, are built for the lane rate and are ready by the year of deployment are usable; they are ranked by what all links cost over the years.",
    ),
    (
        "Cluster",
        "Each strategy is carried through power, training and decoding of a named model, failures and repair, and cost.",
    ),
    (
        "Ranges",
        "Each fact is set to both ends of its range in turn and the plan is made anew; the changes are combined as if the facts were independent.",
    ),
    (
        "Units",
        "Bandwidth is per direction. Energy per bit is for one payload bit in one direction. Latency is one way. Money is in US dollars.",
    ),
];

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let s = &plan.scenario;
    frame(
        "limits",
        "Findings and limits",
        "What ought to be looked at before trusting the answer.",
        &html! {
            @if plan.findings.is_empty() { p { "The plan reports no findings." } } @else {
                ol.findings { @for finding in &plan.findings { li { (prose(finding)) } } }
            }
            h3 { "How it was computed" }
            dl.steps { @for (name, text) in STEPS { div { dt { (name) } dd { (text) } } } }
            h3 { "Where the scenario comes from" }
            p { "Scenario " strong { (s.name) } ", computed by Lightloom " (plan.version) ". The same scenario and version give the same bytes." }
            @if s.sources.is_empty() { p { "It names no sources." } } @else {
                ul.sources { @for row in &s.sources { li { (source(&row.title, &row.url)) } } }
            }
        },
    )
}
