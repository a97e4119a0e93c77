//! The front door: from a fabric asked for to link classes, switches, interfaces and a floor plan.

use crate::cabling::Cabling;
use crate::clos::{self, Clos, ClosSpec, LAYER_NAMES};
use crate::error::{FabricError, at_least_one, divide, positive, product};
use crate::hall::{HallSpec, LeafPlacement, most_of};
use crate::length::{Lengths, Tally};
use crate::pathway::Pathway;
use crate::placement::{self, Demand, NetworkRacks};
use crate::plan::{self, FloorPlan, RackKind};
use crate::rack::Stack;
use crate::star::{self, Star};
use crate::topology::{Summary, Topology};
use crate::two_tier::{self, TwoTier, TwoTierSpec};
use crate::wired::{self, Filling, Run, Wired};
use lightloom_units::{BitRate, Length, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The scale-up network asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleUpSpec {
    /// Accelerators that act as one.
    pub domain: u64,
    /// Links of one accelerator.
    pub links: u64,
    /// Rate of one link, one direction.
    pub link_rate: BitRate,
    /// Ports of one switch chip at that rate.
    pub radix: u64,
    /// First-tier chips of a domain (of a group with two tiers); the fewest that fit when left out.
    #[serde(default)]
    pub switches: Option<u64>,
    /// A second tier of switches; one tier when left out.
    #[serde(default)]
    pub two_tier: Option<TwoTierSpec>,
    /// Any other topology, in the place of switches in one or two tiers.
    #[serde(default)]
    pub topology: Option<Topology>,
}

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

/// What a link ends at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// An accelerator.
    Accelerator,
    /// A network interface.
    Nic,
    /// A switch of this layer of the tier, from 1.
    Switch(u8),
}

/// Links of one kind: one tier, the same two ends, one rate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkClass {
    /// Tier that it belongs to.
    pub tier: Tier,
    /// Stable name: `scale-up accelerator-L1`, `scale-out leaf-spine`.
    pub name: String,
    /// Lower and upper end.
    pub ends: [End; 2],
    /// Whether no link leaves its rack.
    pub within_rack: bool,
    /// Whether no link leaves its board.
    pub on_board: bool,
    /// Whether each passes through an optical circuit switch.
    pub through_ocs: bool,
    /// Links.
    pub links: u64,
    /// Rate of one link, one direction.
    pub rate: BitRate,
    /// Routed lengths.
    pub lengths: Lengths,
    /// Trays that they run through; `None` when no link leaves its rack.
    #[serde(skip)]
    pub pathway: Option<Pathway>,
}

