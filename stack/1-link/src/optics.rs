//! Direct-detection optics of one lane: laser, modulator, coupling, fibre, photodiode and amplifier.
//!
//! This file is the quick model that plans use: powers, a magnitude, a noise density. The folder has the physics
//! behind its numbers.
//!
//! | file | what |
//! |---|---|
//! | `extinction` | [`Levels`], extinction and amplitude, the [`Transfer`] of a modulator |
//! | `mach_zehnder`, `electro_absorption`, `microring` | modulators |
//! | `vcsel`, `microled` | directly modulated sources and their fibres |
//! | `direct` | such a source at a bias, as the quick model takes it |
//! | `external_laser` | the shared laser |
//! | `coupler`, `fibre`, `wdm` | the way from chip to chip |
//! | `span` | a length of fibre as the modulation sees it |
//! | `interference` | multipath interference |
//! | `lane` | a lane put together: sources over their fibres, impairments computed |
//! | `impairment` | what is computed of a lane and what is allowed for |
//! | `filter` | causal responses |
//! | `receiver_noise` | an amplifier's noise from the capacitance before it |
//! | `sensitivity`, `tdecq` | receiver and transmitter quality |
//! | `pmd` | specification records and budgets |
//! | `path` | the lane as one response and one noise budget |

mod coupler;
mod direct;
mod electro_absorption;
mod error;
mod external_laser;
mod extinction;
mod fibre;
mod filter;
mod impairment;
mod interference;
mod lane;
mod mach_zehnder;
mod microled;
mod microring;
mod path;
mod pmd;
mod receiver_noise;
mod sensitivity;
mod span;
mod tdecq;
mod vcsel;
mod wdm;

pub use coupler::{EdgeCoupler, GratingCoupler, Joint, Misalignment};
pub use direct::Drive;
pub use electro_absorption::ElectroAbsorption;
pub use error::{OpticsError, within};
pub use external_laser::{ExternalLaser, redundancy};
pub use extinction::{Levels, Transfer, equal_drive, oma_over_mean};
pub use fibre::{BoardWaveguide, HollowCoreFibre, SingleModeFibre};
pub use filter::{Filter, combined_bandwidth, three_db_bandwidth};
pub use impairment::{Basis, Impairment, Impairments};
pub use interference::{Reflections, reflection_rin_per_hz};
pub use mach_zehnder::{Electrode, MachZehnder};
pub use microled::{ImagingFibre, MicroLed};
pub use microring::{Microring, RingBias};
pub use path::{ModulatorDynamics, NoiseDensity, OpticalPath};
pub use pmd::{
    Candidate, Closure, LowExtinction, Pmd, PmdChannel, PmdError, PmdItem, PmdLine, PmdReceiver,
    PmdSource, PmdTransmitter, rin_oma,
};
pub use receiver_noise::{BONDS, ReceiverNoise};
pub use sensitivity::{Receiver, Sensitivity, Signal, Thresholds};
pub use span::FibreSpan;
pub use tdecq::{
    ReferenceReceiver, SAMPLES, Tdecq, TdecqError, TestTransmitter, Waveform, prbs13q, ssprq,
};
pub use vcsel::{MultimodeFibre, Vcsel, relative_noise};
pub use wdm::{ChannelPlan, crosstalk_penalty, ring_rejection};

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Count, CurrentNoise, Decibel, DecibelMilliwatt, DelayPerLength, EnergyPerBit, Frequency,
    Length, LossPerLength, Power, Quantity, Ratio, RelativeIntensityNoise, Responsivity,
    Temperature, ThermalDrift, Time, TuningEfficiency, Voltage, VoltageNoise,
};

/// Charge of an electron, C. 2019 SI.
const ELECTRON_CHARGE: f64 = 1.602_176_634e-19;
/// Speed of light in vacuum, m/s. 2019 SI.
pub(crate) const SPEED_OF_LIGHT: f64 = 299_792_458.0;
/// Planck's constant, J s. 2019 SI.
const PLANCK: f64 = 6.626_070_15e-34;

/// How the power of a light source is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LightSetting {
    /// As little as closes the lane.
    Least,
    /// By the current that carries the signal: a directly modulated source.
    Bias,
    /// The most it has, whatever the lane needs: a part that was built so.
    Rated,
    /// So that the transmitter launches an outer modulation amplitude, or what closes the lane where that is more: a part
    /// built to a standard.
    Launched(DecibelMilliwatt),
}

