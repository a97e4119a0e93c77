//! COM of a parsed channel with eight aggressors, searched, on the fast grid: tier T2. All receiver classes on a board
//! without aggressors, on the coarse one: tier T1.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/channels.rs"]
mod channels;
#[path = "../tests/common/mod.rs"]
mod common;

use channels::{measured, spec};
use common::{catalog, host, line, parameters};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_link::com::{Grid, Options, Resolution, evaluate, evaluate_on};
use lightloom_link::{Demand, DieTermination, Fec, Node, Pam, Segment, required_receiver};
use lightloom_units::{Decibel, Ratio};
use std::hint::black_box;

fn com(c: &mut Criterion) {
    for (name, case, top_ghz) in [("802.3ck-kr", "2", 60), ("802.3dj-kr", "A1", 67)] {
        let spec = spec(name);
        let channels = channels::channels(&measured(top_ghz), 4, 4);
        let options = Options { cases: vec![case.to_owned()], ..Options::default() };
        let grid = Grid::new(&spec, Resolution::Fast);
        c.bench_function(&format!("T2 {name}, 8 aggressors"), |b| {
            b.iter(|| evaluate_on(&spec, &grid, black_box(&channels), &options).unwrap());
        });
        c.bench_function(&format!("T2 {name}, 8 aggressors, grid made anew"), |b| {
            b.iter(|| evaluate(&spec, black_box(&channels), &options).unwrap());
        });
    }
}

fn ladder(c: &mut Criterion) {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let mut channel = host(&facts, 40.0, 150.0, "osfp", 1.0);
    channel
        .segments
        .push(Segment::Die(DieTermination::from_facts(&facts, Ratio::new(1.0)).unwrap()));
    let standard = spec("802.3dj-kr");
    let demand = Demand {
        standard: &standard,
        line: line(200.0, Pam::Pam4, Fec::Kp4),
        // More than any class has, so that all are tried.
        margin: Decibel::db(1e3),
        detector_error_ratio: 2e-5,
        resolution: Resolution::Coarse,
    };
    c.bench_function("T1, ladder of 4 receiver classes at 200G", |b| {
        b.iter(|| required_receiver(black_box(&channel), &demand, &parameters).unwrap());
    });
}

criterion_group!(benches, com, ladder);
criterion_main!(benches);
