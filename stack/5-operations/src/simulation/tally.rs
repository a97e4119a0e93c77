//! What is counted in a history.

use lightloom_units::Time;

/// Counts of one history. Times of accelerators are in accelerator-seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// How long it was watched, seconds.
    pub watched: f64,
    /// One for each class of the site.
    pub causes: Vec<CauseTally>,
    /// Accelerator-seconds in which an accelerator stood still, however many reasons it had.
    pub stopped: f64,
    /// For `k` from 0: domain-seconds in which `k` nodes of a domain did not serve.
    pub nodes_out: Vec<f64>,
    /// The job.
    pub job: JobTally,
    /// Events that were worked on.
    pub events: u64,
}

/// Counts of one class of components.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CauseTally {
    /// Components that failed.
    pub failures: f64,
    /// Groups that failed.
    pub group_failures: f64,
    /// Faults that stopped the job.
    pub interruptions: f64,
    /// Repairs that stopped the job, after a checkpoint.
    pub planned: f64,
    /// Component-seconds out of service.
    pub down: f64,
    /// Accelerator-seconds lost in faults that pass by themselves.
    pub passing: f64,
    /// Accelerator-seconds lost until faults were noticed.
    pub detection: f64,
    /// Accelerator-seconds lost while hands, parts or a reset were awaited.
    pub waiting: f64,
    /// Accelerator-seconds lost in repairs by the accelerators behind the fault.
    pub repair: f64,
    /// Accelerator-seconds lost in repairs by all others.
    pub blast: f64,
    /// Seconds of hands-on work.
    pub labour: f64,
    /// Seconds that faults waited for a technician who was busy elsewhere.
    pub queued: f64,
    /// Swaps that found no part on the shelf.
    pub without_part: f64,
}

impl CauseTally {
    /// Accelerator-seconds lost, all kinds; where causes coincide each counts its own.
    #[must_use]
    pub fn lost(&self) -> f64 {
        self.passing + self.detection + self.waiting + self.repair + self.blast
    }
}

/// Where the job's time went, seconds, and how often it was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct JobTally {
    /// Work that lasted.
    pub work: f64,
    /// Writing checkpoints.
    pub checkpoints: f64,
    /// Work since a checkpoint that a fault destroyed.
    pub rework: f64,
    /// Noticing, and starting again.
    pub restarts: f64,
    /// Waiting for domains.
    pub waiting: f64,
    /// Stops by faults.
    pub interruptions: f64,
    /// Stops for repairs.
    pub planned: f64,
}

impl JobTally {
    /// Time that the parts sum up to.
    #[must_use]
    pub fn total(&self) -> Time {
        Time::s(self.work + self.checkpoints + self.rework + self.restarts + self.waiting)
    }
}
