//! Two-tier scale-up: first-tier chips (L1) in each group of endpoints, second-tier chips (L2) between the groups.

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Shape, Wire, wire};
use crate::error::{FabricError, product};
use crate::two_tier::{self, TwoTier, TwoTierSpec};
use lightloom_units::Ratio;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two tiers of switch chips; chip `i` of every group meets the others in plane `i`.
///
/// # Model
/// Counts of [`two_tier::count`]. An endpoint's `L` links go to the `S` chips of its group as evenly as possible. The
/// `u` uplinks of a chip go to the `m` chips of its plane as evenly as possible, beginning one remainder farther with
/// every group.
///
/// # Source
/// NVL576 of 16 groups: 288 + 144 chips (SemiAnalysis). CloudMatrix384: 336 + 112 chips (Zuo et al.).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TwoTierDomain {
    /// Endpoints.
    pub endpoints: u64,
    /// Links of an endpoint.
    pub links: u64,
    /// Ports of a switch chip.
    pub radix: u64,
    /// Endpoints that share first-tier chips.
    pub group: u64,
    /// Bandwidth of a first-tier chip to the second tier over that to its endpoints; 1 is non-blocking.
    #[serde(default = "one")]
    pub uplink_ratio: f64,
    /// First-tier chips of a group; the fewest that fit when left out.
    #[serde(default)]
    pub switches: Option<u64>,
}

fn one() -> f64 {
    1.0
}

struct Plan {
    counted: TwoTier,
    /// Uplinks of a first-tier chip.
    up: u64,
    /// Second-tier chips of a plane.
    plane: u64,
}

impl TwoTierDomain {
    fn plan(&self) -> Result<Plan, FabricError> {
        let spec = TwoTierSpec { group: self.group, uplink_ratio: Ratio::new(self.uplink_ratio) };
        let counted =
            two_tier::count(self.endpoints, self.links, self.radix, self.switches, &spec)?;
        let (up, plane) = (counted.uplinks / counted.l1, counted.l2 / counted.l1_per_group);
        Ok(Plan { counted, up, plane })
    }
}

/// Links of a chip of group `group` to chip `second` of its plane.
fn uplinks(group: u64, second: u64, up: u64, plane: u64) -> u64 {
    let turned = (second + plane - group * (up % plane) % plane) % plane;
    up / plane + u64::from(turned < up % plane)
}

/// Links of a plane between the even and the odd groups, with each second-tier chip on the better side.
fn alternate(groups: u64, up: u64, plane: u64) -> u64 {
    // Beyond this the unevenness is a small share, and the walk is long.
    if up.is_multiple_of(plane) || groups % 2 == 1 || groups.saturating_mul(plane) > 1 << 16 {
        return u64::MAX;
    }
    let side = |second: u64, first: u64| -> u64 {
        (first..groups).step_by(2).map(|group| uplinks(group, second, up, plane)).sum()
    };
    (0..plane).map(|second| side(second, 0).min(side(second, 1))).sum()
}

