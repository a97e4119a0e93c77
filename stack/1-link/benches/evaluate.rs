//! How long the tiers of the link model take: the bound of one lane, the ladder of receivers by the pulse response,
//! and a link that is estimated around one that was looked into.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{catalog, dac, host, line, parameters};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_link::{
    Demand, Depth, Fec, LinkSpec, Node, Optics, OpticsNames, Pam, ReceiverClass, Section, Tier,
    anchor, bound, distances, estimate, required_receiver,
};
use lightloom_units::{Decibel, Length};
use std::hint::black_box;

fn links(c: &mut Criterion) {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let copper = dac(&facts, 26, 1.0, 83.0, 1.0);
    let near = host(&facts, 25.0, 0.0, "socket", 1.0);
    let names = OpticsNames {
        laser: "external",
        modulator: "ring",
        couplers: ["detachable"; 2],
        bond: "pillar",
    };
    let light = Section::Optical {
        near: Some(near.clone()),
        optics: Optics::from_facts(&facts, &names, Length::m(50.0)).unwrap(),
        far: Some(near),
    };
    let demand = Demand {
        line: line(200.0, Pam::Pam4, Fec::Kp4),
        margin: Decibel::db(3.0),
        detector_error_ratio: 2e-4,
        depth: Depth::Tier(Tier::Bound),
    };
    c.bench_function("T0 bound of a cable of 1 m at 200G", |b| {
        b.iter(|| bound(black_box(&copper), &demand, &parameters));
    });
    let copper = Section::from(copper);
    for (what, section) in [("copper", &copper), ("linear light, least laser power", &light)] {
        let spec = LinkSpec {
            line: demand.line,
            lanes: 4,
            sections: vec![section.clone()],
            digital: false,
        };
        let anchor = anchor(&spec, &parameters, &|section, demand| {
            distances(section, demand, &parameters, &ReceiverClass::LADDER)
        })
        .unwrap();
        c.bench_function(&format!("T0 around T1, {what}"), |b| {
            b.iter(|| estimate(black_box(&spec), &parameters, &anchor).unwrap());
        });
        let pulse = Demand { depth: Depth::Tier(Tier::Pulse), ..demand };
        c.bench_function(&format!("T1 receivers of {what}"), |b| {
            b.iter(|| required_receiver(black_box(section), &pulse, &parameters).unwrap());
        });
    }
}

criterion_group!(benches, links);
criterion_main!(benches);
