//! What fails, what it stops, and what a job gets done.

use crate::drawing::{Drawing, job_sizes, lost_hours};
use crate::figure::section as frame;
use crate::format::{fixed, hours, prose, sig};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{BlastRow, OperationsStudy, Plan};
use maud::{Markup, PreEscaped, html};

pub(crate) fn section(plan: &Plan) -> Markup {
    frame(
        "operations",
        "Operations",
        "What fails, what stops for it until it is repaired and while it is, and what a job gets done meanwhile. Closed forms; lightloom operate simulates the years.",
        &match &plan.operations {
            Some(study) => of(study),
            None => html! { p.none { "The plan holds no study of operations." } },
        },
    )
}

fn of(study: &OperationsStudy) -> Markup {
    html! {
        (drawn(&lost_hours(study), "Lost accelerator-hours by strategy", "Accelerators, hosts and software lose as much under every strategy and are left out. Ranges: facts of failure and repair at the ends of their ranges, taken as independent."))
        ol.findings { @for finding in &study.findings { li { (prose(finding)) } } }
        (blast(&study.blast))
        (drawn(&job_sizes(study), "Productive share of a job by its size", "Checkpoints at Daly's interval; a domain that is lost is replaced by one that is free."))
        details {
            summary { "Facts that move a strategy against the baseline" }
            (boxed("Lost accelerator-hours a year less the baseline's, with one fact at either end", false, &moved(study)))
        }
    }
}

fn drawn(drawing: &Drawing, label: &str, note: &str) -> Markup {
    html! {
        figure {
            figcaption { strong { (drawing.title()) } span { (note) } }
            div.pan tabindex="0" role="region" aria-label=(label) {
                (PreEscaped(drawing.inline("operations")))
            }
        }
    }
}

/// What one failure stops.
fn blast(rows: &[BlastRow]) -> Markup {
    let pair = |a: f64, b: f64| format!("{} / {}", sig(a, 3), sig(b, 3));
    boxed(
        "What one failure stops, by technology, on the links where most accelerators hang on it: until the repair begins / in repair and tests",
        false,
        &html! {
            thead {
                tr {
                    (head("Technology"))
                    (head("What fails"))
                    (unit("Link", "FIT"))
                    (unit("All links", "a year"))
                    (head("Swapped"))
                    (unit("Until repair", ""))
                    (unit("In repair", ""))
                    (unit("Ports", ""))
                    (unit("Accelerators", ""))
                    (unit("Lost", "h a year"))
                }
            }
            tbody {
                @for (i, row) in rows.iter().enumerate() {
                    @let again = i.checked_sub(1).is_some_and(|k| rows[k].technology == row.technology);
                    tr {
                        th scope="row" { @if !again { (row.technology_name) " " small { (row.class) } } }
                        td { (row.part) }
                        (number(&sig(row.fit_per_link, 3)))
                        (number(&sig(row.failures, 3)))
                        td { (row.repair) }
                        (number(&time(row.faulty_h)))
                        (number(&time(row.repair_h)))
                        (number(&pair(row.ports_faulty, row.ports_in_repair)))
                        (number(&pair(row.accelerators_faulty, row.accelerators_in_repair)))
                        (number(&if row.lost_h < 0.5 { sig(row.lost_h, 1) } else { fixed(row.lost_h, 0) }))
                    }
                }
            }
        },
    )
}

/// A time from seconds to days.
fn time(h: f64) -> String {
    if h > 0.0 && h < 1.0 / 60.0 {
        return format!("{}\u{a0}s", sig(h * 3600.0, 3));
    }
    if h <= 0.0 { "0".to_owned() } else { hours(h) }
}

fn moved(study: &OperationsStudy) -> Markup {
    html! {
        thead {
            tr {
                (head("Strategy")) (head("Fact")) (head("Range"))
                (unit("At its ends", "h a year")) (head(""))
            }
        }
        tbody {
            @for s in &study.strategies {
                @for m in &s.moved_by {
                    tr {
                        th scope="row" { (s.id) }
                        td { code { (m.fact) } }
                        td { (m.range[0]) " to " (m.range[1]) }
                        (number(&m.difference_h.map(|h| fixed(h, 0)).join(" to ")))
                        td { @if m.flips { "turns the sign" } }
                    }
                }
            }
        }
    }
}
