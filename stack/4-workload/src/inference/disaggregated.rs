//! Pools of their own for prompts and for answers, and the cache that travels between them.

use super::DecodeJob;
use super::decode::{DecodeStep, decode};
use super::placement::DecodePlan;
use super::prefill::{PrefillPass, prefill, prompt_cache};
use crate::collective::NetworkTier;
use crate::{Machine, Model, WorkloadError};
use lightloom_units::{DataSize, Ratio, Time};
use serde::Serialize;

/// Two kinds of instances side by side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pools {
    /// Cut of an instance that does prompts; its batch is not read.
    pub prefill: DecodePlan,
    /// Tokens of one attention group in one pass over prompts.
    pub tokens: u64,
    /// Cut of an instance that decodes.
    pub decode: DecodePlan,
    /// Tier, counted from the innermost, over which caches travel.
    pub transfer_tier: usize,
    /// Most accelerators of both pools.
    pub largest: u64,
}

/// Rate-matched pools. Boundary: both pools in a steady state, no queueing, all users' lengths equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Disaggregated {
    /// Instances that do prompts.
    pub prefill_instances: u64,
    /// Instances that decode.
    pub decode_instances: u64,
    /// Accelerators of the first pool.
    pub prefill_accelerators: u64,
    /// Accelerators of the second pool.
    pub decode_accelerators: u64,
    /// Accelerators for prompts over those for decoding at which both rates are equal.
    pub matched: Ratio,
    /// The pass over prompts.
    pub pass: PrefillPass,
    /// The decode step.
    pub step: DecodeStep,
    /// Answers per second of both pools together: the slower one decides.
    pub answers_per_second: f64,
    /// Throughput over both pools.
    pub tokens_per_second_per_accelerator: f64,
    /// Cache of one prompt.
    pub cache: DataSize,
    /// Time to move it, once its instance has the wire alone.
    pub transfer: Time,
    /// Load of a prefill accelerator's link by caches that leave it.
    pub link_load: Ratio,
    /// Lower bound of the time to the first token (TTFT): the prompt alone. Queueing is not in it.
    pub first_token: Time,
    /// Lower bound of the time from the first token to the second: transfer and one step.
    pub second_token: Time,
}

/// Counts of instances that waste least, and what they do.
///
/// # Model
/// A prefill instance makes `p = groups x tokens / prompt / pass` prompts per second, a decode instance finishes
/// `d = sequences / (output x step)` answers. Of all pairs `n_d`, `n_p = ceil(n_d d / p)` within the limit (and one
/// prefill instance less), the one with most answers per accelerator. A cache of `L x KV x prompt` bytes travels
/// over the stated tier, from all ranks of its attention group at once; a latent cache, which each rank has whole, in
/// equal parts. The link's load is what leaves a prefill accelerator over the tier's rate; above one the
/// wire decides the rate.
///
/// # Validity
/// Nothing else on the tier. Time to the first token without queueing: a lower bound, not a forecast.
///
/// # Errors
/// As [`decode`] and [`prefill`]; a tier that does not exist; a limit below one instance of each.
pub fn disaggregate(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    pools: &Pools,
) -> Result<Disaggregated, WorkloadError> {
    let job = DecodeJob { prefill_here: false, ..*job };
    let pass = prefill(model, machine, tiers, &job, &pools.prefill, pools.tokens)?;
    let step = decode(model, machine, tiers, &job, &pools.decode)?;
    let Some(tier) = tiers.get(pools.transfer_tier) else {
        return Err(WorkloadError::Parallelism {
            what: "transfer_tier",
            value: pools.transfer_tier as u64,
            problem: format!("but the network has {} tiers", tiers.len()),
            hint: "the innermost is 0".to_owned(),
        });
    };
    let cache = prompt_cache(model, job.prompt, job.cache);
    let rate = tier.bandwidth.as_bytes_per_s() * tier.library.bandwidth.value();
    let ranks = pools.prefill.tensor.min(pools.decode.tensor) as f64;
    let transfer = Time::s(cache / ranks / rate) + tier.library.launch + tier.latency;

    let (p_size, d_size) = (pass.accelerators, step.accelerators);
    let computed = pass.tokens_per_second_per_accelerator / job.prompt as f64;
    // Caches leave through every accelerator of the instance.
    let carried = rate / cache;
    let per_prefill = computed.min(carried) * p_size as f64;
    let per_decode = step.tokens_per_second_per_accelerator / job.output as f64 * d_size as f64;
    let mut best: Option<(u64, u64, f64)> = None;
    let most = pools.largest.saturating_sub(p_size) / d_size.max(1);
    // Beyond some thousands of instances rounding no longer matters.
    for n_d in 1..=most.min(4096) {
        let exact = n_d as f64 * per_decode / per_prefill;
        // No more than the limit leaves room for: then the prompts decide.
        let room = (pools.largest - n_d * d_size) / p_size.max(1);
        for n_p in [libm::floor(exact), libm::ceil(exact)] {
            let n_p = (n_p.max(1.0) as u64).min(room);
            let used = n_p * p_size + n_d * d_size;
            let answers = (n_p as f64 * per_prefill).min(n_d as f64 * per_decode);
            let value = answers / used as f64;
            let before = best.map_or(0.0, |(p, d, a)| a / (p * p_size + d * d_size) as f64);
            if value > before * (1.0 + 1e-12) {
                best = Some((n_p, n_d, answers));
            }
        }
    }
    let Some((n_p, n_d, answers)) = best else {
        return Err(WorkloadError::Parallelism {
            what: "largest",
            value: pools.largest,
            problem: format!(
                "holds no pair of pools: one instance each takes {p_size} and {d_size}"
            ),
            hint: format!("allow at least {} accelerators", p_size.saturating_add(d_size)),
        });
    };
    let used = (n_p * p_size + n_d * d_size) as f64;
    Ok(Disaggregated {
        prefill_instances: n_p,
        decode_instances: n_d,
        prefill_accelerators: n_p * p_size,
        decode_accelerators: n_d * d_size,
        matched: Ratio::new(per_decode / d_size as f64 / (per_prefill / p_size as f64)),
        pass,
        step,
        answers_per_second: answers,
        tokens_per_second_per_accelerator: answers * job.output as f64 / used,
        cache: DataSize::bytes(cache),
        transfer,
        link_load: Ratio::new(answers / (n_p * p_size) as f64 * cache / rate),
        first_token: pass.first_token,
        second_token: transfer + step.time,
    })
}
