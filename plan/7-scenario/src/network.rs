//! From a scenario to a fabric with parts: the structure that technologies are then put on.

use crate::limits;
use crate::problem::{Problem, suggestion};
use crate::schema::{Network, ScaleUp, Scenario, Signal};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::topology::Topology;
use lightloom_fabric::{
    Accelerator, ClosSpec, End, Fabric, FabricError, FabricSpec, HallGeometry, HallSpec, Inlet,
    LinkClass, NicPart, Parts, RackPart, ScaleUpSpec, SwitchPart, Tier, TwoTierSpec, build,
};
use lightloom_link::{FecParameters, Line};
use lightloom_package::PortSpec;
use lightloom_units::Length;

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

/// Checks that the catalog has something of a name below a head, such as a `switch`; `noun` calls it in prose.
fn named(
    text: &str,
    facts: &Facts<'_>,
    [head, noun]: [&str; 2],
    name: &str,
    path: &str,
) -> Result<(), Problem> {
    let catalog = facts.catalog();
    // A fact right below the head is no part.
    let is_part = |name: &&str| !catalog.children(&format!("{head}.{name}")).is_empty();
    let names: Vec<&str> = catalog.children(head).into_iter().filter(is_part).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let message = format!("the catalog has no {noun} called `{name}`");
    Err(Problem::at(text, path, message, Some(suggestion(name, names))))
}

/// A fact that a part lacks is an error at the key that named the part.
pub(crate) fn fact_problem(text: &str, path: &str, error: &FactError) -> Problem {
    let message = format!("the catalog knows too little of it: {error}");
    let hint = "name another; `lightloom catalog` lists parts and facts".to_owned();
    Problem::at(text, path, message, Some(hint))
}

/// Builds the structure.
///
/// # Errors
/// A [`Problem`] at the key that is to blame.
pub fn structure(scenario: &Scenario, text: &str, facts: &Facts<'_>) -> Result<Structure, Problem> {
    limits::check(scenario, text)?;
    let parts = parts(scenario, text, facts)?;
    structure_of(scenario, text, facts, parts)
}

/// Builds the structure with scale-out switches of so many ports, in as few layers as they then need.
///
/// # Model
/// A switch of the same making: capacity, core power and price go with its ports; fans, latency and height stay.
///
/// # Errors
/// As [`structure`].
pub fn structure_with_ports(
    scenario: &Scenario,
    text: &str,
    facts: &Facts<'_>,
    radix: u64,
) -> Result<Structure, Problem> {
    limits::check(scenario, text)?;
    let mut parts = parts(scenario, text, facts)?;
    let network = &scenario.scale_out;
    let rate = network.bandwidth_per_direction / as_f64(network.planes.max(1));
    let switch = &mut parts.scale_out_switch;
    let scale = as_f64(radix) / as_f64(switch.ports_at(rate).max(1));
    switch.capacity = rate * as_f64(radix);
    switch.core_power = switch.core_power * scale;
    switch.price = switch.price * scale;
    switch.radix = radix;
    let mut free = scenario.clone();
    free.scale_out.layers = None;
    structure_of(&free, text, facts, parts)
}

fn structure_of(
    scenario: &Scenario,
    text: &str,
    facts: &Facts<'_>,
    parts: Parts,
) -> Result<Structure, Problem> {
    lanes(scenario, text, facts)?;
    let hall = &scenario.hall;
    let racks = [&parts.accelerator_rack, &parts.network_rack];
    let place = |of: fn(&RackPart) -> Length| of(racks[0]).max(of(racks[1]));
    let size = (
        hall.pitch.unwrap_or(place(|rack| rack.width)),
        hall.depth.unwrap_or(place(|rack| rack.depth)),
    );
    let more = (parts.accelerator_rack.plenum, parts.network_rack.height);
    let geometry = HallGeometry::from_facts(facts, size, more, hall.trays)
        .map_err(|e| fact_problem(text, "hall", &e))?;
    let spec = spec(scenario, &parts, &geometry);
    ports(scenario, text, &spec)?;
    let fabric = build(&spec).map_err(|e| fabric_problem(text, &spec, &e))?;
    Ok(Structure { spec, fabric, parts })
}

