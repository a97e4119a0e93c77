//! Tori and optical circuits against closed forms.

#![allow(clippy::float_cmp, reason = "tables of numbers as published")]

use lightloom_units::{BitRate, DataSize, Ratio, Time};
use lightloom_workload::NetworkTier;
use lightloom_workload::collective::{
    CircuitSchedule, Circuits, Group, Library, Operation, Pipelining, Torus, TorusSchedule,
};
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

/// A torus as a tier of a network: 600 GB/s over all links of an accelerator, no software.
fn as_tier(lengths: [u64; 4]) -> Vec<NetworkTier> {
    vec![NetworkTier {
        name: "torus".to_owned(),
        size: lengths.iter().product(),
        bandwidth: BitRate::gbytes_per_s(600.0),
        latency: Time::ZERO,
        library: Library::IDEAL,
        torus: Some(lengths),
    }]
}

const NO_OVERLAP: Pipelining = Pipelining(Ratio::new(0.0));

#[test]
fn a_group_of_a_whole_torus_takes_what_the_torus_takes() {
    for lengths in [[4, 4, 4, 1], [8, 2, 1, 1], [16, 1, 1, 1], [4, 6, 8, 1]] {
        let tiers = as_tier(lengths);
        let links: f64 = lengths.iter().map(|k| [0.0, 1.0, 2.0][(*k as usize - 1).min(2)]).sum();
        let torus = Torus {
            lengths,
            link: BitRate::gbytes_per_s(600.0 / links),
            hop: Time::ZERO,
            launch: Time::ZERO,
        };
        let group = Group::place(&tiers, lengths.iter().product(), 1);
        for operation in [Operation::AllGather, Operation::AllReduce, Operation::AllToAll] {
            let size = DataSize::bytes(1e9);
            let (ours, bound) =
                (group.time(operation, size, NO_OVERLAP), torus.cost(operation, size).time);
            assert!((ours / bound - 1.0).abs() < 1e-6, "{lengths:?} {operation:?}: {ours} {bound}");
        }
    }
}

#[test]
fn a_group_along_one_dimension_has_the_links_of_that_dimension() {
    let tiers = as_tier([4, 4, 4, 1]);
    let gather = |size: u64, stride: u64| {
        let group = Group::place(&tiers, size, stride);
        group.time(Operation::AllGather, DataSize::bytes(1e9), NO_OVERLAP).as_s()
    };
    // Two of six links of 100 GB/s carry three quarters of the vector.
    let ring = 0.75 * 1e9 / 200e9;
    for stride in [1, 4, 16] {
        assert!((gather(4, stride) / ring - 1.0).abs() < 1e-9, "{stride}: {}", gather(4, stride));
    }
    // Two neighbours have one link; three of a ring are a line, whose ends have one.
    close(gather(2, 1), 0.5 * 1e9 / 100e9);
    close(gather(3, 1), 2.0 / 3.0 * 1e9 / 100e9);
    let pair = Group::place(&tiers, 2, 16).neighbour(DataSize::bytes(1e9)).as_s();
    close(pair, 1e9 / 100e9);
}

proptest! {
    /// Switches of the same bandwidth join everyone with everyone: rings never do better.
    #[test]
    fn a_torus_is_never_quicker_than_switches(
        x in 1_u64..9, y in 1_u64..9, z in 1_u64..9, part in 1_u64..65, stride in 1_u64..17, mib in 0.001_f64..4096.0,
    ) {
        let lengths = [x, y, z, 1];
        prop_assume!(x * y * z > 1);
        let torus = as_tier(lengths);
        let switched = vec![NetworkTier { torus: None, ..torus[0].clone() }];
        let size = DataSize::bytes(mib * 1048576.0);
        for operation in Operation::ALL {
            let time = |tiers: &[NetworkTier]| {
                Group::place(tiers, part.min(x * y * z), stride).time(operation, size, NO_OVERLAP).as_s()
            };
            let (rings, switches) = (time(&torus), time(&switched));
            prop_assert!(rings.is_finite() && rings >= switches * (1.0 - 1e-9), "{operation:?} {lengths:?}: {rings} {switches}");
        }
    }
}
