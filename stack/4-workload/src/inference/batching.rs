//! Continuous batching: prompts between decode steps, and concurrency against memory.

use super::DecodeJob;
use super::decode::{DecodeStep, decode};
use super::placement::{DecodePlan, Placement};
use crate::collective::{NetworkTier, check_tiers};
use crate::{Machine, Model, WorkloadError};
use serde::Serialize;

/// What users see when so many of them are served at once, in a steady state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Batching {
    /// The cut with the batch that runs.
    pub plan: DecodePlan,
    /// Its step.
    pub step: DecodeStep,
    /// Users of one attention group that wait because memory holds no more.
    pub waiting: u64,
}

/// Serves so many users of one attention group at once: as many as memory holds run, the others wait.
///
/// # Model
/// `batch = min(concurrency, memory / cache of a full sequence)`. Each answer brings a prompt: in the mean
/// `batch / output` of them in a step. A pass carries the decoding users' rows too, so that weights are read once:
/// a prompt adds `max(pass - matrices of the step, 0)` for each of its passes, and the rows' own arithmetic is small.
///
/// # Validity
/// Users who come as soon as others leave (closed loop). A sequence reserves what it needs at its end.
///
/// # Errors
/// As [`decode`]; when not even one user fits.
pub fn serve(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    plan: &DecodePlan,
) -> Result<Batching, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    job.check()?;
    plan.check(model, tiers)?;
    let limit = Placement::new(model, machine, job, plan)?.batch_limit;
    let running = DecodePlan { batch: plan.batch.min(limit.max(1)), ..*plan };
    let step = decode(model, machine, tiers, job, &running)?;
    Ok(Batching { plan: running, step, waiting: plan.batch - running.batch })
}

impl Placement<'_> {
    /// Time that prompts take of a mean step.
    pub(crate) fn prompts_between(&self, tiers: &[NetworkTier], plan: &DecodePlan) -> f64 {
        if !self.job.prefill_here {
            return 0.0;
        }
        let (prompt, batch) = (self.job.prompt as f64, plan.batch as f64);
        let passes = libm::ceil(prompt / self.job.software.chunk.value().max(1.0));
        let pass = self.prefill_split(tiers, plan, prompt / passes).total().as_s();
        let shared = self.matrices(plan, batch).min(pass);
        batch / self.job.output as f64 * passes * (pass - shared)
    }
}
