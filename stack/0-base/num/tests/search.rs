//! Roots, minima, statistics, and how evenly the Sobol sequence fills its cube.
#![allow(
    clippy::disallowed_methods,
    clippy::excessive_precision,
    reason = "oracles are written as published"
)]

use lightloom_num::{NumError, Sobol, mean, minimum, quantile_of_sorted, root};
use proptest::prelude::*;

#[test]
fn roots_of_awkward_functions() {
    // (function, bracket, root)
    type Case = (fn(f64) -> f64, f64, f64, f64);
    let cases: [Case; 5] = [
        (|x| x.powi(9), -1.0, 1.5, 0.0),
        (|x| (x - 1e6).tanh() - 0.5, 0.0, 2e6, 1e6 + 0.5f64.atanh()),
        (|x| x.exp() - 1e-6, -50.0, 50.0, 1e-6f64.ln()),
        (|x| if x < 0.3 { -1.0 } else { 1e-9 }, 0.0, 1.0, 0.3),
        (|x| x.cos() - x, 0.0, 1.0, 0.739_085_133_215_160_6),
    ];
    for (f, low, high, expected) in cases {
        let mut calls = 0;
        let counted = |x| {
            calls += 1;
            f(x)
        };
        let x = root(counted, low, high, 1e-13).unwrap();
        // A ninth-order root is flat: its value is below 1e-13 from |x| = 0.03 on down to nothing.
        assert!((x - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{x} is not {expected}");
        assert!(calls < 150, "{calls} evaluations");
    }
}

#[test]
fn a_root_needs_a_sign_change_and_numbers() {
    assert!(matches!(root(|x| x * x + 1.0, -1.0, 1.0, 1e-9), Err(NumError::NoSignChange { .. })));
    assert!(matches!(root(|x| x.ln(), -1.0, 2.0, 1e-9), Err(NumError::NotFinite { .. })));
    assert_eq!(root(|x| x - 1.0, 1.0, 2.0, 1e-9), Ok(1.0));
}

#[test]
fn statistics_by_hand() {
    assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
    assert_eq!(mean(&[]), None);
    assert_eq!(quantile_of_sorted(&[10.0, 20.0, 30.0, 40.0], 0.5), Some(25.0));
    assert_eq!(quantile_of_sorted(&[10.0, 20.0], 1.0), Some(20.0));
    assert_eq!(quantile_of_sorted(&[1.0], f64::NAN), None);
}

#[test]
fn every_dimension_puts_one_point_into_each_interval() {
    let sobol = Sobol::new(42);
    for dimension in 0..500 {
        for start in [0, 256] {
            let mut seen = [false; 256];
            for i in start..start + 256 {
                seen[(sobol.coordinate(i, dimension) * 256.0) as usize] = true;
            }
            assert!(seen.iter().all(|&s| s), "dimension {dimension}");
        }
    }
}

#[test]
fn pairs_within_a_group_are_nets() {
    // Joe and Kuo's numbers: among the first eight dimensions any 2^10 points fill every elementary box of
    // 2^(10-t) with 2^t points each, t <= 4 for pairs; the first two are a (0, m, 2)-net.
    let sobol = Sobol::new(9);
    for a in 0..8 {
        for b in 0..a {
            let t = if (b, a) == (0, 1) { 0 } else { 4 };
            for split in 0..=10 - t {
                let (columns, rows) = (1usize << split, 1usize << (10 - t - split));
                let mut count = vec![0; columns * rows];
                for i in 0..1024 {
                    let column = (sobol.coordinate(i, a) * columns as f64) as usize;
                    let row = (sobol.coordinate(i, b) * rows as f64) as usize;
                    count[column * rows + row] += 1;
                }
                assert!(
                    count.iter().all(|&c| c == 1 << t),
                    "dimensions {b} and {a}: {columns} x {rows}"
                );
            }
        }
    }
}

#[test]
fn no_two_dimensions_are_alike() {
    let sobol = Sobol::new(1);
    let rows: Vec<Vec<f64>> =
        (0..400).map(|d| (0..1024).map(|i| sobol.coordinate(i, d) - 0.5).collect()).collect();
    for (d, a) in rows.iter().enumerate() {
        for b in &rows[..d] {
            let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            // Antithetic halves make chance correlations 1.25/32 rms; a shared lattice would give 0.75 or 1.
            assert!((product / 1024.0 * 12.0).abs() < 0.25, "dimension {d}");
        }
    }
}

#[test]
fn integrates_better_than_chance() {
    // The mean of a function of 200 dimensions, of which all count, is exactly 1.
    let sobol = Sobol::new(3);
    let f = |i| (0..200).map(|d| 1.0 + (sobol.coordinate(i, d) - 0.5) * 0.1).product::<f64>();
    let error = ((0..4096).map(f).sum::<f64>() / 4096.0 - 1.0).abs();
    // Its standard deviation is sqrt((1 + 0.01/12)^200 - 1) = 0.43; chance would give 0.43 / 64 = 0.0066.
    assert!(error < 0.003, "error {error}");
}

proptest! {
    #[test]
    fn the_minimum_of_a_parabola(centre in -5.0..5.0f64) {
        let x = minimum(|x| (x - centre) * (x - centre), -6.0, 7.0, 1e-9).unwrap();
        prop_assert!((x - centre).abs() < 1e-6);
    }

    #[test]
    fn coordinates_stay_inside(index: u32, dimension in 0usize..1000, seed: u64) {
        let u = Sobol::new(seed).coordinate(index, dimension);
        prop_assert!(u > 0.0 && u < 1.0);
    }
}
