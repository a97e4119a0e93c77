//! Folded Clos networks (fat trees) of 1 to 4 layers, with planes, rails and oversubscription.

use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Saturation, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Shape, Wire, wire};
use crate::clos::{self, Clos, ClosSpec, LAYER_NAMES, Layer};
use crate::error::{FabricError, product};
use crate::oversubscription::Oversubscription;
use lightloom_units::{BitRate, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A folded Clos network.
///
/// # Model
/// Counts of [`clos::count`]. Switch `i` of a group joins switches `i q .. (i + 1) q` of the group above. Neighbouring
/// endpoints go round-robin to the rails. Two endpoints meet in the lowest group that holds both: `2 l` links over
/// layer `l`.
///
/// # Validity
/// The bisection is exact where a switch has as many ports up as down in every layer (any permutation is carried by
/// spreading over the top), or where the leaf alone is narrowed and the halves are whole leaves that are full; otherwise it
/// is the cut of one pair of halves: of leaves, or of whole groups of a narrowed layer where that cuts fewer.
///
/// # Source
/// C. Clos, BSTJ 32 (1953) 406; M. Al-Fares et al., SIGCOMM 2008: `2 (k/2)^L` endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoldedClos {
    /// Endpoints: network interfaces.
    pub endpoints: u64,
    /// Ports of a switch, at the rate of a plane.
    pub radix: u64,
    /// Layers of switches, 1 to 4; the fewest that fit when left out.
    #[serde(default)]
    pub layers: Option<u64>,
    /// Bandwidth of a leaf to its endpoints over that to the layer above; 1 is non-blocking.
    #[serde(default = "non_blocking")]
    pub oversubscription: f64,
    /// The same of each layer above the leaf, from the spine: `7` narrows the spines, `1x7` the cores.
    #[serde(default)]
    pub above: Vec<f64>,
    /// Rails: neighbouring endpoints go round-robin to so many leaves; 1 is not rail-optimised.
    #[serde(default = "one")]
    pub rails: u64,
    /// Planes: equal networks side by side, one link of every endpoint to each.
    #[serde(default = "one")]
    pub planes: u64,
}

fn one() -> u64 {
    1
}

fn non_blocking() -> f64 {
    1.0
}

/// Names of the links up to each layer.
const LINKS: [(&str, [&str; 2]); 4] = [
    ("endpoint-leaf", ["endpoint", "leaf"]),
    ("leaf-spine", ["leaf", "spine"]),
    ("spine-core", ["spine", "core"]),
    ("core-super", ["core", "super"]),
];

impl FoldedClos {
    /// The counts, as scenarios use them.
    ///
    /// # Errors
    /// As [`clos::count`].
    pub fn counted(&self) -> Result<Clos, FabricError> {
        let spec = ClosSpec {
            nics_per_host: 1,
            // Rates do not enter the counts.
            nic_rate: BitRate::gbps(1.0),
            planes: self.planes,
            radix: self.radix,
            oversubscription: Oversubscription::layers(
                std::iter::once(&self.oversubscription)
                    .chain(&self.above)
                    .map(|ratio| Ratio::new(*ratio))
                    .collect(),
            ),
            rails: self.rails,
            layers: self.layers,
            topology: None,
        };
        clos::count(self.endpoints, &spec)
    }
}

/// Leaf groups as runs of equals: how many, and endpoints of each.
fn leaf_runs(c: &Clos) -> [(u64, u64); 3] {
    let set = c.endpoints_per_leaf_set();
    let (full, rest) = (c.endpoints / set * c.rails, c.endpoints % set);
    let (least, more) = (rest / c.rails, rest % c.rails);
    let last = if rest > 0 { c.rails } else { 0 };
    [(full, c.leaf_down), (more, least + 1), (last.saturating_sub(more), least)]
}

/// Endpoints of a full group of a layer, from 1, for the leaf layer that of the fullest leaf.
fn endpoints_of_group(c: &Clos, layer: usize) -> u64 {
    let above = c.layers.get(1..=layer).unwrap_or(&[]);
    above.iter().fold(c.leaf_down, |size, l| size.saturating_mul(l.fan_in))
}

/// Ordered pairs that meet in one group of each layer, from the leaf up.
fn pairs_within(c: &Clos) -> Vec<f64> {
    let n = c.endpoints;
    let pairs = |size: u64| size as f64 * size.saturating_sub(1) as f64;
    let leaf = leaf_runs(c).iter().map(|(many, size)| *many as f64 * pairs(*size)).sum();
    let higher = (1..c.layers.len()).map(|layer| {
        let size = endpoints_of_group(c, layer);
        (n / size) as f64 * pairs(size) + pairs(n % size)
    });
    std::iter::once(leaf).chain(higher).collect()
}

