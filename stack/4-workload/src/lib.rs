//! What a fabric gives a model: training step, decode speed, memory, energy per token.
//!
//! The network comes from below as data, innermost tier first ([`NetworkTier`]); the accelerator is a
//! [`Machine`], the transformer a [`Model`]. Front doors: [`train`] and [`best_training`], [`decode`] and
//! [`best_decode`], [`energy_per_token`].
//!
//! | file | what |
//! |---|---|
//! | [`model`] | shape of a transformer; parameters, operations, key-value bytes |
//! | [`machine`] | accelerator; roofline of its kernels |
//! | [`collective`] | all-gather, all-reduce, all-to-all, expert exchange … over tiers, tori and circuits |
//! | `layer`, `placement`, [`training`], [`memory`] | step time, memory fit |
//! | [`schedule`] | order of a pipeline's passes: waiting, micro-batches in flight |
//! | [`cuts`] | search for the best cuts of a training job, why others lose |
//! | [`inference`] | decode step, prompts, batch limit, pools, frontier, world size |
//! | [`search`] | best parallelisation of training and of serving |
//! | [`energy`] | energy of a token |
//!
//! Bandwidth is per accelerator and direction. Communication in results is what is exposed, not what is hidden.

// Degrees, sizes and counts are far below 2^53, where u64 to f64 is exact.
#![allow(clippy::cast_precision_loss)]

pub mod collective;
pub mod cuts;
pub mod energy;
pub mod error;
pub mod import;
pub mod inference;
mod layer;
pub mod machine;
pub mod memory;
pub mod model;
mod placement;
pub mod schedule;
pub mod search;
pub mod training;

pub use collective::{Library, NetworkTier};
pub use cuts::{SearchLimits, TrainingSearch};
pub use energy::{PowerDraw, TokenEnergy, energy_per_token};
pub use error::WorkloadError;
pub use inference::batching::{Batching, serve};
pub use inference::decode::{DecodeStep, DecodeTime, decode};
pub use inference::disaggregated::{Disaggregated, Pools, disaggregate};
pub use inference::frontier::{Frontier, FrontierPoint, FrontierSearch, Serving, frontier};
pub use inference::placement::DecodePlan;
pub use inference::prefill::{PrefillPass, PrefillTime, prefill};
pub use inference::world_size::{WorldSize, WorldSizeRow, Worth, world_size};
pub use inference::{DecodeJob, ServingSoftware};
pub use machine::{Arithmetic, GemmTime, Kernels, Machine, Precision};
pub use memory::Memory;
pub use model::{Activation, Convention, Experts, LatentAttention, Model, Operations};
pub use schedule::Schedule;
pub use search::{BestDecode, best_decode, best_training};
pub use training::{
    KernelTime, Modules, Parallelism, Recompute, Sharding, TrainingJob, TrainingModel,
    TrainingSoftware, TrainingStep, TrainingTime, train,
};
