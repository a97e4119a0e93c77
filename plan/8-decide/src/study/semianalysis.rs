//! SemiAnalysis's clusters of GB300 NVL72 on InfiniBand: pluggable modules, linear ones, co-packaged optics, by layers.

use super::cluster::{Account, Cluster};
use super::{Study, Table};
use crate::strategy::Rule;
use lightloom_economics::{PublishedSaving, ReferenceBudget};
use lightloom_evidence::Facts;
use lightloom_fabric::clos::most_endpoints;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{Library, RunError};
use lightloom_units::{Count, Money, Power, Quantity, Ratio, thousands};

/// Systems that stand for its clusters.
pub(super) const SYSTEMS: [&str; 4] =
    ["quantum-x-cpo-3tier", "quantum-x-cpo-2tier", "spectrum-x-cpo-3tier", "spectrum-x-cpo-2tier"];

/// Accelerators of a rack, for which the study gives money.
const RACK: f64 = 72.0;
/// Ports of its switch.
const PORTS: u64 = 144;
const HEAD: &str = "study.semianalysis.";

const NETWORK: &str = "switches and modules of scale-out and front end, rack inlet";
const MODULES: &str = "pluggable modules of scale-out and front end, rack inlet";
const SWITCHES: &str = "switches with the engines in them, without modules, rack inlet";
const CLUSTER: &str = "accelerators, hosts, all networks, rack inlet";
const PRICES: &str = "scale-out and front end, without interfaces, to the buyer";
const ALL_PRICES: &str = "that and accelerators with hosts and scale-up network";

const THE_SWITCH: &str = "An engine with its laser takes less than the 4 to 5 W of the study for 800G; and engines beside the chip let its \
    SerDes shrink, which ours counts in the switch, so that most of what engines add comes back. The study's +23 % is about the 648 W of 144 engines and lasers on a switch that stays as it is.";
const MODULE_POWER: &str = "A module of 800G takes less here than the 16 to 17 W of the study; conversion at the inlet, counted here, makes up for some.";
const SHARE: &str = "Our modules take less than the study's, and our switches more: three layers of a front end stand among them.";
const SERVER: &str = "Every part at rated power, conversion and fans counted.";
const FLAT: &str = "Engines add little to our switches (row of three layers), so three fifths of the switches take well less; and a front \
    end of two layers in place of three, in the clusters of Quantum-X, falls with them.";
const CLUSTER_POWER: &str = "The network's change, times its larger share here.";
const PRICE_OF_LIGHT: &str = "The study's transceivers are bought from the maker of the switch: 6,900 USD for an accelerator in three \
    layers, more than twice our generic modules, for which the same study gives 1,000 USD at 1.6T. Engines cost about as much in both. So \
    co-packaging saves what the modules' price was, there, and costs here: the sign follows the price of the modules.";
const FOUR: &str = "Cheaper modules, as in the rows above, and more switches.";
const LINEAR: &str = "At 200G lanes linear modules do not close on these links in our model, and retimed ones stand in: only the front end, \
    at 100G lanes, is linear here.";

fn percent(after: f64, before: f64) -> f64 {
    after / before
}

/// A quantity of two accounts, for each accelerator.
fn each(of: impl Fn(&Account) -> f64, after: &Account, before: &Account) -> f64 {
    percent(of(after) / after.accelerators, of(before) / before.accelerators)
}

const fn watts(of: impl Fn(&Account) -> Power) -> impl Fn(&Account) -> f64 {
    move |account| of(account).as_w()
}

const fn dollars(of: impl Fn(&Account) -> Money) -> impl Fn(&Account) -> f64 {
    move |account| of(account).as_usd()
}

