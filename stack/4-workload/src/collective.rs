//! Collective operations over tiers of bandwidth and latency.
//!
//! The network below is plain data: [`NetworkTier`]s, innermost first. A [`Group`] of ranks with a stride is
//! placed on them by rank order; its operations then cost `latency + bytes / bandwidth` on each tier it uses.

use crate::WorkloadError;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, DataSize, Ratio, Time};
use serde::Serialize;

/// Most tiers that a network may have here: package, rack, scale-up across racks, scale-out.
pub const MAX_TIERS: usize = 4;

/// Most accelerators that a tier may join; keeps every product of degrees within u64.
const LARGEST_CLUSTER: u64 = 1 << 31;

/// Members of one switch from which reductions run in the switch.
///
/// NCCL's NVLS starts above four GPUs on Hopper (stas00/ml-engineering, network chapter, SHARP table).
const IN_NETWORK_FROM: f64 = 5.0;

/// One tier of the network, as data from the floor below.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkTier {
    /// Name for reports.
    pub name: String,
    /// Accelerators that one instance of the tier joins: 72, then the whole cluster.
    pub size: u64,
    /// Line rate per accelerator, one direction.
    pub bandwidth: BitRate,
    /// Hardware latency one way between two accelerators, zero load; software is in the protocol.
    pub latency: Time,
    /// What the communication library makes of it.
    pub protocol: Protocol,
}

/// A communication library on one kind of link: what it adds to the wire.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Protocol {
    /// Software time of the smallest gather, scatter or exchange.
    pub launch: Time,
    /// Software time of the smallest all-reduce.
    pub reduce_launch: Time,
    /// Software time of one doubling of members in a tree over this tier; zero where a switch joins all.
    pub hop: Time,
    /// Extra start-up of the bandwidth protocol against the low-latency one.
    pub fill: Time,
    /// Share of line rate for large gathers and scatters.
    pub bandwidth: Ratio,
    /// Share of line rate for large all-to-all exchanges.
    pub exchange: Ratio,
    /// Share of the large-message rate that the low-latency protocol gets.
    pub low_latency: Ratio,
    /// Gain of in-network reduction for an all-reduce; 1 without.
    pub in_network: Ratio,
}

impl Protocol {
    /// From the facts `collective.NAME.*`, e.g. `nvlink5` or `nic`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("collective.{name}.{field}");
        Ok(Self {
            launch: facts.get(&id("launch"))?,
            reduce_launch: facts.get(&id("reduce_launch"))?,
            hop: facts.find(&id("hop"))?.unwrap_or(Time::ZERO),
            fill: facts.get(&id("fill"))?,
            bandwidth: facts.get(&id("bandwidth_fraction"))?,
            exchange: facts.get(&id("exchange_fraction"))?,
            low_latency: facts.get(&id("low_latency_fraction"))?,
            in_network: facts.find(&id("in_network_gain"))?.unwrap_or(Ratio::new(1.0)),
        })
    }

    /// No software and the full line rate: for bounds.
    pub const IDEAL: Self = Self {
        launch: Time::ZERO,
        reduce_launch: Time::ZERO,
        hop: Time::ZERO,
        fill: Time::ZERO,
        bandwidth: Ratio::new(1.0),
        exchange: Ratio::new(1.0),
        low_latency: Ratio::new(1.0),
        in_network: Ratio::new(1.0),
    };
}

/// Checks that tiers are a network: one to four, each larger than the one before, with rates above zero.
///
/// # Errors
/// [`WorkloadError::Network`].
pub fn check_tiers(tiers: &[NetworkTier]) -> Result<(), WorkloadError> {
    if tiers.is_empty() || tiers.len() > MAX_TIERS {
        return Err(WorkloadError::Network(format!("{} tiers given", tiers.len())));
    }
    let mut inner = 0;
    for tier in tiers {
        let p = &tier.protocol;
        let rates = [p.bandwidth, p.exchange, p.low_latency, p.in_network];
        let times = [tier.latency, p.launch, p.reduce_launch, p.hop, p.fill];
        let problem = if tier.size <= inner {
            format!("joins {} accelerators, not more than the tier inside with {inner}", tier.size)
        } else if tier.size > LARGEST_CLUSTER {
            format!("joins {} accelerators, more than {LARGEST_CLUSTER}", tier.size)
        } else if !(tier.bandwidth.as_gbps() > 0.0 && tier.bandwidth.as_gbps().is_finite()) {
            format!("has a bandwidth of {}", tier.bandwidth)
        } else if !rates.iter().all(|r| r.value() > 0.0 && r.value().is_finite()) {
            "has a protocol share that is not above zero".to_owned()
        } else if !times.iter().all(|t| t.as_s() >= 0.0 && t.as_s().is_finite()) {
            "has a latency that is not a time".to_owned()
        } else {
            inner = tier.size;
            continue;
        };
        return Err(WorkloadError::Network(format!("`{}` {problem}", tier.name)));
    }
    Ok(())
}

