//! A ring inside each domain, exchanges between domains.

use super::cost::{Record, Terms};
use super::{Group, Operation, WireProtocol};

impl Group<'_> {
    /// Tier by tier: each rank gathers (or scatters) inside its domain, and with the ranks of the same place in
    /// other domains over its own rail.
    ///
    /// # Model
    /// With g members in a domain and k domains: `p (g-1)/g S` inside and `p (k-1)/k S/g` outside, which is the
    /// bound. Inside, `p (g-1)` steps of a ring; outside, `p log2 k` exchanges with partners twice as far away
    /// each time. Tiers overlap up to the pipelining p': `max + p' (sum - max)`.
    ///
    /// # Source
    /// NCCL's PAT (2.23) between nodes and ring inside; the overlap is fitted to DGX H100 and vTrain.
    pub(super) fn hierarchical<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
        serial: f64,
    ) -> Option<Terms<R>> {
        if !self.crosses()
            || !matches!(
                operation,
                Operation::AllGather | Operation::ReduceScatter | Operation::AllReduce
            )
        {
            return None;
        }
        let first = self.levels().first()?;
        let passes = operation.passes();
        let mut terms = Terms::new(self.launch);
        terms.serial = serial;
        for (i, level) in self.levels().iter().enumerate() {
            if i == 0 {
                terms.steps(level, protocol, passes * level.steps.unwrap_or(level.joined - 1.0));
            } else {
                terms.latency += passes * level.depth * level.climb;
            }
            let share = passes * (level.joined - 1.0) / level.joined / level.rails;
            terms.carry(level, protocol, share);
        }
        terms.copy = protocol.of(self.copy);
        if protocol == WireProtocol::Simple {
            terms.chunk = first.chunk;
        }
        Some(terms)
    }
}
