//! Pipeline schedules: how long stages wait, how many micro-batches they hold, how many copies of the weights.

use crate::WorkloadError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The order in which a pipeline's stages work on micro-batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub enum Schedule {
    /// One forward, one backward; with several chunks on a stage, interleaved.
    #[default]
    #[serde(rename = "1f1b")]
    OneForwardOneBackward,
    /// Zero bubble H1: gradients of weights wait until stages would; memory as for one forward, one backward.
    #[serde(rename = "zero-bubble")]
    ZeroBubble,
    /// Zero bubble H2: twice the micro-batches in flight fill what H1 leaves.
    #[serde(rename = "zero-bubble-2")]
    ZeroBubbleTwice,
    /// DualPipe: micro-batches enter at both ends, forward of one and backward of another overlap; each stage holds the
    /// weights of two.
    #[serde(rename = "dualpipe")]
    DualPipe,
}

/// Times of one stage for one micro-batch, all its chunks; seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageTime {
    /// Forward.
    pub forward: f64,
    /// Backward, gradients of inputs.
    pub backward: f64,
    /// Backward, gradients of weights.
    pub weights: f64,
    /// Forward of one micro-batch and whole backward of another that share the stage: at most their sum.
    pub overlapped: f64,
}

impl StageTime {
    /// Nothing overlaps.
    #[must_use]
    pub const fn in_turn(forward: f64, backward: f64, weights: f64) -> Self {
        Self { forward, backward, weights, overlapped: forward + backward + weights }
    }
}

