//! The cases as a page of Markdown, worst first.

use crate::outcome::{BandResult, CaseResult, RowResult};
use lightloom_units::significant;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Cases of more rows show the worst ones alone.
pub const SMALL: usize = 30;
/// So many of them.
pub const WORST: usize = 10;

/// A number as a reader wants it.
#[must_use]
pub fn figure(value: f64) -> String {
    significant(value, 4)
}

/// An error with its sign.
#[must_use]
pub fn signed(percent: Option<f64>) -> String {
    percent.map_or_else(|| "-".to_owned(), |p| format!("{p:+.1} %"))
}

/// Limits of rows and of means, of several parts in order.
fn limits(bands: &[BandResult]) -> String {
    let join = |values: Vec<f64>| {
        let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| format!("{} %", texts.join("/")))
    };
    let rows = join(bands.iter().filter_map(|b| b.row_limit_percent).collect());
    let means = join(bands.iter().filter_map(|b| b.mean_limit_percent).collect());
    let means = means.map(|means| format!("mean {means}"));
    rows.into_iter().chain(means).collect::<Vec<_>>().join(", ")
}

impl CaseResult {
    /// Its limits in words: one, or those of its parts in order.
    #[must_use]
    pub fn limits(&self) -> String {
        if self.by_range { "ranges meet".to_owned() } else { limits(&self.bands) }
    }

    /// Whether it is accepted, and if not what is beyond the limits.
    #[must_use]
    pub fn verdict(&self) -> String {
        if self.accepted {
            return "yes".to_owned();
        }
        let mut beyond = Vec::new();
        if self.missed() > 0 {
            beyond.push(format!("{} of {}", self.missed(), self.rows.len()));
        }
        if self.bands.iter().any(|band| !band.accepted) {
            beyond.push("mean".to_owned());
        }
        format!("no: {}", beyond.join(", "))
    }

    /// Why rows and means are beyond their limits: each cause once, with how many rows it explains.
    #[must_use]
    pub fn causes(&self) -> Vec<(&str, usize)> {
        let mut seen = BTreeSet::new();
        let bands = self.bands.iter().filter_map(|band| band.cause.as_deref());
        let rows = || self.rows.iter().filter_map(|row| row.cause.as_deref());
        let once = bands.chain(rows()).filter(|cause| seen.insert(*cause));
        once.map(|cause| (cause, rows().filter(|own| *own == cause).count())).collect()
    }
}

/// What may not stand in a cell as it is.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The page: a table of the cases, then each with its rows. `plot` is the picture's address from the page.
#[must_use]
pub fn markdown(results: &[CaseResult], plot: &str) -> String {
    let mut out = String::from("# What was measured, and what is computed for it\n\n");
    let rows: usize = results.iter().map(|case| case.rows.len()).sum();
    let accepted = results.iter().filter(|case| case.accepted).count();
    let within = rows - results.iter().map(CaseResult::missed).sum::<usize>();
    let _ = write!(
        out,
        "{rows} measured values of {} cases, each computed from its published inputs by the functions that plans use; {accepted} cases keep \
all their limits, and {within} rows theirs. Worst first: by the largest error, of a row or of a mean, over its limit. A row beyond its limit says why. \
Anchors are rows that a constant was taken from: one for each software. Leave-one-out is the mean error of rows by the factor that the \
others would give. Cases, inputs and limits are data in `validation/cases`, long tables in \
`validation/measured`. `lightloom validate` prints the same, `lightloom validate V01` all rows of a case.\n\n\
![Computed against measured]({plot})\n\n\
A test fails when this page is stale. Renew it: `LIGHTLOOM_RENEW=1 cargo test -p lightloom-cli --test validate`\n\n\
| case | what | rows | mean | worst row | limit | leave-one-out | accepted |\n|---|---|---:|---:|---|---|---:|---|\n",
        results.len()
    );
    for case in results {
        let worst = case.worst.and_then(|index| case.rows.get(index));
        let worst = worst.map_or_else(String::new, |row| {
            format!("{} {}", cell(&row.name), signed(row.error_percent))
        });
        let _ = writeln!(
            out,
            "| [{id}](#{anchor}) | {title} | {rows} | {mean:.1} % | {worst} | {limits} | {loo} | {verdict} |",
            id = case.id,
            anchor = case.id.to_lowercase(),
            title = cell(&case.title),
            rows = case.rows.len(),
            mean = case.mean_percent,
            limits = case.limits(),
            loo =
                case.leave_one_out_percent.map_or_else(|| "-".to_owned(), |p| format!("{p:.1} %")),
            verdict = case.verdict(),
        );
    }
    for case in results {
        section(&mut out, case);
    }
    out
}

fn section(out: &mut String, case: &CaseResult) {
    let _ = writeln!(out, "\n## {}\n\n{}.\n", case.id, case.title);
    let links: Vec<String> = case.url.iter().map(|url| format!("<{url}>")).collect();
    let _ =
        writeln!(out, "Source: {}. {} Licence: {}.", case.source, links.join(", "), case.licence);
    if let Some(about) = &case.about {
        let _ = writeln!(out, "Assumed: {about}.");
    }
    if case.bands.len() > 1 {
        out.push_str("\n| part | rows | mean | worst | limit |\n|---|---:|---:|---:|---|\n");
        for band in &case.bands {
            let _ = writeln!(
                out,
                "| {} | {} | {:.1} % | {:.1} % | {} |",
                band.name,
                band.rows,
                band.mean_percent,
                band.worst_percent,
                limits(std::slice::from_ref(band))
            );
        }
    }
    let large = case.rows.len() > SMALL;
    let left_out = case.rows.iter().any(|row| row.left_out_percent.is_some());
    if large {
        let _ = writeln!(out, "\nThe worst {WORST} of {} rows:", case.rows.len());
    }
    out.push_str("\n| row | computed | measured | error | ");
    out.push_str(if left_out {
        "left out | |\n|---|---:|---:|---:|---:|---|\n"
    } else {
        "|\n|---|---:|---:|---:|---|\n"
    });
    if large {
        case.worst_first().into_iter().take(WORST).for_each(|r| row(out, r, left_out));
    } else {
        case.rows.iter().for_each(|r| row(out, r, left_out));
    }
    for (cause, rows) in case.causes() {
        let which = match rows {
            0 => "mean".to_owned(),
            1 => "1 row".to_owned(),
            n => format!("{n} rows"),
        };
        let _ = writeln!(out, "\nBeyond the limit, {which}: {cause}.");
    }
    for other in &case.left_out {
        let _ = writeln!(out, "\nNot computed: {}. {}.", other.what, capital(&other.reason));
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn row(out: &mut String, row: &RowResult, left_out: bool) {
    let anchor = if row.anchor { " (anchor)" } else { "" };
    let _ = write!(
        out,
        "| {}{anchor} | {} | {} | {} | ",
        cell(&row.name),
        cell(&row.computed_text()),
        row.measured_text(),
        signed(row.error_percent),
    );
    if left_out {
        let _ = write!(out, "{} | ", signed(row.left_out_percent));
    }
    let _ = writeln!(out, "{}|", if row.accepted { "" } else { "beyond " });
}
