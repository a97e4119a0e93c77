//! Collectives over optical circuits that are set up anew as the algorithm goes, or stay.

use super::cost::{Cost, Terms};
use super::{Algorithm, Operation, WireProtocol};
use crate::WorkloadError;
use lightloom_units::{BitRate, DataSize, Time};
use serde::Serialize;

/// Ranks whose ports meet in optical circuit switches: any port can face any other, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Circuits {
    /// Ranks.
    pub ranks: u64,
    /// Ports of each rank.
    pub ports: u64,
    /// Rate of one port, one direction.
    pub rate: BitRate,
    /// Time from one rank to the other end of a circuit, hardware and software.
    pub hop: Time,
    /// Time to set up new circuits, until links carry data again.
    pub reconfiguration: Time,
    /// Time of a collective that does nothing.
    pub launch: Time,
}

/// When circuits are set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CircuitSchedule {
    /// Once, before the job: rings.
    Static,
    /// For every step: the next partner gets all ports, or, in an all-to-all, each port another partner.
    EachStep,
}

impl Circuits {
    /// Checks that counts, rates and times are positive and finite.
    ///
    /// # Errors
    /// [`WorkloadError::Network`].
    pub fn check(&self) -> Result<(), WorkloadError> {
        let times = [self.hop, self.reconfiguration, self.launch];
        let problem = if self.ranks == 0 || self.ranks > 1 << 31 {
            format!("{} ranks", self.ranks)
        } else if self.ports == 0 || self.ports > 1 << 20 {
            format!("{} ports", self.ports)
        } else if !(self.rate.as_gbps() > 0.0 && self.rate.as_gbps().is_finite()) {
            format!("ports of {}", self.rate)
        } else if times.iter().any(|t| !(t.as_s() >= 0.0 && t.as_s().is_finite())) {
            "a latency that is not a time".to_owned()
        } else {
            return Ok(());
        };
        Err(WorkloadError::Network(format!("circuits: {problem}")))
    }

    /// The quicker schedule and its cost.
    #[must_use]
    pub fn cost(&self, operation: Operation, size: DataSize) -> (CircuitSchedule, Cost) {
        let fixed = self.cost_of(CircuitSchedule::Static, operation, size);
        let anew = self.cost_of(CircuitSchedule::EachStep, operation, size);
        if anew.time < fixed.time {
            (CircuitSchedule::EachStep, anew)
        } else {
            (CircuitSchedule::Static, fixed)
        }
    }

    /// The cost by one schedule, with d ports of rate B and set-up time R.
    ///
    /// # Model
    /// Gathers and reductions in p passes: static rings over all ports, `p [(n-1) hop + (n-1)/n S / dB]`; anew,
    /// halving and doubling, `p [log2 n (R + hop) + (n-1)/n S / dB]`. All-to-all: on static rings every byte is
    /// handed on, `n/4` times in the mean with rings either way, `n S / (4 d B)`; anew, `(n-1)/d` rotations,
    /// each `R + hop + S / nB`. Broadcast: a static chain, `(n-1) hop + S / dB`; anew, a doubling tree. A message
    /// to the next rank has its circuit, or waits R for it.
    ///
    /// # Validity
    /// All ranks are set up at the same instant. A static all-to-all over an expander would have fewer hops.
    ///
    /// # Source
    /// Wang et al., "TopoOpt" (NSDI 2023); Khani et al., "SiP-ML" (SIGCOMM 2021).
    #[must_use]
    pub fn cost_of(&self, schedule: CircuitSchedule, operation: Operation, size: DataSize) -> Cost {
        if self.ranks <= 1 {
            return Cost::FREE;
        }
        let (n, d) = (self.ranks as f64, self.ports as f64);
        let port = 1.0 / self.rate.as_bytes_per_s();
        let hop = self.hop.as_s();
        let anew = schedule == CircuitSchedule::EachStep;
        let setup = self.reconfiguration.as_s() + hop;
        let doublings = libm::ceil(libm::log2(n));
        let mut terms = Terms::new(self.launch.as_s());
        let algorithm = match operation {
            Operation::AllGather | Operation::ReduceScatter | Operation::AllReduce => {
                let passes = operation.passes();
                terms.latency += passes * if anew { doublings * setup } else { (n - 1.0) * hop };
                terms.send(0, passes * (n - 1.0) / n, port / d);
                if anew { Algorithm::Halving } else { Algorithm::Ring }
            }
            Operation::Broadcast if anew => {
                terms.latency += doublings * setup;
                terms.send(0, doublings, port / d);
                Algorithm::BinaryTree
            }
            Operation::Broadcast => {
                terms.latency += (n - 1.0) * hop;
                terms.send(0, 1.0, port / d);
                Algorithm::Ring
            }
            Operation::AllToAll if anew => {
                let rotations = libm::ceil((n - 1.0) / d);
                terms.latency += rotations * setup;
                // In the last rotation some ports may rest.
                terms.send(0, (n - 1.0) / n, port * rotations / (n - 1.0));
                Algorithm::Pairwise
            }
            Operation::AllToAll => {
                terms.latency += n / 2.0 * hop;
                terms.send(0, n / 4.0, port / d);
                Algorithm::Ring
            }
            Operation::SendReceive => {
                terms.latency += if anew { setup } else { hop };
                terms.send(0, 1.0, port / d);
                Algorithm::Direct
            }
        };
        terms.cost(algorithm, WireProtocol::Simple, size.as_bytes())
    }
}
