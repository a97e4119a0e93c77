//! What models run on: an accelerator, the networks between accelerators, and what both draw.
//!
//! The plan's jobs and the commands that run one job take the same [`Setting`]: of a scenario whose links have
//! technologies ([`Setting::of`]), or in outline, before any link is decided ([`Setting::outline`]).

mod outline;

pub use outline::{Overrides, SettingError, outline_of};

use crate::network::{Structure, fact_problem};
use crate::run::{Outcome, RunError, as_f64, finance};
use crate::schema::Scenario;
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::Tier;
use lightloom_fabric::topology::Topology;
use lightloom_units::{BitRate, MoneyPerTime, Power, Ratio, Time};
use lightloom_workload::collective::MAX_TIERS;
use lightloom_workload::{
    Library, Machine, NetworkTier, PowerDraw, TokenEnergy, WorkloadError, energy_per_token,
};

/// The communication library across hosts: `collective.nic.*`.
const ACROSS: &str = "nic";

/// Name of the network between domains.
const OUTERMOST: &str = "scale-out";
/// Accelerators that it may join: as many as a job may have.
const LARGEST: u64 = 1 << 31;

/// What models run on.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Name, as a heading.
    pub name: String,
    /// The accelerator.
    pub machine: Machine,
    /// Accelerators in all.
    pub accelerators: u64,
    /// The networks that join them, innermost first, each as one accelerator sees it: [`Setting::within`] of all.
    pub tiers: Vec<NetworkTier>,
    /// Every network as large as it could be, also where the accelerators do not fill it: what a larger job would see.
    pub networks: Vec<NetworkTier>,
    /// Communication libraries of the networks: heads of `collective.*` facts.
    pub libraries: Vec<String>,
    /// What one accelerator draws; `None` where the catalog does not know it.
    pub draw: Option<Draw>,
    /// Everything over productive accelerator-hours; `None` without a bill.
    pub accelerator_hour: Option<MoneyPerTime>,
    /// What stands in for what was not said.
    pub notes: Vec<String>,
}

/// What one accelerator and its share of the rest draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// Package at full load with its share of the host.
    pub accelerator: Power,
    /// Share of it without load.
    pub idle: Ratio,
    /// Its share of the network at the inlet; `None` where no link is decided.
    pub network: Option<Power>,
    /// Facility power over IT power.
    pub pue: Ratio,
}

impl Setting {
    /// Of a scenario whose links are decided.
    ///
    /// # Errors
    /// A placed [`crate::Problem`] where the catalog knows too little of the accelerator, else [`RunError`].
    pub fn of(
        scenario: &Scenario,
        text: &str,
        facts: &Facts<'_>,
        structure: &Structure,
        outcome: &Outcome,
    ) -> Result<Self, RunError> {
        let machine = Machine::from_facts(facts, &scenario.cluster.accelerator)
            .map_err(|e| fact_problem(text, "cluster.accelerator", &e))?;
        let latency =
            |tier| outcome.paths.iter().find(|p| p.tier == tier).map_or(Time::ZERO, |p| p.total);
        let bandwidth = structure.spec.bandwidth_per_accelerator();
        let share = structure.fabric.scale_out.share_to_all().value();
        let accelerators = structure.fabric.accelerators;
        let (networks, libraries) = networks(
            scenario,
            facts,
            [bandwidth.scale_up, bandwidth.scale_out * share],
            [latency(Tier::ScaleUp), latency(Tier::ScaleOut)],
        )?;
        let part = &structure.parts.accelerator;
        let network = outcome.power.network / as_f64(accelerators);
        Ok(Self {
            name: scenario.name.clone(),
            machine,
            accelerators,
            tiers: within(&networks, accelerators),
            networks,
            libraries,
            draw: Some(Draw {
                accelerator: part.power + part.host_power,
                idle: facts.get("energy.idle_fraction")?,
                network: Some(network),
                pue: finance(scenario, facts)?.tariff.pue,
            }),
            accelerator_hour: Some(outcome.accelerator_hour),
            notes: Vec::new(),
        })
    }

