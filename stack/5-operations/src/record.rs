//! Published histories: jobs and what interrupted them, tests and what failed in them.

use crate::error::{OperationsError, positive};
use crate::failure::{lower_bound, upper_bound};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};

/// A training run with its unexpected interruptions by cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobRecord {
    /// Accelerators of the job.
    pub accelerators: Count,
    /// Its duration.
    pub duration: Time,
    /// All unexpected interruptions.
    pub interruptions: Count,
    /// By an accelerator: chip, memory, heat, silent errors.
    pub accelerator: Count,
    /// By its memory; also among the accelerator's.
    pub memory: Count,
    /// By a network switch, cable or network card.
    pub network: Count,
    /// By a network card; also among the network's.
    pub nic: Count,
    /// By the host, its maintenance included.
    pub host: Count,
    /// By software.
    pub software: Count,
    /// Productive share of the time, as reported.
    pub effective: Ratio,
}

impl JobRecord {
    /// The record `record.<name>.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let sum = |keys: &[&str]| -> Result<Count, FactError> {
            let count = |key: &&str| facts.get::<Count>(&format!("record.{name}.{key}"));
            keys.iter().map(count).sum()
        };
        Ok(Self {
            accelerators: sum(&["accelerators"])?,
            duration: facts.get(&format!("record.{name}.duration"))?,
            interruptions: sum(&["interruptions"])?,
            accelerator: sum(&["gpu", "hbm", "sram", "processor", "silent", "thermal"])?,
            memory: sum(&["hbm"])?,
            network: sum(&["network", "nic"])?,
            nic: sum(&["nic"])?,
            host: sum(&["host"])?,
            software: sum(&["software", "nccl"])?,
            effective: facts.get(&format!("record.{name}.effective"))?,
        })
    }

    /// Rate per accelerator of events that happened so often; for a record of some accelerators and some time.
    #[must_use]
    pub fn rate(&self, events: Count) -> FailureRate {
        let exposure = self.accelerators.value() * self.duration.as_s();
        FailureRate::from_si(events.value() / exposure)
    }

    /// Mean time between its interruptions; for a record that has some.
    #[must_use]
    pub fn interval(&self) -> Time {
        self.duration / self.interruptions.value()
    }
}

/// How often jobs or nodes of a certain size are interrupted, as published by one operator.
#[derive(Debug, Clone, PartialEq)]
pub struct InterruptionRecord {
    /// Short name.
    pub name: &'static str,
    /// Accelerators of the job, or of the node.
    pub accelerators: Count,
    /// Mean time between its interruptions.
    pub interval: Time,
}

impl InterruptionRecord {
    /// All records of the catalog. They disagree: see [`Self::per_accelerator`].
    ///
    /// # Errors
    /// [`FactError`].
    pub fn all(facts: &Facts<'_>) -> Result<Vec<Self>, FactError> {
        let llama3 = JobRecord::from_facts(facts, "llama3")?;
        let mut records = vec![Self {
            name: "llama3",
            accelerators: llama3.accelerators,
            interval: llama3.interval(),
        }];
        for name in ["rsc1_job", "bytedance"] {
            records.push(Self {
                name,
                accelerators: facts.get(&format!("record.{name}.accelerators"))?,
                interval: facts.get(&format!("record.{name}.interval"))?,
            });
        }
        for name in ["rsc1_node", "rsc2_node"] {
            let rate: FailureRate = facts.get(&format!("record.{name}.rate"))?;
            records.push(Self {
                name,
                accelerators: facts.get("record.rsc.accelerators_per_node")?,
                interval: Time::s(1.0 / rate.si()),
            });
        }
        Ok(records)
    }

    /// Interruptions per accelerator, if they are proportional to the size of the job.
    #[must_use]
    pub fn per_accelerator(&self) -> FailureRate {
        FailureRate::from_si(1.0 / (self.accelerators.value() * self.interval.as_s()))
    }
}

/// Time between interruptions of a job from the failure rate of its nodes.
///
/// # Model
/// `MTTI = 1 / (nodes * rate)`, `nodes = accelerators / accelerators per node`.
///
/// # Errors
/// Unless all inputs are above zero.
pub fn job_interval(
    node_rate: FailureRate,
    accelerators: Count,
    accelerators_per_node: Count,
) -> Result<Time, OperationsError> {
    positive("the node failure rate", node_rate)?;
    let nodes = positive("the number of accelerators", accelerators)?
        / positive("the accelerators of a node", accelerators_per_node)?;
    positive("the mean time to interruption", Time::s(1.0 / (node_rate.si() * nodes)))
}

/// A test: device-time and failures seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Devices times hours.
    pub device_time: Time,
    /// Failures seen.
    pub failures: Count,
}

/// Names of the tests in the catalog, `exposure.<name>.*`.
pub const EXPOSURES: [&str; 5] =
    ["cpo_paper", "cpo_talk_clean", "cpo_talk", "cpo_flaps", "laser_cw"];

impl Exposure {
    /// The test `exposure.<name>`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        Ok(Self {
            device_time: facts.get(&format!("exposure.{name}.device_time"))?,
            failures: facts.get(&format!("exposure.{name}.failures"))?,
        })
    }

    /// The failure rate that the test excludes with this confidence to be exceeded.
    ///
    /// # Errors
    /// As [`upper_bound`].
    pub fn upper_bound(&self, confidence: f64) -> Result<FailureRate, OperationsError> {
        upper_bound(self.failures, self.device_time, confidence)
    }

    /// The failure rate that the test shows with this confidence to be reached.
    ///
    /// # Errors
    /// As [`lower_bound`].
    pub fn lower_bound(&self, confidence: f64) -> Result<FailureRate, OperationsError> {
        lower_bound(self.failures, self.device_time, confidence)
    }
}
