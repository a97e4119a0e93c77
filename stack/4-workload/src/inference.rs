//! Decoding: the time of one token for a batch of users, and how many users fit.

use crate::collective::{
    Exchange, Group, NetworkTier, Operation, Pipelining, Routing, check_tiers,
};
use crate::machine::Arithmetic;
use crate::{Machine, Model, Precision, WorkloadError};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{DataSize, Ratio, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a serving engine makes of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ServingSoftware {
    /// Time of one layer that is neither memory, arithmetic nor wire: launches, norms, sampling's share.
    pub layer_overhead: Time,
    /// Share of the memory bandwidth at which weights and cache are read.
    pub memory: Ratio,
    /// Share of peak that prefill reaches.
    pub prefill: Ratio,
    /// Software time of a one-shot all-reduce kernel.
    pub one_shot_launch: Time,
    /// Most loaded expert rank over the mean.
    pub expert_imbalance: Ratio,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
}

impl ServingSoftware {
    /// From the facts `serving.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            layer_overhead: facts.get("serving.layer_overhead")?,
            memory: facts.get("serving.memory_fraction")?,
            prefill: facts.get("serving.prefill_fraction")?,
            one_shot_launch: facts.get("serving.one_shot_launch")?,
            expert_imbalance: facts.get("serving.expert_imbalance")?,
            pipelining: Pipelining::from_facts(facts)?,
        })
    }
}

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DecodeJob {
    /// Tokens of a prompt.
    pub prompt: u64,
    /// Tokens of an answer.
    pub output: u64,
    /// Weights and matrix products.
    pub precision: Precision,
    /// Key-value cache.
    pub cache: Precision,
    /// Whether the same accelerators do the prompts too, between decode steps.
    pub prefill_here: bool,
    /// The engine.
    pub software: ServingSoftware,
}

impl DecodeJob {
    /// Mean tokens in a sequence's cache while it is decoded.
    fn mean_context(&self) -> f64 {
        self.prompt as f64 + self.output as f64 / 2.0
    }
}

/// How an instance of the model is cut for decoding.
///
/// A dense model runs on `tensor` ranks. One with experts runs on `expert` ranks, in groups of `tensor` that
/// share attention; each group has its own users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecodePlan {
    /// Ranks that share each attention and dense matrix.
    pub tensor: u64,
    /// Ranks that share the routed experts; 1 for a dense model.
    pub expert: u64,
    /// Sequences decoded together by one tensor group.
    pub batch: u64,
}

impl DecodePlan {
    /// Accelerators of one instance.
    #[must_use]
    pub const fn accelerators(&self) -> u64 {
        if self.tensor > self.expert { self.tensor } else { self.expert }
    }
}

/// Where a decode step's time goes; the parts add up to the step.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct DecodeTime {
    /// Kernels: reading weights and cache, or arithmetic where that takes longer.
    pub kernels: Time,
    /// Tensor-parallel all-reduces.
    pub tensor: Time,
    /// Expert dispatch and combine, as far as not hidden behind kernels.
    pub expert: Time,
    /// Launches and small operations.
    pub overhead: Time,
    /// Prompts of other users done in between.
    pub prefill: Time,
}

impl DecodeTime {
    /// The step.
    #[must_use]
    pub fn total(&self) -> Time {
        self.kernels + self.tensor + self.expert + self.overhead + self.prefill
    }
}

/// One decode step. Boundary: one instance of the model, all users' sequences in place, no queueing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DecodeStep {
    /// Time per output token (TPOT).
    pub time: Time,
    /// Where it goes.
    pub split: DecodeTime,
    /// Accelerators of the instance.
    pub accelerators: u64,
    /// Sequences decoded together, whole instance.
    pub sequences: u64,
    /// Interactivity.
    pub tokens_per_second_per_user: f64,
    /// Throughput.
    pub tokens_per_second_per_accelerator: f64,
    /// Most sequences that one tensor group has memory for.
    pub batch_limit: u64,
    /// Weights on one accelerator.
    pub weights: DataSize,
    /// Share of the step in which an accelerator runs kernels.
    pub busy: Ratio,
}

