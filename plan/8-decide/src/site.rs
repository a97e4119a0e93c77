//! The site of a decided cluster: what fails in it, with technicians, shelves and a job as the scenario has them.

use crate::decide::Case;
use lightloom_evidence::Facts;
use lightloom_num::at_least;
use lightloom_operations::goodput::{Goodput, Interruption};
use lightloom_operations::service::spares;
use lightloom_operations::simulation::{Job, Site, SiteWarning, Stock};
use lightloom_operations::{
    Availability, ComponentClass, Event, OperationsError, Outages, RepairUnit, availability,
};
use lightloom_scenario::run::{Components, as_f64, components};
use lightloom_scenario::{Fitted, Problem, RunError, Scenario, Structure};
use lightloom_units::{Count, FailureRate, Quantity, Time};

/// Of so many domains one is spare at most, where the scenario does not say how many.
const MOST_SPARE: u64 = 8;

/// A site with what it is made from, and its closed forms.
#[derive(Debug, Clone)]
pub struct Operated {
    /// What is simulated.
    pub site: Site,
    /// What fails, by owner.
    pub components: Components,
    /// Losses by cause, closed form.
    pub availability: Availability,
    /// How surely nodes serve, closed form.
    pub nodes: NodesUp,
    /// The job that the site runs.
    pub job: Job,
    /// What an interruption costs it.
    pub cost: Interruption,
    /// Accelerators that it uses.
    pub job_accelerators: Count,
    /// Its productive share, closed form, while it has its domains.
    pub goodput: Goodput,
    /// What ought to be known.
    pub notes: Vec<String>,
}

/// Shares of a job's time, which sum to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobShares {
    /// Work that lasts (ETTR).
    pub ettr: f64,
    /// Writing checkpoints.
    pub checkpoints: f64,
    /// Work that is done again.
    pub rework: f64,
    /// Noticing, and starting again.
    pub restarts: f64,
    /// Waiting for domains.
    pub waiting: f64,
}

/// How surely the nodes of a domain serve, in closed form.
///
/// # Model
/// Faults that stop no more than a node are independent from node to node: a node serves with `exp(-a)`, where `a` is the mean
/// number of faults and repairs that hold it. What stops more nodes of a domain than may be missing stops the domain:
/// `P(k of n) = sum C(n, i) A^i (1 - A)^(n - i) * exp(-b)`. What stops several nodes, but not too many, counts as that many.
///
/// # Validity
/// Faults rare against repairs; no queues.
#[derive(Debug, Clone, PartialEq)]
pub struct NodesUp {
    /// Mean number of small faults that hold a node.
    small: f64,
    /// How often one begins to.
    small_rate: FailureRate,
    large: Vec<Large>,
    nodes: u64,
}

/// What stops several nodes at once.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Large {
    /// Nodes of a domain that it stops.
    nodes: u64,
    /// Domains that it reaches over.
    domains: f64,
    /// Mean number that are open in the cluster.
    load: f64,
    /// How often one begins in the cluster.
    rate: FailureRate,
    /// Nodes that were out already for the same fault.
    before: u64,
    /// Share of all domains that one takes.
    share: f64,
}

impl NodesUp {
    /// Of classes in a cluster of nodes and domains.
    ///
    /// # Errors
    /// [`OperationsError`] as the closed forms.
    pub fn new(site: &Site) -> Result<Self, OperationsError> {
        let all_nodes = (site.accelerators / site.node).max(1.0);
        let domains = (site.accelerators / site.domain).max(1.0);
        let mut up = Self {
            small: 0.0,
            small_rate: FailureRate::ZERO,
            large: Vec::new(),
            nodes: site.nodes_per_domain(),
        };
        for class in &site.classes {
            if class.repair.event == Event::Flap {
                continue;
            }
            let mut before = 0.0;
            for (stopped, load) in
                [class.stopped_while_faulty, class.stopped_in_repair].into_iter().zip(loads(class)?)
            {
                let nodes = (stopped / site.node - 1e-9).ceil().max(0.0);
                if nodes <= 1.0 {
                    up.small += load.mean * nodes / all_nodes;
                    // A repair goes on with the outage that its fault began.
                    up.small_rate =
                        up.small_rate + load.rate * ((nodes - before).max(0.0) / all_nodes);
                } else {
                    // At least one domain, all of those that it reaches over.
                    let reached = (stopped / site.domain).ceil().max(1.0);
                    up.large.push(Large {
                        nodes: nodes.min(as_f64(up.nodes)) as u64,
                        domains: reached,
                        load: load.mean,
                        rate: load.rate,
                        before: before as u64,
                        share: (reached / domains).min(1.0),
                    });
                }
                before = nodes;
            }
        }
        Ok(up)
    }

