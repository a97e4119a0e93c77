//! One technology in air and in liquid: temperatures, what limits, what liquid gains.

use crate::heat::{
    HeatError, LaserAging, LaserHeat, Loads, Part, Place, RackLimit, RingSpan, RingTuner,
    Temperatures, Thermal, coolant_rise,
};
use crate::space::Body;
use crate::technology::Cooling;
use lightloom_evidence::Facts;
use lightloom_units::{BitRate, HeatFlux, Power, Quantity, Temperature};
use serde::Serialize;

/// A part with its temperature and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HeatRow {
    /// The part.
    pub part: Part,
    /// Temperature at full load and the warmest coolant.
    pub temperature: Temperature,
    /// Kelvin that it has left.
    pub left_kelvin: f64,
}

/// What heat does to a technology in one way of cooling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatReport {
    /// Air or liquid.
    pub cooling: Cooling,
    /// Inlet, warmest in service.
    pub inlet: Temperature,
    /// Bandwidth that was computed, one direction.
    pub bandwidth: BitRate,
    /// Power of everything in the box that was computed: host, conversions, lasers. Fans and supplies are not in it.
    pub power: Power,
    /// Parts with their temperatures.
    pub parts: Vec<HeatRow>,
    /// The part that is nearest to its limit.
    pub tightest: Part,
    /// Kelvin from inlet to outlet of the box.
    pub coolant_rise_kelvin: f64,
    /// Heat flux of the host's silicon.
    pub host_flux: HeatFlux,
    /// Heat flux at which the host's silicon would be at its limit, by its own layers alone.
    pub highest_flux: HeatFlux,
    /// Largest bandwidth at which every part keeps its limit, and the part that sets it.
    pub highest_bandwidth: BitRate,
    /// That part.
    pub highest_by: Part,
    /// The span of rings; absent without rings.
    pub rings: Option<RingSpan>,
    /// The laser; absent for copper.
    pub laser: Option<LaserHeat>,
    /// The rack.
    pub rack: RackLimit,
}

/// What reports of one way of cooling follow from, read once.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatFacts {
    thermal: Thermal,
    aging: LaserAging,
    tuner: RingTuner,
    rack: Power,
}

impl HeatFacts {
    /// Reads `heat.*`, rings and lasers for a way of cooling.
    ///
    /// # Errors
    /// [`HeatError`] when the catalog lacks a fact.
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, HeatError> {
        Ok(Self {
            thermal: Thermal::from_facts(facts, cooling)?,
            aging: LaserAging::from_facts(facts)?,
            tuner: RingTuner::from_facts(facts)?,
            rack: RackLimit::power_from_facts(facts, cooling)?,
        })
    }

    /// Resistances, coolant and limits.
    #[must_use]
    pub const fn thermal(&self) -> &Thermal {
        &self.thermal
    }

    /// Heat of a technology.
    ///
    /// # Errors
    /// [`HeatError`] for inputs out of range.
    pub fn report(
        &self,
        body: &Body,
        place: &Place,
        loads: &Loads,
    ) -> Result<HeatReport, HeatError> {
        let thermal = &self.thermal;
        let full = thermal.full();
        let found = thermal.temperatures(body, place, loads, &full)?;
        let (tightest, _) = thermal.tightest(body, &found);
        let power = thermal.power(body, place, loads, &full);
        let host = (place.core + loads.host) * place.bandwidth + place.fixed;
        let cooling = thermal.coolant.cooling;
        let (highest_bandwidth, highest_by) = thermal.highest_bandwidth(body, place, loads)?;
        let external = body.laser_modules > 0.0;
        let to_limit = thermal.limits.chip.kelvin_above(full.inlet);
        Ok(HeatReport {
            cooling,
            inlet: full.inlet,
            bandwidth: place.bandwidth,
            power,
            parts: rows(thermal, body, &found),
            tightest,
            coolant_rise_kelvin: coolant_rise(cooling, power, thermal.coolant.flow)?,
            host_flux: HeatFlux::from_si(host.as_w() / place.silicon.as_m2()),
            highest_flux: thermal.path.flux(to_limit)?,
            highest_bandwidth,
            highest_by,
            rings: thermal.ring_span(body, place, loads, &self.tuner)?,
            laser: found.laser.map(|t| self.aging.at(t, external)).transpose()?,
            rack: RackLimit::of(self.rack, power)?,
        })
    }
}

fn rows(thermal: &Thermal, body: &Body, found: &Temperatures) -> Vec<HeatRow> {
    let limits = &thermal.limits;
    let photonic = if body.rings { limits.ring } else { limits.chip };
    let all = [
        (Part::Host, Some(found.host), limits.chip),
        (Part::Electronic, found.electronic, limits.chip),
        (Part::Photonic, found.photonic, photonic),
        (Part::Laser, found.laser, limits.laser),
        (Part::Case, found.case, limits.case),
    ];
    let row = |(part, temperature, limit): (Part, Option<Temperature>, Temperature)| {
        let temperature = temperature?;
        Some(HeatRow { part, temperature, left_kelvin: limit.kelvin_above(temperature) })
    };
    all.into_iter().filter_map(row).collect()
}

/// A technology in air and in liquid, at the same bandwidth.
///
/// # Errors
/// As [`HeatFacts::report`], and when the catalog lacks a fact.
pub fn compare(
    facts: &Facts<'_>,
    body: &Body,
    place: &Place,
    loads: &Loads,
) -> Result<[HeatReport; 2], HeatError> {
    let of = |cooling| HeatFacts::from_facts(facts, cooling)?.report(body, place, loads);
    Ok([of(Cooling::Air)?, of(Cooling::Liquid)?])
}
