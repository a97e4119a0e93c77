//! How modules and engines are made: closed forms, published yields, a simulated line, and what must hold whatever the numbers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::Node;
use lightloom_num::Stream;
use lightloom_package::manufacture::defects::{escaped, passed};
use lightloom_package::manufacture::spares::{lanes_and_lasers, series, with_spares};
use lightloom_package::manufacture::{
    Contents, DefectModel, Flow, Making, ManufactureError, Names, PackageYield, Process, Wafer,
};
use lightloom_package::{ProcessError, Technology};
use lightloom_units::{Area, BitRate, DefectDensity, Length, Money, Quantity, Ratio};
use proptest::prelude::*;
use std::fmt::Write as _;

fn catalog() -> Catalog {
    Catalog::parse(lightloom_catalog::FACTS).unwrap()
}

fn technologies() -> Vec<Technology> {
    let all = lightloom_catalog::TECHNOLOGIES.iter();
    all.map(|(file, text)| Technology::parse(file, text).unwrap())
        .filter(|t| t.engine.is_some())
        .collect()
}

fn technology(id: &str) -> Technology {
    technologies().into_iter().find(|t| t.id == id).unwrap()
}

fn process(id: &str) -> Process {
    let name = format!("{id}.toml");
    let (file, text) = lightloom_catalog::PROCESSES.iter().find(|(f, _)| *f == name).unwrap();
    Process::parse(file, text).unwrap()
}

/// Flow and contents of a technology.
fn line(facts: &Facts<'_>, technology: &Technology, gbps: f64, dsp: bool) -> (Flow, Contents) {
    let engine = technology.engine.as_ref().unwrap();
    let names = Names { alignment: &engine.alignment, bond: &engine.bond, node: Node::N3 };
    let flow = Flow::from_facts(facts, &process(&engine.process), names).unwrap();
    let payload = engine.line.map_or(BitRate::gbps(gbps), |l| l.payload);
    (flow, Contents::of(facts, engine, payload, dsp, None).unwrap())
}

fn making(facts: &Facts<'_>, technology: &Technology, gbps: f64, dsp: bool) -> Making {
    let (flow, contents) = line(facts, technology, gbps, dsp);
    flow.make(&contents).unwrap()
}

fn near(found: Ratio, expected: f64, within: f64) {
    assert!((found.value() - expected).abs() < within, "{found:?} against {expected}");
}

#[test]
fn published_yields_of_joints_and_engines() {
    // OIF panel, OFC 2023.
    near(series(Ratio::new(0.998_65), 1088).unwrap(), 0.230, 5e-4);
    near(series(Ratio::new(0.998_65), 288).unwrap(), 0.678, 5e-4);
    // Tom's Hardware; the spares are the research notes' own calculation.
    let package = PackageYield::of(Ratio::new(0.95), 32, 4).unwrap();
    near(package.without_spares, 0.194, 5e-4);
    near(package.with_spares, 0.968, 5e-4);
    // 99.865 % is the normal distribution below three sigma.
    near(Ratio::new(1.0 - lightloom_num::q(3.0)), 0.998_65, 1e-6);
}

#[test]
fn joints_of_the_oif_module_are_counted_from_its_lanes() {
    // 3.2T of 32 DR lanes with four fibres of laser light: 68 joints, 16 modules make 1,088.
    let catalog = catalog();
    let nominal = Facts::nominal(&catalog);
    let position = catalog.position("laser.external.shared_by").unwrap();
    let facts = nominal.with(position, 8.0);
    let technology = technology("cpo-switch");
    let engine = technology.engine.as_ref().unwrap();
    let contents = Contents::of(&facts, engine, BitRate::gbps(100.0), false, None).unwrap();
    assert_eq!(contents.fibres * 16, 1088);
}

