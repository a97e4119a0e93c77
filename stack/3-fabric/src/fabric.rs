//! The front door: from a fabric asked for to link classes, switches, interfaces and a floor plan.

use crate::built::Built;
use crate::cabling::Cabling;
use crate::clos::ClosSpec;
use crate::counts::Counts;
use crate::error::FabricError;
use crate::hall::HallSpec;
use crate::link_class::LinkClass;
use crate::network::Network;
use crate::placement;
use crate::plan::{self, FloorPlan, RackKind};
use crate::scale_up::{ScaleUp, ScaleUpSpec};
use lightloom_units::{BitRate, Length, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fabric asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FabricSpec {
    /// Accelerators in all.
    pub accelerators: u64,
    /// Accelerators in one host: a server, or a compute tray.
    pub accelerators_per_host: u64,
    /// The network of a domain.
    pub scale_up: ScaleUpSpec,
    /// The network of all accelerators.
    pub scale_out: ClosSpec,
    /// The network to storage and users.
    #[serde(default)]
    pub front_end: Option<ClosSpec>,
    /// Where it stands.
    pub hall: HallSpec,
}

/// A network that meets at every accelerator.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Accelerators that act as one.
    ScaleUp,
    /// Server to server.
    ScaleOut,
    /// Storage, users, control.
    FrontEnd,
}

impl Tier {
    /// `scale-up`, `scale-out`, `front-end`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScaleUp => "scale-up",
            Self::ScaleOut => "scale-out",
            Self::FrontEnd => "front-end",
        }
    }
}

/// Switches of one layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SwitchGroup {
    /// Tier that they belong to.
    pub tier: Tier,
    /// Layer of the tier, from 1.
    pub layer: u8,
    /// Stable name: `scale-up L1`, `scale-out leaf`.
    pub name: String,
    /// Switches: chips in scale-up, boxes elsewhere.
    pub switches: u64,
    /// Ports of one switch.
    pub radix: u64,
    /// Ports in use over all ports.
    pub use_of_ports: Ratio,
    /// Rate of a port, one direction.
    pub port_rate: BitRate,
    /// Racks that they stand in.
    pub rack: RackKind,
}

/// Network interfaces of one tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NicGroup {
    /// Tier that they belong to.
    pub tier: Tier,
    /// Interfaces.
    pub nics: u64,
    /// Rate of one, one direction, over all planes.
    pub rate: BitRate,
}

/// A fabric: everything that can be counted and measured on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fabric {
    /// Accelerators.
    pub accelerators: u64,
    /// Hosts.
    pub hosts: u64,
    /// Scale-up domains.
    pub domains: u64,
    /// One domain.
    pub scale_up: ScaleUp,
    /// The scale-out network.
    pub scale_out: Network,
    /// The front-end network.
    pub front_end: Option<Network>,
    /// Links by class: scale-up, scale-out, front end, each from the accelerator up.
    pub link_classes: Vec<LinkClass>,
    /// Switches by layer, in the same order.
    pub switch_groups: Vec<SwitchGroup>,
    /// Interfaces by tier.
    pub nics: Vec<NicGroup>,
    /// Racks of each kind.
    pub racks: Vec<(RackKind, u64)>,
    /// Height of the trays of an accelerator rack: hosts and scale-up switches.
    pub accelerator_trays: Length,
    /// The floor.
    pub floor_plan: FloorPlan,
}

/// Bandwidth of one accelerator on each network, one direction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BandwidthPerAccelerator {
    /// Within the domain.
    pub scale_up: BitRate,
    /// Across the hall.
    pub scale_out: BitRate,
    /// To storage and users; zero without a front end.
    pub front_end: BitRate,
}

impl FabricSpec {
    /// Injection bandwidth of one accelerator on each network: the field's 100 : 10 : 1.
    #[must_use]
    pub fn bandwidth_per_accelerator(&self) -> BandwidthPerAccelerator {
        let share = |clos: &ClosSpec| {
            clos.nic_rate * (clos.nics_per_host as f64 / self.accelerators_per_host as f64)
        };
        BandwidthPerAccelerator {
            scale_up: self.scale_up.link_rate * self.scale_up.links as f64,
            scale_out: share(&self.scale_out),
            front_end: self.front_end.as_ref().map_or(BitRate::ZERO, share),
        }
    }
}

impl Fabric {
    /// Racks that hold accelerators.
    #[must_use]
    pub fn accelerator_racks(&self) -> u64 {
        let is_one = |(kind, _): &&(RackKind, u64)| *kind == RackKind::Accelerator;
        self.racks.iter().find(is_one).map_or(1, |(_, racks)| *racks)
    }

