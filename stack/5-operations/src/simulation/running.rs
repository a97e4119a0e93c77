//! The job: where it runs, what it loses when it is stopped.

use super::queue::MOST;
use super::site::Job;
use super::tally::JobTally;
use std::collections::BTreeSet;

/// The job's state over a history. Times in seconds.
#[derive(Debug)]
pub(super) struct Running {
    job: Job,
    /// For each domain, whether the job holds it.
    held: Vec<bool>,
    /// Domains that it does not hold and that can serve.
    idle: BTreeSet<usize>,
    /// Domains that cannot serve.
    broken: BTreeSet<usize>,
    state: State,
    /// Start of the state.
    since: f64,
    /// Counts stops, so that a resumption that was overtaken is known.
    stops: u64,
    pub(super) tally: JobTally,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Runs,
    Restarts,
    /// For domains.
    Waits,
}

/// How a job is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// By a fault: what was done since the last checkpoint is lost.
    Fault,
    /// For a repair: it writes a checkpoint first.
    Planned,
}

impl Running {
    pub(super) fn new(job: Job, domains: u64) -> Self {
        let domains = usize::try_from(domains).unwrap_or(usize::MAX);
        let taken = usize::try_from(job.domains).unwrap_or(usize::MAX);
        Self {
            job,
            held: (0..domains).map(|d| d < taken).collect(),
            idle: (taken..domains).collect(),
            broken: BTreeSet::new(),
            state: State::Runs,
            since: 0.0,
            stops: 0,
            tally: JobTally::default(),
        }
    }

    /// Whether the job holds a domain.
    pub(super) fn holds(&self, domain: usize) -> bool {
        self.held.get(domain).copied().unwrap_or(false)
    }

    /// Whether it stands still for want of domains.
    pub(super) fn waits(&self) -> bool {
        self.state == State::Waits
    }

    /// Nodes that it uses of a domain.
    pub(super) const fn nodes(&self) -> u64 {
        self.job.nodes
    }

    /// Counts the time up to now, as if the job went on; for the end of warm-up and of the history.
    pub(super) fn settle(&mut self, now: f64) {
        let passed = now - self.since;
        match self.state {
            State::Runs => {
                // A cut in the middle: work and checkpoints in their shares.
                let (work, checkpoint) = (self.job.interval.as_s(), self.job.checkpoint.as_s());
                self.tally.work += passed * work / (work + checkpoint);
                self.tally.checkpoints += passed * checkpoint / (work + checkpoint);
            }
            State::Restarts => self.tally.restarts += passed,
            State::Waits => self.tally.waiting += passed,
        }
        self.since = now;
    }

    /// Stops the job; when it has its domains, says when it runs again and the number of the stop.
    pub(super) fn stop(&mut self, now: f64, how: Stop, noticed_after: f64) -> Option<(f64, u64)> {
        match how {
            Stop::Fault => self.tally.interruptions += 1.0,
            Stop::Planned => self.tally.planned += 1.0,
        }
        if self.state == State::Runs {
            let run = now - self.since;
            let (work, checkpoint) = (self.job.interval.as_s(), self.job.checkpoint.as_s());
            let whole = (run / (work + checkpoint)).floor();
            self.tally.work += whole * work;
            self.tally.checkpoints += whole * checkpoint;
            let rest = run - whole * (work + checkpoint);
            match how {
                Stop::Fault => self.tally.rework += rest,
                Stop::Planned => {
                    self.tally.checkpoints += checkpoint.min(rest);
                    self.tally.work += (rest - checkpoint).max(0.0);
                }
            }
            self.since = now;
        } else {
            self.settle(now);
        }
        self.stops += 1;
        self.place(now + noticed_after)
    }

    /// Says whether a domain can serve. A job that waited for one is placed again, as by [`Self::stop`].
    pub(super) fn domain(&mut self, domain: usize, serves: bool, now: f64) -> Option<(f64, u64)> {
        if serves {
            if !self.broken.remove(&domain) {
                return None;
            }
            if !self.holds(domain) {
                self.idle.insert(domain);
            }
            if self.state == State::Waits {
                self.settle(now);
                return self.place(now);
            }
        } else if self.broken.insert(domain) {
            self.idle.remove(&domain);
        }
        None
    }

    /// The job runs again, unless it was stopped after that stop.
    pub(super) fn resume(&mut self, now: f64, stop: u32) {
        if u64::from(stop) == self.stops & u64::from(MOST) && self.state == State::Restarts {
            self.settle(now);
            self.state = State::Runs;
        }
    }

    /// Gives up broken domains for idle ones.
    fn place(&mut self, from: f64) -> Option<(f64, u64)> {
        let mut complete = true;
        for domain in &self.broken {
            if !self.held.get(*domain).is_some_and(|held| *held) {
                continue;
            }
            match self.idle.pop_first() {
                Some(other) => {
                    self.held[*domain] = false;
                    self.held[other] = true;
                }
                None => complete = false,
            }
        }
        self.state = if complete { State::Restarts } else { State::Waits };
        complete.then(|| (from + self.job.restart.as_s(), self.stops))
    }
}