#[test]
fn k_of_n_is_what_counting_all_cases_gives() {
    let p = 0.83;
    for n in 1u64..=12 {
        for k in 0..=n {
            let mut sum = 0.0;
            for case in 0u32..1 << n {
                if u64::from(case.count_ones()) >= k {
                    let good = f64::from(case.count_ones());
                    sum += libm::pow(p, good) * libm::pow(1.0 - p, n as f64 - good);
                }
            }
            near(with_spares(Ratio::new(p), k, n).unwrap(), sum, 1e-12);
        }
    }
    let both = lanes_and_lasers(Ratio::new(0.9), [4, 5], Ratio::new(0.8), [1, 2]).unwrap();
    // (5 x 0.9^4 0.1 + 0.9^5) (1 - 0.2²)
    near(both, 0.91854 * 0.96, 1e-12);
}

#[test]
fn clustered_defects_become_poisson() {
    let (area, density) =
        (Area::parse("80 mm2").unwrap(), DefectDensity::parse("0.4 /cm2").unwrap());
    let of = |model: DefectModel| model.yield_of(area, density).unwrap().value();
    let poisson = of(DefectModel::Poisson);
    assert!((poisson - libm::exp(-0.32)).abs() < 1e-15);
    let mut last = 1.0;
    for alpha in [0.5, 2.0, 10.0, 1e3, 1e6, 1e9] {
        let clustered = of(DefectModel::NegativeBinomial { clustering: Ratio::new(alpha) });
        assert!(clustered < last && clustered > poisson, "{alpha}");
        last = clustered;
    }
    assert!(last - poisson < 1e-9);
    let murphy = of(DefectModel::Murphy);
    assert!(
        poisson < murphy
            && murphy < of(DefectModel::NegativeBinomial { clustering: Ratio::new(1.0) })
    );
    let none = DefectModel::Murphy.yield_of(area, DefectDensity::ZERO).unwrap();
    near(none, 1.0, 1e-15);
}

#[test]
fn dies_of_a_wafer_are_about_those_that_fit() {
    let catalog = catalog();
    let wafer = Wafer::from_facts(&Facts::nominal(&catalog), "photonic", Node::N3).unwrap();
    for mm2 in [10.0, 50.0, 100.0] {
        let found = wafer.dies(Area::from_si(mm2 * 1e-6)).unwrap();
        // Counted: squares of a grid, centred on a corner, that lie within the useful radius.
        let (side, radius) = (f64::sqrt(mm2) + 0.1, 147.0);
        let mut counted = 0.0;
        for i in 0..200 {
            for j in 0..200 {
                let (x, y) = (f64::from(i + 1) * side, f64::from(j + 1) * side);
                counted += f64::from(u8::from(libm::hypot(x, y) <= radius)) * 4.0;
            }
        }
        assert!((found / counted - 1.0).abs() < 0.03, "{mm2} mm2: {found} against {counted}");
    }
    let large = wafer.dies(Area::parse("60 cm2").unwrap());
    let error = wafer.dies(Area::parse("600 cm2").unwrap()).unwrap_err();
    assert!(large.is_ok() && error.to_string().contains("does not fit"), "{error}");
    assert!(wafer.dies(Area::ZERO).is_err());
    let tiny = Wafer { edge: Length::mm(200.0), ..wafer };
    assert!(tiny.dies(Area::parse("1 mm2").unwrap()).is_err());
}

const LINE: &str = r#"
id = "line"
name = "A line"
about = "Few steps with large losses."
margin = "cost.margin.module"
[[step]]
name = "lasers"
group = "laser"
action = { part = { price = "part.laser.die", per = "laser" } }
[[step]]
name = "laser attach"
group = "laser"
action = { attach = { head = "attach.laser", per = "laser" } }
[[step]]
name = "first test"
group = "ends"
action = { test = { head = "test.chips", per = "lane" } }
[[step]]
name = "mounting"
group = "ends"
action = { attach = { head = "attach.hybrid", per = "lane" } }
[[step]]
name = "last test"
group = "ends"
action = { test = { head = "test.engine", per = "unit", stake = "stake.package", rework = { head = "rework.engine", tries = 3 } } }
"#;

