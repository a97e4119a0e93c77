//! Copper with a linear redriver on the way, beside the same cable without and with retimers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use common::{acc, aec_wire, catalog, dac, host, line, parameters};
use lanes::{com_by_class, demand};
use lightloom_evidence::Facts;
use lightloom_link::required::reach;
use lightloom_link::*;
use lightloom_units::*;

/// Longest wire that closes with sequence detection, m, by 0.1 m.
fn longest<S: Into<Section>>(of: impl Fn(f64) -> S, gbps: f64, parameters: &LinkParameters) -> f64 {
    let lengths: Vec<Length> = (1..=150).map(|i| Length::m(f64::from(i) * 0.1)).collect();
    let demand = demand(gbps, 2e-4);
    let found = reach(|l| of(l.as_m()), &lengths, ReceiverClass::DspMlsd, &demand, parameters);
    found.unwrap().map_or(0.0, |(length, _)| length.as_m())
}

#[test]
fn an_active_cable_reaches_farther_than_a_passive_one_and_less_far_than_a_retimed_one() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    for gbps in [50.0, 100.0, 200.0] {
        for awg in [26, 30] {
            let passive = longest(|m| dac(&facts, awg, m, 83.0, 1.0), gbps, &parameters);
            let active = longest(|m| acc(&facts, awg, m, 83.0), gbps, &parameters);
            let retimed = longest(|m| aec_wire(&facts, awg, m), gbps, &parameters);
            println!("{gbps}G, {awg} AWG: {passive:.1} / {active:.1} / {retimed:.1} m");
            assert!(passive < active && active < retimed, "{gbps}G, {awg} AWG");
        }
    }
}

/// The same lane of 2 m over a passive cable, with a redriver, with retimers as the channel needs them, and with those
/// that are sold, which have a DSP.
fn four(facts: &Facts<'_>, gbps: f64) -> [LinkOutcome; 4] {
    let parameters = parameters(facts, Fec::Kp4, Node::N3);
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    let paddle = || Segment::Trace(Trace::from_facts(facts, "pcb").unwrap(), Length::mm(15.0));
    let mut end = host(facts, 15.0, 83.0, "osfp", 1.0);
    end.segments.extend([paddle(), die()]);
    let back = Channel { segments: end.segments.iter().rev().cloned().collect() };
    let retimed: Vec<Section> = vec![end.into(), aec_wire(facts, 26, 2.0).into(), back.into()];
    [
        (vec![dac(facts, 26, 2.0, 83.0, 1.0).into()], false),
        (vec![acc(facts, 26, 2.0, 83.0)], false),
        (retimed.clone(), false),
        (retimed, true),
    ]
    .map(|(sections, digital)| {
        let line = line(gbps, Pam::Pam4, Fec::Kp4);
        let spec = LinkSpec { line, lanes: 8, sections, digital };
        evaluate(&spec, &parameters, Tier::Pulse).unwrap()
    })
}

#[test]
fn energy_and_latency_lie_between_those_of_passive_and_retimed_cables() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for gbps in [100.0, 200.0] {
        let four = four(&facts, gbps);
        let lane = four.each_ref().map(|o| o.energy().lane().as_pj_per_bit());
        let plugs = four.each_ref().map(|o| o.energy().optics().as_pj_per_bit());
        let ns = four.each_ref().map(|o| o.latency.total().as_ns());
        println!("{gbps}G: lane {lane:.2?}, plugs {plugs:.2?} pJ/bit, {ns:.1?} ns");
        // In the plugs, whatever retimers the channel needs; chip to chip, where they have a DSP. At 200G this wire is
        // short enough for retimers without one, and then it is the hosts behind a redriver that need one.
        assert!(plugs.is_sorted_by(|a, b| a < b), "{gbps}G: {plugs:?} pJ/bit");
        assert!(lane[0] < lane[1] && lane[1] < lane[3], "{gbps}G: {lane:?} pJ/bit");
        assert!(ns[1] < ns[3] && (0.0..1.0).contains(&(ns[1] - ns[0])), "{gbps}G: {ns:?} ns");
        // The redriver stands in the receiving plug alone; the plug's converter loses a share beside it.
        let [sent, received] = four[1].ends;
        assert_eq!(sent.optics(), EnergyPerBit::ZERO);
        let redriver = Redriver::from_facts(&facts).unwrap();
        assert_eq!(received.amplifier, redriver.energy);
        assert!(received.optics() > redriver.energy);
        assert!(!four[1].has_module_dsp());
    }
}

