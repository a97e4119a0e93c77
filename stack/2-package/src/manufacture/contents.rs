//! What one module or engine holds, as its technology and its lanes decide.

use crate::chips::ChipAreas;
use crate::light::Sharing;
use crate::manufacture::{ManufactureError, within};
use crate::technology::{Engine, Retiming, Source};
use lightloom_evidence::Facts;
use lightloom_units::BitRate;

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
    /// one wavelength that share a laser: as the link found ([`crate::Port::sharing`]), else as the catalog says. Retimer: where one is built (`retimed`, an outcome of the
    /// lane's evaluation), half of its area where it serves one direction.
    ///
    /// # Errors
    /// [`ManufactureError`] when the catalog lacks a fact, or there are no lanes or too many.
    pub fn of(
        facts: &Facts<'_>,
        engine: &Engine,
        payload: BitRate,
        retimed: bool,
        sharing: Option<Sharing>,
    ) -> Result<Self, ManufactureError> {
        let lanes = engine.capacity / payload;
        let few = (1e-6..=MOST_LANES).contains(&lanes);
        within(few, "lanes of a module or engine", "one to 100,000", lanes, "state its capacity")?;
        let lanes = libm::ceil(lanes - 1e-9);
        let sharing = match sharing {
            Some(sharing) => sharing,
            None => Sharing::stated(facts, engine)?,
        };
        let shared = sharing.lanes_per_laser;
        within(shared > 0.0, "lanes that share a laser", "above zero", shared, "1 is the least")?;
        let strands = engine.strands(lanes);
        let (mut fibres, mut lasers, mut laser_modules) = (2.0 * strands, 0.0, 0.0);
        if let Some(fed) = sharing.lanes_per_module {
            within(fed > 0.0, "lanes fed by a laser module", "above zero", fed, "32 is usual")?;
            fibres += libm::ceil(strands / shared);
            laser_modules = lanes / fed;
        } else if engine.source() != Source::MicroLed {
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
