//! Modules, engines and what they are standardised as: C01, C06, C35.

use super::grounds::{Grounds, part};
use super::{Answer, Claim};
use crate::plan::Sheet;
use lightloom_evidence::Facts;
use lightloom_fabric::{Inlet, SwitchPart};
use lightloom_num::to_f64;
use lightloom_package::space::FormFactor;
use lightloom_package::technology::Engine;
use lightloom_package::{Family, Measure, Port, PortSpec, ReachSearch, Technology, assemble};
use lightloom_scenario::RunError;
use lightloom_units::{BitRate, Length, Power, significant};

/// The module that the claim speaks of, and its kin with fewer decisions.
const MODULES: [&str; 3] = ["osfp-1600g-dr8", "osfp-1600g-lro", "osfp-1600g-lpo"];
/// Power that the claim names, W.
const WALL: f64 = 20.0;
/// Modules rival a chip from half of its power on.
const RIVAL: f64 = 0.5;
/// Boxes of 1.6T modules: the switch whose core is taken, and its modules.
const BOXES: [(&str, f64); 2] = [("spectrum6", 64.0), ("tomahawk5", 32.0)];

/// The switch chip with its transceivers at every port, W.
fn chip(facts: &Facts<'_>, switch: &str, modules: f64, port: &Port) -> Result<f64, RunError> {
    let core = SwitchPart::from_facts(facts, switch, &Inlet::from_facts(facts)?)?.core_power;
    // A module of 1.6 Tb/s serves two ports of 800 Gb/s.
    let transceivers: Power = port.host_power[1] * 2.0;
    Ok((core + transceivers * modules).as_w())
}

pub(super) fn power_wall(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let (product, made) = grounds.made(MODULES[0])?;
    let spec = PortSpec {
        rate: product.port,
        line: product.lane,
        length: Length::m(100.0),
        nominal_length: Length::m(100.0),
        near_is_switch: true,
        through_circuit_switch: false,
    };
    let two = product.rate / product.port;
    let drawn = |figure: &dyn Fn(&Facts<'_>, &Port) -> Result<f64, RunError>| {
        grounds.under_draws(|shop| {
            let port = assemble(shop, &made.technology, &spec, ReachSearch::AtLength)?;
            figure(shop.facts(), &port)
        })
    };
    let (power, range) = drawn(&|_, port| Ok(port.optics_power[1].as_w() * two))?;
    let sheet = grounds.product(MODULES[0])?;
    let mut answers = vec![
        Answer::new(
            "power of a retimed 1.6T module",
            format!("{}, lasers among it", product.name),
            power,
            "W",
        )
        .spread(range)
        .at_least(WALL)
        .beside(grounds.facts, "published.module_1600g.retimed"),
    ];
    for component in &sheet.link.energy {
        if component.name != "host SerDes" && component.value > 0.0 {
            let watts = component.value * product.rate.as_tbps();
            answers.push(Answer::new(
                format!("of it, {}", component.name),
                "the same module",
                watts,
                "W",
            ));
        }
    }
    for id in &MODULES[1..] {
        let (other, made) = grounds.made(id)?;
        if let Some(watts) = made.figure(other, Measure::OpticsPower) {
            answers.push(Answer::new("power of a 1.6T module", other.name.clone(), watts, "W"));
        }
    }
    let mut words = Vec::new();
    for (switch, modules) in BOXES {
        let (all, ends) = drawn(&|_, port| Ok(port.optics_power[1].as_w() * two * modules))?;
        let (own, _) = drawn(&|facts, port| chip(facts, switch, modules, port))?;
        let (share, share_ends) = drawn(&|facts, port| {
            let watts = port.optics_power[1].as_w() * two * modules;
            Ok(watts / chip(facts, switch, modules, port)?)
        })?;
        let boundary = format!("{modules:.0} modules and the chip of {switch}, direct current");
        answers.push(Answer::new("power of all modules", &boundary, all, "W").spread(ends));
        answers.push(Answer::new("power of the chip with its transceivers", &boundary, own, "W"));
        answers.push(
            Answer::new("modules over the chip", &boundary, share, "")
                .spread(share_ends)
                .at_least(RIVAL),
        );
        words.push(format!(
            "{modules:.0} of them {all:.0} W beside a chip of {own:.0} W ({switch}), {share:.2} times ({:.2} to {:.2})",
            share_ends[0], share_ends[1]
        ));
    }
    let explanation = format!(
        "{} takes {power:.1} W ({:.1} to {:.1}); {}. To rival is to take half of what the chip takes. Its cage was given {:.0} W.",
        product.name,
        range[0],
        range[1],
        words.join("; "),
        grounds.fact("panel.osfp.power", 1.0)?.0,
    );
    Ok(Claim::new("C01", answers, explanation, format!("lightloom package {}", MODULES[0])))
}

