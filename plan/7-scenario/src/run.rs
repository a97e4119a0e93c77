//! The one pipeline: a structure and a port for each link class, up through all floors to totals.

use crate::Library;
pub use crate::network::as_f64;
use crate::network::{Structure, fact_problem};
use crate::problem::{Problem, suggestion};
use crate::schema::Scenario;
use lightloom_economics::{
    Cooling, Design, EconomicsError, Finance, Tco, million_tokens, price::accelerator_price, tco,
};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{
    Bill, Choice, End, FabricError, LinkClass, LinkSummary, PathLatency, PowerByBoundary,
    SwitchGroup, Tier, bill::bill, path_latencies, power::power,
};
use lightloom_operations::goodput::{Goodput, Interruption, goodput};
use lightloom_operations::{
    Availability, Blast, ComponentClass, Event, FieldRates, FlapRates, OperationsError, Redundancy,
    Repair, RepairUnit, availability, compute_side,
};
use lightloom_package::heat::HeatError;
use lightloom_package::{AssemblyError, Family, LaserModuleError, Port, ProductError, ServiceUnit};
use lightloom_units::{
    BitRate, Count, DelayPerLength, Energy, Frequency, Money, MoneyPerTime, Power, Quantity, Ratio,
    Time,
};
use lightloom_workload::{
    BestDecode, DecodeJob, Machine, NetworkTier, Parallelism, PowerDraw, ServingSoftware,
    TrainingJob, TrainingSoftware, TrainingStep, WorkloadError, best_decode, best_training,
    energy_per_token,
};

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
    /// The training job, on all accelerators unless the scenario says otherwise.
    pub goodput: Goodput,
    /// Money, whole cluster.
    pub tco: Tco,
    /// Money, the network's part.
    pub network_tco: Tco,
    /// Everything over productive accelerator-hours.
    pub accelerator_hour: MoneyPerTime,
}

/// What runs on the cluster.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Best cut of the training job and its step.
    pub training: Option<(Parallelism, TrainingStep, Energy)>,
    /// Both ends of serving, with energy for a token.
    pub serving: Option<Served>,
}

/// Serving with energy and money.
#[derive(Debug, Clone)]
pub struct Served {
    /// Quickest and widest.
    pub best: BestDecode,
    /// Energy of a token of each.
    pub energy: [Option<Energy>; 2],
    /// Price of a million tokens at the widest.
    pub million_tokens: Option<Money>,
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
    Ok(finance)
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
    let per_host = Count::from_si(as_f64(scenario.cluster.accelerators_per_host));
    let mut classes = compute_side(facts, accelerators, per_host)?;
    let compute = classes.len();
    let field = Field::from_facts(facts)?;
    for (class, fitted) in fabric.link_classes.iter().zip(ports) {
        classes.extend(link_components(scenario, facts, structure, &field, class, fitted)?);
    }
    classes.extend(switch_components(facts, structure, &field)?);
    let availability = availability::evaluate(accelerators, &classes)?;
    let network = &availability.causes[compute..];
    let lost_to_network: f64 = network.iter().map(|c| c.lost.value()).sum();
    let network_failures_per_year = network.iter().map(|c| c.failures.as_per_year()).sum();
    let network_labour_per_year = network.iter().map(|c| c.labour_per_year).sum();
    let job = scenario.training.as_ref().and_then(|t| t.accelerators);
    let job = job.map_or(accelerators, |n| Count::from_si(as_f64(n)));
    // Nothing that ever fails: a century is as good as never.
    let mtti = availability.mtti(job).unwrap_or(Time::years(100.0));
    let goodput = goodput(Interruption::from_facts(facts)?, mtti)?;

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
/// An engine or a box that fails takes the ports of one engine, any other unit one port; the repair takes what
/// [`RepairUnit::blast`] says. Behind each port stop the accelerators that it serves alone; a backplane's repair stops those of
/// its rack.
#[must_use]
pub fn stopped(unit: ServiceUnit, port: &Port, ports: f64, behind: &Behind) -> Stopped {
    let engine = matches!(unit, ServiceUnit::Engine | ServiceUnit::Box);
    let faulty = if engine { port.ports_per_unit.min(ports) } else { 1.0 };
    let blast = repair_unit(unit).blast(Count::from_si(faulty), Count::from_si(ports));
    let in_repair = match unit {
        ServiceUnit::Rack => Count::from_si(behind.per_rack),
        _ => blast.in_repair * behind.per_port,
    };
    let accelerators = Blast { faulty: blast.faulty * behind.per_port, in_repair };
    Stopped { ports: blast, accelerators }
}

/// Field rates that link and switch failures share.
struct Field {
    rates: FieldRates,
    flaps: FlapRates,
}

impl Field {
    fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self { rates: FieldRates::from_facts(facts)?, flaps: FlapRates::from_facts(facts)? })
    }
}