impl Schedule {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::OneForwardOneBackward, Self::ZeroBubble, Self::ZeroBubbleTwice, Self::DualPipe];

    /// The name in files and prose.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneForwardOneBackward => "1f1b",
            Self::ZeroBubble => "zero-bubble",
            Self::ZeroBubbleTwice => "zero-bubble-2",
            Self::DualPipe => "dualpipe",
        }
    }

    /// Time in which a stage waits during one step, from its first micro-batch until its last.
    ///
    /// # Model
    /// With forward F, backward of inputs B and of weights W of a stage, over p stages:
    /// 1F1B in v chunks `(p - 1) (F + B + W) / v`; zero bubble H1 `(p - 1) (F + B - W)`, H2 `(p - 1) (F + B - 2 W)`;
    /// DualPipe `(p/2 - 1) (F&B + B - 2 W)`, F&B an overlapped pair. None is below zero.
    ///
    /// # Validity
    /// Equal stages; at least p micro-batches (2 p for H2 and DualPipe), so that the pipeline fills.
    ///
    /// # Source
    /// Narayanan et al. 2021 (arXiv 2104.04473); Qi et al., Zero Bubble Pipeline Parallelism (arXiv 2401.10241), table 2;
    /// DualPipe (github.com/deepseek-ai/DualPipe), where B is the whole backward, so that its `B - 3 W` is `B - 2 W` here.
    ///
    /// # Example
    /// ```
    /// use lightloom_workload::schedule::{Schedule, StageTime};
    /// // Sixteen stages whose three passes take one second each.
    /// let stage = StageTime::in_turn(1.0, 1.0, 1.0);
    /// let idle = Schedule::ALL.map(|schedule| schedule.idle(16, 1, stage));
    /// assert_eq!(idle, [45.0, 15.0, 0.0, 14.0]);
    /// ```
    #[must_use]
    pub fn idle(self, stages: u64, chunks: u64, time: StageTime) -> f64 {
        let StageTime { forward, backward, weights, overlapped } = time;
        let others = stages.saturating_sub(1) as f64;
        let waits = match self {
            Self::OneForwardOneBackward => {
                others * (forward + backward + weights) / chunks.max(1) as f64
            }
            Self::ZeroBubble => others * (forward + backward - weights),
            Self::ZeroBubbleTwice => others * (forward + backward - 2.0 * weights),
            // One stage has none to wait for.
            Self::DualPipe => {
                (stages as f64 / 2.0 - 1.0).max(0.0) * (overlapped + backward - 2.0 * weights)
            }
        };
        waits.max(0.0)
    }

    /// Micro-batches whose activations the fullest stage holds, in units of all its chunks.
    ///
    /// # Model
    /// 1F1B p, interleaved `p + (p - 1)/v`, H1 p, H2 `2 p - 1`, DualPipe `p + 1`; never more than there are.
    ///
    /// # Source
    /// Korthikanti et al. 2022 (arXiv 2205.05198), section 4.2.3; the sources of [`Self::idle`].
    #[must_use]
    pub fn in_flight(self, stages: u64, chunks: u64, micro_batches: u64) -> f64 {
        let p = stages as f64;
        let held = match self {
            Self::OneForwardOneBackward if chunks > 1 => p + (p - 1.0) / chunks as f64,
            Self::OneForwardOneBackward | Self::ZeroBubble => p,
            Self::ZeroBubbleTwice => 2.0 * p - 1.0,
            Self::DualPipe => p + 1.0,
        };
        held.min(micro_batches as f64)
    }

    /// Micro-batches whose forward and backward passes have no other pass to overlap with, where the schedule overlaps
    /// them at all.
    ///
    /// # Model
    /// DualPipe: the ranks in the middle of p stages run p of them alone, forward while the pipeline fills, backward
    /// while it drains; ranks at the ends up to p/2 more.
    ///
    /// # Source
    /// The steps of `DualPipe` (github.com/deepseek-ai/DualPipe): of m micro-batches, rank r of the first half overlaps
    /// `2 (m/2 - p + r + 1) + (p/2 - r - 1)`.
    #[must_use]
    pub const fn alone(self, stages: u64) -> f64 {
        match self {
            Self::DualPipe => stages as f64,
            _ => 0.0,
        }
    }

    /// Copies of its weights that each accelerator holds.
    #[must_use]
    pub const fn copies(self) -> u64 {
        match self {
            Self::DualPipe => 2,
            _ => 1,
        }
    }

    /// Micro-batches that fill the pipeline.
    #[must_use]
    pub const fn least_micro_batches(self, stages: u64, chunks: u64) -> u64 {
        match self {
            _ if stages <= 1 => 1,
            Self::OneForwardOneBackward if chunks <= 1 => 1,
            Self::OneForwardOneBackward | Self::ZeroBubble => stages,
            Self::ZeroBubbleTwice | Self::DualPipe => stages.saturating_mul(2),
        }
    }

    /// Checks that a pipeline can be run so.
    ///
    /// # Errors
    /// [`WorkloadError::Parallelism`]: chunks where the schedule has none, an odd number of stages for DualPipe, fewer
    /// micro-batches than fill the pipeline.
    pub fn check(self, stages: u64, chunks: u64, micro_batches: u64) -> Result<(), WorkloadError> {
        let fail = |what, value, problem: String, hint: String| {
            Err(WorkloadError::Parallelism { what, value, problem, hint })
        };
        let name = self.name();
        if chunks > 1 && self != Self::OneForwardOneBackward {
            let problem = format!("chunks on a stage, where the schedule {name} has one");
            return fail(
                "interleave",
                chunks,
                problem,
                "choose 1, or the schedule 1f1b".to_owned(),
            );
        }
        if self == Self::DualPipe && stages > 1 && !stages.is_multiple_of(2) {
            let problem = "is odd: dualpipe folds stages in pairs".to_owned();
            return fail("pipeline", stages, problem, format!("choose {}", stages + 1));
        }
        let least = self.least_micro_batches(stages, chunks);
        if micro_batches < least {
            let problem = format!("are fewer than the {least} that fill {stages} stages by {name}");
            let hint = "raise the batch, or use fewer stages or plain 1f1b".to_owned();
            return fail("micro_batches", micro_batches, problem, hint);
        }
        Ok(())
    }
}
