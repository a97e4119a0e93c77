//! How long the coupling and the manufacture of engines take to evaluate.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_evidence::{Catalog, Facts};
use lightloom_link::Node;
use lightloom_package::Technology;
use lightloom_package::coupling::{Alignment, Couplings, Layout};
use lightloom_package::manufacture::{Contents, Flow, Names, Process};
use lightloom_units::BitRate;
use std::hint::black_box;

fn coupling(c: &mut Criterion) {
    let catalog = Catalog::parse(lightloom_catalog::FACTS).unwrap();
    let facts = Facts::nominal(&catalog);
    for (name, what) in [("active", "active"), ("expanded-beam", "expanded beam")] {
        let alignment = Alignment::from_facts(&facts, name).unwrap();
        let layout = Layout { fibres: 40, rows: 1, per_laser: 4 };
        c.bench_function(&format!("1e6 joints drawn, {what}"), |b| {
            b.iter(|| Couplings::draw(black_box(&alignment), layout, 25_000, 1).unwrap());
        });
        c.bench_function(&format!("yield of an engine of 40 joints, {what}"), |b| {
            b.iter(|| black_box(&alignment).engine_yield(40, 1).unwrap());
        });
    }
}

fn manufacture(c: &mut Criterion) {
    let catalog = Catalog::parse(lightloom_catalog::FACTS).unwrap();
    let facts = Facts::nominal(&catalog);
    let find = |files: &'static [(&str, &str)], name: &str| {
        *files.iter().find(|(f, _)| *f == name).unwrap()
    };
    for (technology, dsp) in [("retimed-pluggable.toml", true), ("cpo-switch.toml", false)] {
        let (file, text) = find(lightloom_catalog::TECHNOLOGIES, technology);
        let technology = Technology::parse(file, text).unwrap();
        let engine = technology.engine.unwrap();
        let (file, text) = find(lightloom_catalog::PROCESSES, &format!("{}.toml", engine.process));
        let process = Process::parse(file, text).unwrap();
        let names = Names { alignment: &engine.alignment, bond: &engine.bond, node: Node::N3 };
        let flow = Flow::from_facts(&facts, &process, names).unwrap();
        let contents = Contents::of(&facts, &engine, BitRate::gbps(200.0), dsp, None).unwrap();
        let coupled = flow.coupled(&contents).unwrap();
        c.bench_function(&format!("cost of a good unit, {}", process.name), |b| {
            b.iter(|| black_box(&flow).cost(black_box(&contents), coupled).unwrap());
        });
        c.bench_function(&format!("facts of a flow, {}", process.name), |b| {
            b.iter(|| Flow::from_facts(black_box(&facts), &process, names).unwrap());
        });
        c.bench_function(&format!("everything about making it, {}", process.name), |b| {
            b.iter(|| black_box(&flow).make(black_box(&contents)).unwrap());
        });
    }
}

criterion_group!(benches, coupling, manufacture);
criterion_main!(benches);
