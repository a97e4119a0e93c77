//! The technologies that are taken, looked into on the page: each once, with the numbers of its sheet.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;
#[path = "common/markup.rs"]
mod markup;

use common::plan;
use lightloom_report::html;
use markup::assert_well_formed;

/// The card of a sheet.
fn card(page: &str, i: usize) -> &str {
    let start = page.find(&format!("<article class=\"package\" id=\"p{i}\"")).unwrap();
    &page[start..start + page[start..].find("</article>").unwrap()]
}

/// The words of a line of a card.
fn line<'a>(card: &'a str, name: &str) -> &'a str {
    let key = format!("<dt>{name}</dt><dd>");
    let start = card.find(&key).unwrap_or_else(|| panic!("no {name}")) + key.len();
    &card[start..start + card[start..].find("</dd>").unwrap()]
}

#[test]
fn each_sheet_has_one_card_with_its_ends_drawn() {
    let plan = plan(1);
    let page = html(&plan);
    assert_well_formed(&page);
    assert_eq!(page.matches("<article class=\"package\"").count(), plan.packages.len());
    assert_eq!(page.matches("-electrical-path-title\">").count(), 1);
    for (i, sheet) in plan.packages.iter().enumerate() {
        let card = card(&page, i);
        for end in 0..sheet.cross_sections.len() {
            for id in [format!("p{i}-{end}-section"), format!("p{i}-{end}-full-section")] {
                assert_eq!(card.matches(&format!("id=\"{id}-title\"")).count(), 1, "{id}");
            }
        }
        assert_eq!(card.contains("<dt>Light</dt>"), sheet.light.is_some());
        assert_eq!(card.contains("Mean power of a lane"), sheet.light.is_some());
        for row in &sheet.service {
            assert!(card.contains(&format!("<th scope=\"row\">{}</th>", row.part)), "{}", row.part);
        }
    }
}

#[test]
fn a_partner_stands_at_the_other_end_only_where_the_link_has_it() {
    let mut plan = plan(1);
    let place = plan.packages.iter().position(|s| s.id == "cpo-switch").unwrap();
    assert_eq!(plan.packages[place].cross_sections.len(), 2);
    let page = html(&plan);
    let words = line(card(&page, place), "Conversion").replace('\u{a0}', " ");
    assert!(words.contains("of the switch; at the other end Retimed pluggable"), "{words}");
    plan.packages[place].makeup.partner = None;
    let page = html(&plan);
    let words = line(card(&page, place), "Conversion");
    assert!(words.contains("at both ends") && !words.contains("Retimed"), "{words}");
}

#[test]
fn lines_say_the_numbers_of_the_sheet() {
    let mut plan = plan(1);
    let place = plan.packages.iter().position(|s| s.id == "cpo-accelerator").unwrap();
    let sheet = &mut plan.packages[place];
    (sheet.link.closes, sheet.link.margin_db, sheet.link.reach_m) = (true, 1.37, 212.0);
    (sheet.power.optics_w, sheet.power.near_optics_w, sheet.power.host_w) = (3.21, 4.32, 0.98);
    sheet.power.box_interconnect_w = 1_234.0;
    (sheet.space.largest_tbps, sheet.space.binding) = (147.4, "fibre <count>".to_owned());
    sheet.heat.truncate(1);
    let heat = &mut sheet.heat[0];
    (heat.own, heat.left_k, heat.cooling) = (true, -12.4, "liquid".to_owned());
    heat.tightest.clone_from(&heat.parts_c[0].name);
    heat.parts_c[0].value = 117.4;
    let name = heat.tightest.clone();
    let light = sheet.light.as_mut().unwrap();
    (light.laser_dbm, light.laser_limit_dbm, light.loss_db) = (11.25, 13.5, 17.04);
    (light.wall_plug_mw, light.efficiency_percent) = (88.8, 12.6);
    sheet.service.truncate(1);
    let service = &mut sheet.service[0];
    (service.fit, service.ports_faulty, service.ports_in_repair) = (77.0, 8.0, 144.0);
    (service.accelerators_faulty, service.accelerators_in_repair) = (4.0, 72.0);
    (service.wait_h, service.hands_on_h, service.requalify_h) = (30.0, 2.0, 4.5);
    service.port_hours = 33.0;
    let page = html(&plan);
    let card = card(&page, place);
    let says = |name: &str, words: &str| {
        let line = line(card, name).replace('\u{a0}', " ");
        assert!(line.contains(words), "{name}: `{words}` in `{line}`");
    };
    says("Link", "Closes with 1.4 dB to spare");
    says("Link", "reach 212 m");
    says("Light", "at most 13.5 dBm, and takes 88.8 mW a lane from its supply, 13 % of which");
    says("Light", "17.0 dB to the photodiode");
    says("Power", "3.21 W at the switch and 4.32 W at the near end for a port, 0.98 W in");
    says("Power", "1.23 kW for a switch of 102 Tb/s");
    says("Space", "at most 147 Tb/s (limit: fibre &lt;count&gt;)");
    says("Heat", &format!("Liquid, as it is made: {name} at 117 °C, 12 K too hot."));
    says("Service", ": 77 FIT a port) stops 8 ports and 4 accelerators until");
    says(
        "Service",
        ", 30 h; the repair stops 144 ports and 72 accelerators for 6.5 h. 33 port-hours",
    );
    // For each Tb/s of its 800 Gb/s: 0.98 + 3.21 + 4.32 W.
    let bars = &page[page.find("Where the heat of a terabit per second arises").unwrap()..];
    assert!(bars[..bars.find("</figure>").unwrap()].contains(">10.6\u{a0}W<"));
}

#[test]
fn the_waterfall_ends_where_its_sum_says() {
    let plan = plan(1);
    for light in plan.packages.iter().filter_map(|s| s.light.as_ref()) {
        let lost: f64 = light.stages.iter().map(|s| s.loss_db).sum();
        let first = light.stages[0].after_dbm + light.stages[0].loss_db;
        let end = light.stages.last().unwrap().after_dbm;
        assert!((lost - light.loss_db).abs() < 1e-9 && (first - end - lost).abs() < 1e-9);
    }
}
