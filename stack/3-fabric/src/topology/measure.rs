//! Measures of an explicit graph: distances, components, cuts, a bound on the bisection.

use super::Graph;
use lightloom_num::Stream;

/// A vertex that was not reached.
pub const UNREACHED: u32 = u32::MAX;

/// Breadth-first search that keeps its buffers.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Links from the start to each vertex; [`UNREACHED`] where there is no way.
    pub distance: Vec<u32>,
    /// Vertices in the order in which they were reached.
    pub order: Vec<u32>,
}

impl Search {
    /// Searches from a vertex of the graph.
    pub fn run(&mut self, graph: &Graph, from: u32) {
        self.distance.clear();
        self.distance.resize(graph.vertices() as usize, UNREACHED);
        self.order.clear();
        if from >= graph.vertices() {
            return;
        }
        self.distance[from as usize] = 0;
        self.order.push(from);
        let mut head = 0;
        while let Some(&v) = self.order.get(head) {
            head += 1;
            let next = self.distance[v as usize] + 1;
            for &to in graph.neighbours(v) {
                if self.distance[to as usize] == UNREACHED {
                    self.distance[to as usize] = next;
                    self.order.push(to);
                }
            }
        }
    }
}

/// Distances between endpoints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distances {
    /// The longest of the shortest paths, in links.
    pub diameter: u64,
    /// Mean over pairs of different endpoints.
    pub mean_links: f64,
    /// Whether every endpoint reaches every other.
    pub connected: bool,
}

/// Distances from some endpoints to all: from one where all are alike, from all where not.
///
/// # Example
/// ```
/// use lightloom_fabric::topology::{Topology, Torus, measure};
/// let ring = Topology::Torus(Torus { dims: vec![6], wrap: vec![], twisted: false });
/// let found = measure::distances(&ring.graph()?, 0..1);
/// assert_eq!((found.diameter, found.mean_links), (3, 1.8));
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
#[must_use]
pub fn distances(graph: &Graph, from: impl IntoIterator<Item = u32>) -> Distances {
    let n = graph.endpoints() as usize;
    let mut search = Search::default();
    let (mut sum, mut pairs, mut diameter, mut connected) = (0_u64, 0_u64, 0_u32, true);
    for start in from {
        search.run(graph, start);
        for (v, d) in search.distance.iter().take(n).enumerate() {
            if *d == UNREACHED {
                connected = false;
            } else if v as u32 != start {
                sum += u64::from(*d);
                pairs += 1;
                diameter = diameter.max(*d);
            }
        }
    }
    let mean_links = if pairs == 0 { 0.0 } else { sum as f64 / pairs as f64 };
    Distances { diameter: u64::from(diameter), mean_links, connected }
}

/// The component of every vertex, numbered from zero, without the vertices that `gone` names.
#[must_use]
pub fn components(graph: &Graph, gone: impl Fn(u32) -> bool) -> (Vec<u32>, u32) {
    let mut component = vec![UNREACHED; graph.vertices() as usize];
    let (mut stack, mut count) = (Vec::new(), 0);
    for start in 0..graph.vertices() {
        if component[start as usize] != UNREACHED || gone(start) {
            continue;
        }
        component[start as usize] = count;
        stack.push(start);
        while let Some(v) = stack.pop() {
            for &to in graph.neighbours(v) {
                if component[to as usize] == UNREACHED && !gone(to) {
                    component[to as usize] = count;
                    stack.push(to);
                }
            }
        }
        count += 1;
    }
    (component, count)
}

/// Links between vertices on one side and vertices on the other.
#[must_use]
pub fn cut(graph: &Graph, side: &[bool]) -> u64 {
    let on = |v: u32| side.get(v as usize).copied().unwrap_or(false);
    graph.all_edges().filter(|(v, e)| on(*v) != on(e.to)).map(|(_, e)| u64::from(e.links)).sum()
}

