//! The fabric of a cluster in depth: topology, links by medium, parts, power, racks, latency.

use super::{BillRow, CableRow, LengthRow, Part, RackRow, SwitchRow, TrayRow};
use schemars::JsonSchema;
use serde::Serialize;

/// Identifier of this document's form.
pub const FABRIC_SCHEMA: &str = "lightloom.fabric/1";

/// The fabric of a cluster with a technology for each link class. Bandwidth is per direction unless a key says both.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricSheet {
    /// `lightloom.fabric/1`.
    pub schema: &'static str,
    /// Name of the scenario.
    pub name: String,
    /// `recommended`, or `asked` where a technology was given.
    pub mix: String,
    /// Accelerators.
    pub accelerators: u64,
    /// Hosts.
    pub hosts: u64,
    /// Accelerators in a scale-up domain.
    pub domain: u64,
    /// Scale-up domains.
    pub domains: u64,
    /// Networks, from the accelerator outwards.
    pub tiers: Vec<FabricTier>,
    /// Parts of all links.
    pub parts: LinkParts,
    /// Power at the five boundaries.
    pub power: FabricPower,
    /// Bill of materials of the network.
    pub bill: Vec<BillRow>,
    /// Its sum.
    pub bill_usd: f64,
    /// Network cost over the years: price, energy, facility, repairs, downtime by network causes.
    pub network_cost_usd: f64,
    /// Totals of cable.
    pub cables: CableRow,
    /// What racks of each kind draw, hold and weigh.
    pub racks: Vec<RackRow>,
    /// The fullest stretch of cable tray.
    pub fullest_tray: Option<TrayRow>,
    /// Halls.
    pub halls: u64,
    /// What ought to be looked at.
    pub findings: Vec<String>,
}

/// One network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricTier {
    /// `scale-up`, `scale-out`, `front-end`.
    pub tier: String,
    /// Name of its topology.
    pub topology: String,
    /// Injection bandwidth of an accelerator, one direction, Gb/s.
    pub gbps_per_accelerator: f64,
    /// Both directions added, Gb/s.
    pub gbps_per_accelerator_both_directions: f64,
    /// Links on the longest shortest path.
    pub diameter_links: u64,
    /// Switches on it.
    pub diameter_switches: u64,
    /// Bandwidth between two equal halves, one direction; of one domain for scale-up, Tb/s.
    pub bisection_tbps: f64,
    /// Both directions added, Tb/s.
    pub bisection_tbps_both_directions: f64,
    /// That over what half of the endpoints inject.
    pub bisection_share: f64,
    /// How the bisection is known.
    pub bisection_basis: String,
    /// Switches by layer.
    pub switches: Vec<SwitchRow>,
    /// Links by class.
    pub classes: Vec<FabricClass>,
    /// The longest path at zero load, one way, by part.
    pub latency_ns: Vec<Part>,
}

/// Links of one kind with what they are made of.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricClass {
    /// Stable name: `scale-out leaf-spine`; a class split by length has `..., to 3 m` and `..., beyond 3 m`.
    pub name: String,
    /// What stands at its lower and upper end: `accelerator`, `interface`, `switch of layer 1`.
    pub ends: [String; 2],
    /// Links.
    pub links: u64,
    /// Rate of a link, one direction.
    pub rate_gbps: f64,
    /// Both directions added.
    pub rate_gbps_both_directions: f64,
    /// Lanes of a link, each direction.
    pub lanes: f64,
    /// Payload of a lane, one direction.
    pub lane_gbps: f64,
    /// `copper` or `light`.
    pub medium: String,
    /// Identifier of the technology.
    pub technology: String,
    /// Its name.
    pub technology_name: String,
    /// Whether it closes at the longest link.
    pub closes: bool,
    /// `board`, `rack`, `hall`, or `hall, through circuit switches`.
    pub runs: String,
    /// Routed lengths.
    pub length: LengthRow,
    /// Parts of these links.
    pub parts: LinkParts,
}

/// Counted parts of links.
///
/// # Model
/// A front-panel cage takes the lanes of its form factor (`panel.osfp.lanes`): a switch's module or plug carries so many links
/// as fit, and one cable with as many far ends is a breakout. Each interface has its own module. Engines behind the panel
/// count by their capacity.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct LinkParts {
    /// Pluggable optical modules.
    pub modules: f64,
    /// Optical engines on boards and packages.
    pub engines: f64,
    /// Plugs of copper cables.
    pub plugs: f64,
    /// Cables, of copper or fibre; wires of a backplane or board are none.
    pub cables: f64,
    /// Those of them that end in several ports at one end.
    pub breakout_cables: f64,
    /// Differential pairs of copper, both directions.
    pub wire_pairs: f64,
    /// Fibres, both directions.
    pub fibres: f64,
    /// Lasers.
    pub lasers: f64,
    /// External laser modules.
    pub laser_modules: f64,
}

impl std::ops::AddAssign for LinkParts {
    fn add_assign(&mut self, other: Self) {
        self.modules += other.modules;
        self.engines += other.engines;
        self.plugs += other.plugs;
        self.cables += other.cables;
        self.breakout_cables += other.breakout_cables;
        self.wire_pairs += other.wire_pairs;
        self.fibres += other.fibres;
        self.lasers += other.lasers;
        self.laser_modules += other.laser_modules;
    }
}

impl LinkParts {
    /// Parts with their names in a bill, those that there are.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, f64)> {
        let mut all = vec![
            ("optical modules", self.modules),
            ("optical engines", self.engines),
            ("copper plugs", self.plugs),
            ("cables", self.cables),
            ("of them breakout cables", self.breakout_cables),
            ("wire pairs", self.wire_pairs),
            ("fibres", self.fibres),
            ("lasers", self.lasers),
            ("external laser modules", self.laser_modules),
        ];
        all.retain(|(_, count)| *count > 0.0);
        all
    }
}

/// Power at five boundaries, each within the next: lane, optics, switch boxes, network, cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricPower {
    /// By tier.
    pub tiers: Vec<TierPowerRow>,
    /// All tiers.
    pub all: TierPowerRow,
    /// Network, accelerators and hosts, at the rack inlet.
    pub cluster_w: f64,
    /// Where power goes between the rack inlet and the chips.
    pub inlets: Vec<InletRow>,
}

/// Power of a tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TierPowerRow {
    /// Tier, or `all`.
    pub tier: String,
    /// Energy of a link for a payload bit of one direction, both ends.
    pub lane_pj_per_bit: f64,
    /// SerDes of all links in the chips, direct current.
    pub serdes_w: f64,
    /// Modules, engines and active cable ends, direct current.
    pub optics_w: f64,
    /// Switches with what is in their boxes, at the rack inlet.
    pub switch_boxes_w: f64,
    /// Switches, interfaces, optics, SerDes, at the rack inlet.
    pub network_w: f64,
}

/// What is drawn at an inlet, and what of it fans, pumps and conversion take.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InletRow {
    /// `scale-out leaf`, `scale-out interfaces and host ends`, `accelerators and hosts`.
    pub what: String,
    /// Direct current of chips and optics.
    pub chips_w: f64,
    /// Fans and pumps in the box.
    pub fans_and_pumps_w: f64,
    /// Lost in power conversion.
    pub conversion_w: f64,
    /// All, at the rack inlet.
    pub inlet_w: f64,
}
