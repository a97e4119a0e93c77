//! The microring modulator: a resonance that the drive shifts across the laser.

use crate::optics::SPEED_OF_LIGHT;
use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::Transfer;
use crate::optics::filter::combined_bandwidth;
use lightloom_evidence::Facts;
use lightloom_units::{
    Count, Decibel, Frequency, Length, Power, Quantity, Ratio, ThermalDrift, TuningEfficiency,
    Voltage,
};
use num_complex::Complex64;
use std::f64::consts::PI;

/// Steps of the bias search over two linewidths on either side of the resonance.
const BIAS_STEPS: u32 = 400;

/// An all-pass microring with a phase shifter in it.
///
/// # Model
/// `|t|² = (a² - 2 r a cos th + r²) / (1 - 2 r a cos th + (r a)²)`, `th = 2 pi n_g L (l - l0) / l0²`, `L = 2 pi R`:
/// `r` the coupler's through amplitude, `a` the amplitude left after one round trip.
/// `FSR = l0² / (n_g L)`, `Q = pi n_g L sqrt(r a) / (l0 (1 - r a))`.
///
/// # Validity
/// One mode, one direction, a group index without dispersion, a resonance shift linear in voltage. Self-heating is
/// left out: above some 0.1 mW in the ring the resonance follows the power (bistability), the heater loop must
/// take it up, and the blue side becomes unstable.
///
/// # Source
/// W. Bogaerts et al., Silicon microring resonators, Laser Photonics Rev. 6 (2012) 47, eqs. 2, 9 and 12.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Microring {
    /// Radius.
    pub radius: Length,
    /// Group index of the waveguide.
    pub group_index: f64,
    /// Resonance wavelength without drive.
    pub resonance: Length,
    /// Through amplitude of the coupler, `r`, between 0 and 1.
    pub coupler: f64,
    /// Amplitude after one round trip, `a`, between 0 and 1.
    pub round_trip: f64,
    /// Red shift of the resonance per volt of drive.
    pub shift_per_volt: Length,
    /// Loss off resonance: bus waveguide and routing.
    pub excess_loss: Decibel,
    /// Bandwidth of source and series resistance with the junction's capacitance.
    pub rc_bandwidth: Frequency,
}

/// Where the laser sits on a ring's flank, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RingBias {
    /// Laser wavelength less the resonance at half drive; negative on the blue side.
    pub detuning: Length,
    /// Outer modulation amplitude over the laser's power into the ring, as loss.
    pub oma_loss: Decibel,
    /// Extinction ratio.
    pub extinction: Decibel,
    /// Mean of the outer levels over the laser's power, as loss.
    pub mean_loss: Decibel,
}

impl Transfer for Microring {
    /// Transmission with the laser on the resonance without drive: a drive shifts the ring away from it.
    fn transmission(&self, drive_v: f64) -> f64 {
        self.through(Length::m(-self.shift_per_volt.as_m() * drive_v))
    }
}

