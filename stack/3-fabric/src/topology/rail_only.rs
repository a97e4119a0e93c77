//! Rail-only: scale-up domains whose members of equal rank share a rail; no network joins different ranks.

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{FoldedClos, Shape, Wire, clos, wire};
use crate::clos::Clos;
use crate::error::{FabricError, at_least_one, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Domains of `domain` endpoints around `links` switch chips; one folded Clos network for each rank.
///
/// # Model
/// Endpoints of one rank are `d` links apart on their rail, of one domain 2; of different rank and domain `2 + d`,
/// through the domain and the rail. Mean over all pairs from the sums of a rail.
///
/// # Validity
/// The bisection is the smaller of two cuts: domains from domains (rails cut), or ranks from ranks (domains cut).
///
/// # Source
/// W. Wang et al., Rail-only: A Low-Cost High-Performance Network for Training LLMs, arXiv 2307.12169.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RailOnly {
    /// Scale-up domains.
    pub domains: u64,
    /// Endpoints of a domain, which is the number of rails.
    pub domain: u64,
    /// Scale-up links of an endpoint, one to each switch chip of its domain.
    #[serde(default = "one")]
    pub links: u64,
    /// Ports of a rail's switch.
    pub radix: u64,
}

fn one() -> u64 {
    1
}

impl RailOnly {
    fn rail(&self) -> Result<Clos, FabricError> {
        self.rail_network()?.counted()
    }

    fn rail_network(&self) -> Result<FoldedClos, FabricError> {
        at_least_one("the number of domains", self.domains)?;
        at_least_one("the scale-up domain", self.domain)?;
        at_least_one("the scale-up links of an endpoint", self.links)?;
        product("scale-up links", &[self.domains, self.domain, self.links])?;
        let (endpoints, radix) = (self.domains, self.radix);
        Ok(FoldedClos {
            endpoints,
            radix,
            layers: None,
            oversubscription: 1.0,
            above: Vec::new(),
            rails: 1,
            planes: 1,
        })
    }
}

impl Shape for RailOnly {
    fn summary(&self) -> Result<Summary, FabricError> {
        let rail = self.rail()?;
        let n = product("endpoints", &[self.domains, self.domain])?;
        let chips = self.domains * self.links;
        let (rail_switches, rail_links) = clos::parts(&rail, self.domain)?;
        let mut switches = vec![SwitchCount::of("scale-up", chips, self.domain)];
        switches.extend(rail_switches);
        let scale_up = product("scale-up links", &[n, self.links])?;
        let mut links =
            vec![LinkCount::of("endpoint-scale-up", ["endpoint", "scale-up"], scale_up, 1)];
        links.extend(rail_links);
        let (sum, longest) = clos::distances(&rail);
        let (domain, mates) = (self.domain as f64, (self.domain - 1) as f64);
        let within = n as f64 * mates * 2.0;
        let others = self.domains as f64 * (self.domains - 1) as f64;
        let across = domain * sum + domain * mates * (sum + 2.0 * others);
        let near = if self.domain > 1 { 2 } else { 0 };
        let diameter =
            Diameter { links: near + longest, switches: near / 2 + longest.saturating_sub(1) };
        let halves = self.domains / 2 * self.domain
            + if self.domains % 2 == 1 { self.domain / 2 * (self.links + 1) } else { 0 };
        let ranks = product(
            "scale-up links of half the ranks",
            &[self.domain / 2, self.domains, self.links],
        )?;
        let ranks = if self.domain.is_multiple_of(2) { ranks } else { u64::MAX };
        let bisection = if halves <= ranks {
            Bisection::at_most(halves, "rails between half the domains and the others")
        } else {
            Bisection::at_most(ranks, "domains between half the ranks and the others")
        };
        let rails_cut = halves <= ranks;
        let on = |here: bool, links: u64| if here { bisection.share(links) } else { 0.0 };
        let ports = self.links + 1;
        let leaf = rail.leaf_down.min(self.domains);
        let detour = self.links.min(self.domain - 1);
        let both = self.domains > 1;
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: ports,
            switches,
            links,
            diameter,
            mean_links: mean_of_pairs(within + across, n),
            bisection,
            shortest_paths: None,
            edge_disjoint_paths: if both { detour + 1 } else { self.links },
            saturation: None,
            failures: vec![
                Failure::of("a rail link", [0.0, share(1, ports), on(rails_cut, 1)]),
                Failure::of("a scale-up link", [0.0, share(1, ports), on(!rails_cut, 1)]),
                Failure::of(
                    "a rail leaf",
                    [0.0, share(1, ports), on(rails_cut, leaf.min(self.domains / 2))],
                ),
                Failure::of(
                    "a scale-up switch",
                    [0.0, share(1, ports), on(!rails_cut, self.domain / 2)],
                ),
                Failure::of("a domain", [share(self.domain, n), 0.0, on(rails_cut, self.domain)]),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let rail = self.rail()?;
        let n = self.domains * self.domain;
        for endpoint in 0..n {
            for chip in 0..self.links {
                emit(wire(endpoint, n + endpoint / self.domain * self.links + chip, 1, 0));
            }
        }
        for rank in 0..self.domain {
            let mut base = n + self.domains * self.links;
            let mut first = Vec::with_capacity(rail.layers.len());
            for layer in &rail.layers {
                first.push(base + rank * layer.switches);
                base += self.domain * layer.switches;
            }
            clos::wires(&rail, |domain| domain * self.domain + rank, &first, 1, emit);
        }
        Ok(())
    }
}

/// The rails alone: one folded Clos network for each rank, with nothing between ranks.
pub(crate) struct Rails<'a>(pub(crate) &'a RailOnly);

impl Shape for Rails<'_> {
    /// # Model
    /// As many of a rail as a domain has ranks. Distances are those within a rail: ranks are joined by their domain alone.
    fn summary(&self) -> Result<Summary, FabricError> {
        let ranks = at_least_one("the scale-up domain", self.0.domain)?;
        let rail = self.0.rail_network()?.summary()?;
        let (switches, links) = clos::parts(&self.0.rail()?, ranks)?;
        let failures = rail.failures.iter().map(|one| Failure {
            endpoints_cut_off: one.endpoints_cut_off / ranks as f64,
            bisection_lost: one.bisection_lost / ranks as f64,
            ..one.clone()
        });
        let endpoints = product("endpoints", &[self.0.domains, ranks])?;
        let bisection = Bisection {
            links: product("rails between halves of the domains", &[rail.bisection.links, ranks])?,
            ..rail.bisection
        };
        Ok(Summary {
            endpoints,
            switches,
            links,
            bisection,
            failures: failures.collect(),
            ..rail.clone()
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let chips = (self.0.domains * self.0.links) as u32;
        let endpoints = (self.0.domains * self.0.domain) as u32;
        // Without the domains' switches, which come first.
        let vertex = |v: u32| if v < endpoints { v } else { v - chips };
        self.0.wires(&mut |w: Wire| {
            if w.class > 0 {
                emit(Wire { ends: w.ends.map(vertex), class: w.class - 1, ..w });
            }
        })
    }
}
