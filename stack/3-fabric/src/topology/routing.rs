//! Routes: shortest, up-down, dimension order, minimal and Valiant.

use super::measure::{Search, UNREACHED};
use super::{Graph, Topology};
use crate::error::FabricError;
use lightloom_num::Stream;
use serde::{Deserialize, Serialize};

/// A way from one endpoint to another, as the vertices that it passes, with both ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The vertices.
    pub vertices: Vec<u32>,
}

impl Route {
    /// Links of the way.
    #[must_use]
    pub fn links(&self) -> u64 {
        self.vertices.len().saturating_sub(1) as u64
    }

    /// Cuts out what lies between two visits of one vertex.
    fn without_loops(mut self) -> Self {
        let mut at = 0;
        while let Some(v) = self.vertices.get(at).copied() {
            if let Some(last) = self.vertices.iter().rposition(|w| *w == v)
                && last > at
            {
                self.vertices.drain(at + 1..=last);
            }
            at += 1;
        }
        self
    }
}

/// How a way is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// One of the shortest ways; each link of each next hop is as likely (ECMP of a flow).
    Shortest,
    /// Up to a layer of switches and down again, never up after down: Clos, two-tier, switch planes, rails.
    UpDown,
    /// Coordinates corrected one after the other: torus, mesh, HyperX, full mesh.
    DimensionOrder,
    /// At most one global link, with a local one before and after: dragonfly. Elsewhere as [`Routing::Shortest`].
    Minimal,
    /// By the shortest way to a random vertex and from there by the shortest way (Valiant 1982), without loops.
    Valiant,
}

impl Routing {
    /// The routing that the topology is known by.
    #[must_use]
    pub const fn usual(topology: &Topology) -> Self {
        match topology {
            Topology::SwitchPlanes(_) | Topology::TwoTier(_) | Topology::Clos(_) => Self::UpDown,
            Topology::Torus(t) if t.twisted => Self::Shortest,
            Topology::OcsTorus(t) if t.twisted => Self::Shortest,
            Topology::Torus(_)
            | Topology::OcsTorus(_)
            | Topology::HyperX(_)
            | Topology::FullMesh(_)
            | Topology::NdFullMesh(_) => Self::DimensionOrder,
            Topology::Dragonfly(_) => Self::Minimal,
            _ => Self::Shortest,
        }
    }
}

/// Finds routes on the graph of a topology; keeps its buffers.
#[derive(Debug, Clone)]
pub struct Router<'a> {
    topology: &'a Topology,
    graph: &'a Graph,
    search: Search,
}

impl<'a> Router<'a> {
    /// A router of a topology and its graph.
    #[must_use]
    pub fn new(topology: &'a Topology, graph: &'a Graph) -> Self {
        Self { topology, graph, search: Search::default() }
    }

