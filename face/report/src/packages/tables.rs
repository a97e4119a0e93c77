//! The folded tables of a technology: light, steps of making, limits of space, temperatures, failures; and its lane in full.

use crate::drawing::{Size, cross_section};
use crate::format::{NONE, fixed, gbps, hours, sig, usd, watts};
use crate::svg::percent;
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{
    HeatRow, LaserRow, LightBudgetRow, ServiceRow, Sheet, SpaceRow, StretchReceiverRow,
};
use maud::{Markup, PreEscaped, html};

/// All of them.
pub(super) fn part(sheet: &Sheet, id: &str) -> Markup {
    html! {
        @if let Some(row) = &sheet.light {
            details {
                summary { "Light, from laser to photodiode" }
                (light(row))
                @if let Some(lasers) = &sheet.lasers { (laser_words(lasers, sheet.asked.box_tbps)) }
            }
        }
        details {
            summary { "The lane, stretch by stretch" }
            @for (end, row) in sheet.cross_sections.iter().enumerate() {
                div.pan tabindex="0" role="region" aria-label="Stretches of the lane" {
                    (PreEscaped(cross_section(row, Size::Slide).inline(&format!("{id}-{end}-full"))))
                }
            }
            (receivers(&sheet.link.receivers))
        }
        @if let Some(row) = &sheet.making {
            details { summary { "How a unit is made, step by step" } (super::making::steps(row)) }
        }
        details {
            summary { "Space, heat and repair" }
            (space(&sheet.space))
            (heat(&sheet.heat))
            (service(&sheet.service))
        }
    }
}

/// A waterfall: what each stretch takes, on one axis from the laser's power down.
fn light(row: &LightBudgetRow) -> Markup {
    let lowest = row.stages.iter().map(|s| s.after_dbm).fold(row.laser_dbm, f64::min);
    let first = row.stages.first().map_or(row.laser_dbm, |s| s.after_dbm + s.loss_db);
    let most = first - lowest;
    boxed(
        "Mean power of a lane behind each stretch",
        false,
        &html! {
            thead { tr { (head("Stretch")) (unit("Takes", "dB")) (unit("Behind it", "dBm")) th.fall scope="col" {} } }
            tbody {
                @for stage in &row.stages {
                    @let from = first - (stage.after_dbm + stage.loss_db);
                    tr {
                        th scope="row" { (stage.name) }
                        (number(&fixed(stage.loss_db, 2)))
                        (number(&fixed(stage.after_dbm, 1)))
                        td.fall {
                            @if most > 0.0 {
                                span style={ "margin-left:" (percent(from.max(0.0), most)) ";width:" (percent(stage.loss_db.max(0.0), most)) } {}
                            }
                        }
                    }
                }
                tr.sum {
                    th scope="row" { "Sum" }
                    (number(&fixed(row.loss_db, 2)))
                    (number(""))
                    td { "amplitude " (fixed(row.launched_oma_dbm, 1)) " launched, " (fixed(row.received_oma_dbm, 1)) "\u{a0}dBm received" }
                }
            }
        },
    )
}

fn laser_words(row: &LaserRow, box_tbps: f64) -> Markup {
    html! {
        p.cap {
            "A laser feeds " (sig(row.lanes_per_laser, 3)) " lanes; a box of " (gbps(box_tbps * 1e3)) " has " (sig(row.of_box, 4)) " lasers"
            @if let Some(modules) = row.modules_of_box { " in " (sig(modules, 3)) " modules" }
            ", " (sig(row.fit, 3)) "\u{a0}FIT each. The probability that after five years without repair all still shine is "
            (sig(row.lit_percent, 3)) "\u{a0}%, with spares " (sig(row.lit_with_spares_percent, 3)) "\u{a0}%."
        }
    }
}

