//! A side view: bodies, the copper through them and the light behind it. Horizontal to scale; heights are not.

use crate::drawing::frame::{Anchor, line, text, through};
use crate::format::sig;
use crate::svg::c;
use lightloom_decide::plan::{BodyRow, BodyRowKind, CrossSectionRow, StretchPart};
use maud::{Markup, html};

/// A window onto the path: which millimetres stand where.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) from_mm: f64,
    pub(super) to_mm: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// Heights that are shown, as shares.
    pub(super) shares: [f64; 2],
}

/// All heights.
pub(super) const WHOLE: [f64; 2] = [0.0, 1.0];
/// Those of a path that stays in its package, and of one that comes to the board.
pub(super) const ABOVE_BOARD: [f64; 2] = [0.12, 0.73];
pub(super) const ON_BOARD: [f64; 2] = [0.12, 1.0];

/// What of a view has words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Words {
    /// All.
    All,
    /// The bodies that are seen beside a magnified path.
    Outer,
    /// The magnified ones.
    Inner,
    /// None but the scale's.
    Few,
}

impl View {
    pub(super) fn px_per_mm(&self) -> f64 {
        (self.right - self.left) / (self.to_mm - self.from_mm)
    }

    /// Where a place stands, within the window.
    pub(super) fn x(&self, mm: f64) -> f64 {
        (self.left + (mm - self.from_mm) * self.px_per_mm()).clamp(self.left, self.right)
    }

    /// A height, by its share from the top.
    pub(super) fn y(&self, share: f64) -> f64 {
        let [first, last] = self.shares;
        self.top + (share - first) / (last - first) * (self.bottom - self.top)
    }

    pub(super) fn holds(&self, mm: f64) -> bool {
        (self.from_mm..=self.to_mm).contains(&mm)
    }
}

/// Heights, as shares from the top.
const DIE: [f64; 2] = [0.36, 0.54];
const PACKAGE: [f64; 2] = [0.54, 0.70];
const BOARD: [f64; 2] = [0.80, 0.96];
const IN_PACKAGE: f64 = 0.62;
const IN_BOARD: f64 = 0.88;
/// Where fibres and cables run to the panel.
const RUN: f64 = 0.42;

/// Top and bottom of a body.
const fn heights(kind: BodyRowKind) -> [f64; 2] {
    match kind {
        BodyRowKind::Die => DIE,
        BodyRowKind::StackedDie => [0.26, 0.42],
        BodyRowKind::Interposer => [0.48, 0.54],
        BodyRowKind::Package => PACKAGE,
        BodyRowKind::Board => BOARD,
        BodyRowKind::Module => [0.26, 0.80],
        BodyRowKind::PackageConnector | BodyRowKind::PackageEngine => [0.36, 0.54],
        BodyRowKind::InterposerEngine => [0.34, 0.48],
        BodyRowKind::StackedEngine => [0.42, 0.54],
        BodyRowKind::BoardConnector => [0.50, 0.80],
        BodyRowKind::BoardEngine => [0.54, 0.70],
        BodyRowKind::OnBoardModule => [0.34, 0.74],
        BodyRowKind::Retimer | BodyRowKind::PhotonicChip | BodyRowKind::Laser => [0.52, 0.64],
        BodyRowKind::LaserModule => [0.54, 0.78],
        BodyRowKind::Panel => [0.16, 0.96],
    }
}

/// Height of the copper of a stretch, and of what follows the last.
const fn route(part: StretchPart) -> f64 {
    match part {
        StretchPart::Board => IN_BOARD,
        StretchPart::Flyover => 0.75,
        StretchPart::Module => 0.67,
        _ => IN_PACKAGE,
    }
}

/// Height at which light leaves its chip, or a cable its plug.
fn outlet(row: &CrossSectionRow) -> f64 {
    let has = |kind| row.bodies.iter().any(|b| b.kind == kind);
    if has(BodyRowKind::BoardEngine) || has(BodyRowKind::BoardConnector) {
        0.62
    } else if has(BodyRowKind::StackedEngine) {
        0.48
    } else if has(BodyRowKind::Module) || has(BodyRowKind::OnBoardModule) {
        0.58
    } else {
        0.45
    }
}

/// A side view with its scale.
pub(super) fn scene(row: &CrossSectionRow, view: &View, words: Words) -> Markup {
    html! {
        g.d-view {
            @for body in &row.bodies { (solid(body, view)) }
            (beyond(row, view))
            (copper(row, view))
            @for body in &row.bodies { (name(body, view, words)) }
            (scale_bar(view, words))
        }
    }
}

