//! Reach: link length against lane rate, and where copper gives way to light.

use crate::colour::{families, family, technology};
use crate::figure::{figure, section as frame};
use crate::format::{gbps, metres, reach};
use crate::reach_chart::{NARROW, WIDE, draw, groups, same};
use crate::table::{boxed, head, unit};
use lightloom_decide::plan::{Plan, ReachChart};
use maud::{Markup, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let chart = &plan.reach;
    let rates = rates(chart);
    frame(
        "reach",
        "Copper and light by lane rate",
        "Copper needs no translation and is cheapest as far as it reaches. That distance shrinks with every lane rate.",
        &html! {
            @if rates.is_empty() { p { "The plan holds no reach curves." } } @else {
                (figure(
                    "Where copper ends: link length against lane rate",
                    "Below the heavy line passive copper closes, in the hatched band only active copper does, above it is light. Marks: this scenario's links at their longest.",
                    &html! {
                        div.wide { (draw(chart, &rates, &WIDE)) }
                        div.narrow { (draw(chart, &rates, &NARROW)) (keys(chart)) }
                        (families())
                    },
                ))
                (crossover(chart))
                (crate::crossover::section(plan))
                details {
                    summary { "Numbers behind the chart" }
                    (numbers(chart, &rates))
                }
            }
        },
    )
}

/// Lane rates that occur, lowest first.
fn rates(chart: &ReachChart) -> Vec<f64> {
    let curves = chart.curves.iter().flat_map(|c| c.points.iter().map(|p| p.lane_gbps));
    let others = chart.links.iter().map(|l| l.lane_gbps);
    let mut out: Vec<f64> =
        curves.chain(others).chain(chart.crossover.iter().map(|x| x.lane_gbps)).collect();
    out.retain(|r| r.is_finite());
    out.sort_by(f64::total_cmp);
    out.dedup_by(|a, b| same(*a, *b));
    out
}

/// What the keys of the narrow drawing stand for.
fn keys(chart: &ReachChart) -> Markup {
    let groups = groups(&chart.curves);
    html! {
        ol.keys.numbered {
            @for link in &chart.links {
                @let f = family(link.family.as_deref().unwrap_or(""));
                li class={ "tech " (f.class) } { i { (f.mark) } " " (link.class) ", " (metres(link.max_m)) }
            }
        }
        ol.keys.lettered {
            @for group in &groups {
                li class={ "tech " (family(&group.first.family).class) } { (group.names.join(" · ")) }
            }
        }
    }
}

fn crossover(chart: &ReachChart) -> Markup {
    html! {
        @if !chart.crossover.is_empty() {
            (boxed("Longest copper by lane rate", true, &html! {
                thead { tr {
                    (unit("Lane", "payload")) (unit("Passive copper", "longest")) (head("by"))
                    (unit("Any copper", "longest")) (head("by"))
                } }
                tbody {
                    @for x in &chart.crossover {
                        tr {
                            th.n scope="row" { (gbps(x.lane_gbps)) }
                            td.n { (reach(x.passive_m)) } td { (x.passive) }
                            td.n { (reach(x.active_m)) } td { (x.active) }
                        }
                    }
                }
            }))
        }
    }
}

fn numbers(chart: &ReachChart, rates: &[f64]) -> Markup {
    boxed(
        "Longest link that closes, by technology and lane rate",
        true,
        &html! {
            thead { tr {
                (head("Technology"))
                @for rate in rates { (unit(&gbps(*rate), "")) }
            } }
            tbody {
                @for curve in &chart.curves {
                    tr {
                        th scope="row" { (technology(&curve.family, &curve.name)) }
                        @for rate in rates {
                            @match curve.points.iter().find(|p| same(p.lane_gbps, *rate)) {
                                Some(p) if p.reach_m > 0.0 => {
                                    td.n { (metres(p.reach_m)) " " small { (p.modulation) } }
                                }
                                Some(_) => { td.n.dim { "does not close" } }
                                None => { td.n.dim { "–" } }
                            }
                        }
                    }
                }
            }
        },
    )
}
