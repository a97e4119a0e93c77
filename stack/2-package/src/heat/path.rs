//! Layers from a die to air or liquid.

use crate::heat::{HeatError, positive};
use crate::technology::Cooling;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Area, HeatFlux, Quantity, Ratio, Temperature, ThermalInsulance, ThermalResistance, VolumeFlow,
};
use serde::Serialize;

/// Heat that a cubic metre of air at 20 degC and sea level takes for a kelvin, J/(m3 K): 1.204 kg/m3 x 1006 J/(kg K).
/// Engineering tables of dry air.
const AIR_J_PER_M3_K: f64 = 1.204 * 1006.0;
/// The same of water with a quarter propylene glycol at 40 degC: 1010 kg/m3 x 3930 J/(kg K). Data sheets of PG25.
const LIQUID_J_PER_M3_K: f64 = 1010.0 * 3930.0;

/// What carries heat out of a box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coolant {
    /// Air or liquid.
    pub cooling: Cooling,
    /// Coolest inlet in service.
    pub cold: Temperature,
    /// Warmest inlet in service.
    pub warm: Temperature,
    /// Flow through a box.
    pub flow: VolumeFlow,
}

impl Coolant {
    /// Reads `heat.air.*` or `heat.liquid.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        let id = |field: &str| format!("heat.{}.{field}", cooling.name());
        Ok(Self {
            cooling,
            cold: facts.get(&id("cold"))?,
            warm: facts.get(&id("warm"))?,
            flow: facts.get(&id("flow"))?,
        })
    }

    /// Heat that a volume takes for a kelvin, J/(m3 K).
    #[must_use]
    pub const fn joule_per_m3_kelvin(cooling: Cooling) -> f64 {
        match cooling {
            Cooling::Air => AIR_J_PER_M3_K,
            Cooling::Liquid => LIQUID_J_PER_M3_K,
        }
    }

    /// Resistance from the coolant's mean temperature in a box to its inlet.
    ///
    /// # Model
    /// The coolant warms by `P / (rho c V)`; its mean lies half of it above the inlet.
    #[must_use]
    pub fn to_inlet(&self) -> ThermalResistance {
        let capacity = Self::joule_per_m3_kelvin(self.cooling) * self.flow.as_m3_per_s();
        ThermalResistance::k_per_w(0.5 / capacity)
    }
}

/// The layers between a die and the coolant.
///
/// # Model
/// `R(A) = (r_die + r_TIM1 + r_lid) / A + (r_TIM2 + r_sink) / (s A)`: up to the lid over the die's area, behind it over an
/// area `s` times as large.
///
/// # Validity
/// Uniform power, one-dimensional flow; the lid's spreading is in `s`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Path {
    /// Silicon.
    pub die: ThermalInsulance,
    /// Between die and lid.
    pub tim1: ThermalInsulance,
    /// Lid.
    pub lid: ThermalInsulance,
    /// Between lid and sink.
    pub tim2: ThermalInsulance,
    /// Fins or cold plate.
    pub sink: ThermalInsulance,
    /// Area behind the lid over the die's.
    pub spread: f64,
}

impl Path {
    /// Reads `heat.layer.*`, `heat.spread` and `heat.sink.COOLING`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        Ok(Self {
            die: facts.get("heat.layer.die")?,
            tim1: facts.get("heat.layer.tim1")?,
            lid: facts.get("heat.layer.lid")?,
            tim2: facts.get("heat.layer.tim2")?,
            sink: facts.get(&format!("heat.sink.{}", cooling.name()))?,
            spread: facts.get::<Ratio>("heat.spread")?.value(),
        })
    }

    /// From the die to its lid.
    ///
    /// # Errors
    /// [`HeatError::NotPositive`] for an area that is not above zero.
    pub fn to_lid(&self, area: Area) -> Result<ThermalResistance, HeatError> {
        over(self.die + self.tim1 + self.lid, area)
    }

    /// From the lid to the coolant.
    ///
    /// # Errors
    /// As [`Path::to_lid`].
    pub fn lid_to_coolant(&self, area: Area) -> Result<ThermalResistance, HeatError> {
        over(self.tim2 + self.sink, area * self.spread)
    }

    /// From the die to the coolant.
    ///
    /// # Errors
    /// As [`Path::to_lid`].
    pub fn resistance(&self, area: Area) -> Result<ThermalResistance, HeatError> {
        Ok(self.to_lid(area)? + self.lid_to_coolant(area)?)
    }

    /// Heat flux at which a die stands so many kelvin above its coolant.
    ///
    /// # Errors
    /// [`HeatError::NotPositive`] for a spread that is not above zero.
    pub fn flux(&self, kelvin: f64) -> Result<HeatFlux, HeatError> {
        let spread = positive("the spread of heat in a lid", self.spread, "2 to 4 are usual")?;
        let insulance =
            (self.die + self.tim1 + self.lid).si() + (self.tim2 + self.sink).si() / spread;
        let hint = "dies have 20 to 200 mm2 K/W";
        Ok(HeatFlux::from_si(kelvin / positive("a thermal insulance in m2 K/W", insulance, hint)?))
    }
}

/// Resistance of a layer over an area.
pub(crate) fn over(layer: ThermalInsulance, area: Area) -> Result<ThermalResistance, HeatError> {
    let hint = "chips have 1 to 1000 mm2";
    let m2 = positive("the area of a thermal path in m2", area.as_m2(), hint)?;
    Ok(ThermalResistance::from_si(layer.si() / m2))
}
