//! A collective as text for a terminal.

use crate::job::{bytes_rate, heading, put};
use crate::text::{heading as section, new_table, paragraph, right_from};
use lightloom::decide::collective_sheet::counted;
use lightloom::decide::plan::{AlgorithmRow, CollectiveSheet, MeasuredSheet};
use lightloom::units::{DataSize, Time, significant};
use std::fmt::Write as _;

pub(super) fn sheet(s: &CollectiveSheet) -> String {
    let mut out = String::new();
    let apart = if s.stride > 1 { format!(", {} apart", s.stride) } else { String::new() };
    let over = counted(s.ranks, "rank");
    let bytes = size(s.bytes, s.bytes);
    let _ = match &s.exchange {
        Some(e) => {
            let limit =
                e.node_limit.map_or_else(String::new, |n| format!(" on {n} domains at most"));
            writeln!(
                out,
                "{} of {bytes} of tokens from each of {over}{apart}, to {} of {} experts{limit}",
                s.operation, e.copies, e.experts
            )
        }
        None => writeln!(out, "{} of {bytes} over {over}{apart}", s.operation),
    };
    match (&s.setting, &s.network) {
        (Some(setting), _) => heading(&mut out, setting, None),
        (None, Some(network)) => {
            let _ = writeln!(out, "{network}");
        }
        (None, None) => {}
    }
    out.push('\n');
    paragraph(&mut out, &s.meaning);
    out.push('\n');
    table(&mut out, s);
    if let Some(measured) = &s.measured {
        beside(&mut out, measured);
    }
    out
}

/// A size in the kind of units that the message has: powers of two where it is a multiple of 1024.
fn size(bytes: f64, message: f64) -> String {
    if message % 1024.0 > 0.0 {
        return DataSize::bytes(bytes).to_string();
    }
    let units = [("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1024.0), ("B", 1.0)];
    let (unit, factor) = units.into_iter().find(|(_, f)| bytes >= *f).unwrap_or(("B", 1.0));
    format!("{} {unit}", significant(bytes / factor, 4))
}

/// A line for each way, quickest first; of an algorithm's protocols the quicker one.
fn table(out: &mut String, s: &CollectiveSheet) {
    let mut networks: Vec<&str> = Vec::new();
    for sent in s.algorithms.iter().flat_map(|row| &row.sent) {
        if !networks.contains(&sent.network.as_str()) {
            networks.push(&sent.network);
        }
    }
    // In order of the setting, not of the ways.
    if let Some(setting) = &s.setting {
        networks.sort_by_key(|n| setting.networks.iter().position(|t| t.name == *n));
    } else {
        networks.sort_unstable();
    }
    let mut header =
        vec!["algorithm".to_owned(), String::new(), "time".to_owned(), "latency".to_owned()];
    // Bus bandwidth compares with line rate what every rank sends alike; experts do not.
    let bus = s.exchange.is_none();
    header.extend(["algbw", "busbw"].iter().take(1 + usize::from(bus)).map(|h| (*h).to_owned()));
    header.extend(networks.iter().map(|n| format!("sent, {n}")));
    header.push("paced by".to_owned());
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut grid = new_table(&names);
    right_from(&mut grid, 2, header.len() - 1);
    let mut shown: Vec<&str> = Vec::new();
    // Where all ways are one algorithm, its variants are the ways.
    let variants = s.algorithms.windows(2).all(|w| w[0].algorithm == w[1].algorithm);
    let variants = variants || s.network.is_some();
    for (i, row) in s.algorithms.iter().enumerate() {
        if !variants && shown.contains(&row.algorithm.as_str()) {
            continue;
        }
        shown.push(&row.algorithm);
        let mark = if i == 0 { "▶ " } else { "  " };
        let mut cells = vec![
            format!("{mark}{}", row.algorithm),
            row.variant.clone(),
            Time::us(row.time_us).to_string(),
            Time::us(row.latency_us).to_string(),
            bytes_rate(row.algorithm_gbytes_per_s),
        ];
        cells.extend(bus.then(|| bytes_rate(row.bus_gbytes_per_s)));
        cells.extend(networks.iter().map(|n| sent(row, n, s.bytes)));
        cells.push(row.limit.clone());
        grid.add_row(cells);
    }
    put(out, &grid);
}

fn sent(row: &AlgorithmRow, network: &str, message: f64) -> String {
    let found = row.sent.iter().find(|s| s.network == network);
    found.map_or_else(|| "-".to_owned(), |s| size(s.bytes, message))
}

fn beside(out: &mut String, m: &MeasuredSheet) {
    let version = m.version.as_ref().map_or_else(String::new, |v| format!(", library {v}"));
    section(out, &format!("Computed beside measured{version}"));
    let mut grid = new_table(&["size", "measured", "computed", "off by", "fitted", "off by"]);
    right_from(&mut grid, 0, 6);
    for row in &m.rows {
        grid.add_row([
            size(row.bytes, 1024.0),
            Time::us(row.measured_us).to_string(),
            Time::us(row.computed_us).to_string(),
            format!("{:+.1} %", row.error_percent),
            Time::us(row.fitted_us).to_string(),
            format!("{:+.1} %", row.fitted_error_percent),
        ]);
    }
    put(out, &grid);
    let told = format!(
        "{} sizes, off by {:.1} % in the mean; with two constants fitted {:.1} %.",
        m.rows.len(),
        m.mean_error_percent,
        m.fitted_mean_error_percent
    );
    paragraph(out, &told);
    section(out, "Constants");
    let mut grid = new_table(&["fact", "catalog", "fitted"]);
    right_from(&mut grid, 1, 3);
    for row in &m.constants {
        grid.add_row([row.fact.clone(), row.before.clone(), row.fitted.clone()]);
    }
    put(out, &grid);
}
