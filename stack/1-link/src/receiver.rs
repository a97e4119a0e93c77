//! Receiver classes, from the cheapest to the strongest, and the reference circuits that they share.

use crate::com::Limits;
use crate::optics::OpticalBudget;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Count, Decibel, EnergyPerBit, Quantity, Ratio, SymbolRate, Time, Voltage, VoltageNoise,
};
use serde::{Deserialize, Serialize};

/// What a receiver is made of. The cheapest class that closes *is* the answer to "needs a DSP?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiverClass {
    /// Continuous-time equaliser; the transmitter has its taps.
    Ctle,
    /// The same with five analogue receiver taps.
    AnalogFfe,
    /// Converter and digital equaliser: long feed-forward filter, one decision-feedback tap.
    Dsp,
    /// The same with a maximum-likelihood sequence detector.
    DspMlsd,
}

impl ReceiverClass {
    /// All classes, cheapest first.
    pub const LADDER: [Self; 4] = [Self::Ctle, Self::AnalogFfe, Self::Dsp, Self::DspMlsd];

    /// Place on the ladder, from zero.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Ctle => 0,
            Self::AnalogFfe => 1,
            Self::Dsp => 2,
            Self::DspMlsd => 3,
        }
    }

    /// Whether it holds a digital signal processor.
    #[must_use]
    pub const fn is_dsp(self) -> bool {
        matches!(self, Self::Dsp | Self::DspMlsd)
    }

    /// Name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctle => "CTLE",
            Self::AnalogFfe => "CTLE + analogue FFE",
            Self::Dsp => "DSP (FFE + DFE)",
            Self::DspMlsd => "DSP (FFE + MLSD)",
        }
    }
}

impl std::fmt::Display for ReceiverClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// What limits a lane: the noise whose absence would help most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limiter {
    /// Loss: the receiver's own noise against what the channel leaves of the signal.
    Loss,
    /// Intersymbol interference: reflections and what the taps do not reach.
    Interference,
    /// Crosstalk of other lanes.
    Crosstalk,
    /// The transmitter's own noise and distortion.
    Transmitter,
    /// Light that was reflected twice.
    Reflections,
    /// Timing.
    Jitter,
    /// The analogue-to-digital converter.
    Converter,
    /// Light: its noise, or too little of it.
    OpticalPower,
}

impl Limiter {
    /// The source whose absence would raise COM most; on a lane with light, received noise is the light's.
    #[must_use]
    pub fn of(limits: &Limits, light: bool) -> Self {
        let received = if light { Self::OpticalPower } else { Self::Loss };
        // In the order of `Limits::parts`.
        [
            Self::Interference,
            Self::Crosstalk,
            Self::Transmitter,
            Self::Jitter,
            received,
            Self::Converter,
        ][limits.largest()]
    }

    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Interference => "intersymbol interference",
            Self::Crosstalk => "crosstalk",
            Self::Transmitter => "transmitter noise",
            Self::Reflections => "multipath interference",
            Self::Jitter => "jitter",
            Self::Converter => "converter noise",
            Self::OpticalPower => "optical power",
        }
    }
}

/// Voltages and noise of the reference transmitter and receiver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// Peak differential voltage of the outer level at the transmitter.
    pub amplitude: Voltage,
    /// Transmitter signal-to-noise-and-distortion ratio, against the outer level.
    pub snr_transmitter: Decibel,
    /// Random jitter, rms, in unit intervals.
    pub jitter_random: f64,
    /// Dual-Dirac deterministic jitter, half the distance of the two, in unit intervals.
    pub jitter_deterministic: f64,
    /// Receiver input noise, one-sided.
    pub input_noise: VoltageNoise,
    /// Crosstalk at the receiver, rms over the Nyquist band.
    pub crosstalk: Voltage,
    /// Converter resolution.
    pub converter_bits: f64,
    /// Largest decision-feedback tap relative to the cursor.
    pub feedback_limit: f64,
    /// COM that a design must keep.
    pub design_margin: Decibel,
}

impl Device {
    /// Reads the `device.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let ratio = |id: &str| facts.get::<Ratio>(id).map(Ratio::value);
        Ok(Self {
            amplitude: facts.get("device.amplitude")?,
            snr_transmitter: facts.get("device.snr_transmitter")?,
            jitter_random: ratio("device.jitter_random")?,
            jitter_deterministic: ratio("device.jitter_deterministic")?,
            input_noise: facts.get("device.input_noise")?,
            crosstalk: facts.get("device.crosstalk")?,
            converter_bits: facts.get::<Count>("device.converter_bits")?.value(),
            feedback_limit: ratio("device.feedback_limit")?,
            design_margin: facts.get("device.design_margin")?,
        })
    }

    /// Crosstalk where copper ends, one-sided, V²/Hz: white over the Nyquist band.
    pub(crate) fn crosstalk_density(&self, baud: SymbolRate) -> f64 {
        let crosstalk = self.crosstalk.si();
        crosstalk * crosstalk / baud.nyquist().as_hz()
    }

    /// Noise at the receiver's input, one-sided, V²/Hz: its own, and crosstalk that is white over the Nyquist band.
    pub(crate) fn received_noise(&self, baud: SymbolRate) -> f64 {
        self.input_noise.si() + self.crosstalk_density(baud)
    }
}

/// What one class reaches on a section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// The class.
    pub class: ReceiverClass,
    /// Channel operating margin at the error ratio asked for; with light, at all of the laser's power.
    pub com: Decibel,
    /// COM beyond what was asked for; negative when it does not close.
    pub margin: Decibel,
    /// Bit error ratio before correction.
    pub pre_fec_ber: f64,
    /// The largest noise.
    pub limiter: Limiter,
    /// Light, at the least laser power that closes, or at the most there is.
    pub budget: Option<OpticalBudget>,
    /// Transmitter and receiver circuits of a host chip, in one direction.
    pub energy: EnergyPerBit,
    /// Transmitter and receiver.
    pub latency: Time,
}

impl Rung {
    /// Whether it closes.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.margin >= Decibel::ZERO
    }
}
