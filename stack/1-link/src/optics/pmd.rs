//! Optical specifications of interfaces as records, the closure of their budgets, and a link held against one.

use crate::Pam;
use crate::optics::error::OpticsError;
use crate::optics::extinction::oma_over_mean;
use lightloom_units::{
    Decibel, DecibelMilliwatt, Length, Quantity, RelativeIntensityNoise, SymbolRate,
};
use serde::{Deserialize, Serialize};

/// A record cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PmdError {
    /// The text is not a record; the message names line and key.
    #[error("not a record of an optical interface: {0}")]
    Syntax(String),
    /// A record contradicts itself.
    #[error("{name}: {what}")]
    Inconsistent {
        /// The record.
        name: String,
        /// What is wrong, with numbers.
        what: String,
    },
}

/// Where a record is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PmdSource {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
}

/// Limits of a transmitter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PmdTransmitter {
    /// Least outer modulation amplitude.
    pub oma: DecibelMilliwatt,
    /// Largest outer modulation amplitude: what the receiver must stand.
    pub oma_largest: DecibelMilliwatt,
    /// Least outer modulation amplitude less TDECQ.
    pub oma_less_tdecq: DecibelMilliwatt,
    /// The same for low extinction ratios, where the standard parts the two.
    pub low_extinction: Option<LowExtinction>,
    /// Largest TDECQ.
    pub tdecq: Decibel,
    /// Least extinction ratio.
    pub extinction: Decibel,
    /// Largest noise relative to the modulation (`RIN_OMA`).
    pub rin_oma: RelativeIntensityNoise,
}

/// What a transmitter of low extinction ratio must give instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowExtinction {
    /// Extinction ratios below this one are low.
    pub below: Decibel,
    /// Least outer modulation amplitude less TDECQ.
    pub oma_less_tdecq: DecibelMilliwatt,
}

/// What lies between: fibre, connectors, and penalties that the loss does not show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PmdChannel {
    /// Longest reach.
    pub reach: Length,
    /// Largest insertion loss.
    pub insertion_loss: Decibel,
    /// Allocation for multipath interference and differential group delay.
    pub allocation: Decibel,
}

/// Limits of a receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PmdReceiver {
    /// Sensitivity, outer modulation amplitude, for a transmitter of little TECQ.
    pub sensitivity: DecibelMilliwatt,
    /// Sensitivity less TECQ beyond it: the limit is the larger of `sensitivity` and TECQ plus this.
    pub sensitivity_less_tecq: Option<DecibelMilliwatt>,
    /// Stressed sensitivity.
    pub stressed: DecibelMilliwatt,
    /// SECQ of the stressed signal.
    pub secq: Decibel,
}

/// The optical specification of one interface, of one lane.
///
/// # Source
/// The record's own: shipped ones repeat data sheets that repeat IEEE 802.3; users may write others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pmd {
    /// Name, e.g. `400GBASE-DR4`.
    pub name: String,
    /// Where it is from.
    pub sources: Vec<PmdSource>,
    /// Symbol rate of a lane.
    pub symbol_rate: SymbolRate,
    /// Modulation.
    pub pam: Pam,
    /// Lowest and highest wavelength of each colour.
    pub wavelengths: Vec<[Length; 2]>,
    /// Transmitter.
    pub transmitter: PmdTransmitter,
    /// Channel.
    pub channel: PmdChannel,
    /// Receiver.
    pub receiver: PmdReceiver,
}

/// How a record's budget closes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closure {
    /// Amplitude that counts, at the transmitter: least OMA less TDECQ.
    pub transmitted: DecibelMilliwatt,
    /// The same behind the worst channel and its allocation.
    pub received: DecibelMilliwatt,
    /// The same that the receiver must bear: stressed sensitivity less SECQ.
    pub tolerated: DecibelMilliwatt,
    /// What is left: zero for a budget without slack.
    pub slack: Decibel,
    /// Power budget for the largest TDECQ: transmitted OMA over tolerated.
    pub power_budget: Decibel,
}

