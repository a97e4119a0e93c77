//! What networks give models: C12, C29, C34, C40.

use super::grounds::Grounds;
use super::jobs::{Domain, SPEEDS, built};
use super::{Answer, Claim};
use crate::anew::{Anew, Watch};
use crate::decide::Case;
use crate::draws::{DRAWS, draws, place, range};
use crate::plan::{BuiltDomain, InferSheet};
use crate::strategy::Rule;
use crate::world_size::SIZES;
use lightloom_fabric::{End, Tier};
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, Work, work};

/// A gain below a percent is within what runs of the same job differ by.
const SEEN: f64 = 1.0;

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

/// What is gained, percent, and the numbers that it is of.
type Gain = (&'static str, f64, [f64; 2]);

/// What one strategy's jobs gain over another's.
fn gained(old: &Reached, new: &Reached) -> [Gain; 5] {
    let joules = [old.tokens_per_joule, new.tokens_per_joule].map(|tokens| 1.0 / tokens);
    [
        (
            "training speed and model FLOP utilisation",
            more(1.0 / old.step_s, 1.0 / new.step_s),
            [old.step_s, new.step_s],
        ),
        ("memory freed in training", -more(old.held_gb, new.held_gb), [old.held_gb, new.held_gb]),
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
            joules,
        ),
    ]
}

/// Strategies of which C12 speaks: the one that the others are held against comes first.
const COMPARED: [Rule; 3] = [Rule::Baseline, Rule::CoPackagedSwitch, Rule::CoPackagedAccelerator];

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
    // The same jobs in each draw, cut anew.
    let anew = Anew::new(&case, grounds.facts, &decided, Watch::Serving)?;
    let drawn: Vec<Vec<Reached>> = draws(&anew, &case, 0..DRAWS, |draw| {
        let of = |rule: Rule| {
            let outcome = &draw.outcomes[place(rule)];
            let (facts, structure) = (draw.facts, draw.structure);
            let Case { scenario, text, library } = case;
            Reached::of(&work(scenario, text, library, facts, structure, outcome).ok()?)
        };
        COMPARED.into_iter().map(of).collect()
    });
    let mut answers = vec![
        Answer::new(
            "model FLOP utilisation",
            "training, copper and retimed pluggables",
            old.mfu,
            "",
        )
        .spread(range(old.mfu, drawn.iter().map(|d| d[0].mfu).collect())),
        Answer::new("step of training", "copper and retimed pluggables", old.step_s, "s")
            .spread(range(old.step_s, drawn.iter().map(|d| d[0].step_s).collect())),
        Answer::new("memory in use", "training, the fullest accelerator", old.held_gb, "GB")
            .spread(range(old.held_gb, drawn.iter().map(|d| d[0].held_gb).collect())),
    ];
    let mut words = Vec::new();
    for (k, rule) in COMPARED.into_iter().enumerate().skip(1) {
        let Some(new) = reached(rule)? else { continue };
        let figures = gained(&old, &new);
        for (i, (what, gain, of)) in figures.into_iter().enumerate() {
            let boundary = format!("{}, same accelerators and bandwidth", rule.name());
            let ends = range(gain, drawn.iter().map(|d| gained(&d[0], &d[k])[i].1).collect());
            let answer = Answer::new(format!("gain, {what}"), boundary, gain, "%").of(of);
            answers.push(answer.spread(ends).at_least(SEEN));
        }
        words.push(format!(
            "{}: training {:+.2} %, one user {:+.2} %, tokens for a joule {:+.2} %",
            rule.name(),
            figures[0].1,
            figures[2].1,
            figures[4].1
        ));
    }
    let (sizes, domains) = (grounds.world_sizes()?, grounds.domains_drawn()?);
    let own = case.scenario.scale_up.domain;
    for medium in ["copper", "mixed"] {
        let Some(curve) = sizes.media.iter().find(|m| m.medium == medium) else { continue };
        let small: Domain = ("copper", if medium == "copper" { SIZES[0] } else { own });
        let larger = curve.rows.iter().filter(|r| r.domain >= own && r.built.is_some());
        let larger = larger.map(|r| r.domain).find(|size| *size > own || medium == "copper");
        let (Some(from), Some(size)) = (built(&sizes, small), larger) else { continue };
        let large: Domain = (medium, size);
        let Some(to) = built(&sizes, large) else { continue };
        let boundary =
            format!("{size} accelerators a domain ({medium}) against {} in copper", small.1);
        if let Some((from, to)) =
            from.training_tokens_per_s_per_accelerator.zip(to.training_tokens_per_s_per_accelerator)
        {
            let gain = more(from, to);
            let ends =
                domains.ends(gain, [small, large], |[a, b]| Some(more(a.training?, b.training?)));
            let answer = Answer::new("gain, training speed", &boundary, gain, "%").spread_by(ends);
            answers.push(answer.at_least(SEEN));
            words.push(format!("{boundary}: training {gain:+.1} %"));
        }
        if let Some((from, to)) = at(from, 2).zip(at(to, 2)) {
            let gain = more(from, to);
            let ends = domains.ends(gain, [small, large], |[a, b]| {
                Some(more(a.at_speeds[2]?.tokens, b.at_speeds[2]?.tokens))
            });
            let what =
                format!("gain, tokens of an accelerator at {:.0} a second for a user", SPEEDS[2]);
            answers.push(Answer::new(what, &boundary, gain, "%").spread_by(ends).at_least(SEEN));
            words.push(format!("{boundary}: serving {gain:+.1} % at {:.0} tokens/s", SPEEDS[2]));
        }
    }
    let explanation = format!(
        "{}. Bandwidth is the same in every medium, so that a technology alone changes latency and power; what a larger domain gives is its \
         own line. Parallelism is searched anew each time, and memory is what the model holds. {RANGES}",
        words.join("; ")
    );
    Ok(Claim::new("C12", answers, explanation, command).led_by("gain, training speed", ""))
}

