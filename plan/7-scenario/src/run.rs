//! The one pipeline: a structure and a port for each link class, up through all floors to totals.
//!
//! | file | what |
//! |---|---|
//! | `failures` | what fails in links and switches, and which accelerators that stops |
//! | `work` | models on the cluster: a training job, serving |

mod failures;
mod work;

pub use failures::{Behind, LinkFault, Opened, Stopped, degradations, repair_unit, stopped};
pub use work::{Served, Work, serving_job, training_job, work};

use failures::{Field, compute_components, link_components, switch_components};

use crate::network::Structure;
pub use crate::network::as_f64;
use crate::operating::keep;
use crate::problem::Problem;
use crate::schema::Scenario;
use crate::stated::stated;
use lightloom_economics::{
    Cooling, Design, EconomicsError, Finance, Tco, price::accelerator_price, tco,
};
use lightloom_evidence::{Catalog, FactError, Facts};
use lightloom_fabric::{
    Bill, Choice, End, FabricError, LinkClass, LinkSummary, PathLatency, PowerByBoundary, Tier,
    bill::bill, path_latencies, power::power,
};
use lightloom_operations::goodput::Goodput;
use lightloom_operations::{Availability, ComponentClass, Event, OperationsError, availability};
use lightloom_package::heat::HeatError;
use lightloom_package::{AssemblyError, Family, LaserModuleError, Port, ProductError};
use lightloom_units::{Count, DelayPerLength, Money, MoneyPerTime, Quantity, Time};
use lightloom_workload::WorkloadError;
use std::collections::BTreeMap;

