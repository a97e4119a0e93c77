//! Reed-Solomon codes of 802.3 as data, and how often they fail under independent errors.

use super::error::{FecError, bit_error_ratio};
use lightloom_num::{NumError, at_least};
use serde::Serialize;

/// A Reed-Solomon code: `k` message symbols of `m` bits in codewords of `n`, of which it corrects `t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReedSolomon {
    pub(super) n: u32,
    pub(super) k: u32,
    pub(super) t: u32,
    pub(super) m: u32,
}

impl ReedSolomon {
    /// RS(544,514), "KP4": IEEE 802.3-2022, 91.5.2.7 and clause 119.
    pub const KP4: Self = Self { n: 544, k: 514, t: 15, m: 10 };
    /// RS(528,514), "KR4": IEEE 802.3-2022, 91.5.2.7.
    pub const KR4: Self = Self { n: 528, k: 514, t: 7, m: 10 };
    /// RS(272,258), the low-latency code of the Ethernet Technology Consortium.
    pub const LOW_LATENCY: Self = Self { n: 272, k: 258, t: 7, m: 10 };

    /// A code over GF(2^10) with codewords of `n` symbols and messages of `k`.
    ///
    /// # Errors
    /// [`FecError::Code`] unless `26 <= k < n <= 1023` and `n - k` is even: a message holds one transcoded block at
    /// least, and the field has 1023 places.
    pub const fn new(n: u32, k: u32) -> Result<Self, FecError> {
        if k >= 26 && k < n && n <= 1023 && (n - k).is_multiple_of(2) {
            Ok(Self { n, k, t: (n - k) / 2, m: 10 })
        } else {
            Err(FecError::Code { n, k })
        }
    }

    /// Symbols of a codeword.
    #[must_use]
    pub const fn n(&self) -> u32 {
        self.n
    }

    /// Symbols of a message.
    #[must_use]
    pub const fn k(&self) -> u32 {
        self.k
    }

    /// Symbol errors that are always corrected, `(n - k) / 2`.
    #[must_use]
    pub const fn t(&self) -> u32 {
        self.t
    }

    /// Bits of a symbol.
    #[must_use]
    pub const fn m(&self) -> u32 {
        self.m
    }

    /// Bits of a codeword.
    #[must_use]
    pub const fn codeword_bits(&self) -> u32 {
        self.n * self.m
    }

    /// Octets of Ethernet that a codeword carries.
    ///
    /// # Model
    /// The message holds whole transcoded blocks of 257 bits, each of them four blocks of 64 bits:
    /// `32 floor(k m / 257)`. RS(544,514): 20 blocks, 640 octets; RS(272,258): 10 blocks and 10 bits of padding.
    #[must_use]
    pub const fn message_octets(&self) -> u32 {
        32 * (self.k * self.m / 257)
    }

    /// Line bits per payload bit, transcoding included: `(n / k) (257 / 256)`.
    #[must_use]
    pub fn overhead(&self) -> f64 {
        f64::from(self.n) / f64::from(self.k) * 257.0 / 256.0
    }

    /// Ratio of symbols with at least one wrong bit, where bits fail independently.
    ///
    /// # Model
    /// `p_s = 1 - (1 - p)^m`
    ///
    /// # Errors
    /// [`FecError::BitErrorRatio`] unless `0 < p < 0.5`.
    pub fn symbol_error_ratio(&self, ber: f64) -> Result<f64, FecError> {
        bit_error_ratio(ber)?;
        Ok(-libm::expm1(f64::from(self.m) * libm::log1p(-ber)))
    }

    /// Ratio of codewords that are lost, where symbols fail independently with a given ratio.
    ///
    /// # Model
    /// `CER = P[Bin(n, p_s) >= t + 1]`: the binomial tail, summed from its largest term.
    ///
    /// # Validity
    /// Relative error below 1e-9 down to 1e-300. Miscorrection (below `1 / t!` of the lost words) counts as lost.
    ///
    /// # Source
    /// link_physics 2.5; R. E. Blahut, Algebraic Codes for Data Transmission, 2003, chapter 7.
    ///
    /// # Errors
    /// [`FecError::Numerics`] unless `0 <= p_s <= 1`.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::fec::ReedSolomon;
    /// let code = ReedSolomon::KP4;
    /// let lost = code.codeword_error_ratio(code.symbol_error_ratio(2.4e-4)?)?;
    /// assert_eq!(format!("{lost:.1e}"), "8.2e-13");
    /// # Ok::<(), lightloom_link::fec::FecError>(())
    /// ```
    pub fn codeword_error_ratio(&self, symbol_error_ratio: f64) -> Result<f64, FecError> {
        Ok(at_least(u64::from(self.t) + 1, u64::from(self.n), symbol_error_ratio)?)
    }