impl LinkClass {
    /// The links that are no longer than `reach`, and those beyond, as classes of their own; `None` where one has none.
    ///
    /// # Model
    /// Counts and lengths as [`Lengths::split_at`]; names `..., to 3 m` and `..., beyond 3 m`. Runs within a rack are shorter than
    /// those between racks, which rise to the tray and come down again: a first part that has no more links than stay in
    /// their racks stays there, and all that leave are of the second.
    ///
    /// # Validity
    /// Else both parts are taken to run through the trays as the whole class does, in proportion to their links: what a
    /// stretch holds of both together is right, how thick its cables are is a mean.
    #[must_use]
    pub fn split_at(&self, reach: Length) -> Option<[Self; 2]> {
        let parts = self.lengths.split_at(reach, self.links)?;
        let metres = lightloom_units::significant(reach.as_m(), 3);
        let named = |word: &str, (lengths, links): (Lengths, u64)| Self {
            name: format!("{}, {word} {metres} m", self.name),
            links,
            lengths,
            ..self.clone()
        };
        let [within, beyond] = parts;
        let (mut within, mut beyond) = (named("to", within), named("beyond", beyond));
        if let Some(pathway) = &self.pathway {
            let staying = (1.0 - pathway.leaving().value()) * self.links as f64;
            // Half a link forgives the rounding of shares.
            if within.links as f64 <= staying + 0.5 {
                within.pathway = None;
                within.within_rack = true;
                let share = beyond.links as f64 / self.links as f64;
                beyond.pathway = Some(pathway.of_share(share));
            }
        }
        Some([within, beyond])
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

/// The topology of the scale-up domain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum ScaleUp {
    /// One tier of switch chips.
    Star(Star),
    /// Two tiers.
    TwoTier(TwoTier),
    /// Any other topology.
    Wired(Box<Summary>),
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
    pub scale_out: Clos,
    /// The front-end network.
    pub front_end: Option<Clos>,
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

/// Most scale-up links of one accelerator, and interfaces of one host.
const MOST_LINKS_PER_ACCELERATOR: u64 = 4_096;

/// Builds the fabric.
///
/// # Model
/// Counts in closed form ([`star`], [`two_tier`], [`clos`]); racks placed one by one ([`HallSpec`]); lengths
/// by pairs of racks. A domain is part of a rack or whole racks. Its first-tier switches stand in the
/// accelerator racks; those of a single-tier domain over several racks stand in racks of their own.
///
/// # Errors
/// [`FabricError`], each with a hint.
///
/// # Example
/// ```
/// use lightloom_fabric::{
///     ClosSpec, CrossTrays, FabricSpec, HallGeometry, HallSpec, LeafPlacement, RackLayout, ScaleUpSpec,
/// };
/// use lightloom_units::{BitRate, Length, Ratio};
/// let fabric = lightloom_fabric::build(&FabricSpec {
///     accelerators: 4_608,
///     accelerators_per_host: 4,
///     scale_up: ScaleUpSpec { domain: 72, links: 18, link_rate: BitRate::gbps(400.0), radix: 72,
///         switches: None, two_tier: None, topology: None },
///     scale_out: ClosSpec { nics_per_host: 4, nic_rate: BitRate::gbps(800.0), planes: 1, radix: 144,
///         oversubscription: Ratio::new(1.0), rails: 4, layers: None },
///     front_end: None,
///     hall: HallSpec {
///         geometry: HallGeometry { pitch: Length::mm(600.0), depth: Length::m(1.2), aisle: Length::m(2.7),
///             drop: Length::m(2.0), slack: Ratio::new(0.1), board_run: Length::m(0.25),
///             tray_width: Length::m(0.6), tray_depth: Length::m(0.1), tray_fill: Ratio::new(0.5),
///             bend: Ratio::new(10.0) },
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
            .map(|n| NicGroup { tier: n.tier, nics: n.clos.endpoints, rate: n.nic_rate })
            .collect(),
        racks: kinds.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect(),
        floor_plan: plan::draw(&placement, &spec.hall.geometry),
        scale_up: counts.domain,
        scale_out: counts.scale_out.clos,
        front_end: counts.front_end.map(|network| network.clos),
    })
}

/// What can be counted before anything has a place.
struct Counts<'a> {
    spec: &'a FabricSpec,
    hosts: u64,
    hosts_per_rack: u64,
    domains: u64,
    domain: ScaleUp,
    wired: Option<Wired>,
    /// Accelerator racks that stand together.
    block_racks: u64,
    /// Accelerators that share first-tier switches in a rack; `None` when those have racks of their own.
    in_rack: Option<u64>,
    scale_out: Network,
    front_end: Option<Network>,
}

/// A Clos network counted.
struct Network {
    tier: Tier,
    nics_per_host: u64,
    nic_rate: BitRate,
    nics_per_rack: u64,
    clos: Clos,
}

