//! `lightloom fabric SCENARIO`.

use super::SheetArguments;
use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::decide;
use lightloom::decide::fabric_sheet::fabric_sheet;
use lightloom::decide::plan::{FabricSheet, FabricTier, LengthRow, TierPowerRow};
use lightloom::decide::sentence::dollars;
use lightloom::units::{Power, significant, thousands};
use lightloom_report::drawing::fabric_power;
use std::fmt::Write as _;

pub(super) fn run(arguments: &SheetArguments) -> Result<(), Failure> {
    let given = named::technologies(&arguments.technology)?;
    let sheet = of(arguments.scenario.as_deref().unwrap_or_default(), &given)?;
    let figure = arguments.svg.as_deref().map(|file| (file, fabric_power(&sheet)));
    output::answer(&sheet, arguments.json, figure, text)
}

/// The sheet of a scenario.
pub(super) fn of(name: &str, given: &[(String, String)]) -> Result<FabricSheet, Failure> {
    let named = named::find(name)?;
    let library = Library::shipped()?;
    let facts = named.facts(&library)?;
    let case = named.case(&library);
    let decided = decide(&case, &facts).map_err(|e| named.failure(e))?;
    fabric_sheet(&case, &facts, &decided, given).map_err(|e| named.mix_failure(e))
}

fn watts(w: f64) -> String {
    Power::w(w).to_string()
}

/// A count that is whole but for shares.
fn count(n: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let whole = n.round() as u64;
    thousands(whole)
}

const fn plural(n: u64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn text(s: &FabricSheet) -> String {
    let mut out = String::new();
    let racks: u64 = s.racks.iter().map(|rack| rack.racks).sum();
    let switches: u64 = s.tiers.iter().flat_map(|t| &t.switches).map(|g| g.count).sum();
    let links: u64 = s.tiers.iter().flat_map(|t| &t.classes).map(|c| c.links).sum();
    let _ = writeln!(
        out,
        "{}\n{} accelerators in {} domain{} of {}, {} rack{} in {} hall{}\n{} switches and {} links, {} mix of technologies",
        s.name,
        thousands(s.accelerators),
        thousands(s.domains),
        plural(s.domains),
        thousands(s.domain),
        thousands(racks),
        plural(racks),
        s.halls,
        plural(s.halls),
        thousands(switches),
        thousands(links),
        s.mix,
    );
    for tier in &s.tiers {
        network(&mut out, tier);
    }
    power(&mut out, s);
    parts(&mut out, s);
    racks_of(&mut out, s);
    if !s.findings.is_empty() {
        heading(&mut out, "Findings");
        for finding in &s.findings {
            paragraph(&mut out, &format!("- {finding}"));
        }
    }
    out
}

fn network(out: &mut String, t: &FabricTier) {
    heading(out, &format!("{}: {}", t.tier, t.topology));
    let both = |one: f64, unit: &str| {
        format!("{} {unit} each way ({} both)", significant(one, 4), significant(one * 2.0, 4))
    };
    let _ = writeln!(out, "{:<18}{}", "accelerator", both(t.gbps_per_accelerator / 1e3, "Tb/s"));
    let _ = writeln!(
        out,
        "{:<18}{}, {} % of what half injects: {}",
        "bisection",
        both(t.bisection_tbps, "Tb/s"),
        significant(t.bisection_share * 100.0, 3),
        t.bisection_basis
    );
    let _ = writeln!(
        out,
        "{:<18}{} link{}, {} switch{}",
        "longest path",
        t.diameter_links,
        if t.diameter_links == 1 { "" } else { "s" },
        t.diameter_switches,
        if t.diameter_switches == 1 { "" } else { "es" }
    );
    if let Some((total, split)) = t.latency_ns.split_last() {
        let split = split.iter().filter(|p| p.value > 0.0);
        let split: Vec<String> = split.map(|p| format!("{} {:.0}", p.name, p.value)).collect();
        let _ = writeln!(out, "{:<18}{:.0} ns one way ({})", "", total.value, split.join(", "));
    }
    for g in &t.switches {
        let _ = writeln!(
            out,
            "{:<18}{} of {} ports of {} Gb/s, {:.0} % used, in racks of {}",
            "switches",
            format_args!("{} {}", thousands(g.count), g.name),
            g.radix,
            significant(g.port_gbps, 4),
            g.use_of_ports * 100.0,
            g.rack,
        );
    }
    let table = table_of(
        &t.classes,
        &[
            left("links", &|c| {
                c.name.strip_prefix(&t.tier).map_or(c.name.as_str(), str::trim_start).to_owned()
            }),
            right("count", &|c| thousands(c.links)),
            right("Gb/s", &|c| significant(c.rate_gbps, 4)),
            left("medium", &|c| c.medium.clone()),
            left("technology", &|c| {
                format!("{}{}", c.technology_name, if c.closes { "" } else { " (does not close)" })
            }),
            left("runs in", &|c| c.runs.clone()),
            left("metres", &|c| format!("{:.1} to {:.1}", c.length.min_m, c.length.max_m)),
            left("", &|c| histogram(&c.length)),
        ],
    );
    let _ = writeln!(out, "\n{table}");
}

/// Columns of a histogram in text.
const COLUMNS: usize = 20;

/// Links by length as bars in one line, from the shortest to the longest.
fn histogram(length: &LengthRow) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    if length.bins.len() < 2 {
        return String::new();
    }
    let columns = length.bins.len().min(COLUMNS);
    let mut sums = vec![0_u64; columns];
    for (i, links) in length.bins.iter().enumerate() {
        sums[i * columns / length.bins.len()] += links;
    }
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let bar = |sum: &u64| match *sum {
        0 => ' ',
        sum => BARS[usize::try_from(sum * 8 / most).unwrap_or(7).min(7)],
    };
    sums.iter().map(bar).collect()
}

