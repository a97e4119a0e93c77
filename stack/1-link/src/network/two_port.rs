//! Two-ports over frequency: cascade, reference impedance, transfer between terminations.

use lightloom_units::{DelayPerLength, DielectricLoss, Quantity, SkinLoss};
use num_complex::Complex64;
use std::borrow::Cow;

const ONE: Complex64 = Complex64::new(1.0, 0.0);

/// Scattering parameters of a two-port over frequency, both ports against one resistance.
///
/// # Example
/// Two lines of 10 mm are one of 20 mm.
/// ```
/// use lightloom_link::network::{LineConstants, TwoPort};
/// let f: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.5e9).collect();
/// let line = LineConstants { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 };
/// let half = TwoPort::line(&f, &line, 87.5, 10.0, 92.5);
/// let whole = TwoPort::line(&f, &line, 87.5, 20.0, 92.5);
/// let cascade = half.then(&half);
/// for (a, b) in whole.s.iter().zip(&cascade.s) {
///     assert!((a[2] - b[2]).norm() < 1e-12);
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TwoPort {
    /// Frequencies, ascending, Hz.
    pub frequency_hz: Vec<f64>,
    /// `[s11, s12, s21, s22]` at each frequency.
    pub s: Vec<[Complex64; 4]>,
    /// Reference resistance of both ports, ohm; differential for a differential pair.
    pub reference_ohm: f64,
}

/// Loss and delay of a uniform line, in the units of IEEE 802.3 Annex 93A.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineConstants {
    /// Loss at 0 Hz, neper per millimetre.
    pub gamma0: f64,
    /// Conductor loss a1, neper per millimetre and root gigahertz.
    pub a1: f64,
    /// Dielectric loss a2, neper per millimetre and gigahertz.
    pub a2: f64,
    /// Delay, nanoseconds per millimetre.
    pub tau: f64,
}

impl LineConstants {
    /// From quantities, without loss at 0 Hz.
    #[must_use]
    pub fn new(skin: SkinLoss, dielectric: DielectricLoss, delay: DelayPerLength) -> Self {
        Self {
            gamma0: 0.0,
            a1: skin.si() * 1e-3 * 1e9_f64.sqrt(),
            a2: dielectric.si() * 1e6,
            tau: delay.si() * 1e6,
        }
    }

    /// Propagation constant per millimetre.
    ///
    /// # Model
    /// `gamma = gamma0 + a1 (1 + j) sqrt(f) + [a2 (1 - j (2/pi) ln f) + j 2 pi tau] f`, f in GHz. The logarithm makes
    /// the dielectric loss causal.
    ///
    /// # Source
    /// IEEE 802.3-2022, 93A-9 to 93A-11.
    #[must_use]
    pub fn propagation(&self, f_ghz: f64) -> Complex64 {
        if f_ghz <= 0.0 {
            return Complex64::new(self.gamma0, 0.0);
        }
        let skin = self.a1 * f_ghz.sqrt();
        let turn = 2.0 * std::f64::consts::PI * self.tau;
        let dispersion = self.a2 * std::f64::consts::FRAC_2_PI * libm::log(f_ghz);
        Complex64::new(self.gamma0 + skin + self.a2 * f_ghz, skin + (turn - dispersion) * f_ghz)
    }
}

impl TwoPort {
    /// A two-port from its parameters at each frequency.
    #[must_use]
    pub fn from_fn(
        frequency_hz: &[f64],
        reference_ohm: f64,
        at: impl FnMut(f64) -> [Complex64; 4],
    ) -> Self {
        Self {
            frequency_hz: frequency_hz.to_vec(),
            s: frequency_hz.iter().copied().map(at).collect(),
            reference_ohm,
        }
    }

    /// Parameters of a through connection.
    pub(crate) const THROUGH: [Complex64; 4] =
        [Complex64::new(0.0, 0.0), ONE, ONE, Complex64::new(0.0, 0.0)];

    /// Nothing: a through connection.
    #[must_use]
    pub fn through(frequency_hz: &[f64], reference_ohm: f64) -> Self {
        Self::from_fn(frequency_hz, reference_ohm, |_| Self::THROUGH)
    }

    /// A capacitance from the line to ground; half of the single-ended one for a differential pair.
    ///
    /// # Source
    /// IEEE 802.3-2022, 93A-8.
    #[must_use]
    pub fn shunt_capacitance(frequency_hz: &[f64], farad: f64, reference_ohm: f64) -> Self {
        Self::from_fn(frequency_hz, reference_ohm, |f| {
            Self::shunt_parameters(f, farad, reference_ohm)
        })
    }

