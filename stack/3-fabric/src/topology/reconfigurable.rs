//! Endpoints joined directly through optical circuit switches, in a pattern that may be set anew.

use super::measure::{bisection_bound, distances};
use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Summary, SwitchCount, SwitchKind, share,
};
use super::{Graph, Shape, Wire, wire};
use crate::error::{FabricError, at_least_one};
use lightloom_num::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `n` endpoints with `r` links each over optical circuit switches of `ocs_ports` ports.
///
/// # Model
/// Every switch has `c = floor(ports / n)` ports to each endpoint, so there are `ceil(r / c)`. A switch may join its
/// ports in pairs as it likes: what is set is any `r`-regular multigraph whose edges can be dealt to the switches with
/// at most `c` at each endpoint. For even `c` that is every one (Petersen 1891); for `c = 1` those that are
/// `r`-edge-colourable. Distances and the cut are those of the pattern, found on its graph.
///
/// # Validity
/// One stage of switches: `n` is at most their ports.
///
/// # Source
/// Patterns: circulant graphs; the round-robin tournament, as rotor switches step through it (W. Mellette et al.,
/// RotorNet, SIGCOMM 2017); unions of random Hamiltonian cycles, which have what random regular graphs almost surely have:
/// they are contiguous, as N. Wormald's survey of 1999 (Models of random regular graphs) is remembered, not re-read. Nothing
/// is computed from that: distances and cuts are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconfigurable {
    /// Endpoints.
    pub endpoints: u64,
    /// Links of an endpoint.
    pub r: u64,
    /// Ports of an optical circuit switch.
    #[serde(default = "palomar")]
    pub ocs_ports: u64,
    /// What the switches are set to: ring, rotor or random.
    #[serde(default)]
    pub pattern: Pattern,
    /// Seed of the random pattern.
    #[serde(default)]
    pub seed: u64,
}

fn palomar() -> u64 {
    136
}

/// What circuit switches are set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// A circulant graph: rings whose steps are powers of one number.
    #[default]
    Ring,
    /// The first matchings of a round-robin tournament.
    Rotor,
    /// A union of random Hamiltonian cycles.
    Random,
}

/// Most endpoints: all pairs are searched.
const MOST_ENDPOINTS: u64 = 2_048;

impl Reconfigurable {
    fn check(&self) -> Result<u64, FabricError> {
        let (n, r) = (self.endpoints, at_least_one("r, the links of an endpoint,", self.r)?);
        let refuse = |what, found: u64, needed| {
            Err(FabricError::NotOfThisKind { what, found: found.to_string(), needed })
        };
        if n < 2 {
            return refuse("the number of endpoints", n, "2 or more");
        }
        if n > MOST_ENDPOINTS {
            let what = "endpoints of a pattern";
            return Err(FabricError::TooLarge { what, count: n, most: MOST_ENDPOINTS });
        }
        if self.ocs_ports < n {
            let place = "an optical circuit switch (one port to each endpoint)";
            return Err(FabricError::RadixTooSmall { place, needed: n, radix: self.ocs_ports });
        }
        if r >= n {
            return refuse(
                "the number of links of an endpoint",
                r,
                "below the number of endpoints",
            );
        }
        if r == 1 && n > 2 {
            return refuse(
                "the number of links of an endpoint",
                r,
                "2 or more, to reach more than one",
            );
        }
        let needs_even = self.pattern == Pattern::Rotor || r % 2 == 1;
        if needs_even && n % 2 == 1 {
            return refuse("the number of endpoints", n, "even, for matchings");
        }
        Ok(r.div_ceil(self.ocs_ports / n))
    }

    /// Steps of the circulant graph's rings.
    fn steps(&self) -> Vec<u64> {
        let (n, rings) = (self.endpoints, self.r / 2);
        let most = (n - 1) / 2;
        let reaches = |base: u64| base.saturating_pow(rings as u32) >= n;
        let base = (2..=n).find(|b| reaches(*b)).unwrap_or(2);
        let mut steps: Vec<u64> = Vec::with_capacity(rings as usize);
        for i in 0..rings {
            let wished = base.saturating_pow(i as u32).min(most - (rings - 1 - i));
            steps.push(wished.max(steps.last().map_or(1, |s| s + 1)));
        }
        steps
    }
}

