//! `lightloom readiness`.

use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::decide::plan::{
    BuyerRow, BuyerTierRow, CostRange, EarlyRow, MaturityRow, ReadinessSheet, VerdictRow,
};
use lightloom::decide::readiness_sheet::{ReadinessRequest, readiness};
use lightloom::decide::{decide_links, sentence::dollars};
use lightloom::economics::{Buyer, Criterion};
use lightloom::scenario::problem::suggestion;
use lightloom::units::significant;
use lightloom_report::drawing::readiness_timeline;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Years that may be asked for: pluggables are as old, and no forecast goes farther.
const YEARS: std::ops::RangeInclusive<i64> = 2015..=2050;
/// Designs of a tier that are shown in text for a buyer; the document has all.
const SHOWN: usize = 4;

#[derive(Debug, Args)]
pub(crate) struct ReadinessArguments {
    /// The scenario whose links, prices and failures count: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    #[command(flatten)]
    stated: named::Stated,
    /// Show this technology alone.
    #[arg(long, value_name = "ID")]
    technology: Option<String>,
    /// Show this kind of buyer alone: hyperscaler, new-cloud, hpc-centre, enterprise.
    #[arg(long, value_name = "NAME")]
    buyer: Option<String>,
    /// Year in which it is to be bought [default: the scenario's].
    #[arg(long, value_name = "YEAR", allow_hyphen_values = true)]
    year: Option<i64>,
    /// Draw dates as a time line.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.readiness/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &ReadinessArguments) -> Result<(), Failure> {
    let year = arguments.year.map(year_of).transpose()?;
    if let Some(name) = &arguments.buyer
        && !Buyer::KNOWN.contains(&name.as_str())
    {
        return Err(Failure::Unknown {
            message: format!("there is no kind of buyer called `{name}`"),
            hint: suggestion(name, Buyer::KNOWN),
        });
    }
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let library = Library::shipped()?;
    if let Some(id) = &arguments.technology
        && !library.technologies.contains_key(id)
    {
        return Err(Failure::Unknown {
            message: format!("the catalog has no technology called `{id}`"),
            hint: suggestion(id, library.technologies.keys().map(String::as_str)),
        });
    }
    let facts = named.facts(&library)?;
    let request = ReadinessRequest {
        year,
        technology: arguments.technology.as_deref(),
        buyer: arguments.buyer.as_deref(),
    };
    let case = named.case(&library);
    let decided = decide_links(&case, &facts).map_err(|e| named.failure(e))?;
    let sheet = readiness(&case, &facts, &decided, &request).map_err(|e| named.failure(e))?;
    let figure = arguments.svg.as_deref().map(|file| (file, readiness_timeline(&sheet)));
    output::answer(&sheet, arguments.json, figure, text)
}

fn year_of(year: i64) -> Result<u16, Failure> {
    let known = YEARS.contains(&year).then_some(year).and_then(|y| u16::try_from(y).ok());
    known.ok_or_else(|| Failure::Usage {
        message: format!("the year {year}"),
        hint: format!("--year is {} to {}", YEARS.start(), YEARS.end()),
    })
}

fn text(sheet: &ReadinessSheet) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}, bought in {}, counted over {} years\n",
        sheet.scenario,
        sheet.year,
        significant(sheet.years, 3)
    );
    for finding in &sheet.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    heading(&mut out, "First year of volume, vendors, standard, supply");
    dates(&mut out, sheet);
    heading(&mut out, "Evidence from the field and from tests");
    evidence(&mut out, sheet);
    heading(&mut out, "Waiting, and being early, against copper and retimed pluggables");
    timing(&mut out, sheet);
    for tier in &sheet.tiers {
        heading(&mut out, &format!("Buyers: {}, {}", tier.tier, tier.classes.join(", ")));
        marks(&mut out, tier);
        out.push('\n');
        scores(&mut out, tier);
    }
    heading(&mut out, "What buyers weigh, percent");
    weights(&mut out, &sheet.buyers);
    out.push('\n');
    paragraph(
        &mut out,
        &format!(
            "A year holds the dates that round to it. Ranges of savings and scores: 5 to 95 % of {} joint draws of all facts, weights \
             among them; serves: in so many of them. Weights are ours: nobody publishes any. Amounts are of the whole cluster.",
            sheet.draws
        ),
    );
    out
}

