//! Messages from rank to rank: all-to-all, to the next rank, and in one kernel.

use super::cost::{Record, Terms};
use super::{Group, Operation, WireProtocol};
use lightloom_units::{DataSize, Time};

impl Group<'_> {
    /// Every rank sends each other its part.
    ///
    /// # Model
    /// Low latency: `launch + (S/n) / r`, with r the rate of one connection. Full rate: `launch + fill + w`; of the
    /// vector, the share of ranks that are reached over a tier goes over it; all tiers at once.
    pub(super) fn pairwise<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
    ) -> Option<Terms<R>> {
        if operation != Operation::AllToAll {
            return None;
        }
        let first = self.levels().first()?;
        let own = &self.library(first).exchange;
        let mut launch = 0.0_f64;
        let mut terms = Terms::new(0.0);
        for level in self.levels() {
            let library = self.library(level);
            let exchange = &library.exchange;
            launch = launch.max(exchange.launch.as_s() + level.latency);
            let bytes = level.inner * (level.joined - 1.0) / self.size();
            match protocol {
                WireProtocol::LowLatency => {
                    let connection = exchange.connection.as_bytes_per_s();
                    let share = exchange.bandwidth.value() * library.low_latency.value();
                    // One connection carries a part; all of them share the wire.
                    let each =
                        (1.0 / (self.size() * connection * bytes)).max(level.exchange / share);
                    terms.send(level.tier, bytes, each);
                }
                WireProtocol::Simple => {
                    terms.send(level.tier, bytes, level.exchange / exchange.bandwidth.value());
                }
            }
        }
        terms.latency = launch;
        if protocol == WireProtocol::Simple {
            terms.latency += own.fill.as_s();
            terms.copy = 1.0 / (self.size() * own.copy.as_bytes_per_s());
            terms.chunk = first.chunk;
        }
        Some(terms)
    }

    /// First inside the domain, to the rank whose rail leads to the target; then over the rails (NCCL's PXN).
    ///
    /// # Model
    /// `sum of launches + max + p (sum - max)`: nearly the whole vector moves inside, what leaves moves again.
    /// Each rank then has one partner in every other domain instead of all of them.
    pub(super) fn two_stage<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
        serial: f64,
    ) -> Option<Terms<R>> {
        if operation != Operation::AllToAll
            || protocol == WireProtocol::LowLatency
            || !self.crosses()
        {
            return None;
        }
        let mut terms = Terms::new(0.0);
        terms.serial = serial;
        for level in self.levels() {
            let library = self.library(level);
            let exchange = &library.exchange;
            terms.latency += exchange.launch.as_s() + level.latency + exchange.fill.as_s();
            // Everything is sorted by rank of the domain first: (g-1)/g of the vector.
            let bytes = (level.joined - 1.0) / level.joined;
            terms.send(level.tier, bytes, level.exchange / exchange.bandwidth.value());
            terms.chunk = level.chunk;
        }
        Some(terms)
    }

    /// One message to the next rank of the group, over the outermost tier between two neighbours.
    ///
    /// # Model
    /// `launch + latency + S / (B share)`.
    pub(super) fn direct<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
    ) -> Option<Terms<R>> {
        if operation != Operation::SendReceive || protocol == WireProtocol::LowLatency {
            return None;
        }
        let level = self.levels().last()?;
        let library = self.library(level);
        let mut terms = Terms::new(library.launch.as_s() + level.latency);
        terms.send(level.tier, 1.0, level.neighbour / library.bandwidth.value());
        Some(terms)
    }

    /// Time for every rank to send bytes to its neighbour in the group.
    #[must_use]
    pub fn neighbour(&self, size: DataSize) -> Time {
        self.direct::<()>(WireProtocol::Simple, Operation::SendReceive)
            .map_or(Time::ZERO, |terms| Time::s(terms.seconds(size.as_bytes())))
    }

    /// Time of a one-shot all-reduce: every rank reads every other's whole vector in one kernel. Inference
    /// engines use it for small vectors inside one domain; `None` when the group leaves its innermost tier.
    ///
    /// # Model
    /// `launch + latency + (n - 1) S / (B share)`.
    #[must_use]
    pub fn one_shot_all_reduce(&self, size: DataSize, launch: Time) -> Option<Time> {
        match self.levels() {
            [] => Some(Time::ZERO),
            [level] => {
                let share = self.library(level).exchange.bandwidth.value();
                let wire = size.as_bytes() * (level.joined - 1.0) * level.exchange / share;
                Some(launch + Time::s(level.latency + wire))
            }
            _ => None,
        }
    }
}
