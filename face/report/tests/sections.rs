//! Cross-sections and the curve of the electrical path: to scale, complete, and legible for every shipped technology.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "common/markup.rs"]
mod markup;
#[path = "common/packages.rs"]
mod packages;

use lightloom_decide::plan::{CrossSectionRow, PathCurve, StretchPart};
use lightloom_report::drawing::{Drawing, Size, cross_section, electrical_path};
use markup::{Tag, assert_well_formed, tags};
use std::sync::OnceLock;

/// Lane rates that are looked at, Gb/s.
const LANES: [f64; 3] = [100.0, 200.0, 400.0];

fn all() -> &'static [(Vec<CrossSectionRow>, PathCurve)] {
    static ALL: OnceLock<Vec<(Vec<CrossSectionRow>, PathCurve)>> = OnceLock::new();
    ALL.get_or_init(|| LANES.map(packages::at).into())
}

fn rows() -> impl Iterator<Item = &'static CrossSectionRow> {
    all().iter().flat_map(|(rows, _)| rows)
}

/// Every drawing with its size.
fn drawings() -> Vec<(Drawing, [f64; 2])> {
    let curves = all().iter().map(|(_, curve)| (electrical_path(curve), [960.0, 456.0]));
    let sections = rows().flat_map(|row| {
        [(Size::Slide, [960.0, 456.0]), (Size::Row, [340.0, 240.0])]
            .map(|(size, extent)| (cross_section(row, size), extent))
    });
    curves.chain(sections).collect()
}

fn number(tag: &Tag<'_>, attribute: &str) -> f64 {
    let text = tag.get(attribute).unwrap_or_else(|| panic!("{tag:?} has no {attribute}"));
    text.parse().unwrap_or_else(|_| panic!("{attribute} of {tag:?} is no number"))
}

/// Size of the letters of a class.
fn letter(class: &str) -> f64 {
    match class {
        "d-tiny" => 10.5,
        "d-small" | "d-head" => 12.0,
        "d-text" | "d-strong" | "d-soft" => 14.0,
        _ => 13.0,
    }
}

/// Left, top, right, bottom of the words of a drawing, a letter being so wide for its size.
fn words<'a>(parts: &'a [Tag<'a>], width: f64) -> Vec<([f64; 4], &'a str)> {
    let seen =
        parts.iter().filter(|t| t.name == "text" && !t.end && t.get("aria-hidden").is_none());
    seen.map(|t| {
        let size = letter(t.get("class").unwrap());
        let long = width * size * t.text.chars().count() as f64;
        let (x, y) = (number(t, "x"), number(t, "y"));
        let left = match t.get("text-anchor") {
            Some("end") => x - long,
            Some("middle") => x - long / 2.0,
            _ => x,
        };
        ([left, y - 0.72 * size, left + long, y + 0.15 * size], t.text)
    })
    .collect()
}

#[test]
fn files_are_well_formed_of_plain_colours_and_the_same_each_time() {
    let again = drawings();
    for ((drawing, _), (same, _)) in drawings().iter().zip(&again) {
        let (file, inline) = (drawing.standalone(), drawing.inline("a"));
        assert_eq!(file, same.standalone());
        for text in [&file, &inline] {
            assert_well_formed(text);
            let parts = tags(text);
            assert_eq!(parts[0].get("role"), Some("img"));
            assert!(parts.iter().any(|t| t.name == "title" && t.text.len() > 20));
            assert!(parts.iter().any(|t| t.name == "desc" && t.text.len() > 100));
            assert!(!text.contains("NaN") && !text.contains("inf\u{a0}"));
            for class in parts.iter().filter_map(|t| t.get("class")).flat_map(|c| c.split(' ')) {
                let grouping = ["drawing", "d-view", "d-scale-bar"].contains(&class);
                assert!(grouping || Drawing::style().contains(&format!(".{class} {{")), "{class}");
            }
        }
        assert!(!file.contains("var(") && file.contains("prefers-color-scheme: dark"));
    }
}

