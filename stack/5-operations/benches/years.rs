//! A year of 100,000 accelerators with a million links, queues and a job.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_operations::simulation::{Job, Site, history};
use lightloom_operations::{ComponentClass, Event, Redundancy, Repair, RepairUnit};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use std::hint::black_box;

const ACCELERATORS: f64 = 100_800.0;
const LINKS: f64 = 1e6;

fn class(
    name: &str,
    count: f64,
    per_year: f64,
    event: Event,
    stopped: f64,
    stops_job: f64,
) -> ComponentClass {
    let hours = match event {
        Event::Flap => [5.0 / 3600.0, 0.0, 0.0, 0.0],
        Event::Reset => [30.0 / 3600.0, 0.25, 0.0, 1.0],
        Event::Reseat => [30.0 / 3600.0, 4.0, 0.25, 0.17],
        Event::Hard(_) => [30.0 / 3600.0, 4.0, 1.0, 1.0],
    };
    let [detect, wait, hands_on, requalify] = hours.map(Time::hours);
    ComponentClass {
        name: name.to_owned(),
        count: Count::from_si(count),
        failure_rate: FailureRate::from_si(per_year / Time::years(1.0).as_s()),
        repair: Repair { event, detect, wait, hands_on, requalify },
        stopped_while_faulty: Count::from_si(stopped),
        stopped_in_repair: Count::from_si(stopped),
        job_stop_share: Ratio::new(stops_job),
        redundancy: Redundancy::NONE,
    }
}

fn site() -> Site {
    let hard = Event::Hard;
    let classes = vec![
        class("accelerator, swapped", ACCELERATORS, 0.09, hard(RepairUnit::Tray), 4.0, 1.0),
        class("accelerator, reset", ACCELERATORS, 0.06, Event::Reset, 4.0, 1.0),
        class("software", ACCELERATORS, 0.02, Event::Reset, 0.0, 1.0),
        class("access link", LINKS / 4.0, 0.016, hard(RepairUnit::Module), 1.0, 1.0),
        class("fabric link", LINKS * 0.75, 0.016, hard(RepairUnit::Module), 0.0, 0.0),
        class("connector", LINKS, 0.03, Event::Reseat, 0.0, 0.0),
        class("flap", LINKS, 0.8, Event::Flap, 1.0, 0.005),
    ];
    let [all, node, domain] = [ACCELERATORS, 4.0, 72.0].map(Count::from_si);
    let mut site = Site::without_queues(all, node, domain, classes);
    site.technicians = Some(40);
    site.spread = Ratio::new(0.8);
    let minutes = |m: f64| Time::s(60.0 * m);
    let (interval, checkpoint, restart) = (minutes(10.0), minutes(0.2), minutes(5.0));
    site.job = Some(Job { domains: 1360, nodes: 18, interval, checkpoint, restart });
    site
}

fn years(c: &mut Criterion) {
    let site = site();
    let mut number = 0;
    c.bench_function("a year of 100,800 accelerators and 1,000,000 links", |b| {
        b.iter(|| {
            number += 1;
            let week = Time::hours(168.0);
            black_box(history(black_box(&site), week, Time::years(1.0), 1, number).unwrap())
        });
    });
}

criterion_group!(benches, years);
criterion_main!(benches);