fn span([low, middle, high]: [f64; 3], digits: usize) -> String {
    let show = |x| significant(x, digits);
    if low >= high {
        show(middle)
    } else {
        format!("{} ({}-{})", show(middle), show(low), show(high))
    }
}

fn dates(out: &mut String, sheet: &ReadinessSheet) {
    let by = format!("by {}", sheet.year);
    let table = table_of(
        &sheet.technologies,
        &[
            left("technology", &|row| row.name.clone()),
            left("tier", &|row| row.tier.clone()),
            right("5 %", &|row| format!("{:.1}", row.year_5_50_95[0])),
            right("50 %", &|row| format!("{:.1}", row.year_5_50_95[1])),
            right("95 %", &|row| format!("{:.1}", row.year_5_50_95[2])),
            right(&by, &|row| format!("{:.0} %", 100.0 * row.probability_by_year)),
            left("vendors", &|row| span(row.vendors, 2)),
            left("margin %", &|row| span(row.margin_percent, 2)),
            left("standard", &|row| standard(row)),
            left("date is", &|row| row.date_kind.clone()),
        ],
    );
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        "Margin: what the seller's gross margin comes to with so many equal vendors, most to fewest. Standard: proprietary, draft, \
         published, interoperable; in brackets what the evidence allows.",
    );
}

fn standard(row: &MaturityRow) -> String {
    let [low, high] = &row.standard_range;
    if low == high { row.standard.clone() } else { format!("{} ({low} to {high})", row.standard) }
}

