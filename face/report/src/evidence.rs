//! What the answer rests on: the facts that move it most, and all of them with their sources.

use crate::figure::{figure, section as frame};
use crate::format::{count, ends, prose, sig};
use crate::svg::{percent, step};
use crate::table::{head, noted, of_kind, source, unit};
use lightloom_decide::plan::{EvidenceRow, Plan};
use maud::{Markup, html};

/// Facts in the tornado.
const TORNADO: usize = 14;

/// Facts in the table before the script folds it.
const SHOWN: usize = 30;

/// Facts in the table.
const MOST: usize = 260;

/// A saving that moves by less, in percent, does not move.
const STILL: f64 = 1e-9;

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let rows = &plan.evidence;
    let nominal = nominal(rows);
    let moving = moving(rows, nominal);
    let flips = rows.iter().filter(|r| r.flips).count();
    let weak = rows.iter().filter(|r| r.weak).count();
    frame(
        "evidence",
        "What the answer rests on",
        "Every number of the world that the answer rests on, how it is known, and how far the answer moves with it.",
        &html! {
            p.counts {
                strong { (count(rows.len() as u64)) } " facts; "
                strong { (count(moving.len() as u64)) } " move the saving, "
                strong { (count(flips as u64)) } " " (flip_mark()) " change a choice within their range, "
                strong { (count(weak as u64)) } " " (weak_mark()) " are claimed or assumed and among those that move it most."
            }
            (kinds(rows))
            @if !moving.is_empty() {
                (figure(
                    "The facts that move the saving most",
                    "Saving of the recommended mix over the years, in percent of the baseline's network cost, with one fact at a time at an end of its range. Outlined: its low end. Solid: its high end.",
                    &tornado(&moving, nominal),
                ))
            }
            @if !rows.is_empty() { (table(rows, nominal)) }
        },
    )
}

/// The saving with every fact at its nominal value: that of the facts that do not move it.
fn nominal(rows: &[EvidenceRow]) -> Option<f64> {
    let still = |r: &&EvidenceRow| (r.saving_percent[0] - r.saving_percent[1]).abs() <= STILL;
    let mut savings: Vec<f64> = rows.iter().filter(still).map(|r| r.saving_percent[0]).collect();
    savings.sort_by(f64::total_cmp);
    savings.get(savings.len() / 2).copied()
}

/// How far the saving moves between the ends of the fact's range and its nominal value.
fn swing(row: &EvidenceRow, nominal: Option<f64>) -> f64 {
    let savings = || row.saving_percent.into_iter().chain(nominal);
    if !savings().all(f64::is_finite) {
        return 0.0;
    }
    savings().fold(f64::MIN, f64::max) - savings().fold(f64::MAX, f64::min)
}

/// Facts that move the saving, those that move it most first.
fn moving(rows: &[EvidenceRow], nominal: Option<f64>) -> Vec<&EvidenceRow> {
    let mut out: Vec<&EvidenceRow> = rows.iter().filter(|r| swing(r, nominal) > STILL).collect();
    out.sort_by(|a, b| swing(b, nominal).total_cmp(&swing(a, nominal)));
    out
}

fn range(row: &EvidenceRow) -> String {
    ends(&row.fact.range)
}

/// The project's own assumptions, of which there are many: the heading says whose they are.
fn whose(r: &EvidenceRow) -> Markup {
    let own =
        r.fact.source.title.starts_with("Lightloom") && !r.fact.source.url.starts_with("http");
    html! { @if own { "own" } @else { (source(&r.fact.source.title, &r.fact.source.url)) } }
}

fn flip_mark() -> Markup {
    html! { span.flip { "◆ flips" } }
}

fn weak_mark() -> Markup {
    html! { span.weak { "▲ weak" } }
}

/// How a fact is known.
fn kind(name: &str) -> Markup {
    html! { span class={ "kind " (kind_class(name)) } { (name) } }
}

/// Its class.
fn kind_class(name: &str) -> &'static str {
    match name {
        "measured" => "measured",
        "spec" => "spec",
        "model" => "model",
        "claimed" => "claimed",
        _ => "assumed",
    }
}