fn power(out: &mut String, s: &FabricSheet) {
    heading(out, "Power, each boundary within the next");
    let mut table = new_table(&["", "lane", "SerDes", "optics", "switch boxes", "network"]);
    right_from(&mut table, 1, 6);
    let mut row = |t: &TierPowerRow| {
        table.add_row([
            t.tier.clone(),
            format!("{:.1} pJ/bit", t.lane_pj_per_bit),
            watts(t.serdes_w),
            watts(t.optics_w),
            watts(t.switch_boxes_w),
            watts(t.network_w),
        ]);
    };
    s.power.tiers.iter().for_each(&mut row);
    row(&s.power.all);
    let _ = writeln!(out, "{table}");
    let share = s.power.all.network_w / s.power.cluster_w * 100.0;
    let _ = writeln!(
        out,
        "cluster {}, {share:.1} % of it the network; lane energy for a payload bit of one direction, both ends\n",
        watts(s.power.cluster_w)
    );
    let table = table_of(
        &s.power.inlets,
        &[
            left("at the rack inlet", &|r| r.what.clone()),
            right("chips, optics", &|r| watts(r.chips_w)),
            right("fans, pumps", &|r| watts(r.fans_and_pumps_w)),
            right("conversion", &|r| watts(r.conversion_w)),
            right("all", &|r| watts(r.inlet_w)),
        ],
    );
    let _ = writeln!(out, "{table}");
}

fn parts(out: &mut String, s: &FabricSheet) {
    heading(out, "Bill of materials of the network");
    let table = table_of(
        &s.bill,
        &[
            left("item", &|line| line.item.clone()),
            right("count", &|line| thousands(line.count)),
            right("each", &|line| dollars(line.unit_usd)),
            right("all", &|line| dollars(line.total_usd)),
        ],
    );
    let _ = writeln!(out, "{table}");
    let _ = writeln!(
        out,
        "{} in all; {} over the years with energy, facility, repairs and lost hours\n",
        dollars(s.bill_usd),
        dollars(s.network_cost_usd)
    );
    let classes: Vec<_> = s.tiers.iter().flat_map(|t| &t.classes).collect();
    let mut table = new_table(&[
        "parts of links",
        "modules",
        "engines",
        "plugs",
        "cables",
        "breakout",
        "wire pairs",
        "fibres",
        "lasers",
        "laser modules",
    ]);
    right_from(&mut table, 1, 10);
    let rows = classes.iter().map(|c| (c.name.as_str(), &c.parts));
    for (name, p) in rows.chain([("all", &s.parts)]) {
        let counts = [
            p.modules,
            p.engines,
            p.plugs,
            p.cables,
            p.breakout_cables,
            p.wire_pairs,
            p.fibres,
            p.lasers,
            p.laser_modules,
        ];
        let cells = counts.map(|n| if n > 0.0 { count(n) } else { "-".to_owned() });
        table.add_row(std::iter::once(name.to_owned()).chain(cells));
    }
    let _ = writeln!(out, "{table}");
    let _ = writeln!(
        out,
        "cable: {} km, {} t",
        significant(s.cables.length_km, 3),
        significant(s.cables.mass_t, 3)
    );
}

fn racks_of(out: &mut String, s: &FabricSheet) {
    heading(out, "Racks and trays as they are loaded");
    let table = table_of(
        &s.racks,
        &[
            left("racks of", &|r| r.kind.clone()),
            right("count", &|r| thousands(r.racks)),
            right("kW", &|r| format!("{:.0}", r.power_kw)),
            right("of", &|r| format!("{:.0}", r.supply_kw)),
            right("U", &|r| r.trays_u.map_or_else(|| "-".to_owned(), |u| format!("{u:.0}"))),
            right("of", &|r| format!("{:.0}", r.height_u)),
            right("kg", &|r| format!("{:.0}", r.mass_kg)),
            right("cables out", &|r| count(r.cables_out)),
            right("within", &|r| count(r.cables_within)),
            right("rear closed", &|r| format!("{:.0} %", r.rear_closed_percent)),
        ],
    );
    let _ = writeln!(out, "{table}");
    if let Some(tray) = &s.fullest_tray {
        let place = if tray.along_row { "along a row" } else { "across the rows" };
        let _ = writeln!(
            out,
            "The fullest tray runs {place}: {} cables, {:.0} cm2, {:.2} trays.",
            count(tray.cables),
            tray.bundle_cm2,
            tray.trays
        );
    }
}
