//! What networks give models: C12, C29, C34, C40.

use super::clusters::refused;
use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::place;
use crate::mix::mix;
use crate::plan::{BuiltDomain, InferSheet, MediumCurve, WorldSizeStudy};
use crate::serving_sheet::{ScenarioServing, of_outcome};
use crate::strategy::Rule;
use crate::world_size::{LEAST_GAIN, SIZES, WorldSizeRequest, world_size as study};
use lightloom_fabric::{End, Tier};
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, Work, work};
use std::rc::Rc;

/// Speeds for one user at which domains are compared, tokens per second, as `lightloom world-size` has them.
const SPEEDS: [f64; 3] = [20.0, 50.0, 100.0];
/// A gain below a percent is within what runs of the same job differ by.
const SEEN: f64 = 1.0;

impl Grounds<'_> {
    /// Domains of several sizes for the cluster's served model, as `lightloom world-size` has them.
    pub(super) fn world_sizes(&self) -> Result<Rc<WorldSizeStudy>, RunError> {
        if let Some(known) = &*self.world_sizes.borrow() {
            return Ok(Rc::clone(known));
        }
        let request = WorldSizeRequest {
            sizes: &SIZES,
            model: None,
            speeds: &SPEEDS,
            least_gain: LEAST_GAIN,
        };
        let decided = self.decided()?;
        let made = Rc::new(study(&self.case(), self.facts, Some(&decided.links), &request)?);
        *self.world_sizes.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    /// The cluster's served model, or another in its place, as `lightloom infer` has it; `None` where none is served. Scale-up
    /// links may be given a technology.
    pub(super) fn served(
        &self,
        model: Option<&str>,
        scale_up: Option<&str>,
    ) -> Result<Option<InferSheet>, RunError> {
        let (case, decided) = (self.case(), self.decided()?);
        let classes = decided.structure.fabric.link_classes.iter();
        let up = classes.filter(|class| class.tier == Tier::ScaleUp);
        let given: Vec<(String, String)> = scale_up.map_or_else(Vec::new, |technology| {
            up.map(|class| (class.name.clone(), technology.to_owned())).collect()
        });
        let mixed = mix(&case, self.facts, &decided, &given).map_err(refused)?;
        let with = ScenarioServing { outcome: &mixed.outcome, model, pools_apart: false };
        of_outcome(&case, self.facts, &decided, &with)
    }
}

/// What a strategy's jobs reach.
struct Reached {
    /// Training: seconds of a step, model FLOP utilisation, tokens for a joule, share of memory in use.
    step_s: f64,
    mfu: f64,
    tokens_per_joule: f64,
    held_gb: f64,
    /// Serving: tokens per second for one user at the quickest, and for an accelerator at the widest.
    quickest: f64,
    widest: f64,
}

impl Reached {
    fn of(work: &Work) -> Option<Self> {
        let (_, step, energy) = work.training.as_ref()?;
        let served = work.serving.as_ref()?;
        let (_, widest) = served.best.widest.as_ref()?;
        Some(Self {
            step_s: step.time.as_s(),
            mfu: step.mfu.value(),
            tokens_per_joule: 1.0 / energy.as_j(),
            held_gb: step.memory.total().as_bytes() / 1e9,
            quickest: served.best.quickest.1.tokens_per_second_per_user,
            widest: widest.tokens_per_second_per_accelerator,
        })
    }
}

/// Percent by which the second is more than the first.
fn more(before: f64, after: f64) -> f64 {
    (after / before - 1.0) * 100.0
}

