//! The six shipped scenarios as one table: any change of physics, money or decision shows as a readable diff.
//! And what must hold whatever the numbers are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom::decide::plan::ClassPlan;
use lightloom::units::Decibel;
use lightloom::{Extent, Library, Plan, Wanted};
use std::fmt::Write as _;

fn plans() -> Vec<(String, Plan)> {
    let library = Library::shipped().unwrap();
    let plan = |(name, text): &(&str, &str)| {
        let scenario = lightloom::scenario::parse(text).unwrap();
        assert!(!scenario.sources.is_empty(), "{name} names no source");
        let plan = {
            let wanted = Wanted { extent: Extent::Answer, samples: 64, belief: None };
            lightloom::plan_with(&library, &scenario, text, wanted, |_| {})
        }
        .unwrap();
        ((*name).to_owned(), plan)
    };
    lightloom::catalog::SCENARIOS.iter().map(plan).collect()
}

#[test]
fn every_scenario_under_every_strategy() {
    let mut table = String::new();
    for (name, plan) in plans() {
        writeln!(table, "{name}\n  {}", plan.decision.headline).unwrap();
        writeln!(
            table,
            "  {:<16} {:>8} {:>10} {:>10} {:>10} {:>9} {:>8} {:>8} {:>9} {:>9}",
            "",
            "pJ/bit",
            "optics kW",
            "net kW",
            "all kW",
            "step s",
            "tok/s/u",
            "goodput",
            "net MUSD",
            "all MUSD"
        )
        .unwrap();
        for s in &plan.strategies {
            writeln!(
                table,
                "  {:<16} {:>8.2} {:>10.1} {:>10.1} {:>10.0} {:>9.3} {:>8.0} {:>8.4} {:>9.2} {:>9.1}",
                s.id,
                s.power.lane_pj_per_bit,
                s.power.optics_w / 1e3,
                s.power.network_w / 1e3,
                s.power.cluster_w / 1e3,
                s.training.as_ref().map_or(f64::NAN, |t| t.step_s),
                s.decoding.as_ref().map_or(f64::NAN, |d| d.quickest.tokens_per_s_per_user),
                s.operations.goodput,
                s.cost.network_total_usd / 1e6,
                s.cost.total_usd / 1e6,
            )
            .unwrap();
        }
        invariants(&name, &plan);
    }
    insta::assert_snapshot!(table);
}

fn invariants(name: &str, plan: &Plan) {
    let json = serde_json::to_string(plan).unwrap();
    assert!(!json.contains("null,\"value\""), "{name}: a part without a number");
    for s in &plan.strategies {
        let p = &s.power;
        assert!(p.optics_w <= p.network_w && p.switch_boxes_w <= p.network_w, "{name} {}", s.id);
        assert!(p.network_w < p.cluster_w, "{name} {}", s.id);
        let o = &s.operations;
        assert!(
            (0.0..=1.0).contains(&o.availability) && (0.0..=1.0).contains(&o.goodput),
            "{name} {}",
            s.id
        );
        assert!(s.cost.network_total_usd < s.cost.total_usd, "{name} {}", s.id);
        let split: f64 = s.training.iter().flat_map(|t| &t.split).map(|p| p.value).sum();
        let step = s.training.as_ref().map_or(0.0, |t| t.step_s);
        assert!((split - step).abs() <= 1e-9 * step, "{name} {}: parts {split}, step {step}", s.id);
    }
    // The recommended mix is the cheapest of what may be taken; baselines that do not close may look cheaper.
    for class in plan.tiers.iter().flat_map(|t| &t.classes) {
        let usable: Vec<_> = class.options.iter().filter(|o| o.usable).collect();
        let best = usable.iter().map(|o| o.cost_usd).fold(f64::INFINITY, f64::min);
        if let Some(id) = &class.recommended {
            let taken = usable.iter().find(|o| o.technology == *id).unwrap();
            assert!(taken.cost_usd <= best, "{name} {}", class.name);
            assert!(
                taken.margin_db >= 0.0 && taken.reach_m >= class.length.max_m - 1e-9,
                "{name} {}",
                class.name
            );
        }
        for option in &class.options {
            assert_eq!(
                option.usable,
                option.rejected_because.is_none(),
                "{name} {}",
                option.technology
            );
            let parts: f64 = option.energy_split.iter().map(|p| p.value).sum();
            assert!((parts - option.lane_pj_per_bit).abs() < 1e-9, "{name} {}", option.technology);
            let cost: f64 = option.cost_split.iter().map(|p| p.value).sum();
            assert!((cost / option.cost_usd - 1.0).abs() < 1e-9, "{name} {}", option.technology);
        }
        let (pairs, single): (Vec<_>, Vec<_>) = class.options.iter().partition(|o| o.pair);
        assert_eq!(single.len(), 17, "{name} {}", class.name);
        // Six ends facing each other: between switches fifteen different twos, else 36 less the eight that files state.
        let between_switches = class.layers[0] > 0;
        assert_eq!(pairs.len(), if between_switches { 15 } else { 28 }, "{name} {}", class.name);
        sections(&format!("{name} {}", class.name), class);
    }
}

