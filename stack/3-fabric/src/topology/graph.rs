//! The explicit graph: compressed adjacency, endpoints first, then electrical switches by layer.

use super::summary::{Summary, SwitchKind};
use super::{Shape, Wire};
use crate::error::FabricError;
use serde::Serialize;

/// An undirected graph with a class and a number of links on every edge.
///
/// # Model
/// Compressed sparse rows: the neighbours of vertex `v` are `targets[offsets[v] .. offsets[v + 1]]`. Built in two walks
/// over the wires, one that counts and one that fills; nothing is sorted unless wires may repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    endpoints: u32,
    offsets: Vec<u32>,
    targets: Vec<u32>,
    /// Which of `kinds` each edge is.
    tags: Vec<u8>,
    kinds: Vec<Kind>,
    layers: Vec<Layer>,
    classes: Vec<&'static str>,
}

/// Class and links of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    class: u8,
    links: u32,
}

/// Vertices of one kind, next to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// `endpoint`, `leaf`, ...
    pub name: &'static str,
    /// The first vertex.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// Edges of a vertex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Place of the edge among all, by direction: what [`super::load::LinkLoads`] are indexed by.
    pub index: usize,
    /// The vertex at the other end.
    pub to: u32,
    /// Links.
    pub links: u32,
    /// Index of the class in [`Summary::links`].
    pub class: u8,
}

/// Most vertices, and most links, of an explicit graph: a few gigabytes.
pub const MOST: u64 = 1 << 28;

impl Graph {
    /// Builds the graph of a topology.
    ///
    /// # Errors
    /// [`FabricError`] when the parameters are wrong, or there are more than [`MOST`] vertices or links.
    pub fn of(shape: &dyn Shape) -> Result<Self, FabricError> {
        Self::with(shape, &shape.summary()?)
    }

    /// The same, of a shape that was counted before.
    pub(super) fn with(shape: &dyn Shape, summary: &Summary) -> Result<Self, FabricError> {
        let layers = layers(summary)?;
        let vertices = layers.last().map_or(0, |l| l.first + l.count) as usize;
        let links = summary.links.iter().fold(0_u64, |sum, l| sum.saturating_add(l.count));
        limit("links of an explicit graph", links)?;
        // Degrees first, one place up, so that sums become offsets.
        let mut offsets = vec![0_u32; vertices + 1];
        shape.wires(&mut |w: Wire| {
            for end in w.ends {
                offsets[end as usize + 1] += 1;
            }
        })?;
        for v in 0..vertices {
            offsets[v + 1] += offsets[v];
        }
        let half_edges = offsets[vertices] as usize;
        let mut next = offsets.clone();
        let mut targets = vec![0_u32; half_edges];
        let mut tags = vec![0_u8; half_edges];
        let mut kinds: Vec<Kind> = Vec::new();
        let mut too_many = false;
        let mut last = 0;
        shape.wires(&mut |w: Wire| {
            let kind = Kind { class: w.class, links: w.links };
            if kinds.get(last) != Some(&kind) {
                last = kinds.iter().position(|k| *k == kind).unwrap_or_else(|| {
                    kinds.push(kind);
                    kinds.len() - 1
                });
            }
            too_many |= last > usize::from(u8::MAX);
            let [a, b] = w.ends;
            for (from, to) in [(a, b), (b, a)] {
                let at = next[from as usize] as usize;
                targets[at] = to;
                tags[at] = last as u8;
                next[from as usize] += 1;
            }
        })?;
        if too_many {
            let (what, most) = ("kinds of wires", u64::from(u8::MAX));
            return Err(FabricError::TooLarge { what, count: kinds.len() as u64, most });
        }
        let endpoints = layers[0].count;
        let classes = summary.links.iter().map(|l| l.name).collect();
        let graph = Self { endpoints, offsets, targets, tags, kinds, layers, classes };
        Ok(if shape.may_repeat() { graph.merged() } else { graph })
    }

