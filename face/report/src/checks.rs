//! Computed beside published, worst first.

use crate::figure::section as frame;
use crate::format::{change, count};
use crate::svg::percent;
use crate::table::{boxed, head, source, unit, worded};
use lightloom_decide::plan::{CheckRow, Plan};
use maud::{Markup, html};

/// An error of this many percent fills its half of the track.
const TRACK: f64 = 50.0;

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let rows = &plan.checks;
    let within = rows.iter().filter(|r| r.error_percent.abs() <= 10.0).count();
    frame(
        "checks",
        "Computed beside published",
        "The same models on figures that others have published, the worst first.",
        &html! {
            @if rows.is_empty() { p { "The plan holds no checks." } } @else {
                p.counts { strong { (count(within as u64)) } " of " strong { (count(rows.len() as u64)) } " lie within 10 % of what is published." }
                (boxed("Computed beside published; error against the nearer end of a published range", true, &html! {
                    thead { tr {
                        (head("What")) (unit("Computed", "")) (unit("Published", "")) (unit("Error", "")) td {} (head("Kind")) (head("Source"))
                    } }
                    tbody { @for r in rows { (row(r)) } }
                }))
            }
        },
    )
}

fn row(r: &CheckRow) -> Markup {
    let half = (r.error_percent.abs() / TRACK).min(1.0) * 50.0;
    let left = if r.error_percent < 0.0 { 50.0 - half } else { 50.0 };
    let over = r.error_percent.abs() > TRACK;
    html! {
        tr {
            th scope="row" { (r.what) }
            (worded(&r.computed))
            (worded(&r.published))
            td.n { (if r.error_percent == 0.0 { "within".to_owned() } else { change(r.error_percent) }) }
            td.error aria-hidden="true" {
                span.track { span.fill.over[over] style={ "left:" (percent(left, 100.0)) ";width:" (percent(half, 100.0)) } {} }
            }
            td { (r.kind) }
            td.source { (source(&r.source.title, &r.source.url)) }
        }
    }
}
