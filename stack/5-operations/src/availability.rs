//! A cluster as classes of components: which accelerator-hours are lost to what, and how often jobs stop.

use crate::error::{OperationsError, not_negative, positive, share};
use crate::failure::Redundancy;
use crate::repair::Repair;
use lightloom_units::{Count, FailureRate, Ratio, Time};
use serde::{Deserialize, Serialize};

/// Like components that fail alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentClass {
    /// Name in results.
    pub name: String,
    /// Redundant groups; with [`Redundancy::NONE`] these are the components.
    pub count: Count,
    /// Failure rate of one component.
    pub failure_rate: FailureRate,
    /// What is done about it.
    pub repair: Repair,
    /// Accelerators stopped by a failed group from the fault until repair begins.
    pub stopped_while_faulty: Count,
    /// Accelerators stopped while a component is repaired.
    pub stopped_in_repair: Count,
    /// Probability that the failure of a group stops the job that uses it: 0 where traffic finds another way.
    pub job_stop_share: Ratio,
    /// Components of a group.
    pub redundancy: Redundancy,
}

/// What one class does to the cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// Name of the class.
    pub name: String,
    /// Component failures in the whole cluster.
    pub failures: FailureRate,
    /// Failures that stop a job spanning the whole cluster.
    pub interruptions: FailureRate,
    /// Share of the cluster's accelerator-hours lost.
    pub lost: Ratio,
    /// Hands-on work in a year.
    pub labour_per_year: Time,
    /// Accelerators stopped by one failure until its repair begins.
    pub stopped_while_faulty: Count,
}

/// What ought to be checked before the result is trusted.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
pub enum Warning {
    /// Repair takes longer than the component lives.
    #[error("`{name}`: a repair of {repair} is longer than the mean life of {life}")]
    RepairLongerThanLife {
        /// The class.
        name: String,
        /// Time from fault to service.
        repair: Time,
        /// Mean time between failures.
        life: Time,
    },
    /// Losses are added as if failures never coincided.
    #[error(
        "`{name}` loses {lost} of all accelerator-hours: failures overlap, so that this is too much"
    )]
    LargeLoss {
        /// The class.
        name: String,
        /// Share lost.
        lost: Ratio,
    },
}

/// Losses of a cluster by cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Availability {
    /// Accelerators of the cluster.
    pub accelerators: Count,
    /// Share of accelerator-hours left.
    pub availability: Ratio,
    /// One for each class, in order.
    pub causes: Vec<Cause>,
    /// Hands-on work in a year.
    pub labour_per_year: Time,
    /// What ought to be checked.
    pub warnings: Vec<Warning>,
}

/// Availability of a cluster.
///
/// # Model
/// For each class `lost = (f_group * stopped_faulty * (detect + wait) + f_item * stopped_in_repair *
/// (hands-on + requalify)) / accelerators`, where items fail at `rate / (1 + rate * MTTR)` each and groups at
/// [`Redundancy::group_rate`]; `availability = product of (1 - lost)` over the classes.
///
/// # Validity
/// Steady state, independent classes, losses small against 1; a warning tells when not.
///
/// # Errors
/// [`OperationsError`] for negative or non-finite inputs, impossible groups, and a class that would take more
/// than the cluster.
pub fn evaluate(
    accelerators: Count,
    classes: &[ComponentClass],
) -> Result<Availability, OperationsError> {
    positive("the number of accelerators", accelerators)?;
    let mut warnings = Vec::new();
    let mut causes = Vec::new();
    let mut available = 1.0;
    for class in classes {
        let cause = loss(accelerators, class)?;
        available *= 1.0 - cause.lost.value();
        let name = &class.name;
        let repair = class.repair.total();
        match class.failure_rate.mtbf() {
            Some(life) if life < repair => {
                warnings.push(Warning::RepairLongerThanLife { name: name.clone(), repair, life });
            }
            _ => {}
        }
        if cause.lost.value() > 0.1 {
            warnings.push(Warning::LargeLoss { name: name.clone(), lost: cause.lost });
        }
        causes.push(cause);
    }
    Ok(Availability {
        accelerators,
        availability: Ratio::new(available),
        labour_per_year: causes.iter().map(|c| c.labour_per_year).sum(),
        causes,
        warnings,
    })
}

impl ComponentClass {
    /// Checks that its numbers can be.
    pub(crate) fn check(&self) -> Result<(), OperationsError> {
        // Named only when wrong: a plan checks thousands of classes.
        let of =
            |what: &str, error: OperationsError| error.of(&format!("{what} of `{}`", self.name));
        let named = |what: &'static str, count: Count| {
            not_negative("", count).map(|_| ()).map_err(|e| of(what, e))
        };
        named("the count", self.count)?;
        not_negative("", self.failure_rate).map_err(|e| of("the failure rate", e))?;
        named("the accelerators stopped by a fault", self.stopped_while_faulty)?;
        named("the accelerators stopped by a repair", self.stopped_in_repair)?;
        share("", self.job_stop_share).map_err(|e| of("the job-stop share", e))?;
        share("", self.redundancy.common_share).map_err(|e| of("the common-cause share", e))?;
        let Redundancy { needed, installed, .. } = self.redundancy;
        if needed > installed || needed == 0 {
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed });
        }
        self.repair.check()
    }
}

fn loss(accelerators: Count, class: &ComponentClass) -> Result<Cause, OperationsError> {
    class.check()?;
    let (groups, rate) = (class.count.value(), class.failure_rate);
    let (stopped_faulty, stopped_in_repair) = (class.stopped_while_faulty, class.stopped_in_repair);
    let stops_job = class.job_stop_share.value();

    let repair = &class.repair;
    let group_failures = class.redundancy.group_rate(rate, repair.total())? * groups;
    let items = groups * class.redundancy.installed as f64;
    let failures = rate * (items / (1.0 + rate * repair.total()));
    let lost = (group_failures * repair.faulty() * stopped_faulty.value()
        + failures * repair.in_repair() * stopped_in_repair.value())
        / accelerators.value();
    if lost >= 1.0 {
        return Err(OperationsError::NothingLeft { name: class.name.clone(), lost });
    }
    Ok(Cause {
        name: class.name.clone(),
        failures,
        interruptions: group_failures * stops_job,
        lost: Ratio::new(lost),
        labour_per_year: repair.hands_on * (failures * Time::years(1.0)),
        stopped_while_faulty: stopped_faulty,
    })
}

impl Availability {
    /// How often a job on some of the accelerators is interrupted.
    ///
    /// # Model
    /// A failure that stops `s` accelerators hits a job on `n` of `N` with probability `max(n, s) / N`: the job
    /// fills whole blocks of `s`, or lies within one.
    #[must_use]
    pub fn interruptions(&self, job: Count) -> FailureRate {
        let hit = |c: &Cause| (job.max(c.stopped_while_faulty) / self.accelerators).min(1.0);
        self.causes.iter().map(|c| c.interruptions * hit(c)).sum()
    }

    /// Mean time to interruption of a job on some of the accelerators; `None` when nothing ever stops it.
    #[must_use]
    pub fn mtti(&self, job: Count) -> Option<Time> {
        self.interruptions(job).mtbf()
    }
}
