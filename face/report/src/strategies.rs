//! The cluster under each strategy: power, work, operations and money side by side.

use crate::bars::{Bar, drawn, stacked};
use crate::colour::{Palette, strategy, strategy_name, technology};
use crate::figure::{figure, section as frame};
use crate::format::{NONE, count, nanoseconds, prose, seconds, sig, usd, watts};
use crate::measures::{CABLE, MONEY, Measure, OPERATIONS, POWER, WORK, quickest};
use crate::svg::percent;
use crate::table::{boxed, head, numbers, unit, value};
use lightloom_decide::plan::{DecodingRow, Part, Plan, Strategy};
use maud::{Markup, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let all = &plan.strategies;
    frame(
        "strategies",
        "The cluster under each strategy",
        "The same cluster built with each technology in turn. The first is the baseline; the last takes, for each kind of link, what this plan recommends.",
        &html! {
            @if all.is_empty() { p { "The plan holds no strategies." } } @else {
                (figure(
                    "Power at five boundaries, and what the saving feeds",
                    "From panel to panel more of the cluster is counted, so the same saving is a smaller share. Percent: against the baseline.",
                    &boundaries(all),
                ))
                (stacks(all, &sig(plan.scenario.years, 2)))
                (totals(all))
                (choices(all))
                (notes(all))
                @for s in all.iter().rev().take(1).chain(all.iter().take(usize::from(all.len() > 1))) { (bill(s)) }
            }
        },
    )
}

