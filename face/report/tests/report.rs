//! The page as a browser would meet it: well formed, self-contained, escaped, complete, the same every time.

#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

mod common;
#[path = "common/markup.rs"]
mod markup;

use common::plan;
use lightloom_decide::plan::{Plan, SectionRow};
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
        "models",
        "operations",
        "availability",
        "money",
        "packages",
        "readiness",
        "confidence",
        "evidence",
        "rejected",
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
        "no copper for links of 5.1 m &lt;b&gt;", // models
        "1,234",
        "CPO at the switch is cheaper to buy in 37 % of the samples", // money
        "−$3.4\u{a0}M",
        "pays below",
        "invented rent &lt;b&gt;",
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

/// What the page shows of a section: from its anchor to the next.
fn shown<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page.find(&format!("id=\"{id}-insertion-loss-title\"")).unwrap();
    let end = page[start..].find("</table>").unwrap();
    &page[start..start + end]
}

#[test]
fn every_link_class_has_loss_eye_and_noise_of_the_section_that_decides_it() {
    let plan = plan(1);
    let page = html(&plan);
    let classes =
        plan.tiers.iter().enumerate().flat_map(|(t, tier)| {
            tier.classes.iter().enumerate().map(move |(c, class)| (t, c, class))
        });
    for (t, c, class) in classes {
        assert_eq!(class.worst_sections.len(), 2);
        for (i, section) in class.worst_sections.iter().enumerate() {
            let id = format!("s{t}-{c}-{i}");
            for figure in ["insertion-loss", "eye", "noise"] {
                for part in ["title", "desc"] {
                    let anchor = format!("id=\"{id}-{figure}-{part}\">");
                    let at = page.find(&anchor).unwrap_or_else(|| panic!("no {anchor}"));
                    let words = page[at + anchor.len()..].split('<').next().unwrap();
                    assert!(words.len() > 30, "{anchor} {words}");
                }
            }
            // Only what is taken is drawn in full; the miss lies folded.
            assert_eq!(page.contains(&format!("id=\"{id}-pulse-title\"")), i == 0);
            let light = page.contains(&format!("id=\"{id}-light-title\""));
            assert_eq!(light, i == 0 && section.light.is_some());
        }
    }
    // Outside this section, nothing of the kind.
    assert_eq!(page.matches("-eye-title\">").count(), 10);
}

#[test]
fn what_decides_several_kinds_of_links_is_drawn_once() {
    let mut plan = plan(1);
    let [first, second] = plan.tiers[1].classes.get_disjoint_mut([0, 1]).unwrap();
    second.worst_sections[0] = SectionRow { length_m: 41.3, ..first.worst_sections[0].clone() };
    let page = html(&plan);
    assert_well_formed(&page);
    assert!(page.contains("id=\"s1-0-0-eye-title\"") && !page.contains("id=\"s1-1-0-eye-title\""));
    let repeated = &page[page.find("id=\"s1-1-0\"").unwrap()..];
    let words = &repeated[..repeated.find("</p>").unwrap()];
    assert!(words.contains("at 41.3\u{a0}m"), "{words}");
    assert!(
        words.ends_with("The figures are those of <a href=\"#s1-0-0\">scale-out NIC-leaf</a>."),
        "{words}"
    );
}

#[test]
fn figures_say_the_numbers_of_the_plan() {
    let mut plan = plan(1);
    // With a limit, whatever is taken there.
    let copper = plan.tiers[0].classes[0].worst_sections[0].copper.clone();
    let section = &mut plan.tiers[1].classes[0].worst_sections[0];
    section.copper = copper;
    section.copper[0].channel_db = 21.7;
    section.copper[0].die_to_die_db = 33.4;
    let seen = section.seen.as_mut().unwrap();
    (seen.signal_mv, seen.noise_mv, seen.com_db) = (15.75, 7.14, 6.87);
    seen.noises[0].sigma_mv = 3.21;
    seen.noises[0].com_without_db = 9.98;
    let page = html(&plan);
    let shown = shown(&page, "s1-0-0");
    for words in [
        ">channel 21.7\u{a0}dB<",
        ">die to die 33.4\u{a0}dB<",
        ">at most 28\u{a0}dB ball to ball<",
        ">an &lt;objective&gt;<",
        "21.7\u{a0}dB between the packages at 53.1\u{a0}GHz, 6.3\u{a0}dB within the limit",
        ">15.8\u{a0}mV<",
        ">7.14\u{a0}mV<",
        ">3.21\u{a0}mV<",
        ">+3.11\u{a0}dB<",
        "Intersymbol interference limits most: COM is 6.87\u{a0}dB, and 9.98\u{a0}dB without it",
        ">cursor 37.0\u{a0}mV<",
        ">18.0\u{a0}mV cancelled<",
        ">echo 0.25\u{a0}mV at 43 UI<",
    ] {
        assert!(shown.contains(words), "{words}");
    }
    // The sentence above them.
    let before = &page[..page.find("id=\"s1-0-0-insertion-loss-title\"").unwrap()];
    let sentence = &before[before.rfind("class=\"what\"").unwrap()..];
    assert!(
        sentence.contains("DSP (FFE + DFE) closes it with COM 3.71\u{a0}dB, 3.0\u{a0}dB asked"),
        "{sentence}"
    );
    let miss = &page[page.find("The nearest miss that would cost less").unwrap()..];
    let miss = &miss[miss.find("class=\"what\"").unwrap()..miss.find("<svg").unwrap()];
    assert!(
        miss.contains("no receiver closes it; the best, DSP (FFE + DFE), has COM 2.17\u{a0}dB"),
        "{miss}"
    );
}

