//! Light from the wall plug to the photodiode, and the lasers that many lanes share.

use crate::Technology;
use crate::technology::{Engine, Source};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::optics::{OpticsError, redundancy};
use lightloom_link::{LinkOutcome, OpticalBudget, Optics};
use lightloom_units::{
    BitRate, Count, Decibel, DecibelMilliwatt, EnergyPerBit, FailureRate, Power, Quantity, Ratio,
    Time,
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
///
/// # Validity
/// Couplers: the catalog's losses were measured on assembled joints (a fibre array on a photonic chip, an engine with its
/// gratings), so the mean error of assembly is in them, and [`crate::coupling`]'s mean must not be added. What the worst lane
/// of an engine loses beyond that mean is not here: a sheet shows it, and a standard's allocation for the channel, where it is
/// more than the plant's own loss, leaves room for it. Laser: the catalog's efficiency of a module's laser includes its cooler
/// and states no temperature, that of an external laser is of a module at 50 degC, so that the rise from case to junction is in
/// it; [`crate::heat::LaserAging`] compares junctions, and its factor on both would count that rise twice. A laser module as a
/// product ([`crate::LaserModule`]) has the efficiency at its own case's temperature.
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

    /// The same lane's light where its laser feeds more lanes than the catalog says.
    #[must_use]
    pub(crate) fn shared(mut self, sharing: &Sharing) -> Self {
        let parted = sharing.ideal() + sharing.excess;
        self.laser = self.laser + parted;
        self.wall_plug = self.wall_plug * sharing.excess.power_ratio();
        if let Some(first) = self.stages.first_mut() {
            first.loss += parted;
        }
        self
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

/// How many lanes a laser and a laser module feed.
///
/// # Model
/// The catalog says how many (`laser.NAME.shared_by`, `laser.external.lanes_per_module`). Where rings part several colours
/// on a fibre and the light is the least that closes ([`Engine::shares_colours`]), one laser of each colour feeds that colour
/// of twice as many fibres as long as the power that it has left exceeds `10 log10 2` and the excess of one more splitter
/// (`laser.splitter_excess`), and the fibres of one unit are not exceeded. The excess is paid in light.
///
/// # Validity
/// A laser module holds as many lasers as before: more lanes of each, at the same rated power. Splitters stand behind the
/// module or on the photonic chip; their crossings and the polarisation-maintaining fibre's own limits are not looked into.
///
/// # Example
/// ```
/// use lightloom_package::Sharing;
/// use lightloom_units::Decibel;
/// let stated = Sharing::new(4.0, Some(32.0));
/// // 7.3 dB left: two splitters of 3.31 dB, not three.
/// let shared = stated.doubled(Decibel::db(7.3), Decibel::db(0.3), 32.0);
/// assert_eq!((shared.lanes_per_laser, shared.lanes_per_module), (16.0, Some(128.0)));
/// // The unit has no more than eight fibres.
/// assert_eq!(stated.doubled(Decibel::db(7.3), Decibel::db(0.3), 8.0).lanes_per_laser, 8.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sharing {
    /// Lanes that one laser feeds.
    pub lanes_per_laser: f64,
    /// Lanes that one external laser module feeds; `None` for lasers in modules or engines.
    pub lanes_per_module: Option<f64>,
    /// Splitters behind each other, beyond what the catalog says.
    pub doublings: u32,
    /// What they lose beyond the ideal.
    pub excess: Decibel,
}

impl Sharing {
    /// So many lanes for a laser and for a laser module.
    #[must_use]
    pub const fn new(lanes_per_laser: f64, lanes_per_module: Option<f64>) -> Self {
        Self { lanes_per_laser, lanes_per_module, doublings: 0, excess: Decibel::ZERO }
    }

    /// What the catalog says of an engine's lasers; one lane each for directly modulated sources.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn stated(facts: &Facts<'_>, engine: &Engine) -> Result<Self, FactError> {
        let source = engine.source();
        if matches!(source, Source::Vcsel | Source::MicroLed) {
            return Ok(Self::new(1.0, None));
        }
        let shared: Count = facts.get(&format!("laser.{}.shared_by", engine.laser))?;
        let modules = match source {
            Source::External => Some(facts.get::<Count>("laser.external.lanes_per_module")?),
            _ => None,
        };
        Ok(Self::new(shared.value(), modules.map(Count::value)))
    }

    /// Sharing with as many splitters as a reserve of power allows.
    #[must_use]
    pub fn doubled(self, reserve: Decibel, excess: Decibel, strands: f64) -> Self {
        /// Splitters that are looked at; a reserve of 40 dB has no more.
        const MOST: u32 = 12;
        let mut shared = self;
        let each = Decibel::from_power_ratio(2.0) + excess;
        let mut left = reserve - each;
        while left >= Decibel::ZERO
            && 2.0 * shared.lanes_per_laser <= strands
            && shared.doublings < MOST
        {
            shared.lanes_per_laser *= 2.0;
            shared.lanes_per_module = shared.lanes_per_module.map(|lanes| 2.0 * lanes);
            shared.doublings += 1;
            shared.excess += excess;
            left -= each;
        }
        shared
    }

    /// Sharing at the transmitter of a way that was evaluated, its lanes of a payload; the splitters' excess is added to the
    /// way's energy. `None` for copper.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub(crate) fn found(
        facts: &Facts<'_>,
        technology: &Technology,
        payload: BitRate,
        outcome: &mut LinkOutcome,
    ) -> Result<Option<Self>, FactError> {
        let Some(engine) = &technology.engine else { return Ok(None) };
        let stated = Self::stated(facts, engine)?;
        let budget = outcome.sections.iter().find_map(|s| s.best()?.budget);
        let Some(budget) = budget.filter(|_| engine.shares_colours()) else {
            return Ok(Some(stated));
        };
        let share = Decibel::from_power_ratio(stated.lanes_per_laser.max(1.0));
        let most: DecibelMilliwatt = facts.get(&format!("laser.{}.max_power", engine.laser))?;
        let excess = facts.get("laser.splitter_excess")?;
        let strands = engine.strands(engine.capacity / payload);
        let shared = stated.doubled(most - share - budget.laser, excess, strands);
        let [transmitter, _] = &mut outcome.ends;
        let paid = transmitter.optics() - transmitter.overhead;
        let more = transmitter.laser * (shared.excess.power_ratio() - 1.0);
        transmitter.laser += more;
        if paid > EnergyPerBit::ZERO {
            transmitter.overhead += transmitter.overhead * (more / paid);
        }
        Ok(Some(shared))
    }

    /// What ideal splitters take of a lane's light.
    fn ideal(&self) -> Decibel {
        Decibel::from_power_ratio(2.0) * f64::from(self.doublings)
    }
}

