//! Forward error correction: threshold, overhead and latency of the codes in use.

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
}

impl Fec {
    /// Name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no FEC",
            Self::Kp4 => "RS(544,514)",
            Self::Kp4Hamming => "RS(544,514) + Hamming(128,120)",
            Self::LowLatencyRs272 => "RS(272,258)",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kp4 => "kp4",
            Self::Kp4Hamming => "kp4_hamming",
            Self::LowLatencyRs272 => "rs272",
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
    /// Decoding after the block is complete.
    pub decode: Time,
}

impl FecParameters {
    /// Reads a code's facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, fec: Fec) -> Result<Self, FactError> {
        let id = |name: &str| format!("fec.{}.{name}", fec.id());
        if fec == Fec::None {
            return Ok(Self {
                threshold_ber: facts.get::<Ratio>(&id("threshold"))?.value(),
                overhead: 1.0,
                block: DataSize::ZERO,
                decode: Time::ZERO,
            });
        }
        Ok(Self {
            threshold_ber: facts.get::<Ratio>(&id("threshold"))?.value(),
            overhead: facts.get::<Ratio>(&id("overhead"))?.value(),
            block: DataSize::bytes(facts.get::<Count>(&id("block"))?.value() / 8.0),
            decode: facts.get(&id("decode"))?,
        })
    }

    /// Latency of one pass: collecting a block at the port's line rate, then decoding.
    ///
    /// # Model
    /// `t = block / rate + decode`. A code that spans several lanes fills its block faster.
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
}