    /// A route between two endpoints; `stream` chooses among equals.
    ///
    /// # Errors
    /// [`FabricError`] when an endpoint is not there or not reached, or the topology does not know the routing.
    ///
    /// # Example
    /// ```
    /// use lightloom_fabric::topology::{Routing, Topology, Torus, routing::Router};
    /// use lightloom_num::Stream;
    /// let torus = Topology::Torus(Torus { dims: vec![4, 4], wrap: vec![], twisted: false });
    /// let graph = torus.graph()?;
    /// let mut router = Router::new(&torus, &graph);
    /// // First along the first dimension, backwards round the ring; then along the second.
    /// let route = router.route(Routing::DimensionOrder, 0, 7, &mut Stream::new(1, 0))?;
    /// assert_eq!(route.vertices, [0, 3, 7]);
    /// # Ok::<(), lightloom_fabric::FabricError>(())
    /// ```
    pub fn route(
        &mut self,
        routing: Routing,
        from: u32,
        to: u32,
        stream: &mut Stream,
    ) -> Result<Route, FabricError> {
        let n = u64::from(self.graph.endpoints());
        if let Some(missing) = [from, to].into_iter().find(|v| u64::from(*v) >= n) {
            let what = "endpoints";
            return Err(FabricError::TooLarge { what, count: u64::from(missing), most: n - 1 });
        }
        match (routing, self.topology) {
            (
                Routing::UpDown,
                Topology::SwitchPlanes(_) | Topology::TwoTier(_) | Topology::Clos(_),
            ) => self.up_down(from, to, stream),
            (Routing::UpDown, _) => {
                Err(unknown("up-down", "a network of layers: clos, two-tier or switch-planes"))
            }
            (Routing::DimensionOrder, topology) => self.dimension_order(topology, from, to),
            (Routing::Minimal, Topology::Dragonfly(d)) => {
                let (groups, trunk) = d.plan()?;
                let (n, a, p) = (self.graph.endpoints(), d.a as u32, d.p as u32);
                let (r, s) = (from / p, to / p);
                let (g, h) = (u64::from(r / a), u64::from(s / a));
                let mut vertices = vec![from, n + r];
                if g != h {
                    let offset = (h + groups - g) % groups;
                    // Of the links between two groups one of those with the fewest local links beside.
                    let (mut least, mut best) = (u32::MAX, Vec::new());
                    for copy in 0..trunk {
                        let (here, there) = d.ends(groups, offset, copy);
                        let (here, there) =
                            (g as u32 * a + here as u32, h as u32 * a + there as u32);
                        let beside = u32::from(here != r) + u32::from(there != s);
                        if beside < least {
                            least = beside;
                            best.clear();
                        }
                        if beside == least {
                            best.push([n + here, n + there]);
                        }
                    }
                    let chosen = best.get(stream.below(best.len() as u64) as usize);
                    vertices.extend(chosen.into_iter().flatten());
                }
                vertices.extend([n + s, to]);
                vertices.dedup();
                Ok(Route { vertices }.without_loops())
            }
            (Routing::Shortest | Routing::Minimal, _) => self.shortest(from, to, stream),
            (Routing::Valiant, _) => {
                let vertices = u64::from(self.graph.vertices());
                let first = if vertices > n { n } else { 0 };
                let via = (first + stream.below(vertices - first)) as u32;
                let mut route = self.shortest(from, via, stream)?;
                let rest = self.shortest(via, to, stream)?;
                route.vertices.extend_from_slice(&rest.vertices[1..]);
                Ok(route.without_loops())
            }
        }
    }

    /// Every next hop of a vertex on the shortest ways to another.
    pub fn next_hops(&mut self, at: u32, to: u32) -> Vec<u32> {
        self.search.run(self.graph, to);
        let far = |v: u32| self.search.distance[v as usize];
        let next = self.graph.neighbours(at).iter().copied();
        next.filter(|v| far(*v) != UNREACHED && far(*v) + 1 == far(at)).collect()
    }

    fn shortest(&mut self, from: u32, to: u32, stream: &mut Stream) -> Result<Route, FabricError> {
        self.search.run(self.graph, to);
        let distance = &self.search.distance;
        if distance[from as usize] == UNREACHED {
            return Err(unknown("the pair of endpoints, apart from each other,", "connected"));
        }
        let mut vertices = vec![from];
        let mut at = from;
        while at != to {
            let nearer = |v: u32| distance[v as usize] + 1 == distance[at as usize];
            at = draw(self.graph, at, nearer, stream);
            vertices.push(at);
        }
        Ok(Route { vertices })
    }

