//! A lane of light put together: directly modulated sources over their fibres, and impairments from the physics in the
//! place of the catalog's allowances.

use crate::Pam;
use crate::optics::error::{OpticsError, within};
use crate::optics::{
    Basis, ChannelPlan, ColourFilter, Detector, Drive, FibrePath, FibreSpan, Filter, ImagingFibre,
    Impairment, Impairments, MicroLed, Microring, ModulatorDynamics, MultimodeFibre, Optics,
    Reflections, RingBias, Vcsel, crosstalk_penalty, ring_rejection,
};
use lightloom_evidence::Facts;
use lightloom_units::{
    Count, Decibel, Length, LossPerLength, Power, Ratio, RelativeIntensityNoise, SymbolRate,
    Voltage,
};

impl Optics {
    /// A vertical-cavity laser over multimode fibre of a grade, `om3` or `om4`, to a photodiode with an amplifier bonded
    /// so.
    ///
    /// # Model
    /// Loss of the plant alone: no standard's allocation. The fibre's response is [`FibreSpan::multimode`].
    ///
    /// # Errors
    /// [`OpticsError`] when the catalog lacks a fact, or a length means nothing.
    pub fn vcsel(
        facts: &Facts<'_>,
        grade: &str,
        bond: &str,
        length: Length,
    ) -> Result<Self, OpticsError> {
        let source = Vcsel::from_facts(facts)?;
        let drive = Drive::from_facts(facts, "vcsel")?;
        let (laser, modulator) = source.driven(&drive)?;
        let fibre = MultimodeFibre::from_facts(facts, grade)?;
        let plant = facts.get::<LossPerLength>("fibre.multimode.loss")? * length
            + facts.get::<Decibel>("fibre.connector")?
                * facts.get::<Count>("fibre.connectors")?.value();
        let span = FibreSpan::multimode(&fibre, source.wavelength, length, source.spectral_width)?;
        // One colour on the fibre.
        let mut impairments = Impairments::from_facts(facts)?;
        impairments.absent(Impairment::Crosstalk);
        Ok(Self {
            laser,
            modulator,
            path: FibrePath {
                out_coupling: drive.coupling,
                in_coupling: facts.get("detector.gaas.coupling")?,
                channel: plant,
                length,
                delay: facts.get("fibre.delay")?,
            },
            detector: Detector {
                responsivity: facts.get("detector.gaas.responsivity")?,
                bandwidth: facts.get("detector.gaas.bandwidth")?,
                ..Detector::from_facts(facts, bond)?
            },
            span: Some(span),
            colour: None,
            driver_noise: facts.get("optics.driver_noise")?,
            interference: 0.0,
            impairments,
        })
    }

    /// A micro-LED over a core bundle of imaging fibre to a silicon photodiode with its own amplifier.
    ///
    /// # Errors
    /// [`OpticsError`] when the catalog lacks a fact, or a length means nothing.
    pub fn microled(facts: &Facts<'_>, length: Length) -> Result<Self, OpticsError> {
        let drive = Drive::from_facts(facts, "microled")?;
        let rin: RelativeIntensityNoise = facts.get("microled.rin")?;
        let (laser, modulator) = MicroLed::from_facts(facts)?.driven(&drive, rin)?;
        let fibre = ImagingFibre::from_facts(facts, length)?;
        let enlargement = facts.get::<Ratio>("microled.enlargement")?.value();
        // Light of a broad spectrum does not beat; what crosses between cores is left to the allowance.
        let mut impairments = Impairments::from_facts(facts)?;
        impairments.absent(Impairment::Interference);
        Ok(Self {
            laser,
            modulator,
            path: FibrePath {
                out_coupling: drive.coupling + fibre.coupling_loss(enlargement)? - fibre.loss,
                in_coupling: facts.get("detector.silicon.coupling")?,
                channel: fibre.loss,
                length,
                delay: facts.get("fibre.delay")?,
            },
            detector: Detector {
                responsivity: facts.get("detector.silicon.responsivity")?,
                noise: facts.get("detector.silicon.noise")?,
                bandwidth: facts.get("detector.silicon.bandwidth")?,
                energy: facts.get("detector.silicon.energy")?,
                output: facts.get("detector.output")?,
            },
            span: Some(FibreSpan::imaging(&fibre, length)?),
            colour: None,
            driver_noise: facts.get("optics.driver_noise")?,
            interference: 0.0,
            impairments,
        })
    }

    /// Puts a fibre's response in the place of the allowance for dispersion.
    ///
    /// Its cost is what the fibre takes of the amplitude at the Nyquist frequency of a symbol rate, at most 60 dB.
    pub fn disperse(&mut self, span: FibreSpan, baud: SymbolRate) {
        let left = span.response(baud.nyquist().as_hz()).abs();
        let cost = -Decibel::from_power_ratio(left.max(1e-6));
        self.span = Some(span);
        self.impairments.computed(Impairment::Dispersion, cost, Basis::Response);
    }

