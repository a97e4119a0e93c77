//! The fabric of a decided case in depth: counts, parts, power, racks.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::document::{bill_rows, cable_row, length_row, switch_rows};
use crate::floor;
use crate::mix::{Mix, MixError, mix};
use crate::plan::{
    FABRIC_SCHEMA, FabricClass, FabricPower, FabricSheet, FabricTier, InletRow, LinkParts, Part,
    TierPowerRow,
};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::clos::LAYER_NAMES;
use lightloom_fabric::topology::{Bisection, Exactness};
use lightloom_fabric::{
    Clos, End, EndPower, Fabric, LinkClass, Network, ScaleUp, Tier, TierPower, bisection_of_rates,
};
use lightloom_package::{Medium, ServiceUnit, Site, Technology};
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{Outcome, signal};
use lightloom_units::{BitRate, Count, Power};

/// The sheet of a decided case, with the recommended mix but for classes that are given a technology.
///
/// A name given before a class was split by length stands for both its parts.
///
/// # Errors
/// [`MixError`].
pub fn fabric_sheet(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    given: &[(String, String)],
) -> Result<FabricSheet, MixError> {
    let structure = &decided.structure;
    let fabric = &structure.fabric;
    let Mix { picks, outcome } = mix(case, facts, decided, given)?;
    let outcome = outcome.as_ref();
    let floor = floor::floor(case, facts, decided, &picks, &outcome.power)?;
    let tiers: Vec<FabricTier> = [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd]
        .into_iter()
        .filter(|tier| fabric.link_classes.iter().any(|class| class.tier == *tier))
        .map(|tier| tier_of(case, facts, decided, &picks, outcome, tier))
        .collect::<Result<_, _>>()?;
    let mut parts = LinkParts::default();
    for class in tiers.iter().flat_map(|tier| &tier.classes) {
        parts += class.parts;
    }
    let mut findings: Vec<String> = fabric
        .link_classes
        .iter()
        .zip(&picks)
        .filter_map(|(class, pick)| {
            let why = pick.reason()?;
            Some(format!("{}: {} {why}.", class.name, pick.technology))
        })
        .collect();
    findings.extend(decided.splits.iter().map(|split| {
        let saved = split.saved.as_usd();
        format!(
            "{}: two media, parted at {:.1}, cost {} {} over the years than one.",
            split.class,
            split.at,
            crate::sentence::dollars(saved.abs()),
            if saved < 0.0 { "more" } else { "less" },
        )
    }));
    findings.extend(floor::misfits(&floor));
    Ok(FabricSheet {
        schema: FABRIC_SCHEMA,
        name: case.scenario.name.clone(),
        mix: if given.is_empty() { "recommended" } else { "asked" }.to_owned(),
        accelerators: fabric.accelerators,
        hosts: fabric.hosts,
        domain: case.scenario.scale_up.domain,
        domains: fabric.domains,
        tiers,
        parts,
        power: power(case, decided, outcome),
        bill: bill_rows(&outcome.bill),
        bill_usd: outcome.bill.total.as_usd(),
        network_cost_usd: outcome.network_tco.nominal.as_usd(),
        cables: cable_row(&outcome.bill),
        racks: floor.loads,
        fullest_tray: floor.fullest_tray,
        halls: floor.halls,
        findings,
    })
}

