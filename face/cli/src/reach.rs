//! `lightloom reach`.

use crate::args::ReachArguments;
use crate::failure::Failure;
use crate::meaning::{line_rate_note, modulation, quantity};
use crate::output;
use crate::text::{new_table, paragraph};
use comfy_table::CellAlignment;
use lightloom::Library;
use lightloom::decide::copper::{CopperCell, CopperRequest, CopperTable, copper};
use lightloom::evidence::Facts;
use lightloom::link::Tier;
use lightloom::units::{BitRate, Decibel};
use lightloom_report::drawing::copper_reach;
use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) fn run(arguments: &ReachArguments) -> Result<(), Failure> {
    let request = request(arguments)?;
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let technologies = match &arguments.technology {
        None => library.technologies.clone(),
        Some(id) => {
            let known: Vec<&str> = library
                .technologies
                .values()
                .filter(|t| t.cable.as_ref().is_some_and(|c| c.active.is_none()))
                .map(|t| t.id.as_str())
                .collect();
            if !known.contains(&id.as_str()) {
                return Err(Failure::Unknown {
                    message: format!("there is no passive copper technology `{id}`"),
                    hint: format!("take one of {}", known.join(", ")),
                });
            }
            library.technologies.into_iter().filter(|(key, _)| key == id).collect()
        }
    };
    let table = copper(&facts, &technologies, &request)
        .map_err(|e| usage(e.to_string(), "ask for a lane rate between 25 and 448 Gb/s"))?;
    let figure = arguments.svg.as_deref().map(|file| (file, copper_reach(&table)));
    output::answer(&table, arguments.json, figure, |table| text(table, &request))
}

fn usage(message: String, hint: &str) -> Failure {
    Failure::Usage { message, hint: hint.to_owned() }
}

fn request(arguments: &ReachArguments) -> Result<CopperRequest, Failure> {
    let lanes = arguments
        .lane
        .iter()
        .map(|text| {
            let lane: BitRate = quantity("--lane", text)?;
            if !(10.0..=448.0).contains(&lane.as_gbps()) {
                let message = format!("a lane of {lane} lies outside 10 to 448 Gb/s");
                return Err(usage(message, "give the payload of one lane, e.g. \"200 Gb/s\""));
            }
            Ok(lane)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let modulations =
        arguments.pam.iter().map(|levels| modulation(*levels)).collect::<Result<Vec<_>, _>>()?;
    for awg in &arguments.awg {
        if !(20..=36).contains(awg) {
            return Err(usage(
                format!("a gauge of {awg} is not made for such cables"),
                "--awg is 20 to 36",
            ));
        }
    }
    if !(-20.0..=30.0).contains(&arguments.margin) {
        let message = format!("a margin of {} dB cannot be asked for", arguments.margin);
        return Err(usage(message, "--margin is -20 to 30; the standards ask for 3"));
    }
    Ok(CopperRequest {
        lanes,
        modulations,
        gauges: arguments.awg.clone(),
        // The long-reach receiver of the newest lane rate that has a table; scaled to the others.
        standard: Arc::new(crate::com::specification("802.3dj-kr")?),
        margin: Decibel::db(arguments.margin),
        tier: if arguments.fine { Tier::Margin } else { Tier::Pulse },
    })
}

fn text(table: &CopperTable, request: &CopperRequest) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "Reach of passive copper, COM at least {:.1} dB, {}, RS(544,514), tier {}\n",
        table.margin_db, table.receiver, table.tier
    );
    let mut header = vec!["cable".to_owned(), "AWG".to_owned()];
    header.extend(request.lanes.iter().map(ToString::to_string));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut grid = new_table(&names);
    for index in 1..header.len() {
        if let Some(column) = grid.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut last = "";
    for row in &table.rows {
        let name = if row.technology == last { String::new() } else { row.name.clone() };
        last = &row.technology;
        let mut cells = vec![name, row.awg.to_string()];
        cells.extend(row.cells.iter().map(|cell| match cell.best() {
            Some(best) => format!("{:.1} m {}", best.reach_m, best.modulation),
            None => "-".to_owned(),
        }));
        grid.add_row(cells);
    }
    let _ = writeln!(out, "{grid}");
    out.push('\n');
    if let Some(line) = farthest(table) {
        paragraph(&mut out, &line);
    }
    paragraph(
        &mut out,
        "Smooth lines and connectors, a white level for crosstalk: built channels close at about 5 dB less loss.",
    );
    for note in request.lanes.iter().filter_map(|lane| line_rate_note(*lane)) {
        paragraph(&mut out, &format!("Note: {note}"));
    }
    out
}

/// What limits the farthest cable at the fastest lane that any closes.
fn farthest(table: &CopperTable) -> Option<String> {
    let lanes = table.rows.first().map_or(0, |r| r.cells.len());
    let (row, cell) = (0..lanes).rev().find_map(|lane| {
        let cells = table.rows.iter().map(|r| (r, &r.cells[lane]));
        cells.max_by(|a, b| reach(a.1).total_cmp(&reach(b.1))).filter(|(_, c)| reach(c) > 0.0)
    })?;
    let best = cell.best()?;
    Some(format!(
        "Farthest at {} a lane: {} of {} AWG, {:.1} m with {} at {:.1} GBd, {:.1} dB from die to die; limited by {}.",
        BitRate::gbps(cell.lane_gbps),
        row.name,
        row.awg,
        best.reach_m,
        best.modulation,
        best.symbol_rate_gbd,
        best.loss_db?,
        best.limiter.as_deref()?,
    ))
}

fn reach(cell: &CopperCell) -> f64 {
    cell.best().map_or(0.0, |b| b.reach_m)
}
