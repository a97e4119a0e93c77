//! `lightloom package` of an external laser module.

use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::laser_module::laser_module_sheet;
use lightloom::decide::plan::LaserModuleSheet;
use lightloom::evidence::Facts;
use lightloom::package::LaserModule;
use lightloom::units::significant;
use std::fmt::Write as _;

/// Prints a laser module as text or as JSON.
pub(crate) fn print(library: &Library, module: &LaserModule, json: bool) -> Result<(), Failure> {
    let facts = Facts::nominal(&library.catalog);
    let sheet = laser_module_sheet(library, &facts, module)
        .map_err(|e| Failure::Run(Box::new(lightloom::scenario::RunError::LaserModule(e))))?;
    output::answer(&sheet, json, None, text)
}

fn text(sheet: &LaserModuleSheet) -> String {
    let mut out = format!("{}\n", sheet.name);
    paragraph(&mut out, &sheet.about);
    heading(&mut out, "Light and power at its rated light, warmest inlet");
    let mut table = new_table(&["figure", "value"]);
    right_from(&mut table, 1, 2);
    let three = |x: f64| significant(x, 3);
    for (name, value) in [
        ("lasers", format!("{:.0} of {:+.1} dBm", sheet.lasers, sheet.laser_dbm)),
        ("fibres", format!("{:.0}", sheet.fibres)),
        ("cooled by", sheet.cooling.clone()),
        ("light", format!("{} W", three(sheet.light_w))),
        ("electrical power", format!("{} W", three(sheet.electrical_w))),
        ("light over electrical power", format!("{} %", three(sheet.efficiency_percent))),
        ("case", format!("{:.0} degC", sheet.case_c)),
        (
            "junction of a laser",
            format!("{:.0} degC, at most {:.0}", sheet.junction_c, sheet.junction_limit_c),
        ),
        ("heat at the faceplate", format!("{} W", three(sheet.heat_w))),
        ("heat of a rack unit full of them", format!("{} W", three(sheet.heat_per_rack_unit_w))),
    ] {
        table.add_row([name.to_owned(), value]);
    }
    let _ = writeln!(out, "{table}");
    let optical = sheet.optical_class.zip(sheet.optical_class_dbm).map_or_else(
        || "more light than the highest optical class".to_owned(),
        |(n, dbm)| format!("optical class {n}, {dbm:.0} dBm"),
    );
    let electrical = sheet.electrical_class.zip(sheet.electrical_class_w).map_or_else(
        || "more power than the highest electrical class states".to_owned(),
        |(n, w)| format!("electrical class {n}, up to {} W", three(w)),
    );
    paragraph(
        &mut out,
        &format!("By OIF-ELSFP-02.0, classes counted from 1: {optical}; {electrical}."),
    );
    heading(&mut out, "What it feeds");
    paragraph(
        &mut out,
        &format!(
            "{:.0} lanes, at 200 Gb/s {} Tb/s in one direction. A box of 102.4 Tb/s has {:.0} such modules, {} W.",
            sheet.lanes,
            three(sheet.payload_tbps),
            sheet.of_box,
            three(sheet.of_box_w),
        ),
    );
    let table = table_of(
        &sheet.engines,
        &[
            left("technology", &|row| row.technology.clone()),
            right("engine, Tb/s", &|row| three(row.engine_tbps)),
            right("lanes", &|row| format!("{:.0}", row.lanes)),
            right("engines to a module", &|row| three(row.engines)),
        ],
    );
    let _ = writeln!(out, "{table}");
    out
}
