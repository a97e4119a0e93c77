//! A setting before any link is decided, and what is said in the place of a setting's own.

use super::{Draw, Setting, networks, within};
use crate::run::{RunError, as_f64, finance};
use crate::schema::Scenario;
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{Accelerator, Inlet, NicPart, SwitchPart};
use lightloom_link::{Fec, FecParameters};
use lightloom_units::{BitRate, Time};
use lightloom_workload::{Library, Machine, WorkloadError};

/// Switches between hosts on the longest way of two layers.
const SWITCHES_ACROSS: f64 = 3.0;

/// What is said in the place of what a setting has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overrides {
    /// The accelerator.
    pub accelerator: Option<String>,
    /// Accelerators in all.
    pub accelerators: Option<u64>,
    /// Accelerators of a scale-up domain.
    pub domain: Option<u64>,
    /// Scale-up bandwidth of one accelerator, one direction.
    pub scale_up: Option<BitRate>,
    /// Scale-out bandwidth of one accelerator, one direction.
    pub scale_out: Option<BitRate>,
    /// Hardware latency within a domain, one way.
    pub scale_up_latency: Option<Time>,
    /// Hardware latency between domains, one way.
    pub scale_out_latency: Option<Time>,
    /// Communication library within a domain: a head of `collective.*` facts.
    pub library: Option<String>,
}

/// Why there is no setting.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SettingError {
    /// A floor refused.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The networks are none.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// The catalog has no such part.
    #[error("the catalog has no {what} called `{name}`")]
    Part {
        /// What it would be.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Neither the catalog nor the caller says it.
    #[error("{accelerator} stands in no shipped cluster, and its {missing} is not said")]
    Unsaid {
        /// The accelerator.
        accelerator: String,
        /// What is missing.
        missing: &'static str,
    },
}

impl From<FactError> for SettingError {
    fn from(error: FactError) -> Self {
        Self::Run(error.into())
    }
}

/// Accelerators that models can run on: those of which the catalog knows arithmetic and memory.
fn machines(facts: &Facts<'_>) -> Vec<String> {
    let catalog = facts.catalog();
    let runs = |name: &&str| catalog.get(&format!("accelerator.{name}.peak_bf16")).is_some();
    catalog.children("accelerator").into_iter().filter(runs).map(str::to_owned).collect()
}

/// The outline for an accelerator: of the first of some scenarios that has it, else of the first scenario's switches and
/// interfaces around it, for which domain and bandwidths must then be said.
///
/// # Errors
/// [`SettingError`].
pub fn outline_of(
    facts: &Facts<'_>,
    scenarios: &[Scenario],
    overrides: &Overrides,
) -> Result<Setting, SettingError> {
    let name = overrides.accelerator.as_deref().unwrap_or_default();
    let known = machines(facts);
    if !known.iter().any(|k| k == name) {
        return Err(SettingError::Part { what: "accelerator", name: name.to_owned(), known });
    }
    let own = scenarios.iter().find(|s| s.cluster.accelerator == name);
    let Some(scenario) = own.or_else(|| scenarios.first()) else {
        return Err(SettingError::Unsaid { accelerator: name.to_owned(), missing: "cluster" });
    };
    let mut setting = Setting::outline(scenario, facts)?;
    if own.is_none() {
        for (missing, said) in [
            ("domain (--domain)", overrides.domain.is_some()),
            ("scale-up bandwidth (--scale-up)", overrides.scale_up.is_some()),
            ("scale-out bandwidth (--scale-out)", overrides.scale_out.is_some()),
        ] {
            if !said {
                return Err(SettingError::Unsaid { accelerator: name.to_owned(), missing });
            }
        }
        setting.notes.push(format!(
            "{name} stands in no shipped cluster: latencies and library are those of {}",
            scenario.name
        ));
    }
    let told = Overrides {
        accelerators: Some(overrides.accelerators.unwrap_or(setting.accelerators)),
        ..overrides.clone()
    };
    setting = setting.with(facts, &told)?;
    setting.name = format!("{} {name}", lightloom_units::thousands(setting.accelerators));
    Ok(setting)
}

