//! Collectives across domains against the algorithms' bounds. What was measured of them are cases of validation (V08, V09).

#![allow(clippy::float_cmp, reason = "counts of steps")]

mod common;

use common::{MIB, catalog, dgx_h100, nvl72, pipelining, tier};
use lightloom_evidence::Facts;
use lightloom_units::{BitRate, DataSize, Ratio, Time};
use lightloom_workload::collective::{
    Algorithm, Algorithms, Group, Limit, Operation, Pipelining, WireProtocol, check_tiers,
};
use lightloom_workload::{Library, NetworkTier};
use proptest::prelude::*;

/// Bus bandwidth of an operation in GB/s: what a ring's links would carry.
fn bus(tiers: &[NetworkTier], n: u64, operation: Operation, bytes: f64, p: Pipelining) -> f64 {
    let t = Group::place(tiers, n, 1).time(operation, DataSize::bytes(bytes), p).as_s();
    let passes = if operation == Operation::AllReduce { 2.0 } else { 1.0 };
    passes * (n as f64 - 1.0) / n as f64 * bytes / t * 1e-9
}

/// Beyond what was measured: time grows with the depth of the trees, bandwidth stays.
#[test]
fn thousands_of_nodes_keep_the_bandwidth_of_large_reductions() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let large = bus(&dgx_h100(&facts), 8192, Operation::AllReduce, 16384.0 * MIB, p);
    assert!((330.0..380.0).contains(&large), "{large}");
}

/// Between racks, the rails that the library drives set the bandwidth, not those that are there.
#[test]
fn rails_of_a_rack_count_as_far_as_the_library_drives_them() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let with = |rails| {
        let mut tiers = nvl72(&facts, 50.0);
        tiers[1].library.rails = rails;
        // Twenty racks, 64 of 72 accelerators in use.
        bus(&tiers, 1280, Operation::AllReduce, 16384.0 * MIB, p)
    };
    let found: Vec<f64> = [1.0, 8.0, 16.0, 32.0, 72.0].map(with).into();
    println!("20 racks, 1, 8, 16, 32, 72 rails: {found:.0?} GB/s");
    // One rail: a double tree sends the vector twice over 48.45 GB/s.
    assert!(found[0] < 50.0 && found.is_sorted());
    assert!(found[4] < 860.0, "the domain's own reduction is the limit: {found:?}");
}

/// Ratios of reduction in the switch on H200, which starts above four GPUs (stas00, SHARP table).
#[test]
fn reduction_in_the_switch_gains_what_was_measured() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let tiers = [tier(&facts, "nvlink4", 8, 450.0, 0.4)];
    let size = DataSize::bytes(16384.0 * MIB);
    for (n, measured) in [(4, 1.0), (5, 1.14), (6, 1.19), (7, 1.26), (8, 1.29)] {
        let group = Group::place(&tiers, n, 1);
        let quickest = group.time(Operation::AllReduce, size, p);
        let ring = group
            .cost_of(Algorithm::Ring, WireProtocol::Simple, Operation::AllReduce, size, p)
            .unwrap();
        let gain = ring.time / quickest;
        println!("{n} H200: {gain:.2} x, measured {measured}");
        assert!((gain / measured - 1.0).abs() < 0.20);
    }
}

fn ideal(sizes: &[(u64, f64)]) -> Vec<NetworkTier> {
    let tier = |(size, gbytes): &(u64, f64)| NetworkTier {
        name: format!("{size}"),
        size: *size,
        bandwidth: BitRate::gbytes_per_s(*gbytes),
        latency: Time::us(1.0),
        library: Library::IDEAL,
        torus: None,
    };
    sizes.iter().map(tier).collect()
}

const P: Pipelining = Pipelining(Ratio::new(0.2));

