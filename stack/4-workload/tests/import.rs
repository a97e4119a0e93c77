//! Outputs of other programs, whole, cut and spoiled.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_workload::import::{Collective, Sweep};
use proptest::prelude::*;

/// The form of nccl-tests 2.13 on eight H100; the figures are those of NVIDIA/dgxc-benchmarking's `nccl/README.md`.
const ALL_REDUCE: &str = "\
# nThread 1 nGpus 8 minBytes 8 maxBytes 17179869184 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid  37100 on      dgx01 device  0 [0x1b] NVIDIA H100 80GB HBM3
#  Rank  7 Group  0 Pid  37100 on      dgx01 device  7 [0xdb] NVIDIA H100 80GB HBM3
NCCL version 2.21.5+cuda12.4
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
           8             2     float     sum      -1     13.7    0.00    0.00      0     13.6    0.00    0.00      0
     1048576        262144     float     sum      -1     27.4   38.27   66.97      0     27.3   38.41   67.22      0
  1073741824     268435456     float     sum      -1   4029.0  266.50  466.38      0   4031.0  266.37  466.15    N/A
# Out of bounds values : 0 OK
# Avg bus bandwidth    : 177.8
";

#[test]
fn a_whole_output() {
    let sweep = Sweep::parse(ALL_REDUCE, None).unwrap();
    assert_eq!((sweep.collective, sweep.ranks), (Collective::AllReduce, 8));
    assert_eq!(sweep.version.as_deref(), Some("2.21.5"));
    let last = sweep.points[2];
    assert!((last.time.as_us() - 4029.0).abs() < 1e-9);
    let bus = last.algorithm_bandwidth().as_bytes_per_s() / 1e9 * sweep.collective.bus_factor(8);
    assert!((bus - 466.38).abs() < 0.02, "{bus}");
}

#[test]
fn ranks_and_collective_follow_from_the_columns() {
    let rows = |ranks: u64, redop: &str, factor: f64| {
        let busbw = 300.0 * factor;
        let text = format!("1073741824 268435456 float {redop} -1 3579.1 300.00 {busbw:.2} 0");
        (text, ranks)
    };
    for (text, ranks) in
        [rows(2, "sum", 1.0), rows(16, "sum", 1.875), rows(72, "sum", 2.0 * 71.0 / 72.0)]
    {
        let sweep = Sweep::parse(&text, None).unwrap();
        assert_eq!((sweep.collective, sweep.ranks), (Collective::AllReduce, ranks), "{text}");
    }
    let (text, _) = rows(16, "sum", 0.9375);
    assert_eq!(Sweep::parse(&text, None).unwrap().collective, Collective::ReduceScatter);
    // A gather and an exchange look alike.
    let (text, _) = rows(16, "none", 0.9375);
    let told = Sweep::parse(&text, Some(Collective::AllToAll)).unwrap();
    assert_eq!((told.collective, told.ranks), (Collective::AllToAll, 16));
    assert!(Sweep::parse(&text, None).unwrap_err().hint.contains("--op"));
    let newer = format!("# Collective test starting: all_gather_perf\n{text}");
    assert_eq!(Sweep::parse(&newer, None).unwrap().collective, Collective::AllGather);
    let scatter = format!("# Collective test starting: ./build/reduce_scatter_perf\n{text}");
    assert_eq!(Sweep::parse(&scatter, None).unwrap().collective, Collective::ReduceScatter);
    // Of some thousand ranks two decimals tell nothing.
    let (text, _) = rows(9000, "sum", 2.0 * 8999.0 / 9000.0);
    assert!(Sweep::parse(&text, None).unwrap_err().problem.contains("ranks"));
}

#[test]
fn what_is_no_sweep_says_where() {
    let refused = |text: &str| Sweep::parse(text, None).unwrap_err();
    assert!(refused("").problem.contains("no row"));
    assert!(refused("hello\nworld").problem.contains("no row"));
    let error = refused("8 2 float sum -1 13.7 0.00");
    assert!(error.line == 1 && error.problem.contains("7 columns"), "{error}");
    let error = refused("# x\n8 2 float sum -1 fast 0.00 0.00 0");
    assert!(error.line == 2 && error.problem.contains("fast"), "{error}");
    assert!(refused("8 2 float sum -1 13.7 0.00 0.00 5").problem.contains("wrong"));
    assert!(refused("8 2 float sum -1 -1 0.00 0.00 0").problem.contains("-1"));
    assert!(refused("8 2 float sum -1 0 0.00 0.00 0").problem.contains("zero"));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,400}") {
        let _ = Sweep::parse(&text, None);
    }

    #[test]
    fn no_row_panics(
        columns in prop::collection::vec("[0-9a-z.-]{1,12}", 9..14), told in any::<bool>()
    ) {
        let text = format!("1{}", columns.join(" "));
        if let Ok(sweep) = Sweep::parse(&text, told.then_some(Collective::Broadcast)) {
            prop_assert!(sweep.points.iter().all(|p| p.time.as_s() > 0.0 && p.size.as_bytes() > 0.0));
        }
    }
}
