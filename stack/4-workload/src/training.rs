//! Training: the time of one step, where it goes, and whether the model fits.

use crate::collective::{Group, NetworkTier, Operation, Pipelining, check_tiers};
use crate::layer::{KINDS, LayerModel, LayerTime, Passes};
use crate::memory::{self, Memory};
use crate::placement::{Contents, contents, slowest};
use crate::schedule::{Schedule, StageTime};
use crate::{Arithmetic, Machine, Model, Precision, WorkloadError};
use lightloom_evidence::{Catalog, FactError, Facts};
use lightloom_units::{DataSize, Ratio, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a training framework makes of the machine: one factor from one anchor, and what it overlaps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainingSoftware {
    /// Share of the kernels' modelled speed that an accelerator keeps in a real step (clocks, casts, gaps).
    pub compute_factor: Ratio,
    /// Spread of the accelerators' speeds over their mean, one standard deviation: the slowest sets the pace.
    pub straggling: Ratio,
    /// Share of tensor-parallel collectives hidden behind kernels.
    pub tensor_overlap: Ratio,
    /// Share of expert exchanges hidden behind kernels.
    pub expert_overlap: Ratio,
    /// Share of transfers between pipeline stages hidden behind kernels.
    pub pipeline_overlap: Ratio,
    /// Share of its window in which data-parallel traffic can hide.
    pub data_overlap: Ratio,
    /// Whether the layers that predict further tokens are trained too.
    pub predict_further: bool,
    /// Tokens of the fullest expert rank over the mean: 1 where routing is forced to balance, as in benchmarks.
    pub expert_imbalance: Ratio,
    /// Whether tokens go to experts by the library's all-to-all, every copy of them, instead of by kernels that send a
    /// token once to each place (DeepEP, HybridEP).
    pub all_to_all: bool,
    /// Size of one element on its way to the experts; results come back in 16 bits.
    pub dispatch: DataSize,
    /// Share of the processors that exchange tokens while kernels run beside them.
    pub exchange_processors: Ratio,
    /// Time in which the host launches the kernels of one layer's forward pass; those of its backward pass take twice
    /// that. A stage is no quicker than its host. Zero where whole steps are recorded.
    pub host_launch: Time,
    /// Size of one gradient as it is reduced.
    pub gradient: DataSize,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
}

impl TrainingSoftware {
    /// From the facts `training.NAME.*`, e.g. `megatron-core`. What a release of that framework for one accelerator
    /// and precision does not state is as in `training.megatron-core.*`; its factor it must state.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let ratio = |field: &str| -> Result<Ratio, FactError> {
            match facts.find(&format!("training.{name}.{field}"))? {
                Some(own) => Ok(own),
                None => facts.get(&format!("training.megatron-core.{field}")),
            }
        };
        let size = |field: &str| -> Result<DataSize, FactError> {
            match facts.find(&format!("training.{name}.{field}"))? {
                Some(own) => Ok(own),
                None => facts.get(&format!("training.megatron-core.{field}")),
            }
        };
        Ok(Self {
            compute_factor: facts.get(&format!("training.{name}.compute_factor"))?,
            straggling: ratio("straggling")?,
            tensor_overlap: ratio("tensor_overlap")?,
            expert_overlap: ratio("expert_overlap")?,
            pipeline_overlap: ratio("pipeline_overlap")?,
            data_overlap: ratio("data_overlap")?,
            predict_further: ratio("predict_further")?.value() > 0.5,
            expert_imbalance: ratio("expert_imbalance")?,
            all_to_all: ratio("all_to_all")?.value() > 0.5,
            dispatch: size("dispatch")?,
            host_launch: match facts.find(&format!("training.{name}.host_launch"))? {
                Some(own) => own,
                None => facts.get("training.megatron-core.host_launch")?,
            },
            exchange_processors: facts.get("kernel.exchange_processors")?,
            gradient: size("gradient")?,
            pipelining: Pipelining::from_facts(facts)?,
        })
    }
}

