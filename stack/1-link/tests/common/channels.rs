//! Channels by formula, the same as in `validation/oracles/com_pychopmarg.py`.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses a part")]

use lightloom_link::com::{Aggressor, Channels, ComSpec};
use lightloom_link::network::{LineConstants, TwoPort};
use num_complex::Complex64;

pub const SPECS: [(&str, &str); 7] = [
    ("802.3ck-kr", include_str!("../../../../catalog/com/802.3ck-kr.toml")),
    ("802.3ck-cr", include_str!("../../../../catalog/com/802.3ck-cr.toml")),
    ("802.3ck-c2m", include_str!("../../../../catalog/com/802.3ck-c2m.toml")),
    ("802.3dj-kr", include_str!("../../../../catalog/com/802.3dj-kr.toml")),
    ("802.3dj-cr", include_str!("../../../../catalog/com/802.3dj-cr.toml")),
    ("802.3dj-c2c", include_str!("../../../../catalog/com/802.3dj-c2c.toml")),
    ("802.3dj-c2m", include_str!("../../../../catalog/com/802.3dj-c2m.toml")),
];

pub fn spec(name: &str) -> ComSpec {
    let text = SPECS.iter().find(|s| s.0 == name).unwrap().1;
    ComSpec::parse(name, text).unwrap()
}

pub fn specs() -> impl Iterator<Item = ComSpec> {
    SPECS.iter().map(|(name, _)| spec(name))
}

fn line(f: &[f64], a1: f64, a2: f64, tau: f64, zc: f64, mm: f64) -> TwoPort {
    TwoPort::line(f, &LineConstants { gamma0: 0.0, a1, a2, tau }, zc, mm, 100.0)
}

/// Connector, board, cable of a length, board, connector; reflections at every joint.
pub fn through(f: &[f64], cable_mm: f64) -> TwoPort {
    let pad = TwoPort::shunt_capacitance(f, 25e-15, 100.0);
    let board = line(f, 5.95e-4, 2.6e-5, 5.79e-3, 93.0, 35.0);
    let cable = line(f, 4.0e-5, 6.0e-6, 4.6e-3, 104.0, cable_mm);
    [&board, &pad, &cable, &pad, &board, &pad].iter().fold(pad.clone(), |n, x| n.then(x))
}

/// Coupling that rises with frequency, through a line, matched.
pub fn coupling(f: &[f64], strength: f64, mm: f64, far: bool) -> TwoPort {
    let carrier = line(f, 5.95e-4, 2.6e-5, 5.79e-3, 100.0, mm);
    let mut at = carrier.s.iter();
    TwoPort::from_fn(f, 100.0, |f| {
        let x = f / 26.5625e9;
        let pole = Complex64::new(1.0, x);
        let poles = if far { pole * pole * pole } else { pole * pole };
        let s21 = Complex64::new(0.0, strength * x) / poles * at.next().unwrap()[2];
        [Complex64::default(), s21, s21, Complex64::default()]
    })
}

/// A victim of 480 mm of cable with so many far-end and near-end aggressors.
pub fn channels(f: &[f64], far: u32, near: u32) -> Channels {
    let far_end = (0..far).map(|i| {
        let step = f64::from(i);
        (Aggressor::FarEnd, coupling(f, 0.03 / (1.0 + step), 90.0 + 15.0 * step, true))
    });
    let near_end = (0..near).map(|i| {
        let step = f64::from(i);
        (Aggressor::NearEnd, coupling(f, 0.01 / (1.0 + step), 40.0 + 9.0 * step, false))
    });
    Channels { through: through(f, 480.0), aggressors: far_end.chain(near_end).collect() }
}

/// Frequencies as a network analyser gives them.
pub fn measured(top_ghz: u32) -> Vec<f64> {
    (1..=top_ghz * 100).map(|i| f64::from(i) * 10e6).collect()
}
