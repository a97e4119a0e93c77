//! Who takes the power: C02, C17, C38.

use super::grounds::{Grounds, part, saved};
use super::{Answer, Claim};
use crate::draws::{Totals, place};
use crate::sheet::picojoule_in_a_rack;
use crate::strategy::Rule;
use lightloom_package::Measure;
use lightloom_scenario::RunError;
use lightloom_scenario::run::as_f64;
use lightloom_units::{EnergyPerBit, significant};

/// Least saving that the claim names, percent.
const SAVING: f64 = 30.0;

/// A figure of a strategy's totals.
type Figure = fn(&Totals) -> f64;

pub(super) fn saving(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let drawn = &known.drawn;
    let [old, new] = [Rule::Baseline, Rule::CoPackagedSwitch].map(place);
    let (before, before_range) = drawn.figure(|t| t[old].optics.as_w());
    let (after, after_range) = drawn.figure(|t| t[new].optics.as_w());
    let mut answers = vec![
        Answer::new(
            "optics under copper and retimed pluggables",
            "modules of the cluster",
            before,
            "W",
        )
        .spread(before_range),
        Answer::new(
            "optics under copper and co-packaged optics",
            "modules and engines of the cluster",
            after,
            "W",
        )
        .spread(after_range),
    ];
    let figures: [(&str, Figure); 6] = [
        ("a lane of scale-out, chip to chip", |t| t.lane.as_pj_per_bit()),
        ("optics of scale-out", |t| t.scale_out[0].as_w()),
        ("switch boxes of scale-out", |t| t.scale_out[1].as_w()),
        ("network of scale-out", |t| t.scale_out[2].as_w()),
        ("network, all tiers", |t| t.network.as_w()),
        ("cluster", |t| t.cluster.as_w()),
    ];
    for (boundary, of) in figures {
        let (value, range) = drawn.figure(|t| saved(of(&t[old]), of(&t[new])));
        answers.push(Answer::new("saving", boundary, value, "%").spread(range).at_least(SAVING));
    }
    let found = answers.iter().filter(|a| a.bound.is_some());
    let savings: Vec<String> = found
        .map(|a| {
            let [low, high] = a.evidence.unwrap_or([a.value; 2]);
            format!("{}: {:.1} % ({low:.1} to {high:.1})", a.boundary, a.value)
        })
        .collect();
    let explanation = format!(
        "With co-packaged optics at the switches and pluggables at the interfaces, in place of pluggables at both, are saved: {}. \
         Ranges are 5 to 95 % of joint draws of all facts. The wider the boundary, the more there is that stays as it was.",
        savings.join("; ")
    );
    let command = format!("lightloom cost {}.toml", grounds.cluster_name());
    Ok(Claim::new("C02", answers, explanation, command).led_by("saving", "network, all tiers"))
}

/// Retimed modules that ship as products.
const RETIMED: [&str; 4] =
    ["osfp-1600g-dr8", "osfp-1600g-dr8-5nm", "osfp-800g-dr8", "qsfp-dd-400g-dr4"];

pub(super) fn inside_a_pluggable(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let sheet = grounds.product(RETIMED[0])?;
    let energy = |name| part(&sheet.link.energy, name);
    let mut answers = vec![Answer::new(
        "energy of the DSPs of both ends",
        format!("{}, a bit one way", sheet.name),
        energy("DSP / retimer"),
        "pJ/bit",
    )];
    let (mut dsp, mut laser) = (Vec::new(), Vec::new());
    for id in RETIMED {
        let (product, made) = grounds.made(id)?;
        let boundary = format!("{}, power of the module", product.name);
        for (name, measure, [low, high], fact, shares) in [
            ("DSP", Measure::RetimerShare, [50.0, 70.0], "published.share.dsp", &mut dsp),
            ("laser", Measure::LaserShare, [10.0, 20.0], "published.share.laser", &mut laser),
        ] {
            let Some(share) = made.figure(product, measure) else { continue };
            shares.push(share);
            let answer = Answer::new(name, boundary.clone(), share, "%").between(low, high);
            // What is published is said of such modules, not of one.
            let first = id == RETIMED[0];
            answers.push(if first { answer.beside(grounds.facts, fact) } else { answer });
        }
    }
    let receiver = energy("amplifier") / sheet.link.optics_pj_per_bit * 100.0;
    answers.push(
        Answer::new("receiver", format!("{}, power of the module", sheet.name), receiver, "%")
            .between(5.0, 15.0),
    );
    let span = |shares: &[f64]| {
        let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shares.iter().copied().fold(0.0, f64::max);
        format!("{} to {} %", significant(low, 2), significant(high, 2))
    };
    let explanation = format!(
        "Of the power of a retimed module the DSP takes {}, the laser {} and the receiver {receiver:.0} %; drivers and the \
         conversion of voltages take the rest. A laser's share follows from the light that closes the link and from how many \
         lanes share it.",
        span(&dsp),
        span(&laser),
    );
    let command = format!("lightloom package {}", RETIMED[0]);
    Ok(Claim::new("C17", answers, explanation, command).led_by("DSP", ""))
}

/// Hundreds of watts.
const HUNDREDS: f64 = 100.0;

pub(super) fn rack(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let facts = grounds.facts;
    let (domain, each, rack) = picojoule_in_a_rack(facts)?;
    let scenario = grounds.cluster();
    let (small, smaller) =
        (as_f64(scenario.scale_up.domain), scenario.scale_up.bandwidth_per_direction);
    let one = EnergyPerBit::pj_per_bit(1.0);
    let today = one * smaller * small;
    let domains = as_f64(scenario.cluster.accelerators) / small;
    let what = "power of 1 pJ/bit";
    let answers = vec![
        Answer::new(
            what,
            format!("scale-up of a rack of {:.0} Rubin accelerators, {each} each", domain.value()),
            rack.as_w(),
            "W",
        )
        .at_least(HUNDREDS),
        Answer::new(
            what,
            format!("scale-up of a domain of {small:.0} GB300, {smaller} each"),
            today.as_w(),
            "W",
        )
        .at_least(HUNDREDS),
        Answer::new(
            what,
            format!("scale-up of a hall of {domains:.0} such domains"),
            today.as_w() * domains,
            "W",
        ),
    ];
    let explanation = format!(
        "A picojoule for each bit that leaves an accelerator is {:.0} W in a rack of {:.0} at {each} each, and {:.0} W in one \
         of {small:.0} at {smaller}; conversion losses and cooling come on top.",
        rack.as_w(),
        domain.value(),
        today.as_w(),
    );
    let command = "lightloom package compare".to_owned();
    Ok(Claim::new("C38", answers, explanation, command))
}
