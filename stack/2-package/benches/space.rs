//! How long space and heat of a technology take, given a known port: a body and facts that were read once.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{bodies, catalog};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_package::heat::{RingTuner, Thermal};
use lightloom_package::space::{Package, reach};
use lightloom_units::BitRate;
use std::hint::black_box;

fn package(c: &mut Criterion) {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let package = Package::from_facts(&facts).unwrap();
    let tuner = RingTuner::from_facts(&facts).unwrap();
    let place = package.place(BitRate::tbps(51.2));
    for (technology, body, loads) in bodies(&facts) {
        if !["retimed-pluggable", "cpo-switch", "cpo-stacked"].contains(&technology.id.as_str()) {
            continue;
        }
        let thermal = Thermal::from_facts(&facts, technology.cooling).unwrap();
        let full = thermal.full();
        c.bench_function(&format!("temperatures of {}", technology.id), |b| {
            b.iter(|| thermal.temperatures(black_box(&body), &place, &loads, &full).unwrap());
        });
        c.bench_function(&format!("largest package of {}", technology.id), |b| {
            b.iter(|| reach(black_box(&package), &body, &loads, &thermal).unwrap());
        });
        c.bench_function(&format!("span of the rings of {}", technology.id), |b| {
            b.iter(|| thermal.ring_span(black_box(&body), &place, &loads, &tuner).unwrap());
        });
    }
}

criterion_group!(benches, package);
criterion_main!(benches);
