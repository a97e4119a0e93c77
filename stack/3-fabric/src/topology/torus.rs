//! Torus and mesh: rings, or lines, in every dimension; plain or twisted.

use super::hyperx::{DIMENSIONS, vertices};
use super::nd_full_mesh::connectivity;
use super::summary::{Bisection, Diameter, Failure, LinkCount, Saturation, Summary, share};
use super::{Shape, Wire, wire};
use crate::error::{FabricError, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A torus of any dimensions; endpoints forward.
///
/// # Model
/// A ring of `k` has mean distance `floor(k^2 / 4) / k` with itself, a line `(k^2 - 1) / 3k`. Rings of two have two
/// links between their members. Bisection `2 sum_i prod_(j > i) k_j` over the sizes in falling order down to the first
/// even one; half of it for lines. Load of a link under uniform dimension-order traffic: half the ring's mean distance.
///
/// Twisted, `k x k x 2k`: a wrap along a short dimension goes `k` on along the long one. `k x 2k x 2k`: a wrap along the
/// short one goes `k` on along both long ones. Sums of distances from one endpoint: `(7 k^4 - 2 k^2 - k mod 2) / 4` and
/// `(35 k^4 - 8 k^2) / 8`, for odd `k` `(35 k^4 - 14 k^2 + 3) / 8`; diameter `floor(3 k / 2)` of both. All links are
/// alike, so each carries a sixth of the mean distance.
///
/// # Validity
/// The bisection is exact for rings only or lines only; mixed or twisted it is that of one pair of halves. The sums of
/// twisted tori are polynomials through counted ones, and hold where tests count (`k` to 16).
///
/// # Source
/// J. Arjona Aroca, A. Fernandez Anta, Bisection (Band)Width of Product Networks, IEEE TPDS 25 (2014) 570.
/// C. Camarero, C. Martinez, R. Beivide, Lattice Graphs for High-Scale Interconnection Topologies, IEEE TPDS 26 (2015)
/// 2506 (first as arXiv 1311.2019): FCC and BCC lattices; the sums are our own. N. Jouppi et al., TPU v4, ISCA 2023: twisted slices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Torus {
    /// Endpoints along each dimension: `16x16x16`.
    pub dims: Vec<u64>,
    /// Whether each dimension is a ring; all are when left out.
    #[serde(default)]
    pub wrap: Vec<bool>,
    /// Twisted wraparound, for `k x k x 2k` and `k x 2k x 2k`.
    #[serde(default)]
    pub twisted: bool,
}

/// A dimension: its size, whether it is a ring, and how far a wrap goes along each other one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dimension {
    size: u64,
    ring: bool,
    /// Steps along other dimensions at the wrap: dimension, steps.
    twist: Vec<(usize, u64)>,
}

/// Kinds of twist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lattice {
    /// `k x k x 2k`.
    FaceCentred(u64),
    /// `k x 2k x 2k`.
    BodyCentred(u64),
}

impl Torus {
    /// A plain torus.
    pub(super) fn plain(dims: Vec<u64>, twisted: bool) -> Self {
        Self { dims, wrap: Vec::new(), twisted }
    }

    fn lattice(&self) -> Result<Option<Lattice>, FabricError> {
        if !self.twisted {
            return Ok(None);
        }
        let mut sorted = self.dims.clone();
        sorted.sort_unstable();
        let all_rings = self.wrap.iter().all(|w| *w);
        match sorted.as_slice() {
            [a, b, c] if all_rings && *a > 1 && a == b && *c == 2 * a => {
                Ok(Some(Lattice::FaceCentred(*a)))
            }
            [a, b, c] if all_rings && *a > 1 && *b == 2 * a && b == c => {
                Ok(Some(Lattice::BodyCentred(*a)))
            }
            _ => Err(FabricError::NotOfThisKind {
                what: "the shape of a twisted torus",
                found: shape_of(&self.dims),
                needed: "k x k x 2k or k x 2k x 2k of rings, with k of 2 or more, such as 4x4x8",
            }),
        }
    }

    fn dimensions(&self) -> Result<Vec<Dimension>, FabricError> {
        vertices(&self.dims)?;
        if !self.wrap.is_empty() && self.wrap.len() != self.dims.len() {
            return Err(FabricError::NotOfThisKind {
                what: "the list of wraparounds",
                found: format!("{} long", self.wrap.len()),
                needed: "empty, or true or false for each dimension",
            });
        }
        let short = self.lattice()?.map(|l| match l {
            Lattice::FaceCentred(k) | Lattice::BodyCentred(k) => k,
        });
        let long = |k: u64| self.dims.iter().enumerate().filter(move |(_, d)| **d != k);
        let dimension = |(i, size): (usize, &u64)| Dimension {
            size: *size,
            ring: self.wrap.get(i).copied().unwrap_or(true),
            twist: match short {
                Some(k) if *size == k => long(k).map(|(j, _)| (j, k)).collect(),
                _ => Vec::new(),
            },
        };
        Ok(self.dims.iter().enumerate().map(dimension).collect())
    }

