//! Power at its boundaries, from the lane to the cluster.

use crate::bill::{self, Choice, Parts};
use crate::error::FabricError;
use crate::fabric::{Fabric, Tier};
use crate::link_class::End;
use lightloom_units::{BitRate, EnergyPerBit, Power};
use serde::Serialize;

/// Power of one tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierPower {
    /// The tier.
    pub tier: Tier,
    /// Energy of a link for a bit of one direction: SerDes of both chips and optics of both ends; mean over
    /// the tier's links by rate.
    pub lane: EnergyPerBit,
    /// SerDes of all its links, in the chips; direct current.
    pub serdes: Power,
    /// Modules, engines and active cable ends of all its links; direct current.
    pub optics: Power,
    /// Its switches at the rack inlet: core, SerDes, optics in the box, fans, power supply.
    pub switch_boxes: Power,
    /// `switch_boxes`, and at the other end of its links the interfaces, optics and SerDes in hosts and
    /// accelerators; at the rack inlet.
    pub network: Power,
}

/// Power of a tier at one kind of its ends, at the rack inlet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EndPower {
    /// The tier.
    pub tier: Tier,
    /// The layer of switches that draw it; `None` for hosts and accelerators, with their interfaces.
    pub layer: Option<u8>,
    /// Power of all of them.
    pub power: Power,
}

/// Power of the fabric at five boundaries. The network contains optics and switch boxes, the cluster contains the
/// network; modules at the NIC end are in optics and not in switch boxes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerByBoundary {
    /// By tier.
    pub tiers: Vec<TierPower>,
    /// The network's power by who draws it.
    pub ends: Vec<EndPower>,
    /// Accelerators and hosts without the SerDes of their links, at the rack inlet.
    pub computing: Power,
    /// Energy of a link for a bit of one direction, mean over all links by rate.
    pub lane: EnergyPerBit,
    /// Modules, engines and active cable ends; direct current.
    pub optics: Power,
    /// Switches of all tiers at the rack inlet.
    pub switch_boxes: Power,
    /// Switches, interfaces, optics and the SerDes of every link at the rack inlet.
    pub network: Power,
    /// The network, accelerators and hosts at the rack inlet. Without cooling plant and building.
    pub cluster: Power,
}

impl PowerByBoundary {
    /// Cluster power of one accelerator: what one more would take.
    #[must_use]
    pub fn cluster_per_accelerator(&self, fabric: &Fabric) -> Power {
        self.cluster / fabric.accelerators as f64
    }
}

/// Accelerators that a saving would feed at so much power each; zero when that is zero.
///
/// # Example
/// ```
/// use lightloom_fabric::power::accelerators_fed;
/// use lightloom_units::Power;
/// // Lambda: 12 switches save 3.05 kW each, an accelerator takes 1.4 kW.
/// assert_eq!(accelerators_fed(Power::w(3_050.0) * 12.0, Power::w(1_400.0)), 26);
/// ```
#[must_use]
pub fn accelerators_fed(saving: Power, each: Power) -> u64 {
    let fed = saving / each;
    if fed.is_finite() { fed.max(0.0).floor() as u64 } else { 0 }
}

/// The power of a fabric with a technology for each link class.
///
/// # Model
/// A link of rate `R` and SerDes energy `E` puts `E R` into the chip at each end: half of both directions'
/// transmitters and receivers. A switch box draws `(P_core + E R + P_optics) (1 + f) / eta` over its ports,
/// a host end the same without core. Rated powers of accelerators and interfaces contain SerDes at the
/// inlet's `rated_serdes_energy`, which is taken out, so that the links' own counts once.
///
/// # Validity
/// All links and chips are on: static power. Cooling plant and building are the economics floor's.
///
/// # Errors
/// [`FabricError`] when the choices are not one for each class, at its rate, finite and not negative.
pub fn power(
    fabric: &Fabric,
    choices: &[Choice],
    parts: &Parts,
) -> Result<PowerByBoundary, FabricError> {
    bill::check(fabric, choices)?;
    let (inlet, accelerator) = (&parts.inlet, &parts.accelerator);
    let (mut tiers, mut ends) = (Vec::new(), Vec::new());
    let (mut all_traffic, mut all_links) = (BitRate::ZERO, Power::ZERO);
    for tier in [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd] {
        let classes = fabric.link_classes.iter().zip(choices).filter(|(c, _)| c.tier == tier);
        let (mut traffic, mut serdes, mut optics) = (BitRate::ZERO, Power::ZERO, Power::ZERO);
        let mut in_hosts = Power::ZERO;
        let part = parts.switch(tier);
        let groups = || fabric.switch_groups.iter().filter(|group| group.tier == tier);
        let mut in_boxes: Vec<(u8, Power)> =
            groups().map(|g| (g.layer, part.core_power * g.switches as f64)).collect();
        for (class, choice) in classes {
            let (link, links) = (&choice.per_link, class.links as f64);
            let serdes_per_end = link.serdes_energy * link.rate * links;
            traffic += link.rate * (2.0 * links);
            for (end, optics_per_link) in class.ends.iter().zip(link.optics_power_per_end) {
                let optics_per_end = optics_per_link * links;
                serdes += serdes_per_end;
                optics += optics_per_end;
                let place = match end {
                    End::Switch(layer) => in_boxes.iter_mut().find(|(l, _)| l == layer),
                    End::Accelerator | End::Nic => None,
                };
                *place.map_or(&mut in_hosts, |(_, power)| power) += serdes_per_end + optics_per_end;
            }
        }
        if in_boxes.is_empty() {
            continue;
        }
        for group in fabric.nics.iter().filter(|group| group.tier == tier) {
            if let Some(nic) = parts.nic(tier) {
                let without_serdes = nic.power - inlet.rated_serdes_energy * nic.rate;
                in_hosts += without_serdes.max(Power::ZERO) * group.nics as f64;
            }
        }
        for (_, power) in &mut in_boxes {
            *power = inlet.draw(*power, part.fan_share);
        }
        let switch_boxes = in_boxes.iter().map(|(_, power)| *power).sum::<Power>();
        let in_hosts = inlet.draw(in_hosts, accelerator.fan_share);
        let network = switch_boxes + in_hosts;
        ends.push(EndPower { tier, layer: None, power: in_hosts });
        let layers = in_boxes.iter();
        ends.extend(layers.map(|(layer, power)| EndPower {
            tier,
            layer: Some(*layer),
            power: *power,
        }));
        let lane = (serdes + optics) / traffic;
        tiers.push(TierPower { tier, lane, serdes, optics, switch_boxes, network });
        all_traffic += traffic;
        all_links += serdes + optics;
    }
    let without_serdes =
        accelerator.power - inlet.rated_serdes_energy * accelerator.scale_up_bandwidth;
    let each = without_serdes.max(Power::ZERO) + accelerator.host_power;
    let computing = inlet.draw(each * fabric.accelerators as f64, accelerator.fan_share);
    let sum = |of: fn(&TierPower) -> Power| tiers.iter().map(of).sum::<Power>();
    let network = sum(|t| t.network);
    Ok(PowerByBoundary {
        lane: all_links / all_traffic,
        optics: sum(|t| t.optics),
        switch_boxes: sum(|t| t.switch_boxes),
        network,
        cluster: network + computing,
        tiers,
        ends,
        computing,
    })
}