#[test]
fn nothing_runs_out_of_the_frame() {
    for (drawing, [width, height]) in drawings() {
        let text = drawing.inline("a");
        let parts = tags(&text);
        for tag in parts.iter().filter(|t| !t.end) {
            for (names, most) in
                [(["x", "x1", "x2", "cx"], width), (["y", "y1", "y2", "cy"], height)]
            {
                for name in names.iter().filter(|n| tag.get(n).is_some()) {
                    assert!(
                        (0.0..=most).contains(&number(tag, name)),
                        "{}: {tag:?}",
                        drawing.title()
                    );
                }
            }
        }
        for ([left, top, right, bottom], said) in words(&parts, 0.6) {
            let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
            assert!(inside, "{}: `{said}` {left} {top} {right} {bottom}", drawing.title());
        }
    }
}

#[test]
fn no_words_lie_on_others() {
    for (drawing, extent) in drawings() {
        let text = drawing.inline("a");
        let parts = tags(&text);
        let words = words(&parts, 0.56);
        for (i, (a, first)) in words.iter().enumerate() {
            for (b, second) in &words[..i] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{} {extent:?}: `{first}` on `{second}`", drawing.title());
            }
        }
    }
}

/// Millimetres of a length in words.
fn millimetres(words: &str) -> f64 {
    let (value, unit) = words.split_once('\u{a0}').unwrap();
    value.parse::<f64>().unwrap() * if unit == "m" { 1e3 } else { 1.0 }
}

