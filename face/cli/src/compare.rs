//! `lightloom package compare`.

use crate::args::PackageCompare;
use crate::failure::Failure;
use crate::package::{asked, sheets};
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::anatomy::path_curve;
use lightloom::decide::plan::{PathCurve, Sheet};
use lightloom::decide::sheet::{Asked, picojoule_in_a_rack};
use lightloom::evidence::Facts;
use lightloom::package::{PortSpec, Shop};
use lightloom::scenario::RunError;
use lightloom::units::{BitRate, Count, Length, Power, significant};
use lightloom_report::drawing::electrical_path;
use serde_json::json;
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageCompare) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let asked = Asked { faces_partner: true, ..asked(&arguments.port)? };
    let sheets = sheets(&library, &arguments.technologies, &asked)?;
    if let Some(file) = &arguments.svg {
        let curve = curve(&library, &asked).map_err(|e| Failure::Run(Box::new(e)))?;
        crate::plan::write_whole(file, &electrical_path(&curve).standalone())?;
    }
    if arguments.json {
        let document = json!({ "schema": "lightloom.package-compare/1", "technologies": sheets });
        return crate::print(&format!("{document:#}\n"));
    }
    let rack = picojoule_in_a_rack(&Facts::nominal(&library.catalog));
    let mut out = text(&sheets, rack.map_err(|e| Failure::Run(Box::new(e)))?);
    if let Some(file) = &arguments.svg {
        let _ = writeln!(out, "\nFigure: {}", file.display());
    }
    crate::print(&out)
}

/// Energy and loss against the electrical path, of all technologies.
fn curve(library: &Library, asked: &Asked) -> Result<PathCurve, RunError> {
    let facts = Facts::nominal(&library.catalog);
    let Library { technologies, processes, standard, .. } = library;
    let [host, module] = asked.nodes;
    let shop = Shop::new(&facts, technologies, processes, standard, host, module)?;
    let length = asked.length.unwrap_or(Length::m(30.0));
    let spec = PortSpec {
        rate: asked.rate,
        line: asked.line,
        length,
        nominal_length: length,
        near_is_switch: false,
        through_circuit_switch: false,
    };
    Ok(path_curve(&shop, &spec)?)
}

fn text(sheets: &[Sheet], (domain, each, rack): (Count, BitRate, Power)) -> String {
    let mut out = String::new();
    let Some(first) = sheets.first() else { return out };
    heading(
        &mut out,
        &format!(
            "Ports of {} Gb/s on {} Gb/s {} lanes from accelerator or NIC to switch",
            significant(first.asked.rate_gbps, 4),
            significant(first.asked.lane_gbps, 4),
            first.asked.modulation,
        ),
    );
    let mut table = new_table(&[
        "technology",
        "conversion",
        "at",
        "copper",
        "loss",
        "receiver",
        "SerDes",
        "optics",
        "lane",
        "ns",
        "W/800G",
        "$/link",
        "repair",
        "ports",
        "margin",
    ]);
    right_from(&mut table, 3, 5);
    right_from(&mut table, 6, 12);
    right_from(&mut table, 13, 15);
    for s in sheets {
        let end = s.cross_sections.first();
        let host = s.link.energy.iter().find(|p| p.name == "host SerDes").map_or(0.0, |p| p.value);
        let receiver = s.link.receivers.iter().rev().find_map(|r| r.class.clone());
        let lost = s.service.iter().map(|r| r.ports_in_repair).fold(0.0, f64::max);
        table.add_row([
            s.name.clone(),
            s.makeup.site.clone(),
            s.makeup.placement.clone(),
            end.map_or(String::new(), |e| format!("{} mm", significant(e.electrical_path_mm, 3))),
            end.map_or(String::new(), |e| format!("{:.1} dB", e.copper_db)),
            receiver.unwrap_or_else(|| "parallel bus".to_owned()),
            format!("{host:.2}"),
            format!("{:.1}", s.link.optics_pj_per_bit),
            format!("{:.1}", s.link.lane_pj_per_bit),
            format!("{:.0}", s.link.latency_ns),
            significant(s.power.optics_w / s.asked.rate_gbps * 800.0, 3),
            format!("{:.0}", s.link_usd),
            s.makeup.repair_unit.clone(),
            format!("{lost:.0}"),
            format!("{:+.1} dB", s.link.margin_db),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        &mut out,
        &format!(
            "Copper: from the switch's die to its conversion, or to the cable's plug. SerDes, optics and lane in pJ/bit, one \
             direction, both ends. Ports: those that stop while the worst part is repaired, of a box of {} Tb/s. One \
             pJ/bit more is {:.0} W in a rack of {:.0} accelerators of {} Tb/s each.",
            significant(first.asked.box_tbps, 4),
            rack.as_w(),
            domain.value(),
            significant(each.as_tbps(), 3),
        ),
    );
    out
}
