//! Topologies by their parameters: counts and measures in closed form, graphs and routes on demand.
//!
//! | file | what |
//! |---|---|
//! | [`switch_planes`], [`two_tier`] | scale-up around one or two tiers of switch chips |
//! | [`clos`], [`rail_only`] | folded Clos with rails and planes; domains joined by rails alone |
//! | [`dragonfly`], [`dragonfly_plus`] | groups of switches that are joined all to all |
//! | [`hyperx`], [`full_mesh`], [`nd_full_mesh`] | products of complete graphs, of switches or of endpoints |
//! | [`torus`], [`switched_torus`], [`ocs_torus`] | rings in every dimension, twisted, of switches, or joined by circuit switches |
//! | [`hamming_mesh`] | boards as meshes, rows and columns of boards as trees |
//! | [`reconfigurable`] | direct links through optical circuit switches |
//! | [`summary`] | what is known of each without a graph |
//! | [`graph`], [`measure`] | vertices and links; distances, components, cuts |
//! | [`routing`], [`load`] | routes; link loads and the throughput that they allow |

pub mod clos;
pub mod dragonfly;
pub mod dragonfly_plus;
pub mod full_mesh;
pub mod graph;
pub mod hamming_mesh;
pub mod hyperx;
pub mod load;
pub mod measure;
pub mod nd_full_mesh;
pub mod ocs_torus;
pub mod rail_only;
pub mod reconfigurable;
pub mod routing;
pub mod summary;
pub mod switch_planes;
pub mod switched_torus;
pub mod torus;
pub mod two_tier;

pub use clos::FoldedClos;
pub use dragonfly::Dragonfly;
pub use dragonfly_plus::DragonflyPlus;
pub use full_mesh::FullMesh;
pub use graph::Graph;
pub use hamming_mesh::HammingMesh;
pub use hyperx::HyperX;
pub use nd_full_mesh::NdFullMesh;
pub use ocs_torus::OcsTorus;
pub use rail_only::RailOnly;
pub use reconfigurable::{Pattern, Reconfigurable};
pub use routing::{Route, Routing};
pub use summary::{
    Bisection, Diameter, Exactness, Failure, LinkCount, Saturation, Summary, SwitchCount,
    SwitchKind,
};
pub use switch_planes::SwitchPlanes;
pub use switched_torus::SwitchedTorus;
pub use torus::Torus;
pub use two_tier::TwoTierDomain;

use crate::error::FabricError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What every topology can tell: itself counted, and its links one by one.
pub trait Shape {
    /// Counts and measures in closed form, without a graph.
    ///
    /// # Errors
    /// [`FabricError`] when the parameters describe no network of this kind.
    fn summary(&self) -> Result<Summary, FabricError>;

    /// Calls `emit` for every wire, in a fixed order. Endpoints come first, then electrical switches in the order
    /// of the summary.
    ///
    /// # Errors
    /// As [`Shape::summary`].
    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError>;

    /// The order in which endpoints fill hosts and racks: the place of one, each once.
    fn place(&self, endpoint: u64) -> u64 {
        endpoint
    }

    /// Whether two wires of one class may join the same pair.
    fn may_repeat(&self) -> bool {
        false
    }
}

/// Links of one class between two vertices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire {
    /// The vertices.
    pub ends: [u32; 2],
    /// Links between them.
    pub links: u32,
    /// Index of the class in [`Summary::links`].
    pub class: u8,
}

/// A wire between vertices that were counted in `u64`; a graph's size is checked before.
pub(crate) fn wire(a: u64, b: u64, links: u64, class: u8) -> Wire {
    Wire { ends: [a as u32, b as u32], links: links as u32, class }
}

