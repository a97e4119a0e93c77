//! What fails in links and switches, and which accelerators that stops.

use super::{Fitted, RunError};
use crate::network::{Structure, as_f64};
use crate::schema::{Network, Scenario};
use lightloom_economics::Cooling;
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{End, LinkClass, SwitchGroup, Tier};
use lightloom_operations::{
    Blast, ComponentClass, ComputeSide, Degradation, Event, FieldRates, FlapRates, OperationsError,
    Racks, Redundancy, Repair, RepairUnit,
};
use lightloom_package::{FailureMode, Family, Port, ServiceUnit};
use lightloom_units::{Count, FailureRate, Quantity, Ratio};

/// What operations call a unit of service.
#[must_use]
pub const fn repair_unit(unit: ServiceUnit) -> RepairUnit {
    match unit {
        ServiceUnit::Cable => RepairUnit::Cable,
        ServiceUnit::Module => RepairUnit::Module,
        ServiceUnit::LaserModule => RepairUnit::LaserModule,
        ServiceUnit::Engine => RepairUnit::Engine,
        ServiceUnit::Box => RepairUnit::Box,
        ServiceUnit::Rack => RepairUnit::Rack,
    }
}

/// Accelerators that failures of a class's links can stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Behind {
    /// Accelerators that one link serves alone; zero between switches.
    pub per_port: f64,
    /// Accelerators of a rack, which a repair of its backplane stops.
    pub per_rack: f64,
}

impl Behind {
    /// Those of a class.
    #[must_use]
    pub fn class(scenario: &Scenario, class: &LinkClass) -> Self {
        Self {
            per_port: accelerators_behind(scenario, class),
            per_rack: as_f64(scenario.hall.accelerators_per_rack),
        }
    }
}

/// What one failure stops: ports of the box, and accelerators behind them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stopped {
    /// Ports.
    pub ports: Blast,
    /// Accelerators.
    pub accelerators: Blast,
}

/// What a failure stops whose repair replaces a unit, in a box of so many ports.
///
/// # Model
/// An engine or a box that fails takes the ports of one engine, a laser of a laser module the ports whose lanes it feeds, any
/// other unit one port; the repair takes what [`RepairUnit::blast`] says, and a laser module all ports that it feeds. Behind
/// each port stop the accelerators that it serves alone; a backplane's repair stops those of its rack.
#[must_use]
pub fn stopped(unit: ServiceUnit, port: &Port, ports: f64, behind: &Behind) -> Stopped {
    let fed = |lanes: f64| Count::from_si((lanes / port.lanes).max(1.0).min(ports.max(1.0)));
    let lasers = port.sharing.filter(|_| unit == ServiceUnit::LaserModule);
    let blast = if let Some(sharing) = lasers {
        let module = sharing.lanes_per_module.unwrap_or(sharing.lanes_per_laser);
        Blast { faulty: fed(sharing.lanes_per_laser), in_repair: fed(module) }
    } else {
        let engine = matches!(unit, ServiceUnit::Engine | ServiceUnit::Box);
        let faulty = if engine { port.ports_per_unit.min(ports) } else { 1.0 };
        repair_unit(unit).blast(Count::from_si(faulty), Count::from_si(ports))
    };
    let in_repair = match unit {
        ServiceUnit::Rack => Count::from_si(behind.per_rack),
        _ => blast.in_repair * behind.per_port,
    };
    let accelerators = Blast { faulty: blast.faulty * behind.per_port, in_repair };
    Stopped { ports: blast, accelerators }
}

/// What of a link fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// A part, by its place among the failure modes of the port, and the box that its repair opens where that matters.
    Part(usize, Option<Opened>),
    /// A dirty connector.
    Dirt,
    /// A flap.
    Flap,
}

/// The box that is opened to repair a link between a leaf and what is above it: half of what fails sits at either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// The leaf, which stops what it serves.
    Leaf,
    /// A switch above it, which has equal neighbours.
    Above,
}

impl LinkFault {
    /// The part that fails; none for dirt and flaps.
    #[must_use]
    pub fn part(self, port: &Port) -> Option<&FailureMode> {
        match self {
            Self::Part(mode, _) => port.failures.get(mode),
            Self::Dirt | Self::Flap => None,
        }
    }

    /// Ports that it stops in a box of so many, whichever end's box is opened: those of the unit that fails, of a connector one.
    #[must_use]
    pub fn ports(self, port: &Port, ports: f64, behind: &Behind) -> Blast {
        let one = Count::from_si(1.0);
        self.part(port).map_or(Blast { faulty: one, in_repair: one }, |mode| {
            stopped(mode.unit, port, ports, behind).ports
        })
    }

