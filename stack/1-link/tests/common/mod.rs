//! The catalog's link facts, for tests that run this floor alone.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses a part of this module"
)]

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::*;
use lightloom_units::*;
use std::sync::Arc;

pub fn catalog() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("link.toml", include_str!("../../../../catalog/facts/link.toml")),
    ])
    .unwrap()
}

/// The reference receiver of IEEE P802.3dj, 200 Gb/s a lane over backplanes.
pub fn standard() -> Arc<ComSpec> {
    let text = include_str!("../../../../catalog/com/802.3dj-kr.toml");
    Arc::new(ComSpec::parse("802.3dj-kr", text).unwrap())
}

pub fn parameters(facts: &Facts<'_>, fec: Fec, node: Node) -> LinkParameters {
    LinkParameters::from_facts(facts, &standard(), fec, node, node).unwrap()
}

/// Die, package, board, connector, paddle card, cable, and the same back: a direct-attach cable.
pub fn dac(facts: &Facts<'_>, awg: u8, length_m: f64, host_mm: f64, pads: f64) -> Channel {
    let end = host(facts, 15.0, host_mm, "osfp", pads);
    let paddle = Segment::Trace(Trace::from_facts(facts, "pcb").unwrap(), Length::mm(15.0));
    let cable = Segment::Twinax(Twinax::from_facts(facts, awg).unwrap(), Length::m(length_m));
    let mut segments = end.segments.clone();
    segments.extend([paddle.clone(), cable, paddle]);
    segments.extend(end.segments.into_iter().rev());
    Channel { segments }
}

/// The same cable with a redriver in the receiving plug, behind the wire.
pub fn acc(facts: &Facts<'_>, awg: u8, length_m: f64, host_mm: f64) -> Section {
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    let paddle = || Segment::Trace(Trace::from_facts(facts, "pcb").unwrap(), Length::mm(15.0));
    let end = host(facts, 15.0, host_mm, "osfp", 1.0);
    let mut before = end.clone();
    let cable = Segment::Twinax(Twinax::from_facts(facts, awg).unwrap(), Length::m(length_m));
    before.segments.extend([paddle(), cable, die()]);
    let mut after = Channel { segments: vec![die(), paddle()] };
    after.segments.extend(end.segments.into_iter().rev());
    Section::Redriven { before, redriver: Redriver::from_facts(facts).unwrap(), after }
}

/// The wire of a cable with a retimer in either plug, from die to die.
pub fn aec_wire(facts: &Facts<'_>, awg: u8, length_m: f64) -> Channel {
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    let cable = Segment::Twinax(Twinax::from_facts(facts, awg).unwrap(), Length::m(length_m));
    Channel { segments: vec![die(), cable, die()] }
}

pub fn host(facts: &Facts<'_>, package_mm: f64, board_mm: f64, plug: &str, pads: f64) -> Channel {
    let trace = |name| Trace::from_facts(facts, name).unwrap();
    Channel {
        segments: vec![
            Segment::Die(DieTermination::from_facts(facts, Ratio::new(pads)).unwrap()),
            Segment::Trace(trace("package"), Length::mm(package_mm)),
            Segment::Trace(trace("pcb"), Length::mm(board_mm)),
            Segment::Connector(Connector::from_facts(facts, plug).unwrap()),
        ],
    }
}

pub fn line(gbps: f64, pam: Pam, fec: Fec) -> Line {
    Line { payload: BitRate::gbps(gbps), pam, fec }
}