impl TrainingSoftware {
    /// Time that the slowest of so many accelerators takes over that of a typical one.
    ///
    /// # Model
    /// `1 + s sqrt(2 ln N)`: the largest of N normal deviates of spread s.
    ///
    /// # Validity
    /// Anchored by one pair, Llama 405B on 128 and 512 GB200. Others then come out within 3 %: Llama on 512 and 1024 H200, Nemotron
    /// on 128 and 512 GB200, and within 5 % GPT 177B on 96 and 4608 H100. Runs on A100 show no such loss.
    #[must_use]
    pub fn slowest(&self, accelerators: u64) -> f64 {
        let spread = 2.0 * libm::log(accelerators.max(1) as f64);
        1.0 + self.straggling.value() * spread.sqrt()
    }
}

/// The newest release whose factor was measured on an accelerator in a precision, on models with experts or without: the facts
/// `training.RELEASE-ACCELERATOR-PRECISION-YEAR.*`, or `-experts-` in the place of the precision. `None` where none was.
#[must_use]
pub fn newest_release(
    catalog: &Catalog,
    accelerator: &str,
    precision: Precision,
    experts: bool,
) -> Option<String> {
    let kind = match (experts, precision) {
        (false, Precision::Bf16) => "bf16",
        (false, Precision::Fp8) => "fp8",
        (false, Precision::Fp4) => "nvfp4",
        (true, Precision::Fp8) => "experts",
        (true, _) => return None,
    };
    let measured = format!("-{accelerator}-{kind}-");
    let releases = catalog.children("training").into_iter();
    releases
        .filter_map(|name| Some((name.split_once(&measured)?.1, name)))
        .max()
        .map(|(_, name)| name.to_owned())
}

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

/// What is computed again in the backward pass instead of being kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Recompute {
    /// These modules of every layer.
    Modules(Modules),
    /// Nothing.
    None,
    /// The attention core, which a fused kernel does anyway, and what latent attention projects up.
    Selective,
    /// Every layer from its input.
    Full,
}

/// Modules of a layer whose activations can be computed again one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Modules {
    /// Attention core: its scores, where attention is not one fused kernel.
    pub core: bool,
    /// What latent attention projects up from its latents.
    pub up_projections: bool,
    /// Dense blocks and shared experts: everything but their input.
    pub feed_forward: bool,
    /// Norms: the matrices' inputs are normalised again.
    pub norms: bool,
    /// Routed experts: everything but what was dispatched to them.
    pub experts: bool,
}

impl Recompute {
    /// The modules that are computed again; all of them where the whole layer is.
    #[must_use]
    pub const fn modules(self) -> Modules {
        const fn all(core: bool, rest: bool) -> Modules {
            Modules { core, up_projections: core, feed_forward: rest, norms: rest, experts: rest }
        }
        match self {
            Self::Modules(modules) => modules,
            Self::None => all(false, false),
            Self::Selective => all(true, false),
            Self::Full => all(true, true),
        }
    }
}

/// What the copies of a model divide among them instead of each keeping it.
///
/// # Source
/// Rajbhandari et al., ZeRO (arXiv 1910.02054): stages 1, 2 and 3; the last is also called FSDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sharding {
    /// Nothing (plain data parallelism): every copy keeps all its state, gradients are reduced to all once per step.
    None,
    /// Optimizer state (ZeRO-1): gradients are scattered and parameters gathered once per step.
    #[default]
    Optimizer,
    /// Gradients too (ZeRO-2): they are scattered after every micro-batch.
    Gradients,
    /// Parameters too (ZeRO-3): layers are gathered when a pass comes to them, the next one ahead of time.
    Parameters,
}

