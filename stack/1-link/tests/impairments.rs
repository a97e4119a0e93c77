//! Light from its physics: what more of an impairment does to a lane, and where sources that are modulated directly end.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{line, parameters, standard};
use lightloom_evidence::{Catalog, Facts};
use lightloom_link::optics::*;
use lightloom_link::required::detector_error_ratio;
use lightloom_link::*;
use lightloom_units::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../catalog/sources.toml")),
        ("link.toml", include_str!("../../../catalog/facts/link.toml")),
        ("optics.toml", include_str!("../../../catalog/facts/optics.toml")),
    ])
    .unwrap()
});

fn facts() -> Facts<'static> {
    Facts::nominal(&CATALOG)
}

fn db(value: f64) -> Decibel {
    Decibel::db(value)
}

/// A ring over silica, everything allowed for.
fn ring_lane(length_m: f64) -> Optics {
    let names = OpticsNames {
        laser: "external",
        modulator: "ring",
        couplers: ["detachable"; 2],
        bond: "pillar",
    };
    Optics::from_facts(&facts(), &names, Length::m(length_m)).unwrap()
}

fn ring(radius_um: f64) -> Microring {
    let known = Microring::from_facts(&facts()).unwrap();
    let (index, quality) = (known.group_index, known.quality());
    let ring = Microring::with_quality(Length::um(radius_um), index, known.resonance, quality, 0.5);
    let Microring { shift_per_volt, rc_bandwidth, .. } = known;
    Microring { shift_per_volt, rc_bandwidth, ..ring.unwrap() }
}

const DRIVE: f64 = 2.0;

/// The same lane with its ring computed.
fn resonant(quality_of: &Microring) -> (Optics, RingBias) {
    let mut optics = ring_lane(30.0);
    let bias = quality_of.best_bias(Voltage::from_si(DRIVE), Decibel::ZERO).unwrap();
    optics.resonate(quality_of, &bias);
    (optics, bias)
}

/// COM of a class on a lane of light that stands between two retimers, at all of its power.
fn com(optics: &Optics, signal: Line, tier: Tier) -> [f64; 4] {
    let parameters = parameters(&facts(), signal.fec, Node::N3);
    let demand = Demand {
        line: signal,
        margin: db(1e3),
        detector_error_ratio: detector_error_ratio(parameters.fec.threshold_ber, signal.pam),
        depth: Depth::Tier(tier),
    };
    let section = Section::Optical { near: None, optics: *optics, far: None };
    let all = required_receiver(&section, &demand, &parameters).unwrap();
    let mut com = [f64::NEG_INFINITY; 4];
    for rung in &all.rejected {
        com[rung.class.index()] = rung.com.as_db();
    }
    com
}

fn outcome(optics: Optics, signal: Line, tier: Tier) -> LinkOutcome {
    let parameters =
        LinkParameters::from_facts(&facts(), &standard(), signal.fec, Node::N3, Node::N3).unwrap();
    let sections = vec![Section::Optical { near: None, optics, far: None }];
    evaluate(&LinkSpec { line: signal, lanes: 8, sections, digital: false }, &parameters, tier)
        .unwrap()
}

fn nrz(gbps: f64) -> Line {
    line(gbps, Pam::Pam2, Fec::Kp4)
}

fn pam4(gbps: f64) -> Line {
    line(gbps, Pam::Pam4, Fec::Kp4)
}

#[test]
fn the_allowances_are_what_the_one_penalty_was_and_each_is_counted_once() {
    let mut lane = ring_lane(30.0);
    // The catalog's single penalty before it was parted: plans must not move.
    assert!((lane.impairments.penalty().as_db() - 1.5).abs() < 1e-15);
    let before = lane.budget(lane.max_lane_power()).oma_received;
    let allowed = |lane: &Optics, which: Impairment| {
        lane.impairments.parts().find(|p| p.0 == which).map(|p| p.1).unwrap()
    };
    for cause in Impairment::ALL {
        let left = lane.impairments.penalty() - allowed(&lane, cause);
        lane.impairments.computed(cause, db(0.7), Basis::Response);
        assert!((lane.impairments.penalty() - left).as_db().abs() < 1e-12, "{cause:?}");
    }
    assert!(lane.impairments.penalty().as_db().abs() < 1e-12);
    let after = lane.budget(lane.max_lane_power()).oma_received;
    assert!(((after - before).as_db() - 1.5).abs() < 1e-12);
    // A stated allowance replaces what is not computed, and nothing else.
    let mut stated = ring_lane(30.0);
    stated.impairments.computed(Impairment::Drift, db(0.4), Basis::Amplitude);
    let stated = stated.impairments.stated(db(1.0));
    assert!((stated.penalty().as_db() - 1.4).abs() < 1e-12);
}

