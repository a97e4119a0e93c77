//! Gamma, chi-squared, Poisson and binomial against 30-digit values of mpmath and against identities.
#![allow(
    clippy::disallowed_methods,
    clippy::excessive_precision,
    reason = "oracles are written as published"
)]

use lightloom_num::{
    at_least, chi_squared_quantile, exactly, gamma_p, gamma_q, ln_gamma, poisson_at_most,
    poisson_quantile,
};
use proptest::prelude::*;
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF};

fn close(found: f64, expected: f64, tolerance: f64) {
    let error = (found / expected - 1.0).abs();
    assert!(error <= tolerance, "{found:e} is not {expected:e}: relative error {error:e}");
}

#[test]
fn incomplete_gamma_matches_thirty_digits() {
    for (a, x, lower, upper) in [
        (0.5, 0.1, 0.345_279_153_981_422_98, 0.654_720_846_018_577_02),
        (1.0, 1.0, 0.632_120_558_828_557_68, 0.367_879_441_171_442_32),
        (10.0, 3.0, 0.001_102_488_130_115_479_7, 0.998_897_511_869_884_52),
        (10.0, 20.0, 0.995_004_587_691_692_41, 0.004_995_412_308_307_587_2),
        (100.0, 90.0, 0.158_220_989_186_430_17, 0.841_779_010_813_569_83),
        (1000.0, 1100.0, 0.998_940_676_746_070_02, 0.001_059_323_253_929_977_3),
        (3.5, 40.0, 0.999_999_999_999_986_22, 1.377_501_829_742_615e-14),
    ] {
        close(gamma_p(a, x).unwrap(), lower, 1e-12);
        close(gamma_q(a, x).unwrap(), upper, 1e-12);
    }
    assert!(gamma_p(0.0, 1.0).is_err() && gamma_p(1.0, -1.0).is_err());
    close(ln_gamma(5.0).unwrap(), 24f64.ln(), 1e-15);
}

#[test]
fn chi_squared_quantile_matches_thirty_digits() {
    for (p, degrees, expected) in [
        (0.05, 1.0, 0.003_932_140_000_019_523),
        (0.6, 2.0, 1.832_581_463_748_31),
        (0.9, 2.0, 4.605_170_185_988_092),
        (0.95, 13.6, 23.157_173_641_372_82),
        (0.9, 14.0, 21.064_144_212_997_06),
        (1e-6, 3.0, 2.418_104_872_012_428e-4),
        (0.999, 200.0, 267.540_527_822_757_2),
    ] {
        close(chi_squared_quantile(p, degrees).unwrap(), expected, 1e-12);
    }
}

#[test]
fn k_of_n_matches_thirty_digits() {
    close(at_least(130, 144, 0.93).unwrap(), 0.919_924_904_254_386_4, 1e-12);
    close(at_least(16, 18, 0.99).unwrap(), 0.999_270_840_156_946_1, 1e-13);
    close(at_least(300, 1000, 0.2).unwrap(), 3.811_044_687_488_596e-14, 1e-11);
    assert!(at_least(1, 2, 1.5).is_err());
    assert_eq!(at_least(0, 5, 0.0), Ok(1.0));
    assert_eq!(at_least(5, 5, 1.0), Ok(1.0));
    assert_eq!(at_least(6, 5, 1.0), Ok(0.0));
}

#[test]
fn exactly_k_by_hand() {
    close(exactly(2, 3, 0.25).unwrap(), 3.0 * 0.0625 * 0.75, 1e-14);
    close(exactly(1, 2, 1e-9).unwrap(), 2e-9 * (1.0 - 1e-9), 1e-14);
    assert_eq!(exactly(0, 4, 0.0), Ok(1.0));
    assert_eq!(exactly(4, 4, 1.0), Ok(1.0));
    assert_eq!(exactly(3, 4, 1.0), Ok(0.0));
    assert_eq!(exactly(5, 4, 0.5), Ok(0.0));
}

#[test]
fn poisson_by_hand() {
    // e^-1 (1 + 1 + 1/2 + 1/6) and one term more
    let e = (-1f64).exp();
    close(poisson_at_most(3, 1.0).unwrap(), e * (8.0 / 3.0), 1e-14);
    assert_eq!(poisson_quantile(0.98, 1.0), Ok(3));
    assert_eq!(poisson_quantile(0.982, 1.0), Ok(4));
    assert_eq!(poisson_quantile(0.999, 0.0), Ok(0));
    assert!(poisson_quantile(1.0, 1.0).is_err());
}

proptest! {
    #[test]
    fn chi_squared_agrees_with_statrs(p in 0.001..0.999f64, degrees in 0.5..500.0f64) {
        let x = chi_squared_quantile(p, degrees).unwrap();
        prop_assert!((ChiSquared::new(degrees).unwrap().cdf(x) - p).abs() < 1e-9);
    }

    #[test]
    fn k_of_n_agrees_with_statrs(n in 1u64..300, k in 0u64..300, p in 0.01..0.99f64) {
        prop_assume!(k >= 1 && k <= n);
        let other = Binomial::new(p, n).unwrap().sf(k - 1);
        prop_assert!((at_least(k, n, p).unwrap() - other).abs() < 1e-9);
    }

    #[test]
    fn the_poisson_quantile_is_the_smallest_that_suffices(level in 0.01..0.9999f64, mean in 0.0..5000.0f64) {
        let s = poisson_quantile(level, mean).unwrap();
        prop_assert!(poisson_at_most(s, mean).unwrap() >= level);
        prop_assert!(s == 0 || poisson_at_most(s - 1, mean).unwrap() < level);
    }
}
