//! Scale-out and front-end networks of any topology whose endpoints sit on switches.

use crate::error::{FabricError, product};
use crate::hall::most_of;
use crate::placement::{Above, NetworkDemand};
use crate::topology::rail_only::Rails;
use crate::topology::{Shape, Summary, Topology, Wire};
use lightloom_units::{BitRate, Ratio};
use serde::Serialize;

/// A network of a topology: planes of it side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WiredNetwork {
    /// Name of the topology.
    pub topology: &'static str,
    /// One plane.
    pub summary: Summary,
    /// Planes.
    pub planes: u64,
    /// Rate of one link and port, one direction.
    pub port_rate: BitRate,
    /// Ports of one switch.
    pub radix: u64,
    /// Links of each class of the summary between endpoints that are farthest apart.
    pub crossed: Vec<u64>,
}

impl WiredNetwork {
    /// What an endpoint can send, over its rate, when each sends to every other alike.
    ///
    /// # Model
    /// Where uniform traffic fills the first link; where no closed form is known, what the bisection carries.
    #[must_use]
    pub fn share_to_all(&self) -> Ratio {
        let bisection = 2.0 * self.summary.bisection.links as f64 / self.summary.endpoints as f64;
        let saturation = self.summary.saturation.map(|s| s.share_of_ports);
        Ratio::new(saturation.unwrap_or(bisection).min(1.0))
    }
}

/// Most endpoints, and most links of a plane, that are walked over one by one.
const MOST_WALKED: u64 = 1 << 26;

/// The shape of a network whose endpoints are interfaces: these sit on switches and do not forward.
fn shape(topology: &Topology) -> Result<Box<dyn Shape + '_>, FabricError> {
    let instead = match topology {
        Topology::Dragonfly(t) => return Ok(Box::new(t.clone())),
        Topology::DragonflyPlus(t) => return Ok(Box::new(t.clone())),
        Topology::SwitchedTorus(t) => return Ok(Box::new(t.clone())),
        Topology::RailOnly(t) => return Ok(Box::new(Rails(t))),
        Topology::HyperX(t) if t.planes == 1 => return Ok(Box::new(t.clone())),
        Topology::HyperX(_) => "`planes` of the network, and 1 in the hyperx",
        Topology::SwitchPlanes(_) | Topology::TwoTier(_) | Topology::Clos(_) => {
            "no topology: `planes`, `rails`, `layers` and `oversubscription` say which folded Clos"
        }
        Topology::Torus(_) | Topology::OcsTorus(_) => {
            "a `switched-torus`: interfaces do not forward, switches do"
        }
        Topology::FullMesh(_) => "a `hyperx` of one dimension: a full mesh of switches",
        Topology::NdFullMesh(_) => "a `hyperx`: full meshes of switches",
        Topology::HammingMesh(_) | Topology::Reconfigurable(_) => {
            "a topology whose endpoints sit on packet switches: interfaces do not forward"
        }
    };
    Err(FabricError::NoNetwork { topology: topology.name(), instead })
}

/// A network as it is wired, before its racks have places.
#[derive(Debug)]
pub(crate) struct Wiring {
    topology: Topology,
    /// Where each switch of a plane stands among those of its kind.
    pub(crate) seats: Vec<Seat>,
    /// Sets of leaves.
    pub(crate) sets: u64,
    /// Switches in a group of each layer above the leaf, over all planes.
    pub(crate) switches_per_group: Vec<u64>,
}

/// Where a switch of a plane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// A set of leaves.
    Leaf { set: u64 },
    /// Switch `index` of a group of a layer above the leaf, from 1.
    Above { layer: usize, group: u64, index: u64 },
}

/// What a switch has below it: endpoints from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    first: u64,
    last: u64,
}

impl Span {
    const EMPTY: Self = Self { first: u64::MAX, last: 0 };