impl Shape for Reconfigurable {
    fn summary(&self) -> Result<Summary, FabricError> {
        let switches = self.check()?;
        let (n, r) = (self.endpoints, self.r);
        let mut summary = Summary {
            endpoints: n,
            ports_per_endpoint: r,
            switches: vec![SwitchCount {
                name: "OCS",
                kind: SwitchKind::OpticalCircuit,
                count: switches,
                ports_used: n * (self.ocs_ports / n).min(r),
                radix: self.ocs_ports,
            }],
            links: vec![LinkCount {
                through_ocs: true,
                ..LinkCount::of("circuit", ["endpoint", "endpoint"], n * r / 2, 1)
            }],
            diameter: Diameter { links: 0, switches: 0 },
            mean_links: 0.0,
            bisection: Bisection::at_most(0, "a cut found on the graph"),
            shortest_paths: None,
            // Every cycle adds two links to every cut; circulant graphs reach their degree.
            edge_disjoint_paths: if self.pattern == Pattern::Ring { r } else { (r / 2 * 2).max(1) },
            saturation: None,
            failures: Vec::new(),
        };
        let graph = Graph::with(self, &summary)?;
        let sources = if self.pattern == Pattern::Ring { 1 } else { graph.endpoints() };
        let found = distances(&graph, 0..sources);
        summary.diameter.links = found.diameter;
        summary.mean_links = found.mean_links;
        summary.bisection.links = bisection_bound(&graph, self.seed);
        let trunk = graph.all_edges().map(|(_, e)| u64::from(e.links)).max().unwrap_or(1);
        summary.links[0].trunk = trunk;
        let bisection = summary.bisection;
        let of_one = (self.ocs_ports / n).min(r);
        let all = share(of_one, r);
        summary.failures = vec![
            Failure::of(
                "a circuit",
                [if r == 1 { 1.0 } else { 0.0 }, share(1, r), bisection.share(1)],
            ),
            Failure::of(
                "an endpoint",
                if n == 2 {
                    [1.0, 0.0, 1.0]
                } else {
                    [share(1, n), share(trunk, r), bisection.share(r)]
                },
            ),
            Failure::of(
                "an optical circuit switch",
                [if of_one == r { 1.0 } else { 0.0 }, all, all],
            ),
        ];
        Ok(summary)
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        self.check()?;
        let (n, r) = (self.endpoints, self.r);
        match self.pattern {
            Pattern::Ring => {
                for step in self.steps() {
                    (0..n).for_each(|v| emit(wire(v, (v + step) % n, 1, 0)));
                }
                if r % 2 == 1 {
                    (0..n / 2).for_each(|v| emit(wire(v, v + n / 2, 1, 0)));
                }
            }
            Pattern::Rotor => {
                // The circle method: one player stays, the others turn.
                let turning = n - 1;
                for round in 0..r {
                    emit(wire(round, turning, 1, 0));
                    for i in 1..n / 2 {
                        let (a, b) = ((round + i) % turning, (round + turning - i) % turning);
                        emit(wire(a, b, 1, 0));
                    }
                }
            }
            Pattern::Random => {
                let mut stream = Stream::new(self.seed, n);
                let mut order: Vec<u64> = (0..n).collect();
                for cycle in 0..r.div_ceil(2) {
                    for i in (1..order.len()).rev() {
                        order.swap(i, stream.below(i as u64 + 1) as usize);
                    }
                    // The last cycle of an odd number is a matching: every other of its edges. Of two endpoints
                    // the cycle goes to and fro.
                    let step = if 2 * cycle + 1 == r { 2 } else { 1 };
                    for i in (0..order.len()).step_by(step) {
                        emit(wire(order[i], order[(i + 1) % order.len()], 1, 0));
                    }
                }
            }
        }
        Ok(())
    }

    fn may_repeat(&self) -> bool {
        true
    }
}
