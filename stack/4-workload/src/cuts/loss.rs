//! Why one cut loses against another: the parts of both their steps.

use crate::training::{TrainingStep, TrainingTime};
use lightloom_units::Time;
use serde::Serialize;

/// A part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Kernels.
    Compute,
    /// Waiting for the host.
    Launch,
    /// Tensor-parallel collectives.
    Tensor,
    /// Context-parallel exchange.
    Context,
    /// Expert dispatch and combine.
    Expert,
    /// Transfers between stages.
    Pipeline,
    /// Filling and draining.
    Bubble,
    /// Gradients and parameters.
    Data,
    /// Optimizer.
    Optimizer,
}

impl Part {
    /// The name in prose.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compute => "kernels",
            Self::Launch => "launches",
            Self::Tensor => "tensor parallelism",
            Self::Context => "context parallelism",
            Self::Expert => "expert exchange",
            Self::Pipeline => "stage to stage",
            Self::Bubble => "pipeline bubble",
            Self::Data => "data parallelism",
            Self::Optimizer => "optimizer",
        }
    }
}

/// The parts of a step, in the order of [`TrainingTime`].
#[must_use]
pub fn parts(t: &TrainingTime) -> [(Part, Time); 9] {
    [
        (Part::Compute, t.compute),
        (Part::Launch, t.launch),
        (Part::Tensor, t.tensor),
        (Part::Context, t.context),
        (Part::Expert, t.expert),
        (Part::Pipeline, t.pipeline),
        (Part::Bubble, t.bubble),
        (Part::Data, t.data),
        (Part::Optimizer, t.optimizer),
    ]
}

/// Why a cut loses against another: the part of its step that is longer by most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Loss {
    /// How much longer the whole step is.
    pub slower: Time,
    /// The part that loses most.
    pub part: Part,
    /// How much longer that part is.
    pub by: Time,
}

impl Loss {
    pub(super) fn of(loser: &TrainingStep, winner: &TrainingStep) -> Self {
        let mut worst = (Part::Compute, Time::s(f64::NEG_INFINITY));
        for ((part, ours), (_, theirs)) in parts(&loser.split).into_iter().zip(parts(&winner.split))
        {
            if ours - theirs > worst.1 {
                worst = (part, ours - theirs);
            }
        }
        Self { slower: loser.time - winner.time, part: worst.0, by: worst.1 }
    }
}
