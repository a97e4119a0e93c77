//! Training: the time of one step, where it goes, and whether the model fits.
//!
//! | file | what |
//! |---|---|
//! | `software` | what a framework makes of a machine: one factor, what it overlaps |
//! | `cut` | degrees, sharding, recomputation, and what they must divide |
//! | `step` | the stage that sets the pace, what hides behind it |

mod cut;
mod software;
mod step;

pub(crate) use cut::check_cut;
pub use cut::{Modules, Parallelism, Recompute, Sharding};
pub(crate) use software::check_software;
pub use software::{TrainingSoftware, newest_release};
pub(crate) use step::step;

use crate::collective::{NetworkTier, check_tiers};
use crate::layer::KINDS;
use crate::memory::{self, Memory};
use crate::{Arithmetic, Machine, Model, Precision, WorkloadError};
use lightloom_units::{Ratio, Time};
use serde::Serialize;

/// What is trained at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainingJob {
    /// Tokens of one sequence.
    pub sequence: u64,
    /// Sequences of one step, whole cluster.
    pub global_batch: u64,
    /// Arithmetic of the layers' matrix products; attention and head stay in 16 bits.
    pub precision: Precision,
    /// Whether attention is one kernel (FlashAttention) or goes through memory.
    pub fused_attention: bool,
    /// The framework.
    pub software: TrainingSoftware,
}

/// Where a step's time goes; the parts add up to the step. Communication is what is exposed, not what is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct TrainingTime {
    /// Kernels, recomputation included.
    pub compute: Time,
    /// Accelerators waiting for the host to launch kernels.
    pub launch: Time,
    /// Tensor-parallel collectives.
    pub tensor: Time,
    /// Context-parallel exchange.
    pub context: Time,
    /// Expert dispatch and combine.
    pub expert: Time,
    /// Transfers between pipeline stages.
    pub pipeline: Time,
    /// Stages waiting while the pipeline fills and drains.
    pub bubble: Time,
    /// Gradient reduction and parameter gathering.
    pub data: Time,
    /// Optimizer.
    pub optimizer: Time,
}

impl TrainingTime {
    /// The step.
    #[must_use]
    pub fn total(&self) -> Time {
        self.compute + self.launch + self.optimizer + self.bubble + self.communication()
    }

    /// Exposed communication of all kinds.
    #[must_use]
    pub fn communication(&self) -> Time {
        self.tensor + self.context + self.expert + self.pipeline + self.data
    }
}

/// Kernels' time by kind; adds up to [`TrainingTime::compute`].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct KernelTime {
    /// Projections of attention.
    pub projections: Time,
    /// Attention core.
    pub core: Time,
    /// Dense feed-forward blocks and shared experts.
    pub feed_forward: Time,
    /// Routed experts and their router.
    pub experts: Time,
    /// What moves through memory: norms, residual additions, activations, sorting of tokens.
    pub elementwise: Time,
    /// Output head and loss.
    pub head: Time,
}

impl KernelTime {
    fn new([projections, core, feed_forward, experts, elementwise, head]: [f64; KINDS]) -> Self {
        Self {
            projections: Time::s(projections),
            core: Time::s(core),
            feed_forward: Time::s(feed_forward),
            experts: Time::s(experts),
            elementwise: Time::s(elementwise),
            head: Time::s(head),
        }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> Time {
        let products = self.projections + self.core + self.feed_forward + self.experts;
        products + self.elementwise + self.head
    }
}

/// One training step. Boundary: the accelerators in use, without data loading, checkpoints and failures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainingStep {
    /// Time of the step.
    pub time: Time,
    /// Where it goes.
    pub split: TrainingTime,
    /// Kernels by kind.
    pub kernels: KernelTime,
    /// Accelerators in use.
    pub accelerators: u64,
    /// Micro-batches of each model copy.
    pub micro_batches: u64,
    /// Tokens per second, whole job.
    pub tokens_per_second: f64,
    /// Model FLOP utilisation: operations without recomputation, attention halved by causality, over the peak.
    pub mfu: Ratio,
    /// Share of the step in which an accelerator runs kernels.
    pub busy: Ratio,
    /// What the fullest accelerator holds.
    pub memory: Memory,
}