/// One decode step of a model on a machine and its network.
///
/// # Model
/// Per layer: attention, cache and feed-forward each `max(bytes / (eta B), operations / (e peak))`, two
/// all-reduces for a dense layer, or one and an expert dispatch and combine; plus a fixed time. Experts read:
/// those that the instance's tokens hit. With experts two half batches may overlap (one computes while the
/// other exchanges); the quicker of that and of one after the other counts. Prompts done in between add
/// `batch / output x prefill time`.
///
/// # Validity
/// Llama 3.1 70B on H200 over tensor 1-8 and 4-128 users: 5 % in the mean, 21 % at worst. DeepSeek-V3 wide on
/// H800 and H100: 60 to 82 % too quick against production. No queueing, speculation or prefix caching; experts
/// balanced up to a stated factor.
///
/// # Source
/// Roofline as in vLLM and DeepEP analyses; facts `serving.*`.
///
/// # Errors
/// [`WorkloadError`]: degrees that do not divide, an instance larger than the network, a batch that memory
/// does not hold.
pub fn decode(
    model: &Model,
    machine: &Machine,
    tiers: &[NetworkTier],
    job: &DecodeJob,
    plan: &DecodePlan,
) -> Result<DecodeStep, WorkloadError> {
    model.check()?;
    machine.check()?;
    check_tiers(tiers)?;
    check_job(job)?;
    check_plan(model, tiers, plan)?;
    let place = Placement::new(model, machine, job, plan)?;
    if plan.batch > place.batch_limit {
        return Err(place.too_large(model, machine, job, plan));
    }
    let step = place.step(tiers, plan);
    if step.time.as_s().is_finite() && step.time.as_s() > 0.0 {
        Ok(step)
    } else {
        Err(WorkloadError::NotFinite {
            what: "the decode step",
            value: step.time.as_s().to_string(),
            cause: "the serving software and the network tiers".to_owned(),
        })
    }
}

pub(crate) fn check_job(job: &DecodeJob) -> Result<(), WorkloadError> {
    for (what, value) in [("prompt", job.prompt), ("output", job.output)] {
        if value == 0 || value > 1 << 31 {
            return Err(WorkloadError::Parallelism {
                what,
                value,
                problem: "is not between 1 and 2^31 tokens".to_owned(),
                hint: "e.g. 1024".to_owned(),
            });
        }
    }
    Ok(())
}

pub(crate) fn check_plan(
    model: &Model,
    tiers: &[NetworkTier],
    plan: &DecodePlan,
) -> Result<(), WorkloadError> {
    let fail = |what, value, problem: String, hint: String| {
        Err(WorkloadError::Parallelism { what, value, problem, hint })
    };
    for (what, value) in [("tensor", plan.tensor), ("expert", plan.expert), ("batch", plan.batch)] {
        if value == 0 || value > 1 << 31 {
            return fail(what, value, "is not between 1 and 2^31".to_owned(), "e.g. 1".to_owned());
        }
    }
    let heads = model.num_attention_heads;
    if !heads.is_multiple_of(plan.tensor) {
        let problem = format!("does not divide the {heads} attention heads");
        return fail("tensor", plan.tensor, problem, format!("choose a divisor of {heads}"));
    }
    match model.experts {
        None if plan.expert > 1 => {
            let problem = format!("but {} has no experts", model.name);
            return fail("expert", plan.expert, problem, "choose 1".to_owned());
        }
        Some(_) if !plan.expert.is_multiple_of(plan.tensor) => {
            let problem = format!("is not a multiple of tensor = {}", plan.tensor);
            return fail(
                "expert",
                plan.expert,
                problem,
                "attention groups fill the expert group".to_owned(),
            );
        }
        _ => {}
    }
    let cluster = tiers.last().map_or(0, |t| t.size);
    if plan.accelerators() > cluster {
        let problem =
            format!("needs {} accelerators, the network joins {cluster}", plan.accelerators());
        return fail("expert", plan.expert, problem, "choose a smaller instance".to_owned());
    }
    Ok(())
}

/// A cut with everything that does not depend on the batch.
pub(crate) struct Placement<'a> {
    model: &'a Model,
    machine: &'a Machine,
    job: &'a DecodeJob,
    arithmetic: Arithmetic,
    weights: f64,
    cache_per_sequence: f64,
    pub(crate) batch_limit: u64,
}

impl<'a> Placement<'a> {
    pub(crate) fn new(
        model: &'a Model,
        machine: &'a Machine,
        job: &'a DecodeJob,
        plan: &DecodePlan,
    ) -> Result<Self, WorkloadError> {
        let arithmetic = machine.arithmetic(job.precision)?;
        let tp = plan.tensor as f64;
        let dense_layers = model.num_hidden_layers - model.expert_layers();
        let shared = model.num_hidden_layers * model.attention_parameters()
            + dense_layers * model.dense_parameters()
            + model.expert_layers() * model.routing_parameters();
        let resident = model.experts.map_or(0, |e| e.n_routed_experts.div_ceil(plan.expert));
        let experts = model.expert_layers() * resident * model.expert_parameters();
        let tables = if model.tie_word_embeddings { 1.0 } else { 2.0 };
        let tables =
            tables * (model.vocab_size * model.hidden_size) as f64 * Precision::Bf16.bytes();
        let weights = (shared as f64 / tp + experts as f64) * job.precision.bytes() + tables / tp;

        let full = (job.prompt + job.output) as f64;
        let copies = Self::cache_share(model, plan);
        let cache_per_sequence = full * model.kv_per_token(job.cache.bytes()).as_bytes() / copies;
        let free = machine.usable_memory().as_bytes() - weights;
        let batch_limit = (free / cache_per_sequence).max(0.0) as u64;
        Ok(Self { model, machine, job, arithmetic, weights, cache_per_sequence, batch_limit })
    }