impl Microring {
    /// A ring from its loaded quality factor.
    ///
    /// `coupler_share` is the coupler's share of the loss of one round trip: 0.5 for critical coupling, more for
    /// over-coupling. Drive, excess loss and RC bandwidth stay at nothing, nothing and 1 THz; set the fields.
    ///
    /// # Model
    /// `y = sqrt(r a)` solves `Q (1 - y²) = K y`, `K = pi n_g L / l0`; `ln r = share ln(r a)`.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for lengths, index or quality that are not positive, a share outside (0, 1).
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::Microring;
    /// use lightloom_units::Length;
    /// // link_physics 3.1: radius 5, 7.5, 10 um at group index 4.2 in the O band: 13.0, 8.7, 6.5 nm.
    /// for (radius, fsr) in [(5.0, 13.0), (7.5, 8.7), (10.0, 6.5)] {
    ///     let ring = Microring::with_quality(Length::um(radius), 4.2, Length::um(1.31), 4000.0, 0.5)?;
    ///     assert!((ring.free_spectral_range().as_m() * 1e9 - fsr).abs() < 0.05);
    ///     assert!((ring.quality() / 4000.0 - 1.0).abs() < 1e-9);
    /// }
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn with_quality(
        radius: Length,
        group_index: f64,
        resonance: Length,
        quality: f64,
        coupler_share: f64,
    ) -> Result<Self, OpticsError> {
        positive("radius in m", radius.as_m(), "rings in use have 3 to 20 um")?;
        positive("group index", group_index, "silicon wires have about 4.2")?;
        positive("wavelength in m", resonance.as_m(), "the O band lies about 1.31 um")?;
        positive("quality factor", quality, "modulators have 3000 to 10 000")?;
        let hint = "0.5 couples critically";
        within(
            coupler_share > 0.0 && coupler_share < 1.0,
            "coupler's share of the loss",
            "between 0 and 1",
            coupler_share,
            hint,
        )?;
        let k = PI * group_index * 2.0 * PI * radius.as_m() / resonance.as_m();
        let y = 2.0 * quality / (k + (k * k + 4.0 * quality * quality).sqrt());
        let log = 2.0 * libm::log(y);
        Ok(Self {
            radius,
            group_index,
            resonance,
            coupler: libm::exp(log * coupler_share),
            round_trip: libm::exp(log * (1.0 - coupler_share)),
            shift_per_volt: Length::ZERO,
            excess_loss: Decibel::ZERO,
            rc_bandwidth: Frequency::ghz(1000.0),
        })
    }

