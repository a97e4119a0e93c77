//! One tier of the network, and what a communication library makes of it.

use crate::WorkloadError;
use crate::collective::Algorithms;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, Ratio, Time};
use serde::Serialize;

/// Most tiers that a network may have here: package, rack, scale-up across racks, scale-out.
pub const MAX_TIERS: usize = 4;

/// Most accelerators that a tier may join; keeps every product of degrees within u64.
const LARGEST_CLUSTER: u64 = 1 << 31;

/// One tier of the network, as data from the floor below.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkTier {
    /// Name for reports.
    pub name: String,
    /// Accelerators that one instance of the tier joins: 72, then the whole cluster.
    pub size: u64,
    /// Line rate per accelerator, one direction. With fewer ports than accelerators, each one's share.
    pub bandwidth: BitRate,
    /// Hardware latency one way between two accelerators, zero load; software is in the library.
    pub latency: Time,
    /// What the communication library makes of it.
    pub library: Library,
    /// Lengths of a torus, the dimension of neighbouring ranks first and 1 for those that are not there; `None` where
    /// switches join everyone with everyone.
    pub torus: Option<[u64; MAX_TIERS]>,
}

/// A communication library on one kind of link: what it adds to the wire.
///
/// The constants are those of NCCL's own model (`src/graph/tuning.cc`): a launch, a time for each step of an
/// algorithm, a share of line rate. Their values are measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Library {
    /// Time of a collective that does nothing.
    pub launch: Time,
    /// Software time of one step to the next rank in the low-latency protocol.
    pub hop: Time,
    /// Least software time of one step in the bandwidth protocol, which hands over whole chunks.
    pub step: Time,
    /// Software time of one step up or down a tree of this tier's domains, all protocols.
    pub tree_hop: Time,
    /// Overhead of a chunk of the bandwidth protocol, where chunks of a long message follow one another.
    pub chunk: Time,
    /// Share of line rate of a ring for large messages.
    pub bandwidth: Ratio,
    /// Share of a ring's rate that the low-latency protocol keeps: it sends flags with the data.
    pub low_latency: Ratio,
    /// Rate at which a rank's own part goes from its input to its output.
    pub copy: BitRate,
    /// Rails of a domain that the library drives at once over this tier: it has so many channels and no more. A box
    /// of eight has fewer interfaces, a rack of 72 has more.
    pub rails: f64,
    /// Reduction in the switch, where it has any.
    pub in_network: Option<InNetwork>,
    /// All-to-all and single messages.
    pub exchange: ExchangeLibrary,
    /// Exchange of tokens between experts.
    pub experts: ExpertLibrary,
    /// Algorithms that the library may choose from.
    pub algorithms: Algorithms,
}

/// All-to-all of a library on one kind of link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExchangeLibrary {
    /// Time of the smallest all-to-all.
    pub launch: Time,
    /// Extra start-up of the bandwidth protocol.
    pub fill: Time,
    /// Rate of one connection in the low-latency protocol.
    pub connection: BitRate,
    /// Share of line rate for large all-to-alls.
    pub bandwidth: Ratio,
    /// Rate at which a rank's own part is copied.
    pub copy: BitRate,
}

/// Kernels that carry tokens to experts and back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExpertLibrary {
    /// Start of a kernel that sends every copy straight to its expert's rank.
    pub direct_launch: Time,
    /// Its share of line rate.
    pub direct: Ratio,
    /// Start of a kernel that sends a token once to each place and copies it there.
    pub staged_launch: Time,
    /// Its share of line rate.
    pub staged: Ratio,
}

/// Reduction in the switch (NVLS inside a domain, SHARP between nodes).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct InNetwork {
    /// Extra start-up against a ring.
    pub fill: Time,
    /// Bus bandwidth of a large all-reduce over line rate; above 1 where the switch saves half the bytes.
    pub bandwidth: Ratio,
    /// Overhead of a chunk.
    pub chunk: Time,
    /// Members from which the library uses it.
    pub from: Count,
}

impl InNetwork {
    /// From the facts `collective.NAME.in_network_*`, where they are.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Option<Self>, FactError> {
        let id = |field: &str| format!("collective.{name}.in_network_{field}");
        let Some(bandwidth) = facts.find(&id("fraction"))? else { return Ok(None) };
        Ok(Some(Self {
            fill: facts.get(&id("fill"))?,
            bandwidth,
            chunk: facts.get(&id("chunk"))?,
            from: facts.get(&id("from"))?,
        }))
    }
}

