//! Rings: every rank hands on to the next what it got from the one before.

use super::cost::Terms;
use super::group::Level;
use super::{Group, Library, Operation, WireProtocol};

impl Group<'_> {
    /// One ring through all ranks.
    ///
    /// # Model
    /// `launch + p (n-1) hop + w`, p passes (two for an all-reduce). Every link of the ring carries
    /// `p (n-1)/n S`, a broadcast's S. Where the ring leaves a domain of g, it is g rings side by side, each on
    /// its own rail with a g-th: the tiers work at once and the slower one counts. A rank also copies its own
    /// part, S/n, which is why two ranks reach a lower bus bandwidth than eight.
    ///
    /// # Source
    /// Patarasuk, Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations" (2009); NCCL.
    pub(super) fn ring(&self, protocol: WireProtocol, operation: Operation) -> Option<Terms> {
        let share = match operation {
            Operation::AllGather | Operation::ReduceScatter | Operation::AllReduce => {
                operation.passes() * (self.size() - 1.0) / self.size()
            }
            Operation::Broadcast => 1.0,
            Operation::AllToAll | Operation::SendReceive => return None,
        };
        let first = self.levels().first()?;
        let library = self.library(first);
        let mut terms = Terms::new(library.launch.as_s());
        for level in self.levels() {
            // Of a pass's n - 1 steps, so many cross this tier: all of them add up to n - 1.
            let steps = self.size() / level.inner * (1.0 - 1.0 / level.joined);
            self.steps(&mut terms, level, protocol, operation.passes() * steps);
            self.carry(&mut terms, level, protocol, share / level.rails);
        }
        terms.copy = self.own_part(library, protocol);
        if protocol == WireProtocol::Simple {
            terms.chunks(1.0, library.chunk.as_s());
        }
        Some(terms)
    }

    /// Seconds that a rank takes to copy its own part, for a byte of the vector.
    pub(super) fn own_part(&self, library: &Library, protocol: WireProtocol) -> f64 {
        let share = match protocol {
            WireProtocol::LowLatency => library.low_latency.value(),
            WireProtocol::Simple => 1.0,
        };
        1.0 / (self.size() * library.copy.as_bytes_per_s() * share)
    }

    /// Steps from rank to rank over a tier.
    pub(super) fn steps(
        &self,
        terms: &mut Terms,
        level: &Level,
        protocol: WireProtocol,
        steps: f64,
    ) {
        let library = self.library(level);
        match protocol {
            WireProtocol::LowLatency => {
                terms.latency += steps * (library.hop.as_s() + level.latency);
            }
            WireProtocol::Simple => terms.floor += steps * (library.step.as_s() + level.latency),
        }
    }

    /// Bytes on a tier at the rate of large gathers.
    pub(super) fn carry(
        &self,
        terms: &mut Terms,
        level: &Level,
        protocol: WireProtocol,
        bytes: f64,
    ) {
        let library = self.library(level);
        let mut rate = library.bandwidth.value();
        if protocol == WireProtocol::LowLatency {
            rate *= library.low_latency.value();
        }
        terms.send(level.tier, bytes, level.byte / rate);
    }
}
