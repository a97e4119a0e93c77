//! What a lane carries: payload rate, modulation, code; and from these its symbol rate.

use crate::{Fec, FecParameters, Pam};
use lightloom_units::{BitRate, SymbolRate};
use serde::{Deserialize, Serialize};

/// One lane's signal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Payload of one lane in one direction, e.g. 200 Gb/s.
    pub payload: BitRate,
    /// Modulation.
    pub pam: Pam,
    /// Code, end to end.
    pub fec: Fec,
}

impl Line {
    /// Symbol rate: payload x overhead / bits per symbol.
    ///
    /// # Example
    /// 200 Gb/s with RS(544,514) in PAM4 is 106.25 GBd.
    #[must_use]
    pub fn symbol_rate(&self, fec: &FecParameters) -> SymbolRate {
        SymbolRate::gbd(self.payload.as_gbps() * fec.overhead / self.pam.bits_per_symbol())
    }
}
