//! An external laser module in depth.

use schemars::JsonSchema;
use serde::Serialize;

/// A laser module at its rated light and warmest inlet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LaserModuleSheet {
    /// Version of this document.
    pub schema: &'static str,
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// `laser-module`.
    pub kind: &'static str,
    /// Lasers in it.
    pub lasers: f64,
    /// Fibres that carry light out of it.
    pub fibres: f64,
    /// `air` or `liquid`.
    pub cooling: String,
    /// Light of one laser in its fibre.
    pub laser_dbm: f64,
    /// Light of all.
    pub light_w: f64,
    /// Electrical power.
    pub electrical_w: f64,
    /// What stays at the faceplate.
    pub heat_w: f64,
    /// Light over electrical power at its temperature.
    pub efficiency_percent: f64,
    /// Its case.
    pub case_c: f64,
    /// Junction of a laser.
    pub junction_c: f64,
    /// Highest junction temperature.
    pub junction_limit_c: f64,
    /// Number of the least optical class of ELSFP that holds it, counted from 1; absent above all.
    pub optical_class: Option<usize>,
    /// That class's light of a wavelength, without its tolerance.
    pub optical_class_dbm: Option<f64>,
    /// Number of the least electrical class of ELSFP that holds it, counted from 1; absent above all.
    pub electrical_class: Option<usize>,
    /// That class's limit.
    pub electrical_class_w: Option<f64>,
    /// Lanes that it feeds.
    pub lanes: f64,
    /// Payload of those lanes in one direction at 200 Gb/s each.
    pub payload_tbps: f64,
    /// Modules for a box of 102.4 Tb/s at that lane rate.
    pub of_box: f64,
    /// Their electrical power.
    pub of_box_w: f64,
    /// Heat of a rack unit of panel full of such modules.
    pub heat_per_rack_unit_w: f64,
    /// Engines that one module feeds, by technology with external lasers.
    pub engines: Vec<FedEngineRow>,
}

/// Engines of a technology on one laser module.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FedEngineRow {
    /// The technology.
    pub technology: String,
    /// Payload of an engine.
    pub engine_tbps: f64,
    /// Lanes of an engine in one direction.
    pub lanes: f64,
    /// Engines that one module feeds.
    pub engines: f64,
}
