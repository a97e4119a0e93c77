//! The floor: racks where they stand, what each draws and holds, and how full the trays are.

use schemars::JsonSchema;
use serde::Serialize;

/// Racks on the floor, for drawing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Floor {
    /// Width of the site.
    pub width_m: f64,
    /// Depth of the site.
    pub depth_m: f64,
    /// Halls on the site.
    pub halls: u64,
    /// Racks on the site.
    pub racks: u64,
    /// What the rectangles are: `racks`, `runs` of neighbouring racks, or a `sample` of the floor.
    pub detail: String,
    /// Outlines of halls: x, y, width, depth in metres.
    pub hall_outlines_m: Vec<[f64; 4]>,
    /// Rectangles.
    pub rectangles: Vec<FloorRack>,
    /// What the links on it are made of with the recommended mix, class by class.
    pub media: Vec<FloorMedium>,
    /// What racks of each kind draw, hold and weigh with the recommended mix.
    pub loads: Vec<RackRow>,
    /// The fullest stretch of cable tray; `None` when nothing runs between racks.
    pub fullest_tray: Option<TrayRow>,
}

/// A rectangle on the floor.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FloorRack {
    /// What it holds: `accelerators`, `scale-out leaf`.
    pub kind: String,
    /// Where: `hall 1, row 3, slot 7`.
    pub label: String,
    /// x, y, width, depth in metres.
    pub at_m: [f64; 4],
}

/// What the links of a class are made of, and where they run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FloorMedium {
    /// Name of the class.
    pub class: String,
    /// `scale-up`, `scale-out`, `front-end`.
    pub tier: String,
    /// `copper`, `pluggable`, `near-package`, `co-packaged`; `None` where nothing closes.
    pub family: Option<String>,
    /// Name of the technology.
    pub technology: String,
    /// Links.
    pub links: u64,
    /// Racks in which some of them stay; `None` where all leave.
    pub in_racks: Option<String>,
    /// Runs of tray that hold them: x and y of one end, x and y of the other, in metres, and the links in it. At most 400:
    /// beyond that whole trays with their mean, evenly taken.
    pub runs_m: Vec<[f64; 5]>,
}

/// One rack of a kind; the mean over its kind where racks differ.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RackRow {
    /// What it holds: `accelerators`, `scale-out leaf`.
    pub kind: String,
    /// Racks of this kind.
    pub racks: u64,
    /// Power at its inlet, kW.
    pub power_kw: f64,
    /// Most that its supply gives, kW.
    pub supply_kw: f64,
    /// Most that is cooled in one rack, kW.
    pub cooled_kw: f64,
    /// Height of its trays in rack units; `None` where the catalog does not say how high a switch is.
    pub trays_u: Option<f64>,
    /// Height for trays in rack units.
    pub height_u: f64,
    /// Mass with trays and cables, kg.
    pub mass_kg: f64,
    /// Cables that leave it.
    pub cables_out: f64,
    /// Cables that stay in it.
    pub cables_within: f64,
    /// Largest cross-section of its cables, each in a square of its diameter, cm2.
    pub bundle_cm2: f64,
    /// Part of the rear that they close, percent.
    pub rear_closed_percent: f64,
    /// Least bend radius of its thickest cable, mm.
    pub bend_mm: f64,
    /// Depth behind its trays, mm.
    pub plenum_mm: f64,
}

/// The fullest stretch of cable tray.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TrayRow {
    /// Whether it runs along a row; else across.
    pub along_row: bool,
    /// Cables in it.
    pub cables: f64,
    /// Their cross-section, each in a square of its diameter, cm2.
    pub bundle_cm2: f64,
    /// Trays that it takes.
    pub trays: f64,
}
