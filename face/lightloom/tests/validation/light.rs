//! Sensitivities, budgets of the standards, and how much copper linear light bears.

use crate::Computed;
use crate::lanes::{Linear, most_loss};
use lightloom::evidence::Facts;
use lightloom::link::optics::{
    Filter, MachZehnder, Pmd, Receiver, ReceiverNoise, ReferenceReceiver, Sensitivity, Signal,
    TestTransmitter, Thresholds, Transfer, ssprq,
};
use lightloom::link::*;
use lightloom::units::*;
use num_complex::Complex64;

pub(crate) fn compute(facts: &Facts<'_>, computed: &mut Computed) {
    linear(facts, computed);
    sensitivities(facts, computed);
    let baud = SymbolRate::gbd(53.125);
    let q = |receiver: ReferenceReceiver| receiver.q_target().unwrap();
    let [dr4, fr4] = [
        include_str!("../../../../catalog/optics/400gbase-dr4.toml"),
        include_str!("../../../../catalog/optics/400gbase-fr4.toml"),
    ]
    .map(|text| Pmd::parse(text).unwrap().closure());
    let found = [
        ("q_kp4", q(ReferenceReceiver::clause_121(baud))),
        ("q_inner", q(ReferenceReceiver::inner_code(baud))),
        ("budget_dr4", dr4.power_budget.as_db()),
        ("budget_fr4", fr4.power_budget.as_db()),
        // Below a thousandth they are sums of decimals in binary.
        ("closure_dr4", (dr4.slack.as_db() * 1e3).round() / 1e3),
        ("closure_fr4", (fr4.slack.as_db() * 1e3).round() / 1e3),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}

fn linear(facts: &Facts<'_>, computed: &mut Computed) {
    let most = |fec, gbps, margin, linear| most_loss(facts, fec, gbps, margin, linear);
    let [_, between] = most(Fec::Kp4, 100.0, 3.0, Linear::Both);
    let [coded, _] = most(Fec::Kp4Hamming, 200.0, 0.0, Linear::Both);
    let [plain, _] = most(Fec::Kp4, 200.0, 0.0, Linear::Both);
    let [half, _] = most(Fec::Kp4Hamming, 200.0, 0.0, Linear::Receiver);
    let found = [
        ("linear_100g", between),
        ("linear_200g_receiver", coded),
        ("linear_200g_transmitter", coded),
        ("linear_200g_semtech", coded),
        ("half_retimed_200g", half),
        ("inner_code_loss", coded - plain),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}

/// Outer modulation amplitude that a receiver with such light needs, without its coupler and penalty.
fn bare(
    receiver: &Receiver,
    extinction: Decibel,
    rin: RelativeIntensityNoise,
    ber: f64,
) -> DecibelMilliwatt {
    bare_with(Pam::Pam4, receiver, extinction, rin, ber)
}

/// The same with another modulation.
pub(crate) fn bare_with(
    pam: Pam,
    receiver: &Receiver,
    extinction: Decibel,
    rin: RelativeIntensityNoise,
    ber: f64,
) -> DecibelMilliwatt {
    let signal = Signal { pam, extinction, rin, thresholds: Thresholds::EqualQ };
    match receiver.sensitivity(&signal, Ratio::new(pam.bits_per_symbol() * ber)).unwrap() {
        Sensitivity::Reached(oma) => oma,
        floored @ Sensitivity::FlooredByLaserNoise { .. } => panic!("{floored}"),
    }
}

/// A receiver at a symbol rate; its noise bandwidth as in the notes.
pub(crate) fn receiver(responsivity: Responsivity, noise: CurrentNoise, gbd: f64) -> Receiver {
    let noise_bandwidth = Frequency::ghz(0.6 * gbd);
    Receiver { responsivity, noise, dark_a: 0.0, noise_bandwidth, enhancement: Decibel::ZERO }
}

/// Outer modulation amplitude at the fibre's end that a linear pluggable needs, dBm: catalog parts, with the loss of
/// its coupler and the penalty for intersymbol interference and equaliser.
fn sensitivity(facts: &Facts<'_>, bond: &str, gbd: f64, ber: f64) -> f64 {
    let detector = Detector::from_facts(facts, bond).unwrap();
    let rin = Laser::from_facts(facts, "internal").unwrap().rin;
    let extinction = Modulator::from_facts(facts, "mzm").unwrap().extinction;
    let path = FibrePath::from_facts(facts, "edge", Length::m(500.0)).unwrap();
    let penalty = optics::Impairments::from_facts(facts).unwrap().penalty();
    let receiver = receiver(detector.responsivity, detector.noise, gbd);
    (bare(&receiver, extinction, rin, ber) + path.in_coupling + penalty).as_dbm()
}

/// Light that 28 fF before the amplifier save against 100 fF, dB.
fn bond_gain(facts: &Facts<'_>, noise: fn(&ReceiverNoise, Capacitance) -> CurrentNoise) -> f64 {
    let model = ReceiverNoise::from_facts(facts).unwrap();
    let [bumped, bonded] = [100e-15, 28e-15].map(|c| noise(&model, Capacitance::from_si(c)));
    ReceiverNoise::gain(bumped, bonded).as_db()
}

/// Photodiode and bond, fF.
fn before_amplifier(facts: &Facts<'_>, bond: &str) -> f64 {
    let model = ReceiverNoise::from_facts(facts).unwrap();
    model.before_amplifier(ReceiverNoise::bond(facts, bond).unwrap()).si() * 1e15
}

/// Of the source's parts at 400G less those at 200G (link_facts K24, extinction K25), dB.
fn lost_to_400g() -> f64 {
    let oma = |gbd, amperes_per_watt, pa, rin| {
        let noise = CurrentNoise::from_si(pa * 1e-12);
        let receiver = receiver(Responsivity::from_si(amperes_per_watt), noise, gbd);
        bare(&receiver, Decibel::db(4.9), RelativeIntensityNoise::from_si(rin), 2.4e-4)
    };
    (oma(212.5, 0.5, 30.0, -144.0) - oma(106.25, 0.7, 18.0, -141.0)).as_db()
}

/// TDECQ of the catalog's Mach-Zehnder modulator at its drive, with the laser's noise and nothing else.
fn tdecq(facts: &Facts<'_>) -> f64 {
    let baud = SymbolRate::gbd(106.25);
    let modulator = MachZehnder::from_facts(facts, "mzm").unwrap();
    let half_swing = facts.get::<Voltage>("modulator.mzm.drive").unwrap().si() / 2.0;
    let reference = ReferenceReceiver::clause_121(baud);
    let filter = Filter::BesselThomson { bandwidth: reference.noise_filter };
    let rin = Laser::from_facts(facts, "internal").unwrap().rin;
    let transmitter = TestTransmitter {
        symbol_rate: baud,
        drive: [-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0],
        driver: &|f| modulator.response(f),
        transfer: &|v| 10e-3 * modulator.transmission(half_swing * v),
        optics: &|_| Complex64::new(1.0, 0.0),
        rin: Some((rin, filter.noise_bandwidth().unwrap())),
    };
    let waveform = transmitter.waveform(&ssprq()).unwrap();
    reference.measure(&waveform).unwrap().tdecq.as_db()
}

fn sensitivities(facts: &Facts<'_>, computed: &mut Computed) {
    let at = |gbd, ber| sensitivity(facts, "c4", gbd, ber);
    let slow = at(53.125, 2.4e-4);
    let tdecq = tdecq(facts);
    let noise_c4 = Detector::from_facts(facts, "c4").unwrap().noise.si() * 1e12;
    let found = [
        ("tdecq_lpo", tdecq),
        ("tdecq_fr4", tdecq),
        // The inner code asks for a sixteenth more bandwidth.
        ("inner_code_light", at(106.25, 2.4e-4) - at(113.4375, 4.85e-3)),
        ("sensitivity_dr4", slow),
        ("sensitivity_lpo_100g", slow),
        ("sensitivity_tgv", slow),
        ("sensitivity_lpo_200g", at(106.25, 1e-4)),
        ("sensitivity_fr4_200g", at(113.4375, 1e-6)),
        ("sensitivity_400g", lost_to_400g()),
        ("hybrid_bond", bond_gain(facts, ReceiverNoise::sized)),
        ("hybrid_bond_unmatched", bond_gain(facts, ReceiverNoise::unmatched)),
        ("capacitance_c4", before_amplifier(facts, "c4")),
        ("capacitance_hybrid", before_amplifier(facts, "hybrid")),
        ("noise_wire", noise_c4),
        ("noise_coherent", noise_c4),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}
