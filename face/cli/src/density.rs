//! `lightloom package density`.

use crate::args::PackageMany;
use crate::failure::Failure;
use crate::package::{asked, sheets};
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::decide::plan::Sheet;
use lightloom::evidence::{FactError, Facts};
use lightloom::package::space::{LayoutRow, PublishedDensity, layouts, published};
use lightloom::scenario::RunError;
use lightloom::units::significant;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageMany) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let asked = asked(&arguments.port)?;
    let sheets = sheets(&library, &arguments.technologies, &asked)?;
    let facts = Facts::nominal(&library.catalog);
    let refused = |error: FactError| Failure::Run(Box::new(RunError::Fact(error)));
    let layouts = layouts(&facts, asked.line.payload).map_err(refused)?;
    let published = published(&facts).map_err(refused)?;
    if arguments.json {
        return crate::print(&format!("{:#}\n", document(&sheets, &layouts, &published)));
    }
    crate::print(&text(&sheets, &layouts, &published))
}

fn document(sheets: &[Sheet], layouts: &[LayoutRow], published: &[PublishedDensity]) -> Value {
    json!({
        "schema": "lightloom.package-density/1",
        "technologies": sheets.iter().map(|s| json!({
            "id": s.id,
            "name": s.name,
            "site": s.makeup.site,
            "cooling": s.makeup.cooling,
            "space": s.space,
        })).collect::<Vec<_>>(),
        "layouts": layouts.iter().map(|l| json!({
            "coupling": l.coupling.name(),
            "pitch_um": l.layout.pitch.as_m() * 1e6,
            "rows": l.layout.rows,
            "wavelengths": l.layout.wavelengths,
            "edge_gbps_per_mm": l.per_edge.as_gbps_per_mm(),
            "area_gbps_per_mm2": l.per_area.map(|d| d.as_gbps_per_mm2()),
            "reticle_tbps": l.per_die.as_tbps(),
        })).collect::<Vec<_>>(),
        "published": published.iter().map(|p| json!({
            "what": p.what,
            "computed": p.computed,
            "published": p.published,
            "unit": p.unit,
            "computed_is_upper_bound": p.is_bound,
        })).collect::<Vec<_>>(),
    })
}

/// What others are compared with: the usual module in a front panel.
const BASE: &str = "retimed-pluggable";

fn text(sheets: &[Sheet], layouts: &[LayoutRow], published: &[PublishedDensity]) -> String {
    let mut out = String::new();
    let Some(first) = sheets.first() else { return out };
    heading(
        &mut out,
        &format!(
            "One direction, {} Gb/s electrical lanes; largest package of {:.0} mm, {} reticles, {} rack units",
            significant(first.asked.lane_gbps, 4),
            first.space.side_mm,
            significant(first.space.reticles, 2),
            significant(first.space.rack_units, 2)
        ),
    );
    let mut table = new_table(&[
        "technology",
        "Gb/s/mm",
        "set by",
        "Gb/s/mm2",
        "Tb/s/RU",
        "largest",
        "bound by",
        "next",
    ]);
    right_from(&mut table, 1, 2);
    right_from(&mut table, 3, 6);
    for s in sheets {
        let row = &s.space;
        let mut limits: Vec<_> = row.limits_tbps.iter().collect();
        limits.sort_by(|a, b| a.value.total_cmp(&b.value));
        let next = limits
            .get(1)
            .map_or(String::new(), |p| format!("{} {}", p.name, significant(p.value, 3)));
        let or_dash = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| significant(x, 3));
        table.add_row([
            s.name.clone(),
            significant(row.edge_gbps_per_mm, 3),
            row.edge_limit.clone(),
            or_dash(row.footprint_gbps_per_mm2),
            or_dash(row.panel_tbps_per_ru),
            format!("{} Tb/s", significant(row.largest_tbps, 3)),
            row.binding.clone(),
            next,
        ]);
    }
    let _ = writeln!(out, "{table}");
    if let Some(base) = sheets.iter().find(|s| s.id == BASE) {
        gains(&mut out, sheets, base);
    }
    heading(&mut out, "How fibres meet a chip, one direction");
    let mut table =
        new_table(&["coupling", "pitch", "rows", "colours", "Gb/s/mm", "Gb/s/mm2", "a reticle"]);
    right_from(&mut table, 1, 7);
    for row in layouts {
        table.add_row([
            row.coupling.name().to_owned(),
            format!("{:.0} um", row.layout.pitch.as_m() * 1e6),
            format!("{:.0}", row.layout.rows),
            format!("{:.0}", row.layout.wavelengths),
            significant(row.per_edge.as_gbps_per_mm(), 3),
            row.per_area.map_or_else(|| "-".to_owned(), |d| significant(d.as_gbps_per_mm2(), 3)),
            format!("{} Tb/s", significant(row.per_die.as_tbps(), 3)),
        ]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "Beside what is published");
    let mut table = new_table(&["what", "computed", "published", "unit"]);
    right_from(&mut table, 1, 3);
    for row in published {
        table.add_row([
            row.what.clone(),
            format!(
                "{}{}",
                if row.is_bound { "at most " } else { "" },
                significant(row.computed, 4)
            ),
            significant(row.published, 4),
            row.unit.to_owned(),
        ]);
    }
    let _ = writeln!(out, "{table}");
    out
}

/// Gains over modules, by boundary.
fn gains(out: &mut String, sheets: &[Sheet], base: &Sheet) {
    let times = |x: f64, y: f64| format!("{}x", significant(x / y, 2));
    let optical = sheets.iter().filter(|s| s.family == "co-packaged");
    let rows: Vec<String> = optical
        .map(|s| {
            let panel = match (s.space.panel_tbps_per_ru, base.space.panel_tbps_per_ru) {
                (Some(a), Some(b)) => times(a, b),
                _ => "-".to_owned(),
            };
            format!(
                "{}: {} over the edge, {} of the largest package, {panel} through the panel",
                s.name,
                times(s.space.edge_gbps_per_mm, base.space.edge_gbps_per_mm),
                times(s.space.largest_tbps, base.space.largest_tbps),
            )
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    paragraph(
        out,
        &format!(
            "Against {}, the gain depends on the boundary. \"Tenfold\" holds over a chip's edge where light leaves \
             it without serial lanes, not for a box, whose front panel binds first.",
            base.name
        ),
    );
    for row in rows {
        paragraph(out, &format!("- {row}"));
    }
}
