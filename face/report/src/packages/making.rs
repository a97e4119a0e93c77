//! How the units of the technologies are made: beside each other, in a sentence, and step by step.

use crate::colour::technology;
use crate::format::{NONE, fixed, gbps, sig, usd};
use crate::svg::percent;
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{MakingRow, PackageYieldRow, Sheet, StepRow};
use maud::{Markup, html};

/// Share of the sum below which steps are told together.
const SMALL: f64 = 0.02;

/// The technologies that are made, one row each.
pub(super) fn beside(sheets: &[Sheet]) -> Markup {
    let made: Vec<(&Sheet, &MakingRow)> =
        sheets.iter().filter_map(|s| Some((s, s.making.as_ref()?))).collect();
    html! {
        @if !made.is_empty() {
            (boxed(
                "What a good module or engine costs to make, and where its yield is lost",
                true,
                &html! {
                    thead {
                        tr {
                            (head("Technology")) (unit("Unit", "")) (unit("Cost", "per Gb/s")) (head("Dearest step"))
                            (head("Dearest loss of yield")) (unit("Pass at once", "%")) (unit("Errors ×2", "cost"))
                            (unit("Box good", "%; with spares"))
                        }
                    }
                    tbody {
                        @for (sheet, row) in made {
                            tr {
                                th scope="row" { (technology(&sheet.family, &sheet.name)) }
                                (number(&gbps(row.unit_gbps)))
                                td.n { (usd(row.cost_usd)) small { (each(row)) } }
                                td { (row.dominant) }
                                td { (row.dominant_loss.as_deref().unwrap_or(NONE)) }
                                (number(&fixed(row.first_pass_percent, 1)))
                                (number(&doubled(row)))
                                td.n { (of_box(row.of_box(false))) small { (of_box(row.of_box(true))) } }
                            }
                        }
                    }
                },
            ))
            p.cap {
                "Cost: the steps at the level of a unit whose cost is published. Errors ×2: what the steps cost when every error of "
                "alignment is twice as large. Box good: all units of a switch work at the last test; below, as many as it needs, spares built in."
            }
        }
    }
}

/// What doubled errors of alignment make of the cost.
fn doubled(row: &MakingRow) -> String {
    row.doubled_errors().map_or_else(|| "none good".to_owned(), |x| format!("×{}", fixed(x, 1)))
}

/// Cost of a gigabit per second.
fn each(row: &MakingRow) -> String {
    dollars(row.usd_per_gbps)
}

/// Dollars to the cent, as far as a cent matters; a dash for less than one.
fn dollars(x: f64) -> String {
    match x {
        x if x < 0.005 => NONE.to_owned(),
        x if x < 99.995 => format!("${}", fixed(x, 2)),
        _ => usd(x),
    }
}

fn of_box(row: Option<&PackageYieldRow>) -> String {
    row.map_or_else(|| NONE.to_owned(), |p| fixed(p.percent, 1))
}

/// The same in a sentence.
pub(super) fn words(row: &MakingRow) -> String {
    let loss = row.dominant_loss.as_ref().filter(|lost| **lost != row.dominant);
    let loss = loss.map_or_else(String::new, |lost| format!(", yield is lost most by {lost}"));
    let errors = match row.doubled_errors() {
        Some(x) => {
            format!("twice the errors of alignment make the steps {} times as dear", fixed(x, 1))
        }
        None => "with twice the errors of alignment next to none is good".to_owned(),
    };
    format!(
        "A good unit of {} costs {}, {} for each Gb/s, and {} its buyer. {}\u{a0}% pass at once; the dearest step is {}{loss}; {errors}.",
        gbps(row.unit_gbps),
        usd(row.cost_usd),
        each(row),
        usd(row.price_usd),
        fixed(row.first_pass_percent, 1),
        row.dominant
    )
}

/// The steps of a flow with what each costs and what its loss of yield adds; small ones together.
pub(super) fn steps(row: &MakingRow) -> Markup {
    let sum = |s: &StepRow| s.cost_usd + s.loss_usd;
    let (large, small): (Vec<&StepRow>, Vec<&StepRow>) =
        row.steps.iter().filter(|s| sum(s) > 0.0).partition(|s| sum(s) >= SMALL * row.steps_usd);
    let most = large.iter().map(|s| sum(s)).fold(0.0, f64::max);
    html! {
        (boxed(
            &format!("{} of {}, for each good unit", row.process, gbps(row.unit_gbps)),
            false,
            &html! {
                thead {
                    tr {
                        (head("Step")) (unit("Material and work", "")) (unit("Lost yield", "")) (unit("Yield", "%"))
                        th.fall scope="col" {}
                    }
                }
                tbody {
                    @for step in &large {
                        tr {
                            th scope="row" { (step.name) }
                            (number(&dollars(step.cost_usd)))
                            (number(&dollars(step.loss_usd)))
                            (number(&fixed(step.yield_percent, 1)))
                            td.fall.made {
                                @if most > 0.0 {
                                    span style={ "width:" (percent(step.cost_usd, most)) } {}
                                    @if step.loss_usd > 0.005 {
                                        span.lost style={ "width:" (percent(step.loss_usd, most)) } {}
                                    }
                                }
                            }
                        }
                    }
                    @if !small.is_empty() {
                        tr {
                            th scope="row" { (small.len()) " smaller" }
                            (number(&dollars(small.iter().map(|s| s.cost_usd).sum())))
                            (number(&dollars(small.iter().map(|s| s.loss_usd).sum())))
                            (number(&fixed(small.iter().map(|s| s.yield_percent / 100.0).product::<f64>() * 100.0, 1)))
                            td {}
                        }
                    }
                    tr.sum {
                        th scope="row" { "Steps" }
                        (number(&dollars(row.steps.iter().map(|s| s.cost_usd).sum())))
                        (number(&dollars(row.steps.iter().map(|s| s.loss_usd).sum())))
                        (number(&fixed(row.first_pass_percent, 1)))
                        td { (usd(row.steps_usd)) ", sold at " (sig(row.level, 2)) " times that" }
                    }
                }
            },
        ))
        p.cap {
            "Grey: material and work; red: what lost yield adds. "
            (fixed(row.through_percent, 1)) "\u{a0}% are shipped, repaired ones included; "
            (sig(row.escaped_percent, 2)) "\u{a0}% of those are bad nevertheless. "
            (sig(row.fibres, 4)) " joints of fibre and chip, " (row.joints.alignment) " alignment, lose "
            (fixed(row.joints.mean_db, 2)) "\u{a0}dB on average beyond perfect ones and " (fixed(row.joints.p99_db, 2))
            "\u{a0}dB one in a hundred; " (fixed(row.joints.engine_percent, 1)) "\u{a0}% of units have no bad joint."
        }
    }
}
