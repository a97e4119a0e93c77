//! `lightloom breakeven`.

use crate::failure::Failure;
use crate::job::put;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::decide::break_even_sheet::{
    BreakEvenRequest, BreakEvenSheetError, Input, break_even_sheet,
};
use lightloom::decide::cost_sheet::SAMPLES;
use lightloom::decide::plan::{BreakEvenSheet, InputRow, WinnerMapRow};
use lightloom::decide::sentence::dollars;
use lightloom::decide::{Rule, decide_links};
use lightloom::units::significant;
use lightloom_report::drawing::winner_map;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct BreakEvenArguments {
    /// What is moved: premium, electricity, pue, discount, accelerator-hour, period, facility, labour, maintenance,
    /// engine-margin, module-margin, erosion, failure-rate, technician-time, or any fact of the catalog by its id.
    #[arg(value_name = "INPUT")]
    input: String,
    /// The scenario: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    #[command(flatten)]
    stated: named::Stated,
    /// One strategy only; in a map, the one whose premium is moved [default: all; cpo-switch].
    #[arg(long, value_name = "ID")]
    strategy: Option<String>,
    /// The strategy that others are held against.
    #[arg(long, value_name = "ID", default_value = "baseline")]
    against: String,
    /// Low end of the range [default: the input's own].
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    from: Option<String>,
    /// High end of the range.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    to: Option<String>,
    /// A second input: a map of the strategy that is cheapest over both.
    #[arg(long, value_name = "INPUT")]
    map: Option<String>,
    /// Draw that map.
    #[arg(long, value_name = "FILE.svg", requires = "map")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.breakeven/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &BreakEvenArguments) -> Result<(), Failure> {
    let strategy = arguments.strategy.as_deref();
    let strategy = strategy.map(|id| named::strategy("--strategy", id)).transpose()?;
    let against = named::strategy("--against", &arguments.against)?;
    if strategy == Some(against) {
        return Err(Failure::Usage {
            message: format!("{} against itself", arguments.against),
            hint: "give --strategy and --against two strategies".to_owned(),
        });
    }
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let library = Library::shipped()?;
    let facts = named.facts(&library)?;
    let failed = |error: BreakEvenSheetError| match error {
        BreakEvenSheetError::Run(error) => named.failure(error),
        BreakEvenSheetError::Unknown { name, hint } => {
            Failure::Unknown { message: format!("there is no input `{name}`"), hint }
        }
        BreakEvenSheetError::Value { message, hint } => Failure::Usage { message, hint },
    };
    let find = |name: &str| Input::find(name, &named.scenario, &facts).map_err(failed);
    let input = find(&arguments.input)?
        .within(arguments.from.as_deref(), arguments.to.as_deref())
        .map_err(failed)?;
    let second = arguments.map.as_deref().map(find).transpose()?;
    if input.name == "premium"
        && strategy.is_some_and(|r| r.light().is_none() || r == Rule::Baseline)
    {
        return Err(Failure::Usage {
            message: format!(
                "{} has no technology of its own",
                arguments.strategy.as_deref().unwrap_or_default()
            ),
            hint: "a premium is of lpo, npo, cpo-switch or cpo-accelerator".to_owned(),
        });
    }
    let case = named.case(&library);
    let decided = decide_links(&case, &facts).map_err(|e| named.failure(e))?;
    let request =
        BreakEvenRequest { input, strategy, against, map: second.as_ref(), samples: SAMPLES };
    let sheet = break_even_sheet(&case, &facts, &decided, &request).map_err(failed)?;
    let figure = match (&arguments.svg, &sheet.map) {
        (Some(file), Some(map)) => Some((file.as_path(), winner_map(map, &sheet.scenario))),
        _ => None,
    };
    output::answer(&sheet, arguments.json, figure, text)
}

fn with_unit(value: f64, unit: &str) -> String {
    format!("{} {unit}", significant(value, 3)).trim_end().to_owned()
}

fn range(input: &InputRow) -> String {
    let [low, high] = input.range.map(|v| with_unit(v, &input.unit));
    format!("{low} to {high}")
}