/// Most of the engines that there are, percent.
const MOST: f64 = 50.0;

/// Percent of some technologies of which something holds.
fn share(all: &[&Technology], holds: impl Fn(&Technology) -> bool) -> f64 {
    let count = all.iter().filter(|t| holds(t)).count();
    to_f64(count) / to_f64(all.len().max(1)) * 100.0
}

pub(super) fn integrated(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let library = grounds.library;
    let products = library.products.values().map(|p| p.assembly(&library.technologies));
    let products = products.collect::<Result<Vec<_>, _>>()?;
    let all: Vec<&Technology> =
        library.technologies.values().chain(&products).filter(|t| t.engine.is_some()).collect();
    let has = |of: fn(&Engine) -> &str, kinds: &'static [&'static str]| {
        move |t: &Technology| t.engine.as_ref().is_some_and(|e| kinds.contains(&of(e)))
    };
    let packaged: Vec<&Technology> =
        all.iter().copied().filter(|t| t.family == Family::CoPackaged).collect();
    let on_chip = has(|e| &e.modulator, &["mzm", "ring", "eam"]);
    let waveguides = has(|e| &e.coupler, &["edge", "grating", "detachable"]);
    let inside = has(|e| &e.laser, &["internal"]);
    let sheet = grounds.alone("cpo-switch")?;
    let loss = |stage: &str| {
        let stages = sheet.light.as_ref().map_or(&[][..], |l| l.stages.as_slice());
        stages.iter().filter(|s| s.name.contains(stage)).map(|s| s.loss_db).sum::<f64>()
    };
    let making = sheet.making.as_ref();
    let steps = making.map_or(&[][..], |m| m.steps.as_slice());
    let named = |name: &'static str| steps.iter().filter(move |s| s.name.contains(name));
    let chip: f64 = named("photonic chip").map(|s| s.cost_usd).sum();
    let whole = named("photonic chip").next().map_or(0.0, |s| s.yield_percent);
    let lasers: f64 = named("laser").map(|s| s.cost_usd).sum();
    let all_steps = making.map_or(0.0, |m| m.steps_usd);
    let everything = format!("{} technologies and products of light", all.len());
    let engines = format!("{} co-packaged technologies and products", packaged.len());
    let what = |part: &str| format!("{part} on a photonic chip of wafers");
    let mut answers = vec![
        Answer::new("photonic chips that are whole", "cpo-switch, from the wafer", whole, "%")
            .at_least(90.0),
        Answer::new(what("modulators"), &everything, share(&all, on_chip), "%").at_least(MOST),
        Answer::new(what("waveguides and couplers"), &everything, share(&all, waveguides), "%")
            .at_least(MOST),
        Answer::new(
            "detectors behind those couplers",
            &everything,
            share(&all, |t| on_chip(t) && waveguides(t)),
            "%",
        )
        .at_least(MOST),
        Answer::new("lasers on or beside that chip", &engines, share(&packaged, inside), "%")
            .at_least(MOST),
    ];
    for (name, stage) in [
        ("laser onto the chip", "onto the photonic chip"),
        ("modulator", "modulator"),
        ("waveguide into the fibre", "into the fibre"),
        ("fibre onto the detector", "onto the detector"),
    ] {
        answers.push(Answer::new(
            format!("loss, {name}"),
            "a lane of cpo-switch",
            loss(stage),
            "dB",
        ));
    }
    let responsivity = grounds.fact("detector.responsivity", 1.0)?;
    answers.push(
        Answer::new("responsivity of the detector", "germanium in the chip", responsivity.0, "A/W")
            .spread(responsivity.1),
    );
    answers.push(Answer::new(
        "cost of the photonic chip",
        "cpo-switch, a good engine",
        chip,
        "USD",
    ));
    answers.push(Answer::new("cost of its lasers", "cpo-switch, a good engine", lasers, "USD"));
    let explanation = format!(
        "Of {everything} {:.0} % have their modulator and {:.0} % their couplers on a chip from a wafer, {whole:.1} % of which are whole; \
         of {engines} {:.0} % have lasers there, the others bring light by fibre from a module. The photonic chip is {:.1} of {all_steps:.0} USD \
         of an engine's steps, its lasers are {lasers:.0}. Whether a foundry's line makes both silicon and lasers is not in the catalog: \
         what stands where is counted.",
        share(&all, on_chip),
        share(&all, waveguides),
        share(&packaged, inside),
        chip,
    );
    Ok(Claim::new("C06", answers, explanation, "lightloom package cpo-switch".to_owned()))
}

