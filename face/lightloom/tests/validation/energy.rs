//! SerDes energy against loss, power of modules and engines, and what takes it.

use crate::Computed;
use lightloom::Library;
use lightloom::decide::check::reference_port;
use lightloom::evidence::Facts;
use lightloom::link::*;
use lightloom::package::Port;
use lightloom::units::*;

pub(crate) fn compute(library: &Library, facts: &Facts<'_>, computed: &mut Computed) {
    serdes(facts, computed);
    modules(library, facts, computed);
}

fn serdes(facts: &Facts<'_>, computed: &mut Computed) {
    let energy = |node, class, gbps: f64, db: f64| {
        let serdes = SerDes::from_facts(facts, node).unwrap();
        serdes.energy(class, BitRate::gbps(gbps), Decibel::db(db)).si() * 1e12
    };
    let analogue = |db| energy(Node::N5, ReceiverClass::AnalogFfe, 100.0, db);
    let digital = |gbps, db| energy(Node::N5, ReceiverClass::Dsp, gbps, db);
    let found = [
        ("serdes_xsr", analogue(6.0)),
        ("serdes_xsr_12", analogue(12.0)),
        ("serdes_analogue_35", analogue(35.0)),
        ("serdes_dsp", digital(100.0, 35.0)),
        ("serdes_7nm", energy(Node::N7, ReceiverClass::Dsp, 100.0, 35.0)),
        // Half of a transceiver stands at either end; the model does not part receivers from transmitters.
        ("serdes_receiver_224g", digital(200.0, 31.0) / 2.0),
        ("serdes_212g", digital(200.0, 46.0)),
        ("serdes_claim", digital(100.0, 35.0)),
        // A transmitter and a receiver for each bit in and each bit out of 102.4 Tb/s.
        ("xsr_100t", analogue(6.0) * 1e-12 * 102.4e12 * 2.0),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}

fn modules(library: &Library, facts: &Facts<'_>, computed: &mut Computed) {
    let port = |id: &str, gbps: f64, lanes: f64, node| {
        reference_port(library, facts, id, gbps, lanes, node).unwrap()
    };
    // 1.6T of 200G lanes unless said.
    let fast = |id: &str, node| port(id, 200.0, 8.0, node);
    let watts = |p: &Port| p.optics_power[1].as_w();
    let per_bit = |p: &Port| p.energy.optics().si() * 1e12;
    let part = |e: EnergyPerBit| (e * BitRate::gbps(1600.0)).as_w();
    let less = |a: f64, b: f64| (1.0 - a / b) * 100.0;
    let [retimed, half, linear, near, cpo] = [
        "retimed-pluggable",
        "half-retimed-pluggable",
        "linear-pluggable",
        "near-package-optics",
        "cpo-switch",
    ]
    .map(|id| fast(id, Node::N3));
    let older = fast("retimed-pluggable", Node::N5);
    let [retimed_100g, linear_100g] =
        ["retimed-pluggable", "linear-pluggable"].map(|id| port(id, 100.0, 8.0, Node::N5));
    let ladder = watts(&linear);
    let found = [
        ("retimed_2nm", watts(&fast("retimed-pluggable", Node::N2))),
        ("retimed_ladder", watts(&retimed)),
        ("half_ladder", watts(&half)),
        ("linear_ladder", ladder),
        ("linear_bound", ladder),
        ("linear_inp", ladder),
        ("near_ladder", watts(&near)),
        ("near_6t", watts(&port("near-package-optics", 200.0, 32.0, Node::N3))),
        ("cpo_ladder", watts(&cpo)),
        ("cpo_nvidia", watts(&cpo)),
        ("oif_retimed", per_bit(&retimed)),
        ("oif_half", per_bit(&half)),
        ("oif_linear", per_bit(&linear)),
        ("oif_cpo", per_bit(&cpo)),
        ("linear_saving_800g", watts(&retimed_100g) - watts(&linear_100g)),
        ("linear_saving", less(watts(&linear), watts(&retimed))),
        ("half_saving_optics", less(watts(&half), watts(&retimed))),
        ("half_saving", less(half.energy.lane().si(), retimed.energy.lane().si())),
        ("near_saving", less(watts(&near), watts(&retimed))),
        ("cpo_saving", less(watts(&cpo), watts(&retimed))),
        ("dsp_watts", part(older.energy.retimer)),
        ("laser_watts", part(retimed.energy.laser)),
        ("cpo_laser_watts", part(cpo.energy.laser)),
        ("cpo_engine_watts", part(cpo.energy.optics() - cpo.energy.laser)),
        ("dsp_two_passes", retimed.latency.retimer.as_ns()),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}
