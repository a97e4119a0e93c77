//! Light from the wall plug to the photodiode, and the lasers that many lanes share.

use lightloom_link::optics::{OpticsError, redundancy};
use lightloom_link::{OpticalBudget, Optics};
use lightloom_units::{Decibel, DecibelMilliwatt, FailureRate, Power, Quantity, Ratio, Time};

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

/// The lasers of a payload: how many, what one takes with it, and what spares are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaserSupply {
    /// Lasers that must shine.
    pub needed: u32,
    /// Lasers that are built in.
    pub installed: u32,
    /// Lanes that one laser feeds.
    pub lanes_per_laser: f64,
    /// Failure rate of one.
    pub rate: FailureRate,
}

impl LaserSupply {
    /// Rate at which the supply without its spares loses a laser.
    #[must_use]
    pub fn series_rate(&self) -> FailureRate {
        self.rate * f64::from(self.needed)
    }

    /// Probability that all lanes are lit after a time without repair.
    ///
    /// # Model
    /// Each laser works with `p = exp(-rate time)`; at least `needed` of `installed` must, one in the place of any other.
    ///
    /// # Errors
    /// [`OpticsError`] for more needed than installed, or more than a thousand.
    ///
    /// # Example
    /// ```
    /// use lightloom_package::light::LaserSupply;
    /// use lightloom_units::{FailureRate, Quantity, Time};
    /// // 144 lasers of 20 FIT: one box in eight loses a laser within five years.
    /// let rate = FailureRate::parse("20 FIT")?;
    /// let mut lasers = LaserSupply { needed: 144, installed: 144, lanes_per_laser: 4.0, rate };
    /// let five_years = Time::parse("5 yr")?;
    /// let lit = lasers.lit_after(five_years)?.value();
    /// assert!((lit - 0.881).abs() < 1e-3);
    /// lasers.installed = 146;
    /// assert!(lasers.lit_after(five_years)?.value() > 0.999);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lit_after(&self, time: Time) -> Result<Ratio, OpticsError> {
        let works = libm::exp(-self.rate.si() * time.si());
        redundancy(self.needed, self.installed, Ratio::new(works))
    }
}
