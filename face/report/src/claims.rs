//! The claims of the field: their verdicts in a table, then the numbers of each with its boundary.

use crate::figure::section as frame;
use crate::format::prose;
use crate::page::shell;
use crate::table::{boxed, head, noted, unit, worded};
use lightloom_decide::claims::{Answer, Claim, Claims, Verdict};
use maud::{Markup, html};

/// The page.
pub(crate) fn page(found: &Claims) -> Markup {
    let title = "Claims of the field, weighed";
    let about = "What the field says of optics and copper, beside computed numbers, each with its boundary.";
    shell(
        (title, about, env!("CARGO_PKG_VERSION")),
        &html! {
            a.skip href="#claims" { "Skip to the verdicts" }
            main {
                header {
                    p.eyebrow { "Lightloom" }
                    h1 { (title) }
                    p.about {
                        (about) " A verdict follows from the numbers and the bound that the claim sets them; none is written down."
                    }
                }
                (section(found))
                section aria-label="Numbers of each claim" {
                    @for claim in &found.claims { (details(claim)) }
                }
            }
            footer { p { "Lightloom " (env!("CARGO_PKG_VERSION")) " · " (found.schema) } }
        },
    )
}

/// The verdicts.
fn section(found: &Claims) -> Markup {
    let of = |verdict| found.claims.iter().filter(|c| c.verdict == verdict).count();
    frame(
        "claims",
        "Claims of the field",
        "",
        &html! {
            p.counts {
                @for (i, verdict) in Verdict::ALL.into_iter().enumerate() {
                    @if i > 0 { ", " }
                    @let words = verdict.counted(of(verdict));
                    @let (n, name) = words.split_once(' ').unwrap_or_default();
                    strong { (n) } " " (name)
                }
                "."
            }
            (boxed("Claims with their verdicts and main numbers", true, &html! {
                thead { tr { (head("Claim")) (head("Verdict")) (noted("Computed", "with its range")) (head("Claimed")) (head("Shown by")) } }
                tbody { @for claim in &found.claims { (row(claim)) } }
            }))
        },
    )
}

/// A verdict with its mark.
fn verdict(verdict: Verdict) -> Markup {
    let class = match verdict {
        Verdict::Holds => "v-holds",
        Verdict::HoldsAtThisBoundary => "v-partly",
        Verdict::Contradicted => "v-broken",
        Verdict::UndecidedByEvidence => "v-open",
    };
    html! { span class={ "v " (class) } { (verdict.name()) } }
}

fn row(claim: &Claim) -> Markup {
    let main = claim.answers.first();
    html! {
        tr {
            th scope="row" { a href={ "#" (claim.id) } { (claim.id) } " " (claim.claim) }
            td { (verdict(claim.verdict)) }
            td.main {
                @if let Some(answer) = main {
                    strong { (prose(&answer.text())) }
                    @let ends = answer.evidence_text();
                    // A range that shows as one number says nothing more.
                    @if !ends.is_empty() && ends != answer.text() { " (" (prose(&ends)) ")" }
                    " " span { (answer.what) } " " small { (answer.boundary) }
                }
            }
            td { (prose(&main.map_or_else(String::new, Answer::bound_text))) }
            td { code { (claim.command) } }
        }
    }
}

fn details(claim: &Claim) -> Markup {
    html! {
        details id=(claim.id) {
            summary { (claim.id) " " (claim.claim) " " small { (verdict(claim.verdict)) } }
            p { (prose(&claim.explanation)) }
            @if let Some(turn) = &claim.turn { p { (prose(&turn.text())) } }
            (boxed(&format!("Numbers of {}", claim.id), false, &html! {
                thead { tr {
                    (head("What")) (head("Boundary")) (unit("Computed", "")) (unit("Evidence", "")) (unit("Claimed", "")) (head("Finding"))
                } }
                tbody { @for answer in &claim.answers { (number(answer)) } }
            }))
            p { "Shown by " code { (claim.command) } }
        }
    }
}

fn number(answer: &Answer) -> Markup {
    html! {
        tr {
            th scope="row" { (answer.what) }
            td { (answer.boundary) }
            (worded(&answer.text()))
            (worded(&answer.evidence_text()))
            (worded(&answer.bound_text()))
            td {
                (answer.finding.map_or("", |f| f.name()))
                @if let Some(published) = &answer.published { " " small { "published " (published) } }
            }
        }
    }
}