impl<'a> Counts<'a> {
    fn of(spec: &'a FabricSpec) -> Result<Self, FabricError> {
        let FabricSpec { accelerators, accelerators_per_host: per_host, .. } = *spec;
        let (scale_up, hall) = (&spec.scale_up, &spec.hall);
        at_least_one("the number of accelerators", accelerators)?;
        hall.check()?;
        positive("the rate of a scale-up link", scale_up.link_rate.as_gbps())?;
        most_of("links of an accelerator", scale_up.links, MOST_LINKS_PER_ACCELERATOR)?;
        let hosts = divide(accelerators, "accelerators", per_host, "accelerators in a host")?;
        let per_rack = hall.accelerators_per_rack;
        let hosts_per_rack = divide(per_rack, "accelerators of a rack", per_host, "a host")?;
        let domains = divide(accelerators, "accelerators", scale_up.domain, "a scale-up domain")?;
        let block_racks = if scale_up.domain <= per_rack {
            divide(per_rack, "accelerators of a rack", scale_up.domain, "a scale-up domain")?;
            1
        } else {
            divide(scale_up.domain, "accelerators of a domain", per_rack, "accelerators in a rack")?
        };
        let ScaleUpSpec { domain, links, radix, switches, .. } = *scale_up;
        let wired = scale_up.topology.as_ref().map(|t| wire_domain(spec, t)).transpose()?;
        let domain = match (&wired, &scale_up.two_tier) {
            (Some(wired), _) => ScaleUp::Wired(Box::new(wired.summary.clone())),
            (None, None) => ScaleUp::Star(star::count(domain, links, radix, switches)?),
            (None, Some(two)) => {
                ScaleUp::TwoTier(two_tier::count(domain, links, radix, switches, two)?)
            }
        };
        let network = |tier: Tier, clos: &ClosSpec| {
            let nics_per_host = clos.nics_per_host;
            most_of("network interfaces of a host", nics_per_host, MOST_LINKS_PER_ACCELERATOR)?;
            let endpoints = product("network interfaces", &[hosts, nics_per_host])?;
            Ok::<_, FabricError>(Network {
                tier,
                nics_per_host,
                nic_rate: clos.nic_rate,
                nics_per_rack: product("network interfaces", &[hosts_per_rack, nics_per_host])?,
                clos: clos::count(endpoints, clos)?,
            })
        };
        Ok(Self {
            spec,
            hosts,
            hosts_per_rack,
            domains,
            domain,
            in_rack: if wired.is_some() { None } else { in_rack_group(spec)? },
            wired,
            block_racks,
            scale_out: network(Tier::ScaleOut, &spec.scale_out)?,
            front_end: match &spec.front_end {
                Some(clos) => Some(network(Tier::FrontEnd, clos)?),
                None => None,
            },
        })
    }

    fn networks(&self) -> impl Iterator<Item = &Network> {
        std::iter::once(&self.scale_out).chain(&self.front_end)
    }

    /// Chips that the accelerators of a group share.
    fn l1_chips(&self) -> u64 {
        match &self.domain {
            ScaleUp::Star(star) => star.switches,
            ScaleUp::TwoTier(two) => two.l1_per_group,
            ScaleUp::Wired(_) => self.wired.as_ref().map_or(0, |wired| wired.chips_per_rack),
        }
    }

