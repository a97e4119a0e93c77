//! Dies of a wafer.

use crate::manufacture::defects::DefectModel;
use crate::manufacture::{ManufactureError, not_negative, share, within};
use lightloom_evidence::Facts;
use lightloom_link::Node;
use lightloom_units::{Area, DefectDensity, Length, Money, Ratio};
use std::f64::consts::PI;

/// A processed wafer and the test of its dies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wafer {
    /// Price of the processed wafer.
    pub price: Money,
    /// Diameter.
    pub diameter: Length,
    /// Width of the rim without dies.
    pub edge: Length,
    /// Width between dies.
    pub scribe: Length,
    /// Fatal defects by area.
    pub defects: DefectDensity,
    /// How they cluster.
    pub clustering: Ratio,
    /// Test of one die.
    pub test: Money,
    /// Share of defects that it finds.
    pub coverage: Ratio,
}

impl Wafer {
    /// Reads `wafer.NAME.*` and what all wafers share; logic is priced by its node.
    ///
    /// # Errors
    /// [`ManufactureError`] when the catalog lacks a fact or one means nothing.
    pub fn from_facts(facts: &Facts<'_>, name: &str, node: Node) -> Result<Self, ManufactureError> {
        let id = |field: &str| format!("wafer.{name}.{field}");
        let price =
            if name == "logic" { format!("wafer.{}.price", node.name()) } else { id("price") };
        let wafer = Self {
            price: facts.get(&price)?,
            diameter: facts.get("wafer.diameter")?,
            edge: facts.get("wafer.edge")?,
            scribe: facts.get("wafer.scribe")?,
            defects: facts.get(&id("defects"))?,
            clustering: facts.get("wafer.clustering")?,
            test: facts.get(&id("test"))?,
            coverage: facts.get(&id("coverage"))?,
        };
        not_negative(&price, wafer.price.as_usd())?;
        not_negative(&id("test"), wafer.test.as_usd())?;
        share(&id("coverage"), wafer.coverage.value())?;
        Ok(wafer)
    }

    /// Dies on the wafer, good or bad.
    ///
    /// # Model
    /// Square dies with the scribe line: `pi r² / A - 2 pi r / sqrt(2 A)`, `r` the radius without the rim.
    ///
    /// # Validity
    /// Within 2 % of an exact count for more than some 50 dies.
    ///
    /// # Source
    /// D. K. de Vries, IEEE Trans. Semicond. Manuf. 18 (2005) 136.
    ///
    /// # Errors
    /// [`ManufactureError`] for an area that is none, or a die that does not fit.
    pub fn dies(&self, area: Area) -> Result<f64, ManufactureError> {
        let found = area.as_mm2();
        within(found > 0.0, "area of a die in mm2", "above zero", found, "a chip has some")?;
        let side = area.as_m2().sqrt() + self.scribe.as_m();
        let whole = side * side;
        let radius = (0.5 * self.diameter.as_m() - self.edge.as_m()).max(0.0);
        let useful = PI * radius * radius;
        let dies = useful / whole - 2.0 * PI * radius / (2.0 * whole).sqrt();
        if dies >= 1.0 && dies.is_finite() {
            Ok(dies)
        } else {
            let wafer = lightloom_units::Quantity::from_si(useful);
            Err(ManufactureError::DieTooLarge { die: area, wafer })
        }
    }

    /// Share of its dies of an area without a fatal defect.
    ///
    /// # Errors
    /// [`ManufactureError`].
    pub fn yield_of(&self, area: Area) -> Result<Ratio, ManufactureError> {
        DefectModel::NegativeBinomial { clustering: self.clustering }.yield_of(area, self.defects)
    }
}
