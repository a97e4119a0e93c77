//! Readiness: when each technology can be bought, what waiting and being early cost, and whom that suits.

use crate::colour::strategy_name;
use crate::drawing::readiness_timeline;
use crate::figure::section as frame;
use crate::format::{NONE, capital, fixed, sig, usd};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{
    BuyerTierRow, CostRange, EarlyRow, ExposureRow, Plan, ReadinessSheet, TimingRow, VerdictRow,
};
use maud::{Markup, PreEscaped, html};

/// Designs that are shown of a buyer's order.
const SHOWN: usize = 3;

pub(crate) fn section(plan: &Plan) -> Markup {
    frame(
        "readiness",
        "When it can be bought, and whom it suits",
        "When each technology can be bought, on what evidence, and what waiting for it or being early with it costs.",
        &html! {
            @match &plan.readiness {
                None => { p.none { "Nothing is known of dates here." } }
                Some(sheet) => {
                    (dates(sheet))
                    (timing(sheet))
                    (evidence(&sheet.tests))
                    (buyers(sheet, plan))
                }
            }
        },
    )
}

fn dates(sheet: &ReadinessSheet) -> Markup {
    let drawing = readiness_timeline(sheet);
    html! {
        figure {
            figcaption {
                strong { (drawing.title()) }
                span {
                    "Bars run from 5 to 95 % of the first year of volume, dots stand at 50 %. Dates are of announcements and \
                     forecasts, which have slipped more often than not. Vendors: of interchangeable parts, with their range."
                }
            }
            div.pan tabindex="0" role="region" aria-label="Dates of technologies" {
                (PreEscaped(drawing.inline("readiness")))
            }
        }
    }
}

/// A share as whole percent.
fn percent(share: f64) -> String {
    format!("{}\u{a0}%", fixed(100.0 * share, 0))
}

fn cost(range: CostRange) -> Markup {
    let CostRange { low, expected, high } = range;
    html! { td.n { (usd(expected)) " " small { (usd(low)) " to " (usd(high)) } } }
}

/// What stands in a row for a strategy.
type Cell<'c> = &'c dyn Fn(&TimingRow) -> Markup;