#[test]
fn a_simulated_line_costs_the_same() {
    let catalog = catalog();
    let mut facts = Facts::nominal(&catalog);
    for (id, value) in [
        ("attach.laser.yield", 0.97),
        ("attach.hybrid.yield", 0.97),
        ("test.engine.coverage", 0.9),
        ("stake.package", 300.0),
    ] {
        facts = facts.with(catalog.position(id).unwrap(), value);
    }
    let technology = technology("retimed-pluggable");
    let engine = technology.engine.as_ref().unwrap();
    let names = Names { alignment: "active", bond: "c4", node: Node::N3 };
    let flow = Flow::from_facts(&facts, &Process::parse("line", LINE).unwrap(), names).unwrap();
    let contents = Contents::of(&facts, engine, BitRate::gbps(200.0), true, None).unwrap();
    let found = flow.make(&contents).unwrap();

    // Each laser and each lane is broken or not; a broken thing is so by a number of faults (Poisson, at least one); a test
    // finds each fault or not; repair removes what was found.
    let usd = |id: &str| facts.get::<Money>(id).unwrap().as_usd();
    let share = |id: &str| facts.get::<Ratio>(id).unwrap().value();
    let mut stream = Stream::new(9, 9);
    let mut poisson = |mean: f64| {
        let (mut n, mut left) = (0u32, libm::exp(mean) * stream.unit());
        while left > 1.0 {
            n += 1;
            left *= stream.unit();
        }
        n
    };
    let (lasers, lanes) = (contents.lasers, contents.lanes);
    let units = 300_000;
    let (mut spent, mut good, mut first, mut shipped) = (0.0, 0.0, 0.0, 0.0);
    let mut coin = Stream::new(10, 1);
    for _ in 0..units {
        let mut cost = lasers * (usd("part.laser.die") + usd("attach.laser.cost"));
        let mut faults = poisson(-lasers * libm::log(share("attach.laser.yield")));
        cost += lanes * usd("test.chips.cost");
        let unseen = (0..faults).filter(|_| coin.unit() > share("test.chips.coverage")).count();
        if unseen < faults as usize {
            spent += cost;
            continue;
        }
        faults += poisson(-lanes * libm::log(share("attach.hybrid.yield")));
        cost += lanes * usd("attach.hybrid.cost") + usd("test.engine.cost");
        let unseen = (0..faults).filter(|_| coin.unit() > share("test.engine.coverage")).count();
        let mut passes = unseen == faults as usize;
        first += f64::from(u8::from(passes));
        for _ in 0..3 {
            if !passes {
                cost += usd("rework.engine.cost") + usd("test.engine.cost");
                passes = coin.unit() < share("rework.engine.success");
            }
        }
        if passes {
            shipped += 1.0;
            good += f64::from(u8::from(unseen == 0));
        } else {
            cost += usd("stake.package");
        }
        spent += cost;
    }
    let n = f64::from(units);
    assert!((found.first_pass.value() - first / n).abs() < 0.004, "{found:?}, {}", first / n);
    assert!((found.through.value() - shipped / n).abs() < 0.004, "{found:?}, {}", shipped / n);
    assert!((found.escaped.value() - (1.0 - good / shipped)).abs() < 0.003);
    let ratio = found.cost.as_usd() / (spent / good);
    assert!((ratio - 1.0).abs() < 0.006, "{} against {}", found.cost, spent / good);
}

#[test]
fn processes_that_are_none() {
    let of = |text: &str| Process::parse("p.toml", text).unwrap_err().to_string();
    let with = |from: &str, to: &str| of(&LINE.replacen(from, to, 1));
    let mut text = String::new();
    for error in [
        with("head = \"attach.laser\"", "heads = \"attach.laser\""),
        with("about =", "colour = \"red\"\nabout ="),
        with("{ part = {", "{ glue = {"),
        with("per = \"lane\"", "per = \"lanes\""),
        with("tries = 3", "tries = 0"),
        with("name = \"mounting\"", "name = \"lasers\""),
        of(LINE.split_once("[[step]]\nname = \"last test\"").unwrap().0),
        of(
            "id = \"none\"\nname = \"None\"\nabout = \"Nothing.\"\nmargin = \"cost.margin.module\"\nstep = []",
        ),
    ] {
        writeln!(text, "{error}\n").unwrap();
    }
    insta::assert_snapshot!(text);
    assert!(matches!(Process::parse("p", "id = 1"), Err(ProcessError::Parse { .. })));
}

