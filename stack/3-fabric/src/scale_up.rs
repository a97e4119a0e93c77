//! The network of a domain: as it is asked for, as it is counted, its links and switches.

use crate::built::{Built, Route};
use crate::cabling::Cabling;
use crate::counts::Counts;
use crate::error::{FabricError, divide, positive, product};
use crate::fabric::{FabricSpec, Tier};
use crate::link_class::End;
use crate::plan::RackKind;
use crate::star::Star;
use crate::topology::{Summary, Topology};
use crate::two_tier::{TwoTier, TwoTierSpec};
use crate::wired::{self, Filling, Run, Wired};
use lightloom_units::BitRate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The scale-up network asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleUpSpec {
    /// Accelerators that act as one.
    pub domain: u64,
    /// Links of one accelerator.
    pub links: u64,
    /// Rate of one link, one direction.
    pub link_rate: BitRate,
    /// Ports of one switch chip at that rate.
    pub radix: u64,
    /// First-tier chips of a domain (of a group with two tiers); the fewest that fit when left out.
    #[serde(default)]
    pub switches: Option<u64>,
    /// A second tier of switches; one tier when left out.
    #[serde(default)]
    pub two_tier: Option<TwoTierSpec>,
    /// Any other topology, in the place of switches in one or two tiers.
    #[serde(default)]
    pub topology: Option<Topology>,
    /// Rates of the links of each class of the topology, where they differ; none where all have `link_rate`, which is
    /// then the mean over the links of an accelerator.
    #[serde(default)]
    pub link_rates: Vec<BitRate>,
    /// How links of a topology run between racks that stand side by side.
    #[serde(default)]
    pub neighbours: Neighbours,
}

/// How links of a domain run between accelerator racks that stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Neighbours {
    /// Up to the trays and down again, as between any racks.
    #[default]
    Trays,
    /// Behind the trays, straight through the sides of the racks.
    ThroughSides,
}

/// The topology of the scale-up domain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum ScaleUp {
    /// One tier of switch chips.
    Star(Star),
    /// Two tiers.
    TwoTier(TwoTier),
    /// Any other topology.
    Wired(Box<Summary>),
}

impl Counts<'_> {
    /// Links and switches of a domain of any topology.
    fn add_wired(
        &self,
        wired: &Wired,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        let ScaleUpSpec { link_rate, ref link_rates, .. } = self.spec.scale_up;
        let (tier, hall) = (Tier::ScaleUp, &self.spec.hall);
        let per_host = self.spec.accelerators_per_host;
        let stack = self.stacks().0;
        let switch_racks = wired.own.div_ceil(hall.scale_up_chips_per_rack);
        for strand in &wired.strands {
            let links = product("scale-up links", &[self.domains, strand.links()])?;
            let within = |run: &Run| matches!(run, Run::Board | Run::Rack(..));
            let (tally, route) = if strand.runs.iter().all(|(run, _)| within(run)) {
                let board = strand.runs.iter().all(|(run, _)| *run == Run::Board);
                let route = if board { Route::Board } else { Route::Rack };
                (cabling.domain_within_racks(&stack, per_host, &strand.runs), route)
            } else {
                let racks = (self.block_racks, switch_racks);
                let inside = (&stack, per_host);
                let runs = cabling.domain_between_racks(racks, inside, &strand.runs);
                let (tally, pathway) = runs.finish();
                (tally, Route::Trays(pathway))
            };
            let ends = (&*strand.name, strand.ends);
            let rate = link_rates.get(strand.class).copied().unwrap_or(link_rate);
            built.links(tier, ends, (links, rate), (&tally, route));
            if let Some(class) = built.link_classes.last_mut() {
                class.through_ocs = strand.through_ocs;
            }
        }
        let mut layer = 0;
        for (kind, among) in wired.summary.switches.iter().zip(&wired.among_accelerators) {
            layer += 1;
            let count = product("scale-up switches", &[self.domains, kind.count])?;
            let rack = if *among { RackKind::Accelerator } else { RackKind::ScaleUp };
            let ports = product("ports", &[count, kind.ports_used])?;
            let place = (tier, layer, kind.name, rack);
            built.switches(place, count, ports, (kind.radix, link_rate))?;
        }
        Ok(())
    }

    pub(crate) fn add_scale_up(
        &self,
        cabling: &Cabling<'_>,
        built: &mut Built,
    ) -> Result<(), FabricError> {
        if let Some(wired) = &self.wired {
            return self.add_wired(wired, cabling, built);
        }
        let FabricSpec { accelerators, accelerators_per_host: per_host, .. } = *self.spec;
        let ScaleUpSpec { links, link_rate, radix, .. } = self.spec.scale_up;
        let tier = Tier::ScaleUp;
        let links = product("scale-up links", &[accelerators, links])?;
        let (tally, route) = match self.in_rack {
            Some(group) => {
                let route = if group <= per_host { Route::Board } else { Route::Rack };
                (cabling.scale_up_in_rack(group, self.l1_chips(), per_host), route)
            }
            None => {
                let runs = cabling.scale_up_between_racks(self.block_racks, self.l1_chips());
                let (tally, pathway) = runs.finish();
                (tally, Route::Trays(pathway))
            }
        };
        let ends = ("accelerator-L1", [End::Accelerator, End::Switch(1)]);
        built.links(tier, ends, (links, link_rate), (&tally, route));
        let mut chips = |layer: u8, per_domain: u64, ports: u64| {
            let chips = product("scale-up switches", &[self.domains, per_domain])?;
            let in_rack = layer == 1 && self.in_rack.is_some();
            let rack = if in_rack { RackKind::Accelerator } else { RackKind::ScaleUp };
            let place = (tier, layer, &*format!("L{layer}"), rack);
            built.switches(place, chips, ports, (radix, link_rate))
        };
        match &self.domain {
            ScaleUp::Star(star) => chips(1, star.switches, links)?,
            ScaleUp::TwoTier(two) => {
                let uplinks = product("scale-up uplinks", &[self.domains, two.uplinks])?;
                chips(1, two.l1, links + uplinks)?;
                chips(2, two.l2, uplinks)?;
                let runs = cabling.scale_up_between_racks(self.block_racks, two.l2);
                let (tally, pathway) = runs.finish();
                let ends = ("L1-L2", [End::Switch(1), End::Switch(2)]);
                built.links(tier, ends, (uplinks, link_rate), (&tally, Route::Trays(pathway)));
            }
            // Wired above.
            ScaleUp::Wired(_) => {}
        }
        Ok(())
    }
}