    /// Links of a dimension: of all its lines.
    fn links_of(d: &Dimension, n: u64) -> u64 {
        match (d.size, d.ring) {
            (1, _) => 0,
            (_, true) => n,
            (size, false) => n / size * (size - 1),
        }
    }
}

/// `4x4x8`.
pub(super) fn shape_of(dims: &[u64]) -> String {
    let sizes: Vec<String> = dims.iter().map(u64::to_string).collect();
    sizes.join("x")
}

/// Links between halves of a torus or mesh, and whether no halves cut fewer.
fn halves(dims: &[Dimension], n: u64) -> (u64, bool) {
    let weight = |d: &Dimension| if d.ring { 2 } else { 1 };
    let mut sorted: Vec<&Dimension> = dims.iter().filter(|d| d.size > 1).collect();
    // The cheapest cut first: the longest, with lines counted as twice as long.
    sorted.sort_by_key(|d| std::cmp::Reverse(2 * d.size / weight(d)));
    let alike = sorted.windows(2).all(|w| w[0].ring == w[1].ring);
    let (mut rest, mut cut) = (n, 0);
    for d in sorted {
        rest /= d.size;
        cut += weight(d) * rest;
        if d.size % 2 == 0 {
            break;
        }
    }
    (cut, alike)
}

impl Shape for Torus {
    fn summary(&self) -> Result<Summary, FabricError> {
        let dims = self.dimensions()?;
        let n = product("endpoints", &self.dims)?;
        let lattice = self.lattice()?;
        product("links", &[n, dims.len() as u64])?;
        let ports: u64 = dims
            .iter()
            .map(|d| match (d.size, d.ring) {
                (1, _) => 0,
                (_, true) => 2,
                // The fewest: at the end of a line.
                (_, false) => 1,
            })
            .sum();
        let nf = n as f64;
        let ring_sum = |d: &Dimension| {
            let k = d.size as f64;
            if d.ring { floor_quarter(d.size) / k } else { (k * k - 1.0) / (3.0 * k) }
        };
        let wraps = nf / (n - 1).max(1) as f64;
        let (longest, mean, most) = match lattice {
            None => {
                let longest =
                    dims.iter().map(|d| if d.ring { d.size / 2 } else { d.size - 1 }).sum();
                let mean = dims.iter().map(ring_sum).sum::<f64>() * wraps;
                let load = |d: &Dimension| match (d.size, d.ring) {
                    (1, _) => 0.0,
                    (_, true) => ring_sum(d) / 2.0 * wraps,
                    (k, false) => floor_quarter(k) / k as f64 * wraps,
                };
                (longest, mean, dims.iter().map(load).fold(0.0, f64::max))
            }
            Some(Lattice::FaceCentred(k)) => {
                let sum = 7.0 * fourth(k) - 2.0 * square(k) - (k % 2) as f64;
                let mean = sum / 4.0 / (n - 1) as f64;
                (3 * k / 2, mean, mean / 6.0)
            }
            Some(Lattice::BodyCentred(k)) => {
                let sum = if k % 2 == 0 {
                    35.0 * fourth(k) - 8.0 * square(k)
                } else {
                    35.0 * fourth(k) - 14.0 * square(k) + 3.0
                };
                let mean = sum / 8.0 / (n - 1) as f64;
                (3 * k / 2, mean, mean / 6.0)
            }
        };
        let bisection = match lattice {
            None => {
                let (cut, exact) = halves(&dims, n);
                Bisection::exact_if(exact, cut, "Arjona Aroca and Fernandez Anta 2014")
            }
            // Two planes across a short dimension, where no twist crosses them; of an odd size the middle plane is
            // halved along the other short one.
            Some(Lattice::FaceCentred(k)) => {
                let planes = 4 * k * k;
                let middle = if k % 2 == 1 { 4 * k + 2 * k } else { 0 };
                Bisection::at_most(planes + middle, "two planes across a short dimension")
            }
            Some(Lattice::BodyCentred(k)) => {
                Bisection::at_most(8 * k * k, "two planes across a long dimension, and the twists")
            }
        };
        let fewest = if ports == 0 { 0 } else { 1 };
        let most_parallel = if dims.iter().any(|d| d.ring && d.size == 2 && d.twist.is_empty()) {
            2
        } else {
            fewest
        };
        let halved = dims
            .iter()
            .filter(|d| d.size > 1)
            .max_by_key(|d| if d.ring { d.size } else { 2 * d.size });
        let crossing = halved.map_or(0, |d| if d.ring && d.size == 2 { 2 } else { 1 });
        let of_one = match dims.iter().filter(|d| d.size > 1).collect::<Vec<_>>().as_slice() {
            // A single line or ring: neighbours may have no other.
            [d] if d.size == 2 => [1.0, 0.0],
            [d] if d.size == 3 && !d.ring => [1.0, 0.5],
            [d] if !d.ring => [share(2, n), 0.5],
            _ => [share(1, n), share(most_parallel, ports)],
        };
        Ok(Summary {
            endpoints: n,
            ports_per_endpoint: ports,
            switches: Vec::new(),
            links: dims
                .iter()
                .enumerate()
                .map(|(i, d)| {
                    let trunk = if d.ring && d.size == 2 && d.twist.is_empty() { 2 } else { 1 };
                    LinkCount::of(
                        DIMENSIONS[i],
                        ["endpoint", "endpoint"],
                        Self::links_of(d, n),
                        trunk,
                    )
                })
                .collect(),
            diameter: Diameter { links: longest, switches: 0 },
            mean_links: if n > 1 { mean } else { 0.0 },
            shortest_paths: lattice.is_none().then(|| farthest_paths(&dims)),
            edge_disjoint_paths: match lattice {
                // All endpoints are alike, and so are all links.
                Some(_) => ports,
                None => connectivity(
                    n,
                    ports,
                    dims.iter().map(|d| (d.size, if d.ring { 2 } else { 1 })),
                ),
            },
            saturation: Some(Saturation::of_load(
                most,
                dims.iter().map(|d| if d.size > 1 { 2 } else { 0 }).sum(),
                if lattice.is_some() { "ECMP" } else { "dimension order" },
            )),
            failures: vec![
                Failure::of(
                    "a link",
                    [
                        if ports == 1 { share(1, n) } else { 0.0 },
                        if ports == 1 { 0.0 } else { share(fewest, ports) },
                        bisection.share(fewest),
                    ],
                ),
                Failure::of("an endpoint", [of_one[0], of_one[1], bisection.share(crossing)]),
            ],
            bisection,
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let dims = self.dimensions()?;
        let n = product("endpoints", &self.dims)?;
        let mut strides = Vec::with_capacity(dims.len());
        let mut stride = 1;
        for d in &dims {
            strides.push(stride);
            stride *= d.size;
        }
        for (i, d) in dims.iter().enumerate().filter(|(_, d)| d.size > 1) {
            for v in 0..n {
                let at = v / strides[i] % d.size;
                if at + 1 < d.size {
                    // A ring of two without twist is one wire of two links.
                    let double = d.ring && d.size == 2 && d.twist.is_empty();
                    emit(wire(v, v + strides[i], if double { 2 } else { 1 }, i as u8));
                } else if d.ring && (d.size > 2 || !d.twist.is_empty()) {
                    let mut to = v - at * strides[i];
                    for (j, steps) in &d.twist {
                        let along = to / strides[*j] % dims[*j].size;
                        let moved = (along + steps) % dims[*j].size;
                        to = to - along * strides[*j] + moved * strides[*j];
                    }
                    emit(wire(v, to, 1, i as u8));
                }
            }
        }
        Ok(())
    }
}

fn square(k: u64) -> f64 {
    k as f64 * k as f64
}

/// `floor(k^2 / 4)`: steps to all from one end of a ring, pairs across the middle of a line.
fn floor_quarter(k: u64) -> f64 {
    (k / 2) as f64 * k.div_ceil(2) as f64
}

fn fourth(k: u64) -> f64 {
    square(k) * square(k)
}

/// Shortest paths between endpoints that are farthest apart: orders of the steps, and both ways round even rings.
fn farthest_paths(dims: &[Dimension]) -> u64 {
    let (mut paths, mut steps) = (1_u64, 0_u64);
    for d in dims {
        let far = if d.ring { d.size / 2 } else { d.size - 1 };
        // steps + far over far, built up so that every division is exact; saturating in the end.
        let (few, many) = (far.min(steps), far.max(steps));
        for i in 1..=few {
            let wide = u128::from(paths) * u128::from(many + i) / u128::from(i);
            paths = u64::try_from(wide).unwrap_or(u64::MAX);
            if paths == u64::MAX {
                return paths;
            }
        }
        steps += far;
        if d.ring && d.size > 2 && d.size % 2 == 0 {
            paths = paths.saturating_mul(2);
        }
    }
    paths
}