#[test]
fn what_has_no_good_units_is_an_error_and_no_number() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let none = facts.with(catalog.position("attach.laser.yield").unwrap(), 1e-4);
    let (flow, contents) = line(&none, &technology("retimed-pluggable"), 100.0, true);
    let error = flow.make(&contents).unwrap_err();
    assert!(
        matches!(&error, ManufactureError::NothingLeft { step, .. } if step == "laser attach"),
        "{error}"
    );
    let engine = technology("retimed-pluggable").engine.unwrap();
    assert!(Contents::of(&facts, &engine, BitRate::ZERO, true, None).is_err());
    let zero = facts.with(catalog.position("attach.module.yield").unwrap(), 0.0);
    let names = Names { alignment: "active", bond: "c4", node: Node::N3 };
    let error = Flow::from_facts(&zero, &process("module"), names).unwrap_err();
    assert!(error.to_string().contains("attach.module.yield"), "{error}");
}

#[test]
fn a_part_that_is_not_built_is_not_paid_for() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let cost = |id: &str, dsp| making(&facts, &technology(id), 200.0, dsp).groups;
    let [with, without] = [true, false].map(|dsp| cost("retimed-pluggable", dsp));
    let half = cost("half-retimed-pluggable", true);
    assert!(without.retimer == Money::ZERO && with.retimer > Money::usd(5.0));
    assert!(half.retimer > Money::ZERO && half.retimer < with.retimer);
    assert!(cost("cpo-switch", false).retimer == Money::ZERO);
}

