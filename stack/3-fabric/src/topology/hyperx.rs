//! HyperX: switches as a product of complete graphs. The flattened butterfly is the case of equal dimensions.

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Shape, Wire, wire};
use crate::error::{FabricError, at_least_one, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product of complete graphs of switches, `t` endpoints at each, in equal planes that every endpoint joins.
///
/// # Model
/// A plane has `V = prod S_k` switches, `N = t V`. Switches that differ in one coordinate `k` are joined by `K_k` links; distance
/// is the number of coordinates that differ. Bisection `min(N / 2, V / 4 min_k K_k S_k)`. Load of a link of dimension
/// `k` under uniform minimal traffic: `N t / ((N - 1) K_k S_k)` of an endpoint's rate. `P` planes have `P` times the switches, links and
/// bisection; any halves of the endpoints cut each plane.
///
/// # Validity
/// The bisection is exact where the dimension of least `K_k S_k` is even: the second eigenvalue of the Laplacian is
/// `min_k K_k S_k`, which bounds every cut from below; otherwise it is that of one pair of halves.
///
/// # Source
/// J. H. Ahn, N. Binkert, A. Davis, M. McLaren, R. Schreiber, HyperX: Topology, Routing, and Packaging of Efficient
/// Large-Scale Networks, SC 2009;
/// J. Kim, W. J. Dally, D. Abts, Flattened Butterfly, ISCA 2007 (a `k`-ary `n`-flat has `n - 1` dimensions of `k`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HyperX {
    /// Switches along each dimension, S: `8x8x8`.
    pub dims: Vec<u64>,
    /// Endpoints of a switch, T.
    pub t: u64,
    /// Links between two joined switches in each dimension, K; one when left out.
    #[serde(default)]
    pub trunk: Vec<u64>,
    /// Planes: equal networks side by side, one link of every endpoint to each.
    #[serde(default = "one")]
    pub planes: u64,
}

fn one() -> u64 {
    1
}

/// Most dimensions.
pub(super) const MOST_DIMENSIONS: usize = 16;

/// Checked sizes of the dimensions and their product.
pub(super) fn vertices(dims: &[u64]) -> Result<u64, FabricError> {
    at_least_one("the number of dimensions", dims.len() as u64)?;
    if dims.len() > MOST_DIMENSIONS {
        let (what, most) = ("dimensions", MOST_DIMENSIONS as u64);
        return Err(FabricError::TooLarge { what, count: dims.len() as u64, most });
    }
    for dim in dims {
        at_least_one("the size of a dimension", *dim)?;
    }
    product("vertices", dims)
}

/// Dimensions with their trunks, of complete graphs.
pub(super) fn complete(dims: &[u64], trunk: &[u64]) -> Result<Vec<(u64, u64)>, FabricError> {
    vertices(dims)?;
    if !trunk.is_empty() && trunk.len() != dims.len() {
        return Err(FabricError::NotOfThisKind {
            what: "the list of trunks",
            found: format!("{} long", trunk.len()),
            needed: "empty, or one number for each dimension",
        });
    }
    let trunk =
        |k: usize| at_least_one("the trunk of a dimension", trunk.get(k).copied().unwrap_or(1));
    dims.iter().enumerate().map(|(k, s)| Ok((*s, trunk(k)?))).collect()
}

/// Links along all dimensions.
pub(super) fn links_of(dims: &[(u64, u64)], vertices: u64) -> Result<u64, FabricError> {
    let ports = dims.iter().map(|(s, k)| (s - 1).saturating_mul(*k)).fold(0, u64::saturating_add);
    Ok(product("links", &[vertices, ports])? / 2)
}

/// Links between halves of the vertices that are whole along one dimension as far as they can; `at_vertex` is what
/// halving a vertex itself costs. The flag says whether it is proven that no halves cut fewer.
pub(super) fn halves(dims: &[(u64, u64)], vertices: u64, at_vertex: u64) -> (u64, bool) {
    let mut sorted: Vec<(u64, u64)> = dims.iter().copied().filter(|(s, _)| *s > 1).collect();
    sorted.sort_by_key(|(s, k)| (s.saturating_mul(*k), s % 2));
    let even = sorted.first().is_none_or(|(s, _)| s % 2 == 0);
    let (mut rest, mut cut) = (vertices, 0_u64);
    for (s, k) in sorted {
        rest /= s;
        // floor(s^2 / 4) pairs across for each line; of an odd number the middle slab is halved in turn.
        cut = cut.saturating_add(rest.saturating_mul(k).saturating_mul(s * s / 4));
        if s % 2 == 0 {
            return (cut, even);
        }
    }
    (cut.saturating_add(at_vertex), even && vertices > 1)
}

/// Wires of a product of complete graphs of vertices that begin at `first`.
pub(super) fn wires(dims: &[(u64, u64)], first: u64, class: u8, emit: &mut dyn FnMut(Wire)) {
    let vertices: u64 = dims.iter().map(|d| d.0).product();
    let mut stride = 1;
    for (k, (s, trunk)) in dims.iter().enumerate() {
        for v in 0..vertices {
            let at = v / stride % s;
            for other in at + 1..*s {
                emit(wire(first + v, first + v + (other - at) * stride, *trunk, class + k as u8));
            }
        }
        stride *= s;
    }
}