    /// The symbol error ratio at which a given ratio of codewords is lost: the inverse of
    /// [`Self::codeword_error_ratio`].
    ///
    /// # Model
    /// Newton's method on `ln CER` over `ln p_s`, whose slope is `(t + 1) / S` with `S` the tail over its first term.
    /// The function is concave and the start, `C(n, t + 1) p_s^(t + 1) = CER`, lies below the root: every step does.
    ///
    /// # Validity
    /// Relative error below 1e-10 for `1e-300 <= CER <= 0.5`.
    ///
    /// # Errors
    /// [`FecError::Numerics`] outside that range.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::fec::ReedSolomon;
    /// let symbols = ReedSolomon::KP4.symbol_error_ratio_at(8.151573e-13)?;
    /// assert!((symbols / ReedSolomon::KP4.symbol_error_ratio(2.4e-4)? - 1.0).abs() < 1e-6);
    /// # Ok::<(), lightloom_link::fec::FecError>(())
    /// ```
    pub fn symbol_error_ratio_at(&self, codeword_error_ratio: f64) -> Result<f64, FecError> {
        if !(1e-300..=0.5).contains(&codeword_error_ratio) {
            return Err(FecError::Numerics(NumError::OutsideDomain {
                function: "inverse of the codeword error ratio",
                argument: "codeword error ratio",
                domain: "[1e-300, 0.5]",
                found: codeword_error_ratio,
            }));
        }
        let (n, first) = (f64::from(self.n), f64::from(self.t + 1));
        let ln_choose =
            libm::lgamma(n + 1.0) - libm::lgamma(first + 1.0) - libm::lgamma(n - first + 1.0);
        let goal = libm::log(codeword_error_ratio) - ln_choose;
        let mut ln_p = goal / first;
        // Six steps at most in practice; the bound is for the reader.
        for _ in 0..50 {
            let p = libm::exp(ln_p);
            let odds = p / (1.0 - p);
            let (mut term, mut sum) = (1.0, 1.0);
            for i in self.t + 1..self.n {
                term *= f64::from(self.n - i) / f64::from(i + 1) * odds;
                sum += term;
                if term < sum * 1e-16 {
                    break;
                }
            }
            let tail = first * ln_p + (n - first) * libm::log1p(-p) + libm::log(sum);
            let step = (goal - tail) * sum / first;
            ln_p += step;
            if step.abs() < 1e-11 {
                break;
            }
        }
        Ok(libm::exp(ln_p))
    }

    /// The bit error ratio that gives a symbol error ratio: the inverse of [`Self::symbol_error_ratio`].
    ///
    /// # Errors
    /// [`FecError::Numerics`] unless `0 < p_s < 1`.
    pub fn bit_error_ratio_at(&self, symbol_error_ratio: f64) -> Result<f64, FecError> {
        if !(symbol_error_ratio > 0.0 && symbol_error_ratio < 1.0) {
            return Err(FecError::Numerics(NumError::OutsideDomain {
                function: "inverse of the symbol error ratio",
                argument: "symbol error ratio",
                domain: "(0, 1)",
                found: symbol_error_ratio,
            }));
        }
        Ok(-libm::expm1(libm::log1p(-symbol_error_ratio) / f64::from(self.m)))
    }

    /// Ratio of symbols that are still wrong behind the decoder, where symbols fail independently.
    ///
    /// # Model
    /// A codeword with more than `t` wrong symbols keeps them: `E[j; j > t] / n = p_s P[Bin(n - 1, p_s) >= t]`.
    ///
    /// # Errors
    /// As [`Self::codeword_error_ratio`].
    pub fn residual_symbol_error_ratio(&self, symbol_error_ratio: f64) -> Result<f64, FecError> {
        let tail = at_least(u64::from(self.t), u64::from(self.n) - 1, symbol_error_ratio)?;
        Ok(symbol_error_ratio * tail)
    }
}

impl std::fmt::Display for ReedSolomon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RS({},{})", self.n, self.k)
    }
}
