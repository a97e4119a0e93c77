//! Forward error correction: what the codes in use lose, from which error ratio on, and what they cost in time.
//!
//! Front door: [`correct()`] and its inverse [`highest_ber()`].
//!
//! | file | what |
//! |---|---|
//! | [`reed_solomon`] | the outer codes as data, symbol and codeword error ratios |
//! | [`galois`], [`codec`] | GF(2^10), encoder and decoder: the closed forms checked by brute force |
//! | [`frame`] | from lost codewords to lost frames |
//! | [`hamming`], [`inner_table`] | the inner code of 802.3dj, its soft decoder, what it leaves |
//! | [`burst`] | errors that a decision-feedback equaliser propagates, precoding |
//! | [`mod@correct`] | the front door |
//! | [`budget`] | how an error budget is shared out |
//! | [`comparison`] | codes beside each other, as a document |

pub mod budget;
pub mod burst;
pub mod codec;
pub mod comparison;
pub mod correct;
pub mod error;
pub mod frame;
pub mod galois;
pub mod hamming;
pub mod inner_table;
pub mod reed_solomon;

pub use budget::ErrorBudget;
pub use burst::{Bursts, Precoding, Propagation};
pub use codec::CodecError;
pub use comparison::{Comparison, Question, compare};
pub use correct::{ErrorStatistics, PostFec, Target, correct, highest_ber};
pub use error::FecError;
pub use frame::{FRAME_LOSS_OF_1E12, Frame, Interleaving};
pub use reed_solomon::ReedSolomon;

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, DataSize, Ratio, Time};
use serde::{Deserialize, Serialize};

/// A code, by the field's name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fec {
    /// No correction: the raw error ratio must be 1e-12 or better.
    None,
    /// RS(544,514) over GF(2^10).
    Kp4,
    /// RS(544,514) with an inner Hamming(128,120).
    Kp4Hamming,
    /// RS(272,258): half the block, half the latency, less gain.
    LowLatencyRs272,
    /// RS(528,514): half the parity of RS(544,514), for PAM2 lanes of 25 Gb/s.
    Kr4,
}

impl Fec {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Kr4, Self::LowLatencyRs272, Self::Kp4, Self::Kp4Hamming];

    /// Name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no FEC",
            Self::Kp4 => "RS(544,514)",
            Self::Kp4Hamming => "RS(544,514) + Hamming(128,120)",
            Self::LowLatencyRs272 => "RS(272,258)",
            Self::Kr4 => "RS(528,514)",
        }
    }

    /// The outer code; `None` without correction.
    #[must_use]
    pub const fn outer(self) -> Option<ReedSolomon> {
        match self {
            Self::None => None,
            Self::Kp4 | Self::Kp4Hamming => Some(ReedSolomon::KP4),
            Self::LowLatencyRs272 => Some(ReedSolomon::LOW_LATENCY),
            Self::Kr4 => Some(ReedSolomon::KR4),
        }
    }

    /// Frame loss ratio of 64-octet frames at which the code's published threshold stands.
    ///
    /// # Source
    /// RS(544,514): [`Interleaving::frame_loss_of_8023`]. The others: [`FRAME_LOSS_OF_1E12`]; the low-latency
    /// specification does not say so in the excerpt at hand, but its thresholds of 9.9e-5 and, for RS(544,514),
    /// 3.77e-4 give 6.2e-10 and 6.4e-10.
    #[must_use]
    pub const fn standard_frame_loss(self, interleaving: Interleaving) -> f64 {
        match self {
            Self::Kp4 | Self::Kp4Hamming => interleaving.frame_loss_of_8023(),
            Self::None | Self::LowLatencyRs272 | Self::Kr4 => FRAME_LOSS_OF_1E12,
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kp4 => "kp4",
            Self::Kp4Hamming => "kp4_hamming",
            Self::LowLatencyRs272 => "rs272",
            Self::Kr4 => "kr4",
        }
    }
}

/// What a code does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FecParameters {
    /// Highest bit error ratio before correction that still gives the frame loss the standard asks for.
    pub threshold_ber: f64,
    /// Line bits per payload bit, transcoding included: 1.0625 for RS(544,514) with 256b/257b.
    pub overhead: f64,
    /// One block on the line; a receiver must collect it before it can decode.
    pub block: DataSize,
    /// Decoding after the block is complete, an inner code included.
    pub decode: Time,
    /// The part of it that an inner code takes.
    pub inner_decode: Time,
}

