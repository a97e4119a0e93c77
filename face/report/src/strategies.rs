//! The cluster under each strategy: power, work, operations and money side by side.

use crate::bars::{Bar, drawn, stacked};
use crate::colour::{Palette, technology};
use crate::figure::{figure, section as frame};
use crate::format::{
    NONE, amount, availability, change, count, hours, joules, nanoseconds, seconds, share, sig,
    usd, watts,
};
use crate::svg::percent;
use crate::table::{boxed, head, unit, value};
use lightloom_decide::plan::{DecodingRow, Part, Plan, ServingRow, Strategy};
use maud::{Markup, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let all = &plan.strategies;
    frame(
        "strategies",
        "Strategies",
        "The same cluster built with each technology in turn. The first is the baseline; the last takes, for each kind of link, what this plan recommends.",
        &html! {
            @if all.is_empty() { p { "The plan holds no strategies." } } @else {
                (figure(
                    "Power at five boundaries, and what the saving feeds",
                    "Each boundary holds more of the cluster than the one before, so the same saving is a smaller share of it. Percent: against the baseline.",
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

/// A figure of a strategy.
struct Measure {
    name: &'static str,
    /// Boundary or unit, said under the name.
    about: &'static str,
    get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
    less_is_better: bool,
    /// Whether a change in percent says something.
    relative: bool,
}

const fn less(
    name: &'static str,
    about: &'static str,
    get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
) -> Measure {
    Measure { name, about, get, show, less_is_better: true, relative: true }
}

const fn more(
    name: &'static str,
    about: &'static str,
    get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
) -> Measure {
    Measure { name, about, get, show, less_is_better: false, relative: true }
}

fn pj(x: f64) -> String {
    format!("{}\u{a0}pJ/bit", sig(x, 3))
}

fn whole(x: f64) -> String {
    if x.abs() < 1e5 { crate::format::fixed(x, 0) } else { amount(x) }
}

fn kilometres(x: f64) -> String {
    format!("{}\u{a0}km", sig(x, 3))
}

fn tonnes(x: f64) -> String {
    format!("{}\u{a0}t", sig(x, 3))
}

fn square_centimetres(x: f64) -> String {
    format!("{}\u{a0}cm²", sig(x, 3))
}

fn widest(s: &Strategy) -> Option<&ServingRow> {
    s.decoding.as_ref().and_then(|d| d.widest.as_ref())
}

fn quickest(s: &Strategy) -> Option<&ServingRow> {
    s.decoding.as_ref().map(|d| &d.quickest)
}

/// Each boundary within the next, but the first.
const POWER: [Measure; 6] = [
    less("Lane", "chip to chip, mean of all links", |s| Some(s.power.lane_pj_per_bit), pj),
    less("Optics", "modules, engines, active cable ends; DC", |s| Some(s.power.optics_w), watts),
    less(
        "Switch boxes",
        "with what is in them; rack inlet",
        |s| Some(s.power.switch_boxes_w),
        watts,
    ),
    less(
        "Network",
        "switches, interfaces, optics, SerDes; rack inlet",
        |s| Some(s.power.network_w),
        watts,
    ),
    less("Cluster", "network, accelerators, hosts; rack inlet", |s| Some(s.power.cluster_w), watts),
    Measure {
        name: "Accelerators fed",
        about: "by the saving in cluster power",
        get: |s| Some(s.accelerators_fed),
        show: whole,
        less_is_better: false,
        relative: false,
    },
];

const WORK: [Measure; 8] = [
    less("Training step", "", |s| s.training.as_ref().map(|t| t.step_s), seconds),
    more(
        "Training speed",
        "tokens/s of the cluster",
        |s| s.training.as_ref().map(|t| t.tokens_per_s),
        amount,
    ),
    more("Model FLOP utilisation", "", |s| s.training.as_ref().map(|t| t.mfu), share),
    less(
        "Energy of a trained token",
        "at the meter",
        |s| s.training.as_ref().map(|t| t.joule_per_token),
        joules,
    ),
    more(
        "Decode, quickest",
        "tokens/s for one user",
        |s| quickest(s).map(|r| r.tokens_per_s_per_user),
        whole,
    ),
    more(
        "Decode, widest",
        "tokens/s for one accelerator",
        |s| widest(s).map(|r| r.tokens_per_s_per_accelerator),
        whole,
    ),
    more("", "at tokens/s for one user", |s| widest(s).map(|r| r.tokens_per_s_per_user), whole),
    less(
        "Energy of a decoded token",
        "widest, at the meter",
        |s| widest(s).map(|r| r.joule_per_token),
        joules,
    ),
];

const OPERATIONS: [Measure; 6] = [
    Measure {
        name: "Availability",
        about: "share of accelerator-hours not lost",
        get: |s| Some(s.operations.availability),
        show: availability,
        less_is_better: false,
        relative: false,
    },
    less(
        "Lost to the network",
        "share of accelerator-hours",
        |s| Some(s.operations.lost_to_network),
        share,
    ),
    more(
        "Job interruption",
        "mean time between, whole cluster",
        |s| Some(s.operations.job_mtti_h),
        hours,
    ),
    Measure {
        name: "Goodput",
        about: "productive share of that job's time",
        get: |s| Some(s.operations.goodput),
        show: share,
        less_is_better: false,
        relative: false,
    },
    less("Network failures", "a year", |s| Some(s.operations.network_failures_per_year), whole),
    less("Hands-on work", "hours a year", |s| Some(s.operations.hands_on_h_per_year), whole),
];

const MONEY: [Measure; 9] = [
    less("Network, bought", "links, switches, interfaces", |s| Some(s.cost.network_capex_usd), usd),
    less(
        "Network, over the years",
        "its capex, energy, facility, repairs, downtime",
        |s| Some(s.cost.network_total_usd),
        usd,
    ),
    less(
        "Everything, bought",
        "network, accelerators, hosts, facility",
        |s| Some(s.cost.capex_usd),
        usd,
    ),
    less("Energy", "over the years, at the meter", |s| Some(s.cost.energy_usd), usd),
    less("Repairs and spares", "over the years", |s| Some(s.cost.repair_usd), usd),
    less(
        "Lost accelerator-hours",
        "over the years, their value",
        |s| Some(s.cost.downtime_usd),
        usd,
    ),
    less("Everything, over the years", "", |s| Some(s.cost.total_usd), usd),
    less("Accelerator-hour", "productive", |s| Some(s.cost.usd_per_accelerator_hour), usd),
    less("Million decoded tokens", "widest", |s| s.cost.usd_per_million_tokens, usd),
];

const CABLE: [Measure; 5] = [
    less("Cable", "", |s| Some(s.cables.length_km), kilometres),
    less("Cable mass", "", |s| Some(s.cables.mass_t), tonnes),
    less("Fibres", "", |s| Some(s.cables.fibres), whole),
    less("Lasers", "", |s| Some(s.cables.lasers), whole),
    less(
        "Cable bundle",
        "cross-section at an accelerator rack",
        |s| Some(s.cables.bundle_cm2_per_rack),
        square_centimetres,
    ),
];

/// Change against the baseline in percent, where both show differently.
fn against(m: &Measure, baseline: &Strategy, s: &Strategy) -> Option<String> {
    let (from, to) = ((m.get)(baseline)?, (m.get)(s)?);
    let told_apart = (m.show)(from) != (m.show)(to);
    (m.relative && from != 0.0 && told_apart).then(|| change((to - from) / from * 100.0))
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
                                span.name { (s.name) }
                                span.track {
                                    @if most > 0.0 && v > 0.0 { span.fill style={ "width:" (percent(v, most)) } {} }
                                }
                                span.total { (nothing(&(m.show)(v))) @if let Some(d) = against(m, &all[0], s) { " " small { (d) } } }
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
    let training = |s: &Strategy| s.training.as_ref().map(|t| (t.split.clone(), t.step_s));
    let decoding = |s: &Strategy| {
        let row = quickest(s)?;
        Some((row.split_ms.clone(), row.split_ms.iter().map(|p| p.value).sum()))
    };
    html! {
        div.pair {
            (stack("Network power by tier", "Switches, interfaces, optics and the SerDes of every link, at the rack inlet.",
                all, WATTS, watts, power))
            (stack(&format!("Network cost over {years} years"), "", all, DOLLARS, usd, network))
        }
        (stack(&format!("Everything over {years} years"), "The network is a small part of what it holds together.",
            all, DOLLARS, usd, everything))
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
            name: html! { (s.name) },
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
    boxed(
        "Totals by strategy; bold: best of the row; percent: against the baseline",
        false,
        &html! {
            thead { tr { td {} @for s in all { th.n scope="col" { (s.name) } } } }
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
    let best = best(m, all);
    html! {
        tr {
            th scope="row" { (m.name) @if !m.about.is_empty() { small { (m.about) } } }
            @for s in all {
                @let text = (m.get)(s).map_or(NONE.to_owned(), |v| (m.show)(v));
                td.n {
                    @if best.as_ref() == Some(&text) { strong { (text) } } @else { (text) }
                    @if let Some(d) = all.first().and_then(|b| against(m, b, s)) { small { (d) } }
                }
            }
        }
    }
}

/// The best value as text, unless all show the same.
fn best(m: &Measure, all: &[Strategy]) -> Option<String> {
    let sign = if m.less_is_better { 1.0 } else { -1.0 };
    let values = || all.iter().filter_map(m.get).filter(|v| v.is_finite());
    let best = (m.show)(values().min_by(|a, b| (sign * a).total_cmp(&(sign * b)))?);
    values().any(|v| (m.show)(v) != best).then_some(best)
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
                        Some(p) => { (value(p.value, &nanoseconds(p.value))) }
                        None => { td.n { (NONE) } }
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
            thead { tr { (head("Links")) @for s in all { (head(&s.name)) } } }
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
                        @for note in &s.notes { dd { (note) } }
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
