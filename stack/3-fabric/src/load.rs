//! What a rack draws, holds and weighs, how full it is of cables, and how full the trays are.

use crate::bill::{self, Choice, Parts};
use crate::error::FabricError;
use crate::fabric::{Fabric, Tier};
use crate::hall::HallSpec;
use crate::link_class::{End, LinkClass};
use crate::plan::RackKind;
use crate::power::PowerByBoundary;
use crate::rack_part::RackPart;
use lightloom_units::{Area, Length, Mass, Power, Quantity, Ratio};
use serde::Serialize;

/// One rack of a kind; the mean over its kind where racks differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RackLoad {
    /// What it holds.
    pub kind: RackKind,
    /// Racks of this kind.
    pub racks: u64,
    /// Power at its inlet.
    pub power: Power,
    /// Most that its supply gives.
    pub supply: Power,
    /// Height of its trays; `None` where the catalog does not say how high a switch is.
    pub trays: Option<Length>,
    /// Height for trays.
    pub height: Length,
    /// Mass with trays, and with the cables in it.
    pub mass: Mass,
    /// Cables that leave it.
    pub cables_out: f64,
    /// Cables that stay in it.
    pub cables_within: f64,
    /// Largest cross-section of cables, each in a square of its diameter: at the top or in the middle.
    pub bundle: Area,
    /// That over the depth behind the trays times the width of the rack: the part of the rear that cables close.
    pub rear_closed: Ratio,
    /// Least radius to which its thickest cable may be bent.
    pub bend: Length,
    /// Depth behind the trays.
    pub plenum: Length,
}

/// The fullest stretch of tray.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FullestTray {
    /// Whether it runs along a row; else across.
    pub along_row: bool,
    /// Cables in it.
    pub cables: f64,
    /// Their cross-section, each in a square of its diameter.
    pub bundle: Area,
    /// Trays side by side or above each other that it takes.
    pub trays: f64,
}

/// Racks and trays as they are loaded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    /// Racks by kind, in the fabric's order.
    pub racks: Vec<RackLoad>,
    /// The fullest stretch; `None` when nothing runs between racks.
    pub fullest_tray: Option<FullestTray>,
}

/// Loads racks and trays with a technology for each link class.
///
/// # Model
/// Power at the rack inlet by where its parts stand: accelerators, hosts, interfaces and their ends of links in accelerator
/// racks, switches of a layer in the racks of that layer. Cables that leave a rack all pass its top; of those that stay
/// and of those that leave, half pass its middle. The larger sum of squared diameters is the bundle. Mass: rack, trays by
/// height, cables within at their length and others up to the tray. A tray takes its width times its depth times the
/// share to which it is filled.
///
/// # Validity
/// Means over racks of a kind. Links on a board are no cables. A backplane's wires are counted like cables behind the trays.
///
/// # Errors
/// [`FabricError`] when the choices are not one for each class, at its rate, finite and not negative.
pub fn load(
    fabric: &Fabric,
    hall: &HallSpec,
    choices: &[Choice],
    parts: &Parts,
    power: &PowerByBoundary,
) -> Result<Load, FabricError> {
    bill::check(fabric, choices)?;
    let part = |kind: RackKind| match kind {
        RackKind::Accelerator => &parts.accelerator_rack,
        _ => &parts.network_rack,
    };
    let cabled = || {
        let pairs = fabric.link_classes.iter().zip(choices);
        pairs.filter(|(class, _)| !class.on_board)
    };
    let rack = |&(kind, racks): &(RackKind, u64)| {
        let (part, count) = (part(kind), racks as f64);
        let mut load = RackLoad {
            kind,
            racks,
            power: power_of(fabric, power, kind) / count,
            supply: part.supply,
            trays: trays(fabric, parts, kind).map(|height| height / count),
            height: part.height,
            mass: Mass::ZERO,
            cables_out: 0.0,
            cables_within: 0.0,
            bundle: Area::ZERO,
            rear_closed: Ratio::new(0.0),
            bend: Length::ZERO,
            plenum: part.plenum,
        };
        let (mut top, mut middle) = (Area::ZERO, Area::ZERO);
        let mut cable_mass = Mass::ZERO;
        for (class, choice) in cabled() {
            let link = &choice.per_link;
            let [out, within] = cables(fabric, class, kind).map(|links| links / count);
            if out + within <= 0.0 {
                continue;
            }
            let square = link.cable_diameter * link.cable_diameter;
            top += square * out;
            middle += square * ((out + within) / 2.0);
            load.cables_out += out;
            load.cables_within += within;
            load.bend = load.bend.max(link.cable_diameter * hall.geometry.bend.value());
            let metres = within * class.lengths.mean.as_m() + out * hall.geometry.drop.as_m();
            cable_mass += link.cable_mass_per_m * metres;
        }
        load.mass = part.loaded(load.trays.unwrap_or(Length::ZERO)) + cable_mass;
        load.bundle = top.max(middle);
        load.rear_closed = rear_closed(load.bundle, part);
        load
    };
    Ok(Load {
        racks: fabric.racks.iter().map(rack).collect(),
        fullest_tray: fullest_tray(hall, cabled()),
    })
}

