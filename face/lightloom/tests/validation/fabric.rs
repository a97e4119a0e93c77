//! Figures of systems as they are built, without a plan: counts, bandwidths, racks.

use lightloom::catalog::SYSTEMS;
use lightloom::evidence::Facts;
use lightloom::fabric::clos::{ClosSpec, most_endpoints};
use lightloom::fabric::topology::{Summary, SwitchKind, Topology, Torus};
use lightloom::fabric::{LinkClass, RackKind, ScaleUp, SwitchGroup, Tier, star};
use lightloom::scenario::{Scenario, Structure, parse, structure};
use lightloom::units::{BitRate, Power};
use std::collections::BTreeMap;

/// Systems by name and size, each built once.
pub(crate) struct Systems<'l> {
    facts: &'l Facts<'l>,
    built: BTreeMap<String, (Scenario, Structure)>,
}

impl<'l> Systems<'l> {
    pub(crate) fn new(facts: &'l Facts<'l>) -> Self {
        Self { facts, built: BTreeMap::new() }
    }

    /// A figure by the identifier of its row: `system.measure`, `system@accelerators.measure`, or one without a system.
    pub(crate) fn figure(&mut self, id: &str) -> f64 {
        let parts: Vec<&str> = id.split('.').collect();
        let number = |n: usize| parts[n].parse::<u64>().unwrap();
        match parts[0] {
            "clos" => as_f64(most_endpoints(number(1), number(2) as u32).unwrap()),
            "tpu-v5e" => tpu_v5e(),
            system => self.of(system, parts[1]),
        }
    }

    fn of(&mut self, name: &str, measure: &str) -> f64 {
        let facts = self.facts;
        let (scenario, built) = self.built.entry(name.to_owned()).or_insert_with(|| {
            let (file, size) = name.split_once('@').map_or((name, None), |(f, s)| (f, Some(s)));
            let (_, text) = SYSTEMS
                .iter()
                .find(|(n, _)| n.trim_end_matches(".toml") == file)
                .unwrap_or_else(|| panic!("no system `{file}`"));
            let mut scenario = parse(text).unwrap();
            if let Some(size) = size {
                scenario.cluster.accelerators = size.parse().unwrap();
            }
            let built = structure(&scenario, text, facts).unwrap();
            (scenario, built)
        });
        System { scenario, built }.measure(measure)
    }
}

fn as_f64(n: u64) -> f64 {
    n as f64
}

struct System<'s> {
    scenario: &'s Scenario,
    built: &'s Structure,
}

