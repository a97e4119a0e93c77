//! Counting and wiring topologies.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_fabric::topology::{
    Dragonfly, FoldedClos, HammingMesh, HyperX, Topology, Torus, load, measure,
};
use std::hint::black_box;

fn clos(endpoints: u64, radix: u64) -> Topology {
    Topology::Clos(FoldedClos {
        endpoints,
        radix,
        layers: None,
        oversubscription: 1.0,
        above: Vec::new(),
        rails: 8,
        planes: 1,
    })
}

fn topology(c: &mut Criterion) {
    let million = [
        ("count clos of 1,048,576", clos(1_048_576, 512)),
        (
            "count dragonfly of 1,112,376",
            Topology::Dragonfly(Dragonfly { p: 23, a: 46, h: 23, groups: None }),
        ),
        (
            "count hyperx of 1,048,576",
            Topology::HyperX(HyperX { dims: vec![32; 3], t: 32, trunk: vec![], planes: 1 }),
        ),
        (
            "count torus of 1,048,576",
            Topology::Torus(Torus { dims: vec![64, 128, 128], wrap: vec![], twisted: true }),
        ),
        (
            "count hamming-mesh of 1,048,576",
            Topology::HammingMesh(HammingMesh { a: 4, b: 4, x: 256, y: 256, radix: 128 }),
        ),
    ];
    for (name, t) in &million {
        c.bench_function(name, |b| b.iter(|| black_box(t.summary().unwrap())));
    }
    let wired = [
        ("graph clos of 131,072, radix 512", clos(131_072, 512)),
        ("graph clos of 131,072, radix 64", clos(131_072, 64)),
        (
            "graph dragonfly of 131,070",
            Topology::Dragonfly(Dragonfly { p: 15, a: 26, h: 13, groups: Some(336) }),
        ),
        (
            "graph torus 64x64x32",
            Topology::Torus(Torus { dims: vec![64, 64, 32], wrap: vec![], twisted: false }),
        ),
        (
            "graph hyperx of 131,072",
            Topology::HyperX(HyperX { dims: vec![16; 3], t: 32, trunk: vec![], planes: 1 }),
        ),
    ];
    for (name, t) in &wired {
        c.bench_function(name, |b| b.iter(|| black_box(t.graph().unwrap())));
    }
    let graph = wired[0].1.graph().unwrap();
    let mut search = measure::Search::default();
    c.bench_function("search clos of 131,072", |b| b.iter(|| search.run(&graph, 0)));
    let small = clos(1_024, 64).graph().unwrap();
    c.bench_function("uniform load clos of 1,024", |b| b.iter(|| load::uniform(&small)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(300));
    targets = topology
}
criterion_main!(benches);
