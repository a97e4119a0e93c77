//! Loads of links under traffic that is spread over all shortest paths, and the throughput that they allow.

use super::measure::{Search, UNREACHED};
use super::{Graph, Saturation};

/// Load of every edge by direction, [`super::graph::Edge::index`], all its links together; 1 is one link's rate.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkLoads {
    loads: Vec<f64>,
    most: f64,
}

impl LinkLoads {
    /// Load of an edge in its direction.
    #[must_use]
    pub fn of(&self, index: usize) -> f64 {
        self.loads.get(index).copied().unwrap_or(0.0)
    }

    /// Load of the fullest link.
    #[must_use]
    pub fn most(&self) -> f64 {
        self.most
    }

    /// Where the fullest link is full, of endpoints with so many links.
    #[must_use]
    pub fn saturation(&self, ports: u64) -> Saturation {
        Saturation::of_load(self.most, ports, "ECMP")
    }

    fn finish(graph: &Graph, loads: Vec<f64>) -> Self {
        let all = (0..graph.vertices()).flat_map(|v| graph.edges(v));
        let most = all.map(|e| loads[e.index] / f64::from(e.links)).fold(0.0, f64::max);
        Self { loads, most }
    }
}

/// Pushes what every vertex has towards the start of the search, equally over the links of all shortest paths.
fn push(graph: &Graph, search: &Search, flow: &mut [f64], loads: &mut [f64]) {
    for &v in search.order.iter().rev() {
        let amount = flow[v as usize];
        let distance = search.distance[v as usize];
        if distance == 0 || amount <= 0.0 {
            continue;
        }
        let nearer = |to: u32| search.distance[to as usize] + 1 == distance;
        let links: u64 = graph.edges(v).filter(|e| nearer(e.to)).map(|e| u64::from(e.links)).sum();
        for edge in graph.edges(v).filter(|e| nearer(e.to)) {
            let part = amount * f64::from(edge.links) / links as f64;
            loads[edge.index] += part;
            flow[edge.to as usize] += part;
        }
        flow[v as usize] = 0.0;
    }
}

/// Loads when every endpoint sends one link's rate, in equal parts to every other, by ECMP.
///
/// # Model
/// For every destination a search, and flow pushed back over its shortest paths: `O(N E)`.
#[must_use]
pub fn uniform(graph: &Graph) -> LinkLoads {
    let n = graph.endpoints();
    let share = 1.0 / f64::from(n.max(2) - 1);
    let mut search = Search::default();
    let mut loads = vec![0.0; graph.half_edges()];
    let mut flow = vec![0.0; graph.vertices() as usize];
    for to in 0..n {
        search.run(graph, to);
        flow.fill(0.0);
        for (v, amount) in flow.iter_mut().take(n as usize).enumerate() {
            if v as u32 != to && search.distance[v] != UNREACHED {
                *amount = share;
            }
        }
        push(graph, &search, &mut flow, &mut loads);
    }
    LinkLoads::finish(graph, loads)
}

/// Loads when endpoint `i` sends one link's rate to endpoint `to[i]`, by ECMP; pairs that are not there are left out.
#[must_use]
pub fn permutation(graph: &Graph, to: &[u32]) -> LinkLoads {
    let n = graph.endpoints();
    let mut search = Search::default();
    let mut loads = vec![0.0; graph.half_edges()];
    let mut flow = vec![0.0; graph.vertices() as usize];
    for (from, to) in (0..n).zip(to.iter().copied()) {
        if from == to || to >= n {
            continue;
        }
        search.run(graph, to);
        if search.distance[from as usize] != UNREACHED {
            flow.fill(0.0);
            flow[from as usize] = 1.0;
            push(graph, &search, &mut flow, &mut loads);
        }
    }
    LinkLoads::finish(graph, loads)
}