/// A row for each figure, a column for each strategy.
fn timing(sheet: &ReadinessSheet) -> Markup {
    let rows: [(&str, &str, Cell<'_>); 7] = [
        ("In volume", "probability by the year", &|row| number(&percent(row.probability_by_year))),
        ("Saved in a year", "cost of the cluster over the years, by year", &|row| {
            let [low, _, high] = row.saving_usd_per_year;
            cost(CostRange { low, expected: row.nominal_saving_usd_per_year, high })
        }),
        ("Waiting", "until it is ready", &|row| cost(row.waiting_usd)),
        ("Waiting", "a generation of switches", &|row| cost(row.generation_usd)),
        ("A slip", "all accelerators stand still", &|row| early(row, |e| e.idle_usd)),
        ("A slip", "the old design serves meanwhile", &|row| early(row, |e| e.bridged_usd)),
        ("Failure", "probability times replacement", &|row| early(row, |e| e.failure_usd)),
    ];
    let table = html! {
        thead { tr { (head("USD")) @for row in &sheet.timing { th.n scope="col" { (strategy_name(&row.strategy, &row.name)) } } } }
        tbody {
            @for (what, how, cell) in rows {
                tr {
                    th scope="row" { (what) " " small { (how) } }
                    @for row in &sheet.timing { (cell(row)) }
                }
            }
        }
    };
    html! {
        @if !sheet.timing.is_empty() {
            (boxed("Waiting and being early, against copper and retimed pluggables", false, &table))
            p.cap {
                "In small letters: 5 to 95 % of " (sheet.draws) " joint draws of all facts, and the ends of dates, slips and probabilities. Negative: \
                 the old design is the cheaper one."
            }
        }
    }
}

fn early(row: &TimingRow, of: fn(&EarlyRow) -> CostRange) -> Markup {
    match &row.early {
        Some(early) => cost(of(early)),
        None => number(NONE),
    }
}

fn evidence(tests: &[ExposureRow]) -> Markup {
    let or_none = |v: Option<String>| v.unwrap_or_else(|| NONE.to_owned());
    let rows = html! {
        thead { tr {
            (head("Counted"))
            (unit("Watched", "port-hours"))
            (head("Failed"))
            (unit("Seen", "FIT"))
            (unit("Excluded at 90 %", "FIT"))
            (unit("5 to 95 %", "FIT"))
        } }
        tbody {
            @for row in tests {
                tr {
                    th scope="row" { (row.what) }
                    (number(&or_none(row.port_hours.map(|h| format!("{} M", sig(h / 1e6, 3))))))
                    (number(&or_none(row.failures.map(|n| sig(n, 3)))))
                    (number(&or_none(row.fit.map(|f| sig(f, 3)))))
                    (number(&sig(row.fit_below_90, 3)))
                    (number(&format!("{} to {}", sig(row.fit_interval_90[0], 3), sig(row.fit_interval_90[1], 3))))
                }
            }
        }
    };
    boxed(
        "Failures of 400G ports: what tests of co-packaged optics show against a fleet of pluggables",
        true,
        &rows,
    )
}

/// Name of a technology.
fn named<'p>(plan: &'p Plan, id: &'p str) -> &'p str {
    let mut options = plan.tiers.iter().flat_map(|t| &t.classes).flat_map(|c| &c.options);
    options.find(|o| o.technology == id).map_or(id, |o| &o.name)
}

fn buyers(sheet: &ReadinessSheet, plan: &Plan) -> Markup {
    html! {
        @for tier in &sheet.tiers { (of_tier(tier, plan)) }
        p.cap {
            "Scores: weights times marks from 0 to 1 for cost, energy, repair, vendors, standard, evidence, date and turnkey. Nobody publishes \
             weights of buyers: these are assumptions with wide ranges, and every draw takes others."
        }
    }
}

fn of_tier(tier: &BuyerTierRow, plan: &Plan) -> Markup {
    let rows = html! {
        thead { tr {
            (head("Buyer"))
            (head("First"))
            (unit("Score", "5 to 95 %"))
            (head("Next"))
            (head("Decided by"))
            (head("Flips where"))
        } }
        tbody { @for verdict in &tier.verdicts { (verdicts(verdict, plan)) } }
    };
    boxed(&format!("Buyers, {}: {}", tier.tier, tier.classes.join(", ")), false, &rows)
}

/// A kind of buyer as people call it.
fn buyer(id: &str) -> String {
    capital(&id.replace("hpc", "HPC").replace('-', " "))
}

fn verdicts(verdict: &VerdictRow, plan: &Plan) -> Markup {
    let Some((first, others)) = verdict.scores.split_first() else { return html! {} };
    let next: Vec<String> = others
        .iter()
        .take(SHOWN - 1)
        .map(|s| {
            format!(
                "{} {}, first in {}",
                named(plan, &s.technology),
                fixed(s.score, 2),
                percent(s.wins)
            )
        })
        .collect();
    let lead: Vec<&str> = verdict
        .lead
        .iter()
        .filter(|l| l.points > 0.0)
        .take(2)
        .map(|l| l.criterion.as_str())
        .collect();
    html! {
        tr {
            th scope="row" { (buyer(&verdict.buyer)) }
            td { (named(plan, &first.technology)) " " small { "in " (percent(first.wins)) " of draws" } }
            td.n { (fixed(first.score, 2)) " " small { (fixed(first.range[0], 2)) " to " (fixed(first.range[1], 2)) } }
            td { (next.join("; ")) }
            td { (lead.join(", ")) }
            td {
                @match &verdict.flip {
                    Some(flip) => {
                        (named(plan, &flip.technology)) ": " (flip.criterion) " from "
                        (fixed(100.0 * flip.from, 0)) " to " (percent(flip.to))
                        @if flip.within_range { ", within its range" }
                    }
                    None => { "no weight alone" }
                }
            }
        }
    }
}