/// A topology with its parameters, named as in the literature.
///
/// # Example
/// ```
/// use lightloom_fabric::topology::{Dragonfly, Topology};
/// // Kim et al. 2008, figure 5: p = h = 2, a = 4 gives N = 72.
/// let topology = Topology::Dragonfly(Dragonfly { p: 2, a: 4, h: 2, groups: None });
/// assert_eq!(topology.summary()?.endpoints, 72);
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// One tier of switch chips that every endpoint joins.
    SwitchPlanes(SwitchPlanes),
    /// Two tiers of switch chips in planes.
    TwoTier(TwoTierDomain),
    /// A folded Clos network (fat tree).
    Clos(FoldedClos),
    /// Scale-up domains joined by rails alone.
    RailOnly(RailOnly),
    /// Groups of switches joined all to all.
    Dragonfly(Dragonfly),
    /// A dragonfly whose groups are leaves and spines.
    DragonflyPlus(DragonflyPlus),
    /// Switches as a product of complete graphs.
    #[serde(rename = "hyperx")]
    HyperX(HyperX),
    /// Rings, or lines, in every dimension.
    Torus(Torus),
    /// Rings, or lines, of switches in every dimension.
    SwitchedTorus(SwitchedTorus),
    /// A torus of cubes joined by optical circuit switches.
    OcsTorus(OcsTorus),
    /// Every endpoint joined to every other.
    FullMesh(FullMesh),
    /// Endpoints as a product of complete graphs.
    NdFullMesh(NdFullMesh),
    /// Boards as meshes, their rows and columns joined by trees.
    HammingMesh(HammingMesh),
    /// Endpoints joined directly through optical circuit switches.
    Reconfigurable(Reconfigurable),
}

impl Topology {
    /// Every name with what it is, in one line.
    pub const LIST: [(&'static str, &'static str); 14] = [
        ("switch-planes", "one tier of switch chips that every endpoint joins (NVLink in NVL72)"),
        ("two-tier", "two tiers of switch chips in planes (NVL576, CloudMatrix384)"),
        ("clos", "folded Clos of 1 to 4 layers, with oversubscription, rails and planes"),
        ("rail-only", "scale-up domains joined by rails alone"),
        ("dragonfly", "groups of switches joined all to all"),
        ("dragonfly-plus", "a dragonfly whose groups are leaves and spines"),
        ("hyperx", "switches as a product of complete graphs; flattened butterfly"),
        ("torus", "rings, or lines, in every dimension; plain or twisted"),
        ("switched-torus", "rings, or lines, of switches in every dimension"),
        ("ocs-torus", "a torus of cubes joined by optical circuit switches (TPU v4, v5p, v7)"),
        ("full-mesh", "every endpoint joined to every other (8-accelerator nodes)"),
        ("nd-full-mesh", "endpoints as a product of complete graphs (UB-Mesh)"),
        ("hamming-mesh", "boards as meshes, their rows and columns joined by trees"),
        ("reconfigurable", "endpoints joined directly through optical circuit switches"),
    ];

    /// The name, as in [`Topology::LIST`].
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SwitchPlanes(_) => "switch-planes",
            Self::TwoTier(_) => "two-tier",
            Self::Clos(_) => "clos",
            Self::RailOnly(_) => "rail-only",
            Self::Dragonfly(_) => "dragonfly",
            Self::DragonflyPlus(_) => "dragonfly-plus",
            Self::HyperX(_) => "hyperx",
            Self::Torus(_) => "torus",
            Self::SwitchedTorus(_) => "switched-torus",
            Self::OcsTorus(_) => "ocs-torus",
            Self::FullMesh(_) => "full-mesh",
            Self::NdFullMesh(_) => "nd-full-mesh",
            Self::HammingMesh(_) => "hamming-mesh",
            Self::Reconfigurable(_) => "reconfigurable",
        }
    }

    /// The topology behind the name.
    #[must_use]
    pub fn shape(&self) -> &dyn Shape {
        match self {
            Self::SwitchPlanes(t) => t,
            Self::TwoTier(t) => t,
            Self::Clos(t) => t,
            Self::RailOnly(t) => t,
            Self::Dragonfly(t) => t,
            Self::DragonflyPlus(t) => t,
            Self::HyperX(t) => t,
            Self::Torus(t) => t,
            Self::SwitchedTorus(t) => t,
            Self::OcsTorus(t) => t,
            Self::FullMesh(t) => t,
            Self::NdFullMesh(t) => t,
            Self::HammingMesh(t) => t,
            Self::Reconfigurable(t) => t,
        }
    }

    /// Counts and measures in closed form, without a graph.
    ///
    /// # Errors
    /// [`FabricError`] when the parameters describe no network of this kind.
    pub fn summary(&self) -> Result<Summary, FabricError> {
        self.shape().summary()
    }

    /// The order in which endpoints fill hosts and racks: the place of one.
    #[must_use]
    pub fn place(&self, endpoint: u64) -> u64 {
        self.shape().place(endpoint)
    }

    /// The explicit graph.
    ///
    /// # Errors
    /// [`FabricError`] as [`Topology::summary`], and when it has too many vertices or links.
    pub fn graph(&self) -> Result<Graph, FabricError> {
        Graph::of(self.shape())
    }
}