    fn demand(&self) -> Demand<'_> {
        let chips_in_own_racks = match &self.domain {
            ScaleUp::Star(star) if self.in_rack.is_none() => star.switches,
            ScaleUp::Star(_) => 0,
            ScaleUp::TwoTier(two) => two.l2,
            ScaleUp::Wired(_) => self.wired.as_ref().map_or(0, |wired| wired.own),
        };
        let hall = &self.spec.hall;
        Demand {
            racks: self.spec.accelerators.div_ceil(hall.accelerators_per_rack),
            block_racks: self.block_racks,
            block_switch_racks: chips_in_own_racks.div_ceil(hall.scale_up_chips_per_rack),
            networks: self.networks().map(|n| (&n.clos, n.nics_per_rack)).collect(),
        }
    }

    /// Links and switches of a domain of any topology.
    fn add_wired(
        &self,
        wired: &Wired,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        let ScaleUpSpec { link_rate, .. } = self.spec.scale_up;
        let (tier, hall) = (Tier::ScaleUp, &self.spec.hall);
        let per_host = self.spec.accelerators_per_host;
        let stack = self.stacks().0;
        let switch_racks = wired.own.div_ceil(hall.scale_up_chips_per_rack);
        for strand in &wired.strands {
            let links = product("scale-up links", &[self.domains, strand.links()])?;
            let within = |run: &Run| matches!(run, Run::Board | Run::Rack(..));
            let (tally, route) = if strand.runs.iter().all(|(run, _)| within(run)) {
                let board = strand.runs.iter().all(|(run, _)| *run == Run::Board);
                let route = if board { Route::Board } else { Route::Rack };
                (cabling.domain_within_racks(&stack, per_host, &strand.runs), route)
            } else {
                let racks = (self.block_racks, switch_racks);
                let (tally, pathway) = cabling.domain_between_racks(racks, &strand.runs).finish();
                (tally, Route::Trays(pathway))
            };
            let ends = (&*strand.name, strand.ends);
            built.links(tier, ends, (links, link_rate), (&tally, route));
            if let Some(class) = built.link_classes.last_mut() {
                class.through_ocs = strand.through_ocs;
            }
        }
        let mut layer = 0;
        for (kind, among) in wired.summary.switches.iter().zip(&wired.among_accelerators) {
            layer += 1;
            let count = product("scale-up switches", &[self.domains, kind.count])?;
            let rack = if *among { RackKind::Accelerator } else { RackKind::ScaleUp };
            let ports = product("ports", &[count, kind.ports_used])?;
            let place = (tier, layer, kind.name, rack);
            built.switches(place, count, ports, (kind.radix, link_rate))?;
        }
        Ok(())
    }

    fn add_scale_up(&self, cabling: &Cabling<'_>, built: &mut Built) -> Result<(), FabricError> {
        if let Some(wired) = &self.wired {
            return self.add_wired(wired, cabling, built);
        }
        let FabricSpec { accelerators, accelerators_per_host: per_host, .. } = *self.spec;
        let ScaleUpSpec { links, link_rate, radix, .. } = self.spec.scale_up;
        let tier = Tier::ScaleUp;
        let links = product("scale-up links", &[accelerators, links])?;
        let (tally, route) = match self.in_rack {
            Some(group) => {
                let route = if group <= per_host { Route::Board } else { Route::Rack };
                (cabling.scale_up_in_rack(group, self.l1_chips(), per_host), route)
            }
            None => {
                let runs = cabling.scale_up_between_racks(self.block_racks, self.l1_chips());
                let (tally, pathway) = runs.finish();
                (tally, Route::Trays(pathway))
            }
        };
        let ends = ("accelerator-L1", [End::Accelerator, End::Switch(1)]);
        built.links(tier, ends, (links, link_rate), (&tally, route));
        let mut chips = |layer: u8, per_domain: u64, ports: u64| {
            let chips = product("scale-up switches", &[self.domains, per_domain])?;
            let in_rack = layer == 1 && self.in_rack.is_some();
            let rack = if in_rack { RackKind::Accelerator } else { RackKind::ScaleUp };
            let place = (tier, layer, &*format!("L{layer}"), rack);
            built.switches(place, chips, ports, (radix, link_rate))
        };
        match &self.domain {
            ScaleUp::Star(star) => chips(1, star.switches, links)?,
            ScaleUp::TwoTier(two) => {
                let uplinks = product("scale-up uplinks", &[self.domains, two.uplinks])?;
                chips(1, two.l1, links + uplinks)?;
                chips(2, two.l2, uplinks)?;
                let runs = cabling.scale_up_between_racks(self.block_racks, two.l2);
                let (tally, pathway) = runs.finish();
                let ends = ("L1-L2", [End::Switch(1), End::Switch(2)]);
                built.links(tier, ends, (uplinks, link_rate), (&tally, Route::Trays(pathway)));
            }
            // Wired above.
            ScaleUp::Wired(_) => {}
        }
        Ok(())
    }

    /// Trays of an accelerator rack: one stack for each group that shares switches in it, and how many.
    fn stacks(&self) -> (Stack, u64) {
        let (hall, per_host) = (&self.spec.hall, self.spec.accelerators_per_host);
        let group = self.in_rack.unwrap_or(hall.accelerators_per_rack);
        // A group within a host has its chips on the host's board.
        let among_trays = self.in_rack.is_some() && group > per_host || self.wired.is_some();
        let chips = if among_trays { self.l1_chips() } else { 0 };
        let hosts = group.div_ceil(per_host);
        let stack = Stack::new(hosts, chips, &hall.rack, hall.geometry.pitch.as_m());
        (stack, self.hosts_per_rack / hosts)
    }

    fn accelerator_trays(&self) -> Length {
        let (stack, stacks) = self.stacks();
        Length::m(stack.height() * stacks as f64)
    }

    fn add_network(
        &self,
        network: &Network,
        racks: &NetworkRacks,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        let Network { tier, ref clos, nics_per_host, nics_per_rack, .. } = *network;
        let (stack, stacks) = self.stacks();
        // Bounds the weights of the tally.
        let places = self.hosts_per_rack * nics_per_host;
        let factors = [clos.endpoints, clos.rails, clos.planes, places];
        product("interfaces by rails, planes and places in a rack", &factors)?;
        let (runs, within_rack) =
            cabling.nic_leaf((clos, racks, nics_per_rack), nics_per_host, &stack, stacks);
        let (tally, pathway) = runs.finish();
        let ends = ("nic-leaf", [End::Nic, End::Switch(1)]);
        let route = if within_rack { Route::Rack } else { Route::Trays(pathway) };
        built.links(tier, ends, (clos.layers[0].links, clos.port_rate), (&tally, route));
        for (layer, names) in (1..clos.layers.len()).zip(LAYER_NAMES.windows(2)) {
            let runs = match layer {
                1 => cabling.leaf_spine(clos, racks),
                _ => cabling.above(clos, racks, layer - 1),
            };
            let (tally, pathway) = runs.finish();
            let ends = [End::Switch(layer as u8), End::Switch(layer as u8 + 1)];
            let links = (clos.layers[layer].links, clos.port_rate);
            built.links(tier, (&names.join("-"), ends), links, (&tally, Route::Trays(pathway)));
        }
        for (i, layer) in clos.layers.iter().enumerate() {
            let up = clos.layers.get(i + 1).map_or(0, |above| above.links);
            let in_rack = i == 0 && self.spec.hall.leaf == LeafPlacement::InRack;
            let rack = if in_rack { RackKind::Accelerator } else { RackKind::layer(tier, i) };
            let place = (tier, i as u8 + 1, LAYER_NAMES[i], rack);
            let ports = (clos.radix, clos.port_rate);
            built.switches(place, layer.switches, layer.links + up, ports)?;
        }
        Ok(())
    }
}