    /// Share of the time in which so many nodes of a domain serve.
    ///
    /// # Errors
    /// When more are needed than there are.
    pub fn at_least(&self, needed: u64) -> Result<f64, OperationsError> {
        self.reaching(needed, f64::INFINITY)
    }

    /// How often fewer than so many nodes of a domain serve, and for how long.
    ///
    /// # Model
    /// [`Outages::of_nodes`] of what holds single nodes, and what stops more than may be missing. A repair that goes on with the
    /// outage of its fault is none of its own.
    ///
    /// # Validity
    /// As this type; what stops several nodes, but not too many, begins no outage with others here.
    ///
    /// # Errors
    /// When more are needed than there are.
    pub fn outages(&self, needed: u64) -> Result<Outages, OperationsError> {
        let may_miss = self.nodes.saturating_sub(needed);
        let alone = if self.small_rate > FailureRate::ZERO {
            let held = Time::s(self.small / self.small_rate.si());
            Outages::of_nodes(needed, self.nodes, self.small_rate, held)?
        } else {
            Outages { rate: FailureRate::ZERO, mean: Time::ZERO }
        };
        let whole = self.large.iter().filter(|l| l.nodes > may_miss).map(|large| {
            // Out already: the same outage, longer.
            let begins = if large.before > may_miss { 0.0 } else { 1.0 };
            (large.rate * (large.share * begins), large.load * large.share)
        });
        let (mut rate, mut out) = (FailureRate::ZERO, 0.0);
        for (begins, load) in whole {
            rate = rate + begins;
            out += load;
        }
        let rate = alone.rate + rate;
        let out = alone.rate * alone.mean + out;
        let mean = if rate > FailureRate::ZERO { Time::s(out / rate.si()) } else { Time::ZERO };
        Ok(Outages { rate, mean })
    }

    /// [`Self::at_least`] without what reaches over more domains than so many.
    fn reaching(&self, needed: u64, domains: f64) -> Result<f64, OperationsError> {
        let may_miss = self.nodes.saturating_sub(needed);
        let (mut small, mut stops) = (self.small, 0.0);
        for large in self.large.iter().filter(|l| l.domains <= domains) {
            let load = large.load * large.share;
            if large.nodes > may_miss {
                stops += load;
            } else {
                small += load * as_f64(large.nodes) / as_f64(self.nodes.max(1));
            }
        }
        Ok(at_least(needed, self.nodes, libm::exp(-small))? * libm::exp(-stops))
    }

    /// Share of the time in which so many domains serve with so many nodes each.
    ///
    /// # Model
    /// Domains that fail alone follow the binomial law; what stops more domains together than are spare stops the job itself.
    ///
    /// # Errors
    /// When more are needed than there are.
    pub fn domains(&self, [needed, all]: [u64; 2], nodes: u64) -> Result<f64, OperationsError> {
        let spare = as_f64(all.saturating_sub(needed));
        let may_miss = self.nodes.saturating_sub(nodes);
        let together: f64 = self
            .large
            .iter()
            .filter(|l| l.domains > spare.max(1.0) && l.nodes > may_miss)
            .map(|l| l.load)
            .sum();
        let alone = self.reaching(nodes, spare.max(1.0))?;
        Ok(at_least(needed, all, alone)? * libm::exp(-together))
    }
}

/// How many faults of a kind are open in the cluster, and how often one begins.
struct Load {
    mean: f64,
    rate: FailureRate,
}

