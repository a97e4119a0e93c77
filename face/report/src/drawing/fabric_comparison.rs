//! Fabrics side by side: network power by the ports of a scale-out switch and by what the links are made of.

use super::frame::{Anchor, Scale, line, text, values_below};
use super::{Drawing, Size};
use crate::colour::strategy;
use crate::format::{count, sig};
use crate::svg::{c, ticks};
use lightloom_decide::fabric_compare::{FabricComparison, FabricRow};
use maud::{Markup, html};

const LEFT: f64 = 232.0;
const RIGHT: f64 = 872.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 396.0;

/// Network power at the rack inlet of each fabric, a bar for each strategy.
#[must_use]
pub fn fabric_comparison(found: &FabricComparison) -> Drawing {
    let told = |row: &FabricRow| {
        let bars: Vec<String> =
            row.strategies.iter().map(|s| format!("{} {}", s.id, megawatts(s.network_w))).collect();
        format!(
            "{}, {} ports, {} layers: {}",
            row.name,
            row.switch_ports,
            row.layers,
            bars.join(", ")
        )
    };
    let names: Vec<&str> = found.rows.iter().map(|r| r.name.as_str()).collect();
    let same = names.windows(2).all(|pair| pair[0] == pair[1]);
    Drawing {
        id: "fabric-comparison",
        title: title(found),
        subject: format!(
            "{}: network power at the rack inlet",
            if same { names.first().copied().unwrap_or_default() } else { "several clusters" }
        ),
        description: format!("{}.", found.rows.iter().map(told).collect::<Vec<_>>().join("; ")),
        size: Size::Slide,
        body: body(found, same),
    }
}

fn megawatts(w: f64) -> String {
    format!("{}\u{a0}MW", sig(w / 1e6, 4))
}

/// What fewer layers save, and what light at the switch saves besides.
fn title(found: &FabricComparison) -> String {
    found.fewer_layers.as_ref().map_or_else(
        || "Network power by the ports of a switch".to_owned(),
        |f| {
            format!(
                "{} layers in the place of {} save {:.0} % of network power, co-packaged optics alone {:.0} %",
                f.fewest, f.most, f.saved_percent, f.co_packaged_percent
            )
        },
    )
}

fn body(found: &FabricComparison, same: bool) -> Markup {
    let most = found
        .rows
        .iter()
        .flat_map(|r| &r.strategies)
        .map(|s| s.network_w / 1e6)
        .fold(0.0, f64::max);
    let x = Scale::new([0.0, if most > 0.0 { most * 1.05 } else { 1.0 }], [LEFT, RIGHT]);
    let pitch = (BOTTOM - TOP) / found.rows.len().max(1) as f64;
    html! {
        @for tick in ticks(most, 6.0) { (line("d-grid", [x.at(tick), TOP - 8.0], [x.at(tick), BOTTOM])) }
        (line("d-base", [LEFT, TOP - 8.0], [LEFT, BOTTOM]))
        @for (i, row) in found.rows.iter().enumerate() {
            @let top = TOP + pitch * i as f64;
            @let step = (pitch * 0.86) / row.strategies.len().max(1) as f64;
            @let middle = top + pitch * 0.43;
            (text("d-strong", 20.0, middle - 2.0, Anchor::Start, &format!("{} ports, {} layers", row.switch_ports, row.layers)))
            (text("d-small", 20.0, middle + 15.0, Anchor::Start, &if same {
                format!("{} switches, {} links", count(row.switches), count(row.links))
            } else { row.name.clone() }))
            @for (k, s) in row.strategies.iter().enumerate() {
                @let y = top + step * k as f64;
                @let width = (x.at(s.network_w / 1e6) - LEFT).max(0.0);
                rect class={ "d-of-" (strategy(&s.id).id) } x=(c(LEFT)) y=(c(y)) width=(c(width)) height=(c((step - 2.0).max(1.0))) {}
                @let unfit = if s.unfit.is_empty() { "" } else { ", some links do not close" };
                (text("d-small", LEFT + width + 6.0, y + step / 2.0 + 3.0, Anchor::Start, &format!("{} {}{unfit}", sig(s.network_w / 1e6, 3), s.id)))
            }
        }
        (values_below(&x, &ticks(most, 6.0), BOTTOM))
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle, "network power at the rack inlet, MW"))
    }
}