/// Refuses symbol rates outside the link models.
fn lanes(scenario: &Scenario, text: &str, facts: &Facts<'_>) -> Result<(), Problem> {
    let up = &scenario.scale_up;
    let front = scenario.front_end.as_ref();
    let signals = [
        ("scale_up.signal", Some(&up.signal)),
        ("scale_up.second_signal", up.second_signal.as_ref()),
        ("scale_out.signal", Some(&scenario.scale_out.signal)),
        ("front_end.signal", front.map(|f| &f.signal)),
    ];
    // A view of its own: that a code was read here says nothing about the structure.
    let facts = Facts::nominal(facts.catalog());
    for (path, signal) in signals.into_iter().filter_map(|(p, s)| s.map(|s| (p, s))) {
        let line = Line { payload: signal.lane, pam: signal.modulation, fec: signal.fec };
        let code = FecParameters::from_facts(&facts, signal.fec)
            .map_err(|e| fact_problem(text, &format!("{path}.fec"), &e))?;
        let symbols = line.symbol_rate(&code);
        if !(1.0..=300.0).contains(&symbols.as_gbd()) {
            let message = format!(
                "lanes of {} in {} run at {symbols}, the models hold from 1 to 300 GBd",
                signal.lane, signal.modulation
            );
            let hint = "share the link's rate among slower lanes, or carry more bits in a symbol"
                .to_owned();
            return Err(Problem::at(text, &format!("{path}.lane"), message, Some(hint)));
        }
    }
    Ok(())
}

/// Refuses switches that have no two ports of the rate that is asked for.
fn ports(scenario: &Scenario, text: &str, spec: &FabricSpec) -> Result<(), Problem> {
    let share = |clos: &ClosSpec| clos.nic_rate / as_f64(clos.planes);
    let (up, out) = (&spec.scale_up, &spec.scale_out);
    let mut places = vec![("scale_out", &scenario.scale_out.switch, out.radix, share(out))];
    if let Some(switch) = &scenario.scale_up.switch {
        places.push(("scale_up", switch, up.radix, up.link_rate));
    }
    if let (Some(network), Some(clos)) = (&scenario.front_end, &spec.front_end) {
        places.push(("front_end", &network.switch, clos.radix, share(clos)));
    }
    for (tier, switch, radix, rate) in places {
        if radix < 2 {
            let message = format!("the switch `{switch}` has {radix} port(s) of {rate}");
            let path = format!("{tier}.bandwidth_per_direction");
            let hint = "share the bandwidth among more links or planes, or name a larger switch"
                .to_owned();
            return Err(Problem::at(text, &path, message, Some(hint)));
        }
    }
    Ok(())
}

fn parts(scenario: &Scenario, text: &str, facts: &Facts<'_>) -> Result<Parts, Problem> {
    let at = |path: &'static str| move |e: FactError| fact_problem(text, path, &e);
    let front = scenario.front_end.as_ref().unwrap_or(&scenario.scale_out);
    let (up, out) = (&scenario.scale_up, &scenario.scale_out);
    let has_front = scenario.front_end.is_some();
    let front_path = |own: &'static str, other: &'static str| if has_front { own } else { other };
    let accelerator = ["accelerator"; 2];
    let (switch, nic) = (["switch"; 2], ["nic", "network interface"]);
    let library = ["collective", "communication library"];
    named(text, facts, accelerator, &scenario.cluster.accelerator, "cluster.accelerator")?;
    match &up.switch {
        Some(name) => named(text, facts, switch, name, "scale_up.switch")?,
        None if has_switches(up) => {
            let message = "these accelerators are joined by switches: which is not said".to_owned();
            let hint = "name a part of the catalog, or a topology without switches".to_owned();
            return Err(Problem::at(text, "scale_up", message, Some(hint)));
        }
        None => {}
    }
    named(text, facts, library, &up.library, "scale_up.library")?;
    named(text, facts, switch, &out.switch, "scale_out.switch")?;
    named(text, facts, nic, &out.nic, "scale_out.nic")?;
    named(text, facts, switch, &front.switch, front_path("front_end.switch", "scale_out.switch"))?;
    named(text, facts, nic, &front.nic, front_path("front_end.nic", "scale_out.nic"))?;
    let hall = &scenario.hall;
    named(text, facts, ["rack"; 2], &hall.accelerator_rack, "hall.accelerator_rack")?;
    named(text, facts, ["rack"; 2], &hall.network_rack, "hall.network_rack")?;
    if let Some(training) = &scenario.training {
        let framework = ["training", "training framework"];
        named(text, facts, framework, &training.software, "training.software")?;
    }
    let inlet = Inlet::from_facts(facts).map_err(at("cluster"))?;
    let switch = |name: &str, path| SwitchPart::from_facts(facts, name, &inlet).map_err(at(path));
    let nic = |name: &str, path| NicPart::from_facts(facts, name).map_err(at(path));
    let rack = |name: &str, path| RackPart::from_facts(facts, name).map_err(at(path));
    Ok(Parts {
        accelerator: Accelerator::from_facts(facts, &scenario.cluster.accelerator)
            .map_err(at("cluster.accelerator"))?,
        scale_up_switch: match &up.switch {
            Some(name) => switch(name, "scale_up.switch")?,
            None => SwitchPart::NONE,
        },
        scale_out_switch: switch(&out.switch, "scale_out.switch")?,
        front_end_switch: switch(&front.switch, "front_end.switch")?,
        scale_out_nic: nic(&out.nic, "scale_out.nic")?,
        front_end_nic: nic(&front.nic, "front_end.nic")?,
        inlet,
        accelerator_rack: rack(&hall.accelerator_rack, "hall.accelerator_rack")?,
        network_rack: rack(&hall.network_rack, "hall.network_rack")?,
    })
}

