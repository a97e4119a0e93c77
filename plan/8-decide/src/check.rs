//! Computed beside published: the models on reference cases whose answers others have printed.
//!
//! Rows do not depend on the scenario, but for those that say so. A row within the published range has no error.

use crate::decide::{Case, Decided};
use crate::plan::{CheckRow, SourceRow};
use lightloom_economics::{OpticsQuote, PublishedSaving, ReferenceBudget, Rental};
use lightloom_evidence::Facts;
use lightloom_fabric::star::differential_pairs;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_operations::goodput::{Interruption, goodput};
use lightloom_operations::record::EXPOSURES;
use lightloom_operations::service::{SLAS, promised_node};
use lightloom_operations::{
    ComponentRates, ComputeSide, Exposure, InterruptionRecord, JobRecord, RackSla, availability,
};
use lightloom_package::coupling::Alignment;
use lightloom_package::{
    Making, Port, PortSpec, ReachSearch, Shop, Site, Technology, assemble, make,
};
use lightloom_scenario::run::{as_f64, scale_up_bill};
use lightloom_scenario::{Library, RunError};
use lightloom_units::{
    BitRate, Count, EnergyPerBit, FailureRate, Length, Money, MoneyPerTime, Power, Quantity, Ratio,
};
use std::collections::BTreeMap;

/// A computed value beside the fact that publishes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is compared.
    pub what: String,
    /// Identifier of the published fact.
    pub fact: String,
    /// Computed value in SI units.
    pub computed: f64,
}

/// Figures under construction.
pub(crate) struct Rows<'a> {
    facts: &'a Facts<'a>,
    pub(crate) figures: Vec<Figure>,
}

impl<'a> Rows<'a> {
    /// None yet.
    pub(crate) const fn new(facts: &'a Facts<'a>) -> Self {
        Self { facts, figures: Vec::new() }
    }

    /// Sets a computed value beside a published fact and its range.
    pub(crate) fn add<Q: Quantity>(
        &mut self,
        what: &str,
        computed: Q,
        id: &str,
    ) -> Result<(), RunError> {
        self.facts.get::<Q>(id)?;
        let (what, fact) = (what.to_owned(), id.to_owned());
        self.figures.push(Figure { what, fact, computed: computed.si() });
        Ok(())
    }
}

/// A figure as the plan shows it; `None` for one whose fact is not there.
#[must_use]
pub fn row(figure: Figure, facts: &Facts<'_>) -> Option<CheckRow> {
    let catalog = facts.catalog();
    let fact = catalog.get(&figure.fact)?;
    let published = if fact.is_uncertain() {
        format!("{} to {}", fact.show(fact.low), fact.show(fact.high))
    } else {
        fact.show(fact.value)
    };
    let source = catalog.source_of(fact);
    Some(CheckRow {
        what: figure.what,
        computed: fact.show_to(figure.computed, 3),
        published,
        error_percent: error(figure.computed, fact.low, fact.high),
        kind: fact.kind.name().to_owned(),
        source: SourceRow {
            title: source.map_or_else(String::new, |s| s.title.clone()),
            url: source.map_or_else(String::new, |s| s.url.clone()),
        },
    })
}

/// Distance from a range, percent of its nearer end.
fn error(computed: f64, low: f64, high: f64) -> f64 {
    let end = if computed < low {
        low
    } else if computed > high {
        high
    } else {
        return 0.0;
    };
    if end.abs() > 0.0 { (computed / end - 1.0) * 100.0 } else { 0.0 }
}

/// Rows for a decided case, worst first.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn rows(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<CheckRow>, RunError> {
    let mut rows = Rows { facts, figures: link_figures(case.library, facts)? };
    reliability(&mut rows)?;
    jobs(&mut rows)?;
    money(case, decided, &mut rows)?;
    let mut rows: Vec<CheckRow> =
        rows.figures.into_iter().filter_map(|figure| row(figure, facts)).collect();
    rows.sort_by(|a, b| {
        b.error_percent.abs().total_cmp(&a.error_percent.abs()).then(a.what.cmp(&b.what))
    });
    Ok(rows)
}

/// What lanes, modules and cables give beside what was published of them, whatever the scenario.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn link_figures(library: &Library, facts: &Facts<'_>) -> Result<Vec<Figure>, RunError> {
    let mut rows = Rows::new(facts);
    optics(library, &mut rows)?;
    copper(library, &mut rows)?;
    Ok(rows.figures)
}

/// A port of so many PAM4 lanes with RS(544,514) from a switch in 5 nm: 100 m of fibre, or 1 m of copper.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn reference_port(
    library: &Library,
    facts: &Facts<'_>,
    id: &str,
    gbps: f64,
    lanes: f64,
    module: Node,
) -> Result<Port, RunError> {
    let shop = reference_shop(library, &library.technologies, facts, module)?;
    port_of(&shop, id, gbps, lanes)
}

