//! Passivity, reciprocity, causality: numpy's singular values, networks of known kind, and repairs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "a failed test may panic")]

mod files;

use files::{complex, network, shared, table};
use lightloom_link::network::*;
use num_complex::Complex64;
use proptest::prelude::*;
use std::f64::consts::TAU;

fn one_port(hz: Vec<f64>, s: impl Fn(f64) -> Complex64) -> Network {
    let s = hz.iter().map(|&hz| s(hz)).collect();
    Network { frequency_hz: hz, ports: 1, s, reference_ohm: vec![50.0] }
}

fn grid(points: u32, step_hz: f64) -> Vec<f64> {
    (0..points).map(|k| f64::from(k) * step_hz).collect()
}

#[test]
fn singular_values_are_those_of_numpy() {
    for row in table("singular.csv") {
        let ports: usize = row[0].parse().unwrap();
        let expected: f64 = row[1].parse().unwrap();
        let s = row[2..].chunks(2).map(complex).collect();
        let network =
            Network { frequency_hz: vec![7e9], ports, s, reference_ohm: vec![50.0; ports] };
        let passivity = network.passivity().unwrap();
        assert!(
            (passivity.worst / expected - 1.0).abs() < 1e-14,
            "{ports}: {passivity:?}, {expected}"
        );
        assert_eq!(passivity.frequency_hz, 7e9);
    }
}

#[test]
fn passive_and_active_networks_are_told_apart() {
    for name in ["ladder.s5p", "ladder.s6p", "pair.s4p", "z_two.ts"] {
        let network = network(name);
        assert!(network.passivity().unwrap().is_passive(), "{name}");
        assert!(network.reciprocity().unwrap().worst < 1e-13, "{name}");
    }
    // An amplifier of 3.57 at 2 GHz: S21 alone is its largest singular value at least.
    let amplifier =
        b"# GHz S MA R 50\n2 .95 -26 3.57 157 .04 76 .66 -14\n22 .60 -144 .30 40 .14 40 .56 -85\n";
    let amplifier = Network::from_touchstone(amplifier, Some(2)).unwrap().network;
    let passivity = amplifier.passivity().unwrap();
    assert!(passivity.worst > 3.57 && passivity.violations == 1 && passivity.frequency_hz == 2e9);
    let reciprocity = amplifier.reciprocity().unwrap();
    assert!(!reciprocity.is_reciprocal());
    // 3.57 at 157 degrees less 0.04 at 76 degrees, by the law of cosines.
    let cosine = libm::cos(81_f64.to_radians());
    let apart = (3.57 * 3.57 + 0.04 * 0.04 - 2.0 * 3.57 * 0.04 * cosine).sqrt();
    assert!((reciprocity.worst - apart).abs() < 1e-12);
    assert_eq!((reciprocity.frequency_hz, reciprocity.ports), (2e9, (2, 1)));
    assert!(matches!(
        amplifier.made_passive(),
        Err(QualityError::Active { frequency_hz: 2e9, .. })
    ));
}

#[test]
fn a_slight_excess_is_taken_back() {
    let mut network = network("pair.s4p");
    let (before, none) = network.made_passive().unwrap();
    assert_eq!((&before, none.scaled, none.largest_change), (&network, 0, 0.0));
    let sigma = network.passivity().unwrap().largest[0];
    for s in &mut network.s[..16] {
        *s *= 1.004 / sigma;
    }
    assert!(!network.passivity().unwrap().is_passive());
    let (repaired, repair) = network.made_passive().unwrap();
    assert!(repaired.passivity().unwrap().worst <= 1.0);
    assert_eq!(repair.scaled, 1);
    assert!((repair.worst - 1.004).abs() < 1e-12);
    // Every parameter lost 0.4 %; the largest was about one.
    let largest = network.s[..16].iter().map(|s| s.norm_sqr()).fold(0.0, f64::max).sqrt();
    assert!((repair.largest_change - largest * (1.0 - 1.0 / 1.004)).abs() < 1e-12);
    assert_eq!(repaired.s[16..], network.s[16..]);
}

#[test]
fn a_low_pass_is_causal_and_a_real_decay_is_not() {
    // First-order low-pass of 5 GHz: its response is exp(-t) from zero on.
    let low_pass = one_port(grid(2000, 25e6), |hz| Complex64::new(1.0, hz / 5e9).inv());
    let causality = low_pass.causality().unwrap();
    assert!(causality.is_causal() && causality.energy < 1e-4, "{causality:?}");
    // A real exp(-f / 5 GHz) is even in time: half of what lies outside the window's lobe comes before zero.
    let decay = one_port(grid(2000, 25e6), |hz| Complex64::new(libm::exp(-hz / 5e9), 0.0));
    let causality = decay.causality().unwrap();
    assert!(!causality.is_causal() && causality.energy > 0.05, "{causality:?}");
    // A delay of -0.3 ns over the whole band comes before its cause altogether.
    let early = one_port(grid(2000, 25e6), |hz| Complex64::from_polar(0.5, TAU * hz * 0.3e-9));
    let causality = early.causality().unwrap();
    assert!(causality.energy > 0.999 && (causality.worst - 0.5).abs() < 1e-3, "{causality:?}");
    assert_eq!(causality.parameter, (1, 1));
    // So does one of -4.8 ns, near the eighth of the period of 40 ns that is looked at.
    let far = one_port(grid(2000, 25e6), |hz| Complex64::from_polar(0.5, TAU * hz * 4.8e-9));
    assert!(far.causality().unwrap().energy > 0.999);
    // The same later is causal, and data from 25 MHz on are judged as those from zero.
    let late = one_port(grid(2000, 25e6)[1..].to_vec(), |hz| {
        Complex64::from_polar(0.5, -TAU * hz * 0.3e-9)
    });
    assert!(late.causality().unwrap().worst < 1e-3);
    let short = one_port(grid(4, 1e9), |_| Complex64::new(0.1, 0.0));
    assert_eq!(short.causality(), Err(QualityError::TooFewPoints { found: 4, needed: 16 }));
}

