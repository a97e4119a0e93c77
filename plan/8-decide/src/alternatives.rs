//! The same accelerators on other fabrics: a layer of switches less, larger and smaller domains, each decided as the plan is.

use crate::decide::{Case, Decided, decide_links_on};
use crate::document::choice_rows;
use crate::plan::{BuiltAlternative, FabricAlternative};
use crate::sentence::percent;
use crate::world_size::resized;
use lightloom_evidence::Facts;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, Structure, structure_with_ports};
use rayon::prelude::*;

/// Times the ports that a switch of the same making may have, and times that are tried to say what it would take.
const TIMES: [u64; 2] = [8, 64];

/// Fabrics beside that of the scenario.
///
/// # Model
/// One layer of scale-out switches less: the scenario's switch with twice, three times ... as many ports, the fewest with which a layer
/// goes, its power and price in proportion to its ports. Domains of twice and of half the size, built as
/// [`mod@crate::world_size`] builds them. Every technology is put on every link of each, and the recommended mix's rule chooses; jobs
/// are not run.
///
/// # Validity
/// A switch of more ports need not be on offer: what it would save says what it may cost more. Accelerators are the scenario's, where a
/// domain does not divide them fewer, so figures are for one accelerator.
///
/// # Errors
/// [`RunError`] when a floor refuses a fabric that was built; one that cannot be built is a row that says why.
pub fn alternatives(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<FabricAlternative>, RunError> {
    let domain = case.scenario.scale_up.domain;
    let mut asked = vec![Other::Domain(2 * domain)];
    if domain.is_multiple_of(2) && domain > 2 {
        asked.push(Other::Domain(domain / 2));
    }
    if decided.structure.fabric.scale_out.layers() > 1 {
        asked.insert(0, Other::LayerLess);
    }
    asked.par_iter().map(|other| other.row(case, facts, decided)).collect()
}

/// What is other.
enum Other {
    LayerLess,
    Domain(u64),
}

impl Other {
    fn row(
        &self,
        case: &Case<'_>,
        facts: &Facts<'_>,
        plan: &Decided,
    ) -> Result<FabricAlternative, RunError> {
        // A view of its own: what it reads is not what the plan read.
        let facts = facts.with_all([]);
        let refused = |name: String, why: String| FabricAlternative {
            name,
            how: String::new(),
            refused: Some(why),
            built: None,
        };
        match self {
            Self::LayerLess => {
                let name = "one layer of scale-out switches less".to_owned();
                let own = plan.structure.fabric.scale_out.radix();
                let (ports, structure) = match layer_less(case, &facts, plan) {
                    Some((times, structure)) if times <= TIMES[0] => (times * own, structure),
                    Some((times, _)) => {
                        let why = format!(
                            "it takes switches of {} ports, {times} times as many",
                            times * own
                        );
                        return Ok(refused(name, why));
                    }
                    None => {
                        let why = format!(
                            "no switch of up to {} times the ports takes one away",
                            TIMES[1]
                        );
                        return Ok(refused(name, why));
                    }
                };
                let how = format!(
                    "scale-out switches of {ports} ports instead of {own}, power and price in proportion"
                );
                let built = built(case, &facts, plan, structure)?;
                Ok(FabricAlternative { name, how, refused: None, built: Some(built) })
            }
            Self::Domain(size) => {
                let name = format!("scale-up domains of {size}");
                match resized(case, &facts, *size) {
                    Err(why) => Ok(refused(name, why)),
                    Ok((scenario, structure)) => {
                        let tiers = if scenario.scale_up.second_tier.is_some() {
                            "two tiers"
                        } else {
                            "one tier"
                        };
                        let how = format!(
                            "the same accelerators and switches, {tiers} of switches in the domain"
                        );
                        let case = Case { scenario: &scenario, ..*case };
                        let built = built(&case, &facts, plan, structure)?;
                        Ok(FabricAlternative { name, how, refused: None, built: Some(built) })
                    }
                }
            }
        }
    }
}

/// The fabric with a layer less, and times the ports that its switches have.
fn layer_less(case: &Case<'_>, facts: &Facts<'_>, plan: &Decided) -> Option<(u64, Structure)> {
    let fabric = &plan.structure.fabric;
    let (ports, layers) = (fabric.scale_out.radix(), fabric.scale_out.layers());
    (2..=TIMES[1]).find_map(|times| {
        let ports = ports * times;
        let built = structure_with_ports(case.scenario, case.text, facts, ports).ok()?;
        (built.fabric.scale_out.layers() < layers).then_some((times, built))
    })
}

fn built(
    case: &Case<'_>,
    facts: &Facts<'_>,
    plan: &Decided,
    structure: Structure,
) -> Result<BuiltAlternative, RunError> {
    let decided = decide_links_on(case, facts, structure, &plan.links)?;
    let each = |decided: &Decided| {
        let outcome = &decided.recommended().outcome;
        let count = as_f64(decided.structure.fabric.accelerators);
        [outcome.network_tco.nominal.as_usd() / count, outcome.power.network.as_w() / count]
    };
    let ([cost, power], [plan_cost, plan_power]) = (each(&decided), each(plan));
    let (fabric, mix) = (&decided.structure.fabric, decided.recommended());
    let unserved = fabric.link_classes.iter().zip(&mix.picks);
    Ok(BuiltAlternative {
        accelerators: fabric.accelerators,
        domain: case.scenario.scale_up.domain,
        layers: fabric.scale_out.layers(),
        switches: fabric.scale_out.switches(),
        links: fabric.link_classes.iter().map(|class| class.links).sum(),
        takes: choice_rows(case, &decided, mix),
        unserved: unserved
            .filter(|(_, pick)| !pick.usable())
            .map(|(class, _)| class.name.clone())
            .collect(),
        network_cost_usd_each: cost,
        network_w_each: power,
        productive: mix.outcome.availability.availability.value()
            * mix.outcome.goodput.ettr.value(),
        cost_saving_percent: -percent(cost, plan_cost),
        power_saving_percent: -percent(power, plan_power),
    })
}
