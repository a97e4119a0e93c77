//! Each tier: its switches, and for each link class every technology with its numbers.

use crate::bars::{Bar, drawn, stacked};
use crate::colour::{Palette, families, technology};
use crate::figure::{figure, section as frame};
use crate::format::{NONE, count, fixed, gbps, metres, nanoseconds, prose, reach, share, sig, usd};
use crate::scheme::scheme;
use crate::table::{head, of_kind, told, unit};
use crate::worst::{self, Shown};
use lightloom_decide::plan::{ClassPlan, OptionRow, Part, Plan, TierPlan};
use lightloom_decide::sentence::within;
use maud::{Markup, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let options = || plan.tiers.iter().flat_map(|t| &t.classes).flat_map(|c| &c.options);
    let energy = options().flat_map(|o| &o.energy_split);
    let palette = Palette::components(energy.chain(options().flat_map(|o| &o.latency_split)));
    let shown = Shown::of(&plan.tiers);
    frame(
        "tiers",
        "Every technology on every link",
        "For each kind of link, every technology of the catalog: what closes at the lengths that occur, at which energy, latency and cost.",
        &html! {
            (families())
            @for (t, tier) in plan.tiers.iter().enumerate() { (tier_part(tier, t, &palette, &shown)) }
        },
    )
}

fn tier_part(tier: &TierPlan, t: usize, palette: &Palette, shown: &Shown<'_>) -> Markup {
    html! {
        div.tier {
            h3 { (tier.title) }
            @if !tier.switches.is_empty() {
                ul.switches {
                    @for s in &tier.switches {
                        li { strong { (count(s.count)) } " × " (s.name) small { (count(s.radix)) " ports of " (gbps(s.port_gbps)) } }
                    }
                }
            }
            (scheme(tier))
            @for (i, class) in tier.classes.iter().enumerate() {
                @let before = tier.classes[..i].iter().find(|c| c.lane_gbps.total_cmp(&class.lane_gbps).is_eq());
                (class_part(class, before, [t, i], palette, shown))
            }
        }
    }
}

fn class_part(
    class: &ClassPlan,
    before: Option<&ClassPlan>,
    place: [usize; 2],
    palette: &Palette,
    shown: &Shown<'_>,
) -> Markup {
    let taken = class.taken();
    let l = &class.length;
    html! {
        details.class open[place[1] == 0] {
            summary {
                span.class-name { (class.name) }
                span.class-size {
                    (count(class.links)) " links of " (gbps(class.rate_gbps)) ", lanes of " (gbps(class.lane_gbps)) " " (class.modulation)
                }
                span.class-length { (metres(l.min_m)) " to " (metres(l.max_m)) ", half within " (metres(l.p50_m)) }
                span.class-take {
                    @match taken {
                        Some(o) => { (technology(&o.family, &o.name)) }
                        None => { (technology("", "nothing closes")) }
                    }
                }
            }
            p.why { (prose(&class.why)) }
            @if !class.options.is_empty() {
                (table(class))
                @let left = class.options.len() - class.shown().count();
                @if left > 0 {
                    p.cap { (left) " pairs of these technologies, one at each end, are beaten by one alone or do not serve; the JSON has them." }
                }
                (worst::part(class, place, shown))
                div.pair {
                    (split((class, before), palette, "Energy of a lane, chip to chip", "pJ/bit",
                        |o| (&o.energy_split, o.lane_pj_per_bit, pj(o.lane_pj_per_bit))))
                    (split((class, before), palette, "Latency at the mean length, one way", "ns",
                        |o| (&o.latency_split, o.latency_ns, nanoseconds(o.latency_ns))))
                }
            }
        }
    }
}

fn pj(x: f64) -> String {
    format!("{}\u{a0}pJ/bit", sig(x, 3))
}

/// What the length of a link alone decides.
const FLIGHT: &str = "flight";

/// Whether two splits show the same but for the flight.
fn alike(a: &[Part], b: &[Part]) -> bool {
    let shown = |parts: &[Part]| -> Vec<(String, String)> {
        let fixed = drawn(parts).into_iter().filter(|(name, _)| *name != FLIGHT);
        fixed.map(|(name, value)| (name.to_owned(), sig(value, 3))).collect()
    };
    shown(a) == shown(b)
}

