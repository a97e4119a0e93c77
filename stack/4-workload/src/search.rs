//! The best way to cut a training job, or to serve a model, over a cluster.

use crate::collective::{NetworkTier, check_tiers};
use crate::inference::{
    DecodeJob, DecodePlan, DecodeStep, Placement, check_job, check_plan, decode,
};
use crate::memory;
use crate::schedule::Schedule;
use crate::training::{
    Parallelism, Recompute, Sharding, TrainingJob, TrainingStep, check_cut, step, train,
};
use crate::{Machine, Model, WorkloadError};
use serde::Serialize;

/// The quickest cut of a job that fits, and its step.
///
/// # Model
/// Every combination of tensor (up to one innermost domain), pipeline, interleaving, expert and context
/// degrees, micro-batch and recomputation is timed by [`train`]; the data degree takes what accelerators
/// remain. Groups are aligned to the innermost domain, so degrees that do not divide it leave some of it idle:
/// [`TrainingStep::accelerators`] says how many are used. Equal times: the first in order of degrees.
///
/// # Errors
/// As [`train`] when nothing fits: the error of the cut that comes nearest, or of the first one tried.
pub fn best_training(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &TrainingJob,
) -> Result<(Parallelism, TrainingStep), WorkloadError> {
    check_tiers(tiers)?;
    model.check()?;
    let mut best: Option<(Parallelism, TrainingStep)> = None;
    let mut nearest: Option<(Parallelism, f64)> = None;
    let mut refused = None;
    let available = machine.usable_memory();
    for_each_cut(model, tiers, job, |cut| {
        if let Err(e) = check_cut(model, tiers, job, &cut) {
            refused.get_or_insert(e);
            return Ok(());
        }
        let held = memory::memory(model, job, &cut);
        if held.total() > available {
            let needed = held.total().as_bytes();
            if nearest.is_none_or(|(_, least)| needed < least) {
                nearest = Some((cut, needed));
            }
            return Ok(());
        }
        let found = step(model, machine, tiers, job, &cut, held)?;
        if best.is_none_or(|(_, b)| found.time < b.time) {
            best = Some((cut, found));
        }
        Ok(())
    })?;
    match (best, nearest) {
        // Through the front door, for its checks.
        (Some((cut, _)), _) | (None, Some((cut, _))) => {
            train(model, machine, tiers, job, &cut).map(|step| (cut, step))
        }
        (None, None) => Err(refused.unwrap_or_else(|| {
            WorkloadError::Network("no cut of the job uses any accelerator".to_owned())
        })),
    }
}

