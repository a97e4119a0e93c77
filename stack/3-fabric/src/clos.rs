//! Folded Clos networks (fat trees): 1 to 4 layers, planes, rails, oversubscription layer by layer.

use crate::error::{FabricError, at_least_one, ports, positive, product};
use crate::oversubscription::Oversubscription;
use crate::topology::Topology;
use lightloom_units::{BitRate, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names of the layers from the endpoints up.
pub const LAYER_NAMES: [&str; 4] = ["leaf", "spine", "core", "super"];

/// Most layers that are counted.
pub const MOST_LAYERS: u64 = 4;

/// A network asked for: scale-out or front end, a folded Clos unless another topology is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosSpec {
    /// Network interfaces of one host (server or compute tray) on this network.
    pub nics_per_host: u64,
    /// Rate of one interface, one direction, over all its planes.
    pub nic_rate: BitRate,
    /// Planes: equal networks side by side, each with `nic_rate / planes` of every interface.
    #[serde(default = "one")]
    pub planes: u64,
    /// Ports of one switch at the rate of a plane.
    pub radix: u64,
    /// Bandwidth of a switch downwards over that upwards: of a leaf, or a list with one for each layer from the leaf.
    #[serde(default)]
    pub oversubscription: Oversubscription,
    /// Rails: neighbouring interfaces go round-robin to so many leaves; 1 is not rail-optimised.
    #[serde(default = "one")]
    pub rails: u64,
    /// Layers of switches; the fewest that fit when left out.
    #[serde(default)]
    pub layers: Option<u64>,
    /// Any other topology in the place of a folded Clos, for each plane; it counts without [`count`].
    #[serde(default)]
    pub topology: Option<Topology>,
}

fn one() -> u64 {
    1
}

/// A Clos network counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clos {
    /// Network interfaces.
    pub endpoints: u64,
    /// Planes.
    pub planes: u64,
    /// Rails; 1 when one switch carries all.
    pub rails: u64,
    /// Rate of one link and port, one direction.
    pub port_rate: BitRate,
    /// Ports of one switch.
    pub radix: u64,
    /// Ports of a leaf to endpoints.
    pub leaf_down: u64,
    /// Ports of a leaf to the layer above.
    pub leaf_up: u64,
    /// Layers from the leaf up.
    pub layers: Vec<Layer>,
}

/// One layer of switches, in groups (pods) that the layer above joins. Counts are over all planes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Switches.
    pub switches: u64,
    /// Links from the layer below, or from the endpoints, up to this layer.
    pub links: u64,
    /// Groups; a leaf (one switch for each plane) is a group of its own.
    pub groups: u64,
    /// Groups of the layer below in one group; endpoints for a leaf. The last may hold fewer.
    pub fan_in: u64,
    /// Switches in one group. Switch `i` of the layer below joins switches `i * spread .. (i + 1) * spread`.
    pub switches_per_group: u64,
    /// Switches of this layer that one switch of the layer below joins.
    pub spread: u64,
    /// Links between two joined switches.
    pub trunk: u64,
}

impl Clos {
    /// Bandwidth of a leaf to its endpoints over that to the layer above, as wired; 1 for one layer.
    #[must_use]
    pub fn oversubscription(&self) -> Ratio {
        if self.leaf_up == 0 {
            Ratio::new(1.0)
        } else {
            Ratio::new(self.leaf_down as f64 / self.leaf_up as f64)
        }
    }

    /// Links of a switch downwards over those upwards, as wired: of each layer between leaf and top.
    pub fn above(&self) -> impl Iterator<Item = Ratio> + '_ {
        self.layers.windows(2).skip(1).map(|pair| {
            let (down, up) = (pair[0].fan_in * pair[0].trunk, pair[1].spread * pair[1].trunk);
            Ratio::new(down as f64 / up as f64)
        })
    }

    /// What an endpoint can send, over its rate, when all send through the top: narrowed by every layer that has less
    /// upwards than downwards.
    #[must_use]
    pub fn share_through_top(&self) -> Ratio {
        let leaf = 1.0 / self.oversubscription().value().max(1.0);
        Ratio::new(self.above().fold(leaf, |share, ratio| share / ratio.value().max(1.0)))
    }

    /// Endpoints that share a set of leaves: all rails and planes of one leaf position.
    #[must_use]
    pub fn endpoints_per_leaf_set(&self) -> u64 {
        self.rails * self.leaf_down
    }

    /// Switches in a set of leaves.
    #[must_use]
    pub fn leaves_per_set(&self) -> u64 {
        self.rails * self.planes
    }
}