fn kinds(rows: &[EvidenceRow]) -> Markup {
    let order = ["measured", "spec", "model", "claimed", "assumed"];
    html! {
        ul.kinds aria-label="Facts by kind" {
            @for name in order {
                @let n = rows.iter().filter(|r| r.fact.kind == name).count();
                @if n > 0 {
                    li style=(format!("--n:{n}")) { (kind(name)) " " (n) }
                }
            }
        }
    }
}

fn tornado(moving: &[&EvidenceRow], middle: Option<f64>) -> Markup {
    let shown = &moving[..moving.len().min(TORNADO)];
    let ends = shown.iter().flat_map(|r| r.saving_percent).chain(middle);
    let (least, most) = ends
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), x| (l.min(x), m.max(x)));
    let step = step((most - least) / 5.0);
    let low = libm::floor(least / step) * step;
    let high = libm::ceil(most / step) * step;
    let at = |x: f64| (x - low) / (high - low);
    let ticks = ((high - low) / step + 0.5) as u32;
    // Ends of a bar, each from the nominal saving where that is known.
    let halves = |r: &EvidenceRow| {
        let [a, b] = r.saving_percent.map(at);
        let m = middle.map_or(f64::midpoint(a, b), at);
        [(a.min(m), (a - m).abs(), "low"), (b.min(m), (b - m).abs(), "high")]
    };
    html! {
        ol.tornado style={ "--grid-step:" (percent(step, high - low)) ";--nominal:" (percent(middle.map_or(0.0, at), 1.0)) } {
            @for r in shown {
                li {
                    span.name {
                        (prose(&r.fact.about))
                        small { (kind(&r.fact.kind)) " " (prose(&range(r))) @if r.flips { " " (flip_mark()) } @if r.weak { " " (weak_mark()) } }
                    }
                    span.track.known[middle.is_some()] aria-hidden="true" {
                        @for (left, width, class) in halves(r) {
                            span class=(class) style={ "left:" (percent(left, 1.0)) ";width:" (percent(width, 1.0)) } {}
                        }
                    }
                    span.total { (points(r.saving_percent[0])) " to " (points(r.saving_percent[1])) }
                }
            }
            li.axis aria-hidden="true" {
                span.name {}
                span.ticks {
                    @for i in 0..=ticks {
                        @let tick = low + f64::from(i) * step;
                        span style={ "left:" (percent(at(tick), 1.0)) } { (points(tick)) }
                    }
                }
                span.total {}
            }
        }
        @if let Some(m) = middle { p.cap { "Vertical line: saving with every fact at its value, " (points(m)) "." } }
    }
}

/// A saving.
fn points(x: f64) -> String {
    format!("{}\u{a0}%", if x.abs() < 1e-9 { "0".to_owned() } else { sig(x, 3) })
}

fn table(rows: &[EvidenceRow], nominal: Option<f64>) -> Markup {
    let shown = &rows[..rows.len().min(MOST)];
    html! {
        div.fold data-rows=(SHOWN) data-what="facts" {
            (of_kind("evidence", "Facts, those that move the answer most first", &html! {
                thead { tr {
                    (head("Fact")) (unit("Value", "")) (unit("Range", "")) (head("Kind")) (noted("Source", "own: assumed by Lightloom"))
                    (unit("Saving moves by", "points")) (head("Marks"))
                } }
                tbody { @for r in shown { (row(r, nominal)) } }
            }))
        }
        @if shown.len() < rows.len() {
            p.cap { "The first " (count(shown.len() as u64)) " of " (count(rows.len() as u64)) " facts; all are in the plan's JSON." }
        }
    }
}

fn row(r: &EvidenceRow, nominal: Option<f64>) -> Markup {
    let (fact, moves) = (&r.fact, swing(r, nominal));
    html! {
        tr class=[r.weak.then_some("is-weak")] {
            th scope="row" { (prose(&fact.about)) code { (fact.id) } }
            td { (prose(&fact.value)) }
            td { (prose(&range(r))) }
            td class=(kind_class(&fact.kind)) { (fact.kind) }
            td { (whose(r)) }
            td { @if moves > STILL { (sig(moves, 2)) } @else { "0" } }
            td { @if r.flips { (flip_mark()) " " } @if r.weak { (weak_mark()) } }
        }
    }
}