/// A floor refused. Boundary: inputs passed the checks, a model's range was left.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RunError {
    /// A missing fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A technology that cannot be built.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// A product that cannot be built.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// A laser module that cannot be lit.
    #[error(transparent)]
    LaserModule(#[from] LaserModuleError),
    /// Temperatures that cannot be computed.
    #[error(transparent)]
    Heat(#[from] HeatError),
    /// The fabric floor.
    #[error(transparent)]
    Fabric(#[from] FabricError),
    /// The operations floor.
    #[error(transparent)]
    Operations(#[from] OperationsError),
    /// The economics floor.
    #[error(transparent)]
    Economics(#[from] EconomicsError),
    /// The workload floor.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// A problem with the scenario, with its place.
    #[error(transparent)]
    Scenario(#[from] Problem),
}

/// A port with its technology's medium, as a link class uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The port.
    pub port: Port,
    /// Group of its technology.
    pub family: Family,
    /// Propagation of its medium.
    pub delay: DelayPerLength,
}

/// The cluster with one technology for each link class.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Power at five boundaries.
    pub power: PowerByBoundary,
    /// Bill of materials of the network.
    pub bill: Bill,
    /// Longest path of each tier.
    pub paths: Vec<PathLatency>,
    /// Losses by cause.
    pub availability: Availability,
    /// Share of accelerator-hours lost to network causes.
    pub lost_to_network: f64,
    /// Network failures, all links and switches, and hands-on time, a year.
    pub network_failures_per_year: f64,
    /// Hands-on time for the network, a year.
    pub network_labour_per_year: Time,
    /// Parts that are bought again, a year.
    pub parts_per_year: Money,
    /// The training job, on all accelerators unless the scenario says otherwise.
    pub goodput: Goodput,
    /// Money, whole cluster.
    pub tco: Tco,
    /// Money, the network's part.
    pub network_tco: Tco,
    /// Everything over productive accelerator-hours.
    pub accelerator_hour: MoneyPerTime,
}

/// What a link of a class is to the fabric floor.
#[must_use]
pub fn summary(class: &LinkClass, fitted: &Fitted) -> Choice {
    let port = &fitted.port;
    let cable = port.cable_per_metre * class.lengths.max.as_m();
    Choice {
        technology: port.technology.clone(),
        reach: port.reach,
        per_link: LinkSummary {
            rate: class.rate,
            serdes_energy: port.energy.host_serdes,
            optics_power_per_end: port.optics_power,
            latency: port.latency.total() - port.latency.flight,
            delay_per_m: fitted.delay,
            cost_per_link: port.cost.total() - cable,
            cost_per_m: port.cable_per_metre,
            fibres: Count::from_si(port.fibres),
            lasers: Count::from_si(port.lasers),
            failure_rate: port.failure_rate(),
            cable_mass_per_m: port.mass_per_metre,
            cable_diameter: port.diameter,
        },
    }
}

/// Prices and years of a scenario: the catalog's, unless it says otherwise.
///
/// # Errors
/// [`FactError`].
pub fn finance(scenario: &Scenario, facts: &Facts<'_>) -> Result<Finance, FactError> {
    let mut finance =
        Finance::from_facts(facts, scenario.economics.cooling.unwrap_or(Cooling::Liquid))?;
    let given = &scenario.economics;
    finance.life = given.period.unwrap_or(Time::years(5.0));
    finance.tariff.electricity = given.electricity.unwrap_or(finance.tariff.electricity);
    finance.tariff.pue = given.pue.unwrap_or(finance.tariff.pue);
    finance.accelerator_hour = given.accelerator_hour.unwrap_or(finance.accelerator_hour);
    finance.discount = given.discount.unwrap_or(finance.discount);
    finance.labour = given.labour.unwrap_or(finance.labour);
    finance.maintenance = given.maintenance.unwrap_or(finance.maintenance);
    finance.facility = given.facility.unwrap_or(finance.facility);
    Ok(finance)
}

/// What can fail in a cluster, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// Everything.
    pub classes: Vec<ComponentClass>,
    /// The first so many are accelerators, hosts and software.
    pub compute: usize,
    /// Behind those, the components of each link class end here; the rest are switches.
    pub links: Vec<usize>,
    /// What of a link each class is, in the order of the classes; `None` for what is no part of a link.
    pub faults: Vec<Option<LinkFault>>,
}

impl Components {
    /// Places of what fails in the links of a class.
    #[must_use]
    pub fn of_link_class(&self, i: usize) -> std::ops::Range<usize> {
        let from = match i.checked_sub(1) {
            Some(before) => self.links.get(before).copied().unwrap_or(self.compute),
            None => self.compute,
        };
        from..self.links.get(i).copied().unwrap_or(from)
    }
}

/// What can fail in a cluster with a port for each link class, repaired as the scenario says.
///
/// # Errors
/// [`RunError`] when a fact is missing.
pub fn components(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    ports: &[Fitted],
) -> Result<Components, RunError> {
    let fabric = &structure.fabric;
    let accelerators = Count::from_si(as_f64(fabric.accelerators));
    let mut classes = compute_components(scenario, facts, accelerators)?;
    let compute = classes.len();
    let field = Field::from_facts(facts)?;
    let mut links = Vec::with_capacity(ports.len());
    let mut faults = vec![None; compute];
    for (class, fitted) in fabric.link_classes.iter().zip(ports) {
        for (fault, class) in link_components(scenario, facts, structure, &field, class, fitted)? {
            faults.push(Some(fault));
            classes.push(class);
        }
        links.push(classes.len());
    }
    classes.extend(switch_components(scenario, facts, structure, &field)?);
    faults.resize(classes.len(), None);
    keep(scenario, facts, &mut classes)?;
    tell_apart(&mut classes);
    for class in &mut classes {
        // A box may have more ports than the cluster fills.
        class.stopped_while_faulty = class.stopped_while_faulty.min(accelerators);
        class.stopped_in_repair = class.stopped_in_repair.min(accelerators);
    }
    Ok(Components { classes, compute, links, faults })
}

/// Names each class once: the same part at both ends of a link may be repaired in two ways, and its name is its stream of
/// random numbers.
fn tell_apart(classes: &mut [ComponentClass]) {
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for class in classes.iter() {
        *count.entry(class.name.clone()).or_default() += 1;
    }
    for class in classes {
        let twice = count.get(&class.name).is_some_and(|n| *n > 1);
        if let (true, Event::Hard(unit)) = (twice, class.repair.event) {
            class.name = format!("{} ({unit})", class.name);
        }
    }
}

/// Facts of the catalog that a scenario may state itself: its keys and their ids.
const STATED: [&str; 3] = ["cost.margin.module", "cost.margin.engine", "erosion.multi_vendor"];

/// Every fact at its nominal value, but for those that the scenario states, which are held.
///
/// # Validity
/// Of a scenario that [`check_facts`](crate::check_facts) lets pass: stated facts that are none are left out.
#[must_use]
pub fn view<'c>(scenario: &Scenario, catalog: &'c Catalog) -> Facts<'c> {
    let given = &scenario.economics;
    let values = [given.module_margin, given.engine_margin, given.erosion];
    let pairs = STATED.into_iter().zip(values);
    Facts::nominal(catalog)
        .holding(stated(scenario, catalog))
        .holding(pairs.filter_map(|(id, value)| Some((catalog.position(id)?, value?.value()))))
}

