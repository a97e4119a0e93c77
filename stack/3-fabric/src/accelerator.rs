//! Accelerators as the fabric sees them: power, bandwidth, domain.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, Power, Ratio, Time};
use serde::Serialize;

/// One accelerator (package) and its share of a host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accelerator {
    /// Rated power of the package with its memory and the SerDes of its scale-up links; direct current.
    pub power: Power,
    /// Its share of the host: processors, memory, drives, conversion on boards; direct current, without
    /// network interfaces, switches, optics and fans.
    pub host_power: Power,
    /// Fans and pumps in the rack, as a share of the power that they cool.
    pub fan_share: Ratio,
    /// Scale-up bandwidth, one direction.
    pub scale_up_bandwidth: BitRate,
    /// Links that make it up.
    pub scale_up_links: u64,
    /// Scale-out bandwidth, one direction.
    pub scale_out_bandwidth: BitRate,
    /// Accelerators in the scale-up domain that it is sold in.
    pub domain: u64,
    /// From one link to another at zero load, where it forwards, without the links' SerDes and error correction.
    pub forwarding: Time,
}

impl Accelerator {
    /// Reads `accelerator.NAME.*` and `forwarding.accelerator`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |what: &str| format!("accelerator.{name}.{what}");
        Ok(Self {
            power: facts.get(&id("power"))?,
            host_power: facts.get(&id("host_power"))?,
            fan_share: facts.get(&id("fan_share"))?,
            scale_up_bandwidth: facts.get(&id("scale_up_bandwidth"))?,
            scale_up_links: whole(facts.get(&id("scale_up_links"))?),
            scale_out_bandwidth: facts.get(&id("scale_out_bandwidth"))?,
            domain: whole(facts.get(&id("domain"))?),
            forwarding: facts.get("forwarding.accelerator")?,
        })
    }

    /// Rate of one scale-up link, one direction.
    #[must_use]
    pub fn link_rate(&self) -> BitRate {
        self.scale_up_bandwidth / self.scale_up_links.max(1) as f64
    }
}

/// A count as a whole number; a sampled fact may lie between two.
pub(crate) fn whole(count: Count) -> u64 {
    count.value().round() as u64
}