/// Sum of distances over ordered pairs, and the longest.
pub(super) fn distances(c: &Clos) -> (f64, u64) {
    let within = pairs_within(c);
    let (mut sum, mut longest, mut nearer) = (0.0, 0, 0.0);
    for (layer, pairs) in within.iter().enumerate() {
        let links = 2 * (layer as u64 + 1);
        if *pairs > nearer {
            longest = links;
        }
        sum += links as f64 * (pairs - nearer);
        nearer = *pairs;
    }
    (sum, longest)
}

/// Load of the fullest link of each kind when every endpoint sends one link's rate over all planes.
fn most_load(c: &Clos) -> f64 {
    let n = c.endpoints;
    let others = (n - 1).max(1) as f64;
    let mut most = 1.0 / c.planes as f64;
    let mut up = c.leaf_up as f64 * c.planes as f64;
    for layer in 0..c.layers.len().saturating_sub(1) {
        let full = endpoints_of_group(c, layer).min(n);
        let largest = if layer == 0 {
            leaf_runs(c).iter().map(|r| if r.0 > 0 { r.1 } else { 0 }).max().unwrap_or(0)
        } else {
            full
        };
        let leaving = |size: u64| size as f64 * (n - size.min(n)) as f64 / others;
        most = most.max(leaving(largest) / up);
        up *= c.layers[layer + 1].fan_in as f64 * widening(c, layer + 1);
    }
    most
}

/// Links upwards of a switch above the leaf, over its links downwards; 1 at the top.
fn widening(c: &Clos, layer: usize) -> f64 {
    match (c.layers.get(layer), c.layers.get(layer + 1)) {
        (Some(here), Some(above)) => {
            (above.spread * above.trunk) as f64 / (here.fan_in * here.trunk) as f64
        }
        _ => 1.0,
    }
}

/// The lowest layer above the leaf that has fewer links upwards than downwards.
fn narrowed_above(c: &Clos) -> Option<usize> {
    (1..c.layers.len().max(2) - 1).find(|layer| widening(c, *layer) < 1.0 - 1e-12)
}

/// Links that whole groups of a layer cut, half of them against the others; of an odd number one is halved at its endpoints.
fn groups_cut(c: &Clos, layer: usize) -> u64 {
    let here = &c.layers[layer];
    let of_switch = c.layers.get(layer + 1).map_or(0, |above| above.spread * above.trunk);
    let up = here.switches_per_group * of_switch;
    let halved =
        if here.groups % 2 == 1 { endpoints_of_group(c, layer).div_ceil(2) * c.planes } else { 0 };
    here.groups / 2 * up + halved
}

/// Links that halves cut, which keep leaves whole as far as they can.
pub(super) fn bisection(c: &Clos) -> Bisection {
    let at_endpoints = c.endpoints / 2 * c.planes;
    if let Some(lowest) = narrowed_above(c) {
        let groups = (lowest..c.layers.len() - 1).map(|layer| groups_cut(c, layer));
        let least = groups.min().unwrap_or(at_endpoints).min(at_endpoints);
        if c.leaf_up >= c.leaf_down || least <= leaves_cut(c) * c.planes {
            return Bisection::at_most(least, "half the groups of a narrowed layer and the others");
        }
        return Bisection::at_most(leaves_cut(c) * c.planes, "uplinks of half the leaves");
    }
    if c.layers.len() == 1 || c.leaf_up >= c.leaf_down {
        return Bisection::exact(
            at_endpoints,
            "non-blocking: any permutation is carried by spreading over the top",
        );
    }
    let leaves = c.layers[0].groups;
    let proven = leaves.is_multiple_of(2) && leaves * c.leaf_down == c.endpoints;
    Bisection::exact_if(proven, leaves_cut(c) * c.planes, "uplinks of half the leaves")
}

/// Links of a plane that halves cut which keep leaves whole as far as they can.
fn leaves_cut(c: &Clos) -> u64 {
    let (mut left, mut cut) = (c.endpoints / 2, 0_u64);
    for (many, size) in leaf_runs(c) {
        if size == 0 {
            continue;
        }
        let whole = many.min(left / size);
        cut += whole * size.min(c.leaf_up);
        left -= whole * size;
        if whole < many && left > 0 {
            cut += left.min(size - left + c.leaf_up);
            left = 0;
        }
    }
    cut
}

