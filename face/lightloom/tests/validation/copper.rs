//! Losses, receiver classes and reach of copper; COM beside another program.

use crate::common::{acc, aec_wire, dac, host, line, parameters};
use crate::lanes::{com_by_class, demand, longest, pluggable};
use crate::{Computed, oracle};
use lightloom::evidence::Facts;
use lightloom::link::*;
use lightloom::units::*;

pub(crate) fn compute(facts: &Facts<'_>, computed: &mut Computed) {
    losses(facts, computed);
    classes(facts, computed);
    reaches(facts, computed);
    // The difference furthest from zero, with its sign.
    let (mut com, mut fom) = (0.0_f64, 0.0_f64);
    oracle::each(|theirs, ours| {
        let further = |a: f64, b: f64| if b.abs() > a.abs() { b } else { a };
        com = further(com, ours.margin.com_db - theirs.com_db);
        fom = further(fom, ours.fom_db - theirs.fom_db);
    });
    computed.extend([("com_oracle".to_owned(), com), ("fom_oracle".to_owned(), fom)]);
}

fn losses(facts: &Facts<'_>, computed: &mut Computed) {
    const INCH: f64 = 0.0254;
    let trace = |name| Trace::from_facts(facts, name).unwrap();
    let (board, package) = (trace("pcb"), trace("package"));
    let cable = Twinax::from_facts(facts, 30).unwrap();
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    // 200 Gb/s with RS(544,514), PAM4.
    let nyquist = Frequency::ghz(53.125);
    let loss = |channel: &Channel| channel.loss(nyquist).as_db();
    let host_end = Channel { segments: vec![die(), Segment::Trace(package, Length::mm(40.0))] };
    // The engine's socket closes the board; nothing of a module lies behind it.
    let near = |mm: f64| {
        let mut channel = host(facts, 40.0, mm, "socket", 1.0);
        channel.segments.push(die());
        loss(&channel)
    };
    // Contact, paddle card, cable and the same back, without hosts.
    let plug = || Segment::Connector(Connector::from_facts(facts, "osfp").unwrap());
    let paddle = || Segment::Trace(board, Length::mm(15.0));
    let wire = Segment::Twinax(Twinax::from_facts(facts, 26).unwrap(), Length::m(2.0));
    let assembly = Channel { segments: vec![plug(), paddle(), wire, paddle(), plug()] };
    let found = [
        ("assembly_2m", assembly.loss(Frequency::ghz(26.56)).as_db()),
        ("board_14", board.loss_db_per_m(14.0) * INCH),
        ("board_28_200mm", board.loss_db_per_m(28.0) * 0.2),
        ("board_56", board.loss_db_per_m(56.0) * INCH),
        ("board_106", board.loss_db_per_m(106.0) * INCH),
        ("board_112", board.loss_db_per_m(112.0) * INCH),
        ("package_112", package.loss_db_per_m(112.0) * 0.03),
        ("package_200g", loss(&host_end)),
        ("twinax_106", cable.loss_db_per_m(106.0)),
        ("twinax_112", cable.loss_db_per_m(112.0)),
        ("host_140mm", loss(&pluggable(facts, 140.0))),
        ("host_245mm", loss(&pluggable(facts, 245.0))),
        ("near_70mm", near(70.0)),
        ("near_140mm", near(140.0)),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}

fn classes(facts: &Facts<'_>, computed: &mut Computed) {
    let parameters = parameters(facts, Fec::Kp4, Node::N3);
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    let package = Segment::Trace(Trace::from_facts(facts, "package").unwrap(), Length::mm(30.0));
    let copackaged = Channel { segments: vec![die(), package, die()] };
    let paths = [
        ("copackaged", copackaged),
        ("board_150", pluggable(facts, 150.0)),
        ("board_280", pluggable(facts, 280.0)),
    ];
    for (rate, gbps) in [("112g", 100.0), ("224g", 200.0)] {
        for (path, channel) in &paths {
            let section = Section::from(channel.clone());
            let com = com_by_class(&parameters, &section, gbps, Tier::Pulse, 2e-5);
            for (class, com) in ["ctle", "ffe", "dsp"].into_iter().zip(com) {
                computed.insert(format!("com_{rate}_{path}_{class}"), com);
            }
        }
    }
}

fn reaches(facts: &Facts<'_>, computed: &mut Computed) {
    const STEP: f64 = 0.05;
    let parameters = parameters(facts, Fec::Kp4, Node::N3);
    let signal = |gbps| line(gbps, Pam::Pam4, Fec::Kp4);
    for (name, end) in [
        ("panel", host(facts, 15.0, 83.0, "osfp", 1.0)),
        ("backplane", host(facts, 12.0, 15.0, "backplane", 1.0)),
        ("near", host(facts, 8.0, 0.0, "copackaged", 1.0)),
    ] {
        for awg in [26, 28, 30] {
            let reach = longest(facts, &parameters, signal(200.0), &end, awg, STEP);
            computed.insert(format!("reach_{name}_{awg}"), reach);
            if awg == 26 && name != "near" {
                computed.insert(format!("reach_band_{name}"), reach);
            }
        }
    }
    // Cables with their paddle cards between hosts of 83 mm.
    let cable = |awg: u8, gbps: f64| {
        let lengths: Vec<Length> = (1..=160).map(|i| Length::m(f64::from(i) * STEP)).collect();
        let demand = Demand { line: signal(gbps), ..demand(gbps, 2e-4) };
        let channel_of = |length: Length| dac(facts, awg, length.as_m(), 83.0, 1.0);
        required::reach(channel_of, &lengths, ReceiverClass::DspMlsd, &demand, &parameters)
            .unwrap()
            .map_or(0.0, |(length, _)| length.as_m())
    };
    // Active ones: the wire between the same hosts with a redriver behind it, or between two retimers.
    let active = |gbps: f64, section_of: &dyn Fn(f64) -> Section| {
        let lengths: Vec<Length> = (1..=300).map(|i| Length::m(f64::from(i) * STEP)).collect();
        let demand = Demand { line: signal(gbps), ..demand(gbps, 2e-4) };
        let of = |length: Length| section_of(length.as_m());
        required::reach(of, &lengths, ReceiverClass::DspMlsd, &demand, &parameters)
            .unwrap()
            .map_or(0.0, |(length, _)| length.as_m())
    };
    let redriven = |awg: u8, gbps: f64| active(gbps, &|m| acc(facts, awg, m, 83.0));
    let retimed = |awg: u8, gbps: f64| active(gbps, &|m| aec_wire(facts, awg, m).into());
    let fast = cable(26, 200.0);
    let found = [
        ("dac_200g_objective", fast),
        ("dac_200g", fast),
        ("dac_100g_26", cable(26, 100.0)),
        ("dac_100g_30", cable(30, 100.0)),
        ("dac_50g_26", cable(26, 50.0)),
        ("acc_100g_26", redriven(26, 100.0)),
        ("acc_100g_30", redriven(30, 100.0)),
        ("acc_200g", redriven(26, 200.0)),
        ("aec_100g", retimed(30, 100.0)),
        ("aec_200g", retimed(26, 200.0)),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}
