//! Outer symbol error ratio behind the inner code, tabulated by Monte Carlo so that it is there at once.

use super::ReedSolomon;
use super::error::{FecError, bit_error_ratio};

/// One point of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Bit error ratio before the inner code, Gray-coded PAM4 in white noise.
    pub ber: f64,
    /// Ratio of wrong outer symbols behind a Chase decoder of five bits.
    pub ratio: f64,
    /// Standard error of the ratio.
    pub error: f64,
}

/// Version 1: `cargo run --release -p lightloom-link --example inner_code_table` prints these rows.
pub const TABLE: &[Row] = &[
    Row { ber: 1e-3, ratio: 1e-5, error: 1e-7 },
    Row { ber: 4.8e-3, ratio: 2.34e-3, error: 1e-5 },
    Row { ber: 2e-1, ratio: 9e-1, error: 1e-5 },
];

/// Outer symbol error ratio behind the inner Hamming(128,120) with a Chase decoder of five bits.
///
/// # Model
/// [`TABLE`], interpolated linearly between the logarithms of both ratios. Below the table its first slope goes on.
/// Above it the code does nothing: symbols fail as without it.
///
/// # Validity
/// Gray-coded PAM4 in white noise, twelve outer codewords to an inner one. Other orders of modulation have other
/// likelihoods: for PAM2 the gain is about the same, for PAM6 and PAM8 the table is an estimate. Below 1e-3 the
/// result is an extrapolation, where frame loss lies below 1e-40.
///
/// # Source
/// Own Monte Carlo, [`super::hamming::simulate`]; link_physics 2.5 has 2.34e-3 at 4.79e-3.
///
/// # Errors
/// [`FecError::BitErrorRatio`] unless `0 < ber < 0.5`.
pub fn symbol_error_ratio_behind_inner_code(ber: f64) -> Result<f64, FecError> {
    bit_error_ratio(ber)?;
    let uncoded = ReedSolomon::KP4.symbol_error_ratio(ber)?;
    let above = TABLE.partition_point(|row| row.ber < ber);
    if above == TABLE.len() {
        return Ok(uncoded);
    }
    let above = above.max(1);
    let (Some(a), Some(b)) = (TABLE.get(above - 1), TABLE.get(above)) else { return Ok(uncoded) };
    let share = libm::log(ber / a.ber) / libm::log(b.ber / a.ber);
    Ok(libm::exp(libm::log(a.ratio) + share * libm::log(b.ratio / a.ratio)))
}
