//! A ring inside each domain, exchanges between domains.

use super::cost::Terms;
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
    pub(super) fn hierarchical(
        &self,
        protocol: WireProtocol,
        operation: Operation,
        serial: f64,
    ) -> Option<Terms> {
        if !self.crosses()
            || !matches!(
                operation,
                Operation::AllGather | Operation::ReduceScatter | Operation::AllReduce
            )
        {
            return None;
        }
        let library = self.library(self.levels().first()?);
        let passes = operation.passes();
        let mut terms = Terms::new(library.launch.as_s());
        terms.serial = serial;
        for (i, level) in self.levels().iter().enumerate() {
            if i == 0 {
                self.steps(&mut terms, level, protocol, passes * (level.joined - 1.0));
            } else {
                let hop = self.library(level).tree_hop.as_s() + level.latency;
                terms.latency += passes * level.depth * hop;
            }
            let share = passes * (level.joined - 1.0) / level.joined / level.rails;
            self.carry(&mut terms, level, protocol, share);
        }
        terms.copy = self.own_part(library, protocol);
        if protocol == WireProtocol::Simple {
            terms.chunks(1.0, library.chunk.as_s());
        }
        Some(terms)
    }
}
