//! What a board reads: what to take on each kind of link, and the nine questions with their answers.

use crate::colour::technology;
use crate::format::{NONE, count, fixed, metres, prose, sig, usd};
use crate::table::{boxed, head, number, unit, value};
use lightloom_decide::plan::{ClassPlan, Plan};
use maud::{Markup, html};

/// What to take, a row for each kind of link.
pub(crate) fn choices(plan: &Plan) -> Markup {
    let classes: Vec<&ClassPlan> = plan.tiers.iter().flat_map(|t| &t.classes).collect();
    html! {
        @if !classes.is_empty() {
            div.tight { (boxed("What to take, link by link", true, &html! {
                thead { tr {
                    (head("Links")) (unit("How many", "")) (unit("Longest", "")) (head("Take")) (unit("Margin", "dB"))
                    (unit("Lane", "pJ/bit")) (unit("Cost over the years", "USD")) (head("Next best")) (unit("Costs more", "USD"))
                    @if let Some(found) = &plan.confidence { (unit(&format!("Serves, {}", found.winning), "% of samples")) }
                } }
                tbody { @for class in &classes { (row(plan, class)) } }
            })) }
        }
    }
}

fn row(plan: &Plan, class: &ClassPlan) -> Markup {
    let sure =
        plan.confidence.as_ref().map(|c| c.classes.iter().find(|row| row.class == class.name));
    html! {
        tr {
            th scope="row" { (class.name) }
            (number(&count(class.links)))
            (value(class.length.max_m, &metres(class.length.max_m)))
            @match class.taken() {
                Some(o) => {
                    td { strong { (technology(&o.family, &o.name)) } }
                    (number(&fixed(o.margin_db, 1)))
                    (number(&sig(o.lane_pj_per_bit, 3)))
                    (value(o.cost_usd, &usd(o.cost_usd)))
                }
                None => { td { "nothing closes" } (number(NONE)) (number(NONE)) (number(NONE)) }
            }
            @match class.next_best() {
                Some(next) => {
                    td {
                        (technology(&next.option.family, &next.option.name))
                        @if next.option.over_limit { small { "over a limit" } }
                    }
                    @let more = next.costs_more_usd.unwrap_or(0.0);
                    (value(more, &usd(more)))
                }
                None => { td { "none" } (number(NONE)) }
            }
            @if let Some(sure) = sure {
                (number(&sure.map_or_else(|| NONE.to_owned(), |s| {
                    format!("{}, {}", fixed(s.usable_percent, 0), fixed(s.wins_percent, 0))
                })))
            }
        }
    }
}

/// Where the chapter of a question stands.
pub(crate) fn anchor(number: u8) -> String {
    format!("question-{number}")
}

/// The nine questions.
pub(crate) fn answers(plan: &Plan) -> Markup {
    html! {
        ol.answers {
            @for q in &plan.questions {
                li {
                    a href={ "#" (anchor(q.number)) } { span.number { (q.number) } (q.title) }
                    p { (answer(q.answer.as_deref(), &q.command)) }
                }
            }
        }
    }
}

/// What the plan says, else which command does.
pub(crate) fn answer(answer: Option<&str>, command: &str) -> Markup {
    html! {
        @match answer {
            Some(text) => { (prose(text)) }
            None => { span.dim { "Not asked of this plan: " code { (command) } } }
        }
    }
}