/// What the ranges of jobs are.
const RANGES: &str = "Ranges are 5 to 95 % of joint draws of all facts, technologies kept.";

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
    let (study, drawn) = (grounds.world_sizes()?, grounds.domains_drawn()?);
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for (i, [(from, first), (to, second)]) in STEPS.into_iter().enumerate() {
        let domains: [Domain; 2] = [(first, from), (second, to)];
        let pair = built(&study, domains[0]).zip(built(&study, domains[1]));
        let Some((small, large)) = pair else {
            words.push(format!("{from} ({first}) to {to} ({second}) cannot be built"));
            continue;
        };
        if let Some(rate) = at(large, 2).filter(|_| i == 0) {
            let boundary =
                format!("{to} accelerators in {second}, {:.0} tokens/s for each user", SPEEDS[2]);
            let ends = drawn.ends(rate, [domains[1]; 2], |[d, _]| Some(d.at_speeds[2]?.tokens));
            let answer = Answer::new("tokens of an accelerator", boundary, rate, "/s");
            answers.push(answer.spread_by(ends));
        }
        let mut gains = Vec::new();
        for (k, speed) in SPEEDS.into_iter().enumerate() {
            let Some((before, after)) = at(small, k).zip(at(large, k)) else { continue };
            let gain = after / before;
            let boundary =
                format!("{to} ({second}) over {from} ({first}), {speed:.0} tokens/s for each user");
            let ends = drawn.ratio(gain, domains, |d| Some(d.at_speeds[k]?.tokens));
            let answer = Answer::new("tokens of an accelerator, times", boundary, gain, "")
                .of([before, after])
                .spread_by(ends);
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
            let ends = drawn.ratio(after / before, domains, |d| Some(d.at_speeds[2]?.usd));
            let answer = Answer::new("price of a token, times", boundary, after / before, "");
            answers.push(answer.spread_by(ends).at_most(1.0));
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
         step worth its links 5 %. {} {RANGES} Which sizes copper joins is said at the facts as they are: it has no range.",
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
/// The largest dense one.
const DENSE: &str = MODELS[2];
/// The one that the cluster serves.
const SERVED: &str = MODELS[3];
/// Clearly less than in proportion.
const PROPORTION: f64 = 0.9;

pub(super) fn proportion(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let shown = |id| format!("lightloom infer gb300-nvl72-4608 --model {id}");
    let command = format!("{}; {}", shown(DENSE), shown(SERVED));
    let name_of = |id: &str| grounds.library.models.get(id).map_or("", |m| m.name.as_str());
    let energy = |sheet: &InferSheet| Some(sheet.throughput_bound.as_ref()?.energy?.total_j);
    let mut answers = Vec::new();
    let drawn = grounds.served_drawn(&MODELS, &[], energy)?;
    let mut points: Vec<(String, f64, f64, f64)> = Vec::new();
    for (k, id) in MODELS.into_iter().enumerate() {
        let Some(sheet) = grounds.served(Some(id), None)? else { continue };
        let Some(joules) = energy(&sheet) else { continue };
        let model = &sheet.model;
        let boundary = format!("{}, throughput bound, with network and facility", model.name);
        answers.push(
            Answer::new("energy of a token", boundary, joules, "J")
                .spread(range(joules, drawn.iter().map(|d| d[k]).collect())),
        );
        points.push((model.name.clone(), model.parameters, model.active_parameters, joules));
    }
    let mut words: Vec<String> = points
        .iter()
        .map(|(name, all, active, joules)| {
            format!("{name} ({:.0} G, {:.0} G active) {joules:.3} J", all / 1e9, active / 1e9)
        })
        .collect();
    for (k, pair) in points.windows(2).enumerate() {
        let [(small, few, few_active, before), (large, many, many_active, after)] = pair else {
            continue;
        };
        let grown = |size: f64| {
            range(after / before / size, drawn.iter().map(|d| d[k + 1] / d[k] / size).collect())
        };
        let boundary = format!("{large} over {small}");
        let (energy, size, active) = (after / before, many / few, many_active / few_active);
        answers.push(
            Answer::new("growth of energy over growth of parameters", &boundary, energy / size, "")
                .of([*before, *after])
                .spread(grown(size))
                .at_most(PROPORTION),
        );
        let what = "growth of energy over growth of active parameters";
        answers.push(Answer::new(what, &boundary, energy / active, "").spread(grown(active)));
    }
    let (study, domains) = (grounds.world_sizes()?, grounds.domains_drawn()?);
    let own = grounds.cluster().scale_up.domain;
    let pair: [Domain; 2] = [("copper", SIZES[0]), ("copper", own)];
    for (k, speed) in SPEEDS.into_iter().enumerate() {
        let joules =
            |domain| Some(built(&study, domain)?.at_speeds.get(k)?.as_ref()?.joule_per_token);
        let Some((before, after)) = joules(pair[0]).zip(joules(pair[1])) else { continue };
        let ends = domains.ratio(after / before, pair, |d| Some(d.at_speeds[k]?.joules));
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
            .spread_by(ends)
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
         its parameters at a token. {RANGES}",
        words.join("; ")
    );
    // The served model beside the largest one that meets all of its parameters.
    let main = format!("{} over {}", name_of(SERVED), name_of(DENSE));
    Ok(Claim::new("C34", answers, explanation, command)
        .led_by("growth of energy over growth of parameters", &main))
}

/// Light that may take the place of copper in a domain.
const LIGHTS: [&str; 3] = ["retimed-pluggable", "cpo-accelerator", "cpo-interposer"];
/// The links of the domain that may be given it.
const FIRST_LAYER: &str = "scale-up accelerator-L1";
/// A figure of the cluster and of its lights in one draw: speed and tokens for a joule of each.
type OfDraw<'f> = &'f dyn Fn(&[(f64, f64)]) -> f64;
/// What the claim is about.
const MAIN: &str = "tokens for a joule, throughput bound, times";

pub(super) fn inference_first(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let command = "lightloom infer gb300-nvl72-4608".to_owned();
    let command = format!("{command}; {command} --technology \"{FIRST_LAYER}={}\"", LIGHTS[1]);
    let mut answers = Vec::new();
    let ends = |sheet: &InferSheet| {
        let wide = sheet.throughput_bound.as_ref()?;
        Some((sheet.latency_bound.point.tokens_per_s_per_user, 1.0 / wide.energy?.total_j))
    };
    let Some((speed, per_joule)) = grounds.served(None, None)?.as_ref().and_then(ends) else {
        return Ok(Claim::new("C40", answers, String::new(), command));
    };
    let own_model = grounds.cluster().serving.as_ref().map_or("", |s| s.model.as_str());
    let drawn = grounds.served_drawn(&[own_model], &LIGHTS, ends)?;
    let span = |own: f64, of: OfDraw<'_>| range(own, drawn.iter().map(|d| of(d)).collect());
    answers.push(
        Answer::new("speed of one user", "latency bound, copper in the domain", speed, "tokens/s")
            .spread(span(speed, &|d| d[0].0)),
    );
    answers.push(
        Answer::new(
            "tokens for a joule",
            "throughput bound, copper in the domain",
            per_joule,
            "/J",
        )
        .spread(span(per_joule, &|d| d[0].1)),
    );
    let mut words = Vec::new();
    for (k, id) in LIGHTS.into_iter().enumerate() {
        // Copper comes first in a draw.
        let slower = |d: &[(f64, f64)]| d[k + 1].0 / d[0].0;
        let more = |d: &[(f64, f64)]| d[k + 1].1 / d[0].1;
        let Some((slow, efficient)) = grounds.served(None, Some(id))?.as_ref().and_then(ends)
        else {
            continue;
        };
        let name = grounds.technology(id)?.name.clone();
        let (latency, throughput) = (slow / speed, efficient / per_joule);
        let boundary = format!("{name} in place of copper, same domain");
        answers.push(
            Answer::new("speed of one user, latency bound, times", &boundary, latency, "")
                .spread(span(latency, &slower)),
        );
        answers.push(
            Answer::new(MAIN, &boundary, throughput, "")
                .of([1.0 / per_joule, 1.0 / efficient])
                .spread(span(throughput, &more))
                .at_least(1.0),
        );
        let both = throughput / latency;
        answers.push(
            Answer::new("throughput for a joule over speed, times", &boundary, both, "")
                .spread(span(both, &|d| more(d) / slower(d)))
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
    let (study, domains) = (grounds.world_sizes()?, grounds.domains_drawn()?);
    let own = grounds.cluster().scale_up.domain;
    for (k, floor) in SPEEDS.into_iter().enumerate() {
        let joules =
            |domain: &BuiltDomain| Some(1.0 / domain.at_speeds.get(k)?.as_ref()?.joule_per_token);
        let Some(copper) = built(&study, ("copper", own)).and_then(joules) else { continue };
        for (medium, size) in [("mixed", 144), ("mixed", 576)] {
            let pair: [Domain; 2] = [("copper", own), (medium, size)];
            let Some(light) = built(&study, pair[1]).and_then(joules) else { continue };
            let ends = domains.ratio(light / copper, pair, |d| Some(1.0 / d.at_speeds[k]?.joules));
            answers.push(
                Answer::new(
                    "tokens for a joule, times",
                    format!(
                        "{size} ({medium}) over {own} (copper), {floor:.0} tokens/s for each user"
                    ),
                    light / copper,
                    "",
                )
                .spread_by(ends)
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
         of accelerators, hosts, network and facility. {RANGES}",
        longest.fold(0.0, f64::max),
        words.join("; ")
    );
    let main = grounds.technology(LIGHTS[1])?.name.clone();
    Ok(Claim::new("C40", answers, explanation, command).led_by(MAIN, &main))
}
