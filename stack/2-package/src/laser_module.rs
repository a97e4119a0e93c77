//! An external laser module as a product: light, power by the wall, classes of its standard, what it feeds.

use crate::heat::{HeatError, Thermal};
use crate::technology::Cooling;
use lightloom_evidence::{FactError, Facts};
use lightloom_link::optics::{ExternalLaser, OpticsError};
use lightloom_units::{
    BitRate, Count, Decibel, DecibelMilliwatt, Power, Quantity, Ratio, Temperature,
};
use serde::{Deserialize, Serialize};

/// What a file of a laser module says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaserModuleKind {
    /// A laser module.
    LaserModule,
}

impl LaserModuleKind {
    /// As files and documents name it.
    pub const NAME: &str = "laser-module";
}

/// An external laser module as written in `catalog/products/NAME.toml`: parts and rated light, no result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaserModule {
    /// Identifier.
    pub id: String,
    /// Name as its maker writes it.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// What is sold.
    pub kind: LaserModuleKind,
    /// Where its makeup is published: ids of sources.
    pub sources: Vec<String>,
    /// Lasers in it.
    pub lasers: f64,
    /// Rated light of one, in its fibre.
    pub power: DecibelMilliwatt,
    /// Fibres that carry light out of it.
    pub fibres: f64,
    /// What cools its case.
    pub cooling: Cooling,
}

/// A laser module that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LaserModuleError {
    /// Not the right TOML.
    #[error("{file}: {message}")]
    Parse {
        /// File name.
        file: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// A count that cannot be.
    #[error("the laser module `{module}` has {value} {what}; give a whole number from 1 to 1024")]
    Parts {
        /// The module.
        module: String,
        /// The parts.
        what: &'static str,
        /// Their number.
        value: f64,
    },
    /// More heat than its cooling takes: warmer lasers need more power, which warms them.
    #[error(
        "the laser module `{module}` has no steady temperature at {light} of light with {cooling}: each kelvin costs more power than \
         the cooling takes away; take less light, or liquid"
    )]
    Runaway {
        /// The module.
        module: String,
        /// Light of all lasers.
        light: Power,
        /// What cools it.
        cooling: &'static str,
    },
    /// The light floor refused.
    #[error(transparent)]
    Optics(#[from] OpticsError),
    /// The heat floor refused.
    #[error(transparent)]
    Heat(#[from] HeatError),
    /// A fact is missing.
    #[error(transparent)]
    Fact(#[from] FactError),
}

/// A class of the standard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SupplyClass<Q> {
    /// Place among the classes, from 1.
    pub number: usize,
    /// Its limit.
    pub limit: Q,
}

/// A laser module, lit at its rated power in its warmest inlet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LitModule {
    /// Light of all lasers, in their fibres.
    pub light: Power,
    /// Electrical power.
    pub electrical: Power,
    /// What it leaves at the faceplate.
    pub heat: Power,
    /// Light over electrical power at its temperature.
    pub efficiency: Ratio,
    /// Its case.
    pub case: Temperature,
    /// Junction of a laser.
    pub junction: Temperature,
    /// The least optical class that holds its light; `None` above all.
    pub optical_class: Option<SupplyClass<DecibelMilliwatt>>,
    /// The least electrical class that holds its power; `None` above all.
    pub electrical_class: Option<SupplyClass<Power>>,
    /// Lanes that it feeds.
    pub lanes: f64,
    /// Heat of a rack unit of panel full of such modules.
    pub heat_per_rack_unit: Power,
}

impl LitModule {
    /// Payload in one direction that its lanes carry.
    #[must_use]
    pub fn payload(&self, lane: BitRate) -> BitRate {
        lane * self.lanes
    }

    /// Modules that a payload in one direction needs, whole ones.
    #[must_use]
    pub fn modules(&self, payload: BitRate, lane: BitRate) -> f64 {
        libm::ceil(payload / self.payload(lane) - 1e-9).max(1.0)
    }
}

/// Steps within which the temperature settles: each reduces what is left by a factor of three at the least.
const STEPS: u32 = 200;