fn solid(body: &BodyRow, view: &View) -> Markup {
    let [top, bottom] = heights(body.kind).map(|share| view.y(share));
    let (from, to) = (body.from_mm, body.from_mm + body.length_mm);
    if body.kind == BodyRowKind::Panel {
        return html! {
            @if view.holds(from) { (line("d-panel", [view.x(from), top], [view.x(from), bottom])) }
        };
    }
    let class = match body.kind {
        BodyRowKind::Board => "d-board",
        BodyRowKind::Die | BodyRowKind::StackedDie => "d-chip",
        BodyRowKind::Retimer | BodyRowKind::PhotonicChip => "d-chip",
        BodyRowKind::Laser | BodyRowKind::LaserModule => "d-laser",
        _ => "d-body",
    };
    let (x0, x1) = (view.x(from), view.x(to));
    html! {
        @if x1 - x0 > 0.05 && bottom <= view.bottom + 0.1 {
            rect class=(class) x=(c(x0)) y=(c(top)) width=(c(x1 - x0)) height=(c(bottom - top)) {}
        }
    }
}

/// Copper from the die's pad: a line for each stretch with length, risers between heights.
fn copper(row: &CrossSectionRow, view: &View) -> Markup {
    let lines: Vec<_> = row.stretches.iter().filter(|s| s.length_mm > 0.0).collect();
    let level = |part| if on_wires(row) { wires(row) } else { route(part) };
    let from_die = if on_wires(row) { wires(row) } else { DIE[1] };
    // The copper ends at a chip, a connector, or in the cable of a plug.
    let end = match (row.is_light, on_wires(row)) {
        (true, false) => {
            let on_board = row.bodies.iter().any(|b| b.kind == BodyRowKind::BoardEngine);
            let last = lines.last().map(|s| s.part);
            match last {
                Some(StretchPart::Module) => 0.64,
                _ if on_board => 0.70,
                _ => 0.54,
            }
        }
        (true, true) => wires(row),
        (false, _) => outlet(row),
    };
    let mut at = from_die;
    let mut out = Vec::new();
    let mut x = 0.0;
    for stretch in &lines {
        let level = level(stretch.part);
        let (x0, x1) = (view.x(stretch.from_mm), view.x(stretch.from_mm + stretch.length_mm));
        out.push((("d-riser"), [x0, view.y(at)], [x0, view.y(level)]));
        out.push((("d-route"), [x0, view.y(level)], [x1, view.y(level)]));
        at = level;
        x = x1;
    }
    out.push(("d-riser", [x, view.y(at)], [x, view.y(end)]));
    html! {
        @for (class, from, to) in out {
            @if (to[0] - from[0]).abs() + (to[1] - from[1]).abs() > 0.0 { (line(class, from, to)) }
        }
    }
}

/// Whether a parallel bus leads from die to engine.
fn on_wires(row: &CrossSectionRow) -> bool {
    row.bodies
        .iter()
        .any(|b| matches!(b.kind, BodyRowKind::InterposerEngine | BodyRowKind::StackedEngine))
}

/// Height of its wires.
fn wires(row: &CrossSectionRow) -> f64 {
    let stacked = row.bodies.iter().any(|b| b.kind == BodyRowKind::StackedEngine);
    if stacked { 0.42 } else { 0.51 }
}

/// Light or cable beyond the copper, to the edge of the view, where it is broken off.
fn beyond(row: &CrossSectionRow, view: &View) -> Markup {
    let coupler = row.stretches.iter().find(|s| s.part == StretchPart::Coupler);
    let from_mm = coupler.map_or(row.electrical_path_mm, |s| s.at_mm);
    let inside = row.bodies.iter().any(|b| b.kind == BodyRowKind::Module);
    let out = outlet(row);
    let run = if inside { out } else { RUN };
    let rise = 12.0 / view.px_per_mm();
    let (from, risen) = (view.x(from_mm), view.x(from_mm + rise));
    let points = [[from, view.y(out)], [risen, view.y(run)], [view.right, view.y(run)]];
    let class = if row.is_light { "d-fibre" } else { "d-cable-run" };
    let module = row.bodies.iter().find(|b| b.kind == BodyRowKind::LaserModule);
    let inner = row.bodies.iter().find(|b| b.kind == BodyRowKind::Laser);
    let broken = view.right - 12.0;
    html! {
        @if let Some(module) = module {
            // Light without signal, from the laser to the modulator.
            @let y = view.y(0.62);
            @let turn = view.x(from_mm + rise);
            path.d-supply d=(through(&[[from, view.y(out + 0.04)], [turn, y], [view.x(module.from_mm), y]])) {}
        }
        @if let Some(laser) = inner {
            (line("d-supply", [view.x(laser.from_mm), view.y(0.61)], [from.min(view.x(laser.from_mm)), view.y(0.61)]))
        }
        @if from < view.right {
            path class=(class) d=(through(&points)) {}
            (broken_off(broken, view.y(run)))
        }
    }
}

