//! Lanes that several tests judge: a host path to a front panel, light of catalog parts, and what closes at most.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses a part")]

use crate::common::{host, line, parameters};
use lightloom_evidence::Facts;
use lightloom_link::required::{detector_error_ratio, reach};
use lightloom_link::*;
use lightloom_units::*;

/// From die to die through a package, a board, a front-panel contact and a module.
pub fn pluggable(facts: &Facts<'_>, board_mm: f64) -> Channel {
    let mut channel = host(facts, 40.0, board_mm, "osfp", 1.0);
    let board = Trace::from_facts(facts, "pcb").unwrap();
    channel.segments.push(Segment::Trace(board, Length::mm(20.0)));
    channel
        .segments
        .push(Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap()));
    channel
}

/// A demand at tier T1 for a COM of 3 dB.
pub fn demand(gbps: f64, detector_error_ratio: f64) -> Demand<'static> {
    Demand {
        line: line(gbps, Pam::Pam4, Fec::Kp4),
        margin: Decibel::db(3.0),
        detector_error_ratio,
        depth: Depth::Tier(Tier::Pulse),
    }
}

/// COM of every class on a section by a tier.
pub fn com_by_class(
    parameters: &LinkParameters,
    section: &Section,
    gbps: f64,
    tier: Tier,
    detector_error_ratio: f64,
) -> [f64; 4] {
    let demand = Demand {
        line: line(gbps, Pam::Pam4, Fec::Kp4),
        margin: Decibel::db(1e3),
        detector_error_ratio,
        depth: Depth::Tier(tier),
    };
    let all = required_receiver(section, &demand, parameters).unwrap();
    assert!(all.taken.is_none() && all.needs_dsp().is_none());
    let mut com = [f64::NEG_INFINITY; 4];
    for rung in &all.rejected {
        com[rung.class.index()] = rung.com.as_db();
    }
    com
}

/// A lane of light of a pluggable: Mach-Zehnder modulator, own laser, copper pillars.
pub fn optics(facts: &Facts<'_>) -> Optics {
    let names =
        OpticsNames { laser: "internal", modulator: "mzm", couplers: ["edge"; 2], bond: "pillar" };
    Optics::from_facts(facts, &names, Length::m(50.0)).unwrap()
}

/// Where light has a linear host path.
#[derive(Clone, Copy)]
pub enum Linear {
    /// Before the driver and behind the amplifier.
    Both,
    /// Behind the amplifier only; the transmitter is retimed.
    Receiver,
}

/// The largest host path that closes with any receiver: loss from die to die, and between the packages, dB.
pub fn most_loss(facts: &Facts<'_>, fec: Fec, gbps: f64, margin: f64, linear: Linear) -> [f64; 2] {
    let parameters = parameters(facts, fec, Node::N3);
    let signal = line(gbps, Pam::Pam4, fec);
    let nyquist = signal.symbol_rate(&parameters.fec).nyquist();
    let demand = Demand {
        line: signal,
        margin: Decibel::db(margin),
        ..demand(gbps, detector_error_ratio(parameters.fec.threshold_ber, signal.pam))
    };
    let closes = |mm: &f64| {
        let host = || Some(pluggable(facts, *mm));
        let near = match linear {
            Linear::Both => host(),
            Linear::Receiver => None,
        };
        let section = Section::Optical { near, optics: optics(facts), far: host() };
        required_receiver(&section, &demand, &parameters).unwrap().taken.is_some()
    };
    // Boards by 20 mm until one does not close, then by 2 mm.
    let longest = |from: f64, step: f64| {
        (1..60).map(|i| from + f64::from(i) * step).take_while(closes).last().unwrap_or(from)
    };
    let board = longest(longest(0.0, 20.0), 2.0);
    let host = pluggable(facts, board);
    [host.loss(nyquist).as_db(), host.between_packages().loss(nyquist).as_db()]
}

/// The longest cable between two such ends that closes with sequence detection, m; zero when none does.
pub fn longest(
    facts: &Facts<'_>,
    parameters: &LinkParameters,
    signal: Line,
    end: &Channel,
    awg: u8,
    step_m: f64,
) -> f64 {
    let steps = (1..).map(|i| f64::from(i) * step_m).take_while(|m| *m < 4.0 + 1e-9);
    let lengths: Vec<Length> = steps.map(Length::m).collect();
    let demand = Demand { line: signal, ..demand(signal.payload.as_gbps(), 2e-4) };
    let channel_of = |length: Length| {
        let mut segments = end.segments.clone();
        segments.push(Segment::Twinax(Twinax::from_facts(facts, awg).unwrap(), length));
        segments.extend(end.segments.iter().rev().cloned());
        Channel { segments }
    };
    let found = reach(channel_of, &lengths, ReceiverClass::DspMlsd, &demand, parameters);
    found.unwrap().map_or(0.0, |(length, _)| length.as_m())
}
