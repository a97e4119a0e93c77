//! How densely bits leave: a rack unit of front panel, a millimetre of package edge.

use crate::technology::{Interface, Retiming, Site, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::Line;
use lightloom_units::{BitRate, EdgeDensity, Length, Quantity};

/// Bandwidth density of one end, per direction, by whichever boundary binds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Bits through one rack unit of front panel; absent where no panel is involved.
    pub per_rack_unit: Option<BitRate>,
    /// Bits over a millimetre of the edge where the conversion or the connector sits.
    pub per_edge: EdgeDensity,
    /// What sets the edge: the electrical interface or the fibres.
    pub edge_limit: &'static str,
}

impl Density {
    /// Density of an end.
    ///
    /// # Model
    /// Electrical: the interface's published edge density. Optical: wavelengths x lane rate over two fibre
    /// pitches, one fibre for each direction. The smaller binds. Front panel: published bits per rack unit.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks `density.NAME.*`.
    pub fn of(facts: &Facts<'_>, technology: &Technology, line: &Line) -> Result<Self, FactError> {
        let engine = technology.engine.as_ref();
        let die_to_die = engine.is_some_and(|e| e.interface == Interface::DieToDie);
        let linear = engine.is_none_or(|e| e.retiming == Retiming::None);
        let name = match technology.site {
            _ if die_to_die => "interposer",
            Site::Substrate => "substrate",
            Site::Board if linear => "substrate",
            _ => "panel",
        };
        let electrical: EdgeDensity = facts.get(&format!("density.{name}.edge"))?;
        let per_rack_unit = facts.find::<BitRate>(&format!("density.{name}.panel"))?;
        let pitch: Length = facts.get("fibre.pitch")?;
        let optical = engine.map(|e| {
            let per_fibre = line.payload * f64::from(e.wavelengths.max(1));
            EdgeDensity::from_si(per_fibre.si() / (2.0 * pitch.si()))
        });
        Ok(match optical {
            Some(fibres) if fibres < electrical => {
                Self { per_rack_unit, per_edge: fibres, edge_limit: "fibre pitch" }
            }
            _ => Self { per_rack_unit, per_edge: electrical, edge_limit: "electrical interface" },
        })
    }
}
