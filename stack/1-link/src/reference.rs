//! The reference transmitter and receiver of a class at a symbol rate: one parameter set for every tier.

use crate::com::spec::{
    Case, ComSpec, Ctle, End, FeedForward, Feedback, GainRange, Method, Quantiser, Receiver,
    SequenceDetector, Tap, Transmitter,
};
use crate::{Device, Line, ReceiverClass};
use lightloom_units::{
    Capacitance, Decibel, Frequency, Quantity, Resistance, SymbolRate, Time, VoltageNoise,
};

/// Reference resistance of the networks, single-ended. P802.3dj D3.3.
pub(crate) const REFERENCE_OHM: f64 = 46.25;

impl Device {
    /// What COM needs to judge a channel that contains its own dies.
    ///
    /// # Model
    /// Annex 178A with this device's amplitude, noises, jitter and converter; corner frequencies and the transition time
    /// scale with the symbol rate from those of P802.3dj D3.3. A class differs only in its receiver: a continuous-time
    /// equaliser alone; with five analogue taps; with converter, fifteen fixed and eight floating taps and one feedback
    /// tap; the same with sequence detection. Crosstalk is white over the Nyquist band, as in T0.
    ///
    /// # Source
    /// IEEE P802.3dj D3.3, Tables 178-14 and 178-15, for what is not a fact of the device.
    #[must_use]
    pub fn reference(
        &self,
        line: &Line,
        baud: SymbolRate,
        class: ReceiverClass,
        target_ber: f64,
    ) -> ComSpec {
        let fb = baud.as_gbd();
        let levels = line.pam.levels();
        // Symbols that are wrong for each bit that is: Gray coding, one neighbour.
        let errors_per_bit = line.pam.bits_per_symbol() / (2.0 * (1.0 - 1.0 / levels));
        let crosstalk = self.crosstalk.si() * self.crosstalk.si() / baud.nyquist().as_hz();
        let tap = |position, min, max| Tap { position, min, max, step: 0.02 };
        let gains =
            |min| GainRange { min: Decibel::db(min), max: Decibel::ZERO, step: Decibel::db(1.0) };
        let nothing = End {
            die_capacitance: Vec::new(),
            die_inductance: Vec::new(),
            bump: Capacitance::from_si(0.0),
            package: Vec::new(),
            ball: Capacitance::from_si(0.0),
            board_entry: Capacitance::from_si(0.0),
            board: Vec::new(),
            board_exit: Capacitance::from_si(0.0),
        };
        ComSpec {
            name: "reference".to_owned(),
            title: class.name().to_owned(),
            standard: "IEEE P802.3dj D3.3, scaled with the symbol rate".to_owned(),
            source: "facts device.*".to_owned(),
            note: None,
            method: Method::Annex178a,
            symbol_rate: baud,
            modulation: line.pam,
            detector_error_ratio: (target_ber * errors_per_bit).min(1e-2),
            pass: self.design_margin,
            reference: Resistance::from_si(REFERENCE_OHM),
            termination: Resistance::from_si(REFERENCE_OHM),
            transmitter: Transmitter {
                amplitude: self.amplitude,
                far_end_amplitude: self.amplitude,
                near_end_amplitude: self.amplitude,
                transition: Time::ns(0.425 / fb),
                level_mismatch: 0.95,
                snr: self.snr_transmitter,
                jitter_random_ui: self.jitter_random,
                jitter_deterministic_ui: self.jitter_deterministic,
                cursor_min: 0.54,
                taps: vec![tap(-2, 0.0, 0.14), tap(-1, -0.34, 0.0), tap(1, -0.2, 0.0)],
            },
            receiver: Receiver {
                noise: VoltageNoise::from_si(self.input_noise.si() + crosstalk),
                bandwidth: 0.55,
                ctle: Ctle {
                    zero: Frequency::ghz(fb / 2.5),
                    pole_1: Frequency::ghz(fb / 2.5),
                    pole_2: Frequency::ghz(fb),
                    low_frequency: Frequency::ghz(fb / 80.0),
                    gain: gains(-20.0),
                    low_frequency_gain: gains(-6.0),
                },
                ffe: Some(feed_forward(class)),
                dfe: Feedback {
                    limits: if class.is_dsp() {
                        vec![[0.0, self.feedback_limit]]
                    } else {
                        Vec::new()
                    },
                    ..Feedback::default()
                },
                quantiser: class
                    .is_dsp()
                    .then_some(Quantiser { bits: self.converter_bits, clipping: 1e-7 }),
                sequence_detector: (class == ReceiverClass::DspMlsd)
                    .then_some(SequenceDetector { added_noise: Decibel::db(3.0) }),
            },
            lines: std::collections::BTreeMap::new(),
            cases: vec![Case {
                name: "own".to_owned(),
                transmitter: nothing.clone(),
                near_end: None,
                receiver: nothing,
            }],
        }
    }
}

fn feed_forward(class: ReceiverClass) -> FeedForward {
    let fixed = |precursors, fixed| FeedForward {
        precursors,
        fixed,
        limit: 0.7,
        span: 0,
        groups: 0,
        group_taps: 0,
        floating_limit: 0.0,
    };
    match class {
        ReceiverClass::Ctle => fixed(0, 1),
        ReceiverClass::AnalogFfe => fixed(2, 5),
        ReceiverClass::Dsp | ReceiverClass::DspMlsd => {
            FeedForward { span: 87, groups: 2, group_taps: 4, floating_limit: 0.05, ..fixed(6, 15) }
        }
    }
}