/// Runs fabric, operations and economics on a set of ports, one for each link class.
///
/// The price of an accelerator contains the scale-up network that it is sold with, whose bill is
/// `sold_scale_up` (this one's when left out): only the difference to it is added.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn run(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    ports: &[Fitted],
    sold_scale_up: Option<Money>,
) -> Result<Outcome, RunError> {
    let Structure { fabric, parts, .. } = structure;
    let choices: Vec<Choice> =
        fabric.link_classes.iter().zip(ports).map(|(c, f)| summary(c, f)).collect();
    let power = power(fabric, &choices, parts)?;
    let bill = bill(fabric, &choices, parts)?;
    let paths = path_latencies(fabric, &choices, parts)?;

    let accelerators = Count::from_si(as_f64(fabric.accelerators));
    let Components { classes, compute, .. } = components(scenario, facts, structure, ports)?;
    let availability = availability::evaluate(accelerators, &classes)?;
    let network = &availability.causes[compute..];
    let lost_to_network: f64 = network.iter().map(|c| c.lost.value()).sum();
    let network_failures_per_year = network.iter().map(|c| c.failures.as_per_year()).sum();
    let network_labour_per_year = network.iter().map(|c| c.labour_per_year).sum();
    let job = scenario.training.as_ref().and_then(|t| t.accelerators);
    let job = job.map_or(accelerators, |n| Count::from_si(as_f64(n)));
    // Nothing that ever fails: a century is as good as never.
    let mtti = availability.mtti(job).unwrap_or(Time::years(100.0));
    let operations = &scenario.operations;
    let goodput = operations.goodput(operations.interruption(facts)?, mtti)?;

    let finance = finance(scenario, facts)?;
    let year = Time::years(1.0);
    let lost = |share: f64| year * (accelerators.value() * share);
    // A failed part is bought again; what it costs is its share of the link's price.
    let parts_per_year: Money = bill_of_failures(fabric.link_classes.as_slice(), ports);
    let network_tco = tco(
        &Design {
            hardware: bill.total,
            power: power.network,
            parts_per_year,
            labour_per_year: network_labour_per_year,
            accelerator_time_lost_per_year: lost(lost_to_network),
        },
        &finance,
    )?;
    let machines = accelerator_price(facts, &scenario.cluster.accelerator)? * accelerators.value();
    let tco = tco(
        &Design {
            hardware: bill.total - sold_scale_up.unwrap_or(scale_up_bill(&bill)) + machines,
            power: power.cluster,
            parts_per_year,
            labour_per_year: availability.labour_per_year,
            accelerator_time_lost_per_year: lost(1.0 - availability.availability.value()),
        },
        &finance,
    )?;
    let productive = availability.availability.value() * goodput.ettr.value();
    let hours = finance.life * (accelerators.value() * productive);
    // Downtime is in the hours already.
    let spent = tco.nominal - tco.downtime_per_year * finance.life.as_years();
    let accelerator_hour = MoneyPerTime::from_si(spent.as_usd() / hours.as_s());
    Ok(Outcome {
        power,
        bill,
        paths,
        availability,
        lost_to_network,
        network_failures_per_year,
        network_labour_per_year,
        parts_per_year,
        goodput,
        tco,
        network_tco,
        accelerator_hour,
    })
}

/// Scale-up's part of a bill.
#[must_use]
pub fn scale_up_bill(bill: &Bill) -> Money {
    bill.lines.iter().filter(|l| l.tier == Tier::ScaleUp).map(|l| l.total).sum()
}

fn bill_of_failures(classes: &[LinkClass], ports: &[Fitted]) -> Money {
    classes
        .iter()
        .zip(ports)
        .map(|(class, fitted)| {
            let per_year = fitted.port.failure_rate().as_per_year() * as_f64(class.links);
            // One of two ends.
            fitted.port.cost.total() * (per_year / 2.0)
        })
        .sum()
}

/// Cost of a class's links over the years, whole cluster: price, energy, facility, repairs, downtime.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn class_tco(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    class: &LinkClass,
    fitted: &Fitted,
) -> Result<Tco, RunError> {
    let design = class_design(scenario, facts, structure, class, fitted)?;
    Ok(tco(&design, &finance(scenario, facts)?)?)
}

/// What a class's links are to money, before any rate is put on it: price, power, parts, labour, lost hours.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn class_design(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    class: &LinkClass,
    fitted: &Fitted,
) -> Result<Design, RunError> {
    let field = Field::from_facts(facts)?;
    let found = link_components(scenario, facts, structure, &field, class, fitted)?;
    let mut components: Vec<ComponentClass> = found.into_iter().map(|(_, class)| class).collect();
    keep(scenario, facts, &mut components)?;
    let accelerators = Count::from_si(as_f64(structure.fabric.accelerators));
    let losses = availability::evaluate(accelerators, &components)?;
    let links = as_f64(class.links);
    let link = summary(class, fitted).per_link;
    let parts = &structure.parts;
    let drawn = class.ends.iter().zip(link.optics_power_per_end).map(|(end, optics)| {
        let fans = match end {
            End::Accelerator | End::Nic => parts.accelerator.fan_share,
            End::Switch(_) => parts.switch(class.tier).fan_share,
        };
        parts.inlet.draw((link.serdes_energy * class.rate + optics) * links, fans)
    });
    let price = link.cost_per_link + link.cost_per_m * class.lengths.mean.as_m();
    let lost = 1.0 - losses.availability.value();
    Ok(Design {
        hardware: price * links,
        power: drawn.sum(),
        parts_per_year: bill_of_failures(std::slice::from_ref(class), std::slice::from_ref(fitted)),
        labour_per_year: losses.labour_per_year,
        accelerator_time_lost_per_year: Time::years(1.0) * (accelerators.value() * lost),
    })
}
