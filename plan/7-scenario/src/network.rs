//! From a scenario to a fabric with parts: the structure that technologies are then put on.

use crate::problem::{Problem, suggestion};
use crate::schema::{Network, Scenario, Signal};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{
    Accelerator, ClosSpec, End, Fabric, FabricError, FabricSpec, HallGeometry, HallSpec, Inlet,
    LinkClass, NicPart, Parts, ScaleUpSpec, SwitchPart, Tier, TwoTierSpec, build,
};
use lightloom_link::Line;
use lightloom_package::PortSpec;

/// A fabric and the parts that it is made of.
#[derive(Debug, Clone)]
pub struct Structure {
    /// What was asked of the fabric floor.
    pub spec: FabricSpec,
    /// Counts, lengths, floor.
    pub fabric: Fabric,
    /// Switches, interfaces, accelerators.
    pub parts: Parts,
}

/// Checks that a part exists.
fn part(
    text: &str,
    facts: &Facts<'_>,
    kind: &str,
    name: &str,
    path: &str,
) -> Result<(), Problem> {
    let names = facts.catalog().children(kind);
    if names.contains(&name) {
        return Ok(());
    }
    let message = format!("the catalog has no {kind} called `{name}`");
    Err(Problem::at(text, path, message, Some(suggestion(name, names))))
}

/// A fact that a part lacks is an error at the key that named the part.
fn fact_problem(text: &str, path: &str, error: &FactError) -> Problem {
    let hint = match error {
        FactError::Missing { near, .. } if !near.is_empty() => {
            Some(format!("nearby facts: {}", near.join(", ")))
        }
        _ => Some("`lightloom catalog` lists parts and facts".to_owned()),
    };
    Problem::at(text, path, error.to_string(), hint)
}

/// Builds the structure.
///
/// # Errors
/// A [`Problem`] at the key that is to blame.
pub fn structure(scenario: &Scenario, text: &str, facts: &Facts<'_>) -> Result<Structure, Problem> {
    let parts = parts(scenario, text, facts)?;
    let geometry = HallGeometry::from_facts(facts).map_err(|e| fact_problem(text, "hall", &e))?;
    let spec = spec(scenario, &parts, &geometry);
    let fabric = build(&spec).map_err(|e| fabric_problem(text, &e))?;
    Ok(Structure { spec, fabric, parts })
}

fn parts(scenario: &Scenario, text: &str, facts: &Facts<'_>) -> Result<Parts, Problem> {
    let at = |path: &'static str| move |e: FactError| fact_problem(text, path, &e);
    let front = scenario.front_end.as_ref().unwrap_or(&scenario.scale_out);
    let (up, out) = (&scenario.scale_up, &scenario.scale_out);
    let has_front = scenario.front_end.is_some();
    let front_path = |own: &'static str, other: &'static str| if has_front { own } else { other };
    part(text, facts, "accelerator", &scenario.cluster.accelerator, "cluster.accelerator")?;
    part(text, facts, "switch", &up.switch, "scale_up.switch")?;
    part(text, facts, "switch", &out.switch, "scale_out.switch")?;
    part(text, facts, "nic", &out.nic, "scale_out.nic")?;
    part(text, facts, "switch", &front.switch, front_path("front_end.switch", "scale_out.switch"))?;
    part(text, facts, "nic", &front.nic, front_path("front_end.nic", "scale_out.nic"))?;
    let inlet = Inlet::from_facts(facts).map_err(at("cluster"))?;
    let switch = |name: &str, path| SwitchPart::from_facts(facts, name, &inlet).map_err(at(path));
    let nic = |name: &str, path| NicPart::from_facts(facts, name).map_err(at(path));
    Ok(Parts {
        accelerator: Accelerator::from_facts(facts, &scenario.cluster.accelerator)
            .map_err(at("cluster.accelerator"))?,
        scale_up_switch: switch(&up.switch, "scale_up.switch")?,
        scale_out_switch: switch(&out.switch, "scale_out.switch")?,
        front_end_switch: switch(&front.switch, "front_end.switch")?,
        scale_out_nic: nic(&out.nic, "scale_out.nic")?,
        front_end_nic: nic(&front.nic, "front_end.nic")?,
        inlet,
    })
}

