//! The Touchstone reader and writer: files by scikit-rf, by hand, and by chance.

#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "a failed test may panic")]

mod files;

use files::{complex, data, shared, table};
use lightloom_link::network::*;
use num_complex::Complex64;
use proptest::prelude::*;

fn read(text: &str, hint: usize) -> Touchstone {
    Network::from_touchstone(text.as_bytes(), Some(hint)).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn refusal(text: &str, hint: Option<usize>) -> String {
    match Network::from_touchstone(text.as_bytes(), hint) {
        Ok(read) => panic!("read as {read:?}"),
        Err(error) => error.to_string(),
    }
}

fn near(found: Complex64, expected: Complex64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).norm_sqr().sqrt() <= tolerance,
        "{what}: {found}, expected {expected}"
    );
}

#[test]
fn reads_what_scikit_rf_wrote_and_converts_as_it_does() {
    let mut files = 0;
    let mut open: Option<(String, Network)> = None;
    for row in table("expected.csv") {
        if open.as_ref().is_none_or(|(name, _)| *name != row[0]) {
            let ports = ports_of_name(&row[0]);
            let read = Network::from_touchstone(&data(&row[0]), ports).unwrap();
            // The layout of the lines says the same as the name.
            let inferred = Network::from_touchstone(&data(&row[0]), None).unwrap();
            assert_eq!(inferred.network, read.network, "{}", row[0]);
            files += 1;
            open = Some((row[0].clone(), read.network));
        }
        let (name, network) = open.as_ref().unwrap();
        let hz: f64 = row[1].parse().unwrap();
        let k = network.frequency_hz.iter().position(|&f| f == hz).unwrap();
        let (i, j): (usize, usize) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        near(
            network.at(k, i - 1, j - 1),
            complex(&row[4..]),
            3e-14,
            &format!("{name} {hz} {i}{j}"),
        );
    }
    assert_eq!(files, 9);
}

#[test]
fn columns_of_a_two_port_come_first_in_version_1() {
    let one = read("# Hz S RI R 50\n1 11 0 21 0 12 0 22 0\n", 2).network;
    assert_eq!((one.at(0, 1, 0).re, one.at(0, 0, 1).re), (21.0, 12.0));
    let two = "[Version] 2.0\n# Hz S RI\n[Number of Ports] 2\n[Two-Port Data Order] 12_21\n\
               [Number of Frequencies] 1\n[Network Data]\n1 11 0 12 0 21 0 22 0\n[End]\n";
    assert_eq!(read(two, 2).network, one);
}

#[test]
fn option_line_takes_any_order_and_has_defaults() {
    // 0.5 at 90 degrees at 2 GHz against 50 ohm.
    let plain = read("#\n2 0.5 90\n", 1);
    assert_eq!(plain.network.frequency_hz, [2e9]);
    assert_eq!(plain.network.reference_ohm, [50.0]);
    near(plain.network.s[0], Complex64::new(0.0, 0.5), 1e-16, "default");
    let turned = read(
        "! a comment\n# r 75 db S khz ! another\n2e6\t-6.020599913279624 90 ! and this\n# GHz S RI R 1\n",
        1,
    );
    near(turned.network.s[0], Complex64::new(0.0, 0.5), 1e-15, "decibels");
    assert_eq!(turned.network.frequency_hz, [2e9]);
    assert_eq!(turned.network.reference_ohm, [75.0]);
    assert_eq!(turned.notices[0], Notice::OptionLineIgnored { line: 4 });
    assert_eq!(read("# R 50 75 Hz RI\n1 1 0 0 0 0 0 1 0\n", 2).network.reference_ohm, [50.0, 75.0]);
    assert_eq!(read("# THz RI\n0.2 1 0\n", 1).network.frequency_hz, [0.2e12]);
    assert_eq!(read("\u{feff}# Hz RI\r\n1 1 0\r2 1 0\r\n", 1).network.frequency_hz, [1.0, 2.0]);
}

#[test]
fn noise_is_left_out_and_said() {
    let one = "# GHz S MA R 50\n2 .95 -26 3.57 157 .04 76 .66 -14\n22 .60 -144 1.30 40 .14 40 .56 -85\n\
               ! noise\n4 .7 .64 69 .38\n18 2.7 .46 -33 .40\n";
    let read_one = read(one, 2);
    assert_eq!(read_one.network.frequency_hz, [2e9, 22e9]);
    assert!(read_one.notices.contains(&Notice::NoiseSkipped { line: 5, points: 2 }));
    let two = "[Version] 2.0\n# GHz S MA R 50\n[Number of Ports] 2\n[Two-Port Data Order] 21_12\n\
               [Number of Frequencies] 2\n[Number of Noise Frequencies] 2\n[Reference] 50 50\n[Network Data]\n\
               2 .95 -26 3.57 157 .04 76 .66 -14\n22 .60 -144 1.30 40 .14 40 .56 -85\n[Noise Data]\n\
               4 .7 .64 69 19\n18 2.7 .46 -33 20\n[End]\nafter\n";
    let read_two = read(two, 2);
    assert_eq!(read_two.network, read_one.network);
    let noise = Notice::NoiseSkipped { line: 12, points: 2 };
    assert_eq!(read_two.notices[..2], [noise, Notice::TextAfterEnd { line: 15 }]);
}