/// How a job is cut over accelerators. Rank order as in Megatron: tensor fastest, then context, data, pipeline;
/// expert groups are consecutive ranks across tensor, context and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parallelism {
    /// Ranks that share each matrix.
    pub tensor: u64,
    /// Whether the residual stream is divided over the tensor group too.
    pub sequence_parallel: bool,
    /// Ranks that share a sequence.
    pub context: u64,
    /// Pipeline stages.
    pub pipeline: u64,
    /// Chunks of layers on each stage; 1 is plain 1F1B.
    pub interleave: u64,
    /// Ranks that share the routed experts.
    pub expert: u64,
    /// Copies of the model, each with its part of the batch.
    pub data: u64,
    /// What the copies divide among them.
    #[serde(default)]
    pub sharding: Sharding,
    /// Order in which stages work on micro-batches.
    #[serde(default)]
    pub schedule: Schedule,
    /// Sequences of one micro-batch.
    pub micro_batch: u64,
    /// What is recomputed.
    pub recompute: Recompute,
}

impl Parallelism {
    /// Accelerators in use.
    #[must_use]
    pub const fn accelerators(&self) -> u64 {
        // Saturating: a user's absurd degrees must become a size error, not an overflow.
        self.tensor
            .saturating_mul(self.context)
            .saturating_mul(self.data)
            .saturating_mul(self.pipeline)
    }

    /// Micro-batches for which a chunk of divided parameters is gathered once: interleaved, a chunk works on as many as
    /// there are stages before the next one's turn.
    pub(crate) fn gathers_for(&self, micro_batches: u64) -> f64 {
        let grouped = self.pipeline > 1
            && self.interleave > 1
            && matches!(self.sharding, Sharding::Parameters);
        if grouped { self.pipeline.min(micro_batches) as f64 } else { 1.0 }
    }

