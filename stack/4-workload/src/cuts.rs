//! Search for the best cuts of a training job: which there are, which are worth timing, which are quickest, why others
//! lose.

use crate::collective::NetworkTier;
use crate::memory;
use crate::schedule::Schedule;
use crate::training::{
    Parallelism, Recompute, Sharding, TrainingJob, TrainingModel, TrainingStep, TrainingTime,
    check_cut, step,
};
use crate::{Machine, Model, WorkloadError};
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

fn parts(t: &TrainingTime) -> [(Part, Time); 9] {
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
    fn of(loser: &TrainingStep, winner: &TrainingStep) -> Self {
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

    /// The cuts, in the order in which they are tried.
    #[must_use]
    pub fn cuts(&self) -> &[Parallelism] {
        &self.cuts
    }

    /// The cuts in chunks of about this many. Recomputations of one cut stay together.
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Chunk<'_>> {
        let size = size.max(1).next_multiple_of(RECOMPUTATIONS.len());
        self.cuts.chunks(size).enumerate().map(move |(i, cuts)| Chunk { first: i * size, cuts })
    }

    /// Tries one chunk.
    ///
    /// # Errors
    /// [`WorkloadError::NoSuchPrecision`].
    pub fn try_chunk(&self, chunk: Chunk<'_>) -> Result<Found, WorkloadError> {
        self.try_against(chunk, f64::INFINITY)
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
            return Err(WorkloadError::Network(format!(
                "no cut of the job takes less than {time}"
            )));
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

/// From least to most.
const RECOMPUTATIONS: [Recompute; 3] = [Recompute::None, Recompute::Selective, Recompute::Full];

fn all_cuts(
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
    let tensors = degrees(widest, model.num_attention_heads, limits.exhaustive);
    for tensor in tensors {
        for context in powers_of_two(4).take(contexts) {
            for expert in degrees(experts, experts, limits.exhaustive) {
                let usable = usable(domain, cluster, tensor * context, expert);
                for pipeline in stages(model.num_hidden_layers, limits.exhaustive) {
                    // The data degree, rounded down so that expert groups come out even.
                    let data = usable / (tensor * context * pipeline);
                    let even = expert.div_ceil(tensor * context);
                    let data = data / even * even;
                    // More copies than sequences would have nothing to do.
                    let data = data.min((job.global_batch / even).max(1) * even);
                    if data == 0 || tensor * context * pipeline * data < limits.accelerators {
                        continue;
                    }
                    let base = Parallelism {
                        tensor,
                        sequence_parallel: tensor > 1,
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
    for &schedule in &limits.schedules {
        let plain = schedule == Schedule::OneForwardOneBackward;
        if base.pipeline == 1 && !plain && limits.schedules.first() != Some(&schedule) {
            continue;
        }
        for &sharding in &limits.shardings {
            for interleave in chunk_counts(base.pipeline, per_stage, limits.exhaustive) {
                if interleave > 1 && !plain {
                    continue;
                }
                for micro_batch in powers_of_two(limits.micro_batch) {
                    cuts.extend(RECOMPUTATIONS.map(|recompute| Parallelism {
                        schedule,
                        sharding,
                        interleave,
                        micro_batch,
                        recompute,
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