/// Most endpoints of a non-blocking folded Clos, `2 (k/2)^L`; `None` when that overflows or `L` is zero.
///
/// # Example
/// ```
/// use lightloom_fabric::clos::most_endpoints;
/// assert_eq!(most_endpoints(64, 2), Some(2_048));
/// assert_eq!(most_endpoints(144, 3), Some(746_496));
/// assert_eq!(most_endpoints(512, 2), Some(131_072)); // claimed as 128K GPUs with 512 x 200G
/// ```
#[must_use]
pub fn most_endpoints(radix: u64, layers: u32) -> Option<u64> {
    (layers > 0).then_some(())?;
    (radix / 2).checked_pow(layers)?.checked_mul(2)
}

/// Counts the switches and links that join the endpoints.
///
/// # Model
/// A leaf of a `k`-port switch with oversubscription `o` has `d = floor(k o / (1 + o))` ports down and
/// `u = k - d` up, all wired. Leaves: `ceil(N / d)`, or `R ceil(N / (R d))` with `R` rails. A layer between has
/// `p = floor(k o / (1 + o))` ports down, `k/2` where it is non-blocking; `p` groups of the layer below form a group of it;
/// the top joins up to `p = k`. The `u` uplinks of a switch are spread evenly over `q` switches by `t = ceil(u / q)` links
/// to each: `q` is the smallest with `g t <= p`, where `g` switches meet, and `q t` no more than there are ports for. A leaf
/// wires its ports to the last, so its `q` divides `u`; a switch between that has `w` links down needs `u = ceil(w / o)` and
/// wires some more where they come out even. Everything is counted per plane and multiplied by the planes.
///
/// # Validity
/// Groups of a layer are built alike: the last may have empty places below, not above. The even spread
/// explains counts that `ceil(N / k)` misses: 2,304 endpoints of 144-port switches have 18 spines, not 16,
/// since 72 uplinks do not spread evenly over 16.
///
/// # Source
/// Counting rule of folded Clos networks; tables of the NVIDIA DGX SuperPOD reference architecture and of
/// Lambda's co-packaged-optics fabric, reproduced in this crate's tests.
///
/// # Errors
/// [`FabricError`] when a number is zero, the radix has no port for one direction, or the endpoints do not
/// fit the layers.
///
/// # Example
/// ```
/// use lightloom_fabric::clos::{ClosSpec, count};
/// use lightloom_fabric::Oversubscription;
/// use lightloom_units::BitRate;
/// let spec = ClosSpec { nics_per_host: 8, nic_rate: BitRate::gbps(400.0), planes: 1, radix: 64,
///     oversubscription: Oversubscription::default(), rails: 8, layers: None, topology: None };
/// let switches: Vec<u64> = count(4_096, &spec)?.layers.iter().map(|l| l.switches).collect();
/// assert_eq!(switches, [128, 128, 64]); // DGX SuperPOD B200 with 4,096 GPUs
/// # Ok::<(), lightloom_fabric::FabricError>(())
/// ```
pub fn count(endpoints: u64, spec: &ClosSpec) -> Result<Clos, FabricError> {
    at_least_one("the number of network interfaces", endpoints)?;
    at_least_one("the number of planes", spec.planes)?;
    at_least_one("the number of rails", spec.rails)?;
    ports(spec.radix)?;
    positive("the rate of a network interface", spec.nic_rate.as_gbps())?;
    for ratio in spec.oversubscription.given() {
        positive("the oversubscription", ratio.value())?;
    }
    product("endpoints by planes by rails", &[endpoints, spec.planes, spec.rails])?;
    match spec.layers {
        Some(0) => Err(FabricError::Zero { what: "the number of layers" }),
        Some(layers) if layers > MOST_LAYERS => {
            Err(FabricError::TooLarge { what: "layers", count: layers, most: MOST_LAYERS })
        }
        Some(layers) => count_layers(endpoints, spec, layers),
        None => {
            // A list names the layers below the top.
            let given = spec.oversubscription.given().len() as u64;
            let first = if given > 1 { (given + 1).min(MOST_LAYERS) } else { 1 };
            let mut result = count_layers(endpoints, spec, first);
            for layers in first + 1..=MOST_LAYERS {
                if !matches!(result, Err(FabricError::TooManyEndpoints { .. })) {
                    break;
                }
                result = count_layers(endpoints, spec, layers);
            }
            result
        }
    }
}

