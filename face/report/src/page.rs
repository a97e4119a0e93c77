//! The document: head, navigation, the decision on a page, a chapter for each of the nine questions.

use crate::board::{anchor, answer};
use crate::format::{count, gbps, prose, sig};
use crate::{
    checks, confidence, decision, evidence, floor, lengths, limits, models, money, operations,
    packages, reach, readiness, rejected, strategies, tiers,
};
use lightloom_decide::plan::{Plan, QuestionRow};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = concat!(
    include_str!("colours.css"),
    include_str!("style.css"),
    include_str!("confidence.css"),
    include_str!("drawing/drawing.css")
);
const SCRIPT: &str = include_str!("script.js");

/// Only what is in the file itself may be loaded.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// What bears the answer to a question.
fn sections(plan: &Plan, question: u8) -> Markup {
    html! {
        @match question {
            1 => { (reach::section(plan)) (tiers::section(plan)) }
            2 => { (strategies::section(plan)) (floor::section(plan, &lengths::figures(plan))) }
            3 => { (models::section(plan)) }
            4 => { (operations::repair(plan)) }
            5 => { (operations::availability(plan)) }
            6 => { (money::section(plan)) }
            7 => { (packages::section(plan)) }
            8 => { (readiness::section(plan)) }
            _ => {
                (confidence::section(plan)) (evidence::section(plan)) (rejected::section(plan)) (checks::section(plan)) (limits::section(plan))
            }
        }
    }
}

/// The whole document.
pub(crate) fn page(plan: &Plan) -> Markup {
    let title = format!("{} – interconnect plan", plan.scenario.name);
    shell(
        (&title, &plan.decision.headline, plan.version),
        &html! {
            a.skip href="#decision" { "Skip to the decision" }
            (navigation(plan))
            main {
                (opening(plan))
                (decision::section(plan))
                @for question in &plan.questions { (chapter(plan, question)) }
            }
            footer {
                p { "Lightloom " (plan.version) " · " (plan.schema) " · scenario " (plan.scenario.name) }
            }
        },
    )
}

/// A document of its own with a title, a description and the version that wrote it.
pub(crate) fn shell((title, description, version): (&str, &str, &str), body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="generator" content={ "Lightloom " (version) };
                meta name="description" content=(description);
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(compact(STYLE))) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// A style sheet without remarks and room for the eye; what stands in quotes has neither.
fn compact(style: &str) -> String {
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines: Vec<&str> = out.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let mut out = lines.join("\n");
    for (long, short) in [(" { ", "{"), ("; }", "}"), (": ", ":"), ("; ", ";"), (" {\n", "{")] {
        out = out.replace(long, short);
    }
    out
}

fn navigation(plan: &Plan) -> Markup {
    html! {
        nav aria-label="Questions" {
            ol {
                li { a href="#decision" { "Decision" } }
                @for q in &plan.questions {
                    li { a href={ "#" (anchor(q.number)) } { span.number { (q.number) } (q.title) } }
                }
            }
        }
    }
}

/// A question with its answer, and what bears it.
fn chapter(plan: &Plan, q: &QuestionRow) -> Markup {
    let id = anchor(q.number);
    html! {
        div.chapter id=(id) {
            p.eyebrow { "Question " (q.number) " of " (plan.questions.len()) span { (q.title) } }
            h2.question { (q.question) }
            p.answer { (answer(q.answer.as_deref(), &q.command)) }
            (sections(plan, q.number))
        }
    }
}

/// The headline, and what was asked.
fn opening(plan: &Plan) -> Markup {
    let s = &plan.scenario;
    let b = &plan.bandwidth;
    html! {
        header {
            p.eyebrow { "Interconnect plan" span { (s.name) } }
            h1 { (prose(&plan.decision.headline)) }
            p.about { (s.about) }
            @if !plan.decision.preference.summary.is_empty() {
                p.about { (prose(&plan.decision.preference.summary.join(" "))) }
            }
            dl.facts {
                (fact("Accelerators", &count(s.accelerators), &s.accelerator))
                (fact("Scale-up domain", &count(s.domain), "accelerators that act as one"))
                (fact("Racks", &count(s.racks), "of all kinds"))
                (fact("Deployment", &s.year.to_string(), &format!("cost over {} years", sig(s.years, 2))))
                (fact("Scale-up", &gbps(b.scale_up_gbps), "per accelerator and direction"))
                (fact("Scale-out", &gbps(b.scale_out_gbps), "per accelerator and direction"))
                (fact("Front end", &gbps(b.front_end_gbps), "per accelerator and direction"))
            }
        }
    }
}

fn fact(name: &str, value: &str, note: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) small { (note) } } } }
}