#[test]
fn the_source_at_its_bias_answers_as_its_own_model() {
    let facts = facts();
    let vcsel = Vcsel::from_facts(&facts).unwrap();
    let bias = facts.get::<Current>("vcsel.bias").unwrap().si();
    let lane = Optics::vcsel(&facts, "om4", "c4", Length::m(50.0)).unwrap();
    let led = MicroLed::from_facts(&facts).unwrap();
    let led_bias = facts.get::<Current>("microled.bias").unwrap().si();
    let slow = Optics::microled(&facts, Length::m(10.0)).unwrap();
    for ghz in [0.1, 1.0, 5.0, 20.0, 40.0] {
        let f = ghz * 1e9;
        let apart = lane.modulator.dynamics.response(f) - vcsel.response(f, bias).unwrap();
        assert!(apart.norm() < 1e-12, "{ghz} GHz: {apart}");
        let apart = slow.modulator.dynamics.response(f) - led.response(f, led_bias).unwrap();
        assert!(apart.norm() < 1e-12, "{ghz} GHz: {apart}");
    }
    // Electrical power: current times voltage, whatever the light.
    let power = lane.budget(lane.max_lane_power()).laser_power;
    assert!((power.as_w() - bias * 2.2).abs() < 1e-12);
    // From GeSi modulators: 3.5 dB and 3.1 dB more; the mean of both levels lies 1.3 dB below the bright one.
    let eam = Modulator::from_facts(&facts, "eam").unwrap();
    let mean = 3.5 - 10.0 * libm::log10((1.0 + libm::pow(10.0, -0.31)) / 2.0);
    assert!(
        (eam.mean_loss.as_db() - mean).abs() < 1e-9 && (eam.extinction.as_db() - 3.1).abs() < 1e-9
    );
}

#[test]
fn no_receiver_beats_the_bound_on_light_from_its_physics() {
    let facts = facts();
    let (mut ring_wdm, bias) = resonant(&ring(5.0));
    let plan = ChannelPlan::uniform(8, ring(5.0).frequency(), Frequency::ghz(200.0)).unwrap();
    ring_wdm.part_colours(&plan, &ring(5.0), Power::mw(9.0), Pam::Pam2).unwrap();
    ring_wdm.drift(&ring(5.0), &bias, Voltage::from_si(DRIVE), Length::m(30e-12)).unwrap();
    let (mut beaten, _) = resonant(&ring(7.5));
    beaten
        .reflect(&Reflections::new(&[db(-26.0); 4]).unwrap(), Pam::Pam4, Ratio::new(4.8e-4))
        .unwrap();
    let eam = Optics::from_facts(
        &facts,
        &OpticsNames { laser: "internal", modulator: "eam", couplers: ["edge"; 2], bond: "c4" },
        Length::m(100.0),
    )
    .unwrap();
    let vcsel = |grade, m| Optics::vcsel(&facts, grade, "c4", Length::m(m)).unwrap();
    let led = |m| Optics::microled(&facts, Length::m(m)).unwrap();
    for (what, optics, signal) in [
        ("ring of several colours", ring_wdm, nrz(32.0)),
        ("ring of several colours", ring_wdm, nrz(64.0)),
        ("ring with reflections", beaten, pam4(100.0)),
        ("ring with reflections", beaten, pam4(200.0)),
        ("electro-absorption", eam, pam4(200.0)),
        ("laser over OM4", vcsel("om4", 50.0), pam4(100.0)),
        ("laser over OM4", vcsel("om4", 150.0), pam4(100.0)),
        ("laser over OM3", vcsel("om3", 60.0), pam4(50.0)),
        ("micro-LED", led(10.0), nrz(2.0)),
        ("micro-LED", led(10.0), nrz(4.0)),
        ("micro-LED", led(20.0), nrz(4.0)),
    ] {
        let [bound, pulse] = [Tier::Bound, Tier::Pulse].map(|tier| com(&optics, signal, tier));
        for class in ReceiverClass::LADDER {
            let i = class.index();
            let gbps = signal.payload;
            // Where the eye is shut the bound may err: it takes interference as Gaussian, which is worse than real one.
            let shut = if bound[i] < 0.0 { 0.6 } else { 0.0 };
            assert!(
                pulse[i] < bound[i] + shut,
                "{what}, {gbps}, {class}: {} {}",
                pulse[i],
                bound[i]
            );
            assert!(bound[3] - pulse[3] < 3.0, "{what}, {gbps}: {} {}", pulse[3], bound[3]);
        }
    }
}

