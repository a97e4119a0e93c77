//! What the size of the scale-up domain gives a model: throughput at several speeds, energy of a token by wiring.

use super::frame::{Anchor, Place, Scale, clearest, dot, haloed, line, rules, text, through};
use super::{Drawing, Size};
use crate::format::sig;
use crate::svg::{c, spread, ticks};
use lightloom_decide::plan::{BuiltDomain, MediumCurve, ServedPoint, WorldSizeStudy};
use maud::{Markup, html};

/// Left and right of the two plots, top and bottom of both.
const RATES: [f64; 2] = [66.0, 500.0];
const ENERGIES: [f64; 2] = [610.0, 884.0];
const TOP: f64 = 44.0;
const BOTTOM: f64 = 380.0;
/// Least distance between names.
const NAME: f64 = 19.0;

/// Throughput of an accelerator against the size of its domain at each speed for one user, and the energy of a token by what
/// the domain is wired with. Marks have the colour of the wiring; where copper alone joins a domain the ground is tinted.
#[must_use]
pub fn domain_size(study: &WorldSizeStudy) -> Drawing {
    Drawing {
        id: "domain-size",
        title: title(study),
        subject: format!(
            "{} on {}, prompts of {}, answers of {}, {}",
            study.model, study.accelerator, study.prompt, study.output, study.precision
        ),
        description: description(study),
        size: Size::Slide,
        body: body(study),
    }
}

/// The wiring's class of colour and its name.
fn wiring(medium: &str) -> [&'static str; 2] {
    match medium {
        "copper" => ["copper", "copper"],
        "mixed" => ["ink", "mixed"],
        _ => ["light", "light"],
    }
}

fn title(study: &WorldSizeStudy) -> String {
    let fastest = study.speeds.len().checked_sub(1);
    let end = fastest.and_then(|i| Some((study.speeds.get(i)?, (*study.diminishing.get(i)?)?)));
    match end {
        Some((speed, end)) => {
            format!(
                "At {} tokens/s for each user a domain pays up to {end} accelerators",
                sig(*speed, 3)
            )
        }
        None => "No domain of these sizes serves users at these speeds".to_owned(),
    }
}

fn description(study: &WorldSizeStudy) -> String {
    let mut out = String::from("Tokens per second and accelerator by size of the domain.");
    for medium in &study.media {
        for row in &medium.rows {
            let Some(built) = &row.built else { continue };
            let rates: Vec<String> = study
                .speeds
                .iter()
                .zip(&built.at_speeds)
                .filter_map(|(s, p)| {
                    let rate = p.as_ref()?.tokens_per_s_per_accelerator;
                    Some(format!("{} at {}/s", sig(rate, 3), sig(*s, 3)))
                })
                .collect();
            out.push_str(&format!(" {} of {}: {}.", row.domain, medium.medium, rates.join(", ")));
        }
    }
    out
}

/// Sizes, from the smallest; every medium has the same.
fn sizes(study: &WorldSizeStudy) -> Vec<u64> {
    study.media.first().map_or_else(Vec::new, |m| m.rows.iter().map(|r| r.domain).collect())
}

fn built(medium: &MediumCurve, size: usize) -> Option<&BuiltDomain> {
    medium.rows.get(size)?.built.as_ref()
}

fn at_speed(domain: &BuiltDomain, speed: usize) -> Option<&ServedPoint> {
    domain.at_speeds.get(speed)?.as_ref()
}

/// Where sizes stand: evenly, whatever lies between them.
fn places(sizes: &[u64], [left, right]: [f64; 2]) -> Vec<f64> {
    let pitch = (right - left) / sizes.len().max(1) as f64;
    (0..sizes.len()).map(|i| left + pitch * (i as f64 + 0.5)).collect()
}

fn body(study: &WorldSizeStudy) -> Markup {
    html! {
        (throughput(study))
        (energy(study))
    }
}

/// The wiring that serves cheapest at a size and speed, and its point.
fn cheapest(study: &WorldSizeStudy, size: usize, speed: usize) -> Option<(&str, &ServedPoint)> {
    study
        .media
        .iter()
        .filter_map(|m| Some((m.medium.as_str(), at_speed(built(m, size)?, speed)?)))
        .min_by(|a, b| a.1.usd_per_million_tokens.total_cmp(&b.1.usd_per_million_tokens))
}

