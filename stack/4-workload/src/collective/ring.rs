//! Rings: every rank hands on to the next what it got from the one before.

use super::cost::{Record, Terms};
use super::group::Level;
use super::{Group, Operation, WireProtocol};

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
    pub(super) fn ring<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
    ) -> Option<Terms<R>> {
        let share = match operation {
            Operation::AllGather | Operation::ReduceScatter | Operation::AllReduce => {
                operation.passes() * (self.size() - 1.0) / self.size()
            }
            Operation::Broadcast => 1.0,
            Operation::AllToAll | Operation::SendReceive => return None,
        };
        let first = self.levels().first()?;
        let mut terms = Terms::new(self.launch);
        for level in self.levels() {
            // Of a pass's n - 1 steps, so many cross this tier: all of them add up to n - 1.
            let one_by_one = self.size() / level.inner * (1.0 - 1.0 / level.joined);
            let steps = level.steps.unwrap_or(one_by_one);
            terms.steps(level, protocol, operation.passes() * steps);
            terms.carry(level, protocol, share / level.rails);
        }
        terms.copy = protocol.of(self.copy);
        if protocol == WireProtocol::Simple {
            terms.chunk = first.chunk;
        }
        Some(terms)
    }
}

impl<R: Record> Terms<R> {
    /// Steps from rank to rank over a tier.
    pub(super) fn steps(&mut self, level: &Level, protocol: WireProtocol, steps: f64) {
        let [low, simple] = level.step;
        match protocol {
            WireProtocol::LowLatency => self.latency += steps * low,
            WireProtocol::Simple => self.floor += steps * simple,
        }
    }

    /// Bytes on a tier at the rate of large gathers.
    pub(super) fn carry(&mut self, level: &Level, protocol: WireProtocol, bytes: f64) {
        self.send(level.tier, bytes, protocol.of(level.ring));
    }
}