impl System<'_> {
    fn measure(&self, measure: &str) -> f64 {
        let fabric = &self.built.fabric;
        let domains = as_f64(fabric.domains);
        let scale_up = self.built.spec.bandwidth_per_accelerator().scale_up;
        let domain = as_f64(self.scenario.scale_up.domain);
        match measure {
            "leaf" | "spine" | "core" => self.switches(&format!("scale-out {measure}")),
            "l1" => self.switches("scale-up L1") / domains,
            "l2" => self.switches("scale-up L2") / domains,
            "planes" => self.switches("scale-up router") / domains,
            "ocs" => as_f64(self.ocs().count) / domains,
            "ocs-ports" => as_f64(self.ocs().ports_used),
            "ocs-power" => {
                let parts = &self.built.parts;
                let switch = &parts.scale_up_switch;
                let switches = switch.core_power * self.switches("scale-up OCS");
                let each = parts.accelerator.power + parts.accelerator.host_power;
                let chips = each * as_f64(fabric.accelerators);
                let draw = |power, fans| parts.inlet.draw(power, fans);
                draw(switches, switch.fan_share) / draw(chips, parts.accelerator.fan_share) * 100.0
            }
            // A cable carries the link of every plane.
            "cables-node-leaf" => self.cables("scale-out nic-leaf"),
            "cables-leaf-spine" => self.cables("scale-out leaf-spine"),
            "cables-spine-core" => self.cables("scale-out spine-core"),
            "pairs" => self.pairs(false),
            "pairs-one-for-both-ways" => self.pairs(true),
            "cables-1600g" => {
                let class = self.class("scale-up dimension 1");
                as_f64(class.links) / domains * (class.rate / BitRate::tbps(1.6))
            }
            // Each link has a module at either end; a module of 400G holds two links of 200G.
            "modules-scale-up" => {
                let links = self.class("scale-up L1-L2");
                let per_module = (BitRate::gbps(448.0) / links.rate).round();
                2.0 * as_f64(links.links) / per_module / as_f64(fabric.accelerators)
            }
            "modules-1600g" => {
                let links = self.class("scale-up L1-L2");
                let per_module = BitRate::tbps(1.6) / links.rate;
                2.0 * as_f64(links.links) / per_module / as_f64(fabric.accelerators)
            }
            "modules-between-cubes" => {
                let links = self.class("scale-up between cubes").links;
                2.0 * as_f64(links) / as_f64(fabric.accelerators)
            }
            "backplane" => {
                let class = self.class("scale-up accelerator-L1");
                self.pairs(false) * class.lengths.mean.as_m() / 1e3
            }
            "modules-scale-out" => {
                let classes = fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleOut);
                let links: u64 = classes.map(|c| c.links).sum();
                2.0 * as_f64(links) / as_f64(fabric.accelerators)
            }
            "bandwidth" => (scale_up * domain * 2.0).as_tbps() / 8.0,
            "scale-out-bandwidth" => {
                let each = self.built.spec.bandwidth_per_accelerator().scale_out;
                (each * domain * 2.0).as_tbps() / 8.0
            }
            // Half of the accelerators of a star send all they have to the other half; both ways together.
            "star-bisection" => (scale_up * (domain / 2.0) * 2.0).as_tbps() / 8.0,
            "bisection" => {
                let links = as_f64(self.summary().bisection.links);
                (self.built.spec.scale_up.link_rate * links).as_tbps() / 8.0
            }
            "largest-share-to-one-peer" => {
                let most = self.summary().links.iter().map(|l| l.trunk).max().unwrap();
                as_f64(most) / as_f64(self.built.spec.scale_up.links)
            }
            "racks" => as_f64(fabric.accelerator_racks()) / domains,
            "switch-racks" => self.racks(RackKind::ScaleUp) / domains,
            "rack-mass" => {
                self.built.parts.accelerator_rack.loaded(fabric.accelerator_trays).as_kg() / 1e3
            }
            "rack-power" => self.rack_power().as_kw(),
            "server-network" => {
                let spec = &self.built.spec;
                let of = |clos: &ClosSpec| clos.nic_rate.as_tbps() * as_f64(clos.nics_per_host);
                of(&spec.scale_out) + spec.front_end.as_ref().map_or(0.0, of)
            }
            "segment" => as_f64(fabric.scale_out.clos().unwrap().endpoints_per_leaf_set()),
            "routers" => self.switches("scale-out router"),
            "local-ports" => {
                // Both ends of a link within the group.
                let (links, switches) =
                    (self.kind("scale-out local"), self.switches("scale-out router"));
                2.0 * links / switches
            }
            "links-between-groups" => {
                let pairs = self.groups() * (self.groups() - 1.0) / 2.0;
                self.kind("scale-out global") / pairs
            }
            "blocking" => {
                as_f64(fabric.scale_out.endpoints()) / (2.0 * self.kind("scale-out global"))
            }
            "pods" => as_f64(fabric.scale_out.clos().unwrap().layers[1].groups),
            "above-pods" => {
                let pods = fabric.scale_out.clos().unwrap().above().next();
                pods.unwrap().value()
            }
            _ => panic!("a system has no measure `{measure}`"),
        }
    }

    fn group(&self, name: &str) -> Option<&SwitchGroup> {
        self.built.fabric.switch_groups.iter().find(|g| g.name == name)
    }

    /// Switches of a layer; none where there is no such layer.
    fn switches(&self, name: &str) -> f64 {
        self.group(name).map_or(0.0, |group| as_f64(group.switches))
    }

    fn class(&self, name: &str) -> &LinkClass {
        let names = || self.built.fabric.link_classes.iter().map(|c| &c.name).collect::<Vec<_>>();
        let class = self.built.fabric.link_class(name);
        class.unwrap_or_else(|| panic!("no links `{name}` but {:?}", names()))
    }

    /// Links of a class, wherever they run.
    fn kind(&self, name: &str) -> f64 {
        let classes = self.built.fabric.link_classes.iter();
        as_f64(classes.filter(|c| c.kind() == name).map(|c| c.links).sum())
    }

    /// Groups of a dragonfly whose groups are racks.
    fn groups(&self) -> f64 {
        self.racks(RackKind::Accelerator)
    }

    fn cables(&self, name: &str) -> f64 {
        as_f64(self.class(name).links) / as_f64(self.built.fabric.scale_out.planes())
    }

    /// Wire pairs of a domain whose links all run in copper.
    fn pairs(&self, bidirectional: bool) -> f64 {
        let class = self.class("scale-up accelerator-L1");
        let lanes = (class.rate / self.scenario.scale_up.signal.lane).round() as u64;
        let domains = self.built.fabric.domains;
        as_f64(star::differential_pairs(class.links / domains, lanes, bidirectional))
    }

    fn summary(&self) -> &Summary {
        match &self.built.fabric.scale_up {
            ScaleUp::Wired(summary) => summary,
            other => panic!("no topology: {other:?}"),
        }
    }

    fn ocs(&self) -> &lightloom::fabric::topology::SwitchCount {
        let ocs = |s: &&_| {
            let s: &lightloom::fabric::topology::SwitchCount = s;
            s.kind == SwitchKind::OpticalCircuit
        };
        self.summary().switches.iter().find(ocs).unwrap()
    }

    fn racks(&self, kind: RackKind) -> f64 {
        let racks = self.built.fabric.racks.iter().find(|(k, _)| *k == kind);
        racks.map_or(0.0, |(_, racks)| as_f64(*racks))
    }

    /// An accelerator rack at its inlet with all its chips at rated power, its links of copper: accelerators, hosts, scale-up
    /// chips with their SerDes, interfaces.
    fn rack_power(&self) -> Power {
        let (parts, fabric) = (&self.built.parts, &self.built.fabric);
        let hall = &self.scenario.hall;
        let accelerators = as_f64(hall.accelerators_per_rack);
        let hosts = accelerators / as_f64(self.scenario.cluster.accelerators_per_host);
        let (inlet, accelerator) = (&parts.inlet, &parts.accelerator);
        let own = (accelerator.power + accelerator.host_power) * accelerators;
        let in_racks =
            |g: &&SwitchGroup| g.tier == Tier::ScaleUp && g.rack == RackKind::Accelerator;
        let chips: u64 = fabric.switch_groups.iter().filter(in_racks).map(|g| g.switches).sum();
        let chips = as_f64(chips) / as_f64(fabric.accelerator_racks());
        let switch = &parts.scale_up_switch;
        let serdes = inlet.rated_serdes_energy * accelerator.scale_up_bandwidth * accelerators;
        let spec = &self.built.spec;
        let out = parts.scale_out_nic.power * as_f64(spec.scale_out.nics_per_host);
        let front = spec.front_end.as_ref().map_or(0, |f| f.nics_per_host);
        let nics = (out + parts.front_end_nic.power * as_f64(front)) * hosts;
        inlet.draw(own + nics, accelerator.fan_share)
            + inlet.draw(switch.core_power * chips + serdes, switch.fan_share)
    }
}

/// Bisection of a pod of 16 x 16 with four links of 50 GB/s at a chip, one direction, TB/s.
fn tpu_v5e() -> f64 {
    let pod = Topology::Torus(Torus { dims: vec![16, 16], wrap: Vec::new(), twisted: false });
    as_f64(pod.summary().unwrap().bisection.links) * 50e-3
}
