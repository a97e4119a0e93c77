//! Fibres over an edge or an area.

use crate::technology::{Site, Source, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{ArealDensity, BitRate, EdgeDensity, Length, Quantity};
use serde::{Deserialize, Serialize};

/// How fibres meet the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FibreCoupling {
    /// Couplers in the chip's facet: one row.
    EdgeRow,
    /// Couplers in the chip's surface: several rows along an edge.
    GratingRows,
    /// Couplers over the whole surface, as far apart in both directions.
    Array,
}

impl FibreCoupling {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdgeRow => "edge row",
            Self::GratingRows => "grating rows",
            Self::Array => "two-dimensional array",
        }
    }
}

/// Fibres at a pitch, in rows, with wavelengths; one fibre for each direction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FibreLayout {
    /// Distance between neighbouring fibres, along the edge and between rows.
    pub pitch: Length,
    /// Rows.
    pub rows: f64,
    /// Lanes on a fibre: wavelengths on a core, times cores.
    pub wavelengths: f64,
    /// Payload of a wavelength.
    pub payload: BitRate,
}

impl FibreLayout {
    /// The fibres of a technology at `fibre.pitch`, imaging fibres side by side; `None` for copper.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks it.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        payload: BitRate,
    ) -> Result<Option<Self>, FactError> {
        let Some(engine) = &technology.engine else { return Ok(None) };
        let is_imaging = engine.source() == Source::MicroLed;
        // A facet has one row, whatever the file says; and the fibres of a module do not pass the package's edge.
        let facet = engine.coupler == "edge" || technology.site == Site::Panel;
        let rows = if facet { 1 } else { engine.fibre_rows.max(1) };
        Ok(Some(Self {
            pitch: facts.get(if is_imaging { "fibre.imaging.diameter" } else { "fibre.pitch" })?,
            rows: f64::from(rows),
            wavelengths: engine.lanes_per_fibre(),
            payload,
        }))
    }

    /// Payload of one fibre.
    #[must_use]
    pub fn per_fibre(&self) -> BitRate {
        self.payload * self.wavelengths
    }

    /// Bits over a millimetre of edge, one direction.
    ///
    /// # Model
    /// `rows * wavelengths * payload / (2 pitch)`: every second fibre carries the other direction.
    ///
    /// # Example
    /// ```
    /// use lightloom_package::space::FibreLayout;
    /// use lightloom_units::{BitRate, Length};
    /// // A row at 127 um, 16 wavelengths of 100 Gb/s: 1.6 Tb/s over 0.254 mm.
    /// let row = FibreLayout {
    ///     pitch: Length::um(127.0),
    ///     rows: 1.0,
    ///     wavelengths: 16.0,
    ///     payload: BitRate::gbps(100.0),
    /// };
    /// assert!((row.per_edge().as_gbps_per_mm() - 1600.0 / 0.254).abs() < 1e-6);
    /// assert!((row.per_area().as_gbps_per_mm2() - 1600.0 / (2.0 * 0.127 * 0.127)).abs() < 1e-6);
    /// ```
    #[must_use]
    pub fn per_edge(&self) -> EdgeDensity {
        EdgeDensity::from_si(self.rows * self.per_fibre().si() / (2.0 * self.pitch.si()))
    }

    /// Bits over a square millimetre filled with couplers, one direction.
    ///
    /// # Model
    /// `wavelengths * payload / (2 pitch^2)`
    #[must_use]
    pub fn per_area(&self) -> ArealDensity {
        ArealDensity::from_si(self.per_fibre().si() / (2.0 * self.pitch.si() * self.pitch.si()))
    }

    /// Fibres that a bandwidth takes, both directions, not rounded.
    #[must_use]
    pub fn fibres(&self, bandwidth: BitRate) -> f64 {
        2.0 * (bandwidth / self.per_fibre())
    }
}
