//! Full mesh: every endpoint joined to every other.

use super::{NdFullMesh, Shape, Summary, Wire};
use crate::error::FabricError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every endpoint joined to every other by `trunk` links.
///
/// # Model
/// [`NdFullMesh`] of one dimension: `N (N - 1) / 2` pairs, bisection `floor(N / 2) ceil(N / 2)` of them.
///
/// # Source
/// AMD Instinct MI300X and MI355X platforms: 8 accelerators with 7 links each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullMesh {
    /// Endpoints.
    pub endpoints: u64,
    /// Links between two endpoints.
    #[serde(default = "one")]
    pub trunk: u64,
}

fn one() -> u64 {
    1
}

impl FullMesh {
    fn as_product(&self) -> NdFullMesh {
        NdFullMesh { dims: vec![self.endpoints], trunk: vec![self.trunk] }
    }
}

impl Shape for FullMesh {
    fn summary(&self) -> Result<Summary, FabricError> {
        let mut summary = self.as_product().summary()?;
        for class in &mut summary.links {
            class.name = "mesh";
        }
        Ok(summary)
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        self.as_product().wires(emit)
    }
}
