//! The front door: errors before a code, loss behind it.

use super::burst::{self, Bursts};
use super::error::{FecError, bit_error_ratio};
use super::inner_table::{bit_error_ratio_before_inner_code, symbol_error_ratio_behind_inner_code};
use super::{Fec, Frame, Interleaving};
use crate::Pam;
use lightloom_num::root;
use lightloom_units::Decibel;
use serde::Serialize;

/// Errors at a slicer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorStatistics {
    /// Ratio of bits that noise alone gets wrong: with error propagation, the ratio of first errors (the DER0 of
    /// COM, over the bits of a symbol).
    pub ber: f64,
    /// Modulation.
    pub pam: Pam,
    /// How errors propagate; `None`: every bit fails on its own.
    pub bursts: Option<Bursts>,
}

impl ErrorStatistics {
    /// Independent errors in PAM4.
    #[must_use]
    pub const fn independent(ber: f64) -> Self {
        Self { ber, pam: Pam::Pam4, bursts: None }
    }
}

/// What a code must keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Frames on the line.
    pub frame: Frame,
    /// Highest ratio of them that may be lost.
    pub frame_loss_ratio: f64,
}

impl Target {
    /// What 802.3 asks of 64-octet frames behind RS(544,514).
    #[must_use]
    pub const fn of_8023(interleaving: Interleaving) -> Self {
        Self { frame: Frame::SMALLEST, frame_loss_ratio: interleaving.frame_loss_of_8023() }
    }
}

/// What a code leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PostFec {
    /// Bit error ratio before the code as a counter would show it: propagated errors included, precoding undone.
    pub ber_before: f64,
    /// Ratio of outer symbols that reach the outer decoder wrong; `None` without correction.
    pub symbol_error_ratio: Option<f64>,
    /// Ratio of lost codewords; `None` without correction.
    pub codeword_error_ratio: Option<f64>,
    /// Ratio of lost frames.
    pub frame_loss_ratio: f64,
    /// Ratio of wrong bits behind the code.
    pub ber: f64,
    /// Bit error ratio (of first errors) that just keeps the target.
    pub threshold_ber: f64,
    /// What the SNR at the slicer may fall by until the target is missed; negative when it is.
    #[serde(skip)]
    pub margin: Decibel,
}

impl PostFec {
    /// Whether the target is kept, to two thousandths of a decibel: targets have two digits, and 802.3's own 2.4e-4
    /// gives 1.74e-12 where it asks for 1.7e-12.
    #[must_use]
    pub fn keeps_target(&self) -> bool {
        self.margin >= Decibel::db(-0.002)
    }
}

/// What a code makes of errors, and how far they lie from its threshold.
///
/// # Model
/// Independent errors: binomial ([`super::ReedSolomon::codeword_error_ratio`]), behind an inner code with the symbol
/// error ratio of its table; with error propagation: [`burst::codeword_errors`]; without correction a frame is lost
/// with any of its bits. Frames: [`Frame::loss_ratio`]. The margin is the difference of the SNRs that give the bit
/// error ratio and the threshold in the modulation ([`Pam::required_snr`]).
///
/// # Validity
/// As its parts. A lost codeword keeps its wrong bits.
///
/// # Source
/// link_physics 2.5.
///
/// # Errors
/// [`FecError`] for a bit error ratio outside 0 to 0.5, a target outside 1e-30 to 0.1, or bursts before an inner code.
///
/// # Example
/// ```
/// use lightloom_link::fec::{ErrorStatistics, Fec, Interleaving, Target, correct};
/// let two = Interleaving::Two;
/// let left = correct(&ErrorStatistics::independent(2.4e-4), Fec::Kp4, two, &Target::of_8023(two))?;
/// assert_eq!(format!("{:.1e}", left.frame_loss_ratio), "1.7e-12");
/// assert!(left.margin.as_db().abs() < 0.01);
/// # Ok::<(), lightloom_link::fec::FecError>(())
/// ```
pub fn correct(
    before: &ErrorStatistics,
    fec: Fec,
    interleaving: Interleaving,
    target: &Target,
) -> Result<PostFec, FecError> {
    let threshold_ber = highest_ber(before.pam, before.bursts, fec, interleaving, target)?;
    let left = loss(before, fec, interleaving, target.frame)?;
    // Beyond what guessing gives there is no SNR to ask for.
    let guess = (1.0 - 1.0 / before.pam.levels()) / before.pam.bits_per_symbol();
    let snr = |ber: f64| before.pam.required_snr(ber.min(0.99 * guess));
    let margin = snr(before.ber) - snr(threshold_ber);
    Ok(PostFec { threshold_ber, margin, ..left })
}

