//! A torus of cubes joined by optical circuit switches (OCS): TPU v4, v5p, v7.

use super::hyperx::vertices;
use super::summary::{Failure, LinkCount, Summary, SwitchCount, SwitchKind, share};
use super::{Shape, Torus, Wire};
use crate::error::{FabricError, at_least_one, divide, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A torus whose links between cubes of `side^d` endpoints, and around, pass through optical circuit switches.
///
/// # Model
/// Opposite faces of a cube meet at the same switches, one for each position on a face: `d side^(d - 1)` switches, each
/// with two ports for every cube. Links within a cube are copper, `d side^(d - 1)` for each cube are light. Distances
/// and cuts are those of the torus: a circuit is no hop.
///
/// # Validity
/// One switch joins all cubes of a face's position, as in TPU v4; a second stage of switches is not built.
///
/// # Source
/// N. Jouppi et al., TPU v4: An Optically Reconfigurable Supercomputer, ISCA 2023: 64 cubes of 4^3, 48 switches of
/// 136 ports, of which 128 are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OcsTorus {
    /// Endpoints along each dimension, multiples of the side: `16x16x16`.
    pub dims: Vec<u64>,
    /// Endpoints along a side of a cube.
    #[serde(default = "four")]
    pub side: u64,
    /// Ports of an optical circuit switch.
    #[serde(default = "palomar")]
    pub ocs_ports: u64,
    /// Twisted wraparound, for `k x k x 2k` and `k x 2k x 2k`.
    #[serde(default)]
    pub twisted: bool,
}

fn four() -> u64 {
    4
}

/// Ports of Google's Palomar switch.
fn palomar() -> u64 {
    136
}

struct Cubes {
    /// Cubes.
    count: u64,
    /// Positions on the faces of all dimensions: links of a cube to others, and switches.
    positions: u64,
}

impl OcsTorus {
    fn torus(&self) -> Torus {
        Torus::plain(self.dims.clone(), self.twisted)
    }

    fn cubes(&self) -> Result<Cubes, FabricError> {
        vertices(&self.dims)?;
        at_least_one("the side of a cube", self.side)?;
        let mut count = 1;
        for dim in &self.dims {
            count *= divide(*dim, "endpoints along a dimension", self.side, "the side of a cube")?;
        }
        let d = self.dims.len();
        let mut factors = vec![self.side; d - 1];
        factors.push(d as u64);
        let positions = product("positions on the faces of a cube", &factors)?;
        let needed = product("ports of an optical circuit switch", &[2, count])?;
        if needed > self.ocs_ports {
            let place = "an optical circuit switch (two ports to each cube)";
            return Err(FabricError::RadixTooSmall { place, needed, radix: self.ocs_ports });
        }
        Ok(Cubes { count, positions })
    }
}

impl Shape for OcsTorus {
    fn summary(&self) -> Result<Summary, FabricError> {
        let Cubes { count, positions } = self.cubes()?;
        let mut summary = self.torus().summary()?;
        let n = summary.endpoints;
        let light = product("optical links", &[count, positions])?;
        let all: u64 = summary.links.iter().map(|l| l.count).sum();
        let ends = ["endpoint", "endpoint"];
        // Dimensions of one endpoint have no links.
        let light = light.min(all);
        let trunk = summary.links.iter().map(|l| l.trunk).max().unwrap_or(1);
        summary.links = vec![
            LinkCount::of("in cube", ends, all - light, if self.side == 2 { 1 } else { trunk }),
            LinkCount { through_ocs: true, ..LinkCount::of("between cubes", ends, light, trunk) },
        ];
        summary.switches = vec![SwitchCount {
            name: "OCS",
            kind: SwitchKind::OpticalCircuit,
            count: positions,
            ports_used: 2 * count,
            radix: self.ocs_ports,
        }];
        let ports = summary.ports_per_endpoint;
        let bisection = summary.bisection;
        let through = count;
        summary.failures.push(Failure::of(
            "an optical circuit switch",
            [
                0.0,
                share(if self.side == 1 { 2 } else { 1 }, ports),
                bisection.share(through.min(share_of_cut(
                    bisection.links,
                    self.side,
                    self.dims.len(),
                ))),
            ],
        ));
        let cube = self.side.saturating_pow(self.dims.len() as u32);
        summary.failures.push(Failure::of(
            "a cube",
            [share(cube, n), share(1, ports), bisection.share(cube / self.side)],
        ));
        Ok(summary)
    }

    /// Cube by cube, each a rack.
    fn place(&self, endpoint: u64) -> u64 {
        let (mut rest, mut cube, mut within) = (endpoint, 0, 0);
        let (mut cubes_before, mut before) = (1, 1);
        for dim in &self.dims {
            let at = rest % dim;
            rest /= dim;
            cube += at / self.side * cubes_before;
            within += at % self.side * before;
            cubes_before *= dim / self.side;
            before *= self.side;
        }
        cube * before + within
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        self.cubes()?;
        let (side, dims) = (self.side, self.dims.clone());
        self.torus().wires(&mut |w: Wire| {
            let stride: u64 = dims[..usize::from(w.class)].iter().product();
            let at = |v: u32| u64::from(v) / stride % dims[usize::from(w.class)];
            let (a, b) = (at(w.ends[0]), at(w.ends[1]));
            let within = a / side == b / side && a.abs_diff(b) == 1;
            if within && w.links == 2 {
                // A ring of two in one cube: one link is copper, the other goes around.
                emit(Wire { links: 1, class: 0, ..w });
                emit(Wire { links: 1, class: 1, ..w });
            } else {
                let around = within && b < a;
                emit(Wire { class: u8::from(!within || around), ..w });
            }
        })
    }
}

/// Links of the cut at one position of the faces: the cut's planes hold each position alike.
fn share_of_cut(cut: u64, side: u64, dimensions: usize) -> u64 {
    let face = side.saturating_pow(dimensions.saturating_sub(1) as u32);
    cut.div_ceil(face.max(1))
}
