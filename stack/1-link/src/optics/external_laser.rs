//! The shared external laser: one source for several lanes, its redundancy and its power.

use crate::optics::Laser;
use crate::optics::error::{OpticsError, positive, within};
use lightloom_evidence::Facts;
use lightloom_units::{
    BitRate, Decibel, DecibelMilliwatt, EnergyPerBit, Power, Quantity, Ratio, Temperature,
};

/// Most lasers of one source.
const MOST_LASERS: u32 = 1024;

/// A laser module that feeds several lanes through a polarisation-maintaining fibre.
///
/// # Model
/// `P_fac = P_lane + 10 log10 N + excess + connector`: `P_lane` into the photonic chip's routing, `P_fac` out of the
/// module. Efficiency at a temperature: `eta(T) = eta_r exp(-(T - T_r) / T_1)`.
///
/// # Validity
/// The exponential stands for threshold and slope together, within some 30 K of the reference; a cooler is in the
/// reference efficiency.
///
/// # Source
/// Powers and efficiency: OIF-ELSFP-02.0 and the catalog's `laser.external.*`. Exponential with a characteristic
/// temperature: textbook (Coldren and Corzine, 2.8).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExternalLaser {
    /// Highest power out of the module, per fibre.
    pub max_power: DecibelMilliwatt,
    /// Lanes fed by one laser.
    pub lanes: f64,
    /// Splitting loss beyond the ideal.
    pub splitter_excess: Decibel,
    /// Polarisation-maintaining connectors together.
    pub connector: Decibel,
    /// Light in the fibre over electrical power at the reference temperature.
    pub wall_plug: f64,
    /// Temperature of that efficiency.
    pub reference: Temperature,
    /// Kelvin over which the efficiency falls to 1/e.
    pub characteristic_kelvin: f64,
}

impl ExternalLaser {
    /// Reads `laser.external.max_power`, `.shared_by`, `.wall_plug`, `.reference_temperature` and
    /// `.characteristic_temperature`; splitter excess and connector are the caller's.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(
        facts: &Facts<'_>,
        splitter_excess: Decibel,
        connector: Decibel,
    ) -> Result<Self, OpticsError> {
        let laser = Laser::from_facts(facts, "external")?;
        let span: Temperature = facts.get("laser.external.characteristic_temperature")?;
        Ok(Self {
            max_power: laser.max_power,
            lanes: laser.shared_by,
            splitter_excess,
            connector,
            wall_plug: laser.wall_plug,
            reference: facts.get("laser.external.reference_temperature")?,
            characteristic_kelvin: span.as_kelvin(),
        })
    }

    /// Power that the module must give for a lane's power into the chip.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for fewer than one lane.
    pub fn facility_power(&self, lane: DecibelMilliwatt) -> Result<DecibelMilliwatt, OpticsError> {
        within(
            self.lanes >= 1.0,
            "lanes of one laser",
            "one or more",
            self.lanes,
            "a laser feeds a lane",
        )?;
        let split = Decibel::from_power_ratio(self.lanes);
        Ok(lane + split + self.splitter_excess + self.connector)
    }

    /// Efficiency at a temperature.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless the reference efficiency lies within (0, 1] and the characteristic
    /// temperature is positive.
    pub fn wall_plug_at(&self, temperature: Temperature) -> Result<f64, OpticsError> {
        let eta = self.wall_plug;
        within(
            eta > 0.0 && eta <= 1.0,
            "wall-plug efficiency",
            "above 0 and up to 1",
            eta,
            "modules reach 0.05 to 0.2",
        )?;
        positive(
            "characteristic temperature in K",
            self.characteristic_kelvin,
            "50 to 200 K are usual",
        )?;
        let span = temperature.kelvin_above(self.reference);
        Ok((eta * libm::exp(-span / self.characteristic_kelvin)).min(1.0))
    }

    /// Electrical power of one laser at a facility power and a temperature.
    ///
    /// # Errors
    /// As [`ExternalLaser::wall_plug_at`].
    pub fn electrical_power(
        &self,
        facility: DecibelMilliwatt,
        temperature: Temperature,
    ) -> Result<Power, OpticsError> {
        Ok(facility.power() / self.wall_plug_at(temperature)?)
    }

    /// Electrical energy of one laser per bit of its lanes.
    ///
    /// # Errors
    /// As [`ExternalLaser::wall_plug_at`]; a lane rate of zero.
    pub fn energy(
        &self,
        facility: DecibelMilliwatt,
        temperature: Temperature,
        lane_rate: BitRate,
    ) -> Result<EnergyPerBit, OpticsError> {
        positive(
            "lane rate in bit/s",
            lane_rate.si(),
            "a lane that carries nothing has no energy per bit",
        )?;
        let power = self.electrical_power(facility, temperature)?;
        Ok(EnergyPerBit::from_si(power.as_w() / (lane_rate.si() * self.lanes)))
    }
}

/// Probability that at least `needed` of `installed` lasers work.
///
/// # Model
/// Independent lasers: the upper tail of the binomial distribution.
///
/// # Errors
/// [`OpticsError`] unless `1 <= needed <= installed <= 1024` and the probability lies within 0 to 1.
///
/// # Example
/// ```
/// use lightloom_link::optics::redundancy;
/// use lightloom_units::Ratio;
/// // Eight lasers needed, nine installed, each 99 %: 0.99⁹ + 9 x 0.01 x 0.99⁸ = 0.99656.
/// assert!((redundancy(8, 9, Ratio::new(0.99))?.value() - 0.996_564).abs() < 1e-6);
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
pub fn redundancy(needed: u32, installed: u32, working: Ratio) -> Result<Ratio, OpticsError> {
    let n = f64::from(installed);
    within(
        (1..=MOST_LASERS).contains(&installed),
        "lasers installed",
        "1 to 1024",
        n,
        "count one source",
    )?;
    let k = f64::from(needed);
    within(
        (1..=installed).contains(&needed),
        "lasers needed",
        "from 1 to those installed",
        k,
        "install more",
    )?;
    let p = working.value();
    within(
        (0.0..=1.0).contains(&p),
        "probability of a working laser",
        "within 0 to 1",
        p,
        "99.9 % is 0.999",
    )?;
    Ok(Ratio::new(lightloom_num::at_least(u64::from(needed), u64::from(installed), p)?))
}