#[test]
fn lasers_over_multimode_fibre_close_over_tens_of_metres_and_not_over_hundreds() {
    let facts = facts();
    let closes = |grade, m| {
        let optics = Optics::vcsel(&facts, grade, "c4", Length::m(m)).unwrap();
        outcome(optics, pam4(100.0), Tier::Pulse).closes()
    };
    // link_facts K07: sold for 60 m of OM3 and 100 m of OM4 at this rate.
    assert!(closes("om4", 30.0) && closes("om4", 70.0) && closes("om3", 30.0));
    assert!(!closes("om4", 500.0) && !closes("om3", 200.0));
}

#[test]
fn micro_leds_are_for_gigabits_and_metres() {
    let facts = facts();
    let closes = |gbps, m| {
        let optics = Optics::microled(&facts, Length::m(m)).unwrap();
        outcome(optics, nrz(gbps), Tier::Pulse).closes()
    };
    assert!(closes(2.0, 10.0) && !closes(4.0, 100.0) && !closes(200.0, 10.0));
    // Their light is not turned down: less of it would be a slower source.
    let optics = Optics::microled(&facts, Length::m(2.0)).unwrap();
    let found = outcome(optics, nrz(1.0), Tier::Pulse);
    let budget = found.sections[0].best().unwrap().budget.unwrap();
    assert_eq!(budget.laser, optics.max_lane_power());
}

#[test]
fn light_in_air_is_quicker_by_the_ratio_of_the_indices() {
    let glass = ring_lane(1000.0);
    let fibre = HollowCoreFibre::from_facts(&facts()).unwrap();
    let air = glass.path.through(&facts(), fibre.loss * Length::m(1000.0), fibre.delay()).unwrap();
    // 4.9 ns/m against 1.003 / c.
    assert!((glass.path.flight() / air.flight() - 4.9e-9 * 299_792_458.0 / 1.003).abs() < 1e-9);
    assert!((glass.path.flight() / air.flight() - 1.46).abs() < 0.01);
}

#[test]
fn reflections_that_outdo_the_transmitter_are_what_limits() {
    let (mut lane, _) = resonant(&ring(7.5));
    let clean = com(&lane, pam4(100.0), Tier::Pulse)[2];
    let bad = Reflections::new(&[db(-20.0); 3]).unwrap();
    lane.reflect(&bad, Pam::Pam4, Ratio::new(4.8e-4)).unwrap();
    for tier in [Tier::Bound, Tier::Pulse] {
        let found = outcome(lane, pam4(100.0), tier);
        assert_eq!(found.limiter, Limiter::Reflections, "{tier}");
    }
    assert!(com(&lane, pam4(100.0), Tier::Pulse)[2] < clean - 1.0);
    // So bad that no power of light opens the eye.
    let worse = Reflections::new(&[db(-12.0); 6]).unwrap();
    assert!(lane.reflect(&worse, Pam::Pam4, Ratio::new(4.8e-4)).is_err());
}

