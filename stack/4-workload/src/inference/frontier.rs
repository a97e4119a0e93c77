//! Interactivity against throughput: what an operator can choose between.

use super::DecodeJob;
use super::decode::{DecodeStep, DecodeTime};
use super::placement::{DecodePlan, Placement};
use super::prefill::prompt_cache;
use crate::collective::{NetworkTier, check_tiers};
use crate::{Machine, Model, WorkloadError};
use lightloom_units::Time;
use serde::Serialize;

/// Where prompts are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Serving {
    /// By the accelerators that decode, between steps.
    Aggregated,
    /// By a pool of their own, as large as it must be; its accelerators count in the throughput.
    Disaggregated,
}

/// What to try.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FrontierSearch {
    /// Most accelerators of one instance.
    pub largest: u64,
    /// Tier, counted from the innermost, over which caches travel between pools.
    pub transfer_tier: usize,
    /// Whether pools of their own are tried.
    pub disaggregated: bool,
}

/// One way to serve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FrontierPoint {
    /// The cut and its batch.
    pub plan: DecodePlan,
    /// Where prompts are done.
    pub serving: Serving,
    /// Interactivity.
    pub tokens_per_second_per_user: f64,
    /// Throughput: of answers, over all accelerators in use.
    pub tokens_per_second_per_accelerator: f64,
    /// The step and where it goes.
    pub time: Time,
    /// Where it goes.
    pub split: DecodeTime,
}

/// All ways tried and the best of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frontier {
    /// Points that no other beats in both, quickest first.
    pub front: Vec<FrontierPoint>,
    /// Ways that fit and were timed.
    pub tried: u64,
    /// Cut of the pool for prompts, where pools are tried.
    pub prefill: Option<DecodePlan>,
}

impl Frontier {
    /// Most tokens per second for one user, at any cost: the latency-bound answer.
    #[must_use]
    pub fn quickest(&self) -> Option<&FrontierPoint> {
        self.front.first()
    }

    /// Most tokens per second and accelerator, at any wait: the throughput-bound answer.
    #[must_use]
    pub fn cheapest(&self) -> Option<&FrontierPoint> {
        self.front.last()
    }

    /// Most throughput at a speed or above.
    #[must_use]
    pub fn at(&self, tokens_per_second_per_user: f64) -> Option<&FrontierPoint> {
        // Throughput rises along the front: the last one quick enough.
        self.front
            .iter()
            .take_while(|p| p.tokens_per_second_per_user >= tokens_per_second_per_user)
            .last()
    }
}

/// The trade of speed for one user against throughput of a model on a machine and its network.
///
/// # Model
/// Every cut of [`cuts`] with four batches to an octave up to what memory holds. Pools: the cut for
/// prompts with most prompts per accelerator is taken once, at full passes; both pools in the exact ratio, which many
/// instances come close to ([`super::disaggregated::disaggregate`] counts whole ones): `1/r = 1/r_decode + 1/(p output)`.
/// A point is on the front when no other is as good in one and better in the other.
///
/// # Errors
/// As [`super::decode::decode`]; when nothing fits, the error of the largest cut.
pub fn frontier(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    search: &FrontierSearch,
) -> Result<Frontier, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    job.check()?;
    let together = DecodeJob { prefill_here: true, ..*job };
    let apart = DecodeJob { prefill_here: false, ..*job };
    let plans = cuts(model, tiers, search.largest);
    let mut points = Vec::new();
    let prompts = if search.disaggregated {
        best_prefill(model, machine, tiers, &apart, search, &plans)?
    } else {
        None
    };
    let mut refused = None;
    for plan in &plans {
        let place = Placement::new(model, machine, &together, plan)?;
        if place.batch_limit == 0 {
            refused = Some(place.too_large(plan));
        }
        let separate = Placement::new(model, machine, &apart, plan)?;
        for batch in batches(place.batch_limit) {
            let plan = DecodePlan { batch, ..*plan };
            let step = separate.step(tiers, &plan);
            let whole = step.time + Time::s(place.prompts_between(tiers, &plan));
            let rate = step.sequences as f64 / whole.as_s() / step.accelerators as f64;
            let mut split = step.split;
            split.prefill = whole - step.time;
            points.push(point(plan, Serving::Aggregated, whole, rate, split));
            if let Some((_, prompts)) = prompts {
                let decoded = step.tokens_per_second_per_accelerator;
                let rate = 1.0 / (1.0 / decoded + 1.0 / (prompts * job.output as f64));
                points.push(point(plan, Serving::Disaggregated, step.time, rate, step.split));
            }
        }
    }
    points.retain(|p| {
        p.tokens_per_second_per_user.is_finite() && p.tokens_per_second_per_accelerator.is_finite()
    });
    if points.is_empty() {
        return Err(refused.unwrap_or_else(|| WorkloadError::Parallelism {
            what: "largest",
            value: search.largest,
            problem: format!("and no degree suits {}", model.name),
            hint: "check heads and experts".to_owned(),
        }));
    }
    let tried = points.len() as u64;
    Ok(Frontier { front: pareto(points), tried, prefill: prompts.map(|(plan, _)| plan) })
}