    /// What results call it.
    #[must_use]
    pub fn name(self, port: &Port) -> String {
        match self {
            Self::Part(_, opened) => {
                let part = self.part(port).map_or("", |mode| mode.part);
                match opened {
                    None => part.to_owned(),
                    Some(Opened::Leaf) => format!("{part} at the leaf"),
                    Some(Opened::Above) => format!("{part} above the leaf"),
                }
            }
            Self::Dirt => "connector cleaned".to_owned(),
            Self::Flap => "flap".to_owned(),
        }
    }
}

/// Field rates that link and switch failures share.
pub(super) struct Field {
    rates: FieldRates,
    flaps: FlapRates,
}

impl Field {
    pub(super) fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self { rates: FieldRates::from_facts(facts)?, flaps: FlapRates::from_facts(facts)? })
    }

    /// Flaps of a link of light: either end brings half of those of a link with two such ends.
    fn flaps(&self, fitted: &Fitted) -> Result<FailureRate, OperationsError> {
        let plug = self.flaps.pluggable;
        if fitted.family != Family::CoPackaged {
            return Ok(plug);
        }
        let engine = self.flaps.cpo()?;
        // What is swapped as a module is plugged in: the interface's end of a link whose engine sits at the switch.
        let plugged = fitted.port.failures.iter().any(|mode| mode.unit == ServiceUnit::Module);
        Ok(if plugged { (plug + engine) / 2.0 } else { engine })
    }
}

/// What fails besides the network: in trays, and in racks with shelves and, unless air cools the hall, liquid of their own.
pub(super) fn compute_components(
    scenario: &Scenario,
    facts: &Facts<'_>,
    accelerators: Count,
) -> Result<Vec<ComponentClass>, FactError> {
    let racks = Racks {
        accelerators: Count::from_si(as_f64(scenario.hall.accelerators_per_rack)),
        liquid: scenario.economics.cooling.unwrap_or(Cooling::Liquid) == Cooling::Liquid,
    };
    let per_tray = Count::from_si(as_f64(scenario.cluster.accelerators_per_host));
    ComputeSide { accelerators, per_tray, racks: Some(racks) }.classes(facts)
}

/// How the links of a class are slow without stopping a job, or stop its steps for seconds.
///
/// # Model
/// With several planes, a link at an interface that fails takes its plane's share of the bandwidth until it is repaired; a flap
/// stops the traffic of its link, of one plane, for as long as it lasts. Links between switches have equal neighbours, and slow
/// nobody. For [`lightloom_operations::straggler::slowdown`], over the links of a job.
///
/// # Errors
/// [`RunError`] when a fact is missing.
pub fn degradations(
    scenario: &Scenario,
    facts: &Facts<'_>,
    class: &LinkClass,
    fitted: &Fitted,
) -> Result<Vec<Degradation>, RunError> {
    if matches!(class.ends[0], End::Switch(_)) {
        return Ok(Vec::new());
    }
    let planes = as_f64(planes(scenario, class.tier));
    let left = Ratio::new(1.0 - 1.0 / planes);
    let mut ways = Vec::new();
    if planes > 1.0 {
        for mode in &fitted.port.failures {
            let repair = Repair::from_facts(facts, Event::Hard(repair_unit(mode.unit)))?;
            ways.push(Degradation { rate: mode.rate, duration: repair.total(), bandwidth: left });
        }
    }
    if fitted.family != Family::Copper {
        let field = Field::from_facts(facts)?;
        let rate = field.flaps(fitted)?;
        let duration = Repair::from_facts(facts, Event::Flap)?.total();
        ways.push(Degradation { rate, duration, bandwidth: left });
    }
    Ok(ways)
}

/// The network of interfaces that a tier is; none within a domain.
fn network(scenario: &Scenario, tier: Tier) -> Option<&Network> {
    match tier {
        Tier::ScaleUp => None,
        Tier::FrontEnd => Some(scenario.front_end.as_ref().unwrap_or(&scenario.scale_out)),
        Tier::ScaleOut => Some(&scenario.scale_out),
    }
}

/// Equal networks side by side that a tier is.
fn planes(scenario: &Scenario, tier: Tier) -> u64 {
    network(scenario, tier).map_or(1, |n| n.planes.max(1))
}

/// Accelerators that a leaf serves alone: with several planes the others go on.
fn behind_leaf(scenario: &Scenario, structure: &Structure, tier: Tier) -> f64 {
    let fabric = &structure.fabric;
    let leaves: u64 = fabric
        .switch_groups
        .iter()
        .filter(|g| g.tier == tier && g.layer == 1)
        .map(|g| g.switches)
        .sum();
    if tier == Tier::ScaleUp || planes(scenario, tier) > 1 || leaves == 0 {
        return 0.0;
    }
    as_f64(fabric.accelerators) / as_f64(leaves)
}

