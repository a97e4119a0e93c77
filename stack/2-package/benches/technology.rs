//! How long one whole evaluation of a technology takes on the package floor, as a study asks for it.
//!
//! An evaluation is: the largest package with all of its limits and the one that binds; the row of the heat table at a payload
//! (all temperatures, the part nearest its limit, the highest payload, heat fluxes, rings, laser, rack); the cost of a good
//! unit by its steps, at a level of costs, with its price; and the ports that its repair unit takes. What does not
//! follow from the payload is read once for each technology and way of cooling: the port with its lane (which the shop
//! remembers), body, loads, resistances, the flow with its numbers, what a unit holds, the yield of its joints (512 positions:
//! some hundred microseconds, which shops remember). The payload of the box differs from one evaluation to the next.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{catalog, payload, ports, processes};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lightloom_evidence::Facts;
use lightloom_link::Node;
use lightloom_package::heat::{HeatFacts, HeatReport, Loads};
use lightloom_package::manufacture::{Contents, Flow, Groups, Level, Names};
use lightloom_package::space::{Body, Package, Reach, reach_at};
use lightloom_package::{Port, ServiceUnit, Technology};
use lightloom_units::{BitRate, Ratio};
use std::hint::black_box;

/// What is read once.
struct Known {
    package: Package,
    body: Body,
    loads: Loads,
    heat: HeatFacts,
    flow: Flow,
    level: Level,
    contents: Contents,
    coupled: Ratio,
    service: ServiceUnit,
    unit: BitRate,
}

impl Known {
    fn of(facts: &Facts<'_>, technology: &Technology, port: &Port) -> Self {
        let engine = technology.engine.as_ref().unwrap();
        let own = payload(technology);
        let body = Body::from_facts(facts, technology, own, port.module_dsp, port.sharing).unwrap();
        let names = Names { alignment: &engine.alignment, bond: &engine.bond, node: Node::N3 };
        let flow = Flow::from_facts(facts, &processes()[&engine.process], names).unwrap();
        let contents = Contents::of(facts, engine, own, port.module_dsp, port.sharing).unwrap();
        let coupled = flow.coupled(&contents).unwrap();
        Self {
            package: Package::from_facts(facts).unwrap(),
            body,
            loads: Loads::of_switch(port),
            heat: HeatFacts::from_facts(facts, technology.cooling).unwrap(),
            level: Level::STEPS,
            flow,
            contents,
            coupled,
            service: port.service,
            unit: engine.capacity,
        }
    }

    fn evaluate(&self, payload: BitRate) -> (Reach, HeatReport, Groups, f64, f64) {
        let place = self.package.place(payload);
        let heat = self.heat.report(&self.body, &place, &self.loads).unwrap();
        let hot = (heat.highest_bandwidth, heat.highest_by);
        let reach = reach_at(&self.package, &self.body, &self.loads, heat.cooling, hot);
        let groups = self.flow.cost(&self.contents, self.coupled).unwrap().at(&self.level);
        let price = groups.total().as_usd() * self.flow.markup();
        let lost = match self.service {
            ServiceUnit::Engine | ServiceUnit::Box => payload,
            _ => self.unit,
        };
        (reach, heat, groups, price, lost / BitRate::gbps(800.0))
    }
}

fn technology(c: &mut Criterion) {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let ports = ports(&facts);
    let mut group = c.benchmark_group("a whole evaluation");
    group.throughput(Throughput::Elements(1));
    for id in ["retimed-pluggable", "cpo-switch", "cpo-interposer", "cpo-stacked"] {
        let (technology, port) = &ports[id];
        let known = Known::of(&facts, technology, port);
        let mut tbps = 51.2;
        group.bench_function(id, |b| {
            b.iter(|| {
                tbps = if tbps > 204.8 { 51.2 } else { tbps + 0.1 };
                known.evaluate(black_box(BitRate::tbps(tbps)))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, technology);
criterion_main!(benches);
