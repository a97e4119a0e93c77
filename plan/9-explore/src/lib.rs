//! Floor 9, exploration: what a decision rests on, and what would change it.
//!
//! [`evidence`] moves every fact to the ends of its range, one at a time, and says how far the answer follows
//! and whether it flips. Sweeps, studies and sampling come here later.

pub mod evidence;

pub use evidence::{Sensitivity, sensitivity};
