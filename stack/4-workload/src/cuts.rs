//! Search for the best cuts of a training job: which there are, which are worth timing, which are quickest, why others
//! lose.

mod every;
mod fixed;
mod loss;

pub use fixed::Fixed;
pub use loss::{Loss, Part, parts};

use crate::collective::NetworkTier;
use crate::memory;
use crate::schedule::Schedule;
use crate::training::{
    Parallelism, Sharding, TrainingJob, TrainingModel, TrainingStep, check_cut, step,
};
use crate::{Machine, Model, WorkloadError};
use every::{RECOMPUTATIONS, all_cuts};
use lightloom_units::{DataSize, Time};
use serde::Serialize;

/// What a search tries and keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchLimits {
    /// Best cuts to keep.
    pub keep: usize,
    /// Memory of one accelerator that may be filled, where that is less than all usable.
    pub memory: Option<DataSize>,
    /// Longest step that is of interest.
    pub time: Option<Time>,
    /// Largest micro-batch, in sequences; powers of two up to it are tried.
    pub micro_batch: u64,
    /// Accelerators that are to be used at least.
    pub accelerators: u64,
    /// Schedules to try.
    pub schedules: Vec<Schedule>,
    /// Shardings to try.
    pub shardings: Vec<Sharding>,
    /// Whether every divisor is tried as a degree, instead of those that are usual.
    pub exhaustive: bool,
    /// Degrees that are not searched.
    pub fixed: Fixed,
}

impl Default for SearchLimits {
    /// The best cut of usual degrees: 1F1B, optimizer state divided, micro-batches up to four.
    fn default() -> Self {
        Self {
            keep: 1,
            memory: None,
            time: None,
            micro_batch: 4,
            accelerators: 1,
            schedules: vec![Schedule::OneForwardOneBackward],
            shardings: vec![Sharding::Optimizer],
            exhaustive: false,
            fixed: Fixed::default(),
        }
    }
}

/// A cut that was timed, and its place in the order in which cuts are tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Candidate {
    /// The cut.
    pub cut: Parallelism,
    /// Its step.
    pub step: TrainingStep,
    order: usize,
}

impl Candidate {
    fn before(&self, other: &Self) -> bool {
        (self.step.time, self.order) < (other.step.time, other.order)
    }
}

/// How many cuts went which way; they add up to those tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SearchCounts {
    /// Looked at.
    pub tried: u64,
    /// Degrees that do not go together.
    pub refused: u64,
    /// Weights, gradients and optimizer state alone do not fit, or they do not with activations.
    pub too_large: u64,
    /// The same cut fits with less computed again, which is never slower.
    pub dominated: u64,
    /// Arithmetic at the machine's best rate already takes longer than the worst cut kept, or than allowed.
    pub too_slow: u64,
    /// Timed.
    pub timed: u64,
}

impl SearchCounts {
    fn plus(self, other: Self) -> Self {
        Self {
            tried: self.tried + other.tried,
            refused: self.refused + other.refused,
            too_large: self.too_large + other.too_large,
            dominated: self.dominated + other.dominated,
            too_slow: self.too_slow + other.too_slow,
            timed: self.timed + other.timed,
        }
    }
}

/// What a search found so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The best cuts, quickest first; at equal times the first in order of degrees.
    pub best: Vec<Candidate>,
    /// How many went which way.
    pub counts: SearchCounts,
    /// Of cuts that are too large, the one that needs least, and its place.
    nearest: Option<(f64, usize, Parallelism)>,
    /// The first refusal, and its place.
    refused: Option<(usize, WorkloadError)>,
}

impl Found {
    /// Why each of [`Found::best`] after the first loses against it.
    pub fn losses(&self) -> impl Iterator<Item = (&Candidate, Loss)> {
        let first = self.best.first();
        self.best.iter().skip(1).filter_map(move |c| Some((c, Loss::of(&c.step, &first?.step))))
    }

    /// The findings of two parts of one search.
    #[must_use]
    pub fn join(mut self, other: Self, keep: usize) -> Self {
        for candidate in other.best {
            self.keep(candidate, keep);
        }
        self.counts = self.counts.plus(other.counts);
        self.nearest = match (self.nearest, other.nearest) {
            (Some(a), Some(b)) => Some(if (b.0, b.1) < (a.0, a.1) { b } else { a }),
            (a, b) => a.or(b),
        };
        self.refused = match (self.refused, other.refused) {
            (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
            (a, b) => a.or(b),
        };
        self
    }

    fn keep(&mut self, candidate: Candidate, keep: usize) {
        let at = self.best.partition_point(|c| c.before(&candidate));
        self.best.insert(at, candidate);
        self.best.truncate(keep);
    }

    /// The step that a cut has to beat.
    fn bar(&self, limits: &SearchLimits) -> f64 {
        let allowed = limits.time.map_or(f64::INFINITY, Time::as_s);
        if self.best.len() < limits.keep {
            return allowed;
        }
        self.best.last().map_or(allowed, |c| c.step.time.as_s().min(allowed))
    }
}

/// Consecutive cuts of a search, which can be tried apart from others, on another thread.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'s> {
    first: usize,
    cuts: &'s [Parallelism],
}