#[test]
fn bytes_on_the_wire_are_the_algorithms_bound() {
    let flat = ideal(&[(64, 100.0)]);
    let nested = ideal(&[(8, 100.0), (64, 10.0)]);
    let three = ideal(&[(4, 100.0), (16, 50.0), (64, 10.0)]);
    let sent = |tiers: &[NetworkTier], algorithm, operation| -> Vec<f64> {
        let protocol = WireProtocol::Simple;
        let size = DataSize::bytes(640.0);
        let cost =
            Group::place(tiers, 64, 1).cost_of(algorithm, protocol, operation, size, P).unwrap();
        cost.bytes.iter().map(|b| b.as_bytes()).filter(|b| *b > 0.0).collect()
    };
    let close = |a: &[f64], b: &[f64]| {
        assert_eq!(a.len(), b.len(), "{a:?} {b:?}");
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    };
    use Algorithm::{BinaryTree, Halving, Hierarchical, Pairwise, Ring, Tree, TwoStage};
    use Operation::{AllGather, AllReduce, AllToAll, Broadcast, ReduceScatter};
    close(&sent(&flat, Ring, AllGather), &[630.0]); // 63/64 of 640
    close(&sent(&flat, Ring, AllReduce), &[1260.0]);
    close(&sent(&flat, Halving, AllReduce), &[1260.0]);
    close(&sent(&flat, Ring, Broadcast), &[640.0]);
    close(&sent(&flat, Pairwise, AllToAll), &[630.0]);
    // 8 x 8: 7/8 of 640 inside, 7/8 of an eighth outside: together 63/64 again.
    close(&sent(&nested, Hierarchical, ReduceScatter), &[560.0, 70.0]);
    close(&sent(&three, Hierarchical, ReduceScatter), &[480.0, 120.0, 30.0]);
    // A flat ring takes an eighth of its bytes over each rail.
    close(&sent(&nested, Ring, ReduceScatter), &[630.0, 630.0 / 8.0]);
    // A double tree carries the vector twice on its rail; a single one a third time.
    close(&sent(&nested, Tree, AllReduce), &[1120.0, 160.0]);
    close(&sent(&nested, BinaryTree, AllReduce), &[1120.0, 240.0]);
    // 56 of 64 parts leave the domain; sorted by rail first, 7/8 move inside.
    close(&sent(&nested, Pairwise, AllToAll), &[70.0, 560.0]);
    close(&sent(&nested, TwoStage, AllToAll), &[560.0, 560.0]);
    let bound: Vec<f64> = Group::place(&nested, 64, 1)
        .bytes_sent(AllReduce, DataSize::bytes(640.0))
        .map(|b| b.as_bytes())
        .collect();
    close(&bound, &[1120.0, 140.0]);
}

#[test]
fn steps_are_those_of_the_algorithms() {
    // One microsecond a hop, no software: latency counts steps.
    let nested = ideal(&[(8, 1e6), (64, 1e6)]);
    let steps = |algorithm, operation| {
        let group = Group::place(&nested, 64, 1);
        let cost =
            group.cost_of(algorithm, WireProtocol::LowLatency, operation, DataSize::bytes(1.0), P);
        (cost.unwrap().latency.as_us() * 1e6).round() / 1e6
    };
    assert_eq!(steps(Algorithm::Ring, Operation::AllGather), 63.0);
    assert_eq!(steps(Algorithm::Ring, Operation::AllReduce), 126.0);
    assert_eq!(steps(Algorithm::Halving, Operation::AllReduce), 12.0); // 2 log2 64
    assert_eq!(steps(Algorithm::Hierarchical, Operation::AllGather), 7.0 + 3.0);
    assert_eq!(steps(Algorithm::Tree, Operation::AllReduce), 2.0 * (7.0 + 3.0));
    assert_eq!(steps(Algorithm::Tree, Operation::Broadcast), 7.0 + 3.0);
}

#[test]
fn groups_are_placed_by_stride_and_aligned() {
    let tiers = ideal(&[(72, 100.0), (4608, 10.0)]);
    let sent = |n, stride| {
        Group::place(&tiers, n, stride)
            .bytes_sent(Operation::AllGather, DataSize::bytes(1.0))
            .count()
    };
    assert_eq!(sent(64, 1), 1); // inside the domain
    assert_eq!(sent(8, 8), 1);
    assert_eq!(sent(16, 8), 2); // 128 ranks wide
    assert_eq!(sent(8, 72), 1); // one rank per domain: outside only
    assert_eq!(sent(1, 1), 0);
    let alone = Group::place(&tiers, 1, 1).cost(Operation::AllReduce, DataSize::bytes(1e9), P);
    assert_eq!(alone.time, Time::ZERO);
}

#[test]
fn the_choice_has_its_reason() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let tiers = dgx_h100(&facts);
    let group = Group::place(&tiers, 8, 1);
    let chosen = |bytes| {
        let cost = group.cost(Operation::AllReduce, DataSize::bytes(bytes), p);
        (cost.algorithm, cost.protocol, cost.limit())
    };
    // As NCCL: LL ring for short messages, NVLS for long ones.
    assert_eq!(chosen(1024.0), (Algorithm::Ring, WireProtocol::LowLatency, Limit::Latency));
    assert_eq!(chosen(1e9), (Algorithm::InNetwork, WireProtocol::Simple, Limit::Tier(0)));
    let across = Group::place(&tiers, 256, 1).cost(Operation::AllReduce, DataSize::bytes(1e8), p);
    assert!(matches!(across.algorithm, Algorithm::InNetwork | Algorithm::Tree));
    assert_eq!(across.limit(), Limit::Tier(1));
    // The reason: a ring by either protocol, and reduction in the switch.
    assert_eq!(group.alternatives(Operation::AllReduce, DataSize::bytes(1e9), p).count(), 3);
    let mut only = tiers.clone();
    only[0].library.algorithms = Algorithms::only(Algorithm::Ring);
    let ring = Group::place(&only, 64, 1).cost(Operation::AllReduce, DataSize::bytes(1e9), p);
    assert_eq!(ring.algorithm, Algorithm::Ring);
}

