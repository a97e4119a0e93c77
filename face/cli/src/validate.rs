//! `lightloom validate`.

use crate::failure::Failure;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::evidence::Facts;
use lightloom::scenario::problem::suggestion;
use lightloom::validation::page::{SMALL, WORST, markdown, signed};
use lightloom::validation::{CaseResult, RowResult, SelectionError, run as compute, selected};
use lightloom_report::drawing::{MeasuredCase, computed_measured};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// Cases by their ids, such as V01; V02 stands for V02-single too [default: all].
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// So many rows of each case, the worst first.
    #[arg(long, value_name = "N", conflicts_with = "all")]
    rows: Option<usize>,
    /// Every row of each case.
    #[arg(long)]
    all: bool,
    /// Print one JSON object (schema `lightloom.validate/1`) instead of text; with all rows unless --rows says otherwise.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print a page of Markdown instead of text: docs/validation.md.
    #[arg(long)]
    markdown: bool,
    /// Write a plot of computed against measured.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Fail with exit code 1 when a limit is missed.
    #[arg(long)]
    strict: bool,
}

/// Rows beyond their limits that the list of all cases shows.
const BEYOND: usize = 12;
/// Where the page in `docs/` has its picture.
const PLOT: &str = "images/validation.svg";

pub(crate) fn run(arguments: &ValidateArguments) -> Result<(), Failure> {
    let cases = selected(&arguments.cases).map_err(unknown)?;
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let results = compute(&cases, &library, &facts).map_err(|e| Failure::Unknown {
        message: e.to_string(),
        hint: "compare with the shipped files in validation/ and catalog/".to_owned(),
    })?;
    if let Some(file) = &arguments.svg {
        let figure = computed_measured(&results.iter().map(drawn).collect::<Vec<_>>());
        crate::plan::write_whole(file, &figure.standalone())?;
    }
    crate::print(&said(arguments, &results))?;
    let missed: Vec<&str> =
        results.iter().filter(|case| !case.accepted).map(|case| case.id.as_str()).collect();
    if arguments.strict && !missed.is_empty() {
        return Err(Failure::Missed { cases: missed.join(", ") });
    }
    Ok(())
}

fn unknown(error: SelectionError) -> Failure {
    match error {
        SelectionError::Unknown { asked, known } => {
            // As ids are written: a capital, then small letters.
            let mut like = asked.to_lowercase();
            if let Some(first) = like.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            Failure::Unknown {
                message: format!("there is no case `{asked}`"),
                hint: suggestion(&like, known.iter().map(String::as_str)),
            }
        }
        SelectionError::Case(error) => Failure::Unknown {
            message: error.to_string(),
            hint: "compare with the shipped files in validation/cases".to_owned(),
        },
    }
}

fn drawn(case: &CaseResult) -> MeasuredCase {
    let kind = if case.kind == "prompts" { "serving" } else { case.kind };
    MeasuredCase {
        id: case.id.clone(),
        kind: kind.to_owned(),
        seconds: case.rows.iter().filter_map(RowResult::seconds).collect(),
        ratios: case
            .rows
            .iter()
            .filter_map(|row| row.error_percent.map(|e| 1.0 + e / 100.0))
            .collect(),
        missed: case.missed(),
        mean_percent: case.mean_percent,
        accepted: case.accepted,
    }
}

fn said(arguments: &ValidateArguments, results: &[CaseResult]) -> String {
    if arguments.markdown {
        return markdown(results, PLOT);
    }
    if arguments.json {
        let mut cases = results.to_vec();
        for case in &mut cases {
            if let Some(most) = arguments.rows {
                case.rows = case.worst_first().into_iter().take(most).cloned().collect();
                case.worst = (!case.rows.is_empty()).then_some(0);
            }
        }
        // The document holds finite numbers and strings only: it always serialises.
        let document = json!({ "schema": "lightloom.validate/1", "cases": cases });
        return serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";
    }
    let mut out = String::new();
    overview(&mut out, results);
    let asked = !arguments.cases.is_empty() || arguments.all || arguments.rows.is_some();
    if asked {
        for case in results {
            let most = match arguments.rows {
                Some(most) => most,
                None if arguments.all || case.rows.len() <= SMALL => usize::MAX,
                None => WORST,
            };
            one(&mut out, case, most);
        }
    } else {
        beyond(&mut out, results);
    }
    if let Some(file) = &arguments.svg {
        let _ = writeln!(out, "\nFigure: {}", file.display());
    }
    out
}