fn receivers(rows: &[StretchReceiverRow]) -> Markup {
    boxed(
        "Receivers, one for each stretch between two points of decision",
        false,
        &html! {
            thead { tr { (head("Stretch")) (unit("Copper", "dB")) (head("Receiver")) (unit("Transceiver", "pJ/bit")) (unit("Margin", "dB")) } }
            tbody {
                @for r in rows {
                    tr {
                        th scope="row" { (r.stretch) }
                        (number(&fixed(r.loss_db, 1)))
                        td { (r.class.as_deref().unwrap_or("none closes")) }
                        (number(&r.pj_per_bit.map_or_else(|| NONE.to_owned(), |x| fixed(x, 2))))
                        (number(&r.margin_db.map_or_else(|| NONE.to_owned(), |x| fixed(x, 2))))
                    }
                }
            }
        },
    )
}

/// How far each limit lets a package go.
fn space(row: &SpaceRow) -> Markup {
    let most =
        row.limits_tbps.iter().map(|p| p.value).filter(|v| v.is_finite()).fold(0.0, f64::max);
    boxed(
        &format!("Most payload of a package of {}\u{a0}mm, one direction", sig(row.side_mm, 3)),
        false,
        &html! {
            thead { tr { (head("Limit")) (unit("Allows", "Tb/s")) th.fall scope="col" {} } }
            tbody {
                @for limit in &row.limits_tbps {
                    @let binds = limit.value <= row.largest_tbps * (1.0 + 1e-9);
                    tr class=[binds.then_some("binds")] {
                        th scope="row" { (limit.name) @if binds { small { "binds" } } }
                        (number(&sig(limit.value, 3)))
                        td.fall { @if most > 0.0 { span style={ "width:" (percent(limit.value, most)) } {} } }
                    }
                }
            }
        },
    )
}

fn heat(rows: &[HeatRow]) -> Markup {
    html! {
        @if let Some(first) = rows.first() {
            (boxed(
                &format!("Temperatures of a package of {}", gbps(first.tbps * 1e3)),
                false,
                &html! {
                    thead {
                        tr {
                            (head("Cooling")) (unit("Inlet", "°C")) (unit("Heat", ""))
                            @for part in &first.parts_c { (unit(&part.name, "°C")) }
                            (head("Nearest to its limit")) (unit("Left", "K")) (unit("At its limit", ""))
                            (unit("Flux", "W/cm²"))
                        }
                    }
                    tbody {
                        @for row in rows {
                            tr class=[row.own.then_some("taken")] {
                                th scope="row" { (row.cooling) @if row.own { small { "as it is made" } } }
                                (number(&fixed(row.inlet_c, 0)))
                                (number(&watts(row.power_w)))
                                @for part in &first.parts_c {
                                    @let same = row.parts_c.iter().find(|p| p.name == part.name);
                                    (number(&same.map_or_else(|| NONE.to_owned(), |p| fixed(p.value, 0))))
                                }
                                td { (row.tightest) }
                                (number(&fixed(row.left_k, 0)))
                                td.n { (gbps(row.most_tbps * 1e3)) small { (row.most_by) } }
                                (number(&sig(row.flux_w_per_cm2, 3)))
                            }
                        }
                    }
                },
            ))
        }
    }
}

fn service(rows: &[ServiceRow]) -> Markup {
    boxed(
        "What fails, and what is then done",
        false,
        &html! {
            thead {
                tr {
                    (head("Fails")) (unit("Rate", "FIT/port")) (head("Replaced"))
                    (unit("Stopped by fault", "ports")) (unit("", "accelerators")) (unit("Until repair", ""))
                    (unit("Stopped by repair", "ports")) (unit("", "accelerators")) (unit("Hands-on", "")) (unit("Tests", ""))
                    (unit("Spare", ""))
                    (unit("Lost", "port-h a year, 1,000 ports"))
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.part) }
                        (number(&sig(row.fit, 3)))
                        td { (row.unit) small { @if row.box_runs { "box runs on" } @else { "box stops" } } }
                        (number(&sig(row.ports_faulty, 3)))
                        (number(&sig(row.accelerators_faulty, 3)))
                        (number(&hours(row.wait_h)))
                        (number(&sig(row.ports_in_repair, 3)))
                        (number(&sig(row.accelerators_in_repair, 3)))
                        (number(&hours(row.hands_on_h)))
                        (number(&hours(row.requalify_h)))
                        (number(&row.spare_usd.map_or_else(|| NONE.to_owned(), usd)))
                        (number(&sig(row.port_hours, 2)))
                    }
                }
            }
        },
    )
}