/// A domain of the topology asked for, which must fit what else is asked.
fn wire_domain(spec: &FabricSpec, topology: &Topology) -> Result<Wired, FabricError> {
    let (up, hall) = (&spec.scale_up, &spec.hall);
    let summary = topology.summary()?;
    for (what, given, needed) in [
        ("accelerators in a domain", up.domain, summary.endpoints),
        ("links of an accelerator", up.links, summary.ports_per_endpoint),
    ] {
        if given != needed {
            let topology = topology.name();
            return Err(FabricError::OtherTopology { what, topology, given, needed });
        }
    }
    let filling = Filling {
        per_host: spec.accelerators_per_host,
        per_rack: hall.accelerators_per_rack,
        switches_per_rack: hall.scale_up_chips_per_rack,
    };
    wired::wire(topology, filling)
}

/// Accelerators that share first-tier switches in one rack; `None` when those stand in racks of their own.
fn in_rack_group(spec: &FabricSpec) -> Result<Option<u64>, FabricError> {
    let (domain, per_rack) = (spec.scale_up.domain, spec.hall.accelerators_per_rack);
    let group = match &spec.scale_up.two_tier {
        Some(two) => {
            let things = "accelerators of a two-tier domain";
            divide(domain, things, per_rack, "accelerators in a rack")?;
            divide(per_rack, "accelerators of a rack", two.group, "a scale-up group")?;
            two.group
        }
        None if domain > per_rack => return Ok(None),
        None => domain,
    };
    if group > spec.accelerators_per_host {
        divide(group, "accelerators of a scale-up group", spec.accelerators_per_host, "a host")?;
    }
    Ok(Some(group))
}

/// Where the links of a class run.
enum Route {
    Board,
    Rack,
    Trays(Pathway),
}

/// Link classes and switch groups as they are built.
#[derive(Default)]
struct Built {
    link_classes: Vec<LinkClass>,
    switch_groups: Vec<SwitchGroup>,
}

impl Built {
    fn links(
        &mut self,
        tier: Tier,
        (name, ends): (&str, [End; 2]),
        (links, rate): (u64, BitRate),
        (tally, route): (&Tally, Route),
    ) {
        let name = format!("{} {name}", tier.name());
        // A tally is empty only when there are no links, and then there is no class.
        if let Some(lengths) = tally.finish(links) {
            let on_board = matches!(route, Route::Board);
            let pathway = match route {
                Route::Board | Route::Rack => None,
                Route::Trays(pathway) => Some(pathway),
            };
            let within_rack = pathway.is_none();
            let class = LinkClass {
                tier,
                name,
                ends,
                within_rack,
                on_board,
                through_ocs: false,
                links,
                rate,
                lengths,
                pathway,
            };
            self.link_classes.push(class);
        }
    }

    fn switches(
        &mut self,
        (tier, layer, name, rack): (Tier, u8, &str, RackKind),
        switches: u64,
        ports_used: u64,
        (radix, port_rate): (u64, BitRate),
    ) -> Result<(), FabricError> {
        let ports = product("ports", &[switches, radix])?;
        let use_of_ports = Ratio::new(ports_used as f64 / ports as f64);
        let name = format!("{} {name}", tier.name());
        let group =
            SwitchGroup { tier, layer, name, switches, radix, use_of_ports, port_rate, rack };
        self.switch_groups.push(group);
        Ok(())
    }
}
