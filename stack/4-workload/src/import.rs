//! What other programs write, read as inputs here. Text in, plain data out: no files are opened.
//!
//! | file | what |
//! |---|---|
//! | [`calculon`] | its application, execution and system files |
//! | [`megatron`] | command lines of Megatron-LM: model, batch, cut |
//! | [`nccl_tests`] | sweeps that `all_reduce_perf` and its like print: measured collectives |

pub mod calculon;
pub mod megatron;
pub mod nccl_tests;

pub use calculon::{calculon_run, calculon_system};
pub use megatron::megatron_run;
pub use nccl_tests::{Sweep, SweepPoint};

use crate::{Model, Parallelism, Precision};
use serde::Serialize;

/// A training run of another program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedRun {
    /// The model.
    pub model: Model,
    /// Tokens of a sequence.
    pub sequence: u64,
    /// Sequences of a step.
    pub global_batch: u64,
    /// Arithmetic.
    pub precision: Precision,
    /// Whether attention is one kernel.
    pub fused_attention: bool,
    /// How it is cut.
    pub cut: Parallelism,
    /// What was asked for there and is not so here, or was passed over.
    pub differences: Vec<String>,
}

/// A text that is not of the format that it is read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{format}, line {line}: {problem}")]
pub struct ImportError {
    /// The format.
    pub format: &'static str,
    /// Line, from 1; the last one where something is missing.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
    /// What to do about it.
    pub hint: String,
}