/// Ports down of `k` with this oversubscription.
fn ports_down(radix: u64, oversubscription: Ratio) -> u64 {
    let o = oversubscription.value();
    // The hair keeps a ratio such as 1/3, which is not exact in binary, from losing a port.
    (radix as f64 * (o / (1.0 + o)) + 1e-9).floor() as u64
}

fn count_layers(endpoints: u64, spec: &ClosSpec, layers: u64) -> Result<Clos, FabricError> {
    let ClosSpec { radix, planes, .. } = *spec;
    let (leaf_down, leaf_up, rails) = if layers == 1 {
        (radix, 0, 1)
    } else {
        let down = ports_down(radix, spec.oversubscription.of(0));
        (down, radix - down.min(radix), spec.rails)
    };
    if leaf_down == 0 || (layers > 1 && leaf_up == 0) {
        let place = "a leaf with ports in both directions at this oversubscription";
        return Err(FabricError::RadixTooSmall { place, needed: radix + 1, radix });
    }
    let given = spec.oversubscription.given().len();
    if given as u64 > layers.max(2) - 1 {
        return Err(FabricError::NotOfThisKind {
            what: "the list of oversubscriptions",
            found: format!("{given} long"),
            needed: "no longer than the layers below the top, since the top has no uplinks",
        });
    }
    let too_many = FabricError::TooManyEndpoints { endpoints, layers, radix };
    let leaves = rails * endpoints.div_ceil(rails.saturating_mul(leaf_down));
    if layers == 1 && leaves > 1 {
        return Err(too_many);
    }
    let mut counted = vec![Layer {
        switches: leaves * planes,
        links: endpoints * planes,
        groups: leaves,
        fan_in: leaf_down,
        switches_per_group: planes,
        spread: 1,
        trunk: 1,
    }];
    // Ports for uplinks: a leaf wires all that it has, a switch between may wire more than it needs.
    let (mut below, mut per_group, mut up, mut room) = (leaves, planes, leaf_up, leaf_up);
    for layer in 2..=layers {
        let top = layer == layers;
        let over = spec.oversubscription.of(layer as usize - 1);
        let ports_down = if top { radix } else { ports_down(radix, over) };
        if ports_down == 0 || (!top && ports_down >= radix) {
            let place = "a switch between with ports in both directions at this oversubscription";
            return Err(FabricError::RadixTooSmall { place, needed: radix + 1, radix });
        }
        // A set of rails stays within a pod.
        let step = if layer == 2 { rails } else { 1 };
        let most = ports_down / step * step;
        if most == 0 {
            let place = "a group of switches that joins all rails";
            return Err(FabricError::RadixTooSmall { place, needed: rails, radix: ports_down });
        }
        let groups = if top { 1 } else { below.div_ceil(most) };
        let fan_in = below.div_ceil(groups).next_multiple_of(step);
        if fan_in > most {
            return Err(too_many);
        }
        let groups = below.div_ceil(fan_in);
        let fits = |q: &u64| q * up.div_ceil(*q) <= room && fan_in * up.div_ceil(*q) <= ports_down;
        let spread = (1..=up).find(fits).unwrap_or(up);
        let trunk = up.div_ceil(spread);
        let links = product("links", &[below, per_group, spread * trunk])?;
        per_group = product("switches", &[per_group, spread])?;
        let switches = product("switches", &[groups, per_group])?;
        counted.push(Layer {
            switches,
            links,
            groups,
            fan_in,
            switches_per_group: per_group,
            spread,
            trunk,
        });
        // As few as carry what comes from below; the hair forgives a ratio that is not exact in binary.
        let narrowed = ((fan_in * trunk) as f64 / over.value() - 1e-9).ceil().max(1.0) as u64;
        (below, up, room) = (groups, narrowed, radix.saturating_sub(fan_in * trunk));
    }
    let port_rate = spec.nic_rate / planes as f64;
    Ok(Clos { endpoints, planes, rails, port_rate, radix, leaf_down, leaf_up, layers: counted })
}