/// A light source and how many lanes share it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Laser {
    /// Highest power per wavelength that the source couples out.
    pub max_power: DecibelMilliwatt,
    /// Lanes fed by one laser.
    pub shared_by: f64,
    /// Loss from the source to the modulator chip, splitting loss beyond the ideal included.
    pub coupling: Decibel,
    /// Optical power out of the source over electrical power in, cooling and driver included.
    pub wall_plug: f64,
    /// Relative intensity noise.
    pub rin: RelativeIntensityNoise,
    /// How its power is set.
    pub setting: LightSetting,
}

impl Laser {
    /// Reads `laser.NAME.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("laser.{name}.{field}");
        Ok(Self {
            max_power: facts.get(&id("max_power"))?,
            shared_by: facts.get::<Count>(&id("shared_by"))?.value(),
            coupling: facts.get(&id("coupling"))?,
            wall_plug: facts.get::<Ratio>(&id("wall_plug"))?.value(),
            rin: facts.get(&id("rin"))?,
            setting: LightSetting::Least,
        })
    }
}

/// A modulator with its driver and, for a resonator, its heater.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Modulator {
    /// Mean optical loss while modulating, bias point included.
    pub mean_loss: Decibel,
    /// Extinction ratio of the outer levels.
    pub extinction: Decibel,
    /// Its response with its driver.
    pub dynamics: ModulatorDynamics,
    /// Driver energy.
    pub driver: EnergyPerBit,
    /// Heater power of one lane; zero without a resonator.
    pub tuning: Power,
}

impl Modulator {
    /// Reads `modulator.NAME.*`; a resonator's heater from `ring.*`.
    ///
    /// # Model
    /// Mach-Zehnder at quadrature with drive `V` and half-wave voltage `Vpi`:
    /// `ER = (1 + m) / (1 - m)`, `m = sin(pi V / (2 Vpi))`, mean loss = junction loss + 3.01 dB.
    /// An electro-absorption modulator, named by its `loss` without and its `extinction` with `drive`, is computed by
    /// [`ElectroAbsorption`]. Others state extinction and mean loss. Bandwidth: second-order Butterworth.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        if name == "eam" {
            return ElectroAbsorption::modulator(facts);
        }
        let id = |field: &str| format!("modulator.{name}.{field}");
        let (mean_loss, extinction) = match facts.find::<Voltage>(&id("half_wave"))? {
            Some(half_wave) => {
                let drive: Voltage = facts.get(&id("drive"))?;
                let junction: Decibel = facts.get(&id("loss"))?;
                let m = libm::sin(std::f64::consts::FRAC_PI_2 * (drive / half_wave).min(1.0));
                // A full swing has no dark level; 20 dB stands for what imbalance leaves.
                let er = Decibel::from_power_ratio((1.0 + m) / (1.0 - m).max(0.01));
                (junction + Decibel::from_power_ratio(2.0), er)
            }
            None => (facts.get(&id("mean_loss"))?, facts.get(&id("extinction"))?),
        };
        let tuning = if name == "ring" { Self::heater(facts)? } else { Power::ZERO };
        let bandwidth = facts.get(&id("bandwidth"))?;
        Ok(Self {
            mean_loss,
            extinction,
            dynamics: ModulatorDynamics::Filter(Filter::Butterworth { order: 2, bandwidth }),
            driver: facts.get(&id("driver"))?,
            tuning,
        })
    }

    fn heater(facts: &Facts<'_>) -> Result<Power, FactError> {
        let drift: ThermalDrift = facts.get("ring.drift")?;
        let heater: TuningEfficiency = facts.get("ring.heater")?;
        let warm: Temperature = facts.get("ring.temperature_high")?;
        let cold: Temperature = facts.get("ring.temperature_low")?;
        Ok(drift.heater_power(warm.kelvin_above(cold), heater))
    }
}

/// Photodiode and transimpedance amplifier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detector {
    /// Photocurrent per optical power.
    pub responsivity: Responsivity,
    /// Input-referred noise of the amplifier with this photodiode and bond.
    pub noise: CurrentNoise,
    /// 3 dB bandwidth of photodiode and amplifier together.
    pub bandwidth: Frequency,
    /// Amplifier energy.
    pub energy: EnergyPerBit,
    /// Output voltage, rms, into a linear host path.
    pub output: Voltage,
}

