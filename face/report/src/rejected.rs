//! Candidates that were rejected, with the number that rejects them.

use crate::colour::technology;
use crate::figure::section as frame;
use crate::format::{count, fixed, prose, reach};
use crate::table::{boxed, head, number, unit, value};
use lightloom_decide::plan::{ClassPlan, OptionRow, Plan};
use maud::{Markup, html};

/// Options of one technology that fail for one reason, by kind of link.
struct Alike<'p> {
    option: &'p OptionRow,
    classes: Vec<(&'p ClassPlan, &'p OptionRow)>,
}

/// Rejected options by technology and reason, in the order in which they are met.
fn alike(plan: &Plan) -> Vec<Alike<'_>> {
    let mut rows: Vec<Alike<'_>> = Vec::new();
    for class in plan.tiers.iter().flat_map(|t| &t.classes) {
        for option in class.options.iter().filter(|o| !o.usable && !o.pair) {
            let same = |row: &&mut Alike<'_>| {
                row.option.technology == option.technology
                    && row.option.rejected_because == option.rejected_because
            };
            match rows.iter_mut().find(same) {
                Some(row) => row.classes.push((class, option)),
                None => rows.push(Alike { option, classes: vec![(class, option)] }),
            }
        }
    }
    rows.sort_by(|a, b| a.option.technology.cmp(&b.option.technology));
    rows
}

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let rows = alike(plan);
    let all: usize = rows.iter().map(|r| r.classes.len()).sum();
    frame(
        "rejected",
        "Rejected candidates",
        "What does not serve, and the number that says so. Margins are at the longest link, beyond the design margin. Pairs of two technologies are in the JSON.",
        &html! {
            @if rows.is_empty() { p { "Every technology serves every link." } } @else {
                (boxed(&format!("{} rejected candidates", count(all as u64)), true, &html! {
                    thead { tr {
                        (head("Technology")) (head("Links")) (head("Because")) (unit("Margin", "dB, least"))
                        (head("Limited by")) (unit("Reach", "least")) (unit("Ready", ""))
                    } }
                    tbody { @for r in &rows { (row(r)) } }
                }))
            }
        },
    )
}

fn row(row: &Alike<'_>) -> Markup {
    let names: Vec<&str> = row.classes.iter().map(|(class, _)| class.name.as_str()).collect();
    let options = || row.classes.iter().map(|(_, option)| *option);
    // What binds is said of the link with the least margin.
    let least = options().min_by(|a, b| a.margin_db.total_cmp(&b.margin_db)).unwrap_or(row.option);
    let nearest = options().map(|o| o.reach_m).fold(f64::INFINITY, f64::min);
    html! {
        tr {
            th scope="row" { (technology(&row.option.family, &row.option.name)) }
            td { (names.join(", ")) }
            td.verdict { (prose(row.option.rejected_because.as_deref().unwrap_or("not usable"))) }
            (number(&fixed(least.margin_db, 1)))
            td { (least.limiter) }
            (value(nearest, &reach(nearest)))
            (number(&fixed(row.option.ready_year, 0).replace(',', "")))
        }
    }
}
