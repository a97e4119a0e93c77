//! What fails, what it stops, and what a job gets done.

use crate::colour::{label, strategy_name};
use crate::drawing::{Drawing, job_sizes, lost_hours};
use crate::figure::section as frame;
use crate::format::{NONE, count, ends, fixed, hours, prose, sig};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{BlastRow, OperationsStudy, Plan};
use maud::{Markup, PreEscaped, html};

/// What is swapped, and what stops meanwhile.
pub(crate) fn repair(plan: &Plan) -> Markup {
    framed(
        plan,
        "operations",
        "What one failure stops",
        "What fails, what stops for it until it is repaired and while it is. Closed forms; lightloom operate simulates the years.",
        |study| {
            html! {
                (drawn(&lost_hours(study), "Lost accelerator-hours by strategy", "Accelerators, hosts and software lose as much under every strategy and are left out. Ranges: facts of failure and repair at the ends of their ranges, taken as independent."))
                (blast(&study.blast))
                details {
                    summary { "What follows for each strategy" }
                    ol.findings { @for finding in &study.findings { li { (prose(finding)) } } }
                }
                details {
                    summary { "Facts that move a strategy against the baseline" }
                    (boxed("Lost accelerator-hours a year less the baseline's, with one fact at either end", true, &moved(study)))
                }
            }
        },
    )
}

/// What a job gets done meanwhile.
pub(crate) fn availability(plan: &Plan) -> Markup {
    framed(
        plan,
        "availability",
        "What a job gets done",
        "What a job gets done while things fail and are repaired.",
        |study| {
            html! {
                (drawn(&job_sizes(study), "Productive share of a job by its size", "Checkpoints at Daly's interval; a domain that is lost is replaced by one that is free."))
                (boxed("Beside what stops the job: links that flap or are slow, for which its steps wait", true, &straggling(study)))
                p.cap { "Borne: flaps of a link a year at which they alone take 1\u{a0}% of the job's time. At most: as if steps did nothing but wait for links." }
            }
        },
    )
}

fn framed(
    plan: &Plan,
    id: &str,
    title: &str,
    lead: &str,
    body: impl Fn(&OperationsStudy) -> Markup,
) -> Markup {
    let body = plan
        .operations
        .as_ref()
        .map_or_else(|| html! { p.none { "The plan holds no study of operations." } }, body);
    frame(id, title, lead, &body)
}

fn straggling(study: &OperationsStudy) -> Markup {
    let share = |share: f64| format!("{}\u{a0}%", sig(share * 100.0, 3));
    html! {
        thead { tr {
            (head("Strategy")) (unit("Links that flap", "")) (unit("Flaps of one", "a year")) (unit("Borne", "a year"))
            (unit("Some link flaps or is slow", "of the time")) (unit("Job stands still", "")) (unit("Job slower, at most", ""))
        } }
        tbody {
            @for s in &study.strategies {
                @let row = &s.straggling;
                tr {
                    th scope="row" { (strategy_name(&s.id, &s.name)) }
                    (number(&count(row.links_that_flap.round() as u64)))
                    (number(&sig(row.flaps_per_link, 3)))
                    (number(&row.flaps_per_link_borne.map_or_else(|| NONE.to_owned(), |n| sig(n, 3))))
                    (number(&share(row.degraded)))
                    (number(&share(row.stopped)))
                    (number(&share(row.slower)))
                }
            }
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
                        td.part { (row.part) }
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
                        th scope="row" { (strategy_name(&s.id, &label(&s.id))) }
                        td { code { (m.fact) } }
                        td { (prose(&ends(&m.range))) }
                        (number(&m.difference_h.map(|h| fixed(h, 0)).join(" to ")))
                        td { @if m.flips { "turns the sign" } }
                    }
                }
            }
        }
    }
}
