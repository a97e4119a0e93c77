//! Dragonfly+: a dragonfly whose groups are leaves and spines.

use super::dragonfly::groups_and_trunk;
use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Shape, Wire, wire};
use crate::error::{FabricError, at_least_one, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Groups of `leaves` with `p` endpoints each and `spines` with `h` global links each; every leaf joins every spine.
///
/// # Model
/// Every two groups are joined by `t = floor(s h / (g - 1))` links between spines. Since a leaf reaches every spine of
/// its group, groups are always leaf-spine-spine-leaf apart: five links between endpoints.
///
/// # Validity
/// Saturation where every spine has as many links to each group (`g - 1` divides `h`), or `t = 1`.
///
/// # Source
/// A. Shpiner et al., Dragonfly+: Low Cost Topology for Scaling Datacenters, HiPINEB 2017, doi 10.1109/HiPINEB.2017.11: leaves
/// and spines in a group, groups joined all to all. The figures here are counted, not taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DragonflyPlus {
    /// Endpoints of a leaf.
    pub p: u64,
    /// Leaves of a group.
    pub leaves: u64,
    /// Spines of a group.
    pub spines: u64,
    /// Global links of a spine.
    pub h: u64,
    /// Groups; the most, `spines h + 1`, when left out.
    #[serde(default)]
    pub groups: Option<u64>,
}

impl DragonflyPlus {
    fn plan(&self) -> Result<(u64, u64), FabricError> {
        at_least_one("p, the endpoints of a leaf,", self.p)?;
        at_least_one("the leaves of a group", self.leaves)?;
        at_least_one("the spines of a group", self.spines)?;
        groups_and_trunk(product("global ports of a group", &[self.spines, self.h])?, self.groups)
    }

    fn ends(&self, groups: u64, offset: u64, copy: u64) -> (u64, u64) {
        let first = copy * (groups - 1);
        ((first + offset - 1) / self.h, (first + groups - offset - 1) / self.h)
    }
}

impl Shape for DragonflyPlus {
    fn summary(&self) -> Result<Summary, FabricError> {
        let (g, t) = self.plan()?;
        let Self { p, leaves, spines, h, .. } = *self;
        let n = product("endpoints", &[leaves, p, g])?;
        let local = product("leaf-spine links", &[g, leaves, spines])?;
        let global = product("global links", &[g, g - 1, t])? / 2;
        let nf = n as f64;
        let far = (n - leaves * p) as f64;
        let sum = nf * ((p - 1) as f64 * 2.0 + ((leaves - 1) * p) as f64 * 4.0 + far * 5.0);
        let links = if g > 1 {
            5
        } else if leaves > 1 {
            4
        } else if p > 1 {
            2
        } else {
            0
        };
        let half = g / 2;
        // The leaves of the middle group of an odd number are halved; its spines stay with the second half.
        let middle = leaves / 2 * spines + if leaves % 2 == 1 { p / 2 } else { 0 };
        let cut = half * half * t + if g.is_multiple_of(2) { 0 } else { middle + half * t };
        let at_endpoints = n / 2 <= cut;
        let bisection = if at_endpoints {
            Bisection::at_most(n / 2, "links of half the endpoints")
        } else {
            Bisection::at_most(cut, "between half the groups and the others")
        };
        let even = g > 1 && (t == 1 || h.is_multiple_of(g - 1));
        let on =
            |ends: u64, between: u64| bisection.share(if at_endpoints { ends } else { between });
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: 1,
            switches: vec![
                SwitchCount::of("leaf", product("leaves", &[g, leaves])?, p + spines),
                SwitchCount::of("spine", product("spines", &[g, spines])?, leaves + h),
            ],
            links: vec![
                LinkCount::of("endpoint-leaf", ["endpoint", "leaf"], n, 1),
                LinkCount::of("leaf-spine", ["leaf", "spine"], local, 1),
                LinkCount::of("global", ["spine", "spine"], global, t.min(h)),
            ],
            diameter: Diameter::switched(links),
            mean_links: mean_of_pairs(sum, n),
            bisection,
            shortest_paths: if g > 1 {
                even.then_some(if t == 1 { 1 } else { spines })
            } else {
                Some(if leaves > 1 { spines } else { 1 })
            },
            edge_disjoint_paths: 1,
            saturation: even.then(|| {
                let others = (n - 1) as f64;
                let (pp, lf) = (p as f64 * p as f64, leaves as f64);
                let at_global = lf * lf * pp / t as f64 / others;
                // A leaf's link to a spine: its share of the traffic within the group, and all to the spine's groups.
                let groups =
                    if t == 1 { h.min(g - 1) as f64 } else { (g - 1) as f64 / spines as f64 };
                let within = (leaves - 1) as f64 * pp / spines as f64;
                let at_local = (within + groups * lf * pp) / others;
                Saturation::of_load(at_global.max(at_local).max(1.0), 1, "ECMP")
            }),
            failures: vec![
                Failure::of("an endpoint's link", [share(1, n), 0.0, on(1, 0)]),
                Failure::of("a global link", [0.0, 0.0, on(0, u64::from(g > 1))]),
                Failure::of("a leaf", [share(p, n), 0.0, on(p, 0)]),
                Failure::of("a spine", [0.0, 0.0, on(0, h.min(t * g.div_ceil(2)))]),
                Failure::of("a group", [share(leaves * p, n), 0.0, on(leaves * p, t * half)]),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let (g, t) = self.plan()?;
        let Self { p, leaves, spines, .. } = *self;
        let n = leaves * p * g;
        let spine = n + leaves * g;
        for endpoint in 0..n {
            emit(wire(endpoint, n + endpoint / p, 1, 0));
        }
        for leaf in 0..g * leaves {
            for s in 0..spines {
                emit(wire(n + leaf, spine + leaf / leaves * spines + s, 1, 1));
            }
        }
        for group in 0..g {
            for other in group + 1..g {
                for copy in 0..t {
                    let (here, there) = self.ends(g, other - group, copy);
                    emit(wire(spine + group * spines + here, spine + other * spines + there, 1, 2));
                }
            }
        }
        Ok(())
    }

    fn may_repeat(&self) -> bool {
        self.plan().is_ok_and(|(_, t)| t > 1)
    }
}