impl FecParameters {
    /// Reads a code's facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, fec: Fec) -> Result<Self, FactError> {
        let id = |name: &str| format!("fec.{}.{name}", fec.id());
        let threshold_ber = facts.get::<Ratio>(&id("threshold"))?.value();
        if fec == Fec::None {
            return Ok(Self {
                threshold_ber,
                overhead: 1.0,
                block: DataSize::ZERO,
                decode: Time::ZERO,
                inner_decode: Time::ZERO,
            });
        }
        let decode: Time = facts.get(&id("decode"))?;
        let inner_decode = match fec {
            Fec::Kp4Hamming => (decode - facts.get::<Time>("fec.kp4.decode")?).max(Time::ZERO),
            _ => Time::ZERO,
        };
        Ok(Self {
            threshold_ber,
            overhead: facts.get::<Ratio>(&id("overhead"))?.value(),
            block: DataSize::bytes(facts.get::<Count>(&id("block"))?.value() / 8.0),
            decode,
            inner_decode,
        })
    }

    /// Latency of one pass: collecting a block at the port's line rate, then decoding.
    ///
    /// # Model
    /// `t = block / rate + decode`. A code that spans several lanes fills its block faster.
    ///
    /// # Validity
    /// One codeword at a time and no interleaver; [`Self::latency_split`] has both.
    ///
    /// # Source
    /// link_facts J11: RS(544,514) on one 100G lane, 51 ns + 50-100 ns.
    #[must_use]
    pub fn latency(&self, port_line_rate: BitRate) -> Time {
        if self.block <= DataSize::ZERO {
            return Time::ZERO;
        }
        self.block / port_line_rate + self.decode
    }

    /// Latency of one pass by cause, with interleaved codewords and the inner code's interleaver.
    ///
    /// # Model
    /// Collecting `v` codewords whose symbols alternate: `v block / rate`. An inner code takes one symbol each of
    /// twelve outer codewords; where only `v` alternate, a convolutional interleaver holds symbols back until twelve
    /// are under way, over `12 / v - 1` further groups: `(12 - v) block / rate`.
    ///
    /// # Validity
    /// `rate` is the line rate of the outer code, over all lanes that share a codeword. The interleaver's delay is
    /// the least that the mapping allows; pipelines add to it. Encoder and decoder of the outer code are in `decode`.
    ///
    /// # Source
    /// link_facts J11, J12: 152 ns for two codewords and the quickest decoder at 100 Gb/s. Interleaver: own derivation.
    ///
    /// # Errors
    /// [`FecError::Rate`] unless the rate is above zero and finite.
    pub fn latency_split(
        &self,
        line_rate: BitRate,
        interleaving: Interleaving,
    ) -> Result<FecLatency, FecError> {
        if !(line_rate > BitRate::ZERO && line_rate.as_gbps().is_finite()) {
            return Err(FecError::Rate(line_rate));
        }
        if self.block <= DataSize::ZERO {
            return Ok(FecLatency::default());
        }
        let codeword = self.block / line_rate;
        let together = f64::from(interleaving.codewords());
        let has_inner = self.inner_decode > Time::ZERO;
        Ok(FecLatency {
            collect: codeword * together,
            decode: self.decode - self.inner_decode,
            inner_decode: self.inner_decode,
            interleaver: if has_inner {
                codeword * (hamming::INTERLEAVED as f64 - together)
            } else {
                Time::ZERO
            },
        })
    }
}

/// Latency of a code's pass, by cause.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FecLatency {
    /// Waiting for the last symbol of the interleaved codewords.
    pub collect: Time,
    /// Decoding the outer code.
    pub decode: Time,
    /// Decoding the inner code.
    pub inner_decode: Time,
    /// Convolutional interleaver between the codes, both ends together.
    pub interleaver: Time,
}

impl FecLatency {
    /// All together.
    #[must_use]
    pub fn total(&self) -> Time {
        self.collect + self.decode + self.inner_decode + self.interleaver
    }
}