pub(super) fn gains(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let (case, decided) = (grounds.case(), grounds.decided()?);
    let reached = |rule: Rule| -> Result<Option<Reached>, RunError> {
        let outcome = &decided.strategies[place(rule)].outcome;
        let found = work(
            case.scenario,
            case.text,
            case.library,
            grounds.facts,
            &decided.structure,
            outcome,
        )?;
        Ok(Reached::of(&found))
    };
    let command = format!("lightloom plan {}.toml --no-report", grounds.cluster_name());
    let Some(old) = reached(Rule::Baseline)? else {
        return Ok(Claim::new("C12", Vec::new(), String::new(), command));
    };
    let mut answers = vec![
        Answer::new(
            "model FLOP utilisation",
            "training, copper and retimed pluggables",
            old.mfu,
            "",
        ),
        Answer::new("step of training", "copper and retimed pluggables", old.step_s, "s"),
        Answer::new("memory in use", "training, the fullest accelerator", old.held_gb, "GB"),
    ];
    let mut words = Vec::new();
    for rule in [Rule::CoPackagedSwitch, Rule::CoPackagedAccelerator] {
        let Some(new) = reached(rule)? else { continue };
        let figures = [
            (
                "training speed and model FLOP utilisation",
                more(1.0 / old.step_s, 1.0 / new.step_s),
                [old.step_s, new.step_s],
            ),
            (
                "memory freed in training",
                -more(old.held_gb, new.held_gb),
                [old.held_gb, new.held_gb],
            ),
            (
                "speed of one user, latency bound",
                more(old.quickest, new.quickest),
                [old.quickest, new.quickest],
            ),
            (
                "tokens of an accelerator, throughput bound",
                more(old.widest, new.widest),
                [old.widest, new.widest],
            ),
            (
                "tokens of training for a joule",
                more(old.tokens_per_joule, new.tokens_per_joule),
                [old.tokens_per_joule, new.tokens_per_joule].map(|tokens| 1.0 / tokens),
            ),
        ];
        for (what, gain, of) in figures {
            let boundary = format!("{}, same accelerators and bandwidth", rule.name());
            let answer = Answer::new(format!("gain, {what}"), boundary, gain, "%").of(of);
            answers.push(answer.at_least(SEEN));
        }
        words.push(format!(
            "{}: training {:+.2} %, one user {:+.2} %, tokens for a joule {:+.2} %",
            rule.name(),
            figures[0].1,
            figures[2].1,
            figures[4].1
        ));
    }
    let sizes = grounds.world_sizes()?;
    let own = case.scenario.scale_up.domain;
    for medium in ["copper", "mixed"] {
        let Some(curve) = sizes.media.iter().find(|m| m.medium == medium) else { continue };
        let base = built(&sizes, "copper", if medium == "copper" { SIZES[0] } else { own });
        let larger = curve.rows.iter().filter(|r| r.domain >= own && r.built.is_some());
        let larger = larger.map(|r| r.domain).find(|size| *size > own || medium == "copper");
        let (Some(from), Some(size)) = (base, larger) else { continue };
        let Some(to) = built(&sizes, medium, size) else { continue };
        let from_size = if medium == "copper" { SIZES[0] } else { own };
        let boundary =
            format!("{size} accelerators a domain ({medium}) against {from_size} in copper");
        if let Some((from, to)) =
            from.training_tokens_per_s_per_accelerator.zip(to.training_tokens_per_s_per_accelerator)
        {
            answers.push(
                Answer::new("gain, training speed", &boundary, more(from, to), "%").at_least(SEEN),
            );
            words.push(format!("{boundary}: training {:+.1} %", more(from, to)));
        }
        if let Some((from, to)) = at(from, 2).zip(at(to, 2)) {
            let gain = more(from, to);
            let what =
                format!("gain, tokens of an accelerator at {:.0} a second for a user", SPEEDS[2]);
            answers.push(Answer::new(what, &boundary, gain, "%").at_least(SEEN));
            words.push(format!("{boundary}: serving {gain:+.1} % at {:.0} tokens/s", SPEEDS[2]));
        }
    }
    let explanation = format!(
        "{}. Bandwidth is the same in every medium, so that a technology alone changes latency and power; what a larger domain gives is its \
         own line. Parallelism is searched anew each time, and memory is what the model holds.",
        words.join("; ")
    );
    Ok(Claim::new("C12", answers, explanation, command).led_by("gain, training speed", ""))
}

