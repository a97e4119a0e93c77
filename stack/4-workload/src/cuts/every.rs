//! Every cut that the limits of a search leave open, in the order in which they are tried.

use super::SearchLimits;
use super::fixed::or_usual;
use crate::Model;
use crate::collective::NetworkTier;
use crate::schedule::Schedule;
use crate::training::{Parallelism, Recompute, Sharding, TrainingJob};

/// From least to most.
pub(super) const RECOMPUTATIONS: [Recompute; 3] =
    [Recompute::None, Recompute::Selective, Recompute::Full];

pub(super) fn all_cuts(
    model: &Model,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    limits: &SearchLimits,
) -> Vec<Parallelism> {
    let mut cuts = Vec::new();
    let domain = tiers.first().map_or(1, |t| t.size);
    let cluster = tiers.last().map_or(1, |t| t.size);
    let experts = model.experts.map_or(1, |e| e.n_routed_experts);
    let contexts = if job.sequence >= 8192 { 3 } else { 1 };
    let widest = domain.min(model.num_attention_heads);
    let (fixed, all) = (&limits.fixed, limits.exhaustive);
    let tensors = or_usual(fixed.tensor, degrees(widest, model.num_attention_heads, all));
    let contexts = or_usual(fixed.context, powers_of_two(4).take(contexts));
    let experts = or_usual(fixed.expert, degrees(experts, experts, all));
    let pipelines = or_usual(fixed.pipeline, stages(model.num_hidden_layers, all));
    for tensor in tensors {
        for &context in &contexts {
            // Degrees that are told may be absurd: they must become a refusal, not an overflow.
            let block = tensor.saturating_mul(context);
            for &expert in &experts {
                let usable = usable(domain, cluster, block, expert);
                for &pipeline in &pipelines {
                    // The data degree, rounded down so that expert groups come out even.
                    let copy = block.saturating_mul(pipeline);
                    let even = expert.div_ceil(block);
                    let data = usable / copy / even * even;
                    // More copies than sequences would have nothing to do.
                    let data = data.min((job.global_batch / even).max(1) * even);
                    // Where the size is told, one that does not go is refused with its reason.
                    let least = if fixed.sizes() { even } else { 0 };
                    let data = fixed.data.unwrap_or(data.max(least));
                    if data == 0 || copy.saturating_mul(data) < limits.accelerators {
                        continue;
                    }
                    let base = Parallelism {
                        tensor,
                        sequence_parallel: fixed.sequence_parallel.unwrap_or(tensor > 1),
                        context,
                        pipeline,
                        interleave: 1,
                        expert,
                        data,
                        sharding: Sharding::Optimizer,
                        schedule: Schedule::OneForwardOneBackward,
                        micro_batch: 1,
                        recompute: Recompute::None,
                    };
                    add(&mut cuts, model, limits, base);
                }
            }
        }
    }
    cuts
}

/// All that a cut leaves open.
fn add(cuts: &mut Vec<Parallelism>, model: &Model, limits: &SearchLimits, base: Parallelism) {
    let per_stage = model.num_hidden_layers.div_ceil(base.pipeline);
    let fixed = &limits.fixed;
    for &schedule in &limits.schedules {
        let plain = schedule == Schedule::OneForwardOneBackward;
        if base.pipeline == 1 && !plain && limits.schedules.first() != Some(&schedule) {
            continue;
        }
        for &sharding in &limits.shardings {
            let chunks = chunk_counts(base.pipeline, per_stage, limits.exhaustive);
            for interleave in or_usual(fixed.interleave, chunks) {
                if interleave > 1 && !plain && fixed.interleave.is_none() {
                    continue;
                }
                for micro_batch in or_usual(fixed.micro_batch, powers_of_two(limits.micro_batch)) {
                    let again = RECOMPUTATIONS.iter().filter(|_| fixed.recompute.is_none());
                    cuts.extend(fixed.recompute.iter().chain(again).map(|recompute| Parallelism {
                        schedule,
                        sharding,
                        interleave,
                        micro_batch,
                        recompute: *recompute,
                        ..base
                    }));
                }
            }
        }
    }
}

/// Accelerators in use when each domain holds whole groups, or whole equal parts of larger ones.
fn usable(domain: u64, cluster: u64, block: u64, expert: u64) -> u64 {
    let largest = powers_of_two(domain).last().unwrap_or(1);
    let wanted = block.max(expert);
    let part = wanted.min(if wanted.is_power_of_two() { largest } else { domain });
    cluster / domain * (domain / part * part)
}

pub(crate) fn powers_of_two(limit: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(1_u64), |n| n.checked_mul(2)).take_while(move |n| *n <= limit)
}

/// Divisors up to a limit: all, or powers of two.
fn degrees(limit: u64, of: u64, all: bool) -> impl Iterator<Item = u64> {
    (1..=limit).filter(move |d| of.is_multiple_of(*d) && (all || d.is_power_of_two()))
}

/// Numbers of stages that leave none empty: powers of two and divisors of the layers, or all.
fn stages(layers: u64, all: bool) -> impl Iterator<Item = u64> {
    let most = if all { layers } else { layers.min(64) };
    (1..=most).filter(move |p| {
        (all || p.is_power_of_two() || layers.is_multiple_of(*p))
            && layers.div_ceil(*p) * (p - 1) < layers
    })
}

/// Numbers of chunks per stage worth trying.
fn chunk_counts(pipeline: u64, per_stage: u64, all: bool) -> impl Iterator<Item = u64> {
    let most = if pipeline == 1 { 1 } else { per_stage };
    (1..=most)
        .filter(move |v| per_stage.is_multiple_of(*v) && (all || (v.is_power_of_two() && *v <= 8)))
}
