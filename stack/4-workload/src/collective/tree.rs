//! Trees: up to a root and down again, in as many steps as the tree is deep.

use super::cost::{Record, Terms};
use super::{Group, Operation, WireProtocol};

/// Copies of the vector that the busiest rank sends: down to both children of one tree, up to its parent.
const BINARY: (f64, f64) = (2.0, 1.0);
/// Of two trees with half of the vector each, where a leaf of one is inside the other: one down, one up.
const DOUBLE: (f64, f64) = (1.0, 1.0);

impl Group<'_> {
    /// Trees of domains; inside a domain, a chain.
    ///
    /// # Model
    /// All-reduce `launch + 2 [(g-1) hop + log2 k hop_t] + w`; a broadcast once. Each rank is the root of its
    /// chain for a g-th of the vector, so a rail carries `2 S/g` (double tree) or `3 S/g` (single tree), and the
    /// links inside `2 (g-1)/g S`. Chunks stream
    /// through, so tiers overlap; each of the `log2 k` levels costs its overhead of chunks.
    ///
    /// # Source
    /// Sanders, Speck, Träff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan" (2009);
    /// NCCL `src/graph/tuning.cc` for the chain inside nodes.
    pub(super) fn tree<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
        double: bool,
    ) -> Option<Terms<R>> {
        // Inside one domain a tree is a chain, which a ring beats: libraries do not offer it.
        let only_inside = self.levels().iter().all(|level| level.tier == 0);
        if only_inside || !matches!(operation, Operation::AllReduce | Operation::Broadcast) {
            return None;
        }
        let first = self.levels().first()?;
        let mut terms = Terms::new(self.launch);
        let (mut stages, mut chunk) = (0.0, 0.0_f64);
        for level in self.levels() {
            if level.tier == 0 {
                terms.steps(level, protocol, operation.passes() * (level.joined - 1.0));
                let share = match operation {
                    Operation::AllReduce => 2.0 * (level.joined - 1.0) / level.joined,
                    _ => 1.0,
                };
                terms.carry(level, protocol, share);
            } else {
                stages += level.depth;
                chunk = level.chunk.max(chunk);
                terms.latency += operation.passes() * level.depth * level.climb;
                terms.carry(
                    level,
                    protocol,
                    tree_share(level.joined, operation, double, false) / level.rails,
                );
            }
        }
        terms.copy = protocol.of(self.copy);
        if protocol == WireProtocol::Simple {
            terms.chunk = if stages > 0.0 { stages * chunk } else { first.chunk };
        }
        Some(terms)
    }
}

/// Vectors that the busiest rank of a tree over k members sends.
///
/// Two members exchange halves both ways where switches reduce inside them (`NVLSTree`); a plain tree of two NCCL rates as any
/// other, at half of a ring's bus bandwidth, and so takes the ring: all-reduces of 16 ranks on two nodes of eight A100
/// (vTrain) take what a ring takes.
pub(super) fn tree_share(
    members: f64,
    operation: Operation,
    double: bool,
    reduced_inside: bool,
) -> f64 {
    let (down, up) = if double { DOUBLE } else { BINARY };
    let up = if operation == Operation::AllReduce { up } else { 0.0 };
    match (members > 2.0 || !reduced_inside, double) {
        (true, _) => down + up,
        (false, true) => f64::midpoint(down, up),
        (false, false) => 1.0_f64.max(up),
    }
}