/// Whether a domain has switches of any kind; parameters that describe no network are refused where it is built.
fn has_switches(up: &ScaleUp) -> bool {
    let summary = up.topology.as_ref().map(Topology::summary);
    summary.is_none_or(|summary| summary.is_ok_and(|s| !s.switches.is_empty()))
}

fn spec(scenario: &Scenario, parts: &Parts, geometry: &HallGeometry) -> FabricSpec {
    let clos = |network: &Network, switch: &SwitchPart| ClosSpec {
        nics_per_host: network.nics_per_host,
        nic_rate: network.bandwidth_per_direction,
        planes: network.planes,
        radix: switch.ports_at(network.bandwidth_per_direction / as_f64(network.planes.max(1))),
        oversubscription: network.oversubscription.clone(),
        rails: network.rails,
        layers: network.layers,
        topology: network.topology.clone(),
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
            topology: up.topology.clone(),
            link_rates: up.link_rates.clone(),
            neighbours: up.neighbours,
        },
        scale_out: clos(&scenario.scale_out, &parts.scale_out_switch),
        front_end: scenario.front_end.as_ref().map(|n| clos(n, &parts.front_end_switch)),
        hall: HallSpec {
            geometry: HallGeometry {
                aisle: hall.aisle.unwrap_or(geometry.aisle),
                ..geometry.clone()
            },
            accelerators_per_rack: hall.accelerators_per_rack,
            rack: hall.rack.clone(),
            racks_per_row: hall.racks_per_row,
            rows_per_hall: hall.rows_per_hall,
            hall_gap: hall.hall_gap,
            leaf: hall.leaf,
            cross_trays: hall.cross_trays,
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
fn fabric_problem(text: &str, spec: &FabricSpec, error: &FabricError) -> Problem {
    // Both networks count alike and the error names neither: without the front end, is it gone?
    let clos = |key: &str| {
        let alone = FabricSpec { front_end: None, ..spec.clone() };
        let (network, asked) = match &spec.front_end {
            Some(front_end) if build(&alone).is_ok() => ("front_end", front_end),
            _ => ("scale_out", &spec.scale_out),
        };
        // Of a network that is no Clos, ports follow from the topology's parameters.
        let key = if asked.topology.is_some() && key != "layers" { "topology" } else { key };
        format!("{network}.{key}")
    };
    let path = match error {
        FabricError::DoesNotDivide { whole, things, part, part_name } => {
            let keys = [divided(things), divisor(part_name)];
            let message = error.to_string();
            return Problem::at(text, keys[1], message, Some(divisible(*whole, *part, keys)));
        }
        FabricError::DomainTooLarge { .. } => "scale_up.domain".to_owned(),
        FabricError::OtherTopology { what, .. } if what.starts_with("links") => {
            "scale_up.links".to_owned()
        }
        FabricError::OtherTopology { what, .. } if what.starts_with("network") => clos("topology"),
        FabricError::OtherTopology { .. } => "scale_up.domain".to_owned(),
        FabricError::NotOfThisKind { what, .. } if what.contains("link rates") => {
            "scale_up.link_rates".to_owned()
        }
        FabricError::NotOfThisKind { what, .. } if what.contains("next rack") => {
            "scale_up.neighbours".to_owned()
        }
        FabricError::OtherBandwidth { .. } => "scale_up.bandwidth_per_direction".to_owned(),
        FabricError::NotOfThisKind { what, .. } if what.contains("oversubscription") => {
            clos("oversubscription")
        }
        FabricError::NotOfThisKind { .. } if of_the_domain(spec) => "scale_up.topology".to_owned(),
        FabricError::NotOfThisKind { .. } | FabricError::NoNetwork { .. } => clos("topology"),
        FabricError::SwitchCount { .. } => "scale_up.switches".to_owned(),
        FabricError::TooManyEndpoints { .. } => clos("layers"),
        FabricError::RowTooShort { .. } => "hall.racks_per_row".to_owned(),
        FabricError::RadixTooSmall { place, .. } if place.contains("scale-up") => {
            "scale_up.second_tier.group".to_owned()
        }
        FabricError::RadixTooSmall { place, .. } if place.contains("rails") => clos("rails"),
        FabricError::RadixTooSmall { place, .. } if place.contains("topology") => clos("topology"),
        FabricError::RadixTooSmall { .. } => clos("oversubscription"),
        // Counts beyond the floor's reach: the rest is within its limits by now.
        _ => "cluster.accelerators".to_owned(),
    };
    Problem::at(text, &path, error.to_string(), Some(error.hint()))
}

/// Whether it is the domain's topology that describes no network.
fn of_the_domain(spec: &FabricSpec) -> bool {
    spec.scale_up.topology.as_ref().is_some_and(|topology| topology.summary().is_err())
}

/// Key of what is divided.
fn divided(things: &str) -> &'static str {
    match things {
        "accelerators of a rack" => "hall.accelerators_per_rack",
        "accelerators of a domain" => "scale_up.domain",
        "accelerators of a scale-up group" => "scale_up.second_tier.group",
        _ => "cluster.accelerators",
    }
}

/// Key of the size of a part.
fn divisor(part_name: &str) -> &'static str {
    match part_name {
        "accelerators in a host" | "a host" => "cluster.accelerators_per_host",
        "accelerators in a rack" => "hall.accelerators_per_rack",
        "a scale-up group" => "scale_up.second_tier.group",
        _ => "scale_up.domain",
    }
}