#[test]
fn all_technologies() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut text = String::from("cost of a good unit, 200 Gb/s a lane where serial\n");
    writeln!(
        text,
        "{:<22} {:>5} {:>6} {:>5} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6} {:>6}  {:<24} {:<24}",
        "technology",
        "Tb/s",
        "lanes",
        "fibre",
        "all good",
        "good",
        "USD/Gb/s",
        "laser",
        "first%",
        "thru%",
        "last%",
        "dominant",
        "dominant loss"
    )
    .unwrap();
    let ports = common::ports(&facts);
    for t in technologies() {
        let (flow, _) = line(&facts, &t, 200.0, false);
        let payload = common::payload(&t);
        let engine = t.engine.as_ref().unwrap();
        let (retimed, sharing) = (t.id.contains("retimed"), ports[&t.id].1.sharing);
        let contents = Contents::of(&facts, engine, payload, retimed, sharing).unwrap();
        let m = flow.make(&contents).unwrap();
        writeln!(
            text,
            "{:<22} {:>5.1} {:>6} {:>5} {:>8.0} {:>8.0} {:>8.3} {:>8.0} {:>6.1} {:>6.1} {:>6.1}  {:<24} {:<24}",
            t.id,
            m.capacity.as_gbps() / 1e3,
            m.lanes.value(),
            m.fibres.value(),
            m.cost_if_all_good.as_usd(),
            m.cost.as_usd(),
            m.cost.as_usd() / m.capacity.as_gbps(),
            m.groups.laser.as_usd(),
            100.0 * m.first_pass.value(),
            100.0 * m.through.value(),
            100.0 * m.good_at_last_test.value(),
            m.dominant,
            m.dominant_loss.as_deref().unwrap_or("none"),
        )
        .unwrap();
    }
    for id in ["retimed-pluggable", "cpo-switch"] {
        let m = making(&facts, &technology(id), 200.0, id.contains("retimed"));
        writeln!(text, "\n{id}: {}", m.name).unwrap();
        for s in &m.steps {
            let (cost, loss, y) = (s.cost.as_usd(), s.loss.as_usd(), 100.0 * s.step_yield.value());
            writeln!(text, "  {:<32} {cost:>8.2} {loss:>8.2} {y:>8.3} %", s.name).unwrap();
        }
        for t in &m.tolerances {
            let (joint, attach) = (100.0 * t.joint_yield.value(), 100.0 * t.attach_yield.value());
            let cost = t.cost.map_or(f64::NAN, Money::as_usd);
            writeln!(
                text,
                "  errors x{}: joint {joint:.4} %, attach {attach:.2} %, {cost:.0} USD",
                t.scale.value()
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

/// Every fact of the catalog somewhere in its range.
fn sampled(catalog: &Catalog, seed: u64) -> Facts<'_> {
    Facts::nominal(catalog).drawn(|i| Stream::new(seed, i as u64).unit())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_is_conserved_wherever_the_facts_lie(seed in any::<u64>(), gbps in prop::sample::select(vec![100.0, 200.0])) {
        let catalog = catalog();
        let facts = sampled(&catalog, seed);
        for t in technologies() {
            let (flow, contents) = line(&facts, &t, gbps, true);
            let m = match flow.make(&contents) {
                Ok(m) => m,
                Err(ManufactureError::NothingLeft { .. }) => continue,
                Err(e) => panic!("{}: {e}", t.id),
            };
            let close = |a: Money, b: Money| (a - b).as_usd().abs() < 1e-6 * b.as_usd();
            let steps: Money = m.steps.iter().map(|s| s.cost + s.loss).sum();
            prop_assert!(close(steps, m.cost) && close(m.groups.total(), m.cost), "{m:?}");
            prop_assert!(m.cost >= m.cost_per_started && m.cost >= m.cost_if_all_good, "{m:?}");
            prop_assert!(m.steps.iter().all(|s| s.loss >= Money::ZERO));
            prop_assert!(m.first_pass.value() <= m.through.value() + 1e-12 && m.price > m.cost);
            prop_assert!(m.sensitivities.iter().all(|s| s.change <= Money::usd(1e-9)), "{m:?}");
            let costs: Vec<f64> = m.tolerances.iter().map(|t| t.cost.map_or(f64::INFINITY, Money::as_usd)).collect();
            prop_assert!(costs.windows(2).all(|w| w[0] <= w[1] * (1.0 + 1e-6)), "{costs:?}");
        }
    }

    #[test]
    fn more_spares_never_lower_the_yield(y in 0.0..=1.0f64, needed in 1u64..200, spares in 0u64..50) {
        let of = |spares| PackageYield::of(Ratio::new(y), needed, spares).unwrap();
        prop_assert!(of(spares + 1).with_spares.value() >= of(spares).with_spares.value() - 1e-12);
        prop_assert!((of(0).with_spares.value() - of(0).without_spares.value()).abs() < 1e-9);
    }

    #[test]
    fn a_better_test_never_lets_more_escape(y in 0.01..=1.0f64, t in 0.0..1.0f64, better in 0.0..1.0f64) {
        let higher = t + (1.0 - t) * better;
        let bad = |t| escaped(Ratio::new(y), Ratio::new(t)).unwrap().value();
        prop_assert!(bad(higher) <= bad(t) + 1e-15);
        // Passed and sound, passed and bad, refused: all there is.
        let pass = passed(Ratio::new(y), Ratio::new(t)).unwrap().value();
        prop_assert!((pass * (1.0 - bad(t)) - y).abs() < 1e-12);
    }

    #[test]
    fn a_better_test_of_a_flow_never_ships_more_bad_units(which in 0usize..8, seed in any::<u64>(), better in 0.0..1.0f64) {
        let ids = ["wafer.photonic.coverage", "wafer.logic.coverage", "test.chips.coverage", "test.module.coverage",
            "wafer.electronic.coverage", "test.engine.coverage", "test.package.coverage", "test.module.coverage"];
        let catalog = catalog();
        let facts = sampled(&catalog, seed);
        let had: Ratio = facts.get(ids[which]).unwrap();
        let moved = had.value() + (1.0 - had.value()) * better;
        let after = facts.with(catalog.position(ids[which]).unwrap(), moved);
        for id in ["retimed-pluggable", "cpo-switch", "near-package-optics"] {
            let escaped = |facts: &Facts<'_>| {
                let (flow, contents) = line(facts, &technology(id), 200.0, true);
                flow.make(&contents).map(|m| m.escaped.value())
            };
            if let (Ok(before), Ok(after)) = (escaped(&facts), escaped(&after)) {
                prop_assert!(after <= before + 1e-12, "{id} {}", ids[which]);
            }
        }
    }
}