fn tier_of(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    picks: &[Candidate],
    outcome: &Outcome,
    tier: Tier,
) -> Result<FabricTier, FactError> {
    let fabric = &decided.structure.fabric;
    let each = decided.structure.spec.bandwidth_per_accelerator();
    let each = match tier {
        Tier::ScaleUp => each.scale_up,
        Tier::ScaleOut => each.scale_out,
        Tier::FrontEnd => each.front_end,
    };
    let mut shape = shape(case, fabric, tier);
    let rates = bisection_of_rates(&decided.structure.spec.scale_up);
    if let (Tier::ScaleUp, Some(bisection)) = (tier, rates) {
        shape.bisection = bisection;
        shape.basis = "at most: across the dimension that carries least".to_owned();
    }
    let path = outcome.paths.iter().find(|path| path.tier == tier);
    let classes = fabric.link_classes.iter().zip(picks).filter(|(class, _)| class.tier == tier);
    let half =
        if tier == Tier::ScaleUp { case.scenario.scale_up.domain } else { fabric.accelerators };
    let injected = each * as_f64(half) / 2.0;
    Ok(FabricTier {
        tier: tier.name().to_owned(),
        topology: shape.name,
        gbps_per_accelerator: each.as_gbps(),
        gbps_per_accelerator_both_directions: each.as_gbps() * 2.0,
        diameter_links: path.map_or(0, |p| p.links),
        diameter_switches: path.map_or(0, |p| p.switches),
        bisection_tbps: shape.bisection.as_tbps(),
        bisection_tbps_both_directions: shape.bisection.as_tbps() * 2.0,
        bisection_share: if injected > BitRate::ZERO { shape.bisection / injected } else { 0.0 },
        bisection_basis: shape.basis,
        switches: switch_rows(fabric, tier),
        classes: classes
            .map(|(class, pick)| class_of(case, facts, class, pick))
            .collect::<Result<_, _>>()?,
        latency_ns: path.map_or_else(Vec::new, |p| {
            let part = |name: &str, time: lightloom_units::Time| Part {
                name: name.to_owned(),
                value: time.as_ns(),
            };
            vec![
                part("links", p.link_time),
                part("flight", p.propagation),
                part("switches", p.switch_time),
                part("accelerators", p.forwarding_time),
                part("interfaces", p.nic_time),
                part("total", p.total),
            ]
        }),
    })
}

/// What a network is called, and what it carries between two halves.
struct Shape {
    name: String,
    bisection: BitRate,
    basis: String,
}

fn shape(case: &Case<'_>, fabric: &Fabric, tier: Tier) -> Shape {
    let link = case.scenario.scale_up.bandwidth_per_direction
        / as_f64(case.scenario.scale_up.links.max(1));
    let half = "half of the links of its narrowest layer";
    match (tier, &fabric.scale_up) {
        (Tier::ScaleUp, ScaleUp::Star(star)) => Shape {
            name: format!("{} switches, each joined to every accelerator", star.switches),
            bisection: link * as_f64(star.links) / 2.0,
            basis: half.to_owned(),
        },
        (Tier::ScaleUp, ScaleUp::TwoTier(two)) => Shape {
            name: format!("{} groups below a second tier of {} switches", two.groups, two.l2),
            bisection: link * as_f64(two.links.min(two.uplinks)) / 2.0,
            basis: half.to_owned(),
        },
        (Tier::ScaleUp, ScaleUp::Wired(summary)) => Shape {
            name: case
                .scenario
                .scale_up
                .topology
                .as_ref()
                .map_or_else(String::new, |topology| topology.name().to_owned()),
            bisection: link * as_f64(summary.bisection.links),
            basis: basis(&summary.bisection),
        },
        (Tier::ScaleOut, _) => network(&fabric.scale_out),
        (Tier::FrontEnd, _) => network(fabric.front_end.as_ref().unwrap_or(&fabric.scale_out)),
    }
}

fn basis(bisection: &Bisection) -> String {
    match bisection.exactness {
        Exactness::Exact => bisection.source.to_owned(),
        _ => format!("at most: {}", bisection.source),
    }
}

fn network(network: &Network) -> Shape {
    match network {
        Network::Clos(of) => clos(of),
        Network::Wired(wired) => Shape {
            name: match wired.planes {
                1 => wired.topology.to_owned(),
                planes => format!("{}, {planes} planes", wired.topology),
            },
            bisection: wired.port_rate * as_f64(wired.planes * wired.summary.bisection.links),
            basis: basis(&wired.summary.bisection),
        },
    }
}

