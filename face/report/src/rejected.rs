//! Candidates that were rejected, with the number that rejects them.

use crate::colour::technology;
use crate::figure::section as frame;
use crate::format::{count, fixed, prose, reach, share};
use crate::table::{boxed, head, number, unit, value};
use lightloom_decide::plan::{ClassPlan, OptionRow, Plan};
use maud::{Markup, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let classes = plan.tiers.iter().flat_map(|t| &t.classes);
    let rows: Vec<(&ClassPlan, &OptionRow)> =
        classes.flat_map(|c| c.options.iter().filter(|o| !o.usable).map(move |o| (c, o))).collect();
    frame(
        "rejected",
        "Rejected candidates",
        "What does not serve, and the number that says so. Margins are at the longest link, beyond the design margin.",
        &html! {
            @if rows.is_empty() { p { "Every technology serves every link." } } @else {
                (boxed(&format!("{} rejected candidates", count(rows.len() as u64)), true, &html! {
                    thead { tr {
                        (head("Technology, links")) (head("Because")) (unit("Margin", "dB"))
                        (head("Limited by")) (unit("Reach", "")) (unit("Links within reach", "")) (unit("Ready", ""))
                    } }
                    tbody { @for (class, o) in &rows { (row(class, o)) } }
                }))
            }
        },
    )
}

fn row(class: &ClassPlan, o: &OptionRow) -> Markup {
    html! {
        tr {
            th scope="row" { (technology(&o.family, &o.name)) small { (class.name) } }
            td.verdict { (prose(o.rejected_because.as_deref().unwrap_or("not usable"))) }
            (number(&fixed(o.margin_db, 1)))
            td { (o.limiter) }
            (value(o.reach_m, &reach(o.reach_m)))
            (number(&share(o.share_within_reach)))
            (number(&fixed(o.ready_year, 0).replace(',', "")))
        }
    }
}