/// What is drawn of the section that decides a link explains the numbers that stand in the table.
fn sections(name: &str, class: &ClassPlan) {
    let option = |id: &str| class.options.iter().find(|o| o.technology == id).unwrap();
    if let Some(taken) = &class.recommended {
        assert_eq!(class.worst_sections[0].technology, *taken, "{name}");
        assert!(class.worst_sections[0].receivers.iter().any(|r| r.taken), "{name}");
    }
    for miss in class.worst_sections.iter().skip(1) {
        let (miss, taken) = (option(&miss.technology), option(&class.worst_sections[0].technology));
        assert!(miss.margin_db < 0.0 && miss.cost_usd < taken.cost_usd, "{name}");
    }
    for section in &class.worst_sections {
        let option = option(&section.technology);
        let best = section.receivers.iter().find(|r| r.taken).or_else(|| {
            section.receivers.iter().max_by(|a, b| a.margin_db.total_cmp(&b.margin_db))
        });
        let best = best.unwrap();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-3 * a.abs().max(b.abs());
        assert!(near(best.margin_db, option.margin_db), "{name}: {best:?} {}", option.margin_db);
        assert_eq!(best.limiter, option.limiter, "{name}");
        let seen = section.seen.as_ref().unwrap();
        assert_eq!((&seen.receiver, seen.com_db), (&best.class, best.com_db), "{name}");
        let ratio = seen.signal_mv / seen.noise_mv;
        let ratio_db = Decibel::from_power_ratio(ratio * ratio).as_db() + seen.sequence_gain_db;
        assert!((ratio_db - seen.com_db).abs() < 0.01, "{name}: {ratio_db} {}", seen.com_db);
        let power: f64 = seen.noises.iter().map(|n| n.sigma_mv * n.sigma_mv).sum();
        assert!(near(power.sqrt(), seen.sigma_mv), "{name}");
        assert!(seen.noises.iter().all(|n| n.com_without_db >= seen.com_db - 0.01), "{name}");
        // The cursor is in it, and nothing comes long before it.
        let cursor = seen.pulse.iter().find(|s| s[0] == 0.0).unwrap();
        assert!(cursor[1] > seen.signal_mv && cursor[2] == 0.0, "{name}: {cursor:?}");
        assert!(seen.pulse.iter().all(|s| s[0] >= -32.0) && seen.pulse.len() <= 34, "{name}");
        assert!(section.copper.iter().all(|p| p.die_to_die_db < option.loss_db + 0.01), "{name}");
        assert!(section.light.is_some() || !section.copper.is_empty(), "{name}");
        if let Some(light) = &section.light {
            assert!(light.laser_dbm <= light.most_laser_dbm, "{name}: {light:?}");
        }
        let json = serde_json::to_string(section).unwrap();
        assert!(json.len() < 6_000, "{name}: {} bytes", json.len());
    }
}
