//! COM of a parsed channel with eight aggressors, searched, on the fast grid: tier T2.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/channels.rs"]
mod channels;

use channels::{measured, spec};
use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_link::com::{Grid, Options, Resolution, evaluate, evaluate_on};
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

criterion_group!(benches, com);
criterion_main!(benches);