    /// Reads the `microring.*` facts; critically coupled, at 1311 nm.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, OpticsError> {
        let radius = facts.get("microring.radius")?;
        let index = facts.get::<Ratio>("microring.group_index")?.value();
        let quality = facts.get::<Count>("microring.quality")?.value();
        let ring = Self::with_quality(radius, index, Length::um(1.311), quality, 0.5)?;
        Ok(Self {
            shift_per_volt: facts.get("microring.shift_per_volt")?,
            rc_bandwidth: facts.get("microring.rc_bandwidth")?,
            ..ring
        })
    }

    /// Optical frequency of the resonance.
    #[must_use]
    pub fn frequency(&self) -> Frequency {
        Frequency::hz(SPEED_OF_LIGHT / self.resonance.as_m())
    }

    /// Distance between resonances, in wavelength.
    #[must_use]
    pub fn free_spectral_range(&self) -> Length {
        let l = self.resonance.as_m();
        Length::m(l * l / (self.group_index * 2.0 * PI * self.radius.as_m()))
    }

    /// The same in frequency: `c / (n_g L)`.
    #[must_use]
    pub fn free_spectral_range_hz(&self) -> Frequency {
        Frequency::hz(SPEED_OF_LIGHT / (self.group_index * 2.0 * PI * self.radius.as_m()))
    }

    /// Loaded quality factor.
    #[must_use]
    pub fn quality(&self) -> f64 {
        let ra = self.coupler * self.round_trip;
        let k = PI * self.group_index * 2.0 * PI * self.radius.as_m() / self.resonance.as_m();
        k * ra.sqrt() / (1.0 - ra)
    }

    /// Full width of the resonance at half depth, in wavelength: `l0 / Q`.
    #[must_use]
    pub fn linewidth(&self) -> Length {
        Length::m(self.resonance.as_m() / self.quality())
    }

    /// Transmitted share of the light at a distance from resonance (laser less resonance), excess loss included.
    #[must_use]
    pub fn through(&self, detuning: Length) -> f64 {
        let (r, a) = (self.coupler, self.round_trip);
        let theta = 2.0 * PI * detuning.as_m() / self.free_spectral_range().as_m();
        // 2 ra (1 - cos th) written with the half angle: no cancellation near resonance.
        let half = libm::sin(0.5 * theta);
        let bend = 4.0 * r * a * half * half;
        let depth = (1.0 - r * a) * (1.0 - r * a) + bend;
        let through = ((a - r) * (a - r) + bend) / depth.max(f64::MIN_POSITIVE);
        through * (-self.excess_loss).power_ratio()
    }

    /// Bandwidth of the photon lifetime, by the usual rule `f0 / Q`.
    ///
    /// # Validity
    /// The rule is the optical full width. On resonance the true modulation bandwidth is half of it; on the flank
    /// it is of its order, and peaking can exceed it: [`Microring::response`] has both.
    ///
    /// # Example
    /// ```
    /// # use lightloom_link::optics::Microring;
    /// # use lightloom_units::Length;
    /// // link_physics 3.1: Q 4000 gives 57 GHz, 5000 gives 46 GHz.
    /// for (q, ghz) in [(4000.0, 57.0), (5000.0, 46.0)] {
    ///     let ring = Microring::with_quality(Length::um(7.5), 4.2, Length::um(1.311), q, 0.5)?;
    ///     assert!((ring.photon_lifetime_bandwidth().as_ghz() - ghz).abs() < 0.5);
    /// }
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    #[must_use]
    pub fn photon_lifetime_bandwidth(&self) -> Frequency {
        Frequency::hz(SPEED_OF_LIGHT / (self.resonance.as_m() * self.quality()))
    }

    /// Bandwidth of photon lifetime and RC together: `1/f² = 1/f_Q² + 1/f_RC²`.
    #[must_use]
    pub fn bandwidth(&self) -> Frequency {
        combined_bandwidth(&[self.photon_lifetime_bandwidth(), self.rc_bandwidth])
    }

    /// Small-signal response at a detuning: photon dynamics and RC.
    ///
    /// # Model
    /// `H = (1 + s tau_l / 2) / (1 + (2 s / tau + s²) / (D² + 1/tau²))`, with `D = 2 pi c dl / l0²`, amplitude decay
    /// `1/tau = pi f0 / Q` and its share from loss `1/tau_l`; times one pole at the RC bandwidth.
    ///
    /// # Validity
    /// Small signals about the bias. At zero detuning the slope is zero and the limit of the shape is returned.
    ///
    /// # Source
    /// Coupled-mode theory; the same form in J. Müller et al., IEEE Photonics J. 7 (2015) 7903207.
    #[must_use]
    pub fn response(&self, f_hz: f64, detuning: Length) -> Complex64 {
        let l = self.resonance.as_m();
        let decay = PI * self.photon_lifetime_bandwidth().as_hz();
        let (ln_r, ln_a) = (libm::log(self.coupler), libm::log(self.round_trip));
        let from_loss = decay * ln_a / (ln_r + ln_a);
        let offset = 2.0 * PI * SPEED_OF_LIGHT * detuning.as_m() / (l * l);
        let s = Complex64::new(0.0, 2.0 * PI * f_hz);
        let one = Complex64::new(1.0, 0.0);
        let photon = (one + s / (2.0 * from_loss))
            / (one + (s * (2.0 * decay) + s * s) / (offset * offset + decay * decay));
        photon / Complex64::new(1.0, f_hz / self.rc_bandwidth.as_hz())
    }

    /// What a peak-to-peak drive makes of the light at a detuning from the resonance at half drive.
    #[must_use]
    pub fn at(&self, detuning: Length, swing: Voltage) -> RingBias {
        let half = Length::m(0.5 * self.shift_per_volt.as_m() * swing.si());
        let (one, other) = (self.through(detuning - half), self.through(detuning + half));
        let (low, high) = if one < other { (one, other) } else { (other, one) };
        // 60 dB stands for a level without light, and for no modulation at all.
        let floor = |x: f64| Decibel::from_power_ratio(x.max(1e-6));
        RingBias {
            detuning,
            oma_loss: -floor(high - low),
            extinction: floor(high) - floor(low.max(high * 1e-6)),
            mean_loss: -floor(0.5 * (high + low)),
        }
    }

    /// The detuning with the largest modulation amplitude that keeps an extinction ratio.
    ///
    /// # Model
    /// A scan over two linewidths on the red side (the curve is even), then golden section about the best point.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when no detuning reaches the extinction ratio.
    pub fn best_bias(
        &self,
        swing: Voltage,
        least_extinction: Decibel,
    ) -> Result<RingBias, OpticsError> {
        positive("drive in V", swing.si(), "without drive there is no modulation")?;
        positive(
            "resonance shift per volt in m",
            self.shift_per_volt.as_m(),
            "20 to 50 pm/V are usual",
        )?;
        let most = 2.0 * self.linewidth().as_m() + self.shift_per_volt.as_m() * swing.si();
        let step = most / f64::from(BIAS_STEPS);
        let mut best: Option<RingBias> = None;
        let mut highest = f64::NEG_INFINITY;
        for i in 0..=BIAS_STEPS {
            let bias = self.at(Length::m(step * f64::from(i)), swing);
            highest = highest.max(bias.extinction.as_db());
            let better = best.is_none_or(|b| bias.oma_loss < b.oma_loss);
            if bias.extinction >= least_extinction && better {
                best = Some(bias);
            }
        }
        let Some(coarse) = best else {
            return Err(OpticsError::OutOfRange {
                what: "required extinction ratio in dB",
                allowed: "within what the ring reaches",
                found: least_extinction.as_db(),
                hint: "drive more, raise Q, or couple closer to critical",
            });
        };
        let near = |d: f64| {
            let bias = self.at(Length::m(d), swing);
            let short = (least_extinction - bias.extinction).as_db().max(0.0);
            bias.oma_loss.as_db() + 1e3 * short
        };
        let d = coarse.detuning.as_m();
        let fine = self.at(
            Length::m(lightloom_num::minimum(near, (d - step).max(0.0), d + step, 1e-9)?),
            swing,
        );
        let ok = fine.extinction >= least_extinction && fine.oma_loss <= coarse.oma_loss;
        Ok(if ok { fine } else { coarse })
    }

    /// Loss of modulation amplitude when the heater loop leaves an error of the wavelength.
    ///
    /// # Model
    /// `10 log10(OMA(bias) / min(OMA(bias - e), OMA(bias + e)))`.
    #[must_use]
    pub fn detuning_penalty(&self, bias: &RingBias, swing: Voltage, error: Length) -> Decibel {
        let loss = |d: Length| self.at(d, swing).oma_loss;
        loss(bias.detuning - error).max(loss(bias.detuning + error)) - bias.oma_loss
    }

    /// Heater power that brings the ring to its laser in the worst case.
    ///
    /// # Model
    /// `P = min(drift dT + spread, FSR) / efficiency`: with the range of one FSR another resonance serves instead.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a heater without effect or a negative span.
    ///
    /// # Example
    /// ```
    /// # use lightloom_link::optics::Microring;
    /// use lightloom_units::{Length, Quantity, ThermalDrift, TuningEfficiency};
    /// let ring = Microring::with_quality(Length::um(7.5), 4.2, Length::um(1.311), 4500.0, 0.5)?;
    /// let (drift, heater) = (ThermalDrift::from_si(70e-12), TuningEfficiency::from_si(0.1e-6));
    /// // link_physics 3.1: dT x 0.07 nm/K / 0.1 nm/mW: 20 K are 14 mW.
    /// let power = ring.heater_power(20.0, Length::ZERO, drift, heater)?;
    /// assert!((power.as_w() * 1e3 - 14.0).abs() < 1e-9);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn heater_power(
        &self,
        span_kelvin: f64,
        spread: Length,
        drift: ThermalDrift,
        heater: TuningEfficiency,
    ) -> Result<Power, OpticsError> {
        within(
            span_kelvin >= 0.0,
            "temperature span in K",
            "zero or more",
            span_kelvin,
            "swap the ends",
        )?;
        positive("tuning efficiency in m/W", heater.si(), "heaters reach 0.1 to 0.5 nm/mW")?;
        let range = Length::m(drift.si() * span_kelvin) + spread;
        Ok(Power::w(range.min(self.free_spectral_range()).as_m() / heater.si()))
    }
}
