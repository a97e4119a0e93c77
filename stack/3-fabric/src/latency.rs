//! Zero-load latency of the longest path of each tier.

use crate::bill::{self, Choice, Parts};
use crate::error::FabricError;
use crate::fabric::{End, Fabric, ScaleUp, Tier};
use lightloom_units::Time;
use serde::Serialize;

/// One way over the longest path of a tier at zero load, without serialisation of the message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathLatency {
    /// The tier.
    pub tier: Tier,
    /// Links on the path.
    pub links: u64,
    /// Switches on the path.
    pub switches: u64,
    /// SerDes, error correction and modules of the links.
    pub link_time: Time,
    /// Propagation, each link at the longest of its class.
    pub propagation: Time,
    /// Switches.
    pub switch_time: Time,
    /// Interfaces at both ends; none in scale-up.
    pub nic_time: Time,
    /// Sum.
    pub total: Time,
}

/// The longest path of each tier: up through every layer and down again.
///
/// # Model
/// `T = 2 sum_i (t_i + l_i d_i) + (2 L - 1) t_switch + 2 t_nic` over the link classes `i` of the tier with
/// link latency `t`, longest length `l` (the slowest part of a class that is split by length), delay per length `d`; `L` layers of switches. In a domain of another topology, as
/// many links and switches as its diameter has, each link the mean over the domain's links at their mean lengths.
///
/// # Validity
/// What an accelerator takes to forward a message (torus, mesh) is not in it.
///
/// # Errors
/// [`FabricError`] when the choices are not one for each class, at its rate, finite and not negative.
pub fn path_latencies(
    fabric: &Fabric,
    choices: &[Choice],
    parts: &Parts,
) -> Result<Vec<PathLatency>, FabricError> {
    bill::check(fabric, choices)?;
    let mut paths = Vec::new();
    for tier in [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd] {
        let (mut link_time, mut propagation) = (Time::ZERO, Time::ZERO);
        // The slowest of the classes that join the same ends: a class may be split by length.
        let mut slowest: Vec<(&[End; 2], [Time; 2])> = Vec::new();
        for (class, choice) in fabric.link_classes.iter().zip(choices) {
            if class.tier == tier {
                let link = &choice.per_link;
                let times = [link.latency, link.delay_per_m * class.lengths.max];
                match slowest.iter_mut().find(|(ends, _)| **ends == class.ends) {
                    Some((_, known)) if known[0] + known[1] >= times[0] + times[1] => {}
                    Some((_, known)) => *known = times,
                    None => slowest.push((&class.ends, times)),
                }
            }
        }
        let layers = slowest.len() as u64;
        for (_, [latency, flight]) in slowest {
            link_time += latency * 2.0;
            propagation += flight * 2.0;
        }
        if layers == 0 {
            continue;
        }
        let (mut links, mut switches) = (2 * layers, 2 * layers - 1);
        if let (Tier::ScaleUp, ScaleUp::Wired(summary)) = (tier, &fabric.scale_up) {
            (links, switches) = (summary.diameter.links, summary.diameter.switches);
            [link_time, propagation] = along(fabric, choices, links);
        }
        let switch_time = parts.switch(tier).latency * switches as f64;
        let nic_time = parts.nic(tier).map_or(Time::ZERO, |nic| nic.latency * 2.0);
        let total = link_time + propagation + switch_time + nic_time;
        paths.push(PathLatency {
            tier,
            links,
            switches,
            link_time,
            propagation,
            switch_time,
            nic_time,
            total,
        });
    }
    Ok(paths)
}

/// Latency and propagation over so many links of the scale-up's mean.
fn along(fabric: &Fabric, choices: &[Choice], hops: u64) -> [Time; 2] {
    let (mut all, mut latency, mut flight) = (0.0, Time::ZERO, Time::ZERO);
    for (class, choice) in fabric.link_classes.iter().zip(choices) {
        if class.tier == Tier::ScaleUp {
            let links = class.links as f64;
            all += links;
            latency += choice.per_link.latency * links;
            flight += choice.per_link.delay_per_m * class.lengths.mean * links;
        }
    }
    [latency, flight].map(|sum| sum * (hops as f64 / all))
}