/// A line of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PmdItem {
    /// Outer modulation amplitude against the least, dBm.
    Oma,
    /// Outer modulation amplitude against the largest, dBm.
    OmaLargest,
    /// Outer modulation amplitude less TDECQ, dBm.
    OmaLessTdecq,
    /// TDECQ, dB.
    Tdecq,
    /// Extinction ratio, dB.
    Extinction,
    /// Laser noise relative to the modulation, dB/Hz.
    RinOma,
    /// Insertion loss of the channel, dB.
    InsertionLoss,
    /// Sensitivity of the receiver, dBm OMA.
    Sensitivity,
}

/// A link as computed or measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Outer modulation amplitude into the fibre.
    pub oma: DecibelMilliwatt,
    /// TDECQ.
    pub tdecq: Decibel,
    /// TECQ of the signal with which the receiver was judged.
    pub tecq: Decibel,
    /// Extinction ratio.
    pub extinction: Decibel,
    /// Laser noise, relative to the carrier.
    pub rin: RelativeIntensityNoise,
    /// Loss of its channel.
    pub insertion_loss: Decibel,
    /// Sensitivity of its receiver.
    pub sensitivity: DecibelMilliwatt,
}

/// One line of a link held against a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PmdLine {
    /// Which.
    pub item: PmdItem,
    /// Value found, in the item's unit.
    pub found: f64,
    /// Limit, in the item's unit.
    pub limit: f64,
    /// How far within the limit; below zero outside.
    pub margin: Decibel,
}

/// Laser noise relative to the modulation, as 802.3 specifies it.
///
/// # Model
/// `RIN_OMA = RIN + 20 log10(2 P_avg / OMA) = RIN + 20 log10((ER + 1) / (ER - 1))`: the noise of the mean light over
/// the electrical power of the outer levels' square wave.
///
/// # Validity
/// Noise that grows with the light; reflections at the stated return loss are the caller's.
///
/// # Source
/// IEEE 802.3, 52.9.6.
///
/// # Errors
/// [`OpticsError::OutOfRange`] for an extinction ratio of 0 dB or less.
///
/// # Example
/// ```
/// use lightloom_link::optics::rin_oma;
/// use lightloom_units::{Decibel, Quantity, RelativeIntensityNoise};
/// // A laser of -145 dB/Hz at 3.5 dB extinction: -136.7 dB/Hz, just within a limit of -136.
/// let rin = rin_oma(RelativeIntensityNoise::from_si(-145.0), Decibel::db(3.5))?;
/// assert!((rin.si() + 136.66).abs() < 0.01);
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
pub fn rin_oma(
    rin: RelativeIntensityNoise,
    extinction: Decibel,
) -> Result<RelativeIntensityNoise, OpticsError> {
    let half = oma_over_mean(extinction)? - Decibel::from_power_ratio(2.0);
    Ok(RelativeIntensityNoise::from_si(rin.si() - 2.0 * half.as_db()))
}

impl Pmd {
    /// Reads a record.
    ///
    /// # Errors
    /// [`PmdError::Syntax`] for a text that is none, unknown keys included; [`PmdError::Inconsistent`] for one whose
    /// numbers cannot hold together.
    pub fn parse(text: &str) -> Result<Self, PmdError> {
        let record: Self = toml::from_str(text).map_err(|e| PmdError::Syntax(e.to_string()))?;
        let refuse = |what: String| Err(PmdError::Inconsistent { name: record.name.clone(), what });
        let t = &record.transmitter;
        if t.tdecq < Decibel::ZERO || record.receiver.secq < Decibel::ZERO {
            return refuse(format!(
                "TDECQ {} and SECQ {} are zero or more",
                t.tdecq, record.receiver.secq
            ));
        }
        if t.oma_largest < t.oma {
            return refuse(format!(
                "the largest OMA, {}, is below the least, {}",
                t.oma_largest, t.oma
            ));
        }
        if t.extinction <= Decibel::ZERO {
            return refuse(format!("an extinction ratio of {} carries no signal", t.extinction));
        }
        let c = &record.channel;
        if c.insertion_loss < Decibel::ZERO || c.allocation < Decibel::ZERO {
            return refuse(format!(
                "losses {} and {} are zero or more",
                c.insertion_loss, c.allocation
            ));
        }
        if let Some(w) = record.wavelengths.iter().find(|w| w[0] >= w[1]) {
            return refuse(format!("wavelengths from {} to {} rise", w[0], w[1]));
        }
        if record.wavelengths.is_empty() || record.sources.is_empty() {
            return refuse("a record names its wavelengths and its sources".to_owned());
        }
        Ok(record)
    }