/// Two strokes across what is not drawn to its end.
fn broken_off(x: f64, y: f64) -> Markup {
    html! {
        (line("d-break", [x - 3.0, y + 7.0], [x + 3.0, y - 7.0]))
        @for dx in [-3.0, 3.0] {
            (line("d-break-edge", [x - 3.0 + dx, y + 7.0], [x + 3.0 + dx, y - 7.0]))
        }
    }
}

/// The name of a body, where it has room.
fn name(body: &BodyRow, view: &View, words: Words) -> Markup {
    use BodyRowKind as Kind;
    let (from, to) = (view.x(body.from_mm), view.x(body.from_mm + body.length_mm));
    let [top, bottom] = heights(body.kind).map(|share| view.y(share));
    let middle = f64::midpoint(top, bottom) + 4.0;
    let size = format!("{} {}", body.name, millimetres(body.length_mm));
    let small =
        matches!(body.kind, Kind::Retimer | Kind::PhotonicChip | Kind::Laser | Kind::Interposer);
    let near = matches!(
        body.kind,
        Kind::StackedDie
            | Kind::Die
            | Kind::Package
            | Kind::PackageEngine
            | Kind::InterposerEngine
            | Kind::StackedEngine
            | Kind::PackageConnector
    );
    let shown = match words {
        Words::All => !small,
        Words::Outer => matches!(body.kind, Kind::Board | Kind::Panel | Kind::LaserModule),
        Words::Inner => near || body.kind == Kind::BoardConnector,
        Words::Few => false,
    };
    let letters = |w: &str| 6.7 * w.chars().count() as f64 + 8.0;
    let is_whole = view.holds(body.from_mm) && view.holds(body.from_mm + body.length_mm);
    let roomy = letters(&size) <= to - from;
    let label = if is_whole && roomy { size } else { body.name.clone() };
    let fits = letters(&label) <= to - from;
    let class = match body.kind {
        _ if bottom - top < 16.0 => "d-tiny",
        Kind::Die | Kind::StackedDie => "d-head",
        _ => "d-small",
    };
    html! {
        @if shown && to - from > 0.0 && bottom - top > 10.0 && bottom <= view.bottom + 0.1 {
            @match body.kind {
                Kind::Module | Kind::OnBoardModule => {
                    @if fits { (text("d-small", from + 6.0, top + 14.0, Anchor::Start, &label)) }
                    @else { (text("d-small", f64::midpoint(from, to), top - 5.0, Anchor::Middle, &label)) }
                },
                Kind::Board | Kind::Package => {
                    @if letters(&body.name) <= view.x(0.0) - from {
                        (text(class, from + 5.0, middle, Anchor::Start, &body.name))
                    }
                },
                Kind::LaserModule => (text(class, from + 6.0, middle, Anchor::Start, &label)),
                // A cable leads through it.
                Kind::PackageConnector => (text(class, f64::midpoint(from, to), top - 4.0, Anchor::Middle, &label)),
                _ => {
                    @if fits { (text(class, f64::midpoint(from, to), middle, Anchor::Middle, &label)) }
                    @else { (text("d-small", to, top - 5.0, Anchor::End, &label)) }
                },
            }
        }
        @if body.kind == Kind::Panel && shown && view.holds(body.from_mm) {
            (text("d-small", from, top - 4.0, Anchor::Middle, &body.name))
        }
    }
}

/// A round length as a bar, at the top of the view.
fn scale_bar(view: &View, words: Words) -> Markup {
    let mm = round_length(view.px_per_mm());
    // Over a box that is small, to the right, where only fibres run.
    let aside = if words == Words::Outer { 560.0 } else { 2.0 };
    let (x, y) = (view.left + aside, view.top + 8.0);
    let end = x + mm * view.px_per_mm();
    html! {
        g.d-scale-bar {
            (line("d-scale", [x, y], [end, y]))
            (line("d-scale", [x, y - 4.0], [x, y + 4.0]))
            (line("d-scale", [end, y - 4.0], [end, y + 4.0]))
            (text("d-small", end + 7.0, y + 4.0, Anchor::Start, &millimetres(mm)))
        }
    }
}

/// The largest of 1, 2, 5 times a power of ten that takes at most 90 pixels.
fn round_length(px_per_mm: f64) -> f64 {
    let most = 90.0 / px_per_mm;
    let base = libm::pow(10.0, libm::floor(libm::log10(most)));
    let fit = [5.0, 2.0, 1.0].into_iter().find(|m| m * base <= most * 1.000_001);
    let length = fit.unwrap_or(1.0) * base;
    if length.is_finite() { length } else { 1.0 }
}

/// A length in the unit that suits it.
pub(crate) fn millimetres(mm: f64) -> String {
    if mm >= 999.5 {
        format!("{}\u{a0}m", sig(mm / 1e3, 3))
    } else {
        format!("{}\u{a0}mm", sig(mm, 3))
    }
}