impl Library {
    /// From the facts `collective.NAME.*`, e.g. `nvlink5` or `nic`, and those that all links share.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("collective.{name}.{field}");
        let hop: Time = facts.get(&id("hop"))?;
        Ok(Self {
            launch: facts.get(&id("launch"))?,
            hop,
            step: facts.get(&id("step"))?,
            tree_hop: facts.find(&id("tree_hop"))?.unwrap_or(hop),
            chunk: facts.get(&id("chunk"))?,
            bandwidth: facts.get(&id("bandwidth_fraction"))?,
            low_latency: facts.get("collective.low_latency_fraction")?,
            copy: facts.get(&id("copy"))?,
            rails: facts.get::<Count>("collective.rails")?.value(),
            in_network: InNetwork::from_facts(facts, name)?,
            exchange: ExchangeLibrary {
                launch: facts.get(&id("exchange_launch"))?,
                fill: facts.get(&id("exchange_fill"))?,
                connection: facts.get("collective.connection")?,
                bandwidth: match facts.find(&id("exchange_fraction"))? {
                    Some(own) => own,
                    None => facts.get("collective.exchange_fraction")?,
                },
                copy: facts.get(&id("exchange_copy"))?,
            },
            experts: ExpertLibrary {
                direct_launch: facts.get(&id("direct_launch"))?,
                direct: facts.get(&id("direct_fraction"))?,
                staged_launch: facts.get(&id("staged_launch"))?,
                staged: facts.get(&id("staged_fraction"))?,
            },
            algorithms: Algorithms::NCCL,
        })
    }

    /// The same with reduction in this tier's switches, from the facts of another name, e.g. `sharp`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn with_in_network(self, facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        Ok(Self { in_network: InNetwork::from_facts(facts, name)?, ..self })
    }

    /// No software, the full line rate, every algorithm: for bounds.
    pub const IDEAL: Self = Self {
        launch: Time::ZERO,
        hop: Time::ZERO,
        step: Time::ZERO,
        tree_hop: Time::ZERO,
        chunk: Time::ZERO,
        bandwidth: Ratio::new(1.0),
        low_latency: Ratio::new(1.0),
        copy: BitRate::gbytes_per_s(1e12),
        rails: 1e12,
        in_network: None,
        exchange: ExchangeLibrary {
            launch: Time::ZERO,
            fill: Time::ZERO,
            connection: BitRate::gbytes_per_s(1e12),
            bandwidth: Ratio::new(1.0),
            copy: BitRate::gbytes_per_s(1e12),
        },
        experts: ExpertLibrary {
            direct_launch: Time::ZERO,
            direct: Ratio::new(1.0),
            staged_launch: Time::ZERO,
            staged: Ratio::new(1.0),
        },
        algorithms: Algorithms::ALL,
    };

    fn times(&self) -> [Time; 11] {
        let (e, x) = (&self.exchange, &self.experts);
        let (fill, chunk) = self.in_network.map_or((Time::ZERO, Time::ZERO), |i| (i.fill, i.chunk));
        [
            self.launch,
            self.hop,
            self.step,
            self.tree_hop,
            self.chunk,
            e.launch,
            e.fill,
            x.direct_launch,
            x.staged_launch,
            fill,
            chunk,
        ]
    }

    fn shares(&self) -> [f64; 11] {
        let (e, x) = (&self.exchange, &self.experts);
        [
            self.bandwidth.value(),
            self.low_latency.value(),
            self.copy.as_gbps(),
            self.rails,
            e.connection.as_gbps(),
            e.bandwidth.value(),
            e.copy.as_gbps(),
            x.direct.value(),
            x.staged.value(),
            self.in_network.map_or(1.0, |i| i.bandwidth.value()),
            self.in_network.map_or(1.0, |i| i.from.value()),
        ]
    }
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
        let library = &tier.library;
        let problem = if tier.size <= inner {
            format!("joins {} accelerators, not more than the tier inside with {inner}", tier.size)
        } else if tier.size > LARGEST_CLUSTER {
            format!("joins {} accelerators, more than {LARGEST_CLUSTER}", tier.size)
        } else if !(tier.bandwidth.as_gbps() > 0.0 && tier.bandwidth.as_gbps().is_finite()) {
            format!("has a bandwidth of {}", tier.bandwidth)
        } else if tier
            .torus
            .is_some_and(|lengths| lengths.iter().any(|l| !(1..=1 << 20).contains(l)))
        {
            "is a torus with a length that is not between 1 and 2^20".to_owned()
        } else if !library.shares().iter().all(|r| *r > 0.0 && r.is_finite()) {
            "has a library with a share or rate that is not above zero".to_owned()
        } else if !library
            .times()
            .iter()
            .chain([&tier.latency])
            .all(|t| t.as_s() >= 0.0 && t.as_s().is_finite())
        {
            "has a latency that is not a time".to_owned()
        } else {
            inner = tier.size;
            continue;
        };
        return Err(WorkloadError::Network(format!("`{}` {problem}", tier.name)));
    }
    Ok(())
}
