//! Matrix products against measured kernels.

#![allow(clippy::unwrap_used, clippy::type_complexity, reason = "a table")]

mod common;

use common::{catalog, error, machine};
use lightloom_evidence::Facts;
use lightloom_workload::{Machine, Precision};

/// aiconfigurator's kernel table, n = k = 8192, TFLOP/s at m (E.5 of the research notes; H100 BF16 at 1024 is 721 to 800).
const TABLE: &[(&str, Precision, [(f64, f64); 4])] = &[
    ("h100", Precision::Bf16, [(64.0, 170.0), (256.0, 609.0), (1024.0, 760.0), (8192.0, 783.0)]),
    ("h100", Precision::Fp8, [(64.0, 218.0), (256.0, 732.0), (1024.0, 1168.0), (8192.0, 1243.0)]),
    (
        "gb300",
        Precision::Bf16,
        [(64.0, 354.0), (256.0, 1121.0), (1024.0, 1758.0), (8192.0, 1868.0)],
    ),
    ("gb300", Precision::Fp8, [(64.0, 343.0), (256.0, 1063.0), (1024.0, 2153.0), (8192.0, 2727.0)]),
];

/// The form that was here before: saturation in each of m, n and k, the larger of arithmetic and memory.
fn saturation(machine: &Machine, precision: Precision, m: f64, side: f64) -> f64 {
    let on = machine.arithmetic(precision).unwrap();
    let e = (m / (m + 96.0)) * (side / (side + 128.0)) * (side / (side + 192.0));
    let compute = 2.0 * m * side * side / (on.peak.as_flops() * on.achievable.value() * e);
    let moved = (m * side + side * side) * precision.bytes() + 2.0 * m * side;
    compute.max(moved / (machine.hbm_bandwidth.as_bytes_per_s() * 0.8)) + 2e-6
}

#[test]
fn products_meet_measured_kernels() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (mut sum, mut before, mut rows) = (0.0, 0.0, 0.0);
    for (name, precision, points) in TABLE {
        let machine = machine(&facts, name);
        for (m, tflops) in points {
            let measured = 2.0 * m * 8192.0 * 8192.0 / (tflops * 1e12);
            let ours = machine.gemm_time(*precision, [*m, 8192.0, 8192.0], true).unwrap();
            let e = error(ours.total.as_s(), measured);
            let old = error(saturation(&machine, *precision, *m, 8192.0), measured);
            println!(
                "{name:5} {} {m:>6} x 8192 x 8192: {:7.1} us (arithmetic {:7.1}, memory {:5.1}, cast {:4.1}), measured {:7.1}: {:+5.1} %, before {:+5.1} %",
                precision.name(),
                ours.total.as_us(),
                ours.arithmetic.as_us(),
                ours.memory.as_us(),
                ours.cast.as_us(),
                measured * 1e6,
                100.0 * e,
                100.0 * old
            );
            assert!(e.abs() <= 0.15);
            sum += e.abs();
            before += old.abs();
            rows += 1.0;
        }
    }
    println!("mean {:.1} %, before {:.1} %", 100.0 * sum / rows, 100.0 * before / rows);
    assert!(sum / rows <= 0.06 && sum < before / 2.0);
}

#[test]
fn a_product_is_bound_by_arithmetic_and_memory() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for name in catalog.children("accelerator") {
        let Ok(machine) = Machine::from_facts(&facts, name) else { continue };
        let mut last = 0.0;
        for m in [1.0, 16.0, 128.0, 1000.0, 1e4, 1e6] {
            let t = machine.gemm_time(Precision::Bf16, [m, 4096.0, 1536.0], false).unwrap();
            assert!(t.total >= t.arithmetic && t.total >= t.memory && t.total.as_s() > last);
            // Never above peak, never above the memory's rate.
            let flops = 2.0 * m * 4096.0 * 1536.0 / t.total.as_s();
            assert!(flops < machine.bf16.peak.as_flops());
            last = t.total.as_s();
        }
    }
}
