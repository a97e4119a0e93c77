//! Space: how much bandwidth fits over an edge, on an area, through a front panel, out of a package.
//!
//! All densities count one direction; the other direction runs beside it with as many lanes and fibres of its own.
//!
//! | file | what |
//! |---|---|
//! | `electrical` | lanes over a millimetre of die edge |
//! | `optical` | fibres over an edge or an area |
//! | `engine` | circuits and footprint of an engine |
//! | `panel` | modules, fibre connectors and lasers in a rack unit |
//! | `body` | all of these for one technology, read once |
//! | `reach` | the largest package, and what binds it |
//! | `table` | technologies and layouts side by side, gains over pluggables |

mod body;
mod electrical;
mod engine;
mod optical;
mod panel;
mod reach;
mod table;

pub use body::Body;
pub use electrical::{EdgeClass, ElectricalEdge};
pub use engine::EngineBody;
pub use optical::{FibreCoupling, FibreLayout};
pub use panel::{FibreConnector, FibreConnectorKind, FormFactor, LaserPanel, Panel};
pub use reach::{Limit, Package, Reach, reach, reach_at};
pub use table::{DensityGain, DensityRow, LayoutRow, density_row, gain, layouts};

use crate::light::Sharing;
use crate::technology::Technology;
use lightloom_evidence::{FactError, Facts};
use lightloom_link::Line;
use lightloom_units::{ArealDensity, BitRate, EdgeDensity};

/// Bandwidth density of one end, per direction, by whichever boundary binds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Bits through one rack unit of front panel; absent where no panel is involved.
    pub per_rack_unit: Option<BitRate>,
    /// Bits over a millimetre of the edge where the conversion or the connector sits.
    pub per_edge: EdgeDensity,
    /// What sets the edge: the electrical interface or the fibres.
    pub edge_limit: &'static str,
    /// Bits over the footprint of an engine or a module's chips; absent for copper and for modulators without known area.
    pub per_area: Option<ArealDensity>,
}

impl Density {
    /// Density of an end whose lanes carry `line`.
    ///
    /// # Model
    /// Edge: the smaller of [`ElectricalEdge::density`] and [`FibreLayout::per_edge`]; chips that are stacked have no
    /// electrical edge. Area: [`EngineBody::density`]. Rack unit: [`Panel::per_rack_unit`].
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        line: &Line,
        retimed: bool,
        sharing: Option<Sharing>,
    ) -> Result<Self, FactError> {
        let electrical = ElectricalEdge::of(facts, technology)?.map(|e| e.density(line.payload));
        let layout = FibreLayout::of(facts, technology, line.payload)?;
        let (per_edge, edge_limit) = edge(electrical, layout.as_ref());
        let engine = EngineBody::of(facts, technology, line.payload, retimed)?;
        let panel = Panel::of(facts, technology, sharing)?;
        Ok(Self {
            per_rack_unit: panel.per_rack_unit(line.payload, layout.as_ref()),
            per_edge,
            edge_limit,
            per_area: engine.map(|e| e.density()),
        })
    }
}

/// The density of an edge, and what sets it.
fn edge(
    electrical: Option<EdgeDensity>,
    fibres: Option<&FibreLayout>,
) -> (EdgeDensity, &'static str) {
    let light = fibres.map(FibreLayout::per_edge);
    match (electrical, light) {
        (Some(copper), Some(light)) if light < copper => (light, "fibre pitch"),
        (Some(copper), _) => (copper, "electrical interface"),
        (None, Some(light)) => (light, "fibre pitch"),
        (None, None) => (EdgeDensity::ZERO, "nothing"),
    }
}