#[test]
fn a_network_must_be_one() {
    assert!(check_tiers(&[]).is_err());
    assert!(check_tiers(&ideal(&[(72, 1.0), (72, 1.0)])).is_err());
    assert!(check_tiers(&ideal(&[(72, 0.0)])).is_err());
    assert!(check_tiers(&ideal(&[(2, 1.0), (3, 1.0), (4, 1.0), (5, 1.0), (6, 1.0)])).is_err());
    assert!(check_tiers(&ideal(&[(8, 1.0), (64, 1.0)])).is_ok());
    let mut bad = ideal(&[(8, 1.0)]);
    bad[0].library.exchange.connection = BitRate::gbps(0.0);
    assert!(check_tiers(&bad).is_err());
}

fn measured(inner: f64, outer: f64) -> Vec<NetworkTier> {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    vec![tier(&facts, "nvlink5", 8, inner, 0.4), tier(&facts, "nic", 1024, outer, 2.0)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A domain that covers the group gives what that tier alone gives, whatever lies outside.
    #[test]
    fn a_covering_domain_hides_the_tiers_outside(log_n in 1_u32..7, mib in 0.01_f64..1000.0, outside in 1.0_f64..1000.0) {
        let n = 1_u64 << log_n;
        let nested = ideal(&[(64, 450.0), (4096, outside)]);
        let alone = &nested[..1];
        let size = DataSize::bytes(mib * MIB);
        for operation in Operation::ALL {
            let a = Group::place(&nested, n, 1).cost(operation, size, P);
            let b = Group::place(alone, n, 1).cost(operation, size, P);
            prop_assert_eq!(a, b);
        }
    }

    /// More bandwidth on any tier never makes an operation slower, by any algorithm.
    #[test]
    fn more_network_is_never_slower(n in 2_u64..1024, mib in 0.001_f64..4096.0, inner in 10.0_f64..1000.0, outer in 10.0_f64..1000.0, more in 1.0_f64..3.0) {
        let size = DataSize::bytes(mib * MIB);
        for make in [measured, |inner, outer| ideal(&[(8, inner), (1024, outer)])] {
            let base = make(inner, outer);
            for better in [make(inner * more, outer), make(inner, outer * more)] {
                let (a, b) = (Group::place(&base, n, 1), Group::place(&better, n, 1));
                for operation in Operation::ALL {
                    prop_assert!(b.time(operation, size, P) <= a.time(operation, size, P) * (1.0 + 1e-12));
                    for (x, y) in a.alternatives(operation, size, P).zip(b.alternatives(operation, size, P)) {
                        prop_assert!(y.time <= x.time * (1.0 + 1e-12));
                    }
                }
            }
        }
    }

    /// Times are not negative and grow with size; the chosen way is the quickest; bytes are never below the bound
    /// unless switches add.
    #[test]
    fn times_grow_and_bytes_keep_the_bound(n in 2_u64..2048, mib in 0.0_f64..4096.0, more in 1.0_f64..4.0, stride in 1_u64..16) {
        let tiers = measured(900.0, 50.0);
        let group = Group::place(&tiers, n, stride);
        let (small, large) = (DataSize::bytes(mib * MIB), DataSize::bytes(more * mib * MIB));
        for operation in Operation::ALL {
            let cost = group.cost(operation, small, P);
            prop_assert!(cost.time.as_s().is_finite() && cost.time >= cost.latency * (1.0 - 1e-9));
            prop_assert_eq!(cost.time, group.time(operation, small, P));
            prop_assert!(group.time(operation, large, P) >= cost.time);
            for other in group.alternatives(operation, small, P) {
                prop_assert!(other.time >= cost.time);
                if matches!(operation, Operation::AllGather | Operation::ReduceScatter) {
                    let sent: f64 = other.bytes.iter().map(|b| b.as_bytes()).sum();
                    let bound = (n as f64 - 1.0) / n as f64 * mib * MIB;
                    prop_assert!(sent >= bound * (1.0 - 1e-9), "{:?} {sent} {bound}", other.algorithm);
                }
            }
        }
    }
}