/// One training step of a model, cut as told, on a machine and its network.
///
/// # Model
/// `T = m t + idle + transfers + exposed data parallelism + optimizer`, with m micro-batches, t the slowest stage's
/// forward and backward for one of them (kernels by roofline over the software factor, exposed collectives of tensor,
/// context and expert parallelism; or the host's launches, where they take longer), and the idle time of the [`crate::Schedule`].
/// Layers lie on stages in order. In DualPipe a forward and a backward pass share a stage, which is folded with its mirror
/// image: the exchange of one hides behind the kernels of the other, which it slows by the processors that it takes; passes
/// that fill and drain the pipeline are [alone](crate::Schedule::alone). Traffic of data parallelism hides by [`Sharding`].
///
/// # Validity
/// One factor per accelerator, precision and release, from one anchor each; the others are predictions. A100: eight runs
/// of Korthikanti 3.4 % in the mean, 7 % at worst; ten of Narayanan 4 and 7 %; vTrain 8.7 % over 88 runs on several nodes
/// (45 % at worst) and 9.8 % over 1440 in one. H100: Megatron-Core from 1.7B to 462B 4.3 and 8 %. Llama 405B in MLPerf on H200
/// and GB200 2 %, on B200 7 %. Megatron Bridge, 122 rows of five accelerators: 8 % in the mean, dense 23 % at worst but for one row
/// whose chunks are not published, with experts 21 % where steps are recorded and up to 56 % where they are not. DeepSeek-V3 on
/// 2048 H800 13 % too quick; in recipes of early 2025 on GB200 72 %. Fully sharded MPT on H100 within 12 % with large
/// micro-batches. `tests/training_cases.rs` prints every row. Groups are aligned to domains.
///
/// # Source
/// Narayanan et al. 2021 (arXiv 2104.04473), Korthikanti et al. 2022 (arXiv 2205.05198).
///
/// # Errors
/// [`WorkloadError`]: degrees that do not divide the model, a batch too small, a cluster too small, a model
/// that does not fit memory.
pub fn train(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    cut: &Parallelism,
) -> Result<TrainingStep, WorkloadError> {
    TrainingModel::new(model, machine, tiers, job)?.step(cut)
}

/// A job on a machine, checked once, for steps of many cuts.
///
/// # Example
/// ```no_run
/// # use lightloom_workload::{*, training::TrainingModel};
/// # fn f(model: &Model, machine: &Machine, tiers: &[NetworkTier], job: &TrainingJob, cuts: &[Parallelism]) -> Result<(), WorkloadError> {
/// let training = TrainingModel::new(model, machine, tiers, job)?;
/// for cut in cuts {
///     println!("{}", training.step(cut)?.time);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TrainingModel<'a> {
    pub(crate) model: &'a Model,
    pub(crate) machine: &'a Machine,
    pub(crate) tiers: &'a [NetworkTier],
    pub(crate) job: &'a TrainingJob,
    pub(crate) arithmetic: Arithmetic,
    /// Operations for one token, forward and backward, without recomputation.
    flops_per_token: f64,
}

impl<'a> TrainingModel<'a> {
    /// Checks what does not depend on the cut.
    ///
    /// # Errors
    /// [`WorkloadError`]: a model, machine, network or software that cannot be, a precision that the machine has not.
    pub fn new(
        model: &'a Model,
        machine: &'a Machine,
        tiers: &'a [NetworkTier],
        job: &'a TrainingJob,
    ) -> Result<Self, WorkloadError> {
        model.check()?;
        machine.check()?;
        check_tiers(tiers)?;
        check_software(&job.software)?;
        let arithmetic = machine.arithmetic(job.precision)?;
        let flops_per_token = model.training_flops_per_token(job.sequence);
        Ok(Self { model, machine, tiers, job, arithmetic, flops_per_token })
    }

    /// The step of one cut: [`train`].
    ///
    /// # Errors
    /// [`WorkloadError`]: degrees that do not divide the model, a batch too small, a cluster too small, a model that does
    /// not fit memory.
    pub fn step(&self, cut: &Parallelism) -> Result<TrainingStep, WorkloadError> {
        check_cut(self.model, self.tiers, self.job, cut)?;
        let memory = memory::fit(self.model, self.machine, self.job, cut)?;
        let step = step(self, cut, memory);
        step.check()?;
        Ok(step)
    }
}

impl TrainingStep {
    /// Checks that the step takes some time.
    pub(crate) fn check(&self) -> Result<(), WorkloadError> {
        if self.time.as_s().is_finite() && self.time.as_s() > 0.0 {
            return Ok(());
        }
        Err(WorkloadError::NotFinite {
            what: "the training step",
            value: self.time.as_s().to_string(),
            cause: "the latencies and bandwidths of the network tiers".to_owned(),
        })
    }
}
