//! A plan looks into what it takes: each technology once, at the links that it is taken for, with the same answers as there.
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a failed test may panic; the same numbers"
)]

use lightloom::decide::Plan;
use lightloom::package::pair::same_ends;
use lightloom::{Extent, Library, Wanted};
use std::collections::BTreeSet;

const FEW: Wanted = Wanted { extent: Extent::Figures, samples: 64, belief: None };

fn planned(text: &str) -> Plan {
    let library = Library::shipped().unwrap();
    let scenario = lightloom::scenario::parse(text).unwrap();
    lightloom::plan_with(&library, &scenario, text, FEW, |_| {}).unwrap()
}

#[test]
fn every_technology_that_is_taken_has_one_sheet_that_agrees_with_its_links() {
    for text in [
        include_str!("../../../scenarios/gb300-nvl72-4608.toml"),
        include_str!("../../../scenarios/dgx-h100-superpod-1024.toml"),
    ] {
        let plan = planned(text);
        let (baseline, mix) = (&plan.strategies[0], plan.strategies.last().unwrap());
        let taken: BTreeSet<&str> = [baseline, mix]
            .iter()
            .flat_map(|s| &s.choices)
            .map(|c| c.technology.as_str())
            .collect();
        let sheets: BTreeSet<&str> = plan.packages.iter().map(|s| s.id.as_str()).collect();
        assert!(sheets.is_subset(&taken), "{sheets:?} of {taken:?}");
        // A pair and the same two ends the other way round share a sheet.
        for id in &taken {
            assert_eq!(sheets.iter().filter(|sheet| same_ends(sheet, id)).count(), 1, "{id}");
        }
        assert_eq!(plan.packages.len(), sheets.len(), "each once");
        for sheet in &plan.packages {
            let by =
                if mix.choices.iter().any(|c| c.technology == sheet.id) { mix } else { baseline };
            let classes = plan.tiers.iter().flat_map(|t| &t.classes);
            let class = classes
                .filter(|c| {
                    by.choices.iter().any(|x| x.class == c.name && x.technology == sheet.id)
                })
                .reduce(|a, b| {
                    let all = |c: &lightloom::decide::plan::ClassPlan| c.links as f64 * c.rate_gbps;
                    if all(b) > all(a) { b } else { a }
                })
                .unwrap();
            let asked = &sheet.asked;
            assert_eq!(asked.rate_gbps, class.rate_gbps);
            assert_eq!(asked.lane_gbps, class.lane_gbps);
            assert_eq!(asked.length_m, class.length.max_m);
            let option = class.options.iter().find(|o| o.technology == sheet.id).unwrap();
            assert_eq!(sheet.link.margin_db, option.margin_db);
            assert_eq!(sheet.link.lane_pj_per_bit, option.lane_pj_per_bit);
            assert_eq!([sheet.power.near_optics_w, sheet.power.optics_w], option.optics_w);
            // Another technology stands at the other end of a link where the option says so.
            assert_eq!(sheet.cross_sections.len(), if option.near.is_some() { 2 } else { 1 });
            // The box is a switch of the tier: a whole number of its ports.
            let ports = asked.box_tbps * 1e3 / asked.rate_gbps;
            assert!(ports >= 1.0 && (ports - ports.round()).abs() < 1e-6, "{ports}");
        }
        let curve = plan.path_curve.as_ref().unwrap();
        let out = plan.tiers.iter().find(|t| t.tier == "scale-out").unwrap();
        assert!(out.classes.iter().any(|c| c.lane_gbps == curve.lane_gbps));
        assert!(taken.iter().any(|id| curve.points.iter().any(|p| p.technology == *id)));
    }
}
