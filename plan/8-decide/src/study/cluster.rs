//! A cluster as studies of co-packaged optics count it: transceivers, switches, what they take and cost.

use crate::candidate::{Candidate, Judge};
use crate::decide::Case;
use crate::preference::Preference;
use crate::strategy::Rule;
use lightloom_catalog::SYSTEMS;
use lightloom_economics::price::accelerator_price;
use lightloom_evidence::Facts;
use lightloom_fabric::{End, Fabric, LinkClass, Tier};
use lightloom_package::{AssemblyError, Family, ReachSearch, Site, Technology};
use lightloom_scenario::run::{as_f64, run};
use lightloom_scenario::{Fitted, Library, Outcome, RunError, Scenario, Structure, structure};
use lightloom_units::{Money, Power};
use rayon::prelude::*;

/// A system, perhaps at another size, with what closes on its links.
pub(super) struct Cluster<'a> {
    library: &'a Library,
    facts: &'a Facts<'a>,
    scenario: Scenario,
    structure: Structure,
    candidates: Vec<Vec<Candidate>>,
}

/// Technologies that the studies name, beside copper.
const LIGHT: [&str; 3] = ["retimed-pluggable", "linear-pluggable", "cpo-switch"];

/// What scale-out and front end take and cost under a rule, and the cluster around them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    /// Accelerators.
    pub(super) accelerators: f64,
    /// Pluggable modules of both ends, at the rack inlet.
    pub(super) transceivers: Power,
    /// Switches with the engines and lasers in them and without modules, at the rack inlet.
    pub(super) switches: Power,
    /// Cluster at the rack inlet.
    pub(super) cluster: Power,
    /// Price of the modules of both ends.
    pub(super) transceivers_price: Money,
    /// Price of the switches with their engines.
    pub(super) switches_price: Money,
    /// Price of cables and fibres.
    pub(super) cables_price: Money,
    /// Price of the accelerators with their hosts and scale-up network.
    pub(super) machines_price: Money,
}

impl Account {
    /// Switches and transceivers: what the studies call the network. Interfaces are the servers'.
    pub(super) fn network(&self) -> Power {
        self.switches + self.transceivers
    }

    /// Price of the network.
    pub(super) fn network_price(&self) -> Money {
        self.switches_price + self.transceivers_price + self.cables_price
    }

    /// Price of the network with the machines that it joins.
    pub(super) fn cluster_price(&self) -> Money {
        self.network_price() + self.machines_price
    }
}

impl<'a> Cluster<'a> {
    /// Builds a shipped system, after `edit` changed it.
    pub(super) fn of(
        library: &'a Library,
        facts: &'a Facts<'a>,
        system: &str,
        edit: impl FnOnce(&mut Scenario),
    ) -> Result<Self, RunError> {
        let file = SYSTEMS.iter().find(|(name, _)| name.trim_end_matches(".toml") == system);
        let (_, text) = file.ok_or_else(|| AssemblyError::Unknown(system.to_owned()))?;
        let mut scenario = lightloom_scenario::parse(text)?;
        edit(&mut scenario);
        let structure = structure(&scenario, text, facts)?;
        let candidates = {
            let case = Case { library, scenario: &scenario, text };
            let judge = Judge::new(&case, facts, &structure, ReachSearch::AtLength)?;
            let wanted =
                |t: &&Technology| t.family == Family::Copper || LIGHT.contains(&t.id.as_str());
            let ids: Vec<&str> =
                library.technologies.values().filter(wanted).map(|t| t.id.as_str()).collect();
            let classes = structure.fabric.link_classes.iter();
            let judged = classes.map(|class| {
                ids.par_iter().map(|id| judge.one(class, id)).collect::<Result<Vec<_>, RunError>>()
            });
            judged.collect::<Result<_, _>>()?
        };
        Ok(Self { library, facts, scenario, structure, candidates })
    }

    /// The fabric.
    pub(super) const fn fabric(&self) -> &Fabric {
        &self.structure.fabric
    }

    /// The technology of each class under a rule, and what follows.
    fn under(&self, rule: Rule) -> Result<(Vec<Fitted>, Outcome), RunError> {
        let preference = Preference::of(&self.scenario, self.facts, &self.structure)?;
        let picks = rule.picks(&preference, &self.fabric().link_classes, &self.candidates);
        let ports: Vec<Fitted> =
            picks.iter().filter_map(|pick| Some(pick.candidate?.fitted.clone())).collect();
        let outcome = run(&self.scenario, self.facts, &self.structure, &ports, None)?;
        Ok((ports, outcome))
    }

    /// Power of the scale-out network at the rack inlet under a rule.
    pub(super) fn scale_out(&self, rule: Rule) -> Result<Power, RunError> {
        let (_, outcome) = self.under(rule)?;
        let tiers = outcome.power.tiers.iter().filter(|t| t.tier == Tier::ScaleOut);
        Ok(tiers.map(|t| t.network).sum())
    }

