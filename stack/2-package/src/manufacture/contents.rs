//! What one module or engine holds, as its technology and its lanes decide.

use crate::chips::ChipAreas;
use crate::manufacture::{ManufactureError, within};
use crate::technology::{Engine, Retiming};
use lightloom_evidence::Facts;
use lightloom_units::{BitRate, Count};

/// What one unit holds: one module or engine of its technology's capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contents {
    /// Payload, one direction.
    pub capacity: BitRate,
    /// Payload of a lane.
    pub payload: BitRate,
    /// Lanes, one direction.
    pub lanes: f64,
    /// Fibres at its chip: both directions, and those that bring light from outside.
    pub fibres: u32,
    /// Rows of each fibre array.
    pub rows: u32,
    /// Lasers inside.
    pub lasers: f64,
    /// External laser modules, its share of them.
    pub laser_modules: f64,
    /// Areas of its chips, all chips of a kind together.
    pub areas: ChipAreas,
}

/// Most lanes of a unit that are looked at.
const MOST_LANES: f64 = 1e5;

impl Contents {
    /// Contents of a unit whose lanes carry a payload.
    ///
    /// # Model
    /// Lanes: capacity over payload. Fibres: one for each direction of `wavelengths` lanes; from outside, one for the lanes of
    /// one wavelength that share a laser (`laser.NAME.shared_by`). Retimer: where one is built (`retimed`, an outcome of the
    /// lane's evaluation), half of its area where it serves one direction.
    ///
    /// # Errors
    /// [`ManufactureError`] when the catalog lacks a fact, or there are no lanes or too many.
    pub fn of(
        facts: &Facts<'_>,
        engine: &Engine,
        payload: BitRate,
        retimed: bool,
    ) -> Result<Self, ManufactureError> {
        let lanes = engine.capacity / payload;
        let few = (1e-6..=MOST_LANES).contains(&lanes);
        within(few, "lanes of a module or engine", "one to 100,000", lanes, "state its capacity")?;
        let lanes = libm::ceil(lanes - 1e-9);
        let shared = facts.get::<Count>(&format!("laser.{}.shared_by", engine.laser))?.value();
        within(shared > 0.0, "lanes that share a laser", "above zero", shared, "1 is the least")?;
        let strands = libm::ceil(lanes / f64::from(engine.wavelengths.max(1)));
        let external = engine.laser == "external";
        let (mut fibres, mut lasers, mut laser_modules) = (2.0 * strands, 0.0, 0.0);
        if external {
            let fed: Count = facts.get("laser.external.lanes_per_module")?;
            let fed = fed.value();
            within(fed > 0.0, "lanes fed by a laser module", "above zero", fed, "32 is usual")?;
            fibres += libm::ceil(strands / shared);
            laser_modules = lanes / fed;
        } else {
            lasers = lanes / shared;
        }
        let digital = retimed && engine.retiming != Retiming::None;
        let mut areas = ChipAreas::from_facts(facts, &engine.modulator, payload, lanes, digital)?;
        if engine.retiming == Retiming::Transmit {
            areas.retimer = areas.retimer * 0.5;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "three times the most lanes"
        )]
        let fibres = fibres as u32;
        let (capacity, rows) = (engine.capacity, engine.fibre_rows.max(1));
        Ok(Self { capacity, payload, lanes, fibres, rows, lasers, laser_modules, areas })
    }
}