/// How far a search is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Progress {
    /// Cuts behind it.
    pub done: usize,
    /// Cuts in all.
    pub all: usize,
    /// Quickest step so far.
    pub best: Option<Time>,
}

/// The cuts of one job on one cluster.
///
/// # Model
/// Every combination of tensor (up to one innermost domain), context, expert, pipeline and interleaving degrees,
/// schedule, sharding, micro-batch and recomputation; the data degree takes what accelerators remain. Of one cut's
/// recomputations, which come one after another, only the least that fits is timed: more is never quicker. Not timed
/// either: what cannot hold its state, and what would lose with all arithmetic at its best rate:
/// `m b s (6 P / r + 3.5 C / r_a) / (t c p) (1 + (p - 1)/(v m))`, P the parameters that a token meets, C the
/// attention core's operations, and the last bracket for 1F1B.
///
/// # Validity
/// As [`crate::train`]. Groups are aligned to the innermost domain, so degrees that do not divide it leave some of it
/// idle: [`TrainingStep::accelerators`] says how many are used.
///
/// # Example
/// Chunks can be tried on threads of the caller:
/// ```no_run
/// # use lightloom_workload::{cuts::{Found, SearchLimits, TrainingSearch}, *};
/// # fn f(model: &Model, machine: &Machine, tiers: &[NetworkTier], job: &TrainingJob) -> Result<(), WorkloadError> {
/// let limits = SearchLimits { keep: 5, ..SearchLimits::default() };
/// let search = TrainingSearch::new(model, machine, tiers, job, limits)?;
/// let mut found = Found::default();
/// for chunk in search.chunks(1000) {
///     found = search.join(found, search.try_chunk(chunk)?);
/// }
/// for (loser, loss) in found.losses() {
///     println!("{:?} loses {} by its {:?}", loser.cut, loss.slower, loss.part);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct TrainingSearch<'a> {
    training: TrainingModel<'a>,
    limits: SearchLimits,
    cuts: Vec<Parallelism>,
    available: DataSize,
    /// Least seconds of kernels for one token, forward and backward, on one accelerator.
    token: f64,
}

impl<'a> TrainingSearch<'a> {
    /// The cuts of a job that are to be tried.
    ///
    /// # Errors
    /// [`WorkloadError`]: a model, machine, network or software that cannot be.
    pub fn new(
        model: &'a Model,
        machine: &'a Machine,
        tiers: &'a [NetworkTier],
        job: &'a TrainingJob,
        limits: SearchLimits,
    ) -> Result<Self, WorkloadError> {
        let training = TrainingModel::new(model, machine, tiers, job)?;
        limits.fixed.check()?;
        let arithmetic = training.arithmetic;
        let best = |a: crate::Arithmetic| a.peak.as_flops() * a.achievable.value();
        let (fast, slow) = (best(arithmetic), best(machine.bf16));
        let one = model.operations(job.sequence);
        let products = 3.0 * (one.projections + one.feed_forward) / fast.max(slow);
        let core = if job.fused_attention {
            let rate = machine.bf16.peak.as_flops() * machine.kernels.attention.value();
            3.5 * one.core / 2.0 / rate
        } else {
            0.0
        };
        let token = (products + 3.0 * one.head / slow + core) / job.software.compute_factor.value();
        let usable = machine.usable_memory();
        let available =
            limits.memory.map_or(usable, |most| if most < usable { most } else { usable });
        let cuts = all_cuts(model, tiers, job, &limits);
        Ok(Self { training, limits, cuts, available, token })
    }

    /// The same job under other limits.
    ///
    /// # Errors
    /// As [`TrainingSearch::new`].
    pub fn with_limits(&self, limits: SearchLimits) -> Result<Self, WorkloadError> {
        let TrainingModel { model, machine, tiers, job, .. } = self.training;
        Self::new(model, machine, tiers, job, limits)
    }

    /// The cuts, in the order in which they are tried.
    #[must_use]
    pub fn cuts(&self) -> &[Parallelism] {
        &self.cuts
    }