#[test]
fn a_section_without_a_pulse_says_so_and_one_without_copper_shows_its_light() {
    let mut plan = plan(1);
    let section = &mut plan.tiers[0].classes[0].worst_sections[0];
    (section.tier, section.seen) = ("T0".to_owned(), None);
    let light = &mut plan.tiers[1].classes[1].worst_sections[0];
    light.copper.clear();
    light.light = Some(lightloom_decide::plan::LightRow {
        laser_dbm: 11.25,
        most_laser_dbm: 13.5,
        oma_transmitted_dbm: 3.5,
        oma_received_dbm: -2.4,
    });
    plan.tiers[2].classes[0].worst_sections.clear();
    let page = html(&plan);
    assert_well_formed(&page);
    assert_eq!(page.matches("No pulse to look at").count(), 1);
    assert!(!page.contains("id=\"s0-0-0-eye-title\""));
    assert!(!page.contains("id=\"s1-1-0-insertion-loss-title\""));
    assert!(page.contains("id=\"s1-1-0-light-title\">2.2\u{a0}dB of the laser’s power to spare"));
    assert!(!page.contains("id=\"s2-0-"));
}

#[test]
fn a_million_accelerators_stay_below_the_size_cap_and_say_where_they_were_cut() {
    let plan = plan(228);
    let page = html(&plan);
    let mut without = plan;
    without.packages.clear();
    without.path_curve = None;
    // What is looked into is as large for any cluster.
    let rest = html(&without).len();
    assert!(rest < 720_000 && page.len() < rest + 250_000, "{} bytes of {}", rest, page.len());
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
    plan.floor.media.clear();
    plan.crossover = None;
    plan.world_size = None;
    plan.operations = None;
    plan.readiness = None;
    plan.confidence = None;
    plan.belief = None;
    plan.conflicts.clear();
    plan.alternatives.clear();
    plan.evidence.clear();
    plan.checks.clear();
    plan.findings.clear();
    plan.path_curve = None;
    plan.packages.clear();
    plan
}

#[test]
fn a_plan_says_how_sure_it_is_and_what_it_hangs_on() {
    let page = html(&plan(1));
    let section = between(&page, "<section id=\"confidence\"", "</section>");
    for said in [
        "every link class keeps its technology in 61",
        "Another belief than the catalog",
        "Linear pluggable (LPO) 64",
        "with another winner in 12",
        "price of a retimed 1.6T pluggable to the buyer",
        "All other 431 facts together",
        "the cluster cannot be built so",
        "Retimed pluggable</strong> instead of Linear pluggable",
        "it takes switches of 4608 ports",
    ] {
        assert!(section.contains(said), "{said}");
    }
    // A share of a variance that is estimated below nothing is drawn as nothing.
    assert!(!section.contains("width:-"), "a bar of negative width");
}

/// What stands between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let rest = &page[page.find(from).unwrap()..];
    &rest[..rest.find(to).unwrap()]
}

#[test]
fn copper_gives_way_where_the_plan_says() {
    let page = html(&plan(1));
    let figure = between(&page, "Where copper gives way to light: by reach", "</figure>");
    // The axis ends 15 % beyond the longest copper, 3.3 m: light takes less power from 0.8 m on, less cost from 2.1 m.
    let at = |metres: f64| format!("{:.2}%", metres / (3.3 * 1.15) * 100.0);
    assert!(
        figure.contains(&format!("class=\"copper f-copper\" style=\"width:{}\"", at(0.8))),
        "{figure}"
    );
    assert!(figure.contains(&format!("class=\"at f-co\" style=\"left:{}\"", at(2.1))));
    // Never: copper as far as it goes. Always: none.
    assert!(figure.contains(&format!("class=\"copper f-copper\" style=\"width:{}\"", at(3.3))));
    assert!(figure.contains("class=\"copper f-copper\" style=\"width:0.00%\""));
    for words in ["never", "at any length", "No copper closes at any length", "6.7 against 9.0"] {
        assert!(figure.contains(words), "{words}");
    }
}