#[test]
fn noise_that_stands_for_beats_costs_what_they_cost() {
    let reflections = Reflections::new(&[db(-26.0); 4]).unwrap();
    let (pam, er, errors) = (Pam::Pam4, db(4.5), Ratio::new(4.8e-4));
    let (variance, cost) = reflections.as_noise(pam, er, errors).unwrap();
    assert!((cost - reflections.bounded_penalty(pam, er, errors).unwrap()).as_db().abs() < 1e-12);
    // The bounded beats are no worse than Gaussian ones of their variance.
    assert!(
        variance <= reflections.relative_variance()
            && variance > 0.5 * reflections.relative_variance()
    );
    // Where no code corrects, tails are too small for the integral: the beats' own variance.
    let (plain, _) = reflections.as_noise(Pam::Pam2, er, Ratio::new(1e-12)).unwrap();
    assert!((plain - reflections.relative_variance()).abs() < 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn more_reflections_never_raise_the_margin(
        first in -50.0f64..-28.0, others in prop::collection::vec(-50.0f64..-28.0, 1..4),
    ) {
        let mut all = vec![db(first)];
        let mut last = [f64::INFINITY; 2];
        for more in others {
            all.push(db(more));
            let (mut lane, _) = resonant(&ring(7.5));
            lane.reflect(&Reflections::new(&all).unwrap(), Pam::Pam4, Ratio::new(4.8e-4)).unwrap();
            for (known, tier) in last.iter_mut().zip([Tier::Bound, Tier::Pulse]) {
                let found = com(&lane, pam4(100.0), tier)[2];
                prop_assert!(found <= *known + 1e-3, "{tier}, {all:?}: {found} {known}");
                *known = found;
            }
        }
    }

    #[test]
    fn more_colours_never_lower_the_crosstalk(
        radius in 3.0f64..10.0, spacing in 100.0f64..400.0, pam in 0usize..2,
    ) {
        let ring = ring(radius);
        let pam = [Pam::Pam2, Pam::Pam4][pam];
        let most = (ring.free_spectral_range_hz().as_ghz() / spacing).floor() as u32;
        let mut last = -1.0;
        for channels in 1..=most {
            let (mut lane, _) = resonant(&ring);
            let plan = ChannelPlan::uniform(channels, ring.frequency(), Frequency::ghz(spacing)).unwrap();
            // Near rings of low quality close the eye; more of them never open it.
            let Ok(()) = lane.part_colours(&plan, &ring, Power::ZERO, pam) else {
                last = f64::INFINITY;
                continue;
            };
            let cost = lane.impairments.parts().find(|p| p.0 == Impairment::Crosstalk).unwrap().1.as_db();
            prop_assert!(cost >= last - 1e-9, "{channels}: {cost} {last}");
            last = cost;
        }
        let plan = ChannelPlan::uniform(most + 1, ring.frequency(), Frequency::ghz(spacing)).unwrap();
        prop_assert!(resonant(&ring).0.part_colours(&plan, &ring, Power::ZERO, pam).is_err());
    }

    #[test]
    fn drift_costs_margin_and_light(one in 0.0f64..60.0, more in 2.0f64..20.0, colours in any::<bool>()) {
        let ring = ring(5.0);
        let at = |pm: f64| {
            let (mut lane, bias) = resonant(&ring);
            if colours {
                let plan = ChannelPlan::uniform(8, ring.frequency(), Frequency::ghz(200.0)).unwrap();
                lane.part_colours(&plan, &ring, Power::ZERO, Pam::Pam2).unwrap();
            }
            lane.drift(&ring, &bias, Voltage::from_si(DRIVE), Length::m(pm * 1e-12)).unwrap();
            lane
        };
        let (less, drifted) = (at(one), at(one + more));
        for tier in [Tier::Bound, Tier::Pulse] {
            let [a, b] = [&less, &drifted].map(|lane| com(lane, nrz(64.0), tier)[2]);
            prop_assert!(b < a, "{tier}, {one} and {more} pm: {a} {b}");
        }
        let oma = |lane: &Optics| lane.budget(lane.max_lane_power()).oma_received;
        prop_assert!(oma(&drifted) < oma(&less));
    }

    #[test]
    fn heaters_take_more_power_over_a_wider_span(span in 0.0f64..60.0, more in 0.1f64..40.0) {
        let (ring, facts) = (ring(5.0), facts());
        let heat = |kelvin| {
            let (drift, heater) = (facts.get("ring.drift").unwrap(), facts.get("ring.heater").unwrap());
            ring.heater_power(kelvin, Length::ZERO, drift, heater).unwrap()
        };
        prop_assert!(heat(span + more) > heat(span));
    }
}

#[test]
fn a_ring_that_crosses_its_laser_is_refused() {
    let ring = ring(7.5);
    let (mut lane, bias) = resonant(&ring);
    let crossing = lane.drift(&ring, &bias, Voltage::from_si(DRIVE), bias.detuning);
    assert!(crossing.unwrap_err().to_string().contains("distance from the laser"));
}