fn spec(scenario: &Scenario, parts: &Parts, geometry: &HallGeometry) -> FabricSpec {
    let clos = |network: &Network, switch: &SwitchPart| ClosSpec {
        nics_per_host: network.nics_per_host,
        nic_rate: network.bandwidth_per_direction,
        planes: network.planes,
        radix: switch.ports_at(network.bandwidth_per_direction / as_f64(network.planes.max(1))),
        oversubscription: network.oversubscription,
        rails: network.rails,
        layers: network.layers,
    };
    let up = &scenario.scale_up;
    let link_rate = up.bandwidth_per_direction / as_f64(up.links.max(1));
    let hall = &scenario.hall;
    FabricSpec {
        accelerators: scenario.cluster.accelerators,
        accelerators_per_host: scenario.cluster.accelerators_per_host,
        scale_up: ScaleUpSpec {
            domain: up.domain,
            links: up.links,
            link_rate,
            radix: parts.scale_up_switch.ports_at(link_rate),
            switches: up.switches,
            two_tier: up
                .second_tier
                .as_ref()
                .map(|t| TwoTierSpec { group: t.group, uplink_ratio: t.uplink_ratio }),
        },
        scale_out: clos(&scenario.scale_out, &parts.scale_out_switch),
        front_end: scenario.front_end.as_ref().map(|n| clos(n, &parts.front_end_switch)),
        hall: HallSpec {
            geometry: HallGeometry {
                pitch: hall.pitch.unwrap_or(geometry.pitch),
                depth: hall.depth.unwrap_or(geometry.depth),
                aisle: hall.aisle.unwrap_or(geometry.aisle),
                ..geometry.clone()
            },
            accelerators_per_rack: hall.accelerators_per_rack,
            rack: hall.rack.clone(),
            racks_per_row: hall.racks_per_row,
            rows_per_hall: hall.rows_per_hall,
            hall_gap: hall.hall_gap,
            leaf: hall.leaf,
            switches_per_rack: hall.switches_per_rack,
            scale_up_chips_per_rack: hall.scale_up_chips_per_rack,
        },
    }
}

/// A count as a number.
#[must_use]
pub fn as_f64(n: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    let x = n as f64;
    x
}

/// Places an error of the fabric floor at the key that most likely causes it.
fn fabric_problem(text: &str, error: &FabricError) -> Problem {
    let words = error.to_string();
    let has = |needle: &str| words.contains(needle);
    let path = match error {
        FabricError::DoesNotDivide { part_name, .. } => match *part_name {
            "accelerators in a host" | "a host" => "cluster.accelerators_per_host",
            "a scale-up domain" => "scale_up.domain",
            "accelerators in a rack" => "hall.accelerators_per_rack",
            name if name.contains("group") => "scale_up.second_tier.group",
            _ => "cluster.accelerators",
        },
        FabricError::DomainTooLarge { .. } => "scale_up.domain",
        FabricError::SwitchCount { .. } => "scale_up.switches",
        FabricError::TooManyEndpoints { .. } => "scale_out.layers",
        FabricError::RowTooShort { .. } => "hall.racks_per_row",
        _ if has("scale-up link") => "scale_up.bandwidth_per_direction",
        _ if has("links of an accelerator") => "scale_up.links",
        _ if has("a rack") || has("tray") || has("row") || has("hall") => "hall",
        _ if has("oversubscription") => "scale_out.oversubscription",
        _ if has("interface") => "scale_out.nics_per_host",
        _ if has("scale-up") || has("uplink") => "scale_up",
        _ => "cluster.accelerators",
    };
    Problem::at(text, path, words, Some(error.hint()))
}

/// What a class's port must do.
#[must_use]
pub fn port_spec(scenario: &Scenario, class: &LinkClass) -> PortSpec {
    let signal = signal(scenario, class);
    PortSpec {
        rate: class.rate,
        line: Line { payload: signal.lane, pam: signal.modulation, fec: signal.fec },
        length: class.lengths.max,
        near_is_switch: matches!(class.ends[0], End::Switch(_)),
    }
}

/// The lanes of a link class.
#[must_use]
pub fn signal(scenario: &Scenario, class: &LinkClass) -> Signal {
    let up = &scenario.scale_up;
    match class.tier {
        Tier::ScaleUp if matches!(class.ends[0], End::Switch(_)) => {
            up.second_signal.unwrap_or(up.signal)
        }
        Tier::ScaleUp => up.signal,
        Tier::ScaleOut => scenario.scale_out.signal,
        Tier::FrontEnd => scenario.front_end.as_ref().unwrap_or(&scenario.scale_out).signal,
    }
}