/// Products in standard or announced form factors.
const FORMS: [&str; 7] = [
    "qsfp-dd-400g-dr4",
    "osfp-800g-dr8",
    "osfp-1600g-dr8",
    "xpo-12800g",
    "cobo-800g",
    "oif-3200g",
    "npo-6400g",
];
/// States of a standard at which parts of several makers can be bought.
const OPEN: [&str; 2] = ["published", "interoperable"];
/// Makers that a buyer of interchangeable parts asks for.
const MAKERS: f64 = 3.0;
/// Payload of a lane.
const LANE: BitRate = BitRate::gbps(200.0);

fn figure(sheet: &Sheet, name: &str) -> f64 {
    part(&sheet.link.energy, name)
}

pub(super) fn standards(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let rows: Vec<_> = known
        .sheet
        .technologies
        .iter()
        .filter(|r| ["co-packaged", "near-package"].contains(&r.family.as_str()))
        .collect();
    let mut answers = Vec::new();
    if let Some(first) = rows.iter().find(|r| r.technology == "cpo-switch") {
        let [low, middle, high] = first.vendors;
        answers.push(
            Answer::new("makers of interchangeable parts", first.name.clone(), middle, "")
                .spread([low, high])
                .at_most(MAKERS - 1.0),
        );
    }
    let short =
        |open: bool| rows.iter().filter(|r| OPEN.contains(&r.standard.as_str()) == open).count();
    let closed = to_f64(short(false)) / to_f64(rows.len().max(1)) * 100.0;
    answers.push(
        Answer::new(
            "without a published standard",
            format!("{} rows of near-package and co-packaged technologies by tier", rows.len()),
            closed,
            "%",
        )
        .at_least(MOST),
    );
    let few = rows.iter().filter(|r| r.vendors[1] < MAKERS).count();
    answers.push(
        Answer::new(
            "with fewer than three makers",
            format!("{} rows of near-package and co-packaged technologies by tier", rows.len()),
            to_f64(few) / to_f64(rows.len().max(1)) * 100.0,
            "%",
        )
        .at_least(MOST),
    );
    let form =
        |name| FormFactor::from_facts(grounds.facts, name).map(|f| f.per_rack_unit(LANE).as_tbps());
    let (old, new) = (form("osfp")?, form("xpo")?);
    answers.push(
        Answer::new(
            "a new form factor over OSFP",
            "XPO, bits through a rack unit at 200 Gb/s a lane",
            new / old,
            "",
        )
        .at_least(2.0),
    );
    let mut words = Vec::new();
    for id in FORMS {
        let (product, made) = grounds.made(id)?;
        let Some(watts) = made.figure(product, Measure::OpticsPower) else { continue };
        let tbps = significant(product.rate.as_tbps(), 4);
        answers.push(Answer::new(
            format!("power of {}", product.name),
            format!("a unit of {tbps} Tb/s, both directions"),
            watts,
            "W",
        ));
        let dsp =
            if figure(&*grounds.product(id)?, "DSP / retimer") > 0.0 { ", with a DSP" } else { "" };
        words.push(format!("{} {tbps} Tb/s at {watts:.1} W{dsp}", product.name));
    }
    let lasers = grounds.library.laser_modules.len();
    answers.push(Answer::new(
        "standard modules of lasers in the catalog",
        "ELSFP and its kin",
        to_f64(lasers),
        "",
    ));
    let mut names: Vec<String> = rows
        .iter()
        .map(|r| format!("{} {} (makers: {:.0})", r.technology, r.standard, r.vendors[1]))
        .collect();
    names.sort();
    names.dedup();
    let explanation = format!(
        "{}. Of what stands near or on the package {closed:.0} % have no published standard: {}. New forms are needed where these are to \
         be bought from several makers.",
        words.join("; "),
        names.join(", "),
    );
    Ok(Claim::new("C35", answers, explanation, "lightloom readiness gb300-nvl72-4608".to_owned()))
}