#[test]
fn lifting_what_was_lost_is_nearly_the_best_that_a_redriver_can_do() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    for (gbps, awg, m) in [(100.0, 30, 3.0), (100.0, 26, 4.5), (200.0, 26, 1.5), (200.0, 30, 1.0)] {
        let at = |peaking: f64| {
            let mut section = acc(&facts, awg, m, 83.0);
            if let Section::Redriven { redriver, .. } = &mut section {
                redriver.most_peaking = Decibel::db(peaking);
            }
            com_by_class(&parameters, &section, gbps, Tier::Pulse, 2e-4)
        };
        let loss = match acc(&facts, awg, m, 83.0) {
            Section::Redriven { before, .. } => {
                let nyquist =
                    line(gbps, Pam::Pam4, Fec::Kp4).symbol_rate(&parameters.fec).nyquist();
                before.loss(nyquist).as_db()
            }
            _ => panic!("not redriven"),
        };
        let rows: Vec<(f64, [f64; 4])> =
            (0..=10).map(|i| f64::from(i) * 3.0).map(|db| (db, at(db))).collect();
        println!("{gbps}G {awg} AWG {m} m, {loss:.1} dB before: {rows:.2?}");
        let chosen = at(18.0);
        for (db, com) in rows {
            // Every receiver that has taps; beyond the part's own limit as well.
            for i in [1, 2, 3] {
                assert!(com[i] < chosen[i] + 0.5, "{gbps}G: {} at {db} dB, {}", com[i], chosen[i]);
            }
        }
    }
}

#[test]
fn a_better_redriver_never_hurts() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let com = |tier, change: &dyn Fn(&mut Redriver)| {
        let mut section = acc(&facts, 28, 2.5, 83.0);
        if let Section::Redriven { redriver, .. } = &mut section {
            change(redriver);
        }
        com_by_class(&parameters, &section, 100.0, tier, 2e-4)[2]
    };
    for tier in [Tier::Bound, Tier::Pulse] {
        let plain = com(tier, &|_| {});
        let quiet = com(tier, &|r| r.noise = VoltageNoise::from_si(1e-20));
        let loud = com(tier, &|r| r.output = r.output * 2.0);
        assert!(quiet > plain && loud > plain, "{tier:?}: {plain} {quiet} {loud}");
        // Of an output without limit nothing but the noise before it is left: twice as much changes nothing.
        let [huge, more] = [1e3, 2e3].map(|k| com(tier, &|r| r.output = r.output * k));
        assert!((huge - more).abs() < 1e-3 && huge > loud, "{tier:?}: {huge} {more}");
    }
}

#[test]
fn a_redriver_of_any_output_is_a_receiver_at_the_end_of_its_wire() {
    // Signal and noise before it pass the same responses: what lies behind is gone from their ratio. Jitter is a slope,
    // which does not cancel.
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut parameters = parameters(&facts, Fec::Kp4, Node::N3);
    parameters.device.jitter_random = 0.0;
    parameters.device.jitter_deterministic = 0.0;
    let demand = Demand { depth: Depth::Tier(Tier::Bound), ..demand(100.0, 2e-4) };
    for (awg, m, peaking) in [(30, 1.0, 0.0), (30, 3.0, 18.0), (26, 5.0, 9.0)] {
        let mut section = acc(&facts, awg, m, 83.0);
        let Section::Redriven { before, redriver, .. } = &mut section else {
            panic!("not redriven")
        };
        redriver.most_peaking = Decibel::db(peaking);
        redriver.noise = parameters.device.input_noise;
        redriver.output = Voltage::from_si(1e6);
        let ([ctle, ffe, ..], _) = bound(before, &demand, &parameters);
        let found = com_by_class_of(&section, &demand, &parameters);
        for (own, end) in found.into_iter().zip([ctle, ffe]) {
            assert!((own - end.as_db()).abs() < 1e-6, "{awg} AWG, {m} m: {own} {end}");
        }
    }
}

/// COM of both analogue classes, dB.
fn com_by_class_of(
    section: &Section,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> [f64; 2] {
    let all = Demand { margin: Decibel::db(1e3), ..*demand };
    let found = required_receiver(section, &all, parameters).unwrap();
    [0, 1].map(|i| found.rejected[i].com.as_db())
}
