//! Serving: prompts, decoding, how many users fit, pools of their own for prompts, and the trade of speed for throughput.
//!
//! | file | what |
//! |---|---|
//! | [`placement`] | how an instance is cut; weights, cache, batch limit |
//! | [`decode`] | one decode step |
//! | [`prefill`] | one pass over prompts |
//! | [`batching`] | prompts between decode steps, concurrency against memory |
//! | [`disaggregated`] | pools of their own for prompts and answers |
//! | [`frontier`] | speed for one user against throughput |
//! | [`world_size`] | the frontier by size of the scale-up domain |

pub mod batching;
pub mod decode;
pub mod disaggregated;
pub mod frontier;
pub mod placement;
pub mod prefill;
pub mod world_size;

use crate::collective::Pipelining;
use crate::{Precision, WorkloadError};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Ratio, Time};
use serde::Serialize;

/// What a serving engine makes of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ServingSoftware {
    /// Time of one layer that is neither memory, arithmetic nor wire: launches, norms, sampling's share.
    pub layer_overhead: Time,
    /// Share of the memory bandwidth at which weights and cache are read.
    pub memory: Ratio,
    /// Share of the rate of single kernels that those of a decode step reach.
    pub kernels: Ratio,
    /// Share of the rate of single kernels that a pass over prompts reaches.
    pub prefill: Ratio,
    /// Most tokens of prompts in one pass.
    pub chunk: Count,
    /// Software time of a one-shot all-reduce kernel.
    pub one_shot_launch: Time,
    /// Most loaded expert rank over the mean.
    pub expert_imbalance: Ratio,
    /// Share of an expert exchange in which its kernels keep the processors from other work.
    pub exchange_occupancy: Ratio,
    /// Whether a batch may be halved so that one half computes while the other exchanges.
    pub two_batches: bool,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
}

impl ServingSoftware {
    /// From the facts `serving.*`: TensorRT-LLM, two-batch overlap allowed.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            layer_overhead: facts.get("serving.layer_overhead")?,
            memory: facts.get("serving.memory_fraction")?,
            kernels: Ratio::new(1.0),
            prefill: facts.get("serving.prefill_fraction")?,
            chunk: facts.get("serving.chunk")?,
            one_shot_launch: facts.get("serving.one_shot_launch")?,
            expert_imbalance: facts.get("serving.expert_imbalance")?,
            exchange_occupancy: facts.get("serving.exchange_occupancy")?,
            two_batches: true,
            pipelining: Pipelining::from_facts(facts)?,
        })
    }

    /// Of another engine: what the facts `serving_engine.NAME.*` say of it, the rest as [`ServingSoftware::from_facts`].
    ///
    /// # Errors
    /// [`FactError`].
    pub fn of_engine(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("serving_engine.{name}.{field}");
        let common = Self::from_facts(facts)?;
        Ok(Self {
            layer_overhead: facts.find(&id("layer_overhead"))?.unwrap_or(common.layer_overhead),
            memory: facts.find(&id("memory_fraction"))?.unwrap_or(common.memory),
            kernels: facts.find(&id("kernel_fraction"))?.unwrap_or(common.kernels),
            prefill: facts.get(&id("prefill_fraction"))?,
            ..common
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
    pub(crate) fn mean_context(&self) -> f64 {
        self.prompt as f64 + self.output as f64 / 2.0
    }

    pub(crate) fn check(&self) -> Result<(), WorkloadError> {
        for (what, value) in [("prompt", self.prompt), ("output", self.output)] {
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
}