#[test]
fn the_floor_plan_shows_copper_and_light() {
    let plan = plan(1);
    let page = html(&plan);
    let drawn = between(&page, "<g class=\"media", "</g>");
    // A bar in each accelerator rack, and three of four runs: one is no number.
    let racks = plan.floor.rectangles.iter().filter(|r| r.kind == "accelerators").count();
    let bars = between(drawn, "class=\"inside f-copper\"", "\"></path>");
    assert_eq!(bars.matches('M').count(), racks);
    let light = &drawn[drawn.find("f-co w").unwrap()..];
    assert_eq!(light.matches('M').count(), 3, "{light}");
    // 64 of 1,280 links are thin, 640 and all of them thick.
    assert!(light.contains("f-co w1") && light.contains("f-co w3") && !light.contains("f-co w2"));
    let legend = between(&page, "legend media-legend", "</ul>");
    assert!(legend.contains("CPO &lt;b&gt;") && legend.contains("82,944, in racks"));
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
        plan.floor.media[1].runs_m[0][2] = bad;
        let crossover = plan.crossover.as_mut().unwrap();
        (crossover.lanes[0].pairs[0].by_feasibility_m, crossover.rate_gbps) = (bad, bad);
        crossover.lanes[0].pairs[1].by_power.length_m = Some(bad);
        crossover.lanes[1].pairs[0].by_cost.light.as_mut().unwrap().value = bad;
        plan.floor.hall_outlines_m[0][2] = bad;
        plan.strategies[0].power.network_w = bad;
        plan.strategies[1].cost.total_usd = bad;
        plan.evidence[0].saving_percent = [bad, 1.0];
        plan.checks[0].error_percent = bad;
        let study = plan.operations.as_mut().unwrap();
        let strategy = &mut study.strategies[1];
        (strategy.network_lost_h, strategy.network_lost_range_h[1]) = (bad, bad);
        (strategy.waterfall[1].stages.blast_h, strategy.sizes[1].ettr) = (bad, bad);
        strategy.moved_by[0].difference_h[0] = bad;
        (study.blast[0].lost_h, study.blast[0].ports_faulty, study.blast[0].faulty_h) =
            (bad, bad, bad);
        let study = plan.world_size.as_mut().unwrap();
        study.speeds[1] = bad;
        let domain = study.media[2].rows[1].built.as_mut().unwrap();
        (domain.scale_up_w_per_accelerator, domain.latency_ns) = (bad, bad);
        let point = domain.at_speeds[0].as_mut().unwrap();
        (point.tokens_per_s_per_accelerator, point.joule_per_token) = (bad, bad);
        point.usd_per_million_tokens = bad;
        let ready = plan.readiness.as_mut().unwrap();
        ready.technologies[0].year_5_50_95 = [bad; 3];
        (ready.technologies[1].probability_by_year, ready.technologies[1].vendors[1]) = (bad, bad);
        (ready.timing[0].waiting_usd.low, ready.timing[1].wait_years[0]) = (bad, bad);
        (ready.tests[0].fit_below_90, ready.tests[0].port_hours) = (bad, Some(bad));
        let verdict = &mut ready.tiers[0].verdicts[0];
        (verdict.scores[0].score, verdict.scores[1].wins) = (bad, bad);
        verdict.flip.as_mut().unwrap().to = bad;
        let class = &mut plan.tiers[0].classes[0];
        class.length.bin_m = bad;
        class.options[0].energy_split[0].value = bad;
        class.options[0].latency_ns = bad;
        class.options[0].reach_m = bad;
        let section = &mut class.worst_sections[0];
        (section.length_m, section.receivers[1].com_db) = (bad, bad);
        (section.copper[0].channel_db, section.copper[0].nyquist_ghz) = (bad, bad);
        section.copper[0].curve[3] = [bad; 3];
        let seen = section.seen.as_mut().unwrap();
        (seen.signal_mv, seen.noise_mv, seen.sigma_mv) = (bad, bad, bad);
        (seen.noises[0].sigma_mv, seen.noises[2].com_without_db) = (bad, bad);
        seen.pulse[1] = [bad; 3];
        plan.path_curve.as_mut().unwrap().points[0].total_pj_per_bit = bad;
        let sheet = &mut plan.packages[2];
        (sheet.power.optics_w, sheet.asked.length_m, sheet.link.margin_db) = (bad, bad, bad);
        (sheet.space.largest_tbps, sheet.space.limits_tbps[0].value) = (bad, bad);
        (sheet.heat[0].left_k, sheet.heat[0].parts_c[0].value) = (bad, bad);
        (sheet.service[0].wait_h, sheet.service[0].port_hours) = (bad, bad);
        sheet.cross_sections[0].stretches[0].pj_per_bit = bad;
        let light = sheet.light.as_mut().unwrap();
        (light.laser_dbm, light.stages[1].loss_db, light.stages[2].after_dbm) = (bad, bad, bad);
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
fn words_of_the_reach_chart_stay_clear_of_the_staircase() {
    let mut plan = plan(1);
    for link in &mut plan.reach.links {
        link.class = "a link class of thirty letters".to_owned();
    }
    let page = html(&plan);
    let start = page.find("<svg class=\"reach").or_else(|| page.find("<svg")).unwrap();
    let chart = &page[start..start + page[start..].find("</svg>").unwrap()];
    let tags = tags(chart);
    let number = |tag: &markup::Tag<'_>, name: &str| tag.get(name).unwrap().parse::<f64>().unwrap();
    let edges: Vec<f64> =
        tags.iter().filter(|t| t.get("class") == Some("edge")).map(|t| number(t, "x1")).collect();
    let names: Vec<_> = tags
        .iter()
        .filter(|t| t.name == "text" && !t.end && t.text.starts_with("a link"))
        .collect();
    assert_eq!(names.len(), plan.reach.links.len());
    for name in names {
        // Where the staircase may fall: at the end of the band that the words begin in.
        let begin = number(name, "x");
        let end = edges.iter().copied().filter(|e| *e > begin).fold(f64::INFINITY, f64::min);
        let width = 7.3 * name.text.chars().count() as f64;
        assert!(begin + width <= end, "{} from {begin} to {}, {end}", name.text, begin + width);
    }
}

/// The style sheet knows these columns by their place: a column more must be told it.
#[test]
fn columns_of_numbers_of_the_longest_tables_stand_where_the_style_sheet_says() {
    let page = html(&plan(1));
    let css = include_str!("../src/style.css");
    for (kind, text, rule) in [
        (
            "options",
            vec![1, 2, 4, 10, 14],
            "td:nth-child(2), td:nth-child(4), td:nth-child(10), td:nth-child(14)",
        ),
        ("evidence", vec![1, 4, 5, 7], "td:is(:nth-child(2), :nth-child(3))"),
    ] {
        let table = between(&page, &format!("<table class=\"sort {kind}\""), "</thead>");
        let heads = tags(&table[table.rfind("<tr>").unwrap()..]);
        let heads = heads.iter().filter(|t| t.name == "th" && !t.end);
        let found: Vec<usize> = heads
            .enumerate()
            .filter(|(_, t)| !t.get("class").is_some_and(|c| c.split(' ').any(|c| c == "n")))
            .map(|(i, _)| i + 1)
            .collect();
        assert_eq!(found, text, "{kind}");
        assert!(css.contains(rule), "{rule}");
    }
}

/// A strategy has one colour, whatever draws it.
#[test]
fn strategies_have_one_colour_everywhere() {
    let page = html(&plan(1));
    for id in ["baseline", "cpo-switch"] {
        let (html, fill) = (format!("t of-{id}\""), format!("d-of-{id}"));
        for (section, class, least) in [
            ("strategies", &html, 10),
            ("availability", &html, 1),
            ("availability", &fill, 1),
            ("operations", &fill, 1),
            ("money", &fill, 1),
        ] {
            let shown = between(&page, &format!("<section id=\"{section}\""), "</section>");
            assert!(shown.matches(class.as_str()).count() >= least, "{section}: {class}");
        }
    }
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
    // Marks and areas of strategies, whose names stand beside them in ink.
    for (mode, block) in [("light", light), ("dark", dark)] {
        for id in ["baseline", "lpo", "npo", "cpo-switch", "cpo-accelerator", "recommended"] {
            let c = contrast(&hex(block, &format!("of-{id}")), &hex(block, "paper"));
            assert!(c >= 3.0, "{mode}: {id} {c:.2}");
        }
    }
    for swatch in 0..12 {
        let key = format!(".s{swatch} {{ --s: #");
        let at = css.find(&key).unwrap() + key.len();
        let c = contrast(&format!("#{}", &css[at..at + 6]), &hex(light, "part-ink"));
        assert!(c >= 4.5, "text in bars: s{swatch} {c:.2}");
    }
}