pub(super) fn study(library: &Library, facts: &Facts<'_>) -> Result<Study, RunError> {
    let built = |system: &str| Cluster::of(library, facts, system, |_| ());
    let [three, two, wide, flat] = SYSTEMS.map(built);
    let (three, two, wide, flat) = (three?, two?, wide?, flat?);
    let four = Cluster::of(library, facts, SYSTEMS[0], |s| s.scale_out.layers = Some(4))?;
    let before = three.account(Rule::Baseline)?;
    let mut table = Table::new(facts);
    of_three(
        &mut table,
        &before,
        [three.account(Rule::Linear)?, three.account(Rule::CoPackagedSwitch)?],
    )?;
    let quantum = two.account(Rule::CoPackagedSwitch)?;
    of_two(&mut table, "Quantum-X, 144 ports of 800G", &quantum, &before)?;
    let [after, wide] = [flat.account(Rule::CoPackagedSwitch)?, wide.account(Rule::Baseline)?];
    of_two(&mut table, "Spectrum-X, four planes of 512 ports of 200G", &after, &wide)?;
    let layers = [two.account(Rule::Baseline)?, before, four.account(Rule::Baseline)?];
    money(&mut table, &layers)?;
    modules(&mut table, &two)?;
    table.value(
        "module with DSP for 800G",
        "one end between switches, direct current",
        two.end(Rule::Baseline)?,
        &format!("{HEAD}module_power"),
        "Half of a module of 1.6T with a DSP in 3 nm here; the study's is one of 800G.",
    )?;
    table.value(
        "engine with laser for 800G",
        "one end between switches, direct current",
        two.end(Rule::CoPackagedSwitch)?,
        "published.cpo_800g.quantum",
        "Laser and drivers follow from the light that closes the link.",
    )?;
    let rows = table.rows;
    Ok(Study {
        id: "semianalysis".to_owned(),
        title: "SemiAnalysis, GB300 NVL72 on InfiniBand by layers of switches".to_owned(),
        systems: SYSTEMS.map(str::to_owned).to_vec(),
        about: format!(
            "Ours: {} GB300 in three layers of Quantum-X, and, for each accelerator, those of two layers against them. As the \
             study's figures ask for it, engines and lasers count to the switches, modules at the interfaces stay pluggable, and \
             interfaces count to the servers. The price of a switch without optics was taken from this study.",
            thousands(three.fabric().accelerators)
        ),
        rows,
        arithmetic: arithmetic(facts)?,
    })
}

fn of_three(
    table: &mut Table<'_>,
    before: &Account,
    [linear, light]: [Account; 2],
) -> Result<(), RunError> {
    let id = |key: &str| format!("{HEAD}{key}");
    let share = |part: Power, all: Power| Ratio::new(part / all);
    let many = table.facts.get::<Count>(&id("accelerators"))?.value() / before.accelerators;
    table.value(
        "transceivers of 200,000",
        MODULES,
        before.transceivers * many,
        &id("optics_power"),
        MODULE_POWER,
    )?;
    table.value("all of 200,000", CLUSTER, before.cluster * many, &id("it_power"), SERVER)?;
    table.value(
        "networks in cluster power",
        NETWORK,
        share(before.network(), before.cluster),
        &id("network_power_share"),
        SHARE,
    )?;
    table.value(
        "transceivers in network power",
        NETWORK,
        share(before.transceivers, before.network()),
        &id("optics_power_share"),
        SHARE,
    )?;
    let cost = Ratio::new(before.transceivers_price / before.network_price());
    table.value(
        "transceivers in network cost",
        PRICES,
        cost,
        &id("optics_cost_share"),
        PRICE_OF_LIGHT,
    )?;

    let optics = |a: &Account| a.transceivers;
    let network = Account::network;
    for (what, of, boundary, key, after, cause) in [
        (
            "linear: transceiver power",
            &watts(optics) as &dyn Fn(&Account) -> f64,
            MODULES,
            "lpo_three.optics_power",
            &linear,
            LINEAR,
        ),
        (
            "linear: network power",
            &watts(network),
            NETWORK,
            "lpo_three.network_power",
            &linear,
            LINEAR,
        ),
        (
            "co-packaged: transceiver power",
            &watts(optics),
            MODULES,
            "cpo_three.optics_power",
            &light,
            "One end of six stays pluggable here, at the interface; the study lays what is left to the front end.",
        ),
        (
            "co-packaged: switch power",
            &watts(|a| a.switches),
            SWITCHES,
            "cpo_three.switch_power",
            &light,
            THE_SWITCH,
        ),
        (
            "co-packaged: network power",
            &watts(network),
            NETWORK,
            "cpo_three.network_power",
            &light,
            THE_SWITCH,
        ),
        (
            "co-packaged: cluster power",
            &watts(|a| a.cluster),
            CLUSTER,
            "cpo_three.cluster_power",
            &light,
            CLUSTER_POWER,
        ),
        (
            "co-packaged: transceiver cost",
            &dollars(|a| a.transceivers_price),
            PRICES,
            "cpo_three.optics_cost",
            &light,
            PRICE_OF_LIGHT,
        ),
        (
            "co-packaged: switch cost",
            &dollars(|a| a.switches_price),
            PRICES,
            "cpo_three.switch_cost",
            &light,
            PRICE_OF_LIGHT,
        ),
    ] {
        table.change(
            &format!("three layers, {what}"),
            boundary,
            each(of, after, before),
            &id(key),
            cause,
        )?;
    }
    let network = each(dollars(Account::network_price), &light, before);
    table.change(
        "three layers, co-packaged: network cost",
        PRICES,
        network,
        "reference.cpo.three_layer.network",
        PRICE_OF_LIGHT,
    )?;
    let cluster = each(dollars(Account::cluster_price), &light, before) - 1.0;
    table.printed(
        "three layers, co-packaged: cluster cost",
        ALL_PRICES,
        cluster,
        "reference.cpo.three_layer.cluster",
        PRICE_OF_LIGHT,
    )?;
    Ok(())
}