    /// Micro-batches of one step on each model copy; the last may be smaller on some.
    #[must_use]
    pub const fn micro_batches(&self, global_batch: u64) -> u64 {
        global_batch.div_ceil(self.data.saturating_mul(self.micro_batch))
    }
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

/// Bytes that the optimizer moves for one parameter: three 32-bit states read and written, the gradient read,
/// the weight written.
const OPTIMIZER_BYTES: f64 = 30.0;

/// One training step of a model, cut as told, on a machine and its network.
///
/// # Model
/// `T = m t + idle + transfers + exposed data parallelism + optimizer`, with m micro-batches, t the slowest stage's
/// forward and backward for one of them (kernels by roofline over the software factor, exposed collectives of tensor,
/// context and expert parallelism; or the host's launches, where they take longer), and the idle time of the [`Schedule`].
/// Layers lie on stages in order. In DualPipe a forward and a backward pass share a stage, which is folded with its mirror
/// image: the exchange of one hides behind the kernels of the other, which it slows by the processors that it takes; passes
/// that fill and drain the pipeline are [alone](Schedule::alone). Traffic of data parallelism hides by [`Sharding`].
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

pub(crate) fn check_software(software: &TrainingSoftware) -> Result<(), WorkloadError> {
    let s = software;
    let overlaps = [s.tensor_overlap, s.expert_overlap, s.pipeline_overlap, s.data_overlap];
    let bad = if !(s.compute_factor.value() > 0.0 && s.compute_factor.value().is_finite()) {
        s.compute_factor
    } else if let Some(bad) = overlaps.iter().find(|o| !(0.0..=1.0).contains(&o.value())) {
        *bad
    } else if !(0.0..0.9).contains(&s.exchange_processors.value()) {
        s.exchange_processors
    } else if !(1.0..1e3).contains(&s.expert_imbalance.value()) {
        s.expert_imbalance
    } else if !(0.0..1.0).contains(&s.straggling.value()) {
        s.straggling
    } else if !(0.0..1e3).contains(&s.host_launch.as_s()) {
        Ratio::new(s.host_launch.as_s())
    } else {
        return Ok(());
    };
    Err(WorkloadError::NotFinite {
        what: "the training step",
        value: "no time".to_owned(),
        cause: format!("the training software: {} is no share", bad.value()),
    })
}

/// Checks the degrees against the model, the batch and the cluster.
pub(crate) fn check_cut(
    model: &Model,
    tiers: &[NetworkTier],
    job: &TrainingJob,
    cut: &Parallelism,
) -> Result<(), WorkloadError> {
    let fail = |what, value, problem: String, hint: String| {
        Err(WorkloadError::Parallelism { what, value, problem, hint })
    };
    for (what, value) in [
        ("tensor", cut.tensor),
        ("context", cut.context),
        ("pipeline", cut.pipeline),
        ("interleave", cut.interleave),
        ("expert", cut.expert),
        ("data", cut.data),
        ("micro_batch", cut.micro_batch),
        ("sequence", job.sequence),
        ("global_batch", job.global_batch),
    ] {
        // The limit keeps every product of these within u64.
        if value == 0 || value > 1 << 31 {
            let problem = "is not between 1 and 2^31".to_owned();
            return fail(what, value, problem, "1 means: not used".to_owned());
        }
    }
    let (heads, layers) = (model.num_attention_heads, model.num_hidden_layers);
    if !heads.is_multiple_of(cut.tensor) {
        let problem = format!("does not divide the {heads} attention heads");
        return fail("tensor", cut.tensor, problem, format!("choose a divisor of {heads}"));
    }
    let per_stage = layers.div_ceil(cut.pipeline);
    if per_stage * (cut.pipeline - 1) >= layers {
        let problem = format!("leaves a stage without any of the {layers} layers");
        return fail("pipeline", cut.pipeline, problem, format!("choose a divisor of {layers}"));
    }
    if !per_stage.is_multiple_of(cut.interleave) {
        let problem = format!("does not divide the {per_stage} layers of a stage");
        return fail(
            "interleave",
            cut.interleave,
            problem,
            format!("choose a divisor of {per_stage}"),
        );
    }
    if !job.sequence.is_multiple_of(cut.context) {
        let problem = format!("does not divide the sequence of {} tokens", job.sequence);
        return fail("context", cut.context, problem, "choose a power of two".to_owned());
    }
    let replica = cut.tensor.saturating_mul(cut.context).saturating_mul(cut.data);
    match model.experts {
        None if cut.expert > 1 => {
            let problem = format!("but {} has no experts", model.name);
            return fail("expert", cut.expert, problem, "choose 1".to_owned());
        }
        Some(e) if !e.n_routed_experts.is_multiple_of(cut.expert) => {
            let problem = format!("does not divide the {} experts", e.n_routed_experts);
            let hint = format!("choose a divisor of {}", e.n_routed_experts);
            return fail("expert", cut.expert, problem, hint);
        }
        Some(_) if !replica.is_multiple_of(cut.expert) => {
            let problem = format!("does not divide tensor x context x data = {replica}");
            return fail("expert", cut.expert, problem, format!("choose a divisor of {replica}"));
        }
        _ => {}
    }
    let cluster = tiers.last().map_or(0, |t| t.size);
    if cut.accelerators() > cluster {
        let problem = format!(
            "x tensor {} x context {} x pipeline {} needs {} accelerators, the network joins {cluster}",
            cut.tensor,
            cut.context,
            cut.pipeline,
            cut.accelerators()
        );
        let hint = "lower a degree or give a larger outermost tier".to_owned();
        return fail("data", cut.data, problem, hint);
    }
    let at_once = cut.data.saturating_mul(cut.micro_batch);
    if job.global_batch < at_once {
        let problem = format!("is less than data {} x micro-batch {}", cut.data, cut.micro_batch);
        let hint =
            format!("raise the batch to {at_once} sequences or use fewer copies of the model");
        return fail("global_batch", job.global_batch, problem, hint);
    }
    let micro_batches = cut.micro_batches(job.global_batch);
    let too_few = |at_least: u64, why: String| {
        let hint = format!(
            "raise the batch to {} sequences, or use fewer stages or no interleaving",
            at_once * at_least
        );
        fail("global_batch", job.global_batch, why, hint)
    };
    match cut.schedule.check(cut.pipeline, cut.interleave, micro_batches) {
        // What is too small is the batch, by which the user chooses the micro-batches.
        Err(WorkloadError::Parallelism { what: "micro_batches", problem, .. }) => {
            let least = cut.schedule.least_micro_batches(cut.pipeline, cut.interleave);
            too_few(
                least,
                format!("gives each copy {micro_batches} micro-batches, which {problem}"),
            )
        }
        other => other,
    }
}

/// The step of a cut that is known to be valid and to fit.
pub(crate) fn step(
    training: &TrainingModel<'_>,
    cut: &Parallelism,
    memory: Memory,
) -> TrainingStep {
    let TrainingModel { model, machine, tiers, job, arithmetic, flops_per_token } = *training;
    let software = &job.software;
    let block = cut.tensor * cut.context;
    let layers = LayerModel {
        model,
        machine,
        job,
        cut,
        arithmetic,
        tensor: Group::place(tiers, cut.tensor, 1),
        context: Group::place(tiers, cut.context, cut.tensor),
        expert: Group::place(tiers, cut.expert, 1),
        pipelining: software.pipelining,
    };
    let collectives = layers.block_collectives();
    let stage = slowest_stage(model, cut, &layers, collectives);
    let micro_batches = cut.micro_batches(job.global_batch);
    let (m, p, v) = (micro_batches as f64, cut.pipeline as f64, cut.interleave as f64);
    let per_stage = model.num_hidden_layers.div_ceil(cut.pipeline) as f64;
    let paced = Paced::new(&stage, software, cut, m, per_stage);
    let exposed = paced.exposed;
    let micro_batch = exposed.total() + paced.launch;
    let idle = cut.schedule.idle(cut.pipeline, cut.interleave, paced.time);

    let transfer = if cut.pipeline > 1 {
        let tokens = (cut.micro_batch * job.sequence) as f64 / cut.context as f64;
        let parts = cut.tensor as f64;
        let bytes = DataSize::bytes(tokens * model.hidden_size as f64 * 2.0 / parts);
        Group::place(tiers, cut.pipeline, block * cut.data).neighbour(bytes).as_s()
    } else {
        0.0
    };
    // Forward and backward cross each boundary once per chunk; filling and draining hides nothing.
    let steady = 2.0 * v * m * transfer * (1.0 - software.pipeline_overlap.value());
    let transfers = steady + 2.0 * (p - 1.0) * transfer;

    let stored = memory::parameters_per_rank(model, job, cut);
    let window = micro_batch * (p * (1.0 - 1.0 / v)).max(1.0).min(m);
    let groups = DataGroups {
        dense: Group::place(tiers, cut.data * cut.context, cut.tensor),
        expert: model
            .experts
            .map(|_| Group::place(tiers, block * cut.data / cut.expert, cut.expert)),
        stored,
        layers: per_stage,
        software,
    };
    let data = groups.exposed(cut, micro_batches, window, &paced.time);
    let optimizer = machine.stream(OPTIMIZER_BYTES * stored.optimized(cut));

    let split = TrainingTime {
        compute: Time::s(m * exposed.compute()),
        launch: Time::s(m * paced.launch),
        tensor: Time::s(m * exposed.tensor),
        context: Time::s(m * exposed.context),
        expert: Time::s(m * exposed.expert),
        pipeline: Time::s(transfers),
        bubble: Time::s(idle),
        data: Time::s(data),
        optimizer: Time::s(optimizer),
    };
    let time = split.total();
    let tokens = job.global_batch as f64 * job.sequence as f64;
    let accelerators = cut.accelerators();
    let peak = arithmetic.peak.as_flops() * accelerators as f64;
    TrainingStep {
        time,
        split,
        kernels: KernelTime::new(exposed.kernels.map(|k| m * k)),
        accelerators,
        micro_batches,
        tokens_per_second: tokens / time.as_s(),
        mfu: Ratio::new(tokens * flops_per_token / time.as_s() / peak),
        busy: Ratio::new((split.compute + split.optimizer) / time),
        memory,
    }
}

/// What a stage does for one micro-batch once the schedule and the software have overlapped what they can.
struct Paced {
    /// Kernels and exposed communication of forward and backward.
    exposed: LayerTime,
    /// Waiting for the host beside that.
    launch: f64,
    /// All of it, pass by pass.
    time: StageTime,
}

impl Paced {
    fn new(
        stage: &Passes,
        software: &TrainingSoftware,
        cut: &Parallelism,
        micro_batches: f64,
        layers: f64,
    ) -> Self {
        let factor = software.slowest(cut.accelerators()) / software.compute_factor.value();
        let tensor = 1.0 - software.tensor_overlap.value();
        let expert = 1.0 - software.expert_overlap.value();
        let scaled = |pass: &LayerTime, slower: f64, expert: f64| LayerTime {
            kernels: pass.kernels.map(|k| k * factor * slower),
            tensor: pass.tensor * tensor,
            context: pass.context,
            expert,
        };
        let exposed = |pass: &LayerTime| scaled(pass, 1.0, pass.expert * expert);
        let forward = exposed(&stage.forward).total();
        let backward = exposed(&stage.backward).total();
        let weights = exposed(&stage.weights).total();
        let in_turn = exposed(&stage.all());
        let (mut all, mut overlapped) = (in_turn, in_turn.total());
        if cut.schedule == Schedule::DualPipe && cut.pipeline > 1 {
            // Forward of one micro-batch and backward of another: kernels of one beside the exchange of the
            // other, which takes some of the processors.
            let both = stage.all();
            let slower = if both.expert > 0.0 {
                1.0 / (1.0 - software.exchange_processors.value())
            } else {
                1.0
            };
            let mut beside = scaled(&both, slower, 0.0);
            beside.expert = (both.expert - beside.total()).max(0.0);
            if beside.total() < overlapped {
                overlapped = beside.total();
                // While the pipeline fills and drains, passes have no other to hide behind.
                let alone = cut.schedule.alone(cut.pipeline) / micro_batches;
                let alone = alone.min(1.0);
                all = LayerTime::default().plus(alone, &in_turn).plus(1.0 - alone, &beside);
            }
        }
        // Launches run ahead of the kernels within a pass, so that the longer of both counts.
        let host = software.host_launch.as_s() * layers;
        let again = if cut.recompute == Recompute::Full { 1.0 } else { 0.0 };
        let first = (host - forward).max(0.0);
        let second = ((2.0 + again) * host - backward - weights).max(0.0);
        let launch = first + second;
        let time = StageTime {
            forward: forward + first,
            backward: backward + second,
            weights,
            overlapped: overlapped + launch,
        };
        Self { exposed: all, launch, time }
    }
}

/// Copies of the model that exchange gradients and parameters.
struct DataGroups<'a> {
    dense: Group<'a>,
    expert: Option<Group<'a>>,
    stored: memory::Parameters,
    layers: f64,
    software: &'a TrainingSoftware,
}