/// A collective operation. The size is always that of the whole vector: what every rank ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Every rank contributes its part and ends with all parts.
    AllGather,
    /// Every rank contributes a whole vector and ends with its part of the sum.
    ReduceScatter,
    /// Every rank contributes a whole vector and ends with the whole sum.
    AllReduce,
}

/// Ranks placed on the tiers.
///
/// Ranks `0, stride, 2 stride, ...` in rank order, packed into domains: as many as divide the group evenly
/// and fit. A domain of 72 holds 64 of a group of 128, and the rest of it is left to others.
#[derive(Debug, Clone, Copy)]
pub struct Group<'t> {
    tiers: &'t [NetworkTier],
    /// Members within one instance of each tier.
    within: [f64; MAX_TIERS],
    size: f64,
}

impl<'t> Group<'t> {
    /// Places `size` ranks that are `stride` apart. The tiers must have passed [`check_tiers`]; a group beyond
    /// the last tier is placed on it as if it were larger.
    #[must_use]
    pub fn place(tiers: &'t [NetworkTier], size: u64, stride: u64) -> Self {
        let (size, stride) = (size.max(1), stride.max(1));
        let mut within = [size as f64; MAX_TIERS];
        let mut inner = 1;
        let last = tiers.len().min(MAX_TIERS).saturating_sub(1);
        for (tier, slot) in tiers.iter().zip(&mut within).take(last) {
            inner = largest_share(size, (tier.size / stride).max(1), inner);
            *slot = inner as f64;
        }
        Self { tiers, within, size: size as f64 }
    }

    /// Number of ranks.
    #[must_use]
    pub const fn size(&self) -> f64 {
        self.size
    }

