//! The page as a browser would meet it: well formed, self-contained, escaped, complete, the same every time.

#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

mod common;
#[path = "common/markup.rs"]
mod markup;

use common::plan;
use lightloom_decide::plan::Plan;
use lightloom_report::html;
use markup::{assert_well_formed, tags};

fn assert_self_contained(page: &str) {
    for tag in tags(page) {
        for (name, value) in &tag.attributes {
            let loads = match *name {
                "src" | "srcset" | "data" | "poster" | "action" => true,
                "href" if tag.name == "a" => {
                    assert!(value.starts_with('#') || value.starts_with("http"), "{value}");
                    false
                }
                "href" => *value != "data:,",
                _ => name.starts_with("on"),
            };
            assert!(!loads, "loads or runs something: {tag:?}");
        }
        assert!(!["iframe", "object", "embed", "base", "img"].contains(&tag.name), "{tag:?}");
    }
    let css = &page[page.find("<style>").unwrap()..page.find("</style>").unwrap()];
    assert!(!css.contains("@import"));
    assert!(css.split("url(").skip(1).all(|u| u.starts_with('#')), "a style loads something");
}

#[test]
fn the_page_is_well_formed_and_self_contained() {
    for scale in [1, 228] {
        let page = html(&plan(scale));
        assert_well_formed(&page);
        assert_self_contained(&page);
    }
}

#[test]
fn what_a_user_wrote_is_text() {
    let page = html(&plan(1));
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("invented-nvl72 &lt;script&gt;alert('name')&lt;/script&gt;"));
    assert!(page.contains("Scale-out leaf &lt;switch&gt;"));
    assert!(!page.contains("javascript:"), "only web addresses become links");
    assert!(page.contains("href=\"https://doi.org/10.0000/OFC.2024.W4H.3\""), "without the remark");
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn every_section_is_there_in_order() {
    let page = html(&plan(1));
    let sections = [
        "decision",
        "reach",
        "tiers",
        "strategies",
        "floor",
        "rejected",
        "evidence",
        "checks",
        "limits",
    ];
    let at: Vec<usize> =
        sections.iter().map(|id| page.find(&format!("<section id=\"{id}\"")).expect(id)).collect();
    assert!(at.windows(2).all(|w| w[0] < w[1]));
    for words in [
        "Keep copper inside the rack",         // decision
        "CPO tier 2 (interposer)",             // options
        "margin −19.3\u{a0}dB at 17.1\u{a0}m", // rejected
        "Accelerators fed",                    // strategies
        "2.59\u{a0}MW",
        "DeepSeek-V3",
        "does not fit",
        "hall 1, row 1, slot 1", // floor
        "part.0.quantity",       // evidence
        "Latency of a retimed module pair",
        "a row rearranged would lose it",
        "Lightloom 0.1.0",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn every_figure_has_a_title_and_every_drawing_a_description() {
    let page = html(&plan(1));
    let figures: Vec<&str> = page.split("<figure>").skip(1).collect();
    assert!(figures.len() >= 18, "{}", figures.len());
    assert!(figures.iter().all(|f| f.starts_with("<figcaption><strong>")));
    let tags = tags(&page);
    for (i, tag) in tags.iter().enumerate().filter(|(_, t)| t.name == "svg" && !t.end) {
        if tag.get("aria-hidden").is_none() {
            assert_eq!(tag.get("role"), Some("img"));
            assert_eq!(tags[i + 1].name, "title", "{tag:?}");
        }
    }
    let tables = page.matches("<table").count();
    assert_eq!(page.matches("<caption>").count(), tables);
    for tag in tags.iter().filter(|t| t.name == "th" && !t.end) {
        assert!(tag.get("scope").is_some(), "{tag:?}");
    }
}

#[test]
fn a_million_accelerators_stay_below_the_size_cap_and_say_where_they_were_cut() {
    let page = html(&plan(228));
    assert!(page.len() < 700_000, "{} bytes", page.len());
    assert!(page.contains("rectangles drawn"));
    assert!(page.contains("scale-out spine</"), "rare kinds of rack are kept: in the legend");
    assert!(page.contains("1,050,624"));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(html(&plan(1)), html(&plan(1)));
}

/// A plan in which nothing was found.
fn empty() -> Plan {
    let mut plan = plan(1);
    plan.decision.reasons.clear();
    plan.decision.gains.clear();
    plan.tiers.clear();
    plan.strategies.clear();
    plan.reach.curves.clear();
    plan.reach.links.clear();
    plan.reach.crossover.clear();
    plan.floor.rectangles.clear();
    plan.evidence.clear();
    plan.checks.clear();
    plan.findings.clear();
    plan
}

#[test]
fn an_empty_plan_makes_a_page() {
    assert_well_formed(&html(&empty()));
}

#[test]
fn what_is_no_number_never_shows() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut plan = plan(1);
        plan.scenario.years = bad;
        plan.decision.gains[0].change_percent = bad;
        plan.decision.gains[0].change_range_percent = [bad, bad];
        plan.reach.curves[0].points[0].reach_m = bad;
        plan.reach.links[0].max_m = bad;
        plan.reach.crossover[0].passive_m = bad;
        plan.floor.rectangles[0].at_m[0] = bad;
        plan.floor.hall_outlines_m[0][2] = bad;
        plan.strategies[0].power.network_w = bad;
        plan.strategies[1].cost.total_usd = bad;
        plan.evidence[0].saving_percent = [bad, 1.0];
        plan.checks[0].error_percent = bad;
        let class = &mut plan.tiers[0].classes[0];
        class.length.bin_m = bad;
        class.options[0].energy_split[0].value = bad;
        class.options[0].latency_ns = bad;
        class.options[0].reach_m = bad;
        let page = html(&plan);
        assert_well_formed(&page);
        let text = &page[page.find("<main>").unwrap()..page.find("<script>").unwrap()];
        for word in ["NaN", "inf"] {
            let near = text.find(word).map(|i| &text[i.saturating_sub(80)..i + 20]);
            // `inf` may begin a word of the text.
            assert!(near.is_none_or(|n| n.contains("information")), "{near:?}");
        }
    }
}

