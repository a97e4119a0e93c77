//! Endpoints as a product of complete graphs: a full mesh in each dimension, without switches (UB-Mesh).

use super::hyperx::{DIMENSIONS, complete, factorial, halves, links_of, vertices, wires};
use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, mean_of_pairs, share,
};
use super::{Shape, Wire};
use crate::error::{FabricError, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A full mesh in each dimension; endpoints forward.
///
/// # Model
/// As [`super::HyperX`] with the endpoints as its vertices: `sum K_k (S_k - 1)` links each, distance the coordinates
/// that differ, bisection `N / 4 min_k K_k S_k`.
///
/// # Source
/// H. Liao et al., UB-Mesh: a Hierarchically Localized nD-FullMesh Datacenter Network Architecture, arXiv 2503.20377.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NdFullMesh {
    /// Endpoints along each dimension: `8x8x4x4`.
    pub dims: Vec<u64>,
    /// Links between two joined endpoints in each dimension; one when left out.
    #[serde(default)]
    pub trunk: Vec<u64>,
}

/// Paths without a common link of a product: the fewest of the links of a vertex, and of the copies of each factor's.
///
/// # Source
/// The edge connectivity of a Cartesian product, remembered of J.-M. Xu, C. Yang, Connectivity of Cartesian product graphs,
/// Discrete Mathematics 306 (2006) 159, and not re-read; tests compare it with maximum flows.
pub(super) fn connectivity(n: u64, ports: u64, factors: impl Iterator<Item = (u64, u64)>) -> u64 {
    let copies =
        factors.filter(|(size, _)| *size > 1).map(|(size, own)| own.saturating_mul(n / size));
    copies.fold(ports, u64::min)
}

impl Shape for NdFullMesh {
    fn summary(&self) -> Result<Summary, FabricError> {
        let dims = complete(&self.dims, &self.trunk)?;
        let n = vertices(&self.dims)?;
        links_of(&dims, n)?;
        product(
            "pairs in a bisection",
            &[n, dims.iter().map(|(s, k)| s.saturating_mul(*k)).max().unwrap_or(1)],
        )?;
        let ports = dims.iter().map(|(s, k)| (s - 1) * k).sum::<u64>();
        let (cut, proven) = halves(&dims, n, 0);
        // A single dimension is a complete graph: all halves are alike.
        let one = dims.iter().filter(|(s, _)| *s > 1).count() <= 1;
        let bisection = Bisection::exact_if(
            proven || one,
            cut,
            "half of the dimension of least K S (Ahn et al. 2009)",
        );
        let nf = n as f64;
        let expected: f64 = dims.iter().map(|(s, _)| 1.0 - 1.0 / *s as f64).sum();
        let most = dims
            .iter()
            .filter(|(s, _)| *s > 1)
            .map(|(s, k)| nf / (n - 1) as f64 / s.saturating_mul(*k) as f64);
        let differing = dims.iter().filter(|(s, _)| *s > 1).count() as u64;
        let saturation = Saturation::of_load(most.fold(0.0, f64::max), ports, "ECMP");
        let cut_dim = dims.iter().filter(|d| d.0 > 1).min_by_key(|(s, k)| (s * k, s % 2));
        let crossing = cut_dim.map_or(0, |(s, k)| s / 2 * k);
        let link = |(i, (s, k)): (usize, &(u64, u64))| {
            LinkCount::of(DIMENSIONS[i], ["endpoint", "endpoint"], n * (s - 1) * k / 2, *k)
        };
        let most_parallel = dims.iter().filter(|d| d.0 > 1).map(|d| d.1).max().unwrap_or(0);
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: ports,
            switches: Vec::new(),
            links: dims.iter().enumerate().map(link).collect(),
            diameter: Diameter { links: differing, switches: 0 },
            mean_links: mean_of_pairs(nf * nf * expected, n),
            bisection,
            shortest_paths: Some(factorial(differing)),
            edge_disjoint_paths: connectivity(
                n,
                ports,
                dims.iter().map(|(s, k)| (*s, (s - 1) * k)),
            ),
            saturation: Some(saturation),
            failures: vec![
                Failure::of(
                    "a link",
                    [
                        if ports == 1 { 1.0 } else { 0.0 },
                        share(u64::from(ports > 1), ports),
                        bisection.share(u64::from(ports > 0)),
                    ],
                ),
                Failure::of(
                    "an endpoint",
                    // Of two the other is left alone.
                    if n == 2 {
                        [1.0, 0.0, 1.0]
                    } else {
                        [share(1, n), share(most_parallel, ports), bisection.share(crossing)]
                    },
                ),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        wires(&complete(&self.dims, &self.trunk)?, 0, 0, emit);
        Ok(())
    }
}
