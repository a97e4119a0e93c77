//! A million accelerators: counts, places, lengths, trays, bill, power, loads.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{cables, catalog, gb300, million, parts};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_fabric::{FabricSpec, bill, build, load, power};
use lightloom_units::Length;
use std::hint::black_box;

fn whole(spec: &FabricSpec, parts: &lightloom_fabric::Parts) -> load::Load {
    let fabric = build(spec).unwrap();
    let choices = cables(&fabric, Length::mm(3.0));
    black_box(bill::bill(&fabric, &choices, parts).unwrap());
    let power = power::power(&fabric, &choices, parts).unwrap();
    load::load(&fabric, &spec.hall, &choices, parts, &power).unwrap()
}

fn hall(c: &mut Criterion) {
    let catalog = catalog();
    let parts = parts(&Facts::nominal(&catalog), "gb300", "nvswitch5", "quantum-x800", "cx8");
    for (name, spec) in [("4,608 accelerators", gb300()), ("1,013,760 accelerators", million())] {
        c.bench_function(name, |b| b.iter(|| whole(black_box(&spec), &parts)));
    }
}

criterion_group!(benches, hall);
criterion_main!(benches);
