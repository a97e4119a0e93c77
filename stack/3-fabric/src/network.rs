//! Scale-out and front end: as they are counted, their links and switches.

use crate::built::{Built, Route};
use crate::cabling::{Cabling, ClassRuns};
use crate::clos::{Clos, LAYER_NAMES};
use crate::counts::Counts;
use crate::error::{FabricError, product};
use crate::fabric::Tier;
use crate::hall::LeafPlacement;
use crate::link_class::End;
use crate::placement::{NetworkDemand, NetworkRacks};
use crate::plan::RackKind;
use crate::wired_network::{WiredNetwork, Wiring};
use lightloom_units::{BitRate, Ratio};
use serde::Serialize;

/// A scale-out or front-end network, counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Network {
    /// A folded Clos.
    Clos(Clos),
    /// Any other topology.
    Wired(Box<WiredNetwork>),
}

impl Network {
    /// The folded Clos, if it is one.
    #[must_use]
    pub const fn clos(&self) -> Option<&Clos> {
        match self {
            Self::Clos(clos) => Some(clos),
            Self::Wired(_) => None,
        }
    }

    /// Network interfaces.
    #[must_use]
    pub fn endpoints(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.endpoints,
            Self::Wired(wired) => wired.summary.endpoints,
        }
    }

    /// Equal networks side by side.
    #[must_use]
    pub fn planes(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.planes,
            Self::Wired(wired) => wired.planes,
        }
    }

    /// Rate of one link and port, one direction.
    #[must_use]
    pub fn port_rate(&self) -> BitRate {
        match self {
            Self::Clos(clos) => clos.port_rate,
            Self::Wired(wired) => wired.port_rate,
        }
    }

    /// Ports of one switch.
    #[must_use]
    pub fn radix(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.radix,
            Self::Wired(wired) => wired.radix,
        }
    }

    /// Kinds of switches: layers of a Clos.
    #[must_use]
    pub fn layers(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.layers.len() as u64,
            Self::Wired(wired) => wired.summary.switches.len() as u64,
        }
    }

    /// Switches of all planes.
    #[must_use]
    pub fn switches(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.layers.iter().map(|layer| layer.switches).sum(),
            Self::Wired(wired) => {
                wired.planes * wired.summary.switches.iter().map(|kind| kind.count).sum::<u64>()
            }
        }
    }

    /// Links of all planes.
    #[must_use]
    pub fn links(&self) -> u64 {
        match self {
            Self::Clos(clos) => clos.layers.iter().map(|layer| layer.links).sum(),
            Self::Wired(wired) => {
                wired.planes * wired.summary.links.iter().map(|class| class.count).sum::<u64>()
            }
        }
    }

    /// What an interface can send, over its rate, when each sends to all others.
    #[must_use]
    pub fn share_to_all(&self) -> Ratio {
        match self {
            Self::Clos(clos) => clos.share_through_top(),
            Self::Wired(wired) => wired.share_to_all(),
        }
    }
}

/// A network counted, with what it needs of the floor.
pub(crate) struct Counted {
    pub(crate) tier: Tier,
    pub(crate) nics_per_host: u64,
    pub(crate) nic_rate: BitRate,
    pub(crate) nics_per_rack: u64,
    pub(crate) network: Network,
    /// Of a topology other than a Clos.
    pub(crate) wiring: Option<Wiring>,
    pub(crate) demand: NetworkDemand,
}

impl Counts<'_> {
    pub(crate) fn add_network(
        &self,
        counted: &Counted,
        racks: &NetworkRacks,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        match (&counted.network, &counted.wiring) {
            (Network::Clos(clos), _) => self.add_clos((counted, clos), racks, cabling, built),
            (Network::Wired(wired), Some(wiring)) => {
                self.add_topology((counted, wired, wiring), racks, cabling, built)
            }
            // Whatever is wired has its wiring.
            (Network::Wired(_), None) => Ok(()),
        }
    }

    /// Where switches of a layer stand, from 0 for the leaf.
    fn rack_of_layer(&self, tier: Tier, layer: usize) -> RackKind {
        let in_rack = layer == 0 && self.spec.hall.leaf == LeafPlacement::InRack;
        if in_rack { RackKind::Accelerator } else { RackKind::layer(tier, layer) }
    }

    fn add_clos(
        &self,
        (counted, clos): (&Counted, &Clos),
        racks: &NetworkRacks,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        let Counted { tier, nics_per_host, nics_per_rack, .. } = *counted;
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
            let place = (tier, i as u8 + 1, LAYER_NAMES[i], self.rack_of_layer(tier, i));
            let ports = (clos.radix, clos.port_rate);
            built.switches(place, layer.switches, layer.links + up, ports)?;
        }
        Ok(())
    }

    /// Links and switches of a network of any topology: each class apart by whether it leaves its rack.
    fn add_topology(
        &self,
        (counted, wired, wiring): (&Counted, &WiredNetwork, &Wiring),
        racks: &NetworkRacks,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        let Counted { tier, nics_per_host, nics_per_rack, .. } = *counted;
        let (stack, stacks) = self.stacks();
        let places = self.hosts_per_rack * nics_per_host;
        let all: u64 = wired.summary.links.iter().map(|class| class.count).sum();
        product("links by planes and places in a rack", &[all, wired.planes, places])?;
        let each = (nics_per_rack, nics_per_host);
        let classes = cabling.network_links((wired, wiring), racks, each, (&stack, stacks))?;
        let layer = |name: &str| {
            let at = wired.summary.switches.iter().position(|kind| kind.name == name);
            at.map_or(End::Nic, |i| End::Switch(i as u8 + 1))
        };
        for (class, runs) in wired.summary.links.iter().zip(classes) {
            let ends = class.ends.map(layer);
            let name = match class.name.strip_prefix("endpoint-") {
                Some(rest) => format!("nic-{rest}"),
                None => class.name.to_owned(),
            };
            let ClassRuns { in_rack, in_rack_links, between, between_links } = runs;
            let (tally, pathway) = between.finish();
            let rate = wired.port_rate;
            if ends[0] == End::Nic {
                // Leaves among accelerators: one class, as of a Clos.
                let route = if between_links == 0 { Route::Rack } else { Route::Trays(pathway) };
                let links = (in_rack_links + between_links, rate);
                built.links(tier, (&name, ends), links, (&tally, route));
                continue;
            }
            let split = in_rack_links > 0 && between_links > 0;
            let named = |place: &str| if split { format!("{name}, {place}") } else { name.clone() };
            let links = (in_rack_links, rate);
            built.links(tier, (&named("in rack"), ends), links, (&in_rack, Route::Rack));
            let (links, route) = ((between_links, rate), Route::Trays(pathway));
            built.links(tier, (&named("between racks"), ends), links, (&tally, route));
        }
        for (i, kind) in wired.summary.switches.iter().enumerate() {
            let ends_here = |class: &crate::topology::LinkCount| {
                class.count * class.ends.iter().filter(|end| **end == kind.name).count() as u64
            };
            let ports: u64 = wired.summary.links.iter().map(ends_here).sum();
            let ports = product("ports", &[wired.planes, ports])?;
            let switches = product("switches", &[wired.planes, kind.count])?;
            let place = (tier, i as u8 + 1, kind.name, self.rack_of_layer(tier, i));
            built.switches(place, switches, ports, (wired.radix, wired.port_rate))?;
        }
        Ok(())
    }
}
