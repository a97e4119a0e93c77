//! Collective operations over tiers of bandwidth and latency.
//!
//! The network below is plain data: [`NetworkTier`]s, innermost first, each with what the communication
//! [`Library`] makes of it. A [`Group`] of ranks with a stride is placed on them by rank order. Its operations
//! then cost what the quickest algorithm and protocol that the library has would cost, and say which one, what
//! the others would have taken, and where the time goes.
//!
//! | file | what |
//! |---|---|
//! | [`tier`] | a tier, a library's constants |
//! | [`group`] | ranks placed on tiers by order and stride |
//! | [`cost`] | latency, bytes and wire time of each tier |
//! | `ring`, `tree`, `halving`, `hierarchical`, `in_network` | gathers, scatters, reductions, broadcasts |
//! | `pairwise` | all-to-all, messages from rank to rank |
//! | [`experts`] | tokens to experts and back |
//! | [`torus`] | rings along the dimensions of a torus |
//! | `span` | what a group spans of a tier that is a torus |
//! | [`circuit`] | optical circuits, with their time of reconfiguration |
//!
//! # Example
//! Eight ranks of one domain, and sixteen that leave it:
//! ```
//! use lightloom_units::{BitRate, DataSize, Ratio, Time};
//! use lightloom_workload::collective::{Algorithm, Group, Library, Operation, Pipelining};
//! use lightloom_workload::NetworkTier;
//!
//! let tier = |name: &str, size, gbytes, us| NetworkTier {
//!     name: name.to_owned(),
//!     size,
//!     bandwidth: BitRate::gbytes_per_s(gbytes),
//!     latency: Time::us(us),
//!     library: Library::IDEAL,
//!     torus: None,
//! };
//! let tiers = [tier("domain", 8, 450.0, 0.4), tier("network", 1024, 50.0, 2.0)];
//! let pipelining = Pipelining(Ratio::new(0.2));
//!
//! let inside = Group::place(&tiers, 8, 1);
//! let cost = inside.cost(Operation::AllGather, DataSize::bytes(8e9), pipelining);
//! assert_eq!(cost.bytes[0].as_bytes(), 7e9); // (n - 1)/n of the vector
//!
//! let across = Group::place(&tiers, 16, 1);
//! let cost = across.cost(Operation::AllReduce, DataSize::bytes(1e3), pipelining);
//! assert_eq!(cost.algorithm, Algorithm::Halving); // a kilobyte: few steps count
//! for other in across.alternatives(Operation::AllReduce, DataSize::bytes(1e3), pipelining) {
//!     assert!(other.time >= cost.time);
//! }
//! ```

pub mod circuit;
pub mod cost;
pub mod experts;
pub mod group;
mod halving;
mod hierarchical;
mod in_network;
mod pairwise;
mod ring;
mod span;
pub mod tier;
pub mod torus;
mod tree;

pub use circuit::{CircuitSchedule, Circuits};
pub use cost::{Cost, Limit};
pub use experts::{Exchange, ExchangeCost, Routing};
pub use group::Group;
pub use tier::{
    ExchangeLibrary, ExpertLibrary, InNetwork, Library, MAX_TIERS, NetworkTier, check_tiers,
};
pub use torus::{Torus, TorusSchedule};

use cost::{ByTier, Record, Terms};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{DataSize, Ratio, Time};
use serde::Serialize;

/// A collective operation. The size is always that of the whole vector: what every rank ends with, or starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Operation {
    /// Every rank contributes its part and ends with all parts.
    AllGather,
    /// Every rank contributes a whole vector and ends with its part of the sum.
    ReduceScatter,
    /// Every rank contributes a whole vector and ends with the whole sum.
    AllReduce,
    /// One rank's vector goes to all.
    Broadcast,
    /// Every rank has a part of its vector for every other.
    AllToAll,
    /// Every rank sends its vector to the next one of the group.
    SendReceive,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AllGather,
        Self::ReduceScatter,
        Self::AllReduce,
        Self::Broadcast,
        Self::AllToAll,
        Self::SendReceive,
    ];

    /// Bus bandwidth over algorithm bandwidth, of so many ranks.
    ///
    /// # Source
    /// nccl-tests, `doc/PERFORMANCE.md`.
    #[must_use]
    pub fn bus_factor(self, ranks: u64) -> f64 {
        let share = (ranks.saturating_sub(1)) as f64 / ranks.max(1) as f64;
        match self {
            Self::AllReduce => 2.0 * share,
            Self::AllGather | Self::ReduceScatter | Self::AllToAll => share,
            Self::Broadcast | Self::SendReceive => 1.0,
        }
    }

    /// Passes over the vector: a reduction to all is a scatter and a gather.
    const fn passes(self) -> f64 {
        if matches!(self, Self::AllReduce) { 2.0 } else { 1.0 }
    }
}

