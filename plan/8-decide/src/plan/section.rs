//! The section that decides a link's margin, as its figures draw it. Curves are thinned and numbers have four digits.

use schemars::JsonSchema;
use serde::Serialize;

/// The section of a link with the smallest margin, at the class's longest length. With light, margins are at all of the
/// laser's power.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SectionRow {
    /// Identifier of the technology.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// Its family.
    pub family: String,
    /// `both directions`, `towards the switch`, `from the switch`.
    pub direction: String,
    /// Place in the lane, from one.
    pub section: u32,
    /// Sections of the lane; a retimer stands between two of them.
    pub sections: u32,
    /// What it is: `copper from chip to chip`.
    pub what: String,
    /// Length of the link.
    pub length_m: f64,
    /// Symbol rate.
    pub symbol_rate_gbd: f64,
    /// Modulation.
    pub modulation: String,
    /// How deep it was looked into: `T1`.
    pub tier: String,
    /// Least COM that closes.
    pub asked_db: f64,
    /// Detector error ratio at which COM is read.
    pub detector_error_ratio: f64,
    /// Receiver classes that were tried, cheapest first.
    pub receivers: Vec<ReceiverRow>,
    /// Copper in it: one path, or one to the driver and one from the amplifier where they differ, or one to the redriver and one from it.
    pub copper: Vec<CopperPathRow>,
    /// Light in it.
    pub light: Option<LightRow>,
    /// What the receiver sees that is taken, or else the best; `None` where there is no pulse to look at.
    pub seen: Option<SeenRow>,
}

/// What a receiver class makes of a section.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReceiverRow {
    /// Class: `DSP (FFE + DFE)`.
    pub class: String,
    /// Whether it is the one taken.
    pub taken: bool,
    /// Channel operating margin.
    pub com_db: f64,
    /// COM beyond what was asked for.
    pub margin_db: f64,
    /// What limits it most.
    pub limiter: String,
    /// Bit error ratio before correction; where light closes, with the least laser power that does.
    pub pre_fec_ber: f64,
    /// Energy of its transmitter and receiver in a host chip.
    pub pj_per_bit: f64,
}

/// Copper of a section.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperPathRow {
    /// Which: `to the driver`; empty where there is only one.
    pub path: String,
    /// Loss at Nyquist between the packages.
    pub channel_db: f64,
    /// Loss at Nyquist from circuit to circuit.
    pub die_to_die_db: f64,
    /// Nyquist frequency.
    pub nyquist_ghz: f64,
    /// What is allowed at Nyquist; `None` where the catalog has no source for a limit.
    pub limit: Option<LossLimitRow>,
    /// Frequency in GHz, loss between the packages and from circuit to circuit in dB.
    pub curve: Vec<[f64; 3]>,
}

/// Loss that a standard plans with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LossLimitRow {
    /// Largest loss at Nyquist.
    pub loss_db: f64,
    /// Whether packages and dies are in it.
    pub die_to_die: bool,
    /// Who says so.
    pub name: String,
}

/// Powers along a lane of light, with the least laser power that closes, or with all where nothing closes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LightRow {
    /// The lane's share of the laser's power.
    pub laser_dbm: f64,
    /// The most that share may be.
    pub most_laser_dbm: f64,
    /// Outer modulation amplitude into the fibre.
    pub oma_transmitted_dbm: f64,
    /// Outer modulation amplitude at the photodiode.
    pub oma_received_dbm: f64,
}

/// Levels and noises at a detector.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeenRow {
    /// Receiver class.
    pub receiver: String,
    /// Channel operating margin.
    pub com_db: f64,
    /// Levels of the modulation.
    pub levels: u32,
    /// Half the distance of two levels.
    pub signal_mv: f64,
    /// Noise and interference at the detector error ratio.
    pub noise_mv: f64,
    /// All noise together, rms.
    pub sigma_mv: f64,
    /// What sequence detection adds to the ratio of the two; in `com_db`.
    pub sequence_gain_db: f64,
    /// Noises.
    pub noises: Vec<NoiseRow>,
    /// The equalised pulse around its cursor, and its largest echo beyond: unit intervals from the cursor, mV before
    /// decision feedback, mV that stays behind it (zero at the cursor).
    pub pulse: Vec<[f64; 3]>,
}

/// A noise at the detector.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NoiseRow {
    /// Source.
    pub name: String,
    /// Rms.
    pub sigma_mv: f64,
    /// COM without it.
    pub com_without_db: f64,
}