    /// Ranks that a sequence's cache is divided over: heads at most; a latent is whole on each rank.
    fn cache_share(model: &Model, plan: &DecodePlan) -> f64 {
        match model.latent_attention {
            Some(_) => 1.0,
            None => plan.tensor.min(model.num_key_value_heads) as f64,
        }
    }

    fn too_large(
        &self,
        model: &Model,
        machine: &Machine,
        job: &DecodeJob,
        plan: &DecodePlan,
    ) -> WorkloadError {
        let available = machine.usable_memory();
        let needed = self.weights + plan.batch as f64 * self.cache_per_sequence;
        let hint = if self.batch_limit > 0 {
            format!("lower the batch to {} sequences", self.batch_limit)
        } else if self.weights > available.as_bytes() {
            let over = libm::ceil(self.weights / available.as_bytes()).max(2.0);
            let lower = if job.precision == Precision::Bf16 { " or a lower precision" } else { "" };
            format!(
                "the weights alone are {}: use at least {over} x as many accelerators{lower}",
                DataSize::bytes(self.weights)
            )
        } else {
            format!(
                "one sequence's cache is {}: shorten it or use more accelerators",
                DataSize::bytes(self.cache_per_sequence)
            )
        };
        WorkloadError::Memory {
            model: model.name.clone(),
            needed: DataSize::bytes(needed),
            available,
            hint,
        }
    }

    /// Time to read bytes and do operations at once, on so many rows.
    fn roofline(&self, bytes: f64, flops: f64, rows: f64) -> f64 {
        let bandwidth =
            self.machine.hbm_bandwidth.as_bytes_per_s() * self.job.software.memory.value();
        let saturation = rows / (rows + self.machine.kernels.half_rows.value());
        let rate =
            self.arithmetic.peak.as_flops() * self.arithmetic.achievable.value() * saturation;
        (bytes / bandwidth).max(flops / rate)
    }

    /// A matrix with so many parameters applied to so many rows.
    fn matrix(&self, parameters: f64, rows: f64) -> f64 {
        self.roofline(parameters * self.job.precision.bytes(), 2.0 * parameters * rows, rows)
    }

    /// Attention of one layer for a tensor group's batch: projections and core.
    fn attention(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let (model, tp) = (self.model, plan.tensor as f64);
        let context = self.job.mean_context();
        let cached = model.cached_elements() as f64 / Self::cache_share(model, plan);
        let bytes = batch * context * cached * self.job.cache.bytes();
        // With absorbed projections a query meets the latent itself.
        let widths = match model.latent_attention {
            Some(m) => 2 * m.kv_lora_rank + m.qk_rope_head_dim,
            None => 2 * model.head_dim(),
        };
        let heads = model.num_attention_heads as f64 / tp;
        let flops = 2.0 * batch * context * heads * widths as f64;
        let bandwidth =
            self.machine.hbm_bandwidth.as_bytes_per_s() * self.job.software.memory.value();
        let core = (bytes / bandwidth).max(self.machine.attention(flops));
        self.matrix(model.attention_parameters() as f64 / tp, batch) + core
    }

    /// Routed and shared experts of one layer.
    fn experts(&self, plan: &DecodePlan, batch: f64) -> f64 {
        let Some(e) = self.model.experts else { return 0.0 };
        let (routed, k) = (e.n_routed_experts as f64, e.num_experts_per_tok as f64);
        let (tp, ep) = (plan.tensor as f64, plan.expert as f64);
        let tokens = batch * ep / tp;
        let resident = libm::ceil(routed / ep);
        let hit = resident * (1.0 - libm::pow(1.0 - k / routed, tokens));
        let copies = tokens * k / ep * self.job.software.expert_imbalance.value();
        let one = self.model.expert_parameters() as f64;
        let visited = self.roofline(
            hit * one * self.job.precision.bytes(),
            2.0 * copies * one,
            copies / hit.max(1.0),
        );
        visited + self.matrix(self.model.routing_parameters() as f64 / tp, batch)
    }

