//! Mixed modes against scikit-rf, by hand, and the refusal to guess port orders.

#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "a failed test may panic")]

mod files;

use files::{complex, network, shared, table};
use lightloom_link::network::*;
use num_complex::Complex64;

#[test]
fn modes_are_those_of_scikit_rf() {
    let pair = network("pair.s4p");
    let (order, _) = PortOrder::detect(&pair).unwrap();
    assert_eq!(order, PortOrder::Through13_24);
    let modes = pair.mixed_mode(order).unwrap();
    assert_eq!((modes.differential_ohm, modes.common_ohm), (100.0, 25.0));
    // Its rows are d1, d2, c1, c2.
    for row in table("pair_modes.csv") {
        let hz: f64 = row[1].parse().unwrap();
        let k = pair.frequency_hz.iter().position(|&f| f == hz).unwrap();
        let (i, j): (usize, usize) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        let block = match (i > 2, j > 2) {
            (false, false) => &modes.sdd,
            (false, true) => &modes.sdc,
            (true, false) => &modes.scd,
            (true, true) => &modes.scc,
        };
        let found = block[k][(i - 1) % 2 * 2 + (j - 1) % 2];
        let expected = complex(&row[4..]);
        assert!(
            (found - expected).norm_sqr().sqrt() < 1e-14,
            "{hz} {i}{j}: {found}, scikit-rf {expected}"
        );
    }
    assert_eq!(pair.differential(order).unwrap(), modes.differential());
    assert_eq!(modes.common().reference_ohm, 25.0);
}

#[test]
fn conversion_is_that_of_two_unequal_lines() {
    // Lines of transmission 0.9 and 0.7 without coupling: SCD21 = (0.9 - 0.7) / 2, SDD21 = (0.9 + 0.7) / 2.
    let mut s = vec![Complex64::new(0.0, 0.0); 32];
    for (k, negative) in [0.9, 0.7].into_iter().enumerate() {
        for (row, column, value) in [(2, 0, 0.9), (0, 2, 0.9), (3, 1, negative), (1, 3, negative)] {
            s[k * 16 + row * 4 + column] = Complex64::new(value, 0.0);
        }
    }
    let network =
        Network { frequency_hz: vec![1e9, 2e9], ports: 4, s, reference_ohm: vec![42.5; 4] };
    let conversion = network.mixed_mode(PortOrder::Through13_24).unwrap().conversion();
    assert_eq!(conversion.through_to_common.frequency_hz, 2e9);
    assert!((conversion.through_to_common.worst_db + 20.0).abs() < 1e-9);
    assert!((conversion.through_to_differential.worst_db + 20.0).abs() < 1e-9);
    // 20 log10(0.1 / 0.8)
    assert!((conversion.against_signal.worst_db + 18.061_799_739_838_87).abs() < 1e-9);
    assert_eq!(conversion.reflected_to_common.worst_db, -400.0);
}

/// A four-port with the lines of `order` and everything else 30 dB down.
fn lines(order: PortOrder) -> Network {
    let [a, b, c, d] = order.ports();
    let mut s = vec![Complex64::new(0.03, 0.0); 16];
    for (row, column) in [(a, c), (c, a), (b, d), (d, b)] {
        s[row * 4 + column] = Complex64::new(0.0, -0.95);
    }
    Network { frequency_hz: vec![10e6], ports: 4, s, reference_ohm: vec![50.0; 4] }
}

