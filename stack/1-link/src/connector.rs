//! A separable connector: loss that grows with frequency, and the bandwidth wall of its generation.

use crate::network::{LineConstants, TwoPort};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Capacitance, Decibel, Frequency, Quantity, Resistance, Time};
use num_complex::Complex64;

/// A connector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Connector {
    loss_db_per_ghz: f64,
    wall_ghz: f64,
    capacitance: Capacitance,
    impedance: Resistance,
    delay: Time,
}

impl Connector {
    /// Reads `connector.NAME.bandwidth` and the shared loss, capacitance, impedance and delay.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let loss: Decibel = facts.get("connector.loss_at_106ghz")?;
        let wall: Frequency = facts.get(&format!("connector.{name}.bandwidth"))?;
        Ok(Self {
            loss_db_per_ghz: loss.as_db() / 106.0,
            wall_ghz: wall.as_ghz(),
            capacitance: facts.get("connector.capacitance")?,
            impedance: facts.get("connector.impedance")?,
            delay: facts.get("connector.delay")?,
        })
    }

    /// Loss in dB at a frequency in GHz.
    ///
    /// # Model
    /// `k f + 10 log10(1 + (f / f_wall)^12)`: proportional loss, and a sixth-order Butterworth edge with
    /// 3 dB at the end of the usable band, where real connectors have their first notches.
    ///
    /// # Validity
    /// Smooth: it has no notch below the wall. Optimistic within 10 % of the wall.
    #[must_use]
    pub fn loss_db(&self, f_ghz: f64) -> f64 {
        self.proportional_db(f_ghz) + 10.0 * libm::log10(self.edge(f_ghz))
    }

    /// The proportional part of the loss.
    pub(crate) fn proportional_db(&self, f_ghz: f64) -> f64 {
        self.loss_db_per_ghz * f_ghz
    }

    /// The edge as a ratio of powers, without a logarithm.
    fn edge(&self, f_ghz: f64) -> f64 {
        Self::edge_at(self.over_wall_squared(f_ghz))
    }

    /// Square of a frequency over the wall's.
    pub(crate) fn over_wall_squared(&self, f_ghz: f64) -> f64 {
        let x = f_ghz / self.wall_ghz;
        x * x
    }

    /// The edge at a squared frequency, the wall's being one.
    pub(crate) fn edge_at(x2: f64) -> f64 {
        let x4 = x2 * x2;
        1.0 + x4 * x4 * x4
    }

    /// Scattering parameters, differential.
    ///
    /// # Model
    /// Footprint capacitance, a short line with loss that grows with frequency, footprint capacitance; transmission
    /// through a sixth-order Butterworth low-pass at the wall, whose loss is absorbed.
    ///
    /// # Validity
    /// Smooth, as [`Connector::loss_db`].
    #[must_use]
    pub fn network(&self, frequency_hz: &[f64], reference_ohm: f64) -> TwoPort {
        let pad = TwoPort::shunt_capacitance(frequency_hz, self.capacitance.si(), reference_ohm);
        // Constants of the whole contact: a line of one unit of length.
        let contact = LineConstants {
            gamma0: 0.0,
            a1: 0.0,
            a2: self.loss_db_per_ghz * std::f64::consts::LN_10 / 20.0,
            tau: self.delay.as_ns(),
        };
        let line = TwoPort::line(frequency_hz, &contact, self.impedance.si(), 1.0, reference_ohm);
        let mut network = pad.then(&line).then(&pad);
        for ([_, s12, s21, _], f) in network.s.iter_mut().zip(frequency_hz) {
            let wall = butterworth_6(f * 1e-9 / self.wall_ghz);
            *s12 *= wall;
            *s21 *= wall;
        }
        network
    }
}

/// Sixth-order Butterworth low-pass at a frequency over its 3 dB point.
fn butterworth_6(x: f64) -> Complex64 {
    [15.0, 45.0, 75.0].iter().fold(Complex64::new(1.0, 0.0), |h, degrees: &f64| {
        let damping = 2.0 * libm::cos(degrees.to_radians());
        h / Complex64::new(1.0 - x * x, damping * x)
    })
}