    /// One exchange each way.
    fn exchange(&self, group: &Group<'_>, plan: &DecodePlan, batch: f64) -> f64 {
        let Some(e) = self.model.experts else { return 0.0 };
        let hidden = self.model.hidden_size as f64;
        let dispatch = if self.job.precision == Precision::Bf16 { 2.0 } else { 1.0 };
        let one = |bytes: f64| {
            let exchange = Exchange {
                tokens: batch / plan.tensor as f64 * self.job.software.expert_imbalance.value(),
                bytes_per_token: hidden * bytes,
                copies: e.num_experts_per_tok,
                experts: e.n_routed_experts,
                node_limit: e.topk_group,
                routing: Routing::Uniform,
            };
            group.exchange(exchange, self.job.software.pipelining).as_s()
        };
        one(dispatch) + one(Precision::Bf16.bytes())
    }

    fn all_reduce(&self, group: &Group<'_>, batch: f64) -> f64 {
        if group.size() <= 1.0 {
            return 0.0;
        }
        let software = &self.job.software;
        let vector = DataSize::bytes(batch * self.model.hidden_size as f64 * 2.0);
        let library = group.time(Operation::AllReduce, vector, software.pipelining);
        let one_shot = group.one_shot_all_reduce(vector, software.one_shot_launch);
        one_shot.map_or(library, |t| t.min(library)).as_s()
    }

    fn prefill(&self, tiers: &[NetworkTier], plan: &DecodePlan) -> f64 {
        if !self.job.prefill_here {
            return 0.0;
        }
        // The prompts of one tensor group's users, each once per answer.
        let (prompt, tp) = (self.job.prompt as f64, plan.tensor as f64);
        let flops = self.model.training_flops_per_token(self.job.prompt) / 3.0 * prompt;
        let peak = self.arithmetic.peak.as_flops() * self.job.software.prefill.value();
        let group = Group::place(tiers, plan.tensor, 1);
        let reduce = if plan.tensor > 1 {
            let vector = DataSize::bytes(prompt * self.model.hidden_size as f64 * 2.0);
            group.time(Operation::AllReduce, vector, self.job.software.pipelining).as_s()
        } else {
            0.0
        };
        flops / tp / peak + 2.0 * self.model.num_hidden_layers as f64 * reduce
    }

    pub(crate) fn step(&self, tiers: &[NetworkTier], plan: &DecodePlan) -> DecodeStep {
        let (model, tp) = (self.model, plan.tensor as f64);
        let batch = plan.batch as f64;
        let sparse = model.expert_layers() as f64;
        let layers = model.num_hidden_layers as f64;
        let tensor = Group::place(tiers, plan.tensor, 1);
        let expert = Group::place(tiers, plan.expert, 1);

        let dense_block = self.matrix(model.dense_parameters() as f64 / tp, batch);
        let head_parameters = (model.vocab_size * model.hidden_size) as f64 / tp;
        let head = self.roofline(2.0 * head_parameters, 2.0 * head_parameters * batch, batch);
        let reduce = self.all_reduce(&tensor, batch);

        let fixed = (layers - sparse) * (self.attention(plan, batch) + dense_block) + head;
        let (mut kernels, mut exposed) = (fixed, 0.0);
        if sparse > 0.0 {
            let whole = self.attention(plan, batch) + self.experts(plan, batch);
            let wire = self.exchange(&expert, plan, batch);
            let half = batch / 2.0;
            let half_kernels = 2.0 * (self.attention(plan, half) + self.experts(plan, half));
            let overlapped = half_kernels.max(2.0 * self.exchange(&expert, plan, half));
            // Half batches read the weights twice and hide the wire; whole ones do neither.
            if plan.batch > 1 && overlapped < whole + wire {
                kernels += sparse * half_kernels;
                exposed = sparse * (overlapped - half_kernels);
            } else {
                kernels += sparse * whole;
                exposed = sparse * wire;
            }
        }
        let reduces = 2.0 * (layers - sparse) + sparse;
        let split = DecodeTime {
            kernels: Time::s(kernels),
            tensor: Time::s(reduces * reduce),
            expert: Time::s(exposed),
            overhead: layers * self.job.software.layer_overhead,
            prefill: Time::s(batch / self.job.output as f64 * self.prefill(tiers, plan)),
        };
        let time = split.total();
        let accelerators = plan.accelerators();
        let sequences = plan.batch * (accelerators / plan.tensor);
        DecodeStep {
            time,
            split,
            accelerators,
            sequences,
            tokens_per_second_per_user: 1.0 / time.as_s(),
            tokens_per_second_per_accelerator: sequences as f64 / time.as_s() / accelerators as f64,
            batch_limit: self.batch_limit,
            weights: DataSize::bytes(self.weights),
            busy: Ratio::new((split.kernels + split.prefill) / time),
        }
    }
}