    /// Accelerators of one scale-up domain: what lies below the network between hosts.
    #[must_use]
    pub fn domain(&self) -> u64 {
        let inner = self.tiers.iter().rfind(|tier| tier.name != OUTERMOST);
        inner.map_or(self.accelerators, |tier| tier.size)
    }

    /// The networks of a job on so many accelerators: tiers that it does not fill end with it.
    #[must_use]
    pub fn within(&self, accelerators: u64) -> Vec<NetworkTier> {
        within(&self.networks, accelerators)
    }

    /// Energy of one token of a job on so many accelerators; `None` where no power is known.
    ///
    /// # Errors
    /// As [`energy_per_token`].
    pub fn energy(
        &self,
        accelerators: u64,
        busy: Ratio,
        tokens_per_second: f64,
    ) -> Result<Option<TokenEnergy>, WorkloadError> {
        let Some(draw) = &self.draw else { return Ok(None) };
        let draw = PowerDraw {
            accelerator: draw.accelerator,
            idle: draw.idle,
            network: draw.network.unwrap_or(Power::ZERO) * as_f64(accelerators),
            pue: draw.pue,
        };
        energy_per_token(&draw, accelerators, busy, tokens_per_second).map(Some)
    }
}

fn within(networks: &[NetworkTier], accelerators: u64) -> Vec<NetworkTier> {
    let mut kept: Vec<NetworkTier> = Vec::new();
    for network in networks {
        let size = network.size.min(accelerators);
        if kept.last().is_none_or(|inner| inner.size < size) {
            kept.push(NetworkTier { size, ..network.clone() });
        }
    }
    kept
}

/// The networks of a scenario as the workload floor sees them, innermost first, and their libraries.
///
/// Bandwidth and latency are those of scale-up and of scale-out, the latter as far as it reaches everyone.
fn networks(
    scenario: &Scenario,
    facts: &Facts<'_>,
    [full, out]: [BitRate; 2],
    [near, far]: [Time; 2],
) -> Result<(Vec<NetworkTier>, Vec<String>), FactError> {
    let up = &scenario.scale_up;
    let library = Library::from_facts(facts, &up.library)?;
    let (mut all, mut libraries): (Vec<NetworkTier>, _) = (Vec::new(), Vec::new());
    let torus = up.topology.as_ref().and_then(torus);
    let mut add = |name: &str, size: u64, bandwidth, latency, library, of: &str| {
        if all.last().is_none_or(|t| t.size < size) {
            // Only a domain that is one network in itself is a torus.
            let torus = if all.is_empty() { torus } else { None };
            let name = name.to_owned();
            all.push(NetworkTier { name, size, bandwidth, latency, library, torus });
            libraries.push(of.to_owned());
        }
    };
    match &up.second_tier {
        Some(second) => {
            // Within a group a path has one switch of three and half the links.
            add("scale-up group", second.group, full, near / 2.0, library, &up.library);
            let between = full * second.uplink_ratio.value().min(1.0);
            add("scale-up domain", up.domain, between, near, library, &up.library);
        }
        None => add("scale-up domain", up.domain, full, near, library, &up.library),
    }
    let across = Library::from_facts(facts, ACROSS)?;
    add(OUTERMOST, LARGEST, out, far, across, ACROSS);
    Ok((all, libraries))
}

/// Lengths of a plain torus of closed rings; other topologies count as switches do.
fn torus(topology: &Topology) -> Option<[u64; MAX_TIERS]> {
    let dims = match topology {
        Topology::Torus(t) if !t.twisted && t.wrap.iter().all(|ring| *ring) => &t.dims,
        Topology::OcsTorus(t) if !t.twisted => &t.dims,
        _ => return None,
    };
    let mut lengths = [1; MAX_TIERS];
    lengths.get_mut(..dims.len())?.copy_from_slice(dims);
    Some(lengths)
}