/// Groups that await repair, and components in repair.
fn loads(class: &ComponentClass) -> Result<[Load; 2], OperationsError> {
    let repair = class.repair;
    let rate = class.failure_rate;
    let of_group = class.redundancy.group_rate(rate, repair.total())? * class.count.value();
    let items = class.count * class.redundancy.installed as f64;
    let failing = rate * (items.value() / (1.0 + rate * repair.total()));
    let load = |rate: FailureRate, time: Time| Load { mean: rate * time, rate };
    Ok([load(of_group, repair.faulty()), load(failing, repair.in_repair())])
}

/// The site of a case with a port for each link class.
///
/// Domains that the job leaves free are as the scenario says, else as given, else as few as serve (see
/// [`lightloom_scenario::operating::Operations`]).
///
/// # Errors
/// [`RunError`]: a placed problem of `[operations]`, or a floor that refuses.
pub fn operated(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: &Structure,
    ports: &[Fitted],
    spare_domains: Option<u64>,
) -> Result<Operated, RunError> {
    let Case { scenario, text, .. } = *case;
    let given = &scenario.operations;
    let components = components(scenario, facts, structure, ports)?;
    let all = structure.fabric.accelerators;
    let accelerators = Count::from_si(as_f64(all));
    let node = scenario.cluster.accelerators_per_host.min(all);
    let domain = domain_size(scenario, all, node);
    let [node_count, domain_count] = [node, domain].map(|n| Count::from_si(as_f64(n)));
    let classes = components.classes.clone();
    let mut site = Site::without_queues(accelerators, node_count, domain_count, classes);
    let mut notes = Vec::new();
    site.technicians = given.technicians;
    site.stocks = stocks(case, facts, &components, &mut notes)?;
    let availability = availability::evaluate(accelerators, &site.classes)?;
    let nodes = NodesUp::new(&site)?;

    let (domains, of_domain) = (site.domains().max(1), site.nodes_per_domain().max(1));
    let problem = |key: &str, message: String, hint: String| {
        RunError::Scenario(Problem::at(text, &format!("operations.{key}"), message, Some(hint)))
    };
    let needed = given.nodes_needed.unwrap_or(of_domain);
    if needed > of_domain {
        return Err(problem(
            "nodes_needed",
            format!("the job needs {needed} nodes of a domain that has {of_domain}"),
            format!("`nodes_needed` is 1 to {of_domain}: {domain} accelerators, {node} in a node"),
        ));
    }
    let wanted = scenario.training.as_ref().and_then(|t| t.accelerators);
    let wanted = wanted.map(|n| n.div_ceil(needed * node).max(1));
    // Accelerators beyond the last whole domain are no one's: a job on all takes the domains that there are.
    let all_nodes = needed == of_domain;
    let wanted = wanted.map(|job| if all_nodes { job.min(domains) } else { job });
    let refused = |spare: u64| {
        let job = wanted.unwrap_or(1);
        problem(
            "spare_domains",
            format!(
                "{job} for the job and {spare} spare domains are more than the {domains} of the cluster"
            ),
            format!("a domain has {domain} accelerators, of which the job uses {}", needed * node),
        )
    };
    let job_domains = match (wanted, given.spare_domains) {
        (Some(job), spare) if job + spare.unwrap_or(0) > domains => {
            return Err(refused(spare.unwrap_or(0)));
        }
        (None, Some(spare)) if spare >= domains => return Err(refused(spare)),
        (Some(job), _) => job,
        (None, Some(spare)) => domains - spare,
        (None, None) => {
            let level = given.store(facts)?.level.value();
            let spare = match spare_domains {
                Some(spare) => spare,
                None => fewest_spares(domains, &nodes, needed, level)?,
            };
            // A job on half of a cluster is no answer: it rather waits, and the sheet says so.
            domains - spare.min(domains.div_ceil(MOST_SPARE)).min(domains - 1)
        }
    };
    let job_accelerators = Count::from_si(as_f64(job_domains * needed * node));
    let cost = given.interruption(facts)?;
    // Nothing that ever fails: a century is as good as never.
    let mtti = availability.mtti(job_accelerators).unwrap_or(Time::years(100.0));
    let goodput = given.goodput(cost, mtti)?;
    let job = Job {
        domains: job_domains,
        nodes: needed,
        interval: goodput.interval,
        checkpoint: cost.checkpoint,
        restart: cost.restart,
    };
    site.job = Some(job);
    site.check()?;
    notes.extend(availability.warnings.iter().map(|warning| format!("{warning}.")));
    for warning in site.warnings() {
        let note = match &warning {
            // The closed forms have said so.
            SiteWarning::RepairLongerThanLife { .. } => continue,
            // So rare that the service level keeps none.
            SiteWarning::FewSpares { on_order, .. } if *on_order < 1.0 => continue,
            _ => format!("{warning}; {}.", warning.hint()),
        };
        notes.push(note);
    }
    Ok(Operated {
        site,
        components,
        availability,
        nodes,
        job,
        cost,
        job_accelerators,
        goodput,
        notes,
    })
}

