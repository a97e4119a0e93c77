//! When technologies can be bought in volume: a bar from 5 to 95 % of each date, with vendors and standard beside it.

use super::frame::{Anchor, Scale, dot, haloed, line, text};
use super::{Drawing, Size};
use crate::format::{NONE, fixed};
use crate::svg::c;
use lightloom_decide::plan::{MaturityRow, ReadinessSheet};
use maud::{Markup, html};

/// Left and right of the time line, top and bottom of the rows.
const TIME: [f64; 2] = [288.0, 664.0];
const TOP: f64 = 46.0;
const BOTTOM: f64 = 414.0;
/// Where columns beside it stand.
const LIKELY: f64 = 722.0;
const VENDORS: f64 = 800.0;
const STANDARD: f64 = 826.0;
/// Years before the one asked for that are drawn; what was there sooner stands at the edge with its year.
const BEFORE: f64 = 3.0;

/// Bars from 5 to 95 % of the date at which each technology comes in volume in each tier, a dot at 50 %, a line at the end of the
/// year in which it is to be bought; beside it the probability by then, vendors and standard. Colours are those of the families.
#[must_use]
pub fn readiness_timeline(sheet: &ReadinessSheet) -> Drawing {
    Drawing {
        id: "readiness-timeline",
        title: title(sheet),
        subject: format!("First year of volume; {}", sheet.scenario),
        description: description(sheet),
        size: Size::Slide,
        body: body(sheet),
    }
}

fn title(sheet: &ReadinessSheet) -> String {
    let open = |r: &&MaturityRow| (0.05..=0.95).contains(&r.probability_by_year);
    let count = sheet.technologies.iter().filter(open).count();
    let later = sheet.technologies.iter().filter(|r| r.probability_by_year < 0.05).count();
    let ready = sheet.technologies.len() - count - later;
    format!("By {}, {ready} are surely in volume, {count} perhaps, {later} hardly", sheet.year)
}

fn description(sheet: &ReadinessSheet) -> String {
    let row = |r: &MaturityRow| {
        let [early, middle, late] = r.year_5_50_95.map(|y| year(y, 1));
        format!(
            "{}: {early}, {middle}, {late}; {} by {}; {} vendors; {}.",
            named(r),
            percent(r.probability_by_year),
            sheet.year,
            vendors(r),
            r.standard
        )
    };
    let rows: Vec<String> = sheet.technologies.iter().map(row).collect();
    format!("First year of volume at 5, 50 and 95 %. {}", rows.join(" "))
}

/// A calendar year, which has no thousands.
fn year(y: f64, decimals: usize) -> String {
    if y.is_finite() { format!("{y:.decimals$}") } else { NONE.to_owned() }
}

fn percent(share: f64) -> String {
    format!("{}\u{a0}%", fixed(100.0 * share, 0))
}

fn named(row: &MaturityRow) -> String {
    if row.tier == "both" { row.name.clone() } else { format!("{}, {}", row.name, row.tier) }
}

fn vendors(row: &MaturityRow) -> String {
    let [low, _, high] = row.vendors;
    let [low_text, text, high_text] = row.vendors.map(|n| fixed(n, 0));
    if low < high { format!("{text} ({low_text}–{high_text})") } else { text }
}

/// The family's class of colour.
fn family(row: &MaturityRow) -> &'static str {
    match row.family.as_str() {
        "copper" => "copper",
        "pluggable" => "plug",
        "near-package" => "near",
        _ => "co",
    }
}

fn body(sheet: &ReadinessSheet) -> Markup {
    let rows = &sheet.technologies;
    let bought = f64::from(sheet.year);
    let latest =
        rows.iter().map(|r| r.year_5_50_95[2]).fold(bought + 1.0, f64::max).min(bought + 40.0);
    let x = Scale::new([bought - BEFORE, libm::ceil(latest)], TIME);
    let pitch = ((BOTTOM - TOP) / rows.len().max(1) as f64).min(34.0);
    let bottom = TOP + pitch * rows.len() as f64;
    let years: Vec<f64> = {
        let first = libm::ceil(x.from);
        (0..60).map(|n| first + f64::from(n)).take_while(|y| *y <= x.to).collect()
    };
    let every = if years.len() > 10 { 2 } else { 1 };
    let end = x.at(bought + 0.5);
    html! {
        (text("d-tick", LIKELY, TOP - 14.0, Anchor::End, &format!("by {}", sheet.year)))
        (text("d-tick", VENDORS, TOP - 14.0, Anchor::End, "vendors"))
        (text("d-tick", STANDARD, TOP - 14.0, Anchor::Start, "standard"))
        @for (i, year) in years.iter().enumerate() {
            (line("d-grid", [x.at(*year), TOP], [x.at(*year), bottom]))
            @if i % every == 0 {
                (text("d-tick", x.at(*year), bottom + 20.0, Anchor::Middle, &format!("{year:.0}")))
            }
        }
        (line("d-mark-line", [end, TOP - 8.0], [end, bottom]))
        (text("d-strong", end, TOP - 14.0, Anchor::Middle, &format!("bought in {}", sheet.year)))
        @for (i, row) in rows.iter().enumerate() {
            (entry(row, &x, TOP + pitch * (i as f64 + 0.5)))
        }
    }
}

fn entry(row: &MaturityRow, x: &Scale, y: f64) -> Markup {
    let [early, middle, late] = row.year_5_50_95;
    let colour = family(row);
    let left = x.at(early);
    let width = (x.at(late) - left).max(3.0);
    html! {
        (text("d-cell", TIME[0] - 14.0, y + 4.5, Anchor::End, &named(row)))
        @if late <= x.from {
            (haloed("d-soft", TIME[0] + 6.0, y + 4.5, Anchor::Start, &format!("since {}", year(middle, 0))))
        } @else {
            rect class={ "d-" (colour) "-bar" } x=(c(left)) y=(c(y - 4.5)) width=(c(width)) height="9" rx="2" {}
            @if x.holds(middle) { (dot(&format!("d-point-{colour}"), x.at(middle), y, 5.0)) }
        }
        (text("d-cell", LIKELY, y + 4.5, Anchor::End, &percent(row.probability_by_year)))
        (text("d-cell", VENDORS, y + 4.5, Anchor::End, &vendors(row)))
        (text("d-cell", STANDARD, y + 4.5, Anchor::Start, &row.standard))
    }
}