impl LaserModule {
    /// Reads one file.
    ///
    /// # Errors
    /// [`LaserModuleError::Parse`] with the file's name and the parser's position; [`LaserModuleError::Parts`].
    pub fn parse(file: &str, text: &str) -> Result<Self, LaserModuleError> {
        let module: Self = toml::from_str(text).map_err(|e| LaserModuleError::Parse {
            file: file.to_owned(),
            message: e.to_string(),
        })?;
        for (what, value) in [("lasers", module.lasers), ("fibres", module.fibres)] {
            if !((1.0..=1024.0).contains(&value) && libm::trunc(value).total_cmp(&value).is_eq()) {
                return Err(LaserModuleError::Parts { module: module.id, what, value });
            }
        }
        Ok(module)
    }

    /// Lights it.
    ///
    /// # Model
    /// `P = L / eta(T)`, `T = T_inlet + P R_case`, `eta(T) = eta_r exp(-(T - T_r) / T_1)`
    /// ([`ExternalLaser::wall_plug_at`]), `L` the light of all lasers. With `A = L / eta(T_inlet)` and `b = R_case / T_1`,
    /// `P = A exp(b P)` has a steady answer where `A b <= 1 / e`, else the module runs away. Junction: the case and `P R / N`
    /// above it. Classes: the least whose limit, with the standard's tolerance for light, is not exceeded. Lanes: lasers times
    /// `laser.external.shared_by`.
    ///
    /// # Validity
    /// Warmest inlet in service. The catalog's efficiency is that of a module at a temperature of its case, cooler and driver
    /// included, so a junction above the case is not counted again, and a thermoelectric cooler is no part of its own.
    ///
    /// # Source
    /// Classes: OIF-ELSFP-02.0. Efficiency and resistances: `laser.external.*`, `heat.laser.*`.
    ///
    /// # Errors
    /// [`LaserModuleError`].
    pub fn light(&self, facts: &Facts<'_>) -> Result<LitModule, LaserModuleError> {
        let laser = ExternalLaser::from_facts(facts, Decibel::ZERO, Decibel::ZERO)?;
        let thermal = Thermal::from_facts(facts, self.cooling)?;
        let inlet = thermal.coolant.warm;
        let light = self.power.power() * self.lasers;
        let cold = light / laser.wall_plug_at(inlet)?;
        let growth = thermal.laser_module.si() / laser.characteristic_kelvin;
        if cold.as_w() * growth >= libm::exp(-1.0) {
            let cooling = self.cooling.name();
            return Err(LaserModuleError::Runaway { module: self.id.clone(), light, cooling });
        }
        let mut electrical = cold;
        for _ in 0..STEPS {
            electrical = cold * libm::exp(growth * electrical.as_w());
        }
        let case = inlet.warmer_by(thermal.laser_module.si() * electrical.as_w());
        let [_, junction] = thermal.laser;
        let rise = junction.si() * electrical.as_w() / self.lasers;
        let heat = electrical - light;
        let in_unit: Count = facts.get("panel.laser.modules")?;
        let tolerance: Decibel = facts.get("elsfp.optical_tolerance")?;
        let optical = classes::<DecibelMilliwatt>(facts, "elsfp.optical_class")?;
        let electrical_classes = classes::<Power>(facts, "elsfp.electrical_class")?;
        Ok(LitModule {
            light,
            electrical,
            heat,
            efficiency: Ratio::new(light / electrical),
            case,
            junction: case.warmer_by(rise),
            optical_class: least(&optical, |limit| self.power <= limit + tolerance),
            electrical_class: least(&electrical_classes, |limit| electrical <= limit),
            lanes: self.lasers * laser.lanes,
            heat_per_rack_unit: heat * in_unit.value(),
        })
    }
}

/// Limits of a standard's classes, from the least.
fn classes<Q: Quantity + PartialOrd>(facts: &Facts<'_>, head: &str) -> Result<Vec<Q>, FactError> {
    let names = facts.catalog().children(head);
    let mut limits: Vec<Q> = names
        .iter()
        .map(|name| facts.get::<Q>(&format!("{head}.{name}")))
        .collect::<Result<_, _>>()?;
    limits.sort_by(|a, b| a.si().total_cmp(&b.si()));
    Ok(limits)
}

fn least<Q: Copy>(limits: &[Q], holds: impl Fn(Q) -> bool) -> Option<SupplyClass<Q>> {
    let at = limits.iter().position(|limit| holds(*limit))?;
    Some(SupplyClass { number: at + 1, limit: *limits.get(at)? })
}
