//! Models on the cluster: steps under each strategy, and what the size of the scale-up domain gives.

use crate::drawing::{domain_size, serving_frontier};
use crate::figure::section as frame;
use crate::format::{NONE, fixed, prose, sig};
use crate::strategies::steps;
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{DomainRow, InferSheet, MediumCurve, Plan, WorldSizeStudy};
use maud::{Markup, PreEscaped, html};

pub(crate) fn section(plan: &Plan) -> Markup {
    let work = plan.strategies.iter().any(|s| s.training.is_some() || s.decoding.is_some());
    frame(
        "models",
        "Models on the cluster",
        "What the network takes of a step of training and of decoding, and how large a domain pays.",
        &html! {
            @if !work && plan.world_size.is_none() {
                p.none { "The scenario names no model to train or to serve." }
            }
            (steps(&plan.strategies))
            @if let Some(sheet) = &plan.serving { (frontier(sheet)) }
            @if let Some(study) = &plan.world_size { (domains(study)) }
        },
    )
}

/// What an operator can choose between.
fn frontier(sheet: &InferSheet) -> Markup {
    let drawing = serving_frontier(sheet);
    html! {
        figure {
            figcaption {
                strong { (drawing.title()) }
                span {
                    (sheet.model.name) ", prompts of " (sheet.job.prompt) ", answers of " (sheet.job.output) ", "
                    (sheet.job.precision) ", under the recommended mix. " (sheet.meaning)
                }
            }
            div.pan tabindex="0" role="region" aria-label="Speed for one user against throughput" {
                (PreEscaped(drawing.inline("models")))
            }
        }
    }
}

/// The figure of domain sizes, its words, and its figures as a table.
fn domains(study: &WorldSizeStudy) -> Markup {
    let drawing = domain_size(study);
    html! {
        figure {
            figcaption {
                strong { (drawing.title()) }
                span {
                    (study.model) ", prompts of " (study.prompt) ", answers of " (study.output) ", " (study.precision.to_uppercase()) ". "
                    @for finding in &study.findings { (prose(finding)) " " }
                }
            }
            div.pan tabindex="0" role="region" aria-label="Sizes of the scale-up domain" {
                (PreEscaped(drawing.inline("models")))
            }
            details {
                summary { "Every size and wiring" }
                div.tight { (boxed("Domains by size and wiring", true, &table(study))) }
            }
        }
    }
}

fn table(study: &WorldSizeStudy) -> Markup {
    html! {
        thead {
            tr {
                (head("domain"))
                (head("links of"))
                (unit("scale-up", "W each"))
                (unit("scale-up", "USD each"))
                @for speed in &study.speeds { (unit(&format!("at {}/s", sig(*speed, 3)), "tokens/s each")) }
                (unit("energy", "J/token"))
                (unit("price", "USD/M tokens"))
                (unit("training", "tokens/s each"))
            }
        }
        tbody {
            @for medium in &study.media {
                @for row in &medium.rows { (domain(study, medium, row)) }
            }
        }
    }
}

fn domain(study: &WorldSizeStudy, medium: &MediumCurve, row: &DomainRow) -> Markup {
    let Some(built) = &row.built else {
        // What a wiring has nothing to do with is no finding.
        let why = row.refused.as_deref().filter(|_| medium.medium != "mixed");
        return html! {
            @if let Some(why) = why {
                tr {
                    th scope="row" { (row.domain) ", " (medium.medium) }
                    td colspan=(study.speeds.len() + 6) { (why) }
                }
            }
        };
    };
    let mut links: Vec<&str> = built.technologies.iter().map(|t| t.technology.as_str()).collect();
    links.dedup();
    let first = built.at_speeds.first().and_then(Option::as_ref);
    let rate = |r: Option<f64>| r.map_or_else(|| NONE.to_owned(), |r| sig(r, 3));
    html! {
        tr {
            th scope="row" { (row.domain) ", " (medium.medium) }
            td { (links.join(", ")) }
            (number(&fixed(built.scale_up_w_per_accelerator, 0)))
            (number(&fixed(built.scale_up_usd_per_accelerator, 0)))
            @for point in &built.at_speeds {
                (number(&rate(point.as_ref().map(|p| p.tokens_per_s_per_accelerator))))
            }
            (number(&first.map_or_else(|| NONE.to_owned(), |p| sig(p.joule_per_token, 3))))
            (number(&first.map_or_else(|| NONE.to_owned(), |p| fixed(p.usd_per_million_tokens, 2))))
            (number(&rate(built.training_tokens_per_s_per_accelerator)))
        }
    }
}
