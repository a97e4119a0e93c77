//! A million accelerators: C07.

use super::clusters::refused;
use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::anew::{Anew, Watch};
use crate::draws::{DRAWS, Totals, draws, place, range, totals};
use crate::fabric_sheet::fabric_sheet;
use crate::plan::FabricSheet;
use crate::strategy::Rule;
use lightloom_scenario::RunError;
use lightloom_scenario::run::as_f64;

const FACTORY: &str = "million-accelerators";
/// Megawatts.
const MW: f64 = 1e6;

/// Racks that draw more than their supply gives, percent of all.
fn beyond_supply(fabric: &FabricSheet) -> f64 {
    let all: f64 = fabric.racks.iter().map(|r| as_f64(r.racks)).sum();
    let over = fabric.racks.iter().filter(|r| r.power_kw > r.supply_kw);
    over.map(|r| as_f64(r.racks)).fold(0.0, |sum, racks| sum + racks) / all.max(1.0) * 100.0
}

pub(super) fn million(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let shipped = grounds.shipped(FACTORY)?;
    let (case, decided) = (shipped.case(grounds.library), &shipped.decided);
    let fabric = &decided.structure.fabric;
    let [old, new] = [Rule::Baseline, Rule::CoPackagedSwitch].map(place);
    // Under a strategy, not under the recommended mix.
    let dressed = |i: usize| {
        let picks = decided.strategies[i].picks.iter();
        let classes = fabric.link_classes.iter().zip(picks);
        let given: Vec<(String, String)> =
            classes.map(|(class, pick)| (class.name.clone(), pick.technology.clone())).collect();
        fabric_sheet(&case, grounds.facts, decided, &given).map_err(refused)
    };
    let (pluggable, packaged) = (dressed(old)?, dressed(new)?);
    let nominal = totals(decided);
    let anew = Anew::new(&case, grounds.facts, decided, Watch::Serving)?;
    let drawn = draws(&anew, &case, 0..DRAWS, |draw| Some(draw.totals.to_vec()));
    let figure = |of: &dyn Fn(&[Totals]) -> f64| {
        let own = of(&nominal);
        (own, range(own, drawn.iter().map(|d| of(d)).collect()))
    };
    let all = format!("{} accelerators", lightloom_units::thousands(fabric.accelerators));
    let switches: u64 = fabric.switch_groups.iter().map(|g| g.switches).sum();
    let links: u64 = fabric.link_classes.iter().map(|c| c.links).sum();
    let mut answers = vec![
        Answer::new(
            "optical modules",
            format!("{all}, recommended mix"),
            shipped.fabric.parts.modules,
            "",
        ),
        Answer::new("accelerators", "counted in closed form", as_f64(fabric.accelerators), ""),
        Answer::new("switches", &all, as_f64(switches), ""),
        Answer::new("links", &all, as_f64(links), ""),
        Answer::new(
            "optical modules",
            format!("{all}, retimed pluggables"),
            pluggable.parts.modules,
            "",
        ),
        Answer::new("lasers", format!("{all}, retimed pluggables"), pluggable.parts.lasers, ""),
        Answer::new("lasers", format!("{all}, co-packaged switches"), packaged.parts.lasers, ""),
    ];
    let without = decided.strategies[old].picks.iter().filter(|p| p.unfit.is_some()).count();
    answers.push(
        Answer::new(
            "kinds of links that nothing but co-packaged optics closes",
            format!("{all}, copper and retimed pluggables"),
            as_f64(without as u64),
            "",
        )
        .at_least(1.0),
    );
    let (optics, optics_range) = figure(&|t| t[old].optics.as_w() / MW);
    answers.push(
        Answer::new("optics", format!("{all}, retimed pluggables"), optics, "MW")
            .spread(optics_range),
    );
    let (less, less_range) = figure(&|t| t[new].optics.as_w() / MW);
    answers.push(
        Answer::new("optics", format!("{all}, co-packaged switches"), less, "MW")
            .spread(less_range),
    );
    let share = |i: usize| move |t: &[Totals]| t[i].network.as_w() / t[i].cluster.as_w() * 100.0;
    let (network, network_range) = figure(&share(old));
    answers.push(
        Answer::new(
            "network in the power of the cluster",
            format!("{all}, retimed pluggables"),
            network,
            "%",
        )
        .spread(network_range),
    );
    let (saved, saved_range) =
        figure(&|t| (1.0 - t[new].cluster.as_w() / t[old].cluster.as_w()) * 100.0);
    answers.push(
        Answer::new("power saved by co-packaged switches", format!("{all}, cluster"), saved, "%")
            .spread(saved_range)
            .at_least(5.0),
    );
    let (cost, cost_range) =
        figure(&|t| (1.0 - t[new].cluster_cost.as_usd() / t[old].cluster_cost.as_usd()) * 100.0);
    answers.push(
        Answer::new(
            "cost saved by co-packaged switches",
            format!("{all}, cluster, over the years"),
            cost,
            "%",
        )
        .spread(cost_range)
        .at_least(0.0),
    );
    let (events, events_range) = figure(&|t| t[old].events_per_year / 365.25);
    let (fewer, fewer_range) = figure(&|t| t[new].events_per_year / 365.25);
    let what = "events of the network in a day, flaps among them";
    answers.push(
        Answer::new(what, format!("{all}, retimed pluggables"), events, "").spread(events_range),
    );
    answers.push(
        Answer::new(what, format!("{all}, co-packaged switches"), fewer, "").spread(fewer_range),
    );
    let (before, after) = (beyond_supply(&pluggable), beyond_supply(&packaged));
    answers.push(
        Answer::new(
            "racks beyond their supply with pluggables, less those with co-packaged switches",
            format!("{all}, points of a hundred racks"),
            before - after,
            "%",
        )
        .at_least(1.0),
    );
    let explanation = format!(
        "{all} have {} switches and {} links. With pluggables optics take {optics:.0} MW ({:.0} to {:.0}), with co-packaged switches {less:.0} \
         ({:.0} to {:.0}), which saves {saved:.1} % of the cluster's power and {cost:.1} % of its cost. Of {} kinds of links {without} do not close with pluggables; {before:.1} % of racks are beyond their supply with pluggables, {after:.1} % with co-packaged switches. To need them: a kind \
         of link that nothing else closes, racks beyond their supply without them, or 5 % of the power saved.",
        lightloom_units::thousands(switches),
        lightloom_units::thousands(links),
        optics_range[0],
        optics_range[1],
        less_range[0],
        less_range[1],
        fabric.link_classes.len(),
    );
    let claim = Claim::new("C07", answers, explanation, format!("lightloom fabric {FACTORY}"));
    Ok(claim.led_by("kinds of links that nothing but", ""))
}