/// Wires of a network whose endpoints are given by `endpoint` and whose switches begin at `first[layer]`.
pub(super) fn wires(
    c: &Clos,
    endpoint: impl Fn(u64) -> u64,
    first: &[u64],
    class: u8,
    emit: &mut dyn FnMut(Wire),
) {
    let set = c.endpoints_per_leaf_set();
    for e in 0..c.endpoints {
        let leaf = e / set * c.rails + e % c.rails;
        for plane in 0..c.planes {
            emit(wire(endpoint(e), first[0] + leaf * c.planes + plane, 1, class));
        }
    }
    let mut below = &c.layers[0];
    for (index, layer) in c.layers.iter().enumerate().skip(1) {
        for group in 0..below.groups {
            let above = group / layer.fan_in * layer.switches_per_group;
            for switch in 0..below.switches_per_group {
                let lower = first[index - 1] + group * below.switches_per_group + switch;
                for q in 0..layer.spread {
                    let upper = first[index] + above + switch * layer.spread + q;
                    emit(wire(lower, upper, layer.trunk, class + index as u8));
                }
            }
        }
        below = layer;
    }
}

/// Switches and links of so many equal networks.
pub(super) fn parts(
    c: &Clos,
    networks: u64,
) -> Result<(Vec<SwitchCount>, Vec<LinkCount>), FabricError> {
    let mut switches = Vec::with_capacity(c.layers.len());
    let mut links = Vec::with_capacity(c.layers.len());
    for (index, layer) in c.layers.iter().enumerate() {
        let up = c.layers.get(index + 1).map_or(0, |above| above.spread * above.trunk);
        let held = if index == 0 {
            leaf_runs(c)[0].1.min(c.endpoints.div_ceil(c.rails))
        } else {
            layer.fan_in
        };
        let ports = held * layer.trunk + up;
        let count = product("switches", &[layer.switches, networks])?;
        switches.push(SwitchCount::of(LAYER_NAMES[index], count, ports).with_radix(c.radix));
        let (name, ends) = LINKS[index];
        links.push(LinkCount::of(
            name,
            ends,
            product("links", &[layer.links, networks])?,
            layer.trunk,
        ));
    }
    Ok((switches, links))
}

/// What a link and a switch of each layer take away.
fn failures(c: &Clos, bisection: &Bisection) -> Vec<Failure> {
    let n = c.endpoints;
    // Whether the reported cut is at the endpoints or at the leaves' uplinks; of a narrowed layer above it is at neither.
    let above = bisection.source.starts_with("half the groups");
    let at_endpoints = !above && (c.layers.len() == 1 || c.leaf_up >= c.leaf_down);
    let at_leaves = !above && !at_endpoints;
    let planes = share(1, c.planes);
    let single = c.planes == 1;
    let on = |here: bool, links: u64| if here { bisection.share(links) } else { 0.0 };
    let mut out = Vec::new();
    for (index, layer) in c.layers.iter().enumerate() {
        let here = if index == 0 { at_endpoints } else { index == 1 && at_leaves };
        let lost = if index == 0 { planes } else { 0.0 };
        let cut = if index == 0 && single { share(1, n) } else { 0.0 };
        out.push(Failure::of(
            format!("{} {} link", if index == 0 { "an" } else { "a" }, LINKS[index].0),
            [cut, lost, on(here, 1)],
        ));
        let held =
            if index == 0 { leaf_runs(c)[0].1.min(n.div_ceil(c.rails)) } else { layer.fan_in };
        let (cut, lost) = match (index, single) {
            (0, true) => (share(held.min(n), n), 0.0),
            (0, false) => (0.0, planes),
            _ => (0.0, 0.0),
        };
        let on_cut = match index {
            0 if at_endpoints => held.min(n / 2),
            0 if at_leaves => c.leaf_up,
            1 if at_leaves => (layer.fan_in * layer.trunk).div_ceil(2),
            _ => 0,
        };
        out.push(Failure::of(
            format!("a {}", LAYER_NAMES[index]),
            [cut, lost, bisection.share(on_cut)],
        ));
    }
    out
}

impl Shape for FoldedClos {
    fn summary(&self) -> Result<Summary, FabricError> {
        let c = self.counted()?;
        let (sum, longest) = distances(&c);
        let bisection = bisection(&c);
        let (switches, links) = parts(&c, 1)?;
        let met = (longest / 2).max(1) as usize;
        let spread = |l: &Layer| l.spread;
        let paths =
            c.layers.iter().take(met).skip(1).map(spread).fold(c.planes, u64::saturating_mul);
        Ok(Summary {
            endpoints: c.endpoints,
            ports_per_endpoint: c.planes,
            switches,
            links,
            diameter: Diameter::switched(longest),
            mean_links: mean_of_pairs(sum, c.endpoints),
            shortest_paths: Some(if longest == 0 { 1 } else { paths }),
            edge_disjoint_paths: c.planes,
            saturation: Some(Saturation::of_load(most_load(&c), c.planes, "ECMP, up-down")),
            failures: failures(&c, &bisection),
            bisection,
        })
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        let c = self.counted()?;
        let mut first = vec![c.endpoints];
        for layer in &c.layers {
            first.push(first[first.len() - 1] + layer.switches);
        }
        wires(&c, |e| e, &first, 0, emit);
        Ok(())
    }
}
