//! `lightloom package`: technologies and products in depth, and beside each other.

mod text;

use crate::args::{PackageArguments, PackageCommand, PackageOne, PortArguments};
use crate::failure::Failure;
use crate::meaning::{modulation, node, quantity};
use crate::named::no_technology;
use crate::output;
use crate::text::{heading, new_table, right_from};
use lightloom::Library;
use lightloom::decide::check::{Figure, row};
use lightloom::decide::plan::{CheckRow, CrossSectionRow, Sheet};
use lightloom::decide::sheet::{Asked, product_sheet, sheet};
use lightloom::evidence::Facts;
use lightloom::link::Line;
use lightloom::scenario::RunError;
use lightloom::units::Length;
use lightloom_report::drawing::{Drawing, Size, cross_section};
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageArguments) -> Result<(), Failure> {
    match &arguments.command {
        None => one(&arguments.one),
        Some(PackageCommand::Compare(compare)) => crate::compare::run(compare),
        Some(PackageCommand::Density(density)) => crate::density::run(density),
        Some(PackageCommand::Yield(made)) => crate::making::run(made),
        Some(PackageCommand::Joint(joint)) => crate::joint::run(joint),
    }
}

fn one(arguments: &PackageOne) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let Some(id) = &arguments.technology else { return crate::print(&list(&library)) };
    if let Some(module) = library.laser_modules.get(id) {
        return crate::laser_module::print(&library, module, arguments.json);
    }
    let facts = Facts::nominal(&library.catalog);
    let asked = asked(&arguments.port)?;
    let sheet = look(&library, &facts, id, &asked)?;
    let written = match &arguments.svg {
        Some(folder) => crate::figures::write(folder, &figures(&sheet))?,
        None => Vec::new(),
    };
    if arguments.json {
        return output::json(&sheet);
    }
    let mut out = text::sheet(&sheet);
    for file in written {
        let _ = writeln!(out, "Figure: {file}");
    }
    crate::print(&out)
}

/// Its figures, with the names of their files.
fn figures(sheet: &Sheet) -> Vec<(String, Drawing)> {
    let drawing = |row: &CrossSectionRow| {
        let name = format!("{}-{}.svg", row.technology, row.end.replace(' ', "-"));
        (name, cross_section(row, Size::Slide))
    };
    sheet.cross_sections.iter().map(drawing).collect()
}

/// Sheets of some technologies and products, or of all technologies.
pub(crate) fn sheets(
    library: &Library,
    ids: &[String],
    asked: &Asked,
) -> Result<Vec<Sheet>, Failure> {
    let facts = Facts::nominal(&library.catalog);
    let all: Vec<String> = library.technologies.keys().cloned().collect();
    let ids = if ids.is_empty() { &all } else { ids };
    ids.iter().map(|id| look(library, &facts, id, asked)).collect()
}

/// The port that was asked for.
pub(crate) fn asked(port: &PortArguments) -> Result<Asked, Failure> {
    let payload: lightloom::units::BitRate = quantity("--lane", &port.lane)?;
    if !(1.0..=448.0).contains(&payload.as_gbps()) {
        return Err(Failure::Usage {
            message: format!("a lane of {payload} lies outside 1 to 448 Gb/s"),
            hint: "give the payload of one lane, e.g. \"200 Gb/s\"".to_owned(),
        });
    }
    if !(1..=64).contains(&port.lanes) {
        return Err(Failure::Usage {
            message: format!("a port of {} lanes lies outside 1 to 64", port.lanes),
            hint: "800 Gb/s are four lanes of 200 Gb/s".to_owned(),
        });
    }
    let rate = payload * f64::from(port.lanes);
    let box_rate = quantity("--box", &port.of_box)?;
    if box_rate < rate {
        return Err(Failure::Usage {
            message: format!("a box of {box_rate} has no port of {rate}"),
            hint: "give --box the payload of the whole switch in one direction".to_owned(),
        });
    }
    let length = match &port.length {
        Some(text) => Some(quantity("--length", text)?),
        None => None,
    };
    if length.is_some_and(|l: Length| l > Length::m(100_000.0)) {
        return Err(Failure::Usage {
            message: "a link of more than 100 km lies outside the models".to_owned(),
            hint: "links in a hall are shorter than 2 km".to_owned(),
        });
    }
    Ok(Asked {
        rate,
        line: Line { payload, pam: modulation(port.pam)?, fec: port.code.fec() },
        length,
        faces_partner: false,
        through_circuit_switch: false,
        nodes: [node("--host-node", &port.host_node)?, node("--module-node", &port.module_node)?],
        box_rate,
        chips: None,
        behind: None,
    })
}

/// The sheet of a technology or a product.
pub(crate) fn look(
    library: &Library,
    facts: &Facts<'_>,
    id: &str,
    asked: &Asked,
) -> Result<Sheet, Failure> {
    let found = match (library.offer(id), library.products.get(id)) {
        (Some(technology), _) => sheet(library, facts, technology, asked),
        (None, Some(product)) => product_sheet(library, facts, product),
        (None, None) if library.laser_modules.contains_key(id) => {
            return Err(Failure::Usage {
                message: format!("`{id}` is a laser module: it has no port"),
                hint: format!("`lightloom package {id}` shows it alone"),
            });
        }
        (None, None) => return Err(no_technology(library, id)),
    };
    found.map_err(|error| Failure::Run(Box::new(error)))
}

fn list(library: &Library) -> String {
    let mut out = String::new();
    heading(&mut out, "Technologies: built as their channel needs");
    let mut table = new_table(&["id", "name", "what"]);
    for t in library.technologies.values() {
        table.add_row([&t.id, &t.name, &t.about]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "Products: built as their makers did");
    let mut table = new_table(&["id", "name", "made of", "what"]);
    for p in library.products.values() {
        table.add_row([&p.id, &p.name, &p.technology, &p.about]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "External laser modules");
    let mut table = new_table(&["id", "name", "what"]);
    for m in library.laser_modules.values() {
        table.add_row([&m.id, &m.name, &m.about]);
    }
    let _ = writeln!(out, "{table}");
    out
}

/// Figures of the package floor as rows beside what is published.
pub(crate) fn beside(
    figures: Result<Vec<Figure>, RunError>,
    facts: &Facts<'_>,
) -> Result<Vec<CheckRow>, Failure> {
    let figures = figures.map_err(|e| Failure::Run(Box::new(e)))?;
    Ok(figures.into_iter().filter_map(|figure| row(figure, facts)).collect())
}

/// Computed beside published, as a table.
pub(crate) fn printed(out: &mut String, title: &str, rows: &[CheckRow]) {
    heading(out, title);
    let mut table = new_table(&["what", "computed", "published", "off by", "kind", "source"]);
    right_from(&mut table, 1, 4);
    for row in rows {
        // No sign before a zero.
        let off = if row.error_percent.abs() < 0.5 { 0.0 } else { row.error_percent };
        table.add_row([
            row.what.clone(),
            row.computed.clone(),
            row.published.clone(),
            if off.abs() > 0.0 { format!("{off:+.0} %") } else { "0 %".to_owned() },
            row.kind.clone(),
            row.source.title.clone(),
        ]);
    }
    let _ = writeln!(out, "{table}");
}
