//! Recursive halving and doubling.

use super::cost::{Record, Terms};
use super::{Group, Operation, WireProtocol};

impl Group<'_> {
    /// Exchange with a partner, twice as far away each time: a scatter sends half of what is left, a gather all
    /// that it has.
    ///
    /// # Model
    /// `launch + p log2 n hop + w` with the bytes of a ring, nearest partners first when scattering, so that
    /// what leaves a domain of g is `(k-1)/k S/g`. Steps follow one another, so tiers do not overlap. A broadcast
    /// is a scatter and a gather.
    ///
    /// # Source
    /// Rabenseifner, "Optimization of collective reduction operations" (2004); Thakur et al. (2005).
    pub(super) fn halving<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
    ) -> Option<Terms<R>> {
        let passes = match operation {
            Operation::AllGather | Operation::ReduceScatter => 1.0,
            Operation::AllReduce | Operation::Broadcast => 2.0,
            Operation::AllToAll | Operation::SendReceive => return None,
        };
        let first = self.levels().first()?;
        let mut terms = Terms::new(self.launch);
        terms.serial = 1.0;
        for level in self.levels() {
            terms.steps(level, protocol, passes * level.depth);
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