/// Options of a class as stacked bars, usable ones first; those that show as they did on links before are left to those.
fn split(
    (class, before): (&ClassPlan, Option<&ClassPlan>),
    palette: &Palette,
    title: &str,
    axis: &str,
    get: impl Fn(&OptionRow) -> (&[Part], f64, String),
) -> Markup {
    let seen = |o: &OptionRow| {
        let known = before.map(|c| c.options.iter().find(|k| k.technology == o.technology));
        known.flatten().is_some_and(|k| alike(get(k).0, get(o).0))
    };
    let all: Vec<&OptionRow> = class
        .shown()
        .filter(|o| {
            let (parts, total, _) = get(o);
            total > 0.0 && !drawn(parts).is_empty()
        })
        .collect();
    let rows: Vec<Bar<'_>> = all
        .iter()
        .filter(|o| !seen(o))
        .map(|o| {
            let (parts, _, total) = get(o);
            Bar {
                name: technology(&o.family, &o.name),
                total,
                parts: drawn(parts),
                class: standing(class, o),
            }
        })
        .collect();
    let mut note = class.name.clone();
    if rows.iter().any(|b| b.class == "rejected") {
        note.push_str("; faded: does not serve these links");
    }
    let left = all.len() - rows.len();
    if let Some(before) = before.filter(|_| left > 0) {
        let but = if axis == "ns" { " but for the flight, which the table has" } else { "" };
        note.push_str(&format!("; {left} others are as on {}{but}", before.name));
    }
    html! {
        @if !rows.is_empty() { (figure(title, &note, &stacked(&rows, axis, palette))) }
        @else if left > 0 { p.cap { (title) ": " (note) "." } }
    }
}

/// Class of a row: whether the option is taken, usable, or rejected.
fn standing(class: &ClassPlan, option: &OptionRow) -> &'static str {
    if class.recommended.as_deref() == Some(option.technology.as_str()) {
        "taken"
    } else if option.usable {
        ""
    } else {
        "rejected"
    }
}

fn table(class: &ClassPlan) -> Markup {
    of_kind(
        "options",
        &format!("Options for {}", class.name),
        &html! {
            thead {
                tr.groups {
                    td {}
                    th scope="colgroup" colspan="5" { "Does it close" }
                    th scope="colgroup" colspan="5" { "Lane and module" }
                    th scope="colgroup" colspan="2" { "Money" }
                    th scope="colgroup" colspan="3" { "Repair" }
                    th.x scope="colgroup" colspan="4" { "Density" }
                    th.x scope="colgroup" colspan="2" { "Supply" }
                }
                tr {
                    (head("Technology"))
                    (head("Verdict")) (unit("Margin", "dB")) (head("Limited by")) (unit("Reach", "")) (unit("Links within reach", ""))
                    (unit("Lane", "pJ/bit")) (unit("Optics", "pJ/bit")) (unit("Latency", "ns")) (head("Module DSP"))
                    (unit("Module or engine", "W, two ends"))
                    (unit("Link", "USD")) (unit("All links", "over the years"))
                    (head("Replaced unit")) (unit("Ports it stops", "")) (unit("Failures", "FIT/link"))
                    th.n.x scope="col" { "Package edge " small { "Gb/s/mm" } }
                    th.n.x scope="col" { "Panel " small { "Tb/s/RU" } }
                    th.n.x scope="col" { "Fibres " small { "per link" } }
                    th.n.x scope="col" { "Lasers " small { "per link" } }
                    th.n.x scope="col" { "From" } th.n.x scope="col" { "Vendors" }
                }
            }
            tbody { @for o in class.shown() { (row(class, o)) } }
        },
    )
}

fn row(class: &ClassPlan, o: &OptionRow) -> Markup {
    let standing = standing(class, o);
    let name_of =
        |id| class.options.iter().find(|o| o.technology == id).map_or(id, |o| o.name.as_str());
    let near = o.near.as_deref().filter(|_| !o.pair).map(name_of);
    html! {
        tr class=[Some(standing).filter(|s| !s.is_empty())] {
            th scope="row" {
                (technology(&o.family, &o.name))
                @if let Some(near) = near { small { "facing " (within(near)) } }
                @if let Some(awg) = o.awg { small { "AWG " (awg) } }
            }
            td {
                @match (standing, &o.rejected_because) {
                    ("taken", _) => { strong { "take" } }
                    (_, Some(reason)) => { "no: " (prose(reason)) }
                    ("", _) => { "usable" @if let Some(why) = &o.passed_over { small { (prose(why)) } } }
                    _ => { "no" }
                }
            }
            td { (fixed(o.margin_db, 1)) }
            td { (o.limiter) }
            (told(o.reach_m, &reach(o.reach_m)))
            td { (share(o.share_within_reach)) }
            td { (fixed(o.lane_pj_per_bit, 1)) }
            td { (fixed(o.optics_pj_per_bit, 1)) }
            td { (fixed(o.latency_ns, 0)) }
            td { (if o.module_dsp { "yes" } else { "no" }) }
            td { (sig(o.optics_w[0], 3)) " / " (sig(o.optics_w[1], 3)) }
            (told(o.link_usd, &usd(o.link_usd)))
            (told(o.cost_usd, &usd(o.cost_usd)))
            td { (o.repair_unit) }
            td { (sig(o.ports_per_unit, 3)) }
            td { (sig(o.failure_fit, 3)) }
            td { (sig(o.edge_gbps_per_mm, 3)) }
            td { (o.panel_tbps_per_ru.map_or(NONE.to_owned(), |d| sig(d, 3))) }
            td { (sig(o.fibres, 3)) }
            td { (sig(o.lasers, 3)) }
            td { (fixed(o.ready_year, 0).replace(',', "")) }
            td { (sig(o.vendors, 2)) }
        }
    }
}
