//! Torus of switches: rings, or lines, of switches in every dimension, with endpoints at each.

use super::hyperx::DIMENSIONS;
use super::summary::{Bisection, Diameter, Failure, Saturation, Summary, SwitchCount, share};
use super::summary::{LinkCount, mean_of_pairs};
use super::{Shape, Torus, Wire, wire};
use crate::error::{FabricError, at_least_one, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A torus of switches with `t` endpoints at each; endpoints do not forward.
///
/// # Model
/// Switches and the links between them are those of a [`Torus`] of `V` switches: its distances and two links more, and two
/// between the endpoints of one switch. Load of a link under uniform dimension-order traffic: that of the torus times
/// `t^2 (V - 1) / (N - 1)` with `N = t V`, one for a link of an endpoint.
///
/// # Validity
/// The bisection is that of one pair of halves: of the switches as in the torus, or of the endpoints' own links.
///
/// # Source
/// As [`Torus`]; several endpoints at each switch of a torus are how Cray's XT and Gemini networks were built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchedTorus {
    /// Switches along each dimension: `8x8x8`.
    pub dims: Vec<u64>,
    /// Endpoints of a switch.
    pub t: u64,
    /// Whether each dimension is a ring; all are when left out.
    #[serde(default)]
    pub wrap: Vec<bool>,
}

impl SwitchedTorus {
    fn torus(&self) -> Torus {
        Torus { dims: self.dims.clone(), wrap: self.wrap.clone(), twisted: false }
    }

    /// Links of each dimension between switches that are farthest apart.
    pub(crate) fn longest(&self) -> impl Iterator<Item = u64> + '_ {
        let ring = |i: usize| self.wrap.get(i).copied().unwrap_or(true);
        self.dims.iter().enumerate().map(move |(i, size)| if ring(i) { size / 2 } else { size - 1 })
    }
}

impl Shape for SwitchedTorus {
    fn summary(&self) -> Result<Summary, FabricError> {
        let torus = self.torus().summary()?;
        let t = at_least_one("t, the endpoints of a switch,", self.t)?;
        let v = torus.endpoints;
        let n = product("endpoints", &[v, t])?;
        let (nf, vf, tf) = (n as f64, v as f64, t as f64);
        let apart = tf * tf * vf * (vf - 1.0) * (torus.mean_links + 2.0);
        let beside = nf * (tf - 1.0) * 2.0;
        // The torus parts an odd number of switches unevenly: one more is halved at its endpoints.
        let across = torus.bisection.links + if v % 2 == 1 { t / 2 } else { 0 };
        let at_endpoints = n / 2 <= across;
        let bisection = if at_endpoints {
            Bisection::at_most(n / 2, "links of half the endpoints")
        } else {
            Bisection::at_most(across, "half the switches and the others, as of a torus")
        };
        let ring = |i: usize| self.wrap.get(i).copied().unwrap_or(true);
        let ports: u64 = self
            .dims
            .iter()
            .enumerate()
            .map(|(i, size)| match (*size, ring(i)) {
                (1, _) => 0,
                (2, false) => 1,
                _ => 2,
            })
            .sum();
        let share_of_torus = torus.saturation.map_or(1.0, |s| s.share_of_ports);
        // Of a torus a link's load is never below one over its links at a vertex, so the share says it.
        let lit: u64 = self.dims.iter().filter(|size| **size > 1).map(|_| 2).sum();
        let most = 1.0 / (share_of_torus * lit.max(1) as f64);
        let most = most * tf * tf * (vf - 1.0) / (nf - 1.0).max(1.0);
        let mut links = vec![LinkCount::of("endpoint-router", ["endpoint", "router"], n, 1)];
        links.extend(torus.links.iter().enumerate().map(|(i, class)| {
            LinkCount::of(DIMENSIONS[i], ["router", "router"], class.count, class.trunk)
        }));
        let between = if v > 1 { torus.diameter.links + 2 } else { 0 };
        let on = |ends: u64, across: u64| bisection.share(if at_endpoints { ends } else { across });
        let crossing = if v > 1 { 1 } else { 0 };
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: 1,
            switches: vec![SwitchCount::of("router", v, t + ports)],
            links,
            diameter: Diameter::switched(if v > 1 {
                between
            } else if t > 1 {
                2
            } else {
                0
            }),
            mean_links: mean_of_pairs(apart + beside, n),
            bisection,
            shortest_paths: torus.shortest_paths,
            edge_disjoint_paths: 1,
            saturation: Some(Saturation::of_load(most.max(1.0), 1, "dimension order")),
            failures: vec![
                Failure::of("an endpoint's link", [share(1, n), 0.0, on(1, 0)]),
                Failure::of("a link between routers", [0.0, 0.0, on(0, crossing)]),
                Failure::of("a router", [share(t, n), 0.0, on(t, crossing)]),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let torus = self.torus();
        let v = product("switches", &self.dims)?;
        let n = product("endpoints", &[v, self.t])?;
        at_least_one("t, the endpoints of a switch,", self.t)?;
        for endpoint in 0..n {
            emit(wire(endpoint, n + endpoint / self.t, 1, 0));
        }
        torus.wires(&mut |w: Wire| {
            let [a, b] = w.ends.map(|end| u64::from(end) + n);
            emit(wire(a, b, u64::from(w.links), w.class + 1));
        })
    }
}
