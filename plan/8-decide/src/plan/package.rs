//! A technology's cross-section and the curve of the electrical path, as their figures draw them.

use super::Part;
use schemars::JsonSchema;
use serde::Serialize;

/// One end of a lane from the die to its fibre or cable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrossSectionRow {
    /// Identifier of the technology.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// Its family.
    pub family: String,
    /// Which end of the link: `switch end`, `near end`, `either end`.
    pub end: String,
    /// Where the conversion stands, or for copper where its cable begins.
    pub site: String,
    /// Payload of the lane.
    pub lane_gbps: f64,
    /// Frequency at which copper's loss is stated.
    pub nyquist_ghz: f64,
    /// Length of the cable or fibre.
    pub length_m: f64,
    /// Whether the link closes at this length.
    pub closes: bool,
    /// Smallest margin of both ways.
    pub margin_db: f64,
    /// Whether the signal leaves this end as light.
    pub is_light: bool,
    /// Copper from the die's pad to the conversion or the cable.
    pub electrical_path_mm: f64,
    /// Its loss at Nyquist, pads included.
    pub copper_db: f64,
    /// Loss that the circuits are built for, where a standard asks for more than this channel has.
    pub built_for_db: Option<f64>,
    /// Energy that this end spends on a bit out and a bit in.
    pub pj_per_bit: f64,
    /// Energy per bit of the lane in one direction, both ends.
    pub lane_pj_per_bit: f64,
    /// One-way latency of the lane.
    pub lane_ns: f64,
    /// What of it the code takes.
    pub fec_ns: f64,
    /// Stretches in the order of their places; the cable or fibre is the last.
    pub stretches: Vec<StretchRow>,
    /// What the lane leads through, the outer bodies first.
    pub bodies: Vec<BodyRow>,
}

/// A stretch of a lane.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StretchRow {
    /// What it is.
    pub part: StretchPart,
    /// Its name in up to two short words.
    pub name: String,
    /// Where it begins along the path; the die's pad is zero.
    pub from_mm: f64,
    /// Length of copper; zero for chips, contacts and light.
    pub length_mm: f64,
    /// Where in its body a chip or a contact stands; the middle of a line.
    pub at_mm: f64,
    /// Loss of copper at Nyquist.
    pub copper_db: f64,
    /// Loss of light.
    pub light_db: f64,
    /// Energy for a bit out and a bit in.
    pub pj_per_bit: f64,
    /// The same by component.
    pub energy: Vec<Part>,
    /// Delay on the slower way, without the code.
    pub ns: f64,
}

/// What a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StretchPart {
    /// The host chip.
    Die,
    /// A line or wires in the package.
    Package,
    /// A separable contact.
    Contact,
    /// A line on the board.
    Board,
    /// A cable over the board.
    Flyover,
    /// A line in a module or plug.
    Module,
    /// Where the signal is decided.
    Retimer,
    /// Driver and modulator.
    Transmitter,
    /// Photodiode and amplifier.
    Receiver,
    /// Laser.
    Laser,
    /// From chip to fibre.
    Coupler,
    /// Voltage conversion.
    Supply,
    /// The fibre to the other end.
    Fibre,
    /// The cable to the other end.
    Cable,
}

/// A body along the path.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BodyRow {
    /// What it is.
    pub kind: BodyRowKind,
    /// Name.
    pub name: String,
    /// Its end towards the die; negative behind the pad.
    pub from_mm: f64,
    /// Its extent along the path.
    pub length_mm: f64,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BodyRowKind {
    /// Host chip.
    Die,
    /// Host chip that lies on an engine.
    StackedDie,
    /// Interposer.
    Interposer,
    /// Package substrate.
    Package,
    /// Board.
    Board,
    /// Module or plug in the front panel.
    Module,
    /// Cable connector on the package.
    PackageConnector,
    /// Cable connector on the board.
    BoardConnector,
    /// Module on the board.
    OnBoardModule,
    /// Engine on the package substrate.
    PackageEngine,
    /// Engine on the interposer.
    InterposerEngine,
    /// Engine under the chip.
    StackedEngine,
    /// Engine on the board.
    BoardEngine,
    /// Retimer in a module or plug.
    Retimer,
    /// Photonic chip of a module.
    PhotonicChip,
    /// Laser in a module.
    Laser,
    /// Laser module in the front panel.
    LaserModule,
    /// Front panel or backplane: a plane.
    Panel,
}

/// Energy and loss against electrical path length.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PathCurve {
    /// Payload of a lane, as asked for; engines with many slow wavelengths run their own.
    pub lane_gbps: f64,
    /// Length of fibre; copper is as long as closes, no longer than this.
    pub length_m: f64,
    /// Technologies, longest path first.
    pub points: Vec<PathPointRow>,
}

/// A technology on the curve: of light its switch end for a bit out and a bit in, of copper the link from die to die.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PathPointRow {
    /// Identifier of the technology.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// Its family.
    pub family: String,
    /// Copper from the die to the conversion to light; to the other die, where nothing converts.
    pub electrical_path_mm: f64,
    /// Loss of that copper at Nyquist; where plugs decide, the largest between two decisions.
    pub loss_db: f64,
    /// Host transceivers and retimers.
    pub electrical_pj_per_bit: f64,
    /// Driver, heater, amplifier, laser.
    pub optical_pj_per_bit: f64,
    /// Voltage conversion.
    pub conversion_pj_per_bit: f64,
    /// Their sum.
    pub total_pj_per_bit: f64,
    /// Length of its cable or fibre.
    pub length_m: f64,
    /// Whether it closes.
    pub closes: bool,
}
