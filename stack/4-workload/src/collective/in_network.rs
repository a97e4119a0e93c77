//! Reduction in the switch.

use super::cost::{Record, Terms};
use super::tree::tree_share;
use super::{Group, Operation, WireProtocol};

impl Group<'_> {
    /// Switches add what passes through them; a tier whose switches cannot is crossed by double trees.
    ///
    /// # Model
    /// Inside: `launch + fill + 2 (n-1)/n S / (B r)`, with r the measured bus bandwidth over line rate, which may
    /// exceed 1 because each rank sends its vector once instead of twice. Between domains: switches that add
    /// take `S/g` from each rail and give it back on the other direction; trees take `2 S/g`. All tiers stream at
    /// once; `2 d sqrt(c w)` for chunks that pass d levels.
    ///
    /// # Validity
    /// All-reduce only: gathers and scatters gain nothing in the library's versions that were measured.
    ///
    /// # Source
    /// Klenk et al., "An in-network architecture for accelerating shared-memory multiprocessor collectives"
    /// (ISCA 2020); NCCL NVLS, `NVLSTree`; Graham et al., SHARP (2016).
    pub(super) fn in_network<R: Record>(
        &self,
        protocol: WireProtocol,
        operation: Operation,
    ) -> Option<Terms<R>> {
        if operation != Operation::AllReduce || protocol == WireProtocol::LowLatency {
            return None;
        }
        let mut terms = Terms::new(self.launch);
        let (mut stages, mut chunk, mut any) = (0.0, 0.0_f64, false);
        for level in self.levels() {
            let library = self.library(level);
            match library.in_network.filter(|i| level.joined >= i.from.value()) {
                Some(reduction) => {
                    any = true;
                    let rate = level.byte / reduction.bandwidth.value();
                    terms.latency += reduction.fill.as_s() + 2.0 * level.latency;
                    chunk = chunk.max(2.0 * reduction.chunk.as_s().sqrt());
                    let share = if level.tier == 0 {
                        2.0 * (level.joined - 1.0) / level.joined
                    } else {
                        1.0
                    };
                    terms.send(level.tier, share / level.rails, rate);
                }
                None if level.tier == 0 => {
                    terms.steps(level, protocol, 2.0 * (level.joined - 1.0));
                    let share = 2.0 * (level.joined - 1.0) / level.joined;
                    terms.carry(level, protocol, share);
                }
                None => {
                    stages += level.depth;
                    terms.latency += 2.0 * level.depth * level.climb;
                    chunk = level.chunk;
                    let share = tree_share(level.joined, operation, true, true);
                    terms.carry(level, protocol, share / level.rails);
                }
            }
        }
        terms.chunk = f64::max(stages, 1.0) * chunk;
        any.then_some(terms)
    }
}
