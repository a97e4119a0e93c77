//! What a plan shows of packages: a sheet for each technology that is taken, and the figure of the electrical path.

use crate::anatomy::path_curve;
use crate::decide::{Case, Decided, Evaluated};
use crate::plan::{PathCurve, Sheet};
use crate::sheet::{Asked, sheet_of};
use lightloom_evidence::Facts;
use lightloom_fabric::{End, Fabric, LinkClass, Tier};
use lightloom_package::pair::same_ends;
use lightloom_package::{AssemblyError, Shop};
use lightloom_scenario::run::{Behind, as_f64};
use lightloom_scenario::{Library, RunError, port_spec};
use lightloom_units::BitRate;
use rayon::prelude::*;
use std::sync::Arc;

/// A shop for the case, with what the decision has learned of its links.
fn shop<'a>(
    case: &Case<'a>,
    facts: &'a Facts<'a>,
    decided: &Decided,
) -> Result<Shop<'a>, RunError> {
    let nodes = &case.scenario.cluster;
    let Library { technologies, processes, standard, .. } = case.library;
    let shop =
        Shop::new(facts, technologies, processes, standard, nodes.chip_node, nodes.module_node)?;
    Ok(shop.with_links(Arc::clone(&decided.links)))
}

/// The curve of the electrical path at the lane rate and longest length of the scale-out class that carries most.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub(crate) fn path(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Option<PathCurve>, RunError> {
    let classes = decided.structure.fabric.link_classes.iter();
    let Some(class) = largest(classes.filter(|c| c.tier == Tier::ScaleOut)) else {
        return Ok(None);
    };
    let mut spec = port_spec(case.scenario, class);
    // The figure shows switch ends; what stands opposite is another point of it.
    spec.near_is_switch = true;
    Ok(Some(path_curve(&shop(case, facts, decided)?, &spec)?))
}

/// A sheet for each technology that the recommended mix takes, then for what the baseline has besides; one for a pair and the same two
/// ends the other way round.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub(crate) fn sheets(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<Sheet>, RunError> {
    let shop = shop(case, facts, decided)?;
    let fabric = &decided.structure.fabric;
    let mut taken: Vec<(&str, &LinkClass)> = Vec::new();
    for strategy in [decided.recommended(), decided.baseline()] {
        for pick in &strategy.picks {
            let id = pick.technology.as_str();
            let known = taken.iter().any(|(other, _)| same_ends(other, id));
            if let Some(class) = classes_of(fabric, strategy, id).filter(|_| !known) {
                taken.push((id, class));
            }
        }
    }
    taken
        .into_par_iter()
        .map(|(id, class)| {
            let technology = case.library.offer(id);
            let technology = technology.ok_or_else(|| AssemblyError::Unknown(id.to_owned()))?;
            let spec = port_spec(case.scenario, class);
            let asked = Asked {
                rate: spec.rate,
                line: spec.line,
                length: Some(spec.length),
                faces_partner: !spec.near_is_switch,
                through_circuit_switch: spec.through_circuit_switch,
                nodes: shop.nodes(),
                box_rate: box_rate(fabric, class),
                chips: None,
                behind: Some(Behind::class(case.scenario, class)),
            };
            sheet_of(&shop, case.library, facts, technology, &asked)
        })
        .collect()
}

/// The class that carries most of those that a strategy gives a technology.
fn classes_of<'a>(fabric: &'a Fabric, strategy: &Evaluated, id: &str) -> Option<&'a LinkClass> {
    let classes = fabric.link_classes.iter().zip(&strategy.picks);
    largest(classes.filter(|(_, pick)| pick.technology == id).map(|(class, _)| class))
}

/// The first of the classes with the most payload.
fn largest<'a>(classes: impl Iterator<Item = &'a LinkClass>) -> Option<&'a LinkClass> {
    let payload = |class: &LinkClass| class.rate * as_f64(class.links);
    classes.reduce(|most, class| if payload(class) > payload(most) { class } else { most })
}

/// Payload of the switch at a class's upper end; of one port, where no switch stands there.
fn box_rate(fabric: &Fabric, class: &LinkClass) -> BitRate {
    let group = fabric
        .switch_groups
        .iter()
        .find(|group| group.tier == class.tier && class.ends[1] == End::Switch(group.layer));
    group.map_or(class.rate, |g| g.port_rate * as_f64(g.radix))
}