/// What the failures of a class's links stop.
///
/// # Model
/// A link at an accelerator or interface stops the accelerators behind it while it is faulty; links between
/// switches have equal neighbours, which take their traffic, and stop none. A repair that opens a box stops
/// what hangs on its ports; a backplane repair stops the accelerators of a rack.
fn link_components(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    field: &Field,
    class: &LinkClass,
    fitted: &Fitted,
) -> Result<Vec<ComponentClass>, RunError> {
    let port = &fitted.port;
    let around = Behind::class(scenario, class);
    let behind = around.per_port;
    let job_stop = Ratio::new(if behind > 0.0 { 1.0 } else { 0.0 });
    let is_above = |g: &&SwitchGroup| g.tier == class.tier && End::Switch(g.layer) == class.ends[1];
    let above = structure.fabric.switch_groups.iter().find(is_above);
    let radix = above.map_or(1.0, |g| as_f64(g.radix));
    let mut components = Vec::new();
    let mut push = |name: &str, rate, event, faulty: f64, in_repair: f64, stop| {
        components.push(ComponentClass {
            name: format!("{}: {name}", class.name),
            count: Count::from_si(as_f64(class.links)),
            failure_rate: rate,
            repair: Repair::from_facts(facts, event)?,
            stopped_while_faulty: Count::from_si(faulty),
            stopped_in_repair: Count::from_si(in_repair),
            job_stop_share: stop,
            redundancy: Redundancy::NONE,
        });
        Ok::<(), FactError>(())
    };
    for mode in &port.failures {
        let Blast { faulty, in_repair } = stopped(mode.unit, port, radix, &around).accelerators;
        let event = Event::Hard(repair_unit(mode.unit));
        push(mode.part, mode.rate, event, faulty.value(), in_repair.value(), job_stop)?;
    }
    if fitted.family != Family::Copper {
        let reseat = field.rates.reseat(port.failure_rate())?;
        push("connector cleaned", reseat, Event::Reseat, behind, behind, job_stop)?;
        let rate = match fitted.family {
            Family::CoPackaged => field.flaps.cpo()?,
            _ => field.flaps.pluggable,
        };
        let stop = job_stop * field.flaps.job_stop_share.value();
        push("flap", rate, Event::Flap, behind, behind, stop)?;
    }
    Ok(components)
}

