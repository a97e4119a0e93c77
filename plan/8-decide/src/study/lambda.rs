//! Lambda's table of fabrics of 144-port switches, with and without co-packaged optics.

use super::cluster::Cluster;
use super::{Study, Table};
use crate::strategy::Rule;
use lightloom_evidence::Facts;
use lightloom_fabric::Tier;
use lightloom_fabric::power::accelerators_fed;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{Library, RunError};
use lightloom_units::{Count, Power, Quantity, thousands};

/// Systems that stand for its clusters: two layers, three layers.
pub(super) const SYSTEMS: [&str; 2] = ["quantum-x-cpo-2tier", "quantum-x-cpo-3tier"];

/// Sizes of the table, with the system that is built at that size.
const SIZES: [(u64, &str); 4] =
    [(576, SYSTEMS[0]), (4_608, SYSTEMS[0]), (10_368, SYSTEMS[0]), (41_472, SYSTEMS[1])];

const BOUNDARY: &str = "scale-out network, rack inlet";
const CAUSE: &str = "Lambda takes 3.05 kW off each switch, 21 W for a port of 800G: more than a module and an engine differ by \
    (11 to 13 W in the published figures), so fans, supplies or margins of a rated maximum are in it. Ours, 11 W a port, is the \
    difference of modules, engines and SerDes at the inlet; the module at the interface stays.";

pub(super) fn study(library: &Library, facts: &Facts<'_>) -> Result<Study, RunError> {
    let [pluggable, accelerator] = ["pluggable_power", "accelerator_power"]
        .map(|key| facts.get::<Power>(&format!("study.lambda.{key}")));
    let (pluggable, accelerator) = (pluggable?, accelerator?);
    let light: Power = facts.get("switch.quantum-x800.box_power")?;
    let (mut ours, mut own) = (Table::new(facts), Table::new(facts));
    for (size, system) in SIZES {
        let id = |key: &str| format!("study.lambda.{size}.{key}");
        let cluster = Cluster::of(library, facts, system, |s| s.cluster.accelerators = size)?;
        let groups = cluster.fabric().switch_groups.iter().filter(|g| g.tier == Tier::ScaleOut);
        let switches: f64 = groups.map(|g| as_f64(g.switches)).sum();
        let saved =
            cluster.scale_out(Rule::Baseline)? - cluster.scale_out(Rule::CoPackagedSwitch)?;
        let fed = accelerators_fed(saved, cluster.each(Rule::CoPackagedSwitch)?);
        let of = |what: &str| format!("{} accelerators: {what}", thousands(size));
        let count = |n: f64| Count::from_si(n);
        ours.value(
            &of("switches of 144 ports"),
            "scale-out network",
            count(switches),
            &id("switches"),
            "",
        )?;
        ours.value(&of("power saved"), BOUNDARY, saved, &id("saved"), CAUSE)?;
        ours.value(
            &of("accelerators that it feeds"),
            "at what the cluster takes for each, rack inlet",
            count(as_f64(fed)),
            &id("accelerators"),
            "Less is saved, and an accelerator with its host, scale-up network and conversion takes more than Lambda's 1.4 kW.",
        )?;
        let said: Count = facts.get(&id("switches"))?;
        let all = (pluggable - light) * said.value();
        own.value(
            &of("power saved, from its switches and 3.05 kW"),
            "boxes as rated",
            all,
            &id("saved"),
            "Cut to whole kilowatts, not rounded.",
        )?;
        own.value(
            &of("accelerators, from that at 1.4 kW"),
            "accelerators alone",
            count(as_f64(accelerators_fed(all, accelerator))),
            &id("accelerators"),
            "",
        )?;
    }
    Ok(Study {
        id: "lambda".to_owned(),
        title: "Lambda, fabrics of Quantum-X switches, with and without co-packaged optics".to_owned(),
        systems: SYSTEMS.map(str::to_owned).to_vec(),
        about: "Ours: the same number of GB300 behind switches of 144 ports, retimed pluggables at both ends of every link against \
                engines in the switches. The power of the switch with engines (3.95 kW) is an input of ours too; that with \
                pluggables (7 kW) is not."
            .to_owned(),
        rows: ours.rows,
        arithmetic: own.rows,
    })
}