    /// Splits the class of this name where `reach` parts its links; says whether it could.
    pub fn split_class(&mut self, name: &str, reach: Length) -> bool {
        let Some(at) = self.link_classes.iter().position(|class| class.name == name) else {
            return false;
        };
        let Some(parts) = self.link_classes[at].split_at(reach) else { return false };
        self.link_classes.splice(at..=at, parts);
        true
    }

    /// A link class by its stable name.
    #[must_use]
    pub fn link_class(&self, name: &str) -> Option<&LinkClass> {
        self.link_classes.iter().find(|class| class.name == name)
    }
}

/// Builds the fabric.
///
/// # Model
/// Counts in closed form ([`crate::star`], [`crate::two_tier`], [`crate::clos`], [`crate::topology`]); racks placed one by one ([`HallSpec`]); lengths
/// by pairs of racks. A domain is part of a rack or whole racks. Its first-tier switches stand in the
/// accelerator racks; those of a single-tier domain over several racks stand in racks of their own.
///
/// # Errors
/// [`FabricError`], each with a hint.
///
/// # Example
/// ```
/// use lightloom_fabric::{
///     ClosSpec, CrossTrays, FabricSpec, HallGeometry, HallSpec, LeafPlacement, Neighbours, Oversubscription,
///     RackLayout, ScaleUpSpec,
/// };
/// use lightloom_units::{BitRate, Length, Ratio};
/// let fabric = lightloom_fabric::build(&FabricSpec {
///     accelerators: 4_608,
///     accelerators_per_host: 4,
///     scale_up: ScaleUpSpec { domain: 72, links: 18, link_rate: BitRate::gbps(400.0), radix: 72,
///         switches: None, two_tier: None, topology: None, link_rates: vec![], neighbours: Neighbours::Trays },
///     scale_out: ClosSpec { nics_per_host: 4, nic_rate: BitRate::gbps(800.0), planes: 1, radix: 144,
///         oversubscription: Oversubscription::default(), rails: 4, layers: None, topology: None },
///     front_end: None,
///     hall: HallSpec {
///         geometry: HallGeometry { pitch: Length::mm(600.0), depth: Length::m(1.2), aisle: Length::m(2.7),
///             drop: Length::m(2.0), slack: Ratio::new(0.1), board_run: Length::m(0.25),
///             tray_width: Length::m(0.6), tray_depth: Length::m(0.1), tray_fill: Ratio::new(0.5),
///             bend: Ratio::new(10.0), switch_rack_height: Length::m(2.0), plenum: Length::m(0.2) },
///         accelerators_per_rack: 72,
///         rack: RackLayout { host_height: Length::mm(44.45), chips_per_switch_tray: 2,
///             switch_tray_height: Length::mm(44.45) },
///         racks_per_row: 20, rows_per_hall: 24, hall_gap: Length::m(10.0),
///         leaf: LeafPlacement::MiddleOfRow, cross_trays: CrossTrays::EveryRack,
///         switches_per_rack: 8, scale_up_chips_per_rack: 64,
///     },
/// })?;
/// let scale_up = fabric.link_class("scale-up accelerator-L1").unwrap();
/// assert!(scale_up.within_rack && scale_up.links == 64 * 1_296);
/// assert_eq!(fabric.link_class("scale-out leaf-spine").unwrap().links, 4_608);
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
pub fn build(spec: &FabricSpec) -> Result<Fabric, FabricError> {
    let counts = Counts::of(spec)?;
    let placement = placement::place(&spec.hall, &counts.demand())?;
    let cabling = Cabling::new(&spec.hall, &placement);
    let mut built = Built::default();
    counts.add_scale_up(&cabling, &mut built)?;
    for (network, racks) in counts.networks().zip(&placement.networks) {
        counts.add_network(network, racks, &cabling, &mut built)?;
    }
    let mut kinds: Vec<RackKind> = placement.standing.iter().map(|s| s.kind).collect();
    kinds.sort_unstable();
    Ok(Fabric {
        accelerators: spec.accelerators,
        hosts: counts.hosts,
        domains: counts.domains,
        accelerator_trays: counts.accelerator_trays(),
        link_classes: built.link_classes,
        switch_groups: built.switch_groups,
        nics: counts
            .networks()
            .map(|n| NicGroup { tier: n.tier, nics: n.network.endpoints(), rate: n.nic_rate })
            .collect(),
        racks: kinds.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect(),
        floor_plan: plan::draw(&placement, &spec.hall.geometry),
        scale_up: counts.domain,
        scale_out: counts.scale_out.network,
        front_end: counts.front_end.map(|counted| counted.network),
    })
}
