//! The span over which a ring is tuned.

use crate::heat::{HeatError, Loads, Place, State, Temperatures, Thermal};
use crate::space::Body;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Power, Temperature, ThermalDrift, TuningEfficiency};
use serde::Serialize;

/// How rings drift and are held.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RingTuner {
    /// Drift of the resonance.
    pub drift: ThermalDrift,
    /// What a heater does.
    pub heater: TuningEfficiency,
    /// Span that plans assume, in kelvin.
    pub assumed_kelvin: f64,
}

impl RingTuner {
    /// Reads `ring.*`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let high: Temperature = facts.get("ring.temperature_high")?;
        let low: Temperature = facts.get("ring.temperature_low")?;
        Ok(Self {
            drift: facts.get("ring.drift")?,
            heater: facts.get("ring.heater")?,
            assumed_kelvin: high.kelvin_above(low),
        })
    }

    /// Heater power that holds a ring over a span.
    #[must_use]
    pub fn power(&self, kelvin: f64) -> Power {
        self.drift.heater_power(kelvin.max(0.0), self.heater)
    }
}

/// Between which temperatures a ring must hold its wavelength, and what makes the difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RingSpan {
    /// Coolest in service: coldest coolant, host idle, neighbours off.
    pub cold: Temperature,
    /// Warmest in service.
    pub hot: Temperature,
    /// Kelvin from the range of the coolant's inlet.
    pub by_coolant_kelvin: f64,
    /// Kelvin from the host's load, coolant warmed by it included.
    pub by_host_kelvin: f64,
    /// Kelvin from the other engines.
    pub by_neighbours_kelvin: f64,
    /// Heater power at the coolest: the most that is needed.
    pub heater: Power,
    /// The same over the span that plans assume.
    pub heater_assumed: Power,
}

impl RingSpan {
    /// Kelvin from coolest to warmest.
    #[must_use]
    pub fn kelvin(&self) -> f64 {
        self.hot.kelvin_above(self.cold)
    }
}

impl Thermal {
    /// The span of a technology's rings; `None` without rings.
    ///
    /// # Model
    /// From [`Thermal::quiet`] to [`Thermal::full`], one cause after the other; the network is linear, so the order does
    /// not matter. A heater can only warm: at the warmest it is off, at the coolest it makes up for the span.
    ///
    /// # Errors
    /// As [`Thermal::temperatures`].
    pub fn ring_span(
        &self,
        body: &Body,
        place: &Place,
        loads: &Loads,
        tuner: &RingTuner,
    ) -> Result<Option<RingSpan>, HeatError> {
        if !body.rings {
            return Ok(None);
        }
        let ring = |state: State| -> Result<Option<Temperature>, HeatError> {
            self.temperatures(body, place, loads, &state).map(|t: Temperatures| t.photonic)
        };
        let (quiet, full) = (self.quiet(), self.full());
        let warm = State { inlet: full.inlet, ..quiet };
        let loaded = State { host: full.host, ..warm };
        let (Some(cold), Some(warm), Some(loaded), Some(hot)) =
            (ring(quiet)?, ring(warm)?, ring(loaded)?, ring(full)?)
        else {
            return Ok(None);
        };
        Ok(Some(RingSpan {
            cold,
            hot,
            by_coolant_kelvin: warm.kelvin_above(cold),
            by_host_kelvin: loaded.kelvin_above(warm),
            by_neighbours_kelvin: hot.kelvin_above(loaded),
            heater: tuner.power(hot.kelvin_above(cold)),
            heater_assumed: tuner.power(tuner.assumed_kelvin),
        }))
    }
}
