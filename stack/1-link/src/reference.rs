//! The reference transmitter and receiver of a class at a symbol rate: one parameter set for every tier.

use crate::com::ComSpec;
use crate::com::spec::{Case, End, FeedForward, Floating};
use crate::{Device, Line, ReceiverClass};
use lightloom_units::{Quantity, SymbolRate, VoltageNoise};

impl Device {
    /// What COM needs to judge a channel that contains its own dies.
    ///
    /// # Model
    /// A standard's table with this device's amplitude, noises, jitter and converter; corner frequencies and the
    /// transition time scale with the symbol rate. A class differs only in its receiver: a continuous-time equaliser
    /// alone; with five analogue taps; with the standard's converter, taps and feedback; the same with sequence
    /// detection. Crosstalk is white over the Nyquist band, as in T0.
    #[must_use]
    pub fn reference(
        &self,
        standard: &ComSpec,
        line: &Line,
        baud: SymbolRate,
        class: ReceiverClass,
        detector_error_ratio: f64,
    ) -> ComSpec {
        let faster = baud.as_gbd() / standard.symbol_rate.as_gbd();
        let mut spec = standard.clone();
        spec.symbol_rate = baud;
        spec.modulation = line.pam;
        spec.detector_error_ratio = detector_error_ratio;
        spec.pass = self.design_margin;
        // What the standard allows at its own rate says nothing of another.
        spec.loss_limit = None;
        spec.lines.clear();
        // The channel has its own dies and packages.
        spec.cases = vec![Case {
            name: "own".to_owned(),
            transmitter: End::default(),
            near_end: None,
            receiver: End::default(),
        }];
        let transmitter = &mut spec.transmitter;
        transmitter.amplitude = self.amplitude;
        transmitter.transition = transmitter.transition / faster;
        transmitter.snr = self.snr_transmitter;
        transmitter.jitter_random_ui = self.jitter_random;
        transmitter.jitter_deterministic_ui = self.jitter_deterministic;
        let receiver = &mut spec.receiver;
        receiver.noise = VoltageNoise::from_si(self.received_noise(baud));
        let ctle = &mut receiver.ctle;
        for corner in [&mut ctle.zero, &mut ctle.pole_1, &mut ctle.pole_2, &mut ctle.low_frequency]
        {
            *corner = *corner * faster;
        }
        for limit in &mut receiver.dfe.limits {
            limit[1] = self.feedback_limit;
        }
        if let Some(quantiser) = &mut receiver.quantiser {
            quantiser.bits = self.converter_bits;
        }
        if class != ReceiverClass::DspMlsd {
            receiver.sequence_detector = None;
        }
        if !class.is_dsp() {
            receiver.quantiser = None;
            receiver.dfe = Default::default();
            let (precursors, fixed) = if class == ReceiverClass::Ctle { (0, 1) } else { (2, 5) };
            let limit = receiver.ffe.map_or(1.0, |f| f.limit);
            let floating = Floating::default();
            receiver.ffe = Some(FeedForward { precursors, fixed, limit, floating });
        }
        spec
    }
}