/// The lasers of a payload: how many, how they are grouped, and how often one fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaserSupply {
    /// Lasers that must shine.
    pub lasers: f64,
    /// Modules of their own that they stand in; `None` for lasers in modules or engines.
    pub modules: Option<f64>,
    /// Lanes that one laser feeds.
    pub lanes_per_laser: f64,
    /// Lasers that share a spare where they do not stand in modules of their own: as many as such a module holds.
    pub per_spare: f64,
    /// Failure rate of one.
    pub rate: FailureRate,
}

impl LaserSupply {
    /// The lasers of a technology for a payload in one direction, on electrical lanes of a payload, shared as its link found
    /// ([`crate::Port::sharing`]) or else as the catalog says; `None` for copper and for micro-LEDs.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        lane: BitRate,
        payload: BitRate,
        sharing: Option<Sharing>,
    ) -> Result<Option<Self>, FactError> {
        let Some(engine) = &technology.engine else { return Ok(None) };
        let lanes = payload / engine.line.map_or(lane, |line| line.payload);
        let Sharing { lanes_per_laser, lanes_per_module, .. } = match sharing {
            Some(sharing) => sharing,
            None => Sharing::stated(facts, engine)?,
        };
        let whole = |x: f64| libm::ceil(x - 1e-9).max(1.0);
        let rate = match engine.source() {
            Source::External => facts.get("fit.laser.cw")?,
            Source::Internal => facts.get("fit.laser.dfb")?,
            Source::Vcsel => facts.get("fit.laser.vcsel")?,
            Source::MicroLed => return Ok(None),
        };
        let modules = lanes_per_module.map(|each| whole(lanes / each));
        let per_spare = facts.get::<Count>("panel.laser.lasers")?.value();
        let lasers = whole(lanes / lanes_per_laser);
        Ok(Some(Self { lasers, modules, lanes_per_laser, per_spare, rate }))
    }

    /// Lasers that may stand in for each other: those of a laser module, or as many as one would hold.
    #[must_use]
    pub fn group(&self) -> f64 {
        self.modules
            .map_or(self.per_spare.min(self.lasers).max(1.0), |m| (self.lasers / m).max(1.0))
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
    /// let (lasers, modules) = (144.0, Some(18.0));
    /// let lasers = LaserSupply { lasers, modules, lanes_per_laser: 4.0, per_spare: 8.0, rate };
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