    /// What the cluster takes for each accelerator.
    pub(super) fn each(&self, rule: Rule) -> Result<Power, RunError> {
        let (_, outcome) = self.under(rule)?;
        Ok(outcome.power.cluster_per_accelerator(self.fabric()))
    }

    /// Whether the near and the far end of a class are pluggable modules.
    fn pluggable(&self, fitted: &Fitted) -> [bool; 2] {
        [&fitted.port.near, &fitted.port.technology].map(|id| {
            let known = self.library.technologies.get(id);
            known.is_some_and(|t| t.engine.is_some() && t.site == Site::Panel)
        })
    }

    /// What one end of a link between scale-out switches takes under a rule, direct current.
    pub(super) fn end(&self, rule: Rule) -> Result<Power, RunError> {
        let (ports, _) = self.under(rule)?;
        let mut classes = self.fabric().link_classes.iter().zip(&ports);
        let between = classes.find(|(class, _)| {
            class.tier == Tier::ScaleOut && matches!(class.ends[0], End::Switch(_))
        });
        Ok(between.map_or(Power::ZERO, |(_, fitted)| fitted.port.optics_power[1]))
    }

    /// Modules of scale-out for each accelerator: at interfaces, and at switches where a cage holds `in_cage` links.
    pub(super) fn modules(&self, in_cage: f64) -> [f64; 2] {
        let mut found = [0.0; 2];
        for class in self.fabric().link_classes.iter().filter(|c| c.tier == Tier::ScaleOut) {
            for end in class.ends {
                match end {
                    End::Switch(_) => found[1] += as_f64(class.links) / in_cage,
                    _ => found[0] += as_f64(class.links),
                }
            }
        }
        found.map(|n| n / as_f64(self.fabric().accelerators))
    }

    /// What scale-out and front end take and cost under a rule.
    ///
    /// # Model
    /// A pluggable module's price is that of half a link of such modules without its cable, also where the other end is an
    /// engine; what then remains of the link's price is the engine's, and the switch's.
    pub(super) fn account(&self, rule: Rule) -> Result<Account, RunError> {
        let (ports, outcome) = self.under(rule)?;
        let parts = &self.structure.parts;
        let inlet = &parts.inlet;
        let accelerators = as_f64(self.fabric().accelerators);
        let (mut transceivers, mut in_boxes) = (Power::ZERO, Power::ZERO);
        let [mut modules, mut engines, mut cables] = [Money::ZERO; 3];
        let classes = self.fabric().link_classes.iter().zip(&ports).zip(&self.candidates);
        for ((class, fitted), candidates) in classes.filter(|((c, _), _)| c.tier != Tier::ScaleUp) {
            let port = &fitted.port;
            let links = as_f64(class.links);
            let pluggable = self.pluggable(fitted);
            for ((watts, end), is_module) in
                port.optics_power.into_iter().zip(class.ends).zip(pluggable)
            {
                if !is_module {
                    continue;
                }
                let switch = matches!(end, End::Switch(_));
                let fans = if switch {
                    parts.switch(class.tier).fan_share
                } else {
                    parts.accelerator.fan_share
                };
                let drawn = inlet.draw(watts, fans) * links;
                transceivers += drawn;
                if switch {
                    in_boxes += drawn;
                }
            }
            let bare = port.cost.total() - port.cost.cable;
            cables += cable_price(class, fitted) * links;
            if fitted.family == Family::Copper {
                // Plugs are part of their cable.
                cables += bare * links;
                continue;
            }
            let ends: u64 = pluggable.map(u64::from).iter().sum();
            let module = module_price(candidates, fitted) * as_f64(ends);
            modules += module * links;
            engines += (bare - module) * links;
        }
        let tiers = outcome.power.tiers.iter().filter(|t| t.tier != Tier::ScaleUp);
        let boxes: Power = tiers.map(|t| t.switch_boxes).sum();
        let groups = self.fabric().switch_groups.iter().filter(|g| g.tier != Tier::ScaleUp);
        let bare: Money = groups.map(|g| parts.switch(g.tier).price * as_f64(g.switches)).sum();
        let machine = accelerator_price(self.facts, &self.scenario.cluster.accelerator)?;
        Ok(Account {
            accelerators,
            transceivers,
            switches: boxes - in_boxes,
            cluster: outcome.power.cluster,
            transceivers_price: modules,
            switches_price: bare + engines,
            cables_price: cables,
            machines_price: machine * accelerators,
        })
    }
}

/// Cable of a link of mean length.
fn cable_price(class: &LinkClass, fitted: &Fitted) -> Money {
    let port = &fitted.port;
    let fixed = port.cost.cable - port.cable_per_metre * class.lengths.max.as_m();
    fixed + port.cable_per_metre * class.lengths.mean.as_m()
}

/// Price of a module at an end of a class: half of a link of two such modules.
fn module_price(candidates: &[Candidate], fitted: &Fitted) -> Money {
    let near = fitted.port.near.as_str();
    let of = candidates.iter().find(|c| c.technology == near).map_or(fitted, |c| &c.fitted);
    (of.port.cost.total() - of.port.cost.cable) / 2.0
}
