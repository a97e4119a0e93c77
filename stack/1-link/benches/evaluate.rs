//! How many links of tier T0 a core evaluates in a second: copper, and a linear optical lane with its search for
//! the least laser power.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{catalog, dac, host, line, parameters};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_link::{
    Detector, Fec, FibrePath, Laser, LinkSpec, Modulator, Node, Optics, Pam, Section, evaluate,
};
use lightloom_units::Length;
use std::hint::black_box;

fn links(c: &mut Criterion) {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let copper = LinkSpec {
        line: line(200.0, Pam::Pam4, Fec::Kp4),
        lanes: 4,
        sections: vec![Section::Electrical(dac(&facts, 26, 1.0, 83.0, 1.0))],
    };
    c.bench_function("T0 copper, 1 m at 200G", |b| {
        b.iter(|| evaluate(black_box(&copper), &parameters).unwrap());
    });
    let optics = Optics {
        laser: Laser::from_facts(&facts, "external").unwrap(),
        modulator: Modulator::from_facts(&facts, "ring").unwrap(),
        path: FibrePath::from_facts(&facts, "detachable", Length::m(50.0)).unwrap(),
        detector: Detector::from_facts(&facts, "pillar").unwrap(),
        driver_noise: facts.get("optics.driver_noise").unwrap(),
        penalty: facts.get("optics.penalty").unwrap(),
    };
    let near = host(&facts, 25.0, 0.0, "socket", 1.0);
    let linear = LinkSpec {
        line: line(200.0, Pam::Pam4, Fec::Kp4),
        lanes: 4,
        sections: vec![Section::Optical { near: Some(near.clone()), optics, far: Some(near) }],
    };
    c.bench_function("T0 linear light at 200G, least laser power", |b| {
        b.iter(|| evaluate(black_box(&linear), &parameters).unwrap());
    });
}

criterion_group!(benches, links);
criterion_main!(benches);