/// What to write so that `whole` divides into parts of `part`.
fn divisible(whole: u64, part: u64, [whole_key, part_key]: [&str; 2]) -> String {
    const FAR: u64 = 100_000;
    let divides = |d: &u64| whole.is_multiple_of(*d);
    let below = (part.saturating_sub(FAR).max(1)..part).rev().find(divides);
    let above = (part + 1..=whole.min(part.saturating_add(FAR))).find(divides);
    let near: Vec<String> = below.into_iter().chain(above).map(|d| d.to_string()).collect();
    let multiples: Vec<String> = [whole / part * part, (whole / part + 1).saturating_mul(part)]
        .into_iter()
        .filter(|m| *m > 0)
        .map(|m| m.to_string())
        .collect();
    let parts = match near.as_slice() {
        [] => String::new(),
        near => format!("{part_key} = {}, or ", near.join(" or ")),
    };
    format!("for example {parts}{whole_key} = {}", multiples.join(" or "))
}

/// What a class's port must do.
#[must_use]
pub fn port_spec(scenario: &Scenario, class: &LinkClass) -> PortSpec {
    let signal = signal(scenario, class);
    PortSpec {
        rate: class.rate,
        line: Line { payload: signal.lane, pam: signal.modulation, fec: signal.fec },
        length: class.lengths.max,
        nominal_length: class.lengths.max,
        near_is_switch: matches!(class.ends[0], End::Switch(_)),
        through_circuit_switch: class.through_ocs,
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
