//! The anatomy of a lane adds up to its port, for every technology.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use lightloom_evidence::Facts;
use lightloom_link::{EnergySplit, Fec, Line, Pam};
use lightloom_package::anatomy::{
    Anatomy, Body, BodyKind, LaneEnd, Part, Regeneration, anatomy, bodies, path_curve, path_length,
};
use lightloom_package::technology::{Engine, Source};
use lightloom_package::{Port, PortSpec, ReachSearch, Shop, Technology, assemble};
use lightloom_units::{BitRate, Decibel, Length};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is done in a shop with the shipped technologies.
fn in_shop<T>(work: impl FnOnce(&Shop<'_>) -> T) -> T {
    let catalog = common::catalog();
    common::in_shop(&Facts::nominal(&catalog), work)
}

fn spec(lane: f64, length: f64) -> PortSpec {
    let line = Line { payload: BitRate::gbps(lane), pam: Pam::Pam4, fec: Fec::Kp4 };
    let (rate, length) = (BitRate::gbps(800.0), Length::m(length));
    PortSpec {
        rate,
        line,
        length,
        nominal_length: length,
        near_is_switch: false,
        through_circuit_switch: false,
    }
}

/// Every technology at 100 and 200 Gb/s, with its port.
fn each(shop: &Shop<'_>, mut look: impl FnMut(&Technology, &PortSpec, &Anatomy, &Port)) {
    for lane in [100.0, 200.0] {
        for technology in shop.technologies().values() {
            let spec = spec(lane, if technology.engine.is_some() { 30.0 } else { 1.5 });
            let anatomy = anatomy(shop, technology, &spec).unwrap();
            let port = assemble(shop, technology, &spec, ReachSearch::AtLength).unwrap();
            look(technology, &spec, &anatomy, &port);
        }
    }
}

fn parts(energy: &EnergySplit) -> Vec<f64> {
    energy.parts().iter().map(|(_, e)| e.as_pj_per_bit()).collect()
}

#[test]
fn energies_and_delays_of_the_stretches_add_up_to_the_ports() {
    in_shop(|shop| {
        each(shop, |t, _, anatomy, port| {
            let close = |a: &[f64], b: &[f64]| {
                a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0))
            };
            let (a, b) = (parts(&anatomy.energy()), parts(&port.energy));
            assert!(close(&a, &b), "{}: {a:?} against {b:?} pJ/bit", t.id);
            let ns = |l: lightloom_link::LatencySplit| l.parts().map(|(_, t)| t.as_ns());
            let (a, b) = (ns(anatomy.latency()), ns(port.latency));
            assert!(close(&a, &b), "{}: {a:?} against {b:?} ns", t.id);
            assert_eq!(anatomy.margin, port.margin, "{}", t.id);
            assert_eq!(anatomy.closes, port.closes(), "{}", t.id);
        });
    });
}

/// Losses of a lane's sections one way, put together from the stretches by what the file says is retimed.
fn sections(
    t: &BTreeMap<String, Technology>,
    from: &LaneEnd,
    to: &LaneEnd,
    a: &Anatomy,
) -> Vec<f64> {
    use lightloom_package::technology::{Interface, Retiming};
    let db = |d: Decibel| d.as_db();
    let [out, into] = [from, to].map(|e| t[&e.technology].clone());
    if let Some(cable) = &out.cable {
        let whole = [db(from.copper_loss()), db(a.between.copper_loss), db(to.copper_loss())];
        let retimed = cable.active == Some(lightloom_package::ActiveCable::Retimer);
        return if retimed { whole.to_vec() } else { vec![whole.iter().sum()] };
    }
    let (out, into) = (out.engine.unwrap(), into.engine.unwrap());
    let serial = |i| i == Interface::Serdes;
    let mut light = 0.0;
    let mut found = Vec::new();
    if serial(out.interface) {
        let loss = db(from.built_for());
        if out.retiming == Retiming::None { light += loss } else { found.push(loss) }
    }
    if serial(into.interface) {
        let loss = db(to.built_for());
        if into.retiming == Retiming::Both { found.push(loss) } else { light += loss }
    }
    found.push(light);
    found
}

#[test]
fn losses_of_the_stretches_add_up_to_the_channels() {
    let catalog = common::technologies();
    in_shop(|shop| {
        each(shop, |t, _, a, port| {
            let [switch, near] = &a.ends;
            let both = [sections(&catalog, near, switch, a), sections(&catalog, switch, near, a)];
            let most = both.iter().flatten().copied().fold(0.0, f64::max);
            assert!((most - port.loss.as_db()).abs() < 0.05, "{}: {both:?}, {}", t.id, port.loss);
            assert!((a.loss.as_db() - port.loss.as_db()).abs() < 1e-9, "{}", t.id);
            for end in &a.ends {
                assert!(end.reserve.loss >= Decibel::db(-1e-9), "{}: {:?}", t.id, end.reserve);
                let standard = catalog[&end.technology].standard_channel;
                assert!(standard || end.reserve.loss.as_db().abs() < 1e-9, "{}", t.id);
            }
        });
    });
}

