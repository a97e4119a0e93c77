//! Tori and optical circuits against closed forms.

#![allow(clippy::float_cmp, reason = "tables of numbers as published")]

use lightloom_units::{BitRate, DataSize, Time};
use lightloom_workload::collective::{CircuitSchedule, Circuits, Operation, Torus, TorusSchedule};
use proptest::prelude::*;

fn torus(lengths: [u64; 4]) -> Torus {
    Torus { lengths, link: BitRate::gbytes_per_s(45.0), hop: Time::us(1.0), launch: Time::ZERO }
}

fn close(a: f64, b: f64) {
    assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
}

/// "How to Scale Your Model", part 3: gathering V over a ring with links either way takes V/W, W both directions
/// together; over several dimensions the bandwidths add up; an all-to-all takes a quarter of a gather.
#[test]
fn a_torus_meets_the_books_bounds() {
    let v = DataSize::bytes(4e12); // far above latency
    let w = 2.0 * 45e9;
    for (lengths, dimensions) in
        [([1024, 1, 1, 1], 1.0), ([32, 32, 1, 1], 2.0), ([16, 16, 16, 1], 3.0)]
    {
        let t = torus(lengths);
        let n = t.size();
        let gather = t.cost(Operation::AllGather, v);
        let exact = (n - 1.0) / n * 4e12 / (dimensions * w);
        assert!((gather.time.as_s() / exact - 1.0).abs() < 1e-4, "{lengths:?}");
        let reduce = t.cost(Operation::AllReduce, v);
        assert!((reduce.time.as_s() / (2.0 * exact) - 1.0).abs() < 1e-4);
    }
    let ring = torus([16, 1, 1, 1]);
    // The book's V is of all ranks: each sends a sixteenth of it.
    let exchange = ring.cost(Operation::AllToAll, DataSize::bytes(4e12 / 16.0));
    assert!((exchange.time.as_s() / (4e12 / (4.0 * w)) - 1.0).abs() < 1e-3);
}

#[test]
fn one_dimension_after_the_other_takes_as_many_times_longer() {
    let size = DataSize::bytes(1e12);
    let t = torus([8, 8, 8, 1]);
    for operation in [Operation::AllGather, Operation::AllReduce, Operation::AllToAll] {
        let by_one = t.cost_of(TorusSchedule::DimensionByDimension, operation, size).time.as_s();
        let all = t.cost_of(TorusSchedule::AllDimensions, operation, size).time.as_s();
        assert!((by_one / all - 3.0).abs() < 0.01, "{operation:?}: {}", by_one / all);
    }
    // By hand: 8 x 4, scatter S: 7/8 S/2B, then 3/4 of S/8.
    let t = torus([8, 4, 1, 1]);
    let ours = t.cost_of(TorusSchedule::DimensionByDimension, Operation::ReduceScatter, size);
    close(ours.time.as_s(), (7.0 / 8.0 + 0.75 / 8.0) * 1e12 / 90e9 + 6e-6);
    close(ours.bytes[0].as_bytes() + ours.bytes[1].as_bytes(), 31.0 / 32.0 * 1e12);
    // Two halves in turn, the slower sets the pace: max(7/8, 3/4) then max(7/8/4, 3/4/8), half of S each.
    let ours = t.cost_of(TorusSchedule::AllDimensions, Operation::ReduceScatter, size);
    close(ours.time.as_s(), 0.5 * (7.0 / 8.0 + 7.0 / 32.0) * 1e12 / 90e9 + 6e-6);
    // Two ranks have one link, not two.
    let pair = torus([2, 1, 1, 1]).cost(Operation::AllGather, size);
    close(pair.time.as_s(), 0.5 * 1e12 / 45e9 + 1e-6);
    // Odd ring of 5: distances 0 1 1 2 2, mean 6/5.
    let odd = torus([5, 1, 1, 1]).cost(Operation::AllToAll, size);
    close(odd.time.as_s(), 1.2 * 1e12 / 90e9 + 2e-6);
    assert!(torus([0, 1, 1, 1]).check().is_err());
    assert!(torus([4, 4, 4, 1]).check().is_ok());
}

fn circuits(reconfiguration: Time) -> Circuits {
    Circuits {
        ranks: 64,
        ports: 8,
        rate: BitRate::gbytes_per_s(12.5),
        hop: Time::us(1.0),
        reconfiguration,
        launch: Time::ZERO,
    }
}

#[test]
fn circuits_meet_closed_forms() {
    let c = circuits(Time::us(10.0));
    let size = DataSize::bytes(6.4e9);
    let s = |schedule, operation| c.cost_of(schedule, operation, size).time.as_s();
    close(s(CircuitSchedule::Static, Operation::AllGather), 63e-6 + 6.3e9 / 100e9);
    close(s(CircuitSchedule::EachStep, Operation::AllGather), 66e-6 + 6.3e9 / 100e9);
    close(s(CircuitSchedule::EachStep, Operation::AllReduce), 132e-6 + 12.6e9 / 100e9);
    // 63 partners, eight at a time: eight rotations of a 64th over one port.
    close(s(CircuitSchedule::EachStep, Operation::AllToAll), 8.0 * (11e-6 + 0.1e9 / 12.5e9));
    close(s(CircuitSchedule::Static, Operation::AllToAll), 32e-6 + 16.0 * 6.4e9 / 100e9);
    close(s(CircuitSchedule::Static, Operation::Broadcast), 63e-6 + 6.4e9 / 100e9);
}

/// Slow switches (milliseconds) leave rings standing for short messages and pay for an all-to-all of long ones.
#[test]
fn the_time_of_reconfiguration_decides() {
    let chosen = |reconfiguration, operation, bytes| {
        circuits(reconfiguration).cost(operation, DataSize::bytes(bytes)).0
    };
    let slow = Time::s(10e-3);
    assert_eq!(chosen(slow, Operation::AllReduce, 1e9), CircuitSchedule::Static);
    assert_eq!(chosen(slow, Operation::AllToAll, 1e6), CircuitSchedule::Static);
    assert_eq!(chosen(slow, Operation::AllToAll, 10e9), CircuitSchedule::EachStep);
    assert_eq!(chosen(Time::us(0.1), Operation::AllReduce, 1e3), CircuitSchedule::EachStep);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tori_and_circuits_are_monotone(a in 1_u64..20, b in 1_u64..20, c in 1_u64..20, bytes in 0.0_f64..1e10, more in 1.0_f64..5.0) {
        let t = torus([a, b, c, 1]);
        let wide = Torus { link: t.link * more, ..t };
        let o = circuits(Time::us(a as f64));
        let quick = Circuits { rate: o.rate * more, ..o };
        let late = Circuits { reconfiguration: o.reconfiguration * more, ..o };
        for operation in Operation::ALL {
            let size = DataSize::bytes(bytes);
            let time = t.cost(operation, size).time;
            prop_assert!(time.as_s() >= 0.0 && time.as_s().is_finite());
            prop_assert!(wide.cost(operation, size).time <= time * (1.0 + 1e-12));
            prop_assert!(t.cost(operation, size * more).time >= time * (1.0 - 1e-12));
            let circuit = o.cost(operation, size).1.time;
            prop_assert!(quick.cost(operation, size).1.time <= circuit * (1.0 + 1e-12));
            prop_assert!(late.cost(operation, size).1.time >= circuit * (1.0 - 1e-12));
        }
    }
}