#[test]
fn one_lane_rate_and_one_link_are_enough_for_the_reach_chart() {
    let mut plan = plan(1);
    plan.reach.curves.truncate(1);
    plan.reach.curves[0].points.truncate(1);
    plan.reach.links.truncate(0);
    plan.reach.crossover.truncate(1);
    assert_well_formed(&html(&plan));
}

#[test]
fn the_gains_are_drawn_as_they_were() {
    let mut plan = plan(1);
    plan.decision.gains.truncate(4);
    let page = html(&plan);
    let start = page.find("<figure>").unwrap();
    let end = page[start..].find("</figure>").unwrap() + start;
    insta::assert_snapshot!(page[start..end].replace("><", ">\n<"));
}

/// Contrast of two colours `#rrggbb` (WCAG 2.2, relative luminance).
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |hex: &str| {
        let channel = |i: usize| {
            let c = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn text_stands_out_in_light_and_dark() {
    let css = concat!(include_str!("../src/colours.css"), include_str!("../src/style.css"));
    let light = &css[css.find(":root").unwrap()..css.find("@media screen").unwrap()];
    let dark = &css[css.find("@media screen").unwrap()..css.find("* {").unwrap()];
    let hex = |block: &str, name: &str| {
        let key = format!("--{name}: #");
        let at = block.find(&key).unwrap_or_else(|| panic!("no colour {name}")) + key.len();
        format!("#{}", &block[at..at + 6])
    };
    for (mode, block) in [("light", light), ("dark", dark)] {
        let text = [
            "ink", "soft", "link", "best", "worse", "warn", "flip", "copper", "plug", "near", "co",
        ];
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for ground in ["paper", "raised"] {
            pairs.extend(text.map(|t| (t, ground)));
        }
        pairs.extend([
            ("ink", "sunk"),
            ("soft", "sunk"),
            ("ink", "warn-ground"),
            ("soft", "warn-ground"),
        ]);
        pairs.extend([("warn", "warn-ground"), ("link", "warn-ground"), ("flip", "warn-ground")]);
        pairs.extend([("copper", "copper-wash"), ("soft", "copper-wash"), ("ink", "copper-wash")]);
        for (t, ground) in pairs {
            let c = contrast(&hex(block, t), &hex(block, ground));
            assert!(c >= 4.5, "{mode}: {t} on {ground} {c:.2}");
        }
    }
    for swatch in 0..12 {
        let key = format!(".s{swatch} {{ --s: #");
        let at = css.find(&key).unwrap() + key.len();
        let c = contrast(&format!("#{}", &css[at..at + 6]), &hex(light, "part-ink"));
        assert!(c >= 4.5, "text in bars: s{swatch} {c:.2}");
    }
}