/// How an operation is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Algorithm {
    /// One ring through all ranks; between domains it runs over as many rails as a domain has members.
    Ring,
    /// Two complementary binary trees of domains, each with half of the vector; inside a domain a chain.
    Tree,
    /// One binary tree of domains with the whole vector.
    BinaryTree,
    /// Exchange with a partner, twice as far away each time, of halves of what is left (Rabenseifner).
    Halving,
    /// A ring inside each domain; then, rail by rail, exchange between domains.
    Hierarchical,
    /// Reduction in the switches; trees where a tier's switches cannot (NVLS, `NVLSTree`, SHARP).
    InNetwork,
    /// From every rank straight to every other.
    Pairwise,
    /// First to the rank of the own domain that shares the target's rail, then over the rail (PXN).
    TwoStage,
    /// One message.
    Direct,
}

impl Algorithm {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 9] = [
        Self::Ring,
        Self::Hierarchical,
        Self::Tree,
        Self::InNetwork,
        Self::Pairwise,
        Self::TwoStage,
        Self::Direct,
        Self::Halving,
        Self::BinaryTree,
    ];
}

/// A set of algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Algorithms(u16);

impl Algorithms {
    /// Every algorithm.
    pub const ALL: Self = Self(0x1ff);
    /// What NCCL chooses from: no halving and no single tree. Its hierarchical algorithm (PAT) gathers and scatters,
    /// but does not reduce to all.
    pub const NCCL: Self = Self::ALL.without(Algorithm::Halving).without(Algorithm::BinaryTree);

    const fn bit(algorithm: Algorithm) -> u16 {
        1 << algorithm as u16
    }

    /// The set without one.
    #[must_use]
    pub const fn without(self, algorithm: Algorithm) -> Self {
        Self(self.0 & !Self::bit(algorithm))
    }

    /// Only this one.
    #[must_use]
    pub const fn only(algorithm: Algorithm) -> Self {
        Self(Self::bit(algorithm))
    }

    /// Whether a library with this set does the operation so.
    const fn offers(self, algorithm: Algorithm, operation: Operation) -> bool {
        let composed =
            matches!((algorithm, operation), (Algorithm::Hierarchical, Operation::AllReduce));
        self.has(algorithm) && (!composed || self.has(Algorithm::Halving))
    }

    /// Whether it is in the set.
    #[must_use]
    pub const fn has(self, algorithm: Algorithm) -> bool {
        self.0 & Self::bit(algorithm) != 0
    }
}

/// How a library puts bytes on a link.
///
/// NCCL has three protocols. LL sends a flag with every four bytes, LL128 one with every 120; in the measured
/// sweeps the two lie on one line (a second line with constants of its own gains nothing), so here they are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum WireProtocol {
    /// LL and LL128: data with flags, no hand-over between steps.
    LowLatency,
    /// Whole chunks at full rate, handed over by memory fences.
    Simple,
}

impl WireProtocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::LowLatency, Self::Simple];

    /// Of a pair in the order of [`WireProtocol::ALL`].
    const fn of(self, [low_latency, simple]: [f64; 2]) -> f64 {
        match self {
            Self::LowLatency => low_latency,
            Self::Simple => simple,
        }
    }
}

/// How far tiers of one collective wait for each other: 0 they overlap fully, 1 they follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pipelining(pub Ratio);

impl Pipelining {
    /// From the fact `collective.pipelining`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        facts.get("collective.pipelining").map(Self)
    }
}

