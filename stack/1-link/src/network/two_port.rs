//! Two-ports over frequency.

use num_complex::Complex64;

/// Scattering parameters of a two-port over frequency, both ports against one resistance.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoPort {
    /// Frequencies, ascending, Hz.
    pub frequency_hz: Vec<f64>,
    /// `[s11, s12, s21, s22]` at each frequency.
    pub s: Vec<[Complex64; 4]>,
    /// Reference resistance of both ports, ohm; differential for a differential pair.
    pub reference_ohm: f64,
}