impl Shape for TwoTierDomain {
    fn summary(&self) -> Result<Summary, FabricError> {
        let Plan { counted: t, up, plane } = self.plan()?;
        let (n, g) = (self.endpoints, self.group);
        let most_per_pair = self.links.div_ceil(t.l1_per_group);
        let down = g * most_per_pair;
        let even = up % plane == 0;
        let at_endpoints = product("links of half the endpoints", &[n / 2, self.links])?;
        let split = if t.groups % 2 == 1 { g / 2 * self.links } else { 0 };
        let between = product("uplinks of half the groups", &[t.groups / 2, t.l1_per_group, up])?;
        let between = between.saturating_add(split);
        let bisection = if t.groups == 1 || (up >= down && even) {
            Bisection::exact(at_endpoints, "non-blocking: any permutation is carried by spreading")
        } else {
            let proven = even && t.groups % 2 == 0 && self.links.is_multiple_of(t.l1_per_group);
            let alternate = alternate(t.groups, up, plane).saturating_mul(t.l1_per_group);
            if alternate < between.min(at_endpoints) {
                Bisection::at_most(alternate, "every other group, where uplinks spread unevenly")
            } else {
                Bisection::exact_if(proven, at_endpoints.min(between), "uplinks of half the groups")
            }
        };
        let far = t.groups > 1;
        let near = n as f64 * (g - 1) as f64;
        let sum = 2.0 * near + 4.0 * (n as f64) * (n - g) as f64;
        let leaving = g as f64 * share(most_per_pair, self.links) * share(n - g, (n - 1).max(1));
        let saturation = even.then(|| {
            let at_chip = leaving / up as f64;
            Saturation::of_load(at_chip.max(share(1, self.links)), self.links, "ECMP")
        });
        let trunk = up.div_ceil(plane);
        // Each of a chip's links is part of the cut where groups are kept whole.
        let cuts_groups = far && bisection.links < at_endpoints;
        let alone = self.links == 1;
        // Some first-tier chips have one link of an endpoint more than the others.
        let (fewer, uneven) = (self.links / t.l1_per_group, self.links % t.l1_per_group);
        let carried = |links: u64| if far { links.min(up) } else { links };
        let disjoint = uneven * carried(fewer + 1) + (t.l1_per_group - uneven) * carried(fewer);
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: self.links,
            switches: vec![
                SwitchCount::of("L1", t.l1, down + up).with_radix(self.radix),
                SwitchCount::of("L2", t.l2, (t.groups * up).div_ceil(plane)).with_radix(self.radix),
            ],
            links: vec![
                LinkCount::of("endpoint-L1", ["endpoint", "L1"], t.links, most_per_pair),
                LinkCount::of("L1-L2", ["L1", "L2"], t.uplinks, trunk),
            ],
            diameter: Diameter::switched(if far {
                4
            } else if n > 1 {
                2
            } else {
                0
            }),
            mean_links: mean_of_pairs(sum, n),
            bisection,
            shortest_paths: even.then(|| if far { t.l1_per_group * plane } else { t.l1_per_group }),
            edge_disjoint_paths: disjoint,
            saturation,
            failures: vec![
                Failure::of(
                    "an endpoint-L1 link",
                    [
                        if alone { share(1, n) } else { 0.0 },
                        share(1, self.links),
                        if cuts_groups { 0.0 } else { bisection.share(1) },
                    ],
                ),
                Failure::of(
                    "an L1-L2 link",
                    [0.0, 0.0, if cuts_groups { bisection.share(1) } else { 0.0 }],
                ),
                Failure::of(
                    "an L1 switch",
                    [
                        if t.l1_per_group == 1 { share(g, n) } else { 0.0 },
                        if t.l1_per_group == 1 { 0.0 } else { share(most_per_pair, self.links) },
                        bisection.share(if cuts_groups { up } else { down }),
                    ],
                ),
                Failure::of(
                    "an L2 switch",
                    [
                        0.0,
                        0.0,
                        if cuts_groups {
                            bisection.share((t.groups / 2 * up).div_ceil(plane))
                        } else {
                            0.0
                        },
                    ],
                ),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let Plan { counted: t, up, plane } = self.plan()?;
        let (chips, n) = (t.l1_per_group, self.endpoints);
        for endpoint in 0..n {
            for chip in 0..chips {
                let links = self.links / chips + u64::from(chip < self.links % chips);
                let l1 = n + endpoint / self.group * chips + chip;
                emit(wire(endpoint, l1, links, 0));
            }
        }
        for group in 0..t.groups {
            for chip in 0..chips {
                for second in 0..plane {
                    let links = uplinks(group, second, up, plane);
                    if links > 0 {
                        let l2 = n + t.l1 + chip * plane + second;
                        emit(wire(n + group * chips + chip, l2, links, 1));
                    }
                }
            }
        }
        Ok(())
    }
}