fn boundaries(all: &[Strategy]) -> Markup {
    html! {
        div.panels {
            @for m in &POWER {
                @let most = all.iter().filter_map(m.get).fold(0.0, f64::max);
                div.panel {
                    h4 { (m.name) small { (m.about) } }
                    ul {
                        @for s in all {
                            @let v = (m.get)(s).unwrap_or(f64::NAN);
                            li class=[is_last(all, s).then_some("taken")] {
                                span.name { (strategy_name(&s.id, &s.name)) }
                                span.track {
                                    @if most > 0.0 && v > 0.0 { span class={ "fill of-" (strategy(&s.id).id) } style={ "width:" (percent(v, most)) } {} }
                                }
                                span.total { (nothing(&m.text(s))) @if let Some(d) = m.against(&all[0], s) { " " small { (d) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A zero among accelerators fed is the baseline: nothing.
fn nothing(text: &str) -> &str {
    if text == "0" { NONE } else { text }
}

fn is_last(all: &[Strategy], s: &Strategy) -> bool {
    all.last().is_some_and(|l| l.id == s.id)
}

/// Rows of a figure: parts and the sum as text; `None` where a strategy has none.
type Sum = Option<(Vec<Part>, f64)>;

fn stacks(all: &[Strategy], years: &str) -> Markup {
    let power = |s: &Strategy| Some((s.power.network_by_tier.clone(), s.power.network_w));
    let network = |s: &Strategy| {
        let c = &s.cost;
        let rest = c.network_total_usd - c.network_capex_usd;
        Some((
            parts(&[
                ("bought", c.network_capex_usd),
                ("energy, facility, repairs, downtime", rest),
            ]),
            c.network_total_usd,
        ))
    };
    let everything = |s: &Strategy| {
        let c = &s.cost;
        Some((
            parts(&[
                ("accelerators, hosts, facility", c.capex_usd - c.network_capex_usd),
                ("network", c.network_capex_usd),
                ("energy", c.energy_usd),
                ("repairs", c.repair_usd),
                ("downtime", c.downtime_usd),
            ]),
            c.total_usd,
        ))
    };
    html! {
        div.pair {
            (stack("Network power by tier", "Switches, interfaces, optics and the SerDes of every link, at the rack inlet.",
                all, WATTS, watts, power))
            (stack(&format!("Network cost over {years} years"), "", all, DOLLARS, usd, network))
        }
        (stack(&format!("Everything over {years} years"), "The network is a small part of what it holds together.",
            all, DOLLARS, usd, everything))
    }
}

/// Steps of training and of decoding, split, under each strategy.
pub(crate) fn steps(all: &[Strategy]) -> Markup {
    let training = |s: &Strategy| s.training.as_ref().map(|t| (t.split.clone(), t.step_s));
    let decoding = |s: &Strategy| {
        let row = quickest(s)?;
        Some((row.split_ms.clone(), row.split_ms.iter().map(|p| p.value).sum()))
    };
    html! {
        @if let Some(t) = all.iter().find_map(|s| s.training.as_ref()) {
            (stack(&format!("Training step of {}", t.model), &t.parallelism, all, &[(1.0, "s"), (1e-3, "ms")], seconds, training))
        }
        @if let Some(d) = all.iter().find_map(|s| s.decoding.as_ref()) {
            (stack(&format!("Decoding step of {}", d.model), &serving(d), all, &[(1.0, "ms")],
                |ms| format!("{}\u{a0}ms", sig(ms, 3)), decoding))
        }
    }
}

fn serving(d: &DecodingRow) -> String {
    format!("Quickest instance for one user: {}.", d.quickest.spread)
}

const WATTS: &[(f64, &str)] = &[(1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1.0, "W")];
const DOLLARS: &[(f64, &str)] = &[(1e9, "bn USD"), (1e6, "M USD"), (1.0, "USD")];

fn parts(parts: &[(&str, f64)]) -> Vec<Part> {
    parts.iter().map(|&(name, value)| Part { name: name.to_owned(), value }).collect()
}

/// A bar for each strategy, in the largest of `units` that fits.
fn stack(
    title: &str,
    note: &str,
    all: &[Strategy],
    units: &[(f64, &str)],
    show: fn(f64) -> String,
    get: impl Fn(&Strategy) -> Sum,
) -> Markup {
    let rows: Vec<Sum> = all.iter().map(get).collect();
    let most = rows.iter().flatten().map(|(_, total)| *total).fold(0.0, f64::max);
    let fit = units.iter().find(|(size, _)| most >= *size).or(units.last());
    let (size, unit) = fit.copied().unwrap_or((1.0, ""));
    let scaled: Vec<Vec<Part>> = rows
        .iter()
        .map(|row| {
            let parts = row.iter().flat_map(|(parts, _)| parts);
            parts.map(|p| Part { name: p.name.clone(), value: p.value / size }).collect()
        })
        .collect();
    let palette = Palette::of(scaled.iter().flatten());
    let bars: Vec<Bar<'_>> = all
        .iter()
        .zip(&rows)
        .zip(&scaled)
        .map(|((s, row), parts)| Bar {
            name: strategy_name(&s.id, &s.name),
            total: row.as_ref().map_or("does not fit".to_owned(), |(_, total)| show(*total)),
            parts: drawn(parts),
            class: if is_last(all, s) { "taken" } else { "" },
        })
        .collect();
    figure(title, note, &stacked(&bars, unit, &palette))
}

fn totals(all: &[Strategy]) -> Markup {
    let groups: [(&str, &[Measure]); 5] = [
        ("Power", &POWER),
        ("Work", &WORK),
        ("Operations", &OPERATIONS),
        ("Money", &MONEY),
        ("Cables", &CABLE),
    ];
    let columns = all.len() + 1;
    numbers(
        "Totals by strategy; bold: best of the row; percent: against the baseline",
        &html! {
            thead { tr { td {} @for s in all { th.n scope="col" { (strategy_name(&s.id, &s.name)) } } } }
            @for (name, measures) in groups {
                tbody {
                    tr.group { th scope="rowgroup" colspan=(columns) { (name) } }
                    @for m in measures { (measure(m, all)) }
                    @if name == "Work" { (paths(all)) }
                }
            }
        },
    )
}

fn measure(m: &Measure, all: &[Strategy]) -> Markup {
    let best = m.best(all);
    html! {
        tr {
            th scope="row" { (m.name) @if !m.about.is_empty() { small { (m.about) } } }
            @for s in all {
                @let text = m.text(s);
                td {
                    @if best.as_ref() == Some(&text) { strong { (text) } } @else { (text) }
                    @if let Some(d) = all.first().and_then(|b| m.against(b, s)) { small { (d) } }
                }
            }
        }
    }
}

/// Longest path of each tier.
fn paths(all: &[Strategy]) -> Markup {
    let tiers = all.first().map(|s| s.path_ns.as_slice()).unwrap_or_default();
    html! {
        @for tier in tiers {
            tr {
                th scope="row" { "Longest path, " (tier.name) small { "one way, no load, switches included" } }
                @for s in all {
                    @match s.path_ns.iter().find(|p| p.name == tier.name) {
                        Some(p) => { td { (nanoseconds(p.value)) } }
                        None => { td { (NONE) } }
                    }
                }
            }
        }
    }
}

fn choices(all: &[Strategy]) -> Markup {
    let classes = all.first().map(|s| s.choices.as_slice()).unwrap_or_default();
    boxed(
        "Technology of each kind of link",
        false,
        &html! {
            thead { tr { (head("Links")) @for s in all { th scope="col" { (strategy_name(&s.id, &s.name)) } } } }
            tbody {
                @for class in classes {
                    tr {
                        th scope="row" { (class.class) }
                        @for s in all {
                            td {
                                @match s.choices.iter().find(|c| c.class == class.class) {
                                    Some(c) => { (technology(&c.family, &c.name)) }
                                    None => { (NONE) }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn notes(all: &[Strategy]) -> Markup {
    html! {
        @if all.iter().any(|s| !s.notes.is_empty()) {
            details {
                summary { "Where a strategy's own technology does not serve" }
                dl.notes {
                    @for s in all.iter().filter(|s| !s.notes.is_empty()) {
                        dt { (s.name) }
                        @for note in &s.notes { dd { (prose(note)) } }
                    }
                }
            }
        }
    }
}

fn bill(s: &Strategy) -> Markup {
    html! {
        @if !s.bill.is_empty() {
            details {
                summary { "Bill of materials of the network: " (s.name) }
                (boxed(&format!("Bill of materials, {}", s.name), true, &html! {
                    thead { tr { (head("Item")) (unit("Count", "")) (unit("One", "USD")) (unit("All", "USD")) } }
                    tbody {
                        @for row in &s.bill {
                            tr {
                                th scope="row" { (row.item) }
                                td.n { (count(row.count)) }
                                (value(row.unit_usd, &usd(row.unit_usd)))
                                (value(row.total_usd, &usd(row.total_usd)))
                            }
                        }
                    }
                }))
            }
        }
    }
}
