//! Light from the wall plug to the photodiode, and the lasers that many lanes share.

use crate::Technology;
use lightloom_evidence::{FactError, Facts};
use lightloom_link::optics::{OpticsError, redundancy};
use lightloom_link::{Laser, OpticalBudget, Optics};
use lightloom_units::{
    BitRate, Count, Decibel, DecibelMilliwatt, FailureRate, Power, Quantity, Ratio, Time,
};

/// A stretch of the way that light takes, with the mean power behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LightStage {
    /// What takes it.
    pub name: &'static str,
    /// What it takes.
    pub loss: Decibel,
    /// Mean power of the lane behind it.
    pub after: DecibelMilliwatt,
}

/// One lane's light. Boundary: from the laser's electrical input to the photodiode.
///
/// # Model
/// The laser's power is parted among its lanes; each stretch takes its decibels. Impairments take modulation amplitude and
/// not mean power; they are the last stage, so that amplitude and mean end together: `OMA = P 2 (ER - 1) / (ER + 1)`.
#[derive(Debug, Clone, PartialEq)]
pub struct LightBudget {
    /// Electrical power that this lane's share of the laser takes.
    pub wall_plug: Power,
    /// Optical power out of the laser, all its lanes.
    pub laser: DecibelMilliwatt,
    /// Highest that the laser has.
    pub laser_limit: DecibelMilliwatt,
    /// Optical over electrical power of the laser.
    pub efficiency: Ratio,
    /// Stretches in their order.
    pub stages: Vec<LightStage>,
    /// Outer modulation amplitude that leaves the transmitter.
    pub amplitude_launched: DecibelMilliwatt,
    /// Outer modulation amplitude at the photodiode.
    pub amplitude_received: DecibelMilliwatt,
}

impl LightBudget {
    /// The way of an optical lane's light at a laser power.
    #[must_use]
    pub fn new(optics: &Optics, budget: &OpticalBudget) -> Self {
        let share = Decibel::from_power_ratio(optics.laser.shared_by.max(1.0));
        let laser = budget.laser + share;
        let mut level = laser;
        let stages = [
            ("parted among lanes", share),
            ("onto the photonic chip", optics.laser.coupling),
            ("modulator, on average", optics.modulator.mean_loss),
            ("into the fibre", optics.path.out_coupling),
            ("fibre and connectors", optics.path.channel),
            ("onto the detector chip", optics.path.in_coupling),
            ("impairments, of the amplitude", optics.impairments.penalty()),
        ]
        .map(|(name, loss)| {
            level = level - loss;
            LightStage { name, loss, after: level }
        })
        .to_vec();
        Self {
            wall_plug: budget.laser_power,
            laser,
            laser_limit: optics.laser.max_power,
            efficiency: Ratio::new(optics.laser.wall_plug),
            stages,
            amplitude_launched: budget.oma_transmitted,
            amplitude_received: budget.oma_received,
        }
    }

    /// What the laser could give more.
    #[must_use]
    pub fn reserve(&self) -> Decibel {
        self.laser_limit - self.laser
    }

    /// Loss from the laser to the photodiode.
    #[must_use]
    pub fn loss(&self) -> Decibel {
        self.stages.iter().fold(Decibel::ZERO, |sum, stage| sum + stage.loss)
    }
}

/// Lasers that share a spare where they do not stand in modules of their own.
const LASERS_PER_SPARE: f64 = 8.0;

/// The lasers of a payload: how many, how they are grouped, and how often one fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaserSupply {
    /// Lasers that must shine.
    pub lasers: f64,
    /// Modules of their own that they stand in; `None` for lasers in modules or engines.
    pub modules: Option<f64>,
    /// Lanes that one laser feeds.
    pub lanes_per_laser: f64,
    /// Failure rate of one.
    pub rate: FailureRate,
}

impl LaserSupply {
    /// The lasers of a technology for a payload in one direction, on electrical lanes of a payload; `None` for copper.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        lane: BitRate,
        payload: BitRate,
    ) -> Result<Option<Self>, FactError> {
        let Some(engine) = &technology.engine else { return Ok(None) };
        let lanes = payload / engine.line.map_or(lane, |line| line.payload);
        let lanes_per_laser = Laser::from_facts(facts, &engine.laser)?.shared_by;
        let whole = |x: f64| libm::ceil(x - 1e-9).max(1.0);
        let lasers = whole(lanes / lanes_per_laser);
        if engine.laser != "external" {
            let rate = facts.get("fit.laser.dfb")?;
            return Ok(Some(Self { lasers, modules: None, lanes_per_laser, rate }));
        }
        let per_module = facts.get::<Count>("laser.external.lanes_per_module")?.value();
        let modules = Some(whole(lanes / per_module));
        Ok(Some(Self { lasers, modules, lanes_per_laser, rate: facts.get("fit.laser.cw")? }))
    }

    /// Lasers that may stand in for each other: those of a laser module, or eight.
    #[must_use]
    pub fn group(&self) -> f64 {
        self.modules.map_or(LASERS_PER_SPARE.min(self.lasers), |m| (self.lasers / m).max(1.0))
    }

    /// Probability that all lanes are lit after a time without repair, with so many spare lasers in each group.
    ///
    /// # Model
    /// Each laser works with `p = exp(-rate time)`. Of the lasers of a group and its spares, as many as the group needs must
    /// work, one in the place of any other; and so in all groups.
    ///
    /// # Errors
    /// [`OpticsError`] for more than a thousand lasers in a group.
    ///
    /// # Example
    /// ```
    /// use lightloom_package::light::LaserSupply;
    /// use lightloom_units::{FailureRate, Quantity, Time};
    /// // 144 lasers of 20 FIT in 18 modules: one box in eight loses a laser within five years.
    /// let rate = FailureRate::parse("20 FIT")?;
    /// let lasers = LaserSupply { lasers: 144.0, modules: Some(18.0), lanes_per_laser: 4.0, rate };
    /// let five_years = Time::parse("5 yr")?;
    /// assert!((lasers.lit_after(five_years, 0)?.value() - 0.881).abs() < 1e-3);
    /// assert!(lasers.lit_after(five_years, 1)?.value() > 0.999);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lit_after(&self, time: Time, spares: u32) -> Result<Ratio, OpticsError> {
        let works = Ratio::new(libm::exp(-self.rate.si() * time.si()));
        let group = libm::ceil(self.group()).clamp(1.0, 1e6);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let needed = group as u32;
        let one = redundancy(needed, needed.saturating_add(spares), works)?;
        Ok(Ratio::new(libm::pow(one.value(), self.lasers / group)))
    }
}
