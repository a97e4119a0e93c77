//! How an instance of a model is cut for serving, and what of it one accelerator holds.

use super::DecodeJob;
use crate::collective::NetworkTier;
use crate::machine::Arithmetic;
use crate::{Machine, Model, Precision, WorkloadError};
use lightloom_units::DataSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an instance of the model is cut for decoding.
///
/// Attention runs in `data` groups of `tensor` ranks, each group with users of its own. Routed experts lie on
/// `expert` ranks: all `tensor x data` of them, reached by dispatch and combine; or, with one attention group, any
/// divisor of `tensor`, each expert cut over the remaining factor, all tokens being there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecodePlan {
    /// Ranks that share each attention and dense matrix.
    pub tensor: u64,
    /// Attention groups side by side (data-parallel attention); 1 for a dense model.
    pub data: u64,
    /// Ranks that the routed experts are divided over; 1 for a dense model.
    pub expert: u64,
    /// Sequences decoded together by one attention group.
    pub batch: u64,
}

/// `TP 2, DP 16, EP 32, batch 8`, without degrees of one.
impl std::fmt::Display for DecodePlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TP {}", self.tensor)?;
        for (name, degree) in [("DP", self.data), ("EP", self.expert)] {
            if degree > 1 {
                write!(f, ", {name} {degree}")?;
            }
        }
        write!(f, ", batch {}", self.batch)
    }
}

impl DecodePlan {
    /// A dense model, or experts all cut over the tensor ranks.
    #[must_use]
    pub const fn tensor(tensor: u64, batch: u64) -> Self {
        Self { tensor, data: 1, expert: 1, batch }
    }

    /// Wide expert parallelism: groups of `tensor` ranks for attention over `expert` ranks in all.
    #[must_use]
    pub const fn wide(tensor: u64, expert: u64, batch: u64) -> Self {
        let data = match expert.checked_div(tensor) {
            Some(data) => data,
            None => 0,
        };
        Self { tensor, data, expert, batch }
    }

    /// Accelerators of one instance.
    #[must_use]
    pub const fn accelerators(&self) -> u64 {
        self.tensor.saturating_mul(self.data)
    }

    /// Whether tokens travel to their experts.
    pub(crate) const fn dispatches(&self) -> bool {
        self.data > 1
    }

    pub(crate) fn check(&self, model: &Model, tiers: &[NetworkTier]) -> Result<(), WorkloadError> {
        let fail = |what, value, problem: String, hint: String| {
            Err(WorkloadError::Parallelism { what, value, problem, hint })
        };
        for (what, value) in [
            ("tensor", self.tensor),
            ("data", self.data),
            ("expert", self.expert),
            ("batch", self.batch),
        ] {
            if value == 0 || value > 1 << 31 {
                return fail(
                    what,
                    value,
                    "is not between 1 and 2^31".to_owned(),
                    "e.g. 1".to_owned(),
                );
            }
        }
        let heads = model.num_attention_heads;
        if !heads.is_multiple_of(self.tensor) {
            let problem = format!("does not divide the {heads} attention heads");
            return fail("tensor", self.tensor, problem, format!("choose a divisor of {heads}"));
        }
        let all = self.accelerators();
        match model.experts {
            None if self.expert > 1 => {
                let problem = format!("but {} has no experts", model.name);
                return fail("expert", self.expert, problem, "choose 1".to_owned());
            }
            None if self.data > 1 => {
                let problem = format!("but {} has no experts that groups could share", model.name);
                return fail("data", self.data, problem, "run instances side by side".to_owned());
            }
            Some(_) if self.data == 1 && !self.tensor.is_multiple_of(self.expert) => {
                let problem = format!("does not divide tensor = {}", self.tensor);
                let hint = "or use several attention groups, data > 1".to_owned();
                return fail("expert", self.expert, problem, hint);
            }
            Some(_) if self.data > 1 && self.expert != all => {
                let problem = format!("is not tensor x data = {all}");
                let hint = "attention groups fill the expert group".to_owned();
                return fail("expert", self.expert, problem, hint);
            }
            _ => {}
        }
        let cluster = tiers.last().map_or(0, |t| t.size);
        if all > cluster {
            let problem = format!(
                "with tensor = {} needs {all} accelerators, the network joins {cluster}",
                self.tensor
            );
            return fail("data", self.data, problem, "choose a smaller instance".to_owned());
        }
        Ok(())
    }
}

/// A cut with everything that does not depend on the batch.
pub(crate) struct Placement<'a> {
    pub(crate) model: &'a Model,
    pub(crate) machine: &'a Machine,
    pub(crate) job: &'a DecodeJob,
    pub(crate) arithmetic: Arithmetic,
    /// Bytes on one accelerator.
    pub(crate) weights: f64,
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
        let experts = model.expert_layers() as f64
            * Self::resident(model, plan)
            * model.expert_parameters() as f64
            / Self::expert_cut(plan);
        let tables = if model.tie_word_embeddings { 1.0 } else { 2.0 };
        let tables =
            tables * (model.vocab_size * model.hidden_size) as f64 * Precision::Bf16.bytes();
        let weights = (shared as f64 / tp + experts) * job.precision.bytes() + tables / tp;

        let full = model.kv_of_sequence(job.prompt + job.output, job.cache.bytes()).as_bytes();
        let cache_per_sequence = full / Self::cache_share(model, plan);
        let free = machine.usable_memory().as_bytes() - weights;
        let batch_limit = (free / cache_per_sequence).max(0.0) as u64;
        Ok(Self { model, machine, job, arithmetic, weights, cache_per_sequence, batch_limit })
    }

    /// Routed experts that a rank holds whole or a slice of: the fullest rank counts.
    pub(crate) fn resident(model: &Model, plan: &DecodePlan) -> f64 {
        model.experts.map_or(0.0, |e| e.n_routed_experts.div_ceil(plan.expert.max(1)) as f64)
    }

    /// Ranks that each routed expert is cut over.
    pub(crate) fn expert_cut(plan: &DecodePlan) -> f64 {
        plan.accelerators() as f64 / plan.expert as f64
    }

    /// Ranks that a sequence's cache is divided over: heads at most; a latent is whole on each rank.
    pub(crate) fn cache_share(model: &Model, plan: &DecodePlan) -> f64 {
        match model.latent_attention {
            Some(_) => 1.0,
            None => plan.tensor.min(model.num_key_value_heads) as f64,
        }
    }

    pub(crate) fn too_large(&self, plan: &DecodePlan) -> WorkloadError {
        let available = self.machine.usable_memory();
        let needed = self.weights + plan.batch as f64 * self.cache_per_sequence;
        let hint = if self.batch_limit > 0 {
            format!("lower the batch to {} sequences", self.batch_limit)
        } else if self.weights > available.as_bytes() {
            let over = libm::ceil(self.weights / available.as_bytes()).max(2.0);
            let lower =
                if self.job.precision == Precision::Bf16 { " or a lower precision" } else { "" };
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
            model: self.model.name.clone(),
            needed: DataSize::bytes(needed),
            available,
            hint,
        }
    }

    /// Seconds to read bytes at the engine's share of the memory bandwidth.
    pub(crate) fn read(&self, bytes: f64) -> f64 {
        bytes / (self.machine.hbm_bandwidth.as_bytes_per_s() * self.job.software.memory.value())
    }
}
