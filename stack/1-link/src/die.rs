//! The die's termination: pad and protection capacitances with their coils, as a ladder.

use crate::network::TwoPort;
use crate::network::two_port::cascade;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Capacitance, Inductance, Quantity, Ratio, Resistance};
use std::sync::Arc;

/// Number of tabulated points.
const POINTS: usize = 129;
/// End of the table.
const TOP_GHZ: f64 = 256.0;

/// Insertion loss of a die's termination over frequency, tabulated once.
#[derive(Debug, Clone, PartialEq)]
pub struct DieTermination {
    loss_db: Arc<[f64; POINTS]>,
    /// Shunt capacitance (F) and the inductance behind it (H), from the circuit outward, single-ended.
    ladder: [(f64, f64); 3],
    /// Bump capacitance, F.
    bump: f64,
    /// Capacitance where the package meets the board, F; not scaled with the pads.
    ball: f64,
}

impl DieTermination {
    /// The reference ladder with all reactances scaled: smaller pads for faster silicon.
    ///
    /// # Model
    /// Shunt C, series L, three times, then the bump capacitance, between the termination `Rd` and the
    /// line `R0 = 50 ohm`; insertion loss against a through connection,
    /// `-20 log10 |(Rd + R0) / (A R0 + B + C Rd R0 + D Rd)|`.
    ///
    /// # Source
    /// IEEE P802.3dj D3.3, reference device termination (Cd, Ls, Cb, Rd).
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, scale: Ratio) -> Result<Self, FactError> {
        let farad = |name: &str| {
            let c: Capacitance = facts.get(&format!("die.capacitance.{name}"))?;
            Ok(c.si() * scale.value())
        };
        let henry = |name: &str| {
            let l: Inductance = facts.get(&format!("die.inductance.{name}"))?;
            Ok(l.si() * scale.value())
        };
        let sections = [
            (farad("first")?, henry("first")?),
            (farad("second")?, henry("second")?),
            (farad("third")?, henry("third")?),
        ];
        let bump = farad("bump")?;
        let termination: Resistance = facts.get("die.termination")?;
        let mut loss_db = [0.0; POINTS];
        for (i, loss) in loss_db.iter_mut().enumerate() {
            let omega = 2.0 * std::f64::consts::PI * frequency_ghz(i) * 1e9;
            let mut abcd = Abcd::THROUGH;
            for (c, l) in sections {
                abcd = abcd.shunt(omega * c).series(omega * l);
            }
            *loss = abcd.shunt(omega * bump).insertion_loss_db(termination.si(), 50.0);
        }
        let ball: Capacitance = facts.get("die.capacitance.ball")?;
        Ok(Self { loss_db: Arc::new(loss_db), ladder: sections, bump, ball: ball.si() })
    }

    /// Scattering parameters from the circuit to the package, differential.
    #[must_use]
    pub fn network(&self, frequency_hz: &[f64], reference_ohm: f64) -> TwoPort {
        TwoPort::from_fn(frequency_hz, reference_ohm, |f| {
            let mut network = TwoPort::THROUGH;
            for (c, l) in self.ladder {
                let pad = TwoPort::shunt_parameters(f, c / 2.0, reference_ohm);
                let coil = TwoPort::series_parameters(f, l * 2.0, reference_ohm);
                network = cascade(&cascade(&network, &pad), &coil);
            }
            cascade(&network, &TwoPort::shunt_parameters(f, self.bump / 2.0, reference_ohm))
        })
    }

    /// The joint between this die's package and a board, differential.
    #[must_use]
    pub fn ball(&self, frequency_hz: &[f64], reference_ohm: f64) -> TwoPort {
        TwoPort::shunt_capacitance(frequency_hz, self.ball / 2.0, reference_ohm)
    }

    /// Whether both share one table of losses: the same part.
    pub(crate) fn same_table(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.loss_db, &other.loss_db)
    }

    /// Loss in dB at a frequency in GHz, linear between tabulated points.
    #[must_use]
    pub fn loss_db(&self, f_ghz: f64) -> f64 {
        let x = (f_ghz / TOP_GHZ).clamp(0.0, 1.0) * 128.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 <= x <= 128"
        )]
        let i = (x as usize).min(POINTS - 2);
        let t = x - f64::from(u8::try_from(i).unwrap_or(u8::MAX));
        self.loss_db[i] * (1.0 - t) + self.loss_db[i + 1] * t
    }
}

fn frequency_ghz(i: usize) -> f64 {
    TOP_GHZ * f64::from(u16::try_from(i).unwrap_or(u16::MAX)) / 128.0
}

/// Chain matrix of a lossless ladder: A and D real, B and C imaginary.
#[derive(Clone, Copy)]
struct Abcd {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

impl Abcd {
    const THROUGH: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0 };

    /// With a shunt susceptance behind it (siemens).
    fn shunt(self, y: f64) -> Self {
        Self { a: self.a - self.b * y, b: self.b, c: self.c + self.d * y, d: self.d }
    }

    /// With a series reactance behind it (ohm).
    fn series(self, x: f64) -> Self {
        Self { a: self.a, b: self.a * x + self.b, c: self.c, d: self.d - self.c * x }
    }

    fn insertion_loss_db(self, source: f64, load: f64) -> f64 {
        let real = self.a * load + self.d * source;
        let imaginary = self.b + self.c * source * load;
        10.0 * libm::log10(
            (real * real + imaginary * imaginary) / ((source + load) * (source + load)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shunt_capacitor_has_the_textbook_pole() {
        // A 50 ohm line loaded by C in the middle: |H|² = 1 / (1 + (w C 25)²).
        let omega_c = 0.04;
        let loss = Abcd::THROUGH.shunt(omega_c).insertion_loss_db(50.0, 50.0);
        assert!((loss - 10.0 * libm::log10(1.0 + 1.0)).abs() < 1e-12);
    }

    #[test]
    fn a_series_reactance_in_a_shunt_ladder_matches_hand_multiplication() {
        // [1 0; jy 1] [1 jx; 0 1] = [1 jx; jy 1-xy].
        let m = Abcd::THROUGH.shunt(0.01).series(30.0);
        assert_eq!((m.a, m.b, m.c), (1.0, 30.0, 0.01));
        assert!((m.d - 0.7).abs() < 1e-15);
    }
}
