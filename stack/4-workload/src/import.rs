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

pub use calculon::{CalculonRun, calculon_system};
pub use megatron::MegatronRun;
pub use nccl_tests::{Sweep, SweepPoint};

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
