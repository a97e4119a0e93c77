//! What storage adds to the front end: C11.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::place;
use crate::strategy::Rule;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{RunError, work};
use lightloom_units::significant;

/// A token of a data set is kept as a whole number of 32 bits.
const BITS_OF_TOKEN: f64 = 32.0;
/// Gigabits.
const GIGA: f64 = 1e9;

pub(super) fn platforms(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let command = "lightloom infer gb300-nvl72-4608".to_owned();
    let (case, decided) = (grounds.case(), grounds.decided()?);
    let recommended = &decided.strategies[place(Rule::Recommended)].outcome;
    let bandwidth = decided.structure.spec.bandwidth_per_accelerator().front_end.as_gbps();
    let found = work(
        case.scenario,
        case.text,
        case.library,
        grounds.facts,
        &decided.structure,
        recommended,
    )?;
    let served = grounds.served(None, None)?.and_then(|sheet| sheet.throughput_bound);
    let (Some((cut, step, _)), Some(served)) = (found.training, served) else {
        return Ok(Claim::new("C11", Vec::new(), String::new(), command));
    };
    let cache = served.prompt_cache_gbps_per_accelerator;
    // Weights are the same in every copy; the optimizer's state is divided over the copies.
    let all = as_f64(step.accelerators);
    let copies = as_f64(cut.data.max(1) * cut.context.max(1));
    let weights = step.memory.weights.as_bytes() * all / copies;
    let state = weights + step.memory.optimizer.as_bytes() * all;
    let interval = recommended.goodput.interval;
    let checkpoint = state * 8.0 / interval.as_s() / all / GIGA;
    let data = step.tokens_per_second * BITS_OF_TOKEN / all / GIGA;
    let trained = checkpoint + data;
    let each = "for each accelerator, one direction";
    let answers = vec![
        Answer::new(
            "prompts' caches, were each kept in storage and read",
            format!("throughput bound, {each}"),
            cache,
            "Gb/s",
        ),
        Answer::new("bandwidth of the front end", each, bandwidth, "Gb/s"),
        Answer::new(
            "checkpoints",
            format!("training, mean over {:.0} s between two, {each}", interval.as_s()),
            checkpoint,
            "Gb/s",
        ),
        Answer::new(
            "data set",
            format!("training, 4 bytes for a token, {each}"),
            data * 1e3,
            "Mb/s",
        ),
        Answer::new("a checkpoint", "weights and optimizer of the whole job", state / 1e12, "TB"),
        Answer::new("traffic of caches over that of training", each, cache / trained, "")
            .at_least(1.0),
        Answer::new(
            "caches in the front end's bandwidth",
            "throughput bound",
            cache / bandwidth * 100.0,
            "%",
        )
        .of([cache])
        .at_least(1.0),
        Answer::new(
            "all of them in the front end's bandwidth",
            "as if both jobs ran at once",
            (cache + trained) / bandwidth * 100.0,
            "%",
        ),
    ];
    let explanation = format!(
        "Training writes {} Mb/s of checkpoints for each accelerator and reads {} of data; a platform that keeps the caches \
         of prompts is asked for {cache:.2} Gb/s, {:.0} times as much and {:.1} % of the front end's {bandwidth:.0}. That is the most: each prompt's \
         cache read once, none computed.",
        significant(checkpoint * 1e3, 3),
        significant(data * 1e3, 2),
        cache / trained,
        cache / bandwidth * 100.0,
    );
    Ok(Claim::new("C11", answers, explanation, command).led_by("caches in the front end", ""))
}