/// A shop with switches in 5 nm.
fn reference_shop<'a>(
    library: &'a Library,
    technologies: &'a BTreeMap<String, Technology>,
    facts: &'a Facts<'a>,
    module: Node,
) -> Result<Shop<'a>, RunError> {
    let Library { processes, standard, .. } = library;
    let shop = Shop::new(facts, technologies, processes, standard, Node::N5, module);
    Ok(shop.map_err(lightloom_package::AssemblyError::from)?)
}

fn reference_line(gbps: f64) -> Line {
    Line { payload: BitRate::gbps(gbps), pam: Pam::Pam4, fec: Fec::Kp4 }
}

fn port_of(shop: &Shop<'_>, id: &str, gbps: f64, lanes: f64) -> Result<Port, RunError> {
    let Some(technology) = shop.technologies().get(id) else {
        return Err(lightloom_package::AssemblyError::Unknown(id.to_owned()).into());
    };
    let line = reference_line(gbps);
    let length = Length::m(if technology.cable.is_some() { 1.0 } else { 100.0 });
    let spec = PortSpec {
        rate: BitRate::gbps(gbps * lanes),
        line,
        length,
        nominal_length: length,
        near_is_switch: true,
        through_circuit_switch: false,
    };
    Ok(assemble(shop, technology, &spec, ReachSearch::Full)?)
}

fn optics(library: &Library, rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let at = |id: &str, gbps: f64, lanes: f64, node| {
        reference_port(library, facts, id, gbps, lanes, node)
    };
    let watts = |p: &Port| -> Power { p.optics_power[1] };
    let retimed = at("retimed-pluggable", 200.0, 8.0, Node::N3)?;
    rows.add("1.6T retimed module, 3 nm", watts(&retimed), "published.module_1600g.retimed")?;
    let older = at("retimed-pluggable", 200.0, 8.0, Node::N5)?;
    rows.add("1.6T retimed module, 5 nm", watts(&older), "published.module_1600g.retimed_5nm")?;
    let half = at("half-retimed-pluggable", 200.0, 8.0, Node::N3)?;
    rows.add(
        "1.6T half-retimed module, 3 nm",
        watts(&half),
        "published.module_1600g.half_retimed",
    )?;
    let module_800 = at("retimed-pluggable", 100.0, 8.0, Node::N5)?;
    rows.add("800G retimed module, 5 nm", watts(&module_800), "published.module_800g.retimed_5nm")?;
    let cpo_100 = at("cpo-accelerator", 100.0, 8.0, Node::N5)?;
    rows.add(
        "CPO engine and laser per 800G, 100G lanes",
        watts(&cpo_100),
        "published.cpo_800g.bailly",
    )?;
    let cpo_200 = at("cpo-accelerator", 200.0, 4.0, Node::N3)?;
    rows.add(
        "CPO engine and laser per 800G, 200G lanes",
        watts(&cpo_200),
        "published.cpo_800g.quantum",
    )?;
    let linear = at("linear-pluggable", 100.0, 8.0, Node::N5)?;
    let lane = |p: &Port| -> EnergyPerBit { p.energy.lane() };
    rows.add(
        "retimed, chip to chip at 100G lanes",
        lane(&module_800),
        "published.energy_100g.retimed",
    )?;
    rows.add("linear, chip to chip at 100G lanes", lane(&linear), "published.energy_100g.linear")?;
    rows.add(
        "CPO, chip to chip at 100G lanes",
        lane(&cpo_100),
        "published.energy_100g.copackaged",
    )?;
    let share = |part: EnergyPerBit| Ratio::new(part / retimed.energy.optics());
    rows.add(
        "DSP in a retimed module's power",
        share(retimed.energy.retimer),
        "published.share.dsp",
    )?;
    rows.add(
        "laser in a retimed module's power",
        share(retimed.energy.laser),
        "published.share.laser",
    )?;
    rows.add(
        "one-way latency of a retimed module",
        retimed.latency.retimer / 2.0,
        "published.latency.module",
    )?;
    rows.add(
        "electrical loss to a pluggable, 200G",
        retimed.loss,
        "published.loss.pluggable_200g",
    )?;
    // A linear lane has copper at both ends.
    rows.add(
        "electrical loss to a CPO engine, 200G",
        cpo_200.loss / 2.0,
        "published.loss.cpo_200g",
    )?;
    Ok(())
}

