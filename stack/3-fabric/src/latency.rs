//! Zero-load latency of the longest path of each tier.

use crate::bill::{self, Choice, Parts};
use crate::error::FabricError;
use crate::fabric::{Fabric, Tier};
use crate::network::Network;
use crate::scale_up::ScaleUp;
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
    /// Accelerators that forward on the way; none where switches do.
    pub forwarding_time: Time,
    /// Interfaces at both ends; none in scale-up.
    pub nic_time: Time,
    /// Sum.
    pub total: Time,
}

/// The longest path of each tier: up through every layer and down again.
///
/// # Model
/// `T = 2 sum_i (t_i + l_i d_i) + (2 L - 1) t_switch + 2 t_nic` over the link classes `i` of the tier with
/// link latency `t`, longest length `l` (the slowest part of a class that is split), delay per length `d`; `L` layers of
/// switches. In a network of another topology, the links of each class between endpoints that are farthest apart, and one
/// switch less than links. In a domain of another topology, as many links and switches as its diameter has, each link the
/// mean over the domain's links at their mean lengths; every vertex between that is no switch is an accelerator that
/// forwards, in [`Accelerator::forwarding`](crate::Accelerator::forwarding).
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
        // The slowest part of each class: a class may be split by length, or by whether it leaves its rack.
        let mut slowest: Vec<(&str, [Time; 2])> = Vec::new();
        for (class, choice) in fabric.link_classes.iter().zip(choices) {
            if class.tier == tier {
                let link = &choice.per_link;
                let times = [link.latency, link.delay_per_m * class.lengths.max];
                match slowest.iter_mut().find(|(kind, _)| *kind == class.kind()) {
                    Some((_, known)) if known[0] + known[1] >= times[0] + times[1] => {}
                    Some((_, known)) => *known = times,
                    None => slowest.push((class.kind(), times)),
                }
            }
        }
        if slowest.is_empty() {
            continue;
        }
        let network = match tier {
            Tier::ScaleUp => None,
            Tier::ScaleOut => Some(&fabric.scale_out),
            Tier::FrontEnd => fabric.front_end.as_ref(),
        };
        // Of the classes that have links, as they were built.
        let crossed: Option<Vec<u64>> = match network {
            Some(Network::Wired(wired)) => {
                let classes = wired.summary.links.iter().zip(&wired.crossed);
                Some(classes.filter(|(class, _)| class.count > 0).map(|(_, n)| *n).collect())
            }
            _ => None,
        };
        let mut links = 0;
        for (i, (_, [latency, flight])) in slowest.iter().enumerate() {
            // Up through every layer and down again, where nothing else is known.
            let times = crossed.as_ref().map_or(2, |crossed| crossed.get(i).copied().unwrap_or(0));
            links += times;
            link_time += *latency * times as f64;
            propagation += *flight * times as f64;
        }
        let mut switches = links.saturating_sub(1);
        if let (Tier::ScaleUp, ScaleUp::Wired(summary)) = (tier, &fabric.scale_up) {
            (links, switches) = (summary.diameter.links, summary.diameter.switches);
            [link_time, propagation] = along(fabric, choices, links);
        }
        let forwarders = links.saturating_sub(1 + switches);
        let forwarding_time = parts.accelerator.forwarding * forwarders as f64;
        let switch_time = parts.switch(tier).latency * switches as f64;
        let nic_time = parts.nic(tier).map_or(Time::ZERO, |nic| nic.latency * 2.0);
        let total = link_time + propagation + switch_time + forwarding_time + nic_time;
        paths.push(PathLatency {
            tier,
            links,
            switches,
            link_time,
            propagation,
            switch_time,
            forwarding_time,
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