    pub(crate) fn shunt_parameters(f: f64, farad: f64, reference_ohm: f64) -> [Complex64; 4] {
        let x = Complex64::new(0.0, 2.0 * std::f64::consts::PI * f * farad * reference_ohm);
        let through = 2.0 / (2.0 + x);
        let back = through - ONE;
        [back, through, through, back]
    }

    /// An inductance in the line; twice the single-ended one for a differential pair.
    #[must_use]
    pub fn series_inductance(frequency_hz: &[f64], henry: f64, reference_ohm: f64) -> Self {
        Self::from_fn(frequency_hz, reference_ohm, |f| {
            Self::series_parameters(f, henry, reference_ohm)
        })
    }

    pub(crate) fn series_parameters(f: f64, henry: f64, reference_ohm: f64) -> [Complex64; 4] {
        let x = Complex64::new(0.0, 2.0 * std::f64::consts::PI * f * henry / reference_ohm);
        let through = 2.0 / (2.0 + x);
        let back = ONE - through;
        [back, through, through, back]
    }

    /// A uniform line of a characteristic impedance and a length in millimetres.
    ///
    /// # Source
    /// IEEE 802.3-2022, 93A-12 to 93A-14.
    #[must_use]
    pub fn line(
        frequency_hz: &[f64],
        constants: &LineConstants,
        impedance_ohm: f64,
        length_mm: f64,
        reference_ohm: f64,
    ) -> Self {
        Self::from_fn(frequency_hz, reference_ohm, |f| {
            let once = exp(-constants.propagation(f * 1e-9) * length_mm);
            Self::line_parameters(once, impedance_ohm, reference_ohm)
        })
    }

    /// Scattering parameters of a line that multiplies a wave by `once` on its way.
    pub(crate) fn line_parameters(
        once: Complex64,
        impedance_ohm: f64,
        reference_ohm: f64,
    ) -> [Complex64; 4] {
        let rho = (impedance_ohm - reference_ohm) / (impedance_ohm + reference_ohm);
        let twice = once * once;
        let denominator = 1.0 - rho * rho * twice;
        let back = rho * (1.0 - twice) / denominator;
        let through = (1.0 - rho * rho) * once / denominator;
        [back, through, through, back]
    }

    /// This two-port with another behind it. The other is taken at the frequencies and against the resistance of this
    /// one: frequencies beyond the shorter of both are left out.
    #[must_use]
    pub fn then(&self, other: &Self) -> Self {
        let other = other.referred(self.reference_ohm);
        let s: Vec<_> = self.s.iter().zip(&other.s).map(|(a, b)| cascade(a, b)).collect();
        Self {
            frequency_hz: self.frequency_hz[..s.len()].to_vec(),
            s,
            reference_ohm: self.reference_ohm,
        }
    }

    /// The same two-port against a resistance, which may be its own.
    pub(crate) fn referred(&self, reference_ohm: f64) -> Cow<'_, Self> {
        #[expect(clippy::float_cmp, reason = "the same number or another one")]
        if self.reference_ohm == reference_ohm {
            Cow::Borrowed(self)
        } else {
            Cow::Owned(self.against(reference_ohm))
        }
    }

    /// Ports exchanged.
    #[must_use]
    pub fn flipped(mut self) -> Self {
        for [s11, s12, s21, s22] in &mut self.s {
            std::mem::swap(s11, s22);
            std::mem::swap(s12, s21);
        }
        self
    }

    /// The same network against another resistance.
    ///
    /// # Model
    /// `S' = (S - r)(1 - r S)^-1` with `r = (R' - R) / (R' + R)`, both ports alike.
    #[must_use]
    pub fn against(&self, reference_ohm: f64) -> Self {
        let r = (reference_ohm - self.reference_ohm) / (reference_ohm + self.reference_ohm);
        let s = self
            .s
            .iter()
            .map(|[s11, s12, s21, s22]| {
                let determinant = s11 * s22 - s12 * s21;
                let d = 1.0 - r * (s11 + s22) + r * r * determinant;
                let through = (1.0 - r * r) / d;
                [
                    (s11 - r * (1.0 + determinant) + r * r * s22) / d,
                    s12 * through,
                    s21 * through,
                    (s22 - r * (1.0 + determinant) + r * r * s11) / d,
                ]
            })
            .collect();
        Self { frequency_hz: self.frequency_hz.clone(), s, reference_ohm }
    }

    /// Voltage transfer between a source and a load that reflect by these coefficients.
    ///
    /// # Model
    /// `H = s21 (1 - g1)(1 + g2) / (1 - s11 g1 - s22 g2 + g1 g2 (s11 s22 - s12 s21))`: the load's voltage over the
    /// wave that the source launches into a matched line.
    ///
    /// # Source
    /// IEEE 802.3-2022, 93A-18; P802.3dj D3.3, 178A-3.
    #[must_use]
    pub fn transfer(&self, source: f64, load: f64) -> Vec<Complex64> {
        self.s
            .iter()
            .map(|[s11, s12, s21, s22]| {
                let determinant = s11 * s22 - s12 * s21;
                s21 * ((1.0 - source) * (1.0 + load))
                    / (1.0 - s11 * source - s22 * load + determinant * (source * load))
            })
            .collect()
    }

    /// Chain parameters `[A, B, C, D]` at each frequency.
    #[must_use]
    pub fn chain(&self) -> Vec<[Complex64; 4]> {
        let z = self.reference_ohm;
        self.s
            .iter()
            .map(|[s11, s12, s21, s22]| {
                let two = 2.0 * s21;
                let loop_ = s12 * s21;
                [
                    ((1.0 + s11) * (1.0 - s22) + loop_) / two,
                    z * ((1.0 + s11) * (1.0 + s22) - loop_) / two,
                    ((1.0 - s11) * (1.0 - s22) - loop_) / (two * z),
                    ((1.0 - s11) * (1.0 + s22) + loop_) / two,
                ]
            })
            .collect()
    }

    /// Insertion loss in dB at each frequency, between matched ends: `-20 log10 |s21|`.
    #[must_use]
    pub fn insertion_loss_db(&self) -> Vec<f64> {
        self.s.iter().map(|s| -10.0 * libm::log10(s[2].norm_sqr().max(1e-300))).collect()
    }
}

