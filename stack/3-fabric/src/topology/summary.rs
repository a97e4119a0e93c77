//! What is known of a topology without a graph.

use serde::Serialize;

/// A topology counted and measured in closed form.
///
/// A hop is a link; distances are between endpoints. Links are counted once, each carries its rate in both directions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Endpoints: accelerators, or interfaces.
    pub endpoints: u64,
    /// Links of one endpoint; the fewest, where they differ.
    pub ports_per_endpoint: u64,
    /// Switches by kind, from the endpoints up.
    pub switches: Vec<SwitchCount>,
    /// Links by class.
    pub links: Vec<LinkCount>,
    /// The longest of the shortest paths.
    pub diameter: Diameter,
    /// Mean links of a shortest path between two different endpoints.
    pub mean_links: f64,
    /// Links between the halves.
    pub bisection: Bisection,
    /// Shortest paths between two endpoints that are farthest apart, by the vertices passed; none where no closed
    /// form is known.
    pub shortest_paths: Option<u64>,
    /// Paths without a common link that every two endpoints have between them.
    pub edge_disjoint_paths: u64,
    /// Where uniform traffic fills the first link; none where no closed form is known.
    pub saturation: Option<Saturation>,
    /// What one failure takes away.
    pub failures: Vec<Failure>,
}

/// Switches of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SwitchCount {
    /// `leaf`, `L1`, `router`.
    pub name: &'static str,
    /// Electrical, or a circuit of light.
    pub kind: SwitchKind,
    /// Switches.
    pub count: u64,
    /// Ports that are needed: most links at one of them.
    pub ports_used: u64,
    /// Ports there are; as `ports_used` where the parameters name no radix.
    pub radix: u64,
}

impl SwitchCount {
    /// Electrical switches with as many ports as they need.
    pub(crate) const fn of(name: &'static str, count: u64, ports_used: u64) -> Self {
        Self { name, kind: SwitchKind::Electrical, count, ports_used, radix: ports_used }
    }

    pub(crate) const fn with_radix(self, radix: u64) -> Self {
        Self { radix, ..self }
    }
}

/// Whether a switch looks into packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchKind {
    /// Forwards packets: a vertex of the graph, a hop of the path.
    Electrical,
    /// Joins fibres: part of a link, no vertex.
    OpticalCircuit,
}

/// Links of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkCount {
    /// `endpoint-leaf`, `global`.
    pub name: &'static str,
    /// What they join.
    pub ends: [&'static str; 2],
    /// Links.
    pub count: u64,
    /// Most links between two joined vertices.
    pub trunk: u64,
    /// Whether each passes through an optical circuit switch.
    pub through_ocs: bool,
}

impl LinkCount {
    pub(crate) const fn of(
        name: &'static str,
        ends: [&'static str; 2],
        count: u64,
        trunk: u64,
    ) -> Self {
        Self { name, ends, count, trunk, through_ocs: false }
    }
}

/// The longest of the shortest paths between endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Diameter {
    /// Links.
    pub links: u64,
    /// Electrical switches on the way.
    pub switches: u64,
}

impl Diameter {
    /// A path on which all vertices between its ends are switches.
    pub(crate) const fn switched(links: u64) -> Self {
        Self { links, switches: links.saturating_sub(1) }
    }
}

/// Links between two equal halves of the endpoints, with switches on the side that cuts least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bisection {
    /// Links.
    pub links: u64,
    /// Whether no other halves cut fewer.
    pub exactness: Exactness,
    /// Where the formula, or the cut, is from.
    pub source: &'static str,
}

/// How well a number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exactness {
    /// Proven.
    Exact,
    /// That of one cut: the least may be smaller.
    UpperBound,
}

impl Bisection {
    pub(crate) const fn exact(links: u64, source: &'static str) -> Self {
        Self { links, exactness: Exactness::Exact, source }
    }

    pub(crate) const fn at_most(links: u64, source: &'static str) -> Self {
        Self { links, exactness: Exactness::UpperBound, source }
    }

    /// Exact on a condition.
    pub(crate) const fn exact_if(exact: bool, links: u64, source: &'static str) -> Self {
        let exactness = if exact { Exactness::Exact } else { Exactness::UpperBound };
        Self { links, exactness, source }
    }

    /// So many links of this cut, as a share of it.
    pub(crate) fn share(&self, links: u64) -> f64 {
        share(links.min(self.links), self.links)
    }
}

/// Where uniform traffic (each endpoint to every other alike) fills the first link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Saturation {
    /// What an endpoint sends then, over the rate of all its links; 1 is full rate.
    pub share_of_ports: f64,
    /// The routing that was taken.
    pub routing: &'static str,
}

impl Saturation {
    /// Of the load of the fullest link when each endpoint sends one link's rate.
    pub(crate) fn of_load(most: f64, ports: u64, routing: &'static str) -> Self {
        let share = if most > 0.0 { 1.0 / (most * ports as f64) } else { 1.0 };
        Self { share_of_ports: share.min(1.0), routing }
    }
}

/// What one failure takes away, where it hurts most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// What fails: `an endpoint-leaf link`, `a leaf`, `a board`.
    pub what: String,
    /// Endpoints without any link afterwards, or gone with what failed, over all.
    pub endpoints_cut_off: f64,
    /// Links that the worst hit of the other endpoints loses, over its links.
    pub endpoint_bandwidth_lost: f64,
    /// Links of the bisection's cut that go, over all of them.
    pub bisection_lost: f64,
}

impl Failure {
    pub(crate) fn of(what: impl Into<String>, [cut_off, bandwidth, bisection]: [f64; 3]) -> Self {
        Self {
            what: what.into(),
            endpoints_cut_off: cut_off,
            endpoint_bandwidth_lost: bandwidth,
            bisection_lost: bisection,
        }
    }
}

/// `part / whole`; zero of nothing.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Mean of a sum over ordered pairs of different endpoints; zero of a single one.
pub(crate) fn mean_of_pairs(sum: f64, endpoints: u64) -> f64 {
    if endpoints < 2 { 0.0 } else { sum / endpoints as f64 / (endpoints - 1) as f64 }
}
