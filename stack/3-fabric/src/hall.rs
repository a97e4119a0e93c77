//! The hall asked for: geometry, racks, and where the switches go.

use crate::error::{FabricError, at_least_one, not_negative, positive};
use crate::rack::RackLayout;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Area, Length, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Dimensions of a hall and how cables run in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HallGeometry {
    /// Width of a rack place in a row.
    pub pitch: Length,
    /// Depth of a rack.
    pub depth: Length,
    /// Clear distance between two rows.
    pub aisle: Length,
    /// Cable from equipment in a rack to the tray, at each end.
    pub drop: Length,
    /// Cable beyond the routed length, as a share of it: loops, and steps of stocked lengths.
    pub slack: Ratio,
    /// Electrical run between an accelerator and a switch chip on one board.
    pub board_run: Length,
    /// Width of a tray.
    pub tray_width: Length,
    /// Depth of a tray.
    pub tray_depth: Length,
    /// Share of a tray's cross-section that cables may take.
    pub tray_fill: Ratio,
    /// Least radius of a bend over the diameter of the cable.
    pub bend: Ratio,
    /// Height of a rack of switches, over which they are spread evenly.
    pub switch_rack_height: Length,
    /// Depth behind the trays of an accelerator rack.
    pub plenum: Length,
}

impl HallGeometry {
    /// Reads `hall.*`, for places as wide and deep as racks are, the depth behind the
    /// trays of accelerators, the height of racks of switches, and trays at a level.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(
        facts: &Facts<'_>,
        (width, depth): (Length, Length),
        (plenum, switch_rack_height): (Length, Length),
        level: TrayLevel,
    ) -> Result<Self, FactError> {
        Ok(Self {
            pitch: width,
            depth,
            aisle: facts.get("hall.aisle")?,
            drop: facts.get(match level {
                TrayLevel::Overhead => "hall.drop.overhead",
                TrayLevel::UnderFloor => "hall.drop.under_floor",
            })?,
            slack: facts.get("hall.slack")?,
            board_run: facts.get("hall.board_run")?,
            tray_width: facts.get("hall.tray.width")?,
            tray_depth: facts.get("hall.tray.depth")?,
            tray_fill: facts.get("hall.tray.fill")?,
            bend: facts.get("hall.bend")?,
            switch_rack_height,
            plenum,
        })
    }

    /// Cross-section of cables, each in a square of its diameter, that a tray takes.
    #[must_use]
    pub fn tray_capacity(&self) -> Area {
        self.tray_width * self.tray_depth * self.tray_fill.value()
    }
}

/// Where the leaf switches of the Clos networks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeafPlacement {
    /// On top of an accelerator rack: that of the middle one of its endpoints.
    InRack,
    /// In leaf racks in the middle of that accelerator rack's row.
    MiddleOfRow,
    /// In leaf racks at the end of that row.
    EndOfRow,
}

/// Where cables change from row to row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CrossTrays {
    /// Over every rack place: routes are as short as they can be.
    #[default]
    EveryRack,
    /// One, across the middle of the rows of each hall.
    Middle,
}

/// How cables run from rack to rack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrayLevel {
    /// In trays above the racks.
    #[default]
    Overhead,
    /// In trays below a raised floor.
    UnderFloor,
}

/// A hall, or several equal ones, asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HallSpec {
    /// Dimensions and cable routes.
    pub geometry: HallGeometry,
    /// Accelerators in one rack.
    pub accelerators_per_rack: u64,
    /// Trays of that rack.
    pub rack: RackLayout,
    /// Rack places in one row.
    pub racks_per_row: u64,
    /// Rows in one hall; more rows make more halls, on a near-square site.
    pub rows_per_hall: u64,
    /// Distance between neighbouring halls; a cross aisle where they are parts of one hall.
    pub hall_gap: Length,
    /// Where leaf switches stand.
    pub leaf: LeafPlacement,
    /// Where cables change from row to row.
    #[serde(default)]
    pub cross_trays: CrossTrays,
    /// Scale-out and front-end switches in one leaf or network rack.
    pub switches_per_rack: u64,
    /// Scale-up switch chips in one rack of its own.
    pub scale_up_chips_per_rack: u64,
}

/// Most accelerators in a rack.
const MOST_PER_RACK: u64 = 4_096;

/// Most racks in a row: 600 m.
const MOST_PER_ROW: u64 = 1_000;

impl HallSpec {
    pub(crate) fn check(&self) -> Result<(), FabricError> {
        let g = &self.geometry;
        for (what, length, most) in [
            ("the rack pitch", g.pitch, 100.0),
            ("the rack depth", g.depth, 100.0),
            ("the aisle", g.aisle, 100.0),
            ("the host height", self.rack.host_height, 10.0),
            ("the switch tray height", self.rack.switch_tray_height, 10.0),
            ("the board run", g.board_run, 10.0),
            ("the width of a tray", g.tray_width, 10.0),
            ("the depth of a tray", g.tray_depth, 10.0),
            ("the height of a switch rack", g.switch_rack_height, 100.0),
        ] {
            positive(what, length.as_m())?;
            no_longer(what, length, most)?;
        }
        positive("the fill of a tray", g.tray_fill.value())?;
        for (what, length, most) in [
            ("the drop from the tray", g.drop, 1_000.0),
            ("the depth behind the trays", g.plenum, 100.0),
            // Slack is a share of a length: of one metre here.
            ("the slack in a metre of route", Length::m(g.slack.value()), 10.0),
            ("the gap between halls", self.hall_gap, 100_000.0),
        ] {
            not_negative(|| what.to_owned(), length.as_m())?;
            no_longer(what, length, most)?;
        }
        for (what, count) in [
            ("the number of accelerators in a rack", self.accelerators_per_rack),
            ("the number of chips in a switch tray", self.rack.chips_per_switch_tray),
            ("the number of racks in a row", self.racks_per_row),
            ("the number of rows in a hall", self.rows_per_hall),
            ("the number of switches in a rack", self.switches_per_rack),
            ("the number of scale-up chips in a rack", self.scale_up_chips_per_rack),
        ] {
            at_least_one(what, count)?;
        }
        for (what, count, most) in [
            ("accelerators in a rack", self.accelerators_per_rack, MOST_PER_RACK),
            ("chips in a switch tray", self.rack.chips_per_switch_tray, MOST_PER_RACK),
            ("racks in a row", self.racks_per_row, MOST_PER_ROW),
            ("rows in a hall", self.rows_per_hall, MOST_RACKS),
        ] {
            most_of(what, count, most)?;
        }
        Ok(())
    }

    /// Cable for each metre of route.
    pub(crate) fn stretch(&self) -> f64 {
        1.0 + self.geometry.slack.value()
    }
}

fn no_longer(what: &'static str, value: Length, most_m: f64) -> Result<(), FabricError> {
    let most = Length::m(most_m);
    if value <= most { Ok(()) } else { Err(FabricError::TooLong { what, value, most }) }
}

/// Most racks of one kind that are placed.
pub(crate) const MOST_RACKS: u64 = 200_000;

/// An error when there are more than can be handled.
pub(crate) fn most_of(what: &'static str, count: u64, most: u64) -> Result<(), FabricError> {
    if count <= most { Ok(()) } else { Err(FabricError::TooLarge { what, count, most }) }
}