#[test]
fn losses_of_light_add_up_to_the_budgets() {
    let catalog = common::technologies();
    in_shop(|shop| {
        each(shop, |t, _, a, port| {
            let Some(worst) = port.worst.as_deref() else { return };
            let lightloom_link::Section::Optical { optics, .. } = &worst.section else { return };
            let [switch, near] = &a.ends;
            let [from, to] = match worst.direction {
                lightloom_package::Direction::FromSwitch => [switch, near],
                _ => [near, switch],
            };
            let of = |end: &LaneEnd, part: Part| {
                end.stretches.iter().find(|s| s.part == part).unwrap().light_loss.as_db()
            };
            // A directly modulated source and its photodiode meet their fibre each in its own way.
            let direct = catalog[&to.technology].engine.as_ref().map(Engine::source);
            let into = match direct {
                Some(Source::MicroLed | Source::Vcsel) => optics.path.in_coupling.as_db(),
                _ => of(to, Part::Coupler),
            };
            let sent = [Part::Laser, Part::Transmitter, Part::Coupler].map(|p| of(from, p));
            let sum = sent.iter().sum::<f64>()
                + a.between.light_loss.as_db()
                + into
                + a.light_allowance.as_db();
            let budget = optics.budget(optics.max_lane_power()).total_loss.as_db();
            assert!((sum - budget).abs() < 1e-9, "{}: {sum} against {budget} dB", t.id);
        });
    });
}

#[test]
fn the_electrical_path_is_what_the_files_add_up_to() {
    // Nominal `distance.*` facts: package 40, board 200, module 20, plug 15, near 100, engine 25 mm.
    let expected = [
        ("retimed-pluggable", 260.0),
        ("linear-pluggable", 260.0),
        ("near-package-optics", 125.0),
        ("on-board-optics", 210.0),
        ("cpo-switch", 25.0),
        ("cpo-interposer", 2.0),
        ("cpo-stacked", 0.1),
        // From die to die, with 1.5 m of cable.
        ("dac", 2.0 * 255.0 + 1500.0),
        ("co-packaged-copper", 2.0 * 15.0 + 1500.0),
    ];
    in_shop(|shop| {
        each(shop, |t, _, a, _| {
            let mm = path_length(a).as_mm();
            let Some((_, asked)) = expected.iter().find(|(id, _)| *id == t.id) else { return };
            assert!((mm - asked).abs() < 1e-9, "{}: {mm} against {asked} mm", t.id);
        });
    });
}

#[test]
fn a_retimer_stands_where_the_file_decides_and_is_what_the_port_says() {
    in_shop(|shop| {
        each(shop, |t, _, a, port| {
            let has = |e: &LaneEnd, kind| e.stretches.iter().any(|s| s.part == Part::Retimer(kind));
            let digital = a.ends.iter().any(|e| has(e, Regeneration::Digital));
            let bus = a.ends.iter().any(|e| has(e, Regeneration::DieToDie));
            assert_eq!(digital, port.module_dsp && !bus, "{}", t.id);
            let buses = ["cpo-interposer", "cpo-stacked", "microled", "optical-interposer"];
            assert_eq!(bus, buses.contains(&t.id.as_str()), "{}", t.id);
        });
    });
}

#[test]
fn bodies_hold_their_lines() {
    in_shop(|shop| {
        each(shop, |t, spec, a, _| {
            let end = &a.ends[0];
            let bodies = bodies(shop, t, end, spec.line.payload).unwrap();
            let find = |kind| bodies.iter().find(|b| b.kind == kind);
            let to = |b: &Body| b.from + b.length;
            let package = find(BodyKind::Package).unwrap();
            let in_package = end.stretches.iter().filter(|s| s.part == Part::Package);
            assert!(to(package) >= in_package.map(|s| s.length).sum::<Length>(), "{}", t.id);
            let panel = find(BodyKind::Panel).unwrap().from;
            assert!(end.electrical_path() < panel, "{}", t.id);
            // A module's chips lie in it, and its nose before the panel.
            if let Some(module) = find(BodyKind::Module) {
                assert!(to(module) > panel, "{}", t.id);
                for kind in [BodyKind::Retimer, BodyKind::PhotonicChip, BodyKind::Laser] {
                    if let Some(chip) = find(kind) {
                        assert!(
                            chip.from >= module.from && to(chip) <= to(module),
                            "{} {kind:?}",
                            t.id
                        );
                    }
                }
            }
        });
    });
}

#[test]
fn the_curve_of_all_technologies_at_200g() {
    let text = in_shop(|shop| {
        let mut text = "200 Gb/s a lane, light over 30 m, copper as far as it closes\n".to_owned();
        let points = path_curve(shop, &spec(200.0, 30.0)).unwrap();
        assert_eq!(points.len(), shop.technologies().len());
        for p in &points {
            writeln!(
                text,
                "{:<24} {:>8.1} mm {:>5.1} dB {:>6.2} + {:>5.2} + {:>5.2} = {:>6.2} pJ/bit, cable {:>5.1}{}",
                p.technology,
                p.electrical_path.as_mm(),
                p.loss.as_db(),
                p.electrical.as_pj_per_bit(),
                p.optical.as_pj_per_bit(),
                p.conversion.as_pj_per_bit(),
                p.total().as_pj_per_bit(),
                p.length,
                if p.closes { "" } else { ", does not close" },
            )
            .unwrap();
        }
        text
    });
    insta::assert_snapshot!(text);
}