/// The views of a drawing: pixels in a millimetre by its scale bar, and pixels of copper drawn.
fn views(parts: &[Tag<'_>]) -> Vec<(f64, f64)> {
    let has = |t: &Tag<'_>, class: &str| t.get("class") == Some(class);
    let starts: Vec<usize> = (0..parts.len()).filter(|i| has(&parts[*i], "d-view")).collect();
    let ends = starts.iter().skip(1).copied().chain([parts.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let view = &parts[*start..end];
            let bar = view.iter().position(|t| has(t, "d-scale-bar")).unwrap();
            let line = view[bar..].iter().find(|t| has(t, "d-scale")).unwrap();
            let said = view[bar..].iter().find(|t| t.name == "text" && !t.end).unwrap();
            let long = number(line, "x2") - number(line, "x1");
            let routes = view.iter().filter(|t| has(t, "d-route"));
            let copper = routes.map(|t| number(t, "x2") - number(t, "x1")).sum();
            (long / millimetres(said.text), copper)
        })
        .collect()
}

#[test]
fn scales_are_what_their_bars_say_and_the_copper_is_as_long_as_the_path() {
    for row in rows() {
        for size in [Size::Slide, Size::Row] {
            let text = cross_section(row, size).inline("a");
            let parts = tags(&text);
            let views = views(&parts);
            assert!(!views.is_empty());
            for (px_per_mm, copper) in &views {
                // Coordinates have a tenth of a pixel; a path has at most four lines.
                let off = copper - row.electrical_path_mm * px_per_mm;
                assert!(
                    off.abs() < 0.5 + 0.002 * copper,
                    "{} {size:?}: {copper} px at {px_per_mm} px/mm for {} mm",
                    row.technology,
                    row.electrical_path_mm
                );
            }
            // In one of the views the path can be seen.
            let longest = views.iter().map(|v| v.1).fold(0.0, f64::max);
            assert!(longest > 55.0, "{} {size:?}: {longest}", row.technology);
        }
    }
}

#[test]
fn all_boxes_have_one_scale() {
    let scales: Vec<f64> = rows()
        .map(|row| {
            let text = cross_section(row, Size::Slide).inline("a");
            views(&tags(&text))[0].0
        })
        .collect();
    for scale in &scales {
        assert!((scale / scales[0] - 1.0).abs() < 0.01, "{scale} and {} px/mm", scales[0]);
    }
}

#[test]
fn every_stretch_has_its_column_and_the_sums_are_the_ends() {
    for row in rows() {
        let text = cross_section(row, Size::Slide).inline("a");
        let parts = tags(&text);
        let said = |words: &str| parts.iter().any(|t| t.name == "text" && t.text == words);
        for stretch in &row.stretches {
            for word in stretch.name.splitn(2, ' ') {
                assert!(said(word), "{}: {word}", row.technology);
            }
            if stretch.length_mm > 0.0 {
                let sum = parts.iter().filter(|t| t.get("class") == Some("d-cell"));
                let found = sum
                    .filter(|t| t.text.contains("mm"))
                    .any(|t| (millimetres(t.text) / stretch.length_mm - 1.0).abs() < 0.01);
                assert!(found, "{}: {}", row.technology, stretch.length_mm);
            }
        }
        let own: f64 = row.stretches.iter().map(|s| s.pj_per_bit).sum();
        assert!((own - row.pj_per_bit).abs() < 1e-9, "{}", row.technology);
        assert!(said(&format!("{own:.2}")), "{}: {own}", row.technology);
        let copper = row.stretches.iter().filter(|s| s.part != StretchPart::Cable);
        let copper: f64 = copper.map(|s| s.copper_db).sum();
        assert!((copper - row.copper_db).abs() < 1e-9, "{}", row.technology);
        assert!(copper < 1e-9 || said(&format!("{copper:.1}")), "{}: {copper}", row.technology);
        let path: f64 = row
            .stretches
            .iter()
            .filter(|s| s.part != StretchPart::Cable)
            .map(|s| s.length_mm)
            .sum();
        assert!((path - row.electrical_path_mm).abs() < 1e-9, "{}", row.technology);
    }
}

#[test]
fn leaders_do_not_cross() {
    for row in rows() {
        let places: Vec<f64> = row.stretches.iter().map(|s| s.at_mm).collect();
        assert!(places.windows(2).all(|w| w[0] <= w[1]), "{}: {places:?}", row.technology);
    }
}

#[test]
fn the_curve_names_every_technology_once_and_stands_on_decades() {
    for (_, curve) in all() {
        let text = electrical_path(curve).inline("a");
        let parts = tags(&text);
        let names =
            parts.iter().filter(|t| t.name == "text" && !t.end && t.get("class") == Some("d-text"));
        assert_eq!(names.count(), curve.points.len());
        // Squares are copper: between two of them stands the logarithm of their paths' ratio.
        let tick = |mm: f64| {
            let words =
                if mm >= 1e3 { format!("{}\u{a0}m", mm / 1e3) } else { format!("{mm}\u{a0}mm") };
            parts
                .iter()
                .find(|t| t.name == "text" && t.get("class") == Some("d-tick") && t.text == words)
                .map(|t| number(t, "x"))
        };
        let decade = tick(10.0).unwrap() - tick(1.0).unwrap();
        let circles: Vec<f64> = parts
            .iter()
            .filter(|t| t.name == "circle" && !t.end)
            .map(|t| number(t, "cx"))
            .collect();
        let plug = curve.points.iter().find(|p| p.family == "pluggable").unwrap();
        let expected = tick(1.0).unwrap() + decade * libm::log10(plug.electrical_path_mm);
        assert!(circles.iter().all(|x| (x - expected).abs() < 0.3), "{circles:?} {expected}");
    }
}

#[test]
fn numbers_that_are_none_are_drawn_as_none() {
    let mut row = rows().next().unwrap().clone();
    row.pj_per_bit = f64::NAN;
    row.electrical_path_mm = 0.0;
    row.stretches.clear();
    row.bodies.clear();
    let empty = PathCurve { lane_gbps: 200.0, length_m: f64::NAN, points: Vec::new() };
    for drawing in
        [cross_section(&row, Size::Slide), cross_section(&row, Size::Row), electrical_path(&empty)]
    {
        let text = drawing.standalone();
        assert_well_formed(&text);
        assert!(!text.contains("NaN") && !text.contains("inf\u{a0}"), "{}", drawing.title());
    }
}
