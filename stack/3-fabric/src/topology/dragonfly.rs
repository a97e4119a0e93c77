//! Dragonfly: groups of switches joined all to all within, and all to all between.

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Shape, Wire, wire};
use crate::error::{FabricError, at_least_one, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dragonfly of `g` groups of `a` switches with `p` endpoints and `h` global links each.
///
/// # Model
/// `N = a p g`, `g <= a h + 1`; radix `p + a - 1 + h`. Every two groups are joined by `t = floor(a h / (g - 1))` links;
/// ports that are left over stay dark. Link `c` to the group `o` places on leaves from global port
/// `c (g - 1) + o - 1`, of which each switch has `h` in turn. A minimal route takes at most one global link with a
/// local one before and after (l-g-l); mean and saturation are of minimal routes.
///
/// # Validity
/// Two global links in a row may be shorter than l-g-l; minimal routing does not take them. Saturation in closed form
/// for `t = 1` with all ports lit. The bisection is the cut between half the groups and the others.
///
/// # Source
/// J. Kim, W. J. Dally, S. Scott, D. Abts, Technology-Driven, Highly-Scalable Dragonfly Topology, ISCA 2008.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dragonfly {
    /// Endpoints of a switch.
    pub p: u64,
    /// Switches of a group.
    pub a: u64,
    /// Global links of a switch.
    pub h: u64,
    /// Groups; the most, `a h + 1`, when left out.
    #[serde(default)]
    pub groups: Option<u64>,
}

/// Most global ports of a group: beyond any product, and few enough to walk over.
const MOST_GLOBAL: u64 = 1 << 22;

impl Dragonfly {
    /// Groups, and links between two of them.
    pub(super) fn plan(&self) -> Result<(u64, u64), FabricError> {
        at_least_one("p, the endpoints of a switch,", self.p)?;
        at_least_one("a, the switches of a group,", self.a)?;
        let global = product("global ports of a group", &[self.a, self.h])?;
        groups_and_trunk(global, self.groups)
    }

    /// The ends of link `copy` to the group `offset` on: the switch here, and the switch there.
    pub(super) fn ends(&self, groups: u64, offset: u64, copy: u64) -> (u64, u64) {
        let first = copy * (groups - 1);
        ((first + offset - 1) / self.h, (first + groups - offset - 1) / self.h)
    }
}

/// Groups, and links between two of them, of a group with so many global ports.
pub(super) fn groups_and_trunk(
    global: u64,
    groups: Option<u64>,
) -> Result<(u64, u64), FabricError> {
    if global > MOST_GLOBAL {
        let what = "global ports of a group";
        return Err(FabricError::TooLarge { what, count: global, most: MOST_GLOBAL });
    }
    let groups = at_least_one("the number of groups", groups.unwrap_or(global + 1))?;
    if groups > global + 1 {
        let place = "a group (one global port to each other group)";
        return Err(FabricError::RadixTooSmall { place, needed: groups - 1, radix: global });
    }
    Ok((groups, if groups == 1 { 0 } else { global / (groups - 1) }))
}