fn evidence(out: &mut String, sheet: &ReadinessSheet) {
    let mut table = new_table(&[
        "technology",
        "port-hours",
        "range",
        "hours are",
        "mean time shown, h",
        "as the fleet?",
    ]);
    right_from(&mut table, 1, 3);
    right_from(&mut table, 4, 5);
    let mut seen: Vec<&str> = Vec::new();
    for row in &sheet.technologies {
        if seen.contains(&row.technology.as_str()) {
            continue;
        }
        seen.push(&row.technology);
        let [low, central, high] = row.device_hours.map(|h| format!("{h:.1e}"));
        table.add_row([
            row.name.clone(),
            central,
            format!("{low} to {high}"),
            row.hours_kind.clone(),
            format!("{:.1e}", 1e9 / row.shown_fit_90),
            if row.shows_fleet_rate { "could" } else { "cannot" }.to_owned(),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        "Mean time shown: at best, had no port failed in so many hours, with 90 % confidence. As the fleet: whether that would do to show \
         the rate of pluggables in a fleet.",
    );
    let or_dash = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
    let table = table_of(
        &sheet.tests,
        &[
            left("counted", &|row| row.what.clone()),
            right("port-hours", &|row| or_dash(row.port_hours.map(|h| format!("{h:.3e}")))),
            right("failed", &|row| or_dash(row.failures.map(|n| significant(n, 3)))),
            right("FIT", &|row| or_dash(row.fit.map(|f| significant(f, 3)))),
            right("below, 90 %", &|row| significant(row.fit_below_90, 3)),
            right("5 to 95 %", &|row| {
                row.fit_interval_90.map(|fit| significant(fit, 3)).join(" to ")
            }),
        ],
    );
    let _ = writeln!(out, "\n{table}");
}

fn cost(range: CostRange) -> String {
    let CostRange { low, expected, high } = range;
    format!("{} ({} to {})", dollars(expected), dollars(low), dollars(high))
}

fn timing(out: &mut String, sheet: &ReadinessSheet) {
    if sheet.timing.is_empty() {
        paragraph(out, "No strategy puts it in the place of the baseline.");
        return;
    }
    let ends = |[low, _, high]: [f64; 3]| format!("{} to {}", dollars(low), dollars(high));
    let table = table_of(
        &sheet.timing,
        &[
            left("strategy", &|row| row.strategy.clone()),
            right("ready", &|row| format!("{:.0} %", 100.0 * row.probability_by_year)),
            right("saved in a year", &|row| dollars(row.nominal_saving_usd_per_year)),
            right("5 to 95 %", &|row| ends(row.saving_usd_per_year)),
            left("waiting until ready", &|row| cost(row.waiting_usd)),
            left("a generation longer", &|row| cost(row.generation_usd)),
        ],
    );
    let _ = writeln!(out, "{table}\n");
    let early = sheet.timing.iter().filter_map(|row| Some((&row.strategy, row.early.as_ref()?)));
    let early: Vec<(&String, &EarlyRow)> = early.collect();
    let table = table_of(
        &early,
        &[
            left("being early with", &|(strategy, _)| (*strategy).clone()),
            left("slip, idle cluster", &|(_, early)| cost(early.idle_usd)),
            left("slip, bridged", &|(_, early)| cost(early.bridged_usd)),
            left("failure times replacement", &|(_, early)| failure(early)),
            left("break-even", &|(_, early)| {
                format!("{} weeks", significant(early.break_even_weeks, 2))
            }),
        ],
    );
    if !table.is_empty() {
        let _ = writeln!(out, "{table}");
    }
    paragraph(
        out,
        "Saved: the cluster's cost over the years, by year. Waiting: that amount until the last of its technologies is there, discounted. \
         Slip: idle, if all accelerators stand still until it comes; bridged, if the old design serves meanwhile. Break-even: the delay of an \
         idle cluster that eats what is saved in all years.",
    );
}

fn failure(early: &EarlyRow) -> String {
    let [low, central, high] = early.failure_percent.map(|p| significant(p, 2));
    format!(
        "{central} % ({low}-{high}) of {}: {}",
        dollars(early.replacement_usd),
        cost(early.failure_usd)
    )
}

fn marks(out: &mut String, tier: &BuyerTierRow) {
    let mut header = vec![
        "design".to_owned(),
        "serves".to_owned(),
        "cost".to_owned(),
        "$/yr energy".to_owned(),
        "port-h/yr".to_owned(),
    ];
    header.extend(Criterion::ALL.map(|c| c.name().to_owned()));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names);
    right_from(&mut table, 1, names.len());
    for row in &tier.designs {
        let mut cells = vec![
            row.technology.clone(),
            format!("{:.0} %", 100.0 * row.serves),
            dollars(row.cost_usd),
            dollars(row.energy_usd_per_year),
            significant(row.port_hours_per_year, 3),
        ];
        cells.extend(row.marks.map(|m| format!("{m:.2}")));
        table.add_row(cells);
    }
    let _ = writeln!(out, "{table}");
}

fn scores(out: &mut String, tier: &BuyerTierRow) {
    let mut table = new_table(&["buyer", "order", "by", "flips where"]);
    for verdict in &tier.verdicts {
        let order = verdict.scores.iter().take(SHOWN).map(|s| {
            let [low, high] = s.range;
            format!(
                "{} {:.2} ({low:.2}-{high:.2}), first in {:.0} %",
                s.technology,
                s.score,
                100.0 * s.wins
            )
        });
        let order: Vec<String> = order.collect();
        table.add_row([verdict.buyer.clone(), order.join("\n"), by(verdict), flips(verdict)]);
    }
    let _ = writeln!(out, "{table}");
}

fn by(verdict: &VerdictRow) -> String {
    let lead = verdict.lead.iter().take(SHOWN);
    let rows: Vec<String> = lead.map(|l| format!("{} {:+.3}", l.criterion, l.points)).collect();
    rows.join("\n")
}

fn flips(verdict: &VerdictRow) -> String {
    verdict.flip.as_ref().map_or_else(
        || "no weight alone".to_owned(),
        |flip| {
            format!(
                "{} {:.0} -> {:.0} %\nto {}\n{}",
                flip.criterion,
                100.0 * flip.from,
                100.0 * flip.to,
                flip.technology,
                if flip.within_range { "within its range" } else { "beyond its range" }
            )
        },
    )
}

fn weights(out: &mut String, buyers: &[BuyerRow]) {
    let mut header = vec!["criterion"];
    header.extend(buyers.iter().map(|b| b.buyer.as_str()));
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    for (i, criterion) in Criterion::ALL.into_iter().enumerate() {
        let mut cells = vec![criterion.name().to_owned()];
        cells.extend(buyers.iter().map(|b| {
            b.weights.get(i).map_or_else(String::new, |w| {
                let [low, high] = w.range.map(|x| 100.0 * x);
                format!("{:.0} ({low:.0}-{high:.0})", 100.0 * w.weight)
            })
        }));
        table.add_row(cells);
    }
    let _ = writeln!(out, "{table}");
}
