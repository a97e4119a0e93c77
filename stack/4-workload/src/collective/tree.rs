//! Trees: up to a root and down again, in as many steps as the tree is deep.

use super::cost::Terms;
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
    /// links inside `2 (g-1)/g S`. Between two domains a double tree is one exchange: half of that. Chunks stream
    /// through, so tiers overlap; each of the `log2 k` levels costs its overhead of chunks.
    ///
    /// # Source
    /// Sanders, Speck, Träff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan" (2009);
    /// NCCL `src/graph/tuning.cc` for the chain inside nodes.
    pub(super) fn tree(
        &self,
        protocol: WireProtocol,
        operation: Operation,
        double: bool,
    ) -> Option<Terms> {
        // Inside one domain a tree is a chain, which a ring beats: libraries do not offer it.
        let only_inside = self.levels().iter().all(|level| level.tier == 0);
        if only_inside || !matches!(operation, Operation::AllReduce | Operation::Broadcast) {
            return None;
        }
        let library = self.library(self.levels().first()?);
        let mut terms = Terms::new(library.launch.as_s());
        let (mut stages, mut overhead) = (0.0, 0.0);
        for level in self.levels() {
            if level.tier == 0 {
                self.steps(&mut terms, level, protocol, operation.passes() * (level.joined - 1.0));
                let share = match operation {
                    Operation::AllReduce => 2.0 * (level.joined - 1.0) / level.joined,
                    _ => 1.0,
                };
                self.carry(&mut terms, level, protocol, share);
            } else {
                stages += level.depth;
                overhead = self.library(level).chunk.as_s().max(overhead);
                self.climb(&mut terms, level, operation.passes());
                self.carry(
                    &mut terms,
                    level,
                    protocol,
                    tree_share(level.joined, operation, double) / level.rails,
                );
            }
        }
        terms.copy = self.own_part(library, protocol);
        if protocol == WireProtocol::Simple {
            let within = library.chunk.as_s();
            terms.chunks(stages.max(1.0), if stages > 0.0 { overhead } else { within });
        }
        Some(terms)
    }

    /// Levels of a tree over a tier's domains, up and perhaps down.
    pub(super) fn climb(&self, terms: &mut Terms, level: &super::group::Level, passes: f64) {
        terms.latency +=
            passes * level.depth * (self.library(level).tree_hop.as_s() + level.latency);
    }
}

/// Vectors that the busiest rank of a tree over k members sends.
pub(super) fn tree_share(members: f64, operation: Operation, double: bool) -> f64 {
    let (down, up) = if double { DOUBLE } else { BINARY };
    let up = if operation == Operation::AllReduce { up } else { 0.0 };
    // Two members exchange halves both ways, or one sends to the other.
    match (members > 2.0, double) {
        (true, _) => down + up,
        (false, true) => f64::midpoint(down, up),
        (false, false) => 1.0_f64.max(up),
    }
}
