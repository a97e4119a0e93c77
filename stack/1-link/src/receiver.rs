//! Receiver classes, from the cheapest to the strongest, and what each reaches on a lane.

use crate::Pam;
use crate::section::Setting;
use crate::spectrum::{Boost, Ceiling, Quantiser, Spectrum, relative_to_outer, with_ceiling};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Decibel, Ratio, Voltage, VoltageNoise};
use serde::{Deserialize, Serialize};

/// What a receiver is made of. The cheapest class that closes *is* the answer to "needs a DSP?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiverClass {
    /// Continuous-time equaliser, three transmitter taps.
    Ctle,
    /// The same with a few analogue receiver taps: seven taps in all.
    AnalogFfe,
    /// Converter and digital equaliser: long feed-forward filter, one decision-feedback tap.
    Dsp,
    /// The same with a maximum-likelihood sequence detector.
    DspMlsd,
}

impl ReceiverClass {
    /// All classes, cheapest first.
    pub const LADDER: [Self; 4] = [Self::Ctle, Self::AnalogFfe, Self::Dsp, Self::DspMlsd];

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

/// What limits a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limiter {
    /// Loss: thermal and converter noise after equalisation, and what the class cannot equalise.
    Loss,
    /// The transmitter's own noise and distortion.
    Transmitter,
    /// Timing.
    Jitter,
    /// Reflections and deviations that stay.
    Reflection,
    /// Laser power runs out against the optical loss.
    OpticalPower,
}

impl Limiter {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Transmitter => "transmitter noise",
            Self::Jitter => "jitter",
            Self::Reflection => "reflections",
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
    /// Converter full scale over signal rms.
    pub converter_crest: f64,
    /// Largest decision-feedback tap relative to the cursor.
    pub feedback_limit: f64,
    /// What finite taps and clipping cost against the unbounded equaliser.
    pub implementation_loss: Decibel,
    /// Share of the ideal sequence-detection gain 10 log10(1 + b²) that is kept.
    pub mlsd_efficiency: f64,
    /// Uncorrected reflections of one discontinuity, power relative to the signal.
    pub residual: Decibel,
    /// SNR margin that a design must keep, as COM does.
    pub design_margin: Decibel,
    /// Loss that the classes without converter are built for: [CTLE, analogue FFE].
    pub analog_loss: [Decibel; 2],
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
            converter_crest: ratio("device.converter_crest")?,
            feedback_limit: ratio("device.feedback_limit")?,
            implementation_loss: facts.get("device.implementation_loss")?,
            mlsd_efficiency: ratio("device.mlsd_efficiency")?,
            residual: facts.get("device.residual")?,
            design_margin: facts.get("device.design_margin")?,
            analog_loss: [facts.get("receiver.ctle.loss")?, facts.get("receiver.analog.loss")?],
        })
    }

    pub(crate) fn ceiling(&self, pam: Pam, discontinuities: f64) -> Ceiling {
        Ceiling {
            transmitter: relative_to_outer(self.snr_transmitter.as_db(), pam),
            jitter_ui2: self.jitter_random * self.jitter_random
                + self.jitter_deterministic * self.jitter_deterministic,
            residual: discontinuities * self.residual.power_ratio(),
        }
    }
}

/// What one class reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// The class.
    pub class: ReceiverClass,
    /// SNR at its slicer.
    pub snr: Decibel,
    /// SNR beyond what the error rate and the design margin ask for; negative when it does not close.
    pub margin: Decibel,
    /// The largest noise.
    pub limiter: Limiter,
}

impl Rung {
    /// Whether it closes.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.margin >= Decibel::ZERO
    }
}

/// What a class reaches on a spectrum with a copper loss at Nyquist.
///
/// # Model
/// Margin is the smaller of two: the slicer's SNR against what the error ratio and the design margin ask
/// for, and, for the classes without converter, the loss that such receivers are built for against the
/// channel's. The second stands in for phase and adaptation, which magnitudes cannot show.
pub(crate) fn rung(
    class: ReceiverClass,
    spectrum: &Spectrum,
    loss: Decibel,
    ceiling: &Ceiling,
    setting: &Setting<'_>,
) -> Rung {
    let Setting { device, line, target_ber, .. } = *setting;
    // SNR has one peak over the boost: stop when it falls.
    let best = |snr: &dyn Fn(&Boost) -> f64| {
        let mut best = 0.0;
        for boost in Boost::grid() {
            let value = snr(boost);
            if value < best {
                break;
            }
            best = value;
        }
        best
    };
    let digital = |boost: &Boost| {
        let q = Quantiser::new(spectrum, boost, device.converter_bits, device.converter_crest);
        spectrum.decision_feedback(device.feedback_limit, Some(&q))
    };
    let equalised = match class {
        ReceiverClass::Ctle => best(&|b| spectrum.short_equaliser::<3>(b)),
        ReceiverClass::AnalogFfe => best(&|b| spectrum.short_equaliser::<7>(b)),
        ReceiverClass::Dsp => best(&|b| digital(b).0) / device.implementation_loss.power_ratio(),
        ReceiverClass::DspMlsd => {
            let gained = |b: &Boost| {
                let (snr, tap) = digital(b);
                let gain = 10.0 * libm::log10(1.0 + tap * tap) * device.mlsd_efficiency;
                snr * Decibel::db(gain).power_ratio()
            };
            best(&gained) / device.implementation_loss.power_ratio()
        }
    };
    let slope = spectrum.slope();
    // Beyond some kilometres of copper the signal underflows; -90 dB says as much.
    let snr = Decibel::from_power_ratio(with_ceiling(equalised, slope, ceiling).max(1e-9));
    let by_snr = snr - line.pam.required_snr(target_ber) - device.design_margin;
    let by_loss = match class {
        ReceiverClass::Ctle => Some(device.analog_loss[0] - loss),
        ReceiverClass::AnalogFfe => Some(device.analog_loss[1] - loss),
        ReceiverClass::Dsp | ReceiverClass::DspMlsd => None,
    };
    if let Some(margin) = by_loss.filter(|m| *m < by_snr) {
        return Rung { class, snr, margin, limiter: Limiter::Loss };
    }
    let margin = by_snr;
    let noises = [
        (1.0 / equalised, Limiter::Loss),
        (ceiling.transmitter, Limiter::Transmitter),
        (ceiling.jitter_ui2 * slope, Limiter::Jitter),
        (ceiling.residual, Limiter::Reflection),
    ];
    let largest = noises.iter().fold(noises[0], |a, b| if b.0 > a.0 { *b } else { a });
    Rung { class, snr, margin, limiter: largest.1 }
}