/// Names of classes by dimension.
pub(super) const DIMENSIONS: [&str; MOST_DIMENSIONS] = [
    "dimension 1",
    "dimension 2",
    "dimension 3",
    "dimension 4",
    "dimension 5",
    "dimension 6",
    "dimension 7",
    "dimension 8",
    "dimension 9",
    "dimension 10",
    "dimension 11",
    "dimension 12",
    "dimension 13",
    "dimension 14",
    "dimension 15",
    "dimension 16",
];

/// `n!`, saturating.
pub(super) fn factorial(n: u64) -> u64 {
    (1..=n).fold(1, u64::saturating_mul)
}

impl Shape for HyperX {
    fn summary(&self) -> Result<Summary, FabricError> {
        let dims = complete(&self.dims, &self.trunk)?;
        let t = at_least_one("t, the endpoints of a switch,", self.t)?;
        let v = vertices(&self.dims)?;
        let n = product("endpoints", &[v, t])?;
        let planes = at_least_one("the number of planes", self.planes)?;
        product("links", &[planes, links_of(&dims, v)?])?;
        product("links", &[planes, n])?;
        product(
            "pairs in a bisection",
            &[planes, v, dims.iter().map(|(s, k)| s.saturating_mul(*k)).max().unwrap_or(1)],
        )?;
        let ports = t + dims.iter().map(|(s, k)| (s - 1) * k).sum::<u64>();
        let (across, proven) = halves(&dims, v, t / 2);
        let bisection = if n / 2 <= across {
            Bisection::exact_if(proven, n / 2 * planes, "links of half the endpoints")
        } else {
            Bisection::exact_if(
                proven,
                across * planes,
                "half of the dimension of least K S (Ahn et al. 2009)",
            )
        };
        let at_endpoints = n / 2 <= across;
        let differing = dims.iter().filter(|(s, _)| *s > 1).count() as u64;
        let (nf, vf, tf) = (n as f64, v as f64, t as f64);
        let expected: f64 = dims.iter().map(|(s, _)| 1.0 - 1.0 / *s as f64).sum();
        let sum = 2.0 * nf * (nf - 1.0) + tf * tf * vf * vf * expected;
        let most = dims
            .iter()
            .filter(|(s, _)| *s > 1)
            .map(|(s, k)| nf * tf / (n - 1) as f64 / s.saturating_mul(*k) as f64);
        let most = most.fold(1.0, f64::max);
        let mut links =
            vec![LinkCount::of("endpoint-router", ["endpoint", "router"], n * planes, 1)];
        // With several planes nobody is cut off: those hit lose a plane.
        let lost = |endpoints: u64| match planes {
            1 => [share(endpoints, n), 0.0],
            planes => [0.0, share(1, planes)],
        };
        let mut failures = vec![Failure::of(
            "an endpoint's link",
            [lost(1)[0], lost(1)[1], if at_endpoints { bisection.share(1) } else { 0.0 }],
        )];
        let cut_dim = dims
            .iter()
            .enumerate()
            .filter(|(_, d)| d.0 > 1)
            .min_by_key(|(_, (s, k))| (s * k, s % 2));
        for (i, (s, k)) in dims.iter().enumerate() {
            let count = v * (s - 1) * k / 2 * planes;
            links.push(LinkCount::of(DIMENSIONS[i], ["router", "router"], count, *k));
        }
        let crossing = cut_dim.map_or(0, |(_, (s, k))| s / 2 * k);
        let on = |links: u64| if at_endpoints { 0.0 } else { bisection.share(links) };
        failures.push(Failure::of("a link between routers", [0.0, 0.0, on(u64::from(v > 1))]));
        failures.push(Failure::of(
            "a router",
            [lost(t)[0], lost(t)[1], if at_endpoints { bisection.share(t) } else { on(crossing) }],
        ));
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: planes,
            switches: vec![SwitchCount::of("router", v * planes, ports)],
            links,
            diameter: Diameter::switched(if v > 1 {
                2 + differing
            } else if t > 1 {
                2
            } else {
                0
            }),
            mean_links: mean_of_pairs(sum, n),
            bisection,
            shortest_paths: Some(factorial(differing).saturating_mul(planes)),
            edge_disjoint_paths: planes,
            saturation: Some(Saturation::of_load(most, 1, "ECMP")),
            failures,
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let dims = complete(&self.dims, &self.trunk)?;
        let n = product("endpoints", &[vertices(&self.dims)?, self.t])?;
        let v = n / self.t;
        for plane in 0..self.planes {
            let first = n + plane * v;
            for endpoint in 0..n {
                emit(wire(endpoint, first + endpoint / self.t, 1, 0));
            }
            wires(&dims, first, 1, emit);
        }
        Ok(())
    }
}