fn rear_closed(bundle: Area, part: &RackPart) -> Ratio {
    Ratio::new(bundle / (part.plenum * part.width))
}

/// Power of all racks of a kind, at their inlets.
fn power_of(fabric: &Fabric, power: &PowerByBoundary, kind: RackKind) -> Power {
    let stands = |tier: Tier, layer: Option<u8>| match layer {
        None => RackKind::Accelerator,
        Some(layer) => rack_of(fabric, tier, End::Switch(layer)),
    };
    let network = power.ends.iter().filter(|end| stands(end.tier, end.layer) == kind);
    let computing = if kind == RackKind::Accelerator { power.computing } else { Power::ZERO };
    computing + network.map(|end| end.power).sum::<Power>()
}

/// Racks in which an end of a link stands.
fn rack_of(fabric: &Fabric, tier: Tier, end: End) -> RackKind {
    let End::Switch(layer) = end else { return RackKind::Accelerator };
    let group = fabric.switch_groups.iter().find(|g| (g.tier, g.layer) == (tier, layer));
    group.map_or(RackKind::Accelerator, |group| group.rack)
}

/// Ends of cables that leave all racks of a kind, and cables that stay in them.
fn cables(fabric: &Fabric, class: &LinkClass, kind: RackKind) -> [f64; 2] {
    let ends = class.ends.map(|end| rack_of(fabric, class.tier, end));
    let here = ends.iter().filter(|rack| **rack == kind).count() as f64;
    let leaving = class.pathway.as_ref().map_or(0.0, |p| p.leaving().value());
    let links = class.links as f64;
    // A circuit comes and goes by its switch.
    let circuits = if class.through_ocs && kind == RackKind::ScaleUp { 2.0 } else { 0.0 };
    // A cable that stays has both ends in one rack.
    [links * leaving * (here + circuits), links * (1.0 - leaving) * here / 2.0]
}

/// Height of the trays in all racks of a kind.
fn trays(fabric: &Fabric, parts: &Parts, kind: RackKind) -> Option<Length> {
    let mut height = Length::ZERO;
    if kind == RackKind::Accelerator {
        height += fabric.accelerator_trays * fabric.accelerator_racks() as f64;
    }
    for group in fabric.switch_groups.iter().filter(|group| group.rack == kind) {
        // First-tier scale-up switches are among an accelerator rack's trays.
        if kind == RackKind::Accelerator && group.tier == Tier::ScaleUp {
            continue;
        }
        height += parts.switch(group.tier).height? * group.switches as f64;
    }
    Some(height)
}

fn fullest_tray<'a>(
    hall: &HallSpec,
    cabled: impl Iterator<Item = (&'a LinkClass, &'a Choice)>,
) -> Option<FullestTray> {
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    let mut along_rows = 0;
    for (class, choice) in cabled {
        let Some(pathway) = &class.pathway else { continue };
        along_rows = pathway.along_rows();
        let links = class.links as f64;
        let diameter = choice.per_link.cable_diameter.as_m();
        for (i, share) in pathway.shares().enumerate() {
            if stretches.len() <= i {
                stretches.push((0.0, 0.0));
            }
            stretches[i].0 += share * links;
            stretches[i].1 += share * links * diameter * diameter;
        }
    }
    let largest = stretches.iter().enumerate().max_by(|(_, a), (_, b)| a.1.total_cmp(&b.1));
    let (i, (cables, square_metres)) = largest?;
    let bundle = Area::from_si(*square_metres);
    Some(FullestTray {
        along_row: i < along_rows,
        cables: *cables,
        bundle,
        trays: bundle / hall.geometry.tray_capacity(),
    })
}
