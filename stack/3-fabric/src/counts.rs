//! What can be counted before anything has a place.

use crate::clos::ClosSpec;
use crate::error::{FabricError, at_least_one, divide, positive, product};
use crate::fabric::{FabricSpec, Tier};
use crate::hall::most_of;
use crate::network::{Counted, Network};
use crate::placement::{Demand, NetworkDemand};
use crate::rack::Stack;
use crate::scale_up::{Neighbours, ScaleUp, ScaleUpSpec, in_rack_group, wire_domain};
use crate::topology::{RailOnly, Topology};
use crate::wired::Wired;
use crate::wired_network::{self, Wiring};
use crate::{clos, star, two_tier};
use lightloom_units::Length;

/// Most scale-up links of one accelerator, and interfaces of one host.
const MOST_LINKS_PER_ACCELERATOR: u64 = 4_096;

/// What can be counted before anything has a place.
pub(crate) struct Counts<'a> {
    pub(crate) spec: &'a FabricSpec,
    pub(crate) hosts: u64,
    pub(crate) hosts_per_rack: u64,
    pub(crate) domains: u64,
    pub(crate) domain: ScaleUp,
    pub(crate) wired: Option<Wired>,
    /// Accelerator racks that stand together.
    pub(crate) block_racks: u64,
    /// Accelerators that share first-tier switches in a rack; `None` when those have racks of their own.
    pub(crate) in_rack: Option<u64>,
    pub(crate) scale_out: Counted,
    pub(crate) front_end: Option<Counted>,
}

/// A rail joins one accelerator of each domain: those of a rank, by an interface of its own.
fn rails_fit(spec: &FabricSpec, rails: &RailOnly, interfaces: u64) -> Result<(), FabricError> {
    let given = spec.scale_up.domain;
    for (what, given, needed) in [
        ("accelerators in a domain", given, rails.domain),
        ("network interfaces, one for each accelerator,", interfaces, spec.accelerators),
    ] {
        if given != needed {
            let topology = "rail-only";
            return Err(FabricError::OtherTopology { what, topology, given, needed });
        }
    }
    Ok(())
}

impl<'a> Counts<'a> {
    pub(crate) fn of(spec: &'a FabricSpec) -> Result<Self, FabricError> {
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
        if scale_up.topology.is_none() {
            let asked = [
                ("the link rates of a domain without topology", !scale_up.link_rates.is_empty()),
                ("the way to the next rack", scale_up.neighbours == Neighbours::ThroughSides),
            ];
            if let Some((what, _)) = asked.into_iter().find(|(_, asked)| *asked) {
                let needed = "left out, or those of a domain with a `topology`";
                return Err(FabricError::NotOfThisKind { what, found: "given".to_owned(), needed });
            }
        }
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
            let nics_per_rack = product("network interfaces", &[hosts_per_rack, nics_per_host])?;
            let (network, wiring, demand) = match &clos.topology {
                None => {
                    let clos = clos::count(endpoints, clos)?;
                    let demand = NetworkDemand::of_clos(&clos, nics_per_rack)?;
                    (Network::Clos(clos), None, demand)
                }
                Some(topology) => {
                    at_least_one("the number of planes", clos.planes)?;
                    positive("the rate of a network interface", clos.nic_rate.as_gbps())?;
                    let size = (endpoints, clos.planes);
                    let wired = wired_network::count(topology, size, (clos.nic_rate, clos.radix))?;
                    if let Topology::RailOnly(rails) = topology {
                        rails_fit(spec, rails, endpoints)?;
                    }
                    let (wiring, demand) = Wiring::of(topology, &wired, nics_per_rack)?;
                    (Network::Wired(Box::new(wired)), Some(wiring), demand)
                }
            };
            let nic_rate = clos.nic_rate;
            Ok::<_, FabricError>(Counted {
                tier,
                nics_per_host,
                nic_rate,
                nics_per_rack,
                network,
                wiring,
                demand,
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

    pub(crate) fn networks(&self) -> impl Iterator<Item = &Counted> {
        std::iter::once(&self.scale_out).chain(&self.front_end)
    }

    /// Chips that the accelerators of a group share.
    pub(crate) fn l1_chips(&self) -> u64 {
        match &self.domain {
            ScaleUp::Star(star) => star.switches,
            ScaleUp::TwoTier(two) => two.l1_per_group,
            ScaleUp::Wired(_) => self.wired.as_ref().map_or(0, |wired| wired.chips_per_rack),
        }
    }

    pub(crate) fn demand(&self) -> Demand<'_> {
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
            networks: self.networks().map(|n| &n.demand).collect(),
        }
    }

    /// Trays of an accelerator rack: one stack for each group that shares switches in it, and how many.
    pub(crate) fn stacks(&self) -> (Stack, u64) {
        let (hall, per_host) = (&self.spec.hall, self.spec.accelerators_per_host);
        let group = self.in_rack.unwrap_or(hall.accelerators_per_rack);
        // A group within a host has its chips on the host's board.
        let among_trays = self.in_rack.is_some() && group > per_host || self.wired.is_some();
        let chips = if among_trays { self.l1_chips() } else { 0 };
        let hosts = group.div_ceil(per_host);
        let stack = Stack::new(hosts, chips, &hall.rack, hall.geometry.pitch.as_m());
        (stack, self.hosts_per_rack / hosts)
    }

    pub(crate) fn accelerator_trays(&self) -> Length {
        let (stack, stacks) = self.stacks();
        Length::m(stack.height() * stacks as f64)
    }
}