/// A domain of a size in a medium.
fn built<'s>(study: &'s WorldSizeStudy, medium: &str, size: u64) -> Option<&'s BuiltDomain> {
    let curve: &MediumCurve = study.media.iter().find(|m| m.medium == medium)?;
    curve.rows.iter().find(|r| r.domain == size)?.built.as_ref()
}

/// Tokens per second and accelerator at one of the speeds.
fn at(domain: &BuiltDomain, speed: usize) -> Option<f64> {
    Some(domain.at_speeds.get(speed)?.as_ref()?.tokens_per_s_per_accelerator)
}

/// Half as much again is a leap.
const LEAP: f64 = 1.5;
/// A step to a larger domain that is worth its links: the gain that `lightloom world-size` asks of a doubling.
const WORTH: f64 = 1.05;
/// Sizes that the claim names, with what they are wired with.
const STEPS: [[(u64, &str); 2]; 3] = [
    [(8, "copper"), (72, "copper")],
    [(72, "copper"), (576, "mixed")],
    [(576, "mixed"), (1152, "mixed")],
];

pub(super) fn world_size(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let study = grounds.world_sizes()?;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for (i, [(from, first), (to, second)]) in STEPS.into_iter().enumerate() {
        let pair = built(&study, first, from).zip(built(&study, second, to));
        let Some((small, large)) = pair else {
            words.push(format!("{from} ({first}) to {to} ({second}) cannot be built"));
            continue;
        };
        if let Some(rate) = at(large, 2).filter(|_| i == 0) {
            let boundary =
                format!("{to} accelerators in {second}, {:.0} tokens/s for each user", SPEEDS[2]);
            answers.push(Answer::new("tokens of an accelerator", boundary, rate, "/s"));
        }
        let mut gains = Vec::new();
        for (k, speed) in SPEEDS.into_iter().enumerate() {
            let Some((before, after)) = at(small, k).zip(at(large, k)) else { continue };
            let gain = after / before;
            let boundary =
                format!("{to} ({second}) over {from} ({first}), {speed:.0} tokens/s for each user");
            let answer = Answer::new("tokens of an accelerator, times", boundary, gain, "")
                .of([before, after]);
            answers.push(answer.at_least(if i == 0 { LEAP } else { WORTH }));
            gains.push(format!("{gain:.2} at {speed:.0}"));
        }
        let cost =
            |domain: &BuiltDomain| Some(domain.at_speeds.last()?.as_ref()?.usd_per_million_tokens);
        if let Some((before, after)) = cost(small).zip(cost(large)) {
            let boundary = format!(
                "{to} ({second}) over {from} ({first}), {:.0} tokens/s for each user",
                SPEEDS[2]
            );
            answers.push(
                Answer::new("price of a token, times", boundary, after / before, "").at_most(1.0),
            );
        }
        let links: Vec<String> = large
            .technologies
            .iter()
            .map(|t| format!("{} up to {:.1} m", t.technology, t.longest_m))
            .collect();
        words.push(format!(
            "{from} to {to}: {} tokens/s (racks: {:.0}, {}, {:.0} W of network for each accelerator in place of {:.0})",
            gains.join(", "),
            large.racks,
            links.join(" and "),
            large.scale_up_w_per_accelerator,
            small.scale_up_w_per_accelerator
        ));
    }
    let copper = study.media.iter().find(|m| m.medium == "copper");
    let largest =
        copper.and_then(|m| m.rows.iter().filter(|r| r.built.is_some()).map(|r| r.domain).max());
    if let Some(largest) = largest {
        answers.push(
            Answer::new(
                "largest domain of copper alone",
                "accelerators, of the sizes tried",
                as_f64(largest),
                "",
            )
            .at_most(STEPS[1][1].0 as f64 - 1.0),
        );
    }
    let explanation = format!(
        "{} on {}, throughput over that of the smaller domain at so many tokens a second for each user: {}. A leap is half as much again, a \
         step worth its links 5 %. {}",
        study.model,
        study.accelerator,
        words.join("; "),
        study.findings.first().map_or("", String::as_str)
    );
    let command = "lightloom world-size gb300-nvl72-4608".to_owned();
    let [_, (size, medium)] = STEPS[1];
    let main = format!("{size} ({medium}) over 72 (copper), {:.0} ", SPEEDS[2]);
    Ok(Claim::new("C29", answers, explanation, command)
        .led_by("tokens of an accelerator, times", &main))
}

