//! The best way to cut a training job, or to serve a model, over a cluster.

use crate::collective::{NetworkTier, check_tiers};
use crate::cuts::{SearchLimits, TrainingSearch};
use crate::inference::DecodeJob;
use crate::inference::decode::{DecodeStep, decode};
use crate::inference::frontier::{batches, cuts};
use crate::inference::placement::{DecodePlan, Placement};
use crate::training::{Parallelism, TrainingJob, TrainingStep};
use crate::{Machine, Model, WorkloadError};
use serde::Serialize;

/// The quickest cut of a job that fits, and its step: [`TrainingSearch`] with its usual limits.
///
/// # Errors
/// As [`TrainingSearch::run`].
pub fn best_training(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &TrainingJob,
) -> Result<(Parallelism, TrainingStep), WorkloadError> {
    let search = TrainingSearch::new(model, machine, tiers, job, SearchLimits::default())?;
    let found = search.run(|_| true)?;
    let best = found.best.first().map(|c| (c.cut, c.step));
    best.ok_or_else(|| WorkloadError::Network("no cut was tried".to_owned()))
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
    job.check()?;
    let mut quickest: Option<(DecodePlan, DecodeStep)> = None;
    let mut widest: Option<(DecodePlan, DecodeStep)> = None;
    // The cut with most accelerators, for its error when nothing fits.
    let mut last: Option<DecodePlan> = None;
    for mut plan in cuts(model, tiers, largest) {
        let place = Placement::new(model, machine, job, &plan)?;
        if last.is_none_or(|l| plan.accelerators() >= l.accelerators()) {
            last = Some(plan);
        }
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
