//! Technologies and layouts side by side; gains over pluggables; published checks.

use crate::ChipAreas;
use crate::heat::{HeatError, Loads, Thermal};
use crate::space::{
    Body, EdgeClass, ElectricalEdge, FibreCoupling, FibreLayout, FormFactor, Package, Reach, edge,
    reach,
};
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
/// Rows of couplers that gratings are compared with.
const GRATING_ROWS: f64 = 4.0;

/// Edge rows, grating rows and arrays at every pitch of the catalog, with 1, 4, 8 and 16 wavelengths of a payload.
///
/// # Errors
/// [`FactError`] when the catalog lacks a pitch or the reticle.
pub fn layouts(facts: &Facts<'_>, payload: BitRate) -> Result<Vec<LayoutRow>, FactError> {
    let reticle: Area = facts.get("package.reticle")?;
    let side = Length::m(reticle.as_m2().sqrt());
    let mut rows = Vec::with_capacity(36);
    for id in ["pitch.wide", "fibre.pitch", "pitch.fine"] {
        let pitch: Length = facts.get(id)?;
        for coupling in [FibreCoupling::EdgeRow, FibreCoupling::GratingRows, FibreCoupling::Array] {
            for wavelengths in WAVELENGTHS {
                let count = match coupling {
                    FibreCoupling::EdgeRow => 1.0,
                    FibreCoupling::GratingRows => GRATING_ROWS,
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

/// A computed density beside a published one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedDensity {
    /// What is compared, with its boundary.
    pub what: String,
    /// Computed, in `unit`.
    pub computed: f64,
    /// Published, in `unit`.
    pub published: f64,
    /// Unit.
    pub unit: &'static str,
    /// Whether the computed value bounds the published one from above instead of meeting it.
    pub is_bound: bool,
}

/// Densities that are published, beside the models'.
///
/// # Errors
/// [`FactError`] when the catalog lacks a fact.
pub fn published(facts: &Facts<'_>) -> Result<Vec<PublishedDensity>, FactError> {
    let mut rows = Vec::new();
    let bus = ElectricalEdge::from_facts(facts, EdgeClass::DieToDie)?.density(BitRate::ZERO);
    rows.push(PublishedDensity {
        what: "parallel die-to-die bus over die edge, both directions".to_owned(),
        computed: 2.0 * bus.as_gbps_per_mm(),
        published: facts.get::<EdgeDensity>("edge.die-to-die.published")?.as_gbps_per_mm(),
        unit: "Gb/s/mm",
        is_bound: false,
    });
    // The engine that O04 measures: 256 Gb/s on a fibre. Its density is the catalog's own input; shown for its gap to a
    // whole engine.
    let lane = BitRate::gbps(32.0);
    let chips = ChipAreas::from_facts(facts, "ring", lane, 8.0, false)?;
    let keep_out = facts.get::<Ratio>("engine.keep_out")?.value();
    let circuits = chips.photonic * keep_out;
    rows.push(PublishedDensity {
        what: "ring engine of 256 Gb/s, over its footprint; published over its circuits".to_owned(),
        computed: 256.0 / circuits.as_mm2(),
        published: facts.get::<ArealDensity>("chip.photonic.ring.density")?.as_gbps_per_mm2(),
        unit: "Gb/s/mm2",
        is_bound: false,
    });
    let payload = BitRate::gbps(200.0);
    for name in ["osfp", "xpo"] {
        let form = FormFactor::from_facts(facts, name)?;
        rows.push(PublishedDensity {
            what: format!("{name} modules of 200 Gb/s a lane, a rack unit"),
            computed: form.per_rack_unit(payload).as_tbps(),
            published: facts.get::<BitRate>(&format!("panel.{name}.published"))?.as_tbps(),
            unit: "Tb/s",
            is_bound: false,
        });
        if let Some(fitting) = form.fitting {
            rows.push(PublishedDensity {
                what: format!("{name} modules that fit by width and rows, a rack unit"),
                computed: fitting,
                published: form.modules,
                unit: "modules",
                is_bound: true,
            });
        }
    }
    published_boxes(facts, &mut rows)?;
    Ok(rows)
}

/// Co-packaged boxes as sold, beside a panel full of their connectors and lasers.
fn published_boxes(facts: &Facts<'_>, rows: &mut Vec<PublishedDensity>) -> Result<(), FactError> {
    use crate::space::{FibreConnector, LaserPanel, Panel};
    let pitch: Length = facts.get("fibre.pitch")?;
    let fed: Count = facts.get("laser.external.lanes_per_module")?;
    let lasers = Some(LaserPanel::from_facts(facts, fed.value())?);
    // Lanes, wavelengths on a fibre, and whether the connector is the small one (MMC).
    for (name, gbps, wavelengths, small) in [
        ("bailly", 100.0, 4.0, false),
        ("q3450", 200.0, 1.0, false),
        ("sn6810", 200.0, 1.0, false),
        ("sn6800", 200.0, 1.0, true),
    ] {
        let id = |field: &str| format!("published.panel.{name}.{field}");
        let payload = BitRate::gbps(gbps);
        let layout = FibreLayout { pitch, rows: 1.0, wavelengths, payload };
        let connector = FibreConnector::from_facts(facts, small)?;
        let panel = Panel::Fibres { connector, lasers };
        let full = panel.per_rack_unit(payload, Some(&layout)).unwrap_or(BitRate::ZERO);
        let capacity: BitRate = facts.get(&id("capacity"))?;
        let units = facts.get::<Count>(&id("units"))?.value();
        rows.push(PublishedDensity {
            what: format!("co-packaged box {name}, a rack unit"),
            computed: full.as_tbps(),
            published: capacity.as_tbps() / units,
            unit: "Tb/s",
            is_bound: true,
        });
    }
    Ok(())
}
