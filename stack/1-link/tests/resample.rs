//! Resampling against PyChOpMarg's reading of the published COM program, and at its edges.

#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "a failed test may panic")]

mod files;

use files::{complex, network, shared, table};
use lightloom_link::network::resample::{gaps, phase_advances, transfer_function};
use lightloom_link::network::*;
use num_complex::Complex64;
use proptest::prelude::*;
use std::f64::consts::TAU;

/// Frequencies and values of one kind in a table.
fn column(table: &[Vec<String>], kind: &str) -> (Vec<f64>, Vec<Complex64>) {
    let rows = table.iter().filter(|row| row[0] == kind);
    rows.map(|row| (row[1].parse::<f64>().unwrap(), complex(&row[2..]))).unzip()
}

#[test]
fn transfer_functions_are_those_of_the_published_program() {
    for name in ["resample_from_zero.csv", "resample_from_above.csv"] {
        let table = table(name);
        let (from_hz, h) = column(&table, "given");
        let (to_hz, expected) = column(&table, "wanted");
        assert!(to_hz[to_hz.len() - 1] > from_hz[from_hz.len() - 1], "the top is extended");
        let found = transfer_function(&h, &from_hz, &to_hz).unwrap();
        for ((hz, found), expected) in to_hz.iter().zip(&found).zip(&expected) {
            assert!(
                (found - expected).norm_sqr().sqrt() < 1e-12,
                "{name} {hz}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn a_pure_delay_is_extended_exactly() {
    // Equal delays: all deviations are zero or rounding, and the trend must still be the delay.
    let hz: Vec<f64> = (1..=64).map(|k| f64::from(k) * 1e9).collect();
    let h: Vec<_> = hz.iter().map(|hz| Complex64::from_polar(1.0, -TAU * hz * 0.125e-9)).collect();
    let to: Vec<f64> = (0..160).map(|k| f64::from(k) * 0.5e9).collect();
    for (hz, found) in to.iter().zip(transfer_function(&h, &hz, &to).unwrap()) {
        let expected = Complex64::from_polar(1.0, -TAU * hz * 0.125e-9);
        assert!((found - expected).norm_sqr().sqrt() < 1e-9, "{hz}: {found} {expected}");
    }
    // Only frequencies above the data are wanted: the trend starts at the last point.
    let above = transfer_function(&h, &hz, &[66e9]).unwrap();
    assert!((above[0] - Complex64::from_polar(1.0, -TAU * 8.25)).norm_sqr() < 1e-18);
}

#[test]
fn networks_are_real_at_zero_and_unchanged_on_their_own_grid() {
    let pair = network("pair.s4p");
    assert_eq!(
        pair.resampled(&[0.0]).unwrap_err().to_string(),
        "5 frequencies are too few: 11 are needed, two of a response that starts at 0 Hz and eleven of another, whose \
         first ten phases are replaced"
    );
    let hz: Vec<f64> = (0..40).map(|k| f64::from(k) * 0.5e9).collect();
    let two = TwoPort {
        frequency_hz: hz.clone(),
        // A short that rings: -1 at zero, as no magnitude and phase trend may forget.
        s: hz
            .iter()
            .map(|hz| {
                [-0.9, 0.1, 0.2, 0.3_f64].map(|size| {
                    Complex64::from_polar(size.abs(), -TAU * hz * 0.1e-9) * size.signum()
                })
            })
            .collect(),
        reference_ohm: 100.0,
    };
    let same = two.resampled(&hz).unwrap();
    for (a, b) in same.network.s.iter().flatten().zip(two.s.iter().flatten()) {
        assert!((a - b).norm_sqr().sqrt() < 1e-13);
    }
    assert_eq!(same.network.s[0][0], Complex64::new(-0.9, 0.0));
    assert_eq!((same.data_hz, same.gaps.len()), ((0.0, 19.5e9), 0));
    // Without the points up to 1 GHz the values at zero come from the trends, and are real.
    let cut = TwoPort { frequency_hz: hz[2..].to_vec(), s: two.s[2..].to_vec(), ..two.clone() };
    let back = cut.resampled(&hz).unwrap();
    for (found, expected) in back.network.s[0].iter().zip([-0.9, 0.1, 0.2, 0.3]) {
        assert_eq!(found.im, 0.0);
        assert!((found.re - expected).abs() < 1e-9, "{found} {expected}");
    }
    assert_eq!(back.data_hz, (1e9, 19.5e9));
    let wide = Network {
        frequency_hz: cut.frequency_hz.clone(),
        ports: 2,
        s: cut.s.iter().flatten().copied().collect(),
        reference_ohm: vec![100.0; 2],
    };
    let wide = wide.resampled(&hz).unwrap().network;
    assert_eq!(wide.s.as_chunks().0, back.network.s);
}

#[test]
fn too_coarse_a_grid_is_seen() {
    // 0.7 turns in each step look like 0.3 turns the other way.
    let line = |turns: f64| -> Vec<_> {
        (0..20).map(|k| Complex64::from_polar(0.9, -TAU * turns * f64::from(k))).collect()
    };
    assert!(!phase_advances(&line(0.4)));
    assert!(phase_advances(&line(0.7)));
    assert!(!phase_advances(&[]));
}

#[test]
fn gaps_are_said() {
    assert_eq!(gaps(&[0.0, 1.0, 2.0, 6.0, 7.0]), []);
    let wide = Gap { from_hz: 2.0, to_hz: 6.5, median_hz: 1.0 };
    assert_eq!(gaps(&[0.0, 1.0, 2.0, 6.5, 7.5]), [wide]);
    assert_eq!(gaps(&[]), []);
}

#[test]
fn refusals_name_the_numbers() {
    let one = Complex64::new(1.0, 0.0);
    let refusal =
        |h: &[Complex64], from: &[f64], to: &[f64]| transfer_function(h, from, to).unwrap_err();
    assert_eq!(
        refusal(&[one], &[0.0, 1.0], &[]),
        ResampleError::Lengths { values: 1, frequencies: 2 }
    );
    assert_eq!(refusal(&[one], &[0.0], &[]), ResampleError::TooFewPoints { found: 1, needed: 2 });
    assert_eq!(refusal(&[], &[], &[0.0]), ResampleError::TooFewPoints { found: 0, needed: 2 });
    assert_eq!(
        refusal(&[one; 2], &[0.0, 0.0], &[]),
        ResampleError::NotAscending { which: "given", index: 1, hz: 0.0 }
    );
    assert_eq!(
        refusal(&[one; 2], &[0.0, 1.0], &[-1.0]),
        ResampleError::NotAscending { which: "wanted", index: 0, hz: -1.0 }
    );
    let nan = Complex64::new(f64::NAN, 0.0);
    assert!(matches!(refusal(&[one, nan], &[0.0, 1.0], &[]), ResampleError::Shape(_)));
    assert_eq!(transfer_function(&[one; 2], &[0.0, 1.0], &[]), Ok(vec![]));
}

#[test]
fn a_shared_channel_keeps_its_loss() {
    let Some(read) = shared("synthetic_own/twinax_26awg_1p0m_diff2p.s2p") else { return };
    let two = read.two_port(None).unwrap();
    // Every other point, back to all of them: 50 MHz steps resolve the line's 4.7 ns.
    let half = TwoPort {
        frequency_hz: two.frequency_hz.iter().copied().step_by(2).collect(),
        s: two.s.iter().copied().step_by(2).collect(),
        reference_ohm: two.reference_ohm,
    };
    let back = half.resampled(&two.frequency_hz).unwrap();
    for (k, (found, s)) in back.network.s.iter().zip(&two.s).enumerate() {
        assert!((found[2] - s[2]).norm_sqr().sqrt() < 0.06, "{} Hz", two.frequency_hz[k]);
    }
}

proptest! {
    /// On its own grid from zero nothing changes, whatever the values.
    #[test]
    fn own_grid_is_kept(values in prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 2..80)) {
        let h: Vec<_> = values.iter().map(|&(re, im)| Complex64::new(re, im)).collect();
        let hz: Vec<f64> = (0..h.len()).map(|k| k as f64 * 1e8).collect();
        for (a, b) in transfer_function(&h, &hz, &hz).unwrap().iter().zip(&h) {
            prop_assert!((a - b).norm_sqr().sqrt() < 1e-12);
        }
    }

    /// Finite numbers in, finite numbers out.
    #[test]
    fn results_are_finite(
        values in prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 11..40),
        steps in prop::collection::vec(1.0..1e9_f64, 40), wanted in prop::collection::btree_set(0_u64..100_000_000_000, 0..30),
    ) {
        let h: Vec<_> = values.iter().map(|&(re, im)| Complex64::new(re, im)).collect();
        let mut sum = 0.0;
        let hz: Vec<f64> = steps.iter().take(h.len()).map(|step| { sum += step; sum }).collect();
        let to: Vec<f64> = wanted.iter().map(|&hz| hz as f64).collect();
        for value in transfer_function(&h, &hz, &to).unwrap() {
            prop_assert!(value.is_finite());
        }
    }
}