    /// The same with wires of one class between one pair as one edge.
    fn merged(self) -> Self {
        let mut offsets = Vec::with_capacity(self.offsets.len());
        offsets.push(0);
        let (mut targets, mut tags) = (Vec::new(), Vec::new());
        let mut kinds: Vec<Kind> = Vec::new();
        let mut row: Vec<(u32, u8, u32)> = Vec::new();
        for v in 0..self.vertices() {
            row.clear();
            row.extend(self.edges(v).map(|e| (e.to, e.class, e.links)));
            row.sort_unstable();
            let mut rest = row.as_slice();
            while let Some((to, class, _)) = rest.first().copied() {
                let same = rest.iter().take_while(|e| (e.0, e.1) == (to, class)).count();
                let links = rest[..same].iter().map(|e| e.2).sum();
                let kind = Kind { class, links };
                let tag = kinds.iter().position(|k| *k == kind).unwrap_or_else(|| {
                    kinds.push(kind);
                    kinds.len() - 1
                });
                targets.push(to);
                // Trunks of repeated wires are short: far fewer kinds than a byte holds.
                tags.push(tag.min(usize::from(u8::MAX)) as u8);
                rest = &rest[same..];
            }
            offsets.push(targets.len() as u32);
        }
        Self { offsets, targets, tags, kinds, ..self }
    }

    /// Endpoints; they are the first vertices.
    #[must_use]
    pub const fn endpoints(&self) -> u32 {
        self.endpoints
    }

    /// Endpoints and electrical switches.
    #[must_use]
    pub fn vertices(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// Edges by direction: twice the joined pairs.
    #[must_use]
    pub fn half_edges(&self) -> usize {
        self.targets.len()
    }

    /// Kinds of vertices, in their order.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Names of the classes of links.
    #[must_use]
    pub fn classes(&self) -> &[&'static str] {
        &self.classes
    }

    /// The kind of a vertex, by its index among [`Graph::layers`].
    #[must_use]
    pub fn layer_of(&self, v: u32) -> usize {
        self.layers.partition_point(|l| l.first <= v).saturating_sub(1)
    }

    /// A name for a vertex: `leaf 3`.
    #[must_use]
    pub fn label(&self, v: u32) -> String {
        let layer = &self.layers[self.layer_of(v)];
        format!("{} {}", layer.name, v - layer.first)
    }

    /// Neighbours of a vertex; none of one that is not there.
    pub fn edges(&self, v: u32) -> impl Iterator<Item = Edge> + '_ {
        let v = v as usize;
        let range = match (self.offsets.get(v), self.offsets.get(v + 1)) {
            (Some(from), Some(to)) => *from as usize..*to as usize,
            _ => 0..0,
        };
        range.map(|index| {
            let Kind { class, links } = self.kinds[usize::from(self.tags[index])];
            Edge { index, to: self.targets[index], links, class }
        })
    }

    /// Neighbours as vertices alone: what searches walk over.
    pub(super) fn neighbours(&self, v: u32) -> &[u32] {
        let v = v as usize;
        &self.targets[self.offsets[v] as usize..self.offsets[v + 1] as usize]
    }

    /// Links at a vertex.
    #[must_use]
    pub fn degree(&self, v: u32) -> u64 {
        self.edges(v).map(|e| u64::from(e.links)).sum()
    }

    /// Every edge once: lower vertex, and the edge from it.
    pub fn all_edges(&self) -> impl Iterator<Item = (u32, Edge)> + '_ {
        (0..self.vertices())
            .flat_map(move |v| self.edges(v).filter(move |e| e.to > v).map(move |e| (v, e)))
    }
}

fn limit(what: &'static str, count: u64) -> Result<(), FabricError> {
    if count > MOST { Err(FabricError::TooLarge { what, count, most: MOST }) } else { Ok(()) }
}

fn layers(summary: &Summary) -> Result<Vec<Layer>, FabricError> {
    let electrical = summary.switches.iter().filter(|s| s.kind == SwitchKind::Electrical);
    let counts = std::iter::once(("endpoint", summary.endpoints))
        .chain(electrical.map(|s| (s.name, s.count)));
    let mut out = Vec::new();
    let mut first = 0_u64;
    for (name, count) in counts {
        let after = first.saturating_add(count);
        limit("vertices of an explicit graph", after)?;
        out.push(Layer { name, first: first as u32, count: count as u32 });
        first = after;
    }
    Ok(out)
}