impl Operated {
    /// Domains that the job leaves free.
    #[must_use]
    pub fn spare_domains(&self) -> u64 {
        self.site.domains().saturating_sub(self.job.domains)
    }

    /// Where the job's time goes, closed form.
    ///
    /// # Model
    /// Daly's exact form with a restart that begins when a fault is noticed: `ETTR = tau / M e^(-R/M) / (e^((tau + C)/M) - 1)`,
    /// checkpoints `ETTR C / tau`, restarts `1 - e^(-R/M)`, work done again the rest; each repair that stops more than its fault
    /// did costs a checkpoint and a restart besides; all of it while the job has its domains, which it else awaits.
    ///
    /// # Validity
    /// Such repairs rare against interruptions.
    ///
    /// # Errors
    /// [`OperationsError`] as the closed forms.
    pub fn job_shares(&self) -> Result<JobShares, OperationsError> {
        let causes = &self.availability.causes;
        let all = self.availability.accelerators;
        let hit = |stopped: Count| (self.job_accelerators.max(stopped) / all).min(1.0);
        let (mut stops, mut hidden, mut planned) = (0.0, 0.0, 0.0);
        for (class, cause) in self.site.classes.iter().zip(causes) {
            let rate = cause.interruptions.si() * hit(class.stopped_while_faulty);
            stops += rate;
            hidden += rate * class.repair.detect.as_s();
            if class.stopped_in_repair > class.stopped_while_faulty {
                planned += cause.failures.si() * hit(class.stopped_in_repair);
            }
        }
        let noticed = if stops > 0.0 { hidden / stops } else { 0.0 };
        let [tau, c, r, m] =
            [self.job.interval, self.cost.checkpoint, self.cost.restart, self.goodput.mtti]
                .map(Time::as_s);
        let first = r + noticed;
        let stretch = (tau + c) / m;
        let ettr = tau / m * libm::exp(-first / m - stretch) / -libm::expm1(-stretch);
        let checkpoints = ettr * c / tau;
        let restarts = -libm::expm1(-first / m);
        let rework = (1.0 - ettr - checkpoints - restarts).max(0.0);
        let has = self.has_domains()?;
        let spared = has * (1.0 - planned * (r + c)).max(0.0);
        Ok(JobShares {
            ettr: ettr * spared,
            checkpoints: checkpoints * spared + planned * c * has,
            rework: rework * spared,
            restarts: restarts * spared + planned * r * has,
            waiting: 1.0 - has,
        })
    }

    /// Share of the time in which the job can have its domains, closed form.
    ///
    /// # Errors
    /// [`OperationsError`] as the closed forms.
    pub fn has_domains(&self) -> Result<f64, OperationsError> {
        self.nodes.domains([self.job.domains, self.site.domains()], self.job.nodes)
    }
}

/// What a job takes or leaves as a whole: a scale-up domain; where that is the whole cluster, a rack.
fn domain_size(scenario: &Scenario, all: u64, node: u64) -> u64 {
    let up = scenario.scale_up.domain;
    let domain = if 2 * up <= all { up } else { scenario.hall.accelerators_per_rack };
    domain.max(node).min(all)
}