#[test]
fn port_order_is_found_or_refused() {
    for order in PortOrder::ALL {
        let (found, evidence) = PortOrder::detect(&lines(order)).unwrap();
        assert_eq!(found, order);
        assert_eq!(evidence.up_to_hz, 10e6);
        // Every order gives the same differential line.
        let two = lines(order).differential(order).unwrap();
        assert!((two.s[0][2] - Complex64::new(-0.03, -0.95)).norm_sqr() < 1e-30, "{:?}", two.s);
    }
    let mut coupler = lines(PortOrder::Through12_34);
    for (row, column) in [(0, 2), (2, 0), (1, 3), (3, 1)] {
        coupler.s[row * 4 + column] = Complex64::new(0.4, 0.0);
    }
    let refusal = PortOrder::detect(&coupler).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "ports cannot be told from transmission up to 0.01 GHz: 1-2/3-4 -0.4 dB, 1-3/2-4 -8.0 dB, 1-4/2-3 -30.5 dB; one \
         must be above -6 dB and 10 dB above the others. For a crosstalk file give the order of its through file"
    );
    coupler.reference_ohm[2] = 60.0;
    assert!(matches!(
        coupler.mixed_mode(PortOrder::Through12_34),
        Err(MixedModeError::References { port: 3, .. })
    ));
    coupler.s.pop();
    assert!(matches!(coupler.mixed_mode(PortOrder::Through12_34), Err(MixedModeError::Shape(_))));
    assert!(matches!(
        PortOrder::detect(&network("ladder.s3p")),
        Err(MixedModeError::Ports { ports: 3 })
    ));
}

#[test]
fn a_file_of_modes_gives_the_same_blocks() {
    let pair = network("pair.s4p");
    let modes = pair.mixed_mode(PortOrder::Through13_24).unwrap();
    // The same network, written as modes in the order C2 D1 C1 D2 of pairs (1, 2) and (3, 4).
    let rows = [(1, 1), (0, 0), (1, 0), (0, 1)];
    let mut text =
        "[Version] 2.0\n# Hz S RI R 50\n[Number of Ports] 4\n[Number of Frequencies] 5\n\
                    [Mixed-Mode Order] C3,4 D1,2 C1,2 D3,4\n[Network Data]\n"
            .to_owned();
    for (k, hz) in pair.frequency_hz.iter().enumerate() {
        text += &format!("{hz}");
        for (out, row) in rows {
            for (into, column) in rows {
                let block = [[&modes.sdd, &modes.sdc], [&modes.scd, &modes.scc]][out][into];
                let value = block[k][row * 2 + column];
                text += &format!(" {:?} {:?}", value.re, value.im);
            }
        }
        text += "\n";
    }
    let file = Network::from_touchstone((text + "[End]\n").as_bytes(), None).unwrap();
    assert_eq!(file.mixed_mode().unwrap(), modes);
    assert!(matches!(file.two_port(None), Err(MixedModeError::Ports { ports: 4 })));
}

#[test]
fn a_differential_file_is_taken_with_its_reference() {
    let file = b"# Hz S RI R 50\n1 11 0 21 0 12 0 22 0\n";
    let read = Network::from_touchstone(file, Some(2)).unwrap();
    let two = read.two_port(Some(100.0)).unwrap();
    assert_eq!(two.reference_ohm, 100.0);
    assert_eq!(two.s[0].map(|s| s.re), [11.0, 12.0, 21.0, 22.0]);
    assert_eq!(read.two_port(None).unwrap().reference_ohm, 50.0);
}

#[test]
fn shared_channels_tell_their_order() {
    if let Some(read) = shared("pychopmarg_example2_BSD3/example2_THRU.s4p") {
        assert_eq!(PortOrder::detect(&read.network).unwrap().0, PortOrder::Through12_34);
        // Its README: 24.2 dB at 13.28 GHz.
        let two = read.network.differential(PortOrder::Through12_34).unwrap();
        let k = two.frequency_hz.iter().position(|&hz| hz == 13.28e9).unwrap();
        let loss_db = -10.0 * libm::log10(two.s[k][2].norm_sqr());
        assert!((loss_db - 24.2).abs() < 0.05, "{loss_db}");
    }
    for name in ["FEXT1", "NEXT1"] {
        if let Some(read) = shared(&format!("pychopmarg_example2_BSD3/example2_{name}.s4p")) {
            assert!(PortOrder::detect(&read.network).is_err(), "{name}");
        }
    }
    if let Some(read) = shared("skrf_BSD3/diff_2xthru.s4p") {
        assert_eq!(PortOrder::detect(&read.network).unwrap().0, PortOrder::Through13_24);
    }
    if let Some(read) = shared("skrf_BSD3/Agilent_E5071B.s4p") {
        // Open ports: nothing passes.
        assert!(PortOrder::detect(&read.network).is_err());
    }
}