    /// Least outer modulation amplitude less TDECQ at an extinction ratio.
    #[must_use]
    pub fn oma_less_tdecq(&self, extinction: Decibel) -> DecibelMilliwatt {
        let low = self.transmitter.low_extinction.as_ref().filter(|low| extinction < low.below);
        low.map_or(self.transmitter.oma_less_tdecq, |low| low.oma_less_tdecq)
    }

    /// Sensitivity that a receiver must have for a transmitter's TECQ.
    #[must_use]
    pub fn sensitivity(&self, tecq: Decibel) -> DecibelMilliwatt {
        let fixed = self.receiver.sensitivity;
        let rising = self.receiver.sensitivity_less_tecq.map(|base| base + tecq);
        rising.map_or(fixed, |r| if r > fixed { r } else { fixed })
    }

    /// How the budget closes.
    ///
    /// # Model
    /// `(OMA - TDECQ) - loss - allocation` against `stressed - SECQ`.
    #[must_use]
    pub fn closure(&self) -> Closure {
        let transmitted = self.transmitter.oma_less_tdecq;
        let received = transmitted - self.channel.insertion_loss - self.channel.allocation;
        let tolerated = self.receiver.stressed - self.receiver.secq;
        Closure {
            transmitted,
            received,
            tolerated,
            slack: received - tolerated,
            power_budget: transmitted + self.transmitter.tdecq - tolerated,
        }
    }

    /// A link held against the record, line by line.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a link whose extinction ratio is 0 dB or less.
    pub fn check(&self, link: &Candidate) -> Result<Vec<PmdLine>, OpticsError> {
        let t = &self.transmitter;
        let at_least = |item, found: f64, limit: f64| PmdLine {
            item,
            found,
            limit,
            margin: Decibel::db(found - limit),
        };
        let at_most = |item, found: f64, limit: f64| PmdLine {
            item,
            found,
            limit,
            margin: Decibel::db(limit - found),
        };
        let noise = rin_oma(link.rin, link.extinction)?;
        let effective = link.oma - link.tdecq;
        let needed = self.oma_less_tdecq(link.extinction);
        let sensitivity = self.sensitivity(link.tecq);
        Ok(vec![
            at_least(PmdItem::Oma, link.oma.as_dbm(), t.oma.as_dbm()),
            at_most(PmdItem::OmaLargest, link.oma.as_dbm(), t.oma_largest.as_dbm()),
            at_least(PmdItem::OmaLessTdecq, effective.as_dbm(), needed.as_dbm()),
            at_most(PmdItem::Tdecq, link.tdecq.as_db(), t.tdecq.as_db()),
            at_least(PmdItem::Extinction, link.extinction.as_db(), t.extinction.as_db()),
            at_most(PmdItem::RinOma, noise.si(), t.rin_oma.si()),
            at_most(
                PmdItem::InsertionLoss,
                link.insertion_loss.as_db(),
                self.channel.insertion_loss.as_db(),
            ),
            at_most(PmdItem::Sensitivity, link.sensitivity.as_dbm(), sensitivity.as_dbm()),
        ])
    }
}
