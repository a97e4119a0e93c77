//! Energy and latency of the circuits at a channel's ends, from the class they must have.

use crate::ReceiverClass;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Decibel, EnergyPerBit, EnergySlope, Ratio, Time};
use serde::{Deserialize, Serialize};

/// A CMOS process node.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum Node {
    /// 7 nm.
    #[serde(rename = "7nm")]
    N7,
    /// 5 and 4 nm.
    #[serde(rename = "5nm")]
    N5,
    /// 3 nm.
    #[serde(rename = "3nm")]
    N3,
    /// 2 nm.
    #[serde(rename = "2nm")]
    N2,
}

impl Node {
    /// Name as written in the catalog.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::N7 => "7nm",
            Self::N5 => "5nm",
            Self::N3 => "3nm",
            Self::N2 => "2nm",
        }
    }
}

/// Energy and latency of transceivers at one node.
///
/// Energies are of one transmitter plus one receiver per payload bit in one direction, without FEC.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SerDes {
    /// Parallel die-to-die interface, no serialisation.
    pub die_to_die: EnergyPerBit,
    /// Latency of the die-to-die interface, transmitter to receiver.
    pub die_to_die_latency: Time,
    xsr: EnergyPerBit,
    xsr_loss: Decibel,
    analog_slope: EnergySlope,
    dsp: [EnergyPerBit; 2],
    mlsd_share: f64,
    core_share: f64,
    factor: f64,
    analog_latency: Time,
    dsp_latency: Time,
    /// One pass through a digital retimer, both its sides.
    pub retimer_latency: Time,
}

impl SerDes {
    /// Reads the `serdes.*` and `node.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, node: Node) -> Result<Self, FactError> {
        Ok(Self {
            die_to_die: facts.get("serdes.die_to_die.energy")?,
            die_to_die_latency: facts.get("serdes.die_to_die.latency")?,
            xsr: facts.get("serdes.xsr.energy")?,
            xsr_loss: facts.get("serdes.xsr.loss")?,
            analog_slope: facts.get("serdes.analog.slope")?,
            dsp: [facts.get("serdes.dsp.energy")?, facts.get("serdes.dsp.energy_212g")?],
            mlsd_share: facts.get::<Ratio>("serdes.mlsd.share")?.value(),
            core_share: facts.get::<Ratio>("retimer.core_share")?.value(),
            factor: facts.get::<Ratio>(&format!("node.{}.energy", node.name()))?.value(),
            analog_latency: facts.get("serdes.analog.latency")?,
            dsp_latency: facts.get("serdes.dsp.latency")?,
            retimer_latency: facts.get("retimer.latency")?,
        })
    }

    /// Energy of a transceiver of a class at a lane's payload, on a channel with a loss at Nyquist.
    ///
    /// # Model
    /// Analogue classes: `e_xsr + slope x max(0, loss - loss_xsr)`; digital ones: the long-reach transceiver with DSP,
    /// a power law of the rate between 100 and 200 Gb/s, plus a share for sequence detection; all times the node's
    /// factor (5 nm = 1).
    ///
    /// # Validity
    /// Analogue classes are measured at 112 Gb/s a lane and taken as equal per bit at any other rate, digital ones as
    /// equal below 100 and above 200 Gb/s.
    ///
    /// # Source
    /// link_facts F02 (XSR), F03 (analogue long reach, 0.07 pJ/bit/dB), F04 to F06 and F08 (with DSP).
    #[must_use]
    pub fn energy(&self, class: ReceiverClass, payload: BitRate, loss: Decibel) -> EnergyPerBit {
        let beyond = (loss - self.xsr_loss).max(Decibel::ZERO);
        let at_5nm = match class {
            ReceiverClass::Ctle | ReceiverClass::AnalogFfe => self.xsr + self.analog_slope * beyond,
            ReceiverClass::Dsp => self.digital(payload),
            ReceiverClass::DspMlsd => self.digital(payload) * (1.0 + self.mlsd_share),
        };
        at_5nm * self.factor
    }

    fn digital(&self, payload: BitRate) -> EnergyPerBit {
        let [slow, fast] = self.dsp;
        let octaves = libm::log2(payload / BitRate::gbps(100.0)).clamp(0.0, 1.0);
        slow * libm::pow(fast / slow, octaves)
    }

    /// Energy of a digital retimer's core (framing, monitoring, clocking), beyond its two interfaces.
    ///
    /// # Model
    /// `e_core = (e_host + e_line) x share / (1 - share)`: the core's share of a module's DSP.
    ///
    /// # Source
    /// link_facts H03: SerDes 40, converters 36, core 24 % of an optical DSP.
    #[must_use]
    pub fn retimer_core(&self, interfaces: EnergyPerBit) -> EnergyPerBit {
        interfaces * (self.core_share / (1.0 - self.core_share))
    }

    /// Latency of a transmitter plus a receiver of a class.
    #[must_use]
    pub fn latency(&self, class: ReceiverClass) -> Time {
        if class.is_dsp() { self.dsp_latency } else { self.analog_latency }
    }
}
