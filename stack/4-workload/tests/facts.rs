//! Every fact of the workload file is read by some model, and every part can be loaded.

mod common;

use common::catalog;
use lightloom_evidence::Facts;
use lightloom_units::{Power, Ratio};
use lightloom_workload::collective::{InNetwork, Pipelining};
use lightloom_workload::{
    Library, Machine, PowerDraw, Precision, ServingSoftware, TrainingSoftware,
};

#[test]
fn every_fact_is_read() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for name in catalog.children("accelerator") {
        let machine = Machine::from_facts(&facts, name).unwrap();
        machine.check().unwrap();
        // Narrower arithmetic is quicker, or it would not be built.
        let bf16 = machine.bf16.peak;
        for p in [Precision::Fp8, Precision::Fp4] {
            assert!(machine.arithmetic(p).map_or(bf16 * 2.0, |a| a.peak) >= bf16 * 2.0);
        }
    }
    for name in catalog.children("collective") {
        // What all links share has no launch; SHARP is an addition to a link.
        if catalog.get(&format!("collective.{name}.launch")).is_some() {
            Library::from_facts(&facts, name).unwrap();
        } else if let Some(reduction) = InNetwork::from_facts(&facts, name).unwrap() {
            assert!(reduction.from.value() > 1.0);
        }
    }
    for name in catalog.children("training") {
        TrainingSoftware::from_facts(&facts, name).unwrap();
    }
    Pipelining::from_facts(&facts).unwrap();
    ServingSoftware::from_facts(&facts).unwrap();
    for name in catalog.children("serving_engine") {
        ServingSoftware::of_engine(&facts, name).unwrap();
    }
    PowerDraw::from_facts(&facts, Power::w(1.0), Power::w(1.0), Ratio::new(1.0)).unwrap();
    let used = facts.used();
    let unread: Vec<_> = (0..catalog.facts().len()).filter(|i| !used.contains(i)).collect();
    let ids: Vec<_> = unread.iter().map(|i| &catalog.facts()[*i].id).collect();
    assert!(ids.is_empty(), "no model reads {ids:?}");
}

#[test]
fn an_unknown_accelerator_names_its_neighbours() {
    let catalog = catalog();
    let e = Machine::from_facts(&Facts::nominal(&catalog), "h1000").unwrap_err();
    assert!(e.to_string().contains("accelerator.h1000.peak_bf16"), "{e}");
}

#[test]
fn the_newest_release_of_an_accelerator_and_precision_is_found() {
    let catalog = catalog();
    let newest = |accelerator: &str, precision, experts| {
        lightloom_workload::training::newest_release(&catalog, accelerator, precision, experts)
    };
    let is = |found: Option<String>, name: &str| assert_eq!(found.as_deref(), Some(name));
    is(newest("h100", Precision::Bf16, false), "megatron-core-h100-bf16-2025");
    is(newest("gb300", Precision::Fp8, false), "megatron-bridge-gb300-fp8-2026");
    is(newest("gb300", Precision::Fp8, true), "megatron-bridge-gb300-experts-2026");
    // Nothing was measured; one accelerator's name is not the end of another's.
    assert_eq!(newest("rubin", Precision::Fp8, false), None);
    assert_eq!(newest("200", Precision::Bf16, false), None);
    assert_eq!(newest("gb300", Precision::Bf16, true), None);
}