    fn join(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    const fn middle(self) -> u64 {
        u64::midpoint(self.first, self.last.saturating_add(1))
    }
}

/// Counts a network of so many endpoints.
///
/// # Errors
/// [`FabricError`] for a topology of another size, one without switches below its endpoints, or ports that do not suffice.
pub(crate) fn count(
    topology: &Topology,
    (endpoints, planes): (u64, u64),
    (nic_rate, radix): (BitRate, u64),
) -> Result<WiredNetwork, FabricError> {
    let shape = shape(topology)?;
    let summary = shape.summary()?;
    if endpoints != summary.endpoints {
        let (what, topology) = ("network interfaces", topology.name());
        let needed = summary.endpoints;
        return Err(FabricError::OtherTopology { what, topology, given: endpoints, needed });
    }
    let needed = summary.switches.iter().map(|kind| kind.ports_used).max().unwrap_or(0);
    if needed > radix {
        let place = "a switch of the network's topology";
        return Err(FabricError::RadixTooSmall { place, needed, radix });
    }
    let links: u64 = summary.links.iter().map(|class| class.count).sum();
    most_of("links of a plane", links, MOST_WALKED)?;
    product("links of a network", &[planes, links])?;
    Ok(WiredNetwork {
        topology: topology.name(),
        crossed: crossed(topology, &summary),
        summary,
        planes,
        port_rate: nic_rate / planes as f64,
        radix,
    })
}

/// Links of each class between endpoints that are farthest apart.
fn crossed(topology: &Topology, summary: &Summary) -> Vec<u64> {
    let links = summary.diameter.links;
    let beyond = links.saturating_sub(2);
    let mut crossed = vec![links.min(2)];
    match topology {
        // One global link, local ones before and after.
        Topology::Dragonfly(_) => {
            let global = u64::from(summary.links[2].count > 0).min(beyond);
            crossed.extend([beyond - global, global]);
        }
        Topology::DragonflyPlus(_) => {
            let global = u64::from(summary.links[2].count > 0).min(beyond);
            crossed.extend([beyond - global, global]);
        }
        Topology::HyperX(t) => crossed.extend(t.dims.iter().map(|size| u64::from(*size > 1))),
        Topology::SwitchedTorus(t) => crossed.extend(t.longest()),
        // Up through every layer and down again.
        _ => crossed.extend(
            (1..summary.links.len() as u64).map(|layer| if links > 2 * layer { 2 } else { 0 }),
        ),
    }
    crossed
}

impl Wiring {
    /// Where every switch of a network stands.
    ///
    /// # Model
    /// A switch with endpoints is a leaf: a set of its own, at home with the middle one of them. Any other stands in a
    /// network row before the middle of the endpoints below it; those with the same endpoints below are a group.
    ///
    /// # Errors
    /// As [`count`], and for more racks than can be placed.
    pub(crate) fn of(
        topology: &Topology,
        network: &WiredNetwork,
        endpoints_per_rack: u64,
    ) -> Result<(Self, NetworkDemand), FabricError> {
        let (summary, endpoints) = (&network.summary, network.summary.endpoints);
        let shape = shape(topology)?;
        let switches: u64 = summary.switches.iter().map(|kind| kind.count).sum();
        most_of("switches of a plane", switches, MOST_WALKED)?;
        // Switches come kind after kind.
        let mut kinds = Vec::with_capacity(switches as usize);
        for (layer, kind) in summary.switches.iter().enumerate() {
            kinds.extend(std::iter::repeat_n(layer, kind.count as usize));
        }
        let mut spans = vec![Span::EMPTY; switches as usize];
        shape.wires(&mut |wire: Wire| {
            let [a, b] = wire.ends.map(u64::from);
            let (low, high) = (a.min(b), a.max(b));
            let Some(high) = high.checked_sub(endpoints).map(|switch| switch as usize) else {
                return;
            };
            match low.checked_sub(endpoints).map(|switch| switch as usize) {
                None => spans[high] = spans[high].join(Span { first: low, last: low }),
                Some(low) if kinds[low] < kinds[high] => spans[high] = spans[high].join(spans[low]),
                Some(_) => {}
            }
        })?;
        let mut order: Vec<usize> = (0..spans.len()).collect();
        // Leaves by where they are at home, groups above by what is below them.
        order.sort_by_key(|switch| {
            let span = spans[*switch];
            let first = if kinds[*switch] == 0 { span.middle() } else { span.first };
            (kinds[*switch], first, if kinds[*switch] == 0 { 0 } else { span.last }, *switch)
        });
        let last_rack = (endpoints - 1) / endpoints_per_rack;
        let mut seats = vec![Seat::Leaf { set: 0 }; spans.len()];
        let mut middles: Vec<u64> = Vec::new();
        let mut above: Vec<Above> = Vec::new();
        let mut last = None;
        for switch in order {
            let (kind, span) = (kinds[switch], spans[switch]);
            if kind == 0 {
                seats[switch] = Seat::Leaf { set: middles.len() as u64 };
                middles.push(span.middle());
                continue;
            }
            if above.len() < kind {
                above.push(Above { switches_per_group: 0, spans: Vec::new(), parts: 1 });
                last = None;
            }
            let layer = &mut above[kind - 1];
            let index = match last {
                Some((known, index)) if known == span => index + 1,
                _ => {
                    let from = middles.partition_point(|middle| *middle < span.first) as u64;
                    let to = middles.partition_point(|middle| *middle <= span.last) as u64;
                    layer.spans.push((from, to));
                    0
                }
            };
            last = Some((span, index));
            let group = layer.spans.len() as u64 - 1;
            seats[switch] = Seat::Above { layer: kind, group, index };
            layer.switches_per_group = layer.switches_per_group.max(index + 1);
        }
        for layer in &mut above {
            layer.switches_per_group =
                product("switches of a group", &[layer.switches_per_group, network.planes])?;
        }
        let home = |middle: u64| (middle / endpoints_per_rack).min(last_rack);
        let homes: Vec<u64> = middles.into_iter().map(home).collect();
        let sets = homes.len() as u64;
        let switches_per_group = above.iter().map(|layer| layer.switches_per_group).collect();
        let demand = NetworkDemand { homes, leaves_per_set: network.planes, above };
        Ok((Self { topology: topology.clone(), seats, sets, switches_per_group }, demand))
    }

    /// Calls `emit` for every wire of a plane: its class, its ends, its links.
    pub(crate) fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        shape(&self.topology)?.wires(emit)
    }
}