    /// The cuts in chunks of about this many. Recomputations of one cut stay together.
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Chunk<'_>> {
        let size = size.clamp(1, 1 << 20).next_multiple_of(RECOMPUTATIONS.len());
        self.cuts.chunks(size).enumerate().map(move |(i, cuts)| Chunk { first: i * size, cuts })
    }

    /// Tries one chunk.
    ///
    /// # Errors
    /// [`WorkloadError::NoSuchPrecision`].
    pub fn try_chunk(&self, chunk: Chunk<'_>) -> Result<Found, WorkloadError> {
        self.try_against(chunk, f64::INFINITY)
    }

    /// Tries one chunk knowing what others before it found: fewer cuts are timed, the best are the same.
    ///
    /// # Errors
    /// As [`TrainingSearch::try_chunk`].
    pub fn try_chunk_after(
        &self,
        chunk: Chunk<'_>,
        before: &Found,
    ) -> Result<Found, WorkloadError> {
        self.try_against(chunk, before.bar(&self.limits))
    }

    /// Tries one chunk, with a step that another chunk has reached already.
    fn try_against(&self, chunk: Chunk<'_>, reached: f64) -> Result<Found, WorkloadError> {
        let mut found = Found::default();
        let mut fits: Option<Parallelism> = None;
        for (i, cut) in chunk.cuts.iter().enumerate() {
            let order = chunk.first + i;
            found.counts.tried += 1;
            if fits.is_some_and(|f| Parallelism { recompute: cut.recompute, ..f } == *cut) {
                found.counts.dominated += 1;
                continue;
            }
            if let Err(e) =
                check_cut(self.training.model, self.training.tiers, self.training.job, cut)
            {
                found.counts.refused += 1;
                found.refused.get_or_insert((order, e));
                continue;
            }
            let held = memory::memory(self.training.model, self.training.job, cut);
            if held.total() > self.available {
                found.counts.too_large += 1;
                let needed = held.total().as_bytes();
                if found.nearest.is_none_or(|(least, ..)| needed < least) {
                    found.nearest = Some((needed, order, *cut));
                }
                continue;
            }
            fits = Some(*cut);
            if self.least_time(cut) > found.bar(&self.limits).min(reached) {
                found.counts.too_slow += 1;
                continue;
            }
            found.counts.timed += 1;
            let step = step(&self.training, cut, held);
            if step.time.as_s() <= found.bar(&self.limits) {
                found.keep(Candidate { cut: *cut, step, order }, self.limits.keep);
            }
        }
        Ok(found)
    }

    /// Least seconds of a step, were all arithmetic done at its best rate and nothing else to be done.
    #[must_use]
    fn least_time(&self, cut: &Parallelism) -> f64 {
        let m = cut.micro_batches(self.training.job.global_batch) as f64;
        let tokens = m * (cut.micro_batch * self.training.job.sequence) as f64;
        let shared = (cut.tensor * cut.context * cut.pipeline) as f64;
        let fill = match cut.schedule {
            Schedule::OneForwardOneBackward => {
                (cut.pipeline - 1) as f64 / (cut.interleave as f64 * m)
            }
            _ => 0.0,
        };
        self.token * tokens / shared * (1.0 + fill)
    }

    /// The findings of two parts.
    #[must_use]
    pub fn join(&self, one: Found, other: Found) -> Found {
        one.join(other, self.limits.keep)
    }

    /// Tries all cuts in order; stops where `progress`, called before each chunk, says no more: a limit of time is
    /// the caller's.
    ///
    /// # Errors
    /// As [`crate::train`] where nothing fits: the error of the cut that comes nearest, or of the first refused.
    pub fn run(&self, mut progress: impl FnMut(Progress) -> bool) -> Result<Found, WorkloadError> {
        let mut found = Found::default();
        for chunk in self.chunks(1024) {
            let best = found.best.first().map(|c| c.step.time);
            if !progress(Progress { done: chunk.first, all: self.cuts.len(), best }) {
                break;
            }
            let reached = found.bar(&self.limits);
            found = self.join(found, self.try_against(chunk, reached)?);
        }
        self.check(&found)?;
        Ok(found)
    }

    /// Whether anything was found.
    ///
    /// # Errors
    /// As [`TrainingSearch::run`].
    pub fn check(&self, found: &Found) -> Result<(), WorkloadError> {
        if let Some(best) = found.best.first() {
            return best.step.check();
        }
        if let Some(time) =
            self.limits.time.filter(|_| found.counts.too_slow + found.counts.timed > 0)
        {
            return Err(WorkloadError::Search {
                problem: format!("no cut of the job takes less than {time}"),
                hint: "allow a longer step, or take more accelerators".to_owned(),
            });
        }
        if let Some((_, _, cut)) = found.nearest {
            memory::fit_into(self.training.model, self.available, self.training.job, &cut)?;
        }
        Err(found.refused.as_ref().map_or_else(
            || WorkloadError::Network("no cut of the job uses any accelerator".to_owned()),
            |(_, e)| e.clone(),
        ))
    }
}
