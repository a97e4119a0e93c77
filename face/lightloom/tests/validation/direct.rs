//! Sources that are modulated directly, rings of several colours, and the beats of reflections.

use crate::Computed;
use crate::common::{line, parameters};
use crate::light::{bare_with, receiver};
use lightloom::evidence::Facts;
use lightloom::link::optics::*;
use lightloom::link::required::detector_error_ratio;
use lightloom::link::*;
use lightloom::units::*;

pub(crate) fn compute(facts: &Facts<'_>, computed: &mut Computed) {
    let vcsel = |grade| {
        let signal = line(100.0, Pam::Pam4, Fec::Kp4);
        let light = |m| Optics::vcsel(facts, grade, "c4", m).unwrap();
        reach(facts, signal, Fec::Kp4.name(), 5.0, &light)
    };
    let led = MicroLed::from_facts(facts).unwrap();
    let bias = facts.get::<Current>("microled.bias").unwrap().si();
    let slow = line(2.0, Pam::Pam2, Fec::None);
    let found = [
        ("vcsel_om3", vcsel("om3")),
        ("vcsel_om4", vcsel("om4")),
        ("vcsel_engine", vcsel_energy(facts)),
        ("microled_bandwidth", led.carrier_bandwidth(bias).unwrap().as_ghz()),
        (
            "microled_reach",
            reach(facts, slow, "2e-8", 1.0, &|m| Optics::microled(facts, m).unwrap()),
        ),
        ("ring_link", ring_energy(facts)),
        ("ring_sensitivity", ring_sensitivity(facts)),
        ("beats_dr4", beats()),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}

/// The longest fibre that closes with some receiver, m: with the design margin at a code's threshold, or without margin
/// at a bit error ratio of two in a hundred million.
fn reach(
    facts: &Facts<'_>,
    signal: Line,
    at: &str,
    step_m: f64,
    light: &dyn Fn(Length) -> Optics,
) -> f64 {
    let parameters = parameters(facts, signal.fec, Node::N3);
    let (ber, margin) = match at {
        "2e-8" => (2e-8, Decibel::ZERO),
        _ => (parameters.fec.threshold_ber, parameters.device.design_margin),
    };
    let demand = Demand {
        line: signal,
        margin,
        detector_error_ratio: detector_error_ratio(ber, signal.pam),
        depth: Depth::Tier(Tier::Pulse),
    };
    let closes = |m: &f64| {
        let section = Section::Optical { near: None, optics: light(Length::m(*m)), far: None };
        required_receiver(&section, &demand, &parameters).unwrap().taken.is_some()
    };
    (1..100).map(|i| f64::from(i) * step_m).take_while(closes).last().unwrap_or(0.0)
}

fn energy(facts: &Facts<'_>, optics: Optics, signal: Line) -> EnergySplit {
    let parameters = parameters(facts, signal.fec, Node::N3);
    let sections = vec![Section::Optical { near: None, optics, far: None }];
    let spec = LinkSpec { line: signal, lanes: 8, sections, digital: false };
    evaluate(&spec, &parameters, Tier::Pulse).unwrap().energy()
}

/// Source, driver, amplifier and conversion of an engine without a DSP, pJ/bit.
fn vcsel_energy(facts: &Facts<'_>) -> f64 {
    let optics = Optics::vcsel(facts, "om4", "c4", Length::m(50.0)).unwrap();
    energy(facts, optics, line(100.0, Pam::Pam4, Fec::Kp4)).optics().as_pj_per_bit()
}

/// Eight colours of 32 Gb/s each: circuits of both ends, heaters, drivers and amplifiers, without the laser, pJ/bit.
fn ring_energy(facts: &Facts<'_>) -> f64 {
    let names = OpticsNames {
        laser: "external",
        modulator: "ring",
        couplers: ["grating"; 2],
        bond: "hybrid",
    };
    let optics = Optics::from_facts(facts, &names, Length::m(30.0)).unwrap();
    let all = energy(facts, optics, line(32.0, Pam::Pam2, Fec::Kr4));
    (all.driver + all.tuning + all.amplifier + all.host_serdes).as_pj_per_bit()
}

/// Amplitude that a colour of 32 Gb/s needs at one error in 1e11, hybrid bond, dBm.
fn ring_sensitivity(facts: &Facts<'_>) -> f64 {
    let detector = Detector::from_facts(facts, "hybrid").unwrap();
    let ring = Modulator::from_facts(facts, "ring").unwrap();
    let rin = Laser::from_facts(facts, "external").unwrap().rin;
    let receiver = receiver(detector.responsivity, detector.noise, 32.0);
    bare_with(Pam::Pam2, &receiver, ring.extinction, rin, 1e-11).as_dbm()
}

/// Four reflections at the limit of DR4, at its least extinction and the threshold of RS(544,514), dB.
fn beats() -> f64 {
    let reflections = Reflections::new(&[Decibel::db(-26.0); 4]).unwrap();
    let errors = Ratio::new(4.8e-4);
    reflections.as_noise(Pam::Pam4, Decibel::db(3.5), errors).unwrap().1.as_db()
}
