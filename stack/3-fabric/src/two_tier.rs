//! Two-tier scale-up: first-tier chips (L1) in each group of accelerators, second-tier chips (L2) between.

use crate::error::{FabricError, at_least_one, divide, ports, positive, product};
use crate::star::first_tier;
use lightloom_units::Ratio;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the second tier is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TwoTierSpec {
    /// Accelerators that share first-tier chips: a rack, a part of a rack, or a host.
    pub group: u64,
    /// Bandwidth of a first-tier chip to the second tier over that to its accelerators; `1 x` is non-blocking.
    #[serde(default = "non_blocking")]
    pub uplink_ratio: Ratio,
}

fn non_blocking() -> Ratio {
    Ratio::new(1.0)
}

/// A domain with two tiers of switch chips. Its planes are the first-tier chips of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TwoTier {
    /// Groups of the domain.
    pub groups: u64,
    /// First-tier chips of one group, which are the planes.
    pub l1_per_group: u64,
    /// First-tier chips of the domain.
    pub l1: u64,
    /// Second-tier chips of the domain.
    pub l2: u64,
    /// Links from accelerators to first-tier chips, in the domain.
    pub links: u64,
    /// Links between the tiers, in the domain.
    pub uplinks: u64,
}

/// Counts the switch chips of a two-tier domain.
///
/// # Model
/// In a group of `g` accelerators with `L` links, `S` chips of `K` ports have `d = g ceil(L / S)` ports down
/// and `u = ceil(r d)` up, `d + u <= K`, `S <= L`; `r` is the uplink ratio. Chip `i` of every group meets the
/// others in plane `i` at `ceil(G u / K)` second-tier chips, each of which it must reach. Uplinks need not
/// spread evenly (an HGX H100 board has 5+4+4+5).
///
/// # Source
/// SemiAnalysis, GB200 hardware architecture: NVL576 of 16 x 36 accelerators has 288 + 144 chips. Zuo et al.
/// (CloudMatrix384): 48 x 7 first-tier and 7 planes of 16 second-tier chips.
///
/// # Errors
/// [`FabricError`] when a number is zero, groups do not divide the domain, or the ports do not suffice.
///
/// # Example
/// ```
/// use lightloom_fabric::two_tier::{TwoTierSpec, count};
/// use lightloom_units::Ratio;
/// let spec = TwoTierSpec { group: 36, uplink_ratio: Ratio::new(1.0) };
/// let nvl576 = count(576, 18, 72, None, &spec)?;
/// assert_eq!((nvl576.l1, nvl576.l2), (288, 144));
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
pub fn count(
    domain: u64,
    links: u64,
    radix: u64,
    switches_per_group: Option<u64>,
    spec: &TwoTierSpec,
) -> Result<TwoTier, FabricError> {
    at_least_one("the scale-up domain", domain)?;
    at_least_one("the links of an accelerator", links)?;
    ports(radix)?;
    let ratio = positive("the uplink ratio of the scale-up", spec.uplink_ratio.value())?;
    let groups = divide(domain, "accelerators of a domain", spec.group, "a scale-up group")?;
    let up = |down: u64| (ratio * down as f64 - 1e-9).ceil().max(1.0) as u64;
    let needed = |per_pair: u64| {
        let down = spec.group.saturating_mul(per_pair);
        down.saturating_add(up(down))
    };
    if needed(1) > radix {
        let place = "a first-tier scale-up switch (one port to each accelerator, and uplinks)";
        return Err(FabricError::RadixTooSmall { place, needed: needed(1), radix });
    }
    // `needed` grows with the links per pair, by at least the group each time.
    let most_per_pair = (1..=radix / spec.group).take_while(|c| needed(*c) <= radix).count() as u64;
    let l1_per_group = first_tier(switches_per_group, links.div_ceil(most_per_pair), links)?;
    let uplinks_per_chip = up(spec.group * links.div_ceil(l1_per_group));
    let l2_per_plane = product("uplinks", &[groups, uplinks_per_chip])?.div_ceil(radix);
    if l2_per_plane > uplinks_per_chip {
        let place = "a second-tier scale-up switch (one port to each group)";
        return Err(FabricError::RadixTooSmall { place, needed: groups, radix });
    }
    let l1 = product("first-tier switches", &[groups, l1_per_group])?;
    Ok(TwoTier {
        groups,
        l1_per_group,
        l1,
        l2: product("second-tier switches", &[l1_per_group, l2_per_plane])?,
        links: product("scale-up links", &[domain, links])?,
        uplinks: product("scale-up uplinks", &[l1, uplinks_per_chip])?,
    })
}