impl Detector {
    /// Reads `detector.*`; the noise follows from the capacitance of photodiode and bond ([`ReceiverNoise::sized`]).
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, bond: &str) -> Result<Self, FactError> {
        let noise = ReceiverNoise::from_facts(facts)?;
        let capacitance = noise.before_amplifier(ReceiverNoise::bond(facts, bond)?);
        Ok(Self {
            responsivity: facts.get("detector.responsivity")?,
            noise: noise.sized(capacitance),
            bandwidth: facts.get("detector.bandwidth")?,
            energy: facts.get("detector.energy")?,
            output: facts.get("detector.output")?,
        })
    }
}

/// What lies between the modulator of one end and the photodiode of the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FibrePath {
    /// Modulator chip to fibre.
    pub out_coupling: Decibel,
    /// Fibre to detector chip.
    pub in_coupling: Decibel,
    /// Loss that the link must bear: the standard's allocation, or the plant's own where that is larger.
    pub channel: Decibel,
    /// Fibre length.
    pub length: Length,
    /// Propagation delay.
    pub delay: DelayPerLength,
}

impl FibrePath {
    /// A path with the couplers named (`coupler.NAME.loss`) and the `fibre.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, coupler: &str, length: Length) -> Result<Self, FactError> {
        let facet: Decibel = facts.get(&format!("coupler.{coupler}.loss"))?;
        let per_length: LossPerLength = facts.get("fibre.loss")?;
        let connector: Decibel = facts.get("fibre.connector")?;
        let connectors = facts.get::<Count>("fibre.connectors")?.value();
        let allocated: Decibel = facts.get("fibre.channel_allocation")?;
        Ok(Self {
            out_coupling: facet,
            in_coupling: facet,
            channel: allocated.max(per_length * length + connector * connectors),
            length,
            delay: facts.get("fibre.delay")?,
        })
    }

    /// The same way through another fibre, or at another wavelength: a fibre's loss and delay.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn through(
        self,
        facts: &Facts<'_>,
        fibre: Decibel,
        delay: DelayPerLength,
    ) -> Result<Self, FactError> {
        let connectors = facts.get::<Decibel>("fibre.connector")?
            * facts.get::<Count>("fibre.connectors")?.value();
        let allocated: Decibel = facts.get("fibre.channel_allocation")?;
        Ok(Self { channel: allocated.max(fibre + connectors), delay, ..self })
    }

    /// The same way through an optical circuit switch, with a circulator at either end.
    ///
    /// # Model
    /// `max(A, a l + n c + s + 2 r)`: the switch's loss `s` and a circulator's `r` come to those of fibre and connectors, and
    /// the standard's allocation `A` bears what it can of all.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of `circuit_switch.loss`, `circulator.loss`, `fibre.*`.
    pub fn through_circuit(self, facts: &Facts<'_>) -> Result<Self, FactError> {
        let per_length: LossPerLength = facts.get("fibre.loss")?;
        let circulator: Decibel = facts.get("circulator.loss")?;
        let circuit = facts.get::<Decibel>("circuit_switch.loss")? + circulator * 2.0;
        let delay = self.delay;
        self.through(facts, per_length * self.length + circuit, delay)
    }

    /// Propagation time.
    #[must_use]
    pub fn flight(&self) -> Time {
        self.delay * self.length
    }
}

/// A filter that parts one wavelength from the others of a fibre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColourFilter {
    /// What it does to the modulation of its own wavelength.
    pub response: Filter,
    /// Power of its heater.
    pub tuning: Power,
}

/// One optical lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optics {
    /// Source.
    pub laser: Laser,
    /// Modulator and driver.
    pub modulator: Modulator,
    /// Couplers and fibre.
    pub path: FibrePath,
    /// Photodiode and amplifier.
    pub detector: Detector,
    /// Response of the fibre; `None` where an allowance stands for it.
    pub span: Option<FibreSpan>,
    /// The filter that parts this wavelength from others; `None` without such.
    pub colour: Option<ColourFilter>,
    /// Input noise of the driver, one-sided; matters where a lossy host path precedes it.
    pub driver_noise: VoltageNoise,
    /// Variance of multipath interference over the square of half the outer amplitude, at any power of light.
    pub interference: f64,
    /// What else it loses, computed or allowed for.
    pub impairments: Impairments,
}

/// Names of an optical lane's parts in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpticsNames<'a> {
    /// `laser.NAME`.
    pub laser: &'a str,
    /// `modulator.NAME`.
    pub modulator: &'a str,
    /// `coupler.NAME` out of the modulator's chip and into the detector's.
    pub couplers: [&'a str; 2],
    /// `bond.NAME`.
    pub bond: &'a str,
}

