//! Everything of a technology that takes room, read once.

use crate::light::Sharing;
use crate::space::{ElectricalEdge, EngineBody, FibreLayout, Panel};
use crate::technology::{Cooling, Site, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, ThermalInsulance};

/// A technology's claims on a package, as numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// Where the conversion stands.
    pub site: Site,
    /// What cools it, as the technology says.
    pub cooling: Cooling,
    /// Payload of a lane or wavelength.
    pub payload: BitRate,
    /// Lanes over the die's edge; absent where chips are stacked.
    pub edge: Option<ElectricalEdge>,
    /// Fibres; absent for copper.
    pub fibres: Option<FibreLayout>,
    /// The engine; absent for copper.
    pub engine: Option<EngineBody>,
    /// What stands in the front panel.
    pub panel: Panel,
    /// Lasers or micro-LEDs of one engine or module.
    pub lasers: f64,
    /// External laser modules that feed one engine; zero where the lasers are in it.
    pub laser_modules: f64,
    /// Whether light is modulated by rings, which must be tuned.
    pub rings: bool,
    /// Thermal insulance of the bond between electronic and photonic chip.
    pub bond: ThermalInsulance,
}

impl Body {
    /// The body of a technology whose lanes carry a payload; `retimed` where its modules hold a DSP, `sharing` as its link
    /// found ([`crate::Port::sharing`]), else as the catalog says.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn from_facts(
        facts: &Facts<'_>,
        technology: &Technology,
        payload: BitRate,
        retimed: bool,
        sharing: Option<Sharing>,
    ) -> Result<Self, FactError> {
        let declared = technology.engine.as_ref();
        let mut lasers = 0.0;
        let mut laser_modules = 0.0;
        let mut bond = ThermalInsulance::ZERO;
        if let Some(engine) = declared {
            let lanes = engine.capacity / payload;
            let sharing = match sharing {
                Some(sharing) => sharing,
                None => Sharing::stated(facts, engine)?,
            };
            if let Some(fed) = sharing.lanes_per_module {
                laser_modules = lanes / fed;
                lasers = laser_modules * facts.get::<Count>("panel.laser.lasers")?.value();
            } else {
                lasers = lanes / sharing.lanes_per_laser;
            }
            bond = facts.get(&format!("heat.bond.{}", engine.bond))?;
        }
        Ok(Self {
            site: technology.site,
            cooling: technology.cooling,
            payload,
            edge: ElectricalEdge::of(facts, technology)?,
            fibres: FibreLayout::of(facts, technology, payload)?,
            engine: EngineBody::of(facts, technology, payload, retimed)?,
            panel: Panel::of(facts, technology, sharing)?,
            lasers,
            laser_modules,
            rings: declared.is_some_and(|e| e.modulator == "ring"),
            bond,
        })
    }

    /// Bits through a rack unit of front panel.
    #[must_use]
    pub fn per_rack_unit(&self) -> Option<BitRate> {
        self.panel.per_rack_unit(self.payload, self.fibres.as_ref())
    }
}