    /// Puts the beats of reflections in the place of the allowance for multipath interference.
    ///
    /// # Model
    /// Noise in proportion to the signal at the top level: `sigma² = V P_top P_avg`, over the square of half the outer
    /// amplitude `V (1 + m) / m²`, `m = (ER - 1) / (ER + 1)`. `V` is that of the Gaussian noise which costs as much at the
    /// symbol error ratio as the beats with their bounded density. Cost: [`Reflections::bounded_penalty`].
    ///
    /// # Validity
    /// As [`Reflections`]: beats slow against a symbol, one polarisation.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the beats alone close the eye.
    pub fn reflect(
        &mut self,
        reflections: &Reflections,
        pam: Pam,
        error_ratio: Ratio,
    ) -> Result<(), OpticsError> {
        let er = self.modulator.extinction.power_ratio();
        let m = (er - 1.0) / (er + 1.0);
        let extinction = self.modulator.extinction;
        let (variance, cost) = reflections.as_noise(pam, extinction, error_ratio)?;
        self.interference = variance * (1.0 + m) / (m * m);
        self.impairments.computed(Impairment::Interference, cost, Basis::Noise);
        Ok(())
    }

    /// Puts a filter ring with its heater, which parts one colour of a plan from the others, in the place of the allowance for
    /// crosstalk.
    ///
    /// # Model
    /// The worst channel's [`crosstalk_penalty`]; the ring on its resonance answers as one pole at half its linewidth.
    ///
    /// # Validity
    /// One ring like the modulator's for each colour at the receiver; modulators on one bus do not disturb each other.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the plan is wider than one free spectral range, or crosstalk closes the eye.
    pub fn part_colours(
        &mut self,
        plan: &ChannelPlan,
        ring: &Microring,
        heater: Power,
        pam: Pam,
    ) -> Result<(), OpticsError> {
        let fsr = ring.free_spectral_range_hz();
        let spread = plan.spread();
        // The last channel's neighbour is the first of the next order.
        within(
            spread <= fsr,
            "channels times spacing in GHz",
            "within one free spectral range of the ring",
            spread.as_ghz(),
            "fewer channels, a smaller spacing, or a ring of smaller radius",
        )?;
        let mut worst = Decibel::ZERO;
        for channel in 0..plan.channels.len() {
            let rejections = plan.crosstalk(channel, ring.quality(), fsr)?;
            worst = worst.max(crosstalk_penalty(pam, &rejections)?);
        }
        let bandwidth = ring.photon_lifetime_bandwidth() * 0.5;
        self.colour =
            Some(ColourFilter { response: Filter::OnePole { bandwidth }, tuning: heater });
        self.impairments.computed(Impairment::Crosstalk, worst, Basis::Amplitude);
        Ok(())
    }

    /// Puts a ring at a bias in the place of the catalog's resonator.
    pub fn resonate(&mut self, ring: &Microring, bias: &RingBias) {
        self.modulator.mean_loss = bias.mean_loss;
        self.modulator.extinction = bias.extinction;
        self.modulator.dynamics = ModulatorDynamics::Microring(*ring, bias.detuning);
    }

    /// Puts an error of the ring's wavelength, which its heater leaves, in the place of the allowance for drift.
    ///
    /// # Model
    /// The larger loss of amplitude at either end of the error ([`Microring::detuning_penalty`]); a filter ring at the
    /// receiver that errs as much adds [`ring_rejection`].
    ///
    /// # Validity
    /// Extinction, noise and dynamics stay those of the bias.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the laser crosses the resonance, where the eye turns over.
    pub fn drift(
        &mut self,
        ring: &Microring,
        bias: &RingBias,
        drive: Voltage,
        error: Length,
    ) -> Result<(), OpticsError> {
        let most = bias.detuning.as_m().abs();
        within(
            error.as_m() >= 0.0 && error.as_m() < most,
            "drift of the resonance in pm",
            "less than its distance from the laser",
            error.as_m() * 1e12,
            "a heater that follows better, or a ring of lower quality",
        )?;
        let mut cost = ring.detuning_penalty(bias, drive, error);
        if self.colour.is_some() {
            let away = ring.frequency() * (error / ring.resonance);
            cost += ring_rejection(away, ring.frequency(), ring.quality())?;
        }
        self.impairments.computed(Impairment::Drift, cost, Basis::Amplitude);
        Ok(())
    }

    /// Transmitter's signal-to-noise ratio with the beats of reflections, over the square of half the outer amplitude.
    pub(crate) fn snr_with_interference(&self, transmitter: Decibel) -> Decibel {
        if self.interference > 0.0 {
            -Decibel::from_power_ratio(1.0 / transmitter.power_ratio() + self.interference)
        } else {
            transmitter
        }
    }
}