impl Setting {
    /// The setting of a scenario before its links are decided.
    ///
    /// # Model
    /// Bandwidths as the scenario has them. Latency is that of switches, interfaces at both ends and error correction
    /// on each link, with two layers of switches between hosts; neither circuits of receivers nor flight count.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn outline(scenario: &Scenario, facts: &Facts<'_>) -> Result<Self, SettingError> {
        let (up, out) = (&scenario.scale_up, &scenario.scale_out);
        let inlet = Inlet::from_facts(facts)?;
        let switch = |name: &str| -> Result<Time, FactError> {
            SwitchPart::from_facts(facts, name, &inlet).map(|s| s.latency)
        };
        let link = |fec: Fec, rate: BitRate| -> Result<Time, FactError> {
            let code = FecParameters::from_facts(facts, fec)?;
            Ok(code.latency(rate * code.overhead))
        };
        let rate = up.bandwidth_per_direction / as_f64(up.links.max(1));
        // Up and down again where there are two tiers.
        let switches = if up.second_tier.is_some() { 3.0 } else { 1.0 };
        let near = up.switch.as_deref().map_or(Ok(Time::ZERO), switch)? * switches
            + link(up.signal.fec, rate)? * (switches + 1.0);
        let nic = NicPart::from_facts(facts, &out.nic)?;
        let far = switch(&out.switch)? * SWITCHES_ACROSS
            + link(out.signal.fec, out.bandwidth_per_direction)? * (SWITCHES_ACROSS + 1.0)
            + nic.latency * 2.0;
        let nics =
            as_f64(out.nics_per_host) / as_f64(scenario.cluster.accelerators_per_host.max(1));
        let accelerators = scenario.cluster.accelerators;
        let bandwidth = [up.bandwidth_per_direction, out.bandwidth_per_direction * nics];
        let (networks, libraries) = networks(scenario, facts, bandwidth, [near, far])?;
        let name = &scenario.cluster.accelerator;
        Ok(Self {
            name: scenario.name.clone(),
            machine: Machine::from_facts(facts, name)?,
            accelerators,
            tiers: within(&networks, accelerators),
            networks,
            libraries,
            draw: draw(facts, name, finance(scenario, facts)?.tariff.pue)?,
            accelerator_hour: None,
            notes: Vec::new(),
        })
    }

    /// The same with other parts or sizes. Of two tiers of scale-up the inner one ends with the domain.
    ///
    /// # Errors
    /// [`SettingError`]: a part that the catalog does not have, tiers that are no network.
    pub fn with(mut self, facts: &Facts<'_>, told: &Overrides) -> Result<Self, SettingError> {
        if let Some(name) = &told.accelerator {
            let known = machines(facts);
            if !known.contains(name) {
                let name = name.clone();
                return Err(SettingError::Part { what: "accelerator", name, known });
            }
            if *name != self.machine.name {
                self.machine = Machine::from_facts(facts, name)?;
                let pue = self.draw.map(|d| d.pue);
                let network = self.draw.and_then(|d| d.network);
                self.draw = match pue {
                    Some(pue) => draw(facts, name, pue)?.map(|d| Draw { network, ..d }),
                    None => None,
                };
                // The price was that of the other.
                self.accelerator_hour = None;
            }
        }
        if let Some(name) = &told.library {
            let known: Vec<String> = libraries(facts);
            if !known.contains(name) {
                let name = name.clone();
                return Err(SettingError::Part { what: "communication library", name, known });
            }
            let library = Library::from_facts(facts, name)?;
            let inner = self.networks.len().saturating_sub(1);
            for (tier, of) in self.networks.iter_mut().zip(&mut self.libraries).take(inner) {
                (tier.library, *of) = (library, name.clone());
            }
        }
        self.resize(told);
        lightloom_workload::collective::check_tiers(&self.tiers)?;
        Ok(self)
    }

    fn resize(&mut self, told: &Overrides) {
        let full = self.networks.first().map(|t| t.bandwidth);
        let outer = self.networks.pop();
        let inner = &mut self.networks;
        if let Some(domain) = told.domain {
            // A group that is as large as the domain is the domain.
            while inner.len() > 1 && inner[inner.len() - 2].size >= domain {
                inner.pop();
                self.libraries.remove(0);
            }
            if let Some(last) = inner.last_mut() {
                "scale-up domain".clone_into(&mut last.name);
                last.size = domain;
            }
        }
        for tier in inner.iter_mut() {
            if let (Some(rate), Some(full)) = (told.scale_up, full) {
                tier.bandwidth = tier.bandwidth * (rate / full);
            }
            tier.latency = told.scale_up_latency.unwrap_or(tier.latency);
        }
        if let Some(mut outer) = outer {
            outer.bandwidth = told.scale_out.unwrap_or(outer.bandwidth);
            outer.latency = told.scale_out_latency.unwrap_or(outer.latency);
            self.networks.push(outer);
        }
        self.accelerators = told.accelerators.unwrap_or(self.accelerators);
        self.tiers = self.within(self.accelerators);
    }
}

/// Communication libraries that the catalog has for links.
fn libraries(facts: &Facts<'_>) -> Vec<String> {
    let catalog = facts.catalog();
    let is = |name: &&str| catalog.get(&format!("collective.{name}.launch")).is_some();
    catalog.children("collective").into_iter().filter(is).map(str::to_owned).collect()
}

/// What an accelerator draws without its network; `None` where the catalog does not know it.
fn draw(
    facts: &Facts<'_>,
    name: &str,
    pue: lightloom_units::Ratio,
) -> Result<Option<Draw>, FactError> {
    if facts.catalog().get(&format!("accelerator.{name}.power")).is_none() {
        return Ok(None);
    }
    let part = Accelerator::from_facts(facts, name)?;
    Ok(Some(Draw {
        accelerator: part.power + part.host_power,
        idle: facts.get("energy.idle_fraction")?,
        network: None,
        pue,
    }))
}