#[test]
fn halves_of_a_matrix_and_information_are_read() {
    let file = |format: &str, rows: &str| {
        format!(
            "[Version] 2.1\n# Hz S RI R 10\n[Number of Ports] 3\n[Begin Information]\n[Anything open\n# not ours\n\
             [End Information]\n[Number of Frequencies] 1\n[Reference] 10 20\n30 ! three\n[Matrix Format] {format}\n\
             [Network Data]\n5 {rows}\n[End]"
        )
    };
    let full = read(&file("Full", "11 0 12 0 13 0\n12 0 22 0 23 0\n13 0 23 0 33 0"), 3);
    assert_eq!(full.network.reference_ohm, [10.0, 20.0, 30.0]);
    assert_eq!(read(&file("lower", "11 0\n12 0 22 0\n13 0 23 0 33 0"), 3), full);
    assert_eq!(read(&file("UPPER", "11 0 12 0 13 0\n22 0 23 0\n33 0"), 3), full);
}

#[test]
fn modes_are_kept_with_their_references() {
    let file = "[Version] 2.0\n# GHz S RI R 50\n[Number of Ports] 3\n[Number of Frequencies] 1\n\
                [Reference] 50 60 50\n[Mixed-Mode Order] C3,1 S2 D3,1\n[Network Data]\n\
                1 1 0 2 0 3 0\n4 0 5 0 6 0\n7 0 8 0 9 0\n";
    let read = read(file, 3);
    let expected = [Mode::Common(2, 0), Mode::Single(1), Mode::Differential(2, 0)];
    assert_eq!(read.modes.as_deref(), Some(expected.as_slice()));
    assert_eq!(read.network.reference_ohm, [25.0, 60.0, 100.0]);
    assert_eq!(read.network.at(0, 2, 0).re, 7.0);
    assert_eq!(read.notices[0], Notice::EndMissing);
    let unequal = file.replace("50 60 50", "50 60 51");
    assert_eq!(
        refusal(&unequal, None),
        "line 6, column 1: reference of a pair's second port is 50, must be that of its first"
    );
}

#[test]
fn grids_are_looked_at() {
    let hfss =
        "# Hz S RI R 50\n1 0.1 0\n! Gamma 1 2\n! Port Impedance 48.2 0.1\n2 0 0\n2 0 0.3\n8 0 0\n";
    let read = read(hfss, 1);
    assert_eq!(read.network.frequency_hz, [1.0, 2.0, 8.0]);
    assert_eq!(
        read.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "line 4: a comment gives port impedances, which are not applied; 50 ohm is assumed, as the option line says",
            "line 6: 2 Hz again, left out; the two differ by 3.0e-1 at most",
            "lowest frequency 1 Hz: below it the network is extrapolated",
            "uneven frequency step: 1 Hz to 6 Hz, the largest from 2 Hz",
        ]
    );
}

