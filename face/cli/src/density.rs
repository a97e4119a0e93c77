//! `lightloom package density`.

use crate::args::PackageMany;
use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::package::{asked, beside, printed, sheets};
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::plan::{CheckRow, Sheet};
use lightloom::decide::published::densities;
use lightloom::evidence::{FactError, Facts};
use lightloom::package::space::{LayoutRow, layouts};
use lightloom::scenario::RunError;
use lightloom::units::{Length, significant};
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageMany) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let asked = asked(&arguments.port)?;
    let sheets = sheets(&library, &arguments.technologies, &asked)?;
    let facts = Facts::nominal(&library.catalog);
    let refused = |error: FactError| Failure::Run(Box::new(RunError::Fact(error)));
    let layouts = layouts(&facts, asked.line.payload).map_err(refused)?;
    let published = beside(densities(&facts), &facts)?;
    let boxes = boxes(&library, &facts)?;
    if arguments.json {
        return crate::print(&format!("{:#}\n", document(&sheets, &layouts, &published, &boxes)));
    }
    crate::print(&text(&sheets, &layouts, &published, &boxes))
}

/// A box as it is sold, and what a panel of its connectors and laser modules could carry.
struct BoxRow {
    name: String,
    rack_unit_tbps: f64,
    most_tbps: f64,
}

/// The products whose panel is known.
fn boxes(library: &Library, facts: &Facts<'_>) -> Result<Vec<BoxRow>, Failure> {
    let Library { technologies, processes, standard, .. } = library;
    let mut rows = Vec::new();
    for product in library.products.values().filter(|p| p.parts.connector.is_some()) {
        let made = product.make(facts, technologies, processes, standard);
        let made = made.map_err(|e| Failure::Run(Box::new(e.into())))?;
        let (Some(height), Some(most)) = (product.parts.height, made.per_rack_unit) else {
            continue;
        };
        let units = height / RACK_UNIT;
        let rack_unit_tbps = product.rate.as_tbps() / units;
        rows.push(BoxRow { name: product.name.clone(), rack_unit_tbps, most_tbps: most.as_tbps() });
    }
    Ok(rows)
}

fn document(
    sheets: &[Sheet],
    layouts: &[LayoutRow],
    published: &[CheckRow],
    boxes: &[BoxRow],
) -> Value {
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
        "published": published,
        "boxes": boxes.iter().map(|b| json!({
            "name": b.name,
            "rack_unit_tbps": b.rack_unit_tbps,
            "most_tbps": b.most_tbps,
        })).collect::<Vec<_>>(),
    })
}

/// EIA-310.
const RACK_UNIT: Length = Length::mm(44.45);

/// What others are compared with: the usual module in a front panel.
const BASE: &str = "retimed-pluggable";

fn text(
    sheets: &[Sheet],
    layouts: &[LayoutRow],
    published: &[CheckRow],
    boxes: &[BoxRow],
) -> String {
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
    let table = table_of(
        layouts,
        &[
            left("coupling", &|row| row.coupling.name().to_owned()),
            right("pitch", &|row| format!("{:.0} um", row.layout.pitch.as_m() * 1e6)),
            right("rows", &|row| format!("{:.0}", row.layout.rows)),
            right("colours", &|row| format!("{:.0}", row.layout.wavelengths)),
            right("Gb/s/mm", &|row| significant(row.per_edge.as_gbps_per_mm(), 3)),
            right("Gb/s/mm2", &|row| {
                row.per_area.map_or_else(|| "-".to_owned(), |d| significant(d.as_gbps_per_mm2(), 3))
            }),
            right("a reticle", &|row| format!("{} Tb/s", significant(row.per_die.as_tbps(), 3))),
        ],
    );
    let _ = writeln!(out, "{table}");
    printed(&mut out, "Beside what is published", published);
    heading(
        &mut out,
        "Boxes as they are sold, and a panel full of their connectors and laser modules",
    );
    let table = table_of(
        boxes,
        &[
            left("box", &|row| row.name.clone()),
            right("a rack unit", &|row| format!("{} Tb/s", significant(row.rack_unit_tbps, 3))),
            right("at most", &|row| format!("{} Tb/s", significant(row.most_tbps, 3))),
        ],
    );
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
             it without serial lanes; through the front panel of a box less is gained.",
            base.name
        ),
    );
    for row in rows {
        paragraph(out, &format!("- {row}"));
    }
}