impl Optics {
    /// A lane of named parts over a length of fibre, with the catalog's allowances for all impairments.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(
        facts: &Facts<'_>,
        names: &OpticsNames<'_>,
        length: Length,
    ) -> Result<Self, FactError> {
        let [out, into] = names.couplers;
        let mut path = FibrePath::from_facts(facts, out, length)?;
        path.in_coupling = FibrePath::from_facts(facts, into, length)?.in_coupling;
        Ok(Self {
            laser: Laser::from_facts(facts, names.laser)?,
            modulator: Modulator::from_facts(facts, names.modulator)?,
            path,
            span: None,
            colour: None,
            detector: Detector::from_facts(facts, names.bond)?,
            driver_noise: facts.get("optics.driver_noise")?,
            interference: 0.0,
            impairments: Impairments::from_facts(facts)?,
        })
    }
}

/// Powers along an optical lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpticalBudget {
    /// Laser power for this lane (its share), out of the source.
    pub laser: DecibelMilliwatt,
    /// Outer optical modulation amplitude into the fibre.
    pub oma_transmitted: DecibelMilliwatt,
    /// Outer optical modulation amplitude at the photodiode.
    pub oma_received: DecibelMilliwatt,
    /// Loss from the laser to the photodiode, modulation included.
    pub total_loss: Decibel,
    /// Electrical power of this lane's share of the laser.
    pub laser_power: Power,
}

impl Optics {
    /// Largest power that one lane can have from the source.
    #[must_use]
    pub fn max_lane_power(&self) -> DecibelMilliwatt {
        self.laser.max_power - Decibel::from_power_ratio(self.laser.shared_by)
    }

    /// The share of laser power that a lane gets where it needs so much.
    pub(crate) fn set(&self, needed: DecibelMilliwatt) -> DecibelMilliwatt {
        let most = self.max_lane_power();
        match self.laser.setting {
            LightSetting::Least => needed,
            LightSetting::Bias | LightSetting::Rated => most,
            LightSetting::Launched(amplitude) => {
                let launched = most - (self.budget(most).oma_transmitted - amplitude);
                if launched > most {
                    most
                } else if launched > needed {
                    launched
                } else {
                    needed
                }
            }
        }
    }

    /// Powers along the lane for a lane's share of laser power.
    ///
    /// # Model
    /// `P_avg = P_laser - coupling - mean loss`, `OMA = 2 P_avg (ER - 1) / (ER + 1)`, then couplers and
    /// channel and [`Impairments::penalty`]; the outer modulation amplitude as 802.3 defines it.
    #[must_use]
    pub fn budget(&self, lane_power: DecibelMilliwatt) -> OpticalBudget {
        let mean = lane_power - self.laser.coupling - self.modulator.mean_loss;
        let er = self.modulator.extinction.power_ratio();
        let modulation = Decibel::from_power_ratio(2.0 * (er - 1.0) / (er + 1.0));
        let transmitted = mean + modulation - self.path.out_coupling;
        let received =
            transmitted - self.path.channel - self.path.in_coupling - self.impairments.penalty();
        OpticalBudget {
            laser: lane_power,
            oma_transmitted: transmitted,
            oma_received: received,
            total_loss: lane_power - (received - modulation),
            laser_power: lane_power.power() / self.laser.wall_plug,
        }
    }

    /// Noise density at the photodiode, two-sided, for unit symbol variance and unit symbol time.
    ///
    /// # Model
    /// Amplifier `i_n²`, shot `2 q I`, laser `RIN I²` (one-sided, halved), over the signal's variance
    /// `(R OMA / 2)² v` with `v` the level variance; times the symbol rate.
    pub(crate) fn noise(&self, budget: &OpticalBudget, level_variance: f64, baud_hz: f64) -> f64 {
        let r = self.detector.responsivity.si();
        let er = self.modulator.extinction.power_ratio();
        let oma_a = r * budget.oma_received.power().as_w();
        let mean_a = oma_a * (er + 1.0) / (2.0 * (er - 1.0));
        let amplifier = self.detector.noise.si() * self.detector.noise.si();
        let shot = 2.0 * ELECTRON_CHARGE * mean_a;
        let rin = self.laser.rin.per_hz() * mean_a * mean_a;
        let variance = oma_a * oma_a / 4.0 * level_variance;
        (amplifier + shot + rin) / 2.0 * baud_hz / variance
    }
}

/// |H|² of a second-order Butterworth low-pass.
pub(crate) fn low_pass_power(f_ghz: f64, bandwidth: Frequency) -> f64 {
    let x = f_ghz / bandwidth.as_ghz();
    1.0 / (1.0 + x * x * x * x)
}
