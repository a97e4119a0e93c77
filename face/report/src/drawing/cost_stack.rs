//! Cost over the years by strategy: what the network adds, part by part, with the range of the difference.

use super::frame::{Anchor, Scale, line, strategy_name, text};
use super::{Drawing, Size};
use crate::colour::label;
use crate::format::{sig, usd};
use crate::svg::{c, ticks};
use lightloom_decide::plan::{CostSheet, StrategyMoney};
use maud::{Markup, html};

const LEFT: f64 = 214.0;
const RIGHT: f64 = 850.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 396.0;

/// The parts of a network's cost over the years, in the order of the bar: name and class of colour.
const PARTS: [(&str, &str); 6] = [
    ("bought", "d-part-0"),
    ("building and plant", "d-part-1"),
    ("energy and cooling", "d-part-2"),
    ("service contracts", "d-part-3"),
    ("parts and work", "d-part-4"),
    ("lost hours", "d-part-5"),
];

/// The network's cost over the years under each strategy, by part; a whisker from 5 to 95 % of the samples.
#[must_use]
pub fn cost_stack(sheet: &CostSheet) -> Drawing {
    let words: Vec<String> = sheet
        .strategies
        .iter()
        .map(|s| {
            let r = &s.network_total_usd;
            format!("{}: {} ({} to {})", s.name, usd(r.central), usd(r.low), usd(r.high))
        })
        .collect();
    Drawing {
        id: "cost-stack",
        title: title(sheet),
        subject: format!(
            "{}: the network over {} years, 5 to 95 % of {} samples of {} facts of money",
            sheet.scenario,
            sig(sheet.years, 2),
            sheet.samples,
            sheet.facts_moved
        ),
        description: format!("{}.", words.join("; ")),
        size: Size::Slide,
        body: body(sheet),
    }
}

fn title(sheet: &CostSheet) -> String {
    let Some(cpo) = sheet.against_baseline.iter().find(|r| r.id == "cpo-switch") else {
        return "What the network costs over the years".to_owned();
    };
    format!(
        "CPO at the switch is cheaper to buy in {:.0} % of the samples, over the years in {:.0} %",
        100.0 * cpo.cheaper_to_buy,
        100.0 * cpo.cheaper_over_life
    )
}

/// Amounts of the parts over the years.
fn parts(sheet: &CostSheet, s: &StrategyMoney) -> [f64; 6] {
    let y = &s.network_yearly;
    let over = |yearly: f64| yearly * sheet.years;
    let known =
        over(y.energy_it + y.energy_cooling + y.maintenance + y.spares + y.labour + y.downtime);
    let bought = s.bill_total.central;
    [
        bought,
        (s.network_total_usd.central - known - bought).max(0.0),
        over(y.energy_it + y.energy_cooling),
        over(y.maintenance),
        over(y.spares + y.labour),
        over(y.downtime),
    ]
}

fn body(sheet: &CostSheet) -> Markup {
    let most = sheet.strategies.iter().map(|s| s.network_total_usd.high).fold(1.0, f64::max);
    let x = Scale::new([0.0, most * 1.02], [LEFT, RIGHT]);
    let pitch = (BOTTOM - TOP) / sheet.strategies.len().max(1) as f64;
    let bar = pitch * 0.46;
    html! {
        @for tick in ticks(most, 6.0) {
            (line("d-grid", [x.at(tick), TOP - 8.0], [x.at(tick), BOTTOM]))
            (text("d-tick", x.at(tick), BOTTOM + 20.0, Anchor::Middle, &usd(tick)))
        }
        (legend())
        @for (i, s) in sheet.strategies.iter().enumerate() {
            @let y = TOP + pitch * (i as f64 + 0.5);
            @let amounts = parts(sheet, s);
            (strategy_name(&s.id, LEFT - 12.0, y - 1.0, &label(&s.id)))
            (text("d-small", LEFT - 30.0, y + 16.0, Anchor::End, &usd(s.network_total_usd.central)))
            @for (k, amount) in amounts.iter().enumerate() {
                @let from: f64 = amounts[..k].iter().sum();
                rect class=(PARTS[k].1) x=(c(x.at(from))) y=(c(y - bar / 2.0))
                    width=(c((x.at(from + amount) - x.at(from)).max(0.0))) height=(c(bar)) {}
            }
            @let r = &s.network_total_usd;
            @let w = y + bar / 2.0 + 6.0;
            (line("d-dimension", [x.at(r.low), w], [x.at(r.high), w]))
            (line("d-dimension", [x.at(r.low), w - 4.0], [x.at(r.low), w + 4.0]))
            (line("d-dimension", [x.at(r.high), w - 4.0], [x.at(r.high), w + 4.0]))
            circle class="d-ink-dot" cx=(c(x.at(r.median))) cy=(c(w)) r="4.5" {}
        }
        (text("d-tick", f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0, Anchor::Middle,
            "the network over the years; bars at the catalog's own values, below them 5, 50 and 95 % of the samples"))
    }
}

fn legend() -> Markup {
    html! {
        @for ((name, class), x) in PARTS.iter().zip([40.0, 120.0, 278.0, 440.0, 594.0, 726.0]) {
            rect class=(class) x=(c(x)) y="10" width="12" height="12" {}
            (text("d-small", x + 18.0, 20.0, Anchor::Start, name))
        }
    }
}