/// What the failures of switches stop: a leaf its endpoints, a scale-up chip a plane of its domain, which runs
/// on without it, a switch above the first layer nothing.
fn switch_components(
    facts: &Facts<'_>,
    structure: &Structure,
    field: &Field,
) -> Result<Vec<ComponentClass>, RunError> {
    let fabric = &structure.fabric;
    let component = |group: &SwitchGroup| {
        let at_edge = group.layer == 1;
        let leaf = at_edge && group.tier != Tier::ScaleUp;
        let behind = as_f64(fabric.accelerators) / as_f64(group.switches.max(1));
        let stopped = Count::from_si(if leaf { behind } else { 0.0 });
        Ok(ComponentClass {
            name: format!("{} switch", group.name),
            count: Count::from_si(as_f64(group.switches)),
            failure_rate: field.rates.switch,
            repair: Repair::from_facts(facts, Event::Hard(RepairUnit::Box))?,
            stopped_while_faulty: stopped,
            stopped_in_repair: stopped,
            job_stop_share: Ratio::new(if at_edge { 1.0 } else { 0.0 }),
            redundancy: Redundancy::NONE,
        })
    };
    fabric.switch_groups.iter().map(component).collect()
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
    let field = Field::from_facts(facts)?;
    let components = link_components(scenario, facts, structure, &field, class, fitted)?;
    let accelerators = Count::from_si(as_f64(structure.fabric.accelerators));
    let losses = availability::evaluate(accelerators, &components)?;
    let links = as_f64(class.links);
    let link = summary(class, fitted).per_link;
    let [near, far] = link.optics_power_per_end;
    // Both directions of SerDes, and both ends of optics.
    let drawn = (link.serdes_energy * class.rate * 2.0 + near + far) * links;
    let price = link.cost_per_link + link.cost_per_m * class.lengths.mean.as_m();
    let lost = 1.0 - losses.availability.value();
    let design = Design {
        hardware: price * links,
        power: structure.parts.inlet.draw(drawn, structure.parts.accelerator.fan_share),
        parts_per_year: bill_of_failures(std::slice::from_ref(class), std::slice::from_ref(fitted)),
        labour_per_year: losses.labour_per_year,
        accelerator_time_lost_per_year: Time::years(1.0) * (accelerators.value() * lost),
    };
    Ok(tco(&design, &finance(scenario, facts)?)?)
}

/// Accelerators that one link of a class serves alone; zero between switches.
fn accelerators_behind(scenario: &Scenario, class: &LinkClass) -> f64 {
    match (class.ends[0], class.tier) {
        (End::Switch(_), _) => 0.0,
        (End::Accelerator, _) => 1.0,
        (End::Nic, tier) => {
            let network = match tier {
                Tier::FrontEnd => scenario.front_end.as_ref().unwrap_or(&scenario.scale_out),
                _ => &scenario.scale_out,
            };
            let per_nic = as_f64(scenario.cluster.accelerators_per_host)
                / as_f64(network.nics_per_host.max(1));
            // With several planes the others go on.
            if network.planes > 1 { 0.0 } else { per_nic }
        }
    }
}

/// The network as the workload floor sees it, innermost tier first.
fn tiers(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    paths: &[PathLatency],
    accelerators: u64,
) -> Result<Vec<NetworkTier>, FactError> {
    let latency =
        |tier: Tier| paths.iter().find(|p| p.tier == tier).map_or(Time::ZERO, |p| p.total);
    let bandwidth = structure.spec.bandwidth_per_accelerator();
    let up = &scenario.scale_up;
    let library = lightloom_workload::Library::from_facts(facts, &up.library)?;
    let mut tiers = Vec::new();
    let mut add = |name: &str, size: u64, bandwidth: BitRate, latency, library| {
        let size = size.min(accelerators);
        if tiers.last().is_none_or(|t: &NetworkTier| t.size < size) {
            tiers.push(NetworkTier { name: name.to_owned(), size, bandwidth, latency, library });
        }
    };
    let full = bandwidth.scale_up;
    match &up.second_tier {
        Some(second) => {
            // Within a group a path has one switch of three and half the links.
            add("scale-up group", second.group, full, latency(Tier::ScaleUp) / 2.0, library);
            let between = full * second.uplink_ratio.value().min(1.0);
            add("scale-up domain", up.domain, between, latency(Tier::ScaleUp), library);
        }
        None => add("scale-up domain", up.domain, full, latency(Tier::ScaleUp), library),
    }
    let out = bandwidth.scale_out * structure.fabric.scale_out.share_to_all().value();
    let nic = lightloom_workload::Library::from_facts(facts, "nic")?;
    add("scale-out", accelerators, out, latency(Tier::ScaleOut), nic);
    Ok(tiers)
}