/// A cut of the endpoints in halves that was found to be small: an upper bound of the bisection.
///
/// # Model
/// Halves by the order of the endpoints, and by the second eigenvector of the Laplacian (power iteration). Switches go
/// where most of their links go; then endpoints change sides in pairs while that lessens the cut.
#[must_use]
pub fn bisection_bound(graph: &Graph, seed: u64) -> u64 {
    let n = graph.endpoints();
    let mut orders: Vec<Vec<u32>> = vec![(0..n).collect()];
    orders.push(by_eigenvector(graph, seed));
    let bounds = orders.iter().map(|order| {
        let mut side = vec![false; graph.vertices() as usize];
        for v in order.iter().take(n as usize / 2) {
            side[*v as usize] = true;
        }
        settle(graph, &mut side);
        improve(graph, &mut side);
        cut(graph, &side)
    });
    bounds.min().unwrap_or(0)
}

/// Puts each switch where most of its links go, until none moves.
fn settle(graph: &Graph, side: &mut [bool]) {
    for _ in 0..16 {
        let mut moved = false;
        for v in graph.endpoints()..graph.vertices() {
            let balance: i64 = graph.edges(v).map(|e| signed(side[e.to as usize], e.links)).sum();
            if balance != 0 && side[v as usize] != (balance > 0) {
                side[v as usize] = balance > 0;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

fn signed(positive: bool, links: u32) -> i64 {
    if positive { i64::from(links) } else { -i64::from(links) }
}

/// Exchanges the pair of endpoints that gains most, while one gains.
fn improve(graph: &Graph, side: &mut [bool]) {
    let n = graph.endpoints();
    // More than this is not worth the time: a bound it stays.
    for _ in 0..64 {
        let gain = |v: u32| {
            let here = side[v as usize];
            graph.edges(v).map(|e| signed(side[e.to as usize] != here, e.links)).sum::<i64>()
        };
        let best = |on: bool| {
            let own = (0..n).filter(|v| side[*v as usize] == on);
            own.map(|v| (gain(v), std::cmp::Reverse(v))).max()
        };
        let (Some((ga, a)), Some((gb, b))) = (best(true), best(false)) else { return };
        let between: i64 =
            graph.edges(a.0).filter(|e| e.to == b.0).map(|e| i64::from(e.links)).sum();
        if ga + gb - 2 * between <= 0 {
            return;
        }
        side[a.0 as usize] = false;
        side[b.0 as usize] = true;
        settle(graph, side);
    }
}

/// Endpoints in the order of the second eigenvector.
fn by_eigenvector(graph: &Graph, seed: u64) -> Vec<u32> {
    let vertices = graph.vertices() as usize;
    let mut stream = Stream::new(seed, 0);
    let mut x: Vec<f64> = (0..vertices).map(|_| stream.unit() - 0.5).collect();
    let most = (0..graph.vertices()).map(|v| graph.degree(v)).max().unwrap_or(0) as f64;
    let mut y = vec![0.0; vertices];
    for _ in 0..60 {
        let mean = x.iter().sum::<f64>() / vertices.max(1) as f64;
        x.iter_mut().for_each(|value| *value -= mean);
        for v in 0..graph.vertices() {
            let own = x[v as usize];
            let pulled: f64 =
                graph.edges(v).map(|e| f64::from(e.links) * (x[e.to as usize] - own)).sum();
            // x - L x / (2 d): the small eigenvalues of L are the large ones of this.
            y[v as usize] = own + pulled / (2.0 * most).max(1.0);
        }
        let norm = y.iter().map(|value| value * value).sum::<f64>().sqrt();
        if norm < 1e-12 {
            break;
        }
        for (to, from) in x.iter_mut().zip(&y) {
            *to = from / norm;
        }
    }
    let mut order: Vec<u32> = (0..graph.endpoints()).collect();
    order.sort_by(|a, b| x[*a as usize].total_cmp(&x[*b as usize]).then(a.cmp(b)));
    order
}