/// Two layers with co-packaged optics against three with pluggable modules.
fn of_two(
    table: &mut Table<'_>,
    of: &str,
    after: &Account,
    before: &Account,
) -> Result<(), RunError> {
    let what = |what: &str| format!("flattened to two layers, co-packaged: {what} ({of})");
    let id = |key: &str| format!("{HEAD}cpo_two.{key}");
    let switch = each(watts(|a| a.switches), after, before);
    table.change(&what("switch power"), SWITCHES, switch, &id("switch_power"), FLAT)?;
    let network = each(watts(Account::network), after, before);
    table.change(&what("network power"), NETWORK, network, &id("network_power"), FLAT)?;
    let cluster = each(watts(|a| a.cluster), after, before);
    table.change(&what("cluster power"), CLUSTER, cluster, &id("cluster_power"), CLUSTER_POWER)?;
    let network = each(dollars(Account::network_price), after, before);
    table.change(
        &what("network cost"),
        PRICES,
        network,
        "reference.cpo.two_layer.network",
        PRICE_OF_LIGHT,
    )?;
    let cluster = each(dollars(Account::cluster_price), after, before);
    table.change(
        &what("cluster cost"),
        ALL_PRICES,
        cluster,
        "reference.cpo.two_layer.cluster",
        PRICE_OF_LIGHT,
    )?;
    Ok(())
}

fn money(table: &mut Table<'_>, layers: &[Account; 3]) -> Result<(), RunError> {
    for (account, name) in layers.iter().zip(ReferenceBudget::LAYERS) {
        let rack = |price: Money| price * (RACK / account.accelerators);
        let words = name.replace('_', " ");
        table.value(
            &format!("{words}s: networks of a rack"),
            PRICES,
            rack(account.network_price()),
            &format!("reference.gb300.{name}.network"),
            if name == "four_layer" { FOUR } else { PRICE_OF_LIGHT },
        )?;
        table.value(
            &format!("{words}s: transceivers of a rack"),
            PRICES,
            rack(account.transceivers_price),
            &format!("reference.gb300.{name}.optics"),
            PRICE_OF_LIGHT,
        )?;
    }
    Ok(())
}

fn modules(table: &mut Table<'_>, two: &Cluster<'_>) -> Result<(), RunError> {
    let many = table.facts.get::<Count>(&format!("{HEAD}modules.accelerators"))?.value();
    let [interfaces, switches] = two.modules(2.0).map(|n| Count::from_si((n * many).round()));
    for (what, count, key) in [
        ("two layers of 18,432: modules of 800G", interfaces, "modules.m800g"),
        ("two layers of 18,432: modules of 1.6T", switches, "modules.m1600g"),
    ] {
        table.value(what, "scale-out", count, &format!("{HEAD}{key}"), "")?;
    }
    Ok(())
}

