//! A topology put into what its drawing takes.

use lightloom::fabric::topology::{Summary, SwitchKind, Topology};
use lightloom::units::thousands;
use lightloom_report::drawing::{
    Drawing, LineColour, TopologyClass, TopologyFigure, TopologyLayer, TopologyLayout, topology,
};

/// Most links that are drawn one by one.
const MOST_LINKS: u64 = 1_500;
/// Most vertices that are drawn one by one.
const MOST_VERTICES: u64 = 400;

pub(super) fn draw(shape: &Topology, s: &Summary) -> Drawing {
    let electrical = s.switches.iter().filter(|w| w.kind == SwitchKind::Electrical);
    let layers: Vec<TopologyLayer> = std::iter::once(("endpoint", s.endpoints))
        .chain(electrical.map(|w| (w.name, w.count)))
        .map(|(name, count)| TopologyLayer { name: name.to_owned(), count })
        .collect();
    let classes = s.links.iter().enumerate().map(|(i, l)| {
        let layer = |end: &str| layers.iter().position(|x| x.name == end).unwrap_or(0);
        let through = if l.through_ocs { " (OCS)" } else { "" };
        TopologyClass {
            name: format!("{}{through}: {}", l.name, thousands(l.count)),
            ends: [layer(l.ends[0]), layer(l.ends[1])],
            colour: if l.through_ocs { LineColour::Light } else { LineColour::ALL[i % 5] },
        }
    });
    let classes: Vec<TopologyClass> = classes.collect();
    let vertices: u64 = layers.iter().map(|l| l.count).sum();
    let links: u64 = s.links.iter().map(|l| l.count).sum();
    let small = vertices <= MOST_VERTICES && links <= MOST_LINKS;
    let graph = small.then(|| shape.graph().ok()).flatten();
    let edges = graph.iter().flat_map(|g| g.all_edges());
    topology(&TopologyFigure {
        name: shape.name().to_owned(),
        subject: format!(
            "{} endpoints, {} switches, {} links; diameter {} links",
            thousands(s.endpoints),
            thousands(s.switches.iter().map(|w| w.count).sum()),
            thousands(links),
            s.diameter.links
        ),
        layout: layout(shape),
        edges: edges.map(|(v, e)| ([v, e.to], usize::from(e.class))).collect(),
        layers,
        classes,
    })
}

fn layout(shape: &Topology) -> TopologyLayout {
    match shape {
        Topology::SwitchPlanes(_)
        | Topology::TwoTier(_)
        | Topology::Clos(_)
        | Topology::RailOnly(_) => TopologyLayout::Layers,
        Topology::Torus(t) => TopologyLayout::Grid(t.dims.clone()),
        Topology::SwitchedTorus(t) => TopologyLayout::Grid(t.dims.clone()),
        Topology::OcsTorus(t) => TopologyLayout::Grid(t.dims.clone()),
        Topology::NdFullMesh(t) => TopologyLayout::Grid(t.dims.clone()),
        Topology::HyperX(t) => TopologyLayout::Grid(t.dims.clone()),
        Topology::HammingMesh(t) => {
            TopologyLayout::Grid(vec![t.a.saturating_mul(t.x), t.b.saturating_mul(t.y)])
        }
        Topology::Dragonfly(_)
        | Topology::DragonflyPlus(_)
        | Topology::FullMesh(_)
        | Topology::Reconfigurable(_) => TopologyLayout::Circle,
    }
}