    /// Per tier: the tier, members in one instance of the tier inside, and how many of those it joins.
    fn levels(&self) -> impl Iterator<Item = (&'t NetworkTier, f64, f64)> + '_ {
        let inner = std::iter::once(1.0).chain(self.within);
        let used = self.tiers.iter().zip(inner).zip(self.within);
        used.map(|((tier, inner), outer)| (tier, inner, outer / inner)).filter(|l| l.2 > 1.0)
    }

    /// Bytes that one rank sends on each tier it uses, innermost first.
    ///
    /// # Model
    /// With g members per domain and k domains, an all-gather of S sends `(g-1)/g S` inside and
    /// `(k-1)/k S/g` outside for each rank; a reduce-scatter the same; an all-reduce both. On one tier of n
    /// that is the known bound `(n-1)/n S`.
    ///
    /// # Source
    /// Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH" (2005).
    pub fn bytes_sent(
        &self,
        operation: Operation,
        size: DataSize,
    ) -> impl Iterator<Item = DataSize> {
        let passes = if operation == Operation::AllReduce { 2.0 } else { 1.0 };
        self.levels()
            .map(move |(_, inner, joined)| size * (passes * (joined - 1.0) / joined / inner))
    }

    /// Time of one collective operation.
    ///
    /// # Model
    /// Each tier sends its bytes ([`Group::bytes_sent`]) at `line rate x share`; tiers pipeline:
    /// `max + p (sum - max)`. Two protocols compete, as in NCCL: low latency at a part of the rate, and full
    /// rate after `fill`. Latency: the innermost tier's launch and its hardware latency (twice for an
    /// all-reduce), then `log2 k` hops on each outer tier (twice for an all-reduce).
    ///
    /// # Validity
    /// 8 to 8192 ranks, one job alone on the network; large messages within 15 %, 1 to 128 MiB within 25 %
    /// against NCCL on H100 and B200, worst where NCCL changes protocol.
    #[must_use]
    pub fn time(&self, operation: Operation, size: DataSize, pipelining: Pipelining) -> Time {
        let reduce = operation == Operation::AllReduce;
        let passes = if reduce { 2.0 } else { 1.0 };
        let (mut latency, mut fill) = (0.0, 0.0_f64);
        let (mut slowest, mut sum, mut slowest_low, mut sum_low) = (0.0_f64, 0.0, 0.0_f64, 0.0);
        for (level, (tier, inner, joined)) in self.levels().enumerate() {
            let p = &tier.protocol;
            let mut rate = tier.bandwidth.as_bytes_per_s() * p.bandwidth.value();
            if reduce && joined >= IN_NETWORK_FROM {
                rate *= p.in_network.value();
            }
            let t = passes * (joined - 1.0) / joined / inner * size.as_bytes() / rate;
            let low = t / p.low_latency.value();
            (slowest, sum) = (slowest.max(t), sum + t);
            (slowest_low, sum_low) = (slowest_low.max(low), sum_low + low);
            let steps = passes * libm::log2(joined);
            latency += steps * p.hop.as_s();
            if level == 0 {
                let launch = if reduce { p.reduce_launch } else { p.launch };
                latency += launch.as_s() + passes * tier.latency.as_s();
                fill = p.fill.as_s();
            } else {
                latency += steps * tier.latency.as_s();
            }
        }
        let share = pipelining.0.value();
        let bandwidth = fill + slowest + share * (sum - slowest);
        let low_latency = slowest_low + share * (sum_low - slowest_low);
        Time::s(latency + bandwidth.min(low_latency))
    }

    /// Time of a one-shot all-reduce: every rank reads every other's whole vector in one kernel. Inference
    /// engines use it for small vectors inside one domain; `None` when the group leaves its innermost tier.
    ///
    /// # Model
    /// `launch + latency + (n - 1) S / (B share)`.
    #[must_use]
    pub fn one_shot_all_reduce(&self, size: DataSize, launch: Time) -> Option<Time> {
        let mut levels = self.levels();
        let Some((tier, _, joined)) = levels.next() else { return Some(Time::ZERO) };
        if levels.next().is_some() {
            return None;
        }
        let rate = tier.bandwidth * tier.protocol.exchange.value();
        Some(launch + tier.latency + size * (joined - 1.0) / rate)
    }

    /// Time of one exchange of tokens between experts: every rank sends its tokens to the ranks that hold
    /// their experts (dispatch), or the results come back (combine).
    ///
    /// # Model
    /// The quicker of two kernels. *Direct*: each copy goes straight to its rank; on a tier, the share of ranks
    /// reached through it. *Staged*: a token crosses to each distant domain once and is copied there;
    /// distinct domains hit by k of E experts over G domains: `G (1 - C(E - E/G, k) / C(E, k))`. Uniform
    /// routing. Time is the launch of the tiers used plus `max + p (sum - max)` over tiers.
    ///
    /// # Validity
    /// Balanced experts; multiply by max/mean otherwise. DeepEP on H100 over two nodes within 25 %, GB200 within 15 %.
    ///
    /// # Source
    /// DeepEP (github.com/deepseek-ai/DeepEP), its normal and low-latency kernels.
    #[must_use]
    pub fn exchange(&self, exchange: Exchange, pipelining: Pipelining) -> Time {
        let bytes = exchange.tokens * exchange.bytes_per_token;
        let copies = exchange.copies as f64;
        let (mut slowest, mut sum, mut launch) = (0.0_f64, 0.0, 0.0_f64);
        let (mut slowest_staged, mut sum_staged, mut launch_staged) = (0.0_f64, 0.0, 0.0);
        for (tier, inner, joined) in self.levels() {
            let rate = tier.bandwidth.as_bytes_per_s() * tier.protocol.exchange.value();
            let t = bytes * copies * inner * (joined - 1.0) / self.size / rate;
            let hit = if inner > 1.0 { exchange.domains_hit(self.size / inner) } else { copies };
            let staged = bytes * hit * (joined - 1.0) / joined / rate;
            let start = tier.protocol.launch.as_s() + tier.latency.as_s();
            (slowest, sum, launch) = (slowest.max(t), sum + t, launch.max(start));
            slowest_staged = slowest_staged.max(staged);
            (sum_staged, launch_staged) = (sum_staged + staged, launch_staged + start);
        }
        let share = pipelining.0.value();
        let direct = launch + slowest + share * (sum - slowest);
        let staged = launch_staged + slowest_staged + share * (sum_staged - slowest_staged);
        Time::s(direct.min(staged))
    }

    /// Time for every rank to send bytes to its neighbour in the group, over the outermost tier between two
    /// neighbours.
    #[must_use]
    pub fn neighbour(&self, size: DataSize) -> Time {
        match self.levels().last() {
            None => Time::ZERO,
            Some((tier, ..)) => {
                let rate = tier.bandwidth * tier.protocol.bandwidth.value();
                tier.protocol.launch + tier.latency + size / rate
            }
        }
    }
}

/// Largest divisor of `size` that is a multiple of `inner` and at most `limit`.
fn largest_share(size: u64, limit: u64, inner: u64) -> u64 {
    // Few quotients have to be tried, where a divisor may be far below the limit.
    let quotients = size.div_ceil(limit)..=size / inner;
    let share =
        |q: u64| (size.is_multiple_of(q) && (size / q).is_multiple_of(inner)).then(|| size / q);
    quotients.filter_map(share).next().unwrap_or(inner)
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

/// What is exchanged between experts, for one rank.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// Tokens of one rank.
    pub tokens: f64,
    /// Bytes of one token's vector.
    pub bytes_per_token: f64,
    /// Experts that a token visits, k.
    pub copies: u64,
    /// Experts in all, E.
    pub experts: u64,
}

impl Exchange {
    /// Mean number of distinct domains, out of so many, that a token's experts lie in.
    fn domains_hit(&self, domains: f64) -> f64 {
        let experts = self.experts as f64;
        let outside = experts - experts / domains;
        // C(outside, k) / C(experts, k), factor by factor.
        let missed: f64 = (0..self.copies)
            .map(|j| (outside - j as f64).max(0.0) / (experts - j as f64).max(1.0))
            .product();
        domains * (1.0 - missed)
    }
}
