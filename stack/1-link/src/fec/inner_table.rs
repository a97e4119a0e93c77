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
    Row { ber: 1e-3, ratio: 7.4667e-6, error: 4.7e-7 },
    Row { ber: 1.25e-3, ratio: 1.6094e-5, error: 7.8e-7 },
    Row { ber: 1.6e-3, ratio: 4.1236e-5, error: 1.4e-6 },
    Row { ber: 2e-3, ratio: 9.8104e-5, error: 2.7e-6 },
    Row { ber: 2.5e-3, ratio: 2.2038e-4, error: 4.1e-6 },
    Row { ber: 3e-3, ratio: 4.2781e-4, error: 6.7e-6 },
    Row { ber: 3.5e-3, ratio: 7.4658e-4, error: 8.8e-6 },
    Row { ber: 4e-3, ratio: 1.2065e-3, error: 1.1e-5 },
    Row { ber: 4.4e-3, ratio: 1.6931e-3, error: 1.3e-5 },
    Row { ber: 4.8e-3, ratio: 2.2928e-3, error: 1.4e-5 },
    Row { ber: 5.2e-3, ratio: 3.0316e-3, error: 1.8e-5 },
    Row { ber: 5.6e-3, ratio: 3.8911e-3, error: 2.5e-5 },
    Row { ber: 6.3e-3, ratio: 5.8240e-3, error: 3.1e-5 },
    Row { ber: 7e-3, ratio: 8.2065e-3, error: 5.1e-5 },
    Row { ber: 8e-3, ratio: 1.2550e-2, error: 6.3e-5 },
    Row { ber: 1e-2, ratio: 2.4701e-2, error: 8.9e-5 },
    Row { ber: 1.3e-2, ratio: 5.1340e-2, error: 1.2e-4 },
    Row { ber: 1.7e-2, ratio: 9.8337e-2, error: 1.6e-4 },
    Row { ber: 2.5e-2, ratio: 2.0601e-1, error: 1.9e-4 },
    Row { ber: 4e-2, ratio: 3.6948e-1, error: 1.7e-4 },
    Row { ber: 8e-2, ratio: 6.0333e-1, error: 1.4e-4 },
    Row { ber: 2e-1, ratio: 9.0831e-1, error: 8.3e-5 },
];

/// Outer symbol error ratio behind the inner Hamming(128,120) with a Chase decoder of five bits.
///
/// # Model
/// [`TABLE`], interpolated linearly between the logarithms of both ratios. Below the table its first slope goes on,
/// which the true one exceeds. Above it the code does nothing: symbols fail as without it, or as at the table's end.
///
/// # Validity
/// Gray-coded PAM4 in white noise, twelve outer codewords to an inner one. Other orders of modulation have other
/// likelihoods, and the table is an estimate for them. Standard error: 0.6 % at 4.8e-3, 6 % at 1e-3. Below that the
/// result is an extrapolation, where frame loss lies below 1e-40.
///
/// # Source
/// Own Monte Carlo, [`super::hamming::simulate`]; link_physics 2.5 has 2.34e-3 at 4.79e-3, from
/// a thirteenth of the words.
///
/// # Errors
/// [`FecError::BitErrorRatio`] unless `0 < ber < 0.5`.
pub fn symbol_error_ratio_behind_inner_code(ber: f64) -> Result<f64, FecError> {
    bit_error_ratio(ber)?;
    let beyond = TABLE.last().map_or(0.0, |row| row.ratio);
    let uncoded = ReedSolomon::KP4.symbol_error_ratio(ber)?.max(beyond);
    let above = TABLE.partition_point(|row| row.ber < ber);
    if above == TABLE.len() {
        return Ok(uncoded);
    }
    let above = above.max(1);
    let (Some(a), Some(b)) = (TABLE.get(above - 1), TABLE.get(above)) else { return Ok(uncoded) };
    let share = libm::log(ber / a.ber) / libm::log(b.ber / a.ber);
    Ok(libm::exp(libm::log(a.ratio) + share * libm::log(b.ratio / a.ratio)))
}

/// The bit error ratio that gives an outer symbol error ratio: the inverse of
/// [`symbol_error_ratio_behind_inner_code`] within the table and below.
///
/// # Errors
/// As [`ReedSolomon::bit_error_ratio_at`], which it is above the table.
pub fn bit_error_ratio_before_inner_code(symbol_error_ratio: f64) -> Result<f64, FecError> {
    let uncoded = ReedSolomon::KP4.bit_error_ratio_at(symbol_error_ratio)?;
    let above = TABLE.partition_point(|row| row.ratio < symbol_error_ratio);
    let pair = (TABLE.get(above.max(1) - 1), TABLE.get(above.max(1)));
    let (Some(a), Some(b)) = pair else { return Ok(uncoded) };
    let share = libm::log(symbol_error_ratio / a.ratio) / libm::log(b.ratio / a.ratio);
    Ok(a.ber * libm::exp(share * libm::log(b.ber / a.ber)))
}