fn point(
    plan: DecodePlan,
    serving: Serving,
    time: Time,
    rate: f64,
    split: DecodeTime,
) -> FrontierPoint {
    FrontierPoint {
        plan,
        serving,
        tokens_per_second_per_user: 1.0 / time.as_s(),
        tokens_per_second_per_accelerator: rate,
        time,
        split,
    }
}

/// The points that no other beats, quickest first; of equal ones the first.
fn pareto(mut points: Vec<FrontierPoint>) -> Vec<FrontierPoint> {
    points.sort_by(|a, b| {
        b.tokens_per_second_per_user.total_cmp(&a.tokens_per_second_per_user).then(
            b.tokens_per_second_per_accelerator.total_cmp(&a.tokens_per_second_per_accelerator),
        )
    });
    let mut most = 0.0;
    points.retain(|p| {
        let better = p.tokens_per_second_per_accelerator > most;
        if better {
            most = p.tokens_per_second_per_accelerator;
        }
        better
    });
    points
}

/// The cut with most prompts per second and accelerator, and that rate, within what the wire carries away.
fn best_prefill(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    search: &FrontierSearch,
    plans: &[DecodePlan],
) -> Result<Option<(DecodePlan, f64)>, WorkloadError> {
    let Some(tier) = tiers.get(search.transfer_tier) else {
        return Err(WorkloadError::Parallelism {
            what: "transfer_tier",
            value: search.transfer_tier as u64,
            problem: format!("but the network has {} tiers", tiers.len()),
            hint: "the innermost is 0".to_owned(),
        });
    };
    let carried = tier.bandwidth.as_bytes_per_s() * tier.library.bandwidth.value()
        / prompt_cache(model, job.prompt, job.cache);
    let tokens = job.software.chunk.value().max(1.0) as u64;
    let mut best: Option<(DecodePlan, f64)> = None;
    for plan in plans {
        let place = Placement::new(model, machine, job, plan)?;
        if place.batch_limit == 0 {
            continue;
        }
        let pass = place.prefill_pass(tiers, plan, tokens);
        let rate = (pass.tokens_per_second_per_accelerator / job.prompt as f64).min(carried);
        if best.is_none_or(|(_, b)| rate > b) {
            best = Some((*plan, rate));
        }
    }
    Ok(best)
}

/// Cuts of an instance worth trying, batch 1: tensor degrees of powers of two within one innermost domain; with
/// experts, attention groups side by side up to `largest` accelerators or as many as there are experts, in powers of
/// two, divisors of the experts and whole tiers, or one group that cuts or divides the experts.
#[must_use]
pub fn cuts(model: &Model, tiers: &[NetworkTier], largest: u64) -> Vec<DecodePlan> {
    let domain = tiers.first().map_or(1, |t| t.size);
    let largest = largest.min(tiers.last().map_or(1, |t| t.size)).max(1);
    let powers = |limit: u64| (0..32).map(|i| 1_u64 << i).take_while(move |n| *n <= limit);
    let routed = model.experts.map_or(1, |e| e.n_routed_experts);
    let mut widths: Vec<u64> = powers(largest).collect();
    // Whole domains too: experts need not divide evenly, the fullest rank counts.
    widths.extend(tiers.iter().map(|t| t.size));
    widths.extend((1..=routed).filter(|e| routed.is_multiple_of(*e)));
    widths.retain(|e| *e <= largest.min(routed));
    widths.sort_unstable();
    widths.dedup();
    let mut plans = Vec::new();
    for tensor in powers(domain.min(largest)) {
        plans.push(DecodePlan::tensor(tensor, 1));
        if model.experts.is_some() {
            if tensor > 1 && tensor <= routed {
                plans.push(DecodePlan { tensor, data: 1, expert: tensor, batch: 1 });
            }
            plans.extend(
                widths
                    .iter()
                    .filter(|e| e.is_multiple_of(tensor) && **e > tensor)
                    .map(|e| DecodePlan::wide(tensor, *e, 1)),
            );
        }
    }
    plans.retain(|plan| plan.check(model, tiers).is_ok());
    plans
}

/// Batches to try: all up to eight, then four to an octave, and the most that fits.
pub(crate) fn batches(limit: u64) -> impl Iterator<Item = u64> {
    let octaves = (3..20).flat_map(|i| (4..8).map(move |quarter| quarter << (i - 2)));
    (1..8)
        .chain(octaves)
        .filter(move |b| *b < limit)
        .chain((limit > 0).then_some(limit.min(1 << 20)))
}

/// A step of a frontier's point again, for its memory and load.
impl FrontierPoint {
    /// The step of the point, with its memory.
    ///
    /// # Errors
    /// As [`super::decode::decode`].
    pub fn step(
        &self,
        model: &Model,
        machine: &Machine,
        tiers: &[NetworkTier],
        job: &DecodeJob,
    ) -> Result<DecodeStep, WorkloadError> {
        let prefill_here = self.serving == Serving::Aggregated;
        super::decode::decode(
            model,
            machine,
            tiers,
            &DecodeJob { prefill_here, ..*job },
            &self.plan,
        )
    }
}
