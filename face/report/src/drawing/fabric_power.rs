//! Where the power of a network goes, inlet by inlet.

use super::frame::{Anchor, Scale, line, text, values_below};
use super::{Drawing, Size};
use crate::format::{count, sig};
use crate::svg::{c, ticks};
use lightloom_decide::plan::{FabricSheet, InletRow};
use maud::{Markup, html};

const LEFT: f64 = 336.0;
const RIGHT: f64 = 868.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 396.0;
/// Inlets that are drawn; the rest is one.
const ROWS: usize = 10;
/// Parts of a bar: name, class of colour, where its name begins.
const PARTS: [(&str, &str, f64); 3] = [
    ("chips and optics", "d-part-0", 336.0),
    ("fans and pumps", "d-part-2", 486.0),
    ("power conversion", "d-part-1", 626.0),
];

/// The network's power at the rack inlet by what draws it, most first, with what fans, pumps and conversion take of it.
#[must_use]
pub fn fabric_power(sheet: &FabricSheet) -> Drawing {
    let network = sheet.power.all.network_w;
    let (size, unit) = scale(network);
    // Accelerators and hosts are no part of it.
    let is_network = |row: &&InletRow| row.inlet_w <= network;
    let mut rows: Vec<&InletRow> = sheet.power.inlets.iter().filter(is_network).collect();
    rows.sort_by(|a, b| b.inlet_w.total_cmp(&a.inlet_w));
    let told: Vec<String> =
        rows.iter().map(|r| format!("{}: {} {unit}", r.what, sig(r.inlet_w / size, 3))).collect();
    Drawing {
        id: "fabric-power",
        title: format!(
            "{} accelerators: the network draws {} {unit}, {} % of the cluster",
            count(sheet.accelerators),
            sig(network / size, 3),
            sig(100.0 * network / sheet.power.cluster_w, 3)
        ),
        subject: format!("{}: the network's power at the rack inlet by what draws it", sheet.name),
        description: format!("{}.", told.join("; ")),
        size: Size::Slide,
        body: body(&rows, size, unit),
    }
}

fn scale(watts: f64) -> (f64, &'static str) {
    match watts {
        w if w >= 1e6 => (1e6, "MW"),
        w if w >= 1e3 => (1e3, "kW"),
        _ => (1.0, "W"),
    }
}

fn body(rows: &[&InletRow], size: f64, unit: &str) -> Markup {
    let shown = &rows[..rows.len().min(ROWS)];
    let most = shown.iter().map(|r| r.inlet_w / size).fold(0.0, f64::max);
    let x = Scale::new([0.0, if most > 0.0 { most * 1.12 } else { 1.0 }], [LEFT, RIGHT]);
    let pitch = (BOTTOM - TOP) / shown.len().max(1) as f64;
    let bar = pitch * 0.62;
    html! {
        @for (name, class, at) in PARTS {
            rect class=(class) x=(c(at)) y="10" width="12" height="12" {}
            (text("d-small", at + 18.0, 20.0, Anchor::Start, name))
        }
        @for tick in ticks(most, 6.0) { (line("d-grid", [x.at(tick), TOP - 8.0], [x.at(tick), BOTTOM])) }
        (line("d-base", [LEFT, TOP - 8.0], [LEFT, BOTTOM]))
        @for (i, row) in shown.iter().enumerate() {
            @let y = TOP + pitch * i as f64;
            (text("d-text", LEFT - 12.0, y + bar / 2.0 + 5.0, Anchor::End, &row.what))
            @let parts = [row.chips_w, row.fans_and_pumps_w, row.conversion_w].map(|w| w / size);
            @for (k, part) in parts.iter().enumerate() {
                @let from: f64 = parts[..k].iter().sum();
                rect class=(PARTS[k].1) x=(c(x.at(from))) y=(c(y)) width=(c((x.at(from + part) - x.at(from)).max(0.0))) height=(c(bar)) {}
            }
            (text("d-strong", x.at(parts.iter().sum()) + 8.0, y + bar / 2.0 + 5.0, Anchor::Start, &sig(row.inlet_w / size, 3)))
        }
        (values_below(&x, &ticks(most, 6.0), BOTTOM))
        @if rows.len() > shown.len() {
            @let rest: f64 = rows[shown.len()..].iter().map(|r| r.inlet_w / size).sum();
            (text("d-small", RIGHT, BOTTOM + 44.0, Anchor::End, &format!("and {} more with {} {unit}", rows.len() - shown.len(), sig(rest, 3))))
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle, &format!("power at the rack inlet, {unit}")))
    }
}