/// The highest bit error ratio (of first errors) that keeps a frame loss: the inverse of [`correct()`].
///
/// # Model
/// Independent errors: the models of [`correct()`] inverted one by one, with Newton's method for the binomial tail; a
/// microsecond. Bursts: root of `ln FLR(p) = ln FLR_target` in `ln p`, below a millisecond.
///
/// # Errors
/// As [`correct()`]; [`FecError::Unreachable`] where bursts keep every ratio above the target.
///
/// # Example
/// ```
/// use lightloom_link::Pam;
/// use lightloom_link::fec::{Fec, Frame, Interleaving, Target, highest_ber};
/// let target = Target { frame: Frame::SMALLEST, frame_loss_ratio: 6.2e-10 };
/// // RS(528,514): 802.3 gives 5e-5 (95.1.1).
/// let ber = highest_ber(Pam::Pam4, None, Fec::Kr4, Interleaving::One, &target)?;
/// assert!((ber / 5e-5 - 1.0).abs() < 0.05);
/// # Ok::<(), lightloom_link::fec::FecError>(())
/// ```
pub fn highest_ber(
    pam: Pam,
    bursts: Option<Bursts>,
    fec: Fec,
    interleaving: Interleaving,
    target: &Target,
) -> Result<f64, FecError> {
    let goal = target.frame_loss_ratio;
    if !(1e-30..=0.1).contains(&goal) {
        return Err(FecError::FrameLoss(goal));
    }
    let Some(bursts) = bursts else {
        let Some(code) = fec.outer() else {
            return Ok(-libm::expm1(libm::log1p(-goal) / target.frame.uncoded_bits()));
        };
        let codewords = target.frame.codeword_error_ratio_at(&code, interleaving, goal);
        let symbols = code.symbol_error_ratio_at(codewords)?;
        return match fec {
            Fec::Kp4Hamming => bit_error_ratio_before_inner_code(symbols),
            _ => code.bit_error_ratio_at(symbols),
        };
    };
    let excess = |ln_ber: f64| {
        let before = ErrorStatistics { ber: libm::exp(ln_ber), pam, bursts: Some(bursts) };
        match loss(&before, fec, interleaving, target.frame) {
            Ok(left) => libm::log(left.frame_loss_ratio.max(1e-300) / goal),
            Err(_) => f64::NAN,
        }
    };
    // Tells a wrong input, which the closure cannot, from a target out of reach.
    let least = ErrorStatistics { ber: 1e-40, pam, bursts: Some(bursts) };
    if loss(&least, fec, interleaving, target.frame)?.frame_loss_ratio > goal {
        return Err(FecError::Unreachable(goal));
    }
    Ok(libm::exp(root(excess, libm::log(least.ber), libm::log(0.3), 1e-8)?))
}

/// Everything but threshold and margin.
fn loss(
    before: &ErrorStatistics,
    fec: Fec,
    interleaving: Interleaving,
    frame: Frame,
) -> Result<PostFec, FecError> {
    let ber = bit_error_ratio(before.ber)?;
    let nothing = PostFec {
        ber_before: ber,
        symbol_error_ratio: None,
        codeword_error_ratio: None,
        frame_loss_ratio: 0.0,
        ber,
        threshold_ber: 0.0,
        margin: Decibel::ZERO,
    };
    let Some(code) = fec.outer() else {
        // Every burst is one lost frame, or two at a seam; a second error in a lost frame costs nothing.
        let ber_before = match &before.bursts {
            Some(bursts) => burst::bit_error_ratio(ber, before.pam, bursts)?,
            None => ber,
        };
        let frame_loss_ratio = -libm::expm1(frame.uncoded_bits() * libm::log1p(-ber));
        return Ok(PostFec { ber_before, ber: ber_before, frame_loss_ratio, ..nothing });
    };
    let (ber_before, symbols, codewords, left) = match (&before.bursts, fec) {
        (Some(_), Fec::Kp4Hamming) => return Err(FecError::BurstsBeforeInnerCode),
        (Some(bursts), _) => {
            let errors = burst::codeword_errors(&code, ber, before.pam, bursts, interleaving)?;
            (errors.ber_before, errors.symbol_error_ratio, errors.codeword_error_ratio, errors.ber)
        }
        (None, _) => {
            let uncoded = code.symbol_error_ratio(ber)?;
            let symbols = match fec {
                Fec::Kp4Hamming => symbol_error_ratio_behind_inner_code(ber)?,
                _ => uncoded,
            };
            // Wrong bits of a wrong symbol, as a share: behind the inner code a tenth more than before it.
            let share = ber / uncoded;
            let left = code.residual_symbol_error_ratio(symbols)? * share;
            (ber, symbols, code.codeword_error_ratio(symbols)?, left)
        }
    };
    Ok(PostFec {
        ber_before,
        symbol_error_ratio: Some(symbols),
        codeword_error_ratio: Some(codewords),
        frame_loss_ratio: frame.loss_ratio(&code, interleaving, codewords)?,
        ber: left,
        ..nothing
    })
}