#[test]
fn refusals_say_where_and_what_to_do() {
    let v2 = "[Version] 2.0\n# Hz S RI\n[Number of Ports] 2\n";
    let cases = [
        ("", Some(1)),
        ("! only a comment\n# Hz\n", Some(1)),
        ("1 2 3\n", Some(1)),
        ("# GHz Q\n1 2 3\n", Some(1)),
        ("# GHz H\n1 2 3\n", Some(2)),
        ("# GHz R\n1 2 3\n", Some(1)),
        ("# GHz R -50\n1 2 3\n", Some(1)),
        ("# GHz R 50 50 50\n1 1 0 0 0 0 0 1 0\n", Some(2)),
        ("# Hz RI\n1 0.5 nan\n", Some(1)),
        ("# Hz RI\n1 0.5 1.#INF\n", Some(1)),
        ("# Hz RI\n1 0.5 1e999\n", Some(1)),
        ("# Hz RI\n1 0.5 0,5\n", Some(1)),
        ("# Hz RI\n1 0.5 0.5x\n", Some(1)),
        ("# Hz RI\n1 0 0\n3 0 0\n2 0 0\n", Some(1)),
        ("# Hz RI\n-1 0 0\n", Some(1)),
        ("# Hz RI\n1 1 0 0 0 0 0 1 0\n2 1 0 0 0 0 0 1\n", Some(2)),
        ("# Hz RI\n1 1 0 0 0 0 0 1\n2 1 0 0 0 0 0 1 0\n", Some(2)),
        (
            "# Hz RI\n1 1 0 0 0 0 0 0 0\n0 0 1 0 0 0 0 0\n0 0 0 0 1 0 0 0\n0 0 0 0 0 0 1 0\n",
            Some(2),
        ),
        ("# Hz RI\n1 1 0 0 0 0 0 1 0\n", Some(4)),
        ("# Hz RI\n1 1 0 0 0\n", None),
        ("# Hz RI\n1 1 0\n2 1 0\n3 1 0\n", Some(2)),
        ("# Hz Z RI\n1 -1 0\n", Some(1)),
        ("# Hz RI\n1 1 0\n[End]\n", Some(1)),
        ("[Number of Ports] 2\n", None),
        ("[Version] 3.0\n", None),
        ("[Version] 2.0\n[Number of Ports] 65\n", None),
        ("[Version] 2.0\n[Number of Ports] 1.5\n", None),
        ("[Version] 2.0\n[Number of Ports\n", None),
        ("[Version] 2.0\n[Reference] 50\n", None),
        (&format!("{v2}[Reference] 50\n[Network Data]\n"), None),
        (&format!("{v2}[Number of Frequencies] 1\n[Network Data]\n"), None),
        (&format!("{v2}[Mixed-Mode Order] D1,3 C1,2\n"), None),
        (&format!("{v2}[Begin Information]\n"), None),
        (
            &format!(
                "{v2}[Two-Port Data Order] 21_12\n[Number of Frequencies] 2\n[Network Data]\n1 1 0 0 0 0 0 1 0\n"
            ),
            None,
        ),
    ];
    let all: Vec<String> = cases
        .iter()
        .map(|(text, hint)| {
            let last = text.lines().last().unwrap_or("");
            format!("{last}\n    {}\n", refusal(text, *hint))
        })
        .collect();
    insta::assert_snapshot!(all.concat());
}

#[test]
fn v1_references_that_differ_need_version_2() {
    let mut network = read("# Hz RI R 50 75\n1 1 0 0 0 0 0 1 0\n", 2).network;
    let one = Layout::default();
    assert_eq!(
        network.to_touchstone(one),
        Err(WriteError::References { first_ohm: 50.0, other_ohm: 75.0 })
    );
    let two = Layout { version: FileVersion::Two, ..one };
    let text = network.to_touchstone(two).unwrap();
    assert_eq!(Network::from_touchstone(text.as_bytes(), None).unwrap().network, network);
    network.s[2].im = f64::NAN;
    assert!(matches!(
        network.to_touchstone(two),
        Err(WriteError::Shape(ShapeError::NotFinite { index: 2, .. }))
    ));
    network.s.pop();
    assert!(matches!(
        network.to_touchstone(two),
        Err(WriteError::Shape(ShapeError::Lengths { .. }))
    ));
}

#[test]
fn many_ports_are_read_and_inferred() {
    for ports in [7, 12, 64] {
        let s = (0..2 * ports * ports)
            .map(|i| Complex64::new(i as f64, -1.0 / (i + 1) as f64))
            .collect();
        let network =
            Network { frequency_hz: vec![0.0, 1e9], ports, s, reference_ohm: vec![50.0; ports] };
        let text = network.to_touchstone(Layout::default()).unwrap();
        let read = Network::from_touchstone(text.as_bytes(), None).unwrap();
        assert_eq!(read.network, network);
        assert_eq!(read.notices, [Notice::PortsInferred { ports }]);
    }
    let many =
        Network { frequency_hz: vec![], ports: 65, s: vec![], reference_ohm: vec![50.0; 65] };
    assert_eq!(many.to_touchstone(Layout::default()), Err(WriteError::Ports { ports: 65 }));
}

#[test]
fn names_say_ports() {
    let cases = [
        ("a.s4p", Some(4)),
        ("A.b.S12P", Some(12)),
        ("a.s65p", None),
        ("a.sp", None),
        ("a.ts", None),
        ("s2p", None),
    ];
    for (name, ports) in cases {
        assert_eq!(ports_of_name(name), ports, "{name}");
    }
}

