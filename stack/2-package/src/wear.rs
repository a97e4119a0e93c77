//! What wears the parts of a port: the temperatures of their place over a year, and the drive of their lasers.

use crate::heat::{HeatError, LaserAging, Loads, Place, State, Temperatures, Thermal};
use crate::light::Sharing;
use crate::space::{Body, EngineBody, Panel};
use crate::technology::{Source, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::{EnergySplit, LinkOutcome};
use lightloom_units::{
    ActivationEnergy, Area, BitRate, Count, Decibel, DecibelMilliwatt, Power, Ratio, Temperature,
};

/// Gauss's three points of an interval from -1 to 1, with half their weights.
const POINTS: [(f64, f64); 3] = [
    (-0.774_596_669_241_483_4, 5.0 / 18.0),
    (0.0, 8.0 / 18.0),
    (0.774_596_669_241_483_4, 5.0 / 18.0),
];

/// How failure rates follow temperature and drive.
///
/// # Model
/// Lasers: a factor for each ten kelvin ([`LaserAging::failure_factor`]) from the temperature for which the rate is stated, times
/// `(I / I_stated)^n` where a rate is stated for a light, as that of external lasers is; the current is the threshold's share and,
/// above it, in proportion to the light. Where a link needs less light than a share of the rated, it has a weaker chip, driven at
/// that share. Other chips: Arrhenius ([`ActivationEnergy::acceleration`]).
///
/// # Validity
/// Wear that warmth and current quicken. Failures of handling, dirt and solder do not follow either; the wide range of the
/// chips' activation energy, 0.3 to 0.9 eV, stands for not knowing their share.
///
/// # Source
/// Facts `fit.laser.*` and `fit.electronics.*` with their notes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wear {
    /// Lasers by temperature.
    pub lasers: LaserAging,
    /// Temperature for which the rate of an external laser is stated.
    pub external_stated: Temperature,
    /// Light for which the rate of an external laser is stated.
    pub rated: DecibelMilliwatt,
    /// Smallest share of its rated light at which a laser is built in.
    pub least_light: f64,
    /// Exponent of the current.
    pub current_exponent: f64,
    /// Threshold over the current at the stated light.
    pub threshold_share: f64,
    /// Chips by temperature.
    pub electronics: ActivationEnergy,
    /// Temperature for which the chips' rates are stated.
    pub electronics_stated: Temperature,
}

impl Wear {
    /// Reads `fit.laser.*` and `fit.electronics.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            lasers: LaserAging::from_facts(facts)?,
            external_stated: facts.get("fit.laser.cw_temperature")?,
            rated: facts.get("fit.laser.cw_power")?,
            least_light: facts.get::<Ratio>("fit.laser.least_light")?.value(),
            current_exponent: facts.get::<Ratio>("fit.laser.current_exponent")?.value(),
            threshold_share: facts.get::<Ratio>("fit.laser.threshold_share")?.value(),
            electronics: facts.get("fit.electronics.activation_energy")?,
            electronics_stated: facts.get("fit.electronics.temperature")?,
        })
    }

    /// Factor on an external laser's stated failure rate for its light.
    ///
    /// # Example
    /// ```
    /// # use lightloom_package::{Wear, heat::LaserAging};
    /// # use lightloom_units::{ActivationEnergy, DecibelMilliwatt, Temperature};
    /// # let t: Temperature = "70 degC".parse()?;
    /// # let lasers = LaserAging {
    /// #     reference: t, reference_internal: t, characteristic_kelvin: 100.0, factor_per_10_kelvin: 2.5,
    /// # };
    /// let wear = Wear {
    ///     rated: DecibelMilliwatt::dbm(26.0), least_light: 0.1, current_exponent: 2.0, threshold_share: 0.2,
    /// #   lasers, external_stated: t, electronics: ActivationEnergy::ev(0.5), electronics_stated: t,
    /// };
    /// // A quarter of the light takes 0.2 + 0.8 / 4 of the current: 0.16 of the failures.
    /// let quarter = wear.drive(DecibelMilliwatt::dbm(19.98));
    /// assert!((quarter - 0.16).abs() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn drive(&self, light: DecibelMilliwatt) -> f64 {
        let share = (light - self.rated).power_ratio().max(self.least_light);
        let threshold = self.threshold_share.clamp(0.0, 1.0);
        let current = threshold + (1.0 - threshold) * share;
        libm::pow(current.max(0.0), self.current_exponent)
    }

    fn laser_at(&self, junction: Temperature, external: bool) -> Result<f64, HeatError> {
        let stated = if external { self.external_stated } else { self.lasers.reference_internal };
        Ok(self.lasers.failure_factor(junction, stated)?.value())
    }
}

/// Factors on the stated failure rates of one end's parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worn {
    /// On a laser's, temperature and drive together.
    pub laser: f64,
    /// The drive's part of it.
    pub drive: f64,
    /// On the rates of electronic chips and photodiodes.
    pub electronics: f64,
    /// Junction of the laser in the middle of the year's inlets; `None` for copper.
    pub laser_temperature: Option<Temperature>,
    /// Electronic chip, likewise.
    pub electronic_temperature: Option<Temperature>,
}

