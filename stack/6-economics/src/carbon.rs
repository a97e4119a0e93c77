//! Greenhouse gas of a cluster: of its electricity, and of making it.

use crate::error::{EconomicsError, not_negative, positive};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Carbon, CarbonPerEnergy, CarbonPerLength, CarbonPerPower, Count, Energy, Frequency, Length,
    Power, Time,
};
use serde::Serialize;

/// Intensities of grids that the catalog knows, `grid.<name>`.
pub const GRIDS: [&str; 6] = ["world", "united-states", "china", "india", "france", "norway"];

/// The intensity of a grid: `grid.<name>`.
///
/// # Errors
/// [`FactError`] for a name that the catalog has not.
pub fn grid(facts: &Facts<'_>, name: &str) -> Result<CarbonPerEnergy, FactError> {
    facts.get(&format!("grid.{name}"))
}

/// Greenhouse gas of making one of each part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmbodiedFactors {
    /// Accelerator with its share of the baseboard.
    pub accelerator: Carbon,
    /// Host, rack, power and cooling of one accelerator.
    pub host_per_accelerator: Carbon,
    /// Pluggable module, or the engine that takes its place.
    pub module: Carbon,
    /// Switch box without optics.
    pub switch: Carbon,
    /// Copper cable.
    pub copper: CarbonPerLength,
    /// One fibre, with its share of jacket and connectors.
    pub fibre: CarbonPerLength,
    /// Building, power and cooling plant, by IT power.
    pub facility: CarbonPerPower,
}

impl EmbodiedFactors {
    /// From the catalog: `embodied.*`, with `embodied.accelerator.<name>`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, accelerator: &str) -> Result<Self, FactError> {
        Ok(Self {
            accelerator: facts.get(&format!("embodied.accelerator.{accelerator}"))?,
            host_per_accelerator: facts.get("embodied.host")?,
            module: facts.get("embodied.module")?,
            switch: facts.get("embodied.switch")?,
            copper: facts.get("embodied.copper")?,
            fibre: facts.get("embodied.fibre")?,
            facility: facts.get("embodied.facility")?,
        })
    }
}

/// What a cluster is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inventory {
    /// Accelerators.
    pub accelerators: Count,
    /// Modules and engines.
    pub modules: Count,
    /// Switches.
    pub switches: Count,
    /// Copper cable, all together.
    pub copper: Length,
    /// Fibre, all strands together.
    pub fibre: Length,
    /// IT power that the facility is built for.
    pub it_power: Power,
}

/// Greenhouse gas of making a cluster, by part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Embodied {
    /// Accelerators.
    pub accelerators: Carbon,
    /// Hosts and racks.
    pub hosts: Carbon,
    /// Modules and engines.
    pub modules: Carbon,
    /// Switches.
    pub switches: Carbon,
    /// Copper and fibre.
    pub cables: Carbon,
    /// Building and plant.
    pub facility: Carbon,
}

impl Embodied {
    /// Greenhouse gas of making these parts.
    ///
    /// # Model
    /// Each part's number, length or power times its factor.
    ///
    /// # Validity
    /// One factor for all modules and one for all switches, whatever their rate: published footprints of either are
    /// few. Engines of co-packaged optics are taken for modules.
    ///
    /// # Errors
    /// When a number is negative or not finite.
    pub fn of(parts: &Inventory, factors: &EmbodiedFactors) -> Result<Self, EconomicsError> {
        let n = not_negative("the number of accelerators", parts.accelerators)?.value();
        let modules = not_negative("the number of modules", parts.modules)?.value();
        let switches = not_negative("the number of switches", parts.switches)?.value();
        let copper = not_negative("the length of copper", parts.copper)?;
        let fibre = not_negative("the length of fibre", parts.fibre)?;
        Ok(Self {
            accelerators: factors.accelerator * n,
            hosts: factors.host_per_accelerator * n,
            modules: factors.module * modules,
            switches: factors.switch * switches,
            cables: factors.copper * copper + factors.fibre * fibre,
            facility: factors.facility * not_negative("the IT power", parts.it_power)?,
        })
    }

    /// Everything that goes when the hardware goes.
    #[must_use]
    pub fn hardware(&self) -> Carbon {
        self.accelerators + self.hosts + self.modules + self.switches + self.cables
    }
}

/// Greenhouse gas of a cluster by year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Footprint {
    /// Of the electricity.
    pub operational_per_year: Carbon,
    /// Of making the hardware, spread over its life.
    pub hardware_per_year: Carbon,
    /// Of making the facility, spread over its longer life.
    pub facility_per_year: Carbon,
}

impl Footprint {
    /// Greenhouse gas by year.
    ///
    /// # Model
    /// `E g + hardware / n + facility / n_F`, with the yearly energy at the meter `E` (PUE is in it), the grid's
    /// intensity `g`, and the lives.
    ///
    /// # Validity
    /// A mean intensity over the year and the life; contracts for clean power and decarbonising grids are another
    /// `g`. Replaced parts are not counted.
    ///
    /// # Source
    /// U. Gupta et al., ACT: designing sustainable computer systems with an architectural carbon modeling tool,
    /// ISCA 2022, equations 1 to 3.
    ///
    /// # Errors
    /// When energy or intensity is negative or a life not above zero.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::carbon::{Embodied, Footprint};
    /// use lightloom_units::{Carbon, Time};
    /// // An H100, 164 kg: 0.9 kW at the meter for a year at 400 g/kWh is 3,154 kg a year.
    /// let none = Carbon::kg(0.0);
    /// let made = Embodied {
    ///     accelerators: Carbon::kg(164.0), hosts: none, modules: none, switches: none, cables: none,
    ///     facility: none,
    /// };
    /// let year = Footprint::of(
    ///     &made, "7884 kWh".parse()?, "400 gCO2e/kWh".parse()?, Time::years(5.0), Time::years(20.0))?;
    /// assert!((year.operational_per_year.as_kg() - 3_153.6).abs() < 1e-6);
    /// assert!((year.hardware_per_year.as_kg() - 32.8).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(
        embodied: &Embodied,
        energy_per_year: Energy,
        intensity: CarbonPerEnergy,
        life: Time,
        facility_life: Time,
    ) -> Result<Self, EconomicsError> {
        let energy = not_negative("the energy of a year", energy_per_year)?;
        let years = positive("the life", life)?.as_years();
        let facility_years = positive("the life of the facility", facility_life)?.as_years();
        Ok(Self {
            operational_per_year: not_negative("the grid's intensity", intensity)? * energy,
            hardware_per_year: embodied.hardware() / years,
            facility_per_year: embodied.facility / facility_years,
        })
    }

    /// Everything of a year.
    #[must_use]
    pub fn per_year(&self) -> Carbon {
        self.operational_per_year + self.hardware_per_year + self.facility_per_year
    }

    /// Greenhouse gas of a million tokens.
    ///
    /// # Model
    /// `1e6 per_year / (tokens per second * 8760 h)`, the rate being the cluster's mean over the year.
    ///
    /// # Errors
    /// Unless the token rate is above zero.
    pub fn million_tokens(&self, tokens: Frequency) -> Result<Carbon, EconomicsError> {
        let rate = positive("the token rate", tokens)?.as_hz();
        Ok(self.per_year() * (1e6 / (rate * Time::years(1.0).as_s())))
    }
}
