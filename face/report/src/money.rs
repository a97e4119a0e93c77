//! Money: what strategies cost with ranges, who wins by premium and electricity, owned against rented.

use crate::colour::{label, strategy_name};
use crate::drawing::{cost_stack, winner_map};
use crate::figure::section as frame;
use crate::format::{NONE, fixed, share, sig, usd};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{AgainstRow, CostSheet, MoneyPlan, OwnershipStudy, Plan, RangeRow};
use maud::{Markup, PreEscaped, html};

pub(crate) fn section(plan: &Plan) -> Markup {
    frame(
        "money",
        "What each strategy costs",
        "What each strategy costs to buy and over the years, with the ranges of prices and rates, and where the choice flips.",
        &html! {
            @match &plan.money {
                Some(money) => (drawn(money, &plan.scenario.name)),
                None => p.none { "The plan holds no ranges of money." }
            }
        },
    )
}

fn drawn(money: &MoneyPlan, scenario: &str) -> Markup {
    let sheet = &money.cost;
    let stack = cost_stack(sheet);
    html! {
        figure {
            figcaption {
                strong { (stack.title()) }
                span {
                    "The network over " (sig(sheet.years, 2)) " years: bars at the catalog's own values, below them the range over "
                    (sheet.samples) " samples of " (sheet.facts_moved)
                    " facts of money, the same for all strategies. Ranges are skewed upwards where published prices are. "
                    @for warning in &sheet.warnings { "Check: " (warning) ". " }
                }
            }
            div.pan tabindex="0" role="region" aria-label="Cost over the years by strategy" {
                (PreEscaped(stack.inline("money")))
            }
            details {
                summary { "Each strategy against the baseline, and what follows" }
                div.tight { (boxed("Strategies against the baseline", true, &against(sheet))) }
                ul { @for finding in &sheet.findings { li { (finding) } } }
            }
        }
        @if let Some(map) = &money.map {
            @let drawing = winner_map(map, scenario);
            figure {
                figcaption {
                    strong { (drawing.title()) }
                    span {
                        "The cheapest strategy at present value, by the price of co-packaged optics over that of retimed pluggables on the same links, and by the price of electricity. The dot is this plan. Dates are left out: what wins may not be on sale yet."
                    }
                }
                div.pan tabindex="0" role="region" aria-label="Winner by premium and electricity" {
                    (PreEscaped(drawing.inline("money")))
                }
            }
        }
        @if let Some(study) = &sheet.ownership { (owned(study)) }
    }
}

fn ends(row: &RangeRow) -> String {
    format!("{} to {}", usd(row.low), usd(row.high))
}

fn percents(row: Option<&RangeRow>, middle: fn(&RangeRow) -> f64) -> String {
    row.map_or_else(
        || NONE.to_owned(),
        |r| {
            let of = |v: f64| fixed(100.0 * v, 0);
            format!("{} ({} to {})", of(middle(r)), of(r.low), of(r.high))
        },
    )
}

fn against(sheet: &CostSheet) -> Markup {
    html! {
        thead {
            tr {
                (head("Strategy"))
                (unit("More to buy", "USD, 5 to 95 %"))
                (unit("Saved over the years", "USD, 5 to 95 %"))
                (unit("Cheaper to buy", "of samples"))
                (unit("Cheaper over the years", "of samples"))
                (unit("Price over retimed", "%"))
                (unit("Pays below", "%, half of samples"))
            }
        }
        tbody { @for row in &sheet.against_baseline { (against_row(row)) } }
    }
}

fn against_row(row: &AgainstRow) -> Markup {
    html! {
        tr {
            th scope="row" { (strategy_name(&row.id, &label(&row.id))) }
            (number(&ends(&row.network_price_usd)))
            (number(&ends(&row.saved_usd)))
            (number(&share(row.cheaper_to_buy)))
            (number(&share(row.cheaper_over_life)))
            (number(&percents(row.premium.as_ref(), |r| r.central)))
            (number(&percents(row.break_even_premium.as_ref(), |r| r.median)))
        }
    }
}

fn owned(study: &OwnershipStudy) -> Markup {
    let hours = |r: &RangeRow| {
        format!("{} ({} to {})", fixed(r.central, 2), fixed(r.low, 2), fixed(r.high, 2))
    };
    html! {
        details {
            summary { "One accelerator owned against rented, by the years that it is kept" }
            p {
                "Rent: " (study.rent) ". Hardware " (usd(study.hardware_usd)) " each; used "
                (share(study.utilisation)) " of the hours in which it is up; sold at the end."
            }
            div.tight {
                (boxed("Owned against rented", true, &html! {
                    thead {
                        tr {
                            (head("Years"))
                            (unit("Owned", "USD/h used"))
                            (unit("Rented", "USD/h"))
                            (unit("Owning pays from", "% use"))
                            (unit("Owning cheaper at 30, 50, 70, 90 % use", "of samples"))
                        }
                    }
                    tbody {
                        @for kept in &study.kept {
                            tr {
                                th scope="row" { (sig(kept.years, 2)) }
                                (number(&hours(&kept.owned_usd_per_h)))
                                (number(&hours(&kept.rented_usd_per_h)))
                                (number(&percents(Some(&kept.break_even_use), |r| r.central)))
                                (number(&kept.owning_cheaper_at.map(share).join(", ")))
                            }
                        }
                    }
                }))
            }
        }
    }
}
