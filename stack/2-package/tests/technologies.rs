//! Every technology of the catalog on the same ports, as one table; and what must hold between them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{catalog, in_shop, processes, standard, technologies};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_package::{
    Medium, Port, PortSpec, ReachSearch, Shop, Technology, assemble, look_at_lanes, reach,
};
use lightloom_units::{BitRate, Count, Decibel, Length};
use std::fmt::Write as _;

fn spec(lane: f64, length: f64, near_is_switch: bool) -> PortSpec {
    let line = Line { payload: BitRate::gbps(lane), pam: Pam::Pam4, fec: Fec::Kp4 };
    let length = Length::m(length);
    PortSpec {
        rate: BitRate::gbps(800.0),
        line,
        length,
        nominal_length: length,
        near_is_switch,
        through_circuit_switch: false,
    }
}

fn table(lane: f64, length: f64) -> String {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let technologies = technologies();
    let processes = processes();
    let shop =
        Shop::new(&facts, &technologies, &processes, &standard(), Node::N3, Node::N3).unwrap();
    let mut text = format!(
        "800 Gb/s port, {lane} Gb/s a lane, {length} m, accelerator to switch; lane and optics in pJ/bit, one direction\n\
         {:<24} {:>8} {:>18} {:>8} {:>4} {:>6} {:>6} {:>7} {:>8} {:>7} {:>12}\n",
        "technology",
        "margin",
        "limiter",
        "reach",
        "DSP",
        "lane",
        "optics",
        "ns",
        "USD",
        "FIT",
        "W near/far"
    );
    for t in technologies.values() {
        let p = assemble(&shop, t, &spec(lane, length, false), ReachSearch::Full).unwrap();
        writeln!(
            text,
            "{:<24} {:>8.1} {:>18} {:>8.1} {:>4} {:>6.2} {:>6.2} {:>7.0} {:>8.0} {:>7.0} {:>5.1}/{:<5.1}",
            p.technology,
            p.margin,
            p.limiter.name(),
            p.reach,
            if p.module_dsp { "yes" } else { "no" },
            p.energy.lane().as_pj_per_bit(),
            p.energy.optics().as_pj_per_bit(),
            p.latency.total().as_ns(),
            p.cost.total().as_usd(),
            p.failure_rate().as_fit(),
            p.optics_power[0].as_w(),
            p.optics_power[1].as_w(),
        )
        .unwrap();
    }
    text
}

#[test]
fn a_circuit_switch_is_paid_in_light() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (technologies, processes) = (technologies(), processes());
    let shop =
        Shop::new(&facts, &technologies, &processes, &standard(), Node::N3, Node::N3).unwrap();
    let mut paid = 0;
    for t in technologies.values() {
        let direct = spec(100.0, 40.0, false);
        let circuit = PortSpec { through_circuit_switch: true, ..direct.clone() };
        let [a, b] = [&direct, &circuit]
            .map(|spec| assemble(&shop, t, spec, ReachSearch::AtLength).unwrap());
        if !t.single_mode() {
            continue;
        }
        // A stronger laser, as far as it goes, or less margin.
        let hair = Decibel::db(1e-6);
        assert!(b.margin <= a.margin + hair, "{}: {} {}", t.id, a.margin, b.margin);
        let more_light = b.optics_power[0] > a.optics_power[0];
        let less_margin = b.margin < a.margin - Decibel::db(0.5);
        assert!(more_light || less_margin, "{}: {} {}", t.id, a.margin, b.margin);
        paid += 1;
    }
    assert!(paid >= 8, "{paid}");
}

#[test]
fn all_technologies_at_200g() {
    insta::assert_snapshot!(table(200.0, 30.0));
}

#[test]
fn all_technologies_at_100g_in_a_rack() {
    insta::assert_snapshot!(table(100.0, 1.5));
}

fn port(lane: f64, id: &str, length: f64) -> Port {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let technologies = technologies();
    let processes = processes();
    let shop =
        Shop::new(&facts, &technologies, &processes, &standard(), Node::N3, Node::N3).unwrap();
    assemble(&shop, &technologies[id], &spec(lane, length, true), ReachSearch::Full).unwrap()
}

#[test]
fn the_module_ladder_lies_where_vendors_put_it() {
    // 1.6T watts of the optics, one end: twice an 800G port's. link_facts G10-G23 and G32.
    let watts = |id: &str| 2.0 * port(200.0, id, 30.0).optics_power[1].as_w();
    let ladder = ["retimed-pluggable", "half-retimed-pluggable", "linear-pluggable", "cpo-switch"]
        .map(watts);
    for (value, (low, high)) in
        ladder.into_iter().zip([(20.0, 30.0), (14.0, 19.0), (8.8, 13.0), (3.0, 9.0)])
    {
        // A third beyond the published range is the most that T0 may miss it by.
        assert!(value > low / 1.34 && value < high * 1.34, "{ladder:?} against {low} to {high} W");
    }
    assert!(ladder.windows(2).all(|w| w[0] > w[1]), "{ladder:?}");
}