fn copper(library: &Library, rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let reach = |id: &str, gbps: f64| -> Result<Length, RunError> {
        Ok(reference_port(library, facts, id, gbps, 4.0, Node::N5)?.reach)
    };
    rows.add(
        "reach of a passive cable, 100G lanes",
        reach("dac", 100.0)?,
        "published.reach.dac_100g",
    )?;
    let farthest = reach("copper-backplane", 200.0)?;
    rows.add("reach of a copper backplane, 200G lanes", farthest, "published.reach.copper_200g")?;
    let pairs = as_f64(differential_pairs(72 * 18, 2, false));
    rows.add("pairs in the spine of an NVL72", Count::from_si(pairs), "published.cables.nvl72")?;
    Ok(())
}

fn reliability(rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let laser = Exposure::from_facts(facts, "laser_cw")?;
    rows.add(
        "laser bound at 60 % from its test",
        laser.upper_bound(0.6)?,
        "published.laser.fit_60",
    )?;
    rows.add(
        "laser bound at 90 % from its test",
        laser.upper_bound(0.9)?,
        "published.laser.fit_90",
    )?;
    // The whole test with its failures carries the published mean time; the clean parts only bound it.
    for name in EXPOSURES.into_iter().filter(|n| n.starts_with("cpo")) {
        let test = Exposure::from_facts(facts, name)?;
        let what = format!("CPO port, upper bound at 90 % from the test {name}");
        rows.add(&what, test.upper_bound(0.9)?, "field.port_400g.cpo")?;
    }
    let parts = ComponentRates::from_facts(facts)?;
    // A 400G FR4 port of a module: four lanes, half of a two-port DSP.
    let lanes = (parts.laser_dfb + parts.photodiode) * 4.0 + parts.driver + parts.tia;
    let port: FailureRate = lanes
        + (parts.dsp + parts.controller) / 2.0
        + parts.photonic_chip
        + parts.connector
        + parts.fibre_attach;
    rows.add("pluggable 400G port, sum of its parts", port, "field.port_400g.pluggable")?;
    let node = promised_node(facts)?;
    for name in SLAS {
        let sla = RackSla::from_facts(facts, name)?;
        let what = format!("service level {name} from nodes at {node}");
        rows.add(&what, sla.availability(node)?, &format!("sla.{name}.promised"))?;
    }
    Ok(())
}

fn jobs(rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let llama = JobRecord::from_facts(facts, "llama3")?;
    let found = goodput(Interruption::from_facts(facts)?, llama.interval())?;
    rows.add("productive time of the Llama 3 run", found.ettr, "record.llama3.effective")?;
    for record in InterruptionRecord::all(facts)?.iter().filter(|r| r.accelerators.value() > 100.0)
    {
        let id = format!("record.{}.interval", record.name);
        if facts.catalog().get(&id).is_none() {
            continue;
        }
        let (accelerators, per_tray) = (record.accelerators, Count::from_si(8.0));
        let classes = ComputeSide { accelerators, per_tray, racks: None }.classes(facts)?;
        let losses = availability::evaluate(record.accelerators, &classes)?;
        if let Some(interval) = losses.mtti(record.accelerators) {
            rows.add(&format!("time between interruptions, {}", record.name), interval, &id)?;
        }
    }
    Ok(())
}

/// The library's technologies with modules of one rate: what is bought as a module of that rate.
fn of_rate(library: &Library, rate: BitRate) -> BTreeMap<String, Technology> {
    let mut technologies = library.technologies.clone();
    for technology in technologies.values_mut().filter(|t| t.site == Site::Panel) {
        if let Some(engine) = &mut technology.engine {
            engine.capacity = rate;
        }
    }
    technologies
}

/// What modules and engines cost to make beside what is said of them.
fn making(case: &Case<'_>, rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let technologies = of_rate(case.library, BitRate::gbps(800.0));
    let shop = reference_shop(case.library, &technologies, facts, Node::N5)?;
    let made = |id: &str, gbps: f64, lanes: f64| -> Result<Making, RunError> {
        let port = port_of(&shop, id, gbps, lanes)?;
        let Some(technology) = technologies.get(id) else {
            return Err(lightloom_package::AssemblyError::Unknown(id.to_owned()).into());
        };
        Ok(make(&shop, technology, &reference_line(gbps), port.module_dsp, port.sharing)?)
    };
    let module = made("retimed-pluggable", 100.0, 8.0)?;
    rows.add("cost of an 800G retimed module, steps alone", module.cost, "cost.module.bom_800g")?;
    // Those that are sold hold a DSP; where the lane would do without, its share is none.
    let share = Ratio::new(module.groups.retimer / module.cost);
    rows.add("DSP in that cost", share, "published.cost.module.dsp_share")?;
    let engine = made("cpo-accelerator", 200.0, 16.0)?;
    let bare = engine.groups.total() - engine.groups.laser;
    rows.add("cost of a 3.2T engine without lasers, steps alone", bare, "cost.engine.per_3200g")?;
    let alignment = Alignment::from_facts(facts, "active")
        .map_err(|e| lightloom_package::AssemblyError::Manufacture(e.into()))?;
    let aligned = alignment
        .joint_yield()
        .map_err(|e| lightloom_package::AssemblyError::Manufacture(e.into()))?;
    let whole = aligned.value() * facts.get::<Ratio>("attach.fibre.handling")?.value();
    rows.add("yield of a fibre joint, active", Ratio::new(whole), "published.attach.fibre")
}