impl DataGroups<'_> {
    /// Seconds of one operation on all parameters of a stage, in so many parts, with so many bytes for each.
    fn time(&self, operation: Operation, bytes: f64, parts: f64) -> f64 {
        let one = |group: &Group<'_>, parameters: f64| {
            let size = DataSize::bytes(parameters * bytes / parts);
            parts * group.time(operation, size, self.software.pipelining).as_s()
        };
        let expert = self.expert.as_ref().map_or(0.0, |group| one(group, self.stored.expert));
        one(&self.dense, self.stored.dense) + expert
    }

    /// What a step sees of it.
    ///
    /// # Model
    /// Once per step, what does not hide in the window. Scattered after every micro-batch, each hides behind its
    /// backward pass. Gathered layer by layer, the gathering hides behind the forward pass, gathering and
    /// scattering together behind the backward pass; the first layer's has nothing to hide behind. With chunks on a
    /// stage, each is gathered once for as many micro-batches as there are stages.
    fn exposed(&self, cut: &Parallelism, micro_batches: u64, window: f64, t: &StageTime) -> f64 {
        let group = cut.gathers_for(micro_batches);
        let micro_batches = micro_batches as f64;
        let hidden = self.software.data_overlap.value();
        let gradient = self.software.gradient.as_bytes();
        let beyond = |time: f64, behind: f64| (time - hidden * behind).max(0.0);
        let backward = t.backward + t.weights;
        match cut.sharding {
            Sharding::None => beyond(self.time(Operation::AllReduce, gradient, 1.0), window),
            Sharding::Optimizer => {
                let scatter = self.time(Operation::ReduceScatter, gradient, 1.0);
                beyond(scatter + self.time(Operation::AllGather, 2.0, 1.0), window)
            }
            Sharding::Gradients => {
                let scatter = self.time(Operation::ReduceScatter, gradient, self.layers);
                micro_batches * beyond(scatter, backward)
                    + beyond(self.time(Operation::AllGather, 2.0, 1.0), window)
            }
            Sharding::Parameters => {
                let gather = self.time(Operation::AllGather, 2.0, self.layers);
                let scatter = self.time(Operation::ReduceScatter, gradient, self.layers);
                let groups = libm::ceil(micro_batches / group);
                groups
                    * (beyond(gather, group * t.forward)
                        + beyond(gather + scatter, group * backward))
                    + gather / self.layers
            }
        }
    }
}