/// A domain of the topology asked for, which must fit what else is asked.
pub(crate) fn wire_domain(spec: &FabricSpec, topology: &Topology) -> Result<Wired, FabricError> {
    let (up, hall) = (&spec.scale_up, &spec.hall);
    let summary = topology.summary()?;
    for (what, given, needed) in [
        ("accelerators in a domain", up.domain, summary.endpoints),
        ("links of an accelerator", up.links, summary.ports_per_endpoint),
    ] {
        if given != needed {
            let topology = topology.name();
            return Err(FabricError::OtherTopology { what, topology, given, needed });
        }
    }
    let filling = Filling {
        per_host: spec.accelerators_per_host,
        per_rack: hall.accelerators_per_rack,
        switches_per_rack: hall.scale_up_chips_per_rack,
        through_sides: up.neighbours == Neighbours::ThroughSides,
    };
    if !up.link_rates.is_empty() {
        check_rates(up, topology, &summary)?;
    }
    wired::wire(topology, filling)
}

/// Rates of links by dimension, which must make up the bandwidth that was asked for.
fn check_rates(
    up: &ScaleUpSpec,
    topology: &Topology,
    summary: &Summary,
) -> Result<(), FabricError> {
    let rates = &up.link_rates;
    if !matches!(topology, Topology::Torus(_) | Topology::NdFullMesh(_)) {
        return Err(FabricError::NotOfThisKind {
            what: "the topology of link rates",
            found: format!("`{}`", topology.name()),
            needed: "a torus or an nd-full-mesh, whose dimensions have classes of links",
        });
    }
    if rates.len() != summary.links.len() {
        return Err(FabricError::NotOfThisKind {
            what: "the list of link rates",
            found: format!("{} long", rates.len()),
            needed: "one rate for each dimension of the topology",
        });
    }
    for rate in rates {
        positive("the rate of a link", rate.as_gbps())?;
    }
    // Every link has two ends at accelerators.
    let ends = |count: u64| 2.0 * count as f64 / summary.endpoints as f64;
    let carried: BitRate =
        rates.iter().zip(&summary.links).map(|(rate, class)| *rate * ends(class.count)).sum();
    let asked = up.link_rate * up.links as f64;
    if ((carried / asked) - 1.0).abs() > 1e-6 {
        return Err(FabricError::OtherBandwidth { carried, asked });
    }
    Ok(())
}

/// What a domain of links of different rates carries between halves, one direction: the least over cuts across one
/// dimension of even size; none where all links are alike, and where no dimension is even.
///
/// # Model
/// Across a ring of `k` of `N` accelerators `2 N / k` links, across a line half of that; across a full mesh `K k N / 4`.
///
/// # Validity
/// That of one pair of halves: the least may be smaller.
#[must_use]
pub fn bisection_of_rates(spec: &ScaleUpSpec) -> Option<BitRate> {
    if spec.link_rates.is_empty() {
        return None;
    }
    let cut = |dims: &[u64], i: usize| -> Option<f64> {
        let size = *dims.get(i)?;
        let lines = dims.iter().map(|d| *d as f64).product::<f64>() / size as f64;
        let even = size > 1 && size % 2 == 0;
        even.then_some(match spec.topology.as_ref()? {
            Topology::Torus(t) if t.wrap.get(i).copied().unwrap_or(true) => 2.0 * lines,
            Topology::Torus(_) => lines,
            Topology::NdFullMesh(t) => {
                let trunk = t.trunk.get(i).copied().unwrap_or(1) as f64;
                lines * trunk * (size * size) as f64 / 4.0
            }
            _ => return None,
        })
    };
    let dims = match spec.topology.as_ref()? {
        Topology::Torus(t) => &t.dims,
        Topology::NdFullMesh(t) => &t.dims,
        _ => return None,
    };
    let of = |(i, rate): (usize, &BitRate)| Some(*rate * cut(dims, i)?);
    spec.link_rates.iter().enumerate().filter_map(of).min_by(BitRate::total_cmp)
}

/// Accelerators that share first-tier switches in one rack; `None` when those stand in racks of their own.
pub(crate) fn in_rack_group(spec: &FabricSpec) -> Result<Option<u64>, FabricError> {
    let (domain, per_rack) = (spec.scale_up.domain, spec.hall.accelerators_per_rack);
    let group = match &spec.scale_up.two_tier {
        Some(two) => {
            let things = "accelerators of a two-tier domain";
            divide(domain, things, per_rack, "accelerators in a rack")?;
            divide(per_rack, "accelerators of a rack", two.group, "a scale-up group")?;
            two.group
        }
        None if domain > per_rack => return Ok(None),
        None => domain,
    };
    if group > spec.accelerators_per_host {
        divide(group, "accelerators of a scale-up group", spec.accelerators_per_host, "a host")?;
    }
    Ok(Some(group))
}