fn for_each_cut(
    model: &Model,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    mut visit: impl FnMut(Parallelism) -> Result<(), WorkloadError>,
) -> Result<(), WorkloadError> {
    let domain = tiers.first().map_or(1, |t| t.size);
    let cluster = tiers.last().map_or(1, |t| t.size);
    let experts = model.experts.map_or(1, |e| e.n_routed_experts);
    let contexts = if job.sequence >= 8192 { 3 } else { 1 };
    for tensor in powers_of_two(domain.min(model.num_attention_heads)) {
        for context in powers_of_two(4).take(contexts) {
            for expert in powers_of_two(experts).filter(|e| experts.is_multiple_of(*e)) {
                let usable = usable(domain, cluster, tensor * context, expert);
                for pipeline in stages(model.num_hidden_layers) {
                    // The data degree, rounded down so that expert groups come out even.
                    let data = usable / (tensor * context * pipeline);
                    let even = expert.div_ceil(tensor * context);
                    let data = data / even * even;
                    if data == 0 {
                        continue;
                    }
                    // More copies than sequences would have nothing to do.
                    let data = data.min((job.global_batch / even).max(1) * even);
                    let per_stage = model.num_hidden_layers.div_ceil(pipeline);
                    for interleave in chunks(pipeline, per_stage) {
                        for micro_batch in [1, 2, 4] {
                            for recompute in
                                [Recompute::None, Recompute::Selective, Recompute::Full]
                            {
                                visit(Parallelism {
                                    tensor,
                                    sequence_parallel: tensor > 1,
                                    context,
                                    pipeline,
                                    interleave,
                                    expert,
                                    data,
                                    sharding: Sharding::Optimizer,
                                    schedule: Schedule::OneForwardOneBackward,
                                    micro_batch,
                                    recompute,
                                })?;
                            }
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Accelerators in use when each domain holds whole groups, or whole equal parts of larger ones.
fn usable(domain: u64, cluster: u64, block: u64, expert: u64) -> u64 {
    let largest = powers_of_two(domain).last().unwrap_or(1);
    let part = block.max(expert).min(largest);
    cluster / domain * (domain / part * part)
}

fn powers_of_two(limit: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(1_u64), |n| n.checked_mul(2)).take_while(move |n| *n <= limit)
}

/// Numbers of stages that leave none empty: powers of two and divisors of the layers.
fn stages(layers: u64) -> impl Iterator<Item = u64> {
    (1..=layers.min(64)).filter(move |p| {
        (p.is_power_of_two() || layers.is_multiple_of(*p)) && layers.div_ceil(*p) * (p - 1) < layers
    })
}

/// Numbers of chunks per stage worth trying.
fn chunks(pipeline: u64, per_stage: u64) -> impl Iterator<Item = u64> {
    [1, 2, 4, 8]
        .into_iter()
        .filter(move |v| *v == 1 || (pipeline > 1 && per_stage.is_multiple_of(*v)))
}

/// The two ends of serving: quickest for one user, and most tokens at a stated interactivity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BestDecode {
    /// Most tokens per second per user, at any cost: the latency-bound answer.
    pub quickest: (DecodePlan, DecodeStep),
    /// Most tokens per second per accelerator at the target or above: the throughput-bound answer. `None`
    /// when not even one user per group reaches the target.
    pub widest: Option<(DecodePlan, DecodeStep)>,
}

/// The best cuts of an instance for decoding, among tensor degrees within one innermost domain, expert degrees
/// up to `largest` accelerators, and batches up to what memory holds.
///
/// # Errors
/// As [`decode`]: when nothing fits, the error of the largest instance.
pub fn best_decode(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    largest: u64,
    target_tokens_per_second_per_user: f64,
) -> Result<BestDecode, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    check_job(job)?;
    let domain = tiers.first().map_or(1, |t| t.size);
    let largest = largest.min(tiers.last().map_or(1, |t| t.size)).max(1);
    let routed = model.experts.map_or(1, |e| e.n_routed_experts);
    let mut degrees: Vec<u64> = powers_of_two(largest).collect();
    // Whole domains too: experts need not divide evenly, the fullest rank counts.
    degrees.extend(tiers.iter().map(|t| t.size));
    degrees.extend((1..=routed).filter(|e| routed.is_multiple_of(*e)));
    degrees.retain(|e| *e <= largest.min(routed));
    degrees.sort_unstable();
    degrees.dedup();

    let mut quickest: Option<(DecodePlan, DecodeStep)> = None;
    let mut widest: Option<(DecodePlan, DecodeStep)> = None;
    let mut last = None;
    for tensor in powers_of_two(domain.min(largest)) {
        for expert in &degrees {
            let mut plan = DecodePlan { tensor, expert: *expert, batch: 1 };
            if check_plan(model, tiers, &plan).is_err() {
                continue;
            }
            let place = Placement::new(model, machine, job, &plan)?;
            last = Some(plan);
            for batch in batches(place.batch_limit) {
                plan.batch = batch;
                let step = place.step(tiers, &plan);
                let user = step.tokens_per_second_per_user;
                if quickest.is_none_or(|(_, q)| user > q.tokens_per_second_per_user) {
                    quickest = Some((plan, step));
                }
                let rate = step.tokens_per_second_per_accelerator;
                if user >= target_tokens_per_second_per_user
                    && widest.is_none_or(|(_, w)| rate > w.tokens_per_second_per_accelerator)
                {
                    widest = Some((plan, step));
                }
            }
        }
    }
    // Through the front door, for its checks and its error when nothing fits.
    match (quickest, last) {
        (Some((plan, _)), _) => {
            let quickest = (plan, decode(model, machine, tiers, job, &plan)?);
            Ok(BestDecode { quickest, widest })
        }
        (None, Some(plan)) => Err(match decode(model, machine, tiers, job, &plan) {
            Err(e) => e,
            Ok(_) => WorkloadError::Network("no instance was tried".to_owned()),
        }),
        (None, None) => Err(WorkloadError::Parallelism {
            what: "tensor",
            value: 1,
            problem: format!("and no other degree suits {}", model.name),
            hint: "check heads and experts".to_owned(),
        }),
    }
}

/// Batches to try: powers of two and half-way between, and the most that fits.
fn batches(limit: u64) -> impl Iterator<Item = u64> {
    let steps = (0..20).flat_map(|i| [1_u64 << i, (1_u64 << i) + (1_u64 << i) / 2]);
    steps.filter(move |b| *b < limit).chain((limit > 0).then_some(limit.min(1 << 20)))
}