/// What the failures of a class's links stop.
///
/// # Model
/// A link at an accelerator or interface stops the accelerators behind it while it is faulty; links between
/// switches have equal neighbours, which take their traffic, and stop none. A repair that opens a box stops
/// what hangs on its ports: half of what fails on a leaf's links upwards opens the leaf, and stops what it serves. A backplane
/// repair stops the accelerators of a rack.
pub(super) fn link_components(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    field: &Field,
    class: &LinkClass,
    fitted: &Fitted,
) -> Result<Vec<(LinkFault, ComponentClass)>, RunError> {
    let port = &fitted.port;
    let around = Behind::class(scenario, class);
    let behind = around.per_port;
    let job_stop = Ratio::new(if behind > 0.0 { 1.0 } else { 0.0 });
    let is_above = |g: &&SwitchGroup| g.tier == class.tier && End::Switch(g.layer) == class.ends[1];
    let above = structure.fabric.switch_groups.iter().find(is_above);
    let radix = above.map_or(1.0, |g| as_f64(g.radix));
    let mut components = Vec::new();
    let mut push = |fault: LinkFault, rate, event, faulty: f64, in_repair: f64, stop| {
        let component = ComponentClass {
            name: format!("{}: {}", class.name, fault.name(port)),
            count: Count::from_si(as_f64(class.links)),
            failure_rate: rate,
            repair: Repair::from_facts(facts, event)?,
            stopped_while_faulty: Count::from_si(faulty),
            stopped_in_repair: Count::from_si(in_repair),
            job_stop_share: stop,
            redundancy: Redundancy::NONE,
        };
        components.push((fault, component));
        Ok::<(), FactError>(())
    };
    let below = match class.ends[0] {
        End::Switch(1) => behind_leaf(scenario, structure, class.tier),
        _ => 0.0,
    };
    for (place, mode) in port.failures.iter().enumerate() {
        let Blast { faulty, in_repair } = stopped(mode.unit, port, radix, &around).accelerators;
        let event = Event::Hard(repair_unit(mode.unit));
        let opens = matches!(mode.unit, ServiceUnit::Engine | ServiceUnit::Box);
        if below > 0.0 && opens {
            for (opened, stops) in [(Opened::Leaf, below), (Opened::Above, 0.0)] {
                let fault = LinkFault::Part(place, Some(opened));
                push(fault, mode.rate / 2.0, event, 0.0, stops, job_stop)?;
            }
            continue;
        }
        let fault = LinkFault::Part(place, None);
        push(fault, mode.rate, event, faulty.value(), in_repair.value(), job_stop)?;
    }
    if fitted.family != Family::Copper {
        // Dirt does not follow heat.
        let reseat = field.rates.reseat(port.stated_failure_rate())?;
        push(LinkFault::Dirt, reseat, Event::Reseat, behind, behind, job_stop)?;
        let rate = field.flaps(fitted)?;
        let stop = job_stop * field.flaps.job_stop_share.value();
        push(LinkFault::Flap, rate, Event::Flap, behind, behind, stop)?;
    }
    Ok(components)
}

/// What the failures of switches stop: a leaf its endpoints unless there are other planes, a scale-up chip a plane of its
/// domain, which runs on without it, a switch above the first layer nothing.
pub(super) fn switch_components(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    field: &Field,
) -> Result<Vec<ComponentClass>, RunError> {
    let component = |group: &SwitchGroup| {
        let at_edge = group.layer == 1;
        let behind = if at_edge { behind_leaf(scenario, structure, group.tier) } else { 0.0 };
        let stopped = Count::from_si(behind);
        // A scale-up chip takes a plane of its domain with it, and the job.
        let stops_job = at_edge && (behind > 0.0 || group.tier == Tier::ScaleUp);
        Ok(ComponentClass {
            name: format!("{} switch", group.name),
            count: Count::from_si(as_f64(group.switches)),
            failure_rate: field.rates.switch,
            repair: Repair::from_facts(facts, Event::Hard(RepairUnit::Box))?,
            stopped_while_faulty: stopped,
            stopped_in_repair: stopped,
            job_stop_share: Ratio::new(if stops_job { 1.0 } else { 0.0 }),
            redundancy: Redundancy::NONE,
        })
    };
    structure.fabric.switch_groups.iter().map(component).collect()
}

/// Accelerators that one link of a class serves alone; zero between switches.
fn accelerators_behind(scenario: &Scenario, class: &LinkClass) -> f64 {
    match (class.ends[0], network(scenario, class.tier)) {
        (End::Switch(_), _) => 0.0,
        (End::Nic, Some(network)) => {
            let per_nic = as_f64(scenario.cluster.accelerators_per_host)
                / as_f64(network.nics_per_host.max(1));
            // With several planes the others go on.
            if network.planes > 1 { 0.0 } else { per_nic }
        }
        (End::Accelerator | End::Nic, _) => 1.0,
    }
}