fn throughput(study: &WorldSizeStudy) -> Markup {
    let sizes = sizes(study);
    let x = places(&sizes, RATES);
    let [left, right] = RATES;
    let curves: Vec<Vec<(usize, &str, f64)>> = (0..study.speeds.len())
        .map(|speed| {
            let point =
                |i| cheapest(study, i, speed).map(|(m, p)| (i, m, p.tokens_per_s_per_accelerator));
            (0..sizes.len()).filter_map(point).collect()
        })
        .collect();
    let most = curves.iter().flatten().map(|p| p.2).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let y = Scale::new([0.0, most * 1.1], [BOTTOM, TOP]);
    let ends: Vec<f64> = curves.iter().map(|k| k.last().map_or(BOTTOM, |p| y.at(p.2))).collect();
    let named = spread(&ends, NAME, TOP, BOTTOM);
    html! {
        (copper_ground(study, &sizes, RATES))
        (rules(&y, &ticks(most, 5.0), left, right))
        (text("d-tick", left - 10.0, TOP - 24.0, Anchor::Start, "tokens per second and accelerator, at so many for each user"))
        @for (k, curve) in curves.iter().enumerate() {
            @let points: Vec<[f64; 2]> = curve.iter().map(|(i, _, rate)| [x[*i], y.at(*rate)]).collect();
            path.d-soft-line d=(through(&points)) {}
            @for ((_, medium, _), [px, py]) in curve.iter().zip(&points) {
                (dot(&format!("d-{}-dot", wiring(medium)[0]), *px, *py, 6.0))
            }
            @if !curve.is_empty() {
                (text("d-strong", right + 6.0, named[k] + 5.0, Anchor::Start, &format!("{}/s", sig(study.speeds[k], 3))))
            }
        }
        (size_axis(&sizes, &x, RATES))
    }
}

fn energy(study: &WorldSizeStudy) -> Markup {
    let sizes = sizes(study);
    let x = places(&sizes, ENERGIES);
    let [left, right] = ENERGIES;
    let curves: Vec<(&str, Vec<[f64; 2]>)> = study
        .media
        .iter()
        .map(|m| {
            let point = |i: usize| Some([x[i], at_speed(built(m, i)?, 0)?.joule_per_token]);
            (m.medium.as_str(), (0..sizes.len()).filter_map(point).collect())
        })
        .collect();
    let most = curves.iter().flat_map(|(_, k)| k).map(|p| p[1]).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let y = Scale::new([0.0, most * 1.25], [BOTTOM, TOP]);
    let placed: Vec<(&str, Vec<[f64; 2]>)> = curves
        .into_iter()
        .map(|(m, k)| (m, k.into_iter().map(|[px, e]| [px, y.at(e)]).collect()))
        .collect();
    let all: Vec<&[[f64; 2]]> = placed.iter().map(|(_, k)| k.as_slice()).collect();
    let mut taken = Vec::new();
    let speed = study.speeds.first().map_or_else(String::new, |s| format!(" at {}/s", sig(*s, 3)));
    html! {
        (copper_ground(study, &sizes, ENERGIES))
        (rules(&y, &ticks(most, 4.0), left, right))
        (text("d-tick", left - 10.0, TOP - 24.0, Anchor::Start, &format!("energy of a token{speed}, J")))
        @for (medium, points) in &placed {
            @let [colour, name] = wiring(medium);
            path class={ "d-" (colour) "-line" } d=(through(points)) {}
            @for [px, py] in points { (dot(&format!("d-{colour}-dot"), *px, *py, 6.0)) }
            @if let (Some(first), Some(last)) = (points.first(), points.last()) {
                @let letters = name.chars().count();
                @let choices = [
                    Place::new(last[0] + 10.0, last[1] + 5.0, Anchor::Start, letters, 1.0),
                    Place::new(last[0] + 10.0, last[1] - 14.0, Anchor::Start, letters, 1.0),
                    Place::new(last[0] + 10.0, last[1] + 24.0, Anchor::Start, letters, 1.0),
                    Place::new(first[0], first[1] + 26.0, Anchor::Start, letters, 1.0),
                ];
                @if let Some(place) = clearest(&choices, &all, &mut taken) {
                    (place.text(&format!("d-{colour}-text"), 0.0, name))
                }
            }
        }
        (size_axis(&sizes, &x, ENERGIES))
    }
}

/// The ground of sizes that copper alone joins.
fn copper_ground(study: &WorldSizeStudy, sizes: &[u64], [left, right]: [f64; 2]) -> Markup {
    let copper = study.media.iter().find(|m| m.medium == "copper");
    let last = copper.and_then(|m| (0..sizes.len()).rev().find(|i| built(m, *i).is_some()));
    let Some(last) = last else { return html! {} };
    let width = (right - left) * (last + 1) as f64 / sizes.len().max(1) as f64;
    html! {
        rect.d-wash x=(c(left)) y=(c(TOP)) width=(c(width)) height=(c(BOTTOM - TOP)) {}
        @if width < right - left - 1.0 { (line("d-mark-line", [left + width, TOP], [left + width, BOTTOM])) }
        (haloed("d-copper-text", left + width / 2.0, BOTTOM - 12.0, Anchor::Middle, "copper alone"))
    }
}

fn size_axis(sizes: &[u64], x: &[f64], [left, right]: [f64; 2]) -> Markup {
    html! {
        (line("d-base", [left, BOTTOM], [right, BOTTOM]))
        @for (size, x) in sizes.iter().zip(x) {
            (text("d-tick", *x, BOTTOM + 21.0, Anchor::Middle, &size.to_string()))
        }
        (text("d-tick", f64::midpoint(left, right), BOTTOM + 44.0, Anchor::Middle, "accelerators of a scale-up domain"))
    }
}
