//! Switch planes: one tier of switch chips that every endpoint joins (NVLink in NVL72).

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, share,
};
use super::{Shape, Wire, wire};
use crate::error::FabricError;
use crate::star::{self, Star};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One tier of switch chips; the links of an endpoint are spread over all of them.
///
/// # Model
/// Counts of [`star::count`]. Of `L` links on `S` chips the first `L mod S` chips get one more. Every path has two
/// links; halves are cut at the endpoints, `floor(N / 2) L`.
///
/// # Source
/// NVL72: 18 chips, 1,296 links of two lanes. HGX H100: 5+4+4+5 links to 4 chips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchPlanes {
    /// Endpoints.
    pub endpoints: u64,
    /// Links of an endpoint.
    pub links: u64,
    /// Ports of a switch chip.
    pub radix: u64,
    /// Switch chips; the fewest that fit when left out.
    #[serde(default)]
    pub switches: Option<u64>,
}

impl SwitchPlanes {
    fn count(&self) -> Result<Star, FabricError> {
        star::count(self.endpoints, self.links, self.radix, self.switches)
    }
}

impl Shape for SwitchPlanes {
    fn summary(&self) -> Result<Summary, FabricError> {
        let star = self.count()?;
        let bisection = Bisection::exact(
            self.endpoints / 2 * self.links,
            "every pair of endpoints is joined at full rate",
        );
        let single = self.endpoints == 1;
        Ok(Summary {
            endpoints: self.endpoints,
            ports_per_endpoint: self.links,
            switches: vec![
                SwitchCount::of("switch", star.switches, star.ports_used).with_radix(self.radix),
            ],
            links: vec![LinkCount::of(
                "endpoint-switch",
                ["endpoint", "switch"],
                star.links,
                star.links_per_pair,
            )],
            diameter: Diameter::switched(if single { 0 } else { 2 }),
            mean_links: if single { 0.0 } else { 2.0 },
            bisection,
            shortest_paths: Some(if single { 1 } else { star.switches }),
            edge_disjoint_paths: self.links,
            saturation: Some(Saturation::of_load(share(1, self.links), self.links, "ECMP")),
            failures: vec![
                Failure::of(
                    "an endpoint-switch link",
                    [
                        if self.links == 1 { share(1, self.endpoints) } else { 0.0 },
                        if self.links == 1 { 0.0 } else { share(1, self.links) },
                        bisection.share(1),
                    ],
                ),
                Failure::of(
                    "a switch",
                    [
                        if star.switches == 1 { 1.0 } else { 0.0 },
                        if star.switches == 1 {
                            0.0
                        } else {
                            share(star.links_per_pair, self.links)
                        },
                        bisection.share(star.links_per_pair * (self.endpoints / 2)),
                    ],
                ),
            ],
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let star = self.count()?;
        let (least, more) = (self.links / star.switches, self.links % star.switches);
        for endpoint in 0..self.endpoints {
            for switch in 0..star.switches {
                let links = least + u64::from(switch < more);
                emit(wire(endpoint, self.endpoints + switch, links, 0));
            }
        }
        Ok(())
    }
}
