//! Decoding, prompts, energy of a token.

use crate::input::Serving;
use crate::systems::Systems;
use lightloom_units::{Power, Ratio};
use lightloom_workload::{
    DecodeJob, DecodePlan, PowerDraw, ServingSoftware, energy_per_token, prefill, serve,
};

fn job(systems: &Systems<'_>, asked: &Serving) -> Result<(DecodeJob, DecodePlan), String> {
    let engine = systems.serving(&asked.engine)?;
    let software = ServingSoftware {
        two_batches: asked.two_batches.unwrap_or(engine.two_batches),
        expert_imbalance: if asked.balanced { Ratio::new(1.0) } else { engine.expert_imbalance },
        ..engine
    };
    let job = DecodeJob {
        prompt: asked.prompt,
        output: asked.output,
        precision: asked.precision,
        cache: asked.cache,
        prefill_here: asked.prefill_here,
        software,
    };
    let plan = match asked.expert {
        None => DecodePlan::tensor(asked.tensor, asked.users),
        Some(ranks) => DecodePlan::wide(asked.tensor, ranks, asked.users),
    };
    Ok((job, plan))
}

/// `ms` of a token, `tokens/s` of one accelerator, `J` of a token, `W` of all accelerators.
// Sequences are far below 2^53.
#[allow(clippy::cast_precision_loss)]
pub(super) fn decoding(systems: &Systems<'_>, asked: &Serving, unit: &str) -> Result<f64, String> {
    let (job, plan) = job(systems, asked)?;
    let (model, machine) = (systems.model(&asked.model)?, systems.machine(&asked.machine)?);
    let step = serve(model, machine, systems.network(&asked.network)?, &job, &plan)
        .map_err(|e| e.to_string())?
        .step;
    if unit == "ms" {
        return Ok(step.time.as_s() * 1e3);
    }
    if unit == "tokens/s" {
        return Ok(step.tokens_per_second_per_accelerator);
    }
    // The accelerators alone, as the source measures.
    let power = asked.power.ok_or("energy needs the `power` of an accelerator")?;
    let draw = PowerDraw::from_facts(systems.facts(), power, Power::ZERO, Ratio::new(1.0))
        .map_err(|e| e.to_string())?;
    let rate = step.sequences as f64 / step.time.as_s();
    let energy = energy_per_token(&draw, step.accelerators, step.busy, rate)
        .map_err(|e| e.to_string())?
        .total()
        .as_j();
    Ok(if unit == "J" { energy } else { energy * rate })
}

/// `tokens/s` of one accelerator.
pub(super) fn prompts(systems: &Systems<'_>, asked: &Serving) -> Result<f64, String> {
    let (job, plan) = job(systems, asked)?;
    let (model, machine) = (systems.model(&asked.model)?, systems.machine(&asked.machine)?);
    let tokens = asked.tokens.ok_or("a pass over prompts has `tokens`")?;
    prefill(model, machine, systems.network(&asked.network)?, &job, &plan, tokens)
        .map(|pass| pass.tokens_per_second_per_accelerator)
        .map_err(|e| e.to_string())
}