/// Runs the named models on the cluster.
///
/// # Errors
/// A placed [`Problem`] when a model is unknown or does not fit, else [`RunError`].
pub fn work(
    scenario: &Scenario,
    text: &str,
    library: &Library,
    facts: &Facts<'_>,
    structure: &Structure,
    outcome: &Outcome,
) -> Result<Work, RunError> {
    let machine = Machine::from_facts(facts, &scenario.cluster.accelerator)
        .map_err(|e| fact_problem(text, "cluster.accelerator", &e))?;
    let each = outcome.power.network / as_f64(structure.fabric.accelerators);
    let chip = structure.parts.accelerator.power + structure.parts.accelerator.host_power;
    let pue = finance(scenario, facts)?.tariff.pue;
    let joules = |n: u64, busy: Ratio, rate: f64| -> Result<Energy, RunError> {
        let draw = PowerDraw::from_facts(facts, chip, network_share(each, n), pue)?;
        Ok(energy_per_token(&draw, n, busy, rate)?.total())
    };
    let model = |name: &str, path: &str| {
        library.models.get(name).ok_or_else(|| {
            let names = library.models.keys().map(String::as_str);
            let message = format!("the catalog has no model called `{name}`");
            Problem::at(text, path, message, Some(suggestion(name, names)))
        })
    };
    // At the key of the number, where the floor names one; else at the model.
    let refused = |job: &'static str| {
        move |e: WorkloadError| {
            let key = match &e {
                WorkloadError::NoSuchPrecision { .. } => "precision",
                WorkloadError::Parallelism { what: "global_batch", .. } => "global_batch",
                _ => "model",
            };
            let hint = Some(e.hint());
            RunError::Scenario(Problem::at(text, &format!("{job}.{key}"), e.to_string(), hint))
        }
    };
    let technologies = library.technologies.keys().map(String::as_str);
    for name in &scenario.buyer.exclude {
        if !library.technologies.contains_key(name) {
            let message = format!("there is no technology called `{name}`");
            let hint = Some(suggestion(name, technologies));
            return Err(Problem::at(text, "buyer.exclude", message, hint).into());
        }
    }
    let mut work = Work::default();
    if let Some(training) = &scenario.training {
        let all = structure.fabric.accelerators;
        let accelerators = training.accelerators.unwrap_or(all);
        let tiers = tiers(scenario, facts, structure, &outcome.paths, accelerators)?;
        let job = TrainingJob {
            sequence: training.sequence,
            global_batch: training.global_batch,
            precision: training.precision,
            fused_attention: true,
            software: TrainingSoftware::from_facts(facts, &training.software)?,
        };
        let model = model(&training.model, "training.model")?;
        let (cut, step) =
            best_training(model, &machine, &tiers, &job).map_err(refused("training"))?;
        let energy = joules(step.accelerators, step.busy, step.tokens_per_second)?;
        work.training = Some((cut, step, energy));
    }
    if let Some(serving) = &scenario.serving {
        let largest = serving.largest_instance.unwrap_or(scenario.scale_up.domain);
        let tiers =
            tiers(scenario, facts, structure, &outcome.paths, structure.fabric.accelerators)?;
        let job = DecodeJob {
            prompt: serving.prompt,
            output: serving.output,
            precision: serving.precision,
            cache: serving.cache,
            prefill_here: true,
            software: ServingSoftware::from_facts(facts)?,
        };
        let model = model(&serving.model, "serving.model")?;
        let floor = serving.tokens_per_second_per_user;
        let best = best_decode(model, &machine, &tiers, &job, largest, floor)
            .map_err(refused("serving"))?;
        let energy = |pair: &(_, lightloom_workload::DecodeStep)| {
            let step = &pair.1;
            let rate = step.tokens_per_second_per_accelerator * as_f64(step.accelerators);
            joules(step.accelerators, step.busy, rate)
        };
        let quick = Some(energy(&best.quickest)?);
        let wide = best.widest.as_ref().map(energy).transpose()?;
        let million_tokens = best
            .widest
            .as_ref()
            .map(|(_, s)| {
                let rate = Frequency::hz(s.tokens_per_second_per_accelerator);
                million_tokens(outcome.accelerator_hour, rate)
            })
            .transpose()?;
        work.serving = Some(Served { best, energy: [quick, wide], million_tokens });
    }
    Ok(work)
}

fn network_share(each: Power, accelerators: u64) -> Power {
    each * as_f64(accelerators)
}