/// The study's figures from each other.
fn arithmetic(facts: &Facts<'_>) -> Result<Vec<super::StudyRow>, RunError> {
    let get = |key: &str| -> Result<f64, RunError> {
        Ok(facts.get::<Ratio>(&format!("{HEAD}{key}"))?.value())
    };
    let mut table = Table::new(facts);
    let money = "budget of a rack";
    let mut budgets = Vec::new();
    for name in ReferenceBudget::LAYERS {
        let budget = ReferenceBudget::from_facts(facts, name)?;
        table.value(
            &format!("{}s: networks in the budget", name.replace('_', " ")),
            money,
            budget.network_share(),
            &format!("{HEAD}network_cost_share.{name}"),
            "589,529 of 5,216,624 USD are 11.3 %.",
        )?;
        budgets.push(budget);
    }
    let budget = ReferenceBudget::from_facts(facts, "three_layer")?;
    table.value(
        "three layers: transceivers in network cost",
        money,
        budget.optics_share(),
        &format!("{HEAD}optics_cost_share"),
        "Printed to whole percent.",
    )?;
    for (name, words, cause) in [
        (
            "three_layer",
            "three layers",
            "The study's own figures do not agree: 31 % of the 15.3 % that networks are of a rack's budget is 4.7 %, not 3 %. Its \
             figure for two layers does agree, by the same rule.",
        ),
        ("two_layer", "two layers", ""),
    ] {
        let saving = PublishedSaving::from_facts(facts, name)?;
        // The range of the fact says what is known of the contradiction; the printed figure is its value.
        table.printed(
            &format!("{words}, co-packaged: cluster cost, from the network's"),
            money,
            saving.implied_cluster(&budget).value(),
            &format!("reference.cpo.{name}.cluster"),
            cause,
        )?;
    }
    let (network, optics) = (get("network_power_share")?, get("optics_power_share")?);
    let power = "networks of the cluster";
    for (what, change, key) in [
        (
            "three layers, co-packaged: cluster power, from the network's",
            get("cpo_three.network_power")?,
            "cpo_three.cluster_power",
        ),
        (
            "two layers, co-packaged: cluster power, from the network's",
            get("cpo_two.network_power")?,
            "cpo_two.cluster_power",
        ),
    ] {
        table.change(what, power, 1.0 + network * change, &format!("{HEAD}{key}"), "")?;
    }
    let linear = 1.0 + optics * get("lpo_three.optics_power")?;
    table.change(
        "linear: network power, from the transceivers'",
        power,
        linear,
        &format!("{HEAD}lpo_three.network_power"),
        "",
    )?;
    let it: Power = facts.get(&format!("{HEAD}it_power"))?;
    table.value(
        "transceivers, from their share of the network's share",
        power,
        it * (network * optics),
        &format!("{HEAD}optics_power"),
        "Shares are printed to whole percent.",
    )?;
    for (layers, words, cause) in [
        (
            "three",
            "three layers, co-packaged",
            "Does not agree: with 45 % of the network in transceivers and at most 55 % in switches, -84 % and +23 % give at least a \
             quarter less. Part of the network must be counted elsewhere.",
        ),
        (
            "two",
            "two layers, co-packaged",
            "Near enough: what is neither switch nor transceiver, cables aside, is a few percent.",
        ),
    ] {
        // Published for three layers; one end of six stays pluggable in either.
        let modules = optics * get("cpo_three.optics_power")?;
        let boxes = (1.0 - optics) * get(&format!("cpo_{layers}.switch_power"))?;
        table.change(
            &format!("{words}: network power, from transceivers and switches"),
            power,
            1.0 + modules + boxes,
            &format!("{HEAD}cpo_{layers}.network_power"),
            cause,
        )?;
    }
    if let [two, three, _] = budgets.as_slice() {
        table.change(
            "two layers: network cost, by the layer alone, pluggable in both",
            money,
            two.network / three.network,
            "reference.cpo.two_layer.network",
            "No contradiction: of the 46 % that two layers with co-packaged optics save, 30 are the layer's.",
        )?;
    }
    let most = Count::from_si(as_f64(most_endpoints(PORTS, 2).unwrap_or(0)));
    table.value(
        "most that two layers of 144 ports join",
        "ports of 800G",
        most,
        &format!("{HEAD}modules.accelerators"),
        "Two layers of 144 ports of 800G join 10,368; for 18,432 the ports must be split, and the modules counted are not.",
    )?;
    Ok(table.rows)
}
