//! Channels by formula, as Touchstone files.

use lightloom::link::network::{
    FileVersion, Format, Layout, LineConstants, Network, TwoPort, Unit,
};

/// A differential channel as two uncoupled lines in a four-port file, 1 to 2 and 3 to 4.
pub(crate) fn four_port(channel: &TwoPort) -> String {
    let mut s = Vec::new();
    for [s11, s12, s21, s22] in &channel.s {
        let line = [[*s11, *s12], [*s21, *s22]];
        for row in 0..4 {
            for column in 0..4 {
                let same = row / 2 == column / 2;
                s.push(if same { line[row % 2][column % 2] } else { Default::default() });
            }
        }
    }
    let network = Network {
        frequency_hz: channel.frequency_hz.clone(),
        ports: 4,
        s,
        reference_ohm: vec![50.0; 4],
    };
    let layout =
        Layout { version: FileVersion::One, format: Format::RealImaginary, unit: Unit::GHz };
    network.to_touchstone(layout).unwrap()
}

/// A board of a length with its pads, up to 60 GHz.
pub(crate) fn board(mm: f64) -> TwoPort {
    let f: Vec<f64> = (1..=1200).map(|i| f64::from(i) * 50e6).collect();
    let constants = LineConstants { gamma0: 0.0, a1: 5.95e-4, a2: 2.6e-5, tau: 5.79e-3 };
    let pad = TwoPort::shunt_capacitance(&f, 20e-15, 100.0);
    pad.then(&TwoPort::line(&f, &constants, 95.0, mm, 100.0)).then(&pad)
}

/// The same with little of it: crosstalk that is a share of a through path.
pub(crate) fn coupled(mm: f64, share: f64) -> TwoPort {
    let mut channel = board(mm);
    for [s11, s12, s21, s22] in &mut channel.s {
        (*s11, *s22) = Default::default();
        *s12 *= share;
        *s21 *= share;
    }
    channel
}