/// Two two-ports in a row. Without a division by `s21`, so that a path without coupling stays finite.
pub(crate) fn cascade(a: &[Complex64; 4], b: &[Complex64; 4]) -> [Complex64; 4] {
    let inverse = ONE / (1.0 - a[3] * b[0]);
    [
        a[0] + a[1] * b[0] * a[2] * inverse,
        a[1] * b[1] * inverse,
        a[2] * b[2] * inverse,
        b[3] + b[2] * a[3] * b[1] * inverse,
    ]
}

/// `exp` of a complex number, the same bits on every platform.
pub(crate) fn exp(z: Complex64) -> Complex64 {
    let (sin, cos) = libm::sincos(z.im);
    let size = libm::exp(z.re);
    Complex64::new(size * cos, size * sin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Vec<f64> {
        (0..400).map(|i| f64::from(i) * 0.25e9).collect()
    }

    #[test]
    fn cascade_equals_the_product_of_chain_matrices() {
        let f = grid();
        let constants = LineConstants { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 };
        let a = TwoPort::line(&f, &constants, 110.0, 31.0, 100.0)
            .then(&TwoPort::shunt_capacitance(&f, 43e-15, 100.0));
        let b = TwoPort::series_inductance(&f, 0.24e-9, 100.0);
        let whole = a.then(&b).chain();
        for ((m, p), q) in whole.iter().zip(a.chain()).zip(b.chain()) {
            let product = [
                p[0] * q[0] + p[1] * q[2],
                p[0] * q[1] + p[1] * q[3],
                p[2] * q[0] + p[3] * q[2],
                p[2] * q[1] + p[3] * q[3],
            ];
            let scale = [1.0, 100.0, 0.01, 1.0];
            for i in 0..4 {
                assert!(
                    (m[i] - product[i]).norm() < 1e-10 * scale[i],
                    "{i}: {} {}",
                    m[i],
                    product[i]
                );
            }
        }
    }

    #[test]
    fn the_chain_matrix_does_not_know_the_reference() {
        let f = grid();
        let constants = LineConstants { gamma0: 0.0, a1: 5.95e-4, a2: 2.6e-5, tau: 5.79e-3 };
        let line = TwoPort::line(&f, &constants, 92.5, 83.0, 100.0);
        for (a, b) in line.chain().iter().zip(line.against(87.0).chain()) {
            assert!((a[0] - b[0]).norm() < 1e-10 && (a[1] - b[1]).norm() < 1e-8);
        }
    }

    #[test]
    fn a_matched_transfer_is_the_forward_parameter() {
        let f = grid();
        let pad = TwoPort::shunt_capacitance(&f, 60e-15, 100.0);
        for (h, s) in pad.transfer(0.0, 0.0).iter().zip(&pad.s) {
            assert_eq!(*h, s[2]);
        }
    }
}
