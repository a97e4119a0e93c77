//! Cable lengths by link class, copper or light.

use crate::colour::{families, family, technology};
use crate::figure::figure;
use crate::format::{amount, count, metres, share};
use crate::svg::{c, percent, ticks};
use lightloom_decide::plan::{ClassPlan, Plan};
use maud::{Markup, html};

/// Width and height of a panel's drawing; it stretches to its box.
const SIZE: (f64, f64) = (400.0, 110.0);

/// One small histogram for each link class.
pub(crate) fn figures(plan: &Plan) -> Markup {
    let classes: Vec<&ClassPlan> = plan.tiers.iter().flat_map(|t| &t.classes).collect();
    html! {
        @if !classes.is_empty() {
            (figure(
                "Routed cable lengths by kind of link",
                "Colour: what is recommended there. Dashed: how far the longest copper reaches on these links.",
                &html! {
                    div.panels.lengths { @for (i, class) in classes.iter().enumerate() { (panel(i, class)) } }
                    (families())
                },
            ))
        }
    }
}

fn panel(i: usize, class: &ClassPlan) -> Markup {
    let taken = class.taken();
    let f = family(taken.map_or("", |o| &o.family));
    let length = &class.length;
    let end = length.bins_start_m + length.bin_m * length.bins.len() as f64;
    let tallest = length.bins.iter().copied().max().unwrap_or(0);
    html! {
        div.panel {
            h4 { (class.name) small { (technology(taken.map_or("", |o| &o.family), taken.map_or("nothing closes", |o| &o.name))) } }
            @if tallest > 0 && end.is_finite() && end > 0.0 {
                div.histogram {
                    span.most { (amount(tallest as f64)) " links" }
                    (drawing(i, class, f.class, end, tallest))
                    (axis(end))
                }
            }
            p { (count(class.links)) " links, " (metres(length.min_m)) " to " (metres(length.max_m)) ", mean " (metres(length.mean_m)) ", 95\u{a0}% within " (metres(length.p95_m)) ". " (copper(class)) }
        }
    }
}

/// Longest copper on these links, with the share of links that it serves.
fn longest_copper(class: &ClassPlan) -> Option<(f64, f64)> {
    let copper = class.options.iter().filter(|o| o.family == "copper" && o.reach_m > 0.0);
    copper.map(|o| (o.reach_m, o.share_within_reach)).max_by(|a, b| a.0.total_cmp(&b.0))
}

fn copper(class: &ClassPlan) -> String {
    match longest_copper(class) {
        Some((reach, served)) => {
            format!("Copper reaches {}: {} of them.", metres(reach), share(served))
        }
        None => "No copper closes.".to_owned(),
    }
}

fn drawing(i: usize, class: &ClassPlan, colour: &str, end: f64, tallest: u64) -> Markup {
    let (w, h) = SIZE;
    let length = &class.length;
    let x = |m: f64| m / end * w;
    html! {
        svg role="img" class=(colour) aria-labelledby={ "lengths-" (i) } viewBox={ "0 0 " (w) " " (h) } preserveAspectRatio="none" {
            title id={ "lengths-" (i) } { "Histogram of link lengths, " (class.name) }
            @for (n, &links) in length.bins.iter().enumerate().filter(|(_, links)| **links > 0) {
                @let left = x(length.bins_start_m + n as f64 * length.bin_m);
                // A bin with few links must still be seen.
                @let tall = (links as f64 / tallest as f64 * (h - 4.0)).max(1.5);
                rect.bin x=(c(left)) y=(c(h - tall)) width=(c((x(length.bin_m) - 1.0).max(0.8))) height=(c(tall)) {}
            }
            line.base x1="0" x2=(w) y1=(h) y2=(h) {}
            @if let Some((reach, _)) = longest_copper(class).filter(|(reach, _)| *reach < end) {
                line.copper-end x1=(c(x(reach))) x2=(c(x(reach))) y1="0" y2=(h) {}
            }
        }
    }
}

fn axis(end: f64) -> Markup {
    let at = ticks(end, 4.0);
    let last = at.len().saturating_sub(1);
    html! {
        div.ticks aria-hidden="true" {
            @for (n, tick) in at.iter().enumerate() {
                span style={ "left:" (percent(*tick, end)) } {
                    @if n == last { (metres(*tick)) } @else { (crate::format::sig(*tick, 3)) }
                }
            }
        }
    }
}
