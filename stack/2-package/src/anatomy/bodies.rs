//! What a lane leads through at one end, with its sizes along the path.

use super::{LaneEnd, Part, Regeneration};
use crate::chips::ChipAreas;
use crate::shop::Shop;
use crate::technology::{Interface, Medium, Site, Technology};
use lightloom_evidence::FactError;
use lightloom_units::{Area, BitRate, Length, Quantity};

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// The host chip.
    Die,
    /// The interposer that it shares with engines.
    Interposer,
    /// The package's substrate.
    Package,
    /// The board of the box.
    Board,
    /// A module in the front panel.
    Module,
    /// A plug of a copper cable in the front panel.
    Plug,
    /// A connector of a copper cable behind the panel.
    Connector,
    /// A module on the board.
    OnBoardModule,
    /// An optical engine.
    Engine,
    /// The chip that decides a signal in a module or a plug.
    Retimer,
    /// The photonic chip of a module.
    PhotonicChip,
    /// A laser in the module.
    Laser,
    /// A laser module in the front panel.
    LaserModule,
    /// The front panel: a plane.
    Panel,
}

/// A body along the path: zero is the die's pad, where the copper begins.
///
/// Lines are thought straight: where a line is longer than its body, the body ends with the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// Its end towards the die; negative behind the pad.
    pub from: Length,
    /// Its extent along the path.
    pub length: Length,
}

/// Slack of a body around what it holds.
const SLACK: Length = Length::mm(2.0);

/// The bodies at an end of a lane, the outer ones first.
///
/// # Model
/// Sizes are the `body.*` facts, those of chips in modules the square root of their area for an 800 Gb/s module
/// ([`ChipAreas`]). The panel stands where a module's nose would be, where `distance.board.panel` and the package's
/// line lead to its contact, so that all boxes are equally deep; a backplane stands behind its connector.
///
/// # Validity
/// A straightened side view: routes bend, so a line of 40 mm may leave a package that ends 30 mm from its die.
///
/// # Errors
/// [`FactError`] when the catalog lacks a size.
pub fn bodies(
    shop: &Shop<'_>,
    technology: &Technology,
    end: &LaneEnd,
    lane: BitRate,
) -> Result<Vec<Body>, FactError> {
    let size = |name: &str| shop.facts.get::<Length>(&format!("body.{name}.length"));
    let distance = |name: &str| shop.facts.get::<Length>(&format!("distance.{name}"));
    let module = size("module")?;
    let outside: Length = shop.facts.get("body.module.outside")?;
    let (die, package, engine) = (size("die")?, size("package")?, size("engine")?);
    let path = end.electrical_path();
    let line_in_package = end.stretches.iter().filter(|s| s.part == Part::Package);
    let in_package: Length = line_in_package.map(|s| s.length).sum();
    let ends_at_contact = beyond_contact(end);
    let contact = path - ends_at_contact;
    let panel = match technology.site {
        Site::Backplane => contact + size("connector")?,
        _ => distance("package.switch")? + distance("board.panel")? + module - outside,
    };
    let overhang = (package - die) / 2.0;
    // Around what the path ends in: an engine stands behind its wires, a connector over its line.
    let engine_at = match technology.site {
        Site::Stacked => path - engine / 2.0,
        _ => path,
    };
    let package_end = match technology.site {
        Site::Substrate if technology.medium() == Medium::Copper => {
            path + size("connector")? + SLACK
        }
        Site::Substrate | Site::Interposer | Site::Stacked => engine_at + engine + SLACK,
        Site::Panel | Site::Backplane | Site::Board => in_package + SLACK,
    }
    .max(overhang);
    let behind = Length::ZERO - die - overhang;
    let mut out = vec![Body::between(BodyKind::Board, behind - SLACK, panel)];
    out.push(Body::between(BodyKind::Panel, panel, panel));
    out.push(Body::between(BodyKind::Package, behind, package_end));
    if technology.site == Site::Interposer {
        let interposer_end = engine_at + engine + SLACK;
        out.push(Body::between(BodyKind::Interposer, Length::ZERO - die - SLACK, interposer_end));
    }
    out.push(Body::between(BodyKind::Die, Length::ZERO - die, Length::ZERO));
    let host = |kind, length| Body { kind, from: contact, length };
    match (technology.medium(), technology.site) {
        (Medium::Copper, Site::Panel) => out.push(host(BodyKind::Plug, module)),
        (Medium::Copper, _) => out.push(host(BodyKind::Connector, size("connector")?)),
        (Medium::Fibre, Site::Panel) => out.push(host(BodyKind::Module, module)),
        (Medium::Fibre, Site::Board) if ends_at_contact > Length::ZERO => {
            out.push(host(BodyKind::OnBoardModule, size("onboard")?));
        }
        (Medium::Fibre, _) => {
            out.push(Body { kind: BodyKind::Engine, from: engine_at, length: engine });
        }
    }
    let in_module = out
        .iter()
        .any(|b| matches!(b.kind, BodyKind::Module | BodyKind::OnBoardModule | BodyKind::Plug));
    chips(shop, technology, end, lane, in_module, path, &mut out)?;
    if technology.engine.as_ref().is_some_and(|e| e.laser == "external") {
        let laser = size("laser")?;
        let from = panel + outside - laser;
        out.push(Body { kind: BodyKind::LaserModule, from, length: laser });
    }
    Ok(out)
}

/// Payload of the module whose chips are drawn.
const MODULE: BitRate = BitRate::gbps(800.0);

/// Chips in a module or plug, one behind the other where the copper ends.
fn chips(
    shop: &Shop<'_>,
    technology: &Technology,
    end: &LaneEnd,
    lane: BitRate,
    in_module: bool,
    path: Length,
    out: &mut Vec<Body>,
) -> Result<(), FactError> {
    if !in_module {
        return Ok(());
    }
    let lanes = (MODULE / lane).max(1.0);
    let side = |area: Area| Length::m(area.si().max(0.0).sqrt());
    let decides = |s: &super::Stretch| match s.part {
        Part::Retimer(r) => r != Regeneration::DieToDie,
        Part::Redriver => true,
        _ => false,
    };
    let mut at = path;
    if end.stretches.iter().any(decides) {
        let length = side(shop.facts.get::<Area>("chip.retimer.lane_area")? * lanes);
        out.push(Body { kind: BodyKind::Retimer, from: at, length });
        at = at + length + SLACK;
    }
    if let Some(engine) = technology.engine.as_ref().filter(|e| e.interface == Interface::Serdes) {
        let areas = ChipAreas::from_facts(shop.facts, &engine.modulator, lane, lanes, false)?;
        let length = side(areas.photonic + areas.electronic);
        out.push(Body { kind: BodyKind::PhotonicChip, from: at, length });
        if engine.laser != "external" {
            let from = at + length + SLACK;
            out.push(Body { kind: BodyKind::Laser, from, length: SLACK });
        }
    }
    Ok(())
}

/// Copper beyond the outermost contact.
fn beyond_contact(end: &LaneEnd) -> Length {
    end.stretches.iter().filter(|s| s.part == Part::Module).map(|s| s.length).sum()
}

impl Body {
    fn between(kind: BodyKind, from: Length, to: Length) -> Self {
        Self { kind, from, length: to - from }
    }
}