impl Group<'_> {
    /// The quickest way that the library has for an operation.
    ///
    /// # Model
    /// For each [`Algorithm`] and [`WireProtocol`]: launch and steps, then the time of the busiest tier's wire
    /// and, for short messages, of the steps' hand-over, joined as root of squares; then the overhead of chunks,
    /// `2 d sqrt(c w)` for d stages and a wire time of w. The quickest one counts.
    ///
    /// # Validity
    /// One job alone on the network. Against 1176 rows of NCCL on A100, H100, H200, B200, GB200, 2 to 8 ranks:
    /// 256 MiB and more 3.3 % in the mean, 10 % at worst; 1 to 128 MiB 7.6 %, 39 % at worst, where the library
    /// itself chooses a slow protocol. H100 over 32 to 256 ranks: 4.3 %, 20 % at worst.
    #[must_use]
    pub fn cost(&self, operation: Operation, size: DataSize, pipelining: Pipelining) -> Cost {
        let bytes = size.as_bytes();
        let mut best: Option<(f64, Algorithm, WireProtocol)> = None;
        self.for_each::<()>(operation, pipelining, |algorithm, protocol, terms| {
            let seconds = terms.seconds(bytes);
            if best.is_none_or(|(least, ..)| seconds < least) {
                best = Some((seconds, algorithm, protocol));
            }
        });
        best.and_then(|(_, algorithm, protocol)| {
            let terms = self.terms::<ByTier>(algorithm, protocol, operation, pipelining)?;
            Some(terms.cost(algorithm, protocol, bytes))
        })
        .unwrap_or(Cost::FREE)
    }

    /// Time of the quickest way: [`Group::cost`] without its parts.
    #[must_use]
    pub fn time(&self, operation: Operation, size: DataSize, pipelining: Pipelining) -> Time {
        let bytes = size.as_bytes();
        let mut best = f64::INFINITY;
        self.for_each::<()>(operation, pipelining, |_, _, terms| {
            best = best.min(terms.seconds(bytes));
        });
        if best.is_finite() { Time::s(best) } else { Time::ZERO }
    }

    /// The cost by one algorithm and protocol, whether or not the library would choose it; `None` where the
    /// algorithm does not do the operation on this group.
    #[must_use]
    pub fn cost_of(
        &self,
        algorithm: Algorithm,
        protocol: WireProtocol,
        operation: Operation,
        size: DataSize,
        pipelining: Pipelining,
    ) -> Option<Cost> {
        let terms = self.terms::<ByTier>(algorithm, protocol, operation, pipelining)?;
        Some(terms.cost(algorithm, protocol, size.as_bytes()))
    }

    /// Every way that the library has, in the order in which they are tried: the reason for the choice.
    pub fn alternatives(
        &self,
        operation: Operation,
        size: DataSize,
        pipelining: Pipelining,
    ) -> impl Iterator<Item = Cost> + '_ {
        let algorithms = self.algorithms();
        let each = Algorithm::ALL.into_iter().filter(move |a| algorithms.offers(*a, operation));
        each.flat_map(|a| WireProtocol::ALL.map(|p| (a, p)))
            .filter_map(move |(a, p)| self.cost_of(a, p, operation, size, pipelining))
    }

    fn algorithms(&self) -> Algorithms {
        self.levels().first().map_or(Algorithms(0), |l| self.library(l).algorithms)
    }

    #[inline]
    fn for_each<R: Record>(
        &self,
        operation: Operation,
        pipelining: Pipelining,
        mut visit: impl FnMut(Algorithm, WireProtocol, &Terms<R>),
    ) {
        let algorithms = self.algorithms();
        // Of algorithms that come to the same on one tier, one is enough.
        let candidates: &[Algorithm] = match operation {
            Operation::AllToAll if self.crosses() => &[Algorithm::Pairwise, Algorithm::TwoStage],
            Operation::AllToAll => &[Algorithm::Pairwise],
            Operation::SendReceive => &[Algorithm::Direct],
            _ => &[
                Algorithm::Ring,
                Algorithm::Hierarchical,
                Algorithm::Tree,
                Algorithm::InNetwork,
                Algorithm::Halving,
                Algorithm::BinaryTree,
            ],
        };
        for algorithm in candidates {
            if !algorithms.offers(*algorithm, operation) {
                continue;
            }
            for protocol in WireProtocol::ALL {
                if let Some(terms) = self.terms(*algorithm, protocol, operation, pipelining) {
                    visit(*algorithm, protocol, &terms);
                }
            }
        }
    }

    /// One algorithm's cost as a function of size; `None` where it does not do the operation.
    #[inline]
    fn terms<R: Record>(
        &self,
        algorithm: Algorithm,
        protocol: WireProtocol,
        operation: Operation,
        pipelining: Pipelining,
    ) -> Option<Terms<R>> {
        if self.levels().is_empty() {
            return None;
        }
        let climbs = matches!(
            algorithm,
            Algorithm::Tree | Algorithm::BinaryTree | Algorithm::Halving | Algorithm::InNetwork
        );
        if climbs && self.has_torus() {
            return None;
        }
        let serial = pipelining.0.value();
        match algorithm {
            Algorithm::Ring => self.ring(protocol, operation),
            Algorithm::Hierarchical => self.hierarchical(protocol, operation, serial),
            Algorithm::Tree => self.tree(protocol, operation, true),
            Algorithm::BinaryTree => self.tree(protocol, operation, false),
            Algorithm::Halving => self.halving(protocol, operation),
            Algorithm::InNetwork => self.in_network(protocol, operation),
            Algorithm::Pairwise => self.pairwise(protocol, operation),
            Algorithm::TwoStage => self.two_stage(protocol, operation, serial),
            Algorithm::Direct => self.direct(protocol, operation),
        }
    }

    /// Bytes that one rank sends on each tier of the network at least, innermost first.
    ///
    /// # Model
    /// With g members per domain and k domains, an all-gather of S must bring `(g-1)/g S` to each rank from
    /// inside and `(k-1)/k S/g` from outside; a reduce-scatter the same; an all-reduce both. On one tier of n
    /// that is the known bound `(n-1)/n S`. Reduction in the switch goes below it.
    ///
    /// # Source
    /// Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH" (2005).
    pub fn bytes_sent(
        &self,
        operation: Operation,
        size: DataSize,
    ) -> impl Iterator<Item = DataSize> {
        let passes = operation.passes();
        self.levels().iter().map(move |l| size * (passes * (l.joined - 1.0) / l.joined / l.inner))
    }
}