/// The passes of the stage that sets the pace. Further tokens are predicted on the last one, beside the head.
fn slowest_stage(
    model: &Model,
    cut: &Parallelism,
    layers: &LayerModel<'_>,
    collectives: f64,
) -> Passes {
    let some = model.sliding_layers() > 0;
    let window = model.sliding_window.filter(|_| some);
    let full = layers.attention(None, collectives);
    let windowed = if some { layers.attention(window, collectives) } else { full };
    let experts = layers.block(true, collectives);
    let mixed = model
        .experts
        .is_some_and(|e| e.first_k_dense_replace > 0 || e.interleave_moe_layer_step > 1);
    let dense = if mixed { layers.block(false, collectives) } else { experts };
    let head = layers.head();
    let mut last = head;
    let further = model.num_nextn_predict_layers;
    if further > 0 && layers.job.software.predict_further {
        let one = layers.joining().plus(1.0, &full).plus(1.0, &experts).plus(1.0, &head);
        last = last.plus(further as f64, &one);
    }
    let stage = |held: &Contents| {
        let mut stage = Passes::default();
        for (layers, passes) in [
            (held.full, &full),
            (held.sliding, &windowed),
            (held.dense, &dense),
            (held.experts, &experts),
            (u64::from(held.last), &last),
        ] {
            if layers > 0 {
                stage.add(layers as f64, passes);
            }
        }
        stage
    };
    if cut.schedule == Schedule::DualPipe && cut.pipeline > 1 {
        // Each accelerator holds a stage of one direction and its mirror image of the other.
        let folded = (0..cut.pipeline / 2).map(|i| {
            let far = contents(model, cut, cut.pipeline - 1 - i);
            Passes::default().plus(0.5, &stage(&contents(model, cut, i))).plus(0.5, &stage(&far))
        });
        let longest = |a: &Passes, b: &Passes| a.all().total().total_cmp(&b.all().total());
        return folded.max_by(longest).unwrap_or_default();
    }
    let (whole, sliding) = (full.all().total(), windowed.all().total());
    let (plain, routed) = (dense.all().total(), experts.all().total());
    let end = last.all().total();
    let seconds = |held: &Contents| {
        let body = held.full as f64 * whole
            + held.sliding as f64 * sliding
            + held.dense as f64 * plain
            + held.experts as f64 * routed;
        body + if held.last { end } else { 0.0 }
    };
    stage(&slowest(model, cut, seconds))
}
