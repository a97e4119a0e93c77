//! Single-tier scale-up: every accelerator joins every switch chip of its domain (NVLink in NVL72).

use crate::error::{FabricError, at_least_one, ports, product};
use serde::Serialize;

/// A domain of accelerators around one tier of switch chips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Star {
    /// Switch chips, which are the planes of the domain.
    pub switches: u64,
    /// Links of the domain.
    pub links: u64,
    /// Most links between an accelerator and a switch chip.
    pub links_per_pair: u64,
    /// Most ports of a switch chip in use.
    pub ports_used: u64,
}

/// Counts the switch chips of a single-tier domain.
///
/// # Model
/// Each of `D` accelerators spreads `L` links over `S` chips of `K` ports as evenly as possible. Every
/// accelerator reaches every chip: `S <= L`; the fullest chip has room: `D ceil(L / S) <= K`. The smallest
/// `S` that does both, unless `switches` asks for more.
///
/// # Source
/// NVL72: 72 accelerators, 18 links, 18 chips of 72 ports. HGX H100: 18 links as 5+4+4+5 to 4 chips of 64.
///
/// # Errors
/// [`FabricError`] when a number is zero, no count of chips fits, or the count asked for does not.
///
/// # Example
/// ```
/// use lightloom_fabric::star;
/// let nvl72 = star::count(72, 18, 72, None)?;
/// assert_eq!((nvl72.switches, nvl72.links), (18, 1_296));
/// // Two lanes per link, a pair of wires per lane and direction.
/// assert_eq!(star::differential_pairs(nvl72.links, 2, false), 5_184);
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
pub fn count(
    domain: u64,
    links: u64,
    radix: u64,
    switches: Option<u64>,
) -> Result<Star, FabricError> {
    at_least_one("the scale-up domain", domain)?;
    at_least_one("the links of an accelerator", links)?;
    ports(radix)?;
    let per_pair = radix / domain;
    if per_pair == 0 {
        return Err(FabricError::DomainTooLarge { domain, links, radix });
    }
    let least = links.div_ceil(per_pair);
    let switches = first_tier(switches, least, links)?;
    let links_per_pair = links.div_ceil(switches);
    Ok(Star {
        switches,
        links: product("scale-up links", &[domain, links])?,
        links_per_pair,
        ports_used: domain * links_per_pair,
    })
}

/// The count of first-tier chips: the fewest, or a larger one that was asked for.
pub(crate) fn first_tier(given: Option<u64>, least: u64, most: u64) -> Result<u64, FabricError> {
    match given {
        None => Ok(least),
        Some(given) if (least..=most).contains(&given) => Ok(given),
        Some(given) => {
            let needed = if least == most {
                format!("only {least} are possible")
            } else {
                format!("{least} to {most} are possible")
            };
            Err(FabricError::SwitchCount { given, needed })
        }
    }
}

/// Wire pairs of so many links: one pair per lane and direction, or one per lane where a pair carries both
/// directions at once (bidirectional SerDes).
#[must_use]
pub fn differential_pairs(links: u64, lanes_per_link: u64, bidirectional: bool) -> u64 {
    let directions = if bidirectional { 1 } else { 2 };
    links.saturating_mul(lanes_per_link).saturating_mul(directions)
}