fn clos(clos: &Clos) -> Shape {
    let plural = |n: u64, what: &str| if n == 1 { what.to_owned() } else { format!("{what}s") };
    let layers = clos.layers.len() as u64;
    let mut name = format!("folded Clos of {layers} {}", plural(layers, "layer"));
    if clos.planes > 1 {
        name.push_str(&format!(", {} planes", clos.planes));
    }
    if clos.rails > 1 {
        name.push_str(&format!(", {} rails", clos.rails));
    }
    if clos.leaf_up > 0 && clos.leaf_down != clos.leaf_up {
        let over = lightloom_units::significant(clos.oversubscription().value(), 3);
        name.push_str(&format!(", {over} : 1 at the leaf"));
    }
    for (ratio, layer) in clos.above().zip(&LAYER_NAMES[1..]) {
        // What ports that are left over add is no oversubscription.
        if ratio.value() > 1.0 + 1e-9 {
            let over = lightloom_units::significant(ratio.value(), 3);
            name.push_str(&format!(", {over} : 1 at the {layer}"));
        }
    }
    let narrowest = clos.layers.iter().map(|layer| layer.links).min().unwrap_or(0);
    Shape {
        name,
        bisection: clos.port_rate * as_f64(narrowest) / 2.0,
        basis: "half of the links of its narrowest layer".to_owned(),
    }
}

pub(crate) fn end_name(end: End) -> String {
    match end {
        End::Accelerator => "accelerator".to_owned(),
        End::Nic => "interface".to_owned(),
        End::Switch(layer) => format!("switch of layer {layer}"),
    }
}

fn class_of(
    case: &Case<'_>,
    facts: &Facts<'_>,
    class: &LinkClass,
    pick: &Candidate,
) -> Result<FabricClass, FactError> {
    let lane = signal(case.scenario, class).lane;
    let lanes = (class.rate / lane - 1e-9).ceil().max(1.0);
    let technology = case.library.offer(&pick.technology);
    let copper = technology.is_some_and(|t| t.medium() == Medium::Copper);
    let mut parts = LinkParts::default();
    if let Some(far) = technology {
        let near = case.library.offer(&pick.fitted.port.near).unwrap_or(far);
        parts = link_parts(facts, class, pick, [near, far], (lanes, lane))?;
    }
    Ok(FabricClass {
        name: class.name.clone(),
        ends: class.ends.map(end_name),
        links: class.links,
        rate_gbps: class.rate.as_gbps(),
        rate_gbps_both_directions: class.rate.as_gbps() * 2.0,
        lanes,
        lane_gbps: lane.as_gbps(),
        medium: if copper { "copper" } else { "light" }.to_owned(),
        technology: pick.technology.clone(),
        technology_name: technology.map_or_else(String::new, |t| t.name.clone()),
        closes: pick.unfit.is_none(),
        runs: match (class.on_board, class.within_rack, class.through_ocs) {
            (true, ..) => "board",
            _ if class.next_rack() => "next rack",
            (_, true, _) => "rack",
            (.., true) => "hall, through circuit switches",
            _ => "hall",
        }
        .to_owned(),
        length: length_row(&class.lengths),
        parts,
    })
}

