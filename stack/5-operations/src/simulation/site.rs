//! The cluster whose years are simulated, with its staff, its stores and its job.

use crate::availability::ComponentClass;
use crate::error::{OperationsError, bad, not_negative, positive};
use lightloom_units::{Count, Quantity, Ratio, Time};
use serde::Serialize;

/// Most components of one class: their numbers stay exact in every sum.
const MOST_ITEMS: f64 = 1e12;

/// A cluster with the people who keep it running.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Accelerators, those in spare domains included.
    pub accelerators: Count,
    /// Accelerators of one node: what a service level counts.
    pub node: Count,
    /// Accelerators of one domain: what a job takes or leaves as a whole (a rack, a scale-up domain).
    pub domain: Count,
    /// What can fail.
    pub classes: Vec<ComponentClass>,
    /// For each class, the spare parts that are kept; `None` where they never run out.
    pub stocks: Vec<Option<Stock>>,
    /// Technicians at work at once; `None`: as many as there is work for.
    pub technicians: Option<u64>,
    /// Standard deviation over mean of waiting and hands-on times, which are log-normal; zero makes them constant.
    pub spread: Ratio,
    /// The job that the cluster runs.
    pub job: Option<Job>,
}

/// Spare parts of a class: one is taken for each swap, and another ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stock {
    /// Parts on the shelf when nothing is on order.
    pub parts: u64,
    /// From ordering a part to having it.
    pub resupply: Time,
}

/// A job that spans many domains and writes checkpoints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Domains that it needs; the cluster's others are spare.
    pub domains: u64,
    /// Nodes that it needs of each domain: 16 of 18 leave two as spares within.
    pub nodes: u64,
    /// Work between checkpoints.
    pub interval: Time,
    /// Time that it stands still for each checkpoint.
    pub checkpoint: Time,
    /// From having its domains to running again.
    pub restart: Time,
}

/// What ought to be checked before a site's years are trusted.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
pub enum SiteWarning {
    /// Repair takes longer than the component lives.
    #[error("`{name}`: a repair of {repair} is longer than the mean life of {life}")]
    RepairLongerThanLife {
        /// The class.
        name: String,
        /// Time from fault to service, without waiting in line.
        repair: Time,
        /// Mean time between failures.
        life: Time,
    },
    /// Fewer parts than are on order on average: most failures wait for a delivery.
    #[error(
        "`{name}`: {parts} spare parts, while {on_order:.1} are on order on average: most failures wait for a delivery"
    )]
    FewSpares {
        /// The class.
        name: String,
        /// Parts on the shelf.
        parts: u64,
        /// Parts on order, mean.
        on_order: f64,
    },
    /// More work than technicians: the line grows for as long as one looks.
    #[error("{technicians} technicians for the work of {load:.1}: the line grows without end")]
    FewTechnicians {
        /// Technicians.
        technicians: u64,
        /// Technicians that the work would keep busy.
        load: f64,
    },
    /// The job takes all there is: it waits for every repair.
    #[error("the job takes every node of all {domains} domains: it waits for every repair")]
    NoSpare {
        /// Domains.
        domains: u64,
    },
}

impl SiteWarning {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::RepairLongerThanLife { .. } => {
                "check the failure rate's unit, and the repair times"
            }
            Self::FewSpares { .. } => "more parts, or quicker deliveries",
            Self::FewTechnicians { .. } => "more technicians, or less hands-on work",
            Self::NoSpare { .. } => "leave nodes of each domain idle, or whole domains spare",
        }
    }
}

impl Site {
    /// A site where technicians and parts are always at hand and times of work are constant: that of the closed forms.
    #[must_use]
    pub fn without_queues(
        accelerators: Count,
        node: Count,
        domain: Count,
        classes: Vec<ComponentClass>,
    ) -> Self {
        let stocks = vec![None; classes.len()];
        let spread = Ratio::new(0.0);
        Self { accelerators, node, domain, classes, stocks, technicians: None, spread, job: None }
    }

    /// Whole domains of the cluster.
    #[must_use]
    pub fn domains(&self) -> u64 {
        let whole = (self.accelerators / self.domain).max(0.0);
        // Saturates; `check` refuses what does not fit.
        whole as u64
    }

    /// Whole nodes of a domain.
    #[must_use]
    pub fn nodes_per_domain(&self) -> u64 {
        (self.domain / self.node).max(0.0).round() as u64
    }

