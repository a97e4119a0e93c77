//! From lost codewords to lost frames.

use super::ReedSolomon;
use super::error::FecError;
use serde::Serialize;

/// Codewords whose symbols alternate on a lane.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Interleaving {
    /// One codeword after the other, as 100GBASE-R.
    #[default]
    One,
    /// Two, as 200GBASE-R and 400GBASE-R (IEEE 802.3-2022, clause 119).
    Two,
    /// Four, as 800GBASE-R and 1.6TBASE-R (IEEE 802.3df, clause 172).
    Four,
}

impl Interleaving {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Four];

    /// Number of codewords, `v`.
    #[must_use]
    pub const fn codewords(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// Frame loss ratio of 64-octet frames that 802.3 asks of a PHY with RS(544,514).
    ///
    /// # Source
    /// IEEE 802.3-2022, 140.1.1 (100GBASE-DR, 9.2e-13) and 124.1.1 (400GBASE-DR4, 1.7e-12); 802.3df, 124.1.1
    /// (800GBASE-DR8, 3.4e-12). All three are what a bit error ratio of 2.4e-4 gives.
    #[must_use]
    pub const fn frame_loss_of_8023(self) -> f64 {
        match self {
            Self::One => 9.2e-13,
            Self::Two => 1.7e-12,
            Self::Four => 3.4e-12,
        }
    }
}

/// Frame loss ratio of 64-octet frames that 802.3 takes for a bit error ratio of 1e-12: what it asks of PHYs with
/// RS(528,514), and what the thresholds of the low-latency RS(272,258) refer to. IEEE 802.3-2022, 95.1.1.
pub const FRAME_LOSS_OF_1E12: f64 = 6.2e-10;

/// Frames of one size, back to back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Frame {
    octets: u32,
}

impl Frame {
    /// The smallest, 64 octets, for which 802.3 states frame loss.
    pub const SMALLEST: Self = Self { octets: 64 };
    /// Preamble, start of frame and the smallest gap between packets (IEEE 802.3-2022, 3.1.1 and 4.4.2).
    const BETWEEN: u32 = 8 + 12;

    /// Frames of so many octets, header and check sequence included.
    ///
    /// # Errors
    /// [`FecError::Frame`] unless 64 to 16384 octets.
    pub const fn octets(octets: u32) -> Result<Self, FecError> {
        if octets >= 64 && octets <= 16384 {
            Ok(Self { octets })
        } else {
            Err(FecError::Frame(octets))
        }
    }

    /// Frames that one codeword carries on average, "MFC" in 802.3's contributions: 640 / 84 of 64 octets.
    #[must_use]
    pub fn per_codeword(&self, code: &ReedSolomon) -> f64 {
        f64::from(code.message_octets()) / f64::from(self.octets + Self::BETWEEN)
    }

    /// Frame loss ratio for a ratio of lost codewords.
    ///
    /// # Model
    /// Symbols of `v` codewords alternate, so that a frame has bits in all `v` of a group and is lost with any of
    /// them. A group carries `v MFC` frames and touches one more, which it shares with its neighbour: each lost
    /// codeword takes `v MFC + 1` frames where `MFC` were sent for it. So a frame rests on
    /// `N = v + 1 / MFC = (v MFC + 1) / MFC` codewords, and `FLR = 1 - (1 - CER)^N`, which is `CER (v MFC + 1) / MFC`
    /// where CER is small. The same count holds for frames longer than a codeword.
    ///
    /// # Validity
    /// Frames of at least `v` symbols, that is all; lost codewords independent of one another.
    ///
    /// # Source
    /// P. Anslow, anslow_01_0613_logic, IEEE 802.3 400GSG, 2013; link_physics 2.5 for `v`.
    ///
    /// # Errors
    /// [`FecError::Numerics`] unless the ratio lies in [0, 1].
    ///
    /// # Example
    /// ```
    /// use lightloom_link::fec::{Frame, Interleaving, ReedSolomon};
    /// let lost = |v| Frame::SMALLEST.loss_ratio(&ReedSolomon::KP4, v, 8.1516e-13);
    /// assert_eq!(format!("{:.1e}", lost(Interleaving::One)?), "9.2e-13");
    /// assert_eq!(format!("{:.1e}", lost(Interleaving::Four)?), "3.4e-12");
    /// # Ok::<(), lightloom_link::fec::FecError>(())
    /// ```
    pub fn loss_ratio(
        &self,
        code: &ReedSolomon,
        interleaving: Interleaving,
        codeword_error_ratio: f64,
    ) -> Result<f64, FecError> {
        if !(0.0..=1.0).contains(&codeword_error_ratio) {
            return Err(FecError::Numerics(lightloom_num::NumError::OutsideDomain {
                function: "frame loss",
                argument: "codeword error ratio",
                domain: "[0, 1]",
                found: codeword_error_ratio,
            }));
        }
        let codewords = self.rests_on(code, interleaving);
        Ok(-libm::expm1(codewords * libm::log1p(-codeword_error_ratio)))
    }

    /// The ratio of lost codewords that gives a frame loss ratio: the inverse of [`Self::loss_ratio`].
    pub(super) fn codeword_error_ratio_at(
        &self,
        code: &ReedSolomon,
        interleaving: Interleaving,
        frame_loss_ratio: f64,
    ) -> f64 {
        -libm::expm1(libm::log1p(-frame_loss_ratio) / self.rests_on(code, interleaving))
    }

    /// Codewords that a frame rests on.
    fn rests_on(&self, code: &ReedSolomon, interleaving: Interleaving) -> f64 {
        f64::from(interleaving.codewords()) + 1.0 / self.per_codeword(code)
    }

    /// Bits on an uncoded line that must all be right for a frame to pass.
    ///
    /// # Model
    /// Preamble and frame in 64b/66b blocks: `8 (octets + 8) 66 / 64`, 594 for 64 octets. 802.3 takes 620 where it
    /// equates 6.2e-10 with 1e-12.
    #[must_use]
    pub fn uncoded_bits(&self) -> f64 {
        8.0 * f64::from(self.octets + 8) * 66.0 / 64.0
    }
}
