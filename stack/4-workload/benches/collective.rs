//! What a search over parallelisations calls millions of times.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::{Catalog, Facts};
use lightloom_units::{BitRate, DataSize, Time};
use lightloom_workload::collective::{Exchange, Group, Operation, Pipelining, Routing};
use lightloom_workload::{Library, NetworkTier};
use std::hint::black_box;

fn collective(c: &mut Criterion) {
    let catalog = Catalog::parse(&[
        ("sources.toml", include_str!("../../../catalog/sources.toml")),
        ("workload.toml", include_str!("../../../catalog/facts/workload.toml")),
    ])
    .unwrap();
    let facts = Facts::nominal(&catalog);
    let tier = |name: &str, size, gbytes, us| NetworkTier {
        name: name.to_owned(),
        size,
        bandwidth: BitRate::gbytes_per_s(gbytes),
        latency: Time::us(us),
        library: Library::from_facts(&facts, name).unwrap(),
        torus: None,
    };
    let tiers = [tier("nvlink5", 72, 900.0, 0.4), tier("nic", 16384, 50.0, 2.0)];
    let pipelining = Pipelining::from_facts(&facts).unwrap();
    let size = DataSize::bytes(67e6);
    let inside = Group::place(&tiers, 8, 1);
    let across = Group::place(&tiers, 1024, 1);
    c.bench_function("place 1024 ranks on two tiers", |b| {
        b.iter(|| Group::place(black_box(&tiers), black_box(1024), black_box(1)));
    });
    for (name, group) in [("8 ranks in a domain", &inside), ("1024 ranks across domains", &across)]
    {
        for operation in [Operation::AllGather, Operation::AllReduce, Operation::AllToAll] {
            c.bench_function(&format!("time {operation:?} of {name}"), |b| {
                b.iter(|| group.time(black_box(operation), black_box(size), pipelining));
            });
        }
        c.bench_function(&format!("cost AllReduce of {name}"), |b| {
            b.iter(|| group.cost(black_box(Operation::AllReduce), black_box(size), pipelining));
        });
        let exchange = Exchange {
            tokens: 4096.0,
            bytes_per_token: 7168.0,
            copies: 8,
            experts: 256,
            node_limit: Some(4),
            routing: Routing::Uniform,
        };
        c.bench_function(&format!("expert exchange of {name}"), |b| {
            b.iter(|| group.exchange(black_box(exchange), pipelining));
        });
    }
}

criterion_group!(benches, collective);
criterion_main!(benches);