fn money(case: &Case<'_>, decided: &Decided, rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let price = |id: &str, gbps: f64, lanes: f64| -> Result<Money, RunError> {
        let technologies = of_rate(case.library, BitRate::gbps(gbps * lanes));
        let shop = reference_shop(case.library, &technologies, facts, Node::N3)?;
        let port = port_of(&shop, id, gbps, lanes)?;
        // One end of the link, without its fibre.
        Ok((port.cost.total() - port.cost.cable) / 2.0)
    };
    rows.add(
        "price of a 400G retimed module",
        price("retimed-pluggable", 100.0, 4.0)?,
        "price.module.400g",
    )?;
    rows.add(
        "price of an 800G retimed module",
        price("retimed-pluggable", 100.0, 8.0)?,
        "price.module.800g",
    )?;
    rows.add(
        "price of a 1.6T retimed module",
        price("retimed-pluggable", 200.0, 8.0)?,
        "price.module.1600g",
    )?;
    let [linear, retimed] =
        [price("linear-pluggable", 100.0, 8.0)?, price("retimed-pluggable", 100.0, 8.0)?];
    rows.add(
        "linear over retimed, price",
        Ratio::new(linear / retimed),
        "price.module.lpo_over_retimed",
    )?;
    let quote = OpticsQuote::from_facts(facts)?;
    let engine = price("cpo-accelerator", 200.0, 8.0)? * 72.0;
    rows.add(
        "optics of a 115.2T co-packaged switch, to the buyer",
        engine,
        "reference.optics.cpo_price",
    )?;
    rows.add("margin in that quote", quote.vendor_margin()?, "cost.margin.engine")?;
    let flip = quote.break_even_margin()?.value() * 100.0;

    let budget = ReferenceBudget::from_facts(facts, "three_layer")?;
    for (layers, words) in [("three_layer", "three layers"), ("two_layer", "two layers")] {
        let saving = PublishedSaving::from_facts(facts, layers)?;
        let implied = saving.implied_cluster(&budget);
        let what = format!(
            "cluster cost change that the published network change implies, CPO in {words} (margin flips the sign at {flip:.0} %)"
        );
        rows.add(&what, implied, &format!("reference.cpo.{layers}.cluster"))?;
    }
    making(case, rows)?;
    scenario_money(case, decided, rows)
}

/// Rows on the scenario's own cluster, where something was published about such a one.
fn scenario_money(case: &Case<'_>, decided: &Decided, rows: &mut Rows<'_>) -> Result<(), RunError> {
    let facts = rows.facts;
    let outcome = &decided.baseline().outcome;
    let capex = outcome.tco.capex();
    let share = Ratio::new(outcome.bill.total / capex);
    rows.add("this cluster: networks in capex", share, "reference.datacenter.network_share")?;
    let facility = lightloom_scenario::run::finance(case.scenario, facts)?.facility;
    let per_power = facility * (capex / outcome.tco.facility.max(Money::usd(1.0)));
    rows.add("this cluster: capex by IT power", per_power, "reference.datacenter.all_in")?;
    for name in Rental::KNOWN {
        let rental = Rental::from_facts(facts, name)?;
        if name == case.scenario.cluster.accelerator {
            let hour: MoneyPerTime = outcome.accelerator_hour;
            for (key, known) in
                [("owned", rental.owned), ("contract", rental.contract), ("spot", rental.spot)]
            {
                if known.is_some() {
                    rows.add(
                        &format!("this cluster: an accelerator-hour, against {key}"),
                        hour,
                        &format!("rental.{name}.{key}"),
                    )?;
                }
            }
        }
    }
    let layers = ["", "", "two_layer", "three_layer", "four_layer"];
    if case.scenario.cluster.accelerator == "gb300" {
        let fabric = &decided.structure.fabric;
        let id = layers
            .get(fabric.scale_out.clos().map_or(0, |clos| clos.layers.len()))
            .copied()
            .unwrap_or("");
        let racks = as_f64(fabric.accelerators) / 72.0;
        let network = (outcome.bill.total - scale_up_bill(&outcome.bill)) / racks;
        if !id.is_empty() {
            rows.add(
                "this cluster: scale-out and front end for a rack of 72",
                network,
                &format!("reference.gb300.{id}.network"),
            )?;
        }
    }
    Ok(())
}
