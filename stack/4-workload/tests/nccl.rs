//! The measured sweep of the library inside one domain has the form of the model. Its rows are the case `V08-sweep` of validation.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "tables of numbers as published"
)]

mod common;

use common::error;
use lightloom_workload::collective::Operation;

const SWEEP: &str = include_str!("../../../validation/measured/nccl_single_domain.csv");

struct Row {
    system: String,
    operation: Operation,
    ranks: u64,
    bytes: f64,
    us: f64,
}

fn sweep() -> Vec<Row> {
    let row = |line: &str| {
        let f: Vec<&str> = line.split(',').collect();
        let operation = match f[2] {
            "all_gather" => Operation::AllGather,
            "reduce_scatter" => Operation::ReduceScatter,
            "all_reduce" => Operation::AllReduce,
            "alltoall" => Operation::AllToAll,
            other => panic!("{other}"),
        };
        Row {
            system: f[0].to_owned(),
            operation,
            ranks: f[3].parse().unwrap(),
            bytes: f[4].parse().unwrap(),
            us: f[5].parse().unwrap(),
        }
    };
    SWEEP.lines().skip(1).map(row).collect()
}

/// The same form with what two ranks and eight show predicts four: the constants have a meaning.
#[test]
fn two_and_eight_ranks_give_the_bandwidth_of_four() {
    let rows = sweep();
    let at = |system: &str, ranks: u64, mib: f64| {
        rows.iter()
            .find(|r| {
                r.system == system
                    && r.operation == Operation::AllGather
                    && r.ranks == ranks
                    && r.bytes == mib * common::MIB
            })
            .map(|r| r.us)
            .unwrap()
    };
    for system in ["a100_sxm", "h100_sxm", "h200_sxm", "b200_sxm"] {
        // Slope of the last doubling: (n-1)/n x + 1/n y, x the wire, y the copy.
        let slope = |n| at(system, n, 512.0) - at(system, n, 256.0);
        let (two, eight) = (slope(2), slope(8));
        let sum = 2.0 * two;
        let x = (eight - sum / 8.0) / 0.75;
        let y = sum - x;
        let four = 0.75 * x + 0.25 * y;
        println!("{system}: slope of four ranks {four:.1} us, measured {:.1}", slope(4));
        assert!(error(four, slope(4)).abs() < 0.025, "{system}");
    }
}