#[test]
fn every_length_within_reach_closes_and_none_beyond() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let technologies = technologies();
    let processes = processes();
    let shop =
        Shop::new(&facts, &technologies, &processes, &standard(), Node::N3, Node::N3).unwrap();
    // Between the lengths of every search.
    let lengths = [0.5, 1.5, 7.0, 12.0, 40.0, 80.0, 300.0, 700.0, 1500.0];
    for t in technologies.values() {
        for lane in [100.0, 200.0].into_iter().filter(|gbps| t.serves(BitRate::gbps(*gbps))) {
            let reach = reach(&shop, t, &spec(lane, 3.0, true)).unwrap();
            let closes = |length: f64| {
                let at = spec(lane, length, true);
                assemble(&shop, t, &at, ReachSearch::AtLength).unwrap().closes()
            };
            for length in lengths.into_iter().filter(|m| Length::m(*m) < reach * 0.98) {
                assert!(closes(length), "{} at {lane}G: {length} m of {reach}", t.id);
            }
            // The next length of a search for light is at most five times as long.
            let beyond = (reach.as_m() * 5.0).max(10.0);
            assert!(beyond > 2000.0 || !closes(beyond), "{} at {lane}G: {reach}", t.id);
        }
    }
}

/// A search by leaps ends where the pulse response does, which ripples around there by some hundredths of a decibel.
#[test]
fn the_end_of_copper_is_known_to_centimetres() {
    let catalog = catalog();
    let ends = in_shop(&Facts::nominal(&catalog), |shop| {
        let copper = shop.technologies().values().filter(|t| t.medium() == Medium::Copper);
        copper.map(|t| ends_of_copper(shop, t)).sum::<usize>()
    });
    assert!(ends > 10, "{ends} ends");
}

/// Looks at either side of the ends of a technology, and says how many it has.
fn ends_of_copper(shop: &Shop<'_>, t: &Technology) -> usize {
    let mut ends = 0;
    for lane in [50.0, 100.0, 200.0].into_iter().filter(|gbps| t.serves(BitRate::gbps(*gbps))) {
        let end = reach(shop, t, &spec(lane, 1.0, true)).unwrap().as_m();
        if end < 0.1 {
            continue;
        }
        let margin = |length: f64| {
            let port = assemble(shop, t, &spec(lane, length, true), ReachSearch::AtLength);
            port.unwrap().margin.as_db()
        };
        let [within, beyond] = [margin(end - 0.03), margin(end + 0.03)];
        assert!(within > -0.05, "{} at {lane}G: {within} dB before {end} m", t.id);
        let longest = t.cable.as_ref().and_then(|c| c.longest.as_ref());
        assert!(longest.is_some() || beyond < 0.05, "{} at {lane}G: {beyond} dB", t.id);
        ends += 1;
    }
    ends
}

#[test]
fn the_dsp_is_an_outcome() {
    assert!(port(200.0, "retimed-pluggable", 30.0).module_dsp);
    assert!(!port(200.0, "cpo-switch", 30.0).module_dsp);
}

#[test]
fn the_worst_section_is_the_one_with_the_ports_margin() {
    for (id, place) in [
        ("copper-backplane", (0, 1)),
        ("linear-pluggable", (0, 1)),
        ("half-retimed-pluggable", (1, 2)),
        ("cpo-stacked", (1, 3)),
    ] {
        let port = port(200.0, id, 1.2);
        let worst = port.worst.as_deref().unwrap();
        assert_eq!((worst.place, worst.sections), place, "{id}");
        let best = worst.found.best().unwrap();
        assert_eq!((best.margin, best.limiter), (port.margin, port.limiter), "{id}");
        let seen = worst.found.outcome.as_ref().unwrap();
        assert_eq!(worst.residual_v.len(), seen.margin.pulse_v.len(), "{id}");
        assert!(worst.residual_v[seen.margin.cursor_ui].abs() < 1e-12, "{id}");
        assert_eq!(worst.direction, lightloom_package::Direction::Alike, "{id}");
    }
}

#[test]
fn an_active_cable_lies_between_a_passive_and_a_retimed_one() {
    for lane in [100.0, 200.0] {
        let ports = ["dac", "acc", "aec"].map(|id| port(lane, id, 1.0));
        let reach = ports.each_ref().map(|p| p.reach.as_m());
        let plugs = ports.each_ref().map(|p| p.energy.optics().as_pj_per_bit());
        println!("{lane}G: reach {reach:.2?} m, plugs {plugs:.2?} pJ/bit");
        assert!(reach.is_sorted_by(|a, b| a < b), "{lane}G: reach {reach:?} m");
        assert!(plugs.is_sorted_by(|a, b| a < b), "{lane}G: plugs {plugs:?} pJ/bit");
        let active = &ports[1];
        assert!(!active.module_dsp, "{lane}G");
        // Each plug is fed and can fail: it holds the redrivers of one direction.
        let [near, far] = active.optics_power.map(|p| p.as_w());
        assert!(near > 0.0 && (near - far).abs() < 1e-12, "{lane}G: {near} {far} W");
        let redrivers = active.failures.iter().find(|f| f.part == "redriver").unwrap();
        assert!(redrivers.rate.as_fit() > 0.0);
        assert!(active.cost.retimer.as_usd() > 0.0 && ports[0].cost.retimer.as_usd() == 0.0);
    }
}