impl Worn {
    /// Rates as they are stated: of copper, whose plugs' heat is not computed.
    pub const AS_STATED: Self = Self {
        laser: 1.0,
        drive: 1.0,
        electronics: 1.0,
        laser_temperature: None,
        electronic_temperature: None,
    };
}

/// One end of a link as wear sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) technology: &'a Technology,
    pub(crate) sharing: Option<Sharing>,
    /// Payload of a lane.
    pub(crate) payload: BitRate,
    pub(crate) retimed: bool,
    pub(crate) energy: &'a EnergySplit,
    /// Light of one of its lasers, where the link found one.
    pub(crate) light: Option<DecibelMilliwatt>,
}

impl End<'_> {
    /// What its parts' failure rates are multiplied by.
    ///
    /// # Model
    /// Everything in the box runs at full load. The coolant at the inlet lies evenly between its coolest and its warmest in
    /// service: rates are averaged over these, which is more than the rate at the mean.
    pub(crate) fn worn(&self, facts: &Facts<'_>, wear: &Wear) -> Result<Worn, HeatError> {
        let Some(engine) = &self.technology.engine else { return Ok(Worn::AS_STATED) };
        let thermal = Thermal::from_facts(facts, self.technology.cooling)?;
        let Some(body) = self.body(facts)? else { return Ok(Worn::AS_STATED) };
        let place = place_of_today(facts)?;
        let loads = Loads::of(self.energy);
        let coolant = &thermal.coolant;
        let middle = coolant.cold.warmer_by(coolant.warm.kelvin_above(coolant.cold) / 2.0);
        let half = coolant.warm.kelvin_above(middle);
        let state = State { inlet: middle, ..thermal.full() };
        let found: Temperatures = thermal.temperatures(&body, &place, &loads, &state)?;
        let external = engine.source() == Source::External;
        let mean = |at: &dyn Fn(f64) -> Result<f64, HeatError>| -> Result<f64, HeatError> {
            POINTS.iter().map(|(x, weight)| Ok(weight * at(half * x)?)).sum()
        };
        let drive = match self.light {
            Some(light) if external => wear.drive(light),
            _ => 1.0,
        };
        // Temperatures are sums over powers: with the inlet all of them move alike.
        let laser = match found.laser {
            Some(t) => mean(&|kelvin| wear.laser_at(t.warmer_by(kelvin), external))?,
            None => 1.0,
        };
        let electronics = match found.electronic {
            Some(t) => mean(&|kelvin| {
                let chip = t.warmer_by(kelvin);
                Ok(wear.electronics.acceleration(wear.electronics_stated, chip))
            })?,
            None => 1.0,
        };
        for (what, value) in
            [("the wear of a laser", laser * drive), ("the wear of chips", electronics)]
        {
            if !value.is_finite() {
                return Err(HeatError::NotFinite { what, value });
            }
        }
        Ok(Worn {
            laser: laser * drive,
            drive,
            electronics,
            laser_temperature: found.laser,
            electronic_temperature: found.electronic,
        })
    }

    /// What heat must know of a body, and no more: each fact that is read is one more that a plan's sensitivity moves.
    fn body(&self, facts: &Facts<'_>) -> Result<Option<Body>, FactError> {
        let technology = self.technology;
        let Some(engine) = &technology.engine else { return Ok(None) };
        let Some(chips) = EngineBody::of(facts, technology, self.payload, self.retimed)? else {
            return Ok(None);
        };
        let sharing = match self.sharing {
            Some(sharing) => sharing,
            None => Sharing::stated(facts, engine)?,
        };
        let lanes = engine.capacity / self.payload;
        let laser_modules = sharing.lanes_per_module.map_or(0.0, |fed| lanes / fed);
        let lasers = if laser_modules > 0.0 {
            laser_modules * facts.get::<Count>("panel.laser.lasers")?.value()
        } else {
            lanes / sharing.lanes_per_laser
        };
        Ok(Some(Body {
            site: technology.site,
            cooling: technology.cooling,
            payload: self.payload,
            edge: None,
            fibres: None,
            engine: Some(chips),
            panel: Panel::None,
            lasers,
            laser_modules,
            rings: engine.modulator == "ring",
            bond: facts.get(&format!("heat.bond.{}", engine.bond))?,
        }))
    }
}

/// The switch that an end stands at or beside: one package of today at the bandwidth of today's largest.
fn place_of_today(facts: &Facts<'_>) -> Result<Place, FactError> {
    let reticle: Area = facts.get("package.reticle")?;
    Ok(Place {
        silicon: reticle * facts.get::<Ratio>("package.silicon")?.value(),
        core: facts.get("switch.nvswitch6.core_energy")?,
        fixed: Power::ZERO,
        bandwidth: facts.get("switch.spectrum6.capacity")?,
    })
}

/// Light of one laser at the transmitter of a way: that of a lane, times the lanes that it feeds, and what splitters lose.
pub(crate) fn laser_light(
    outcome: &LinkOutcome,
    sharing: Option<Sharing>,
) -> Option<DecibelMilliwatt> {
    let budget = outcome.sections.iter().find_map(|s| s.best()?.budget)?;
    let sharing = sharing?;
    Some(
        budget.laser + Decibel::from_power_ratio(sharing.lanes_per_laser.max(1.0)) + sharing.excess,
    )
}