fn overview(out: &mut String, results: &[CaseResult]) {
    let rows: usize = results.iter().map(|case| case.rows.len()).sum();
    heading(out, &format!("{rows} measured values beside what is computed for them, worst first"));
    let mut table =
        new_table(&["case", "what", "rows", "mean", "worst", "of limit", "limit", "accepted"]);
    right_from(&mut table, 2, 6);
    for case in results {
        let worst = case.worst.and_then(|index| case.rows.get(index));
        table.add_row([
            case.id.clone(),
            case.title.clone(),
            case.rows.len().to_string(),
            format!("{:.1} %", case.mean_percent),
            signed(worst.and_then(|row| row.error_percent)),
            format!("{:.2}", case.of_limit),
            case.limits(),
            case.verdict(),
        ]);
    }
    let _ = writeln!(out, "{table}");
    let accepted = results.iter().filter(|case| case.accepted).count();
    let within = rows - results.iter().map(CaseResult::missed).sum::<usize>();
    paragraph(
        out,
        &format!(
            "{accepted} of {} cases keep all their limits, and {within} of {rows} rows. Of limit: the largest error, of a row or of a mean, over its limit.",
            results.len()
        ),
    );
}

/// The worst rows of all cases, with their causes.
fn beyond(out: &mut String, results: &[CaseResult]) {
    let share = |row: &RowResult| {
        let size = row.error_percent.map_or(f64::INFINITY, f64::abs);
        row.limit_percent.map_or(0.0, |limit| size / limit)
    };
    let mut rows: Vec<(&CaseResult, &RowResult)> = Vec::new();
    for case in results {
        // Of each case the worst two, so that one does not fill the list.
        rows.extend(
            case.worst_first().into_iter().filter(|r| !r.accepted).take(2).map(|r| (case, r)),
        );
    }
    if rows.is_empty() {
        return;
    }
    rows.sort_by(|a, b| share(b.1).total_cmp(&share(a.1)));
    heading(out, "The worst rows, two of a case");
    let mut table = new_table(&["case", "row", "computed", "measured", "error", "limit"]);
    right_from(&mut table, 2, 6);
    for (case, row) in rows.iter().take(BEYOND) {
        table.add_row([
            case.id.clone(),
            row.name.clone(),
            row.computed_text(),
            row.measured_text(),
            signed(row.error_percent),
            row.limit_text(),
        ]);
    }
    let _ = writeln!(out, "{table}");
    for case in results.iter().filter(|case| !case.accepted) {
        for (cause, _) in case.causes() {
            paragraph(out, &format!("- {}: {cause}", case.id));
        }
    }
}

fn one(out: &mut String, case: &CaseResult, most: usize) {
    heading(out, &format!("{}: {}", case.id, case.title));
    paragraph(out, &format!("Source: {}. {}", case.source, case.url.join(" ")));
    if let Some(about) = &case.about {
        paragraph(out, &format!("Assumed: {about}."));
    }
    let left_out = case.rows.iter().any(|row| row.left_out_percent.is_some());
    let mut header = vec!["row", "computed", "measured", "error", "limit"];
    if left_out {
        header.push("left out");
    }
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    let rows: Vec<&RowResult> = if most >= case.rows.len() {
        case.rows.iter().collect()
    } else {
        case.worst_first().into_iter().take(most).collect()
    };
    for row in &rows {
        let mark = if row.accepted { "" } else { " *" };
        let anchor = if row.anchor { " (anchor)" } else { "" };
        let mut cells = vec![
            format!("{}{anchor}", row.name),
            row.computed_text(),
            row.measured_text(),
            format!("{}{mark}", signed(row.error_percent)),
            row.limit_text(),
        ];
        if left_out {
            cells.push(signed(row.left_out_percent));
        }
        table.add_row(cells);
    }
    let _ = writeln!(out, "{table}");
    if rows.len() < case.rows.len() {
        let _ = writeln!(out, "and {} more rows: --all", case.rows.len() - rows.len());
    }
    for band in case.bands.iter().filter(|_| case.bands.len() > 1) {
        paragraph(
            out,
            &format!(
                "- {}: {} rows, {:.1} % in the mean, {:.1} % at worst",
                band.name, band.rows, band.mean_percent, band.worst_percent
            ),
        );
    }
    if let Some(percent) = case.leave_one_out_percent {
        paragraph(
            out,
            &format!(
                "Left out: by the factor that the other rows of its software would give; {percent:.1} % in the mean."
            ),
        );
    }
    for (cause, _) in case.causes() {
        paragraph(out, &format!("* {cause}."));
    }
    for other in &case.left_out {
        paragraph(out, &format!("Not computed: {}: {}.", other.what, other.reason));
    }
}
