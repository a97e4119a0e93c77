//! What stands before and behind a channel: dies, packages, host boards, as tables and as networks.

use super::ComSpec;
use crate::network::two_port::{cascade, exp};
use crate::network::{LineConstants, TwoPort};
use lightloom_units::{
    Capacitance, DelayPerLength, DielectricLoss, Inductance, Length, Quantity, Resistance, SkinLoss,
};
use num_complex::Complex64;
use serde::{Deserialize, Serialize};

/// Constants of a kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineClass {
    /// Loss at 0 Hz, neper per millimetre.
    pub gamma0: f64,
    /// Conductor loss.
    pub skin: SkinLoss,
    /// Dielectric loss.
    pub dielectric: DielectricLoss,
    /// Delay.
    pub delay: DelayPerLength,
}

impl LineClass {
    /// In the units of Annex 93A.
    #[must_use]
    pub fn constants(&self) -> LineConstants {
        LineConstants {
            gamma0: self.gamma0,
            ..LineConstants::new(self.skin, self.dielectric, self.delay)
        }
    }
}

/// A device's termination, package and, where the channel begins behind it, host board.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct End {
    /// Shunt capacitances of the die's ladder, single-ended, from the circuit outward.
    pub die_capacitance: Vec<Capacitance>,
    /// Series inductances behind each of them.
    pub die_inductance: Vec<Inductance>,
    /// Capacitance of the bump.
    pub bump: Capacitance,
    /// Lines of the package, from the die outward.
    pub package: Vec<LinePiece>,
    /// Capacitance where the package meets the board.
    pub ball: Capacitance,
    /// Capacitance where the host's board begins.
    pub board_entry: Capacitance,
    /// Lines of the host's board.
    pub board: Vec<LinePiece>,
    /// Capacitance where the board meets the channel.
    pub board_exit: Capacitance,
}

/// A piece of line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinePiece {
    /// Name of a line class.
    pub class: String,
    /// Differential characteristic impedance.
    pub impedance: Resistance,
    /// Length.
    pub length: Length,
}

/// A piece of an end's network.
enum Element {
    Shunt { farad: f64 },
    Series { henry: f64 },
    Line { class: usize, ohm: f64, mm: f64 },
}

impl ComSpec {
    /// Network of an end, from the circuit to the channel, differential.
    ///
    /// # Model
    /// Ladder of shunt capacitance and series inductance, bump, package lines, ball, board lines. Single-ended
    /// elements at the reference resistance are differential ones at twice of it.
    ///
    /// # Source
    /// 93A.1.2; P802.3dj D3.3, 178A.1.4.
    #[must_use]
    pub fn network(&self, end: &End, frequency_hz: &[f64]) -> TwoPort {
        let z = self.reference_ohm();
        let classes: Vec<_> = self.lines.values().map(LineClass::constants).collect();
        let mut elements = Vec::new();
        let shunt = |elements: &mut Vec<Element>, c: Capacitance| {
            if c.si() > 0.0 {
                elements.push(Element::Shunt { farad: c.si() / 2.0 });
            }
        };
        let lines = |elements: &mut Vec<Element>, pieces: &[LinePiece]| {
            for piece in pieces {
                if let Some(class) = self.lines.keys().position(|name| *name == piece.class) {
                    let (ohm, mm) = (piece.impedance.si(), piece.length.as_mm());
                    elements.push(Element::Line { class, ohm, mm });
                }
            }
        };
        for (c, l) in end.die_capacitance.iter().zip(&end.die_inductance) {
            shunt(&mut elements, *c);
            elements.push(Element::Series { henry: l.si() * 2.0 });
        }
        shunt(&mut elements, end.bump);
        lines(&mut elements, &end.package);
        shunt(&mut elements, end.ball);
        shunt(&mut elements, end.board_entry);
        lines(&mut elements, &end.board);
        shunt(&mut elements, end.board_exit);
        let mut gamma = vec![Complex64::default(); classes.len()];
        TwoPort::from_fn(frequency_hz, z, |f| {
            for (gamma, class) in gamma.iter_mut().zip(&classes) {
                *gamma = class.propagation(f * 1e-9);
            }
            let through = TwoPort::THROUGH;
            elements.iter().fold(through, |network, element| {
                let next = match *element {
                    Element::Shunt { farad } => TwoPort::shunt_parameters(f, farad, z),
                    Element::Series { henry } => TwoPort::series_parameters(f, henry, z),
                    Element::Line { class, ohm, mm } => {
                        TwoPort::line_parameters(exp(-gamma[class] * mm), ohm, z)
                    }
                };
                cascade(&network, &next)
            })
        })
    }

    /// Differential reference of networks, ohm: twice the single-ended one.
    #[must_use]
    pub fn reference_ohm(&self) -> f64 {
        2.0 * self.reference.si()
    }

    /// Reflection of the terminations against the reference.
    #[must_use]
    pub fn reflection(&self) -> f64 {
        let (d, r) = (self.termination.si(), self.reference.si());
        (d - r) / (d + r)
    }
}
