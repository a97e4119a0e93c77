//! Directly modulated sources at a bias, as the quick model takes them: a source of fixed light and its dynamics.

use crate::optics::error::{OpticsError, positive, within};
use crate::optics::{Filter, Laser, LightSetting, MicroLed, Modulator, ModulatorDynamics, Vcsel};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Current, Decibel, EnergyPerBit, Power, Quantity, RelativeIntensityNoise, Voltage,
};

/// How a directly modulated source is driven.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drive {
    /// Mean current.
    pub bias: Current,
    /// From the lowest to the highest level.
    pub swing: Current,
    /// Voltage across the source at the bias.
    pub voltage: Voltage,
    /// Energy of the driver, the source's own not included.
    pub driver: EnergyPerBit,
    /// Loss from the source into its fibre.
    pub coupling: Decibel,
}

impl Drive {
    /// Reads `NAME.bias`, `.swing`, `.voltage`, `.driver` and `.coupling`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("{name}.{field}");
        Ok(Self {
            bias: facts.get(&id("bias"))?,
            swing: facts.get(&id("swing"))?,
            voltage: facts.get(&id("voltage"))?,
            driver: facts.get(&id("driver"))?,
            coupling: facts.get(&id("coupling"))?,
        })
    }

    /// Currents of the outer levels, A.
    fn ends(&self) -> Result<[f64; 2], OpticsError> {
        positive("swing in A", self.swing.si(), "without swing there is no modulation")?;
        let low = self.bias.si() - 0.5 * self.swing.si();
        let hint = "more bias or less swing: a source without current is slow to start";
        within(low > 0.0, "lowest current in A", "above zero", low, hint)?;
        Ok([low, self.bias.si() + 0.5 * self.swing.si()])
    }

    /// # Model
    /// Mean light midway between the outer levels; efficiency: that over bias times voltage.
    fn source(
        &self,
        [low, high]: [Power; 2],
        rin: RelativeIntensityNoise,
        dynamics: [Filter; 2],
    ) -> Result<(Laser, Modulator), OpticsError> {
        let hint = "the source rolls over: less bias or swing";
        let swing_w = (high - low).as_w();
        within(
            swing_w > 0.0 && low > Power::ZERO,
            "light of the swing in W",
            "above zero",
            swing_w,
            hint,
        )?;
        let mean = (low + high) / 2.0;
        let laser = Laser {
            max_power: mean.to_dbm(),
            shared_by: 1.0,
            coupling: Decibel::ZERO,
            wall_plug: mean.as_w() / (self.bias.si() * self.voltage.si()),
            rin,
            setting: LightSetting::Bias,
        };
        let modulator = Modulator {
            mean_loss: Decibel::ZERO,
            extinction: Decibel::from_power_ratio(high / low),
            dynamics: ModulatorDynamics::Source(dynamics),
            driver: self.driver,
            tuning: Power::ZERO,
        };
        Ok((laser, modulator))
    }
}

impl Vcsel {
    /// The laser at a bias as a source of fixed light, and its modulation.
    ///
    /// # Model
    /// Levels by [`Vcsel::light`]; relaxation oscillation, damping and parasitics by [`Vcsel::response`] at the bias.
    ///
    /// # Validity
    /// As [`Vcsel`]: small signals. The levels are taken as even.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the swing reaches threshold or rollover.
    pub fn driven(&self, drive: &Drive) -> Result<(Laser, Modulator), OpticsError> {
        let bias = drive.bias.si();
        let levels = self.swing(bias, drive.swing.si())?;
        let resonance = self.resonance(bias)?;
        let own = Filter::Resonance { resonance, damping_per_s: self.damping_per_s(resonance) };
        drive.source(levels, self.rin, [own, Filter::OnePole { bandwidth: self.parasitics }])
    }
}

impl MicroLed {
    /// The LED at a bias as a source of fixed light, and its modulation.
    ///
    /// # Model
    /// Levels by [`MicroLed::light`]; carrier lifetime at the bias and RC by [`MicroLed::response`].
    ///
    /// # Validity
    /// As [`MicroLed`]: small signals. A deep swing rises faster than it falls, since carriers live longer at low current.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the swing leaves no current, or for coefficients that mean nothing.
    pub fn driven(
        &self,
        drive: &Drive,
        rin: RelativeIntensityNoise,
    ) -> Result<(Laser, Modulator), OpticsError> {
        let [low, high] = drive.ends()?;
        let carriers = Filter::OnePole { bandwidth: self.carrier_bandwidth(drive.bias.si())? };
        let pad = Filter::OnePole { bandwidth: self.rc_bandwidth };
        drive.source([self.light(low)?, self.light(high)?], rin, [carriers, pad])
    }
}