#[test]
fn shared_channels_are_read() {
    // Points, reference and S21 at the last frequency, as the text of each file says.
    if let Some(read) = shared("skrf_BSD3/ntwk1.s2p") {
        assert_eq!(read.network.frequency_hz.len(), 91);
        assert_eq!(read.network.at(90, 1, 0), Complex64::new(0.119_151_023, -0.507_725_166));
        assert_eq!(read.notices, [Notice::NoZeroFrequency { lowest_hz: 1e9 }]);
    }
    if let Some(read) = shared("skrf_BSD3/Agilent_E5071B.s4p") {
        assert_eq!(read.network.reference_ohm, [75.0; 4]);
        // -52.57496 dB at -134.6546 degrees.
        let s12 = Complex64::from_polar(2.350_998_5e-3, -134.6546_f64.to_radians());
        near(read.network.at(0, 0, 1), s12, 1e-7, "S12");
    }
    for name in ["diff_2xthru", "diff_dut", "diff_fdf"] {
        if let Some(read) = shared(&format!("skrf_BSD3/{name}.s4p")) {
            assert_eq!(read.network.frequency_hz[0], 10e6);
            assert_eq!(read.network.reference_ohm, [50.0; 4]);
        }
    }
    for name in ["THRU", "FEXT1", "FEXT2", "NEXT1", "NEXT2", "NEXT3"] {
        if let Some(read) = shared(&format!("pychopmarg_example2_BSD3/example2_{name}.s4p")) {
            assert_eq!(read.network.frequency_hz.len(), 4001);
            assert_eq!(read.network.frequency_hz[4000], 40e9);
            assert_eq!(read.notices, []);
        }
    }
    if let Some(read) = shared("synthetic_own/twinax_26awg_1p0m_diff2p.s2p") {
        assert_eq!(read.network.frequency_hz.len(), 2126);
        assert_eq!(read.network.at(2125, 1, 0).re, -0.065_983_916_148_824_41);
    }
}

fn any_network() -> impl Strategy<Value = Network> {
    (1_usize..7, 0_usize..5).prop_flat_map(|(ports, points)| {
        let value = prop_oneof![-1.0..1.0, -1e-9..1e-9, Just(0.0), Just(-0.0)];
        let pairs = prop::collection::vec((value.clone(), value), points * ports * ports);
        let hz = prop::collection::btree_set(0_u64..2_000_000_000_000, points);
        let ohm = prop::collection::vec(0.1_f64..500.0, ports);
        (pairs, hz, ohm).prop_map(move |(pairs, hz, reference_ohm)| Network {
            // A third of a hertz has no end in decimal.
            frequency_hz: hz.iter().map(|&hz| hz as f64 / 3.0).collect(),
            ports,
            s: pairs.iter().map(|&(re, im)| Complex64::new(re, im)).collect(),
            reference_ohm,
        })
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[Version] 2.0\n",
        "# GHz S RI R 50\n",
        "# Hz Z DB R 50 75\n",
        "[Number of Ports] 2\n",
        "[Reference] 50 75\n",
        "[Two-Port Data Order] 12_21\n",
        "[Number of Frequencies] 1\n",
        "[Matrix Format] Lower\n",
        "[Network Data]\n",
        "[Noise Data]\n",
        "[End]\n",
        "[Begin Information]\n",
        "[End Information]\n",
        "[Mixed-Mode Order] D1,2 C2,1\n",
        "1 ",
        "2 0.5 1e300 ",
        "-7e-3 ",
        "nan ",
        "! Port Impedance 1\n",
        "\n",
        "\r",
        "1 1 0 0 0 0 0 1 0\n",
        "3 4 5\n",
        "[",
        "#",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn written_networks_read_back_bit_for_bit(network in any_network(), unit in 0_usize..5) {
        prop_assume!(!network.frequency_hz.is_empty());
        let unit = [Unit::Hz, Unit::KHz, Unit::MHz, Unit::GHz, Unit::THz][unit];
        let layout = Layout { version: FileVersion::Two, format: Format::RealImaginary, unit };
        let text = network.to_touchstone(layout).unwrap();
        let read = Network::from_touchstone(text.as_bytes(), None).unwrap();
        prop_assert_eq!(&read.network, &network);
        // Version 1 with one reference, in magnitude and decibels too.
        let mut one = network;
        one.reference_ohm.fill(85.0);
        for format in [Format::RealImaginary, Format::MagnitudeAngle, Format::DecibelAngle] {
            let layout = Layout { version: FileVersion::One, format, unit };
            let text = one.to_touchstone(layout).unwrap();
            let read = Network::from_touchstone(text.as_bytes(), Some(one.ports)).unwrap();
            prop_assert_eq!(&read.network.frequency_hz, &one.frequency_hz);
            for (a, b) in read.network.s.iter().zip(&one.s) {
                let exact = format == Format::RealImaginary;
                prop_assert!(if exact { a == b } else { (a - b).norm_sqr() < 1e-28 }, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, hint: Option<usize>) {
        let _ = Network::from_touchstone(&bytes, hint);
    }

    #[test]
    fn no_mixture_of_the_format_panics(text in pieces(), hint in prop::option::of(0_usize..5)) {
        let _ = Network::from_touchstone(text.as_bytes(), hint);
    }
}