#[test]
fn a_laser_feeds_as_many_fibres_as_its_power_allows() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let each = Decibel::from_power_ratio(2.0).as_db()
        + facts.get::<Decibel>("laser.splitter_excess").unwrap().as_db();
    let stated = facts.get::<Count>("laser.external.shared_by").unwrap().value();
    for id in ["cpo-interposer", "cpo-stacked"] {
        let port = port(200.0, id, 30.0);
        let (sharing, light) = (port.sharing.unwrap(), port.light.unwrap());
        assert!(sharing.lanes_per_laser > stated, "{id}: {sharing:?}");
        assert!(
            (sharing.lanes_per_laser - stated * f64::from(1 << sharing.doublings)).abs() < 1e-9
        );
        // What it shines is never beyond its rated power, and one more splitter would be beyond that or the unit's fibres.
        let left = light.reserve().as_db();
        let engine = technologies()[id].engine.clone().unwrap();
        let strands = engine.strands(engine.capacity / engine.line.unwrap().payload);
        assert!(left >= 0.0, "{id}: {left} dB");
        assert!(
            left < each || 2.0 * sharing.lanes_per_laser > strands,
            "{id}: {left} dB, {strands}"
        );
        // Lasers of both ends, from the lanes.
        let lanes = 800.0 / engine.line.unwrap().payload.as_gbps();
        assert!((port.lasers - 2.0 * lanes / sharing.lanes_per_laser).abs() < 1e-9, "{id}");
    }
    // One colour on a fibre, or light set by a standard: as the catalog says.
    let plain = port(200.0, "cpo-switch", 30.0).sharing.unwrap();
    assert_eq!((plain.lanes_per_laser, plain.doublings), (stated, 0));
}

#[test]
fn micro_leds_are_slow_near_and_without_lasers() {
    let port = port(200.0, "microled", 10.0);
    println!("{:.2} pJ/bit, {:.1}", port.energy.optics().as_pj_per_bit(), port.reach);
    assert!(port.closes(), "{}", port.margin);
    assert_eq!((port.lasers, port.fibres), (0.0, 2.0));
    assert!(port.failures.iter().all(|f| f.part != "laser"));
    // 20 m shown with a median error ratio of 2e-8 (P01); rate times length of 40 to 60 Gb/s m (P06).
    assert!((10.0..=50.0).contains(&port.reach.as_m()), "{}", port.reach);
    // Both ends of 800 Gb/s below 20 FIT each, without controllers (P04).
    let channels = port.failures.iter().find(|f| f.part == "channels beyond spares").unwrap();
    assert!((channels.rate.as_fit() - 40.0).abs() < 1e-9, "{}", channels.rate);
}

#[test]
fn a_price_moves_no_lane() {
    let (catalog, technologies, processes) = (catalog(), technologies(), processes());
    let spec = spec(200.0, 2.0, false);
    for (id, value) in [("wafer.photonic.price", 12_000.0), ("attach.laser.yield", 0.97)] {
        let position = catalog.position(id).unwrap();
        let facts = Facts::nominal(&catalog);
        let [moved, again] = [facts.with(position, value), facts.with(position, value)];
        // Only lanes see it: the test fails where the fact comes among what they read.
        let view = Facts::nominal(&catalog);
        let [nominal, looked, standing, lanes] = [&facts, &moved, &again, &view].map(|facts| {
            Shop::new(facts, &technologies, &processes, &standard(), Node::N3, Node::N3).unwrap()
        });
        let [looked, standing, lanes] = [looked, standing, lanes].map(|shop| shop.around(&nominal));
        let standing = standing.with_standing_lanes(true);
        for technology in technologies.values() {
            look_at_lanes(&lanes, technology, &spec).unwrap();
            let port = |shop| assemble(shop, technology, &spec, ReachSearch::AtLength).unwrap();
            let (own, estimated, known) = (port(&nominal), port(&looked), port(&standing));
            let about = format!("{id} {}", technology.id);
            // Lanes are the nominal ones, to the bit; looked at again they are estimated, as near as the bound is anchored.
            let lane = |p: &Port| (p.margin, p.pre_fec_ber, p.loss, p.energy, p.latency.total());
            assert_eq!(lane(&known), lane(&own), "{about}");
            let [near, deep] = [&estimated, &own].map(|p| p.energy.lane().as_pj_per_bit());
            assert!((near - deep).abs() < 1e-6 * deep, "{about}: {near} {deep}");
            // Prices follow the fact in both.
            assert_eq!(known.cost, estimated.cost, "{about}");
            // Looked at, and known.
            assert_eq!(port(&standing), known, "{about}");
        }
        assert!(!view.used().contains(&position));
    }
}
