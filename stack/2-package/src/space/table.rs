//! Technologies and layouts side by side; gains over pluggables.

use crate::heat::{HeatError, Loads, Thermal};
use crate::space::{Body, FibreCoupling, FibreLayout, Package, Reach, edge, reach};
use crate::technology::{Site, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Area, ArealDensity, BitRate, Count, EdgeDensity, Length, Quantity, Ratio};
use serde::Serialize;

/// One technology: densities at every boundary and the largest package.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DensityRow {
    /// Identifier.
    pub technology: String,
    /// Where the conversion stands.
    pub site: Site,
    /// Bits over the edge where the conversion sits.
    pub per_edge: EdgeDensity,
    /// What sets it.
    pub edge_limit: String,
    /// Bits over the circuits of an engine.
    pub per_circuits: Option<ArealDensity>,
    /// Bits over the footprint of an engine.
    pub per_footprint: Option<ArealDensity>,
    /// Bits of the largest package over its substrate.
    pub per_package: ArealDensity,
    /// Bits through a rack unit of front panel.
    pub per_rack_unit: Option<BitRate>,
    /// The largest package.
    pub reach: Reach,
}

/// The row of a technology.
///
/// # Errors
/// [`HeatError`] when temperatures cannot be computed.
pub fn density_row(
    technology: &Technology,
    package: &Package,
    body: &Body,
    loads: &Loads,
    thermal: &Thermal,
) -> Result<DensityRow, HeatError> {
    let reach = reach(package, body, loads, thermal)?;
    let electrical = body.edge.map(|e| e.density(body.payload));
    let (per_edge, edge_limit) = edge(electrical, body.fibres.as_ref());
    let substrate = package.side * package.side;
    Ok(DensityRow {
        technology: technology.id.clone(),
        site: technology.site,
        per_edge,
        edge_limit: edge_limit.to_owned(),
        per_circuits: body.engine.map(|e| e.circuit_density()),
        per_footprint: body.engine.map(|e| e.density()),
        per_package: ArealDensity::from_si(reach.bandwidth.si() / substrate.si()),
        per_rack_unit: body.per_rack_unit(),
        reach,
    })
}

/// How many times another technology's density a technology has, at each boundary.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DensityGain {
    /// Over the edge of chip or engine.
    pub edge: Ratio,
    /// Through a rack unit of front panel.
    pub rack_unit: Option<Ratio>,
    /// Of the largest package.
    pub package: Ratio,
}

/// Gain of one row over another. The boundary decides: the same technology gains most at the chip's edge and least at the
/// front panel.
#[must_use]
pub fn gain(row: &DensityRow, over: &DensityRow) -> DensityGain {
    let panel = row.per_rack_unit.zip(over.per_rack_unit);
    DensityGain {
        edge: Ratio::new(row.per_edge / over.per_edge),
        rack_unit: panel.map(|(a, b)| Ratio::new(a / b)),
        package: Ratio::new(row.reach.bandwidth / over.reach.bandwidth),
    }
}

/// A way to bring fibres to a chip, without anything around it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LayoutRow {
    /// How fibres meet the chip.
    pub coupling: FibreCoupling,
    /// Fibres.
    pub layout: FibreLayout,
    /// Bits over a millimetre of edge.
    pub per_edge: EdgeDensity,
    /// Bits over a square millimetre of couplers; the array alone has an area.
    pub per_area: Option<ArealDensity>,
    /// Bits through the whole facet or face of a die of one reticle.
    pub per_die: BitRate,
}

/// Wavelengths that layouts are compared with.
const WAVELENGTHS: [f64; 4] = [1.0, 4.0, 8.0, 16.0];
/// Edge rows, grating rows and arrays at every pitch of the catalog, with 1, 4, 8 and 16 wavelengths of a payload.
///
/// # Errors
/// [`FactError`] when the catalog lacks a pitch, the reticle or the rows of gratings.
pub fn layouts(facts: &Facts<'_>, payload: BitRate) -> Result<Vec<LayoutRow>, FactError> {
    let reticle: Area = facts.get("package.reticle")?;
    let grating_rows = facts.get::<Count>("coupler.grating.rows")?.value();
    let side = Length::m(reticle.as_m2().sqrt());
    let mut rows = Vec::with_capacity(36);
    for id in ["pitch.wide", "fibre.pitch", "pitch.fine"] {
        let pitch: Length = facts.get(id)?;
        for coupling in [FibreCoupling::EdgeRow, FibreCoupling::GratingRows, FibreCoupling::Array] {
            for wavelengths in WAVELENGTHS {
                let count = match coupling {
                    FibreCoupling::EdgeRow => 1.0,
                    FibreCoupling::GratingRows => grating_rows,
                    FibreCoupling::Array => side / pitch,
                };
                let layout = FibreLayout { pitch, rows: count, wavelengths, payload };
                let area = (coupling == FibreCoupling::Array).then(|| layout.per_area());
                rows.push(LayoutRow {
                    coupling,
                    layout,
                    per_edge: layout.per_edge(),
                    per_area: area,
                    per_die: layout.per_edge() * side,
                });
            }
        }
    }
    Ok(rows)
}
