//! What can go wrong when codes are computed.

use lightloom_num::NumError;

/// An input that the models of codes do not cover.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FecError {
    /// A bit error ratio that is none.
    #[error("a bit error ratio of {0:?} lies outside 0 to 0.5: a half is what guessing gives")]
    BitErrorRatio(f64),
    /// More than one error a symbol.
    #[error(
        "a bit error ratio of {ber:?} would be more than one first error for each {pam} symbol"
    )]
    Certain {
        /// The bit error ratio.
        ber: f64,
        /// The modulation.
        pam: crate::Pam,
    },
    /// A frame loss that no code is asked for.
    #[error("a frame loss ratio of {0:?} lies outside 1e-30 to 0.1")]
    FrameLoss(f64),
    /// A probability of error propagation that is none.
    #[error("error propagation with probability {0} lies outside 0 to below 1")]
    Propagation(f64),
    /// A feedback tap that the model of error propagation does not cover.
    #[error("a feedback tap of {0} lies outside 0 to 1 times the main tap")]
    Tap(f64),
    /// A code that GF(2^10) or Ethernet does not have.
    #[error(
        "RS({n},{k}) is not modelled: 26 <= k < n <= 1023, with an even number of parity symbols"
    )]
    Code {
        /// Symbols of a codeword.
        n: u32,
        /// Symbols of a message.
        k: u32,
    },
    /// A frame that Ethernet does not have.
    #[error("a frame of {0} octets lies outside 64 to 16384")]
    Frame(u32),
    /// A rate at which no block ends.
    #[error("a line rate of {0} must be above 0 b/s")]
    Rate(lightloom_units::BitRate),
    /// A soft inner code behind a bursty slicer.
    #[error(
        "error bursts before a soft inner code are not modelled: its table holds for white noise; leave the feedback tap out, or take a code without inner code"
    )]
    BurstsBeforeInnerCode,
    /// No bit error ratio reaches the target.
    #[error(
        "no bit error ratio above 1e-40 keeps the frame loss below {0:?}: the bursts alone exceed the code"
    )]
    Unreachable(f64),
    /// The numerics refused.
    #[error("computing a code: {0}")]
    Numerics(#[from] NumError),
}

/// Checks a bit error ratio.
pub(super) fn bit_error_ratio(ber: f64) -> Result<f64, FecError> {
    if ber > 0.0 && ber < 0.5 { Ok(ber) } else { Err(FecError::BitErrorRatio(ber)) }
}
