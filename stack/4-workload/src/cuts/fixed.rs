//! Degrees that a search is told.

use crate::WorkloadError;
use crate::training::{Parallelism, Recompute};
use serde::Serialize;

/// What a search leaves as it is told; `None` is searched. Schedules and shardings are lists of their own in
/// [`super::SearchLimits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Fixed {
    /// Ranks that share each matrix.
    pub tensor: Option<u64>,
    /// Whether the residual stream is divided over them too.
    pub sequence_parallel: Option<bool>,
    /// Ranks that share a sequence.
    pub context: Option<u64>,
    /// Pipeline stages.
    pub pipeline: Option<u64>,
    /// Chunks of layers on each stage.
    pub interleave: Option<u64>,
    /// Ranks that share the routed experts.
    pub expert: Option<u64>,
    /// Copies of the model.
    pub data: Option<u64>,
    /// Sequences of one micro-batch.
    pub micro_batch: Option<u64>,
    /// What is recomputed.
    pub recompute: Option<Recompute>,
}

impl Fixed {
    /// All of a cut, but for its schedule and sharding.
    #[must_use]
    pub const fn all_of(cut: &Parallelism) -> Self {
        Self {
            tensor: Some(cut.tensor),
            sequence_parallel: Some(cut.sequence_parallel),
            context: Some(cut.context),
            pipeline: Some(cut.pipeline),
            interleave: Some(cut.interleave),
            expert: Some(cut.expert),
            data: Some(cut.data),
            micro_batch: Some(cut.micro_batch),
            recompute: Some(cut.recompute),
        }
    }

    /// Checks that degrees are numbers that a product of all of them bears.
    pub(super) fn check(&self) -> Result<(), WorkloadError> {
        for (what, given) in [
            ("tensor", self.tensor),
            ("context", self.context),
            ("pipeline", self.pipeline),
            ("interleave", self.interleave),
            ("expert", self.expert),
            ("data", self.data),
            ("micro_batch", self.micro_batch),
        ] {
            if let Some(value) = given.filter(|n| *n == 0 || *n > 1 << 31) {
                return Err(WorkloadError::Parallelism {
                    what,
                    value,
                    problem: "is not between 1 and 2^31".to_owned(),
                    hint: "1 means: not used; left out, it is searched".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Whether the number of accelerators is told, wholly or in part.
    pub(super) const fn sizes(&self) -> bool {
        self.tensor.is_some()
            || self.context.is_some()
            || self.pipeline.is_some()
            || self.data.is_some()
    }
}

/// What is told, else what is usual.
pub(super) fn or_usual(told: Option<u64>, usual: impl Iterator<Item = u64>) -> Vec<u64> {
    told.map_or_else(|| usual.collect(), |n| vec![n])
}