    /// What ought to be checked before the site's years are trusted: it can be, and hardly works.
    #[must_use]
    pub fn warnings(&self) -> Vec<SiteWarning> {
        let mut warnings = Vec::new();
        let mut load = 0.0;
        for (class, stock) in self.classes.iter().zip(&self.stocks) {
            let items = class.count.value() * class.redundancy.installed as f64;
            let (name, repair) = (&class.name, class.repair.total());
            load += class.failure_rate * class.repair.hands_on * items;
            match class.failure_rate.mtbf() {
                Some(life) if life < repair => warnings.push(SiteWarning::RepairLongerThanLife {
                    name: name.clone(),
                    repair,
                    life,
                }),
                _ => {}
            }
            if let Some(stock) = stock {
                let on_order = class.failure_rate * stock.resupply * items;
                if (stock.parts as f64) < on_order {
                    let (parts, name) = (stock.parts, name.clone());
                    warnings.push(SiteWarning::FewSpares { name, parts, on_order });
                }
            }
        }
        if let Some(technicians) = self.technicians
            && load >= technicians as f64
        {
            warnings.push(SiteWarning::FewTechnicians { technicians, load });
        }
        if let Some(job) = &self.job
            && job.domains == self.domains()
            && job.nodes == self.nodes_per_domain()
        {
            warnings.push(SiteWarning::NoSpare { domains: job.domains });
        }
        warnings
    }

    /// Checks that the site can be.
    ///
    /// # Errors
    /// [`OperationsError`]: counts, rates or times that are negative or not finite, parts that are larger than what holds
    /// them, more spare parts than are installed, a job that needs more than there is, no technicians.
    pub fn check(&self) -> Result<(), OperationsError> {
        positive("the number of accelerators", self.accelerators)?;
        at_most("the accelerators of a domain", self.domain, self.accelerators)?;
        at_most("the accelerators of a node", self.node, self.domain)?;
        at_most("the number of accelerators", self.accelerators, Count::from_si(MOST_ITEMS))?;
        not_negative("the spread of times", self.spread)?;
        if self.technicians == Some(0) {
            return Err(bad("the number of technicians", "above zero", "0"));
        }
        if self.stocks.len() != self.classes.len() {
            let found = format!("{} for {} classes", self.stocks.len(), self.classes.len());
            return Err(bad("the number of stores", "one for each class", &found));
        }
        for (class, stock) in self.classes.iter().zip(&self.stocks) {
            class.check()?;
            let items = class.count * class.redundancy.installed as f64;
            let name = &class.name;
            if items > Count::from_si(MOST_ITEMS) {
                return Err(bad(
                    &format!("the count of `{name}`"),
                    "at most 1e12",
                    &items.to_string(),
                ));
            }
            for stopped in [class.stopped_while_faulty, class.stopped_in_repair] {
                if stopped > self.accelerators {
                    let what = format!("the accelerators stopped by `{name}`");
                    return Err(bad(&what, "at most those of the cluster", &stopped.to_string()));
                }
            }
            if let Some(stock) = stock {
                positive(&format!("the resupply time of `{name}`"), stock.resupply)?;
                if stock.parts as f64 > items.value() {
                    let what = format!("the spare parts of `{name}`");
                    let found = format!("{} for {items:.0} installed", stock.parts);
                    return Err(bad(&what, "at most what is installed", &found));
                }
            }
        }
        self.job.as_ref().map_or(Ok(()), |job| self.check_job(job))
    }

    fn check_job(&self, job: &Job) -> Result<(), OperationsError> {
        for (what, needed, there) in [
            ("the domains of the job", job.domains, self.domains()),
            ("the nodes of the job in a domain", job.nodes, self.nodes_per_domain()),
        ] {
            if needed == 0 || needed > there {
                return Err(bad(
                    what,
                    "between 1 and what there is",
                    &format!("{needed} of {there}"),
                ));
            }
        }
        positive("the work between checkpoints", job.interval)?;
        not_negative("the checkpoint time", job.checkpoint)?;
        not_negative("the restart time", job.restart)?;
        Ok(())
    }
}

fn at_most(what: &str, found: Count, limit: Count) -> Result<(), OperationsError> {
    positive(what, found)?;
    if found <= limit {
        return Ok(());
    }
    Err(bad(what, "no more than what holds them", &format!("{found:.0} of {limit:.0}")))
}
