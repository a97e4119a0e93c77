//! The document: head, navigation, sections in order.

use crate::format::{count, gbps, prose, sig};
use crate::{
    checks, confidence, decision, evidence, floor, lengths, limits, models, money, operations,
    packages, reach, readiness, rejected, strategies, tiers,
};
use lightloom_decide::plan::Plan;
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

/// Sections: anchor and name in the navigation.
const SECTIONS: [(&str, &str); 15] = [
    ("decision", "Decision"),
    ("confidence", "Confidence"),
    ("reach", "Reach"),
    ("tiers", "Tiers"),
    ("packages", "Packages"),
    ("strategies", "Strategies"),
    ("models", "Models"),
    ("operations", "Operations"),
    ("money", "Money"),
    ("readiness", "Readiness"),
    ("floor", "Floor"),
    ("rejected", "Rejected"),
    ("evidence", "Evidence"),
    ("checks", "Checks"),
    ("limits", "Limits"),
];

/// The whole document.
pub(crate) fn page(plan: &Plan) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="generator" content={ "Lightloom " (plan.version) };
                meta name="description" content=(plan.decision.headline);
                title { (plan.scenario.name) " – interconnect plan" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#decision" { "Skip to the decision" }
                (navigation())
                main {
                    (opening(plan))
                    (decision::section(plan))
                    (confidence::section(plan))
                    (reach::section(plan))
                    (tiers::section(plan))
                    (packages::section(plan))
                    (strategies::section(plan))
                    (models::section(plan))
                    (operations::section(plan))
                    (money::section(plan))
                    (readiness::section(plan))
                    (floor::section(plan, &lengths::figures(plan)))
                    (rejected::section(plan))
                    (evidence::section(plan))
                    (checks::section(plan))
                    (limits::section(plan))
                }
                footer {
                    p { "Lightloom " (plan.version) " · " (plan.schema) " · scenario " (plan.scenario.name) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn navigation() -> Markup {
    html! {
        nav aria-label="Sections" {
            ol { @for (id, name) in SECTIONS { li { a href={ "#" (id) } { (name) } } } }
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