#[test]
fn networks_that_are_none_are_refused() {
    let mut network = network("ladder.s3p");
    network.s[4].re = f64::INFINITY;
    assert!(matches!(
        network.passivity(),
        Err(QualityError::Shape(ShapeError::NotFinite { index: 4, .. }))
    ));
    network.s.pop();
    assert!(matches!(network.reciprocity(), Err(QualityError::Shape(ShapeError::Lengths { .. }))));
    assert!(network.causality().is_err() && network.made_passive().is_err());
    let none = Network { frequency_hz: vec![], ports: 0, s: vec![], reference_ohm: vec![] };
    assert_eq!(none.passivity().unwrap().worst, 0.0);
}

#[test]
fn shared_channels_are_passive_reciprocal_and_causal() {
    for name in [
        "pychopmarg_example2_BSD3/example2_THRU.s4p",
        "pychopmarg_example2_BSD3/example2_FEXT1.s4p",
        "synthetic_own/twinax_26awg_1p0m_diff2p.s2p",
        "synthetic_own/twinax_30awg_1p5m_diff2p.s2p",
        "skrf_BSD3/diff_2xthru.s4p",
    ] {
        let Some(read) = shared(name) else { continue };
        let (passivity, reciprocity) =
            (read.network.passivity().unwrap(), read.network.reciprocity().unwrap());
        let causality = read.network.causality().unwrap();
        println!("{name}: {:.6} {:.1e} {causality:?}", passivity.worst, reciprocity.worst);
        assert!(
            passivity.is_passive() && reciprocity.is_reciprocal() && causality.is_causal(),
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Ports joined by resistors and capacitors to a common node: any such network is passive and reciprocal.
    #[test]
    fn networks_of_resistors_and_capacitors_are_passive(
        ohms in prop::collection::vec(0.1_f64..300.0, 1..7), farad in 1e-15_f64..1e-9, leak in 1e-6_f64..1.0,
        hz in 1e3_f64..200e9,
    ) {
        let n = ohms.len();
        let common = Complex64::new(leak, TAU * hz * farad).inv();
        let mut file = format!("[Version] 2.0\n# Hz Z RI R 50\n[Number of Ports] {n}\n[Number of Frequencies] 1\n");
        if n == 2 {
            file += "[Two-Port Data Order] 12_21\n";
        }
        file += &format!("[Network Data]\n{hz:?}");
        for (row, ohm) in ohms.iter().enumerate() {
            for column in 0..n {
                let z = common + if row == column { *ohm } else { 0.0 };
                file += &format!(" {:?} {:?}", z.re, z.im);
            }
        }
        let network = Network::from_touchstone((file + "\n[End]\n").as_bytes(), None).unwrap().network;
        prop_assert!(network.passivity().unwrap().worst <= 1.0 + 1e-12);
        prop_assert!(network.reciprocity().unwrap().worst <= 1e-12);
    }

    /// A mismatched line with loss, written and read: passive and reciprocal whatever its constants.
    #[test]
    fn lines_are_passive_and_stay_reciprocal(
        ohm in 5_f64..500.0, delay in 1e-12_f64..20e-9, loss in 0.0_f64..3.0, step in 1e6_f64..200e6, format in 0_usize..3,
    ) {
        let frequency_hz = grid(40, step);
        let s = frequency_hz.iter().flat_map(|&hz| {
            let (g, p) = ((ohm - 50.0) / (ohm + 50.0), Complex64::from_polar(libm::exp(-loss * (hz / 1e9).sqrt()), -TAU * hz * delay));
            let round = (Complex64::new(1.0, 0.0) - p * p * g * g).inv();
            let (back, through) = ((Complex64::new(1.0, 0.0) - p * p) * g * round, p * (1.0 - g * g) * round);
            [back, through, through, back]
        });
        let line = Network { ports: 2, s: s.collect(), frequency_hz, reference_ohm: vec![50.0; 2] };
        let format = [Format::RealImaginary, Format::MagnitudeAngle, Format::DecibelAngle][format];
        let text = line.to_touchstone(Layout { format, ..Layout::default() }).unwrap();
        let read = Network::from_touchstone(text.as_bytes(), Some(2)).unwrap().network;
        prop_assert!(read.passivity().unwrap().worst <= 1.0 + 1e-12);
        prop_assert_eq!(read.reciprocity().unwrap().worst, 0.0);
    }

    /// Scaling by any factor up to the limit is undone, and reciprocity kept.
    #[test]
    fn repairs_leave_passive_reciprocal_networks(excess in 0.9_f64..1.01, seed in 0_usize..5) {
        let mut network = network("pair.s4p");
        let sigma = network.passivity().unwrap().largest[seed];
        for s in &mut network.s[seed * 16..seed * 16 + 16] {
            *s *= excess / sigma;
        }
        let (repaired, repair) = network.made_passive().unwrap();
        prop_assert!(repaired.passivity().unwrap().worst <= 1.0);
        prop_assert_eq!(repair.scaled, usize::from(excess > 1.0));
        prop_assert!(repaired.reciprocity().unwrap().worst < 1e-13);
    }
}