impl Shape for Dragonfly {
    fn summary(&self) -> Result<Summary, FabricError> {
        let (g, t) = self.plan()?;
        let Self { p, a, h, .. } = *self;
        let n = product("endpoints", &[a, p, g])?;
        let local = product("local links", &[g, a, a - 1])? / 2;
        let global = product("global links", &[g, g - 1, t])? / 2;
        // Distances between switches of two groups: 1 at a link, 2 where one end is at it, else 3.
        let (mut of_pairs, mut longest) = (0_u64, 0);
        let mut split_global = 0_u64;
        let mut linked: Vec<(u64, u64)> = Vec::new();
        for offset in 1..g {
            linked.clear();
            linked.extend((0..t).map(|copy| self.ends(g, offset, copy)));
            // The middle group of an odd number: its first half goes with the groups half way round.
            let with_first = offset <= g / 2;
            split_global +=
                linked.iter().filter(|(here, _)| (*here < a / 2) != with_first).count() as u64;
            let distinct = |pick: fn(&(u64, u64)) -> u64, sorted: &mut Vec<u64>| {
                sorted.clear();
                sorted.extend(linked.iter().map(pick));
                sorted.sort_unstable();
                sorted.dedup();
                sorted.len() as u64
            };
            let mut scratch = Vec::new();
            let (near, far) = (distinct(|e| e.0, &mut scratch), distinct(|e| e.1, &mut scratch));
            linked.sort_unstable();
            linked.dedup();
            let beside = a * a - (a - near) * (a - far);
            of_pairs += 3 * a * a - beside - linked.len() as u64;
            longest = longest.max(if near < a && far < a {
                3
            } else if linked.len() as u64 != a * a {
                2
            } else {
                1
            });
        }
        let (nf, pf) = (n as f64, p as f64);
        let same = nf * (p - 1) as f64 * 2.0;
        let in_group = nf * ((a - 1) * p) as f64 * 3.0;
        let between = g as f64 * pf * pf * (of_pairs as f64 + 2.0 * ((g - 1) * a * a) as f64);
        let links = if g > 1 {
            longest + 2
        } else if a > 1 {
            3
        } else if p > 1 {
            2
        } else {
            0
        };
        let bisection = self.bisection(n, g, t, split_global);
        let canonical = g == a * h + 1 && g > 1;
        let saturation = canonical.then(|| {
            let others = (n - 1) as f64;
            let (af, hf) = (a as f64, h as f64);
            let at_global = af * pf * af * pf / others;
            let at_local = if a > 1 { pf * pf * (1.0 + 2.0 * af * hf) / others } else { 0.0 };
            Saturation::of_load(at_global.max(at_local).max(1.0), 1, "minimal (l-g-l)")
        });
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: 1,
            switches: vec![SwitchCount::of("router", product("switches", &[g, a])?, p + a - 1 + h)],
            links: vec![
                LinkCount::of("endpoint-router", ["endpoint", "router"], n, 1),
                LinkCount::of("local", ["router", "router"], local, 1),
                LinkCount::of("global", ["router", "router"], global, t.min(h)),
            ],
            diameter: Diameter::switched(links),
            mean_links: mean_of_pairs(same + in_group + between, n),
            bisection,
            shortest_paths: (longest == 3).then_some(t),
            edge_disjoint_paths: 1,
            saturation,
            failures: self.failures(n, g, t, &bisection),
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let (g, t) = self.plan()?;
        let Self { p, a, .. } = *self;
        let n = a * p * g;
        for endpoint in 0..n {
            emit(wire(endpoint, n + endpoint / p, 1, 0));
        }
        for group in 0..g {
            for i in 0..a {
                for j in i + 1..a {
                    emit(wire(n + group * a + i, n + group * a + j, 1, 1));
                }
            }
        }
        for group in 0..g {
            for other in group + 1..g {
                for copy in 0..t {
                    let (here, there) = self.ends(g, other - group, copy);
                    emit(wire(n + group * a + here, n + other * a + there, 1, 2));
                }
            }
        }
        Ok(())
    }

    fn may_repeat(&self) -> bool {
        self.plan().is_ok_and(|(_, t)| t > 1)
    }
}

impl Dragonfly {
    /// The cut between half the groups and the others; of an odd number one group is halved.
    fn bisection(&self, n: u64, g: u64, t: u64, split_global: u64) -> Bisection {
        let Self { p, a, .. } = *self;
        let half = g / 2;
        let whole = half * half * t;
        let cut = if g.is_multiple_of(2) {
            whole
        } else {
            // Of an odd number of switches one is halved too: it stays with the second half, its endpoints do not.
            whole + (a / 2) * (a - a / 2) + split_global + if a % 2 == 1 { p / 2 } else { 0 }
        };
        if n / 2 <= cut {
            Bisection::at_most(n / 2, "links of half the endpoints")
        } else {
            Bisection::at_most(cut, "between half the groups and the others")
        }
    }

    fn failures(&self, n: u64, g: u64, t: u64, bisection: &Bisection) -> Vec<Failure> {
        let Self { p, a, h, .. } = *self;
        let at_endpoints = bisection.links == n / 2;
        let on = |links: u64| if at_endpoints { 0.0 } else { bisection.share(links) };
        let all = share(a * p, n);
        vec![
            Failure::of(
                "an endpoint's link",
                [share(1, n), 0.0, if at_endpoints { bisection.share(1) } else { 0.0 }],
            ),
            Failure::of("a global link", [0.0, 0.0, on(u64::from(g > 1))]),
            Failure::of(
                "a router",
                [
                    share(p, n),
                    0.0,
                    if at_endpoints { bisection.share(p) } else { on(h.min(t * g.div_ceil(2))) },
                ],
            ),
            Failure::of(
                "a group",
                [all, 0.0, if at_endpoints { bisection.share(a * p) } else { on(t * (g / 2)) }],
            ),
        ]
    }
}