/// Parts of all links of a class; see [`LinkParts`].
fn link_parts(
    facts: &Facts<'_>,
    class: &LinkClass,
    pick: &Candidate,
    technologies: [&Technology; 2],
    (lanes, lane): (f64, BitRate),
) -> Result<LinkParts, FactError> {
    let links = as_f64(class.links);
    let port = &pick.fitted.port;
    let far = technologies[1];
    let cage = lane * facts.get::<Count>("panel.osfp.lanes")?.value();
    let in_cage = (cage / class.rate + 1e-9).floor().max(1.0);
    let mut parts = LinkParts {
        fibres: port.fibres * links,
        lasers: port.lasers * links,
        ..LinkParts::default()
    };
    let units = |share: f64| (links * share - 1e-9).ceil();
    for (technology, end) in technologies.into_iter().zip(class.ends) {
        // An interface fills its own cage; a switch's cage takes as many links as fit.
        let share = if matches!(end, End::Switch(_)) { 1.0 / in_cage } else { 1.0 };
        match (&technology.engine, technology.site) {
            (Some(_), Site::Panel) => parts.modules += units(share),
            (Some(engine), _) => parts.engines += units(class.rate / engine.capacity),
            (None, Site::Panel) => parts.plugs += units(share),
            (None, _) => {}
        }
        let lanes_per_module = port.sharing.and_then(|sharing| sharing.lanes_per_module);
        if let Some(shared) = lanes_per_module.filter(|_| technology.id == far.id) {
            parts.laser_modules += units(lanes / shared);
        }
    }
    if far.medium() == Medium::Copper {
        // A pair for each lane and direction.
        parts.wire_pairs = 2.0 * lanes * links;
    }
    let built_in = class.on_board || far.service() == ServiceUnit::Rack && far.fixed_in_rack;
    if !built_in {
        let shares = far.site == Site::Panel;
        parts.cables = units(if shares { 1.0 / in_cage } else { 1.0 });
        let single = matches!(class.ends[0], End::Accelerator | End::Nic);
        if shares && single && in_cage > 1.0 {
            parts.breakout_cables = parts.cables;
        }
    }
    Ok(parts)
}

fn power(case: &Case<'_>, decided: &Decided, outcome: &Outcome) -> FabricPower {
    let structure = &decided.structure;
    let power = &outcome.power;
    let row = |t: &TierPower| TierPowerRow {
        tier: t.tier.name().to_owned(),
        lane_pj_per_bit: t.lane.as_pj_per_bit(),
        serdes_w: t.serdes.as_w(),
        optics_w: t.optics.as_w(),
        switch_boxes_w: t.switch_boxes.as_w(),
        network_w: t.network.as_w(),
    };
    let parts = &structure.parts;
    let at_inlet = |what: String, drawn: Power, fan_share| {
        let chips = parts.inlet.deliver(drawn, fan_share);
        let fans = chips * fan_share.value();
        InletRow {
            what,
            chips_w: chips.as_w(),
            fans_and_pumps_w: fans.as_w(),
            conversion_w: (drawn - chips - fans).as_w(),
            inlet_w: drawn.as_w(),
        }
    };
    let of_end = |end: &EndPower| match end.layer {
        None => {
            let what = format!("{} ends in hosts and accelerators", end.tier.name());
            at_inlet(what, end.power, parts.accelerator.fan_share)
        }
        Some(layer) => {
            let mut groups = structure.fabric.switch_groups.iter();
            let group = groups.find(|g| (g.tier, g.layer) == (end.tier, layer));
            let what = group.map_or_else(String::new, |g| format!("{} switches", g.name));
            at_inlet(what, end.power, parts.switch(end.tier).fan_share)
        }
    };
    let mut inlets: Vec<InletRow> = power.ends.iter().map(of_end).collect();
    let name = format!("accelerators ({}) and hosts", case.scenario.cluster.accelerator);
    inlets.push(at_inlet(name, power.computing, parts.accelerator.fan_share));
    FabricPower {
        tiers: power.tiers.iter().map(row).collect(),
        all: TierPowerRow {
            tier: "all".to_owned(),
            lane_pj_per_bit: power.lane.as_pj_per_bit(),
            serdes_w: power.tiers.iter().map(|t| t.serdes.as_w()).sum(),
            optics_w: power.optics.as_w(),
            switch_boxes_w: power.switch_boxes.as_w(),
            network_w: power.network.as_w(),
        },
        cluster_w: power.cluster.as_w(),
        inlets,
    }
}