fn text(s: &BreakEvenSheet) -> String {
    let mut out = String::new();
    let input = &s.input;
    let now =
        input.now.map_or_else(String::new, |now| format!(", now {}", with_unit(now, &input.unit)));
    let _ = writeln!(out, "{}\n", s.scenario);
    paragraph(&mut out, &format!("{}: {}; over {}{now}.", input.name, input.about, range(input)));
    let how = if input.chosen_anew {
        "Technologies are chosen anew at every value."
    } else {
        "Every link keeps its technology; only the price moves."
    };
    paragraph(&mut out, &format!("Advantage over {}: {}. {how}", s.against, s.measure));
    out.push('\n');
    for finding in &s.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    heading(&mut out, &format!("Advantage over {}", s.against));
    let mut table =
        new_table(&["strategy", "now", "at the low end", "at the high end", "flips at", "how"]);
    right_from(&mut table, 1, 4);
    for row in &s.strategies {
        let flips: Vec<&str> = row.flips.iter().map(|f| f.shown.as_str()).collect();
        let how: Vec<String> = row
            .flips
            .iter()
            .map(|f| {
                let side = if f.pays_above { "pays above" } else { "pays below" };
                format!("{side}, {}", if f.jump { "a jump" } else { "a passage" })
            })
            .collect();
        table.add_row([
            row.id.clone(),
            dollars(row.now_usd),
            dollars(row.at_ends_usd[0]),
            dollars(row.at_ends_usd[1]),
            if flips.is_empty() { "-".to_owned() } else { flips.join("; ") },
            how.join("; "),
        ]);
    }
    put(&mut out, &table);
    for row in s.strategies.iter().filter(|r| !r.takes.is_empty()) {
        for line in &row.takes {
            paragraph(&mut out, &format!("- {}, {line}", row.id));
        }
    }
    if let Some(map) = &s.map {
        heading(&mut out, &format!("The cheapest strategy by {} and {}", map.x.name, map.y.name));
        winner_text(&mut out, map);
    }
    out
}

/// Columns and rows of a map in text.
const GRID: (usize, usize) = (49, 17);

/// A map as letters: y upwards, x to the right.
fn winner_text(out: &mut String, map: &WinnerMapRow) {
    const LETTERS: [char; 6] = ['b', 'l', 'n', 'c', 'a', 'r'];
    let spans = |input: &InputRow| input.range;
    let ([x0, x1], [y0, y1]) = (spans(&map.x), spans(&map.y));
    #[expect(clippy::cast_precision_loss, reason = "a few dozen columns")]
    let at = |low: f64, high: f64, k: usize, of: usize| {
        low + (high - low) * (k as f64 + 0.5) / of as f64
    };
    let winner = |x: f64, y: f64| {
        let inside = |c: &&lightloom::decide::plan::MapCellRow| {
            (c.x[0]..=c.x[1]).contains(&x) && (c.y[0]..=c.y[1]).contains(&y)
        };
        map.cells.iter().find(inside).map(|c| {
            let right = usize::from(x - c.x[0] > c.x[1] - x);
            let upper = usize::from(y - c.y[0] > c.y[1] - y);
            c.corners[right + 2 * upper]
        })
    };
    let (columns, lines) = GRID;
    #[expect(clippy::cast_precision_loss, reason = "a few dozen columns")]
    let share = |value: f64, low: f64, high: f64, of: usize| {
        let k = ((value - low) / (high - low) * of as f64).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        let k = (k >= 0.0 && k < of as f64).then_some(k as usize);
        k
    };
    let here =
        map.now.and_then(|[x, y]| Some((share(x, x0, x1, columns)?, share(y, y0, y1, lines)?)));
    for line in (0..lines).rev() {
        let y = at(y0, y1, line, lines);
        let label = if line % 4 == 0 { with_unit(y, &map.y.unit) } else { String::new() };
        let cells: String = (0..columns)
            .map(|k| {
                if here == Some((k, line)) {
                    return '@';
                }
                let won = winner(at(x0, x1, k, columns), y);
                won.and_then(|w| LETTERS.get(w)).copied().unwrap_or('?')
            })
            .collect();
        let _ = writeln!(out, "{label:>16} {cells}");
    }
    let [low, high] = [x0, x1].map(|v| with_unit(v, &map.x.unit));
    let _ = writeln!(
        out,
        "{:>16} {low}{:>width$}",
        "",
        high,
        width = columns.saturating_sub(low.chars().count())
    );
    let names: Vec<String> = map
        .contenders
        .iter()
        .zip(LETTERS)
        .zip(&map.shares)
        .filter(|(_, share)| **share > 0.0)
        .map(|((id, letter), share)| format!("{letter} {id} {:.0} %", 100.0 * share))
        .collect();
    let of = map
        .premium_of
        .as_ref()
        .map_or_else(String::new, |id| format!("; the premium is that of {id}"));
    out.push('\n');
    paragraph(
        out,
        &format!(
            "To the right {}, upwards {}{of}. {}; @ now. {} calls.",
            map.x.name,
            map.y.name,
            names.join(", "),
            map.evaluations
        ),
    );
}