/// The fewest spare domains with which enough of all serve, with this probability.
fn fewest_spares(
    domains: u64,
    up: &NodesUp,
    nodes: u64,
    level: f64,
) -> Result<u64, OperationsError> {
    let (mut least, mut most) = (0, domains.saturating_sub(1));
    while least < most {
        let middle = u64::midpoint(least, most);
        if up.domains([domains - middle, domains], nodes)? >= level {
            most = middle;
        } else {
            least = middle + 1;
        }
    }
    Ok(least)
}

/// Name of a unit's key.
const fn key(unit: RepairUnit) -> &'static str {
    unit.name()
}

fn stocks(
    case: &Case<'_>,
    facts: &Facts<'_>,
    components: &Components,
    notes: &mut Vec<String>,
) -> Result<Vec<Option<Stock>>, RunError> {
    let given = &case.scenario.operations;
    let store = given.store(facts)?;
    let mut stocks = vec![None; components.classes.len()];
    for unit in RepairUnit::ALL {
        let is = |class: &&ComponentClass| class.repair.event == Event::Hard(unit);
        let installed = installed(case.scenario, components, unit);
        let number = given.spares.of(unit);
        if let Some(number) = number {
            if installed < 1.0 {
                notes.push(format!(
                    "no part of the cluster is repaired by swapping a {unit}: `spares.{}` is without effect.",
                    key(unit)
                ));
            } else if as_f64(number) > installed {
                let message = format!(
                    "{number} spares of the unit `{}`, {installed:.0} are installed",
                    key(unit)
                );
                let hint = format!(
                    "`{}` is at most what is installed; left out, a service level sets it",
                    key(unit)
                );
                let path = format!("operations.spares.{}", key(unit));
                return Err(Problem::at(case.text, &path, message, Some(hint)).into());
            }
        }
        if !given.on_site(facts, unit)? {
            continue;
        }
        let failing = |class: &ComponentClass| {
            class.count.value() * class.redundancy.installed as f64 * class.failure_rate.si()
        };
        let whole: f64 = components.classes.iter().filter(is).map(failing).sum();
        // Shelves of a unit are shared out as its parts fail, so that rounding loses none.
        let (mut so_far, mut handed) = (0.0, 0);
        for (class, stock) in components.classes.iter().zip(&mut stocks).filter(|(c, _)| is(c)) {
            let items = class.count * class.redundancy.installed as f64;
            let parts = match number {
                Some(number) => {
                    so_far += failing(class);
                    let due = (as_f64(number) * so_far / whole.max(f64::MIN_POSITIVE)).round();
                    let due = (due as u64).saturating_sub(handed);
                    handed += due;
                    due
                }
                None => spares(items, class.failure_rate, store)?,
            };
            let parts = parts.min(items.value() as u64);
            *stock = Some(Stock { parts, resupply: store.resupply });
        }
    }
    Ok(stocks)
}

/// Units of a kind that are installed: trays by hosts, modules and engines at both ends of links.
fn installed(scenario: &Scenario, components: &Components, unit: RepairUnit) -> f64 {
    let is = |class: &&ComponentClass| class.repair.event == Event::Hard(unit);
    let most = |classes: &[ComponentClass]| {
        classes.iter().filter(is).map(|c| c.count.value()).fold(0.0, f64::max)
    };
    let ends = match unit {
        RepairUnit::Module | RepairUnit::LaserModule | RepairUnit::Engine => 2.0,
        _ => 1.0,
    };
    let (compute, rest) = components.classes.split_at(components.compute);
    let hosts = as_f64(scenario.cluster.accelerators_per_host.max(1));
    let mut from = 0;
    let mut links = 0.0;
    for end in &components.links {
        let end = end - components.compute;
        links += ends * most(rest.get(from..end).unwrap_or_default());
        from = end;
    }
    most(compute) / hosts + links + most(rest.get(from..).unwrap_or_default())
}