/// Models from small to large: dense ones, then sparse ones.
const MODELS: [&str; 5] =
    ["llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b", "deepseek-v3", "kimi-k2"];
/// Clearly less than in proportion.
const PROPORTION: f64 = 0.9;

pub(super) fn proportion(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let command = "lightloom infer gb300-nvl72-4608".to_owned();
    let energy = |sheet: &InferSheet| Some(sheet.throughput_bound.as_ref()?.energy?.total_j);
    let mut answers = Vec::new();
    let own = grounds.served(None, None)?;
    if let Some((own, joules)) = own.and_then(|own| energy(&own).map(|joules| (own, joules))) {
        let boundary = format!("{}, throughput bound, with network and facility", own.model.name);
        answers.push(Answer::new("energy of a token", boundary, joules, "J"));
    }
    let mut points: Vec<(String, f64, f64, f64)> = Vec::new();
    for id in MODELS {
        let Some(sheet) = grounds.served(Some(id), None)? else { continue };
        let Some(joules) = energy(&sheet) else { continue };
        let model = &sheet.model;
        answers.push(Answer::new(
            "energy of a token",
            format!("{}, throughput bound", model.name),
            joules,
            "J",
        ));
        points.push((model.name.clone(), model.parameters, model.active_parameters, joules));
    }
    let mut words: Vec<String> = points
        .iter()
        .map(|(name, all, active, joules)| {
            format!("{name} ({:.0} G, {:.0} G active) {joules:.3} J", all / 1e9, active / 1e9)
        })
        .collect();
    for pair in points.windows(2) {
        let [(small, few, few_active, before), (large, many, many_active, after)] = pair else {
            continue;
        };
        let boundary = format!("{large} over {small}");
        let (energy, size, active) = (after / before, many / few, many_active / few_active);
        answers.push(
            Answer::new("growth of energy over growth of parameters", &boundary, energy / size, "")
                .at_most(PROPORTION),
        );
        answers.push(Answer::new(
            "growth of energy over growth of active parameters",
            &boundary,
            energy / active,
            "",
        ));
    }
    let study = grounds.world_sizes()?;
    let own = grounds.cluster().scale_up.domain;
    for (k, speed) in SPEEDS.into_iter().enumerate() {
        let joules =
            |size| Some(built(&study, "copper", size)?.at_speeds.get(k)?.as_ref()?.joule_per_token);
        let Some((before, after)) = joules(SIZES[0]).zip(joules(own)) else { continue };
        answers.push(
            Answer::new(
                "energy of a token, times",
                format!(
                    "{}, {own} accelerators a domain over {}, {speed:.0} tokens/s for each user",
                    study.model, SIZES[0]
                ),
                after / before,
                "",
            )
            .at_most(PROPORTION),
        );
        words.push(format!(
            "{own} accelerators a domain over {} at {speed:.0} tokens/s {:.2} times",
            SIZES[0],
            after / before
        ));
    }
    let explanation = format!(
        "Energy of a token on the same cluster: {}. Less than in proportion is at most {PROPORTION} of the growth; a sparse model meets few of \
         its parameters at a token.",
        words.join("; ")
    );
    Ok(Claim::new("C34", answers, explanation, command))
}

/// Light that may take the place of copper in a domain.
const LIGHTS: [&str; 3] = ["retimed-pluggable", "cpo-accelerator", "cpo-interposer"];