    /// Up until the layer in which both meet, then down: on a Clos these are the shortest ways.
    fn up_down(&mut self, from: u32, to: u32, stream: &mut Stream) -> Result<Route, FabricError> {
        // Distances from `to` that only climb: vertices from which it is reached by going down alone.
        let graph = self.graph;
        let mut below = vec![UNREACHED; graph.vertices() as usize];
        below[to as usize] = 0;
        let mut reached = vec![to];
        let mut head = 0;
        while let Some(&v) = reached.get(head) {
            head += 1;
            let layer = graph.layer_of(v);
            for &up in graph.neighbours(v) {
                if below[up as usize] == UNREACHED && graph.layer_of(up) > layer {
                    below[up as usize] = below[v as usize] + 1;
                    reached.push(up);
                }
            }
        }
        let mut vertices = vec![from];
        let mut at = from;
        while at != to {
            let (layer, far) = (graph.layer_of(at), below[at as usize]);
            at = if far == UNREACHED {
                let higher = |v: u32| graph.layer_of(v) > layer;
                if !graph.neighbours(at).iter().any(|v| higher(*v)) {
                    return Err(unknown(
                        "the pair of endpoints, apart from each other,",
                        "connected",
                    ));
                }
                draw(graph, at, higher, stream)
            } else {
                draw(
                    graph,
                    at,
                    |v| below[v as usize] != UNREACHED && below[v as usize] + 1 == far,
                    stream,
                )
            };
            vertices.push(at);
        }
        Ok(Route { vertices })
    }

    fn dimension_order(
        &self,
        topology: &Topology,
        from: u32,
        to: u32,
    ) -> Result<Route, FabricError> {
        // Sizes of the dimensions, whether they are rings, lines or complete, and endpoints of a vertex.
        let one = [0_u64];
        let (dims, kind, t): (&[u64], Kind<'_>, u32) = match topology {
            Topology::Torus(t) if !t.twisted => (&t.dims, Kind::Torus(&t.wrap), 0),
            Topology::OcsTorus(t) if !t.twisted => (&t.dims, Kind::Torus(&[]), 0),
            Topology::HyperX(h) => (&h.dims, Kind::Complete, h.t as u32),
            Topology::NdFullMesh(m) => (&m.dims, Kind::Complete, 0),
            Topology::FullMesh(_) => (&one, Kind::Complete, 0),
            _ => {
                return Err(unknown(
                    "dimension order",
                    "a torus without twist, a mesh or a HyperX",
                ));
            }
        };
        let n = self.graph.endpoints();
        // Without switches the endpoints themselves.
        let vertex = |endpoint: u32| endpoint.checked_div(t).unwrap_or(endpoint);
        let (first, start, end) = (if t > 0 { n } else { 0 }, vertex(from), vertex(to));
        let mut vertices = vec![from];
        if t > 0 && from != to {
            vertices.push(first + start);
        }
        let (mut at, mut stride) = (u64::from(start), 1_u64);
        for (i, dim) in dims.iter().enumerate() {
            let size = if *dim == 0 { u64::from(n) } else { *dim };
            let goal = u64::from(end) / stride % size;
            loop {
                let here = at / stride % size;
                if here == goal {
                    break;
                }
                let next = match kind {
                    Kind::Complete => goal,
                    Kind::Torus(wrap) => {
                        let ring = wrap.get(i).copied().unwrap_or(true);
                        let ahead = (goal + size - here) % size;
                        let forward = if ring { 2 * ahead <= size } else { goal > here };
                        if forward { (here + 1) % size } else { (here + size - 1) % size }
                    }
                };
                at = at - here * stride + next * stride;
                vertices.push(first + at as u32);
            }
            stride *= size;
        }
        if t > 0 && from != to {
            vertices.push(to);
        }
        Ok(Route { vertices })
    }
}

/// What a dimension is.
#[derive(Clone, Copy)]
enum Kind<'a> {
    /// Rings where the list says so or is silent.
    Torus(&'a [bool]),
    /// Every two joined.
    Complete,
}

/// One of the neighbours that `fits`, by their links; the vertex itself when there is none.
fn draw(graph: &Graph, at: u32, fits: impl Fn(u32) -> bool, stream: &mut Stream) -> u32 {
    let links: u64 = graph.edges(at).filter(|e| fits(e.to)).map(|e| u64::from(e.links)).sum();
    let mut chosen = stream.below(links);
    for edge in graph.edges(at).filter(|e| fits(e.to)) {
        if chosen < u64::from(edge.links) {
            return edge.to;
        }
        chosen -= u64::from(edge.links);
    }
    at
}

fn unknown(found: &str, needed: &'static str) -> FabricError {
    FabricError::NotOfThisKind { what: "what is routed", found: found.to_owned(), needed }
}
