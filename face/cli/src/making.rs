//! `lightloom package yield`, and the part of a sheet that says how a unit is made.

use crate::args::PackageYield;
use crate::failure::Failure;
use crate::output;
use crate::package::{asked, beside, printed, sheets};
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::decide::plan::{CheckRow, MakingRow, Sheet};
use lightloom::decide::published::yields;
use lightloom::evidence::Facts;
use lightloom::units::significant;
use lightloom_report::drawing::alignment_cost;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageYield) -> Result<(), Failure> {
    let PackageYield { of: arguments, svg } = arguments;
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let asked = asked(&arguments.port)?;
    let sheets = sheets(&library, &arguments.technologies, &asked)?;
    let facts = Facts::nominal(&library.catalog);
    let published = beside(yields(&facts), &facts)?;
    let figure = svg.as_deref().map(|file| (file, alignment_cost(&sheets)));
    let document = document(&sheets, &published);
    output::answer(&document, arguments.json, figure, |_| text(&sheets, &published))
}

fn document(sheets: &[Sheet], published: &[CheckRow]) -> Value {
    json!({
        "schema": "lightloom.package-yield/1",
        "technologies": sheets.iter().filter(|s| s.making.is_some()).map(|s| json!({
            "id": s.id,
            "name": s.name,
            "making": s.making,
        })).collect::<Vec<_>>(),
        "published": published,
    })
}

fn text(sheets: &[Sheet], published: &[CheckRow]) -> String {
    let mut out = String::new();
    if let [only] = sheets
        && let Some(making) = &only.making
    {
        let _ = writeln!(out, "{}", only.name);
        one(&mut out, making);
    } else {
        all(&mut out, sheets);
    }
    printed(&mut out, "Yields that others printed", published);
    out
}

fn all(out: &mut String, sheets: &[Sheet]) {
    heading(out, "A good unit: what its steps add up to, what is sold, and where yield is lost");
    let mut table = new_table(&[
        "technology",
        "unit",
        "steps",
        "sold",
        "$/Gb/s",
        "price",
        "first pass",
        "dearest step",
        "dearest loss",
        "errors x2",
        "box",
        "with spares",
    ]);
    right_from(&mut table, 1, 7);
    right_from(&mut table, 9, 12);
    for (sheet, row) in sheets.iter().filter_map(|s| Some((s, s.making.as_ref()?))) {
        let wider =
            row.doubled_errors().map_or_else(|| "none good".to_owned(), |x| format!("{x:.1}x"));
        let of_box = |spared: bool| {
            row.of_box(spared).map_or_else(String::new, |p| format!("{:.1} %", p.percent))
        };
        table.add_row([
            sheet.name.clone(),
            format!("{} Tb/s", significant(row.unit_gbps / 1e3, 3)),
            format!("${:.0}", row.steps_usd),
            format!("${:.0}", row.cost_usd),
            format!("{:.2}", row.usd_per_gbps),
            format!("${:.0}", row.price_usd),
            format!("{:.1} %", row.first_pass_percent),
            row.dominant.clone(),
            row.dominant_loss.clone().unwrap_or_default(),
            wider,
            of_box(false),
            of_box(true),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        "Steps: material, work and lost yield. Sold: the same at the level of a unit whose cost is published. Errors x2: \
         what twice the errors of alignment make of the steps. Box: all of its engines or modules good at the last test, and \
         as many as it needs with spares, as many as the catalog says.",
    );
}

/// How one unit is made.
pub(crate) fn one(out: &mut String, row: &MakingRow) {
    heading(
        out,
        &format!("{} of {} Tb/s, as it is made", row.process, significant(row.unit_gbps / 1e3, 3)),
    );
    let mut table = new_table(&["step", "cost", "loss of yield", "yield"]);
    right_from(&mut table, 1, 4);
    for step in row.steps.iter().filter(|s| s.cost_usd + s.loss_usd > 0.0) {
        table.add_row([
            step.name.clone(),
            format!("${:.2}", step.cost_usd),
            format!("${:.2}", step.loss_usd),
            format!("{:.2} %", step.yield_percent),
        ]);
    }
    table.add_row([
        "a good unit, steps".to_owned(),
        format!("${:.0}", row.steps_usd),
        String::new(),
        format!("{:.2} %", row.first_pass_percent),
    ]);
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        &format!(
            "The dearest step is {}{}. What is sold costs {:.1} times its steps, as a unit whose cost is published says: \
             ${:.0}, {:.2} $/Gb/s; at a margin of {:.0} % the price is ${:.0}. {:.1} % pass at once, {:.1} % are shipped, \
             {:.2} % of those are bad nevertheless.",
            row.dominant,
            row.dominant_loss.as_ref().map_or(String::new(), |s| format!(
                "; the loss of yield that costs most is that of {s}"
            )),
            row.level,
            row.cost_usd,
            row.usd_per_gbps,
            row.margin_percent,
            row.price_usd,
            row.first_pass_percent,
            row.through_percent,
            row.escaped_percent,
        ),
    );
    let joints = &row.joints;
    paragraph(
        out,
        &format!(
            "{:.0} joints of fibre and chip, aligned {}: {:.2} dB beyond a perfect joint on average, {:.2} dB for one in a \
             hundred; {:.3} % are good, and so are all of {:.1} % of units. For 99 of 100 units lasers need {:.2} dB more.",
            row.fibres,
            joints.alignment,
            joints.mean_db,
            joints.p99_db,
            joints.joint_percent,
            joints.engine_percent,
            joints.worst_lane_p99_db,
        ),
    );
    let cases: Vec<String> = row
        .tolerances
        .iter()
        .map(|case| {
            let cost = case.steps_usd.map_or("none good".to_owned(), |usd| format!("${usd:.0}"));
            format!("x{}: attach {:.1} %, {cost}", case.scale, case.attach_percent)
        })
        .collect();
    paragraph(out, &format!("Errors of alignment {}.", cases.join("; ")));
    for package in &row.package {
        paragraph(
            out,
            &format!(
                "{:.1} % of boxes have {} good ones{}.",
                package.percent,
                package.needed,
                if package.spares > 0 {
                    format!(", with {} spare", package.spares)
                } else {
                    String::new()
                }
            ),
        );
    }
}