pub(super) fn inference_first(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let command = "lightloom infer gb300-nvl72-4608".to_owned();
    let mut answers = Vec::new();
    let ends = |sheet: &InferSheet| {
        let wide = sheet.throughput_bound.as_ref()?;
        Some((sheet.latency_bound.point.tokens_per_s_per_user, 1.0 / wide.energy?.total_j))
    };
    let Some((speed, per_joule)) = grounds.served(None, None)?.as_ref().and_then(ends) else {
        return Ok(Claim::new("C40", answers, String::new(), command));
    };
    answers.push(Answer::new(
        "speed of one user",
        "latency bound, copper in the domain",
        speed,
        "tokens/s",
    ));
    answers.push(Answer::new(
        "tokens for a joule",
        "throughput bound, copper in the domain",
        per_joule,
        "/J",
    ));
    let mut words = Vec::new();
    for id in LIGHTS {
        let Some((slow, efficient)) = grounds.served(None, Some(id))?.as_ref().and_then(ends)
        else {
            continue;
        };
        let name = grounds.technology(id)?.name.clone();
        let (latency, throughput) = (slow / speed, efficient / per_joule);
        let boundary = format!("{name} in place of copper, same domain");
        answers.push(Answer::new(
            "speed of one user, latency bound, times",
            &boundary,
            latency,
            "",
        ));
        answers.push(
            Answer::new("tokens for a joule, throughput bound, times", &boundary, throughput, "")
                .at_least(1.0),
        );
        answers.push(
            Answer::new(
                "throughput for a joule over speed, times",
                &boundary,
                throughput / latency,
                "",
            )
            .at_least(1.0),
        );
        words.push(format!(
            "{name} {latency:.3} times the speed and {throughput:.3} times the tokens for a joule"
        ));
    }
    // Where no computing is waited for, tokens for a joule go as the power of the cluster.
    let drawn = grounds.readiness()?;
    let [old, new] = [Rule::Baseline, Rule::CoPackagedAccelerator].map(place);
    let (all, ends_at) = drawn.drawn.figure(|t| t[old].cluster / t[new].cluster);
    answers.push(
        Answer::new(
            "tokens for a joule, by the power of the cluster, times",
            format!(
                "{} on every network, against copper and retimed pluggables",
                Rule::CoPackagedAccelerator.name()
            ),
            all,
            "",
        )
        .spread(ends_at)
        .at_least(1.0),
    );
    words.push(format!(
        "light on every network {all:.3} times the tokens for a joule ({:.3} to {:.3})",
        ends_at[0], ends_at[1]
    ));
    let study = grounds.world_sizes()?;
    let own = grounds.cluster().scale_up.domain;
    for (k, floor) in SPEEDS.into_iter().enumerate() {
        let joules =
            |domain: &BuiltDomain| Some(1.0 / domain.at_speeds.get(k)?.as_ref()?.joule_per_token);
        let Some(copper) = built(&study, "copper", own).and_then(joules) else { continue };
        for (size, medium) in [(144, "mixed"), (576, "mixed")] {
            let Some(light) = built(&study, medium, size).and_then(joules) else { continue };
            answers.push(
                Answer::new(
                    "tokens for a joule, times",
                    format!(
                        "{size} ({medium}) over {own} (copper), {floor:.0} tokens/s for each user"
                    ),
                    light / copper,
                    "",
                )
                .at_least(1.0),
            );
            if k + 1 == SPEEDS.len() {
                words.push(format!(
                    "a domain of {size} with light above the first switches {:.2} times the tokens for a joule at {floor:.0} tokens/s",
                    light / copper
                ));
            }
        }
    }
    let decided = grounds.decided()?;
    let longest = decided.structure.fabric.link_classes.iter().filter(|c| c.tier == Tier::ScaleUp);
    let longest =
        longest.filter(|c| matches!(c.ends[0], End::Accelerator)).map(|c| c.lengths.max.as_m());
    let explanation = format!(
        "Against copper in a domain of {own}, whose links are up to {:.1} m: {}. Latencies of software hide most of a link's, and energy is that \
         of accelerators, hosts, network and facility.",
        longest.fold(0.0, f64::max),
        words.join("; ")
    );
    Ok(Claim::new("C40", answers, explanation, command))
}
