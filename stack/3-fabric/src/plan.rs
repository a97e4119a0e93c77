//! The floor plan: rectangles to draw.

use crate::clos::LAYER_NAMES;
use crate::fabric::Tier;
use crate::hall::HallGeometry;
use crate::placement::{Placement, Standing};
use lightloom_units::Length;
use serde::Serialize;

/// What a rack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RackKind {
    /// Accelerators, their hosts and first-tier scale-up switches.
    Accelerator,
    /// Scale-up switches that are not in an accelerator rack.
    ScaleUp,
    /// Switches of a scale-out layer, counted from 1 for the leaf.
    ScaleOut(u8),
    /// Switches of a front-end layer, counted from 1 for the leaf.
    FrontEnd(u8),
}

impl RackKind {
    /// Leaf racks of the first (scale-out) or second (front-end) network.
    pub(crate) fn leaf(network: usize) -> Self {
        Self::network(network, 0)
    }

    pub(crate) fn network(network: usize, layer: usize) -> Self {
        Self::layer(if network == 0 { Tier::ScaleOut } else { Tier::FrontEnd }, layer)
    }

    /// Racks of a network's layer, counted from 0 for the leaf.
    pub(crate) fn layer(tier: Tier, layer: usize) -> Self {
        let layer = layer as u8 + 1;
        if tier == Tier::FrontEnd { Self::FrontEnd(layer) } else { Self::ScaleOut(layer) }
    }

    /// In words.
    #[must_use]
    pub fn label(self) -> String {
        let layer = |l: u8| LAYER_NAMES.get(usize::from(l) - 1).copied().unwrap_or("switch");
        match self {
            Self::Accelerator => "accelerators".to_owned(),
            Self::ScaleUp => "scale-up switches".to_owned(),
            Self::ScaleOut(l) => format!("scale-out {}", layer(l)),
            Self::FrontEnd(l) => format!("front-end {}", layer(l)),
        }
    }
}

/// A rectangle on the plan: a rack, or neighbouring racks of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanRack {
    /// What it holds.
    pub kind: RackKind,
    /// Hall, row and slot, from 1: `hall 1, row 3, slot 7`.
    pub label: String,
    /// Left edge.
    pub x: Length,
    /// Front edge.
    pub y: Length,
    /// Along the row.
    pub width: Length,
    /// Across the row.
    pub depth: Length,
    /// Racks that it stands for.
    pub racks: u64,
}

/// Outline of a hall.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanHall {
    /// Left edge.
    pub x: Length,
    /// Front edge.
    pub y: Length,
    /// Along the rows.
    pub width: Length,
    /// Across the rows.
    pub depth: Length,
}

/// How much of the floor the plan carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// A rectangle for each rack.
    Racks,
    /// A rectangle for each run of equal neighbours in a row: all racks, fewer rectangles.
    Runs,
    /// The first runs only: a sample of the floor.
    Sample,
}

/// Rectangles of the floor, at most [`MOST_RECTANGLES`] racks and as many halls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FloorPlan {
    /// Width of the site.
    pub width: Length,
    /// Depth of the site.
    pub depth: Length,
    /// Halls on the site; `hall_outlines` may carry fewer.
    pub halls: u64,
    /// Outlines of halls.
    pub hall_outlines: Vec<PlanHall>,
    /// Racks on the site; `racks` may stand for fewer when it is a sample.
    pub total_racks: u64,
    /// Rectangles, by row and slot.
    pub racks: Vec<PlanRack>,
    /// What the rectangles are.
    pub detail: Detail,
}

/// Most rectangles that a plan carries.
pub const MOST_RECTANGLES: usize = 4_000;

pub(crate) fn draw(placement: &Placement, geometry: &HallGeometry) -> FloorPlan {
    let site = &placement.site;
    let mut standing: Vec<&Standing> = placement.standing.iter().collect();
    standing.sort_by_key(|s| (s.place.row, s.place.slot));
    let mut detail = Detail::Racks;
    let mut runs: Vec<(&Standing, u64)> = standing.iter().map(|s| (*s, 1)).collect();
    if runs.len() > MOST_RECTANGLES {
        detail = Detail::Runs;
        runs.clear();
        for rack in standing {
            match runs.last_mut() {
                Some((first, racks))
                    if (first.kind, first.place.row, first.place.slot + *racks)
                        == (rack.kind, rack.place.row, rack.place.slot) =>
                {
                    *racks += 1;
                }
                _ => runs.push((rack, 1)),
            }
        }
    }
    if runs.len() > MOST_RECTANGLES {
        detail = Detail::Sample;
        runs.truncate(MOST_RECTANGLES);
    }
    let rectangle = |(first, racks): &(&Standing, u64)| {
        let place = first.place;
        let (hall, row) = (place.hall + 1, place.row % site.rows_per_hall + 1);
        let slot = match place.slot + 1 {
            slot if *racks == 1 => format!("slot {slot}"),
            slot => format!("slots {slot}-{}", slot + racks - 1),
        };
        PlanRack {
            kind: first.kind,
            label: format!("hall {hall}, row {row}, {slot}"),
            x: Length::m(place.x),
            y: Length::m(place.y),
            width: geometry.pitch * *racks as f64,
            depth: geometry.depth,
            racks: *racks,
        }
    };
    let outline = |hall: u64| {
        let (x, y) = site.hall(hall);
        let (width, depth) = (Length::m(site.hall_width), Length::m(site.hall_depth));
        PlanHall { x: Length::m(x), y: Length::m(y), width, depth }
    };
    let (width, depth) = site.size();
    FloorPlan {
        width: Length::m(width),
        depth: Length::m(depth),
        halls: site.halls,
        hall_outlines: (0..site.halls).take(MOST_RECTANGLES).map(outline).collect(),
        total_racks: placement.standing.len() as u64,
        racks: runs.iter().map(rectangle).collect(),
        detail,
    }
}
